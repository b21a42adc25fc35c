"""Finds lexicon terms in a sentence: words of any script with wildcards, or plain substrings.

One left-to-right pass over a trie of folded words (or an Aho-Corasick automaton for scripts
without spaces); at each position the longest term wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import ahocorasick_rs

from bot.analysis.terms import Entry, Mark, Meaning, Tag, Tokens, tokenize

_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20})
_SUBSTRING_UNIT = re.compile(r"[^\W\d_]|\d+(?:[.,]\d+)*|[^\w\s-]")
# 「火星12」: a name in quotes is part of its clause, a quoted sentence is not
_SHORT_QUOTE = re.compile(r"[「『“‘]([^「」『』“”‘’]{1,10})[」』”’]")
_PARTING_BLANK = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_PAUSING_BLANK = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f]|[a-z])")
_HYPHENS = frozenset("-‐‑")
_MOST_KNOWN = 50_000  # words whose place in the trie is remembered


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    tags: list[tuple[Tag, str | None]] = field(default_factory=list)  # with the exact spelling
    meaning: Meaning | None = None  # where no spelling decides; worked out at the first visit


class Matcher:
    """All terms of one language, compiled."""

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        substring: bool = False,
        attached: tuple[str, ...] = (),
        blanks: str = "",
    ) -> None:
        self._attached = attached
        self._blanks = blanks
        self._root = _Node()
        self._first: dict[str, tuple[_Node, ...]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._patterns: list[Meaning] = []
        self._meanings: dict[tuple[Tag, ...], Meaning] = {}
        if substring:
            self._compile_substrings(entries)
        else:
            for entry in entries:
                self._add(entry)

    def read(self, text: str) -> tuple[Tokens, list[Mark]]:
        """The tokens of a sentence and the marks over them, in order, longest terms first."""
        if self._automaton is not None:
            return self._read_substrings(text)
        tokens = tokenize(text)
        # a headline all in one case carries no signal: then actors match in any case
        uncased = text.islower() or text.isupper()
        marks: list[Mark] = []
        first, attached = self._first, bool(self._attached)
        words, size = tokens.words, len(tokens.words)
        covered = 0
        for position, word in enumerate(words):
            if position < covered:
                continue
            nodes = first.get(word)
            if nodes is None:
                nodes = self._look_up(word)
            if not nodes:
                continue
            if len(nodes) == 1:
                node, end = nodes[0], position + 1
                if node.stems or attached or (end < size and words[end] in node.words):
                    meaning, end = self._walk(node, tokens, position, uncased)
                elif node.tags:  # no longer term begins here
                    meaning = node.meaning or self._spelled_meaning(
                        node, tokens, position, end, uncased
                    )
                else:
                    continue
            else:
                end, tags = self._longest(nodes, tokens, position, uncased)
                meaning = self._meaning(tuple(tags)) if tags else None
            if meaning is not None:
                marks.append(Mark(meaning, position, end))
                covered = end
        return tokens, marks

    def _look_up(self, word: str) -> tuple[_Node, ...]:
        nodes = tuple(self._next(self._root, word))
        if len(self._first) < _MOST_KNOWN:
            self._first[word] = nodes
        return nodes

    def _add(self, entry: Entry) -> None:
        # a generated term with a leading hyphen wants one printed before its last word
        exact = entry.term.startswith("=")
        term = entry.term[1:] if exact else entry.term
        node = self._root
        for part in term.split():
            stem = part.endswith("*")
            words = tokenize(part.rstrip("*")).words
            for index, word in enumerate(words):
                last = stem and index == len(words) - 1
                branch = node.stems if last else node.words
                node = branch.setdefault(word, _Node())
        spelling = "".join(term.split()) if exact else "-" if term.startswith("-") else None
        if all(entry.tag != tag for tag, _ in node.tags):
            node.tags.append((entry.tag, spelling))

    def _meaning(self, tags: tuple[Tag, ...]) -> Meaning:
        known = self._meanings.get(tags)
        if known is None:
            known = self._meanings[tags] = Meaning.of(tags)
        return known

    def _walk(
        self, node: _Node, tokens: Tokens, position: int, uncased: bool
    ) -> tuple[Meaning | None, int]:
        """The longest term on the one path there is; wildcards that fork go to `_longest`."""
        words, end = tokens.words, position + 1
        best, best_end = None, end
        while True:
            if node.tags:
                meaning = node.meaning or self._spelled_meaning(
                    node, tokens, position, end, uncased
                )
                if meaning is not None:
                    best, best_end = meaning, end
            if end == len(words) or not (node.words or node.stems):
                return best, best_end
            if node.stems or self._attached:
                longest, tags = self._longest((node,), tokens, position, uncased, end)
                return (self._meaning(tuple(tags)), longest) if tags else (best, best_end)
            following = node.words.get(words[end])
            if following is None:
                return best, best_end
            node, end = following, end + 1

    def _spelled_meaning(
        self, node: _Node, tokens: Tokens, start: int, end: int, uncased: bool
    ) -> Meaning | None:
        tags = self._spelled(node, tokens, start, end, uncased)
        meaning = self._meaning(tuple(tags)) if tags else None
        if all(spelling is None for _, spelling in node.tags):
            node.meaning = meaning
        return meaning

    def _longest(
        self,
        first: tuple[_Node, ...],
        tokens: Tokens,
        position: int,
        uncased: bool,
        reached: int | None = None,
    ) -> tuple[int, list[Tag]]:
        words = tokens.words
        best, found = position, list[Tag]()
        agenda = [(node, reached or position + 1) for node in first]
        while agenda:
            node, end = agenda.pop()
            if node.tags and end >= best:
                tags = self._spelled(node, tokens, position, end, uncased)
                if tags:
                    found = tags if end > best else [*found, *(t for t in tags if t not in found)]
                    best = end
            if end < len(words) and (node.words or node.stems):
                agenda.extend((successor, end + 1) for successor in self._next(node, words[end]))
        return best, found

    def _next(self, node: _Node, word: str) -> Iterable[_Node]:
        exact = node.words.get(word)
        if exact is not None:
            yield exact
        if node.stems:
            for length in range(1, len(word) + 1):
                stem = node.stems.get(word[:length])
                if stem is not None:
                    yield stem
        for prefix in self._attached:
            if len(word) > len(prefix) + 1 and word.startswith(prefix):
                rest = word[len(prefix) :]
                bare = node.words.get(rest)
                if bare is not None:
                    yield bare
                if node.stems:
                    for length in range(2, len(rest) + 1):
                        stem = node.stems.get(rest[:length])
                        if stem is not None:
                            yield stem

    @staticmethod
    def _spelled(node: _Node, tokens: Tokens, start: int, end: int, uncased: bool) -> list[Tag]:
        printed: str | None = None
        tags = []
        for tag, spelling in node.tags:
            if spelling == "-":
                if tokens.text[tokens.ends[end - 2] : tokens.starts[end - 1]] not in _HYPHENS:
                    continue
            elif spelling is not None and not (uncased and tag.kind == "actor"):
                printed = printed or "".join(tokens.quote(start, end).split())
                if printed != spelling:
                    continue
            tags.append(tag)
        return tags

    def _compile_substrings(self, entries: Iterable[Entry]) -> None:
        table: dict[str, list[Tag]] = {}
        for entry in entries:
            term = entry.term.removeprefix("=").replace("*", "")
            folded = term.lower().translate(_WIDE)
            if folded:
                table.setdefault(folded, []).append(entry.tag)
        self._patterns = [Meaning.of(tuple(dict.fromkeys(tags))) for tags in table.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(table), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def _read_substrings(self, text: str) -> tuple[Tokens, list[Mark]]:
        assert self._automaton is not None
        folded = text.translate(_WIDE).lower()
        if len(folded) != len(text):  # a letter that grows in lower case; keep the offsets right
            folded = "".join(letter.lower()[:1] for letter in text.translate(_WIDE))
        if self._blanks == "part":
            folded = _PARTING_BLANK.sub("‖", folded)
        elif self._blanks == "pause":
            folded = _PAUSING_BLANK.sub("、", folded)
        folded = _SHORT_QUOTE.sub(r" \1 ", folded)
        units = list(_SUBSTRING_UNIT.finditer(folded))
        starts = [unit.start() for unit in units]
        ends = [unit.end() for unit in units]
        tokens = Tokens(text, [unit.group() for unit in units], starts, ends)
        index = {start: number for number, start in enumerate(starts)}
        last = {end: number + 1 for number, end in enumerate(ends)}
        marks = []
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded):
            if start in index and end in last and _whole_latin(folded, start, end):
                marks.append(Mark(self._patterns[pattern], index[start], last[end]))
        return tokens, marks


def _whole_latin(text: str, start: int, end: int) -> bool:
    """Latin words keep their edges in scripts without spaces ("ICBM", not the "us" of "virus")."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    # "50km": a unit needs no blank after its number
    left = before.isascii() and before.isalnum() and text[start].isascii()
    left = left and not (before.isdigit() and text[start].isalpha())
    right = after.isascii() and after.isalpha() and text[end - 1].isascii()
    return not (left or right)
