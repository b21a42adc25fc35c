"""Permission bits and how Discord computes what a member may do in a channel.

Source of both: Discord developer documentation, topics/permissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """The permission bits the stand-in acts upon."""

    NONE = 0
    CREATE_INSTANT_INVITE = 1 << 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


ALL = Permission(sum(Permission))
# What @everyone of a fresh server may do.
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.USE_EXTERNAL_APPS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


@dataclass(slots=True)
class Overwrite:
    """One channel overwrite for a role or a member (by id)."""

    target_id: int
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE
    is_member: bool = False


def resolve(
    *,
    everyone_id: int,
    member_id: int,
    is_owner: bool,
    role_permissions: dict[int, int],
    overwrites: Iterable[Overwrite],
) -> Permission:
    """Return what a member may do in a channel.

    `role_permissions` maps each role id of the member (with @everyone's, which is the guild's id)
    to its bits; `overwrites` are the channel's (a thread's are its parent's).
    """
    base = Permission.NONE
    for bits in role_permissions.values():
        base |= Permission(bits & ALL)
    if is_owner or base & Permission.ADMINISTRATOR:
        return ALL
    rules = list(overwrites)
    for rule in rules:
        if rule.target_id == everyone_id and not rule.is_member:
            base = (base & ~rule.deny) | rule.allow
    allow = deny = Permission.NONE
    for rule in rules:
        if (
            not rule.is_member
            and rule.target_id in role_permissions
            and rule.target_id != everyone_id
        ):
            allow |= rule.allow
            deny |= rule.deny
    base = (base & ~deny) | allow
    for rule in rules:
        if rule.is_member and rule.target_id == member_id:
            base = (base & ~rule.deny) | rule.allow
    return base if base & Permission.VIEW_CHANNEL else Permission.NONE
