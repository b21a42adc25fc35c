"""A platform-neutral message: what is said, not how a place draws it.

Text that came from outside is only ever held in `Text`, `Link.label` or `Quote`: the renderers
sanitise exactly those. Everything else was written by us or is a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """Colour and symbol of a message; always said in words as well."""

    LAUNCH = "launch"  # red
    UPDATE = "update"  # amber
    INFO = "info"  # blue
    GOOD = "good"  # green
    QUIET = "quiet"  # grey


class Form(StrEnum):
    """How a message is built: an alert pushes well, a card reads well."""

    ALERT = "alert"  # content line = push text, then embed, then buttons
    CARD = "card"  # Components V2; silent unless said otherwise


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text; `strong` and `small` are the only emphasis."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose label says where it goes; renderers show the host in the clear beside it."""

    label: str
    url: str
    show_host: bool = True


@dataclass(frozen=True, slots=True)
class Time:
    """An instant, shown in the reader's own zone; `relative` adds "2 minutes ago"."""

    at: datetime
    relative: bool = True
    date_only: bool = False


@dataclass(frozen=True, slots=True)
class RoleMention:
    """A role that is pinged, and allowed to be."""

    role_id: int


@dataclass(frozen=True, slots=True)
class ChannelMention:
    """A channel named, never pinged."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class UserMention:
    """A person named, never pinged."""

    user_id: int


@dataclass(frozen=True, slots=True)
class CommandMention:
    """A slash command people can tap, by its full name ("feed add")."""

    name: str


STATUS_ACTION = "status:show"
"""The button under a message that has no other: how complete our view is, for who presses."""


Span = Text | Link | Time | RoleMention | ChannelMention | UserMention | CommandMention
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; `level` 1 (message) to 3 (within a list)."""

    line: Line
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of running text."""

    line: Line


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a source, verbatim."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled line: "Status: Reported, officials quoted by NBC"."""

    label: str
    line: Line


@dataclass(frozen=True, slots=True)
class Subtext:
    """Small print."""

    line: Line


@dataclass(frozen=True, slots=True)
class Rule:
    """A dividing line."""


class ButtonStyle(StrEnum):
    """Discord's button styles that we use."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: `action` is our custom_id (<= 100 characters), or `url` for a link."""

    label: str
    action: str = ""
    url: str = ""
    style: ButtonStyle = ButtonStyle.SECONDARY
    disabled: bool = False
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select."""

    label: str
    value: str
    description: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A drop-down; `action` is its custom_id. `kind` is string, channel or role."""

    action: str
    options: tuple[Option, ...] = ()
    placeholder: str = ""
    kind: str = "string"
    min_values: int = 1
    max_values: int = 1
    channel_types: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines with one button beside them."""

    lines: tuple[Line, ...]
    button: Button


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw in the worker: `name` and `data` say which, `alt` says it in words."""

    name: str
    alt: str
    data: str = ""  # JSON for the drawing


@dataclass(frozen=True, slots=True)
class Controls:
    """A row of buttons, or one select."""

    items: tuple[Button | Select, ...]


Block = Heading | Paragraph | Quote | Field | Subtext | Rule | Section | Picture | Controls


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said. `push` is the content line of an alert (and of its notification).

    `pings` are exactly the roles that may be mentioned. `marker` is the delivery's nonce, carried
    in a component's custom_id (in announcement channels in the embed footer) so that the message
    can be found again. `title_url` links an alert's embed title. `thread_title` opens a thread of
    this name from the message in a plain channel; a reply that has it goes into that thread.
    """

    form: Form
    severity: Severity
    blocks: tuple[Block, ...]
    push: Line = ()
    title: Line = ()
    title_url: str = ""
    footer: Line = ()
    pings: tuple[int, ...] = ()
    silent: bool = False
    marker: str = ""
    forum_title: str = ""
    forum_tags: tuple[str, ...] = ()
    thread_title: str = ""
