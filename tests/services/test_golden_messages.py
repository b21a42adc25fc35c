"""Every kind of message as it was looked at; `LAUNCHWIRE_GOLDEN=write` renews the files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.discord_limits import check
from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.preview_html import article
from bot.delivery.shown import Shown
from bot.domain.article import GuildId
from bot.domain.outbox import Delivery, DeliveryKind
from bot.domain.subscription import ChannelId, Place, PlaceKind, RoleId, Topic
from bot.errors import PermanentDeliveryError
from bot.services.review import ReviewDesk
from tests.delivery.golden import FOLDER, assert_golden
from tests.services.golden_stories import MESSAGES, NOW, ROLE
from tests.services.newsroom import Newsroom, newsroom

RENDERER = DiscordRenderer({"digest": 99, "alert": 98})
NAMES = {str(ROLE): "Launch desk"}
NEWS = Place(PlaceKind.CHANNEL, 100, GuildId(5))
TITLE = "North Korea fires a ballistic missile into the East Sea"
KINDS_OF_POSTS = ("review-request", "escalation", "gathered", "notice-flood", "notice-parked")


def assert_looks_as_it_did(name: str, payload: dict[str, Any]) -> None:
    """Payload and page against their files."""
    assert check(payload) == []
    text = json.dumps(payload, ensure_ascii=False, indent=1, sort_keys=True)
    assert_golden(f"stories/{name}.json", text + "\n")
    html = article(Shown("launch-alerts", payload, NOW), NAMES)
    assert_golden(f"stories/{name}.html", html.replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_about_a_story_are_as_they_were_looked_at(name: str) -> None:
    golden = MESSAGES[name]()
    assert_looks_as_it_did(name, RENDERER.payload(golden.message, golden.place))


async def test_posts_of_the_desk_are_as_they_were_looked_at(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        for name, delivery in (await desk_posts(room)).items():
            assert_looks_as_it_did(name, delivery.payload)


async def desk_posts(room: Newsroom) -> dict[str, Delivery]:
    """What is posted besides alerts: for review, when nobody acknowledged, gathered, notices."""
    feed = await room.add_feed("https://wire.example/feed", publisher="Example Wire")
    await room.baseline(feed)
    reviewed = Place(PlaceKind.CHANNEL, 101, GuildId(5))
    await room.subscribe(reviewed, review_channel=ChannelId(102))
    await room.subscribe(NEWS, ack_role=RoleId(7), ack_after=timedelta(minutes=5))
    calm = Place(PlaceKind.CHANNEL, 103, GuildId(5))
    await room.subscribe(calm, Topic.LAUNCHES, cooldown=timedelta(hours=1))
    await room.poll(feed, room.entry(feed, TITLE, url="https://wire.example/1"))
    await room.deliver()
    room.clock.advance(minutes=10)
    await ReviewDesk(room.store, room.clock, RENDERER).check()
    iran = room.entry(feed, "Iran fires 3 cruise missiles at Erbil", url="https://wire.example/2")
    await room.poll(feed, iran)
    flood = replace(feed, guild_id=None)
    now = room.clock.now()
    await room.store.write(lambda tx: room.notices.flood(tx, flood, 40, now))
    refusal = PermanentDeliveryError("The bot lacks a permission in this channel.", code=50013)
    await room.store.write(lambda tx: room.notices.parked(tx, NEWS, refusal.text, now))
    await room.deliver()
    by_key = {each.key.partition(":")[0]: each for each in room.deliverer.sent}
    notices = [each for each in room.deliverer.sent if each.key.startswith("notice:")]
    found = {
        "review-request": by_key["review"],
        "escalation": by_key["escalation"],
        "gathered": by_key["gathered"],
        "notice-flood": next(each for each in notices if "flood" in each.key),
        "notice-parked": next(each for each in notices if "parked" in each.key),
    }
    assert {each.kind for each in found.values()} >= {DeliveryKind.NOTICE}
    assert set(found) == set(KINDS_OF_POSTS)
    return found


def test_no_golden_file_is_left_over() -> None:
    wanted = {*MESSAGES, *KINDS_OF_POSTS}
    assert {path.stem for path in (FOLDER / "stories").iterdir()} == wanted
