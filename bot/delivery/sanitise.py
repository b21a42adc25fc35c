"""The one sanitiser: text from outside becomes harmless text within Discord's limits.

Feeds are written by strangers. Whatever they hold, the result shows their words and nothing else:
no mention, masked link, invite, heading, hidden or reordered character, and never half a letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import regex
from yarl import URL

from bot.delivery.discord_limits import BUTTON_URL, units

ELLIPSIS = "…"
MAX_MARKS = 4  # combining marks on one letter; more is "Zalgo" text that covers its neighbours

# Cc, Cf (bidi and zero-width among them), Co, Cn, Cs go, as do letters and marks drawn as nothing:
# Hangul fillers, braille blank, grapheme joiner, Khmer inherent vowels, Mongolian and
# supplementary variation selectors.
_INVISIBLE = regex.compile(
    r"[^\P{C}\n\t\r\x0b\x0c\x85]|[\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0"
    r"\U000E0100-\U000E01EF]"
)
_BREAK = regex.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MARKS = regex.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")
_GRAPHEME = regex.compile(r"\X")

# https://support.discord.com/hc/en-us/articles/210298617 (markdown) and
# https://docs.discord.com/developers/reference#message-formatting (mentions, commands, timestamps)
_INVITE = regex.compile(
    r"(?i)(?P<head>discord(?:app)?|dsc|invite)(?P<dot>\s?\.\s?)"
    r"(?=(?:gg|com\s?[/\\]+\s?(?:invite|template|gifts)|new|gift|me|li|io)\b)"
)
_EVERYONE = regex.compile(r"(?i)@(?=everyone|here)")
_TAG = regex.compile(r"(?i)<(?=[@#/]|a?:|t:|id:|sound:|https?:|steam:|discord:|mailto:|tel:|\+)")
_SPECIAL = regex.compile(
    r"""
      [\\*_`\[\]<]                       # emphasis, code, links, tags: always
    | (?<=\])\(                          # the second half of a masked link
    | \|(?=\|) | (?<=\|)\| | ^\| | \|$   # spoilers, also together with a neighbouring text
    | ~(?=~) | (?<=~)~ | ^~ | ~$         # strike-through
    | (?<=[a-z]):(?=//)                  # addresses that Discord would turn into links
    | :(?=[a-z_+-][\w+~-]{1,31}:)        # :emoji:
    | (?m:^)[#>-]                        # headings, quotes, lists, small print
    | (?m:(?<=^\d{1,9}))\.(?=\s|$)       # numbered lists
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def clean(text: str, *, lines: bool = False) -> str:
    """The words of a text without anything that hides or reorders: plain, NFC, folded spaces.

    With `lines` single line breaks stay, else the result is one line.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAK.sub("\n", text)))
    text = _MARKS.sub(r"\1", text)
    pieces = text.split("\n") if lines else [text]
    folded = (_defang(" ".join(piece.split())) for piece in pieces)
    return "\n".join(line for line in folded if line)


def _defang(text: str) -> str:
    # Discord looks for invites and for @everyone in the raw text, where a backslash may not help.
    text = _INVITE.sub(lambda found: f"{found['head']}[.]", text)
    defanged: str = _TAG.sub("‹", _EVERYONE.sub("＠", text))
    return defanged


def escape(text: str) -> str:
    """Markdown that shows a cleaned text as it is, wherever in a line it stands."""
    escaped: str = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    return escaped


def markdown(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """Text from outside as harmless markdown of at most `limit` UTF-16 units."""
    cleaned = clean(text, lines=lines)
    shown = escape(cleaned)
    if limit is None or units(shown) <= limit:
        return shown
    return _longest(cleaned, limit, escape)


def plain(text: str, limit: int | None = None) -> str:
    """Text from outside for places that know no markdown (button labels, footers, thread names)."""
    cleaned = clean(text)
    return cleaned if limit is None else cut(cleaned, limit)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis, in at most `limit` UTF-16 units.

    Cuts between graphemes only (never inside an emoji or an accented letter), at a word's end when
    one is near.
    """
    return text if units(text) <= limit else _longest(text, limit, lambda piece: piece)


def _longest(text: str, limit: int, dress: Callable[[str], str]) -> str:
    """The longest beginning whose dressed form fits with the ellipsis."""
    if limit < 1:
        return ""
    pieces = _GRAPHEME.findall(text[: limit * 2 + 64])
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if units(dress("".join(pieces[:middle]))) + 1 <= limit:
            low = middle
        else:
            high = middle - 1
    kept = "".join(pieces[:low])
    at_word = kept.rfind(" ")
    follows_word = low < len(pieces) and not pieces[low].isspace()
    if follows_word and at_word > len(kept) * 0.8:
        kept = kept[:at_word]
    shown = dress(kept.rstrip())
    while units(shown) + 1 > limit:  # a shorter text can need more escapes at its new end
        kept = "".join(_GRAPHEME.findall(kept)[:-1])
        shown = dress(kept.rstrip())
    return shown + ELLIPSIS


@dataclass(frozen=True, slots=True)
class SafeUrl:
    """An address fit for a link, and its host as a person should see it."""

    url: str
    host: str


_UNSAFE_IN_URL = str.maketrans({char: f"%{ord(char):02X}" for char in "()<>\\\"'`[]{}|^* "})
_RAW_HOST = regex.compile(r"(?i)[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}")
# What a browser shows in one host label: one script, or Latin beside Chinese, Japanese or Korean.
_ONE_SCRIPT = regex.compile(
    r"[\p{Latin}\d-]+|[\p{Latin}\p{Han}\p{Hiragana}\p{Katakana}ー\d-]+"
    r"|[\p{Latin}\p{Han}\p{Hangul}\d-]+|[\p{Cyrillic}\d-]+|[\p{Greek}\d-]+|[\p{Arabic}\d-]+"
    r"|[\p{Hebrew}\d-]+|[\p{Thai}\d-]+|[\p{Devanagari}\d-]+"
)
# Letters that read as Latin ones; a label made of nothing else is a disguise (UTS 39, whole-script
# confusables).
_LATIN_LOOKALIKES = regex.compile(r"(?i)[аеорсухіјѕԁһӏԛԝьгѵαορνικυτωγ\d-]+")


def safe_url(address: str) -> SafeUrl | None:
    """The address as we link it, or None when it cannot be linked.

    Only http and https, without credentials, at most 512 characters (Discord's limit for buttons),
    serialised anew so that it cannot end a masked link.
    """
    address = address.strip()
    try:
        url = URL(address)
        host = url.raw_host
        port = url.port
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not host or url.user or url.password:
        return None
    # Line breaks and tabs inside would silently be dropped, joining what stands around them.
    if _INVISIBLE.search(address) or set(address) & set("\n\r\t") or not _RAW_HOST.fullmatch(host):
        return None
    text = f"{url.scheme}://{_bracketed(host)}"
    if port and not url.is_default_port():
        text += f":{port}"
    tail = str(url.relative()) if url.raw_path or url.query_string else "/"
    text += tail.translate(_UNSAFE_IN_URL)
    if units(text) > BUTTON_URL or not text.isascii():
        return None
    return SafeUrl(text, shown_host(url))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def shown_host(url: URL) -> str:
    """The host in the clear: Unicode when honest, punycode (xn--) when its labels mix scripts."""
    raw = (url.raw_host or "").removeprefix("www.")
    host = (url.host or "").removeprefix("www.")
    if host.isascii():
        return raw
    labels = host.split(".")
    for label in labels:
        if label.isascii():
            continue
        disguised = _LATIN_LOOKALIKES.fullmatch(label) and labels[-1].isascii()
        if disguised or not _ONE_SCRIPT.fullmatch(label):
            return raw
    return clean(host)
