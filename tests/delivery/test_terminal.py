"""The rehearsal's terminal and receipts."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.preview import PreviewPage
from bot.delivery.terminal import RehearsalDeliverer, announce
from bot.delivery.terminal_view import relative_words
from bot.domain.message import Message
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, Edit
from bot.domain.subscription import Place, PlaceKind
from tests.delivery import examples
from tests.delivery.conftest import StoppedClock

PLACE = Place(PlaceKind.CHANNEL, 12)
RENDERER = DiscordRenderer({"digest": 9})


def delivery(message: Message, key: str = "alert:1:12", place: Place = PLACE) -> Delivery:
    payload = RENDERER.payload(message, place.kind)
    created = datetime(2024, 5, 1, tzinfo=UTC)
    return Delivery(DeliveryId(1), key, DeliveryKind.ALERT, place, payload, created)


@dataclass
class Rehearsal:
    clock: StoppedClock
    preview: PreviewPage = field(default_factory=PreviewPage)
    out: io.StringIO = field(default_factory=io.StringIO)
    terminal: bool = False

    def deliverer(self, **more: Any) -> RehearsalDeliverer:
        console = Console(
            file=self.out, width=90, force_terminal=self.terminal, legacy_windows=False
        )
        return RehearsalDeliverer(self.clock, self.preview, console=console, **more)


@pytest.fixture
def rehearsal(clock: StoppedClock) -> Rehearsal:
    return Rehearsal(clock)


async def test_an_alert_is_shown_whole(rehearsal: Rehearsal) -> None:
    await rehearsal.deliverer(names={12: "launch-alerts"}).send(delivery(examples.alert()), None)
    shown = " ".join(rehearsal.out.getvalue().replace("│", " ").replace("┃", " ").split())
    for words in (
        "launch-alerts Launchwire",
        "LAUNCH REPORTED: North Korea fires 2 ballistic missiles",
        "2 ballistic missiles · North Korea → Sea of Japan",
        "nbcnews.com",
        "▎ North Korea fired two ballistic missiles",
        "Status: Reported, officials quoted by NBC",
        "[picture: Map: area in South Hamgyong",
        "[Read article · nbcnews.com ↗]",
        "[Not a launch]",
        "Story #1842",
        f"pings role {examples.ROLE}",
    ):
        assert words in shown
    assert "**" not in shown


async def test_a_digest_is_shown_whole(rehearsal: Rehearsal) -> None:
    await rehearsal.deliverer().send(delivery(examples.digest()), None)
    shown = rehearsal.out.getvalue()
    for words in ("Daily digest", "[Details]", "[Show all 5]", "/digest edit", "silent"):
        assert words in shown


async def test_output_without_a_terminal_is_plain(rehearsal: Rehearsal) -> None:
    await rehearsal.deliverer().send(delivery(examples.alert()), None)
    assert "\x1b" not in rehearsal.out.getvalue()


async def test_a_terminal_gets_the_accent_colour(rehearsal: Rehearsal) -> None:
    rehearsal.terminal = True
    await rehearsal.deliverer().send(delivery(examples.alert()), None)
    assert "\x1b[" in rehearsal.out.getvalue()


async def test_receipts_look_like_discords_and_grow(rehearsal: Rehearsal) -> None:
    deliverer = rehearsal.deliverer()
    first = await deliverer.send(delivery(examples.alert()), None)
    second = await deliverer.send(delivery(examples.update(), "update:1"), first)
    assert second.message_id > first.message_id > 1 << 58
    assert second.channel_id == first.channel_id == 12


async def test_the_same_nonce_is_shown_once_and_can_be_found(rehearsal: Rehearsal) -> None:
    deliverer = rehearsal.deliverer()
    sent = delivery(examples.alert())
    assert await deliverer.send(sent, None) == await deliverer.send(sent, None)
    assert rehearsal.out.getvalue().count("LAUNCH REPORTED") == 1
    found = await deliverer.find(PLACE, sent.nonce, sent.created)
    assert found is not None
    assert await deliverer.find(PLACE, "A" * 24, sent.created) is None


async def test_an_edit_says_so_and_replaces_the_message_on_the_page(rehearsal: Rehearsal) -> None:
    deliverer = rehearsal.deliverer()
    sent = delivery(examples.alert())
    receipt = await deliverer.send(sent, None)
    after = delivery(examples.retraction()).payload
    edit = Edit(sent.id, PLACE, receipt.channel_id, receipt.message_id, after, 2, 1)
    await deliverer.edit(edit)
    assert "edited" in rehearsal.out.getvalue()
    page = rehearsal.preview.page()
    assert page.count("<article") == 1
    assert "(edited)" in page


async def test_pictures_reach_the_page_when_they_can_be_drawn(rehearsal: Rehearsal) -> None:
    async def draw(name: str, data: str) -> bytes:
        return b"PNG" + name.encode()

    deliverer = rehearsal.deliverer()
    deliverer.draw_with(draw)
    sent = delivery(examples.alert())
    await deliverer.send(sent, None)
    assert 'src="data:image/png;base64,' in rehearsal.preview.page()
    assert "png" not in sent.payload["files"][0]


def test_the_first_lines_say_what_this_is(capsys: pytest.CaptureFixture[str]) -> None:
    announce(address="http://127.0.0.1:8080/", watching=Path("seeds"), feeds=3, once=False)
    shown, errors = capsys.readouterr()
    assert shown.startswith("Launchwire rehearses")
    assert "http://127.0.0.1:8080/" in shown
    assert "DISCORD_TOKEN" in shown
    assert "Ctrl-C" in shown
    assert errors == ""
    assert "and 3 feeds" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    # The page ends with the program, so `--once` does not send anybody there.
    announce(address="http://127.0.0.1:8080/", watching=Path("seeds"), feeds=0, once=True)
    assert not re.search("Ctrl-C|127", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-1), "1 second ago"),
        (timedelta(minutes=-3), "3 minutes ago"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(days=-40), "1 month ago"),
        (timedelta(days=-800), "2 years ago"),
    ],
)
def test_distances_are_told_as_discord_tells_them(distance: timedelta, words: str) -> None:
    assert relative_words(distance) == words


def test_types_fit_the_port(rehearsal: Rehearsal) -> None:
    from bot.ports import Deliverer, Preview

    def takes(deliverer: Deliverer, preview: Preview) -> tuple[Deliverer, Preview]:
        return deliverer, preview

    assert takes(rehearsal.deliverer(), rehearsal.preview)[1] is rehearsal.preview
