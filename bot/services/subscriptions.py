"""Alerts of channels: tried against the stored articles, saved, changed, silenced, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.feed import DeclaredIn
from bot.domain.permission import Limits, Quota, check_quota
from bot.domain.subscription import (
    QuietHours,
    Subscription,
    SubscriptionId,
)
from bot.errors import NotFound
from bot.locale import problem
from bot.ports import Clock, PhraseIndexFactory, Renderer, Store, Transaction
from bot.services.alert_access import alert_detail, own_alert, quiet_detail, style_of
from bot.services.alert_trials import AlertTrial, TriedAlert, try_alert
from bot.services.alert_wishes import AlertChange, AlertWish, ensure_one_selector
from bot.services.asking import (
    Asker,
    Drafts,
    ensure,
    ensure_pace,
    number_in,
    record,
)
from bot.services.foresight import Foresight, foresee
from bot.services.matcher import Matcher
from bot.services.quiet_hours import keep_for_new, quiet_of_server, set_quiet
from bot.services.story_map import Locate
from bot.services.suggestions import Suggestions, subject


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """A subscription that is not saved yet (id 0), or the changed form of a saved one."""

    subscription: Subscription
    foresight: Foresight
    change: AlertChange | None = None  # what is asked of a saved one


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription with what it selects in words and why its place does not work, if so."""

    subscription: Subscription
    subject: str
    trouble: str = ""


@dataclass
class AlertDesk:
    """The use cases of `/alert`; personal subscriptions are in `bot.services.personal`."""

    store: Store
    clock: Clock
    matcher: Matcher
    index: PhraseIndexFactory
    renderer: Renderer
    suggestions: Suggestions
    limits: Limits
    adds_per_hour: int
    max_age: timedelta
    wake: Callable[[], None]
    drafts: Drafts[AlertDraft]
    removed: Drafts[Subscription]
    locate: Locate

    async def draft(self, asker: Asker, wish: AlertWish) -> tuple[str, AlertDraft]:
        """Check a wish, see what it would have matched, and keep it as a draft.

        Raises:
            RequestError: the query cannot be read, or a quota is reached.
        """
        ensure_one_selector(wish.topic, wish.query)
        now = self.clock.now()

        def step(tx: Transaction) -> AlertDraft:
            used = len(tx.subscriptions.of_guild(asker.guild))
            ensure(check_quota(Quota.SUBSCRIPTIONS, used, self.limits))
            made = wish.made(asker.user_id, now)
            if wish.thread_mode is None:
                made = replace(made, thread_mode=style_of(tx, asker))
            language = tx.records.guild_setting(asker.guild, "language")
            quiet = quiet_of_server(tx, asker.guild)
            subscription = replace(made, locale=language or asker.locale, quiet=quiet)
            return AlertDraft(subscription, foresee(tx, subscription, self.index, now))

        made = await self.store.read(step)
        return self.drafts.keep(asker, made), made

    async def draft_change(
        self, asker: Asker, subscription_id: SubscriptionId, change: AlertChange
    ) -> tuple[str, AlertDraft]:
        """The changed form of an alert with what it would have matched, as a draft.

        Raises:
            RequestError: not this server's, or the new query cannot be read.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> AlertDraft:
            after = change.applied(own_alert(tx, asker, subscription_id))
            return AlertDraft(after, foresee(tx, after, self.index, now), change)

        made = await self.store.read(step)
        return self.drafts.keep(asker, made), made

    async def save(self, asker: Asker, token: str) -> Subscription:
        """Save a draft.

        Raises:
            RequestError: too late, over a quota, or removed meanwhile.
        """
        draft, now = self.drafts.look(asker, token), self.clock.now()

        def step(tx: Transaction) -> Subscription:
            wanted = draft.subscription
            if draft.change is not None:
                # Applied to what it is now: it may have been paused or changed since.
                wanted = draft.change.applied(own_alert(tx, asker, wanted.id))
                tx.subscriptions.save(wanted)
                record(tx, asker, now, "alert edit", alert_detail(tx, wanted))
                return wanted
            ensure_pace(tx, asker, now, self.adds_per_hour)
            used = len(tx.subscriptions.of_guild(asker.guild))
            ensure(check_quota(Quota.SUBSCRIPTIONS, used, self.limits))
            saved = replace(wanted, id=tx.subscriptions.add(wanted))
            record(tx, asker, now, "alert add", alert_detail(tx, saved))
            return saved

        saved = await self.store.write(step)
        self.drafts.take(asker, token)
        await self._changed(asker)
        return saved

    async def remove(self, asker: Asker, subscription_id: SubscriptionId) -> tuple[Listed, str]:
        """Remove an alert; returns it and the token of its Undo.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> Listed:
            found = own_alert(tx, asker, subscription_id)
            listed = Listed(found, subject(found, tx, asker.locale))
            tx.subscriptions.remove(subscription_id)
            record(tx, asker, now, "alert remove", alert_detail(tx, found))
            return listed

        listed = await self.store.write(step)
        await self._changed(asker)
        return listed, self.removed.keep(asker, listed.subscription)

    async def restore(self, asker: Asker, token: str) -> Subscription:
        """Undo a removal.

        Raises:
            RequestError: too late.
        """
        removed, now = self.removed.take(asker, token), self.clock.now()

        def step(tx: Transaction) -> Subscription:
            saved = replace(removed, id=tx.subscriptions.add(removed))
            record(tx, asker, now, "alert undo", alert_detail(tx, saved))
            return saved

        saved = await self.store.write(step)
        await self._changed(asker)
        return saved

    async def pause(
        self, asker: Asker, subscription_id: SubscriptionId, paused: bool
    ) -> Subscription:
        """Pause or resume an alert.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        action = "alert pause" if paused else "alert resume"
        return await self._change(
            asker,
            subscription_id,
            action,
            lambda found: replace(found, paused=paused, paused_reason=""),
        )

    async def quiet_hours(
        self, asker: Asker, subscription_id: SubscriptionId | None, quiet: QuietHours | None
    ) -> int:
        """Set or end the quiet hours of one alert, or of all of this server's; how many changed.

        For all: alerts that are added later have them too.

        Raises:
            RequestError: not this server's, or the operator's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            if subscription_id is not None:
                own = [own_alert(tx, asker, subscription_id)]
            else:
                everything = tx.subscriptions.of_guild(asker.guild)
                own = [each for each in everything if each.declared_in is DeclaredIn.DISCORD]
                keep_for_new(tx, asker.guild, quiet)
            which = f"#{subscription_id} " if subscription_id is not None else ""
            record(tx, asker, now, "alert quiet-hours", which + quiet_detail(quiet))
            return set_quiet(tx, own, quiet, now)

        changed = await self.store.write(step)
        await self._changed(asker)
        self.wake()
        return changed

    async def find(self, asker: Asker, text: str, *, changes: bool = False) -> Subscription:
        """An alert of this server by its number; with `changes`, only one to change here.

        Raises:
            RequestError: there is none, or it is the operator's.
        """
        number = number_in(text)
        if number is None:
            raise problem(NotFound, "permission.not_found")
        return await self.store.read(
            lambda tx: own_alert(tx, asker, SubscriptionId(number), changes=changes)
        )

    async def subject_of(self, asker: Asker, subscription: Subscription) -> str:
        """What an alert selects, in the asker's words."""
        return await self.store.read(lambda tx: subject(subscription, tx, asker.locale))

    async def listed(self, asker: Asker) -> list[Listed]:
        """Every alert of this server, with what is wrong with its place."""

        def step(tx: Transaction) -> list[Listed]:
            parked = tx.outbox.parked_places()
            return [
                Listed(each, subject(each, tx, asker.locale), parked.get(each.place, ("",))[0])
                for each in tx.subscriptions.of_guild(asker.guild)
            ]

        return await self.store.read(step)

    async def try_out(
        self, asker: Asker, subscription_id: SubscriptionId, *, post: int = 0, ping: bool = False
    ) -> AlertTrial:
        """The very message of the newest stored story that matches, marked as a test.

        `post` is the interaction's id when it is also to be posted where the alert goes; only with
        `ping` its role is mentioned then.

        Raises:
            NotFound: not this server's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> AlertTrial:
            found = own_alert(tx, asker, subscription_id, changes=False)
            tried = TriedAlert(found, now, self.max_age, post, ping=ping, locate=self.locate)
            trial = try_alert(tx, tried, self.index, self.renderer)
            if trial.posted:
                record(tx, asker, now, "alert test", alert_detail(tx, found))
            return trial

        if not post:
            return await self.store.read(step)
        trial = await self.store.write(step)
        self.wake()
        return trial

    async def _change(
        self,
        asker: Asker,
        subscription_id: SubscriptionId,
        action: str,
        change: Callable[[Subscription], Subscription],
    ) -> Subscription:
        now = self.clock.now()

        def step(tx: Transaction) -> Subscription:
            after = change(own_alert(tx, asker, subscription_id))
            tx.subscriptions.save(after)
            record(tx, asker, now, action, alert_detail(tx, after))
            return after

        saved = await self.store.write(step)
        await self._changed(asker)
        return saved

    async def _changed(self, asker: Asker) -> None:
        self.suggestions.forget(asker.guild_id)
        await self.matcher.refresh(self.store)
