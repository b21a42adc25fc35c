"""One analysed article on the terminal: verdict, facts, evidence and summary, for people."""

from __future__ import annotations

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.domain.article import Article
from bot.domain.launch import Count, LaunchEvent, Verdict

_COLOURS = {Verdict.LAUNCH: "red", Verdict.RELATED: "yellow", Verdict.NONE: "bright_black"}


def print_article(name: str, article: Article, story: str) -> None:
    """Print one article as a panel on stdout."""
    report = article.report
    verdict = report.verdict.value.upper()
    head = Text(f"{verdict}  confidence {report.confidence:.2f}  language {article.language}")
    head.stylize(f"bold {_COLOURS[report.verdict]}", 0, len(verdict))
    parts: list[Text | Table] = [head]
    if report.news is not None:
        parts.append(_facts(report.news, article))
    parts.extend(
        Text.assemble(("why  ", "bold"), f"{evidence.rule}: “{evidence.quote}”")
        for evidence in report.evidence[:2]
    )
    parts.extend(Text.assemble(("•  ", "bold"), sentence) for sentence in article.summary)
    if article.keywords:
        parts.append(Text(f"keywords  {', '.join(article.keywords)}", "bright_black"))
    title = Text(article.title or name, "bold")
    subtitle = Text(f"{name} · {story}", "bright_black")
    Console(highlight=False).print(
        Panel(
            Group(*parts),
            title=title,
            subtitle=subtitle,
            title_align="left",
            subtitle_align="right",
            border_style=_COLOURS[report.verdict],
        )
    )


def _facts(event: LaunchEvent, article: Article) -> Table:
    table = Table.grid(padding=(0, 2))
    count = _count(event.count.value) if event.count else ""
    weapons = ", ".join(fact.value.value for fact in event.weapons)
    rows = {
        "who": ", ".join(fact.value for fact in event.actors),
        "what": " × ".join(part for part in (count, weapons) if part),
        "names": ", ".join(fact.value for fact in event.names),
        "from": event.site.value if event.site else "",
        "toward": event.target.value if event.target else "",
        "day": event.time.value.day.isoformat() if event.time else "",
        "distance": f"{event.distance_km.value} km" if event.distance_km else "",
        "apogee": f"{event.apogee_km.value} km" if event.apogee_km else "",
        "zone": event.eez.value if event.eez else "",
        "says": ", ".join(each.who for each in article.report.attribution),
    }
    for label, value in rows.items():
        if value:
            table.add_row(Text(label, "bold"), Text(value))
    return table


def _count(count: Count) -> str:
    if count.max is None:
        return f"at least {count.min}"
    return str(count.min) if count.min == count.max else f"{count.min}-{count.max}"
