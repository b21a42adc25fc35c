"""A sentence as the rules see it: tokens, marks of lexicon terms, and clauses with their role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.analysis.lexicon import Lexicon
from bot.analysis.terms import Mark, Tokens

_HARD_STOPS = frozenset(";:—–()|.!?…。！？；：「」『』（）‖•؛؟-")
_ROLE_CUES = ("condition", "background", "together", "relative")
_SAID_REACH = 7  # words between a verb of saying and its "that"


class Zone(StrEnum):
    """Where in the article a sentence stands."""

    TITLE = "headline"
    LEAD = "lead"
    BODY = "body"


class Role(StrEnum):
    """What a clause is to its sentence."""

    MAIN = "main"
    TOGETHER = "together"  # "as", "while": happens at once with the main clause
    BACKGROUND = "background"  # "after", "in response to"
    RELATIVE = "relative"  # "that", "which"
    CONDITION = "condition"  # "if"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between hard stops and conjunctions, with its marks."""

    role: Role
    start: int
    end: int
    marks: tuple[Mark, ...]
    cues: frozenset[str]


@dataclass(slots=True)
class Sentence:
    """One sentence of the article, read."""

    text: str
    zone: Zone
    index: int  # 0 for the headline, then 1, 2, ... in reading order
    tokens: Tokens
    marks: Sequence[Mark]
    function_words: Mapping[str, frozenset[str]]
    cues: frozenset[str] = frozenset()
    _clauses: tuple[Clause, ...] | None = None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses, cut when first asked for: most sentences hold no weapon."""
        if self._clauses is None:
            self._clauses = tuple(_cut_clauses(self.tokens, self.marks))
        return self._clauses

    def quote(self, start: int, end: int) -> str:
        """The text printed at these tokens."""
        return self.tokens.quote(start, end)

    def is_function_word(self, position: int, *kinds: str) -> bool:
        """Whether the token is one of the language's words of these kinds ("article")."""
        word = self.tokens.words[position]
        return any(word in self.function_words.get(kind, ()) for kind in kinds)

    def has(self, *cues: str) -> bool:
        """Whether any of these cues stands anywhere in the sentence."""
        return not self.cues.isdisjoint(cues)


def read(lexicon: Lexicon, text: str, zone: Zone, index: int) -> Sentence:
    """Find the terms of a sentence and cut it into clauses."""
    tokens, marks = lexicon.matcher.read(text)
    sentence = Sentence(text, zone, index, tokens, marks, lexicon.function_words)
    sentence.cues = frozenset().union(*(mark.means.cues for mark in marks))
    return sentence


def _role(tokens: Tokens, marks: Sequence[Mark], index: int) -> Role | None:
    mark = marks[index]
    before = marks[index - 1] if index else None
    cues = mark.means.cues
    if cues.isdisjoint(_ROLE_CUES):
        return None
    if "condition" in cues:
        return Role.CONDITION
    if "background" in cues:
        # "shot down over Yemen" is a place, "sanctions over missiles" a reason
        over = mark.means.approx == "more"
        placed = over and (_moves(before, mark.start) or _names_place(marks, index))
        return None if placed else Role.BACKGROUND
    if "together" in cues:
        return Role.TOGETHER
    if mark.start == 0:
        return None
    return Role.MAIN if _opens_what_is_said(tokens, marks, index) else Role.RELATIVE


def _opens_what_is_said(tokens: Tokens, marks: Sequence[Mark], index: int) -> bool:
    """Whether it follows a verb of saying: what is reported is no remark in passing.

    Day, place and hearer may stand between: "said on Friday that", "told reporters in Seoul that".
    """
    mark = marks[index]
    for other in reversed(marks[:index]):
        if other.end == mark.start and other.means.attribution:
            return True
        if "content" not in mark.means.cues or mark.start - other.end > _SAID_REACH:
            return False
        if "verbs" in other.means.attribution:
            return "," not in tokens.words[other.end : mark.start]
        if other.means.weapon or other.means.actions:
            return False
    return False


def _names_place(marks: Sequence[Mark], index: int) -> bool:
    """Whether a place follows "over" and no event of that place: "lights over Los Angeles were"."""
    place = marks[index + 1] if index + 1 < len(marks) else None
    if place is None or place.means.place is None or place.start != marks[index].end:
        return False
    after = marks[index + 2] if index + 2 < len(marks) else None
    beside = after is not None and after.start == place.end
    return not (beside and after is not None and (after.means.weapon or after.means.actions))


def _moves(before: Mark | None, start: int) -> bool:
    """Whether a verb of flight stands right before: what follows "over" is a place."""
    if before is None or before.end != start:
        return False
    return any(
        kind in {"launch", "fall", "intercept"} and forms - {"noun"}
        for kind, forms in before.means.actions.items()
    )


def _cut_clauses(tokens: Tokens, marks: Sequence[Mark]) -> Iterable[Clause]:
    borders: list[tuple[int, int, Role]] = []  # end of the clause before, start of the next, role
    covered = 0
    openers = {
        mark.start: (mark, role)
        for index, mark in enumerate(marks)
        if (role := _role(tokens, marks, index))
    }
    inside = {mark.start: mark.end for mark in marks if mark.end - mark.start > 1}
    leading = False  # a clause that opens the sentence with "After" ends at its comma
    for position, word in enumerate(tokens.words):
        if position < covered:
            continue
        if position in openers:
            mark, role = openers[position]
            borders.append((position, position, role))
            covered = mark.end
            leading = leading or position == 0
        elif position in inside:
            covered = inside[position]
        elif word in _HARD_STOPS or word == "--":
            borders.append((position, position + 1, Role.MAIN))
        elif leading and word in {",", "，", "、"}:
            borders.append((position, position + 1, Role.MAIN))
            leading = False
    yield from _cut(tokens, marks, borders)


def _cut(
    tokens: Tokens, marks: Sequence[Mark], borders: list[tuple[int, int, Role]]
) -> Iterable[Clause]:
    start, role = 0, Role.MAIN
    for end, following, next_role in [*borders, (len(tokens.words), 0, Role.MAIN)]:
        if end > start:
            own = tuple(mark for mark in marks if start <= mark.start < end)
            cues = frozenset().union(*(mark.means.cues for mark in own)) if own else frozenset()
            yield Clause(role, start, end, own, cues)
        start, role = following, next_role
