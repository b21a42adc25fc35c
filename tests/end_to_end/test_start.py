"""The real program started while Discord is away: it reads on, and delivers when it can."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from tests.end_to_end.live import Live
from tests.end_to_end.news import LAUNCHES, seed_text
from tests.fake_discord.faults import Fault, FaultKind, on
from tests.fake_discord.model import Channel

FIRST, SECOND = LAUNCHES[:2]


async def taken_in_meanwhile(live: Live, now: datetime) -> Channel:
    """Start a bot that cannot log in; a feed entry and a seed file must be stored nevertheless."""
    channel = live.channel("launches")
    live.origin.feed("/wire.xml", [FIRST.first_report(now)])
    live.configure(
        feeds=[{"url": live.origin.url("/wire.xml"), "name": "Wire", "backfill": True}],
        alerts=[{"channel": channel.id, "topic": "launches"}],
        sections={"outbox": {"request_timeout": 2}},
    )
    live.seed("news.txt", seed_text(SECOND, now))
    await live.bot.start()
    await live.until(lambda: len(live.rows("SELECT 1 FROM outbox WHERE state = 'pending'")) == 2)
    assert live.posted(channel) == []
    return channel


async def insist_on_delivery(live: Live, channel: Channel) -> None:
    """What waited arrives, once; the log stayed short and no connection was left open."""
    await live.until_messages(channel, 2, timeout=30)
    await live.until_idle()
    assert live.verdict().clean
    assert live.rows("SELECT DISTINCT attempts FROM outbox WHERE kind = 'alert'") == [(1,)]
    assert live.bot.stderr.count("cannot log in to Discord") == 1
    assert await live.bot.terminate() == 0
    assert "Unclosed" not in live.bot.stderr
    assert "Traceback" not in live.bot.stderr


async def test_while_discord_refuses_connections_news_is_taken_in_and_delivered_later(
    live: Live, now: datetime
) -> None:
    await live.discord.stop()
    channel = await taken_in_meanwhile(live, now)
    await asyncio.sleep(4.0)  # three tries at least
    await live.discord.start()
    await insist_on_delivery(live, channel)


@pytest.mark.parametrize("status", [503, 429])
async def test_while_discord_answers_errors_news_is_taken_in_and_delivered_later(
    live: Live, now: datetime, status: int
) -> None:
    live.discord.faults.add(Fault(FaultKind.STATUS_BEFORE, times=10_000, status=status))
    channel = await taken_in_meanwhile(live, now)
    live.discord.faults.clear()
    await insist_on_delivery(live, channel)


async def test_while_discord_hangs_at_the_login_news_is_taken_in_and_delivered_later(
    live: Live, now: datetime
) -> None:
    live.discord.faults.add(Fault(FaultKind.HANG_BEFORE, times=10_000, seconds=60))
    channel = await taken_in_meanwhile(live, now)
    live.discord.faults.clear()
    await insist_on_delivery(live, channel)


async def test_commands_that_cannot_be_synced_at_the_start_are_synced_later(live: Live) -> None:
    live.configure()
    broken = Fault(FaultKind.STATUS_BEFORE, on("PUT", r"/commands$"), times=2, status=503)
    fault = live.discord.faults.add(broken)
    await live.bot.start()
    await live.until_live()
    await live.until(lambda: live.discord.global_commands)
    assert fault.exhausted
    assert live.bot.stderr.count("commands are not synced") == 1


async def test_a_stop_while_discord_is_away_ends_with_0(live: Live) -> None:
    live.configure()
    await live.discord.stop()
    await live.bot.start()
    await live.bot.wait_for_text("cannot log in to Discord")
    assert await live.bot.terminate() == 0
    assert "Unclosed" not in live.bot.stderr
    assert "Traceback" not in live.bot.stderr
    assert "voice" not in live.bot.stderr  # discord.py's libraries for it are not wanted


async def test_a_token_refused_after_an_outage_ends_with_78(live: Live) -> None:
    live.configure()
    await live.discord.stop()
    live.discord.token_revoked = True
    await live.bot.start()
    await live.bot.wait_for_text("cannot log in to Discord")
    await live.discord.start()
    await live.bot.expect_exit(78)


async def test_once_waits_for_discord_and_can_be_stopped(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(
        alerts=[{"channel": channel.id, "topic": "launches"}], digests=[{"channel": channel.id}]
    )
    live.seed("news.txt", seed_text(FIRST, now))
    live.bot.arguments = ["run", "--once", "--config", str(live.config)]
    await live.discord.stop()
    await live.bot.start()
    await live.until(lambda: live.rows("SELECT 1 FROM outbox WHERE state = 'pending'"))
    assert await live.bot.terminate() == 0
    await live.bot.start()
    await live.bot.wait_for_text("cannot log in to Discord")
    await live.discord.start()
    await live.bot.expect_exit(0)
    assert len(live.posted(channel)) == 2
    assert live.verdict().clean


async def test_a_gateway_that_cannot_be_reached_is_said_once_and_messages_go_out(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    live.environment["LAUNCHWIRE_DISCORD__GATEWAY_URL"] = "ws://127.0.0.1:9/"  # nobody listens
    live.bot.environment = {**live.bot.environment, **live.environment}
    live.seed("news.txt", seed_text(FIRST, now))
    await live.bot.start()
    await live.until_messages(channel, 1, timeout=40)
    assert live.bot.stderr.count("connection to Discord is lost") == 1
    assert "Traceback" not in live.bot.stderr
    assert "unexpected" not in live.bot.stderr
    assert await live.bot.terminate() == 0
