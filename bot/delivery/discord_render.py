"""Message to Discord payload: the one renderer of everything the bot says.

A payload is the body of a create-message request with two keys of our own, which the deliverer
takes out again: `files` (pictures to draw) and `thread` (name and tags of a forum post, or the name
of a thread to open from the message).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.delivery.discord_alert import classic
from bot.delivery.discord_card import card
from bot.delivery.discord_limits import (
    FLAG_SUPPRESS_NOTIFICATIONS,
    MENTIONED_ROLES,
    THREAD_NAME,
    THREAD_TAGS,
)
from bot.delivery.discord_marker import marker_of
from bot.delivery.discord_text import Pen, plain_line
from bot.delivery.sanitise import plain
from bot.domain.message import Form, Message
from bot.domain.subscription import PlaceKind

__all__ = ["DiscordRenderer", "Rendered", "marker_of"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A payload, and what had to be cut from the message to fit Discord's limits."""

    payload: dict[str, Any]
    truncated: tuple[str, ...]


class DiscordRenderer:
    """Implements `bot.ports.Renderer`; knows the ids of our commands once they are synced."""

    def __init__(self, commands: Mapping[str, int] | None = None) -> None:
        self._commands = dict(commands or {})

    def learn_commands(self, commands: Mapping[str, int]) -> None:
        """Take over the ids Discord gave our top-level commands, by name."""
        self._commands = dict(commands)

    def payload(self, message: Message, place: PlaceKind) -> dict[str, Any]:
        """The body of a create-message request, within Discord's limits, mentions restricted."""
        return self.render(message, place).payload

    def render(self, message: Message, place: PlaceKind) -> Rendered:
        """The payload, and what was cut."""
        pen = Pen(self._commands)
        announcement = place is PlaceKind.ANNOUNCEMENT
        if message.form is Form.ALERT or announcement:
            payload = classic(message, pen, inline_links=announcement)
        else:
            payload = card(message, pen)
        if message.silent:
            payload["flags"] = payload.get("flags", 0) | FLAG_SUPPRESS_NOTIFICATIONS
        payload["allowed_mentions"] = allowed_mentions(message)
        if thread := _thread(message, place):
            payload["thread"] = thread
        return Rendered(payload, tuple(dict.fromkeys(pen.cuts)))


def allowed_mentions(message: Message) -> dict[str, Any]:
    """Exactly the subscribed roles may be pinged; nobody else, whatever the text holds."""
    roles = [str(role) for role in dict.fromkeys(message.pings[:MENTIONED_ROLES])]
    return {"parse": [], "roles": roles, "users": [], "replied_user": False}


def _thread(message: Message, place: PlaceKind) -> dict[str, Any] | None:
    if place is PlaceKind.CHANNEL and message.thread_title:
        return {"name": plain(message.thread_title, THREAD_NAME) or "Launchwire"}
    if place is not PlaceKind.FORUM:
        return None
    name = plain(message.forum_title, THREAD_NAME)
    name = name or plain_line(message.title or message.push, THREAD_NAME) or "Launchwire"
    return {"name": name, "tags": list(message.forum_tags[:THREAD_TAGS])}
