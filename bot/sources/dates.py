"""Reads the dates that feeds and files carry: ISO 8601 (also partial) and RFC 822."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz

from bot.domain.article import DatePrecision, Published

_ISO = re.compile(
    r"(?P<year>\d{4})(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2})"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_DAY_NAME = re.compile(r"^[^\d,]{2,12},?\s+(?=\d)")
_HAS_TIME = re.compile(r"\d{1,2}:\d{2}")
# No news is older or younger; at the edges of the calendar "the day after" would not exist.
_YEARS = range(1900, 2200)
# Zone names that the standard library does not know but feeds use (minutes east of UTC).
_ZONES = {
    "KST": 540, "JST": 540, "IST": 330, "MSK": 180, "CET": 60, "CEST": 120, "BST": 60, "EET": 120,
    "EEST": 180, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "WEST": 60, "TRT": 180,
}  # fmt: skip


def read_date(text: str) -> Published | None:
    """A date as exact as it is written; None when it cannot be read.

    Understood: YYYY, YYYY-MM, YYYY-MM-DD, ISO date-times (a missing offset is UTC), and RFC 822
    dates with or without a weekday; years from 1900 to 2199. A day, month or year is its start in
    UTC; an instant keeps the offset it was written with.
    """
    text = " ".join(text.split())
    if not text or len(text) > 100:
        return None
    try:
        published = _read(text)
    except (ValueError, OverflowError):
        return None
    return published if published is not None and believable(published.at) else None


def believable(at: datetime) -> bool:
    """Whether news can be of this instant: the years 1900 to 2199."""
    return at.year in _YEARS


def _read(text: str) -> Published | None:
    found = _ISO.fullmatch(text)
    if found is not None:
        return _iso(found)
    compact = _COMPACT.fullmatch(text)
    return _compact(compact) if compact is not None else _rfc822(text)


def from_day(day: date) -> Published:
    """A date that is only a day."""
    return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), DatePrecision.DAY)


def _iso(found: re.Match[str]) -> Published:
    year, month, day = (int(found[name] or 1) for name in ("year", "month", "day"))
    start = datetime(year, month, day, tzinfo=UTC)
    if found["month"] is None:
        return Published(start, DatePrecision.YEAR)
    if found["day"] is None:
        return Published(start, DatePrecision.MONTH)
    if found["hour"] is None:
        return Published(start, DatePrecision.DAY)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    extra = timedelta(days=1) if hour == 24 and minute == second == 0 else timedelta()
    at = start.replace(
        hour=hour % 24 if extra else hour,
        minute=minute,
        second=min(second, 59),  # a leap second
        tzinfo=_zone(found["zone"]),
    )
    return Published(_in_range(at + extra))


def _zone(written: str | None) -> timezone:
    if not written or written.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)


def _compact(found: re.Match[str]) -> Published:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return Published(datetime(year, month, day, tzinfo=UTC), DatePrecision.DAY)
    return Published(
        datetime(year, month, day, int(found[4]), int(found[5]), int(found[6] or 0), tzinfo=UTC)
    )


def _rfc822(text: str) -> Published | None:
    zone_name = text.rpartition(" ")[2].upper()
    minutes = _ZONES.get(zone_name)
    if minutes is not None:
        sign = "-" if minutes < 0 else "+"
        text = f"{text.rpartition(' ')[0]} {sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
    has_time = _HAS_TIME.search(text) is not None
    clocked = text if has_time else f"{text} 00:00:00 +0000"  # the library insists on a time
    parsed = parsedate_tz(_DAY_NAME.sub("", clocked)) or parsedate_tz(clocked)
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    if not has_time:
        return Published(datetime(year, month, day, tzinfo=UTC), DatePrecision.DAY)
    offset = timezone(timedelta(seconds=parsed[9] or 0))
    return Published(
        _in_range(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=offset))
    )


def _in_range(at: datetime) -> datetime:
    """The same instant, surely convertible to UTC (OverflowError at the edges of the calendar)."""
    at.astimezone(UTC)
    return at
