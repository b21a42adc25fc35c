"""`/digest`: digests at the hour a server chose."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.digest import DigestId
from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.domain.subscription import PlaceKind
from bot.services.asking import Asker
from bot.services.digest_message import digest_message
from bot.services.digest_schedules import ListedDigest
from bot.services.panels import digests as panels
from bot.services.panels.parts import card, confirmation, filled, with_undo
from cogs.asking import (
    Interaction,
    answer,
    desk_of,
    managing,
    permit,
    thinking,
    update,
)
from cogs.completing import digest_names
from cogs.digest_wishes import DigestWishes
from cogs.pressing import Values, number, on_press
from cogs.wording import describe, description


@managing
class Digests(
    DigestWishes,
    commands.GroupCog,
    group_name="digest",
    group_description=description("digest"),
):
    """Commands that add, change, show and list digests."""

    @app_commands.command(name="remove", description=description("digest remove"))
    @describe("digest remove", "digest")
    @app_commands.autocomplete(digest=digest_names)
    async def remove(self, interaction: Interaction, digest: str) -> None:
        """Ask, then remove with an Undo."""
        asker = await permit(interaction, Action.DIGEST_REMOVE)
        found = await desk_of(interaction).digests.find(asker, digest)
        name = panels.when_words(found, asker.locale)
        action = f"schedule:{found.id}:remove"
        await answer(interaction, confirmation(name, action, asker.locale))

    @app_commands.command(name="pause", description=description("digest pause"))
    @describe("digest pause", "digest")
    @app_commands.autocomplete(digest=digest_names)
    async def pause(self, interaction: Interaction, digest: str) -> None:
        """Post it no more for now."""
        asker = await permit(interaction, Action.DIGEST_PAUSE)
        await _pause(interaction, asker, digest, paused=True)

    @app_commands.command(name="resume", description=description("digest resume"))
    @describe("digest resume", "digest")
    @app_commands.autocomplete(digest=digest_names)
    async def resume(self, interaction: Interaction, digest: str) -> None:
        """Post it again."""
        asker = await permit(interaction, Action.DIGEST_RESUME)
        await _pause(interaction, asker, digest, paused=False)

    @app_commands.command(name="list", description=description("digest list"))
    async def list_(self, interaction: Interaction) -> None:
        """The digests of this server."""
        asker = await permit(interaction, Action.DIGEST_LIST)
        listed = await desk_of(interaction).digests.listed(asker)
        await answer(interaction, panels.list_panel(listed, 0, asker.locale))

    @app_commands.command(name="now", description=description("digest now"))
    @describe("digest now", "digest", "preview")
    @app_commands.autocomplete(digest=digest_names)
    async def now(self, interaction: Interaction, digest: str, preview: bool = True) -> None:
        """Show it, or post it where it goes."""
        asker = await permit(interaction, Action.DIGEST_NOW)
        desk = desk_of(interaction)
        found = await desk.digests.find(asker, digest)
        await thinking(interaction)
        if preview:
            await answer(interaction, digest_message(await desk.digests.preview(asker, found.id)))
            return
        await desk.digests.post_now(asker, found.id, interaction.id)
        words = filled("digest.posted", asker.locale, found.place)
        await answer(interaction, card(Severity.GOOD, words))


async def _pause(interaction: Interaction, asker: Asker, text: str, *, paused: bool) -> None:
    desk = desk_of(interaction)
    found = await desk.digests.find(asker, text)
    listed = await desk.digests.pause(asker, found.id, paused)
    key = "digest.paused" if paused else "digest.resumed"
    await answer(interaction, panels.saved_panel(key, listed, asker.locale))


async def _item(interaction: Interaction, asker: Asker, digest: DigestId) -> ListedDigest:
    desk = desk_of(interaction)
    await desk.digests.find(asker, str(digest))
    listed = [*await desk.digests.listed(asker), *await desk.digests.of_person(asker)]
    return next(each for each in listed if each.schedule.id == digest)


@on_press(r"schedule:(?P<id>\d+):(?P<verb>manage|pause|resume|preview|ask|remove)")
async def use_digest(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """The buttons of one digest; a person's own needs no right."""
    del values
    verb, digest = match["verb"], DigestId(number(match, "id"))
    asker = await _permit(interaction, digest, _ACTION_OF.get(verb, Action.PANEL_DIGEST))
    desk = desk_of(interaction)
    item = await _item(interaction, asker, digest)
    name = panels.when_words(item.schedule, asker.locale)
    if verb == "manage":
        await answer(interaction, panels.manage_panel(item, asker.locale))
    elif verb in ("pause", "resume"):
        item = await desk.digests.pause(asker, digest, verb == "pause")
        await update(interaction, panels.manage_panel(item, asker.locale))
    elif verb == "preview":
        await thinking(interaction)
        await answer(interaction, digest_message(await desk.digests.preview(asker, digest)))
    elif verb == "ask":
        await update(interaction, confirmation(name, f"schedule:{digest}:remove", asker.locale))
    else:
        removed, token = await desk.digests.remove(asker, digest)
        kind = "mine" if removed.place.kind is PlaceKind.USER else "digest"
        words = filled("digest.removed", asker.locale, removed.place, when=name)
        await update(interaction, with_undo(words, kind, token, asker.locale))


async def _permit(interaction: Interaction, digest: DigestId, action: Action) -> Asker:
    """A server's digest needs the right; a person's own is found only by its owner."""
    asker = await permit(interaction, Action.PANEL_SUBSCRIPTION)
    own = await desk_of(interaction).digests.of_person(asker)
    if any(each.schedule.id == digest for each in own):
        return asker
    return await permit(interaction, action)


_ACTION_OF = {
    "pause": Action.DIGEST_PAUSE,
    "resume": Action.DIGEST_RESUME,
    "preview": Action.DIGEST_NOW,
    "ask": Action.DIGEST_REMOVE,
    "remove": Action.DIGEST_REMOVE,
}


@on_press(r"list:digests:\w+:(?P<page>\d+):\w+")
async def turn_digests(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page of the list."""
    del values
    asker = await permit(interaction, Action.DIGEST_LIST)
    listed = await desk_of(interaction).digests.listed(asker)
    await update(interaction, panels.list_panel(listed, number(match, "page"), asker.locale))


@on_press(r"digest:(?P<id>\d+):(?P<since>\d{1,10}):(?P<until>\d{1,10}):all(?::(?P<page>\d+):\w+)?")
async def show_all(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Every story of a posted digest, for the person who asks; further pages replace the first."""
    del values
    asker = await permit(interaction, Action.DIGEST_SHOW_ALL)
    turned = match["page"] is not None
    message = await _whole(interaction, asker, match)
    await (update if turned else answer)(interaction, message)


async def _whole(interaction: Interaction, asker: Asker, match: re.Match[str]) -> Message:
    desk = desk_of(interaction)
    since = datetime.fromtimestamp(number(match, "since"), UTC)
    # The id holds whole seconds; what was told within the last one belongs to the digest.
    until = datetime.fromtimestamp(number(match, "until") + 1, UTC)
    digest = await desk.digests.whole(asker, DigestId(number(match, "id")), since, until)
    return panels.whole_panel(digest, number(match, "page"), asker.locale)


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(use_digest, turn_digests, show_all)
    await bot.add_cog(Digests())
