"""Facts of a story as words in the reader's language; shared by alerts, digests and replies."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.launch import Attribution, Verdict
from bot.domain.story import StoryReport, StoryStatus, StoryView
from bot.locale import headline_words, say, say_again
from bot.services.change_words import claims_by_outlet, fact_label

# Outlets named before "and n more".
SHOWN_OUTLETS = 3


def headline_of(view: StoryView, locale: str) -> str:
    """The headline composed from facts; the best title when facts are missing."""
    if not view.tells_launch:
        return view.headline.strip() or say("alert.untitled", locale)
    said = headline_words(view.facts, locale) or view.headline.strip()
    bare = say("headline.fires.bare", locale, weapons=say("weapon.missile.many", locale))
    return said or bare[:1].upper() + bare[1:]


def outlets_of(view: StoryView, locale: str) -> str:
    """The outlets that report, one name for each voice; who took it back no longer reports it."""
    names: dict[str, str] = {}
    for report in standing(view.reports):
        names.setdefault(report.family, report.publisher)
    shown = list(names.values())[:SHOWN_OUTLETS]
    more = len(names) - len(shown)
    text = ", ".join(shown)
    return f"{text} {say('more', locale, count=more)}" if more > 0 else text


def standing(reports: Sequence[StoryReport]) -> Sequence[StoryReport]:
    """The reports that stand; all of them when every one was taken back."""
    return [one for one in reports if not one.withdrawn] or reports


def standing_line(view: StoryView, locale: str) -> str:
    """How sure it is, for a list of mixed news.

    "Unconfirmed" is said of launches, and of what was disputed or taken back; of other news only
    how many voices tell it.
    """
    doubted = view.status in (StoryStatus.DISPUTED, StoryStatus.RETRACTED)
    if doubted or view.verdict is Verdict.LAUNCH:
        return status_line(view, locale)
    return say("digest.voices", locale, reports=len(view.reports), families=len(set(view.families)))


def status_line(view: StoryView, locale: str) -> str:
    """The status in words with the number of independent voices behind it."""
    return say(
        "alert.status_line",
        locale,
        status=say_again(view.status_words, locale),
        reports=len(view.reports),
        families=len(set(view.families)),
    )


def attribution_words(attribution: Attribution, locale: str) -> str:
    """Who says so, with the class of the source."""
    kind = say(f"source_class.{attribution.source_class.name.lower()}", locale)
    return say("attribution", locale, who=attribution.who, kind=kind)


def claim_lines(view: StoryView, locale: str) -> list[tuple[str, str]]:
    """Contradicting claims side by side: (label, "Yonhap: 2; NHK: 1")."""
    if view.status is not StoryStatus.DISPUTED:
        return []
    lines = []
    for fact in dict.fromkeys(claim.fact for claim in view.facts.claims):
        if words := claims_by_outlet(view, fact, locale):
            label = say("alert.claims", locale, fact=fact_label(fact, locale))
            lines.append((label, words))
    return lines
