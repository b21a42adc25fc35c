"""The query language of keyword subscriptions: words, "phrases", OR, -exclude, prefix*, (groups).

Words side by side must all occur. There are no regular expressions: whatever a person writes is
found by one pass over the text, in a time that does not depend on what was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from bot.domain.folding import fold, has_edges, is_word_character
from bot.domain.query_tree import All, Any_, Node, Not, Query, Term, holds
from bot.errors import InvalidInput

__all__ = ["All", "Any_", "Node", "Not", "Query", "Term", "parse"]

MAX_LENGTH = 200  # characters
MAX_TERMS = 20
MAX_DEPTH = 8
MIN_PREFIX = 2  # letters before a `*`, except in scripts where one character is a word

_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "「": "」", "『": "』"}
_OPEN, _CLOSE, _BAR = "(（", ")）", "|｜"
_MINUS = "-−–"


@lru_cache(maxsize=8192)
def parse(text: str) -> Query:
    """Read a query.

    Raises:
        InvalidInput: with the place (counted from 1) and what to write instead.
    """
    if len(text) > MAX_LENGTH:
        _refuse("too_long", length=len(text), most=MAX_LENGTH)
    tokens = list(_tokens(text))
    if not tokens:
        _refuse("empty")
    terms = sum(token.kind == "term" for token in tokens)
    if terms > MAX_TERMS:
        _refuse("too_many_terms", terms=terms, most=MAX_TERMS)
    root = _Parser(tokens, len(text)).whole()
    if holds(root, frozenset()):
        _refuse("only_exclusions")
    return Query(root)


_SENTENCES = {
    "empty": "The query is empty. "
    'Write a word, or a phrase in quotes, such as "ballistic missile".',
    "too_long": "The query has {length} characters; at most {most} are allowed. "
    "Make two subscriptions of it.",
    "too_many_terms": "The query has {terms} words and phrases; at most {most} are allowed. "
    "Make two subscriptions of it.",
    "too_deep": "At character {place}, the parentheses are nested more than {most} deep. "
    "Write the query with fewer groups.",
    "only_exclusions": "The query would match articles that hold none of its words. "
    "Add a word that must occur: missile -drill",
    "unclosed_quote": "The quotation mark at character {place} is never closed. "
    'Write "{near}" with a mark at both ends.',
    "unclosed_group": "The parenthesis at character {place} is never closed. Add a ) at its end.",
    "unopened_group": "The ) at character {place} closes nothing. Remove it, or add a ( before.",
    "empty_group": "The parentheses at character {place} hold nothing. Write words between them.",
    "empty_term": "At character {place}, {near} holds no letter or digit. "
    "Write a word, or remove it.",
    "lonely_minus": "The minus at character {place} excludes nothing. "
    "Put it directly before a word: -drill",
    "dangling_operator": "{near} at character {place} needs a word on both sides. "
    "To look for the word itself, put it in quotes.",
    "star_inside": "At character {place}, {near} has a * that is not at its end. "
    "A * stands for the rest of a word: missil*",
    "short_prefix": "At character {place}, {near} is too short for a *. "
    "Write at least {least} letters before it.",
}


def _refuse(name: str, **params: Any) -> NoReturn:
    raise InvalidInput(_SENTENCES[name].format(**params), key=f"query.error.{name}", **params)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # term, or, and, not, open, close
    place: int  # of its first character, from 1
    text: str
    term: Term | None = None


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        character, place = text[at], at + 1
        if character.isspace():
            at += 1
        elif character in _OPEN:
            yield _Token("open", place, "(")
            at += 1
        elif character in _CLOSE:
            yield _Token("close", place, ")")
            at += 1
        elif character in _BAR:
            yield _Token("or", place, "|")
            at += 1
        elif character in _QUOTES:
            inside, at = _quoted(text, at)
            yield _Token("term", place, inside, _term(inside, place, quoted=True))
        elif character in _MINUS:
            at += 1
            if at == len(text) or text[at].isspace() or text[at] in _CLOSE:
                _refuse("lonely_minus", place=place)
            yield _Token("not", place, "-")
        else:
            end = _word_end(text, at)
            yield _word(text[at:end], place)
            at = end


def _word_end(text: str, at: int) -> int:
    stops = _OPEN + _CLOSE + _BAR
    while at < len(text) and not (text[at].isspace() or text[at] in stops or text[at] in _QUOTES):
        at += 1
    return at


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The words between quotation marks, and where to read on (a `*` behind belongs to them)."""
    closers = _QUOTES[text[start]] + '"'
    end = start + 1
    while end < len(text) and text[end] not in closers:
        end += 1
    inside = " ".join(text[start + 1 : end].split())
    if end == len(text):
        _refuse("unclosed_quote", place=start + 1, near=inside)
    if text[end + 1 : end + 2] == "*":
        return inside.removesuffix("*") + "*", end + 2
    return inside, end + 1


def _word(word: str, place: int) -> _Token:
    operator = {"or": "or", "and": "and", "not": "not"}.get(fold(word))
    if operator:
        return _Token(operator, place, word)
    return _Token("term", place, word, _term(word, place, quoted=False))


def _term(shown: str, place: int, *, quoted: bool) -> Term:
    prefix = shown.endswith("*")
    body = shown.removesuffix("*")
    if "*" in body:
        _refuse("star_inside", place=place, near=shown)
    literal = _trim(fold(body))
    if not literal:
        _refuse("empty_term", place=place, near=f'"{shown}"' if quoted else shown)
    if prefix and len(literal) < MIN_PREFIX and has_edges(literal[-1]):
        _refuse("short_prefix", place=place, near=shown, least=MIN_PREFIX)
    return Term(literal + "*" * prefix, f'"{shown}"' if quoted else shown)


def _trim(literal: str) -> str:
    """Without punctuation at the ends, which no reader means ("missile,")."""
    first, last = 0, len(literal)
    while first < last and not is_word_character(literal[first]):
        first += 1
    while last > first and not is_word_character(literal[last - 1]):
        last -= 1
    return literal[first:last]


class _Parser:
    """Recursive descent.

    any := all (OR all)*;  all := one ([AND] one)*;  one := -one | ( any ) | term
    """

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._end = length + 1

    def whole(self) -> Node:
        node = self._any(0)
        token = self._peek()
        if token:  # only a ) can be left over
            _refuse("unopened_group", place=token.place)
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _any(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while (token := self._peek()) and token.kind == "or":
            self._at += 1
            self._operand_after(token)
            parts.append(self._all(depth))
        return _join(Any_, parts)

    def _all(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while (token := self._peek()) and token.kind not in ("or", "close"):
            if token.kind == "and":
                self._at += 1
                self._operand_after(token)
            parts.append(self._one(depth))
        return _join(All, parts)

    def _operand_after(self, operator: _Token) -> None:
        following = self._peek()
        if following is None or following.kind in ("or", "and", "close"):
            _refuse("dangling_operator", place=operator.place, near=operator.text)

    def _one(self, depth: int) -> Node:
        token = self._peek()
        assert token is not None  # every caller has looked, and an empty query is refused before
        self._at += 1
        if token.term:
            return token.term
        if token.kind == "not":
            self._operand_after(token)
            part = self._one(depth)
            return part.part if isinstance(part, Not) else Not(part)
        if token.kind == "open":
            return self._group(token, depth + 1)
        if token.kind == "close":
            _refuse("unopened_group", place=token.place)
        _refuse("dangling_operator", place=token.place, near=token.text)

    def _group(self, opened: _Token, depth: int) -> Node:
        if depth > MAX_DEPTH:
            _refuse("too_deep", place=opened.place, most=MAX_DEPTH)
        following = self._peek()
        if following is None:
            _refuse("unclosed_group", place=opened.place)
        if following.kind == "close":
            _refuse("empty_group", place=opened.place)
        node = self._any(depth)
        if self._peek() is None:
            _refuse("unclosed_group", place=opened.place)
        self._at += 1  # the ) : nothing else ends _any
        return node


def _join(kind: type[All] | type[Any_], parts: list[Node]) -> Node:
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    once = tuple(dict.fromkeys(flat))
    return once[0] if len(once) == 1 else kind(once)
