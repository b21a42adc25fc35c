"""Countries, weapons and names as people write them."""

from __future__ import annotations

import time

import pytest

from bot.domain.launch import WeaponClass
from bot.domain.zones import zone_forms
from bot.errors import InvalidInput
from bot.locale import error_words
from bot.services.suggestions import Suggestion, Suggestions, best_names, nearest
from bot.services.vocabulary import (
    read_countries,
    read_weapons,
    suggest_countries,
    suggest_weapons,
)
from bot.starter import opml_text, starter_feeds


def test_countries_are_read_in_every_language() -> None:
    assert read_countries("north korea, IRAN") == ("North Korea", "Iran")
    assert read_countries("북한") == ("North Korea",)
    assert read_countries("北朝鮮、イラン") == ("North Korea", "Iran")
    assert read_countries("") == ()


def test_weapons_are_read_by_name() -> None:
    assert read_weapons("cruise missile; Ballistic Missiles") == (
        WeaponClass.CRUISE,
        WeaponClass.BALLISTIC,
    )


def test_unknown_ones_name_the_nearest() -> None:
    with pytest.raises(InvalidInput, match=r"Did you mean Iran\?"):
        read_countries("Irna")
    with pytest.raises(InvalidInput, match="Did you mean North Korea"):
        read_countries("North Corea")
    with pytest.raises(InvalidInput, match="cruise missile"):
        read_weapons("cruse missile")


def test_the_nearest_is_named_in_the_readers_language() -> None:
    with pytest.raises(InvalidInput) as country:
        read_countries("Irna")
    assert "이란" in error_words(country.value, "ko")
    with pytest.raises(InvalidInput) as weapon:
        read_weapons("cruse missile")
    assert "巡航ミサイル" in error_words(weapon.value, "ja")


def test_the_last_name_of_a_list_is_completed() -> None:
    found = [value for value, _ in suggest_countries("Iran, nort", "en")]
    assert "Iran, North Korea" in found
    assert len(found) <= 25
    assert ("hypersonic missile", "hypersonic missile") in suggest_weapons("hyperson", "en")


def test_short_names_of_countries_and_weapons_are_known() -> None:
    assert read_countries("DPRK, usa") == ("North Korea", "United States")
    assert read_weapons("ICBM, slbm, SAMs") == (
        WeaponClass.INTERCONTINENTAL,
        WeaponClass.SUBMARINE_LAUNCHED,
        WeaponClass.SURFACE_TO_AIR,
    )
    assert suggest_weapons("icbm", "en")[0][0] == "intercontinental ballistic missile"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("usa", "United States"),
        ("dprk", "North Korea"),
        ("ira", "Iran"),
        ("korea, ja", "korea, Japan"),
        ("korea", "North Korea"),
        ("nroth korea", "North Korea"),
    ],
)
def test_the_nearest_country_stands_first(typed: str, first: str) -> None:
    assert suggest_countries(typed, "en")[0][0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("utc", "UTC"),
        ("seo", "Asia/Seoul"),
        ("Asia/Se", "Asia/Seoul"),
        ("new york", "America/New_York"),
        ("kst", "Asia/Seoul"),
        ("tokio", "Asia/Tokyo"),
        ("est", "America/New_York"),
        ("gmt", "UTC"),
    ],
)
def test_the_nearest_time_zone_stands_first(typed: str, first: str) -> None:
    assert best_names(zone_forms(), typed)[0] == first


def test_names_are_found_despite_typing_errors_within_a_tenth_of_a_second() -> None:
    choices = [Suggestion(str(n), f"#{n} Launch report number {n}") for n in range(2000)]
    choices.append(Suggestion("9999", "#9999 Yonhap News Agency"))
    began = time.perf_counter()
    found = nearest(choices, "yonahp news")
    assert time.perf_counter() - began < 0.1
    assert found[0].value == "9999"
    assert len(found) <= 25
    assert nearest(choices, "#17")[0].value == "17"


def test_help_knows_commands_and_not_buttons() -> None:
    labels = [each.label for each in Suggestions.help_topics("")]
    assert "/feed" in labels
    assert "/story" not in labels
    assert "alert quiet-hours" in Suggestions.commands_of("alert")


def test_starter_feeds_say_who_stands_behind_them() -> None:
    feeds = starter_feeds()
    assert len(feeds) >= 30
    assert len({feed.url for feed in feeds}) == len(feeds)
    assert {feed.kind for feed in feeds} >= {"wire", "broadcaster", "defence press", "ministry"}
    assert all(feed.family for feed in feeds)
    assert all(feed.url.startswith(("http://", "https://")) for feed in feeds)
    assert {feed.name for feed in feeds if feed.state_media} >= {"TASS (English)"}
    assert all(feed.official for feed in feeds if feed.kind == "ministry")
    assert "not verified" in " ".join(opml_text().split())
