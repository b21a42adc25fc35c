"""Summaries and judgements of an article a person names: an address, a file, a stored article."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.article import Article, ArticleId, Markup, Origin, RawArticle, SourceKind
from bot.domain.permission import check_rate
from bot.domain.subscription import UserId
from bot.errors import InvalidInput, NotFound, SeedError
from bot.locale import problem
from bot.ports import Analyser, Clock, PageSource, SeedBatch, Store, Transaction
from bot.services.asking import Asker, Drafts, ensure, ensure_address, number_in

FileReader = Callable[[str, bytes, datetime], Awaitable[SeedBatch]]
"""Reads a file of seeds/ by its name, in a worker."""

MOST_SENTENCES = 10
MOST_FILE_BYTES = 2 * 1024 * 1024
_MINUTE = timedelta(minutes=1)
_PEOPLE_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Summary:
    """An analysed article; `words` counts the words of its text."""

    article: Article
    words: int
    sentences: int

    @property
    def short_words(self) -> int:
        """The words of the summary."""
        return sum(len(sentence.split()) for sentence in self.article.summary)


@dataclass
class SummaryDesk:
    """The use cases of `/summarize` and of the context menus; nothing of it is stored."""

    store: Store
    clock: Clock
    pages: PageSource
    analyser: Analyser
    read_file: FileReader
    per_minute: int
    drafts: Drafts[RawArticle]
    _uses: dict[UserId, list[datetime]] = field(default_factory=dict)

    async def of_address(self, asker: Asker, url: str, sentences: int) -> tuple[Summary, str]:
        """Summarize a page; also the token by which the length can be changed.

        Raises:
            LaunchwireError: too many, refused, unreachable, or no article there.
        """
        address = ensure_address(url)
        self._pace(asker)
        page = await self.pages.fetch(address, self.clock.now())
        return await self._made(asker, page, sentences)

    async def of_file(
        self, asker: Asker, name: str, data: bytes, sentences: int
    ) -> tuple[Summary, str]:
        """Summarize an uploaded text, Markdown or HTML file.

        Raises:
            LaunchwireError: too many, too large, or unreadable.
        """
        self._pace(asker)
        if len(data) > MOST_FILE_BYTES:
            raise problem(
                InvalidInput,
                "error.file_too_big",
                size=f"{len(data) // 1024} kB",
                most=f"{MOST_FILE_BYTES // 1024} kB",
            )
        batch = await self.read_file(name, data, self.clock.now())
        if batch.problem is not None:
            raise SeedError(batch.problem.sentence)
        if not batch.articles:
            raise problem(InvalidInput, "error.no_article")
        return await self._made(asker, _asked_for(batch.articles[0]), sentences)

    async def of_stored(
        self, asker: Asker, article_id: ArticleId, sentences: int
    ) -> tuple[Summary, str]:
        """Summarize a stored article anew.

        Raises:
            NotFound: there is none the asker may see.
        """
        self._pace(asker)

        def step(tx: Transaction) -> Article:
            stored = tx.articles.get(article_id)
            owner = stored.article.origin.guild_id if stored is not None else None
            if stored is None or owner not in (None, asker.guild_id):
                raise problem(NotFound, "permission.not_found")
            return stored.article

        article = await self.store.read(step)
        raw = RawArticle(
            origin=_origin(article.publisher or article.origin.name),
            title=article.title,
            body=article.text,
            markup=Markup.PLAIN,
            first_seen=article.first_seen,
            url=article.url,
            published=article.published,
            language=article.language,
        )
        return await self._made(asker, raw, sentences)

    async def of_text(
        self, asker: Asker, title: str, text: str, sentences: int
    ) -> tuple[Summary, str]:
        """Summarize the words of a message.

        Raises:
            LaunchwireError: too many, or nothing to read.
        """
        self._pace(asker)
        if not text.strip() and not title.strip():
            raise problem(InvalidInput, "error.no_article")
        raw = RawArticle(
            origin=_origin("Discord"),
            title=title,
            body=text,
            markup=Markup.PLAIN,
            first_seen=self.clock.now(),
        )
        return await self._made(asker, raw, sentences)

    async def again(self, asker: Asker, token: str, sentences: int) -> Summary:
        """The same article in another length.

        Raises:
            LaunchwireError: too late, or too many.
        """
        raw = self.drafts.look(asker, token)
        self._pace(asker)
        return await self._analysed(raw, sentences)

    async def _made(self, asker: Asker, raw: RawArticle, sentences: int) -> tuple[Summary, str]:
        summary = await self._analysed(raw, sentences)
        return summary, self.drafts.keep(asker, raw)

    async def _analysed(self, raw: RawArticle, sentences: int) -> Summary:
        wanted = min(max(sentences, 1), MOST_SENTENCES)
        article = await self.analyser.analyse(raw, sentences=wanted)
        return Summary(article, len(article.text.split()), wanted)

    def _pace(self, asker: Asker) -> None:
        """Refuse more than so many a minute from one person: each costs a fetch and a worker."""
        now = self.clock.now()
        uses = [at for at in self._uses.get(asker.user_id, ()) if now - at < _MINUTE]
        ensure(check_rate(uses, now, self.per_minute, _MINUTE, "quota.summaries"))
        self._uses[asker.user_id] = [*uses, now]
        while len(self._uses) > _PEOPLE_KEPT:
            del self._uses[next(iter(self._uses))]


def article_number(text: str) -> ArticleId | None:
    """The stored article a suggestion stands for: "article:12"."""
    head, _, tail = text.partition(":")
    number = number_in(tail) if head == "article" else None
    return None if number is None else ArticleId(number)


_ADDRESS = re.compile(r"https?://[^\s<>|]+")
# Links to Discord itself (messages, invitations, uploads) are no articles.
_OURS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:discord(?:app)?\.(?:com|net|gg)|discord\.gg|dis\.gd)(?:[/:]|$)"
)


def addresses(texts: Sequence[str]) -> list[str]:
    """The web addresses in these texts, each once, in their order; Discord's own are left out."""
    found: dict[str, None] = {}
    for text in texts:
        for each in _ADDRESS.findall(text):
            address = _trimmed(each)
            if not _OURS.match(address):
                found[address] = None
    return list(found)


def _trimmed(address: str) -> str:
    """Without what the sentence around it put behind an address."""
    address = address.rstrip("]}>.,;:!?\"'*_`")
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip("]}>.,;:!?\"'*_`")
    return address


def _origin(name: str) -> Origin:
    return Origin(kind=SourceKind.REQUEST, key="request", name=name, publisher=name)


def _asked_for(raw: RawArticle) -> RawArticle:
    return replace(raw, origin=replace(raw.origin, kind=SourceKind.REQUEST, key="request"))
