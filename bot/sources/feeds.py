"""feedparser's only door: the bytes of a feed to `ParsedFeed`. Runs inside the killable worker."""

from __future__ import annotations

import calendar
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.article import Published
from bot.errors import NotAFeed
from bot.sources.dates import believable, read_date
from bot.sources.entry import ParsedEntry, ParsedFeed, markup_of, plain_title, sound_text, web_link
from bot.sources.feed_links import FeedLink, announced_feeds, looks_like_html
from bot.sources.feed_repair import inflated, mentions_entries, repairs
from bot.sources.json_feed import looks_like_json, read_json_feed

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST = timedelta(days=30)
# References to halves of UTF-16 pairs (D800-DFFF): feedparser fails on them, whole feed and all.
_SURROGATE = re.compile(
    rb"#(x0{0,4}d[89a-f][0-9a-f]{2}"
    rb"|0{0,4}(5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));",
    re.IGNORECASE,
)


def read_feed(
    body: bytes, charset: str | None = None, base: str = "", subject: str = "The answer"
) -> ParsedFeed:
    """Parse RSS 0.9x-2.0, RDF, Atom or JSON Feed; malformed feeds are read as far as they go.

    `charset` is the one of the HTTP header, `base` the address the body came from, `subject` what
    an error calls the body. `bozo` is no reason to reject a feed nor to trust it: only what was
    found counts.

    Raises:
        NotAFeed: no feed in it; the sentence says what it looks like and names announced feeds.
    """
    # feedparser's search for a document type is quadratic in the empty lines before it.
    body = inflated(body).lstrip(b" \t\r\n")
    if looks_like_json(body):
        return read_json_feed(body, base, subject)
    body = _SURROGATE.sub(b"#xFFFD;", body)
    parsed = _parse(body, charset, base)
    repaired = False
    if not parsed.get("entries") and mentions_entries(body):
        for candidate in repairs(body):
            again = _parse(candidate, None, base)
            if again.get("entries"):
                parsed, repaired = again, True
                break
    if not parsed.get("entries") and not parsed.get("version"):
        raise _no_feed(body, base, subject)
    return _feed(parsed, base, repaired)


def _parse(body: bytes, charset: str | None, base: str) -> Any:
    """Call feedparser. A stream, never bytes or text: those could be taken for a path or address.

    Its HTML sanitising is off (72 % of its time): bodies are reduced to plain text by the analysis.
    """
    import feedparser  # here, so that only the worker carries it

    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": kind, "content-location": base},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # any failure of the library on hostile input
        raise NotAFeed(
            f"The feed is broken beyond reading ({type(error).__name__}).",
            key="source.unreadable",
        ) from error


def _no_feed(body: bytes, base: str, subject: str) -> NotAFeed:
    if not body.strip():
        return NotAFeed(f"{subject} is empty.", key="source.empty", address=subject)
    if not looks_like_html(body):
        return NotAFeed(
            f"{subject} is neither RSS, Atom nor JSON Feed.",
            key="source.not_a_feed",
            address=subject,
        )
    links = announced_feeds(body, base)
    if not links:
        return NotAFeed(
            f"{subject} is a web page, not a feed, and it announces no feed.",
            key="source.web_page",
            address=subject,
        )
    shown = ", ".join(link.url for link in links[:3])
    return NotAFeed(
        f"{subject} is a web page, not a feed. It announces: {shown}",
        key="source.web_page_feeds",
        address=subject,
        feeds=tuple(link.url for link in links),
    )


def page_feeds(body: bytes, base: str) -> tuple[FeedLink, ...]:
    """The feeds a web page announces (runs in the worker)."""
    return announced_feeds(body, base)


def _feed(parsed: Any, base: str, repaired: bool) -> ParsedFeed:
    head = parsed.get("feed", {})
    return ParsedFeed(
        entries=tuple(_entry(entry, base) for entry in parsed.get("entries", [])),
        title=plain_title(_text(head.get("title"))),
        language=_text(head.get("language")) or None,
        version=_text(parsed.get("version")),
        asked_interval=_asked(head),
        repaired=repaired,
        site=web_link(head.get("link"), base),
    )


def _entry(entry: Any, base: str) -> ParsedEntry:
    body, kind, full = _body(entry)
    title = entry.get("title_detail", {})
    raw_title = _text(entry.get("title"))
    is_plain = _text(title.get("type")) == "text/plain" and "&" not in raw_title
    source = entry.get("source")
    return ParsedEntry(
        title=" ".join(raw_title.split()) if is_plain else plain_title(raw_title),
        body=body,
        markup=markup_of(body, kind),
        guid=_text(entry.get("id")) or None,
        url=web_link(entry.get("feedburner_origlink"), base) or web_link(entry.get("link"), base),
        published=_published(entry),
        author=_text(entry.get("author")) or None,
        language=_text(title.get("language")) or None,
        credit=plain_title(_text(source.get("title"))) or None if source else None,
        full=full,
    )


def _body(entry: Any) -> tuple[str, str | None, bool]:
    """The longest of the contents, else the summary; its type; whether it is content."""
    best: tuple[str, str | None, bool] = (
        _text(entry.get("summary")),
        _text(entry.get("summary_detail", {}).get("type")) or None,
        False,
    )
    for content in entry.get("content") or []:
        value, kind = _text(content.get("value")), _text(content.get("type"))
        readable = not kind or kind.startswith("text/") or kind.endswith("xml")
        if readable and (len(value), True) > (len(best[0]), best[2]):
            best = (value, kind or None, True)
    return best


def _published(entry: Any) -> Published | None:
    for name in ("published", "updated", "created"):
        text = _text(entry.get(name)) if name in entry else ""
        found = (read_date(text) if text else None) or _utc(entry, f"{name}_parsed")
        if found is not None:
            return found
    return None


def _utc(entry: Any, name: str) -> Published | None:
    """Take the reading of feedparser for the date forms that ours does not know."""
    parts = entry.get(name) if name in entry else None
    if parts is None:
        return None
    try:
        at = datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return Published(at) if believable(at) else None


def _asked(head: Any) -> timedelta | None:
    """The longest of ttl (minutes) and sy:updatePeriod / sy:updateFrequency."""
    wishes = []
    ttl = re.match(r"\s*(\d{1,6})", _text(head.get("ttl")))
    if ttl and int(ttl.group(1)) > 0:
        wishes.append(timedelta(minutes=int(ttl.group(1))))
    period = _PERIODS.get(_text(head.get("sy_updateperiod")).strip().lower())
    if period is not None:
        frequency = re.match(r"\s*(\d{1,6})", _text(head.get("sy_updatefrequency")))
        wishes.append(period / max(1, int(frequency.group(1)) if frequency else 1))
    return min(max(wishes), _LONGEST) if wishes else None


def _text(value: object) -> str:
    return sound_text(value) if isinstance(value, str) else ""
