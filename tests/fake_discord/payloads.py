"""The stand-in's objects as the JSON that Discord's API and gateway send."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fake_discord.model import (
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Role,
    User,
)

ATTACHMENT_SCHEME = "attachment://"


@dataclass(frozen=True, slots=True)
class Application:
    """The application the bot belongs to."""

    id: int
    name: str
    owner: User
    flags: int = 0


def user_json(user: User) -> Json:
    """Return a user object."""
    payload: Json = {
        "id": str(user.id),
        "username": user.name,
        "avatar": None,
        "discriminator": "0000" if user.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if user.bot else user.name.title(),
        "primary_guild": None,
    }
    if user.bot:
        payload["bot"] = True
    return payload


def own_user_json(user: User) -> Json:
    """Return the answer of GET /users/@me."""
    private = {"mfa_enabled": True, "locale": "en-US", "email": None, "verified": True}
    return user_json(user) | private


def application_json(application: Application, bot: User, guild_count: int) -> Json:
    """Return the answer of GET /oauth2/applications/@me."""
    return {
        "id": str(application.id),
        "name": application.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00" * 32,
        "flags": application.flags,
        "flags_new": str(application.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(application.owner),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def role_json(role: Role) -> Json:
    """Return a role object."""
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member_json(member: Member, *, with_user: bool = True) -> Json:
    """Return a guild member object."""
    payload: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": member.joined_at,
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in sorted(member.role_ids)],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        payload["user"] = user_json(member.user)
    return payload


def channel_json(channel: Channel, bot: User) -> Json:
    """Return a channel object of any type."""
    last = channel.messages[-1].id if channel.messages else None
    payload: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 1 << 4 if channel.tag_required else 0,
        "last_message_id": str(last) if last else None,
    }
    if channel.type == ChannelType.DM:
        recipients = [user_json(channel.recipient)] if channel.recipient else []
        return payload | {"recipients": recipients}
    payload |= {"guild_id": str(channel.guild_id), "name": channel.name}
    payload["parent_id"] = str(channel.parent_id) if channel.parent_id else None
    payload["rate_limit_per_user"] = 0
    if channel.is_thread:
        return payload | _thread_json(channel, bot)
    payload["position"] = channel.position
    payload["nsfw"] = False
    payload["topic"] = None
    payload["permission_overwrites"] = [
        {
            "id": str(rule.target_id),
            "type": int(rule.is_member),
            "allow": str(int(rule.allow)),
            "deny": str(int(rule.deny)),
        }
        for rule in channel.overwrites
    ]
    if channel.type == ChannelType.FORUM:
        payload["available_tags"] = channel.tags
        payload["default_reaction_emoji"] = None
        payload["default_sort_order"] = None
        payload["default_forum_layout"] = 0
    return payload


def _thread_json(channel: Channel, bot: User) -> Json:
    return {
        "owner_id": str(channel.owner_id),
        "thread_metadata": {
            "archived": channel.archived,
            "archive_timestamp": "2024-01-01T00:00:00+00:00",
            "auto_archive_duration": channel.auto_archive_duration,
            "locked": channel.locked,
        },
        "message_count": len(channel.messages),
        "member_count": 1,
        "total_message_sent": len(channel.all_messages),
        "applied_tags": [str(tag) for tag in channel.applied_tags],
        "member": {
            "id": str(channel.id),
            "user_id": str(bot.id),
            "join_timestamp": "2024-01-01T00:00:00+00:00",
            "flags": 1,
        },
    }


def guild_json(guild: Guild) -> Json:
    """Return the guild object that REST answers with."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role_json(role) for role in guild.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create_json(guild: Guild, bot: User, *, all_members: bool) -> Json:
    """Return the GUILD_CREATE event; without the members intent it holds only the bot's member."""
    members = [m for m in guild.members.values() if all_members or m.user.id == bot.id]
    plain = [c for c in guild.channels.values() if not c.is_thread]
    threads = [c for c in guild.channels.values() if c.is_thread and not c.archived]
    return guild_json(guild) | {
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_json(member) for member in members],
        "channels": [channel_json(channel, bot) for channel in plain],
        "threads": [channel_json(channel, bot) for channel in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment_json(attachment: Attachment) -> Json:
    """Return an attachment object."""
    payload: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": attachment.url,
        "proxy_url": attachment.url,
    }
    if attachment.description:
        payload["description"] = attachment.description
    if attachment.content_type:
        payload["content_type"] = attachment.content_type
    if attachment.ephemeral:
        payload["ephemeral"] = True
    return payload


def message_json(message: Message, users: dict[int, User]) -> Json:
    """Return a message object as REST answers with it."""
    payload: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.type,
        "content": message.content,
        "author": user_json(message.author),
        "mentions": [user_json(users[u]) for u in message.pinged_users if u in users],
        "mention_roles": [str(role) for role in message.pinged_roles],
        "mention_everyone": message.pinged_everyone,
        "attachments": [attachment_json(a) for a in message.attachments],
        "embeds": [_embed_json(e, message.attachments) for e in message.embeds],
        "components": _components_json(message),
        "timestamp": message.timestamp,
        "edited_timestamp": message.edited_timestamp,
        "flags": message.flags,
        "pinned": False,
        "tts": False,
    }
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.webhook_id:
        payload["webhook_id"] = str(message.webhook_id)
        payload["application_id"] = str(message.webhook_id)
    if message.interaction_metadata:
        payload["interaction_metadata"] = message.interaction_metadata
    if message.reference:
        payload["message_reference"] = message.reference
    return payload


def _media_url(url: str, attachments: list[Attachment]) -> str:
    if url.startswith(ATTACHMENT_SCHEME):
        name = url.removeprefix(ATTACHMENT_SCHEME)
        return next((a.url for a in attachments if a.filename == name), url)
    return url


def _embed_json(embed: Json, attachments: list[Attachment]) -> Json:
    known = ("title", "description", "url", "color", "timestamp", "author", "footer", "provider")
    payload: Json = {"type": "rich"}
    payload |= {key: embed[key] for key in known if embed.get(key) is not None}
    if embed.get("fields"):
        payload["fields"] = [{"inline": False} | field for field in embed["fields"]]
    for key in ("image", "thumbnail"):
        if embed.get(key):
            url = _media_url(embed[key]["url"], attachments)
            payload[key] = {"url": url, "proxy_url": url, "width": 800, "height": 400, "flags": 0}
    return payload


def _components_json(message: Message) -> list[Json]:
    counter = [0]
    return [_component_json(part, message, counter) for part in message.components]


def _component_json(part: Json, message: Message, counter: list[int]) -> Json:
    """Answer a component as Discord does: numbered, with its defaults, its media resolved."""
    counter[0] += 1
    payload: Json = {k: v for k, v in part.items() if v is not None}
    payload["id"] = part.get("id") or counter[0]
    kind = part["type"]
    if kind == 17:
        payload |= {"accent_color": part.get("accent_color"), "spoiler": bool(part.get("spoiler"))}
    elif kind == 14:
        payload |= {"spacing": part.get("spacing") or 1, "divider": part.get("divider", True)}
    elif kind in (3, 5, 6, 7, 8):
        payload.pop("required", None)  # only means something in modals
        payload |= {
            "min_values": part.get("min_values", 1),
            "max_values": part.get("max_values") or 1,
        }
    elif kind == 12:
        payload["items"] = [_gallery_item(i, item, message) for i, item in enumerate(part["items"])]
    elif kind == 11:
        payload |= _gallery_item(0, part, message)
    elif kind == 13:
        media = _media_json(part["file"], message)
        name = part["file"]["url"].removeprefix(ATTACHMENT_SCHEME)
        size = next((len(a.data) for a in message.attachments if a.filename == name), 0)
        spoiler = bool(part.get("spoiler"))
        payload |= {"file": media, "name": name, "size": size, "spoiler": spoiler}
    if part.get("accessory"):
        payload["accessory"] = _component_json(part["accessory"], message, counter)
    if part.get("components"):
        payload["components"] = [_component_json(p, message, counter) for p in part["components"]]
    return payload


def _media_json(media: Json, message: Message) -> Json:
    url = _media_url(media["url"], message.attachments)
    return {"id": str(message.id), "url": url, "proxy_url": url, "width": 800, "height": 400}


def _gallery_item(_index: int, item: Json, message: Message) -> Json:
    return {
        "media": _media_json(item["media"], message),
        "description": item.get("description"),
        "spoiler": bool(item.get("spoiler")),
    }


def thread_started_json(channel: Channel, bot: User, starter: Json | None) -> Json:
    """Return the answer to creating a thread; a forum post brings its first message."""
    payload = channel_json(channel, bot)
    return payload | {"message": starter} if starter is not None else payload
