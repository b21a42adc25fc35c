"""Checks REST exchanges against Discord's own OpenAPI 3.1 description, when it is at hand.

The file is not part of the project: `LAUNCHWIRE_OPENAPI` names it, or it lies at
`shared/discord-openapi.json` beside the checkout.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.protocols import Validator

from tests.fake_discord.model import Json

ENVIRONMENT = "LAUNCHWIRE_OPENAPI"
BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "discord-openapi.json"

# Keys that discord.py is known to send outside the specification (harmless: Discord ignores them).
KNOWN_EXTRAS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^\w+ .*embeds\[\]\.flags$",
        r"^(update_message|update_original_webhook_message|update_webhook_message) body\.tts$",
        r"^create_interaction_response body\.data\.tts$",
        r"^create_thread body\.message\.tts$",
        r"^bulk_set_(guild_)?application_commands body\[\]\.nsfw$",
        r"^create_thread query\.use_nested_fields$",
        # The answer to a forum post brings its first message; discord.py cannot do without.
        r"^create_thread body\.message$",
    )
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: `where` is the place (`body.embeds[0].title`), `what` says what is wrong."""

    operation: str
    direction: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return one line for a failing test."""
        return f"{self.direction} of {self.operation}: {self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation and the pattern of its path."""

    name: str
    method: str
    template: str
    pattern: re.Pattern[str]
    spec: Json
    parameters: tuple[Json, ...]


def locate() -> Path | None:
    """Return where the specification lies, or None."""
    named = os.environ.get(ENVIRONMENT)
    path = Path(named) if named else BESIDE_THE_CHECKOUT
    return path if path.is_file() else None


def absence_reason() -> str:
    """Return why checks against the specification are skipped, for `pytest.skip`."""
    return (
        f"Discord's OpenAPI file is not there: set {ENVIRONMENT}, "
        "or put it at shared/discord-openapi.json beside the checkout"
    )


def _integer_or_digits(_checker: object, instance: object) -> bool:
    # The specification's own README: integers may be sent as strings of digits.
    if isinstance(instance, str):
        return instance.lstrip("-").isdigit()
    return isinstance(instance, int) and not isinstance(instance, bool)


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme and parts.netloc) and not re.search(r"\s", value)


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("uri", raises=ValueError)(_is_uri)
    checker.checks("date-time", raises=ValueError)(_is_instant)
    return checker


def _kinds(branch: Json) -> list[Any] | None:
    """Return the values of `type` that a branch allows, if it is told apart by them."""
    declared = branch.get("properties", {}).get("type", {})
    if "const" in declared:
        return [declared["const"]]
    kinds = declared.get("enum")
    return list(kinds) if kinds else None


def _any_fits(
    validator: Any,
    branches: list[Json],
    instance: object,
    _schema: Json,
) -> Iterator[ValidationError]:
    """One branch that fits is enough; otherwise report the branch whose `type` matches."""
    candidates = _candidates(validator.schema_at, branches, instance)
    best: list[ValidationError] | None = None
    for branch in candidates:
        errors = list(validator.descend(instance, branch))
        if not errors:
            return
        if best is None or _depth(errors) > _depth(best):
            best = errors
    yield from best or [ValidationError("fits no documented form")]


def _depth(errors: Iterable[ValidationError]) -> int:
    return max((len(error.absolute_path) for error in errors), default=0)


def _candidates(resolve: Any, branches: list[Json], instance: object) -> list[Json]:
    if not isinstance(instance, dict) or "type" not in instance:
        return branches
    chosen = [b for b in branches if instance["type"] in (_kinds(resolve(b)) or ())]
    return chosen or branches


@dataclass
class Specification:
    """The loaded description with its validators, made once per operation and kept."""

    document: Json
    operations: list[Operation]
    _request_parts: Json = field(default_factory=dict)
    _cache: dict[tuple[str, str, str], tuple[Json, Validator]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Specification:
        """Read the file at `path`."""
        document = json.loads(path.read_text(encoding="utf-8"))
        # Discord writes the inner error codes as text although the file says integer.
        document["components"]["schemas"]["InnerErrors"] = {"type": "object"}
        operations = []
        for template, item in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)) + "$")
            for method, spec in item.items():
                if method == "parameters":
                    continue
                parameters = (*item.get("parameters", ()), *spec.get("parameters", ()))
                name = spec["operationId"]
                operations.append(
                    Operation(name, method.upper(), template, pattern, spec, parameters)
                )
        operations.sort(key=lambda operation: operation.template.count("{"))
        schemas = dict(document["components"]["schemas"])
        # discord.py sends some ids as numbers (`attachments[].id`, `message_reference`).
        schemas["SnowflakeType"] = {
            "anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]
        }
        return cls(document, operations, document["components"] | {"schemas": schemas})

    def operation(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request is, or None when nothing documents it."""
        for operation in self.operations:
            if operation.method == method and operation.pattern.match(path):
                return operation
        return None

    def check_request(
        self,
        operation: Operation,
        path: str,
        query: Mapping[str, str],
        body: object,
        file_names: Iterable[str],
        form: str,
    ) -> list[Finding]:
        """Return every breach of a request: path, query, body, part names and unknown keys."""
        found = self._check_parameters(operation, path, query)
        for name in file_names:
            if not re.fullmatch(r"files\[\d\]", name):
                found.append(Finding(operation.name, "request", f"part {name}", "undocumented"))
        content = operation.spec.get("requestBody", {}).get("content", {})
        if not content:
            if body is not None:
                found.append(Finding(operation.name, "request", "body", "none is documented"))
            return found
        if form not in content:
            found.append(Finding(operation.name, "request", "body", f"{form} is not documented"))
            return found
        if body is None:
            if operation.spec["requestBody"].get("required"):
                found.append(Finding(operation.name, "request", "body", "is required"))
            return found
        schema, validator = self._validator(operation, "request", content[form]["schema"], form)
        return found + self._check(operation, "request", schema, validator, body)

    def check_answer(self, operation: Operation, status: int, body: object) -> list[Finding]:
        """Return every breach of an answer below 500."""
        if status >= 500:
            return []
        responses = operation.spec["responses"]
        entry = responses.get(str(status)) or (responses.get("4XX") if status >= 400 else None)
        if entry is None:
            return [Finding(operation.name, "answer", f"status {status}", "undocumented")]
        if "$ref" in entry:
            entry = self.document["components"]["responses"][entry["$ref"].rpartition("/")[2]]
        content = entry.get("content", {}).get("application/json")
        if content is None:
            if body is None:
                return []
            return [Finding(operation.name, "answer", "body", "none is documented")]
        schema, validator = self._validator(operation, "answer", content["schema"], str(status))
        return self._check(operation, "answer", schema, validator, body)

    def _check_parameters(
        self, operation: Operation, path: str, query: Mapping[str, str]
    ) -> list[Finding]:
        found = []
        match = operation.pattern.match(path)
        names = re.findall(r"\{(\w+)\}", operation.template)
        given = dict(zip(names, match.groups() if match else (), strict=False))
        known = {p["name"]: p for p in operation.parameters}
        for name, value in given.items():
            found += self._check_parameter(operation, "path", known.get(name), name, value)
        for name, value in query.items():
            found += self._check_parameter(operation, "query", known.get(name), name, value)
        return found

    def _check_parameter(
        self, operation: Operation, place: str, known: Json | None, name: str, value: str
    ) -> list[Finding]:
        if known is None or known["in"] != place:
            if _is_known_extra(operation.name, f"{place}.{name}"):
                return []
            return [Finding(operation.name, "request", f"{place}.{name}", "undocumented")]
        schema = known["schema"]
        instance: object = value
        if schema.get("type") == "boolean":
            instance = {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
        elif schema.get("type") == "integer" and value.lstrip("-").isdigit():
            instance = int(value)
        _, validator = self._validator(operation, "request", schema, f"{place}.{name}")
        return [
            Finding(operation.name, "request", f"{place}.{name}", error.message[:200])
            for error in validator.iter_errors(instance)
        ]

    def _validator(
        self, operation: Operation, direction: str, schema: Json, key: str
    ) -> tuple[Json, Validator]:
        cached = self._cache.get((operation.name, direction, key))
        if cached is not None:
            return cached
        is_request = direction == "request"
        components = self._request_parts if is_request else self.document["components"]
        whole = schema | {"components": components}

        def schema_at(branch: Json) -> Json:
            return _resolve(components, branch)

        base: Any = validators.extend(
            Draft202012Validator,
            {"oneOf": _any_fits, "anyOf": _any_fits},
            type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _integer_or_digits)
            if is_request
            else None,
        )
        base.schema_at = staticmethod(schema_at)
        result = (whole, base(whole, format_checker=_formats()))
        self._cache[(operation.name, direction, key)] = result
        return result

    def _check(
        self, operation: Operation, direction: str, schema: Json, validator: Validator, body: object
    ) -> list[Finding]:
        found = [
            Finding(operation.name, direction, "body" + _place(error), error.message[:300])
            for error in validator.iter_errors(body)
        ]
        # A misspelt key is only visible by what no fitting form documents.
        return found + [
            Finding(operation.name, direction, place, "undocumented key")
            for place in _unknown_keys(schema["components"], validator, [schema], body, "body")
            if not _is_known_extra(operation.name, place)
        ]


def _is_known_extra(operation: str, place: str) -> bool:
    return any(pattern.match(f"{operation} {place}") for pattern in KNOWN_EXTRAS)


def _place(error: ValidationError) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)


def _resolve(components: Json, schema: Json) -> Json:
    while "$ref" in schema:
        _, section, name = schema["$ref"].rsplit("/", 2)
        schema = components[section][name]
    return schema


def _forms(components: Json, validator: Validator, schema: Json, instance: object) -> list[Json]:
    """Return the plain schemas that speak about `instance`: references and unions taken apart."""
    schema = _resolve(components, schema)
    forms = [schema]
    for part in schema.get("allOf", ()):
        forms += _forms(components, validator, part, instance)
    union = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if union:
        chosen = _candidates(lambda branch: _resolve(components, branch), union, instance)
        fitting = [b for b in chosen if validator.evolve(schema=b).is_valid(instance)]
        for branch in fitting or chosen:
            forms += _forms(components, validator, branch, instance)
    return forms


def _unknown_keys(
    components: Json, validator: Validator, schemas: list[Json], instance: object, place: str
) -> Iterator[str]:
    if not isinstance(instance, dict | list):
        return
    forms = [f for s in schemas for f in _forms(components, validator, s, instance)]
    if isinstance(instance, list):
        items = [f["items"] for f in forms if isinstance(f.get("items"), dict)]
        for element in instance:
            yield from _unknown_keys(components, validator, items, element, place + "[]")
        return
    if any(f.get("type") == "object" and "properties" not in f for f in forms):
        return
    for key, value in instance.items():
        known = [f["properties"][key] for f in forms if key in f.get("properties", {})]
        known += [
            f["additionalProperties"]
            for f in forms
            if isinstance(f.get("additionalProperties"), dict)
        ]
        if known:
            yield from _unknown_keys(components, validator, known, value, f"{place}.{key}")
        else:
            yield f"{place}.{key}"
