"""The matcher over words of any script and over scripts without spaces."""

from __future__ import annotations

from bot.analysis.matching import Matcher
from bot.analysis.terms import Entry, Tag, tokenize


def _found(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    tokens, marks = matcher.read(text)
    return [(tokens.quote(m.start, m.end), m.means.tags[0].value) for m in marks]


def _matcher(*terms: str, substring: bool = False, attached: tuple[str, ...] = ()) -> Matcher:
    entries = [Entry(term, Tag("cue", term)) for term in terms]
    return Matcher(entries, substring=substring, attached=attached)


def test_hyphens_case_and_accents_do_not_matter() -> None:
    matcher = _matcher("test-fired", "missile balistique")
    assert _found(matcher, "Test fired a MISSILE BALISTIQUE") == [
        ("Test fired", "test-fired"),
        ("MISSILE BALISTIQUE", "missile balistique"),
    ]
    assert _found(_matcher("misil"), "un mísil") == [("mísil", "misil")]


def test_longer_term_hides_the_shorter_one_inside_it() -> None:
    matcher = _matcher("rocket", "rocket science")
    assert _found(matcher, "no rocket science, one rocket") == [
        ("rocket science", "rocket science"),
        ("rocket", "rocket"),
    ]


def test_word_edges_are_respected_unless_a_star_asks_for_every_ending() -> None:
    assert _found(_matcher("rocket"), "Crockett skyrockets") == []
    assert _found(_matcher("баллистическ* ракет*"), "пуск баллистической ракеты") == [
        ("баллистической ракеты", "баллистическ* ракет*")
    ]


def test_fork_of_wildcard_and_word_still_finds_the_longest() -> None:
    matcher = _matcher("guard*", "guard of honour", "guard ship")
    assert _found(matcher, "the guard ship and the guards") == [
        ("guard ship", "guard ship"),
        ("guards", "guard*"),
    ]


def test_exact_spelling_tells_the_country_from_the_pronoun() -> None:
    matcher = Matcher([Entry("=US", Tag("actor", "United States"))])
    assert _found(matcher, "US missiles hit us") == [("US", "United States")]
    assert _found(matcher, "us missiles misfire") == [("us", "United States")]


def test_glued_prefixes_are_looked_through() -> None:
    matcher = _matcher("טיל*", attached=("ה", "ו"))
    assert _found(matcher, "הטילים נורו") == [("הטילים", "טיל*")]


def test_scripts_without_spaces_match_anywhere_but_latin_words_keep_their_edges() -> None:
    matcher = _matcher("ミサイル", "弾道ミサイル", "icbm", substring=True)
    text = "北朝鮮がＩＣＢＭ級弾道ミサイルを発射"
    assert [word for word, _ in _found(matcher, text)] == ["ＩＣＢＭ", "弾道ミサイル"]
    assert _found(matcher, "xicbmy") == []


def test_tokens_keep_their_place_in_the_text() -> None:
    text = "Iran’s IRGC fired 1,200 rockets – at 7.5 km."
    tokens = tokenize(text)
    assert tokens.words[:5] == ["iran", "'s", "irgc", "fired", "1,200"]
    assert tokens.quote(0, 2) == "Iran’s"
    assert all(text[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True))
