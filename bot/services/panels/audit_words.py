"""Details of the audit in the reader's language: they are stored as short English notes.

What cannot be read back (a name, an address, a query) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time

from bot.domain.digest import Every
from bot.domain.subscription import Topic
from bot.locale import LOCALES, say

_NUMBER = r"(?P<number>#\d+ )?"
_PLACE = re.compile(r" in (?P<place>(?:user-)?\d+)$")
_DIGEST = re.compile(
    _NUMBER + r"(?P<every>daily|weekdays|weekly|hourly|custom) (?P<at>\d\d:\d\d) (?P<zone>\S+)"
)
_QUIET = re.compile(
    _NUMBER + r"(?P<mode>hold|silent) (?P<start>[\d:]{5})-(?P<end>[\d:]{5}) (?P<zone>\S+)"
)
_QUIET_OFF = re.compile(_NUMBER + r"off")
_STORY = re.compile(_NUMBER + r"story (?P<story>\d+)")
_FEED = re.compile(_NUMBER + r"feed (?P<feed>.+)", re.DOTALL)
_TOPIC = re.compile(_NUMBER + r"(?P<topic>launches|missiles)")
_MERGED = re.compile(r"(?P<first>#\d+) (?P<how>into|from) (?P<second>#\d+)")


# What is done by a button has the button's words.
_BUTTONS = {
    "story ack": "button.acknowledge",
    "story release": "button.release",
    "story wrong": "button.not_a_launch",
    "story right": "button.is_a_launch",
}


def action_words(action: str, locale: str) -> str:
    """What was done where no command did it: by a button, or by an Undo of a group ("/alert")."""
    if action in _BUTTONS:
        return say(_BUTTONS[action], locale)
    group, _, verb = action.partition(" ")
    return f"/{group}: {say('button.undo', locale)}" if verb == "undo" else f"/{action}"


def audit_words(action: str, detail: str, locale: str) -> str:
    """One detail: "#9 daily 04:00 Asia/Seoul in 5" is "#9 Every day at 04:00 (Asia/Seoul) → 5"."""
    if action.startswith("settings "):
        return _setting(detail, locale)
    if not action.startswith(("alert ", "digest ", "launch ")):
        return detail
    placed = _PLACE.search(detail)
    head = detail[: placed.start()] if placed else detail
    tail = f" → {placed['place']}" if placed else ""
    for pattern, words in _READERS:
        found = pattern.fullmatch(head)
        if found is not None:
            return f"{found.groupdict().get('number') or ''}{words(found, locale)}{tail}"
    return head + tail


def _digest(found: re.Match[str], locale: str) -> str:
    at, zone = time.fromisoformat(found["at"]), found["zone"]
    if found["every"] == Every.HOUR.value:
        return say("digest.when_hourly", locale, minute=f"{at:%M}", zone=zone)
    # The days of a week are not in the note.
    days = {"weekly": "choice.every.weekly", "custom": "audit.chosen_days"}
    every = say(days.get(found["every"], f"every.{found['every']}"), locale)
    return say("digest.when", locale, every=every, time=at, zone=zone)


def _quiet(found: re.Match[str], locale: str) -> str:
    key = f"alert.setting.quiet_{found['mode']}"
    return say(key, locale, start=found["start"], end=found["end"], zone=found["zone"])


def _quiet_off(found: re.Match[str], locale: str) -> str:
    del found
    return say("choice.quiet.off", locale)


def _story(found: re.Match[str], locale: str) -> str:
    return say("story.details_title", locale, story=found["story"])


def _feed(found: re.Match[str], locale: str) -> str:
    return say("why.feed", locale, feed=found["feed"])


def _topic(found: re.Match[str], locale: str) -> str:
    return say(f"topic.{Topic(found['topic']).value}", locale)


def _merged(found: re.Match[str], locale: str) -> str:
    del locale
    return f"{found['first']} {'→' if found['how'] == 'into' else '←'} {found['second']}"


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    (_DIGEST, _digest),
    (_QUIET, _quiet),
    (_QUIET_OFF, _quiet_off),
    (_STORY, _story),
    (_TOPIC, _topic),
    (_FEED, _feed),
    (_MERGED, _merged),
)


def _setting(detail: str, locale: str) -> str:
    """A setting's new value; which setting it is, its command beside it says."""
    name, _, value = detail.partition(" ")
    if name == "language" and value in LOCALES:
        return say(f"language.{value}", locale)
    if name == "updates" and value in ("reply", "thread"):
        return say(f"choice.style.{value}", locale)
    if name == "maps" and value in ("on", "off"):
        return say(f"settings.maps.{value}", locale)
    if name == "managers":
        return value.strip("[]") or say("audit.no_role", locale)
    return value if name == "timezone" else detail
