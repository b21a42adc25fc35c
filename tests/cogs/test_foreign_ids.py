"""Nobody can name another server's or person's things: by option, autocomplete, button or token."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.article import FeedId, GuildId, Markup, Origin, Published, RawArticle, SourceKind
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.ports import PollResult
from tests.cogs.house import House, action_of
from tests.fake_discord.model import Channel, Guild, User
from tests.fake_discord.permissions import Permission

# What a number that never existed is answered with, too: the words do not tell the two apart.
NOTHING_HERE = ("There is no such thing here", "There is no such story")


def _nothing_here(text: str) -> bool:
    return text.startswith(NOTHING_HERE)


@dataclass
class Intruder:
    """A manager of another server."""

    user: User
    guild: Guild
    channel: Channel


@pytest.fixture
async def intruder(house: House) -> Intruder:
    guild = house.discord.add_guild("Other")
    channel = house.discord.add_channel(guild, "talk")
    user = house.discord.add_user("ivy")
    house.discord.add_member(guild, user, Permission.MANAGE_GUILD)
    await house.discord.wait_for(lambda: house.bot.get_channel(channel.id))
    return Intruder(user, guild, channel)


@pytest.fixture
async def furnished(house: House) -> House:
    """A server with one of everything, each with the id 1, and a story only it may see."""
    await house.alerting()
    await house.slash("digest add", channel=house.channel, time="07:30", timezone="UTC")
    await house.slash("alert silence", duration=1.0, keywords="drill")
    await house.slash("subscribe", house.guest, topic="launches")
    await _private_story(house)
    return house


async def _private_story(house: House) -> None:
    guild = GuildId(house.guild.id)
    feed = Feed(FeedId(0), "https://private.example/rss", "Private", DeclaredIn.DISCORD, guild)
    app = house.app
    feed_id = await app.store.write(lambda tx: tx.feeds.add(feed, PollState(baseline_done=True)))
    now = app.clock.now()
    raw = RawArticle(
        origin=Origin(
            SourceKind.FEED, str(feed_id), "Private", "Private", feed_id=feed_id, guild_id=guild
        ),
        title="Iran fires three ballistic missiles toward the Gulf of Oman",
        body="Iran fired three ballistic missiles toward the Gulf of Oman today, the army said.",
        markup=Markup.PLAIN,
        first_seen=now,
        guid="private-1",
        url="https://private.example/1",
        published=Published(now),
    )
    state = PollState(baseline_done=True)
    stored = await app.store.read(lambda tx: tx.feeds.get(feed_id))
    assert stored is not None
    await app.ingest.poll(stored, state, PollResult((raw,), state))


async def _everything(house: House) -> tuple[object, ...]:
    return await house.app.store.read(
        lambda tx: (
            tx.feeds.all(),
            tx.subscriptions.all(),
            tx.digests.all(),
            tx.stories.get(1),  # type: ignore[arg-type]  # NewType of int
            tx.subscriptions.silences(house.app.clock.now(), GuildId(house.guild.id)),
        )
    )


OPTIONS = (
    ("feed remove", "feed"),
    ("feed pause", "feed"),
    ("feed resume", "feed"),
    ("feed edit", "feed"),
    ("feed test", "feed"),
    ("alert remove", "alert"),
    ("alert pause", "alert"),
    ("alert resume", "alert"),
    ("alert edit", "alert"),
    ("alert test", "alert"),
    ("alert unsilence", "silence"),
    ("digest remove", "digest"),
    ("digest pause", "digest"),
    ("digest resume", "digest"),
    ("digest edit", "digest"),
    ("digest now", "digest"),
    ("launch show", "story"),
)


async def test_ids_of_another_server_do_not_exist(furnished: House, intruder: Intruder) -> None:
    before = await _everything(furnished)
    for command, option in OPTIONS:
        outcome = await furnished.discord.slash(
            intruder.guild, intruder.channel, intruder.user, command, {option: "1"}
        )
        assert _nothing_here(outcome.text), command
    silence = {"duration": 1.0, "story": "1"}
    outcome = await furnished.discord.slash(
        intruder.guild, intruder.channel, intruder.user, "alert silence", silence
    )
    assert _nothing_here(outcome.text)
    summary = await furnished.discord.slash(
        intruder.guild, intruder.channel, intruder.user, "summarize", {"article": "article:1"}
    )
    assert _nothing_here(summary.text)
    assert await _everything(furnished) == before


async def test_buttons_of_another_server_find_nothing(furnished: House, intruder: Intruder) -> None:
    before = await _everything(furnished)
    changing = ("manage", "pause", "resume", "test", "edit", "preview", "ask", "remove")
    stories = ("sources", "details", "follow", "mute", "wrong", "ack", "release")
    verbs = [f"feed:1:{verb}" for verb in changing if verb != "preview"]
    verbs += [f"alert:1:{verb}" for verb in changing if verb != "preview"]
    verbs += [f"schedule:1:{verb}" for verb in changing if verb not in ("test", "edit")]
    verbs += ["silence:1:end", "digest:1:0:1999999999:all"]
    verbs += [f"story:1:{verb}" for verb in stories]
    verbs += [f"sub:2:{verb}" for verb in ("pause", "resume", "remove")]
    for custom_id in verbs:
        message = furnished.plant(intruder.channel, custom_id)
        outcome = await furnished.discord.press(intruder.user, message, custom_id)
        assert _nothing_here(outcome.text), custom_id
    assert await _everything(furnished) == before


async def test_autocomplete_offers_only_ones_own(furnished: House, intruder: Intruder) -> None:
    for command, option in OPTIONS:
        found = await furnished.discord.autocomplete(
            intruder.guild, intruder.channel, intruder.user, command, option
        )
        assert found == [], command
    for command, option in (("summarize", "article"), ("alert silence", "story")):
        found = await furnished.discord.autocomplete(
            intruder.guild, intruder.channel, intruder.user, command, option
        )
        assert found == [], command


async def test_tokens_of_others_do_not_work(furnished: House, intruder: Intruder) -> None:
    shown = await furnished.slash("alert add", channel=furnished.channel, topic="missiles")
    save = action_of(shown.reply, "draft:")
    message = furnished.plant(intruder.channel, save)
    outcome = await furnished.discord.press(intruder.user, message, save)
    assert "Only the person who ran the command" in outcome.text
    asked = await furnished.slash("alert remove", alert="1")
    await furnished.press(asked.reply, "Remove")
    undo = action_of(asked.reply, "undo:")
    message = furnished.plant(intruder.channel, undo)
    outcome = await furnished.discord.press(intruder.user, message, undo)
    assert "Only the person who ran the command" in outcome.text


async def test_personal_things_belong_to_one_person(furnished: House) -> None:
    (own,) = [
        each
        for each in await furnished.app.store.read(lambda tx: tx.subscriptions.all())
        if each.place.guild_id is None
    ]
    for verb in ("pause", "remove"):
        message = furnished.plant(furnished.channel, f"sub:{own.id}:{verb}")
        outcome = await furnished.press(message, "Press")
        assert _nothing_here(outcome.text)
    by_command = await furnished.slash("alert remove", alert=str(own.id))
    assert _nothing_here(by_command.text)


async def test_things_of_the_operator_are_seen_but_not_changed(house: House) -> None:
    feed = Feed(FeedId(0), "https://world.example/rss", "World", DeclaredIn.CONFIG)
    await house.app.store.write(lambda tx: tx.feeds.add(feed, PollState()))
    listed = await house.slash("feed list")
    assert "World" in listed.text
    for command in ("feed pause", "feed edit"):
        refused = await house.slash(command, feed="World")
        assert "cannot be changed from Discord" in refused.text
