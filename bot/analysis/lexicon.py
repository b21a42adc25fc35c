"""Loads the lexicon files: the words from which every rule about missile launches is built.

A person can add a term without touching Python. Shared facts that hold in every language are in
`weapons.toml` (proper name -> class, owner), `actors.toml` (canonical name -> kind) and
`places.toml` (canonical name -> coordinates, country), `zones.toml` (country -> time zone); what
things are called in a language is in `<language>.toml`. English names in the shared files count as
names in every language.

How the files are written is told in `vocabulary.py`, beside the closed lists of actions, forms and
cues. Unknown sections, cues or forms are errors that name the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.analysis.matching import Matcher
from bot.analysis.skimming import Skimmer
from bot.analysis.terms import Entry, Tag, fold
from bot.analysis.vocabulary import ACTIONS, CUES, FORMS
from bot.domain.launch import WeaponClass

_KNOWN = {
    "language", "weapons", "weak_weapons", "names", "actors", "capitals", "places", "actions",
    "cues", "numbers", "amounts", "approx", "counters", "measures", "time", "attribution",
    "function_words",
}  # fmt: skip


_DESIGNATION = re.compile(
    r"^(?:[A-Z]{2}[A-Za-z]*-\d|ATACMS|HIMARS|AMRAAM|Hwasong)|(?i:missile)|ICBM|SLBM|-(?:[IVX]+|Prime)$"
)


_NUMBERED = re.compile(r"\d")


class LexiconError(ValueError):
    """A lexicon file is wrong; the sentence names file and place. A fault of the build."""


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of a weapon: its class and, where only one side has it, its owner."""

    weapon: WeaponClass
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. `kind`: sea, city, region, site, country, island, strait."""

    name: str
    kind: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language puts its sentences together (section [language])."""

    mode: str = "words"
    order: str = "verb-object"
    scope: str = "before"
    gap: int = 8
    attached: tuple[str, ...] = ()
    blanks: str = ""
    subject: str = ""
    lent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One compiled language: the matcher and the tables the rules look things up in."""

    language: str
    grammar: Grammar
    matcher: Matcher
    function_words: Mapping[str, frozenset[str]]
    skimmer: Skimmer


@cache
def weapon_names() -> Mapping[str, Name]:
    """Proper names of weapons by canonical name."""
    table = _table("weapons")
    owner = {name: actor for actor, names in table["owners"].items() for name in names}
    return {
        name: Name(WeaponClass(group["class"]), group.get("actor") or owner.get(name))
        for group in table["groups"]
        for name in group["names"]
    }


@cache
def places() -> Mapping[str, Place]:
    """The gazetteer by canonical name."""
    return {
        name: Place(name, kind, row.get("country"), row.get("lat"), row.get("lon"))
        for kind, rows in _table("places").items()
        for name, row in rows.items()
    }


@cache
def actor_kinds() -> Mapping[str, str]:
    """Kind (country, group, alliance) of every canonical actor."""
    return {
        name: kind
        for kind, names in _table("actors").items()
        if kind not in {"stands_for", "struck_by"}
        for name in names
    }


@cache
def stands_for() -> Mapping[str, str]:
    """Countries named for the group that fires missiles there ("a missile from Yemen")."""
    return dict(_table("actors")["stands_for"])


@cache
def struck_by() -> Mapping[str, str]:
    """Who strikes a land where nobody is named, in a war of two; "" where both do."""
    return dict(_table("actors")["struck_by"])


@cache
def zones() -> Mapping[str, str]:
    """IANA time zones in which the events of a country or group are told."""
    return dict(_table("zones")["countries"])


def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, sorted."""
    shared = {"weapons", "places", "actors"}
    stems = (item.name.removesuffix(".toml") for item in _folder().iterdir())
    return tuple(sorted(stem for stem in stems if len(stem) == 2 and stem not in shared))


@cache
def lexicon(language: str) -> Lexicon:
    """The compiled lexicon of a language; English where there is none.

    Raises:
        LexiconError: the file is wrong.
    """
    code = language.split("-")[0].lower()
    if code not in languages():
        code = "en"
    table = _table(code)
    unknown = set(table) - _KNOWN
    if unknown:
        raise LexiconError(f"{code}.toml: unknown section {sorted(unknown)[0]!r}.")
    head = dict(table.get("language", {}))
    head |= {key: tuple(head.get(key, ())) for key in ("attached", "lent")}
    grammar = Grammar(**head)
    entries = [*_shared_entries(), *_entries(code, table)]
    entries.extend(_lent(entries, grammar.lent))
    matcher = Matcher(
        entries,
        substring=grammar.mode == "substring",
        attached=grammar.attached,
        blanks=grammar.blanks,
    )
    listed = table.get("function_words", {}).items()
    function_words = {kind: frozenset(fold(word) for word in words) for kind, words in listed}
    return Lexicon(code, grammar, matcher, function_words, Skimmer(entries))


def _entries(code: str, table: Mapping[str, Any]) -> Iterator[Entry]:
    yield from _named(code, table, "weapons", "weapon", "strong")
    yield from _named(code, table, "weak_weapons", "weapon", "weak")
    weapons = (table.get(section, {}) for section in ("weapons", "weak_weapons"))
    words = [word.lower() for group in weapons for word in group.get("missile", ())]
    for name, forms in table.get("names", {}).items():
        known = weapon_names().get(name)
        if known is None:
            raise LexiconError(f"{code}.toml: name {name!r} is not in weapons.toml.")
        for form in forms:
            # "패트리엇 미사일", "Агни-5" are weapons anywhere; "Кинжал" alone may be a dagger
            clear = _NUMBERED.search(form) or any(word in form.lower() for word in words)
            yield Entry(form, Tag("weapon", known.weapon, "strong" if clear else "name", name))
    for section, form in (("actors", "name"), ("capitals", "capital")):
        for actor, forms in table.get(section, {}).items():
            if actor not in actor_kinds():
                raise LexiconError(f"{code}.toml: actor {actor!r} is not in actors.toml.")
            yield from (Entry(word, Tag("actor", actor, form)) for word in forms)
    for place, forms in table.get("places", {}).items():
        if place not in places():
            raise LexiconError(f"{code}.toml: place {place!r} is not in places.toml.")
        yield from (Entry(word, Tag("place", place, places()[place].kind)) for word in forms)
    yield from _action_entries(code, table)
    yield from _plain_entries(code, table)


def _lent(entries: Sequence[Entry], frames: Sequence[str]) -> Iterator[Entry]:
    """Whose make a weapon is, or whose friend a side: "US-made", "Iran-aligned" own nothing."""
    known = {entry.term.lower() for entry in entries}
    sides = {entry.term.removeprefix("=") for entry in entries if entry.tag.kind == "actor"}
    for side in sides:
        for frame in frames:
            if "_-" in frame and (side.endswith("*") or "'" in side):
                continue
            term = frame.replace("_", side)
            if term.lower() not in known:
                joined = "-" if "_-" in frame else ""
                yield Entry(f"{joined}{term}", Tag("cue", "filler"))


def _named(
    code: str, table: Mapping[str, Any], section: str, kind: str, form: str
) -> Iterator[Entry]:
    for value, forms in table.get(section, {}).items():
        try:
            weapon = WeaponClass(value)
        except ValueError:
            raise LexiconError(f"{code}.toml: {section}: no weapon class {value!r}.") from None
        yield from (Entry(word, Tag(kind, weapon, form)) for word in forms)


def _action_entries(code: str, table: Mapping[str, Any]) -> Iterator[Entry]:
    for action, forms in table.get("actions", {}).items():
        if action not in ACTIONS:
            raise LexiconError(f"{code}.toml: unknown action {action!r}.")
        for form, words in forms.items():
            if form not in FORMS:
                raise LexiconError(f"{code}.toml: actions.{action}: unknown form {form!r}.")
            yield from (Entry(word, Tag("action", action, form)) for word in words)


def _plain_entries(code: str, table: Mapping[str, Any]) -> Iterator[Entry]:
    for cue, words in table.get("cues", {}).items():
        if cue not in CUES:
            raise LexiconError(f"{code}.toml: unknown cue {cue!r}.")
        yield from (Entry(word, Tag("cue", cue)) for word in words)
    for section, kind in (("numbers", "number"), ("amounts", "amount"), ("approx", "approx")):
        for value, words in table.get(section, {}).items():
            yield from (Entry(word, Tag(kind, value)) for word in words)
    for section in ("counters", "time", "attribution", "measures"):
        for value, words in table.get(section, {}).items():
            yield from (Entry(word, Tag(section, value)) for word in words)


def _named_weapon(form: str, name: str) -> Iterator[Entry]:
    """A name and its plural ("Iskander-Ms", "Fath-360s")."""
    # "MX missile", "PAC-3" are weapons anywhere; "Lance" or "Scud" alone wants a military setting
    strength = "strong" if _DESIGNATION.search(form) else "name"
    tag = Tag("weapon", weapon_names()[name].weapon, strength, name)
    yield Entry(form, tag)
    if form[-1] != "s":
        yield Entry(f"{form}s", tag)


@cache
def _shared_entries() -> tuple[Entry, ...]:
    entries = [entry for name in weapon_names() for entry in _named_weapon(name, name)]
    for group in _table("weapons")["groups"]:
        for form, name in group.get("aliases", {}).items():
            entries.extend(_named_weapon(form, name))
    for kind, rows in _table("places").items():
        if kind == "country":  # countries are named as actors
            continue
        for name, row in rows.items():
            forms = [name, *row.get("aliases", ())]
            entries.extend(Entry(form, Tag("place", name, kind)) for form in forms)
    return tuple(entries)


def _folder() -> Any:
    return files("bot.analysis") / "lexicon"


def _table(stem: str) -> dict[str, Any]:
    text = (_folder() / f"{stem}.toml").read_text(encoding="utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{stem}.toml: {error}.") from error
