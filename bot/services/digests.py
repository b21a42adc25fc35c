"""Due digests into the outbox: exactly one for each schedule, local day and slot."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.digest import (
    Digest,
    DigestCandidate,
    DigestId,
    DigestSchedule,
    WhenEmpty,
    launches_per_day,
    select,
)
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    digest_key,
    digest_now_key,
    nonce_of,
)
from bot.domain.query import parse
from bot.domain.schedule import due_slots, next_slot, plan
from bot.domain.story import Story
from bot.domain.story_facts import view
from bot.errors import LaunchwireError, NotFound, report_unexpected
from bot.locale import problem
from bot.ports import Clock, PhraseIndexFactory, Renderer, Store, Transaction
from bot.services.change_words import change_words, retold
from bot.services.digest_message import digest_message
from bot.services.matcher import text_of
from bot.services.status import StatusService

_log = logging.getLogger("launchwire.digests")

# The first digest of a schedule covers this long; later ones begin where the last one ended.
FIRST_WINDOW = timedelta(hours=24)
CHART_WINDOW = timedelta(days=14)
# Stories read for one digest; a busy fortnight has a few hundred launches.
STORIES_READ = 2000


@dataclass
class Digests:
    """Makes digests; what is due is decided by `bot.domain.schedule` from stored runs."""

    store: Store
    clock: Clock
    renderer: Renderer
    status: StatusService
    index: PhraseIndexFactory
    max_age: timedelta
    grace: timedelta

    async def run_due(self, digest_id: DigestId) -> int:
        """Post what is due of one schedule; how many digests were enqueued."""
        now = self.clock.now()
        return await self.store.write(lambda tx: self._run_due(tx, digest_id, now))

    async def run_all_due(self) -> int:
        """The same for every schedule: catches what sleep, a clock step or a restart missed.

        Mostly nothing is due, so it is looked up without taking the writer; a digest that cannot be
        made does not keep the others back.
        """
        now, made = self.clock.now(), 0
        for digest_id in await self.store.read(lambda tx: self._due(tx, now)):
            try:
                made += await self.run_due(digest_id)
            except LaunchwireError as error:
                _log.warning("digest=%s not made: %s", digest_id, error)
            except Exception as error:  # noqa: BLE001 - an entry from outside: one never stops others
                report_unexpected(error, "digest", digest=digest_id)
        return made

    async def now(self, schedule: DigestSchedule, request: int) -> bool:
        """Enqueue a digest a person asked for; False when this request already has one."""
        now = self.clock.now()

        def step(tx: Transaction) -> bool:
            digest = self.compose(tx, schedule, now)
            return self._enqueue(tx, digest, digest_now_key(request), now)

        return await self.store.write(step)

    async def preview(self, digest_id: DigestId) -> Digest:
        """The digest as it would be posted now, without posting it.

        Raises:
            NotFound: there is no such schedule.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> Digest:
            schedule = tx.digests.get(digest_id)
            if schedule is None:
                raise problem(NotFound, "error.digest_not_found", digest=digest_id)
            return self.compose(tx, schedule, now)

        return await self.store.write(step)

    def _due(self, tx: Transaction, now: datetime) -> list[DigestId]:
        return [
            schedule.id
            for schedule in tx.digests.all()
            if not schedule.paused and due_slots(schedule.schedule, _since(tx, schedule, now), now)
        ]

    def _run_due(self, tx: Transaction, digest_id: DigestId, now: datetime) -> int:
        schedule = tx.digests.get(digest_id)
        if schedule is None or schedule.paused:
            return 0
        since = _since(tx, schedule, now)
        runs = plan(due_slots(schedule.schedule, since, now), now, self.grace)
        for slot in runs.skipped:
            tx.digests.record_run(digest_id, slot, now, "skipped: too late")
            _log.warning("digest=%s slot=%s skipped: too late", digest_id, slot.local_date)
        for slot in runs.folded:
            tx.digests.record_run(digest_id, slot, now, "covered by the next run")
        run = runs.run
        if run is None or not tx.digests.record_run(digest_id, run, now, ""):
            return 0
        digest = self.compose(tx, schedule, now, late=run.due if runs.late else None)
        return int(
            self._enqueue(tx, digest, digest_key(digest_id, run.local_date, run.slot, 1), now)
        )

    def compose(
        self,
        tx: Transaction,
        schedule: DigestSchedule,
        now: datetime,
        *,
        late: datetime | None = None,
        since: datetime | None = None,
    ) -> Digest:
        """Everything a digest shows, from the end of the last one (or 24 hours ago) until now."""
        guild_id = schedule.place.guild_id
        start = since or self._window_start(tx, schedule, now)
        stories = tx.stories.recent(STORIES_READ, since=min(start, now - CHART_WINDOW))
        candidates = self._candidates(tx, stories, schedule, start, now)
        shown_before = frozenset(int(s) for s in tx.records.get(_shown_key(schedule)) or [])
        chosen = select(candidates, schedule, start, now, shown_before)
        told = tuple(
            replace(
                item,
                changed="; ".join(
                    change_words(retold(change, item.view, schedule.locale), schedule.locale)
                    for change in item.changes
                ),
            )
            for item in chosen.stories
        )
        following = next_slot(schedule.schedule, now)
        today = now.astimezone(ZoneInfo(schedule.schedule.timezone)).date()
        return Digest(
            schedule=schedule,
            since=start,
            until=now,
            stories=told,
            articles=chosen.articles,
            launches=chosen.launches,
            # Messages that wait, some for quiet hours of others, say nothing of how much we see.
            coverage=replace(self.status.coverage(tx, now, guild_id), backlog=0),
            per_day=launches_per_day((item.view for item in candidates), today),
            late_since=late,
            next_run=following.due if following else None,
            overflow=chosen.overflow,
            skipped=tuple(tx.digests.skipped_since(schedule.id, start)),
        )

    def _candidates(
        self,
        tx: Transaction,
        stories: Sequence[Story],
        schedule: DigestSchedule,
        start: datetime,
        now: datetime,
    ) -> list[DigestCandidate]:
        query = parse(schedule.query) if schedule.query else None
        index = self.index(query.phrases()) if query else None
        candidates = []
        for story in stories:
            seen = view(story, schedule.place.guild_id, now, self.max_age)
            if seen is None:
                continue
            found: tuple[frozenset[str], ...] = ()
            if index is not None and story.updated > start:
                stored = [tx.articles.get(report.article_id) for report in seen.reports]
                found = tuple(index.find(text_of(item.article)) for item in stored if item)
            candidates.append(DigestCandidate(seen, story.history, found))
        return candidates

    def _window_start(self, tx: Transaction, schedule: DigestSchedule, now: datetime) -> datetime:
        stored = tx.records.get(_until_key(schedule))
        return datetime.fromisoformat(stored) if stored else now - FIRST_WINDOW

    def _enqueue(self, tx: Transaction, digest: Digest, key: str, now: datetime) -> bool:
        schedule = digest.schedule
        scheduled = key.startswith("digest:")
        if not digest.stories and schedule.when_empty is WhenEmpty.SKIP and scheduled:
            return False
        message = digest_message(digest, marker=nonce_of(key))
        enqueued = tx.outbox.enqueue(
            Delivery(
                id=DeliveryId(0),
                key=key,
                kind=DeliveryKind.DIGEST,
                place=schedule.place,
                payload=self.renderer.payload(message, schedule.place.kind),
                created=now,
            )
        )
        if enqueued is not None and scheduled:
            tx.records.put(_until_key(schedule), now.isoformat())
            shown = [int(item.view.story_id) for item in digest.stories]
            tx.records.put(_shown_key(schedule), shown)
        return enqueued is not None


def _since(tx: Transaction, schedule: DigestSchedule, now: datetime) -> datetime:
    """From when on slots may be due: the last run, or the making of the schedule."""
    last = tx.digests.last_run(schedule.id)
    return last[0].due if last else (schedule.created or now)


def _until_key(schedule: DigestSchedule) -> str:
    return f"digest-until:{schedule.id}"


def _shown_key(schedule: DigestSchedule) -> str:
    return f"digest-shown:{schedule.id}"
