"""`/launch`, the buttons under an alert, and `/why`."""

from __future__ import annotations

from tests.cogs.house import House, action_of
from tests.fake_discord.model import Message
from tests.fake_discord.permissions import Permission


async def _alert(house: House) -> Message:
    await house.alerting()
    await house.launch()
    (alert,) = house.channel.messages
    return alert


async def test_recent_launches_are_shown_to_the_asker_unless_shared(house: House) -> None:
    await house.launch()
    shown = await house.slash("launch recent", house.guest)
    assert shown.ephemeral
    assert "North Korea" in shown.text
    shared = await house.slash("launch recent", house.guest, share=True)
    assert not shared.ephemeral


async def test_recent_launches_by_country_and_weapon(house: House) -> None:
    await house.launch()
    await house.launch("Iran", "the Gulf of Oman")
    iran = await house.slash("launch recent", country="Iran")
    assert "Iran" in iran.text
    assert "North Korea" not in iran.text
    none = await house.slash("launch recent", weapon="cruise missile")
    assert "No launches recorded for this choice" in none.text


async def test_pages_of_a_public_list_are_turned_for_oneself(house: House) -> None:
    for who in ("North Korea", "Iran", "Russia", "China", "India", "Pakistan", "France"):
        await house.launch(who, {"Russia": "Kyiv"}.get(who, "the Indian Ocean"))
    shown = await house.slash("launch recent", house.guest, share=True)
    assert "Page 1 of 2" in shown.text
    turned = await house.press(shown.reply, "Next", user=house.admin)
    assert turned.ephemeral
    assert "Page 2 of 2" in turned.text


async def test_show_quotes_the_sentence_of_each_fact(house: House) -> None:
    story = await house.launch()
    shown = await house.slash("launch show", house.guest, story=str(story))
    assert "Facts, each with its sentence" in shown.text
    assert "> North Korea fired two ballistic missiles" in shown.text
    by_words = await house.slash("launch show", house.guest, story="korea ballistic")
    assert f"#{story}" in by_words.text
    for nothing in ("💥", "no-such-thing", "99999"):
        unknown = await house.slash("launch show", house.guest, story=nothing)
        assert "There is no such story" in unknown.text


async def test_numbers_timeline_and_map_say_in_words_what_they_draw(house: House) -> None:
    await house.launch()
    stats = await house.slash("launch stats")
    assert "1 launch story" in stats.text
    assert "North Korea 1" in stats.text
    timeline = await house.slash("launch timeline")
    alt = timeline.reply.attachments[0].description or ""
    assert alt.startswith("Bar chart of launch stories")
    drawn = await house.slash("launch map")
    assert "Sea of Japan" in (drawn.reply.attachments[0].description or "")


async def test_story_names_are_completed_fuzzily(house: House) -> None:
    await house.launch()
    names = await house.complete("launch show", "story", "nrth korea")
    assert len(names) == 1
    assert names[0].startswith("#1 ")


async def test_sources_of_an_alert(house: House) -> None:
    alert = await _alert(house)
    shown = await house.press(alert, custom_id=action_of(alert, "sources"), user=house.guest)
    assert shown.ephemeral
    assert "Test Wire" in shown.text


async def test_following_and_no_longer_following(house: House) -> None:
    alert = await _alert(house)
    followed = await house.press(alert, "Follow story", user=house.guest)
    assert "You follow this story" in followed.text
    stopped = await house.press(followed.reply, "Stop following", user=house.guest)
    assert "no longer follow" in stopped.text


async def test_muting_is_for_managers_and_can_be_taken_back(house: House) -> None:
    alert = await _alert(house)
    refused = await house.press(alert, "Mute this story", user=house.guest)
    assert refused.ephemeral
    assert "for people with Manage Server" in refused.text
    assert "/story" not in refused.text
    muted = await house.press(alert, "Mute this story")
    assert "Muted until" in muted.text
    await house.press(muted.reply, "Undo")
    assert "is ended" in muted.reply.text


async def test_not_a_launch_marks_the_story_and_can_be_undone(house: House) -> None:
    alert = await _alert(house)
    marked = await house.press(alert, "Not a launch")
    assert "is marked as not a launch" in marked.text
    (story,) = await house.app.store.read(lambda tx: tx.stories.recent(5))
    assert story.marked_not_launch
    await house.press(marked.reply, "Undo")
    (story,) = await house.app.store.read(lambda tx: tx.stories.recent(5))
    assert not story.marked_not_launch


async def test_marked_alert_says_so_and_its_button_takes_the_mark_back(house: House) -> None:
    alert = await _alert(house)
    await house.press(alert, "Not a launch")
    await house.app.dispatch.drain()
    (alert,) = house.channel.messages
    assert "MARKED AS NOT A LAUNCH" in alert.content
    again = await house.press(alert, "It is a launch")
    assert "counts as a launch again" in again.text
    await house.app.dispatch.drain()
    (alert,) = house.channel.messages
    assert "MARKED" not in alert.content


async def test_show_draws_the_map_of_a_launch(house: House) -> None:
    story = await house.launch()
    shown = await house.slash("launch show", story=str(story))
    (drawn,) = shown.reply.attachments  # a single report has no course yet
    assert drawn.filename.startswith("launch-map")
    assert "Map: fired" in str(drawn.description)


async def test_one_of_several_servers_cannot_change_a_story_for_all(house: House) -> None:
    alert = await _alert(house)
    house.app.desk.homes.members_of = {house.guild.id, house.guild.id + 1}
    marked = await house.press(alert, "Not a launch")
    assert "muted in this server" in marked.text
    (story,) = await house.app.store.read(lambda tx: tx.stories.recent(5))
    assert not story.marked_not_launch
    refused = await house.slash("launch merge", story="1", other="1")
    assert "operator" in refused.text


async def test_managers_merge_and_split_stories(house: House) -> None:
    first = await house.launch()
    second = await house.launch("Iran", "the Gulf of Oman")
    merged = await house.slash("launch merge", story=str(first), other=str(second))
    assert f"Merged into story #{first}" in merged.text
    shown = await house.slash("launch show", story=str(second))
    assert f"story #{first}" in shown.text
    story = await house.app.store.read(lambda tx: tx.stories.get(first))
    assert story is not None
    assert len(story.reports) == 2
    # Who it was is for the audit, which forgets a person who asks for it.
    assert story.history[-1].after == "a person"
    link = story.reports[1].url
    split = await house.slash("launch split", story=str(first), links=link)
    assert "Split off as story #" in split.text


async def test_alert_waits_for_review_until_a_person_releases_it(house: House) -> None:
    review = house.discord.add_channel(house.guild, "review")
    await house.discord.wait_for(lambda: house.bot.get_channel(review.id))
    shown = await house.slash(
        "alert add", channel=house.channel, topic="launches", review_channel=review
    )
    await house.press(shown.reply, "Save")
    await house.launch()
    assert house.channel.messages == []
    (asked,) = review.messages
    refused = await house.press(asked, "Release alert", user=house.guest)
    assert "for people with Manage Server" in refused.text
    await house.press(asked, "Release alert")
    await house.app.dispatch.drain()
    assert len(house.channel.messages) == 1


async def test_acknowledging_names_the_first_person(house: House) -> None:
    role = house.discord.add_role(house.guild, "Editors", mentionable=True)
    shown = await house.slash(
        "alert add", channel=house.channel, topic="launches", ack_role=role, ack_after=5
    )
    await house.press(shown.reply, "Save")
    await house.launch()
    (alert,) = house.channel.messages
    first = await house.press(alert, custom_id=action_of(alert, "ack"), user=house.guest)
    second = await house.press(alert, custom_id=action_of(alert, "ack"))
    assert "Acknowledged by Gus" in first.text
    assert "Acknowledged by Gus" in second.text


async def test_why_tells_the_stages_from_stored_data(house: House) -> None:
    await house.alerting()
    await house.launch()
    why = await house.slash("why", house.guest, link="1")
    assert "What happened to this article" in why.text
    assert "analysed" in why.text
    assert "waiting to be posted" in why.text
    assert f"posted: the alert · <#{house.channel.id}>" in why.text
    assert "sorted into a story: a new one" in why.text
    (alert,) = house.channel.messages
    address = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{alert.id}"
    by_message = await house.slash("why", house.guest, link=address)
    assert "What happened to this article" in by_message.text
    unknown = await house.slash("why", house.guest, link="https://nowhere.example/x")
    assert "Nothing is known of this link" in unknown.text


async def test_member_of_another_server_sees_nothing_private_in_why(house: House) -> None:
    await house.alerting()
    await house.launch()
    other = house.discord.add_guild("Other")
    channel = house.discord.add_channel(other, "talk")
    visitor = house.discord.add_user("vic")
    house.discord.add_member(other, visitor, Permission.MANAGE_GUILD)
    await house.discord.wait_for(lambda: house.bot.get_guild(other.id))
    why = await house.discord.slash(other, channel, visitor, "why", {"link": "1"})
    assert str(house.channel.id) not in why.text
