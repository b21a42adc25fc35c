"""Replies of `/summarize` and of the context menus."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.launch import LaunchEvent, Verdict
from bot.domain.message import (
    Block,
    Button,
    Controls,
    Field,
    Link,
    Message,
    Paragraph,
    Quote,
    Severity,
    Text,
)
from bot.locale import actor_words, list_words, place_words, say, weapons_words
from bot.services.alert_message import shorten
from bot.services.change_words import fact_title
from bot.services.panels.parts import card, heading, small
from bot.services.summaries import MOST_SENTENCES, Summary

_KEYWORDS = 10
_OF_VERDICT = {
    Verdict.LAUNCH: Severity.LAUNCH,
    Verdict.RELATED: Severity.INFO,
    Verdict.NONE: Severity.QUIET,
}


def summary_panel(summary: Summary, token: str | None, locale: str) -> Message:
    """Sentences of the article in its own order, then the judgement with its reason.

    With a token it can be made shorter and longer, and shared.
    """
    article = summary.article
    blocks: list[Block] = []
    title = shorten(article.title or say("summary.title", locale), 250)
    if article.url:
        blocks.append(Paragraph((Link(title, article.url),)))
    else:
        blocks.append(heading(title, 3))
    size = say(
        "summary.size",
        locale,
        before=summary.words,
        after=summary.short_words,
        count=len(article.summary),
    )
    blocks.append(small(size))
    blocks += [Quote(shorten(sentence, 600)) for sentence in article.summary]
    blocks += judgement_blocks(summary, locale)
    if token is not None:
        blocks.append(Controls(_buttons(summary, token, locale)))
    return card(_OF_VERDICT[article.report.verdict], *blocks)


def judgement_panel(summary: Summary, locale: str) -> Message:
    """Is it a launch, and which sentence says so."""
    article = summary.article
    title = shorten(article.title or say("summary.title", locale), 250)
    blocks: list[Block] = []
    if article.url:
        blocks.append(Paragraph((Link(title, article.url),)))
    elif article.title:
        blocks.append(heading(title, 3))
    blocks += judgement_blocks(summary, locale)
    return card(_OF_VERDICT[article.report.verdict], *blocks)


def judgement_blocks(summary: Summary, locale: str) -> list[Block]:
    """Verdict, the sentence that decided, keywords."""
    report = summary.article.report
    verdict = say("summary.verdict", locale, verdict=report.verdict)
    blocks: list[Block] = [Paragraph((Text(verdict, strong=True),))]
    if report.evidence:
        because = say("summary.evidence", locale)
        blocks += [small(because), Quote(shorten(report.evidence[0].quote, 400))]
    news = report.news
    if news is not None:
        blocks += [
            Field(fact_title(fact, locale), (Text(words),)) for fact, words in _facts(news, locale)
        ]
    if summary.article.keywords:
        words = ", ".join(summary.article.keywords[:_KEYWORDS])
        blocks.append(small(say("summary.keywords", locale, words=words)))
    return blocks


def _facts(news: LaunchEvent, locale: str) -> Iterator[tuple[str, str]]:
    """The facts of a launch with their names, those that are told."""
    if news.actors:
        yield "actor", ", ".join(actor_words(fact.value, locale) for fact in news.actors)
    if news.weapons:
        count = news.count.value if news.count is not None else None
        main, *others = (fact.value for fact in news.weapons)
        words = [weapons_words(main, count, locale)]
        words += [say(f"weapon.{each.name.lower()}.many", locale) for each in others]
        yield "weapon", list_words(words, locale)
    if news.names:
        yield "name", ", ".join(fact.value for fact in news.names)
    for name, place in (("site", news.site), ("target", news.target)):
        if place is not None:
            yield name, place_words(place.value, locale)


def _buttons(summary: Summary, token: str, locale: str) -> tuple[Button, ...]:
    count = summary.sentences
    return (
        Button(
            say("button.shorter", locale), f"length:{token}:{count - 1}:less", disabled=count <= 1
        ),
        Button(
            say("button.longer", locale),
            f"length:{token}:{count + 1}:more",
            disabled=count >= MOST_SENTENCES or len(summary.article.summary) < count,
        ),
        Button(say("button.share", locale), f"share:{token}:{count}"),
    )
