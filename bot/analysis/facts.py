"""The facts of a launch, each with its quoted sentence, for the news event and the others told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.analysis import free_places
from bot.analysis.counts import count_of
from bot.analysis.event_time import TimeWord, event_time, nearest_time, published_day
from bot.analysis.firing_side import actors_of
from bot.analysis.flight_path import failed_in, overflight_of, zone_of
from bot.analysis.foes import foe_of
from bot.analysis.lexicon import Grammar, Lexicon, places, zones
from bot.analysis.locations import attacked_in, goal_in, sites_of, target_of
from bot.analysis.measures import casualties_of, distance_and_apogee
from bot.analysis.reading import Clause, Role, Sentence
from bot.analysis.shared_noun import shared_noun
from bot.analysis.standings import Standing
from bot.analysis.statements import Statement, is_live
from bot.analysis.terms import Mark
from bot.analysis.verdict import Decision
from bot.domain.article import Published
from bot.domain.launch import BALLISTIC_CLASSES, EventKind, Fact, LaunchEvent, WeaponClass

_HURTING = frozenset({"strike", "harm"})
_FLOWN = frozenset({EventKind.TEST, EventKind.SPACE})
_GENERAL = frozenset({WeaponClass.MISSILE, WeaponClass.ROCKET, WeaponClass.PROJECTILE})
_OTHERS = 3  # events kept beside the news
_ONE_EVENT = timedelta(days=1)  # dates that differ by no more may be one event


@dataclass(slots=True)
class _Group:
    """The statements about one event."""

    time: TimeWord | None
    statements: list[Statement] = field(default_factory=list)

    @property
    def sentences(self) -> list[Sentence]:
        return list({id(s.sentence): s.sentence for s in self.statements}.values())


def events_of(
    decision: Decision,
    sentences: Sequence[Sentence],
    lexicon: Lexicon,
    published: Published | None,
) -> tuple[LaunchEvent, ...]:
    """The events an article tells of, in order of appearance; the news marked."""
    if decision.news is None:
        return ()
    news, others = _sort(decision, published)
    apart = {id(sentence) for group in others for sentence in group.sentences}
    ours = [sentence for sentence in sentences if id(sentence) not in apart]
    events = [(decision.news.sentence.index, _event(news, ours, lexicon, published, is_news=True))]
    for group in others:
        event = _event(group, group.sentences, lexicon, published, is_news=False)
        events.append((group.sentences[0].index, event))
    return tuple(event for _, event in sorted(events, key=lambda pair: pair[0]))


def _sort(decision: Decision, published: Published | None) -> tuple[_Group, list[_Group]]:
    """Statements of the news, and those of each other event: told with another date."""
    assert decision.news is not None
    today = published_day(published)
    time = nearest_time(decision.news.sentence, decision.news.start, today)
    news, others = _Group(time, [decision.news]), list[_Group]()
    for item in decision.found:
        if item is decision.news or item.standing is Standing.CANCELLED:
            continue
        word = nearest_time(item.sentence, item.start, today)
        if word is not None and news.time is None and item.standing is Standing.ACTUAL:
            recent = today is not None and today - word.last <= 2 * _ONE_EVENT
            news.time = word if recent else None
        if word is None or not _apart(word, news.time, published, item):
            if item.standing is Standing.ACTUAL or item.sentence is decision.news.sentence:
                news.statements.append(item)
            continue
        same = next((g for g in others if g.time and _close(word, g.time)), None)
        if same is None:
            others.append(_Group(word, [item]))
        else:
            same.statements.append(item)
    return news, others[:_OTHERS]


def _apart(
    one: TimeWord, news: TimeWord | None, published: Published | None, item: Statement
) -> bool:
    """Whether a time is another event's. The first sentence may tell news of some days ago."""
    if news is not None:
        return not _close(one, news)
    today = published_day(published)
    oldest = (6 if item.sentence.index <= 1 else 3) * _ONE_EVENT
    return today is not None and today - one.last > oldest


def _close(one: TimeWord, other: TimeWord) -> bool:
    return one.first - other.last <= _ONE_EVENT and other.first - one.last <= _ONE_EVENT


def _event(
    group: _Group,
    sentences: Sequence[Sentence],
    lexicon: Lexicon,
    published: Published | None,
    *,
    is_news: bool,
) -> LaunchEvent:
    found, near = group.statements, _near(group, sentences)
    weapons, names = _weapons(found, near)
    actors = actors_of(found, near, lexicon)
    site, target = _where(found, near, frozenset(fact.value for fact in actors), lexicon)
    kind = _kind(found, [fact.value for fact in weapons], target.value if target else None)
    home = _home(kind, site, target, actors)
    actors = actors or foe_of(kind, target, found, near, lexicon.grammar, published)
    distance, apogee = distance_and_apogee(near)
    return LaunchEvent(
        kind=kind,
        is_news=is_news,
        actors=actors,
        weapons=weapons,
        names=names,
        count=count_of(found, near, lexicon),
        site=site,
        target=target,
        time=event_time(near, published, home) if is_news or group.time else None,
        distance_km=distance,
        apogee_km=apogee,
        overflight=overflight_of(near),
        eez=zone_of(near, frozenset(fact.value for fact in actors)),
        casualties=casualties_of(near) if is_news else None,
        failed=failed_in(group.sentences) if kind in _FLOWN else None,
    )


def _where(
    found: Sequence[Statement], near: Sequence[Sentence], firing: frozenset[str], lexicon: Lexicon
) -> tuple[Fact[str] | None, Fact[str] | None]:
    """Launch site and target."""
    grammar = lexicon.grammar
    if grammar.order == "free":
        target = free_places.target_of(found, firing, grammar) or _goal(near, grammar)
        taken = {target.value} if target else set()
        site = free_places.sites_of(near, taken, firing, grammar)
        return site or free_places.tested_at(found, firing), target
    target = target_of(found, firing) or _goal(near, grammar)
    return sites_of(near, {target.value} if target else set()), target


def _home(
    kind: EventKind, site: Fact[str] | None, target: Fact[str] | None, actors: Sequence[Fact[str]]
) -> ZoneInfo | None:
    """The zone an event is told in: of the city struck, of the place of a test, of who fired."""
    names = [fact.value for fact in (target, site) if fact is not None]
    if kind is EventKind.TEST:
        names.reverse()
    for name in [*names, *(fact.value for fact in actors)]:
        place = places().get(name)
        zone = zones().get((place.country if place is not None else None) or name)
        if zone is not None:
            return ZoneInfo(zone)
    return None


def _near(group: _Group, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of the statements first, then the rest that belong to this event."""
    own = group.sentences
    first = {id(sentence) for sentence in own}
    return own + [
        sentence for sentence in sentences if id(sentence) not in first and sentence.marks
    ]


def _kind(
    found: Sequence[Statement], weapons: Sequence[WeaponClass], target: str | None
) -> EventKind:
    if weapons and all(weapon is WeaponClass.SPACE_LAUNCH for weapon in weapons):
        return EventKind.SPACE
    if found[0].kind == "intercept" or _also_intercepted(found[0]):
        return EventKind.INTERCEPTION
    tested = any(item.kind == "test" or "test" in item.action.means.actions for item in found[:2])
    if tested or found[0].sentence.has("exercise"):
        return EventKind.TEST
    if any(item.kind in _HURTING or item.kind == "use" for item in found):
        return EventKind.STRIKE
    place = places().get(target or "")
    ashore = target is not None and (place is None or place.kind not in {"sea", "strait"})
    aimed = ashore or found[0].sentence.has("aftermath", "incoming")
    aimed = aimed or attacked_in(found[0].sentence) is not None
    return EventKind.STRIKE if aimed else EventKind.TEST


def _also_intercepted(item: Statement) -> bool:
    """Whether "shoots down" governs it too ("shoots down three missiles fired from Yemen")."""
    for mark in item.clause.marks:
        forms = mark.means.actions.get("intercept", frozenset())
        if forms & {"past", "present", "any"} and abs(mark.start - item.weapon.start) <= 8:
            return True
    return False


def _weapons(
    found: Sequence[Statement], near: Iterable[Sentence]
) -> tuple[tuple[Fact[WeaponClass], ...], tuple[Fact[str], ...]]:
    """Classes and names in the sentences of the statements; the special replace the general."""
    classes: dict[WeaponClass, Fact[WeaponClass]] = {}
    names: dict[str, Fact[str]] = {}
    for sentence in {id(item.sentence): item.sentence for item in found}.values():
        hedged = "hedge" in sentence.cues
        for clause in sentence.clauses:
            if clause is not found[0].clause and _of_before(sentence, clause):
                continue
            for mark in clause.marks:
                weapon = mark.means.weapon
                if weapon is None or not is_live(mark, clause, sentence):
                    continue
                value = WeaponClass(weapon.value)
                if value is WeaponClass.ROCKET and "space" in sentence.cues:
                    value = WeaponClass.SPACE_LAUNCH
                for each in (*shared_noun(sentence, mark)[1], value):
                    classes.setdefault(each, Fact(each, sentence.text, hedged))
                if weapon.name:
                    names.setdefault(weapon.name, Fact(weapon.name, sentence.text, hedged))
    for mark, sentence in _identified(near):
        value = WeaponClass(mark.means.weapon.value) if mark.means.weapon else WeaponClass.MISSILE
        classes.setdefault(value, Fact(value, sentence.text, "hedge" in sentence.cues))
        if mark.means.weapon and mark.means.weapon.name:
            fact = Fact(mark.means.weapon.name, sentence.text, "hedge" in sentence.cues)
            names.setdefault(fact.value, fact)
    own = found[0].weapon.means.weapon
    came_down = found[0].kind in {*_HURTING, "fall"}
    if came_down and len(classes) > 1 and own and own.value != WeaponClass.INTERCEPTOR:
        classes.pop(WeaponClass.INTERCEPTOR, None)  # what was to bring it down
    return _most_special(classes), tuple(names.values())


def _of_before(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause tells of another event, some time away: "hours after ICBM test"."""
    if clause.role is not Role.BACKGROUND or not clause.marks:
        return False
    opener = clause.marks[0]
    timed = opener.start == clause.start and opener.end - opener.start > 1
    return timed and sentence.is_function_word(opener.end - 1, "apart")


def _identified(near: Iterable[Sentence]) -> Iterable[tuple[Mark, Sentence]]:
    """What the lead says the weapon was ("they were likely short-range ballistic missiles")."""
    for sentence in near:
        if sentence.index > _IDENTIFIED_BY or sentence.has("future", "condition", "negation"):
            continue
        for mark in sentence.marks:
            weapon = mark.means.weapon
            if weapon is None or weapon.value in _GENERAL or weapon.form == "weak":
                continue
            before = range(max(0, mark.start - 5), mark.start)
            linked = any(sentence.is_function_word(n, "be") for n in before)
            if linked and not any(sentence.is_function_word(n, "comparing") for n in before):
                yield mark, sentence


_IDENTIFIED_BY = 5


def _most_special(
    classes: dict[WeaponClass, Fact[WeaponClass]],
) -> tuple[Fact[WeaponClass], ...]:
    """Drop "missile" where its kind is known; a hedged kind leaves what is sure beside it."""
    special = {value: fact for value, fact in classes.items() if value not in _GENERAL}
    sure = {value for value, fact in special.items() if not fact.hedged}
    kept = dict(classes)
    for general in (WeaponClass.BALLISTIC, *_GENERAL):
        fact = classes.get(general)
        narrower = BALLISTIC_CLASSES - {general} if general not in _GENERAL else special.keys()
        rivals = sure if fact is not None and not fact.hedged else special.keys()
        if fact is not None and not rivals.isdisjoint(narrower):
            del kept[general]
    if WeaponClass.MISSILE in kept or WeaponClass.ROCKET in kept:
        kept.pop(WeaponClass.PROJECTILE, None)
    return tuple(kept.values())


def _goal(near: Iterable[Sentence], grammar: Grammar) -> Fact[str] | None:
    free = grammar.order == "free"
    for sentence in near:
        if any(mark.means.weapon for mark in sentence.marks):
            place = free_places.goal_in(sentence, grammar) if free else goal_in(sentence)
            if place is not None:
                return Fact(place, sentence.text)
    return None
