"""`/digest` and the buttons under digests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.digest import Every
from tests.cogs.house import House, action_of


async def _add(house: House, **options: Any) -> None:
    given: dict[str, Any] = {"channel": house.channel, "time": "07:30"}
    given |= {"timezone": "Asia/Seoul"} | options
    done = await house.slash("digest add", **given)
    assert "Digest saved" in done.text


async def test_added_digest_shows_its_next_runs(house: House) -> None:
    done = await house.slash(
        "digest add", channel=house.channel, time="7:30", timezone="UTC+9", every="weekdays"
    )
    assert "Write one such as Asia/Seoul" in done.text
    done = await house.slash(
        "digest add", channel=house.channel, time="7:30", timezone="KST", every="weekdays"
    )
    assert "Monday to Friday at 07:30 (Asia/Seoul)" in done.text
    assert done.text.count("<t:") >= 3
    assert house.app.scheduler.names()


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("KST", "Asia/Seoul"),
        ("JST", "Asia/Tokyo"),
        ("EST", "America/New_York"),
        ("GMT", "UTC"),
        ("UTC+9", "Asia/Seoul"),
        ("gmt-5", "America/"),
    ],
)
async def test_zones_are_offered_with_the_time_there_however_they_are_called(
    house: House, typed: str, zone: str
) -> None:
    names = await house.complete("digest add", "timezone", typed)
    assert names[0].startswith(zone)
    assert re.fullmatch(r"\S+ · \d\d:\d\d", names[0])


async def test_days_are_read_as_people_write_them(house: House) -> None:
    await _add(house, every="custom", days="Mon, Wed")
    (digest,) = await house.app.store.read(lambda tx: tx.digests.all())
    assert digest.schedule.every is Every.CUSTOM
    assert digest.schedule.weekdays == (0, 2)
    refused = await house.slash(
        "digest add", channel=house.channel, time="8", timezone="UTC", days="someday"
    )
    assert "names no days" in refused.text or "not a time" in refused.text


async def test_edit_changes_only_what_was_given(house: House) -> None:
    await _add(house, max_stories=4)
    done = await house.slash("digest edit", digest="1", time="19:00")
    assert "Digest changed" in done.text
    (digest,) = await house.app.store.read(lambda tx: tx.digests.all())
    assert f"{digest.schedule.at:%H:%M}" == "19:00"
    assert digest.schedule.timezone == "Asia/Seoul"
    assert digest.max_stories == 4


async def test_list_manage_pause_remove_and_undo(house: House) -> None:
    await _add(house)
    listed = await house.slash("digest list")
    managed = await house.press(listed.reply, "Manage")
    await house.press(managed.reply, "Pause")
    assert "Paused" in managed.reply.text
    resumed = await house.slash("digest resume", digest="1")
    assert "Digest resumed" in resumed.text
    paused = await house.slash("digest pause", digest="1")
    assert "Digest paused" in paused.text
    asked = await house.slash("digest remove", digest="1")
    await house.press(asked.reply, "Remove")
    assert await house.app.store.read(lambda tx: tx.digests.all()) == []
    await house.press(asked.reply, "Undo")
    assert len(await house.app.store.read(lambda tx: tx.digests.all())) == 1


async def test_preview_is_for_the_person_and_posting_for_the_channel(house: House) -> None:
    await house.launch()
    await _add(house)
    preview = await house.slash("digest now", digest="1")
    assert preview.ephemeral
    assert "Daily digest" in preview.text
    assert house.channel.messages == []
    posted = await house.slash("digest now", digest="1", preview=False)
    assert "on its way" in posted.text
    await house.app.dispatch.drain()
    (digest,) = house.channel.messages
    assert digest.silent
    assert "North Korea" in digest.text


async def test_details_and_show_all_of_a_posted_digest(house: House) -> None:
    for who, where in (
        ("North Korea", "the Sea of Japan"),
        ("Iran", "the Gulf of Oman"),
        ("China", "the South China Sea"),
        ("India", "the Bay of Bengal"),
    ):
        await house.launch(who, where)
    await _add(house, max_stories=2)
    await house.slash("digest now", digest="1", preview=False)
    await house.app.dispatch.drain()
    digest = house.channel.messages[-1]
    details = action_of(digest, "details")
    shown = await house.press(digest, custom_id=details, user=house.guest)
    assert shown.ephemeral
    assert "Status" in shown.text
    whole = action_of(digest, ":all")
    everything = await house.press(digest, custom_id=whole, user=house.guest)
    assert everything.ephemeral
    for who in ("North Korea", "Iran", "China", "India"):
        assert who in everything.text


async def test_window_far_outside_the_calendar_is_answered_in_words(house: House) -> None:
    await _add(house)
    await house.slash("digest now", digest="1", preview=False)
    await house.app.dispatch.drain()
    message = house.channel.messages[-1]
    until = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    message.components = [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 2, "label": "All", "custom_id": f"digest:1:0:{until}:all"}
            ],
        }
    ]
    message.flags = 0
    shown = await house.press(message, "All", user=house.guest)
    assert shown.ephemeral
