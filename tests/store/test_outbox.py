from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from bot.domain.article import GuildId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from bot.domain.story import StoryId
from bot.domain.subscription import Place, PlaceKind
from bot.ports import Transaction
from bot.store import SqlStore, outbox_sql
from bot.store.engine import make_engine
from tests.store import samples
from tests.store.samples import CHANNEL, NOW, OTHER_CHANNEL, OUR_GUILD, PERSONAL

ALERT, UPDATE = DeliveryKind.ALERT, DeliveryKind.UPDATE
NOTICE, DIGEST = DeliveryKind.NOTICE, DeliveryKind.DIGEST
MINUTE = timedelta(minutes=1)


async def enqueue(
    store: SqlStore,
    key: str,
    kind: DeliveryKind = ALERT,
    place: Place = CHANNEL,
    **changes: Any,
) -> DeliveryId:
    delivery = samples.delivery(key, kind, place, **changes)
    number = await store.write(lambda tx: tx.outbox.enqueue(delivery))
    assert number is not None
    return number


async def get(store: SqlStore, number: DeliveryId) -> Delivery:
    delivery = await store.read(lambda tx: tx.outbox.get(number))
    assert delivery is not None
    return delivery


async def change(store: SqlStore, number: DeliveryId, **changes: Any) -> None:
    delivery = replace(await get(store, number), **changes)
    await store.write(lambda tx: tx.outbox.save(delivery))


async def sent(store: SqlStore, number: DeliveryId, **changes: Any) -> None:
    posted = {"message_id": 5000 + number, "channel_id": 901, **changes}
    await change(store, number, state=DeliveryState.SENT, **posted)


async def claimable(store: SqlStore, minutes: int = 0, limit: int = 10) -> list[str]:
    now = NOW + minutes * MINUTE
    return [d.key for d in await store.read(lambda tx: tx.outbox.claimable(now, limit))]


async def edits(store: SqlStore, minutes: int = 0) -> list[tuple[int, int, int]]:
    found = await store.read(lambda tx: tx.outbox.edits_due(NOW + minutes * MINUTE, 10))
    return [(edit.delivery_id, edit.applied, edit.revision) for edit in found]


async def test_a_delivery_comes_back_whole(store: SqlStore) -> None:
    delivery = samples.delivery(
        "alert:1:901",
        story_id=StoryId(1),
        revision=3,
        due=NOW + MINUTE,
        attempts=2,
        first_try=NOW,
        next_try=NOW + 2 * MINUTE,
        message_id=2**62,
        channel_id=901,
        reply_to=DeliveryId(4),
        error="timeout",
        state=DeliveryState.SENDING,
    )
    number = await store.write(lambda tx: tx.outbox.enqueue(delivery))
    assert number is not None
    expected = replace(delivery, id=number)
    assert await get(store, number) == expected
    assert await store.read(lambda tx: tx.outbox.by_key("alert:1:901")) == expected
    assert await store.read(lambda tx: tx.outbox.by_key("alert:2:901")) is None
    assert await store.read(lambda tx: tx.outbox.get(DeliveryId(99))) is None


async def test_a_key_is_enqueued_once_and_the_first_stays_as_it_is(store: SqlStore) -> None:
    number = await enqueue(store, "alert:1:901")
    second = samples.delivery("alert:1:901", payload={"content": "other"})
    assert await store.write(lambda tx: tx.outbox.enqueue(second)) is None
    assert (await get(store, number)).payload["content"] == "Two missiles"


async def test_a_sent_key_is_never_enqueued_again(store: SqlStore) -> None:
    await sent(store, await enqueue(store, "alert:1:901"))
    again = samples.delivery("alert:1:901")
    assert await store.write(lambda tx: tx.outbox.enqueue(again)) is None


async def test_saving_replaces_what_may_change(store: SqlStore) -> None:
    number = await enqueue(store, "a")
    await sent(store, number, attempts=1, first_try=NOW, payload={"content": "frozen"})
    saved = await get(store, number)
    assert (saved.state, saved.message_id) == (DeliveryState.SENT, 5000 + number)
    assert (saved.attempts, saved.payload) == (1, {"content": "frozen"})


async def test_saving_a_delivery_that_was_deleted_meanwhile_changes_nothing(
    store: SqlStore,
) -> None:
    number = await enqueue(store, "a", place=PERSONAL)
    delivery = await get(store, number)
    await store.write(lambda tx: tx.subscriptions.forget_user(samples.PERSON))
    await store.write(lambda tx: tx.outbox.save(delivery))
    assert await store.read(lambda tx: tx.outbox.get(number)) is None


async def test_one_head_of_each_place_is_claimable_best_priority_first(store: SqlStore) -> None:
    await enqueue(store, "digest", DIGEST, CHANNEL)
    await enqueue(store, "digest-2", DIGEST, OTHER_CHANNEL)
    await enqueue(store, "notice", NOTICE, PERSONAL)
    await enqueue(store, "alert", ALERT, CHANNEL)
    await enqueue(store, "update", UPDATE, CHANNEL)
    assert await claimable(store) == ["alert", "notice", "digest-2"]
    assert await claimable(store, limit=2) == ["alert", "notice"]


async def test_order_is_kept_within_a_place(store: SqlStore) -> None:
    numbers = [await enqueue(store, key) for key in ("first", "second", "third")]
    for number, key in zip(numbers, ("first", "second", "third"), strict=True):
        assert await claimable(store) == [key]
        await sent(store, number)
    assert await claimable(store) == []


async def test_a_head_that_is_retried_stops_its_own_place_and_priority_only(
    store: SqlStore,
) -> None:
    head = await enqueue(store, "alert")
    await enqueue(store, "update", UPDATE)
    await enqueue(store, "digest", DIGEST)
    await enqueue(store, "elsewhere", ALERT, OTHER_CHANNEL)
    await change(store, head, state=DeliveryState.SENDING, next_try=NOW + 2 * MINUTE)
    assert await claimable(store) == ["elsewhere", "digest"]
    assert await claimable(store, minutes=2) == ["alert", "elsewhere"]


async def test_a_row_left_by_a_killed_process_is_claimable_when_its_lease_ends(
    store: SqlStore,
) -> None:
    number = await enqueue(store, "alert")
    await change(store, number, state=DeliveryState.SENDING, next_try=NOW + 2 * MINUTE)
    assert await claimable(store, minutes=1) == []
    assert await claimable(store, minutes=2) == ["alert"]


async def test_an_alert_never_waits_behind_a_digest_of_its_place(store: SqlStore) -> None:
    digest = await enqueue(store, "digest", DIGEST)
    await change(store, digest, state=DeliveryState.SENDING, next_try=NOW + MINUTE)
    await enqueue(store, "alert")
    assert await claimable(store) == ["alert"]


async def test_a_message_held_for_quiet_hours_lets_others_pass(store: SqlStore) -> None:
    await enqueue(store, "held", due=NOW + 10 * MINUTE)
    await enqueue(store, "confirmed", created=NOW + MINUTE)
    assert await claimable(store) == []
    assert await claimable(store, minutes=1) == ["confirmed"]
    assert await claimable(store, minutes=10) == ["confirmed"]


async def test_a_reply_waits_for_the_held_message_it_answers(store: SqlStore) -> None:
    held = await enqueue(store, "held", due=NOW + 10 * MINUTE)
    await enqueue(store, "reply", UPDATE, reply_to=held)
    await enqueue(store, "other", created=NOW + MINUTE)
    assert await claimable(store, minutes=2) == ["other"]
    await sent(store, (await store.read(lambda tx: tx.outbox.pending()))[-1].id)
    assert await claimable(store, minutes=9) == []
    assert await claimable(store, minutes=10) == ["held"]
    await sent(store, held)
    assert await claimable(store, minutes=10) == ["reply"]


async def test_a_held_message_that_is_let_go_takes_its_replies_along(store: SqlStore) -> None:
    held = await enqueue(store, "held", due=NOW + 10 * MINUTE)
    await enqueue(store, "reply", UPDATE, reply_to=held, created=NOW + MINUTE)
    await change(store, held, due=None)
    assert await claimable(store) == ["held"]
    await sent(store, held)
    assert await claimable(store) == []
    assert await claimable(store, minutes=1) == ["reply"]


async def test_a_channel_is_one_place_whatever_is_known_of_it(store: SqlStore) -> None:
    await enqueue(store, "first", place=CHANNEL)
    declared = Place(PlaceKind.ANNOUNCEMENT, CHANNEL.id)
    await enqueue(store, "second", place=declared)
    assert await claimable(store) == ["first"]
    pending = await store.read(lambda tx: tx.outbox.pending(declared))
    assert [d.place for d in pending] == [CHANNEL, declared]


async def test_a_person_and_a_channel_of_one_number_are_two_places(store: SqlStore) -> None:
    await enqueue(store, "channel", place=CHANNEL)
    await enqueue(store, "person", place=Place(PlaceKind.USER, CHANNEL.id))
    assert await claimable(store) == ["channel", "person"]


async def test_the_queue_is_walked_in_order_without_sorting_it(store: SqlStore) -> None:
    """With 10,000 rows waiting, sorting them for each claim takes 15 ms, walking 1 to 3."""
    query = str(outbox_sql.CLAIMABLE.compile(dialect=sqlite.dialect()))
    engine = make_engine(store.path, read_only=True)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0, 0, 10, 0)).all()
    engine.dispose()
    plan = " / ".join(row[3] for row in rows)
    assert "USING INDEX ix_outbox_next" in plan
    assert "ix_outbox_line (place=? AND priority=?)" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("places", [1, 10_000])
async def test_ten_thousand_waiting_rows_give_their_heads(store: SqlStore, places: int) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(10_000):
            place = Place(PlaceKind.CHANNEL, number % places)
            tx.outbox.enqueue(samples.delivery(f"d{number}", DIGEST, place))

    await store.write(fill)
    assert await claimable(store, limit=50) == [f"d{number}" for number in range(min(places, 50))]
    await enqueue(store, "alert", place=Place(PlaceKind.CHANNEL, 0))
    assert (await claimable(store, limit=50))[0] == "alert"


async def test_deliveries_of_a_story_are_oldest_first(store: SqlStore) -> None:
    for key, number in (("a", 1), ("b", 2), ("c", 1)):
        await enqueue(store, key, story_id=StoryId(number))
    found = await store.read(lambda tx: tx.outbox.of_story(StoryId(1)))
    assert [delivery.key for delivery in found] == ["a", "c"]


async def test_counts_name_every_state(store: SqlStore) -> None:
    await enqueue(store, "a")
    await sent(store, await enqueue(store, "b"))
    counts = await store.read(lambda tx: tx.outbox.counts())
    assert set(counts) == set(DeliveryState)
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.SENT]) == (1, 1)
    assert counts[DeliveryState.PARKED] == 0


async def test_a_servers_counts_are_of_its_own_places(store: SqlStore) -> None:
    here, there = (Place(PlaceKind.CHANNEL, n, GuildId(n)) for n in (71, 72))
    for key, place in (("a", here), ("b", there), ("c", Place(PlaceKind.USER, 9))):
        await enqueue(store, key, place=place, created=NOW - (place.id % 7) * MINUTE)
    counts = await store.read(lambda tx: tx.outbox.counts(GuildId(72)))
    assert set(counts) == set(DeliveryState)
    assert counts[DeliveryState.PENDING] == 1
    assert (await store.read(lambda tx: tx.outbox.counts()))[DeliveryState.PENDING] == 3
    oldest = await store.read(lambda tx: tx.outbox.oldest_pending(NOW, GuildId(72)))
    assert oldest == NOW - 2 * MINUTE
    oldest = await store.read(lambda tx: tx.outbox.oldest_pending(NOW, GuildId(71)))
    assert oldest == NOW - MINUTE


async def test_the_oldest_pending_one_is_not_a_held_one(store: SqlStore, url: str) -> None:
    assert await store.read(lambda tx: tx.outbox.oldest_pending()) is None
    await sent(store, await enqueue(store, "sent", created=NOW - 9 * MINUTE))
    await enqueue(store, "held", created=NOW - 5 * MINUTE, due=NOW + MINUTE)
    await enqueue(store, "waiting")
    assert await store.read(lambda tx: tx.outbox.oldest_pending()) == NOW


async def test_messages_a_place_got_are_counted_by_kind_and_time(store: SqlStore) -> None:
    async def count(kind: DeliveryKind = ALERT) -> int:
        since = NOW - MINUTE
        return await store.read(lambda tx: tx.outbox.sent_since(CHANNEL, kind, since))

    await sent(store, await enqueue(store, "old", created=NOW - 2 * MINUTE))
    await sent(store, await enqueue(store, "recent", created=NOW - MINUTE))
    await enqueue(store, "on its way")
    await enqueue(store, "elsewhere", place=OTHER_CHANNEL)
    cancelled = await enqueue(store, "cancelled")
    await change(store, cancelled, state=DeliveryState.CANCELLED)
    assert await count() == 2
    assert await count(DIGEST) == 0
    newest = await store.read(lambda tx: tx.outbox.last_created(CHANNEL, ALERT))
    assert newest == NOW
    assert await store.read(lambda tx: tx.outbox.last_created(CHANNEL, DIGEST)) is None


async def test_a_parked_place_parks_what_waits_and_what_comes(store: SqlStore) -> None:
    waiting = await enqueue(store, "waiting")
    assert await store.write(lambda tx: tx.outbox.park_place(CHANNEL, "no right to write", NOW))
    assert not await store.write(lambda tx: tx.outbox.park_place(CHANNEL, "gone", NOW + MINUTE))
    later = await enqueue(store, "later")
    await enqueue(store, "elsewhere", place=OTHER_CHANNEL)
    assert (await get(store, waiting)).state is DeliveryState.PARKED
    assert (await get(store, later)).state is DeliveryState.PARKED
    assert await claimable(store) == ["elsewhere"]
    places = await store.read(lambda tx: tx.outbox.parked_places())
    assert places == {CHANNEL: ("gone", NOW)}


async def test_an_unparked_place_gets_its_messages_in_order(store: SqlStore) -> None:
    for key in ("first", "second"):
        await enqueue(store, key)
    await store.write(lambda tx: tx.outbox.park_place(CHANNEL, "no right", NOW))
    assert await store.write(lambda tx: tx.outbox.unpark_place(CHANNEL)) == 2
    assert await store.read(lambda tx: tx.outbox.parked_places()) == {}
    assert await claimable(store) == ["first"]


async def test_unparking_remembers_that_an_earlier_try_may_have_posted(store: SqlStore) -> None:
    number = await enqueue(store, "a", first_try=NOW, attempts=3)
    await change(store, number, state=DeliveryState.PARKED, error="no right")
    await store.write(lambda tx: tx.outbox.unpark_place(CHANNEL))
    delivery = await get(store, number)
    assert (delivery.state, delivery.first_try) == (DeliveryState.PENDING, NOW)
    assert (delivery.attempts, delivery.error) == (0, "")


async def test_parked_and_uncertain_ones_are_listed_per_server(store: SqlStore) -> None:
    for key, place, state in (
        ("parked", CHANNEL, DeliveryState.PARKED),
        ("uncertain", CHANNEL, DeliveryState.UNCERTAIN),
        ("theirs", OTHER_CHANNEL, DeliveryState.PARKED),
        ("sent", CHANNEL, DeliveryState.SENT),
    ):
        await change(store, await enqueue(store, key, place=place), state=state)
    every = await store.read(lambda tx: tx.outbox.parked())
    ours = await store.read(lambda tx: tx.outbox.parked(OUR_GUILD))
    assert [d.key for d in every] == ["parked", "uncertain", "theirs"]
    assert [d.key for d in ours] == ["parked", "uncertain"]


async def request(store: SqlStore, number: DeliveryId, revision: int) -> None:
    payload = {"content": f"revision {revision}"}
    await store.write(lambda tx: tx.outbox.request_edit(number, payload, revision))


async def test_an_edit_waits_until_the_message_is_posted(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=1)
    await request(store, number, 2)
    assert await edits(store) == []
    await sent(store, number)
    (edit,) = await store.read(lambda tx: tx.outbox.edits_due(NOW, 10))
    assert (edit.applied, edit.revision, edit.payload) == (1, 2, {"content": "revision 2"})
    assert (edit.message_id, edit.channel_id, edit.place) == (5000 + number, 901, CHANNEL)
    assert (edit.due, edit.attempts) == (None, 0)


async def test_only_the_newest_requested_revision_is_shown(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=1)
    await sent(store, number)
    for revision in (3, 2, 5):
        await request(store, number, revision)
    assert await edits(store) == [(number, 1, 5)]
    await store.write(lambda tx: tx.outbox.edit_done(number, 5))
    assert await edits(store) == []
    await request(store, number, 4)
    assert await edits(store) == []


async def test_a_revision_requested_during_an_edit_stays_due(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=1)
    await sent(store, number)
    await request(store, number, 2)
    await request(store, number, 3)
    await store.write(lambda tx: tx.outbox.edit_done(number, 2))
    assert await edits(store) == [(number, 2, 3)]


async def test_a_revision_the_message_was_posted_with_needs_no_edit(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=2)
    await sent(store, number)
    await request(store, number, 2)
    assert await edits(store) == []


async def test_an_older_edit_never_overwrites_a_payload_renewed_before_posting(
    store: SqlStore,
) -> None:
    number = await enqueue(store, "a", revision=1)
    await request(store, number, 2)
    await change(store, number, revision=3, payload={"content": "revision 3"})
    await sent(store, number)
    assert await edits(store) == []


async def test_a_held_edit_stays_held_when_a_newer_one_is_requested(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=1)
    await sent(store, number)
    await request(store, number, 2)
    await store.write(lambda tx: tx.outbox.edit_later(number, NOW + 5 * MINUTE))
    await request(store, number, 3)
    assert await edits(store, minutes=4) == []
    (edit,) = await store.read(lambda tx: tx.outbox.edits_due(NOW + 5 * MINUTE, 10))
    assert (edit.revision, edit.attempts, edit.due) == (3, 1, NOW + 5 * MINUTE)
    await store.write(lambda tx: tx.outbox.edit_done(number, 3))
    await request(store, number, 4)
    assert await edits(store) == [(number, 3, 4)]


async def test_edits_of_a_parked_place_wait_for_it(store: SqlStore) -> None:
    number = await enqueue(store, "a", revision=1)
    await sent(store, number)
    await request(store, number, 2)
    await store.write(lambda tx: tx.outbox.park_place(CHANNEL, "no right", NOW))
    assert await edits(store) == []
    await store.write(lambda tx: tx.outbox.unpark_place(CHANNEL))
    assert await edits(store) == [(number, 1, 2)]


async def test_an_edit_of_a_deleted_delivery_is_no_error(store: SqlStore) -> None:
    await request(store, DeliveryId(99), 2)
    await store.write(lambda tx: tx.outbox.edit_done(DeliveryId(99), 2))
    await store.write(lambda tx: tx.outbox.edit_later(DeliveryId(99), NOW))
    assert await edits(store) == []


async def test_pruning_leaves_what_is_unfinished_or_young(store: SqlStore) -> None:
    for state in DeliveryState:
        await change(store, await enqueue(store, f"old {state}"), state=state)
    young = await enqueue(store, "young", created=NOW + MINUTE)
    await change(store, young, state=DeliveryState.SENT)
    await request(store, DeliveryId(3), 1)
    assert await store.write(lambda tx: tx.outbox.prune(NOW + MINUTE)) == 4
    counts = await store.read(lambda tx: tx.outbox.counts())
    left = {state: number for state, number in counts.items() if number}
    assert left == dict.fromkeys(
        (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT), 1
    )


async def test_what_is_held_stays_held_when_the_clock_was_set_back(store: SqlStore) -> None:
    ahead = NOW + 180 * MINUTE
    held = await enqueue(store, "held", place=OTHER_CHANNEL, created=ahead, due=ahead + MINUTE)
    await enqueue(store, "its reply", UPDATE, OTHER_CHANNEL, created=ahead, reply_to=held)
    first = await enqueue(store, "first", created=ahead, next_try=ahead + MINUTE)
    await enqueue(store, "second", created=ahead + MINUTE, reply_to=first)
    await store.write(lambda tx: tx.outbox.clock_set_back(NOW, NOW))
    assert await claimable(store) == ["first"]
    await sent(store, first)
    assert await claimable(store) == ["second"]
    assert await claimable(store, minutes=179) == ["second"]
    assert set(await claimable(store, minutes=181)) == {"second", "held"}
    assert {d.created for d in await store.read(lambda tx: tx.outbox.pending())} == {NOW}
