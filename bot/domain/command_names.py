"""The names of our slash commands where a sentence holds them, so that people can tap them."""

from __future__ import annotations

import re

from bot.domain.message import CommandMention, Line, Text
from bot.domain.permission import COMMANDS

_NAMES = "|".join(sorted(map(re.escape, COMMANDS), key=len, reverse=True))
_COMMAND = re.compile(rf"(?<![\w/.:])/({_NAMES})(?![a-z/-])")


def command_line(text: str) -> Line:
    """A sentence as spans; "/feed add" in it becomes a command that people can tap.

    Only names of commands that exist become links, so a name in a stranger's text does no harm.
    Korean particles may follow a name without a space ("/feed add로").
    """
    pieces = _COMMAND.split(text)
    spans = [CommandMention(piece) if at % 2 else Text(piece) for at, piece in enumerate(pieces)]
    return tuple(span for span in spans if isinstance(span, CommandMention) or span.text)
