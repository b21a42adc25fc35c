"""The whole program in this process: real client, real services, a real SQLite file.

Only Discord is the stand-in, the world's feeds are a loopback origin, and work that the program
gives to killable processes is done in threads, which saves their start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from bot.app import App, build
from bot.client import LaunchwireBot
from bot.clock import SystemClock
from bot.delivery.discord_channel import DiscordChannels
from bot.domain.article import Markup, Origin, Published, RawArticle, SourceKind
from bot.domain.story import StoryId
from bot.domain.subscription import Place, PlaceKind
from bot.ports import SeedBatch
from bot.settings import Settings
from bot.worker import ProcessWorkers
from tests.end_to_end.origin import Origin as FeedOrigin
from tests.fake_discord.actions import Outcome
from tests.fake_discord.fixtures import running
from tests.fake_discord.model import (
    FLAG_COMPONENTS_V2,
    Channel,
    Guild,
    Json,
    Message,
    User,
    walk_components,
)
from tests.fake_discord.permissions import Permission
from tests.fake_discord.server import FakeDiscord

T = TypeVar("T")


class ThreadWorkers:
    """The worker's port without processes."""

    async def run(self, function: Callable[..., T], /, *args: Any, wall_seconds: float = 8.0) -> T:
        async with asyncio.timeout(wall_seconds * 4):
            return await asyncio.to_thread(function, *args)

    async def warm_up(self) -> None:
        return

    async def close(self) -> None:
        return


@dataclass
class House:
    """A server with its people, and the program that serves it."""

    discord: FakeDiscord
    origin: FeedOrigin
    app: App
    bot: LaunchwireBot
    guild: Guild
    channel: Channel
    admin: User
    guest: User

    async def slash(self, name: str, user: User | None = None, /, **options: Any) -> Outcome:
        """Use a command in the server, as the admin unless told otherwise."""
        options = {key.rstrip("_"): value for key, value in options.items()}
        user = user or self.admin
        return await self.discord.slash(
            self.guild, self.channel, user, name, options, despite_permissions=True
        )

    async def in_dm(self, name: str, user: User, **options: Any) -> Outcome:
        """Use a command in the direct messages with the bot."""
        return await self.discord.slash(None, None, user, name, options)

    async def press(
        self,
        message: Message,
        label: str = "",
        custom_id: str | None = None,
        user: User | None = None,
    ) -> Outcome:
        """Press a button, found by what stands on it or by its id."""
        return await self.discord.press(user or self.admin, message, custom_id, label=label or None)

    async def complete(self, name: str, option: str, text: str = "", **options: Any) -> list[str]:
        """Type into an option as the admin; the names that are offered."""
        found = await self.discord.autocomplete(
            self.guild, self.channel, self.admin, name, option, text, options
        )
        return [str(choice["name"]) for choice in found]

    async def report(self, title: str, body: str, *, path: str = "", url: str = "") -> StoryId:
        """Take in one article as a file of seeds/; returns its story."""
        now = self.app.clock.now()
        raw = RawArticle(
            origin=Origin(SourceKind.SEED, "seeds", "seeds", publisher="Test Wire"),
            title=title,
            body=body,
            markup=Markup.PLAIN,
            first_seen=now,
            path=path or f"{title}.txt",
            url=url or f"https://wire.example/{abs(hash(title))}",
            published=Published(now - timedelta(minutes=5)),
        )
        await self.app.ingest.seed(SeedBatch(raw.path or "", (raw,)))
        stories = await self.app.store.read(lambda tx: tx.stories.recent(1))
        await self.app.dispatch.drain()
        return stories[0].id

    async def launch(self, who: str = "North Korea", where: str = "the Sea of Japan") -> StoryId:
        """Take in a launch."""
        return await self.report(
            f"{who} fires two ballistic missiles toward {where}",
            f"{who} fired two ballistic missiles toward {where} this morning, "
            "a defence ministry spokesman said.\n\n"
            "The launch was detected shortly after dawn. Officials reported no damage.",
        )

    async def alerting(self, place: Channel | None = None, topic: str = "launches") -> Outcome:
        """Add an alert through the command and its button."""
        shown = await self.slash("alert add", channel=place or self.channel, topic=topic)
        return await self.press(shown.reply, "Save")

    def member(self, name: str, permissions: int = 0, **keys: Any) -> User:
        """Let somebody join."""
        user = self.discord.add_user(name, **keys)
        self.discord.add_member(self.guild, user, permissions)
        return user

    def plant(self, channel: Channel, custom_id: str, select: bool = False) -> Message:
        """A message of the bot with one component, as an old or forged one could be."""
        part: dict[str, Any] = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id}
        if select:
            options = [{"label": "x", "value": "x"}]
            part = {"type": 3, "custom_id": custom_id, "options": options}
        world = self.discord
        message = Message(world.clock.snowflake(), channel.id, world.bot, world.clock.iso())
        message.flags = FLAG_COMPONENTS_V2
        row = {"type": 1, "components": [part]}
        message.components = [{"type": 17, "components": [row]}]
        world.add_message(message)
        return message

    @property
    def place(self) -> Place:
        """The channel as the program knows it."""
        return Place(PlaceKind.CHANNEL, self.channel.id, None)


@asynccontextmanager
async def house_at(server: FakeDiscord, tmp_path: Path, **sections: Any) -> AsyncIterator[House]:
    """The program, logged in and ready, in a server with an admin and a guest."""
    guild = server.add_guild("Desk")
    channel = server.add_channel(guild, "launch-alerts")
    admin, guest = server.add_user("ann"), server.add_user("gus")
    server.add_member(guild, admin, Permission.MANAGE_GUILD)
    server.add_member(guild, guest)
    data: dict[str, Any] = {
        "fetch": {"allow_networks": ["127.0.0.0/8"], "host_spacing": 0},
        "limits": {"adds_per_hour": 500, "summaries_per_minute": 500},
    }
    settings = Settings.model_validate(data | sections)
    clock = SystemClock()
    bot = LaunchwireBot(settings.discord)
    # discord.py's option of the same name: how long it waits for further servers before READY.
    bot._connection.guild_ready_timeout = 0.05
    deliverer = DiscordChannels(bot, clock, request_timeout=5)
    workers = cast(ProcessWorkers, ThreadWorkers())
    url = f"sqlite:///{tmp_path}/launchwire.db"
    app = build(
        settings, tmp_path, clock, deliverer, workers=workers, drawers=workers, store_url=url
    )
    async with FeedOrigin() as origin, app:
        bot.app = app
        async with running(bot, server):
            await server.wait_for(lambda: app.desk.homes.members_of)
            yield House(server, origin, app, bot, guild, channel, admin, guest)


def parts_of(message: Message) -> list[Json]:
    """Every component of a message, outer before inner."""
    return walk_components(message.components)


def action_of(message: Message, piece: str) -> str:
    """The custom id of the first component that has this piece in it."""
    ids = [str(part.get("custom_id", "")) for part in parts_of(message)]
    return next(each for each in ids if piece in each)


def under(outcome: Outcome) -> Message:
    """The message whose button or select was used."""
    message = outcome.interaction.message
    assert message is not None
    return message
