"""General repairs for XML feeds in which feedparser finds no entries; each is tried in turn.

Nothing here knows any single feed: every repair answers a kind of fault seen in the wild.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from charset_normalizer import from_bytes

MAX_INFLATED = 20_000_000
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)[\s>]", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml[^>]*>")
_PREFIXED = re.compile(rb"<([A-Za-z_][\w.-]*):(?:channel|item|entry)[\s>]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def inflated(body: bytes) -> bytes:
    """A body that is gzip data without saying so, unpacked (at most 20 MB); others as they are."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, MAX_INFLATED)
    except zlib.error:
        return body


def mentions_entries(body: bytes) -> bool:
    """Whether there is anything to be found by repairing.

    UTF-16 without a byte order mark and a declaration is no XML (XML 1.0, 4.3.3) and stays unread.
    """
    return _ENTRY.search(body) is not None


def repairs(body: bytes) -> Iterator[bytes]:
    """Repaired versions of a feed, the mildest first."""
    trimmed = _from_root(body)
    if trimmed is not None:
        yield trimmed
        bare = _without_own_prefix(trimmed)
        if bare is not None:
            yield bare
            trimmed = bare
    text = _as_utf8(body if trimmed is None else trimmed)
    yield text
    recovered = _recovered(text)
    if recovered is not None:
        yield recovered


def _from_root(body: bytes) -> bytes | None:
    """Without what stands before the root: comments, warnings of a script, a broken declaration."""
    root = _ROOT.search(body)
    if root is None:
        return None
    declared = re.search(rb"encoding\s*=\s*[\"']([\w.-]+)", body[: root.start()])
    encoding = declared.group(1) if declared else b"utf-8"
    return b'<?xml version="1.0" encoding="' + encoding + b'"?>\n' + body[root.start() :]


def _without_own_prefix(body: bytes) -> bytes | None:
    """Without the prefix a feed puts before its own elements and never (or wrongly) declares."""
    found = _PREFIXED.search(body)
    if found is None:
        return None
    prefix = re.escape(found.group(1))
    bare = re.sub(rb"(</?)" + prefix + rb":", rb"\1", body)
    return re.sub(rb"(\s)" + prefix + rb":(?=[\w-]+\s*=)", rb"\1", bare)


def _as_utf8(body: bytes) -> bytes:
    """Re-encoded by the encoding it really has, without control characters."""
    best = from_bytes(body[:200_000]).best()
    encoding = best.encoding if best is not None else "utf-8"
    try:
        text = body.decode(encoding, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    clean = _CONTROL.sub("", text).lstrip("\ufeff \r\n\t").encode("utf-8", "replace")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _DECLARATION.sub(b"", clean, count=1)


def _recovered(body: bytes) -> bytes | None:
    """What libxml2 makes of it when told to go on after errors."""
    from lxml import etree  # here, so that only the worker carries it

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return result
