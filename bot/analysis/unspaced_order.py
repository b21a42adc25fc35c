"""Who fired, in scripts without spaces: particles and the order of the sides tell.

For Korean, Japanese and Chinese; `free_order` does the same for languages that part their words.
"""

from __future__ import annotations

from bot.analysis.allies import name_of
from bot.analysis.free_order import is_topic, only_soil
from bot.analysis.lexicon import Grammar, places
from bot.analysis.reading import Clause, Sentence
from bot.analysis.sides import (
    TOPICS,
    acts_between,
    comes_from,
    is_event,
    is_goal,
    office_end,
    postposes,
    speaks,
    unbroken,
)
from bot.analysis.struck_sides import is_object
from bot.analysis.terms import Mark

_OWN_DEED = 8  # characters between a side and the deed that is answered


def agents(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, kind: str, grammar: Grammar
) -> list[str]:
    """The side that fired: not the one fired at, nor the one that intercepts."""
    marks = [mark for mark in sentence.marks if mark.means.actor]
    aimed_at = _fired_at(sentence, marks, weapon, action, grammar)
    speaking = [m for m in marks if speaks(sentence, m) and not _claims(sentence, m)]
    soil = [m for m in marks if only_soil(weapon, name_of(m)) and comes_from(sentence, m, grammar)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking and m not in soil]
    linked = [m for m in firing if comes_from(sentence, m, grammar)]
    if soil and not linked:
        return []
    if linked:
        return _together(sentence, linked[0], firing)
    if kind == "intercept":
        owner = _owner(sentence, firing, weapon, action, grammar)
        return _together(sentence, owner, firing) if owner else []
    chosen = _nearest(sentence, clause, weapon, action, firing, grammar)
    if chosen is not None:
        return _together(sentence, chosen, firing)
    sides = {name_of(m) for m in aimed_at}
    sides |= {places()[m.means.place.value].country or "" for m in marks if m.means.place}
    aimed = bool(aimed_at) and not any(name_of(m) in sides for m in speaking)
    tells = kind in {"launch", "test"} or (kind == "strike" and aimed)
    own_words = [m for m in speaking if m not in aimed_at and tells]
    return [name_of(own_words[-1])] if own_words else []


def _nearest(
    sentence: Sentence,
    clause: Clause,
    weapon: Mark,
    action: Mark,
    firing: list[Mark],
    grammar: Grammar,
) -> Mark | None:
    """The side that fired by its place: the subject or owner, else the nearest before or after."""
    start = min(weapon.start, action.start)
    own = [m for m in firing if clause.start <= m.start < clause.end]
    before = [m for m in own if m.end <= start]
    inside = [m for m in own if start <= m.start < max(weapon.start, action.start)]
    after = [m for m in own if m.start >= max(weapon.end, action.end)]
    elsewhere = [m for m in firing if m.end <= clause.start]
    best: list[Mark] = []
    if postposes(grammar):
        topics = [m for m in before if is_topic(sentence, m)]
        # "ハイマースでロシア兵89人死亡": who stands there without a particle was hit
        acting = [m for m in inside if is_topic(sentence, m) and m.start >= weapon.end]
        best = topics[-1:] or [m for m in own if _owns(sentence, m, weapon)] or acting
        inside = [m for m in inside if m.end <= weapon.start]
        # "美·英, 예멘 반군 공습…토마호크 100발": the subject
        elsewhere = [m for m in elsewhere if is_topic(sentence, m)] or elsewhere
    # "X发射导弹 Y空袭报复": who comes later answers
    rest = [m for m in firing if m.end <= start]
    placed = any(m.means.place and comes_from(sentence, m, grammar) for m in sentence.marks)
    after = after if postposes(grammar) and not placed else []
    ranked = (best, before[-1:], inside, after, elsewhere[-1:], rest)
    return next((marks[0] for marks in ranked if marks), None)


def _owner(
    sentence: Sentence, firing: list[Mark], weapon: Mark, action: Mark, grammar: Grammar
) -> Mark | None:
    """Whose missile is intercepted: the name beside it, or who fired it before that."""
    before = [m for m in firing if m.end <= weapon.start]
    for m in reversed(before):
        acts = [a for a in sentence.marks if m.end <= a.start < weapon.start and a.means.actions]
        if weapon.start - m.end <= 2 and not acts:
            return m
        if acts and acts[0].start == m.end and "launch" in acts[0].means.actions:
            return m  # "拦截胡塞武装射向利雅得的导弹"
    if not postposes(grammar):
        return None
    fired = [m for m in before if is_topic(sentence, m)]
    for m in sentence.marks:
        if not m.means.actor or m.start < weapon.end or not is_topic(sentence, m):
            continue
        act = next((a for a in sentence.marks if a.start >= m.end and a.means.actions), None)
        if act is not None and "intercept" in act.means.actions:
            return fired[-1] if fired else None  # "イランがミサイル、米軍は迎撃"
        if act is not None and m in firing:
            return m  # "サウジ、ミサイル迎撃、フーシ派が発射"
    return None


def _owns(sentence: Sentence, actor: Mark, weapon: Mark) -> bool:
    """Does it stand right before the weapon ("病院にロシア軍のミサイル", "러 미사일")?"""
    between = sentence.tokens.words[actor.end : weapon.start]
    return actor.end <= weapon.start and between in ([], ["の"])


def _fired_at(
    sentence: Sentence, marks: list[Mark], weapon: Mark, action: Mark, grammar: Grammar
) -> list[Mark]:
    """The sides fired at, and those whose deed is answered."""
    found = [m for m in marks if is_goal(sentence, m, grammar) or is_object(sentence, m, grammar)]
    start = min(weapon.start, action.start)
    for m in marks:
        if m in found:
            continue
        struck = (
            any(m.start == other.end for other in found)  # "襲以色列阿聯酋": both are struck
            or _answered(sentence, m, start)
            or (postposes(grammar) and _only_a_place(sentence, m, grammar))
            or any(sentence.is_function_word(n, "suffers") for n in range(m.end, action.start))
        )
        if struck:
            found.append(m)
    return found


def _answered(sentence: Sentence, actor: Mark, start: int) -> bool:
    """Does it own the deed that the shot answers ("北도발에 대응해", "北朝鮮の発射を受け")?"""
    nearer = {m.start for m in sentence.marks if m.means.actor and m.start > actor.start}
    for mark in sentence.marks:
        if any(actor.end <= n < mark.start for n in nearer):
            return False
        if "background" in mark.means.cues and 0 <= mark.start - actor.end <= _OWN_DEED:
            return mark.end <= start and not acts_between(sentence, actor.end, mark.start)
    return False


def _only_a_place(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is a capital just a town ("キーウの病院に"), not a government that acts or is a source?"""
    if not (actor.means.place and actor.means.actor and actor.means.actor.form == "capital"):
        return False
    if comes_from(sentence, actor, grammar):
        return False
    follows = sentence.tokens.words[actor.end : actor.end + 1]
    return TOPICS.isdisjoint(follows)


def _claims(sentence: Sentence, actor: Mark) -> bool:
    """Does a speaker tell of its own deed ("胡塞武装称用两枚导弹袭击")?"""
    said = next((m for m in sentence.marks if m.start == office_end(sentence, actor)), None)
    words = sentence.tokens.words
    if said is None or "reported" not in said.means.cues or said.end >= len(words):
        return False
    follows = next((m for m in sentence.marks if m.start == said.end), None)
    if follows is not None and follows.means.actor:
        return False
    return sentence.is_function_word(said.end, "own deed")


def _names(mark: Mark) -> list[str]:
    """Both sides of a word for two ("한미", "美韩", "米英")."""
    return [tag.value for tag in mark.means.tags if tag.kind == "actor"]


def _together(sentence: Sentence, chosen: Mark, firing: list[Mark]) -> list[str]:
    """The chosen side and those joined to it directly or by "and" ("美英法", "EE.UU. y Israel")."""
    names = _names(chosen)
    ands = {mark.start: mark.end for mark in sentence.marks if "and" in mark.means.cues}
    end = chosen.end
    for mark in firing:
        if mark.start > chosen.start and _beside(sentence, end, mark.start, ands):
            names += _names(mark)
            end = mark.end
    start = chosen.start
    for mark in reversed(firing):
        if mark.end <= chosen.start and _beside(sentence, mark.end, start, ands):
            names[:0] = _names(mark)
            start = mark.start
    return list(dict.fromkeys(names))


def _beside(sentence: Sentence, end: int, start: int, ands: dict[int, int]) -> bool:
    """Whether two sides are one pair: not "북, 한미 훈련에 반발", "중국군 대만 포위훈련"."""
    tokens = sentence.tokens
    if tokens.words[end - 1] in TOPICS:
        return False
    if start != end:
        return ands.get(end) == start
    return tokens.ends[end - 1] == tokens.starts[start]


def attackers(sentence: Sentence, grammar: Grammar) -> list[str]:
    """Who attacks in a sentence that need not name a weapon ("L'attaque russe", "Rusia ataca")."""
    sides = [m for m in sentence.marks if m.means.actor]
    if any(m.means.place and comes_from(sentence, m, grammar) for m in sentence.marks):
        return []  # "가자서 로켓 발사…이스라엘 공습": who attacks answers
    aimed_at = {name_of(m) for m in sides if is_goal(sentence, m, grammar)}
    for mark in sides:
        if mark.means.actor is None or name_of(mark) in aimed_at:
            continue  # "X向以色列发射…以军空袭": who was fired at answers
        if is_object(sentence, mark, grammar) or speaks(sentence, mark):
            continue
        if comes_from(sentence, mark, grammar):
            continue  # only the soil: `named_source` has been asked before
        for other in sentence.marks:
            told = other.means.weapon or not {"launch", "strike"}.isdisjoint(other.means.actions)
            if not told or "guard" in other.means.cues:
                continue
            acts = 0 <= other.start - mark.end <= 2 and unbroken(sentence, mark.end, other.start)
            acts = acts and not acts_between(sentence, mark.end, other.start)
            owns = other.end == mark.start and bool(is_event(other) or other.means.weapon)
            if acts or owns:
                return [mark.means.actor.value]
    return []
