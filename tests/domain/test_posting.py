from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.launch import Verdict, WeaponClass
from bot.domain.matching import Occasion, SeenArticle, decide
from bot.domain.posting import (
    PlaceHistory,
    Posting,
    Update,
    next_quiet,
    ping_stop,
    postings,
    quiet_until,
    unite,
)
from bot.domain.story import StoryStatus, StoryView
from bot.domain.subscription import (
    ChannelId,
    Match,
    Place,
    PlaceKind,
    QuietHours,
    QuietMode,
    RoleId,
    Subscription,
    ThreadMode,
    UserId,
)
from bot.locale import LOCALES, word
from tests.domain.story_examples import (
    CHANNEL,
    NOW,
    OTHER_CHANNEL,
    ago,
    report,
    subscription,
    view,
)

A, B = RoleId(100), RoleId(200)
SEEN = (SeenArticle(frozenset({"missile"})),)
NEVER = PlaceHistory()
# NOW is 21:00 in Seoul.
NIGHT = QuietHours(time(20), time(7), "Asia/Seoul")
MORNING = datetime(2026, 5, 4, 22, tzinfo=UTC)


def occasion(story: StoryView | None = None, *, told: bool = False) -> Occasion:
    return Occasion(story or view(), SEEN, told=told)


def united(
    *wishes: Subscription,
    story: StoryView | None = None,
    history: PlaceHistory = NEVER,
    update: Update | None = None,
    now: datetime = NOW,
) -> Posting:
    at = occasion(story, told=update is not None)
    matches = [decide(wish, at, (), now) for wish in wishes]
    assert all(isinstance(match, Match) for match in matches)
    found = [match for match in matches if isinstance(match, Match)]
    posting = unite(found, at, history, now, update)
    for reason in (*posting.reasons, *posting.quiet_because):
        assert all(word(reason, locale) for locale in LOCALES)
    return posting


def test_matches_of_one_channel_become_one_message_with_all_roles_and_reasons() -> None:
    posting = united(
        subscription(number=1, role_id=A),
        subscription(number=2, query="missile OR icbm", role_id=B),
        subscription(number=3, role_id=A),
    )
    assert posting.ping == (A, B)
    assert [word(reason) for reason in posting.reasons] == [
        "matched missile (query: missile)",
        "matched missile (query: missile OR icbm)",
    ]


def test_every_place_gets_its_own_posting() -> None:
    at = occasion()
    matches = [
        Match(subscription(place, number), "missile")
        for number, place in enumerate((CHANNEL, OTHER_CHANNEL, CHANNEL), 1)
    ]
    found = postings(matches, at, {CHANNEL: PlaceHistory(alerts_last_hour=999)}, NOW)
    assert [(each.place, len(each.matches)) for each in found] == [
        (CHANNEL, 2),
        (OTHER_CHANNEL, 1),
    ]
    assert found[0].collapse is not None
    assert found[1].collapse is None


def test_the_ping_waits_for_the_status_a_subscription_asks_for() -> None:
    wish = subscription(role_id=A, ping_status=StoryStatus.CONFIRMED)
    assert united(wish).ping == ()
    assert united(wish, story=view(status=StoryStatus.CONFIRMED)).ping == (A,)


def test_an_old_event_pings_nobody_and_says_its_date() -> None:
    posting = united(subscription(role_id=A), story=view(event_is_old=True))
    assert posting.ping == ()
    assert [word(reason) for reason in posting.quiet_because] == [
        "no ping: the event is from 4 May 2026"
    ]


def test_an_old_seed_pings_nobody() -> None:
    story = view(reports=(report(published=ago(days=1800), from_seed=True),))
    assert united(subscription(role_id=A), story=story).ping == ()


@pytest.mark.parametrize(
    ("update", "pings"),
    [
        (Update(material=True), (A,)),
        (Update(material=False), ()),
        (Update(material=True, retracted=True, alerted=frozenset({A})), (A,)),
        (Update(material=True, retracted=True), ()),
    ],
)
def test_an_update_pings_only_for_what_is_material(
    update: Update, pings: tuple[RoleId, ...]
) -> None:
    assert united(subscription(role_id=A), update=update).ping == pings


def test_a_retraction_is_as_loud_as_the_alert_although_the_status_fell() -> None:
    wish = subscription(role_id=A, ping_status=StoryStatus.CONFIRMED)
    update = Update(material=True, retracted=True, alerted=frozenset({A}))
    assert united(wish, story=view(status=StoryStatus.RETRACTED), update=update).ping == (A,)


def test_a_promotion_pings_who_waited_for_it() -> None:
    wish = subscription(role_id=A, ping_status=StoryStatus.CONFIRMED)
    update = Update(material=True)
    assert united(wish, story=view(status=StoryStatus.CONFIRMED), update=update).ping == (A,)


def test_quiet_hours_hold_an_alert_until_the_morning() -> None:
    posting = united(subscription(quiet=NIGHT, role_id=A))
    assert posting.hold_until == MORNING
    assert posting.hold_because is not None
    assert word(posting.hold_because) == "held by quiet hours until 07:00 (Asia/Seoul)"
    assert posting.ping == (A,)  # when it is released


def test_confirmed_launches_may_break_quiet_hours() -> None:
    confirmed = view(status=StoryStatus.CONFIRMED)
    assert united(subscription(quiet=NIGHT), story=confirmed).hold_until is None
    strict = QuietHours(time(20), time(7), "Asia/Seoul", override_confirmed=False)
    assert united(subscription(quiet=strict), story=confirmed).hold_until == MORNING
    related = view(status=StoryStatus.CONFIRMED, verdict=Verdict.RELATED)
    assert united(subscription(quiet=NIGHT), story=related).hold_until == MORNING


def test_silent_quiet_hours_post_at_once_without_ping_or_notification() -> None:
    silent = QuietHours(time(20), time(7), "Asia/Seoul", mode=QuietMode.SILENT)
    posting = united(subscription(quiet=silent, role_id=A))
    assert posting.hold_until is None
    assert (posting.ping, posting.silent) == ((), True)
    assert [word(reason) for reason in posting.quiet_because] == ["no ping: quiet hours"]
    confirmed = view(status=StoryStatus.CONFIRMED)
    loud = united(subscription(quiet=silent, role_id=A), story=confirmed)
    assert (loud.ping, loud.silent) == ((A,), False)


def test_one_who_is_awake_in_the_channel_lets_it_be_heard() -> None:
    silent = QuietHours(time(20), time(7), "Asia/Seoul", mode=QuietMode.SILENT)
    both = united(subscription(number=1, quiet=silent), subscription(number=2))
    assert not both.silent


def test_an_alert_released_in_the_morning_is_heard() -> None:
    posting = united(subscription(quiet=NIGHT))
    assert (posting.hold_until, posting.silent) == (MORNING, False)


def test_who_sleeps_is_not_pinged_by_the_alert_of_who_is_awake() -> None:
    posting = united(
        subscription(number=1, role_id=A, quiet=NIGHT), subscription(number=2, role_id=B)
    )
    assert posting.hold_until is None
    assert posting.ping == (B,)
    assert word(posting.quiet_because[0]) == "no ping: quiet hours"


def test_the_earliest_release_counts_when_all_sleep() -> None:
    short = QuietHours(time(20), time(23), "Asia/Seoul")
    posting = united(
        subscription(number=1, role_id=A, quiet=NIGHT),
        subscription(number=2, role_id=B, quiet=short),
    )
    assert posting.hold_until == datetime(2026, 5, 4, 14, tzinfo=UTC)
    assert posting.ping == (B,)


@pytest.mark.parametrize(
    ("start", "end", "hour", "minute", "until"),
    [
        (time(22), time(7), 21, 59, None),
        (time(22), time(7), 22, 0, "next 07:00"),
        (time(22), time(7), 6, 59, "07:00"),
        (time(22), time(7), 7, 0, None),
        (time(12), time(13), 12, 30, "13:00"),
        (time(12), time(13), 13, 0, None),
        (time(9), time(9), 9, 0, None),
        (time(0), time(0), 0, 0, None),
    ],
)
def test_quiet_hours_span_midnight_and_equal_times_mean_none(
    start: time, end: time, hour: int, minute: int, until: str | None
) -> None:
    now = datetime(2026, 5, 4, hour, minute, tzinfo=UTC)
    release = quiet_until(QuietHours(start, end, "UTC"), now)
    if until is None:
        assert release is None
        return
    day = 5 if until.startswith("next") else 4
    assert release == datetime.combine(
        datetime(2026, 5, day, tzinfo=UTC).date(), time.fromisoformat(until[-5:]), UTC
    )


def test_quiet_hours_that_end_in_a_clock_gap_end_right_after_it() -> None:
    quiet = QuietHours(time(22), time(2, 30), "America/New_York")
    now = datetime(2027, 3, 14, 5, tzinfo=UTC)
    assert quiet_until(quiet, now) == datetime(2027, 3, 14, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "span"),
    [
        ("2026-05-04T12:00", ("2026-05-04T11:00", "2026-05-04T22:00")),  # it is night now
        ("2026-05-04T22:00", ("2026-05-05T11:00", "2026-05-05T22:00")),  # the next one
    ],
)
def test_the_present_or_next_quiet_hours_are_told(now: str, span: tuple[str, str]) -> None:
    instants = tuple(datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, *span))
    assert next_quiet(NIGHT, instants[0]) == instants[1:]


def test_quiet_hours_that_a_clock_change_swallows_are_passed_over() -> None:
    gone = QuietHours(time(2, 10), time(2, 50), "America/New_York")
    start, end = next_quiet(gone, datetime(2027, 3, 14, 0, tzinfo=UTC)) or (NOW, NOW)
    assert start == datetime(2027, 3, 15, 6, 10, tzinfo=UTC)
    assert end - start == timedelta(minutes=40)
    assert quiet_until(gone, datetime(2027, 3, 14, 7, 5, tzinfo=UTC)) is None


def test_a_cooldown_gathers_what_comes_too_soon() -> None:
    wish = subscription(cooldown=timedelta(minutes=10), role_id=A)
    soon = united(wish, history=PlaceHistory(ago(minutes=9), 1))
    assert soon.collapse is not None
    assert soon.ping == ()
    assert "at most one alert in 10 minutes" in word(soon.collapse)
    assert united(wish, history=PlaceHistory(ago(minutes=10), 1)).collapse is None


def test_a_flood_is_gathered_beyond_the_hourly_cap() -> None:
    wish = subscription(hourly_cap=3)
    assert united(wish, history=PlaceHistory(NOW, 2)).collapse is None
    assert united(wish, history=PlaceHistory(NOW, 3)).collapse is not None


def test_updates_of_a_told_story_are_never_gathered() -> None:
    posting = united(
        subscription(hourly_cap=1), history=PlaceHistory(NOW, 9), update=Update(material=True)
    )
    assert posting.collapse is None


def test_a_person_is_disturbed_only_when_their_status_is_reached() -> None:
    direct = Place(PlaceKind.USER, UserId(9))
    wish = subscription(direct, ping_status=StoryStatus.CONFIRMED)
    assert united(wish).silent
    assert not united(wish, story=view(status=StoryStatus.CONFIRMED)).silent
    assert not united(subscription()).silent  # channels are heard


def test_review_is_asked_for_only_when_every_subscription_wants_it() -> None:
    reviewed = subscription(number=1, review_channel=ChannelId(55))
    assert united(reviewed).review == ChannelId(55)
    assert united(reviewed, subscription(number=2)).review is None


def test_one_wish_for_a_thread_is_enough() -> None:
    wishes = (subscription(number=1), subscription(number=2, thread_mode=ThreadMode.THREAD))
    assert united(*wishes).thread_mode is ThreadMode.THREAD


def test_the_reason_for_no_ping_is_known_for_each_case() -> None:
    wish = subscription(role_id=A, weapons=(WeaponClass.BALLISTIC,))
    assert ping_stop(wish, occasion()) is None
    assert ping_stop(wish, occasion(), Update(material=False)) is not None
