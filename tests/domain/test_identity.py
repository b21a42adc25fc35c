"""Which article is which: guid, canonical link, content, in that order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.article import Markup, Origin, Published, RawArticle, SourceKind
from bot.domain.identity import KnownArticle, Match, identity, same_article

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FEED = Origin(kind=SourceKind.FEED, key="7", name="Wire")
RAW = RawArticle(
    origin=FEED,
    title="Two missiles fired at dawn",
    body="Short text.",
    markup=Markup.PLAIN,
    first_seen=AT,
    guid="g1",
    url="https://example.org/a/1",
    published=Published(AT),
)
LONG = "The defence ministry said that two missiles were fired at dawn from the eastern coast. " * 2


def match(before: RawArticle, after: RawArticle) -> Match:
    return same_article(
        KnownArticle(identity(before), before.title), KnownArticle(identity(after), after.title)
    )


def test_an_unchanged_entry_is_the_same() -> None:
    assert match(RAW, RAW) is Match.SAME


def test_a_changed_guid_alone_is_not_a_new_article() -> None:
    assert match(RAW, replace(RAW, guid="other")) is Match.SAME


def test_changed_guids_with_known_content_and_no_link_are_not_new() -> None:
    bare = replace(RAW, url=None)
    assert match(bare, replace(bare, guid="other")) is Match.SAME


def test_a_moved_site_with_new_guids_and_links_is_not_new() -> None:
    moved = replace(RAW, guid="n1", url="https://new.example.org/1")
    assert match(RAW, moved) is Match.SAME


def test_a_moved_date_alone_is_not_a_new_article() -> None:
    later = replace(RAW, published=Published(AT.replace(day=2)))
    assert match(RAW, later) is Match.SAME


def test_a_moved_date_of_a_full_text_without_guid_and_link_is_the_same() -> None:
    bare = replace(RAW, guid=None, url=None, body=LONG)
    assert match(bare, replace(bare, published=Published(AT.replace(day=2)))) is Match.SAME


def test_the_same_headline_on_another_day_is_another_article() -> None:
    daily = replace(RAW, title="Morning briefing", body="", guid="d1", url="https://e.org/d1")
    tomorrow = replace(
        daily, guid="d2", url="https://e.org/d2", published=Published(AT.replace(day=2))
    )
    assert match(daily, tomorrow) is Match.DIFFERENT


def test_tracking_parameters_do_not_make_a_new_article() -> None:
    tracked = replace(RAW, guid=None, url="https://example.org/a/1?utm_source=rss")
    assert match(replace(RAW, guid=None), tracked) is Match.SAME


def test_an_edited_title_is_a_revision() -> None:
    assert match(RAW, replace(RAW, title="Three missiles fired")) is Match.REVISION


def test_an_edited_text_is_a_revision() -> None:
    assert match(RAW, replace(RAW, body="Another text.")) is Match.REVISION


def test_changed_spacing_markup_and_case_are_no_revision() -> None:
    wrapped = replace(RAW, title="TWO missiles  fired, at dawn", body="<p>Short <b>text</b></p>")
    assert match(RAW, wrapped) is Match.SAME


def test_a_reused_guid_with_link_and_title_both_changed_is_new() -> None:
    reused = replace(RAW, title="Election results", url="https://example.org/a/2")
    assert match(RAW, reused) is Match.DIFFERENT


@pytest.mark.parametrize(
    "changed",
    [
        replace(RAW, body="New.", url="https://example.org/a/2"),
        replace(RAW, title="Three missiles fired"),
    ],
)
def test_a_reused_guid_with_only_one_of_them_changed_is_a_revision(changed: RawArticle) -> None:
    assert match(RAW, changed) is Match.REVISION


def test_one_link_shared_by_several_entries_is_told_apart_by_guid_and_title() -> None:
    first = replace(RAW, url="https://example.org/live")
    second = replace(first, guid="g2", title="Interceptors launched", body="More.")
    assert match(first, second) is Match.DIFFERENT


def test_an_edition_mark_in_the_guid_is_the_same_article() -> None:
    first = replace(RAW, guid="https://example.org/a/1#0")
    edited = replace(first, guid="https://example.org/a/1#1", title="Three missiles fired")
    assert match(first, edited) is Match.REVISION


def test_a_seed_file_is_its_path_whatever_it_holds() -> None:
    seed = replace(RAW, path="a.txt", guid=None, url=None)
    assert identity(seed).guid == "path:a.txt"
    rewritten = replace(seed, title="Else", body="Else entirely.")
    assert match(seed, rewritten) is Match.REVISION


FRANCE = "France test-fires M51 submarine-launched ballistic missile, ministry says"
CHINA = "China test-fires DF-41 ballistic missile into Pacific, Pentagon says"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (FRANCE, CHINA, Match.DIFFERENT),
        (
            "フランスが潜水艦発射弾道ミサイルを発射",
            "中国が東風41を試射したと米国防総省",
            Match.DIFFERENT,
        ),
        (FRANCE, FRANCE + ", a first since 2023", Match.REVISION),
        ("Two missiles fired at dawn", "Three missiles fired", Match.REVISION),
        ("", CHINA, Match.REVISION),
    ],
)
def test_an_entry_of_a_saved_feed_under_another_headline_is_another_article(
    before: str, after: str, expected: Match
) -> None:
    entry = replace(RAW, path="saved/feed.json#1", guid="1", url=None, title=before)
    assert match(entry, replace(entry, title=after, body="Else.")) is expected


def test_an_entry_of_a_saved_feed_at_its_own_link_is_one_article_whatever_its_headline() -> None:
    entry = replace(RAW, path="f.xml#https://example.org/a/1", guid=None, title=FRANCE)
    assert match(entry, replace(entry, title=CHINA)) is Match.REVISION


def test_a_number_sign_in_the_name_of_a_file_makes_it_no_entry() -> None:
    seed = replace(RAW, path="a#1.txt", guid=None, url=None, title=FRANCE)
    assert match(seed, replace(seed, title=CHINA)) is Match.REVISION


def test_a_guid_is_scoped_by_its_source() -> None:
    other = replace(RAW, origin=replace(FEED, key="8"))
    assert identity(other).guid != identity(RAW).guid


def test_an_entry_without_title_and_text_has_no_content_key() -> None:
    empty = replace(RAW, title="", body="<br/>")
    assert identity(empty).content == ""
    assert match(empty, replace(empty, guid="g9", url="https://e.org/9")) is Match.DIFFERENT
