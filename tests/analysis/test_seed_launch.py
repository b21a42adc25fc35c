"""The shipped seed: two events, two names of one sea, two dates of one instant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from bot.analysis.launches import Judgement, judge_whole
from bot.domain.article import DatePrecision, Published
from bot.domain.launch import Count, SourceClass, Verdict, WeaponClass

_SEED = Path(__file__).parents[2] / "seeds" / "north-korea-launch-2021-03-25.txt"


@cache
def _judgement() -> Judgement:
    blocks = [block.strip() for block in _SEED.read_text(encoding="utf-8").split("\n\n")]
    paragraphs = [block for block in blocks if block and not block.startswith("date ")]
    published = Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY)
    return judge_whole("", paragraphs, language="en", published=published)


def test_seed_is_a_launch_with_the_sentence_that_says_so() -> None:
    report = _judgement().report
    assert report.verdict is Verdict.LAUNCH
    assert report.confidence >= 0.75
    assert "launched two ballistic missiles" in report.evidence[0].quote


def test_seed_tells_who_fired_what_how_many_from_where_to_where_and_when() -> None:
    news = _judgement().report.news
    assert news is not None
    assert [fact.value for fact in news.actors] == ["North Korea"]
    assert news.count is not None
    assert news.count.value == Count(2, 2)
    assert news.site is not None
    assert news.site.value == "South Hamgyong"
    assert news.target is not None
    assert news.target.value == "Sea of Japan (East Sea)"
    assert news.time is not None
    assert news.time.value.day == date(2021, 3, 25)
    assert not news.time.hedged


def test_seed_calls_them_ballistic_for_sure_and_short_range_with_a_hedge() -> None:
    news = _judgement().report.news
    assert news is not None
    classes = {fact.value: fact.hedged for fact in news.weapons}
    assert classes[WeaponClass.SHORT_RANGE] is True
    assert classes[WeaponClass.BALLISTIC] is False


def test_the_launch_over_the_weekend_is_another_event_and_not_the_news() -> None:
    others = [event for event in _judgement().report.events if not event.is_news]
    assert len(others) == 1
    assert others[0].count is not None
    assert others[0].count.value.min == 1
    assert others[0].count.hedged
    assert others[0].time is not None
    assert others[0].time.value.day == date(2021, 3, 20)


def test_seed_names_its_sources_and_knows_the_named_official() -> None:
    who = {item.who: item for item in _judgement().report.attribution}
    assert who["a US official"].source_class is SourceClass.OFFICIAL
    suga = next(item for name, item in who.items() if "Yoshihide Suga" in name)
    assert suga.named
    assert suga.actor == "Japan"
    assert any("Indo-Pacific Command" in name for name in who)
    assert any("South Korean" in name for name in who)


def test_seed_keeps_its_plain_keywords_and_names_for_grouping() -> None:
    judgement = _judgement()
    assert "ballistic missiles" in judgement.keywords
    assert {"North Korea", "Japan", "Sea of Japan (East Sea)"} <= set(judgement.entities)
