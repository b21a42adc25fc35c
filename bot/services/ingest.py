"""New articles into the store: analyse, recognise, group, match, enqueue, in one transaction each.

What a poll or a seed file brought is analysed first (in the workers). Then one store transaction
decides and writes everything: articles, stories, deliveries, and the feed's validators, so that no
crash can leave an article seen but not delivered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.article import Article, ArticleId, RawArticle
from bot.domain.feed import Feed, PollState
from bot.domain.identity import identity, is_excerpt
from bot.domain.launch import Verdict
from bot.domain.polling import FLOOD_ENTRIES, Intake, intake, permanent_move
from bot.domain.reason import Reason
from bot.errors import AnalysisError, SourceError
from bot.ports import (
    Analyser,
    Clock,
    PageSource,
    PollResult,
    SeedBatch,
    Stage,
    Store,
    StoredArticle,
    TrailEntry,
    Transaction,
)
from bot.services.alerting import Alerting
from bot.services.grouping import Grouping
from bot.services.happening import Happening
from bot.services.known_articles import already_known, former_state

T = TypeVar("T")
_log = logging.getLogger("launchwire.ingest")

# Of one batch, this many articles stand in the workers' queue: the next feed waits behind no more.
AT_ONCE = 4
# What is remembered without being read, and why.
_NOTED = {
    Intake.BASELINE: "seen at first contact with its feed",
    Intake.SKIP: "one of too many new entries at once in its feed, not read",
}
_FLOOD = (Intake.BRAKE, Intake.SKIP)


@dataclass(frozen=True, slots=True)
class IngestRules:
    """From the settings."""

    max_age: timedelta
    sentences: int = 3


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a batch."""

    new: int = 0
    revised: int = 0
    known: int = 0
    failed: int = 0
    noted: int = 0
    braked: int = 0


@dataclass
class Ingest:
    """The use case behind every source."""

    store: Store
    analyser: Analyser
    pages: PageSource
    grouping: Grouping
    alerting: Alerting
    clock: Clock
    rules: IngestRules

    async def seed(self, batch: SeedBatch) -> Ingested:
        """Take in one file of seeds/; what it holds is news whatever its date."""
        return await self._take(batch.articles, None, None, None)

    async def poll(self, feed: Feed, before: PollState, result: PollResult) -> Ingested:
        """Take in one poll of a feed, with the validators it came with."""
        return await self._take(result.articles, feed, before, result.state)

    async def _take(
        self,
        raws: Sequence[RawArticle],
        feed: Feed | None,
        before: PollState | None,
        after: PollState | None,
    ) -> Ingested:
        fresh = await self._unknown(raws)
        decisions: tuple[Intake, ...] = tuple(Intake.DELIVER for _ in fresh)
        if feed is not None and before is not None:
            decisions = intake(feed, before, fresh, len(raws), self.clock.now(), self.rules.max_age)
        pairs = list(zip(fresh, decisions, strict=True))
        noted = [(raw, what) for raw, what in pairs if what in _NOTED]
        kept = [(raw, what) for raw, what in pairs if what not in _NOTED]
        wanted = completed = [raw for raw, _ in kept]
        if feed is not None and feed.full_text:
            completed = await _a_few_at_a_time(self._completed, wanted)
        analysed = [
            # Known again by what the feed says, not by the page that completed it.
            item if isinstance(item, AnalysisError) else replace(item, identity=identity(raw))
            for raw, item in zip(wanted, await self._analyse(completed), strict=True)
        ]
        taken = [(item, what) for item, (_, what) in zip(analysed, kept, strict=True)]
        known = len(raws) - len(fresh)
        counts = await self.store.write(lambda tx: self._commit(tx, noted, taken, feed, after))
        return replace(counts, known=known)

    async def _unknown(self, raws: Sequence[RawArticle]) -> list[RawArticle]:
        """Those not stored in this very form: the cheap look before the costly analysis."""

        def step(tx: Transaction) -> list[RawArticle]:
            return [raw for raw in raws if not already_known(tx, raw)]

        return await self.store.read(step) if raws else []

    async def _completed(self, raw: RawArticle) -> RawArticle:
        """A teaser with the text of its page; the teaser as it is when the page cannot be had."""
        if not raw.teaser_only or not raw.url:
            return raw
        try:
            page = await self.pages.fetch(raw.url, self.clock.now())
        except (SourceError, AnalysisError) as error:
            _log.info("article=%s page not read: %s", raw.url, error)
            return raw
        return replace(raw, body=page.body, markup=page.markup, author=raw.author or page.author)

    async def _analyse(self, raws: Sequence[RawArticle]) -> list[Article | AnalysisError]:
        async def one(raw: RawArticle) -> Article | AnalysisError:
            try:
                return await self.analyser.analyse(raw, sentences=self.rules.sentences)
            except AnalysisError as error:
                return await self._headline_only(raw, error)

        return await _a_few_at_a_time(one, raws)

    async def _headline_only(
        self, raw: RawArticle, error: AnalysisError
    ) -> Article | AnalysisError:
        """A body that kills the worker must not hide the headline's news."""
        _log.warning("article=%s analysis failed error=%s", raw.url or raw.path, error)
        if not raw.title:
            return error
        try:
            article = await self.analyser.analyse(replace(raw, body=""), sentences=1)
        except AnalysisError as second:
            return second
        return replace(article, notes=(*article.notes, f"only the headline was read: {error}"))

    def _commit(
        self,
        tx: Transaction,
        noted: Sequence[tuple[RawArticle, Intake]],
        taken: Sequence[tuple[Article | AnalysisError, Intake]],
        feed: Feed | None,
        state: PollState | None,
    ) -> Ingested:
        now = self.clock.now()
        counts = {"new": 0, "revised": 0, "failed": 0}
        for raw, what in noted:
            self._note(tx, raw, _NOTED[what], now)
        braked = sum(1 for _, what in (*taken, *noted) if what in _FLOOD)
        for item, what in taken:
            if isinstance(item, AnalysisError):
                counts["failed"] += 1
                tx.records.trail(TrailEntry(now, Stage.STOPPED, f"not analysed: {item}"))
            else:
                counts[self._one(tx, item, what, braked, now)] += 1
        if feed is not None and state is not None:
            self._save_feed(tx, feed, state, len(taken) + len(noted))
            if braked:
                self.alerting.flood_notice(tx, feed, braked, now)
        return Ingested(**counts, noted=len(noted), braked=braked)

    def _save_feed(self, tx: Transaction, feed: Feed, state: PollState, entries: int) -> None:
        """What the poll taught, in the transaction of its entries; a lasting move is followed."""
        # A failed first poll is no first contact: what the feed holds is still to be noted.
        met = state.baseline_done or state.failures == 0
        state = replace(state, baseline_done=met, entries_seen=state.entries_seen + entries)
        moved = permanent_move(state)
        if moved is not None:
            _log.info("feed=%s moved for good", feed.id)
            tx.feeds.save(replace(feed, url=moved))
            state = replace(state, moved_to=None, moved_count=0)
        tx.feeds.save_state(feed.id, state)

    def _note(self, tx: Transaction, raw: RawArticle, detail: str, now: datetime) -> None:
        key = identity(raw)
        tx.articles.note_seen(raw.origin.key, key, now)
        tx.records.trail(TrailEntry(now, Stage.BASELINE, detail, link=key.link))

    def _one(
        self, tx: Transaction, article: Article, what: Intake, braked: int, now: datetime
    ) -> str:
        stored = former_state(tx, article)
        if stored is not None:
            return self._revise(tx, stored, article, now)
        article_id = tx.articles.add(article, None, now)
        detail = f"{article.report.verdict.value}, confidence {article.report.confidence:.2f}"
        _trail(tx, now, Stage.ANALYSED, detail, article, article_id)
        before, after = self.grouping.add(tx, article_id, article, now)
        tx.articles.move(article_id, after.id)
        _log.info(
            "article=%s verdict=%s story=%s", article_id, article.report.verdict.value, after.id
        )
        held = self._held_back(article, what, braked)
        self.alerting.story_changed(tx, Happening(before, after, article, article_id, now, held))
        return "new"

    def _revise(
        self, tx: Transaction, stored: StoredArticle, article: Article, now: datetime
    ) -> str:
        tx.articles.revise(stored.id, article, now)
        _trail(tx, now, Stage.KNOWN, "a revision of a stored article", article, stored.id)
        if stored.story_id is None or _tells_less(stored.article, article):
            return "revised"
        before, after = self.grouping.revise(tx, stored.id, stored.story_id, article, now)
        self.alerting.story_changed(tx, Happening(before, after, article, stored.id, now))
        return "revised"

    def _held_back(self, article: Article, what: Intake, braked: int) -> Reason | None:
        """Why an article brings no new alert. A small burst still lets its launches through."""
        if what is not Intake.BRAKE:
            return None
        if braked <= FLOOD_ENTRIES and article.report.verdict is Verdict.LAUNCH:
            return None
        return Reason.of("why.stop.flood", count=braked)


def _tells_less(known: Article, candidate: Article) -> bool:
    """Whether the new state is silent on a launch only because it is an excerpt of the old one."""
    silent = candidate.report.verdict is not Verdict.LAUNCH and candidate.report.retracted is None
    told = known.report.verdict is Verdict.LAUNCH
    return told and silent and is_excerpt(known, candidate)


async def _a_few_at_a_time(
    work: Callable[[RawArticle], Awaitable[T]], raws: Sequence[RawArticle]
) -> list[T]:
    """`work` done for each, `AT_ONCE` of them at a time; results in the same order."""
    done: dict[int, T] = {}
    waiting = iter(enumerate(raws))

    async def hand() -> None:
        for number, raw in waiting:
            done[number] = await work(raw)

    await asyncio.gather(*(hand() for _ in range(min(AT_ONCE, len(raws)))))
    return [done[number] for number in range(len(raws))]


def _trail(
    tx: Transaction,
    now: datetime,
    stage: Stage,
    detail: str,
    article: Article,
    article_id: ArticleId,
) -> None:
    tx.records.trail(
        TrailEntry(
            now,
            stage,
            detail,
            article_id=article_id,
            link=article.identity.link,
            guild_id=article.origin.guild_id,
        )
    )
