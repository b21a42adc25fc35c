"""Time zones as people type them."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import ZONE_ALIASES, parse_offset, parse_zone, zone_forms
from bot.errors import InvalidInput
from bot.locale import say


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("asia/seoul", "Asia/Seoul"),
        ("America/New York", "America/New_York"),
        ("Seoul", "Asia/Seoul"),
        (" seoul ", "Asia/Seoul"),
        ("new york", "America/New_York"),
        ("서울", "Asia/Seoul"),
        ("東京", "Asia/Tokyo"),
        ("KST", "Asia/Seoul"),
        ("kst", "Asia/Seoul"),
        ("JST", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("EST", "America/New_York"),
        ("EDT", "America/New_York"),
        ("MST", "America/Denver"),
        ("CET", "Europe/Berlin"),
        ("Kiev", "Europe/Kyiv"),
        ("GMT", "UTC"),
        ("utc", "UTC"),
        ("UTC+0", "UTC"),
        ("GMT-00:00", "UTC"),
        ("Etc/GMT-9", "Etc/GMT-9"),
        ("etc/gmt+9", "Etc/GMT+9"),
    ],
)
def test_what_people_write_is_understood(typed: str, zone: str) -> None:
    assert parse_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("UTC+9", "Asia/Seoul"),
        ("GMT+9", "Asia/Seoul"),
        ("+09:00", "Asia/Seoul"),
        ("UTC-5", "America/New_York"),
        ("UTC−5", "America/New_York"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("utc+3:30", "Asia/Tehran"),
        ("UTC+14", "Pacific/Auckland"),
        ("IST", "Asia/Kolkata, Asia/Jerusalem"),
        ("CST", "America/Chicago, Asia/Shanghai"),
        ("Europe/Lndon", "Europe/London"),
        ("Soul", "Asia/Seoul"),
        ("nowhere at all", "Asia/Seoul"),
        ("localtime", "/"),
        ("Factory", "/"),
        ("", "/"),
    ],
)
def test_what_is_unclear_is_answered_with_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(InvalidInput, match=nearest) as caught:
        parse_zone(typed)
    assert caught.value.text == say(caught.value.key, **caught.value.params)


def test_every_zone_of_the_database_is_understood_by_its_name() -> None:
    for name in zone_forms():
        assert ZoneInfo(parse_zone(name)).key == name


def test_every_alias_leads_to_a_zone_that_exists_and_to_one_only() -> None:
    assert set(ZONE_ALIASES) <= available_timezones()
    every = [alias.casefold() for aliases in ZONE_ALIASES.values() for alias in aliases]
    assert len(every) == len(set(every))


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_zone_or_is_refused(typed: str) -> None:
    with contextlib.suppress(InvalidInput):
        assert ZoneInfo(parse_zone(typed))


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("UTC+9", 9.0),
        ("gmt -3:30", -3.5),
        ("+0545", 5.75),
        ("UTC", None),
        ("+19", None),
        ("9", None),
    ],
)
def test_offsets_are_read(typed: str, hours: float | None) -> None:
    assert parse_offset(typed) == (None if hours is None else timedelta(hours=hours))
