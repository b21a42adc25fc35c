"""The yardstick of `make bench` does the same work as ours; no test depends on a time."""

from __future__ import annotations

from tests.benchmarks.bench import feed_of, phrases, raw_articles, texts
from tests.benchmarks.naive import NaivePipeline

ARTICLES = [
    (f"Title {n}", f"One sentence about missiles {n}.\nAnother & <last> one.") for n in "ab"
]


def test_both_pipelines_read_the_same_entries() -> None:
    body = feed_of(ARTICLES)
    assert [raw.title for raw in raw_articles(body)] == ["Title a", "Title b"]
    naive = NaivePipeline(":memory:", ["missiles"])
    assert naive.take(body) == 2
    assert naive.take(body) == 0, "it knows its articles again"
    assert naive.take(feed_of(ARTICLES, first=1)) == 1
    naive.close()


def test_there_are_as_many_phrases_as_asked_for_and_some_are_real() -> None:
    for many in (10, 1_000, 20_000):
        made = phrases(many)
        assert len(made) == len(set(made)) == many
        assert "missile" in made


def test_there_is_something_to_measure_with_or_without_the_data() -> None:
    articles, source = texts()
    assert len(articles) >= 200
    assert source
