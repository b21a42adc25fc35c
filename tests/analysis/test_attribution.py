"""Who says so: full speakers, each once, never an outlet that was only told."""

from __future__ import annotations

import pytest

from bot.analysis.launches import judge
from bot.domain.launch import Attribution, SourceClass


def _who(*paragraphs: str, title: str = "North Korea fires two missiles") -> list[Attribution]:
    return list(judge(title, paragraphs, language="en").attribution)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (
            "The missiles flew 400 km, South Korea's Joint Chiefs of Staff said on Monday.",
            "South Korea's Joint Chiefs of Staff",
        ),
        (
            "Two missiles fell into the sea, the South Korean Chiefs of Staff's office said.",
            "the South Korean Chiefs of Staff's office",
        ),
        (
            "A spokesman for the American Indo-Pacific Command confirmed the missile launches.",
            "a spokesman for the American Indo-Pacific Command",
        ),
        (
            "The governor of Kharkiv region, Ivan Melnyk, said missiles hit a school.",
            "the governor of Kharkiv region, Ivan Melnyk",
        ),
        (
            "Olha Petrenko, Ukraine's prime minister, said missiles hit a plant.",
            "Olha Petrenko, Ukraine's prime minister",
        ),
        (
            '"We saw two missiles," said Colonel Park Ji-hoon, the army spokesman.',
            "Colonel Park Ji-hoon",
        ),
        (
            "A senior US defence official, who asked not to be named, said missiles were fired.",
            "a senior US defence official",
        ),
        ("Iranian state television reported that missiles were fired.", "Iranian state television"),
    ],
)
def test_speaker_is_quoted_whole(text: str, who: str) -> None:
    assert who in [item.who for item in _who(text)]


def test_fuller_name_takes_the_place_of_the_first_mention() -> None:
    found = _who(
        "Missiles were fired, a US official and the Japanese prime minister said.",
        "A U.S. official said the missiles were short-range.",
        "Japanese Prime Minister Kenji Mori said the missiles fell into the sea.",
    )
    assert [item.who for item in found] == [
        "a US official",
        "Japanese Prime Minister Kenji Mori",
    ]
    assert found[1].named
    assert found[1].actor == "Japan"


def test_two_officials_of_one_country_stay_two() -> None:
    found = _who("A US official said it was a missile.", "A second US official said it flew far.")
    assert len(found) == 2


def test_acronym_is_the_office_it_stands_for() -> None:
    found = _who(
        "Missiles were fired, South Korea's Joint Chiefs of Staff (JCS) said.",
        "The missiles flew low, the JCS said.",
    )
    assert [item.who for item in found] == ["South Korea's Joint Chiefs of Staff"]


def test_outlet_that_was_told_is_not_a_speaker() -> None:
    found = _who("Israeli officials told Reuters they had tracked one missile.")
    assert [item.who for item in found] == ["Israeli officials"]


def test_subject_of_what_is_said_is_not_the_speaker() -> None:
    assert "Kim Jong Un" not in [i.who for i in _who("KCNA said Kim Jong Un oversaw the launch.")]


def test_government_speaks_by_its_name_or_seat() -> None:
    found = _who("", title="North Korea fires missile, Seoul says")
    assert [(item.who, item.actor, item.named) for item in found] == [
        ("Seoul", "South Korea", False)
    ]


def test_headline_that_ends_in_its_source_names_it() -> None:
    found = _who("", title="North Korea fires missile toward East Sea: JCS")
    assert [item.who for item in found] == ["JCS"]


def test_nobody_in_particular_is_kept_only_where_nobody_else_speaks() -> None:
    assert [i.who for i in _who("Two missiles hit the city, officials said.")] == ["officials"]
    both = _who("Missiles hit the city, officials said.", "Ukraine's army said missiles fell.")
    assert [item.who for item in both] == ["Ukraine's army"]


def test_office_speaks_under_its_name_and_an_anonymous_official_does_not() -> None:
    named = {item.who: item.named for item in _who("Missiles flew, Japan's Defense Ministry said.")}
    assert named == {"Japan's Defense Ministry": True}
    unnamed = {item.who: item.named for item in _who("Missiles flew, Pentagon officials said.")}
    assert unnamed == {"Pentagon officials": False}


def test_ranks_are_told_apart() -> None:
    found = _who(
        "KCNA said missiles were fired.",
        "Missiles were fired, Yonhap reported.",
        "Analysts said the missile was new.",
    )
    assert [item.source_class for item in found] == [
        SourceClass.STATE_MEDIA,
        SourceClass.WIRE,
        SourceClass.ANALYST,
    ]


def test_what_is_said_of_other_matters_names_no_source_of_the_launch() -> None:
    found = _who(
        "Missiles were fired, a US official said.",
        "It was early.",
        "It was cold.",
        "The president's adviser will meet Japanese counterparts, French officials said.",
    )
    assert [item.who for item in found] == ["a US official"]
