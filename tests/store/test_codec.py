from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Any, Generic, NewType, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.article import Article
from bot.domain.digest import DigestSchedule
from bot.domain.feed import Feed, PollState
from bot.domain.launch import Fact, LaunchReport, WeaponClass
from bot.domain.message import Button, Link, Paragraph, RoleMention, Section, Text, Time
from bot.domain.story import Story, StoryReport
from bot.domain.subscription import Silence, Subscription
from bot.errors import StoreCorrupt
from bot.store import codec
from tests.store import samples

T = TypeVar("T")
Number = NewType("Number", int)


class Colour(StrEnum):
    RED = "red"


class Rank(IntEnum):
    LOW = 1


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    rank: Rank = Rank.LOW


@dataclass(frozen=True, slots=True)
class Box(Generic[T]):
    inside: T
    more: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    number: Number
    share: float
    when: datetime
    day: date
    at: time
    span: timedelta
    leaf: Leaf
    either: Leaf | Box[int]
    pair: tuple[int, str]
    colours: tuple[Colour, ...]
    box: Box[Leaf]
    payload: dict[str, Any]
    maybe: Box[Colour] | None = None
    word: str | None = None
    flag: bool = False
    days: tuple[tuple[date, int], ...] = ()


zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=zones) | st.datetimes(timezones=st.just(UTC))
leaves = st.builds(Leaf, st.text(), st.sampled_from(Rank))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
everything = st.builds(
    Everything,
    number=st.integers().map(Number),
    share=st.floats(allow_nan=False, allow_infinity=False),
    when=instants,
    day=st.dates(),
    at=st.times(),
    span=st.timedeltas(),
    leaf=leaves,
    either=leaves | st.builds(Box, st.integers(), st.lists(st.integers()).map(tuple)),
    pair=st.tuples(st.integers(), st.text()),
    colours=st.lists(st.sampled_from(Colour)).map(tuple),
    box=st.builds(Box, leaves, st.lists(leaves, max_size=2).map(tuple)),
    payload=st.dictionaries(st.text(), json_values, max_size=3),
    maybe=st.none() | st.builds(Box, st.sampled_from(Colour)),
    word=st.none() | st.text(st.characters(codec=None)),
    flag=st.booleans(),
    days=st.lists(st.tuples(st.dates(), st.integers()), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(everything)
def test_whatever_is_written_is_read_back(value: Everything) -> None:
    found = codec.loads(Everything, codec.dumps(Everything, value))
    assert found == value
    assert found.when.utcoffset() == value.when.utcoffset()


DOMAIN_TYPES = [
    (Article, samples.article()),
    (Story, samples.story(reports=3)),
    (StoryReport, samples.story_report()),
    (Feed, samples.feed()),
    (PollState, PollState(publish_gap=timedelta(seconds=1.5))),
    (Subscription, samples.subscription()),
    (Silence, samples.silence()),
    (DigestSchedule, samples.schedule()),
    (LaunchReport, samples.report()),
]


@pytest.mark.parametrize(("kind", "value"), DOMAIN_TYPES)
def test_every_stored_type_is_read_back(kind: type, value: object) -> None:
    assert codec.loads(kind, codec.dumps(kind, value)) == value


def test_spans_and_blocks_of_a_message_are_told_apart() -> None:
    line = (Text("a", strong=True), Link("b", "https://b.example"), RoleMention(5))
    blocks = (Paragraph((*line, Time(samples.NOW))), Section((line,), Button("x", action="y")))
    for block in blocks:
        text = codec.dumps(Paragraph | Section, block)
        assert codec.loads(Paragraph | Section, text) == block  # type: ignore[arg-type]  # a union, not a class


def test_a_record_of_an_older_release_takes_the_defaults_of_added_fields() -> None:
    assert codec.loads(Leaf, '{"name":"old"}') == Leaf("old", Rank.LOW)


def test_empty_fields_are_left_out_only_when_that_is_their_default() -> None:
    written = json.loads(codec.dumps(Feed, samples.feed()))
    assert set(written) == {"id", "url", "name", "declared_in"}
    explicit = codec.dumps(StoryReport, replace(samples.story_report(), url=""))
    assert json.loads(explicit)["url"] == ""


def test_an_empty_text_is_not_taken_for_nothing() -> None:
    feed = samples.feed(publisher="")
    assert codec.loads(Feed, codec.dumps(Feed, feed)).publisher == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "Leaf should be a Leaf"),
        ("{}", r"a Leaf with \['name'\]"),
        ('{"name":1}', r"Leaf\.name should be a text, found 1"),
        ('{"name":"a","rank":9}', r"Leaf\.rank should be one of"),
        ('{"name":"a","rank":true}', r"Leaf\.rank should be one of"),
        ('{"name":"a","rang":1}', "of this release, without 'rang'"),
    ],
)
def test_a_damaged_record_is_named(text: str, words: str) -> None:
    with pytest.raises(StoreCorrupt, match=words):
        codec.loads(Leaf, text)


def test_the_place_of_the_damage_is_named() -> None:
    text = codec.dumps(Story, samples.story(reports=2))
    damaged = json.loads(text)
    damaged["reports"][1]["report"]["events"][0]["count"]["value"]["min"] = "two"
    with pytest.raises(StoreCorrupt, match=r"Story\.reports\[1\]\.report\.events\[0\]\.count\.val"):
        codec.loads(Story, json.dumps(damaged))


@pytest.mark.parametrize("text", ['"2021-03-25"', '"2021-03-25T07:15:00"', "5", '"yesterday"'])
def test_a_time_without_its_offset_is_refused(text: str) -> None:
    with pytest.raises(StoreCorrupt, match="with its offset"):
        codec.loads(datetime, text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Feed, samples.feed(publisher=5)),
        (Feed, samples.feed(paused="yes")),
        (PollState, PollState(failures="3")),  # type: ignore[arg-type]  # the point
        (PollState, PollState(last_poll=datetime(2021, 3, 25))),  # noqa: DTZ001 - the point
        (PollState, PollState(last_poll=date(2021, 3, 25))),  # type: ignore[arg-type]  # the point
        (Story, samples.story(reports=1, history=[])),
        (Leaf, samples.feed()),
        (float, float("nan")),
        (int, True),
    ],
)
def test_a_value_of_the_wrong_type_is_never_written(kind: type, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        codec.dumps(kind, value)


@pytest.mark.parametrize("kind", [list[int], set[str], int | str, complex, Box[int] | Box[str]])
def test_an_annotation_without_a_rule_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError):
        codec.dumps(kind, None)


def test_generic_facts_keep_the_type_of_their_value() -> None:
    fact = Fact(WeaponClass.CRUISE, "a cruise missile")
    text = codec.dumps(Fact[WeaponClass], fact)
    assert codec.loads(Fact[WeaponClass], text).value is WeaponClass.CRUISE
    with pytest.raises(StoreCorrupt):
        codec.loads(Fact[int], text)
