"""`/digest add` and `/digest edit`: every option of a digest, answered with its next runs."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.domain.digest import Every, WhenEmpty
from bot.domain.permission import Action
from bot.domain.subscription import Topic
from bot.errors import InvalidInput
from bot.locale import problem
from bot.services.digest_wishes import DigestChange, DigestWish, local_schedule
from bot.services.panels import digests as panels
from cogs.asking import Interaction, answer, desk_of, permit
from cogs.completing import TOPICS, digest_names, zone_names
from cogs.places import Postable, place_of
from cogs.wording import choice, describe, description

EVERY = [choice(f"choice.every.{every.value}", every.value) for every in Every]
WHEN_EMPTY = [choice(f"choice.when_empty.{each.value}", each.value) for each in WhenEmpty]
EVERYTHING = "everything"
# To go back to a digest of everything, `/digest edit` has one topic more.
EDIT_TOPICS = [*TOPICS, choice("choice.topic.everything", EVERYTHING)]
Written = app_commands.Range[str, 1, 60]
Days = app_commands.Range[str, 1, 100]
Query = app_commands.Range[str, 1, 200]
Stories = app_commands.Range[int, 1, 10]

_OPTIONS = (
    "channel",
    "time",
    "timezone",
    "every",
    "days",
    "topic",
    "keywords",
    "max_stories",
    "silent",
    "when_empty",
)


class DigestWishes(commands.Cog):
    """The two commands with many options; the cog of the group `/digest` inherits them."""

    @app_commands.command(name="add", description=description("digest add"))
    @describe("digest add", *_OPTIONS)
    @app_commands.choices(every=EVERY, topic=TOPICS, when_empty=WHEN_EMPTY)
    @app_commands.autocomplete(timezone=zone_names)
    async def add(
        self,
        interaction: Interaction,
        channel: Postable,
        time: Written,
        timezone: Written | None = None,
        every: str | None = None,
        days: Days | None = None,
        topic: str | None = None,
        keywords: Query | None = None,
        max_stories: Stories = 10,
        silent: bool = True,
        when_empty: str = WhenEmpty.LINE.value,
    ) -> None:
        """Save a digest and show its next runs."""
        asker = await permit(interaction, Action.DIGEST_ADD)
        place = place_of(interaction, channel)
        desk = desk_of(interaction)
        zone = timezone or (await desk.settings.settings(asker.guild)).timezone
        wish = DigestWish(
            place=place,
            schedule=local_schedule(time, zone, Every(every) if every else None, days),
            topic=Topic(topic) if topic else None,
            query=keywords,
            max_stories=max_stories,
            silent=silent,
            when_empty=WhenEmpty(when_empty),
        )
        listed = await desk.digests.add(asker, wish)
        await answer(interaction, panels.saved_panel("digest.added", listed, asker.locale))

    @app_commands.command(name="edit", description=description("digest edit"))
    @describe("digest edit", "digest", *_OPTIONS)
    @app_commands.choices(every=EVERY, topic=EDIT_TOPICS, when_empty=WHEN_EMPTY)
    @app_commands.autocomplete(digest=digest_names, timezone=zone_names)
    async def edit(
        self,
        interaction: Interaction,
        digest: str,
        channel: Postable | None = None,
        time: Written | None = None,
        timezone: Written | None = None,
        every: str | None = None,
        days: Days | None = None,
        topic: str | None = None,
        keywords: Query | None = None,
        max_stories: Stories | None = None,
        silent: bool | None = None,
        when_empty: str | None = None,
    ) -> None:
        """Change what was given, leave the rest."""
        asker = await permit(interaction, Action.DIGEST_EDIT)
        desk = desk_of(interaction)
        found = await desk.digests.find(asker, digest)
        change = DigestChange(
            place=place_of(interaction, channel) if channel is not None else None,
            time=time,
            timezone=timezone,
            every=Every(every) if every else None,
            days=days,
            topic=Topic(topic) if topic and topic != EVERYTHING else None,
            query=keywords,
            everything=topic == EVERYTHING,
            max_stories=max_stories,
            silent=silent,
            when_empty=WhenEmpty(when_empty) if when_empty else None,
        )
        if not change:
            raise problem(InvalidInput, "error.nothing_given")
        listed = await desk.digests.change(asker, found.id, change.applied)
        await answer(interaction, panels.saved_panel("digest.edited", listed, asker.locale))
