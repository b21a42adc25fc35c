"""The watch over everything tests say: that it finds secrets, and that a run with one fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.told_secrets import STAND_IN_TOKEN, told

pytest_plugins = ("pytester",)
ROOT = Path(__file__).parent.parent
A_TOKEN = "M" + "T" * 23 + "." + "abcdef" + "." + "x" * 30  # shaped like one, opens nothing
TELLING = {
    "a log line": "logging.getLogger('x').warning('GET https://ann:open-sesame@wire.example/')",
    "stdout": f"print('connecting with {A_TOKEN}')",
    "a process": "write('failed: https://wire.example/feed?api_key=12345')",
    "a message": f"post('the token is {STAND_IN_TOKEN}')",
    "a declared secret": "declared.add('my-own-secret'); print('MY-OWN-SECRET')",
}
TEST = """
import logging
from types import SimpleNamespace
from tests.told_secrets import declared, worlds, written

def test_it(tmp_path):
    def write(text):
        (tmp_path / "bot-1.err").write_text(text)
        written.append(tmp_path / "bot-1.err")

    def post(text):
        message = SimpleNamespace(revisions=[], content=text, components=[])
        worlds.append(SimpleNamespace(bot_messages=[message]))

    {statement}
"""


Run = Callable[..., dict[str, int]]


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a test with one statement in a pytest of its own; how many passed and failed."""

    def outcome_of(statement: str, *options: str) -> dict[str, int]:
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        pytester.makeconftest("from tests.told_secrets import pytest_runtest_makereport\n")
        pytester.makepyfile(TEST.replace("{statement}", statement))
        done = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
        capsys.readouterr()  # or the watch over this very test finds it
        return done.parseoutcomes()

    return outcome_of


@pytest.mark.parametrize("where", TELLING)
def test_a_run_that_tells_a_secret_fails(run: Run, where: str) -> None:
    assert run(TELLING[where]) == {"passed": 1, "errors": 1}


def test_it_fails_in_parallel_runs_too(run: Run) -> None:
    assert run(TELLING["stdout"], "-n", "1") == {"passed": 1, "errors": 1}


def test_a_run_that_tells_none_passes(run: Run) -> None:
    harmless = "print('https://wire.example/feed?token=***&page=2 https://[hidden]@x.example')"
    assert run(harmless) == {"passed": 1}


def test_shapes_are_found_and_hidden_ones_are_not() -> None:
    assert told(["POST https://discord.com/api/webhooks/123/abcDEF_ghi"])
    assert told([f"Bot {A_TOKEN}"])
    assert not told(["https://discord.com/api/webhooks/123/***", "/api/webhooks/123/[hidden]"])
    assert not told(
        ["https://example.org:8443/a?tokens", "mail a@b.example, see https://c.example"]
    )
