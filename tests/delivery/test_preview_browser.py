"""The preview page in a real browser: its script and style run under the page's own policy."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.delivery.test_preview import full_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not installed here"),
]


def dump(page: Path, query: str, profile: Path) -> str:
    """The document after its script ran."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync",
        "--disable-background-networking", f"--user-data-dir={profile}", "--dump-dom",
        f"{page.as_uri()}?{query}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_script_and_style_run_and_switches_work(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(full_page().page(), encoding="utf-8")
    shown = dump(page, "theme=light&width=phone", tmp_path / "profile")
    assert 'data-theme="light"' in shown
    assert 'data-width="phone"' in shown
    assert 'data-theme-choice="light" aria-pressed="true"' in shown
    # Timestamps are told in the reader's own zone and language by then.
    assert "22:06 UTC</time>" not in shown
    assert "years ago</time>" in shown
