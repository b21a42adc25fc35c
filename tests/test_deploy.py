"""The files in deploy/ name options, settings, metrics and exit statuses that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import errors
from bot.domain.outbox import DeliveryState
from bot.errors import AnotherCopyRuns, SettingsError, TokenRefused
from bot.metrics import Metrics
from bot.settings import known_environment_names

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = (DEPLOY / "launchwire.service").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
ALERTS = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
DASHBOARD = (DEPLOY / "grafana" / "launchwire.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [UNIT, DOCKERFILE, COMPOSE], ids=["unit", "image", "compose"])
def test_every_environment_name_is_a_setting(text: str) -> None:
    names = set(re.findall(r"LAUNCHWIRE_\w+", text))
    assert names <= set(known_environment_names())
    assert "DISCORD_TOKEN=" not in text, "the token comes from a file"


def test_the_command_line_that_is_started_exists() -> None:
    assert "-m bot run --live --config " in UNIT
    assert 'CMD ["run", "--live"]' in DOCKERFILE
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--help"],
        cwd=DEPLOY.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--live" in done.stdout
    assert "--config" in done.stdout


def test_systemd_does_not_restart_what_only_a_person_can_mend() -> None:
    line = next(line for line in UNIT.splitlines() if line.startswith("RestartPreventExitStatus="))
    statuses = {int(word) for word in line.partition("=")[2].split()}
    hopeless = (SettingsError, AnotherCopyRuns, TokenRefused)
    assert statuses == {kind.exit_status for kind in hopeless}
    others = {
        kind.exit_status
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.LaunchwireError)
        if not issubclass(kind, hopeless)
    }
    assert statuses & others == set()


def test_the_unit_is_told_what_the_program_tells() -> None:
    assert "Type=notify" in UNIT
    assert "WatchdogSec=" in UNIT
    assert "NotifyAccess=main" in UNIT


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "launchwire.service"
    # The program need not be installed here for the unit to be judged.
    unit.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", UNIT), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    own = [line for line in done.stderr.splitlines() if "launchwire.service" in line]
    assert [line for line in own if "WorkingDirectory" not in line] == []


def test_the_image_installs_locked_packages_and_runs_as_nobody_special() -> None:
    assert "--require-hashes --no-deps -r /tmp/requirements.lock" in DOCKERFILE
    assert "USER launchwire" in DOCKERFILE
    assert "VOLUME /data" in DOCKERFILE
    assert "/healthz" in DOCKERFILE
    for name in re.findall(r"^COPY (\S+) \./", DOCKERFILE, re.MULTILINE):
        assert (DEPLOY.parent / name).exists(), name
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    for name in re.findall(r"^COPY (?!--)(\S+) ", DOCKERFILE, re.MULTILINE):
        assert f"!{name}" in kept.splitlines()


def test_compose_publishes_on_loopback_only_and_hands_over_the_token_as_a_file() -> None:
    assert re.findall(r'- "(\S+):\d+:\d+"', COMPOSE) == ["127.0.0.1"]
    assert "DISCORD_TOKEN_FILE: /run/secrets/discord-token" in COMPOSE
    assert "dockerfile: deploy/Dockerfile" in COMPOSE


def metric_names() -> set[str]:
    metrics = Metrics()
    return {
        name
        for family in metrics.registry.collect()
        for name in (family.name, *(sample.name for sample in family.samples))
    }


def expressions(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["expr"]] if isinstance(node.get("expr"), str) else []
        return own + [found for value in node.values() for found in expressions(value)]
    if isinstance(node, list):
        return [found for item in node for found in expressions(item)]
    return []


def test_dashboard_and_alert_rules_name_metrics_and_labels_that_exist() -> None:
    found = expressions(json.loads(DASHBOARD)) + re.findall(r"expr: (.+)", ALERTS)
    assert len(found) >= 15
    for expression in found:
        assert set(re.findall(r"launchwire_\w+", expression)) <= metric_names(), expression
        for states in re.findall(r'state=~?"([^"]+)"', expression):
            assert set(states.split("|")) <= {state.value for state in DeliveryState}
        for health in re.findall(r'health="([^"]+)"', expression):
            assert health in {"fresh", "stale", "failing"}


def test_every_metric_is_on_the_dashboard() -> None:
    shown = set(re.findall(r"launchwire_\w+", DASHBOARD))
    families = {family.name for family in Metrics().registry.collect()}
    assert families <= shown
