"""The speakers of one sentence: the noun phrases that a verb of saying belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.analysis.reading import Sentence, Zone
from bot.analysis.terms import Mark
from bot.domain.launch import SourceClass

_RANKS = (
    ("state_media", SourceClass.STATE_MEDIA),
    ("wire", SourceClass.WIRE),
    ("media", SourceClass.MEDIA),
    ("analyst", SourceClass.ANALYST),
    ("official", SourceClass.OFFICIAL),
)
_RANK_NAMES = frozenset(name for name, _ in _RANKS)
_PASSED = 4  # words between a speaker and the verb ("on Tuesday", "in a statement")
_ASIDE = 14  # words of an aside between commas ("who asked not to be named")
_REACH = 5  # words between a determiner and the source word
_BREAKS = frozenset(';.:"“”()—–?!')
_DETERMINERS = ("a", "the", "possessive")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: printed words, rank, and the words by which a second mention is known."""

    who: str
    source_class: SourceClass
    named: bool
    actor: str | None
    words: frozenset[str]
    vague: bool
    start: int


def speakers(sentence: Sentence) -> list[Speaker]:
    """Every speaker of a sentence, in order."""
    verbs = [mark for mark in sentence.marks if "verbs" in mark.means.attribution]
    if not verbs and sentence.zone is not Zone.TITLE:
        return []
    groups = _groups(sentence)
    found: list[Speaker] = []
    follower: list[Mark] | None = None  # the group after, where it speaks
    for group in reversed(groups):
        with_next = follower is not None and _coordinated(sentence, group, follower)
        if with_next or _credited(sentence, group) or _has_verb(sentence, group, verbs):
            found.append(_speaker(sentence, group))
            follower = group
        else:
            follower = None
    found.extend(_countries(sentence, verbs))
    return sorted(found, key=lambda speaker: speaker.start)


def _groups(sentence: Sentence) -> list[list[Mark]]:
    """Runs of neighbouring source words and actors that hold at least one source word."""
    groups: list[list[Mark]] = []
    for mark in sentence.marks:
        source = mark.means.attribution & _RANK_NAMES
        if not source and not mark.means.actor:
            continue
        if groups and _adjoin(sentence, groups[-1][-1].end, mark.start):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [group for group in groups if any(m.means.attribution & _RANK_NAMES for m in group)]


def _adjoin(sentence: Sentence, end: int, start: int) -> bool:
    return start - end <= 3 and all(
        sentence.is_function_word(position, "in name") or _is_capital(sentence, position)
        for position in range(end, start)
    )


def _coordinated(sentence: Sentence, group: Sequence[Mark], following: Sequence[Mark]) -> bool:
    """Whether two speakers share a verb ("a US official and the Japanese prime minister said")."""
    between = range(group[-1].end, following[0].start)
    ands = [m for m in sentence.marks if m.start in between and "and" in m.means.cues]
    return bool(ands) and len(between) <= 3


def _credited(sentence: Sentence, group: Sequence[Mark]) -> bool:
    """Whether a headline ends in its source ("North Korea fires missile: JCS")."""
    words = sentence.tokens.words
    start, end = group[0].start, group[-1].end
    if sentence.zone is not Zone.TITLE or start < 3:
        return False
    return end == len(words) and words[start - 1] in {":", "-", "—", "–"}


def _has_verb(sentence: Sentence, group: Sequence[Mark], verbs: Sequence[Mark]) -> bool:
    before = next((m for m in sentence.marks if m.end == group[0].start), None)
    if before is not None and "told" in before.means.attribution:
        return False  # "told Reuters": through whom it was said
    return any(verb not in group and _speaks(sentence, group, verb) for verb in verbs)


def _speaks(sentence: Sentence, group: Sequence[Mark], verb: Mark) -> bool:
    start = group[0].start
    end = _extend(sentence, group[-1].end)
    if verb.start >= group[-1].end:
        return _passes(sentence, end, verb.start)
    gap = range(verb.end, start)
    if not _can_stand_before(sentence, verb, end):
        return False
    inverted = all(
        sentence.is_function_word(position, "in name", "a", "the")
        or sentence.tokens.words[position] in {"“", '"'}
        or _is_capital(sentence, position)
        for position in gap
    )
    return len(gap) <= 3 and inverted and "before" in verb.means.attribution


def _can_stand_before(sentence: Sentence, verb: Mark, end: int) -> bool:
    """Whether a verb may have its speaker after it: not "KCNA said Kim oversaw the launch"."""
    words = sentence.tokens.words
    if words[verb.start : verb.end] not in (["said"], ["says"], ["reported"]):
        return True
    quoted = verb.start == 0 or words[verb.start - 1] in {",", '"', "”", "“"}
    return quoted or end == len(words) or words[end] in {",", "."}


def _passes(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a verb is near enough: few words, or an aside between commas, lie before it."""
    words = sentence.tokens.words
    if start >= end:
        return True
    if words[start] == ")":  # "Inter-Services Public Relations (ISPR), said"
        start += 2 if words[start + 1 : start + 2] == [","] else 1
    if start < end and words[start] == "(":
        close = next((n for n in range(start, min(end, start + 5)) if words[n] == ")"), None)
        start = start if close is None else close + 1
    if start < end and words[start] == "," and words[end - 1] == "," and end - start <= _ASIDE:
        return not any(word in _BREAKS for word in words[start:end])
    if any(word in _BREAKS for word in words[start:end]) or end - start > _PASSED:
        return False
    # "the president after the ministry said": another subject or verb parts them
    return not any(
        start <= mark.start < end
        and (mark.means.weapon or "relative" in mark.means.cues or "background" in mark.means.cues)
        for mark in sentence.marks
    )


def _speaker(sentence: Sentence, group: Sequence[Mark]) -> Speaker:
    last = group[-1].end
    end = _extend(sentence, last)
    start = _begin(sentence, group[0].start)
    ranks = frozenset().union(*(mark.means.attribution for mark in group))
    rank = next(rank for name, rank in _RANKS if name in ranks)
    actor = next((mark.means.actor.value for mark in group if mark.means.actor), None)
    person = end > last and _has_name(sentence, last, end)
    before = _name_before(sentence, start)
    if before is not None and not person:
        start, person = before, True
    nobody = "nobody" in ranks
    office = "office" in ranks and not nobody
    named = person or "leader" in ranks or (office and actor is not None)
    owner = actor or next(
        (m.means.place.value for m in sentence.marks if start <= m.start < end and m.means.place),
        None,
    )
    vague = rank is SourceClass.OFFICIAL and not person and owner is None and "leader" not in ranks
    return Speaker(
        who=_printed(sentence, start, end),
        source_class=rank,
        named=named,
        actor=actor,
        words=_words(sentence, start, end),
        vague=vague and not (office and "known" in ranks),
        start=start,
    )


def _printed(sentence: Sentence, start: int, end: int) -> str:
    """The printed words; a sentence's capital is taken off the article ("a US official")."""
    who = " ".join(sentence.quote(start, end).strip(" ,").split())
    if sentence.is_function_word(start, *_DETERMINERS):
        who = who[:1].lower() + who[1:]
    return who


def _begin(sentence: Sentence, start: int) -> int:
    """Back to the determiner ("a senior defence official"), else over capitalised words."""
    words = sentence.tokens.words
    ends = {mark.end: mark for mark in sentence.marks}
    for position in range(start - 1, max(-1, start - 1 - _REACH), -1):
        mark = ends.get(position + 1)
        if sentence.is_function_word(position, *_DETERMINERS):
            return position
        if not (words[position][0].isalpha() or words[position] == "'s"):
            break
        if mark is not None and _parts(mark):
            break
        if sentence.is_function_word(position, "preposition", "and", "be"):
            break
    while start > 0 and _in_name(sentence, start - 1, ends.get(start)):
        start -= 1
    return start


def _parts(mark: Mark) -> bool:
    """Whether a mark ends a noun phrase: a verb, a time, a conjunction."""
    means = mark.means
    verbal = any(forms - {"noun"} for forms in means.actions.values())
    cues = {"background", "together", "relative", "and", "future", "infinitive", "origin"}
    return bool(
        means.time or verbal or "verbs" in means.attribution or not means.cues.isdisjoint(cues)
    )


def _in_name(sentence: Sentence, position: int, mark: Mark | None) -> bool:
    if sentence.is_function_word(position, "in name") and sentence.tokens.words[position] != "'s":
        return not sentence.is_function_word(position, "preposition")
    if mark is not None and (_parts(mark) or mark.means.weapon):
        return False
    if sentence.is_function_word(position, "preposition", "and"):
        return False
    return _is_capital(sentence, position) and sentence.tokens.words[position].isalpha()


def _extend(sentence: Sentence, end: int) -> int:
    """Take in what belongs to the name after it: a person, an office, "of Kharkiv region"."""
    words = sentence.tokens.words
    end = _name_end(sentence, end)
    if end + 1 < len(words) and words[end] == "'s" and words[end + 1].isalpha():
        position = end + 1
        if not any(m.start == position and "verbs" in m.means.attribution for m in sentence.marks):
            end = position + 1
    elif end < len(words) and sentence.is_function_word(end, "of name"):
        position = end + 1
        while position < len(words) and (
            _is_capital(sentence, position) or sentence.is_function_word(position, "the", "region")
        ):
            position += 1
        if position > end + 1 and not sentence.is_function_word(position - 1, "the"):
            end = position
    if end + 2 < len(words) and words[end] == "," and _full_name(sentence, end + 1):
        return _name_end(sentence, end)  # "the governor of Kharkiv region, Oleh Syniehubov"
    return end


def _name_end(sentence: Sentence, end: int) -> int:
    """The end of the capitalised words that follow ("Yoshihide Suga", "Lee Sung-jun")."""
    words = sentence.tokens.words
    marks = {mark.start: mark for mark in sentence.marks}
    start = end
    if end + 2 < len(words) and words[end] == "," and _full_name(sentence, end + 1):
        start = end = end + 1  # "a spokesman, Colonel Mike Kafka"
    while end < len(words) and (
        _is_capital(sentence, end) or (end > start and words[end] in {"al", "bin", "de", "van"})
    ):
        mark = marks.get(end)
        if mark is not None and (_parts(mark) or mark.means.weapon):
            break
        end += 1
    return end


def _full_name(sentence: Sentence, start: int) -> bool:
    """Whether two or more capitalised words stand here, up to a comma, a stop or a verb."""
    words = sentence.tokens.words
    end = start
    while end < len(words) and _is_capital(sentence, end):
        end += 1
    closes = end == len(words) or words[end] in {",", ".", "("}
    verb = any(m.start == end and "verbs" in m.means.attribution for m in sentence.marks)
    known = any(start <= m.start < end and m.means.actor for m in sentence.marks)
    return end - start >= 2 and (closes or verb) and not known


def _name_before(sentence: Sentence, start: int) -> int | None:
    """Where a name before its office begins ("Mykola Oleshchuk, the air force commander")."""
    words = sentence.tokens.words
    if start < 3 or words[start - 1] != ",":
        return None
    begin = start - 1
    marks = {mark.end: mark for mark in sentence.marks}
    while begin > 0 and _is_capital(sentence, begin - 1):
        mark = marks.get(begin)
        if mark is not None and (mark.means.actor or mark.means.place or _parts(mark)):
            return None
        begin -= 1
    plain = all(words[n][0].isalpha() for n in range(begin, start - 1))
    return begin if plain and 2 <= start - 1 - begin <= 4 else None


def _has_name(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a person's name stands here; "of Kharkiv" names the office's place."""
    covered = {n for mark in sentence.marks for n in range(mark.start, mark.end)}
    of_place = found = False
    for position in range(start, end):
        word = sentence.tokens.words[position]
        if sentence.is_function_word(position, "of name"):
            of_place = True
        elif word == ",":
            of_place = False
        elif not of_place and position not in covered and len(word) > 1:
            found = found or _is_capital(sentence, position)
    return found


def _is_capital(sentence: Sentence, position: int) -> bool:
    tokens = sentence.tokens
    start = tokens.starts[position]
    if tokens.text[start].isupper():
        return True
    hyphened = position > 0 and tokens.text[tokens.ends[position - 1] : start] == "-"
    return hyphened and tokens.text[tokens.starts[position - 1]].isupper()


def _words(sentence: Sentence, start: int, end: int) -> frozenset[str]:
    """What a speaker is known by: countries by canonical name, no articles or prepositions."""
    marks = {mark.start: mark for mark in sentence.marks if start <= mark.start and mark.end <= end}
    found: set[str] = set()
    position = start
    while position < end:
        mark = marks.get(position)
        word = sentence.tokens.words[position]
        if mark is not None and "same" in mark.means.attribution:
            found.add("joint chiefs")
        if mark is not None and mark.means.actor:
            found.add(mark.means.actor.value)
            if mark.means.attribution & _RANK_NAMES and "same" not in mark.means.attribution:
                name = mark.means.actor.value.lower().split()
                words = sentence.tokens.words[mark.start : mark.end]
                found.update(
                    word.removesuffix("s")
                    for word in words
                    if word.isalpha() and not any(word.startswith(part[:4]) for part in name)
                )
            position = mark.end
            continue
        if mark is not None and "same" in mark.means.attribution:
            position = mark.end
            continue
        plain = word[0].isalnum() and not sentence.is_function_word(
            position, "a", "the", "preposition", "possessive"
        )
        if plain and not (mark is not None and mark.means.number):
            found.add(_ALIKE.get(word, word.removesuffix("s") if len(word) > 4 else word))
        position += 1
    return frozenset(found)


_ALIKE = {
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "spokespeople": "spokesperson",
    "defence": "defense",
}


def _countries(sentence: Sentence, verbs: Sequence[Mark]) -> Iterator[Speaker]:
    """A government or group that speaks by its name alone ("Seoul says", "Israel said")."""
    for mark in sentence.marks:
        actor = mark.means.actor
        if actor is None or mark.means.attribution & _RANK_NAMES:
            continue
        after = sentence.tokens.words[mark.end : mark.end + 1]
        verb = next((v for v in verbs if v.start == mark.end), None)
        if verb is None or "speaks" not in verb.means.attribution or after == ["'s"]:
            continue
        if mark.start and sentence.is_function_word(mark.start - 1, "preposition", "the"):
            continue
        printed = sentence.quote(mark.start, mark.end)
        yield Speaker(
            who=printed,
            source_class=SourceClass.OFFICIAL,
            named=False,
            actor=actor.value,
            words=frozenset({actor.value}),
            vague=False,
            start=mark.start,
        )
