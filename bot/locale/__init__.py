"""Every sentence a person sees in Discord, in the reader's language."""

from bot.locale.again import say_again
from bot.locale.catalogue import error_words, problem, say, word
from bot.locale.headline import headline_words
from bot.locale.strings import LOCALES, MissingString, best_locale, has, keys
from bot.locale.words import (
    actor_key,
    actor_words,
    count_range,
    date_words,
    dated_words,
    duration_words,
    list_words,
    number_words,
    place_words,
    time_words,
    timezone_words,
    weapons_words,
    weekday_words,
    zone_words,
)

__all__ = [
    "LOCALES",
    "MissingString",
    "actor_key",
    "actor_words",
    "best_locale",
    "count_range",
    "date_words",
    "dated_words",
    "duration_words",
    "error_words",
    "has",
    "headline_words",
    "keys",
    "list_words",
    "number_words",
    "place_words",
    "problem",
    "say",
    "say_again",
    "time_words",
    "timezone_words",
    "weapons_words",
    "weekday_words",
    "word",
    "zone_words",
]
