"""Who fired: the owner of the missile, the subject of the verb, or where it was fired from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

from bot.analysis import free_order, named_sides, unspaced_order
from bot.analysis.attackers import attacker, blamed, claimant, is_goal, is_object
from bot.analysis.lexicon import Grammar, Lexicon, actor_kinds, places, stands_for, weapon_names
from bot.analysis.reading import Sentence
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.launch import Fact, WeaponClass

_ACTIVE = frozenset(
    {
        "fires weapon",
        "uses weapon",
        "struck with weapon",
        "event noun of weapon",
        "weapon ... action",
    }
)
# What the missile itself does: where nobody is named with it, its only owner is the best guess.
_OF_THE_WEAPON = frozenset({"weapon fell or flew", "weapon fired", "weapon in test"})
_OWNED = 6  # words between "Iranian" and its "missile"


def actors_of(
    found: Sequence[Statement], sentences: Sequence[Sentence], lexicon: Lexicon
) -> tuple[Fact[str], ...]:
    """Canonical actors of the first statement that tells; else who attacks in headline and lead."""
    for item in found:
        if names := _agents(item, lexicon.grammar):
            canonical = dict.fromkeys(_canonical(name) for name in names)
            return tuple(Fact(name, item.sentence.text) for name in canonical)
        if item.pattern in _OF_THE_WEAPON:
            owner = _only_owner(item)
            if owner is not None:
                return (owner,)
    grammar = lexicon.grammar
    picks: tuple[Callable[[Sentence], list[str]], ...] = (claimant, attacker, blamed)
    if grammar.order == "free":
        order = unspaced_order if grammar.mode == "substring" else named_sides
        picks = (
            partial(named_sides.claimant, grammar=grammar),
            partial(named_sides.named_source, grammar=grammar),
            partial(order.attackers, grammar=grammar),
            partial(named_sides.group_named, grammar=grammar),
        )
    for pick in picks:
        for sentence in sentences:
            if names := pick(sentence):
                return tuple(Fact(_canonical(name), sentence.text) for name in names)
    owners = (owner for item in found if (owner := _only_owner(item)) is not None)
    return tuple(islice(owners, 1))


def _only_owner(item: Statement) -> Fact[str] | None:
    """The one side that has a missile of this name; told by nobody, so it is hedged."""
    weapon = item.weapon.means.weapon
    known = weapon_names().get(weapon.name) if weapon else None
    if known is None or known.actor is None:
        return None
    if known.weapon is WeaponClass.INTERCEPTOR and item.kind == "intercept":
        return None  # it brought the missile down
    return Fact(known.actor, item.sentence.text, hedged=True)


def _agents(item: Statement, grammar: Grammar) -> list[str]:
    words = (item.sentence, item.clause, item.weapon, item.action, item.kind, grammar)
    if grammar.order == "free" and grammar.mode == "substring":
        return unspaced_order.agents(*words)
    if item.pattern in (free_order.NOUN, free_order.VERB):
        return free_order.agents(*words)
    marks = item.sentence.marks
    between = [m for m in marks if item.action.end <= m.start < item.weapon.start]
    if _passive(between):
        return _owner(item) or _source(item)  # "hit by Iranian missiles"
    # "mourns those killed in Russian missile strike", "hit with Russian missiles"
    told = _owner(item) if _owned_event(item) or _struck_with(item, between) else []
    if told:
        return told
    return _subject(item) or _owner(item) or _source(item) or _said_of_itself(item)


def _passive(between: Sequence[Mark]) -> bool:
    """Whether "by" or "from" leads to the weapon; "by mistake with two missiles" does not."""
    links = [mark for mark in between if not mark.means.cues.isdisjoint({"by", "origin", "with"})]
    return bool(links) and links[-1].means.cues.isdisjoint({"with"})


def _owned_event(item: Statement) -> bool:
    """Whether a side stands right before the noun of its strike or test."""
    start = min(item.weapon.start, item.action.start)
    sides = (mark for mark in item.sentence.marks if mark.means.actor)
    return _nominal(item) and any(mark.end == start for mark in sides)


def _struck_with(item: Statement, between: Sequence[Mark]) -> bool:
    """Whether "with" follows a past form at once: who was struck stands before it."""
    past = any("past" in forms for forms in item.action.means.actions.values())
    linked = bool(between) and "with" in between[0].means.cues
    return past and linked and between[0].start == item.action.end


def _canonical(name: str) -> str:
    return stands_for().get(name, name)


def _owner(item: Statement) -> list[str]:
    """The side that stands before its weapon ("Iran's missile", "Russian drone and missile")."""
    start = min(item.weapon.start, item.action.start) if _nominal(item) else item.weapon.start
    position, names = start, list[str]()
    marks = {mark.end: mark for mark in item.sentence.marks}
    words = item.sentence.tokens.words
    while position > 0 and start - position <= _OWNED:
        mark = marks.get(position)
        if mark is not None and mark.means.actor:
            if mark.means.actor.form == "name" or _possessive(item.sentence, mark):
                names.append(mark.means.actor.value)
                return names
            return []
        if mark is not None and not _describes(mark):
            return []
        word = words[position - 1]
        if mark is None and not (word[0].isalnum() or word in {",", "'s", "‘", "’", "'"}):
            return []
        position = mark.start if mark is not None else position - 1
    return names


def _nominal(item: Statement) -> bool:
    return "noun" in item.pattern


def _describes(mark: Mark) -> bool:
    means = mark.means
    if means.weapon or means.number or means.amount:
        return True
    if any(
        form in forms for forms in means.actions.values() for form in ("past", "present", "ing")
    ):
        return not means.cues.isdisjoint({"recent"})
    fine = {
        "drone",
        "and",
        "recent",
        "hedge",
        "failed",
        "incoming",
        "filler",
        "military",
        "another",
        "space",
    }
    return not means.cues.isdisjoint(fine) or bool(means.place)


def _possessive(sentence: Sentence, mark: Mark) -> bool:
    words = sentence.tokens.words
    return mark.end < len(words) and words[mark.end] in {"'s", "'", "’"}


def _subject(item: Statement) -> list[str]:
    """The nearest actor before an active verb, with those joined to it by "and"."""
    verb = _verb(item)
    if verb is None:
        return []
    marks = [mark for mark in item.clause.marks if mark.end <= verb]
    if not any(mark.means.actor for mark in marks):
        marks = [mark for mark in item.sentence.marks if mark.end <= verb]
    if any(item.sentence.quote(n, n + 1) == "North" for n in range(max(0, verb - 2), verb)):
        return ["North Korea"]  # "Seoul says North fired missiles", "North fires volley of ..."
    names: list[str] = []
    for mark in reversed(marks):
        if mark.means.actor:
            if not names and (is_goal(item.sentence, mark) or is_object(item.sentence, mark)):
                continue
            names.append(mark.means.actor.value)
            if not _joined_before(item.sentence, mark):
                break
        elif names and "and" not in mark.means.cues:
            break
    return list(dict.fromkeys(reversed(names)))


def _verb(item: Statement) -> int | None:
    """The token where the verb of an active statement begins; None where it has no subject."""
    sentence = item.sentence
    if item.pattern in _ACTIVE:
        before = item.action.start - 1
        passive = before >= 0 and sentence.is_function_word(before, "be")
        return None if passive else item.action.start
    if item.pattern == "weapon fired":
        # "Iran shows its reach with missiles fired at ..."
        before = item.weapon.start - 1
        with_it = before >= 0 and sentence.is_function_word(before, "with")
        return item.weapon.start if with_it else None
    if _nominal(item):
        # "Russia launches an overnight missile attack"
        for mark in reversed(item.clause.marks):
            near = mark.end <= item.start and item.start - mark.end <= 5
            if near and not {"launch", "test", "strike"}.isdisjoint(mark.means.actions):
                forms = frozenset().union(*mark.means.actions.values())
                if forms <= {"past"} and sentence.is_function_word(mark.end, "preposition"):
                    return None  # "destroyer targeted in missile attack"
                return mark.start if forms & {"past", "present", "ing", "base"} else None
    return None


def _joined_before(sentence: Sentence, mark: Mark) -> bool:
    if mark.start == 0:
        return False
    word = sentence.tokens.words[mark.start - 1]
    before = next((m for m in sentence.marks if m.end == mark.start), None)
    joined = before is not None and "and" in before.means.cues
    if not joined and word != ",":
        return False
    end = before.start if joined and before is not None else mark.start - 1
    return any(m.means.actor and m.end == end for m in sentence.marks)


def _source(item: Statement) -> list[str]:
    """The side after the weapon ("fired from Iran", "launched by Hezbollah")."""
    marks = list(item.clause.marks)
    for index, mark in enumerate(marks):
        after = mark.start >= min(item.weapon.end, item.action.end)
        if not after or mark.means.cues.isdisjoint({"by", "origin"}):
            continue
        for other in marks[index + 1 :]:
            if other.start - mark.end <= 3 and other.means.place and not other.means.actor:
                land = _land_of(item, mark, other)
                return [land] if land is not None else []
            ends = other.means.weapon or other.means.place or other.means.actions
            if other.start - mark.end > 3 or ends:
                break
            if other.means.actor:
                name = other.means.actor.value
                return [] if _only_from_there(item, mark, name) else [name]
    return []


def _land_of(item: Statement, link: Mark, place: Mark) -> str | None:
    """The country from whose place a missile was fired; rockets may be anybody's there."""
    known = places().get(place.means.place.value) if place.means.place else None
    if known is None or known.country is None or known.country not in actor_kinds():
        return None
    occupied = known.kind == "region" and known.country == "Ukraine"
    if occupied or "origin" not in link.means.cues or _only_from_there(item, link, known.country):
        return None
    return known.country


def _only_from_there(item: Statement, link: Mark, name: str) -> bool:
    """Whether only the soil is named ("rockets fired from Lebanon"), not who fired."""
    weapon = item.weapon.means.weapon
    rocket = weapon is not None and weapon.value in (
        WeaponClass.ROCKET,
        WeaponClass.ROCKET_ARTILLERY,
    )
    return rocket and "origin" in link.means.cues and actor_kinds().get(name) == "country"


def _said_of_itself(item: Statement) -> list[str]:
    """The speaker's own missiles, when nobody else is named ("Iran says latest missile tests")."""
    weapon = item.weapon.means.weapon
    orbits = item.kind == "fall" and weapon and weapon.value == WeaponClass.SPACE_LAUNCH
    own = item.kind in {"test", "launch"} and item.pattern in {
        "weapon + event noun",
        "weapon tested",
    }
    if not own and not orbits:
        return []
    before = [m for m in item.sentence.marks if m.means.actor and m.end <= item.start]
    spoken = [m for m in before if not is_goal(item.sentence, m)]
    values = {m.means.actor.value for m in spoken if m.means.actor}
    return list(values) if len(values) == 1 else []
