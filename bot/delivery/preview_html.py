"""One message payload as HTML that looks like Discord: classic embeds and Components V2."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from bot.delivery import markdown
from bot.delivery.discord_limits import (
    ACTION_ROW,
    ATTACHMENT,
    BUTTON,
    CONTAINER,
    LINK_STYLE,
    MEDIA_GALLERY,
    SECTION,
    SELECTS,
    SEPARATOR,
    TEXT_DISPLAY,
    walk,
)
from bot.delivery.markdown import (
    SIGNS,
    Anchor,
    Block,
    BlockKind,
    Mention,
    MentionKind,
    Node,
    Plain,
    Stamp,
    Style,
    Styled,
)
from bot.delivery.preview_words import stamp_words
from bot.delivery.shown import Shown, language_of

Json = dict[str, Any]
Names = Mapping[str, str]

_TAGS = {
    Style.BOLD: "strong",
    Style.ITALIC: "em",
    Style.UNDERLINE: "u",
    Style.STRIKE: "s",
    Style.CODE: "code",
}
_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
AVATAR = (
    '<svg class="avatar" viewBox="0 0 32 32" aria-hidden="true">'
    '<rect width="32" height="32" rx="16"/><path d="M16 6c3 2.4 4.4 5.4 4.4 9v3.6h-8.8V15c0-3.6 '
    '1.4-6.6 4.4-9z"/><path class="flame" d="M13.4 20.4h5.2L16 25.8z"/>'
    '<circle cx="16" cy="13.4" r="1.8"/></svg>'
)


def article(shown: Shown, names: Names) -> str:
    """One message with its author line, marks, and everything in it."""
    payload = shown.payload
    drawing = _Drawing(payload, names)
    marks = []
    if shown.silent:
        marks.append('<span class="mark" title="No notification">silent</span>')
    for role in shown.pinged:
        name = escape(names.get(role, f"role {role}"))
        marks.append(f'<span class="mark ping">pinged @{name}</span>')
    classes = "message pinged" if shown.pinged and not shown.silent else "message"
    edited = '<span class="edited">(edited)</span>' if shown.edited else ""
    return (
        f'<article class="{classes}" lang="{language_of(payload)}">{AVATAR}<div class="said">'
        '<div class="meta" lang="en">'
        f'<span class="author">Launchwire</span><span class="app">APP</span>'
        f"{_time(shown.at.isoformat(), 'f', stamp_words(shown.at, 'f'))}{''.join(marks)}</div>"
        f"{drawing.thread()}{drawing.content()}{drawing.embeds()}{drawing.components()}"
        f"{edited}</div></article>"
    )


def accents_of(payloads: Iterable[Mapping[str, Any]]) -> str:
    """Style rules for the accent colours that occur (style attributes are not allowed to run)."""
    found: set[int] = set()
    for payload in payloads:
        found |= {embed.get("color") or 0 for embed in payload.get("embeds") or ()}
        parts = walk(payload.get("components") or ())
        found |= {part.get("accent_color") or 0 for part in parts if part.get("type") == CONTAINER}
    return "".join(f".a{colour:06x}{{--accent:#{colour:06x}}}" for colour in sorted(found))


class _Drawing:
    """Draws the parts of one payload."""

    def __init__(self, payload: Mapping[str, Any], names: Names) -> None:
        self._payload = payload
        self._names = names
        self._files = {ATTACHMENT + item["filename"]: item for item in payload.get("files") or ()}

    def thread(self) -> str:
        """The title and tags of a forum post, or the name of the thread to be opened."""
        thread = self._payload.get("thread")
        if not thread:
            return ""
        tags = "".join(
            f'<span class="tag">{escape(tag)}</span>' for tag in thread.get("tags") or ()
        )
        return f'<div class="thread"><strong>{escape(thread["name"])}</strong>{tags}</div>'

    def content(self) -> str:
        """The content line."""
        text = self._payload.get("content")
        return f'<div class="content">{self._text(text)}</div>' if text else ""

    def embeds(self) -> str:
        """Classic embeds."""
        return "".join(self._embed(embed) for embed in self._payload.get("embeds") or ())

    def components(self) -> str:
        """Buttons of a classic message, or a whole card."""
        return "".join(self._part(part) for part in self._payload.get("components") or ())

    def _embed(self, embed: Mapping[str, Any]) -> str:
        inside = []
        if embed.get("title"):
            title = self._inline(markdown.inline(embed["title"]))
            link = _link(embed["url"], title) if embed.get("url") else title
            inside.append(f'<div class="embed-title">{link}</div>')
        if embed.get("description"):
            inside.append(f'<div class="embed-text">{self._text(embed["description"])}</div>')
        inside += (
            f'<div class="field"><strong>{self._text(item["name"])}</strong>'
            f"{self._text(item['value'])}</div>"
            for item in embed.get("fields") or ()
        )
        if embed.get("image"):
            inside.append(self._picture(embed["image"]["url"], ""))
        if embed.get("footer"):
            inside.append(f'<div class="footer">{escape(embed["footer"]["text"])}</div>')
        colour = embed.get("color") or 0
        return f'<div class="embed a{colour:06x}">{"".join(inside)}</div>'

    def _part(self, part: Json) -> str:
        children = part.get("components") or ()
        match part.get("type"):
            case kind if kind == CONTAINER:
                inside = "".join(self._part(child) for child in children)
                colour = part.get("accent_color") or 0
                return f'<div class="card a{colour:06x}">{inside}</div>'
            case kind if kind == TEXT_DISPLAY:
                return f'<div class="text">{self._text(part["content"])}</div>'
            case kind if kind == SECTION:
                inside = "".join(self._part(child) for child in children)
                beside = self._part(part["accessory"])
                return f'<div class="section"><div>{inside}</div>{beside}</div>'
            case kind if kind == SEPARATOR:
                return '<hr class="gap">' if part.get("divider") is False else "<hr>"
            case kind if kind == MEDIA_GALLERY:
                items = (
                    self._picture(item["media"]["url"], item.get("description", ""))
                    for item in part["items"]
                )
                return f'<div class="gallery">{"".join(items)}</div>'
            case kind if kind == ACTION_ROW:
                return f'<div class="row">{"".join(self._part(child) for child in children)}</div>'
            case kind if kind == BUTTON:
                return _button(part)
            case kind if kind in SELECTS:
                return _select(part)
            case _:
                return ""

    def _picture(self, url: str, description: str) -> str:
        item = self._files.get(url, {})
        alt = escape(description or item.get("alt", ""))
        if item.get("png"):
            data = base64.b64encode(item["png"]).decode()
            shown = f'<img src="data:image/png;base64,{data}" alt="{alt}">'
        else:
            shown = '<div class="undrawn" aria-hidden="true">picture</div>'
        return f"<figure>{shown}<figcaption><b>ALT</b> {alt}</figcaption></figure>"

    def _text(self, text: str) -> str:
        return "".join(self._block(block) for block in markdown.blocks(text))

    def _block(self, block: Block) -> str:
        inside = self._inline(block.nodes)
        match block.kind:
            case BlockKind.HEADING:
                return f'<div class="h{block.level}">{inside}</div>'
            case BlockKind.SMALL:
                return f'<div class="small">{inside}</div>'
            case BlockKind.QUOTE:
                return f"<blockquote>{inside}</blockquote>"
            case BlockKind.ITEM:
                return f'<div class="item">{inside}</div>'
            case BlockKind.CODE:
                return f"<pre>{inside}</pre>"
            case BlockKind.BLANK:
                return '<div class="blank"></div>'
            case BlockKind.TEXT:
                return f"<div>{inside}</div>"

    def _inline(self, nodes: tuple[Node, ...]) -> str:
        return "".join(self._node(node) for node in nodes)

    def _node(self, node: Node) -> str:
        match node:
            case Plain(text):
                return escape(text)
            case Styled(Style.SPOILER, inside):
                return f'<span class="spoiler" tabindex="0">{self._inline(inside)}</span>'
            case Styled(kind, inside):
                tag = _TAGS[kind]
                return f"<{tag}>{self._inline(inside)}</{tag}>"
            case Anchor(url, label):
                return _link(url, self._inline(label))
            case Stamp(at, style):
                shown = _time(at.isoformat(), style, stamp_words(at, style))
                return f'<span class="stamp">{shown}</span>'
            case Mention(MentionKind.EMOJI, name):
                return f'<span class="emoji">:{escape(name)}:</span>'
            case Mention(kind, name):
                words = self._names.get(name) or (
                    f"role {name}" if kind is MentionKind.ROLE else name
                )
                sign = SIGNS.get(kind, "")
                return f'<span class="mention {kind.value}">{sign}{escape(words)}</span>'


def _link(url: str, label: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        return label
    return (
        f'<a href="{escape(url)}" title="{escape(url)}" rel="noopener noreferrer nofollow"'
        f' target="_blank">{label}</a>'
    )


def _time(iso: str, style: str, words: str) -> str:
    return f'<time datetime="{escape(iso)}" data-style="{escape(style)}">{escape(words)}</time>'


def _button(part: Json) -> str:
    kind = _STYLES.get(part.get("style", 2), "secondary")
    emoji = escape((part.get("emoji") or {}).get("name", ""))
    label = escape(part.get("label") or "")
    face = f"<span>{emoji}</span> {label}" if emoji else label
    if part.get("style") == LINK_STYLE:
        return _link(part["url"], f"{face}{ARROW}").replace("<a ", '<a class="button link" ', 1)
    disabled = " disabled" if part.get("disabled") else ""
    action = escape(part.get("custom_id") or "")
    return f'<button class="button {kind}" title="{action}"{disabled}>{face}</button>'


def _select(part: Json) -> str:
    chosen = [option["label"] for option in part.get("options") or () if option.get("default")]
    words = ", ".join(chosen) or part.get("placeholder") or "Make a selection"
    return f'<div class="select"><span>{escape(words)}</span>{CHEVRON}</div>'


ARROW = (
    '<svg class="out" viewBox="0 0 16 16" aria-hidden="true">'
    '<path d="M6 3h7v7M13 3 4 12" fill="none" stroke="currentColor" stroke-width="1.8"/></svg>'
)
CHEVRON = (
    '<svg class="out" viewBox="0 0 16 16" aria-hidden="true">'
    '<path d="m3 6 5 5 5-5" fill="none" stroke="currentColor" stroke-width="1.8"/></svg>'
)
