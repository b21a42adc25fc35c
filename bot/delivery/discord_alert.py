"""Classic messages: a content line that pushes well, an embed, and rows of buttons."""

from __future__ import annotations

import re
from typing import Any

from bot.delivery import discord_parts as parts
from bot.delivery import sanitise
from bot.delivery.discord_limits import (
    ACTION_ROWS,
    ATTACHMENT,
    BUTTON_LABEL,
    CONTENT,
    EMBED_DESCRIPTION,
    EMBED_FOOTER,
    EMBED_TITLE,
    EMBED_TOTAL,
    EMBEDS,
    MENTIONED_ROLES,
    units,
)
from bot.delivery.discord_marker import mark_component, small_print
from bot.delivery.discord_text import Pen, join, plain_line
from bot.domain.message import (
    Button,
    Controls,
    Message,
    Picture,
    RoleMention,
    Rule,
    Section,
    Select,
)

Json = dict[str, Any]

LINK_LINE = 2000  # room for the links that stand in for buttons
SMALLEST_LINE = 24  # less room than this is not worth a cut line


def classic(message: Message, pen: Pen, *, inline_links: bool) -> Json:
    """The body of a classic message.

    With `inline_links` (announcement channels, whose published copies lose components) links stand
    in the embed, there are no components, and the marker goes into the footer.
    """
    pictures = [block for block in message.blocks if isinstance(block, Picture)]
    drawn = parts.files(pictures)
    payload: Json = {}
    if content := content_line(message, pen):
        payload["content"] = content
    rows = [] if inline_links else _rows(message, pen)
    in_id = bool(message.marker) and mark_component(rows, message.marker)
    footer = _footer(message, "" if in_id else message.marker)
    payload["embeds"] = _embeds(message, pen, footer, drawn, inline_links=inline_links)
    if rows:
        payload["components"] = rows
    if drawn:
        payload["files"] = drawn
    return payload


def content_line(message: Message, pen: Pen) -> str:
    """The push text with the pinged roles at its end."""
    named = {span.role_id for span in message.push if isinstance(span, RoleMention)}
    pinged = dict.fromkeys(message.pings[:MENTIONED_ROLES])
    roles = " ".join(f"<@&{role}>" for role in pinged if role not in named)
    words = pen.line(message.push, CONTENT - units(roles) - 1, "push line")
    return f"{words} {roles}".strip()


def _footer(message: Message, marker: str) -> str:
    tail = small_print(marker) if marker else ""
    words = plain_line(message.footer, EMBED_FOOTER - units(tail) - 3)
    return " · ".join(text for text in (words, tail) if text)


def _embeds(
    message: Message, pen: Pen, footer: str, drawn: list[Json], *, inline_links: bool
) -> list[Json]:
    colour = parts.COLOURS[message.severity]
    embed: Json = {"color": colour}
    if title := pen.line(message.title, EMBED_TITLE, "title"):
        embed["title"] = title
        if safe := sanitise.safe_url(message.title_url):
            embed["url"] = safe.url
    room = min(EMBED_DESCRIPTION, EMBED_TOTAL - units(title) - units(footer))
    if text := _description(message, pen, room, inline_links=inline_links):
        embed["description"] = text
    if footer:
        embed["footer"] = {"text": footer}
    pictures = [{"url": ATTACHMENT + item["filename"]} for item in drawn]
    if pictures:
        embed["image"] = pictures[0]
    more = [{"color": colour, "image": picture} for picture in pictures[1:EMBEDS]]
    return [embed, *more] if len(embed) > 1 else more


def _description(message: Message, pen: Pen, room: int, *, inline_links: bool) -> str:
    host = _host_line(message)
    links = _link_line(message, pen) if inline_links else ""
    left = room - sum(units(text) + 1 for text in (host, links) if text)
    lines = [host] if host else []
    for block in message.blocks:
        if left < SMALLEST_LINE:
            pen.cuts.append("description")
            break
        match block:
            case Section():
                text = pen.section(block, left - 1)
            case Rule():
                lines.append("")
                continue
            case Picture() | Controls():
                text = ""
            case _:
                text = pen.block(block, left - 1)
        if text:
            lines.append(text)
            left -= units(text) + 1
    shown = re.sub(r"\n{3,}", "\n\n", "\n".join([*lines, links])).strip()
    return shown if units(shown) <= room else join([*lines, links])


def _host_line(message: Message) -> str:
    """Where the linked title leads, in the clear."""
    safe = sanitise.safe_url(message.title_url)
    return f"-# {sanitise.escape(safe.host)}" if safe and message.title else ""


def _buttons(message: Message) -> list[Button | Select]:
    found: list[Button | Select] = []
    for block in message.blocks:
        if isinstance(block, Section):
            found.append(block.button)
        elif isinstance(block, Controls):
            found += block.items
    return found


def _link_line(message: Message, pen: Pen) -> str:
    links = [
        pen.link(sanitise.plain(item.label, BUTTON_LABEL), item.url)
        for item in _buttons(message)
        if isinstance(item, Button) and item.url
    ]
    line = ""
    for link in dict.fromkeys(links):
        longer = f"{line} · {link}" if line else link
        if units(longer) > LINK_LINE:
            pen.cuts.append("links")
            break
        line = longer
    return line


def _rows(message: Message, pen: Pen) -> list[Json]:
    rows = parts.rows(_buttons(message))
    if len(rows) > ACTION_ROWS:
        pen.cuts.append("buttons")
    return rows[:ACTION_ROWS]
