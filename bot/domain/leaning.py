"""First words by which a sentence leans on the one before it, per language.

Both the summary of an article and that of a story ask: a sentence that opens with "He" must not
follow what another person, or another outlet, has said.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+(?:[\u200c-][^\W\d_]+)*")
_UNSPACED = frozenset({"ja", "zh"})  # a sentence that begins with the characters counts


class Leaning(NamedTuple):
    """`refers`: it opens with a pronoun that the sentence before explains; `joins`: with "But"."""

    refers: bool
    joins: bool


_REFERS = {
    "en": "he she it they his her their its this these such",
    "de": "er sie es dies diese dieser dieses sein seine ihr ihre dabei daraufhin deshalb",
    "fr": "il elle ils elles ce cela cette ces celui-ci celle-ci son sa ses leur leurs",
    "es": "él ella ellos ellas esto ello este esta estos estas su sus",
    "ru": "он она оно они его её ее их это эта этот эти",
    "uk": "він вона воно вони його її їх їхній це ця цей ці",
    "he": "הוא היא הם הן זה זאת זו אלה לדבריו לדבריה לדבריהם",
    "ar": "وأضاف وأضافت وأضافوا وتابع وتابعت وأوضح هو هي هم هذا هذه وهذا وهذه",
    "fa": "او وی آنها آن‌ها ایشان این آن",
    "ko": "그는 그가 그의 그녀는 그들은 이는 이것은 이들은 이번 이에 이어 이로써",
    "ja": "彼は 彼女は 彼らは これ それ この その 同氏 同省 同庁 同社",
    "zh": "他 她 它 这 這 该 該 其 对此 對此 此",
}
_JOINS = {
    "en": "but and however also so yet that those meanwhile nevertheless still",
    "de": "aber und doch jedoch allerdings zudem außerdem auch dennoch",
    "fr": "mais et cependant toutefois aussi pourtant or néanmoins",
    "es": "pero y sin además también aunque",
    "ru": "но и а однако также кроме при",
    "uk": "але і та а однак проте також крім",
    "he": "אבל אך עם גם כמו בנוסף",
    "ar": "لكن ولكن غير كما أيضا وكان وكانت",
    "fa": "اما ولی همچنین و با",
    "ko": "그러나 하지만 그리고 또 또한 다만 한편 앞서",
    "ja": "しかし だが また 一方 さらに ただ そして",
    "zh": "但 然而 不过 不過 此外 另外 同时 同時 而",
}
_WORDS = {
    language: (frozenset(_REFERS[language].split()), frozenset(_JOINS[language].split()))
    for language in _REFERS
}
_NONE: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


def leaning(sentence: str, language: str) -> Leaning:
    """How the first word of a sentence leans; not at all in a language without a list."""
    refers, joins = _WORDS.get(language, _NONE)
    first = _WORD.search(sentence)
    if first is None:
        return Leaning(False, False)
    word = first.group().lower()
    if language in _UNSPACED:
        return Leaning(word.startswith(tuple(refers)), word.startswith(tuple(joins)))
    return Leaning(word in refers, word in joins)
