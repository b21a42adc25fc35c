"""What people do with a story: follow, mute, judge, acknowledge, release, merge, split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.article import ArticleId, GuildId
from bot.domain.outbox import DeliveryKind, DeliveryState
from bot.domain.reason import Reason
from bot.domain.story import Story, StoryId, StoryView
from bot.domain.story_facts import view
from bot.domain.story_life import mark, merge, split
from bot.domain.subscription import Silence
from bot.errors import NotAllowed, NotFound
from bot.locale import problem
from bot.ports import Clock, Store, Transaction
from bot.services.alerting import Alerting
from bot.services.asking import Asker, Drafts, number_in, record
from bot.services.grouping import Grouping
from bot.services.happening import Happening
from bot.services.matcher import Matcher
from bot.services.reader_language import note_language
from bot.services.register import surviving
from bot.services.review import acknowledgement_name
from bot.services.silences import SilenceDesk

# How long "Mute this story" lasts: as long as a story takes new reports.
MUTE = timedelta(days=7)


# Who it was the audit of their server knows; a story outlives `/privacy delete-my-data`.
A_PERSON = "a person"


@dataclass(frozen=True, slots=True)
class Marked:
    """What an Undo of "Not a launch" takes back: the global mark, or this server's silence."""

    story_id: StoryId
    silence: Silence | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A story marked as no launch: its number (a merged one leads on), and the Undo's token."""

    story_id: StoryId
    for_all: bool
    token: str


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A story that counts as a launch again for all, or is heard again in this server."""

    story_id: StoryId
    for_all: bool


@dataclass
class StoryDesk:
    """The use cases of the buttons under an alert, and of `/launch merge` and `split`.

    A story belongs to every server that sees it. Only servers that the operator runs (`is_home`)
    may change it for all; elsewhere "Not a launch" mutes it in that server alone.
    """

    store: Store
    clock: Clock
    matcher: Matcher
    grouping: Grouping
    alerting: Alerting
    silences: SilenceDesk
    max_age: timedelta
    wake: Callable[[], None]
    is_home: Callable[[GuildId | None], bool]
    marks: Drafts[Marked]

    async def follow(self, asker: Asker, story_id: StoryId) -> bool:
        """Follow a story by direct message; False when it was followed already: then it ends.

        Raises:
            NotFound: no such story for the asker.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> bool:
            story, _ = self._seen(tx, asker, story_id)
            if tx.subscriptions.follow(story.id, asker.user_id, now):
                note_language(tx, asker.user_id, asker.locale)
                return True
            tx.subscriptions.unfollow(story.id, asker.user_id)
            if not tx.subscriptions.followed(asker.user_id):
                note_language(tx, asker.user_id, None)
            return False

        return await self.store.write(step)

    async def mute(self, asker: Asker, story_id: StoryId) -> Silence:
        """Mute a story in this server.

        Raises:
            NotFound: no such story for the asker.
        """
        found = await self.store.read(lambda tx: self._seen(tx, asker, story_id)[0].id)
        return await self.silences.add(asker, story=found, query=None, span=MUTE, reason="")

    async def mark_wrong(self, asker: Asker, story_id: StoryId) -> Wrong:
        """A person says that a story is no launch: for all, or elsewhere for this server alone.

        Raises:
            NotFound: no such story for the asker.
        """
        if not self.is_home(asker.guild_id):
            silence = await self.mute(asker, story_id)
            found = silence.story_id or story_id
            return Wrong(found, False, self.marks.keep(asker, Marked(found, silence)))
        marked = await self._mark(asker, story_id, wrong=True)
        return Wrong(marked, True, self.marks.keep(asker, Marked(marked)))

    async def mark_right(self, asker: Asker, story_id: StoryId) -> StoryId:
        """A person says that a marked story is a launch after all; returns its number.

        Raises:
            NotFound: no such story for the asker.
            NotAllowed: not one of the operator's servers, which alone mark for all.
        """
        self._ensure_home(asker)
        return await self._mark(asker, story_id, wrong=False)

    async def unmark(self, asker: Asker, token: str) -> Unmarked:
        """Undo "Not a launch"; says for which story, and whether for all.

        Raises:
            RequestError: too late.
        """
        marked = self.marks.take(asker, token)
        if marked.silence is not None:
            await self.silences.end(asker, marked.silence.id)
        else:
            await self._mark(asker, marked.story_id, wrong=False)
        return Unmarked(marked.story_id, marked.silence is None)

    async def acknowledge(self, asker: Asker, story_id: StoryId, name: str) -> str:
        """Note who has seen an alert first; returns that person's name.

        Raises:
            NotFound: no such story for the asker.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> str:
            story, _ = self._seen(tx, asker, story_id)
            key = acknowledgement_name(story.id, asker.guild)
            known = tx.records.get(key)
            if known is not None:
                return str(known["name"])
            value = {"user": asker.user_id, "name": name[:80], "at": now.isoformat()}
            tx.records.put(key, value)
            record(tx, asker, now, "story ack", f"#{story.id}")
            return name

        return await self.store.write(step)

    async def release(self, asker: Asker, story_id: StoryId) -> int:
        """Let the alerts of a story go out that wait for review in this server; how many.

        Raises:
            NotFound: no such story for the asker, or nothing waits.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            story, _ = self._seen(tx, asker, story_id)
            waiting = [
                delivery
                for delivery in tx.outbox.of_story(story.id)
                if delivery.place.guild_id == asker.guild
                and delivery.state is DeliveryState.PENDING
                and delivery.kind is DeliveryKind.ALERT
                and delivery.due is not None
                and delivery.due > now
            ]
            if not waiting:
                raise problem(NotFound, "permission.not_found")
            for delivery in waiting:
                tx.outbox.save(replace(delivery, due=None))
            record(tx, asker, now, "story release", f"#{story.id}")
            return len(waiting)

        released = await self.store.write(step)
        self.wake()
        return released

    async def merge(self, asker: Asker, first: str, second: str) -> StoryId:
        """Merge two stories for all servers; the older one lives on.

        Raises:
            RequestError: not the operator's server, unknown, or merged before.
        """
        self._ensure_home(asker)
        now = self.clock.now()

        def step(tx: Transaction) -> StoryId:
            a, _ = self._seen(tx, asker, StoryId(number_in(first) or 0))
            b, _ = self._seen(tx, asker, StoryId(number_in(second) or 0))
            kept, closed = merge(a, b, now, A_PERSON)
            for report in closed.reports:
                tx.articles.move(report.article_id, kept.id)
            before = a if a.id == kept.id else b
            saved = self.grouping.save(tx, kept, now)
            self.grouping.save(tx, closed, now)
            self._tell(tx, before, saved)
            self.alerting.stories_merged(tx, closed, saved, now)
            record(tx, asker, now, "launch merge", f"#{closed.id} into #{saved.id}")
            return saved.id

        survivor = await self.store.write(step)
        self.wake()
        return survivor

    async def split(self, asker: Asker, story: str, articles: tuple[ArticleId, ...]) -> StoryId:
        """Take articles out of a story into a new one, for all servers.

        Raises:
            RequestError: not the operator's server, unknown, or nothing would be left.
        """
        self._ensure_home(asker)
        now = self.clock.now()

        def step(tx: Transaction) -> StoryId:
            before, _ = self._seen(tx, asker, StoryId(number_in(story) or 0))
            left, new = split(before, articles, now, A_PERSON)
            saved = self.grouping.save(tx, new, now)
            for report in saved.reports:
                tx.articles.move(report.article_id, saved.id)
            rest = self.grouping.save(tx, left, now)
            self._tell(tx, before, rest)
            record(tx, asker, now, "launch split", f"#{saved.id} from #{rest.id}")
            return saved.id

        made = await self.store.write(step)
        self.wake()
        return made

    async def acknowledged_by(self, guild_id: GuildId, story_id: StoryId) -> str | None:
        """Who acknowledged a story in a server."""
        known = await self.store.read(
            lambda tx: tx.records.get(acknowledgement_name(story_id, guild_id))
        )
        return None if known is None else str(known["name"])

    async def _mark(self, asker: Asker, story_id: StoryId, *, wrong: bool) -> StoryId:
        now = self.clock.now()

        def step(tx: Transaction) -> StoryId:
            story, _ = self._seen(tx, asker, story_id)
            after = mark(story, wrong, now)
            if after is not story:
                saved = self.grouping.save(tx, after, now)
                self._tell(tx, story, saved)
                record(tx, asker, now, "story wrong" if wrong else "story right", f"#{story.id}")
            return story.id

        found = await self.store.write(step)
        self.wake()
        return found

    def _tell(self, tx: Transaction, before: Story, after: Story) -> None:
        """Posted alerts follow; a person's change alerts no new place."""
        # The oldest articles may be pruned while the story goes on.
        kept = (tx.articles.get(report.article_id) for report in after.reports)
        stored = next((each for each in kept if each is not None), None)
        if stored is None:
            return
        happening = Happening(
            before,
            after,
            stored.article,
            stored.id,
            self.clock.now(),
            held_back=Reason.of("why.stop.edited"),
        )
        self.alerting.story_changed(tx, happening)

    def _ensure_home(self, asker: Asker) -> None:
        if not self.is_home(asker.guild_id):
            raise problem(NotAllowed, "permission.home_only")

    def _seen(self, tx: Transaction, asker: Asker, story_id: StoryId) -> tuple[Story, StoryView]:
        story = surviving(tx, story_id)
        seen = view(story, asker.guild_id, self.clock.now(), self.max_age) if story else None
        if story is None or seen is None:
            raise problem(NotFound, "permission.not_found")
        return story, seen
