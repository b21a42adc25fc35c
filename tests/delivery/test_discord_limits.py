"""Every rule of Discord on messages is noticed when it is broken."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.delivery import discord_limits as limits
from bot.delivery.discord_limits import check

NOBODY: dict[str, Any] = {"parse": []}
BUTTON = {"type": 2, "style": 2, "label": "Go", "custom_id": "a:1"}
TEXT = {"type": 10, "content": "words"}
CARD = 1 << 15


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def buttons(count: int) -> list[dict[str, Any]]:
    return [BUTTON | {"custom_id": f"a:{n}"} for n in range(count)]


def embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [parts]}


def card(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"flags": CARD, "components": [{"type": 17, "components": list(parts)}]}


def select(**changes: Any) -> dict[str, Any]:
    options = [{"label": "a", "value": "a"}]
    return row({"type": 3, "custom_id": "s", "options": options} | changes)


SECTION = {"type": 9, "components": [TEXT], "accessory": BUTTON}
FILE = {"filename": "a.png", "alt": "a", "name": "a", "data": ""}

BROKEN: dict[str, dict[str, Any]] = {
    "long content": {"content": "x" * 2001},
    "astral content": {"content": "🚀" * 1001},
    "long nonce": {"content": "x", "nonce": "n" * 26},
    "empty message": {"content": "  "},
    "embed with a colour only": embed(color=1),
    "eleven embeds": {"embeds": [{"title": "x"}] * 11},
    "long title": embed(title="x" * 257),
    "long description": embed(description="x" * 4097),
    "long footer": embed(title="x", footer={"text": "x" * 2049}),
    "long author": embed(title="x", author={"name": "x" * 257}),
    "too many fields": embed(fields=[{"name": "a", "value": "b"}] * 26),
    "nameless field": embed(fields=[{"name": " ", "value": "b"}]),
    "long field name": embed(fields=[{"name": "a" * 257, "value": "b"}]),
    "long field value": embed(fields=[{"name": "a", "value": "b" * 1025}]),
    "sum of embeds": {"embeds": [{"description": "x" * 3001}] * 2},
    "long embed url": embed(title="x", url="https://example.org/" + "x" * 2048),
    "missing file": embed(title="x", image={"url": "attachment://no.png"}),
    "mentions not restricted": {"content": "x", "allowed_mentions": None},
    "parse and list": {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "unknown parse": {"content": "x", "allowed_mentions": {"parse": ["all"]}},
    "101 roles": {
        "content": "x",
        "allowed_mentions": {"parse": [], "roles": [str(n) for n in range(101)]},
    },
    "role twice": {"content": "x", "allowed_mentions": {"parse": [], "roles": ["1", "1"]}},
    "six rows": {"components": [row(button) for button in buttons(6)]},
    "six buttons": {"components": [row(*buttons(6))]},
    "empty row": {"components": [row()]},
    "button outside a row": {"components": [BUTTON]},
    "long label": {"components": [row(BUTTON | {"label": "x" * 81})]},
    "long custom_id": {"components": [row(BUTTON | {"custom_id": "x" * 101})]},
    "custom_id twice": {"components": [row(BUTTON, BUTTON)]},
    "faceless button": {"components": [row(BUTTON | {"label": ""})]},
    "button without custom_id": {"components": [row({"type": 2, "style": 1, "label": "x"})]},
    "link without url": {"components": [row({"type": 2, "style": 5, "label": "x"})]},
    "link with custom_id": {
        "components": [row(BUTTON | {"style": 5, "url": "https://example.org"})]
    },
    "url on a plain button": {"components": [row(BUTTON | {"url": "https://example.org"})]},
    "long url": {
        "components": [
            row({"type": 2, "style": 5, "label": "x", "url": "https://example.org/" + "x" * 512})
        ]
    },
    "26 options": {
        "components": [select(options=[{"label": "a", "value": str(n)} for n in range(26)])]
    },
    "no options": {"components": [select(options=[])]},
    "option twice": {"components": [select(options=[{"label": "a", "value": "a"}] * 2)]},
    "long option": {"components": [select(options=[{"label": "a" * 101, "value": "a"}])]},
    "long placeholder": {"components": [select(placeholder="x" * 151)]},
    "select asks too much": {"components": [select(min_values=3, max_values=2)]},
    "select without custom_id": {"components": [select(custom_id="")]},
    "select beside a button": {
        "components": [row(select()["components"][0], BUTTON)],
    },
    "V2 part without its flag": {"components": [TEXT]},
    "V2 with content": card(TEXT) | {"content": "x"},
    "V2 with embeds": card(TEXT) | {"embeds": [{"title": "x"}]},
    "empty V2": {"flags": CARD, "components": []},
    "empty container": card(),
    "container in container": card({"type": 17, "components": [TEXT]}),
    "41 components": card(*[TEXT] * 40),
    "texts over 4000": card(TEXT | {"content": "x" * 2001}, TEXT | {"content": "y" * 2000}),
    "blank text": card({"type": 10, "content": " \n"}),
    "section with four texts": card(SECTION | {"components": [TEXT] * 4}),
    "section without accessory": card({"type": 9, "components": [TEXT]}),
    "select beside a section": card(SECTION | {"accessory": {"type": 3, "custom_id": "x"}}),
    "section without text": card(SECTION | {"components": []}),
    "empty gallery": card({"type": 12, "items": []}),
    "eleven pictures": card({"type": 12, "items": [{"media": {"url": "https://e.org/a"}}] * 11}),
    "gallery without its file": card({"type": 12, "items": [{"media": {"url": "attachment://x"}}]}),
    "long alt text": card(
        {"type": 12, "items": [{"media": {"url": "https://e.org/a"}, "description": "x" * 1025}]}
    ),
    "bare button at the top": {"flags": CARD, "components": [BUTTON]},
    "eleven files": {
        "content": "x",
        "files": [FILE | {"filename": f"{n}.png"} for n in range(11)],
    },
    "file name twice": {"content": "x", "files": [FILE, FILE]},
    "nameless thread": {"content": "x", "thread": {"name": " "}},
    "long thread name": {"content": "x", "thread": {"name": "x" * 101}},
    "six tags": {"content": "x", "thread": {"name": "x", "tags": list("abcdef")}},
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(name: str) -> None:
    payload = {"allowed_mentions": NOBODY} | BROKEN[name]
    assert check(payload), name


GOOD: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    {"embeds": [{"title": "x" * 256, "description": "y" * 4096, "footer": {"text": "z" * 1648}}]},
    {"components": [row(*buttons(5))]},
    card(*[TEXT | {"content": "x" * 100}] * 39),
    card(SECTION, {"type": 14}, select()),
    {"files": [FILE], "embeds": [{"image": {"url": "attachment://a.png"}}]},
    {"content": "x", "allowed_mentions": {"parse": ["roles"], "users": ["1"]}},
]


@pytest.mark.parametrize("payload", GOOD)
def test_what_just_fits_is_fine(payload: dict[str, Any]) -> None:
    payload = {"allowed_mentions": NOBODY} | copy.deepcopy(payload)
    assert check(payload) == []


def test_choices_are_checked_too() -> None:
    assert limits.check_choices([("a", "1")] * 25) == []
    assert limits.check_choices([("a", "1")] * 26)
    assert limits.check_choices([("a" * 101, "1")])
    assert limits.check_choices([("", "1")])
