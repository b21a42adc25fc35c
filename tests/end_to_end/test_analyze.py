"""The analyze command as people and scripts use it: its contract on stdout, stderr and exit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.news import LAUNCHES, seed_text
from tests.end_to_end.origin import rss
from tests.end_to_end.process import CHECKOUT

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SEED = CHECKOUT / "seeds" / "north-korea-launch-2021-03-25.txt"
KEYS = {
    "id", "path", "verdict", "confidence", "language", "keywords", "facts", "evidence", "summary",
    "story",
}  # fmt: skip
FACTS = {
    "actors", "weapons", "names", "count", "launch_site", "target", "event_date", "distance_km",
    "apogee_km", "attribution",
}  # fmt: skip


def analyze(
    *arguments: str | Path, given: bytes = b"", folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run it without a token, network, database or configuration."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "analyze", *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=folder or CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT), **environment},
        timeout=60,
        check=False,
    )


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Every line of stdout as an object."""
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def lines(*items: object) -> bytes:
    """Items as JSON lines; text stays as it is."""
    texts = [item if isinstance(item, str) else json.dumps(item) for item in items]
    return ("\n".join(texts) + "\n").encode()


def test_the_shipped_seed_is_one_object_with_every_key(tmp_path: Path) -> None:
    done = analyze(SEED, "--json", folder=tmp_path)
    (found,) = objects(done)
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(found) >= KEYS
    assert set(found["facts"]) == FACTS
    assert found["id"] == found["path"] == str(SEED)
    assert found["verdict"] == "launch"
    assert 0.0 <= found["confidence"] <= 1.0
    assert found["facts"]["actors"] == ["North Korea"]
    assert found["facts"]["count"] == {"min": 2, "max": 2}
    assert found["facts"]["event_date"] == "2021-03-25"
    assert len(found["summary"]) == 3
    assert isinstance(found["story"], str)
    assert all(set(item) == {"quote", "rule"} for item in found["evidence"])
    assert list(tmp_path.iterdir()) == []


def test_lines_from_standard_input_keep_their_order_and_ids() -> None:
    told = [
        {"id": f"n{n}", "title": entry.title, "text": entry.summary, "date": "2026-03-04"}
        for n, entry in enumerate(launch.first_report(NOW) for launch in LAUNCHES[:4])
    ]
    again = LAUNCHES[0].second_report(NOW)
    told.append({"id": "n4", "title": again.title, "text": again.summary, "date": "2026-03-04"})
    done = analyze("-", "--json", given=lines(*told))
    found = objects(done)
    assert [item["id"] for item in found] == ["n0", "n1", "n2", "n3", "n4"]
    assert {item["verdict"] for item in found} == {"launch"}
    stories = [item["story"] for item in found]
    assert stories[4] == stories[0]
    assert len(set(stories)) == 4


@pytest.mark.parametrize("missing", [None, "", "absent"])
def test_every_field_but_id_and_one_text_may_be_missing(missing: str | None) -> None:
    item: dict[str, Any] = {"id": "x", "title": "Iran fires a ballistic missile"}
    if missing != "absent":
        item |= dict.fromkeys(("text", "date", "source", "publisher", "url"), missing)
    done = analyze("-", "--json", given=lines(item))
    assert (done.returncode, [found["id"] for found in objects(done)]) == (0, ["x"])


def test_a_bad_line_is_named_and_the_others_go_on() -> None:
    good = {"id": "good", "title": "Iran fires a ballistic missile"}
    bad = ["{not json", '["a list"]', {"title": "no id"}, {"id": "empty"}, {"id": 7, "text": []}]
    done = analyze("-", "--json", given=lines(good, *bad, good | {"id": "last"}))
    assert done.returncode == 1
    assert [item["id"] for item in objects(done)] == ["good", "last"]
    told = done.stderr.decode()
    assert "Traceback" not in told
    assert len([line for line in told.splitlines() if line.strip()]) == len(bad)
    for number in range(2, 7):
        assert str(number) in told


def test_an_unreadable_date_is_a_note_and_no_bad_line() -> None:
    item = {"id": "x", "title": "Iran fires a ballistic missile", "date": "someday"}
    done = analyze("-", "--json", given=lines(item))
    assert (done.returncode, len(objects(done))) == (0, 1)
    assert b"someday" in done.stderr
    assert done.stderr.count(b"line 1") == 1


def test_a_feed_gives_an_object_for_every_entry(tmp_path: Path) -> None:
    feed = tmp_path / "wire.xml"
    entries = [LAUNCHES[0].first_report(NOW), LAUNCHES[1].first_report(NOW)]
    body = rss(entries).replace("</channel>", "<item><guid>bare</guid></item></channel>")
    feed.write_text(body, encoding="utf-8")
    found = objects(analyze(feed, "--json"))
    assert [item["id"] for item in found] == ["one-0", "one-1", "bare"]
    assert [item["verdict"] for item in found] == ["launch", "launch", "none"]


def test_a_folder_is_read_without_lists_and_unknown_kinds(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(seed_text(LAUNCHES[1], NOW), encoding="utf-8")
    (tmp_path / "a.md").write_text(seed_text(LAUNCHES[0], NOW), encoding="utf-8")
    (tmp_path / "feeds.opml").write_text("<opml/>", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    done = analyze(tmp_path, "--json")
    assert done.returncode == 0
    assert [Path(item["path"]).name for item in objects(done)] == ["a.md", "b.txt"]


@pytest.mark.parametrize("name", ["feeds.opml", "picture.png", "absent.txt"])
def test_what_is_named_and_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"<opml/>")
    good = tmp_path / "good.txt"
    good.write_text(seed_text(LAUNCHES[0], NOW), encoding="utf-8")
    done = analyze(tmp_path / name, good, "--json")
    assert (done.returncode, len(objects(done))) == (1, 1)
    assert name in done.stderr.decode()


@pytest.mark.parametrize("count", [1, 2, 50])
def test_the_summary_has_as_many_sentences_as_asked_for(count: int) -> None:
    (found,) = objects(analyze(SEED, "--json", "--sentences", str(count)))
    assert len(found["summary"]) == count if count < 50 else len(found["summary"]) > 10
    text = " ".join(SEED.read_text("utf-8").split())
    assert all(" ".join(sentence.split()) in text for sentence in found["summary"])


@pytest.mark.parametrize("arguments", [["--sentences", "0"], ["--sentences", "many"], ["--nope"]])
def test_a_wrong_command_line_ends_with_2(arguments: list[str]) -> None:
    done = analyze(SEED, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")


def test_without_json_it_is_for_people() -> None:
    done = analyze(SEED)
    assert done.returncode == 0
    assert "North Korea" in done.stdout.decode()
    assert not done.stdout.startswith(b"{")


@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_text_that_no_encoding_takes_is_made_sound(tmp_path: Path, name: str) -> None:
    row = r'{"id":"18","title":"x","%s":"\ud800 missile fired by Iran\u0000"}'
    feed = '{"items": [%s]}' % (row % "content_text")
    (tmp_path / name).write_text(row % "text" if name == "x.jsonl" else feed)
    done = analyze(tmp_path / name, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [one["id"] for one in objects(done)] == ["18"]


def test_a_note_names_its_file_once(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(lines({"id": "6", "title": "x"}, {"id": "6", "title": "y"}))
    done = analyze("t.jsonl", "--json", folder=tmp_path)
    assert done.stderr.decode() == "t.jsonl line 2: the id '6' is taken; it became '6#2'.\n"


def test_stdout_is_utf8_whatever_the_machine_says_and_whatever_a_file_is_called(
    tmp_path: Path,
) -> None:
    odd = tmp_path / os.fsdecode(b"bad\xff.txt")
    odd.write_text(seed_text(LAUNCHES[0], NOW) + "\n“한국” said so.\n", encoding="utf-8")
    done = analyze(tmp_path, "--json", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [one["verdict"] for one in objects(done)] == ["launch"]
    assert analyze(tmp_path, PYTHONIOENCODING="ascii").returncode == 0
    named = analyze(tmp_path / os.fsdecode(b"no\xff.txt"), PYTHONIOENCODING="utf-8:strict")
    assert (named.returncode, named.stderr.count(b"Traceback")) == (1, 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_one_sentence_and_1() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "analyze", str(SEED), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_date_at_the_edge_of_the_calendar_costs_no_article(tmp_path: Path) -> None:
    text = "Iran fired a missile at Israel on Monday, officials said."
    rows = [{"id": date, "text": text, "date": date} for date in ("9999-12-31", "0001-01-01")]
    (tmp_path / "a.jsonl").write_bytes(lines(*rows))
    (tmp_path / "b.xml").write_text(
        '<rss version="2.0"><channel><title>t</title><item><guid>feed</guid>'
        f"<title>{text}</title><pubDate>Fri, 31 Dec 9999 23:59:59 GMT</pubDate></item>"
        "</channel></rss>"
    )
    (tmp_path / "c.txt").write_text(f"date 9999-12-31\n\n{text}")
    done = analyze(tmp_path, "--json")
    assert done.returncode == 0
    assert [one["verdict"] for one in objects(done)] == ["launch"] * 4
    assert done.stderr.count(b"cannot be read") == 3
