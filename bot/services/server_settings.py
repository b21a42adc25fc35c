"""A server's own settings, and the walk that sets it up in under a minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import time

from bot.domain.article import GuildId
from bot.domain.digest import LocalSchedule
from bot.domain.feed import DeclaredIn
from bot.domain.subscription import Place, RoleId, ThreadMode, Topic
from bot.domain.zones import parse_zone
from bot.errors import InvalidInput
from bot.locale import LOCALES, problem
from bot.ports import Clock, Store, Transaction
from bot.services.alert_wishes import AlertWish
from bot.services.asking import Asker, Drafts, record
from bot.services.digest_schedules import DigestDesk, DigestWish
from bot.services.feed_lists import FeedLists
from bot.services.matcher import Matcher
from bot.services.subscriptions import AlertDesk
from bot.starter import StarterFeed, starter_feeds

DIGEST_HOUR = time(8)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server chose; `timezone` and `language` are for its digests and posts."""

    timezone: str = "UTC"
    language: str = ""
    threads: ThreadMode = ThreadMode.NONE
    maps: bool = True
    manager_roles: tuple[RoleId, ...] = ()


@dataclass(frozen=True, slots=True)
class SetUp:
    """The answers so far; each step of the walk fills one in."""

    place: Place | None = None
    topic: Topic | None = None
    regions: tuple[str, ...] = ()
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class SetUpDone:
    """What a finished walk has made."""

    place: Place
    topic: Topic
    feeds: int
    timezone: str
    at: time


@dataclass
class SettingsDesk:
    """The use cases of `/settings`."""

    store: Store
    clock: Clock
    matcher: Matcher
    alerts: AlertDesk
    digests: DigestDesk
    feeds: FeedLists
    walks: Drafts[SetUp]
    _managers: dict[GuildId, frozenset[RoleId]] = field(default_factory=dict)

    async def settings(self, guild_id: GuildId) -> ServerSettings:
        """A server's settings."""

        def step(tx: Transaction) -> ServerSettings:
            def get(name: str) -> object:
                return tx.records.guild_setting(guild_id, name)

            managers = get("managers")
            return ServerSettings(
                timezone=str(get("timezone") or "UTC"),
                language=str(get("language") or ""),
                threads=ThreadMode(str(get("threads") or ThreadMode.NONE.value)),
                maps=get("maps") is not False,
                manager_roles=tuple(
                    RoleId(int(role)) for role in (managers if isinstance(managers, list) else ())
                ),
            )

        return await self.store.read(step)

    async def manager_roles(self, guild_id: GuildId) -> frozenset[RoleId]:
        """The roles that may manage, from memory: looked at for every command and button."""
        if guild_id not in self._managers:
            found = await self.settings(guild_id)
            self._managers[guild_id] = frozenset(found.manager_roles)
        return self._managers[guild_id]

    async def set_timezone(self, asker: Asker, text: str) -> str:
        """Set the zone new digests and quiet hours use; returns its IANA name.

        Raises:
            InvalidInput: there is no such zone.
        """
        zone = parse_zone(text)
        await self._set(asker, "timezone", zone, f"timezone {zone}")
        return zone

    async def set_language(self, asker: Asker, language: str) -> None:
        """Set the language of this server's posts, also of its present alerts and digests.

        Raises:
            InvalidInput: there is no such language.
        """
        if language not in LOCALES:
            raise problem(InvalidInput, "error.unreadable", value=language[:20])

        def all_of_it(tx: Transaction) -> None:
            for alert in tx.subscriptions.of_guild(asker.guild):
                if alert.declared_in is DeclaredIn.DISCORD:
                    tx.subscriptions.save(replace(alert, locale=language))
            for digest in tx.digests.all():
                mine = digest.place.guild_id == asker.guild
                if mine and digest.declared_in is DeclaredIn.DISCORD:
                    tx.digests.save(replace(digest, locale=language))

        await self._set(asker, "language", language, f"language {language}", all_of_it)

    async def set_threads(self, asker: Asker, threads: ThreadMode) -> None:
        """Set where updates of a story go, also for this server's present alerts."""

        def all_of_it(tx: Transaction) -> None:
            for alert in tx.subscriptions.of_guild(asker.guild):
                if alert.declared_in is DeclaredIn.DISCORD:
                    tx.subscriptions.save(replace(alert, thread_mode=threads))

        await self._set(asker, "threads", threads.value, f"updates {threads.value}", all_of_it)

    async def set_maps(self, asker: Asker, shown: bool) -> None:
        """Whether this server's alerts carry a map where places are known."""
        await self._set(asker, "maps", shown, f"maps {'on' if shown else 'off'}")

    async def set_managers(self, asker: Asker, roles: Sequence[RoleId]) -> None:
        """Name the roles that may manage Launchwire here."""
        value = [int(role) for role in roles]
        await self._set(asker, "managers", value, f"managers {value}")
        self._managers.pop(asker.guild, None)

    async def _set(
        self,
        asker: Asker,
        name: str,
        value: object,
        detail: str,
        also: Callable[[Transaction], None] | None = None,
    ) -> None:
        now = self.clock.now()

        def step(tx: Transaction) -> None:
            tx.records.set_guild_setting(asker.guild, name, value)
            if also is not None:
                also(tx)
            record(tx, asker, now, f"settings {name}", detail)

        await self.store.write(step)
        await self.matcher.refresh(self.store)

    # -- the walk -------------------------------------------------------------------------------

    def start_walk(self, asker: Asker) -> str:
        """Begin; returns the token that its buttons carry."""
        return self.walks.keep(asker, SetUp())

    def walk(self, asker: Asker, token: str) -> SetUp:
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

    async def finish_walk(self, asker: Asker, token: str) -> SetUpDone:
        """Save the alert, the feeds, the zone and a daily digest.

        Raises:
            RequestError: too late, a step is missing, or a quota is reached.
        """
        answers = self.walks.look(asker, token)
        if answers.place is None or answers.topic is None:
            raise problem(InvalidInput, "error.too_old")
        zone = await self.set_timezone(asker, answers.timezone or "UTC")
        draft, _ = await self.alerts.draft(asker, AlertWish(answers.place, topic=answers.topic))
        await self.alerts.save(asker, draft)
        chosen = [feed for feed in starter_feeds() if feed.region in answers.regions]
        added = 0
        if chosen:
            report = await self.feeds.add_starter(asker, chosen)
            added = len(report.added)
        await self.digests.add(asker, DigestWish(answers.place, LocalSchedule(DIGEST_HOUR, zone)))
        self.walks.take(asker, token)
        return SetUpDone(answers.place, answers.topic, added, zone, DIGEST_HOUR)


def regions() -> list[tuple[str, tuple[StarterFeed, ...]]]:
    """The starter feeds by region, for the walk."""
    found: dict[str, list[StarterFeed]] = {}
    for feed in starter_feeds():
        found.setdefault(feed.region, []).append(feed)
    return [(region, tuple(feeds)) for region, feeds in found.items()]
