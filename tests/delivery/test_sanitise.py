"""Hostile titles and bodies: what is shown is their words and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import markdown, sanitise
from bot.delivery.discord_limits import units
from bot.delivery.markdown import BlockKind, Plain
from tests.delivery.hostile import HOSTILE, ORDINARY

INVISIBLE = regex.compile(r"[\p{C}\u115F\u1160\u3164\uFFA0\u2800\u034F\u2028\u2029--\n]", regex.V1)


def assert_harmless(shown: str) -> None:
    for block in markdown.blocks(shown):
        assert block.kind in (BlockKind.TEXT, BlockKind.BLANK), (shown, block)
        assert all(isinstance(node, Plain) for node in block.nodes), (shown, block)
    assert not INVISIBLE.search(shown)
    assert "@everyone" not in shown.casefold()
    assert "@here" not in shown.casefold()
    assert "<@" not in shown
    assert not regex.search(r"(?i)https?://", shown)
    assert not regex.search(r"(?i)discord(app)?\.(gg|com/invite)|(?:dsc|invite)\.gg", shown)
    shown.encode()


def test_there_are_at_least_150_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 150


@pytest.mark.parametrize("text", HOSTILE + ORDINARY)
def test_hostile_text_shows_as_plain_words(text: str) -> None:
    assert_harmless(sanitise.markdown(text))
    assert_harmless(sanitise.markdown(text, lines=True))


@pytest.mark.parametrize("text", HOSTILE + ORDINARY)
def test_a_cut_keeps_the_limit_and_stays_harmless(text: str) -> None:
    for limit in (1, 2, 80, 256, 1024, 4096):
        shown = sanitise.markdown(text, limit)
        assert units(shown) <= limit
        assert_harmless(shown)
        assert units(sanitise.plain(text, limit)) <= limit


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_titles_read_as_they_were_written(text: str) -> None:
    (block,) = markdown.blocks(sanitise.markdown(text))
    read = "".join(node.text for node in block.nodes if isinstance(node, Plain))
    assert read == unicodedata.normalize("NFC", text)


def test_a_push_line_keeps_hyphens_and_clock_times_unescaped() -> None:
    title = "Short-range missile fired at 07:06, 2.5 km away (official) | Reuters"
    assert sanitise.markdown(title) == title


def test_numbers_at_the_start_are_no_list() -> None:
    assert sanitise.markdown("2. Army fires missile") == "2\\. Army fires missile"
    assert sanitise.markdown("2.5 tonnes of fuel") == "2.5 tonnes of fuel"


def test_a_cut_never_splits_an_emoji_or_an_accented_letter() -> None:
    text = "🇰🇷🇯🇵e\u0323\u0302x"
    whole = regex.findall(r"\X", text)
    for limit in range(1, units(text)):
        kept = sanitise.cut(text, limit).removesuffix(sanitise.ELLIPSIS)
        pieces = regex.findall(r"\X", kept)
        assert pieces == whole[: len(pieces)]


def test_a_cut_ends_at_a_word_when_one_is_near() -> None:
    assert sanitise.cut("missile launched over the sea", 25) == "missile launched over…"


def test_neighbouring_texts_cannot_join_into_a_spoiler_or_link() -> None:
    joined = sanitise.markdown("a|") + sanitise.markdown("|b||") + sanitise.markdown("[x]")
    assert_harmless(joined + sanitise.markdown("(https://evil.example)"))


@given(st.text(max_size=300), st.integers(1, 120))
@settings(max_examples=300, deadline=None)
def test_no_text_at_all_becomes_more_than_text(text: str, limit: int) -> None:
    assert_harmless(sanitise.markdown(text, lines=True))
    shown = sanitise.markdown(text, limit)
    assert_harmless(shown)
    assert units(shown) <= limit


PIECES = ["everyone", "here", "https://", "discord", ".gg/", "<@", "t:1", "\u200b", "x", "1. "]
TRICKY = st.lists(st.sampled_from([*"[]()<>@&#*_~|`\\:!/.-1 \n", *PIECES]), max_size=40)


@given(TRICKY.map("".join))
@settings(max_examples=600, deadline=None)
def test_no_arrangement_of_special_characters_does(text: str) -> None:
    assert_harmless(sanitise.markdown(text, lines=True))
    assert_harmless(sanitise.markdown(text))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = sanitise.clean(text)
    assert sanitise.clean(once) == once


GOOD_URLS = {
    "https://www.bbc.co.uk/news/a": ("https://www.bbc.co.uk/news/a", "bbc.co.uk"),
    "http://example.org": ("http://example.org", "example.org"),
    "https://example.org:8443/a?q=1#f": ("https://example.org:8443/a?q=1#f", "example.org"),
    "https://example.org/a(b)": ("https://example.org/a%28b%29", "example.org"),
    "https://münchen.example/ä": ("https://xn--mnchen-3ya.example/%C3%A4", "münchen.example"),
    "https://한국.example/뉴": ("https://xn--3e0b707e.example/%EB%89%B4", "한국.example"),
    "https://пример.example/": ("https://xn--e1afmkfd.example/", "пример.example"),
}


@pytest.mark.parametrize("address", GOOD_URLS)
def test_addresses_are_written_anew_with_their_host(address: str) -> None:
    safe = sanitise.safe_url(address)
    assert safe is not None
    assert (safe.url, safe.host) == GOOD_URLS[address]


@pytest.mark.parametrize(
    "address",
    [
        "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.org/",
        "https://user:secret@example.org/", "https://user@bbc.co.uk@evil.example/", "//example.org",
        "https://", "https:///path", "not an address", "https://exa mple.org/", "discord://-/x",
        "https://example.org:99999/", "https://bbc.co／.evil.example", "https://[::1",
        "https://example.org/\u202egpj", "https://evil.example\\@bbc.co.uk/", "http://exam\nple.org/",
        "https://example.org/" + "a" * 600,
    ],
)  # fmt: skip
def test_other_addresses_are_not_linked(address: str) -> None:
    assert sanitise.safe_url(address) is None


@pytest.mark.parametrize(
    "address",
    ["https://аррӏе.com/", "https://pаypal.com/", "https://bbс.co.uk/", "https://ροτα.com/"],
)
def test_hosts_that_pretend_are_shown_in_punycode(address: str) -> None:
    safe = sanitise.safe_url(address)
    assert safe is not None
    assert "xn--" in safe.host
    assert safe.host.isascii()


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_address_can_end_a_masked_link(tail: str) -> None:
    safe = sanitise.safe_url("https://example.org/" + tail)
    if safe is not None:
        assert not set(safe.url) & set("()<>[] \n\t\\\"'`|")
        assert safe.url.isascii()
        assert units(safe.url) <= 512
