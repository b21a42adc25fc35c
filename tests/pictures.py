"""Draws README's pictures: a walk through set-up, first alert, update, retraction and digest.

python -m tests.pictures [FOLDER]     needs Chromium; writes to docs/pictures by default
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.pictures import draw
from bot.delivery.preview import PreviewPage
from bot.delivery.terminal import RehearsalDeliverer
from bot.domain.article import GuildId
from bot.domain.digest import DigestId, DigestSchedule, LocalSchedule
from bot.domain.feed import DeclaredIn
from bot.domain.subscription import Place, PlaceKind, RoleId, Topic
from bot.services.panels.setup import setup_panel, welcome_panel
from bot.services.setup import SetUp, Step
from tests.services.newsroom import START, Newsroom, newsroom

BROWSER = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
CHANNEL = Place(PlaceKind.CHANNEL, 100, GuildId(1))
NAMES = {"100": "launch-alerts", "7": "Launch desk"}
SHAPES = {
    "light": ("theme=light", 900),
    "dark": ("theme=dark", 900),
    "phone": ("theme=dark&width=phone", 460),
}

FIRST = (
    "North Korea fired a ballistic missile toward the East Sea on Wednesday, South Korea's Joint "
    "Chiefs of Staff said. The launch was detected from the Wonsan area. Analysts said that it was "
    "the first test of the year."
)
SECOND = (
    "North Korea fired two ballistic missiles into the Sea of Japan on Wednesday, Japanese Defense "
    "Minister Taro Sato told reporters. They flew about 450 kilometers and landed outside Japan's "
    "exclusive economic zone."
)


async def main(folder: Path) -> None:
    """Play the walk and photograph each station."""
    with tempfile.TemporaryDirectory() as scratch:
        async with newsroom(Path(scratch)) as room:
            await _set_up(folder)
            await _alert_and_update(room, folder)
            await _digest(room, folder)


def _stage(room: Newsroom) -> PreviewPage:
    page = PreviewPage(NAMES)
    deliverer = RehearsalDeliverer(
        room.clock, page, draw=_drawn, names={100: "launch-alerts"}, console=_silent()
    )
    room.dispatch.deliverer = deliverer
    return page


async def _drawn(name: str, data: str) -> bytes:
    return draw(name, data)


def _silent() -> Any:
    import io

    from rich.console import Console

    return Console(file=io.StringIO())


async def _set_up(folder: Path) -> None:
    page, renderer = PreviewPage(NAMES), DiscordRenderer()
    panels = [
        welcome_panel("en"),
        setup_panel(SetUp(), "token", (), "en"),
        setup_panel(SetUp(Step.TOPIC, CHANNEL), "token", (), "en"),
    ]
    for number, panel in enumerate(panels):
        payload = renderer.payload(panel, PlaceKind.CHANNEL)
        page.show("100", payload, at=START + timedelta(seconds=number), edited=False)
    _photograph(page, folder, "setup", 1000)


async def _alert_and_update(room: Newsroom, folder: Path) -> None:
    await room.subscribe(CHANNEL, Topic.LAUNCHES, role_id=RoleId(7))
    page = _stage(room)
    first = await room.add_feed("https://wire.example/feed", publisher="Example Wire")
    second = await room.add_feed("https://broadcaster.example/feed", publisher="Broadcaster")
    for feed in (first, second):
        await room.baseline(feed)
    link = "https://wire.example/north-korea-launch"
    title = "North Korea fires ballistic missile toward East Sea, Seoul says"
    await room.poll(first, room.entry(first, title, FIRST, url=link))
    await room.dispatch.drain()
    _photograph(page, folder, "alert", 1100)
    room.clock.advance(minutes=9)
    link = "https://broadcaster.example/two-missiles"
    title = "North Korea fired two ballistic missiles, Japan says"
    await room.poll(second, room.entry(second, title, SECOND, url=link))
    await room.dispatch.drain()
    _photograph(page, folder, "update", 1650)
    room.clock.advance(minutes=30)
    await _retract(room, first, second)
    _photograph(page, folder, "retraction", 1700)


async def _retract(room: Newsroom, *feeds: Any) -> None:
    """Both publishers take their reports back: the retraction is as loud as the alert."""
    stored = await room.store.read(lambda tx: tx.articles.recent(10))
    for item in stored:
        feed = next(each for each in feeds if str(each.id) == item.article.origin.key)
        words = "CORRECTION: This story has been retracted. No missile was launched on Wednesday."
        entry = room.entry(
            feed,
            f"RETRACTED: {item.article.title}",
            words,
            url=item.article.url,
            guid=item.article.guid,
        )
        await room.poll(feed, entry)
    await room.dispatch.drain()


async def _digest(room: Newsroom, folder: Path) -> None:
    page = _stage(room)
    for name, text in {
        "a.txt": "Russia hit Kyiv with Kalibr cruise missiles overnight, killing two people.",
        "b.txt": "Iran launched a short-range ballistic missile at a base in Iraq, officials said.",
        "c.txt": "Poland will buy 48 Patriot launchers under a deal signed on Tuesday in Warsaw.",
    }.items():
        await room.seed(name, text)
    schedule = DigestSchedule(
        DigestId(1),
        CHANNEL,
        LocalSchedule(START.time().replace(hour=8), "Asia/Seoul"),
        DeclaredIn.DISCORD,
        created=START,
    )
    await room.digests.now(schedule, 1)
    await room.store.write(lambda tx: [tx.outbox.get(d.id) for d in tx.outbox.pending()])
    await room.dispatch.drain()
    _photograph(page, folder, "digest", 1500)


def _photograph(page: PreviewPage, folder: Path, name: str, height: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        html = Path(scratch) / "page.html"
        html.write_text(page.page(), encoding="utf-8")
        for shape, (query, width) in SHAPES.items():
            target = folder / f"{name}-{shape}.png"
            command = [
                *BROWSER,
                f"--user-data-dir={scratch}/profile-{shape}",
                f"--window-size={width},{height if shape != 'phone' else int(height * 1.35)}",
                f"--screenshot={target}",
                f"{html.as_uri()}?{query}",
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            _trim(target)
            sys.stderr.write(f"{target}\n")


def _trim(picture: Path) -> None:
    """Cut the empty page below the last message, and store few colours: README is read online."""
    import numpy as np
    from PIL import Image

    image = Image.open(picture).convert("RGB")
    rows = np.asarray(image)
    same = (rows == rows[-1]).all(axis=(1, 2))
    last = int(np.flatnonzero(~same)[-1]) if not same.all() else len(rows) - 1
    image.crop((0, 0, image.width, min(image.height, last + 16))).quantize(128).save(picture)


if __name__ == "__main__":
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/pictures")
    asyncio.run(main(wanted))
