"""A server's own settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.article import GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.subscription import QuietHours, RoleId, ThreadMode
from bot.domain.zones import parse_zone
from bot.errors import InvalidInput
from bot.locale import LOCALES, problem
from bot.ports import Clock, Store, Transaction
from bot.services.asking import Asker, record
from bot.services.matcher import Matcher
from bot.services.quiet_hours import quiet_of_server


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server chose; `timezone` and `language` are for its digests and posts."""

    timezone: str = "UTC"
    language: str = ""
    threads: ThreadMode = ThreadMode.NONE
    maps: bool = True
    quiet: QuietHours | None = None  # of all alerts, also of those that are added later
    manager_roles: tuple[RoleId, ...] = ()


@dataclass
class SettingsDesk:
    """The use cases of `/settings`."""

    store: Store
    clock: Clock
    matcher: Matcher
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
                quiet=quiet_of_server(tx, guild_id),
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
