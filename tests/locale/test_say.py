from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.launch import Count, EventKind, WeaponClass
from bot.domain.reason import Reason
from bot.domain.story import StoryFacts, StoryStatus
from bot.errors import InvalidInput, QuotaReached, SourceError
from bot.locale import (
    MissingString,
    best_locale,
    count_range,
    date_words,
    dated_words,
    duration_words,
    error_words,
    headline_words,
    list_words,
    number_words,
    problem,
    say,
    say_again,
    timezone_words,
    weapons_words,
    word,
    zone_words,
)


def test_a_sentence_is_said_in_the_readers_language() -> None:
    assert say("button.read") == "Read article"
    assert say("button.read", "ko") == "기사 읽기"
    assert say("button.read", "ja") == "記事を読む"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("en-GB", "en"), ("ko", "ko"), ("ja_JP", "ja"), ("pt-BR", "en"), ("", "en"), (None, "en")],
)
def test_languages_we_lack_get_english(tag: str | None, locale: str) -> None:
    assert best_locale(tag) == locale


def test_a_key_nobody_wrote_is_a_mistake_that_shows() -> None:
    with pytest.raises(MissingString, match=r"no\.such"):
        say("no.such")


def test_a_parameter_nobody_gave_is_a_mistake_that_shows() -> None:
    with pytest.raises(MissingString, match="count"):
        say("button.sources")


def test_singular_and_plural_follow_the_count() -> None:
    assert say("coverage.backlog", count=1) == "1 article waiting"
    assert say("coverage.backlog", count=2) == "2 articles waiting"
    assert say("coverage.backlog", "ko", count=1) == "기사 1건 대기 중"


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ("연합뉴스", "연합뉴스가"),
        ("동아일보", "동아일보가"),
        ("서울", "서울이"),
        ("KBS1", "KBS1이"),
        ("KBS", "KBS가"),
        ("CNN", "CNN이"),
        ("AFP", "AFP가"),
        ("Gamma Post", "Gamma Post가"),
        ("The Think Tank", "The Think Tank가"),
        ("Nothing", "Nothing이"),
        ("Facebook", "Facebook이"),
        ("Reddit", "Reddit이"),
        ("The wire", "The wire가"),
        ('"Yonhap"', '"Yonhap"이'),
    ],
)
def test_korean_particles_fit_the_word_before(feed: str, expected: str) -> None:
    text = say("notice.feed_recovered", "ko", feed=feed, duration=timedelta(hours=1))
    assert f"피드 {expected} 1시간 만에" in text


def test_korean_direction_particle_has_its_exception() -> None:
    said = [
        say("headline.fires.target", "ko", target=t, weapons="로켓")
        for t in ("서울", "동해", "괌", "Hwasong", "Brussel")
    ]
    assert said == [
        "서울로 로켓 발사",
        "동해로 로켓 발사",
        "괌으로 로켓 발사",
        "Hwasong으로 로켓 발사",
        "Brussel로 로켓 발사",
    ]


def test_parameters_cannot_smuggle_in_holes_of_their_own() -> None:
    assert say("feed.paused", name="{count}{이/가}") == "Feed {count}{이/가} is paused."


def test_values_are_put_in_words_by_their_kind() -> None:
    reason = Reason.of(
        "why.stop.status", status=StoryStatus.UNCONFIRMED, wanted=StoryStatus.CONFIRMED
    )
    assert word(reason) == "it is Unconfirmed; posted from Confirmed up"
    assert word(reason, "ko") == "현재 미확인, 확인됨 이상부터 게시"
    held = Reason.of("why.hold.quiet", time=time(7), zone="Asia/Seoul")
    assert word(held) == "held by quiet hours until 07:00 (Asia/Seoul)"
    weapons = Reason.of("why.stop.weapon_unknown", weapons=(WeaponClass.CRUISE, WeaponClass.DRONE))
    assert word(weapons) == "wanted: cruise missiles and drones; nobody said what was fired"


def test_a_reason_survives_being_stored() -> None:
    reason = Reason.of(
        "x.y",
        at=datetime(2026, 1, 1, 7, tzinfo=UTC),
        day=date(2026, 1, 2),
        clock=time(7, 30),
        span=timedelta(hours=6),
        status=StoryStatus.REPORTED,
        many=["a", 1, Reason.of("z", n=2)],
        names=frozenset({"b", "a"}),
    )
    assert Reason.decode(reason.encode()) == reason


@pytest.mark.parametrize("text", ["", "plain words", "[1]", "1", '{"key":"a"}', '{"other":1}'])
def test_other_text_is_no_reason(text: str) -> None:
    assert Reason.decode(text) is None


def test_dates_spans_numbers_and_lists_read_well() -> None:
    assert date_words(date(2021, 3, 25)) == "25 March 2021"
    assert date_words(date(2021, 3, 25), "ko") == "2021년 3월 25일"
    assert date_words(date(2021, 3, 25), "ja") == "2021年3月25日"
    assert duration_words(timedelta(days=1, hours=2, minutes=3)) == "1 day 2 hours"
    assert duration_words(timedelta(seconds=1)) == "1 second"
    assert duration_words(timedelta(seconds=-5)) == "0 seconds"
    assert number_words(1234567) == "1,234,567"
    assert list_words([]) == ""
    assert list_words(["a"]) == "a"
    assert list_words(["a", "b", "c"]) == "a, b and c"
    assert list_words(["a", "b", "c"], "ja") == "a、b、c"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (Count(2, 2), "2"),
        (Count(1200, 1200), "1,200"),
        (Count(2, 3), "2 to 3"),
        (Count(40, None), "at least 40"),
        (Count(0, 5), "up to 5"),
    ],
)
def test_counts_say_how_sure_they_are(count: Count | None, text: str) -> None:
    assert count_range(count) == text


@pytest.mark.parametrize(
    ("weapon", "count", "text", "korean"),
    [
        (WeaponClass.BALLISTIC, Count(2, 2), "2 ballistic missiles", "탄도미사일 2발"),
        (WeaponClass.ROCKET, Count(1, 1), "rocket", "로켓 1발"),
        (WeaponClass.CRUISE, None, "cruise missiles", "순항미사일"),
        (WeaponClass.DRONE, Count(40, None), "at least 40 drones", "드론 최소 40대"),
        (WeaponClass.MISSILE, Count(1, None), "at least 1 missile", "미사일 최소 1발"),
    ],
)
def test_weapons_are_counted_in_each_language(
    weapon: WeaponClass, count: Count | None, text: str, korean: str
) -> None:
    assert weapons_words(weapon, count) == text
    assert weapons_words(weapon, count, "ko") == korean


LAUNCH = StoryFacts(
    kind=EventKind.TEST,
    actors=("North Korea",),
    weapons=(WeaponClass.BALLISTIC,),
    count=Count(2, 2),
    target="Sea of Japan (East Sea)",
)
HEADLINES = [
    (
        LAUNCH,
        "North Korea fires 2 ballistic missiles toward Sea of Japan (East Sea)",
        "북한, 동해(일본해)로 탄도미사일 2발 발사",
        "北朝鮮、日本海（東海）に向け弾道ミサイル2発を発射",
    ),
    (
        StoryFacts(weapons=(WeaponClass.ROCKET,), target="Gaza Strip"),
        "Rockets fired toward Gaza Strip",
        "가자지구로 로켓 발사",
        "ガザ地区に向けロケット弾を発射",
    ),
    (
        StoryFacts(
            kind=EventKind.STRIKE,
            actors=("Russia",),
            weapons=(WeaponClass.CRUISE,),
            target="Ukraine",
        ),
        "Russia strikes Ukraine with cruise missiles",
        "러시아, 우크라이나에 순항미사일 공격",
        "ロシア、ウクライナを巡航ミサイルで攻撃",
    ),
    (
        StoryFacts(
            kind=EventKind.INTERCEPTION, actors=("Houthis",), weapons=(WeaponClass.BALLISTIC,),
            count=Count(1, 1),
        ),
        "Ballistic missile from Houthis intercepted",
        "후티 반군이 쏜 탄도미사일 1발 요격",
        "フーシ派が発射した弾道ミサイル1発を迎撃",
    ),
    (
        StoryFacts(
            kind=EventKind.SPACE, actors=("Iran",), weapons=(WeaponClass.SPACE_LAUNCH,),
            names=("Qaem-100",), failed=True, count=Count(1, 1),
        ),
        "Iran attempts space launch: space-launch vehicle (failed) (Qaem-100)",
        "이란, 우주 발사 시도: 우주발사체 1기 (실패) (Qaem-100)",
        "イラン、宇宙打ち上げを実施：宇宙ロケット1機（失敗）（Qaem-100）",
    ),
    (
        StoryFacts(
            kind=EventKind.STRIKE, actors=("Houthis",), weapons=(WeaponClass.MISSILE,),
            count=Count(1, 1), target="Red Sea",
        ),
        "Houthis strike Red Sea with missile",
        "후티 반군, 홍해에 미사일 1발 공격",
        "フーシ派、紅海をミサイル1発で攻撃",
    ),
    (
        StoryFacts(
            kind=EventKind.TEST, actors=("Hezbollah", "Iran"), weapons=(WeaponClass.ROCKET,),
        ),
        "Hezbollah and Iran fire rockets",
        "헤즈볼라, 이란, 로켓 발사",
        "ヒズボラ、イラン、ロケット弾を発射",
    ),
    (
        StoryFacts(weapons=(WeaponClass.MISSILE,), site="Somewhere"),
        "Missiles fired from Somewhere",
        "Somewhere에서 미사일 발사",
        "Somewhereからミサイルを発射",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "english", "korean", "japanese"), HEADLINES)
def test_headlines_are_composed_in_the_order_of_each_language(
    facts: StoryFacts, english: str, korean: str, japanese: str
) -> None:
    assert headline_words(facts) == english
    assert headline_words(facts, "ko") == korean
    assert headline_words(facts, "ja") == japanese


def test_no_headline_is_made_up_when_nothing_is_known() -> None:
    assert headline_words(StoryFacts()) == ""
    assert headline_words(StoryFacts(actors=("Iran",))) == ""


def test_an_error_carries_its_english_sentence_and_can_be_said_in_others() -> None:
    error = problem(QuotaReached, "quota.feeds_per_guild", used=50, most=50)
    assert str(error).startswith("The operator allows 50 feeds")
    assert error_words(error, "ko").startswith("이 서버의 피드는 50개")


def test_an_error_without_a_key_keeps_its_own_sentence() -> None:
    assert (
        error_words(SourceError("The host does not answer."), "ja") == "The host does not answer."
    )
    assert error_words(InvalidInput("Odd.", key="no.such"), "ja") == "Odd."


def test_the_side_of_a_zone_is_said_in_the_readers_language() -> None:
    told = "outside Japan's exclusive economic zone"
    assert zone_words(told) == told
    assert zone_words(told, "ko") == "일본 배타적 경제수역 밖"
    assert zone_words(told, "ja") == "日本の排他的経済水域の外側"
    assert zone_words("inside Philippines' exclusive economic zone", "ja") == (
        "フィリピンの排他的経済水域の内側"
    )
    assert zone_words("inside an exclusive economic zone", "ko") == "배타적 경제수역 안"
    assert zone_words("within reach", "ko") == "within reach"


def test_a_day_is_written_as_people_of_the_language_write_it() -> None:
    day = date(2026, 3, 4)
    assert dated_words(day) == "Wednesday 4 March 2026"
    assert dated_words(day, "ko") == "2026년 3월 4일 수요일"
    assert dated_words(day, "ja") == "2026年3月4日水曜日"


@pytest.mark.parametrize(
    ("zone", "english", "korean", "japanese"),
    [
        ("Asia/Seoul", "Seoul time", "서울 시간", "ソウル時間"),
        ("America/New_York", "New York time", "뉴욕 시간", "ニューヨーク時間"),
        ("Europe/Dublin", "Dublin time", "Europe/Dublin", "Europe/Dublin"),
        ("UTC", "UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_city(zone: str, english: str, korean: str, japanese: str) -> None:
    assert [timezone_words(zone, each) for each in ("en", "ko", "ja")] == [
        english,
        korean,
        japanese,
    ]


@pytest.mark.parametrize(
    ("stored", "korean"),
    [
        (
            "Reported, officials quoted by Example Wire",
            "보도됨, Example Wire가 당국자를 인용함",
        ),
        ("Unconfirmed, only operator reports it", "미확인, operator만 보도함"),
        ("Unconfirmed", "미확인"),
        ("Confirmed by 3 independent publishers", "확인됨, 독립 매체 3곳이 보도함"),
        ("Confirmed by Joint Chiefs", "확인됨, Joint Chiefs 발표"),
        (
            "Retracted, withdrawn by A, B, C and 2 more",
            "철회됨, A, B, C 외 2건이 보도를 거둠",
        ),
        (
            "Disputed, reports contradict each other on how many",
            "엇갈림, 몇 발인지 보도가 서로 다름",
        ),
        ("launch, confidence 0.95", "발사, 확신도 0.95"),
        ("same actor North Korea, same days", "같은 발사 주체 북한, 같은 시기"),
        ("1 entry (rss20).", "글 1건(rss20)."),
        (
            "https://a.example/feed does not exist (404). Check the address.",
            "https://a.example/feed는 없는 주소입니다(404). 주소를 확인하세요.",
        ),
        ("Words nobody stored.", "Words nobody stored."),
    ],
)
def test_what_was_stored_in_english_is_said_again(stored: str, korean: str) -> None:
    assert say_again(stored, "ko") == korean
    assert say_again(stored, "en") == stored
