"""What an alert says: a story as one audience sees it -> a platform-neutral message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.launch import Attribution, Verdict, WeaponClass
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    Controls,
    Field,
    Form,
    Line,
    Link,
    Message,
    Quote,
    RoleMention,
    Severity,
    Text,
    Time,
)
from bot.domain.story import Change, ChangeKind, StoryReport, StoryStatus, StoryView
from bot.locale import date_words, list_words, say, weapons_words
from bot.services.story_words import (
    attribution_words,
    claim_lines,
    headline_of,
    outlets_of,
    status_line,
)

# Longer quotes push the facts off a phone's screen.
QUOTE_LENGTH = 320
# "Reported, officials quoted by NBC" -> "Reported"
_STATUS_WORD = re.compile(r",| by ")
# Reasons, names and claims shown before "and n more".
SHOWN = 4


@dataclass(frozen=True, slots=True)
class AlertContext:
    """What the composition needs besides the story. `now` is UTC; `roles` are pinged."""

    now: datetime
    locale: str = "en"
    roles: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()  # already in words
    marker: str = ""
    test: bool = False
    desk: bool = False  # an acknowledge button for desks


def alert_message(view: StoryView, context: AlertContext) -> Message:
    """The living alert: push line, facts, status, quote, sources, buttons."""
    locale = context.locale
    headline = headline_of(view, locale)
    return Message(
        form=Form.ALERT,
        severity=severity_of(view),
        push=_push_line(view, headline, context),
        title=(Text(headline),),
        title_url=view.lead.url or "",
        blocks=(*_facts(view, locale), *_why(context), *_buttons(view, context)),
        footer=(Text(_footer(view, context)),),
        pings=context.roles,
        marker=context.marker,
        silent=False,
        forum_title=headline,
        forum_tags=(say(f"status.{view.status}", locale),),
    )


def update_message(
    view: StoryView, changes: Sequence[Change], context: AlertContext, alert_url: str = ""
) -> Message:
    """The reply that says what changed; as loud as the alert was."""
    locale = context.locale
    retracted = view.status is StoryStatus.RETRACTED
    # Facts before the status: the first words are what a lock screen shows.
    told = sorted(changes, key=lambda change: change.kind is ChangeKind.STATUS)
    if retracted:
        # Whatever else moved says nothing any more.
        told = [change for change in told if change.kind is ChangeKind.RETRACTION] or told
    what = "; ".join(change_words(change, locale) for change in told if change.material)
    key = "update.push_retracted" if retracted else "update.push"
    push: Line = (Text(say(key, locale, story=view.story_id, change=what)),)
    push += _mentions(context)
    source = _changed_by(view, changes)
    blocks: list[Block] = []
    if source.url:
        blocks.append(Field(say("alert.source", locale), (Link(source.publisher, source.url),)))
    if source.lead:
        blocks.append(Quote(shorten(source.lead)))
    blocks.append(Field(say("alert.status", locale), (Text(status_line(view, locale)),)))
    buttons = [
        Button(say("button.sources", locale, count=len(view.reports)), _action(view, "sources"))
    ]
    if alert_url:
        buttons.append(
            Button(say("button.original", locale), url=alert_url, style=ButtonStyle.LINK)
        )
    blocks.append(Controls(tuple(buttons)))
    return Message(
        form=Form.ALERT,
        severity=Severity.QUIET if retracted else Severity.UPDATE,
        push=push,
        title=(Text(headline_of(view, locale)),),
        title_url=source.url or "",
        blocks=tuple(blocks),
        footer=(Text(_footer(view, context)),),
        pings=context.roles,
        marker=context.marker,
    )


def merged_message(view: StoryView, context: AlertContext, alert_url: str) -> Message:
    """What an alert becomes when its story was merged into another that lives on."""
    locale = context.locale
    words = say("alert.merged", locale, story=view.story_id)
    details = Button(say("button.details", locale), _action(view, "details"))
    buttons = [details]
    if alert_url:
        original = say("button.original", locale)
        buttons.append(Button(original, url=alert_url, style=ButtonStyle.LINK))
    return Message(
        form=Form.ALERT,
        severity=Severity.QUIET,
        push=(Text(words),),
        title=(Text(headline_of(view, locale)),),
        title_url=view.lead.url or "",
        blocks=(Controls(tuple(buttons)),),
        marker=context.marker,
    )


def severity_of(view: StoryView) -> Severity:
    """Red for a launch, grey once retracted, blue for everything else; always also in words."""
    if view.status is StoryStatus.RETRACTED:
        return Severity.QUIET
    return Severity.LAUNCH if view.verdict is Verdict.LAUNCH else Severity.INFO


def change_words(change: Change, locale: str) -> str:
    """One change as people read it: "count: 1 -> 2"."""
    key = f"change.{change.kind.name.lower()}"
    if change.kind is ChangeKind.STATUS:
        before, after = (_STATUS_WORD.split(words)[0] for words in (change.before, change.after))
        change = replace(change, before=before, after=after)
    elif change.kind is ChangeKind.RETRACTION:
        change = replace(change, before=_STATUS_WORD.split(change.before)[0])
    if change.before and change.after:
        return say(f"{key}.from_to", locale, before=change.before, after=change.after)
    return say(key, locale, after=change.after or change.before)


def _push_line(view: StoryView, headline: str, context: AlertContext) -> Line:
    """The line people read on a lock screen: what, and who says so."""
    locale = context.locale
    words = {"headline": headline, "outlets": outlets_of(view, locale)}
    if view.verdict is not Verdict.LAUNCH:
        text = say("alert.push_article", locale, **words)
    elif view.status is StoryStatus.RETRACTED:
        text = say("alert.push_retracted", locale, **words)
    elif view.event_is_old:
        day = (
            view.facts.time.day if view.facts.time else (view.lead.published or context.now).date()
        )
        text = say("alert.push_old", locale, date=day, **words)
    else:
        text = say(f"alert.push_{view.status}", locale, **words)
    if context.test:
        text = say("alert.push_test", locale, text=text)
    return (Text(text), *_mentions(context))


def _mentions(context: AlertContext) -> Line:
    """The roles that are pinged, parted by spaces from the words before."""
    return tuple(span for role in context.roles for span in (Text(" "), RoleMention(role)))


def _facts(view: StoryView, locale: str) -> list[Block]:
    facts = view.facts
    blocks: list[Block] = []
    if view.lead.lead:
        blocks.append(Quote(shorten(view.lead.lead)))
    if view.verdict is Verdict.LAUNCH:
        blocks.append(Field(say("alert.what", locale), (Text(_what(view, locale)),)))
        blocks.append(Field(say("alert.when", locale), _when(view, locale)))
        where = _where(view, locale)
        if where:
            blocks.append(Field(say("alert.where", locale), (Text(where),)))
        for label, words in claim_lines(view, locale):
            blocks.append(Field(label, (Text(words),)))
    else:
        blocks.append(Field(say("alert.when", locale), _published(view, locale)))
    blocks.append(Field(say("alert.status", locale), (Text(status_line(view, locale)),)))
    if facts.attribution:
        blocks.append(
            Field(say("alert.attribution", locale), (Text(_who_says(facts.attribution, locale)),))
        )
    blocks.append(Field(say("alert.source", locale), _sources(view, locale)))
    return blocks


def _what(view: StoryView, locale: str) -> str:
    facts = view.facts
    main = facts.weapons[0] if facts.weapons else WeaponClass.MISSILE
    words = weapons_words(main, facts.count, locale)
    others = [say(f"weapon.{each.name.lower()}.many", locale) for each in facts.weapons[1:SHOWN]]
    if others:
        words = list_words([words, *others], locale)
    likely = [say(f"weapon.{each.name.lower()}.many", locale) for each in facts.hedged_weapons]
    if likely and not set(facts.hedged_weapons) <= set(facts.weapons):
        words = say("alert.likely", locale, weapons=words, likely=list_words(likely, locale))
    if facts.names:
        words = f"{words} ({', '.join(facts.names[:SHOWN])})"
    return "; ".join([words, *_consequences(view, locale)])


def _consequences(view: StoryView, locale: str) -> list[str]:
    facts = view.facts
    found = []
    if facts.failed:
        found.append(say("alert.failed", locale))
    if facts.casualties is not None and facts.casualties.killed:
        found.append(say("alert.killed", locale, count=facts.casualties.killed))
    if facts.casualties is not None and facts.casualties.injured:
        found.append(say("alert.injured", locale, count=facts.casualties.injured))
    return found


def _when(view: StoryView, locale: str) -> Line:
    time = view.facts.time
    published = _published(view, locale)
    if time is None:
        return (Text(say("alert.when_unknown", locale) + " "), *published)
    if time.instant is not None:
        return (Time(time.instant), Text(" · "), *published)
    days = date_words(time.day, locale)
    if time.until != time.day:
        days = say("alert.when_span", locale, first=time.day, last=time.until)
    return (Text(f"{days} · "), *published)


def _published(view: StoryView, locale: str) -> Line:
    lead = view.lead
    if lead.published is None:
        return (Text(say("alert.seen", locale) + " "), Time(lead.detected))
    if lead.published_day_only:
        day = lead.published.astimezone(UTC).date()
        return (Text(say("alert.published_day", locale, day=day)),)
    return (Text(say("alert.published", locale) + " "), Time(lead.published))


def _where(view: StoryView, locale: str) -> str:
    facts = view.facts
    parts = []
    if facts.site and facts.target:
        parts.append(say("alert.from_to", locale, site=facts.site, target=facts.target))
    elif facts.site:
        parts.append(say("alert.from", locale, site=facts.site))
    elif facts.target:
        parts.append(say("alert.to", locale, target=facts.target))
    if facts.overflight:
        parts.append(say("alert.overflight", locale, country=facts.overflight))
    if facts.eez:
        parts.append(facts.eez)
    for key, span in (("alert.distance", facts.distance_km), ("alert.apogee", facts.apogee_km)):
        if span is not None:
            km = str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"
            parts.append(say(key, locale, km=km))
    return " · ".join(parts)


def _who_says(attribution: Sequence[Attribution], locale: str) -> str:
    shown = [attribution_words(item, locale) for item in attribution[:SHOWN]]
    more = len(attribution) - len(shown)
    if more > 0:
        shown.append(say("more", locale, count=more))
    return ", ".join(shown)


def _sources(view: StoryView, locale: str) -> Line:
    spans: list[Text | Link] = []
    voices: set[str] = set()
    for report in view.reports:
        if report.family in voices or len(voices) >= SHOWN:
            continue
        voices.add(report.family)
        if spans:
            spans.append(Text(", "))
        link = Link(report.publisher, report.url) if report.url else Text(report.publisher)
        spans.append(link)
    more = len(set(view.families)) - len(voices)
    if more > 0:
        spans.append(Text(" " + say("more", locale, count=more)))
    return tuple(spans)


def _why(context: AlertContext) -> list[Block]:
    if not context.reasons:
        return []
    return [Field(say("alert.why", context.locale), (Text("; ".join(context.reasons[:SHOWN])),))]


def _buttons(view: StoryView, context: AlertContext) -> list[Block]:
    locale = context.locale
    items = []
    if view.lead.url:
        read = say("button.read", locale)
        items.append(Button(read, url=view.lead.url, style=ButtonStyle.LINK))
    count = len(view.reports)
    items.append(Button(say("button.sources", locale, count=count), _action(view, "sources")))
    items.append(Button(say("button.follow", locale), _action(view, "follow")))
    items.append(Button(say("button.mute", locale), _action(view, "mute")))
    if view.verdict is Verdict.LAUNCH:
        items.append(Button(say("button.not_a_launch", locale), _action(view, "wrong")))
    rows: list[Block] = [Controls(tuple(items))]
    if context.desk:
        acknowledge = Button(
            say("button.acknowledge", locale), _action(view, "ack"), style=ButtonStyle.PRIMARY
        )
        rows.append(Controls((acknowledge,)))
    return rows


def _action(view: StoryView, verb: str) -> str:
    return f"story:{view.story_id}:{verb}"


def _footer(view: StoryView, context: AlertContext) -> str:
    return say("alert.footer", context.locale, story=view.story_id, revision=view.revision)


def _changed_by(view: StoryView, changes: Sequence[Change]) -> StoryReport:
    """The report behind the newest material change, else the lead."""
    wanted = {change.article_id for change in changes if change.material}
    by_change = [report for report in view.reports if report.article_id in wanted]
    return by_change[-1] if by_change else view.lead


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """Cut at a word, with an ellipsis that shows the cut."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + " …"
