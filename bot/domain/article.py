"""Articles as they travel: `RawArticle` as a source gave it, `Article` once it is analysed.

A type per stage, so that "not yet analysed" cannot be passed where "analysed" is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.launch import LaunchReport

ArticleId = NewType("ArticleId", int)
FeedId = NewType("FeedId", int)
GuildId = NewType("GuildId", int)


class SourceKind(StrEnum):
    """Where an article came from."""

    SEED = "seed"  # a file an operator put into seeds/
    FEED = "feed"  # an entry of a feed
    REQUEST = "request"  # a person asked to have it summarized; never stored or alerted


class Markup(StrEnum):
    """How the body of a `RawArticle` is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class DatePrecision(StrEnum):
    """How exact a published date is."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date as exact as the source gave it.

    `at` is aware and marks the start of the period (00:00 UTC of the day, month or year) unless
    `precision` is INSTANT; then its offset is the source's own, which helps to read "this morning".
    """

    at: datetime
    precision: DatePrecision = DatePrecision.INSTANT


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of an article and what is known of its publisher.

    `key` is stable: the feed's id as text, "seeds", or "request". `name` is for people. `publisher`
    is the outlet; `family` folds outlets of one house. `guild_id` is set when a single server added
    the feed: its articles are seen, and count as evidence, in that server only.
    """

    kind: SourceKind
    key: str
    name: str
    publisher: str | None = None
    family: str | None = None
    official: bool = False
    state_media: bool = False
    country: str | None = None
    feed_id: FeedId | None = None
    guild_id: GuildId | None = None


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as the source gave it, nothing judged yet.

    `path` is the identity of a seed file (relative to the seeds folder, posix); `guid` the entry's
    own id. `shared_link` says that `url` is no address of this article alone (a home page, a live
    page): it is shown, but tells no article from another. `credit` is the outlet an aggregator
    names (`entry.source`). `first_seen` is our clock. `language` is the tag the source declares,
    not yet believed.
    """

    origin: Origin
    title: str
    body: str
    markup: Markup
    first_seen: datetime
    path: str | None = None
    guid: str | None = None
    url: str | None = None
    published: Published | None = None
    language: str | None = None
    author: str | None = None
    credit: str | None = None
    teaser_only: bool = False
    shared_link: bool = False


@dataclass(frozen=True, slots=True)
class ArticleIdentity:
    """The three keys by which an article is known again; an absent one is empty.

    `guid` is scoped by the source (or "path:<path>" for a seed), `link` is the canonical address,
    `content` the hash of title, date and text. A changed guid or date alone is not a new article.
    """

    guid: str
    link: str
    content: str


@dataclass(frozen=True, slots=True)
class Article:
    """An analysed article: clean text, language, summary, keywords, and the launch report.

    `paragraphs` are clean plain text in reading order; every sentence of `summary` occurs in them
    verbatim. `keywords` are the plain lexicon keywords found, in order of appearance. `rare_terms`
    serve to recognise copies. `entities` are canonical names (countries, groups, seas, weapons) for
    grouping articles that are not launches.
    """

    origin: Origin
    identity: ArticleIdentity
    title: str
    paragraphs: tuple[str, ...]
    language: str
    report: LaunchReport
    first_seen: datetime
    summary: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    rare_terms: tuple[str, ...] = ()
    path: str | None = None
    guid: str | None = None
    url: str | None = None
    published: Published | None = None
    author: str | None = None
    credit: str | None = None
    publisher: str | None = None
    family: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The clean text, paragraphs parted by empty lines."""
        return "\n\n".join(self.paragraphs)
