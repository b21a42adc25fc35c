"""The command line as a person meets it: what it says, and the exit status it ends with."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.command_line import command_line
from bot.store import SqlStore
from bot.store.engine import full


def call(*arguments: str, **environment: str) -> Result:
    wanted = {"DISCORD_TOKEN": "", "DISCORD_TOKEN_FILE": "", "COLUMNS": "80", **environment}
    return CliRunner().invoke(command_line, list(arguments), env=wanted)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make_store(home: Path) -> None:
    async def make() -> None:
        (home / "data").mkdir()
        async with SqlStore.open(f"sqlite:///{home}/data/launchwire.db"):
            pass

    asyncio.run(make())


def test_a_disk_full_at_the_start_does_not_promise_that_work_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise full(home / "launchwire.db")

    (home / "config.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr("bot.store.sql_store.inspect", no_space)
    shown = call("run", "--once")
    assert shown.exit_code == 1
    assert "start Launchwire again" in shown.stderr
    assert "by itself" not in shown.stderr


# -- restore -------------------------------------------------------------------------------------


def test_restore_without_a_file_lists_the_backups_and_says_how_to_choose(home: Path) -> None:
    make_store(home)
    names = []
    for moment in (1_700_000_000, 1_700_100_000):
        assert call("backup").exit_code == 0
        newest = max((home / "data" / "backups").iterdir(), key=lambda path: path.stat().st_ctime)
        os.utime(newest, (moment, moment))
        names.append(newest.name)
        time.sleep(0.02)
    shown = call("restore")
    assert shown.exit_code == 0
    old, new = (shown.stdout.index(name) for name in names)
    assert new < old
    assert "2023-11-14 22:13" in shown.stdout
    assert "kB" in shown.stdout
    assert f"restore {names[1]}" in shown.stdout


def test_a_backup_can_be_named_without_its_folder(home: Path) -> None:
    make_store(home)
    call("backup")
    (copy,) = (home / "data" / "backups").iterdir()
    done = call("restore", copy.name)
    assert done.exit_code == 0
    assert "is kept as" in done.stdout
    assert call("restore", str(copy)).exit_code == 0


def test_restore_where_there_are_no_backups_says_so(home: Path) -> None:
    shown = call("restore")
    assert shown.exit_code == 0
    assert "no backups" in shown.stdout
    assert "backups" in shown.stdout
    missing = call("restore", "nope.db")
    assert missing.exit_code == 1
    assert "nope.db" in missing.stderr


# -- --keep --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "/proc/x.db",
        "/proc/none/x.db",
        "/dev/null",
        "folder",
        "text.txt",
        "what?.db",
        "",
        "text.txt/x.db",
    ],
)
def test_an_impossible_place_to_keep_a_rehearsal_is_one_sentence_and_2(
    home: Path, place: str
) -> None:
    (home / "folder").mkdir()
    (home / "text.txt").write_text("not a database, but somebody's notes\n" * 100, "utf-8")
    result = call("run", "--once", "--keep", place)
    assert result.exit_code == 2
    assert result.stderr.startswith("--keep ")
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert (home / "text.txt").read_text("utf-8").startswith("not a database")


# -- names in the environment --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("launchwire_http__port", "LAUNCHWIRE_HTTP__PORT"),
        ("Launchwire_Http__Port", "LAUNCHWIRE_HTTP__PORT"),
        ("launchwire_http_port", "LAUNCHWIRE_HTTP__PORT"),
        ("discord_token", "DISCORD_TOKEN"),
        ("Discord_Token_File", "DISCORD_TOKEN_FILE"),
    ],
)
def test_names_in_small_letters_are_errors_with_the_right_name(
    home: Path, name: str, meant: str
) -> None:
    result = call("check-config", **{name: "very-secret"})
    assert result.exit_code == 2
    assert f"environment: {name}" in result.stderr
    assert f"did you mean {meant}?" in result.stderr
    assert "very-secret" not in result.stderr


def test_seeds_that_are_no_folder_are_an_error_and_missing_ones_a_warning(home: Path) -> None:
    missing = call("check-config")
    assert missing.exit_code == 0
    assert f"Warning: seeds.path: {home / 'seeds'} does not exist" in missing.stderr
    assert "no errors" in missing.stdout
    (home / "seeds").touch()
    wrong = call("check-config")
    assert wrong.exit_code == 2
    assert f"seeds.path: {home / 'seeds'} is no folder" in wrong.stderr
    assert "no errors" not in wrong.stdout
    (home / "seeds").unlink()
    (home / "seeds").mkdir()
    assert call("check-config").stderr == ""


# -- starting ------------------------------------------------------------------------------------


def test_a_token_that_cannot_stand_in_a_request_is_refused_at_once(home: Path) -> None:
    result = call("run", DISCORD_TOKEN="two\nlines", LAUNCHWIRE_HTTP__PORT="0")
    assert result.exit_code == 78
    assert "two" not in result.stderr
    assert "DISCORD_TOKEN" in result.stderr


# -- help ----------------------------------------------------------------------------------------


def test_help_fits_80_columns_and_cuts_nothing_off() -> None:
    for command in ((), ("run",), ("analyze",), ("check-config",), ("backup",), ("restore",)):
        shown = call(*command, "--help")
        assert shown.exit_code == 0
        assert max(len(line) for line in shown.stdout.splitlines()) <= 80
        assert "..." not in shown.stdout.replace("[ARGS]...", "").replace("{PATH}...", "")


def test_help_names_the_exit_statuses_and_how_to_go_live() -> None:
    shown = " ".join(call("--help").stdout.split())
    assert "DISCORD_TOKEN" in shown
    for status in ("0 done", "1 something failed", "2 wrong", "3 another copy", "78 Discord"):
        assert status in shown


@pytest.mark.parametrize("typed", ["analyse", "chek-config", "check_config", "restor"])
def test_a_mistyped_command_is_answered_with_the_nearest(typed: str) -> None:
    result = call(typed)
    assert result.exit_code == 2
    assert "did you mean" in result.stderr.lower()
