"""What a text file of seeds/ says of itself above its text: title, date, publisher, address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.domain.article import Published
from bot.sources.dates import read_date

_HEADER = re.compile(
    r"[ \t]*(title|headline|date|published|source|publisher|url|link|author|language)"
    r"[ \t]*(?:(?P<mark>[:=])[ \t]*|[ \t]+)(?P<value>\S.*)",
    re.IGNORECASE,
)
_NAMES = {"headline": "title", "published": "date", "source": "publisher", "link": "url"}
_ON = re.compile(r"on[ \t]+", re.IGNORECASE)
# What stands after `date` without a colon, short and with a year or 3/4: a date, if a bad one.
_LIKE_A_DATE = re.compile(
    r"(?=.*(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[./-]\d{1,2})(?!\d))"
    r"(?:\d|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"
    r".{0,39}",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[^\W\d]{3,}\.$|[!?。！？]$")
_MOST_WORDS = 6


@dataclass
class Headers:
    """What a file says of itself above its text."""

    values: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: str) -> None:
        """Keep the first value of each name; `publisher:` wins over `source:`."""
        name = name.lower()
        value = value.strip().strip("\"'").strip()
        if name == "publisher":
            self.values[name] = value
        else:
            self.values.setdefault(_NAMES.get(name, name), value)

    def get(self, name: str) -> str | None:
        """A value, None when absent or empty."""
        return self.values.get(name) or None

    @property
    def published(self) -> Published | None:
        """The date, None when absent or unreadable."""
        written = self.get("date")
        return _date(written) if written else None

    @property
    def unread_date(self) -> str | None:
        """The date as it is written when it cannot be read."""
        return self.get("date") if self.published is None else None


def plain_headers(text: str) -> tuple[Headers, str]:
    """The header lines above a plain text, and the rest."""
    headers, body = Headers(), text
    while body.strip():
        line, _, rest = body.lstrip("\n \t").partition("\n")
        found = _HEADER.fullmatch(line)
        # Without a colon only `date 2021-03-25` is a header: anything else is prose.
        if found is None or not (found["mark"] or _is_date_line(found)):
            break
        headers.take(found[1], found["value"])
        body = rest
    return headers, body


def front_matter(lines: str) -> Headers:
    """The headers of a Markdown file's front matter; every one has its colon."""
    headers = Headers()
    for line in lines.splitlines():
        found = _HEADER.fullmatch(line)
        if found is not None and found["mark"]:
            headers.take(found[1], found["value"])
    return headers


def _date(written: str) -> Published | None:
    return read_date(_ON.sub("", written, count=1) if _ON.match(written) else written)


def _is_date_line(found: re.Match[str]) -> bool:
    if _NAMES.get(found[1].lower(), found[1].lower()) != "date":
        return False
    value = found["value"].strip()
    if _date(value) is not None:
        return True
    bare = _ON.sub("", value, count=1) if _ON.match(value) else value
    short = len(bare.split()) <= _MOST_WORDS and _SENTENCE_END.search(bare) is None
    return short and _LIKE_A_DATE.fullmatch(bare) is not None
