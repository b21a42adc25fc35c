"""Drafts, tokens, names and the pace of additions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.article import GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.subscription import UserId
from bot.errors import InvalidInput, NotAllowed, NotFound, QuotaReached
from bot.services.asking import Asker, Drafts, ensure_pace, ensure_target, number_in, pick, record
from bot.services.desk import Homes
from bot.store import SqlStore
from tests.services.newsroom import START, FakeClock

ANN = Asker(UserId(1), GuildId(10))
GUS = Asker(UserId(2), GuildId(10))


def test_draft_lives_as_long_as_its_interaction() -> None:
    clock = FakeClock()
    drafts = Drafts[str](clock)
    token = drafts.keep(ANN, "wish")
    clock.advance(minutes=14)
    assert drafts.look(ANN, token) == "wish"
    clock.advance(minutes=2)
    with pytest.raises(InvalidInput, match="open for too long"):
        drafts.look(ANN, token)


def test_draft_is_taken_once_and_by_its_maker_in_the_same_server() -> None:
    drafts = Drafts[str](FakeClock())
    token = drafts.keep(ANN, "wish")
    for other in (GUS, Asker(UserId(1), GuildId(11)), Asker(UserId(1))):
        with pytest.raises(NotAllowed):
            drafts.take(other, token)
    assert drafts.take(ANN, token) == "wish"
    with pytest.raises(InvalidInput):
        drafts.take(ANN, token)


def test_drafts_are_bounded() -> None:
    drafts = Drafts[int](FakeClock(), most=3)
    tokens = [drafts.keep(ANN, number) for number in range(5)]
    with pytest.raises(InvalidInput):
        drafts.look(ANN, tokens[0])
    assert drafts.look(ANN, tokens[-1]) == 4


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("#12", 12),
        (" 7 ", 7),
        ("-3", None),
        ("１２", None),
        ("9" * 30, None),
        ("", None),
    ],
)
def test_numbers_are_read_strictly(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_a_name_that_two_things_have_picks_neither() -> None:
    things = [(1, "World"), (2, "world"), (3, "Wires")]
    assert pick("wires", things, lambda each: each[0], lambda each: each[1]) == (3, "Wires")
    assert pick("2", things, lambda each: each[0], lambda each: each[1]) == (2, "world")
    with pytest.raises(NotFound):
        pick("world", things, lambda each: each[0], lambda each: each[1])


def test_things_of_others_do_not_exist() -> None:
    with pytest.raises(NotFound):
        ensure_target(ANN, guild_id=GuildId(11))
    with pytest.raises(NotFound):
        ensure_target(ANN, user_id=UserId(2))
    with pytest.raises(NotAllowed, match="operator's configuration"):
        ensure_target(ANN, guild_id=GuildId(10), declared_in=DeclaredIn.CONFIG)
    ensure_target(ANN, guild_id=GuildId(10))
    ensure_target(ANN, guild_id=None, declared_in=DeclaredIn.CONFIG, changes=False)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with SqlStore.open(f"sqlite:///{tmp_path}/desk.db") as opened:
        yield opened


async def test_additions_have_a_pace(store: SqlStore) -> None:
    for minute in range(3):
        at = START + timedelta(minutes=minute)
        await store.write(lambda tx, at=at: record(tx, ANN, at, "feed add", "x"))  # type: ignore[misc]  # bound early on purpose
    later = START + timedelta(minutes=5)
    with pytest.raises(QuotaReached, match=r"limit of additions .3 in 1 hour. is reached"):
        await store.read(lambda tx: ensure_pace(tx, ANN, later, 3))
    await store.read(lambda tx: ensure_pace(tx, ANN, later + timedelta(hours=1), 3))
    await store.read(lambda tx: ensure_pace(tx, Asker(UserId(1), GuildId(11)), later, 3))


def test_only_the_operators_servers_are_homes() -> None:
    named = Homes(frozenset({10}), members_of={10, 11})
    assert named(GuildId(10))
    assert not named(GuildId(11))
    single = Homes(frozenset(), members_of={11})
    assert single(GuildId(11))
    crowd = Homes(frozenset(), members_of={10, 11})
    assert not crowd(GuildId(10))
    assert not crowd(None)
    by_channel = Homes(frozenset(), members_of={10, 11}, of_owner_channel=11)
    assert by_channel(GuildId(11))
    assert not by_channel(GuildId(10))
