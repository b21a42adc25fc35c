"""Turns a request's payload into a message: text, embeds, components, files, and who is pinged."""

from __future__ import annotations

import re

from tests.fake_discord.errors import ApiError, form_error, violation_error
from tests.fake_discord.model import (
    FLAG_CROSSPOSTED,
    FLAG_EPHEMERAL,
    FLAG_HAS_THREAD,
    FLAG_LOADING,
    Attachment,
    Channel,
    Json,
    Message,
    walk_components,
)
from tests.fake_discord.permissions import Permission
from tests.fake_discord.rules import Violation, check_message
from tests.fake_discord.world import World

Files = dict[str, tuple[str, bytes]]
KEPT_FLAGS = FLAG_CROSSPOSTED | FLAG_EPHEMERAL | FLAG_HAS_THREAD
USER_MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
EVERYONE_MENTION = re.compile(r"@(everyone|here)\b")


class BrokenRules(ApiError):
    """An error answer because of hand-written rules, which it names."""

    def __init__(self, violations: list[Violation]) -> None:
        answer = violation_error(violations)
        super().__init__(answer.code, answer.extra)
        self.violations = violations


def fill(world: World, message: Message, payload: Json, files: Files) -> None:
    """Apply a create or edit payload to `message` and note the new state.

    Raises:
        BrokenRules: the message as it would stand breaks a rule; it stays as it was.
        ApiError: 50035, a described attachment was not sent along.
    """
    kept, new = _attachments(world, message, payload, files)
    after: Json = {
        "content": payload.get("content", message.content) or "",
        "embeds": payload.get("embeds", message.embeds) or [],
        "components": payload.get("components", message.components) or [],
        "flags": _flags(message, payload),
        "attachments": [a.filename for a in kept + new],
        "message_reference": payload.get("message_reference"),
        "allowed_mentions": payload.get("allowed_mentions"),
    }
    names = frozenset(a.filename for a in kept + new)
    violations = check_message(after, file_names=names)
    if violations:
        raise BrokenRules(violations)
    message.content = str(after["content"]).strip()
    message.embeds = list(after["embeds"])
    message.components = list(after["components"])
    message.flags = int(after["flags"])
    message.attachments = kept + new
    for attachment in new:
        attachment.ephemeral = message.ephemeral


def _flags(message: Message, payload: Json) -> int:
    wanted = payload.get("flags")
    if wanted is None:
        return message.flags & ~FLAG_LOADING
    return int(wanted) | (message.flags & KEPT_FLAGS)


def _attachments(
    world: World, message: Message, payload: Json, files: Files
) -> tuple[list[Attachment], list[Attachment]]:
    described: dict[str, Json] = {}
    kept = list(message.attachments)
    if payload.get("attachments") is not None:
        kept_ids = set()
        for item in payload["attachments"]:
            if f"files[{item['id']}]" in files:
                described[f"files[{item['id']}]"] = item
            else:
                kept_ids.add(int(item["id"]))
        kept = [a for a in kept if a.id in kept_ids]
        if kept_ids - {a.id for a in kept}:
            raise form_error([("attachments.0.id", "no such attachment")])
    new = []
    for part, (filename, data) in files.items():
        attachment = world.keep_file(message.channel_id, filename, data)
        attachment.description = described.get(part, {}).get("description")
        new.append(attachment)
    return kept, new


def note_pings(world: World, message: Message, channel: Channel, payload: Json) -> None:
    """Work out whom a new message pings; edits ping nobody.

    A role is pinged when it is mentionable or the bot may mention everyone.
    """
    allowed = payload.get("allowed_mentions")
    message.allowed_mentions = allowed
    parts = [p.get("content") or "" for p in walk_components(message.components)]
    text = "\n".join([message.content, *parts])
    users = {int(u) for u in USER_MENTION.findall(text)}
    roles = {int(r) for r in ROLE_MENTION.findall(text)}
    everyone = bool(EVERYONE_MENTION.search(text))
    if allowed is not None:
        parse = allowed.get("parse") or []
        users = users if "users" in parse else users & {int(u) for u in allowed.get("users") or []}
        roles = roles if "roles" in parse else roles & {int(r) for r in allowed.get("roles") or []}
        everyone = everyone and "everyone" in parse
    may_mention_all = bool(world.bot_permissions(channel) & Permission.MENTION_EVERYONE)
    guild = world.guilds.get(channel.guild_id or 0)
    known = guild.roles if guild is not None else {}
    message.pinged_users = sorted(users & set(world.users))
    message.pinged_roles = sorted(
        r for r in roles if r in known and (known[r].mentionable or may_mention_all)
    )
    message.pinged_everyone = everyone and may_mention_all
