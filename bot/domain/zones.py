"""Time zones as people write them: "Asia/Seoul", "seoul", "KST", "Korea"; what is unclear is asked.

The result is always a name of the IANA database that follows the place's own rules: "EST" means New
York with its summer time, not the database's fixed five hours. An offset such as "UTC+9" is no zone
(it knows no summer time), so it is answered with a zone that has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from bot.domain.folding import fold
from bot.errors import InvalidInput

# What people write who do not know the database's names.
ZONE_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "UTC": ("GMT", "Zulu", "Universal", "Z"),
        "Asia/Seoul": ("KST", "Korea", "South Korea", "ROK", "서울", "한국"),
        "Asia/Pyongyang": ("North Korea", "DPRK", "평양"),
        "Asia/Tokyo": ("JST", "Japan", "東京", "日本"),
        "Asia/Kolkata": ("India", "Delhi", "New Delhi", "Mumbai"),
        "Asia/Karachi": ("PKT", "Pakistan", "Islamabad"),
        "Asia/Shanghai": ("China", "PRC", "Beijing", "Peking"),
        "Asia/Taipei": ("Taiwan", "ROC"),
        "Asia/Hong_Kong": ("HKT", "Hongkong"),
        "Asia/Singapore": ("SGT",),
        "Asia/Jerusalem": ("IDT", "Israel", "Tel Aviv"),
        "Asia/Tehran": ("IRST", "Iran"),
        "Asia/Riyadh": ("Saudi Arabia",),
        "Asia/Dubai": ("GST", "UAE", "Abu Dhabi"),
        "Europe/Berlin": ("CET", "CEST", "MEZ", "MESZ", "Germany"),
        "Europe/Brussels": ("MET", "Belgium"),
        "Europe/Paris": ("France",),
        "Europe/Madrid": ("Spain",),
        "Europe/Rome": ("Italy",),
        "Europe/Warsaw": ("Poland",),
        "Europe/Kyiv": ("EET", "EEST", "Ukraine", "Kiev"),
        "Europe/Istanbul": ("TRT", "Turkey", "Ankara"),
        "Europe/London": ("BST", "UK", "GB", "England"),
        "Europe/Lisbon": ("WET", "WEST", "Portugal"),
        "Europe/Moscow": ("MSK", "Russia"),
        "America/New_York": ("EST", "EDT", "ET", "EST5EDT", "Eastern", "Washington", "NYC"),
        "America/Chicago": ("CDT", "CT", "CST6CDT", "Central"),
        "America/Denver": ("MST", "MDT", "MT", "MST7MDT", "Mountain"),
        "America/Los_Angeles": ("PST", "PDT", "PT", "PST8PDT", "Pacific", "San Francisco"),
        "America/Anchorage": ("AKST", "AKDT", "Alaska"),
        "Pacific/Honolulu": ("HST", "Hawaii"),
        "Australia/Sydney": ("AEST", "AEDT", "Canberra"),
        "Australia/Perth": ("AWST",),
        "Pacific/Auckland": ("NZST", "NZDT", "NZ", "New Zealand"),
    }
)
# Letters that several countries use: guessing would post at the wrong hour.
_SEVERAL = MappingProxyType(
    {
        "ist": "Asia/Kolkata, Asia/Jerusalem",
        "cst": "America/Chicago, Asia/Shanghai",
        "ast": "America/Halifax, Asia/Riyadh",
    }
)
# A zone for each offset in minutes, for those who know only that; places with news first.
_ZONE_AT = MappingProxyType(
    {
        -600: "Pacific/Honolulu", -540: "America/Anchorage", -480: "America/Los_Angeles",
        -420: "America/Denver", -360: "America/Chicago", -300: "America/New_York",
        -240: "America/Halifax", -210: "America/St_Johns", -180: "America/Sao_Paulo",
        60: "Europe/Berlin", 120: "Europe/Kyiv", 180: "Europe/Moscow", 210: "Asia/Tehran",
        240: "Asia/Dubai", 270: "Asia/Kabul", 300: "Asia/Karachi", 330: "Asia/Kolkata",
        345: "Asia/Kathmandu", 360: "Asia/Dhaka", 390: "Asia/Yangon", 420: "Asia/Bangkok",
        480: "Asia/Shanghai", 540: "Asia/Seoul", 570: "Australia/Adelaide", 600: "Australia/Sydney",
        720: "Pacific/Auckland",
    }
)  # fmt: skip
_OFFSET = re.compile(
    r"(?:utc|gmt)?\s*(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?"
)
# Entries of the database that are no place.
_NOT_ZONES = ("Etc/", "posix/", "right/", "SystemV/")
_SENTENCE = '"{given}" is not a time zone. Write one such as {nearest}.'


def parse_zone(text: str) -> str:
    """The IANA name of a time zone: by its own name, its city, a country or usual letters.

    Raises:
        InvalidInput: there is none, or several; the sentence names the nearest.
    """
    wanted = _plain(text)
    if wanted not in _SEVERAL:
        for forms in (_by_alias(), _by_name(), _by_city()):
            if wanted in forms:
                return forms[wanted]
    offset = parse_offset(text)
    if offset == timedelta():
        return "UTC"
    nearest = zone_at(offset) if offset is not None else _SEVERAL.get(wanted) or _near(wanted)
    raise InvalidInput(
        _SENTENCE.format(given=text, nearest=nearest),
        key="schedule.error.zone",
        given=text,
        nearest=nearest,
    )


def parse_offset(text: str) -> timedelta | None:
    """The offset that "UTC+9", "GMT-3:30" or "+0900" name; None for anything else."""
    found = _OFFSET.fullmatch(text.strip().lower())
    if found is None or int(found["hours"]) > 14:
        return None
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return size if found["sign"] == "+" else -size


@cache
def zone_forms() -> Mapping[str, tuple[str, ...]]:
    """The zones that people choose from, each with the ways to write it: also the city alone."""
    kept = (name for name in sorted(available_timezones()) if "/" in name or name == "UTC")
    return {
        name: (name, name.rpartition("/")[2], *ZONE_ALIASES.get(name, ()))
        for name in kept
        if not name.startswith(_NOT_ZONES)
    }


def _plain(text: str) -> str:
    return fold(text.replace("_", " "))


@cache
def _by_alias() -> Mapping[str, str]:
    known = available_timezones()
    return {
        _plain(alias): name
        for name, aliases in ZONE_ALIASES.items()
        if name in known
        for alias in aliases
    }


@cache
def _by_name() -> Mapping[str, str]:
    names = available_timezones() - {"localtime", "Factory", "posixrules"}
    return {_plain(name): name for name in sorted(names)}


@cache
def _by_city() -> Mapping[str, str]:
    """Cities that only one zone has."""
    zones: dict[str, list[str]] = {}
    for name in zone_forms():
        zones.setdefault(_plain(name.rpartition("/")[2]), []).append(name)
    return {city: names[0] for city, names in zones.items() if len(names) == 1}


def zone_at(offset: timedelta) -> str:
    """A well-known zone with this offset outside summer time, or with the nearest one."""
    minutes = offset.total_seconds() / 60
    return _ZONE_AT[min(_ZONE_AT, key=lambda known: abs(known - minutes))]


def _near(wanted: str) -> str:
    forms = {**_by_city(), **_by_name(), **_by_alias()}
    near = get_close_matches(wanted, forms, n=1, cutoff=0.6)
    return forms[near[0]] if near else "Asia/Seoul"
