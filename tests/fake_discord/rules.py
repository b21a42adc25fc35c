"""Discord's rules that its OpenAPI file does not state, written out by hand.

The first 21 (`Rule`) are those found missing when deliberately wrong payloads were checked against
the specification; the few after them (`Rule.EXTRA_*`) are further rules of the same kind.
Sources: Discord developer documentation (message, embed limits, components, application commands).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.fake_discord.model import FLAG_COMPONENTS_V2, Json, embed_texts, walk_components

MAX_CONTENT = 2000
MAX_EMBED_TEXT = 6000
MAX_ACTION_ROWS = 5
MAX_V2_TEXT = 4000
MAX_COMPONENTS = 40
MAX_CHAT_COMMANDS = 100
MAX_MENU_COMMANDS = 15
MAX_COMMAND_TEXT = 8000

INVALID_FORM = 50035
EMPTY_MESSAGE = 50006

BUTTON, LINK_STYLE, PREMIUM_STYLE = 2, 5, 6
V2_ONLY = frozenset({9, 10, 11, 12, 13, 14, 17})
CHAT_INPUT = 1
SUBCOMMAND_TYPES = frozenset({1, 2})
# Documented pattern of chat command and option names; case is checked apart.
NAME = re.compile(r"^[-_'\w]{1,32}$")


class Rule(StrEnum):
    """Every hand-written rule by the sentence it states."""

    CONTENT = "content of a bot is at most 2,000 characters"
    EMBED_SUM = "the texts of all embeds are at most 6,000 characters together"
    EMPTY = "a message is not empty"
    FIELD_NAME = "an embed field has a name and a value"
    MENTIONS = "allowed_mentions does not both parse a kind and list its ids"
    ROWS = "a classic message has at most 5 action rows"
    LINK_URL = "a link button has a url"
    LINK_ID = "a link button has no custom_id"
    V2_CONTENT = "a Components V2 message has no content"
    V2_EMBEDS = "a Components V2 message has no embeds"
    V2_FLAG = "Components V2 parts need flag 32768"
    V2_TEXT = "the texts of a Components V2 message are at most 4,000 characters together"
    V2_PARTS = "a message has at most 40 components, nested ones counted"
    NAME_CASE = "command and option names are lower case"
    NAME_FORM = "command and option names have no space"
    DESCRIPTION = "chat commands and options have a description"
    REQUIRED_FIRST = "required options come before optional ones"
    CHOICES = "an option has choices or autocomplete, not both"
    UNIQUE = "names of commands, options and choices do not repeat"
    COMMANDS = "there are at most 100 chat commands"
    CALLBACK_DATA = "an answer with a message has data"
    FORUM_MESSAGE = "a forum post has a message"
    EXTRA_BUTTON_ID = "a button that is no link has a custom_id"
    EXTRA_BUTTON_FACE = "a button has a label or an emoji"
    EXTRA_ID_TWICE = "a custom_id is used once in a message"
    EXTRA_FILE = "attachment:// names a file that is sent along"
    EXTRA_OPTIONS = "the values of a select's options do not repeat"
    EXTRA_MENUS = "there are at most 15 context menu commands of a kind"
    EXTRA_COMMAND_TEXT = "names, descriptions and choices of a command are at most 8,000 characters"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule; `code` is the error Discord answers with."""

    rule: Rule
    place: str
    code: int = INVALID_FORM


def check_message(payload: Json, *, file_names: frozenset[str] = frozenset()) -> list[Violation]:
    """Return the rules that a message breaks; `payload` is what would stand after the request."""
    embeds = payload.get("embeds") or []
    components = payload.get("components") or []
    is_v2 = bool((payload.get("flags") or 0) & FLAG_COMPONENTS_V2)
    found = list(_check_text(payload, embeds, file_names))
    found += _check_mentions(payload.get("allowed_mentions") or {})
    found += _check_v2(payload, components) if is_v2 else _check_classic(components)
    for part in walk_components(components):
        if part.get("type") == BUTTON:
            found += _check_button(part)
    ids = [p["custom_id"] for p in walk_components(components) if p.get("custom_id")]
    if len(ids) != len(set(ids)):
        found.append(Violation(Rule.EXTRA_ID_TWICE, "components"))
    found += _check_media(embeds, components, file_names)
    found += _check_selects(components)
    return found


def _check_text(payload: Json, embeds: list[Json], files: frozenset[str]) -> Iterator[Violation]:
    content = payload.get("content") or ""
    if len(content) > MAX_CONTENT:
        yield Violation(Rule.CONTENT, "content")
    if sum(len(text) for embed in embeds for text in embed_texts(embed)) > MAX_EMBED_TEXT:
        yield Violation(Rule.EMBED_SUM, "embeds")
    for number, embed in enumerate(embeds):
        for index, item in enumerate(embed.get("fields") or []):
            if not str(item.get("name") or "").strip() or not str(item.get("value") or "").strip():
                yield Violation(Rule.FIELD_NAME, f"embeds.{number}.fields.{index}.name")
    filled = [e for e in embeds if set(e) - {"type", "flags", "color"}]
    others = [payload.get(key) for key in ("components", "sticker_ids", "poll", "attachments")]
    is_forward = (payload.get("message_reference") or {}).get("type") == 1
    if not (content.strip() or filled or files or any(others) or is_forward):
        yield Violation(Rule.EMPTY, "content", EMPTY_MESSAGE)


def _check_mentions(mentions: Json) -> Iterator[Violation]:
    for kind in ("users", "roles"):
        if kind in (mentions.get("parse") or ()) and mentions.get(kind):
            yield Violation(Rule.MENTIONS, f"allowed_mentions.{kind}")


def _check_classic(components: list[Json]) -> Iterator[Violation]:
    if len(components) > MAX_ACTION_ROWS:
        yield Violation(Rule.ROWS, "components")
    if any(part.get("type") in V2_ONLY for part in walk_components(components)):
        yield Violation(Rule.V2_FLAG, "components")


def _check_v2(payload: Json, components: list[Json]) -> Iterator[Violation]:
    if payload.get("content"):
        yield Violation(Rule.V2_CONTENT, "content")
    if payload.get("embeds"):
        yield Violation(Rule.V2_EMBEDS, "embeds")
    parts = walk_components(components)
    if (
        sum(len(part.get("content") or "") for part in parts if part.get("type") == 10)
        > MAX_V2_TEXT
    ):
        yield Violation(Rule.V2_TEXT, "components")
    if len(parts) > MAX_COMPONENTS:
        yield Violation(Rule.V2_PARTS, "components")


def _check_button(part: Json) -> Iterator[Violation]:
    style = part.get("style")
    if style == LINK_STYLE and not part.get("url"):
        yield Violation(Rule.LINK_URL, "components.url")
    if style == LINK_STYLE and part.get("custom_id"):
        yield Violation(Rule.LINK_ID, "components.custom_id")
    if style not in (LINK_STYLE, PREMIUM_STYLE) and not part.get("custom_id"):
        yield Violation(Rule.EXTRA_BUTTON_ID, "components.custom_id")
    if style != PREMIUM_STYLE and not (part.get("label") or part.get("emoji")):
        yield Violation(Rule.EXTRA_BUTTON_FACE, "components.label")


def _check_media(
    embeds: list[Json], components: list[Json], files: frozenset[str]
) -> Iterator[Violation]:
    places = [embed.get(key) or {} for embed in embeds for key in ("image", "thumbnail")]
    for part in walk_components(components):
        places += [part.get("media") or {}, part.get("file") or {}]
        places += [item.get("media") or {} for item in part.get("items") or []]
    for place in places:
        url = str(place.get("url") or "")
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in files:
            yield Violation(Rule.EXTRA_FILE, url)


def _check_selects(components: list[Json]) -> Iterator[Violation]:
    for part in walk_components(components):
        values = [option.get("value") for option in part.get("options") or []]
        if len(values) != len(set(values)):
            yield Violation(Rule.EXTRA_OPTIONS, "components.options")


def check_commands(commands: list[Json]) -> list[Violation]:
    """Return the rules that a bulk overwrite of commands breaks."""
    found: list[Violation] = []
    kinds = [command.get("type") or CHAT_INPUT for command in commands]
    if kinds.count(CHAT_INPUT) > MAX_CHAT_COMMANDS:
        found.append(Violation(Rule.COMMANDS, "commands"))
    found += [
        Violation(Rule.EXTRA_MENUS, "commands")
        for k in (2, 3)
        if kinds.count(k) > MAX_MENU_COMMANDS
    ]
    keys = [(kind, command.get("name")) for kind, command in zip(kinds, commands, strict=True)]
    if len(keys) != len(set(keys)):
        found.append(Violation(Rule.UNIQUE, "commands"))
    for index, command in enumerate(commands):
        if (command.get("type") or CHAT_INPUT) == CHAT_INPUT:
            found += _check_named(command, str(index))
            if _text_length(command) > MAX_COMMAND_TEXT:
                found.append(Violation(Rule.EXTRA_COMMAND_TEXT, str(index)))
    return found


def _check_named(node: Json, place: str) -> Iterator[Violation]:
    name = str(node.get("name") or "")
    if name != name.lower():
        yield Violation(Rule.NAME_CASE, f"{place}.name")
    if not NAME.match(name):
        yield Violation(Rule.NAME_FORM, f"{place}.name")
    if not node.get("description"):
        yield Violation(Rule.DESCRIPTION, f"{place}.description")
    if node.get("choices") and node.get("autocomplete"):
        yield Violation(Rule.CHOICES, f"{place}.autocomplete")
    choices = [choice.get("name") for choice in node.get("choices") or []]
    options = node.get("options") or []
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)) or len(choices) != len(set(choices)):
        yield Violation(Rule.UNIQUE, f"{place}.options")
    wanted = [bool(o.get("required")) for o in options if o.get("type") not in SUBCOMMAND_TYPES]
    if wanted != sorted(wanted, reverse=True):
        yield Violation(Rule.REQUIRED_FIRST, f"{place}.options")
    for index, option in enumerate(options):
        yield from _check_named(option, f"{place}.options.{index}")


def _text_length(node: Json) -> int:
    total = len(str(node.get("name") or "")) + len(str(node.get("description") or ""))
    total += sum(
        len(str(c.get("name"))) + len(str(c.get("value"))) for c in node.get("choices") or []
    )
    return total + sum(_text_length(option) for option in node.get("options") or [])


def check_callback(payload: Json) -> list[Violation]:
    """Return the rules that an interaction's answer breaks, its message apart."""
    if payload.get("type") == 4 and not payload.get("data"):
        return [Violation(Rule.CALLBACK_DATA, "data")]
    return []


def check_forum_post(payload: Json) -> list[Violation]:
    """Return the rules that the start of a forum post breaks, its message apart."""
    return [] if payload.get("message") else [Violation(Rule.FORUM_MESSAGE, "message")]
