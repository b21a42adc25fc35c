"""The fold of reports into what is known of the event: facts, ranges, and each publisher's claims.

Only reports whose news is the launch are asked. A publisher's newest statement replaces its older
ones; copies count with the report they copy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.article import ArticleId
from bot.domain.launch import (
    BALLISTIC_CLASSES,
    Attribution,
    Casualties,
    Count,
    EventTime,
    Fact,
    LaunchEvent,
    SourceClass,
    Verdict,
    WeaponClass,
)
from bot.domain.story import Claim, StoryFacts, StoryReport

T = TypeVar("T", bound=Hashable)

_RANK = {source: rank for rank, source in enumerate(SourceClass)}


@dataclass(frozen=True, slots=True)
class Statement:
    """A launch as one report tells it, with the voice it counts for."""

    report: StoryReport
    event: LaunchEvent
    voice: str

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.report.published or self.report.detected


def voices(reports: Sequence[StoryReport]) -> dict[ArticleId, str]:
    """The independent voice each report counts for: its family, or that of what it copies.

    Only the copied text is borrowed: a publisher's other reports stay its own voice. A copied
    report that the audience may not see lends no voice.
    """
    by_id = {report.article_id: report for report in reports}
    found: dict[ArticleId, str] = {}
    for report in reports:
        origin, seen = report, {report.article_id}
        while origin.copy_of in by_id and origin.copy_of not in seen:
            origin = by_id[origin.copy_of]
            seen.add(origin.article_id)
        found[report.article_id] = origin.family
    return found


def statements(reports: Sequence[StoryReport]) -> list[Statement]:
    """The launches told by reports that stand, oldest first; when none stands, what was told."""
    standing = [report for report in reports if not report.withdrawn]
    return _told(standing or reports, reports)


def _told(reports: Sequence[StoryReport], everything: Sequence[StoryReport]) -> list[Statement]:
    voice = voices(everything)
    told = [
        Statement(report, event, voice[report.article_id])
        for report in reports
        if report.report.verdict is Verdict.LAUNCH and (event := report.report.news) is not None
    ]
    return sorted(told, key=lambda one: (one.at, one.report.article_id))


def fold(reports: Sequence[StoryReport]) -> StoryFacts:
    """What is known, over the reports an audience may see."""
    told = statements(reports)
    if not told:
        return StoryFacts(attribution=_attribution(reports))
    weapons = _supported(told, lambda event: event.weapons, share=0.0)
    hedged = frozenset(weapons) - {
        fact.value for one in told for fact in one.event.weapons if not fact.hedged
    }
    return StoryFacts(
        kind=_most(told, lambda event: [event.kind]),
        actors=_supported(told, lambda event: event.actors),
        weapons=_special(weapons, hedged),
        hedged_weapons=tuple(weapon for weapon in weapons if weapon in hedged),
        names=_supported(told, lambda event: event.names, share=0.0),
        count=folded_count(told),
        site=_most(told, lambda event: _one(event.site)),
        target=_most(told, lambda event: _one(event.target)),
        time=_time(told),
        distance_km=_span(told, lambda event: event.distance_km),
        apogee_km=_span(told, lambda event: event.apogee_km),
        overflight=_most(told, lambda event: _one(event.overflight)),
        eez=_most(told, lambda event: _one(event.eez)),
        casualties=_casualties(told),
        failed=any(one.event.failed is not None and one.event.failed.value for one in told),
        claims=claims(told),
        attribution=_attribution([one for one in reports if not one.withdrawn] or reports),
    )


def newest(told: Iterable[Statement], has: Callable[[LaunchEvent], object]) -> list[Statement]:
    """The newest statement of each voice that says anything of a kind, oldest first."""
    by_voice: dict[str, Statement] = {}
    for one in told:
        if has(one.event):
            by_voice[one.voice] = one
    return sorted(by_voice.values(), key=lambda one: (one.at, one.report.article_id))


def folded_count(told: Sequence[Statement]) -> Count | None:
    """How many, over the current claims: what they have in common, else their whole range.

    "A missile" in a first report is no count once anybody has counted more.
    """
    counted = [
        one.event.count.value
        for one in newest(told, lambda event: event.count)
        if one.event.count is not None
    ]
    if any(count.min > 1 for count in counted):
        counted = [count for count in counted if (count.min, count.max) != (1, 1)]
    if not counted:
        return None
    low = max(count.min for count in counted)
    tops = [count.max for count in counted if count.max is not None]
    if not tops or low <= min(tops):
        return Count(low, min(tops) if tops else None)
    open_end = len(tops) < len(counted)
    return Count(min(count.min for count in counted), None if open_end else max(tops))


def claims(told: Sequence[Statement]) -> tuple[Claim, ...]:
    """Each publisher's current statement of each fact, oldest first."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for one in told:
        fresh: dict[str, list[Claim]] = defaultdict(list)
        for name, fact, value in _facts(one.event):
            claim = Claim(
                fact=name,
                value=value,
                publisher=one.report.publisher,
                family=one.report.family,
                quote=fact.quote,
                hedged=fact.hedged,
                article_id=one.report.article_id,
            )
            fresh[name].append(claim)
        for name, many in fresh.items():
            found[(name, one.report.publisher)] = many
    return tuple(claim for many in found.values() for claim in many)


def count_words(count: Count) -> str:
    """A count in figures: "2", "2-3", "at least 10"."""
    if count.max is None:
        return f"at least {count.min}"
    return str(count.min) if count.min == count.max else f"{count.min}-{count.max}"


def casualty_words(casualties: Casualties) -> str:
    """Casualties in words: "2 killed, 5 injured"."""
    parts = []
    if casualties.killed is not None:
        parts.append(f"{casualties.killed} killed")
    if casualties.injured is not None:
        parts.append(f"{casualties.injured} injured")
    return ", ".join(parts)


def _facts(event: LaunchEvent) -> list[tuple[str, Fact[Any], str]]:
    """Every fact of an event: name, fact, value in words."""
    found: list[tuple[str, Fact[Any], str]] = []
    for name, facts in (("actor", event.actors), ("weapon", event.weapons), ("name", event.names)):
        found.extend((name, fact, str(fact.value)) for fact in facts)
    if event.count is not None:
        found.append(("count", event.count, count_words(event.count.value)))
    if event.time is not None:
        found.append(("time", event.time, event.time.value.day.isoformat()))
    if event.casualties is not None:
        found.append(("casualties", event.casualties, casualty_words(event.casualties.value)))
    for name, fact, unit in (
        ("site", event.site, ""),
        ("target", event.target, ""),
        ("overflight", event.overflight, ""),
        ("eez", event.eez, ""),
        ("distance", event.distance_km, " km"),
        ("apogee", event.apogee_km, " km"),
    ):
        if fact is not None:
            found.append((name, fact, f"{fact.value}{unit}"))
    return found


def _one(fact: Fact[T] | None) -> list[T]:
    return [fact.value] if fact is not None else []


def _votes(
    told: Sequence[Statement], values: Callable[[LaunchEvent], Iterable[T]]
) -> dict[T, set[str]]:
    """Which voices hold which value, in order of first mention."""
    votes: dict[T, set[str]] = {}
    for one in told:
        for value in values(one.event):
            votes.setdefault(value, set()).add(one.voice)
    return votes


def _most(told: Sequence[Statement], values: Callable[[LaunchEvent], Iterable[T]]) -> T | None:
    """The value most voices hold; the first mentioned of equals."""
    votes = _votes(told, values)
    return max(votes, key=lambda value: len(votes[value]), default=None)


def _supported(
    told: Sequence[Statement],
    facts: Callable[[LaunchEvent], Sequence[Fact[T]]],
    share: float = 0.5,
) -> tuple[T, ...]:
    """Values held by at least `share` of the voices that hold the best one, best first."""
    votes = _votes(told, lambda event: [fact.value for fact in facts(event)])
    if not votes:
        return ()
    most = max(len(held) for held in votes.values())
    kept = [value for value, held in votes.items() if len(held) >= share * most]
    return tuple(sorted(kept, key=lambda value: -len(votes[value])))


def _special(
    weapons: Sequence[WeaponClass], hedged: frozenset[WeaponClass]
) -> tuple[WeaponClass, ...]:
    """Drop the general class where a special one of the same family is stated for sure.

    What is only "likely" never takes the place of what is known; it is kept apart.
    """
    if any(weapon not in hedged for weapon in weapons):
        weapons = [weapon for weapon in weapons if weapon not in hedged]
    some = set(weapons)
    vague = {WeaponClass.MISSILE, WeaponClass.PROJECTILE}
    dropped: set[WeaponClass] = set()
    if some - vague - {WeaponClass.DRONE}:
        dropped |= vague
    elif WeaponClass.MISSILE in some:
        dropped.add(WeaponClass.PROJECTILE)
    if some & (BALLISTIC_CLASSES - {WeaponClass.BALLISTIC}):
        dropped.add(WeaponClass.BALLISTIC)
    if WeaponClass.ROCKET_ARTILLERY in some:
        dropped.add(WeaponClass.ROCKET)
    return tuple(weapon for weapon in weapons if weapon not in dropped)


def _time(told: Sequence[Statement]) -> EventTime | None:
    """The day most voices state, narrowed to an instant where one of them gives it.

    A day that was only taken from the date of publication counts when nobody states one.
    """
    stated = [one for one in told if one.event.time is not None and not one.event.time.hedged]
    told = stated or told
    day = _most(told, lambda event: [event.time.value.day] if event.time else [])
    fitting = [
        one.event.time.value
        for one in told
        if one.event.time is not None and one.event.time.value.day == day
    ]
    exact = [time for time in fitting if time.instant is not None]
    if exact:
        return exact[0]
    return min(fitting, key=lambda time: time.until, default=None)


def _span(
    told: Sequence[Statement], fact: Callable[[LaunchEvent], Fact[int] | None]
) -> tuple[int, int] | None:
    values = [stated.value for one in newest(told, fact) if (stated := fact(one.event)) is not None]
    return (min(values), max(values)) if values else None


def _casualties(told: Sequence[Statement]) -> Casualties | None:
    """The highest current numbers: tolls rise, and a low one is usually an early one."""
    stated = [
        one.event.casualties.value
        for one in newest(told, lambda event: event.casualties)
        if one.event.casualties is not None
    ]
    if not stated:
        return None
    killed = [one.killed for one in stated if one.killed is not None]
    injured = [one.injured for one in stated if one.injured is not None]
    return Casualties(max(killed, default=None), max(injured, default=None))


def _attribution(reports: Sequence[StoryReport]) -> tuple[Attribution, ...]:
    """Who says so, each once, highest rank first."""
    found: dict[str, Attribution] = {}
    for report in reports:
        for one in report.report.attribution:
            known = found.get(one.who.casefold())
            if known is None or _RANK[one.source_class] < _RANK[known.source_class]:
                found[one.who.casefold()] = one
    return tuple(sorted(found.values(), key=lambda one: (_RANK[one.source_class], not one.named)))
