"""A headline composed from facts, so that it says no more than the reports do.

`parts` is plain data from which any language can compose its own; `headline` does it in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.launch import Casualties, Count, EventKind, WeaponClass
from bot.domain.story import StoryFacts

_MOST_ACTORS = 2
_MOST_WEAPONS = 3
# Last words of the names of groups that take a plural verb ("Houthis", "Rapid Support Forces").
_PLURAL_GROUPS = frozenset(
    {"houthis", "militias", "militants", "rebels", "forces", "tigers", "committees", "brigades"}
)
_HEDGED_FACTS = ("actor", "weapon", "count", "target", "overflight")


@dataclass(frozen=True, slots=True)
class HeadlineParts:
    """What a headline says. `hedged` names the facts that every current claim of them hedges."""

    kind: EventKind
    actors: tuple[str, ...]
    weapons: tuple[WeaponClass, ...]
    count: Count | None
    target: str | None
    site: str | None
    overflight: str | None
    casualties: Casualties | None
    failed: bool
    hedged: frozenset[str]


def parts(facts: StoryFacts) -> HeadlineParts | None:
    """The parts of a headline; None while neither actor nor target, or no weapon, is known."""
    if facts.kind is None or not facts.weapons or not (facts.actors or facts.target):
        return None
    hedged = set()
    for name in _HEDGED_FACTS:
        stated = [claim for claim in facts.claims if claim.fact == name]
        if stated and all(claim.hedged for claim in stated):
            hedged.add(name)
    return HeadlineParts(
        kind=facts.kind,
        actors=facts.actors[:_MOST_ACTORS],
        weapons=facts.weapons[:_MOST_WEAPONS],
        count=facts.count,
        target=facts.target,
        site=facts.site,
        overflight=facts.overflight,
        casualties=facts.casualties,
        failed=facts.failed,
        hedged=frozenset(hedged),
    )


def headline(facts: StoryFacts) -> str:
    """The English headline; empty when too little is known (a title is better then)."""
    found = parts(facts)
    if found is None:
        return ""
    text = _COMPOSERS[found.kind](found)
    return text[:1].upper() + text[1:]


def _test(found: HeadlineParts) -> str:
    what = _weapons(found)
    who = _actors(found)
    text = f"{who} {_verb('fire', found)} {what}" if who else f"{what} fired"
    if found.overflight:
        text += f" over {found.overflight}"
    elif found.target:
        text += f" toward {found.target}"
    elif found.site and found.site not in found.actors:
        text += f" from {found.site}"
    return f"{text}; launch failed" if found.failed else text


def _strike(found: HeadlineParts) -> str:
    what, who = _weapons(found), _actors(found)
    if who:
        text = f"{who} {_verb('fire', found)} {what}" + (
            f" at {found.target}" if found.target else ""
        )
    else:
        text = f"{what} hit{'s' if _single(found.count) else ''} {found.target}"
    toll = found.casualties
    if toll is not None and toll.killed:
        return f"{text}; {toll.killed} killed"
    return f"{text}; {toll.injured} injured" if toll is not None and toll.injured else text


def _interception(found: HeadlineParts) -> str:
    what, who = _weapons(found), _actors(found)
    text = what
    if who:
        text += f" fired by {who}"
    if found.target and found.target not in found.actors:
        text += f" toward {found.target}"
    return f"{text} intercepted"


def _space(found: HeadlineParts) -> str:
    who = _actors(found)
    what = _weapons(found)
    text = f"{who} {_verb('launch', found)} {what}" if who else f"{what} launched"
    if found.site and not who:
        text += f" from {found.site}"
    return f"{text}; launch failed" if found.failed else text


_COMPOSERS = {
    EventKind.TEST: _test,
    EventKind.STRIKE: _strike,
    EventKind.INTERCEPTION: _interception,
    EventKind.SPACE: _space,
}


def _actors(found: HeadlineParts) -> str:
    who = _listed(found.actors)
    return f"{who} reportedly" if who and "actor" in found.hedged else who


def takes_plural(actors: Sequence[str]) -> bool:
    """Whether English gives these actors a plural verb: two of them, or a group like "Houthis"."""
    return len(actors) > 1 or actors[0].split()[-1].lower() in _PLURAL_GROUPS


def _verb(verb: str, found: HeadlineParts) -> str:
    """The verb in the number of who does it: "North Korea fires", "Houthis fire"."""
    if takes_plural(found.actors):
        return verb
    return f"{verb}es" if verb.endswith("ch") else f"{verb}s"


def _weapons(found: HeadlineParts) -> str:
    single = _single(found.count)
    names = [_plural(weapon, single=single) for weapon in found.weapons]
    shade = "suspected " if "weapon" in found.hedged else ""
    what = f"{shade}{_listed(names)}"
    if single:
        article = "an" if what[0] in "aeiou" else "a"
        return f"{article} {what}"
    if found.count is None:
        return what
    return f"{_count(found.count, hedged='count' in found.hedged)} {what}"


def _single(count: Count | None) -> bool:
    return count is not None and count.min == count.max == 1


def _count(count: Count, *, hedged: bool) -> str:
    if count.max is None:
        return f"at least {count.min}"
    if count.min != count.max:
        return f"{count.min} to {count.max}"
    return f"about {count.min}" if hedged else str(count.min)


def _plural(weapon: WeaponClass, *, single: bool) -> str:
    name = weapon.value
    return name if single or weapon is WeaponClass.ROCKET_ARTILLERY else f"{name}s"


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
