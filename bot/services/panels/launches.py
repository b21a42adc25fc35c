"""Replies of `/launch`: lists and numbers, each picture with its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from bot.domain.digest import Coverage
from bot.domain.launch import WeaponClass
from bot.domain.message import (
    Block,
    Button,
    Field,
    Line,
    Link,
    Message,
    Paragraph,
    Picture,
    Section,
    Severity,
    Text,
    Time,
)
from bot.locale import actor_words, has, place_words, say
from bot.services.alert_message import shorten
from bot.services.change_words import fact_title
from bot.services.digest_message import coverage_words
from bot.services.panels.parts import card, heading, page_of, pager, paragraph, small
from bot.services.register import Count, Entry, fill_days
from bot.services.story_map import Locate, area_of
from bot.services.story_words import headline_of, outlets_of, status_line

_NAMES = 8
# Days drawn when everything stored is asked for.
CHART_DAYS = 366
_MAP_PLACES = 60


def recent_panel(
    entries: Sequence[Entry], coverage: Coverage, action: str, page: int, locale: str
) -> Message:
    """Launches, newest first; when there are none, how complete our view was."""
    if not entries:
        words = say("launch.none", locale, coverage=coverage_words(coverage, locale))
        return card(Severity.QUIET, paragraph(words))
    items, page, pages = page_of(entries, page)
    blocks: list[Block] = [heading(say("launch.recent_title", locale))]
    for entry in items:
        view = entry.view
        title: Line = (Text(f"#{view.story_id} "),)
        headline = shorten(headline_of(view, locale), 200)
        if view.lead.url:
            title += (Link(headline, view.lead.url),)
        else:
            title += (Text(headline, strong=True),)
        when = Time(view.lead.published or view.lead.detected, date_only=True)
        second: Line = (Text(f"{outlets_of(view, locale)} · {status_line(view, locale)} · "), when)
        details = Button(say("button.details", locale), f"story:{view.story_id}:details")
        blocks.append(Section((title, second), details))
    return card(Severity.LAUNCH, *blocks, *pager(action, page, pages, locale))


def stats_panel(count: Count, days: int | None, coverage: Coverage, locale: str) -> Message:
    """How many, by country and weapon."""
    if not count.total:
        words = say("launch.none", locale, coverage=coverage_words(coverage, locale))
        return card(Severity.QUIET, paragraph(words))
    blocks: list[Block] = [heading(_title(count.total, days, locale))]
    actors = [f"{actor_words(name, locale)} {number}" for name, number in count.actors[:_NAMES]]
    weapons = [f"{_weapon(kind, locale)} {number}" for kind, number in count.weapons[:_NAMES]]
    if actors:
        blocks.append(Field(fact_title("actor", locale), (Text(", ".join(actors)),)))
    if weapons:
        blocks.append(Field(fact_title("weapon", locale), (Text(", ".join(weapons)),)))
    blocks.append(Field(say("status.confirmed", locale), (Text(str(count.confirmed)),)))
    blocks.append(small(coverage_words(coverage, locale)))
    return card(Severity.INFO, *blocks)


def timeline_panel(
    count: Count, today: date, days: int | None, coverage: Coverage, locale: str
) -> Message:
    """Launches over time: the days as words and as a picture."""
    if not count.total:
        words = say("launch.none", locale, coverage=coverage_words(coverage, locale))
        return card(Severity.QUIET, paragraph(words))
    # East of Greenwich a launch can be of tomorrow; it is counted, so it is drawn.
    last = max(today, count.per_day[-1][0])
    span = (days or CHART_DAYS) + (last - today).days
    shown = fill_days(count.per_day, last, span)
    listed = ", ".join(f"{day.isoformat()}: {number}" for day, number in shown if number)
    alt = say("digest.chart_alt", locale, days=span, list=listed or "0")
    data = json.dumps([[day.isoformat(), number] for day, number in shown])
    return card(
        Severity.INFO,
        heading(_title(count.total, days, locale)),
        Picture("launches-per-day", alt, data),
        small(shorten(alt, 900)),
    )


def map_panel(
    entries: Sequence[Entry],
    locate: Locate,
    days: int | None,
    coverage: Coverage,
    locale: str,
) -> Message:
    """Where launches came from and went: places as words and, where known, as a picture."""
    placed = [entry for entry in entries if entry.view.facts.site or entry.view.facts.target]
    if not placed:
        words = say("launch.none", locale, coverage=coverage_words(coverage, locale))
        return card(Severity.QUIET, paragraph(words))
    areas: dict[tuple[str, str], dict[str, object]] = {}
    ways = []
    for entry in placed[:_MAP_PLACES]:
        facts = entry.view.facts
        names = [place_words(name, locale) for name in (facts.site, facts.target) if name]
        ways.append(f"{entry.day.isoformat()} {' → '.join(names)}")
        for role, name in (("site", facts.site), ("target", facts.target)):
            area = locate(name) if name else None
            if name and area is not None:
                areas[role, name] = area_of(role, name, area, locale)
    alt = say("launch.map_alt", locale, list="; ".join(ways))
    blocks: list[Block] = [heading(_title(len(placed), days, locale))]
    if areas:
        data = json.dumps({"areas": list(areas.values())}, ensure_ascii=False)
        blocks.append(Picture("launch-map", alt, data))
    blocks.append(Paragraph((Text(shorten(alt, 1200)),)))
    return card(Severity.INFO, *blocks)


def _title(total: int, days: int | None, locale: str) -> str:
    text = say("launch.total", locale, count=total)
    return text if days is None else f"{text} · {say('duration.days', locale, count=days)}"


def _weapon(kind: WeaponClass, locale: str) -> str:
    key = f"weapon.{kind.name.lower()}.many"
    return say(key, locale) if has(key) else kind.value
