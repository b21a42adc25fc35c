"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org), for which feedparser has no reader."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.domain.article import Markup
from bot.errors import NotAFeed
from bot.sources.dates import read_date
from bot.sources.entry import ParsedEntry, ParsedFeed, plain_title, sound_text, web_link

_ITEMS = re.compile(r'"items"\s*:\s*\[')


def looks_like_json(body: bytes) -> bool:
    """Whether a body starts as a JSON object (after a byte order mark and spaces)."""
    return _decoded(body[:200]).lstrip().startswith("{")


def _decoded(body: bytes) -> str:
    return body.decode(json.detect_encoding(body), "replace").lstrip("\ufeff")


def read_json_feed(body: bytes, base: str = "", subject: str = "The answer") -> ParsedFeed:
    """Parse a JSON Feed; wrong types in it are passed over, a cut-off file gives its whole items.

    Raises:
        NotAFeed: it is JSON but no feed, or broken and without a whole item.
    """
    text = _decoded(body)
    try:
        document = json.loads(text, strict=False)
        repaired = False
    except (ValueError, RecursionError):
        document, repaired = _cut_off(text), True
        if not document:
            raise NotAFeed(
                f"{subject} is JSON that is cut off or broken; no whole entry is in it.",
                key="source.unreadable",
            ) from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed(
            f"{subject} is JSON, but no JSON Feed (it has no list of items).",
            key="source.not_a_feed",
            address=subject,
        )
    return ParsedFeed(
        entries=tuple(_entry(item, base) for item in document["items"] if isinstance(item, dict)),
        title=plain_title(_text(document.get("title"))),
        language=_text(document.get("language")) or None,
        version="json",
        repaired=repaired,
        site=web_link(document.get("home_page_url"), base),
    )


def _cut_off(text: str) -> dict[str, Any]:
    """What can be read of a broken document: the items before the break."""
    start = _ITEMS.search(text)
    items: list[Any] = []
    if start is None:
        return {}
    decoder, position = json.JSONDecoder(strict=False), start.end()
    while True:
        rest = re.compile(r"[\s,]*").match(text, position)
        position = rest.end() if rest else position
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return {"items": items} if items else {}
        items.append(item)


def _entry(item: dict[str, Any], base: str) -> ParsedEntry:
    html, plain = _text(item.get("content_html")), _text(item.get("content_text"))
    body = html or plain or _text(item.get("summary"))
    url = web_link(item.get("url"), base) or web_link(item.get("external_url"), base)
    return ParsedEntry(
        title=plain_title(_text(item.get("title"))),
        body=body,
        markup=Markup.HTML if html else Markup.PLAIN,
        guid=_text(item.get("id")) or None,
        url=url,
        published=_first_date(item),
        author=_author(item),
        language=_text(item.get("language")) or None,
        full=bool(html or plain),
    )


def _first_date(item: dict[str, Any]) -> Any:
    for name in ("date_published", "date_modified"):
        value = item.get(name)
        found = read_date(value) if isinstance(value, str) else None
        if found is not None:
            return found
    return None


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = [_text(one.get("name")) for one in people if isinstance(one, dict)]
    return ", ".join(name for name in names if name) or None


def _text(value: object) -> str:
    """A string made sound, a number as text (ids are often numbers), nothing else."""
    if isinstance(value, str):
        return sound_text(value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""
