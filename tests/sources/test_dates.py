"""The date reader: partial ISO dates, RFC 822 dates, and everything that is no date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import DatePrecision, Published
from bot.sources.dates import read_date

DAY, MONTH, YEAR = DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR


@pytest.mark.parametrize(
    ("text", "year", "month", "day", "precision"),
    [
        ("2021", 2021, 1, 1, YEAR),
        ("2021-03", 2021, 3, 1, MONTH),
        ("2021-03-25", 2021, 3, 25, DAY),
        ("2021/3/5", 2021, 3, 5, DAY),
        ("20210325", 2021, 3, 25, DAY),
        (" 2021-03-25 ", 2021, 3, 25, DAY),
        ("25 Mar 2021", 2021, 3, 25, DAY),
        ("Thu, 25 Mar 2021", 2021, 3, 25, DAY),
        ("25th March 2021", 2021, 3, 25, DAY),
        ("25th of March 2021", 2021, 3, 25, DAY),
        ("Thursday, March 25th, 2021", 2021, 3, 25, DAY),
        ("2021-03-25 (Thursday)", 2021, 3, 25, DAY),
        ("2021. 3. 25.", 2021, 3, 25, DAY),
        ("2021年3月25日", 2021, 3, 25, DAY),
        ("2021年3月25日(木)", 2021, 3, 25, DAY),
        ("2021년 3월 25일", 2021, 3, 25, DAY),
        ("25.03.2021", 2021, 3, 25, DAY),
        ("5.3.2021", 2021, 3, 5, DAY),
        ("25/03/2021", 2021, 3, 25, DAY),
        ("03/25/2021", 2021, 3, 25, DAY),
        ("25-03-2021", 2021, 3, 25, DAY),
    ],
)
def test_partial_dates_keep_their_precision(
    text: str, year: int, month: int, day: int, precision: DatePrecision
) -> None:
    assert read_date(text) == Published(datetime(year, month, day, tzinfo=UTC), precision)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2021-03-25T07:06:00Z", (7, 6)), ("2021-03-25T16:06:00+09:00", (7, 6)),
        ("2021-03-25 07:06", (7, 6)), ("2021-03-25T07:06:00.123456Z", (7, 6)),
        ("2021-03-25T02:06-0500", (7, 6)), ("20210325T070600Z", (7, 6)),
        ("Thu, 25 Mar 2021 07:06:00 GMT", (7, 6)), ("Thu, 25 Mar 2021 16:06:00 +0900", (7, 6)),
        ("25 Mar 2021 02:06:00 EST", (7, 6)), ("Thu, 25 Mar 21 07:06 UT", (7, 6)),
        ("2021-03-25 02:06 EST", (7, 6)), ("2021-03-25T16:06 KST", (7, 6)),
        ("2021-03-25 07:06 GMT", (7, 6)), ("2021年3月25日 16:06 JST", (7, 6)),
        ("25.03.2021 07:06", (7, 6)),
        ("Thu, 25 Mar 2021 16:06:00 KST", (7, 6)), ("Thur, 25 Mar 2021 07:06:00 +0000", (7, 6)),
    ],
)  # fmt: skip
def test_instants_are_read_with_their_offset(text: str, utc: tuple[int, int]) -> None:
    found = read_date(text)
    assert found is not None
    assert found.precision is DatePrecision.INSTANT
    assert (found.at.astimezone(UTC).hour, found.at.astimezone(UTC).minute) == utc


@pytest.mark.parametrize("text", ["9999-12-31", "0001", "0999-05", "31 Dec 9999", "22000101"])
def test_years_without_news_are_no_dates(text: str) -> None:
    assert read_date(text) is None


def test_the_offset_of_the_source_is_kept() -> None:
    found = read_date("2021-03-25T16:06:00+09:00")
    assert found is not None
    assert found.at.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2021-13-01", "2021-02-30", "99999", "12:00", "0000-00-00", "x" * 10_000,
     "2021-03-25T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\x00",
     "March", "03/04/2021", "25/13/2021", "32.03.2021", "2021年13月25日"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_without_failing(text: str) -> None:
    found = read_date(text)
    assert found is None or found.at.astimezone(UTC).tzinfo is UTC


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis wants naive limits
        max_value=datetime(2199, 12, 30),  # noqa: DTZ001 - hypothesis wants naive limits
    ),
    st.integers(-14 * 60, 14 * 60),
)
def test_every_iso_instant_survives_a_round_trip(when: datetime, minutes: int) -> None:
    at = when.replace(tzinfo=timezone(timedelta(minutes=minutes)), microsecond=0)
    assert read_date(at.isoformat()) == Published(at)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_survives_a_round_trip(day: object) -> None:
    found = read_date(str(day))
    assert found is not None
    assert str(found.at.date()) == str(day)
    assert found.precision is DAY
