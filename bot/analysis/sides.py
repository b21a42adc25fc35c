"""What a sentence makes of an actor or place: fired at, fired from, struck, or only speaking.

For languages whose lexicon says `order = "free"`: endings, particles and prepositions tell, which
the lexicon gives as cues (`goal`, `by`, `origin`) and function words (`side`, `seat`, `at`).
"""

from __future__ import annotations

from bot.analysis.lexicon import Grammar, places
from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark

PARTING = frozenset({",", ";", ":", "–", "—", "|", "…", "،", "؛"})
COMMAS = frozenset({",", "،", "、"})
QUOTES = frozenset("«»\"“”„‟'‘’")
TOPICS = frozenset({"、", ",", "が", "は", "이", "가", "은", "는"})
_COLONS = frozenset({":", "："})
_OPENERS = _COLONS | frozenset('「『“"‘')


def is_goal(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it fired at ("на Украину", "イスラエルに", "gegen Israel", "이스라엘을")?"""
    if _leads_from(sentence, actor) or owns_next(sentence, actor):
        return False  # "من شمال اليمن", from the north of Yemen
    if _has_particle(sentence, actor, grammar, "goal") or tells_where(sentence, actor, grammar):
        return True
    if postposes(grammar):
        return False
    if _is_marked_object(sentence, actor):
        return True
    return _has(sentence, actor, "goal", before=True) or _aimed(sentence, actor)


def _is_marked_object(sentence: Sentence, actor: Mark) -> bool:
    """Does a particle make it the object ("تل‌آویو را کوبید")?

    Not so where it owns a missile that is the object ("موشک ایران را", "موشک شلیک‌شده از یمن را").
    """
    after = actor.end < len(sentence.tokens.words)
    if not after or not sentence.is_function_word(actor.end, "object after"):
        return False
    accused = any(
        sentence.is_function_word(n, "accusing")
        for n in range(actor.end, len(sentence.tokens.words))
    )
    if accused or _has(sentence, actor, "by", "origin", before=True):
        return False  # "آمریکا ایران را به حمله متهم کرد"
    owned = (m for m in sentence.marks if m.end == actor.start and m.means.weapon)
    return all(is_instrument(sentence, weapon) for weapon in owned)


def is_instrument(sentence: Sentence, weapon: Mark) -> bool:
    """Is something struck with it ("با ده‌ها موشک", "بصواريخ")?"""
    near = range(max(0, weapon.start - 3), weapon.start)
    return glued(sentence, weapon, ("goal",)) or any(
        sentence.is_function_word(n, "with") for n in near
    )


def _leads_from(sentence: Sentence, actor: Mark) -> bool:
    """Do words of place part it from a "from" ("من منطقة خاضعة للحوثيين")?"""
    start = actor.start
    while start and sentence.is_function_word(start - 1, "side", "seat of"):
        start -= 1
    before = next((m for m in sentence.marks if m.end == start), None)
    return start < actor.start and before is not None and "origin" in before.means.cues


def owns_next(sentence: Sentence, actor: Mark) -> bool:
    """Whether an adjective goes with the weapon or attack after it ("nach russischem Angriff")."""
    if not sentence.quote(actor.start, actor.end)[:1].islower():
        return False
    end = actor.end
    for mark in sentence.marks:
        if mark.start != end:
            continue
        if mark.means.weapon or is_event(mark):
            return True
        if mark.means.number is None and mark.means.cues.isdisjoint({"drone", "and"}):
            return False  # "russischer Drohnen- und Raketenangriff"
        end = mark.end
    return False


def is_event(mark: Mark) -> bool:
    """Whether it names an event: "attack", "launch"."""
    return any("noun" in forms for forms in mark.means.actions.values())


def _aimed(sentence: Sentence, mark: Mark) -> bool:
    """Does "at" stand before the thing of it that is struck ("по объектам хуситов")?"""
    for n in range(mark.start - 1, max(-1, mark.start - 4), -1):
        if sentence.is_function_word(n, "at"):
            return True
        if sentence.tokens.words[n] in PARTING:
            return False
        at = next((m for m in sentence.marks if m.start <= n < m.end), None)
        if at is not None and (at.means.actor or at.means.weapon or at.means.actions):
            return False
    return False


def tells_where(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Does it only say whose a place is ("die ukrainische Hauptstadt Kiew", "US-Botschaft")?"""
    if actor.means.actor is None:
        return False
    words = sentence.tokens.words
    if grammar.mode != "words":  # "예멘 호데이다항에"
        beside = (m for m in sentence.marks if m.start == actor.end and m.means.place)
        land = actor.means.actor.value
        whole = words[actor.end - 1] not in TOPICS
        return whole and any(lies_in(m.means.place.value, land) for m in beside if m.means.place)
    around = range(max(0, actor.start - 3), min(len(words), actor.end + 1))
    seats = [n for n in around if sentence.is_function_word(n, "seat")]
    if any(n >= actor.end or _joins(sentence, n, actor.start) for n in seats):
        return True
    heads = (n for n in around if n < actor.start and sentence.is_function_word(n, "seat of"))
    if any(_joins(sentence, n, actor.start) for n in heads):
        return True  # where the owner always follows: "قاعدة أمريكية", "نفتکش ایرانی"
    country = actor.means.actor.value
    if actor.means.place or words[actor.end : actor.end + 1] in ([","], [":"]):
        return False
    return any(
        m.means.place and 0 <= m.start - actor.end <= 1 and lies_in(m.means.place.value, country)
        for m in sentence.marks
        if _joins(sentence, actor.end - 1, m.start)
    )


def _joins(sentence: Sentence, seat: int, actor: int) -> bool:
    """Whether no verb or preposition parts "base" from its owner ("Stützpunkt in Katar")."""
    between = (m for m in sentence.marks if seat < m.start < actor)
    return not any(
        m.means.actions or m.means.weapon or m.means.actor or "goal" in m.means.cues
        for m in between
    )


def lies_in(name: str, country: str) -> bool:
    """Whether a place of the gazetteer lies in a country."""
    place = places().get(name)
    return place is not None and place.country == country


def comes_from(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it named as the source ("из Йемена", "예멘에서", "par les houthis")?"""
    if postposes(grammar):
        return _has(sentence, actor, "by", "origin", before=False)
    if _has(sentence, actor, "by", "origin", before=True) or _leads_from(sentence, actor):
        return True
    return _is_of(sentence, actor)


def _is_of(sentence: Sentence, actor: Mark) -> bool:
    """Does it own the event or weapon right before it ("ataque de Rusia", "tir de l'Iran")?"""
    for mark in sentence.marks:
        if "of" in mark.means.cues and 0 <= actor.start - mark.end <= 1:
            owned = (m for m in sentence.marks if m.end == mark.start)
            return any(
                m.means.weapon or (m.means.actions and not _acts(sentence, m)) for m in owned
            )
    return False


def _acts(sentence: Sentence, action: Mark) -> bool:
    """Whether a verb has its subject right before it ("Israël frappe des bases syriennes")."""
    verbal = any(forms - {"noun"} for forms in action.means.actions.values())
    return verbal and any(m.means.actor and m.end == action.start for m in sentence.marks)


def postposes(grammar: Grammar) -> bool:
    """Korean and Japanese set their particles after the noun; Chinese before and after."""
    return grammar.mode == "substring" and grammar.scope == "both"


def _has_particle(sentence: Sentence, actor: Mark, grammar: Grammar, cue: str) -> bool:
    """A particle after it; in Chinese a word of place ("境內"): "向" belongs to what follows."""
    if grammar.mode != "substring":
        return False
    after = [mark for mark in sentence.marks if mark.start == actor.end]
    if postposes(grammar):
        return any(cue in mark.means.cues for mark in after)
    after = [mark for mark in after if mark.end - mark.start > 1 and not mark.means.actions]
    return any(cue in mark.means.cues for mark in after)  # not "胡塞武装射向利雅得"


def speaks(sentence: Sentence, actor: Mark) -> bool:
    """Does it only report ("韓国軍は…と発表", "según Seúl", "Seoul: ...")?"""
    words = sentence.tokens.words
    pair = next((m for m in sentence.marks if m.start == actor.end and m.means.actor), actor)
    end = office_end(sentence, pair)  # "Seoul: ...", "Israël-Iran : ..."
    if end < len(words) and words[end] in _COLONS:
        # "Ракетный удар России: 5 погибших", "מתקפת הטילים האיראנית: ..." tell whose it was
        before = next((m for m in sentence.marks if m.end == actor.start), None)
        return before is None or not (before.means.weapon or before.means.actions)
    end = office_end(sentence, actor)
    denies = words[end : end + 1] and words[end] in TOPICS  # "アルメニアは否定"
    if denies and any(m.start == end + 1 and "denial" in m.means.cues for m in sentence.marks):
        return True
    before = _reporting(sentence, actor)
    if before is not None:
        # "según Seúl", but not "Syrien meldet israelischen Angriff"
        return not any(m.means.actor and m.end == before.start for m in sentence.marks)
    told = any("reported" in m.means.cues for m in sentence.marks if m.start == end)
    return told or _has(sentence, actor, "reported", before=False)


def office_end(sentence: Sentence, actor: Mark) -> int:
    """Where a side ends with its office ("日本防卫省：", "韩国国防部称")."""
    offices = {m.start: m.end for m in sentence.marks if "official" in m.means.attribution}
    return offices.get(actor.end, actor.end)


def _reporting(sentence: Sentence, actor: Mark) -> Mark | None:
    """The "selon" before it, or before its office ("selon les autorités ukrainiennes")."""
    for mark in sentence.marks:
        gap = actor.start - mark.end
        opens = _OPENERS.intersection(sentence.tokens.words[mark.start : mark.end])
        if "reported" not in mark.means.cues or opens or not 0 <= gap <= 3:
            continue  # who stands after a colon may be who fired: "東京：北韓發射飛彈"
        if all(sentence.is_function_word(n, "the") for n in range(mark.end, actor.start)):
            return mark  # "nach Angaben des US-Militärs"
        between = [m for m in sentence.marks if mark.end <= m.start < actor.start]
        offices = all("official" in m.means.attribution for m in between)
        if gap == 0 or (between and offices and unbroken(sentence, mark.end, actor.start)):
            return mark
    return None


def glued(sentence: Sentence, mark: Mark, cues: tuple[str, ...]) -> bool:
    """Whether a preposition is part of the word ("לחיפה", to Haifa; "מעזה", from Gaza)."""
    word = sentence.tokens.words[mark.start]
    letters = sentence.function_words
    long = len(word) > 3 or mark.end - mark.start > 1
    return (
        any(word[0] in letters.get(f"glued {cue}", ()) for cue in cues)
        and long
        and not sentence.is_function_word(mark.start, "whole")
    )


def _has(sentence: Sentence, actor: Mark, *cues: str, before: bool) -> bool:
    """Does a cue stand right beside the actor, or is it glued to it ("מתימן", from Yemen)?"""
    if not actor.means.cues.isdisjoint(cues) or (before and glued(sentence, actor, cues)):
        return True
    starts = [actor.start]
    while before and starts[-1] and sentence.is_function_word(starts[-1] - 1, "a", "the", "side"):
        starts.append(starts[-1] - 1)
    for mark in sentence.marks:
        beside = mark.end in starts if before else mark.start == actor.end
        if beside and not mark.means.cues.isdisjoint(cues):
            return not (before and mark.means.actor)
    return False


def is_told(sentence: Sentence, side: Mark, verbs: str) -> bool:
    """Whether a verb of this kind, by the lexicon's name for it, follows a side at once."""
    end = side.end
    return end < len(sentence.tokens.words) and sentence.is_function_word(end, verbs)


def unbroken(sentence: Sentence, start: int, end: int) -> bool:
    """Whether no comma or stop parts two tokens."""
    return not PARTING.intersection(sentence.tokens.words[start:end])


def acts_between(sentence: Sentence, start: int, end: int) -> bool:
    """Whether an action stands between two tokens."""
    return any(start <= m.start < end and m.means.actions for m in sentence.marks)
