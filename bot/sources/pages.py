"""trafilatura's only door: an article page to `RawArticle`, read in the killable worker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.article import Markup, Origin, Published, RawArticle, SourceKind
from bot.domain.links import redact
from bot.errors import FetchError, SourceError
from bot.ports import WorkerPool
from bot.sources.dates import read_date
from bot.sources.entry import MAX_BODY, MAX_TITLE, plain_title, sound_text, web_link
from bot.sources.http import Fetcher, status_error

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{20000,}")
_MOST_ATTRIBUTES = 2_000  # of one tag: the parser's time grows with their square
_SHORTEST = 40  # characters; less is a cookie notice or a caption, not an article


@dataclass(frozen=True, slots=True)
class Page:
    """What was found on an article page; `text` has one paragraph per line."""

    title: str
    text: str
    published: Published | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None


def extract_page(body: bytes, url: str | None = None) -> Page:
    """The article of a page (runs in the worker).

    Raises:
        SourceError: there is no article text on it.
    """
    if any(len(tag[0].split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(body)):
        raise SourceError(
            f"The page cannot be read: a tag has more than {_MOST_ATTRIBUTES} attributes.",
            key="source.no_article",
            address=redact(url or ""),
        )
    import trafilatura  # here, so that only the worker carries it (40 MB, 0.3 s)

    # fast: without the slow second extractors, whose gain is small on news pages.
    try:
        found = trafilatura.bare_extraction(
            body,
            url=url,
            fast=True,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # any failure of the library on hostile input
        raise SourceError(
            f"The page cannot be read ({type(error).__name__}).",
            key="source.no_article",
            address=redact(url or ""),
        ) from error
    if found is None or isinstance(found, dict) or len(found.text or "") < _SHORTEST:
        raise SourceError(
            "No article text was found on the page.",
            key="source.no_article",
            address=redact(url or ""),
        )
    return Page(
        title=plain_title(sound_text(found.title or ""))[:MAX_TITLE],
        text=sound_text(found.text or "").strip()[:MAX_BODY],
        published=read_date(found.date) if found.date else None,
        author=sound_text(found.author or "") or None,
        site=sound_text(found.sitename or "") or None,
        url=web_link(found.url, url or ""),
        language=found.language or None,
    )


class ArticlePages:
    """The `PageSource` of `bot.ports`."""

    def __init__(self, fetcher: Fetcher, workers: WorkerPool) -> None:
        self._fetcher, self._workers = fetcher, workers

    async def fetch(self, url: str, now: datetime) -> RawArticle:
        """The article at an address; its own address is kept, not the one the page claims.

        Raises:
            SourceError: refused, unreachable, too large, or no article text found.
            WorkerKilled: the page is too costly to read.
        """
        url = url.strip()
        url = url if "://" in url else f"https://{url}"
        answer = await self._fetcher.get(url, {"Accept": _ACCEPT})
        if answer.status != 200:
            raise status_error(answer, now)
        kind = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
        if not kind.startswith(("text/", "application/xhtml", "application/xml")):
            raise FetchError(
                f"{redact(answer.url)} is no web page ({kind[:60]}).",
                status=200,
                key="source.no_web_page",
                address=redact(answer.url),
            )
        page = await self._workers.run(extract_page, answer.body, answer.url)
        host = (urlsplit(answer.url).hostname or "").removeprefix("www.")
        return RawArticle(
            origin=Origin(
                kind=SourceKind.REQUEST,
                key="request",
                name=page.site or host,
                publisher=page.site or host,
            ),
            title=page.title,
            body=paragraphs(page.text),
            markup=Markup.PLAIN,
            first_seen=now,
            url=answer.url,
            published=page.published,
            language=page.language or answer.headers.get("content-language", "")[:2] or None,
            author=page.author,
        )


def paragraphs(text: str) -> str:
    """Paragraphs parted by empty lines, as plain articles have them."""
    return "\n\n".join(line.strip() for line in text.splitlines() if line.strip())
