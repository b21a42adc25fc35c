"""Cards: Components V2 messages, which read well but push nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.delivery import discord_parts as parts
from bot.delivery.discord_alert import content_line
from bot.delivery.discord_limits import (
    ATTACHMENT,
    CARD_TEXT,
    COMPONENTS,
    CONTAINER,
    FLAG_COMPONENTS_V2,
    GALLERY_ITEMS,
    MEDIA_GALLERY,
    SECTION,
    SEPARATOR,
    TEXT_DISPLAY,
    units,
    walk,
)
from bot.delivery.discord_marker import mark_component, small_print
from bot.delivery.discord_text import Pen
from bot.domain.message import Block, Controls, Message, Picture, Rule, Section, Subtext, Text

Json = dict[str, Any]

SMALLEST_TEXT = 40  # less room than this is not worth a cut block
MARKER_ROOM = 40  # "-# ref " and the marker


@dataclass
class _Layout:
    """What stands in the container so far, and the room that is left."""

    pen: Pen
    text_left: int
    parts_left: int
    body: list[Json] = field(default_factory=list)
    full: bool = False

    def write(self, text: str) -> None:
        """Add lines, to the text display above when there is one."""
        if not text:
            return
        if self.body and self.body[-1]["type"] == TEXT_DISPLAY:
            self.body[-1]["content"] += "\n" + text
            self.text_left -= units(text) + 1
        elif self.fits(1):
            self.body.append({"type": TEXT_DISPLAY, "content": text})
            self.text_left -= units(text)
            self.parts_left -= 1

    def add(self, part: Json) -> None:
        """Add a part that is not text."""
        size = len(list(walk([part])))
        if self.fits(size):
            self.body.append(part)
            self.parts_left -= size

    def fits(self, size: int) -> bool:
        """Whether so many components still fit; when not, nothing more is added."""
        if self.parts_left < size:
            self.overflow("components")
            return False
        return True

    def overflow(self, what: str) -> None:
        """Stop adding, and remember why."""
        self.full = True
        self.pen.cuts.append(what)


def card(message: Message, pen: Pen) -> Json:
    """The body of a Components V2 message; controls and footer always have their room."""
    above = content_line(message, pen)
    rows = {
        id(block): parts.rows(block.items)
        for block in message.blocks
        if isinstance(block, Controls)
    }
    drawn = parts.files(block for block in message.blocks if isinstance(block, Picture))
    reserved = len(list(walk([row for made in rows.values() for row in made])))
    footer = pen.block(Subtext(message.footer), 500) if message.footer else ""
    layout = _Layout(
        pen,
        text_left=CARD_TEXT - units(above) - units(footer) - MARKER_ROOM - 2,
        parts_left=COMPONENTS - 1 - reserved - 2 - (1 if above else 0),
    )
    _write_title(message, layout)
    pictures = iter(drawn)
    for block in message.blocks:
        if isinstance(block, Controls):
            layout.body += rows[id(block)]
        elif isinstance(block, Picture):
            if (item := next(pictures, None)) is not None and not layout.full:
                _write_picture(item, layout)
        elif not layout.full:
            _write_block(block, layout)
    _close(message, layout, footer)
    container: Json = {"type": CONTAINER, "accent_color": parts.COLOURS[message.severity]}
    container["components"] = layout.body
    top: list[Json] = [{"type": TEXT_DISPLAY, "content": above}] if above else []
    payload: Json = {"components": [*top, container], "flags": FLAG_COMPONENTS_V2}
    shown = {item["media"]["url"] for part in layout.body for item in part.get("items") or ()}
    if kept := [item for item in drawn if ATTACHMENT + item["filename"] in shown]:
        payload["files"] = kept
    return payload


def _write_title(message: Message, layout: _Layout) -> None:
    if not message.title:
        return
    if message.title_url:
        words = "".join(span.text for span in message.title if isinstance(span, Text))
        layout.write("## " + layout.pen.link(words, message.title_url, 700))
    else:
        layout.write("## " + layout.pen.line(message.title, 300, "title"))


def _write_block(block: Block, layout: _Layout) -> None:
    if layout.text_left < SMALLEST_TEXT:
        layout.overflow("text")
        return
    match block:
        case Rule():
            if layout.body:
                layout.add({"type": SEPARATOR})
        case Section():
            _write_section(block, layout)
        case Picture() | Controls():
            pass
        case _:
            before = len(layout.pen.cuts)
            layout.write(layout.pen.block(block, layout.text_left - 1))
            layout.full = layout.full or len(layout.pen.cuts) > before


def _write_section(section: Section, layout: _Layout) -> None:
    button = parts.button(section.button)
    before = len(layout.pen.cuts)
    text = layout.pen.section(section, layout.text_left)
    if not text:
        return
    if button is None:
        layout.write(text)
    elif layout.fits(3):
        inside = [{"type": TEXT_DISPLAY, "content": text}]
        layout.add({"type": SECTION, "components": inside, "accessory": button})
        layout.text_left -= units(text)
    layout.full = layout.full or len(layout.pen.cuts) > before


def _write_picture(item: Json, layout: _Layout) -> None:
    shown = {"media": {"url": ATTACHMENT + item["filename"]}}
    if item["alt"]:
        shown["description"] = item["alt"]
    last = layout.body[-1] if layout.body else {}
    if last.get("type") == MEDIA_GALLERY and len(last["items"]) < GALLERY_ITEMS:
        last["items"].append(shown)
    else:
        layout.add({"type": MEDIA_GALLERY, "items": [shown]})


def _close(message: Message, layout: _Layout, footer: str) -> None:
    layout.parts_left += 2  # the room that was kept for exactly this
    layout.text_left += units(footer) + MARKER_ROOM + 2
    if message.marker and not mark_component(layout.body, message.marker):
        tail = small_print(message.marker)
        footer = f"{footer} · {tail}" if footer else f"-# {tail}"
    layout.write(footer)
    while layout.body and layout.body[-1]["type"] == SEPARATOR:
        layout.body.pop()
    if not layout.body:
        layout.write("-# –")
