"""What a feed reader returns, and how it becomes articles. Plain data that crosses the worker."""

from __future__ import annotations

import html
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from bot.domain.article import Markup, Origin, Published, RawArticle
from bot.domain.identity import folded
from bot.domain.links import canonical_link
from bot.domain.polling import credible_date, effective_date

MAX_BODY = 300_000  # characters; about 50,000 words, longer than any news
MAX_TITLE = 2_000
_TEASER = 700  # characters of text under which an entry with a link counts as a teaser
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_EDITION = re.compile(r"#\d+\Z")  # some outlets append one to a guid for every edit
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
_MARKED = re.compile(r"<[a-zA-Z/!]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as its feed gave it; `title` is plain text."""

    title: str = ""
    body: str = ""
    markup: Markup = Markup.PLAIN
    guid: str | None = None
    url: str | None = None
    published: Published | None = None
    author: str | None = None
    language: str | None = None
    credit: str | None = None
    full: bool = False  # the feed says that the body is the whole article (content, not summary)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole feed. `asked_interval` is what ttl or sy:updatePeriod ask of readers."""

    entries: tuple[ParsedEntry, ...]
    title: str = ""
    language: str | None = None
    version: str = ""
    asked_interval: timedelta | None = None
    repaired: bool = False
    site: str | None = None  # the page the feed belongs to


def to_articles(
    feed: ParsedFeed, origin: Origin, first_seen: datetime, *, keep_dates: bool = False
) -> tuple[RawArticle, ...]:
    """One article per entry, in the feed's order. Dates that cannot be true are dropped.

    So are entries without title and text. `keep_dates` believes every date and takes every entry
    (back-fill of old files by their owner).
    """
    shared = _shared_links(feed)
    return tuple(
        _article(entry, feed, origin, first_seen, keep_dates, shared)
        for entry in feed.entries
        if keep_dates or entry.title.strip() or _has_text(entry.body)
    )


def _has_text(body: str) -> bool:
    return bool(html.unescape(_TAG.sub("", body)).strip())


def _shared_links(feed: ParsedFeed) -> frozenset[str]:
    """The canonical links that are no single entry's: home pages, and what several entries share.

    Two states of one entry (one guid, or one title) do not make its link a shared one.
    """
    titles: dict[str, dict[str, str]] = {}
    shared = {canonical_link(feed.site)}
    for entry in feed.entries:
        link = canonical_link(entry.url)
        title = folded(entry.title)
        guid = _EDITION.sub("", _own_guid(entry.guid) or "")
        titles.setdefault(link, {})[guid or title] = title
        if _is_home(link):
            shared.add(link)
    shared |= {link for link, own in titles.items() if len(set(own.values())) > 1}
    return frozenset(shared - {""})


def _is_home(link: str) -> bool:
    """Whether a canonical link is a whole site."""
    return bool(link) and "/" not in link and "?" not in link


def _own_guid(guid: str | None) -> str | None:
    """A guid, unless it is only the address of the site."""
    is_home = guid is not None and "#" not in guid and _is_home(canonical_link(guid))
    return None if is_home else guid


def _article(
    entry: ParsedEntry,
    feed: ParsedFeed,
    origin: Origin,
    first_seen: datetime,
    keep_dates: bool,
    shared: AbstractSet[str],
) -> RawArticle:
    is_shared = canonical_link(entry.url) in shared
    published = entry.published if keep_dates else credible_date(entry.published, first_seen)
    return RawArticle(
        origin=origin,
        title=entry.title[:MAX_TITLE],
        body=entry.body[:MAX_BODY],
        markup=entry.markup,
        first_seen=first_seen,
        guid=_own_guid(entry.guid),
        url=entry.url,
        published=published,
        language=entry.language or feed.language,
        author=entry.author,
        credit=entry.credit,
        # What stands on a shared page is not this entry's text.
        teaser_only=bool(entry.url) and not is_shared and not entry.full and _is_short(entry.body),
        shared_link=is_shared,
    )


def newest_of_each(articles: tuple[RawArticle, ...]) -> tuple[RawArticle, ...]:
    """One article per guid (or own link): the newest by date, else the first; order is kept."""
    chosen: dict[str, RawArticle] = {}
    for number, raw in enumerate(articles):
        link = "" if raw.shared_link else canonical_link(raw.url)
        key = raw.guid or link or f"entry {number}"
        other = chosen.get(key)
        if other is None:
            chosen[key] = raw
        elif _differs(other, raw):
            # A guid that several stories of one feed share is no key: keep them all.
            chosen[f"{key} {number}"] = replace(raw, guid=None)
        elif effective_date(raw) > effective_date(other):
            chosen[key] = raw
    return tuple(chosen.values())


def _differs(one: RawArticle, other: RawArticle) -> bool:
    return one.title != other.title and canonical_link(one.url) != canonical_link(other.url)


def _is_short(body: str) -> bool:
    return len(_TAG.sub("", body).strip()) < _TEASER


def sound_text(text: str) -> str:
    """Text that can be encoded and stored: lone surrogates become U+FFFD, NUL is dropped.

    JSON escapes can carry both, and neither UTF-8 nor the database takes them.
    """
    return _UNSOUND.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def plain_title(text: str) -> str:
    """A headline as plain text: tags and entities resolved, one line."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def markup_of(body: str, declared: str | None = None) -> Markup:
    """How a body is written, by its declared type and, as feeds err, by its look."""
    if declared is not None and declared.lower() == "text/plain":
        return Markup.PLAIN
    return Markup.HTML if _MARKED.search(body) else Markup.PLAIN


def web_link(link: object, base: str = "") -> str | None:
    """An absolute http(s) address, or None for anything else (`javascript:`, `tag:`, rubbish)."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        absolute = urljoin(base, sound_text(link).strip().replace(" ", "%20"))
        parts = urlsplit(absolute)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return absolute if usable and len(absolute) <= 4_000 else None
