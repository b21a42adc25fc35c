"""The buttons under an alert: sources, follow, mute, not a launch, details, desk work."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.client import LaunchwireBot
from bot.domain.message import Button, Controls, Severity
from bot.domain.permission import ACTION_OF
from bot.domain.story import StoryId
from bot.locale import say
from bot.services.asking import Asker
from bot.services.panels.alerts import silenced_note
from bot.services.panels.parts import note, with_undo
from bot.services.panels.stories import details_panel, sources_panel
from cogs.asking import Interaction, answer, desk_of, permit, thinking, update
from cogs.pressing import Values, number, on_press

Press: TypeAlias = Callable[[Interaction, Asker, StoryId, re.Match[str]], Awaitable[None]]


async def _sources(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    shown = await desk_of(interaction).register.shown(asker, story)
    turned = match["page"] is not None
    message = sources_panel(shown, number(match, "page"), asker.locale)
    await (update if turned else answer)(interaction, message)


async def _details(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    desk = desk_of(interaction)
    shown = await desk.register.shown(asker, story)
    await thinking(interaction)  # pictures may have to be drawn
    await answer(interaction, details_panel(shown, desk.locate, asker.locale))


async def _follow(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    following = await desk_of(interaction).stories.follow(asker, story)
    stop = Button(say("button.unfollow", asker.locale), f"story:{story}:follow")
    if following:
        words = say("story.following", asker.locale)
        await answer(interaction, note(words, Severity.GOOD, Controls((stop,))))
    else:
        await answer(interaction, note(say("story.unfollowed", asker.locale), Severity.QUIET))


async def _mute(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    silence = await desk_of(interaction).stories.mute(asker, story)
    await answer(interaction, silenced_note(silence, asker.locale))


async def _wrong(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    wrong = await desk_of(interaction).stories.mark_wrong(asker, story)
    key = "story.marked_not_launch" if wrong.for_all else "story.marked_here"
    words = say(key, asker.locale, story=wrong.story_id)
    await answer(interaction, with_undo(words, "mark", wrong.token, asker.locale))


async def _right(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    found = await desk_of(interaction).stories.mark_right(asker, story)
    await answer(interaction, note(say("story.unmarked", asker.locale, story=found)))


async def _acknowledge(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    name = interaction.user.display_name
    first = await desk_of(interaction).stories.acknowledge(asker, story, name)
    words = say("story.acknowledged", asker.locale, name=first)
    await answer(interaction, note(words), ephemeral=False)


async def _release(
    interaction: Interaction, asker: Asker, story: StoryId, match: re.Match[str]
) -> None:
    del match
    await desk_of(interaction).stories.release(asker, story)
    words = say("alert.released_by", asker.locale, name=interaction.user.display_name)
    await answer(interaction, note(words), ephemeral=False)


_PRESSES: dict[str, Press] = {
    "sources": _sources,
    "details": _details,
    "follow": _follow,
    "mute": _mute,
    "wrong": _wrong,
    "right": _right,
    "ack": _acknowledge,
    "release": _release,
}


@on_press(rf"story:(?P<id>\d{{1,18}}):(?P<verb>{'|'.join(_PRESSES)})(?::(?P<page>\d{{1,4}}):\w+)?")
async def use_story(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Check the right of the verb, then do it."""
    del values
    verb = match["verb"]
    asker = await permit(interaction, ACTION_OF[f"story {verb}"])
    await _PRESSES[verb](interaction, asker, StoryId(number(match, "id")), match)


async def setup(bot: LaunchwireBot) -> None:
    """Add the buttons."""
    bot.add_dynamic_items(use_story)
