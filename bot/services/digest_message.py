"""What a digest says: stories of a window, launches first, and how complete our view was."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from bot.domain.digest import Coverage, Digest, DigestStory
from bot.domain.launch import Verdict
from bot.domain.message import (
    Block,
    Button,
    CommandMention,
    Controls,
    Form,
    Heading,
    Line,
    Link,
    Message,
    Paragraph,
    Picture,
    Rule,
    Section,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.locale import say
from bot.services.alert_message import shorten
from bot.services.story_words import headline_of, outlets_of, status_line

# One or two extracted sentences for each story; longer ones push the list off a phone's screen.
EXTRACT_LENGTH = 280
CHART_DAYS = 14


def digest_message(digest: Digest, *, marker: str = "") -> Message:
    """A digest as one silent card; an empty one is a single line with the coverage."""
    locale = digest.schedule.locale
    blocks: list[Block]
    if not digest.stories:
        blocks = [Paragraph((Text(_empty(digest)),)), *_late(digest)]
    else:
        blocks = [Heading((Text(_title(digest)),)), *_late(digest), *_summary(digest)]
        blocks += _chart(digest)
        for number, story in enumerate(digest.stories, start=1):
            blocks.append(Rule())
            blocks += _story(number, story, locale)
        blocks.append(Rule())
        blocks += _foot(digest)
    return Message(
        form=Form.CARD,
        severity=Severity.LAUNCH if digest.launches else Severity.INFO,
        blocks=tuple(blocks),
        silent=digest.schedule.silent,
        marker=marker,
        forum_title=_title(digest),
    )


def coverage_words(coverage: Coverage, locale: str) -> str:
    """How complete our view was, naming what is stale or failing."""
    if coverage.total == 0:
        return say("coverage.no_feeds", locale)
    text = say("coverage.line", locale, fresh=coverage.fresh, total=coverage.total)
    parts = [text]
    if coverage.stale:
        parts.append(say("coverage.stale", locale, count=coverage.stale))
    if coverage.failing:
        parts.append(say("coverage.failing", locale, count=coverage.failing))
    if coverage.backlog:
        parts.append(say("coverage.backlog", locale, count=coverage.backlog))
    return ", ".join(parts)


def _title(digest: Digest) -> str:
    locale = digest.schedule.locale
    zone = digest.schedule.schedule.timezone
    local = digest.until.astimezone(ZoneInfo(zone))
    return say(
        f"digest.title.{digest.schedule.schedule.every.value}",
        locale,
        weekday=say(f"weekday.{local.weekday()}", locale),
        date=local.date().isoformat(),
        zone=zone,
    )


def _empty(digest: Digest) -> str:
    locale = digest.schedule.locale
    return say("digest.empty", locale, coverage=coverage_words(digest.coverage, locale))


def _late(digest: Digest) -> list[Block]:
    if digest.late_since is None:
        return []
    words = say("digest.late", digest.schedule.locale)
    return [Subtext((Text(words + " "), Time(digest.late_since, relative=False)))]


def _summary(digest: Digest) -> list[Block]:
    locale = digest.schedule.locale
    counts = say(
        "digest.counts",
        locale,
        articles=digest.articles,
        stories=len(digest.stories) + digest.overflow,
        launches=digest.launches,
    )
    return [Paragraph((Text(f"{counts} · {coverage_words(digest.coverage, locale)}"),))]


def _chart(digest: Digest) -> list[Block]:
    days = digest.per_day[-CHART_DAYS:]
    if not any(count for _, count in days):
        return []
    locale = digest.schedule.locale
    listed = ", ".join(f"{day.isoformat()}: {count}" for day, count in days if count)
    alt = say("digest.chart_alt", locale, days=len(days), list=listed)
    data = json.dumps([[day.isoformat(), count] for day, count in days])
    return [Picture("launches-per-day", alt, data)]


def _story(number: int, item: DigestStory, locale: str) -> list[Block]:
    view = item.view
    headline = headline_of(view, locale)
    title: Line = (Text(f"{number}. "),)
    if view.lead.url:
        title += (Link(headline, view.lead.url),)
    else:
        title += (Text(headline, strong=True),)
    if view.verdict is Verdict.LAUNCH:
        title += (Text(" · " + say("digest.launch_mark", locale)),)
    lines: list[Line] = [title]
    extract = " ".join(sentence for sentence, _ in view.summary[:2]) or view.lead.lead
    if extract:
        lines.append((Text(shorten(extract, EXTRACT_LENGTH)),))
    if item.changed:
        lines.append((Text(say("digest.changed", locale, change=item.changed), emphasis=True),))
    details = Button(say("button.details", locale), f"story:{view.story_id}:details")
    last: Line = (Text(f"{outlets_of(view, locale)} · {status_line(view, locale)} · "),)
    last += (Time(view.lead.published or view.lead.detected, relative=True, date_only=True),)
    return [Section(tuple(lines), details), Subtext(last)]


def _foot(digest: Digest) -> list[Block]:
    locale = digest.schedule.locale
    blocks: list[Block] = []
    buttons = []
    if digest.overflow:
        window = f"{int(digest.since.timestamp())}:{int(digest.until.timestamp())}"
        count = len(digest.stories) + digest.overflow
        label = say("button.show_all", locale, count=count)
        buttons.append(Button(label, f"digest:{digest.schedule.id}:{window}:all"))
    if buttons:
        blocks.append(Controls(tuple(buttons)))
    line: Line = ()
    if digest.next_run is not None:
        line = (Text(say("digest.next", locale) + " "), Time(digest.next_run, relative=False))
        line += (Text(" · "),)
    line += (Text(say("digest.change_hint", locale) + " "), CommandMention("digest list"))
    return [*blocks, Subtext(line)]
