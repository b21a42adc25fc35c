"""Where places of the gazetteer lie, for maps: names only, never a claim of a precise spot."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# How wide a mark for a kind of place must be drawn, in km: facts name regions, not coordinates.
_RADIUS_KM = {"sea": 350.0, "strait": 70.0, "region": 120.0, "country": 300.0}
_OTHER_KM = 40.0


@dataclass(frozen=True, slots=True)
class Area:
    """A place as a circle on the map; degrees and km."""

    label: str
    lat: float
    lon: float
    radius_km: float


def locate(name: str) -> Area | None:
    """The area of a canonical place name; None when the gazetteer has no coordinates for it."""
    return _areas().get(name)


@cache
def _areas() -> dict[str, Area]:
    text = files("bot.analysis").joinpath("lexicon", "places.toml").read_text(encoding="utf-8")
    return {
        name: Area(name, float(entry["lat"]), float(entry["lon"]), _RADIUS_KM.get(kind, _OTHER_KM))
        for kind, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
        if isinstance(entry, dict) and "lat" in entry and "lon" in entry
    }
