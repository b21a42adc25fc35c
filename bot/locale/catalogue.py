"""Says a sentence of the catalogue in the reader's language, whatever its parameters are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from bot.domain.reason import Reason, worded
from bot.errors import LaunchwireError
from bot.locale import words
from bot.locale.strings import FALLBACK, fill, has, pattern_of

E = TypeVar("E", bound=LaunchwireError)


def say(key: str, locale: str = FALLBACK, **params: Any) -> str:
    """The sentence with this key in a language, with its parameters filled in.

    A language that lacks the key falls back to English. `count` chooses between singular and
    plural. Dates, times, spans, members of closed sets, reasons and lists are put in words.

    Raises:
        MissingString: English lacks the key too, or a parameter is missing.
    """
    language, pattern = pattern_of(key, locale, params.get("count"))
    return fill(pattern, key, {name: _in_words(value, language) for name, value in params.items()})


def word(reason: Reason, locale: str = FALLBACK) -> str:
    """A reason of the domain as a sentence."""
    return say(reason.key, locale, **reason.as_dict())


def problem(kind: type[E], key: str, **params: Any) -> E:
    """A typed error with its English sentence, and what is needed to say it in other languages."""
    error = kind(say(key, **params))
    error.key, error.params = key, params
    return error


def error_words(error: LaunchwireError, locale: str = FALLBACK) -> str:
    """The sentence of an expected failure in the reader's language (English when it has no key)."""
    return say(error.key, locale, **error.params) if has(error.key) else error.text


def _in_words(value: Any, locale: str) -> str:
    value = worded(value)
    match value:
        case Reason():
            return word(value, locale)
        case datetime():
            return words.instant_words(value, locale)
        case date():
            return words.date_words(value, locale)
        case time():
            return words.time_words(value)
        case timedelta():
            return words.duration_words(value, locale)
        case tuple():
            return words.list_words([_in_words(item, locale) for item in value], locale)
    return str(value)
