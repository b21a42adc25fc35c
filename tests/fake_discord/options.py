"""Fills in a command's options as Discord's client does, and refuses what it would refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tests.fake_discord.model import Channel, Guild, Json, Message, Role, User
from tests.fake_discord.payloads import (
    attachment_json,
    channel_json,
    member_json,
    message_json,
    role_json,
    user_json,
)
from tests.fake_discord.world import World

SUBCOMMAND, GROUP = 1, 2


class NotOffered(AssertionError):
    """A user could not do this in Discord: no such command, option, button, or no right to it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file a user hands to an attachment option or a file field of a modal."""

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"


# A text, number, bool, User, Role, Channel, Message or Upload: checked against the option.
Value = Any


class OptionType(IntEnum):
    """Types of command options that take a value."""

    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


@dataclass
class Resolved:
    """The objects that ids in an interaction's data speak of."""

    world: World
    guild: Guild | None
    user: User
    channel: Channel
    found: dict[str, Json] = field(default_factory=dict)

    def add(self, value: Value) -> str:
        """Note an object and return its id as text."""
        if isinstance(value, User):
            self._note("users", value.id, user_json(value))
            if self.guild is not None and value.id in self.guild.members:
                member = member_json(self.guild.members[value.id], with_user=False)
                permissions = self.guild.permissions(value.id, self.channel)
                self._note("members", value.id, member | {"permissions": str(int(permissions))})
            return str(value.id)
        if isinstance(value, Role):
            return self._note("roles", value.id, role_json(value))
        if isinstance(value, Channel):
            return self._note("channels", value.id, self.partial_channel(value))
        if isinstance(value, Message):
            return self._note("messages", value.id, message_json(value, self.world.users))
        if isinstance(value, Upload):
            kept = self.world.keep_file(
                self.channel.id, value.filename, value.data, value.content_type
            )
            kept.ephemeral = True
            return self._note("attachments", kept.id, attachment_json(kept))
        raise NotOffered(f"{value!r} is nothing one can pick")

    def _note(self, kind: str, key: int, payload: Json) -> str:
        self.found.setdefault(kind, {})[str(key)] = payload
        return str(key)

    def partial_channel(self, channel: Channel) -> Json:
        """Return a channel with what the invoking user may do there."""
        payload = channel_json(channel, self.world.bot)
        if self.guild is not None:
            permissions = self.guild.permissions(self.user.id, channel)
            payload["permissions"] = str(int(permissions))
        return payload


def find_leaf(command: Json, words: Sequence[str]) -> tuple[Json, list[Json]]:
    """Return the (sub)command that `words` name and the groups and subcommands on the way."""
    node, way = command, []
    for word in words:
        children = [o for o in node.get("options") or [] if o["type"] in (SUBCOMMAND, GROUP)]
        child = next((o for o in children if o["name"] == word), None)
        if child is None:
            names = [o["name"] for o in children]
            raise NotOffered(f"/{command['name']} has no {word!r}; it has {names}")
        way.append(child)
        node = child
    if any(o["type"] in (SUBCOMMAND, GROUP) for o in node.get("options") or []):
        raise NotOffered(f"/{command['name']} {' '.join(words)} needs a subcommand")
    return node, way


def nest(way: list[Json], options: list[Json]) -> list[Json]:
    """Put the filled options inside their subcommand and group."""
    for node in reversed(way):
        options = [{"type": node["type"], "name": node["name"], "options": options}]
    return options


def fill_options(
    leaf: Json, given: Mapping[str, Value], resolved: Resolved, focused: str | None = None
) -> list[Json]:
    """Return the options of an interaction's data.

    With `focused` (autocomplete) required options may still be missing.

    Raises:
        NotOffered: an option does not exist, lacks a value, or its value does not fit.
    """
    known = {option["name"]: option for option in leaf.get("options") or []}
    unknown = set(given) - set(known)
    if unknown:
        raise NotOffered(f"{leaf['name']!r} has no option {sorted(unknown)}; it has {list(known)}")
    missing = [n for n, o in known.items() if o.get("required") and n not in given]
    if missing and focused is None:
        raise NotOffered(f"{leaf['name']!r} needs {missing}")
    filled = []
    for name, value in given.items():
        entry: Json = {"name": name, "type": known[name]["type"]}
        if name == focused:
            if not known[name].get("autocomplete"):
                raise NotOffered(f"option {name!r} has no autocomplete")
            entry |= {"value": str(value), "focused": True}
        else:
            entry["value"] = _option_value(known[name], value, resolved)
        filled.append(entry)
    return filled


def _option_value(option: Json, value: Value, resolved: Resolved) -> str | int | float | bool:
    kind, name = OptionType(option["type"]), option["name"]
    expected: dict[OptionType, tuple[type, ...]] = {
        OptionType.STRING: (str,),
        OptionType.INTEGER: (int,),
        OptionType.BOOLEAN: (bool,),
        OptionType.USER: (User,),
        OptionType.CHANNEL: (Channel,),
        OptionType.ROLE: (Role,),
        OptionType.MENTIONABLE: (User, Role),
        OptionType.NUMBER: (int, float),
        OptionType.ATTACHMENT: (Upload,),
    }
    is_number = kind in (OptionType.INTEGER, OptionType.NUMBER)
    if not isinstance(value, expected[kind]) or (is_number and isinstance(value, bool)):
        raise NotOffered(f"option {name!r} takes {kind.name}, not {value!r}")
    if isinstance(value, Channel):
        kinds = option.get("channel_types")
        if kinds and int(value.type) not in kinds:
            raise NotOffered(f"option {name!r} does not offer channels of type {value.type.name}")
    if not isinstance(value, str | int | float):
        return resolved.add(value)
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise NotOffered(f"option {name!r} offers {choices}, not {value!r}")
    size = len(value) if isinstance(value, str) else value
    low = option.get("min_length" if isinstance(value, str) else "min_value")
    high = option.get("max_length" if isinstance(value, str) else "max_value")
    if (low is not None and size < low) or (high is not None and size > high):
        raise NotOffered(f"option {name!r} takes {low} to {high}, not {size}")
    return value
