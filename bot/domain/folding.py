"""Text made comparable: case, accents, widths and dashes no longer matter; where words end.

Both sides of every keyword comparison (queries and articles) pass through `fold`.
"""

from __future__ import annotations

import unicodedata


def _span(first: int, last: int) -> range:
    return range(first, last + 1)


# Marks that only decorate a letter (Latin, Greek, Cyrillic, Hebrew, Arabic), and invisible ones.
# Japanese voicing marks and the vowel signs of Indic scripts are letters of their own: kept.
_DROPPED = (
    _span(0x0300, 0x036F),
    _span(0x0591, 0x05BD),
    _span(0x064B, 0x065F),
    _span(0x1AB0, 0x1AFF),
    _span(0x1DC0, 0x1DFF),
    _span(0x20D0, 0x20FF),
    _span(0xFE20, 0xFE2F),
    _span(0xFE00, 0xFE0F),  # variation selectors
    _span(0x200B, 0x200F),  # zero-width characters and direction marks
    _span(0x202A, 0x202E),
    _span(0x2060, 0x2069),
    (0x00AD, 0x061C, 0x0640, 0x0670, 0x180E, 0xFEFF),
)
_DASHES = (*_span(0x2010, 0x2015), 0x2212, 0x2043, 0x2D)
_ALIKE = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    "ى": "ي", "ی": "ي", "ک": "ك",  # Arabic and Persian forms of one letter
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201b": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
}  # fmt: skip
_TABLE: dict[int, str | None] = {
    **{code: None for span in _DROPPED for code in span},
    **dict.fromkeys(_DASHES, " "),
    **{ord(letter): other for letter, other in _ALIKE.items()},
}

# Scripts written without spaces, or that glue particles to a word: any place is a word edge.
_NO_EDGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # kana, Han, Hangul compatibility letters
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def fold(text: str) -> str:
    """Lower case, no accents, usual widths, dashes as spaces, single spaces; idempotent."""
    for _ in range(2):  # case folding can bring forth characters that decompose again
        text = unicodedata.normalize("NFKD", text).translate(_TABLE).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_TABLE)
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_word_character(character: str) -> bool:
    """Whether a character belongs to a word (letters, digits, underscore, vowel signs)."""
    return (
        character.isalnum() or character == "_" or unicodedata.category(character) in ("Mn", "Mc")
    )


def has_edges(character: str) -> bool:
    """Whether the script of a word character sets words apart (Chinese, Japanese, ... do not)."""
    code = ord(character)
    return not any(first <= code <= last for first, last in _NO_EDGES)


def is_edge(before: str, after: str) -> bool:
    """Whether a word may end between two neighbouring characters of a text."""
    if not (is_word_character(before) and is_word_character(after)):
        return True
    return not (has_edges(before) and has_edges(after))


def stands_at(text: str, start: int, end: int, *, prefix: bool = False) -> bool:
    """Whether `text[start:end]` is whole words (or, as a prefix, begins at a word)."""
    if start > 0 and not is_edge(text[start - 1], text[start]):
        return False
    return prefix or end >= len(text) or is_edge(text[end - 1], text[end])


def occurs(phrase: str, text: str) -> bool:
    """Whether a folded phrase (a trailing `*` asks for a prefix) stands in a folded text.

    The reference for every `PhraseIndex`; use an index when there are many phrases.
    """
    prefix = phrase.endswith("*")
    literal = phrase.removesuffix("*")
    start = text.find(literal) if literal else -1
    while start >= 0:
        if stands_at(text, start, start + len(literal), prefix=prefix):
            return True
        start = text.find(literal, start + 1)
    return False


def found_in(text: str, phrases: tuple[str, ...]) -> frozenset[str]:
    """Those of a few folded phrases that stand in a folded text."""
    return frozenset(phrase for phrase in phrases if occurs(phrase, text))
