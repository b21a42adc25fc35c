"""How Launchwire itself is doing: coverage, backlog, parked and uncertain messages, blindness."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.article import GuildId
from bot.domain.digest import Coverage, cover, is_blind
from bot.domain.feed import Feed, FeedHealth, PollState, health_of
from bot.domain.launch import Verdict
from bot.domain.outbox import DeliveryState
from bot.domain.subscription import Place
from bot.ports import Clock, Store, Transaction


@dataclass(frozen=True, slots=True)
class Status:
    """What `/status`, `/healthz` and the metrics show."""

    coverage: Coverage
    deliveries: dict[DeliveryState, int]
    oldest_pending: datetime | None
    parked_places: int
    articles_today: int
    launches_today: int
    blind: bool
    parked: dict[Place, str] = field(default_factory=dict)
    """A server's own places that cannot be used, each with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed with its health, for `/feed list`."""

    feed: Feed
    state: PollState
    health: FeedHealth


@dataclass(frozen=True, slots=True)
class StatusService:
    """Reads the store and says how complete our view is."""

    store: Store
    clock: Clock
    stale_after: timedelta
    blind_share: float

    async def status(self, guild_id: GuildId | None = None) -> Status:
        """Everything at once; with a guild, of what that guild watches and of its own places."""
        now = self.clock.now()
        return await self.store.read(lambda tx: self.read(tx, now, guild_id))

    def read(self, tx: Transaction, now: datetime, guild_id: GuildId | None = None) -> Status:
        """The status within a transaction."""
        coverage = self.coverage(tx, now, guild_id)
        since = now - timedelta(hours=24)
        counts = tx.articles.counts(since, guild_id)
        parked = tx.outbox.parked_places()
        if guild_id is not None:
            parked = {place: why for place, why in parked.items() if place.guild_id == guild_id}
        return Status(
            coverage=coverage,
            deliveries=tx.outbox.counts(guild_id),
            oldest_pending=tx.outbox.oldest_pending(now, guild_id),
            parked_places=len(parked),
            articles_today=sum(counts.values()),
            launches_today=counts.get(Verdict.LAUNCH, 0),
            blind=is_blind(coverage, self.blind_share),
            parked={p: why for p, (why, _) in parked.items()} if guild_id is not None else {},
        )

    def coverage(self, tx: Transaction, now: datetime, guild_id: GuildId | None = None) -> Coverage:
        """How many feeds are fresh, stale and failing."""
        states = tx.feeds.states()
        known = [(feed, states.get(feed.id, PollState())) for feed in tx.feeds.all(guild_id)]
        polls = [state.last_poll for _, state in known if state.last_poll is not None]
        return cover(
            [health_of(feed, state, now, self.stale_after) for feed, state in known],
            last_poll=max(polls, default=None),
        )

    async def feeds(self, guild_id: GuildId | None) -> list[FeedStatus]:
        """The feeds a server sees, with their health."""
        now = self.clock.now()

        def step(tx: Transaction) -> list[FeedStatus]:
            states = tx.feeds.states()
            return [
                FeedStatus(feed, state, health_of(feed, state, now, self.stale_after))
                for feed in tx.feeds.all(guild_id)
                for state in [states.get(feed.id, PollState())]
            ]

        return await self.store.read(step)
