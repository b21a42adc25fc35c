"""Why something happened, as a catalogue key with parameters: said in the reader's own language.

Pure rules return a `Reason`; `bot.locale.word` words it. It can be stored as text (`encode`), so
that `/why` can still say it months later, in any language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from bot.domain.launch import Verdict, WeaponClass
from bot.domain.story import StoryStatus
from bot.domain.subscription import Topic

# Closed sets whose members have a word of their own in the catalogue, by their key.
WORD_FAMILIES: dict[type[Enum], str] = {
    StoryStatus: "status.{}",
    WeaponClass: "weapon.{}.many",
    Topic: "topic.{}",
    Verdict: "verdict.{}",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the catalogue that is not worded yet.

    Parameters are text, numbers, dates, times, spans, nested reasons, and tuples of these.
    """

    key: str
    params: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, key: str, **params: Any) -> Reason:
        """Build a reason; members of closed sets become references to their words."""
        return cls(key, tuple((name, worded(value)) for name, value in params.items()))

    def as_dict(self) -> dict[str, Any]:
        """The parameters by name."""
        return dict(self.params)

    def encode(self) -> str:
        """One line of JSON that `decode` reads back unchanged."""
        return json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, text: str) -> Reason | None:
        """Read what `encode` wrote; None for any other text."""
        try:
            value = _rich(json.loads(text))
        except (ValueError, TypeError, KeyError):
            return None
        return value if isinstance(value, Reason) else None


def worded(value: Any) -> Any:
    """A parameter as a reason keeps it: enum members become references, lists become tuples."""
    if isinstance(value, Enum):
        family = WORD_FAMILIES.get(type(value))
        return Reason(family.format(value.name.lower())) if family else str(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        ordered = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return tuple(worded(item) for item in ordered)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Reason):
        return {"key": value.key, "params": {name: _plain(item) for name, item in value.params}}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rich(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    if "key" in value:
        params = tuple((str(name), _rich(item)) for name, item in value["params"].items())
        return Reason(str(value["key"]), params)
    if "instant" in value:
        return datetime.fromisoformat(value["instant"])
    if "date" in value:
        return date.fromisoformat(value["date"])
    if "time" in value:
        return time.fromisoformat(value["time"])
    return timedelta(seconds=value["seconds"])
