"""A thousand generated stories through every message about stories: Discord's limits hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from functools import cache

import pytest

from bot.analysis.coordinates import locate
from bot.delivery.discord_limits import check
from bot.delivery.discord_render import DiscordRenderer, marker_of
from bot.domain.article import GuildId
from bot.domain.digest import (
    Coverage,
    Digest,
    DigestId,
    DigestSchedule,
    DigestStory,
    LocalSchedule,
)
from bot.domain.feed import DeclaredIn
from bot.domain.launch import Verdict
from bot.domain.message import Message, Picture
from bot.domain.outbox import nonce_of
from bot.domain.story import StoryView
from bot.domain.story_changes import changes
from bot.domain.story_facts import view
from bot.domain.subscription import Place, PlaceKind
from bot.locale import LOCALES
from bot.ports import Stage, TrailEntry
from bot.services.alert_message import AlertContext, alert_message
from bot.services.digest_message import digest_message
from bot.services.explain import Explanation
from bot.services.panels.digests import whole_panel
from bot.services.panels.launches import map_panel, recent_panel
from bot.services.panels.server import why_panel
from bot.services.panels.stories import details_panel, sources_panel
from bot.services.register import Entry, Shown, day_of
from bot.services.update_message import merged_message, update_message
from tests.domain.generated_stories import START, Course, course

STORIES = 1000
BATCH = 50
AGE = timedelta(hours=48)
NOW = START + timedelta(days=3)
RENDERER = DiscordRenderer({"digest": 99})
URL = "https://discord.com/channels/1/2/3"
SCHEDULE = DigestSchedule(
    DigestId(1),
    Place(PlaceKind.CHANNEL, 5, GuildId(1)),
    LocalSchedule(time(8), "Asia/Seoul"),
    DeclaredIn.DISCORD,
)


@cache
def views(seed: int) -> tuple[Course, StoryView, StoryView]:
    made = course(seed)
    before, after = (view(story, None, NOW, AGE) for story in (made.before, made.after))
    assert before is not None
    assert after is not None
    return made, before, after


def context(seed: int, locale: str, *, test: bool = False) -> AlertContext:
    """Everything an alert can carry, in turns."""
    return AlertContext(
        now=NOW,
        locale=locale,
        roles=tuple(range(10**17, 10**17 + seed % 5)),
        reasons=("topic: launches", "matched [x](https://evil.example) " * 40)[: seed % 3],
        marker=nonce_of(str(seed)),
        test=test,
        desk=seed % 7 == 0,
        locate=locate if seed % 2 else None,
        thread=seed % 3 == 0,
    )


def posts(seed: int) -> Iterator[tuple[str, Message]]:
    """What is posted about a story, by what it is."""
    locale = LOCALES[seed % len(LOCALES)]
    _, before, after = views(seed)
    yield "alert", alert_message(after, context(seed, locale))
    yield "test alert", alert_message(before, context(seed, locale, test=True))
    found = changes(before, after, NOW)
    yield "update", update_message(after, found, context(seed, locale), URL if seed % 2 else "")
    yield "merged", merged_message(after, context(seed, locale), URL)


def replies(seed: int) -> Iterator[tuple[str, Message]]:
    """What is answered about a story."""
    locale = LOCALES[seed % len(LOCALES)]
    made, _, after = views(seed)
    shown = Shown(after, made.after.history)
    yield "details", details_panel(shown, locate, locale)
    for page in (0, 1):
        yield "sources", sources_panel(shown, page, locale)
    neighbours = [views(seed + step)[2] for step in range(3)]
    entries = [Entry(each, day_of(each)) for each in neighbours]
    coverage = Coverage(1, 1, 1, 3, 9)
    yield "recent", recent_panel(entries, coverage, "list:launches:30::", 0, locale)
    yield "map", map_panel(entries, locate, 30, coverage, locale)
    trail = tuple(TrailEntry(NOW, Stage.STOPPED, report.title) for report in after.reports)
    yield "why", why_panel(Explanation("x", None, trail), 30, locale)


def digest(seed: int, size: int) -> Digest:
    found = [views(seed + step) for step in range(size)]
    stories = tuple(
        DigestStory(after, bool(number % 2), "x", changes(before, after, NOW)[:3])
        for number, (_, before, after) in enumerate(found)
    )
    return Digest(
        SCHEDULE,
        NOW - timedelta(days=1),
        NOW,
        stories,
        articles=size,
        launches=sum(each.view.verdict is Verdict.LAUNCH for each in stories),
        coverage=Coverage(38, 1, 1, 40),
        per_day=tuple((NOW.date() - timedelta(days=day), day % 4) for day in range(14)),
        next_run=NOW,
    )


def places(seed: int, name: str) -> Sequence[PlaceKind]:
    """Every kind of place for what changes most; the rest by turns."""
    kinds = tuple(PlaceKind)
    return kinds if name in ("alert", "update") else (kinds[seed % len(kinds)],)


def batches() -> list[int]:
    return list(range(0, STORIES, BATCH))


@pytest.mark.parametrize("first", batches())
def test_posts_about_any_story_keep_discords_limits_and_their_marker(first: int) -> None:
    for seed in range(first, first + BATCH):
        for name, message in posts(seed):
            for place in places(seed, name):
                payload = RENDERER.payload(message, place)
                assert check(payload) == [], (seed, name, place)
                assert marker_of(payload) == message.marker, (seed, name, place)
                pinged = payload["allowed_mentions"]["roles"]
                assert pinged == [str(role) for role in message.pings], (seed, name)


@pytest.mark.parametrize("first", batches())
def test_answers_about_any_story_keep_discords_limits_and_ping_nobody(first: int) -> None:
    for seed in range(first, first + BATCH):
        for name, message in replies(seed):
            payload = RENDERER.payload(message, PlaceKind.CHANNEL)
            assert check(payload) == [], (seed, name)
            assert payload["allowed_mentions"]["roles"] == [], (seed, name)


@pytest.mark.parametrize("seed", range(0, STORIES, 100))
@pytest.mark.parametrize("size", [0, 1, 10, 30])
def test_digests_of_any_stories_keep_discords_limits(seed: int, size: int) -> None:
    made = digest(seed, size)
    for place in PlaceKind:
        assert check(RENDERER.payload(digest_message(made), place)) == [], place
    whole = RENDERER.payload(whole_panel(made, 0, "en"), PlaceKind.CHANNEL)
    assert check(whole) == []


@pytest.mark.parametrize("first", range(0, STORIES, 250))
def test_every_picture_of_a_message_says_the_same_in_words(first: int) -> None:
    drawn = 0
    for seed in range(first, first + 25):
        for _, message in (*posts(seed), *replies(seed)):
            for block in message.blocks:
                if isinstance(block, Picture):
                    drawn += 1
                    assert len(block.alt) > 10
    assert drawn


def test_the_generator_really_makes_every_kind_of_story() -> None:
    seen = [views(seed)[2] for seed in range(300)]
    assert {each.verdict for each in seen} == set(Verdict)
    assert len({each.status for each in seen}) == 5
    assert any(each.marked_not_launch for each in seen)
    assert any(len(each.reports) == 40 for each in seen)
    assert any(report.rewritten is not None for each in seen for report in each.reports)
    kinds = {c.kind for seed in range(300) for c in changes(*views(seed)[1:], NOW)}
    assert len(kinds) >= 10
