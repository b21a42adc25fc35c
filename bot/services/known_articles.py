"""Which stored article an entry is: the keys are asked in turn until one names the same article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.article import Article, ArticleIdentity, RawArticle
from bot.domain.identity import KnownArticle, Match, identity, same_article
from bot.ports import StoredArticle, Transaction


def already_known(tx: Transaction, raw: RawArticle) -> bool:
    """Whether an entry is stored, or was noted, in this very form."""
    key = identity(raw)
    if tx.articles.seen(raw.origin.key, key):
        return True
    for stored in _candidates(tx, raw.origin.key, key):
        if stored.article.origin.key != raw.origin.key:
            # Another feed carries the same page: the first one keeps it. Equal words alone are a
            # reprint: a report of its own, which the story folds into its origin.
            if key.link and stored.article.identity.link == key.link:
                return True
            continue
        match = same_article(_as_known(stored.article), KnownArticle(key, raw.title))
        if match is not Match.DIFFERENT:
            return match is Match.SAME
    return False


def former_state(tx: Transaction, article: Article) -> StoredArticle | None:
    """The stored article of the same source that this one is a new state of."""
    for stored in _candidates(tx, article.origin.key, article.identity):
        if stored.article.origin.key != article.origin.key:
            continue
        if same_article(_as_known(stored.article), _as_known(article)) is not Match.DIFFERENT:
            return stored
    return None


def _candidates(tx: Transaction, source_key: str, key: ArticleIdentity) -> Iterator[StoredArticle]:
    """What each key names, the surest first.

    A guid that was used again keeps naming its first article: the second is found by its link or
    its content.
    """
    without_guid = replace(key, guid="")
    told = set()
    for some in (key, without_guid, replace(without_guid, link="")):
        stored = tx.articles.find(source_key, some)
        if stored is None:
            return  # each asks for less than the one before
        if stored.id not in told:
            told.add(stored.id)
            yield stored


def _as_known(article: Article) -> KnownArticle:
    return KnownArticle(article.identity, article.title)
