"""The map of a launch: areas where it is said to have started and come down, never exact points.

Coast lines and borders are Natural Earth's (public domain), see `data/coast.LICENSE.txt`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from math import cos, radians
from typing import TYPE_CHECKING, Any

from bot.delivery.sanitise import cut, plain

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEPS_PER_DEGREE = 180  # resolution of the stored lines
EARTH_RADIUS_KM = 6371.0
SMALLEST_RADIUS_KM = 40.0  # a named place is never drawn as a point
NARROWEST_DEGREES = 9.0
SEA, LAND, SHORE, BORDER = "#1b2836", "#39424e", "#77818f", "#5b6470"
SITE, TARGET, INK, FAINT = "#ff6369", "#ffb454", "#e9ecef", "#a7adb7"
COLOURS = {"site": SITE, "target": TARGET}
HATCHES = {"site": "", "target": "///"}  # told apart without colour as well


def paint_map(figure: Figure, axes: Axes, data: Any) -> None:
    """Draw the areas of `data` over coast lines (see `bot.delivery.pictures`).

    Raises:
        ValueError: there are no areas, or one lies outside the globe.
    """
    from matplotlib.patches import Polygon

    areas = data["areas"]
    if not areas:
        raise ValueError("There are no areas to draw.")
    middle = float(areas[0]["lon"])
    outlines = [_circle(area, middle) for area in areas]
    west, east, south, north = _window(axes, figure, outlines)
    axes.set(xlim=(west, east), ylim=(south, north), facecolor=SEA, xticks=[], yticks=[])
    axes.set_aspect("auto")
    _paint_lines(axes, (west, east, south, north))
    ordered = sorted(zip(areas, outlines, strict=True), key=lambda pair: -pair[0]["radius_km"])
    for area, outline in ordered:
        role = area["role"]
        axes.add_patch(Polygon(outline, facecolor=COLOURS[role] + "48", edgecolor="none", zorder=4))
        axes.add_patch(
            Polygon(
                outline,
                fill=False,
                edgecolor=COLOURS[role],
                hatch=HATCHES[role],
                linewidth=1.8,
                linestyle="--",
                zorder=5,
            )
        )
    for area, outline in ordered:
        _paint_label(axes, area, outline)
    if note := data.get("note"):
        figure.text(0.97, 0.02, cut(plain(note), 90), color=FAINT, ha="right", fontsize=14)


def _circle(area: Any, middle: float) -> np.ndarray:
    """The outline of an area on the globe, in degrees; longitudes near `middle`."""
    import numpy as np

    lat, lon = float(area["lat"]), float(area["lon"])
    if abs(lat) > 85 or abs(lon) > 360:
        raise ValueError("An area lies outside the map.")
    lon = middle + (lon - middle + 180) % 360 - 180
    reach = max(float(area["radius_km"]), SMALLEST_RADIUS_KM) / EARTH_RADIUS_KM
    bearing = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    base = radians(lat)
    lats = np.arcsin(np.sin(base) * np.cos(reach) + np.cos(base) * np.sin(reach) * np.cos(bearing))
    lons = np.arctan2(
        np.sin(bearing) * np.sin(reach) * np.cos(base), np.cos(reach) - np.sin(base) * np.sin(lats)
    )
    return np.stack([lon + np.degrees(lons), np.degrees(lats)], axis=1)


def _window(
    axes: Axes, figure: Figure, outlines: list[np.ndarray]
) -> tuple[float, float, float, float]:
    """The shown part of the world: all areas with a margin, in the shape of the axes."""
    import numpy as np

    points = np.concatenate(outlines)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    lat = (south + north) / 2
    narrowing = max(cos(radians(lat)), 0.2)
    box = axes.get_position()
    shape = box.width * figure.get_figwidth() / (box.height * figure.get_figheight())
    high = max((north - south) * 1.5, NARROWEST_DEGREES, (east - west) * 1.5 * narrowing / shape)
    wide = high * shape / narrowing
    middle = (west + east) / 2
    return middle - wide / 2, middle + wide / 2, lat - high / 2, lat + high / 2


def _paint_lines(axes: Axes, window: tuple[float, float, float, float]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    land, borders = _coast()
    for shift in (-360.0, 0.0, 360.0):
        near = _near(land, window, shift)
        axes.add_collection(
            PolyCollection(near, facecolors=LAND, edgecolors=SHORE, linewidths=0.8, zorder=1),
            autolim=False,
        )
        axes.add_collection(
            LineCollection(_near(borders, window, shift), colors=BORDER, linewidths=0.8, zorder=2),
            autolim=False,
        )


def _near(
    lines: list[np.ndarray], window: tuple[float, float, float, float], shift: float
) -> list[np.ndarray]:
    import numpy as np

    west, east, south, north = window
    found = []
    for line in lines:
        low, high = line.min(axis=0), line.max(axis=0)
        if high[0] + shift < west or low[0] + shift > east or high[1] < south or low[1] > north:
            continue
        found.append(line + np.array([shift, 0.0]))
    return found


def _paint_label(axes: Axes, area: Any, outline: np.ndarray) -> None:
    from matplotlib.patheffects import withStroke

    above = area["role"] == "site"
    point = outline[outline[:, 1].argmax()] if above else outline[outline[:, 1].argmin()]
    axes.annotate(
        cut(plain(area["label"]), 40),
        (float(outline[:, 0].mean()), float(point[1])),
        (0, 7 if above else -7),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        color=INK,
        fontsize=18,
        fontweight="bold",
        path_effects=[withStroke(linewidth=3, foreground="#14181f")],
        zorder=6,
        annotation_clip=False,
    )


@cache
def _coast() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Land outlines and borders in degrees."""
    import numpy as np

    with as_file(files("bot.delivery") / "data" / "coast.npz") as path, np.load(path) as stored:
        return (
            _unpack(stored["land"], stored["land_lengths"]),
            _unpack(stored["borders"], stored["borders_lengths"]),
        )


def _unpack(steps: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    import numpy as np

    # Steps wrap around at 16 bits, so the sums do too; every coordinate fits.
    ends = np.cumsum(lengths)[:-1]
    return [
        np.cumsum(line, axis=0, dtype=np.int16).astype(float) / STEPS_PER_DEGREE
        for line in np.split(steps, ends)
    ]
