"""What is said after an alert: what changed and who says so, a retraction, a merge."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    Controls,
    Field,
    Form,
    Link,
    Message,
    Quote,
    Severity,
    Text,
)
from bot.domain.story import Change, ChangeKind, StoryReport, StoryStatus, StoryView
from bot.locale import say, say_again
from bot.services.alert_message import (
    AlertContext,
    action_of,
    footer_of,
    mentions,
    now_fields,
    shorten,
    status_field,
    thread_title,
    title_of,
)
from bot.services.change_words import (
    changed_facts,
    claims_by_outlet,
    fact_label,
    status_word,
    taken_back_by,
    told_change,
)
from bot.services.story_words import headline_of

# The headline stands behind the news in the push line, so it may be cut earlier.
_PUSH_HEADLINE = 160


def update_message(
    view: StoryView, changes: Sequence[Change], context: AlertContext, alert_url: str = ""
) -> Message:
    """The reply that says what changed and who says so; as loud as the alert was."""
    locale = context.locale
    retracted = view.status is StoryStatus.RETRACTED
    headline = headline_of(view, locale)
    source = _source(view, changes, retracted=retracted)
    blocks: list[Block] = []
    if source.url:
        blocks.append(Field(say("alert.source", locale), (Link(source.publisher, source.url),)))
    if source.lead:
        blocks.append(Quote(shorten(source.lead)))
    blocks += now_fields(view, locale, source.lead)
    for fact in () if retracted else changed_facts(changes):
        if words := claims_by_outlet(view, fact, locale):
            label = say("update.claims", locale, fact=fact_label(fact, locale))
            blocks.append(Field(label, (Text(words),)))
    blocks.append(status_field(view, locale))
    blocks.append(_buttons(view, locale, alert_url))
    return Message(
        form=Form.ALERT,
        severity=Severity.QUIET if retracted else Severity.UPDATE,
        push=(Text(_push(view, changes, headline, locale)), *mentions(context)),
        title=(Text(title_of(view, locale)),),
        title_url=source.url or "",
        blocks=tuple(blocks),
        footer=(Text(footer_of(view, context)),),
        pings=context.roles,
        marker=context.marker,
        silent=context.silent,
        thread_title=thread_title(view, headline, context),
    )


def merged_message(view: StoryView, context: AlertContext, alert_url: str) -> Message:
    """What an alert becomes when its story was merged into another that lives on."""
    locale = context.locale
    words = say("alert.merged", locale, story=view.story_id)
    details = Button(say("button.details", locale), action_of(view, "details"))
    buttons = [details, *_original(locale, alert_url)]
    return Message(
        form=Form.ALERT,
        severity=Severity.QUIET,
        push=(Text(words),),
        title=(Text(headline_of(view, locale)),),
        title_url=view.lead.url or "",
        blocks=(Controls(tuple(buttons)),),
        marker=context.marker,
    )


def _push(view: StoryView, changes: Sequence[Change], headline: str, locale: str) -> str:
    """What a lock screen shows: facts before the status, the story's headline after them."""
    told = [change for change in changes if change.material]
    short = shorten(headline, _PUSH_HEADLINE)
    if view.status is StoryStatus.RETRACTED:
        what = _taken_back(view, told, locale)
        return say(
            "update.push_retracted", locale, headline=short, change=what, story=view.story_id
        )
    told.sort(key=lambda change: change.kind is ChangeKind.STATUS)
    what = "; ".join(told_change(change, view, locale) for change in told)
    return say("update.push", locale, change=what, headline=short, story=view.story_id)


def _taken_back(view: StoryView, changes: Sequence[Change], locale: str) -> str:
    """Who took it back; whatever else moved says nothing any more."""
    bare, said = say(f"status.{view.status}", locale), say_again(view.status_words, locale)
    reason = said.removeprefix(bare).lstrip(", 、")
    if reason and reason != said:
        return reason[:1].upper() + reason[1:]
    report = taken_back_by(view)
    if report is not None:
        return report.publisher
    return "; ".join(status_word(change.after, locale) for change in changes)


def _source(view: StoryView, changes: Sequence[Change], *, retracted: bool) -> StoryReport:
    """The report behind the news: of a retraction the one taken back, else the newest named."""
    gone = taken_back_by(view) if retracted else None
    if gone is not None:
        return gone
    wanted = {change.article_id for change in changes if change.material}
    by_change = [report for report in view.reports if report.article_id in wanted]
    return by_change[-1] if by_change else view.lead


def _buttons(view: StoryView, locale: str, alert_url: str) -> Controls:
    sources = Button(
        say("button.sources", locale, count=len(view.reports)), action_of(view, "sources")
    )
    return Controls((sources, *_original(locale, alert_url)))


def _original(locale: str, alert_url: str) -> list[Button]:
    if not alert_url:
        return []
    return [Button(say("button.original", locale), url=alert_url, style=ButtonStyle.LINK)]
