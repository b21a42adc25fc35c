"""Which story a report joins: a pure decision over candidates, with the reason in words.

Launches are one event by facts and time (`bot.domain.story_event`); text only recognises copies
and, for what is no launch, how much of the wording two articles share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from bot.domain.article import ArticleId
from bot.domain.copies import resemblance, same_headline
from bot.domain.launch import Verdict
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_event import EventSketch, contradiction, merged, same_event, sketch
from bot.domain.story_wording import counting, ends, likenesses
from bot.domain.story_words import STEMMED_COMMON, STEMMED_VERY_COMMON, words

# Found on development data (`make eval`): mean cosine between a report and a story's reports.
JOIN_LIKENESS = 0.06
# A launch that shares no fact with a story joins it by wording only when it is nearly a quotation;
# sooner where the same side fired, but nothing says that it fired at the same place.
LAUNCH_LIKENESS = 0.30
_SAME_SIDE_LIKENESS = 0.20
# A story is read and written whole: one that only wording holds together must not grow for ever.
MOST_REPORTS = 200
_KEY_TERMS = 12
_KEY_ENTITIES = 5
_KEY_COPIES = 12


class Joining(StrEnum):
    """What becomes of a report."""

    JOIN = "join"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """Where a report goes, and why: `rule` names the rule, `reason` says it in words for `/why`.

    `copy_of` is the article this one reprints; the two count as one voice.
    """

    joining: Joining
    story_id: StoryId | None
    rule: str
    reason: str
    likeness: float = 0.0
    copy_of: ArticleId | None = None


def index_keys(report: StoryReport) -> tuple[str, ...]:
    """At most 40 keys under which the store finds the stories this report might belong to.

    A launch: actor (else target, else weapon name) with each day it may have happened and the
    neighbours. Every report: the rarest words of its headline, pairs of what it names, and the
    rare terms of its text.
    """
    keys: dict[str, None] = {}
    event = sketch(report)
    if event is not None:
        who = sorted(event.actors) or sorted(event.targets) or sorted(event.names)
        first = event.first.toordinal() - 1
        for name in who[:2]:
            for day in range(first, min(event.last.toordinal() + 1, first + 5) + 1):
                keys[f"event:{name}:{day}"] = None
    title = dict.fromkeys(words(report.title))
    rare = [word for word in title if word not in STEMMED_COMMON | STEMMED_VERY_COMMON]
    known = [word for word in title if word in STEMMED_COMMON]
    keys.update((f"word:{word}", None) for word in rare[:_KEY_TERMS])
    if len(rare) < 2:
        keys.update((f"pair:{a}:{b}", None) for a, b in combinations(sorted(known)[:4], 2))
    named = sorted(report.entities)[:_KEY_ENTITIES]
    keys.update((f"named:{a}:{b}", None) for a, b in combinations(named, 2) if len(keys) < 28)
    keys.update((f"copy:{term}", None) for term in report.rare_terms[:_KEY_COPIES])
    return tuple(keys)[:40]


def choose_story(report: StoryReport, candidates: Sequence[Story], now: datetime) -> StoryDecision:
    """The story a report joins, or that it starts a new one.

    In this order: the story that holds the article it copies; the story of the same launch; the
    story whose reports share most of its wording and names. The order of `candidates` is
    irrelevant. Merged stories are passed over, and full ones that are no launch.
    """
    del now  # reports carry their own times; kept so that every rule is called alike
    open_stories = sorted(
        (each for each in candidates if _open(each)),
        key=lambda story: story.id,
    )
    if not open_stories:
        return StoryDecision(
            Joining.NEW, None, "first", "a new one, nothing like it in the last days"
        )
    event = sketch(report)
    events = {story.id: _known_event(event, story) for story in open_stories}
    if event is not None:
        events |= _numbered(event, events)
    fitting = [
        story
        for story in open_stories
        if not _other_actors(event, story) and _fits(event, events[story.id])
    ]
    copied = _copied(report, fitting)
    if copied is not None:
        return copied
    if event is not None:
        same = _same_launch(event, fitting, events)
        if same is not None:
            return same
    return _by_wording(report, event, fitting, events, likenesses(report, fitting))


def _numbered(
    event: EventSketch, events: dict[StoryId, EventSketch | None]
) -> dict[StoryId, EventSketch | None]:
    """The later launches of the day that a report is about, as the second, the third ...

    Their own first reports seldom say so: what made them stories was another kind of missile or
    another hour.
    """
    if event.number == 1 and not event.again:
        return {}
    plain = replace(event, number=1, again=False)
    told = [
        (old.reported, story_id, old)
        for story_id, old in events.items()
        if old is not None
        and same_event(replace(plain, families=frozenset()), replace(old, number=1)) is not None
    ]
    in_order = sorted(told, key=lambda one: one[:2])
    return {
        story_id: replace(
            old, number=max(old.number, min(at, event.number)), again=old.again or event.again
        )
        for at, (_, story_id, old) in enumerate(in_order, 1)
        if at > 1
    }


def _open(story: Story) -> bool:
    if story.merged_into is not None or not story.reports:
        return False
    # However many report a launch, it stays one story: one launch, one alert.
    return story.verdict is Verdict.LAUNCH or len(story.reports) < MOST_REPORTS


def story_sketch(story: Story) -> EventSketch | None:
    """What identifies the launch of a story; None when none of its reports is of a launch."""
    sketches = (sketch(report) for report in ends(story) if not report.withdrawn)
    return merged(one for one in sketches if one is not None)


def _known_event(event: EventSketch | None, story: Story) -> EventSketch | None:
    """The sketch of a story, where it can matter: drawing it costs more than all else."""
    return None if event is None or _other_actors(event, story) else story_sketch(story)


def _other_actors(event: EventSketch | None, story: Story) -> bool:
    """Whether the launch of a story has actors, and all of them are others."""
    if event is None or not event.actors:
        return False
    actors = {
        fact.value
        for report in story.reports
        if report.report.verdict is Verdict.LAUNCH and (launch := report.report.news) is not None
        for fact in launch.actors
    }
    return bool(actors) and actors.isdisjoint(event.actors)


def _fits(new: EventSketch | None, old: EventSketch | None) -> bool:
    return new is None or old is None or contradiction(new, old) is None


def _copied(report: StoryReport, stories: Sequence[Story]) -> StoryDecision | None:
    best: tuple[float, StoryReport, Story] | None = None
    for story in stories:
        for other in story.reports:
            alike = 1.0 if same_headline(report, other) else resemblance(report, other)
            if alike > 0 and (best is None or alike > best[0]):
                best = (alike, other, story)
    if best is None:
        return None
    alike, other, story = best
    return StoryDecision(
        Joining.JOIN,
        story.id,
        "copy",
        f"a copy of a report by {other.publisher} ({alike:.0%} of its rare terms)",
        alike,
        None if other.article_id == report.article_id else other.copy_of or other.article_id,
    )


def _same_launch(
    event: EventSketch,
    stories: Sequence[Story],
    events: dict[StoryId, EventSketch | None],
) -> StoryDecision | None:
    best: tuple[tuple[int, timedelta], Story, str] | None = None
    for story in stories:
        old = events[story.id]
        why = same_event(event, old) if old is not None else None
        if old is None or why is None:
            continue
        shared = len(event.targets & old.targets) + len(event.names & old.names)
        rank = (shared, -abs(event.reported - old.reported))
        if best is None or rank > best[0]:
            best = (rank, story, why)
    if best is None:
        return None
    _, story, why = best
    return StoryDecision(Joining.JOIN, story.id, "same launch", why)


def _by_wording(
    report: StoryReport,
    event: EventSketch | None,
    stories: Sequence[Story],
    events: dict[StoryId, EventSketch | None],
    likenesses: dict[StoryId, float],
) -> StoryDecision:
    best: tuple[float, StoryId] | None = None
    for story in stories:
        value = likenesses[story.id] * counting(report, event, story)
        if value >= _needed(event, events[story.id]) and (best is None or value > best[0]):
            best = (value, story.id)
    if best is None:
        nearest = max(likenesses.values(), default=0.0)
        reason = f"a new one, no other shares its facts or enough wording (nearest: {nearest:.2f})"
        return StoryDecision(Joining.NEW, None, "new", reason, nearest)
    value, story_id = best
    return StoryDecision(
        Joining.JOIN, story_id, "wording", f"shares wording and names ({value:.2f})", value
    )


def _needed(event: EventSketch | None, known: EventSketch | None) -> float:
    if event is None or known is None:
        return JOIN_LIKENESS
    return _SAME_SIDE_LIKENESS if event.actors & known.actors else LAUNCH_LIKENESS
