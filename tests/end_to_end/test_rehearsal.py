"""The first command people run: a rehearsal without a token, and check-config."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.live import Live
from tests.end_to_end.news import LAUNCHES, seed_text
from tests.end_to_end.process import CHECKOUT, Program

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh folder with the shipped seed."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for path in (CHECKOUT / "seeds").iterdir():
        (seeds / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        plug.listen()
        yield plug.getsockname()[1]


def rehearsal(folder: Path, *arguments: str, name: str = "bot", port: int = 0) -> Program:
    return Program(folder, arguments, {"LAUNCHWIRE_HTTP__PORT": str(port)}, name=name)


async def once(folder: Path, *arguments: str, name: str = "bot", port: int = 0) -> Program:
    program = rehearsal(folder, "--once", *arguments, name=name, port=port)
    async with program:
        await program.expect_exit(0, 60)
    return program


def without_times(text: str) -> str:
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    return re.sub(r"\d\d:\d\d(:\d\d)?|\d+ (seconds?|minutes?) ago", "TIME", text)


async def test_twice_in_a_row_shows_the_same_and_leaves_nothing(folder: Path) -> None:
    first = await once(folder, name="first")
    second = await once(folder, name="second")
    assert "rehears" in first.stdout.splitlines()[0]
    assert "DISCORD_TOKEN" in first.stdout
    assert first.stdout.count("North Korea") >= 2  # the alert and the digest
    assert without_times(first.stdout) == without_times(second.stdout)
    assert sorted(os.listdir(folder)) == [
        "first-1.err", "first-1.out", "second-1.err", "second-1.out", "seeds",
    ]  # fmt: skip
    assert "Traceback" not in first.stderr + second.stderr


async def test_a_busy_preview_port_is_a_warning(folder: Path, busy_port: int) -> None:
    program = await once(folder, port=busy_port)
    assert str(busy_port) in program.stderr
    assert "North Korea" in program.stdout


async def test_it_never_touches_the_store_of_the_configuration(folder: Path) -> None:
    store = folder / "data" / "launchwire.db"
    store.parent.mkdir()
    store.write_bytes(b"not to be opened")
    await once(folder)
    assert store.read_bytes() == b"not to be opened"


async def test_the_store_is_kept_where_asked(folder: Path) -> None:
    await once(folder, "--keep", "kept/rehearsal.db")
    connection = sqlite3.connect(folder / "kept" / "rehearsal.db")
    states = dict(connection.execute("SELECT kind, state FROM outbox").fetchall())
    connection.close()
    assert states == {"alert": "sent", "digest": "sent"}


async def test_it_goes_on_watching_until_ctrl_c(folder: Path) -> None:
    program = rehearsal(folder)
    async with program:
        await program.wait_for_text("North Korea", 40)
        await program.wait_for_text("Watching", 40)
        part = folder / "next.part"
        part.write_text(seed_text(LAUNCHES[3], NOW), encoding="utf-8")
        os.rename(part, folder / "seeds" / "next.txt")
        await program.wait_for_text("Bay of Bengal")
        assert await program.interrupt() == 0
    assert "Traceback" not in program.stderr


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGINT"])
async def test_it_can_be_stopped_before_the_first_article_is_read(
    folder: Path, signal_name: str
) -> None:
    temporary = folder / "temporary"
    temporary.mkdir()
    program = rehearsal(folder)
    program.environment = {**program.environment, "TMPDIR": str(temporary)}
    async with program:
        await program.wait_for_text("Watching", 40)
        stop = program.terminate if signal_name == "SIGTERM" else program.interrupt
        assert await stop() == 0
    assert "nobody foresaw" not in program.stderr
    assert list(temporary.glob("launchwire-*")) == []


async def test_a_rehearsal_is_never_kept_in_the_store_of_the_settings(folder: Path) -> None:
    program = rehearsal(folder, "--keep", "data/../data/launchwire.db")
    async with program:
        await program.expect_exit(2, 40)
    assert "[store] url" in program.stderr
    assert not (folder / "data").exists()


async def test_two_rehearsals_may_run_side_by_side(folder: Path) -> None:
    one = rehearsal(folder, name="one")
    async with one:
        await one.wait_for_text("North Korea", 40)
        await once(folder, name="two")


async def test_once_with_a_token_delivers_and_shows_a_digest_each_time(live: Live) -> None:
    channel = live.channel("launches")
    live.configure(
        alerts=[{"channel": channel.id, "topic": "launches"}],
        digests=[{"channel": channel.id}],
    )
    live.seed("news.txt", seed_text(LAUNCHES[0], NOW))
    live.bot.arguments = ["run", "--once", "--config", str(live.config)]
    for runs in (1, 2):
        await live.bot.start()
        await live.bot.expect_exit(0, 60)
        kinds = [kind for (kind,) in live.rows("SELECT kind FROM outbox ORDER BY id")]
        assert kinds == ["alert"] + ["digest"] * runs
    assert live.verdict().clean
    assert len(live.posted(channel)) == 3


# -- check-config ------------------------------------------------------------------------------


async def test_the_shipped_configuration_is_right(tmp_path: Path) -> None:
    program = Program(tmp_path, ["check-config", "--config", str(CHECKOUT / "config.toml")])
    async with program:
        await program.expect_exit(0)
    assert "no errors" in program.stdout


async def test_every_error_is_named_at_once(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[fetch]\nmin_interval = "soon"\n[outbox]\npace = 500\n[nonsense]\nx = 1\n'
        '[[alerts]]\nchannel = 5\nquery = "a AND ("\n[discord]\ntoken = "abc"\n',
        encoding="utf-8",
    )
    program = Program(
        tmp_path,
        ["check-config", "--config", str(config)],
        {"LAUNCHWIRE_FETCH__MAX_INTERVALL": "5", "LAUNCHWIRE_LOG__LEVEL": "LOUD"},
    )
    async with program:
        await program.expect_exit(2)
    told = program.stderr
    for wanted in (
        "fetch.min_interval", "outbox.pace", "nonsense", "discord.token", "MAX_INTERVALL", "LOUD",
    ):  # fmt: skip
        assert wanted in told, wanted
    assert "abc" not in told
    assert "Traceback" not in told


async def test_a_query_that_cannot_be_read_is_found_before_the_start(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[alerts]]\nchannel = 5\nquery = "a AND ("\n', encoding="utf-8")
    for command in (["check-config"], ["--once"]):
        program = Program(tmp_path, [*command, "--config", str(config)], name=command[0])
        async with program:
            await program.expect_exit(2)
        assert "alerts[1].query" in program.stderr


async def test_a_missing_seeds_folder_is_said(tmp_path: Path) -> None:
    program = await once(tmp_path)
    assert "is no folder" in program.stderr
    assert str(tmp_path / "seeds") in program.stderr
