"""Fills in a modal as Discord's client does, and refuses what it would refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.fake_discord.model import Json
from tests.fake_discord.options import NotOffered, Resolved, Value

ROW, TEXT_INPUT, STRING_SELECT, TEXT, LABEL, FILE_UPLOAD = 1, 4, 3, 10, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
SELECTS = frozenset({3, 5, 6, 7, 8})
MAX_TEXT_INPUT = 4000

Answer = Value | Sequence[Value] | None


def fill_modal(modal: Json, values: Mapping[str, Answer], resolved: Resolved) -> Json:
    """Return the data of a modal's submission; `values` go by custom id or label.

    Raises:
        NotOffered: a field does not exist, a required one is empty, or a value does not fit.
    """
    left = dict(values)
    components = []
    for number, part in enumerate(modal["components"], start=1):
        base: Json = {"type": part["type"], "id": part.get("id") or number}
        if part["type"] == ROW:
            inner = part["components"][0]
            label = str(inner.get("label") or "")
            base["components"] = [_fill_field(inner, label, left, resolved, 100 + number)]
        elif part["type"] == LABEL:
            inner, label = part["component"], str(part["label"])
            base["component"] = _fill_field(inner, label, left, resolved, 100 + number)
        components.append(base)
    if left:
        raise NotOffered(f"the modal {modal['title']!r} has no field {sorted(left)}")
    data: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolved.found:
        data["resolved"] = resolved.found
    return data


def _fill_field(
    part: Json, label: str, left: dict[str, Answer], resolved: Resolved, number: int
) -> Json:
    key = next((k for k in (part["custom_id"], label) if k in left), None)
    given = left.pop(key) if key is not None else None
    kind = part["type"]
    entry: Json = {"type": kind, "custom_id": part["custom_id"], "id": part.get("id") or number}
    if kind == TEXT_INPUT:
        return entry | {"value": _text(part, label, given)}
    if kind == CHECKBOX:
        return entry | {"value": bool(part.get("default") if given is None else given)}
    picked = _picked(part, given)
    low = part.get("min_values", 1) if part.get("required", True) else 0
    high = part.get("max_values") or 1
    if kind == RADIO:
        high = 1
    if kind == CHECKBOXES:
        high = part.get("max_values") or len(part["options"])
    if not low <= len(picked) <= high:
        raise NotOffered(f"field {label!r} takes {low} to {high} values, not {len(picked)}")
    offered = [option["value"] for option in part.get("options") or []]
    if offered and set(picked) - set(offered):
        raise NotOffered(f"field {label!r} offers {offered}, not {picked}")
    values = [v if isinstance(v, str) else resolved.add(v) for v in picked]
    if kind == RADIO:
        return entry | {"value": values[0] if values else None}
    return entry | {"values": values}


def _text(part: Json, label: str, given: Answer) -> str:
    text = str(part.get("value") or "") if given is None else str(given)
    low = part.get("min_length") or 0
    high = part.get("max_length") or MAX_TEXT_INPUT
    if not text and part.get("required", True):
        raise NotOffered(f"field {label!r} is required")
    if text and not low <= len(text) <= high:
        raise NotOffered(f"field {label!r} takes {low} to {high} characters, not {len(text)}")
    return text


def _picked(part: Json, given: Answer) -> list[Value]:
    if given is None:
        defaults = [o["value"] for o in part.get("options") or [] if o.get("default")]
        return list(defaults)
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [given]
    return list(given)
