"""Cooldown, flood cap and silences through commands, and what `/why` says of them."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cogs.house import House, under

START = datetime(2015, 1, 1, tzinfo=UTC)


async def _link_of(house: House) -> str:
    (article, *_) = await house.app.store.read(lambda tx: tx.articles.recent(1))
    return article.article.identity.link


async def test_a_cooldown_gathers_further_launches_in_one_line(house: House) -> None:
    shown = await house.slash("alert add", channel=house.channel, topic="launches", cooldown=60)
    await house.press(shown.reply, "Save")
    await house.launch()
    await house.launch("Iran", "the Gulf of Oman")
    await house.launch("China", "the South China Sea")
    alert, gathered = house.channel.messages
    assert "North Korea" in alert.content
    await house.discord.wait_for(lambda: "China" in gathered.text)
    assert "2 more stories" in gathered.text
    assert "(story #2)" in gathered.text.replace("\\", "")
    assert gathered.pinged_roles == []
    why = await house.slash("why", link=await _link_of(house))
    assert "at most one alert in 1 hour" in why.text


async def test_a_flood_cap_gathers_what_is_beyond_it(house: House) -> None:
    shown = await house.slash("alert add", channel=house.channel, topic="launches", most_per_hour=2)
    assert "at most 2 alerts an hour" in shown.text
    await house.press(shown.reply, "Save")
    for who, where in (
        ("North Korea", "the Sea of Japan"),
        ("Iran", "the Gulf of Oman"),
        ("China", "the South China Sea"),
        ("India", "the Bay of Bengal"),
    ):
        await house.launch(who, where)
    first, second, gathered = house.channel.messages
    assert "North Korea" in first.content
    assert "Iran" in second.content
    await house.discord.wait_for(lambda: "India" in gathered.text)
    assert "2 more stories" in gathered.text


async def test_a_silence_shows_its_author_place_and_reason_and_is_seen_in_why(
    house: House,
) -> None:
    await house.alerting()
    await house.slash(
        "alert silence",
        duration=2.0,
        keywords="missile*",
        channel=house.channel,
        reason="live-fire drill week",
    )
    listed = await house.slash("alert silences")
    for said in (f"<@{house.admin.id}>", f"<#{house.channel.id}>", "live-fire drill week"):
        assert said in listed.text
    assert "<t:" in listed.text
    await house.launch()
    assert house.channel.messages == []
    why = await house.slash("why", house.guest, link=await _link_of(house))
    (silence,) = await house.app.store.read(lambda tx: tx.subscriptions.silences(START))
    until = int(silence.expires.replace(second=0, microsecond=0).timestamp())
    assert f"silenced until <t:{until}" in why.text
    assert ": live-fire drill week" in why.text
    assert str(house.admin.id) not in why.text


async def test_a_silence_without_a_reason_ends_without_a_colon(house: House) -> None:
    await house.alerting()
    await house.slash("alert silence", duration=2.0, keywords="missile*", channel=house.channel)
    await house.launch()
    why = await house.slash("why", house.guest, link=await _link_of(house))
    (line,) = (each for each in why.text.splitlines() if "silenced until" in each)
    assert line.endswith(":R>)")


async def test_a_silence_of_one_channel_leaves_the_others(house: House) -> None:
    other = house.discord.add_channel(house.guild, "second")
    await house.discord.wait_for(lambda: house.bot.get_channel(other.id))
    await house.alerting()
    await house.alerting(other)
    await house.slash("alert silence", duration=1.0, keywords="missile*", channel=other)
    await house.launch()
    assert len(house.channel.messages) == 1
    assert other.messages == []


async def test_a_query_that_found_nothing_gets_the_hint_about_plurals(house: House) -> None:
    await house.launch()
    shown = await house.slash("alert add", channel=house.channel, keywords="missile submarine")
    assert "Words are matched whole" in shown.text
    better = await house.slash("alert add", channel=house.channel, keywords="missile*")
    assert "Words are matched whole" not in better.text


async def test_an_undo_that_comes_too_late_says_so(house: House) -> None:
    await house.alerting()
    asked = await house.slash("alert remove", alert="1")
    await house.press(asked.reply, "Remove")
    restored = await house.press(asked.reply, "Undo")
    assert "Alert restored: launches" in under(restored).text
    forged = house.plant(house.channel, "undo:alert:gone")
    late = await house.press(forged, custom_id="undo:alert:gone")
    assert "cannot be undone any more" in late.text
