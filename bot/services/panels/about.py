"""Replies of `/help`, `/about` and `/privacy`."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    CommandMention,
    Controls,
    Field,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    Select,
    Severity,
    Subtext,
    Text,
)
from bot.domain.permission import COMMANDS
from bot.domain.query import parse
from bot.domain.story import StoryStatus
from bot.domain.subscription import Topic
from bot.locale import has, say, word
from bot.services.panels.digests import when_words
from bot.services.panels.parts import DISMISS, card, heading, paragraph, small
from bot.services.personal import StoredAbout
from bot.services.suggestions import Suggestions

TASKS = (
    ("setup", "settings setup"),
    ("alert", "alert add"),
    ("subscribe", "subscribe"),
    ("feed", "feed add"),
    ("digest", "digest add"),
    ("why", "why"),
    ("launches", "launch recent"),
    ("summarize", "summarize"),
    ("status", "status"),
    ("privacy", "privacy show"),
)
HELP_PAGES = ("queries", "words", "topics")
HELP_GROUPS = tuple(dict.fromkeys(name.split()[0] for name in COMMANDS if " " in name))
HELP_OVERVIEW = "overview"
_NAMED = 10  # things of a person that are named; more would push the rest off the screen
_OWN_COMMANDS = Subtext(
    (
        CommandMention("privacy show"),
        Text(" · "),
        CommandMention("subscriptions"),
        Text(" · "),
        CommandMention("privacy delete-my-data"),
    )
)


def help_panel(topic: str, locale: str) -> Message:
    """One screen: what the bot does, and tasks as commands one can tap; or one topic."""
    blocks: list[Block] = [heading(say("help.title", locale))]
    known = topic in HELP_PAGES or topic in HELP_GROUPS or topic in COMMANDS
    if topic in HELP_PAGES:
        blocks += _help_page(topic, locale)
    elif known:
        blocks += _help_command(topic, locale)
    else:
        if topic:
            blocks.append(paragraph(say("error.no_help", locale, given=topic)))
        blocks += [paragraph(say("help.what", locale)), heading(say("help.choose", locale), 3)]
        for key, command in TASKS:
            line: Line = (Text(say(f"help.task.{key}", locale) + ": "), CommandMention(command))
            blocks.append(Paragraph(line))
        blocks.append(small(say("help.menu", locale)))
    options = [Option(say("help.overview", locale), HELP_OVERVIEW, chosen=not known)]
    options += [
        Option(say(f"help.{page}.title", locale), page, chosen=page == topic) for page in HELP_PAGES
    ]
    options += [
        Option(
            f"/{group}", group, say(f"command.{group}.description", locale)[:100], topic == group
        )
        for group in HELP_GROUPS
    ]
    select = Select("help:topic", tuple(options), say("help.choose_topic", locale))
    return card(Severity.INFO, *blocks, Controls((select,)))


def _help_page(topic: str, locale: str) -> list[Block]:
    blocks: list[Block] = [heading(say(f"help.{topic}.title", locale), 3)]
    if topic == "queries":
        example = '"ballistic missile" OR icbm -drill'
        blocks.append(paragraph(say("help.queries", locale)))
        blocks.append(small(f"{example} = {word(parse(example).describe(), locale)}"))
    elif topic == "words":
        for status in StoryStatus:
            words = (Text(say(f"status.meaning.{status.value}", locale)),)
            blocks.append(Field(say(f"status.{status.value}", locale), words))
    else:
        for each in Topic:
            words = (Text(say(f"topic.meaning.{each.value}", locale)),)
            blocks.append(Field(say(f"topic.{each.value}", locale), words))
    return blocks


def _help_command(topic: str, locale: str) -> list[Block]:
    """A command with all that stands below it."""
    blocks: list[Block] = []
    if topic not in COMMANDS:
        blocks.append(heading(say(f"command.{topic}.description", locale), 3))
    for name in Suggestions.commands_of(topic):
        key = f"command.{name.replace(' ', '.')}.description"
        words = f": {say(key, locale)}" if has(key) else ""
        blocks.append(Paragraph((CommandMention(name), Text(words))))
    return blocks


def about_panel(version: str, uptime: timedelta, source: str, locale: str) -> Message:
    """Version, licence, honesty, and what is stored."""
    return card(
        Severity.INFO,
        heading(say("about.title", locale)),
        paragraph(say("status.version", locale, version=version, uptime=uptime)),
        paragraph(say("about.licence", locale, licence="MIT")),
        *((Paragraph((Link(say("about.source", locale), source),)),) if source else ()),
        paragraph(say("about.honesty", locale)),
        heading(say("privacy.title", locale), 3),
        paragraph(say("privacy.what", locale)),
        Subtext(
            (CommandMention("privacy show"), Text(" · "), CommandMention("privacy delete-my-data"))
        ),
    )


def privacy_panel(stored: StoredAbout, locale: str) -> Message:
    """What is stored about a person, by name, and how to end it."""
    own = ", ".join(stored.subscriptions[:_NAMED]) or "0"
    follows = ", ".join(f"#{story}" for story in stored.follows[:_NAMED]) or "0"
    digests = ", ".join(when_words(each, locale) for each in stored.digests[:_NAMED]) or "0"
    return card(
        Severity.INFO,
        heading(say("privacy.title", locale)),
        paragraph(say("privacy.what", locale)),
        Field(say("privacy.subscriptions", locale), (Text(own),)),
        Field(say("privacy.follows", locale), (Text(follows),)),
        Field(say("privacy.digests", locale), (Text(digests),)),
        Field(say("privacy.changes", locale), (Text(str(stored.changes_here)),)),
        _OWN_COMMANDS,
    )


def forget_panel(locale: str) -> Message:
    """Asks before everything is deleted."""
    delete = say("button.confirm_delete", locale)
    return card(
        Severity.UPDATE,
        paragraph(say("privacy.confirm", locale)),
        Controls(
            (
                Button(delete, "forget:me", style=ButtonStyle.DANGER),
                Button(say("button.cancel", locale), DISMISS),
            )
        ),
    )
