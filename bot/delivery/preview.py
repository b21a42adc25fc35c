"""The preview page: messages as Discord would show them, in one self-contained HTML document."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from bot.delivery.discord_marker import marker_of
from bot.delivery.preview_html import accents_of, article
from bot.delivery.shown import Shown

MOST_MESSAGES = 50  # kept for each place; older ones scroll away


class PreviewPage:
    """Implements `bot.ports.Preview`.

    A payload's files may carry their picture as `png` bytes; without, the alt text is shown.
    `names` says how roles and channels are called, by id.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self._names = dict(names or {})
        self._places: dict[str, list[Shown]] = {}
        self._version = 0

    def show(self, place: str, payload: dict[str, Any], *, at: datetime, edited: bool) -> None:
        """Add a message, or replace the one with the same marker."""
        messages = self._places.setdefault(place, [])
        marker = marker_of(payload)
        shown = Shown(place, payload, at, edited)
        self._version += 1
        for number, known in enumerate(messages):
            if marker and marker_of(known.payload) == marker:
                messages[number] = Shown(place, payload, known.at, edited)
                return
        messages.append(shown)
        del messages[:-MOST_MESSAGES]

    def page(self) -> str:
        """The whole page as HTML."""
        sections = [self._section(place) for place in self._places]
        body = "\n".join(sections) or EMPTY
        payloads = [shown.payload for messages in self._places.values() for shown in messages]
        return document(body, accents_of(payloads), version=self._version)

    def _section(self, place: str) -> str:
        articles = "\n".join(article(shown, self._names) for shown in self._places[place])
        title = escape(place)
        return (
            f'<section aria-label="{title}"><h2><span aria-hidden="true">#</span>{title}</h2>\n'
            f"{articles}\n</section>"
        )


EMPTY = (
    '<section class="empty"><div class="moon" aria-hidden="true"></div>'
    "<h2>Nothing has been posted yet</h2>"
    "<p>Put an article into <code>seeds/</code>, or wait for a feed. "
    "This page shows it the moment it would reach Discord.</p></section>"
)


def document(body: str, accents: str, *, version: int = 0) -> str:
    """The frame of the page: no resource from elsewhere, only our own style and script run."""
    style, script = _asset("preview.css") + accents, _asset("preview.js")
    policy = (
        "default-src 'none'; img-src data:; connect-src 'self'; base-uri 'none'; "
        f"form-action 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="referrer" content="no-referrer">
<title>Launchwire preview</title>
<style>{style}</style>
</head>
<body>
<header class="bar">
<div class="brand">{LOGO}<div><strong>Launchwire</strong><span>as Discord would show it</span>\
</div></div>
<div class="switches">
<div class="switch" role="group" aria-label="Theme">\
<button data-theme-choice="auto" aria-pressed="true">Auto</button>\
<button data-theme-choice="dark" aria-pressed="false">Dark</button>\
<button data-theme-choice="light" aria-pressed="false">Light</button></div>
<div class="switch" role="group" aria-label="Width">\
<button data-width-choice="wide" aria-pressed="true">Desktop</button>\
<button data-width-choice="phone" aria-pressed="false">Phone</button></div>
</div>
</header>
<main data-version="{version}">
{body}
</main>
<script>{script}</script>
</body>
</html>
"""


@cache
def _asset(name: str) -> str:
    return (files("bot.delivery") / "data" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


LOGO = (
    '<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">'
    '<rect width="32" height="32" rx="16"/>'
    '<path d="M16 5c3.4 2.6 5 6 5 10v4H11v-4c0-4 1.6-7.4 5-10z"/>'
    '<path class="flame" d="M13 21h6l-3 6z"/><circle cx="16" cy="13" r="2"/></svg>'
)
