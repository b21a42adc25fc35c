"""What changed in a story, and whether it is material.

A material change deserves a reply and a new ping; everything else edits the message silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.launch import BALLISTIC_CLASSES, Casualties, Count, Verdict, WeaponClass
from bot.domain.story import (
    Change,
    ChangeKind,
    StoryFacts,
    StoryReport,
    StoryStatus,
    StoryView,
)
from bot.domain.story_fold import casualty_words, count_words

_STANDING = {StoryStatus.UNCONFIRMED: 0, StoryStatus.REPORTED: 1, StoryStatus.CONFIRMED: 2}
_TOLL_GROWS = 2  # a toll that doubled is news again

# A change as it is weighed: kind, material, before, after.
_Weighed = tuple[ChangeKind, bool, str, str]


def changes(before: StoryView | None, after: StoryView, now: datetime) -> tuple[Change, ...]:
    """What changed between two views of a story, as one audience sees them.

    Material: the first report; a special or other weapon class; the count went up; an overflight;
    casualties (the first, or twice as many); a status promoted; a dispute or retraction, and its
    end. All else is silent, also what people do: marking, splitting, merging. Each change names
    the newest report that is not as it was. Of a launch that is wholly taken back nothing is learnt
    any more: what it then shows is what had been told.
    """
    source = _changed(before, after)[-1]
    if before is None:
        weighed: list[_Weighed] = [(ChangeKind.FIRST_REPORT, True, "", after.headline)]
    else:
        weighed = _judgement(before, after)
        known = before.facts if _is_taken_back(after) else after.facts
        weighed.extend(_facts(before.facts, known))
        if len(after.families) > len(before.families):
            weighed.append((ChangeKind.NEW_SOURCE, False, "", source.publisher))
        details = _details(before.facts, known)
        weighed.extend((ChangeKind.DETAIL, False, *words) for words in details)
    made = [
        Change(kind, now, material, old, new, source.publisher, source.article_id)
        for kind, material, old, new in weighed
    ]
    return (*made, *_withdrawals(before, after, now))


def is_material(found: Sequence[Change]) -> bool:
    """Whether any of the changes deserves a new ping."""
    return any(change.material for change in found)


def _judgement(before: StoryView, after: StoryView) -> list[_Weighed]:
    """Whether it is a launch, and how sure that is."""
    found: list[_Weighed] = []
    if before.marked_not_launch is not after.marked_not_launch:
        words = (before.headline, "") if after.marked_not_launch else ("", after.headline)
        found.append((ChangeKind.MARKED, False, *words))
    elif after.verdict is Verdict.LAUNCH and before.verdict is not Verdict.LAUNCH:
        found.append((ChangeKind.FIRST_REPORT, True, "", after.headline))
    elif before.verdict is Verdict.LAUNCH and after.verdict is not Verdict.LAUNCH:
        found.append((ChangeKind.CORRECTED, False, before.headline, ""))
    elif before.verdict is not after.verdict:
        found.append((ChangeKind.DETAIL, False, before.verdict.value, after.verdict.value))
    if before.status is not after.status:
        kind, material = _weigh_status(before.status, after.status)
        found.append((kind, material, before.status_words, after.status_words))
    return found


def _is_taken_back(view: StoryView) -> bool:
    """Whether the launch was told and no report of it stands."""
    told = [one for one in view.reports if one.report.verdict is Verdict.LAUNCH]
    return bool(told) and all(one.withdrawn for one in told)


def _facts(old: StoryFacts, new: StoryFacts) -> list[_Weighed]:
    """The facts that can be material."""
    found: list[_Weighed] = []
    if set(old.weapons) != set(new.weapons):
        material = _more_special(old.weapons, new.weapons)
        found.append((ChangeKind.WEAPON, material, _joined(old.weapons), _joined(new.weapons)))
    if old.count != new.count:
        went_up = _went_up(old.count, new.count)
        found.append((ChangeKind.COUNT, went_up, _count(old.count), _count(new.count)))
    if old.actors != new.actors:
        found.append((ChangeKind.ACTOR, False, _joined(old.actors), _joined(new.actors)))
    if old.overflight != new.overflight:
        flown = new.overflight is not None
        found.append((ChangeKind.OVERFLIGHT, flown, old.overflight or "", new.overflight or ""))
    if old.casualties != new.casualties:
        worse = _worse(old.casualties, new.casualties)
        found.append((ChangeKind.CASUALTIES, worse, _toll(old.casualties), _toll(new.casualties)))
    return found


def _withdrawals(before: StoryView | None, after: StoryView, now: datetime) -> list[Change]:
    """Reports that were taken back while others stand."""
    if before is None or after.status is StoryStatus.RETRACTED:
        return []
    stood = {one.article_id for one in before.reports if not one.withdrawn}
    return [
        Change(ChangeKind.WITHDRAWN, now, False, "", one.publisher, one.publisher, one.article_id)
        for one in after.reports
        if one.withdrawn and one.article_id in stood
    ]


def _changed(before: StoryView | None, after: StoryView) -> Sequence[StoryReport]:
    """The reports that are new or not as they were; all of them when none is."""
    known = {one.article_id: one for one in before.reports} if before is not None else {}
    return [one for one in after.reports if known.get(one.article_id) != one] or after.reports


def _weigh_status(before: StoryStatus, after: StoryStatus) -> tuple[ChangeKind, bool]:
    if after in (StoryStatus.DISPUTED, StoryStatus.RETRACTED):
        return ChangeKind.RETRACTION, True
    if before in (StoryStatus.DISPUTED, StoryStatus.RETRACTED):
        return ChangeKind.STATUS, True
    return ChangeKind.STATUS, _STANDING[after] > _STANDING[before]


def _more_special(before: Sequence[WeaponClass], after: Sequence[WeaponClass]) -> bool:
    """Whether a class is new that is more than a vaguer word for one already known."""
    vague = {WeaponClass.MISSILE, WeaponClass.PROJECTILE}
    fresh = set(after) - set(before)
    if before and set(before) <= {WeaponClass.PROJECTILE}:
        return bool(fresh)
    fresh -= vague
    if set(before) & BALLISTIC_CLASSES:
        fresh.discard(WeaponClass.BALLISTIC)
    return bool(before) and bool(fresh)


def _went_up(before: Count | None, after: Count | None) -> bool:
    if before is None or after is None:
        return False
    if after.min > before.min:
        return before.max is None or after.min > before.max or before.min == before.max
    return after.min == before.min and after.max is None and before.max is not None


def _worse(before: Casualties | None, after: Casualties | None) -> bool:
    if after is None:
        return False
    old = before or Casualties(None, None)
    pairs = ((old.killed or 0, after.killed or 0), (old.injured or 0, after.injured or 0))
    return any(new > 0 and (known == 0 or new >= _TOLL_GROWS * known) for known, new in pairs)


def _details(before: StoryFacts, after: StoryFacts) -> list[tuple[str, str]]:
    """Facts that changed without weight: (before, after) in words."""
    named = ("names", "site", "target", "time", "distance_km", "apogee_km", "eez", "failed")
    return [
        (_plain(name, getattr(before, name)), _plain(name, getattr(after, name)))
        for name in named
        if getattr(before, name) != getattr(after, name)
    ]


def _plain(name: str, value: object) -> str:
    label = name.removesuffix("_km")
    if value in (None, (), False):
        return ""
    if isinstance(value, tuple):
        unit = " km" if name.endswith("_km") else ""
        joined = "-" if unit else ", "
        return f"{label}: {joined.join(str(one) for one in dict.fromkeys(value))}{unit}"
    day = getattr(value, "day", None)
    return f"{label}: {day.isoformat()}" if isinstance(day, date) else f"{label}: {value}"


def _joined(values: Sequence[str]) -> str:
    return ", ".join(str(value) for value in values)


def _count(count: Count | None) -> str:
    return count_words(count) if count is not None else ""


def _toll(casualties: Casualties | None) -> str:
    return casualty_words(casualties) if casualties is not None else ""
