"""The marker that finds a message again: where it is put and how it is read back.

The marker is the delivery's nonce. It stands behind a tilde at the end of the first custom_id
(`story:12:follow~KQ4Z...`); where no custom_id can carry it (announcement channels, messages
without buttons) it is the last word of the small print, after "ref". Handlers of buttons accept
the tail with `MARKER_TAIL`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.delivery.discord_limits import CUSTOM_ID, TEXT_DISPLAY, units, walk

MARKER = r"[A-Za-z0-9_-]{1,25}"
MARKER_TAIL = rf"(?:~{MARKER})?"
"""Ends the pattern of every button's custom_id."""

_IN_ID = re.compile(rf"~({MARKER})$")
_IN_PRINT = re.compile(rf"(?:^|· |-# )ref ({MARKER})$")


def small_print(marker: str) -> str:
    """How the marker reads where people can see it."""
    return f"ref {marker}"


def mark_component(components: list[dict[str, Any]], marker: str) -> bool:
    """Put the marker into the first custom_id with room for it; False when there is none."""
    for part in walk(components):
        action = part.get("custom_id")
        if action and units(action) + 1 + len(marker) <= CUSTOM_ID:
            part["custom_id"] = f"{action}~{marker}"
            return True
    return False


def marker_of(payload: Mapping[str, Any]) -> str | None:
    """The marker of a payload of ours, or of a message as Discord hands it back."""
    parts = list(walk(payload.get("components") or ()))
    for part in parts:
        if found := _IN_ID.search(str(part.get("custom_id") or "")):
            return found[1]
    texts = [(embed.get("footer") or {}).get("text") for embed in payload.get("embeds") or ()]
    texts += [part.get("content") for part in parts if part.get("type") == TEXT_DISPLAY]
    for text in texts:
        if found := _IN_PRINT.search(str(text or "").rsplit("\n", 1)[-1]):
            return found[1]
    return None
