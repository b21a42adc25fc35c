"""The index finds what the reference rule finds, in one pass."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.phrases import PhraseIndex
from bot.domain.folding import fold, found_in


def test_phrases_are_found_at_word_edges_only() -> None:
    index = PhraseIndex(["icbm", "ballistic missile", "sea", "missil*"])
    assert index.find("an xicbmy and ballistic missiles oversea") == {"missil*"}
    assert index.find("icbm: ballistic missile, sea.") == {
        "icbm",
        "ballistic missile",
        "sea",
        "missil*",
    }


def test_word_and_its_prefix_are_different_phrases() -> None:
    index = PhraseIndex(["test", "test*"])
    assert index.find("testing") == {"test*"}
    assert index.find("a test") == {"test", "test*"}


def test_overlapping_phrases_are_all_found() -> None:
    index = PhraseIndex(["north korea", "korea", "korea missile", "north korea missile"])
    assert len(index.find("north korea missile")) == 4


def test_scripts_without_blanks_need_no_edges() -> None:
    index = PhraseIndex([fold("ミサイル"), fold("미사일"), fold("导弹")])
    assert len(index.find(fold("弾道ミサイル発射 탄도미사일 발사 发射导弹"))) == 3


def test_empty_index_finds_nothing() -> None:
    assert PhraseIndex([]).find("anything") == frozenset()
    assert PhraseIndex(["*", ""]).find("anything") == frozenset()
    assert len(PhraseIndex(["a", "a", "b*"])) == 2


_WORDS = st.text(alphabet="ab c-", min_size=1, max_size=5).map(fold).filter(bool)


@settings(max_examples=200, deadline=None)
@given(st.lists(_WORDS, max_size=6), st.text(alphabet="ab c-", max_size=30).map(fold))
def test_index_agrees_with_the_reference(phrases: list[str], text: str) -> None:
    assert PhraseIndex(phrases).find(text) == found_in(text, tuple(phrases))
