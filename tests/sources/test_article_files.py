"""What `analyze` reads: files, folders, standard input, .jsonl."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.article import DatePrecision, Published
from bot.sources.article_files import ArticleFileItem, FileProblem, read_path
from tests.sources.loopback import NOW, item, rss


def items(path: str | Path, stdin: bytes = b"") -> list[ArticleFileItem]:
    found = list(read_path(str(path), NOW, stdin=io.BytesIO(stdin)))
    assert not [one for one in found if isinstance(one, FileProblem)]
    return [one for one in found if isinstance(one, ArticleFileItem)]


def problems(path: str | Path) -> list[str]:
    return [one.sentence for one in read_path(str(path), NOW) if isinstance(one, FileProblem)]


def test_the_shipped_seed_has_its_path_as_id() -> None:
    root = Path(__file__).parents[2]
    before = Path.cwd()
    os.chdir(root)
    try:
        (one,) = items("seeds")
    finally:
        os.chdir(before)
    assert one.id == one.path == "seeds/north-korea-launch-2021-03-25.txt"
    assert one.raw.published is not None


def test_a_folder_is_read_in_the_order_of_names_and_lists_and_unknown_kinds_are_passed_over(
    tmp_path: Path,
) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.md", "sub/c.txt", "x.docx", "list.opml", ".hidden.txt", "README"):
        (tmp_path / name).write_text("Some text here.")
    found = items(tmp_path)
    assert [Path(one.path).name for one in found] == ["a.md", "b.txt", "c.txt"]


@pytest.mark.parametrize("name", ["list.opml", "x.docx", "README", "x.py"])
def test_lists_and_unknown_kinds_are_refused_when_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (sentence,) = problems(tmp_path / name)
    assert sentence.startswith(str(tmp_path / name))


def test_a_files_unreadable_date_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("date 03/04/2021\n\nThe text of it.")
    for shown, (one,) in (
        (tmp_path / "a.txt", items(tmp_path / "a.txt")),
        ("-", items("-", b"date 03/04/2021\n\nThe text of it.")),
    ):
        (note,) = one.notes
        assert note.startswith(f"{shown}: the date '03/04/2021' cannot be read")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    (sentence,) = problems(tmp_path / "absent.txt")
    assert "absent.txt: cannot be read" in sentence


def test_a_feed_file_gives_one_item_for_every_entry_with_unique_ids(tmp_path: Path) -> None:
    path = tmp_path / "f.xml"
    path.write_bytes(
        rss(item(guid="a"), item(guid="a"), item(guid=None, link="https://e.org/1"),
            item(guid=None, link="https://e.org/1"), "<item></item>", "<item></item>",
            item(guid="a", title="Else", link="https://e.org/9", date="Fri, 31 Dec 9999 00:00 GMT"))
    )  # fmt: skip
    found = items(path)
    assert len(found) == 7
    assert len({one.id for one in found}) == 7
    assert [one.id for one in found][:3] == ["a", "a#2", "https://e.org/1"]


def test_an_empty_feed_gives_nothing_and_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_bytes(rss())
    assert items(tmp_path / "f.xml") == []


def test_ids_stay_unique_over_several_paths(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_bytes(rss(item(guid="a")))
    (tmp_path / "g.xml").write_bytes(rss(item(guid="a")))
    taken: set[str] = set()
    ids = [
        one.id
        for name in ("f.xml", "g.xml")
        for one in read_path(str(tmp_path / name), NOW, taken)
        if isinstance(one, ArticleFileItem)
    ]
    assert ids == ["a", "a#2"]


def lines(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_json_lines_are_read_in_order_with_their_parts(tmp_path: Path) -> None:
    row = {
        "id": "n1", "title": "Fired", "text": "Two missiles.", "date": "2021-03-25",
        "source": "feed x", "publisher": "Wire", "url": "https://e.org/1",
    }  # fmt: skip
    found = items(lines(tmp_path, row, "", {"id": 2, "title": "Only a title"}))
    assert [one.id for one in found] == ["n1", "2"]
    raw = found[0].raw
    assert (raw.title, raw.body, raw.url) == ("Fired", "Two missiles.", "https://e.org/1")
    assert (raw.origin.publisher, raw.origin.name) == ("Wire", "feed x")
    assert raw.published == Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY)


def test_absent_empty_and_null_values_are_equal(tmp_path: Path) -> None:
    empty = dict.fromkeys(("text", "date", "source", "publisher", "url"), "")
    null: dict[str, object] = dict.fromkeys(("text", "date", "source", "publisher", "url"))
    found = items(
        lines(tmp_path, {"id": "a", "title": "T"}, {"id": "b", "title": "T", **empty},
              {"id": "c", "title": "T", **null})
    )  # fmt: skip
    assert [(one.raw.body, one.raw.published, one.raw.url, one.notes) for one in found] == [
        ("", None, None, ())
    ] * 3


@pytest.mark.parametrize(
    ("date", "precision"),
    [("2021", DatePrecision.YEAR), ("2021-03", DatePrecision.MONTH),
     ("2021-03-25", DatePrecision.DAY),
     ("2021-03-25T10:00:00+09:00", DatePrecision.INSTANT), (2021, DatePrecision.YEAR)],
)  # fmt: skip
def test_dates_may_be_partial(tmp_path: Path, date: object, precision: DatePrecision) -> None:
    (one,) = items(lines(tmp_path, {"id": "a", "title": "T", "date": date}))
    assert one.raw.published is not None
    assert one.raw.published.precision is precision


def test_an_unreadable_date_is_a_note_not_an_error(tmp_path: Path) -> None:
    (one,) = items(lines(tmp_path, {"id": "a", "title": "T", "date": "last week"}))
    assert one.raw.published is None
    assert "line 1" in one.notes[0]
    assert "'last week'" in one.notes[0]


@pytest.mark.parametrize(
    ("date", "shown"),
    [([2021, 3, 25], "[...]"), ({"day": 1}, "{...}"), (True, "true"), (False, "false")],
)
def test_a_date_of_another_type_is_a_note_too(tmp_path: Path, date: object, shown: str) -> None:
    (one,) = items(lines(tmp_path, {"id": "a", "title": "T", "date": date}))
    assert one.raw.published is None
    assert one.notes == (f"{one.path} line 1: the date {shown!r} cannot be read.",)


def test_bad_lines_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = lines(
        tmp_path, {"id": "a", "title": "T"}, "{broken", "[1]", {"title": "no id"}, {"id": "e"},
        {"id": "f", "title": ["list"]}, {"id": "g", "text": "fine"},
        '{"id": "h", "title": ' + "[" * 5000,
    )  # fmt: skip
    found = list(read_path(str(path), NOW))
    assert [one.id for one in found if isinstance(one, ArticleFileItem)] == ["a", "g"]
    told = [one.sentence for one in found if isinstance(one, FileProblem)]
    numbers = [2, 3, 4, 5, 6, 8]
    assert [f"line {n}:" in sentence for n, sentence in zip(numbers, told, strict=True)] == [
        True
    ] * 6


def test_lone_surrogates_are_replaced_and_nul_is_dropped(tmp_path: Path) -> None:
    row = r'{"id": "1\ud800", "title": "a\u0000b", "text": "\udfff fired \ud83d\ude80"}'
    (one,) = items(lines(tmp_path, row))
    assert one.id == one.raw.guid == "1\ufffd"
    assert (one.raw.title, one.raw.body) == ("ab", "\ufffd fired \U0001f680")


def test_a_repeated_id_is_made_unique_with_a_note(tmp_path: Path) -> None:
    first, second = items(lines(tmp_path, {"id": "a", "title": "T"}, {"id": "a", "title": "U"}))
    assert (first.id, second.id) == ("a", "a#2")
    assert "taken" in second.notes[0]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"The army said so.", 1),
        (rss(item(), item(guid="b")), 2),
        (b'{"id": "a", "title": "T"}\n{"id": "b", "title": "U"}\n', 2),
        (
            b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "T"}]}',
            1,
        ),
        (b"<!doctype html><title>T</title><p>One missile was fired.</p>", 1),
    ],
)
def test_standard_input_is_recognised_by_its_beginning(data: bytes, count: int) -> None:
    found = items("-", data)
    assert len(found) == count
    assert {one.path for one in found} == {"-"}


@pytest.mark.parametrize("first", [b"{broken", b"rubbish", b"[1]", b"{" + b"[" * 9999])
def test_json_lines_of_standard_input_survive_a_bad_first_line(first: bytes) -> None:
    data = first + b'\n{"id": "a", "title": "T"}\n{"id": "b", "title": "U"}\n'
    told, *found = read_path("-", NOW, stdin=io.BytesIO(data))
    assert isinstance(told, FileProblem)
    assert told.sentence.startswith("- line 1: ")
    assert [one.id for one in found if isinstance(one, ArticleFileItem)] == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [
        b'{\n"items": [\n{"id": "1", "title": "T"}\n]\n}\n',
        b'{"title": "F",\n"items": [\n{"id": "1", "title": "T"}\n]}\n',
        b'{"version": "1", "items": [\n{"id": "1", "title": "T"},\n{"id": "2"',
        b'The army said so.\nIt sent this:\n{"id": "a", "title": "T"}\n',
    ],
)
def test_other_standard_input_is_not_taken_for_json_lines(data: bytes) -> None:
    assert len(items("-", data)) == 1


def test_a_bad_standard_input_is_named() -> None:
    (one,) = read_path("-", NOW, stdin=io.BytesIO(b""))
    assert isinstance(one, FileProblem)
    assert one.sentence == "-: The file is empty."
