"""Loads the table of outlets and finds an article's publisher with it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bot.domain.agency_credit import CreditPatterns
from bot.domain.article import RawArticle
from bot.domain.launch import SourceClass
from bot.domain.publisher import Outlet, OutletTable, Publisher, name_key, resolve_publisher


@cache
def outlet_table() -> OutletTable:
    """The outlets of `lexicon/publishers.toml`.

    Raises:
        ValueError: two outlets share a name or a host, or a class is unknown.
    """
    path = files("bot.analysis") / "lexicon" / "publishers.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    by_name: dict[str, Outlet] = {}
    by_host: dict[str, Outlet] = {}
    credits_ = table.pop("credits")
    agencies: dict[str, Outlet] = {}
    for group, rows in table.items():
        kind = SourceClass.MEDIA if group == "aggregator" else SourceClass(group.replace("_", " "))
        for name, row in rows.items():
            outlet = Outlet(
                name=name,
                family=row.get("family", name),
                source_class=kind,
                country=row.get("country"),
                aggregator=group == "aggregator",
                agency=kind is SourceClass.WIRE or row.get("agency", False),
            )
            printed = (name, *row.get("aliases", ()))
            for key in dict.fromkeys(name_key(one) for one in printed):
                _put(by_name, key, outlet)
            if outlet.agency:
                agencies.update((one, outlet) for one in printed)
            for host in row.get("hosts", ()):
                _put(by_host, host, outlet)
    patterns = CreditPatterns(tuple(credits_["cited"]), tuple(credits_["dateline"]))
    return OutletTable(by_name, by_host, agencies, patterns)


def publisher_of(raw: RawArticle, paragraphs: Sequence[str]) -> Publisher:
    """The publisher of an article whose clean text is given."""
    return resolve_publisher(
        raw.origin,
        outlet_table(),
        title=raw.title,
        paragraphs=paragraphs,
        credit=raw.credit,
        url=raw.url,
        author=raw.author,
    )


def _put(table: dict[str, Outlet], key: str, outlet: Outlet) -> None:
    if key in table:
        raise ValueError(f"publishers.toml: {key!r} is in both {table[key].name} and {outlet.name}")
    table[key] = outlet
