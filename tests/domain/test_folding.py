import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import fold, found_in, occurs


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ballistic  MISSILE", "ballistic missile"),
        ("Séoul", "seoul"),
        ("Straße", "strasse"),
        ("İstanbul ışık", "istanbul isik"),
        ("Łódź", "lodz"),
        ("ＩＣＢＭ　１７", "icbm 17"),
        ("short-range", "short range"),
        ("short–range", "short range"),
        ("Hwa\u00adsong\u200b-17", "hwasong 17"),
        ("Iran’s", "iran's"),
        ("ракетный", "ракетныи"),
        ("أَطْلَقَ", "اطلق"),
        ("미사일", "미사일"),
        ("ｶﾞｽ", "ガス"),
        ("弾道ミサイル", "弾道ミサイル"),
    ],
)
def test_folding_keeps_what_matters_to_a_reader(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1))
def test_case_never_matters_in_latin_script(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower())


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("missile", "Missile fired", True),
        ("missile", "two missiles", False),
        ("missil*", "two missiles", True),
        ("tor", "FileStoreConfig", False),
        ("tor*", "the Tornado", True),
        ("tor*", "a store", False),
        ("iran", "Iran's rockets", True),
        ("ballistic missile", "a ballistic\nmissile,", True),
        ("short range", "short-range missile", True),
        ("ミサイル", "弾道ミサイルを発射", True),
        ("미사일", "탄도미사일을 발사했다", True),
        ("icbm", "북한이 ICBM을 발사", True),
        ("rocket", "rocket_2", False),
        ("ma", "ma mama ma", True),
    ],
)
def test_word_edges_are_respected_where_a_script_has_them(
    phrase: str, text: str, there: bool
) -> None:
    assert occurs(phrase, fold(text)) is there


def test_a_later_place_counts_when_the_first_is_inside_a_word() -> None:
    assert occurs("tor", fold("store tor"))


def test_several_phrases_are_told_apart() -> None:
    assert found_in(fold("An ICBM test"), ("icbm", "slbm", "tes*")) == {"icbm", "tes*"}
