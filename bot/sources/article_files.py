"""Reads what `analyze` is given: files, folders, standard input, and .jsonl collections."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.domain.article import Markup, RawArticle
from bot.errors import LaunchwireError, SeedError
from bot.sources.dates import read_date
from bot.sources.entry import sound_text, web_link
from bot.sources.feed_links import looks_like_html
from bot.sources.json_feed import looks_like_json
from bot.sources.seed_formats import (
    FEED_LIST,
    KINDS,
    MAX_BYTES,
    OPERATOR,
    read_seed,
    seed_origin,
)

JSON_LINES = frozenset({".jsonl", ".ndjson"})
READABLE = (KINDS | JSON_LINES) - FEED_LIST
STDIN = "-"
_MARKUP = re.compile(r"(?i)</?(p|a|br|div|li|ol|ul|b|i|em|strong|img|font|span|table)[\s/>]")
_JSON_ITEMS = re.compile(rb'"items"\s*:\s*\[')
_TOLD_BY = 50  # lines by which JSON lines are told from text
_FEED_START = re.compile(rb"<(\?xml|rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleFileItem:
    """One article to analyse. `id` is unique among all that share a `taken` set.

    `path` is as it is to be shown; `notes` are remarks (an unreadable date), not
    errors; each names its file and line.
    """

    id: str
    path: str
    raw: RawArticle
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file or line that cannot be used; the sentence names it. The rest goes on."""

    path: str
    sentence: str


def read_path(
    path: str, first_seen: datetime, taken: set[str] | None = None, stdin: BinaryIO | None = None
) -> Iterator[ArticleFileItem | FileProblem]:
    """Every article of a file, a folder (in the order of its names), or `-`.

    In a folder, feed lists and unknown kinds are passed over; named, they are refused.
    """
    taken = set() if taken is None else taken
    if path == STDIN:
        yield from _stream(stdin or sys.stdin.buffer, first_seen, taken)
        return
    given = Path(path)
    if not given.is_dir():
        yield from _file(given, first_seen, taken)
        return
    for found in sorted(given.rglob("*"), key=lambda each: each.relative_to(given).parts):
        hidden = any(part.startswith(".") for part in found.relative_to(given).parts)
        if found.suffix.lower() in READABLE and not hidden and found.is_file():
            yield from _file(found, first_seen, taken)


def _file(
    path: Path, first_seen: datetime, taken: set[str]
) -> Iterator[ArticleFileItem | FileProblem]:
    shown, suffix = path.as_posix(), path.suffix.lower()
    if suffix in FEED_LIST:
        yield FileProblem(shown, f"{shown}: a feed list holds no articles.")
        return
    if path.exists() and (suffix not in READABLE or not path.is_file()):
        kinds = " ".join(sorted(READABLE))
        yield FileProblem(shown, f"{shown}: this kind of file is not read; {kinds} are.")
        return
    try:
        if suffix in JSON_LINES:
            with path.open("rb") as lines:
                yield from _json_lines(shown, lines, first_seen, taken)
            return
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        yield FileProblem(shown, f"{shown}: cannot be read ({error.strerror or error}).")
        return
    yield from _whole(shown, data, first_seen, taken)


def _whole(
    shown: str, data: bytes, first_seen: datetime, taken: set[str], named: str | None = None
) -> Iterator[ArticleFileItem | FileProblem]:
    """The article of a file, or one for every entry of a feed file."""
    batch = read_seed(named or shown, data, first_seen, archive=True)
    if batch.problem is not None:
        sentence = batch.problem.sentence
        yield FileProblem(shown, f"{shown}{sentence.removeprefix(named)}" if named else sentence)
        return
    notes = batch.notes
    if named:
        notes = tuple(f"{shown}{note.removeprefix(named)}" for note in notes)
    for number, raw in enumerate(batch.articles):
        is_entry = raw.path is not None and raw.path != (named or shown)
        wanted = (raw.guid or raw.url or f"{shown}#{len(taken) + 1}") if is_entry else shown
        yield ArticleFileItem(_unique(wanted, taken), shown, raw, () if number else notes)


def _stream(
    stdin: BinaryIO, first_seen: datetime, taken: set[str]
) -> Iterator[ArticleFileItem | FileProblem]:
    """Standard input, its kind told by its beginning."""
    data = stdin.read()
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _is_json_lines(start):
        yield from _json_lines(STDIN, data.splitlines(), first_seen, taken)
        return
    kind = "input.txt"
    if looks_like_json(start):
        kind = "input.json"
    elif looks_like_html(start):
        kind = "input.html"
    elif _FEED_START.match(start) or _FEED_START.search(start[:1_000]):
        kind = "input.xml"
    yield from _whole(STDIN, data, first_seen, taken, named=kind)


def _is_json_lines(start: bytes) -> bool:
    """Whether it is one object per line, even when some lines, as the first, are broken."""
    lines = [line for line in start.splitlines() if line.strip()][:_TOLD_BY]
    if not lines or _is_row(lines[0]):
        return bool(lines)
    if _JSON_ITEMS.search(lines[0]) or lines[0].strip() in {b"{", b"["} or _is_json(start):
        return False  # one document over several lines, or a feed cut off
    braced = sum(line.lstrip().startswith(b"{") for line in lines)
    return braced * 2 >= len(lines) and any(map(_is_row, lines))


def _is_row(line: bytes) -> bool:
    row = _loaded(line)
    return isinstance(row, dict) and "items" not in row


def _is_json(data: bytes) -> bool:
    return _loaded(data) is not None


def _loaded(data: bytes) -> Any:
    """JSON as it is, None when it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _json_lines(
    shown: str, lines: Any, first_seen: datetime, taken: set[str]
) -> Iterator[ArticleFileItem | FileProblem]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            yield _json_line(shown, number, text, first_seen, taken)
        except LaunchwireError as error:
            yield FileProblem(shown, f"{shown} line {number}: {error}")


def _json_line(
    shown: str, number: int, line: bytes, first_seen: datetime, taken: set[str]
) -> ArticleFileItem:
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SeedError("not a line of JSON in UTF-8.") from error
    if not isinstance(row, dict):
        raise SeedError("not a JSON object.")
    wanted, title, text = _string(row, "id"), _string(row, "title"), _string(row, "text")
    if not wanted:
        raise SeedError("the id is missing.")
    if not title and not text:
        raise SeedError("title and text are both missing.")
    written, source = _date(row), _string(row, "source")
    published = read_date(written) if written else None
    publisher = _string(row, "publisher") or source or OPERATOR
    notes = []
    if written and published is None:
        notes.append(f"{shown} line {number}: the date {written[:40]!r} cannot be read.")
    unique = _unique(wanted, taken)
    if unique != wanted:
        notes.append(f"{shown} line {number}: the id {wanted!r} is taken; it became {unique!r}.")
    raw = RawArticle(
        origin=replace(seed_origin(publisher), name=source or publisher),
        title=" ".join(title.split()),
        body=text,
        markup=Markup.HTML if _MARKUP.search(text) else Markup.PLAIN,
        first_seen=first_seen,
        guid=wanted,
        url=web_link(_string(row, "url")),
        published=published,
    )
    return ArticleFileItem(unique, shown, raw, tuple(notes))


def _date(row: dict[str, Any]) -> str:
    """The date as text; a value of another type looks like none."""
    try:
        return _string(row, "date")
    except SeedError:
        value = row["date"]
        shapes: dict[type, str] = {list: "[...]", dict: "{...}"}
        return shapes.get(type(value), str(value).lower())


def _string(row: dict[str, Any], name: str) -> str:
    """A value as text: absent and null are empty, a number is taken for an id or a year.

    Raises:
        SeedError: it is something else.
    """
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return sound_text(value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise SeedError(f"{name} must be text.")


def _unique(wanted: str, taken: set[str]) -> str:
    """An id nobody has yet: the wanted one, else with a number."""
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}#{number}", number + 1
    taken.add(candidate)
    return candidate
