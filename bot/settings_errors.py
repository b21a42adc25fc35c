"""Sentences for wrong settings: file, key, value, what was expected, and the nearest known key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.domain.links import redact


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong key. `key` is empty when the whole file cannot be used."""

    file: str
    key: str
    value: str
    wanted: str

    def sentence(self) -> str:
        """The problem as one line."""
        if not self.key:
            return f"{self.file} {self.wanted}."
        value = f" = {self.value}" if self.value else ""
        end = "" if self.wanted.endswith("?") else "."
        return f"{self.file}: {self.key}{value}: {self.wanted}{end}"


def nearest(name: str, known: Iterable[str]) -> str:
    """'; did you mean X?' when something known is close, else nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def problems_of(
    error: ValidationError, file: str, model: type[BaseModel], from_environment: Mapping[str, str]
) -> list[Problem]:
    """Every problem of a validation, in our own words where pydantic's are too technical.

    `from_environment` maps dotted keys to the environment name that set them.
    """
    problems = []
    for item in error.errors(include_url=False):
        path = [part for part in item["loc"] if not str(part).startswith(("tuple", "function"))]
        key = _dotted(path)
        if item["type"] == "extra_forbidden":
            wanted = "no setting has this name" + _nearest_key(path, model)
        else:
            wanted = _wanted(item["type"], item["msg"])
        name = _set_by(path, from_environment)
        where, shown_key = ("environment", f"{name} ({key})") if name else (file, key)
        problems.append(Problem(where, shown_key, _shown(item.get("input"), item["type"]), wanted))
    return problems


def _set_by(path: list[int | str], from_environment: Mapping[str, str]) -> str:
    words = [str(part) for part in path]
    return from_environment.get(".".join(words[:2])) or from_environment.get(
        words[0] if words else "", ""
    )


def _dotted(path: list[int | str]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "(whole file)"


def _shown(value: Any, kind: str) -> str:
    if kind == "missing" or isinstance(value, (dict, list)) or value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and "://" in value:
        value = redact(value)
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 80 else text[:77] + "..."


def _wanted(kind: str, message: str) -> str:
    if kind == "missing":
        return "this key is required"
    plain = {
        "int_parsing": "expected a whole number",
        "int_type": "expected a whole number",
        "int_from_float": "expected a whole number",
        "float_parsing": "expected a number",
        "float_type": "expected a number",
        "bool_parsing": "expected true or false",
        "bool_type": "expected true or false",
        "string_type": "expected text in quotes",
        "tuple_type": 'expected a list such as ["..."]',
        "model_type": "expected a table, written [section]",
    }
    if kind in plain:
        return plain[kind]
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    message = message.removeprefix("String should have ")
    for theirs, ours in _OTHER_WORDS.items():
        message = message.replace(theirs, ours)
    known = ("expected", "give", "max_", "cannot")
    return message if message.startswith(known) else f"expected {message}"


_OTHER_WORDS = {
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "more than",
    "less than": "under",
    "at least 1 character": "some text",
}


def _nearest_key(path: list[int | str], model: type[BaseModel]) -> str:
    known: Iterable[str] = model.model_fields
    for part in path[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            found = _model_in(model.model_fields[part].annotation)
            if found is not None:
                model = found
                known = model.model_fields
    return nearest(str(path[-1]), known)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
