"""What users do: slash commands, autocomplete, buttons, selects, modals and context menus."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.fake_discord.gateway import Gateway
from tests.fake_discord.interaction_routes import (
    Callback,
    Interaction,
    InteractionRoutes,
    Kind,
)
from tests.fake_discord.journal import Journal
from tests.fake_discord.modals import Answer, fill_modal
from tests.fake_discord.model import FLAG_LOADING, Channel, ChannelType, Guild, Json, Message, User
from tests.fake_discord.options import (
    NotOffered,
    Resolved,
    Value,
    fill_options,
    find_leaf,
    nest,
)
from tests.fake_discord.payloads import member_json, message_json, user_json
from tests.fake_discord.permissions import Permission
from tests.fake_discord.world import World

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
IN_GUILD, BOT_DM, PRIVATE = 0, 1, 2
GUILD_INSTALL, USER_INSTALL = 0, 1
BUTTON, LINK_STYLE, STRING_SELECT = 2, 5, 3
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024
# A handler that defers an update and then changes nothing looks finished after this long.
QUIET_UPDATE = 0.5


class NoAnswer(AssertionError):
    """The bot did not answer in time; a user would read "The application did not respond"."""


@dataclass(slots=True, eq=False)
class Outcome:
    """What a user sees after an interaction; it stays live while more answers come."""

    interaction: Interaction

    @property
    def replies(self) -> list[Message]:
        """The visible answers, the original first: not deleted, not still thinking."""
        return [m for m in self.interaction.answers if not m.deleted and not m.flags & FLAG_LOADING]

    @property
    def reply(self) -> Message:
        """The first visible answer.

        Raises:
            AssertionError: there is none.
        """
        replies = self.replies
        assert replies, f"no reply; the first answer was {self.interaction.callback!r}"
        return replies[0]

    @property
    def text(self) -> str:
        """Everything the answers say."""
        return "\n".join(message.text for message in self.replies)

    @property
    def ephemeral(self) -> bool:
        """Whether every answer is for the user's eyes only."""
        return all(message.ephemeral for message in self.replies)

    @property
    def deferred(self) -> bool:
        """Whether the bot asked for time first."""
        return self.interaction.callback in (Callback.DEFER, Callback.DEFER_UPDATE)

    @property
    def modal(self) -> Json:
        """The modal that was opened.

        Raises:
            AssertionError: none was.
        """
        assert self.interaction.modal is not None, f"no modal but {self.interaction.callback!r}"
        return self.interaction.modal

    @property
    def updated(self) -> bool:
        """Whether the message the component sits on was changed."""
        return bool(self.interaction.edited)

    @property
    def seconds_to_acknowledge(self) -> float:
        """Seconds from the interaction to the first answer."""
        return (self.interaction.acknowledged_at or time.monotonic()) - self.interaction.sent_at

    @property
    def seconds(self) -> float:
        """Seconds from the interaction to the last change."""
        return self.interaction.last_change - self.interaction.sent_at


class Actions(World):
    """A world whose users can act."""

    gateway: Gateway
    journal: Journal
    interactions: InteractionRoutes
    settle = 0.05

    # -- commands -----------------------------------------------------------------------------

    async def slash(
        self,
        guild: Guild | None,
        channel: Channel | None,
        user: User,
        name: str,
        options: Mapping[str, Value] | None = None,
        *,
        despite_permissions: bool = False,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Outcome:
        """Use a chat command, `name` with its group and subcommand ("feed add").

        `guild` None means a direct message; `channel` None then means the one with the bot.
        `despite_permissions` acts as if the server had allowed the command to everyone.

        Raises:
            NotOffered: the user could not do this in Discord.
            NoAnswer: the bot did not answer, or did not finish within `timeout` seconds.
        """
        channel = channel or self.dm_channel(user)
        top, *words = name.split()
        command = self._command(guild, channel, user, CHAT_INPUT, top, despite_permissions)
        leaf, way = find_leaf(command, words)
        resolved = Resolved(self, guild, user, channel)
        filled = nest(way, fill_options(leaf, options or {}, resolved))
        data = self._command_data(command, resolved, {"options": filled})
        return await self._act(Kind.COMMAND, guild, channel, user, data, timeout, command)

    async def autocomplete(
        self,
        guild: Guild | None,
        channel: Channel | None,
        user: User,
        name: str,
        option: str,
        text: str = "",
        options: Mapping[str, Value] | None = None,
    ) -> list[Json]:
        """Type `text` into an option and return the choices offered (`name` and `value`)."""
        channel = channel or self.dm_channel(user)
        top, *words = name.split()
        command = self._command(guild, channel, user, CHAT_INPUT, top, False)
        leaf, way = find_leaf(command, words)
        resolved = Resolved(self, guild, user, channel)
        given = {**(options or {}), option: text}
        data = self._command_data(
            command, resolved, {"options": nest(way, fill_options(leaf, given, resolved, option))}
        )
        outcome = await self._act(Kind.AUTOCOMPLETE, guild, channel, user, data, 3.0, command)
        return outcome.interaction.choices

    async def context_menu(
        self,
        guild: Guild | None,
        channel: Channel | None,
        user: User,
        name: str,
        target: Message | User,
        *,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Outcome:
        """Use a command from a message's or a user's context menu."""
        channel = channel or self.dm_channel(user)
        kind = MESSAGE_MENU if isinstance(target, Message) else USER_MENU
        command = self._command(guild, channel, user, kind, name, False)
        resolved = Resolved(self, guild, user, channel)
        data = self._command_data(command, resolved, {"target_id": resolved.add(target)})
        return await self._act(Kind.COMMAND, guild, channel, user, data, timeout, command)

    def _command(
        self,
        guild: Guild | None,
        channel: Channel,
        user: User,
        kind: int,
        name: str,
        despite_permissions: bool,
    ) -> Json:
        offered = self.commands_for(guild.id if guild is not None else None)
        command = next((c for c in offered if c["type"] == kind and c["name"] == name), None)
        if command is None:
            names = sorted(c["name"] for c in offered if c["type"] == kind)
            raise NotOffered(f"no command {name!r} here; there are {names}")
        context, _, _ = self._context(guild, channel, user, command)
        contexts = command.get("contexts")
        if contexts and context not in contexts:
            raise NotOffered(f"{name!r} is not offered in context {context}")
        if guild is not None and not despite_permissions:
            held = guild.permissions(user.id, channel)
            if not held & Permission.USE_APPLICATION_COMMANDS:
                raise NotOffered(f"{user.name} may not use commands in #{channel.name}")
            needed = command.get("default_member_permissions")
            if needed is not None and (int(needed) == 0 or int(held) & int(needed) != int(needed)):
                raise NotOffered(f"{name!r} is hidden from {user.name}: needs {needed}")
        return command

    def _context(
        self, guild: Guild | None, channel: Channel, user: User, command: Json | None
    ) -> tuple[int, dict[str, str], bool]:
        """Return where this happens, under whose installation, and whether the bot is absent."""
        installs = (command or {}).get("integration_types") or [GUILD_INSTALL, USER_INSTALL]
        owners: dict[str, str] = {}
        if guild is not None and guild.has_bot and GUILD_INSTALL in installs:
            owners["0"] = str(guild.id)
        in_bot_dm = guild is None and channel.recipient is user
        if in_bot_dm and GUILD_INSTALL in installs and self.shares_a_guild(user):
            owners["0"] = "0"
        if user.has_installed_app and USER_INSTALL in installs:
            owners["1"] = str(user.id)
        if not owners:
            raise NotOffered(f"the app is installed neither here nor by {user.name}")
        context = IN_GUILD if guild is not None else BOT_DM if in_bot_dm else PRIVATE
        outside = (guild is not None and not guild.has_bot) or context == PRIVATE
        return context, owners, outside

    def _command_data(self, command: Json, resolved: Resolved, rest: Json) -> Json:
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]} | rest
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        if resolved.found:
            data["resolved"] = resolved.found
        return data

    # -- components ---------------------------------------------------------------------------

    async def press(
        self,
        user: User,
        message: Message,
        custom_id: str | None = None,
        *,
        label: str | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Outcome:
        """Press a button of a message, found by custom id or by what stands on it."""
        part = self._part(user, message, custom_id, label)
        if part["type"] != BUTTON or part.get("style") == LINK_STYLE:
            raise NotOffered(f"{label or custom_id!r} is no button that tells the bot")
        data = {"custom_id": part["custom_id"], "component_type": BUTTON, "id": part.get("id", 1)}
        return await self._act_on(message, user, data, timeout)

    async def select(
        self,
        user: User,
        message: Message,
        values: Sequence[Value],
        custom_id: str | None = None,
        *,
        label: str | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Outcome:
        """Pick from a select menu, found by custom id or by its placeholder."""
        part = self._part(user, message, custom_id, label)
        if part["type"] == BUTTON:
            raise NotOffered(f"{label or custom_id!r} is no select menu")
        low, high = part.get("min_values", 1), part.get("max_values") or 1
        if not low <= len(values) <= high:
            raise NotOffered(f"the menu takes {low} to {high} values, not {len(values)}")
        offered = [option["value"] for option in part.get("options") or []]
        if part["type"] == STRING_SELECT and set(values) - set(offered):
            raise NotOffered(f"the menu offers {offered}, not {list(values)}")
        channel = self.channels[message.channel_id]
        guild = self.guilds.get(channel.guild_id or 0)
        resolved = Resolved(self, guild, user, channel)
        picked = [v if isinstance(v, str) else resolved.add(v) for v in values]
        data: Json = {"custom_id": part["custom_id"], "component_type": part["type"]}
        data |= {"values": picked, "id": part.get("id", 1)}
        if resolved.found:
            data["resolved"] = resolved.found
        return await self._act_on(message, user, data, timeout)

    def _part(self, user: User, message: Message, custom_id: str | None, label: str | None) -> Json:
        if message.deleted or (message.ephemeral and message.ephemeral_to != user.id):
            raise NotOffered(f"{user.name} does not see this message")
        try:
            part = message.component(custom_id, label)
        except LookupError as error:
            raise NotOffered(str(error)) from error
        if part.get("disabled"):
            raise NotOffered(f"{label or custom_id!r} is disabled")
        return part

    async def _act_on(self, message: Message, user: User, data: Json, wait: float) -> Outcome:
        channel = self.channels[message.channel_id]
        guild = self.guilds.get(channel.guild_id or 0)
        return await self._act(Kind.COMPONENT, guild, channel, user, data, wait, message=message)

    async def submit_modal(
        self,
        opened: Outcome,
        values: Mapping[str, Answer] | None = None,
        *,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Outcome:
        """Fill in and send the modal that an interaction opened."""
        source = opened.interaction
        resolved = Resolved(self, source.guild, source.user, source.channel)
        data = fill_modal(opened.modal, values or {}, resolved)
        message = source.message if source.kind is Kind.COMPONENT else None
        return await self._act(
            Kind.MODAL, source.guild, source.channel, source.user, data, timeout, message=message
        )

    # -- sending and waiting ------------------------------------------------------------------

    async def _act(
        self,
        kind: Kind,
        guild: Guild | None,
        channel: Channel,
        user: User,
        data: Json,
        wait: float,
        command: Json | None = None,
        message: Message | None = None,
    ) -> Outcome:
        if not self.gateway.connected:
            raise NoAnswer("no bot is connected to the gateway")
        context, owners, outside = self._context(guild, channel, user, command)
        interaction = Interaction(
            id=self.clock.snowflake(),
            token=secrets.token_urlsafe(24),
            kind=kind,
            user=user,
            channel=channel,
            guild=guild,
            data=data,
            owners=owners,
            outside=outside,
            sent_at=time.monotonic(),
            wall_time=self.clock.now(),
            message=message,
        )
        self.interactions.by_token[interaction.token] = interaction
        payload = self._payload(interaction, context)
        shard_guild = guild.id if guild is not None and guild.has_bot else None
        self.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=shard_guild)
        await self._finish(interaction, wait)
        return Outcome(interaction)

    def _payload(self, interaction: Interaction, context: int) -> Json:
        guild, channel, user = interaction.guild, interaction.channel, interaction.user
        resolved = Resolved(self, guild, user, channel)
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.application.id),
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": resolved.partial_channel(channel),
            "data": interaction.data,
            "locale": user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": interaction.owners,
            "context": context,
            "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
            "app_permissions": str(int(self.bot_permissions(channel))),
        }
        if interaction.message is not None:
            payload["message"] = message_json(interaction.message, self.users)
        if guild is None or channel.type == ChannelType.DM:
            return payload | {"user": user_json(user)}
        member = member_json(guild.members[user.id])
        member["permissions"] = str(int(guild.permissions(user.id, channel)))
        return payload | {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member,
        }

    async def _finish(self, interaction: Interaction, wait: float) -> None:
        deadline = self.interactions.deadline
        what = f"{interaction.kind.name} {interaction.data.get('name') or interaction.data}"
        try:
            await self.journal.wait_for(
                lambda: interaction.callback is not None or interaction.refusals, deadline + 0.5
            )
        except TimeoutError as error:
            raise NoAnswer(f"{what}: no answer within {deadline} s: {error}") from error
        if interaction.callback is None:
            raise NoAnswer(f"{what}: {interaction.refusals}")
        if interaction.callback is Callback.DEFER:
            try:
                await self.journal.wait_for(lambda: interaction.resolved, wait)
            except TimeoutError as error:
                raise NoAnswer(f"{what}: deferred, then nothing: {error}") from error
        elif interaction.callback is Callback.DEFER_UPDATE:
            started = time.monotonic()
            await self.journal.wait_for(
                lambda: interaction.resolved or time.monotonic() - started > QUIET_UPDATE,
                QUIET_UPDATE + 1.0,
            )
        if interaction.callback not in (Callback.CHOICES, Callback.MODAL):
            ends = time.monotonic() + wait
            # Quiet is what is waited for, and no event announces it.
            while not self._is_settled(interaction) and time.monotonic() < ends:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def _is_settled(self, interaction: Interaction) -> bool:
        if time.monotonic() - interaction.last_change < self.settle:
            return False
        return not any(
            exchange.answered_at is None and exchange.fault is None
            for exchange in self.journal.exchanges[-50:]
            if interaction.token in exchange.path
        )
