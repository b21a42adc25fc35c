"""The lexicon files: whole, consistent, and readable in every language that has one."""

from __future__ import annotations

import pytest

from bot.analysis.lexicon import (
    Lexicon,
    actor_kinds,
    languages,
    lexicon,
    places,
    stands_for,
    weapon_names,
)
from bot.domain.launch import WeaponClass


@pytest.mark.parametrize("language", languages())
def test_every_language_file_compiles(language: str) -> None:
    table = lexicon(language)
    assert isinstance(table, Lexicon)
    assert table.language == language


def test_a_language_without_a_file_is_read_with_the_english_one() -> None:
    assert lexicon("fi").language == "en"
    assert lexicon("en-GB").language == "en"


def test_every_name_of_a_weapon_has_a_class_and_a_known_owner() -> None:
    for name, known in weapon_names().items():
        assert isinstance(known.weapon, WeaponClass), name
        assert known.actor is None or known.actor in actor_kinds(), name


def test_every_place_lies_on_earth_and_in_a_known_country() -> None:
    for place in places().values():
        assert place.lat is not None
        assert place.lon is not None
        assert -90 <= place.lat <= 90, place.name
        assert -180 <= place.lon <= 180, place.name
        assert place.country is None or place.country in actor_kinds(), place.name


def test_stand_ins_are_known_actors() -> None:
    assert set(stands_for()) | set(stands_for().values()) <= set(actor_kinds())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hwasong-17", WeaponClass.INTERCONTINENTAL),
        ("hwasong 17", WeaponClass.INTERCONTINENTAL),
        ("surface-to-air missiles", WeaponClass.SURFACE_TO_AIR),
        ("short-range ballistic missile", WeaponClass.SHORT_RANGE),
        ("SLBMs", WeaponClass.SUBMARINE_LAUNCHED),
        ("600mm rocket launchers", WeaponClass.ROCKET_ARTILLERY),
    ],
)
def test_words_for_weapons_name_their_class(text: str, value: WeaponClass) -> None:
    _, marks = lexicon("en").matcher.read(text)
    assert [m.means.weapon.value for m in marks if m.means.weapon] == [value]
