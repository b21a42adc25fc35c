"""Replies of `/digest`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.command_names import command_line
from bot.domain.digest import Digest, DigestSchedule
from bot.domain.feed import DeclaredIn
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    Controls,
    Line,
    Message,
    Paragraph,
    Section,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.subscription import PlaceKind
from bot.locale import say, say_again
from bot.services.alert_message import shorten
from bot.services.digest_schedules import PAGE, ListedDigest
from bot.services.panels.parts import (
    card,
    filled,
    heading,
    page_of,
    pager,
    paragraph,
    place_line,
    small,
)
from bot.services.schedule_words import schedule_words
from bot.services.story_words import headline_of, outlets_of, status_line

_TITLE = 200


def when_words(schedule: DigestSchedule, locale: str) -> str:
    """When a digest comes: "Every day at 07:30 (Asia/Seoul)"."""
    return schedule_words(schedule.schedule, locale)


def settings_words(schedule: DigestSchedule, locale: str) -> str:
    """What a digest shows and how: topic or query, number of stories, sound, what when empty."""
    if schedule.topic is not None:
        what = say(f"topic.{schedule.topic.value}", locale)
    else:
        what = schedule.query or say("choice.topic.everything", locale)
    parts = [
        what,
        say("digest.setting.max_stories", locale, count=schedule.max_stories),
        say(f"digest.setting.{'silent' if schedule.silent else 'loud'}", locale),
        say(f"digest.setting.empty_{schedule.when_empty.value}", locale),
    ]
    return " · ".join(parts)


def saved_panel(key: str, listed: ListedDigest, locale: str) -> Message:
    """What was saved, with the next runs in the reader's own time."""
    schedule = listed.schedule
    blocks: list[Block] = [
        filled(key, locale, schedule.place, when=when_words(schedule, locale)),
        small(settings_words(schedule, locale)),
        *_runs(listed, locale),
    ]
    show = Button(say("button.test", locale), f"schedule:{schedule.id}:preview")
    return card(Severity.GOOD, *blocks, Controls((show,)))


def _runs(listed: ListedDigest, locale: str) -> list[Block]:
    if listed.schedule.paused or not listed.next_runs:
        return []
    lines: list[Block] = [small(say("digest.next_runs", locale))]
    lines += [Paragraph((Time(slot.due),)) for slot in listed.next_runs]
    return lines


def list_panel(digests: Sequence[ListedDigest], page: int, locale: str) -> Message:
    """The digests of a server, a page at a time."""
    if not digests:
        return card(Severity.INFO, paragraph(say("digest.none", locale)))
    items, page, pages = page_of(digests, page)
    blocks: list[Block] = []
    for item in items:
        manage = Button(say("button.manage", locale), f"schedule:{item.schedule.id}:manage")
        blocks.append(Section(_lines(item, locale), manage))
    return card(Severity.INFO, *blocks, *pager("list:digests:all", page, pages, locale))


def _lines(item: ListedDigest, locale: str) -> tuple[Line, ...]:
    schedule = item.schedule
    words = f"#{schedule.id} {when_words(schedule, locale)}"
    lines: list[Line] = [(Text(words, strong=True), Text(" → "), *place_line(schedule.place))]
    # A person's own digest is of no server.
    own = schedule.place.kind is PlaceKind.USER
    state = [] if own else [say(f"origin.{schedule.declared_in.value}", locale)]
    if schedule.paused:
        lines.append((Text(" · ".join([say("feed.health.paused", locale), *state])),))
    elif item.next_runs:
        due = Time(item.next_runs[0].due)
        lines.append((Text(" · ".join([*state, say("digest.next", locale)]) + " "), due))
    if item.trouble:
        lines.append((Text("⚠️ "), *command_line(say_again(item.trouble, locale))))
    return tuple(lines)


def manage_panel(item: ListedDigest, locale: str) -> Message:
    """One digest with what can be done to it."""
    number = item.schedule.id
    buttons = [Button(say("button.test", locale), f"schedule:{number}:preview")]
    if item.schedule.declared_in is DeclaredIn.DISCORD:
        verb = "resume" if item.schedule.paused else "pause"
        buttons.append(Button(say(f"button.{verb}", locale), f"schedule:{number}:{verb}"))
        remove = say("button.remove", locale)
        buttons.append(Button(remove, f"schedule:{number}:ask", style=ButtonStyle.DANGER))
    lines = [Paragraph(line) for line in _lines(item, locale)]
    settings = small(settings_words(item.schedule, locale))
    return card(Severity.INFO, *lines, settings, *_runs(item, locale), Controls(tuple(buttons)))


def whole_panel(digest: Digest, page: int, locale: str) -> Message:
    """Every story of a digest's window, a page at a time."""
    items, page, pages = page_of(digest.stories, page, PAGE)
    blocks: list[Block] = [heading(say("digest.all_title", locale))]
    for number, item in enumerate(items, start=page * PAGE + 1):
        view = item.view
        title = shorten(headline_of(view, locale), _TITLE)
        details = Button(say("button.details", locale), f"story:{view.story_id}:details")
        second = f"{outlets_of(view, locale)} · {status_line(view, locale)}"
        lines: tuple[Line, ...] = ((Text(f"{number}. {title}", strong=True),), (Text(second),))
        blocks.append(Section(lines, details))
    if digest.overflow:
        blocks.append(Subtext((Text(say("digest.overflow", locale, count=digest.overflow)),)))
    since, until = int(digest.since.timestamp()), int(digest.until.timestamp())
    action = f"digest:{digest.schedule.id}:{since}:{until}:all"
    return card(Severity.INFO, *blocks, *pager(action, page, pages, locale))
