"""What need not be read: late sentences of articles that are not about missiles."""

from __future__ import annotations

import pytest

from bot.analysis.launches import judge_whole
from bot.analysis.lexicon import lexicon

_FILLER = [f"The council met in Lyon for the {n} time and talked about parks." for n in range(30)]


@pytest.mark.parametrize(
    "text",
    [
        "Two Hwasong-17 were shown.",
        "A SHORT-RANGE BALLISTIC MISSILE flew.",
        "He said “missiles” were fired.",
        "They spoke of arms control.",
        "Katyushas fell on the town.",
    ],
)
def test_sentence_with_a_term_is_never_passed_over(text: str) -> None:
    assert lexicon("en").skimmer.may_tell(text)


def test_plain_sentence_is_passed_over_and_one_in_another_script_is_not() -> None:
    assert not lexicon("en").skimmer.may_tell("The council met in Lyon and ate bread.")
    assert lexicon("en").skimmer.may_tell("Совет собрался в Лионе.")


def test_missile_in_a_late_sentence_is_still_a_keyword() -> None:
    late = "North Korea fired a ballistic missile last year."
    found = judge_whole("Council meets", [*_FILLER, late], language="en")
    assert "ballistic missile" in found.keywords
