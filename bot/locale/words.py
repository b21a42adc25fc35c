"""Dates, spans, numbers, lists, counts, countries and weapons in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.launch import Count, WeaponClass
from bot.locale.strings import has
from bot.locale.strings import plain as say

_ZONE = re.compile(r"(?P<side>outside|inside) (?:an|(?P<country>.+?)'s?) exclusive economic zone")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


def date_words(day: date, locale: str = "en") -> str:
    """A calendar day: "25 March 2021"."""
    month = say(f"month.{day.month}", locale)
    return say("date.day", locale, day=day.day, month=month, year=day.year)


def weekday_words(weekday: int, locale: str = "en") -> str:
    """The name of a weekday, 0 = Monday."""
    return say(f"weekday.{weekday}", locale)


def dated_words(day: date, locale: str = "en") -> str:
    """A calendar day with its weekday: "Wednesday 4 March 2026"."""
    weekday = weekday_words(day.weekday(), locale)
    return say("date.weekday", locale, weekday=weekday, day=date_words(day, locale))


def timezone_words(zone: str, locale: str = "en") -> str:
    """A time zone by its city, "Seoul time"; one without a name in the language as IANA has it."""
    key = f"timezone.{_NOT_IN_KEYS.sub('_', zone.lower())}"
    if has(key):
        return say("timezone.time", locale, city=say(key, locale))
    city = zone.rpartition("/")[2].replace("_", " ")
    return zone if locale != "en" or "/" not in zone else say("timezone.time", locale, city=city)


def time_words(at: time) -> str:
    """A local wall-clock time: "07:30" (the same in every language)."""
    return f"{at:%H:%M}"


def instant_words(at: datetime, locale: str = "en") -> str:
    """An aware instant in UTC, for places where Discord's own timestamps cannot stand."""
    utc = at.astimezone(UTC)
    day = date_words(utc.date(), locale)
    return say("date.instant", locale, day=day, time=time_words(utc.time()))


def duration_words(span: timedelta, locale: str = "en") -> str:
    """A span by its two largest units: "2 days 3 hours"; below a minute in seconds."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return say("duration.seconds", locale, count=seconds)
    parts = []
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(say(f"duration.{unit}", locale, count=count))
    return " ".join(parts[:2])


def number_words(number: float) -> str:
    """A number with its thousands grouped: "1,250"."""
    return f"{number:,}"


def list_words(items: Sequence[str], locale: str = "en") -> str:
    """Items as a list in a sentence: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    first = say("list.comma", locale).join(items[:-1])
    return say("list.last", locale, first=first, last=items[-1])


def count_range(count: Count | None, locale: str = "en") -> str:
    """How many: "2", "2 to 3", "at least 40"; empty when nobody said."""
    if count is None:
        return ""
    if count.max is None:
        return say("count.at_least", locale, min=count.min)
    if count.min == count.max:
        return number_words(count.min)
    if count.min <= 0:
        return say("count.at_most", locale, max=count.max)
    return say("count.range", locale, min=count.min, max=count.max)


def weapons_words(weapon: WeaponClass, count: Count | None, locale: str = "en") -> str:
    """Weapon and number as a headline has them: "a missile", "2 to 3 rockets", "missiles"."""
    name = weapon.name.lower()
    if count is None:
        return say(f"weapon.{name}.many", locale)
    if count.min == count.max == 1:
        return say(_unit("one", name), locale, weapon=say(f"weapon.{name}.one", locale))
    one_at_most = (count.max or count.min) == 1  # "at least one missile"
    form = say(f"weapon.{name}.{'one' if one_at_most else 'many'}", locale)
    return say(_unit("counted", name), locale, number=count_range(count, locale), weapons=form)


def actor_words(name: str, locale: str = "en") -> str:
    """A country or group by its canonical English name, as the reader's language calls it."""
    return _named("actor", name, locale)


def actor_key(name: str) -> str:
    """The key under which the catalogue would name a country or group."""
    return _key("actor", name)


def place_words(name: str, locale: str = "en") -> str:
    """A sea, region or country as the reader's language calls it; unknown ones as they are."""
    known = _named("place", name, locale)
    return known if known != name else _named("actor", name, locale)


def zone_words(text: str, locale: str = "en") -> str:
    """On which side of whose exclusive economic zone it fell, told in English by the analysis."""
    told = _ZONE.fullmatch(text)
    if told is None or locale == "en":
        return text
    if told["country"] is None:
        return say(f"eez.{told['side']}_some", locale)
    return say(f"eez.{told['side']}", locale, country=actor_words(told["country"], locale))


def _unit(form: str, weapon: str) -> str:
    """The key for a counted weapon; some are counted with another unit word in Korean, Japanese."""
    special = f"weapons.{form}.{weapon}"
    return special if has(special) else f"weapons.{form}"


def _named(family: str, name: str, locale: str) -> str:
    key = _key(family, name)
    return say(key, locale) if has(key) else name


def _key(family: str, name: str) -> str:
    return f"{family}.{_NOT_IN_KEYS.sub('_', name.lower()).strip('_')}"
