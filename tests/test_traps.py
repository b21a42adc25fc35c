"""The traps found on the way, each held by a test or a lint rule.

Where another file tests the trap, the entry names its tests, and this file insists that they exist;
what no other file tests is tested here.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.sources.address_guard import refusal

ROOT = Path(__file__).parent.parent
PROGRAM = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")])

# trap -> the tests that would fail if somebody stepped into it
HELD_BY = {
    "LexRank is quadratic": ["analysis/test_summary.py::test_long_article_is_capped_and_quick"],
    "LexRank picks an orphan of the seed, KL its byline": [
        "analysis/test_summary.py::test_seed_summary_is_news_and_no_orphan_byline_or_dateline",
        "analysis/test_summary.py::test_broken_quotes_are_recognised",
        "analysis/test_text.py::test_dateline_is_taken_off_and_kept_as_place_and_credit",
    ],
    "Sumy lacks stop words and stemmers of some languages": [
        "analysis/test_summary.py::test_every_language_has_stop_words",
        "analysis/test_summary.py::test_every_language_can_be_stemmed",
        "analysis/test_summary.py::test_every_language_is_summarized_by_every_method",
        "analysis/test_summary.py::test_summary_needs_no_data_from_a_home_folder",
    ],
    "the seed starts with a date line and ends in bylines": [
        "sources/test_seed_formats.py::"
        "test_the_shipped_seed_has_its_date_no_headline_and_its_whole_text",
        "analysis/test_text.py::test_shipped_seed_starts_with_the_news_and_ends_before_the_bylines",
    ],
    "the seed holds two events, two names of one sea, two dates of one instant": [
        "analysis/test_seed_launch.py::"
        "test_the_launch_over_the_weekend_is_another_event_and_not_the_news",
        "analysis/test_seed_launch.py::"
        "test_seed_tells_who_fired_what_how_many_from_where_to_where_and_when",
    ],
    "a loop that raises dies for good": [
        "test_scheduler.py::test_a_job_that_raises_is_counted_logged_and_runs_again",
        "test_scheduler.py::test_a_task_that_fails_is_started_again_and_counted",
    ],
    "shutdown(wait=True) cancels running coroutines": [
        "test_scheduler.py::test_pausing_fires_nothing_more_and_lets_running_work_end",
        "services/test_dispatch.py::test_a_stop_waits_for_what_is_under_way_and_claims_nothing_more",
    ],
    "discord.py retries some failures and raises on others": [
        "delivery/test_discord_channel.py::test_each_failure_is_classified",
        "delivery/test_discord_channel.py::test_discord_py_retries_these_with_the_same_nonce",
        "services/test_dispatch.py::test_an_unknown_outcome_is_tried_again_with_the_same_nonce",
    ],
    "an old message takes only so many edits": [
        "delivery/test_discord_channel.py::test_too_many_edits_of_an_old_message_are_for_later",
        "services/test_dispatch.py::test_only_the_newest_revision_is_shown",
    ],
    "checks before the dial lose to rebinding": [
        "sources/test_http.py::test_dns_rebinding_is_refused_when_the_second_answer_is_inside",
        "sources/test_address_guard.py::test_the_socket_is_not_made_for_a_closed_address",
    ],
    "a bomb or a drip": [
        "sources/test_http.py::test_a_gzip_bomb_stops_at_the_cap",
        "sources/test_http.py::test_a_slow_drip_ends_at_the_total_limit",
    ],
    "escape_markdown lets links, mentions and hidden characters through": [
        "delivery/test_sanitise.py::test_there_are_at_least_150_hostile_texts",
        "delivery/test_sanitise.py::test_hostile_text_shows_as_plain_words",
    ],
    "default_permissions is only a hint": [
        "cogs/test_permissions.py::test_every_command_menu_button_and_select_against_everybody",
        "cogs/test_permissions.py::test_every_command_is_an_action_with_a_row",
        "domain/test_permission.py::"
        "test_a_person_cannot_make_the_bot_write_where_they_may_not",
        "domain/test_permission.py::test_a_role_is_pinged_only_by_who_may_ping_it",
    ],
}  # fmt: skip


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("trap", HELD_BY)
def test_the_tests_that_hold_a_trap_exist(trap: str) -> None:
    for name in HELD_BY[trap]:
        file, _, function = name.partition("::")
        assert function in functions_of(ROOT / "tests" / file), name


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def code() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PROGRAM}


def test_the_task_loop_of_discord_py_is_banned() -> None:
    banned = project()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert "discord.ext.tasks" in banned
    # The client and the cogs may import discord, so the ban does not bind them: look for it.
    assert [
        name for name, text in code().items() if re.search(r"ext(\.| import )tasks", text)
    ] == []


def test_failed_and_missed_jobs_are_listened_for() -> None:
    text = (ROOT / "bot" / "scheduler.py").read_text(encoding="utf-8")
    listened = text.partition("add_listener(")[2].partition(")")[0]
    assert "EVENT_JOB_ERROR" in listened
    assert "EVENT_JOB_MISSED" in listened


def test_cron_counts_monday_as_zero_and_nothing_uses_it() -> None:
    # The trap itself: crontab(5) calls 1 Monday, APScheduler calls it Tuesday.
    fields = {field.name: str(field) for field in CronTrigger.from_crontab("0 8 * * 1").fields}
    assert fields["day_of_week"] == "1"
    assert [name for name, text in code().items() if "CronTrigger(" in text] == []
    assert [name for name, text in code().items() if "from_crontab" in text] == []


def test_the_scheduler_is_never_shut_down_with_wait() -> None:
    calls = [found for text in code().values() for found in re.findall(r"\.shutdown\(.*\)", text)]
    assert ".shutdown(wait=False)" in calls
    assert [call for call in calls if "wait=True" in call and "_scheduler" in call] == []


# `ipaddress.is_global` of some Python release between 3.11 and 3.14 says True of each of these, or
# said so; the guard refuses them all whatever the release says.
SAID_GLOBAL = (
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::1",  # local NAT64
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2001::1",  # Teredo
    "::ffff:127.0.0.1",  # an IPv4 address in disguise
    "fec0::1",  # site-local, given up
    "192.88.99.1",  # 6to4 relays, given up
    "224.0.0.1",  # multicast
    "ff0e::1",  # global multicast
)


@pytest.mark.parametrize("address", SAID_GLOBAL)
def test_dangerous_ranges_are_closed_whatever_ipaddress_says(address: str) -> None:
    assert refusal(address, 443) is not None


def test_whole_bodies_are_never_read_at_once() -> None:
    fetching = (ROOT / "bot" / "sources" / "http.py").read_text(encoding="utf-8")
    assert not re.search(r"await \w+\.(read|text|json)\(\)", fetching)
    assert "ClientTimeout(" in fetching
    assert "total=" in fetching


def test_the_escaping_of_discord_py_is_not_used() -> None:
    names = ("escape_markdown", "escape_mentions")
    assert [path for path, text in code().items() if any(name in text for name in names)] == []


def test_every_view_and_modal_answers_its_own_failures() -> None:
    """Views and modals do not reach the command tree's handler."""
    silent = []
    for name, text in code().items():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.ClassDef):
                continue
            bases = " ".join(ast.unparse(base) for base in node.bases)
            if not re.search(r"\bui\.(View|LayoutView|Modal)\b", bases):
                continue
            own = {item.name for item in node.body if hasattr(item, "name")}
            # A view that is never dispatched has nothing that could fail.
            if "on_error" not in own and "is_dispatchable" not in own:
                silent.append(f"{name} {node.name}")
    assert silent == []


def test_every_button_answers_its_own_failures() -> None:
    text = (ROOT / "cogs" / "pressing.py").read_text(encoding="utf-8")
    callback = text.partition("async def callback")[2]
    assert "answer_failure(interaction, error)" in callback
    others = [
        name
        for name, other in code().items()
        if "DynamicItem[" in other and "class " in other and name != "cogs/pressing.py"
        if re.search(r"class \w+\(\s*discord\.ui\.DynamicItem", other)
    ]
    assert others == []


def test_the_build_names_its_packages() -> None:
    settings = project()
    assert settings["build-system"]["build-backend"] == "hatchling.build"
    assert settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["bot", "cogs"]
    pytest_settings = settings["tool"]["pytest"]["ini_options"]
    assert "--import-mode=importlib" in pytest_settings["addopts"]
    assert pytest_settings["pythonpath"] == ["."]
