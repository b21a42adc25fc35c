"""The launch register as files: CSV for tables, GeoJSON for maps, JSON with quotes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from bot.domain.launch import Verdict
from bot.domain.story import StoryView
from bot.domain.story_facts import view
from bot.ports import Clock, Store

# Stories read for one export.
READ = 20_000
COLUMNS = (
    "story",
    "status",
    "headline",
    "day",
    "actors",
    "weapons",
    "names",
    "count_min",
    "count_max",
    "site",
    "target",
    "distance_km",
    "apogee_km",
    "killed",
    "injured",
    "publishers",
    "reports",
    "first_published",
    "first_detected",
    "link",
)


class Located(Protocol):
    """An area on the map: a place is never shown as an exact point."""

    @property
    def lat(self) -> float:
        """Degrees north."""
        ...

    @property
    def lon(self) -> float:
        """Degrees east."""
        ...

    @property
    def radius_km(self) -> float:
        """How uncertain it is."""
        ...


@dataclass(frozen=True, slots=True)
class LaunchExport:
    """Writes what everybody may see; articles of a server's own feeds are left out."""

    store: Store
    clock: Clock
    max_age: timedelta
    locate: Callable[[str], Located | None]

    async def csv(self) -> tuple[str, str]:
        """One row a launch; spreadsheet formulas in titles are defused."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for row in map(_row, await self._views()):
            writer.writerow({name: _harmless(value) for name, value in row.items()})
        return "text/csv", out.getvalue()

    async def json(self) -> tuple[str, str]:
        """One object a launch, with the claims of each publisher and their quotes."""
        rows = []
        for seen in await self._views():
            claims = [
                {"fact": c.fact, "value": c.value, "publisher": c.publisher, "quote": c.quote}
                for c in seen.facts.claims
            ]
            rows.append({**_row(seen), "claims": claims})
        return "application/json", json.dumps(rows, ensure_ascii=False, indent=1)

    async def geojson(self) -> tuple[str, str]:
        """Sites and targets that the gazetteer knows, each with its uncertainty (RFC 7946)."""
        features = []
        for seen in await self._views():
            for role, name in (("site", seen.facts.site), ("target", seen.facts.target)):
                area = self.locate(name) if name else None
                if area is not None:
                    features.append(_feature(seen, role, name or "", area))
        collection = {"type": "FeatureCollection", "features": features}
        return "application/geo+json", json.dumps(collection, ensure_ascii=False, indent=1)

    async def _views(self) -> Sequence[StoryView]:
        now = self.clock.now()
        stories = await self.store.read(lambda tx: tx.stories.recent(READ, verdict=Verdict.LAUNCH))
        seen = [view(s, None, now, self.max_age) for s in stories if not s.marked_not_launch]
        return [one for one in seen if one is not None and one.verdict is Verdict.LAUNCH]


def _row(seen: StoryView) -> dict[str, Any]:
    facts = seen.facts
    published = [r.published for r in seen.reports if r.published is not None]
    casualties = facts.casualties
    return {
        "story": int(seen.story_id),
        "status": seen.status.value,
        "headline": seen.headline,
        "day": facts.time.day.isoformat() if facts.time else "",
        "actors": "; ".join(facts.actors),
        "weapons": "; ".join(weapon.value for weapon in facts.weapons),
        "names": "; ".join(facts.names),
        "count_min": facts.count.min if facts.count else "",
        "count_max": facts.count.max if facts.count and facts.count.max is not None else "",
        "site": facts.site or "",
        "target": facts.target or "",
        "distance_km": facts.distance_km[1] if facts.distance_km else "",
        "apogee_km": facts.apogee_km[1] if facts.apogee_km else "",
        "killed": casualties.killed if casualties and casualties.killed is not None else "",
        "injured": casualties.injured if casualties and casualties.injured is not None else "",
        "publishers": "; ".join(seen.families),
        "reports": len(seen.reports),
        "first_published": min(published).isoformat() if published else "",
        "first_detected": min(r.detected for r in seen.reports).isoformat(),
        "link": seen.lead.url or "",
    }


def _feature(seen: StoryView, role: str, name: str, area: Located) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [area.lon, area.lat]},
        "properties": {"role": role, "place": name, "radius_km": area.radius_km, **_row(seen)},
    }


def _harmless(value: Any) -> Any:
    """Spreadsheets run cells that begin like a formula (OWASP, CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
