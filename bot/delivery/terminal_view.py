"""Shows payloads in the terminal the way Discord would, for rehearsals.

Deliveries go to stdout, plain when it is no terminal; whatever else there is to say goes to stderr.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style as RichStyle
from rich.text import Text

from bot.delivery import markdown
from bot.delivery.discord_limits import (
    ACTION_ROW,
    BUTTON,
    CONTAINER,
    LINK_STYLE,
    MEDIA_GALLERY,
    SECTION,
    SELECTS,
    SEPARATOR,
    TEXT_DISPLAY,
)
from bot.delivery.markdown import (
    SIGNS,
    Anchor,
    Block,
    BlockKind,
    Mention,
    MentionKind,
    Node,
    Plain,
    Stamp,
    Style,
    Styled,
)
from bot.delivery.shown import Shown
from bot.delivery.stdout import Stdout

Json = dict[str, Any]

WIDEST = 100  # columns; longer lines are hard to read
_EMPHASIS = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strike",
    Style.SPOILER: "reverse",
    Style.CODE: "bright_black",
}
_GREY = "on #4e5058"
_BUTTON_COLOURS = {1: "on #4654c0", 2: _GREY, 3: "on #1f7a45", 4: "on #b3383c", 5: _GREY}


class TerminalView:
    """Prints messages on a rich console."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Stdout()

    def show(self, shown: Shown) -> None:
        """Print one message as a panel."""
        width = min(self._console.width, WIDEST)
        panel = Panel(
            Group(*_parts(shown)),
            title=_title(shown),
            title_align="left",
            subtitle=_subtitle(shown),
            subtitle_align="left",
            border_style="bright_black",
            box=box.ROUNDED,
            width=width,
            padding=(0, 1),
        )
        self._console.print(panel)

    def say(self, line: str) -> None:
        """Print one line of our own."""
        self._console.print(Text(line), soft_wrap=True)


def _title(shown: Shown) -> Text:
    title = Text.assemble((f" {shown.place} ", "bold"), ("Launchwire", "bold cyan"))
    title.append(f" {clock_time(shown.at)} ", "bright_black")
    return title


def _subtitle(shown: Shown) -> Text | None:
    notes = []
    if shown.edited:
        notes.append("edited")
    if shown.silent:
        notes.append("silent: no notification")
    elif shown.pinged:
        notes.append("pings " + ", ".join(f"role {role}" for role in shown.pinged))
    return Text(f" {' · '.join(notes)} ", "bright_black") if notes else None


def clock_time(at: datetime, *, seconds: bool = False) -> str:
    """An instant in this machine's zone, which is named."""
    local = at.astimezone()
    zone = f"{local:%z}" if local.utcoffset() else " UTC"
    return f"{local:%Y-%m-%d %H:%M:%S}{zone}" if seconds else f"{local:%Y-%m-%d %H:%M}{zone}"


def _parts(shown: Shown) -> Iterator[RenderableType]:
    payload = shown.payload
    now = shown.at
    if payload.get("thread"):
        tags = "".join(f" [{tag}]" for tag in payload["thread"].get("tags") or ())
        yield Text(f"thread: {payload['thread']['name']}{tags}", "bright_black")
    if payload.get("content"):
        yield _lines(payload["content"], now)
    alts = {item["filename"]: item["alt"] for item in payload.get("files") or ()}
    for embed in payload.get("embeds") or ():
        yield _bar(embed.get("color", 0), list(_embed(embed, now, alts)))
    for part in payload.get("components") or ():
        yield from _component(part, now)


@dataclass(frozen=True, slots=True)
class _Bar:
    """Lines with a coloured bar on their left, which goes on where a line wraps."""

    sign: str
    style: str
    inside: Sequence[RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the lines two columns narrower, with the bar before each."""
        narrower = options.update_width(max(1, options.max_width - 2))
        bar = Segment(f"{self.sign} ", console.get_style(self.style))
        for line in console.render_lines(Group(*self.inside), narrower, pad=False):
            yield bar
            yield from line
            yield Segment.line()


def _bar(colour: int, inside: Sequence[RenderableType]) -> RenderableType:
    return _Bar("┃", f"#{colour:06x}", inside)


def _embed(
    embed: Mapping[str, Any], now: datetime, alts: Mapping[str, str]
) -> Iterator[RenderableType]:
    if embed.get("title"):
        title = _inline(markdown.inline(embed["title"]), now)
        title.stylize("bold")
        if embed.get("url"):
            title.stylize(RichStyle(link=embed["url"], color="bright_blue"))
        yield title
    if embed.get("description"):
        yield _lines(embed["description"], now)
    for item in embed.get("fields") or ():
        yield Text(item["name"], "bold")
        yield _lines(item["value"], now)
    if embed.get("image"):
        yield _picture(alts.get(str(embed["image"]["url"]).removeprefix("attachment://"), ""))
    if embed.get("footer"):
        yield Text(embed["footer"]["text"], "bright_black")


def _component(part: Json, now: datetime) -> Iterator[RenderableType]:
    match part.get("type"):
        case kind if kind == CONTAINER:
            inside = [item for child in part["components"] for item in _component(child, now)]
            yield _bar(part.get("accent_color") or 0x4E5058, inside)
        case kind if kind == TEXT_DISPLAY:
            yield _lines(part["content"], now)
        case kind if kind == SECTION:
            yield from (item for child in part["components"] for item in _component(child, now))
            if part["accessory"].get("type") == BUTTON:
                yield _button(part["accessory"])
        case kind if kind == SEPARATOR:
            yield Rule(style="bright_black")
        case kind if kind == MEDIA_GALLERY:
            for item in part["items"]:
                yield _picture(item.get("description", ""))
        case kind if kind == ACTION_ROW:
            yield _row(part["components"])


def _picture(alt: str) -> Text:
    return Text(f"[picture: {alt or 'no description'}]", "italic bright_black")


def _row(items: list[Json]) -> Text:
    row = Text()
    for item in items:
        if item.get("type") in SELECTS:
            row.append(f"[{item.get('placeholder') or 'choose'} ▾]", "on #4e5058")
        else:
            row.append_text(_button(item))
        row.append(" ")
    return row


def _button(item: Json) -> Text:
    arrow = " ↗" if item.get("style") == LINK_STYLE else ""
    words = f"[{item.get('label') or item['emoji']['name']}{arrow}]"
    style = RichStyle.parse("white " + _BUTTON_COLOURS.get(item.get("style", 2), "on #4e5058"))
    if item.get("disabled"):
        style += RichStyle(dim=True)
    if item.get("url"):
        style += RichStyle(link=item["url"])
    return Text(words, style)


def _lines(text: str, now: datetime) -> RenderableType:
    return Group(*(_line(block, now) for block in markdown.blocks(text)))


def _line(block: Block, now: datetime) -> RenderableType:
    line = _inline(block.nodes, now)
    match block.kind:
        case BlockKind.HEADING:
            line.stylize("bold")
        case BlockKind.SMALL:
            line.stylize("bright_black")
        case BlockKind.QUOTE:
            return _Bar("▎", "bright_black", [line])
        case BlockKind.ITEM:
            return Text.assemble("• ", line)
        case _:
            pass
    return line


def _inline(nodes: tuple[Node, ...], now: datetime) -> Text:
    line = Text()
    for node in nodes:
        line.append_text(_node(node, now))
    return line


def _node(node: Node, now: datetime) -> Text:
    match node:
        case Plain(text):
            return Text(text)
        case Styled(style, inside):
            styled = _inline(inside, now)
            styled.stylize(_EMPHASIS[style])
            return styled
        case Anchor(url, label):
            linked = _inline(label, now)
            linked.stylize(RichStyle(link=url, color="bright_blue", underline=True))
            return linked
        case Stamp():
            return Text(stamp_words(node, now))
        case Mention(kind, name):
            if kind is MentionKind.EMOJI:
                return Text(f":{name}:")
            pill = "bright_black" if kind is MentionKind.PLACE else "bold white on #3c4270"
            return Text(f"{SIGNS.get(kind, '')}{name}", pill)


def stamp_words(stamp: Stamp, now: datetime) -> str:
    """A timestamp in words: in this machine's zone, or relative to the message's own time."""
    match stamp.style:
        case "R":
            return relative_words(stamp.at - now)
        case "D" | "d":
            local = stamp.at.astimezone()
            return f"{local.day} {local:%B %Y}"
        case "t" | "T":
            return f"{stamp.at.astimezone():%H:%M %Z}"
        case _:
            local = stamp.at.astimezone()
            return f"{local.day} {local:%B %Y %H:%M %Z}"


_STEPS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
)


def relative_words(distance: timedelta) -> str:
    """A distance as Discord says it, in its largest whole unit: 3 hours ago, in 2 days."""
    seconds = round(distance.total_seconds())
    name, size = next(((n, s) for n, s in _STEPS if abs(seconds) >= s), ("second", 1))
    count = round(abs(seconds) / size)
    words = f"{count} {name}{'' if count == 1 else 's'}"
    return f"in {words}" if seconds > 0 else f"{words} ago"
