"""The starter set of feeds: offered in the set-up and by `launchwire starter`, never active alone.

The addresses were not verified from the machine a release is built on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class StarterFeed:
    """A feed of the set. `family` is the house that counts as one voice; `kind` is in words.

    `state_media` means that a government pays for it and may direct it; `country` is the
    canonical English name, empty for organisations of many.
    """

    url: str
    name: str
    region: str
    kind: str
    family: str
    country: str
    state_media: bool

    @property
    def official(self) -> bool:
        """Whether it is an authority's own feed."""
        return self.kind == "ministry"


@cache
def starter_feeds() -> tuple[StarterFeed, ...]:
    """Every feed of the set, in the order of the file: by region, then by kind."""
    # Our own file: no hostile XML can come this way.
    root = ElementTree.fromstring(opml_text().encode())
    return tuple(
        StarterFeed(
            url=feed.attrib["xmlUrl"],
            name=feed.attrib["text"],
            region=region.attrib["text"],
            kind=kind.attrib["text"],
            family=feed.attrib.get("family", ""),
            country=feed.attrib.get("country", ""),
            state_media=feed.attrib.get("stateMedia") == "true",
        )
        for region in root.iterfind("./body/outline")
        for kind in region.iterfind("outline")
        for feed in kind.iterfind("outline")
    )


def opml_text() -> str:
    """The set as the OPML file it is kept in; `launchwire starter` prints or writes it."""
    return files("bot.starter").joinpath("feeds.opml").read_text(encoding="utf-8")
