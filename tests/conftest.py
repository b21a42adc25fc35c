"""What all tests share: no dialling outside, no secret told, skips counted."""

from __future__ import annotations

from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter

from tests.benchmarks.launch_eval import data_folder
from tests.dialled import _nothing_outside_is_dialled
from tests.fake_discord.specification import locate
from tests.told_secrets import pytest_runtest_makereport

__all__ = ["_nothing_outside_is_dialled", "pytest_runtest_makereport"]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say which data was there, and how many tests were skipped for which reason."""
    reporter = terminalreporter
    reporter.section("data beside the project")
    there = {True: "found", False: "absent: what needs it was skipped"}
    reporter.line(f"Discord's specification (LAUNCHWIRE_OPENAPI): {there[locate() is not None]}")
    reporter.line(f"evaluation data (LAUNCHWIRE_EVAL_DATA): {there[data_folder().is_dir()]}")
    reasons = Counter(_reason(report) for report in reporter.stats.get("skipped", []))
    for reason, count in reasons.most_common():
        reporter.line(f"skipped {count}: {reason}")
    reporter.line(f"skipped in all: {reasons.total()}")


def _reason(report: pytest.TestReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
