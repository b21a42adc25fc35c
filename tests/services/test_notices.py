"""What operators and servers are told when feeds fall silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.article import GuildId
from bot.domain.feed import Feed
from bot.domain.outbox import Delivery
from bot.domain.subscription import Place, PlaceKind
from tests.services.newsroom import Newsroom, newsroom, text_of

OURS, THEIRS = GuildId(7), GuildId(8)
OUR_CHANNEL = Place(PlaceKind.CHANNEL, 100, OURS)
THEIR_CHANNEL = Place(PlaceKind.CHANNEL, 200, THEIRS)
OPERATOR = 900


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as made:
        yield made


async def silent(room: Newsroom, name: str, hours: float | None, **more: object) -> Feed:
    """A feed that has been failing for so long (None: it never worked)."""
    feed = await room.add_feed(f"https://{name}.example/feed", name=name, **more)
    await room.store.write(
        lambda tx: tx.feeds.save_state(
            feed.id,
            replace(
                tx.feeds.state(feed.id),
                last_poll=room.clock.now(),
                failures=3,
                last_error="It broke.",
                last_success=None if hours is None else room.clock.now() - timedelta(hours=hours),
            ),
        )
    )
    return feed


async def notices(room: Newsroom) -> dict[int, str]:
    """The notices waiting, by channel."""
    await room.notices.check()

    def texts(deliveries: list[Delivery]) -> dict[int, str]:
        return {each.place.id: text_of(each) for each in deliveries}

    return texts(list(await room.store.read(lambda tx: tx.outbox.pending())))


async def test_blindness_names_how_many_and_the_longest_silent(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    for name, hours in (("Ember", 30.0), ("Anvil", 2.0), ("Never", None), ("Delta", 9.0)):
        await silent(room, name, hours)
    said = (await notices(room))[OPERATOR]
    assert "0 of 4 feeds" in said
    assert "Never, Ember and Delta" in said
    assert "Anvil" not in said
    line = "blind: only 0 of 4 feeds are fresh; longest silent: Never, Ember, Delta and 1 more"
    assert line in [record.getMessage() for record in caplog.records]


async def test_a_server_is_told_no_names_of_another_servers_feeds(room: Newsroom) -> None:
    await room.subscribe(OUR_CHANNEL)
    await room.subscribe(THEIR_CHANNEL)
    await silent(room, "Shared", 5.0)
    await silent(room, "Private", 50.0, guild_id=THEIRS)
    said = await notices(room)
    assert "Private" not in said[OUR_CHANNEL.id]
    assert "Shared" in said[OUR_CHANNEL.id]
    assert "Private and Shared" in said[THEIR_CHANNEL.id]
    assert "Private and Shared" in said[OPERATOR]


async def test_a_server_that_may_see_none_of_the_names_is_told_the_numbers(room: Newsroom) -> None:
    await room.subscribe(OUR_CHANNEL)
    await silent(room, "Private", 50.0, guild_id=THEIRS)
    said = (await notices(room))[OUR_CHANNEL.id]
    assert "0 of 1 feeds" in said
    assert "Private" not in said


async def test_a_feed_without_a_name_is_named_by_its_address_without_secrets(
    room: Newsroom,
) -> None:
    feed = await silent(room, "x", 50.0)
    url = "https://ann:hunter2@wire.example/feed?token=s3cr3t"
    await room.store.write(lambda tx: tx.feeds.save(replace(feed, name="", url=url)))
    said = (await notices(room))[OPERATOR]
    assert "wire.example/feed" in said
    assert "s3cr3t" not in said
    assert "hunter2" not in said
