"""RawArticle in, Article out: a pure function that works in a spawned worker too."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.analysis.analyser import PooledAnalyser, analyse
from bot.domain.article import DatePrecision, Markup, Origin, Published, RawArticle, SourceKind
from bot.domain.launch import Verdict
from bot.worker import ProcessWorkers

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "north-korea-launch-2021-03-25.txt"
NOW = datetime(2021, 3, 25, 12, tzinfo=UTC)
SEED_ORIGIN = Origin(SourceKind.SEED, "seeds", "seeds")
FEED_ORIGIN = Origin(SourceKind.FEED, "7", "Harbour Post", publisher="Harbour Post")


def raw(title: str = "", body: str = "", **fields: Any) -> RawArticle:
    fields = {"origin": FEED_ORIGIN, "markup": Markup.PLAIN, "first_seen": NOW, **fields}
    return RawArticle(title=title, body=body, **fields)


def seed() -> RawArticle:
    return raw(
        body=SEED.read_text("utf-8"),
        origin=SEED_ORIGIN,
        path="north-korea-launch-2021-03-25.txt",
        published=Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY),
    )


def test_shipped_seed_is_a_launch_with_its_facts_and_summary() -> None:
    article = analyse(seed())
    assert article.report.verdict is Verdict.LAUNCH
    assert article.language == "en"
    assert article.title.startswith("North Korea launched two ballistic missiles")
    assert len(article.summary) == 3
    assert all(sentence in article.text for sentence in article.summary)
    assert "ballistic missiles" in article.keywords
    assert "North Korea" in article.entities
    news = article.report.news
    assert news is not None
    assert news.count is not None
    assert (news.count.value.min, news.count.value.max) == (2, 2)
    assert article.identity.guid == "path:north-korea-launch-2021-03-25.txt"


def test_same_input_gives_the_same_article() -> None:
    assert analyse(seed()) == analyse(seed())


def test_number_of_summary_sentences_can_be_chosen() -> None:
    assert len(analyse(seed(), 1).summary) == 1
    assert len(analyse(seed(), 5).summary) == 5


def test_headline_alone_is_enough() -> None:
    article = analyse(raw("Navy fires two cruise missiles into the bay"))
    assert article.report.verdict is Verdict.LAUNCH
    assert (article.paragraphs, article.summary) == ((), ())


def test_entry_without_title_and_text_is_still_an_article() -> None:
    article = analyse(raw())
    assert (article.title, article.report.verdict) == ("", Verdict.NONE)


def test_headlines_of_other_outlets_are_not_the_text() -> None:
    title = "Ferry service resumes after two days of storm"
    body = (
        f"{title} Harbour Post Navy fires missile into bay Evening Mail Storm leaves damage Daily"
    )
    article = analyse(raw(title, body))
    assert (article.paragraphs, article.summary) == ((), ())
    assert article.report.verdict is not Verdict.LAUNCH


def test_outlet_is_taken_off_the_headline_and_agency_copy_counts_for_the_agency() -> None:
    article = analyse(
        raw(
            "Navy fires missile - Harbour Post",
            "LIMA (Reuters) - The navy fired a missile into the bay on Monday, it said.",
        )
    )
    assert article.title == "Navy fires missile"
    assert article.publisher == "Harbour Post"
    assert article.family == "Reuters"
    assert article.credit == "Reuters"
    assert article.paragraphs[0].startswith("The navy fired")


def test_declared_language_is_only_a_witness() -> None:
    article = analyse(raw("해군, 동해로 미사일 한 발 발사", language="en"))
    assert article.language == "ko"


def test_article_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(analyse(seed()))) == analyse(seed())
    assert pickle.loads(pickle.dumps(analyse)) is analyse


async def test_analysis_in_a_worker_gives_the_same_article() -> None:
    async with ProcessWorkers() as pool:
        article = await PooledAnalyser(pool).analyse(seed(), sentences=2)
    assert article == analyse(seed(), 2)


def test_hostile_bodies_are_analysed_without_failing() -> None:
    for body in ("\x00" * 1_000, "<" * 50_000, "a" * 200_000, "「" * 20_000, "((((" * 20_000):
        for markup in Markup:
            analyse(replace(raw("x", body), markup=markup))


def test_importing_the_analyser_does_not_load_sumy() -> None:
    code = "import sys, bot.analysis.analyser; print({'sumy', 'nltk', 'numpy'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"
