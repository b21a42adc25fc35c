"""What people do for themselves, in servers, in direct messages and as a user-installed app."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cogs.house import House, under
from tests.cogs.test_leaving import Later


async def test_subscribing_greets_by_direct_message(house: House) -> None:
    await house.launch()
    done = await house.slash("subscribe", house.guest, topic="launches")
    assert done.ephemeral
    assert "You are subscribed: launches" in done.text
    assert "It would have matched 1 of the last 1" in done.text
    await house.app.dispatch.drain()
    (greeting,) = house.discord.dm_channel(house.guest).messages
    assert "You will get direct messages here: launches" in greeting.text


async def test_what_was_asked_for_is_confirmed_in_full(house: House) -> None:
    wish = {"topic": "launches", "country": "North Korea", "min_status": "reported"}
    asked = "launches · by North Korea · from status Reported"
    done = await house.slash("subscribe", house.guest, **wish)
    assert f"You are subscribed: {asked}." in done.text
    await house.app.dispatch.drain()
    (greeting,) = house.discord.dm_channel(house.guest).messages
    assert f"You will get direct messages here: {asked}." in greeting.text
    again = await house.slash("subscribe", house.guest, **wish)
    assert f"You have this subscription already: #1 {asked}." in again.text
    about = await house.slash("privacy show", house.guest)
    assert asked in about.text
    gone = await house.press(greeting, "Unsubscribe", user=house.guest)
    assert f"Subscription removed: {asked}." in under(gone).text
    undone = await house.press(greeting, "Undo", user=house.guest)
    assert f"Subscription restored: {asked}." in under(undone).text


async def test_the_same_subscription_twice_is_refused(house: House) -> None:
    await house.slash("subscribe", house.guest, topic="launches")
    again = await house.slash("subscribe", house.guest, topic="launches")
    assert "You have this subscription already" in again.text
    other = await house.slash("subscribe", house.guest, topic="launches", country="Iran")
    assert "You are subscribed" in other.text


async def test_what_is_no_address_or_no_topic_is_said_to_be_none(house: House) -> None:
    for name in ("feed add", "summarize"):
        refused = await house.slash(name, url="not a url")
        assert "is no web address" in refused.text
    unknown = await house.slash("help", topic="nonsense")
    assert "There is no help on" in unknown.text


async def test_muting_in_direct_messages_says_where_it_works(house: House) -> None:
    await house.in_dm("subscribe", house.guest, topic="launches")
    await house.app.dispatch.drain()
    await house.launch()
    _, alert = house.discord.dm_channel(house.guest).messages
    refused = await house.press(alert, "Mute this story", user=house.guest)
    assert "works in a server only" in refused.text
    assert "/story" not in refused.text


async def test_subscriber_gets_the_launch_and_can_unsubscribe_there(house: House) -> None:
    await house.in_dm("subscribe", house.guest, topic="launches")
    await house.app.dispatch.drain()
    await house.launch()
    greeting, alert = house.discord.dm_channel(house.guest).messages
    assert "North Korea" in alert.content
    gone = await house.press(greeting, "Unsubscribe", user=house.guest)
    assert "Subscription removed" in under(gone).text
    undone = await house.press(greeting, "Undo", user=house.guest)
    assert "Subscription restored: launches." in under(undone).text
    assert len(await house.app.store.read(lambda tx: tx.subscriptions.all())) == 1


async def test_user_installed_app_works_in_a_server_without_the_bot(house: House) -> None:
    traveller = house.discord.add_user("tia", has_installed_app=True)
    elsewhere = house.discord.add_guild("Elsewhere", has_bot=False)
    house.discord.add_member(elsewhere, traveller)
    channel = house.discord.add_channel(elsewhere, "talk")
    done = await house.discord.slash(
        elsewhere, channel, traveller, "subscribe", {"keywords": "icbm"}
    )
    assert done.ephemeral
    (saved,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert saved.place.id == traveller.id
    assert saved.place.guild_id is None


async def test_panel_pauses_resumes_and_removes(house: House) -> None:
    await house.slash("subscribe", house.guest, keywords="icbm")
    panel = await house.slash("subscriptions", house.guest)
    assert "icbm" in panel.text
    await house.press(panel.reply, "Pause", user=house.guest)
    (paused,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert paused.paused
    await house.press(panel.reply, "Resume", user=house.guest)
    await house.press(panel.reply, "Remove", user=house.guest)
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []


async def test_quiet_hours_and_a_digest_of_ones_own_are_asked_in_modals(house: House) -> None:
    await house.slash("subscribe", house.guest, topic="missiles")
    panel = await house.slash("subscriptions", house.guest)
    opened = await house.press(panel.reply, "Quiet hours", user=house.guest)
    done = await house.discord.submit_modal(
        opened, {"from": "23:00", "to": "06:30", "timezone": "Europe/Berlin"}
    )
    assert "Quiet hours: 23:00 to 06:30 (Europe/Berlin)" in done.text
    opened = await house.press(panel.reply, "My digest", user=house.guest)
    done = await house.discord.submit_modal(opened, {"time": "08:15", "timezone": "Asia/Tokyo"})
    assert "Every day at 08:15 (Asia/Tokyo)" in done.text
    (digest,) = await house.app.store.read(lambda tx: tx.digests.all())
    assert digest.place.id == house.guest.id


async def test_own_digest_is_managed_from_the_panel(house: House) -> None:
    panel = await house.slash("subscriptions", house.guest)
    opened = await house.press(panel.reply, "My digest", user=house.guest)
    await house.discord.submit_modal(opened, {"time": "08:15", "timezone": "UTC"})
    panel = await house.slash("subscriptions", house.guest)
    managed = await house.press(panel.reply, "Manage", user=house.guest)
    assert "added in this server" not in managed.text
    await house.press(managed.reply, "Remove", user=house.guest)
    await house.press(managed.reply, "Remove", user=house.guest)
    assert await house.app.store.read(lambda tx: tx.digests.all()) == []
    await house.press(managed.reply, "Undo", user=house.guest)
    assert len(await house.app.store.read(lambda tx: tx.digests.all())) == 1


async def test_wrong_time_in_a_modal_is_refused_in_one_sentence(house: House) -> None:
    panel = await house.slash("subscriptions", house.guest)
    opened = await house.press(panel.reply, "My digest", user=house.guest)
    refused = await house.discord.submit_modal(opened, {"time": "soon", "timezone": "UTC"})
    assert "is not a time of day" in refused.text


async def test_personal_quota_is_named(house: House) -> None:
    house.app.desk.personal.limits = type(house.app.settings.limits)(subscriptions_per_user=1)
    await house.slash("subscribe", house.guest, topic="launches")
    refused = await house.slash("subscribe", house.guest, topic="missiles")
    assert "The operator allows 1 subscriptions" in refused.text


async def test_everything_about_a_person_is_shown_and_deleted(house: House) -> None:
    story = await house.launch()
    await house.slash("subscribe", house.guest, topic="launches")
    shown = await house.slash("launch show", house.guest, story=str(story))
    await house.press(shown.reply, "Follow story", user=house.guest)
    about = await house.slash("privacy show", house.guest)
    assert "**Subscriptions:** launches" in about.text
    assert f"**Stories you follow:** #{story}" in about.text.replace("\\", "")
    asked = await house.slash("privacy delete-my-data", house.guest)
    await house.press(asked.reply, "Delete my data", user=house.guest)
    assert "Deleted:" in asked.reply.text
    about = await house.slash("privacy show", house.guest)
    assert "**Subscriptions:** 0" in about.text
    assert "**Stories you follow:** 0" in about.text


async def test_korean_reader_is_answered_in_korean(house: House) -> None:
    reader = house.member("min", locale="ko")
    shown = await house.slash("subscriptions", reader)
    assert "구독" in shown.text


async def test_closed_direct_messages_pause_and_are_told_at_the_next_command(house: House) -> None:
    closed = house.member("cleo", dms_open=False)
    await house.slash("subscribe", closed, topic="launches")
    await house.app.dispatch.drain()
    (own,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert own.paused
    told = await house.slash("status", closed)
    await house.discord.wait_for(lambda: len(told.replies) == 2)
    assert "your direct messages are closed for me" in told.replies[1].text
    panel = await house.slash("subscriptions", closed)
    assert "your direct messages are closed for me" in panel.text
    again = await house.slash("about", closed)
    assert len(again.replies) == 1
    closed.dms_open = True
    await house.press(panel.reply, "Resume", user=closed)
    await house.launch()
    alert, greeting = house.discord.dm_channel(closed).messages  # alerts go first
    assert "North Korea" in alert.content
    assert "You will get direct messages here" in greeting.text


@pytest.mark.parametrize("way", ["Resume", "subscribe"])
async def test_who_comes_back_is_not_sent_what_is_no_longer_news(house: House, way: str) -> None:
    await house.slash("subscribe", house.guest, topic="launches")
    await house.app.dispatch.drain()
    house.guest.dms_open = False
    await house.launch()
    (own,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert own.paused
    house.guest.dms_open = True
    panel = await house.slash("subscriptions", house.guest)
    house.app.desk.personal.clock = Later(house.app.clock.now() + timedelta(days=60))
    if way == "Resume":
        await house.press(panel.reply, "Resume", user=house.guest)
    else:
        await house.slash("subscribe", house.guest, topic="missiles")
    await house.app.dispatch.drain()
    (greeting,) = house.discord.dm_channel(house.guest).messages
    assert "You will get direct messages here" in greeting.text
    assert await house.app.store.read(lambda tx: tx.outbox.parked()) == []


async def test_a_person_can_ask_for_one_kind_of_weapon(house: House) -> None:
    await house.slash("subscribe", house.guest, topic="launches", weapon="cruise missile")
    await house.app.dispatch.drain()
    await house.launch()
    assert len(house.discord.dm_channel(house.guest).messages) == 1
    panel = await house.slash("subscriptions", house.guest)
    assert "weapons: cruise missiles" in panel.text


async def test_a_persons_digest_is_managed_from_the_panel(house: House) -> None:
    panel = await house.slash("subscriptions", house.guest)
    opened = await house.press(panel.reply, "My digest", user=house.guest)
    answers = {"time": "7:15", "days": "Mon, Fri", "timezone": "Asia/Tokyo"}
    saved = await house.discord.submit_modal(opened, answers)
    said = "Every Monday and Friday at 07:15 (Asia/Tokyo) in your direct messages"
    assert said in saved.text
    panel = await house.slash("subscriptions", house.guest)
    managed = await house.press(panel.reply, "Manage", user=house.guest)
    await house.press(managed.reply, "Remove", user=house.guest)
    await house.press(managed.reply, "Remove", user=house.guest)
    await house.press(managed.reply, "Undo", user=house.guest)
    assert "Digest restored" in managed.reply.text
