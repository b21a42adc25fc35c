"""The verdict: is a missile launch the news of the article?

The headline decides, else the lead; an old launch in the tail does not. Every rule has a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.analysis import free_order
from bot.analysis.event_time import nearest_time, published_day
from bot.analysis.lexicon import Lexicon
from bot.analysis.old_years import words_to_old_time
from bot.analysis.reading import Clause, Role, Sentence, Zone
from bot.analysis.setting import Setting, is_missile, setting_of
from bot.analysis.standings import Standing
from bot.analysis.statements import Statement, is_inert, statements
from bot.analysis.terms import Mark
from bot.domain.article import Published
from bot.domain.launch import Verdict

_TALKED = frozenset({"verdict_on", "background"})  # the headline's news is what followed
_OLD = "old date"
_FRAMES = frozenset({":", "|", "—", "–", "-", "“", "‘", "'", '"', ".", "?", "!"})
_NEWS_AGE = timedelta(days=6)  # the aftermath of a strike is news for some days
_FIRED = frozenset({"launch", "test", "strike", "fall", "intercept"})
_HEADING = 6  # words of a headline that may only name a topic
_TAIL = 8  # sentences in which an attack of the headline may name its weapon


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with the statements that carry it. `rule` is what a person reads."""

    verdict: Verdict
    confidence: float
    rule: str
    sentence: Sentence | None
    found: tuple[Statement, ...] = ()
    news: Statement | None = None


def decide(
    sentences: Sequence[Sentence], lexicon: Lexicon, published: Published | None = None
) -> Decision:
    """Judge an article by its sentences in reading order; the headline has index 0."""
    today = published_day(published)
    setting = setting_of(sentences)
    found: list[Statement] = []
    for sentence in sentences:
        told = statements(sentence, lexicon.grammar)
        found.extend(
            _aged(item, today) for item in told if is_missile(item.weapon, sentence, setting)
        )
    lead = [item for item in found if item.sentence.zone is Zone.LEAD]
    title = [_dated(item, lead) for item in found if item.sentence.zone is Zone.TITLE]
    head = next((s for s in sentences if s.zone is Zone.TITLE), None)
    decision = (
        _by_reaction(title, lead, today)
        or _by_headline(head, title, lead, _named_in_first(sentences, setting))
        or _by_lead(head, lead, found, setting)
        or _by_topic(sentences, setting)
    )
    return replace(decision, found=tuple(found))


def _aged(item: Statement, today: date | None) -> Statement:
    """A fact told with an old date is background: an anniversary, an earlier launch."""
    if item.standing is not Standing.ACTUAL or today is None:
        return item
    time = nearest_time(item.sentence, item.start, today)
    far = words_to_old_time(item, today)
    day = max(item.start - time.start, time.start - item.end, 0) if time is not None else None
    if far is not None and (day is None or far < day):
        # "killed when a rocket hit the camp in March 2020": the inquest opened on Thursday
        return replace(item, standing=Standing.BACKGROUND, reason=_OLD)
    if time is None or today - time.last <= _NEWS_AGE or _of_another_event(item, time.start):
        return item
    return replace(item, standing=Standing.BACKGROUND, reason=_OLD)


def _of_another_event(item: Statement, position: int) -> bool:
    """Whether a time belongs to what came before ("its first since the war began last month")."""
    clauses = item.sentence.clauses
    own = next((one for one in clauses if one.start <= position < one.end), item.clause)
    parted = any(item.sentence.is_function_word(n, "apart") for n in range(item.end, position))
    return parted or (own is not item.clause and own.role is Role.BACKGROUND)


def _dated(item: Statement, lead: Sequence[Statement]) -> Statement:
    """A headline without a day has the day of the first sentence that tells the same again.

    "Missile launch broke resolution, panel finds": in the lead it was fired months ago.
    """
    if item.standing is not Standing.ACTUAL:
        return item
    told = [other for other in lead if other.sentence.index == 1]
    if not told or any(other.reason != _OLD for other in told):
        return item
    return replace(item, standing=Standing.BACKGROUND, reason=_OLD)


def is_analysis(sentence: Sentence, item: Statement | None = None) -> bool:
    """Whether a headline asks or explains; with a statement, whether its own clause does."""
    words = sentence.tokens.words
    for mark in sentence.marks:
        if "analysis" not in mark.means.cues:
            continue
        opens = mark.start == 0 or words[mark.start - 1] in _FRAMES
        if item is not None:
            heading = mark.start == 0 and words[mark.end : mark.end + 1] == [":"]
            near = heading or _same_stretch(words, mark.end, item.start)
            if opens and mark.start <= item.start and near:
                return _asks(words, item.end) or _frames(mark, sentence)
        elif opens and (words[-1] == "?" or _frames(mark, sentence)):
            return True
    return False


def _frames(mark: Mark, sentence: Sentence) -> bool:
    # "is", "did", "can" open a question only; "how", "why", "what to know" frame by themselves
    return not (mark.end - mark.start == 1 and sentence.is_function_word(mark.start, "asking"))


def _asks(words: Sequence[str], start: int) -> bool:
    return next((word for word in words[start:] if word in {"?", ".", "!"}), "") == "?"


def _same_stretch(words: Sequence[str], start: int, end: int) -> bool:
    return not any(word in {":", ".", "?", "|", ";"} for word in words[start:end])


def _by_headline(
    head: Sentence | None, found: list[Statement], lead: list[Statement], first: Sentence | None
) -> Decision | None:
    if head is None or not found:
        return None
    for item in found:
        if item.standing is Standing.ACTUAL:
            if _is_heading(head, item) and _lead_is_silent(lead, first):
                return Decision(Verdict.RELATED, 0.6, f"heading: {item.pattern}", first)
            if is_analysis(head, item):
                return Decision(Verdict.RELATED, 0.7, f"headline explains: {item.pattern}", head)
            traced = "investigation" in head.cues and "failed" not in head.cues
            looks_back = traced or _opens_with_history(head, item)
            if looks_back or (item.kind == "use" and "trend" in head.cues):
                return Decision(Verdict.RELATED, 0.7, f"headline looks back: {item.pattern}", head)
            return Decision(Verdict.LAUNCH, 0.95, f"headline: {item.pattern}", head, news=item)
    for item in found:
        if item.standing is Standing.BACKGROUND and _still_news(head, item):
            return Decision(Verdict.LAUNCH, 0.75, "headline: aftermath", head, news=item)
    rule = f"headline: {found[0].pattern}, but {found[0].reason}"
    return Decision(Verdict.RELATED, 0.8, rule, head)


def _is_heading(head: Sentence, item: Statement) -> bool:
    """Whether it only names a topic, as an encyclopedia does: "North Korea missile tests"."""
    words = head.tokens.words
    if item.pattern != "weapon + event noun" or item.kind not in {"launch", "test"}:
        return False
    return len(words) <= _HEADING and item.end == len(words) and words[-1].endswith("s")


def _named_in_first(sentences: Sequence[Sentence], setting: Setting) -> Sentence | None:
    """The first sentence of the text, where it speaks of missiles."""
    first = next((s for s in sentences if s.index == 1), None)
    if first is None or not any(is_missile(mark, first, setting) for mark in first.marks):
        return None
    return first


def _lead_is_silent(lead: list[Statement], first: Sentence | None) -> bool:
    """Whether the text speaks of missiles at once, but of none that was fired."""
    return first is not None and not any(item.standing is Standing.ACTUAL for item in lead)


def _by_reaction(
    title: list[Statement], lead: list[Statement], today: date | None
) -> Decision | None:
    """The headline quotes a reaction; the first sentence itself reports the firing, with its day.

    Without the day it may be any firing, as in an article about a debate.
    """
    if not title or any(i.standing is Standing.ACTUAL or i.reason not in _TALKED for i in title):
        return None
    for item in lead:
        if item.sentence.index != 1 or item.standing is not Standing.ACTUAL:
            continue
        dated = nearest_time(item.sentence, item.start, today) is not None
        if dated and item.kind in _FIRED and not item.sentence.has("verdict_on"):
            rule = f"reaction in the headline, lead: {item.pattern}"
            return Decision(Verdict.LAUNCH, 0.7, rule, item.sentence, news=item)
    return None


def _opens_with_history(head: Sentence, item: Statement) -> bool:
    """Whether a headline announces an anniversary: "Three years on: the day ..."."""
    words = head.tokens.words
    return any(
        "history" in mark.means.cues and mark.start <= 2 and ":" in words[mark.end : item.start]
        for mark in head.marks
    )


def _still_news(head: Sentence, item: Statement) -> bool:
    if item.reason not in {"background", "relative"} or is_analysis(head):
        return False
    if "live" in head.cues:
        return True
    if item.pattern in (free_order.NOUN, free_order.VERB) and not head.has("verdict_on"):
        # no word order to go by: "В Одессе после ракетного удара загорелся порт"
        return any(
            "aftermath" in mark.means.cues
            for mark in head.marks
            if mark is not item.weapon and (mark is not item.action or "harm" in mark.means.actions)
        )
    others = [clause for clause in head.clauses if clause is not item.clause]
    return any("aftermath" in clause.cues for clause in others)


def _by_lead(
    head: Sentence | None, lead: list[Statement], found: list[Statement], setting: Setting
) -> Decision | None:
    facts = [
        item
        for item in lead
        if item.standing is Standing.ACTUAL
        or (item.standing is Standing.BACKGROUND and _still_news(item.sentence, item))
    ]
    if head is not None:
        weapons = [m for m in head.marks if is_missile(m, head, setting)]
        if weapons and not head.has("attack", "aftermath", "live"):
            facts = [item for item in facts if item.sentence.index <= 1]
            if is_analysis(head) or any(
                is_inert(m, clause, head) and not _drilled(m, clause)
                for clause in head.clauses
                for m in clause.marks
                if m.means.weapon
            ):
                facts = []
        talk = head.has("verdict_on", "trade", "deploy", "future", "history")
        if talk and not head.has("attack", "aftermath"):
            # a headline without a weapon may be about anything; the first sentence may still tell
            silent = not weapons and head.tokens.words[-1] != "?"
            first = [i for i in facts if i.sentence.index == 1 and i.standing is Standing.ACTUAL]
            facts = first if silent else []
    strike = head is None or head.has("attack", "aftermath", "live")
    if head is not None and strike and not head.has("verdict_on"):
        facts = [i for i in lead if i in facts or i.reason in {"background", "relative"}]
    for item in facts:
        if strike or item.sentence.index <= 1:
            return Decision(Verdict.LAUNCH, 0.8, f"lead: {item.pattern}", item.sentence, news=item)
    if head is not None and head.has("attack") and not head.has("verdict_on", "drone"):
        for item in found:
            told = item.reason in {"", "background", "relative"}
            if told and 0 < item.sentence.index <= _TAIL:
                rule = f"attack in the headline, weapon in the text: {item.pattern}"
                return Decision(Verdict.LAUNCH, 0.65, rule, item.sentence, news=item)
    return None


def _drilled(weapon: Mark, clause: Clause) -> bool:
    """Whether a drill is held with it: the first sentence tells if it was fired."""
    return any(m.start == weapon.end and "exercise" in m.means.cues for m in clause.marks)


def _by_topic(sentences: Sequence[Sentence], setting: Setting) -> Decision:
    mentions, first = 0, None
    for sentence in sentences:
        local = sentence.zone is Zone.TITLE or "military" in sentence.cues
        weapons = any(
            is_missile(mark, sentence, setting)
            and (local or (mark.means.weapon is not None and mark.means.weapon.form != "weak"))
            for mark in sentence.marks
        )
        if not weapons and "topic" not in sentence.cues:
            continue
        weight = {Zone.TITLE: 3, Zone.LEAD: 2, Zone.BODY: 1}[sentence.zone]
        mentions += weight
        first = first or sentence
    if first is not None and mentions >= 2:
        confidence = min(0.95, 0.5 + 0.1 * mentions)
        return Decision(
            Verdict.RELATED, confidence, "missiles are mentioned, no firing is the news", first
        )
    sure = 0.9 if first is None else 0.6
    return Decision(Verdict.NONE, sure, "no missile in headline or lead", first)
