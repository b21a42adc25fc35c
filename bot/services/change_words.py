"""What changed in a story, in the reader's language: the history, updates and digests say it so.

The domain notes values in plain English ("at least 2", "short-range ballistic missile, rocket",
"Disputed, a denial is reported by NHK"); they are read back here and said in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.domain.launch import Count, WeaponClass
from bot.domain.story import Change, ChangeKind, StoryReport, StoryStatus, StoryView
from bot.domain.story_fold import fold
from bot.domain.story_headline import headline
from bot.locale import (
    actor_words,
    count_range,
    has,
    headline_words,
    list_words,
    place_words,
    say,
    say_again,
    weapons_words,
    zone_words,
)

# "Reported, officials quoted by NBC" -> "Reported"
_STATUS_WORD = re.compile(r",| by ")
_COUNT = re.compile(r"(?P<least>at least )?(?P<min>\d+)(?:-(?P<max>\d+))?")
_TOLL = re.compile(r"(\d+) (killed|injured)")
_PLACES = frozenset({"site", "target", "overflight"})
# The fact a kind of change is about, as claims name it.
_FACT_OF = {
    ChangeKind.COUNT: "count",
    ChangeKind.WEAPON: "weapon",
    ChangeKind.ACTOR: "actor",
    ChangeKind.OVERFLIGHT: "overflight",
    ChangeKind.CASUALTIES: "casualties",
}
# Outlets named with their claims before the line is cut.
_CLAIMS = 6


def change_words(change: Change, locale: str) -> str:
    """One change as the history shows it: "number: 1 → 2"."""
    match change.kind:
        case ChangeKind.STATUS | ChangeKind.RETRACTION:
            change = _status_change(change, locale)
        case ChangeKind.MERGED:
            return _merged(change, locale)
        case ChangeKind.SPLIT:
            return _split(change, locale)
        case ChangeKind.MARKED if change.after:
            return say("change.unmarked", locale, after=change.after)
        case ChangeKind.DETAIL:
            change = _valued(change, lambda value: _detail(value, locale))
        case kind if kind in _FACT_OF:
            change = _valued(change, lambda value: value_words(_FACT_OF[kind], value, locale))
        case _:
            pass
    key = f"change.{change.kind.name.lower()}"
    if change.before and change.after:
        return say(f"{key}.from_to", locale, before=change.before, after=change.after)
    return say(key, locale, after=change.after or change.before)


# Changes whose value is a headline that the domain composed in English.
_HEADLINES = (ChangeKind.FIRST_REPORT, ChangeKind.CORRECTED, ChangeKind.MARKED)


def retold(change: Change, view: StoryView, locale: str) -> Change:
    """A change whose composed headline is composed anew in the reader's language.

    It is one where the facts known at that time compose the very same English; a title stays.
    """
    if change.kind not in _HEADLINES or locale == "en":
        return change
    until = [one for one in view.reports if one.detected <= change.at]
    before = [one for one in view.reports if one.detected < change.at]
    known = [view.facts, *(fold(reports) for reports in (until, before) if reports)]

    def words(text: str) -> str:
        composed = (headline_words(facts, locale) for facts in known if headline(facts) == text)
        return next(filter(None, composed), text)

    return _valued(change, words)


def told_change(change: Change, view: StoryView, locale: str) -> str:
    """One change as an update tells it, with who says so: "Japan now says 2 missiles (was 1)"."""
    fact = _FACT_OF.get(change.kind)
    if fact is None or not change.after:
        return change_words(retold(change, view, locale), locale)
    who = who_says(change, view, locale)
    after = _own_claim(change, fact, view, locale) or value_words(fact, change.after, locale)
    if change.kind is ChangeKind.OVERFLIGHT:
        after = say("alert.overflight", locale, country=after)
    if not change.before:
        return say("update.says_new", locale, publisher=who, after=after)
    before = value_words(fact, change.before, locale)
    return say("update.says", locale, publisher=who, after=after, before=before)


def who_says(change: Change, view: StoryView, locale: str) -> str:
    """Whose claim a change is: the country whose official is quoted for it, else the publisher.

    A country speaks when its official says the very sentence, or the sentence names it and the
    report quotes one of its officials ("two missiles, Japan says"); nothing is guessed.
    """
    fact = _FACT_OF.get(change.kind, "")
    report = next((one for one in view.reports if one.article_id == change.article_id), None)
    if report is None:
        return change.publisher or view.lead.publisher
    quotes = {
        claim.quote
        for claim in view.facts.claims
        if claim.fact == fact and claim.article_id == report.article_id
    }
    for said in report.report.attribution:
        if said.actor and (said.quote in quotes or _names(quotes, said.actor, view)):
            return say(
                "attribution",
                locale,
                who=actor_words(said.actor, locale),
                kind=report.publisher,
            )
    return report.publisher


def _names(quotes: Collection[str], actor: str, view: StoryView) -> bool:
    """Whether a sentence names a country that is not said to have fired itself."""
    return actor not in view.facts.actors and any(actor in quote for quote in quotes)


def _own_claim(change: Change, fact: str, view: StoryView, locale: str) -> str:
    """What the report behind a change says itself; the story may hold a range of claims."""
    report = next((one for one in view.reports if one.article_id == change.article_id), None)
    news = report.report.news if report is not None else None
    if fact == "count" and news is not None and news.count is not None:
        weapons = view.facts.weapons or (WeaponClass.MISSILE,)
        return weapons_words(weapons[0], news.count.value, locale)
    own = [
        value_words(fact, claim.value, locale)
        for claim in view.facts.claims
        if claim.fact == fact and claim.article_id == change.article_id
    ]
    return list_words(list(dict.fromkeys(own)), locale)


def claims_by_outlet(view: StoryView, fact: str, locale: str) -> str:
    """Each publisher's claim of a fact, when they differ: "Yonhap: 2; NHK: 1"; else empty."""
    values: dict[str, list[str]] = {}
    for claim in view.facts.claims:
        if claim.fact == fact:
            words = value_words(fact, claim.value, locale)
            held = values.setdefault(claim.publisher, [])
            if words not in held:
                held.append(words)
    said = {publisher: list_words(held, locale) for publisher, held in values.items()}
    if len(set(said.values())) < 2:
        return ""
    shown = [f"{publisher}: {words}" for publisher, words in list(said.items())[-_CLAIMS:]]
    more = len(said) - len(shown)
    return "; ".join(shown) + (f" {say('more', locale, count=more)}" if more else "")


def changed_facts(changes: Sequence[Change]) -> tuple[str, ...]:
    """The facts that changes are about, each once."""
    return tuple(dict.fromkeys(_FACT_OF[one.kind] for one in changes if one.kind in _FACT_OF))


def fact_label(fact: str, locale: str) -> str:
    """What a fact is called: "number", "launch site"."""
    key = f"fact.{fact}"
    return say(key, locale) if has(key) else fact


def fact_title(fact: str, locale: str) -> str:
    """What a fact is called at the start of a line: "Number", "Launch site"."""
    label = fact_label(fact, locale)
    return label[:1].upper() + label[1:]


def value_words(fact: str, value: str, locale: str) -> str:
    """A fact's value in the reader's language; what cannot be read back stays as it is."""
    if fact == "count":
        return _count(value, locale)
    if fact == "weapon":
        return list_words([_weapon(each, locale) for each in value.split(", ")], locale)
    if fact == "actor":
        return list_words([actor_words(each, locale) for each in value.split(", ")], locale)
    if fact in _PLACES:
        return place_words(value, locale)
    if fact == "eez":
        return zone_words(value, locale)
    if fact == "casualties":
        found = _TOLL.findall(value)
        return ", ".join(say(f"alert.{what}", locale, count=int(n)) for n, what in found) or value
    return value


def status_word(words: str, locale: str) -> str:
    """The bare status in front of its reason: "Reported"."""
    word = _STATUS_WORD.split(words)[0]
    known = word.casefold() in set(StoryStatus)
    return say(f"status.{word.casefold()}", locale) if known else word


def taken_back_by(view: StoryView) -> StoryReport | None:
    """The newest report that was withdrawn, or that tells of a denial; None when none was."""
    gone = [one for one in view.reports if one.withdrawn or one.report.denied is not None]
    return gone[-1] if gone else None


def now_said(report: StoryReport) -> str:
    """What a report says now that it is taken back: its new headline, or the sentence of it."""
    for fact in (report.report.retracted, report.report.denied):
        if fact is not None:
            return fact.quote
    return report.rewritten or ""


def _status_change(change: Change, locale: str) -> Change:
    before = status_word(change.before, locale)
    whole = change.kind is ChangeKind.RETRACTION
    after = say_again(change.after, locale) if whole else status_word(change.after, locale)
    return replace(change, before=before, after=after)


def _valued(change: Change, words: Callable[[str], str]) -> Change:
    before, after = (words(value) if value else "" for value in (change.before, change.after))
    return replace(change, before=before, after=after)


def _merged(change: Change, locale: str) -> str:
    if change.before:
        return say("change.merged_in", locale, after=change.before)
    return say("change.merged", locale, after=change.after.partition(",")[0])


def _split(change: Change, locale: str) -> str:
    if change.before.startswith("#"):
        return say("change.split_from", locale, after=change.before)
    return say("change.split", locale, after=change.before)


def _detail(value: str, locale: str) -> str:
    """A detail such as "site: Wonsan" with label and place in the reader's language."""
    label, colon, rest = value.partition(": ")
    if not colon:
        return value
    if label == "failed":
        return say("alert.failed", locale)
    fact = {"names": "name"}.get(label, label)
    return f"{fact_label(fact, locale)}: {value_words(fact, rest, locale)}"


def _count(value: str, locale: str) -> str:
    found = _COUNT.fullmatch(value)
    if found is None:
        return value
    low = int(found["min"])
    high = None if found["least"] else int(found["max"] or low)
    return count_range(Count(low, high), locale)


def _weapon(value: str, locale: str) -> str:
    known = {weapon.value: weapon for weapon in WeaponClass}
    if value not in known:
        return value
    return say(f"weapon.{known[value].name.lower()}.many", locale)
