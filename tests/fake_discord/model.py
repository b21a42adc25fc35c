"""What exists on the stand-in: users, guilds, channels, roles and messages, as plain objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tests.fake_discord.permissions import Overwrite, Permission, resolve

Json = dict[str, Any]

FLAG_CROSSPOSTED = 1 << 0
FLAG_HAS_THREAD = 1 << 5
FLAG_EPHEMERAL = 1 << 6
FLAG_LOADING = 1 << 7
FLAG_SILENT = 1 << 12
FLAG_COMPONENTS_V2 = 1 << 15


class ChannelType(IntEnum):
    """The channel types the stand-in knows."""

    TEXT = 0
    DM = 1
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREAD_TYPES = frozenset(
    {ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD}
)


@dataclass(slots=True, eq=False)
class User:
    """A person or the bot; `dms_open` False answers direct messages with 50007."""

    id: int
    name: str
    bot: bool = False
    dms_open: bool = True
    has_installed_app: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """The text that mentions this user."""
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Role:
    """A role of one guild; the one whose id is the guild's is @everyone."""

    id: int
    guild_id: int
    name: str
    permissions: int = 0
    mentionable: bool = False
    position: int = 1


@dataclass(slots=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    role_ids: set[int] = field(default_factory=set)
    joined_at: str = "2024-01-01T00:00:00+00:00"


@dataclass(slots=True, eq=False)
class Attachment:
    """A file of a message, kept with its bytes and served from the stand-in's own address."""

    id: int
    filename: str
    data: bytes
    url: str
    description: str | None = None
    content_type: str | None = None
    ephemeral: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a message's visible parts; the last one is the present state."""

    content: str
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    at: str
    monotonic: float


@dataclass(slots=True, eq=False)
class Message:
    """A message as the stand-in keeps it; `revisions` holds every state it was ever in."""

    id: int
    channel_id: int
    author: User
    timestamp: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | None = None
    edited_timestamp: str | None = None
    reference: Json | None = None
    allowed_mentions: Json | None = None
    pinged_users: list[int] = field(default_factory=list)
    pinged_roles: list[int] = field(default_factory=list)
    pinged_everyone: bool = False
    deleted: bool = False
    thread_id: int | None = None
    webhook_id: int | None = None
    ephemeral_to: int | None = None
    interaction_metadata: Json | None = None
    revisions: list[Revision] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        """Whether only one user sees it."""
        return bool(self.flags & FLAG_EPHEMERAL)

    @property
    def published(self) -> bool:
        """Whether an announcement was crossposted."""
        return bool(self.flags & FLAG_CROSSPOSTED)

    @property
    def silent(self) -> bool:
        """Whether it was sent without a push notification."""
        return bool(self.flags & FLAG_SILENT)

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return max(0, len(self.revisions) - 1)

    @property
    def text(self) -> str:
        """Everything a reader sees, one piece per line: content, embeds, texts and labels."""
        pieces = [self.content] if self.content else []
        for embed in self.embeds:
            pieces.extend(embed_texts(embed))
        for part in walk_components(self.components):
            pieces.extend(str(part[key]) for key in ("content", "label") if part.get(key))
        return "\n".join(pieces)

    def component(self, custom_id: str | None = None, label: str | None = None) -> Json:
        """Return the one component with this custom id or label.

        Raises:
            LookupError: there is none, or more than one; the text names those that exist.
        """
        parts = [p for p in walk_components(self.components) if p["type"] in (2, 3, 5, 6, 7, 8)]
        found = [
            p
            for p in parts
            if (custom_id is None or p.get("custom_id") == custom_id)
            and (label is None or label in (p.get("label"), p.get("placeholder")))
        ]
        if len(found) != 1:
            names = [(p.get("custom_id"), p.get("label") or p.get("placeholder")) for p in parts]
            raise LookupError(f"{len(found)} components match {custom_id or label!r} in {names}")
        return found[0]


@dataclass(slots=True, eq=False)
class Channel:
    """A guild channel, a thread or a direct message channel, with its messages in order."""

    id: int
    type: ChannelType
    name: str = ""
    guild_id: int | None = None
    position: int = 0
    overwrites: list[Overwrite] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    tag_required: bool = False
    parent_id: int | None = None
    owner_id: int | None = None
    recipient: User | None = None
    applied_tags: list[int] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive_duration: int = 1440
    all_messages: list[Message] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread or a forum post."""
        return self.type in THREAD_TYPES

    @property
    def messages(self) -> list[Message]:
        """The messages everyone sees: not deleted, not ephemeral, oldest first."""
        return [m for m in self.all_messages if not m.deleted and not m.ephemeral]

    @property
    def mention(self) -> str:
        """The text that mentions this channel."""
        return f"<#{self.id}>"

    def message(self, message_id: int) -> Message | None:
        """Return a message that is still there."""
        for message in self.all_messages:
            if message.id == message_id and not message.deleted:
                return message
        return None


@dataclass(slots=True, eq=False)
class Guild:
    """A server with its roles, members and channels."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    has_bot: bool = True
    unavailable: bool = False

    @property
    def everyone(self) -> Role:
        """The @everyone role."""
        return self.roles[self.id]

    def permissions(self, user_id: int, channel: Channel | None = None) -> Permission:
        """Return what a member may do in a channel of this guild (None: in the guild)."""
        member = self.members.get(user_id)
        if member is None:
            return Permission.NONE
        parent = channel
        if channel is not None and channel.parent_id in self.channels:
            parent = self.channels[channel.parent_id]
        held = {self.id: self.roles[self.id].permissions}
        held.update({r: self.roles[r].permissions for r in member.role_ids if r in self.roles})
        return resolve(
            everyone_id=self.id,
            member_id=user_id,
            is_owner=user_id == self.owner_id,
            role_permissions=held,
            overwrites=parent.overwrites if parent is not None else (),
        )


def walk_components(components: list[Json]) -> list[Json]:
    """Return every component, outer before inner, in reading order."""
    found: list[Json] = []
    for part in components:
        found.append(part)
        found.extend(walk_components(part.get("components") or []))
        for key in ("accessory", "component"):
            if isinstance(part.get(key), dict):
                found.extend(walk_components([part[key]]))
    return found


def embed_texts(embed: Json) -> list[str]:
    """Return the texts of an embed that count towards Discord's sum of 6,000 characters."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("author") or {}).get("name")]
    for item in embed.get("fields") or []:
        texts += [item.get("name"), item.get("value")]
    texts += [(embed.get("footer") or {}).get("text")]
    return [str(text) for text in texts if text]
