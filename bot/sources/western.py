"""Tells Western European text in Windows-1252, which guessers mistake for its neighbours."""

from __future__ import annotations

# One language's letters each: a text that needs letters of two is in another code page, such as
# 1250 (whose Czech would show as ì, ø and ù) or 1254 (whose Turkish would show as ð and þ).
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "àâæçèéêëîïôœùûüÿ",  # French
        "äöüßéèà",  # German
        "áéíñóúüç",  # Spanish
        "ãõáàâçéêíóôúü",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "åäöæøéèüà",  # the Nordic languages
        "áéëïíóöúüèê",  # Dutch
    )
)
_SIGNS = frozenset("‘’‚“”„–—…•«»‹›°£€§©®™·¡¿´\xa0\xad")
_MOST = 0.2  # share of the letters that is not ASCII; French has 4 %, Cyrillic all


def decoded_western(data: bytes) -> str | None:
    """The text of `data` as Windows-1252 (and so Latin-1), None where that is not plausible."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = [letter for letter in text.lower() if letter > "\x7f" and letter not in _SIGNS]
    plain = sum(letter.isascii() and letter.isalpha() for letter in text)
    found = frozenset(high)
    if len(high) > _MOST * (plain + len(high)):
        return None
    return text if any(found <= alphabet for alphabet in _ALPHABETS) else None
