"""Replies about one story: everything known with its sentences, and its sources."""

from __future__ import annotations

import json
from datetime import UTC

from bot.domain.article import ArticleId
from bot.domain.launch import Fact
from bot.domain.links import canonical_link
from bot.domain.message import (
    Block,
    Button,
    Controls,
    Field,
    Line,
    Link,
    Message,
    Paragraph,
    Picture,
    Quote,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.story import StoryReport, StoryView
from bot.locale import count_range, say
from bot.services.alert_message import is_taken_back, severity_of, shorten, status_field
from bot.services.change_words import change_words, fact_title, retold, value_words
from bot.services.panels.parts import card, heading, page_of, pager, paragraph, small
from bot.services.register import Shown
from bot.services.story_map import Locate, map_picture
from bot.services.story_words import headline_of

_SOURCES = 6
_HISTORY = 8
_FACTS = 8
_SENTENCES = 3
_DRAWN = 12  # reports in the picture; the first ones tell how the news spread


def details_panel(shown: Shown, locate: Locate, locale: str) -> Message:
    """Facts with the sentences they were read from, summary, map, timeline, way to the sources."""
    view = shown.view
    blocks: list[Block] = [heading(f"#{view.story_id} {shorten(headline_of(view, locale), 200)}")]
    if shown.merged_from is not None:
        blocks.append(small(say("alert.merged", locale, story=view.story_id)))
    blocks.append(status_field(view, locale))
    blocks.append(small(say(f"status.meaning.{view.status.value}", locale)))
    facts = _facts(view, locale)
    if facts:
        blocks.append(heading(say("story.facts", locale), 3))
        blocks += facts
    if view.summary:
        blocks.append(heading(say("story.summary", locale), 3))
        for sentence, outlet in view.summary[:_SENTENCES]:
            blocks += [Quote(shorten(sentence)), small(outlet)]
    if view.tells_launch and not is_taken_back(view):
        picture = map_picture(view, locate, locale)
        blocks += [picture] if picture is not None else []
    blocks += _timeline(shown, locale)
    blocks += reports_picture(view, locale)
    blocks.append(Controls(_buttons(view, locale)))
    return card(severity_of(view), *blocks)


def reports_picture(view: StoryView, locale: str) -> list[Block]:
    """When each outlet reported, as a picture with the same in words; nothing for a single one."""
    reports = sorted(view.reports, key=lambda one: one.published or one.detected)[:_DRAWN]
    known = [one for one in reports if not one.published_day_only]
    if len(known) < 2:
        return []
    rows = [((one.published or one.detected).astimezone(UTC), one.publisher) for one in known]
    listed = "; ".join(f"{at:%Y-%m-%d %H:%M} UTC {name}" for at, name in rows)
    data = {
        "reports": [{"at": at.isoformat(), "label": name} for at, name in rows],
        "title": say("story.reports_title", locale),
    }
    alt = shorten(say("story.reports_alt", locale, list=listed), 900)
    return [Picture("report-timeline", alt, json.dumps(data, ensure_ascii=False))]


def _facts(view: StoryView, locale: str) -> list[Block]:
    """The claims of each fact; those that one sentence of one outlet makes stand together."""
    told: set[tuple[str, str]] = set()
    by_sentence: dict[tuple[str, str], list[Field]] = {}
    for claim in view.facts.claims:
        if (claim.fact, claim.value) in told or len(told) >= _FACTS:
            continue
        told.add((claim.fact, claim.value))
        words = value_words(claim.fact, claim.value, locale)
        value = say("alert.hedged", locale, fact=words) if claim.hedged else words
        line = Field(fact_title(claim.fact, locale), (Text(value),))
        by_sentence.setdefault((claim.publisher, claim.quote), []).append(line)
    blocks: list[Block] = []
    for (publisher, quote), lines in by_sentence.items():
        blocks += lines
        if quote:
            blocks.append(Quote(shorten(quote, 200)))
        blocks.append(small(publisher))
    return blocks or _lead_facts(view, locale)


def _lead_facts(view: StoryView, locale: str) -> list[Block]:
    """The facts of the leading report, where the fold kept no claims."""
    event = view.lead.report.news
    if event is None:
        return []
    blocks: list[Block] = []
    facts: list[tuple[str, Fact[str] | None]] = [
        ("actor", event.actors[0] if event.actors else None),
        ("site", event.site),
        ("target", event.target),
    ]
    for name, fact in facts:
        if fact is not None:
            blocks += [
                Field(fact_title(name, locale), (Text(fact.value),)),
                Quote(shorten(fact.quote)),
            ]
    if event.count is not None:
        words = count_range(event.count.value, locale)
        blocks += [
            Field(fact_title("count", locale), (Text(words),)),
            Quote(shorten(event.count.quote)),
        ]
    return blocks


def _timeline(shown: Shown, locale: str) -> list[Block]:
    history, view = shown.history, shown.view
    if not history:
        return []
    blocks: list[Block] = [heading(say("story.timeline", locale), 3)]
    for change in history[-_HISTORY:]:
        words = shorten(change_words(retold(change, view, locale), locale), 150)
        blocks.append(Subtext((Time(change.at, relative=False), Text(f" · {words}"))))
    return blocks


def _buttons(view: StoryView, locale: str) -> tuple[Button, ...]:
    name = f"story:{view.story_id}"
    return (
        Button(say("button.sources", locale, count=len(view.reports)), f"{name}:sources"),
        Button(say("button.follow", locale), f"{name}:follow"),
    )


def sources_panel(shown: Shown, page: int, locale: str) -> Message:
    """Every report with its outlet, its time and the sentence that speaks of the launch."""
    view = shown.view
    reports = view.reports
    items, page, pages = page_of(reports, page, _SOURCES)
    blocks: list[Block] = [heading(say("story.sources_title", locale, story=view.story_id))]
    names = {report.article_id: report.publisher for report in reports}
    for report in items:
        blocks.append(Paragraph(_source(report)))
        remarks = _remarks(report, names, locale)
        if remarks:
            blocks.append(small(" · ".join(remarks)))
        if report.lead:
            blocks.append(Quote(shorten(report.lead, 220)))
    return card(
        severity_of(view), *blocks, *pager(f"story:{view.story_id}:sources", page, pages, locale)
    )


def _source(report: StoryReport) -> Line:
    title = report.title or report.publisher
    line: Line = (Text(f"{report.publisher}: "),)
    if report.url and canonical_link(report.url):
        line += (Link(shorten(title, 150), report.url),)
    else:
        line += (Text(shorten(title, 150), strong=True),)
    when = Time(report.published or report.detected, date_only=report.published_day_only)
    return (*line, Text(" · "), when)


def _remarks(report: StoryReport, names: dict[ArticleId, str], locale: str) -> list[str]:
    remarks = []
    if report.copy_of is not None and report.copy_of in names:
        remarks.append(say("story.copy_of", locale, outlet=names[report.copy_of]))
    if report.official_feed:
        remarks.append(say("story.official", locale))
    if report.state_media:
        remarks.append(say("source_class.state_media", locale))
    if report.withdrawn:
        remarks.append(say("status.retracted", locale))
    return remarks


def none_note(locale: str) -> Message:
    """Nothing fits."""
    return card(Severity.QUIET, paragraph(say("story.none", locale)))
