"""Each thing that can go wrong has its own words, an unexpected one an id that is in the log."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.delivery.discord_failures import failure_words
from bot.delivery.discord_outcomes import SENTENCES, delivery_error
from bot.errors import StoreError, WorkerKilled
from bot.locale import LOCALES, say_again
from tests.cogs.house import House, action_of
from tests.fake_discord.faults import Fault, FaultKind, on
from tests.fake_discord.permissions import Permission

ANSWERING = on("POST", r"^/interactions/\d+/[^/]+/callback$")


def _refuse(house: House, status: int, code: int) -> None:
    """Discord refuses the next answer with an error number."""
    fault = Fault(FaultKind.STATUS_BEFORE, ANSWERING, status=status, code=code)
    house.discord.faults.add(fault)


async def test_permission_that_the_bot_lacks_is_named_exactly(house: House) -> None:
    house.discord.deny_bot(house.channel, Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY)
    _refuse(house, 403, 50013)
    failed = await house.slash("about")
    assert "In this channel I lack Embed Links and Read Message History" in failed.text
    assert failed.ephemeral


async def test_refusal_without_a_missing_permission_asks_to_look_at_the_role(house: House) -> None:
    _refuse(house, 403, 50001)
    failed = await house.slash("about")
    assert "Check what my role may do in this channel" in failed.text


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, 10003, "That channel does not exist any more"),
        (404, 10008, "That message was deleted"),
        (403, 50007, "I cannot send you direct messages"),
        (403, 50278, "I cannot send you direct messages"),
        (400, 50035, "tell the operator this id"),
    ],
)
async def test_refusals_of_discord_have_their_own_words(
    house: House, status: int, code: int, words: str
) -> None:
    _refuse(house, status, code)
    failed = await house.slash("about")
    assert words in failed.text
    assert failed.ephemeral


@pytest.mark.parametrize(
    ("status", "words"), [(503, "Discord itself has trouble"), (429, "asks me to slow down")]
)
def test_trouble_at_discord_is_no_fault_of_ours(status: int, words: str) -> None:
    # discord.py tries again for half a minute before it gives up: too long for a test.
    answer = cast(Any, SimpleNamespace(status=status, reason=""))
    said = failure_words(cast(Any, None), discord.HTTPException(answer, {"code": 0}), "en")
    assert words in said


async def test_answer_that_comes_too_late_is_only_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _refuse(house, 404, 10062)
    pressing = asyncio.create_task(house.slash("about"))
    await house.discord.wait_for(lambda: "answered too late" in caplog.text)
    pressing.cancel()
    await asyncio.gather(pressing, return_exceptions=True)
    assert "unexpected" not in caplog.text


async def test_unexpected_failure_shows_the_id_that_is_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_asker: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(type(house.app.desk.explain), "audit", staticmethod(broken))
    failed = await house.slash("audit")
    found = re.search(r"this id: ([0-9a-f]{8})", failed.text)
    assert found is not None
    assert f"reference={found[1]}" in caplog.text
    assert "nobody foresaw" in caplog.text
    assert "nobody foresaw" not in failed.text


async def test_database_that_refuses_is_said_with_an_id(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_asker: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(type(house.app.desk.explain), "audit", staticmethod(full))
    failed = await house.slash("audit")
    found = re.search(r"Reference: ([0-9a-f]{8})", failed.text)
    assert "Nothing was changed" in failed.text
    assert found is not None
    assert f"reference={found[1]}" in caplog.text


async def test_article_that_takes_too_long_is_no_unexpected_failure(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_given: object) -> None:
        raise WorkerKilled("The work took longer than 8 s and was stopped.")

    monkeypatch.setattr(type(house.app.desk.summaries), "of_address", slow)
    failed = await house.slash("summarize", url="https://wire.example/1")
    assert "took too long and was stopped" in failed.text


async def test_button_of_a_restarted_bot_says_to_run_the_command_again(house: House) -> None:
    shown = await house.slash("alert add", channel=house.channel, topic="launches")
    house.app.desk.alerts.drafts._kept.clear()  # what a new process knows of it
    late = await house.press(shown.reply, "Save")
    assert "I was restarted since. Run the command again" in late.text


async def test_address_that_does_not_answer_well_is_told_apart_in_korean(house: House) -> None:
    reader = house.member("min", locale="ko")
    house.origin.fail("/closed", 403)
    failed = await house.slash("summarize", reader, url=house.origin.url("/closed"))
    assert "읽기를 거부했습니다(403)" in failed.text
    failed = await house.slash("summarize", reader, url=house.origin.url("/nothing"))
    assert "없는 주소입니다(404)" in failed.text


async def test_closed_direct_messages_pause_the_subscription_and_say_how_to_go_on(
    house: House,
) -> None:
    reader = house.member("cleo", locale="ja")
    reader.dms_open = False
    await house.slash("subscribe", reader, topic="launches")
    await house.app.dispatch.drain()
    panel = await house.slash("subscriptions", reader)
    assert "DMを送れないため購読を一時停止しました" in panel.text
    assert "</subscriptions:" in panel.text
    reader.dms_open = True
    await house.press(panel.reply, custom_id=action_of(panel.reply, ":resume"), user=reader)
    assert "DMを送れないため" not in panel.reply.text


async def test_channel_that_lost_a_right_is_named_where_people_look(house: House) -> None:
    await house.alerting()
    house.discord.deny_bot(house.channel, Permission.SEND_MESSAGES)
    await house.discord.wait_for(lambda: not _may_send(house))
    await house.launch()
    reader = house.member("min", Permission.MANAGE_GUILD, locale="ko")
    listed = await house.slash("alert list", reader)
    assert "제게 메시지 보내기 권한이 없습니다" in listed.text
    status = await house.slash("status")
    assert f"{house.channel.mention}: I lack Send Messages there" in status.text


def _may_send(house: House) -> bool:
    guild = house.bot.get_guild(house.guild.id)
    channel = guild.get_channel(house.channel.id) if guild is not None else None
    assert guild is not None
    assert channel is not None
    return channel.permissions_for(guild.me).send_messages


async def test_deleted_channel_is_told_apart_from_a_missing_right(house: House) -> None:
    doomed = house.discord.add_channel(house.guild, "doomed")
    await house.discord.wait_for(lambda: house.bot.get_channel(doomed.id))
    await house.alerting(doomed)
    house.discord.delete_channel(doomed)
    await house.discord.wait_for(lambda: house.bot.get_channel(doomed.id) is None)
    await house.launch()
    listed = await house.slash("alert list")
    assert "The channel does not exist any more. Choose another one" in listed.text


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_every_stored_refusal_is_said_again_in_every_language(locale: str) -> None:
    for sentence in SENTENCES.values():
        assert say_again(sentence, locale) != sentence


def test_what_the_catalogue_does_not_know_stays_as_it_is() -> None:
    text = str(delivery_error(TimeoutError()))
    assert say_again(text, "ko") == text
