"""Words of time against the published date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.analysis.event_time import event_time
from bot.analysis.lexicon import lexicon
from bot.analysis.reading import Zone, read
from bot.domain.article import DatePrecision, Published
from bot.domain.launch import EventTime, Fact

# a Thursday
_PUBLISHED = Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY)


def _time(text: str, published: Published | None = _PUBLISHED) -> Fact[EventTime] | None:
    return event_time([read(lexicon("en"), text, Zone.LEAD, 1)], published)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on Thursday", date(2021, 3, 25)),
        ("on Wednesday", date(2021, 3, 24)),
        ("on Saturday", date(2021, 3, 20)),
        ("last Thursday", date(2021, 3, 18)),
        ("this morning", date(2021, 3, 25)),
        ("overnight", date(2021, 3, 25)),
        ("yesterday", date(2021, 3, 24)),
        ("three days ago", date(2021, 3, 22)),
        ("on March 21", date(2021, 3, 21)),
        ("on 21 March 2021", date(2021, 3, 21)),
        ("on the 24th of March", date(2021, 3, 24)),
        ("overnight into Thursday", date(2021, 3, 25)),
        ("on December 30", date(2020, 12, 30)),
        ("on July 28, 2017", date(2017, 7, 28)),
    ],
)
def test_word_of_time_is_resolved_against_the_published_day(words: str, day: date) -> None:
    fact = _time(f"North Korea fired a missile {words}.")
    assert fact is not None
    assert fact.value.day == day
    assert not fact.hedged


def test_weekend_spans_two_days() -> None:
    fact = _time("It fired at least one missile over the weekend.")
    assert fact is not None
    assert (fact.value.day, fact.value.until) == (date(2021, 3, 20), date(2021, 3, 21))


def test_tomorrows_weekday_is_today_where_it_happened() -> None:
    fact = _time("North Korea fired a missile on Friday.")
    assert fact is not None
    assert fact.value.day == date(2021, 3, 26)


def test_a_time_told_in_the_publishers_zone_is_not_the_time_of_the_event() -> None:
    fact = _time("An official said on Wednesday evening, Washington time, that it was a missile.")
    assert fact is not None
    assert fact.hedged


def test_without_any_word_of_time_the_published_day_stands_in_and_says_so() -> None:
    fact = _time("North Korea fired a missile.")
    assert fact is not None
    assert fact.value.day == date(2021, 3, 25)
    assert fact.hedged


def test_an_unknown_or_vague_published_date_gives_no_day() -> None:
    assert _time("It fired a missile on Thursday.", None) is None
    month = Published(datetime(2021, 3, 1, tzinfo=UTC), DatePrecision.MONTH)
    assert _time("It fired a missile on Thursday.", month) is None


def test_the_day_is_that_of_the_sources_own_zone() -> None:
    korea = timezone(timedelta(hours=9))
    fact = _time("It fired a missile today.", Published(datetime(2021, 3, 26, 1, tzinfo=korea)))
    assert fact is not None
    assert fact.value.day == date(2021, 3, 26)


_HOME = ZoneInfo("Asia/Pyongyang")


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        ("at 7:06 a.m. local time (2206 GMT Wednesday) on Thursday", "2021-03-24T22:06"),
        ("on Thursday at 7:06 a.m. (2206 GMT Wednesday)", "2021-03-24T22:06"),
        ("at 2206 GMT Wednesday", "2021-03-24T22:06"),
        ("around 06:30 KST on Thursday", "2021-03-24T21:30"),
        ("at about 7:30 a.m.", "2021-03-24T22:30"),
        ("at 6:06 p.m. Eastern time on Wednesday", "2021-03-24T22:06"),
        ("at noon on Wednesday", "2021-03-24T03:00"),
        ("at 11:50 pm local time on Wednesday", "2021-03-24T14:50"),
    ],
)
def test_clock_time_is_resolved_in_its_zone(words: str, instant: str) -> None:
    sentence = read(lexicon("en"), f"North Korea fired a missile {words}.", Zone.LEAD, 1)
    fact = event_time([sentence], _PUBLISHED, _HOME)
    assert fact is not None
    assert fact.value.instant == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert fact.value.instant.astimezone(_HOME).date() == fact.value.day
    assert not fact.hedged


@pytest.mark.parametrize(
    "words", ["shortly before midnight on Wednesday", "ten times on Thursday", "in a 3:2 ratio"]
)
def test_no_clock_no_instant(words: str) -> None:
    sentence = read(lexicon("en"), f"North Korea fired a missile {words}.", Zone.LEAD, 1)
    fact = event_time([sentence], _PUBLISHED, _HOME)
    assert fact is not None
    assert fact.value.instant is None


def test_a_clock_time_after_publication_is_not_of_this_event() -> None:
    published = Published(datetime(2021, 3, 24, 20, tzinfo=UTC))
    sentence = read(lexicon("en"), "North Korea fired a missile at 9:00 a.m.", Zone.LEAD, 1)
    fact = event_time([sentence], published, _HOME)
    assert fact is not None
    assert fact.value.instant is None


def test_evening_told_in_the_publishers_zone_is_the_next_day_where_it_happened() -> None:
    text = "North Korea fired a missile on Wednesday evening, Washington time."
    fact = event_time([read(lexicon("en"), text, Zone.LEAD, 1)], _PUBLISHED, _HOME)
    assert fact is not None
    assert fact.value.day == date(2021, 3, 25)


def test_today_is_the_day_where_it_happened() -> None:
    published = Published(datetime(2021, 3, 24, 23, tzinfo=UTC))
    text = "North Korea fired a missile today."
    fact = event_time([read(lexicon("en"), text, Zone.LEAD, 1)], published, _HOME)
    assert fact is not None
    assert fact.value.day == date(2021, 3, 25)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("earlier this week", date(2021, 3, 22), date(2021, 3, 25)),
        ("last month", date(2021, 2, 1), date(2021, 2, 28)),
        ("two weeks ago", date(2021, 3, 8), date(2021, 3, 14)),
    ],
)
def test_vague_words_of_time_are_spans(words: str, first: date, last: date) -> None:
    fact = _time(f"North Korea fired a missile {words}.")
    assert fact is not None
    assert (fact.value.day, fact.value.until) == (first, last)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ko", "북한이 25일 오전 동해로 탄도미사일을 발사했다.", date(2021, 3, 25)),
        ("ko", "북한이 지난 21일 순항미사일을 발사했다.", date(2021, 3, 21)),
        ("ko", "북한이 어제 탄도미사일 2발을 쐈다.", date(2021, 3, 24)),
        ("ko", "북한이 3월 22일 미사일을 발사했다.", date(2021, 3, 22)),
        ("ko", "북한이 수요일 미사일을 발사했다.", date(2021, 3, 24)),
        ("ja", "北朝鮮は24日、弾道ミサイルを発射した。", date(2021, 3, 24)),
        ("ja", "北朝鮮は今朝、弾道ミサイルを発射した。", date(2021, 3, 25)),
        ("ja", "北朝鮮は昨日、弾道ミサイルを発射した。", date(2021, 3, 24)),
        ("zh", "朝鲜周三发射一枚弹道导弹。", date(2021, 3, 24)),
        ("zh", "朝鲜25日发射两枚弹道导弹。", date(2021, 3, 25)),
        ("zh", "朝鲜昨天发射两枚弹道导弹。", date(2021, 3, 24)),
        ("ru", "КНДР в среду запустила баллистическую ракету.", date(2021, 3, 24)),
        ("ru", "КНДР вчера запустила баллистическую ракету.", date(2021, 3, 24)),
        ("ru", "КНДР 21 марта запустила крылатую ракету.", date(2021, 3, 21)),
        ("uk", "Росія у вівторок випустила ракети по Одесі.", date(2021, 3, 23)),
        ("uk", "Росіяни 20 березня вдарили ракетою по Харкову.", date(2021, 3, 20)),
        ("he", "איראן שיגרה אתמול טילים לעבר ישראל.", date(2021, 3, 24)),
        ("he", "איראן שיגרה ביום שלישי טילים לעבר ישראל.", date(2021, 3, 23)),
        ("ar", "أطلقت كوريا الشمالية صاروخا باليستيا أمس.", date(2021, 3, 24)),
        ("ar", "أطلقت كوريا الشمالية صاروخا باليستيا يوم الثلاثاء.", date(2021, 3, 23)),
        ("fa", "کره شمالی دیروز یک موشک بالستیک شلیک کرد.", date(2021, 3, 24)),
        ("fa", "کره شمالی روز سه‌شنبه یک موشک بالستیک شلیک کرد.", date(2021, 3, 23)),
        ("es", "Corea del Norte lanzó el martes un misil balístico.", date(2021, 3, 23)),
        ("es", "Corea del Norte lanzó un misil el 21 de marzo.", date(2021, 3, 21)),
        ("fr", "La Corée du Nord a tiré mercredi un missile balistique.", date(2021, 3, 24)),
        ("fr", "La Corée du Nord a tiré un missile le 21 mars.", date(2021, 3, 21)),
        ("de", "Nordkorea hat am Dienstag eine Rakete abgefeuert.", date(2021, 3, 23)),
        ("de", "Nordkorea hat am 21. März eine Rakete abgefeuert.", date(2021, 3, 21)),
    ],
)
def test_words_of_time_are_known_in_every_language(language: str, text: str, day: date) -> None:
    fact = event_time([read(lexicon(language), text, Zone.LEAD, 1)], _PUBLISHED)
    assert fact is not None
    assert fact.value.day == day
    assert not fact.hedged


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "북한이 3일간 미사일을 잇달아 발사했다."),
        ("ja", "日本海に弾道ミサイル2発を発射した。"),
        ("zh", "朝鲜向日本海发射2枚导弹。"),
    ],
)
def test_day_sign_that_is_no_date_tells_no_day(language: str, text: str) -> None:
    fact = event_time([read(lexicon(language), text, Zone.LEAD, 1)], _PUBLISHED)
    assert fact is not None
    assert fact.hedged
