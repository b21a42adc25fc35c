"""Replies of `/feed`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.domain.article import RawArticle
from bot.domain.feed import DeclaredIn, Feed, FeedHealth
from bot.domain.links import redact_feed, redact_feed_text
from bot.domain.matching import match_reason
from bot.domain.message import (
    Block,
    Button,
    ButtonStyle,
    Controls,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    RoleMention,
    Section,
    Select,
    Severity,
    Subtext,
    Text,
    Time,
)
from bot.domain.subscription import Subscription
from bot.locale import say, say_again, word
from bot.ports import DiscoveredFeed
from bot.services.alert_message import shorten
from bot.services.feed_lists import FirstAnswers, ImportReport
from bot.services.feed_trials import FeedTrial
from bot.services.panels.parts import (
    DISMISS,
    card,
    heading,
    page_of,
    pager,
    paragraph,
    place_line,
    small,
    with_instants,
)
from bot.services.status import FeedStatus

SAMPLE = 3
FILTERS = ("all", "healthy", "new", "failing", "paused")
_NAMES_SHOWN = 15
_FAILURES_SHOWN = 10
_IN_FILTER = {
    "healthy": (FeedHealth.FRESH,),
    "new": (FeedHealth.NEW,),
    "failing": (FeedHealth.FAILING, FeedHealth.STALE),
    "paused": (FeedHealth.PAUSED,),
}


def found_panel(
    found: Sequence[DiscoveredFeed], token: str, chosen: int, exists: Feed | None, locale: str
) -> Message:
    """What an address holds: the newest articles of a feed, and a choice when there are several."""
    feed = found[chosen]
    blocks: list[Block] = []
    if len(found) > 1:
        blocks.append(paragraph(say("feed.found", locale, count=len(found))))
        options = tuple(
            Option(
                each.title or redact_feed(each.url),
                str(index),
                redact_feed(each.url),
                index == chosen,
            )
            for index, each in enumerate(found)
        )
        blocks.append(Controls((Select(f"found:{token}", options),)))
    name = feed.title or redact_feed(feed.url)
    blocks += [heading(say("feed.preview", locale, name=name), 3), small(redact_feed(feed.url))]
    blocks += [Paragraph(_title(article)) for article in newest(feed.articles)]
    if not feed.articles:
        blocks.append(paragraph(say("feed.empty", locale)))
    if exists is not None:
        blocks.append(paragraph(say("feed.exists", locale, name=exists.name)))
    add = Button(say("button.add", locale), f"found:{token}:{chosen}", style=ButtonStyle.SUCCESS)
    blocks.append(Controls((add, Button(say("button.cancel", locale), DISMISS))))
    return card(Severity.INFO, *blocks)


def newest(articles: Sequence[RawArticle]) -> list[RawArticle]:
    """The newest entries of a feed."""

    def when(article: RawArticle) -> datetime:
        return article.published.at if article.published else article.first_seen

    return sorted(articles, key=when, reverse=True)[:SAMPLE]


def _title(article: RawArticle) -> Line:
    title = article.title or shorten(article.body, 100)
    line: Line = (Link(title, article.url),) if article.url else (Text(title, strong=True),)
    if article.published is not None:
        line += (Text(" · "), Time(article.published.at))
    return line


def list_panel(
    feeds: Sequence[FeedStatus], shown: str, page: int, now: datetime, locale: str
) -> Message:
    """Feeds with their health, a page at a time."""
    if not feeds:
        return card(Severity.INFO, paragraph(say("feed.none", locale)))
    states = Counter(each.health for each in feeds)
    healthy, failing = states[FeedHealth.FRESH], states[FeedHealth.FAILING]
    counts = {"total": len(feeds), "healthy": healthy, "failing": failing}
    if new := states[FeedHealth.NEW]:
        title = say("feed.list_title_new", locale, new=new, **counts)
    else:
        title = say("feed.list_title", locale, **counts)
    blocks: list[Block] = [heading(title)]
    chosen = [each for each in feeds if _in_filter(each, shown)]
    items, page, pages = page_of(chosen, page)
    for item in items:
        manage = Button(say("button.manage", locale), f"feed:{item.feed.id}:manage")
        blocks.append(Section(health_lines(item, now, locale), manage))
    if not chosen:
        blocks.append(paragraph(say("feed.none_in_filter", locale)))
    options = tuple(
        Option(say(f"filter.{name}", locale), name, chosen=name == shown) for name in FILTERS
    )
    blocks.append(Controls((Select("filter:feeds", options, say("select.filter", locale)),)))
    return card(
        Severity.UPDATE if failing else Severity.INFO,
        *blocks,
        *pager(f"list:feeds:{shown}", page, pages, locale),
    )


def _in_filter(item: FeedStatus, shown: str) -> bool:
    return shown not in _IN_FILTER or item.health in _IN_FILTER[shown]


def health_lines(item: FeedStatus, now: datetime, locale: str) -> tuple[Line, ...]:
    """Name, health in words, and where it comes from."""
    feed, state = item.feed, item.state
    words: Line = (Text(say(f"feed.health.{item.health.value}", locale)),)
    if item.health in (FeedHealth.FAILING, FeedHealth.STALE) and state.last_error:
        error = redact_feed_text(shorten(say_again(state.last_error, locale), 150))
        failing = say("feed.failing_since", locale, error=error, count=max(state.failures, 1))
        words += (Text(f" · {failing} "),)
        words += (Time(state.last_success or state.last_poll or now, relative=True),)
    elif state.last_poll is not None:
        words += (Text(" · " + say("feed.checked", locale) + " "), Time(state.last_poll))
    if state.next_poll is not None and not feed.paused:
        words += (Text(" · " + say("feed.next_try", locale) + " "), Time(state.next_poll))
    origin = say(f"origin.{feed.declared_in.value}", locale)
    return (
        (Text(feed.name, strong=True),),
        words,
        (Text(f"{redact_feed(feed.url)} · {origin}", emphasis=True),),
    )


def setting_blocks(feed: Feed, posts: Sequence[Subscription], locale: str) -> list[Block]:
    """Where a feed posts by itself, and how it is read."""
    blocks: list[Block] = []
    for each in posts:
        line: Line = (Text(say("feed.posts_in", locale) + " "), *place_line(each.place))
        if each.role_id is not None:
            line += (Text(" "), RoleMention(each.role_id))
        if each.only_launches:
            line += (Text(" · " + say("alert.setting.only_launches", locale)),)
        blocks.append(Paragraph(line))
    if feed.full_text:
        blocks.append(small(say("form.full_text", locale)))
    if feed.interval is not None:
        blocks.append(small(say("feed.interval", locale, interval=feed.interval)))
    return blocks


def manage_panel(
    item: FeedStatus, posts: Sequence[Subscription], now: datetime, locale: str
) -> Message:
    """One feed with what can be done to it; the operator's can only be tried."""
    feed = item.feed
    lines = health_lines(item, now, locale)
    buttons = [Button(say("button.test", locale), f"feed:{feed.id}:test")]
    if feed.declared_in is DeclaredIn.DISCORD:
        verb = "resume" if feed.paused else "pause"
        buttons.append(Button(say(f"button.{verb}", locale), f"feed:{feed.id}:{verb}"))
        buttons.append(Button(say("button.edit", locale), f"feed:{feed.id}:edit"))
        remove = Button(
            say("button.remove", locale), f"feed:{feed.id}:ask", style=ButtonStyle.DANGER
        )
        buttons.append(remove)
    settings = setting_blocks(feed, posts, locale)
    shown = [Paragraph(line) for line in lines]
    return card(Severity.INFO, *shown, *settings, Controls(tuple(buttons)))


def trial_panel(trial: FeedTrial, locale: str) -> Message:
    """What a poll just now brought, and who would get the newest article."""
    blocks: list[Block] = [heading(trial.feed.name, 3)]
    result = trial.result
    if result.error:
        blocks.append(paragraph(redact_feed_text(say_again(result.error, locale))))
        return card(Severity.UPDATE, *blocks)
    blocks += [small(redact_feed_text(say_again(each, locale))) for each in result.notes]
    if not result.articles:
        blocks.append(paragraph(say("feed.empty", locale)))
        return card(Severity.INFO, *blocks)
    for match in trial.matches:
        line = (
            *place_line(match.subscription.place),
            Text(": " + word(match_reason(match), locale)),
        )
        blocks.append(Paragraph(line))
    for stop in trial.stops:
        why = with_instants(word(stop.reason, locale))
        blocks.append(Subtext((*place_line(stop.subscription.place), Text(": "), *why)))
    if not trial.matches and not trial.stops:
        blocks.append(small(say("alert.none", locale)))
    return card(Severity.INFO, *blocks)


def import_panel(report: ImportReport, locale: str) -> Message:
    """What became of a list."""
    counts = say(
        "feed.imported",
        locale,
        added=len(report.added),
        known=len(report.present),
        failed=len(report.refused),
    )
    blocks: list[Block] = [paragraph(counts)]
    for key, names in (
        ("feed.list_added", report.added),
        ("feed.list_known", report.present),
        ("feed.list_refused", report.refused),
    ):
        if names:
            blocks.append(small(say(key, locale, names=_listed(names, locale))))
    if report.added:
        blocks.append(small(say("feed.trying", locale)))
    return card(Severity.GOOD if report.added else Severity.QUIET, *blocks)


def first_answers_panel(answers: FirstAnswers, locale: str) -> Message:
    """Which of the new feeds can be read, and why the others cannot yet."""
    words = say("feed.answered", locale, count=answers.answered)
    blocks: list[Block] = [paragraph(words)]
    for name, error in answers.failed[:_FAILURES_SHOWN]:
        blocks.append(small(f"{name}: {redact_feed_text(shorten(error, 150))}"))
    more = len(answers.failed) - _FAILURES_SHOWN
    if more > 0:
        blocks.append(small(say("more", locale, count=more)))
    if answers.failed:
        blocks.append(paragraph(say("feed.kept_trying", locale)))
    if answers.unknown:
        blocks.append(small(say("feed.not_tried", locale, count=answers.unknown)))
    return card(Severity.UPDATE if answers.failed else Severity.GOOD, *blocks)


def _listed(names: Sequence[str], locale: str) -> str:
    shown = list(names[:_NAMES_SHOWN])
    if len(names) > _NAMES_SHOWN:
        shown.append(say("more", locale, count=len(names) - _NAMES_SHOWN))
    return ", ".join(shown)
