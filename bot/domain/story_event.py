"""Is it the same launch? Identity of events by who, what, where and when, never by wording.

Two reports are about one event when something identifies it (actor, target, weapon name) and
nothing contradicts. Contradictions separate: another actor, another place, another day, another
kind of missile, or a report that says itself that this is one more launch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from bot.domain.launch import BALLISTIC_CLASSES, EventKind, Verdict, WeaponClass
from bot.domain.story import StoryReport
from bot.domain.story_ordinal import is_one_more, number_of

T = TypeVar("T")

# Without a stated day a report is about its day of publication or the day before.
_LOOKS_BACK = timedelta(days=1)
# Reports of one moment may name neighbouring days: evening in Washington is morning in Korea.
_ZONES = timedelta(hours=14)
# A strike on a place that is rarely hit is talked about longer than one more barrage.
_NAMED_WEAPON_DAYS = 4
_ONE_MORE = timedelta(minutes=15)
# "This week" and "this month" say in what series a launch stands, not on what day it was.
_LONGEST_SPAN = timedelta(days=2)
_BACKING = 0.25  # share of a story's reports that must name a place

_WATERS = frozenset({"Sea", "Gulf", "Strait", "Ocean", "Channel"})
_VAGUE = frozenset({WeaponClass.MISSILE, WeaponClass.PROJECTILE, WeaponClass.DRONE})
# Kinds of missile that nobody mistakes for one another. Heavy rocket artillery and ballistic
# missiles are one family: the two sides of the Korean border call the same thing either.
_FAMILY = {
    **dict.fromkeys(BALLISTIC_CLASSES, "ballistic"),
    WeaponClass.HYPERSONIC: "ballistic",
    WeaponClass.ROCKET_ARTILLERY: "ballistic",
    WeaponClass.ROCKET: "rocket",
    WeaponClass.CRUISE: "cruise",
    WeaponClass.ANTI_SHIP: "cruise",
    WeaponClass.AIR_LAUNCHED: "cruise",
    WeaponClass.SURFACE_TO_AIR: "air defence",
    WeaponClass.INTERCEPTOR: "air defence",
    WeaponClass.ANTI_TANK: "anti-tank",
    WeaponClass.SPACE_LAUNCH: "space",
}


_STRATEGIC = frozenset({WeaponClass.INTERCONTINENTAL, WeaponClass.SUBMARINE_LAUNCHED})


@dataclass(frozen=True, slots=True)
class EventSketch:
    """What identifies an event, in one report or in all reports of a story.

    `first` and `last` bound the day on which it happened; `stated` says that a text gives the day.
    `mentions` are all canonical names the reports hold, for places inside places; `scene` those of
    them that are not speaking. `number` is the event's number in its day where a report says so
    ("second launch of the day": 2). `strategic` is true of missiles no war fires in barrages.
    """

    actors: frozenset[str]
    targets: frozenset[str]
    names: frozenset[str]
    families: frozenset[str]
    counts: frozenset[int]
    kinds: frozenset[EventKind]
    mentions: frozenset[str]
    scene: frozenset[str]
    first: date
    last: date
    stated: bool
    instant: datetime | None
    reported: datetime
    exact: bool
    number: int
    again: bool
    strategic: bool = False


def sketch(report: StoryReport) -> EventSketch | None:
    """The sketch of a report whose news is a launch; None for every other article."""
    event = report.report.news
    if report.report.verdict is not Verdict.LAUNCH or event is None:
        return None
    when = (report.published or report.detected).astimezone(UTC)
    first, last = when.date() - _LOOKS_BACK, when.date()
    # A hedged time is only the day of publication standing in for one.
    time = event.time.value if event.time and not event.time.hedged else None
    stated = time is not None and time.until - time.day <= _LONGEST_SPAN
    if time is not None and stated:
        first, last = time.day, time.until
    places = {fact.value for fact in (event.target, event.site) if fact is not None}
    sure = [fact for fact in event.weapons if not fact.hedged and fact.value not in _VAGUE]
    count = event.count
    text = f"{report.title}. {report.lead}"
    actors = frozenset(fact.value for fact in event.actors)
    mentions = (frozenset(report.entities) | places) - actors
    # "The missile flew 600 km, Seoul says": nothing was fired at Seoul.
    speaking = {one.who for one in report.report.attribution}
    return EventSketch(
        actors=actors,
        targets=frozenset({event.target.value}) - speaking if event.target else frozenset(),
        names=frozenset(fact.value for fact in event.names),
        families=frozenset(_FAMILY[fact.value] for fact in sure),
        counts=frozenset({count.value.min})
        if count and not count.hedged and count.value.min == count.value.max
        else frozenset(),
        kinds=frozenset({event.kind}),
        mentions=mentions,
        scene=mentions - {one.actor for one in report.report.attribution if one.actor},
        first=first,
        last=last,
        stated=stated,
        instant=time.instant if time else None,
        reported=when,
        exact=report.published is None or not report.published_day_only,
        number=number_of(text),
        again=event.kind is EventKind.TEST and is_one_more(report.title),
        strategic=any(fact.value in _STRATEGIC for fact in sure),
    )


def merged(sketches: Iterable[EventSketch]) -> EventSketch | None:
    """One sketch for all reports of a story; its day as narrow as the reports agree on.

    Places that only a few of many reports name say nothing about where it happened.
    """
    many = sorted(sketches, key=lambda one: one.reported)
    if len(many) < 2:
        return many[0] if many else None
    first, last, stated = _days(many)
    return EventSketch(
        actors=_joined(one.actors for one in many),
        targets=_backed([one.targets for one in many]),
        names=_joined(one.names for one in many),
        families=_leading(one.families for one in many),
        counts=_joined(one.counts for one in many),
        kinds=_joined(one.kinds for one in many),
        mentions=_backed([one.mentions for one in many]),
        scene=_backed([one.scene for one in many]),
        first=first,
        last=last,
        stated=stated,
        instant=next((one.instant for one in many if one.instant is not None), None),
        reported=many[0].reported,
        exact=many[0].exact,
        number=max(one.number for one in many),
        again=many[0].again,
        strategic=any(one.strategic for one in many),
    )


def _days(many: Sequence[EventSketch]) -> tuple[date, date, bool]:
    """The days all agree on; where they do not, a stated day wins, then the earlier report."""
    first, last, stated = many[0].first, many[0].last, many[0].stated
    for one in many[1:]:
        if max(first, one.first) <= min(last, one.last):
            first, last = max(first, one.first), min(last, one.last)
        elif one.stated and not stated:
            first, last = one.first, one.last
        stated = stated or one.stated
    return first, last, stated


def _joined(sets: Iterable[frozenset[T]]) -> frozenset[T]:
    return frozenset[T]().union(*sets)


def _leading(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """What more than half as many reports say as say the most said.

    "A cruise missile, hours after the ICBM" does not make a launch both.
    """
    votes = Counter(name for one in sets for name in one)
    most = max(votes.values(), default=0)
    return frozenset(name for name, count in votes.items() if count > most / 2)


def _backed(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    votes = Counter(name for one in sets for name in one)
    return frozenset(name for name, count in votes.items() if count >= _BACKING * len(sets))


def contradiction(new: EventSketch, old: EventSketch) -> str | None:
    """Why two sketches cannot be one event, in words; None when nothing speaks against it."""
    if new.actors and old.actors and not new.actors & old.actors:
        return "another actor"
    if not _places_fit(new, old):
        return "another place"
    if _kinds_differ(new, old):
        return "another kind of missile"
    later, earlier = (new, old) if new.reported >= old.reported else (old, new)
    if _apart_in_time(later, earlier):
        return "another day"
    if _numbers_differ(later, earlier):
        return "a further launch"
    if later.again and earlier.exact and later.exact and not earlier.again:
        gap = later.reported - earlier.reported
        if _ONE_MORE < gap < timedelta(days=2):
            return "a further launch"
    if _instants_differ(new, old):
        return "another hour"
    return None


def _waters(one: EventSketch) -> bool:
    return all(any(word in _WATERS for word in name.split()) for name in one.targets)


def _numbers_differ(a: EventSketch, b: EventSketch) -> bool:
    """Whether they are different launches of one day; "another" may be the second or the third."""
    low, high = sorted((a, b), key=lambda one: one.number)
    return low.number != high.number and not low.again


def _places_fit(a: EventSketch, b: EventSketch) -> bool:
    if not a.targets or not b.targets or a.targets & b.targets:
        return True
    # Where a test came down is told in many ways: only two waters are two places.
    if EventKind.TEST in a.kinds & b.kinds and not _waters(a) & _waters(b):
        return True
    # An ocean is large enough to hold any other place.
    if any(all(name.endswith("Ocean") for name in one.targets) for one in (a, b)):
        return True
    return bool(a.targets & b.mentions or b.targets & a.mentions)


def _struck(one: EventSketch) -> frozenset[str]:
    strike = EventKind.TEST not in one.kinds
    return one.targets or (one.scene if strike and not one.actors else frozenset())


def _elsewhere(one: EventSketch, other: EventSketch) -> bool:
    """Whether a strike without a stated target names only places that the other does not know.

    Not enough to tell two strikes apart, too much for the same actor to make them one.
    """
    if one.targets or not other.targets or not one.scene or EventKind.TEST in one.kinds:
        return False
    return one.scene.isdisjoint(other.targets | other.mentions)


def _kinds_differ(a: EventSketch, b: EventSketch) -> bool:
    """Tests are told apart by the kind of missile, also from a strike: a barrage mixes them."""
    if a.names & b.names:
        return False
    for test, strike in ((a, b), (b, a)):
        if test.kinds == {EventKind.TEST} and strike.kinds == {EventKind.STRIKE}:
            if test.strategic != strike.strategic and test.strategic:
                return True  # an ICBM is tested, never fired in a barrage
            return _families_differ(a, b)
    return EventKind.TEST in a.kinds & b.kinds and _families_differ(a, b)


def _families_differ(a: EventSketch, b: EventSketch) -> bool:
    return bool(a.families and b.families and not a.families & b.families)


def _apart_in_time(later: EventSketch, earlier: EventSketch) -> bool:
    if later.first <= earlier.last and earlier.first <= later.last:
        return False
    gap = max((later.first - earlier.last).days, (earlier.first - later.last).days)
    near = abs(later.reported - earlier.reported) <= _ZONES
    if later.stated and earlier.stated:
        return gap > 1 or not near or bool(later.counts ^ earlier.counts and later.counts)
    if later.names & earlier.names:
        return gap > _NAMED_WEAPON_DAYS
    # Barrages come every day, tests do not; but a night belongs to two days.
    if later.kinds | earlier.kinds == {EventKind.TEST} or (near and later.stated != earlier.stated):
        return gap > 1
    return gap > 0


def _instants_differ(a: EventSketch, b: EventSketch) -> bool:
    if a.instant is None or b.instant is None or a.counts & b.counts:
        return False
    return abs(a.instant - b.instant) > timedelta(minutes=45)


def same_event(new: EventSketch, old: EventSketch) -> str | None:
    """What identifies the two as one event, in words; None when nothing does, or one contradicts.

    Needed are a shared actor, or (where one of them names no actor) a shared target or weapon name.
    """
    if contradiction(new, old) is not None or _elsewhere(new, old) or _elsewhere(old, new):
        return None
    if new.names & old.names and not (new.actors and old.actors):
        return f"same weapon {min(new.names & old.names)}"
    if new.actors & old.actors:
        return f"same actor {min(new.actors & old.actors)}, same days"
    # "Toll of the attack in Kyiv rises": where nobody fired at anything, the place is what was hit.
    shared = _struck(new) & _struck(old)
    if shared and not (new.actors and old.actors):
        return f"same target {min(shared)}, same days"
    return None
