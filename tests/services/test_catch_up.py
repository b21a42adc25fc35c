"""Quiet hours: what they hold comes as itself, or as one catch-up digest, when they end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.feed import Feed
from bot.domain.outbox import DeliveryKind
from bot.domain.subscription import (
    Place,
    PlaceKind,
    QuietHours,
    QuietMode,
    RoleId,
    Topic,
    UserId,
)
from bot.errors import (
    DeliveryError,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownOutcome,
)
from bot.services.quiet_hours import set_quiet
from tests.services.newsroom import CHANNEL, Newsroom, newsroom, text_of

# It is 21:00 in Seoul when the newsroom opens.
NIGHT = QuietHours(time(20), time(7), "Asia/Seoul")
MORNING = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
KOREA = "North Korea fired two ballistic missiles toward the East Sea on Wednesday, the JCS said."
IRAN = "Iran launched a cruise missile at a base in Iraq on Wednesday, a spokesman said."
TAKEN_BACK = (
    "Correction: an earlier report that North Korea fired missiles was wrong and is withdrawn. "
    "No missile was fired, the JCS said."
)
RUSSIA = (
    "Russia hit Kyiv with three Kalibr missiles on Wednesday morning, Ukraine's air force said."
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


async def _outlet(room: Newsroom, name: str) -> Feed:
    feed = await room.add_feed(f"https://{name}.example/feed", publisher=name.title())
    await room.baseline(feed)
    return feed


async def _wake(room: Newsroom) -> list[str]:
    room.clock.at = MORNING
    return await room.deliver()


async def test_one_held_alert_comes_as_itself_in_the_morning(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT, role_id=RoleId(7))
    await room.seed("a.txt", KOREA)
    room.clock.at = MORNING - timedelta(seconds=1)
    assert await room.deliver() == []
    (text,) = await _wake(room)
    assert "LAUNCH" in text
    assert room.deliverer.sent[0].payload["allowed_mentions"]["roles"] == ["7"]


async def test_several_held_stories_come_as_one_catch_up_digest(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT, role_id=RoleId(7))
    for name, text in (("a", KOREA), ("b", IRAN), ("c", RUSSIA)):
        await room.seed(f"{name}.txt", text)
        room.clock.advance(minutes=20)
    assert await room.deliver() == []
    (text,) = await _wake(room)
    assert "While quiet hours held: 3 stories" in text
    for country in ("North Korea", "Iran", "Russia"):
        assert country in text
    assert text.count("· 🔴 launch · new") == 3
    assert text.count("<@&7>") == 1
    assert "waiting" not in text
    (digest,) = room.deliverer.sent
    assert digest.kind is DeliveryKind.NOTICE
    assert digest.payload["allowed_mentions"]["roles"] == ["7"]


async def test_without_a_role_the_catch_up_digest_is_silent(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    await _wake(room)
    assert room.deliverer.sent[0].payload["flags"] & 4096


async def test_it_shows_the_newest_state_of_its_stories(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    one, two = await _outlet(room, "one"), await _outlet(room, "two")
    title = "North Korea fires {} ballistic missile{} into the East Sea"
    await room.poll(one, room.entry(one, title.format("a", "")))
    await room.seed("b.txt", IRAN)
    room.clock.advance(hours=1)
    await room.poll(two, room.entry(two, title.format("three", "s")))
    (text,) = await _wake(room)
    assert "While quiet hours held: 2 stories" in text
    assert "North Korea fires 3 ballistic missiles" in text or "1 to 3" in text


async def test_what_changes_afterwards_is_a_reply_to_the_catch_up_digest(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT, role_id=RoleId(7))
    one, two = await _outlet(room, "one"), await _outlet(room, "two")
    title = "North Korea fires {} ballistic missile{} into the East Sea"
    await room.poll(one, room.entry(one, title.format("a", "")))
    await room.seed("b.txt", IRAN)
    await _wake(room)
    room.clock.advance(minutes=10)
    await room.poll(two, room.entry(two, title.format("three", "s"), hours_old=10))
    await room.deliver()
    digest, update = room.deliverer.sent
    assert (digest.kind, update.kind) == (DeliveryKind.NOTICE, DeliveryKind.UPDATE)
    assert room.deliverer.replies[update.id] == room.deliverer.made[digest.nonce]
    assert update.payload["allowed_mentions"]["roles"] == ["7"]


async def test_updates_of_a_told_story_are_told_with_the_rest(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    one, two = await _outlet(room, "one"), await _outlet(room, "two")
    title = "North Korea fires {} ballistic missile{} into the East Sea"
    room.clock.at -= timedelta(hours=2)
    await room.poll(one, room.entry(one, title.format("a", "")))
    assert len(await room.deliver()) == 1
    room.clock.advance(hours=2)
    await room.poll(two, room.entry(two, title.format("three", "s")))
    await room.seed("b.txt", IRAN)
    assert len(await room.deliver()) == 1
    texts = await _wake(room)
    assert len(texts) == 2
    assert "updated" in texts[1]
    assert "What changed: " in texts[1]
    assert "number: " in texts[1]
    assert "Iran" in texts[1]


async def _ministry(room: Newsroom) -> Feed:
    feed = await room.add_feed("https://mod.example/feed", publisher="Ministry", official=True)
    await room.baseline(feed)
    return feed


async def test_a_launch_confirmed_meanwhile_goes_out_at_once(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT, role_id=RoleId(7))
    one, ministry = await _outlet(room, "one"), await _ministry(room)
    title = "North Korea fires two ballistic missiles into the East Sea"
    await room.poll(one, room.entry(one, title))
    assert await room.deliver() == []
    room.clock.advance(minutes=5)
    await room.poll(ministry, room.entry(ministry, title, KOREA))
    (text,) = await room.deliver()
    assert "LAUNCH CONFIRMED" in text
    assert room.deliverer.sent[0].payload["allowed_mentions"]["roles"] == ["7"]
    assert len(await _wake(room)) == 1


async def test_one_confirmed_out_of_several_leaves_the_others_held(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    one, ministry = await _outlet(room, "one"), await _ministry(room)
    title = "North Korea fires two ballistic missiles into the East Sea"
    await room.poll(one, room.entry(one, title))
    await room.seed("b.txt", IRAN)
    await room.poll(ministry, room.entry(ministry, title, KOREA))
    (alert,) = await room.deliver()
    assert "LAUNCH CONFIRMED" in alert
    texts = await _wake(room)
    assert len(texts) == 2
    assert "While quiet hours held: 1 story" in texts[1]
    assert "North Korea" not in texts[1]


async def test_a_strict_sleeper_hears_of_nothing_before_the_morning(room: Newsroom) -> None:
    strict = QuietHours(time(20), time(7), "Asia/Seoul", override_confirmed=False)
    await room.subscribe(quiet=strict)
    for name in ("one", "two", "three"):
        outlet = await _outlet(room, name)
        title = "North Korea fires two ballistic missiles into the East Sea"
        await room.poll(outlet, room.entry(outlet, title, f"{KOREA} {name} reports."))
    assert await room.deliver() == []
    assert len(await _wake(room)) == 1


async def test_silent_quiet_hours_post_at_once_without_a_notification(room: Newsroom) -> None:
    silent = QuietHours(time(20), time(7), "Asia/Seoul", mode=QuietMode.SILENT)
    await room.subscribe(quiet=silent, role_id=RoleId(7))
    await room.seed("a.txt", KOREA)
    assert len(await room.deliver()) == 1
    (alert,) = room.deliverer.sent
    assert alert.payload["allowed_mentions"]["roles"] == []
    assert alert.payload["flags"] & 4096


async def test_a_person_gets_the_catch_up_digest_too(room: Newsroom) -> None:
    place = Place(PlaceKind.USER, UserId(9))
    await room.subscribe(place, topic=Topic.MISSILES, quiet=NIGHT)
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    (text,) = await _wake(room)
    assert "While quiet hours held: 2 stories" in text


async def test_a_flood_in_the_night_is_one_message_with_a_count_of_the_rest(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT, cooldown=timedelta(hours=1))
    for number, who in enumerate(
        ("Iran", "China", "India", "Pakistan", "Israel", "France", "Ukraine", "Yemen", "Syria",
         "Turkey", "South Korea", "Japan")
    ):  # fmt: skip
        text = f"{who} fired a ballistic missile in a test on Wednesday, its defence ministry said."
        await room.seed(f"{number}.txt", text)
        room.clock.advance(minutes=1)
    texts = await _wake(room)
    assert len(texts) == 1
    assert "While quiet hours held: 12 stories" in texts[0]
    assert "2 more stories do not fit here" in texts[0]


async def test_an_outage_of_discord_in_the_morning_loses_nothing(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    room.clock.at = MORNING
    for _ in range(30):
        room.deliverer.failures.append(TransientDeliveryError("away"))
        await room.dispatch.drain()
        room.clock.advance(minutes=20)
    room.deliverer.failures.clear()
    (text,) = await room.deliver()
    assert "While quiet hours held: 2 stories" in text


async def test_a_restart_in_the_night_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as before:
        await before.subscribe(quiet=NIGHT)
        await before.seed("a.txt", KOREA)
        await before.seed("b.txt", IRAN)
        await before.deliver()
    async with newsroom(tmp_path) as after:
        await after.seed("c.txt", RUSSIA)
        await after.dispatch.recover()
        (text,) = await _wake(after)
        assert "While quiet hours held: 3 stories" in text
        assert [text_of(each)[:5] for each in after.deliverer.sent] == [text[:5]]


async def _set_quiet(room: Newsroom, quiet: QuietHours | None) -> None:
    now = room.clock.now()
    await room.store.write(lambda tx: set_quiet(tx, tx.subscriptions.all(), quiet, now))


async def test_quiet_hours_ended_and_set_again_the_same_night_lose_nothing(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    await _set_quiet(room, None)
    assert len(await room.deliver()) == 1
    room.clock.advance(minutes=10)
    await _set_quiet(room, NIGHT)
    await room.seed("c.txt", RUSSIA)
    assert len(await room.deliver()) == 1
    first, second = await _wake(room)
    assert "While quiet hours held: 2 stories" in first
    assert "LAUNCH REPORTED: Russia" in second


async def test_the_second_half_of_such_a_night_has_its_own_catch_up_digest(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    one, two = await _outlet(room, "one"), await _outlet(room, "two")
    title = "Russia hits Kyiv with {} Kalibr missiles"
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    await _set_quiet(room, None)
    await room.deliver()
    await _set_quiet(room, NIGHT)
    await room.poll(one, room.entry(one, title.format("three")))
    await room.seed("d.txt", "China fired a ballistic missile in a test on Wednesday, it said.")
    first, second = await _wake(room)
    assert "Russia" not in first
    assert "While quiet hours held: 2 stories" in second
    assert "North Korea" not in second
    room.clock.advance(minutes=10)
    await room.poll(two, room.entry(two, title.format("nine"), hours_old=10))
    await room.deliver()
    _, digest, update = room.deliverer.sent
    assert update.kind is DeliveryKind.UPDATE
    assert room.deliverer.replies[update.id] == room.deliverer.made[digest.nonce]


async def test_a_digest_sent_early_takes_in_changes_until_it_is_out(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    one, two = await _outlet(room, "one"), await _outlet(room, "two")
    title = "North Korea fires {} ballistic missile{} into the East Sea"
    await room.poll(one, room.entry(one, title.format("a", "")))
    await room.seed("b.txt", IRAN)
    await _set_quiet(room, None)
    await room.poll(two, room.entry(two, title.format("three", "s")))
    (text,) = await room.deliver()
    assert "3 ballistic missiles" in text
    assert await _wake(room) == [text]


async def _held_and_failed(room: Newsroom, *failures: DeliveryError, after: bool = False) -> None:
    """Two launches of the night whose catch-up digest fails in the morning."""
    await room.subscribe(quiet=NIGHT)
    await room.seed("a.txt", KOREA)
    await room.seed("b.txt", IRAN)
    room.clock.at = MORNING
    if after:
        room.deliverer.failures_after = [*failures]
    else:
        room.deliverer.failures = [*failures]
    await room.deliver()
    room.clock.advance(minutes=5)


async def test_a_retraction_shows_in_a_digest_that_was_tried_and_certainly_not_posted(
    room: Newsroom,
) -> None:
    away = TransientDeliveryError("away", retry_after=timedelta(minutes=20))
    await _held_and_failed(room, away)
    await room.seed("a.txt", TAKEN_BACK)
    assert await room.deliver() == []
    room.clock.advance(minutes=30)
    (text,) = await room.deliver()
    assert "Retracted, withdrawn by operator" in text


@pytest.mark.parametrize("posted", [True, False])
async def test_a_retraction_answers_a_digest_of_unknown_fate_and_never_overtakes_it(
    room: Newsroom, posted: bool
) -> None:
    lost = UnknownOutcome("connection lost")
    await _held_and_failed(room, lost, after=posted)
    await room.seed("a.txt", TAKEN_BACK)
    for _ in range(3):
        await room.deliver()
        room.clock.advance(minutes=10)
    digest, reply = room.deliverer.sent
    assert "While quiet hours held: 2 stories" in text_of(digest)
    assert "Retracted" not in text_of(digest)
    assert "Retracted" in text_of(reply)
    assert room.deliverer.replies[reply.id] == room.deliverer.made[digest.nonce]


async def test_a_retraction_is_told_although_its_digest_was_refused(room: Newsroom) -> None:
    await _held_and_failed(room, PermanentDeliveryError("refused", code=50035, target_gone=False))
    await room.seed("a.txt", TAKEN_BACK)
    (text,) = await room.deliver()
    assert "Retracted" in text


async def test_a_retraction_follows_the_digest_of_a_place_that_works_again(room: Newsroom) -> None:
    await _held_and_failed(room, PermanentDeliveryError("no access", code=50001))
    await room.seed("a.txt", TAKEN_BACK)
    await room.deliver()
    assert [each.place.id for each in room.deliverer.sent] == [900]  # the owner's channel
    await room.store.write(lambda tx: tx.outbox.unpark_place(CHANNEL))
    for _ in range(3):
        room.clock.advance(minutes=10)
        await room.deliver()
    _, digest, reply = room.deliverer.texts()
    assert "While quiet hours held: 2 stories" in digest
    assert "Retracted" in reply
