from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.digest import (
    Coverage,
    DigestCandidate,
    DigestId,
    DigestSchedule,
    LocalSchedule,
    Selection,
    cover,
    coverage_reason,
    is_blind,
    launches_per_day,
    select,
)
from bot.domain.feed import DeclaredIn, FeedHealth
from bot.domain.launch import EventTime, Verdict
from bot.domain.story import Change, ChangeKind, StoryView
from bot.domain.subscription import Topic
from bot.locale import word
from tests.domain.story_examples import CHANNEL, FACTS, NOW, ago, report, view

SINCE, UNTIL = ago(hours=24), NOW
SCHEDULE = DigestSchedule(DigestId(1), CHANNEL, LocalSchedule(time(8), "UTC"), DeclaredIn.DISCORD)


def told(
    number: int, hours_ago: float, *, verdict: Verdict = Verdict.LAUNCH, reports: int = 1
) -> StoryView:
    detected = ago(hours=hours_ago)
    made = tuple(report(n + 1, detected=detected) for n in range(reports))
    return view(number, verdict=verdict, reports=made)


def chosen(*views: StoryView, schedule: DigestSchedule = SCHEDULE) -> Selection:
    return select([DigestCandidate(each) for each in views], schedule, SINCE, UNTIL)


def ids(selection: Selection) -> list[int]:
    return [int(story.view.story_id) for story in selection.stories]


def test_launches_come_first_then_what_more_publishers_report_then_the_newest() -> None:
    selection = chosen(
        told(1, 1, verdict=Verdict.NONE, reports=5),
        told(2, 1, verdict=Verdict.RELATED),
        told(3, 5),
        told(4, 2),
        told(5, 9, reports=3),
    )
    assert ids(selection) == [5, 4, 3, 2, 1]


def test_the_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    assert ids(chosen(told(1, 24), told(2, 23.99), told(3, 0), told(4, -0.01))) == [3, 2]


def test_two_windows_in_a_row_show_a_story_once() -> None:
    story = told(1, 24)
    before = select([DigestCandidate(story)], SCHEDULE, ago(hours=48), SINCE)
    assert ids(before) == [1]
    assert ids(chosen(story)) == []


def test_a_story_that_changed_is_shown_with_what_changed() -> None:
    change = Change(ChangeKind.COUNT, ago(hours=2), material=True, before="1", after="2")
    newer = replace(change, at=ago(hours=1), before="2", after="3")
    first = Change(ChangeKind.FIRST_REPORT, ago(hours=3), material=True)
    candidate = DigestCandidate(told(1, 30), (first, change, newer))
    selection = select([candidate], SCHEDULE, SINCE, UNTIL)
    assert [story.changes for story in selection.stories] == [(newer,)]
    assert not selection.stories[0].is_new


def test_a_story_is_new_until_a_digest_has_shown_it() -> None:
    candidate = DigestCandidate(told(1, 1))
    assert select([candidate], SCHEDULE, SINCE, UNTIL).stories[0].is_new
    again = select([candidate], SCHEDULE, SINCE, UNTIL, frozenset({1}))
    assert not again.stories[0].is_new


def test_what_does_not_fit_is_counted() -> None:
    selection = chosen(
        *(told(number, 1) for number in range(1, 8)), schedule=replace(SCHEDULE, max_stories=5)
    )
    assert len(selection.stories) == 5
    assert selection.overflow == 2
    assert (selection.articles, selection.launches) == (7, 7)


def test_only_articles_of_the_window_are_counted() -> None:
    story = view(reports=(report(1, detected=ago(hours=30)), report(2, detected=ago(hours=1))))
    assert chosen(story).articles == 1


@pytest.mark.parametrize(
    ("topic", "expected"),
    [(None, [1, 2, 3]), (Topic.MISSILES, [1, 2]), (Topic.LAUNCHES, [1])],
)
def test_a_topic_narrows_a_digest(topic: Topic | None, expected: list[int]) -> None:
    stories = [
        told(1, 1),
        told(2, 1, verdict=Verdict.RELATED),
        told(3, 1, verdict=Verdict.NONE),
    ]
    assert ids(chosen(*stories, schedule=replace(SCHEDULE, topic=topic))) == expected


def test_a_query_narrows_a_digest() -> None:
    schedule = replace(SCHEDULE, query="icbm -drill")
    candidates = [
        DigestCandidate(told(1, 1), found=(frozenset({"icbm", "drill"}), frozenset({"icbm"}))),
        DigestCandidate(told(2, 1), found=(frozenset({"icbm", "drill"}),)),
        DigestCandidate(told(3, 1)),
    ]
    assert ids(select(candidates, schedule, SINCE, UNTIL)) == [1]


def test_the_chart_counts_launches_by_the_day_of_the_event() -> None:
    today = NOW.date()
    yesterday = today - timedelta(days=1)
    dated = replace(told(1, 1), facts=replace(FACTS, time=EventTime(yesterday, yesterday)))
    days = launches_per_day([dated, told(2, 1), told(3, 1, verdict=Verdict.RELATED)], today, 3)
    assert days == ((date(2026, 5, 2), 0), (yesterday, 1), (today, 1))
    assert launches_per_day([told(1, 24 * 40)], today) == tuple(
        (today - timedelta(days=back), 0) for back in range(13, -1, -1)
    )


def test_coverage_says_how_much_silence_is_worth() -> None:
    healths = [FeedHealth.FRESH] * 38 + [FeedHealth.FAILING, FeedHealth.STALE, FeedHealth.PAUSED]
    coverage = cover(healths, backlog=1, last_poll=datetime(2026, 5, 4, tzinfo=UTC))
    assert (coverage.fresh, coverage.stale, coverage.failing, coverage.total) == (38, 1, 1, 40)
    assert word(coverage_reason(coverage)) == (
        "38 of 40 feeds fresh, 1 stale, 1 failing and 1 article waiting"
    )
    unread = cover([FeedHealth.FRESH] * 2 + [FeedHealth.NEW] * 3)
    assert word(coverage_reason(unread)) == "2 of 5 feeds fresh and 3 not read yet"
    assert word(coverage_reason(cover([]))) == "no feeds are watched"


@pytest.mark.parametrize(
    ("fresh", "total", "blind"), [(0, 0, False), (4, 10, True), (5, 10, False), (0, 1, True)]
)
def test_we_are_blind_when_too_few_feeds_are_fresh(fresh: int, total: int, blind: bool) -> None:
    assert is_blind(Coverage(fresh, 0, total - fresh, total), 0.5) is blind


def test_feeds_never_read_yet_wait_and_blind_nobody() -> None:
    new = cover([FeedHealth.NEW] * 3)
    assert (new.fresh, new.stale, new.new, new.total) == (0, 0, 3, 3)
    assert not is_blind(new, 0.5)
    assert is_blind(cover([FeedHealth.NEW, FeedHealth.FAILING]), 0.5)
    assert not is_blind(cover([FeedHealth.NEW] * 9 + [FeedHealth.FRESH]), 0.5)
