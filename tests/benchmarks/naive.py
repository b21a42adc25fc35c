"""The pipeline one would write first, as the yardstick of `make bench`: nothing here is tuned.

feedparser with its defaults, a fresh Sumy LexRank for each article, one `re` alternation of all
keywords, and a commit for each article. Sumy's own tokenizer needs data that a fresh machine lacks,
so it gets the bot's (which is faster: the yardstick is not made worse than it is).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

import feedparser
from sumy.nlp.stemmers import Stemmer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words

from bot.analysis.words import Tokenizer

_TAGS = re.compile(r"<[^>]+>")


class NaivePipeline:
    """Feed bytes to stored, flagged and summarized articles."""

    def __init__(self, database: str, keywords: Sequence[str]) -> None:
        self._database = sqlite3.connect(database)
        self._database.execute(
            "CREATE TABLE article (link TEXT PRIMARY KEY, title, text, summary, keywords)"
        )
        self._keywords = alternation(keywords)

    def take(self, body: bytes) -> int:
        """Take in a feed; returns how many entries were new."""
        new = 0
        for entry in feedparser.parse(body).entries:
            known = "SELECT 1 FROM article WHERE link = ?"
            if self._database.execute(known, (entry.link,)).fetchone():
                continue
            text = _TAGS.sub(" ", entry.summary)
            found = self._keywords.findall(f"{entry.title} {text}")
            row = (entry.link, entry.title, text, summary(text), " ".join(sorted(set(found))))
            self._database.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?)", row)
            self._database.commit()
            new += 1
        return new

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def alternation(phrases: Sequence[str]) -> re.Pattern[str]:
    """All phrases as one expression."""
    return re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b", re.IGNORECASE)


def summary(text: str) -> str:
    """Three sentences by Sumy's LexRank, everything made anew."""
    document = PlaintextParser.from_string(text, Tokenizer("en")).document
    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    return " ".join(map(str, summarizer(document, 3)))
