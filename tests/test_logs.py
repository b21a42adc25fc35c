"""No token, URL secret or webhook gets into a log line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logging

TOKEN = "M" * 24 + "." + "abcdef" + "." + "x" * 30
SECRETS = [
    (f"login with {TOKEN}", TOKEN),
    ("GET https://user:hunter2@feeds.example/a", "hunter2"),
    ("GET https://feeds.example/a?page=1&api_key=hunter2&x=1", "hunter2"),
    ("GET https://feeds.example/a?token=hunter2", "hunter2"),
    ("POST https://discord.com/api/webhooks/123/hunter2-xyz", "hunter2"),
]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Take our handler away again: its filter rewrites what later tests would see."""
    root, discord = logging.getLogger(), logging.getLogger("discord")
    before = (root.level, list(root.handlers), discord.level)
    yield
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    discord.setLevel(before[2])


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_secrets_are_taken_out(style: str, line: str, secret: str) -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "json" if style == "json" else "text", stream=stream)
    logging.getLogger("launchwire.test").info("request %s", line)
    assert secret not in stream.getvalue()
    assert "request" in stream.getvalue()


def test_tracebacks_are_cleaned_too() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "text", secrets=["sesame-open"], stream=stream)
    try:
        raise ValueError("failed at https://a.example/?token=hunter2 with sesame-open")
    except ValueError:
        logging.getLogger("launchwire.test").exception("it failed")
    assert "hunter2" not in stream.getvalue()
    assert "sesame-open" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_json_lines_are_json() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "json", stream=stream)
    logging.getLogger("launchwire.test").info("story=%s", 5)
    data = json.loads(stream.getvalue())
    assert data["message"] == "story=5"
    assert data["level"] == "INFO"
