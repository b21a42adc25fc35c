"""Pictures are drawn as PNG from JSON, with words in every script of the interface."""

from __future__ import annotations

import io
import json
import pickle
import sys
from pathlib import Path
from subprocess import run

import pytest

from bot.delivery.pictures import draw
from tests.delivery import examples

TIMELINE = json.dumps(
    {
        "title": "언제 보도되었나 · いつ報じられたか",
        "zone": "Asia/Seoul",
        "reports": [
            {"at": "2021-03-24T22:06:00+00:00", "label": "NBC: two missiles"},
            {"at": "2021-03-24T22:20:00+00:00", "label": "연합뉴스: 합참 발표"},
            {"at": "2021-03-25T15:41:00+00:00", "label": "NHK: 弾道ミサイル2発"},
        ],
    }
)
PICTURES = {
    "launches-per-day": (examples.DAYS, (800, 300)),
    "launch-map": (examples.MAP, (800, 460)),
    "report-timeline": (TIMELINE, (800, 420)),
}


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_drawn_the_same_every_time(name: str) -> None:
    data, size = PICTURES[name]
    first = draw(name, data)
    assert size_of(first) == size
    assert draw(name, data) == first
    assert 3_000 < len(first) < 300_000


def test_no_letter_of_korean_or_japanese_is_missing(
    recwarn: pytest.WarningsRecorder,
) -> None:
    draw("report-timeline", TIMELINE)
    assert not [w for w in recwarn if "missing from font" in str(w.message)]


def test_bars_show_the_days_that_had_launches() -> None:
    none = json.dumps([[f"2021-03-{d:02d}", 0] for d in range(12, 26)])
    assert colours(draw("launches-per-day", examples.DAYS))["bars"] > 5_000
    assert colours(draw("launches-per-day", none))["bars"] == 0


def test_an_uncertain_place_is_an_area_and_never_a_point() -> None:
    data = json.loads(examples.MAP)
    data["areas"] = [data["areas"][0] | {"radius_km": 0}]
    assert colours(draw("launch-map", json.dumps(data)))["site"] > 500


def colours(png: bytes) -> dict[str, int]:
    """Count reddish pixels: bars, and the tinted area of a launch site."""
    from matplotlib.image import imread

    pixels = imread(io.BytesIO(png))
    red, green = pixels[..., 0], pixels[..., 1]
    return {
        "bars": int(((red > 0.95) & (green < 0.45)).sum()),
        "site": int((red - green > 0.1).sum()),
    }


def test_a_map_near_the_date_line_shows_both_sides() -> None:
    area = {"label": "Pacific", "lat": 55.0, "lon": 179.5, "radius_km": 300, "role": "target"}
    other = area | {"lon": -175.0, "label": "Aleutians", "role": "site"}
    assert size_of(draw("launch-map", json.dumps({"areas": [area, other]}))) == (800, 460)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no-such-picture", "{}"),
        ("launch-map", '{"areas": []}'),
        ("launch-map", '{"areas": [{"lat": 1}]}'),
        ("launch-map", '{"areas": [{"label":"x","lat":99,"lon":0,"radius_km":1,"role":"site"}]}'),
        ("launches-per-day", "[]"),
        ("launches-per-day", "not json"),
        ("report-timeline", '{"reports": []}'),
        ("report-timeline", '{"reports": [{"at": "2021-03-24T22:06:00", "label": "x"}]}'),
    ],
)
def test_what_cannot_be_drawn_is_a_clear_error(name: str, data: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        draw(name, data)


def test_the_worker_can_be_sent_the_function() -> None:
    assert pickle.loads(pickle.dumps(draw)) is draw


def test_matplotlib_is_loaded_only_when_drawing() -> None:
    code = "import sys, bot.delivery.pictures; print('matplotlib' in sys.modules)"
    root = Path(__file__).parent.parent.parent
    shown = run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_data_files_have_their_licences_beside_them() -> None:
    folder = Path(__file__).parent.parent.parent / "bot" / "delivery" / "data"
    for name in ("coast", "launchwire-cjk"):
        assert (folder / f"{name}.LICENSE.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000
