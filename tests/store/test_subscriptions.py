from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.feed import PollState
from bot.domain.story import StoryId
from bot.domain.story_life import merge
from bot.domain.subscription import SubscriptionId, UserId
from bot.errors import StoreError
from bot.ports import AuditEntry, Transaction
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import (
    NOW,
    OTHER_CHANNEL,
    OTHER_GUILD,
    OUR_GUILD,
    PERSON,
    PERSONAL,
)

SOMEBODY_ELSE = UserId(78)


async def test_a_subscription_comes_back_whole(store: SqlStore) -> None:
    number = await store.write(lambda tx: tx.subscriptions.add(samples.subscription()))
    expected = samples.subscription(id=number)
    assert await store.read(lambda tx: tx.subscriptions.get(number)) == expected
    changed = replace(expected, paused=True, query="icbm", topic=None)
    await store.write(lambda tx: tx.subscriptions.save(changed))
    assert await store.read(lambda tx: tx.subscriptions.all()) == [changed]
    assert await store.read(lambda tx: tx.subscriptions.get(SubscriptionId(9))) is None


async def test_subscriptions_are_scoped_by_server_and_person(store: SqlStore) -> None:
    for place in (samples.CHANNEL, OTHER_CHANNEL, PERSONAL):
        await store.write(lambda tx, p=place: tx.subscriptions.add(samples.subscription(p)))  # type: ignore[misc]  # bound now

    def read(tx: Transaction) -> list[list[SubscriptionId]]:
        kinds = (
            tx.subscriptions.of_guild(OUR_GUILD),
            tx.subscriptions.of_guild(OTHER_GUILD),
            tx.subscriptions.of_user(PERSON),
        )
        return [[item.id for item in kind] for kind in kinds]

    assert await store.read(read) == [[1], [2], [3]]


async def test_every_change_of_a_subscription_raises_the_version(store: SqlStore) -> None:
    async def version() -> int:
        return await store.read(lambda tx: tx.subscriptions.version())

    versions = [await version()]
    number = await store.write(lambda tx: tx.subscriptions.add(samples.subscription()))
    versions.append(await version())
    await store.write(lambda tx: tx.subscriptions.save(samples.subscription(id=number)))
    versions.append(await version())
    await store.write(lambda tx: tx.subscriptions.remove(number))
    versions.append(await version())
    await store.write(lambda tx: tx.subscriptions.forget_user(PERSON))
    versions.append(await version())
    await store.write(lambda tx: tx.subscriptions.remove_guild(OUR_GUILD))
    versions.append(await version())
    assert versions == sorted(set(versions))
    await store.write(lambda tx: tx.subscriptions.remove(number))
    assert await version() == versions[-1]


async def test_a_removed_subscription_cannot_be_saved(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="was removed"):
        await store.write(lambda tx: tx.subscriptions.save(samples.subscription(id=4)))


async def test_silences_end_at_their_time_and_belong_to_their_server(store: SqlStore) -> None:
    for guild_id in (OUR_GUILD, OTHER_GUILD):
        silence = samples.silence(guild_id)
        await store.write(lambda tx, s=silence: tx.subscriptions.add_silence(s))  # type: ignore[misc]  # bound now
    every = await store.read(lambda tx: tx.subscriptions.silences(NOW))
    assert every == [samples.silence(id=1), samples.silence(OTHER_GUILD, id=2)]
    ours = await store.read(lambda tx: tx.subscriptions.silences(NOW, OUR_GUILD))
    assert ours == [samples.silence(id=1)]
    later = NOW + timedelta(hours=1)
    assert await store.read(lambda tx: tx.subscriptions.silences(later)) == []
    await store.write(lambda tx: tx.subscriptions.remove_silence(1))
    assert await store.read(lambda tx: tx.subscriptions.silences(NOW, OUR_GUILD)) == []


async def test_a_person_follows_a_story_once(store: SqlStore) -> None:
    def step(tx: Transaction) -> tuple[list[bool], list[UserId], list[UserId]]:
        story_id = tx.stories.save(samples.story(), [], headline="h", status="reported")
        follows = tx.subscriptions
        answers = [
            follows.follow(story_id, PERSON, NOW + timedelta(minutes=1)),
            follows.follow(story_id, PERSON, NOW),
            follows.follow(story_id, SOMEBODY_ELSE, NOW),
        ]
        before = follows.followers(story_id)
        answers += [follows.unfollow(story_id, PERSON), follows.unfollow(story_id, PERSON)]
        return answers, before, follows.followers(story_id)

    answers, before, after = await store.write(step)
    assert answers == [True, False, True, True, False]
    assert before == [SOMEBODY_ELSE, PERSON]
    assert after == [SOMEBODY_ELSE]


async def test_a_story_that_is_not_there_cannot_be_followed(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        await store.write(lambda tx: tx.subscriptions.follow(StoryId(9), PERSON, NOW))


def furnish(tx: Transaction) -> None:
    """Everything that can be stored about two persons and two servers."""
    story_id = tx.stories.save(samples.story(), [], headline="h", status="reported")
    for user_id in (PERSON, SOMEBODY_ELSE):
        place = replace(PERSONAL, id=user_id)
        tx.subscriptions.follow(story_id, user_id, NOW)
        tx.subscriptions.add(samples.subscription(place, created_by=user_id))
        tx.digests.add(samples.schedule(place, created_by=user_id))
        tx.outbox.enqueue(samples.delivery(f"alert:{user_id}", place=place))
        tx.outbox.park_place(place, "closed", NOW)
    for guild_id, channel in ((OUR_GUILD, samples.CHANNEL), (OTHER_GUILD, OTHER_CHANNEL)):
        tx.subscriptions.add(samples.subscription(channel))
        tx.digests.add(samples.schedule(channel))
        tx.subscriptions.add_silence(samples.silence(guild_id))
        tx.feeds.add(samples.feed(str(guild_id), guild_id=guild_id), PollState())
        tx.records.set_guild_setting(guild_id, "timezone", "Asia/Seoul")
        tx.records.audit(AuditEntry(NOW, guild_id, PERSON, "alert add", ""))


async def test_a_forgotten_person_leaves_no_trace(store: SqlStore, url: str) -> None:
    await store.write(furnish)
    # 5 rows of their own; 2 subscriptions, 2 digests, 2 silences and 2 audit rows name them
    assert await store.write(lambda tx: tx.subscriptions.forget_user(PERSON)) == 13

    def traces(tx: Transaction) -> None:
        subscriptions = tx.subscriptions.all()
        assert len(subscriptions) == 3
        assert all(item.created_by != PERSON for item in subscriptions)
        digests = tx.digests.all()
        assert len(digests) == 3
        assert all(item.created_by != PERSON for item in digests)
        assert tx.subscriptions.followers(StoryId(1)) == [SOMEBODY_ELSE]
        assert {silence.author for silence in tx.subscriptions.silences(NOW)} == {0}
        assert [item.place.id for item in tx.outbox.parked()] == [SOMEBODY_ELSE]
        assert [place.id for place in tx.outbox.parked_places()] == [SOMEBODY_ELSE]
        assert tx.records.audit_of(OUR_GUILD, 9)[0].user_id is None

    await store.read(traces)
    assert await store.write(lambda tx: tx.subscriptions.forget_user(PERSON)) == 0


async def test_a_forgotten_person_is_named_in_no_story_and_no_acknowledgement(
    store: SqlStore, url: str
) -> None:
    at = NOW.isoformat()

    def judge(tx: Transaction) -> None:
        numbers = [
            tx.stories.save(replace(samples.story(), id=StoryId(0)), [], headline="h", status="")
            for _ in range(2)
        ]
        first, second = (tx.stories.get(number) for number in numbers)
        assert first is not None
        assert second is not None
        for each in merge(first, second, NOW, f"user {PERSON}"):
            tx.stories.save(each, [], headline="h", status="")
        tx.records.put("ack:1:1", {"user": PERSON, "name": "Jane Member", "at": at})
        tx.records.put("ack:1:2", {"user": SOMEBODY_ELSE, "name": f"{PERSON}", "at": at})

    await store.write(judge)
    assert await store.write(lambda tx: tx.subscriptions.forget_user(PERSON)) == 3

    def left(tx: Transaction) -> None:
        assert tx.records.get("ack:1:1") == {"user": 0, "name": "—", "at": at}
        assert tx.records.get("ack:1:2")["user"] == SOMEBODY_ELSE
        notes = [tx.stories.get(StoryId(number)).history[-1].after for number in (1, 2)]  # type: ignore[union-attr]  # both are there
        assert notes == ["a person", "1, a person"]

    await store.read(left)


async def test_a_removed_server_takes_its_things_and_nobody_elses(store: SqlStore) -> None:
    await store.write(furnish)
    await store.write(lambda tx: tx.subscriptions.remove_guild(OUR_GUILD))

    def left(tx: Transaction) -> None:
        assert tx.subscriptions.of_guild(OUR_GUILD) == []
        assert len(tx.subscriptions.of_guild(OTHER_GUILD)) == 1
        assert len(tx.subscriptions.of_user(PERSON)) == 1
        assert {item.place.guild_id for item in tx.digests.all()} == {None, OTHER_GUILD}
        assert [item.guild_id for item in tx.subscriptions.silences(NOW)] == [OTHER_GUILD]
        assert [feed.guild_id for feed in tx.feeds.all()] == [OTHER_GUILD]
        assert tx.records.guild_setting(OUR_GUILD, "timezone") is None
        assert tx.records.guild_setting(OTHER_GUILD, "timezone") == "Asia/Seoul"

    await store.read(left)
