"""The language comes from the letters and words, with the source's tag as a witness."""

from __future__ import annotations

import pytest

from bot.analysis.language import detect_language, normalise_tag


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Two missiles fired from the coast"),
        ("en", "Navy test fails"),
        ("ko", "북한, 동해로 탄도미사일 1발 발사"),
        ("ja", "ミサイル1発を発射 防衛省"),
        ("zh", "朝鮮發射兩枚導彈"),
        ("zh", "朝鲜发射两枚导弹"),
        ("ru", "Ракета упала в море, сообщили военные"),
        ("uk", "Ракета впала в море, повідомили військові"),
        ("he", "שני טילים נורו לעבר הים"),
        ("ar", "إطلاق صاروخين باتجاه البحر"),
        ("fa", "شلیک دو موشک به سوی دریا گزارش شد"),
        ("es", "Lanzan un misil desde la costa"),
        ("fr", "Tir de deux missiles vers la mer"),
        ("de", "Rakete stürzt in das Meer"),
        ("de", "Pakistan testet Mittelstreckenrakete"),
        ("de", "Polen will Raketenabwehr kaufen"),
        ("fr", "Traité nucléaire : Moscou se retire"),
        ("en", "India and Pakistan trade missile tests"),
        ("en", "UN will weigh missile tests"),
    ],
)
def test_short_headline_is_known(language: str, title: str) -> None:
    assert detect_language(title, "") == language


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "Рота огнем накрыла опорник, сообщили в штабе"),
        ("ru", "Сармат готов к дежурству"),
        ("uk", "Росіяни гатять по селах"),
        ("uk", "Вночі окупанти атакували порт"),
        ("bg", "Силите са готови да се включат в учението"),
    ],
)
def test_short_cyrillic_headline_is_known_without_a_telling_letter(
    language: str, title: str
) -> None:
    assert detect_language(title, "") == language


def test_tag_of_the_source_counts_where_the_letters_allow_it() -> None:
    assert detect_language("Taifun", "", "de-AT") == "de"
    assert detect_language("Београд", "", "sr") == "sr"


def test_tag_that_the_letters_contradict_is_not_believed() -> None:
    assert detect_language("북한이 미사일을 발사했다", "", "en-US") == "ko"
    assert detect_language("The navy of the island fired at a target in the bay", "", "de") == "en"


def test_longer_text_in_a_language_without_rules_is_still_named() -> None:
    text = "Il ministero della difesa ha detto che il missile è caduto in mare senza causare danni."
    assert detect_language("", text) == "it"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-US", "en"), ("pt_BR", "pt"), ("iw", "he"), ("", None), (None, None), ("english", None)],
)
def test_tags_are_reduced_to_two_letters(tag: str | None, code: str | None) -> None:
    assert normalise_tag(tag) == code


@pytest.mark.parametrize("text", ["", "12 34", "!?"])
def test_text_that_tells_nothing_is_called_english(text: str) -> None:
    assert detect_language("", text) == "en"


def test_answer_is_the_same_every_time() -> None:
    answers = {
        detect_language("Un missile", "tombé au large, sans victime", None) for _ in range(5)
    }
    assert len(answers) == 1
