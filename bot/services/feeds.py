"""Feeds that servers add: looked at first, added, changed, paused, removed, tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.links import canonical_link, redact_feed
from bot.domain.permission import Limits, Quota, check_quota
from bot.domain.subscription import Place, RoleId, Subscription
from bot.errors import InvalidInput, NotFound
from bot.locale import problem
from bot.ports import Clock, DiscoveredFeed, FeedSource, Store, Transaction
from bot.services.asking import (
    Asker,
    Drafts,
    ensure,
    ensure_address,
    ensure_pace,
    ensure_target,
    pick,
    record,
)
from bot.services.feed_posts import FeedClearable, Posts, change_posts, posts_of
from bot.services.feed_trials import FeedTrial, FeedTrials
from bot.services.matcher import Matcher
from bot.services.status import FeedStatus, StatusService
from bot.services.suggestions import Suggestions

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class FeedWish:
    """What `/feed add` found and where its alerts are to go; `place` None adds the feed alone."""

    found: tuple[DiscoveredFeed, ...]
    place: Place | None = None
    role_id: RoleId | None = None
    only_launches: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class RemovedFeed:
    """What an Undo puts back."""

    feed: Feed
    state: PollState
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class FeedChange:
    """What `/feed edit` changes; None leaves a field as it is, `clear` takes one away.

    `place`, `role_id` and `only_launches` are about what the feed posts by itself.
    """

    name: str | None = None
    full_text: bool | None = None
    paused: bool | None = None
    interval: timedelta | None = None
    place: Place | None = None
    role_id: RoleId | None = None
    only_launches: bool | None = None
    clear: FeedClearable | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != FeedChange()

    def applied(self, before: Feed) -> Feed:
        """The feed's own part of it."""
        interval = before.interval if self.interval is None else self.interval
        return replace(
            before,
            name=(self.name or before.name).strip()[:MAX_NAME],
            full_text=before.full_text if self.full_text is None else self.full_text,
            paused=before.paused if self.paused is None else self.paused,
            interval=None if self.clear is FeedClearable.INTERVAL else interval,
        )


@dataclass
class FeedDesk:
    """The use cases of `/feed`."""

    store: Store
    clock: Clock
    source: FeedSource
    trials: FeedTrials
    matcher: Matcher
    status: StatusService
    suggestions: Suggestions
    limits: Limits
    adds_per_hour: int
    drafts: Drafts[FeedWish]
    removed: Drafts[RemovedFeed]

    async def discover(self, asker: Asker, url: str, wish: FeedWish) -> str:
        """Look at an address and keep what was found as a draft; returns its token.

        Raises:
            RequestError: no web address, or over a quota.
            SourceError: no feed there.
        """
        url = ensure_address(url)
        await self.store.read(lambda tx: self._room(tx, asker, 1))
        found = await self.source.discover(url)
        return self.drafts.keep(asker, replace(wish, found=tuple(found)))

    async def add(self, asker: Asker, token: str, index: int) -> tuple[Feed, bool]:
        """Add a feed of a draft; also says whether it was there before.

        Raises:
            RequestError: too late, over a quota.
        """
        wish = self.drafts.look(asker, token)
        if not 0 <= index < len(wish.found):
            raise problem(InvalidInput, "error.too_old")
        found, now = wish.found[index], self.clock.now()

        def step(tx: Transaction) -> tuple[Feed, bool]:
            feed = same_feed(tx.feeds.all(asker.guild), found.url)
            known = feed is not None
            if feed is None:
                ensure_pace(tx, asker, now, self.adds_per_hour)
                self._room(tx, asker, 1)
                feed = new_feed(asker, found.url, wish.name or found.title)
                feed = replace(feed, id=tx.feeds.add(feed, PollState()))
                record(tx, asker, now, "feed add", f"{feed.name} {redact_feed(feed.url)}")
            if wish.place is not None:
                posts = Posts(wish.place, wish.role_id, wish.only_launches)
                change_posts(tx, asker, feed, posts, self.limits, now)
            return feed, known

        added = await self.store.write(step)
        self.drafts.take(asker, token)
        await self._changed(asker)
        return added

    async def remove(self, asker: Asker, feed_id: FeedId) -> tuple[Feed, str]:
        """Remove a feed with its alerts; returns it and the token of its Undo.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> RemovedFeed:
            feed = seen_feed(tx, asker, feed_id, changes=True)
            theirs = tuple(
                each for each in tx.subscriptions.of_guild(asker.guild) if each.feed_id == feed_id
            )
            removed = RemovedFeed(feed, tx.feeds.state(feed_id), theirs)
            for each in theirs:
                tx.subscriptions.remove(each.id)
            tx.feeds.remove(feed_id)
            record(tx, asker, now, "feed remove", f"{feed.name} {redact_feed(feed.url)}")
            return removed

        removed = await self.store.write(step)
        await self._changed(asker)
        return removed.feed, self.removed.keep(asker, removed)

    async def restore(self, asker: Asker, token: str) -> Feed:
        """Undo a removal.

        Raises:
            RequestError: too late.
        """
        removed, now = self.removed.take(asker, token), self.clock.now()

        def step(tx: Transaction) -> Feed:
            # Its baseline went with it: what is in the feed now must not flood the channel.
            state = replace(removed.state, baseline_done=False, etag=None, last_modified=None)
            state = replace(state, body_hash=None, next_poll=now)
            feed = replace(removed.feed, id=tx.feeds.add(removed.feed, state))
            for each in removed.subscriptions:
                tx.subscriptions.add(replace(each, feed_id=feed.id))
            record(tx, asker, now, "feed undo", f"{feed.name} {redact_feed(feed.url)}")
            return feed

        feed = await self.store.write(step)
        await self._changed(asker)
        return feed

    async def change(self, asker: Asker, feed_id: FeedId, change: FeedChange) -> Feed:
        """Change a feed, and what of it is posted by itself; pause or resume it.

        Raises:
            RequestError: not this server's, the operator's, a quota is reached, or it is not clear
                which of its posts is meant.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> Feed:
            feed = seen_feed(tx, asker, feed_id, changes=True)
            after = change.applied(feed)
            tx.feeds.save(after)
            if (feed.paused and not after.paused) or feed.interval != after.interval:
                tx.feeds.save_state(feed_id, replace(tx.feeds.state(feed_id), next_poll=now))
            wish = Posts(change.place, change.role_id, change.only_launches, change.clear)
            if wish:
                change_posts(tx, asker, after, wish, self.limits, now)
            paused = change.paused
            what = "edit" if paused is None else "pause" if paused else "resume"
            record(tx, asker, now, f"feed {what}", after.name)
            return after

        feed = await self.store.write(step)
        await self._changed(asker)
        return feed

    async def posts(self, asker: Asker, feed_id: FeedId) -> list[Subscription]:
        """Where a feed posts by itself in this server."""
        return await self.store.read(lambda tx: posts_of(tx, asker.guild, feed_id))

    async def find(self, asker: Asker, text: str) -> Feed:
        """A feed this server sees, by number or name.

        Raises:
            NotFound: there is none.
        """
        feeds = await self.store.read(lambda tx: tx.feeds.all(asker.guild))
        return pick(text, feeds, lambda feed: feed.id, lambda feed: feed.name)

    async def listed(self, asker: Asker) -> list[FeedStatus]:
        """The feeds this server sees with their health; its own first."""
        found = await self.status.feeds(asker.guild)
        return sorted(found, key=lambda each: (each.feed.guild_id is None, each.feed.name.lower()))

    async def known(self, asker: Asker, url: str) -> Feed | None:
        """The feed this server sees that has this address."""
        return await self.store.read(lambda tx: same_feed(tx.feeds.all(asker.guild), url))

    async def status_of(
        self, asker: Asker, feed_id: FeedId, *, changes: bool = False
    ) -> FeedStatus:
        """One feed with its health; with `changes`, only one that may be changed here.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        await self.store.read(lambda tx: seen_feed(tx, asker, feed_id, changes=changes))
        found = await self.status.feeds(asker.guild)
        return next(each for each in found if each.feed.id == feed_id)

    async def try_out(self, asker: Asker, feed_id: FeedId) -> FeedTrial:
        """Poll a feed now, without storing anything, and judge its newest entry."""
        feed = await self.store.read(lambda tx: seen_feed(tx, asker, feed_id))
        polled = await self.source.poll(feed, PollState(), self.clock.now())
        return await self.trials.judge(feed, polled, asker.guild)

    def _room(self, tx: Transaction, asker: Asker, adding: int) -> None:
        used = own_count(tx.feeds.all(asker.guild), asker.guild)
        ensure(check_quota(Quota.FEEDS, used, self.limits, adding))

    async def _changed(self, asker: Asker) -> None:
        self.suggestions.forget(asker.guild_id)
        await self.matcher.refresh(self.store)


def new_feed(asker: Asker, url: str, name: str) -> Feed:
    """A feed of the asker's server that is not stored yet (id 0)."""
    return Feed(
        id=FeedId(0),
        url=url,
        name=(name.strip() or redact_feed(url))[:MAX_NAME],
        declared_in=DeclaredIn.DISCORD,
        guild_id=asker.guild,
    )


def same_feed(feeds: Sequence[Feed], url: str) -> Feed | None:
    """The one of these that has an address, however it is written."""
    wanted = canonical_link(url)
    return next((feed for feed in feeds if canonical_link(feed.url) == wanted), None)


def own_count(feeds: Sequence[Feed], guild_id: GuildId) -> int:
    """How many of these a server has added itself."""
    return sum(feed.guild_id == guild_id for feed in feeds)


def seen_feed(tx: Transaction, asker: Asker, feed_id: FeedId, *, changes: bool = False) -> Feed:
    """A feed the server may see (and, with `changes`, may change).

    Raises:
        RequestError: another server's does not exist; the operator's cannot be changed here.
    """
    feed = tx.feeds.get(feed_id)
    if feed is None:
        raise problem(NotFound, "permission.not_found")
    ensure_target(asker, guild_id=feed.guild_id, declared_in=feed.declared_in, changes=changes)
    return feed
