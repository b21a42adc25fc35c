"""A story as an audience may see it: a pure fold over the reports it may see.

Facts come from `story_fold`, the status from `story_status`, the headline from `story_headline`;
here they become a `StoryView`, with the report that leads and the sentences that sum it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from bot.domain.article import GuildId
from bot.domain.launch import SourceClass, Verdict
from bot.domain.leaning import leaning
from bot.domain.story import Change, ChangeKind, Story, StoryFacts, StoryReport, StoryView
from bot.domain.story_fold import fold, voices
from bot.domain.story_headline import headline
from bot.domain.story_status import families, status
from bot.domain.story_words import words

SUMMARY_SENTENCES = 4
_SAME_SENTENCE = 0.5  # share of the shorter sentence's words


def view(
    story: Story, audience: GuildId | None, now: datetime, max_age: timedelta
) -> StoryView | None:
    """The story for one server (None: for everyone); None when it may see none of the reports.

    Reports from other servers' own feeds are left out. `event_is_old` is judged at the moment the
    first visible report was detected.
    """
    del now  # an event is old or not at detection; the same story looks the same tomorrow
    reports = visible(story.reports, audience)
    if not reports:
        return None
    facts = fold(reports)
    lead = leading(reports)
    standing, standing_words = status(reports)
    return StoryView(
        story_id=story.id,
        revision=story.revision,
        verdict=_verdict(story, reports),
        status=standing,
        status_words=standing_words,
        headline=headline(facts) or lead.title or lead.lead,
        facts=facts,
        reports=reports,
        families=families(reports),
        summary=summary(reports, lead),
        lead=lead,
        event_is_old=_is_old(facts, reports, max_age),
        marked_not_launch=story.marked_not_launch and _tells_launch(reports),
        earlier="" if _tells_launch(reports) else earlier_claim(story.history),
    )


def earlier_claim(history: Sequence[Change]) -> str:
    """The launch a story told of before its last report of one went; "" when it never did."""
    for change in reversed(history):
        if change.kind is ChangeKind.CORRECTED:
            return change.before
        if change.kind is ChangeKind.FIRST_REPORT:
            return ""
    return ""


def visible(reports: Sequence[StoryReport], audience: GuildId | None) -> tuple[StoryReport, ...]:
    """The reports an audience may see, in order of detection."""
    seen = [one for one in reports if one.guild_id is None or one.guild_id == audience]
    return tuple(sorted(seen, key=lambda one: (one.detected, one.article_id)))


def leading(reports: Sequence[StoryReport]) -> StoryReport:
    """The report that speaks for the story: of a launch, standing, the best source, the first."""

    def rank(report: StoryReport) -> tuple[bool, bool, bool, int, bool, datetime, int]:
        classes = [one.source_class for one in report.report.attribution]
        best = min((list(SourceClass).index(one) for one in classes), default=len(SourceClass))
        return (
            report.withdrawn,
            report.report.verdict is not Verdict.LAUNCH,
            report.copy_of is not None,
            -1 if report.official_feed else best,
            not report.title,
            report.published or report.detected,
            report.article_id,
        )

    return min(reports, key=rank)


def summary(
    reports: Sequence[StoryReport], lead: StoryReport, limit: int = SUMMARY_SENTENCES
) -> tuple[tuple[str, str], ...]:
    """Sentences of all reports with their outlet: the leading report's own, then what others add.

    Copies and sentences that repeat one already taken are passed over, and a pronoun ("He said")
    without its outlet's sentence before. Each outlet's sentences stand together; reports in other
    languages than the leading one come last, since their repeats cannot be told.
    """
    voice = voices(reports)
    own: dict[str, StoryReport] = {voice[lead.article_id]: lead}
    for report in sorted(reports, key=lambda one: one.language != lead.language):
        if not report.withdrawn and report.report.verdict is lead.report.verdict:
            own.setdefault(voice[report.article_id], report)
    told = list(own.values())
    chosen: list[tuple[int, int]] = []  # report, sentence
    for turn in range(max(len(report.sentences) for report in told)):
        for number, report in enumerate(told):
            if len(chosen) == limit:
                break
            if turn < len(report.sentences) and (
                len(told) == 1 or _adds(told, number, turn, chosen)
            ):
                chosen.append((number, turn))
    return tuple((told[n].sentences[turn], told[n].publisher) for n, turn in sorted(chosen))


def _adds(
    told: Sequence[StoryReport], number: int, turn: int, chosen: Sequence[tuple[int, int]]
) -> bool:
    """Does this sentence say something the chosen ones do not, and can it be understood?"""
    sentence = told[number].sentences[turn]
    if leaning(sentence, told[number].language).refers and (number, turn - 1) not in chosen:
        return False
    new = set(words(sentence))
    for other, taken in chosen:
        old = set(words(told[other].sentences[taken]))
        if len(new & old) >= _SAME_SENTENCE * max(1, min(len(new), len(old))):
            return False
    return bool(new)


def _verdict(story: Story, reports: Sequence[StoryReport]) -> Verdict:
    """The highest verdict among the visible reports; a person may have said "not a launch"."""
    verdicts = {report.report.verdict for report in reports}
    if _tells_launch(reports) and not story.marked_not_launch:
        return Verdict.LAUNCH
    if verdicts & {Verdict.RELATED, Verdict.LAUNCH}:
        return Verdict.RELATED
    return Verdict.NONE


def _tells_launch(reports: Sequence[StoryReport]) -> bool:
    return any(report.report.verdict is Verdict.LAUNCH for report in reports)


def _is_old(facts: StoryFacts, reports: Sequence[StoryReport], max_age: timedelta) -> bool:
    """Whether the event was over for longer than `max_age` when we first heard of it."""
    detected = min(report.detected for report in reports)
    if facts.time is not None and facts.time.instant is not None:
        return detected - facts.time.instant > max_age
    if facts.time is not None:
        end = datetime.combine(facts.time.until, time.max, UTC)
        return detected - end > max_age
    published = [report.published for report in reports if report.published is not None]
    return bool(published) and detected - min(published) > max_age
