"""Every option of `/digest add` and `/digest edit`, answered with the next runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from bot.domain.digest import DigestSchedule, Every, WhenEmpty
from bot.domain.subscription import Topic
from tests.cogs.house import House, action_of
from tests.fake_discord.actions import Outcome


async def _add(house: House, **options: Any) -> Outcome:
    given: dict[str, Any] = {"channel": house.channel, "time": "08:30", "timezone": "Asia/Seoul"}
    done = await house.slash("digest add", **(given | options))
    assert "Digest saved" in done.text
    return done


async def _digest(house: House) -> DigestSchedule:
    (found,) = await house.app.store.read(lambda tx: tx.digests.all())
    return found


def _runs(done: Outcome) -> list[datetime]:
    stamps = [int(stamp) for stamp in re.findall(r"<t:(\d+):[^R]", done.text)]
    return [datetime.fromtimestamp(stamp, UTC) for stamp in stamps]


async def test_a_weekly_digest_names_its_day_and_its_next_three_runs(house: House) -> None:
    done = await _add(house, every="weekly")
    assert "Every Monday at 08:30 (Asia/Seoul)" in done.text
    runs = _runs(done)
    assert len(runs) == 3
    assert {(run.weekday(), run.hour, run.minute) for run in runs} == {(6, 23, 30)}
    friday = await house.slash("digest edit", digest="1", every="weekly", days="Fri")
    assert "Every Friday at 08:30 (Asia/Seoul)" in friday.text
    later = await house.slash("digest edit", digest="1", time="19:00", every="weekly")
    assert "Every Friday at 19:00 (Asia/Seoul)" in later.text


async def test_every_kind_of_schedule_is_said_in_words(house: House) -> None:
    await _add(house)
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"every": "weekdays"}, "Monday to Friday at 08:30"),
        ({"every": "hourly"}, "Every hour, 30 minutes past"),
        ({"days": "Mon, Wed"}, "Every Monday and Wednesday at 08:30"),
        ({"every": "daily"}, "Every day at 08:30"),
    )
    for options, words in changes:
        done = await house.slash("digest edit", digest="1", **options)
        assert words in done.text
        assert len(_runs(done)) == 3
    refused = await house.slash("digest edit", digest="1", every="daily", days="Mon")
    assert 'The days "Mon" do not go with what every says' in refused.text
    refused = await house.slash("digest edit", digest="1", every="custom")
    assert "names no days" in refused.text
    assert (await _digest(house)).schedule.every is Every.DAY


async def test_days_that_contradict_how_often_are_refused(house: House) -> None:
    for every, days in (("daily", "Mon"), ("hourly", "Tue"), ("weekdays", "Sat, Sun")):
        refused = await house.slash(
            "digest add", channel=house.channel, time="08:30", every=every, days=days
        )
        assert "do not go with what every says" in refused.text
    for every, days in (("daily", "daily"), ("weekdays", "Mon-Fri"), ("weekly", "Fri")):
        added = await _add(house, every=every, days=days)
        assert "at 08:30 (Asia/Seoul)" in added.text


async def test_an_edit_keeps_what_was_not_named(house: House) -> None:
    await _add(house, topic="launches", max_stories=4, silent=False, when_empty="skip")
    done = await house.slash("digest edit", digest="1", keywords='"ballistic missile"')
    for said in ('"ballistic missile"', "at most 4 stories", "with a notification"):
        assert said in done.text
    assert "when empty: nothing" in done.text
    after = await _digest(house)
    assert (after.topic, after.query) == (None, '"ballistic missile"')
    assert (after.max_stories, after.silent, after.when_empty) == (4, False, WhenEmpty.SKIP)
    await house.slash("digest edit", digest="1", topic="missiles", silent=True)
    after = await _digest(house)
    assert (after.topic, after.query, after.silent) == (Topic.MISSILES, None, True)
    everything = await house.slash("digest edit", digest="1", topic="everything")
    assert "everything · at most 4 stories" in everything.text
    after = await _digest(house)
    assert (after.topic, after.query, after.schedule.at) == (None, None, time(8, 30))


async def test_what_cannot_be_meant_is_refused(house: House) -> None:
    await _add(house)
    both = await house.slash("digest edit", digest="1", topic="launches", keywords="icbm")
    assert "exactly one of" in both.text
    nothing = await house.slash("digest edit", digest="1")
    assert "Choose at least one option" in nothing.text
    broken = await house.slash("digest edit", digest="1", keywords='"open')
    assert "quotation mark" in broken.text


async def test_digests_are_completed_by_their_days_and_time(house: House) -> None:
    await _add(house, every="weekly")
    (name,) = await house.complete("digest edit", "digest", "monday")
    assert name == "#1 Every Monday at 08:30 (Asia/Seoul) · #launch-alerts"


async def test_show_all_turns_pages_for_the_person_who_asks(house: House) -> None:
    countries: tuple[str, ...] = (
        "Iran",
        "China",
        "India",
        "Pakistan",
        "Israel",
        "France",
        "Ukraine",
        "Yemen",
    )
    countries += ("Syria", "Turkey", "South Korea", "Japan")
    for number, who in enumerate(countries):
        text = f"{who} fired a ballistic missile in a test this morning, its defence ministry said."
        await house.report(f"{who} test-fires ballistic missile {number}", text)
    await _add(house, max_stories=3)
    await house.slash("digest now", digest="1", preview=False)
    await house.app.dispatch.drain()
    digest = house.channel.messages[-1]
    assert "Show all 12" in str(digest.components)
    shown = await house.press(digest, custom_id=action_of(digest, ":all"), user=house.guest)
    assert shown.ephemeral
    assert "Page 1 of 2" in shown.text
    assert "10. " in shown.text.replace("\\", "")
    await house.press(shown.reply, "Next", user=house.guest)
    assert "Page 2 of 2" in shown.reply.text
    assert "12. " in shown.reply.text.replace("\\", "")


async def test_an_empty_digest_without_feeds_says_what_to_do(house: House) -> None:
    await _add(house)
    shown = await house.slash("digest now", digest="1")
    assert "no feeds are watched" in shown.text
    assert "/feed add" in shown.text
