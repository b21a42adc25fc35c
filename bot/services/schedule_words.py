"""When a digest comes, in words: "Every Monday at 08:30 (Asia/Seoul)"."""

from __future__ import annotations

from bot.domain.digest import Every, LocalSchedule
from bot.domain.schedule import days_of
from bot.locale import list_words, say, weekday_words


def schedule_words(when: LocalSchedule, locale: str) -> str:
    """The days, the local time and the zone; an hourly one has only its minute."""
    if when.every is Every.HOUR:
        return say("digest.when_hourly", locale, minute=f"{when.at:%M}", zone=when.timezone)
    return say("digest.when", locale, every=_every(when, locale), time=when.at, zone=when.timezone)


def _every(when: LocalSchedule, locale: str) -> str:
    days = [weekday_words(day, locale) for day in days_of(when)]
    if when.every is Every.WEEK:
        return say("every.weekly", locale, weekday=days[0])
    if when.every is Every.CUSTOM:
        return say("every.custom", locale, days=list_words(days, locale))
    return say(f"every.{when.every.value}", locale)
