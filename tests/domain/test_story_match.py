from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from bot.domain.article import ArticleId
from bot.domain.launch import EventKind, EventTime, Fact, Verdict, WeaponClass
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_group import group
from bot.domain.story_match import MOST_REPORTS, Joining, choose_story, index_keys
from tests.domain.story_makers import NOON, event, report, story

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def joins(new: StoryReport, *stories: Story) -> StoryId | None:
    return choose_story(new, stories, NOON).story_id


def test_reports_of_one_launch_join_whatever_their_words() -> None:
    first = story(report(1, "Pyongyang tests its neighbours", launch=event()))
    new = report(2, "N. Korea launches two projectiles", launch=event(count=2), after=HOUR)
    decision = choose_story(new, [first], NOON)
    assert decision.story_id == 1
    assert decision.rule == "same launch"
    assert "North Korea" in decision.reason


def test_reports_of_one_launch_join_across_languages() -> None:
    first = story(report(1, "북한, 동해상으로 탄도미사일 발사", launch=event(), language="ko"))
    new = report(2, "Nordkorea feuert Raketen ab", launch=event(), language="de", after=HOUR)
    assert joins(new, first) == 1


def test_launches_of_different_actors_stay_apart() -> None:
    first = story(report(1, "Missile fired into the sea", launch=event("North Korea")))
    assert joins(report(2, "Missile fired into the sea", launch=event("Iran")), first) is None


def test_launch_three_days_later_is_a_new_story_despite_equal_words() -> None:
    first = story(report(1, launch=event()))
    assert joins(report(2, launch=event(), after=3 * DAY), first) is None


def test_weekend_launch_and_thursday_launch_stay_apart() -> None:
    weekend = event()
    span = EventTime(date(2026, 3, 21), date(2026, 3, 22))
    weekend = replace(weekend, time=Fact(span, "over the weekend"))
    first = story(report(1, "Missile was fired over the weekend", launch=weekend))
    thursday = report(2, "Missiles fired on Thursday", launch=event(day=date(2026, 3, 26)))
    assert joins(thursday, first) is None


def test_evening_in_washington_and_morning_in_korea_are_one_launch() -> None:
    first = story(report(1, "Launch on Wednesday evening", launch=event(day=date(2026, 3, 24))))
    new = report(2, "Launch on Thursday", launch=event(day=date(2026, 3, 25)), after=HOUR)
    assert joins(new, first) == 1


def test_hedged_day_of_publication_separates_nothing() -> None:
    stand_in = event()
    moment = EventTime(date(2026, 3, 26), date(2026, 3, 26))
    stand_in = replace(stand_in, time=Fact(moment, "q", hedged=True))
    first = story(report(1, launch=event(day=date(2026, 3, 25))))
    assert joins(report(2, "Launch reviewed", launch=stand_in, after=DAY), first) == 1


def test_further_launch_minutes_later_is_a_new_story() -> None:
    first = story(report(1, launch=event()))
    title = "North Korea fires second missile within hours"
    assert joins(report(2, title, launch=event(), after=HOUR / 2), first) is None


def test_second_launch_of_the_day_gathers_its_own_reports() -> None:
    first = story(report(1, launch=event()), number=1)
    title = "North Korea conducts second launch of the day"
    second = story(report(2, title, launch=event(), after=HOUR), number=2)
    again = report(3, "Second missile test of the day by North", launch=event(), after=2 * HOUR)
    assert joins(again, first, second) == 2


def test_second_launch_of_the_day_is_the_one_already_known_by_its_kind() -> None:
    first = story(report(1, launch=event(weapon=WeaponClass.INTERCONTINENTAL)), number=1)
    evening = event(weapon=WeaponClass.CRUISE)
    other = story(report(2, "Cruise missiles fired", launch=evening, after=5 * HOUR), number=2)
    title = "North Korea conducts second launch of the day"
    vague = report(3, title, launch=event(weapon=WeaponClass.MISSILE), after=6 * HOUR)
    assert joins(vague, first, other) == 2
    assert joins(vague, first) is None
    third = report(4, "North Korea conducts third missile launch today", launch=evening)
    assert joins(replace(third, published=vague.published), first, other) is None


def test_another_missile_is_the_further_launch_already_known() -> None:
    first = story(report(1, launch=event(weapon=WeaponClass.INTERCONTINENTAL)), number=1)
    evening = event(weapon=WeaponClass.CRUISE)
    other = story(report(2, "Cruise missiles fired", launch=evening, after=5 * HOUR), number=2)
    new = report(3, "North Korea fires another cruise missile", launch=evening, after=6 * HOUR)
    assert joins(new, first, other) == 2


def test_fires_another_missile_half_an_hour_later_is_a_new_story() -> None:
    first = story(report(1, launch=event()))
    new = report(2, "North Korea fires another missile", launch=event(), after=HOUR)
    assert joins(new, first) is None


def test_another_missile_days_after_the_last_one_joins_todays_story() -> None:
    first = story(report(1, launch=event()))
    title = "North Korea fires another missile, three days after the last"
    assert joins(report(2, title, launch=event(), after=HOUR), first) == 1


def test_cruise_and_ballistic_tests_of_one_day_stay_apart() -> None:
    first = story(report(1, launch=event(weapon=WeaponClass.CRUISE)))
    assert joins(report(2, "Other test", launch=event(), after=HOUR), first) is None


def test_barrage_of_cruise_and_ballistic_missiles_is_one_story() -> None:
    cruise = event("Russia", WeaponClass.CRUISE, target="Kyiv", kind=EventKind.STRIKE)
    ballistic = event("Russia", WeaponClass.BALLISTIC, target="Kyiv", kind=EventKind.STRIKE)
    first = story(report(1, "Kyiv hit", launch=cruise))
    assert joins(report(2, "Ballistic strike on capital", launch=ballistic), first) == 1


def test_strikes_on_two_cities_stay_apart() -> None:
    kyiv = event("Russia", target="Kyiv", kind=EventKind.STRIKE)
    odesa = event("Russia", target="Odesa", kind=EventKind.STRIKE)
    first = story(report(1, "Missiles hit Kyiv", launch=kyiv))
    assert joins(report(2, "Missiles hit Odesa", launch=odesa), first) is None


def test_strike_on_a_city_and_on_its_country_is_one_story() -> None:
    kyiv = event("Russia", target="Kyiv", kind=EventKind.STRIKE)
    ukraine = event("Russia", target="Ukraine", kind=EventKind.STRIKE)
    first = story(report(1, "Kyiv hit", launch=kyiv, entities=("Kyiv", "Ukraine", "Russia")))
    assert joins(report(2, "Ukraine under attack", launch=ukraine), first) == 1


def test_unknown_actor_joins_by_target() -> None:
    known = event("Russia", target="Kyiv", kind=EventKind.STRIKE)
    unknown = event(None, target="Kyiv", kind=EventKind.STRIKE)
    first = story(report(1, "Kyiv hit", launch=known))
    assert joins(report(2, "Explosions in the capital", launch=unknown), first) == 1


def test_nearest_in_time_is_chosen_among_two_launches() -> None:
    old = story(report(1, "First salvo", launch=event(), after=-DAY), number=1)
    young = story(report(2, "Next salvo", launch=event()), number=2)
    assert joins(report(3, "Launch detected", launch=event(), after=HOUR), old, young) == 2


def test_order_of_candidates_does_not_matter() -> None:
    old = story(report(1, "First salvo", launch=event(), after=-DAY), number=1)
    young = story(report(2, "Next salvo", launch=event()), number=2)
    new = report(3, "Launch detected", launch=event(), after=HOUR)
    assert choose_story(new, [old, young], NOON) == choose_story(new, [young, old], NOON)


def test_merged_stories_take_no_reports() -> None:
    closed = replace(story(report(1, launch=event())), merged_into=StoryId(9))
    assert choose_story(report(2, launch=event()), [closed], NOON).joining is Joining.NEW


def test_only_a_launch_may_have_any_number_of_reports() -> None:
    bananas = story(report(1, "Chiquita and Fyffes to form largest banana firm"))
    launches = story(report(1, launch=event()))
    for held, verdict in ((bananas, Joining.NEW), (launches, Joining.JOIN)):
        many = tuple(replace(held.reports[0], article_id=ArticleId(n)) for n in range(MOST_REPORTS))
        full = replace(held, reports=many)
        another = replace(held.reports[0], article_id=ArticleId(999))
        assert choose_story(another, [full], NOON).joining is verdict


def test_articles_that_are_no_launch_join_by_rare_words() -> None:
    first = story(report(1, "Chiquita and Fyffes to form largest banana firm"))
    assert joins(report(2, "Fyffes shares jump on Chiquita merger"), first) == 1


def test_common_words_join_nobody() -> None:
    first = story(report(1, "Company shares rise on strong prices"))
    assert joins(report(2, "Shares of another company fall in New York"), first) is None


def test_same_words_weeks_apart_are_another_story() -> None:
    first = story(report(1, "Senate debates budget for Patriot interceptors"))
    new = report(2, "Budget for Patriot interceptors in the Senate", after=21 * DAY)
    assert joins(new, first) is None


def test_reprint_is_a_copy_of_the_report_it_repeats() -> None:
    terms = tuple(f"word{n} next{n}" for n in range(24))
    first = story(report(1, "Missile fired", launch=event(), rare_terms=terms))
    edited = (*terms[:20], "other pair", "third pair", "fourth pair", "fifth pair")
    new = report(2, "Launch by the North", launch=event(), rare_terms=edited, after=HOUR)
    decision = choose_story(new, [first], NOON)
    assert (decision.rule, decision.copy_of) == ("copy", 1)


def test_same_headline_by_another_outlet_is_a_copy() -> None:
    title = "Growth in advanced economies gains momentum, OECD forecasts"
    decision = choose_story(report(2, title, by="B"), [story(report(1, title, by="A"))], NOON)
    assert decision.copy_of == 1


def test_reused_headline_of_another_launch_is_no_copy() -> None:
    title = "North Korea fires ballistic missile toward the eastern sea"
    first = story(report(1, title, by="A", launch=event()))
    assert joins(report(2, title, by="B", launch=event(), after=5 * DAY), first) is None


def test_index_keys_lead_a_report_to_the_story_of_its_launch() -> None:
    early = report(1, "Pyongyang provokes", launch=event(), after=-HOUR)
    late = report(2, "북한 미사일 발사", launch=event(), language="ko", after=13 * HOUR)
    assert set(index_keys(early)) & set(index_keys(late))


def test_index_keys_are_few() -> None:
    names = tuple(f"Place {n}" for n in range(30))
    terms = tuple(f"one{n} two{n}" for n in range(24))
    title = " ".join(f"strangeword{n}" for n in range(40))
    new = report(1, title, launch=event(), entities=names, rare_terms=terms)
    assert 0 < len(index_keys(new)) <= 40


def test_grouping_a_batch_does_not_depend_on_its_order() -> None:
    batch = [
        report(1, "Chiquita and Fyffes to form largest banana firm"),
        report(2, "Fyffes shares jump on Chiquita merger"),
        report(3, "Elephants tell human voices apart, study finds"),
        report(4, "How elephants judge human voices"),
        report(5, launch=event(), after=HOUR),
        report(6, "Pyongyang's salvo", launch=event(), after=2 * HOUR),
    ]
    expected = _pairs(batch, group(batch))
    for seed in range(5):
        shuffled = Random(seed).sample(batch, len(batch))
        assert _pairs(shuffled, group(shuffled)) == expected
    assert expected == {frozenset({1, 2}), frozenset({3, 4}), frozenset({5, 6})}


def test_grouping_labels_every_report_even_an_empty_one() -> None:
    assert group([report(1, "", verdict=Verdict.NONE)]) == ["s1"]
    assert group([]) == []


def test_small_batch_never_groups_a_launch_with_other_news_by_words() -> None:
    batch = [
        report(1, "Minuteman III launch from California", launch=event("United States")),
        report(2, "Company launches 23 satellites from California", verdict=Verdict.NONE),
        report(3, "Russia launches 40 missiles at Kyiv", launch=event("Russia", target="Kyiv")),
        report(4, "Apple launches new phone", verdict=Verdict.NONE),
    ]
    one, other, strike, phone = group(batch)
    assert {one, strike}.isdisjoint({other, phone})
    assert len(set(group(batch[:2]))) == len(set(group(batch[2:]))) == 2


def _pairs(reports: Sequence[StoryReport], labels: Sequence[str]) -> set[frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for one, label in zip(reports, labels, strict=True):
        groups.setdefault(label, set()).add(one.article_id)
    return {frozenset(group) for group in groups.values()}
