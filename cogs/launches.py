"""`/launch`: the register of launches, and merging and splitting its stories."""

from __future__ import annotations

import re

from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.article import ArticleId
from bot.domain.digest import Coverage
from bot.domain.launch import WeaponClass
from bot.domain.message import Message
from bot.domain.permission import Action
from bot.locale import say
from bot.services.asking import Asker
from bot.services.panels import launches as panels
from bot.services.panels.parts import note
from bot.services.panels.stories import details_panel
from bot.services.register import Period, Question
from bot.services.vocabulary import read_countries, read_weapons
from cogs.asking import Interaction, answer, desk_of, for_everyone, permit, thinking, update
from cogs.completing import country_names, story_names, weapon_names
from cogs.pressing import Values, number, on_press
from cogs.wording import choice, describe, description

_DAYS = {"month": 30, "quarter": 90, "year": 365}
PERIODS = [choice(f"choice.period.{name}", name) for name in _DAYS]


@for_everyone
class Launches(commands.GroupCog, group_name="launch", group_description=description("launch")):
    """Commands that show what was recorded."""

    @app_commands.command(name="recent", description=description("launch recent"))
    @describe("launch recent", "country", "weapon", "period", "share")
    @app_commands.choices(period=PERIODS)
    @app_commands.autocomplete(country=country_names, weapon=weapon_names)
    async def recent(
        self,
        interaction: Interaction,
        country: app_commands.Range[str, 1, 100] | None = None,
        weapon: app_commands.Range[str, 1, 100] | None = None,
        period: str = "month",
        share: bool = False,
    ) -> None:
        """Launches, newest first."""
        asker = await permit(interaction, Action.LAUNCH_RECENT)
        question = _question(country, weapon, period)
        message = await _recent(interaction, asker, question, 0)
        await answer(interaction, message, ephemeral=not share)

    @app_commands.command(name="show", description=description("launch show"))
    @describe("launch show", "story", "share")
    @app_commands.autocomplete(story=story_names)
    async def show(
        self,
        interaction: Interaction,
        story: app_commands.Range[str, 1, 200],
        share: bool = False,
    ) -> None:
        """Everything known about one launch."""
        asker = await permit(interaction, Action.LAUNCH_SHOW)
        desk = desk_of(interaction)
        shown = await desk.register.show(asker, story)
        await thinking(interaction, ephemeral=not share)  # pictures may have to be drawn
        message = details_panel(shown, desk.locate, asker.locale)
        await answer(interaction, message, ephemeral=not share)

    @app_commands.command(name="stats", description=description("launch stats"))
    @describe("launch stats", "country", "weapon", "period", "share")
    @app_commands.choices(period=PERIODS)
    @app_commands.autocomplete(country=country_names, weapon=weapon_names)
    async def stats(
        self,
        interaction: Interaction,
        country: app_commands.Range[str, 1, 100] | None = None,
        weapon: app_commands.Range[str, 1, 100] | None = None,
        period: str = "quarter",
        share: bool = False,
    ) -> None:
        """How many, by country and weapon."""
        asker = await permit(interaction, Action.LAUNCH_STATS)
        await thinking(interaction, ephemeral=not share)
        question = _question(country, weapon, period)
        count = await desk_of(interaction).register.count(asker, question)
        coverage = await _coverage(interaction, asker)
        days = question.period.days
        await answer(
            interaction,
            panels.stats_panel(count, days, coverage, asker.locale),
            ephemeral=not share,
        )

    @app_commands.command(name="timeline", description=description("launch timeline"))
    @describe("launch timeline", "country", "weapon", "period", "share")
    @app_commands.choices(period=PERIODS)
    @app_commands.autocomplete(country=country_names, weapon=weapon_names)
    async def timeline(
        self,
        interaction: Interaction,
        country: app_commands.Range[str, 1, 100] | None = None,
        weapon: app_commands.Range[str, 1, 100] | None = None,
        period: str = "month",
        share: bool = False,
    ) -> None:
        """Launches over time."""
        asker = await permit(interaction, Action.LAUNCH_TIMELINE)
        await thinking(interaction, ephemeral=not share)
        desk = desk_of(interaction)
        question = _question(country, weapon, period)
        count = await desk.register.count(asker, question)
        coverage = await _coverage(interaction, asker)
        today = desk.clock.now().date()
        message = panels.timeline_panel(count, today, question.period.days, coverage, asker.locale)
        await answer(interaction, message, ephemeral=not share)

    @app_commands.command(name="map", description=description("launch map"))
    @describe("launch map", "country", "weapon", "period", "share")
    @app_commands.choices(period=PERIODS)
    @app_commands.autocomplete(country=country_names, weapon=weapon_names)
    async def map_(
        self,
        interaction: Interaction,
        country: app_commands.Range[str, 1, 100] | None = None,
        weapon: app_commands.Range[str, 1, 100] | None = None,
        period: str = "month",
        share: bool = False,
    ) -> None:
        """Where launches came from and went."""
        asker = await permit(interaction, Action.LAUNCH_MAP)
        await thinking(interaction, ephemeral=not share)
        desk = desk_of(interaction)
        question = _question(country, weapon, period)
        entries = await desk.register.entries(asker, question)
        coverage = await _coverage(interaction, asker)
        message = panels.map_panel(
            entries, desk.locate, question.period.days, coverage, asker.locale
        )
        await answer(interaction, message, ephemeral=not share)

    @app_commands.command(name="merge", description=description("launch merge"))
    @describe("launch merge", "story", "other")
    @app_commands.autocomplete(story=story_names, other=story_names)
    async def merge(
        self,
        interaction: Interaction,
        story: app_commands.Range[str, 1, 30],
        other: app_commands.Range[str, 1, 30],
    ) -> None:
        """Two stories are one event: for managers of the operator's own servers."""
        asker = await permit(interaction, Action.LAUNCH_MERGE)
        kept = await desk_of(interaction).stories.merge(asker, story, other)
        await answer(interaction, note(say("story.merged", asker.locale, story=kept)))

    @app_commands.command(name="split", description=description("launch split"))
    @describe("launch split", "story", "links")
    @app_commands.autocomplete(story=story_names)
    async def split(
        self,
        interaction: Interaction,
        story: app_commands.Range[str, 1, 30],
        links: app_commands.Range[str, 1, 2000],
    ) -> None:
        """Some articles are another event: for managers of the operator's own servers."""
        asker = await permit(interaction, Action.LAUNCH_SPLIT)
        desk = desk_of(interaction)
        shown = await desk.register.show(asker, story)
        wanted = links.replace(",", " ").split()
        chosen = tuple(
            ArticleId(report.article_id)
            for report in shown.view.reports
            if report.url in wanted or f"#{report.article_id}" in wanted
        )
        made = await desk.stories.split(asker, story, chosen)
        await answer(interaction, note(say("story.split_off", asker.locale, story=made)))


def _question(country: str | None, weapon: str | None, period: str) -> Question:
    return Question(
        countries=read_countries(country or ""),
        weapons=read_weapons(weapon or ""),
        period=Period(_DAYS.get(period, 30)),
    )


async def _coverage(interaction: Interaction, asker: Asker) -> Coverage:
    status = await desk_of(interaction).status.status(asker.guild_id)
    return status.coverage


async def _recent(interaction: Interaction, asker: Asker, question: Question, page: int) -> Message:
    entries = await desk_of(interaction).register.entries(asker, question)
    coverage = await _coverage(interaction, asker)
    countries = ",".join(question.countries[:1])
    weapons = ",".join(weapon.name for weapon in question.weapons[:1])
    action = f"list:launches:{question.period.days}:{countries}:{weapons}"
    return panels.recent_panel(entries, coverage, action, page, asker.locale)


@on_press(
    r"list:launches:(?P<days>\d{1,4}):(?P<countries>[^:]*):(?P<weapons>[^:]*):(?P<page>\d+):\w+"
)
async def turn_launches(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page; of a public list, only for the person who turns it."""
    del values
    asker = await permit(interaction, Action.LAUNCH_RECENT)
    question = Question(
        countries=read_countries(match["countries"]),
        weapons=tuple(
            WeaponClass[name]
            for name in match["weapons"].split(",")
            if name in WeaponClass.__members__
        ),
        period=Period(number(match, "days", 30)),
    )
    message = await _recent(interaction, asker, question, number(match, "page"))
    public = interaction.message is not None and not interaction.message.flags.ephemeral
    await (answer if public else update)(interaction, message)


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(turn_launches)
    await bot.add_cog(Launches())
