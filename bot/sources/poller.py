"""Polls feeds: one conditional request, the answer parsed in the worker, the next time decided."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.article import Origin, SourceKind
from bot.domain.feed import Feed, PollState
from bot.domain.links import redact_feed, redact_feed_text
from bot.domain.polling import (
    FetchRules,
    after_entries,
    after_failure,
    after_redirect,
    after_success,
    next_poll,
    permanent_move,
)
from bot.errors import AnalysisError, FetchError, LaunchwireError, NotAFeed, SourceError
from bot.locale import error_words, say
from bot.ports import Clock, DiscoveredFeed, PollResult, WorkerPool
from bot.sources.feed_links import usual_places
from bot.sources.feeds import page_feeds
from bot.sources.http import Answer, Fetcher, status_error
from bot.sources.http_headers import max_age
from bot.sources.polled_feed import PolledFeed, read_polled

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_MOST_DISCOVERED = 5


class FeedPoller:
    """The `FeedSource` of `bot.ports`. `draw` gives the jitter, from [0, 1)."""

    def __init__(
        self,
        fetcher: Fetcher,
        workers: WorkerPool,
        rules: FetchRules,
        clock: Clock,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._fetcher, self._workers, self._rules = fetcher, workers, rules
        self._clock, self._draw = clock, draw

    async def poll(self, feed: Feed, state: PollState, now: datetime) -> PollResult:
        """Fetch and parse one feed; a failure is told in `PollResult.error`.

        `baseline_done` and `entries_seen` are the caller's to set, with the entries it stores.
        """
        try:
            answer = await self._fetcher.get(feed.url, _conditions(state))
            if answer.status == 304 and (state.etag or state.last_modified):
                return self._unchanged(feed, state, answer, now)
            if answer.status != 200:
                raise status_error(answer, now)
            digest = hashlib.sha256(answer.body).hexdigest()
            if digest == state.body_hash:
                kept = _with_validators(state, answer, digest)
                return self._unchanged(feed, kept, answer, now)
            host = urlsplit(feed.url).hostname or ""
            parsed = await self._read(answer, _origin(feed), host, now)
        except LaunchwireError as error:
            return self._failed(feed, state, error, now)
        return self._changed(feed, _with_validators(state, answer, digest), answer, parsed, now)

    async def discover(self, url: str) -> Sequence[DiscoveredFeed]:
        """The feeds at an address: itself, those its page announces, or one at a usual place.

        Raises:
            SourceError: nothing usable there; the sentence says why.
        """
        url = url.strip()
        url = url if "://" in url else f"https://{url}"
        answer = await self._good_answer(url)
        try:
            return [await self._sample(answer)]
        except NotAFeed as error:
            reason = error
        announced = await self._workers.run(page_feeds, answer.body, answer.url)
        places = [link.url for link in announced] or usual_places(answer.url)
        found = []
        for place in places:
            sample = await self._try_sample(place)
            if sample is not None:
                found.append(sample)
            if len(found) >= _MOST_DISCOVERED or (found and not announced):
                break
        if not found:
            raise reason
        return found

    async def _try_sample(self, url: str) -> DiscoveredFeed | None:
        try:
            answer = await self._good_answer(url)
            return await self._sample(answer)
        except SourceError:
            return None

    async def _good_answer(self, url: str) -> Answer:
        answer = await self._fetcher.get(url, {"Accept": _ACCEPT})
        if answer.status != 200:
            raise status_error(answer, self._clock.now())
        return answer

    async def _sample(self, answer: Answer) -> DiscoveredFeed:
        origin = Origin(kind=SourceKind.FEED, key="sample", name="")
        host = urlsplit(answer.url).hostname or ""
        polled = await self._read(answer, origin, host, self._clock.now())
        return DiscoveredFeed(url=answer.url, title=polled.title or host, articles=polled.articles)

    async def _read(self, answer: Answer, origin: Origin, host: str, now: datetime) -> PolledFeed:
        return await self._workers.run(
            read_polled, answer.body, answer.charset, answer.url, origin, host, now
        )

    def _changed(
        self, feed: Feed, state: PollState, answer: Answer, parsed: PolledFeed, now: datetime
    ) -> PollResult:
        articles = parsed.articles
        wishes = [wish for wish in (max_age(answer.headers), parsed.asked_interval) if wish]
        state = replace(after_success(state, now, 200), asked_interval=max(wishes, default=None))
        state = after_redirect(state, feed.url, answer.permanent_to)
        dates = [raw.published.at for raw in articles if raw.published is not None]
        state = after_entries(state, now, dates, changed=True)
        return PollResult(
            articles=articles,
            state=self._scheduled(feed, state, now, None),
            title=parsed.title or None,
            notes=_notes(parsed, state),
        )

    def _unchanged(self, feed: Feed, state: PollState, answer: Answer, now: datetime) -> PollResult:
        wishes = [wish for wish in (max_age(answer.headers), state.asked_interval) if wish]
        state = replace(
            after_success(state, now, answer.status), asked_interval=max(wishes, default=None)
        )
        state = after_redirect(state, feed.url, answer.permanent_to)
        return PollResult(
            articles=(), state=self._scheduled(feed, state, now, None), not_modified=True
        )

    def _failed(
        self, feed: Feed, state: PollState, error: LaunchwireError, now: datetime
    ) -> PollResult:
        status = error.status if isinstance(error, FetchError) else None
        wait = error.retry_after if isinstance(error, FetchError) else None
        sentence = redact_feed_text(_sentence(error))
        failed = after_failure(state, now, sentence, status)
        return PollResult(
            articles=(), state=self._scheduled(feed, failed, now, wait), error=sentence
        )

    def _scheduled(
        self, feed: Feed, state: PollState, now: datetime, wait: timedelta | None
    ) -> PollState:
        jitter = self._draw()
        due = next_poll(self._rules, state, now, jitter=jitter, wait=wait, chosen=feed.interval)
        return replace(state, next_poll=due)


def _sentence(error: LaunchwireError) -> str:
    """The catalogue's English: kept with the feed, it is said again in every reader's language."""
    if isinstance(error, AnalysisError):
        return say("source.stopped")
    return error_words(error)


def _conditions(state: PollState) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if state.etag:
        headers["If-None-Match"] = state.etag
    if state.last_modified:
        headers["If-Modified-Since"] = state.last_modified
    return headers


def _with_validators(state: PollState, answer: Answer, digest: str) -> PollState:
    """What the next conditional request needs; stored by the caller together with the entries."""
    return replace(
        state,
        etag=_one_line(answer.headers.get("etag")),
        last_modified=_one_line(answer.headers.get("last-modified")),
        body_hash=digest,
    )


def _one_line(value: str | None) -> str | None:
    usable = value is not None and len(value) <= 1_000 and value.isascii() and value.isprintable()
    return value if usable else None


def _origin(feed: Feed) -> Origin:
    """Where the articles come from; a name the operator did not give is the feed's title."""
    return Origin(
        kind=SourceKind.FEED,
        key=str(feed.id),
        name=feed.name or "",
        publisher=feed.publisher,
        family=feed.family,
        official=feed.official,
        state_media=feed.state_media,
        country=feed.country,
        feed_id=feed.id,
        guild_id=feed.guild_id,
    )


def _notes(parsed: PolledFeed, state: PollState) -> tuple[str, ...]:
    """What is worth knowing of a poll, in the catalogue's English: panels say it again."""
    kind = parsed.version or "feed"
    notes = [say("poll.entries", count=len(parsed.articles), kind=kind)]
    if parsed.left_out:
        notes.append(say("poll.left_out", count=parsed.left_out))
    if parsed.repaired:
        notes.append(say("poll.repaired"))
    if state.asked_interval is not None:
        minutes = state.asked_interval.total_seconds() / 60
        notes.append(say("poll.asked_interval", minutes=f"{minutes:g}"))
    moved = permanent_move(state)
    if moved is not None:
        notes.append(say("poll.moved", address=redact_feed(moved)))
    return tuple(notes)
