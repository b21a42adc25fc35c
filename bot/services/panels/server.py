"""Replies of `/status`, `/settings`, `/audit`, `/why`, `/help`, `/about` and `/privacy`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.digest import coverage_reason
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    CommandMention,
    Controls,
    Field,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    RoleMention,
    Select,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.outbox import DeliveryState
from bot.domain.query import parse
from bot.domain.story import StoryStatus
from bot.domain.subscription import ThreadMode, Topic
from bot.locale import has, say, word
from bot.ports import AuditEntry, TrailEntry
from bot.services.alert_message import shorten
from bot.services.explain import Explanation
from bot.services.panels.parts import DISMISS, card, heading, page_of, pager, paragraph, small
from bot.services.server_settings import ServerSettings
from bot.services.status import Status
from bot.services.suggestions import Suggestions

AUDIT_PAGE = 10
_TRAIL = 20
TASKS = (
    ("setup", "settings setup"),
    ("alert", "alert add"),
    ("subscribe", "subscribe"),
    ("feed", "feed add"),
    ("digest", "digest add"),
    ("why", "why"),
)
HELP_PAGES = ("queries", "status", "topics")


def status_panel(
    status: Status, next_digest: datetime | None, details: Sequence[str], locale: str
) -> Message:
    """The verdict in a word first; then how complete our view is. `details` for managers only."""
    coverage = status.coverage
    reason = word(coverage_reason(coverage), locale)
    if status.blind:
        title, severity = say("status.title.blind", locale, reason=reason), Severity.LAUNCH
    elif coverage.failing or coverage.stale or status.parked_places:
        title, severity = say("status.title.degraded", locale, reason=reason), Severity.UPDATE
    else:
        title, severity = say("status.title.good", locale), Severity.GOOD
    blocks: list[Block] = [heading(title), Field(say("status.feeds", locale), (Text(reason),))]
    if coverage.last_poll is not None:
        blocks.append(Field(say("status.last_poll", locale), (Time(coverage.last_poll),)))
    today = say(
        "status.articles_today",
        locale,
        articles=status.articles_today,
        launches=status.launches_today,
    )
    counts = status.deliveries
    waiting = counts.get(DeliveryState.PENDING, 0) + counts.get(DeliveryState.SENDING, 0)
    queue = say(
        "status.queue",
        locale,
        pending=waiting,
        parked=counts.get(DeliveryState.PARKED, 0),
        uncertain=counts.get(DeliveryState.UNCERTAIN, 0),
    )
    blocks += [paragraph(today), paragraph(queue)]
    if status.oldest_pending is not None:
        blocks.append(Field(say("status.oldest", locale), (Time(status.oldest_pending),)))
    if next_digest is not None:
        blocks.append(Field(say("status.next_digest", locale), (Time(next_digest),)))
    blocks += [small(line) for line in details]
    return card(severity, *blocks)


def settings_panel(settings: ServerSettings, now: datetime, locale: str) -> Message:
    """What this server chose."""
    there = now.astimezone(ZoneInfo(settings.timezone)).time().replace(second=0, microsecond=0)
    language = say(f"language.{settings.language or 'en'}", locale)
    style = "thread" if settings.threads is ThreadMode.THREAD else "reply"
    blocks: list[Block] = [
        heading(say("settings.title", locale)),
        paragraph(say("settings.timezone", locale, zone=settings.timezone, time=there)),
        paragraph(say("settings.language", locale, language=language)),
        paragraph(say("settings.style", locale, style=say(f"choice.style.{style}", locale))),
        paragraph(say(f"settings.maps.{'on' if settings.maps else 'off'}", locale)),
    ]
    if settings.manager_roles:
        mark = "\x00"
        head, _, tail = say("settings.managers", locale, role=mark).partition(mark)
        roles: list[Text | RoleMention] = []
        for role in settings.manager_roles:
            roles += [RoleMention(role), Text(" ")]
        blocks.append(Paragraph((Text(head), *roles, Text(tail))))
    else:
        blocks.append(small(say("settings.no_managers", locale)))
    return card(Severity.INFO, *blocks)


def audit_panel(entries: Sequence[AuditEntry], page: int, locale: str) -> Message:
    """Who changed what, newest first."""
    if not entries:
        return card(Severity.QUIET, paragraph(say("audit.none", locale)))
    items, page, pages = page_of(entries, page, AUDIT_PAGE)
    blocks: list[Block] = [heading(say("audit.title", locale))]
    for entry in items:
        words = say("audit.line", locale, action=entry.action, detail=shorten(entry.detail, 150))
        who = f" · {entry.user_id}" if entry.user_id is not None else ""
        blocks.append(Paragraph((Time(entry.at), Text(f" · {words}{who}"))))
    return card(Severity.INFO, *blocks, *pager("list:audit:all", page, pages, locale))


def why_panel(explanation: Explanation, keep_days: int, locale: str) -> Message:
    """The stages an article went through and which rule stopped or sent it."""
    if explanation.article is None and not explanation.trail:
        words = say("why.unknown", locale, days=keep_days)
        return card(Severity.QUIET, paragraph(words))
    blocks: list[Block] = [heading(say("why.title", locale))]
    stored = explanation.article
    if stored is not None:
        article = stored.article
        title = shorten(article.title or article.identity.link, 200)
        line: Line = (Link(title, article.url),) if article.url else (Text(title, strong=True),)
        blocks.append(Paragraph(line))
        blocks.append(small(say("summary.verdict", locale, verdict=article.report.verdict)))
    blocks += [_stage(entry, locale) for entry in explanation.trail[-_TRAIL:]]
    if stored is not None and stored.story_id is not None:
        details = Button(say("button.details", locale), f"story:{stored.story_id}:details")
        blocks.append(Controls((details,)))
    return card(Severity.INFO, *blocks)


def _stage(entry: TrailEntry, locale: str) -> Subtext:
    stage = say(f"stage.{entry.stage.value}", locale)
    detail = f": {shorten(entry.detail, 250)}" if entry.detail else ""
    return Subtext((Time(entry.at, relative=False), Text(f" · {stage}{detail}")))


def help_panel(topic: str, locale: str) -> Message:
    """One screen: what the bot does, and tasks as commands one can tap; or one topic."""
    blocks: list[Block] = [heading(say("help.title", locale))]
    if topic in HELP_PAGES:
        blocks += _help_page(topic, locale)
    elif topic and has(f"command.{topic}.description"):
        blocks += _help_command(topic, locale)
    else:
        if topic:
            blocks.append(paragraph(say("error.no_help", locale, given=topic)))
        blocks += [paragraph(say("help.what", locale)), heading(say("help.choose", locale), 3)]
        for key, command in TASKS:
            line: Line = (Text(say(f"help.task.{key}", locale) + ": "), CommandMention(command))
            blocks.append(Paragraph(line))
    options = tuple(
        Option(say(f"help.{page}.title", locale), page, chosen=page == topic) for page in HELP_PAGES
    )
    blocks.append(Controls((Select("help:topic", options, say("help.choose", locale)),)))
    return card(Severity.INFO, *blocks)


def _help_page(topic: str, locale: str) -> list[Block]:
    blocks: list[Block] = [heading(say(f"help.{topic}.title", locale), 3)]
    if topic == "queries":
        example = '"ballistic missile" OR icbm -drill'
        blocks.append(paragraph(say("help.queries", locale)))
        blocks.append(small(f"{example} = {word(parse(example).describe(), locale)}"))
    elif topic == "status":
        for status in StoryStatus:
            words = (Text(say(f"status.meaning.{status.value}", locale)),)
            blocks.append(Field(say(f"status.{status.value}", locale), words))
    else:
        for each in Topic:
            words = (Text(say(f"topic.meaning.{each.value}", locale)),)
            blocks.append(Field(say(f"topic.{each.value}", locale), words))
    return blocks


def _help_command(topic: str, locale: str) -> list[Block]:
    """A command with all that stands below it."""
    blocks: list[Block] = [paragraph(say(f"command.{topic}.description", locale))]
    for name in Suggestions.commands_of(topic):
        key = f"command.{name.replace(' ', '.')}.description"
        words = f": {say(key, locale)}" if has(key) else ""
        blocks.append(Paragraph((CommandMention(name), Text(words))))
    return blocks


def about_panel(version: str, uptime: timedelta, source: str, locale: str) -> Message:
    """Version, licence, honesty, and what is stored."""
    return card(
        Severity.INFO,
        heading(say("about.title", locale)),
        paragraph(say("status.version", locale, version=version, uptime=uptime)),
        paragraph(say("about.licence", locale, licence="MIT")),
        *((Paragraph((Link(say("about.source", locale), source),)),) if source else ()),
        paragraph(say("about.honesty", locale)),
        heading(say("privacy.title", locale), 3),
        paragraph(say("privacy.what", locale)),
        Subtext((CommandMention("privacy delete-my-data"),)),
    )


def privacy_panel(subscriptions: int, follows: int, locale: str) -> Message:
    """What is stored about a person."""
    counts = say("privacy.counts", locale, subscriptions=subscriptions, follows=follows)
    return card(
        Severity.INFO,
        heading(say("privacy.title", locale)),
        paragraph(say("privacy.what", locale)),
        paragraph(counts),
        Subtext((CommandMention("privacy delete-my-data"),)),
    )


def forget_panel(locale: str) -> Message:
    """Asks before everything is deleted."""
    delete = say("button.confirm_delete", locale)
    return card(
        Severity.UPDATE,
        paragraph(say("privacy.confirm", locale)),
        Controls(
            (
                Button(delete, "forget:me", style=ButtonStyle.DANGER),
                Button(say("button.cancel", locale), DISMISS),
            )
        ),
    )
