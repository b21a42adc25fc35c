"""What is faster for plain text must say the same as the way for any text."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.analysis import markup, words
from bot.analysis.boilerplate import is_boilerplate
from bot.domain import identity

_TRICKY = st.text(
    "ab.'’- \t\n\r\x00\x1f\x7f\x85\xa0\xadé\u0301\u1680\u200b\u200c\u200d"
    "\u200e\u2028\u2066\u3000\ufeff\uffffㅋ中",
    max_size=12,
)


def _cleaned_in_full(text: str) -> str:
    text = markup._LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    return markup._BLANKS.sub(" ", markup._INVISIBLE.sub("", markup._CONTROL.sub("", text)))


@given(_TRICKY)
def test_clean_text_is_told_from_unclean(text: str) -> None:
    assert markup.clean_characters(text) == _cleaned_in_full(text)


def test_every_character_is_cleaned_as_in_full() -> None:
    for code in (*range(0x3100), *range(0xF900, 0x10000)):
        text = f"a{chr(code)}b"
        assert markup.clean_characters(text) == _cleaned_in_full(text), hex(code)


@given(st.text(st.characters(max_codepoint=127)))
def test_folding_plain_text_is_folding(text: str) -> None:
    full = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    assert identity.folded(text) == full


@given(st.text(st.sampled_from("aZ-' .’1_é")))
def test_words_of_plain_text_are_the_words(text: str) -> None:
    assert words.Tokenizer("en").to_words(text) == tuple(words._WORD.findall(text))


def test_calls_and_captions_are_known_in_any_case() -> None:
    for line in (
        "Sign up to our newsletter", "SIGN UP NOW", "10:15 GMT Tuesday", "Read more: the launch",
        "Image caption: the bay", "GETTY IMAGES", "Foto: Example", "ПОДПИСЫВАЙТЕСЬ на канал",
        "Reporting by Jane Roe", "(Reporting by Jane Roe; Editing by John Doe)", "Quelle: dpa",
    ):  # fmt: skip
        assert is_boilerplate(line), line
