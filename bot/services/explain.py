"""Why an article was posted or not: the stages it went through, from stored data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.article import GuildId
from bot.domain.links import canonical_link
from bot.domain.outbox import DeliveryKind, DeliveryState
from bot.domain.story import ChangeKind, StoryId
from bot.domain.subscription import Place, PlaceKind
from bot.locale import say
from bot.ports import AuditEntry, Clock, Stage, Store, StoredArticle, TrailEntry, Transaction
from bot.services.asking import Asker, number_in
from bot.services.register import surviving

AUDIT_SHOWN = 200
# A message stands this long after its story's first alert at most: quiet hours, updates, outages.
ALERTED_BEFORE = timedelta(days=8)
_MESSAGE_LINK = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/"
    r"(?P<guild>@me|\d{1,19})/(?P<channel>\d{1,19})/(?P<message>\d{1,19})/?"
)
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_CHANNELS = (PlaceKind.CHANNEL, PlaceKind.ANNOUNCEMENT, PlaceKind.FORUM)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a link; `article` None: no watched feed had it, or only its baseline."""

    asked: str
    article: StoredArticle | None
    trail: tuple[TrailEntry, ...]


@dataclass(frozen=True, slots=True)
class ExplainDesk:
    """The use cases of `/why` and `/audit`."""

    store: Store
    clock: Clock

    async def why(self, asker: Asker, asked: str) -> Explanation:
        """What happened to an article, by its link or file, its story, or our message's link."""

        def step(tx: Transaction) -> Explanation:
            number = number_in(asked) or _of_message(tx, asker, asked)
            stored = (
                _of_story(tx, StoryId(number), asker.guild_id)
                if number is not None
                else _by_link(tx, asked.strip())
            )
            if stored is not None and stored.article.origin.guild_id not in (None, asker.guild_id):
                return Explanation(asked, None, ())
            link = stored.article.identity.link if stored else canonical_link(asked) or asked
            trail = tx.records.trail_of(
                article_id=stored.id if stored is not None else None, link=link
            )
            visible = [each for each in trail if each.guild_id in (None, asker.guild_id)]
            story = stored.story_id if stored is not None else None
            posted = _posted(tx, asker, story) if story is not None else []
            told = sorted((*visible, *posted), key=lambda each: each.at)
            return Explanation(asked, stored, tuple(told))

        return await self.store.read(step)

    async def audit(self, asker: Asker) -> list[AuditEntry]:
        """The newest changes in the asker's server."""
        return await self.store.read(lambda tx: tx.records.audit_of(asker.guild, AUDIT_SHOWN))


def _posted(tx: Transaction, asker: Asker, story: StoryId) -> list[TrailEntry]:
    """The messages about a story that stand in the asker's own server or direct messages."""
    entries, retracted = [], _retractions(tx, story)
    for each in tx.outbox.of_story(story):
        place = each.place
        own = place.id == asker.user_id if place.kind is PlaceKind.USER else _shares(asker, place)
        if own and each.state is DeliveryState.SENT and each.message_id is not None:
            where = "" if place.kind is PlaceKind.USER else f" channel {place.id}"
            back = each.kind is DeliveryKind.UPDATE and each.created in retracted
            what = say(f"why.sent.{'retraction' if back else each.kind.value}")
            at = _posted_at(each.message_id)
            entries.append(TrailEntry(at, Stage.SENT, what + where, story_id=story))
    return entries


def _retractions(tx: Transaction, story_id: StoryId) -> set[datetime]:
    """When a story was taken back; its history keeps the words of its status."""
    story, retracted = tx.stories.get(story_id), say("status.retracted")
    return {
        each.at
        for each in (story.history if story is not None else ())
        if each.kind is ChangeKind.RETRACTION and each.after.startswith(retracted)
    }


def _shares(asker: Asker, place: Place) -> bool:
    return place.guild_id is not None and place.guild_id == asker.guild_id


def _posted_at(message_id: int) -> datetime:
    """When a message was posted (https://docs.discord.com/developers/reference#snowflakes)."""
    return _DISCORD_EPOCH + timedelta(milliseconds=message_id >> 22)


def _of_message(tx: Transaction, asker: Asker, asked: str) -> StoryId | None:
    """The story of one of our messages, in the asker's own server or direct messages."""
    found = _MESSAGE_LINK.fullmatch(asked.strip())
    if found is None:
        return None
    message_id = int(found["message"])
    if found["guild"] == "@me":
        places = {Place(PlaceKind.USER, asker.user_id)}
    elif asker.guild_id is not None and int(found["guild"]) == asker.guild_id:
        places = {each.place for each in tx.subscriptions.of_guild(asker.guild_id)}
        places |= {Place(kind, int(found["channel"]), asker.guild_id) for kind in _CHANNELS}
    else:
        return None
    since = _posted_at(message_id) - ALERTED_BEFORE
    alerts = (each for place in places for each in tx.outbox.alerts_since(place, since))
    for story in dict.fromkeys(each.story_id for each in alerts):
        if story is not None and any(
            each.message_id == message_id and each.place in places
            for each in tx.outbox.of_story(story)
        ):
            return story
    return None


def _by_link(tx: Transaction, asked: str) -> StoredArticle | None:
    link = canonical_link(asked)
    return (tx.articles.by_link(link) if link else None) or tx.articles.by_link(asked)


def _of_story(tx: Transaction, story_id: StoryId, guild_id: GuildId | None) -> StoredArticle | None:
    story = surviving(tx, story_id)
    for report in story.reports if story is not None else ():
        if report.guild_id in (None, guild_id):
            return tx.articles.get(report.article_id)
    return None
