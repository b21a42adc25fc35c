"""Posting through discord.py's real client against the stand-in, and what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.delivery import discord_channel
from bot.delivery.discord_channel import DiscordChannels, count_requests
from bot.delivery.discord_lookup import PAGE, PAGES
from bot.delivery.discord_render import DiscordRenderer, marker_of
from bot.delivery.invalid_requests import InvalidRequests
from bot.domain.message import Message
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, Edit, Receipt
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    AnalysisError,
    HistoryUnavailable,
    LaunchwireError,
    PermanentDeliveryError,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)
from tests.delivery import examples
from tests.delivery.conftest import StoppedClock
from tests.fake_discord.faults import Fault, FaultKind, on, posts_message
from tests.fake_discord.model import Channel, ChannelType, Guild
from tests.fake_discord.permissions import Permission
from tests.fake_discord.server import FakeDiscord

RENDERER = DiscordRenderer()
PNG = b"\x89PNG\r\n\x1a\n picture"
LONG_AGO = datetime(2015, 1, 2, tzinfo=UTC)


async def draw(name: str, data: str) -> bytes:
    return PNG + name.encode() + data[:1].encode()


@pytest.fixture
def guild(fake_discord: FakeDiscord) -> Guild:
    return fake_discord.add_guild("desk")


@pytest.fixture
def channel(fake_discord: FakeDiscord, guild: Guild) -> Channel:
    return fake_discord.add_channel(guild, "alerts")


@pytest.fixture
def deliverer(client: discord.Client, clock: StoppedClock) -> DiscordChannels:
    return DiscordChannels(client, clock, request_timeout=20, draw=draw)


def place_of(channel: Channel, kind: PlaceKind = PlaceKind.CHANNEL) -> Place:
    return Place(kind, channel.id, channel.guild_id)  # type: ignore[arg-type]  # plain ids in the stand-in


def delivery(place: Place, message: Message, key: str = "alert:1:1") -> Delivery:
    marked = replace(message, marker=Delivery.nonce.fget(bare(place, key)), pings=())  # type: ignore[attr-defined]  # the property's own function
    return replace(bare(place, key), payload=RENDERER.payload(marked, place.kind))


def bare(place: Place, key: str) -> Delivery:
    created = datetime(2024, 5, 1, 12, tzinfo=UTC)
    return Delivery(DeliveryId(1), key, DeliveryKind.ALERT, place, {}, created)


async def test_an_alert_arrives_with_its_nonce_and_can_be_found_again(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    sent = delivery(place_of(channel), examples.alert())
    receipt = await deliverer.send(sent, None)
    (message,) = fake_discord.bot_messages
    assert receipt == Receipt(message.id, channel.id)
    assert message.content.startswith("🔴 LAUNCH REPORTED")
    assert [a.filename for a in message.attachments] == ["launch-map-1.png"]
    assert str(message.attachments[0].description).startswith("Map:")
    assert await deliverer.find(sent.place, sent.nonce, LONG_AGO) == receipt
    assert await deliverer.find(sent.place, "A" * 24, LONG_AGO) is None


async def test_sending_twice_posts_once(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    sent = delivery(place_of(channel), examples.alert())
    assert await deliverer.send(sent, None) == await deliverer.send(sent, None)
    assert len(fake_discord.bot_messages) == 1


async def test_a_digest_card_is_accepted(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    sent = delivery(place_of(channel), examples.digest(), "digest:1:2024-05-01:480:1")
    receipt = await deliverer.send(sent, None)
    assert fake_discord.bot_messages[0].flags & (1 << 15)
    assert await deliverer.find(sent.place, sent.nonce, LONG_AGO) == receipt


async def test_an_update_replies_to_the_alert(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    first = await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    await deliverer.send(delivery(place_of(channel), examples.update(), "update:1"), first)
    reference = fake_discord.bot_messages[1].reference
    assert reference is not None
    assert reference["message_id"] == str(first.message_id)


async def test_an_edit_replaces_everything(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    receipt = await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    after = delivery(place_of(channel), examples.retraction())
    await deliverer.edit(edit_of(after, receipt))
    (message,) = fake_discord.bot_messages
    assert message.content.startswith("⚪ RETRACTED")
    assert message.attachments == []
    assert marker_of({"components": message.components}) == after.nonce


def edit_of(after: Delivery, receipt: Receipt) -> Edit:
    return Edit(
        DeliveryId(1), after.place, receipt.channel_id, receipt.message_id, after.payload, 2, 1
    )


async def test_an_edit_opens_the_thread_that_was_archived_meanwhile(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    forum = fake_discord.add_channel(guild, "forum", ChannelType.FORUM)
    place = place_of(forum, PlaceKind.FORUM)
    receipt = await deliverer.send(delivery(place, examples.alert(forum_title="Two")), None)
    post = fake_discord.channel(receipt.channel_id)
    post.archived = True
    fake_discord.faults.add(
        Fault(FaultKind.STATUS_BEFORE, on("PATCH", "messages"), status=400, code=50083)
    )
    await deliverer.edit(edit_of(delivery(place, examples.alert(forum_title="Now")), receipt))
    (message,) = fake_discord.bot_messages
    assert (post.archived, len(message.revisions)) == (False, 2)
    assert [a.filename for a in message.attachments] == ["launch-map-1.png"]


async def test_an_edit_in_a_thread_that_cannot_be_opened_says_that_it_is_archived(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    receipt = await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    archived = Fault(FaultKind.STATUS_BEFORE, on("PATCH", "messages"), status=400, code=50083)
    locked = Fault(FaultKind.STATUS_BEFORE, on("PATCH", r"/channels/\d+$"), status=403, code=50013)
    fake_discord.faults.add(archived)
    fake_discord.faults.add(locked)
    with pytest.raises(PermanentDeliveryError) as caught:
        await deliverer.edit(edit_of(delivery(place_of(channel), examples.alert()), receipt))
    assert (caught.value.code, caught.value.target_gone) == (50083, False)


async def test_an_edit_goes_without_its_picture_where_files_are_refused(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    receipt = await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    fake_discord.faults.add(
        Fault(FaultKind.STATUS_BEFORE, on("PATCH", "messages"), status=403, code=50013)
    )
    await deliverer.edit(edit_of(delivery(place_of(channel), examples.alert()), receipt))
    assert fake_discord.bot_messages[0].attachments == []


async def test_a_card_can_be_edited(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    receipt = await deliverer.send(delivery(place_of(channel), examples.digest()), None)
    await deliverer.edit(edit_of(delivery(place_of(channel), examples.empty_digest()), receipt))
    assert "No launches" in str(fake_discord.bot_messages[0].components)


async def test_a_direct_message_opens_its_channel_once(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    reader = fake_discord.add_user("reader")
    fake_discord.add_member(guild, reader)
    place = Place(PlaceKind.USER, reader.id)
    first = delivery(place, examples.alert())
    receipt = await deliverer.send(first, None)
    await deliverer.send(delivery(place, examples.alert(), "alert:2:user"), None)
    assert len(fake_discord.journal.calls("POST", "/users/@me/channels")) == 1
    assert receipt.channel_id == fake_discord.dm_channel(reader).id
    assert await deliverer.find(place, first.nonce, LONG_AGO) == receipt


async def test_closed_direct_messages_park_the_person(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    reader = fake_discord.add_user("reader", dms_open=False)
    fake_discord.add_member(guild, reader)
    with pytest.raises(PermanentDeliveryError, match="direct messages") as caught:
        await deliverer.send(delivery(Place(PlaceKind.USER, reader.id), examples.alert()), None)
    assert (caught.value.code, caught.value.target_gone) == (50007, True)


async def test_a_forum_gets_a_post_with_tags_and_updates_inside_it(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    tags = ("Confirmed", "Unconfirmed")
    forum = fake_discord.add_channel(guild, "forum", ChannelType.FORUM, tags=tags)
    place = place_of(forum, PlaceKind.FORUM)
    first = delivery(place, examples.alert(forum_title="Two missiles", forum_tags=("unconfirmed",)))
    receipt = await deliverer.send(first, None)
    post = fake_discord.channel(receipt.channel_id)
    assert (post.name, post.parent_id) == ("Two missiles", forum.id)
    assert [str(tag) for tag in post.applied_tags] == [forum.tags[1]["id"]]
    update = delivery(place, examples.update(), "update:1")
    assert (await deliverer.send(update, receipt)).channel_id == post.id
    assert await deliverer.find(place, first.nonce, LONG_AGO) == receipt
    assert (await deliverer.find(place, update.nonce, LONG_AGO)) is not None
    confirmed = examples.alert(forum_title="Two missiles", forum_tags=("Confirmed",))
    await deliverer.edit(edit_of(delivery(place, confirmed), receipt))
    assert [str(tag) for tag in post.applied_tags] == [forum.tags[0]["id"]]


async def test_an_announcement_is_published_also_when_found_later(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    news = fake_discord.add_channel(guild, "news", ChannelType.ANNOUNCEMENT)
    place = place_of(news, PlaceKind.ANNOUNCEMENT)
    sent = delivery(place, examples.alert())
    fake_discord.faults.add(
        Fault(FaultKind.STATUS_BEFORE, lambda e: e.path.endswith("/crosspost"), status=403)
    )
    receipt = await deliverer.send(sent, None)
    assert not fake_discord.bot_messages[0].flags & 1
    assert await deliverer.find(place, sent.nonce, LONG_AGO) == receipt
    assert fake_discord.bot_messages[0].flags & 1


async def test_a_token_refused_after_the_post_does_not_say_that_nothing_was_posted(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    news = fake_discord.add_channel(guild, "news", ChannelType.ANNOUNCEMENT)
    alerts = fake_discord.add_channel(guild, "alerts")
    for extra in ("/crosspost$", "/threads$"):
        fake_discord.faults.add(Fault(FaultKind.STATUS_BEFORE, on("POST", extra), status=401))
    published = delivery(place_of(news, PlaceKind.ANNOUNCEMENT), examples.alert())
    assert (await deliverer.send(published, None)).channel_id == news.id
    threaded = delivery(place_of(alerts), examples.alert(thread_title="Story"), "alert:2:2")
    assert (await deliverer.send(threaded, None)).channel_id == alerts.id
    assert len(fake_discord.bot_messages) == 2


async def test_a_story_thread_is_opened_and_updates_go_there(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    place = place_of(channel)
    first = await deliverer.send(delivery(place, examples.alert(thread_title="Story")), None)
    update = replace(examples.update(), thread_title="Story")
    sent = delivery(place, update, "update:1")
    second = await deliverer.send(sent, first)
    assert second.channel_id == first.message_id
    assert await deliverer.find(place, sent.nonce, LONG_AGO) == second


async def test_an_update_opens_the_thread_that_a_kill_left_unopened(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    place = place_of(channel)
    first = await deliverer.send(delivery(place, examples.alert()), None)
    update = replace(examples.update(), thread_title="Story")
    second = await deliverer.send(delivery(place, update, "update:1"), first)
    assert second.channel_id == first.message_id
    assert fake_discord.channel(first.message_id).name == "Story"


async def test_an_update_falls_back_to_a_reply_when_there_can_be_no_thread(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    place = place_of(channel)
    first = await deliverer.send(delivery(place, examples.alert()), None)
    refused = Fault(FaultKind.STATUS_BEFORE, lambda e: e.path.endswith("/threads"), status=403)
    fake_discord.faults.add(refused)
    update = replace(examples.update(), thread_title="Story")
    second = await deliverer.send(delivery(place, update, "update:1"), first)
    assert second.channel_id == channel.id


async def test_tags_that_people_added_to_a_post_stay(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    names = ("Confirmed", "Unconfirmed", "Our own")
    forum = fake_discord.add_channel(guild, "forum", ChannelType.FORUM, tags=names)
    confirmed, unconfirmed, own = (int(tag["id"]) for tag in forum.tags)
    place = place_of(forum, PlaceKind.FORUM)
    first = delivery(place, examples.alert(forum_title="Two", forum_tags=("Unconfirmed",)))
    receipt = await deliverer.send(first, None)
    post = fake_discord.channel(receipt.channel_id)
    post.applied_tags = [unconfirmed, own]
    now = examples.alert(forum_title="Two", forum_tags=("Confirmed",))
    await deliverer.edit(edit_of(delivery(place, now), receipt))
    assert post.applied_tags == [confirmed, own]


async def test_a_forum_that_insists_on_a_tag_of_its_own_gets_its_first(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    forum = fake_discord.add_channel(
        guild, "forum", ChannelType.FORUM, tags=("News", "Talk"), tag_required=True
    )
    place = place_of(forum, PlaceKind.FORUM)
    sent = delivery(place, examples.alert(forum_title="Two", forum_tags=("Confirmed",)))
    receipt = await deliverer.send(sent, None)
    assert fake_discord.channel(receipt.channel_id).applied_tags == [int(forum.tags[0]["id"])]


async def test_a_slow_picture_follows_its_alert_by_an_edit(
    fake_discord: FakeDiscord,
    client: discord.Client,
    clock: StoppedClock,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(discord_channel, "PICTURE_SECONDS", 0.02)
    finished = asyncio.Event()

    async def slow(name: str, data: str) -> bytes:
        await finished.wait()
        return PNG

    deliverer = DiscordChannels(client, clock, request_timeout=20, draw=slow)
    sent = delivery(place_of(channel), examples.alert())
    receipt = await deliverer.send(sent, None)
    (message,) = fake_discord.bot_messages
    assert (receipt.picture_owed, message.attachments) == (True, [])
    assert (await deliverer.find(sent.place, sent.nonce, LONG_AGO) or receipt).picture_owed
    finished.set()
    await deliverer.edit(edit_of(sent, receipt))
    (message,) = fake_discord.bot_messages
    assert [file.description for file in message.attachments] == [sent.payload["files"][0]["alt"]]
    again = delivery(place_of(channel), examples.alert(), "alert:2:1")
    assert not (await deliverer.send(again, None)).picture_owed


async def test_a_failed_picture_is_owed_to_nobody_and_not_drawn_for_every_channel(
    client: discord.Client, clock: StoppedClock, channel: Channel
) -> None:
    tried: list[str] = []

    async def fail(name: str, data: str) -> bytes:
        tried.append(name)
        raise AnalysisError("the worker was killed")

    deliverer = DiscordChannels(client, clock, request_timeout=20, draw=fail)
    for number in range(3):
        sent = delivery(place_of(channel), examples.alert(), f"alert:{number}")
        assert not (await deliverer.send(sent, None)).picture_owed
    assert tried == ["launch-map"]


async def test_a_picture_that_cannot_be_drawn_does_not_hold_up_the_alert(
    fake_discord: FakeDiscord, client: discord.Client, clock: StoppedClock, channel: Channel
) -> None:
    async def fail(name: str, data: str) -> bytes:
        raise AnalysisError("the worker was killed")

    deliverer = DiscordChannels(client, clock, request_timeout=20, draw=fail)
    for number, message in enumerate((examples.alert(), examples.digest())):
        await deliverer.send(delivery(place_of(channel), message, f"alert:{number}"), None)
    assert [m.attachments for m in fake_discord.bot_messages] == [[], []]


async def test_one_picture_is_drawn_once_for_many_channels(
    fake_discord: FakeDiscord, client: discord.Client, clock: StoppedClock, guild: Guild
) -> None:
    drawn: list[str] = []

    async def counted(name: str, data: str) -> bytes:
        drawn.append(name)
        await asyncio.sleep(0)
        return PNG

    deliverer = DiscordChannels(client, clock, request_timeout=20, draw=counted)
    channels = [fake_discord.add_channel(guild, f"c{n}") for n in range(3)]
    sends = (deliverer.send(delivery(place_of(c), examples.alert()), None) for c in channels)
    await asyncio.gather(*sends)
    assert drawn == ["launch-map"]


UNKNOWN = UnknownOutcome
OUTCOMES: dict[str, tuple[Fault, type[LaunchwireError], dict[str, Any]]] = {
    "503": (Fault(FaultKind.STATUS_AFTER, status=503), UNKNOWN, {}),
    "520": (Fault(FaultKind.STATUS_AFTER, status=520), UNKNOWN, {}),
    "408": (Fault(FaultKind.STATUS_AFTER, status=408), UNKNOWN, {}),
    "reset": (Fault(FaultKind.RESET_AFTER), UNKNOWN, {}),
    "close": (Fault(FaultKind.CLOSE_AFTER), UNKNOWN, {}),
    "cut answer": (Fault(FaultKind.GARBAGE), UNKNOWN, {}),
    "wrong type": (Fault(FaultKind.WRONG_TYPE), UNKNOWN, {}),
    "hang": (Fault(FaultKind.HANG_AFTER, seconds=3), UNKNOWN, {}),
    "429 from the edge": (
        Fault(FaultKind.LIMIT_NO_VIA, seconds=7),
        TransientDeliveryError,
        {"retry_after": timedelta(seconds=7)},
    ),
    "429 too long": (
        Fault(FaultKind.LIMIT_BUCKET, seconds=120),
        TransientDeliveryError,
        {"retry_after": timedelta(seconds=120)},
    ),
    "missing permission": (
        Fault(FaultKind.STATUS_BEFORE, status=403, code=50013),
        PermanentDeliveryError,
        {"code": 50013, "target_gone": True},
    ),
    "missing access": (
        Fault(FaultKind.STATUS_BEFORE, status=403, code=50001),
        PermanentDeliveryError,
        {"code": 50001, "target_gone": True},
    ),
    "channel gone": (
        Fault(FaultKind.STATUS_BEFORE, status=404, code=10003),
        PermanentDeliveryError,
        {"code": 10003, "target_gone": True},
    ),
    "payload refused": (
        Fault(FaultKind.STATUS_BEFORE, status=400, code=50035),
        PermanentDeliveryError,
        {"code": 50035, "target_gone": False},
    ),
    "blocked by automod": (
        Fault(FaultKind.STATUS_BEFORE, status=400, code=200000),
        PermanentDeliveryError,
        {"target_gone": False},
    ),
    "slow mode": (
        Fault(FaultKind.STATUS_BEFORE, status=400, code=20016),
        TransientDeliveryError,
        {"retry_after": timedelta(seconds=60)},
    ),
    "token": (Fault(FaultKind.STATUS_BEFORE, status=401), TokenRefused, {}),
}


@pytest.mark.parametrize("name", OUTCOMES)
async def test_each_failure_is_classified(
    name: str,
    fake_discord: FakeDiscord,
    client: discord.Client,
    clock: StoppedClock,
    channel: Channel,
) -> None:
    fault, expected, attributes = OUTCOMES[name]
    fake_discord.faults.add(replace(fault, match=posts_message, done=0))
    deliverer = DiscordChannels(client, clock, request_timeout=1 if name == "hang" else 20)
    sent = delivery(place_of(channel), examples.alert())
    with pytest.raises(expected) as caught:
        await deliverer.send(sent, None)
    for attribute, value in attributes.items():
        assert getattr(caught.value, attribute) == value
    assert str(caught.value)
    if expected is UnknownOutcome:
        # The message is there: the same nonce gives it back and posts no second one.
        assert await deliverer.find(sent.place, sent.nonce, LONG_AGO) is not None
        await deliverer.send(sent, None)
        assert len(fake_discord.bot_messages) == 1
    fake_discord.findings.clear()  # ordered error bodies are not all in the specification


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_discord_py_retries_these_with_the_same_nonce(
    status: int, fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    fake_discord.faults.add(Fault(FaultKind.STATUS_AFTER, posts_message, status=status))
    await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    assert len(fake_discord.bot_messages) == 1


async def test_an_unreachable_discord_is_certainly_not_posted(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    await fake_discord.stop()
    with pytest.raises(TransientDeliveryError, match="cannot be reached"):
        await deliverer.send(delivery(place_of(channel), examples.alert()), None)


async def test_a_closed_client_posts_nothing(
    deliverer: DiscordChannels, client: discord.Client, channel: Channel
) -> None:
    await client.close()
    with pytest.raises(TransientDeliveryError, match="not connected"):
        await deliverer.send(delivery(place_of(channel), examples.alert()), None)


async def test_too_many_edits_of_an_old_message_are_for_later(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    receipt = await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    fault = Fault(
        FaultKind.STATUS_BEFORE, lambda e: e.method == "PATCH", status=429, code=30046, seconds=600
    )
    fake_discord.faults.add(fault)
    with pytest.raises(TransientDeliveryError) as caught:
        await deliverer.edit(edit_of(delivery(place_of(channel), examples.alert()), receipt))
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= timedelta(minutes=1)


async def test_a_deleted_message_is_gone_but_its_channel_is_not(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    gone = Receipt(fake_discord.clock.snowflake(), channel.id)
    with pytest.raises(PermanentDeliveryError) as caught:
        await deliverer.edit(edit_of(delivery(place_of(channel), examples.alert()), gone))
    assert (caught.value.code, caught.value.target_gone) == (10008, False)


async def test_a_channel_that_cannot_be_read_says_so(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    fake_discord.deny_bot(channel, Permission.VIEW_CHANNEL)
    with pytest.raises(HistoryUnavailable):
        await deliverer.find(place_of(channel), "A" * 24, LONG_AGO)


async def test_other_peoples_messages_are_never_taken_for_ours(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    liar = fake_discord.add_user("liar")
    footer = {"footer": {"text": f"ref {examples.MARKER}"}}
    fake_discord.post_as(liar, channel, "x", [footer])
    assert await deliverer.find(place_of(channel), examples.MARKER, LONG_AGO) is None


async def test_a_busy_channel_is_searched_page_by_page(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    people = fake_discord.add_user("people")
    for number in range(250):
        fake_discord.post_as(people, channel, f"chat {number}")
    sent = delivery(place_of(channel), examples.alert())
    receipt = await deliverer.send(sent, None)
    assert await deliverer.find(sent.place, sent.nonce, LONG_AGO) == receipt


@pytest.mark.parametrize("kind", [PlaceKind.CHANNEL, PlaceKind.FORUM])
async def test_a_message_is_found_by_a_clock_that_is_ahead_of_discords(
    kind: PlaceKind, fake_discord: FakeDiscord, deliverer: DiscordChannels, guild: Guild
) -> None:
    made = ChannelType.FORUM if kind is PlaceKind.FORUM else ChannelType.TEXT
    channel = fake_discord.add_channel(guild, "launches", made)
    sent = delivery(place_of(channel, kind), examples.alert(forum_title="Two"))
    receipt = await deliverer.send(sent, None)
    ahead = datetime.fromtimestamp(fake_discord.clock.now(), UTC) + timedelta(hours=9)
    assert await deliverer.find(sent.place, sent.nonce, ahead) == receipt
    assert await deliverer.find(sent.place, "A" * 24, ahead) is None


async def test_a_channel_too_busy_to_look_through_does_not_say_that_nothing_is_there(
    fake_discord: FakeDiscord, deliverer: DiscordChannels, channel: Channel
) -> None:
    people = fake_discord.add_user("people")
    for number in range(PAGES * PAGE):
        fake_discord.post_as(people, channel, f"chat {number}")
    with pytest.raises(HistoryUnavailable, match="Too much"):
        await deliverer.find(place_of(channel), "A" * 24, LONG_AGO)


async def test_refused_requests_open_the_breaker_and_nothing_more_leaves(
    fake_discord: FakeDiscord, client: discord.Client, clock: StoppedClock, channel: Channel
) -> None:
    breaker = InvalidRequests(most=3)
    deliverer = DiscordChannels(client, clock, request_timeout=20, breaker=breaker)
    fake_discord.deny_bot(channel, Permission.SEND_MESSAGES)
    sent = delivery(place_of(channel), examples.alert())
    for _ in range(3):
        with pytest.raises(PermanentDeliveryError):
            await deliverer.send(sent, None)
    calls = len(fake_discord.journal.calls("POST", "/messages"))
    with pytest.raises(TransientDeliveryError, match="refused requests") as caught:
        await deliverer.send(sent, None)
    assert caught.value.retry_after == timedelta(minutes=10)
    assert len(fake_discord.journal.calls("POST", "/messages")) == calls
    clock.at += timedelta(minutes=10)
    fake_discord.allow_bot(channel)
    await deliverer.send(sent, None)


async def test_a_trace_counts_also_what_discord_py_swallows(
    fake_discord: FakeDiscord, clock: StoppedClock, channel: Channel
) -> None:
    breaker = InvalidRequests()
    trace = count_requests(breaker, clock)
    client = discord.Client(intents=discord.Intents(guilds=True), http_trace=trace)
    await client.login(fake_discord.token)
    fake_discord.faults.add(Fault(FaultKind.LIMIT_BUCKET, posts_message, seconds=0.05))
    fake_discord.faults.add(Fault(FaultKind.LIMIT_SHARED, posts_message, seconds=0.05))
    deliverer = DiscordChannels(client, clock, request_timeout=20, breaker=breaker)
    await deliverer.send(delivery(place_of(channel), examples.alert()), None)
    await client.close()
    assert breaker.count(clock.now().timestamp()) == 1
