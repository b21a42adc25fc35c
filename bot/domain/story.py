"""A story: all reports of one event, folded into one record that lives as long as the alert does.

A story never stores conclusions that cannot be recomputed: facts, status and headline are a pure
fold over its reports (`bot.domain.story_facts`), so that a server which may not see a report (a
private feed of another server) gets the story as it looks without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.article import ArticleId, GuildId
from bot.domain.launch import (
    Attribution,
    Casualties,
    Count,
    EventKind,
    EventTime,
    LaunchReport,
    Verdict,
    WeaponClass,
)

StoryId = NewType("StoryId", int)

ACKNOWLEDGED = "ack:"
"""Records whose names begin so say who acknowledged a story in a server."""


class StoryStatus(StrEnum):
    """The word people see; README explains each ("Status of a story")."""

    UNCONFIRMED = "unconfirmed"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One article's part in a story: everything the fold needs, kept with the story.

    `family` is the publisher family that counts as one voice (a reprint carries its wire's family).
    `guild_id` limits who may see it (a server's own feed). `copy_of` names the article this one
    reprints. `withdrawn` is set when the publisher took it back, in words or by rewriting the page
    so that it reports no launch any more; then `rewritten` is what the page is headed with now, and
    all else keeps the earlier claim. Times: `published` by the source, `detected` by our clock.
    """

    article_id: ArticleId
    title: str
    publisher: str
    family: str
    url: str | None
    language: str
    published: datetime | None
    detected: datetime
    report: LaunchReport
    lead: str = ""  # the sentence quoted in the alert
    sentences: tuple[str, ...] = ()  # the article's own summary
    official_feed: bool = False
    state_media: bool = False
    guild_id: GuildId | None = None
    copy_of: ArticleId | None = None
    withdrawn: bool = False
    from_seed: bool = False
    entities: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    rare_terms: tuple[str, ...] = ()
    published_day_only: bool = False
    rewritten: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact as one publisher states it; the alert shows ranges and who says which.

    `fact` names the field of `StoryFacts` ("count", "weapon", "target" ...), `value` is in words.
    """

    fact: str
    value: str
    publisher: str
    family: str
    quote: str
    hedged: bool = False
    article_id: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What is known of the event, folded over the reports; each fact keeps its claims.

    `count` is the range over all current claims; `claims` holds each publisher's
    own number, so that "JCS: 2; Japan: at least 1" can be shown. Empty tuples and None mean that
    nobody stated it.
    """

    kind: EventKind | None = None
    actors: tuple[str, ...] = ()
    weapons: tuple[WeaponClass, ...] = ()
    hedged_weapons: tuple[WeaponClass, ...] = ()  # only ever "likely" or "appears to be"
    names: tuple[str, ...] = ()
    count: Count | None = None
    site: str | None = None
    target: str | None = None
    time: EventTime | None = None
    distance_km: tuple[int, int] | None = None
    apogee_km: tuple[int, int] | None = None
    overflight: str | None = None
    eez: str | None = None
    casualties: Casualties | None = None
    failed: bool = False
    claims: tuple[Claim, ...] = ()
    attribution: tuple[Attribution, ...] = ()


class ChangeKind(StrEnum):
    """What changed between two revisions of a story."""

    FIRST_REPORT = "first report"
    NEW_SOURCE = "new source"
    WEAPON = "weapon class"
    COUNT = "count"
    ACTOR = "actor"
    OVERFLIGHT = "overflight"
    CASUALTIES = "casualties"
    STATUS = "status"
    RETRACTION = "retraction"
    WITHDRAWN = "withdrawn"  # one report was taken back while others stand
    CORRECTED = "corrected"  # no report of a launch is left; `before` is the earlier claim
    MARKED = "marked"  # a person said that it is no launch, or took that back
    DETAIL = "detail"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a story's history. `material` ones deserve a reply and a ping."""

    kind: ChangeKind
    at: datetime
    material: bool
    before: str = ""
    after: str = ""
    publisher: str | None = None
    article_id: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The stored record of an event; later its row in the launch register.

    `id` is 0 until stored. `revision` grows with every change. `pinned` stories were merged or
    split by a person: the machine adds reports to them but never moves reports between them.
    `merged_into` points to the surviving story. `day` is the event's (or first report's) date.
    """

    id: StoryId
    verdict: Verdict
    reports: tuple[StoryReport, ...]
    created: datetime
    updated: datetime
    revision: int = 1
    history: tuple[Change, ...] = ()
    pinned: bool = False
    merged_into: StoryId | None = None
    day: date | None = None
    marked_not_launch: bool = False


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as one audience may see it: the fold over the reports it may see."""

    story_id: StoryId
    revision: int
    verdict: Verdict
    status: StoryStatus
    status_words: str  # "Reported, officials quoted by NBC"
    headline: str  # composed from facts, or the best title when facts are missing
    facts: StoryFacts
    reports: tuple[StoryReport, ...]
    families: tuple[str, ...]
    summary: tuple[tuple[str, str], ...]  # sentence, outlet
    lead: StoryReport
    event_is_old: bool = False  # older than max_age_hours at detection: date shown, nobody pinged
    marked_not_launch: bool = False  # a person said so; the reports still tell of a launch
    earlier: str = ""  # the launch it told of while it still had reports of one

    @property
    def tells_launch(self) -> bool:
        """Whether its reports tell of a launch, whatever a person thinks of it."""
        return self.verdict is Verdict.LAUNCH or self.marked_not_launch
