"""`/summarize` and both context menus on every kind of message people use them on."""

from __future__ import annotations

import pytest

from bot.services.summaries import addresses
from tests.cogs.house import House
from tests.cogs.tour import ARTICLE
from tests.fake_discord.actions import Outcome
from tests.fake_discord.model import FLAG_COMPONENTS_V2, Message

MENUS = ("Summarize article", "Check for launch")


async def _use(house: House, message: Message, menu: str = "Check for launch") -> Outcome:
    return await house.discord.context_menu(house.guild, house.channel, house.guest, menu, message)


def _post(house: House, text: str = "") -> Message:
    house.origin.article("/iran", "Iran fires missiles", ARTICLE)
    return house.discord.post_as(house.guest, house.channel, text)


@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize("form", ["look: {}", "<{}>", "[read this]({}).", "({})", "**{}**"])
async def test_link_is_read_however_it_is_written(house: House, menu: str, form: str) -> None:
    message = _post(house, form.format(house.origin.url("/iran")))
    read = await _use(house, message, menu)
    assert read.ephemeral
    assert "Judged: a launch" in read.text
    assert "links" not in read.text


@pytest.mark.parametrize("menu", MENUS)
async def test_of_several_links_the_first_is_read_and_the_others_are_mentioned(
    house: House, menu: str
) -> None:
    first, second = house.origin.url("/iran"), house.origin.url("/other")
    read = await _use(house, _post(house, f"{first} and {second}"), menu)
    assert "This message has 2 links; this is the first" in read.text
    assert "</summarize:" in read.text
    assert "Iran" in read.text


async def test_links_to_discord_are_no_articles(house: House) -> None:
    text = f"https://discord.com/channels/1/2/3 {house.origin.url('/iran')} https://discord.gg/abc"
    read = await _use(house, _post(house, text))
    assert "Judged: a launch" in read.text
    assert "links" not in read.text


async def test_embed_without_text_is_followed(house: House) -> None:
    message = _post(house)
    message.embeds = [{"type": "rich", "title": "News", "url": house.origin.url("/iran")}]
    assert "Judged: a launch" in (await _use(house, message)).text


async def test_card_of_components_is_read(house: House) -> None:
    message = _post(house)
    message.flags = FLAG_COMPONENTS_V2
    text = {"type": 10, "content": f"1. [Iran fires]({house.origin.url('/iran')})"}
    button = {"type": 2, "style": 2, "label": "Details", "custom_id": "x"}
    section = {"type": 9, "components": [text], "accessory": button}
    message.components = [{"type": 17, "components": [section]}]
    assert "Judged: a launch" in (await _use(house, message)).text


async def test_text_file_is_read_where_there_is_no_link(house: House) -> None:
    message = _post(house, "see the file")
    data = ("Iran fires missiles\n\n" + "\n\n".join(ARTICLE)).encode()
    kept = house.discord.keep_file(house.channel.id, "report.txt", data, "text/plain")
    message.attachments = [kept]
    assert "Judged: a launch" in (await _use(house, message)).text


@pytest.mark.parametrize("menu", MENUS)
async def test_message_with_nothing_to_read_says_so(house: House, menu: str) -> None:
    refused = await _use(house, _post(house), menu)
    assert "no link, no text file and no text" in refused.text
    assert refused.ephemeral


async def test_page_that_cannot_be_read_is_said_in_a_sentence(house: House) -> None:
    refused = await _use(house, _post(house, house.origin.url("/nothing")))
    assert "does not exist (404)" in refused.text


def test_addresses_are_taken_out_of_sentences() -> None:
    texts = [
        "See https://a.example/x_(y)! (https://b.example/z) <https://c.example/?q=1,2>.",
        "https://a.example/x_(y) again, ftp://no.example, https://canary.discord.com/channels/1/2",
        "https://discord.company.example/news",
    ]
    assert addresses(texts) == [
        "https://a.example/x_(y)",
        "https://b.example/z",
        "https://c.example/?q=1,2",
        "https://discord.company.example/news",
    ]
