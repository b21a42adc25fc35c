"""Every way to fail, and what discord.py's real client makes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from tests.fake_discord.faults import Fault, FaultKind, posts_message
from tests.fake_discord.fixtures import running
from tests.fake_discord.limits import Bucket
from tests.fake_discord.model import Channel
from tests.fake_discord.sample_bot import SampleBot, text_channel
from tests.fake_discord.server import FakeDiscord


@pytest.fixture
def alerts(fake_discord: FakeDiscord) -> Channel:
    return fake_discord.add_channel(fake_discord.add_guild("Desk"), "alerts")


@pytest.fixture
async def bot(fake_discord: FakeDiscord, alerts: Channel) -> AsyncIterator[SampleBot]:
    client = SampleBot()
    async with running(client, fake_discord):
        yield client


def posts(server: FakeDiscord) -> int:
    return sum(posts_message(exchange) for exchange in server.journal.exchanges)


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_lost_answer_that_discord_py_retries_makes_one_message(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, status: int
) -> None:
    fake_discord.faults.add(Fault(FaultKind.STATUS_AFTER, posts_message, status=status))
    await text_channel(bot, alerts.id).send("LAUNCH", nonce="k3y")
    assert (posts(fake_discord), len(alerts.messages)) == (2, 1)


@pytest.mark.parametrize("status", [503, 520, 408, 400, 401, 403, 404])
@pytest.mark.parametrize("kind", [FaultKind.STATUS_BEFORE, FaultKind.STATUS_AFTER])
async def test_statuses_that_raise_at_once(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, status: int, kind: FaultKind
) -> None:
    fake_discord.faults.add(Fault(kind, posts_message, status=status, code=50013))
    with pytest.raises(discord.HTTPException):
        await text_channel(bot, alerts.id).send("LAUNCH", nonce="k3y")
    assert posts(fake_discord) == 1
    assert len(alerts.messages) == (kind is FaultKind.STATUS_AFTER)


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        (FaultKind.RESET_BEFORE, 0),
        (FaultKind.RESET_AFTER, 1),
        (FaultKind.CLOSE_BEFORE, 0),
        (FaultKind.CLOSE_AFTER, 1),
        (FaultKind.HANG_BEFORE, 0),
        (FaultKind.HANG_AFTER, 1),
    ],
)
async def test_cut_connections_raise_and_leave_what_was_done(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, kind: FaultKind, made: int
) -> None:
    fault = fake_discord.faults.add(Fault(kind, posts_message, seconds=0.2))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await text_channel(bot, alerts.id).send("LAUNCH", nonce="k3y")
    assert fault.done == 1
    assert (posts(fake_discord), len(alerts.messages)) == (1, made)
    await text_channel(bot, alerts.id).send("LAUNCH", nonce="k3y")
    assert len(alerts.messages) == 1


@pytest.mark.parametrize("kind", [FaultKind.SLOW, FaultKind.SLOW_BEFORE])
async def test_slow_answers_are_right(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, kind: FaultKind
) -> None:
    fake_discord.faults.add(Fault(kind, posts_message, seconds=0.2))
    started = time.monotonic()
    await text_channel(bot, alerts.id).send("LAUNCH")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.WRONG_TYPE])
async def test_unreadable_answers_fail_after_the_message_was_made(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, kind: FaultKind
) -> None:
    fake_discord.faults.add(Fault(kind, posts_message))
    with pytest.raises((ValueError, TypeError)):
        await text_channel(bot, alerts.id).send("LAUNCH")
    assert len(alerts.messages) == 1


@pytest.mark.parametrize(
    "kind", [FaultKind.LIMIT_BUCKET, FaultKind.LIMIT_GLOBAL, FaultKind.LIMIT_SHARED]
)
async def test_429_with_via_is_waited_for(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, kind: FaultKind
) -> None:
    fake_discord.faults.add(Fault(kind, posts_message, seconds=0.2))
    await text_channel(bot, alerts.id).send("LAUNCH")
    assert (posts(fake_discord), len(alerts.messages)) == (2, 1)
    assert fake_discord.journal.invalid_requests == (kind is not FaultKind.LIMIT_SHARED)


async def test_429_without_via_raises_at_once(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.faults.add(Fault(FaultKind.LIMIT_NO_VIA, posts_message, seconds=0.2))
    with pytest.raises(discord.HTTPException) as caught:
        await text_channel(bot, alerts.id).send("LAUNCH")
    assert caught.value.status == 429
    assert (posts(fake_discord), len(alerts.messages)) == (1, 0)


async def test_fault_can_let_the_first_ones_through(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.faults.add(
        Fault(FaultKind.STATUS_BEFORE, posts_message, status=503, skip=1, times=2)
    )
    channel = text_channel(bot, alerts.id)
    await channel.send("1")
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await channel.send("2")
    await channel.send("3")
    assert [message.content for message in alerts.messages] == ["1", "3"]


async def test_real_buckets_slow_a_busy_channel_down(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.limits.buckets["create_message"] = Bucket(2, 0.4)
    channel = text_channel(bot, alerts.id)
    started = time.monotonic()
    for number in range(5):
        await channel.send(str(number))
    assert time.monotonic() - started >= 0.7
    assert [message.content for message in alerts.messages] == list("01234")


async def test_global_limit_answers_429(fake_discord: FakeDiscord, alerts: Channel) -> None:
    fake_discord.limits.global_per_second = 3
    headers = {"Authorization": f"Bot {fake_discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{fake_discord.api_base}/channels/{alerts.id}"
        answers = [await session.get(url) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["X-RateLimit-Global"] == "true"
    assert answers[0].headers["Content-Type"] == "application/json"
    assert fake_discord.journal.max_requests_per_second == 4


async def test_revoked_token_is_refused(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.token_revoked = True
    with pytest.raises(discord.HTTPException) as caught:
        await text_channel(bot, alerts.id).send("LAUNCH")
    assert caught.value.status == 401
    with pytest.raises(discord.LoginFailure):
        await SampleBot().login(fake_discord.token)


async def test_what_is_done_is_seen_before_it_is_answered(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.faults.add(Fault(FaultKind.HANG_AFTER, posts_message, seconds=5))
    sending = asyncio.create_task(text_channel(bot, alerts.id).send("LAUNCH"))
    await fake_discord.wait_for(lambda: alerts.messages)
    assert not sending.done()
    exchange = fake_discord.journal.calls("POST", "/messages")[0]
    assert exchange.done_at is not None
    assert exchange.status == 0
    sending.cancel()
