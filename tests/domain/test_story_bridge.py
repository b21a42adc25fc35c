from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.article import GuildId
from bot.domain.launch import EventKind, Verdict
from bot.domain.story import ChangeKind, Story, StoryId
from bot.domain.story_bridge import Bridge, bridge
from bot.domain.story_life import absorb
from bot.errors import InvalidInput
from tests.domain.story_makers import NOON, event, report, story

HOUR = timedelta(hours=1)
TAKEOVER = report(1, "Norvelda to buy rival Quistfoods")
BANANAS = report(2, "Biggest banana company planned", after=HOUR)
BOTH = report(3, "Norvelda and Quistfoods plan biggest banana company", after=2 * HOUR)


def look(one: Story, others: list[Story]) -> Bridge | None:
    """The second look after the newest report of a story."""
    return bridge(one, others, one.reports[-1])


def test_a_headline_with_the_words_of_both_ties_two_stories_together() -> None:
    one, other = story(TAKEOVER, BOTH, number=1), story(BANANAS, number=2)
    found = look(one, [other])
    assert found is not None
    assert found.story_id == 2
    assert "same event" in found.reason


def test_without_it_they_stay_two() -> None:
    assert look(story(TAKEOVER, number=1), [story(BANANAS, number=2)]) is None


def test_a_story_is_never_tied_to_itself() -> None:
    one = story(TAKEOVER, BOTH, number=1)
    assert look(one, [one]) is None


@pytest.mark.parametrize(
    "touched",
    [{"pinned": True}, {"marked_not_launch": True}, {"merged_into": StoryId(9)}],
    ids=["split or merged by a person", "judged by a person", "merged before"],
)
def test_what_a_person_touched_is_left_alone(touched: dict[str, object]) -> None:
    one, other = story(TAKEOVER, BOTH, number=1), story(BANANAS, number=2)
    assert look(replace(one, **touched), [other]) is None  # type: ignore[arg-type]  # real fields
    assert look(one, [replace(other, **touched)]) is None  # type: ignore[arg-type]  # real fields


def test_a_servers_own_feed_ties_nothing_for_the_others() -> None:
    private = replace(BOTH, guild_id=GuildId(5))
    assert look(story(TAKEOVER, private, number=1), [story(BANANAS, number=2)]) is None


def test_one_headline_does_not_tie_two_long_stories_together() -> None:
    sides = ("workers", "farmers", "lenders", "rivals", "lawyers", "ministers")
    places = ("Ecuador", "Ghana", "Honduras", "Kerala", "Mindanao", "Somalia")
    bids = [report(10 + n, f"Quistfoods bid angers {who}") for n, who in enumerate(sides)]
    fruit = [report(30 + n, f"Banana harvest grows in {where}") for n, where in enumerate(places)]
    mixed = report(50, "Norvelda bid for Quistfoods and the banana harvest")
    assert look(story(*bids, mixed, number=1), [story(*fruit, number=2)]) is None


def test_a_launch_and_other_news_are_never_tied_together() -> None:
    fired = report(1, "Norvelda rocket hits Quistfoods depot", launch=event("Russia"))
    talk = report(2, "Norvelda rocket at Quistfoods depot", verdict=Verdict.NONE)
    assert look(story(fired, number=1), [story(talk, number=2)]) is None


def test_launches_that_contradict_each_other_are_never_tied_together() -> None:
    title = "Missile hits the harbour of Odesa in the night"
    one = story(report(1, title, launch=event("Russia", target="Odesa", kind=EventKind.STRIKE)))
    two = report(2, title, launch=event("Ukraine", target="Odesa", kind=EventKind.STRIKE))
    assert look(one, [story(two, number=2)]) is None


def test_two_reports_of_one_launch_that_were_parted_by_chance_are_tied_together() -> None:
    title = "Iran fires missiles at Al Udeid base"
    strike = event("Iran", target="Al Udeid", kind=EventKind.STRIKE)
    one = story(report(1, title, launch=strike), number=1)
    two = story(report(2, "Missiles aimed at Al Udeid", launch=strike, after=HOUR), number=2)
    found = look(one, [two])
    assert found is not None
    assert found.story_id == 2


def test_the_order_of_stories_does_not_matter() -> None:
    one = story(TAKEOVER, BOTH, number=1)
    two = story(BANANAS, number=2)
    three = story(report(4, "Banana company: biggest ever?"), number=3)
    assert look(one, [two, three]) == look(one, [three, two])


def test_an_absorbed_story_points_to_the_one_that_lives_on() -> None:
    kept, gone = absorb(story(TAKEOVER, BOTH, number=1), story(BANANAS, number=2), NOON)
    assert [one.article_id for one in kept.reports] == [1, 2, 3]
    assert gone.merged_into == 1
    assert not kept.pinned
    assert not gone.pinned
    assert (kept.history[-1].kind, kept.history[-1].after) == (ChangeKind.MERGED, "2")
    assert (gone.history[-1].kind, gone.history[-1].after) == (ChangeKind.MERGED, "1")


def test_the_machine_does_not_absorb_what_a_person_pinned() -> None:
    pinned = replace(story(BANANAS, number=2), pinned=True)
    with pytest.raises(InvalidInput):
        absorb(story(TAKEOVER, number=1), pinned, NOON)
    with pytest.raises(InvalidInput):
        absorb(pinned, story(TAKEOVER, number=1), NOON)
