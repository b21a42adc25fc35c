"""Sentences are cut where a reader would cut them, and quoted verbatim."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.sentences import split_sentences

CASES = Path(__file__).parents[1] / "cases" / "sentences"
LANGUAGES = ("en", "ko", "ja", "zh", "ru", "uk", "he", "ar", "fa", "es", "fr", "de")


def _cases() -> Iterator[tuple[str, str, list[str]]]:
    for file in sorted(CASES.glob("*.txt")):
        paragraph, expected = "", list[str]()
        for line in [*file.read_text("utf-8").splitlines(), "> "]:
            if line.startswith("> "):
                if paragraph:
                    yield file.stem, paragraph, expected
                paragraph, expected = line[2:], []
            elif line.startswith("- "):
                expected.append(line[2:])


ALL = list(_cases())


def test_every_language_has_cases() -> None:
    assert {language for language, _, _ in ALL} == set(LANGUAGES)


@pytest.mark.parametrize(("language", "paragraph", "expected"), ALL)
def test_paragraph_is_cut_as_its_case_says(
    language: str, paragraph: str, expected: list[str]
) -> None:
    assert split_sentences(paragraph, language) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.sampled_from('aAbB .!?"“”「」。，（）\n1U.S.がМы؟'), max_size=120),
    st.sampled_from(LANGUAGES),
)
def test_sentences_occur_verbatim_and_in_order(paragraph: str, language: str) -> None:
    start = 0
    for sentence in split_sentences(paragraph, language):
        start = paragraph.index(sentence, start) + len(sentence)
    joined = "".join("".join(split_sentences(paragraph, language)).split())
    assert joined == "".join(paragraph.split())


@pytest.mark.parametrize(
    "text", ["「あ。" * 30_000, '"A b. ' * 20_000, "(a. " * 30_000, "x" * 100_000]
)
def test_quotes_that_never_close_cost_little_time(text: str) -> None:
    start = time.process_time()
    split_sentences(text, "ja")
    split_sentences(text, "en")
    assert time.process_time() - start < 5


def test_unknown_language_is_read_by_the_english_rules() -> None:
    assert split_sentences("Mr. X fell. It hurt.", "xx") == ["Mr. X fell.", "It hurt."]


def test_empty_paragraph_has_no_sentences() -> None:
    assert split_sentences("  ", "en") == []
