"""The model of Discord's markdown that viewers and the hostile-text tests rely on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.delivery.markdown import (
    Anchor,
    Block,
    BlockKind,
    Mention,
    MentionKind,
    Node,
    Plain,
    Stamp,
    Style,
    Styled,
    blocks,
    inline,
    plain_text,
)

CASES: dict[str, Node] = {
    "**b**": Styled(Style.BOLD, (Plain("b"),)),
    "*i*": Styled(Style.ITALIC, (Plain("i"),)),
    "_i_": Styled(Style.ITALIC, (Plain("i"),)),
    "__u__": Styled(Style.UNDERLINE, (Plain("u"),)),
    "~~s~~": Styled(Style.STRIKE, (Plain("s"),)),
    "||s||": Styled(Style.SPOILER, (Plain("s"),)),
    "`**c**`": Styled(Style.CODE, (Plain("**c**"),)),
    "**a *b***": Styled(Style.BOLD, (Plain("a "), Styled(Style.ITALIC, (Plain("b"),)))),
    "[a](https://e.org)": Anchor("https://e.org", (Plain("a"),)),
    "[a](<https://e.org>)": Anchor("https://e.org", (Plain("a"),)),
    "[a\nb](https://e.org)": Anchor("https://e.org", (Plain("a\nb"),)),
    "https://e.org/x": Anchor("https://e.org/x", (Plain("https://e.org/x"),)),
    "<https://e.org>": Anchor("https://e.org", (Plain("https://e.org"),)),
    "discord.gg/abc": Anchor("discord.gg/abc", (Plain("discord.gg/abc"),)),
    "<@&12>": Mention(MentionKind.ROLE, "12"),
    "<@12>": Mention(MentionKind.USER, "12"),
    "<#12>": Mention(MentionKind.CHANNEL, "12"),
    "</feed add:12>": Mention(MentionKind.COMMAND, "feed add"),
    "<id:customize>": Mention(MentionKind.PLACE, "id:customize"),
    "<:wave:12>": Mention(MentionKind.EMOJI, "wave"),
    "@everyone": Mention(MentionKind.EVERYONE, "everyone"),
    "<t:0:R>": Stamp(datetime(1970, 1, 1, tzinfo=UTC), "R"),
    "<t:60>": Stamp(datetime(1970, 1, 1, 0, 1, tzinfo=UTC), "f"),
}


@pytest.mark.parametrize("text", CASES)
def test_each_form_is_recognised(text: str) -> None:
    assert inline(text) == (CASES[text],)


@pytest.mark.parametrize("text", CASES)
def test_a_backslash_before_every_sign_leaves_only_words(text: str) -> None:
    escaped = "".join("\\" + char if not char.isalnum() and char != "\n" and char != " " else char for char in text)  # fmt: skip  # noqa: E501
    assert inline(escaped) == (Plain(text),)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("# a", BlockKind.HEADING),
        ("### a", BlockKind.HEADING),
        ("-# a", BlockKind.SMALL),
        ("> a", BlockKind.QUOTE),
        ("- a", BlockKind.ITEM),
        ("12. a", BlockKind.ITEM),
        ("#a", BlockKind.TEXT),
        ("1.a", BlockKind.TEXT),
        ("a # b", BlockKind.TEXT),
        ("", BlockKind.BLANK),
        ("```py\na\n```", BlockKind.CODE),
    ],
)
def test_lines_have_their_kind(line: str, kind: BlockKind) -> None:
    assert kind in {block.kind for block in blocks(line)}


def test_a_quote_says_its_words_once() -> None:
    assert blocks("> a **b**\nc") == (
        Block(BlockKind.QUOTE, (Plain("a "), Styled(Style.BOLD, (Plain("b"),)))),
        Block(BlockKind.TEXT, (Plain("c"),)),
    )


def test_words_can_be_taken_without_their_dress() -> None:
    nodes = inline("**a** [b](https://e.org) <@&1> <t:0:R>")
    assert plain_text(nodes, lambda stamp: stamp.style) == "a b @1 R"
