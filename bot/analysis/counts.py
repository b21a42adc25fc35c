"""How many missiles: the number in front of the weapon, a clear singular, or nothing.

It is the number fired: "shot down 31 of 44 missiles" gives 44. Where only what was shot down is
counted ("downed 29 missiles"), that number stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.analysis import free_order
from bot.analysis.lexicon import Lexicon
from bot.analysis.numerals import amount, number_before
from bot.analysis.reading import Sentence
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.launch import Count, Fact, WeaponClass

_ORDINAL = re.compile(
    r"\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
)
_NOT_COUNTED = frozenset({WeaponClass.DRONE, WeaponClass.INTERCEPTOR})
_LEAD = 3  # sentences in which a number counts whatever is told of it
_SINGLE_PATTERNS = frozenset(
    {"fires weapon", "weapon fired", "intercepts weapon", "weapon intercepted", "weapon strikes"}
    | {"weapon fell or flew", "harmed by weapon", "incoming weapon", "struck with weapon"}
)


def count_of(
    found: Sequence[Statement], near: Sequence[Sentence], lexicon: Lexicon
) -> Fact[Count] | None:
    """The count of the first statement that gives one; numbers joined by "and" are added up.

    In languages of free order a number of the lead (`near`) stands in where no statement has one.
    """
    for item in _missiles_first(found):
        count = _stated(item, lexicon)
        if count is not None:
            more = _more_fired(item, count, near, lexicon) or _of_which(count, near, lexicon)
            return more or count
    if lexicon.grammar.order == "free":
        count = _of_lead(near, lexicon)
        if count is not None:
            return count
    for item in found:
        if _is_singular(item, lexicon):
            return Fact(Count(1, 1), item.sentence.text)
    return None


def _missiles_first(found: Sequence[Statement]) -> Sequence[Statement]:
    """Without what was fired to bring them down, where both are told of."""
    others = [item for item in found if not _intercepts(item.weapon)]
    return others or found


def _intercepts(weapon: Mark) -> bool:
    tag = weapon.means.weapon
    return tag is not None and tag.value == WeaponClass.INTERCEPTOR


def _more_fired(
    item: Statement, downed: Fact[Count], near: Sequence[Sentence], lexicon: Lexicon
) -> Fact[Count] | None:
    """The number fired beside the number shot down: "Атака: 13 ракет", then "сбиты четыре"."""
    headline_is_silent = item.sentence.index > 0
    if lexicon.grammar.order != "free" or not (item.kind == "intercept" or headline_is_silent):
        return None
    beside = [sentence for sentence in near if not sentence.has("trend", "history")]
    if item.kind != "intercept":
        beside = [sentence for sentence in beside if sentence.index == 0]
    most = downed
    for sentence in beside:
        fact = _of_lead([sentence], lexicon)
        if fact is not None and fact.value.min > most.value.min:
            most = fact
    return most if most is not downed else None


def _of_which(part: Fact[Count], near: Sequence[Sentence], lexicon: Lexicon) -> Fact[Count] | None:
    """The whole that a number is said to be part of ("9発を発射し、うち5発がEEZ内に落下")."""
    if lexicon.grammar.mode != "substring":
        return None
    for sentence in near:
        words = sentence.function_words.get("of which", ())
        counted = [m for m in sentence.marks if m.means.counter] if sentence.index <= _LEAD else []
        for first, second in pairwise(counted):
            if not any(word in sentence.quote(first.end, second.start) for word in words):
                continue
            whole, rest = amount(sentence, first), amount(sentence, second)
            if whole and rest and rest[0] == part.value and rest[0] != whole[0]:
                return Fact(whole[0], sentence.text, whole[1])
    return None


def _of_lead(near: Sequence[Sentence], lexicon: Lexicon) -> Fact[Count] | None:
    """A number of missiles in headline or lead, whatever is told of them ("発射されたのは2発")."""
    for sentence in near:
        if sentence.index > _LEAD or sentence.has("trade", "deploy", "future", "history"):
            continue
        for mark in sentence.marks:
            weapon = mark.means.weapon
            shots = lexicon.grammar.mode == "substring" and mark.means.counter
            if not shots and (weapon is None or weapon.value in _NOT_COUNTED):
                continue
            own = number_before(sentence, mark, lexicon)
            if own is not None and (own[0] != Count(1, 1) or mark.means.weapon):
                return Fact(own[0], sentence.text, own[1])
    return None


def _stated(item: Statement, lexicon: Lexicon) -> Fact[Count] | None:
    if item.pattern == "weapon + event noun":
        return None  # "two missile tests": tests are counted, not missiles
    dual = item.weapon.means.number  # "صاروخين": the word itself says two
    if dual is not None:
        return Fact(Count(int(dual), int(dual)), item.sentence.text)
    own = number_before(item.sentence, item.weapon, lexicon)
    if own is None:
        return None
    count, hedged = own
    floor = item.weapon.end
    for other in item.clause.marks:
        # "5 Scuds and 2 Nodongs": another counted weapon of the same verb
        if other.start >= floor and other.means.weapon and _adds(item, other):
            more = number_before(item.sentence, other, lexicon, floor)
            floor = other.end if more is not None else floor
            if more is not None and count.max is not None and more[0].max is not None:
                count = Count(count.min + more[0].min, count.max + more[0].max)
    return Fact(count, item.sentence.text, hedged)


def _adds(item: Statement, other: Mark) -> bool:
    marks = [m for m in item.clause.marks if item.weapon.end <= m.start < other.start]
    words = item.sentence.tokens.words
    parts = (m.means.number or m.means.approx or m.means.weapon for m in marks)
    listed = "," in words[item.weapon.end : other.start] and all(parts)
    joined = listed or any("and" in mark.means.cues for mark in marks)
    plain = all(not mark.means.actions and "origin" not in mark.means.cues for mark in marks)
    return joined and plain


def _is_singular(item: Statement, lexicon: Lexicon) -> bool:
    """Exactly one, clearly: "a missile", "another missile", "Rocket fired at ..."."""
    if any(
        item.sentence.is_function_word(n, "one") for n in range(item.weapon.start, item.weapon.end)
    ):
        return True
    if _governed(item):
        return True
    if "singular" in item.weapon.means.cues:
        # "Test einer Rakete", but not the event itself ("Raketentest")
        return _is_one(item) or (item.kind != "test" and item.action is not item.weapon)
    if "a" not in lexicon.function_words:
        return False  # a language without articles tells nothing by leaving out the number
    words = item.sentence.tokens.words
    weapon = item.weapon
    last = words[_phrase_end(item) - 1]
    if last.endswith("s") and last not in {"frogs"} and not last.isdigit():
        return False
    around = range(weapon.end - 1, min(weapon.end + 1, len(words)))
    if any(item.sentence.is_function_word(n, "not one") for n in around):
        return False
    if item.pattern == "weapon + event noun" or _event_follows(item):
        return False  # "a missile barrage" is one barrage
    tag = weapon.means.weapon
    if tag is not None and tag.value == WeaponClass.SPACE_LAUNCH and item.kind == "launch":
        return True
    article = _one_event(item) or _article(item) or None
    if article is not None:
        return article
    return item.pattern in _SINGLE_PATTERNS


def _governed(item: Statement) -> bool:
    """Whether a noun makes the case a singular one: "пуск ракеты", "обломки новой ракеты"."""
    sentence, weapon = item.sentence, item.weapon
    words = range(weapon.start, weapon.end)
    if not any(sentence.is_function_word(n, "one if governed") for n in words):
        return False
    for n in range(weapon.start - 1, max(-1, weapon.start - 4), -1):
        if sentence.is_function_word(n, "governing"):
            return True
        if not sentence.tokens.words[n][0].isalpha():
            return False
    return False


def _is_one(item: Statement) -> bool:
    """Whether a singular is one missile, not its kind: it has a verb, a class, a name, an owner."""
    weapon = item.weapon.means.weapon
    if item.pattern == free_order.VERB or (weapon and weapon.value != WeaponClass.MISSILE):
        return True
    ends = free_order.phrase_ends(item.sentence, item.weapon)
    after = [mark.means for mark in item.clause.marks if mark.start in ends]
    fired = {"by", "origin"}
    return any(
        m.actor or m.weapon or "launch" in m.actions or not m.cues.isdisjoint(fired) for m in after
    )


def _phrase_end(item: Statement) -> int:
    """The end of "Tomahawk cruise missiles": weapon words that stand side by side are one name."""
    end = item.weapon.end
    for mark in item.clause.marks:
        if mark.start == end and mark.means.weapon:
            end = mark.end
    return end


def _event_follows(item: Statement) -> bool:
    follows = (
        m for m in item.clause.marks if m.start == _phrase_end(item) and m is not item.action
    )
    return any(_event(mark) for mark in follows)


def _event(mark: Mark) -> bool:
    return any("noun" in forms for forms in mark.means.actions.values())


def _one_event(item: Statement) -> bool | None:
    """True for "un tir de missile", "essai réussi du missile": one launch of a missile."""
    action = item.action
    between = range(action.end, item.weapon.start)
    if item.pattern != free_order.NOUN or item.weapon.start < action.end or len(between) > 2:
        return None
    words = item.sentence.tokens.words
    linked = all(item.sentence.is_function_word(n, "a", "the", "preposition") for n in between)
    single = linked and item.kind == "launch" and not words[action.end - 1].endswith("s")
    before = action.start - 1
    one = before >= 0 and item.sentence.is_function_word(before, "a") and len(between) <= 1
    return True if one or single else None


def _article(item: Statement) -> bool | None:
    """True for "a (new ballistic) missile", False for "the missile", None without an article."""
    words = item.sentence.tokens.words
    for position in range(item.weapon.start - 1, max(-1, item.weapon.start - 7), -1):
        if item.sentence.is_function_word(position, "a") or _ORDINAL.fullmatch(words[position]):
            return True
        if item.sentence.is_function_word(position, "the", "possessive"):
            # "prueba con éxito el misil Agni"; English says "the missile" of a kind too
            return item.pattern == free_order.VERB and item.kind in {"launch", "test", "fall"}
        if item.sentence.is_function_word(position, "preposition", "and") or words[position] == ",":
            return None
    return None
