"""REST routes of everything that is no message: the bot itself, guilds, channels, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_discord.compose import BrokenRules
from tests.fake_discord.errors import ApiError, form_error
from tests.fake_discord.model import Channel, Guild, Json
from tests.fake_discord.payloads import (
    application_json,
    channel_json,
    guild_json,
    member_json,
    own_user_json,
    role_json,
    user_json,
)
from tests.fake_discord.permissions import Permission
from tests.fake_discord.rest import Answer, Call, Route, route
from tests.fake_discord.rules import check_commands

if TYPE_CHECKING:
    from tests.fake_discord.server import FakeDiscord


class PlaceRoutes:
    """Handlers that mostly read the world."""

    def __init__(self, server: FakeDiscord) -> None:
        self.server = server
        self.world = server.world

    def routes(self) -> list[Route]:
        """Return the routes."""
        app = "/applications/{application_id}"
        guild_commands = app + "/guilds/{guild_id}/commands"
        guild = "/guilds/{guild_id}"
        read = [
            ("/users/@me", "get_my_user", self.me, ""),
            ("/users/{user_id}", "get_user", self.user, ""),
            ("/oauth2/applications/@me", "get_my_oauth2_application", self.app, ""),
            ("/applications/@me", "get_my_application", self.app, ""),
            ("/gateway", "get_gateway", self.gateway, ""),
            ("/gateway/bot", "get_bot_gateway", self.gateway_bot, ""),
            (guild, "get_guild", self.guild, "guild_id"),
            (guild + "/channels", "list_guild_channels", self.channels, "guild_id"),
            (guild + "/threads/active", "get_active_guild_threads", self.threads, "guild_id"),
            (guild + "/roles", "list_guild_roles", self.roles, "guild_id"),
            (guild + "/roles/{role_id}", "get_guild_role", self.role, "guild_id"),
            (guild + "/members/{user_id}", "get_guild_member", self.member, "guild_id"),
            ("/channels/{channel_id}", "get_channel", self.channel, "channel_id"),
            (app + "/commands", "list_application_commands", self.commands, ""),
            (guild_commands, "list_guild_application_commands", self.commands, ""),
            (app + "/emojis", "list_application_emojis", self.emojis, ""),
        ]
        routes = [route("GET", path, name, handler, m) for path, name, handler, m in read]
        put = "bulk_set_application_commands"
        put_guild = "bulk_set_guild_application_commands"
        return [
            *routes,
            route("PUT", app + "/commands", put, self.set_commands),
            route("PUT", guild_commands, put_guild, self.set_commands),
            route("POST", "/users/@me/channels", "create_dm", self.open_dm),
            route("DELETE", "/users/@me/guilds/{guild_id}", "leave_guild", self.leave),
            route("PATCH", "/channels/{channel_id}", "update_channel", self.edit, "channel_id"),
            route("DELETE", "/channels/{channel_id}", "delete_channel", self.drop, "channel_id"),
        ]

    def me(self, _call: Call) -> Answer:
        """GET the bot's own user."""
        return 200, own_user_json(self.world.bot)

    def user(self, call: Call) -> Answer:
        """GET a user."""
        user = self.world.users.get(call.id("user_id"))
        if user is None:
            raise ApiError(10013)
        return 200, user_json(user)

    def app(self, _call: Call) -> Answer:
        """GET the application."""
        count = sum(guild.has_bot for guild in self.world.guilds.values())
        return 200, application_json(self.world.application, self.world.bot, count)

    def gateway(self, _call: Call) -> Answer:
        """GET the websocket's address."""
        return 200, {"url": self.server.gateway_url}

    def gateway_bot(self, _call: Call) -> Answer:
        """GET the websocket's address with session limits."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return 200, {"url": self.server.gateway_url, "shards": 1, "session_start_limit": limit}

    def _guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise ApiError(10004)
        if not guild.has_bot:
            raise ApiError(50001)
        return guild

    def guild(self, call: Call) -> Answer:
        """GET a guild."""
        guild = self._guild(call)
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
        return 200, guild_json(guild) | (counts if "with_counts" in call.exchange.query else {})

    def channels(self, call: Call) -> Answer:
        """GET a guild's channels, threads left out."""
        found = [c for c in self._guild(call).channels.values() if not c.is_thread]
        return 200, [channel_json(channel, self.world.bot) for channel in found]

    def threads(self, call: Call) -> Answer:
        """GET a guild's threads that are not archived, those of forums among them."""
        found = [c for c in self._guild(call).channels.values() if c.is_thread and not c.archived]
        threads = [channel_json(channel, self.world.bot) for channel in found]
        return 200, {"threads": threads, "members": [], "has_more": False}

    def roles(self, call: Call) -> Answer:
        """GET a guild's roles."""
        return 200, [role_json(role) for role in self._guild(call).roles.values()]

    def role(self, call: Call) -> Answer:
        """GET one role."""
        role = self._guild(call).roles.get(call.id("role_id"))
        if role is None:
            raise ApiError(10011)
        return 200, role_json(role)

    def member(self, call: Call) -> Answer:
        """GET a member."""
        member = self._guild(call).members.get(call.id("user_id"))
        if member is None:
            raise ApiError(10007)
        return 200, member_json(member)

    def _channel(self, call: Call) -> Channel:
        channel = self.world.channels.get(call.id("channel_id"))
        if channel is None:
            raise ApiError(10003)
        if not self.world.bot_permissions(channel) & Permission.VIEW_CHANNEL:
            raise ApiError(50001)
        return channel

    def channel(self, call: Call) -> Answer:
        """GET a channel or thread."""
        return 200, channel_json(self._channel(call), self.world.bot)

    def edit(self, call: Call) -> Answer:
        """PATCH a channel or thread: name, archived, locked, tags."""
        channel = self._channel(call)
        held = self.world.bot_permissions(channel)
        own_thread = channel.is_thread and channel.owner_id == self.world.bot.id
        needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
        if not own_thread and not held & needed:
            raise ApiError(50013)
        payload = call.payload
        channel.name = payload.get("name") or channel.name
        channel.archived = payload.get("archived", channel.archived)
        channel.locked = payload.get("locked", channel.locked)
        if payload.get("applied_tags") is not None:
            channel.applied_tags = [int(tag) for tag in payload["applied_tags"]]
        self.world.update_channel(channel)
        return 200, channel_json(channel, self.world.bot)

    def drop(self, call: Call) -> Answer:
        """DELETE a channel or thread."""
        channel = self._channel(call)
        needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
        if not self.world.bot_permissions(channel) & needed:
            raise ApiError(50013)
        self.world.delete_channel(channel)
        return 200, channel_json(channel, self.world.bot)

    def leave(self, call: Call) -> Answer:
        """DELETE: the bot leaves a guild."""
        self.world.remove_bot(self._guild(call))
        return 204, None

    def open_dm(self, call: Call) -> Answer:
        """POST: open a direct message channel; whether it can be used shows when sending."""
        user = self.world.users.get(int(call.payload["recipient_id"]))
        if user is None:
            raise ApiError(10013)
        if user.bot:
            raise ApiError(50007)
        return 200, channel_json(self.world.dm_channel(user), self.world.bot)

    def emojis(self, _call: Call) -> Answer:
        """GET the application's emojis: there are none."""
        return 200, {"items": []}

    # -- commands -----------------------------------------------------------------------------

    def commands(self, call: Call) -> Answer:
        """GET the registered commands of one scope."""
        self._check_application(call)
        if "guild_id" in call.params:
            return 200, self.world.guild_commands.get(self._guild(call).id, [])
        return 200, self.world.global_commands

    def set_commands(self, call: Call) -> Answer:
        """PUT: overwrite the commands of one scope; those that stay keep their ids."""
        self._check_application(call)
        wanted = call.exchange.body
        if not isinstance(wanted, list):
            raise form_error([("commands", "a list is wanted")])
        violations = check_commands(wanted)
        if violations:
            raise BrokenRules(violations)
        guild = self._guild(call) if "guild_id" in call.params else None
        old = self.world.global_commands
        if guild is not None:
            old = self.world.guild_commands.get(guild.id, [])
        ids = {(c["type"], c["name"]): c["id"] for c in old}
        registered = [self._register(command, ids, guild) for command in wanted]
        if guild is None:
            self.world.global_commands = registered
        else:
            self.world.guild_commands[guild.id] = registered
        return 200, registered

    def _check_application(self, call: Call) -> None:
        if call.id("application_id") != self.world.application.id:
            raise ApiError(50001)

    def _register(
        self, command: Json, ids: dict[tuple[int, str], str], guild: Guild | None
    ) -> Json:
        kind = command.get("type") or 1
        permissions = command.get("default_member_permissions")
        registered: Json = {
            "id": ids.get((kind, command["name"])) or str(self.world.clock.snowflake()),
            "application_id": str(self.world.application.id),
            "version": str(self.world.clock.snowflake()),
            "type": kind,
            "name": command["name"],
            "name_localizations": command.get("name_localizations"),
            "description": command.get("description") or "",
            "description_localizations": command.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "nsfw": False,
        }
        if command.get("options"):
            registered["options"] = command["options"]
        if guild is not None:
            registered["guild_id"] = str(guild.id)
        else:
            registered["integration_types"] = command.get("integration_types") or [0]
            registered["contexts"] = command.get("contexts")
        return registered
