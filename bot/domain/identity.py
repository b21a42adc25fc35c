"""What makes an article the same article: guid, canonical link, and content, in that order."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.article import Article, ArticleIdentity, RawArticle
from bot.domain.links import canonical_link

_TAGS = re.compile(r"<[^<>]*>")  # without "<": a body of "<<<<" must stay linear
_ENTRY_PATH = re.compile(r"path:[^#]+\.(xml|rss|atom|rdf|json)#", re.IGNORECASE)
_TELLING_LENGTH = 80  # characters of folded text
_NO_WORD = re.compile(r"[\W_]+")
_ASCII_NO_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}


class Match(StrEnum):
    """What a candidate is to an article already known."""

    SAME = "same"  # unchanged, or changed only in guid, date or tracking parameters
    REVISION = "revision"  # the same article with another title or text
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the matching rule needs of an article: its keys and its title."""

    identity: ArticleIdentity
    title: str


def identity(raw: RawArticle) -> ArticleIdentity:
    """The keys of an article. The guid is scoped by its source; a seed file is its path."""
    guid = ""
    if raw.path is not None:
        guid = f"path:{raw.path}"
    elif raw.guid:
        guid = f"{raw.origin.key}:{raw.guid.strip()}"
    link = "" if raw.shared_link else canonical_link(raw.url)
    return ArticleIdentity(guid=guid, link=link, content=content_hash(raw))


def content_hash(raw: RawArticle) -> str:
    """A hash of title, date (the day) and text, folded; empty when there is neither title nor text.

    Markup, punctuation, case and spacing do not count, so that a feed which re-wraps its entries
    does not make them new.
    """
    title, text = folded(raw.title), folded(_TAGS.sub(" ", raw.body))
    if not title and not text:
        return ""
    day = raw.published.at.date().isoformat() if raw.published else ""
    # A text of some length is known by its words alone. A bare headline returns another day
    # ("Morning briefing"): the day stands apart, so that a moved date can be told from new words.
    suffix = "" if len(text) >= _TELLING_LENGTH else day
    words = hashlib.sha256(f"{title}\x1f{text}".encode("utf-8", "replace")).hexdigest()[:32]
    return f"{words}:{suffix}"


def folded(text: str) -> str:
    """Text reduced to its words: compatibility form, no case, no punctuation, single spaces."""
    if text.isascii():  # the same, ten times as fast
        return " ".join(text.lower().translate(_ASCII_NO_WORD).split())
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def same_article(known: KnownArticle, candidate: KnownArticle) -> Match:
    """Decide what `candidate` is to `known`, an article of one source that shares a key with it.

    A changed guid with a known link or content is the same article. A reused guid with link AND
    title both changed is another article; with only one of them changed it is a revision. A seed
    file is its path, whatever it holds now; an entry of a saved feed is not, its ids may be mere
    numbers.
    """
    a, b = known.identity, candidate.identity
    if a.content and a.content == b.content:
        return Match.SAME
    same_guid = bool(a.guid) and _guid_core(a.guid) == _guid_core(b.guid)
    same_link = bool(a.link) and a.link == b.link
    if (same_guid or same_link) and a.content.partition(":")[0] == b.content.partition(":")[0]:
        return Match.SAME
    is_entry = _ENTRY_PATH.match(a.guid) is not None
    if same_guid and a.guid.startswith("path:") and not is_entry:
        return Match.REVISION
    same_title = folded(known.title) == folded(candidate.title)
    if same_guid and is_entry and not same_link and _unlike(known.title, candidate.title):
        return Match.DIFFERENT
    if same_guid:
        link_changed = bool(a.link) and bool(b.link) and not same_link
        return Match.DIFFERENT if link_changed and not same_title else Match.REVISION
    if same_link:
        # One address with several entries (a live page, a home page as link) is told by the title.
        both_have_guids = bool(a.guid) and bool(b.guid)
        return Match.DIFFERENT if both_have_guids and not same_title else Match.REVISION
    return Match.DIFFERENT


def _unlike(title: str, other: str) -> bool:
    """Whether two headlines are clearly of two articles: at most half of the shorter is common."""
    words, others = _pieces(title), _pieces(other)
    return bool(words and others) and 2 * len(words & others) <= min(len(words), len(others))


def _pieces(title: str) -> frozenset[str]:
    """The words of a headline; its pairs of letters where words are not spaced."""
    text = folded(title)
    words = text.split()
    if len(words) > 2:
        return frozenset(words)
    return frozenset(text[n : n + 2] for n in range(len(text) - 1))


def is_excerpt(known: Article, candidate: Article) -> bool:
    """Whether a new state of an article only holds less of it: its page could not be had, say.

    The headline is the same over less than half the text, so silence on something proves nothing.
    """
    same_title = folded(known.title) == folded(candidate.title)
    return same_title and 2 * len(candidate.text) < len(known.text)


def _guid_core(guid: str) -> str:
    """A guid without the edition mark that some outlets append to a link (`...#1`, `...#2`)."""
    source, colon, own = guid.partition(":")
    return source + colon + (canonical_link(own) or own)
