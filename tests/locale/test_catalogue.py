"""The three languages say the same things, and the code asks for nothing else."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

import pytest

from bot.domain.digest import Every
from bot.domain.feed import DeclaredIn, FeedHealth
from bot.domain.launch import EventKind, SourceClass, Verdict, WeaponClass
from bot.domain.permission import Quota, Right
from bot.domain.story import ChangeKind, StoryStatus
from bot.domain.subscription import Topic
from bot.locale import LOCALES, keys, say_again
from bot.locale.strings import HOLE, Pattern
from bot.ports import Stage

ROOT = Path(__file__).parents[2]
ENGLISH = keys("en")
OTHERS = [locale for locale in LOCALES if locale != "en"]
# Foreseen sentences that no code says yet; the list may only shrink.
NOT_SAID_YET = frozenset((Path(__file__).parent / "not_said_yet.txt").read_text().split())


def forms(pattern: Pattern) -> list[str]:
    return [pattern] if isinstance(pattern, str) else list(pattern.values())


def names(text: str) -> set[str]:
    return {hole["name"] for hole in HOLE.finditer(text) if hole["name"]}


@pytest.mark.parametrize("locale", OTHERS)
def test_no_sentence_is_missing_and_none_is_left_over(locale: str) -> None:
    assert set(keys(locale)) == set(ENGLISH)


@pytest.mark.parametrize("locale", OTHERS)
def test_every_language_has_the_same_parameters(locale: str) -> None:
    for key, pattern in keys(locale).items():
        english = set().union(*(names(form) for form in forms(ENGLISH[key])))
        for form in forms(pattern):
            assert names(form) == english, key


@pytest.mark.parametrize("locale", LOCALES)
def test_every_brace_is_a_parameter_or_a_particle(locale: str) -> None:
    for key, pattern in keys(locale).items():
        for form in forms(pattern):
            assert not set("{}") & set(HOLE.sub("", form)), key
            assert form, key


@pytest.mark.parametrize("locale", LOCALES)
def test_spaces_at_the_ends_are_left_to_the_code(locale: str) -> None:
    for key, pattern in keys(locale).items():
        if key != "list.comma":
            assert all(form == form.strip() for form in forms(pattern)), key


def test_plural_forms_depend_on_a_count() -> None:
    for key, pattern in ENGLISH.items():
        if isinstance(pattern, Mapping):
            assert set(pattern) == {"one", "other"}, key
            # A headline's number is that of who fired, whom it names.
            assert names(pattern["other"]) & {"count", "actor"}, key


@pytest.mark.parametrize("locale", OTHERS)
def test_translations_are_not_copies_of_the_english(locale: str) -> None:
    same = {
        key
        for key, pattern in keys(locale).items()
        if pattern == ENGLISH[key] and re.search("[A-Za-z]{3}", HOLE.sub("", str(pattern)))
    }
    assert same <= {"actor.nato"}


@pytest.mark.parametrize(
    ("start", "most"),
    [
        ("command.", 100),  # descriptions: 1-100 characters
        ("choice.", 100),
        ("menu.", 32),
        ("button.", 72),  # labels have 80; numbers are filled in
        ("select.", 150),
        ("status.", 100),
        ("forum.tag.", 20),
    ],
)
def test_what_discord_limits_fits_in_every_language(start: str, most: int) -> None:
    for locale in LOCALES:
        for key, pattern in keys(locale).items():
            if key.startswith(start):
                assert all(len(form) <= most for form in forms(pattern)), (locale, key)


# Changes that are never told with what was before.
ONE_SIDED = {
    ChangeKind.MERGED,
    ChangeKind.SPLIT,
    ChangeKind.WITHDRAWN,
    ChangeKind.CORRECTED,
    ChangeKind.MARKED,
}


def words_needed() -> Iterator[str]:
    families: list[tuple[type[Enum], str]] = [
        (StoryStatus, "status.{}"),
        (StoryStatus, "status.meaning.{}"),
        (StoryStatus, "alert.push_{}"),
        (WeaponClass, "weapon.{}.one"),
        (WeaponClass, "weapon.{}.many"),
        (Topic, "topic.{}"),
        (Topic, "topic.meaning.{}"),
        (Verdict, "verdict.{}"),
        (EventKind, "event.{}"),
        (SourceClass, "source_class.{}"),
        (ChangeKind, "change.{}"),
    ]
    for kind, pattern in families:
        yield from (pattern.format(member.name.lower()) for member in kind)
    for change in set(ChangeKind) - ONE_SIDED:
        yield f"change.{change.name.lower()}.from_to"
    by_value: list[tuple[type[Enum], str]] = [
        (Stage, "stage.{}"),
        (FeedHealth, "feed.health.{}"),
        (Right, "right.{}"),
        (Quota, "quota.{}"),
        (Every, "digest.title.{}"),
        (Every, "every.{}"),
        (Every, "choice.every.{}"),
        (DeclaredIn, "origin.{}"),
    ]
    for kind, pattern in by_value:
        yield from (pattern.format(member.value) for member in kind)
    for event in ("fires", "strikes", "intercepts", "space"):
        for known in ("bare", "actor", "target", "actor_target", "site", "actor_site"):
            yield f"headline.{event}.{known}"


def test_every_member_of_a_closed_set_has_its_words() -> None:
    assert not set(words_needed()) - set(ENGLISH)


def test_named_countries_and_places_are_those_of_the_lexicon() -> None:
    lexicon = ROOT / "bot" / "analysis" / "lexicon"
    actors = tomllib.loads((lexicon / "actors.toml").read_text(encoding="utf-8"))
    places = tomllib.loads((lexicon / "places.toml").read_text(encoding="utf-8"))
    known = {
        "actor": [name for group in actors.values() for name in group],
        "place": [name for group in places.values() for name in group],
    }
    for family, canonical in known.items():
        slugs = {re.sub("[^a-z0-9]+", "_", name.lower()).strip("_") for name in canonical}
        ours = {key.split(".")[1] for key in ENGLISH if key.startswith(f"{family}.")}
        assert not ours - slugs


def sources() -> Iterator[ast.Module]:
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def as_regex(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_.-]+"
        for part in node.values
    )


def sayings(tree: ast.Module) -> Iterator[tuple[str | ast.JoinedStr, ast.Call]]:
    """Every call that needs a sentence, with its key where the code spells it out."""
    positions = {"say": 0, "plain": 0, "problem": 1, "Reason.of": 0}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            position = positions.get(ast.unparse(node.func))
            if position is None or len(node.args) <= position:
                continue
            key = node.args[position]
            if isinstance(key, ast.JoinedStr):
                yield key, node
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, node


def test_the_code_asks_for_no_sentence_that_does_not_exist() -> None:
    missing = []
    for tree in sources():
        for key, _ in sayings(tree):
            if isinstance(key, ast.JoinedStr):
                pattern = as_regex(key)
                if not any(re.fullmatch(pattern, known) for known in ENGLISH):
                    missing.append(ast.unparse(key))
            elif re.fullmatch(r"[a-z_]+(\.[a-z0-9_-]+)*", key) and key not in ENGLISH:
                missing.append(key)
    assert not missing


def test_every_sentence_the_code_says_gets_its_parameters() -> None:
    lacking = []
    for tree in sources():
        for key, call in sayings(tree):
            given = {keyword.arg for keyword in call.keywords}
            if isinstance(key, ast.JoinedStr) or key not in ENGLISH or None in given:
                continue
            wanted = set().union(*(names(form) for form in forms(ENGLISH[key])))
            if wanted - given:
                lacking.append((key, sorted(wanted - given)))
    assert not lacking


def said() -> set[str]:
    """Keys that occur in the code, spelled out or built from parts."""
    found: set[str] = set()
    patterns: set[str] = set()
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                pattern = as_regex(node)
                if re.match(r"[a-z_]+(\\\.|_)", pattern):
                    patterns.add(pattern)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"[a-z_]+\.[a-z0-9_.{}-]*\{\}[a-z0-9_.{}-]*", node.value):
                    patterns.add(re.escape(node.value).replace(r"\{\}", "[a-z0-9_.-]+"))
                elif node.value in ENGLISH:
                    found.add(node.value)
    # Countries and places are looked up by the names an article gives (`bot.locale.words`).
    patterns |= {"actor[.].+", "place[.].+"}
    return found | {key for key in ENGLISH if any(re.fullmatch(p, key) for p in patterns)}


def test_no_sentence_is_kept_that_nobody_says() -> None:
    unused = set(ENGLISH) - said()
    assert sorted(unused - NOT_SAID_YET) == []
    assert sorted(NOT_SAID_YET - unused) == [], "these are said now: take them out of the list"


def test_every_reason_of_a_status_is_said_in_every_language() -> None:
    """The domain words them in English itself; a new one without its translation is found here."""
    tree = ast.parse((ROOT / "bot" / "domain" / "story_status.py").read_text(encoding="utf-8"))
    statuses = tuple(status.value.title() for status in StoryStatus)
    told = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values
            )
            if text.startswith(statuses):
                told.add(text)
    assert len(told) >= 10
    whole = {text for text in told if not text.endswith((", 7", "on 7", "ed7"))}
    for locale in OTHERS:
        assert [text for text in sorted(whole) if say_again(text, locale) == text] == []
