"""Runs the case files of tests/cases/summaries: what must stand in a summary, and what must not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.analysis.summary import summarize
from bot.analysis.text import clean_text
from bot.domain.article import Markup
from bot.domain.story_facts import summary as story_summary
from tests.domain.story_examples import report

FOLDER = Path(__file__).parents[1] / "cases" / "summaries"


@dataclass
class Case:
    """One case: its articles (outlet, lines with their sign) and what is asked."""

    about: str
    language: str
    title: str = ""
    asked: int = 3
    articles: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [line for _, lines in self.articles for line in lines]

    def told(self) -> list[str]:
        """The summary by the real rules; a story's from its articles' summaries."""
        summaries = [(outlet, self._summary(lines)) for outlet, lines in self.articles]
        if len(summaries) == 1:
            return list(summaries[0][1])
        reports = [
            replace(report(number), publisher=outlet, language=self.language, sentences=sentences)
            for number, (outlet, sentences) in enumerate(summaries, 1)
        ]
        chosen = story_summary(reports, reports[0], self.asked)
        for sentence, outlet in chosen:
            assert any(
                outlet == name and any(sentence in text for _, text in lines)
                for name, lines in self.articles
            ), f"{outlet} does not print: {sentence}"
        return [sentence for sentence, _ in chosen]

    def _summary(self, lines: list[tuple[str, str]]) -> tuple[str, ...]:
        body = "\n\n".join(text for _, text in lines)
        text = clean_text(self.title, body, Markup.PLAIN)
        asked = self.asked if len(self.articles) == 1 else 3
        return summarize(text.title, text.paragraphs, language=self.language, sentences=asked)


def cases() -> Iterator[Case]:
    """Every case of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        case: Case | None = None
        for line in path.read_text("utf-8").splitlines():
            sign, text = line[:1], line[2:].strip()
            if sign == "#":
                if case is not None and case.articles:
                    yield case
                case = Case(text, path.stem.split("-")[0])
            elif case is not None and line.strip():
                _take(case, sign, text, line)
        if case is not None:
            yield case


def _take(case: Case, sign: str, text: str, line: str) -> None:
    if sign == "=":
        case.title = text
    elif sign == "@":
        case.articles.append((text, []))
    elif line.strip().isdecimal():
        case.asked = int(line)
    else:
        assert sign in "+->", line
        if not case.articles:
            case.articles.append(("", []))
        case.articles[-1][1].append((sign, text))


CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[f"{case.language}: {case.about}" for case in CASES])
def test_case_is_summarized_as_written(case: Case) -> None:
    told = case.told()
    assert len(told) <= case.asked
    for sign, text in case.lines:
        stands = any(sentence in text for sentence in told)
        if sign == "+":
            assert stands, f"missing: {text}\n  in: {told}"
        if sign == "-":
            assert not stands, f"not wanted: {text}\n  in: {told}"
