"""The rules of the house that no linter knows: sizes, names, light imports, documentation."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.client import EXTENSIONS, LaunchwireBot
from bot.command_line import command_line
from bot.domain.permission import BOT_NEEDS
from bot.settings import DiscordSettings, Settings

ROOT = Path(__file__).parent.parent
PROGRAM = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")])
README = ROOT / "README.md"

MOST_LINES = 300
MOST_FUNCTION_LINES = 50
# A longer file wants a reason here; when it is short again, the entry must go.
LONG_FILES = {
    "bot/analysis/speakers.py": "who says so: every form in which a sentence names its speaker",
    "bot/analysis/summary.py": "Sumy's only door: every method and its fast matrix step",
    "bot/app.py": "the composition root names every part once",
    "bot/client.py": "discord's events: login, commands, servers, channels and rights",
    "bot/delivery/discord_channel.py": "every way a message reaches a place of Discord",
    "bot/delivery/discord_limits.py": "Discord's limits as constants with their sources",
    "bot/domain/matching.py": "all rules of one subject, matching, on one page",
    "bot/domain/outbox.py": "the whole life of a delivery as pure decisions",
    "bot/domain/permission.py": "the one table of who may do what",
    "bot/domain/story_fold.py": "how reports become one record: one fold, fact by fact",
    "bot/ports.py": "every boundary on one page",
    "bot/services/alert_message.py": "an alert from its content line to its buttons",
    "bot/services/dispatch.py": "the one dispatcher and its outcomes",
    "bot/settings.py": "every setting, its type and its limits on one page",
    "bot/sources/http.py": "one request from guard to decoded body, with its caps",
    "bot/store/codec.py": "every record to JSON and back, side by side",
    "bot/store/migrations/versions/r0001_first.py": "a migration never changes once released",
    "bot/store/outbox.py": "the outbox's port on one connection, query by query",
    "bot/store/schema.py": "every table on one page",
}
LONG_FUNCTIONS = {
    "bot/app.py build": "puts the program together, a line for each part",
    "bot/services/desk.py make_desk": "puts the use cases together, a line for each",
    "bot/store/migrations/versions/r0001_first.py upgrade": "creates every table",
}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base"}
THIRD_PARTY = (
    "discord", "aiohttp", "sqlalchemy", "alembic", "feedparser", "sumy", "numpy", "trafilatura",
    "apscheduler", "matplotlib", "pydantic", "typer", "rich", "lxml",
)  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_file_has_at_most_300_lines_or_a_reason() -> None:
    long = {
        name_of(path)
        for path in PROGRAM
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }
    assert long - set(LONG_FILES) == set(), "split these, or give the reason in LONG_FILES"
    assert set(LONG_FILES) - long == set(), "these are short again: take them out of LONG_FILES"


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name_of(path)} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_a_function_has_at_most_50_lines_or_a_reason() -> None:
    long = {
        name for path in PROGRAM for name, lines in functions(path) if lines > MOST_FUNCTION_LINES
    }
    assert long - set(LONG_FUNCTIONS) == set(), "split these, or give the reason"
    assert set(LONG_FUNCTIONS) - long == set(), "these are short again: take them out of the list"


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [name_of(path) for path in PROGRAM if path.stem in EMPTY_NAMES] == []


def test_every_module_says_what_it_is_for() -> None:
    def is_empty(path: Path) -> bool:
        return not path.read_text(encoding="utf-8").strip()

    silent = [
        name_of(path)
        for path in PROGRAM
        if not is_empty(path) and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def loaded_by(statement: str) -> set[str]:
    """The modules a fresh interpreter loads for a statement."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_bot_does_nothing() -> None:
    assert loaded_by("import bot") == {"bot"}


def test_the_main_module_is_light_because_every_worker_imports_it() -> None:
    assert loaded_by("import bot.__main__") <= {"bot", "bot.__main__", "__future__"}


def test_the_command_line_opens_without_the_libraries_of_the_commands() -> None:
    loaded = loaded_by("import bot.command_line")
    heavy = set(THIRD_PARTY) - {"typer", "rich", "pydantic"}
    assert {module.partition(".")[0] for module in loaded} & heavy == set()


def test_analyzing_needs_neither_discord_nor_the_store() -> None:
    loaded = {module.partition(".")[0] for module in loaded_by("import bot.analyze")}
    assert loaded & {"discord", "sqlalchemy", "alembic", "apscheduler", "matplotlib"} == set()


def test_the_layer_rule_holds() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " 0 broken" in done.stdout


def test_the_layer_rule_names_every_room() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    named = {room.strip() for layer in layers for room in layer.split("|")}
    rooms = {
        f"bot.{path.parent.name}"
        for path in (ROOT / "bot").glob("*/__init__.py")
        if path.parent.name != "starter"  # data, no code
    }
    assert rooms - named == set()
    assert "cogs" in named


# -- settings ---------------------------------------------------------------------------------


def keys_of_settings() -> list[tuple[str, str]]:
    """(section, key) of every scalar setting and of every list table."""
    found = []
    for section, field in Settings.model_fields.items():
        value = field.default
        if isinstance(value, tuple):
            item = field.annotation.__args__[0]  # type: ignore[union-attr]  # tuple[Item, ...]
            found += [(section, key) for key in item.model_fields]
        else:
            found += [(section, key) for key in type(value).model_fields]
    return found


@pytest.mark.parametrize(("section", "key"), keys_of_settings())
def test_every_setting_stands_in_the_shipped_file_with_a_comment(section: str, key: str) -> None:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    head = f"[[{section}]]" if f"[[{section}]]" in text else f"[{section}]"
    lines = text.partition(head)[2].split("\n#[[")[0].split("\n[")[0].splitlines()
    at = next(n for n, line in enumerate(lines) if re.match(rf"#?(.*instead: )?{key} = ", line))
    if head.startswith("[["):
        return  # the example as a whole is commented
    assert "#" in lines[at], f"say in a comment what [{section}] {key} is for"


@pytest.mark.parametrize(("section", "key"), keys_of_settings())
def test_every_setting_stands_in_readme(section: str, key: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert f"`[{section}]`" in text or f"`[[{section}]]`" in text
    assert f"`{key}`" in text


# -- what people can call ---------------------------------------------------------------------


async def discord_commands() -> list[str]:
    """Every slash command and context menu as people see it, from the real tree."""
    client = LaunchwireBot(DiscordSettings())
    for extension in EXTENSIONS:
        await client.load_extension(extension)
    tree = client.tree
    found = [
        f"/{command.qualified_name}"
        for command in tree.walk_commands()
        if isinstance(command, app_commands.Command)
    ]
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        found += [menu.name for menu in tree.get_commands(type=kind)]
    return found


async def test_every_discord_command_stands_in_readme() -> None:
    text = README.read_text(encoding="utf-8")
    names = await discord_commands()
    assert len(names) > 40
    assert [name for name in names if f"`{name}`" not in text] == []


async def test_readme_names_no_command_that_does_not_exist() -> None:
    names = await discord_commands()
    roots = {name.split()[0] for name in names if name.startswith("/")}
    told = re.findall(r"`(/[a-z]+(?: [a-z-]+)?)`", README.read_text(encoding="utf-8"))
    known = {*names, *roots, "/healthz", "/metrics", "/data", "/export"}
    assert sorted({name for name in told if name not in known}) == []


def test_every_command_of_the_command_line_stands_in_readme() -> None:
    text = README.read_text(encoding="utf-8")
    names = [
        command.name or command.callback.__name__
        for command in command_line.registered_commands
        if command.callback is not None
    ]
    assert len(names) >= 5
    assert [name for name in names if f"python -m bot {name}" not in text] == []


def test_the_invitation_asks_for_the_rights_readme_lists() -> None:
    text = README.read_text(encoding="utf-8")
    number = re.search(r"permissions=(\d+)", text)
    assert number is not None
    rights = discord.Permissions(int(number[1]))
    given = {name for name, is_given in rights if is_given}
    asked = text.partition("| permission | for |")[2].partition("\n\n")[0]
    listed = set(re.findall(r"^   \| ([A-Z][A-Za-z ]+) \|", asked, re.MULTILINE))
    # Discord's screens say "View Channels"; the library calls it read_messages.
    spoken = {name.lower().replace(" ", "_") for name in listed}
    assert {"read_messages" if name == "view_channels" else name for name in spoken} == given
    assert {str(right) for right in BOT_NEEDS} <= given | {"view_channel"}


def test_every_picture_of_readme_exists() -> None:
    told = re.findall(r"docs/pictures/[a-z-]+\.png", README.read_text(encoding="utf-8"))
    assert told
    assert [name for name in told if not (ROOT / name).is_file()] == []


# -- what is committed ------------------------------------------------------------------------


def tracked() -> list[Path]:
    """Files under version control, or all of the tree where there is no git."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.splitlines()]
    hidden = {".venv", ".git", "__pycache__", "data"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not hidden & set(p.parts)]


# Put together so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(["/ro" + "ot/", "/wo" + "rk/", r"\bpypi\." + "org", "pythonhosted" + r"\.org",
              "--index" + "-url", "--extra-" + "index", "index" + r"_url\s*="])
)  # fmt: skip
NAMES_THE_OPTION = {"Makefile"}  # `--no-emit-index-url` keeps the address out


def test_no_path_of_a_machine_and_no_package_index_is_committed() -> None:
    found = []
    for path in tracked():
        if not path.is_file() or path.suffix in {".png", ".gz", ".ttf", ".otf", ".db"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if FOREIGN.search(line) and path.name not in NAMES_THE_OPTION:
                found.append(f"{name_of(path)}:{number}: {line.strip()[:120]}")
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 30
    for line in lines:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", line), line[:80]
        assert "--hash=sha256:" in line, line[:80]


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {_plain(line.partition("==")[0]) for line in text.splitlines() if "==" in line}
    for wanted in project["project"]["dependencies"]:
        assert _plain(re.split(r"[<>=\[; ]", wanted)[0]) in locked, wanted


def _plain(name: str) -> str:
    """A package's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
