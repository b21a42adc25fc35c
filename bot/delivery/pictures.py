"""Draws the pictures of messages as PNG; runs in the worker, loads matplotlib only there.

Every picture has its own dark card, which reads well in Discord's dark and light theme. The words
in it come with the data, already in the reader's language; their alt text stands in the message.

| name               | data (JSON)                                                                |
|--------------------|----------------------------------------------------------------------------|
| `launches-per-day` | `[["2021-03-25", 2], ...]` or `{"days": [...], "title": "..."}`             |
| `launch-map`       | `{"areas": [{"label", "lat", "lon", "radius_km", "role"}], "title", "note"}`, role `site` or `target` |
| `report-timeline`  | `{"reports": [{"at": ISO time, "label"}], "title", "zone": IANA name}`      |
"""  # noqa: E501 - a table row cannot be broken

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.delivery.sanitise import cut, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
CARD, INK, FAINT, GRID = "#22252b", "#e9ecef", "#a7adb7", "#3a3e47"
RED, BLUE, AMBER = "#ff6369", "#5fa8ff", "#ffb454"
LABEL = 38  # characters; longer labels would leave the picture
MOST_REPORTS = 12

Data = Any
Painter = Callable[["Figure", Data], None]


def draw(name: str, data: str) -> bytes:
    """Draw a picture by name from its JSON data.

    Raises:
        ValueError: there is no such picture, or its data cannot be drawn.
    """
    painter = _PAINTERS.get(name)
    if painter is None:
        raise ValueError(f"There is no picture called {name}.")
    size, paint = painter
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    _use_own_font()
    with rc_context({"font.family": FAMILIES, "font.size": 17, "axes.unicode_minus": False}):
        figure = Figure(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI, facecolor=CARD)
        FigureCanvasAgg(figure)
        try:
            paint(figure, json.loads(data))
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"The data of {name} cannot be drawn: {error!r}.") from error
        png = io.BytesIO()
        figure.savefig(png, format="png", facecolor=CARD, metadata={"Software": None})
    return png.getvalue()


FAMILIES = ["DejaVu Sans", "Launchwire CJK"]


@cache
def _use_own_font() -> None:
    """Make Hangul, kana and kanji known: matplotlib's own font has none."""
    from matplotlib.font_manager import fontManager

    # Our font has one weight; matplotlib would say so on every picture.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

    with as_file(files("bot.delivery") / "data" / "launchwire-cjk.otf") as path:
        fontManager.addfont(str(path))


# -- launches a day -------------------------------------------------------------------------------


def _paint_days(figure: Figure, data: Data) -> None:
    rows = data["days"] if isinstance(data, Mapping) else data
    days = [date.fromisoformat(day) for day, _ in rows]
    counts = [int(count) for _, count in rows]
    if not days:
        raise ValueError("There are no days to draw.")
    axes = _axes(figure, data.get("title", "") if isinstance(data, Mapping) else "", bottom=0.2)
    axes.bar(range(len(days)), counts, color=RED, width=0.72, zorder=2)
    for number, count in enumerate(counts):
        if count:
            axes.annotate(
                str(count),
                (number, count),
                (0, 4),
                textcoords="offset points",
                ha="center",
                color=INK,
                fontweight="bold",
            )
    axes.axhline(0, color=FAINT, linewidth=1)
    axes.set_ylim(0, max(1, *counts) * 1.22)
    axes.set_xlim(-0.7, len(days) - 0.3)
    axes.set_yticks([])
    step = max(1, round(len(days) / 7))
    shown = [number for number in range(len(days)) if (len(days) - 1 - number) % step == 0]
    axes.set_xticks(shown, [f"{days[n].month}-{days[n].day:02d}" for n in shown])


# -- map ------------------------------------------------------------------------------------------


def _paint_map(figure: Figure, data: Data) -> None:
    from bot.delivery.picture_map import paint_map

    paint_map(figure, _axes(figure, data.get("title", ""), bottom=0.08), data)


# -- reports over time ----------------------------------------------------------------------------


def _paint_timeline(figure: Figure, data: Data) -> None:
    zone = ZoneInfo(data.get("zone", "UTC"))
    found = [(datetime.fromisoformat(row["at"]), plain(row["label"])) for row in data["reports"]]
    if any(at.tzinfo is None for at, _ in found):
        raise ValueError("Times need their zone.")
    if not found:
        raise ValueError("There are no reports to draw.")
    reports = sorted(found)[:MOST_REPORTS]
    axes = _axes(figure, data.get("title", ""), bottom=0.06, left=0.05)
    first, last = reports[0][0], reports[-1][0]
    span = max((last - first).total_seconds(), 60.0)
    height = len(reports)
    axes.set_xlim(-0.03, 1.75)
    axes.set_ylim(-0.6, height - 0.3)
    axes.set_xticks([])
    axes.set_yticks([])
    for number, (at, label) in enumerate(reports):
        across = (at - first).total_seconds() / span * 0.62
        row = height - 1 - number
        axes.plot([0, across], [row, row], color=GRID, linewidth=2, zorder=1)
        axes.scatter([across], [row], s=90, color=RED if number == 0 else BLUE, zorder=3)
        local = at.astimezone(zone)
        clock = (
            f"{local:%H:%M}"
            if local.date() == first.astimezone(zone).date()
            else (f"{local.month}-{local.day:02d} {local:%H:%M}")
        )
        axes.annotate(
            f"{clock}  {cut(label, LABEL)}",
            (across, row),
            (12, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    note = f"{first.astimezone(zone):%Y-%m-%d} {zone.key}"
    figure.text(0.98, 0.94, note, color=FAINT, ha="right", va="top", fontsize=14)


def _axes(figure: Figure, title: str, *, bottom: float, left: float = 0.03) -> Axes:
    top = 0.84 if title else 0.94
    axes = figure.add_axes((left, bottom, 0.97 - left, top - bottom), facecolor=CARD)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=FAINT, labelsize=17)
    if title:
        words = cut(plain(title), 70)
        figure.text(0.03, 0.95, words, color=INK, va="top", fontsize=20, fontweight="bold")
    return axes


_PAINTERS: dict[str, tuple[tuple[int, int], Painter]] = {
    "launches-per-day": ((800, 300), _paint_days),
    "launch-map": ((800, 460), _paint_map),
    "report-timeline": ((800, 420), _paint_timeline),
}
"""Size in pixels and painter of each picture."""
