"""The kinds of files seeds/ may hold, each from its bytes to articles. Runs inside the worker."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from charset_normalizer import from_bytes

from bot.domain.article import Markup, Origin, RawArticle, SourceKind
from bot.domain.identity import folded
from bot.domain.polling import credible_date
from bot.errors import LaunchwireError, SeedError
from bot.ports import SeedBatch, SeedProblem
from bot.sources.entry import (
    MAX_BODY,
    MAX_TITLE,
    newest_of_each,
    plain_title,
    sound_text,
    to_articles,
    web_link,
)
from bot.sources.feeds import read_feed
from bot.sources.outlines import unusable_outlines
from bot.sources.pages import extract_page, paragraphs
from bot.sources.seed_headers import Headers, front_matter, plain_headers
from bot.sources.western import decoded_western

TEXT, MARKDOWN, PAGE = frozenset({".txt"}), frozenset({".md"}), frozenset({".html", ".htm"})
FEED, FEED_LIST = frozenset({".xml", ".rss", ".atom", ".rdf", ".json"}), frozenset({".opml"})
KINDS = TEXT | MARKDOWN | PAGE | FEED | FEED_LIST
MAX_BYTES = 5_000_000
OPERATOR = "operator"  # the publisher of a file that names none

_FENCE = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_ATX = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
_SETEXT = re.compile(r"\A\s*(\S[^\n]*)\n=+[ \t]*(?:\n|\Z)")
_HTML_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>|<h1[^>]*>(.*?)</h1>")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_seed(path: str, data: bytes, first_seen: datetime, *, archive: bool = False) -> SeedBatch:
    """Read one whole file; what is wrong with it is told in `problem`, never raised.

    `path` is relative to the seeds folder, posix; it is the identity of the article. An entry of a
    saved feed file is `path#guid`. An `archive` (back-fill) gives every entry of a feed as it is:
    no date is doubted, no two are united, and no entries are no fault.
    """
    try:
        return _read(path, data, first_seen, archive)
    except LaunchwireError as error:
        return problem(path, str(error))


def problem(path: str, sentence: str) -> SeedBatch:
    """A file that cannot be used; the sentence names it."""
    return SeedBatch(path=path, problem=SeedProblem(path, f"{path}: {sentence}"))


def _read(path: str, data: bytes, first_seen: datetime, archive: bool) -> SeedBatch:
    suffix = PurePosixPath(path).suffix.lower()
    if len(data) > MAX_BYTES:
        raise SeedError(f"The file is larger than {MAX_BYTES / 1e6:g} MB and is not read.")
    if not data.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise SeedError("The file is empty.")
    if suffix in FEED_LIST or (suffix == ".xml" and re.search(rb"<opml[\s>]", data[:2_000])):
        feeds, notes = read_feed_list(data), unusable_outlines(data)
        return SeedBatch(path=path, feeds=feeds, notes=tuple(f"{path}: {note}" for note in notes))
    if suffix in FEED:
        return SeedBatch(path=path, articles=_feed_articles(path, data, first_seen, archive))
    if suffix in PAGE:
        return _single(_page(path, data, first_seen), None, archive)
    text = decode(data)
    read = _markdown if suffix in MARKDOWN else _plain
    raw, unread_date = read(path, text, first_seen)
    return _single(raw, unread_date, archive)


def _single(raw: RawArticle, unread_date: str | None, archive: bool) -> SeedBatch:
    """The batch of a file that is one article, with notes on a date that does not count."""
    path, notes = raw.path or "", []
    if unread_date:
        notes.append(
            f"{path}: the date {unread_date[:40]!r} cannot be read and does not count; "
            "write it as 2021-03-25."
        )
    published = raw.published
    if not archive and published is not None and published.at > raw.first_seen:
        raw = replace(raw, published=credible_date(published, raw.first_seen))
        if raw.published is None:
            day = published.at.date().isoformat()
            notes.append(f"{path}: the date {day} lies in the future and does not count.")
    return SeedBatch(path=path, articles=(raw,), notes=tuple(notes))


def decode(data: bytes) -> str:
    """The text of a file in whatever encoding; line ends are LF.

    Raises:
        SeedError: it is no text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _lines(data.decode(encoding, "replace"))
    if b"\x00" in data[:8_000]:
        raise SeedError("The file is binary, not text.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = decoded_western(data) or _guessed(data)
    if len(_CONTROL.findall(text[:8_000])) > len(text[:8_000]) / 50:
        raise SeedError("The file is binary, not text.")
    return _lines(text)


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:300_000]).best()
    if best is None:
        raise SeedError("The file is binary, or in an encoding that was not recognised.")
    return data.decode(best.encoding, "replace")


def _lines(text: str) -> str:
    return sound_text(text).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")


def _plain(path: str, text: str, first_seen: datetime) -> tuple[RawArticle, str | None]:
    headers, body = plain_headers(text)
    title = headers.get("title")
    if title is None:
        title, body = _headline(body)
    raw = _article(path, headers, title, body.strip(), Markup.PLAIN, first_seen)
    return raw, headers.unread_date


def _headline(body: str) -> tuple[str, str]:
    """A plain text's headline, when it has one: a short first line alone, with no full stop."""
    first, gap, rest = body.strip().partition("\n\n")
    words = first.split()
    is_headline = (
        gap and rest.strip() and "\n" not in first and len(words) >= 3 and len(first) <= 160
        and first.rstrip()[-1] not in ".!?…:;,\"”'’»。"
    )  # fmt: skip
    return (first.strip(), rest) if is_headline else ("", body)


def _markdown(path: str, text: str, first_seen: datetime) -> tuple[RawArticle, str | None]:
    headers = Headers()
    front = _FENCE.match(text)
    if front is not None:
        headers = front_matter(front[2])
        text = text[front.end() :]
    title = headers.get("title")
    heading = _ATX.match(text) or _SETEXT.match(text)
    if heading is not None:
        title = title or heading[1]
        text = text[heading.end() :]
    raw = _article(path, headers, title or "", text.strip(), Markup.MARKDOWN, first_seen)
    return raw, headers.unread_date


def _page(path: str, data: bytes, first_seen: datetime) -> RawArticle:
    headers = Headers()
    try:
        page = extract_page(data)
    except LaunchwireError:
        return _bare_page(path, data, first_seen)
    if page.site:
        headers.take("publisher", page.site)
    article = _article(path, headers, page.title, paragraphs(page.text), Markup.PLAIN, first_seen)
    return replace(
        article,
        published=page.published,
        url=page.url,
        author=page.author,
        language=page.language,
    )


def _bare_page(path: str, data: bytes, first_seen: datetime) -> RawArticle:
    """A page too small for the extractor: its markup as it is, the title from its tags."""
    text = decode(data)
    found = _HTML_TITLE.search(text)
    title = plain_title(found[1] or found[2] or "") if found else ""
    if not plain_title(re.sub(r"(?is)<(script|style|title)\b.*?</\1>", " ", text)):
        raise SeedError("No article text was found in the page.")
    return _article(path, Headers(), title, text, Markup.HTML, first_seen)


def _article(
    path: str, headers: Headers, title: str, body: str, markup: Markup, first_seen: datetime
) -> RawArticle:
    if not body and not title:
        raise SeedError("The file has neither a title nor a text.")
    publisher = headers.get("publisher") or OPERATOR
    return RawArticle(
        origin=seed_origin(publisher),
        title=title[:MAX_TITLE],
        body=body[:MAX_BODY],
        markup=markup,
        first_seen=first_seen,
        path=path,
        url=web_link(headers.get("url")),
        published=headers.published,
        language=headers.get("language"),
        author=headers.get("author"),
    )


def seed_origin(publisher: str) -> Origin:
    """Where an article of seeds/ comes from: the outlet its file names, else the operator."""
    return Origin(kind=SourceKind.SEED, key="seeds", name=publisher, publisher=publisher)


def _feed_articles(
    path: str, data: bytes, first_seen: datetime, archive: bool
) -> tuple[RawArticle, ...]:
    parsed = read_feed(data, subject="This file")
    articles = to_articles(
        parsed, seed_origin(parsed.title or OPERATOR), first_seen, keep_dates=archive
    )
    if not archive:
        articles = newest_of_each(articles)
    if not articles and not archive:
        raise SeedError("The feed has no entries.")
    taken: set[str] = set()
    return tuple(replace(raw, path=f"{path}#{_entry_name(raw, taken)}") for raw in articles)


def _entry_name(raw: RawArticle, taken: set[str]) -> str:
    """What names an entry within its file, wherever it stands there.

    Without a guid and a link of its own it is its title and day; its text too when those are taken.
    """
    name = raw.guid or (None if raw.shared_link else raw.url)
    if name is None:
        day = raw.published.at.date().isoformat() if raw.published else ""
        parts = [folded(raw.title), day]
        name = _short_hash(parts)
        if name in taken or not parts[0]:
            name = _short_hash([*parts, raw.body])
    taken.add(name)
    return name


def _short_hash(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def read_feed_list(data: bytes) -> tuple[tuple[str, str], ...]:
    """The feeds of an OPML list as (address, name), each address once.

    Raises:
        SeedError: there are none in it.
    """
    import listparser  # here, so that only the worker carries it (it loads requests)

    found = listparser.parse(data)
    feeds = {
        url: plain_title(str(entry.get("title") or ""))
        for entry in reversed(found.feeds)
        if (url := web_link(entry.get("url"))) is not None
    }
    if not feeds:
        raise SeedError("The list holds no feed addresses (is it OPML?).")
    return tuple(reversed(feeds.items()))
