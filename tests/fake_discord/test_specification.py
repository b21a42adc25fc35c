"""The checker finds what is wrong by Discord's own specification, in both directions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fake_discord import payloads
from tests.fake_discord.model import Channel, Json
from tests.fake_discord.server import FakeDiscord, shared_specification
from tests.fake_discord.specification import Specification

pytestmark = pytest.mark.usefixtures("_needs_specification")


@pytest.fixture
def specification() -> Specification:
    loaded = shared_specification()
    assert loaded is not None
    return loaded


@pytest.fixture
def channel(fake_discord: FakeDiscord) -> Channel:
    return fake_discord.add_channel(fake_discord.add_guild("Desk"), "alerts")


@pytest.fixture
async def session(fake_discord: FakeDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {fake_discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


BUTTON: Json = {"type": 2, "style": 1, "label": "Read", "custom_id": "read"}
WRONG: list[tuple[str, Json]] = [
    ("body.embeds[0].title", {"embeds": [{"title": "x" * 257}]}),
    ("body.embeds[0].description", {"embeds": [{"description": "x" * 4097}]}),
    ("body.embeds[0].color", {"embeds": [{"title": "x", "color": 1 << 24}]}),
    ("body.embeds[0].url", {"embeds": [{"title": "x", "url": "not an address"}]}),
    ("body.embeds[0].timestamp", {"embeds": [{"title": "x", "timestamp": "yesterday"}]}),
    ("body.embeds[0].fields", {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}),
    ("body.embeds", {"embeds": [{"title": "x"}] * 11}),
    ("body.nonce", {"content": "x", "nonce": "n" * 26}),
    ("body.enforce_nonce", {"content": "x", "enforce_nonce": "yes"}),
    ("body.allowed_mentions.parse[0]", {"content": "x", "allowed_mentions": {"parse": ["all"]}}),
    (
        "body.components[0].components[0].label",
        {"content": "x", "components": [row(BUTTON | {"label": "x" * 81})]},
    ),
    (
        "body.components[0].components[0].custom_id",
        {"content": "x", "components": [row(BUTTON | {"custom_id": "x" * 101})]},
    ),
    ("body.components[0].components", {"content": "x", "components": [row(*[BUTTON] * 6)]}),
    (
        "body.components[0]",
        {
            "flags": 32768,
            "components": [{"type": 9, "components": [{"type": 10, "content": "x"}]}],
        },
    ),
]


@pytest.mark.parametrize(("where", "payload"), WRONG)
async def test_wrong_request_is_a_finding_and_answers_400(
    fake_discord: FakeDiscord,
    channel: Channel,
    session: aiohttp.ClientSession,
    where: str,
    payload: Json,
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    answer = await session.post(url, json=payload)
    assert answer.status == 400
    assert (await answer.json())["code"] == 50035
    assert where in {finding.where for finding in fake_discord.findings}
    fake_discord.findings.clear()


@pytest.mark.parametrize(
    ("where", "payload"),
    [
        ("body.contents", {"content": "x", "contents": "y"}),
        ("body.embeds[].colour", {"embeds": [{"title": "x", "colour": 1}]}),
        (
            "body.components[].components[].customid",
            {"content": "x", "components": [row(BUTTON | {"customid": "x"})]},
        ),
    ],
)
async def test_misspelt_key_is_a_finding(
    fake_discord: FakeDiscord,
    channel: Channel,
    session: aiohttp.ClientSession,
    where: str,
    payload: Json,
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    answer = await session.post(url, json=payload)
    assert answer.status == 200
    assert {finding.where for finding in fake_discord.findings} == {where}
    fake_discord.findings.clear()


async def test_wrong_query_and_unknown_path_are_findings(
    fake_discord: FakeDiscord, channel: Channel, session: aiohttp.ClientSession
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    await session.get(url, params={"limit": "101"})
    await session.get(url, params={"newest": "1"})
    assert (await session.get(f"{fake_discord.api_base}/nowhere")).status == 404
    places = [finding.where for finding in fake_discord.findings]
    assert places == ["query.limit", "query.newest", "path"]
    fake_discord.findings.clear()


async def test_wrong_answer_of_the_stand_in_is_a_finding(
    fake_discord: FakeDiscord,
    channel: Channel,
    session: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = payloads.channel_json(channel, fake_discord.bot)
    broken = {k: v for k, v in whole.items() if k != "position"} | {"colour": 1}
    monkeypatch.setattr("tests.fake_discord.place_routes.channel_json", lambda *_: broken)
    await session.get(f"{fake_discord.api_base}/channels/{channel.id}")
    assert {finding.direction for finding in fake_discord.findings} == {"answer"}
    assert "body.colour" in {finding.where for finding in fake_discord.findings}
    assert any("position" in finding.what for finding in fake_discord.findings)
    fake_discord.findings.clear()


def test_numbers_for_ids_and_digits_for_numbers_are_accepted(specification: Specification) -> None:
    operation = specification.operation("POST", "/channels/1/messages")
    assert operation is not None
    body = {
        "content": "x",
        "nonce": "123",
        "attachments": [{"id": 0, "filename": "a.png"}],
        "message_reference": {"message_id": 5, "channel_id": 6},
        "embeds": [{"title": "x", "flags": 0}],
    }
    found = specification.check_request(
        operation, "/channels/1/messages", {}, body, ["files[0]"], "application/json"
    )
    assert found == []


def test_a_check_is_fast(specification: Specification) -> None:
    operation = specification.operation("POST", "/channels/1/messages")
    assert operation is not None
    texts = [{"type": 10, "content": "x"} for _ in range(38)]
    body: Json = {"flags": 32768, "components": [{"type": 17, "components": texts}]}

    def check() -> None:
        found = specification.check_request(
            operation, "/channels/1/messages", {}, body, (), "application/json"
        )
        assert found == []

    check()
    started = time.perf_counter()
    for _ in range(10):
        check()
    assert (time.perf_counter() - started) / 10 < 0.1
