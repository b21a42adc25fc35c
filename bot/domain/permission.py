"""Who may do what: one rule for every command, button and modal, checked when they are used.

Discord's own `default_permissions` is only a hint and is ignored on subcommands, and a button
outlives the role of the person who could press it: so everything is decided here, every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol

from bot.domain.article import GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.reason import Reason
from bot.domain.subscription import RoleId, UserId
from bot.errors import NotAllowed, NotFound, QuotaReached, RequestError


class Needs(StrEnum):
    """What an action asks of the person."""

    NOTHING = "nothing"  # everybody, also in direct messages and where the bot is not a member
    MEMBER = "member"  # in a server that has the bot
    MANAGER = "manager"  # there, with Manage Server or a role the server named


class Action(Enum):
    """Every command, context menu, button and modal; the value is its name and what it needs."""

    FEED_ADD = ("feed add", Needs.MANAGER)
    FEED_REMOVE = ("feed remove", Needs.MANAGER)
    FEED_EDIT = ("feed edit", Needs.MANAGER)
    FEED_PAUSE = ("feed pause", Needs.MANAGER)
    FEED_RESUME = ("feed resume", Needs.MANAGER)
    FEED_LIST = ("feed list", Needs.MANAGER)
    FEED_TEST = ("feed test", Needs.MANAGER)
    FEED_IMPORT = ("feed import", Needs.MANAGER)
    FEED_EXPORT = ("feed export", Needs.MANAGER)
    ALERT_ADD = ("alert add", Needs.MANAGER)
    ALERT_REMOVE = ("alert remove", Needs.MANAGER)
    ALERT_EDIT = ("alert edit", Needs.MANAGER)
    ALERT_PAUSE = ("alert pause", Needs.MANAGER)
    ALERT_RESUME = ("alert resume", Needs.MANAGER)
    ALERT_LIST = ("alert list", Needs.MANAGER)
    ALERT_TEST = ("alert test", Needs.MANAGER)
    ALERT_QUIET_HOURS = ("alert quiet-hours", Needs.MANAGER)
    ALERT_SILENCE = ("alert silence", Needs.MANAGER)
    ALERT_UNSILENCE = ("alert unsilence", Needs.MANAGER)
    ALERT_SILENCES = ("alert silences", Needs.MANAGER)
    DIGEST_ADD = ("digest add", Needs.MANAGER)
    DIGEST_REMOVE = ("digest remove", Needs.MANAGER)
    DIGEST_EDIT = ("digest edit", Needs.MANAGER)
    DIGEST_PAUSE = ("digest pause", Needs.MANAGER)
    DIGEST_RESUME = ("digest resume", Needs.MANAGER)
    DIGEST_LIST = ("digest list", Needs.MANAGER)
    DIGEST_NOW = ("digest now", Needs.MANAGER)
    SETTINGS_SHOW = ("settings show", Needs.MANAGER)
    SETTINGS_TIMEZONE = ("settings timezone", Needs.MANAGER)
    SETTINGS_LANGUAGE = ("settings language", Needs.MANAGER)
    SETTINGS_ALERT_STYLE = ("settings alert-style", Needs.MANAGER)
    SETTINGS_MANAGERS = ("settings managers", Needs.MANAGER)
    SETTINGS_SETUP = ("settings setup", Needs.MANAGER)
    AUDIT = ("audit", Needs.MANAGER)
    WHY = ("why", Needs.MEMBER)
    SUBSCRIBE = ("subscribe", Needs.NOTHING)
    SUBSCRIPTIONS = ("subscriptions", Needs.NOTHING)
    LAUNCH_RECENT = ("launch recent", Needs.NOTHING)
    LAUNCH_SHOW = ("launch show", Needs.NOTHING)
    LAUNCH_STATS = ("launch stats", Needs.NOTHING)
    LAUNCH_TIMELINE = ("launch timeline", Needs.NOTHING)
    LAUNCH_MAP = ("launch map", Needs.NOTHING)
    SUMMARIZE = ("summarize", Needs.NOTHING)
    SUMMARIZE_MESSAGE = ("Summarize article", Needs.NOTHING)
    CHECK_MESSAGE = ("Check for launch", Needs.NOTHING)
    LAUNCH_MERGE = ("launch merge", Needs.MANAGER)
    LAUNCH_SPLIT = ("launch split", Needs.MANAGER)
    STATUS = ("status", Needs.NOTHING)
    HELP = ("help", Needs.NOTHING)
    ABOUT = ("about", Needs.NOTHING)
    PRIVACY_SHOW = ("privacy show", Needs.NOTHING)
    PRIVACY_DELETE = ("privacy delete-my-data", Needs.NOTHING)
    STORY_SOURCES = ("story sources", Needs.NOTHING)
    STORY_DETAILS = ("story details", Needs.NOTHING)
    STORY_FOLLOW = ("story follow", Needs.NOTHING)
    STORY_MUTE = ("story mute", Needs.MANAGER)
    STORY_WRONG = ("story wrong", Needs.MANAGER)
    STORY_RIGHT = ("story right", Needs.MANAGER)
    STORY_ACKNOWLEDGE = ("story ack", Needs.MEMBER)
    STORY_RELEASE = ("story release", Needs.MANAGER)
    DIGEST_SHOW_ALL = ("digest all", Needs.NOTHING)
    PANEL_FEED = ("panel feed", Needs.MANAGER)
    PANEL_ALERT = ("panel alert", Needs.MANAGER)
    PANEL_DIGEST = ("panel digest", Needs.MANAGER)
    PANEL_SUBSCRIPTION = ("panel subscription", Needs.NOTHING)
    PANEL_SETUP = ("panel setup", Needs.MANAGER)
    UNDO = ("undo", Needs.MANAGER)
    UNDO_OWN = ("undo own", Needs.NOTHING)

    @property
    def label(self) -> str:
        """The full name of the command, or of the button's group and verb."""
        return self.value[0]

    @property
    def needs(self) -> Needs:
        """What it asks of the person."""
        return self.value[1]


ACTION_OF = {action.label: action for action in Action}
NO_COMMANDS = frozenset({"story", "panel", "undo"})
"""The first words of buttons' labels, which are not commands."""
COMMANDS = tuple(
    label
    for label in ACTION_OF
    if label.islower() and label.split()[0] not in NO_COMMANDS and label != "digest all"
)
"""The full names of all slash commands."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who uses a command or button, with the rights Discord sent along.

    `guild_id` is None in direct messages. `installed` says that the bot is a member of that server,
    not only installed by the person. Being the bot's operator gives no right in anybody's server:
    what operators need is on the command line.
    """

    user_id: UserId
    guild_id: GuildId | None = None
    installed: bool = False
    manage_guild: bool = False
    administrator: bool = False
    guild_owner: bool = False
    roles: frozenset[RoleId] = frozenset()
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is done to. `guild_id` or `user_id` say whose it is; both None: everybody's.

    `declared_in` CONFIG belongs to the operator's file and cannot be changed from Discord.
    """

    guild_id: GuildId | None = None
    user_id: UserId | None = None
    declared_in: DeclaredIn = DeclaredIn.DISCORD
    changes: bool = False  # whether the action would change it


@dataclass(frozen=True, slots=True)
class Allowed:
    """The action may go on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The action may not go on; `error` is the class to raise with the worded reason."""

    reason: Reason
    error: type[RequestError] = NotAllowed


Decision = Allowed | Refused


def decide(
    actor: Actor,
    action: Action,
    target: Target | None = None,
    manager_roles: frozenset[RoleId] = frozenset(),
) -> Decision:
    """Whether a person may do this to that, now. `manager_roles` are those the server named."""
    if action.needs is not Needs.NOTHING:
        if actor.guild_id is None:
            return Refused(Reason.of("permission.server_only", command=action.label))
        if not actor.installed:
            return Refused(Reason.of("permission.not_installed", command=action.label))
    if action.needs is Needs.MANAGER and not is_manager(actor, manager_roles):
        return Refused(Reason.of("permission.manager", command=action.label))
    return Allowed() if target is None else _may_touch(actor, target)


def is_manager(actor: Actor, manager_roles: frozenset[RoleId]) -> bool:
    """Whether a person may change what the bot does in the server they are in."""
    rights = actor.manage_guild or actor.administrator or actor.guild_owner
    return actor.guild_id is not None and (rights or bool(actor.roles & manager_roles))


def check_target(actor: Actor, target: Target) -> Decision:
    """Whether a person who may do something may do it to this; for ids that come from outside."""
    return _may_touch(actor, target)


def _may_touch(actor: Actor, target: Target) -> Decision:
    """Other people's things do not exist: the answer does not tell that there is one."""
    foreign_guild = target.guild_id is not None and target.guild_id != actor.guild_id
    foreign_user = target.user_id is not None and target.user_id != actor.user_id
    if foreign_guild or foreign_user:
        return Refused(Reason.of("permission.not_found"), NotFound)
    if target.changes and target.declared_in is not DeclaredIn.DISCORD:
        return Refused(Reason.of("permission.declared"))
    nobodys = target.guild_id is None and target.user_id is None
    if target.changes and nobodys:
        return Refused(Reason.of("permission.operators"))
    return Allowed()


class Right(StrEnum):
    """Channel permissions that posting needs, by Discord's names."""

    VIEW = "view_channel"
    SEND = "send_messages"
    EMBED = "embed_links"
    ATTACH = "attach_files"
    HISTORY = "read_message_history"
    THREADS = "create_public_threads"
    THREAD_SEND = "send_messages_in_threads"


INVOKER_NEEDS = (Right.VIEW, Right.SEND)
# History finds our own messages again after an unknown outcome.
BOT_NEEDS = (Right.VIEW, Right.SEND, Right.EMBED, Right.HISTORY)
BOT_NEEDS_FOR_THREADS = (Right.THREADS, Right.THREAD_SEND)


def check_channel(
    invoker: frozenset[Right],
    bot: frozenset[Right],
    channel_id: int,
    also: Iterable[Right] = (),
) -> Decision:
    """Whether a person may point the bot at a channel, and the bot can post there.

    Without the first rule the bot would write where the person may not (a confused deputy).
    """
    lacking = [right for right in INVOKER_NEEDS if right not in invoker]
    if lacking:
        names = tuple(Reason.of(f"right.{right.value}") for right in lacking)
        return Refused(Reason.of("permission.channel_you", channel=channel_id, rights=names))
    lacking = [right for right in (*BOT_NEEDS, *also) if right not in bot]
    if lacking:
        names = tuple(Reason.of(f"right.{right.value}") for right in dict.fromkeys(lacking))
        return Refused(Reason.of("permission.channel_bot", channel=channel_id, rights=names))
    return Allowed()


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """What Discord says of a role; the default role is the server's @everyone."""

    id: RoleId
    guild_id: GuildId
    mentionable: bool
    default: bool = False


def check_role(
    role: RoleFacts, actor: Actor, *, invoker_mentions_all: bool, bot_mentions_all: bool
) -> Decision:
    """Whether a person may have the bot ping a role, and whether the ping would arrive.

    `..._mentions_all` is Discord's right to mention everyone, which reaches every role.
    """
    if role.guild_id != actor.guild_id:
        return Refused(Reason.of("permission.not_found"), NotFound)
    if role.default:
        return Refused(Reason.of("permission.role_everyone"))
    if not (role.mentionable or invoker_mentions_all):
        return Refused(Reason.of("permission.role_you", role=role.id))
    if not (role.mentionable or bot_mentions_all):
        return Refused(Reason.of("permission.role_bot", role=role.id))
    return Allowed()


class Limits(Protocol):
    """The quotas of `[limits]` in config.toml."""

    @property
    def feeds_per_guild(self) -> int:
        """Feeds a server may add."""
        ...

    @property
    def subscriptions_per_guild(self) -> int:
        """Channel alerts of a server."""
        ...

    @property
    def subscriptions_per_user(self) -> int:
        """Personal subscriptions of one person."""
        ...

    @property
    def digests_per_guild(self) -> int:
        """Digests of a server."""
        ...


class Quota(StrEnum):
    """What is limited in number."""

    FEEDS = "feeds_per_guild"
    SUBSCRIPTIONS = "subscriptions_per_guild"
    PERSONAL = "subscriptions_per_user"
    DIGESTS = "digests_per_guild"


def check_quota(quota: Quota, used: int, limits: Limits, adding: int = 1) -> Decision:
    """Whether so many more may be added."""
    most = int(getattr(limits, quota.value))
    if used + adding <= most:
        return Allowed()
    return Refused(Reason.of(f"quota.{quota.value}", most=most, used=used), QuotaReached)


def check_rate(
    uses: Sequence[datetime], now: datetime, most: int, per: timedelta, key: str = "quota.rate"
) -> Decision:
    """Whether something may be done once more; `uses` are the times it was done."""
    recent = sorted(at for at in uses if now - per < at <= now)
    if len(recent) < most:
        return Allowed()
    wait = recent[-most] + per - now if most > 0 else per
    return Refused(Reason.of(key, most=most, per=per, wait=wait), QuotaReached)
