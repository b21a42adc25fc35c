"""Who attacks, claims it or is blamed, where no weapon is owned: told by the order of words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark

_QUOTES = frozenset("\"'“‘«")


def is_object(sentence: Sentence, mark: Mark) -> bool:
    """Whether a verb of striking stands right before it ("hits Ukraine", "targets UAE")."""
    before = next((m for m in sentence.marks if m.end == mark.start), None)
    if before is None:
        return False
    forms = before.means.actions.get("strike", frozenset()) | before.means.actions.get(
        "launch", frozenset()
    )
    return bool(forms & {"past", "present", "ing"})


def is_goal(sentence: Sentence, mark: Mark) -> bool:
    """Whether a preposition makes it a goal or a bystander ("at Israel", "in Ukraine")."""
    for position in range(mark.start - 1, max(-1, mark.start - 3), -1):
        if sentence.is_function_word(position, "preposition"):
            return not sentence.is_function_word(position, "by")
        if not sentence.is_function_word(position, "a", "the"):
            return False
    return False


def claimant(sentence: Sentence) -> list[str]:
    """Who claims it: "claimed responsibility", or a headline that ends in "..., Houthis claim"."""
    marks = list(sentence.marks)
    for index, mark in enumerate(marks):
        if "claims" not in mark.means.attribution:
            continue
        before = [m for m in marks[:index] if m.means.actor and mark.start - m.end <= 4]
        if before and before[-1].means.actor is not None:
            return [before[-1].means.actor.value]
    return []


def attacker(sentence: Sentence) -> list[str]:
    """Who attacks, where no weapon is owned ("Russian attack", "Russia's war").

    A side right before its attack wins over one that stands further off ("Israel at war after
    Hamas assault").
    """
    marks = list(sentence.marks)
    far: str | None = None
    for index, mark in enumerate(marks):
        if not mark.means.actor or is_goal(sentence, mark) or is_object(sentence, mark):
            continue
        for other in marks[index + 1 : index + 4]:
            if other.start - mark.end > 4 or _suffered(sentence, other):
                break
            if "intercept" in other.means.actions:
                break  # "Russia shot down six missiles": it did not fire them
            if "attack" in other.means.cues or _attacks(other.means.actions.keys()):
                if other.start == mark.end:
                    return [mark.means.actor.value]
                far = far or mark.means.actor.value
                break
            if other.means.actor:
                break
    return [far] if far is not None else []


def _suffered(sentence: Sentence, mark: Mark) -> bool:
    """Whether it is what a side suffers: "Israel hit by", not "Iran hit the base"."""
    forms = mark.means.actions
    if "harm" not in forms:
        return False
    words = sentence.tokens.words
    if "present" not in forms.get("strike", frozenset()) or mark.end == len(words):
        return True
    following = words[mark.end]
    parted = not following[0].isalnum() and following not in _QUOTES
    return parted or sentence.is_function_word(mark.end, "preposition")


def blamed(sentence: Sentence) -> list[str]:
    """Who is blamed for it ("condemns Iran", "accuses Iran")."""
    for mark in sentence.marks:
        if "verdict_on" in mark.means.cues:
            after = next((m for m in sentence.marks if m.start == mark.end), None)
            if after is not None and after.means.actor and _for_firing(sentence, after):
                return [after.means.actor.value]
    return []


def _for_firing(sentence: Sentence, blamed: Mark) -> bool:
    """Whether it is blamed for this: not "accused Eritrea of sending troops"."""
    words = sentence.tokens.words
    if blamed.end == len(words) or not sentence.is_function_word(blamed.end, "of name"):
        return True
    return any(
        mark.means.weapon or mark.means.actions or "attack" in mark.means.cues
        for mark in sentence.marks
        if blamed.end < mark.start <= blamed.end + 5
    )


def _attacks(actions: Iterable[str]) -> bool:
    return not {"launch", "strike"}.isdisjoint(actions)
