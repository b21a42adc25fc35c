"""What people with low vision, colour blindness or a screen reader need of every message."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.delivery.discord_limits import walk
from bot.delivery.discord_parts import COLOURS
from bot.delivery.discord_render import DiscordRenderer
from bot.domain.message import Severity
from bot.domain.story import StoryStatus
from bot.domain.subscription import PlaceKind
from bot.locale import LOCALES, keys, say
from tests.delivery.examples import ALL
from tests.services.test_panels import _messages

# Discord's grounds of embeds and containers: dark, darker, light, white.
GROUNDS = (0x2B2D31, 0x1E1F22, 0xF2F3F5, 0xFFFFFF)
# WCAG 2.2, success criterion 1.4.11 Non-text Contrast. https://www.w3.org/TR/WCAG22/
LEAST_CONTRAST = 3.0
STATUS_WORDS = {say(f"status.{status.value}") for status in StoryStatus}
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u26aa\u2b55]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MASKED = re.compile(
    r"\[(?P<label>[^\]]+)\]\(<(?P<url>https?://(?P<host>[^/>]+)[^>]*)>\)(?P<after>.{0,80})"
)


def luminance(colour: int) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    parts = [(colour >> shift & 0xFF) / 255 for shift in (16, 8, 0)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: int, other: int) -> float:
    """Contrast ratio as WCAG defines it, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("ground", GROUNDS)
def test_accent_colours_stand_out_on_dark_and_light_cards(severity: Severity, ground: int) -> None:
    assert contrast(COLOURS[severity], ground) >= LEAST_CONTRAST


def rendered(place: PlaceKind = PlaceKind.CHANNEL) -> list[tuple[str, dict[str, Any]]]:
    """Every example and every panel, as Discord would get it."""
    renderer = DiscordRenderer()
    found = {**{f"example {name}": made for name, made in ALL.items()}, **_messages("en")}
    return [(name, renderer.payload(message, place)) for name, message in found.items()]


def texts_of(payload: dict[str, Any]) -> list[str]:
    """Everything that is read, without buttons."""
    found = [str(payload.get("content") or "")]
    for embed in payload.get("embeds") or ():
        found += [str(embed.get(key) or "") for key in ("title", "description")]
        found.append(str((embed.get("footer") or {}).get("text") or ""))
    found += [str(part.get("content") or "") for part in walk(payload.get("components") or ())]
    return [text for text in found if text]


def test_coloured_card_says_in_words_what_its_colour_means() -> None:
    for name, payload in rendered():
        assert any(_WORD.search(text) for text in texts_of(payload)), name


@pytest.mark.parametrize("name", ["alert", "update", "retraction"])
def test_news_of_a_launch_carries_its_status_word(name: str) -> None:
    words = "\n".join(texts_of(DiscordRenderer().payload(ALL[name], PlaceKind.CHANNEL)))
    known = {word.casefold() for word in STATUS_WORDS} | {"retracted", "update"}
    assert any(word in words.casefold() for word in known)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_symbol_stands_without_a_word_in_any_language(locale: str) -> None:
    for key, pattern in keys(locale).items():
        for form in [pattern] if isinstance(pattern, str) else pattern.values():
            if _EMOJI.search(form):
                bare = _EMOJI.sub("", form)
                assert _WORD.search(bare), key


def test_every_picture_has_an_alternative_text() -> None:
    pictures = 0
    for name, payload in rendered():
        for item in payload.get("files") or ():
            pictures += 1
            assert len(item["alt"]) > 10, name
        for part in walk(payload.get("components") or ()):
            for item in part.get("items") or ():
                pictures += 1
                assert len(item.get("description") or "") > 10, name
    assert pictures


def test_no_layout_by_tables_code_blocks_or_drawn_lines() -> None:
    for name, payload in rendered():
        for text in texts_of(payload):
            assert "```" not in text, name
            assert not re.search(r"^\s*\|.*\|", text, re.MULTILINE), name
            assert not re.search(r"[\u2500-\u257f\u2580-\u259f]", text), name
        for embed in payload.get("embeds") or ():
            assert not any(item.get("inline") for item in embed.get("fields") or ()), name


@pytest.mark.parametrize("place", [PlaceKind.CHANNEL, PlaceKind.ANNOUNCEMENT])
def test_links_say_where_they_go(place: PlaceKind) -> None:
    links = 0
    for name, payload in rendered(place):
        for text in texts_of(payload):
            for link in _MASKED.finditer(text):
                links += 1
                seen = (link["label"] + link["after"]).replace("\\", "")
                host = link["host"].removeprefix("www.")
                assert host in seen or link["label"].strip("…"), name
                assert len(link["label"].strip()) > 2, name
        for part in walk(payload.get("components") or ()):
            if part.get("url"):
                assert "." in part["label"], f"{name}: the host is not on the button"
    assert links


def test_page_is_said_in_words_where_buttons_are_disabled() -> None:
    # VoiceOver on iOS does not say that a button is disabled (discord-api-docs #4389).
    for name, payload in rendered():
        parts = list(walk(payload.get("components") or ()))
        turns = [p for p in parts if p.get("disabled") and ":first" in str(p.get("custom_id"))]
        if turns:
            assert any("Page " in text for text in texts_of(payload)), name
