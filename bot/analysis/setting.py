"""What an article is about: it makes ambiguous words clear ("rocket", "Patriots")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.lexicon import weapon_names
from bot.analysis.reading import Sentence, Zone
from bot.analysis.terms import Mark
from bot.domain.launch import WeaponClass

_ELSEWHERE = ("space", "sport", "games", "metaphor", "product", "business")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the headline and lead are about: makes ambiguous words ("rocket") clear."""

    conflict: bool  # an army, a militia, an air raid is named
    actors: bool  # a country, group or place of the gazetteer is named
    military: bool  # either, or a missile
    elsewhere: bool
    satellite_power: bool  # its space launches are reported as missile technology
    missile_named: bool
    spaceflight: bool  # the lead tells of a rocket's satellite or crew, and of no conflict


def setting_of(sentences: Sequence[Sentence]) -> Setting:
    """Read the setting off the headline and the lead; two names of missiles are no chance."""
    near = [sentence for sentence in sentences if sentence.zone is not Zone.BODY]
    marks = [mark for sentence in near for mark in sentence.marks]
    actors = {mark.means.actor.value for mark in marks if mark.means.actor}
    owners = (weapon_names().get(mark.means.weapon.name) for mark in marks if mark.means.weapon)
    firing = actors | {known.actor for known in owners if known and known.actor}
    strong = len({mark.means.weapon.name for mark in marks if mark.means.weapon} - {""}) > 1
    strong |= any(mark.means.weapon and mark.means.weapon.form == "strong" for mark in marks)
    placed = any(mark.means.place for mark in marks)
    conflict = any("military" in sentence.cues for sentence in near)
    fought = (
        conflict or strong or len(actors) > 1 or any(s.has("attack", "aftermath") for s in near)
    )
    return Setting(
        conflict=conflict,
        actors=bool(actors) or placed,
        military=conflict or strong or bool(actors) or placed,
        elsewhere=any(sentence.has(*_ELSEWHERE) for sentence in near),
        satellite_power="North Korea" in firing or ("Iran" in actors and strong),
        missile_named=strong,
        spaceflight=not fought
        and any(s.has("space") and any(m.means.weapon for m in s.marks) for s in near),
    )


def is_missile(mark: Mark, sentence: Sentence, setting: Setting) -> bool:
    """Whether a weapon mark means a weapon here, not a space rocket, a team or a tennis player."""
    weapon = mark.means.weapon
    if weapon is None or weapon.value == WeaponClass.DRONE:
        return False
    if weapon.form == "strong":
        if sentence.has("sport"):
            return setting.conflict
        if sentence.has("space") and weapon.value == WeaponClass.MISSILE and not setting.military:
            return False
        return not sentence.has("metaphor", "games") or setting.conflict or setting.actors
    carrier = weapon.value == WeaponClass.SPACE_LAUNCH or setting.spaceflight
    spacefaring = carrier or sentence.has("space")
    # in many languages one word means missile and space rocket: there it is a weak weapon
    one_word = weapon.value == WeaponClass.MISSILE and weapon.form == "weak"
    spaceworthy = weapon.value in (WeaponClass.SPACE_LAUNCH, WeaponClass.ROCKET) or one_word
    if spacefaring and spaceworthy:
        return setting.satellite_power
    # "Pentagon pauses Tomahawk transfer as stocks dwindle"
    named = weapon.form == "name" and setting.actors
    elsewhere = ("sport", "games", "metaphor", "product") + (() if named else ("business",))
    if (
        sentence.has(*elsewhere)
        and not setting.missile_named
        and not (setting.actors and sentence.has("aftermath"))
    ):
        return False
    if one_word or weapon.form == "name":
        return one_word or setting.military
    return setting.military and not (setting.elsewhere and not setting.missile_named)
