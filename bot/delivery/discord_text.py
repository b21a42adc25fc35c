"""Lines and blocks of a message as Discord markdown or plain words, within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from bot.delivery import sanitise
from bot.delivery.discord_limits import units
from bot.domain.message import (
    ChannelMention,
    CommandMention,
    Field,
    Heading,
    Line,
    Link,
    Paragraph,
    Quote,
    RoleMention,
    Section,
    Span,
    Subtext,
    Text,
    Time,
    UserMention,
)

QUOTE_LINES = 8  # a quote is a sentence or two; more is cut

MIDNIGHT = time()
NOON = timedelta(hours=12)

TextBlock = Heading | Paragraph | Quote | Field | Subtext


class Pen:
    """Writes markdown; `cuts` collects what had to be shortened, in words for a log."""

    def __init__(self, commands: Mapping[str, int]) -> None:
        self._commands = commands
        self.cuts: list[str] = []

    def line(self, line: Line, limit: int, what: str) -> str:
        """A line as markdown of at most `limit` units; the last spans give way."""
        written: list[str] = []
        left = limit
        for number, span in enumerate(line):
            reserve = 1 if number + 1 < len(line) else 0
            piece = self._span(span, None)
            if units(piece) > left - reserve:
                self.cuts.append(what)
                written.append(self._span(span, left) if left > 1 else sanitise.ELLIPSIS[:left])
                break
            written.append(piece)
            left -= units(piece)
        return "".join(written).strip()

    def block(self, block: TextBlock, limit: int) -> str:
        """A block of text as one or more lines of markdown; empty when there is nothing to say."""
        match block:
            case Heading(line, level):
                return self._led("#" * min(max(level, 1), 3) + " ", line, limit, "heading")
            case Paragraph(line):
                return self._led("", line, limit, "paragraph")
            case Subtext(line):
                return self._led("-# ", line, limit, "small print")
            case Field(label, line):
                lead = f"**{sanitise.markdown(label, 80)}:** "
                return self._led(lead, line, limit, f"field {label}")
            case Quote(text):
                return self._quote(text, limit)

    def _led(self, lead: str, line: Line, limit: int, what: str) -> str:
        written = self.line(line, limit - units(lead), what)
        return lead + written if written else ""

    def _quote(self, text: str, limit: int) -> str:
        rows = sanitise.clean(text, lines=True).split("\n")
        kept = "\n".join(rows[:QUOTE_LINES])
        whole = sanitise.markdown(kept, lines=True)
        shown = sanitise.markdown(kept, max(1, limit - 2 * QUOTE_LINES), lines=True)
        if shown != whole or len(rows) > QUOTE_LINES:
            self.cuts.append("quote")
        return "\n".join(f"> {row}" for row in shown.split("\n")) if shown else ""

    def section(self, section: Section, limit: int) -> str:
        """The lines of a section, one under another."""
        lines: list[str] = []
        for line in section.lines:
            written = self.line(line, limit - 1, "section")
            if not written:
                continue
            lines.append(written)
            limit -= units(written) + 1
            if limit < 2:
                break
        return "\n".join(lines)

    def link(
        self, label: str, url: str, limit: int | None = None, *, show_host: bool = True
    ) -> str:
        """A masked link with its host in the clear; only the label where it cannot be linked."""
        safe = sanitise.safe_url(url)
        if safe is None:
            return sanitise.markdown(label, limit)
        words = sanitise.plain(label) or safe.host
        host = ""
        if show_host and safe.host.casefold() not in words.casefold():
            host = f" ({sanitise.escape(safe.host)})"
        fixed = units(f"[](<{safe.url}>){host}")
        if limit is not None and fixed + 2 > limit:
            return sanitise.markdown(label, limit)
        text = sanitise.markdown(words, None if limit is None else limit - fixed)
        return f"[{text}](<{safe.url}>){host}"

    def command(self, name: str) -> str:
        """A command people can tap, bold when its id is not known yet."""
        command_id = self._commands.get(name) or self._commands.get(name.split(" ")[0])
        return f"</{name}:{command_id}>" if command_id else f"**/{name}**"

    def _span(self, span: Span, limit: int | None) -> str:
        match span:
            case Text():
                return _dress(span, limit)
            case Link(label, url, show_host):
                return self.link(label, url, limit, show_host=show_host)
            case Time():
                return _whole(stamp(span), limit)
            case RoleMention(role_id):
                return _whole(f"<@&{role_id}>", limit)
            case ChannelMention(channel_id):
                return _whole(f"<#{channel_id}>", limit)
            case UserMention(user_id):
                return _whole(f"<@{user_id}>", limit)
            case CommandMention(name):
                return _whole(self.command(name), limit)


def _whole(piece: str, limit: int | None) -> str:
    return piece if limit is None or units(piece) <= limit else sanitise.ELLIPSIS


def _dress(span: Text, limit: int | None) -> str:
    mark = ("**" if span.strong else "") + ("*" if span.emphasis else "")
    lead = " " if span.text[:1].isspace() else ""
    tail = " " if span.text[-1:].isspace() and span.text.strip() else ""
    room = None if limit is None else limit - 2 * len(mark) - len(lead) - len(tail)
    if room is not None and room < 1:
        return sanitise.ELLIPSIS
    shown = sanitise.markdown(span.text, room)
    if not shown:
        return lead
    return f"{lead}{mark}{shown}{mark[::-1]}{tail}"


def stamp(span: Time) -> str:
    """An instant as Discord shows it in the reader's own zone.

    A calendar day (midnight UTC) is put at noon, which is the same day from zone -12 to zone +11,
    and gets no "hours ago": its hour is not known.
    """
    at = span.at.astimezone(UTC)
    is_day = span.date_only and at.timetz().replace(tzinfo=None) == MIDNIGHT
    seconds = int((at + NOON if is_day else at).timestamp())
    relative = f" (<t:{seconds}:R>)" if span.relative and not is_day else ""
    return f"<t:{seconds}:{'D' if span.date_only else 'f'}>{relative}"


def plain_line(line: Line, limit: int | None = None) -> str:
    """A line for places without markdown: embed footers, labels, names of threads."""
    words = sanitise.clean("".join(_plain_span(span) for span in line))
    return words if limit is None else sanitise.cut(words, limit)


def _plain_span(span: Span) -> str:
    match span:
        case Text(text):
            return text
        case Link(label, url, show_host):
            safe = sanitise.safe_url(url)
            host = safe.host if safe and show_host and safe.host not in label else ""
            return f"{label} ({host})" if host else label
        case Time(at, _, date_only):
            return plain_time(at, date_only=date_only)
        case CommandMention(name):
            return f"/{name}"
        case RoleMention() | ChannelMention() | UserMention():
            return ""


def plain_time(at: datetime, *, date_only: bool = False) -> str:
    """An instant in words where Discord shows no timestamps; always with its zone."""
    at = at.astimezone(UTC)
    day = f"{at.day} {at:%b %Y}"
    return day if date_only else f"{day} {at:%H:%M} UTC"


def join(lines: Sequence[str]) -> str:
    """Lines one under another, empty ones left out."""
    return "\n".join(line for line in lines if line)
