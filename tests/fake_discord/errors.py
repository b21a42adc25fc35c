"""Discord's error answers by number (developer documentation: opcodes and status codes)."""

from __future__ import annotations

from tests.fake_discord.model import Json
from tests.fake_discord.rules import EMPTY_MESSAGE, Violation

MESSAGES = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20028: (
        429,
        "The write action you are performing on the channel has hit the write rate limit.",
    ),
    30046: (
        429,
        "Maximum number of edits to messages older than 1 hour reached. Try again later",
    ),
    40033: (400, "This message has already been crossposted."),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
}


class ApiError(Exception):
    """An error answer; `extra` is added to its body (`errors`, `retry_after`)."""

    def __init__(self, code: int, extra: Json | None = None) -> None:
        self.code = code
        self.status, self.text = MESSAGES[code]
        self.extra = extra or {}
        super().__init__(f"{self.status} {code}: {self.text}")

    @property
    def body(self) -> Json:
        """The JSON of the answer."""
        return {"message": self.text, "code": self.code} | self.extra


def form_error(places: list[tuple[str, str]]) -> ApiError:
    """Return 50035 with Discord's nested `errors` for places like `embeds.0.fields.1.name`."""
    errors: Json = {}
    for place, text in places:
        node = errors
        for step in place.split("."):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": "INVALID", "message": text})
    return ApiError(50035, {"errors": errors})


def violation_error(violations: list[Violation]) -> ApiError:
    """Return the answer to broken rules: 50006 for an empty message, else 50035."""
    if all(violation.code == EMPTY_MESSAGE for violation in violations):
        return ApiError(EMPTY_MESSAGE)
    return form_error([(violation.place, violation.rule.value) for violation in violations])
