"""Trying again for ever: pauses grow to a limit, and the log is not flooded."""

from __future__ import annotations

from bot.patience import Patience


def test_pauses_double_up_to_the_longest() -> None:
    patience = Patience(first=1.0, longest=60.0)
    pauses = []
    for _ in range(9):
        patience.failed(0.0)
        pauses.append(patience.pause())
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_after_a_year_of_failures_it_still_tries_every_minute() -> None:
    patience = Patience(longest=60.0, tries=500_000)
    assert patience.pause() == 60.0


def test_a_longer_pause_is_taken_when_asked_for() -> None:
    patience = Patience()
    patience.failed(0.0)
    assert patience.pause(asked=300.0) == 300.0
    assert patience.pause(asked=0.1) == 1.0


def test_the_first_failure_is_said_and_then_one_every_quarter_of_an_hour() -> None:
    patience = Patience()
    said = [second for second in range(0, 3600, 60) if patience.failed(float(second))]
    assert said == [0, 900, 1800, 2700]
