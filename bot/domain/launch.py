"""What an article says of a launch: verdict, evidence, and facts with the sentence quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Verdict(StrEnum):
    """Is a missile launch the news of the article? (see README, "What counts as a launch")."""

    LAUNCH = "launch"
    RELATED = "related"
    NONE = "none"


class WeaponClass(StrEnum):
    """Weapon classes, general to special; the value is the canonical English name people see."""

    MISSILE = "missile"
    BALLISTIC = "ballistic missile"
    SHORT_RANGE = "short-range ballistic missile"
    MEDIUM_RANGE = "medium-range ballistic missile"
    INTERMEDIATE_RANGE = "intermediate-range ballistic missile"
    INTERCONTINENTAL = "intercontinental ballistic missile"
    SUBMARINE_LAUNCHED = "submarine-launched ballistic missile"
    HYPERSONIC = "hypersonic missile"
    CRUISE = "cruise missile"
    ANTI_SHIP = "anti-ship missile"
    AIR_LAUNCHED = "air-launched missile"
    SURFACE_TO_AIR = "surface-to-air missile"
    ANTI_TANK = "anti-tank missile"
    ROCKET_ARTILLERY = "rocket artillery"
    ROCKET = "rocket"
    SPACE_LAUNCH = "space-launch vehicle"
    INTERCEPTOR = "interceptor"
    PROJECTILE = "projectile"
    DRONE = "drone"


BALLISTIC_CLASSES = frozenset(
    {
        WeaponClass.BALLISTIC,
        WeaponClass.SHORT_RANGE,
        WeaponClass.MEDIUM_RANGE,
        WeaponClass.INTERMEDIATE_RANGE,
        WeaponClass.INTERCONTINENTAL,
        WeaponClass.SUBMARINE_LAUNCHED,
    }
)


class EventKind(StrEnum):
    """What happened to the missile."""

    TEST = "test"  # fired into the sea, a range, an exercise
    STRIKE = "strike"  # fired at a target
    INTERCEPTION = "interception"
    SPACE = "space launch"


class SourceClass(StrEnum):
    """Who says so, in descending rank."""

    OFFICIAL = "official"
    STATE_MEDIA = "state media"
    WIRE = "wire"
    MEDIA = "media"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that decided, and the rule it met."""

    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One claim with the sentence it is quoted from; `hedged` keeps "likely" and "appears to"."""

    value: T
    quote: str
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many missiles: a clear number has min == max; "dozens" and "more than 40" have no max."""

    min: int
    max: int | None


@dataclass(frozen=True, slots=True)
class EventTime:
    """When it happened: a local calendar day, the last possible day, and the instant where known.

    `day` is in the time zone of the event; `until` is the last day of a span ("over the weekend"),
    equal to `day` otherwise. `instant` is aware, only when the text gives a clock time.
    """

    day: date
    until: date
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says so: words as printed ("a US official"), class, whether a name is given.

    A name is a person's, or that of an office that speaks on the record ("Japan's Defense
    Ministry"); "Pentagon officials" gives none.
    """

    who: str
    source_class: SourceClass
    quote: str
    named: bool = False
    actor: str | None = None  # canonical country or group the source belongs to


@dataclass(frozen=True, slots=True)
class Casualties:
    """Killed and injured, each None when not stated."""

    killed: int | None
    injured: int | None


@dataclass(frozen=True, slots=True)
class LaunchEvent:
    """One event of an article. `is_news` marks the one that is the article's news."""

    kind: EventKind
    is_news: bool
    actors: tuple[Fact[str], ...] = ()
    weapons: tuple[Fact[WeaponClass], ...] = ()
    names: tuple[Fact[str], ...] = ()
    count: Fact[Count] | None = None
    site: Fact[str] | None = None
    target: Fact[str] | None = None
    time: Fact[EventTime] | None = None
    distance_km: Fact[int] | None = None
    apogee_km: Fact[int] | None = None
    overflight: Fact[str] | None = None  # the country flown over
    eez: Fact[str] | None = None  # "outside Japan's EEZ", "inside Japan's EEZ"
    casualties: Fact[Casualties] | None = None
    failed: Fact[bool] | None = None


@dataclass(frozen=True, slots=True)
class LaunchReport:
    """The judgement of one article.

    `confidence` (0.0-1.0) is how sure the rules are of the verdict, not how sure anybody is of the
    launch. `events` are in order of appearance; `news` is the one marked as the news.
    `denied` and `retracted` quote a denial by an authority or the publisher's withdrawal.
    `attack` is true where the headline tells of an attack or its harm and of no other arms than
    missiles: without a missile in it ("Toll of the strike on Kyiv rises") it is no launch by
    itself, yet may belong to the story of one.
    """

    verdict: Verdict
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    events: tuple[LaunchEvent, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    denied: Fact[str] | None = None
    retracted: Fact[str] | None = None
    attack: bool = False

    @property
    def foreign(self) -> bool:
        """Whether it has nothing to do with any launch."""
        return self.verdict is Verdict.NONE and not self.attack

    @property
    def news(self) -> LaunchEvent | None:
        """The event that is the article's news, if it has one."""
        return next((event for event in self.events if event.is_news), None)
