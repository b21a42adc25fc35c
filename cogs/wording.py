"""Texts of commands from the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from discord import app_commands

from bot.delivery.discord_translator import text
from bot.locale import has
from bot.locale.strings import MissingString

T = TypeVar("T")

__all__ = ["choice", "describe", "description", "text"]


def description(command: str) -> app_commands.locale_str:
    """What a command does; `command` is its full name ("feed add")."""
    return text(f"command.{command.replace(' ', '.')}.description")


def describe(command: str, *options: str, **renamed: str) -> Callable[[T], T]:
    """Describe a command's options; `renamed` are parameters that Discord shows by another name.

    Raises:
        MissingString: the catalogue has no words for one.
    """
    names = dict.fromkeys(options, "") | renamed
    return app_commands.describe(
        **{parameter: text(_key(command, name or parameter)) for parameter, name in names.items()}
    )


def choice(key: str, value: str) -> app_commands.Choice[str]:
    """A choice named by the catalogue."""
    return app_commands.Choice(name=text(key), value=value)


def _key(command: str, option: str) -> str:
    parts = command.split(" ")
    for depth in range(len(parts), 0, -1):
        key = f"command.{'.'.join(parts[:depth])}.option.{option}"
        if has(key):
            return key
    raise MissingString(f"{command}: {option}")
