"""Speed and size, as ratios to a naive pipeline in the same run: `make bench`.

`python -m tests.benchmarks.bench [--quick]`. Times are CPU time of one process where not said
otherwise: they depend on the machine, the ratios hardly. The articles are those of the evaluation
data (LAUNCHWIRE_EVAL_DATA, else `shared/eval` beside the checkout); absent, that is said and they
are composed from the shipped seed. Progress goes to stderr, the table to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

import feedparser
from rich.box import ASCII, ROUNDED
from rich.console import Console
from rich.table import Table

from bot.analysis.analyser import analyse
from bot.analysis.phrases import PhraseIndex
from bot.domain.article import Article, Markup, Origin, RawArticle, SourceKind
from bot.domain.feed import PollState
from bot.domain.folding import fold
from bot.ports import Stage, TrailEntry, Transaction
from bot.sources.feeds import read_feed
from bot.store import SqlStore
from tests.benchmarks import copies_bench
from tests.benchmarks.launch_eval import data_folder
from tests.benchmarks.naive import NaivePipeline, alternation, summary
from tests.benchmarks.summary_eval import FILE
from tests.end_to_end.process import CHECKOUT, Program
from tests.store import samples

T = TypeVar("T")
NOW = datetime(2021, 3, 25, 7, 15, tzinfo=UTC)
ORIGIN = Origin(SourceKind.FEED, "1", "Bench")
ENTRIES = 30
COLD = 6 * ENTRIES  # articles
STEADY_POLLS = 20
KEYWORDS = 1_000
START_SECONDS = 60.0
IDLE_SECONDS = 3.0
NEWS = (
    (
        "first",
        "Iran",
        "Iran fires two cruise missiles\n\nIran fired two cruise missiles into the Gulf of Oman on "
        "Monday, the defence ministry in Tehran said. Nobody was hurt.\n",
    ),
    (
        "next",
        "India",
        "India tests ballistic missile\n\nIndia test-fired a ballistic missile off the coast of "
        "Odisha on Tuesday, the defence ministry in New Delhi said.\n",
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A measurement: the naive way, ours, and how many times less ours takes."""

    name: str
    ours: str
    naive: str = ""
    ratio: float | None = None


def cpu(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of CPU (all threads of this process), and the result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def texts() -> tuple[list[tuple[str, str]], str]:
    """(title, text) of typical articles, and where they come from."""
    path = data_folder() / FILE
    if path.is_file():
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [(row["title"], row["text"]) for row in rows], f"{len(rows)} real articles"
    seed = next((CHECKOUT / "seeds").glob("*.txt")).read_text("utf-8")
    sentences = [sentence for sentence in seed.replace("\n", " ").split(". ") if sentence]
    dice = Random(1)
    made = [
        (f"Report {n}", ". ".join(dice.choices(sentences, k=dice.randint(8, 40))))
        for n in range(220)
    ]
    return made, "220 articles composed from the shipped seed (no evaluation data here)"


def feed_of(articles: Sequence[tuple[str, str]], first: int = 0) -> bytes:
    """An RSS feed with whole articles as HTML."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://news.example/{number}</link>"
        f"<guid>g{number}</guid><pubDate>Thu, 25 Mar 2021 07:00:00 GMT</pubDate><description>"
        f"{escape(''.join(f'<p>{escape(p)}</p>' for p in text.splitlines() if p))}"
        "</description></item>"
        for number, (title, text) in enumerate(articles, first)
    )
    head = "<?xml version='1.0'?><rss version='2.0'><channel><title>Bench</title>"
    return f"{head}{items}</channel></rss>".encode()


def raw_articles(body: bytes) -> list[RawArticle]:
    """The entries of a feed, read by our door."""
    return [
        RawArticle(
            ORIGIN, entry.title, entry.body, entry.markup, NOW,
            guid=entry.guid, url=entry.url, published=entry.published,
        )
        for entry in read_feed(body).entries
    ]  # fmt: skip


async def store_article(store: SqlStore, article: Article) -> None:
    """What a new article with one subscribed channel writes, in one transaction."""

    def step(tx: Transaction) -> None:
        article_id = tx.articles.add(article, None, NOW)
        story_id = tx.stories.save(samples.story(), ["k"], headline="h", status="reported")
        tx.articles.move(article_id, story_id)
        key = f"alert:{story_id}:{article_id}"
        tx.outbox.enqueue(samples.delivery(key, story_id=story_id))
        tx.records.trail(TrailEntry(NOW, Stage.STORED, "", article_id=article_id))

    await store.write(step)


async def _ours(body: bytes, known: set[str], index: PhraseIndex, store: SqlStore) -> int:
    fresh = [raw for raw in raw_articles(body) if (raw.guid or "") not in known]
    for raw in fresh:
        article = analyse(raw)
        index.find(fold(f"{article.title} {article.text}"))
        await store_article(store, article)
        known.add(raw.guid or "")
    return len(fresh)


def pipeline(articles: Sequence[tuple[str, str]], keywords: Sequence[str]) -> Iterator[Line]:
    """Feed bytes to stored articles: everything new, then one new entry in a feed of thirty."""
    cold = [feed_of(articles[at : at + ENTRIES], at) for at in range(0, COLD, ENTRIES)]
    first, *steady = [feed_of(articles[at : at + ENTRIES], at) for at in range(STEADY_POLLS + 1)]
    with tempfile.TemporaryDirectory(prefix="launchwire-bench-") as folder:
        both = []
        for taker in (_take_naively, _take):
            run = partial(taker, Path(folder), keywords)
            run(cold[:1], [])  # loads the libraries
            both.append((run([], cold), run([first], steady)))
    (naive_cold, naive_new), (naive_steady, _) = both[0]
    (ours_cold, ours_new), (ours_steady, _) = both[1]
    assert naive_new == ours_new, "both must take in the same articles"
    yield _per("feed bytes to stored article, all entries new", naive_cold / COLD, ours_cold / COLD)
    name = f"poll of a feed of {ENTRIES} with one new entry"
    yield _per(name, naive_steady / STEADY_POLLS, ours_steady / STEADY_POLLS)


def _take_naively(
    folder: Path, keywords: Sequence[str], before: Sequence[bytes], feeds: Sequence[bytes]
) -> tuple[float, int]:
    naive = NaivePipeline(":memory:" if not feeds else _fresh(folder), keywords)
    for body in before:
        naive.take(body)
    seconds, new = cpu(lambda: sum(naive.take(body) for body in feeds))
    naive.close()
    return seconds, new


def _take(
    folder: Path, keywords: Sequence[str], before: Sequence[bytes], feeds: Sequence[bytes]
) -> tuple[float, int]:
    async def run() -> tuple[float, int]:
        index = PhraseIndex([fold(word) for word in keywords])
        known: set[str] = set()
        async with SqlStore.open(f"sqlite:///{_fresh(folder)}") as store:
            for body in before:
                await _ours(body, known, index, store)
            started = time.process_time()
            new = sum([await _ours(body, known, index, store) for body in feeds])
            return time.process_time() - started, new

    return asyncio.run(run())


def _fresh(folder: Path) -> str:
    return str(folder / f"{len(list(folder.iterdir()))}.db")


def _per(name: str, naive: float, ours: float) -> Line:
    return Line(name, f"{ours * 1e3:.2f} ms", f"{naive * 1e3:.2f} ms", naive / ours)


def analysis(articles: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Verdict, facts, keywords, copy terms and summary of an article."""
    raws = [RawArticle(ORIGIN, title, text, Markup.PLAIN, NOW) for title, text in articles]
    for raw in raws[:5]:
        analyse(raw)
    # The best of three rounds: the machine may be shared.
    ours = [min(cpu(partial(analyse, raw))[0] for _ in range(3)) for raw in raws]
    theirs = [cpu(partial(summary, text))[0] for _, text in articles]
    note = "analyse an article (naive: LexRank alone)"
    yield _per(f"{note}, median", median(theirs), median(ours))
    yield _per(f"{note}, 95th percentile", quantiles(theirs, n=20)[-1], quantiles(ours, n=20)[-1])


def feed_parsing(articles: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Parsing alone."""
    body = feed_of(articles[:ENTRIES])
    theirs = min(cpu(lambda: feedparser.parse(body))[0] for _ in range(5))
    ours = min(cpu(lambda: read_feed(body))[0] for _ in range(5))
    yield _per(f"parse a feed of {ENTRIES} whole articles, {len(body) // 1024} kB", theirs, ours)


def keyword_matching(articles: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Many phrases in an article, against one expression of all of them."""
    bodies = [fold(f"{title} {text}") for title, text in articles[:40]]
    for many in (10, 1_000, 100_000):
        words = phrases(many)
        index = PhraseIndex(words)
        ours, _ = cpu(partial(_each, index.find, bodies))
        expression = alternation(words)
        some = bodies if many < 100_000 else bodies[:3]
        theirs, _ = cpu(partial(_each, expression.findall, some))
        theirs, ours = theirs / len(some), ours / len(bodies)
        yield _per(f"match {many:,} phrases in an article", theirs, ours)


def _each(work: Callable[[str], object], bodies: Sequence[str]) -> None:
    for body in bodies:
        work(body)


def phrases(many: int) -> list[str]:
    """Keyword phrases of one to three words, made up but for a few."""
    dice = Random(2)
    letters = "abcdefghiklmnoprstuvw"
    words = ["".join(dice.choices(letters, k=dice.randint(4, 9))) for _ in range(5_000)]
    real = ["missile", "ballistic missile", "government", "police said", "nuclear"]
    made = {" ".join(dice.choices(words, k=dice.randint(1, 3))) for _ in range(many * 2)}
    return [*real, *sorted(made)][:many]


def near_copies(articles: int) -> Iterator[Line]:
    """The index of rare terms that finds reprints and edited agency copy."""
    result = copies_bench.run(articles)
    yield Line(f"near copies among {articles:,}, look-up, median", f"{result.median_ms:.2f} ms")
    yield Line(f"near copies among {articles:,}, look-up, p99", f"{result.p99_ms:.2f} ms")
    found = f"{result.recall:.2%} found, {result.false_pairs} false"
    yield Line("edited copies (8 % of words changed)", found)


def store_steps() -> Iterator[Line]:
    """Durable transactions: article, story, key, outbox row and trail, synchronous=FULL."""

    async def run() -> tuple[float, float]:
        with tempfile.TemporaryDirectory(prefix="launchwire-bench-") as folder:
            async with SqlStore.open(f"sqlite:///{folder}/store.db") as store:
                state = PollState()
                await store.write(lambda tx: tx.feeds.add(samples.feed(), state))
                items = [samples.article(number) for number in range(1, 301)]
                wall, started = time.perf_counter(), time.process_time()
                for number, item in enumerate(items):
                    await store_article(store, replace(item, guid=f"s{number}"))
                return (
                    (time.process_time() - started) / len(items),
                    (time.perf_counter() - wall) / len(items),
                )

    used, wall = asyncio.run(run())
    text = f"{used * 1e3:.2f} ms CPU, {wall * 1e3:.2f} ms wall"
    yield Line("store a new article, one durable transaction", text)


def program() -> Iterator[Line]:
    """The real program without a token: seconds until /healthz answers, and memory when idle."""
    with tempfile.TemporaryDirectory(prefix="launchwire-bench-") as folder:
        yield from asyncio.run(_program(Path(folder)))


async def _program(folder: Path) -> list[Line]:
    (folder / "seeds").mkdir()
    (folder / "config.toml").write_text("")
    port = _free_port()
    started = time.perf_counter()
    child = Program(folder, ["run"], {"LAUNCHWIRE_HTTP__PORT": str(port)})
    async with child:
        while not await asyncio.to_thread(_answers, port):
            if time.perf_counter() - started > START_SECONDS or not child.running:
                return [Line("start of the program", f"did not start: {child.stderr[-200:]}")]
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started
        await asyncio.sleep(IDLE_SECONDS)
        lines = [Line("start until /healthz answers (rehearsal, wall)", f"{seconds:.2f} s")]
        lines.append(Line("idle memory (RSS), before the first article", _shown_memory(child.pid)))
        for name, word, text in NEWS:
            started = time.perf_counter()
            (folder / "seeds" / f"{name}.txt").write_text(text)
            await child.wait_for(partial(_said, child, word), START_SECONDS)
            seconds = time.perf_counter() - started
            lines.append(Line(f"file in seeds/ to message, {name} (wall)", f"{seconds:.2f} s"))
        await asyncio.sleep(IDLE_SECONDS)
        lines.append(Line("idle memory (RSS), after two articles", _shown_memory(child.pid)))
        return lines


def _said(child: Program, word: str) -> bool:
    return word in child.stdout


def _shown_memory(pid: int) -> str:
    own = _memory(pid)
    if own is None:
        return "not measured: no /proc here"
    children = [value for one in _children(pid) if (value := _memory(one)) is not None]
    return f"{own:.0f} MB" + "".join(f" + child {value:.0f} MB" for value in children)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _memory(pid: int) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), None)


def _children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def measure(*, quick: bool) -> Iterator[Line]:
    """Every line as it is done."""
    articles, source = texts()
    _progress(source)
    yield Line("articles", source)
    keywords = phrases(KEYWORDS)
    yield from _told("pipeline", pipeline(articles, keywords))
    yield from _told("analysis", analysis(articles))
    yield from _told("feed parsing", feed_parsing(articles))
    yield from _told("keyword matching", keyword_matching(articles))
    yield from _told("store", store_steps())
    yield from _told("the program", program())
    yield from _told("near copies (a minute)", near_copies(5_000 if quick else 100_000))


def _told(name: str, lines: Iterator[Line]) -> Iterator[Line]:
    _progress(name)
    yield from lines


def _progress(text: str) -> None:
    sys.stderr.write(f"bench: {text} ...\n")
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure Launchwire against a naive pipeline.")
    parser.add_argument("--quick", action="store_true", help="a small copy index")
    options = parser.parse_args(arguments)
    tty = sys.stdout.isatty()
    console = Console(highlight=False) if tty else Console(width=150, color_system=None)
    table = Table(
        title="Launchwire beside a naive pipeline, same run", box=ROUNDED if tty else ASCII
    )
    table.add_column("measure")
    for name in ("naive", "ours", "less"):
        table.add_column(name, justify="right")
    for line in measure(quick=options.quick):
        table.add_row(line.name, line.naive, line.ours, f"{line.ratio:.1f}x" if line.ratio else "")
    console.print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
