"""Who fired when nobody says so: in a war of two, the enemy of the land that was struck.

"A missile hit a block of flats in Poltava" needs no name. The table of `actors.toml` tells whose
enemy fires where; places that both sides strike have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.analysis import sides
from bot.analysis.event_time import published_day
from bot.analysis.lexicon import Grammar, actor_kinds, places, struck_by
from bot.analysis.reading import Sentence
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.article import Published
from bot.domain.launch import EventKind, Fact

_SINCE = date(2022, 2, 24)  # before, missiles were fired by more than these two
_LEAD = 3
_THEIR_WATERS = frozenset({"Black Sea", "Sea of Azov"})


def foe_of(
    kind: EventKind,
    target: Fact[str] | None,
    found: Sequence[Statement],
    near: Sequence[Sentence],
    grammar: Grammar,
    published: Published | None,
) -> tuple[Fact[str], ...]:
    """The enemy of the land that was struck, or that shot the missiles down."""
    day = published_day(published)
    if kind not in {EventKind.STRIKE, EventKind.INTERCEPTION} or (day and day < _SINCE):
        return ()
    if target is not None:
        enemy = _enemy(target.value, target.quote)
        return () if any(_is_abroad(sentence, target.value, enemy) for sentence in near) else enemy
    downed = any(item.kind in {"intercept", "fall"} for item in found)
    own, others = set[str](), set[str]()
    for sentence in near:
        if sentence.index <= _LEAD:
            _sort_lands(sentence, grammar, own, others, downed=downed)
    if len(own) != 1 or not others <= own:
        return ()
    return _enemy(own.pop(), found[0].sentence.text)


def _is_abroad(sentence: Sentence, land: str, enemy: tuple[Fact[str], ...]) -> bool:
    """Whether only a national was struck ("Russian tanker"), or a place outside the two lands."""
    if sentence.index > _LEAD:
        return False
    place = places().get(land)
    lands = {land, place.country if place is not None else None, *(fact.value for fact in enemy)}
    for mark in sentence.marks:
        named = places().get(mark.means.place.value) if mark.means.place else None
        if named is not None and named.country not in lands and named.name not in _THEIR_WATERS:
            return True
        actor = mark.means.actor
        ours = actor is not None and actor.value in lands and mark.end < len(sentence.tokens.words)
        if ours and sentence.is_function_word(mark.end, "national"):
            return True
    return False


def _enemy(land: str, quote: str) -> tuple[Fact[str], ...]:
    place = places().get(land)
    country = (place.country if place is not None else None) or land
    enemy = struck_by().get(land, struck_by().get(country, ""))
    return (Fact(enemy, quote, hedged=True),) if enemy else ()


def _sort_lands(
    sentence: Sentence, grammar: Grammar, own: set[str], others: set[str], *, downed: bool
) -> None:
    """Add the lands that are struck or defend themselves to `own`, other sides to `others`."""
    for mark in sentence.marks:
        place = places().get(mark.means.place.value) if mark.means.place else None
        actor = mark.means.actor
        if place is not None and place.country:
            own.add(place.country)
        elif actor is not None and actor_kinds().get(actor.value) != "alliance":
            reports = "reported" in mark.means.cues  # "Повітряні сили" speak for the sky they guard
            tells = downed and (
                sides.speaks(sentence, mark)
                or sides.is_goal(sentence, mark, grammar)
                or _shoots_down(sentence, mark)
            )
            (own if reports or tells else others).add(actor.value)


def _shoots_down(sentence: Sentence, actor: Mark) -> bool:
    """Does it intercept ("ПВО России сбила", "Ukraine downs")?"""
    after = (m for m in sentence.marks if 0 <= m.start - actor.end <= 2)
    return any("intercept" in m.means.actions for m in after)
