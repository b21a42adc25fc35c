"""`/feed edit`, what a feed posts by itself, and lists with a report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.feed import Feed
from bot.domain.subscription import Subscription
from tests.cogs.house import House
from tests.end_to_end.origin import Entry
from tests.fake_discord.options import Upload


async def _feed(house: House, **options: Any) -> Feed:
    entries = [
        Entry(
            "Iran fires three ballistic missiles toward the Gulf of Oman",
            house.origin.url("/wire/1"),
            "wire-1",
            "Iran fired three ballistic missiles toward the Gulf of Oman, the army said.",
            datetime.now(UTC) - timedelta(minutes=3),
        )
    ]
    house.origin.feed("/wire.xml", entries, title="The wire")
    shown = await house.slash("feed add", url=house.origin.url("/wire.xml"), **options)
    await house.press(shown.reply, "Add")
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    return feed


async def _posts(house: House) -> list[Subscription]:
    return await house.app.store.read(lambda tx: tx.subscriptions.all())


async def test_options_change_a_feed_at_once_and_leave_the_rest(house: House) -> None:
    await _feed(house)
    done = await house.slash("feed edit", feed="The wire", name_="Wires", interval=45)
    assert "Feed Wires is changed" in done.text
    assert "read every 45 minutes" in done.text
    await house.slash("feed edit", feed="Wires", full_text=True)
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert (feed.name, feed.full_text, feed.interval) == ("Wires", True, timedelta(minutes=45))
    await house.slash("feed edit", feed="Wires", clear="interval")
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert (feed.interval, feed.full_text) == (None, True)


async def test_a_feed_begins_moves_and_ends_its_own_posts(house: House) -> None:
    server = house.discord
    role = server.add_role(house.guild, "Desk", mentionable=True)
    other = server.add_channel(house.guild, "wires")
    await server.wait_for(lambda: house.bot.get_channel(other.id))
    await _feed(house)
    nowhere = await house.slash("feed edit", feed="1", only_launches=True)
    assert "posts nothing by itself yet" in nowhere.text
    begun = await house.slash("feed edit", feed="1", channel=house.channel, role=role)
    assert f"Posts by itself in <#{house.channel.id}>" in begun.text
    (post,) = await _posts(house)
    assert (post.place.id, post.role_id, post.only_launches) == (house.channel.id, role.id, False)
    await house.slash("feed edit", feed="1", channel=other, only_launches=True)
    (post,) = await _posts(house)
    assert (post.place.id, post.role_id, post.only_launches) == (other.id, role.id, True)
    await house.slash("feed edit", feed="1", clear="role")
    assert (await _posts(house))[0].role_id is None
    ended = await house.slash("feed edit", feed="1", clear="channel")
    assert "Posts by itself" not in ended.text
    assert await _posts(house) == []


async def test_a_role_needs_a_channel_and_the_right_to_be_mentioned(house: House) -> None:
    role = house.discord.add_role(house.guild, "Closed")
    await _feed(house)
    alone = await house.slash("feed edit", feed="1", role=role)
    assert "Give the channel too" in alone.text
    adding = await house.slash("feed add", url=house.origin.url("/wire.xml"), role=role)
    assert "Give the channel too" in adding.text
    refused = await house.slash("feed edit", feed="1", channel=house.channel, role=role)
    assert "You may not mention" in refused.text


async def test_the_modal_asks_with_what_is_set(house: House) -> None:
    await _feed(house, channel=house.channel)
    opened = await house.slash("feed edit", feed="The wire")
    answers = {"name": "Wires", "full_text": "no", "interval": "90", "only_launches": "yes"}
    done = await house.discord.submit_modal(opened, answers)
    assert "Feed Wires is changed" in done.text
    assert "launches only" in done.text
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert feed.interval == timedelta(minutes=90)
    again = await house.slash("feed edit", feed="Wires")
    assert "90" in str(again.interaction.modal)
    await house.discord.submit_modal(again, answers | {"interval": ""})
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert feed.interval is None


async def test_a_modal_sent_after_the_right_was_lost_is_refused(house: House) -> None:
    await _feed(house)
    opened = await house.slash("feed edit", feed="The wire")
    (role,) = [each for each in house.guild.roles.values() if each.name == "of ann"]
    house.discord.update_role(role, permissions=0)
    refused = await house.discord.submit_modal(opened, {"name": "Mine"})
    assert "with Manage Server, or with" in refused.text
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert feed.name == "The wire"


async def test_an_imported_list_says_what_became_of_each_and_who_answers(house: House) -> None:
    await _feed(house)
    house.origin.feed("/new.xml", [], title="New")
    house.origin.document("/page", "<html><body>no feed</body></html>")
    outlines = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="{url}"/>'
        for name, url in (
            ("Known", house.origin.url("/wire.xml")),
            ("Good", house.origin.url("/new.xml")),
            ("Broken", house.origin.url("/page")),
        )
    )
    data = f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()
    done = await house.slash("feed import", file=Upload("feeds.opml", data, "text/xml"))
    await house.discord.wait_for(lambda: len(done.replies) == 2)
    report, answers = done.replies
    assert "Added: 2, already there: 1, not added: 0" in report.text
    for said in ("Added: Good, Broken", "Already there: Known"):
        assert said in report.text
    assert "1 of the new feeds answers" in answers.text
    assert "Broken: " in answers.text
    assert "are kept and tried again" in answers.text


async def test_feed_test_speaks_the_language_of_the_place_it_would_go_to(house: House) -> None:
    await house.slash("settings language", language="ko")
    await _feed(house, channel=house.channel)
    tried = await house.slash("feed test", feed="The wire")
    await house.discord.wait_for(lambda: len(tried.replies) == 2)
    _, alert = tried.replies
    assert "실제 알림이 아닙니다" in alert.content or "시험" in alert.content
    assert "The wire" in alert.text
