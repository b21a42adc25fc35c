"""The modal of `/feed edit`, and what is said of one feed."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.article import FeedId
from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.domain.subscription import Place
from bot.locale import say
from bot.services.asking import Asker, number_in
from bot.services.feed_posts import FeedClearable
from bot.services.feeds import FeedChange
from bot.services.panels import feeds as panels
from bot.services.panels.parts import note
from cogs.asking import Interaction, answer, desk_of, permit
from cogs.forms import Answers, Ask, Form, first

LONGEST = 1440  # minutes


async def managed(interaction: Interaction, asker: Asker, feed_id: FeedId) -> Message:
    """One feed with its health, where it posts, and what can be done to it."""
    desk = desk_of(interaction)
    item = await desk.feeds.status_of(asker, feed_id)
    posts = await desk.feeds.posts(asker, feed_id)
    return panels.manage_panel(item, posts, desk.clock.now(), asker.locale)


async def changed_note(interaction: Interaction, asker: Asker, feed_id: FeedId) -> Message:
    """What a feed is after a change."""
    desk = desk_of(interaction)
    item = await desk.feeds.status_of(asker, feed_id)
    posts = await desk.feeds.posts(asker, feed_id)
    words = say("feed.changed", asker.locale, name=item.feed.name)
    return note(words, Severity.GOOD, *panels.setting_blocks(item.feed, posts, asker.locale))


async def posting_place(interaction: Interaction, asker: Asker, feed_id: FeedId) -> Place | None:
    """Where a feed posts by itself, when that is one place."""
    posts = await desk_of(interaction).feeds.posts(asker, feed_id)
    return posts[0].place if len(posts) == 1 else None


async def open_edit(interaction: Interaction, asker: Asker, feed_id: FeedId) -> None:
    """Ask for a feed's name and how it is read, with what is set."""
    desk, locale = desk_of(interaction), asker.locale
    item = await desk.feeds.status_of(asker, feed_id, changes=True)
    posts = await desk.feeds.posts(asker, feed_id)
    minutes = str(int(item.feed.interval.total_seconds()) // 60) if item.feed.interval else ""
    asks = [
        Ask("name", say("command.feed.option.name", locale), item.feed.name, True, 80),
        _yes_no("full_text", say("form.full_text", locale), item.feed.full_text, locale),
        Ask("interval", say("form.interval", locale), minutes, most=4, hint="30"),
    ]
    if len(posts) == 1:
        only = posts[0].only_launches
        asks.append(_yes_no("only_launches", say("form.only_launches", locale), only, locale))

    async def save(submitted: Interaction, answers: Answers) -> None:
        again = await permit(submitted, Action.FEED_EDIT)
        given = number_in(first(answers, "interval") or "")
        change = FeedChange(
            name=first(answers, "name"),
            full_text=_as_bool(first(answers, "full_text")),
            interval=timedelta(minutes=min(max(given, 1), LONGEST)) if given is not None else None,
            only_launches=_as_bool(first(answers, "only_launches")),
            clear=None if given is not None else FeedClearable.INTERVAL,
        )
        await desk_of(submitted).feeds.change(again, feed_id, change)
        await answer(submitted, await changed_note(submitted, again, feed_id))

    await interaction.response.send_modal(Form(item.feed.name, asks, save))


def _yes_no(key: str, label: str, now: bool, locale: str) -> Ask:
    options = (("yes", say("form.yes", locale)), ("no", say("form.no", locale)))
    return Ask(key, label, "yes" if now else "no", options=options)


def _as_bool(answer: str | None) -> bool | None:
    return None if answer is None else answer == "yes"
