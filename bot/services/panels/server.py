"""Replies of `/status`, `/settings`, `/audit` and `/why`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.command_names import command_line
from bot.domain.digest import coverage_reason
from bot.domain.message import (
    Block,
    Button,
    ChannelMention,
    CommandMention,
    Controls,
    Field,
    Line,
    Link,
    Message,
    Paragraph,
    RoleMention,
    Severity,
    Span,
    Subtext,
    Text,
    Time,
    UserMention,
)
from bot.domain.outbox import DeliveryState
from bot.domain.permission import COMMANDS
from bot.domain.subscription import ThreadMode
from bot.locale import say, say_again, word
from bot.ports import AuditEntry, TrailEntry
from bot.services.alert_message import shorten
from bot.services.explain import Explanation
from bot.services.panels.audit_words import action_words, audit_words
from bot.services.panels.parts import (
    card,
    heading,
    page_of,
    pager,
    paragraph,
    place_line,
    small,
    with_instants,
)
from bot.services.panels.quiet_hours import quiet_words
from bot.services.server_settings import ServerSettings
from bot.services.status import Status

AUDIT_PAGE = 10
_TRAIL = 20
_PARKED_SHOWN = 5


def status_panel(
    status: Status, next_digest: datetime | None, details: Sequence[str] | None, locale: str
) -> Message:
    """The verdict in a word first; then how complete our view is. `details` for managers only."""
    coverage = status.coverage
    reason = word(coverage_reason(coverage), locale)
    if not coverage.total:
        title, severity = say("status.title.no_feeds", locale), Severity.UPDATE
    elif status.blind:
        title, severity = say("status.title.blind", locale, reason=reason), Severity.LAUNCH
    elif coverage.failing or coverage.stale or status.parked_places:
        title, severity = say("status.title.degraded", locale, reason=reason), Severity.UPDATE
    elif coverage.new:
        title, severity = say("status.title.waiting", locale, reason=reason), Severity.INFO
    else:
        title, severity = say("status.title.good", locale), Severity.GOOD
    blocks: list[Block] = [heading(title), Field(say("status.feeds", locale), (Text(reason),))]
    if not coverage.total:
        blocks.append(paragraph(say("status.no_feeds", locale)))
    if coverage.last_poll is not None:
        blocks.append(Field(say("status.last_poll", locale), (Time(coverage.last_poll),)))
    today = say(
        "status.articles_today",
        locale,
        articles=status.articles_today,
        launches=status.launches_today,
    )
    blocks.append(paragraph(today))
    if next_digest is not None:
        blocks.append(Field(say("status.next_digest", locale), (Time(next_digest),)))
    if details is not None:
        blocks += _for_managers(status, details, locale)
    return card(severity, *blocks)


def _for_managers(status: Status, details: Sequence[str], locale: str) -> list[Block]:
    """What waits to be posted, and where nothing can be posted and why."""
    counts = status.deliveries
    queue = say(
        "status.queue",
        locale,
        pending=counts.get(DeliveryState.PENDING, 0) + counts.get(DeliveryState.SENDING, 0),
        parked=counts.get(DeliveryState.PARKED, 0),
        uncertain=counts.get(DeliveryState.UNCERTAIN, 0),
    )
    blocks: list[Block] = [paragraph(queue)]
    if status.oldest_pending is not None:
        blocks.append(Field(say("status.oldest", locale), (Time(status.oldest_pending),)))
    if status.parked:
        blocks.append(heading(say("status.parked_places", locale), 3))
    for place, why in list(status.parked.items())[:_PARKED_SHOWN]:
        words = command_line(say_again(why, locale))
        blocks.append(Paragraph((*place_line(place), Text(": "), *words)))
    return [*blocks, *(small(line) for line in details)]


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
    if settings.quiet is not None:
        words = quiet_words(settings.quiet, locale)
        blocks.append(paragraph(say("settings.quiet", locale, hours=words)))
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
        line: Line = (Time(entry.at), Text(" · "), _action(entry.action, locale))
        if entry.detail:
            words = audit_words(entry.action, entry.detail, locale)
            line += (Text(": "), *_with_names(shorten(words, 150), entry.action))
        if entry.user_id is not None:
            line += (Text(f" · {say('audit.by', locale)} "), UserMention(entry.user_id))
        blocks.append(Paragraph(line))
    return card(Severity.INFO, *blocks, *pager("list:audit:all", page, pages, locale))


_RENAMED = {
    "settings threads": "settings alert-style",
    "settings maps": "settings alert-style",
    "feed undo": "",
    "alert undo": "",
}
_ID = re.compile(r"\b(\d{17,20})\b")


def _action(action: str, locale: str) -> Span:
    """What was done: a command that can be tapped where it was one."""
    name = _RENAMED.get(action) or action
    if name in COMMANDS:
        return CommandMention(name)
    return Text(action_words(action, locale))


def _with_names(detail: str, action: str) -> Line:
    """A detail whose ids are shown as the channels and roles they are."""
    spans: Line = ()
    for at, piece in enumerate(_ID.split(detail)):
        if at % 2 == 0:
            spans += (Text(piece),) if piece else ()
        elif action == "settings managers":
            spans += (RoleMention(int(piece)),)
        else:
            spans += (ChannelMention(int(piece)),)
    return spans


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


_CHANNEL = re.compile(r" ?\bchannel (\d{17,20})(?:: )?")
# How near the nearest other story was is a number for developers.
_NEAREST = re.compile(r" \(nearest: [\d.]+\)")


def _stage(entry: TrailEntry, locale: str) -> Subtext:
    """One stage: when, what, and the rule or channel that it was about."""
    line: Line = (
        Time(entry.at, relative=False),
        Text(f" · {say(f'stage.{entry.stage.value}', locale)}"),
    )
    detail = _NEAREST.sub("", shorten(entry.detail, 250))
    for at, piece in enumerate(_CHANNEL.split(detail)):
        if at % 2:
            line += (Text(" · "), ChannelMention(int(piece)))
        elif piece:
            line += (Text(": "), *with_instants(_detail_again(piece, locale)))
    return Subtext(line)


# "alert 3, country: wanted: Iran; nobody said who fired": which alert, the rule's name, its reason.
_ABOUT_ALERT = re.compile(r"alert (?P<alert>\d+), [a-z_ ]+: (?P<reason>.+)", re.DOTALL)


def _detail_again(detail: str, locale: str) -> str:
    """A stored detail in the reader's language; several reasons stand beside each other."""
    about = _ABOUT_ALERT.fullmatch(detail)
    if about is not None:
        head = say("why.about_alert", locale, alert=about["alert"])
        return f"{head}: {say_again(about['reason'], locale)}"
    return "; ".join(say_again(each, locale) for each in detail.split("; "))
