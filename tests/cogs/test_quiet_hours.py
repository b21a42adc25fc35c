"""Quiet hours of a server, of one alert and of a person."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.subscription import QuietMode, Subscription
from tests.cogs.house import House
from tests.fake_discord.actions import Outcome


async def _alerts(house: House) -> list[Subscription]:
    return await house.app.store.read(lambda tx: tx.subscriptions.all())


async def _quiet(house: House, **options: object) -> Outcome:
    """`from` is no name Python can pass."""
    given = {"from" if name == "start" else name: value for name, value in options.items()}
    return await house.discord.slash(
        house.guild, house.channel, house.admin, "alert quiet-hours", given
    )


def _now(house: House, zone: str = "UTC", **shift: float) -> str:
    local = house.app.clock.now().astimezone(ZoneInfo(zone)) + timedelta(**shift)
    return f"{local:%H:%M}"


async def test_modes_are_said_with_the_next_beginning_and_end(house: House) -> None:
    await house.alerting()
    held = await _quiet(house, start="22:00", to="07:00", timezone="Asia/Seoul")
    assert "several as one catch-up digest" in held.text
    assert "Confirmed launches come at once" in held.text
    assert held.text.count("<t:") == 2
    silent = await _quiet(house, start="22:00", to="7 am", mode="silent", confirmed=False)
    assert "without ping or notification" in silent.text
    assert "Confirmed launches come" not in silent.text
    (alert,) = await _alerts(house)
    assert alert.quiet is not None
    assert (alert.quiet.mode, alert.quiet.override_confirmed) == (QuietMode.SILENT, False)
    listed = await house.slash("alert list")
    assert "silent 22:00 to 07:00 (UTC)" in listed.text


async def test_the_zone_is_the_servers_unless_named(house: House) -> None:
    await house.alerting()
    await house.slash("settings timezone", timezone="Asia/Tokyo")
    said = await _quiet(house, start="22:00", to="07:00")
    assert "22:00 to 07:00 (Asia/Tokyo)" in said.text
    refused = await _quiet(house, start="22:00", to="07:00", timezone="Asia/Soul")
    assert "is not a time zone. Write one such as Asia/Seoul" in refused.text


async def test_equal_and_missing_times_are_refused_with_a_sentence(house: House) -> None:
    await house.alerting()
    same = await _quiet(house, start="22:00", to="10 pm")
    assert "Choose two different times" in same.text
    half = await _quiet(house, start="22:00")
    assert "need a start and an end" in half.text
    (alert,) = await _alerts(house)
    assert alert.quiet is None


async def test_one_alert_can_have_its_own(house: House) -> None:
    await house.alerting()
    await house.alerting(topic="missiles")
    await _quiet(house, start="22:00", to="07:00", alert="2")
    first, second = await _alerts(house)
    assert first.quiet is None
    assert second.quiet is not None


async def test_alerts_added_later_have_the_servers_quiet_hours(house: House) -> None:
    said = await _quiet(house, start="22:00", to="07:00", timezone="Asia/Seoul")
    assert "those you add will have these quiet hours" in said.text
    settings = await house.slash("settings show")
    assert "Quiet hours of all alerts: held 22:00 to 07:00 (Asia/Seoul)" in settings.text
    shown = await house.slash("alert add", channel=house.channel, topic="launches")
    assert "held 22:00 to 07:00 (Asia/Seoul)" in shown.text
    await house.press(shown.reply, "Save")
    (alert,) = await _alerts(house)
    assert alert.quiet is not None
    assert alert.quiet.start == time(22)
    await _quiet(house, mode="off")
    await house.alerting(topic="missiles")
    assert [each.quiet for each in await _alerts(house)] == [None, None]


async def test_held_alerts_go_out_as_soon_as_quiet_hours_are_ended(house: House) -> None:
    await house.alerting()
    await _quiet(house, start=_now(house, hours=-1), to=_now(house, hours=2))
    await house.launch()
    await house.launch("Iran", "the Gulf of Oman")
    assert house.channel.messages == []
    off = await _quiet(house, mode="off")
    assert "No quiet hours" in off.text
    await house.app.dispatch.drain()
    (digest,) = house.channel.messages
    assert "While quiet hours held: 2 stories" in digest.text
    details = await house.press(digest, custom_id="story:1:details", user=house.guest)
    assert "Status" in details.text


async def test_silent_hours_post_without_ping_or_notification(house: House) -> None:
    role = house.discord.add_role(house.guild, "Desk", mentionable=True)
    shown = await house.slash("alert add", channel=house.channel, topic="launches", role=role)
    await house.press(shown.reply, "Save")
    await _quiet(house, start=_now(house, hours=-1), to=_now(house, hours=2), mode="silent")
    await house.launch()
    (alert,) = house.channel.messages
    assert alert.pinged_roles == []
    assert alert.silent


async def test_a_person_sets_and_ends_their_own_in_a_modal(house: House) -> None:
    await house.slash("subscribe", house.guest, topic="launches")
    panel = await house.slash("subscriptions", house.guest)
    opened = await house.press(panel.reply, "Quiet hours", user=house.guest)
    answers = {"from": "23:00", "to": "06:30", "timezone": "Asia/Seoul", "mode": "silent"}
    said = await house.discord.submit_modal(opened, answers | {"confirmed": "no"})
    assert "Quiet hours: 23:00 to 06:30 (Asia/Seoul)" in said.text
    (own,) = await _alerts(house)
    assert own.quiet is not None
    assert (own.quiet.mode, own.quiet.override_confirmed) == (QuietMode.SILENT, False)
    again = await house.press(panel.reply, "Quiet hours", user=house.guest)
    assert "23:00" in str(again.interaction.modal)
    same = await house.discord.submit_modal(again, answers | {"to": "23:00"})
    assert "Choose two different times" in same.text
    other = await house.slash("subscribe", house.guest, keywords="icbm")
    assert "You are subscribed" in other.text
    assert all(each.quiet is not None for each in await _alerts(house))
    last = await house.press(panel.reply, "Quiet hours", user=house.guest)
    ended = await house.discord.submit_modal(last, {"from": "", "to": ""})
    assert "No quiet hours" in ended.text
    assert all(each.quiet is None for each in await _alerts(house))
