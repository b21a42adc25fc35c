"""Replies of `/alert` and of personal subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.command_names import command_line
from bot.domain.feed import DeclaredIn
from bot.domain.matching import Stop
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    ChannelMention,
    Controls,
    Line,
    Message,
    Paragraph,
    RoleMention,
    Section,
    Severity,
    Subtext,
    Text,
    Time,
    UserMention,
)
from bot.domain.query import parse
from bot.domain.subscription import PlaceKind, Silence, Subscription
from bot.locale import say, say_again, word
from bot.services.alert_trials import AlertTrial
from bot.services.digest_schedules import ListedDigest
from bot.services.foresight import Foresight
from bot.services.panels.digests import when_words
from bot.services.panels.limits import settings_words
from bot.services.panels.parts import (
    DISMISS,
    card,
    filled,
    heading,
    page_of,
    pager,
    paragraph,
    place_line,
    small,
    with_instants,
)
from bot.services.subscriptions import AlertDraft, Listed
from bot.services.suggestions import muted_words

OWN_PAGE = 4
DIGESTS_SHOWN = 3


def desk_lines(subscription: Subscription, locale: str) -> list[Line]:
    """Who releases and who must acknowledge: channels and roles, which only spans can name."""
    lines: list[Line] = []
    if subscription.review_channel is not None:
        line = (ChannelMention(subscription.review_channel),)
        lines.append(_around(say("alert.setting.review", locale, place=_MARK), line))
    if subscription.ack_role is not None:
        after = subscription.ack_after
        words = say("alert.setting.ack", locale, place=_MARK, after=after)
        lines.append(_around(words, (RoleMention(subscription.ack_role),)))
    return lines


_MARK = "\x00"


def _around(words: str, spans: Line) -> Line:
    head, _, tail = words.partition(_MARK)
    return (Text(head), *spans, Text(tail))


def foresight_blocks(ahead: Foresight, locale: str) -> list[Block]:
    """How many stored articles it would have matched, with examples."""
    if not ahead.looked_at:
        return [small(say("alert.nothing_stored", locale))]
    count = say("alert.would_match", locale, count=ahead.matched, total=ahead.looked_at)
    blocks: list[Block] = [paragraph(Text(count, strong=True))]
    blocks += [
        small(say("alert.would_match_example", locale, title=title)) for title in ahead.examples
    ]
    return blocks


def draft_panel(draft: AlertDraft, token: str, subject: str, locale: str) -> Message:
    """What was understood and what it would have matched, before it is saved."""
    subscription = draft.subscription
    line: Line = (Text(subject, strong=True), Text(" → "), *place_line(subscription.place))
    if subscription.role_id is not None:
        line += (Text(" "), RoleMention(subscription.role_id))
    blocks: list[Block] = [Paragraph(line)]
    if subscription.query is not None:
        understood = word(parse(subscription.query).describe(), locale)
        blocks.append(small(say("alert.understood", locale, query=understood)))
    if more := settings_words(subscription, locale):
        blocks.append(small(more))
    blocks += map(Subtext, desk_lines(subscription, locale))
    blocks += foresight_blocks(draft.foresight, locale)
    if subscription.query and "*" not in subscription.query and not draft.foresight.matched:
        blocks.append(small(say("query.tip.plural", locale)))
    save = Button(say("button.save", locale), f"draft:{token}:save", style=ButtonStyle.SUCCESS)
    blocks.append(Controls((save, Button(say("button.cancel", locale), DISMISS))))
    return card(Severity.INFO, *blocks)


def list_panel(
    alerts: Sequence[Listed],
    silences: Sequence[Silence],
    page: int,
    locale: str,
) -> Message:
    """The alerts of a server, a page at a time."""
    if not alerts:
        return card(Severity.INFO, paragraph(say("alert.none", locale)))
    items, page, pages = page_of(alerts, page)
    blocks: list[Block] = []
    for item in items:
        manage = Button(say("button.manage", locale), f"alert:{item.subscription.id}:manage")
        blocks.append(Section(_lines(item, locale), manage))
    if silences:
        blocks.append(small(say("alert.silence_count", locale, count=len(silences))))
    return card(Severity.INFO, *blocks, *pager("list:alerts:all", page, pages, locale))


def _lines(item: Listed, locale: str) -> tuple[Line, ...]:
    subscription = item.subscription
    first: Line = (Text(f"#{subscription.id} {item.subject}", strong=True),)
    if subscription.place.kind is not PlaceKind.USER:
        first += (Text(" → "), *place_line(subscription.place))
    if subscription.role_id is not None:
        first += (Text(" "), RoleMention(subscription.role_id))
    lines: list[Line] = [first]
    own = subscription.place.kind is PlaceKind.USER
    state = [] if own else [say(f"origin.{subscription.declared_in.value}", locale)]
    if subscription.paused:
        state.insert(0, say("feed.health.paused", locale))
    if more := settings_words(subscription, locale):
        state.append(more)
    words: Line = (Text(" · ".join(state)),) if state else ()
    for each in desk_lines(subscription, locale):
        words += (Text(" · "), *each) if words else each
    if words:
        lines.append(words)
    if item.trouble:
        lines.append((Text("⚠️ "), *command_line(say_again(item.trouble, locale))))
    return tuple(lines)


def manage_panel(item: Listed, locale: str) -> Message:
    """One alert with what can be done to it."""
    subscription = item.subscription
    number = subscription.id
    buttons = [Button(say("button.test", locale), f"alert:{number}:test")]
    if subscription.declared_in is DeclaredIn.DISCORD:
        verb = "resume" if subscription.paused else "pause"
        buttons.append(Button(say(f"button.{verb}", locale), f"alert:{number}:{verb}"))
        buttons.append(Button(say("button.edit", locale), f"alert:{number}:edit"))
        remove = say("button.remove", locale)
        buttons.append(Button(remove, f"alert:{number}:ask", style=ButtonStyle.DANGER))
    lines = [Paragraph(line) for line in _lines(item, locale)]
    return card(Severity.INFO, *lines, Controls(tuple(buttons)))


def trial_panel(trial: AlertTrial, locale: str) -> Message:
    """What stands above a test alert: how often it would have come, and why not, if so."""
    blocks = foresight_blocks(trial.foresight, locale)
    decision = trial.foresight.newest_decision
    if isinstance(decision, Stop):
        blocks.append(Subtext(with_instants(word(decision.reason, locale))))
    if trial.posted:
        blocks.append(filled("alert.test_posted", locale, trial.subscription.place))
    return card(Severity.INFO, *blocks)


def silences_panel(silences: Sequence[Silence], page: int, locale: str) -> Message:
    """What is muted, until when, by whom and why, each with the button that ends it."""
    if not silences:
        return card(Severity.INFO, paragraph(say("alert.no_silences", locale)))
    items, page, pages = page_of(silences, page)
    blocks: list[Block] = []
    for item in items:
        end = Button(say("button.remove", locale), f"silence:{item.id}:end")
        until: Line = (Text(say("alert.silence_until", locale) + " "), Time(item.expires))
        if item.channel_id is not None:
            until += (Text(" · "), ChannelMention(item.channel_id))
        author: Line = ()
        if item.author:  # 0: their data was deleted
            author = (Text(say("alert.silence_by", locale) + " "), UserMention(item.author))
        if item.reason:
            author += (Text(" · "), Text(item.reason, emphasis=True))
        lines: list[Line] = [(Text(muted_words(item, locale), strong=True),), until, author]
        blocks.append(Section(tuple(lines), end))
    return card(Severity.INFO, *blocks, *pager("list:silences:all", page, pages, locale))


def silenced_note(silence: Silence, locale: str) -> Message:
    """What was muted, until when."""
    mark = "\x00"
    what = muted_words(silence, locale)
    head, _, tail = say("alert.silenced", locale, until=mark, what=what).partition(mark)
    end = Button(say("button.undo", locale), f"silence:{silence.id}:end")
    line = (Text(head), Time(silence.expires), Text(tail))
    return card(Severity.QUIET, Paragraph(line), Controls((end,)))


def personal_panel(
    own: Sequence[Listed], digests: Sequence[ListedDigest], page: int, locale: str
) -> Message:
    """A person's subscriptions and digests with everything that can be done to them."""
    add = Button(say("button.my_digest", locale), "mine:digest")
    blocks: list[Block] = []
    items, page, pages = page_of(own, page, OWN_PAGE)
    if own:
        blocks.append(heading(say("subscribe.title", locale)))
    else:
        blocks.append(paragraph(say("subscribe.none", locale)))
    for item in items:
        number = item.subscription.id
        verb = "resume" if item.subscription.paused else "pause"
        remove = Button(say("button.remove", locale), f"sub:{number}:remove")
        toggle = Button(say(f"button.{verb}", locale), f"sub:{number}:{verb}")
        blocks += [*map(Paragraph, _lines(item, locale)), Controls((toggle, remove))]
    for digest in digests[:DIGESTS_SHOWN]:
        schedule = digest.schedule
        manage = Button(say("button.manage", locale), f"schedule:{schedule.id}:manage")
        words = when_words(schedule, locale)
        blocks.append(Section(((Text(words, strong=True),),), manage))
    quiet = (Button(say("button.quiet_hours", locale), "mine:quiet"),) if own else ()
    blocks.append(Controls((*quiet, add)))
    return card(Severity.INFO, *blocks, *pager("list:mine:all", page, pages, locale))
