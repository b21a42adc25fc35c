"""The composition root: every part is built here and handed what it needs.

`build` can be read as the whole program; rehearsal and tests swap the deliverer, the clock and the
store's address, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from types import TracebackType
from typing import Self

from aiolimiter import AsyncLimiter

from bot.analysis.analyser import WORKER_MODULES, PooledAnalyser
from bot.analysis.coordinates import locate
from bot.analysis.phrases import PhraseIndex
from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.pictures import draw
from bot.domain.outbox import OutboxRules
from bot.domain.polling import FetchRules
from bot.errors import StoreError
from bot.jobs import Jobs
from bot.loop_lag import LoopLag
from bot.metrics import Metrics
from bot.ports import Clock, Deliverer, Export, Health, SeedBatch, WorkerPool
from bot.scheduler import Scheduler
from bot.services.alerting import Alerting
from bot.services.arrival import Arrival
from bot.services.declared import bring_in_line, declared_in, feed_list, rehearsal_sample
from bot.services.desk import Desk, Parts, make_desk
from bot.services.digests import Digests
from bot.services.dispatch import Dispatch
from bot.services.grouping import Grouping
from bot.services.ingest import Ingest, Ingested, IngestRules
from bot.services.launch_export import LaunchExport
from bot.services.matcher import Matcher
from bot.services.notices import Notices
from bot.services.places import Places
from bot.services.polling import Polling
from bot.services.review import ReviewDesk
from bot.services.status import StatusService
from bot.settings import Settings
from bot.sources.http import Fetcher
from bot.sources.pages import ArticlePages
from bot.sources.poller import FeedPoller
from bot.sources.seed_formats import read_feed_list, read_seed
from bot.sources.seeds import SeedFolder
from bot.store import SqlStore
from bot.supervision import Supervisor
from bot.worker import ProcessWorkers, WorkerLimits

_log = logging.getLogger("launchwire.app")

# A heartbeat older than this says that the event loop or the scheduler is stuck.
HEARTBEAT_LATE = timedelta(seconds=60)
# How long a stop waits for messages under way; what stays unknown is looked up at the next start.
STOP_SECONDS = 10.0
# The first picture loads matplotlib.
DRAW_SECONDS = 20.0


class SecondPace:
    """So many turns a second, without a burst: discord.py has no limit of its own beforehand."""

    def __init__(self, per_second: float) -> None:
        self._limiter = AsyncLimiter(1, 1 / per_second)

    async def turn(self) -> None:
        """Wait for one's turn."""
        await self._limiter.acquire()


@dataclass
class App:
    """Everything that runs, as an async context manager; leaving it ends in an orderly way."""

    settings: Settings
    base: Path
    clock: Clock
    store: SqlStore
    workers: ProcessWorkers
    drawers: ProcessWorkers
    fetcher: Fetcher
    pages: ArticlePages
    poller: FeedPoller
    seeds: SeedFolder
    analyser: PooledAnalyser
    renderer: DiscordRenderer
    matcher: Matcher
    ingest: Ingest
    polling: Polling
    dispatch: Dispatch
    digests: Digests
    status: StatusService
    places: Places
    notices: Notices
    scheduler: Scheduler
    jobs: Jobs
    desk: Desk
    arrival: Arrival
    metrics: Metrics = field(default_factory=Metrics)
    supervisor: Supervisor = field(default_factory=Supervisor)
    loop_lag: LoopLag = field(default_factory=LoopLag)
    command_ids: dict[str, int] = field(default_factory=dict)
    rehearsal: bool = False
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        """Open the store and bring it in line with the configuration.

        Raises:
            LaunchwireError: the store is locked, broken, or the configuration is wrong.
        """
        await self._stack.enter_async_context(self.store)
        self._stack.push_async_callback(self.workers.close)
        self._stack.push_async_callback(self.drawers.close)
        self._stack.push_async_callback(self.fetcher.close)
        now = self.clock.now()
        declared = declared_in(self.settings, now)
        if self.rehearsal and not declared.alerts and not declared.digests:
            declared = rehearsal_sample(declared, now)
        await self.store.write(lambda tx: bring_in_line(tx, declared))
        await self.matcher.refresh(self.store)
        await self.dispatch.recover()
        # A worker needs a second to load Sumy; the first article must not wait for it.
        self.supervisor.start("warm-up", self.workers.warm_up)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop firing, let messages under way land, then close everything."""
        await self.scheduler.drain(STOP_SECONDS)
        await self.dispatch.close(STOP_SECONDS)
        await self.polling.close()
        await self.supervisor.close()
        self.scheduler.close()
        await self._stack.aclose()

    # -- the work -------------------------------------------------------------------------------

    async def take_in_everything(self) -> None:
        """Read seeds/ and poll every feed that is due, once, and deliver what follows."""
        for batch in await self.seeds.scan():
            await self.take_in(batch)
        await self.polling.tick()
        await self.polling.drain()
        await self.dispatch.drain()

    async def take_in(self, batch: SeedBatch) -> Ingested:
        """One file of seeds/."""
        if batch.problem is not None:
            _log.warning("%s", batch.problem.sentence)
            return Ingested(failed=1)
        for note in batch.notes:
            _log.warning("%s", note)
        if batch.feeds:
            await self.store.write(lambda tx: feed_list(tx, batch.path, batch.feeds))
        result = await self.ingest.seed(batch)
        self.dispatch.wake()
        return result

    async def show_digests(self) -> None:
        """Make every digest now (rehearsal and `--once`) and deliver it."""
        # Each time is a request of its own, told apart by its moment and its schedule.
        moment = int(self.clock.now().timestamp() * 1000)
        for schedule in await self.store.read(lambda tx: tx.digests.all()):
            await self.digests.now(schedule, moment * 100_000 + int(schedule.id))
        await self.dispatch.drain()

    async def keep_going(
        self, stop: asyncio.Event, connection: asyncio.Task[None] | None = None
    ) -> None:
        """Watch, poll, deliver and post digests until stopped.

        Raises:
            TokenRefused: Discord does not accept the token.
        """
        # What was loaded stays for good: without this the collector walks it all again and again,
        # and every thread stands still for 100 to 200 ms meanwhile.
        gc.collect()
        gc.freeze()
        self.supervisor.start("loop lag", self.loop_lag.watch)
        self.supervisor.start("dispatch", self.dispatch.run)
        self.supervisor.start("seeds", self._watch_seeds)
        await self.jobs.start()
        waiting = {
            asyncio.create_task(stop.wait(), name="stop"),
            asyncio.create_task(self.supervisor.wait(), name="supervisor"),
        }
        if connection is not None:
            waiting.add(connection)
        done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in rest - {connection}:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if stop.is_set():
            _log.info("stopping: what is under way lands, the rest waits in the store")
        await self.land()
        for task in done:
            task.result()

    async def land(self) -> None:
        """Start nothing more; what is under way lands while Discord can still be reached."""
        self.scheduler.pause()
        await self.dispatch.close(STOP_SECONDS)

    async def _watch_seeds(self) -> None:
        for batch in await self.seeds.scan():
            await self.take_in(batch)
        async for batch in self.seeds.watch():
            await self.take_in(batch)

    async def draw(self, name: str, data: str) -> bytes:
        """Draw a picture in the worker; PNG."""
        return await draw_picture(self.drawers, name, data)

    # -- how it is doing ------------------------------------------------------------------------

    async def health(self) -> Health:
        """For /healthz and the watchdog: a dead loop, task or store is a problem."""
        problems = []
        now = self.clock.now()
        if (
            self.jobs.heartbeat is not None
            and now - self.jobs.heartbeat > HEARTBEAT_LATE * self.clock.speed
        ):
            problems.append(f"no heartbeat since {self.jobs.heartbeat.isoformat()}")
        for name, alive in self.supervisor.alive().items():
            if not alive:
                problems.append(f"task {name} ended")
        try:
            async with asyncio.timeout(5):
                await self.store.read(lambda tx: tx.outbox.counts())
        except (TimeoutError, OSError, StoreError) as error:
            problems.append(f"the store does not answer: {type(error).__name__}")
        return Health(not problems, tuple(problems))

    async def refresh_metrics(self) -> None:
        """Bring the metrics up to date."""
        status = await self.status.status()
        oldest = status.oldest_pending
        age = (self.clock.now() - oldest).total_seconds() if oldest else 0.0
        self.metrics.show(status, age)
        self.metrics.tasks.set(len(asyncio.all_tasks()))
        self.metrics.loop_stalls.labels("ours").set(self.loop_lag.ours)
        self.metrics.loop_stalls.labels("machine").set(self.loop_lag.machines)
        self.metrics.loop_longest.set(self.loop_lag.longest)
        self.metrics.workers_replaced.set(self.workers.replaced + self.drawers.replaced)
        for name, health in self.scheduler.health.items():
            self.metrics.job_errors.labels(name).set(health.errors)
        for name, count in self.supervisor.failures.items():
            self.metrics.task_failures.labels(name).set(count)

    def exports(self) -> dict[str, Export]:
        """Texts the loopback server offers."""
        register = LaunchExport(self.store, self.clock, self.ingest.rules.max_age, locate)
        return {
            "launches.csv": register.csv,
            "launches.json": register.json,
            "launches.geojson": register.geojson,
        }


def build(
    settings: Settings,
    base: Path,
    clock: Clock,
    deliverer: Deliverer,
    *,
    workers: ProcessWorkers | None = None,
    drawers: ProcessWorkers | None = None,
    renderer: DiscordRenderer | None = None,
    store_url: str = "",
    rehearsal: bool = False,
) -> App:
    """Put the program together; nothing is opened before `async with`.

    Raises:
        SettingsError: the store's address cannot be used.
    """
    policy = settings.policy
    store = SqlStore.open(store_url or absolute_store_url(settings.store.url, base))
    limits = WorkerLimits(preload=("feedparser", *WORKER_MODULES))
    workers = workers or ProcessWorkers(limits=limits)
    renderer = renderer or DiscordRenderer()
    rules = fetch_rules(settings)
    fetcher = Fetcher(rules, clock)
    pages = ArticlePages(fetcher, workers)
    poller = FeedPoller(fetcher, workers, rules, clock)
    max_age = timedelta(hours=policy.max_age_hours)
    matcher = Matcher(PhraseIndex)
    analyser = PooledAnalyser(workers)
    status = StatusService(
        store, clock, timedelta(hours=policy.stale_after_hours), policy.blind_share
    )
    notices = Notices(store, clock, renderer, status, settings.discord.owner_channel)
    alerting = Alerting(matcher, renderer, notices, max_age, locate)
    ingest = Ingest(
        store,
        analyser,
        pages,
        Grouping(max_age),
        alerting,
        clock,
        IngestRules(max_age, policy.summary_sentences),
    )
    dispatch = Dispatch(
        store,
        deliverer,
        clock,
        SecondPace(settings.outbox.pace),
        OutboxRules(nonce_window=timedelta(seconds=settings.outbox.nonce_window)),
        notices.parked,
    )
    seeds = SeedFolder(settings.seeds_path(base), workers, clock)
    digests = Digests(
        store,
        clock,
        renderer,
        status,
        PhraseIndex,
        max_age,
        timedelta(hours=policy.late_digest_hours),
    )
    polling = Polling(
        store, poller, ingest, clock, settings.fetch.max_concurrent, rules.host_spacing
    )
    places = Places(store, clock, dispatch.wake)
    scheduler = Scheduler(clock)
    jobs = Jobs(
        scheduler,
        clock,
        store,
        settings.store,
        polling,
        dispatch,
        digests,
        notices,
        ReviewDesk(store, clock, renderer),
        places,
    )
    desk = make_desk(
        Parts(
            settings=settings,
            store=store,
            clock=clock,
            source=poller,
            pages=pages,
            analyser=analyser,
            index=PhraseIndex,
            matcher=matcher,
            renderer=renderer,
            status=status,
            digests=digests,
            grouping=ingest.grouping,
            alerting=alerting,
            read_list=lambda data: workers.run(read_feed_list, data),
            read_file=lambda name, data, at: workers.run(read_seed, name, data, at),
            locate=locate,
            wake=dispatch.wake,
            replan=jobs.plan_digests,
        )
    )
    return App(
        settings=settings,
        base=base,
        clock=clock,
        store=store,
        workers=workers,
        # Apart from the others: loading matplotlib must not hold up an alert.
        drawers=drawers or ProcessWorkers(),
        fetcher=fetcher,
        pages=pages,
        poller=poller,
        seeds=seeds,
        analyser=analyser,
        renderer=renderer,
        matcher=matcher,
        ingest=ingest,
        polling=polling,
        dispatch=dispatch,
        digests=digests,
        status=status,
        places=places,
        notices=notices,
        scheduler=scheduler,
        jobs=jobs,
        desk=desk,
        arrival=Arrival(store, clock, matcher, renderer, dispatch.wake),
        rehearsal=rehearsal,
    )


async def draw_picture(workers: WorkerPool, name: str, data: str) -> bytes:
    """Draw a picture in the worker; matplotlib is loaded there, at the first one.

    Raises:
        AnalysisError: it could not be drawn.
    """
    return await workers.run(draw, name, data, wall_seconds=DRAW_SECONDS)


def fetch_rules(settings: Settings) -> FetchRules:
    """[fetch] as the polling rules want it."""
    fetch = settings.fetch
    return FetchRules(
        min_interval=timedelta(seconds=fetch.min_interval),
        max_interval=timedelta(seconds=fetch.max_interval),
        host_spacing=timedelta(seconds=fetch.host_spacing),
        allow_networks=tuple(ip_network(block) for block in fetch.allow_networks),
    )


def absolute_store_url(url: str, base: Path) -> str:
    """The store's address with a relative path made relative to the config file's folder."""
    scheme, mark, path = url.partition(":///")
    if not mark or not path or path.startswith("/") or Path(path).is_absolute():
        return url
    return f"{scheme}:///{(base / path).resolve()}"
