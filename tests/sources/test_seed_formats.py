"""The kinds of files in seeds/, each from its bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.article import DatePrecision, Markup, Published, RawArticle
from bot.sources.seed_formats import read_seed
from tests.sources.loopback import NOW, item, rss

SEED = Path(__file__).parents[2] / "seeds" / "north-korea-launch-2021-03-25.txt"
DAY = Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY)


def only(path: str, data: bytes | str) -> RawArticle:
    batch = read_seed(path, data.encode() if isinstance(data, str) else data, NOW)
    assert batch.problem is None, batch.problem
    (raw,) = batch.articles
    return raw


def sentence(path: str, data: bytes) -> str:
    batch = read_seed(path, data, NOW)
    assert batch.problem is not None
    assert batch.articles == ()
    assert batch.problem.sentence.startswith(f"{path}: ")
    return batch.problem.sentence


def test_the_shipped_seed_has_its_date_no_headline_and_its_whole_text() -> None:
    raw = only(SEED.name, SEED.read_bytes())
    assert raw.published == DAY
    assert raw.title == ""
    assert raw.body.startswith("WASHINGTON North Korea launched two ballistic missiles")
    assert "date 2021" not in raw.body
    assert (raw.origin.key, raw.origin.publisher) == ("seeds", "operator")
    assert (raw.path, raw.markup) == (SEED.name, Markup.PLAIN)


def test_header_lines_of_a_text_are_taken() -> None:
    raw = only(
        "a.txt",
        "Title: Missile fired\nDate: 2021-03-25\nPublisher: Wire\nURL: https://e.org/1\n\n"
        "The text.",
    )
    assert (raw.title, raw.published, raw.url) == ("Missile fired", DAY, "https://e.org/1")
    assert raw.origin.publisher == "Wire"
    assert raw.body == "The text."


def test_prose_that_starts_like_a_header_is_prose() -> None:
    for text in ("Date palms burned after the strike.", "Source close to the army said so."):
        assert only("a.txt", text).body == text


def test_an_unreadable_date_leaves_the_article() -> None:
    raw = only("a.txt", "date: last Thursday\n\nThe text of it.")
    assert raw.published is None
    assert raw.body == "The text of it."


@pytest.mark.parametrize(
    "line",
    ["date 25/03/2021", "date 2021. 3. 25.", "date 2021年3月25日", "date 2021-03-25 (Thursday)",
     "Published on March 25, 2021", "Published: on 25th March 2021", "date = 25.03.2021"],
)  # fmt: skip
def test_a_date_in_any_certain_form_is_a_header(line: str) -> None:
    batch = read_seed("a.txt", f"{line}\n\nThe text of it.".encode(), NOW)
    (raw,) = batch.articles
    assert (raw.published, raw.title, raw.body) == (DAY, "", "The text of it.")
    assert batch.notes == ()


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("a.txt", "date: last Thursday\n\nThe text of it.", "last Thursday"),
        ("a.txt", "date 03/04/2021\n\nThe text of it.", "03/04/2021"),
        ("a.txt", "Published March 2021 by Wire\n\nThe text of it.", "March 2021 by Wire"),
        ("a.md", "---\ndate: 03/04/2021\n---\nThe text of it.", "03/04/2021"),
    ],
)
def test_a_date_that_cannot_be_read_is_told_and_is_no_text(name: str, text: str, date: str) -> None:
    batch = read_seed(name, text.encode(), NOW)
    (raw,) = batch.articles
    assert (raw.published, raw.title, raw.body) == (None, "", "The text of it.")
    (note,) = batch.notes
    assert note.startswith(f"{name}: the date {date!r} cannot be read")
    assert "2021-03-25" in note


@pytest.mark.parametrize(
    "text",
    ["Date palms of 2021 burned after the strike", "Published 12 articles on missiles in a week",
     "Published in 2021, the report names two missiles.",
     "Date 2021 was set for the first launch of the rocket by its makers.",
     "Published 2021 figures show a rise."],
)  # fmt: skip
def test_prose_with_a_number_after_a_headers_name_is_prose(text: str) -> None:
    batch = read_seed("a.txt", text.encode(), NOW)
    assert batch.articles[0].body == text
    assert batch.notes == ()


def test_a_date_in_the_future_is_told_and_does_not_count() -> None:
    future = b"date: 2027-11-28\n\nThe text of it."
    batch = read_seed("a.txt", future, NOW)
    assert batch.articles[0].published is None
    assert batch.notes == ("a.txt: the date 2027-11-28 lies in the future and does not count.",)
    kept = read_seed("a.txt", future, NOW, archive=True)
    assert kept.articles[0].published is not None
    assert kept.notes == ()


def test_a_date_a_few_hours_ahead_or_long_past_counts() -> None:
    tomorrow = read_seed("a.txt", b"date: 2026-03-02\n\nThe text of it.", NOW)
    assert (tomorrow.articles[0].published, tomorrow.notes) == (Published(NOW), ())
    assert only("a.txt", "date: 1983-09-01\n\nThe text of it.").published is not None


def test_a_short_first_line_without_full_stop_is_a_headline() -> None:
    raw = only("a.txt", "Two missiles fired at dawn\n\nThe army said so on Monday.\n")
    assert (raw.title, raw.body) == ("Two missiles fired at dawn", "The army said so on Monday.")


@pytest.mark.parametrize(
    "text",
    ["The army said so.\n\nMore text.", "Only one line here", "Two lines\nof prose\n\nand more",
     "SEOUL\n\nThe army said so."],
)  # fmt: skip
def test_other_first_lines_are_no_headline(text: str) -> None:
    raw = only("a.txt", text)
    assert (raw.title, raw.body) == ("", text)


def test_markdown_front_matter_and_heading_are_read() -> None:
    raw = only(
        "a.md",
        '---\ntitle: "Missile fired"\ndate: 2021-03-25\nsource: Wire\n'
        "url: https://e.org/1\ntags: [x]\n"
        "---\n# Missile fired\n\nThe *text*.",
    )
    assert (raw.title, raw.published, raw.origin.publisher) == ("Missile fired", DAY, "Wire")
    assert (raw.body, raw.markup, raw.url) == ("The *text*.", Markup.MARKDOWN, "https://e.org/1")


def test_a_markdown_heading_is_the_title() -> None:
    for text in ("# Missile fired #\n\nText.", "Missile fired\n====\n\nText."):
        raw = only("a.md", text)
        assert (raw.title, raw.body) == ("Missile fired", "Text.")
    assert only("a.md", "Just text.").title == ""


def test_an_html_page_is_reduced_to_its_article() -> None:
    paragraphs = "".join(
        f"<p>Paragraph {n} tells at length what officials said about the missile test.</p>"
        for n in range(8)
    )
    raw = only(
        "a.html",
        f"<html lang=en><head><title>Missile fired</title>"
        f"<meta property='og:site_name' content='Wire'>"
        f"<meta property='article:published_time' content='2021-03-25T10:00:00Z'></head><body>"
        f"<nav>Home | About</nav><article><h1>Missile fired</h1>{paragraphs}</article></body>",
    )
    assert raw.title == "Missile fired"
    assert raw.origin.publisher == "Wire"
    assert raw.published is not None
    assert raw.published.at.date() == DAY.at.date()
    assert "Paragraph 7" in raw.body
    assert "Home" not in raw.body
    assert "<p>" not in raw.body


def test_a_tiny_html_page_keeps_its_markup() -> None:
    raw = only("a.html", "<title>Fired</title><p>One missile.</p>")
    assert raw.title == "Fired"
    assert "One missile." in raw.body


@pytest.mark.parametrize("name", ["f.xml", "f.rss", "f.atom"])
def test_a_saved_feed_gives_one_article_per_entry_each_with_its_own_path(name: str) -> None:
    batch = read_seed(name, rss(item(guid="a"), item(guid="b"), item(guid=None, link=None)), NOW)
    *paths, last = [raw.path for raw in batch.articles]
    assert paths == [f"{name}#a", f"{name}#b"]
    assert re.fullmatch(re.escape(name) + r"#[0-9a-f]{12}", last or "")
    assert batch.articles[0].origin.publisher == "Test Wire"


@pytest.mark.parametrize("link", [None, "https://example.org/"])
def test_entries_without_guid_and_own_link_keep_their_path_wherever_they_stand(
    link: str | None,
) -> None:
    def paths(*titles: str) -> dict[str, str | None]:
        entries = (item(title=title, guid=None, link=link) for title in titles)
        return {raw.title: raw.path for raw in read_seed("f.xml", rss(*entries), NOW).articles}

    before, after = paths("France fires"), paths("China fires", "France fires")
    assert after["France fires"] == before["France fires"]
    assert len(set(after.values())) == 2


def test_equal_titles_of_one_day_have_paths_of_their_own() -> None:
    entries = (item(title="Update", guid=None, link=None, text=text) for text in ("One.", "Two."))
    batch = read_seed("f.xml", rss(*entries), NOW)
    assert len({raw.path for raw in batch.articles}) == 2


def test_a_saved_json_feed_is_read() -> None:
    assert only("f.json", '{"items": [{"id": "1", "title": "One"}]}').path == "f.json#1"


def test_an_opml_list_gives_feeds() -> None:
    opml = (
        b'<opml version="2.0"><body><outline text="Agencies">'
        b'<outline type="rss" text="Wire &amp; Co" '
        b'xmlUrl="https://e.org/f"/></outline><outline type="rss" xmlUrl="https://e.org/g"/>'
        b'<outline type="rss" xmlUrl="https://e.org/f"/>'
        b'<outline type="rss" xmlUrl="file:///etc/passwd"/>'
        b"</body></opml>"
    )
    for name in ("feeds.opml", "feeds.xml"):
        batch = read_seed(name, opml, NOW)
        assert batch.problem is None
        assert {url for url, _ in batch.feeds} == {"https://e.org/f", "https://e.org/g"}
        assert ("https://e.org/f", "Wire & Co") in batch.feeds


def test_outlines_without_a_web_address_are_named_once_and_groups_are_not() -> None:
    opml = (
        b'<opml><body><outline text="Group"><outline text="A" xmlUrl="https://e.org/f"/></outline>'
        b'<outline text="Local" xmlUrl="file:///srv/f.xml"/><outline text="Bare" type="rss"/>'
        b'<outline text="Bare" type="rss" xmlUrl=""/><outline text="A thought"/></body></opml>'
    )
    batch = read_seed("f.opml", opml, NOW)
    assert batch.feeds == (("https://e.org/f", "A"),)
    assert batch.notes == (
        "f.opml: These feeds of the list were passed over: "
        "Local (no web address: file:///srv/f.xml), Bare (no address).",
    )


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"),
     ("utf-16-be", b"\xfe\xff")],
)  # fmt: skip
def test_unicode_files_are_read_whatever_their_form(encoding: str, bom: bytes) -> None:
    text = "Ракета запущена с восточного побережья."
    assert only("a.txt", bom + text.encode(encoding)).body == text


def test_an_old_encoding_is_recognised() -> None:
    text = "Сегодня утром военные сообщили о запуске двух баллистических ракет в сторону моря. " * 3
    assert only("a.txt", text.encode("windows-1251")).body == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Un missile de croisière a été tiré depuis la côte est.",
        "«\xa0Deux tirs\xa0», dit l’état-major – à l’aube…",
        "Die Streitkräfte schossen über der Ostsee zwei Flugkörper ab.",
        "España condenó el lanzamiento de ayer.",
        "Sjøforsvaret skjøt opp et missil på lørdag.",
    ],
)
def test_western_text_in_windows_1252_keeps_its_letters(text: str) -> None:
    assert only("a.txt", text.encode("cp1252")).body == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Dnes ráno armáda oznámila, že dvě balistické střely dopadly do moře u pobřeží. " * 3,
         "cp1250"),
        ("Dziś rano wojsko ogłosiło, że wystrzelono dwie rakiety balistyczne w stronę morza. " * 3,
         "cp1250"),
        ("本日朝、軍は弾道ミサイル二発が海に向けて発射されたと発表した。" * 3, "shift_jis"),
        ("Σήμερα το πρωί ο στρατός ανακοίνωσε την εκτόξευση δύο πυραύλων προς τη θάλασσα. " * 3,
         "cp1253"),
    ],
)  # fmt: skip
def test_other_old_encodings_are_not_taken_for_windows_1252(text: str, encoding: str) -> None:
    assert only("a.txt", text.encode(encoding)).body == text.strip()


def test_line_ends_of_every_system_are_read() -> None:
    assert only("a.txt", "One.\r\n\r\nTwo.\r\rThree.").body == "One.\n\nTwo.\n\nThree."


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n\t\r\n ", "empty"),
        ("a.txt", b"\x00\x01\x02" * 100, "binary"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("a.txt", bytes(range(1, 32)) * 20, "binary"),
        ("a.txt", b"x" * 5_000_001, "larger than 5 MB"),
        ("a.txt", b"date: 2021-03-25\n\n", "neither a title nor a text"),
        ("a.xml", b"<rss", "This file is neither RSS"),
        ("a.xml", rss(), "no entries"),
        ("a.json", b"{}", "This file is JSON, but no JSON Feed"),
        ("a.rss", b"<html><body>no</body></html>", "This file is a web page"),
        ("a.opml", b"<opml><body/></opml>", "no feed addresses"),
        ("a.opml", b"rubbish", "no feed addresses"),
        ("a.html", b"<html><script>x</script></html>", "No article text"),
    ],
)
def test_a_bad_file_gets_a_clear_sentence_with_its_name(path: str, data: bytes, words: str) -> None:
    assert words in sentence(path, data)
