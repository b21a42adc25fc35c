"""The set-up walk from a person's chair: on, back and out, and what can come between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.subscription import Topic
from bot.services.setup import regions
from tests.cogs.house import House, action_of, parts_of
from tests.fake_discord.model import Message, User
from tests.fake_discord.permissions import Overwrite, Permission


async def _pick(house: House, walk: Message, piece: str, value: object, user: User) -> None:
    await house.discord.select(user, walk, [value], action_of(walk, piece))


async def _to_the_feeds(house: House, user: User | None = None) -> Message:
    """Answer three questions; the card is then at the last."""
    user = user or house.admin
    walk = (await house.slash("settings setup", user)).reply
    await _pick(house, walk, ":channel", house.channel, user)
    await _pick(house, walk, ":topic", "launches", user)
    await _pick(house, walk, ":zone", "Asia/Seoul", user)
    return walk


async def test_four_answers_set_a_server_up(house: House) -> None:
    begun = await house.slash("settings setup")
    assert begun.ephemeral
    assert "Where should alerts go?" in begun.text
    walk = await _to_the_feeds(house)
    assert "not verified" in walk.text
    await _pick(house, walk, ":feeds", "World", house.admin)
    await house.press(walk, "Finish")
    assert "a daily digest at 08:00 (Asia/Seoul)" in walk.text
    assert "</alert test:" in walk.text
    alerts = await house.app.store.read(lambda tx: tx.subscriptions.all())
    feeds = await house.app.store.read(lambda tx: tx.feeds.all())
    digests = await house.app.store.read(lambda tx: tx.digests.all())
    assert [alert.topic for alert in alerts] == [Topic.LAUNCHES]
    assert len(feeds) > 5
    assert any(feed.official for feed in feeds)
    assert digests[0].schedule.timezone == "Asia/Seoul"


async def test_offered_feeds_say_who_stands_behind_them(house: House) -> None:
    walk = await _to_the_feeds(house)
    select = next(p for p in parts_of(walk) if str(p.get("custom_id")).endswith(":feeds"))
    assert {option["value"] for option in select["options"]} == {name for name, _ in regions()}
    await _pick(house, walk, ":feeds", "Middle East", house.admin)
    assert "IRNA (English) · Iran · news agency · state media" in walk.text
    assert "The Times of Israel · Israel · press" in walk.text
    assert await house.app.store.read(lambda tx: tx.feeds.all()) == []


async def test_missing_permission_is_named_on_the_card_and_looked_at_again(house: House) -> None:
    house.discord.deny_bot(house.channel, Permission.READ_MESSAGE_HISTORY)
    walk = (await house.slash("settings setup")).reply
    await _pick(house, walk, ":channel", house.channel, house.admin)
    assert "In #launch-alerts I lack Read Message History" in walk.text
    house.discord.allow_bot(house.channel)
    await house.discord.wait_for(lambda: _may_read(house))
    await house.press(walk, "Check again")
    assert "I can post in" in walk.text
    assert "Step 2 of 4" in walk.text


def _may_read(house: House) -> bool:
    guild = house.bot.get_guild(house.guild.id)
    channel = guild.get_channel(house.channel.id) if guild is not None else None
    assert guild is not None
    assert channel is not None
    return channel.permissions_for(guild.me).read_message_history


async def test_person_who_may_not_post_there_cannot_send_alerts_there(house: House) -> None:
    editor = house.member("edi", Permission.MANAGE_GUILD)
    secret = house.discord.add_channel(house.guild, "secret")
    hidden = Overwrite(house.guild.id, deny=Permission.VIEW_CHANNEL)
    house.discord.update_channel(secret, overwrites=[hidden])
    await house.discord.wait_for(lambda: house.bot.get_channel(secret.id))
    walk = (await house.slash("settings setup", editor)).reply
    await _pick(house, walk, ":channel", secret, editor)
    assert "In #secret you lack View Channel" in walk.text


async def test_going_back_keeps_the_answers(house: House) -> None:
    walk = await _to_the_feeds(house)
    for step in (3, 2, 1):
        await house.press(walk, "Back")
        assert f"Step {step} of 4" in walk.text
    for step in (2, 3, 4):
        await house.press(walk, "Next")
        assert f"Step {step} of 4" in walk.text
    await house.press(walk, "Finish")
    assert "(Asia/Seoul)" in walk.text


async def test_any_time_zone_can_be_given_by_its_city(house: House) -> None:
    walk = await _to_the_feeds(house)
    await house.press(walk, "Back")
    opened = await house.press(walk, "Another time zone")
    refused = await house.discord.submit_modal(opened, {"timezone": "Atlantis"})
    assert "is not a time zone" in refused.text
    opened = await house.press(walk, "Another time zone")
    await house.discord.submit_modal(opened, {"timezone": "kathmandu"})
    await house.press(walk, "Finish")
    assert "(Asia/Kathmandu)" in walk.text


async def test_cancelled_walk_saves_nothing(house: House) -> None:
    walk = await _to_the_feeds(house)
    await house.press(walk, "Cancel")
    assert "Nothing was changed" in walk.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []
    assert await house.app.store.read(lambda tx: tx.digests.all()) == []


async def test_walk_that_stood_too_long_says_what_to_do(house: House) -> None:
    walk = await _to_the_feeds(house)
    walks = house.app.desk.setup.walks
    for token, kept in walks._kept.items():
        walks._kept[token] = replace(kept, until=kept.until - walks.life - timedelta(seconds=1))
    late = await house.press(walk, "Finish")
    assert "open for too long" in late.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []


async def test_restart_in_the_middle_says_what_to_do(house: House) -> None:
    walk = await _to_the_feeds(house)
    house.app.desk.setup.walks._kept.clear()  # what a new process knows of it
    late = await house.press(walk, "Finish")
    assert "I was restarted since. Run the command again" in late.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []


async def test_two_admins_at_once_make_one_alert_and_one_digest(house: House) -> None:
    second = house.member("bea", Permission.MANAGE_GUILD)
    hers = await _to_the_feeds(house, second)
    his = await _to_the_feeds(house)
    await house.press(his, "Finish")
    await house.press(hers, "Finish", user=second)
    assert "This was set up already" in hers.text
    assert len(await house.app.store.read(lambda tx: tx.subscriptions.all())) == 1
    assert len(await house.app.store.read(lambda tx: tx.digests.all())) == 1


async def test_finish_pressed_twice_makes_one_alert(house: House) -> None:
    walk = await _to_the_feeds(house)
    finish = action_of(walk, ":finish")
    await house.press(walk, "Finish")
    again = await house.press(house.plant(house.channel, finish), custom_id=finish)
    assert "Run the command again" in again.text
    assert len(await house.app.store.read(lambda tx: tx.subscriptions.all())) == 1


async def test_channel_deleted_in_the_middle_leads_back_to_the_first_question(
    house: House,
) -> None:
    doomed = house.discord.add_channel(house.guild, "doomed")
    await house.discord.wait_for(lambda: house.bot.get_channel(doomed.id))
    walk = (await house.slash("settings setup")).reply
    await _pick(house, walk, ":channel", doomed, house.admin)
    await _pick(house, walk, ":topic", "launches", house.admin)
    await _pick(house, walk, ":zone", "UTC", house.admin)
    house.discord.delete_channel(doomed)
    await house.discord.wait_for(lambda: house.bot.get_channel(doomed.id) is None)
    await house.press(walk, "Finish")
    assert "That channel does not exist any more" in walk.text
    assert "Step 1 of 4" in walk.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []


async def test_without_any_feed_the_report_says_that_nothing_can_come(house: House) -> None:
    walk = await _to_the_feeds(house)
    await house.press(walk, "Finish")
    assert "No feed is watched yet" in walk.text
    assert "</feed add:" in walk.text


async def test_korean_admin_is_offered_the_zone_of_seoul_first(house: House) -> None:
    admin = house.member("min", Permission.MANAGE_GUILD, locale="ko")
    walk = (await house.slash("settings setup", admin)).reply
    await _pick(house, walk, ":channel", house.channel, admin)
    await _pick(house, walk, ":topic", "launches", admin)
    zones = next(p for p in parts_of(walk) if str(p.get("custom_id")).endswith(":zone"))
    assert zones["options"][0]["value"] == "Asia/Seoul"


async def test_server_that_invites_the_bot_is_welcomed_once(house: House) -> None:
    guild = house.discord.add_guild("New")
    channel = house.discord.add_channel(guild, "general")
    owner = house.discord.users[guild.owner_id]
    await house.discord.wait_for(lambda: house.bot.get_channel(channel.id))
    await house.bot.on_guild_join(house.bot.get_guild(guild.id))  # type: ignore[arg-type]  # it is there
    await house.bot.on_guild_join(house.bot.get_guild(guild.id))  # type: ignore[arg-type]  # it is there
    await house.app.dispatch.drain()
    (welcome,) = channel.messages
    assert "Four questions" in welcome.text
    begun = await house.press(welcome, "Start", user=owner)
    assert begun.ephemeral
    assert "Where should alerts go?" in begun.text
