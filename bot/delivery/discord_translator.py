"""The catalogue as discord.py's translator: commands in the reader's language.

A text that is to be translated is a `locale_str` that carries its key in `extras`.
"""

from __future__ import annotations

import discord
from discord import app_commands

from bot.delivery.discord_limits import CHOICE_NAME, COMMAND_DESCRIPTION
from bot.locale import LOCALES, say
from bot.locale.strings import FALLBACK, keys

# Discord calls languages by these names: https://docs.discord.com/developers/reference#locales
_LOCALE_OF = {discord.Locale.korean: "ko", discord.Locale.japanese: "ja"}


def text(key: str) -> app_commands.locale_str:
    """The English text of a key, which the translator says in other languages."""
    return app_commands.locale_str(say(key)[:COMMAND_DESCRIPTION], key=key)


class CatalogueTranslator(app_commands.Translator):
    """Translates what carries a key; command and option names stay the same everywhere."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text in a language of the catalogue; None leaves it English."""
        key = string.extras.get("key")
        language = _LOCALE_OF.get(locale, FALLBACK)
        if key is None or language == FALLBACK or language not in LOCALES:
            return None
        if key not in keys(language):
            return None
        is_choice = context.location is app_commands.TranslationContextLocation.choice_name
        return say(key, language)[: CHOICE_NAME if is_choice else COMMAND_DESCRIPTION]
