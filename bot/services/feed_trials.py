"""`/feed test`: the newest entry of a feed judged as a story, and who would get it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.article import ArticleId, ArticleIdentity, GuildId
from bot.domain.feed import Feed
from bot.domain.matching import Occasion, Stop, decide_all, with_feed_name
from bot.domain.story import Story, StoryView
from bot.domain.story_facts import view
from bot.domain.story_life import start_story
from bot.domain.subscription import Match
from bot.ports import Analyser, Clock, PollResult, Store
from bot.services.following import wants_map
from bot.services.grouping import report_of
from bot.services.matcher import Matcher


@dataclass(frozen=True, slots=True)
class FeedTrial:
    """What `/feed test` shows: the poll, the newest entry as a story, and who would get it."""

    feed: Feed
    result: PollResult
    view: StoryView | None = None
    story: Story | None = None
    matches: tuple[Match, ...] = ()
    stops: tuple[Stop, ...] = ()
    with_map: bool = False  # alerts of the first place that would get it carry a map


@dataclass(frozen=True, slots=True)
class FeedTrials:
    """Judges a poll without storing anything."""

    store: Store
    clock: Clock
    analyser: Analyser
    matcher: Matcher
    max_age: timedelta

    async def judge(self, feed: Feed, polled: PollResult, guild_id: GuildId) -> FeedTrial:
        """The newest entry of a poll, against every subscription of a server."""
        if not polled.articles:
            return FeedTrial(feed, polled)
        now = self.clock.now()
        newest = max(
            polled.articles, key=lambda raw: raw.published.at if raw.published else raw.first_seen
        )
        article = await self.analyser.analyse(newest)
        story = await self._known_story(article.origin.key, article.identity)
        story = story or start_story(report_of(ArticleId(0), article), now)
        seen = view(story, guild_id, now, self.max_age)
        if seen is None:
            return FeedTrial(feed, polled)
        subscriptions = await self.store.read(lambda tx: tx.subscriptions.of_guild(guild_id))
        silences = await self.store.read(lambda tx: tx.subscriptions.silences(now, guild_id))
        await self.matcher.refresh(self.store)
        found = replace(self.matcher.seen(article), feed_id=feed.id)
        occasion = Occasion(seen, (found,), self.max_age)
        matches, stops = decide_all(subscriptions, occasion, silences, now)
        named = tuple(with_feed_name(each, feed.name) for each in matches)
        with_map = bool(named) and await self.store.read(
            lambda tx: wants_map(tx, named[0].subscription.place)
        )
        return FeedTrial(feed, polled, seen, story, named, tuple(stops), with_map)

    async def _known_story(self, source_key: str, identity: ArticleIdentity) -> Story | None:
        stored = await self.store.read(lambda tx: tx.articles.find(source_key, identity))
        if stored is None or stored.story_id is None:
            return None
        story_id = stored.story_id
        return await self.store.read(lambda tx: tx.stories.get(story_id))
