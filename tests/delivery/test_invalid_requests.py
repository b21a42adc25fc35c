"""The breaker stops far below the number at which Discord bans an address."""

from bot.delivery.invalid_requests import MOST_INVALID, InvalidRequests


def test_it_opens_far_below_discords_ten_thousand() -> None:
    breaker = InvalidRequests()
    for _ in range(MOST_INVALID - 1):
        breaker.note(403, 0.0)
    assert breaker.wait(0.0) == 0
    breaker.note(429, 1.0)
    assert 0 < breaker.wait(1.0) <= 600
    assert MOST_INVALID * 5 <= 10_000


def test_it_closes_when_the_oldest_refusals_are_ten_minutes_old() -> None:
    breaker = InvalidRequests(most=2)
    breaker.note(401, 0.0)
    breaker.note(403, 100.0)
    assert breaker.wait(100.0) == 500.0
    assert breaker.wait(600.0) == 0.0
    assert breaker.count(600.0) == 1


def test_good_answers_and_shared_limits_do_not_count() -> None:
    breaker = InvalidRequests(most=1)
    breaker.note(200, 0.0)
    breaker.note(404, 0.0)
    breaker.note(429, 0.0, shared=True)
    assert breaker.wait(0.0) == 0.0
