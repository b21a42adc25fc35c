"""Buttons, selects, rows and pictures, which classic messages and cards have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.delivery import sanitise
from bot.delivery.discord_limits import (
    ACTION_ROW,
    ALT_TEXT,
    BUTTON,
    BUTTON_LABEL,
    CHANNEL_SELECT,
    CUSTOM_ID,
    FILES,
    LINK_STYLE,
    OPTION_TEXT,
    ROLE_SELECT,
    ROW_BUTTONS,
    SELECT_OPTIONS,
    SELECT_PLACEHOLDER,
    STRING_SELECT,
    USER_SELECT,
    units,
)
from bot.domain.message import Button, ButtonStyle, Picture, Select, Severity

Json = dict[str, Any]

COLOURS = {
    Severity.LAUNCH: 0xE5484D,
    Severity.UPDATE: 0xDC6803,
    Severity.INFO: 0x2F7DE1,
    Severity.GOOD: 0x039855,
    Severity.QUIET: 0x7D8590,
}
"""Accent colours with a contrast of 3:1 or more on Discord's dark and light cards."""

# https://docs.discord.com/developers/components/reference#button-button-styles
_STYLES = {
    ButtonStyle.PRIMARY: 1,
    ButtonStyle.SECONDARY: 2,
    ButtonStyle.SUCCESS: 3,
    ButtonStyle.DANGER: 4,
}
_SELECTS = {
    "string": STRING_SELECT,
    "channel": CHANNEL_SELECT,
    "role": ROLE_SELECT,
    "user": USER_SELECT,
}


def button(item: Button) -> Json | None:
    """A button; None for a link that cannot be linked. Links say their host."""
    face: Json = {"type": BUTTON, "label": sanitise.plain(item.label, BUTTON_LABEL)}
    if item.emoji:
        face["emoji"] = {"name": item.emoji}
    elif not face["label"] and not item.url:
        face["label"] = sanitise.ELLIPSIS
    if item.disabled:
        face["disabled"] = True
    if not item.url:
        return face | {"style": _STYLES[item.style], "custom_id": checked_action(item.action)}
    safe = sanitise.safe_url(item.url)
    if safe is None:
        return None
    label = f"{face['label']} · {safe.host}" if face["label"] else safe.host
    if safe.host.casefold() not in face["label"].casefold() and units(label) <= BUTTON_LABEL:
        face["label"] = label
    return face | {"style": LINK_STYLE, "url": safe.url}


def checked_action(action: str) -> str:
    """An action fit for a custom_id.

    Raises:
        ValueError: it is empty, too long, or holds the tilde that sets off the marker. Actions are
            written by us, so this is a defect and not an input error.
    """
    if not action or units(action) > CUSTOM_ID or "~" in action:
        raise ValueError(f"not an action: {action!r}")
    return action


def select(item: Select) -> Json:
    """A drop-down."""
    options = [
        {
            "label": sanitise.plain(option.label, OPTION_TEXT) or option.value[:OPTION_TEXT],
            "value": option.value,
            **({"description": text} if (text := _option_text(option.description)) else {}),
            **({"default": True} if option.chosen else {}),
        }
        for option in item.options[:SELECT_OPTIONS]
    ]
    part: Json = {"type": _SELECTS[item.kind], "custom_id": checked_action(item.action)}
    part |= {"min_values": item.min_values, "max_values": item.max_values}
    if item.placeholder:
        part["placeholder"] = sanitise.plain(item.placeholder, SELECT_PLACEHOLDER)
    if item.kind == "string":
        part["options"] = options
        part["max_values"] = min(item.max_values, len(options))
    if item.channel_types:
        part["channel_types"] = list(item.channel_types)
    return part


def _option_text(text: str) -> str:
    return sanitise.plain(text, OPTION_TEXT)


def rows(items: Iterable[Button | Select]) -> list[Json]:
    """Action rows: up to five buttons each, a select alone."""
    found: list[Json] = []
    for item in items:
        if isinstance(item, Select):
            found.append({"type": ACTION_ROW, "components": [select(item)]})
            continue
        part = button(item)
        if part is None:
            continue
        last = found[-1]["components"] if found else []
        if last and last[0]["type"] == BUTTON and len(last) < ROW_BUTTONS:
            last.append(part)
        else:
            found.append({"type": ACTION_ROW, "components": [part]})
    return found


def files(pictures: Iterable[Picture]) -> list[Json]:
    """The pictures to draw when the payload is posted: name, file name, alt text and data."""
    found: list[Json] = []
    for number, picture in enumerate(list(pictures)[:FILES], start=1):
        found.append(
            {
                "name": picture.name,
                "filename": f"{picture.name}-{number}.png",
                "alt": sanitise.plain(picture.alt, ALT_TEXT),
                "data": picture.data,
            }
        )
    return found
