"""Countries and weapons as people write them, in any language of the catalogue."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

from rapidfuzz import fuzz, process

from bot.domain.folding import fold
from bot.domain.launch import WeaponClass
from bot.domain.reason import Reason
from bot.errors import InvalidInput
from bot.locale import LOCALES, actor_key, actor_words, has, keys, problem, say
from bot.services.suggestions import best_names

T = TypeVar("T")

_PARTS = re.compile(r"[,;、，/\n]+")
_ACTOR = "actor."


# Short names of desks and agencies; the full ones are in the catalogue.
_COUNTRY_ALIASES = {
    "dprk": "North Korea",
    "nk": "North Korea",
    "rok": "South Korea",
    "usa": "United States",
    "us": "United States",
    "america": "United States",
    "uk": "United Kingdom",
    "britain": "United Kingdom",
    "prc": "China",
    "irgc": "Iran",
    "ansar allah": "Houthis",
    "houthi": "Houthis",
    "uae": "United Arab Emirates",
}
_WEAPON_ALIASES = {
    "srbm": WeaponClass.SHORT_RANGE,
    "mrbm": WeaponClass.MEDIUM_RANGE,
    "irbm": WeaponClass.INTERMEDIATE_RANGE,
    "icbm": WeaponClass.INTERCONTINENTAL,
    "slbm": WeaponClass.SUBMARINE_LAUNCHED,
    "sam": WeaponClass.SURFACE_TO_AIR,
    "atgm": WeaponClass.ANTI_TANK,
    "slv": WeaponClass.SPACE_LAUNCH,
    "uav": WeaponClass.DRONE,
}


@cache
def actors() -> dict[str, str]:
    """Every way to write a country or group, folded, with its canonical English name."""
    found: dict[str, str] = dict(_COUNTRY_ALIASES)
    for key, english in keys("en").items():
        if key.startswith(_ACTOR):
            for locale in LOCALES:
                found[fold(say(key, locale))] = str(english)
    return found


@cache
def weapons() -> dict[str, WeaponClass]:
    """Every way to write a weapon class, folded."""
    found: dict[str, WeaponClass] = dict(_WEAPON_ALIASES)
    found |= {f"{short}s": weapon for short, weapon in _WEAPON_ALIASES.items()}
    for weapon in WeaponClass:
        found[fold(weapon.value)] = weapon
        for locale in LOCALES:
            for form in ("one", "many"):
                found[fold(say(f"weapon.{weapon.name.lower()}.{form}", locale))] = weapon
    return found


def read_countries(text: str) -> tuple[str, ...]:
    """Canonical names of a list as people write it: "North Korea, Iran".

    Raises:
        InvalidInput: one is unknown; the sentence names the nearest.
    """
    return _read(text, actors(), "error.unknown_country")


def read_weapons(text: str) -> tuple[WeaponClass, ...]:
    """Weapon classes of a list as people write it.

    Raises:
        InvalidInput: one is unknown; the sentence names the nearest.
    """
    return _read(text, weapons(), "error.unknown_weapon")


_LIKE = 70  # of 100: a slip or two in a short name


def _read(text: str, known: dict[str, T], key: str) -> tuple[T, ...]:
    found: dict[T, None] = {}
    for part in filter(None, (piece.strip() for piece in _PARTS.split(text))):
        folded = fold(part)
        if folded not in known:
            # Whole names first: "Irna" is a misspelt Iran, not a part of a longer name.
            names = list(known)
            near = process.extractOne(folded, names, scorer=fuzz.ratio, score_cutoff=_LIKE)
            near = near or process.extractOne(folded, names, scorer=fuzz.WRatio)
            nearest = _named(known[near[0]]) if near else ""
            raise problem(InvalidInput, key, given=part[:60], nearest=nearest)
        found[known[folded]] = None
    return tuple(found)


def _named(value: object) -> object:
    """A country or weapon that the catalogue names in the reader's language."""
    if not isinstance(value, str):
        return value
    named = actor_key(value)
    return Reason.of(named) if has(named) else value


def suggest_countries(text: str, locale: str, limit: int = 25) -> list[tuple[str, str]]:
    """(value, label) for the last name of a list that is being typed."""
    *done, last = _PARTS.split(text) or [""]
    before = ", ".join(part.strip() for part in done if part.strip())
    names = {
        words: tuple(form for form, of in actors().items() if of == canonical)
        for words, canonical in sorted(
            (actor_words(each, locale), each) for each in set(actors().values())
        )
    }
    chosen = best_names(names, last, limit)
    lists = [f"{before}, {name}" if before else name for name in chosen]
    return [(words, words) for words in lists if len(words) <= 100]


def suggest_weapons(text: str, locale: str, limit: int = 25) -> list[tuple[str, str]]:
    """(value, label) of the weapon classes nearest to the last of a list that is being typed."""
    *done, last = _PARTS.split(text) or [""]
    before = ", ".join(part.strip() for part in done if part.strip())
    labels = {each.value: say(f"weapon.{each.name.lower()}.one", locale) for each in WeaponClass}
    names = {
        each.value: (
            labels[each.value],
            *(form for form, known in weapons().items() if known is each),
        )
        for each in WeaponClass
    }
    lead = f"{before}, " if before else ""
    found = [(lead + value, lead + labels[value]) for value in best_names(names, last, limit)]
    return [(value, label) for value, label in found if len(value) <= 100 and len(label) <= 100]
