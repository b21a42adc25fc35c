"""What a payload shows, read once for every viewer: pings, silence, and the parts from top down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.delivery import markdown
from bot.delivery.discord_limits import FLAG_SUPPRESS_NOTIFICATIONS, TEXT_DISPLAY, walk
from bot.delivery.markdown import Mention, MentionKind, Node, Styled

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


def _roles(text: str) -> Iterator[str]:
    for block in markdown.blocks(text):
        yield from _role_ids(block.nodes)


def _role_ids(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Mention) and node.kind is MentionKind.ROLE:
            yield node.name
        elif isinstance(node, Styled):
            yield from _role_ids(node.inside)
