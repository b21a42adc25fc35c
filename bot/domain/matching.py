"""Which subscriptions a story reaches, and for every other one the rule that stopped it.

Scoped rules fail closed: a story whose country or weapon is unknown does not reach a subscription
that asks for some. All reasons are catalogue keys, so that alerts, `/alert test` and `/why` can say
them in any language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.article import FeedId, GuildId
from bot.domain.folding import fold
from bot.domain.launch import BALLISTIC_CLASSES, Verdict, WeaponClass
from bot.domain.query import parse
from bot.domain.reason import Reason
from bot.domain.story import StoryReport, StoryStatus, StoryView
from bot.domain.subscription import Match, Silence, Subscription, Topic

# From weak to strong. A disputed story has at least two voices, like a reported one; whether a
# retracted one is told depends on whether its alert was.
STATUS_RANK = {
    StoryStatus.UNCONFIRMED: 0,
    StoryStatus.RETRACTED: 0,
    StoryStatus.REPORTED: 1,
    StoryStatus.DISPUTED: 1,
    StoryStatus.CONFIRMED: 2,
}

_NOT_MISSILES = frozenset(
    {
        WeaponClass.ROCKET_ARTILLERY,
        WeaponClass.ROCKET,
        WeaponClass.SPACE_LAUNCH,
        WeaponClass.PROJECTILE,
        WeaponClass.DRONE,
    }
)
# Asking for a general class includes the special ones; never the other way round.
INCLUDED_CLASSES: dict[WeaponClass, frozenset[WeaponClass]] = {
    **{weapon: frozenset({weapon}) for weapon in WeaponClass},
    WeaponClass.MISSILE: frozenset(WeaponClass) - _NOT_MISSILES,
    WeaponClass.BALLISTIC: BALLISTIC_CLASSES,
    WeaponClass.ROCKET: frozenset({WeaponClass.ROCKET, WeaponClass.ROCKET_ARTILLERY}),
}


class Rule(StrEnum):
    """What stopped a story on its way to a subscription."""

    PAUSED = "paused"
    AUDIENCE = "audience"  # no article of it may be seen there
    TOPIC = "topic"
    QUERY = "query"
    FEED = "feed"
    ONLY_LAUNCHES = "only launches"
    NOT_A_LAUNCH = "not a launch"  # a person said so
    AGE = "age"
    COUNTRY = "country"
    WEAPON = "weapon"
    STATUS = "status"
    SOURCES = "sources"
    RETRACTED = "retracted"  # taken back before it was told
    SILENCE = "silence"
    HELD_BACK = "held back"  # the article alone brings no new alert (flood brake)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a story does not reach a subscription."""

    subscription: Subscription
    rule: Rule
    reason: Reason


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """What matching needs of one article of a story: the indexed phrases found in its text."""

    found: frozenset[str] = frozenset()
    feed_id: FeedId | None = None
    guild_id: GuildId | None = None  # set when only that server may see it


@dataclass(frozen=True, slots=True)
class Occasion:
    """A story at the moment something happened to it, as one audience may see it.

    `told` says that the place already has the alert. `max_age` is the policy: what a feed brings
    older than that is stored, not alerted.
    """

    view: StoryView
    articles: Sequence[SeenArticle]
    max_age: timedelta = timedelta(hours=48)
    marked_not_launch: bool = False
    told: bool = False


def decide(
    subscription: Subscription, occasion: Occasion, silences: Iterable[Silence], now: datetime
) -> Match | Stop:
    """Whether a story reaches a subscription, and by what; else the first rule that stopped it.

    Raises:
        InvalidInput: the stored query cannot be read (queries are read before they are stored).
    """
    if subscription.paused:
        return _paused(subscription)
    selected = _select(subscription, occasion)
    if isinstance(selected, Stop):
        return selected
    stop = (
        _not_news(subscription, occasion)
        or _out_of_scope(subscription, occasion.view)
        or _too_weak(subscription, occasion)
        or _silenced(subscription, occasion, silences, now)
    )
    return stop or selected


def stays_informed(
    subscription: Subscription, occasion: Occasion, silences: Iterable[Silence], now: datetime
) -> Match | None:
    """The match of a subscription whose place was alerted, when only the story stopped fitting.

    A rewritten article may hold none of the words a query asked for: who was alerted must hear that
    all the same. A pause and a silence are a person's wish and hold.
    """
    if subscription.paused or _silenced(subscription, occasion, silences, now) is not None:
        return None
    if subscription.topic is not None:
        return Match(subscription, subscription.topic.value)
    return Match(subscription, subscription.query or str(subscription.feed_id or ""))


def decide_all(
    subscriptions: Iterable[Subscription],
    occasion: Occasion,
    silences: Sequence[Silence],
    now: datetime,
) -> tuple[list[Match], list[Stop]]:
    """`decide` for many subscriptions, in their order."""
    results = [decide(each, occasion, silences, now) for each in subscriptions]
    matches = [result for result in results if isinstance(result, Match)]
    return matches, [result for result in results if isinstance(result, Stop)]


def match_reason(match: Match) -> Reason:
    """Say "why you see this": the topic, or the query with the words that matched."""
    subscription = match.subscription
    if subscription.topic is not None:
        return Reason.of("why.topic", topic=subscription.topic)
    if subscription.query is not None:
        return Reason.of("why.query", query=match.reason, words=match.words)
    key = "why.feed_launches" if subscription.only_launches else "why.feed"
    return Reason.of(key, feed=match.reason)


def fresh_reports(view: StoryView, max_age: timedelta) -> list[StoryReport]:
    """Reports that are news: everything from seeds/, and what a feed brought soon enough."""
    return [report for report in view.reports if report.from_seed or _is_fresh(report, max_age)]


def is_old(view: StoryView, max_age: timedelta) -> bool:
    """Whether an alert must say its date plainly and ping nobody."""
    fresh = [report for report in view.reports if _is_fresh(report, max_age)]
    return view.event_is_old or not fresh


def _is_fresh(report: StoryReport, max_age: timedelta) -> bool:
    if report.published is None:
        return True
    # A bare date names a whole day: the article may be from its last minute.
    latest = report.published + timedelta(days=1 if report.published_day_only else 0)
    return report.detected - latest <= max_age


def _paused(subscription: Subscription) -> Stop:
    reason = (
        Reason.of("why.stop.paused_because", reason=subscription.paused_reason)
        if subscription.paused_reason
        else Reason.of("why.stop.paused")
    )
    return Stop(subscription, Rule.PAUSED, reason)


def _select(subscription: Subscription, occasion: Occasion) -> Match | Stop:
    """The topic, query or feed a subscription consists of."""
    guild = subscription.place.guild_id
    seen = [a for a in occasion.articles if a.guild_id is None or a.guild_id == guild]
    if not seen:
        return Stop(subscription, Rule.AUDIENCE, Reason.of("why.stop.audience"))
    if subscription.topic is not None:
        return _select_topic(subscription, subscription.topic, occasion.view.verdict)
    if subscription.query is not None:
        return _select_query(subscription, subscription.query, seen)
    if any(article.feed_id == subscription.feed_id for article in seen):
        return Match(subscription, str(subscription.feed_id or ""))
    return Stop(subscription, Rule.FEED, Reason.of("why.stop.feed"))


def _select_topic(subscription: Subscription, topic: Topic, verdict: Verdict) -> Match | Stop:
    wanted = (Verdict.LAUNCH,) if topic is Topic.LAUNCHES else (Verdict.LAUNCH, Verdict.RELATED)
    if verdict in wanted:
        return Match(subscription, topic.value)
    reason = Reason.of("why.stop.topic", topic=topic, verdict=verdict)
    return Stop(subscription, Rule.TOPIC, reason)


def _select_query(
    subscription: Subscription, text: str, articles: Sequence[SeenArticle]
) -> Match | Stop:
    """One article must match on its own: an exclusion in another one does not count."""
    query = parse(text)
    matching = [article for article in articles if query.matches(article.found)]
    if not matching:
        return Stop(subscription, Rule.QUERY, Reason.of("why.stop.query", query=str(query)))
    found = frozenset().union(*(article.found for article in matching))
    return Match(subscription, str(query), query.words(found))


def _not_news(subscription: Subscription, occasion: Occasion) -> Stop | None:
    view = occasion.view
    launches_only = subscription.only_launches or subscription.topic is Topic.LAUNCHES
    if subscription.only_launches and view.verdict is not Verdict.LAUNCH:
        reason = Reason.of("why.stop.only_launches", verdict=view.verdict)
        return Stop(subscription, Rule.ONLY_LAUNCHES, reason)
    if launches_only and occasion.marked_not_launch:
        return Stop(subscription, Rule.NOT_A_LAUNCH, Reason.of("why.stop.not_a_launch"))
    if not fresh_reports(view, occasion.max_age) and not occasion.told:
        published = max(report.published or report.detected for report in view.reports)
        reason = Reason.of("why.stop.age", date=published.date(), limit=occasion.max_age)
        return Stop(subscription, Rule.AGE, reason)
    return None


def _out_of_scope(subscription: Subscription, view: StoryView) -> Stop | None:
    facts = view.facts
    if subscription.countries:
        wanted = {fold(country) for country in subscription.countries}
        if not facts.actors:
            reason = Reason.of("why.stop.country_unknown", countries=subscription.countries)
            return Stop(subscription, Rule.COUNTRY, reason)
        if not wanted & {fold(actor) for actor in facts.actors}:
            reason = Reason.of(
                "why.stop.country", countries=subscription.countries, actors=facts.actors
            )
            return Stop(subscription, Rule.COUNTRY, reason)
    if subscription.weapons:
        included = frozenset().union(*(INCLUDED_CLASSES[w] for w in subscription.weapons))
        if not facts.weapons:
            reason = Reason.of("why.stop.weapon_unknown", weapons=subscription.weapons)
            return Stop(subscription, Rule.WEAPON, reason)
        if not included & set(facts.weapons):
            reason = Reason.of("why.stop.weapon", weapons=subscription.weapons, known=facts.weapons)
            return Stop(subscription, Rule.WEAPON, reason)
    return None


def _too_weak(subscription: Subscription, occasion: Occasion) -> Stop | None:
    """Status and number of sources; who was alerted stays informed whatever they become."""
    if occasion.told:
        return None
    view = occasion.view
    if view.status is StoryStatus.RETRACTED:
        return Stop(subscription, Rule.RETRACTED, Reason.of("why.stop.retracted"))
    if STATUS_RANK[view.status] < STATUS_RANK[subscription.min_status]:
        reason = Reason.of("why.stop.status", status=view.status, wanted=subscription.min_status)
        return Stop(subscription, Rule.STATUS, reason)
    families = len(set(view.families))
    if families < subscription.min_sources:
        reason = Reason.of("why.stop.sources", count=families, wanted=subscription.min_sources)
        return Stop(subscription, Rule.SOURCES, reason)
    return None


def _silenced(
    subscription: Subscription, occasion: Occasion, silences: Iterable[Silence], now: datetime
) -> Stop | None:
    place = subscription.place
    for silence in silences:
        if silence.expires <= now or silence.guild_id != place.guild_id:
            continue
        if silence.channel_id is not None and silence.channel_id != place.id:
            continue
        if silence_covers(silence, occasion):
            return Stop(subscription, Rule.SILENCE, _until(silence))
    return None


def _until(silence: Silence) -> Reason:
    """Kept for `/why`, so without the person's id; its instant is read back from the words."""
    expires = f"{silence.expires.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    if not silence.reason:
        return Reason.of("why.stop.silence", expires=expires)
    return Reason.of("why.stop.silence_because", expires=expires, reason=silence.reason)


def silence_covers(silence: Silence, occasion: Occasion) -> bool:
    """Whether a silence names this story, or its query matches every article we have of it.

    A story must not be lost because one of its articles mentions a muted word.
    """
    if silence.story_id is not None:
        return silence.story_id == occasion.view.story_id
    if silence.query is None:
        return False
    query = parse(silence.query)
    return bool(occasion.articles) and all(query.matches(a.found) for a in occasion.articles)


def with_feed_name(match: Match, name: str) -> Match:
    """A match by feed, said with the feed's name."""
    return replace(match, reason=name) if match.subscription.feed_id is not None else match
