"""The bounded version of `make fuzz`, and that it finds, reduces and keeps what fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.run import fuzz, replay
from tests.fuzz.targets import TARGETS, Target, processor_time

FEW = 150
NAMES = [target.name for target in TARGETS]


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_what_strangers_write_is_read_or_refused(target: Target) -> None:
    @settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
    @given(target.inputs)
    def try_some(data: bytes) -> None:
        target.try_out(data)

    try_some()


def fragile(data: bytes) -> None:
    assert b"!" not in data, "this one cannot take an exclamation mark"


def test_a_failing_input_is_reduced_and_kept_and_can_be_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target("dates", fragile, st.binary(max_size=40))
    said: list[str] = []
    result = fuzz(target, 60, tmp_path, said.append)
    assert [kept.read_bytes() for kept in result.failures] == [b"!"]
    assert "exclamation mark" in said[0]
    monkeypatch.setattr("tests.fuzz.run.TARGETS", (target,))
    with pytest.raises(AssertionError):
        replay(result.failures[0])


def test_it_stops_by_itself(tmp_path: Path) -> None:
    target = Target("dates", lambda _: None, st.binary(max_size=4))
    result = fuzz(target, 0.2, tmp_path)
    assert result.failures == []
    assert result.inputs > 0


def test_too_much_processor_time_is_a_failure() -> None:
    def spin() -> None:
        with processor_time(0.05):
            while True:
                pass

    with pytest.raises(TimeoutError):
        spin()
