"""Names the outlines of an OPML list that look like feeds and cannot be read."""

from __future__ import annotations

import contextlib
from html.parser import HTMLParser

from bot.sources.entry import plain_title, sound_text, web_link

_SHOWN = 5
_FEED_TYPES = {"rss", "atom", "feed"}


class _Outlines(HTMLParser):
    """Collects what to call each outline that has a bad address, or a feed's type and none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<outline>`; one that only groups others is no fault."""
        given = {name: value or "" for name, value in attrs}
        kind = given.get("type", "").strip().lower()
        if tag != "outline" or not ("xmlurl" in given or kind in _FEED_TYPES):
            return
        url = given.get("xmlurl", "").strip()
        if web_link(url) is None:
            title = plain_title(given.get("text") or given.get("title") or "")
            reason = f"no web address: {url[:80]}" if url else "no address"
            name = f"{title[:60] or 'an outline without a name'} ({reason})"
            self.found[" ".join(sound_text(name).split())] = None


def unusable_outlines(data: bytes) -> tuple[str, ...]:
    """At most one sentence: the outlines that were passed over, each with the reason."""
    parser = _Outlines()
    with contextlib.suppress(ValueError, AssertionError):  # what came before a break counts
        parser.feed(data.decode("utf-8", "replace"))
    names = list(parser.found)
    if not names:
        return ()
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (f"These feeds of the list were passed over: {', '.join(names[:_SHOWN])}{more}.",)
