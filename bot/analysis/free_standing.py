"""How a statement stands where cues stand on both sides of the verb: the nearest decides."""

from __future__ import annotations

from bot.analysis.lexicon import Grammar
from bot.analysis.numerals import is_counted
from bot.analysis.reading import Clause, Role, Sentence, Zone
from bot.analysis.sides import TOPICS, postposes
from bot.analysis.standings import CANCEL, TALK, Standing
from bot.analysis.terms import Mark
from bot.analysis.totals import is_total

_CANCEL_INTERCEPTION = tuple(cue for cue in CANCEL if cue != "guard")
_ACTUAL = (Standing.ACTUAL, "")
_OWN = ("future", "negation", "possible", "threat")  # endings that the verb itself carries
_REMARK = frozenset({",", ";", "–", "—", "-", "--", "…", "،", "؛", "|", "、", "，", "‖"})
_RANGED = 8  # characters between "range" and the weapon that has it
_NAMED = 7  # characters of a subject after its side ("イラン精鋭部隊が")
_SUBJECT = frozenset({"が", "、", ","})


def free_standing(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> tuple[Standing, str]:
    """The same where cues stand on either side of the verb: the nearest within reach decides."""
    start, end = min(weapon.start, action.start), max(weapon.end, action.end)
    reach = max(8, grammar.gap)
    found: list[tuple[int, str]] = []
    remark = _remark(sentence, clause, weapon, action, grammar)
    for mark in clause.marks:
        if mark is weapon or (remark is not None and mark.start > remark):
            continue
        distance = max(start - mark.end, mark.start - end, 0)
        own = mark is action and not mark.means.cues.isdisjoint(_OWN)
        if grammar.scope == "before" and mark.start > max(weapon.start, action.start):
            continue
        if distance <= reach and (own or mark is not action):
            # air defence is the subject of an interception, not a reason to doubt it
            cancels = _CANCEL_INTERCEPTION if "intercept" in action.means.actions else CANCEL
            passing = _passing(sentence, mark, weapon) or _claims(sentence, mark, action)
            if passing or _doubts_kind(mark, weapon, action, clause):
                continue
            found += [(distance, cue) for cue in cancels if cue in mark.means.cues]
    if found:
        return Standing.CANCELLED, min(found)[1]
    said = _said_of_it(sentence, clause, action, start, end) if grammar.scope == "before" else ""
    if said:
        return Standing.CANCELLED, said
    announced = _announced(sentence, clause)
    if announced:
        return Standing.CANCELLED, announced
    answers = postposes(grammar) and clause.marks and clause.marks[0].end <= start
    if clause.role is Role.BACKGROUND and not answers:  # "도발에 미사일 사격": the answer is news
        return Standing.BACKGROUND, "background"
    near = [m for m in clause.marks if max(start - m.end, m.start - end, 0) <= reach]
    talk = frozenset[str]().union(*(mark.means.cues for mark in near))
    if sentence.zone is not Zone.TITLE and sentence.is_function_word(0, "explaining"):
        return Standing.BACKGROUND, "analysis"
    told = _before_remark(sentence, clause, end, remark)
    if sentence.zone is Zone.TITLE:  # a headline is one thought, over all its clauses
        if "analysis" in sentence.cues:
            return Standing.BACKGROUND, "analysis"
        whole = clause.cues | (sentence.cues & {"verdict_on"})
        talk = whole if told is None else told
    elif told is not None:
        talk &= told  # "..., sagte der Minister bei einem Treffen"
    for cue in TALK:
        if cue in talk and not (cue == "verdict_on" and _is_charge(sentence, action)):
            return Standing.BACKGROUND, cue
    return (Standing.BACKGROUND, "total") if is_total(sentence, clause, weapon) else _ACTUAL


def _said_of_it(sentence: Sentence, clause: Clause, action: Mark, start: int, end: int) -> str:
    """What a headline says of the firing it opens with: "Удары ракетами станут эскалацией"."""
    verbal = any(forms - {"noun"} for forms in action.means.actions.values())
    if sentence.zone is not Zone.TITLE or verbal or start - clause.start > 2:
        return ""
    marks = {mark.start: mark for mark in clause.marks}
    for n in range(end, min(clause.end, end + 8)):
        means = marks[n].means if n in marks else None
        if sentence.is_function_word(n, "becoming"):
            return "future"
        if means is not None and "denial" in means.cues:
            return "denial"
        told = means is not None and any(f - {"noun"} for f in means.actions.values())
        if told or sentence.tokens.words[n] in _REMARK:
            break
    return ""


def _is_charge(sentence: Sentence, action: Mark) -> bool:
    """Whether the talk is the claim itself: "acusa a Rusia de lanzar misiles"."""
    talks = [mark for mark in sentence.marks if "verdict_on" in mark.means.cues]
    return all(
        sentence.is_function_word(m.start, "accusing") and m.end <= action.start for m in talks
    )


def _doubts_kind(mark: Mark, weapon: Mark, action: Mark, clause: Clause) -> bool:
    """Whether only what was fired is in doubt, not the firing: "lanza un posible misil"."""
    if "possible" not in mark.means.cues or mark is action or action.means.cues:
        return False
    if not action.end <= mark.start or mark.end != weapon.start:
        return False
    return not any("noun" in forms for forms in action.means.actions.values())


def _passing(sentence: Sentence, mark: Mark, weapon: Mark) -> bool:
    """Whether a cue says nothing of the firing in scripts without spaces.

    The range of what was fired ("사거리 450㎞ 탄도미사일 시험발사"), or another side's denial
    ("…にミサイル、アルメニアは否定").
    """
    words = sentence.tokens.words
    if "range" in mark.means.measures:
        counted = words[mark.end : mark.end + 1] and words[mark.end][0].isdigit()
        return bool(counted) and 0 < weapon.start - mark.end <= _RANGED
    if "denial" not in mark.means.cues or words[mark.start - 1] not in TOPICS:
        return False
    denier = next((m for m in sentence.marks if m.end == mark.start - 1 and m.means.actor), None)
    return denier is not None and words[denier.start - 1] in _REMARK


def _claims(sentence: Sentence, mark: Mark, action: Mark) -> bool:
    """Whether what looks like a plan is a claim ("Russland will Raketen abgefangen haben")."""
    done = action.end < len(sentence.tokens.words) and sentence.is_function_word(
        action.end, "have done"
    )
    return done and sentence.is_function_word(mark.start, "claiming")


def _announced(sentence: Sentence, clause: Clause) -> str:
    """The threat or denial that opens what follows its colon ("Nasrallah droht: ...")."""
    words = sentence.tokens.words
    for other in sentence.clauses:
        if other.end < clause.start and words[other.end : other.end + 1] == [":"]:
            said = other.cues & {"threat", "denial"}
            if said:
                return min(said)
    return ""


def _remark(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> int | None:
    """Where a remark begins that follows a report complete in itself; None where none does.

    In scripts without spaces a headline has no verb forms to go by. It reports where it counts
    what was fired, or where the side that fired is its subject ("北朝鮮がミサイル発射、…").
    """
    if grammar.mode != "substring" or sentence.zone is not Zone.TITLE:
        return None
    words = sentence.tokens.words
    start, end = min(weapon.start, action.start), max(weapon.end, action.end)
    stop = next((n for n in range(end, clause.end) if words[n] in _REMARK), clause.end)
    if is_counted(sentence, start, stop):
        return stop
    sides = [m for m in clause.marks if m.means.actor and m.end <= start]
    if not postposes(grammar) or not sides:
        return None
    after = words[sides[-1].end : min(start, sides[-1].end + _NAMED)]
    subject = words[sides[-1].end] in TOPICS or not _SUBJECT.isdisjoint(after)
    return stop if subject else None


def _before_remark(
    sentence: Sentence, clause: Clause, end: int, remark: int | None
) -> frozenset[str] | None:
    """The cues of a full statement that a remark follows ("X tire un missile, Y condamne")."""
    words = sentence.tokens.words
    stop = next((n for n in range(end, len(words)) if words[n] in _REMARK), None)
    if stop is None:
        return None
    own = [m for m in sentence.marks if clause.start <= m.start < stop]
    verbal = any(
        forms - {"noun"} and kind != "harm"
        for m in own
        if m.start <= end
        for kind, forms in m.means.actions.items()
    )
    if not verbal and remark is None:
        return None
    return frozenset[str]().union(*(m.means.cues for m in own))
