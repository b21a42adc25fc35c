"""The bounded version of `make torture`: every kill point, 21 ordered pairs, every fault mode."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.torture.faults import FaultMode, run_mode
from tests.torture.kill_matrix import MOST_KILLS, Trial
from tests.torture.kill_points import KillPoint, every_pair, short_walk
from tests.torture.results import BEGIN, END, Line, load, save, show_in, table

FEW = 3
A_LINE = Line("kills", "kills", 10, 1_000, 40, 0, 0, 0, 12.5)


async def test_killed_at_every_point_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    verdict = await Trial(tmp_path, short_walk(), jump=timedelta(hours=1)).run()
    assert verdict.clean, verdict
    assert verdict.deliveries >= 2 * len(short_walk())


async def test_killed_at_random_times_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    kills = [0.3, 1.1, 1.4, 1.6, 1.8, 2.1]
    verdict = await Trial(tmp_path, kills).run()
    assert verdict.clean, verdict


@pytest.mark.parametrize("mode", list(FaultMode), ids=lambda mode: mode.name.lower())
async def test_a_fault_loses_and_doubles_nothing(tmp_path: Path, mode: FaultMode) -> None:
    result = await run_mode(tmp_path, mode, FEW)
    assert result.clean, result


def test_the_walks_cover_what_they_promise() -> None:
    walk, short = every_pair(), short_walk()
    assert len(set(pairwise(walk))) == len(KillPoint) ** 2 == 196
    assert set(short) == set(KillPoint)
    assert len(set(pairwise(short))) >= 20
    assert len(short) <= MOST_KILLS


def test_results_are_kept_by_trial_and_shown_between_the_marks(tmp_path: Path) -> None:
    kept, readme = tmp_path / "results.json", tmp_path / "README.md"
    save([A_LINE], kept)
    save([Line("faults", "modes", 20, 20, 1_000, 0, 0, 0, 90.0, notes="50 messages each")], kept)
    assert list(load(kept)) == ["faults", "kills"]
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert show_in(readme, load(kept))
    text = readme.read_text("utf-8")
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| kills | 10 kills of 1,000 | 40 | 0 | 0 | 0 |" in text
    assert table(load(kept)) in text


def test_a_readme_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing", encoding="utf-8")
    assert not show_in(readme, {"kills": A_LINE})
    assert readme.read_text("utf-8") == "nothing"
