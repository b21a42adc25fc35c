import random
import string
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.analysis.phrases import PhraseIndex
from bot.domain.article import Article, ArticleIdentity, FeedId, GuildId, Origin, SourceKind
from bot.domain.folding import found_in
from bot.domain.launch import LaunchReport, Verdict
from bot.domain.matching import SeenArticle
from bot.domain.subscription import Silence, Subscription, SubscriptionId, Topic, UserId
from bot.services.matcher import Matcher, text_of
from tests.domain.story_examples import CHANNEL, NOW, subscription


class EveryPhrase:
    """The reference index: looks for one phrase after the other."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(phrases)

    def find(self, text: str) -> frozenset[str]:
        return found_in(text, self.phrases)


def matcher(*wishes: Subscription, silences: Sequence[Silence] = ()) -> Matcher:
    made = Matcher(EveryPhrase)
    made.build(wishes, silences, version=1)
    return made


def article(title: str, *paragraphs: str, feed: int | None = None) -> Article:
    feed_id = FeedId(feed) if feed else None
    return Article(
        origin=Origin(SourceKind.FEED, "3", "Feed", feed_id=feed_id, guild_id=GuildId(1)),
        identity=ArticleIdentity("g", "l", "c"),
        title=title,
        paragraphs=paragraphs,
        language="en",
        report=LaunchReport(Verdict.NONE, 0.5),
        first_seen=NOW,
    )


def candidates(made: Matcher, *articles: SeenArticle) -> list[int]:
    return [int(each.id) for each in made.candidates(articles)]


def test_an_article_is_searched_once_for_all_subscriptions() -> None:
    made = matcher(
        subscription(number=1, query='"ballistic missile" OR icbm'),
        subscription(number=2, query="rocket* -space"),
    )
    seen = made.seen(article("Rockets in Space", "An ICBM flew.", feed=3))
    assert seen == SeenArticle(frozenset({"icbm", "rocket*", "space"}), FeedId(3), GuildId(1))


def test_no_phrase_is_found_across_two_paragraphs() -> None:
    made = matcher(subscription(query='"missile launch"'))
    assert made.seen(article("Missile", "Launch")).found == frozenset()
    assert text_of(article("Missile", "Launch")) == "missile | launch"


def test_a_long_text_reads_the_same_in_pieces() -> None:
    text = " ".join(f"Ballistic Missile{number}" for number in range(5_000))
    assert text_of(article("", text)).endswith(" | " + text.lower())
    assert len(text_of(article("", "ракета" * 10_000)).replace(" ", "")) == 60_000 + len("|")


def test_only_subscriptions_that_can_match_are_looked_at() -> None:
    made = matcher(
        subscription(number=1, query="icbm"),
        subscription(number=2, query="rocket -icbm"),
        subscription(number=3, topic=Topic.LAUNCHES),
        subscription(number=4, feed_id=FeedId(3)),
        subscription(number=5, feed_id=FeedId(4)),
    )
    assert candidates(made, SeenArticle(frozenset({"icbm"}), FeedId(3))) == [1, 3, 4]
    assert candidates(made, SeenArticle(), SeenArticle(frozenset({"rocket"}))) == [2, 3]


def test_phrases_of_silences_are_looked_for_too() -> None:
    muted = Silence(1, GuildId(1), NOW + timedelta(hours=1), UserId(5), "", NOW, query="drill*")
    made = matcher(subscription(query="missile"), silences=[muted])
    assert made.find("missile drills") == {"missile", "drill*"}
    assert made.silences == (muted,)


def test_a_stored_query_that_cannot_be_read_stops_nobody_else() -> None:
    broken = subscription(number=1, query='"never closed')
    made = matcher(broken, subscription(number=2, query="icbm"))
    assert made.broken == (broken,)
    assert candidates(made, SeenArticle(frozenset({"icbm"}))) == [2]


def test_without_subscriptions_nothing_is_found() -> None:
    assert Matcher(EveryPhrase).find("missile") == frozenset()
    assert Matcher(EveryPhrase).candidates([SeenArticle(frozenset({"missile"}))]) == []


class Table:
    """The subscriptions of a store, counting how often they are read."""

    def __init__(self) -> None:
        self.rows: list[Subscription] = []
        self.muted: list[Silence] = []
        self.number = 0
        self.reads = 0

    def all(self) -> list[Subscription]:
        self.reads += 1
        return self.rows

    def version(self) -> int:
        return self.number

    def silences(self, now: datetime, guild_id: GuildId | None = None) -> list[Silence]:
        assert now < NOW
        return [each for each in self.muted if guild_id in (None, each.guild_id)]


class Reading:
    """A transaction that only has subscriptions."""

    def __init__(self) -> None:
        self.subscriptions = Table()


def test_the_index_follows_the_store_and_is_built_only_when_something_changed() -> None:
    tx, made = Reading(), Matcher(EveryPhrase)
    assert made.follow(tx)  # type: ignore[arg-type]  # the part of a transaction it reads
    assert not made.follow(tx)  # type: ignore[arg-type]  # as above
    assert tx.subscriptions.reads == 1
    tx.subscriptions.rows, tx.subscriptions.number = [subscription(query="icbm")], 1
    assert made.follow(tx)  # type: ignore[arg-type]  # as above
    assert made.find("icbm") == {"icbm"}
    tx.subscriptions.muted = [
        Silence(1, GuildId(1), NOW, UserId(5), "", NOW, query="drill"),
    ]
    assert made.follow(tx)  # type: ignore[arg-type]  # as above
    assert made.find("icbm drill") == {"icbm", "drill"}


def random_phrases(count: int) -> list[str]:
    dice = random.Random(7)
    letters = string.ascii_lowercase
    return [
        " ".join(
            "".join(dice.choices(letters, k=dice.randint(4, 9))) for _ in range(dice.randint(1, 3))
        )
        for _ in range(count)
    ]


def test_a_hundred_thousand_phrases_are_one_pass() -> None:
    phrases = random_phrases(100_000)
    wishes = [
        subscription(CHANNEL, SubscriptionId(number), query=f'"{phrase}"')
        for number, phrase in enumerate(phrases, 1)
    ]
    made = Matcher(PhraseIndex)
    made.build(wishes, (), version=1)
    text = " ".join(["the", phrases[17], "flew", phrases[99_999], "away", *phrases[40:60]])
    started = time.process_time()
    for _ in range(100):
        found = made.find(text)
    spent = (time.process_time() - started) / 100
    assert {phrases[17], phrases[99_999], *phrases[40:60]} <= found
    assert found == found_in(text, tuple(found))
    assert spent < 0.01  # measured 0.1 ms; a pass over every phrase takes about 20 ms
    assert {18, 100_000} <= set(candidates(made, SeenArticle(found)))


@pytest.mark.parametrize("index", [PhraseIndex, EveryPhrase])
def test_every_index_respects_word_edges_alike(
    index: type[PhraseIndex] | type[EveryPhrase],
) -> None:
    phrases = ("tor", "tor*", "미사일", "short range", "ミサイル", "iran")
    text = "a store, tornado; short range 탄도미사일을 弾道ミサイル iran's"
    assert index(phrases).find(text) == {"tor*", "미사일", "short range", "ミサイル", "iran"}
