"""What HTTP headers ask of a polite reader: how long to wait, how long an answer keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.polling import RETRY_AFTER_CAP

_MAX_AGE = re.compile(r"(?i)(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")
_LONGEST = timedelta(days=30)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, 10.2.3): seconds or a date; never negative, at most 24 h."""
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", value):
        return min(timedelta(seconds=min(float(value), 1e8)), RETRY_AFTER_CAP)
    when = http_date(value)
    if when is None:
        return None
    return min(max(when - now, timedelta()), RETRY_AFTER_CAP)


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer stays fresh by Cache-Control (RFC 9111); None when it does not say."""
    control = headers.get("cache-control", "")
    if re.search(r"(?i)no-(cache|store)", control):
        return None
    found = _MAX_AGE.search(control)
    return min(timedelta(seconds=int(found.group(1))), _LONGEST) if found else None


def http_date(value: str) -> datetime | None:
    """A date of an HTTP header as an aware UTC instant; None when it cannot be read."""
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
