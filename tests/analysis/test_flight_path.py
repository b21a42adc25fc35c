"""Whose economic zone, which country flown over, and whether the flight failed."""

from __future__ import annotations

import pytest

from bot.analysis.launches import judge
from bot.domain.launch import LaunchEvent


def _news(*paragraphs: str, title: str = "North Korea fires ballistic missile") -> LaunchEvent:
    news = judge(title, paragraphs, language="en").news
    assert news is not None
    return news


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        (
            "The missile fell outside Japan's exclusive economic zone.",
            "outside Japan's exclusive economic zone",
        ),
        (
            "Japan's coast guard said the missile landed inside its EEZ.",
            "inside Japan's exclusive economic zone",
        ),
        (
            "The missile came down within the Philippines' exclusive economic zone.",
            "inside Philippines' exclusive economic zone",
        ),
        (
            "The missile fell outside an exclusive economic zone.",
            "outside an exclusive economic zone",
        ),
    ],
)
def test_zone_belongs_to_the_country_named(text: str, zone: str) -> None:
    found = _news(text).eez
    assert found is not None
    assert found.value == zone
    assert found.quote == text


def test_our_zone_is_that_of_the_official_who_spoke_before() -> None:
    found = _news(
        "Filipino Defence Minister Ana Reyes said two missiles were seen.",
        "He added that one missile landed inside our exclusive economic zone.",
        title="China fires ballistic missiles",
    ).eez
    assert found is not None
    assert found.value == "inside Philippines' exclusive economic zone"


@pytest.mark.parametrize(
    ("title", "country"),
    [
        ("North Korean missile flies over Hokkaido", "Japan"),
        ("North Korea fires missile over Japan", "Japan"),
        ("Russian missile enters Polish airspace", "Poland"),
        ("Russian missile shot down over Kyiv", None),
    ],
)
def test_overflight_names_the_country_flown_over(title: str, country: str | None) -> None:
    found = _news(title=title).overflight
    assert (found.value if found else None) == country


@pytest.mark.parametrize(
    ("title", "failed"),
    [
        ("North Korean missile launch fails, Seoul says", True),
        ("North Korea's missile explodes shortly after launch", True),
        ("Russia fires missiles at Kyiv, air defence failed to intercept two", False),
        ("North Korea fires missile", False),
    ],
)
def test_failure_is_that_of_the_flight(title: str, failed: bool) -> None:
    assert (_news(title=title).failed is not None) is failed
