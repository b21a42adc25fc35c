"""No token, URL secret or webhook gets into a log line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import CalmReconnects, set_up_logging

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


def lost(at: float, cause: Exception | None = None) -> logging.LogRecord:
    """What discord.py logs when its connection breaks."""
    error = cause or OSError("no route")
    record = logging.LogRecord(
        "discord.client",
        logging.ERROR,
        "client.py",
        1,
        "Attempting a reconnect in %.2fs",
        (1.0,),
        (type(error), error, None),
    )
    record.created = at
    return record


def test_a_change_in_the_seeds_folder_is_no_line_of_its_own() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "text", stream=stream)
    logging.getLogger("watchfiles.main").info("1 change detected")
    assert stream.getvalue() == ""


def test_a_lost_connection_is_one_calm_line_and_said_again_now_and_then() -> None:
    calm = CalmReconnects()
    first = lost(1000.0, ConnectionResetError("reset by peer"))
    assert calm.filter(first)
    assert first.exc_info is None
    assert first.levelno == logging.WARNING
    assert "connection to Discord is lost (reset by peer)" in first.getMessage()
    said = [at for at in range(1010, 4610, 60) if calm.filter(lost(float(at)))]
    assert said == [1910, 2810, 3710]


def test_a_connection_lost_anew_after_a_while_is_said_again() -> None:
    calm = CalmReconnects()
    assert calm.filter(lost(1000.0))
    assert calm.filter(lost(1400.0))


def test_other_lines_of_the_client_pass_untouched() -> None:
    record = logging.LogRecord("discord.client", logging.ERROR, "x", 1, "Oops", (), None)
    assert CalmReconnects().filter(record)
    assert record.getMessage() == "Oops"
