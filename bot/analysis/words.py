"""Words of a sentence for ranking, in twelve languages, without any data to download."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")  # the same, three times as fast
_CJK_RUN = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々]+)|(?P<kata>[\u30a1-\u30fa\u30fc]+)"
    r"|(?P<word>[A-Za-zÀ-ÿ]{2,}|\d{2,})"
)
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u0591-\u05c7]")  # vowel signs, tatweel
_JOSA = re.compile(
    r"(?:으로부터|에게서|으로서|으로써|이라고|에서는|에서도|까지의|까지|부터|에게|에서|으로|이라|라고|라는|보다|처럼|"
    r"했다고|했다|한다고|한다|하는|하고|했으며|했고|됐다|된다|되는|들은|들이|들의|들을|은|는|이|가|을|를|의|에|와|과|도|로|만|서)$"
)
_PERSIAN_ENDING = re.compile("(?:\u200c?(?:هایی|های|ها|ترین|تر|ام|ات|اش))$")
_HEBREW_PREFIX = re.compile("^(?:וש|וה|ול|וב|ומ|שה|של|כש|מה|לה|בה|ה|ו|ב|ל|מ|ש|כ)(?=[א-ת]{3,})")

_CJK = frozenset({"ja", "zh"})


class Tokenizer:
    """What Sumy's documents ask of a tokenizer: the words of a sentence.

    Letters make words, digits do not (as in Sumy's own). Chinese and Japanese have no blanks:
    character pairs of Han runs and whole katakana runs stand for words, hiragana (endings and
    particles) is passed over.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.to_words = _cjk_words if language in _CJK else _spaced_words

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        """Sentences by `bot.analysis.sentences`."""
        from bot.analysis.sentences import split_sentences

        return tuple(split_sentences(paragraph, self.language))


def _spaced_words(sentence: str) -> tuple[str, ...]:
    return tuple((_ASCII_WORD if sentence.isascii() else _WORD).findall(sentence))


def _cjk_words(sentence: str) -> tuple[str, ...]:
    words: list[str] = []
    for match in _CJK_RUN.finditer(sentence):
        run = match.group()
        if match.lastgroup != "han" or len(run) <= 2:
            words.append(run)
        else:
            words += [run[i : i + 2] for i in range(len(run) - 1)]
    return tuple(words)


def count_words(sentence: str, language: str) -> int:
    """Length for "shorter than 5 words": two characters of Chinese or Japanese count as a word."""
    if language in _CJK:
        return sum(ch.isalnum() for ch in sentence) // 2
    words = len(sentence.split())
    return words * 2 if language == "ko" else words  # an eojeol is a word with its particles


def light_stem(word: str, language: str) -> str:
    """Endings off, for the languages Sumy has no stemmer for."""
    word = _MARKS.sub("", word.lower())
    if language == "ko":
        stem = _JOSA.sub("", word)
        return stem if len(stem) >= 2 else word
    if language == "fa":
        stem = _PERSIAN_ENDING.sub("", word)
        return stem if len(stem) >= 3 else word
    if language == "he":
        return _HEBREW_PREFIX.sub("", word)
    return word


@cache
def own_stop_words(language: str) -> frozenset[str]:
    """Our list for a language (`stopwords/<language>.txt`); empty when there is none."""
    file = resources.files("bot.analysis") / "stopwords" / f"{language}.txt"
    return frozenset(file.read_text("utf-8").split()) if file.is_file() else frozenset()
