"""The register of launches: what was stored, filtered, counted by day, and shown on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.article import GuildId
from bot.domain.folding import fold, is_word_character
from bot.domain.launch import Verdict, WeaponClass
from bot.domain.matching import INCLUDED_CLASSES
from bot.domain.story import Change, Story, StoryId, StoryStatus, StoryView
from bot.domain.story_facts import view
from bot.errors import NotFound
from bot.locale import problem
from bot.ports import Clock, Store, Transaction
from bot.services.asking import Asker, number_in

# Stories read for one question; a year of a busy world has a few thousand launches.
READ = 5000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Period:
    """How far back to look; `days` None means everything stored."""

    days: int | None

    def since(self, now: datetime) -> datetime | None:
        """Its first instant."""
        return None if self.days is None else now - timedelta(days=self.days)

    def first_day(self, now: datetime) -> date:
        """Its first day in UTC; today is its last."""
        return date.min if self.days is None else now.date() - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Question:
    """Which launches are asked for; names are canonical."""

    countries: tuple[str, ...] = ()
    weapons: tuple[WeaponClass, ...] = ()
    period: Period = Period(30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One launch as the asker may see it, with the day it counts for."""

    view: StoryView
    day: date


@dataclass(frozen=True, slots=True)
class Count:
    """Launch stories counted in three ways; `per_day` is in order of days."""

    total: int
    actors: tuple[tuple[str, int], ...]
    weapons: tuple[tuple[WeaponClass, int], ...]
    per_day: tuple[tuple[date, int], ...]
    confirmed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One story as the asker may see it, with its history."""

    view: StoryView
    history: tuple[Change, ...]
    merged_from: StoryId | None = None  # the number that was asked for, when it was merged


@dataclass
class Register:
    """The use cases of `/launch recent`, `show`, `stats`, `timeline` and `map`."""

    store: Store
    clock: Clock
    max_age: timedelta

    async def entries(self, asker: Asker, question: Question) -> list[Entry]:
        """The launches that fit, newest first; those marked as no launch are left out.

        A launch belongs to the period by the day of its event, not by its latest report, so that
        lists, numbers and charts count the same ones.
        """
        now = self.clock.now()
        first = question.period.first_day(now)

        def step(tx: Transaction) -> list[Story]:
            return tx.stories.recent(READ, since=question.period.since(now), verdict=Verdict.LAUNCH)

        stories = await self.store.read(step)
        found = []
        for story in stories:
            seen = self._view(story, asker.guild_id, now)
            if seen is None or story.marked_not_launch or seen.verdict is not Verdict.LAUNCH:
                continue
            if day_of(seen) >= first and _fits(seen, question):
                found.append(Entry(seen, day_of(seen)))
        return found

    async def count(self, asker: Asker, question: Question) -> Count:
        """The same launches in numbers."""
        entries = await self.entries(asker, question)
        actors = Counter(name for entry in entries for name in entry.view.facts.actors)
        weapons = Counter(kind for entry in entries for kind in entry.view.facts.weapons)
        days = Counter(entry.day for entry in entries)
        confirmed = sum(entry.view.status is StoryStatus.CONFIRMED for entry in entries)
        return Count(
            total=len(entries),
            actors=tuple(actors.most_common()),
            weapons=tuple(weapons.most_common()),
            per_day=tuple(sorted(days.items())),
            confirmed=confirmed,
        )

    async def show(self, asker: Asker, text: str) -> Shown:
        """One story by its number, or by what a person typed of its headline.

        Raises:
            NotFound: there is none the asker may see.
        """
        story_id = await self._numbered(text)
        return await self.shown(asker, story_id)

    async def shown(self, asker: Asker, story_id: StoryId) -> Shown:
        """One story by its number; a merged one leads to the story it became part of.

        Raises:
            NotFound: there is none the asker may see.
        """
        now = self.clock.now()
        story = await self.store.read(lambda tx: surviving(tx, story_id))
        seen = self._view(story, asker.guild_id, now) if story is not None else None
        if story is None or seen is None:
            raise problem(NotFound, "error.no_such_story")
        return Shown(seen, story.history, story_id if story.id != story_id else None)

    async def _numbered(self, text: str) -> StoryId:
        number = number_in(text)
        if number is not None:
            return StoryId(number)
        # Without a word there is nothing to search for, and every story would fit.
        words = any(is_word_character(letter) for letter in fold(text))
        found = await self.store.read(lambda tx: tx.stories.search(text, 1)) if words else []
        if not found:
            raise problem(NotFound, "error.no_such_story")
        return found[0][0]

    def _view(self, story: Story, guild_id: GuildId | None, now: datetime) -> StoryView | None:
        return view(story, guild_id, now, self.max_age)


def surviving(tx: Transaction, story_id: StoryId) -> Story | None:
    """A story, or the one it was merged into."""
    story = tx.stories.get(story_id)
    seen = {story_id}
    while story is not None and story.merged_into is not None and story.merged_into not in seen:
        seen.add(story.merged_into)
        story = tx.stories.get(story.merged_into)
    return story


def day_of(seen: StoryView) -> date:
    """The day a launch counts for: of the event, else of its publication, else of its detection."""
    if seen.facts.time is not None:
        return seen.facts.time.day
    return (seen.lead.published or seen.lead.detected).date()


def fill_days(counts: Sequence[tuple[date, int]], last: date, days: int) -> list[tuple[date, int]]:
    """So many days up to `last`, with zeros where nothing was counted."""
    known = dict(counts)
    return [
        (day, known.get(day, 0))
        for day in (last - timedelta(days=back) for back in range(days - 1, -1, -1))
    ]


def _fits(seen: StoryView, question: Question) -> bool:
    facts = seen.facts
    if question.countries:
        wanted = {fold(name) for name in question.countries}
        if not wanted & {fold(name) for name in facts.actors}:
            return False
    if question.weapons:
        included = frozenset().union(*(INCLUDED_CLASSES[each] for each in question.weapons))
        return bool(included & set(facts.weapons))
    return True
