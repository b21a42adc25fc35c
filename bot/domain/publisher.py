"""Who published an article: the outlet, its family, its country, and whether it is official.

Independence is counted by families: outlets of one house are one voice, and a paper that prints
agency copy speaks with the agency's voice. The table of outlets is passed in, so that the rules
stay free of files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.domain.agency_credit import (
    LEAD_CHARACTERS,
    TAIL_CHARACTERS,
    CreditPatterns,
    bracketed,
    credited,
    placed,
)
from bot.domain.article import Origin, SourceKind
from bot.domain.launch import SourceClass

OPERATOR = "operator"

_SUFFIX = re.compile(r"\s+[-–—|]\s+(?P<name>[^-–—|]{2,60})$")
# How outlets that no table knows call themselves: "Air & Space Forces Magazine", "KSBY News".
_OUTLET_LIKE = re.compile(
    r"(?:[A-Z0-9][\w.&'’]*|of|the|and|&|for)(?:\s+(?:[A-Z0-9][\w.&'’]*|of|the|and|&|for)){0,5}\s+"
    r"(?:News|Times|Post|Herald|Journal|Magazine|Daily|Tribune|Review|Insider|International|Agency"
    r"|Press|TV|Radio|Monitor|Weekly|Gazette|Chronicle|Independent|Broadcasting|Telegraph|Guardian"
    r"|Standard|Express|Mirror|Globe|Examiner|Courier|Dispatch|Bulletin|Network|Online|Inquirer)"
    r"|[\w-]+\.(?:com|org|net|info|co\.[a-z]{2}|[a-z]{2})"
)
_DASH_CREDIT = re.compile(r"(?:^|[—–-]\s*)(?P<name>[A-Z]{2,6})\s+[-–—]\s")
_EDITED_BY_AGENCY = re.compile(r"\((?:additional )?reporting by\b[^()]*\bediting by\b", re.I)
_OFFICIAL_HOST = re.compile(r"(?:^|\.)(?:mil|gov|gouv|go|gob)(?:\.[a-z]{2})?$")


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the table. `family` is the house it belongs to, itself where it is alone."""

    name: str
    family: str
    source_class: SourceClass = SourceClass.MEDIA
    country: str | None = None
    aggregator: bool = False
    agency: bool = False


@dataclass(frozen=True, slots=True)
class OutletTable:
    """Outlets by folded name and by host; agencies by every name they are printed under.

    `told` matches "told <outlet>", `credits` how a text names the agency it has its news from.
    """

    by_name: Mapping[str, Outlet]
    by_host: Mapping[str, Outlet]
    agencies: Mapping[str, Outlet] = field(default_factory=dict)
    credits: CreditPatterns = field(default_factory=CreditPatterns)
    told: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile what the rules look for in a text."""
        every = _alternatives(self.by_name)
        told = rf"\b(?:told|tells|interview with|speaking to|spoke to)\s+(?:the\s+)?({every})\b"
        object.__setattr__(self, "told", re.compile(told, re.IGNORECASE))

    def named(self, name: str | None) -> Outlet | None:
        """The outlet of this name or alias."""
        return self.by_name.get(_key(name)) if name else None

    def at(self, url: str | None) -> Outlet | None:
        """The outlet that owns the host of an address, or a domain above it."""
        labels = host_of(url).split(".")
        for start in range(len(labels) - 1):
            found = self.by_host.get(".".join(labels[start:]))
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who published an article. `family` is the voice it counts for; `rule` says how it was found.

    `official` is true of an official publisher's own feed only; `source_class` is that of the
    outlet, also where another's feed links to it.
    `copied_from` names the agency whose copy it is. `title` is the headline without the outlet's
    name at its end.
    """

    name: str
    family: str
    official: bool
    state_media: bool
    country: str | None
    source_class: SourceClass
    title: str
    rule: str
    copied_from: str | None = None


def resolve_publisher(
    origin: Origin,
    table: OutletTable,
    *,
    title: str,
    paragraphs: Sequence[str] = (),
    credit: str | None = None,
    url: str | None = None,
    author: str | None = None,
) -> Publisher:
    """Find the publisher, from the surest sign to the weakest.

    The outlet an aggregator credits, the publisher of the feed, the name at the end of the title,
    the host; for a text that has none of these the outlet that says it was told the news itself
    ("told NBC News"), for a file of the operator's at last "operator". Then agency credits decide
    the voice: a dateline "(AP)", the byline, "Reuters reported" in the lead.
    """
    bare, suffix = split_title(title, table, credit or origin.publisher)
    text = "\n".join(paragraphs)
    outlet, name, rule = _outlet(origin, table, credit, suffix, url, text)
    wire = _agency(table, text, author, outlet, suffix)
    # A government's own pages are official, also where the table does not know them.
    host_is_official = outlet is None and bool(_OFFICIAL_HOST.search(host_of(url)))
    source_class = outlet.source_class if outlet else SourceClass.MEDIA
    if host_is_official or origin.official:
        source_class = SourceClass.OFFICIAL
    family = outlet.family if outlet else (origin.family if rule == "feed" else None) or name
    return Publisher(
        name=name,
        family=wire.family if wire is not None else family,
        # Any feed can link to a ministry: only an official publisher's own feed is official.
        official=origin.official or (rule == "feed" and source_class is SourceClass.OFFICIAL),
        state_media=source_class is SourceClass.STATE_MEDIA or origin.state_media,
        country=outlet.country if outlet else origin.country,
        source_class=source_class,
        title=bare,
        rule=rule,
        copied_from=wire.name if wire is not None else None,
    )


def split_title(
    title: str, table: OutletTable, expected: str | None = None
) -> tuple[str, Outlet | None]:
    """The title without an outlet's name at its end, and that outlet where the table knows it.

    A name the table does not know is taken off when the source names it too, or when it is called
    as outlets are ("... Magazine").
    """
    found = _SUFFIX.search(title)
    if found is None:
        return title, None
    outlet = table.named(found["name"])
    same = expected is not None and _key(expected) == _key(found["name"])
    if outlet is None and not same and not _OUTLET_LIKE.fullmatch(found["name"]):
        return title, None
    return title[: found.start()].rstrip(), outlet


def host_of(url: str | None) -> str:
    """The host of an address, lower case, without "www."; empty when there is none."""
    if not url:
        return ""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def _outlet(
    origin: Origin,
    table: OutletTable,
    credit: str | None,
    suffix: Outlet | None,
    url: str | None,
    text: str,
) -> tuple[Outlet | None, str, str]:
    """The outlet where the table knows it, its name, and the rule that found it."""
    if credit and credit.strip():
        outlet = table.named(credit)
        return outlet, outlet.name if outlet else credit.strip(), "credit"
    stated = None if origin.publisher == OPERATOR else origin.publisher  # a file that names none
    named = table.named(stated)
    if stated and not (named is not None and named.aggregator):
        return named, named.name if named else stated, "feed"
    if suffix is not None:
        return suffix, suffix.name, "title"
    hosted = table.at(url)
    if hosted is not None:
        return hosted, hosted.name, "address"
    if origin.kind is not SourceKind.FEED and not url:
        told = {
            outlet.name: outlet
            for found in table.told.finditer(text)
            if not found[1][0].islower() and (outlet := table.named(found[1])) is not None
        }
        if len(told) == 1:
            only = next(iter(told.values()))
            return only, only.name, "told"
    if origin.kind is SourceKind.SEED and not url:
        return None, OPERATOR, "operator"
    return None, host_of(url) or origin.publisher or origin.name, "address" if url else "source"


def _agency(
    table: OutletTable,
    text: str,
    author: str | None,
    outlet: Outlet | None,
    suffix: Outlet | None,
) -> Outlet | None:
    """The agency whose copy this is, when the outlet is not an agency itself."""
    own = outlet is not None and (outlet.agency or outlet.source_class is SourceClass.OFFICIAL)
    if own:
        return None
    if suffix is not None and suffix.agency:
        return suffix
    names = [*bracketed(text)]
    names += [match["name"] for match in _DASH_CREDIT.finditer(text[:LEAD_CHARACTERS])]
    names += re.split(r",|/|;|\band\b|\bwith\b|\bfor\b", author or "")
    for name in names:
        found = table.named(name)
        if found is not None and found.agency:
            return found
    if _EDITED_BY_AGENCY.search(text[-TAIL_CHARACTERS:]):
        return table.named("Reuters")
    cited = placed(text, table.agencies) or credited(text, table.agencies, table.credits)
    return table.agencies[cited] if cited is not None else None


def _key(name: str | None) -> str:
    return " ".join((name or "").casefold().removeprefix("the ").replace(".", "").split())


def name_key(name: str) -> str:
    """A name as the table's keys are written: case, dots and a leading "the" do not matter."""
    return _key(name)


def _alternatives(names: Mapping[str, Outlet]) -> str:
    longest = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest) or r"(?!)"
