"""Log lines for operators: stderr, text or JSON, with the token and URL secrets taken out."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from bot.patience import SAY_AGAIN

# Shapes of a Discord token, of credentials in an address, and of secret query values.
_SECRETS = (
    (re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), "[token]"),
    (re.compile(r"(?i)(https?://)[^\s/@]+@"), r"\1[hidden]@"),
    (
        re.compile(r"(?i)([?&][^=&\s]*(?:token|key|secret|auth|sig|pass)[^=&\s]*=)[^&\s]+"),
        r"\1[hidden]",
    ),
    (re.compile(r"(?i)(/webhooks/\d+/)[\w-]+"), r"\1[hidden]"),
)


_NOISY = (
    "discord",
    "apscheduler",
    "aiohttp",
    "trafilatura",
    "matplotlib",
    "alembic",
    "watchfiles",
)


class SecretFilter(logging.Filter):
    """Takes known secrets and everything shaped like one out of each record."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._known = [secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; never drops a record."""
        record.msg = self.clean(record.getMessage())
        record.args = ()
        return True

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            text = text.replace(secret, "[token]")
        for pattern, replacement in _SECRETS:
            text = pattern.sub(replacement, text)
        return text


class CalmReconnects(logging.Filter):
    """discord.py logs each lost connection with a traceback, and each try to make it again.

    An outage becomes one line, said again every quarter of an hour while it lasts.
    """

    _ABOUT = "Attempting a reconnect"
    _ANEW = 300.0  # seconds without a failed try after which a loss is another one

    def __init__(self) -> None:
        super().__init__()
        self._last = self._said = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Reword the record; drops what was said a moment ago."""
        if not str(record.msg).startswith(self._ABOUT):
            return True
        cause = record.exc_info[1] if record.exc_info else None
        reason = " ".join(str(cause).split())[:200] or type(cause).__name__
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg = f"the connection to Discord is lost ({reason}); it is being made again"
        record.args = ()
        anew = record.created - self._last > self._ANEW
        self._last = record.created
        if not anew and record.created - self._said < SAY_AGAIN:
            return False
        self._said = record.created
        return True


class _TextFormatter(logging.Formatter):
    def __init__(self, secrets: SecretFilter) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        self._secrets = secrets

    def formatException(self, ei: object) -> str:
        """Tracebacks may quote addresses too."""
        return self._secrets.clean(super().formatException(ei))  # type: ignore[arg-type]  # as logging calls it


class _JsonFormatter(_TextFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """One JSON object a line."""
        data = {
            "at": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            data["traceback"] = self.formatException(record.exc_info)
        return json.dumps(data, ensure_ascii=False)


def set_up_logging(
    level: str,
    style: Literal["text", "json"],
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line to stderr (stdout belongs to deliveries and answers)."""
    cleaner = SecretFilter(secrets)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(cleaner)
    handler.setFormatter(_JsonFormatter(cleaner) if style == "json" else _TextFormatter(cleaner))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Libraries speak up from warnings on; their debug lines may quote headers.
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    client = logging.getLogger("discord.client")
    client.filters = [each for each in client.filters if not isinstance(each, CalmReconnects)]
    client.addFilter(CalmReconnects())
