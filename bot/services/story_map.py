"""The map of one launch: areas as the reports name them, and the same in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

from bot.domain.message import Picture
from bot.domain.story import StoryView
from bot.locale import place_words, say


class Spot(Protocol):
    """A place as a circle on the map; degrees and km."""

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
        """How vague the place is."""
        ...


Locate = Callable[[str], Spot | None]
"""Finds a canonical place name in the gazetteer."""


def area_of(role: str, name: str, spot: Spot, locale: str) -> dict[str, object]:
    """One area as the drawing wants it; its label says what it is, not only its colour."""
    key = "alert.from" if role == "site" else "alert.to"
    place = place_words(name, locale)
    words = say(key, locale, site=place) if role == "site" else say(key, locale, target=place)
    return {
        "label": words,
        "lat": spot.lat,
        "lon": spot.lon,
        "radius_km": spot.radius_km,
        "role": role,
    }


def map_picture(view: StoryView, locate: Locate, locale: str) -> Picture | None:
    """The map of a launch; None when no place of it is in the gazetteer.

    Only names are known of places, so each is drawn as an area as wide as the name is vague.
    """
    facts = view.facts
    areas, named = [], {}
    for role, name in (("site", facts.site), ("target", facts.target)):
        spot = locate(name) if name else None
        if name and spot is not None:
            areas.append(area_of(role, name, spot, locale))
            named[role] = place_words(name, locale)
    if not areas:
        return None
    alt = say(f"map.{'_'.join(named)}", locale, **named)
    note = say("map.note", locale)
    data = json.dumps({"areas": areas, "note": note}, ensure_ascii=False, sort_keys=True)
    return Picture("launch-map", alt, data)
