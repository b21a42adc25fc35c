"""Everything people can use is driven once, by the real client, in every language.

What there is to drive is listed mechanically: commands, options and autocompletes from what Discord
was sent, buttons and selects from the patterns that handle them, modals from the code that opens
them. Something new that the tour does not use fails these tests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import discord_limits
from tests.cogs.house import House
from tests.cogs.tour import Tour
from tests.fake_discord.actions import CHAT_INPUT, MESSAGE_MENU
from tests.fake_discord.interaction_routes import Kind

COGS = Path(__file__).parents[2] / "cogs"
SUBCOMMANDS = (1, 2)
# (?P<verb>pause|resume): each of these words is a button of its own.
_WORDS = re.compile(r"\(\?P<(?P<name>\w+)>(?P<words>[a-z]+(?:\|[a-z]+)+)\)")


@pytest.mark.parametrize("locale", ["en-US", "ko", "ja"])
async def test_everything_is_used_and_answers_within_discords_limits(
    house: House, locale: str
) -> None:
    tour = Tour(house, locale)
    await tour.walk()
    driven = _driven(tour)
    there = set(_commands(house)) | set(_buttons(house)) | set(_modals())
    assert sorted(there - driven) == [], "the tour in tests/cogs/tour.py has to use these"
    assert _beyond_limits(tour) == []
    assert [seen.what for seen in tour.seen if not seen.shown] == []


def _commands(house: House) -> Iterator[str]:
    """`/feed add`, `/feed add url`, `/feed add url …` (completed), and the menus."""
    for command in house.discord.global_commands:
        if command["type"] == MESSAGE_MENU:
            yield f"menu {command['name']}"
            continue
        assert command["type"] == CHAT_INPUT
        for name, options in _leaves(str(command["name"]), command.get("options") or []):
            yield f"/{name}"
            for option in options:
                yield f"/{name} {option['name']}"
                if option.get("autocomplete"):
                    yield f"/{name} {option['name']} …"


def _leaves(name: str, options: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    below = [option for option in options if option["type"] in SUBCOMMANDS]
    for option in below:
        yield from _leaves(f"{name} {option['name']}", option.get("options") or [])
    if not below:
        yield name, options


def _buttons(house: House) -> Iterator[str]:
    """Every pattern once for each word that it can hold: `sub:…:(pause)`."""
    for pattern in house.bot._connection._view_store._dynamic_items:
        choices = [found["words"].split("|") for found in _WORDS.finditer(pattern.pattern)]
        for words in product(*choices):
            yield f"{pattern.pattern} with {' '.join(words)}"


def _modals() -> Iterator[str]:
    """The fields of every modal, by the function that opens it."""
    for path in sorted(COGS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
                if any(ast.unparse(call.func) == "Form" for call in calls):
                    for call in calls:
                        if ast.unparse(call.func) == "Ask":
                            yield f"field {ast.literal_eval(call.args[0])}"


def _driven(tour: Tour) -> set[str]:
    found = set()
    for data in tour.of_kind(Kind.COMMAND):
        if data["type"] == MESSAGE_MENU:
            found.add(f"menu {data['name']}")
            continue
        name, options = _leaf_used(data)
        found |= {f"/{name}", *(f"/{name} {option['name']}" for option in options)}
    for data in tour.of_kind(Kind.AUTOCOMPLETE):
        name, options = _leaf_used(data)
        found |= {f"/{name} {each['name']} …" for each in options if each.get("focused")}
    for data in tour.of_kind(Kind.COMPONENT):
        for pattern in tour.house.bot._connection._view_store._dynamic_items:
            if match := pattern.fullmatch(data["custom_id"]):
                chosen = [match[name] for name in _word_groups(pattern.pattern)]
                found.add(f"{pattern.pattern} with {' '.join(chosen)}")
    for data in tour.of_kind(Kind.MODAL):
        found |= {f"field {each['component']['custom_id']}" for each in data["components"]}
    return found


def _word_groups(pattern: str) -> list[str]:
    return [found["name"] for found in _WORDS.finditer(pattern)]


def _leaf_used(data: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    name, options = str(data["name"]), data.get("options") or []
    while options and options[0]["type"] in SUBCOMMANDS:
        name, options = f"{name} {options[0]['name']}", options[0].get("options") or []
    return name, options


def _beyond_limits(tour: Tour) -> list[str]:
    """What our own check of limits finds in any state of any answer."""
    found = []
    for seen in tour.seen:
        for message in seen.outcome.interaction.answers:
            payload = {
                "content": message.content,
                "embeds": message.embeds,
                "components": message.components,
                "flags": message.flags & discord_limits.FLAG_COMPONENTS_V2,
                "files": [{"filename": each.filename} for each in message.attachments],
                "allowed_mentions": message.allowed_mentions or {"parse": []},
            }
            kept = {key: value for key, value in payload.items() if value}
            found += [f"{seen.what}: {problem}" for problem in discord_limits.check(kept)]
    return found
