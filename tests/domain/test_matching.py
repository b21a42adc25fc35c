from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.article import FeedId, GuildId
from bot.domain.launch import Verdict, WeaponClass
from bot.domain.matching import (
    INCLUDED_CLASSES,
    Occasion,
    Rule,
    SeenArticle,
    Stop,
    decide,
    decide_all,
    is_old,
    match_reason,
)
from bot.domain.reason import Reason
from bot.domain.story import StoryFacts, StoryId, StoryStatus, StoryView
from bot.domain.subscription import ChannelId, Match, Silence, Subscription, Topic, UserId
from bot.locale import LOCALES, word
from tests.domain.story_examples import (
    CHANNEL,
    FACTS,
    GUILD,
    NOW,
    ago,
    report,
    subscription,
    view,
)

ARTICLE = SeenArticle(frozenset({"missile", "icbm"}), FeedId(3))


def occasion(
    story: StoryView | None = None,
    articles: Sequence[SeenArticle] = (ARTICLE,),
    *,
    told: bool = False,
    marked_not_launch: bool = False,
) -> Occasion:
    return Occasion(story or view(), articles, told=told, marked_not_launch=marked_not_launch)


def outcome(
    wish: Subscription, at: Occasion | None = None, silences: Sequence[Silence] = ()
) -> Rule | str:
    """The reason of a match, or the rule that stopped it; every reason can be said."""
    result = decide(wish, at or occasion(), silences, NOW)
    reason = result.reason if isinstance(result, Stop) else match_reason(result)
    assert all(word(reason, locale) for locale in LOCALES)
    return result.rule if isinstance(result, Stop) else result.reason


@pytest.mark.parametrize(
    ("topic", "verdict", "expected"),
    [
        (Topic.LAUNCHES, Verdict.LAUNCH, "launches"),
        (Topic.LAUNCHES, Verdict.RELATED, Rule.TOPIC),
        (Topic.LAUNCHES, Verdict.NONE, Rule.TOPIC),
        (Topic.MISSILES, Verdict.LAUNCH, "missiles"),
        (Topic.MISSILES, Verdict.RELATED, "missiles"),
        (Topic.MISSILES, Verdict.NONE, Rule.TOPIC),
    ],
)
def test_topics_follow_the_verdict(topic: Topic, verdict: Verdict, expected: str) -> None:
    assert outcome(subscription(topic=topic), occasion(view(verdict=verdict))) == expected


def test_a_query_matches_any_article_whatever_its_verdict() -> None:
    at = occasion(view(verdict=Verdict.NONE))
    assert outcome(subscription(query="ICBM OR slbm"), at) == "ICBM OR slbm"


def test_the_matched_words_are_kept_as_typed() -> None:
    result = decide(subscription(query="ICBM OR slbm"), occasion(), (), NOW)
    assert isinstance(result, Match)
    assert result.words == ("ICBM",)
    assert word(match_reason(result)) == "matched ICBM (query: ICBM OR slbm)"


def test_a_query_that_finds_nothing_stops() -> None:
    assert outcome(subscription(query="slbm")) is Rule.QUERY


def test_an_exclusion_in_one_article_does_not_hide_what_another_one_reports() -> None:
    drill = SeenArticle(frozenset({"missile", "drill"}))
    wish = subscription(query="missile -drill")
    assert outcome(wish, occasion(articles=(drill,))) is Rule.QUERY
    assert outcome(wish, occasion(articles=(drill, ARTICLE))) == "missile -drill"


def test_words_of_different_articles_do_not_add_up_to_a_match() -> None:
    one, two = SeenArticle(frozenset({"missile"})), SeenArticle(frozenset({"icbm"}))
    assert outcome(subscription(query="missile icbm"), occasion(articles=(one, two))) is Rule.QUERY


def test_a_feed_subscription_takes_everything_of_its_feed() -> None:
    assert outcome(subscription(feed_id=FeedId(3))) == "3"
    assert outcome(subscription(feed_id=FeedId(4))) is Rule.FEED


def test_only_launches_narrows_a_feed() -> None:
    wish = subscription(feed_id=FeedId(3), only_launches=True)
    assert outcome(wish) == "3"
    assert outcome(wish, occasion(view(verdict=Verdict.RELATED))) is Rule.ONLY_LAUNCHES


def test_a_feed_narrowed_to_launches_does_not_claim_everything() -> None:
    for only_launches, key in ((False, "why.feed"), (True, "why.feed_launches")):
        wish = subscription(feed_id=FeedId(3), only_launches=only_launches)
        assert match_reason(Match(wish, "The wire")) == Reason.of(key, feed="The wire")


def test_another_servers_feed_is_never_seen() -> None:
    private = replace(ARTICLE, guild_id=GuildId(2))
    assert outcome(subscription(), occasion(articles=(private,))) is Rule.AUDIENCE
    own = replace(ARTICLE, guild_id=GUILD)
    assert outcome(subscription(), occasion(articles=(own,))) == "missile"


def test_a_paused_subscription_stops_with_its_reason() -> None:
    assert outcome(subscription(paused=True)) is Rule.PAUSED
    assert outcome(subscription(paused=True, paused_reason="DMs closed")) is Rule.PAUSED


def test_what_a_person_marked_as_no_launch_stops_for_launch_topics_only() -> None:
    at = occasion(marked_not_launch=True)
    assert outcome(subscription(topic=Topic.LAUNCHES), at) is Rule.NOT_A_LAUNCH
    assert outcome(subscription(), at) == "missile"


@pytest.mark.parametrize(
    ("countries", "actors", "expected"),
    [
        ((), (), "missile"),
        (("North Korea",), ("North Korea",), "missile"),
        (("north korea", "Iran"), ("North Korea", "Russia"), "missile"),
        (("Iran",), ("North Korea",), Rule.COUNTRY),
        (("Iran",), (), Rule.COUNTRY),
    ],
)
def test_countries_fail_closed(
    countries: tuple[str, ...], actors: tuple[str, ...], expected: str
) -> None:
    at = occasion(view(facts=replace(FACTS, actors=actors)))
    assert outcome(subscription(countries=countries), at) == expected


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        (WeaponClass.SHORT_RANGE, WeaponClass.SHORT_RANGE, "missile"),
        (WeaponClass.BALLISTIC, WeaponClass.SHORT_RANGE, "missile"),
        (WeaponClass.MISSILE, WeaponClass.CRUISE, "missile"),
        (WeaponClass.ROCKET, WeaponClass.ROCKET_ARTILLERY, "missile"),
        (WeaponClass.SHORT_RANGE, WeaponClass.BALLISTIC, Rule.WEAPON),
        (WeaponClass.CRUISE, WeaponClass.BALLISTIC, Rule.WEAPON),
        (WeaponClass.MISSILE, WeaponClass.DRONE, Rule.WEAPON),
        (WeaponClass.CRUISE, None, Rule.WEAPON),
    ],
)
def test_weapons_include_their_special_classes_and_fail_closed(
    wanted: WeaponClass, known: WeaponClass | None, expected: str
) -> None:
    at = occasion(view(facts=StoryFacts(weapons=(known,) if known else ())))
    assert outcome(subscription(weapons=(wanted,)), at) == expected


def test_every_weapon_class_includes_itself() -> None:
    assert all(weapon in INCLUDED_CLASSES[weapon] for weapon in WeaponClass)


@pytest.mark.parametrize(
    ("status", "least", "expected"),
    [
        (StoryStatus.UNCONFIRMED, StoryStatus.UNCONFIRMED, "missile"),
        (StoryStatus.UNCONFIRMED, StoryStatus.REPORTED, Rule.STATUS),
        (StoryStatus.REPORTED, StoryStatus.REPORTED, "missile"),
        (StoryStatus.DISPUTED, StoryStatus.REPORTED, "missile"),
        (StoryStatus.DISPUTED, StoryStatus.CONFIRMED, Rule.STATUS),
        (StoryStatus.CONFIRMED, StoryStatus.CONFIRMED, "missile"),
        (StoryStatus.RETRACTED, StoryStatus.UNCONFIRMED, Rule.RETRACTED),
    ],
)
def test_a_minimum_status_holds_weaker_stories_back(
    status: StoryStatus, least: StoryStatus, expected: str
) -> None:
    assert outcome(subscription(min_status=least), occasion(view(status=status))) == expected


def test_who_was_told_is_also_told_of_the_retraction() -> None:
    at = occasion(view(status=StoryStatus.RETRACTED), told=True)
    assert outcome(subscription(min_status=StoryStatus.CONFIRMED), at) == "missile"


def test_sources_are_counted_by_publisher_family() -> None:
    two = (report(1), report(2))
    reprinted = (report(1), replace(report(2), family="family 1"))
    wish = subscription(min_sources=2)
    assert outcome(wish, occasion(view(reports=two))) == "missile"
    assert outcome(wish, occasion(view(reports=reprinted))) is Rule.SOURCES


def test_old_feed_entries_are_stored_and_not_alerted() -> None:
    old = occasion(view(reports=(report(published=ago(hours=48, seconds=1)),)))
    fresh = occasion(view(reports=(report(published=ago(hours=48)),)))
    assert outcome(subscription(), old) is Rule.AGE
    assert outcome(subscription(), fresh) == "missile"


def test_a_bare_date_may_be_the_last_minute_of_its_day() -> None:
    at = occasion(view(reports=(report(published=ago(hours=70), day_only=True),)))
    assert outcome(subscription(), at) == "missile"


def test_an_undated_entry_counts_as_new() -> None:
    assert outcome(subscription(), occasion(view(reports=(report(published=None),)))) == "missile"


def test_what_is_put_into_seeds_is_news_whatever_its_date_but_old() -> None:
    story = view(reports=(report(published=ago(days=1800), from_seed=True),))
    assert outcome(subscription(), occasion(story)) == "missile"
    assert is_old(story, timedelta(hours=48))
    assert not is_old(view(), timedelta(hours=48))
    assert is_old(view(event_is_old=True), timedelta(hours=48))


def silence(**changes: object) -> Silence:
    plain = Silence(1, GUILD, NOW + timedelta(hours=1), UserId(5), "too loud", ago(hours=1))
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("muted", "expected"),
    [
        (silence(story_id=StoryId(7)), Rule.SILENCE),
        (silence(story_id=StoryId(8)), "missile"),
        (silence(query="icbm"), Rule.SILENCE),
        (silence(query="drone"), "missile"),
        (silence(query="icbm", expires=NOW), "missile"),
        (silence(query="icbm", guild_id=GuildId(2)), "missile"),
        (silence(query="icbm", channel_id=ChannelId(10)), Rule.SILENCE),
        (silence(query="icbm", channel_id=ChannelId(11)), "missile"),
        (silence(), "missile"),
    ],
)
def test_silences_cover_a_story_or_a_query_for_a_while(muted: Silence, expected: str) -> None:
    assert outcome(subscription(), silences=[muted]) == expected


def test_a_story_is_not_lost_because_one_article_mentions_a_muted_word() -> None:
    plain = SeenArticle(frozenset({"missile"}))
    at = occasion(articles=(plain, ARTICLE))
    assert outcome(subscription(), at, [silence(query="icbm")]) == "missile"


def test_every_subscription_gets_its_own_answer() -> None:
    wishes = [subscription(number=1), subscription(number=2, query="slbm")]
    matches, stops = decide_all(wishes, occasion(), (), NOW)
    assert [match.subscription.id for match in matches] == [1]
    assert [(stop.subscription.id, stop.rule) for stop in stops] == [(2, Rule.QUERY)]
    assert matches[0].subscription.place == CHANNEL
