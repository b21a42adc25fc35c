"""The walk that sets a server up in under a minute: channel, topic, time zone, starter feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from enum import IntEnum

from bot.domain.article import GuildId
from bot.domain.digest import LocalSchedule
from bot.domain.subscription import Place, Subscription, Topic
from bot.errors import InvalidInput
from bot.locale import problem
from bot.ports import Store, Transaction
from bot.services.alert_wishes import AlertWish
from bot.services.asking import Asker, Drafts
from bot.services.digest_schedules import DigestDesk
from bot.services.digest_wishes import DigestWish
from bot.services.feed_lists import FeedLists
from bot.services.server_settings import SettingsDesk
from bot.services.subscriptions import AlertDesk
from bot.starter import StarterFeed, starter_feeds

DIGEST_HOUR = time(8)


class Step(IntEnum):
    """Where the walk stands. The channel is first: its permissions decide everything."""

    CHANNEL = 1
    TOPIC = 2
    ZONE = 3
    FEEDS = 4


@dataclass(frozen=True, slots=True)
class SetUp:
    """The answers so far. `wanted` is a channel that was refused, with the sentence that says why.

    Going back keeps the answers, so that nothing is asked twice.
    """

    step: Step = Step.CHANNEL
    place: Place | None = None
    topic: Topic | None = None
    timezone: str = ""
    regions: tuple[str, ...] = ()
    wanted: int = 0
    refusal: str = ""

    @property
    def answered(self) -> bool:
        """Whether the question of this step has an answer already."""
        given = (self.place, self.topic, self.timezone, True)
        return bool(given[self.step - 1])

    def to(self, step: int) -> SetUp:
        """The same answers at another step."""
        kept = min(max(step, Step.CHANNEL), Step.FEEDS)
        return replace(self, step=Step(kept), wanted=0, refusal="")


@dataclass(frozen=True, slots=True)
class SetUpDone:
    """What a finished walk has made; `known` says that alert and digest were there already.

    `watched` counts all feeds the server now has, also those of the operator.
    """

    place: Place
    topic: Topic
    feeds: int
    watched: int
    timezone: str
    at: time
    known: bool


@dataclass
class SetUpDesk:
    """The use cases of `/settings setup`. Walks are kept in memory: nothing is saved before an end.

    Two people may walk at the same time; who finishes second finds the same alert and digest there
    and makes no second ones.
    """

    store: Store
    settings: SettingsDesk
    alerts: AlertDesk
    digests: DigestDesk
    feeds: FeedLists
    walks: Drafts[SetUp]
    _finishing: set[str] = field(default_factory=set)

    def start(self, asker: Asker) -> str:
        """Begin; returns the token that its buttons carry."""
        return self.walks.keep(asker, SetUp())

    def look(self, asker: Asker, token: str) -> SetUp:
        """The answers so far.

        Raises:
            RequestError: too late, or somebody else's.
        """
        return self.walks.look(asker, token)

    def answer(self, asker: Asker, token: str, answers: SetUp) -> None:
        """Keep an answer.

        Raises:
            RequestError: too late, or somebody else's.
        """
        self.walks.change(asker, token, answers)

    async def finish(self, asker: Asker, token: str) -> SetUpDone:
        """Save the zone, the alert, the feeds and a daily digest; what is there already stays.

        Raises:
            RequestError: too late, pressed twice, a step is missing, or a quota is reached. The
                walk stays, so that the answer in the way can be changed.
        """
        answers = self.walks.look(asker, token)
        if answers.place is None or answers.topic is None or token in self._finishing:
            raise problem(InvalidInput, "error.too_old")
        self._finishing.add(token)
        try:
            done = await self._save(asker, answers, answers.place, answers.topic)
        finally:
            self._finishing.discard(token)
        self.walks.take(asker, token)
        return done

    async def _save(self, asker: Asker, answers: SetUp, place: Place, topic: Topic) -> SetUpDone:
        zone = await self.settings.set_timezone(asker, answers.timezone or "UTC")
        schedule = LocalSchedule(DIGEST_HOUR, zone)

        def there(tx: Transaction) -> tuple[bool, bool]:
            alert = any(_is_plain(each, place, topic) for each in tx.subscriptions.all())
            digest = any(
                each.place == place and each.schedule == schedule for each in tx.digests.all()
            )
            return alert, digest

        has_alert, has_digest = await self.store.read(there)
        if not has_alert:
            draft, _ = await self.alerts.draft(asker, AlertWish(place, topic=topic))
            await self.alerts.save(asker, draft)
        added = 0
        if chosen := chosen_feeds(answers.regions):
            added = len((await self.feeds.add_starter(asker, chosen)).added)
        if not has_digest:
            await self.digests.add(asker, DigestWish(place, schedule))
        watched = await self._watched(asker.guild)
        known = has_alert and has_digest
        return SetUpDone(place, topic, added, watched, zone, DIGEST_HOUR, known)

    async def _watched(self, guild_id: GuildId) -> int:
        return await self.store.read(lambda tx: len(tx.feeds.all(guild_id)))


def _is_plain(subscription: Subscription, place: Place, topic: Topic) -> bool:
    """Whether it brings everything of a topic to a place."""
    asks_more = subscription.countries or subscription.weapons or subscription.paused
    return subscription.place == place and subscription.topic is topic and not asks_more


def chosen_feeds(regions: Sequence[str]) -> list[StarterFeed]:
    """The starter feeds of these regions."""
    return [feed for feed in starter_feeds() if feed.region in regions]


def regions() -> list[tuple[str, tuple[StarterFeed, ...]]]:
    """The starter feeds by region, for the walk."""
    found: dict[str, list[StarterFeed]] = {}
    for feed in starter_feeds():
        found.setdefault(feed.region, []).append(feed)
    return [(region, tuple(feeds)) for region, feeds in found.items()]
