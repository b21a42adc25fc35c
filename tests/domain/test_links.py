"""Canonical links (what is the same address) and redaction (what may be shown)."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import starter
from bot.domain.links import (
    canonical_link,
    redact,
    redact_feed,
    redact_feed_text,
    redact_text,
    same_origin,
)

PLAIN = "https://example.org/news/a-story"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/news/a-story", "https://EXAMPLE.org/news/a-story",
        "https://example.org:443/news/a-story", "http://example.org:80/news/a-story",
        "https://example.org/news/a-story/", "https://example.org/news/a-story#comments",
        "https://example.org/news/a-story?utm_source=rss&utm_medium=feed", "https://www.example.org/news/a-story",
        "https://example.org/news/a-story?fbclid=abc", "https://example.org/news//a-story",
        "https://amp.example.org/news/a-story", "https://m.example.org/news/a-story",
        "https://example.org/news/a-story/amp", "https://example.org/news/a-story/amp/",
        "https://example.org/news/a-story?amp=1", "https://example.org/news/a-story?at_medium=RSS",
        "https://example.org/news/%61-story", " https://example.org/news/a-story ",
        "https://user:pw@example.org/news/a-story", "https://example.org./news/a-story",
    ],
)  # fmt: skip
def test_one_article_has_one_canonical_link(other: str) -> None:
    assert canonical_link(other) == canonical_link(PLAIN) == "example.org/news/a-story"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/another", "https://example.com/news/a-story",
        "https://example.org/news/a-story?id=2", "https://example.org:8443/news/a-story",
        "https://example.org/News/A-Story", "https://news.example.org/news/a-story",
        "https://example.org/news/a-story/page/2",
    ],
)  # fmt: skip
def test_other_articles_have_other_links(other: str) -> None:
    assert canonical_link(other) not in {"", canonical_link(PLAIN)}


def test_the_order_of_parameters_does_not_matter_but_their_values_do() -> None:
    assert canonical_link("http://a.org/x?b=2&a=1") == canonical_link("http://a.org/x?a=1&b=2")
    assert canonical_link("http://a.org/x?a=1") != canonical_link("http://a.org/x?a=2")


def test_a_short_host_is_not_taken_for_a_mobile_edition() -> None:
    assert canonical_link("https://m.org/x") == "m.org/x"


@pytest.mark.parametrize(
    "bad",
    [None, "", "javascript:alert(1)", "tag:example.org,2026:1", "x", "http://", "http://[",
     "http://a:b:c/"],
)  # fmt: skip
def test_what_is_no_web_address_has_no_canonical_link(bad: str | None) -> None:
    assert canonical_link(bad) == ""


@given(st.text(max_size=80))
def test_any_text_gives_some_canonical_link_without_failing(text: str) -> None:
    canonical_link("https://example.org/" + text)
    canonical_link(text)


@given(st.text("abc/%?&=#.-_~ é", max_size=40))
def test_a_canonical_link_is_its_own_canonical_link(path: str) -> None:
    once = canonical_link("https://example.org/" + path)
    assert canonical_link("https://" + once) == once


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@example.org/feed", "https://example.org/feed"),
        ("https://example.org/feed?token=abc&page=2", "https://example.org/feed?token=***&page=2"),
        ("https://example.org/feed?apiKey=abc", "https://example.org/feed?apiKey=***"),
        ("https://example.org/f?q=north+korea", "https://example.org/f?q=north+korea"),
        ("https://example.org/f?x=a8f5f167f44f4964e6c998dee827110c", "https://example.org/f?x=***"),
        ("https://discord.com/api/webhooks/1/abcDEF", "https://discord.com/api/webhooks/1/***"),
        ("https://example.org/feed#token", "https://example.org/feed"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://[bad", "(unreadable address)"),
    ],
)
def test_secrets_are_hidden_and_the_rest_is_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


SECRET = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://example.org/feed/{SECRET}", "https://example.org/feed/***"),
        (f"https://example.org/feed/{SECRET}.xml", "https://example.org/feed/***.xml"),
        ("https://example.org/p/aZ3kQ9vT-x7Lm2Np_R5s/rss", "https://example.org/p/***/rss"),
        ("https://example.org/u/3f2b8c1d-0a1b-4c2d-8e3f-a1b2c3d4e5f6", "https://example.org/u/***"),
        ("https://example.org/rss?k=hunter2&lang=en", "https://example.org/rss?k=***&lang=en"),
        ("https://example.org/rss?u=reader", "https://example.org/rss?u=***"),
        ("https://example.org/rss?reader77", "https://example.org/rss?***"),
        ("https://me:pw@example.org/rss?token=a", "https://example.org/rss?token=***"),
        ("http://[bad", "(unreadable address)"),
    ],
)
def test_a_feed_of_one_reader_shows_nothing_of_its_secret(url: str, shown: str) -> None:
    assert redact_feed(url) == shown
    assert redact_feed_text(f"{url} does not exist.") == f"{shown} does not exist."


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/news/2026/11/29/north-korea-fires-2-missiles-into-the-east-sea",
        "https://example.org/view/AEN20240101000100315",
        "https://example.org/rss/international-edition-2024-world-news.xml",
        "https://example.org/rss?q=north+korea+missile&hl=en-US&gl=US&ceid=US:en",
        "https://example.org/DesktopModules/RSS.ashx?ContentType=1&Site=945&max=10",
        "https://example.org/?feed=rss2&cat=12&paged=2",
        "https://example.org/feed?rss",
    ],
)
def test_an_ordinary_feed_is_shown_as_it_is(url: str) -> None:
    assert redact_feed(url) == url


def test_every_feed_of_the_starter_list_is_shown_as_it_is() -> None:
    feeds = Path(starter.__file__).with_name("feeds.opml").read_text(encoding="utf-8")
    urls = [unescape(url) for url in re.findall(r'xmlUrl="([^"]+)"', feeds)]
    assert len(urls) > 20
    assert [url for url in urls if redact_feed(url) != url] == []


def test_an_article_link_is_not_taken_for_a_feed_of_one_reader() -> None:
    link = f"https://example.org/news/{SECRET}?x=hunter2"
    assert redact(link) == link


def test_addresses_inside_a_text_are_redacted() -> None:
    text = redact_text("cannot reach https://me:pw@example.org/?key=1 (timeout)")
    assert "pw" not in text
    assert text == "cannot reach https://example.org/?key=*** (timeout)"


@given(st.text(max_size=60))
def test_redacting_never_fails_and_never_shows_a_password(tail: str) -> None:
    assert "Hunter2" not in redact(f"https://u:Hunter2@example.org/?secret=Hunter2#{tail}")
    assert "Hunter2" not in redact_feed(f"https://u:Hunter2@example.org/?s3=Hunter2#{tail}")
    redact(tail)
    redact_feed(tail)
    redact_text(tail)


def test_same_origin_needs_scheme_host_and_port() -> None:
    assert same_origin("https://a.org/x", "https://a.org:443/y")
    assert not same_origin("https://a.org/", "http://a.org/")
    assert not same_origin("https://a.org/", "https://b.org/")
    assert not same_origin("https://a.org/", "https://a.org:8443/")
