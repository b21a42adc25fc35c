"""What quiet hours are set now, and when they begin and end next."""

from __future__ import annotations

from datetime import datetime

from bot.domain.message import Block, Message, Paragraph, Severity, Text, Time
from bot.domain.posting import next_quiet
from bot.domain.subscription import QuietHours
from bot.locale import say
from bot.services.panels.parts import card, note, paragraph, small


def quiet_words(quiet: QuietHours, locale: str) -> str:
    """Quiet hours among the settings of an alert."""
    key = f"alert.setting.quiet_{quiet.mode.value}"
    return say(key, locale, start=quiet.start, end=quiet.end, zone=quiet.timezone)


def quiet_panel(quiet: QuietHours | None, changed: int, now: datetime, locale: str) -> Message:
    """What was set for so many alerts or subscriptions, with the next beginning and end."""
    if quiet is None:
        return note(say("alert.quiet_off", locale))
    span = next_quiet(quiet, now)
    words = say("alert.quiet_set", locale, start=quiet.start, end=quiet.end, zone=quiet.timezone)
    blocks: list[Block] = [
        paragraph(words),
        paragraph(say(f"alert.quiet.{quiet.mode.value}", locale)),
    ]
    if quiet.override_confirmed:
        blocks.append(paragraph(say("alert.quiet.confirmed", locale)))
    if span is not None:
        start, end = Time(span[0], relative=False), Time(span[1], relative=False)
        blocks.append(
            Paragraph((Text(say("alert.quiet.next", locale) + " "), start, Text(" → "), end))
        )
    if not changed:
        blocks.append(small(say("alert.quiet.none_yet", locale)))
    return card(Severity.GOOD, *blocks)
