"""The stand-in's state and the ways a test changes it; changes are told to connected bots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from tests.fake_discord.clock import ServerClock
from tests.fake_discord.model import (
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Revision,
    Role,
    User,
)
from tests.fake_discord.payloads import (
    Application,
    channel_json,
    guild_create_json,
    member_json,
    message_json,
    role_json,
)
from tests.fake_discord.permissions import ALL, EVERYONE, Overwrite, Permission

INTENT_GUILDS = 1 << 0
INTENT_GUILD_MESSAGES = 1 << 9
INTENT_DIRECT_MESSAGES = 1 << 12

BOT_PERMISSIONS = (
    EVERYONE
    | Permission.MENTION_EVERYONE
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


class Emit(Protocol):
    """Sends a gateway event to every session that asked for it."""

    def __call__(
        self, event: str, data: Json, *, guild_id: int | None = None, intent: int = 0
    ) -> None:
        """Send `event` with `data`; `intent` 0 goes to all."""


class World:
    """Users, guilds, channels and messages, and every change a test can make to them."""

    def __init__(self, clock: ServerClock, emit: Emit, file_address: Callable[[], str]) -> None:
        self.clock = clock
        self.emit = emit
        self.file_address = file_address
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.files: dict[int, Attachment] = {}
        self.global_commands: list[Json] = []
        self.guild_commands: dict[int, list[Json]] = {}
        self.nonces: dict[tuple[int, int, str], tuple[int, float]] = {}
        self.nonce_window = 180.0
        self.bot = self.add_user("launchwire", bot=True)
        owner = self.add_user("operator")
        self.application = Application(self.bot.id, "Launchwire", owner)

    # -- people -------------------------------------------------------------------------------

    def add_user(
        self,
        name: str,
        *,
        bot: bool = False,
        dms_open: bool = True,
        has_installed_app: bool = False,
        locale: str = "en-US",
    ) -> User:
        """Make a user; `has_installed_app` means as a user-installed app."""
        user = User(self.clock.snowflake(), name, bot, dms_open, has_installed_app, locale)
        self.users[user.id] = user
        return user

    def add_member(
        self, guild: Guild, user: User, permissions: int = 0, roles: Iterable[Role] = ()
    ) -> Member:
        """Let a user join a guild; `permissions` come with a role made for them alone."""
        held = {role.id for role in roles}
        if permissions:
            held.add(self.add_role(guild, f"of {user.name}", permissions).id)
        member = guild.members[user.id] = Member(user, held)
        return member

    # -- guilds -------------------------------------------------------------------------------

    def add_guild(
        self,
        name: str,
        *,
        owner: User | None = None,
        bot_permissions: int = BOT_PERMISSIONS,
        has_bot: bool = True,
        locale: str = "en-US",
    ) -> Guild:
        """Make a guild, with the bot in it unless told otherwise."""
        owner = owner or self.add_user(f"owner of {name}")
        guild = Guild(self.clock.snowflake(), name, owner.id, locale, has_bot=has_bot)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", EVERYONE, position=0)
        self.guilds[guild.id] = guild
        self.add_member(guild, owner)
        if has_bot:
            self.invite_bot(guild, bot_permissions)
        return guild

    def invite_bot(self, guild: Guild, permissions: int = BOT_PERMISSIONS) -> None:
        """Let the bot into a guild, for the first time or again (GUILD_CREATE)."""
        guild.has_bot = True
        role = Role(self.clock.snowflake(), guild.id, self.bot.name, permissions)
        guild.roles[role.id] = role
        guild.members[self.bot.id] = Member(self.bot, {role.id})
        self._announce(guild)

    def _announce(self, guild: Guild) -> None:
        payload = guild_create_json(guild, self.bot, all_members=False)
        self.emit("GUILD_CREATE", payload, guild_id=guild.id, intent=INTENT_GUILDS)

    def remove_bot(self, guild: Guild) -> None:
        """Throw the bot out of a guild (GUILD_DELETE)."""
        guild.has_bot = False
        guild.members.pop(self.bot.id, None)
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, guild_id=guild.id, intent=INTENT_GUILDS)

    def lose_guild(self, guild: Guild) -> None:
        """Make a guild unavailable, as in an outage."""
        guild.unavailable = True
        data = {"id": str(guild.id), "unavailable": True}
        self.emit("GUILD_DELETE", data, guild_id=guild.id, intent=INTENT_GUILDS)

    def restore_guild(self, guild: Guild) -> None:
        """End an outage (GUILD_CREATE)."""
        guild.unavailable = False
        self._announce(guild)

    # -- roles --------------------------------------------------------------------------------

    def add_role(
        self, guild: Guild, name: str, permissions: int = 0, *, mentionable: bool = False
    ) -> Role:
        """Make a role."""
        role = Role(self.clock.snowflake(), guild.id, name, permissions, mentionable)
        guild.roles[role.id] = role
        self._tell_role("GUILD_ROLE_CREATE", role)
        return role

    def update_role(
        self, role: Role, *, permissions: int | None = None, mentionable: bool | None = None
    ) -> None:
        """Change a role."""
        role.permissions = role.permissions if permissions is None else permissions
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self._tell_role("GUILD_ROLE_UPDATE", role)

    def delete_role(self, role: Role) -> None:
        """Delete a role."""
        guild = self.guilds[role.guild_id]
        del guild.roles[role.id]
        for member in guild.members.values():
            member.role_ids.discard(role.id)
        data = {"guild_id": str(guild.id), "role_id": str(role.id)}
        self.emit("GUILD_ROLE_DELETE", data, guild_id=guild.id, intent=INTENT_GUILDS)

    def _tell_role(self, event: str, role: Role) -> None:
        data = {"guild_id": str(role.guild_id), "role": role_json(role)}
        self.emit(event, data, guild_id=role.guild_id, intent=INTENT_GUILDS)

    def bot_role(self, guild: Guild) -> Role:
        """Return the role that came with the bot."""
        held = guild.members[self.bot.id].role_ids
        return next(role for role in guild.roles.values() if role.id in held)

    def set_bot_permissions(self, guild: Guild, permissions: int) -> None:
        """Change what the bot may do in a guild."""
        self.update_role(self.bot_role(guild), permissions=permissions)

    def set_bot_roles(self, guild: Guild, role_ids: set[int]) -> None:
        """Change the bot's roles (GUILD_MEMBER_UPDATE, which a bot gets about itself)."""
        member = guild.members[self.bot.id]
        member.role_ids = role_ids
        data = member_json(member) | {"guild_id": str(guild.id)}
        self.emit("GUILD_MEMBER_UPDATE", data, guild_id=guild.id)

    # -- channels -----------------------------------------------------------------------------

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelType = ChannelType.TEXT,
        *,
        overwrites: Iterable[Overwrite] = (),
        tags: Sequence[str] = (),
        tag_required: bool = False,
    ) -> Channel:
        """Make a text, announcement or forum channel."""
        channel = Channel(self.clock.snowflake(), kind, name, guild.id, len(guild.channels))
        channel.overwrites = list(overwrites)
        channel.tag_required = tag_required
        channel.tags = [
            {
                "id": str(self.clock.snowflake()),
                "name": tag,
                "moderated": False,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in tags
        ]
        self._keep(channel, "CHANNEL_CREATE")
        return channel

    def add_thread(
        self, parent: Channel, name: str, *, owner: User | None = None, channel_id: int = 0
    ) -> Channel:
        """Make a thread or a forum post's thread."""
        kind = ChannelType.PUBLIC_THREAD
        if parent.type == ChannelType.ANNOUNCEMENT:
            kind = ChannelType.ANNOUNCEMENT_THREAD
        thread = Channel(channel_id or self.clock.snowflake(), kind, name, parent.guild_id)
        thread.parent_id = parent.id
        thread.owner_id = (owner or self.bot).id
        self._keep(thread, "THREAD_CREATE")
        return thread

    def _keep(self, channel: Channel, event: str) -> None:
        self.channels[channel.id] = channel
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels[channel.id] = channel
        self._tell_channel(event, channel)

    def _tell_channel(self, event: str, channel: Channel) -> None:
        data = channel_json(channel, self.bot)
        self.emit(event, data, guild_id=channel.guild_id, intent=INTENT_GUILDS)

    def update_channel(
        self,
        channel: Channel,
        *,
        name: str | None = None,
        overwrites: Iterable[Overwrite] | None = None,
    ) -> None:
        """Change a channel or thread."""
        channel.name = channel.name if name is None else name
        if overwrites is not None:
            channel.overwrites = list(overwrites)
        self._tell_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)

    def deny_bot(self, channel: Channel, permissions: Permission) -> None:
        """Take permissions from the bot in one channel (all others stay)."""
        rule = Overwrite(self.bot.id, deny=permissions, is_member=True)
        others = [o for o in channel.overwrites if o.target_id != self.bot.id]
        self.update_channel(channel, overwrites=[*others, rule])

    def allow_bot(self, channel: Channel) -> None:
        """Give back what `deny_bot` took."""
        others = [o for o in channel.overwrites if o.target_id != self.bot.id]
        self.update_channel(channel, overwrites=others)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        self.channels.pop(channel.id, None)
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels.pop(channel.id, None)
        self._tell_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)
        for thread in [c for c in self.channels.values() if c.parent_id == channel.id]:
            self.channels.pop(thread.id)

    def channel(self, channel_id: int) -> Channel:
        """Return a channel by id."""
        return self.channels[channel_id]

    def dm_channel(self, user: User) -> Channel:
        """Return the direct message channel between the bot and a user, made when first asked."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.clock.snowflake(), ChannelType.DM, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def shares_a_guild(self, user: User) -> bool:
        """Whether the bot may write to this user at all."""
        return any(guild.has_bot and user.id in guild.members for guild in self.guilds.values())

    def bot_permissions(self, channel: Channel) -> Permission:
        """Return what the bot may do in a channel; everything in a direct message."""
        if channel.guild_id is None:
            return ALL
        return self.guilds[channel.guild_id].permissions(self.bot.id, channel)

    # -- messages -----------------------------------------------------------------------------

    def post_as(
        self, user: User, channel: Channel, content: str, embeds: Iterable[Json] = ()
    ) -> Message:
        """Let someone else write into a channel."""
        message = Message(self.clock.snowflake(), channel.id, user, self.clock.iso(), content)
        message.embeds = list(embeds)
        self.add_message(message)
        return message

    def add_message(self, message: Message) -> None:
        """Keep a new message and tell sessions with the message intents."""
        channel = self.channels[message.channel_id]
        channel.all_messages.append(message)
        self.revise(message)
        if not message.ephemeral:
            self.tell_message("MESSAGE_CREATE", message)

    def revise(self, message: Message) -> None:
        """Note the message's present state as a revision."""
        message.revisions.append(
            Revision(
                message.content,
                tuple(message.embeds),
                tuple(message.components),
                self.clock.iso(),
                self.clock.now(),
            )
        )

    def tell_message(self, event: str, message: Message) -> None:
        """Send a message event."""
        guild_id = self.channels[message.channel_id].guild_id
        intent = INTENT_DIRECT_MESSAGES if guild_id is None else INTENT_GUILD_MESSAGES
        data = message_json(message, self.users)
        if guild_id is not None:
            data["guild_id"] = str(guild_id)
        self.emit(event, data, guild_id=guild_id, intent=intent)

    def keep_file(
        self, channel_id: int, filename: str, data: bytes, content_type: str | None = None
    ) -> Attachment:
        """Keep a file and give it an address on the stand-in."""
        file_id = self.clock.snowflake()
        url = f"{self.file_address()}/attachments/{channel_id}/{file_id}/{filename}"
        attachment = Attachment(file_id, filename, data, url, content_type=content_type)
        self.files[file_id] = attachment
        return attachment

    def commands_for(self, guild_id: int | None) -> list[Json]:
        """Return the commands offered in a guild (None: in direct messages)."""
        own = self.guild_commands.get(guild_id, []) if guild_id is not None else []
        return own + self.global_commands
