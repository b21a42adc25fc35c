"""What people do for themselves: `/subscribe`, `/subscriptions`, `/privacy`; and every Undo."""

from __future__ import annotations

import re
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.delivery.discord_failures import answer_failure
from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.domain.story import StoryStatus
from bot.domain.subscription import Place, PlaceKind, QuietHours, QuietMode, SubscriptionId, Topic
from bot.locale import say
from bot.services.asking import Asker
from bot.services.digest_wishes import DigestWish, local_schedule
from bot.services.panels import alerts as panels
from bot.services.panels import digests as digest_panels
from bot.services.panels.about import forget_panel, privacy_panel
from bot.services.panels.limits import selection_words
from bot.services.panels.parts import note, with_undo
from bot.services.panels.quiet_hours import quiet_panel
from bot.services.personal_wishes import PersonalWish
from bot.services.quiet_hours import read_quiet
from bot.services.subscriptions import Listed
from bot.services.vocabulary import read_countries, read_weapons
from cogs.alert_forms import saved_note
from cogs.asking import Interaction, answer, desk_of, for_everyone, permit, thinking, update
from cogs.completing import STATUSES, TOPICS, country_names, weapon_names
from cogs.forms import Answers, Ask, Form, first
from cogs.pressing import Values, number, on_press
from cogs.wording import describe, description


class Personal(commands.Cog):
    """Commands for everybody, also in direct messages and as a user-installed app."""

    @app_commands.command(name="subscribe", description=description("subscribe"))
    @describe("subscribe", "topic", "keywords", "country", "weapon", "min_status")
    @app_commands.choices(topic=TOPICS, min_status=STATUSES)
    @app_commands.autocomplete(country=country_names, weapon=weapon_names)
    @for_everyone
    async def subscribe(
        self,
        interaction: Interaction,
        topic: str | None = None,
        keywords: app_commands.Range[str, 1, 200] | None = None,
        country: app_commands.Range[str, 1, 100] | None = None,
        weapon: app_commands.Range[str, 1, 100] | None = None,
        min_status: str = "unconfirmed",
    ) -> None:
        """Be told by direct message."""
        asker = await permit(interaction, Action.SUBSCRIBE)
        await thinking(interaction)
        wish = PersonalWish(
            topic=Topic(topic) if topic else None if keywords else Topic.LAUNCHES,
            query=keywords,
            countries=read_countries(country or ""),
            weapons=read_weapons(weapon or ""),
            min_status=StoryStatus(min_status),
        )
        listed, ahead = await desk_of(interaction).personal.subscribe(asker, wish)
        words = say("subscribe.added", asker.locale, what=_whole(listed, asker.locale))
        blocks = panels.foresight_blocks(ahead, asker.locale)
        await answer(interaction, note(words, Severity.GOOD, *blocks))

    @app_commands.command(name="subscriptions", description=description("subscriptions"))
    @for_everyone
    async def subscriptions(self, interaction: Interaction) -> None:
        """One's own subscriptions and what can be done to them."""
        asker = await permit(interaction, Action.SUBSCRIPTIONS)
        await answer(interaction, await _panel(interaction, asker, 0))

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """After a command: whoever closed their direct messages is told what that stopped."""
        try:
            # These two show it themselves, or have just found it out.
            if command.qualified_name in ("subscriptions", "subscribe"):
                return
            asker = await permit(interaction, Action.SUBSCRIPTIONS)
            if await desk_of(interaction).personal.is_closed(asker):
                words = say("notice.dms_closed", asker.locale)
                await answer(interaction, note(words, Severity.UPDATE))
        except Exception as error:  # noqa: BLE001 - an entry from outside
            await answer_failure(interaction, error)


@for_everyone
class Privacy(commands.GroupCog, group_name="privacy", group_description=description("privacy")):
    """What is stored about a person, and its end."""

    @app_commands.command(name="show", description=description("privacy show"))
    async def show(self, interaction: Interaction) -> None:
        """What is stored."""
        asker = await permit(interaction, Action.PRIVACY_SHOW)
        stored = await desk_of(interaction).personal.stored_about(asker)
        await answer(interaction, privacy_panel(stored, asker.locale))

    @app_commands.command(name="delete-my-data", description=description("privacy delete-my-data"))
    async def delete(self, interaction: Interaction) -> None:
        """Ask, then delete."""
        asker = await permit(interaction, Action.PRIVACY_DELETE)
        await answer(interaction, forget_panel(asker.locale))


def _whole(listed: Listed, locale: str) -> str:
    return selection_words(listed.subject, listed.subscription, locale)


async def _panel(interaction: Interaction, asker: Asker, page: int) -> Message:
    desk = desk_of(interaction)
    own = await desk.personal.listed(asker)
    digests = await desk.digests.of_person(asker)
    return panels.personal_panel(own, digests, page, asker.locale)


@on_press(r"sub:(?P<id>\d+):(?P<verb>pause|resume|remove)")
async def use_subscription(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """The buttons of one's own subscription, also under the direct message that greets."""
    del values
    asker = await permit(interaction, Action.PANEL_SUBSCRIPTION)
    desk, found = desk_of(interaction), SubscriptionId(number(match, "id"))
    if match["verb"] == "remove":
        listed, token = await desk.personal.remove(asker, found)
        words = say("subscribe.removed", asker.locale, what=_whole(listed, asker.locale))
        await update(interaction, with_undo(words, "sub", token, asker.locale))
        return
    await desk.personal.pause(asker, found, match["verb"] == "pause")
    await update(interaction, await _panel(interaction, asker, 0))


@on_press(r"list:mine:\w+:(?P<page>\d+):\w+")
async def turn_own(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page."""
    del values
    asker = await permit(interaction, Action.SUBSCRIPTIONS)
    await update(interaction, await _panel(interaction, asker, number(match, "page")))


@on_press(r"mine:(?P<what>quiet|digest)")
async def open_own(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Quiet hours and a digest of one's own, asked in a modal."""
    del values
    asker = await permit(interaction, Action.PANEL_SUBSCRIPTION)
    make = _quiet_form if match["what"] == "quiet" else _digest_form
    await interaction.response.send_modal(await make(interaction, asker))


async def _quiet_form(interaction: Interaction, asker: Asker) -> Form:
    """Quiet hours as they are set now; no times end them."""
    own = await desk_of(interaction).personal.listed(asker)
    now = next((each.subscription.quiet for each in own if each.subscription.quiet), None)

    async def then(submitted: Interaction, answers: Answers) -> None:
        again = await permit(submitted, Action.PANEL_SUBSCRIPTION)
        start, end, quiet = first(answers, "from"), first(answers, "to"), None
        if start or end:
            zone = first(answers, "timezone") or "UTC"
            mode = QuietMode(first(answers, "mode") or QuietMode.HOLD)
            through = first(answers, "confirmed") != "no"
            quiet = read_quiet(start, end, zone, mode, confirmed=through)
        desk = desk_of(submitted)
        changed = await desk.personal.quiet_hours(again, quiet)
        await answer(submitted, quiet_panel(quiet, changed, desk.clock.now(), again.locale))

    asks = _quiet_asks(now, await _zone_of(interaction, asker), asker.locale)
    return Form(say("button.quiet_hours", asker.locale), asks, then)


def _quiet_asks(now: QuietHours | None, zone: str, locale: str) -> tuple[Ask, ...]:
    start, end = (f"{now.start:%H:%M}", f"{now.end:%H:%M}") if now else ("", "")
    mode = now.mode if now else QuietMode.HOLD
    modes = tuple((each.value, say(f"choice.quiet.{each.value}", locale)) for each in QuietMode)
    confirmed = "yes" if now is None or now.override_confirmed else "no"
    yes_no = (("yes", say("form.yes", locale)), ("no", say("form.no", locale)))
    return (
        Ask("from", say("form.quiet_from", locale), start, hint="22:00", most=20),
        Ask("to", say("form.quiet_to", locale), end, hint="07:00", most=20),
        Ask("timezone", say("form.timezone", locale), zone, hint="Asia/Seoul", most=60),
        Ask("mode", say("form.quiet_mode", locale), mode.value, options=modes),
        Ask("confirmed", say("form.confirmed", locale), confirmed, options=yes_no),
    )


async def _zone_of(interaction: Interaction, asker: Asker) -> str:
    """The time zone a person has used before; else their server's."""
    desk = desk_of(interaction)
    for own in await desk.personal.listed(asker):
        if own.subscription.quiet is not None:
            return own.subscription.quiet.timezone
    for digest in await desk.digests.of_person(asker):
        return digest.schedule.schedule.timezone
    if asker.guild_id is not None and interaction.is_guild_integration():
        return (await desk.settings.settings(asker.guild_id)).timezone
    return "UTC"


async def _digest_form(interaction: Interaction, asker: Asker) -> Form:
    locale = asker.locale

    async def then(interaction: Interaction, answers: Answers) -> None:
        asker = await permit(interaction, Action.PANEL_SUBSCRIPTION)
        schedule = local_schedule(
            first(answers, "time") or "08:00",
            first(answers, "timezone") or "UTC",
            None,
            first(answers, "days"),
        )
        place = Place(PlaceKind.USER, asker.user_id)
        listed = await desk_of(interaction).digests.add(asker, DigestWish(place, schedule))
        message = digest_panels.saved_panel("digest.added", listed, asker.locale)
        await answer(interaction, message)

    asks = (
        Ask("time", say("command.digest.option.time", locale), "08:00", True, 20),
        Ask("days", say("command.digest.option.every", locale), hint="daily, weekdays, Mon, Fri"),
        Ask("timezone", say("form.timezone", locale), await _zone_of(interaction, asker), True, 60),
    )
    return Form(say("button.my_digest", locale), asks, then)


@on_press(r"forget:me")
async def forget(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Delete everything stored about the person who presses."""
    del match, values
    asker = await permit(interaction, Action.PRIVACY_DELETE)
    count = await desk_of(interaction).personal.forget(asker)
    await update(interaction, note(say("privacy.deleted", asker.locale, count=count)))


_OWN = ("sub", "mine")


@on_press(r"undo:(?P<kind>feed|alert|digest|mark|sub|mine):(?P<token>[\w-]+)")
async def undo(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Put back what was removed; the token works for whoever removed it."""
    del values
    kind = match["kind"]
    asker = await permit(interaction, Action.UNDO_OWN if kind in _OWN else Action.UNDO)
    await update(interaction, await _undone(interaction, asker, kind, match["token"]))


async def _undone(interaction: Interaction, asker: Asker, kind: str, token: str) -> Message:
    """Put it back; what is back is named where it has a name."""
    desk, locale = desk_of(interaction), asker.locale
    if kind == "feed":
        feed = await desk.feeds.restore(asker, token)
        return note(say("feed.restored", locale, name=feed.name))
    if kind == "alert":
        alert = await desk.alerts.restore(asker, token)
        subject = await desk.alerts.subject_of(asker, alert)
        return saved_note("alert.restored", alert.place, subject, locale)
    if kind in ("digest", "mine"):
        listed = await desk.digests.restore(asker, token)
        return digest_panels.saved_panel("digest.restored", listed, locale)
    if kind == "mark":
        undone = await desk.stories.unmark(asker, token)
        key = "story.unmarked" if undone.for_all else "story.unmuted"
        return note(say(key, locale, story=undone.story_id))
    restored = await desk.personal.restore(asker, token)
    return note(say("subscribe.restored", locale, what=_whole(restored, locale)))


@on_press(r"dismiss")
async def dismiss(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Nothing is to be done."""
    del match, values
    asker = await permit(interaction, Action.PANEL_SUBSCRIPTION)
    await update(interaction, note(say("note.dismissed", asker.locale), Severity.QUIET))


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(use_subscription, turn_own, open_own, forget, undo, dismiss)
    await bot.add_cog(Personal())
    await bot.add_cog(Privacy())
