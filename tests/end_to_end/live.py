"""The real program between a stand-in for Discord and a web server that plays the news sites."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tests.end_to_end.origin import Origin
from tests.end_to_end.process import Program, discord_environment
from tests.fake_discord.model import Channel, Message
from tests.fake_discord.server import FakeDiscord

UNFINISHED = ("pending", "sending")


@dataclass
class Live:
    """One world: Discord, the news sites, a folder with config.toml and seeds/, and the bot.

    Example:
        async with Live(tmp_path) as live:
            channel = live.channel("launches")
            live.configure(feeds=[...], alerts=[{"channel": channel.id, "topic": "launches"}])
            await live.bot.start()
    """

    folder: Path
    module: str = "bot"
    environment: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    discord: FakeDiscord = field(default_factory=FakeDiscord)
    origin: Origin = field(default_factory=Origin)

    def __post_init__(self) -> None:
        self.seeds = self.folder / "seeds"
        self.config = self.folder / "config.toml"
        self.database = self.folder / "data" / "launchwire.db"
        self.guild = self.discord.add_guild("Observers")
        self.bot = Program(
            self.folder, ["run", "--live", "--config", str(self.config)], module=self.module
        )

    async def __aenter__(self) -> Self:
        self.seeds.mkdir(parents=True, exist_ok=True)
        await self.discord.start()
        await self.origin.start()
        self.bot.environment = {
            **discord_environment(
                self.discord.token, self.discord.api_base, self.discord.gateway_url
            ),
            "LAUNCHWIRE_HTTP__PORT": "0",
            **self.environment,
        }
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.bot.kill()
        await self.discord.stop()
        await self.origin.stop()
        if kind is None:
            self.insist_on_silence()

    def insist_on_silence(self) -> None:
        """No output of any run, and no message, may hold a secret of this world.

        `tests.told_secrets` looks after every test; runs outside pytest (torture) look here.
        """
        said = self.bot.output_of_all_runs
        said += "".join(repr(m.revisions) + repr(m.components) for m in self.discord.bot_messages)
        for secret in (self.discord.token, *self.secrets):
            assert secret not in said, "a secret was told"

    def channel(self, name: str) -> Channel:
        """Make a channel in the world's one server."""
        return self.discord.add_channel(self.guild, name)

    def configure(
        self,
        *,
        feeds: Sequence[Mapping[str, object]] = (),
        alerts: Sequence[Mapping[str, object]] = (),
        digests: Sequence[Mapping[str, object]] = (),
        sections: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Write config.toml: polling every second, loopback allowed; `sections` change that."""
        tables: dict[str, dict[str, object]] = {
            "fetch": {
                "min_interval": 1,
                "max_interval": 1,
                "host_spacing": 0,
                "allow_networks": ["127.0.0.0/8"],
            },
            "outbox": {"request_timeout": 5},
        }
        for name, values in (sections or {}).items():
            tables.setdefault(name, {}).update(values)
        lines = []
        for name, table in tables.items():
            lines += [f"[{name}]", *_pairs(table)]
        for name, items in (("feeds", feeds), ("alerts", alerts), ("digests", digests)):
            for item in items:
                lines += [f"[[{name}]]", *_pairs(item)]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def seed(self, name: str, text: str) -> None:
        """Put a whole file into seeds/."""
        part = self.folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(self.seeds / name)

    # -- waiting ------------------------------------------------------------------------------

    async def until(self, predicate: Callable[[], object], timeout: float = 20.0) -> None:  # noqa: ASYNC109
        """Wait until something is true; fails with the bot's last words when it ends first."""
        await self.bot.wait_for(predicate, timeout)

    async def until_messages(self, channel: Channel, count: int, timeout: float = 20.0) -> None:  # noqa: ASYNC109
        """Wait until so many of the bot's messages stand in a channel."""
        await self.until(lambda: len(self.posted(channel)) >= count, timeout)

    async def until_live(self) -> None:
        """Wait until it is connected and has done its first round."""
        await self.bot.wait_for_text("live guilds=", 30.0)

    async def until_idle(self, timeout: float = 20.0) -> None:  # noqa: ASYNC109
        """Wait until the outbox has nothing more to do: no message and no edit."""
        await self.until(lambda: self.backlog() == 0, timeout)

    # -- looking ------------------------------------------------------------------------------

    def posted(self, channel: Channel) -> list[Message]:
        """The bot's messages of a channel, oldest first."""
        return [m for m in self.discord.bot_messages if m.channel_id == channel.id]

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the bot's database from outside; nothing while it does not exist yet."""
        if not self.database.exists():
            return []
        with _reading(self.database) as connection:
            try:
                return connection.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []  # it is being made
                raise

    def backlog(self) -> int:
        """Messages that wait or are under way, and edits that are not shown yet."""
        waiting = self.rows(
            "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')",
        )
        edits = self.rows(
            "SELECT count(*) FROM edit JOIN outbox ON outbox.id = edit.delivery_id "
            "WHERE edit.applied < edit.revision AND edit.revision > outbox.revision "
            "AND outbox.message_id IS NOT NULL"
        )
        return (waiting[0][0] if waiting else 0) + (edits[0][0] if edits else 0)

    def verdict(self) -> Verdict:
        """What was lost, doubled or shown wrongly, judged from both sides."""
        posts = Counter(message.nonce for message in self.discord.bot_messages if message.nonce)
        rows = self.rows(
            "SELECT o.key, o.state, o.message_id, o.payload, e.payload, e.revision, o.revision "
            "FROM outbox o LEFT JOIN edit e ON e.delivery_id = o.id"
        )
        messages = {message.id: message for message in self.discord.bot_messages}
        lost, stale = [], []
        for key, state, message_id, payload, edited, revision, posted_revision in rows:
            if state != "sent" or message_id not in messages:
                lost.append(f"{key} ({state})")
                continue
            newest = edited if edited and revision > posted_revision else payload
            if not _shows(messages[message_id], json.loads(newest)):
                stale.append(key)
        doubled = [nonce for nonce, count in posts.items() if count > 1]
        known = {row[2] for row in rows}
        doubled += [str(number) for number in messages if number not in known]
        return Verdict(len(rows), tuple(lost), tuple(doubled), tuple(stale))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a trial: keys never posted, nonces posted twice, messages showing old news."""

    deliveries: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled, everything shows its newest revision."""
        return not (self.lost or self.doubled or self.stale)


def _shows(message: Message, payload: dict[str, Any]) -> bool:
    """Whether a message reads as its newest payload says: the content and the embeds' titles."""
    titles = [embed.get("title") for embed in payload.get("embeds") or ()]
    shown = [embed.get("title") for embed in message.embeds]
    return message.content == (payload.get("content") or "") and titles == shown


def _pairs(table: Mapping[str, object]) -> list[str]:
    """TOML lines; JSON's numbers, strings, booleans and lists are TOML's as well."""
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)
    try:
        yield connection
    finally:
        connection.close()


def share_clock(live: Live, epoch: datetime, speed: float) -> None:
    """Give the bot and the stand-in one accelerated clock that shows `epoch` now.

    The configuration must name the same epoch and speed in its [clock].
    """
    began = time.time()
    clock = live.discord.clock
    clock.speed = speed
    clock.offset += epoch.timestamp() - clock.now()
    path = live.folder / "data" / "clock.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "epoch": epoch.isoformat(),
        "began": datetime.fromtimestamp(began, UTC).isoformat(),
        "speed": speed,
    }
    path.write_text(json.dumps(kept), encoding="utf-8")
