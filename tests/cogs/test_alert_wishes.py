"""Every option of `/alert add` and `/alert edit`, shown before it is saved."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.launch import WeaponClass
from bot.domain.story import StoryStatus
from bot.domain.subscription import (
    Place,
    PlaceKind,
    Subscription,
    SubscriptionId,
    ThreadMode,
    Topic,
)
from tests.cogs.house import House, under


async def _alert(house: House) -> Subscription:
    (found,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    return found


async def test_every_option_of_a_new_alert_is_shown_and_saved(house: House) -> None:
    server = house.discord
    role = server.add_role(house.guild, "Desk", mentionable=True)
    chief = server.add_role(house.guild, "Chief", mentionable=True)
    review = server.add_channel(house.guild, "review")
    await server.wait_for(lambda: house.bot.get_channel(review.id))
    shown = await house.slash(
        "alert add",
        channel=house.channel,
        topic="missiles",
        role=role,
        min_status="reported",
        ping_status="confirmed",
        min_sources=2,
        countries="North Korea, Iran",
        weapons="cruise missile, icbm",
        cooldown=30,
        most_per_hour=4,
        thread=True,
        review_channel=review,
        ack_role=chief,
        ack_after=5,
    )
    for said in (
        "by North Korea and Iran",
        "weapons: cruise missiles and intercontinental ballistic missiles",
        "from status Reported",
        "pings from status Confirmed",
        "from 2 publishers",
        "at most one alert in 30 minutes",
        "at most 4 alerts an hour",
        "a thread for each story",
        f"A person releases each alert in <#{review.id}> first",
        f"<@&{chief.id}> is pinged when nobody acknowledges within 5 minutes",
    ):
        assert said in shown.text
    assert shown.reply.pinged_roles == []
    await house.press(shown.reply, "Save")
    saved = await _alert(house)
    assert saved.weapons == (WeaponClass.CRUISE, WeaponClass.INTERCONTINENTAL)
    assert (saved.cooldown, saved.hourly_cap) == (timedelta(minutes=30), 4)
    assert saved.thread_mode is ThreadMode.THREAD
    assert (saved.review_channel, saved.ack_role) == (review.id, chief.id)
    assert (saved.ping_status, saved.ack_after) == (StoryStatus.CONFIRMED, timedelta(minutes=5))


async def test_the_list_says_who_releases_and_who_is_pinged_as_manage_does(house: House) -> None:
    review = house.discord.add_channel(house.guild, "desk")
    chief = house.discord.add_role(house.guild, "Chief", mentionable=True)
    await house.discord.wait_for(lambda: house.bot.get_channel(review.id))
    added = await house.slash(
        "alert add",
        channel=house.channel,
        topic="launches",
        review_channel=review,
        ack_role=chief,
    )
    await house.press(added.reply, "Save")
    listed = await house.slash("alert list")
    managed = await house.press(listed.reply, "Manage")
    for shown in (listed.text, under(managed).text):
        assert shown.count(f"A person releases each alert in <#{review.id}> first") == 1
        assert shown.count(f"<@&{chief.id}> is pinged when nobody acknowledges") == 1


async def test_a_time_to_acknowledge_without_a_role_is_refused(house: House) -> None:
    for name, options in (
        ("alert add", {"channel": house.channel, "topic": "launches"}),
        ("alert add", {"channel": house.channel}),
    ):
        refused = await house.slash(name, **options, ack_after=5)
        assert "Give ack_role too" in refused.text.replace("\\", "")
    await house.alerting()
    refused = await house.slash("alert edit", alert="1", ack_after=5)
    assert "Give ack_role too" in refused.text.replace("\\", "")


async def test_an_alert_is_not_released_in_its_own_channel(house: House) -> None:
    same = house.channel
    refused = await house.slash("alert add", channel=same, topic="launches", review_channel=same)
    assert "Choose another review_channel" in refused.text.replace("\\", "")
    await house.alerting()
    refused = await house.slash("alert edit", alert="1", review_channel=same)
    assert "Choose another review_channel" in refused.text.replace("\\", "")


async def test_an_edit_changes_only_what_was_given_and_only_when_it_is_saved(house: House) -> None:
    role = house.discord.add_role(house.guild, "Desk", mentionable=True)
    added = await house.slash(
        "alert add", channel=house.channel, topic="launches", role=role, countries="Iran"
    )
    await house.press(added.reply, "Save")
    await house.launch("Iran", "the Gulf of Oman")
    shown = await house.slash("alert edit", alert="1", weapons="cruise missile", cooldown=15)
    assert "It would have matched 0 of the last 1 articles" in shown.text
    assert (await _alert(house)).weapons == ()
    saved = await house.press(shown.reply, "Save")
    assert "Alert changed: launches" in saved.interaction.message.text  # type: ignore[union-attr]  # a button has its message
    after = await _alert(house)
    assert after.weapons == (WeaponClass.CRUISE,)
    assert after.cooldown == timedelta(minutes=15)
    assert (after.countries, after.role_id, after.topic) == (("Iran",), role.id, Topic.LAUNCHES)


async def test_an_edit_shows_an_example_of_what_it_would_have_matched(house: House) -> None:
    await house.launch()
    await house.alerting()
    shown = await house.slash("alert edit", alert="1", keywords="missile*")
    assert "Understood as: words beginning with" in shown.text
    assert "It would have matched 1 of the last 1 articles" in shown.text
    assert "For example: North Korea fires two ballistic missiles" in shown.text


async def test_topic_and_query_replace_each_other(house: House) -> None:
    await house.alerting()
    await house.press((await house.slash("alert edit", alert="1", keywords="icbm")).reply, "Save")
    assert ((await _alert(house)).topic, (await _alert(house)).query) == (None, "icbm")
    shown = await house.slash("alert edit", alert="1", topic="missiles")
    await house.press(shown.reply, "Save")
    assert ((await _alert(house)).topic, (await _alert(house)).query) == (Topic.MISSILES, None)
    both = await house.slash("alert edit", alert="1", topic="missiles", keywords="icbm")
    assert "exactly one of" in both.text


async def test_what_changed_between_draft_and_save_is_kept(house: House) -> None:
    await house.alerting()
    shown = await house.slash("alert edit", alert="1", min_sources=3)
    await house.slash("alert pause", alert="1")
    await house.press(shown.reply, "Save")
    after = await _alert(house)
    assert (after.paused, after.min_sources) == (True, 3)


async def test_a_role_and_other_settings_are_taken_away_again(house: House) -> None:
    role = house.discord.add_role(house.guild, "Desk", mentionable=True)
    added = await house.slash(
        "alert add",
        channel=house.channel,
        topic="launches",
        role=role,
        countries="Iran",
        ack_role=role,
    )
    await house.press(added.reply, "Save")
    assert (await _alert(house)).ack_after == timedelta(minutes=10)
    for name in ("role", "countries", "ack_role"):
        shown = await house.slash("alert edit", alert="1", clear=name)
        await house.press(shown.reply, "Save")
    after = await _alert(house)
    assert (after.role_id, after.countries, after.ack_role) == (None, (), None)


async def test_an_alert_moves_to_another_channel_after_its_rights_were_checked(
    house: House,
) -> None:
    server = house.discord
    role = server.add_role(house.guild, "Desk", mentionable=True)
    await house.press(
        (await house.slash("alert add", channel=house.channel, topic="launches", role=role)).reply,
        "Save",
    )
    other = server.add_channel(house.guild, "night-desk")
    await server.wait_for(lambda: house.bot.get_channel(other.id))
    shown = await house.slash("alert edit", alert="1", channel=other)
    await house.press(shown.reply, "Save")
    assert (await _alert(house)).place == Place(
        PlaceKind.CHANNEL, other.id, GuildId(house.guild.id)
    )
    server.update_role(role, mentionable=False)
    back = await house.slash("alert edit", alert="1", channel=house.channel)
    assert "You may not mention" in back.text


async def test_a_new_role_is_checked_in_the_channel_the_alert_has(house: House) -> None:
    await house.alerting()
    closed = house.discord.add_role(house.guild, "Closed")
    refused = await house.slash("alert edit", alert="1", role=closed)
    assert "You may not mention" in refused.text


async def test_without_an_option_a_modal_asks_with_what_is_set(house: House) -> None:
    await house.alerting()
    opened = await house.slash("alert edit", alert="1")
    assert opened.modal["title"] == "Change the alert"
    answers = {"topic": "missiles", "weapons": "slbm", "min_status": "confirmed"}
    shown = await house.discord.submit_modal(opened, answers)
    await house.press(shown.reply, "Save")
    after = await _alert(house)
    assert (after.topic, after.min_status) == (Topic.MISSILES, StoryStatus.CONFIRMED)
    assert after.weapons == (WeaponClass.SUBMARINE_LAUNCHED,)


async def test_an_alert_of_a_feed_takes_no_query_but_filters(house: House) -> None:
    place = Place(PlaceKind.CHANNEL, house.channel.id, GuildId(house.guild.id))
    made = Subscription(SubscriptionId(0), place, DeclaredIn.DISCORD, feed_id=FeedId(9))
    await house.app.store.write(lambda tx: tx.subscriptions.add(made))
    refused = await house.slash("alert edit", alert="1", keywords="icbm")
    assert "it has no topic or query" in refused.text
    opened = await house.slash("alert edit", alert="1")
    shown = await house.discord.submit_modal(opened, {"only_launches": "yes"})
    await house.press(shown.reply, "Save")
    assert (await _alert(house)).only_launches


async def test_the_last_of_several_weapons_is_completed(house: House) -> None:
    names = await house.complete("alert edit", "weapons", "cruise missile, hyper")
    assert names[0] == "cruise missile, hypersonic missile"
