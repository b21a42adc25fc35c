"""Every command, menu, button, select and modal against eight kinds of people.

A new action, command or button pattern without a row here fails these tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from discord import app_commands

from bot.domain.permission import Action, Needs
from tests.cogs.house import House
from tests.fake_discord.model import Channel, Guild, User
from tests.fake_discord.options import NotOffered, Upload
from tests.fake_discord.permissions import Permission

REFUSALS = ("works in a server only", "needs Launchwire as a member", "with Manage Server, or with")

# What each command is used with: values that lead to a quick answer behind the permission check.
COMMANDS: dict[Action, dict[str, Any]] = {
    Action.FEED_ADD: {"url": "http://127.0.0.1:9/none"},
    Action.FEED_REMOVE: {"feed": "99"},
    Action.FEED_EDIT: {"feed": "99"},
    Action.FEED_PAUSE: {"feed": "99"},
    Action.FEED_RESUME: {"feed": "99"},
    Action.FEED_LIST: {},
    Action.FEED_TEST: {"feed": "99"},
    Action.FEED_IMPORT: {"file": Upload("x.opml", b"<opml/>")},
    Action.FEED_EXPORT: {},
    Action.ALERT_ADD: {"channel": None, "keywords": '"'},
    Action.ALERT_REMOVE: {"alert": "99"},
    Action.ALERT_EDIT: {"alert": "99"},
    Action.ALERT_PAUSE: {"alert": "99"},
    Action.ALERT_RESUME: {"alert": "99"},
    Action.ALERT_LIST: {},
    Action.ALERT_TEST: {"alert": "99"},
    Action.ALERT_QUIET_HOURS: {"from": "22:00", "to": "x"},
    Action.ALERT_SILENCE: {"duration": 1.0, "story": "99"},
    Action.ALERT_UNSILENCE: {"silence": "99"},
    Action.ALERT_SILENCES: {},
    Action.DIGEST_ADD: {"channel": None, "time": "x"},
    Action.DIGEST_REMOVE: {"digest": "99"},
    Action.DIGEST_EDIT: {"digest": "99"},
    Action.DIGEST_PAUSE: {"digest": "99"},
    Action.DIGEST_RESUME: {"digest": "99"},
    Action.DIGEST_LIST: {},
    Action.DIGEST_NOW: {"digest": "99"},
    Action.SETTINGS_SHOW: {},
    Action.SETTINGS_TIMEZONE: {"timezone": "x"},
    Action.SETTINGS_LANGUAGE: {"language": "en"},
    Action.SETTINGS_ALERT_STYLE: {"style": "none"},
    Action.SETTINGS_MANAGERS: {"role": None},
    Action.SETTINGS_SETUP: {},
    Action.AUDIT: {},
    Action.WHY: {"link": "https://nowhere.example/"},
    Action.SUBSCRIBE: {"keywords": '"'},
    Action.SUBSCRIPTIONS: {},
    Action.LAUNCH_RECENT: {"share": False},
    Action.LAUNCH_SHOW: {"story": "99"},
    Action.LAUNCH_STATS: {},
    Action.LAUNCH_TIMELINE: {},
    Action.LAUNCH_MAP: {},
    Action.LAUNCH_MERGE: {"story": "98", "other": "99"},
    Action.LAUNCH_SPLIT: {"story": "99", "links": "x"},
    Action.SUMMARIZE: {},
    Action.STATUS: {},
    Action.HELP: {},
    Action.ABOUT: {},
    Action.PRIVACY_SHOW: {},
    Action.PRIVACY_DELETE: {},
}
MENUS = {Action.SUMMARIZE_MESSAGE: "Summarize article", Action.CHECK_MESSAGE: "Check for launch"}
# Buttons and selects by custom id, with the action that they need.
BUTTONS: dict[str, Action] = {
    "found:token:0": Action.FEED_ADD,
    "feed:99:manage": Action.PANEL_FEED,
    "feed:99:pause": Action.FEED_PAUSE,
    "feed:99:resume": Action.FEED_RESUME,
    "feed:99:test": Action.FEED_TEST,
    "feed:99:edit": Action.FEED_EDIT,
    "feed:99:ask": Action.FEED_REMOVE,
    "feed:99:remove": Action.FEED_REMOVE,
    "list:feeds:all:0:first": Action.FEED_LIST,
    "draft:token:save": Action.ALERT_ADD,
    "alert:99:manage": Action.PANEL_ALERT,
    "alert:99:pause": Action.ALERT_PAUSE,
    "alert:99:resume": Action.ALERT_RESUME,
    "alert:99:test": Action.ALERT_TEST,
    "alert:99:edit": Action.ALERT_EDIT,
    "alert:99:ask": Action.ALERT_REMOVE,
    "alert:99:remove": Action.ALERT_REMOVE,
    "silence:99:end": Action.ALERT_UNSILENCE,
    "list:alerts:all:0:first": Action.ALERT_LIST,
    "list:silences:all:0:first": Action.ALERT_SILENCES,
    "schedule:99:manage": Action.PANEL_DIGEST,
    "schedule:99:pause": Action.DIGEST_PAUSE,
    "schedule:99:resume": Action.DIGEST_RESUME,
    "schedule:99:preview": Action.DIGEST_NOW,
    "schedule:99:ask": Action.DIGEST_REMOVE,
    "schedule:99:remove": Action.DIGEST_REMOVE,
    "list:digests:all:0:first": Action.DIGEST_LIST,
    "digest:99:0:1:all": Action.DIGEST_SHOW_ALL,
    "sub:99:pause": Action.PANEL_SUBSCRIPTION,
    "sub:99:resume": Action.PANEL_SUBSCRIPTION,
    "sub:99:remove": Action.PANEL_SUBSCRIPTION,
    "list:mine:all:0:first": Action.SUBSCRIPTIONS,
    "mine:quiet": Action.PANEL_SUBSCRIPTION,
    "mine:digest": Action.PANEL_SUBSCRIPTION,
    "forget:me": Action.PRIVACY_DELETE,
    "undo:feed:token": Action.UNDO,
    "undo:alert:token": Action.UNDO,
    "undo:digest:token": Action.UNDO,
    "undo:mark:token": Action.UNDO,
    "undo:sub:token": Action.UNDO_OWN,
    "undo:mine:token": Action.UNDO_OWN,
    "dismiss": Action.PANEL_SUBSCRIPTION,
    "list:launches:30:::0:first": Action.LAUNCH_RECENT,
    "length:token:2:less": Action.SUMMARIZE,
    "share:token:2": Action.SUMMARIZE,
    "status:show": Action.STATUS,
    "setup:start": Action.PANEL_SETUP,
    "setup:token:next": Action.PANEL_SETUP,
    "setup:token:back": Action.PANEL_SETUP,
    "setup:token:again": Action.PANEL_SETUP,
    "setup:token:other": Action.PANEL_SETUP,
    "setup:token:finish": Action.PANEL_SETUP,
    "list:audit:all:0:first": Action.AUDIT,
    "story:99:sources": Action.STORY_SOURCES,
    "story:99:details": Action.STORY_DETAILS,
    "story:99:follow": Action.STORY_FOLLOW,
    "story:99:mute": Action.STORY_MUTE,
    "story:99:wrong": Action.STORY_WRONG,
    "story:99:right": Action.STORY_RIGHT,
    "story:99:ack": Action.STORY_ACKNOWLEDGE,
    "story:99:release": Action.STORY_RELEASE,
}
SELECTS: dict[str, Action] = {
    "filter:feeds": Action.FEED_LIST,
    "help:topic": Action.HELP,
    "setup:token:channel": Action.PANEL_SETUP,
    "setup:token:topic": Action.PANEL_SETUP,
    "setup:token:zone": Action.PANEL_SETUP,
    "setup:token:feeds": Action.PANEL_SETUP,
}


@dataclass
class Person:
    """Somebody somewhere; `held` is what they may do."""

    kind: str
    user: User
    guild: Guild | None
    channel: Channel
    held: frozenset[Needs]


EVERYTHING = frozenset(Needs)
MEMBERS = frozenset({Needs.NOTHING, Needs.MEMBER})
ANYBODY = frozenset({Needs.NOTHING})


async def _people(house: House) -> list[Person]:
    server = house.discord
    role = server.add_role(house.guild, "Editors")
    editor = server.add_user("edi")
    server.add_member(house.guild, editor, roles=[role])
    other = server.add_guild("Other")
    there = server.add_channel(other, "talk")
    stranger = server.add_user("sam")
    server.add_member(other, stranger, Permission.MANAGE_GUILD)
    traveller = server.add_user("tia", has_installed_app=True)
    without = server.add_guild("Without", has_bot=False)
    outside = server.add_channel(without, "talk")
    server.add_member(without, traveller, Permission.MANAGE_GUILD)
    await server.wait_for(lambda: house.bot.get_channel(there.id))
    await house.slash("settings managers", role=role)
    here, channel = house.guild, house.channel
    owner = server.users[here.owner_id]
    boss = house.member("bo", Permission.ADMINISTRATOR)
    return [
        Person("owner", owner, here, channel, EVERYTHING),
        Person("administrator", boss, here, channel, EVERYTHING),
        Person("manager", house.admin, here, channel, EVERYTHING),
        Person("named role", editor, here, channel, EVERYTHING),
        Person("member", house.guest, here, channel, MEMBERS),
        Person("in direct messages", house.guest, None, server.dm_channel(house.guest), ANYBODY),
        Person("server without the bot", traveller, without, outside, ANYBODY),
        Person("manager elsewhere", stranger, other, there, EVERYTHING),
    ]


async def test_every_command_menu_button_and_select_against_everybody(house: House) -> None:
    house.discord.settle = 0.0
    wrong = []
    for person in await _people(house):
        for action, options in COMMANDS.items():
            wrong += _judge(person, action, await _command(house, person, action, options))
        for action, name in MENUS.items():
            wrong += _judge(person, action, await _menu(house, person, name))
        for custom_id, action in (BUTTONS | SELECTS).items():
            said = await _press(house, person, custom_id, select=custom_id in SELECTS)
            wrong += _judge(person, action, said, custom_id)
    assert wrong == []


def _judge(person: Person, action: Action, said: str | None, what: str = "") -> list[str]:
    """A line when somebody was let in or kept out wrongly; `said` None means not even offered."""
    refused = said is None or any(refusal in said for refusal in REFUSALS)
    if refused == (action.needs not in person.held):
        return []
    return [f"{person.kind}: {what or action.label} -> {said!r}"]


async def _command(
    house: House, person: Person, action: Action, options: dict[str, Any]
) -> str | None:
    given = dict(options)
    if "channel" in given:
        given["channel"] = person.channel
    if action is Action.SETTINGS_MANAGERS:
        kept = person.guild.roles if person.guild is house.guild and person.guild else {}
        editors = [role for role in kept.values() if role.name == "Editors"]
        given = {"role": editors[0]} if editors else {}
    try:
        outcome = await house.discord.slash(
            person.guild,
            person.channel,
            person.user,
            action.label,
            given,
            despite_permissions=True,
        )
    except NotOffered:
        return None
    return outcome.text if outcome.interaction.modal is None else "modal"


async def _menu(house: House, person: Person, name: str) -> str | None:
    message = house.discord.post_as(person.user, person.channel, "")
    try:
        outcome = await house.discord.context_menu(
            person.guild, person.channel, person.user, name, message
        )
    except NotOffered:
        return None
    return outcome.text


async def _press(house: House, person: Person, custom_id: str, *, select: bool) -> str:
    message = house.plant(person.channel, custom_id, select)
    if select:
        outcome = await house.discord.select(person.user, message, ["x"], custom_id)
    else:
        outcome = await house.discord.press(person.user, message, custom_id)
    if outcome.interaction.modal is not None:
        return "modal"
    return outcome.text + message.text


def test_every_action_has_a_row() -> None:
    rows = {*COMMANDS, *MENUS, *BUTTONS.values(), *SELECTS.values()}
    assert set(Action) - rows == set()


async def test_every_command_is_an_action_with_a_row(house: House) -> None:
    names = set()
    for command in house.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            names.add(command.qualified_name)
    menus = {command["name"] for command in house.discord.global_commands if command["type"] == 3}
    assert names == {action.label for action in COMMANDS}
    assert menus == set(MENUS.values())


async def test_every_pattern_of_buttons_has_a_row(house: House) -> None:
    patterns = house.bot._connection._view_store._dynamic_items
    rows = [*BUTTONS, *SELECTS]
    lacking = [p.pattern for p in patterns if not any(p.fullmatch(row) for row in rows)]
    assert lacking == []


async def test_modal_sent_after_the_right_was_lost_is_refused(house: House) -> None:
    await house.alerting()
    (role,) = [r for r in house.guild.roles.values() if r.name == "of ann"]
    adding = await house.slash("alert add", channel=house.channel)
    editing = await house.slash("alert edit", alert="1")
    house.discord.update_role(role, permissions=0)
    for opened, answers in ((adding, {"keywords": "icbm"}), (editing, {"min_sources": "3"})):
        refused = await house.discord.submit_modal(opened, answers)
        assert "with Manage Server, or with" in refused.text
    (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert alert.min_sources == 1
