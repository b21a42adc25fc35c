"""Discord's markdown, read back: what a payload's text shows, for the terminal, preview and tests.

A model of the grammar Discord's clients use. Whoever renders for people here walks these nodes, and
the tests of hostile text look in them for anything that is more than text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Style(StrEnum):
    """Inline emphasis; also code and spoilers."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"


class MentionKind(StrEnum):
    """What a mention names."""

    ROLE = "role"
    USER = "user"
    CHANNEL = "channel"
    COMMAND = "command"
    EVERYONE = "everyone"
    PLACE = "place"  # <id:customize> and the like
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Plain:
    """Characters as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """Nodes under one emphasis."""

    style: Style
    inside: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: masked when it has a label, else the address itself."""

    url: str
    label: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A pill; `name` is an id, or a command's name."""

    kind: MentionKind
    name: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp shown in the reader's zone; `style` is Discord's letter."""

    at: datetime
    style: str


Node = Plain | Styled | Anchor | Mention | Stamp


class BlockKind(StrEnum):
    """What a line is."""

    TEXT = "text"
    HEADING = "heading"
    SMALL = "small"
    QUOTE = "quote"
    ITEM = "item"
    CODE = "code"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Block:
    """One line; `level` counts a heading's #."""

    kind: BlockKind
    nodes: tuple[Node, ...] = ()
    level: int = 0


_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_LABEL = re.compile(
    r"\[((?:\\.|\[[^\]\n]*\]|[^\[\]\\])*)\]\(\s*<?((?:[^\s\\<>]|\\.)*?)>?\s*\)", re.S
)
_AUTO = re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]")
_ANGLE = re.compile(r"<((?:https?|steam|discord|mailto|tel):[^ >]+)>")
_INVITE = re.compile(
    r"(?i)\bdiscord(?:(?:app)?\.com/(?:invite|template)|\.gg(?:/invite)?)/[\w-]{2,255}"
)
_STAMP = re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>")
_MENTIONS: tuple[tuple[re.Pattern[str], MentionKind], ...] = (
    (re.compile(r"<@&(\d+)>"), MentionKind.ROLE),
    (re.compile(r"<@!?(\d+)>"), MentionKind.USER),
    (re.compile(r"<#(\d+)>"), MentionKind.CHANNEL),
    (re.compile(r"</([^:<>\n]{1,110}):\d+>"), MentionKind.COMMAND),
    (re.compile(r"<(id:[\w-]+)>"), MentionKind.PLACE),
    (re.compile(r"<a?:(\w{2,32}):\d+>"), MentionKind.EMOJI),
    (re.compile(r":([a-zA-Z_+-][\w+~-]{1,31}):"), MentionKind.EMOJI),
    (re.compile(r"@(everyone|here)"), MentionKind.EVERYONE),
)
_STYLES: tuple[tuple[re.Pattern[str], Style], ...] = (
    (re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.S), Style.BOLD),
    (re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.S), Style.UNDERLINE),
    (re.compile(r"\*(?=\S)((?:\*\*|\\.|[^\\*])+?)(?<!\s)\*(?!\*)", re.S), Style.ITALIC),
    (re.compile(r"_((?:__|\\.|[^\\_])+?)_(?!\w)", re.S), Style.ITALIC),
    (re.compile(r"~~((?:\\.|[^\\])+?)~~", re.S), Style.STRIKE),
    (re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|", re.S), Style.SPOILER),
)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_STARTS = frozenset("\\[hsd<@:*_~|`Dp")


def inline(text: str) -> tuple[Node, ...]:
    """The nodes of one line."""
    nodes: list[Node] = []
    plain: list[str] = []

    def flush() -> None:
        if plain:
            nodes.append(Plain("".join(plain)))
            plain.clear()

    at = 0
    while at < len(text):
        char = text[at]
        if char not in _STARTS:
            plain.append(char)
            at += 1
            continue
        if found := _ESCAPE.match(text, at):
            plain.append(found[1])
            at = found.end()
            continue
        node, end = _special(text, at)
        if node is None:
            plain.append(char)
            at += 1
            continue
        flush()
        nodes.append(node)
        at = end
    flush()
    return tuple(nodes)


def _special(text: str, at: int) -> tuple[Node | None, int]:
    for read in (_read_code, _read_link, _read_mention, _read_style):
        node, end = read(text, at)
        if node is not None:
            return node, end
    return None, at


def _read_code(text: str, at: int) -> tuple[Node | None, int]:
    if found := _CODE.match(text, at):
        return Styled(Style.CODE, (Plain(found[2]),)), found.end()
    return None, at


def _read_link(text: str, at: int) -> tuple[Node | None, int]:
    if (found := _LABEL.match(text, at)) and "://" in found[2]:
        return Anchor(found[2], inline(found[1])), found.end()
    if found := _ANGLE.match(text, at):
        return Anchor(found[1], (Plain(found[1]),)), found.end()
    for pattern in (_AUTO, _INVITE):
        if found := pattern.match(text, at):
            return Anchor(found[0], (Plain(found[0]),)), found.end()
    return None, at


def _read_mention(text: str, at: int) -> tuple[Node | None, int]:
    if found := _STAMP.match(text, at):
        try:
            instant = datetime.fromtimestamp(int(found[1]), UTC)
        except (ValueError, OverflowError, OSError):
            return None, at
        return Stamp(instant, found[2] or "f"), found.end()
    for pattern, kind in _MENTIONS:
        if found := pattern.match(text, at):
            return Mention(kind, found[1]), found.end()
    return None, at


def _read_style(text: str, at: int) -> tuple[Node | None, int]:
    for pattern, style in _STYLES:
        if found := pattern.match(text, at):
            return Styled(style, inline(found[1])), found.end()
    return None, at


_HEADING = re.compile(r"\s*(#{1,3})\s+(?=\S)")
_SMALL = re.compile(r"\s*-#\s+(?=\S)")
_ITEM = re.compile(r"\s*(?:[-*]|\d{1,9}\.)\s+(?=\S)")
_FENCE = re.compile(r"```(?:[\w+-]*\n)?([\s\S]*?)```")


def blocks(text: str) -> tuple[Block, ...]:
    """The lines of a text, each with its kind; a quote's inner line kinds are folded into it."""
    found: list[Block] = []
    at = 0
    for fence in _FENCE.finditer(text):
        if text[max(0, fence.start() - 1) : fence.start()] == "\\":
            continue
        found += map(_line, text[at : fence.start()].split("\n"))
        found.append(Block(BlockKind.CODE, (Plain(fence[1]),)))
        at = fence.end()
    return (*found, *map(_line, text[at:].split("\n")))


def _line(line: str) -> Block:
    if not line.strip():
        return Block(BlockKind.BLANK)
    if line.startswith((">>> ", "> ")):
        inner = _line(line.split(" ", 1)[1])
        return Block(BlockKind.QUOTE, inner.nodes, inner.level)
    if match := _HEADING.match(line):
        return Block(BlockKind.HEADING, inline(line[match.end() :]), len(match[1]))
    if match := _SMALL.match(line):
        return Block(BlockKind.SMALL, inline(line[match.end() :]))
    if match := _ITEM.match(line):
        return Block(BlockKind.ITEM, inline(line[match.end() :]))
    return Block(BlockKind.TEXT, inline(line))


def plain_text(nodes: tuple[Node, ...], stamp: Callable[[Stamp], str]) -> str:
    """The words of nodes without any dress."""
    return "".join(_words(node, stamp) for node in nodes)


def _words(node: Node, stamp: Callable[[Stamp], str]) -> str:
    match node:
        case Plain(text):
            return text
        case Styled(_, inside):
            return plain_text(inside, stamp)
        case Anchor(url, label):
            return plain_text(label, stamp) or url
        case Stamp():
            return stamp(node)
        case Mention(kind, name):
            return SIGNS.get(kind, "") + name


SIGNS = {
    MentionKind.ROLE: "@",
    MentionKind.USER: "@",
    MentionKind.EVERYONE: "@",
    MentionKind.CHANNEL: "#",
    MentionKind.COMMAND: "/",
}
"""What stands before a mention's name."""
