"""Forum posts: one for each story, with the tags that the forum has for its status and kind."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import discord

from bot.delivery.discord_limits import THREAD_TAGS
from bot.domain.outbox import Edit
from bot.domain.story import StoryStatus
from bot.errors import DeliveryError, TransientDeliveryError, UnknownOutcome
from bot.locale import LOCALES, say

Json = dict[str, Any]
Call = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]

# https://docs.discord.com/developers/resources/channel#channel-object-channel-flags
REQUIRE_TAG = 1 << 4

_log = logging.getLogger("launchwire.delivery")


@dataclass(frozen=True, slots=True)
class Forum:
    """What matters of a forum: its tags by folded name, which of them need moderators."""

    tags: dict[str, int]
    free: tuple[int, ...]  # tags that anybody may apply, in their order
    tag_required: bool

    def ids(self, names: Iterable[str]) -> list[int]:
        """The forum's own tags with these names; a forum that insists on one gets its first."""
        found = [self.tags[name.casefold()] for name in names if name.casefold() in self.tags]
        if not found and self.tag_required:
            found = list(self.free[:1])
        return list(dict.fromkeys(found))[:THREAD_TAGS]

    def ours(self) -> set[int]:
        """The forum's tags that follow our stories; all others are people's own."""
        return {number for name, number in self.tags.items() if name in managed_names()}


class Forums:
    """Reads what forums offer and brings the tags of posts up to date."""

    def __init__(self, client: discord.Client, call: Call) -> None:
        self._client = client
        self._call = call

    async def tag_ids(self, forum_id: int, names: Sequence[str]) -> list[int]:
        """The ids for a new post.

        Raises:
            DeliveryError: the forum could not be read.
        """
        return (await self._forum(forum_id)).ids(names)

    async def retag(self, edit: Edit, names: Sequence[str]) -> None:
        """Let a post's tags follow its story; tags that people added stay. Failures are logged."""
        try:
            forum = await self._forum(edit.place.id)
            applied = await self._applied(edit.channel_id)
            kept = [tag for tag in applied if tag not in forum.ours()]
            wanted = list(dict.fromkeys([*forum.ids(names), *kept]))[:THREAD_TAGS]
            if set(applied) != set(wanted):
                await self._call(
                    lambda: self._client.http.edit_channel(edit.channel_id, applied_tags=wanted)
                )
        except DeliveryError as error:
            _log.warning("tags of post %s not changed: %s", edit.channel_id, error)

    async def _forum(self, forum_id: int) -> Forum:
        channel = self._client.get_channel(forum_id)
        if isinstance(channel, discord.ForumChannel):
            known = [(tag.name, tag.id, tag.moderated) for tag in channel.available_tags]
            return _forum(known, channel.flags.require_tag)
        try:
            answer: Json = await self._call(lambda: self._client.http.get_channel(forum_id))
        except UnknownOutcome as error:  # nothing was asked to be posted yet
            raise TransientDeliveryError(error.text) from error
        found = [
            (str(tag["name"]), int(tag["id"]), bool(tag.get("moderated")))
            for tag in answer.get("available_tags") or ()
        ]
        return _forum(found, bool((answer.get("flags") or 0) & REQUIRE_TAG))

    async def _applied(self, post_id: int) -> list[int]:
        post = self._client.get_channel(post_id)
        if isinstance(post, discord.Thread):
            return [tag.id for tag in post.applied_tags]
        answer: Json = await self._call(lambda: self._client.http.get_channel(post_id))
        return [int(tag) for tag in answer.get("applied_tags") or ()]


def _forum(tags: Sequence[tuple[str, int, bool]], tag_required: bool) -> Forum:
    free = tuple(number for _, number, moderated in tags if not moderated)
    usable = {name.casefold(): number for name, number, moderated in tags if not moderated}
    return Forum(usable, free, tag_required)


@cache
def managed_names() -> frozenset[str]:
    """Every name, folded, under which a forum may keep a tag that we set."""
    keys = [f"status.{status}" for status in StoryStatus]
    keys += ["forum.tag.test", "forum.tag.space"]
    return frozenset(say(key, locale).casefold() for key in keys for locale in LOCALES)
