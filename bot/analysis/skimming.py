"""Tells at a glance whether a sentence may speak of missiles, so that the rest need not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ahocorasick_rs

from bot.analysis.terms import Entry

_TELLING = 4  # letters of a word that is not in every other sentence
_TYPOGRAPHY = str.maketrans("’‘“”–—", "''\"\"--")


class Skimmer:
    """Looks for one word of every weapon or topic term; may err towards reading, never away.

    The longest word of a term stands for it; a designation ("K-4") is looked for as a whole. Text
    that is not plain ASCII after its quotation marks are made plain is always read, since terms are
    folded and it is not.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        words: set[str] = set()
        for entry in entries:
            topic = entry.tag.kind == "cue" and entry.tag.value == "topic"
            if entry.tag.kind == "weapon" or topic:
                words.update(_signs(entry.term))
        plain = sorted(word for word in words if word.isascii())
        self._automaton = ahocorasick_rs.AhoCorasick(plain)

    def may_tell(self, text: str) -> bool:
        """False only when no weapon or topic term stands in the text."""
        plain = text.translate(_TYPOGRAPHY)
        return not plain.isascii() or bool(self._automaton.find_matches_as_indexes(plain.lower()))


def _signs(term: str) -> Iterator[str]:
    parts = term.lower().lstrip("=").replace("*", "").replace("-", " ").split()
    longest = max(parts, key=len).removesuffix("'s")
    if len(longest) >= _TELLING:
        yield longest
    else:
        yield from (joint.join(parts) for joint in ("-", " ", ""))
