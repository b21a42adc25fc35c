"""The figures the launch rules must keep on the evaluation data, where it is at hand."""

from __future__ import annotations

import pytest

from tests.benchmarks.launch_eval import data_folder, figures, judged

_DATA = data_folder() / "launches-dev.jsonl"


@pytest.mark.eval
@pytest.mark.skipif(not _DATA.exists(), reason="the evaluation data is not beside the checkout")
def test_launch_rules_keep_their_figures() -> None:
    found = figures(judged(_DATA))
    assert found["launch precision"] >= 0.96
    assert found["launch recall"] >= 0.94
    assert found["launch F1 with borderline"] >= 0.91
    assert found["hard negatives flagged"] <= 0.01
    assert found["three-class macro F1"] >= 0.90
    assert found["actor F1"] >= 0.92
    assert found["count right"] >= 0.92
