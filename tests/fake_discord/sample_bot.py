"""A small bot on discord.py's real client, to prove the stand-in with."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands

FEEDS = ["BBC World", "Yonhap", "NHK World"]


class NameModal(discord.ui.Modal, title="Rename the feed"):
    """Asks for a name and a kind."""

    name: discord.ui.TextInput[NameModal] = discord.ui.TextInput(
        label="New name", max_length=20, custom_id="name"
    )
    kind: discord.ui.Label[NameModal] = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select(
            custom_id="kind",
            options=[discord.SelectOption(label=word, value=word) for word in ("wire", "press")],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what came in."""
        assert isinstance(self.kind.component, discord.ui.Select)
        text = f"renamed to {self.name.value} ({self.kind.component.values[0]})"
        await interaction.response.send_message(text, ephemeral=True)


class Panel(discord.ui.View):
    """Buttons and a select of every kind of answer."""

    @discord.ui.button(label="Follow", custom_id="follow")
    async def follow(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        """Answer with a new message."""
        await interaction.response.send_message("followed", ephemeral=True)

    @discord.ui.button(label="Mute", custom_id="mute")
    async def mute(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        """Change the message itself."""
        await interaction.response.edit_message(content="muted", view=None)

    @discord.ui.button(label="Refresh", custom_id="refresh")
    async def refresh(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        """Defer, then change the message."""
        await interaction.response.defer()
        await interaction.edit_original_response(content="refreshed")

    @discord.ui.button(label="Rename", custom_id="rename")
    async def rename(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        """Open a modal."""
        await interaction.response.send_modal(NameModal())

    @discord.ui.button(label="Broken", custom_id="broken", disabled=True)
    async def broken(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        """Never pressed."""

    @discord.ui.select(
        custom_id="topics",
        placeholder="Topics",
        max_values=2,
        options=[discord.SelectOption(label=t, value=t) for t in ("launches", "missiles")],
    )
    async def topics(
        self, interaction: discord.Interaction, select: discord.ui.Select[Panel]
    ) -> None:
        """Say what was picked."""
        await interaction.response.send_message("picked " + " ".join(select.values))

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="role", placeholder="Role")
    async def role(
        self, interaction: discord.Interaction, select: discord.ui.RoleSelect[Panel]
    ) -> None:
        """Say which role was picked."""
        await interaction.response.send_message(f"role {select.values[0].name}")


class FeedGroup(app_commands.Group):
    """Commands for feeds."""

    @app_commands.command(name="add", description="Add a feed")
    @app_commands.describe(url="Address", channel="Where", limit="How many", file="List")
    async def add(
        self,
        interaction: discord.Interaction,
        url: app_commands.Range[str, 1, 200],
        channel: discord.TextChannel,
        role: discord.Role | None = None,
        limit: app_commands.Range[int, 1, 10] = 3,
        file: discord.Attachment | None = None,
    ) -> None:
        """Answer at once with everything that came in."""
        size = len(await file.read()) if file else 0
        text = f"{url} #{channel.name} {role.name if role else '-'} {limit} {size}"
        await interaction.response.send_message(text, ephemeral=True, view=Panel(timeout=None))

    @app_commands.command(name="remove", description="Remove a feed")
    async def remove(self, interaction: discord.Interaction, feed: str) -> None:
        """Defer, then answer with a follow-up and a second one with a file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.05)
        embed = discord.Embed(title="Removed", description=feed)
        await interaction.followup.send(embed=embed)
        report = discord.File(io.BytesIO(b"<opml/>"), "feeds.opml", description="what is left")
        await interaction.followup.send("the rest", file=report, ephemeral=True)

    @remove.autocomplete("feed")
    async def _feeds(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        names = [name for name in FEEDS if current.lower() in name.lower()]
        return [app_commands.Choice(name=name, value=name) for name in names]


class SampleBot(discord.Client):
    """A client with guild intents, commands and persistent components."""

    def __init__(self, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(
            heartbeat_timeout=heartbeat_timeout,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(
            FeedGroup(name="feed", description="Feeds", default_permissions=discord.Permissions(32))
        )
        self._add_commands()
        self.resumed = 0
        self.removed: list[int] = []
        self.errors: list[Exception] = []

    def _add_commands(self) -> None:
        @self.tree.command(name="status", description="How it goes")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def status(interaction: discord.Interaction) -> None:
            await interaction.response.send_message(view=status_view())

        @self.tree.command(name="sleep", description="Answer too late")
        async def sleep(interaction: discord.Interaction) -> None:
            await asyncio.sleep(0.4)
            try:
                await interaction.response.send_message("too late")
            except discord.NotFound as error:
                self.errors.append(error)

        @self.tree.command(name="twice", description="Answer twice")
        async def twice(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("once")
            interaction.response._response_type = None  # noqa: SLF001 RUF100  gets past the library's own guard
            try:
                await interaction.response.send_message("twice")
            except discord.HTTPException as error:
                self.errors.append(error)

        @self.tree.context_menu(name="Summarize article")
        async def summarize(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message("short: " + message.content[:5], ephemeral=True)

    async def setup_hook(self) -> None:
        """Register the commands and the components that outlive a restart."""
        self.add_view(Panel(timeout=None))
        await self.tree.sync()

    async def before_identify_hook(self, _shard_id: int | None, *, initial: bool = False) -> None:
        """Do without the library's pause of 5 s before a second session (`initial` or not)."""

    async def on_resumed(self) -> None:
        """Count resumes."""
        self.resumed += 1

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note guilds lost."""
        self.removed.append(guild.id)


def status_view() -> discord.ui.LayoutView:
    """Return a Components V2 message with most kinds of parts."""
    view = discord.ui.LayoutView(timeout=None)
    button: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(
        label="Details", custom_id="details"
    )
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(
        discord.ui.TextDisplay("## All good"),
        discord.ui.Separator(),
        discord.ui.Section(discord.ui.TextDisplay("38 of 40 feeds fresh"), accessory=button),
        accent_color=discord.Color(0x2F7DE1),
    )
    view.add_item(box)
    return view


def text_channel(client: discord.Client, channel_id: int) -> discord.TextChannel:
    """Return a cached text channel."""
    channel = client.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    return channel
