"""From a raw body to clean paragraphs, with the dateline, byline and wire credit taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.analysis.boilerplate import (
    Dateline,
    find_dateline,
    is_boilerplate,
    is_byline,
    is_credit,
    is_leftover,
    is_person,
    known_agency,
)
from bot.analysis.markup import blocks_of, clean_line
from bot.domain.article import Markup, RawArticle

_TITLE_CREDIT = re.compile(r"\s*\((?P<agency>[A-Za-z .-]{2,20})\)\s*$")
_TITLE_OUTLET = re.compile(r"\s+[-–—|]\s+(?P<outlet>[^-–—|]{2,60})$")
_CREDIT_WORDS = re.compile(
    r"\b(?:The\s)?(?P<agency>Associated Press|Reuters|Agence France-Presse|AFP|CNN)\b"
)
# "(Corrects paragraph 7 to show …) HAVANA (Reuters) - …": what an agency changed since
_DESK_NOTE = re.compile(
    r"\((?:Corrects|Adds|Updates|Recasts|Refiles|Repeats|Clarifies|Removes|Fixes|Changes|Rewrites|"
    r"Updating|Adding)\b[^()]{3,300}\)\s*(?=\S)"
)
_NOT_WORD = re.compile(r"[\W_]+")
_ENDS = frozenset(".!?…。！？:|")
_STOPS = re.compile(r"\.(?:[\s”\"’»)]|$)|。")


@dataclass(frozen=True, slots=True)
class CleanText:
    """The readable article.

    `paragraphs` begin after the dateline and hold no byline, caption or call to sign up. `place` is
    the dateline's town. `credit` is the agency or outlet that signs (canonical where known).
    `signed` is the text with its dateline and credits, as the publisher rules want it.
    `other_headlines` is the text of an aggregator's entry that only lists headlines of others; such
    an article has no paragraphs of its own.
    """

    title: str
    paragraphs: tuple[str, ...]
    place: str | None = None
    credit: str | None = None
    byline: str | None = None
    other_headlines: str | None = None
    signed: tuple[str, ...] = ()


def clean(raw: RawArticle) -> CleanText:
    """The clean text of an article as a source gave it."""
    return clean_text(raw.title, raw.body, raw.markup, credit=raw.credit)


def clean_text(title: str, body: str, markup: Markup, *, credit: str | None = None) -> CleanText:
    """Clean a title and a body; `credit` is the outlet an aggregator names with the entry."""
    title, title_credit = _clean_title(clean_line(title), credit)
    blocks = blocks_of(body, markup)
    listing = _other_headlines(title, blocks)
    if listing:
        return CleanText(title, (), credit=credit or title_credit, other_headlines=listing)
    whole = blocks
    blocks, byline, tail_credit = _strip_frame(blocks)
    dateline, paragraphs = _strip_datelines(blocks)
    paragraphs = _without_title(paragraphs, title)
    return CleanText(
        title,
        tuple(paragraphs),
        place=dateline.place if dateline else None,
        credit=credit or title_credit or (dateline.agency if dateline else None) or tail_credit,
        byline=byline,
        signed=(*blocks, *(block for block in whole if is_credit(block))),
    )


def _clean_title(title: str, credit: str | None) -> tuple[str, str | None]:
    """The headline without the outlet or agency that is hung on its end."""
    match = _TITLE_CREDIT.search(title)
    if match and (agency := known_agency(match["agency"])):
        return title[: match.start()], agency
    match = _TITLE_OUTLET.search(title)
    if match and credit and _same(match["outlet"], credit):
        return title[: match.start()], credit
    return title, None


def _same(left: str, right: str) -> bool:
    return bool(right) and _key(left) == _key(right)


def _without_title(paragraphs: list[str], title: str) -> list[str]:
    """Drop a headline that the text repeats before its first sentence."""
    if not paragraphs or len(title) < 8:
        return paragraphs
    first = paragraphs[0]
    if _same(first, title):
        return paragraphs[1:] or paragraphs
    rest = first[len(title) :].strip() if first.startswith(title + " ") else ""
    if len(rest) >= 40 and _opens_sentence(title, rest):
        return [rest, *paragraphs[1:]]
    return paragraphs


def _opens_sentence(title: str, rest: str) -> bool:
    """Whether what follows a headline begins anew: not "... a missile" and "toward the sea".

    Scripts without capital letters do not tell, so the text is left whole there.
    """
    opener = next((letter for letter in rest if letter.isalnum()), "")
    return title[-1:] in _ENDS or opener.isupper() or opener.isdigit()


def _key(text: str) -> str:
    return _NOT_WORD.sub("", text.casefold())


def _other_headlines(title: str, blocks: list[str]) -> str | None:
    """The text of a Google News entry: its own headline, an outlet, then headlines of others.

    Such a list repeats the title first and has next to no sentence ends.
    """
    text = " ".join(blocks)
    start, key = _key(text[: len(title) + 20]), _key(title)
    if len(key) < 12 or not start.startswith(key):
        return None
    rest = text[len(title) :].strip()
    if not rest:
        return None
    stops = len(_STOPS.findall(re.sub(r"\b(?:\w\.){2,}|\.com\b|\b[A-Z]\.", "", rest)))
    words = len(rest.split())
    if stops == 0 and not blocks[-1].endswith((".", "!", "。")) and (len(blocks) > 1 or words <= 6):
        return text
    if len(blocks) == 1 and stops <= words // 40 and not rest.endswith((".", "…", "!", "”", '"')):
        return text
    return None


def _strip_frame(blocks: list[str]) -> tuple[list[str], str | None, str | None]:
    """Take bylines, credits, captions and calls off; the names that end an article go with them."""
    byline = credit = None
    kept: list[str] = []
    for block in blocks:
        if not is_boilerplate(block):
            kept.append(block)
        elif is_byline(block):
            byline = byline or re.sub(r"^(?:By|BY|Von|Por|Par)\s", "", block)
        elif is_credit(block):
            found = _CREDIT_WORDS.search(block)
            credit = credit or (known_agency(found["agency"]) if found else None)
    while kept and len(kept) > 1 and (is_person(kept[-1]) or is_leftover(kept[-1])):
        byline = byline or kept[-1]
        kept.pop()
    return kept, byline, credit


def _strip_datelines(blocks: list[str]) -> tuple[Dateline | None, list[str]]:
    """Cut desk notes and the dateline off the first paragraphs (a caption may come before it)."""
    found: Dateline | None = None
    paragraphs = []
    for number, block in enumerate(blocks):
        note = _DESK_NOTE.match(block) if number < 3 and block.startswith("(") else None
        if note:
            block = block[note.end() :]
        dateline = find_dateline(block) if number < 3 and found is None else None
        if dateline:
            found = dateline
            block = block[dateline.end :].strip()
        paragraphs.append(block)
    return found, [paragraph for paragraph in paragraphs if paragraph]
