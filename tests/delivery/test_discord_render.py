"""Messages as Discord payloads: goldens, limits, mentions, the marker."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import markdown
from bot.delivery.discord_limits import check, walk
from bot.delivery.discord_marker import MARKER_TAIL
from bot.delivery.discord_parts import COLOURS
from bot.delivery.discord_render import DiscordRenderer, marker_of
from bot.delivery.markdown import Anchor, Mention, MentionKind, Node, Plain, Stamp, Styled
from bot.domain.message import (
    Block,
    Button,
    CommandMention,
    Controls,
    Field,
    Form,
    Heading,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    Picture,
    Quote,
    RoleMention,
    Rule,
    Section,
    Select,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.subscription import PlaceKind
from tests.delivery import examples
from tests.delivery.golden import assert_golden
from tests.delivery.hostile import HOSTILE

RENDERER = DiscordRenderer({"digest": 99, "alert": 98})
ALLOWED_NODES = {MentionKind.ROLE, MentionKind.COMMAND, MentionKind.CHANNEL}


@pytest.mark.parametrize("place", PlaceKind)
@pytest.mark.parametrize("name", examples.ALL)
def test_payloads_are_as_they_were_looked_at(name: str, place: PlaceKind) -> None:
    payload = RENDERER.payload(examples.ALL[name], place)
    text = json.dumps(payload, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert_golden(f"payloads/{name}.{place.value}.json", text)
    assert check(payload) == []
    assert marker_of(payload) == (examples.ALL[name].marker or None)


def texts_of(payload: dict[str, Any]) -> list[str]:
    found = [payload.get("content") or ""]
    for embed in payload.get("embeds") or ():
        found += [embed.get("title") or "", embed.get("description") or ""]
    found += [p["content"] for p in walk(payload.get("components") or ()) if p.get("type") == 10]
    return found


def flat(nodes: tuple[Node, ...]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Styled):
            found += flat(node.inside)
        elif isinstance(node, Anchor):
            found += flat(node.label)
    return found


def nodes_of(payload: dict[str, Any]) -> list[Node]:
    lines = [block for text in texts_of(payload) for block in markdown.blocks(text)]
    return [node for block in lines for node in flat(block.nodes)]


def hostile_message(text: str, form: Form) -> Message:
    line: Line = (Text(text), Text(text, strong=True), Link(text, "https://example.org/a"))
    controls = Controls((Button(text, "story:1:a"), Button(text, url="https://example.org/b")))
    return Message(
        form,
        Severity.LAUNCH,
        blocks=(
            Heading(line),
            Quote(text),
            Field(text, line),
            Subtext(line),
            Section((line,), Button(text or "x", "story:1:b")),
            Picture("launch-map", text, "{}"),
            controls,
            Controls((Select("s:1", (Option(text, "v", text),), placeholder=text),)),
        ),
        push=line,
        title=(Text(text),),
        title_url="https://example.org/t",
        footer=line,
        pings=(7,),
        marker=examples.MARKER,
        forum_title=text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_every_message(text: str) -> None:
    for form in Form:
        for place in PlaceKind:
            message = hostile_message(text, form)
            payload = RENDERER.payload(message, place)
            assert check(payload) == []
            for node in nodes_of(payload):
                assert isinstance(node, Plain | Styled | Anchor | Mention), node
                if isinstance(node, Anchor):
                    assert node.url.startswith("https://example.org/"), node
                if isinstance(node, Mention):
                    assert (node.kind, node.name) == (MentionKind.ROLE, "7")
            assert payload["allowed_mentions"] == {
                "parse": [],
                "roles": ["7"],
                "users": [],
                "replied_user": False,
            }


WORDS = st.builds(lambda text, times: text * times, st.text(max_size=40), st.integers(1, 90))
SPANS = st.one_of(
    st.builds(Text, WORDS, st.booleans(), st.booleans()),
    st.builds(Link, WORDS, st.sampled_from(["https://example.org/x", "bad:x", ""])),
    st.builds(Time, st.just(datetime(2024, 5, 1, 12, tzinfo=UTC)), st.booleans(), st.booleans()),
    st.builds(RoleMention, st.integers(1, 9)),
    st.builds(CommandMention, st.sampled_from(["alert add", "status"])),
)
LINES = st.lists(SPANS, max_size=6).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, LINES, st.integers(1, 3)),
    st.builds(Paragraph, LINES),
    st.builds(Quote, WORDS),
    st.builds(Field, st.text(min_size=1, max_size=20), LINES),
    st.builds(Subtext, LINES),
    st.builds(Rule),
    st.builds(Picture, st.just("launch-map"), st.text(max_size=1500), st.just("{}")),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    blocks: list[Block] = draw(st.lists(BLOCKS, max_size=30))
    for number in range(draw(st.integers(0, 16))):
        line = draw(LINES)
        blocks.append(Section((line,), Button("Details", f"story:{number}:details")))
    blocks += (
        Controls(tuple(Button("b", f"row:{number}:{n}") for n in range(4)))
        for number in range(draw(st.integers(0, 2)))
    )
    return Message(
        draw(st.sampled_from(Form)),
        draw(st.sampled_from(Severity)),
        tuple(blocks),
        push=draw(LINES),
        title=(Text("A title"), *draw(LINES)),
        footer=draw(LINES),
        pings=tuple(draw(st.lists(st.integers(1, 500), max_size=120))),
        silent=draw(st.booleans()),
        marker=examples.MARKER,
    )


@given(messages(), st.sampled_from(PlaceKind))
@settings(max_examples=120, deadline=None)
def test_every_message_fits_discords_limits_and_keeps_its_marker(
    message: Message, place: PlaceKind
) -> None:
    payload = RENDERER.payload(message, place)
    assert check(payload) == []
    assert marker_of(payload) == examples.MARKER


def test_the_push_line_ends_with_the_roles_and_pings_only_them() -> None:
    payload = RENDERER.payload(examples.alert(pings=(5, 5, 6)), PlaceKind.CHANNEL)
    assert payload["content"].endswith("tells NBC <@&5> <@&6>")
    assert payload["allowed_mentions"]["roles"] == ["5", "6"]


def test_a_role_already_named_is_not_named_twice() -> None:
    message = examples.alert(push=(Text("News "), RoleMention(5)), pings=(5,))
    assert RENDERER.payload(message, PlaceKind.CHANNEL)["content"] == "News <@&5>"


def test_a_silent_message_suppresses_notifications() -> None:
    assert RENDERER.payload(examples.digest(), PlaceKind.CHANNEL)["flags"] == (1 << 12) | (1 << 15)
    assert "flags" not in RENDERER.payload(examples.alert(), PlaceKind.CHANNEL)


def test_announcements_have_no_components_and_inline_links() -> None:
    payload = RENDERER.payload(examples.alert(), PlaceKind.ANNOUNCEMENT)
    assert "components" not in payload
    embed = payload["embeds"][0]
    assert "[Read article](<https://www.nbcnews.com" in embed["description"]
    assert embed["footer"]["text"].endswith(f"ref {examples.MARKER}")


def test_the_host_of_every_link_is_in_the_clear() -> None:
    payload = RENDERER.payload(examples.alert(), PlaceKind.CHANNEL)
    assert payload["components"][0]["components"][0]["label"] == "Read article · nbcnews.com"
    assert payload["embeds"][0]["description"].startswith("-# nbcnews.com\n")
    digest = RENDERER.payload(examples.digest(), PlaceKind.CHANNEL)
    assert "(example.org)" in json.dumps(digest)


def test_a_link_that_cannot_be_linked_is_only_its_label() -> None:
    message = replace(
        examples.welcome(), blocks=(Paragraph((Link("see [this]", "javascript:alert(1)"),)),)
    )
    payload = RENDERER.payload(message, PlaceKind.CHANNEL)
    assert payload["components"][0]["components"][0]["content"] == "see \\[this\\]"


def test_only_forum_posts_have_a_thread_with_tags() -> None:
    message = examples.alert(forum_title="Two missiles", forum_tags=("Confirmed",))
    forum = RENDERER.payload(message, PlaceKind.FORUM)
    assert forum["thread"] == {"name": "Two missiles", "tags": ["Confirmed"]}
    assert "thread" not in RENDERER.payload(message, PlaceKind.CHANNEL)


def test_a_story_thread_is_asked_for_by_name() -> None:
    payload = RENDERER.payload(examples.alert(thread_title="Story 1842"), PlaceKind.CHANNEL)
    assert payload["thread"] == {"name": "Story 1842"}


def test_commands_are_tappable_once_their_ids_are_known() -> None:
    renderer = DiscordRenderer()
    before = renderer.payload(examples.welcome(), PlaceKind.CHANNEL)
    assert "**/alert add**" in json.dumps(before)
    renderer.learn_commands({"alert": 5})
    assert "</alert add:5>" in json.dumps(renderer.payload(examples.welcome(), PlaceKind.CHANNEL))


def test_a_calendar_day_is_the_same_day_everywhere() -> None:
    day = Time(datetime(2021, 3, 25, tzinfo=UTC), date_only=True)
    message = replace(examples.welcome(), blocks=(Paragraph((day,)),))
    (stamp,) = (
        n for n in nodes_of(RENDERER.payload(message, PlaceKind.CHANNEL)) if isinstance(n, Stamp)
    )
    assert stamp == Stamp(datetime(2021, 3, 25, 12, tzinfo=UTC), "D")


def test_what_was_cut_is_reported() -> None:
    long = replace(examples.alert(), push=(Text("word " * 900),))
    assert RENDERER.render(long, PlaceKind.CHANNEL).truncated == ("push line",)
    assert RENDERER.render(examples.alert(), PlaceKind.CHANNEL).truncated == ()
    sections = tuple(
        Section(((Text("x"),),), Button("Details", f"story:{n}:details")) for n in range(20)
    )
    many = replace(examples.digest(), blocks=(*sections, Controls((Button("All", "all:1"),))))
    rendered = RENDERER.render(many, PlaceKind.CHANNEL)
    assert rendered.truncated == ("components",)
    assert '"custom_id": "all:1"' in json.dumps(rendered.payload)


def test_an_action_with_the_markers_tilde_is_a_defect() -> None:
    message = replace(examples.welcome(), blocks=(Controls((Button("x", "a~b"),)),))
    with pytest.raises(ValueError, match="not an action"):
        RENDERER.payload(message, PlaceKind.CHANNEL)


def test_handlers_accept_actions_with_and_without_the_marker() -> None:
    import re

    pattern = re.compile(r"story:(?P<id>\d+):follow" + MARKER_TAIL)
    assert pattern.fullmatch("story:12:follow")
    assert pattern.fullmatch(f"story:12:follow~{examples.MARKER}")
    assert not pattern.fullmatch("story:12:follower")


def luminance(colour: int) -> float:
    parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("card", [0x2B2D31, 0xF2F3F5])
def test_accent_colours_stand_out_on_dark_and_light_cards(severity: Severity, card: int) -> None:
    light, dark = sorted((luminance(COLOURS[severity]), luminance(card)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3.0
