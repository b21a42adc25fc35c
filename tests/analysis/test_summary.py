"""Summaries are the article's own sentences, well chosen, and fast classes equal Sumy's own."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from bot.analysis import summary as module
from bot.analysis.candidates import (
    MAX_SENTENCES,
    candidates,
    has_broken_quote,
    is_sound,
)
from bot.analysis.summary import (
    FastLexRank,
    FastLsa,
    FastReduction,
    FastTextRank,
    Method,
    summarize,
    summarize_with,
)
from bot.analysis.text import clean_text
from bot.domain.article import Markup

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "north-korea-launch-2021-03-25.txt"

ARTICLES = {
    "en": [
        "The coast guard said a missile fell into the northern bay shortly before noon on Monday.",
        "Fishing boats were told to stay in harbour while the navy searched the bay for debris.",
        "The ministry of defence called the launch a routine test of an older missile.",
        "Two neighbours protested and asked the council to meet about the missile test this week.",
        "Schools on the island stayed open, and ferries ran with short delays in the afternoon.",
        "A retired admiral said the navy had tested the same missile four times since spring.",
    ],
    "de": [
        "Die Marine hat am Montag eine Rakete vor der Küste abgefeuert, sagt das Ministerium.",
        "Fischerboote mussten im Hafen bleiben, während die Marine Trümmer der Rakete suchte.",
        "Zwei Nachbarländer protestierten gegen den Test der Rakete und forderten ein Treffen.",
        "Die Schulen auf der Insel blieben geöffnet, Fähren fuhren mit kleinen Verspätungen.",
    ],
    "fr": [
        "La marine a tiré lundi un missile au large de la côte, a annoncé le ministère.",
        "Les bateaux de pêche sont restés au port pendant que la marine cherchait des débris.",
        "Deux pays voisins ont protesté contre le tir du missile et demandé une réunion.",
        "Les écoles de l'île sont restées ouvertes malgré quelques retards des bateaux.",
    ],
    "es": [
        "La marina disparó el lunes un misil frente a la costa, informó el ministerio.",
        "Los barcos de pesca quedaron en el puerto mientras la marina buscaba restos del misil.",
        "Dos países vecinos protestaron por la prueba del misil y pidieron una reunión.",
        "Las escuelas de la isla siguieron abiertas pese a algunos retrasos de los barcos.",
    ],
    "ru": [
        "Военный флот в понедельник выпустил ракету у побережья, сообщило министерство.",
        "Рыбацкие лодки оставались в порту, пока флот искал обломки ракеты в заливе.",
        "Две соседние страны выразили протест против испытания ракеты и попросили о встрече.",
        "Школы на острове работали, паромы ходили с небольшими задержками весь день.",
    ],
    "uk": [
        "Військовий флот у понеділок випустив ракету біля узбережжя, повідомило міністерство.",
        "Рибальські човни залишалися в порту, поки флот шукав уламки ракети в затоці.",
        "Дві сусідні країни висловили протест проти випробування ракети і просили зустрічі.",
        "Школи на острові працювали, пороми ходили з невеликими затримками весь день.",
    ],
    "he": [
        "חיל הים ירה ביום שני טיל סמוך לחוף, כך מסר משרד הביטחון בהודעה לעיתונות.",
        "סירות הדיג נשארו בנמל בזמן שחיל הים חיפש את שברי הטיל במפרץ הצפוני.",
        "שתי מדינות שכנות מחו על ניסוי הטיל וביקשו לכנס ישיבה דחופה השבוע.",
        "בתי הספר באי נותרו פתוחים והמעבורות פעלו עם עיכובים קלים אחר הצהריים.",
    ],
    "ar": [
        "أطلقت البحرية يوم الاثنين صاروخا قبالة الساحل، حسبما أعلنت وزارة الدفاع في بيان.",
        "بقيت قوارب الصيد في الميناء بينما بحثت البحرية عن حطام الصاروخ في الخليج.",
        "احتجت دولتان مجاورتان على تجربة الصاروخ وطلبتا عقد اجتماع عاجل هذا الأسبوع.",
        "ظلت المدارس في الجزيرة مفتوحة وسارت العبارات مع تأخير بسيط بعد الظهر.",
    ],
    "fa": [
        "نیروی دریایی روز دوشنبه یک موشک در نزدیکی ساحل شلیک کرد، وزارت دفاع اعلام کرد.",
        "قایق‌های ماهیگیری در بندر ماندند در حالی که نیروی دریایی به دنبال بقایای موشک بود.",
        "دو کشور همسایه به آزمایش موشک اعتراض کردند و خواستار نشست فوری این هفته شدند.",
        "مدارس جزیره باز ماندند و کشتی‌ها با تاخیر کوتاه در بعدازظهر حرکت کردند.",
    ],
    "ko": [
        "해군이 월요일 연안 해상으로 미사일 한 발을 발사했다고 국방부가 밝혔다.",
        "해군이 만에서 미사일 잔해를 찾는 동안 어선들은 항구에 머물렀다.",
        "이웃 두 나라는 미사일 시험에 항의하고 이번 주 긴급 회의를 요청했다.",
        "섬의 학교들은 문을 열었고 여객선은 오후에 조금 늦게 운항했다.",
    ],
    "ja": [
        "海軍は月曜日、沿岸の海に向けてミサイル一発を発射したと国防省が発表した。",
        "海軍が湾でミサイルの破片を捜索する間、漁船は港にとどまった。",
        "隣国二か国はミサイル実験に抗議し、今週の緊急会合を求めた。",
        "島の学校は開いており、フェリーは午後に少し遅れて運航した。",
    ],
    "zh": [
        "国防部宣布海军星期一向沿岸海域发射了一枚导弹。",
        "海军在海湾搜寻导弹残骸期间渔船一直停留在港口里。",
        "两个邻国抗议这次导弹试射并要求本周召开紧急会议。",
        "岛上的学校照常开放，渡轮下午稍有延误但继续航行。",
    ],
}


def _story(seed: int, size: int) -> list[str]:
    rng = random.Random(seed)
    words = (" ".join(ARTICLES["en"])).replace(".", "").replace(",", "").split()
    return [" ".join(rng.choices(words, k=rng.randint(2, 24))) + "." for _ in range(size)]


def _document(sentences: list[str]) -> Any:
    return module._document([sentences], "en")


@pytest.mark.parametrize("size", [3, 10, 40, 120])
@pytest.mark.parametrize(
    ("fast", "stock"),
    [
        (FastLexRank, LexRankSummarizer),
        (FastTextRank, TextRankSummarizer),
        (FastReduction, ReductionSummarizer),
        (FastLsa, LsaSummarizer),
    ],
)
@pytest.mark.filterwarnings("ignore:Number of words")
def test_fast_class_chooses_what_sumy_chooses(fast: Any, stock: Any, size: int) -> None:
    if fast is FastLsa and size > 40:
        pytest.skip("stock LSA itself chooses differently from process to process at this size")
    for seed in range(3):
        texts = _story(seed, size)
        chosen = []
        for kind in (fast, stock):
            ranker = kind(module._stemmer("en"))
            ranker.stop_words = module.stop_words("en")
            chosen.append(tuple(map(str, ranker(_document(texts), 3))))
        assert chosen[0] == chosen[1]


def test_fast_classes_choose_what_sumy_chooses_on_the_seed() -> None:
    paragraphs = clean_text("", SEED.read_text("utf-8"), Markup.PLAIN).paragraphs
    texts = [c.text for c in candidates(paragraphs, "en")]
    for fast, stock in ((FastLexRank, LexRankSummarizer), (FastTextRank, TextRankSummarizer)):
        assert [str(s) for s in fast()(_document(texts), 4)] == [
            str(s) for s in stock()(_document(texts), 4)
        ]


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_every_language_is_summarized_by_every_method(language: str) -> None:
    paragraphs = ARTICLES[language]
    for method in Method:
        chosen = summarize_with(method, paragraphs[0], paragraphs, language=language, sentences=2)
        assert len(chosen) == 2
        assert all(sentence in paragraphs for sentence in chosen)


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_every_language_has_stop_words(language: str) -> None:
    assert len(module.stop_words(language)) > 50


@pytest.mark.parametrize("language", [*module._NAMES, "pl", "tr", "el", "xx"])
def test_every_language_can_be_stemmed(language: str) -> None:
    assert module._stemmer(language)("abcdef")
    assert summarize("", ["abc def ghi jkl mno pqr."], language=language)


def test_stems_join_forms_in_languages_sumy_has_no_stemmer_for() -> None:
    assert module._stemmer("ko")("미사일을") == module._stemmer("ko")("미사일은")
    assert module._stemmer("fa")("موشک‌ها") == module._stemmer("fa")("موشک")
    assert module._stemmer("he")("הטיל") == "טיל" or module._stemmer("he")("והטילים") == "טילים"


def test_summary_needs_no_data_from_a_home_folder(tmp_path: Path) -> None:
    code = (
        "from bot.analysis.summary import summarize\n"
        "print(len(summarize('', ['One two three four five six. ' * 9], language='en')))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "NLTK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "1"


def test_seed_summary_is_news_and_no_orphan_byline_or_dateline() -> None:
    source = SEED.read_text("utf-8")
    text = clean_text("", source, Markup.PLAIN)
    chosen = summarize(text.title, text.paragraphs, language="en", sentences=3)
    assert len(chosen) == 3
    assert chosen[0].startswith("North Korea launched two ballistic missiles")
    for sentence in chosen:
        assert sentence in source
        assert len(sentence.split()) >= 5
        assert "reported from" not in sentence


def test_sentences_keep_the_order_of_the_article_and_are_verbatim() -> None:
    paragraphs = ARTICLES["en"]
    chosen = summarize("Missile falls into bay", paragraphs, language="en", sentences=4)
    assert list(chosen) == [p for p in paragraphs if p in chosen]
    assert len(chosen) == 4


_PIECES = st.sampled_from(
    [
        *ARTICLES["en"],
        *ARTICLES["ja"],
        *ARTICLES["ar"],
        "He said so.",
        "“Where?",
        "SEOUL (AP) — Up",
        "",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(_PIECES | st.text(max_size=40), max_size=5).map(" ".join), max_size=6),
    st.sampled_from(sorted(ARTICLES)),
    st.integers(-1, 9),
    st.text(max_size=30),
)
def test_whatever_the_article_its_summary_is_verbatim_in_order_and_no_longer_than_asked(
    paragraphs: list[str], language: str, asked: int, title: str
) -> None:
    chosen = summarize(title, paragraphs, language=language, sentences=asked)
    assert len(chosen) <= max(asked, 0)
    rest = "\n".join(paragraphs)
    for sentence in chosen:
        assert sentence in rest
        rest = rest[rest.index(sentence) + len(sentence) :]


def test_sentence_that_repeats_another_is_left_out() -> None:
    paragraphs = [*ARTICLES["en"][:2], ARTICLES["en"][0].replace("shortly ", "")]
    chosen = summarize("", paragraphs, language="en", sentences=3)
    assert chosen == tuple(paragraphs[:2])


def test_headline_decides_between_sentences() -> None:
    filler = [
        f"Nothing of note happened at place number {w} today." for w in ("alpha", "beta", "gamma")
    ]
    told = "Ferries to the island collided in thick fog near the old pier."
    paragraphs = [*filler, told, *filler]
    assert told in summarize("Ferries collide in fog", paragraphs, language="en", sentences=2)


def test_a_short_summary_opens_with_the_news_and_a_long_one_covers_the_article() -> None:
    lead = "Quiet words open this page, chosen by an editor who likes slow beginnings."
    central = [
        "The navy fired a missile over the bay at noon, and every ferry waited in the harbour.",
        "Officers of the navy searched the bay for parts of the missile until the evening.",
        "Passengers of a ferry in the harbour filmed the missile before it broke in two.",
        "The harbour master asked the navy why no ferry had been warned of the missile.",
    ]
    aside = [
        "Apples were cheap again at noon.",
        "Three choirs sang outdoors on Tuesday evening.",
        "Rain is forecast for most valleys tomorrow.",
    ]
    paragraphs = [lead, *aside, *central]
    long_article = [*paragraphs, *_story(3, 40)]
    assert lead in summarize("", long_article, language="en", sentences=2)
    half = summarize("", paragraphs, language="en", sentences=4)
    assert set(half) - set(central) == {lead}


def test_asking_for_more_than_there_is_gives_everything_once() -> None:
    paragraphs = [*ARTICLES["en"], "Read more: the missile file", "By Jane Roe"]
    assert summarize("", paragraphs, language="en", sentences=1_000) == tuple(ARTICLES["en"])


@pytest.mark.parametrize("paragraphs", [[], [""], ["By Jane Roe"], ["***"]])
def test_article_without_sentences_has_no_summary(paragraphs: list[str]) -> None:
    assert summarize("x", paragraphs, language="en") == ()
    assert summarize_with(Method.LUHN, "x", paragraphs, language="en") == ()


def test_short_sentences_are_used_when_there_are_no_others() -> None:
    assert summarize("", ["Missile fired."], language="en") == ("Missile fired.",)


def test_fragments_come_last() -> None:
    broken = 'He added: "The missile fell outside our waters near the northern bay.'
    paragraphs = [broken, *ARTICLES["en"][:3]]
    assert broken not in summarize("", paragraphs, language="en", sentences=3)
    assert broken in summarize("", paragraphs, language="en", sentences=4)


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("“We saw it,” she said.", False),
        ("“We saw it and it fell.", True),
        ("It fell.”", True),
        ('He said "yes" and left.', False),
        ('He said "yes and left.', True),
        ("軍方說：「已經確認。」", False),
        ("軍方說：「已經確認。", True),
    ],
)
def test_broken_quotes_are_recognised(sentence: str, broken: bool) -> None:
    assert has_broken_quote(sentence) is broken
    assert is_sound(sentence) is not broken


@pytest.mark.parametrize(
    "sentence", ["The launch was seen from ...", "The launch was seen", "Harbour view ."]
)
def test_cut_off_sentences_and_headings_are_not_sound(sentence: str) -> None:
    assert not is_sound(sentence)


def test_long_article_is_capped_and_quick() -> None:
    paragraphs = _story(7, 2_000)
    start = time.process_time()
    summarize("", paragraphs, language="en")
    summarize_with(Method.LEX_RANK, "", paragraphs, language="en")
    summarize_with(Method.KL, "", paragraphs, language="en")
    assert time.process_time() - start < 5
    assert len(candidates(paragraphs, "en")) <= MAX_SENTENCES


def test_one_paragraph_of_many_words_without_any_stop_is_one_sentence() -> None:
    text = "word " * 5_000
    assert len(summarize("", [text], language="en")) == 1
