"""The command line: run (the default), analyze, check-config, backup, restore and the rest.

Exit status: 0 done, 1 something failed while running, 2 wrong configuration or command line,
3 another copy runs on this store, 78 Discord refused the token.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot import __version__
from bot.errors import LaunchwireError, SettingsError, StoreFull, report_unexpected

if TYPE_CHECKING:
    from bot.settings import Loaded

T = TypeVar("T")

_HELP = """A Discord newswire for missile launches. Without a command it runs.

Without a Discord token it rehearses: everything is shown here, nothing is posted anywhere. To go
live, set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it.
"""
_EXIT_STATUSES = (
    "Exit status: 0 done, 1 something failed (named), 2 wrong configuration or command line, "
    "3 another copy runs on this store, 78 Discord refused the token."
)


command_line = typer.Typer(
    name="launchwire",
    help=_HELP,
    epilog=_EXIT_STATUSES,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings file; ./config.toml when not given.")
]
OnceOption = Annotated[
    bool, typer.Option("--once", help="Deliver the backlog, show the digest now, and end.")
]
LiveOption = Annotated[
    bool, typer.Option("--live", help="Refuse to start without a Discord token.")
]
KeepOption = Annotated[
    Path | None,
    typer.Option("--keep", help="Rehearsal only: keep the store at this path afterwards."),
]


@command_line.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    config: ConfigOption = None,
    once: OnceOption = False,
    live: LiveOption = False,
    keep: KeepOption = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Run when no command is given; options before a command are for all of them."""
    if version:
        typer.echo(f"launchwire {__version__}")
        raise typer.Exit
    context.obj = config
    if context.invoked_subcommand is None:
        _run(config, once=once, live=live, keep=keep)
    elif once or live or keep:
        typer.echo("--once, --live and --keep belong to `run`: put them after it.", err=True)
        raise typer.Exit(2)


@command_line.command(short_help="Start the bot; without a token it rehearses.")
def run(
    context: typer.Context,
    config: ConfigOption = None,
    once: OnceOption = False,
    live: LiveOption = False,
    keep: KeepOption = None,
) -> None:
    """Start the bot; without a token it rehearses on this machine."""
    _run(config or context.obj, once=once, live=live, keep=keep)


@command_line.command(short_help="Judge and summarize articles; needs nothing else.")
def analyze(
    paths: Annotated[
        list[str],
        typer.Argument(help="Files, folders, or - for standard input.", metavar="PATH"),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object for each article, nothing else.")
    ] = False,
    sentences: Annotated[
        int, typer.Option("--sentences", min=1, help="Sentences of the summary.")
    ] = 3,
) -> None:
    """Judge and summarize articles; needs no token, network, database or configuration."""
    from bot.analyze import analyze_paths

    _finish(_guarded(lambda: analyze_paths(paths, as_json=as_json, sentences=sentences)))


@command_line.command("check-config", short_help="Check config.toml and the environment.")
def check_config(context: typer.Context, config: ConfigOption = None) -> None:
    """Check config.toml and the environment; print every error."""
    loaded = _load(config or context.obj)
    where = loaded.file or "the defaults (there is no config.toml here)"
    seeds = loaded.settings.seeds_path(loaded.base)
    if seeds.exists() and not seeds.is_dir():
        typer.echo(f"{where}: seeds.path: {seeds} is no folder.", err=True)
        raise typer.Exit(2)
    if not seeds.exists():
        missing = "does not exist; nothing is read from there until it is made"
        typer.echo(f"Warning: seeds.path: {seeds} {missing}.", err=True)
    token = "a Discord token is set" if loaded.token else "no Discord token: it would rehearse"
    typer.echo(f"{where}: no errors; {token}.")


@command_line.command(short_help="Write a verified copy of the store now.")
def backup(context: typer.Context, config: ConfigOption = None) -> None:
    """Write a verified copy of the store now."""
    from bot.maintenance import backup_now

    typer.echo(_guarded(lambda: backup_now(_load(config or context.obj))))


@command_line.command(short_help="List the backups, or put one in place of the store.")
def restore(
    context: typer.Context,
    copy: Annotated[
        Path | None,
        typer.Argument(
            help="A backup: its path, or its name as listed. Without it they are listed.",
            metavar="COPY",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Put a backup in the place of the store; the present one is kept beside it.

    Stop the bot first. Without a backup's name the backups are listed and nothing is changed.
    """
    from bot.maintenance import list_copies, restore_copy

    config = config or context.obj
    loaded = _load(config)
    if copy is None:
        again = f"{called_as()} restore{f' --config {config}' if config else ''}"
        typer.echo(_guarded(lambda: list_copies(loaded, again)))
        return
    typer.echo(_guarded(lambda: restore_copy(loaded, copy)))


@command_line.command(short_help="Print a starter set of feeds (OPML).")
def starter() -> None:
    """Print the starter set of feeds as OPML; put it into seeds/ to watch all of them."""
    from bot.starter import opml_text

    typer.echo(opml_text())


def called_as() -> str:
    """What a person types to get here: `launchwire`, or the interpreter with `-m bot`."""
    program = Path(sys.argv[0])
    if program.name != "__main__.py":
        return program.name
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{python} -m bot"


def _run(config: Path | None, *, once: bool, live: bool, keep: Path | None) -> None:
    from bot.rehearsal_store import keep_problem
    from bot.run import run_bot

    loaded = _load(config)
    if live and loaded.token is None:
        typer.echo(
            "run --live needs a Discord token: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file "
            "that holds it. Without --live Launchwire rehearses on this machine.",
            err=True,
        )
        raise typer.Exit(2)
    if keep is not None and loaded.token is not None:
        typer.echo("--keep is for rehearsals; with a token [store] url is used.", err=True)
        raise typer.Exit(2)
    if keep is not None and (problem := keep_problem(keep, loaded)):
        typer.echo(f"--keep {problem}", err=True)
        raise typer.Exit(2)
    _finish(_guarded(lambda: asyncio.run(run_bot(loaded, once=once, keep=keep))))


def _load(config: Path | None) -> Loaded:
    from bot.settings import load

    try:
        return load(config, os.environ)
    except SettingsError as error:
        for problem in error.problems or (str(error),):
            typer.echo(problem, err=True)
        raise typer.Exit(2) from error


def _guarded(work: Callable[[], T]) -> T:
    """Turn failures into a sentence on stderr and the exit status they stand for."""
    try:
        return work()
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except LaunchwireError as error:
        typer.echo(error.last_words if isinstance(error, StoreFull) else str(error), err=True)
        raise typer.Exit(error.exit_status) from error
    except BrokenPipeError:
        raise  # typer ends quietly when the reader of stdout has gone
    except Exception as error:
        reference = report_unexpected(error, "command line")
        typer.echo(
            f"Launchwire failed in a way nobody foresaw (reference {reference}); the log above "
            "holds the details. What was stored is safe: start it again.",
            err=True,
        )
        raise typer.Exit(1) from error


def _finish(status: int) -> None:
    """End with a status, after everything printed has gone out."""
    from bot.delivery.stdout import Stdout, silence_stdout  # rich is not loaded for every command

    failed = Stdout.failed
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        silence_stdout()
        failed = failed or not isinstance(error, BrokenPipeError)
    if failed:
        typer.echo("The output could not be written: is the disk full?", err=True)
    if failed or status:
        status = status or 1
        raise typer.Exit(status)
