"""The Discord client: guilds intent only, loads the cogs (fails loudly), syncs changed commands."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands

from bot.delivery.discord_failures import answer_failure
from bot.delivery.discord_login import asked_pause, login_trouble
from bot.delivery.discord_reply import Replies
from bot.delivery.discord_translator import CatalogueTranslator
from bot.domain.article import GuildId
from bot.domain.subscription import Place, PlaceKind
from bot.errors import StoreError, TokenRefused, report_unexpected
from bot.locale import best_locale
from bot.patience import Patience
from bot.settings import DiscordSettings

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger("launchwire.client")

EXTENSIONS = (
    "cogs.feeds",
    "cogs.alerts",
    "cogs.digests",
    "cogs.personal",
    "cogs.launches",
    "cogs.summaries",
    "cogs.server",
    "cogs.setup_walk",
    "cogs.about",
    "cogs.story_buttons",
)


# discord.py would warn at each start that its voice libraries are missing: we have no use for them.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


def use_addresses(settings: DiscordSettings) -> None:
    """Point discord.py at the REST and gateway proxies of the settings, if any.

    discord.py has no parameter for this; big bots put proxies there, and so do tests.
    """
    if settings.api_base:
        discord.http.Route.BASE = settings.api_base.rstrip("/")
    if settings.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


class LaunchwireTree(app_commands.CommandTree["LaunchwireBot"]):
    """The command tree; every failure of a command becomes a sentence for the person."""

    async def on_error(
        self,
        interaction: discord.Interaction[LaunchwireBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Answer with what happened and what to do; unknown failures get a reference id."""
        await answer_failure(interaction, error)


# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
_AUTHENTICATION_FAILED = 4004
_MAY_RESUME = 4000
# Seconds before connecting anew after an event nobody could read; identifying is rationed.
_RECONNECT_DELAYS = (1.0, 5.0, 15.0, 60.0)
# What a login can fail with besides a refused token: no network, a proxy's page, an outage.
_NO_LOGIN = (
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
)
# Commands are rationed (200 creations a day), so a sync that fails is tried again slowly; seconds.
_SYNC_SECONDS = 20.0
_SYNC_FIRST, _SYNC_LONGEST = 5.0, 900.0
MAX_RATELIMIT_SECONDS = 30.0  # discord.py's own lower limit
_REFUSED = (
    "Discord refused the bot token (401). Make a new one on the Bot page of the application in "
    "Discord's developer portal and put it into DISCORD_TOKEN or the file of DISCORD_TOKEN_FILE."
)
_UNSENDABLE = (
    "The Discord token cannot be right: it holds a line break or other characters no token has. "
    "Copy it again into DISCORD_TOKEN or the file of DISCORD_TOKEN_FILE."
)
_KINDS = {
    discord.ChannelType.news: PlaceKind.ANNOUNCEMENT,
    discord.ChannelType.forum: PlaceKind.FORUM,
}


class LaunchwireBot(commands.Bot):
    """discord.py's bot with the one intent we need; the services hang on `app`."""

    app: App

    def __init__(
        self, settings: DiscordSettings, http_trace: aiohttp.TraceConfig | None = None
    ) -> None:
        extra: dict[str, Any] = {} if http_trace is None else {"http_trace": http_trace}
        super().__init__(
            command_prefix=commands.when_mentioned,  # never used: there are no message commands
            help_command=None,
            intents=discord.Intents(guilds=True),
            tree_cls=LaunchwireTree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            **extra,
            # A longer wait raises instead of sleeping: the outbox keeps the message meanwhile.
            max_ratelimit_timeout=MAX_RATELIMIT_SECONDS,
        )
        self._discord = settings
        self._replies: Replies | None = None
        self._sync_again: asyncio.Task[None] | None = None
        self.logged_in = asyncio.Event()
        self.turned_away = asyncio.Event()
        """Set once Discord could not be reached: what can be done without it should not wait."""

    @property
    def replies(self) -> Replies:
        """Messages as answers to interactions, rendered as everything else is."""
        if self._replies is None:
            self._replies = Replies(self.app.renderer, self.app.draw)
        return self._replies

    async def stay_online(self, token: str, login_seconds: float) -> None:
        """Log in, however long Discord is away, and stay connected.

        Raises:
            TokenRefused: Discord does not accept the token.
            ConnectionClosed: the gateway closed with a code that asks not to come back.
        """
        await self.log_in(token, login_seconds)
        await self.connect()

    async def log_in(self, token: str, seconds: float = 30.0) -> None:
        """Load the cogs and log in; each try may take `seconds`. Tries for ever; `app` must be set.

        Raises:
            TokenRefused: Discord answered 401.
            ExtensionError: a cog cannot be loaded.
        """
        if not (token.isascii() and token.isprintable()):
            raise TokenRefused(_UNSENDABLE)  # it cannot even stand in a request
        await self._load_cogs()
        clock, patience = asyncio.get_running_loop().time, Patience()
        while True:
            try:
                async with asyncio.timeout(seconds):
                    await self.login(token)
                break
            except _NO_LOGIN as error:
                if isinstance(error, discord.LoginFailure) or getattr(error, "status", 0) == 401:
                    raise TokenRefused(_REFUSED) from error
                if patience.failed(clock()):
                    _log.warning(
                        "cannot log in to Discord: %s. Feeds and seeds are read meanwhile, "
                        "messages wait, and the login is tried again until it works",
                        login_trouble(error, seconds),
                    )
                await self._close_session()
                self.turned_away.set()
                await asyncio.sleep(patience.pause(asked_pause(error)))
        if patience.tries:
            minutes = (clock() - patience.began) / 60
            _log.info("logged in to Discord after %.1f min tries=%s", minutes, patience.tries + 1)
        self.logged_in.set()

    async def _close_session(self) -> None:
        """Close what a failed login leaves open: discord.py makes both anew at the next one."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING
        self.http.token = None

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected to the gateway, also when an event of Discord's cannot be read.

        Raises:
            TokenRefused: the gateway does not accept the token any more.
            ConnectionClosed: the gateway closed with a code that asks not to come back.
        """
        await self._sync_or_later()
        failures = 0
        while not self.is_closed():
            try:
                await super().connect(reconnect=reconnect)
            except discord.ConnectionClosed as error:
                if error.code == _AUTHENTICATION_FAILED:
                    raise TokenRefused(_REFUSED) from error
                raise
            except discord.DiscordException:
                raise
            except Exception as error:  # noqa: BLE001 - an entry from outside: a malformed event
                link: discord.gateway.DiscordWebSocket | None = self.ws
                if link is None and isinstance(error, AttributeError):
                    # The first connection failed, and is logged: discord.py then stumbles over the
                    # link it does not have yet.
                    self.turned_away.set()
                else:
                    report_unexpected(error, "gateway")
                if link is not None:
                    await link.close(code=_MAY_RESUME)
                await asyncio.sleep(_RECONNECT_DELAYS[min(failures, len(_RECONNECT_DELAYS) - 1)])
                failures += 1

    async def close(self) -> None:
        """End the connection and what still tries."""
        if self._sync_again is not None:
            self._sync_again.cancel()
        await super().close()

    async def setup_hook(self) -> None:
        """Load what is not loaded yet."""
        await self._load_cogs()

    async def _load_cogs(self) -> None:
        """Load every cog; one that fails stops the start."""
        if self.tree.translator is None:
            await self.tree.set_translator(CatalogueTranslator())
        for extension in EXTENSIONS:
            if extension not in self.extensions:
                await self.load_extension(extension)

    async def _sync_or_later(self) -> None:
        """Sync commands; when that fails now, go on and try again in the background."""
        patience = Patience(_SYNC_FIRST, _SYNC_LONGEST)
        if not await self._synced(patience):
            self._sync_again = asyncio.create_task(self._keep_syncing(patience), name="sync")

    async def _keep_syncing(self, patience: Patience) -> None:
        while True:
            await asyncio.sleep(patience.pause())
            if await self._synced(patience):
                return

    async def _synced(self, patience: Patience) -> bool:
        """Try once; a failure is said now and then."""
        try:
            async with asyncio.timeout(_SYNC_SECONDS):
                await self._sync()
        except (discord.HTTPException, discord.RateLimited, OSError, aiohttp.ClientError) as error:
            trouble = login_trouble(error, _SYNC_SECONDS)
        except StoreError as error:
            trouble = str(error)
        else:
            return True
        if patience.failed(asyncio.get_running_loop().time()):
            _log.warning(
                "commands are not synced: %s. Slash commands may be missing or old until it works; "
                "it is tried again. If it stays so: is [discord] guild_ids right, and was the bot "
                "invited with the scope applications.commands?",
                trouble,
            )
        return False

    async def _sync(self) -> None:
        """Send the command tree where it changed; Discord allows 200 creations a day."""
        translator = self.tree.translator
        payload: list[Any] = []
        for command in self.tree.get_commands():
            if translator is None:
                payload.append(command.to_dict(self.tree))
            else:
                payload.append(await command.get_translated_payload(self.tree, translator))
        application = self.application_id or 0
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        scopes: list[discord.abc.Snowflake | None] = [None]
        if self._discord.guild_ids:
            scopes = [discord.Object(id=guild) for guild in self._discord.guild_ids]
        for scope in scopes:
            await self._sync_scope(scope, application, digest)
        self.app.renderer.learn_commands(self.app.command_ids)

    async def _sync_scope(
        self, scope: discord.abc.Snowflake | None, application: int, digest: str
    ) -> None:
        """Sync one server, or globally, unless Discord already has this very tree."""
        name = f"commands:{application}:{scope.id if scope else 'global'}"
        known = await self.app.store.read(lambda tx: tx.records.get(name))
        if isinstance(known, dict) and known.get("digest") == digest:
            self.app.command_ids.update(known["ids"])
            return
        if scope is not None:
            self.tree.copy_global_to(guild=scope)
        synced = await self.tree.sync(guild=scope)
        ids = {command.name: command.id for command in synced}
        self.app.command_ids.update(ids)
        value = {"digest": digest, "ids": ids}
        await self.app.store.write(lambda tx: tx.records.put(name, value))
        _log.info("commands synced scope=%s count=%s", name, len(ids))

    async def on_ready(self) -> None:
        """Say once that the server list is complete; parked places are looked at again."""
        _log.info("gateway ready user=%s guilds=%s", self.user, len(self.guilds))
        homes = self.app.desk.homes
        homes.members_of = {guild.id for guild in self.guilds}
        await self.app.places.connected(homes.members_of)
        owner_channel = self.get_channel(self._discord.owner_channel)
        if isinstance(owner_channel, discord.abc.GuildChannel):
            homes.of_owner_channel = owner_channel.guild.id
        wanted = await self.app.arrival.unresolved()
        known = {wish: place for wish in wanted if (place := self._place(wish)) is not None}
        if await self.app.arrival.resolve(known):
            _log.info("channels resolved count=%s", len(known))
        self.app.dispatch.wake()

    def _place(self, channel_id: int) -> Place | None:
        """A channel or thread as it is in Discord now."""
        channel = self.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return None
        kind = _KINDS.get(channel.type, PlaceKind.CHANNEL)
        return Place(kind, channel.id, GuildId(channel.guild.id))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event handler failed: reported, the connection goes on."""
        error = sys.exc_info()[1]
        if error is not None:
            report_unexpected(error, f"event {event_method}")

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Rights in a channel may have changed: try what was parked there again."""
        del before
        await self._rights_changed(after.guild)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Our rights may have changed: try what was parked in this server again."""
        del before
        await self._rights_changed(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role that denied us something may be gone."""
        await self._rights_changed(role.guild)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Our own roles or timeout changed; of ourselves Discord tells without an intent."""
        if self.user is None or after.id != self.user.id:
            return
        if before.roles != after.roles or before.timed_out_until != after.timed_out_until:
            await self._rights_changed(after.guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server came back."""
        await self._rights_changed(guild)

    async def _rights_changed(self, guild: discord.Guild) -> None:
        await self.app.places.changed(guild.id, {channel.id for channel in guild.channels})

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server invited the bot (again): offer the set-up where it can be seen."""
        self.app.desk.homes.members_of.add(guild.id)
        await self._rights_changed(guild)
        candidates = [guild.system_channel, *guild.text_channels]
        for channel in candidates:
            if channel is None:
                continue
            rights = channel.permissions_for(guild.me)
            if rights.view_channel and rights.send_messages:
                place = Place(PlaceKind.CHANNEL, channel.id, GuildId(guild.id))
                await self.app.arrival.welcome(place, best_locale(str(guild.preferred_locale)))
                return
        _log.info("guild=%s has no channel to say welcome in", guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed: its rows are paused now and deleted later."""
        self.app.desk.homes.members_of.discard(guild.id)
        await self.app.places.left(guild.id)
