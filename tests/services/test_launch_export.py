"""The register as files: one row a launch, quotes kept, formulas defused, no private feeds."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from bot.analysis.coordinates import locate
from bot.domain.article import GuildId
from bot.services.launch_export import LaunchExport
from tests.services.newsroom import MAX_AGE, newsroom

TEXT = "North Korea fired two ballistic missiles from Wonsan toward the East Sea on Wednesday."


async def test_every_launch_is_a_row_with_its_facts(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        await room.seed("a.txt", TEXT)
        await room.seed("b.txt", "The city council opened a library.")
        export = LaunchExport(room.store, room.clock, MAX_AGE, locate)
        kind, text = await export.csv()
        (row,) = list(csv.DictReader(io.StringIO(text)))
        assert kind == "text/csv"
        assert row["actors"] == "North Korea"
        assert (row["count_min"], row["count_max"]) == ("2", "2")


async def test_claims_carry_their_quotes(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        await room.seed("a.txt", TEXT)
        _, text = await LaunchExport(room.store, room.clock, MAX_AGE, locate).json()
        (launch,) = json.loads(text)
        assert any(claim["quote"] == TEXT for claim in launch["claims"])


async def test_places_are_areas_on_the_map(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        await room.seed("a.txt", TEXT)
        _, text = await LaunchExport(room.store, room.clock, MAX_AGE, locate).geojson()
        features = json.loads(text)["features"]
        assert {feature["properties"]["role"] for feature in features} >= {"target"}
        assert all(feature["properties"]["radius_km"] > 0 for feature in features)


async def test_a_servers_own_feed_is_left_out(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        feed = await room.add_feed(guild_id=GuildId(5))
        await room.baseline(feed)
        await room.poll(feed, room.entry(feed, "Iran fires a ballistic missile at a base", TEXT))
        _, text = await LaunchExport(room.store, room.clock, MAX_AGE, locate).json()
        assert json.loads(text) == []


async def test_a_headline_like_a_formula_is_defused(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        feed = await room.add_feed(publisher="=cmd()")
        await room.baseline(feed)
        await room.poll(feed, room.entry(feed, "Iran fires a ballistic missile at a base", TEXT))
        _, text = await LaunchExport(room.store, room.clock, MAX_AGE, locate).csv()
        (row,) = list(csv.DictReader(io.StringIO(text)))
        assert not any(str(value).startswith("=") for value in row.values())
