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
from bot.locale import actor_words, say
from bot.services.panels.parts import DISMISS, card, filled, heading, paragraph, small
from bot.services.setup import SetUp, SetUpDone, Step, chosen_feeds, regions
from bot.starter import StarterFeed

# https://docs.discord.com/developers/resources/channel#channel-object-channel-types
_TEXT, _ANNOUNCEMENT = 0, 5


def setup_panel(
    answers: SetUp, token: str, zones: Sequence[tuple[str, str]], locale: str
) -> Message:
    """Where the walk stands: the channel first, because its permissions decide everything."""
    name = f"setup:{token}"
    match answers.step:
        case Step.CHANNEL:
            body = _channel(answers, name, locale)
        case Step.TOPIC:
            body = _topic(answers, name, locale)
        case Step.ZONE:
            body = _zone(answers, name, zones, locale)
        case Step.FEEDS:
            body = _feeds(answers, name, locale)
    return card(
        Severity.UPDATE if answers.refusal else Severity.INFO,
        small(say("setup.step", locale, step=int(answers.step), steps=len(Step))),
        *body,
        Controls(_moves(answers, name, locale)),
    )


def _channel(answers: SetUp, name: str, locale: str) -> list[Block]:
    select = Select(
        f"{name}:channel",
        placeholder=say("select.channel", locale),
        kind="channel",
        channel_types=(_TEXT, _ANNOUNCEMENT),
    )
    blocks: list[Block] = [_question("setup.channel", locale)]
    if answers.refusal:
        blocks.append(paragraph(f"⚠️ {answers.refusal}"))
        if answers.wanted:
            blocks.append(small(say("setup.check_again", locale)))
    elif answers.place is not None:
        blocks.append(filled("setup.channel_ok_place", locale, answers.place))
    return [*blocks, Controls((select,))]


def _topic(answers: SetUp, name: str, locale: str) -> list[Block]:
    options = tuple(
        Option(
            say(f"topic.{topic.value}", locale),
            topic.value,
            say(f"topic.meaning.{topic.value}", locale)[:100],
            topic is answers.topic,
        )
        for topic in Topic
    )
    blocks: list[Block] = []
    if answers.place is not None:
        blocks.append(filled("setup.channel_ok_place", locale, answers.place))
    select = Select(f"{name}:topic", options, say("select.topic", locale))
    return [*blocks, _question("setup.topics", locale), Controls((select,))]


def _zone(answers: SetUp, name: str, zones: Sequence[tuple[str, str]], locale: str) -> list[Block]:
    options = tuple(Option(label, zone, chosen=zone == answers.timezone) for zone, label in zones)
    select = Select(f"{name}:zone", options, say("form.timezone", locale))
    other = Button(say("button.other_zone", locale), f"{name}:other")
    blocks: list[Block] = [_question("setup.timezone", locale), Controls((select,))]
    if answers.timezone:
        blocks.append(small(answers.timezone))
    return [*blocks, Controls((other,))]


def _feeds(answers: SetUp, name: str, locale: str) -> list[Block]:
    offers = tuple(
        Option(
            say(f"starter.region.{_key(region)}", locale),
            region,
            ", ".join(feed.name for feed in feeds)[:100],
            region in answers.regions,
        )
        for region, feeds in regions()
    )
    select = Select(
        f"{name}:feeds",
        offers,
        say("select.feeds", locale),
        min_values=0,
        max_values=len(offers),
    )
    chosen = chosen_feeds(answers.regions)
    lines = [small(_feed_words(feed, locale)) for feed in chosen]
    hint = small(say("setup.no_feeds_yet", locale)) if not chosen else None
    return [
        _question("setup.feeds", locale),
        small(say("setup.unverified", locale)),
        Controls((select,)),
        *([hint] if hint else lines),
    ]


def _feed_words(feed: StarterFeed, locale: str) -> str:
    """Who stands behind a feed: "IRNA (English) · Iran · news agency · state media"."""
    parts = [feed.name]
    if feed.country:
        parts.append(actor_words(feed.country, locale))
    parts.append(say(f"starter.kind.{_key(feed.kind)}", locale))
    if feed.state_media:
        parts.append(say("source_class.state_media", locale))
    return " · ".join(parts)


def _key(name: str) -> str:
    return name.lower().replace(" ", "_")


def _question(key: str, locale: str) -> Block:
    return paragraph(Text(say(key, locale), strong=True))


def _moves(answers: SetUp, name: str, locale: str) -> tuple[Button, ...]:
    """Onward where the question is answered, back, and out; nothing is saved before the end."""
    moves = []
    if answers.wanted:
        again = say("button.check_again", locale)
        moves.append(Button(again, f"{name}:again", style=ButtonStyle.PRIMARY))
    elif answers.step is Step.FEEDS:
        finish = say("button.finish", locale)
        moves.append(Button(finish, f"{name}:finish", style=ButtonStyle.SUCCESS))
    elif answers.answered:
        moves.append(Button(say("button.next", locale), f"{name}:next", style=ButtonStyle.PRIMARY))
    if answers.step is not Step.CHANNEL:
        moves.append(Button(say("button.back", locale), f"{name}:back"))
    return (*moves, Button(say("button.cancel", locale), DISMISS))


def done_panel(done: SetUpDone, locale: str) -> Message:
    """What was made, what is still lacking, and what to try next."""
    key = "setup.known_place" if done.known else "setup.done_place"
    blocks: list[Block] = [
        filled(key, locale, done.place, feeds=done.feeds, time=done.at, zone=done.timezone)
    ]
    if not done.watched:
        blocks.append(paragraph(say("setup.no_feeds", locale)))
    blocks += [
        _try("setup.try_test", "alert test", locale),
        _try("setup.try_feeds", "feed list", locale),
        _try("setup.try_help", "help", locale),
    ]
    return card(Severity.GOOD if done.watched else Severity.UPDATE, *blocks)


def _try(key: str, command: str, locale: str) -> Paragraph:
    return Paragraph((Text(say(key, locale) + ": "), CommandMention(command)))


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
