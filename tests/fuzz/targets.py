"""What is fuzzed: the readers of everything strangers and operators write.

A target takes bytes, as they would lie in a file, and raises only when it finds a defect: an error
its function does not promise, a result that breaks a promise, or more processor time than allowed.
"""

# ruff: noqa: E501 - lists of pieces read best in few lines

from __future__ import annotations

import contextlib
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

from hypothesis import strategies as st

from bot.delivery import sanitise
from bot.domain.query import MAX_LENGTH, parse
from bot.errors import InvalidInput, NotAFeed, SettingsError
from bot.settings import load
from bot.sources.dates import read_date
from bot.sources.entry import sound_text
from bot.sources.feeds import read_feed
from bot.sources.seed_formats import read_seed
from tests.delivery.test_sanitise import assert_harmless
from tests.sources.loopback import NOW, item, rss

SECONDS = 5.0  # of the processor, for one input of a few kilobytes
SHIPPED = Path(__file__).resolve().parents[2] / "config.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """A reader under test; `inputs` makes what it is given."""

    name: str
    check: Callable[[bytes], None]
    inputs: st.SearchStrategy[bytes]

    def try_out(self, data: bytes) -> None:
        """One input, within the time allowed.

        Raises:
            Exception: what is wrong with it.
        """
        with processor_time(SECONDS):
            self.check(data)


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise in the main thread when the block takes more processor time; other load is no matter.

    Raises:
        TimeoutError: it took longer.
    """

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds:g} s of processor time (signal {number}, {frame})")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- readers ----------------------------------------------------------------------------------


def check_feed(data: bytes) -> None:
    """Any bytes are a feed or refused; what comes out can be stored."""
    with contextlib.suppress(NotAFeed):
        for entry in read_feed(data, base="https://example.org/").entries:
            for text in (entry.title, entry.body, entry.guid or "", entry.author or ""):
                assert text == sound_text(text), "half a character, or NUL"
            assert entry.url is None or entry.url.lower().startswith(("http://", "https://"))
            assert entry.published is None or entry.published.at.tzinfo is not None


def check_seed(data: bytes) -> None:
    """Any file is articles, feeds or a sentence about what is wrong with it."""
    for name in ("a.txt", "a.md", "a.html", "a.json", "a.opml"):
        batch = read_seed(name, data, NOW)
        assert batch.articles or batch.feeds or batch.problem or batch.notes or data
        if batch.problem is not None:
            assert batch.problem.sentence.strip()


def check_sanitiser(data: bytes) -> None:
    """No text becomes more than text, at any length."""
    text = data.decode("utf-8", "surrogatepass")
    assert_harmless(sanitise.markdown(text, lines=True))
    assert_harmless(sanitise.markdown(text, 40))
    once = sanitise.clean(text)
    assert sanitise.clean(once) == once
    once.encode()


def check_query(data: bytes) -> None:
    """Any text is a query or a named error; its tidy form means the same."""
    text = data.decode("utf-8", "surrogatepass")
    refused = ""
    try:
        query = parse(text)
    except InvalidInput as error:
        refused = error.key
    if refused:
        assert refused.startswith("query.error."), refused
        return
    assert len(text) <= MAX_LENGTH
    assert parse(str(query)) == query
    assert not query.matches(frozenset())
    assert query.phrases()


def check_date(data: bytes) -> None:
    """Any text is a moment with its zone, or none."""
    text = data.decode("utf-8", "surrogatepass")
    found = read_date(text)
    if found is not None:
        assert found.at.tzinfo is not None
        assert abs(found.at.utcoffset() or timedelta()) < timedelta(days=1)
        found.at.isoformat()


def check_configuration(data: bytes) -> None:
    """Any file is settings, or errors in sentences."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_bytes(data)
        problems: tuple[str, ...] = ("none",)
        try:
            load(file, {})
        except SettingsError as error:
            problems = error.problems
        assert problems
        assert all(problem.strip() for problem in problems)


# -- inputs -----------------------------------------------------------------------------------

_JSON_FEED = b'{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1"}]}'
_ATOM = (
    b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>'
    b'<id>1</id><link href="/a"/><updated>2026-03-01T10:00:00Z</updated><title type="html">'
    b"&lt;b&gt;M&lt;/b&gt;</title><content type='xhtml'><div>x</div></content></entry></feed>"
)
_FEEDS = (rss(item(), item(guid="2")), _ATOM, _JSON_FEED, b"<rdf:RDF><item><title>a</title>")
_PIECES = (
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#xD800;", b"&#0;", b"&amp;", b"<item>", b"</item>", b"\xff\xfe",
    b"\x00", b"<?xml", b"encoding='utf-16'", b"{", b"}", b"[", b"\\ud800", b'":', b"<!DOCTYPE a [", b"<!ENTITY x 'y'>",
    b"&x;", b"xmlns:a='b'", b"<a:b>", b"1e999", b"\xed\xa0\x80", b"<title type='html'>", b"9" * 400,
)  # fmt: skip


@st.composite
def _damaged(draw: st.DrawFn, wholes: tuple[bytes, ...], pieces: tuple[bytes, ...]) -> bytes:
    """Something right, with pieces put in, taken out, doubled and changed."""
    data = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.integers(0, 30)))
        kind = draw(st.sampled_from("idrt"))
        new = draw(st.sampled_from(pieces) | st.binary(max_size=8))
        if kind == "i":
            data[at:at] = new
        elif kind == "d":
            del data[at:until]
        elif kind == "r":
            data[at:until] = new
        else:
            data[at:at] = bytes(data[at:until]) * draw(st.integers(1, 20))
    return bytes(data)


def _written(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _texts(pieces: tuple[str, ...], size: int) -> st.SearchStrategy[bytes]:
    some = st.lists(st.sampled_from(pieces) | st.characters(), max_size=size).map("".join)
    return (some | st.text(max_size=size)).map(_written)


_SPECIAL = (
    *"[]()<>@&#*_~|`\\:!/.-1 \n\t", "everyone", "https://", "discord", ".gg/", "<@&1>", "</a:1>", "<t:1:R>", "||",
    "\u202e", "\u200b", "\u0300", "\ufe0f", "\u200d", "\U0001f469", "\ud800", "\u2028", "<id:guide>",
)  # fmt: skip
_WORDS = (
    "and",
    "or",
    "OR",
    "not",
    "-",
    '"',
    "(",
    ")",
    "*",
    "「",
    "」",
    "missile",
    "미사일",
    " ",
    "\u3000",
)
_DATES = (
    "Mon, ", "29 Feb ", "2026", "-", "/", ":", "T", "Z", "+14:00", "-9999", "W53", "GMT", "EST", " ", ".", "0000",
    "12", "31", "99", "Sept", "\u0662", "\uff11", "24:00:00", "1970-01-01T00:00:00Z",
)  # fmt: skip
_TOML = (
    b"[fetch]\n", b"[[feeds]]\n", b"[[alerts]]\n", b"[[digests]]\n", b"url = ", b"'http://a'\n", b"= 9e999\n",
    b"= nan\n", b"= [1,", b"= {}\n", b"'''", b'"\\u0000"', b"= 1979-05-27\n", b"a.b.c = 1\n", b"\xff", b"query = '('\n",
    b"channel = 99999999999999999999\n", b"time = '25:00'\n", b"zone = 'Mars'\n", b"= -1\n", b"= true\n", b"days = ''\n",
)  # fmt: skip

TARGETS = (
    Target("feeds", check_feed, _damaged(_FEEDS, _PIECES)),
    Target("seeds", check_seed, _damaged((b"date: 2026\n\nA missile.", *_FEEDS), _PIECES)),
    Target("sanitiser", check_sanitiser, _texts(_SPECIAL, 120)),
    Target("queries", check_query, _texts(_WORDS, 40)),
    Target("dates", check_date, _texts(_DATES, 12)),
    Target("configuration", check_configuration, _damaged((SHIPPED.read_bytes(), b""), _TOML)),
)
