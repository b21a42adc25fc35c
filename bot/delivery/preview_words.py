"""Timestamps in words where no script has put them into the reader's own zone yet."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp_words(at: datetime, style: str) -> str:
    """A timestamp in UTC, in the shape of Discord's style letter."""
    at = at.astimezone(UTC)
    day = f"{at.day} {at:%B %Y}"
    match style:
        case "t" | "T":
            return f"{at:%H:%M} UTC"
        case "d" | "D":
            return day
        case "F":
            return f"{at:%A}, {day} {at:%H:%M} UTC"
        case _:
            return f"{day} {at:%H:%M} UTC"
