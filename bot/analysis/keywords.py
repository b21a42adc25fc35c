"""The plain lexicon keywords an article holds, as printed, and the names it can be grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.analysis.lexicon import lexicon, places
from bot.analysis.reading import Sentence, Zone, read
from bot.analysis.sentences import split_sentences
from bot.analysis.terms import Mark

_MOST = 40  # keywords kept of an article


def keywords(title: str, paragraphs: Sequence[str], language: str) -> tuple[str, ...]:
    """The weapon words and missile topics an article holds, as first printed, in order."""
    return keywords_of(_sentences(title, paragraphs, language))


def entities(title: str, paragraphs: Sequence[str], language: str) -> tuple[str, ...]:
    """Canonical names (actors, places, weapons by name) in order of appearance, for grouping."""
    return entities_of(_sentences(title, paragraphs, language))


def keywords_of(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """The same of sentences already read."""
    found: dict[str, str] = {}
    for sentence in sentences:
        for mark in sentence.marks:
            if mark.means.weapon or "topic" in mark.means.cues:
                printed = sentence.quote(mark.start, mark.end)
                found.setdefault(printed.casefold(), printed)
    return tuple(found.values())[:_MOST]


def entities_of(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """The same of sentences already read."""
    names: dict[str, None] = {}
    for sentence in sentences:
        for mark in sentence.marks:
            for name in _names(mark):
                names.setdefault(name)
    return tuple(names)


def _names(mark: Mark) -> Iterable[str]:
    means = mark.means
    if means.actor:
        yield means.actor.value
    if means.place:
        yield means.place.value
        # A report that names the city and one that names the country may be of one event.
        place = places().get(means.place.value)
        if place is not None and place.country:
            yield place.country
    if means.weapon and means.weapon.name:
        yield means.weapon.name


def _sentences(title: str, paragraphs: Sequence[str], language: str) -> Iterable[Sentence]:
    table = lexicon(language)
    if title:
        yield read(table, title, Zone.TITLE, 0)
    index = 1
    for paragraph in paragraphs:
        for text in split_sentences(paragraph, table.language):
            yield read(table, text, Zone.BODY, index)
            index += 1
