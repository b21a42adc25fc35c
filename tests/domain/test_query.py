import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import fold, found_in
from bot.domain.query import MAX_LENGTH, MAX_TERMS, All, Any_, Node, Not, Query, Term, parse
from bot.errors import InvalidInput
from bot.locale import say


def hits(query: str, text: str) -> bool:
    parsed = parse(query)
    return parsed.matches(found_in(fold(text), parsed.phrases()))


@pytest.mark.parametrize(
    ("query", "text", "matches"),
    [
        ("missile", "A missile was fired", True),
        ("missile launch", "The launch of a missile", True),
        ("missile launch", "A missile was shown", False),
        ('"ballistic missile" OR icbm', "An ICBM flew", True),
        ('"ballistic missile" OR icbm', "missile, ballistic", False),
        ("missile -drill", "missile drill", False),
        ("missile -drill", "missile fired", True),
        ("missile NOT (drill OR exercise)", "a missile exercise", False),
        ("rocket OR missile launch", "a rocket", True),
        ("(rocket OR missile) launch", "a rocket", False),
        ("missil*", "many missiles", True),
        ('"ballistic missil*"', "two ballistic missiles", True),
        ('"ballistic missil"*', "two ballistic missiles", True),
        ("séoul", "SEOUL", True),
        ("ＩＣＢＭ", "icbm", True),
        ("ミサイル -訓練", "弾道ミサイルを発射", True),
        ("「弾道ミサイル」 OR 미사일", "탄도미사일을", True),
        ("hwasong-17", "a Hwasong 17", True),
        ("a | b", "b", True),
        ("missile and launch", "missile launch", True),
        ('missile "or" die', "missile die", False),
        ("--missile", "missile", True),
        ("-(-missile)", "missile", True),
        ("missile,", "missile", True),
        ("U.S.", "the U.S. official", True),
    ],
)
def test_queries_find_what_a_reader_expects(query: str, text: str, matches: bool) -> None:
    assert hits(query, text) is matches


REFUSED = [
    ("", "empty", None),
    ("   ", "empty", None),
    ("x" * (MAX_LENGTH + 1), "too_long", None),
    (" ".join(f"w{n}" for n in range(MAX_TERMS + 1)), "too_many_terms", None),
    ("(" * 9 + "a" + ")" * 9, "too_deep", 9),
    ("-drill", "only_exclusions", None),
    ("missile OR -drill", "only_exclusions", None),
    ('icbm "ballistic missile', "unclosed_quote", 6),
    ("(icbm", "unclosed_group", 1),
    ("icbm (", "unclosed_group", 6),
    ("icbm)", "unopened_group", 5),
    (") icbm", "unopened_group", 1),
    ("icbm ()", "empty_group", 6),
    ("icbm !!", "empty_term", 6),
    ('icbm ""', "empty_term", 6),
    ("icbm - drill", "lonely_minus", 6),
    ("icbm -", "lonely_minus", 6),
    ("(icbm -)", "lonely_minus", 7),
    ("OR icbm", "dangling_operator", 1),
    ("icbm OR", "dangling_operator", 6),
    ("icbm OR OR slbm", "dangling_operator", 6),
    ("icbm not or slbm", "dangling_operator", 6),
    ("mis*ile", "star_inside", 1),
    ("m*", "short_prefix", 1),
    ("*", "empty_term", 1),
]


@pytest.mark.parametrize(("query", "error", "place"), REFUSED)
def test_a_wrong_query_is_refused_with_the_place_and_the_fix(
    query: str, error: str, place: int | None
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(query)
    assert caught.value.key == f"query.error.{error}"
    assert caught.value.params.get("place") == place
    assert caught.value.text == say(caught.value.key, **caught.value.params)
    assert place is None or f"{place}" in caught.value.text


def test_what_must_be_indexed_is_told_in_folded_form() -> None:
    query = parse('"Ballistic  Missile" OR ICBM -drill* icbm')
    assert query.phrases() == ("ballistic missile", "icbm", "drill*")
    assert query.wanted() == ("ballistic missile", "icbm")


def test_matched_words_are_shown_as_they_were_typed() -> None:
    query = parse('"Ballistic Missile" OR ICBM OR slbm')
    assert query.words(frozenset({"ballistic missile", "icbm"})) == ("Ballistic Missile", "ICBM")


def test_the_canonical_text_is_tidy() -> None:
    assert str(parse("  a   and (b | (c or d)) not  e ")) == "a (b OR c OR d) -e"


def test_a_query_is_described_in_plain_words() -> None:
    text = say("query.describe.all", parts=(parse('missil* -"live drill"').describe(),))
    assert "missil" in text
    assert "live drill" in text


WORDS = st.text(alphabet=string.ascii_letters, min_size=2, max_size=6).filter(
    lambda word: word.lower() not in {"or", "and", "not"}
)
TERMS = st.one_of(
    WORDS.map(lambda word: Term(word.lower(), word)),
    WORDS.map(lambda word: Term(f"{word.lower()}*", f"{word}*")),
    st.tuples(WORDS, WORDS).map(lambda two: Term(" ".join(two).lower(), f'"{" ".join(two)}"')),
)


def _combine(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3, unique=True).map(tuple)
    return st.one_of(several.map(All), several.map(Any_), children.map(Not))


TREES: st.SearchStrategy[Node] = st.recursive(TERMS, _combine, max_leaves=6)


def naive(node: Node, found: frozenset[str]) -> bool:
    if isinstance(node, Term):
        return node.phrase in found
    if isinstance(node, Not):
        return not naive(node.part, found)
    truths = [naive(part, found) for part in node.parts]
    return all(truths) if isinstance(node, All) else any(truths)


@given(TREES, st.data())
def test_text_form_means_the_same_as_the_tree(tree: Node, data: st.DataObject) -> None:
    text = str(Query(tree))
    if naive(tree, frozenset()):
        with pytest.raises(InvalidInput):
            parse(text)
        return
    query = parse(text)
    found = frozenset(data.draw(st.sets(st.sampled_from(query.phrases()))))
    assert query.matches(found) is naive(tree, found)
    assert parse(str(query)) == query
    if query.matches(found):
        assert found & set(query.wanted())


def parsed_or_refused(text: str) -> Query | str:
    try:
        return parse(text)
    except InvalidInput as error:
        return error.key


@given(st.text(max_size=MAX_LENGTH + 5))
def test_any_text_is_either_a_query_or_a_named_error(text: str) -> None:
    result = parsed_or_refused(text)
    if isinstance(result, str):
        assert result.startswith("query.error.")
        return
    assert not result.matches(frozenset())
    assert result.phrases()
    assert all(phrase == fold(phrase) for phrase in result.phrases())


@given(st.text(alphabet='ab"()|-* orOR「」', max_size=40))
def test_a_canonical_text_can_always_be_parsed_again(text: str) -> None:
    result = parsed_or_refused(text)
    if isinstance(result, Query):
        assert parse(str(result)) == result
