"""What a payload shows, read once for every viewer: pings, silence, and the parts from top down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from bot.delivery import markdown
from bot.delivery.discord_limits import (
    BUTTON,
    FLAG_SUPPRESS_NOTIFICATIONS,
    TEXT_DISPLAY,
    walk,
)
from bot.delivery.markdown import Mention, MentionKind, Node, Styled
from bot.locale import LOCALES, keys

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a viewer gets it: where, what, when, and whether it is an edit."""

    place: str
    payload: Mapping[str, Any]
    at: datetime
    edited: bool = False

    @property
    def silent(self) -> bool:
        """Whether it makes no notification."""
        return bool((self.payload.get("flags") or 0) & FLAG_SUPPRESS_NOTIFICATIONS)

    @property
    def pinged(self) -> tuple[str, ...]:
        """Ids of roles that are both named in the text and allowed to be pinged."""
        allowed = set((self.payload.get("allowed_mentions") or {}).get("roles") or ())
        named = (role for text in texts(self.payload) for role in _roles(text))
        return tuple(dict.fromkeys(role for role in named if role in allowed))


def texts(payload: Mapping[str, Any]) -> Iterator[str]:
    """The texts in which mentions count: content and text displays, never embeds."""
    if payload.get("content"):
        yield payload["content"]
    for part in walk(payload.get("components") or ()):
        if part.get("type") == TEXT_DISPLAY:
            yield part["content"]


def language_of(payload: Mapping[str, Any]) -> str:
    """The language of our own words in a message, by its buttons: a payload does not name it.

    Texts would mislead, since they quote sources of other languages.
    """
    parts = list(walk(payload.get("components") or ()))
    labels = [str(part.get("label") or "") for part in parts if part.get("type") == BUTTON]
    for locale in LOCALES:
        if any(form.fullmatch(label) for label in labels for form in _labels(locale)):
            return locale
    return LOCALES[0]


@cache
def _labels(locale: str) -> tuple[re.Pattern[str], ...]:
    """Every label of our buttons in a language; numbers fill holes, a host may stand behind."""
    forms = [
        form
        for key, pattern in keys(locale).items()
        if key.startswith("button.")
        for form in ([pattern] if isinstance(pattern, str) else pattern.values())
    ]
    return tuple(
        re.compile(r"\S+".join(re.escape(piece) for piece in re.split(r"\{[^}]+\}", form)) + _HOST)
        for form in forms
    )


_HOST = r"(?: · \S+)?"


def _roles(text: str) -> Iterator[str]:
    for block in markdown.blocks(text):
        yield from _role_ids(block.nodes)


def _role_ids(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Mention) and node.kind is MentionKind.ROLE:
            yield node.name
        elif isinstance(node, Styled):
            yield from _role_ids(node.inside)
