"""The language of people who have no subscription that says it: noted when they follow a story."""

from __future__ import annotations

from bot.domain.subscription import UserId
from bot.locale import LOCALES
from bot.ports import Transaction


def note_language(tx: Transaction, user_id: UserId, locale: str | None) -> None:
    """Remember a person's language as Discord tells it; None forgets it."""
    tx.records.put(_name(user_id), locale)


def language_of(tx: Transaction, user_id: UserId) -> str:
    """The catalogue's language for a person; English for one we never noted."""
    noted = tx.records.get(_name(user_id))
    return noted if noted in LOCALES else LOCALES[0]


def _name(user_id: UserId) -> str:
    return f"language-of:{user_id}"
