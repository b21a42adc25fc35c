"""Where missiles were fired from, and where they came down or were aimed at."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysis.lexicon import places
from bot.analysis.reading import Role, Sentence
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.launch import Fact

_SPAN = 9  # words in which a place follows its preposition
_STOPS = frozenset(",;:.()—–")
_SEAS = frozenset({"sea", "strait"})


def sites_of(sentences: Sequence[Sentence], targets: set[str]) -> Fact[str] | None:
    """The launch site: a place after "from" in a sentence about missiles; a country if need be."""
    fallback: Fact[str] | None = None
    for sentence in sentences:
        for mark in sentence.marks:
            if "origin" not in mark.means.cues or not _about_weapons(sentence, mark):
                continue
            place = _place_after(sentence, mark)
            if place is not None and place not in targets:
                return Fact(place, sentence.text)
            actor = _actor_after(sentence, mark)
            if actor is not None and fallback is None and actor not in targets:
                fallback = Fact(actor, sentence.text)
    return fallback


def target_of(found: Sequence[Statement], firing: frozenset[str] = frozenset()) -> Fact[str] | None:
    """Where it went: a sea or place after "into", the object of a strike, or who was fired at.

    `firing` are those who fired: a place in their own land is a target only where words say so.
    """
    for item in found:
        value = _goal(item)
        if value is not None:
            return Fact(value, item.sentence.text)
    for item in found:
        value = _struck(item)
        if value is None:
            continue
        place = places().get(value)
        if item.kind == "launch" and place is not None and place.country in firing:
            continue
        return Fact(value, item.sentence.text)
    for item in found:
        value = attacked_in(item.sentence)
        if value is not None and value not in firing:
            return Fact(value, item.sentence.text)
    return None


def attacked_in(sentence: Sentence) -> str | None:
    """The place or side an attack is said to be on ("launches missile attack on Ukraine")."""
    words = sentence.tokens.words
    for mark in sentence.marks:
        if "noun" not in mark.means.actions.get("strike", ()) or mark.end >= len(words):
            continue
        if not sentence.is_function_word(mark.end, "upon"):
            continue
        for other in sentence.marks:
            if other.start <= mark.end:
                continue
            if other.start - mark.end > _SPAN or _STOPS & set(words[mark.end : other.start]):
                break
            if other.means.place:
                return other.means.place.value
            close = other.start - mark.end <= 4
            if close and other.means.actor and not _owns_base(sentence, other):
                return other.means.actor.value
    return None


def goal_in(sentence: Sentence) -> str | None:
    """The place after the first "into", "toward" ... of a sentence about the missiles."""
    for mark in sentence.marks:
        if "goal" in mark.means.cues:
            place = _place_after(sentence, mark, water=True)
            if place is not None:
                return place
    return None


def _about_weapons(sentence: Sentence, mark: Mark) -> bool:
    """Whether a weapon, projectile or launch stands before the "from", and no person or paper."""
    before = [m for m in sentence.marks if m.end <= mark.start]
    near = [m for m in before if mark.start - m.end <= 12]
    return any(m.means.weapon or "launch" in m.means.actions for m in near)


def _place_after(sentence: Sentence, mark: Mark, *, water: bool = False) -> str | None:
    stop = next(
        (
            n
            for n in range(mark.end, len(sentence.tokens.words))
            if sentence.tokens.words[n] in _STOPS
        ),
        len(sentence.tokens.words),
    )
    for other in sentence.marks:
        if other.start < mark.end:
            continue
        if other.start - mark.end > _SPAN or other.start > stop:
            return None
        place = other.means.place
        if place is not None and (water or place.form not in _SEAS):
            return place.value
        if other.means.cues & {"origin", "goal", "background", "relative"} or other.means.weapon:
            return None
    return None


def _actor_after(sentence: Sentence, mark: Mark) -> str | None:
    for other in sentence.marks:
        if other.start >= mark.end:
            close = other.start - mark.end <= 1 and not _owns_base(sentence, other)
            return other.means.actor.value if close and other.means.actor else None
    return None


def _among_sources(sentence: Sentence, place: Mark) -> bool:
    """Whether it is named among the places fired from ("from four sites, including Sunan")."""
    before = [m for m in sentence.marks if m.end <= place.start]
    origin = next((m for m in reversed(before) if "origin" in m.means.cues), None)
    if origin is None or place.start - origin.end > _SPAN:
        return False
    between = (m for m in before if m.start >= origin.end)
    return "including" in sentence.tokens.words[origin.end : place.start] and not any(
        m.means.actions or "goal" in m.means.cues for m in between
    )


def _owns_base(sentence: Sentence, actor: Mark) -> bool:
    """Whether a base or ship follows ("at US base in Qatar"): its place tells more."""
    words = sentence.tokens.words
    after = range(actor.end, min(len(words), actor.end + 3))
    return any(sentence.is_function_word(n, "seat") for n in after)


def _goal(item: Statement) -> str | None:
    marks = [m for m in item.sentence.marks if m.start >= item.start]
    for mark in marks:
        if mark.means.cues.isdisjoint({"goal", "incoming"}) or mark.start - item.end > 14:
            continue
        place = _place_after(item.sentence, mark, water=True)
        if place is not None:
            return place
        actor = _actor_after(item.sentence, mark)
        if actor is not None:
            return actor
    if item.kind == "fall":
        return next((m.means.place.value for m in marks if m.means.place), None)
    return None


def _is_passive(item: Statement) -> bool:
    between = (m for m in item.clause.marks if item.action.end <= m.start < item.weapon.start)
    linked = any(not m.means.cues.isdisjoint({"by", "origin"}) for m in between)
    return linked or item.pattern == "harmed by weapon"


def _is_scene(item: Statement, place: Mark) -> bool:
    """Whether a place after "in" or "off" is where a speaker stood or where it was fired."""
    sentence = item.sentence
    if not place.start or not sentence.is_function_word(place.start - 1, "scene"):
        return False
    words = sentence.tokens.words
    for mark in sentence.marks:
        if item.end <= mark.start < place.start and "speaks" in mark.means.attribution:
            return not _STOPS.intersection(words[mark.end : place.start])
    return item.kind == "launch" and not sentence.has("aftermath")


def _is_meanwhile(item: Statement, place: Mark) -> bool:
    """Whether a place belongs to what else happens ("fires missiles hours before Seoul ...")."""
    clause = next((c for c in item.sentence.clauses if c.start <= place.start < c.end), None)
    if item.kind != "launch" or clause is None or clause is item.clause:
        return False
    if clause.start < item.end or not clause.cues.isdisjoint({"aftermath", "goal", "attack"}):
        return False
    return clause.role in {Role.BACKGROUND, Role.TOGETHER, Role.CONDITION}


def _struck(item: Statement) -> str | None:
    if item.kind not in {"strike", "launch", "use", "fall", "intercept"}:
        return None
    marks = item.sentence.marks
    after = [m for m in marks if m.start >= min(item.weapon.end, item.action.end)]
    if _is_passive(item):  # "Ganja hit by Armenian missile"
        after = [m for m in reversed(marks) if m.end <= item.action.start]
    owners = {m.end for m in marks if m.means.weapon or m.means.actions} | {item.weapon.end}
    starts = {m.start for m in marks if m.means.weapon}
    speaking = {m.start for m in marks if not m.means.attribution.isdisjoint({"verbs", "official"})}
    sources = {m.end for m in marks if "origin" in m.means.cues}
    for mark in after:
        from_there = not {mark.start, mark.start - 1}.isdisjoint(sources)
        from_there = from_there or _among_sources(item.sentence, mark)
        if mark.end in starts or (from_there and mark.start not in owners):
            continue
        if mark.end in speaking:
            continue  # "missile hits airport, Kyiv says"
        if mark.means.place and (_is_scene(item, mark) or _is_meanwhile(item, mark)):
            continue
        if mark.means.place and (mark.means.place.form not in _SEAS or item.kind != "intercept"):
            return mark.means.place.value
        actor = mark.means.actor if item.kind in {"strike", "use"} else None
        if actor is not None and actor.form == "name" and mark.start - item.start <= 12:
            return actor.value
    return None
