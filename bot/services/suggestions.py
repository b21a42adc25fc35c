"""Names to choose from while a person types: fuzzy, from memory, only those they may name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.domain.article import GuildId
from bot.domain.folding import fold
from bot.domain.launch import Verdict
from bot.domain.permission import COMMANDS
from bot.domain.story_facts import view
from bot.domain.subscription import Silence, Subscription, UserId
from bot.domain.zones import ZONE_ALIASES, parse_offset, zone_at, zone_forms
from bot.errors import StoreError
from bot.locale import say
from bot.ports import Clock, Store, Transaction
from bot.services.schedule_words import schedule_words

_log = logging.getLogger("launchwire.suggestions")

# https://docs.discord.com/developers/interactions/application-commands#autocomplete
MOST = 25
LABEL = 100
# How long a list stays in memory without a change of ours telling us that it is outdated.
LIFE = timedelta(seconds=5)
LISTS = 5000  # kept in memory; the oldest give way
STORIES = 300
ARTICLES = 200
_ANY_AGE = timedelta(days=36525)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One choice: `value` is what the command gets, `place` a channel to name beside it."""

    value: str
    label: str
    place: int | None = None


_Key: TypeAlias = tuple[str, int]  # kind, and the server or person


@dataclass
class Suggestions:
    """Lists by kind and server, kept in memory: while one types, nobody waits for the store.

    A list is read when it is asked for the first time, or after a change that came through us. One
    older than `LIFE` is given as it is and read anew behind the answer.
    """

    store: Store
    clock: Clock
    _lists: dict[_Key, tuple[datetime, list[Suggestion]]] = field(default_factory=dict)
    _renewing: dict[_Key, asyncio.Task[None]] = field(default_factory=dict)

    def forget(self, owner: int | None) -> None:
        """Something of a server or person changed."""
        for key in [key for key in self._lists if key[1] == (owner or 0)]:
            del self._lists[key]
        for key in [key for key in self._renewing if key[1] == (owner or 0)]:
            # What it has read may be from before the change.
            self._renewing.pop(key).cancel()

    async def feeds(self, guild_id: GuildId, text: str) -> list[Suggestion]:
        """The feeds a server sees."""

        def read(tx: Transaction) -> list[Suggestion]:
            return [Suggestion(str(feed.id), feed.name) for feed in tx.feeds.all(guild_id)]

        return nearest(await self._list("feeds", guild_id, read), text)

    async def alerts(self, guild_id: GuildId, text: str, locale: str) -> list[Suggestion]:
        """The alerts of a server."""

        def read(tx: Transaction) -> list[Suggestion]:
            return [
                Suggestion(str(each.id), f"#{each.id} {subject(each, tx, locale)}", each.place.id)
                for each in tx.subscriptions.of_guild(guild_id)
            ]

        return nearest(await self._list(f"alerts {locale}", guild_id, read), text)

    async def digests(self, guild_id: GuildId, text: str, locale: str) -> list[Suggestion]:
        """The digests of a server, by number, days and time."""

        def read(tx: Transaction) -> list[Suggestion]:
            return [
                Suggestion(
                    str(each.id),
                    f"#{each.id} {schedule_words(each.schedule, locale)}",
                    each.place.id,
                )
                for each in tx.digests.all()
                if each.place.guild_id == guild_id
            ]

        return nearest(await self._list(f"digests {locale}", guild_id, read), text)

    async def personal(self, user_id: UserId, text: str, locale: str) -> list[Suggestion]:
        """A person's own subscriptions."""

        def read(tx: Transaction) -> list[Suggestion]:
            return [
                Suggestion(str(each.id), f"#{each.id} {subject(each, tx, locale)}")
                for each in tx.subscriptions.of_user(user_id)
            ]

        return nearest(await self._list(f"own {locale}", user_id, read), text)

    async def silences(self, guild_id: GuildId, text: str, locale: str) -> list[Suggestion]:
        """What is muted in a server."""
        now = self.clock.now()

        def read(tx: Transaction) -> list[Suggestion]:
            return [
                Suggestion(str(each.id), f"#{each.id} {muted_words(each, locale)}")
                for each in tx.subscriptions.silences(now, guild_id)
            ]

        return nearest(await self._list(f"silences {locale}", guild_id, read), text)

    async def stories(
        self, guild_id: GuildId | None, text: str, verdict: Verdict | None = None
    ) -> list[Suggestion]:
        """Stories a server may see, by number or headline, newest first."""

        def read(tx: Transaction) -> list[Suggestion]:
            found = []
            for story in tx.stories.recent(STORIES, verdict=verdict):
                seen = view(story, guild_id, story.updated, _ANY_AGE)
                if seen is not None:
                    found.append(Suggestion(str(story.id), f"#{story.id} {seen.headline}"))
            return found

        kind = f"stories {verdict.value if verdict else ''}"
        return nearest(await self._list(kind, guild_id or 0, read), text)

    async def articles(self, guild_id: GuildId | None, text: str) -> list[Suggestion]:
        """Newest stored articles a server may see."""

        def read(tx: Transaction) -> list[Suggestion]:
            return [
                Suggestion(f"article:{each.id}", each.article.title or each.article.identity.link)
                for each in tx.articles.recent(ARTICLES, guild_id=guild_id)
            ]

        return nearest(await self._list("articles", guild_id or 0, read), text)

    def zones(self, text: str) -> list[Suggestion]:
        """Time zones with the time there now."""
        offset = parse_offset(text)
        chosen = best_names(zone_forms(), text) if offset is None else self._zones_at(offset)
        return [Suggestion(name, self.zone_label(name)) for name in chosen]

    def _zones_at(self, offset: timedelta) -> list[str]:
        """The zones that have an offset now, those people write most first."""
        now = self.clock.now()
        names = [n for n in zone_forms() if now.astimezone(ZoneInfo(n)).utcoffset() == offset]
        known = zone_at(offset)
        return sorted(names, key=lambda name: (name != known, name not in ZONE_ALIASES))[:MOST]

    def zone_label(self, name: str) -> str:
        """A time zone with the time there now."""
        there = self.clock.now().astimezone(ZoneInfo(name))
        return f"{name} · {there:%H:%M}"

    @staticmethod
    def help_topics(text: str) -> list[Suggestion]:
        """Commands one can ask about."""
        labels = sorted({label.split()[0] for label in COMMANDS})
        return nearest([Suggestion(label, f"/{label}") for label in labels], text)

    @staticmethod
    def commands_of(group: str) -> list[str]:
        """The full names of a group's commands, or of the command itself."""
        return [name for name in COMMANDS if name == group or name.startswith(f"{group} ")]

    async def _list(
        self, kind: str, owner: int, read: Callable[[Transaction], list[Suggestion]]
    ) -> list[Suggestion]:
        key, now = (kind, owner), self.clock.now()
        kept = self._lists.get(key)
        if kept is None:
            return await self._read(key, read)
        if not timedelta(0) <= now - kept[0] < LIFE and key not in self._renewing:
            self._renewing[key] = asyncio.create_task(self._renew(key, read))
        return kept[1]

    async def _read(
        self, key: _Key, read: Callable[[Transaction], list[Suggestion]]
    ) -> list[Suggestion]:
        now = self.clock.now()
        reading: Awaitable[list[Suggestion]] = self.store.read(read)
        found = await reading
        while len(self._lists) >= LISTS:
            del self._lists[next(iter(self._lists))]
        self._lists[key] = (now, found)
        return found

    async def _renew(self, key: _Key, read: Callable[[Transaction], list[Suggestion]]) -> None:
        """Behind an answer: a store that refuses now leaves the list as it was."""
        try:
            await self._read(key, read)
        except StoreError as error:
            _log.warning("suggestions %s not renewed: %s", key[0], error)
        finally:
            self._renewing.pop(key, None)


def nearest(choices: Sequence[Suggestion], text: str, limit: int = MOST) -> list[Suggestion]:
    """The choices nearest to what was typed; all of them in their order for nothing typed."""
    typed = text.strip()
    if not typed:
        return list(choices[:limit])
    by_number = [each for each in choices if each.value == typed.removeprefix("#")]
    labels = {index: each.label for index, each in enumerate(choices)}
    near = process.extract(
        typed, labels, scorer=fuzz.WRatio, processor=str.casefold, limit=limit, score_cutoff=45
    )
    found = [choices[index] for _, _, index in near]
    return list(dict.fromkeys([*by_number, *found]))[:limit]


def muted_words(silence: Silence, locale: str) -> str:
    """What a silence mutes: a story by its number, or a query."""
    if silence.story_id is not None:
        return say("story.details_title", locale, story=silence.story_id)
    return str(silence.query)


def subject(subscription: Subscription, tx: Transaction, locale: str) -> str:
    """What a subscription selects, in words: its topic, its query, or its feed's name."""
    if subscription.topic is not None:
        return say(f"topic.{subscription.topic.value}", locale)
    if subscription.query is not None:
        return subscription.query
    feed = tx.feeds.get(subscription.feed_id) if subscription.feed_id is not None else None
    return feed.name if feed is not None else say("alert.lost_feed", locale)


# The ways in which a typed text may stand in a name, best first.
_EXACT, _PREFIX, _WORD_PREFIX, _INSIDE, _NOT = range(5)
# Below this likeness (0 to 100) a name is no typing error of the text but another name.
_ALIKE = 60


def best_names(names: Mapping[str, Sequence[str]], text: str, limit: int = MOST) -> list[str]:
    """The keys whose ways of writing fit what is typed; all of them for nothing typed.

    Exact ones come first, then beginnings, beginnings of a later word, parts, and last those that
    are only alike, for typing errors.
    """
    typed = _plain(text)
    if not typed:
        return list(names)[:limit]
    places = {key: min(_standing(typed, _plain(form)) for form in names[key]) for key in names}
    found = sorted((key for key in names if places[key] < _NOT), key=lambda key: places[key])
    if len(found) < limit and len(typed) > 2:
        rest = {
            (key, form): _plain(form) for key in names if places[key] == _NOT for form in names[key]
        }
        near = process.extract(typed, rest, scorer=fuzz.WRatio, limit=limit, score_cutoff=_ALIKE)
        found += [key for _, _, (key, _) in near]
    return list(dict.fromkeys(found))[:limit]


def _plain(text: str) -> str:
    return fold(text.replace("_", " "))


def _standing(typed: str, form: str) -> int:
    if form == typed:
        return _EXACT
    if form.startswith(typed):
        return _PREFIX
    at = form.find(typed)
    while at > 0:
        if not form[at - 1].isalnum():
            return _WORD_PREFIX
        at = form.find(typed, at + 1)
    return _INSIDE if typed in form else _NOT
