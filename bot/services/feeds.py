"""Feeds that servers add: looked at first, added, changed, tried, imported and exported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from bot.domain.article import ArticleId, FeedId, GuildId
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.links import canonical_link, redact
from bot.domain.matching import Occasion, Stop, decide_all
from bot.domain.permission import Limits, Quota, check_quota
from bot.domain.story import Story, StoryView
from bot.domain.story_facts import view
from bot.domain.story_life import start_story
from bot.domain.subscription import Match, Place, RoleId, Subscription, SubscriptionId
from bot.errors import InvalidInput, NotFound, SourceError
from bot.locale import problem
from bot.ports import (
    Analyser,
    Clock,
    DiscoveredFeed,
    FeedSource,
    PollResult,
    Store,
    Transaction,
)
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
from bot.services.grouping import report_of
from bot.services.matcher import Matcher
from bot.services.quiet_hours import quiet_of_server
from bot.services.status import FeedStatus, StatusService
from bot.services.suggestions import Suggestions
from bot.starter import StarterFeed

FeedListReader = Callable[[bytes], Awaitable[Sequence[tuple[str, str]]]]
"""Reads an OPML list into (address, name), in a worker."""

MAX_NAME = 80
MAX_LIST_BYTES = 1024 * 1024


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
class FeedTrial:
    """What `/feed test` shows: the poll, the newest entry as a story, and who would get it."""

    feed: Feed
    result: PollResult
    view: StoryView | None = None
    story: Story | None = None
    matches: tuple[Match, ...] = ()
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an imported list."""

    added: tuple[str, ...]
    present: tuple[str, ...]
    refused: tuple[str, ...]  # over the quota, or no web address


@dataclass
class FeedDesk:
    """The use cases of `/feed`."""

    store: Store
    clock: Clock
    source: FeedSource
    analyser: Analyser
    matcher: Matcher
    status: StatusService
    suggestions: Suggestions
    limits: Limits
    adds_per_hour: int
    max_age: timedelta
    read_list: FeedListReader
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
            feed = _same(tx.feeds.all(asker.guild), found.url)
            known = feed is not None
            if feed is None:
                ensure_pace(tx, asker, now, self.adds_per_hour)
                self._room(tx, asker, 1)
                feed = _new(asker, found.url, wish.name or found.title)
                feed = replace(feed, id=tx.feeds.add(feed, PollState()))
                record(tx, asker, now, "feed add", f"{feed.name} {redact(feed.url)}")
            if wish.place is not None:
                self._subscribe(tx, asker, feed, wish, now)
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
            feed = self._own(tx, asker, feed_id)
            theirs = tuple(
                each for each in tx.subscriptions.of_guild(asker.guild) if each.feed_id == feed_id
            )
            removed = RemovedFeed(feed, tx.feeds.state(feed_id), theirs)
            for each in theirs:
                tx.subscriptions.remove(each.id)
            tx.feeds.remove(feed_id)
            record(tx, asker, now, "feed remove", f"{feed.name} {redact(feed.url)}")
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
            record(tx, asker, now, "feed undo", f"{feed.name} {redact(feed.url)}")
            return feed

        feed = await self.store.write(step)
        await self._changed(asker)
        return feed

    async def change(
        self,
        asker: Asker,
        feed_id: FeedId,
        *,
        name: str | None = None,
        full_text: bool | None = None,
        paused: bool | None = None,
    ) -> Feed:
        """Rename a feed, complete its teasers from the pages, pause or resume it.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> Feed:
            feed = self._own(tx, asker, feed_id)
            after = replace(
                feed,
                name=(name or feed.name).strip()[:MAX_NAME],
                full_text=feed.full_text if full_text is None else full_text,
                paused=feed.paused if paused is None else paused,
            )
            tx.feeds.save(after)
            if feed.paused and not after.paused:
                tx.feeds.save_state(feed_id, replace(tx.feeds.state(feed_id), next_poll=now))
            what = "edit" if paused is None else "pause" if paused else "resume"
            record(tx, asker, now, f"feed {what}", after.name)
            return after

        feed = await self.store.write(step)
        await self._changed(asker)
        return feed

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
        return await self.store.read(lambda tx: _same(tx.feeds.all(asker.guild), url))

    async def status_of(
        self, asker: Asker, feed_id: FeedId, *, changes: bool = False
    ) -> FeedStatus:
        """One feed with its health; with `changes`, only one that may be changed here.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        await self.store.read(lambda tx: _seen(tx, asker, feed_id, changes=changes))
        found = await self.status.feeds(asker.guild)
        return next(each for each in found if each.feed.id == feed_id)

    async def try_out(self, asker: Asker, feed_id: FeedId) -> FeedTrial:
        """Poll a feed now, without storing anything, and judge its newest entry."""
        feed = await self.store.read(lambda tx: _seen(tx, asker, feed_id))
        now = self.clock.now()
        result = await self.source.poll(feed, PollState(), now)
        if not result.articles:
            return FeedTrial(feed, result)
        newest = max(
            result.articles, key=lambda raw: raw.published.at if raw.published else raw.first_seen
        )
        article = await self.analyser.analyse(newest)
        stored = await self.store.read(
            lambda tx: tx.articles.find(article.origin.key, article.identity)
        )
        story = None
        if stored is not None and stored.story_id is not None:
            known = stored.story_id
            story = await self.store.read(lambda tx: tx.stories.get(known))
        story = story or start_story(report_of(ArticleId(0), article), now)
        seen = view(story, asker.guild, now, self.max_age)
        if seen is None:
            return FeedTrial(feed, result)
        subscriptions = await self.store.read(lambda tx: tx.subscriptions.of_guild(asker.guild))
        silences = await self.store.read(lambda tx: tx.subscriptions.silences(now, asker.guild))
        await self.matcher.refresh(self.store)
        occasion = Occasion(
            seen, (replace(self.matcher.seen(article), feed_id=feed.id),), self.max_age
        )
        matches, stops = decide_all(subscriptions, occasion, silences, now)
        return FeedTrial(feed, result, seen, story, tuple(matches), tuple(stops))

    async def import_list(self, asker: Asker, name: str, data: bytes) -> ImportReport:
        """Add the feeds of an OPML list; addresses are tried by the first poll, not here.

        Raises:
            RequestError: too large, or no list.
        """
        if len(data) > MAX_LIST_BYTES:
            raise problem(
                InvalidInput,
                "error.file_too_big",
                size=f"{len(data) // 1024} kB",
                most=f"{MAX_LIST_BYTES // 1024} kB",
            )
        try:
            entries = await self.read_list(data)
        except SourceError as error:
            raise problem(InvalidInput, "error.opml", name=name) from error
        return await self.add_many(asker, entries)

    async def add_many(self, asker: Asker, entries: Sequence[tuple[str, str]]) -> ImportReport:
        """Add feeds by (address, name), as far as the quota reaches."""
        return await self._add_all(asker, [_new(asker, url, name) for url, name in entries])

    async def add_starter(self, asker: Asker, feeds: Sequence[StarterFeed]) -> ImportReport:
        """Add feeds of the starter set, with what is known of their publishers."""
        wanted = [
            replace(
                _new(asker, feed.url, feed.name),
                publisher=feed.name,
                family=feed.family or None,
                country=feed.country or None,
                state_media=feed.state_media,
                official=feed.official,
            )
            for feed in feeds
        ]
        return await self._add_all(asker, wanted)

    async def _add_all(self, asker: Asker, wanted: Sequence[Feed]) -> ImportReport:
        now = self.clock.now()

        def step(tx: Transaction) -> ImportReport:
            known = tx.feeds.all(asker.guild)
            room = self.limits.feeds_per_guild - _own_count(known, asker.guild)
            added: list[str] = []
            present: list[str] = []
            refused: list[str] = []
            for feed in wanted:
                if not feed.url.startswith(("http://", "https://")) or len(added) >= room:
                    refused.append(feed.name)
                elif _same(known, feed.url) is not None:
                    present.append(feed.name)
                else:
                    tx.feeds.add(feed, PollState())
                    known.append(feed)
                    added.append(feed.name)
            if added:
                record(tx, asker, now, "feed import", f"{len(added)}")
            return ImportReport(tuple(added), tuple(present), tuple(refused))

        report = await self.store.write(step)
        await self._changed(asker)
        return report

    async def export(self, asker: Asker) -> bytes:
        """The feeds this server sees as an OPML list; secrets in addresses only of its own."""
        feeds = await self.store.read(lambda tx: tx.feeds.all(asker.guild))
        rows = [
            f"    <outline type={quoteattr('rss')} text={quoteattr(feed.name)} "
            f"xmlUrl={quoteattr(feed.url if feed.guild_id else redact(feed.url))}/>"
            for feed in feeds
        ]
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            "  <head><title>Launchwire</title></head>",
            "  <body>",
            *rows,
            "  </body>",
            "</opml>",
            "",
        ]
        return "\n".join(lines).encode()

    def _own(self, tx: Transaction, asker: Asker, feed_id: FeedId) -> Feed:
        return _seen(tx, asker, feed_id, changes=True)

    def _room(self, tx: Transaction, asker: Asker, adding: int) -> None:
        used = _own_count(tx.feeds.all(asker.guild), asker.guild)
        ensure(check_quota(Quota.FEEDS, used, self.limits, adding))

    def _subscribe(
        self, tx: Transaction, asker: Asker, feed: Feed, wish: FeedWish, now: datetime
    ) -> None:
        assert wish.place is not None  # the caller looked
        theirs = tx.subscriptions.of_guild(asker.guild)
        same = [each for each in theirs if each.feed_id == feed.id and each.place == wish.place]
        if same:
            return
        ensure(check_quota(Quota.SUBSCRIPTIONS, len(theirs), self.limits))
        tx.subscriptions.add(
            Subscription(
                id=SubscriptionId(0),
                place=wish.place,
                declared_in=DeclaredIn.DISCORD,
                feed_id=feed.id,
                only_launches=wish.only_launches,
                role_id=wish.role_id,
                quiet=quiet_of_server(tx, asker.guild),
                locale=tx.records.guild_setting(asker.guild, "language") or asker.locale,
                created_by=asker.user_id,
                created=now,
            )
        )
        record(tx, asker, now, "alert add", f"feed {feed.name}")

    async def _changed(self, asker: Asker) -> None:
        self.suggestions.forget(asker.guild_id)
        await self.matcher.refresh(self.store)


def _new(asker: Asker, url: str, name: str) -> Feed:
    return Feed(
        id=FeedId(0),
        url=url,
        name=(name.strip() or redact(url))[:MAX_NAME],
        declared_in=DeclaredIn.DISCORD,
        guild_id=asker.guild,
    )


def _same(feeds: Sequence[Feed], url: str) -> Feed | None:
    wanted = canonical_link(url)
    return next((feed for feed in feeds if canonical_link(feed.url) == wanted), None)


def _own_count(feeds: Sequence[Feed], guild_id: GuildId) -> int:
    return sum(feed.guild_id == guild_id for feed in feeds)


def _seen(tx: Transaction, asker: Asker, feed_id: FeedId, *, changes: bool = False) -> Feed:
    """A feed the server may see (and, with `changes`, may change).

    Raises:
        RequestError: another server's does not exist; the operator's cannot be changed here.
    """
    feed = tx.feeds.get(feed_id)
    if feed is None:
        raise problem(NotFound, "permission.not_found")
    ensure_target(asker, guild_id=feed.guild_id, declared_in=feed.declared_in, changes=changes)
    return feed
