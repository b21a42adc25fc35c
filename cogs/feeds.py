"""`/feed`: the feeds a server watches."""

from __future__ import annotations

import re
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.article import FeedId
from bot.domain.matching import match_reason
from bot.domain.message import Message
from bot.domain.permission import Action
from bot.errors import InvalidInput
from bot.locale import problem, say, word
from bot.services.alert_message import AlertContext, alert_message
from bot.services.asking import Asker
from bot.services.desk import Desk
from bot.services.feed_posts import FeedClearable
from bot.services.feed_trials import FeedTrial
from bot.services.feeds import FeedChange, FeedWish
from bot.services.panels import feeds as panels
from bot.services.panels.parts import confirmation, note, with_undo, without_actions
from cogs.asking import (
    Interaction,
    answer,
    desk_of,
    managing,
    permit,
    thinking,
    update,
)
from cogs.completing import feed_names
from cogs.feed_forms import changed_note, managed, open_edit, posting_place
from cogs.feed_lists import FeedListCommands
from cogs.places import Postable, place_of, role_of
from cogs.pressing import Values, number, on_press
from cogs.wording import choice, describe, description

EDITED = ("name", "channel", "role", "only_launches", "full_text", "interval", "clear")
CLEARED = [choice(f"choice.clear_feed.{each.value}", each.value) for each in FeedClearable]
Minutes = app_commands.Range[int, 1, 1440]
_VERBS = "manage|pause|resume|test|edit|ask|remove"


@managing
class Feeds(
    FeedListCommands,
    commands.GroupCog,
    group_name="feed",
    group_description=description("feed"),
):
    """Commands that add, change, try and list feeds."""

    @app_commands.command(name="add", description=description("feed add"))
    @describe("feed add", "url", "channel", "role", "only_launches", "name")
    async def add(
        self,
        interaction: Interaction,
        url: app_commands.Range[str, 1, 500],
        channel: Postable | None = None,
        role: discord.Role | None = None,
        only_launches: bool = False,
        name: app_commands.Range[str, 1, 80] | None = None,
    ) -> None:
        """Find the feeds of an address and offer to add one."""
        asker = await permit(interaction, Action.FEED_ADD)
        if role is not None and channel is None:
            raise problem(InvalidInput, "error.role_needs_channel")
        place = place_of(interaction, channel) if channel is not None else None
        role_id = role_of(interaction, role, channel) if channel is not None else None
        await thinking(interaction)
        wish = FeedWish((), place, role_id, only_launches, name or "")
        token = await desk_of(interaction).feeds.discover(asker, url, wish)
        await answer(interaction, await _found(interaction, asker, token, 0))

    @app_commands.command(name="remove", description=description("feed remove"))
    @describe("feed remove", "feed")
    @app_commands.autocomplete(feed=feed_names)
    async def remove(self, interaction: Interaction, feed: str) -> None:
        """Ask, then remove with an Undo."""
        asker = await permit(interaction, Action.FEED_REMOVE)
        found = await desk_of(interaction).feeds.find(asker, feed)
        await answer(interaction, confirmation(found.name, f"feed:{found.id}:remove", asker.locale))

    @app_commands.command(name="pause", description=description("feed pause"))
    @describe("feed pause", "feed")
    @app_commands.autocomplete(feed=feed_names)
    async def pause(self, interaction: Interaction, feed: str) -> None:
        """Stop polling a feed for now."""
        asker = await permit(interaction, Action.FEED_PAUSE)
        await _pause(interaction, asker, feed, paused=True)

    @app_commands.command(name="resume", description=description("feed resume"))
    @describe("feed resume", "feed")
    @app_commands.autocomplete(feed=feed_names)
    async def resume(self, interaction: Interaction, feed: str) -> None:
        """Poll a paused feed again."""
        asker = await permit(interaction, Action.FEED_RESUME)
        await _pause(interaction, asker, feed, paused=False)

    @app_commands.command(name="edit", description=description("feed edit"))
    @describe("feed edit", "feed", *EDITED)
    @app_commands.choices(clear=CLEARED)
    @app_commands.autocomplete(feed=feed_names)
    async def edit(
        self,
        interaction: Interaction,
        feed: str,
        name: app_commands.Range[str, 1, 80] | None = None,
        channel: Postable | None = None,
        role: discord.Role | None = None,
        only_launches: bool | None = None,
        full_text: bool | None = None,
        interval: Minutes | None = None,
        clear: str | None = None,
    ) -> None:
        """Change what was given and leave the rest; without an option, ask in a modal."""
        asker = await permit(interaction, Action.FEED_EDIT)
        found = await desk_of(interaction).feeds.find(asker, feed)
        where = channel or await posting_place(interaction, asker, found.id)
        if role is not None and where is None:
            raise problem(InvalidInput, "error.role_needs_channel")
        change = FeedChange(
            name=name,
            full_text=full_text,
            interval=timedelta(minutes=interval) if interval else None,
            place=place_of(interaction, channel) if channel is not None else None,
            role_id=role_of(interaction, role, where) if where is not None else None,
            only_launches=only_launches,
            clear=FeedClearable(clear) if clear else None,
        )
        if not change:
            await open_edit(interaction, asker, found.id)
            return
        await desk_of(interaction).feeds.change(asker, found.id, change)
        await answer(interaction, await changed_note(interaction, asker, found.id))

    @app_commands.command(name="list", description=description("feed list"))
    @describe("feed list", "filter")
    @app_commands.choices(filter=[choice(f"filter.{name}", name) for name in panels.FILTERS])
    async def list_(self, interaction: Interaction, filter: str = "all") -> None:
        """Feeds with their health."""
        asker = await permit(interaction, Action.FEED_LIST)
        await answer(interaction, await _listed(interaction, asker, filter, 0))

    @app_commands.command(name="test", description=description("feed test"))
    @describe("feed test", "feed")
    @app_commands.autocomplete(feed=feed_names)
    async def test(self, interaction: Interaction, feed: str) -> None:
        """Show the newest article exactly as it would be posted."""
        asker = await permit(interaction, Action.FEED_TEST)
        found = await desk_of(interaction).feeds.find(asker, feed)
        await thinking(interaction)
        await _test(interaction, asker, found.id)


async def _found(interaction: Interaction, asker: Asker, token: str, chosen: int) -> Message:
    feeds = desk_of(interaction).feeds
    wish = feeds.drafts.look(asker, token)
    exists = await feeds.known(asker, wish.found[chosen].url)
    return panels.found_panel(wish.found, token, chosen, exists, asker.locale)


@on_press(r"found:(?P<token>[\w-]+)(?::(?P<index>\d+))?")
async def choose_found(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Show another feed of the page, or add the one that is shown."""
    asker = await permit(interaction, Action.FEED_ADD)
    token = match["token"]
    if values:
        index = int(values[0]) if str(values[0]).isdecimal() else 0
        await update(interaction, await _found(interaction, asker, token, index))
        return
    feed, known = await desk_of(interaction).feeds.add(asker, token, number(match, "index"))
    key = "feed.exists" if known else "feed.added"
    await update(interaction, note(say(key, asker.locale, name=feed.name)))


@on_press(rf"feed:(?P<id>\d+):(?P<verb>{_VERBS})")
async def use_feed(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """The buttons of one feed."""
    del values
    verb, feed_id = match["verb"], FeedId(number(match, "id"))
    asker = await permit(interaction, _ACTION_OF.get(verb, Action.PANEL_FEED))
    desk = desk_of(interaction)
    if verb == "manage":
        await answer(interaction, await managed(interaction, asker, feed_id))
    elif verb in ("pause", "resume"):
        await desk.feeds.change(asker, feed_id, FeedChange(paused=verb == "pause"))
        await update(interaction, await managed(interaction, asker, feed_id))
    elif verb == "test":
        await thinking(interaction)
        await _test(interaction, asker, feed_id)
    elif verb == "edit":
        await open_edit(interaction, asker, feed_id)
    elif verb == "ask":
        found = await desk.feeds.find(asker, str(feed_id))
        await update(interaction, confirmation(found.name, f"feed:{feed_id}:remove", asker.locale))
    else:
        feed, token = await desk.feeds.remove(asker, feed_id)
        words = say("feed.removed", asker.locale, name=feed.name)
        await update(interaction, with_undo(words, "feed", token, asker.locale))


_ACTION_OF = {
    "pause": Action.FEED_PAUSE,
    "resume": Action.FEED_RESUME,
    "test": Action.FEED_TEST,
    "edit": Action.FEED_EDIT,
    "ask": Action.FEED_REMOVE,
    "remove": Action.FEED_REMOVE,
}


@on_press(r"list:feeds:(?P<filter>\w+):(?P<page>\d+):\w+")
async def turn_feeds(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page."""
    del values
    asker = await permit(interaction, Action.FEED_LIST)
    page = number(match, "page")
    await update(interaction, await _listed(interaction, asker, match["filter"], page))


@on_press(r"filter:feeds")
async def filter_feeds(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another choice of feeds."""
    del match
    asker = await permit(interaction, Action.FEED_LIST)
    shown = str(values[0]) if values and values[0] in panels.FILTERS else "all"
    await update(interaction, await _listed(interaction, asker, shown, 0))


async def _listed(interaction: Interaction, asker: Asker, shown: str, page: int) -> Message:
    desk = desk_of(interaction)
    feeds = await desk.feeds.listed(asker)
    return panels.list_panel(feeds, shown, page, desk.clock.now(), asker.locale)


async def _pause(interaction: Interaction, asker: Asker, text: str, *, paused: bool) -> None:
    desk = desk_of(interaction)
    found = await desk.feeds.find(asker, text)
    feed = await desk.feeds.change(asker, found.id, FeedChange(paused=paused))
    key = "feed.paused" if paused else "feed.resumed"
    await answer(interaction, note(say(key, asker.locale, name=feed.name)))


async def _test(interaction: Interaction, asker: Asker, feed_id: FeedId) -> None:
    """The report first, then the very message as a second answer."""
    desk = desk_of(interaction)
    trial = await desk.feeds.try_out(asker, feed_id)
    await answer(interaction, panels.trial_panel(trial, asker.locale))
    if trial.view is not None:
        await answer(interaction, _trial_message(trial, desk, asker.locale))


def _trial_message(trial: FeedTrial, desk: Desk, locale: str) -> Message:
    """The alert of the newest article, marked as a test, in the language of where it would go."""
    assert trial.view is not None  # the caller looked
    locale = trial.matches[0].subscription.locale if trial.matches else locale
    reasons = tuple(word(match_reason(match), locale) for match in trial.matches)
    context = AlertContext(
        now=desk.clock.now(),
        locale=locale,
        reasons=reasons,
        test=True,
        locate=desk.locate if trial.with_map else None,
    )
    message = alert_message(trial.view, context)
    return message if trial.view.story_id else without_actions(message)


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(choose_found, use_feed, turn_feeds, filter_feeds)
    await bot.add_cog(Feeds())
