"""The door to the launch rules: an article's text in, a `LaunchReport` out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.analysis.attribution import attributions
from bot.analysis.facts import events_of
from bot.analysis.keywords import entities, entities_of, keywords, keywords_of
from bot.analysis.lexicon import Lexicon, lexicon
from bot.analysis.reading import Sentence, Zone, read
from bot.analysis.sentences import split_sentences
from bot.analysis.statements import Statement
from bot.analysis.verdict import Decision, decide
from bot.domain.article import Published
from bot.domain.launch import Attribution, Evidence, Fact, LaunchReport, Verdict

__all__ = ["Judgement", "entities", "judge", "judge_whole", "keywords"]

_LEAD = 3  # sentences that can carry the news where the headline is silent
_READ_ANYWAY = 10  # sentences read for the names in them; later ones where missiles are the topic
_MOST_SENTENCES = 120  # a launch told later than this is not the news
_LONGEST = 1_200  # characters of a sentence that are read
# "has not fired any since March", "will not fire": no word about one that was reported
_NOT_NOW = frozenset({"trend", "future", "condition", "ability", "permit"})
_OTHER_ARMS = ("drone", "space", "sport", "games", "metaphor", "product", "business")
_SAYS = frozenset(':：「“"«')  # before or after the one who speaks
# Who takes back the second missile, or that there was another, says nothing of the first.
_ONE_OF_SEVERAL = re.compile(
    r"(?i)\b(?:second|third|another|additional)\b|[23]発目|[두세] ?번째|第[二2]"
)
_SENTENCE_END = re.compile(r"[.!?。！？][\"”’»)]*\s")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The report, with what else the same reading of the article gives."""

    report: LaunchReport
    keywords: tuple[str, ...]
    entities: tuple[str, ...]


def judge(
    title: str,
    paragraphs: Sequence[str],
    *,
    language: str,
    published: Published | None = None,
) -> LaunchReport:
    """Judge an article: verdict, evidence, events with their facts, and who says so.

    `language` is an ISO 639-1 code; one without a lexicon is read with the English one. `published`
    resolves "Thursday" and "overnight", in the zone it carries.
    """
    return judge_whole(title, paragraphs, language=language, published=published).report


def judge_whole(
    title: str,
    paragraphs: Sequence[str],
    *,
    language: str,
    published: Published | None = None,
    sentences: Sequence[Sequence[str]] | None = None,
) -> Judgement:
    """Judge an article and name its keywords and entities in one reading.

    `sentences` are the paragraphs already split, where the caller has them.
    """
    table = lexicon(language)
    read_ones = _read(table, title, paragraphs, sentences)
    decision = decide(read_ones, table, published)
    news = [s for s in read_ones if s.marks]
    speakers = attributions(news) if decision.verdict is not Verdict.NONE else ()
    report = LaunchReport(
        verdict=decision.verdict,
        confidence=round(decision.confidence, 2),
        evidence=_evidence(decision),
        events=events_of(decision, read_ones, table, published),
        attribution=speakers,
        denied=_denied(read_ones) or _never_fired(decision, speakers),
        retracted=_retracted(read_ones),
        attack=_of_attack(read_ones),
    )
    return Judgement(report, keywords_of(read_ones), entities_of(read_ones))


def _read(
    table: Lexicon,
    title: str,
    paragraphs: Sequence[str],
    split: Sequence[Sequence[str]] | None,
) -> list[Sentence]:
    found: list[Sentence] = []
    title = " ".join(title.split())
    if title:
        found.append(read(table, title[:_LONGEST], Zone.TITLE, 0))
    texts = _texts(table, title, paragraphs, split)
    concerned = any(_concerns(sentence) for sentence in found)
    for index, (text, listed) in enumerate(islice(texts, _MOST_SENTENCES), 1):
        zone = Zone.LEAD if index <= _LEAD and not listed else Zone.BODY
        if index > _READ_ANYWAY and not concerned and not table.skimmer.may_tell(text):
            continue
        found.append(read(table, text[:_LONGEST], zone, index))
        concerned = concerned or _concerns(found[-1])
    return found


def _concerns(sentence: Sentence) -> bool:
    return "topic" in sentence.cues or any(mark.means.weapon for mark in sentence.marks)


def _texts(
    table: Lexicon, title: str, paragraphs: Sequence[str], split: Sequence[Sequence[str]] | None
) -> Iterable[tuple[str, bool]]:
    """The sentences of the body; true for a list of other outlets' headlines."""
    for number, paragraph in enumerate(paragraphs):
        if number == 0 and title and paragraph.startswith(title[:60]):
            rest = paragraph[len(title) :].strip()
            if rest and _SENTENCE_END.search(rest) is None:
                # an aggregator's description: the headline again, then headlines of others
                yield rest, True
                continue
            paragraph = rest
            yield from ((text, False) for text in split_sentences(paragraph, table.language))
            continue
        texts = split[number] if split is not None else split_sentences(paragraph, table.language)
        yield from ((text, False) for text in texts)


def _evidence(decision: Decision) -> tuple[Evidence, ...]:
    if decision.sentence is None:
        return ()
    return (Evidence(decision.sentence.text, decision.rule),)


def _denied(sentences: Sequence[Sentence]) -> Fact[str] | None:
    """A denial in headline or lead that speaks of the weapons."""
    for sentence in sentences:
        near = sentence.zone is not Zone.BODY and "denial" in sentence.cues
        near = near and not _ONE_OF_SEVERAL.search(sentence.text)
        if near and any(mark.means.weapon or mark.means.actions for mark in sentence.marks):
            who = next((m.means.actor.value for m in sentence.marks if m.means.actor), "")
            return Fact(who, sentence.text)
    return None


def _never_fired(decision: Decision, speakers: Sequence[Attribution]) -> Fact[str] | None:
    """A side's word that nothing was fired: "North Korea fired no missile, Seoul says"."""
    if decision.verdict is not Verdict.RELATED:
        return None
    for item in decision.found:
        sentence = item.sentence
        told = sentence.index <= 1 and item.kind in {"launch", "test"}
        if not told or item.reason != "negation" or sentence.has("background", "history", "total"):
            continue
        if not item.clause.cues.isdisjoint(_NOT_NOW):
            continue
        for one in speakers:
            if one.quote == sentence.text and one.actor is not None:
                return Fact(one.actor, sentence.text)
        who = _who_says(item)
        if who is not None:
            return Fact(who, sentence.text)
    return None


def _who_says(item: Statement) -> str | None:
    """The office or government whose word a sentence is, where no grammar of saying tells."""
    marks = item.sentence.marks
    said = any("verbs" in mark.means.attribution for mark in marks)
    if not said and _SAYS.isdisjoint(item.sentence.tokens.words):
        return None
    for mark in marks:
        inside = item.start <= mark.start < item.end
        office = not mark.means.attribution.isdisjoint({"official", "office"})
        capital = mark.means.actor is not None and mark.means.actor.form != "name"
        if not inside and (office or capital):
            return mark.means.actor.value if mark.means.actor else ""
    return None


def _of_attack(sentences: Sequence[Sentence]) -> bool:
    """Whether the headline tells of an attack or its harm, and of no other arms than missiles."""
    head = next(iter(sentences), None)
    return head is not None and head.has("attack", "aftermath") and not head.has(*_OTHER_ARMS)


def _retracted(sentences: Sequence[Sentence]) -> Fact[str] | None:
    """The publisher's own withdrawal, in headline or lead."""
    for sentence in sentences:
        one = _ONE_OF_SEVERAL.search(sentence.text)
        if sentence.zone is not Zone.BODY and "retraction" in sentence.cues and not one:
            mark = next(m for m in sentence.marks if "retraction" in m.means.cues)
            return Fact(sentence.quote(mark.start, mark.end), sentence.text)
    return None
