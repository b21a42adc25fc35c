"""Looks through everything a test said for secrets, and fails the test that told one.

Looked at: captured logs, stdout and stderr, what end-to-end processes wrote, and every message at
the stand-in for Discord. A secret is the stand-in's token, what a test declares as one, and
whatever is shaped like a token, a password in an address, a secret parameter or a webhook. Logs are
captured before the program's own filter cleans them: code must not rely on that filter.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fake_discord.server import FakeDiscord

STAND_IN_TOKEN = "loopback-stand-in-token"  # noqa: S105 RUF100  opens nothing
# What tests use as passwords and tokens in addresses.
USED_BY_TESTS = ("hunter2", "s3cr3t", "s3cret", STAND_IN_TOKEN)
_HIDDEN = r"(?!\*\*\*|%2A|\[hidden\]|\[token\])"
SHAPES = (
    re.compile(r"(?<![\w-])[MNO][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,}"),
    re.compile(r"https?://[^\s/@:'\"<>]+:" + _HIDDEN + r"[^\s/@'\"<>]+@"),
    re.compile(r"(?i)[?&][\w-]*(?:token|api_?key|secret|passw)[\w-]*=" + _HIDDEN + r"[^&\s'\"]+"),
    re.compile(r"/webhooks/\d+/" + _HIDDEN + r"[\w-]{6,}"),
)

# Filled while a test runs, looked through and emptied when it ends. Bounded for the long runs
# outside pytest, which look for themselves.
written: deque[Path] = deque(maxlen=500)
worlds: deque[FakeDiscord] = deque(maxlen=50)
declared: set[str] = set()


def told(texts: Iterable[str], secrets: Iterable[str] = ()) -> list[str]:
    """Each secret found, with a little of what stands around it."""
    known = [re.compile(re.escape(secret), re.I) for secret in (*USED_BY_TESTS, *secrets)]
    found = []
    for text in texts:
        for pattern in (*known, *SHAPES):
            match = pattern.search(text)
            if match:
                around = text[max(0, match.start() - 80) : match.end() + 20]
                found.append(" ".join(around.split()))
    return found


def _said(report: pytest.TestReport) -> Iterable[str]:
    for name, content in report.sections:
        yield f"{name}: {content}"
    for path in written:
        if path.exists():
            yield f"{path.name}: {path.read_text(encoding='utf-8', errors='replace')}"
    for world in worlds:
        for message in world.bot_messages:
            yield f"message: {message.revisions!r} {message.content} {message.components!r}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """When a test and its fixtures are done, look through what was said."""
    report = yield
    if call.when == "teardown":
        found = told(_said(report), declared)
        if found and report.passed:
            report.outcome = "failed"
            report.longrepr = "A secret was told:\n" + "\n".join(found)
        written.clear()
        worlds.clear()
        declared.clear()
    return report
