"""What happens regularly: polling, dispatch, digests, notices, backup, pruning, the heartbeat."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digest import DigestSchedule
from bot.ports import Clock
from bot.scheduler import Job, Scheduler, digest_job
from bot.services.digests import Digests
from bot.services.dispatch import Dispatch
from bot.services.notices import Notices
from bot.services.places import Places
from bot.services.polling import Polling
from bot.services.review import ReviewDesk
from bot.settings import StoreSettings
from bot.store import SqlStore

_log = logging.getLogger("launchwire.jobs")

TICK = timedelta(seconds=1)
HEARTBEAT = timedelta(seconds=10)
DIGEST_CATCH_UP = timedelta(seconds=30)
NOTICES = timedelta(minutes=1)
HOURLY = timedelta(hours=1)
NIGHTLY = timedelta(hours=24)


@dataclass
class Jobs:
    """The jobs as data; rebuilt from the store at each start."""

    scheduler: Scheduler
    clock: Clock
    store: SqlStore
    settings: StoreSettings
    polling: Polling
    dispatch: Dispatch
    digests: Digests
    notices: Notices
    reviews: ReviewDesk
    places: Places
    heartbeat: datetime | None = None

    async def start(self) -> None:
        """Begin; must be called from within the event loop."""
        every = self.scheduler.every
        every("heartbeat", HEARTBEAT, self._beat, at_once=True)
        every("poll", TICK, self.polling.tick, at_once=True)
        every("dispatch", TICK, self._wake_dispatch)
        every("digest catch-up", DIGEST_CATCH_UP, self._catch_up, at_once=True)
        every("notices", NOTICES, self._notices)
        every("parked places", HOURLY, self.places.retry_parked)
        every("backup", NIGHTLY, self._back_up)
        every("prune", NIGHTLY, self._prune)
        await self.plan_digests()
        self.scheduler.start()

    async def plan_digests(self) -> None:
        """Give every digest schedule its job; called again when schedules change."""
        schedules = await self.store.read(lambda tx: tx.digests.all())
        active = {digest_job(each.id): each for each in schedules if not each.paused}
        for name in self.scheduler.names():
            if name.startswith("digest:") and name not in active:
                self.scheduler.remove(name)
        for name, schedule in active.items():
            self.scheduler.local(name, schedule.schedule, self._digest_run(schedule))

    def _digest_run(self, schedule: DigestSchedule) -> Job:
        async def run() -> None:
            if await self.digests.run_due(schedule.id):
                self.dispatch.wake()

        return run

    async def _catch_up(self) -> None:
        """Runs missed by sleep, a clock step or a restart: posted late, or noted as skipped."""
        if await self.digests.run_all_due():
            self.dispatch.wake()

    async def _back_up(self) -> None:
        name = await self.store.backup(self.settings.backup_keep)
        _log.info("backup=%s written", name)

    async def _prune(self) -> None:
        """Delete what is older than `[store] keep_days`; stories stay."""
        before = self.clock.now() - timedelta(days=self.settings.keep_days)
        await self.store.write(
            lambda tx: (
                tx.articles.prune(before),
                tx.outbox.prune(before),
                tx.records.prune(before),
            )
        )

    async def _beat(self) -> None:
        self.heartbeat = self.clock.now()

    async def _wake_dispatch(self) -> None:
        self.dispatch.wake()

    async def _notices(self) -> None:
        if await self.notices.check() + await self.reviews.check():
            self.dispatch.wake()
