"""How sure a story is, in words that README explains: never a score.

Independent voices are publisher families with copies folded in; who is quoted weighs more than how
many repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.launch import BALLISTIC_CLASSES, EventKind, SourceClass, Verdict, WeaponClass
from bot.domain.story import StoryReport, StoryStatus
from bot.domain.story_fold import Statement, newest, statements, voices

REPORTED_FAMILIES = 2
CONFIRMED_FAMILIES = 3
NAMED = 3  # publishers named that took their reports back


def families(reports: Sequence[StoryReport]) -> tuple[str, ...]:
    """The independent voices that stand behind a story, in order of appearance."""
    voice = voices(reports)
    return tuple(
        dict.fromkeys(voice[one.article_id] for one in _standing(reports) if not one.withdrawn)
    )


def status(reports: Sequence[StoryReport]) -> tuple[StoryStatus, str]:
    """The status over the reports an audience may see, and the words for it.

    Retracted: every report was withdrawn, or an authority denied it while no named official and no
    official publisher stands by it. Disputed: the accused, or one of several authorities, denies
    it, or publishers contradict each other on who fired or what kind of missile. Then by voices.
    """
    standing = [report for report in _standing(reports) if not report.withdrawn]
    withdrawn = [report for report in reports if report.withdrawn]
    if not standing and withdrawn:
        return StoryStatus.RETRACTED, f"Retracted, {_withdrawal(withdrawn)}"
    denial = _denial(reports, standing)
    if denial is not None:
        return denial
    against = _contradiction(statements(standing))
    if against is not None:
        return StoryStatus.DISPUTED, f"Disputed, reports contradict each other on {against}"
    return _by_voices(standing)


def _withdrawal(withdrawn: Sequence[StoryReport]) -> str:
    """Who took it back, and whether in words or by rewriting the page."""
    names = list(dict.fromkeys(one.publisher for one in withdrawn))
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" * (len(names) > NAMED))
    last = withdrawn[-1]
    if last.report.retracted is not None or last.rewritten is None:
        return f"withdrawn by {shown}"
    return f"{shown} no longer {'reports' if len(names) == 1 else 'report'} a launch"


def _standing(reports: Sequence[StoryReport]) -> list[StoryReport]:
    """The reports that tell the news of the story: the launches, where there are any."""
    launches = [one for one in reports if one.report.verdict is Verdict.LAUNCH]
    return launches or list(reports)


def _by_voices(standing: Sequence[StoryReport]) -> tuple[StoryStatus, str]:
    count = len(families(standing))
    official = next((report for report in standing if report.official_feed), None)
    quoting = [report for report in standing if _quotes_named_official(report)]
    if official is not None:
        return StoryStatus.CONFIRMED, f"Confirmed by {official.publisher}"
    if count >= CONFIRMED_FAMILIES:
        return StoryStatus.CONFIRMED, f"Confirmed by {count} independent publishers"
    if quoting and count >= REPORTED_FAMILIES:
        words = f"Confirmed, officials quoted by {quoting[0].publisher} and {count} publishers"
        return StoryStatus.CONFIRMED, words
    if quoting:
        return StoryStatus.REPORTED, f"Reported, officials quoted by {quoting[0].publisher}"
    if count >= REPORTED_FAMILIES:
        return StoryStatus.REPORTED, f"Reported by {count} independent publishers"
    only = f", only {standing[0].publisher} reports it" if standing else ""
    return StoryStatus.UNCONFIRMED, f"Unconfirmed{only}"


def _quotes_named_official(report: StoryReport) -> bool:
    return any(
        one.source_class is SourceClass.OFFICIAL and one.named for one in report.report.attribution
    )


def _denial(
    reports: Sequence[StoryReport], standing: Sequence[StoryReport]
) -> tuple[StoryStatus, str] | None:
    denying = [one for one in reports if one.report.denied is not None and not one.withdrawn]
    if not denying:
        return None
    # A report of the launch may tell the denial too: it still says that there was one.
    asserting = [
        one for one in standing if one.report.denied is None or one.report.news is not None
    ]
    accused = {
        fact.value
        for one in asserting
        if (event := one.report.news) is not None
        for fact in event.actors
    }
    last = denying[-1]
    vouched = any(one.official_feed or _quotes_named_official(one) for one in asserting)
    by_accused = all(_by_accused(one, accused) for one in denying)
    if asserting and (vouched or by_accused or denying[0] in asserting):
        return StoryStatus.DISPUTED, f"Disputed, a denial is reported by {last.publisher}"
    return StoryStatus.RETRACTED, f"Retracted, an authority denied it ({last.publisher})"


def _by_accused(report: StoryReport, accused: set[str]) -> bool:
    """Whether those said to have fired deny it themselves."""
    denied = report.report.denied
    if denied is None:
        return False
    speakers = {one.actor for one in report.report.attribution if one.quote == denied.quote}
    if speakers & accused:
        return True
    if speakers - {None}:  # "North Korea fired no missile, Seoul says": not its own word
        return False
    return any(actor in f"{denied.value} {denied.quote}" for actor in accused)


def _contradiction(told: Sequence[Statement]) -> str | None:
    """What independent voices contradict each other on; hedged statements contradict nobody."""
    if _disjoint(
        [
            {fact.value for fact in one.event.actors if not fact.hedged}
            for one in newest(told, lambda event: event.actors)
        ]
    ):
        return "who fired"
    tests = [one for one in told if one.event.kind is EventKind.TEST]
    if _disjoint(
        [
            {_family(fact.value) for fact in one.event.weapons if not fact.hedged} - {None}
            for one in newest(tests, lambda event: event.weapons)
        ]
    ):
        return "the kind of missile"
    if _officials_disagree(told):
        return "how many"
    return None


def _disjoint(held: Sequence[set[str] | set[str | None]]) -> bool:
    """Whether two of the sets have nothing in common while no other set holds both sides."""
    stated = [one for one in held if one]
    return any(
        one.isdisjoint(other) and not any(both & one and both & other for both in stated)
        for at, one in enumerate(stated)
        for other in stated[at + 1 :]
    )


def _family(weapon: WeaponClass) -> str | None:
    if weapon in BALLISTIC_CLASSES:
        return "ballistic"
    if weapon in (WeaponClass.CRUISE, WeaponClass.ANTI_SHIP):
        return "cruise"
    return "space" if weapon is WeaponClass.SPACE_LAUNCH else None


def _officials_disagree(told: Sequence[Statement]) -> bool:
    """Whether officials of two countries state counts that exclude each other ("2"; "1")."""
    stated: dict[str, tuple[int, int | None]] = {}
    for one in told:
        count = one.event.count
        if count is None or count.hedged:
            continue
        for who in one.report.report.attribution:
            if who.source_class is SourceClass.OFFICIAL and who.actor and who.quote == count.quote:
                stated[who.actor] = (count.value.min, count.value.max)
    values = list(stated.values())
    return any(
        (high is not None and high < other_low) or (other_high is not None and other_high < low)
        for at, (low, high) in enumerate(values)
        for other_low, other_high in values[at + 1 :]
    )
