"""`/alert`: what is posted in a server's channels."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.article import GuildId
from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.domain.schedule import parse_time, parse_zone
from bot.domain.story import StoryId, StoryStatus
from bot.domain.subscription import (
    ChannelId,
    Place,
    QuietHours,
    Subscription,
    SubscriptionId,
    Topic,
)
from bot.locale import say
from bot.services.asking import Asker, number_in
from bot.services.panels import alerts as panels
from bot.services.panels.parts import card, confirmation, filled, note, with_undo, without_actions
from bot.services.subscriptions import AlertWish, Listed
from bot.services.vocabulary import (
    read_countries,
    read_weapons,
    suggest_countries,
    suggest_weapons,
)
from cogs.asking import (
    AnyChannel,
    Choices,
    Interaction,
    Postable,
    answer,
    choices,
    desk_of,
    is_allowed,
    locale_of,
    managing,
    permit,
    place_of,
    role_of,
    thinking,
    update,
)
from cogs.forms import Answers, Ask, Form, first
from cogs.pressing import Values, number, on_press
from cogs.wording import choice, describe, description

TOPICS = [choice(f"topic.{topic.value}", topic.value) for topic in Topic]
STATUSES = [
    choice(f"status.{status.value}", status.value)
    for status in (StoryStatus.UNCONFIRMED, StoryStatus.REPORTED, StoryStatus.CONFIRMED)
]
MODES = [choice(f"choice.quiet.{mode}", mode) for mode in ("hold", "hold_all", "off")]


async def alert_names(interaction: Interaction, typed: str) -> Choices:
    """The alerts of this server."""
    if not await is_allowed(interaction, Action.ALERT_LIST):
        return []
    guild = GuildId(interaction.guild_id or 0)
    suggestions = desk_of(interaction).suggestions
    return choices(interaction, await suggestions.alerts(guild, typed, locale_of(interaction)))


async def country_names(interaction: Interaction, typed: str) -> Choices:
    """Countries and groups, also for the last of a list."""
    found = suggest_countries(typed, locale_of(interaction))
    return [app_commands.Choice(name=label[:100], value=value[:100]) for value, label in found]


async def weapon_names(interaction: Interaction, typed: str) -> Choices:
    """Weapon classes."""
    found = suggest_weapons(typed, locale_of(interaction))
    return [app_commands.Choice(name=label[:100], value=value) for value, label in found]


async def zone_names(interaction: Interaction, typed: str) -> Choices:
    """Time zones with the time there now."""
    return choices(interaction, desk_of(interaction).suggestions.zones(typed))


async def story_names(interaction: Interaction, typed: str) -> Choices:
    """Stories by number or headline."""
    guild = GuildId(interaction.guild_id) if interaction.guild_id else None
    if guild is not None and not interaction.is_guild_integration():
        guild = None
    return choices(interaction, await desk_of(interaction).suggestions.stories(guild, typed))


async def _silence_names(interaction: Interaction, typed: str) -> Choices:
    if not await is_allowed(interaction, Action.ALERT_SILENCES):
        return []
    asker = await permit(interaction, Action.ALERT_SILENCES)
    found = await desk_of(interaction).silences.listed(asker)
    labels = {str(each.id): f"#{each.id} {panels.silence_words(each)}" for each in found}
    return [
        app_commands.Choice(name=label[:100], value=value)
        for value, label in labels.items()
        if typed.strip().casefold() in label.casefold()
    ][:25]


@managing
class Alerts(commands.GroupCog, group_name="alert", group_description=description("alert")):
    """Commands that add, change, try, silence and list alerts."""

    @app_commands.command(name="add", description=description("alert add"))
    @describe(
        "alert add",
        "channel",
        "topic",
        "keywords",
        "role",
        "min_status",
        "ping_status",
        "min_sources",
        "countries",
        "weapons",
        "review_channel",
        "ack_role",
        "ack_after",
    )
    @app_commands.choices(topic=TOPICS, min_status=STATUSES, ping_status=STATUSES)
    @app_commands.autocomplete(countries=country_names, weapons=weapon_names)
    async def add(
        self,
        interaction: Interaction,
        channel: Postable,
        topic: str | None = None,
        keywords: app_commands.Range[str, 1, 200] | None = None,
        role: discord.Role | None = None,
        min_status: str = "unconfirmed",
        ping_status: str = "unconfirmed",
        min_sources: app_commands.Range[int, 1, 10] = 1,
        countries: app_commands.Range[str, 1, 200] | None = None,
        weapons: app_commands.Range[str, 1, 200] | None = None,
        review_channel: Postable | None = None,
        ack_role: discord.Role | None = None,
        ack_after: app_commands.Range[int, 1, 240] = 10,
    ) -> None:
        """Show what would have matched, and save it by a button; without a choice, ask."""
        asker = await permit(interaction, Action.ALERT_ADD)
        place = place_of(interaction, channel)
        wish = AlertWish(
            place=place,
            topic=Topic(topic) if topic else None,
            query=keywords,
            role_id=role_of(interaction, role, channel),
            countries=read_countries(countries or ""),
            weapons=read_weapons(weapons or ""),
            min_status=StoryStatus(min_status),
            ping_status=StoryStatus(ping_status),
            min_sources=min_sources,
            review_channel=_review(interaction, review_channel),
            ack_role=role_of(interaction, ack_role, channel),
            ack_after=timedelta(minutes=ack_after) if ack_role else timedelta(0),
        )
        if wish.topic is None and wish.query is None:
            await interaction.response.send_modal(_asking(wish, asker.locale))
            return
        await thinking(interaction)
        await _draft(interaction, asker, wish)

    @app_commands.command(name="edit", description=description("alert edit"))
    @describe("alert edit", "alert")
    @app_commands.autocomplete(alert=alert_names)
    async def edit(self, interaction: Interaction, alert: str) -> None:
        """Change an alert in a modal."""
        asker = await permit(interaction, Action.ALERT_EDIT)
        found = await desk_of(interaction).alerts.find(asker, alert)
        await _open_edit(interaction, asker, found)

    @app_commands.command(name="remove", description=description("alert remove"))
    @describe("alert remove", "alert")
    @app_commands.autocomplete(alert=alert_names)
    async def remove(self, interaction: Interaction, alert: str) -> None:
        """Ask, then remove with an Undo."""
        asker = await permit(interaction, Action.ALERT_REMOVE)
        item = await _item(interaction, asker, alert)
        action = f"alert:{item.subscription.id}:remove"
        await answer(interaction, confirmation(item.subject, action, asker.locale))

    @app_commands.command(name="pause", description=description("alert pause"))
    @describe("alert pause", "alert")
    @app_commands.autocomplete(alert=alert_names)
    async def pause(self, interaction: Interaction, alert: str) -> None:
        """Post nothing for this alert for now."""
        asker = await permit(interaction, Action.ALERT_PAUSE)
        await _pause(interaction, asker, alert, paused=True)

    @app_commands.command(name="resume", description=description("alert resume"))
    @describe("alert resume", "alert")
    @app_commands.autocomplete(alert=alert_names)
    async def resume(self, interaction: Interaction, alert: str) -> None:
        """Post again."""
        asker = await permit(interaction, Action.ALERT_RESUME)
        await _pause(interaction, asker, alert, paused=False)

    @app_commands.command(name="list", description=description("alert list"))
    async def list_(self, interaction: Interaction) -> None:
        """The alerts of this server."""
        asker = await permit(interaction, Action.ALERT_LIST)
        await answer(interaction, await _listed(interaction, asker, 0))

    @app_commands.command(name="test", description=description("alert test"))
    @describe("alert test", "alert", "post", "ping")
    @app_commands.autocomplete(alert=alert_names)
    async def test(
        self, interaction: Interaction, alert: str, post: bool = False, ping: bool = False
    ) -> None:
        """Show the very message, and post it where it goes when asked to."""
        asker = await permit(interaction, Action.ALERT_TEST)
        found = await desk_of(interaction).alerts.find(asker, alert)
        await thinking(interaction)
        await _test(interaction, asker, found.id, interaction.id if post or ping else 0, ping=ping)

    @app_commands.command(name="quiet-hours", description=description("alert quiet-hours"))
    @describe("alert quiet-hours", "timezone", "mode", "alert", start="from", end="to")
    @app_commands.rename(start="from", end="to")
    @app_commands.choices(mode=MODES)
    @app_commands.autocomplete(alert=alert_names, timezone=zone_names)
    async def quiet_hours(
        self,
        interaction: Interaction,
        start: app_commands.Range[str, 1, 20],
        end: app_commands.Range[str, 1, 20],
        timezone: app_commands.Range[str, 1, 60] | None = None,
        mode: str = "hold",
        alert: str | None = None,
    ) -> None:
        """Hold alerts at night, for one alert or for all of this server's."""
        asker = await permit(interaction, Action.ALERT_QUIET_HOURS)
        desk = desk_of(interaction)
        quiet = None
        if mode != "off":
            zone = parse_zone(timezone) if timezone else None
            if zone is None:
                zone = (await desk.settings.settings(asker.guild)).timezone
            quiet = QuietHours(parse_time(start), parse_time(end), zone, mode == "hold")
        found = await desk.alerts.find(asker, alert) if alert else None
        await desk.alerts.quiet_hours(asker, found.id if found else None, quiet)
        await answer(interaction, quiet_note(quiet, asker.locale))

    @app_commands.command(name="silence", description=description("alert silence"))
    @describe("alert silence", "duration", "story", "keywords", "channel", "reason")
    @app_commands.autocomplete(story=story_names)
    async def silence(
        self,
        interaction: Interaction,
        duration: app_commands.Range[float, 0.1, 720.0],
        story: str | None = None,
        keywords: app_commands.Range[str, 1, 200] | None = None,
        channel: Postable | None = None,
        reason: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Mute one story, or what a query finds."""
        asker = await permit(interaction, Action.ALERT_SILENCE)
        wanted = number_in(story) if story else None
        silence = await desk_of(interaction).silences.add(
            asker,
            story=StoryId(wanted or 0) if story else None,
            query=keywords,
            span=timedelta(hours=duration),
            reason=reason or "",
            channel_id=ChannelId(channel.id) if channel is not None else None,
        )
        await answer(interaction, panels.silenced_note(silence, asker.locale))

    @app_commands.command(name="unsilence", description=description("alert unsilence"))
    @describe("alert unsilence", "silence")
    @app_commands.autocomplete(silence=_silence_names)
    async def unsilence(self, interaction: Interaction, silence: str) -> None:
        """End a silence."""
        asker = await permit(interaction, Action.ALERT_UNSILENCE)
        await desk_of(interaction).silences.end(asker, number_in(silence) or 0)
        await answer(interaction, note(say("alert.unsilenced", asker.locale)))

    @app_commands.command(name="silences", description=description("alert silences"))
    async def silences(self, interaction: Interaction) -> None:
        """What is muted."""
        asker = await permit(interaction, Action.ALERT_SILENCES)
        found = await desk_of(interaction).silences.listed(asker)
        await answer(interaction, panels.silences_panel(found, 0, asker.locale))


def quiet_note(quiet: QuietHours | None, locale: str) -> Message:
    """What quiet hours are set now."""
    if quiet is None or quiet.start == quiet.end:
        return note(say("alert.quiet_off", locale))
    words = say("alert.quiet_set", locale, start=quiet.start, end=quiet.end, zone=quiet.timezone)
    return note(words)


def _review(interaction: Interaction, channel: AnyChannel | None) -> ChannelId | None:
    return ChannelId(place_of(interaction, channel).id) if channel is not None else None


def _asking(wish: AlertWish, locale: str) -> Form:
    """The modal of `/alert add` when nothing was chosen yet."""
    topics = tuple((topic.value, say(f"topic.{topic.value}", locale)) for topic in Topic)
    statuses = tuple((each.value, say(f"status.{each.value}", locale)) for each in STATUSES)
    asks = (
        Ask("topic", say("select.topic", locale), options=topics),
        Ask("keywords", say("form.keywords", locale), most=200, hint='"ballistic missile" OR icbm'),
        Ask("countries", say("form.countries", locale), hint="North Korea, Iran"),
        Ask("min_status", say("form.min_status", locale), "unconfirmed", options=statuses),
    )

    async def then(interaction: Interaction, answers: Answers) -> None:
        asker = await permit(interaction, Action.ALERT_ADD)
        topic = first(answers, "topic")
        keywords = first(answers, "keywords")
        status = first(answers, "min_status") or "unconfirmed"
        chosen = replace(
            wish,
            topic=Topic(topic) if topic and not keywords else None,
            query=keywords,
            countries=read_countries(first(answers, "countries") or ""),
            min_status=StoryStatus(status),
        )
        await thinking(interaction)
        await _draft(interaction, asker, chosen)

    return Form(say("command.alert.add.description", locale), asks, then)


async def _draft(interaction: Interaction, asker: Asker, wish: AlertWish) -> None:
    token, draft = await desk_of(interaction).alerts.draft(asker, wish)
    subject = wish.query or say(f"topic.{wish.topic.value if wish.topic else ''}", asker.locale)
    await answer(interaction, panels.draft_panel(draft, token, subject, asker.locale))


async def _open_edit(interaction: Interaction, asker: Asker, found: Subscription) -> None:
    locale = asker.locale
    statuses = tuple((each.value, say(f"status.{each.value}", locale)) for each in STATUSES)
    asks = (
        Ask("keywords", say("form.keywords", locale), found.query or "", found.query is not None),
        Ask("countries", say("form.countries", locale), ", ".join(found.countries)),
        Ask("weapons", say("form.weapons", locale), ", ".join(w.value for w in found.weapons)),
        Ask("min_status", say("form.min_status", locale), found.min_status.value, options=statuses),
        Ask("min_sources", say("form.min_sources", locale), str(found.min_sources), most=2),
    )

    async def then(submitted: Interaction, answers: Answers) -> None:
        again = await permit(submitted, Action.ALERT_EDIT)
        sources = number_in(first(answers, "min_sources") or "1") or 1
        status = StoryStatus(first(answers, "min_status") or found.min_status.value)
        countries = read_countries(first(answers, "countries") or "")
        weapons = read_weapons(first(answers, "weapons") or "")
        keywords = first(answers, "keywords")

        def change(before: Subscription) -> Subscription:
            return replace(
                before,
                query=keywords if before.query is not None else None,
                countries=countries,
                weapons=weapons,
                min_status=status,
                min_sources=min(sources, 10),
            )

        await thinking(submitted)
        desk = desk_of(submitted)
        token, draft = await desk.alerts.draft_change(again, found.id, change)
        item = await _item(submitted, again, str(found.id))
        subject = keywords or item.subject
        await answer(submitted, panels.draft_panel(draft, token, subject, again.locale))

    shown = asks if found.query is not None else asks[1:]
    await interaction.response.send_modal(Form(say("button.edit", locale), shown, then))


async def _item(interaction: Interaction, asker: Asker, text: str) -> Listed:
    desk = desk_of(interaction)
    found = await desk.alerts.find(asker, text)
    items = await desk.alerts.listed(asker)
    return next(each for each in items if each.subscription.id == found.id)


async def _pause(interaction: Interaction, asker: Asker, text: str, *, paused: bool) -> None:
    item = await _item(interaction, asker, text)
    await desk_of(interaction).alerts.pause(asker, item.subscription.id, paused)
    key = "alert.paused" if paused else "alert.resumed"
    await answer(interaction, place_note(key, item.subscription.place, item.subject, asker.locale))


def place_note(key: str, place: Place, what: str, locale: str) -> Message:
    """A sentence about something in a place."""
    return card(Severity.GOOD, filled(key, locale, place, what=what))


async def _listed(interaction: Interaction, asker: Asker, page: int) -> Message:
    desk = desk_of(interaction)
    alerts = await desk.alerts.listed(asker)
    silences = await desk.silences.listed(asker)
    return panels.list_panel(alerts, silences, page, asker.locale)


async def _test(
    interaction: Interaction, asker: Asker, alert: SubscriptionId, post: int, *, ping: bool
) -> None:
    """The foresight first, then the very message as a second answer."""
    trial = await desk_of(interaction).alerts.try_out(asker, alert, post=post, ping=ping)
    await answer(interaction, panels.trial_panel(trial, asker.locale))
    if trial.message is not None:
        await answer(interaction, without_actions(replace(trial.message, pings=(), marker="")))


@on_press(r"draft:(?P<token>[\w-]+):save")
async def save_draft(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Save an alert that was shown before."""
    del values
    asker = await permit(interaction, Action.ALERT_ADD)
    desk = desk_of(interaction)
    is_new = not desk.alerts.drafts.look(asker, match["token"]).subscription.id
    saved = await desk.alerts.save(asker, match["token"])
    item = await _item(interaction, asker, str(saved.id))
    key = "alert.added" if is_new else "alert.changed"
    await update(interaction, place_note(key, saved.place, item.subject, asker.locale))


@on_press(r"alert:(?P<id>\d+):(?P<verb>manage|pause|resume|test|edit|ask|remove)")
async def use_alert(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """The buttons of one alert."""
    del values
    verb, alert = match["verb"], SubscriptionId(number(match, "id"))
    asker = await permit(interaction, _ACTION_OF.get(verb, Action.PANEL_ALERT))
    desk = desk_of(interaction)
    item = await _item(interaction, asker, str(alert))
    if verb == "manage":
        await answer(interaction, panels.manage_panel(item, asker.locale))
    elif verb in ("pause", "resume"):
        await desk.alerts.pause(asker, alert, verb == "pause")
        item = await _item(interaction, asker, str(alert))
        await update(interaction, panels.manage_panel(item, asker.locale))
    elif verb == "test":
        await thinking(interaction)
        await _test(interaction, asker, alert, 0, ping=False)
    elif verb == "edit":
        await _open_edit(interaction, asker, item.subscription)
    elif verb == "ask":
        await update(interaction, confirmation(item.subject, f"alert:{alert}:remove", asker.locale))
    else:
        removed, token = await desk.alerts.remove(asker, alert)
        place = removed.subscription.place
        words = filled("alert.removed", asker.locale, place, what=removed.subject)
        await update(interaction, with_undo(words, "alert", token, asker.locale))


_ACTION_OF = {
    "pause": Action.ALERT_PAUSE,
    "resume": Action.ALERT_RESUME,
    "test": Action.ALERT_TEST,
    "edit": Action.ALERT_EDIT,
    "ask": Action.ALERT_REMOVE,
    "remove": Action.ALERT_REMOVE,
}


@on_press(r"silence:(?P<id>\d+):end")
async def end_silence(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """End a silence from its list, or take it back at once."""
    del values
    asker = await permit(interaction, Action.ALERT_UNSILENCE)
    await desk_of(interaction).silences.end(asker, number(match, "id"))
    await update(interaction, note(say("alert.unsilenced", asker.locale)))


@on_press(r"list:alerts:\w+:(?P<page>\d+):\w+")
async def turn_alerts(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page of the list."""
    del values
    asker = await permit(interaction, Action.ALERT_LIST)
    await update(interaction, await _listed(interaction, asker, number(match, "page")))


@on_press(r"list:silences:\w+:(?P<page>\d+):\w+")
async def turn_silences(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page of what is muted."""
    del values
    asker = await permit(interaction, Action.ALERT_SILENCES)
    found = await desk_of(interaction).silences.listed(asker)
    await update(interaction, panels.silences_panel(found, number(match, "page"), asker.locale))


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(save_draft, use_alert, end_silence, turn_alerts, turn_silences)
    await bot.add_cog(Alerts())
