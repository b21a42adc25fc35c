"""The hashes by which an entry is known again.

A guid counts within its source, a link and a content within one audience: everybody's sources, or
one server's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.domain.article import ArticleIdentity, GuildId


def hashes(
    source_key: str, identity: ArticleIdentity, audiences: Iterable[GuildId | None]
) -> Iterable[tuple[str, bytes]]:
    """(kind, hash) of each key an identity has, the surest first."""
    scopes = ["all" if guild_id is None else f"guild:{guild_id}" for guild_id in audiences]
    if identity.guid:
        yield "guid", _hash("guid", source_key, identity.guid)
    for kind, value in (("link", identity.link), ("content", identity.content)):
        if value:
            for scope in scopes:
                yield kind, _hash(kind, scope, value)


def seen_hashes(source_key: str, identity: ArticleIdentity) -> Iterable[tuple[str, bytes]]:
    """The same for an entry that is only noted: all keys count within the source."""
    values = {"guid": identity.guid, "link": identity.link, "content": identity.content}
    for kind, value in values.items():
        if value:
            yield f"seen-{kind}", _hash(f"seen-{kind}", source_key, value)


def _hash(kind: str, scope: str, value: str) -> bytes:
    text = f"{kind}\0{scope}\0{value}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
