"""`/summarize` and the context menus "Summarize article" and "Check for launch"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.article import GuildId
from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.errors import InvalidInput, NotFound
from bot.locale import problem, say
from bot.services.asking import Asker
from bot.services.panels.parts import note, small
from bot.services.panels.summaries import judgement_panel, summary_panel
from bot.services.summaries import Summary, addresses, article_number
from cogs.asking import (
    Choices,
    Interaction,
    answer,
    choices,
    desk_of,
    for_everyone,
    permit,
    thinking,
    update,
)
from cogs.pressing import Values, number, on_press
from cogs.wording import describe, description, text

_KINDS = (".txt", ".md", ".html", ".htm")
_DEFAULT = 3
_MENU_SENTENCES = 3


async def _articles(interaction: Interaction, typed: str) -> Choices:
    guild = GuildId(interaction.guild_id) if interaction.guild_id else None
    if guild is not None and not interaction.is_guild_integration():
        guild = None
    return choices(interaction, await desk_of(interaction).suggestions.articles(guild, typed))


class Summaries(commands.Cog):
    """Summaries for everybody; nothing that is asked for is stored."""

    def __init__(self, bot: LaunchwireBot) -> None:
        self._bot = bot
        self._menus = [
            app_commands.ContextMenu(name=text("menu.summarize"), callback=summarize_message),
            app_commands.ContextMenu(name=text("menu.check"), callback=check_message),
        ]
        for menu in self._menus:
            menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
            menu.allowed_contexts = app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            )

    async def cog_load(self) -> None:
        """Add the context menus."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take them away again."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(name="summarize", description=description("summarize"))
    @describe("summarize", "url", "file", "article", "sentences", "share")
    @app_commands.autocomplete(article=_articles)
    @for_everyone
    async def summarize(
        self,
        interaction: Interaction,
        url: app_commands.Range[str, 1, 1000] | None = None,
        file: discord.Attachment | None = None,
        article: app_commands.Range[str, 1, 200] | None = None,
        sentences: app_commands.Range[int, 1, 10] = _DEFAULT,
        share: bool = False,
    ) -> None:
        """Summarize an address, a file or a stored article in its own sentences."""
        asker = await permit(interaction, Action.SUMMARIZE)
        if sum(each is not None for each in (url, file, article)) != 1:
            raise problem(InvalidInput, "error.one_of", options=("url", "file", "article"))
        if file is not None and not file.filename.lower().endswith(_KINDS):
            raise problem(
                InvalidInput, "error.file_kind", name=file.filename, kinds=", ".join(_KINDS)
            )
        await thinking(interaction, ephemeral=not share)
        desk = desk_of(interaction).summaries
        if url is not None:
            summary, token = await desk.of_address(asker, url, sentences)
        elif file is not None:
            data = await file.read()
            summary, token = await desk.of_file(asker, file.filename, data, sentences)
        else:
            stored = article_number(article or "")
            if stored is None:
                raise problem(NotFound, "permission.not_found")
            summary, token = await desk.of_stored(asker, stored, sentences)
        message = summary_panel(summary, None if share else token, asker.locale)
        await answer(interaction, message, ephemeral=not share)


async def _of_message(
    interaction: Interaction, asker: Asker, message: discord.Message
) -> tuple[Summary, str, int]:
    """The first article a message links to, else its text file, else its own words.

    The last value says how many links the message has.
    """
    desk = desk_of(interaction).summaries
    texts = _texts_of(message)
    links = addresses(texts)
    if links:
        return *await desk.of_address(asker, links[0], _MENU_SENTENCES), len(links)
    for file in message.attachments:
        if file.filename.lower().endswith(_KINDS):
            data = await file.read()
            return *await desk.of_file(asker, file.filename, data, _MENU_SENTENCES), 0
    body = "\n\n".join(part for part in texts if part)
    if not body.strip():
        raise problem(InvalidInput, "error.nothing_to_read")
    return *await desk.of_text(asker, "", body, _MENU_SENTENCES), 0


def _texts_of(message: discord.Message) -> list[str]:
    """Everything a message says, also forwarded, in embeds, and in Components V2."""
    texts: list[str] = []
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    for part in parts:
        texts.append(part.content)
        for embed in part.embeds:
            texts += [embed.url or "", embed.title or "", embed.description or ""]
        for component in part.components:
            texts += _component_texts(component)
    return texts


def _component_texts(component: Any) -> list[str]:
    found = [str(text) for name in ("content", "url") if (text := getattr(component, name, None))]
    for name in ("children", "components"):
        for child in getattr(component, name, None) or ():
            found += _component_texts(child)
    accessory = getattr(component, "accessory", None)
    return found + (_component_texts(accessory) if accessory is not None else [])


async def summarize_message(interaction: Interaction, message: discord.Message) -> None:
    """Summarize what a message links to, or says."""
    asker = await permit(interaction, Action.SUMMARIZE_MESSAGE)
    await thinking(interaction)
    summary, token, links = await _of_message(interaction, asker, message)
    panel = summary_panel(summary, token, asker.locale)
    await answer(interaction, _of_several(panel, links, asker))


async def check_message(interaction: Interaction, message: discord.Message) -> None:
    """Say whether it reports a launch, and which sentence says so."""
    asker = await permit(interaction, Action.CHECK_MESSAGE)
    await thinking(interaction)
    summary, _, links = await _of_message(interaction, asker, message)
    await answer(interaction, _of_several(judgement_panel(summary, asker.locale), links, asker))


def _of_several(message: Message, links: int, asker: Asker) -> Message:
    """A reply that says when it read only the first of several links."""
    if links < 2:
        return message
    words = small(say("summary.first_link", asker.locale, count=links))
    return replace(message, blocks=(words, *message.blocks))


@on_press(r"length:(?P<token>[\w-]+):(?P<count>\d{1,2}):\w+")
async def change_length(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Shorter or longer."""
    del values
    asker = await permit(interaction, Action.SUMMARIZE)
    await interaction.response.defer()
    await update(interaction, await _again(interaction, asker, match, with_buttons=True))


@on_press(r"share:(?P<token>[\w-]+):(?P<count>\d{1,2})")
async def share(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Post it in the channel for everybody."""
    del values
    asker = await permit(interaction, Action.SUMMARIZE)
    await interaction.response.defer()
    message = await _again(interaction, asker, match, with_buttons=False)
    await answer(interaction, message, ephemeral=False)
    await update(interaction, note(say("summary.shared", asker.locale), Severity.GOOD))


async def _again(
    interaction: Interaction, asker: Asker, match: re.Match[str], *, with_buttons: bool
) -> Message:
    token = match["token"]
    summary = await desk_of(interaction).summaries.again(asker, token, number(match, "count"))
    return summary_panel(summary, token if with_buttons else None, asker.locale)


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands, menus and buttons."""
    bot.add_dynamic_items(change_length, share)
    await bot.add_cog(Summaries(bot))
