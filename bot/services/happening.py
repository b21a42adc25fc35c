"""What `Alerting` is told when a story changes, and how it is noted for `/why`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.article import Article, ArticleId, GuildId
from bot.domain.matching import Stop
from bot.domain.posting import Posting
from bot.domain.reason import Reason
from bot.domain.story import Story
from bot.domain.subscription import PlaceKind
from bot.locale import word
from bot.ports import Stage, TrailEntry, Transaction


@dataclass(frozen=True, slots=True)
class Happening:
    """What `story_changed` passes on: the story before and after, and the article that did it."""

    before: Story | None
    after: Story
    article: Article
    article_id: ArticleId
    now: datetime
    held_back: Reason | None = None  # no new alerts from this article (too old, flood brake)


def note_posting(
    tx: Transaction, happening: Happening, stage: Stage, posting: Posting, detail: str
) -> None:
    """Note that a place's message was enqueued or held, for `/why`; a person's is nobody's news."""
    place = posting.place
    if place.kind is PlaceKind.USER:
        return
    text = f"{place.kind.value} {place.key}: {detail}"
    _note(tx, happening, stage, text, place.guild_id)


def note_stop(tx: Transaction, happening: Happening, stop: Stop) -> None:
    """Note which rule stopped the story on its way to a subscription, unless it is a person's."""
    subscription = stop.subscription
    if subscription.place.kind is PlaceKind.USER:
        return
    text = f"alert {subscription.id}, {stop.rule.value}: {word(stop.reason)}"
    _note(tx, happening, Stage.STOPPED, text, subscription.place.guild_id)


def _note(
    tx: Transaction, happening: Happening, stage: Stage, text: str, guild_id: GuildId | None
) -> None:
    tx.records.trail(
        TrailEntry(
            happening.now,
            stage,
            text,
            article_id=happening.article_id,
            link=happening.article.identity.link,
            story_id=happening.after.id,
            guild_id=guild_id or happening.article.origin.guild_id,
        )
    )
