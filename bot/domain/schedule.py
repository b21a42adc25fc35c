"""When a digest is due: local wall-clock times, exactly once for each local day and slot.

Where the clock jumps forward over a time, the run is at the first instant after the gap; where a
time comes twice, the first one counts (the rule of Vixie cron). Hourly runs simply leave out an
hour that does not exist, and do not repeat the one that comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from bot.domain.digest import Every, LocalSchedule, Slot
from bot.domain.folding import fold
from bot.errors import InvalidInput

GRACE = timedelta(hours=6)
# A run is called late when it is posted this long after its time: shorter delays are no news.
LATE_AFTER = timedelta(minutes=5)

_WEEKDAYS = (0, 1, 2, 3, 4)
_DAY = timedelta(days=1)
# A local day begins at most this long before and after the same day in UTC (offsets reach +14 h).
_WIDEST_OFFSET = timedelta(hours=15)
# No schedule is silent for longer than a week; one more day for zones that leave out a day.
_LONGEST_WAIT = 9


@dataclass(frozen=True, slots=True)
class DueRuns:
    """What to do about the slots that came due: `run` one (or none), record the others.

    `late` says that the run is posted later than `LATE_AFTER` after its time. `folded` slots are
    covered by the run, which reports on everything since the last one; `skipped` are too old.
    """

    run: Slot | None = None
    late: bool = False
    folded: tuple[Slot, ...] = ()
    skipped: tuple[Slot, ...] = ()


def next_slot(schedule: LocalSchedule, after: datetime) -> Slot | None:
    """The first slot due after an instant; None when the schedule names no days."""
    return next(_slots_after(schedule, after), None)


def next_slots(schedule: LocalSchedule, after: datetime, count: int) -> list[Slot]:
    """The next few slots, shown to people who set up a digest."""
    return [slot for slot, _ in zip(_slots_after(schedule, after), range(count), strict=False)]


def due_slots(schedule: LocalSchedule, since: datetime, now: datetime) -> list[Slot]:
    """Slots due after `since` and not after `now`, oldest first."""
    if now <= since:
        return []
    zone = ZoneInfo(schedule.timezone)
    day = (since - _WIDEST_OFFSET).date()
    last = (now + _WIDEST_OFFSET).date()
    found = []
    while day <= last:
        found += [slot for slot in _slots_of(schedule, zone, day) if since < slot.due <= now]
        day += _DAY
    return sorted(found, key=lambda slot: slot.due)


def plan(slots: list[Slot], now: datetime, grace: timedelta = GRACE) -> DueRuns:
    """Which of the due slots to run: the newest one, unless even that is older than the grace."""
    in_time = [slot for slot in slots if now - slot.due <= grace]
    skipped = tuple(slot for slot in slots if now - slot.due > grace)
    if not in_time:
        return DueRuns(skipped=skipped)
    run = in_time[-1]
    return DueRuns(run, now - run.due > LATE_AFTER, tuple(in_time[:-1]), skipped)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a local time: after a gap the first there is, of two the first."""
    wall = datetime.combine(day, at)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the local clock jumps over `wall`; jumps happen on whole seconds."""
    before = int(wall.replace(tzinfo=zone, fold=1).timestamp())  # with the offset after the gap
    after = int(wall.replace(tzinfo=zone, fold=0).timestamp())
    offset = datetime.fromtimestamp(after, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return datetime.fromtimestamp(after, UTC)


def _slots_after(schedule: LocalSchedule, after: datetime) -> Iterator[Slot]:
    """Slots due after an instant, in order; ends after a time in which none was found."""
    zone = ZoneInfo(schedule.timezone)
    day = (after - _WIDEST_OFFSET).date()
    idle = 0
    while idle <= _LONGEST_WAIT:
        # In order although days are taken one by one: slots of a later local day are due later.
        slots = [slot for slot in _slots_of(schedule, zone, day) if slot.due > after]
        yield from sorted(slots, key=lambda slot: slot.due)
        idle = 0 if slots else idle + 1
        day += _DAY


def _slots_of(schedule: LocalSchedule, zone: ZoneInfo, day: date) -> Iterator[Slot]:
    if day.weekday() not in days_of(schedule):
        return
    if schedule.every is not Every.HOUR:
        at = schedule.at
        yield Slot(day, at.hour * 60 + at.minute, local_instant(day, at, zone))
        return
    for hour in range(24):
        at = time(hour, schedule.at.minute)
        instant = local_instant(day, at, zone)
        if instant.astimezone(zone).time() == at:  # else the hour does not exist on this day
            yield Slot(day, hour * 60 + at.minute, instant)


def days_of(schedule: LocalSchedule) -> tuple[int, ...]:
    """The weekdays (0 = Monday) on which a schedule runs."""
    if schedule.every is Every.WEEKDAY:
        return _WEEKDAYS
    if schedule.every is Every.WEEK:
        return schedule.weekdays[:1] or (0,)
    if schedule.every is Every.CUSTOM:
        return schedule.weekdays
    return tuple(range(7))


# Reading what people write.

_CLOCK = re.compile(
    r"(?P<half>오전|오후|午前|午後)?\s*"
    r"(?P<hour>\d{1,2})(?:[:.h時시]\s*(?P<minute>\d{2})?[분分]?)?\s*(?P<suffix>[ap]m)?"
)
_AFTERNOON = {"pm", "오후", "午後"}
_DAY_NAMES = (
    ("mon", "monday", "월", "월요일", "月", "月曜", "月曜日"),
    ("tue", "tues", "tuesday", "화", "화요일", "火", "火曜", "火曜日"),
    ("wed", "weds", "wednesday", "수", "수요일", "水", "水曜", "水曜日"),
    ("thu", "thur", "thurs", "thursday", "목", "목요일", "木", "木曜", "木曜日"),
    ("fri", "friday", "금", "금요일", "金", "金曜", "金曜日"),
    ("sat", "saturday", "토", "토요일", "土", "土曜", "土曜日"),
    ("sun", "sunday", "일", "일요일", "日", "日曜", "日曜日"),
)
_DAY_NUMBER = {fold(name): number for number, names in enumerate(_DAY_NAMES) for name in names}
_EVERY_NAMES = {
    Every.DAY: ("daily", "day", "every day", "매일", "毎日"),
    Every.WEEKDAY: ("weekdays", "weekday", "workdays", "평일", "平日"),
    Every.WEEK: ("weekly", "week", "매주", "毎週"),
    Every.HOUR: ("hourly", "hour", "every hour", "매시간", "毎時"),
}
_EVERY_BY_NAME = {fold(name): every for every, names in _EVERY_NAMES.items() for name in names}
_WEEKEND = {fold(name) for name in ("weekend", "weekends", "주말", "週末")}
_SENTENCES = {
    "time": '"{given}" is not a time of day. Write hours and minutes, such as 07:30 or 19:00.',
    "days": '"{given}" names no days. Write daily, weekdays, weekly, hourly, or weekday names '
    "such as Mon, Wed, Fri or Mon-Fri.",
}


def _refuse(name: str, **params: Any) -> NoReturn:
    raise InvalidInput(_SENTENCES[name].format(**params), key=f"schedule.error.{name}", **params)


def parse_time(text: str) -> time:
    """A time of day as people write it: 07:30, 7:30, 19.30, 7 pm.

    Raises:
        InvalidInput: it is none.
    """
    found = _CLOCK.fullmatch(fold(text))
    if found and len(found[0]) > 2:  # a lone number may mean anything
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = found["half"] or found["suffix"]
        if half:
            hour = hour % 12 + (12 if half in _AFTERNOON else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    _refuse("time", given=text)


def parse_days(text: str) -> tuple[Every, tuple[int, ...]]:
    """How often, as people write it: "daily", "weekdays", "Mon, Wed" or "Mon-Fri".

    Raises:
        InvalidInput: no day is named.
    """
    folded = fold(re.sub(r"\s*[-–~〜]\s*", "~", text.strip()))
    every = _EVERY_BY_NAME.get(folded)
    if every:
        return every, ()
    weekly = re.match(r"weekly (?:on )?", folded)
    named = folded[weekly.end() :] if weekly else folded
    if set(named) <= _DAY_NUMBER.keys():  # 月水金
        named = " ".join(named)
    days: set[int] = set()
    for part in re.split(r"(?:[\s,;/、・]|\band\b)+", named):
        first, dash, last = part.partition("~")
        if part in _WEEKEND:
            days |= {5, 6}
        elif first in _DAY_NUMBER and (last in _DAY_NUMBER if dash else True):
            start, end = _DAY_NUMBER[first], _DAY_NUMBER[last or first]
            days |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
        else:
            _refuse("days", given=text)
    chosen = tuple(sorted(days))
    if weekly and len(chosen) == 1:
        return Every.WEEK, chosen
    if len(chosen) == 7:
        return Every.DAY, ()
    return (Every.WEEKDAY, ()) if chosen == _WEEKDAYS else (Every.CUSTOM, chosen)
