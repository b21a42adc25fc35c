"""Autocomplete answers from memory: nobody who types waits for the database or the network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.discord_limits import check_choices
from bot.services import suggestions
from tests.cogs.house import House
from tests.fake_discord.model import User

Completed = list[tuple[str, str]]
# Every kind of list; the command tree decides which options use it (see test_every_interaction).
LISTS = [
    ("feed pause", "feed"),
    ("alert pause", "alert"),
    ("alert unsilence", "silence"),
    ("digest pause", "digest"),
    ("launch show", "story"),
    ("launch recent", "country"),
    ("launch recent", "weapon"),
    ("settings timezone", "timezone"),
    ("summarize", "article"),
    ("help", "topic"),
]


class RecordingStore:
    """The store, with everything that is asked of it counted; it can be made to hang."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.calls = 0
        self.gate: Callable[[], Awaitable[object]] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def read(self, step: Callable[[Any], Any]) -> Any:
        self.calls += 1
        if self.gate is not None:
            await self.gate()
        return await self._inner.read(step)


async def _complete(house: House, name: str, option: str, text: str, user: User) -> Completed:
    found = await house.discord.autocomplete(house.guild, house.channel, user, name, option, text)
    return [(str(choice["name"]), str(choice["value"])) for choice in found]


@pytest.fixture
async def store(house: House) -> RecordingStore:
    """A full house whose lists were asked for once."""
    await house.alerting()
    await house.launch()
    await house.slash("alert silence", duration=2.0, keywords="drill*")
    await house.slash("digest add", channel=house.channel, time="07:30")
    recording = RecordingStore(house.app.store)
    house.app.desk.suggestions.store = recording
    for name, option in LISTS:
        await _complete(house, name, option, "", house.admin)
    return recording


@pytest.mark.parametrize(("name", "option"), LISTS)
async def test_typing_on_asks_nothing_of_the_store(
    house: House, store: RecordingStore, name: str, option: str
) -> None:
    store.calls = 0
    for text in ("", "k", "ko", "kor", "#1"):
        found = await _complete(house, name, option, text, house.admin)
        assert check_choices(found) == []
        assert len(found) <= suggestions.MOST
    assert store.calls == 0


async def test_outdated_list_is_given_at_once_though_the_store_hangs(
    house: House, store: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()
    store.gate = never.wait
    monkeypatch.setattr(suggestions, "LIFE", timedelta(0))
    found = await _complete(house, "alert pause", "alert", "", house.admin)
    assert found == [("#1 launches · #launch-alerts", "1")]
    never.set()


async def test_outdated_list_is_new_the_next_time(
    house: House, store: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "LIFE", timedelta(0))
    await house.launch("Iran", "the Gulf of Oman")
    before = store.calls
    await _complete(house, "launch show", "story", "", house.admin)
    await house.discord.wait_for(lambda: store.calls > before)
    await house.discord.wait_for(lambda: not house.app.desk.suggestions._renewing)
    monkeypatch.setattr(suggestions, "LIFE", timedelta(hours=1))
    names = await _complete(house, "launch show", "story", "iran", house.admin)
    assert any("Iran" in name for name, _ in names)


async def test_own_change_is_seen_at_once(house: House, store: RecordingStore) -> None:
    shown = await house.slash("alert add", channel=house.channel, keywords="hwasong*")
    await house.press(shown.reply, "Save")
    names = await _complete(house, "alert pause", "alert", "hwasong", house.admin)
    assert names[0][0].startswith("#2 hwasong*")


async def test_misspelt_names_are_found(house: House, store: RecordingStore) -> None:
    del store
    assert await _complete(house, "launch show", "story", "nrth korea", house.admin)
    zones = await _complete(house, "settings timezone", "timezone", "seuol", house.admin)
    assert any(value == "Asia/Seoul" for _, value in zones)
