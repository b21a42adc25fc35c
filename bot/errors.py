"""Every expected failure of Launchwire, and the one door for reporting unexpected ones.

LaunchwireError                  str(error) is one or two sentences fit for a user
├── SettingsError                a key of config.toml or the environment is wrong        exit 2
├── AnotherCopyRuns              the store is locked by a running copy                   exit 3
├── TokenRefused                 Discord does not accept the token                       exit 78
├── SourceError                  something outside could not be read
│   ├── AddressRefused           the address guard closed the door
│   ├── FetchError               no usable answer (carries status and retry_after)
│   ├── NotAFeed                 the answer is no feed
│   └── SeedError                a file of seeds/ cannot be used
├── AnalysisError                an article could not be analysed
│   └── WorkerKilled             the killable worker hit its time, memory or CPU limit
├── StoreError                   the database refused
│   ├── StoreFull                no space left; nothing is posted without a record
│   ├── StoreCorrupt             the file fails its check
│   └── SchemaTooNew             the file was written by a newer release
├── DeliveryError                a message did not (certainly) arrive
│   ├── TransientDeliveryError   certainly not posted; try again (carries retry_after)
│   ├── UnknownOutcome           may or may not have been posted
│   ├── PermanentDeliveryError   will not work until something changes in Discord (carries code)
│   └── HistoryUnavailable       own messages of a channel cannot be read back
└── RequestError                 a person asked for something that cannot be done
├── InvalidInput             the words cannot be understood
├── NotFound                 there is no such thing (or it belongs to another server)
├── NotAllowed               the person, or the bot, lacks a right
└── QuotaReached             a limit from the configuration
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

_log = logging.getLogger("launchwire.unexpected")


class LaunchwireError(Exception):
    """Base of all expected failures.

    `text` says what happened, why, and what to do next. `key` and `params` name the sentence in the
    catalogue (`bot.locale`), so that Discord replies can be given in the reader's language.
    """

    exit_status = 1

    def __init__(self, text: str, *, key: str = "", **params: Any) -> None:
        super().__init__(text)
        self.text = text
        self.key = key
        self.params = params


class SettingsError(LaunchwireError):
    """The configuration cannot be used; `problems` holds one sentence per wrong key."""

    exit_status = 2

    def __init__(self, text: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.problems = problems


class AnotherCopyRuns(LaunchwireError):
    """Another process holds the lock of this store."""

    exit_status = 3


class TokenRefused(LaunchwireError):
    """Discord answered 401: the token was revoked or mistyped."""

    exit_status = 78


class SourceError(LaunchwireError):
    """Something outside (a feed, a page, a file) could not be read."""


class AddressRefused(SourceError):
    """The address guard refused to dial (private, loopback, reserved or a closed port)."""


class FetchError(SourceError):
    """No usable answer to a request; `status` is the HTTP status, None without an answer."""

    def __init__(
        self,
        text: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        key: str = "",
        **params: Any,
    ) -> None:
        super().__init__(text, key=key, **params)
        self.status = status
        self.retry_after = retry_after


class NotAFeed(SourceError):
    """The answer arrived but is neither RSS, Atom, RDF nor JSON Feed."""


class SeedError(SourceError):
    """A file of the seeds folder cannot be used; the sentence names the file."""


class AnalysisError(LaunchwireError):
    """An article could not be analysed."""


class WorkerKilled(AnalysisError):
    """The killable worker went over its time, memory or CPU limit and was replaced."""


class StoreError(LaunchwireError):
    """The database refused an operation; nothing of it was written."""


class StoreFull(StoreError):
    """The disk (or the file's page limit) is full; the text promises that work goes on by itself.

    `last_words` are said instead where it ended the program, as at the start.
    """

    def __init__(self, text: str, *, last_words: str = "") -> None:
        super().__init__(text)
        self.last_words = last_words or text


class StoreCorrupt(StoreError):
    """The database file fails its integrity check."""


class SchemaTooNew(StoreError):
    """The database was written by a newer release than this one."""


class DeliveryError(LaunchwireError):
    """A message did not (certainly) arrive."""


class TransientDeliveryError(DeliveryError):
    """Certainly not posted; may be tried again after `retry_after`."""

    def __init__(self, text: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class UnknownOutcome(DeliveryError):
    """The request left, no answer came: the message may exist."""


class PermanentDeliveryError(DeliveryError):
    """Will fail again until something changes in Discord; `code` is Discord's JSON error code.

    `target_gone` tells a place that cannot be used (park it) from a payload that was refused.
    """

    def __init__(self, text: str, *, code: int = 0, target_gone: bool = True) -> None:
        super().__init__(text)
        self.code = code
        self.target_gone = target_gone


class HistoryUnavailable(DeliveryError):
    """The bot's own messages in a channel cannot be read (no permission, or Discord's 500)."""


class RequestError(LaunchwireError):
    """A person asked for something that cannot be done as asked."""


class InvalidInput(RequestError):
    """The words, numbers or times given cannot be understood."""


class NotFound(RequestError):
    """No such feed, story, subscription or schedule within the person's own server."""


class NotAllowed(RequestError):
    """The person, or the bot itself, lacks a right that this needs."""


class QuotaReached(RequestError):
    """A limit set by the operator is reached."""


def report_unexpected(error: BaseException, where: str, **context: object) -> str:
    """Log an unknown failure once, with its traceback, and return its reference id (8 hex digits).

    The id is what a person is shown; the log line carries the same id. `context` must hold no
    secret: it is written to the log as key=value.
    """
    reference = secrets.token_hex(4)
    details = " ".join(f"{name}={value}" for name, value in context.items())
    _log.error("unexpected reference=%s where=%s %s", reference, where, details, exc_info=error)
    return reference
