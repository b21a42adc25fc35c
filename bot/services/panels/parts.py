"""Pieces that many replies share: short notes, pagers, confirmations, undo buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.command_names import command_line
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    ChannelMention,
    Controls,
    Form,
    Heading,
    Line,
    Message,
    Paragraph,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.subscription import Place, PlaceKind
from bot.locale import say
from bot.services.asking import UNDO_LIFE

T = TypeVar("T")

PAGE = 5
DISMISS = "dismiss"


def card(severity: Severity, *blocks: Block, silent: bool = False) -> Message:
    """A card of these blocks."""
    return Message(form=Form.CARD, severity=severity, blocks=blocks, silent=silent)


def heading(text: str, level: int = 2) -> Heading:
    """A title in words."""
    return Heading((Text(text),), level)


def paragraph(*spans: str | Text) -> Paragraph:
    """A paragraph of words; commands named in plain ones can be tapped."""
    line: Line = ()
    for span in spans:
        line += command_line(span) if isinstance(span, str) else (span,)
    return Paragraph(line)


_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\dZ)(?!\w)")


def with_instants(text: str) -> Line:
    """Words in which an instant stands as the rules write it, as a time of the reader's."""
    line: Line = ()
    for at, piece in enumerate(_INSTANT.split(text)):
        if at % 2:
            line += (Time(datetime.fromisoformat(piece)),)
        elif piece:
            line += (Text(piece),)
    return line


def small(text: str) -> Subtext:
    """Small print in words; commands named in it can be tapped."""
    return Subtext(command_line(text))


def note(text: str, severity: Severity = Severity.GOOD, *more: Block) -> Message:
    """A reply of one sentence."""
    return card(severity, paragraph(text), *more)


def with_undo(text: str | Paragraph, kind: str, token: str, locale: str) -> Message:
    """What was removed, with its way back."""
    undo = Button(say("button.undo", locale), f"undo:{kind}:{token}")
    hint = say("undo.hint", locale, duration=UNDO_LIFE)
    words = text if isinstance(text, Paragraph) else paragraph(text)
    return card(Severity.QUIET, words, Controls((undo,)), small(hint))


def confirmation(name: str, action: str, locale: str) -> Message:
    """Asks before something is removed."""
    return card(
        Severity.UPDATE,
        paragraph(say("confirm.remove", locale, name=name)),
        Controls(
            (
                Button(say("button.remove", locale), action, style=ButtonStyle.DANGER),
                Button(say("button.cancel", locale), DISMISS),
            )
        ),
    )


def page_of(items: Sequence[T], page: int, size: int = PAGE) -> tuple[Sequence[T], int, int]:
    """The items of a page, its number (kept within bounds, from 0) and how many pages there are."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 0), pages - 1)
    return items[page * size : (page + 1) * size], page, pages


def pager(action: str, page: int, pages: int, locale: str) -> list[Block]:
    """First, previous, next, last; the page also in words. Nothing for a single page.

    A phone's screen reader does not say that a button is disabled, so the words are needed.
    """
    if pages < 2:
        return []
    at_start, at_end = page == 0, page == pages - 1
    moves = (
        ("first", 0, at_start),
        ("previous", max(page - 1, 0), at_start),
        ("next", min(page + 1, pages - 1), at_end),
        ("last", pages - 1, at_end),
    )
    buttons = tuple(
        Button(say(f"button.{name}", locale), f"{action}:{to}:{name}", disabled=disabled)
        for name, to, disabled in moves
    )
    return [small(say("page", locale, page=page + 1, pages=pages)), Controls(buttons)]


def without_actions(message: Message) -> Message:
    """A message whose buttons would lead nowhere: only links stay."""
    blocks: list[Block] = []
    for block in message.blocks:
        if isinstance(block, Controls):
            links = tuple(item for item in block.items if isinstance(item, Button) and item.url)
            blocks += [Controls(links)] if links else []
        else:
            blocks.append(block)
    return replace(message, blocks=tuple(blocks))


def place_line(place: Place) -> Line:
    """Where messages go, as people see it."""
    if place.kind is PlaceKind.USER:
        return (Text("DM"),)
    return (ChannelMention(place.id),)


def filled(key: str, locale: str, place: Place, **params: object) -> Paragraph:
    """A sentence of the catalogue with `{place}` as a mention, which only a span can be."""
    mark = "\x00"
    head, _, tail = say(key, locale, place=mark, **params).partition(mark)
    spot: Line = place_line(place)
    if place.kind is PlaceKind.USER:
        spot = (Text(say("direct_messages", locale)),)
    return Paragraph((*command_line(head), *spot, *command_line(tail)))
