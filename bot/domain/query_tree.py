"""A query of the query language as a tree: what it looks for, matches, and means in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix: `phrase` is folded (what is indexed), `shown` as it was typed."""

    phrase: str
    shown: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not occur."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """Parts that must all hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """Parts of which one must hold."""

    parts: tuple[Node, ...]


Node = Term | Not | All | Any_


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `str(query)` is its canonical text, which parses to the same query."""

    root: Node

    def phrases(self) -> tuple[str, ...]:
        """Every folded phrase that must be looked for in a text, in order, each once."""
        return tuple(dict.fromkeys(term.phrase for term, _ in _terms(self.root)))

    def wanted(self) -> tuple[str, ...]:
        """The phrases of which at least one occurs in every text that matches."""
        return tuple(dict.fromkeys(t.phrase for t, positive in _terms(self.root) if positive))

    def matches(self, found: frozenset[str]) -> bool:
        """Whether a text matches in which exactly these phrases were found."""
        return holds(self.root, found)

    def words(self, found: frozenset[str]) -> tuple[str, ...]:
        """The wanted terms that were found, as typed and without quotes, for "matched ..."."""
        shown = (
            term.shown.strip('"')
            for term, positive in _terms(self.root)
            if positive and term.phrase in found
        )
        return tuple(dict.fromkeys(shown))

    def describe(self) -> Reason:
        """The query in plain words, for the reply that shows what was understood."""
        return _describe(self.root)

    def __str__(self) -> str:
        return _write(self.root)


def _terms(node: Node, positive: bool = True) -> Iterator[tuple[Term, bool]]:
    match node:
        case Term():
            yield node, positive
        case Not(part):
            yield from _terms(part, not positive)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _terms(part, positive)


def holds(node: Node, found: frozenset[str]) -> bool:
    """Whether a tree is true of a text in which exactly these phrases were found."""
    match node:
        case Term(phrase, _):
            return phrase in found
        case Not(part):
            return not holds(part, found)
        case All(parts):
            return all(holds(part, found) for part in parts)
        case Any_(parts):
            return any(holds(part, found) for part in parts)


def _write(node: Node, inner: bool = False) -> str:
    match node:
        case Term(_, shown):
            return shown
        case Not(part):
            return f"-{_write(part, inner=True)}"
        case All(parts):
            text = " ".join(_write(part, inner=isinstance(part, Any_)) for part in parts)
        case Any_(parts):
            text = " OR ".join(_write(part) for part in parts)
    return f"({text})" if inner else text


def _describe(node: Node) -> Reason:
    match node:
        case Term(phrase, shown):
            if phrase.endswith("*"):
                return Reason.of("query.describe.prefix", word=shown.strip('"').removesuffix("*"))
            return Reason.of("query.describe.word", word=shown.strip('"'))
        case Not(part):
            return Reason.of("query.describe.without", part=_describe(part))
        case All(parts):
            return Reason.of("query.describe.all", parts=tuple(map(_describe, parts)))
        case Any_(parts):
            return Reason.of("query.describe.any", parts=tuple(map(_describe, parts)))
