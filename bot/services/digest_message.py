"""What a digest says: stories of a window, launches first, and how complete our view was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.command_names import command_line
from bot.domain.digest import Coverage, Digest, DigestStory
from bot.domain.launch import Verdict
from bot.domain.message import (
    STATUS_ACTION,
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
from bot.domain.story import StoryStatus
from bot.domain.subscription import PlaceKind
from bot.locale import date_words, dated_words, say, timezone_words
from bot.services.alert_message import shorten
from bot.services.story_words import headline_of, outlets_of, standing_line

# One or two extracted sentences for each story; longer ones push the list off a phone's screen.
EXTRACT_LENGTH = 280
SHORTEST_EXTRACT = 60
# Of a card's 4,000 characters, what its stories share; title, counts and footer take the rest.
TEXT_ROOM = 3300
DIVIDED = 6
# A timestamp twice (date, and how long ago), numbers and marks of the text itself.
_TIME_ROOM = 50
# The host shown beside a link, and the marks around it.
_HOST_ROOM = 40
CHART_DAYS = 14
SKIPPED_SHOWN = 3


def digest_message(digest: Digest, *, marker: str = "") -> Message:
    """A digest as one silent card; an empty one is a single line with the coverage."""
    blocks: list[Block]
    if not digest.stories:
        # The button says more of the coverage, and its id carries the marker out of sight.
        status = Button(say("button.status", digest.schedule.locale), STATUS_ACTION)
        blocks = [Section((command_line(_empty(digest)),), status), *_late(digest)]
    else:
        blocks = [Heading((Text(_title(digest)),)), *_late(digest), *_summary(digest)]
        blocks += _chart(digest)
        blocks += list_blocks(digest.stories, digest.schedule.locale)
        blocks += _show_all(digest)
    return Message(
        form=Form.CARD,
        severity=Severity.LAUNCH if digest.launches else Severity.INFO,
        blocks=tuple(blocks),
        footer=_foot(digest) if digest.stories else (),
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
    if coverage.new:
        parts.append(say("coverage.new", locale, count=coverage.new))
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
        date=dated_words(local.date(), locale),
        zone=timezone_words(zone, locale),
    )


def _empty(digest: Digest) -> str:
    """Why there is nothing: a quiet time, or nobody looked."""
    locale, coverage = digest.schedule.locale, digest.coverage
    if coverage.total == 0:
        return say("digest.empty_no_feeds", locale)
    key = "digest.empty" if coverage.fresh else "digest.empty_blind"
    return say(key, locale, coverage=coverage_words(coverage, locale))


def _late(digest: Digest) -> list[Block]:
    """That it is posted late, and which ones were not posted at all."""
    locale, blocks = digest.schedule.locale, list[Block]()
    if digest.late_since is not None:
        words = say("digest.late", locale)
        blocks.append(Subtext((Text(words + " "), Time(digest.late_since, relative=False))))
    if digest.skipped:
        slots = [
            f"{date_words(slot.local_date, locale)} {slot.slot // 60:02}:{slot.slot % 60:02}"
            for slot in digest.skipped[-SKIPPED_SHOWN:]
        ]
        if len(digest.skipped) > SKIPPED_SHOWN:
            slots.append(say("more", locale, count=len(digest.skipped) - SKIPPED_SHOWN))
        blocks.append(Subtext((Text(say("digest.skipped", locale, slots=", ".join(slots))),)))
    return blocks


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
    listed = ", ".join(f"{date_words(day, locale)}: {count}" for day, count in days if count)
    alt = say("digest.chart_alt", locale, days=len(days), list=listed)
    data = json.dumps([[day.isoformat(), count] for day, count in days])
    return [Picture("launches-per-day", alt, data)]


def list_blocks(stories: Sequence[DigestStory], locale: str) -> list[Block]:
    """Stories one under another, each with its share of the room, so that none is cut off.

    Lines divide them while there are few: a card holds 40 components.
    """
    blocks: list[Block] = []
    room = TEXT_ROOM // max(len(stories), 1)
    for number, story in enumerate(stories, start=1):
        if len(stories) <= DIVIDED:
            blocks.append(Rule())
        blocks.append(_story(number, story, room, locale))
    return blocks


def _story(number: int, item: DigestStory, room: int, locale: str) -> Section:
    """One story: title with its marks in words, its own sentences, what changed, who says so."""
    view = item.view
    headline = shorten(headline_of(view, locale), max(room // 3, 60))
    marks = "".join(f" · {mark}" for mark in _marks(item, locale))
    changed = say("digest.changed", locale, change=item.changed) if item.changed else ""
    changed = shorten(changed, max(room // 4, 60)) if changed else ""
    who = f"{outlets_of(view, locale)} · {standing_line(view, locale)}"
    who = shorten(who, max(room // 3, 60))
    left = room - len(headline) - len(marks) - len(changed) - len(who) - _TIME_ROOM
    url = view.lead.url or ""
    linked = bool(url) and len(url) + _HOST_ROOM <= left
    left -= len(url) + _HOST_ROOM if linked else 0
    name = Link(headline, url) if linked else Text(headline, strong=True)
    lines: list[Line] = [(Text(f"{number}. "), name, Text(marks))]
    extract = " ".join(sentence for sentence, _ in view.summary[:2]) or view.lead.lead
    if extract and left >= SHORTEST_EXTRACT:
        lines.append((Text(shorten(extract, min(EXTRACT_LENGTH, left))),))
    if changed:
        lines.append((Text(changed, emphasis=True),))
    when = Time(view.lead.published or view.lead.detected, relative=True, date_only=True)
    lines.append((Text(who + " · "), when))
    details = Button(say("button.details", locale), f"story:{view.story_id}:details")
    return Section(tuple(lines), details)


def _marks(item: DigestStory, locale: str) -> list[str]:
    """Whether it is a launch, and what became of it since the last digest."""
    marks = []
    retracted = item.view.status is StoryStatus.RETRACTED
    if item.view.verdict is Verdict.LAUNCH and not retracted:
        marks.append(say("digest.launch_mark", locale))
    what = "retracted" if retracted else "new" if item.is_new else "updated"
    marks.append(say(f"digest.mark.{what}", locale))
    return marks


def _show_all(digest: Digest) -> list[Block]:
    if not digest.overflow:
        return []
    window = f"{int(digest.since.timestamp())}:{int(digest.until.timestamp())}"
    count = len(digest.stories) + digest.overflow
    label = say("button.show_all", digest.schedule.locale, count=count)
    return [Controls((Button(label, f"digest:{digest.schedule.id}:{window}:all"),))]


def _foot(digest: Digest) -> Line:
    """When the next one comes, and where this is changed."""
    locale = digest.schedule.locale
    line: Line = ()
    if digest.next_run is not None:
        line = (Text(say("digest.next", locale) + " "), Time(digest.next_run, relative=False))
        line += (Text(" · "),)
    own = digest.schedule.place.kind is PlaceKind.USER
    name = "subscriptions" if own else "digest edit"
    return (*line, Text(say("digest.change_hint", locale) + " "), CommandMention(name))
