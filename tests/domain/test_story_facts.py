from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.article import ArticleId, GuildId
from bot.domain.launch import (
    Attribution,
    Casualties,
    Count,
    EventKind,
    EventTime,
    Fact,
    SourceClass,
    Verdict,
    WeaponClass,
)
from bot.domain.story import StoryReport, StoryStatus, StoryView
from bot.domain.story_facts import view
from bot.domain.story_fold import fold
from bot.domain.story_headline import headline, parts
from tests.domain.story_makers import AGE, NOON, event, official, report, story

HOUR = timedelta(hours=1)
SEA = "Sea of Japan (East Sea)"


def seen(*reports: StoryReport, audience: GuildId | None = None) -> StoryView:
    shown = view(story(*reports), audience, NOON, AGE)
    assert shown is not None
    return shown


def status(*reports: StoryReport) -> StoryStatus:
    return seen(*reports).status


def counted(*counts: int | Count) -> Count | None:
    reports = [
        report(at, launch=event(count=count), after=at * HOUR) for at, count in enumerate(counts, 1)
    ]
    return fold(reports).count


def test_one_publisher_is_unconfirmed() -> None:
    shown = seen(report(1, by="Outlet", launch=event()))
    assert shown.status is StoryStatus.UNCONFIRMED
    assert "Outlet" in shown.status_words


def test_two_families_make_it_reported() -> None:
    assert status(report(1, launch=event()), report(2, launch=event())) is StoryStatus.REPORTED


def test_two_outlets_of_one_house_are_one_voice() -> None:
    reports = [report(n, family="House", launch=event()) for n in (1, 2, 3)]
    shown = seen(*reports)
    assert shown.status is StoryStatus.UNCONFIRMED
    assert shown.families == ("House",)


def test_one_family_that_quotes_a_named_official_is_reported() -> None:
    shown = seen(report(1, by="NBC", launch=event(), attribution=(official(),)))
    assert shown.status is StoryStatus.REPORTED
    assert shown.status_words == "Reported, officials quoted by NBC"


def test_an_unnamed_official_promotes_nothing() -> None:
    quoting = report(1, launch=event(), attribution=(official(named=False),))
    assert status(quoting) is StoryStatus.UNCONFIRMED


def test_named_official_and_two_families_confirm() -> None:
    quoting = report(1, launch=event(), attribution=(official(),))
    assert status(quoting, report(2, launch=event())) is StoryStatus.CONFIRMED


def test_three_families_confirm() -> None:
    assert status(*(report(n, launch=event()) for n in (1, 2, 3))) is StoryStatus.CONFIRMED


def test_official_publisher_confirms_alone() -> None:
    shown = seen(report(1, by="Joint Chiefs", launch=event(), official_feed=True))
    assert shown.status is StoryStatus.CONFIRMED
    assert shown.status_words == "Confirmed by Joint Chiefs"


def test_reprints_speak_with_the_voice_they_copy() -> None:
    first = report(1, by="AP", launch=event())
    shown = seen(first, *(report(n, launch=event(), copy_of=ArticleId(1)) for n in (2, 3, 4)))
    assert shown.families == ("AP",)
    assert shown.status is StoryStatus.UNCONFIRMED


def test_reactions_are_no_voices_for_the_launch() -> None:
    talk = report(2, "Tokyo protests", verdict=Verdict.RELATED)
    assert status(report(1, launch=event()), talk) is StoryStatus.UNCONFIRMED


def test_denial_by_the_accused_disputes() -> None:
    denial = report(2, "Iran denies", verdict=Verdict.RELATED, denied="Iran denies firing missiles")
    shown = seen(report(1, launch=event("Iran")), denial)
    assert shown.status is StoryStatus.DISPUTED
    assert {one.article_id for one in shown.reports} == {1, 2}


def test_denial_by_an_authority_retracts() -> None:
    denial = report(2, "No launch", verdict=Verdict.RELATED, denied="Seoul says nothing was fired")
    assert status(report(1, launch=event()), denial) is StoryStatus.RETRACTED


def test_denial_against_a_named_official_only_disputes() -> None:
    denial = report(2, "No launch", verdict=Verdict.RELATED, denied="Seoul says nothing was fired")
    quoting = report(1, launch=event(), attribution=(official(),))
    assert status(quoting, denial) is StoryStatus.DISPUTED


def test_withdrawn_only_report_is_retracted() -> None:
    shown = seen(report(1, by="Outlet", launch=event(), withdrawn=True))
    assert shown.status is StoryStatus.RETRACTED
    assert shown.status_words == "Retracted, withdrawn by Outlet"


def test_one_withdrawal_among_three_families_lowers_the_status() -> None:
    reports = [report(n, launch=event()) for n in (1, 2, 3)]
    assert status(replace(reports[0], withdrawn=True), *reports[1:]) is StoryStatus.REPORTED


def test_blaming_each_other_disputes() -> None:
    first = report(1, launch=event("Russia", kind=EventKind.STRIKE))
    second = report(2, launch=event("Ukraine", kind=EventKind.STRIKE))
    assert status(first, second) is StoryStatus.DISPUTED


def test_different_counts_by_media_are_a_range_and_no_dispute() -> None:
    shown = seen(report(1, launch=event(count=2)), report(2, launch=event(count=3)))
    assert shown.status is StoryStatus.REPORTED
    assert shown.facts.count == Count(2, 3)


def test_officials_of_two_countries_who_disagree_on_the_count_dispute() -> None:
    def by(number: int, country: str, count: int) -> StoryReport:
        said = f"{count} missiles"
        who = Attribution(f"{country} army", SourceClass.OFFICIAL, said, named=True, actor=country)
        launch = replace(event(), count=Fact(Count(count, count), said))
        return report(number, launch=launch, attribution=(who,))

    assert status(by(1, "South Korea", 2), by(2, "Japan", 1)) is StoryStatus.DISPUTED


def test_first_reports_singular_is_no_count_once_others_count() -> None:
    assert counted(1, 10, 10) == Count(10, 10)


def test_at_least_one_and_two_agree_on_two() -> None:
    assert counted(Count(1, None), 2) == Count(2, 2)


def test_open_and_closed_ranges_that_disagree_stay_open() -> None:
    assert counted(Count(40, None), 12) == Count(12, None)


def test_a_publishers_newer_count_replaces_its_older() -> None:
    reports = [
        report(1, by="A", launch=event(count=2)),
        report(2, by="A", launch=event(count=3), after=HOUR),
    ]
    assert fold(reports).count == Count(3, 3)


def test_claims_keep_publisher_quote_and_hedge() -> None:
    facts = fold([report(1, by="A", launch=event(count=2, hedged=True)), report(2, launch=event())])
    weapon = next(claim for claim in facts.claims if claim.fact == "weapon")
    assert (weapon.publisher, weapon.quote, weapon.hedged) == ("A", "q", True)
    assert [claim.value for claim in facts.claims if claim.fact == "count"] == ["2"]


def test_special_class_replaces_the_general_one() -> None:
    facts = fold(
        [
            report(1, launch=event(weapon=WeaponClass.MISSILE)),
            report(2, launch=event(weapon=WeaponClass.BALLISTIC)),
            report(3, launch=event(weapon=WeaponClass.INTERCONTINENTAL)),
        ]
    )
    assert facts.weapons == (WeaponClass.INTERCONTINENTAL,)


def test_facts_of_distance_are_a_span_and_tolls_the_highest() -> None:
    near = event(distance_km=Fact(430, "q"), casualties=Fact(Casualties(2, None), "q"))
    far = event(distance_km=Fact(450, "q"), casualties=Fact(Casualties(3, 9), "q"))
    facts = fold([report(1, launch=near), report(2, launch=far)])
    assert facts.distance_km == (430, 450)
    assert facts.casualties == Casualties(3, 9)


def test_exact_instant_is_preferred_to_the_bare_day() -> None:
    day = date(2026, 3, 25)
    at = datetime(2026, 3, 24, 22, 6, tzinfo=UTC)
    exact = replace(event(), time=Fact(EventTime(day, day, at), "q"))
    facts = fold([report(1, launch=event(day=day)), report(2, launch=exact)])
    assert facts.time is not None
    assert facts.time.instant == at


def test_headline_is_composed_from_facts() -> None:
    facts = fold([report(1, launch=event(count=2, target=SEA))])
    assert headline(facts) == f"North Korea fires 2 ballistic missiles toward {SEA}"


def test_headline_keeps_hedges() -> None:
    short = WeaponClass.SHORT_RANGE
    facts = fold([report(1, launch=event(weapon=short, count=1, hedged=True))])
    assert headline(facts) == "North Korea fires a suspected short-range ballistic missile"


def test_headline_of_a_strike_names_target_and_toll() -> None:
    toll = Fact(Casualties(4, 10), "q")
    launch = event("Russia", WeaponClass.MISSILE, Count(40, None), "Kyiv", kind=EventKind.STRIKE)
    facts = fold([report(1, launch=replace(launch, casualties=toll))])
    assert headline(facts) == "Russia fires at least 40 missiles at Kyiv; 4 killed"


def test_verb_of_the_headline_agrees_with_who_fires() -> None:
    def told(actor: str) -> str:
        return headline(fold([report(1, launch=event(actor))]))

    assert told("Houthis").startswith("Houthis fire ")
    assert told("Hezbollah").startswith("Hezbollah fires ")
    assert told("United States").startswith("United States fires ")


def test_headline_of_an_interception_and_of_a_strike_without_actor() -> None:
    shot = event("Iran", WeaponClass.MISSILE, 1, "Turkey", kind=EventKind.INTERCEPTION)
    assert headline(fold([report(1, launch=shot)])) == (
        "A missile fired by Iran toward Turkey intercepted"
    )
    nobody = event(None, WeaponClass.MISSILE, target="Kyiv", kind=EventKind.STRIKE)
    assert headline(fold([report(1, launch=nobody)])) == "Missiles hit Kyiv"


def test_overflight_and_failure_stand_in_the_headline() -> None:
    over = event(count=1, target=SEA, overflight=Fact("Japan", "q"), failed=Fact(True, "q"))
    assert headline(fold([report(1, launch=over)])) == (
        "North Korea fires a ballistic missile over Japan; launch failed"
    )


def test_headline_falls_back_to_the_leading_title() -> None:
    shown = seen(report(1, "Blast heard at sea", launch=event(None, None)))
    assert parts(shown.facts) is None
    assert shown.headline == "Blast heard at sea"


def test_other_servers_do_not_see_the_reports_of_a_private_feed() -> None:
    public, private = report(1, launch=event()), report(2, launch=event(), guild_id=GuildId(7))
    assert seen(public, private).status is StoryStatus.UNCONFIRMED
    assert seen(public, private, audience=GuildId(7)).status is StoryStatus.REPORTED
    assert seen(public, private, audience=GuildId(8)).reports == (public,)


def test_story_of_only_private_reports_is_invisible_to_others() -> None:
    private = report(1, launch=event(), guild_id=GuildId(7))
    assert view(story(private), None, NOON, AGE) is None
    assert seen(private, audience=GuildId(7)).reports == (private,)


def test_copy_of_a_report_one_may_not_see_counts_for_itself() -> None:
    private = report(1, by="AP", launch=event(), guild_id=GuildId(7))
    copy = report(2, by="Paper", launch=event(), copy_of=ArticleId(1))
    assert seen(private, copy).families == ("Paper",)


def test_summary_names_the_outlet_of_each_sentence_and_repeats_nothing() -> None:
    first = report(
        1, by="A", launch=event(), sentences=("North Korea fired two missiles.", "Japan protested.")
    )
    same = "Two missiles were fired by North Korea."
    second = report(2, by="B", launch=event(), sentences=(same, "Both flew 450 kilometres."))
    assert seen(first, second).summary == (
        ("North Korea fired two missiles.", "A"),
        ("Japan protested.", "A"),
        ("Both flew 450 kilometres.", "B"),
    )


def test_summary_keeps_each_outlets_sentences_together() -> None:
    first = report(1, by="A", launch=event(), sentences=("One missile fell.", "Japan protested."))
    second = report(
        2, by="B", launch=event(), sentences=("General Berg resigned.", "He had warned the navy.")
    )
    assert [outlet for _, outlet in seen(first, second).summary] == ["A", "A", "B", "B"]


def test_summary_has_no_pronoun_whose_sentence_was_passed_over() -> None:
    first = report(1, by="A", launch=event(), sentences=("Two missiles fell into the bay.",))
    second = report(
        2, by="B", launch=event(), sentences=("Into the bay two missiles fell.", "He saw it all.")
    )
    assert seen(first, second).summary == (("Two missiles fell into the bay.", "A"),)


def test_summary_takes_reports_in_the_leading_language_first() -> None:
    first = report(1, by="A", launch=event(), sentences=("One missile fell.",))
    other = replace(
        report(2, by="B", launch=event(), sentences=("미사일이 떨어졌다.",)), language="ko"
    )
    third = report(3, by="C", launch=event(), sentences=("Ferries ran late.",))
    assert [outlet for _, outlet in seen(first, other, third).summary] == ["A", "C", "B"]


def test_official_report_leads_the_story() -> None:
    paper = report(1, launch=event())
    ministry = report(2, by="Ministry", launch=event(), official_feed=True, after=HOUR)
    assert seen(paper, ministry).lead == ministry


def test_event_older_than_the_limit_at_detection_is_old() -> None:
    old = report(1, launch=event(day=date(2021, 3, 25)), from_seed=True)
    assert seen(old).event_is_old
    assert not seen(report(1, launch=event(day=NOON.date()))).event_is_old


def test_a_person_may_say_that_it_is_no_launch() -> None:
    marked = replace(story(report(1, launch=event())), marked_not_launch=True)
    shown = view(marked, None, NOON, AGE)
    assert shown is not None
    assert shown.verdict is Verdict.RELATED


def test_a_stated_day_beats_days_taken_from_the_date_of_publication() -> None:
    assumed, stated = NOON.date(), NOON.date() - timedelta(days=2)
    guess = replace(event(), time=Fact(EventTime(assumed, assumed), "q", hedged=True))
    time = fold(
        [report(1, launch=guess), report(2, launch=guess), report(3, launch=event(day=stated))]
    ).time
    assert time is not None
    assert time.day == stated
    alone = fold([report(1, launch=guess)]).time
    assert alone is not None
    assert alone.day == assumed
