"""Which story an article joins, inside the store's transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.article import Article, ArticleId, DatePrecision, SourceKind
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_bridge import bridge
from bot.domain.story_facts import view
from bot.domain.story_life import absorb, add_report, revise_report, start_story
from bot.domain.story_match import choose_story, index_keys
from bot.errors import NotFound
from bot.ports import Stage, TrailEntry, Transaction

# Stories not touched for longer take no new reports; their launches are history by then.
CANDIDATE_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Joins articles to stories; the decision itself is `bot.domain.story_match`."""

    max_age: timedelta

    def add(
        self, tx: Transaction, article_id: ArticleId, article: Article, now: datetime
    ) -> tuple[Story | None, Story]:
        """Put a new article into a story; returns the story before (None: a new one) and after."""
        report = report_of(article_id, article)
        keys = index_keys(report)
        candidates = tx.stories.candidates(keys, now - CANDIDATE_AGE)
        decision = choose_story(report, candidates, now)
        if decision.copy_of is not None:
            report = replace(report, copy_of=decision.copy_of)
        before = next((story for story in candidates if story.id == decision.story_id), None)
        after = start_story(report, now) if before is None else add_report(before, report, now)
        reasons = [decision.reason]
        # A server's own feed must not move what others see.
        if before is not None and report.guild_id is None:
            others = [story for story in candidates if story.id != before.id]
            before, after, found = self._second_look(tx, before, after, others, report)
            reasons += found
        saved = self.save(tx, after, now)
        for reason in reasons:
            tx.records.trail(
                TrailEntry(
                    now,
                    Stage.GROUPED,
                    reason,
                    article_id=article_id,
                    link=article.identity.link,
                    story_id=saved.id,
                    guild_id=article.origin.guild_id,
                )
            )
        return before, saved

    def _second_look(
        self,
        tx: Transaction,
        before: Story,
        after: Story,
        others: list[Story],
        report: StoryReport,
    ) -> tuple[Story, Story, list[str]]:
        """Join stories that the new report ties together; the survivor before and after, and why.

        A story that somebody was told of lives on; of two such stories neither is touched, since
        joining them is for a person to decide.
        """
        reasons = []
        now = after.updated
        while (found := bridge(after, others, report)) is not None:
            other = next(story for story in others if story.id == found.story_id)
            others = [story for story in others if story.id != other.id]
            told, other_told = _is_told(tx, after.id, now), _is_told(tx, other.id, now)
            if told and other_told:
                continue
            other_older = (other.created, other.id) < (after.created, after.id)
            keep_other = other_told or (other_older and not told)
            kept, gone = (other, after) if keep_other else (after, other)
            before = other if keep_other else before
            after, closed = absorb(kept, gone, now)
            for moved in closed.reports:
                tx.articles.move(moved.article_id, after.id)
            self.save(tx, closed, now)
            reasons.append(found.reason)
        return before, after, reasons

    def revise(
        self,
        tx: Transaction,
        article_id: ArticleId,
        story_id: StoryId,
        article: Article,
        now: datetime,
    ) -> tuple[Story, Story]:
        """Replace an article's report within its story; it stays where it is.

        A mere teaser of an article that was read whole says nothing against what it told.
        """
        before = tx.stories.get(story_id)
        if before is None:
            raise NotFound(f"story {story_id} of article {article_id} is gone")
        after = revise_report(before, report_of(article_id, article), now)
        return before, self.save(tx, after, now)

    def save(self, tx: Transaction, story: Story, now: datetime) -> Story:
        """Store a story under the keys of all its reports."""
        keys = dict.fromkeys(key for report in story.reports for key in index_keys(report))
        seen = view(story, None, now, self.max_age)
        shown = seen or view(story, story.reports[0].guild_id, now, self.max_age)
        headline = shown.headline if shown else story.reports[0].title
        status = shown.status.value if shown else ""
        story_id = tx.stories.save(story, tuple(keys), headline=headline, status=status)
        return replace(story, id=story_id)


def _is_told(tx: Transaction, story_id: StoryId, now: datetime) -> bool:
    """Whether a place was told of a story, or a person follows or muted it."""
    return bool(
        tx.outbox.of_story(story_id)
        or tx.subscriptions.followers(story_id)
        or any(silence.story_id == story_id for silence in tx.subscriptions.silences(now))
    )


def report_of(article_id: ArticleId, article: Article) -> StoryReport:
    """An article's part in a story."""
    published = article.published
    return StoryReport(
        article_id=article_id,
        title=article.title,
        publisher=article.publisher or article.origin.name,
        family=article.family or article.publisher or article.origin.name,
        url=article.url,
        language=article.language,
        published=published.at if published else None,
        detected=article.first_seen,
        report=article.report,
        lead=lead_of(article),
        sentences=article.summary,
        official_feed=article.origin.official,
        state_media=article.origin.state_media,
        guild_id=article.origin.guild_id,
        from_seed=article.origin.kind is SourceKind.SEED,
        entities=article.entities,
        keywords=article.keywords,
        rare_terms=article.rare_terms,
        published_day_only=bool(published and published.precision is not DatePrecision.INSTANT),
        withdrawn=article.report.retracted is not None,
    )


def lead_of(article: Article) -> str:
    """The sentence an alert quotes: of the text rather than the headline, which is shown anyway."""
    quotes = [evidence.quote for evidence in article.report.evidence]
    in_text = [quote for quote in quotes if any(quote in text for text in article.paragraphs)]
    return next(iter([*in_text, *article.summary, *quotes]), "")
