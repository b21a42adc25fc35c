"""What every use case behind a command shares: who asks, how it is refused, what is recorded."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.domain.article import GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.links import canonical_link
from bot.domain.permission import Actor, Decision, Refused, Target, check_rate, check_target
from bot.domain.subscription import UserId
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.locale import problem
from bot.ports import AuditEntry, Clock, Transaction

T = TypeVar("T")

# A draft lives as long as the interaction whose reply shows it; its buttons are dead afterwards.
# https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
DRAFT_LIFE = timedelta(minutes=15)
UNDO_LIFE = timedelta(minutes=10)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and in which language; permission was checked before this is made."""

    user_id: UserId
    guild_id: GuildId | None = None
    locale: str = "en"

    @property
    def guild(self) -> GuildId:
        """The server.

        Raises:
            NotFound: asked outside a server.
        """
        if self.guild_id is None:
            raise problem(NotFound, "permission.not_found")
        return self.guild_id


def ensure(decision: Decision) -> None:
    """Go on when it is allowed.

    Raises:
        RequestError: of the kind the refusal names, worded by the catalogue.
    """
    if isinstance(decision, Refused):
        raise problem(decision.error, decision.reason.key, **decision.reason.as_dict())


def ensure_target(
    asker: Asker,
    *,
    guild_id: GuildId | None = None,
    user_id: UserId | None = None,
    declared_in: DeclaredIn = DeclaredIn.DISCORD,
    changes: bool = True,
) -> None:
    """Go on when something is the asker's to see (or to change).

    Raises:
        RequestError: another's does not exist for them; the operator's cannot be changed here.
    """
    actor = Actor(asker.user_id, asker.guild_id)
    ensure(check_target(actor, Target(guild_id, user_id, declared_in, changes)))


def record(tx: Transaction, asker: Asker, at: datetime, action: str, detail: str) -> None:
    """Write an audit row: every change has one, in the same transaction."""
    tx.records.audit(AuditEntry(at, asker.guild_id, asker.user_id, action, detail))


def ensure_pace(tx: Transaction, asker: Asker, now: datetime, adds_per_hour: int) -> None:
    """Refuse the next addition in a server when there were too many within the hour.

    Raises:
        QuotaReached: with the time to wait.
    """
    if asker.guild_id is None:
        return
    entries = tx.records.audit_of(asker.guild_id, 4 * adds_per_hour + 20)
    added = [entry.at for entry in entries if entry.action.endswith(" add")]
    ensure(check_rate(added, now, adds_per_hour, _HOUR))


def number_in(text: str) -> int | None:
    """The number a person chose or wrote: "12", "#12"; None for anything else."""
    digits = text.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


def ensure_address(text: str) -> str:
    """A web address as a person gave it, with https:// where they left it out.

    Raises:
        InvalidInput: it is none.
    """
    address = text.strip()
    if "://" not in address and "." in address.split("/")[0]:
        address = f"https://{address}"
    if any(letter.isspace() for letter in address) or not canonical_link(address):
        raise problem(InvalidInput, "error.no_address", given=address[:100])
    return address


def pick(text: str, things: Iterable[T], number: Callable[[T], int], name: Callable[[T], str]) -> T:
    """The one thing a person named by its number or its name, among those they may name.

    Raises:
        NotFound: none, or more than one.
    """
    known = list(things)
    wanted = number_in(text)
    if wanted is not None:
        found = [thing for thing in known if number(thing) == wanted]
    else:
        folded = text.strip().casefold()
        found = [thing for thing in known if name(thing).strip().casefold() == folded]
    if len(found) == 1:
        return found[0]
    raise problem(NotFound, "permission.not_found")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    asker: Asker
    value: T
    until: datetime


@dataclass
class Drafts(Generic[T]):
    """What a person is about to save, or may still undo, by a token in the button's id.

    Kept in memory on purpose: a draft is nothing anybody relies on, and after a restart the button
    says that it is too late. A token works for its maker, in the same server, once.
    """

    clock: Clock
    life: timedelta = DRAFT_LIFE
    most: int = 5000
    late: str = "error.too_old"  # what is said when it is too late
    _kept: OrderedDict[str, _Kept[T]] = field(default_factory=OrderedDict)

    def keep(self, asker: Asker, value: T) -> str:
        """Keep a value and return its token."""
        token = secrets.token_urlsafe(9)
        self._kept[token] = _Kept(asker, value, self.clock.now() + self.life)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
        return token

    def look(self, asker: Asker, token: str) -> T:
        """The value, which stays.

        Raises:
            InvalidInput: too late, unknown, or somebody else's.
        """
        kept = self._kept.get(token)
        late = kept is None or kept.until < self.clock.now()
        if kept is None or late:
            self._kept.pop(token, None)
            raise problem(InvalidInput, self.late)
        if (kept.asker.user_id, kept.asker.guild_id) != (asker.user_id, asker.guild_id):
            raise problem(NotAllowed, "error.not_yours")
        return kept.value

    def take(self, asker: Asker, token: str) -> T:
        """The value, for the last time.

        Raises:
            InvalidInput: too late, unknown, or somebody else's.
        """
        value = self.look(asker, token)
        del self._kept[token]
        return value

    def change(self, asker: Asker, token: str, value: T) -> None:
        """Replace the value.

        Raises:
            InvalidInput: too late, unknown, or somebody else's.
        """
        self.look(asker, token)
        self._kept[token] = _Kept(asker, value, self._kept[token].until)
