"""The language of an article: the source's own tag when its letters agree, else py3langid.

Offline and deterministic. Headlines of a few words are judged by script and telling words first,
because a statistical guess on them is often wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

SUPPORTED = ("en", "ko", "ja", "zh", "ru", "uk", "he", "ar", "fa", "es", "fr", "de")

_SAMPLE = 600  # characters that are looked at
_SHORT = 60  # letters below which a statistical guess between Latin languages is not believed
# simplified in Japan alone: neither mainland nor traditional Chinese writes them so
_SHINJITAI = frozenset("発戦弾実験対応撃関圧囲営駅沢単変鉄続読売広図労処黒総権検済拡県気両覇")
_OLD_TAGS = {"iw": "he", "in": "id", "cn": "zh", "jp": "ja", "kr": "ko", "ua": "uk", "gr": "el"}
_SCRIPT_OF = {
    "ko": "hangul", "ja": "japanese", "zh": "han", "ru": "cyrillic", "uk": "cyrillic",
    "bg": "cyrillic", "sr": "cyrillic", "be": "cyrillic", "mk": "cyrillic", "kk": "cyrillic",
    "he": "hebrew", "yi": "hebrew", "ar": "arabic", "fa": "arabic", "ur": "arabic", "ps": "arabic",
    "el": "greek", "th": "thai", "hi": "devanagari", "ka": "georgian", "hy": "armenian",
}  # fmt: skip
_UKRAINIAN, _RUSSIAN = frozenset("іїєґ"), frozenset("ыэёъ")
_OTHER_CYRILLIC = frozenset("ђјљњћџѓќѕў")
# Little words and common ones of headlines that are written alike in no other of these languages.
_CYRILLIC_WORDS = {
    "bg": "се са ще че със във като според е",
    "uk": "та що під від вже вночі росія росіяни ударила вдарила вдарили вгатила атакувала заявив "
    "загинула окупанти ворог ворога хусити оголошено летять куди",
    "ru": "что и из от о об с со во как после для также при его но или россия украина киев киеве "
    "сообщил сообщили заявил заявили рассказал рассказали глава",
}
_PERSIAN = frozenset("پچژگکی")
_URDU = frozenset("ٹڈڑےں")
_TELLING = {  # words that a headline in the language can hardly do without
    "en": "the of and to in on for with is are was as at by from after over says its it that new "
    "more an has have he who what why how us two three four five six ten killed kills dies fires "
    "fired launches launched missiles attack attacks strikes destroyed against amid near",
    "es": "el la los las de del en y que por con para una se su sus tras sobre lanza más contra "
    "entre dos tres misil misiles cohete cohetes dispara ataca ataque muertos corea norcorea ante "
    "sin lo es fue ha han como pero hasta desde cuatro cinco seis otro otra nuevo nueva "
    "prueba ensayo intercepta disparan lanzan lanzó disparó impacta ruso rusa rusos iraní israelí "
    "rusia ucrania irán eeuu ee uu sur norte guerra heridos",
    "fr": "le la les de des du en et à au aux une par pour sur dans est après avec selon que d "
    "contre deux trois tir tirs tire nord corée frappe frappes attaque morts vers sans l qui se "
    "ne ce ses leur ont été sont quatre cinq nouveau nouveaux nouvel nouvelle "
    "depuis entre chez teste lance russe russes israélien iranien ukrainien inde chine moscou "
    "russie japon guerre roquettes croisière balistique balistiques intercepte blessés",
    "de": "der die das und in im den dem von mit auf für ein eine ist nach über aus bei zu am "
    "hat zum zur ins sich nicht wird wurde gegen erst dann zwei drei tote rakete raketen angriff "
    "raketenangriff nordkorea startet bringt meldet ukraine-krieg verletzte kiew des vor als wie "
    "wieder ab vier fünf mehrere neue neuer neuen neues erste ersten erneut erstmals haben "
    "sind nahe durch unter seit wollen testet testen feuert feuern schießt greift "
    "greifen trifft treffen fängt beschießt droht warnt zeigt kündigt indien türkei syrien "
    "russland südkorea iranische israelische russische ukrainische",
}
# How long words of a language begin that it builds anew in every headline.
_BEGINNINGS = {
    "de": "raketen marschflug nordkorea südkorea russisch ukrainisch iranisch israelisch syrisch "
    "chinesisch amerikanisch mittelstrecken kurzstrecken langstrecken interkontinental hyperschall "
    "luftabwehr flugabwehr verteidigungs vereinigte",
}
_TOLD_BY: dict[str, tuple[str, ...]] = {}  # word -> the languages it speaks for
for _code, _words in _TELLING.items():
    for _word in dict.fromkeys(_words.split()):
        _TOLD_BY[_word] = (*_TOLD_BY.get(_word, ()), _code)
_BEGUN = tuple((code, tuple(words.split())) for code, words in _BEGINNINGS.items())
_LATIN = (
    "en", "es", "fr", "de", "it", "pt", "nl", "pl", "sv", "no", "da", "fi", "tr", "cs", "ro", "hu",
    "id", "vi", "hr", "sk", "sl", "et", "lv", "lt", "ca", "sq",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def detect_language(title: str, text: str, tag: str | None = None) -> str:
    """ISO 639-1 code of an article; "en" when nothing tells (numbers, an empty text)."""
    sample = f"{title}\n{text[:_SAMPLE]}"
    script = _script(sample)
    declared = normalise_tag(tag)
    if script != "latin":
        return _by_script(script, sample, declared)
    if declared and declared not in _SCRIPT_OF and not _contradicts(declared, sample):
        return declared
    return _latin(sample)


def normalise_tag(tag: str | None) -> str | None:
    """Two-letter code of a language tag ("en-US", "pt_BR", "iw"); None when it is none."""
    primary = re.split(r"[-_;,\s]", (tag or "").strip().lower())[0]
    primary = _OLD_TAGS.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2}", primary) and primary not in ("xx", "un") else None


def _script(sample: str) -> str:
    """The script of most letters; kana make it Japanese, any Hangul share of a fifth Korean."""
    if sample.isascii():
        return "latin"
    counts: Counter[str] = Counter()
    for character in sample:
        if character.isalpha():
            counts[_script_of(character)] += 1
    if not counts:
        return "latin"
    total = counts.total()
    own = counts["kana"] >= 0.08 * total or _is_shinjitai(sample, counts["kana"])
    if own and counts["kana"] + counts["han"] >= 0.3 * total:
        return "japanese"
    if counts["hangul"] >= 0.2 * total:
        return "hangul"
    counts["han"] *= 2  # a Han character stands for about two letters
    return counts.most_common(1)[0][0]


def _is_shinjitai(sample: str, kana: int) -> bool:
    """Do letters tell that only Japanese has: for headlines with next to no kana ("試射成功")?"""
    letters = sum(character in _SHINJITAI for character in sample)
    return letters >= 2 or (kana > 0 and letters == 1)


@cache
def _script_of(character: str) -> str:
    name = unicodedata.name(character, "LATIN").split(" ")[0].lower()
    return {"cjk": "han", "hiragana": "kana", "katakana": "kana", "katakana-hiragana": "kana"}.get(
        name, name
    )


def _by_script(script: str, sample: str, declared: str | None) -> str:
    """One language of a script that is not Latin, by its own letters."""
    letters = set(sample.lower())
    if script in ("hangul", "japanese", "han", "hebrew"):
        return {"hangul": "ko", "japanese": "ja", "han": "zh", "hebrew": "he"}[script]
    if declared and _SCRIPT_OF.get(declared) == script and not _other_letters(declared, letters):
        return declared
    if script == "cyrillic":
        if letters & _UKRAINIAN and not letters & _RUSSIAN:
            return "uk"
        return "ru" if letters & _RUSSIAN else _cyrillic(sample, letters)
    if script == "arabic":
        if letters & _URDU:
            return "ur"
        return "fa" if letters & _PERSIAN else _classify(sample, ("ar", "fa", "ur", "ps"))
    return next((code for code, name in _SCRIPT_OF.items() if name == script), "en")


def _cyrillic(sample: str, letters: set[str]) -> str:
    """A headline without the letters of Russian or Ukrainian alone: by the little words.

    A statistical guess on a few words takes Russian for Bulgarian, in which nothing is read.
    """
    words = set(_WORD.findall(sample.lower()))
    told = {code: len(words & set(known.split())) for code, known in _CYRILLIC_WORDS.items()}
    if letters & _OTHER_CYRILLIC or told["bg"]:
        return _classify(sample, ("bg", "sr", "be", "mk", "ru", "uk"))
    if told["uk"] != told["ru"]:
        return "uk" if told["uk"] > told["ru"] else "ru"
    return _classify(sample, ("ru", "uk"))


def _other_letters(declared: str, letters: set[str]) -> bool:
    """Do letters occur that the declared language does not have?"""
    if declared == "ru":
        return bool(letters & _UKRAINIAN) and not letters & _RUSSIAN
    if declared == "uk":
        return bool(letters & _RUSSIAN) and not letters & _UKRAINIAN
    if declared == "ar":
        return len(letters & _PERSIAN) >= 2
    return False


def _telling(sample: str) -> Counter[str]:
    counts = Counter(dict.fromkeys(_TELLING, 0))
    for word in _WORD.findall(sample.lower()):
        told = _TOLD_BY.get(word, ())
        for code in told:
            counts[code] += 1
        for code, beginnings in _BEGUN:
            if code not in told and word.startswith(beginnings):
                counts[code] += 1
    return counts


def _contradicts(declared: str, sample: str) -> bool:
    """Do the words speak clearly against a declared Latin language (a German site in English)?"""
    if declared not in _TELLING:
        return False
    counts = _telling(sample)
    best, hits = counts.most_common(1)[0]
    return best != declared and hits >= 4 and counts[declared] * 2 < hits


def _latin(sample: str) -> str:
    counts = _telling(sample)
    ranked = counts.most_common(2)
    if ranked[0][1] > ranked[1][1] + 1:
        return ranked[0][0]
    letters = sum(map(str.isalpha, sample))
    if letters < _SHORT and ranked[0][1] > ranked[1][1]:
        return ranked[0][0]
    if letters < _SHORT:
        lowered = sample.lower()
        if any(c in lowered for c in "ñ¿¡"):
            return "es"
        if any(c in lowered for c in "äß"):
            return "de"
        if any(c in lowered for c in "çèêàûœ"):
            return "fr"
        tied = tuple(code for code, hits in counts.items() if 0 < hits == ranked[0][1])
        if tied and "en" not in tied:
            return _classify(sample, tied)
        return "en" if lowered.isascii() else _classify(sample, ("en", "es", "fr", "de"))
    return _classify(sample, _LATIN)


def _classify(sample: str, codes: tuple[str, ...] = ()) -> str:
    """The likeliest language by py3langid, among `codes` when given."""
    import py3langid  # loads its model (4.5 MB) at the first doubtful text

    ranking = py3langid.rank(sample)
    return next((str(code) for code, _ in ranking if not codes or code in codes), "en")
