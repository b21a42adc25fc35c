"""`/alert add` and `/alert edit`: every option of an alert, shown as a draft before it is saved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.permission import Action
from bot.domain.story import StoryStatus
from bot.domain.subscription import Subscription, ThreadMode, Topic
from bot.services.alert_wishes import ACK_AFTER, AlertChange, AlertWish, Clearable
from bot.services.vocabulary import read_countries, read_weapons
from cogs.alert_forms import add_form, edit_form, saved_note, show_change, show_draft
from cogs.asking import Interaction, desk_of, permit, thinking, update
from cogs.completing import STATUSES, TOPICS, alert_names, country_names, weapon_names
from cogs.places import (
    AnyChannel,
    Postable,
    Where,
    channel_id_of,
    known_role,
    place_of,
    role_of,
)
from cogs.pressing import Values, on_press
from cogs.wording import choice, describe, description

CLEARED = [choice(f"choice.clear.{each.value}", each.value) for each in Clearable]
Query = app_commands.Range[str, 1, 200]
Names = app_commands.Range[str, 1, 200]
Sources = app_commands.Range[int, 1, 10]
Minutes = app_commands.Range[int, 0, 1440]
AckMinutes = app_commands.Range[int, 1, 240]
AnHour = app_commands.Range[int, 1, 200]

_OPTIONS = (
    "channel",
    "topic",
    "keywords",
    "role",
    "min_status",
    "ping_status",
    "min_sources",
    "countries",
    "weapons",
    "cooldown",
    "most_per_hour",
    "thread",
    "review_channel",
    "ack_role",
    "ack_after",
)


class AlertWishes(commands.Cog):
    """The two commands with many options; the cog of the group `/alert` inherits them."""

    @app_commands.command(name="add", description=description("alert add"))
    @describe("alert add", *_OPTIONS)
    @app_commands.choices(topic=TOPICS, min_status=STATUSES, ping_status=STATUSES)
    @app_commands.autocomplete(countries=country_names, weapons=weapon_names)
    async def add(
        self,
        interaction: Interaction,
        channel: Postable,
        topic: str | None = None,
        keywords: Query | None = None,
        role: discord.Role | None = None,
        min_status: str | None = None,
        ping_status: str | None = None,
        min_sources: Sources | None = None,
        countries: Names | None = None,
        weapons: Names | None = None,
        cooldown: Minutes | None = None,
        most_per_hour: AnHour | None = None,
        thread: bool | None = None,
        review_channel: Postable | None = None,
        ack_role: discord.Role | None = None,
        ack_after: AckMinutes | None = None,
    ) -> None:
        """Show what would have matched, and save it by a button; without a choice, ask."""
        asker = await permit(interaction, Action.ALERT_ADD)
        place = place_of(interaction, channel, threads=bool(thread))
        roles = _roles(interaction, channel, role, ack_role)
        fields = roles | _numbers(min_sources, cooldown, most_per_hour, ack_after)
        fields |= _content(topic, keywords, min_status, ping_status, countries, weapons)
        fields |= _desk(interaction, review_channel, thread)
        if "ack_role" in fields:
            fields.setdefault("ack_after", ACK_AFTER)
        wish = AlertWish(place, **fields)
        if wish.topic is None and wish.query is None:
            await interaction.response.send_modal(add_form(wish, asker.locale))
            return
        await thinking(interaction)
        await show_draft(interaction, asker, wish)

    @app_commands.command(name="edit", description=description("alert edit"))
    @describe("alert edit", "alert", *_OPTIONS, "clear")
    @app_commands.choices(topic=TOPICS, min_status=STATUSES, ping_status=STATUSES, clear=CLEARED)
    @app_commands.autocomplete(alert=alert_names, countries=country_names, weapons=weapon_names)
    async def edit(
        self,
        interaction: Interaction,
        alert: str,
        channel: Postable | None = None,
        topic: str | None = None,
        keywords: Query | None = None,
        role: discord.Role | None = None,
        min_status: str | None = None,
        ping_status: str | None = None,
        min_sources: Sources | None = None,
        countries: Names | None = None,
        weapons: Names | None = None,
        cooldown: Minutes | None = None,
        most_per_hour: AnHour | None = None,
        thread: bool | None = None,
        review_channel: Postable | None = None,
        ack_role: discord.Role | None = None,
        ack_after: AckMinutes | None = None,
        clear: str | None = None,
    ) -> None:
        """Change what was given and leave the rest; without an option, ask in a modal."""
        asker = await permit(interaction, Action.ALERT_EDIT)
        found = await desk_of(interaction).alerts.find(asker, alert, changes=True)
        fields = _moved(interaction, found, channel, thread)
        kept = None if clear == Clearable.ROLE else known_role(interaction, found.role_id)
        pinged = role or (kept if channel is not None else None)
        fields |= _roles(interaction, channel or found.place, pinged, ack_role)
        fields |= _content(topic, keywords, min_status, ping_status, countries, weapons)
        fields |= _numbers(min_sources, cooldown, most_per_hour, ack_after)
        fields |= _desk(interaction, review_channel, thread)
        change = AlertChange(fields, Clearable(clear) if clear else None)
        if not change:
            await interaction.response.send_modal(edit_form(found, asker.locale))
            return
        await thinking(interaction)
        await show_change(interaction, asker, found.id, change)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _content(
    topic: str | None,
    keywords: str | None,
    min_status: str | None,
    ping_status: str | None,
    countries: str | None,
    weapons: str | None,
) -> dict[str, Any]:
    return _given(
        topic=Topic(topic) if topic else None,
        query=keywords,
        min_status=StoryStatus(min_status) if min_status else None,
        ping_status=StoryStatus(ping_status) if ping_status else None,
        countries=read_countries(countries) if countries else None,
        weapons=read_weapons(weapons) if weapons else None,
    )


def _numbers(
    min_sources: int | None, cooldown: int | None, cap: int | None, ack_after: int | None
) -> dict[str, Any]:
    return _given(
        min_sources=min_sources,
        cooldown=timedelta(minutes=cooldown) if cooldown is not None else None,
        hourly_cap=cap,
        ack_after=timedelta(minutes=ack_after) if ack_after else None,
    )


def _roles(
    interaction: Interaction,
    where: Where,
    role: discord.Role | None,
    ack_role: discord.Role | None,
) -> dict[str, Any]:
    return _given(
        role_id=role_of(interaction, role, where),
        ack_role=role_of(interaction, ack_role, where),
    )


def _desk(
    interaction: Interaction, review: AnyChannel | None, thread: bool | None
) -> dict[str, Any]:
    style = None if thread is None else ThreadMode.THREAD if thread else ThreadMode.NONE
    return _given(review_channel=channel_id_of(interaction, review), thread_mode=style)


def _moved(
    interaction: Interaction, found: Subscription, channel: AnyChannel | None, thread: bool | None
) -> dict[str, Any]:
    """The new place; threads ask for more rights, in the new channel or the present one."""
    threads = found.thread_mode is ThreadMode.THREAD if thread is None else thread
    if channel is not None:
        return {"place": place_of(interaction, channel, threads=threads)}
    if thread:
        place_of(interaction, found.place, threads=True)
    return {}


@on_press(r"draft:(?P<token>[\w-]+):save")
async def save_draft(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Save an alert that was shown before."""
    del values
    asker = await permit(interaction, Action.ALERT_ADD)
    alerts = desk_of(interaction).alerts
    is_new = not alerts.drafts.look(asker, match["token"]).subscription.id
    saved = await alerts.save(asker, match["token"])
    subject = await alerts.subject_of(asker, saved)
    key = "alert.added" if is_new else "alert.changed"
    await update(interaction, saved_note(key, saved.place, subject, asker.locale))
