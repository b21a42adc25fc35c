"""Notices to the operator and to servers: said once when something fails, once when it is over."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.article import GuildId
from bot.domain.command_names import command_line
from bot.domain.digest import Coverage, is_blind
from bot.domain.feed import Feed, PollState, shown_name, worst_feeds
from bot.domain.message import (
    STATUS_ACTION,
    Button,
    ChannelMention,
    Form,
    Line,
    Message,
    Section,
    Severity,
)
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, nonce_of, notice_key
from bot.domain.subscription import Place, PlaceKind, UserId
from bot.locale import say, say_again
from bot.ports import Clock, Renderer, Store, Transaction
from bot.services.status import StatusService

_log = logging.getLogger("launchwire.notices")

# Failures in a row before a feed's owner is told: a hiccup is no news.
FAILURES_BEFORE_NOTICE = 5
# Feeds named in the notice of blindness.
WORST_NAMED = 3


# Control characters: the sanitiser takes them out of everything that came from outside.
_CHANNEL = re.compile("\x02(\\d+)\x03")

Said = tuple[str, dict[str, object]]
"""A key of the catalogue and its parameters."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Enqueues notices. The log tells the same, for operators who set no channel."""

    store: Store
    clock: Clock
    renderer: Renderer
    status: StatusService
    owner_channel: int

    async def check(self) -> int:
        """Look for feeds that fail or recovered and for blindness; how many notices were made."""
        now = self.clock.now()
        return await self.store.write(lambda tx: self._feeds(tx, now) + self._blindness(tx, now))

    def parked(self, tx: Transaction, place: Place, reason: str, now: datetime) -> None:
        """A place stopped working: its owner is told once, elsewhere."""
        _log.warning("place=%s parked: %s", place.key, reason)
        if place.kind is PlaceKind.USER:
            self._pause_direct_messages(tx, place, reason)
            return
        waiting = len(tx.outbox.parked()) or 1
        channel = f"#{place.id}" if place.guild_id is None else named_channel(place.id)
        text: Said = ("notice.parked", {"place": channel, "reason": reason, "count": waiting})
        subject = f"parked-{place.key}"
        for owner in _owners(tx, place):
            self._tell(tx, subject, Place(PlaceKind.USER, owner), text, now)
        self._tell_operator(tx, subject, text, now)

    def flood(self, tx: Transaction, feed: Feed, entries: int, now: datetime) -> None:
        """A known feed suddenly looked mostly new: it was stored, not alerted."""
        _log.warning("feed=%s braked entries=%s", feed.id, entries)
        text: Said = ("notice.flood", {"feed": shown_name(feed), "count": entries})
        self._tell_feed_owner(tx, feed, "flood", text, now)

    def _feeds(self, tx: Transaction, now: datetime) -> int:
        made = 0
        states = tx.feeds.states()
        for feed in tx.feeds.all():
            state = states.get(feed.id)
            if state is None or feed.paused:
                continue
            failing = state.failures >= FAILURES_BEFORE_NOTICE
            if failing == state.notified_failing or 0 < state.failures < FAILURES_BEFORE_NOTICE:
                continue
            text = self._feed_words(tx, feed, state, failing, now)
            self._tell_feed_owner(tx, feed, text[0], text, now)
            tx.feeds.save_state(feed.id, replace(state, notified_failing=failing))
            made += 1
        return made

    def _feed_words(
        self, tx: Transaction, feed: Feed, state: PollState, failing: bool, now: datetime
    ) -> Said:
        """What is said when a feed fails, and when it works again after so long."""
        name = f"failing-since:{feed.id}"
        if failing:
            since = state.last_success or state.last_poll or now
            tx.records.put(name, since.isoformat())
            error = state.last_error or ""
            return "notice.feed_failing", {"feed": shown_name(feed), "since": since, "error": error}
        since = _instant(tx.records.get(name)) or now
        tx.records.put(name, None)
        return "notice.feed_recovered", {"feed": shown_name(feed), "duration": now - since}

    def _blindness(self, tx: Transaction, now: datetime) -> int:
        coverage = self.status.coverage(tx, now)
        blind = is_blind(coverage, self.status.blind_share)
        since = _instant(tx.records.get("blind-since"))
        if blind == (since is not None):
            return 0
        tx.records.put("blind-since", now.isoformat() if blind else None)
        counts: dict[str, object] = {"fresh": coverage.fresh, "total": coverage.total}
        if since is not None:
            counts["duration"] = now - since
        names = self._worst(tx, now) if blind else {}
        self._log_blindness(coverage, list(names) if blind else None)
        subject = "notice.blind" if blind else "notice.sees_again"
        self._tell_operator(tx, subject, _blind_words(subject, counts, list(names)), now)
        for place in _alert_places(tx):
            # Another server's own feeds are none of this one's business.
            seen = [name for name, home in names.items() if home in (None, place.guild_id)]
            self._tell(tx, subject, place, _blind_words(subject, counts, seen), now)
        return 1

    def _worst(self, tx: Transaction, now: datetime) -> dict[str, GuildId | None]:
        """The names of silent feeds, the longest silent first, with the server each belongs to."""
        states = tx.feeds.states()
        known = [(feed, states.get(feed.id, PollState())) for feed in tx.feeds.all()]
        worst = worst_feeds(known, now, self.status.stale_after)
        return {shown_name(feed): feed.guild_id for feed in worst}

    def _log_blindness(self, coverage: Coverage, worst: list[str] | None) -> None:
        """One line; `worst` None when we see again."""
        if worst is None:
            _log.warning("seeing again: %s of %s feeds are fresh", coverage.fresh, coverage.total)
            return
        shown = ", ".join(worst[:WORST_NAMED])
        more = f" and {len(worst) - WORST_NAMED} more" if len(worst) > WORST_NAMED else ""
        _log.warning(
            "blind: only %s of %s feeds are fresh; longest silent: %s%s",
            coverage.fresh,
            coverage.total,
            shown or "none",
            more,
        )

    def _pause_direct_messages(self, tx: Transaction, place: Place, reason: str) -> None:
        """A person closed their direct messages: their subscriptions wait, and they are told so."""
        for subscription in tx.subscriptions.of_user(UserId(place.id)):
            paused = replace(subscription, paused=True, paused_reason=reason)
            tx.subscriptions.save(paused)

    def _tell_feed_owner(
        self,
        tx: Transaction,
        feed: Feed,
        subject: str,
        text: Said,
        now: datetime,
    ) -> None:
        subject = f"{subject}-{feed.id}"
        if feed.guild_id is None:
            self._tell_operator(tx, subject, text, now)
            return
        for place in _alert_places(tx, feed.guild_id):
            self._tell(tx, subject, place, text, now)
            return

    def _tell_operator(self, tx: Transaction, subject: str, text: Said, now: datetime) -> None:
        if self.owner_channel:
            place = Place(PlaceKind.CHANNEL, self.owner_channel)
            self._tell(tx, subject, place, text, now)

    def _tell(
        self,
        tx: Transaction,
        subject: str,
        place: Place,
        text: Said,
        now: datetime,
    ) -> None:
        key = notice_key(subject, place, now)
        locale = _locale_of(tx, place.guild_id)
        words = say(text[0], locale, **_in_language(text[1], locale))
        message = Message(
            form=Form.CARD,
            severity=Severity.UPDATE,
            # The button says more, and its id carries the marker out of sight.
            blocks=(Section((_with_channels(words),), _status_button(locale)),),
            silent=True,
            marker=nonce_of(key),
            forum_title=_CHANNEL.sub(r"#\1", words)[:80],
        )
        tx.outbox.enqueue(
            Delivery(
                id=DeliveryId(0),
                key=key,
                kind=DeliveryKind.NOTICE,
                place=place,
                payload=self.renderer.payload(message, place.kind),
                created=now,
            )
        )


def _in_language(params: dict[str, object], locale: str) -> dict[str, object]:
    """Sentences that were stored in English, said again, without the full stop of their own."""
    again = {
        name: say_again(value, locale).rstrip(".。")
        for name in ("error", "reason")
        if isinstance(value := params.get(name), str)
    }
    return {**params, **again}


def named_channel(channel_id: int) -> str:
    """A channel as a parameter of a sentence; it becomes a mention when the notice is made."""
    return f"\x02{channel_id}\x03"


def _status_button(locale: str) -> Button:
    return Button(say("button.status", locale), STATUS_ACTION)


def _with_channels(words: str) -> Line:
    """A sentence with its channels as mentions, which foreign text can never make."""
    parts = _CHANNEL.split(words)  # words, id, words, id, words
    return tuple(
        span
        for at, part in enumerate(parts)
        for span in ((ChannelMention(int(part)),) if at % 2 else command_line(part))
    )


def _blind_words(key: str, counts: dict[str, object], worst: list[str]) -> Said:
    if key != "notice.blind" or not worst:
        return key, counts
    return "notice.blind_named", {**counts, "worst": tuple(worst[:WORST_NAMED])}


def _owners(tx: Transaction, place: Place) -> Iterable[UserId]:
    """Who set the subscriptions and digests of a place."""
    makers = [item.created_by for item in tx.subscriptions.all() if item.place == place]
    makers += [item.created_by for item in tx.digests.all() if item.place == place]
    return dict.fromkeys(maker for maker in makers if maker is not None)


def _alert_places(tx: Transaction, guild_id: GuildId | None = None) -> list[Place]:
    """Channels with alerts, one for each server; with a guild: that server's first one."""
    first: dict[GuildId | None, Place] = {}
    for subscription in tx.subscriptions.all():
        place = subscription.place
        if place.kind is PlaceKind.USER or subscription.paused:
            continue
        if guild_id is None or place.guild_id == guild_id:
            first.setdefault(place.guild_id or GuildId(place.id), place)
    return list(first.values())


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _locale_of(tx: Transaction, guild_id: GuildId | None) -> str:
    setting = tx.records.guild_setting(guild_id, "language") if guild_id else None
    return setting if isinstance(setting, str) else "en"
