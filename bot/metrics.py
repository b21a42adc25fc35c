"""What operators scrape: counters of the work, refreshed from the store when asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from bot.domain.outbox import DeliveryState
from bot.services.status import Status


class Metrics:
    """The Prometheus metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        feeds = "Feeds by health"
        self.feeds = Gauge("launchwire_feeds", feeds, ["health"], registry=self.registry)
        self.deliveries = Gauge(
            "launchwire_deliveries", "Deliveries by state", ["state"], registry=self.registry
        )
        self.oldest = Gauge(
            "launchwire_oldest_pending_seconds",
            "Age of the oldest due delivery",
            registry=self.registry,
        )
        self.articles = Gauge(
            "launchwire_articles_day", "Articles of the last 24 hours", registry=self.registry
        )
        self.launches = Gauge(
            "launchwire_launches_day", "Launch articles of 24 hours", registry=self.registry
        )
        self.parked = Gauge(
            "launchwire_parked_places", "Places that cannot be used", registry=self.registry
        )
        self.job_errors = Gauge(
            "launchwire_job_errors", "Failed runs of a job", ["job"], registry=self.registry
        )
        self.task_failures = Gauge(
            "launchwire_task_failures", "Restarts of a task", ["task"], registry=self.registry
        )
        self.tasks = Gauge(
            "launchwire_tasks", "Tasks on the event loop; a leak shows here", registry=self.registry
        )
        self.loop_stalls = Gauge(
            "launchwire_loop_stalls",
            "Times the event loop came round more than 100 ms late: our work, or a busy machine",
            ["cause"],
            registry=self.registry,
        )
        self.loop_longest = Gauge(
            "launchwire_loop_longest_stall_seconds",
            "The longest stall of the event loop by our own work",
            registry=self.registry,
        )
        self.workers_replaced = Gauge(
            "launchwire_workers_replaced",
            "Worker processes lost to a limit or a crash, and replaced",
            registry=self.registry,
        )

    def show(self, status: Status, age: float) -> None:
        """Take over what the store says; `age` is the oldest pending delivery's in seconds."""
        coverage = status.coverage
        for health in ("fresh", "new", "stale", "failing"):
            self.feeds.labels(health).set(getattr(coverage, health))
        for state in DeliveryState:
            self.deliveries.labels(state.value).set(status.deliveries.get(state, 0))
        self.oldest.set(age)
        self.articles.set(status.articles_today)
        self.launches.set(status.launches_today)
        self.parked.set(status.parked_places)
