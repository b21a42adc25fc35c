"""The stand-in's users act, and discord.py's real client answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest

from tests.fake_discord.actions import NoAnswer
from tests.fake_discord.fixtures import running
from tests.fake_discord.model import Channel, Guild, User
from tests.fake_discord.options import NotOffered, Upload
from tests.fake_discord.permissions import Permission
from tests.fake_discord.sample_bot import SampleBot
from tests.fake_discord.server import FakeDiscord


@dataclass
class Desk:
    """A guild with an admin, a guest and a bot that runs."""

    server: FakeDiscord
    guild: Guild
    channel: Channel
    admin: User
    guest: User
    bot: SampleBot


@pytest.fixture
async def desk(fake_discord: FakeDiscord) -> AsyncIterator[Desk]:
    guild = fake_discord.add_guild("Desk")
    channel = fake_discord.add_channel(guild, "alerts")
    admin, guest = fake_discord.add_user("ann"), fake_discord.add_user("gus")
    fake_discord.add_member(guild, admin, Permission.MANAGE_GUILD)
    fake_discord.add_member(guild, guest)
    bot = SampleBot()
    async with running(bot, fake_discord):
        yield Desk(fake_discord, guild, channel, admin, guest, bot)


async def test_login_ready_and_sync(desk: Desk) -> None:
    names = {command["name"] for command in desk.server.global_commands}
    assert names == {"feed", "status", "sleep", "twice", "Summarize article"}
    assert desk.bot.get_guild(desk.guild.id) is not None
    assert desk.server.gateway.identifies == 1


async def test_commands_keep_their_ids_over_a_second_sync(desk: Desk) -> None:
    before = {c["name"]: c["id"] for c in desk.server.global_commands}
    await desk.bot.tree.sync()
    assert {c["name"]: c["id"] for c in desk.server.global_commands} == before
    assert len(await desk.bot.tree.fetch_commands()) == len(before)


async def test_commands_of_one_guild_are_offered_there_only(desk: Desk) -> None:
    desk.bot.tree.copy_global_to(guild=discord.Object(desk.guild.id))
    desk.bot.tree.clear_commands(guild=None)
    await desk.bot.tree.sync()
    await desk.bot.tree.sync(guild=discord.Object(desk.guild.id))
    assert desk.server.global_commands == []
    result = await desk.server.slash(desk.guild, desk.channel, desk.guest, "status")
    assert "All good" in result.text
    other = desk.server.add_guild("Other")
    desk.server.add_member(other, desk.guest)
    channel = desk.server.add_channel(other, "talk")
    with pytest.raises(NotOffered, match="no command"):
        await desk.server.slash(other, channel, desk.guest, "status")


async def test_slash_command_gets_every_kind_of_option(desk: Desk) -> None:
    role = desk.server.add_role(desk.guild, "Launch alerts")
    options = {
        "url": "https://example.org/feed",
        "channel": desk.channel,
        "role": role,
        "limit": 5,
        "file": Upload("feeds.opml", b"<opml></opml>"),
    }
    result = await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    assert result.reply.content == "https://example.org/feed #alerts Launch alerts 5 13"
    assert result.ephemeral
    assert desk.channel.messages == []
    assert result.seconds_to_acknowledge < 2


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("feed steal", {}, "has no 'steal'"),
        ("steal", {}, "no command 'steal'"),
        ("feed", {}, "needs a subcommand"),
        ("feed remove", {}, r"needs \['feed'\]"),
        ("feed remove", {"feed": "x", "colour": "red"}, "has no option"),
        ("feed remove", {"feed": 3}, "takes STRING"),
        ("feed add", {"url": "", "limit": 3}, "needs"),
    ],
)
async def test_what_a_user_cannot_do_fails_loudly(
    desk: Desk, name: str, options: dict[str, str | int], complaint: str
) -> None:
    with pytest.raises(NotOffered, match=complaint):
        await desk.server.slash(desk.guild, desk.channel, desk.admin, name, options)


async def test_option_bounds_are_checked_before_sending(desk: Desk) -> None:
    options = {"url": "x" * 201, "channel": desk.channel}
    with pytest.raises(NotOffered, match="takes 1 to 200"):
        await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    voice = {"url": "x", "channel": desk.server.add_thread(desk.channel, "a thread")}
    with pytest.raises(NotOffered, match="does not offer channels"):
        await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", voice)


async def test_default_permissions_hide_a_command(desk: Desk) -> None:
    arguments = (desk.guild, desk.channel, desk.guest, "feed remove", {"feed": "NHK"})
    with pytest.raises(NotOffered, match="is hidden from gus"):
        await desk.server.slash(*arguments)
    result = await desk.server.slash(*arguments, despite_permissions=True)
    assert len(result.replies) == 2


async def test_autocomplete_offers_choices(desk: Desk) -> None:
    choices = await desk.server.autocomplete(
        desk.guild, desk.channel, desk.admin, "feed remove", "feed", "nhk"
    )
    assert [choice["value"] for choice in choices] == ["NHK World"]


async def test_deferred_answer_and_follow_up_with_a_file(desk: Desk) -> None:
    result = await desk.server.slash(
        desk.guild, desk.channel, desk.admin, "feed remove", {"feed": "Yonhap"}
    )
    assert result.deferred
    assert result.ephemeral
    assert [message.text for message in result.replies] == ["Removed\nYonhap", "the rest"]
    (report,) = result.replies[1].attachments
    assert (report.filename, report.data, report.description) == (
        "feeds.opml",
        b"<opml/>",
        "what is left",
    )


async def test_buttons_answer_update_and_defer(desk: Desk) -> None:
    options = {"url": "u", "channel": desk.channel}
    panel = await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    pressed = await desk.server.press(desk.admin, panel.reply, label="Follow")
    assert pressed.reply.content == "followed"
    refreshed = await desk.server.press(desk.admin, panel.reply, "refresh")
    assert refreshed.updated
    assert panel.reply.content == "refreshed"
    muted = await desk.server.press(desk.admin, panel.reply, "mute")
    assert muted.updated
    assert panel.reply.content == "muted"
    assert panel.reply.components == []
    assert [r.content for r in panel.reply.revisions][1:] == ["refreshed", "muted"]


async def test_buttons_a_user_cannot_press(desk: Desk) -> None:
    options = {"url": "u", "channel": desk.channel}
    panel = await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    with pytest.raises(NotOffered, match="is disabled"):
        await desk.server.press(desk.admin, panel.reply, "broken")
    with pytest.raises(NotOffered, match="does not see"):
        await desk.server.press(desk.guest, panel.reply, "follow")
    with pytest.raises(NotOffered, match="0 components match"):
        await desk.server.press(desk.admin, panel.reply, "nowhere")


async def test_modal_is_filled_in_and_answered(desk: Desk) -> None:
    options = {"url": "u", "channel": desk.channel}
    panel = await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    opened = await desk.server.press(desk.admin, panel.reply, "rename")
    assert opened.modal["title"] == "Rename the feed"
    with pytest.raises(NotOffered, match="takes 0 to 20 characters"):
        await desk.server.submit_modal(opened, {"New name": "x" * 21, "kind": "wire"})
    with pytest.raises(NotOffered, match="is required"):
        await desk.server.submit_modal(opened, {"kind": "wire"})
    done = await desk.server.submit_modal(opened, {"New name": "Wires", "Kind": "wire"})
    assert done.reply.content == "renamed to Wires (wire)"


async def test_selects_of_texts_and_roles(desk: Desk) -> None:
    role = desk.server.add_role(desk.guild, "Launch alerts")
    options = {"url": "u", "channel": desk.channel}
    panel = await desk.server.slash(desk.guild, desk.channel, desk.admin, "feed add", options)
    picked = await desk.server.select(desk.admin, panel.reply, ["launches"], label="Topics")
    assert picked.reply.content == "picked launches"
    assert desk.channel.messages == [picked.reply]
    role_picked = await desk.server.select(desk.admin, panel.reply, [role], "role")
    assert role_picked.reply.content == "role Launch alerts"
    with pytest.raises(NotOffered, match="offers"):
        await desk.server.select(desk.admin, panel.reply, ["drills"], "topics")


async def test_context_menu_brings_its_message(desk: Desk) -> None:
    message = desk.server.post_as(desk.guest, desk.channel, "North Korea fires")
    result = await desk.server.context_menu(
        desk.guild, desk.channel, desk.guest, "Summarize article", message
    )
    assert result.reply.content == "short: North"


async def test_components_v2_answer(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.guest, "status")
    assert result.reply.flags & 32768
    assert result.text == "## All good\n38 of 40 feeds fresh\nDetails"


async def test_command_in_a_direct_message_and_user_installed(desk: Desk) -> None:
    in_dm = await desk.server.slash(None, None, desk.guest, "status")
    assert in_dm.interaction.owners == {"0": "0"}
    stranger = desk.server.add_user("sam")
    with pytest.raises(NotOffered, match="installed neither"):
        await desk.server.slash(None, None, stranger, "status")
    traveller = desk.server.add_user("tia", has_installed_app=True)
    elsewhere = desk.server.add_guild("Elsewhere", has_bot=False)
    desk.server.add_member(elsewhere, traveller)
    channel = desk.server.add_channel(elsewhere, "talk")
    result = await desk.server.slash(elsewhere, channel, traveller, "status")
    assert result.interaction.owners == {"1": str(traveller.id)}
    assert result.interaction.outside
    with pytest.raises(NotOffered, match="installed neither"):
        await desk.server.slash(elsewhere, channel, traveller, "sleep")


async def test_late_answer_is_an_unknown_interaction(desk: Desk) -> None:
    desk.server.interactions.deadline = 0.2
    with pytest.raises(NoAnswer, match="10062"):
        await desk.server.slash(desk.guild, desk.channel, desk.admin, "sleep")
    await desk.server.wait_for(lambda: desk.bot.errors)
    assert "10062" in str(desk.bot.errors[0])


async def test_second_answer_is_refused(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.admin, "twice")
    await desk.server.wait_for(lambda: desk.bot.errors)
    assert "40060" in str(desk.bot.errors[0])
    assert [message.content for message in result.replies] == ["once"]


async def test_token_of_an_interaction_ends_after_15_minutes(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.admin, "twice")
    token, application = result.interaction.token, desk.server.application.id
    hook = discord.Webhook.partial(
        application,
        token,
        session=desk.bot.http._HTTPClient__session,  # type: ignore[attr-defined]  # the client's own session
    )
    desk.server.clock.advance(901)
    with pytest.raises(discord.HTTPException, match="50027"):
        await hook.send("too late")
