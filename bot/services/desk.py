"""Every use case that commands and buttons call, built in one place from the program's parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.article import GuildId, RawArticle
from bot.domain.digest import DigestSchedule
from bot.domain.subscription import Subscription
from bot.ports import Analyser, Clock, FeedSource, PageSource, PhraseIndexFactory, Renderer, Store
from bot.services.alerting import Alerting
from bot.services.asking import UNDO_LIFE, Drafts
from bot.services.digest_schedules import DigestDesk
from bot.services.digests import Digests
from bot.services.explain import ExplainDesk
from bot.services.feed_lists import FeedListReader, FeedLists
from bot.services.feed_trials import FeedTrials
from bot.services.feeds import FeedDesk, FeedWish, RemovedFeed
from bot.services.grouping import Grouping
from bot.services.matcher import Matcher
from bot.services.personal import PersonalDesk
from bot.services.register import Register
from bot.services.server_settings import SettingsDesk
from bot.services.setup import SetUp, SetUpDesk
from bot.services.silences import SilenceDesk
from bot.services.status import StatusService
from bot.services.story_actions import Marked, StoryDesk
from bot.services.story_map import Locate
from bot.services.subscriptions import AlertDesk, AlertDraft
from bot.services.suggestions import Suggestions
from bot.services.summaries import FileReader, SummaryDesk
from bot.settings import Settings

TOO_LATE = "undo.expired"


@dataclass
class Homes:
    """The servers the operator runs: only there a person may change a story for all servers.

    Those of `[discord] guild_ids` and of `owner_channel`; when neither is set and the bot is in one
    server only, that one.
    """

    named: frozenset[int]
    members_of: set[int] = field(default_factory=set)
    of_owner_channel: int = 0

    def __call__(self, guild_id: GuildId | None) -> bool:
        """Whether a server is one of them."""
        if guild_id is None:
            return False
        homes = self.named | ({self.of_owner_channel} if self.of_owner_channel else set())
        return guild_id in (homes or (self.members_of if len(self.members_of) == 1 else set()))


@dataclass
class Parts:
    """What the use cases are built from."""

    settings: Settings
    store: Store
    clock: Clock
    source: FeedSource
    pages: PageSource
    analyser: Analyser
    index: PhraseIndexFactory
    matcher: Matcher
    renderer: Renderer
    status: StatusService
    digests: Digests
    grouping: Grouping
    alerting: Alerting
    read_list: FeedListReader
    read_file: FileReader
    locate: Locate
    wake: Callable[[], None]
    replan: Callable[[], Awaitable[None]]


@dataclass
class Desk:
    """The use cases, by name."""

    store: Store
    clock: Clock
    settings: SettingsDesk
    setup: SetUpDesk
    suggestions: Suggestions
    status: StatusService
    feeds: FeedDesk
    feed_lists: FeedLists
    alerts: AlertDesk
    silences: SilenceDesk
    digests: DigestDesk
    personal: PersonalDesk
    register: Register
    summaries: SummaryDesk
    explain: ExplainDesk
    stories: StoryDesk
    homes: Homes
    locate: Locate
    keep_days: int
    started: datetime


def make_desk(parts: Parts) -> Desk:
    """Build the use cases."""
    settings, store, clock = parts.settings, parts.store, parts.clock
    limits = settings.limits
    max_age = timedelta(hours=settings.policy.max_age_hours)
    suggestions = Suggestions(store, clock)
    homes = Homes(frozenset(settings.discord.guild_ids))
    silences = SilenceDesk(store, clock, parts.matcher, max_age, suggestions)
    feeds = FeedDesk(
        store=store,
        clock=clock,
        source=parts.source,
        trials=FeedTrials(store, clock, parts.analyser, parts.matcher, max_age),
        matcher=parts.matcher,
        status=parts.status,
        suggestions=suggestions,
        limits=limits,
        adds_per_hour=limits.adds_per_hour,
        drafts=Drafts[FeedWish](clock),
        removed=Drafts[RemovedFeed](clock, UNDO_LIFE, late=TOO_LATE),
    )
    feed_lists = FeedLists(
        store=store,
        clock=clock,
        source=parts.source,
        matcher=parts.matcher,
        suggestions=suggestions,
        limits=limits,
        read_list=parts.read_list,
    )
    alerts = AlertDesk(
        store=store,
        clock=clock,
        matcher=parts.matcher,
        index=parts.index,
        renderer=parts.renderer,
        suggestions=suggestions,
        limits=limits,
        adds_per_hour=limits.adds_per_hour,
        max_age=max_age,
        wake=parts.wake,
        drafts=Drafts[AlertDraft](clock),
        removed=Drafts[Subscription](clock, UNDO_LIFE, late=TOO_LATE),
        locate=parts.locate,
    )
    digests = DigestDesk(
        store=store,
        clock=clock,
        digests=parts.digests,
        suggestions=suggestions,
        limits=limits,
        adds_per_hour=limits.adds_per_hour,
        replan=parts.replan,
        wake=parts.wake,
        removed=Drafts[DigestSchedule](clock, UNDO_LIFE, late=TOO_LATE),
    )
    personal = PersonalDesk(
        store=store,
        clock=clock,
        matcher=parts.matcher,
        index=parts.index,
        renderer=parts.renderer,
        suggestions=suggestions,
        limits=limits,
        adds_per_hour=limits.adds_per_hour,
        wake=parts.wake,
        removed=Drafts[Subscription](clock, UNDO_LIFE, late=TOO_LATE),
    )
    stories = StoryDesk(
        store=store,
        clock=clock,
        matcher=parts.matcher,
        grouping=parts.grouping,
        alerting=parts.alerting,
        silences=silences,
        max_age=max_age,
        wake=parts.wake,
        is_home=homes,
        marks=Drafts[Marked](clock, UNDO_LIFE, late=TOO_LATE),
    )
    summaries = SummaryDesk(
        store=store,
        clock=clock,
        pages=parts.pages,
        analyser=parts.analyser,
        read_file=parts.read_file,
        per_minute=limits.summaries_per_minute,
        drafts=Drafts[RawArticle](clock),
    )
    server = SettingsDesk(store, clock, parts.matcher)
    return Desk(
        store=store,
        clock=clock,
        settings=server,
        setup=SetUpDesk(store, server, alerts, digests, feed_lists, Drafts[SetUp](clock)),
        suggestions=suggestions,
        status=parts.status,
        feeds=feeds,
        feed_lists=feed_lists,
        alerts=alerts,
        silences=silences,
        digests=digests,
        personal=personal,
        register=Register(store, clock, max_age),
        summaries=summaries,
        explain=ExplainDesk(store, clock),
        stories=stories,
        homes=homes,
        locate=parts.locate,
        keep_days=settings.store.keep_days,
        started=clock.now(),
    )
