"""What a digest says: marks in words, room for every story, and why there may be nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.delivery.discord_render import DiscordRenderer
from bot.domain.digest import (
    Coverage,
    Digest,
    DigestId,
    DigestSchedule,
    DigestStory,
    Every,
    LocalSchedule,
    Slot,
    WhenEmpty,
)
from bot.domain.feed import DeclaredIn
from bot.domain.launch import Verdict
from bot.domain.story import StoryFacts, StoryStatus
from bot.domain.subscription import Place, PlaceKind
from bot.locale import LOCALES
from bot.services.catch_up_message import CatchUp, catch_up_message
from bot.services.digest_message import digest_message
from bot.services.schedule_words import schedule_words
from tests.domain.story_examples import report, view
from tests.services.newsroom import CHANNEL, Newsroom, newsroom

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
GOOD = Coverage(38, 1, 1, 40)
MORNING = LocalSchedule(time(8, 30), "Asia/Seoul")
SCHEDULE = DigestSchedule(DigestId(1), CHANNEL, MORNING, DeclaredIn.DISCORD)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


def _digest(*stories: DigestStory, **more: object) -> Digest:
    made = Digest(SCHEDULE, NOW - timedelta(days=1), NOW, stories, 12, 1, GOOD)
    return replace(made, **more)  # type: ignore[arg-type]  # tests name real fields


def _said(digest: Digest) -> str:
    return str(DiscordRenderer().payload(digest_message(digest), PlaceKind.CHANNEL))


def _long_story() -> DigestStory:
    words = "two long-range ballistic missiles toward a distant part of the ocean, officials said "
    lead = replace(
        report(),
        title="North Korea fires " + words * 3,
        url="https://news.example/" + "a-very-long-address-of-a-story/" * 8,
        lead=words * 6,
    )
    seen = replace(view(reports=(lead,)), headline=lead.title, lead=lead, facts=StoryFacts())
    seen = replace(seen, summary=((words * 4, "A"), (words * 4, "B")))
    return DigestStory(seen, is_new=False, changed="number: 1 → 2; " * 12)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 6, 7, 10])
def test_every_story_of_a_digest_fits_uncut_however_long(locale: str, count: int) -> None:
    schedule = replace(SCHEDULE, locale=locale)
    per_day = tuple((date(2026, 3, day), day) for day in range(1, 15))
    digest = _digest(*[_long_story()] * count, overflow=30, per_day=per_day, next_run=NOW)
    digest = replace(digest, schedule=schedule, late_since=NOW)
    rendered = DiscordRenderer().render(digest_message(digest, marker="x" * 24), PlaceKind.CHANNEL)
    assert rendered.truncated == ()
    assert str(rendered.payload).count("story:") == count


@pytest.mark.parametrize("count", [1, 10])
def test_every_story_of_a_catch_up_digest_fits_too(count: int) -> None:
    told = CatchUp((_long_story(),) * count, 5, count, GOOD, NOW)
    rendered = DiscordRenderer().render(catch_up_message(told, "x" * 24), PlaceKind.CHANNEL)
    assert rendered.truncated == ()
    assert "5 more stories do not fit here" in str(rendered.payload)


def test_what_became_of_a_story_is_said_in_words() -> None:
    fresh = DigestStory(view(), is_new=True)
    changed = DigestStory(view(), is_new=False, changed="number: 1 → 2")
    gone = DigestStory(view(status=StoryStatus.RETRACTED), is_new=False)
    assert "🔴 launch · new" in _said(_digest(fresh))
    assert "🔴 launch · updated" in _said(_digest(changed))
    assert "What changed: number: 1 → 2" in _said(_digest(changed))
    assert "⚪ retracted" in _said(_digest(gone))
    assert "🔴 launch" not in _said(_digest(gone))


def test_only_launches_and_what_is_in_doubt_carry_a_status() -> None:
    plain = view(verdict=Verdict.NONE, status=StoryStatus.UNCONFIRMED)
    gone = view(verdict=Verdict.RELATED, status=StoryStatus.RETRACTED)
    assert "Unconfirmed" not in _said(_digest(DigestStory(plain, is_new=True)))
    assert "publishers: 1, articles: 1" in _said(_digest(DigestStory(plain, is_new=True)))
    assert "Retracted · publishers: 1" in _said(_digest(DigestStory(gone, is_new=True)))
    assert "Reported · publishers: 1" in _said(_digest(DigestStory(view(), is_new=True)))


def test_an_empty_digest_says_why() -> None:
    assert "Nothing new. 38 of 40 feeds fresh" in _said(_digest())
    nobody = _said(_digest(coverage=Coverage(0, 0, 0, 0)))
    assert "no feeds are watched" in nobody
    assert "Nothing new" not in nobody
    blind = _said(_digest(coverage=Coverage(0, 3, 2, 5)))
    assert "I cannot see well: 0 of 5 feeds fresh, 3 stale, 2 failing" in blind


def test_runs_that_were_missed_are_named() -> None:
    slots = tuple(Slot(date(2026, 3, day), 510, NOW) for day in range(1, 6))
    said = _said(_digest(skipped=slots))
    assert "Not posted while the bot was down: 3 March 2026 08:30" in said
    assert "5 March 2026 08:30, and 2 more" in said


@pytest.mark.parametrize(
    ("every", "weekdays", "words"),
    [
        (Every.DAY, (), "Every day at 08:30 (Asia/Seoul)"),
        (Every.WEEKDAY, (), "Monday to Friday at 08:30 (Asia/Seoul)"),
        (Every.WEEK, (), "Every Monday at 08:30 (Asia/Seoul)"),
        (Every.WEEK, (4,), "Every Friday at 08:30 (Asia/Seoul)"),
        (Every.CUSTOM, (0, 2, 4), "Every Monday, Wednesday and Friday at 08:30 (Asia/Seoul)"),
        (Every.HOUR, (), "Every hour, 30 minutes past (Asia/Seoul)"),
    ],
)
def test_a_schedule_is_said_with_its_days(
    every: Every, weekdays: tuple[int, ...], words: str
) -> None:
    assert schedule_words(replace(MORNING, every=every, weekdays=weekdays), "en") == words


async def test_an_empty_digest_is_one_silent_line_or_nothing(room: Newsroom) -> None:
    other = Place(PlaceKind.CHANNEL, 200, None)
    line = replace(SCHEDULE, created=room.clock.now())
    nothing = replace(line, place=other, when_empty=WhenEmpty.SKIP)
    await room.store.write(lambda tx: [tx.digests.add(each) for each in (line, nothing)])
    await room.add_feed()
    room.clock.advance(hours=12)
    assert await room.digests.run_all_due() == 1
    (said,) = await room.deliver()
    assert "cannot see well" in said
    assert room.deliverer.sent[0].place == CHANNEL
    assert room.deliverer.sent[0].payload["flags"] & 4096
