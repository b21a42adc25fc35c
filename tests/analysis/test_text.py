"""Bodies of every kind become clean paragraphs; what stands around the news is taken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.analysis.boilerplate import find_dateline, is_boilerplate
from bot.analysis.text import CleanText, clean_text
from bot.domain.article import Markup

SEED = Path(__file__).parents[2] / "seeds" / "north-korea-launch-2021-03-25.txt"
SENTENCE = "The navy fired one missile into the bay on Monday, the ministry said."


def plain(body: str, title: str = "", credit: str | None = None) -> CleanText:
    return clean_text(title, body, Markup.PLAIN, credit=credit)


@pytest.mark.parametrize(
    ("line", "place", "credit"),
    [
        ("WASHINGTON ", "WASHINGTON", None),
        ("OSLO, Norway (AP) — ", "OSLO, Norway", "AP"),
        ("LONDON (Reuters) - ", "LONDON", "Reuters"),
        ("(CNN) -- ", None, "CNN"),
        ("(CNN)", None, "CNN"),
        ("Lima, Peru (CNN) -- ", "Lima, Peru", "CNN"),
        ("Reuters - ", None, "Reuters"),
        ("TAIPEI/TOKYO ", "TAIPEI/TOKYO", None),
        ("PAJU, South Korea ", "PAJU, South Korea", None),
        ("CAPE TOWN: ", "CAPE TOWN", None),
        ("NEW DELHI: ", "NEW DELHI", None),
        ("WASHINGTON—", "WASHINGTON", None),
        ("HANOI, March 25 (Xinhua) -- ", "HANOI", "Xinhua"),
        ("Bogotá, 25 mar (EFE).- ", "Bogotá", "EFE"),
        ("ОДЕССА, 25 мар - РИА Новости. ", "ОДЕССА", "RIA Novosti"),
        ("(부산=연합뉴스) 김철수 기자 = ", "부산", "Yonhap"),
        ("[대전=뉴시스] ", "대전", "Newsis"),
        ("【ワシントン時事】", "ワシントン", "Jiji"),
        ("新华社河内3月25日电（记者王某）", "河内", "Xinhua"),
        ("القاهرة (رويترز) - ", "القاهرة", "Reuters"),
    ],
)
def test_dateline_is_taken_off_and_kept_as_place_and_credit(
    line: str, place: str | None, credit: str | None
) -> None:
    text = plain(line + SENTENCE)
    assert (text.paragraphs, text.place, text.credit) == ((SENTENCE,), place, credit)


@pytest.mark.parametrize(
    "note",
    [
        "(Corrects paragraph 7 to show that it was a warning) ",
        "(Adds details, quotes in second paragraph) ",
    ],
)
def test_what_the_desk_changed_is_taken_off_before_the_dateline(note: str) -> None:
    text = plain(f"{note}HAVANA (Reuters) - {SENTENCE}")
    assert (text.paragraphs, text.place, text.credit) == ((SENTENCE,), "HAVANA", "Reuters")
    assert plain(note + SENTENCE).paragraphs == (SENTENCE,)


def test_mumbai_dateline_that_lost_its_dash_is_taken_off() -> None:
    text = plain(f"Mumbai, Jul 27 (PTI) {SENTENCE}")
    assert (text.paragraphs, text.place, text.credit) == ((SENTENCE,), "Mumbai", "PTI")
    assert find_dateline("Former CIA (AP) Director Berg spoke on Monday.") is None


@pytest.mark.parametrize(
    "line",
    [
        "(This version of the story corrects the name of the general)",
        "(This story has been refiled to fix the headline)",
        "(Corrects spelling of the minister's name)",
    ],
)
def test_notes_of_the_desk_are_no_news(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "sentence",
    [
        "NATO Secretary General Anna Berg spoke on Monday.",
        "Resuming on 7-0, the visitors lost three wickets before lunch.",
        "HIMARS Launchers were seen near the border.",
        "CARROT AND STICK: The bloc hopes for talks.",
        "Mario Ruiz, attacked 27-year-old Ana Lopez in January 2015, the court heard.",
        "Japan said on Monday that it would protest.",
        "A U.S. official said the missile was new.",
    ],
)
def test_sentence_that_only_looks_like_a_dateline_stays_whole(sentence: str) -> None:
    assert find_dateline(sentence) is None


@pytest.mark.parametrize(
    "block",
    [
        "By Jane Roe", "By JANE ROE and JOHN DOE", "Ann Poe contributed.",
        "Ann Poe and Joe Roe reported from Lima, Max Moe from Quito.",
        "Reporting by Ann Poe; Editing by Joe Roe", "Image caption The harbour last week",
        "Sign up for our morning letter", "Read more: what we know", "Photo: ministry of defence",
        "Follow us on Facebook", "***", " date 2021-03-25 ", "홍길동 기자", "무단 전재 금지",
        "Читайте также: что известно", "Lire aussi : ce que l'on sait", "اقرأ أيضا: ما نعرفه",
    ],
)  # fmt: skip
def test_boilerplate_is_dropped(block: str) -> None:
    assert is_boilerplate(block)
    assert plain(f"{SENTENCE}\n\n{block}").paragraphs == (SENTENCE,)


@pytest.mark.parametrize(
    "block",
    [
        SENTENCE,
        "The government published a list of towns that were hit.",
        "Image recognition guided the missile, engineers say.",
        "Reporters heard two blasts near the port.",
        "Sailors followed the launch from the deck.",
    ],
)
def test_news_is_not_taken_for_boilerplate(block: str) -> None:
    assert not is_boilerplate(block)


def test_names_that_end_an_article_go_with_the_byline() -> None:
    text = plain(f"{SENTENCE}\n\nJane roe\n\nJohn Doe\n\nAnn Poe contributed.\n")
    assert text.paragraphs == (SENTENCE,)


def test_shipped_seed_starts_with_the_news_and_ends_before_the_bylines() -> None:
    source = SEED.read_text("utf-8")
    text = plain(source)
    assert text.place == "WASHINGTON"
    assert text.paragraphs[0].startswith("North Korea launched two ballistic missiles")
    assert text.paragraphs[-1].startswith("Officials described")
    assert all(paragraph in source for paragraph in text.paragraphs)


def test_html_gives_visible_blocks_only() -> None:
    body = (
        "<p>A <b>bold</b> word&nbsp;here.</p><script>alert(1)</script><figure><img src=x>"
        "<figcaption>a caption</figcaption></figure><div>Tail <span style='display: none'>no</span>"
        "text.<br/>Next line.</div><ul><li>One item of three</li></ul><!-- x --><nav>Menu</nav>"
    )
    text = clean_text("", body, Markup.HTML)
    assert text.paragraphs == ("A bold word here.", "Tail text.", "Next line.", "One item of three")


def test_markdown_gives_the_words_a_reader_sees() -> None:
    body = (
        "---\ntitle: x\n---\n# Head line\n\nText *with* **bold _both_** and a [link](http://a.b)"
        " ![pic](b.png)\nthat is wrapped.\n\n- first item\n- second item\n\n> quoted\n> words\n\n"
        "```\ncode\n```\n"
    )
    text = clean_text("", body, Markup.MARKDOWN)
    assert text.paragraphs == (
        "Head line",
        "Text with bold both and a link that is wrapped.",
        "first item",
        "second item",
        "quoted words",
    )


def test_lines_wrapped_by_an_editor_are_joined_and_written_lines_are_not() -> None:
    wrapped = (
        "The navy fired one missile into the bay on Monday\n"
        "morning, and the ministry of defence in the north\ncalled it a success."
    )
    assert len(plain(wrapped).paragraphs) == 1
    assert plain("First sentence here.\nSecond sentence here.").paragraphs == (
        "First sentence here.",
        "Second sentence here.",
    )


def test_control_and_bidirectional_characters_are_dropped_and_joiners_of_persian_kept() -> None:
    text = plain("می\u200cشود \u202eabc\u202c\x00\x07 de\u0301ja\u0300 vu\u00ad.")
    assert text.paragraphs == ("می\u200cشود abc déjà vu.",)


def test_entry_that_lists_headlines_of_others_has_no_text_of_its_own() -> None:
    title = "Coastal state fires missile in first test of the year"
    body = (
        f"{title} Daily Example Navy says the launch went well The Harbour Post "
        "What we know of the new missile Example.com Neighbours protest Evening Mail"
    )
    text = plain(body, title)
    assert text.paragraphs == ()
    assert text.other_headlines == body


def test_html_list_of_headlines_is_recognised_too() -> None:
    title = "Coastal state fires missile in first test of the year"
    body = (
        f"<ol><li><a href='#'>{title}</a>&nbsp;<font>Daily Example</font></li>"
        "<li><a href='#'>Neighbours protest at launch</a>&nbsp;<font>Evening Mail</font></li></ol>"
    )
    assert clean_text(title, body, Markup.HTML).other_headlines


def test_lead_that_opens_with_the_headline_is_no_list() -> None:
    title = "Coastal state fires missile"
    text = plain(f"{title} {SENTENCE} It flew for two minutes, the navy added.", title)
    assert text.other_headlines is None
    assert text.paragraphs[0].startswith("The navy fired")


def test_outlet_on_the_end_of_a_headline_is_the_credit() -> None:
    text = plain(SENTENCE, "Missile fired - Daily Example", credit="Daily Example")
    assert (text.title, text.credit) == ("Missile fired", "Daily Example")
    text = plain(SENTENCE, "Missile fired (AFP)")
    assert (text.title, text.credit) == ("Missile fired", "AFP")


def test_dash_that_belongs_to_the_headline_stays() -> None:
    assert plain(SENTENCE, "Launch fails - again").title == "Launch fails - again"


def test_title_is_one_line_without_tags_and_entities() -> None:
    assert plain(SENTENCE, " A &amp; B\n<b>fire</b> ").title == "A & B fire"


@pytest.mark.parametrize("body", ["", "   \n\n ", "\x00\x01", "<p></p>", "***"])
def test_body_without_words_has_no_paragraphs(body: str) -> None:
    for markup in Markup:
        assert clean_text("", body, markup).paragraphs == ()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "North Korea fires a ballistic missile",
            "North Korea fires a ballistic missile toward the sea this morning, the military said.",
        ),
        (
            "Россия запустила ракету",
            "Россия запустила ракету сегодня утром с полигона в Плесецке, сообщили военные.",
        ),
    ],
)
def test_a_lead_that_begins_as_the_headline_stays_whole(title: str, text: str) -> None:
    assert plain(text, title=title).paragraphs == (text,)


def test_a_headline_repeated_before_the_first_sentence_is_dropped() -> None:
    title = "North Korea fires a ballistic missile"
    text = "The missile flew toward the sea this morning, the military said."
    assert plain(f"{title} {text}", title=title).paragraphs == (text,)


def test_the_caption_before_a_photographers_name_is_dropped() -> None:
    caption = "Firefighters work in Sumy, Friday, May 15, 2026. (AP Photo/Jane Roe)"
    assert is_boilerplate(caption)
