"""The real program with a token: from the world to Discord, once, and through bad days."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.live import Live, share_clock
from tests.end_to_end.news import LAUNCHES, seed_text
from tests.end_to_end.origin import Page
from tests.end_to_end.process import Program
from tests.fake_discord.faults import Fault, FaultKind, posts_message
from tests.fake_discord.model import Channel
from tests.fake_discord.permissions import Permission

FIRST, SECOND, THIRD = LAUNCHES[:3]


def follow(live: Live, channel: Channel, **rest: object) -> Page:
    """One feed, and one channel that wants launches."""
    page = live.origin.feed("/wire.xml")
    live.configure(
        feeds=[{"url": live.origin.url("/wire.xml"), "name": "Wire", "backfill": True}],
        alerts=[{"channel": channel.id, "topic": "launches"}],
        **rest,  # type: ignore[arg-type]  # the same keywords
    )
    return page


async def test_a_seed_file_is_an_alert_within_three_seconds(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    await live.bot.start()
    await live.until_live()
    dropped = time.monotonic()
    live.seed("news.txt", seed_text(FIRST, now))
    await live.until_messages(channel, 1)
    assert time.monotonic() - dropped < 3.0
    assert "North Korea" in live.posted(channel)[0].content
    await live.until_idle()
    assert live.verdict().clean
    assert await live.bot.terminate() == 0


async def test_a_feed_entry_is_an_alert_within_three_seconds_of_its_poll(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    page = follow(live, channel)
    await live.bot.start()
    await live.until_live()
    await live.until(lambda: len(live.origin.visits_to("/wire.xml")) >= 2)
    published = time.monotonic()
    page.set_entries([FIRST.first_report(now)])
    await live.until_messages(channel, 1)
    polled = next(v.at for v in live.origin.visits if v.status == 200 and v.at >= published)
    posted = live.discord.journal.calls("POST", f"/channels/{channel.id}/messages")[0]
    assert posted.arrived_at - polled < 3.0


async def test_an_article_can_be_followed_from_its_poll_to_its_message_in_the_log(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    page = follow(live, channel, sections={"log": {"format": "json"}})
    page.set_entries([FIRST.first_report(now)])
    await live.bot.start()
    await live.until_messages(channel, 1)
    await live.until_idle()
    await live.bot.wait_for_text("state=sent")
    lines = live.bot.stderr.splitlines()
    article = next(line for line in lines if "article=1 " in line)
    delivery = next(line for line in lines if "delivery=1 " in line)
    assert "story=1" in article
    assert "story=1" in delivery
    (row,) = live.rows("SELECT story_id, message_id FROM outbox WHERE id = 1")
    assert row == (1, live.posted(channel)[0].id)


async def test_two_subscriptions_of_one_channel_make_one_message(live: Live, now: datetime) -> None:
    channel, other = live.channel("launches"), live.channel("korea")
    role = live.discord.add_role(live.guild, "watch", mentionable=True)
    live.configure(
        alerts=[
            {"channel": channel.id, "topic": "launches"},
            {"channel": channel.id, "query": "korea", "role": role.id},
            {"channel": other.id, "query": "korea"},
        ]
    )
    live.seed("news.txt", seed_text(FIRST, now))
    await live.bot.start()
    await live.until_messages(channel, 1)
    await live.until_messages(other, 1)
    await live.until_idle()
    assert live.discord.messages_per_channel == {channel.id: 1, other.id: 1}
    assert f"<@&{role.id}>" in live.posted(channel)[0].content
    assert f"<@&{role.id}>" not in live.posted(other)[0].content


async def test_a_second_outlet_edits_the_alert_and_a_restart_posts_nothing_again(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    page = follow(live, channel)
    page.set_entries([FIRST.first_report(now)])
    live.seed("other.txt", seed_text(SECOND, now))
    await live.bot.start()
    await live.until_messages(channel, 2)
    await live.until_idle()
    before = [message.id for message in live.posted(channel)]
    for _ in range(2):
        await live.bot.restart()
        await live.until_live()
        await live.until(lambda: len(live.origin.visits_to("/wire.xml")) >= 2)
        await live.until_idle()
    assert [message.id for message in live.posted(channel)] == before
    page.set_entries([FIRST.second_report(now), FIRST.first_report(now)])
    await live.until(lambda: any(len(m.revisions) > 1 for m in live.posted(channel)))
    await live.until_idle()
    assert live.verdict().clean


async def test_a_digest_is_posted_once_at_its_hour(live: Live) -> None:
    channel = live.channel("digest")
    epoch = datetime(2026, 3, 4, 7, 56, tzinfo=UTC)
    live.configure(
        digests=[{"channel": channel.id, "time": "17:00", "timezone": "Asia/Seoul"}],
        sections={"clock": {"epoch": epoch.isoformat(), "speed": 30}},
    )
    share_clock(live, epoch, 30)
    await live.bot.start()
    await live.until_messages(channel, 1)
    posted = live.posted(channel)[0]
    said = datetime.fromisoformat(posted.timestamp)
    due = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    assert 0 <= (said - due).total_seconds() < 120  # four real seconds
    await live.bot.restart()
    await live.until_live()
    await asyncio.sleep(2.0)  # a virtual minute, with its catch-up runs
    assert len(live.posted(channel)) == 1
    assert live.verdict().clean


async def test_a_digest_missed_while_the_bot_was_off_comes_late_and_once(live: Live) -> None:
    channel = live.channel("digest")
    epoch = datetime(2026, 3, 4, 7, 30, tzinfo=UTC)
    live.configure(
        digests=[{"channel": channel.id, "time": "08:00"}],
        sections={"clock": {"epoch": epoch.isoformat()}},
    )
    share_clock(live, epoch, 1)
    await live.bot.start()
    await live.until_live()
    await live.bot.kill()
    share_clock(live, datetime(2026, 3, 4, 10, 30, tzinfo=UTC), 1)
    await live.bot.start()
    await live.until_messages(channel, 1)
    await live.bot.restart()
    await live.until_live()
    await live.until_idle()
    assert len(live.posted(channel)) == 1


# -- refusals at the start ---------------------------------------------------------------------


async def test_a_refused_token_ends_with_78_after_one_request(live: Live) -> None:
    live.configure()
    live.discord.revoke_token()
    await live.bot.start()
    await live.bot.expect_exit(78)
    assert len(live.discord.journal.exchanges) == 1
    assert "token" in live.bot.stderr
    assert "Traceback" not in live.bot.stderr


async def test_a_token_that_is_revoked_while_running_ends_with_78(live: Live) -> None:
    live.configure()
    await live.bot.start()
    await live.until_live()
    live.discord.revoke_token()
    await live.bot.expect_exit(78)
    assert live.discord.journal.invalid_requests <= 1


async def test_a_token_that_only_rest_refuses_ends_with_78(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    await live.bot.start()
    await live.until_live()
    live.discord.token_revoked = True  # the gateway says nothing yet
    live.seed("news.txt", seed_text(FIRST, now))
    await live.bot.expect_exit(78)
    assert live.discord.journal.invalid_requests == 1
    assert live.rows("SELECT state FROM outbox") == [("pending",)]


async def test_a_second_copy_ends_with_3_and_disturbs_nothing(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    await live.bot.start()
    await live.until_live()
    second = Program(live.folder, live.bot.arguments, live.bot.environment, name="second")
    async with second:
        await second.expect_exit(3)
    live.seed("news.txt", seed_text(FIRST, now))
    await live.until_messages(channel, 1)


async def test_live_without_a_token_is_refused(live: Live) -> None:
    live.configure()
    del live.bot.environment["DISCORD_TOKEN"]  # type: ignore[attr-defined]  # made as a dict
    await live.bot.start()
    await live.bot.expect_exit(2)
    assert "DISCORD_TOKEN" in live.bot.stderr


# -- bad days ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble", ["abort", "close", "request_reconnect", "invalidate", "send_malformed_event"]
)
async def test_alerts_go_on_while_the_gateway_has_trouble(
    live: Live, now: datetime, trouble: str
) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    await live.bot.start()
    await live.until_live()
    getattr(live.discord.gateway, trouble)()
    live.seed("one.txt", seed_text(FIRST, now))
    await live.until_messages(channel, 1)
    met = live.discord.gateway.identifies + live.discord.gateway.resumes
    await live.until(
        lambda: met >= 2 or live.discord.gateway.identifies + live.discord.gateway.resumes >= 2
    )
    await live.until(lambda: live.discord.gateway.connected)
    live.seed("two.txt", seed_text(SECOND, now))
    await live.until_messages(channel, 2)
    await live.until_idle()
    assert live.verdict().clean
    assert await live.bot.terminate() == 0


async def test_a_stop_lets_the_message_under_way_land(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    await live.bot.start()
    await live.until_live()
    slow = live.discord.faults.add(Fault(FaultKind.SLOW, posts_message, seconds=1.0))
    live.seed("news.txt", seed_text(FIRST, now))
    await live.until(lambda: slow.done)
    assert await live.bot.terminate() == 0
    assert live.rows("SELECT state FROM outbox") == [("sent",)]
    assert live.verdict().clean


async def test_a_channel_that_lost_a_right_is_parked_told_of_once_and_tried_again(
    live: Live, now: datetime
) -> None:
    channel, operator = live.channel("launches"), live.channel("operator")
    live.configure(
        alerts=[{"channel": channel.id, "topic": "launches"}],
        sections={"discord": {"owner_channel": operator.id}},
    )
    await live.bot.start()
    await live.until_live()
    live.discord.deny_bot(channel, Permission.SEND_MESSAGES)
    live.seed("one.txt", seed_text(FIRST, now))
    await live.until_messages(operator, 1)
    live.seed("two.txt", seed_text(SECOND, now))
    await live.until(lambda: len(live.rows("SELECT 1 FROM outbox WHERE state = 'parked'")) == 2)
    await asyncio.sleep(1.0)
    assert len(live.posted(operator)) == 1
    assert "Send Messages" in live.posted(operator)[0].text
    assert live.posted(channel) == []
    assert live.discord.journal.invalid_requests <= 1
    live.discord.allow_bot(channel)
    await live.until_messages(channel, 2)
    await live.until_idle()
    assert live.verdict().clean


async def test_an_alert_is_brought_up_to_date_when_its_channel_can_be_seen_again(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    page = follow(live, channel)
    await live.bot.start()
    await live.until_live()
    page.set_entries([FIRST.first_report(now)])
    await live.until_messages(channel, 1)
    await live.until_idle()
    live.discord.deny_bot(channel, Permission.VIEW_CHANNEL)
    live.seed("other.txt", "publisher: Other Daily\n" + seed_text(FIRST, now))
    await live.until(lambda: live.rows("SELECT 1 FROM parked_place"))
    live.discord.allow_bot(channel)
    await live.until_idle()
    await live.until(lambda: live.verdict().clean)


async def test_a_changed_role_of_the_bot_frees_what_was_parked(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    everyone = live.guild.roles[live.guild.id]
    role = live.discord.bot_role(live.guild)
    live.discord.update_role(everyone, permissions=int(Permission.VIEW_CHANNEL))
    held = set(live.guild.members[live.discord.bot.id].role_ids)
    await live.bot.start()
    await live.until_live()
    live.discord.set_bot_roles(live.guild, held - {role.id})
    live.seed("one.txt", seed_text(FIRST, now))
    await live.until(lambda: live.rows("SELECT 1 FROM outbox WHERE state = 'parked'"))
    live.discord.set_bot_roles(live.guild, held)
    await live.until_messages(channel, 1)


async def test_an_unreachable_discord_at_the_start_is_waited_for(live: Live) -> None:
    live.configure()
    live.discord.faults.add(Fault(FaultKind.STATUS_BEFORE, times=2, status=503))
    await live.bot.start()
    await live.until_live()


async def test_workers_that_are_killed_are_replaced(live: Live, now: datetime) -> None:
    channel = live.channel("launches")
    live.configure(alerts=[{"channel": channel.id, "topic": "launches"}])
    live.seed("one.txt", seed_text(FIRST, now))
    await live.bot.start()
    await live.until_messages(channel, 1)
    for child in _children(live.bot.pid):
        os.kill(child, signal.SIGKILL)
    live.seed("two.txt", seed_text(SECOND, now))
    await live.until_messages(channel, 2)


def _children(pid: int) -> list[int]:
    """The worker processes of the bot (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [
        int(child)
        for child in children
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()
    ]


async def test_secrets_in_a_feed_address_are_told_nowhere(live: Live, now: datetime) -> None:
    channel, operator = live.channel("launches"), live.channel("operator")
    live.secrets.append("s3cr3t-of-the-feed")
    page = live.origin.feed("/wire.xml", [FIRST.first_report(now)])
    url = live.origin.url("/wire.xml") + "?token=s3cr3t-of-the-feed"
    live.configure(
        feeds=[{"url": url, "backfill": True}],
        alerts=[{"channel": channel.id, "topic": "launches"}],
        sections={"discord": {"owner_channel": operator.id}, "log": {"level": "DEBUG"}},
    )
    await live.bot.start()
    await live.until_messages(channel, 1)
    page.status = 500
    await live.until(lambda: [v for v in live.origin.visits if v.status == 500])
    await asyncio.sleep(0.3)
    live.insist_on_silence()
