"""`/alert` from the wish to the message, and back."""

from __future__ import annotations

from datetime import time

from bot.domain.story import StoryStatus
from bot.domain.subscription import Topic
from tests.cogs.house import House
from tests.fake_discord.model import ChannelType
from tests.fake_discord.permissions import Permission


async def test_wish_shows_what_it_would_have_matched_before_it_is_saved(house: House) -> None:
    await house.launch()
    await house.report("Quiet day at the fish market", "Nothing of note happened in the harbour.")
    shown = await house.slash("alert add", channel=house.channel, topic="launches")
    assert shown.ephemeral
    assert shown.deferred
    assert "It would have matched 1 of the last 2 articles" in shown.text
    assert "North Korea fires two ballistic missiles" in shown.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []
    await house.press(shown.reply, "Save")
    (saved,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert saved.topic is Topic.LAUNCHES
    assert saved.created_by == house.admin.id


async def test_saved_alert_brings_the_launch_to_its_channel(house: House) -> None:
    role = house.discord.add_role(house.guild, "Launch alerts", mentionable=True)
    shown = await house.slash("alert add", channel=house.channel, topic="launches", role=role)
    await house.press(shown.reply, "Save")
    await house.launch()
    (alert,) = house.channel.messages
    assert "North Korea" in alert.content
    assert alert.pinged_roles == [role.id]


async def test_query_is_explained_in_words(house: House) -> None:
    query = '"ballistic missile" OR icbm -drill'
    shown = await house.slash("alert add", channel=house.channel, keywords=query)
    assert 'any of ("ballistic missile"' in shown.text.replace("\\", "")


async def test_broken_query_is_refused_with_its_place(house: House) -> None:
    refused = await house.slash("alert add", channel=house.channel, keywords='"never closed')
    assert "quotation mark at character 1" in refused.text


async def test_topic_and_keywords_together_are_refused(house: House) -> None:
    refused = await house.slash(
        "alert add", channel=house.channel, topic="launches", keywords="icbm"
    )
    assert "exactly one of" in refused.text


async def test_without_a_choice_a_modal_asks(house: House) -> None:
    opened = await house.slash("alert add", channel=house.channel)
    assert opened.modal["title"] == "New alert"
    filled = {"keywords": "hwasong*", "countries": "north korea", "min_status": "reported"}
    shown = await house.discord.submit_modal(opened, filled)
    await house.press(shown.reply, "Save")
    (saved,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert saved.query == "hwasong*"
    assert saved.countries == ("North Korea",)
    assert saved.min_status is StoryStatus.REPORTED


async def test_unknown_country_names_the_nearest(house: House) -> None:
    refused = await house.slash(
        "alert add", channel=house.channel, topic="launches", countries="Nort Korea"
    )
    assert "Did you mean North Korea?" in refused.text


async def test_channel_where_the_bot_may_not_post_is_named(house: House) -> None:
    house.discord.deny_bot(house.channel, Permission.EMBED_LINKS)
    await house.discord.wait_for(
        lambda: not _bot_may(house, "embed_links"),
    )
    refused = await house.slash("alert add", channel=house.channel, topic="launches")
    assert "I lack Embed Links" in refused.text


def _bot_may(house: House, right: str) -> bool:
    channel = house.bot.get_channel(house.channel.id)
    assert channel is not None
    guild = house.bot.get_guild(house.guild.id)
    assert guild is not None
    rights = channel.permissions_for(guild.me)  # type: ignore[union-attr]  # a text channel
    return bool(getattr(rights, right))


async def test_role_that_the_person_may_not_mention_is_refused(house: House) -> None:
    role = house.discord.add_role(house.guild, "Everybody else")
    refused = await house.slash("alert add", channel=house.channel, topic="launches", role=role)
    assert "You may not mention" in refused.text


async def test_list_manage_pause_and_resume(house: House) -> None:
    await house.alerting()
    listed = await house.slash("alert list")
    assert "launches" in listed.text
    managed = await house.press(listed.reply, "Manage")
    await house.press(managed.reply, "Pause")
    await house.launch()
    assert house.channel.messages == []
    (number,) = [each.id for each in await house.app.store.read(lambda tx: tx.subscriptions.all())]
    resumed = await house.slash("alert resume", alert=str(number))
    assert "Alert resumed: launches" in resumed.text
    paused = await house.slash("alert pause", alert=f"#{number}")
    assert "Alert paused: launches" in paused.text


async def test_edit_shows_the_new_foresight_before_saving(house: House) -> None:
    await house.launch()
    shown = await house.slash("alert add", channel=house.channel, keywords="missile*")
    await house.press(shown.reply, "Save")
    opened = await house.slash("alert edit", alert="1")
    again = await house.discord.submit_modal(opened, {"keywords": "submarine", "min_sources": "2"})
    assert "It would have matched 0 of the last 1 articles" in again.text
    (before,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert before.query == "missile*"
    await house.press(again.reply, "Save")
    (after,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert (after.query, after.min_sources) == ("submarine", 2)


async def test_removal_asks_and_can_be_undone(house: House) -> None:
    await house.alerting()
    asked = await house.slash("alert remove", alert="1")
    await house.press(asked.reply, "Remove")
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []
    await house.press(asked.reply, "Undo")
    (back,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert back.topic is Topic.LAUNCHES


async def test_test_shows_the_very_message_to_the_person_only(house: House) -> None:
    await house.launch()
    await house.alerting()
    tried = await house.slash("alert test", alert="1")
    await house.discord.wait_for(lambda: len(tried.replies) == 2)
    report, alert = tried.replies
    assert "would have matched 1 of the last 1" in report.text
    assert alert.content.startswith("TEST, not a real alert:")
    assert tried.ephemeral
    assert house.channel.messages == []


async def test_posted_test_pings_only_when_asked(house: House) -> None:
    role = house.discord.add_role(house.guild, "Launch alerts", mentionable=True)
    await house.launch()
    shown = await house.slash("alert add", channel=house.channel, topic="launches", role=role)
    await house.press(shown.reply, "Save")
    tested = await house.slash("alert test", alert="1", post=True)
    assert f"The test alert is on its way to <#{house.channel.id}>." in tested.text
    await house.app.dispatch.drain()
    await house.slash("alert test", alert="1", ping=True)
    await house.app.dispatch.drain()
    quiet, loud = house.channel.messages
    assert quiet.content.startswith("TEST")
    assert quiet.pinged_roles == []
    assert loud.pinged_roles == [role.id]


async def test_quiet_hours_for_all_and_off_again(house: House) -> None:
    await house.alerting()
    hours = {"from": "22:00", "to": "7 am", "timezone": "Asia/Seoul"}
    done = await house.discord.slash(
        house.guild, house.channel, house.admin, "alert quiet-hours", hours
    )
    assert "Quiet hours: 22:00 to 07:00 (Asia/Seoul)" in done.text
    (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert alert.quiet is not None
    assert (alert.quiet.start, alert.quiet.end) == (time(22), time(7))
    off = await house.discord.slash(
        house.guild, house.channel, house.admin, "alert quiet-hours", hours | {"mode": "off"}
    )
    assert "No quiet hours" in off.text
    (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert alert.quiet is None


async def test_time_zone_is_completed_with_the_time_there(house: House) -> None:
    names = await house.complete("alert quiet-hours", "timezone", "seoul")
    assert names[0].startswith("Asia/Seoul · ")


async def test_silence_stops_alerts_until_it_is_ended(house: House) -> None:
    await house.alerting()
    made = await house.slash("alert silence", duration=2.0, keywords="missile*", reason="drill")
    assert "Muted until" in made.text
    await house.launch()
    assert house.channel.messages == []
    listed = await house.slash("alert silences")
    assert "drill" in listed.text
    ended = await house.slash("alert unsilence", silence="1")
    assert "is ended" in ended.text
    await house.launch("Iran", "the Gulf of Oman")
    assert len(house.channel.messages) == 1


async def test_silence_of_a_story_is_undone_by_its_button(house: House) -> None:
    story = await house.launch()
    assert await house.complete("alert silence", "story", "korea")
    made = await house.slash("alert silence", duration=1.0, story=str(story))
    await house.press(made.reply, "Undo")
    assert "is ended" in made.reply.text


async def test_autocomplete_of_alerts_names_their_channel(house: House) -> None:
    await house.alerting()
    assert await house.complete("alert remove", "alert") == ["#1 launches · #launch-alerts"]
    assert await house.complete("alert add", "countries", "north korea, ira") != []
    assert "cruise missile" in await house.complete("alert add", "weapons", "cruise")


async def test_alert_for_an_announcement_channel_is_published(house: House) -> None:
    news = house.discord.add_channel(house.guild, "news", ChannelType.ANNOUNCEMENT)
    await house.discord.wait_for(lambda: house.bot.get_channel(news.id))
    await house.alerting(news)
    await house.launch()
    (alert,) = news.messages
    assert alert.published
