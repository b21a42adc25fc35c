"""`launchwire analyze`: judge and summarize files; for back-fill, for trying rules, for measuring.

Needs no token, network, database or configuration.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from bot.analysis.analyser import analyse
from bot.clock import SystemClock
from bot.delivery.analysis_view import print_article
from bot.domain.article import Article, ArticleId
from bot.domain.launch import Count, EventKind, Fact, LaunchEvent, LaunchReport
from bot.domain.story_group import group
from bot.errors import LaunchwireError, report_unexpected
from bot.services.grouping import report_of
from bot.sources.article_files import ArticleFileItem, FileProblem, read_path

# Without a terminal a plain line says how far it is, this often.
LINE_EVERY = 500


def analyze_paths(paths: Sequence[str], *, as_json: bool, sentences: int) -> int:
    """Analyse everything the paths hold; returns the exit status (1 when anything was bad).

    Results go to stdout in the order of input; notes, errors and progress to stderr.
    """
    errors = Console(stderr=True, highlight=False)
    found: list[tuple[ArticleFileItem, Article]] = []
    bad = 0
    for item in _with_progress(_items(paths), errors):
        if isinstance(item, FileProblem):
            errors.print(item.sentence, markup=False, soft_wrap=True)
            bad += 1
            continue
        for note in item.notes:
            errors.print(note, markup=False, soft_wrap=True)
        article = _analysed(item, sentences, errors)
        if article is None:
            bad += 1
        else:
            found.append((item, article))
    stories = group([report_of(ArticleId(n), article) for n, (_, article) in enumerate(found, 1)])
    try:
        for (item, article), story in zip(found, stories, strict=True):
            if as_json:
                sys.stdout.write(
                    json.dumps(as_object(item, article, story), ensure_ascii=False) + "\n"
                )
            else:
                print_article(item.id, article, story)
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # the reader has seen enough (`| head`)
    except OSError as error:
        raise LaunchwireError(f"The results cannot be written ({error.strerror}).") from error
    return 1 if bad else 0


def as_object(item: ArticleFileItem, article: Article, story: str) -> dict[str, Any]:
    """One article as the JSON object that README describes under "Analyze"."""
    report = article.report
    return {
        "id": item.id,
        "path": item.path,
        "title": article.title,
        "verdict": report.verdict.value,
        "confidence": round(report.confidence, 3),
        "language": article.language,
        "keywords": list(article.keywords),
        "facts": facts_object(report),
        "evidence": [{"quote": e.quote, "rule": e.rule} for e in report.evidence],
        "summary": list(article.summary),
        "story": story,
        "events": [_event(event) for event in report.events],
    }


def facts_object(report: LaunchReport) -> dict[str, Any]:
    """The facts of the event that is the news; empty values where nothing is stated."""
    news = report.news or LaunchEvent(kind=EventKind.TEST, is_news=False)
    count = news.count.value if news.count else None
    return {
        "actors": [fact.value for fact in news.actors],
        "weapons": [fact.value.value for fact in news.weapons],
        "names": [fact.value for fact in news.names],
        "count": {"min": count.min, "max": count.max} if count else None,
        "launch_site": _value(news.site),
        "target": _value(news.target),
        "event_date": news.time.value.day.isoformat() if news.time else None,
        "distance_km": _value(news.distance_km),
        "apogee_km": _value(news.apogee_km),
        "attribution": [attribution.who for attribution in report.attribution],
    }


def _event(event: LaunchEvent) -> dict[str, Any]:
    """One event with the sentence behind each fact."""
    time = event.time.value if event.time else None
    casualties = event.casualties.value if event.casualties else None
    return {
        "kind": event.kind.value,
        "is_news": event.is_news,
        "actors": [_quoted(fact) for fact in event.actors],
        "weapons": [_quoted(fact) for fact in event.weapons],
        "names": [_quoted(fact) for fact in event.names],
        "count": _counted(event.count),
        "launch_site": _quoted(event.site),
        "target": _quoted(event.target),
        "time": {
            "day": time.day.isoformat(),
            "until": time.until.isoformat(),
            "instant": time.instant.isoformat() if time.instant else None,
            "quote": event.time.quote if event.time else "",
        }
        if time
        else None,
        "distance_km": _quoted(event.distance_km),
        "apogee_km": _quoted(event.apogee_km),
        "overflight": _quoted(event.overflight),
        "eez": _quoted(event.eez),
        "casualties": {"killed": casualties.killed, "injured": casualties.injured}
        if casualties
        else None,
        "failed": _quoted(event.failed),
    }


def _quoted(fact: Fact[Any] | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    value = getattr(fact.value, "value", fact.value)
    return {"value": value, "quote": fact.quote, "hedged": fact.hedged}


def _counted(fact: Fact[Count] | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "min": fact.value.min,
        "max": fact.value.max,
        "quote": fact.quote,
        "hedged": fact.hedged,
    }


def _value(fact: Fact[Any] | None) -> Any:
    return fact.value if fact is not None else None


def _items(paths: Sequence[str]) -> Iterator[ArticleFileItem | FileProblem]:
    taken: set[str] = set()
    now = SystemClock().now()
    for path in paths:
        yield from read_path(path, now, taken)


def _analysed(item: ArticleFileItem, sentences: int, errors: Console) -> Article | None:
    """The article, or None after saying what was wrong with it; the others go on."""
    try:
        return analyse(item.raw, sentences)
    except LaunchwireError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - an entry from outside: one article never stops others
        reason = f"it cannot be analysed (reference {report_unexpected(error, 'analyze')})"
    errors.print(f"{item.path}: {item.id}: {reason}", markup=False, soft_wrap=True)
    return None


def _with_progress(
    items: Iterator[ArticleFileItem | FileProblem], errors: Console
) -> Iterator[ArticleFileItem | FileProblem]:
    """Count what is done: a live line on a terminal, now and then a plain one elsewhere."""
    if not errors.is_terminal:
        for number, item in enumerate(items, start=1):
            if number % LINE_EVERY == 0:
                errors.print(f"{number} articles read", markup=False)
            yield item
        return
    columns = (TextColumn("{task.completed} articles"), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("analyze", total=None)
        for item in items:
            yield item
            progress.advance(task)
