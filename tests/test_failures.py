"""docs/failures.md names tests that exist, and leaves no line without one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
ROWS = [line for line in TABLE.splitlines() if re.match(r"\| \d", line)]


def number_of(row: str) -> int:
    return int(row.split("|")[1])


def test_every_failure_has_its_line() -> None:
    assert [number_of(row) for row in ROWS] == list(range(1, 36))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {number_of(row)}")
def test_every_line_names_a_test_that_exists(row: str) -> None:
    _, _, what, done, shown, _ = row.split("|")
    assert len(what.strip()) > 10
    assert len(done.strip()) > 20
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
    assert named
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        tests = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert name in tests, f"{file} has no {name}"
