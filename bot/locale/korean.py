"""Korean particles, which depend on whether the word before them ends in a consonant."""

from __future__ import annotations

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_FINALS = 28  # possible final consonants of a syllable, 0 for none
_FINAL_RIEUL = 8
# How digits are read: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGIT_ENDS_CLOSED = frozenset("013678")
_DIGIT_ENDS_RIEUL = frozenset("178")
# Latin letters that Koreans write with a final consonant at the end of a foreign word.
_LATIN_ENDS_CLOSED = frozenset("lmnbckpt")


def particle(before: str, closed: str, opened: str) -> str:
    """The form of a particle that fits what stands before it.

    `closed` follows a consonant, `opened` a vowel; 으로/로 takes the second after ㄹ, too.
    """
    last = next((character for character in reversed(before) if character.isalnum()), "")
    ends_closed, ends_rieul = _ending(last)
    if ends_rieul and closed == "으로":
        return opened
    return closed if ends_closed else opened


def _ending(last: str) -> tuple[bool, bool]:
    """Whether a character is read with a final consonant, and whether that is ㄹ."""
    if last and _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        final = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        return final != 0, final == _FINAL_RIEUL
    if last.isdigit():
        return last in _DIGIT_ENDS_CLOSED, last in _DIGIT_ENDS_RIEUL
    return last.lower() in _LATIN_ENDS_CLOSED, last.lower() == "l"
