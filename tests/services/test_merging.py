"""Two stories are merged while the alert of the second one is anywhere between held and posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.outbox import DeliveryKind
from bot.domain.story import StoryId
from bot.domain.story_life import merge
from bot.errors import (
    DeliveryError,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownOutcome,
)
from bot.services.happening import Happening
from tests.services.newsroom import Newsroom, newsroom, text_of
from tests.services.test_catch_up import IRAN, KOREA, MORNING, NIGHT, RUSSIA

AWAY = TransientDeliveryError("away", retry_after=timedelta(minutes=5))
LOST = UnknownOutcome("connection lost")
REFUSED = PermanentDeliveryError("refused", code=50035, target_gone=False)
NOTE = "The same event as story #1"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


async def join(room: Newsroom, first: int = 1, second: int = 2) -> None:
    """What `/launch merge` does."""
    now = room.clock.now()

    def step(tx: Any) -> None:
        before, other = tx.stories.get(StoryId(first)), tx.stories.get(StoryId(second))
        kept, closed = merge(before, other, now, "user 1")
        for report in closed.reports:
            tx.articles.move(report.article_id, kept.id)
        saved = room.ingest.grouping.save(tx, kept, now)
        room.ingest.grouping.save(tx, closed, now)
        article = tx.articles.get(saved.reports[0].article_id)
        happening = Happening(before, saved, article.article, article.id, now)
        room.ingest.alerting.story_changed(tx, happening)
        room.ingest.alerting.stories_merged(tx, closed, saved, now)

    await room.store.write(step)


async def alerts_after(room: Newsroom) -> tuple[list[str], list[str]]:
    """The alerts that were posted in the end, and what was said in edits of the second one."""
    for _ in range(3):
        room.clock.advance(minutes=10)
        await room.deliver()
    alerts = [each for each in room.deliverer.sent if each.kind is DeliveryKind.ALERT]
    first = alerts[0].id
    edits = [str(each.payload) for each in room.deliverer.edits if each.delivery_id != first]
    return [text_of(each) for each in alerts], edits


async def one_told_one_failing(room: Newsroom, error: DeliveryError, *, after: bool) -> None:
    await room.subscribe()
    await room.seed("a.txt", KOREA)
    await room.deliver()
    (room.deliverer.failures_after if after else room.deliverer.failures).append(error)
    await room.seed("b.txt", IRAN)
    await room.deliver()


async def test_an_alert_that_was_certainly_not_posted_is_dropped(room: Newsroom) -> None:
    await one_told_one_failing(room, AWAY, after=False)
    await join(room)
    (alert,), edits = await alerts_after(room)
    assert "North Korea" in alert
    assert edits == []


async def test_so_is_the_reply_that_waits_for_it(room: Newsroom) -> None:
    await one_told_one_failing(room, AWAY, after=False)
    await room.seed("b.txt", IRAN.replace("a cruise missile", "nine cruise missiles"))
    rows = await room.store.read(lambda tx: tx.outbox.of_story(StoryId(2)))
    assert [each.kind for each in rows] == [DeliveryKind.ALERT, DeliveryKind.UPDATE]
    await join(room)
    await alerts_after(room)
    assert {each.story_id for each in room.deliverer.sent} == {StoryId(1)}


@pytest.mark.parametrize("posted", [True, False])
async def test_an_alert_of_unknown_fate_gets_the_note_once_it_is_found_or_posted(
    room: Newsroom, posted: bool
) -> None:
    await one_told_one_failing(room, LOST, after=posted)
    await join(room)
    alerts, edits = await alerts_after(room)
    assert len(alerts) == 2
    (note,) = edits
    assert NOTE in note


async def test_an_alert_is_not_dropped_for_one_its_place_never_got(room: Newsroom) -> None:
    await room.subscribe()
    room.deliverer.failures.extend((REFUSED, AWAY))
    await room.seed("a.txt", KOREA)
    await room.deliver()
    await room.seed("b.txt", IRAN)
    await room.deliver()
    await join(room)
    for _ in range(2):
        room.clock.advance(minutes=10)
        await room.deliver()
    assert any("Iran" in text_of(each) for each in room.deliverer.sent)
    assert [NOTE in str(each.payload) for each in room.deliverer.edits] == [True]


async def test_a_catch_up_digest_goes_on_without_the_merged_story(room: Newsroom) -> None:
    await room.subscribe(quiet=NIGHT)
    for name, text in (("a", KOREA), ("b", IRAN), ("c", RUSSIA)):
        await room.seed(f"{name}.txt", text)
    await join(room)
    room.clock.at = MORNING
    (digest,) = await room.deliver()
    assert "While quiet hours held: 2 stories" in digest
