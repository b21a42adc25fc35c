"""A walk through everything people can use, in one language; what came of it is remembered.

The tour names no sentence: it finds buttons by their custom ids, so it can walk in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cogs.house import House, action_of, parts_of
from tests.end_to_end.origin import Entry
from tests.fake_discord.actions import Outcome
from tests.fake_discord.interaction_routes import Kind
from tests.fake_discord.model import Message, User
from tests.fake_discord.options import Upload
from tests.fake_discord.permissions import Permission

ARTICLE = (
    "Iran fired three ballistic missiles toward the Gulf of Oman this morning, the army said in a "
    "statement this morning.",
    "The launch of the missiles was detected shortly after dawn by radar stations along the coast.",
    "No damage was reported by the authorities in the region, and shipping continued as usual.",
    "Neighbouring states asked for restraint and called a meeting for Thursday.",
)


@dataclass
class Seen:
    """One thing a person did, and every message that answered; `what` says it in a line."""

    what: str
    outcome: Outcome
    shown: list[str] = field(default_factory=list)


@dataclass
class Tour:
    """Walks as a manager and as a guest who both read one language."""

    house: House
    locale: str
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        house, server = self.house, self.house.discord
        self.manager = house.member("mia", Permission.MANAGE_GUILD, locale=self.locale)
        self.guest = house.member("gil", locale=self.locale)
        self.role = server.add_role(house.guild, "Watchers", mentionable=True)
        self.review = server.add_channel(house.guild, "review")

    # -- doing and remembering ----------------------------------------------------------------

    def _note(self, what: str, outcome: Outcome, on: Message | None = None) -> Outcome:
        shown = [readable(message) for message in outcome.replies if message is not on]
        if on is not None and outcome.updated:
            shown.insert(0, "(changed) " + readable(on))
        modal = outcome.interaction.modal
        if modal is not None:
            fields = [f"{p.get('label')}: {p.get('component')}" for p in modal["components"]]
            shown.append("\n".join([f"[modal] {modal['title']}", *fields]))
        self.seen.append(Seen(what, outcome, shown))
        return outcome

    async def slash(self, name: str, user: User | None = None, /, **options: Any) -> Outcome:
        """Use a command."""
        outcome = await self.house.slash(name, user or self.manager, **options)
        given = {key: getattr(value, "name", value) for key, value in options.items()}
        return self._note(f"/{name} {given}", outcome)

    async def press(self, on: Message, piece: str, user: User | None = None) -> Outcome:
        """Press the first button whose custom id has this piece in it."""
        custom_id = action_of(on, piece)
        outcome = await self.house.discord.press(user or self.manager, on, custom_id)
        return self._note(f"[{custom_id}]", outcome, on)

    async def pick(
        self, on: Message, piece: str, values: Sequence[Any], user: User | None = None
    ) -> Outcome:
        """Choose in the first select whose custom id has this piece in it."""
        custom_id = action_of(on, piece)
        outcome = await self.house.discord.select(user or self.manager, on, values, custom_id)
        return self._note(f"[{custom_id}] = {values}", outcome, on)

    async def submit(self, opened: Outcome, **answers: Any) -> Outcome:
        """Fill in a modal."""
        given = {key.rstrip("_"): value for key, value in answers.items()}
        outcome = await self.house.discord.submit_modal(opened, given)
        return self._note(f"submit {given}", outcome, opened.interaction.message)

    async def complete(self, name: str, option: str, text: str = "", **options: Any) -> list[str]:
        """Type into an option."""
        house = self.house
        found = await house.discord.autocomplete(
            house.guild, house.channel, self.manager, name, option, text, options
        )
        return [str(choice["value"]) for choice in found]

    async def menu(self, name: str, message: Message, user: User | None = None) -> Outcome:
        """Use a context menu; `name` as Discord knows it, in English."""
        house = self.house
        outcome = await house.discord.context_menu(
            house.guild, house.channel, user or self.guest, name, message
        )
        return self._note(f"menu {name}", outcome)

    # -- the walk -------------------------------------------------------------------------------

    async def walk(self) -> None:
        """Everything once, in the order in which a server would meet it."""
        house = self.house
        await house.discord.wait_for(lambda: house.bot.get_channel(self.review.id))
        house.origin.article("/story", "Iran fires missiles", ARTICLE)
        await self._nothing_yet()
        await self._about()
        await self._set_up()
        await self._feeds()
        await self._alerts()
        await self._desk()
        await self._digests()
        await self._launches()
        await self._personal()
        await self._summaries()
        await self._settings()

    async def _nothing_yet(self) -> None:
        """How an empty house answers."""
        for name in ("feed list", "alert list", "alert silences", "digest list", "audit", "status"):
            await self.slash(name)
        for name in ("launch recent", "launch stats", "launch timeline", "launch map"):
            await self.slash(name, self.guest)
        await self.slash("subscriptions", self.guest)
        await self.slash("status", self.guest)

    async def _about(self) -> None:
        await self.press(self.house.plant(self.house.channel, "status:show"), "status:show")
        shown = await self.slash("help", self.guest)
        for topic in [o["value"] for o in _select(shown.reply, "help:topic")["options"]]:
            await self.pick(shown.reply, "help:topic", [topic], self.guest)
        for topic in await self.complete("help", "topic"):
            await self.slash("help", self.guest, topic=topic)
        await self.slash("help", self.guest, topic="nonsense")
        await self.slash("about", self.guest)

    async def _set_up(self) -> None:
        server, house = self.house.discord, self.house
        guild = server.add_guild("New", locale=self.locale)
        general = server.add_channel(guild, "general")
        await server.wait_for(lambda: house.bot.get_channel(general.id))
        joined = house.bot.get_guild(guild.id)
        assert joined is not None
        await house.bot.on_guild_join(joined)
        await house.app.dispatch.drain()
        (welcome,) = general.messages
        owner = server.users[guild.owner_id]
        owner.locale = self.locale
        begun = await self.press(welcome, "setup:start", owner)
        await self.press(begun.reply, "dismiss", owner)
        begun = await self.slash("settings setup")
        walk = begun.reply
        secret = server.add_channel(house.guild, "secret")
        server.deny_bot(secret, Permission.EMBED_LINKS | Permission.VIEW_CHANNEL)
        await server.wait_for(lambda: house.bot.get_channel(secret.id))
        await self.pick(walk, ":channel", [secret])
        await self.press(walk, ":again")
        await self.pick(walk, ":channel", [house.channel])
        await self.press(walk, ":back")
        await self.press(walk, ":next")
        await self.pick(walk, ":topic", ["launches"])
        await self.submit(await self.press(walk, ":other"), timezone="seoul")
        await self.press(walk, ":back")
        await self.pick(walk, ":zone", ["Asia/Seoul"])
        regions = [option["value"] for option in _select(walk, ":feeds")["options"]]
        await self.pick(walk, ":feeds", regions[:1])
        await self.press(walk, ":finish")

    async def _feeds(self) -> None:
        house = self.house
        for name in ("wire", "other"):
            published = datetime.now(UTC) - timedelta(minutes=3)
            link = house.origin.url(f"/{name}/1")
            title = f"{name.title()}: Iran fires three ballistic missiles toward the Gulf of Oman"
            entry = Entry(title, link, f"{name}-1", ARTICLE[0], published)
            house.origin.feed(f"/{name}.xml", [entry], title=f"The {name}")
        links = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{house.origin.url(path)}">'
            for path in ("/wire.xml", "/other.xml")
        )
        house.origin.document("/news", f"<html><head>{links}</head><body></body></html>")
        found = await self.slash(
            "feed add",
            url=house.origin.url("/news"),
            channel=house.channel,
            role=self.role,
            only_launches=True,
            name="Wires",
        )
        await self.pick(found.reply, "found:", ["1"])
        await self.pick(found.reply, "found:", ["0"])
        await self.press(found.reply, ":0")
        await self.slash("feed add", url=house.origin.url("/wire.xml"))
        await self.slash("feed add", url="not an address")
        await self.slash("feed add", url=house.origin.url("/nothing"))
        for command in ("pause", "resume", "test", "edit", "remove"):
            (number, *_) = await self.complete(f"feed {command}", "feed", "wires")
            answered = await self.slash(f"feed {command}", feed=number)
            if command == "edit":
                await self.submit(answered, name="Wires", full_text="yes", interval="30")
                await self.slash(
                    "feed edit",
                    feed=number,
                    name="Wires",
                    channel=house.channel,
                    role=self.role,
                    only_launches=True,
                    full_text=False,
                    interval=60,
                )
                await self.slash("feed edit", feed=number, clear="interval")
            if command == "remove":
                await self.press(answered.reply, "dismiss")
        listed = await self.slash("feed list", filter="all")
        await self.pick(listed.reply, "filter:feeds", ["paused"])
        await self.pick(listed.reply, "filter:feeds", ["all"])
        await self.press(listed.reply, ":next")
        managed = await self.press(listed.reply, ":manage")
        panel = managed.reply
        await self.press(panel, ":pause")
        await self.press(panel, ":resume")
        await self.press(panel, ":test")
        await self.submit(await self.press(panel, ":edit"), name="Wires two", full_text="no")
        await self.press(panel, ":ask")
        await self.press(panel, ":remove")
        await self.press(panel, "undo:feed:")
        exported = await self.slash("feed export")
        (file,) = exported.reply.attachments
        await self.slash("feed import", file=Upload("feeds.opml", file.data, "text/xml"))
        await self.slash("feed import", file=Upload("cat.opml", b"no list", "text/xml"))

    async def _alerts(self) -> None:
        house = self.house
        shown = await self.slash(
            "alert add",
            channel=house.channel,
            keywords='"ballistic missile" OR icbm -drill',
            role=self.role,
            min_status="reported",
            ping_status="confirmed",
            min_sources=2,
            countries="North Korea, Iran",
            weapons="ballistic missile",
            review_channel=self.review,
            ack_role=self.role,
            ack_after=5,
            cooldown=10,
            most_per_hour=6,
            thread=False,
        )
        await self.press(shown.reply, ":save")
        await self.complete("alert add", "countries", "nor")
        await self.complete("alert add", "weapons", "cru")
        shown = await self.slash("alert add", channel=house.channel, topic="missiles")
        await self.press(shown.reply, "dismiss")
        opened = await self.slash("alert add", channel=house.channel)
        shown = await self.submit(
            opened, keywords="hwasong*", countries="Iran", min_status="reported"
        )
        await self.press(shown.reply, ":save")
        await self.slash("alert add", channel=house.channel, keywords='"never closed')
        await self.slash("alert add", channel=house.channel, topic="launches", countries="Irna")
        for command in ("pause", "resume", "test", "edit", "remove"):
            found = await self.complete(f"alert {command}", "alert", "hwasong")
            more: dict[str, Any] = {"post": True, "ping": True} if command == "test" else {}
            answered = await self.slash(f"alert {command}", alert=found[0], **more)
            if command == "edit":
                shown = await self.submit(
                    answered,
                    keywords="hwasong*",
                    countries="Iran",
                    weapons="ballistic missile",
                    min_status="confirmed",
                    min_sources="2",
                )
                await self.press(shown.reply, ":save")
                await self._edit_by_options(found[0])
        await self.complete("alert quiet-hours", "timezone", "seoul")
        await self.complete("alert quiet-hours", "alert", "hwasong")
        hours: dict[str, Any] = {
            "from": "22:00",
            "to": "7 am",
            "timezone": "Asia/Seoul",
            "alert": found[0],
        }
        await self.slash("alert quiet-hours", mode="silent", confirmed=False, **hours)
        await self.slash("alert quiet-hours", mode="off", **hours)
        listed = await self.slash("alert list")
        await self.press(listed.reply, ":manage")
        managed = await self.press(listed.reply, f"alert:{found[0]}:manage")
        panel = managed.reply
        await self.press(panel, ":pause")
        await self.press(panel, ":resume")
        await self.press(panel, ":test")
        shown = await self.submit(await self.press(panel, ":edit"), keywords="hwasong*")
        await self.press(shown.reply, ":save")
        await self.press(panel, ":ask")
        await self.press(panel, ":remove")
        await self.press(panel, "undo:alert:")
        for number in range(6):
            shown = await self.slash("alert add", channel=self.review, keywords=f"word{number}")
            await self.press(shown.reply, ":save")
        listed = await self.slash("alert list")
        await self.press(listed.reply, ":next")

    async def _edit_by_options(self, alert: str) -> None:
        """Every option of `/alert edit` at once, and one setting taken away."""
        await self.complete("alert edit", "countries", "nor")
        await self.complete("alert edit", "weapons", "cru")
        shown = await self.slash(
            "alert edit",
            alert=alert,
            channel=self.house.channel,
            keywords="hwasong*",
            role=self.role,
            min_status="reported",
            ping_status="confirmed",
            min_sources=2,
            countries="Iran",
            weapons="ballistic missile",
            cooldown=5,
            most_per_hour=9,
            thread=True,
            review_channel=self.review,
            ack_role=self.role,
            ack_after=7,
        )
        await self.press(shown.reply, ":save")
        await self.slash("alert edit", alert=alert, topic="launches", clear="role")
        shown = await self.slash("alert edit", alert=alert, clear="role")
        await self.press(shown.reply, ":save")

    async def _desk(self) -> None:
        """What stands under posted alerts: buttons for everybody, and for the desk."""
        house = self.house
        shown = await self.slash(
            "alert add", channel=self.review, topic="launches", ack_role=self.role
        )
        await self.press(shown.reply, ":save")
        other = house.discord.add_channel(house.guild, "released")
        await house.discord.wait_for(lambda: house.bot.get_channel(other.id))
        shown = await self.slash(
            "alert add", channel=other, topic="launches", review_channel=self.review
        )
        await self.press(shown.reply, ":save")
        await house.launch()
        alerts = [each for each in house.channel.messages if "story:" in str(each.components)]
        alert = alerts[-1]
        for verb in ("sources", "follow", "mute", "wrong"):
            answered = await self.press(alert, f":{verb}")
            if verb == "follow":
                await self.press(answered.reply, ":follow")
            if verb == "wrong":
                await self.press(answered.reply, "undo:mark:")
            if verb == "mute":
                await self.press(answered.reply, "silence:")
        await self.press(alert, ":mute", self.guest)
        await self.press(house.plant(house.channel, "story:1:right"), ":right")
        held = next(each for each in self.review.messages if ":release" in str(each.components))
        await self.press(held, ":release")
        acknowledged = next(each for each in self.review.messages if ":ack" in str(each.components))
        await self.press(acknowledged, ":ack")
        story = (await self.complete("alert silence", "story", "korea"))[0]
        await self.slash("alert silence", duration=2.0, story=story)
        await self.slash(
            "alert silence", duration=2.0, keywords="drill*", channel=house.channel, reason="drill"
        )
        for number in range(5):
            await self.slash("alert silence", duration=24.0, keywords=f"word{number}")
        listed = await self.slash("alert silences")
        await self.press(listed.reply, ":next")
        await self.press(listed.reply, "silence:")
        silence = (await self.complete("alert unsilence", "silence"))[0]
        await self.slash("alert unsilence", silence=silence)

    async def _digests(self) -> None:
        house = self.house
        for who, where in (
            ("Iran", "the Gulf of Oman"),
            ("China", "the South China Sea"),
            ("India", "the Bay of Bengal"),
            ("Russia", "Kyiv"),
            ("Pakistan", "the Arabian Sea"),
            ("France", "the Atlantic Ocean"),
        ):
            await house.launch(who, where)
        await self.complete("digest add", "timezone", "seoul")
        await self.slash(
            "digest add",
            channel=self.review,
            time="7:30",
            timezone="Asia/Seoul",
            every="custom",
            days="Mon, Wed",
            topic="launches",
            max_stories=2,
            silent=True,
            when_empty="line",
        )
        await self.slash("digest add", channel=self.review, time="19:00", keywords="missile*")
        await self.slash("digest add", channel=self.review, time="soon")
        await self.complete("digest edit", "timezone", "tokyo")
        number = (await self.complete("digest edit", "digest", "7:30"))[0]
        await self.slash(
            "digest edit",
            digest=number,
            channel=self.review,
            time="08:00",
            timezone="Asia/Tokyo",
            every="custom",
            days="Tue",
            max_stories=2,
            silent=True,
            when_empty="skip",
        )
        await self.slash("digest edit", digest=number, keywords="missile*")
        await self.slash("digest edit", digest=number, topic="launches")
        for command in ("pause", "resume", "now", "remove"):
            await self.complete(f"digest {command}", "digest", "8")
            await self.slash(f"digest {command}", digest=number)
        await self.slash("digest now", digest=number, preview=False)
        await house.app.dispatch.drain()
        posted = self.review.messages[-1]
        self.seen[-1].shown.append(readable(posted))
        await self.press(posted, ":all")
        await self.press(posted, ":details", self.guest)
        listed = await self.slash("digest list")
        managed = await self.press(listed.reply, f"schedule:{number}:manage")
        panel = managed.reply
        await self.press(panel, ":pause")
        await self.press(panel, ":resume")
        await self.press(panel, ":preview")
        await self.press(panel, ":ask")
        await self.press(panel, ":remove")
        await self.press(panel, "undo:digest:")
        for hour in range(5):
            await self.slash("digest add", channel=self.review, time=f"{hour}:00")
        listed = await self.slash("digest list")
        await self.press(listed.reply, ":next")

    async def _launches(self) -> None:
        for name in ("recent", "stats", "timeline", "map"):
            country = (await self.complete(f"launch {name}", "country", "north k"))[0]
            weapon = (await self.complete(f"launch {name}", "weapon", "ballistic"))[0]
            await self.slash(
                f"launch {name}",
                self.guest,
                country=country,
                weapon=weapon,
                period="year",
                share=True,
            )
        listed = await self.slash("launch recent", self.guest)
        await self.press(listed.reply, ":next", self.guest)
        story = (await self.complete("launch show", "story", "iran"))[0]
        shown = await self.slash("launch show", self.guest, story=story, share=True)
        await self.press(shown.reply, ":sources", self.guest)
        await self.slash("launch show", self.guest, story="no-such-thing")
        others = await self.complete("launch merge", "other", "china")
        await self.complete("launch merge", "story", "iran")
        await self.slash("launch merge", story=story, other=others[0])
        await self.slash("launch show", self.guest, story=others[0])
        story_id = int(story)
        kept = await self.house.app.store.read(lambda tx: tx.stories.get(story_id))  # type: ignore[arg-type]  # a story's number
        assert kept is not None
        await self.complete("launch split", "story", "iran")
        await self.slash("launch split", story=story, links=kept.reports[-1].url)
        await self.slash("launch split", story=story, links="nothing")
        await self.slash("why", self.guest, link=story)
        await self.slash("why", self.guest, link="https://nowhere.example/")

    async def _personal(self) -> None:
        house = self.house
        country = (await self.complete("subscribe", "country", "north k"))[0]
        await self.slash(
            "subscribe", self.guest, topic="launches", country=country, min_status="reported"
        )
        await self.slash(
            "subscribe", self.guest, topic="launches", country=country, min_status="reported"
        )
        weapon = (await self.complete("subscribe", "weapon", "cruise"))[0]
        await self.slash("subscribe", self.guest, topic="launches", weapon=weapon)
        for number in range(5):
            await self.slash("subscribe", self.guest, keywords=f"word{number}")
        await house.app.dispatch.drain()
        greeting = house.discord.dm_channel(self.guest).messages[-1]
        self.seen[-1].shown.append(readable(greeting))
        await self.press(greeting, ":remove", self.guest)
        panel = (await self.slash("subscriptions", self.guest)).reply
        await self.press(panel, ":next", self.guest)
        panel = (await self.slash("subscriptions", self.guest)).reply
        await self.press(panel, ":pause", self.guest)
        await self.press(panel, ":resume", self.guest)
        opened = await self.press(panel, "mine:quiet", self.guest)
        await self.submit(opened, from_="23:00", to="06:30", timezone="Europe/Berlin", mode="hold")
        opened = await self.press(panel, "mine:digest", self.guest)
        await self.submit(opened, time="08:15", timezone="Asia/Tokyo")
        opened = await self.press(panel, "mine:digest", self.guest)
        await self.submit(opened, time="soon", timezone="Asia/Tokyo")
        own = (await self.slash("subscriptions", self.guest)).reply
        managed = await self.press(own, "schedule:", self.guest)
        await self.press(managed.reply, ":ask", self.guest)
        await self.press(managed.reply, ":remove", self.guest)
        await self.press(managed.reply, "undo:mine:", self.guest)
        await self.press(panel, ":remove", self.guest)
        await self.press(panel, "undo:sub:", self.guest)
        await self.slash("privacy show", self.guest)
        asked = await self.slash("privacy delete-my-data", self.guest)
        await self.press(asked.reply, "dismiss", self.guest)
        asked = await self.slash("privacy delete-my-data", self.guest)
        await self.press(asked.reply, "forget:me", self.guest)
        await self.slash("privacy show", self.guest)

    async def _summaries(self) -> None:
        house = self.house
        url = house.origin.url("/story")
        shown = await self.slash("summarize", self.guest, url=url, sentences=2)
        await self.press(shown.reply, ":more", self.guest)
        await self.press(shown.reply, ":less", self.guest)
        await self.press(shown.reply, "share:", self.guest)
        text = "Iran fires missiles\n\n" + "\n\n".join(ARTICLE)
        await self.slash("summarize", self.guest, file=Upload("n.txt", text.encode()), share=True)
        article = (await self.complete("summarize", "article", "china"))[0]
        await self.slash("summarize", self.guest, article=article)
        await self.slash("summarize", self.guest)
        await self.slash("summarize", self.guest, file=Upload("a.pdf", b"%PDF"))
        await self.slash("summarize", self.guest, url="http://10.0.0.1/secret")
        message = house.discord.post_as(self.guest, house.channel, f"look: {url}")
        for name in ("Summarize article", "Check for launch"):
            await self.menu(name, message)
            await self.menu(name, house.discord.post_as(self.guest, house.channel, "good morning"))

    async def _settings(self) -> None:
        await self.slash("settings show")
        zone = (await self.complete("settings timezone", "timezone", "tokyo"))[0]
        await self.slash("settings timezone", timezone=zone)
        await self.slash("settings timezone", timezone="Nowhere")
        await self.slash("settings alert-style", style="thread", maps=True)
        await self.slash("settings managers", role=self.role)
        await self.slash("settings managers")
        await self.slash("settings language", language=self.locale[:2])
        await self.slash("settings show", self.guest)
        audit = await self.slash("audit")
        await self.press(audit.reply, ":next")
        await self.slash("status")
        await self.slash("feed list")

    # -- what was driven ------------------------------------------------------------------------

    def of_kind(self, kind: Kind) -> list[dict[str, Any]]:
        """The data of every interaction of a kind, as Discord sent it."""
        every = self.house.discord.interactions.by_token.values()
        return [each.data for each in every if each.kind is kind]


def _select(message: Message, piece: str) -> dict[str, Any]:
    custom_id = action_of(message, piece)
    return next(part for part in parts_of(message) if part.get("custom_id") == custom_id)


def readable(message: Message) -> str:
    """A message as a person reads it, with buttons in brackets and pictures by their words."""
    lines = [message.content] if message.content else []
    for embed in message.embeds:
        lines += [str(embed.get(key)) for key in ("title", "description") if embed.get(key)]
        lines += [f"{item['name']}: {item['value']}" for item in embed.get("fields") or ()]
        lines += [str((embed.get("footer") or {}).get("text") or "")]
    for part in parts_of(message):
        if part.get("content"):
            lines.append(str(part["content"]))
        if part["type"] == 2:
            lines.append(f"    [{part.get('label')}]" + (" off" if part.get("disabled") else ""))
        if part["type"] in (3, 5, 6, 8):
            options = [
                f"{o['label']}{': ' + o['description'] if o.get('description') else ''}"
                for o in part.get("options") or ()
            ]
            lines.append(f"    <{part.get('placeholder')}> {options}")
    lines += [f"    (file {each.filename}: {each.description})" for each in message.attachments]
    return "\n".join(lines)
