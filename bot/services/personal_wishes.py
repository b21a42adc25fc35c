"""What a person asks for in `/subscribe`, and the first direct message that answers it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.launch import WeaponClass
from bot.domain.message import (
    Button,
    CommandMention,
    Controls,
    Form,
    Heading,
    Message,
    Paragraph,
    Severity,
    Subtext,
    Text,
)
from bot.domain.story import StoryStatus
from bot.domain.subscription import Topic
from bot.locale import say
from bot.services.panels.limits import selection_words
from bot.services.subscriptions import Listed


@dataclass(frozen=True, slots=True)
class PersonalWish:
    """What a person asks for in `/subscribe`."""

    topic: Topic | None = None
    query: str | None = None
    countries: tuple[str, ...] = ()
    weapons: tuple[WeaponClass, ...] = ()
    min_status: StoryStatus = StoryStatus.UNCONFIRMED


def greeting(listed: Listed, locale: str, marker: str) -> Message:
    """The first direct message: it proves that they arrive, and how to end them."""
    what = selection_words(listed.subject, listed.subscription, locale)
    stop = Button(say("button.unsubscribe", locale), f"sub:{listed.subscription.id}:remove")
    return Message(
        form=Form.CARD,
        severity=Severity.GOOD,
        blocks=(
            Heading((Text(say("subscribe.title", locale)),)),
            Paragraph((Text(say("subscribe.welcome", locale, what=what)),)),
            Controls((stop,)),
            Subtext((CommandMention("subscriptions"),)),
        ),
        marker=marker,
    )
