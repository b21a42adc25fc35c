"""Does a report say itself that it is one more launch: "second of the day", "fires another"."""

from __future__ import annotations

import re
from functools import lru_cache

_ORDINALS = (
    (
        2,
        r"\b(?:second|2nd|another)\b[^.;:]{0,40}\b(?:launch|missiles?|test|firing|salvo|time)\b"
        r"[^.;:]{0,30}\b(?:of the day|today|(?:with)?in (?:\w+ )?(?:hours?|minutes|the same day)"
        r"|same day|after (?:the )?first)\b"
        r"|\b(?:minutes|hours?) (?:after|later)\b(?![^.;]{0,30}'s\b)[^.;]{0,40}"
        r"\b(?:launch|fir(?:ed|ing)|missile|test)"
        r"|\b(?:launch\w*|fire[ds]?|firing|missiles?|test)\b[^.;]{0,40}\b(?:minutes|hours?) "
        r"(?:later|after (?:an |the )?(?:earlier|first|previous|launch|firing|firing))\b"
        r"|\bfires? (?:two |three |\d+ )?more\b",
    ),
    (3, r"\b(?:third|3rd)\b[^.;:]{0,40}\b(?:launch|missiles?|test|firing|salvo)\b"
        r"[^.;:]{0,30}\b(?:of the day|today|same day)\b"),
)  # fmt: skip
_ORDINAL_PATTERNS = tuple((number, re.compile(text, re.IGNORECASE)) for number, text in _ORDINALS)
_FOREIGN_SECOND = re.compile(
    "오늘 두 ?번째|또다시 발사|추가로? 발사|本日2|今日2回目|再び発射|再次发射|再次發射|今日第二|"
    r"второй (?:раз )?за (?:день|сутки)|вдруге за (?:день|добу)|segundo lanzamiento del día|"
    "deuxième tir de la journée|zweiter start des tages|زاپرتاب دوباره|للمرة الثانية اليوم|"
    "בפעם השנייה היום",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:fires?|launch(?:es)?|tests?|test-fires?)\s+(?:(?:yet )?another|a new|again)\b",
    re.IGNORECASE,
)
_OTHER_DAYS = re.compile(r"\b(?:days?|weeks?|months?|years?)\b", re.IGNORECASE)


@lru_cache(maxsize=8192)
def number_of(text: str) -> int:
    """Which launch of the day a text says it reports: 1 unless it speaks of a further one."""
    for number, pattern in reversed(_ORDINAL_PATTERNS):
        if pattern.search(text):
            return number
    return 2 if _FOREIGN_SECOND.search(text) else 1


def is_one_more(title: str) -> bool:
    """Whether a headline speaks of a further launch, and not of one in a series of days."""
    return bool(_AGAIN.search(title)) and not _OTHER_DAYS.search(title)
