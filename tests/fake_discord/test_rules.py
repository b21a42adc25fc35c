"""Each hand-written rule is refused over the wire with Discord's error, and is a finding."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fake_discord.interaction_routes import Interaction, Kind
from tests.fake_discord.model import Channel, ChannelType, Json
from tests.fake_discord.rules import Rule
from tests.fake_discord.server import FakeDiscord

V2 = 1 << 15


def text(content: str = "x") -> Json:
    return {"type": 10, "content": content}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def button(**keys: object) -> Json:
    return {"type": 2, "style": 1, "label": "Read", "custom_id": "read"} | keys


def link(**keys: object) -> Json:
    return {"type": 2, "style": 5, "label": "Read"} | keys


def command(**keys: object) -> Json:
    return {"type": 1, "name": "feed", "description": "Feeds"} | keys


def option(**keys: object) -> Json:
    return {"type": 3, "name": "url", "description": "Address"} | keys


LONG_FIELD = {"name": "n", "value": "v" * 1000}
CHOICES = [{"name": "a", "value": "a"}]
SIX_ROWS = [row(button(custom_id=f"b{n}")) for n in range(6)]
MESSAGES: list[tuple[Rule, Json]] = [
    (Rule.CONTENT, {"content": "x" * 2001}),
    (Rule.EMBED_SUM, {"embeds": [{"title": "t", "fields": [LONG_FIELD] * 6}]}),
    (Rule.EMPTY, {"content": "  "}),
    (Rule.EMPTY, {"embeds": [{}]}),
    (Rule.FIELD_NAME, {"embeds": [{"title": "t", "fields": [{"name": "", "value": "v"}]}]}),
    (Rule.MENTIONS, {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
    (Rule.ROWS, {"content": "x", "components": SIX_ROWS}),
    (Rule.LINK_URL, {"content": "x", "components": [row(link())]}),
    (
        Rule.LINK_ID,
        {"content": "x", "components": [row(link(url="https://example.org", custom_id="a"))]},
    ),
    (Rule.V2_CONTENT, {"flags": V2, "content": "x", "components": [text()]}),
    (Rule.V2_EMBEDS, {"flags": V2, "embeds": [{"title": "t"}], "components": [text()]}),
    (Rule.V2_FLAG, {"components": [text()]}),
    (Rule.V2_TEXT, {"flags": V2, "components": [text("x" * 2001), text("y" * 2000)]}),
    (
        Rule.V2_PARTS,
        {"flags": V2, "components": [{"type": 17, "components": [text() for _ in range(40)]}]},
    ),
    (Rule.EXTRA_BUTTON_ID, {"content": "x", "components": [row(button(custom_id=None))]}),
    (Rule.EXTRA_BUTTON_FACE, {"content": "x", "components": [row(button(label=None))]}),
    (Rule.EXTRA_ID_TWICE, {"content": "x", "components": [row(button(), button())]}),
    (Rule.EXTRA_FILE, {"embeds": [{"title": "t", "image": {"url": "attachment://no.png"}}]}),
    (
        Rule.EXTRA_OPTIONS,
        {
            "content": "x",
            "components": [
                row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}] * 2})
            ],
        },
    ),
]
COMMANDS: list[tuple[Rule, list[Json]]] = [
    (Rule.NAME_CASE, [command(name="Feed")]),
    (Rule.NAME_CASE, [command(options=[option(name="URL")])]),
    (Rule.NAME_FORM, [command(name="feed add")]),
    (Rule.NAME_FORM, [command(options=[option(name="feed url")])]),
    (Rule.DESCRIPTION, [command(description="")]),
    (
        Rule.REQUIRED_FIRST,
        [command(options=[option(), option(name="channel", required=True)])],
    ),
    (Rule.CHOICES, [command(options=[option(choices=CHOICES, autocomplete=True)])]),
    (Rule.UNIQUE, [command(), command()]),
    (Rule.UNIQUE, [command(options=[option(), option()])]),
    (Rule.COMMANDS, [command(name=f"c{n}") for n in range(101)]),
    (Rule.EXTRA_MENUS, [{"type": 3, "name": f"Menu {n}"} for n in range(16)]),
    (
        Rule.EXTRA_COMMAND_TEXT,
        [
            command(
                options=[
                    option(
                        name=f"o{n}",
                        description="d" * 100,
                        choices=[{"name": f"{c}" * 40, "value": f"{c}" * 40} for c in range(10)],
                    )
                    for n in range(10)
                ]
            )
        ],
    ),
]


@pytest.fixture
def channel(fake_discord: FakeDiscord) -> Channel:
    return fake_discord.add_channel(fake_discord.add_guild("Desk"), "alerts")


@pytest.fixture
async def session(fake_discord: FakeDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {fake_discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


def test_every_rule_has_a_case_here() -> None:
    elsewhere = {Rule.CALLBACK_DATA, Rule.FORUM_MESSAGE}
    assert {rule for rule, _ in [*MESSAGES, *COMMANDS]} | elsewhere == set(Rule)


async def expect(
    server: FakeDiscord, answer: aiohttp.ClientResponse, rule: Rule, code: int = 50035
) -> None:
    body = await answer.json()
    assert (answer.status, body["code"]) == (400, code)
    assert any(finding.what == rule.value for finding in server.findings), server.findings
    server.findings.clear()


@pytest.mark.parametrize(("rule", "payload"), MESSAGES)
async def test_wrong_message_is_refused(
    fake_discord: FakeDiscord,
    channel: Channel,
    session: aiohttp.ClientSession,
    rule: Rule,
    payload: Json,
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    answer = await session.post(url, json=payload)
    await expect(fake_discord, answer, rule, 50006 if rule is Rule.EMPTY else 50035)
    assert channel.messages == []


@pytest.mark.parametrize(("rule", "commands"), COMMANDS)
async def test_wrong_commands_are_refused(
    fake_discord: FakeDiscord, session: aiohttp.ClientSession, rule: Rule, commands: list[Json]
) -> None:
    url = f"{fake_discord.api_base}/applications/{fake_discord.application.id}/commands"
    await expect(fake_discord, await session.put(url, json=commands), rule)
    assert fake_discord.global_commands == []


async def test_edit_that_would_leave_nothing_is_refused(
    fake_discord: FakeDiscord, channel: Channel, session: aiohttp.ClientSession
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    message = await (await session.post(url, json={"content": "LAUNCH"})).json()
    answer = await session.patch(f"{url}/{message['id']}", json={"content": ""})
    await expect(fake_discord, answer, Rule.EMPTY, 50006)
    assert channel.messages[0].content == "LAUNCH"


async def test_forum_post_without_message_is_refused(
    fake_discord: FakeDiscord, channel: Channel, session: aiohttp.ClientSession
) -> None:
    guild = fake_discord.guilds[channel.guild_id or 0]
    forum = fake_discord.add_channel(guild, "stories", ChannelType.FORUM)
    url = f"{fake_discord.api_base}/channels/{forum.id}/threads"
    answer = await session.post(url, json={"name": "Two missiles"})
    await expect(fake_discord, answer, Rule.FORUM_MESSAGE)


async def test_callback_with_a_message_needs_data(
    fake_discord: FakeDiscord, session: aiohttp.ClientSession
) -> None:
    user = fake_discord.add_user("ann")
    interaction = Interaction(
        id=1,
        token="t",
        kind=Kind.COMMAND,
        user=user,
        channel=fake_discord.dm_channel(user),
        guild=None,
        data={},
        owners={},
        outside=False,
        sent_at=fake_discord.journal.now(),
        wall_time=fake_discord.clock.now(),
    )
    fake_discord.interactions.by_token["t"] = interaction
    url = f"{fake_discord.api_base}/interactions/1/t/callback"
    await expect(fake_discord, await session.post(url, json={"type": 4}), Rule.CALLBACK_DATA)


async def test_what_the_rules_allow_passes(
    fake_discord: FakeDiscord, channel: Channel, session: aiohttp.ClientSession
) -> None:
    url = f"{fake_discord.api_base}/channels/{channel.id}/messages"
    field = {"name": "n" * 5, "value": "v" * 990}
    edge: list[Json] = [
        {"content": "x" * 2000},
        {"embeds": [{"title": "t" * 30, "fields": [field] * 6}]},
        {"content": "x", "components": SIX_ROWS[:5]},
        {"flags": V2, "components": [text("x" * 2000), text("y" * 2000)]},
        {"flags": V2, "components": [{"type": 17, "components": [text() for _ in range(39)]}]},
    ]
    for payload in edge:
        answer = await session.post(url, json=payload)
        assert answer.status == 200, await answer.text()
