"""Launch sites and targets in languages where word order tells little.

A place is where it was fired from, or where it went, by the word beside it ("из Плесецка",
"원산에서", "по Киеву", "日本海に"). Where a strike names a place without such a word, it is the
target, unless it lies in the land of those who fired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.analysis import sides, struck_sides
from bot.analysis.lexicon import Grammar, actor_kinds, places
from bot.analysis.reading import Sentence
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.launch import Fact

_MOST = 6  # sentences that may tell where it was fired from
_BESIDE = 6  # tokens between a weapon and where it comes from
_NEAR = 3  # tokens between a place and the word that says what it is ("космодрома Плесецк")
_LAND_OF = {
    "Houthis": "Yemen",
    "Hezbollah": "Lebanon",
    "Hamas": "Gaza Strip",
    "Islamic Jihad": "Gaza Strip",
    "Palestinian militants": "Gaza Strip",
}
_STRUCK = frozenset({"strike", "use", "fall", "intercept", "harm"})
_WATER = frozenset({"sea", "strait"})


def sites_of(
    sentences: Sequence[Sentence], targets: set[str], firing: frozenset[str], grammar: Grammar
) -> Fact[str] | None:
    """The launch site: a place it was fired from; a country if need be."""
    fallback: Fact[str] | None = None
    lands = _lands(firing)
    struck = (targets | {_land(name) for name in targets}) - lands
    for sentence in sentences[:_MOST]:
        for mark in sentence.marks:
            if not _is_source(sentence, mark, grammar) or not _fired_there(sentence, mark):
                continue
            name = _place(mark)
            held = name is not None and _land(name) in struck and not _launched(sentence, mark)
            if name is not None and name not in targets and not held:
                return Fact(name, sentence.text)
            actor = _country(mark)
            if actor is not None and fallback is None and actor not in targets:
                fallback = Fact(actor, sentence.text)
    return fallback


def tested_at(found: Sequence[Statement], firing: frozenset[str]) -> Fact[str] | None:
    """Where a test took place: a place in the land of those who tested ("在奥里萨邦海岸试射")."""
    for item in found:
        if item.kind not in {"test", "launch"}:
            continue
        for mark in item.sentence.marks:
            name = _place(mark)
            near = item.clause.start <= mark.start < item.clause.end
            if name is not None and near and not mark.means.actor and _land(name) in firing:
                return Fact(name, item.sentence.text)
    return None


def target_of(
    found: Sequence[Statement], firing: frozenset[str], grammar: Grammar
) -> Fact[str] | None:
    """Where it went: what a word says it was aimed at, then a place that was struck."""
    lands = _lands(firing)
    for item in found:
        for value in _aimed_at(item, lands, grammar):
            return Fact(value, item.sentence.text)
    for item in found:
        strikes = item.kind in _STRUCK or _strikes(item)
        struck = _struck(item, lands, grammar) if strikes else None
        if struck is not None:
            return Fact(struck, item.sentence.text)
    return None


def _lands(firing: frozenset[str]) -> frozenset[str]:
    return firing | {_LAND_OF[name] for name in firing if name in _LAND_OF}


def _launched(sentence: Sentence, place: Mark) -> bool:
    """Whether the clause of a place has a verb of firing ("из Крыма запустили")."""
    clause = next((c for c in sentence.clauses if c.start <= place.start < c.end), None)
    marks = clause.marks if clause is not None else ()
    return any(mark.means.actions.get("launch", frozenset()) - {"noun"} for mark in marks)


def _fired_there(sentence: Sentence, place: Mark) -> bool:
    """Whether something was fired from a place, rather than told or seen from there.

    Either the clause speaks of a launch or test, or somebody strikes, or the weapon stands beside:
    "ракета из Йемена", but not "Из Хайфы сообщают о попадании ракеты".
    """
    clause = next((c for c in sentence.clauses if c.start <= place.start < c.end), None)
    if clause is None:
        return False
    for mark in clause.marks:
        actions = mark.means.actions
        if not actions.keys().isdisjoint({"launch", "test"}):
            return True
        if any(actions.get(kind, frozenset()) - {"noun"} for kind in ("strike", "use")):
            return True
    for weapon in (mark for mark in clause.marks if mark.means.weapon):
        low, high = sorted((weapon, place), key=lambda mark: mark.start)
        between = (m for m in clause.marks if low.end <= m.start < high.start)
        told = any(m.means.actions or m.means.attribution for m in between)
        if high.start - low.end <= _BESIDE and not told:
            return True
    return False


def goal_in(sentence: Sentence, grammar: Grammar) -> str | None:
    """The first place of a sentence that a word says it was aimed at."""
    for mark in sentence.marks:
        if mark.means.place and sides.is_goal(sentence, mark, grammar):
            return mark.means.place.value
    return None


def _strikes(item: Statement) -> bool:
    """Whether the verb strikes something ("обстріляли Одесу"), be it a verb of firing too."""
    return item.kind == "strike" or "strike" in item.action.means.actions


def _aimed_at(item: Statement, lands: frozenset[str], grammar: Grammar) -> Iterator[str]:
    marks = [
        m
        for m in item.sentence.marks
        if (m.means.place or m.means.actor)
        and not _is_source(item.sentence, m, grammar)
        and sides.is_goal(item.sentence, m, grammar)
    ]
    marks.sort(key=lambda m: not item.clause.start <= m.start < item.clause.end)
    for mark in marks:
        name = _place(mark)
        home = name is not None and (_land(name) in lands or name in lands)
        if name is not None and not (home and not _strikes(item)):
            yield name  # one's own land is struck where others hold it ("по Крыму")
    for mark in marks:
        actor = _country(mark)
        # "auf US-Stützpunkt in Katar": the base tells more than its owner
        beside = sides.tells_where(item.sentence, mark, grammar)
        if actor is not None and actor not in lands and not beside:
            yield actor


def _struck(item: Statement, lands: frozenset[str], grammar: Grammar) -> str | None:
    sentence = item.sentence
    for mark in sentence.marks:
        name = _place(mark)
        if name is None or _is_source(sentence, mark, grammar):
            continue
        seat = mark.means.actor is not None and mark.means.actor.form == "capital"
        if seat and sides.speaks(sentence, mark):
            continue
        if item.kind == "intercept" and _is_water(name):
            continue
        held = _strikes(item) and struck_sides.is_object(sentence, mark, grammar)
        if held or (name not in lands and _land(name) not in lands):
            return name
    for mark in sentence.marks:
        actor = _country(mark)
        if actor is not None and struck_sides.is_object(sentence, mark, grammar):
            return None if actor in lands else actor
    return None


def _is_source(sentence: Sentence, mark: Mark, grammar: Grammar) -> bool:
    if not (mark.means.place or mark.means.actor):
        return False
    if "origin" in mark.means.cues or sides.glued(sentence, mark, ("origin",)):
        return True
    if sides.postposes(grammar):
        return _beside(sentence, mark, "origin", after=True, reach=0)
    return _beside(sentence, mark, "origin", after=False, reach=_NEAR)


def _beside(sentence: Sentence, mark: Mark, cue: str, *, after: bool, reach: int) -> bool:
    """Whether a cue stands within `reach` tokens, with no other place, actor or goal between."""
    for other in sentence.marks:
        gap = other.start - mark.end if after else mark.start - other.end
        if cue not in other.means.cues or other is mark or not 0 <= gap <= reach:
            continue
        low, high = (mark.end, other.start) if after else (other.end, mark.start)
        between = [m for m in sentence.marks if low <= m.start < high]
        clear = (
            not (m.means.place or m.means.actor or m.means.actions or "goal" in m.means.cues)
            for m in between
        )
        if all(clear) and not _parted(sentence, low, high):
            return True
    return False


def _parted(sentence: Sentence, low: int, high: int) -> bool:
    return any(word in {",", ".", ":", ";", "–", "—"} for word in sentence.tokens.words[low:high])


def _place(mark: Mark) -> str | None:
    return mark.means.place.value if mark.means.place else None


def _country(mark: Mark) -> str | None:
    actor = mark.means.actor
    if actor is None or mark.means.place or actor_kinds().get(actor.value) == "alliance":
        return None
    return actor.value


def _land(name: str) -> str | None:
    place = places().get(name)
    return place.country if place is not None else None


def _is_water(name: str) -> bool:
    place = places().get(name)
    return place is not None and place.kind in _WATER
