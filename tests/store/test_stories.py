from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.launch import Verdict
from bot.domain.story import Story, StoryId
from bot.errors import StoreError
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW


async def save(
    store: SqlStore, story: Story, *keys: str, headline: str = "Two missiles fired"
) -> StoryId:
    return await store.write(
        lambda tx: tx.stories.save(story, keys, headline=headline, status="reported")
    )


async def candidates(store: SqlStore, *keys: str, since: datetime = NOW) -> list[int]:
    return [s.id for s in await store.read(lambda tx: tx.stories.candidates(keys, since))]


async def search(store: SqlStore, words: str) -> list[int]:
    return [row[0] for row in await store.read(lambda tx: tx.stories.search(words, 25))]


async def test_a_story_comes_back_whole_with_its_number(store: SqlStore) -> None:
    story = samples.story(reports=3)
    number = await save(store, story)
    assert await store.read(lambda tx: tx.stories.get(number)) == replace(story, id=number)
    assert await store.read(lambda tx: tx.stories.get(StoryId(99))) is None


async def test_saving_again_replaces_the_story(store: SqlStore) -> None:
    number = await save(store, samples.story())
    changed = samples.story(number, reports=2, revision=2)
    assert await save(store, changed) == number
    assert await store.read(lambda tx: tx.stories.get(number)) == changed


async def test_saving_a_story_that_was_never_stored_is_refused(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="Story 41"):
        await save(store, samples.story(41))


async def test_candidates_share_a_key(store: SqlStore) -> None:
    first = await save(store, samples.story(), "actor:a", "day:1")
    second = await save(store, samples.story(), "actor:a", "actor:b")
    assert await candidates(store, "actor:a") == [first, second]
    assert await candidates(store, "actor:b", "day:1", "day:1") == [first, second]
    assert await candidates(store, "actor:c") == []
    assert await candidates(store) == []


async def test_keys_are_those_of_the_last_save(store: SqlStore) -> None:
    number = await save(store, samples.story(), "old", "kept")
    await save(store, samples.story(number), "kept", "new")
    assert await candidates(store, "old") == []
    assert await candidates(store, "kept") == [number]
    assert await candidates(store, "new") == [number]


async def test_candidates_were_updated_since(store: SqlStore) -> None:
    number = await save(store, samples.story(), "k")
    assert await candidates(store, "k", since=NOW + timedelta(seconds=1)) == []
    for hours in (20, 40, 60):  # keys are touched daily only, the story each time
        later = NOW + timedelta(hours=hours)
        await save(store, samples.story(number, updated=later), "k")
        assert await candidates(store, "k", since=later) == [number]


async def test_merged_stories_are_no_candidates_but_can_be_read(store: SqlStore) -> None:
    survivor = await save(store, samples.story(), "k")
    merged = await save(store, samples.story(merged_into=survivor), "k")
    assert await candidates(store, "k") == [survivor]
    assert [s.id for s in await store.read(lambda tx: tx.stories.recent(9))] == [survivor]
    assert await search(store, "missiles") == [survivor]
    assert await store.read(lambda tx: tx.stories.get(merged)) is not None


async def test_recent_stories_are_newest_first_within_bounds(store: SqlStore) -> None:
    numbers = [
        await save(
            store,
            samples.story(
                updated=NOW + timedelta(hours=hour),
                verdict=Verdict.RELATED if hour == 1 else Verdict.LAUNCH,
            ),
        )
        for hour in range(4)
    ]

    async def recent(**only: object) -> list[int]:
        found = await store.read(lambda tx: tx.stories.recent(10, **only))  # type: ignore[arg-type]  # one helper for all
        return [numbers.index(story.id) for story in found]

    assert await recent() == [3, 2, 1, 0]
    assert await recent(verdict=Verdict.LAUNCH) == [3, 2, 0]
    since, until = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    assert await recent(since=since, until=until) == [2, 1]
    assert len(await store.read(lambda tx: tx.stories.recent(2))) == 2


@pytest.mark.parametrize(
    "words",
    ["hwas", "HWASONG 12", "nordkörea", "north fires", "12", "#1", "1", "", "fires hwasong-12"],
)
async def test_search_finds_a_headline_by_number_or_beginnings_of_words(
    store: SqlStore, words: str
) -> None:
    number = await save(store, samples.story(), headline="Nordkorea/North fires Hwasŏng-12")
    assert await search(store, words) == [number]


@pytest.mark.parametrize("words", ["wasong", "2", "south", "%", "_", "hwasong missiles"])
async def test_search_leaves_out_what_does_not_fit(store: SqlStore, words: str) -> None:
    await save(store, samples.story(), headline="North fires Hwasŏng-12")
    fits = await search(store, words)
    assert fits == ([] if words not in ("%", "_") else [1])  # no word at all: everything


async def test_search_finds_any_part_of_a_headline_without_spaces(store: SqlStore) -> None:
    number = await save(store, samples.story(), headline="北朝鮮が弾道ミサイル発射")
    assert await search(store, "ミサイル") == [number]


async def test_search_gives_headlines_newest_first(store: SqlStore) -> None:
    old = await save(store, samples.story(), headline="Missile one")
    new = await save(store, samples.story(updated=NOW + timedelta(hours=1)), headline="Missile two")
    assert await store.read(lambda tx: tx.stories.search("missile", 9)) == [
        (new, "Missile two"),
        (old, "Missile one"),
    ]


async def test_a_headline_of_any_length_can_be_searched(store: SqlStore) -> None:
    number = await save(store, samples.story(), headline="word " * 500)
    ((found, headline),) = await store.read(lambda tx: tx.stories.search("word", 1))
    assert (found, len(headline)) == (number, 300)
