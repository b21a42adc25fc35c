"""Headlines and search words folded alike, so that "hwasong 12" finds "Hwasŏng-12 fired"."""

from __future__ import annotations

from bot.domain.folding import fold, has_edges, is_word_character

HEADLINE_CHARACTERS = 300
"""How much of a headline is kept for search; more than Discord's autocomplete can show."""


def search_text(text: str) -> str:
    """Folded words, parted and surrounded by single spaces; no character that LIKE would read."""
    plain = fold(text[:HEADLINE_CHARACTERS]).replace("_", " ")
    kept = "".join(letter if is_word_character(letter) else " " for letter in plain)
    return f" {' '.join(kept.split())} "


def patterns(words: str) -> list[str]:
    """LIKE patterns that all have to fit: beginnings of words, any place in spaceless scripts."""
    found = []
    for word in search_text(words).split():
        start = "% " if has_edges(word[0]) else "%"
        found.append(f"{start}{word}%")
    return found
