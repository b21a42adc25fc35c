from dataclasses import replace
from random import Random

from bot.analysis.copies import RARE_TERMS, rare_terms
from bot.domain.copies import COPY_RESEMBLANCE, estimate, resemblance
from tests.domain.story_makers import report

VOCABULARY = [f"{a}{b}{c}" for a in "bdfgklmn" for b in ("ar", "el", "io", "un") for c in "prstvxz"]


def text(seed: int, length: int = 300) -> list[str]:
    return Random(seed).choices(VOCABULARY, k=length)


def edited(words: list[str], seed: int) -> list[str]:
    """Agency copy after an editor: 4 % of the words dropped, 4 % replaced."""
    dice = Random(seed)
    kept = [word for word in words if dice.random() >= 0.04]
    return [dice.choice(VOCABULARY) if dice.random() < 0.04 else word for word in kept]


def terms(words: list[str]) -> tuple[str, ...]:
    return rare_terms((" ".join(words),))


def test_edited_copies_are_known_again() -> None:
    found = [
        estimate(terms(text(seed)), terms(edited(text(seed), -seed))) >= COPY_RESEMBLANCE
        for seed in range(1, 301)
    ]
    assert sum(found) >= 0.99 * len(found)


def test_other_articles_are_no_copies() -> None:
    alike = [estimate(terms(text(seed)), terms(text(seed + 5000))) for seed in range(300)]
    assert max(alike) < COPY_RESEMBLANCE


def test_shortened_reprint_is_known_again() -> None:
    words = text(1)
    assert estimate(terms(words), terms(words[:180])) >= COPY_RESEMBLANCE


def test_terms_are_few_and_do_not_depend_on_paragraphs_order() -> None:
    one, two = " ".join(text(1)), " ".join(text(2))
    assert rare_terms((one, two)) == rare_terms((two, one))
    assert len(rare_terms((one, two))) == RARE_TERMS


def test_pairs_of_frequent_words_are_not_taken() -> None:
    assert rare_terms(("The government said oil prices rise.",)) == ()


def test_scripts_without_spaces_have_terms_too() -> None:
    assert rare_terms(("北朝鮮は日本海に向けて弾道ミサイルを発射した。",))


def test_short_texts_are_never_copies() -> None:
    short = report(1, rare_terms=("a b", "c d"))
    assert resemblance(short, replace(short, publisher="Other")) == 0.0
