"""The buttons and selects of the set-up walk; each answer changes the one card."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.client import LaunchwireBot
from bot.domain.article import GuildId
from bot.domain.message import Message
from bot.domain.permission import Action
from bot.domain.subscription import Place, PlaceKind, Topic
from bot.domain.zones import parse_zone
from bot.errors import NotAllowed, NotFound
from bot.locale import error_words, say
from bot.services.asking import Asker
from bot.services.panels.setup import done_panel, setup_panel
from bot.services.setup import SetUp
from cogs.asking import Interaction, answer, desk_of, permit, update
from cogs.forms import Answers, Ask, Form, first
from cogs.places import Where, place_of
from cogs.pressing import Values, on_press

# The zones offered first; every other one by a button. That of the server's language leads.
ZONES = (
    "UTC",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Taipei",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
)
_ZONE_OF = {"ko": "Asia/Seoul", "ja": "Asia/Tokyo"}


async def begin(interaction: Interaction, asker: Asker) -> None:
    """Show the first question to the person who asked for the walk."""
    token = desk_of(interaction).setup.start(asker)
    await answer(interaction, _shown(interaction, asker, token))


def _shown(interaction: Interaction, asker: Asker, token: str) -> Message:
    desk = desk_of(interaction)
    answers = desk.setup.look(asker, token)
    first_zone = _ZONE_OF.get(asker.locale, "UTC")
    names = dict.fromkeys((*((answers.timezone,) if answers.timezone else ()), first_zone, *ZONES))
    zones = [(zone, desk.suggestions.zone_label(zone)) for zone in names]
    return setup_panel(answers, token, zones, asker.locale)


@on_press(r"setup:start")
async def start_setup(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """The button under the welcome; the walk is for the person who presses."""
    del match, values
    await begin(interaction, await permit(interaction, Action.PANEL_SETUP))


@on_press(r"setup:(?P<token>[\w-]+):(?P<step>channel|topic|zone|feeds)")
async def choose(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """One answer of the walk; a channel is checked for permissions before anything else."""
    asker = await permit(interaction, Action.PANEL_SETUP)
    desk, token, step = desk_of(interaction).setup, match["token"], match["step"]
    answers = desk.look(asker, token)
    if step == "channel" and values:
        answers = _with_channel(interaction, answers, values[0], asker.locale)
    elif step == "topic" and values:
        answers = replace(answers, topic=Topic(values[0])).to(answers.step + 1)
    elif step == "zone" and values:
        answers = replace(answers, timezone=parse_zone(values[0])).to(answers.step + 1)
    elif step == "feeds":
        answers = replace(answers, regions=tuple(str(value) for value in values))
    desk.answer(asker, token, answers)
    await update(interaction, _shown(interaction, asker, token))


@on_press(r"setup:(?P<token>[\w-]+):(?P<move>next|back|again)")
async def move(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """A step on or back, or another look at the permissions of the channel that was refused."""
    del values
    asker = await permit(interaction, Action.PANEL_SETUP)
    desk, token = desk_of(interaction).setup, match["token"]
    answers = desk.look(asker, token)
    if match["move"] == "again" and answers.wanted:
        answers = _again(interaction, answers, answers.wanted, asker.locale)
    else:
        answers = answers.to(answers.step + (-1 if match["move"] == "back" else 1))
    desk.answer(asker, token, answers)
    await update(interaction, _shown(interaction, asker, token))


@on_press(r"setup:(?P<token>[\w-]+):other")
async def other_zone(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """A time zone that is not among those offered, asked in a modal."""
    del values
    asker = await permit(interaction, Action.PANEL_SETUP)
    token = match["token"]
    desk_of(interaction).setup.look(asker, token)

    async def then(submitted: Interaction, given: Answers) -> None:
        again = await permit(submitted, Action.PANEL_SETUP)
        desk = desk_of(submitted).setup
        answers = desk.look(again, token)
        zone = parse_zone(first(given, "timezone") or "")
        desk.answer(again, token, replace(answers, timezone=zone).to(answers.step + 1))
        await update(submitted, _shown(submitted, again, token))

    label = say("command.settings.option.timezone", asker.locale)
    asks = (Ask("timezone", label, required=True, most=60, hint="Asia/Seoul"),)
    await interaction.response.send_modal(Form(say("form.timezone", asker.locale), asks, then))


@on_press(r"setup:(?P<token>[\w-]+):finish")
async def finish(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Save everything; the card becomes the report."""
    del values
    asker = await permit(interaction, Action.PANEL_SETUP)
    desk, token = desk_of(interaction).setup, match["token"]
    answers = desk.look(asker, token)
    if answers.place is not None:
        # Minutes may have passed since the channel was chosen.
        checked = _again(interaction, answers, answers.place.id, asker.locale)
        if checked.refusal:
            desk.answer(asker, token, checked)
            await update(interaction, _shown(interaction, asker, token))
            return
    await interaction.response.defer()
    done = await desk.finish(asker, token)
    await update(interaction, done_panel(done, asker.locale))


def _again(interaction: Interaction, answers: SetUp, channel_id: int, locale: str) -> SetUp:
    """Another look at a channel by its id; it may be gone."""
    guild = GuildId(interaction.guild_id or 0)
    try:
        return _with_channel(
            interaction, answers, Place(PlaceKind.CHANNEL, channel_id, guild), locale
        )
    except NotFound as error:
        return replace(answers.to(1), place=None, refusal=error_words(error, locale))


def _with_channel(interaction: Interaction, answers: SetUp, where: Where, locale: str) -> SetUp:
    """The channel where both may do what is needed, else the sentence that says what lacks."""
    try:
        place = place_of(interaction, where)
    except NotAllowed as error:
        words = error_words(error, locale)
        return replace(answers.to(1), place=None, wanted=where.id, refusal=words)
    return replace(answers, place=place).to(2)


async def setup(bot: LaunchwireBot) -> None:
    """Add the buttons."""
    bot.add_dynamic_items(start_setup, choose, move, other_zone, finish)
