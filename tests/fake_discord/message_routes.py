"""REST routes of messages: create, read, edit, delete, publish, and starting threads."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fake_discord.compose import BrokenRules, fill, note_pings
from tests.fake_discord.errors import ApiError, form_error
from tests.fake_discord.limits import Limits
from tests.fake_discord.model import (
    FLAG_CROSSPOSTED,
    FLAG_HAS_THREAD,
    Channel,
    ChannelType,
    Json,
    Message,
)
from tests.fake_discord.payloads import message_json, thread_started_json
from tests.fake_discord.permissions import Permission
from tests.fake_discord.rest import Answer, Call, Route, route
from tests.fake_discord.rules import check_forum_post
from tests.fake_discord.world import World

OLD_AFTER = 3600.0
REPLY = 19


@dataclass
class OldEdits:
    """Discord's limit on edits of messages older than an hour (error 30046).

    `allowed` is how many such edits still pass (None: any number). `retry_after` is what the 429
    asks discord.py to wait; it tries five times and then raises.
    """

    allowed: int | None = None
    retry_after: float = 0.05


class MessageRoutes:
    """Handlers of /channels/{id}/messages and of threads."""

    def __init__(self, world: World, limits: Limits) -> None:
        self.world = world
        self.limits = limits
        self.old_edits = OldEdits()

    def routes(self) -> list[Route]:
        """Return the routes."""
        messages = "/channels/{channel_id}/messages"
        one = messages + "/{message_id}"
        major = "channel_id"
        return [
            route("POST", messages, "create_message", self.create, major),
            route("GET", messages, "list_messages", self.history, major),
            route("GET", one, "get_message", self.get, major),
            route("PATCH", one, "update_message", self.edit, major),
            route("DELETE", one, "delete_message", self.delete, major),
            route("POST", one + "/crosspost", "crosspost_message", self.publish, major),
            route("POST", one + "/threads", "create_thread_from_message", self.thread_from, major),
            route("POST", "/channels/{channel_id}/threads", "create_thread", self.thread, major),
        ]

    # -- finding and permissions --------------------------------------------------------------

    def channel(self, call: Call, *needed: Permission) -> Channel:
        """Return the channel of the path if the bot may see it and has the permissions."""
        channel = self.world.channels.get(call.id("channel_id"))
        if channel is None:
            raise ApiError(10003)
        held = self.world.bot_permissions(channel)
        if not held & Permission.VIEW_CHANNEL:
            raise ApiError(50001)
        if any(not held & permission for permission in needed):
            raise ApiError(50013)
        return channel

    def message(self, call: Call, channel: Channel) -> Message:
        """Return the message of the path."""
        message = channel.message(call.id("message_id"))
        if message is None or message.ephemeral:
            raise ApiError(10008)
        return message

    def check_may_send(self, channel: Channel, payload: Json, files: object) -> None:
        """Raise the error Discord answers with when the bot may not send this here."""
        if channel.type == ChannelType.DM:
            user = channel.recipient
            if user is None or not (user.has_installed_app or self.world.shares_a_guild(user)):
                raise ApiError(50278)
            if not user.dms_open:
                raise ApiError(50007)
            return
        needed = Permission.SEND_MESSAGES
        if channel.is_thread:
            needed = Permission.SEND_MESSAGES_IN_THREADS
        if payload.get("embeds"):
            needed |= Permission.EMBED_LINKS
        if files:
            needed |= Permission.ATTACH_FILES
        held = self.world.bot_permissions(channel)
        if held & needed != needed:
            raise ApiError(50013)

    # -- messages -----------------------------------------------------------------------------

    def create(self, call: Call) -> Answer:
        """POST: a message, or the one that was made with the same nonce a while ago."""
        channel = self.channel(call)
        if channel.type == ChannelType.FORUM:
            raise ApiError(50008)
        payload = call.payload
        self.check_may_send(channel, payload, call.exchange.files)
        if channel.is_thread and channel.locked:
            raise ApiError(50083)
        known = self._by_nonce(channel, payload)
        if known is not None:
            return 200, message_json(known, self.world.users)
        message = self._build(channel, payload, call, self.world.clock.snowflake())
        self._reply_to(message, channel, payload)
        channel.archived = False
        self.world.add_message(message)
        if payload.get("nonce") is not None:
            key = (self.world.bot.id, channel.id, str(payload["nonce"]))
            self.world.nonces[key] = (message.id, self.world.clock.now())
        return 200, message_json(message, self.world.users)

    def _by_nonce(self, channel: Channel, payload: Json) -> Message | None:
        if not payload.get("enforce_nonce") or payload.get("nonce") is None:
            return None
        key = (self.world.bot.id, channel.id, str(payload["nonce"]))
        message_id, at = self.world.nonces.get(key, (0, 0.0))
        if not message_id or self.world.clock.now() - at > self.world.nonce_window:
            return None
        message = channel.message(message_id)
        if message is None:
            raise ApiError(10008)
        return message

    def _build(self, channel: Channel, payload: Json, call: Call, message_id: int) -> Message:
        world = self.world
        message = Message(message_id, channel.id, world.bot, world.clock.iso())
        nonce = payload.get("nonce")
        message.nonce = None if nonce is None else str(nonce)
        fill(world, message, payload, call.exchange.files)
        note_pings(world, message, channel, payload)
        return message

    def _reply_to(self, message: Message, channel: Channel, payload: Json) -> None:
        reference = payload.get("message_reference")
        if not reference:
            return
        held = self.world.bot_permissions(channel)
        if not held & Permission.READ_MESSAGE_HISTORY:
            raise ApiError(160002)
        target = channel.message(int(reference["message_id"]))
        if target is None and reference.get("fail_if_not_exists", True):
            raise form_error([("message_reference.message_id", "Unknown message")])
        if target is None:
            return
        message.type = REPLY
        message.reference = {
            "type": 0,
            "channel_id": str(channel.id),
            "message_id": str(target.id),
        }
        if channel.guild_id:
            message.reference["guild_id"] = str(channel.guild_id)

    def history(self, call: Call) -> Answer:
        """GET: newest first; without READ_MESSAGE_HISTORY an empty list, as documented."""
        channel = self.channel(call)
        if not self.world.bot_permissions(channel) & Permission.READ_MESSAGE_HISTORY:
            return 200, []
        query = call.exchange.query
        limit = int(query.get("limit", 50))
        found = channel.messages
        if "before" in query:
            found = [m for m in found if m.id < int(query["before"])][-limit:]
        elif "after" in query:
            found = [m for m in found if m.id > int(query["after"])][:limit]
        elif "around" in query:
            middle = int(query["around"])
            older = [m for m in found if m.id < middle][-(limit // 2) :]
            newer = [m for m in found if m.id >= middle][: limit - limit // 2]
            found = older + newer
        else:
            found = found[-limit:]
        return 200, [message_json(m, self.world.users) for m in reversed(found)]

    def get(self, call: Call) -> Answer:
        """GET one."""
        channel = self.channel(call, Permission.READ_MESSAGE_HISTORY)
        return 200, message_json(self.message(call, channel), self.world.users)

    def edit(self, call: Call) -> Answer:
        """PATCH an own message; may be refused with 30046."""
        channel = self.channel(call)
        message = self.message(call, channel)
        if message.author is not self.world.bot:
            raise ApiError(50005)
        age = self.world.clock.now() - message.revisions[0].monotonic
        if age > OLD_AFTER and self.old_edits.allowed is not None:
            if self.old_edits.allowed <= 0:
                wait = {"retry_after": self.old_edits.retry_after, "global": False}
                raise ApiError(30046, wait)
            self.old_edits.allowed -= 1
        fill(self.world, message, call.payload, call.exchange.files)
        message.edited_timestamp = self.world.clock.iso()
        self.world.revise(message)
        self.world.tell_message("MESSAGE_UPDATE", message)
        return 200, message_json(message, self.world.users)

    def delete(self, call: Call) -> Answer:
        """DELETE: an own message, or anybody's with Manage Messages."""
        channel = self.channel(call)
        message = self.message(call, channel)
        held = self.world.bot_permissions(channel)
        if message.author is not self.world.bot and not held & Permission.MANAGE_MESSAGES:
            raise ApiError(50013)
        message.deleted = True
        self.world.tell_message("MESSAGE_DELETE", message)
        return 204, None

    def publish(self, call: Call) -> Answer:
        """POST crosspost: own messages in announcement channels, ten an hour and channel."""
        channel = self.channel(call, Permission.SEND_MESSAGES)
        message = self.message(call, channel)
        if channel.type != ChannelType.ANNOUNCEMENT:
            raise ApiError(50024)
        if message.published:
            raise ApiError(40033)
        refusal = self.limits.take_publish(str(channel.id))
        if refusal is not None:
            wait = {"retry_after": refusal.retry_after, "global": False, "scope": "shared"}
            raise ApiError(20028, wait)
        message.flags |= FLAG_CROSSPOSTED
        return 200, message_json(message, self.world.users)

    # -- threads ------------------------------------------------------------------------------

    def thread_from(self, call: Call) -> Answer:
        """POST a thread on a message; its id is the message's."""
        channel = self.channel(call, Permission.CREATE_PUBLIC_THREADS)
        message = self.message(call, channel)
        if channel.type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
            raise ApiError(50024)
        if message.thread_id is not None:
            raise ApiError(160004)
        thread = self.world.add_thread(channel, call.payload["name"], channel_id=message.id)
        message.thread_id = thread.id
        message.flags |= FLAG_HAS_THREAD
        return 201, thread_started_json(thread, self.world.bot, None)

    def thread(self, call: Call) -> Answer:
        """POST a thread without a message, or a forum post with its first message."""
        channel = self.channel(call)
        payload = call.payload
        if channel.type != ChannelType.FORUM:
            self.channel(call, Permission.CREATE_PUBLIC_THREADS)
            thread = self.world.add_thread(channel, payload["name"])
            return 201, thread_started_json(thread, self.world.bot, None)
        violations = check_forum_post(payload)
        if violations:
            raise BrokenRules(violations)
        first = payload["message"]
        self.check_may_send(channel, first, call.exchange.files)
        tags = [int(tag) for tag in payload.get("applied_tags") or []]
        if channel.tag_required and not tags:
            raise ApiError(40067)
        if set(tags) - {int(tag["id"]) for tag in channel.tags}:
            raise form_error([("applied_tags", "unknown tag")])
        # Built before the thread exists, so that a refused message leaves no empty post behind.
        post_id = self.world.clock.snowflake()
        message = Message(post_id, channel.id, self.world.bot, self.world.clock.iso())
        fill(self.world, message, first, call.exchange.files)
        note_pings(self.world, message, channel, first)
        thread = self.world.add_thread(channel, payload["name"], channel_id=post_id)
        thread.applied_tags = tags
        thread.auto_archive_duration = payload.get("auto_archive_duration") or 1440
        message.channel_id = thread.id
        self.world.add_message(message)
        starter = message_json(message, self.world.users)
        return 201, thread_started_json(thread, self.world.bot, starter)
