"""Replies stay within Discord's limits whatever they hold, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.delivery.discord_limits import check, walk
from bot.delivery.discord_render import DiscordRenderer
from bot.domain.article import FeedId, GuildId
from bot.domain.digest import Coverage, DigestId, DigestSchedule, LocalSchedule, Slot
from bot.domain.feed import DeclaredIn, Feed, FeedHealth, PollState
from bot.domain.launch import WeaponClass
from bot.domain.message import Button, Controls, Message
from bot.domain.story import StoryId
from bot.domain.subscription import (
    Place,
    PlaceKind,
    QuietHours,
    RoleId,
    Silence,
    Subscription,
    SubscriptionId,
    Topic,
    UserId,
)
from bot.locale import LOCALES
from bot.ports import AuditEntry, DiscoveredFeed
from bot.services.digest_schedules import ListedDigest
from bot.services.feed_lists import FirstAnswers, ImportReport
from bot.services.foresight import Foresight
from bot.services.panels import about, alerts, digests, feeds, server, setup
from bot.services.panels.launches import recent_panel
from bot.services.panels.parts import page_of, pager
from bot.services.personal import StoredAbout
from bot.services.server_settings import ServerSettings
from bot.services.setup import SetUp, SetUpDone, Step, regions
from bot.services.status import FeedStatus
from bot.services.subscriptions import AlertDraft, Listed
from bot.services.suggestions import Suggestions

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOSTILE = "@everyone [x](https://evil.example) **bold** \u202e" + "긴 이름 " * 400
PLACE = Place(PlaceKind.CHANNEL, 10**18, GuildId(5))


def _feed(number: int) -> FeedStatus:
    feed = Feed(
        FeedId(number), f"https://f{number}.example/?key=secret", HOSTILE, DeclaredIn.DISCORD
    )
    state = PollState(
        last_poll=NOW, next_poll=NOW, last_error=HOSTILE, failures=9, last_success=NOW
    )
    return FeedStatus(feed, state, FeedHealth.FAILING)


def _alert(number: int) -> Listed:
    subscription = Subscription(
        id=SubscriptionId(number),
        place=PLACE,
        declared_in=DeclaredIn.DISCORD,
        query='"ballistic missile" OR icbm -drill',
        role_id=RoleId(7),
        countries=("North Korea", "Iran"),
        weapons=tuple(WeaponClass),
        min_sources=3,
        quiet=QuietHours(time(22), time(7), "Asia/Seoul"),
    )
    return Listed(subscription, HOSTILE, HOSTILE)


def _digest(number: int) -> ListedDigest:
    schedule = DigestSchedule(
        DigestId(number), PLACE, LocalSchedule(time(8), "Asia/Seoul"), DeclaredIn.DISCORD
    )
    return ListedDigest(schedule, (Slot(NOW.date(), 480, NOW),) * 3, HOSTILE)


def _silence(number: int) -> Silence:
    return Silence(number, GuildId(5), NOW, UserId(1), HOSTILE, NOW, query=HOSTILE)


def _messages(locale: str) -> dict[str, Message]:
    foresight = Foresight(3, 200, (HOSTILE, HOSTILE, HOSTILE))
    found = [DiscoveredFeed(f"https://f{n}.example/", HOSTILE, ()) for n in range(30)]
    entries = [AuditEntry(NOW, GuildId(5), UserId(1), "feed add", HOSTILE)] * 25
    made = {
        "feeds": feeds.list_panel([_feed(n) for n in range(30)], "all", 2, NOW, locale),
        "feed": feeds.manage_panel(_feed(1), [_alert(1).subscription] * 3, NOW, locale),
        "import": feeds.import_panel(
            ImportReport((HOSTILE,) * 50, (HOSTILE,) * 50, (HOSTILE,) * 50), locale
        ),
        "answers": feeds.first_answers_panel(
            FirstAnswers(3, ((HOSTILE, HOSTILE),) * 40, 2), locale
        ),
        "found": feeds.found_panel(found, "token", 3, None, locale),
        "alerts": alerts.list_panel([_alert(n) for n in range(30)], [_silence(1)] * 3, 1, locale),
        "alert": alerts.manage_panel(_alert(1), locale),
        "draft": alerts.draft_panel(
            AlertDraft(_alert(1).subscription, foresight), "token", HOSTILE, locale
        ),
        "silences": alerts.silences_panel([_silence(n) for n in range(30)], 1, locale),
        "own": alerts.personal_panel(
            [_alert(n) for n in range(25)], [_digest(n) for n in range(5)], 1, locale
        ),
        "digests": digests.list_panel([_digest(n) for n in range(20)], 1, locale),
        "digest": digests.manage_panel(_digest(1), locale),
        "audit": server.audit_panel(entries, 1, locale),
        "settings": server.settings_panel(
            ServerSettings(manager_roles=(RoleId(1), RoleId(2))), NOW, locale
        ),
        "about": about.about_panel("0.1", timedelta(days=2), "https://example.org/", locale),
        "privacy": about.privacy_panel(_stored(), locale),
        "forget": about.forget_panel(locale),
        "welcome": setup.welcome_panel(locale),
        "done": setup.done_panel(_done(12), locale),
        "done without feeds": setup.done_panel(_done(0), locale),
    }
    zones = [(f"Zone/{n}", f"Zone/{n} · 12:00") for n in range(19)]
    answers = SetUp()
    for step, after in enumerate(_walk(answers)):
        made[f"set-up {step}"] = setup.setup_panel(after, "token", zones, locale)
    for topic in ("", *about.HELP_PAGES, "feed", "alert", "nothing such"):
        made[f"help {topic}"] = about.help_panel(topic, locale)
    return made


def _walk(answers: SetUp) -> list[SetUp]:
    refused = replace(answers, wanted=PLACE.id, refusal="In #x I lack Embed Links.")
    placed = replace(answers, place=PLACE).to(Step.TOPIC)
    chosen = replace(placed, topic=Topic.LAUNCHES).to(Step.ZONE)
    zoned = replace(chosen, timezone="UTC").to(Step.FEEDS)
    every_feed = replace(zoned, regions=tuple(region for region, _ in regions()))
    return [answers, refused, placed, chosen, zoned, every_feed]


def _stored() -> StoredAbout:
    digests = tuple(_digest(n).schedule for n in range(12))
    return StoredAbout(("launches", HOSTILE) * 8, tuple(map(StoryId, range(20))), digests, 3)


def _done(feeds: int) -> SetUpDone:
    return SetUpDone(PLACE, Topic.LAUNCHES, feeds, feeds, "UTC", time(8), known=not feeds)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_panel_is_within_discords_limits_and_pings_nobody(locale: str) -> None:
    renderer = DiscordRenderer()
    for name, message in _messages(locale).items():
        payload = renderer.payload(message, PlaceKind.CHANNEL)
        assert check(payload) == [], name
        assert payload["allowed_mentions"]["parse"] == [], name
        # Labels of buttons and options show no markdown; texts do.
        texts = [str(part.get("content", "")) for part in walk(payload["components"])]
        assert "](https://evil" not in "\n".join(texts), name
        assert "secret" not in str(payload), name


def test_pages_stay_within_their_bounds() -> None:
    assert page_of(range(12), 99) == (range(10, 12), 2, 3)
    assert page_of(range(0), 3) == (range(0), 0, 1)
    assert pager("list:x:all", 0, 1, "en") == []


def test_first_page_disables_what_leads_nowhere_and_says_its_number() -> None:
    words, row = pager("list:x:all", 0, 3, "en")
    assert isinstance(row, Controls)
    buttons = [item for item in row.items if isinstance(item, Button)]
    assert [button.disabled for button in buttons] == [True, True, False, False]
    assert len({button.action for button in buttons}) == 4
    assert "Page 1 of 3" in str(words)


def test_coverage_is_named_when_there_is_nothing_to_show() -> None:
    message = recent_panel([], Coverage(38, 1, 1, 40), "list:launches:30::", 0, "en")
    assert "38 of 40 feeds fresh" in str(message)


def test_commands_in_help_exist() -> None:
    for _, command in about.TASKS:
        assert command in Suggestions.commands_of(command.split()[0])
