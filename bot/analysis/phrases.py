"""All keyword subscriptions matched in one pass over a text, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from bot.domain.folding import stands_at


class PhraseIndex:
    """Finds which of many folded phrases stand in a folded text, at word edges.

    A trailing `*` asks for words that begin with the phrase. The automaton finds substrings, so
    every hit is checked at its edges; overlapping hits need MatchKind.Standard. Immutable: a new
    set of phrases is a new index (100,000 phrases: about 0.2 s).
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._by_literal: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            literal = phrase.removesuffix("*")
            if literal:
                self._by_literal.setdefault(literal, []).append(phrase)
        self._literals = list(self._by_literal)
        self._automaton = AhoCorasick(
            self._literals, matchkind=MatchKind.Standard, store_patterns=False
        )

    def __len__(self) -> int:
        return sum(map(len, self._by_literal.values()))

    def find(self, text: str) -> frozenset[str]:
        """The phrases (as they were given) that occur in an already folded text."""
        found: set[str] = set()
        if not self._literals:
            return frozenset()
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for phrase in self._by_literal[self._literals[number]]:
                if phrase not in found and stands_at(text, start, end, prefix=phrase[-1] == "*"):
                    found.add(phrase)
        return frozenset(found)
