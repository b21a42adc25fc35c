"""Frozen dataclasses to JSON and back, by their type annotations.

Strict: a value of the wrong type, an unknown name or a naive time is refused, never guessed. A
field that is missing takes its default, so that records outlive the releases that wrote them; a
field may be added when it has a default, anything else needs a migration that rewrites the records.
Empty fields (None, (), "", False) are left out when that is their default.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.errors import StoreCorrupt

if typing.TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
D = TypeVar("D", bound="DataclassInstance")
Convert = Callable[[Any], Any]

_TAG = "$"  # names the class where an annotation allows several
_MICROSECOND = timedelta(microseconds=1)


class _Mismatch(Exception):
    """A JSON value does not fit its annotation; `path` grows outwards."""

    def __init__(self, wanted: str, found: object) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.found = found
        self.path: list[str] = []


@dataclass(frozen=True, slots=True)
class _Codec:
    """Both directions for one annotation."""

    encode: Convert
    decode: Convert


def dumps(kind: Any, value: Any) -> str:
    """The JSON text of a value of this annotated type.

    Raises:
        TypeError: the annotation, or the value, is of no kind that can be stored.
        ValueError: a naive time, or a number that is none.
    """
    return json_text(codec_of(kind).encode(value))


def loads(kind: Callable[..., T], text: str) -> T:
    """Read what `dumps` wrote, also by an older release.

    Raises:
        StoreCorrupt: the text does not fit; the sentence names where.
    """
    try:
        return typing.cast(T, codec_of(kind).decode(json.loads(text)))
    except _Mismatch as problem:
        place = getattr(kind, "__name__", str(kind)) + "".join(reversed(problem.path))
        raise StoreCorrupt(
            f"A stored record cannot be read: {place} should be {problem.wanted}, "
            f"found {problem.found!r:.80}. It was damaged, or written by another release."
        ) from problem
    except json.JSONDecodeError as problem:
        raise StoreCorrupt(f"A stored record is no JSON: {problem}.") from problem


def loads_numbered(kind: type[D], number: int, text: str) -> D:
    """Read a record whose `id` field is its row's number (unknown when it was written).

    Raises:
        StoreCorrupt: the text does not fit.
    """
    found: D = loads(kind, text)
    return replace(found, id=number)


def json_text(value: Any) -> str:
    """Compact JSON. Half characters (lone surrogates) are kept as escapes."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


@cache
def codec_of(kind: Any) -> _Codec:
    """The codec of an annotation, built once.

    Raises:
        TypeError: no rule for this annotation.
    """
    if isinstance(kind, NewType):
        return codec_of(kind.__supertype__)
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is dict and get_args(kind) == (str, Any):
        return _scalar(dict, "an object")
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if is_dataclass(origin or kind):
        return _record(kind)
    raise TypeError(f"no rule to store {kind!r}")


def _same(value: Any) -> Any:
    return value


def _scalar(kind: type, words: str, *, also: type | None = None) -> _Codec:
    """A JSON value as it is. Subclasses may be stored (a StrEnum is a str); bool is no number."""
    accepted = (kind,) if also is None else (kind, also)

    def encode(value: Any) -> Any:
        if type(value) in accepted:
            return value
        if not isinstance(value, accepted) or isinstance(value, bool):
            raise TypeError(f"{words} expected, not {value!r}")
        return value

    def decode(value: Any) -> Any:
        if type(value) not in accepted:
            raise _Mismatch(words, value)
        return value if also is None else kind(value)

    return _Codec(encode, decode)


def _iso(kind: Any, words: str, *, aware: bool = False) -> _Codec:
    def encode(value: Any) -> str:
        if type(value) is not kind:
            raise TypeError(f"{words} expected, not {value!r}")
        if aware and value.tzinfo is None:
            raise ValueError(f"a stored time must be aware, not {value!r}")
        text: str = value.isoformat()
        return text

    def decode(value: Any) -> Any:
        try:
            found: Any = kind.fromisoformat(value)
        except (TypeError, ValueError) as problem:
            raise _Mismatch(words, value) from problem
        if aware and found.tzinfo is None:
            raise _Mismatch(words, value)
        return found

    return _Codec(encode, decode)


def _timedelta() -> _Codec:
    def decode(value: Any) -> timedelta:
        if type(value) is not int:
            raise _Mismatch("whole microseconds", value)
        return value * _MICROSECOND

    return _Codec(lambda value: value // _MICROSECOND, decode)


def _enum(kind: type[Enum]) -> _Codec:
    members = {member.value: member for member in kind}

    def decode(value: Any) -> Enum:
        try:
            found = members[value]
        except (KeyError, TypeError) as problem:
            raise _Mismatch(f"one of {sorted(map(str, members))}", value) from problem
        if type(value) is not type(found.value):  # true is no 1
            raise _Mismatch(f"one of {sorted(map(str, members))}", value)
        return found

    def encode(value: Any) -> Any:
        return kind(value).value

    return _Codec(encode, decode)


def _tuple(arguments: tuple[Any, ...]) -> _Codec:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return _sequence(codec_of(arguments[0]))
    parts = tuple(codec_of(argument) for argument in arguments)

    def encode(value: Any) -> list[Any]:
        return [part.encode(item) for part, item in zip(parts, value, strict=True)]

    def decode(value: Any) -> tuple[Any, ...]:
        if type(value) is not list or len(value) != len(parts):
            raise _Mismatch(f"a list of {len(parts)}", value)
        return tuple(
            _inside(f"[{at}]", part.decode, item)
            for at, (part, item) in enumerate(zip(parts, value, strict=True))
        )

    return _Codec(encode, decode)


def _sequence(part: _Codec) -> _Codec:
    def encode(value: Any) -> list[Any]:
        if type(value) is not tuple:
            raise TypeError(f"a tuple expected, not {value!r}")
        return [part.encode(item) for item in value]

    def decode(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _Mismatch("a list", value)
        return tuple(_inside(f"[{at}]", part.decode, item) for at, item in enumerate(value))

    return _Codec(encode, decode)


def _union(arguments: tuple[Any, ...]) -> _Codec:
    """None or something, or several dataclasses told apart by their names."""
    choices = [argument for argument in arguments if argument is not type(None)]
    optional = len(choices) < len(arguments)
    chosen = codec_of(choices[0]) if len(choices) == 1 else _tagged(tuple(choices))
    if not optional:
        return chosen
    inner_encode, inner_decode = chosen.encode, chosen.decode

    def encode(value: Any) -> Any:
        return None if value is None else inner_encode(value)

    def decode(value: Any) -> Any:
        return None if value is None else inner_decode(value)

    return _Codec(encode, decode)


def _tagged(choices: tuple[Any, ...]) -> _Codec:
    if not all(is_dataclass(get_origin(choice) or choice) for choice in choices):
        raise TypeError(f"only dataclasses can be told apart in a union, not {choices!r}")
    codecs = {choice.__name__: codec_of(choice) for choice in choices}
    if len(codecs) < len(choices):
        raise TypeError(f"two classes of one name in a union: {choices!r}")

    def encode(value: Any) -> dict[str, Any]:
        name = type(value).__name__
        if name not in codecs:
            raise TypeError(f"{value!r} is none of {sorted(codecs)}")
        return {_TAG: name, **codecs[name].encode(value)}

    def decode(value: Any) -> Any:
        if type(value) is not dict or value.get(_TAG) not in codecs:
            raise _Mismatch(f"one of {sorted(codecs)}", value)
        rest = {name: item for name, item in value.items() if name != _TAG}
        return codecs[value[_TAG]].decode(rest)

    return _Codec(encode, decode)


_EMPTY: tuple[Any, ...] = (None, (), "", False)
_ALWAYS = object()  # stands for "no empty default": written whatever it holds


def _record(kind: Any) -> _Codec:
    """A dataclass, or a generic one with its type arguments."""
    cls = get_origin(kind) or kind
    bound = dict(zip(getattr(cls, "__parameters__", ()), get_args(kind), strict=False))
    hints = get_type_hints(cls)
    entries: list[tuple[str, Convert, Convert, Any]] = []
    decoders: dict[str, Convert] = {}
    required: set[str] = set()
    for item in fields(cls):
        codec = codec_of(_bind(hints[item.name], bound))
        default = item.default if any(item.default is empty for empty in _EMPTY) else _ALWAYS
        entries.append((item.name, attrgetter(item.name), codec.encode, default))
        decoders[item.name] = codec.decode
        if item.default is MISSING and item.default_factory is MISSING:
            required.add(item.name)
    wanted = f"a {cls.__name__}"

    def encode(value: Any) -> dict[str, Any]:
        if type(value) is not cls:
            raise TypeError(f"{wanted} expected, not {value!r}")
        found: dict[str, Any] = {}
        for name, get, convert, default in entries:
            inner = get(value)
            if inner is not default:  # each exists once; a copy would only be written out
                found[name] = convert(inner)
        return found

    def decode(value: Any) -> Any:
        if type(value) is not dict:
            raise _Mismatch(wanted, value)
        found: dict[str, Any] = {}
        for name, inner in value.items():
            decoder = decoders.get(name)
            if decoder is None:
                raise _Mismatch(f"{wanted} of this release, without {name!r}", value)
            found[name] = _inside(f".{name}", decoder, inner)
        missing = required - found.keys()
        if missing:
            raise _Mismatch(f"{wanted} with {sorted(missing)}", value)
        return cls(**found)

    return _Codec(encode, decode)


def _inside(step: str, decode: Convert, value: Any) -> Any:
    try:
        return decode(value)
    except _Mismatch as problem:
        problem.path.append(step)
        raise


def _bind(hint: Any, bound: dict[Any, Any]) -> Any:
    """Put type arguments into an annotation: `Fact[T]` with T = int."""
    if isinstance(hint, TypeVar):
        return bound[hint]
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(bound[item] for item in parameters)] if parameters else hint


_SCALARS: dict[Any, _Codec] = {
    str: _scalar(str, "a text"),
    int: _scalar(int, "a whole number"),
    bool: _scalar(bool, "true or false"),
    float: _scalar(float, "a number", also=int),
    datetime: _iso(datetime, "an ISO time with its offset", aware=True),
    date: _iso(date, "an ISO date"),
    time: _iso(time, "an ISO time of day"),
    timedelta: _timedelta(),
    Any: _Codec(_same, _same),
}
