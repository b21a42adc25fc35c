"""Who says so: each speaker of the report once, as printed, and of which rank.

Section [attribution] of a lexicon names verbs of saying, those that can stand before the speaker
(before), verbs whose object is who was told (told), and sources by rank: official, state_media,
wire, media, analyst. Of the official ones, `office` speaks on the record under its own name,
`leader` is a person, `nobody` names no one ("officials"). An outlet that was told something is not
a speaker: see `bot.domain.publisher`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.analysis.reading import Sentence, Zone
from bot.analysis.speakers import Speaker, speakers
from bot.domain.launch import Attribution

_MOST = 8  # attributions kept of an article
_OTHER = frozenset(
    {"second", "third", "another", "other"}
)  # "a second US official" is not the first
_EVENTS = frozenset({"launch", "test", "strike", "intercept", "fall", "harm"})


@dataclass(frozen=True, slots=True)
class _Said:
    item: Attribution
    words: frozenset[str]
    vague: bool  # "officials", "the ministry": nobody one could ask


def attributions(sentences: Sequence[Sentence]) -> tuple[Attribution, ...]:
    """The speakers of what is said about missiles, in order of first mention, at most eight.

    A speaker named twice is one speaker with the fuller of the names ("the Japanese prime
    minister", "Japanese Prime Minister Yoshihide Suga"). One that names nobody and no country
    ("the ministry") is kept only where nobody else speaks.
    """
    found: list[_Said] = []
    for sentence in sentences:
        if not _tells_of_missiles(sentence):
            continue
        for speaker in speakers(sentence):
            _add(found, _said(speaker, sentence))
    clear = [one for one in found if not one.vague] or found[:1]
    return tuple(one.item for one in clear)[:_MOST]


def _tells_of_missiles(sentence: Sentence) -> bool:
    if sentence.zone is not Zone.BODY:
        return True
    return any(
        mark.means.weapon or not _EVENTS.isdisjoint(mark.means.actions) for mark in sentence.marks
    )


def _said(speaker: Speaker, sentence: Sentence) -> _Said:
    item = Attribution(
        speaker.who, speaker.source_class, sentence.text, speaker.named, speaker.actor
    )
    return _Said(item, speaker.words, speaker.vague)


def _add(found: list[_Said], new: _Said) -> None:
    """Keep each speaker once: the fuller name at the place of the first mention."""
    for index, old in enumerate(found):
        if not _same(old, new):
            continue
        fuller = old
        if len(new.words) > len(old.words) and not (old.item.named and not new.item.named):
            fuller = new
        actor = fuller.item.actor or old.item.actor or new.item.actor
        item = replace(fuller.item, actor=actor)
        found[index] = replace(fuller, item=item, vague=old.vague and new.vague)
        return
    found.append(new)


def _same(one: _Said, other: _Said) -> bool:
    if one.item.source_class is not other.item.source_class:
        return False
    if not _compatible(one.item.actor, other.item.actor):
        return False
    few, many = sorted((one.words, other.words), key=len)
    return few <= many and _OTHER.isdisjoint(many - few)


def _compatible(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
