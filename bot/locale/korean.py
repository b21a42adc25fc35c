"""Korean particles, which depend on whether the word before them ends in a consonant."""

from __future__ import annotations

import re

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_FINALS = 28  # possible final consonants of a syllable, 0 for none
_FINAL_RIEUL = 8
# How digits are read: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGIT_ENDS_CLOSED = frozenset("013678")
_DIGIT_ENDS_RIEUL = frozenset("178")
# Foreign words as Koreans write them: a nasal or an l closes the last syllable ("Hwasong" 송), and
# so does a stop after a vowel ("Iran Book" 북); after a consonant it gets a vowel ("Post" 포스트).
_LATIN_ENDS_CLOSED = re.compile(r"(?:[lmn]|ng|(?:^|[^a-z]|[aeiouy])[bckpt]|ck)$")
# Capitals are spelled out: "KBS" 에스, "CNN" 엔, "AFP" 피, "URL" 엘.
_LETTERS_END_CLOSED = frozenset("LMNR")
_LAST_WORD = re.compile(r"[A-Za-z]+$")


def particle(before: str, closed: str, opened: str) -> str:
    """The form of a particle that fits what stands before it.

    `closed` follows a consonant, `opened` a vowel; 으로/로 takes the second after ㄹ, too.
    """
    end = len(before)
    while end and not before[end - 1].isalnum():
        end -= 1
    ends_closed, ends_rieul = _ending(before[:end])
    if ends_rieul and closed == "으로":
        return opened
    return closed if ends_closed else opened


def _ending(text: str) -> tuple[bool, bool]:
    """Whether a text is read with a final consonant, and whether that is ㄹ."""
    last = text[-1:]
    if last and _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        final = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        return final != 0, final == _FINAL_RIEUL
    if last.isdigit():
        return last in _DIGIT_ENDS_CLOSED, last in _DIGIT_ENDS_RIEUL
    found = _LAST_WORD.search(text)
    word = found[0] if found else ""
    if len(word) > 1 and word.isupper():
        return word[-1] in _LETTERS_END_CLOSED, word[-1] in "LR"
    return _LATIN_ENDS_CLOSED.search(word.lower()) is not None, word[-1:].lower() == "l"
