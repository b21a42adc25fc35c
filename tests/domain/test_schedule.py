from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest import Every, LocalSchedule, Slot
from bot.domain.schedule import (
    due_slots,
    local_instant,
    next_slot,
    next_slots,
    parse_days,
    parse_time,
    plan,
)
from bot.errors import InvalidInput
from bot.locale import say

# Every kind of clock change there is: at midnight, by half an hour, backwards in winter, on a
# Saturday evening, around Ramadan, at +13:45, and zones that have none.
ZONES = (
    "America/New_York",
    "America/St_Johns",
    "America/Nuuk",
    "America/Santiago",
    "America/Havana",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Seoul",
    "Asia/Kathmandu",
)
HALF_HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30)]
FIRST, LAST = date(2025, 1, 1), date(2035, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def earliest_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """An independent answer: walk the real minutes around the time and look at the wall clock."""
    wall = datetime.combine(day, at)
    instant = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    instant -= timedelta(minutes=instant.minute % 15)
    while instant.astimezone(zone).replace(tzinfo=None) < wall:
        instant += timedelta(minutes=15)
    return instant


@pytest.mark.parametrize("name", ZONES)
def test_every_half_hour_of_eleven_years_is_due_exactly_once_a_local_day(name: str) -> None:
    since = datetime(2024, 12, 31, tzinfo=UTC) - timedelta(days=1)
    until = datetime(2036, 1, 2, tzinfo=UTC)
    zone = ZoneInfo(name)
    for at in HALF_HOURS:
        slots = [
            slot
            for slot in due_slots(LocalSchedule(at, name), since, until)
            if FIRST <= slot.local_date <= LAST
        ]
        assert [slot.local_date for slot in slots] == DAYS
        assert all(a.due < b.due for a, b in pairwise(slots))
        for slot in slots:
            wall = slot.due.astimezone(zone).replace(tzinfo=None)
            asked = datetime.combine(slot.local_date, at)
            if wall != asked:  # only after a gap, and then at its very end
                just_before = (slot.due - timedelta(seconds=1)).astimezone(zone)
                assert just_before.replace(tzinfo=None) < asked < wall


@pytest.mark.parametrize("name", ZONES)
def test_days_on_which_the_clock_changes_agree_with_walking_the_minutes(name: str) -> None:
    zone = ZoneInfo(name)
    changing = [
        day
        for day in DAYS[: 366 * 3]
        if local_instant(day, time(), zone).astimezone(zone).utcoffset()
        != local_instant(day + timedelta(days=1), time(), zone).astimezone(zone).utcoffset()
    ]
    assert changing or name in ("Asia/Seoul", "Asia/Kathmandu")
    for day in changing:
        for around in (day, day + timedelta(days=1)):
            for at in HALF_HOURS:
                assert local_instant(around, at, zone) == earliest_instant(around, at, zone)


def test_walking_from_slot_to_slot_over_a_clock_change_leaves_none_out() -> None:
    for name in ZONES:
        schedule = LocalSchedule(time(0, 30), name)
        at = datetime(2026, 1, 1, tzinfo=UTC)
        seen: Counter[date] = Counter()
        while at < datetime(2027, 1, 1, tzinfo=UTC):
            slot = next_slot(schedule, at)
            assert slot is not None
            assert slot.due > at
            seen[slot.local_date] += 1
            at = slot.due
        assert set(seen.values()) == {1}
        assert len(seen) >= 365


def test_a_time_in_a_gap_runs_at_the_first_instant_after_it() -> None:
    new_york = ZoneInfo("America/New_York")
    assert local_instant(date(2027, 3, 14), time(2, 30), new_york) == datetime(
        2027, 3, 14, 7, 0, tzinfo=UTC
    )


def test_a_time_that_comes_twice_runs_the_first_time() -> None:
    new_york = ZoneInfo("America/New_York")
    assert local_instant(date(2026, 11, 1), time(1, 30), new_york) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_a_gap_at_midnight_does_not_swallow_the_day() -> None:
    slots = due_slots(
        LocalSchedule(time(0, 0), "Asia/Beirut"),
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        datetime(2026, 3, 29, 12, tzinfo=UTC),
    )
    assert slots == [Slot(date(2026, 3, 29), 0, datetime(2026, 3, 28, 22, tzinfo=UTC))]


def test_a_gap_before_midnight_belongs_to_the_day_that_lost_its_evening() -> None:
    slot = next_slot(
        LocalSchedule(time(23, 30), "America/Nuuk"), datetime(2026, 3, 28, 12, tzinfo=UTC)
    )
    assert slot == Slot(date(2026, 3, 28), 23 * 60 + 30, datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_hourly_runs_leave_out_the_hour_that_does_not_exist() -> None:
    schedule = LocalSchedule(time(0, 15), "America/New_York", Every.HOUR)
    slots = due_slots(
        schedule, datetime(2027, 3, 14, 5, 0, tzinfo=UTC), datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
    )
    assert [slot.slot for slot in slots] == [15, 75, 195, 255]


def test_hourly_runs_do_not_repeat_the_hour_that_comes_twice() -> None:
    schedule = LocalSchedule(time(0, 15), "America/New_York", Every.HOUR)
    slots = due_slots(
        schedule, datetime(2026, 11, 1, 4, 0, tzinfo=UTC), datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    )
    assert [slot.slot for slot in slots] == [15, 75, 135]


@pytest.mark.parametrize(
    ("every", "weekdays", "expected"),
    [
        (Every.DAY, (), [0, 1, 2, 3, 4, 5, 6]),
        (Every.WEEKDAY, (), [0, 1, 2, 3, 4]),
        (Every.WEEK, (2,), [2]),
        (Every.WEEK, (), [0]),
        (Every.CUSTOM, (0, 3, 6), [0, 3, 6]),
        (Every.CUSTOM, (), []),
    ],
)
def test_only_the_chosen_weekdays_have_runs(
    every: Every, weekdays: tuple[int, ...], expected: list[int]
) -> None:
    schedule = LocalSchedule(time(8), "Asia/Seoul", every, weekdays)
    start = datetime(2026, 1, 4, 15, tzinfo=UTC)  # Monday 00:00 in Seoul
    slots = due_slots(schedule, start, start + timedelta(days=7))
    assert [slot.local_date.weekday() for slot in slots] == expected


def test_a_schedule_without_days_has_no_next_run() -> None:
    schedule = LocalSchedule(time(8), "Asia/Seoul", Every.CUSTOM, ())
    assert next_slot(schedule, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_the_next_three_runs_are_shown_in_order() -> None:
    schedule = LocalSchedule(time(7, 30), "Asia/Seoul", Every.WEEKDAY)
    slots = next_slots(schedule, datetime(2026, 1, 2, 0, tzinfo=UTC), 3)  # Friday 09:00 in Seoul
    assert [slot.local_date.day for slot in slots] == [5, 6, 7]


def test_nothing_is_due_before_its_time_or_when_the_clock_stepped_back() -> None:
    schedule = LocalSchedule(time(8), "UTC")
    at = datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert due_slots(schedule, at - timedelta(hours=1), at - timedelta(seconds=1)) == []
    assert len(due_slots(schedule, at - timedelta(hours=1), at)) == 1
    assert due_slots(schedule, at, at + timedelta(hours=1)) == []
    assert due_slots(schedule, at, at - timedelta(hours=3)) == []


def slot_at(hour: int, day: int = 2) -> Slot:
    return Slot(date(2026, 1, day), hour * 60, datetime(2026, 1, day, hour, tzinfo=UTC))


def test_a_run_in_time_is_not_called_late() -> None:
    runs = plan([slot_at(8)], slot_at(8).due + timedelta(minutes=2))
    assert runs.run == slot_at(8)
    assert not runs.late


def test_a_run_missed_by_less_than_six_hours_is_posted_late() -> None:
    runs = plan([slot_at(8)], slot_at(8).due + timedelta(hours=6))
    assert runs.run == slot_at(8)
    assert runs.late


def test_a_run_missed_by_more_than_six_hours_is_skipped_and_recorded() -> None:
    runs = plan([slot_at(8)], slot_at(8).due + timedelta(hours=6, seconds=1))
    assert runs.run is None
    assert runs.skipped == (slot_at(8),)


def test_several_missed_runs_become_one_late_run() -> None:
    slots = [slot_at(1), slot_at(6), slot_at(7), slot_at(8)]
    runs = plan(slots, slot_at(8).due + timedelta(minutes=30))
    assert runs.run == slot_at(8)
    assert runs.folded == (slot_at(6), slot_at(7))
    assert runs.skipped == (slot_at(1),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("07:30", time(7, 30)),
        ("7:30", time(7, 30)),
        ("19.30", time(19, 30)),
        ("7pm", time(19)),
        ("12 am", time(0)),
        ("12:15 PM", time(12, 15)),
        ("7시 30분", time(7, 30)),
        ("오후 7시", time(19)),
        ("午後7時30分", time(19, 30)),
        ("０８：００", time(8)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "7", "24:00", "7:60", "13 pm", "noon", "7:5"])
def test_a_wrong_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="07:30") as caught:
        parse_time(text)
    assert caught.value.text == say(caught.value.key, **caught.value.params)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily", (Every.DAY, ())),
        ("Weekdays", (Every.WEEKDAY, ())),
        ("weekly", (Every.WEEK, ())),
        ("weekly on Friday", (Every.WEEK, (4,))),
        ("hourly", (Every.HOUR, ())),
        ("Mon, Wed and Fri", (Every.CUSTOM, (0, 2, 4))),
        ("mon-fri", (Every.WEEKDAY, ())),
        ("Sat – Mon", (Every.CUSTOM, (0, 5, 6))),
        ("weekend", (Every.CUSTOM, (5, 6))),
        ("mon-sun", (Every.DAY, ())),
        ("월, 수", (Every.CUSTOM, (0, 2))),
        ("月水金", (Every.CUSTOM, (0, 2, 4))),
        ("평일", (Every.WEEKDAY, ())),
    ],
)
def test_days_are_read_as_people_write_them(
    text: str, expected: tuple[Every, tuple[int, ...]]
) -> None:
    assert parse_days(text) == expected


@pytest.mark.parametrize("text", ["", "someday", "1", "mon-", "0 9 * * 1"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_days(text)
    assert caught.value.text == say(caught.value.key, **caught.value.params)
