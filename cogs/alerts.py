"""`/alert`: what is posted in a server's channels."""

from __future__ import annotations

import re
from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.message import Message
from bot.domain.permission import Action
from bot.domain.subscription import QuietMode, SubscriptionId
from bot.services.asking import Asker
from bot.services.panels import alerts as panels
from bot.services.panels.parts import confirmation, filled, with_undo, without_actions
from bot.services.panels.quiet_hours import quiet_panel
from bot.services.quiet_hours import read_quiet
from bot.services.subscriptions import Listed
from cogs.alert_forms import edit_form, saved_note
from cogs.alert_wishes import AlertWishes, save_draft
from cogs.asking import Interaction, answer, desk_of, managing, permit, thinking, update
from cogs.completing import alert_names, zone_names
from cogs.pressing import Values, number, on_press
from cogs.silences import SilenceCommands, end_silence, turn_silences
from cogs.wording import choice, describe, description

OFF = "off"
MODES = [choice(f"choice.quiet.{mode}", mode) for mode in (*QuietMode, OFF)]


@managing
class Alerts(
    AlertWishes,
    SilenceCommands,
    commands.GroupCog,
    group_name="alert",
    group_description=description("alert"),
):
    """Commands that add, change, try, silence and list alerts."""

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
    @describe("alert quiet-hours", "timezone", "mode", "confirmed", "alert", start="from", end="to")
    @app_commands.rename(start="from", end="to")
    @app_commands.choices(mode=MODES)
    @app_commands.autocomplete(alert=alert_names, timezone=zone_names)
    async def quiet_hours(
        self,
        interaction: Interaction,
        start: app_commands.Range[str, 1, 20] | None = None,
        end: app_commands.Range[str, 1, 20] | None = None,
        timezone: app_commands.Range[str, 1, 60] | None = None,
        mode: str = QuietMode.HOLD.value,
        confirmed: bool = True,
        alert: str | None = None,
    ) -> None:
        """Disturb nobody at night, for one alert or for all of this server's."""
        asker = await permit(interaction, Action.ALERT_QUIET_HOURS)
        desk = desk_of(interaction)
        quiet = None
        if mode != OFF:
            zone = timezone or (await desk.settings.settings(asker.guild)).timezone
            quiet = read_quiet(start, end, zone, QuietMode(mode), confirmed=confirmed)
        found = await desk.alerts.find(asker, alert) if alert else None
        changed = await desk.alerts.quiet_hours(asker, found.id if found else None, quiet)
        await answer(interaction, quiet_panel(quiet, changed, desk.clock.now(), asker.locale))


async def _item(interaction: Interaction, asker: Asker, text: str) -> Listed:
    desk = desk_of(interaction)
    found = await desk.alerts.find(asker, text)
    items = await desk.alerts.listed(asker)
    return next(each for each in items if each.subscription.id == found.id)


async def _pause(interaction: Interaction, asker: Asker, text: str, *, paused: bool) -> None:
    item = await _item(interaction, asker, text)
    await desk_of(interaction).alerts.pause(asker, item.subscription.id, paused)
    key = "alert.paused" if paused else "alert.resumed"
    await answer(interaction, saved_note(key, item.subscription.place, item.subject, asker.locale))


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
        await interaction.response.send_modal(edit_form(item.subscription, asker.locale))
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


@on_press(r"list:alerts:\w+:(?P<page>\d+):\w+")
async def turn_alerts(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page of the list."""
    del values
    asker = await permit(interaction, Action.ALERT_LIST)
    await update(interaction, await _listed(interaction, asker, number(match, "page")))


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(save_draft, use_alert, end_silence, turn_alerts, turn_silences)
    await bot.add_cog(Alerts())
