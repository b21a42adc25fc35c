"""The buttons under an alert in every state of its story, pressed through the real client."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.story import StoryId
from tests.cogs.house import House, action_of
from tests.fake_discord.model import ChannelType, Message

LAUNCH = "North Korea fires two ballistic missiles toward the Sea of Japan"
BODY = (
    "North Korea fired two ballistic missiles toward the Sea of Japan from near Wonsan this "
    "morning, a defence ministry spokesman said. The launch was detected shortly after dawn."
)
NO_LAUNCH = "No launch by North Korea: military corrects report"
NO_BODY = (
    "South Korea's Joint Chiefs of Staff corrected an earlier statement. What was seen near Wonsan "
    "was a training flight of fighter jets, a spokesman said."
)


async def told(house: House) -> tuple[StoryId, Message]:
    """A story and its alert."""
    await house.alerting()
    story = await house.report(LAUNCH, BODY, path="one.txt")
    (alert,) = house.channel.messages
    return story, alert


async def retract(house: House) -> Message:
    """The article is rewritten; the alert as it is then."""
    await retract_again(house)
    return house.channel.messages[0]


async def retract_again(house: House) -> None:
    """The article says now that there was no launch."""
    await house.report(NO_LAUNCH, NO_BODY, path="one.txt")


async def test_under_a_retracted_alert_every_button_still_answers(house: House) -> None:
    story, _ = await told(house)
    alert = await retract(house)
    assert alert.content.startswith("⚪ RETRACTED")
    sources = await house.press(alert, custom_id=action_of(alert, "sources"))
    assert "Retracted" in sources.text
    follow = await house.press(alert, custom_id=action_of(alert, "follow"), user=house.guest)
    assert "You follow this story" in follow.text
    mute = await house.press(alert, custom_id=action_of(alert, "mute"))
    assert f"#{story}" in mute.text
    wrong = await house.press(alert, custom_id=action_of(alert, "wrong"))
    assert "is marked as not a launch" in wrong.text


async def test_why_tells_what_was_posted_in_the_order_of_events(house: House) -> None:
    await told(house)
    alert = await retract(house)
    address = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{alert.id}"
    why = await house.slash("why", house.guest, link=address)
    posted = re.findall(r"posted: ([a-z ]+) · <#", why.text)
    assert posted == ["the alert", "a retraction"]
    times = [int(each) for each in re.findall(r"<t:(\d+)[^>]*> · [a-z]", why.text)]
    assert len(times) > 4
    assert times == sorted(times)


async def test_the_retraction_is_a_reply_to_the_alert(house: House) -> None:
    _, alert = await told(house)
    await retract(house)
    reply = house.channel.messages[-1]
    assert reply.reference is not None
    assert reply.reference["message_id"] == str(alert.id)
    assert "no longer reports a launch" in reply.content


@pytest.mark.parametrize("verb", ["sources", "details", "follow", "mute", "wrong", "right"])
async def test_a_button_of_a_merged_story_works_on_the_one_that_lives_on(
    house: House, verb: str
) -> None:
    kept, _ = await told(house)
    gone = await house.launch("Iran", "the Gulf of Oman")
    await house.slash("launch merge", story=str(kept), other=str(gone))
    await house.app.dispatch.drain()
    merged = house.channel.messages[1]
    assert "The same event as story" in merged.content
    # Somebody's screen may still show the buttons of before.
    old = house.plant(house.channel, f"story:{gone}:{verb}")
    pressed = await house.press(old, custom_id=f"story:{gone}:{verb}")
    assert pressed.ephemeral
    assert "went wrong" not in pressed.text
    assert f"#{kept}" in pressed.text or verb in ("follow", "mute")


@pytest.mark.parametrize("verb", ["sources", "details", "follow", "mute", "wrong", "right"])
async def test_a_button_of_a_story_that_is_gone_says_so(house: House, verb: str) -> None:
    await house.alerting()
    old = house.plant(house.channel, f"story:4711:{verb}")
    pressed = await house.press(old, custom_id=f"story:4711:{verb}")
    assert pressed.ephemeral
    assert "There is no such" in pressed.text


async def test_buttons_work_when_the_articles_of_a_story_were_pruned(house: House) -> None:
    _, alert = await told(house)
    later = house.app.clock.now() + timedelta(days=900)
    await house.app.store.write(lambda tx: tx.articles.prune(later))
    for label in ("Sources (1)", "Follow story", "Not a launch"):
        pressed = await house.press(alert, label)
        assert pressed.ephemeral
        assert "went wrong" not in pressed.text
    (alert,) = house.channel.messages


async def test_in_direct_messages_what_is_for_a_whole_server_says_so(house: House) -> None:
    await house.in_dm("subscribe", house.guest, topic="launches")
    await house.report(LAUNCH, BODY, path="one.txt")
    received = house.discord.dm_channel(house.guest).messages
    alert = next(message for message in received if "LAUNCH" in message.content)
    for label, words in {
        "Sources (1)": "Sources of story",
        "Follow story": "You follow this story",
        "Mute this story": "muted for a whole server",
        "Not a launch": "muted for a whole server",
    }.items():
        pressed = await house.press(alert, label, user=house.guest)
        assert words in pressed.text, label


async def test_updates_go_into_the_thread_of_the_alert(house: House) -> None:
    await house.alerting()
    await house.slash("settings alert-style", style="thread")
    await house.report(LAUNCH, BODY, path="one.txt")
    (alert,) = house.channel.messages
    thread = house.discord.channel(alert.id)
    assert thread.name.startswith("#1 North Korea fires 2 ballistic missiles")
    await retract(house)
    assert len(house.channel.messages) == 1
    assert any("RETRACTED" in message.content for message in thread.messages)


async def test_a_forum_has_one_post_for_a_story_whose_tags_follow_its_status(
    house: House,
) -> None:
    names = ("Retracted", "Reported", "Unconfirmed", "Test")
    forum = house.discord.add_channel(house.guild, "stories", ChannelType.FORUM, tags=names)
    tags = {tag["name"]: int(tag["id"]) for tag in forum.tags}
    await house.alerting(forum)
    await house.report(LAUNCH, BODY, path="one.txt")
    post = house.discord.channel(house.discord.bot_messages[-1].channel_id)
    assert post.parent_id == forum.id
    assert post.applied_tags == [tags["Unconfirmed"], tags["Test"]]
    await house.report(NO_LAUNCH, NO_BODY, path="one.txt")
    assert tags["Retracted"] in post.applied_tags
    assert len(post.messages) == 2


async def test_an_announcement_is_published_once_has_no_buttons_and_is_edited(
    house: House,
) -> None:
    news = house.discord.add_channel(house.guild, "news", ChannelType.ANNOUNCEMENT)
    await house.alerting(news)
    await house.report(LAUNCH, BODY, path="one.txt")
    (alert,) = news.messages
    assert alert.flags & 1
    assert alert.components == []
    assert alert.attachments == []
    assert "(wire.example)" in str(alert.embeds)
    await house.report(NO_LAUNCH, NO_BODY, path="one.txt")
    assert alert.content.startswith("⚪ RETRACTED")
    assert all(message.flags & 1 for message in news.messages)


async def test_who_follows_without_a_subscription_is_told_in_their_own_language(
    house: House,
) -> None:
    reader = house.member("bora", locale="ko")
    await told(house)
    (alert,) = house.channel.messages
    await house.press(alert, custom_id=action_of(alert, "follow"), user=reader)
    await retract_again(house)
    (message,) = house.discord.dm_channel(reader).messages
    assert "철회" in message.content
    gone = await house.slash("privacy delete-my-data", reader)
    await house.press(gone.reply, "내 데이터 삭제", user=reader)
    noted = await house.app.store.read(lambda tx: tx.records.names("language-of:"))
    assert noted == []


async def test_an_undo_says_which_story_is_heard_again(house: House) -> None:
    story, alert = await told(house)
    wrong = await house.press(alert, custom_id=action_of(alert, "wrong"))
    await house.press(wrong.reply, "Undo")
    assert f"Story #{story} counts as a launch again." in wrong.reply.text
