"""`make eval` says what it could not measure, and writes README only between its markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import evaluate
from tests.benchmarks.evaluate import BEGIN, END, README, Figure, Part, Skipped


def test_absent_data_is_said_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAUNCHWIRE_EVAL_DATA", str(tmp_path))
    assert evaluate.main([]) == 0
    out = capsys.readouterr().out
    for title, files, _ in evaluate.PARTS:
        assert f"Skipped: {title}: there is no {files[0]}" in out


def test_a_part_without_its_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "manifest.json").write_text(
        '[{"file": "a.xml", "kind": "rss", "expected_entries": 1},'
        ' {"file": "b.xml", "kind": "rss", "expected_entries": 2}]'
    )
    feed = "<rss version='2.0'><channel><item><title>One</title></item></channel></rss>"
    for name in ("a.xml", "b.xml"):
        (tmp_path / "feeds" / name).write_text(feed)
    parts = list(evaluate.measure(tmp_path))
    assert [one.title for one in parts if isinstance(one, Skipped)] == [
        "verdicts",
        "languages",
        "stories",
        "summaries",
    ]
    (feeds,) = [one for one in parts if isinstance(one, Part)]
    assert feeds.figures[0].shown == "50.0%"
    assert feeds.figures[0].word == "below"
    assert feeds.worst == ("b.xml: 1 entries, 2 expected",)


def test_a_figure_knows_whether_its_target_is_reached() -> None:
    assert evaluate.at_least("x", 0.95, 0.95).word == "ok"
    assert evaluate.at_least("x", 0.949, 0.95).word == "below"
    assert evaluate.at_least("x", 0.1).word == ""
    assert evaluate.at_most("x", 0.01, 0.01).word == "ok"
    assert evaluate.at_most("x", 0.011, 0.01).word == "below"


def test_readme_changes_only_between_the_markers() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert evaluate.with_table(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    with pytest.raises(ValueError, match="README has no"):
        evaluate.with_table("nothing here", "new")


def test_the_table_in_readme_has_the_lines_of_the_table() -> None:
    text = README.read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0]
    part = Part("English", (Figure("launch F1", "0.900", ">= 0.95", False), Figure("    lead", "")))
    lines = evaluate.markdown([part]).splitlines()
    assert lines[0] in shown
    assert lines[2:] == ["| **English** | | | |", "| launch F1 | 0.900 | ≥ 0.95 | below |"]
