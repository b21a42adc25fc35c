"""The preview page: goldens, nothing from elsewhere, nothing that could run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.preview import PreviewPage
from bot.delivery.preview_html import article
from bot.delivery.shown import Shown
from bot.domain.message import Form
from bot.domain.subscription import PlaceKind
from tests.delivery import examples
from tests.delivery.golden import assert_golden
from tests.delivery.hostile import HOSTILE
from tests.delivery.test_discord_render import hostile_message

RENDERER = DiscordRenderer({"digest": 99, "alert": 98})
AT = datetime(2021, 3, 24, 22, 8, tzinfo=UTC)
NAMES = {str(examples.ROLE): "Launch alerts"}


class Reader(HTMLParser):
    """Collects tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(html)
    return reader.tags


@pytest.mark.parametrize("name", examples.ALL)
def test_messages_are_as_they_were_looked_at(name: str) -> None:
    payload = RENDERER.payload(examples.ALL[name], PlaceKind.CHANNEL)
    html = article(Shown("launch-alerts", payload, AT, edited=name == "alert"), NAMES)
    assert_golden(f"html/{name}.html", html.replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_make_no_markup(text: str) -> None:
    allowed = {
        "article",
        "svg",
        "rect",
        "path",
        "circle",
        "div",
        "span",
        "time",
        "strong",
        "em",
        "a",
    }
    allowed |= {"button", "figure", "figcaption", "b", "blockquote", "hr"}
    for form in Form:
        payload = RENDERER.payload(hostile_message(text, form), PlaceKind.CHANNEL)
        for tag, attributes in read(article(Shown("place", payload, AT), {})):
            assert tag in allowed, tag
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            if tag == "a":
                assert str(attributes["href"]).startswith("https://example.org/")


def test_markup_in_texts_is_escaped() -> None:
    payload = RENDERER.payload(
        hostile_message('<img src=x onerror="alert(1)"></style><script>', Form.ALERT),
        PlaceKind.CHANNEL,
    )
    page = PreviewPage({"7": "<b>role</b>"})
    page.show("<i>place</i>", payload, at=AT, edited=False)
    tags = [tag for tag, _ in read(page.page())]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert "i" not in tags


def full_page() -> PreviewPage:
    page = PreviewPage(NAMES)
    for number, message in enumerate(examples.ALL.values()):
        payload = RENDERER.payload(replace(message, marker=f"m{number}"), PlaceKind.CHANNEL)
        page.show("launch-alerts", payload, at=AT + timedelta(minutes=number), edited=False)
    return page


def test_the_page_takes_nothing_from_elsewhere_and_runs_only_its_own_script() -> None:
    html = full_page().page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert text
        digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    for tag, attributes in read(html):
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        if "src" in attributes:
            assert str(attributes["src"]).startswith("data:image/png;base64,")
        assert "style" not in attributes
    assert "url(" not in html
    assert "@import" not in html


def test_accents_pings_silence_and_roles_are_shown() -> None:
    html = full_page().page()
    assert ".ae5484d{--accent:#e5484d}" in html
    assert "pinged @Launch alerts" in html
    assert ">silent<" in html
    assert '<span class="mention role">@Launch alerts</span>' in html


def test_a_role_that_may_not_be_pinged_is_not_marked_as_pinged() -> None:
    payload = RENDERER.payload(examples.welcome(), PlaceKind.CHANNEL)
    assert Shown("x", payload, AT).pinged == ()
    assert "pinged" not in article(Shown("x", payload, AT), NAMES)


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("Sources (3)", "en"),
        ("출처 (3)", "ko"),
        ("情報源（3）", "ja"),
        ("Read article · example.org", "en"),
        ("記事を読む · example.org", "ja"),
        ("", "en"),
    ],
)
def test_a_message_names_the_language_it_is_written_in(label: str, language: str) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": label, "custom_id": "a"}]}
    html = article(Shown("x", {"content": "북한 発射", "components": [row]}, AT), NAMES)
    assert f'<article class="message" lang="{language}">' in html


def test_places_have_their_own_heading() -> None:
    page = PreviewPage()
    payload = RENDERER.payload(examples.alert(), PlaceKind.CHANNEL)
    page.show("one", payload, at=AT, edited=False)
    page.show("two", payload, at=AT, edited=False)
    assert page.page().count("<h2>") == 2


def test_a_page_without_messages_says_what_to_do() -> None:
    html = PreviewPage().page()
    assert "Nothing has been posted yet" in html
    assert "seeds/" in html


def test_every_picture_has_its_alt_text() -> None:
    payload = RENDERER.payload(examples.digest(), PlaceKind.CHANNEL)
    drawn = payload | {"files": [item | {"png": b"x"} for item in payload["files"]]}
    for _, attributes in (t for t in read(article(Shown("x", drawn, AT), {})) if t[0] == "img"):
        assert str(attributes["alt"]).startswith("Launch stories a day")


def test_the_version_grows_so_that_the_page_knows_when_to_refresh() -> None:
    page = full_page()
    before = re.search(r'data-version="(\d+)"', page.page())
    page.show("x", RENDERER.payload(examples.alert(), PlaceKind.CHANNEL), at=AT, edited=False)
    after = re.search(r'data-version="(\d+)"', page.page())
    assert before
    assert after
    assert int(after[1]) > int(before[1])
