"""What is taken from one answer of a feed: its newest entries, whatever their number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.article import Markup, Origin, Published, RawArticle, SourceKind
from bot.errors import NotAFeed
from bot.sources.polled_feed import MOST_ENTRIES, newest, read_polled
from tests.sources.loopback import NOW, item, rss

UNNAMED = Origin(kind=SourceKind.FEED, key="1", name="")


def entry(number: int, age: timedelta | None) -> RawArticle:
    published = None if age is None else Published(NOW - age)
    return RawArticle(
        UNNAMED, f"Entry {number}", "", Markup.PLAIN, NOW, guid=str(number), published=published
    )


def test_the_newest_are_kept_in_the_order_of_the_feed() -> None:
    rising = [entry(n, timedelta(hours=100 - n)) for n in range(100)]
    assert newest(rising, 10) == tuple(rising[-10:])
    assert newest(rising[::-1], 10) == tuple(rising[:-11:-1])
    assert newest(rising, 100) == tuple(rising)


def test_without_dates_both_ends_are_kept() -> None:
    undated = [entry(n, None) for n in range(100)]
    assert newest(undated, 10) == (*undated[:5], *undated[-5:])


def test_ten_thousand_entries_are_cut_and_the_rest_is_told() -> None:
    body = rss(*(f"<item><title>T{n}</title><guid>{n}</guid></item>" for n in range(10_000)))
    polled = read_polled(body, None, "https://e.org/f", UNNAMED, "e.org", NOW)
    assert len(polled.articles) == MOST_ENTRIES
    assert polled.left_out == 10_000 - MOST_ENTRIES


def test_a_feed_without_a_name_is_called_by_its_title_or_host() -> None:
    def name(origin: Origin, body: bytes) -> tuple[str, str | None]:
        found = read_polled(body, None, "", origin, "e.org", NOW).articles[0].origin
        return found.name, found.publisher

    untitled = b"<rss version='2.0'><channel>" + item().encode() + b"</channel></rss>"
    assert name(UNNAMED, untitled) == ("e.org", "e.org")
    title = read_polled(rss(item()), None, "", UNNAMED, "e.org", NOW).title
    assert name(UNNAMED, rss(item())) == (title or "e.org", title or "e.org")
    named = replace(UNNAMED, name="Wire", publisher="Yonhap")
    assert name(named, rss(item())) == ("Wire", "Yonhap")


def test_what_is_no_feed_is_refused() -> None:
    with pytest.raises(NotAFeed):
        read_polled(b"hello", None, "", UNNAMED, "", NOW)
