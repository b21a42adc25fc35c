"""The one-pass matcher: every subscription's phrases found in a text at once.

Built in memory from the store's subscriptions, and built anew when they change. A built index is
never modified, so the event loop and the store's writer thread may use it at the same time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.article import Article, FeedId
from bot.domain.folding import fold
from bot.domain.matching import SeenArticle
from bot.domain.query import parse
from bot.domain.subscription import Place, Silence, Subscription
from bot.errors import InvalidInput
from bot.ports import PhraseIndex, PhraseIndexFactory, Store, Transaction

_PIECE = 10_000  # characters, folded in a few milliseconds
# Parts of an article are set apart by this, so that no phrase is found across them.
_BETWEEN_PARTS = " | "
_EVER = datetime(2015, 1, 1, tzinfo=UTC)  # before every silence: Discord's first year


@dataclass(frozen=True, slots=True)
class _Words:
    """What must be looked for, for one query: every phrase, and those of which one must occur."""

    phrases: tuple[str, ...]
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Built:
    """An index over one version of the subscriptions."""

    version: int
    phrases: frozenset[str]
    index: PhraseIndex
    always: tuple[Subscription, ...]  # by topic: every story is looked at
    by_feed: dict[FeedId, tuple[Subscription, ...]]
    by_phrase: dict[str, tuple[Subscription, ...]]
    by_place: dict[Place, tuple[Subscription, ...]]
    silences: tuple[Silence, ...]


@dataclass
class Matcher:
    """Finds phrases in articles, and the subscriptions that may care for a story."""

    factory: PhraseIndexFactory
    broken: tuple[Subscription, ...] = ()  # stored queries that cannot be read any more
    _built: _Built | None = field(default=None, repr=False)
    _read: dict[str, _Words] = field(default_factory=dict, repr=False)

    async def refresh(self, store: Store) -> bool:
        """`follow` in a transaction of its own, at start and after changes by commands."""
        return await store.read(self.follow)

    def follow(self, tx: Transaction) -> bool:
        """Follow the store; True when the index was built anew. Cheap when nothing changed."""
        version = tx.subscriptions.version()
        silences = tuple(tx.subscriptions.silences(_EVER))  # deciding looks at when they end
        built = self._built
        if built is not None and built.version == version and built.silences == silences:
            return False
        self.build(tx.subscriptions.all(), silences, version)
        return True

    def build(
        self, subscriptions: Iterable[Subscription], silences: Sequence[Silence], version: int
    ) -> None:
        """Index these subscriptions and silences."""
        always: list[Subscription] = []
        by_feed: dict[FeedId, list[Subscription]] = defaultdict(list)
        by_phrase: dict[str, list[Subscription]] = defaultdict(list)
        phrases: dict[str, None] = {}
        by_place: dict[Place, list[Subscription]] = defaultdict(list)
        broken: list[Subscription] = []
        read: dict[str, _Words] = {}  # most of the work: kept for the next time
        for subscription in subscriptions:
            by_place[subscription.place].append(subscription)
            if subscription.query is not None:
                text = subscription.query
                try:
                    words = read[text] = self._read.get(text) or _words_of(text)
                except InvalidInput:
                    broken.append(subscription)
                    continue
                phrases.update(dict.fromkeys(words.phrases))
                for phrase in words.wanted:
                    by_phrase[phrase].append(subscription)
            elif subscription.feed_id is not None:
                by_feed[subscription.feed_id].append(subscription)
            else:
                always.append(subscription)
        for silence in silences:
            if silence.query is not None:
                phrases.update(dict.fromkeys(parse(silence.query).phrases()))
        self.broken, self._read = tuple(broken), read
        self._built = _Built(
            version=version,
            phrases=frozenset(phrases),
            index=self.factory(tuple(phrases)),
            always=tuple(always),
            by_feed={feed: tuple(found) for feed, found in by_feed.items()},
            by_phrase={phrase: tuple(found) for phrase, found in by_phrase.items()},
            by_place={place: tuple(found) for place, found in by_place.items()},
            silences=tuple(silences),
        )

    @property
    def silences(self) -> tuple[Silence, ...]:
        """The silences as of the last refresh, expired ones too (`decide` knows the time)."""
        return self._ready().silences

    def at(self, place: Place) -> tuple[Subscription, ...]:
        """The subscriptions of one place."""
        return self._ready().by_place.get(place, ())

    def seen(self, article: Article) -> SeenArticle:
        """What matching needs of an article: the indexed phrases found in it, in one pass."""
        return SeenArticle(
            found=self.find(text_of(article)),
            feed_id=article.origin.feed_id,
            guild_id=article.origin.guild_id,
        )

    def find(self, folded: str) -> frozenset[str]:
        """The indexed phrases in a folded text."""
        return self._ready().index.find(folded)

    def candidates(self, articles: Iterable[SeenArticle]) -> list[Subscription]:
        """Subscriptions that these articles may reach; every other one cannot match.

        Those by topic are always among them; those by query only when one of the words that must
        occur was found, so that the work grows with the matches, not with the subscriptions.
        """
        built = self._ready()
        wanted = {each.id: each for each in built.always}
        for article in articles:
            if article.feed_id is not None:
                wanted.update((each.id, each) for each in built.by_feed.get(article.feed_id, ()))
            for phrase in article.found:
                wanted.update((each.id, each) for each in built.by_phrase.get(phrase, ()))
        return [wanted[each] for each in sorted(wanted)]

    def _ready(self) -> _Built:
        if self._built is None:
            self.build((), (), version=-1)
        assert self._built is not None  # build sets it
        return self._built


def _words_of(text: str) -> _Words:
    query = parse(text)
    return _Words(query.phrases(), query.wanted())


def text_of(article: Article) -> str:
    """An article's title and text as they are searched: folded, parts set apart."""
    return _BETWEEN_PARTS.join(_folded(part) for part in (article.title, *article.paragraphs))


def _folded(part: str) -> str:
    """Fold piece by piece: a single call on a huge text would stop every thread of the process."""
    return " ".join(fold(piece) for piece in _pieces(part))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > _PIECE:
        end = text.rfind(" ", start, start + _PIECE)
        end = end if end > start else start + _PIECE  # a word of that length is an attack
        yield text[start:end]
        start = end
    yield text[start:]
