"""Measures how many captured feed files give the entries their manifest expects."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.errors import NotAFeed
from bot.sources.feeds import read_feed


@dataclass(frozen=True, slots=True)
class FeedScore:
    """How many files gave what was expected; `misses` are (file, found, expected)."""

    right: int
    total: int
    misses: tuple[tuple[str, int, int], ...]

    @property
    def share(self) -> float:
        """The right ones among all, 0 to 1."""
        return self.right / self.total if self.total else 0.0


def feeds_with_expected_entries(folder: Path) -> FeedScore:
    """Read every file of `folder/manifest.json` (kind `html` left out) and count its entries."""
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    judged = [row for row in rows if row["kind"] != "html"]
    misses = []
    for row in judged:
        found = _count((folder / row["file"]).read_bytes())
        if found != row["expected_entries"]:
            misses.append((row["file"], found, row["expected_entries"]))
    return FeedScore(len(judged) - len(misses), len(judged), tuple(misses))


def _count(body: bytes) -> int:
    try:
        return len(read_feed(body).entries)
    except NotAFeed:
        return 0
