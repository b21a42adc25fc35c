"""Golden files: what was rendered once and looked at. LAUNCHWIRE_GOLDEN=write renews them."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare with tests/golden/<name>."""
    path = FOLDER / name
    if os.environ.get("LAUNCHWIRE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing: run once with LAUNCHWIRE_GOLDEN=write"
    assert text == path.read_text(encoding="utf-8")
