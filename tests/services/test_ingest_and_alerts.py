"""From an article to the right messages: one alert a story, edits, replies, ages, baselines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.article import Article, DatePrecision, GuildId, Published, RawArticle
from bot.domain.outbox import DeliveryKind
from bot.domain.polling import FLOOD_READ
from bot.domain.subscription import Place, PlaceKind, QuietHours, RoleId, Topic
from bot.errors import AnalysisError
from bot.services.ingest import AT_ONCE
from tests.services.newsroom import HereAnalyser, Newsroom, newsroom

LAUNCH = "North Korea fires two ballistic missiles into the East Sea"
LAUNCH_TEXT = (
    "North Korea fired two ballistic missiles toward the East Sea on Wednesday, South Korea's "
    "Joint Chiefs of Staff said. The missiles flew about 400 kilometres."
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


async def test_a_launch_reaches_the_channel_that_asked_for_launches(room: Newsroom) -> None:
    await room.subscribe()
    await room.seed("a.txt", LAUNCH_TEXT)
    (text,) = await room.deliver()
    assert "North Korea" in text
    assert "LAUNCH" in text


async def test_two_subscriptions_of_one_channel_give_one_message_with_both_reasons(
    room: Newsroom,
) -> None:
    await room.subscribe(role_id=RoleId(7))
    await room.subscribe(topic=None, query='"ballistic missiles"', role_id=RoleId(8))
    await room.seed("a.txt", LAUNCH_TEXT)
    (text,) = await room.deliver()
    (delivery,) = room.deliverer.sent
    assert set(delivery.payload["allowed_mentions"]["roles"]) == {"7", "8"}
    assert "launches" in text
    assert "ballistic missiles" in text


async def test_forty_outlets_give_one_message_that_is_edited(room: Newsroom) -> None:
    await room.subscribe()
    for number in range(8):
        feed = await room.add_feed(f"https://n{number}.example/feed", publisher=f"Outlet {number}")
        await room.baseline(feed)
        await room.poll(feed, room.entry(feed, LAUNCH, LAUNCH_TEXT))
        await room.deliver()
        room.clock.advance(minutes=1)
    alerts = [d for d in room.deliverer.sent if d.kind is DeliveryKind.ALERT]
    assert len(alerts) == 1
    assert room.deliverer.edits


async def test_a_material_change_adds_one_reply_to_the_alert(room: Newsroom) -> None:
    await room.subscribe(role_id=RoleId(7))
    one = await room.add_feed("https://one.example/feed", publisher="One")
    two = await room.add_feed("https://two.example/feed", publisher="Two")
    for feed in (one, two):
        await room.baseline(feed)
    await room.poll(one, room.entry(one, "North Korea fires a ballistic missile into the East Sea"))
    await room.deliver()
    room.clock.advance(minutes=5)
    title = "North Korea fires three ballistic missiles into the East Sea"
    await room.poll(two, room.entry(two, title))
    await room.deliver()
    kinds = [delivery.kind for delivery in room.deliverer.sent]
    assert kinds == [DeliveryKind.ALERT, DeliveryKind.UPDATE]
    update = room.deliverer.sent[1]
    assert room.deliverer.replies[update.id] is not None
    assert update.payload["allowed_mentions"]["roles"] == ["7"]


async def test_an_article_that_is_no_launch_reaches_no_launch_channel(room: Newsroom) -> None:
    await room.subscribe()
    await room.seed("a.txt", "The Houston Rockets launched a late comeback against Denver.")
    assert await room.deliver() == []


async def test_a_keyword_subscription_gets_any_article(room: Newsroom) -> None:
    await room.subscribe(topic=None, query="rockets comeback")
    await room.seed("a.txt", "The Houston Rockets launched a late comeback against Denver.")
    (text,) = await room.deliver()
    assert "LAUNCH" not in text


async def test_the_same_file_again_posts_nothing(room: Newsroom) -> None:
    await room.subscribe()
    for _ in range(2):
        await room.seed("a.txt", LAUNCH_TEXT)
    assert len(await room.deliver()) == 1


async def test_new_content_of_a_file_edits_its_alert(room: Newsroom) -> None:
    await room.subscribe()
    await room.seed("a.txt", LAUNCH_TEXT)
    await room.deliver()
    room.clock.advance(minutes=3)
    await room.seed("a.txt", LAUNCH_TEXT + " They landed outside Japan's exclusive economic zone.")
    await room.deliver()
    (edit,) = room.deliverer.edits
    assert "economic zone" in str(edit.payload)


async def test_an_old_seed_is_alerted_with_its_date_and_pings_nobody(room: Newsroom) -> None:
    await room.subscribe(role_id=RoleId(7))
    published = Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY)
    await room.seed("a.txt", LAUNCH_TEXT, published=published)
    (text,) = await room.deliver()
    (delivery,) = room.deliverer.sent
    assert "2021" in text
    assert not delivery.payload["allowed_mentions"].get("roles")


async def test_an_old_feed_entry_is_stored_and_not_alerted(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    await room.baseline(feed)
    old = room.entry(feed, LAUNCH, LAUNCH_TEXT, hours_old=72)
    assert (await room.poll(feed, old)).new == 1
    assert await room.deliver() == []


async def test_first_contact_with_a_feed_is_a_baseline(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    first = room.entry(feed, LAUNCH, LAUNCH_TEXT)
    assert (await room.poll(feed, first)).noted == 1
    assert (await room.poll(feed, first)).known == 1
    assert await room.deliver() == []


async def test_first_contact_delivers_young_entries_when_the_operator_asked(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed(backfill=True)
    young = room.entry(feed, LAUNCH, LAUNCH_TEXT)
    old = room.entry(feed, "Russia fires cruise missiles at Kyiv", hours_old=99)
    await room.poll(feed, young, old)
    assert len(await room.deliver()) == 1


async def test_a_feed_that_suddenly_looks_new_becomes_one_notice(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    await room.baseline(feed)
    countries = ("Iran", "Russia", "China", "Israel", "India", "Pakistan")
    flood = [
        room.entry(feed, f"{who} fires {number} missiles at target {number}", hours_old=number / 10)
        for number, who in enumerate(countries * 10)
    ]
    result = await room.poll(feed, *flood)
    assert result.braked == len(flood)
    texts = await room.deliver()
    assert len(texts) == 1
    assert room.deliverer.sent[0].kind is DeliveryKind.NOTICE


async def test_a_flood_of_thousands_is_read_in_part_and_remembered_in_full(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    await room.baseline(feed)
    flood = [room.entry(feed, f"Council talks about item {n}", hours_old=1) for n in range(1_000)]
    result = await room.poll(feed, *flood)
    assert (result.braked, result.new, result.noted) == (1_000, FLOOD_READ, 1_000 - FLOOD_READ)
    again = await room.poll(feed, *flood)
    assert (again.known, again.new, again.braked) == (1_000, 0, 0)
    assert len(await room.deliver()) == 1


@dataclass
class Counting:
    """The real analysis; counts how many articles are in it at the same time."""

    now: int = 0
    most: int = 0

    async def analyse(self, raw: RawArticle, *, sentences: int = 3) -> Article:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return await HereAnalyser().analyse(raw, sentences=sentences)


async def test_a_large_batch_leaves_room_for_other_feeds(room: Newsroom) -> None:
    room.ingest.analyser = counting = Counting()
    feed = await room.add_feed(backfill=True)
    texts = [room.entry(feed, f"Council talks about item {n}", hours_old=1) for n in range(50)]
    assert (await room.poll(feed, *texts)).new == 50
    assert counting.most == AT_ONCE


async def test_validators_are_stored_with_the_entries(room: Newsroom) -> None:
    feed = await room.add_feed()
    await room.poll(feed, room.entry(feed, LAUNCH))
    state = await room.store.read(lambda tx: tx.feeds.state(feed.id))
    assert state.etag == '"1"'
    assert state.baseline_done


async def test_a_teaser_is_completed_from_its_page(room: Newsroom) -> None:
    await room.subscribe(topic=None, query="kilometres")
    feed = await room.add_feed(full_text=True)
    await room.baseline(feed)
    teaser = room.entry(feed, LAUNCH, "Read more", teaser_only=True)
    room.pages.bodies[teaser.url or ""] = LAUNCH_TEXT
    await room.poll(feed, teaser)
    assert len(await room.deliver()) == 1
    assert (await room.poll(feed, teaser)).known == 1


async def test_a_teaser_without_a_page_stays_a_teaser(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed(full_text=True)
    await room.baseline(feed)
    await room.poll(feed, room.entry(feed, LAUNCH, "Read more", teaser_only=True))
    assert len(await room.deliver()) == 1


async def test_an_article_of_another_servers_feed_is_never_seen(room: Newsroom) -> None:
    mine = Place(PlaceKind.CHANNEL, 100, GuildId(1))
    theirs = Place(PlaceKind.CHANNEL, 200, GuildId(2))
    await room.subscribe(mine)
    await room.subscribe(theirs)
    feed = await room.add_feed(guild_id=GuildId(2))
    await room.baseline(feed)
    await room.poll(feed, room.entry(feed, LAUNCH, LAUNCH_TEXT))
    await room.deliver()
    assert [delivery.place for delivery in room.deliverer.sent] == [theirs]


async def test_quiet_hours_hold_an_alert_until_they_end(room: Newsroom) -> None:
    now = room.clock.now()
    quiet = QuietHours((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time(), "UTC")
    await room.subscribe(quiet=quiet)
    await room.seed("a.txt", LAUNCH_TEXT)
    assert await room.deliver() == []
    room.clock.advance(hours=1, minutes=1)
    assert len(await room.deliver()) == 1


async def test_a_cooldown_gathers_further_alerts_in_one_line(room: Newsroom) -> None:
    await room.subscribe(topic=Topic.LAUNCHES, cooldown=timedelta(hours=1))
    await room.seed("a.txt", LAUNCH_TEXT)
    await room.deliver()
    room.clock.advance(minutes=2)
    await room.seed("b.txt", "Iran launched a cruise missile at a base in Iraq on Wednesday.")
    room.clock.advance(minutes=2)
    await room.seed("c.txt", "Russia hit Kyiv with Kalibr missiles on Wednesday morning.")
    await room.deliver()
    kinds = [delivery.kind for delivery in room.deliverer.sent]
    assert kinds.count(DeliveryKind.ALERT) == 1
    assert kinds.count(DeliveryKind.NOTICE) == 1


async def test_a_link_two_feeds_share_is_one_article(room: Newsroom) -> None:
    await room.subscribe()
    one = await room.add_feed("https://one.example/feed")
    two = await room.add_feed("https://two.example/feed")
    for feed in (one, two):
        await room.baseline(feed)
    link = "https://paper.example/launch"
    await room.poll(one, room.entry(one, LAUNCH, LAUNCH_TEXT, url=link))
    second = await room.poll(two, room.entry(two, LAUNCH, "Another teaser", url=link))
    assert second.new == 0
    assert len(await room.deliver()) == 1


async def test_an_article_that_kills_the_worker_is_read_by_its_headline(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    await room.baseline(feed)
    real = room.ingest.analyser

    class Fragile:
        async def analyse(self, raw: RawArticle, *, sentences: int = 3) -> Article:
            if raw.body:
                raise AnalysisError("it took too long")
            return await real.analyse(raw, sentences=sentences)

    room.ingest.analyser = Fragile()
    await room.poll(feed, room.entry(feed, LAUNCH, LAUNCH_TEXT))
    assert len(await room.deliver()) == 1


async def test_every_stage_is_in_the_trail(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    await room.baseline(feed)
    entry = room.entry(feed, LAUNCH, LAUNCH_TEXT)
    await room.poll(feed, entry)
    await room.deliver()
    stored = await room.store.read(lambda tx: tx.articles.recent(1))
    trail = await room.store.read(lambda tx: tx.records.trail_of(article_id=stored[0].id))
    stages = [item.stage.value for item in trail]
    assert stages[:3] == ["analysed", "grouped", "enqueued"]


async def test_what_a_person_asked_for_privately_is_noted_nowhere(room: Newsroom) -> None:
    ada = Place(PlaceKind.USER, 77, None)
    await room.subscribe(place=ada)
    await room.subscribe(place=ada, topic=None, query="submarine")
    feed = await room.add_feed()
    await room.baseline(feed)
    await room.poll(feed, room.entry(feed, LAUNCH, LAUNCH_TEXT))
    assert len(await room.deliver()) == 1
    stored = await room.store.read(lambda tx: tx.articles.recent(1))
    trail = await room.store.read(lambda tx: tx.records.trail_of(article_id=stored[0].id))
    assert [
        entry.detail for entry in trail if "user" in entry.detail or "alert" in entry.detail
    ] == []
