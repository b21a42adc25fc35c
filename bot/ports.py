"""Every boundary of Launchwire on one page.

Services are given these by `bot.app` and know nothing of what stands behind them. All times are
aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.domain.article import Article, ArticleId, ArticleIdentity, FeedId, GuildId, RawArticle
from bot.domain.digest import DigestId, DigestSchedule, Slot
from bot.domain.feed import Feed, PollState
from bot.domain.launch import Verdict
from bot.domain.message import Message
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState, Edit, Receipt
from bot.domain.story import Story, StoryId
from bot.domain.subscription import (
    Place,
    PlaceKind,
    Silence,
    Subscription,
    SubscriptionId,
    UserId,
)

T = TypeVar("T")


class Clock(Protocol):
    """The one source of time: the system's, or an accelerated one for replay, soak and tests."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...

    @property
    def speed(self) -> float:
        """Seconds of this clock in a real second."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""
        ...

    def real(self, at: datetime) -> datetime:
        """The real instant at which this clock shows `at`."""
        ...


class WorkerPool(Protocol):
    """Killable processes with CPU, memory and wall limits for work on hostile input."""

    async def run(self, function: Callable[..., T], /, *args: Any, wall_seconds: float = 8.0) -> T:
        """Call a picklable function in a worker.

        Raises:
            WorkerKilled: it went over a limit; the worker has been replaced.
        """
        ...


@dataclass(frozen=True, slots=True)
class PollResult:
    """One poll of a feed: the entries (newest state of each), and what to remember with them.

    `articles` is empty for "not modified". `state` carries validators and the next poll time and is
    stored in the same transaction as the articles. `notes` are sentences for `/feed test`.
    """

    articles: tuple[RawArticle, ...]
    state: PollState
    not_modified: bool = False
    error: str | None = None
    title: str | None = None
    notes: tuple[str, ...] = ()


class FeedSource(Protocol):
    """Polls feeds; failures are values in `PollResult.error`, never exceptions for the caller."""

    async def poll(self, feed: Feed, state: PollState, now: datetime) -> PollResult:
        """Fetch and parse one feed politely (validators, host spacing, redirects, caps)."""
        ...

    async def discover(self, url: str) -> Sequence[DiscoveredFeed]:
        """The feeds at an address: itself, or those a page announces.

        Raises:
            SourceError: nothing usable there; the sentence says why.
        """
        ...


@dataclass(frozen=True, slots=True)
class DiscoveredFeed:
    """A feed found at an address, with its newest entries as a sample."""

    url: str
    title: str
    articles: tuple[RawArticle, ...]


@dataclass(frozen=True, slots=True)
class SeedProblem:
    """A file of seeds/ that cannot be used; reported once per content."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SeedBatch:
    """What one whole file of seeds/ holds now. `feeds` are the (url, name) of an .opml list.

    `notes` are sentences on parts that were passed over; the rest of the file counts.
    """

    path: str
    articles: tuple[RawArticle, ...] = ()
    feeds: tuple[tuple[str, str], ...] = ()
    problem: SeedProblem | None = None
    notes: tuple[str, ...] = ()


class SeedSource(Protocol):
    """Reads seeds/: everything once, then whatever is new or changed."""

    async def scan(self) -> Sequence[SeedBatch]:
        """Read every whole file now (used at start and by `--once`)."""
        ...

    def watch(self) -> AsyncIterator[SeedBatch]:
        """Yield new and changed files, within 2 s of being whole, until cancelled."""
        ...


class PageSource(Protocol):
    """Fetches one article page for teaser feeds and `/summarize`."""

    async def fetch(self, url: str, now: datetime) -> RawArticle:
        """The article at an address.

        Raises:
            SourceError: refused, unreachable, too large, or no article text found.
        """
        ...


class Analyser(Protocol):
    """RawArticle to Article, in the worker."""

    async def analyse(self, raw: RawArticle, *, sentences: int = 3) -> Article:
        """Judge and summarize one article.

        Raises:
            AnalysisError: the article cannot be analysed (too costly, or broken).
        """
        ...


class PhraseIndex(Protocol):
    """Finds all of many phrases in a text in one pass (word edges respected)."""

    def find(self, text: str) -> frozenset[str]:
        """The indexed phrases that occur in an already folded text."""
        ...


class PhraseIndexFactory(Protocol):
    """Builds a `PhraseIndex`; phrases are already folded, a trailing `*` asks for a prefix."""

    def __call__(self, phrases: Sequence[str]) -> PhraseIndex:
        """Index the phrases."""
        ...


# The store. One writer thread runs whole use-case steps as one BEGIN IMMEDIATE transaction: what a
# step reads cannot change before it writes.


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the store knows it."""

    id: ArticleId
    article: Article
    story_id: StoryId | None
    revision: int
    stored: datetime


class Stage(StrEnum):
    """The stages an article passes on its way to a message, for `/why`."""

    FETCHED = "fetched"
    KNOWN = "known"  # recognised as one we have
    BASELINE = "baseline"  # seen at first contact with its feed, not delivered
    ANALYSED = "analysed"
    STORED = "stored"
    GROUPED = "grouped"  # joined a story
    MATCHED = "matched"
    HELD = "held"  # quiet hours, review, minimum status
    STOPPED = "stopped"  # which rule stopped it
    ENQUEUED = "enqueued"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One stage an article went through; `guild_id` limits who may read it."""

    at: datetime
    stage: Stage
    detail: str
    article_id: ArticleId | None = None
    link: str = ""
    story_id: StoryId | None = None
    guild_id: GuildId | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who changed what, when."""

    at: datetime
    guild_id: GuildId | None
    user_id: UserId | None
    action: str
    detail: str


class Articles(Protocol):
    """Stored articles and the identities of those seen without being stored."""

    def find(self, source_key: str, identity: ArticleIdentity) -> StoredArticle | None:
        """The stored article that has one of these keys (guid within the source, link, content)."""
        ...

    def seen(self, source_key: str, identity: ArticleIdentity) -> bool:
        """Whether one of these keys was noted by `note_seen` (baseline of a feed)."""
        ...

    def note_seen(self, source_key: str, identity: ArticleIdentity, at: datetime) -> None:
        """Remember an entry that is not stored (baseline, brake)."""
        ...

    def add(self, article: Article, story_id: StoryId | None, at: datetime) -> ArticleId:
        """Store a new article."""
        ...

    def revise(self, article_id: ArticleId, article: Article, at: datetime) -> int:
        """Replace the content of an article; returns the new revision number."""
        ...

    def move(self, article_id: ArticleId, story_id: StoryId) -> None:
        """Put an article into another story."""
        ...

    def get(self, article_id: ArticleId) -> StoredArticle | None:
        """One article."""
        ...

    def by_link(self, link: str) -> StoredArticle | None:
        """The article with this canonical link or seed path."""
        ...

    def recent(
        self, limit: int, *, since: datetime | None = None, guild_id: GuildId | None = None
    ) -> list[StoredArticle]:
        """Newest first; those of other servers' own feeds are left out."""
        ...

    def counts(self, since: datetime, guild_id: GuildId | None = None) -> dict[Verdict, int]:
        """How many articles of each verdict were stored since; seen like `recent`."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete articles (not stories) stored before; returns how many."""
        ...


class Stories(Protocol):
    """Stories and the index that finds candidates for a new report."""

    def get(self, story_id: StoryId) -> Story | None:
        """One story, also a merged one."""
        ...

    def candidates(self, keys: Sequence[str], since: datetime) -> list[Story]:
        """Open stories updated since, that carry one of the index keys."""
        ...

    def save(self, story: Story, keys: Sequence[str], *, headline: str, status: str) -> StoryId:
        """Insert (id 0) or replace a story; `keys` are its index keys from now on."""
        ...

    def recent(
        self,
        limit: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        verdict: Verdict | None = None,
    ) -> list[Story]:
        """Newest update first, merged ones left out."""
        ...

    def search(self, words: str, limit: int) -> list[tuple[StoryId, str]]:
        """(id, headline) of stories whose number or headline fits, newest first."""
        ...


class Feeds(Protocol):
    """Feeds and their poll state."""

    def all(self, guild_id: GuildId | None = None) -> list[Feed]:
        """Every feed; with a guild: the operator's and that guild's own."""
        ...

    def get(self, feed_id: FeedId) -> Feed | None:
        """One feed."""
        ...

    def due(self, now: datetime) -> list[FeedId]:
        """Feeds whose next poll is due, longest overdue first; paused ones are left out."""
        ...

    def state(self, feed_id: FeedId) -> PollState:
        """The poll state of a feed."""
        ...

    def states(self) -> dict[FeedId, PollState]:
        """Every poll state."""
        ...

    def add(self, feed: Feed, state: PollState) -> FeedId:
        """Store a feed (its id is ignored)."""
        ...

    def save(self, feed: Feed) -> None:
        """Replace a feed's own data."""
        ...

    def save_state(self, feed_id: FeedId, state: PollState) -> None:
        """Replace a feed's poll state."""
        ...

    def remove(self, feed_id: FeedId) -> None:
        """Delete a feed; its articles stay."""
        ...


class Subscriptions(Protocol):
    """Subscriptions, silences, and personal data."""

    def all(self) -> list[Subscription]:
        """Every subscription, paused ones too."""
        ...

    def of_guild(self, guild_id: GuildId) -> list[Subscription]:
        """Those of one server's channels."""
        ...

    def of_user(self, user_id: UserId) -> list[Subscription]:
        """A person's own."""
        ...

    def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """One subscription."""
        ...

    def add(self, subscription: Subscription) -> SubscriptionId:
        """Store a subscription (its id is ignored)."""
        ...

    def save(self, subscription: Subscription) -> None:
        """Replace a subscription."""
        ...

    def remove(self, subscription_id: SubscriptionId) -> None:
        """Delete a subscription."""
        ...

    def version(self) -> int:
        """Grows with every change, so that a matcher knows when to rebuild."""
        ...

    def silences(self, now: datetime, guild_id: GuildId | None = None) -> list[Silence]:
        """Silences that have not expired."""
        ...

    def add_silence(self, silence: Silence) -> int:
        """Store a silence."""
        ...

    def remove_silence(self, silence_id: int) -> None:
        """End a silence."""
        ...

    def follow(self, story_id: StoryId, user_id: UserId, at: datetime) -> bool:
        """A person follows a story by direct message; False when they already did."""
        ...

    def unfollow(self, story_id: StoryId, user_id: UserId) -> bool:
        """Stop following; False when they did not."""
        ...

    def followers(self, story_id: StoryId) -> list[UserId]:
        """Who follows a story."""
        ...

    def followed(self, user_id: UserId) -> list[StoryId]:
        """The stories a person follows."""
        ...

    def forget_user(self, user_id: UserId) -> int:
        """Delete everything stored about a person; returns how many rows."""
        ...

    def remove_guild(self, guild_id: GuildId) -> None:
        """Delete a server's subscriptions, feeds, digests, silences and settings."""
        ...


class Digests(Protocol):
    """Digest schedules and the runs that were made of them."""

    def all(self) -> list[DigestSchedule]:
        """Every schedule."""
        ...

    def get(self, digest_id: DigestId) -> DigestSchedule | None:
        """One schedule."""
        ...

    def add(self, schedule: DigestSchedule) -> DigestId:
        """Store a schedule (its id is ignored)."""
        ...

    def save(self, schedule: DigestSchedule) -> None:
        """Replace a schedule."""
        ...

    def remove(self, digest_id: DigestId) -> None:
        """Delete a schedule."""
        ...

    def record_run(self, digest_id: DigestId, slot: Slot, at: datetime, note: str) -> bool:
        """Claim a slot; False when that local day and slot already had its run."""
        ...

    def last_run(self, digest_id: DigestId) -> tuple[Slot, datetime] | None:
        """The newest recorded run and when it was made."""
        ...

    def skipped_since(self, digest_id: DigestId, since: datetime) -> list[Slot]:
        """Runs recorded with a note that they were skipped."""
        ...


class Outbox(Protocol):
    """Deliveries and edits. The rules of what follows what are in `bot.domain.outbox`."""

    def enqueue(self, delivery: Delivery) -> DeliveryId | None:
        """Add a delivery; None when its key is already there (nothing is changed)."""
        ...

    def by_key(self, key: str) -> Delivery | None:
        """The delivery with this key."""
        ...

    def get(self, delivery_id: DeliveryId) -> Delivery | None:
        """One delivery."""
        ...

    def claimable(self, now: datetime, limit: int) -> list[Delivery]:
        """Due unfinished deliveries, best priority first, at most the head of each place.

        A line is ordered by `due or created`: what is held for quiet hours stops nobody, a head
        that is being retried stops its own line only.
        """
        ...

    def save(self, delivery: Delivery) -> None:
        """Replace the mutable part of a delivery (state, payload, attempts, times, message)."""
        ...

    def of_story(self, story_id: StoryId) -> list[Delivery]:
        """Every delivery of a story, oldest first."""
        ...

    def alerts_since(self, place: Place, since: datetime) -> list[Delivery]:
        """Alerts for a place created since, oldest first."""
        ...

    def pending(self, place: Place | None = None) -> list[Delivery]:
        """Deliveries not finished yet."""
        ...

    def counts(self, guild_id: GuildId | None = None) -> dict[DeliveryState, int]:
        """How many deliveries are in each state; with a guild, its own that wait or are stuck."""
        ...

    def oldest_pending(
        self, now: datetime | None = None, guild_id: GuildId | None = None
    ) -> datetime | None:
        """When the oldest unfinished and due delivery became due; with a guild, its own."""
        ...

    def parked(self, guild_id: GuildId | None = None) -> list[Delivery]:
        """Parked and uncertain deliveries."""
        ...

    def sent_since(self, place: Place, kind: DeliveryKind, since: datetime) -> int:
        """How many messages of a kind a place got (cooldown, flood cap)."""
        ...

    def last_created(self, place: Place, kind: DeliveryKind) -> datetime | None:
        """When the newest message of a kind for a place was enqueued (cancelled ones left out)."""
        ...

    def request_edit(self, delivery_id: DeliveryId, payload: dict[str, Any], revision: int) -> None:
        """Ask that a posted message shows this revision; older requests are replaced."""
        ...

    def edits_due(self, now: datetime, limit: int) -> list[Edit]:
        """Edits whose applied revision is behind."""
        ...

    def edit_done(self, delivery_id: DeliveryId, revision: int) -> None:
        """Record that a message shows this revision."""
        ...

    def edit_later(self, delivery_id: DeliveryId, due: datetime) -> None:
        """Hold an edit (30046, failures)."""
        ...

    def clock_set_back(self, now: datetime, latest: datetime) -> None:
        """What waits for a time the clock had before it was set back waits until `latest` at most.

        No unfinished delivery was created after `now`; times it is held until stay as they are.
        """
        ...

    def park_place(self, place: Place, reason: str, at: datetime) -> bool:
        """Mark a place as unusable; True the first time (tell the owner once)."""
        ...

    def parked_places(self) -> dict[Place, tuple[str, datetime]]:
        """Unusable places with reason and time."""
        ...

    def unpark_place(self, place: Place) -> int:
        """Try a place again: its parked deliveries become pending; returns how many."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete finished deliveries created before; returns how many."""
        ...


class Records(Protocol):
    """Everything kept about the work itself: trail, audit, per-server settings, key-value facts."""

    def trail(self, entry: TrailEntry) -> None:
        """Add a stage."""
        ...

    def trail_of(self, *, article_id: ArticleId | None = None, link: str = "") -> list[TrailEntry]:
        """The stages an article went through, oldest first."""
        ...

    def audit(self, entry: AuditEntry) -> None:
        """Add a change."""
        ...

    def audit_of(self, guild_id: GuildId, limit: int) -> list[AuditEntry]:
        """A server's changes, newest first."""
        ...

    def get(self, name: str) -> Any:
        """A JSON value by name (command ids, notices given), None when absent."""
        ...

    def put(self, name: str, value: Any) -> None:
        """Set a JSON value."""
        ...

    def names(self, prefix: str) -> list[str]:
        """The names of set values that start with this."""
        ...

    def guild_setting(self, guild_id: GuildId, name: str) -> Any:
        """A server's setting (timezone, language, alert style ...), None when unset."""
        ...

    def set_guild_setting(self, guild_id: GuildId, name: str, value: Any) -> None:
        """Set a server's setting."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete trail and audit rows from before; returns how many."""
        ...


class Transaction(Protocol):
    """What a use-case step may touch; everything in it commits together or not at all."""

    @property
    def articles(self) -> Articles:
        """The articles tables."""
        ...

    @property
    def stories(self) -> Stories:
        """The stories tables."""
        ...

    @property
    def feeds(self) -> Feeds:
        """The feeds tables."""
        ...

    @property
    def subscriptions(self) -> Subscriptions:
        """The subscriptions tables."""
        ...

    @property
    def digests(self) -> Digests:
        """The digests tables."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The outbox tables."""
        ...

    @property
    def records(self) -> Records:
        """The records tables."""
        ...


class Store(Protocol):
    """The database behind one writer thread."""

    async def write(self, step: Callable[[Transaction], T]) -> T:
        """Run a step in one BEGIN IMMEDIATE transaction in the writer thread.

        Raises:
            StoreError: nothing was written.
        """
        ...

    async def read(self, step: Callable[[Transaction], T]) -> T:
        """Run a reading step on one snapshot.

        Raises:
            StoreError: the database cannot be read.
        """
        ...

    async def backup(self, keep: int) -> str:
        """Write a verified copy beside the database, keep the newest; returns its file name."""
        ...


class Renderer(Protocol):
    """Turns messages into Discord payload dicts; pure."""

    def payload(self, message: Message, place: PlaceKind) -> dict[str, Any]:
        """The body of a create-message request, within Discord's limits, mentions restricted."""
        ...


class Deliverer(Protocol):
    """Brings payloads to a place: Discord, or the terminal and preview of a rehearsal."""

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        """Post a message with the delivery's nonce.

        Raises:
            TransientDeliveryError: certainly not posted; try again.
            UnknownOutcome: it may have been posted.
            PermanentDeliveryError: will not work until something changes.
            TokenRefused: Discord refused the token.
        """
        ...

    async def edit(self, edit: Edit) -> None:
        """Make a posted message show the newest revision (idempotent).

        Raises:
            TransientDeliveryError: refused for now (30046, rate limit); carries retry_after.
            UnknownOutcome: no answer; may simply be repeated.
            PermanentDeliveryError: the message or place is gone.
        """
        ...

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        """Look for our own message with this marker among the place's newest messages.

        Raises:
            HistoryUnavailable: the place cannot be read.
        """
        ...


class Preview(Protocol):
    """Shows payload dicts as Discord would; used by the preview page."""

    def show(self, place: str, payload: dict[str, Any], *, at: datetime, edited: bool) -> None:
        """Add a message, or replace the one with the same marker."""
        ...

    def page(self) -> str:
        """The whole page as HTML."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the process does its work, and one line for each thing that does not."""

    healthy: bool
    problems: tuple[str, ...]


Export = Callable[[], Awaitable[tuple[str, str]]]
"""Makes a text the loopback server offers: its content type, and the text."""
