"""Finds the feeds a web page announces, and guesses the usual places when it announces none."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bot.sources.entry import plain_title, web_link

_TYPES = {
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/feed+json": 0,
    "application/rdf+xml": 1,
    "application/json": 2,
    "application/xml": 2,
    "text/xml": 2,
}
_COMMENTS = re.compile(r"(?i)comments?(/|$|\b.*feed)")
_MOST = 20
_USUAL_PLACES = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page announces."""

    url: str
    title: str


class _Links(HTMLParser):
    """Collects `<link rel=alternate>` with a feed's type, in the page's order."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.found: list[tuple[int, FeedLink]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<base>` and `<link>`; everything else is of no interest."""
        if tag not in {"link", "base"}:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base = urljoin(self.base, given.get("href", ""))
            return
        kind = given.get("type", "").partition(";")[0].strip().lower()
        url = web_link(given.get("href"), self.base)
        if "alternate" in given.get("rel", "").lower().split() and kind in _TYPES and url:
            self.found.append((_TYPES[kind], FeedLink(url, plain_title(given.get("title", "")))))


def announced_feeds(body: bytes, base: str) -> tuple[FeedLink, ...]:
    """The feeds a page announces, likely ones first, feeds of comments last, no address twice."""
    parser = _Links(base)
    with contextlib.suppress(ValueError, AssertionError):  # what came before a break counts
        parser.feed(body[:1_000_000].decode("utf-8", "replace"))
    ordered = sorted(parser.found, key=lambda one: (bool(_COMMENTS.search(one[1].url)), one[0]))
    unique = {link.url: link for _, link in reversed(ordered)}
    return tuple(dict.fromkeys(unique[link.url] for _, link in ordered))[:_MOST]


def usual_places(url: str) -> tuple[str, ...]:
    """Addresses worth asking when a page announces nothing: few, on the same host only."""
    parts = urlsplit(url)
    return tuple(f"{parts.scheme}://{parts.netloc}{place}" for place in _USUAL_PLACES)


def looks_like_html(body: bytes) -> bool:
    """Whether a body is a web page rather than a feed."""
    head = body[:4_000].lower()
    page = re.search(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", head)
    return page is not None and re.search(rb"<(rss|feed|rdf:rdf)[\s>]", head) is None
