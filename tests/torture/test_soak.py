"""The bounded version of `make soak`: two virtual hours with feeds, servers, faults and kills."""

from __future__ import annotations

from pathlib import Path

from tests.torture.soak import Size, Soak, line_of

# Half a minute with two kills says nothing about memory: that is the long run's to judge.
SMALL = Size(minutes=0.5, hours=2, feeds=30, servers=8, kills=2, fault_share=0.1, launches=3)


async def test_a_short_soak_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = await Soak(tmp_path / "world", SMALL, seed=7).run()
    assert (result.missing, result.unexpected) == ([], 0)
    assert result.verdict.clean, result.verdict
    assert (result.alerts, result.kills) == (3 * 8, 2)
    assert result.faults > 0
    assert "8 servers" in line_of(result).notes
