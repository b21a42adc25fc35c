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
_IN_BRACKETS = re.compile(r"\s*\([^()\d]*\)")  # "(Thursday)", "(木)"
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b(?: of\b)?", re.IGNORECASE)
_EAST_ASIAN = re.compile(
    r"(\d{4}) ?[年년.] ?(\d{1,2}) ?[月월.] ?(\d{1,2})(?: ?[日일]|\.)?(?P<rest> .*|)"
)
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?P<rest>,? .*|)")
_HAS_TIME = re.compile(r"\d{1,2}:\d{2}")
# No news is older or younger; at the edges of the calendar "the day after" would not exist.
_YEARS = range(1900, 2200)
# Zone names that feeds and people use (minutes east of UTC).
_ZONES = {
    "KST": 540, "JST": 540, "IST": 330, "MSK": 180, "CET": 60, "CEST": 120, "BST": 60, "EET": 120,
    "EEST": 180, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "WEST": 60, "TRT": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "UT": 0, "WET": 0,
}  # fmt: skip


def read_date(text: str) -> Published | None:
    """A date as exact as it is written; None when it cannot be read.

    Understood: YYYY, YYYY-MM, YYYY-MM-DD, ISO date-times (a missing offset is UTC), RFC 822 dates
    with or without a weekday, 25th March 2021, 25.03.2021, 2021. 3. 25., 2021年3月25日, and
    25/03/2021 where only one order is possible; years from 1900 to 2199. A day, month or year is
    its start in UTC; an instant keeps the offset it was written with.
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
    text = _in_iso_order(_ORDINAL.sub("", _IN_BRACKETS.sub("", text)))
    found = _ISO.fullmatch(_numeric_zone(text))
    if found is not None:
        return _iso(found)
    compact = _COMPACT.fullmatch(text)
    return _compact(compact) if compact is not None else _rfc822(text)


def _in_iso_order(text: str) -> str:
    """A date of numbers alone as YYYY-MM-DD; as it is when its order is not certain."""
    found = _EAST_ASIAN.fullmatch(text)
    if found is not None:
        return f"{found[1]}-{found[2]}-{found[3]}{found['rest']}"
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return text
    day, month = int(found[1]), int(found[3])
    if month > 12 >= day:
        day, month = month, day
    elif found[2] != "." and day <= 12 and day != month:
        return text  # 03/04/2021 is a day in March or in April
    return f"{found[4]}-{month}-{day}{found['rest'].lstrip(',')}"


def _numeric_zone(text: str) -> str:
    """A zone name at the end as an offset ("EST" as "-0500")."""
    rest, _, name = text.rpartition(" ")
    minutes = _ZONES.get(name.upper())
    if minutes is None:
        return text
    sign = "-" if minutes < 0 else "+"
    return f"{rest} {sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


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
    text = _numeric_zone(text)
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
