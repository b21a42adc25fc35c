"""Silences of a server: one story, or everything a query matches, muted for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.query import parse
from bot.domain.story import StoryId
from bot.domain.story_facts import view
from bot.domain.subscription import ChannelId, Silence
from bot.errors import InvalidInput, NotFound
from bot.locale import problem
from bot.ports import Clock, Store, Transaction
from bot.services.asking import Asker, record
from bot.services.matcher import Matcher
from bot.services.suggestions import Suggestions

LONGEST_SILENCE = timedelta(days=30)
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class SilenceDesk:
    """The use cases of `/alert silence`, `silences` and `unsilence`, and of the mute button."""

    store: Store
    clock: Clock
    matcher: Matcher
    max_age: timedelta
    suggestions: Suggestions

    async def add(
        self,
        asker: Asker,
        *,
        story: StoryId | None,
        query: str | None,
        span: timedelta,
        reason: str,
        channel_id: ChannelId | None = None,
    ) -> Silence:
        """Mute one story or everything a query matches in this server, for a while.

        Raises:
            RequestError: neither or both given, an unknown story, a wrong span.
        """
        if (story is None) == (not query):
            raise problem(InvalidInput, "error.one_of", options=("story", "keywords"))
        if not timedelta(minutes=1) <= span <= LONGEST_SILENCE:
            raise problem(InvalidInput, "error.silence_span", most=LONGEST_SILENCE)
        now = self.clock.now()

        def step(tx: Transaction) -> Silence:
            if story is not None:
                known = tx.stories.get(story)
                if known is None or view(known, asker.guild, now, self.max_age) is None:
                    raise problem(NotFound, "permission.not_found")
            made = Silence(
                id=0,
                guild_id=asker.guild,
                expires=now + span,
                author=asker.user_id,
                reason=reason.strip()[:MAX_REASON],
                created=now,
                story_id=story,
                query=str(parse(query)) if query else None,
                channel_id=channel_id,
            )
            saved = replace(made, id=tx.subscriptions.add_silence(made))
            record(tx, asker, now, "alert silence", _detail(saved))
            return saved

        saved = await self.store.write(step)
        self.suggestions.forget(asker.guild)
        await self.matcher.refresh(self.store)
        return saved

    async def listed(self, asker: Asker) -> list[Silence]:
        """The silences of this server that have not ended."""
        now = self.clock.now()
        return await self.store.read(lambda tx: tx.subscriptions.silences(now, asker.guild))

    async def end(self, asker: Asker, silence_id: int) -> Silence:
        """End a silence.

        Raises:
            NotFound: this server has no such silence.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> Silence:
            for each in tx.subscriptions.silences(now, asker.guild):
                if each.id == silence_id:
                    tx.subscriptions.remove_silence(silence_id)
                    record(tx, asker, now, "alert unsilence", _detail(each))
                    return each
            raise problem(NotFound, "permission.not_found")

        ended = await self.store.write(step)
        self.suggestions.forget(asker.guild)
        await self.matcher.refresh(self.store)
        return ended


def _detail(silence: Silence) -> str:
    return f"#{silence.id} {f'story {silence.story_id}' if silence.story_id else silence.query}"
