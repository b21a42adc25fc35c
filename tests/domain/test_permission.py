from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.article import GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.permission import (
    ACTION_OF,
    BOT_NEEDS,
    BOT_NEEDS_FOR_THREADS,
    Action,
    Actor,
    Allowed,
    Decision,
    Needs,
    Quota,
    Refused,
    Right,
    RoleFacts,
    Target,
    check_channel,
    check_quota,
    check_rate,
    check_role,
    decide,
)
from bot.domain.subscription import RoleId, UserId
from bot.errors import NotAllowed, NotFound, QuotaReached
from bot.locale import LOCALES, say, word
from tests.domain.story_examples import NOW, ago

HOME, ABROAD = GuildId(1), GuildId(2)
DESK = RoleId(77)
MANAGERS = frozenset({DESK})
MEMBER = Actor(UserId(5), HOME, installed=True)

ACTORS = {
    "in a direct message": Actor(UserId(5)),
    "in a server without the bot": Actor(UserId(5), HOME, administrator=True, manage_guild=True),
    "a member": MEMBER,
    "a member with another role": replace(MEMBER, roles=frozenset({RoleId(78)})),
    "a member with the named role": replace(MEMBER, roles=frozenset({DESK})),
    "a moderator": replace(MEMBER, manage_guild=True),
    "an administrator": replace(MEMBER, administrator=True),
    "the owner": replace(MEMBER, guild_owner=True),
    "the bot's operator": replace(MEMBER, operator=True),
}
ALLOWED = {
    Needs.NOTHING: set(ACTORS),
    Needs.MEMBER: set(ACTORS) - {"in a direct message", "in a server without the bot"},
    Needs.MANAGER: {"a member with the named role", "a moderator", "an administrator", "the owner"},
}
# What every member may do; whatever is not named here is for managers. A new action without a
# decision about it fails here, not in somebody's server.
FOR_EVERYONE = {
    "subscribe", "subscriptions", "launch recent", "launch show", "launch stats",
    "launch timeline", "launch map", "summarize", "Summarize article", "Check for launch",
    "status", "help", "about", "privacy show", "privacy delete-my-data", "story sources",
    "story details", "story follow", "digest all", "panel subscription", "undo own",
}  # fmt: skip
FOR_MEMBERS = {"why", "story ack"}


def passes(decision: Decision) -> bool:
    if isinstance(decision, Refused):
        assert all(word(decision.reason, locale) for locale in LOCALES)
    return isinstance(decision, Allowed)


@pytest.mark.parametrize("action", Action, ids=lambda action: action.label)
@pytest.mark.parametrize("who", ACTORS)
def test_who_may_use_what(who: str, action: Action) -> None:
    needs = Needs.MANAGER
    if action.label in FOR_EVERYONE:
        needs = Needs.NOTHING
    elif action.label in FOR_MEMBERS:
        needs = Needs.MEMBER
    expected = who in ALLOWED[needs]
    assert passes(decide(ACTORS[who], action, manager_roles=MANAGERS)) is expected


def test_names_of_actions_are_unique_and_all_known() -> None:
    assert len(ACTION_OF) == len(Action)
    assert set(ACTION_OF) >= FOR_EVERYONE | FOR_MEMBERS


def test_a_refusal_names_the_command_and_the_way_out() -> None:
    decision = decide(MEMBER, Action.FEED_ADD)
    assert isinstance(decision, Refused)
    assert decision.error is NotAllowed
    assert "/feed add" in word(decision.reason)
    assert "Manage Server" in word(decision.reason)


@pytest.mark.parametrize("action", [a for a in Action if a.needs is Needs.MANAGER])
def test_an_administrator_of_another_server_finds_nothing_here(action: Action) -> None:
    stranger = Actor(UserId(6), ABROAD, installed=True, administrator=True, guild_owner=True)
    decision = decide(stranger, action, Target(guild_id=HOME, changes=True))
    assert isinstance(decision, Refused)
    assert decision.error is NotFound


def test_other_peoples_subscriptions_do_not_exist() -> None:
    own, others = Target(user_id=UserId(5), changes=True), Target(user_id=UserId(6), changes=True)
    assert passes(decide(MEMBER, Action.PANEL_SUBSCRIPTION, own))
    decision = decide(ACTORS["the owner"], Action.PANEL_SUBSCRIPTION, others)
    assert isinstance(decision, Refused)
    assert decision.error is NotFound
    assert "6" not in word(decision.reason)


def test_what_the_operator_declared_can_be_seen_and_not_changed() -> None:
    declared = Target(guild_id=HOME, declared_in=DeclaredIn.CONFIG)
    moderator = ACTORS["a moderator"]
    assert passes(decide(moderator, Action.ALERT_TEST, declared))
    assert not passes(decide(moderator, Action.ALERT_REMOVE, replace(declared, changes=True)))
    shared = Target(declared_in=DeclaredIn.DISCORD, changes=True)
    assert not passes(decide(moderator, Action.FEED_REMOVE, shared))


ALL_RIGHTS = frozenset(Right)


def test_a_person_cannot_make_the_bot_write_where_they_may_not() -> None:
    assert passes(check_channel(ALL_RIGHTS, ALL_RIGHTS, 10))
    for right in (Right.VIEW, Right.SEND):
        decision = check_channel(ALL_RIGHTS - {right}, ALL_RIGHTS, 10)
        assert isinstance(decision, Refused)
        assert "you lack" in word(decision.reason)


@pytest.mark.parametrize("right", BOT_NEEDS)
def test_every_permission_the_bot_lacks_is_named(right: Right) -> None:
    decision = check_channel(ALL_RIGHTS, ALL_RIGHTS - {right}, 10)
    assert isinstance(decision, Refused)
    assert say(f"right.{right.value}") in word(decision.reason)


def test_threads_ask_for_more() -> None:
    bot = frozenset(BOT_NEEDS)
    assert passes(check_channel(ALL_RIGHTS, bot, 10))
    assert not passes(check_channel(ALL_RIGHTS, bot, 10, BOT_NEEDS_FOR_THREADS))


@pytest.mark.parametrize(
    ("mentionable", "invoker_all", "bot_all", "allowed"),
    [
        (True, False, False, True),
        (False, True, True, True),
        (False, False, True, False),
        (False, True, False, False),
    ],
)
def test_a_role_is_pinged_only_by_who_may_ping_it(
    mentionable: bool, invoker_all: bool, bot_all: bool, allowed: bool
) -> None:
    role = RoleFacts(RoleId(9), HOME, mentionable)
    decision = check_role(role, MEMBER, invoker_mentions_all=invoker_all, bot_mentions_all=bot_all)
    assert passes(decision) is allowed


def test_everyone_and_other_servers_roles_are_never_pinged() -> None:
    everyone = RoleFacts(RoleId(1), HOME, mentionable=True, default=True)
    assert not passes(
        check_role(everyone, MEMBER, invoker_mentions_all=True, bot_mentions_all=True)
    )
    foreign = RoleFacts(RoleId(9), ABROAD, mentionable=True)
    decision = check_role(foreign, MEMBER, invoker_mentions_all=True, bot_mentions_all=True)
    assert isinstance(decision, Refused)
    assert decision.error is NotFound


@dataclass(frozen=True)
class FewThings:
    feeds_per_guild: int = 2
    subscriptions_per_guild: int = 2
    subscriptions_per_user: int = 2
    digests_per_guild: int = 2


@pytest.mark.parametrize("quota", Quota)
def test_quotas_count_what_is_added(quota: Quota) -> None:
    assert passes(check_quota(quota, 1, FewThings()))
    assert passes(check_quota(quota, 0, FewThings(), adding=2))
    assert not passes(check_quota(quota, 1, FewThings(), adding=2))
    decision = check_quota(quota, 2, FewThings())
    assert isinstance(decision, Refused)
    assert decision.error is QuotaReached
    assert "2" in word(decision.reason)


def test_too_many_additions_in_an_hour_are_told_when_to_come_back() -> None:
    hour = timedelta(hours=1)
    uses = [ago(minutes=50), ago(minutes=20), ago(minutes=70)]
    assert passes(check_rate(uses, NOW, 3, hour))
    decision = check_rate(uses, NOW, 2, hour)
    assert isinstance(decision, Refused)
    assert "Try again in 10 minutes" in word(decision.reason)
    assert not passes(check_rate([], NOW, 0, hour))
