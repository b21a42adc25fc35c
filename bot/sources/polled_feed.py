"""From the bytes of a feed to its newest articles; in the worker, off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.article import Origin, RawArticle
from bot.domain.polling import effective_date
from bot.sources.entry import newest_of_each, to_articles
from bot.sources.feeds import read_feed

MOST_ENTRIES = 1_000
"""Of one answer; feeds give 20 to 200. What is beyond is an archive or an attack."""


@dataclass(frozen=True, slots=True)
class PolledFeed:
    """The newest articles of a feed, in its order, and what it says of itself."""

    articles: tuple[RawArticle, ...]
    title: str
    version: str
    asked_interval: timedelta | None
    repaired: bool
    left_out: int


def read_polled(
    body: bytes, charset: str | None, url: str, origin: Origin, host: str, now: datetime
) -> PolledFeed:
    """Read an answer. Without a name of its own, `origin` gets the feed's title, or its `host`.

    Raises:
        NotAFeed: no feed in it.
    """
    parsed = read_feed(body, charset, url)
    name = origin.name or parsed.title or host
    origin = replace(origin, name=name, publisher=origin.publisher or name)
    articles = newest_of_each(to_articles(parsed, origin, now))
    kept = newest(articles, MOST_ENTRIES)
    return PolledFeed(
        kept,
        parsed.title,
        parsed.version,
        parsed.asked_interval,
        parsed.repaired,
        len(articles) - len(kept),
    )


def newest(articles: Sequence[RawArticle], most: int) -> tuple[RawArticle, ...]:
    """The newest by date, in their order. Without dates new ones stand at one of the two ends."""
    if len(articles) <= most:
        return tuple(articles)
    places = range(len(articles))
    if any(raw.published is not None for raw in articles):
        kept = sorted(places, key=lambda n: effective_date(articles[n]), reverse=True)[:most]
    else:
        kept = [*places[: most // 2], *places[len(articles) - most // 2 :]]
    return tuple(articles[n] for n in sorted(kept))
