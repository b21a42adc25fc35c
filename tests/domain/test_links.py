"""Canonical links (what is the same address) and redaction (what may be shown)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import canonical_link, redact, redact_text, same_origin

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


def test_addresses_inside_a_text_are_redacted() -> None:
    text = redact_text("cannot reach https://me:pw@example.org/?key=1 (timeout)")
    assert "pw" not in text
    assert text == "cannot reach https://example.org/?key=*** (timeout)"


@given(st.text(max_size=60))
def test_redacting_never_fails_and_never_shows_a_password(tail: str) -> None:
    assert "Hunter2" not in redact(f"https://u:Hunter2@example.org/?secret=Hunter2#{tail}")
    redact(tail)
    redact_text(tail)


def test_same_origin_needs_scheme_host_and_port() -> None:
    assert same_origin("https://a.org/x", "https://a.org:443/y")
    assert not same_origin("https://a.org/", "http://a.org/")
    assert not same_origin("https://a.org/", "https://b.org/")
    assert not same_origin("https://a.org/", "https://a.org:8443/")
