"""The walk that sets a server up: one card whose answers are chosen on it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    CommandMention,
    Controls,
    Message,
    Option,
    Paragraph,
    Select,
    Severity,
    Text,
)
from bot.domain.subscription import Topic
from bot.locale import say
from bot.services.panels.parts import DISMISS, card, filled, heading, paragraph, small
from bot.services.server_settings import SetUp, SetUpDone, regions

STEPS = 4
# https://docs.discord.com/developers/resources/channel#channel-object-channel-types
_TEXT, _ANNOUNCEMENT = 0, 5


def setup_panel(
    answers: SetUp, token: str, zones: Sequence[tuple[str, str]], locale: str
) -> Message:
    """Where the walk stands: the channel first, because its permissions decide everything."""
    if answers.place is None:
        select = Select(
            f"setup:{token}:channel",
            placeholder=say("select.channel", locale),
            kind="channel",
            channel_types=(_TEXT, _ANNOUNCEMENT),
        )
        return _step(1, say("setup.channel", locale), (select,), locale)
    if answers.topic is None:
        options = tuple(
            Option(
                say(f"topic.{topic.value}", locale),
                topic.value,
                say(f"topic.meaning.{topic.value}", locale)[:100],
            )
            for topic in Topic
        )
        select = Select(f"setup:{token}:topic", options, say("select.topic", locale))
        found = filled("setup.channel_ok_place", locale, answers.place)
        return _step(2, say("setup.topics", locale), (select,), locale, found)
    if not answers.timezone:
        options = tuple(Option(label, zone) for zone, label in zones)
        select = Select(f"setup:{token}:zone", options, say("setup.timezone", locale)[:100])
        return _step(3, say("setup.timezone", locale), (select,), locale)
    offers = tuple(
        Option(region, region, ", ".join(feed.name for feed in feeds)[:100])
        for region, feeds in regions()
    )
    select = Select(
        f"setup:{token}:feeds",
        offers,
        say("select.feeds", locale),
        min_values=0,
        max_values=len(offers),
    )
    finish = Button(
        say("button.finish", locale), f"setup:{token}:finish", style=ButtonStyle.SUCCESS
    )
    return _step(
        4,
        say("setup.feeds", locale),
        (select, finish),
        locale,
        small(say("setup.unverified", locale)),
        small(", ".join(answers.regions) or "-"),
    )


def _step(
    number: int,
    question: str,
    controls: tuple[Button | Select, ...],
    locale: str,
    *more: Block,
) -> Message:
    cancel = Button(say("button.cancel", locale), DISMISS)
    return card(
        Severity.INFO,
        small(say("setup.step", locale, step=number, steps=STEPS)),
        paragraph(Text(question, strong=True)),
        *more,
        Controls((*controls, cancel)),
    )


def done_panel(done: SetUpDone, locale: str) -> Message:
    """What was made."""
    line = filled(
        "setup.done_place", locale, done.place, feeds=done.feeds, time=done.at, zone=done.timezone
    )
    return card(Severity.GOOD, line, Paragraph((CommandMention("help"),)))


def welcome_panel(locale: str) -> Message:
    """The first message in a server that invited the bot."""
    mark = "\x00"
    head, _, tail = say("setup.join", locale, command=mark).partition(mark)
    line = (Text(head), CommandMention("settings setup"), Text(tail))
    start = Button(say("button.start", locale), "setup:start", style=ButtonStyle.PRIMARY)
    return card(
        Severity.INFO,
        heading(say("help.title", locale)),
        paragraph(say("setup.welcome", locale)),
        Paragraph(line),
        Controls((start,)),
    )
