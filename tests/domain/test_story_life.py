from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.article import ArticleId, GuildId
from bot.domain.launch import Casualties, Count, Fact, Verdict, WeaponClass
from bot.domain.story import ChangeKind, Story, StoryId, StoryReport, StoryStatus, StoryView
from bot.domain.story_changes import changes, is_material
from bot.domain.story_facts import view
from bot.domain.story_life import add_report, mark, merge, revise_report, split, start_story
from bot.errors import InvalidInput
from tests.domain.story_makers import AGE, NOON, event, report, story

HOUR = timedelta(hours=1)


def weigh(
    before: Sequence[StoryReport], *added: StoryReport
) -> tuple[set[ChangeKind], set[ChangeKind]]:
    """The kinds of change that further reports make, material ones apart from silent ones."""
    old = story(*before)
    new = old
    for one in added:
        new = add_report(new, one, one.detected)
    found = changes(shown(old), shown(new), NOON)
    return (
        {change.kind for change in found if change.material},
        {change.kind for change in found if not change.material},
    )


def shown(one: Story) -> StoryView:
    seen = view(one, None, NOON, AGE)
    assert seen is not None
    return seen


def launch(number: int, *, family: str = "A", **facts: Any) -> StoryReport:
    """A report of one voice, so that the status stays what it is."""
    return report(number, family=family, by=family, launch=event(**facts), after=number * HOUR)


def test_first_report_is_material() -> None:
    first = shown(story(launch(1)))
    (change,) = changes(None, first, NOON)
    assert (change.kind, change.material) == (ChangeKind.FIRST_REPORT, True)


def test_special_weapon_class_is_material() -> None:
    material, _ = weigh([launch(1)], launch(2, weapon=WeaponClass.INTERCONTINENTAL))
    assert material == {ChangeKind.WEAPON}


def test_vaguer_weapon_class_is_silent() -> None:
    material, _ = weigh([launch(1)], launch(2, weapon=WeaponClass.MISSILE))
    assert material == set()


def test_projectile_that_turns_out_a_missile_is_material() -> None:
    first = launch(1, weapon=WeaponClass.PROJECTILE)
    material, _ = weigh([first], launch(2, weapon=WeaponClass.MISSILE))
    assert material == {ChangeKind.WEAPON}


def test_count_up_is_material_and_count_first_stated_is_silent() -> None:
    assert weigh([launch(1, count=2)], launch(2, count=10))[0] == {ChangeKind.COUNT}
    assert weigh([launch(1)], launch(2, count=2)) == (set(), {ChangeKind.COUNT})


def test_count_down_is_silent() -> None:
    assert weigh([launch(1, count=3)], launch(2, count=2)) == (set(), {ChangeKind.COUNT})


def test_overflight_is_material() -> None:
    assert weigh([launch(1)], launch(2, overflight=Fact("Japan", "q")))[0] == {
        ChangeKind.OVERFLIGHT
    }


def test_first_casualties_and_doubled_tolls_are_material_and_small_steps_silent() -> None:
    def toll(number: int, killed: int) -> StoryReport:
        return launch(number, casualties=Fact(Casualties(killed, None), "q"))

    assert weigh([launch(1)], toll(2, 1))[0] == {ChangeKind.CASUALTIES}
    assert weigh([toll(1, 4)], toll(2, 9))[0] == {ChangeKind.CASUALTIES}
    assert weigh([toll(1, 12)], toll(2, 13)) == (set(), {ChangeKind.CASUALTIES})


def test_promotion_is_material_and_a_fourth_source_is_silent() -> None:
    assert weigh([launch(1)], launch(2, family="B"))[0] == {ChangeKind.STATUS}
    three = [launch(1), launch(2, family="B"), launch(3, family="C")]
    assert weigh(three, launch(4, family="D")) == (set(), {ChangeKind.NEW_SOURCE})


def test_dispute_and_retraction_are_material() -> None:
    denial = report(2, "Denied", verdict=Verdict.RELATED, denied="nothing was fired, Seoul says")
    assert weigh([launch(1)], denial)[0] == {ChangeKind.RETRACTION}


def test_withdrawal_by_the_publisher_is_material() -> None:
    old = story(launch(1))
    new = revise_report(old, replace(launch(1), withdrawn=True), NOON)
    found = changes(shown(old), shown(new), NOON)
    assert is_material(found)
    assert found[0].kind is ChangeKind.RETRACTION


def rewritten(number: int, title: str = "North Korea: no launch seen") -> StoryReport:
    """The same article, rewritten so that it reports no launch."""
    return replace(launch(number), title=title, report=report(number).report)


def test_a_page_rewritten_to_report_no_launch_retracts_the_story_and_keeps_the_claim() -> None:
    old = story(launch(1, count=2))
    new = revise_report(old, rewritten(1), NOON)
    seen = shown(new)
    assert (seen.status, seen.verdict) == (StoryStatus.RETRACTED, Verdict.LAUNCH)
    assert seen.status_words == "Retracted, A no longer reports a launch"
    assert seen.headline == shown(old).headline
    assert seen.reports[0].rewritten == "North Korea: no launch seen"
    (change,) = changes(shown(old), seen, NOON)
    assert (change.kind, change.material) == (ChangeKind.RETRACTION, True)
    assert new.history[-1].kind is ChangeKind.RETRACTION


def test_a_launch_that_is_wholly_taken_back_learns_no_details() -> None:
    told = story(launch(1, count=2, site=Fact("Wonsan", "q")), launch(2, family="B", count=3))
    once = revise_report(told, rewritten(1), NOON)
    assert shown(once).facts.site is None
    twice = revise_report(once, rewritten(2), NOON)
    assert shown(twice).facts.site == "Wonsan"
    (change,) = changes(shown(once), shown(twice), NOON)
    assert change.kind is ChangeKind.RETRACTION
    assert twice.history == (*once.history, twice.history[-1])


def test_nor_does_it_lose_them_where_a_correction_stands_beside_it() -> None:
    correction = report(2, "Correction: no launch", verdict=Verdict.RELATED)
    told = story(launch(1, count=2, site=Fact("Wonsan", "q")), correction)
    gone = revise_report(told, rewritten(1), NOON)
    assert {one.kind for one in changes(shown(told), shown(gone), NOON)} == {ChangeKind.RETRACTION}


def test_everybody_who_took_a_report_back_is_named() -> None:
    old = story(launch(1), launch(2, family="B"))
    once = revise_report(old, rewritten(1), NOON)
    twice = revise_report(once, rewritten(2), NOON)
    assert shown(twice).status_words == "Retracted, A, B no longer report a launch"


def test_a_rewritten_page_that_tells_of_the_launch_again_stands_again() -> None:
    gone = revise_report(story(launch(1)), rewritten(1), NOON)
    back = revise_report(gone, replace(launch(1), title="Launch after all"), NOON)
    assert shown(back).status is StoryStatus.UNCONFIRMED
    assert (back.reports[0].withdrawn, back.reports[0].rewritten) == (False, None)
    found = changes(shown(gone), shown(back), NOON)
    assert [(change.kind, change.material) for change in found][:1] == [(ChangeKind.STATUS, True)]


def test_a_live_page_that_moves_on_to_another_subject_takes_nothing_back() -> None:
    old = story(replace(launch(1), title="Live: North Korea fires", entities=("North Korea",)))
    moved = replace(rewritten(1, "Live: markets close higher"), entities=("Wall Street",))
    assert revise_report(old, moved, NOON) is old


def test_one_of_several_reports_that_is_rewritten_is_noted_and_silent() -> None:
    old = story(launch(1), launch(2, family="B"), launch(3, family="C"))
    new = revise_report(old, rewritten(2), NOON)
    assert shown(new).status is StoryStatus.REPORTED
    found = changes(shown(old), shown(new), NOON)
    assert not is_material(found)
    noted = next(change for change in found if change.kind is ChangeKind.WITHDRAWN)
    assert noted.publisher == "B"


def test_what_changed_is_told_of_the_report_that_changed() -> None:
    old = story(launch(1, count=1), launch(2, family="B"))
    new = revise_report(old, launch(1, count=5), NOON)
    found = changes(shown(old), shown(new), NOON)
    assert [(change.kind, change.publisher) for change in found] == [(ChangeKind.COUNT, "A")]


def test_a_persons_mark_is_silent_noted_and_can_be_taken_back() -> None:
    old = story(launch(1))
    marked = mark(old, True, NOON)
    seen = shown(marked)
    assert (seen.verdict, seen.tells_launch) == (Verdict.RELATED, True)
    assert not is_material(changes(shown(old), seen, NOON))
    assert marked.history[-1].kind is ChangeKind.MARKED
    again = mark(marked, False, NOON)
    assert shown(again).verdict is Verdict.LAUNCH
    assert not is_material(changes(seen, shown(again), NOON))
    assert mark(again, False, NOON) is again


def test_a_split_that_takes_the_launch_away_leaves_the_earlier_claim_readable() -> None:
    talk = report(2, "Experts on missiles", verdict=Verdict.RELATED)
    old = story(launch(1, count=2), talk)
    left, taken = split(old, {ArticleId(1)}, NOON, "user 7")
    assert shown(left).earlier == shown(old).headline
    assert not is_material(changes(shown(old), shown(left), NOON))
    assert shown(taken).earlier == ""
    assert shown(add_report(left, launch(3), NOON)).earlier == ""


def test_details_are_silent() -> None:
    material, silent = weigh([launch(1)], launch(2, distance_km=Fact(450, "q")))
    assert (material, silent) == (set(), {ChangeKind.DETAIL})


def test_nothing_changed_says_nothing() -> None:
    assert weigh([launch(1)], launch(2)) == (set(), set())


def test_talk_that_becomes_a_launch_is_news() -> None:
    talk = report(1, "Launch expected", verdict=Verdict.RELATED)
    material, _ = weigh([talk], launch(2))
    assert ChangeKind.FIRST_REPORT in material


def test_added_report_raises_revision_and_writes_history() -> None:
    first = story(launch(1, count=2))
    second = add_report(first, launch(2, count=5), NOON)
    assert second.revision == first.revision + 1
    assert [change.kind for change in second.history] == [
        ChangeKind.FIRST_REPORT,
        ChangeKind.COUNT,
    ]
    assert second.history[-1].article_id == 2


def test_report_added_twice_counts_once() -> None:
    first = story(launch(1))
    assert add_report(first, launch(1), NOON) is first


def test_revised_report_keeps_when_it_came_and_what_it_copies() -> None:
    first = story(launch(1), replace(launch(2), copy_of=ArticleId(1)))
    edited = replace(launch(2), title="Edited", detected=NOON + 99 * HOUR)
    revised = revise_report(first, edited, NOON).reports[1]
    assert (revised.title, revised.copy_of) == ("Edited", 1)
    assert revised.detected == first.reports[1].detected


def test_report_of_another_story_cannot_be_revised() -> None:
    with pytest.raises(InvalidInput):
        revise_report(story(launch(1)), launch(2), NOON)


def test_private_report_leaves_no_trace_in_the_history() -> None:
    first = story(launch(1))
    private = replace(launch(2, family="B", count=99), guild_id=GuildId(7))
    assert add_report(first, private, NOON).history == first.history


def test_merge_keeps_the_older_story_with_all_reports() -> None:
    old, young = story(launch(1), number=1), story(launch(2, family="B"), number=2)
    kept, closed = merge(young, old, NOON, "Ana")
    assert (kept.id, closed.merged_into) == (1, 1)
    assert [one.article_id for one in kept.reports] == [1, 2]
    assert kept.pinned
    assert closed.pinned
    assert kept.history[-1].kind is ChangeKind.MERGED


def test_merged_story_cannot_be_merged_again() -> None:
    old, young = story(launch(1), number=1), story(launch(2), number=2)
    _, closed = merge(old, young, NOON, "Ana")
    with pytest.raises(InvalidInput, match="already merged"):
        merge(old, closed, NOON, "Ana")
    with pytest.raises(InvalidInput, match="itself"):
        merge(old, old, NOON, "Ana")


def test_split_moves_reports_into_a_new_pinned_story() -> None:
    both = story(launch(1), launch(2, family="B", count=4), launch(3, family="C"))
    left, new = split(both, {ArticleId(2), ArticleId(3)}, NOON, "Ana")
    assert [one.article_id for one in left.reports] == [1]
    assert [one.article_id for one in new.reports] == [2, 3]
    assert new.id == StoryId(0)
    assert left.pinned
    assert new.pinned
    assert left.revision == both.revision + 1


def test_split_report_no_longer_copies_one_it_was_parted_from() -> None:
    both = story(launch(1), replace(launch(2), copy_of=ArticleId(1)))
    _, new = split(both, {ArticleId(2)}, NOON, "Ana")
    assert new.reports[0].copy_of is None


@pytest.mark.parametrize("articles", [set(), {1, 2}, {1, 9}])
def test_split_must_take_some_and_leave_some(articles: set[ArticleId]) -> None:
    with pytest.raises(InvalidInput):
        split(story(launch(1), launch(2)), articles, NOON, "Ana")


def test_start_takes_verdict_and_day_from_the_report() -> None:
    new = start_story(launch(1, count=Count(2, None)), NOON)
    assert (new.verdict, new.day, new.revision) == (Verdict.LAUNCH, NOON.date(), 1)
