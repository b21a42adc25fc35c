"""What an alert says: a story as one audience sees it -> a platform-neutral message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.launch import Attribution, EventKind, Verdict, WeaponClass
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
from bot.domain.story import StoryStatus, StoryView
from bot.locale import date_words, list_words, place_words, say, weapons_words, zone_words
from bot.services.change_words import now_said, taken_back_by
from bot.services.story_map import Locate, map_picture
from bot.services.story_words import (
    attribution_words,
    claim_lines,
    headline_of,
    outlets_of,
    standing,
    status_line,
)

# Longer quotes push the facts off a phone's screen.
QUOTE_LENGTH = 320
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
    locate: Locate | None = None  # draws a map where places are known; None: no map
    thread: bool = False  # updates of the story go into a thread of its own
    silent: bool = False  # without a notification: quiet hours


def alert_message(view: StoryView, context: AlertContext) -> Message:
    """The living alert: push line, facts, status, quote, sources, buttons."""
    locale = context.locale
    headline = headline_of(view, locale)
    return Message(
        form=Form.ALERT,
        severity=severity_of(view),
        push=_push_line(view, headline, context),
        title=(Text(title_of(view, locale)),),
        title_url=view.lead.url or "",
        blocks=(
            *_facts(view, locale),
            *_why(context),
            *_map(view, context),
            *_buttons(view, context),
        ),
        footer=(Text(footer_of(view, context)),),
        pings=context.roles,
        marker=context.marker,
        silent=context.silent,
        forum_title=headline,
        forum_tags=forum_tags(view, locale),
        thread_title=thread_title(view, headline, context),
    )


def title_of(view: StoryView, locale: str) -> str:
    """The headline over the facts; what does not stand is called an earlier claim."""
    headline = headline_of(view, locale)
    if not is_taken_back(view) or view.earlier:
        return headline
    return f"{say('alert.earlier', locale)}: {headline}"


def forum_tags(view: StoryView, locale: str) -> tuple[str, ...]:
    """Tags a forum may have: status, test or space; in the reader's language and in English."""
    keys = [f"status.{view.status}"]
    if view.facts.kind in (EventKind.TEST, EventKind.SPACE):
        keys.append(f"forum.tag.{view.facts.kind.name.lower()}")
    return tuple(dict.fromkeys(say(key, each) for each in (locale, "en") for key in keys))


def thread_title(view: StoryView, headline: str, context: AlertContext) -> str:
    """The name of the story's thread, where updates go into one; else empty."""
    return f"#{view.story_id} {headline}" if context.thread else ""


def severity_of(view: StoryView) -> Severity:
    """Red for a launch, grey once retracted, blue for everything else; always also in words."""
    if is_taken_back(view):
        return Severity.QUIET
    return Severity.LAUNCH if view.verdict is Verdict.LAUNCH else Severity.INFO


def is_taken_back(view: StoryView) -> bool:
    """Whether what was told does not stand: retracted, corrected, or marked by a person."""
    retracted = view.status is StoryStatus.RETRACTED
    return retracted or view.marked_not_launch or bool(view.earlier)


def _push_line(view: StoryView, headline: str, context: AlertContext) -> Line:
    """The line people read on a lock screen: what, and who says so."""
    locale = context.locale
    words = {"headline": headline, "outlets": outlets_of(view, locale)}
    if view.marked_not_launch:
        text = say("alert.push_marked", locale, **words)
    elif view.earlier:
        text = say("alert.push_corrected", locale, headline=view.earlier)
    elif view.verdict is not Verdict.LAUNCH:
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
    return (Text(text), *mentions(context))


def mentions(context: AlertContext) -> Line:
    """The roles that are pinged, parted by spaces from the words before."""
    return tuple(span for role in context.roles for span in (Text(" "), RoleMention(role)))


def _facts(view: StoryView, locale: str) -> list[Block]:
    facts = view.facts
    blocks: list[Block] = []
    if view.lead.lead:
        blocks.append(Quote(shorten(view.lead.lead)))
    if view.earlier:
        blocks.append(Field(say("alert.earlier", locale), (Text(view.earlier),)))
    if view.tells_launch:
        blocks.append(Field(say("alert.what", locale), (Text(_what(view, locale)),)))
        blocks.append(Field(say("alert.when", locale), _when(view, locale)))
        where = _where(view, locale)
        if where:
            blocks.append(Field(say("alert.where", locale), (Text(where),)))
        for label, words in claim_lines(view, locale):
            blocks.append(Field(label, (Text(words),)))
    else:
        blocks.append(Field(say("alert.when", locale), _published(view, locale)))
    blocks.append(status_field(view, locale))
    blocks += now_fields(view, locale)
    if facts.attribution:
        blocks.append(
            Field(say("alert.attribution", locale), (Text(_who_says(facts.attribution, locale)),))
        )
    blocks.append(Field(say("alert.source", locale), _sources(view, locale)))
    return blocks


def status_field(view: StoryView, locale: str) -> Field:
    """The status in words; a person's mark is said beside it."""
    words = status_line(view, locale)
    if view.marked_not_launch:
        words = say("alert.marked", locale, status=words)
    return Field(say("alert.status", locale), (Text(words),))


def now_fields(view: StoryView, locale: str, shown: str = "") -> list[Block]:
    """What stands against the claim: a denial, or what its source says now; unless `shown`."""
    if view.status not in (StoryStatus.DISPUTED, StoryStatus.RETRACTED):
        return []
    report = taken_back_by(view)
    words = now_said(report) if report is not None else ""
    if report is None or not words or words == shown:
        return []
    key = "alert.denial" if report.report.denied is not None else "alert.now_says"
    label = say(key, locale, publisher=report.publisher)
    return [Field(label, (Text(shorten(words)),))]


def _map(view: StoryView, context: AlertContext) -> list[Block]:
    """Where it was fired from and to; nothing is drawn of what does not stand."""
    if context.locate is None or not view.tells_launch or is_taken_back(view):
        return []
    picture = map_picture(view, context.locate, context.locale)
    return [picture] if picture is not None else []


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
    site, target, over = (
        place_words(name, locale) if name else ""
        for name in (facts.site, facts.target, facts.overflight)
    )
    parts = []
    if site and target:
        parts.append(say("alert.from_to", locale, site=site, target=target))
    elif site:
        parts.append(say("alert.from", locale, site=site))
    elif target:
        parts.append(say("alert.to", locale, target=target))
    if over:
        parts.append(say("alert.overflight", locale, country=over))
    if facts.eez:
        parts.append(zone_words(facts.eez, locale))
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
    for report in standing(view.reports):
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
    items.append(Button(say("button.sources", locale, count=count), action_of(view, "sources")))
    items.append(Button(say("button.follow", locale), action_of(view, "follow")))
    items.append(Button(say("button.mute", locale), action_of(view, "mute")))
    if view.marked_not_launch:
        items.append(Button(say("button.is_a_launch", locale), action_of(view, "right")))
    elif view.verdict is Verdict.LAUNCH:
        items.append(Button(say("button.not_a_launch", locale), action_of(view, "wrong")))
    rows: list[Block] = [Controls(tuple(items))]
    if context.desk:
        acknowledge = Button(
            say("button.acknowledge", locale), action_of(view, "ack"), style=ButtonStyle.PRIMARY
        )
        rows.append(Controls((acknowledge,)))
    return rows


def action_of(view: StoryView, verb: str) -> str:
    """The custom_id of a button about a story."""
    return f"story:{view.story_id}:{verb}"


def footer_of(view: StoryView, context: AlertContext) -> str:
    """The small print: number, revision, and that a machine read the facts."""
    return say("alert.footer", context.locale, story=view.story_id, revision=view.revision)


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """Cut at a word, with an ellipsis that shows the cut."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + " …"
