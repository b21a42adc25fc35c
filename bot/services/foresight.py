"""What a subscription would have matched in the stored articles, shown before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.matching import Occasion, SeenArticle, Stop, decide
from bot.domain.query import parse
from bot.domain.story import Story, StoryId
from bot.domain.story_facts import view
from bot.domain.subscription import Match, Subscription
from bot.ports import PhraseIndexFactory, StoredArticle, Transaction
from bot.services.matcher import text_of

LOOKED_AT = 200
EXAMPLES = 3
# A wish is about content; whether an article was news when it came is not its business here.
_ANY_AGE = timedelta(days=36525)


@dataclass(frozen=True, slots=True)
class Foresight:
    """How many of the last articles matched; `newest` is the newest story that did."""

    matched: int
    looked_at: int
    examples: tuple[str, ...] = ()
    newest: Story | None = None
    newest_decision: Match | Stop | None = None


def foresee(
    tx: Transaction, subscription: Subscription, index: PhraseIndexFactory, now: datetime
) -> Foresight:
    """Decide over the newest articles exactly as an alert would, ages and silences left out."""
    guild_id = subscription.place.guild_id
    phrases = parse(subscription.query).phrases() if subscription.query else ()
    find = index(phrases).find if phrases else None
    stories: dict[StoryId, Story | None] = {}
    matched, examples = 0, dict[str, None]()
    newest: Story | None = None
    decision: Match | Stop | None = None
    articles = tx.articles.recent(LOOKED_AT, guild_id=guild_id)
    for stored in articles:
        story = _story(tx, stored, stories)
        seen = view(story, guild_id, now, _ANY_AGE) if story is not None else None
        if story is None or seen is None:
            continue
        origin = stored.article.origin
        found = find(text_of(stored.article)) if find is not None else frozenset()
        occasion = Occasion(
            view=seen,
            articles=(SeenArticle(found, origin.feed_id, origin.guild_id),),
            max_age=_ANY_AGE,
            marked_not_launch=story.marked_not_launch,
        )
        result = decide(subscription, occasion, (), now)
        if isinstance(result, Match):
            matched += 1
            examples[stored.article.title or seen.headline] = None
        if newest is None or (isinstance(result, Match) and not isinstance(decision, Match)):
            newest, decision = story, result
    return Foresight(matched, len(articles), tuple(examples)[:EXAMPLES], newest, decision)


def _story(
    tx: Transaction, stored: StoredArticle, known: dict[StoryId, Story | None]
) -> Story | None:
    if stored.story_id is None:
        return None
    if stored.story_id not in known:
        known[stored.story_id] = tx.stories.get(stored.story_id)
    return known[stored.story_id]
