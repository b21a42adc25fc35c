"""Runs the case files of tests/cases/credits: reprints count for the agency they come from."""

import unicodedata
from pathlib import Path

import pytest

from bot.analysis.publishers import outlet_table
from bot.domain.agency_credit import LEAD_CHARACTERS, TAIL_CHARACTERS, bracketed
from bot.domain.article import Origin, SourceKind
from bot.domain.publisher import resolve_publisher

FOLDER = Path(__file__).parents[1] / "cases" / "credits"
PAPER = Origin(SourceKind.FEED, "1", "Valley Courier", publisher="Valley Courier")


def cases() -> list[tuple[str, str]]:
    """(agency, text) of every line."""
    lines = [
        line
        for path in sorted(FOLDER.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return [(agency.strip(), text.strip()) for agency, text in (one.split("|", 1) for one in lines)]


@pytest.mark.parametrize(("agency", "text"), cases())
def test_copy_counts_for_its_agency(agency: str, text: str) -> None:
    table = outlet_table()
    outlet = table.named(agency)
    wanted = outlet.family if outlet is not None else agency
    found = resolve_publisher(PAPER, table, title="Headline", paragraphs=(text,))
    assert (found.name, found.family) == ("Valley Courier", wanted)


def test_an_agency_named_far_below_the_lead_is_one_source_among_others() -> None:
    before, after = " 군 당국이 분석하고 있다." * 40, " 끝이다." * 80
    text = f"합동참모본부가 발표했다.{before} 연합뉴스에 따르면 두 발이다.{after}"
    found = resolve_publisher(PAPER, outlet_table(), title="발사", paragraphs=(text,))
    assert found.family == "Valley Courier"


def test_every_agency_of_a_state_is_named_as_one() -> None:
    agencies = outlet_table().agencies
    assert {"KCNA", "TASS", "Xinhua", "IRNA"} <= set(agencies)
    assert "CCTV" not in agencies


@pytest.mark.parametrize(
    "filling",
    [
        "plain words ",
        "ﬃ",
        "e\u0301",
        "ｶﾞ",
        "\u1112\u1161\u11ab",
        "\ufdfa",
        "e" + "\u0301" * 900,
        "각",
        "漢字の文。",
        "\u30cf\u3099",
        "عن ",
    ],
)
@pytest.mark.parametrize("length", [0, 1, 299, 350, 351, 640, 2000])
def test_names_between_brackets_are_those_of_the_whole_text_in_one_spelling(
    filling: str, length: int
) -> None:
    text = (
        "SEOUL （ＡＰ） "
        + filling * length
        + "(Ｒｅｕｔｅｒｓ/서울=연합뉴스)"
        + filling * (length % 7)
    )
    plain = unicodedata.normalize("NFKC", text)
    ends = plain[:LEAD_CHARACTERS], plain[-TAIL_CHARACTERS:]
    assert list(bracketed(text)) == [name for end in ends for name in bracketed_in(end)]


def bracketed_in(end: str) -> list[str]:
    """Of a text no longer than its end: read once, as its beginning."""
    return list(bracketed(f"{end:·<{LEAD_CHARACTERS}}" + "·" * TAIL_CHARACTERS))
