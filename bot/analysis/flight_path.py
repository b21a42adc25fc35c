"""Where it flew: countries flown over, economic zones, and whether the flight failed.

A zone belongs to the country named beside it; "its" and "our" mean the country that speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.analysis.lexicon import actor_kinds, places
from bot.analysis.reading import Sentence
from bot.analysis.speakers import speakers
from bot.analysis.terms import Mark
from bot.domain.launch import Fact, SourceClass

_NEAR = 6  # words between "outside" and the zone
_BESIDE = 5  # words from "Japan's" to the end of its zone
_SIDES = (("outside", "eez_out"), ("inside", "eez_in"))


def overflight_of(near: Iterable[Sentence]) -> Fact[str] | None:
    """The country flown over ("flew over Japan", "entered Polish airspace")."""
    for sentence in near:
        if sentence.has("negation", "condition"):
            continue
        country = _flown_over(sentence) or _airspace(sentence)
        if country is not None:
            return Fact(country, sentence.text, "hedge" in sentence.cues)
    return None


def zone_of(near: Sequence[Sentence], firing: frozenset[str]) -> Fact[str] | None:
    """Inside or outside whose exclusive economic zone it came down."""
    for sentence in near:
        found = _side(sentence)
        if found is not None:
            side, zone = found
            owner = _beside(sentence, zone, firing) or _speaking(near, sentence, firing)
            whose = (f"{owner}'" if owner.endswith("s") else f"{owner}'s") if owner else "an"
            return Fact(f"{side} {whose} exclusive economic zone", sentence.text)
    return None


def _beside(sentence: Sentence, zone: Mark, firing: frozenset[str]) -> str | None:
    """The country right before the zone, else the first of the sentence that did not fire."""
    countries = [
        (mark, mark.means.actor.value)
        for mark in sentence.marks
        if mark.means.actor and actor_kinds().get(mark.means.actor.value) == "country"
    ]
    close = [name for mark, name in countries if 0 <= zone.end - mark.end <= _BESIDE]
    others = [name for _, name in countries if name not in firing]
    return close[-1] if close else (others[0] if others else None)


def _speaking(near: Sequence[Sentence], sentence: Sentence, firing: frozenset[str]) -> str | None:
    """The country of the last official before: whose "our" zone it is."""
    before = sorted((s for s in near if s.index < sentence.index), key=lambda s: -s.index)
    for other in before:
        for speaker in reversed(speakers(other)):
            official = speaker.source_class is SourceClass.OFFICIAL
            if official and speaker.actor and speaker.actor not in firing:
                return speaker.actor
    return None


def failed_in(sentences: Iterable[Sentence]) -> Fact[bool] | None:
    """Whether the flight failed; failing to intercept is no failed flight."""
    for sentence in sentences:
        for mark in sentence.marks:
            cues = mark.means.cues
            if "failed" in cues or ("attempt" in cues and not _stops_others(sentence, mark)):
                return Fact(True, sentence.text, "hedge" in sentence.cues)
    return None


def _stops_others(sentence: Sentence, mark: Mark) -> bool:
    after = [m for m in sentence.marks if mark.end <= m.start <= mark.end + 2]
    return any("intercept" in m.means.actions or "guard" in m.means.cues for m in after)


def _flown_over(sentence: Sentence) -> str | None:
    for mark in sentence.marks:
        fired_over = mark.means.approx == "more" and any(
            other.end == mark.start and other.means.weapon for other in sentence.marks
        )  # "fires a missile over Japan"
        if "overflight" not in mark.means.cues and not fired_over:
            continue
        for other in sentence.marks:
            if mark.start <= other.start <= mark.end + 3 and (name := _country(other)):
                return name
    return None


def _airspace(sentence: Sentence) -> str | None:
    words = sentence.tokens.words
    named = sentence.function_words.get("airspace", frozenset())
    if named.isdisjoint(words) or not any(mark.means.weapon for mark in sentence.marks):
        return None
    for position, word in enumerate(words):
        if word not in named:
            continue
        moved = any("fall" in mark.means.actions for mark in sentence.marks)
        for mark in sentence.marks:
            if moved and 0 <= position - mark.end <= 2 and mark.means.actor:
                return mark.means.actor.value
    return None


def _country(mark: Mark) -> str | None:
    if mark.means.actor:
        return mark.means.actor.value
    place = places().get(mark.means.place.value) if mark.means.place else None
    return place.country if place is not None else None


def _side(sentence: Sentence) -> tuple[str, Mark] | None:
    """The side of the zone and the mark of the zone; a language may have one term for both."""
    for mark in sentence.marks:
        for side, cue in _SIDES:
            if cue in mark.means.cues:
                return side, mark
        if "eez" not in mark.means.cues:
            continue
        for position in range(mark.start - 1, max(-1, mark.start - 1 - _NEAR), -1):
            for side, _ in _SIDES:
                if sentence.is_function_word(position, side):
                    return side, mark
    return None
