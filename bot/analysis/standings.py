"""How a statement can stand, and the cues that decide it."""

from __future__ import annotations

from enum import StrEnum

CANCEL = (
    "negation", "denial", "condition", "threat", "ability", "possible", "future", "guard",
    "permit", "stop",
)  # fmt: skip
TALK = ("verdict_on", "trend", "history", "investigation")


class Standing(StrEnum):
    """How a statement stands: fact, background of another fact, or not a fact at all."""

    ACTUAL = "actual"
    BACKGROUND = "background"
    CANCELLED = "cancelled"
