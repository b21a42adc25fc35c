"""What a catch-up digest says when quiet hours end: what happened meanwhile, story by story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.digest import Coverage, DigestStory
from bot.domain.message import (
    Block,
    CommandMention,
    Form,
    Heading,
    Line,
    Message,
    Paragraph,
    Severity,
    Text,
    Time,
)
from bot.domain.subscription import RoleId
from bot.locale import say
from bot.services.digest_message import coverage_words, list_blocks


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Everything a catch-up digest is composed from; `since` (UTC) is when the first was held.

    `roles` are those the held alerts would have pinged: they are pinged once, by this message.
    """

    stories: tuple[DigestStory, ...]
    overflow: int
    launches: int
    coverage: Coverage
    since: datetime
    roles: tuple[RoleId, ...] = ()
    locale: str = "en"


def catch_up_message(told: CatchUp, marker: str) -> Message:
    """One card, launches first; silent unless a held alert would have pinged somebody."""
    locale = told.locale
    title = say("digest.title.catch_up", locale, count=len(told.stories) + told.overflow)
    head: Line = (Text(say("digest.held_since", locale) + " "), Time(told.since))
    blocks: list[Block] = [Heading((Text(title),)), Paragraph(head)]
    blocks += list_blocks(told.stories, locale)
    foot: Line = (Text(coverage_words(told.coverage, locale)),)
    if told.overflow:
        more = say("digest.overflow", locale, count=told.overflow)
        foot = (Text(more + " · "), CommandMention("launch recent"), Text(" · "), *foot)
    return Message(
        form=Form.CARD,
        severity=Severity.LAUNCH if told.launches else Severity.INFO,
        blocks=tuple(blocks),
        footer=foot,
        pings=tuple(told.roles),
        silent=not told.roles,
        marker=marker,
        forum_title=title,
    )
