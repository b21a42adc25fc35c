"""From RawArticle to Article: text, language, judgement, publisher and summary, in the worker."""

from __future__ import annotations

from bot.domain.article import Article, RawArticle
from bot.ports import WorkerPool

WALL_SECONDS = 8.0  # an article takes 2 ms; hostile input must not hold the worker longer
HEADLINE_LENGTH = 200  # characters of a first sentence that stands in for a missing headline

WORKER_MODULES = ("bot.analysis.summary", "bot.analysis.launches", "bot.analysis.publishers")
"""What a worker loads before its first article (Sumy and NLTK take half a second)."""


def analyse(raw: RawArticle, sentences: int = 3) -> Article:
    """Judge and summarize one article; the same input gives the same output.

    A text without a headline gets its first sentence as title, but is judged without one. An
    aggregator's list of other outlets' headlines is no text: it has no paragraphs and no summary.
    """
    # Loaded here: the main process imports this module and must stay small (Sumy brings NLTK).
    from bot.analysis.copies import rare_terms
    from bot.analysis.language import detect_language
    from bot.analysis.launches import judge_whole
    from bot.analysis.publishers import publisher_of
    from bot.analysis.summary import summarize
    from bot.analysis.text import clean
    from bot.domain.identity import identity

    text = clean(raw)
    body = text.paragraphs or ((text.other_headlines,) if text.other_headlines else ())
    language = detect_language(text.title, " ".join(body), raw.language)
    publisher = publisher_of(raw, text.signed)
    title = publisher.title if text.title.startswith(publisher.title.strip()) else text.title
    judgement = judge_whole(title, body, language=language, published=raw.published)
    return Article(
        origin=raw.origin,
        identity=identity(raw),
        title=title or _headline(body, language),
        paragraphs=text.paragraphs,
        language=language,
        report=judgement.report,
        first_seen=raw.first_seen,
        summary=summarize(text.title, text.paragraphs, language=language, sentences=sentences),
        keywords=judgement.keywords,
        entities=judgement.entities,
        rare_terms=rare_terms(text.paragraphs),
        path=raw.path,
        guid=raw.guid,
        url=raw.url,
        published=raw.published,
        author=raw.author or text.byline,
        credit=raw.credit or text.credit,
        publisher=publisher.name,
        family=publisher.family,
    )


def _headline(body: tuple[str, ...], language: str) -> str:
    """The first sentence, at most `HEADLINE_LENGTH` characters, cut at a word."""
    from bot.analysis.sentences import split_sentences

    first = next((s for paragraph in body for s in split_sentences(paragraph, language)), "")
    if len(first) <= HEADLINE_LENGTH:
        return first
    return first[: HEADLINE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


class PooledAnalyser:
    """`ports.Analyser` on the killable workers."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    async def analyse(self, raw: RawArticle, *, sentences: int = 3) -> Article:
        """Judge and summarize one article in a worker.

        Raises:
            AnalysisError: it cost too much (WorkerKilled), or something broke; logged there.
        """
        return await self._pool.run(analyse, raw, sentences, wall_seconds=WALL_SECONDS)
