"""Messages, threads, direct messages and permissions through discord.py's real client."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import discord
import pytest

from tests.fake_discord.fixtures import running
from tests.fake_discord.model import Channel, ChannelType, Guild
from tests.fake_discord.permissions import Permission
from tests.fake_discord.sample_bot import Panel, SampleBot, status_view, text_channel
from tests.fake_discord.server import FakeDiscord


@pytest.fixture
def guild(fake_discord: FakeDiscord) -> Guild:
    return fake_discord.add_guild("Desk")


@pytest.fixture
def alerts(fake_discord: FakeDiscord, guild: Guild) -> Channel:
    return fake_discord.add_channel(guild, "alerts")


@pytest.fixture
async def bot(fake_discord: FakeDiscord, alerts: Channel) -> AsyncIterator[SampleBot]:
    client = SampleBot()
    async with running(client, fake_discord):
        yield client


async def test_alert_with_embed_buttons_and_picture(bot: SampleBot, alerts: Channel) -> None:
    embed = discord.Embed(title="Two missiles", url="https://example.org/a", color=0xE5484D)
    embed.add_field(name="When", value="<t:1616623560:f>")
    embed.set_footer(text="Story #1")
    embed.set_image(url="attachment://map.png")
    picture = discord.File(io.BytesIO(b"png"), "map.png", description="a map")
    sent = await text_channel(bot, alerts.id).send(
        "LAUNCH", embed=embed, file=picture, view=Panel(timeout=None), silent=True
    )
    (message,) = alerts.messages
    assert message.id == sent.id
    assert message.silent
    assert message.embeds[0]["footer"]["text"] == "Story #1"
    assert message.component("follow")["label"] == "Follow"
    assert await sent.attachments[0].read() == b"png"
    assert sent.embeds[0].image.url == sent.attachments[0].url


async def test_components_v2_message_with_gallery_and_file(bot: SampleBot, alerts: Channel) -> None:
    view = status_view()
    gallery = discord.ui.MediaGallery[discord.ui.LayoutView]()
    gallery.add_item(media="attachment://chart.png", description="a chart")
    view.add_item(gallery)
    view.add_item(discord.ui.File("attachment://feeds.opml"))
    thumbnail = discord.ui.Thumbnail[discord.ui.LayoutView]("https://example.org/t.png")
    view.add_item(discord.ui.Section(discord.ui.TextDisplay("with a thumb"), accessory=thumbnail))
    files = [
        discord.File(io.BytesIO(b"png"), "chart.png"),
        discord.File(io.BytesIO(b"<opml/>"), "feeds.opml"),
    ]
    await text_channel(bot, alerts.id).send(view=view, files=files)
    assert "with a thumb" in alerts.messages[0].text


async def test_own_nonce_sent_twice_makes_one_message(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    channel = text_channel(bot, alerts.id)
    first = await channel.send("LAUNCH", nonce="k3y")
    second = await channel.send("LAUNCH", nonce="k3y")
    assert first.id == second.id
    assert len(alerts.messages) == 1
    fake_discord.clock.advance(fake_discord.nonce_window + 1)
    third = await channel.send("LAUNCH", nonce="k3y")
    assert third.id != first.id
    assert fake_discord.duplicates() != []


async def test_nonce_of_a_deleted_message_is_an_unknown_message(
    bot: SampleBot, alerts: Channel
) -> None:
    channel = text_channel(bot, alerts.id)
    await (await channel.send("LAUNCH", nonce="k3y")).delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.send("LAUNCH", nonce="k3y")
    assert alerts.messages == []


async def test_same_nonce_in_another_channel_is_another_message(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot, alerts: Channel
) -> None:
    other = fake_discord.add_channel(guild, "other")
    await fake_discord.wait_for(lambda: bot.get_channel(other.id))
    await text_channel(bot, alerts.id).send("LAUNCH", nonce="k3y")
    await text_channel(bot, other.id).send("LAUNCH", nonce="k3y")
    assert (len(alerts.messages), len(other.messages)) == (1, 1)


async def test_edit_keeps_every_revision(bot: SampleBot, alerts: Channel) -> None:
    sent = await text_channel(bot, alerts.id).send("1 missile")
    await sent.edit(content="2 missiles", embed=discord.Embed(title="Update"))
    (message,) = alerts.messages
    assert [revision.content for revision in message.revisions] == ["1 missile", "2 missiles"]
    assert message.edits == 1
    assert message.edited_timestamp is not None


async def test_edits_of_old_messages_can_run_out(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    sent = await text_channel(bot, alerts.id).send("1 missile")
    fake_discord.limits.lift()
    fake_discord.old_edits.allowed = 1
    fake_discord.clock.advance(3601)
    await sent.edit(content="2 missiles")
    with pytest.raises(discord.HTTPException, match="30046"):
        await sent.edit(content="3 missiles")
    assert alerts.messages[0].content == "2 missiles"
    assert len(fake_discord.journal.calls("PATCH", "/messages/")) == 6


async def test_reply_and_role_ping(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot, alerts: Channel
) -> None:
    role, other = fake_discord.add_role(guild, "Alerts"), fake_discord.add_role(guild, "Others")
    channel = text_channel(bot, alerts.id)
    first = await channel.send("LAUNCH")
    only = discord.AllowedMentions(roles=[discord.Object(role.id)])
    text = f"<@&{role.id}> <@&{other.id}> @everyone"
    await first.reply(text, allowed_mentions=only, mention_author=False)
    reply = alerts.messages[1]
    assert reply.pinged_roles == [role.id]
    assert not reply.pinged_everyone
    assert reply.reference is not None
    assert reply.reference["message_id"] == str(first.id)


async def test_role_that_nobody_may_mention_is_not_pinged(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot, alerts: Channel
) -> None:
    role = fake_discord.add_role(guild, "Alerts")
    fake_discord.deny_bot(alerts, Permission.MENTION_EVERYONE)
    allowed = discord.AllowedMentions(roles=True)
    await text_channel(bot, alerts.id).send(f"<@&{role.id}>", allowed_mentions=allowed)
    assert alerts.messages[0].pinged_roles == []
    fake_discord.update_role(role, mentionable=True)
    await text_channel(bot, alerts.id).send(f"<@&{role.id}>", allowed_mentions=allowed)
    assert alerts.messages[1].pinged_roles == [role.id]


async def test_history_is_read_in_every_direction(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    user = fake_discord.add_user("ann")
    messages = [fake_discord.post_as(user, alerts, f"m{n}") for n in range(5)]
    channel = text_channel(bot, alerts.id)

    async def read(**where: object) -> list[str]:
        return [m.content async for m in channel.history(limit=2, **where)]  # type: ignore[arg-type]  # keywords vary

    middle = discord.Object(messages[2].id)
    assert await read() == ["m4", "m3"]
    assert await read(before=middle) == ["m1", "m0"]
    assert await read(after=middle, oldest_first=True) == ["m3", "m4"]
    assert (await channel.fetch_message(messages[0].id)).content == "m0"


async def test_without_history_permission_the_list_is_empty(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    sent = await text_channel(bot, alerts.id).send("LAUNCH")
    fake_discord.deny_bot(alerts, Permission.READ_MESSAGE_HISTORY)
    assert [m async for m in text_channel(bot, alerts.id).history()] == []
    with pytest.raises(discord.Forbidden, match="50013"):
        await text_channel(bot, alerts.id).fetch_message(sent.id)


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Permission.VIEW_CHANNEL, "50001"),
        (Permission.SEND_MESSAGES, "50013"),
        (Permission.EMBED_LINKS, "50013"),
    ],
)
async def test_missing_permissions_refuse_a_message(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel, denied: Permission, code: str
) -> None:
    fake_discord.deny_bot(alerts, denied)
    with pytest.raises(discord.Forbidden, match=code):
        await text_channel(bot, alerts.id).send(embed=discord.Embed(title="LAUNCH"))
    assert fake_discord.journal.invalid_requests == 1
    fake_discord.allow_bot(alerts)
    await text_channel(bot, alerts.id).send(embed=discord.Embed(title="LAUNCH"))


async def test_deleted_channel_is_unknown(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    channel = text_channel(bot, alerts.id)
    fake_discord.delete_channel(alerts)
    with pytest.raises(discord.NotFound, match="10003"):
        await channel.send("LAUNCH")
    await fake_discord.wait_for(lambda: bot.get_channel(alerts.id) is None)


async def test_direct_messages_open_closed_and_to_strangers(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot
) -> None:
    friend, closed = fake_discord.add_user("ann"), fake_discord.add_user("bob", dms_open=False)
    for user in (friend, closed):
        fake_discord.add_member(guild, user)
    await (await bot.fetch_user(friend.id)).send("LAUNCH")
    assert [m.content for m in fake_discord.dm_channel(friend).messages] == ["LAUNCH"]
    with pytest.raises(discord.Forbidden, match="50007"):
        await (await bot.fetch_user(closed.id)).send("LAUNCH")
    with pytest.raises(discord.Forbidden, match="50278"):
        await (await bot.fetch_user(fake_discord.add_user("sam").id)).send("LAUNCH")


async def test_forum_post_with_tags(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot
) -> None:
    tags = ("Confirmed", "Test")
    forum = fake_discord.add_channel(guild, "stories", ChannelType.FORUM, tags=tags)
    strict = fake_discord.add_channel(guild, "strict", ChannelType.FORUM, tag_required=True)
    await fake_discord.wait_for(lambda: bot.get_channel(strict.id))
    channel = bot.get_channel(forum.id)
    assert isinstance(channel, discord.ForumChannel)
    post = await channel.create_thread(
        name="Two missiles", content="LAUNCH", applied_tags=[channel.available_tags[0]]
    )
    thread = fake_discord.channel(post.thread.id)
    assert thread.name == "Two missiles"
    assert thread.applied_tags == [channel.available_tags[0].id]
    assert thread.messages[0].id == thread.id
    await post.thread.send("UPDATE")
    assert [m.content for m in thread.messages] == ["LAUNCH", "UPDATE"]
    other = bot.get_channel(strict.id)
    assert isinstance(other, discord.ForumChannel)
    with pytest.raises(discord.HTTPException, match="40067"):
        await other.create_thread(name="x", content="y")


async def test_thread_of_a_message(
    fake_discord: FakeDiscord, bot: SampleBot, alerts: Channel
) -> None:
    sent = await text_channel(bot, alerts.id).send("LAUNCH")
    thread = await sent.create_thread(name="Story 1")
    await thread.send("UPDATE")
    assert thread.id == sent.id
    assert fake_discord.channel(thread.id).messages[0].content == "UPDATE"
    with pytest.raises(discord.HTTPException, match="160004"):
        await sent.create_thread(name="again")
    await thread.edit(archived=True)
    assert fake_discord.channel(thread.id).archived


async def test_announcements_are_published_ten_an_hour(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot, alerts: Channel
) -> None:
    fake_discord.limits.lift()
    news = fake_discord.add_channel(guild, "news", ChannelType.ANNOUNCEMENT)
    await fake_discord.wait_for(lambda: bot.get_channel(news.id))
    bot.http.max_ratelimit_timeout = 30.0
    for number in range(10):
        await (await text_channel(bot, news.id).send(f"LAUNCH {number}")).publish()
    assert all(message.published for message in news.messages)
    eleventh = await text_channel(bot, news.id).send("LAUNCH 10")
    with pytest.raises(discord.RateLimited):
        await eleventh.publish()
    with pytest.raises(discord.HTTPException, match="40033"):
        await bot.http.publish_message(news.id, news.messages[0].id)
    elsewhere = await text_channel(bot, alerts.id).send("LAUNCH")
    with pytest.raises(discord.HTTPException, match="50024"):
        await bot.http.publish_message(alerts.id, elsewhere.id)


async def test_places_can_be_fetched(
    fake_discord: FakeDiscord, guild: Guild, bot: SampleBot, alerts: Channel
) -> None:
    fetched = await bot.fetch_guild(guild.id)
    assert fetched.name == "Desk"
    assert [channel.id for channel in await fetched.fetch_channels()] == [alerts.id]
    assert len(await fetched.fetch_roles()) == 2
    assert (await fetched.fetch_member(fake_discord.bot.id)).bot
    assert (await bot.fetch_channel(alerts.id)).id == alerts.id
    with pytest.raises(discord.NotFound, match="10007"):
        await fetched.fetch_member(1)
    with pytest.raises(discord.NotFound, match="10004"):
        await bot.fetch_guild(1)
    assert (await bot.http.get_bot_gateway())[1].startswith("ws://127.0.0.1")
