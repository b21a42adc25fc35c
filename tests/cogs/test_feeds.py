"""`/feed` from the address to the alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cogs.house import House, action_of, under
from tests.end_to_end.origin import Entry
from tests.fake_discord.options import Upload

LAUNCH = "Iran fires three ballistic missiles toward the Gulf of Oman"
SUMMARY = (
    "Iran fired three ballistic missiles toward the Gulf of Oman this morning, the army said. "
    "The launch was seen shortly after dawn."
)

OPML_OF_ONE = (
    b'<opml version="2.0"><body>'
    b'<outline type="rss" text="Only feed" xmlUrl="https://feed.example/rss"/></body></opml>'
)


def _wire(house: House, name: str = "wire") -> str:
    published = datetime.now(UTC) - timedelta(minutes=3)
    link = house.origin.url(f"/{name}/1")
    entries = [Entry(LAUNCH, link, f"{name}-1", SUMMARY, published)]
    house.origin.feed(f"/{name}.xml", entries, title=f"The {name}")
    return house.origin.url(f"/{name}.xml")


async def _add(house: House, name: str = "wire", **options: Any) -> None:
    shown = await house.slash("feed add", url=_wire(house, name), **options)
    assert shown.ephemeral
    assert shown.deferred
    added = await house.press(shown.reply, "Add")
    assert f"Feed The {name} is watched from now on" in under(added).text


async def test_added_feed_shows_its_newest_articles_first(house: House) -> None:
    shown = await house.slash("feed add", url=_wire(house))
    assert LAUNCH in shown.text
    assert "Newest articles of The wire" in shown.text
    feeds = await house.app.store.read(lambda tx: tx.feeds.all())
    assert feeds == []


async def test_feed_is_found_from_any_page(house: House) -> None:
    feed = _wire(house)
    page = f'<html><head><link rel="alternate" type="application/rss+xml" href="{feed}"></head>'
    house.origin.document("/news", page)
    shown = await house.slash("feed add", url=house.origin.url("/news"))
    assert "The wire" in shown.text


async def test_feed_with_channel_alerts_there(house: House) -> None:
    await _add(house, channel=house.channel, only_launches=True)
    (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert alert.feed_id is not None
    assert alert.only_launches
    assert alert.place.id == house.channel.id


async def test_no_feed_there_is_said_in_one_sentence(house: House) -> None:
    house.origin.document("/empty", "<html><body>nothing here</body></html>")
    refused = await house.slash("feed add", url=house.origin.url("/empty"))
    assert refused.ephemeral
    assert "Traceback" not in refused.text
    assert len(refused.text) < 400


async def test_adding_the_same_feed_again_says_that_it_is_there(house: House) -> None:
    await _add(house)
    shown = await house.slash("feed add", url=house.origin.url("/wire.xml"))
    assert "already has this feed" in shown.text


async def test_feed_list_shows_health_and_manages(house: House) -> None:
    await _add(house)
    listed = await house.slash("feed list")
    assert "Feeds: 1" in listed.text
    managed = await house.press(listed.reply, "Manage")
    paused = await house.press(managed.reply, "Pause")
    assert "Paused" in under(paused).text
    only_paused = await house.discord.select(house.admin, listed.reply, ["paused"], "filter:feeds")
    assert "The wire" in under(only_paused).text
    await house.press(managed.reply, "Resume")
    feeds = await house.app.store.read(lambda tx: tx.feeds.all())
    assert not feeds[0].paused


async def test_a_feed_that_was_never_read_is_not_called_healthy(house: House) -> None:
    file = Upload("feeds.opml", OPML_OF_ONE, "text/xml")
    await house.slash("feed import", file=file)
    listed = await house.slash("feed list")
    assert "Feeds: 1, healthy: 0, not read yet: 1, failing: 0" in listed.text
    await house.discord.select(house.admin, listed.reply, ["healthy"], "filter:feeds")
    assert "No feed is in this state" in listed.reply.text
    await house.discord.select(house.admin, listed.reply, ["new"], "filter:feeds")
    assert "Only feed" in listed.reply.text


async def test_feed_list_turns_pages(house: House) -> None:
    outlines = "".join(
        f'<outline type="rss" text="Feed {n:02}" xmlUrl="https://feed{n}.example/rss"/>'
        for n in range(12)
    )
    opml = f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()
    report = await house.slash("feed import", file=Upload("feeds.opml", opml, "text/xml"))
    assert "Added: 12" in report.text
    listed = await house.slash("feed list")
    assert "Page 1 of 3" in listed.text
    await house.press(listed.reply, "Next")
    assert "Page 2 of 3" in listed.reply.text
    await house.press(listed.reply, "Last")
    assert "Page 3 of 3" in listed.reply.text


async def test_pausing_and_resuming_by_command(house: House) -> None:
    await _add(house)
    assert await house.complete("feed pause", "feed", "wir") == ["The wire"]
    paused = await house.slash("feed pause", feed="The wire")
    assert "is paused" in paused.text
    resumed = await house.slash("feed resume", feed="The wire")
    assert "is watched again" in resumed.text


async def test_feed_is_renamed_in_a_modal(house: House) -> None:
    await _add(house)
    opened = await house.slash("feed edit", feed="The wire")
    done = await house.discord.submit_modal(opened, {"name": "Wires", "full_text": "yes"})
    assert "Feed Wires is changed" in done.text
    (feed,) = await house.app.store.read(lambda tx: tx.feeds.all())
    assert (feed.name, feed.full_text) == ("Wires", True)


async def test_removal_asks_first_and_can_be_undone(house: House) -> None:
    await _add(house, channel=house.channel)
    asked = await house.slash("feed remove", feed="The wire")
    assert "Remove The wire?" in asked.text
    await house.press(asked.reply, "Remove")
    assert "is removed" in asked.reply.text
    assert await house.app.store.read(lambda tx: tx.subscriptions.all()) == []
    await house.press(asked.reply, "Undo")
    assert "is back" in asked.reply.text
    feeds = await house.app.store.read(lambda tx: tx.feeds.all())
    alerts = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert [feed.name for feed in feeds] == ["The wire"]
    assert alerts[0].feed_id == feeds[0].id


async def test_undo_works_once(house: House) -> None:
    await _add(house)
    asked = await house.slash("feed remove", feed="The wire")
    await house.press(asked.reply, "Remove")
    undo = action_of(asked.reply, "undo:feed:")
    await house.press(asked.reply, custom_id=undo)
    old = house.plant(house.channel, undo)  # a copy that stayed on another screen
    again = await house.press(old, custom_id=undo)
    assert "cannot be undone any more" in again.text


async def test_cancelled_removal_changes_nothing(house: House) -> None:
    await _add(house)
    asked = await house.slash("feed remove", feed="The wire")
    await house.press(asked.reply, "Cancel")
    assert "Nothing was changed" in asked.reply.text
    assert len(await house.app.store.read(lambda tx: tx.feeds.all())) == 1


async def test_feed_test_shows_the_very_alert(house: House) -> None:
    await _add(house, channel=house.channel)
    tried = await house.slash("feed test", feed="The wire")
    assert tried.ephemeral
    await house.discord.wait_for(lambda: len(tried.replies) == 2)
    report, alert = tried.replies
    assert "everything from the feed" in report.text
    assert alert.content.startswith("TEST, not a real alert:")
    assert "three" in alert.text.lower() or "3" in alert.text
    assert house.channel.messages == []


async def test_feed_test_of_a_failing_feed_says_why(house: House) -> None:
    await _add(house)
    house.origin.fail("/wire.xml", 503)
    tried = await house.slash("feed test", feed="The wire")
    assert "503" in tried.text


async def test_export_can_be_imported_again(house: House) -> None:
    await _add(house)
    exported = await house.slash("feed export")
    (file,) = exported.reply.attachments
    assert b"wire.xml" in file.data
    again = await house.slash("feed import", file=Upload("feeds.opml", file.data, "text/xml"))
    assert "already there: 1" in again.text


async def test_no_list_is_refused_by_name(house: House) -> None:
    refused = await house.slash("feed import", file=Upload("cat.opml", b"no list", "text/xml"))
    assert "cat.opml is no OPML list" in refused.text


async def test_quota_of_feeds_is_named(house: House) -> None:
    house.app.desk.feeds.limits = type(house.app.settings.limits)(feeds_per_guild=1)
    await _add(house)
    refused = await house.slash("feed add", url=_wire(house, "second"))
    assert "this one has 1. Remove one with" in refused.text


async def test_every_change_is_in_the_audit(house: House) -> None:
    await _add(house)
    asked = await house.slash("feed remove", feed="The wire")
    await house.press(asked.reply, "Remove")
    audit = await house.slash("audit")
    assert "feed add" in audit.text
    assert "feed remove" in audit.text
