"""Blocks of text out of a body: plain text, Markdown or HTML as feeds and files carry them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from bot.domain.article import Markup

MAX_BODY = 400_000  # characters; an article is never longer, and what follows is not read

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# Soft hyphen, zero-width space, word joiner, BOM, bidirectional marks and isolates. The zero-width
# (non-)joiner stays: Persian spelling and emoji need it.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_BLANKS = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Anything that makes `clean_characters` change a text; most texts have none of it.
_UNCLEAN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\u00ad\u061c\u1680\u2000-\u200b\u200e\u200f"
    "\u2028-\u202f\u205f-\u2069\u3000\ufeff\ufffe\uffff]"
)
_EMPTY_LINE = re.compile(r"\n[ \t\u3000]*\n")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_STRAY_TAG = re.compile(
    r"</?(?:b|i|em|strong|u|a|br|p|div|span|font|img|h[1-6]|ul|ol|li|sup|"
    r"sub)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_TAGGED = re.compile(r"<(?:p|br|div|li|ol|ul|table|span|a|img|h[1-6])[\s>/]", re.IGNORECASE)
_TERMINAL = tuple('.!?…。！？؟"”»」:;')

_DROPPED = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
        "figure", "figcaption", "nav", "aside", "footer", "form", "button", "select", "textarea",
        "head", "audio", "video", "canvas", "map", "input",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "p", "div", "section", "article", "main", "header", "li", "ul", "ol", "dl", "dt", "dd",
        "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "tr", "td", "th", "hr",
        "address", "body", "html", "center", "tbody", "thead",
    }
)  # fmt: skip


def clean_characters(text: str) -> str:
    """NFC, no control or invisible characters, one kind of line break and of blank."""
    text = unicodedata.normalize("NFC", text)
    if "  " not in text and _UNCLEAN.search(text) is None:
        return text
    text = _LINE_BREAKS.sub("\n", text)
    return _BLANKS.sub(" ", _INVISIBLE.sub("", _CONTROL.sub("", text)))


def clean_line(text: str) -> str:
    """One line of clean characters: a title, a name. Entities and stray tags are resolved."""
    if "<" in text:
        text = _STRAY_TAG.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m.group()), text)
    return " ".join(clean_characters(text).split())


def blocks_of(body: str, markup: Markup) -> list[str]:
    """The paragraphs of a body, in order, each one clean line without markup."""
    body = body[:MAX_BODY]
    if markup is Markup.HTML or (markup is Markup.PLAIN and len(_TAGGED.findall(body)) >= 2):
        blocks = list(_html_blocks(body))
    elif markup is Markup.MARKDOWN:
        blocks = list(_markdown_blocks(clean_characters(body)))
    else:
        blocks = list(_plain_blocks(clean_characters(body)))
    line_of = _one_line if markup is Markup.HTML else clean_line
    return [line for block in blocks if (line := line_of(block))]


def _one_line(text: str) -> str:
    return " ".join(clean_characters(text).split())


def _plain_blocks(text: str) -> Iterator[str]:
    """Empty lines part paragraphs; without them lines do, unless they are just wrapped."""
    for block in _EMPTY_LINE.split(text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if len(lines) > 1 and _hard_wrapped(lines):
            yield " ".join(lines)
        else:
            yield from lines


def _hard_wrapped(lines: list[str]) -> bool:
    """Were these lines broken by an editor at a column, and not by the writer?"""
    body = lines[:-1]
    width = max(len(line) for line in lines)
    if width > 100:
        return False
    open_ended = sum(not line.endswith(_TERMINAL) for line in body)
    full = sum(len(line) > 0.6 * width for line in body)
    return width >= 40 and full >= 0.7 * len(body) and open_ended >= 0.6 * len(body)


_MD_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_MD_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_MD_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MD_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^)\n]{0,2000}\)")
_MD_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^)\n]{0,2000}\)")
_MD_REFERENCE = re.compile(r"\[([^\[\]\n]{1,500})\]\[[^\]\n]{0,200}\]")
_MD_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:\s+\S.*$", re.MULTILINE)
_MD_MARK = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)")
_MD_RULE = re.compile(
    r"^\s{0,3}(?:[-*_]\s*){3,}$|^\s{0,3}=+\s*$|^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$"
)
_MD_STAR = re.compile(r"(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1")
_MD_UNDERSCORE = re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?!\w)")
_MD_CODE = re.compile(r"`([^`\n]+)`")
_MD_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_MD_AUTOLINK = re.compile(r"<(https?://[^\s>]+)>")


def _markdown_blocks(text: str) -> Iterator[str]:
    """The words that a reader of the Markdown sees: no image, table rule or code."""
    text = _MD_COMMENT.sub("", _MD_FENCE.sub("", _MD_FRONT.sub("", text)))
    text = _MD_DEFINITION.sub("", _MD_IMAGE.sub("", text))
    text = _MD_REFERENCE.sub(r"\1", _MD_LINK.sub(r"\1", text))
    text = _MD_AUTOLINK.sub(r"\1", text)
    for block in _EMPTY_LINE.split(text):
        current: list[str] = []
        for line in block.split("\n"):
            starts_item = bool(_MD_MARK.match(line)) and not line.lstrip().startswith(">")
            if current and (starts_item or _MD_RULE.match(line) or not line.strip()):
                yield _inline(" ".join(current))
                current = []
            if not _MD_RULE.match(line):
                current.append(_MD_MARK.sub("", line).strip())
                if line.lstrip().startswith("#"):
                    yield _inline(" ".join(current))
                    current = []
        if current:
            yield _inline(" ".join(current))


def _inline(text: str) -> str:
    text = _MD_CODE.sub(r"\1", text)
    for _ in range(3):  # emphasis nests: ***both***, **bold with _italic_**
        text = _MD_UNDERSCORE.sub(r"\2", _MD_STAR.sub(r"\2", text))
    return _MD_ESCAPE.sub(r"\1", text)


def _html_blocks(body: str) -> Iterator[str]:
    """Text of block elements in order, without scripts, captions, navigation and hidden parts."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(
            _CONTROL.sub("", body).encode("utf-8", "replace"), parser=parser
        )
    except (etree.ParserError, ValueError):  # nothing but comments or blanks
        return
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _BLOCKS or element.tag == "br":
            if parts:
                yield "".join(parts)
            parts = []
        if event == "end":
            parts.append(element.tail or "")
        elif _is_dropped(element):
            walk.skip_subtree()
        else:
            parts.append(element.text or "")
    yield "".join(parts)


def _is_dropped(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.tag in _DROPPED or element.get("hidden") is not None or "display:none" in style
