"""The feed reader: formats, dates, links, repairs, and what is no feed."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.article import DatePrecision, Markup, Origin, SourceKind
from bot.domain.identity import identity
from bot.errors import NotAFeed
from bot.sources.entry import newest_of_each, to_articles
from bot.sources.feed_links import announced_feeds, usual_places
from bot.sources.feeds import read_feed
from tests.benchmarks.feeds_eval import feeds_with_expected_entries
from tests.sources.loopback import NOW, item, rss

ORIGIN = Origin(kind=SourceKind.FEED, key="1", name="Wire")
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko"><title>통신</title>
<link href="https://example.org/"/><id>urn:feed</id><updated>2026-03-01T10:00:00Z</updated>
<entry><id>urn:1</id><title type="html">Launch &amp;amp; &lt;b&gt;landing&lt;/b&gt;</title>
<link rel="alternate" href="/a/1"/><published>2026-03-01T19:00:00+09:00</published>
<author><name>Kim Reporter</name></author><summary>Short.</summary>
<content type="html">&lt;p&gt;The long text of the article.&lt;/p&gt;</content>
<source><title>Other Outlet</title></source></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://e.org"><title>RDF</title><link>https://e.org</link></channel>
<item rdf:about="https://e.org/1"><title>One</title><link>https://e.org/1</link>
<dc:date>2026-03-01</dc:date></item></rdf:RDF>"""


def test_rss_entries_are_read_with_all_their_parts() -> None:
    (entry,) = read_feed(rss(item())).entries
    assert entry.title == "Missile test reported"
    assert entry.body == "Officials said a missile was fired."
    assert (entry.guid, entry.url) == ("g1", "https://example.org/a/1")
    assert entry.published is not None
    assert entry.published.at == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_atom_entries_are_read_with_all_their_parts() -> None:
    feed = read_feed(ATOM.encode(), base="https://example.org/feed")
    (entry,) = feed.entries
    assert (feed.title, feed.language) == ("통신", "ko")
    assert entry.title == "Launch & landing"
    assert entry.url == "https://example.org/a/1"
    assert (entry.body, entry.markup) == ("<p>The long text of the article.</p>", Markup.HTML)
    assert entry.full
    assert (entry.author, entry.credit) == ("Kim Reporter", "Other Outlet")
    assert entry.published is not None
    assert entry.published.at.utcoffset() == timedelta(hours=9)


def test_rdf_entries_and_dates_without_a_time_are_read() -> None:
    (entry,) = read_feed(RDF.encode()).entries
    assert entry.url == "https://e.org/1"
    assert entry.published is not None
    assert entry.published.precision is DatePrecision.DAY


def test_json_feed_is_read() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON",
        "language": "en",
        "items": [
            {
                "id": 7,
                "title": "One &amp; two",
                "content_html": "<p>Text</p>",
                "url": "/1",
                "date_published": "2026-03-01T10:00:00Z",
                "authors": [{"name": "A"}, {"name": "B"}],
            },
            {"id": "2", "content_text": "plain"},
            "rubbish",
        ],
    }
    feed = read_feed(json.dumps(document).encode(), base="https://example.org/feed.json")
    first, second = feed.entries
    assert (first.guid, first.title, first.url) == ("7", "One & two", "https://example.org/1")
    assert (first.author, first.markup) == ("A, B", Markup.HTML)
    assert (second.body, second.markup, second.title) == ("plain", Markup.PLAIN, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_feed_is_read_in_every_form_of_unicode(encoding: str) -> None:
    text = '{"items": [{"id": "1", "title": "Пуск ракеты"}]}'
    assert [entry.title for entry in read_feed(text.encode(encoding)).entries] == ["Пуск ракеты"]


@pytest.mark.parametrize(
    "body",
    ['{"items": [{"id": "1", "title": "On', '{"items": [', '{"version": 1.1, "it', "{,}",
     '{"items": "none",'],
)  # fmt: skip
def test_broken_json_without_a_whole_item_is_called_broken(body: str) -> None:
    with pytest.raises(NotAFeed, match="cut off or broken") as told:
        read_feed(body.encode(), subject="This file")
    assert str(told.value).startswith("This file is JSON that")


def test_a_cut_off_json_feed_gives_its_whole_items() -> None:
    whole = json.dumps({"items": [{"id": str(n), "title": "t"} for n in range(5)]})
    feed = read_feed(whole[:-15].encode())
    assert len(feed.entries) == 4
    assert feed.repaired


def test_a_cut_off_rss_feed_gives_the_entries_before_the_cut() -> None:
    whole = rss(*(item(guid=str(n)) for n in range(5)))
    assert len(read_feed(whole[: len(whole) - 60]).entries) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16", "iso-8859-5"])
def test_declared_encodings_are_honoured(encoding: str) -> None:
    text = rss(item(title="Ракета запущена")).decode().replace('"utf-8"', f'"{encoding}"')
    assert read_feed(text.encode(encoding)).entries[0].title == "Ракета запущена"


def test_the_charset_of_the_header_helps_a_feed_that_declares_none() -> None:
    text = rss(item(title="Ракета запущена")).decode().replace(' encoding="utf-8"', "")
    assert read_feed(text.encode("koi8-r"), charset="koi8-r").entries[0].title == "Ракета запущена"


@pytest.mark.parametrize(
    "prefix",
    [
        b"\n\n",
        b"\xef\xbb\xbf",
        b"Warning: mysql on line 3\n",
        b"<!-- made by hand -->",
        b"<br />\n",
    ],
)
def test_rubbish_before_the_feed_does_not_matter(prefix: bytes) -> None:
    assert len(read_feed(prefix + rss(item())).entries) == 1


def test_a_feed_that_prefixes_its_own_elements_is_repaired() -> None:
    text = (
        '<?xml?xml version="1.0" ?><rss rss:version=2.0><rss:channel><rss:title>T</rss:title>'
        "<rss:item><rss:title>One</rss:title><rss:link>https://e.org/1</rss:link></rss:item>"
        "<rss:item><rss:title>Two</rss:title></rss:item></rss:channel></rss>"
    )
    feed = read_feed(text.encode())
    assert [entry.title for entry in feed.entries] == ["One", "Two"]
    assert feed.repaired


def test_gzip_data_that_does_not_say_so_is_unpacked() -> None:
    assert len(read_feed(gzip.compress(rss(item()))).entries) == 1


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read_feed(rss()).entries == ()


@pytest.mark.parametrize("body", [b"", b"   ", b"hello", b"\x00" * 50, b"%PDF-1.4", b"{}", b"[]"])
def test_what_is_no_feed_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(NotAFeed, match=r"\.$"):
        read_feed(body)


def test_a_web_page_is_refused_and_its_feeds_are_named() -> None:
    page = (
        b"<!doctype html><html><head><link rel=alternate type='application/rss+xml' "
        b"title='News' href='/news.rss'></head><body>Hello</body></html>"
    )
    with pytest.raises(NotAFeed, match=r"web page.*https://example\.org/news\.rss"):
        read_feed(page, base="https://example.org/")
    with pytest.raises(NotAFeed, match="announces no feed"):
        read_feed(b"<html><body>nothing</body></html>")


def test_feeds_of_comments_come_last_and_no_feed_twice() -> None:
    page = b"""<html><head><base href="https://cdn.example.org/x/">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
    <link rel="alternate" type="application/atom+xml" title="All" href="all.atom">
    <link rel="alternate" type="application/atom+xml" title="Again" href="all.atom">
    <link rel="alternate" type="text/html" href="/mobile"><link rel="stylesheet" href="/s.css">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head>"""
    found = announced_feeds(page, "https://example.org/")
    assert [link.url for link in found] == [
        "https://cdn.example.org/x/all.atom",
        "https://cdn.example.org/comments/feed",
    ]


def test_guessed_places_stay_on_the_host() -> None:
    places = usual_places("https://example.org/news/page?x=1")
    assert len(places) <= 6
    assert all(place.startswith("https://example.org/") for place in places)


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "/etc/passwd", "file:///etc/passwd", "pyproject.toml"]
)
def test_a_body_that_is_a_path_opens_nothing(path: str) -> None:
    with pytest.raises(NotAFeed):
        read_feed(path.encode())


def test_a_link_that_is_not_of_the_web_is_dropped() -> None:
    for link in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b"):
        (entry,) = read_feed(rss(item(link=link))).entries
        assert entry.url is None


def test_what_a_feed_asks_of_its_readers_is_read() -> None:
    hourly = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert read_feed(rss(head="<ttl>60</ttl>")).asked_interval == timedelta(hours=1)
    assert read_feed(rss(head=hourly)).asked_interval == timedelta(minutes=30)
    assert read_feed(rss(head="<ttl>5</ttl>" + hourly)).asked_interval == timedelta(minutes=30)
    assert read_feed(rss(head="<ttl>soon</ttl>")).asked_interval is None
    assert read_feed(rss()).asked_interval is None


def test_an_entry_without_title_and_text_still_counts() -> None:
    feed = read_feed(rss("<item></item>", "<item><guid>x</guid></item>"))
    assert len(feed.entries) == 2


def test_short_entries_with_a_link_are_teasers_and_full_ones_are_not() -> None:
    atom, short = read_feed(ATOM.encode(), base="https://e.org/"), read_feed(rss(item()))
    long = read_feed(rss(item(text="word " * 300)))
    assert [to_articles(f, ORIGIN, NOW)[0].teaser_only for f in (atom, short, long)] == [
        False,
        True,
        False,
    ]


def test_of_one_guid_the_newest_state_is_kept_and_order_too() -> None:
    feed = read_feed(
        rss(
            item(guid="a", title="old"),
            item(guid="b"),
            item(guid="a", title="new", date="Sun, 01 Mar 2026 11:30:00 GMT"),
        )
    )
    kept = newest_of_each(to_articles(feed, ORIGIN, NOW))
    assert [(raw.guid, raw.title) for raw in kept] == [("a", "new"), ("b", "Missile test reported")]


def test_a_guid_that_all_entries_share_loses_none_of_them() -> None:
    entries = [item(guid="same", title=f"Story {n}", link=f"https://e.org/{n}") for n in range(10)]
    kept = newest_of_each(to_articles(read_feed(rss(*entries)), ORIGIN, NOW))
    assert len(kept) == 10


def test_entries_without_title_and_text_are_dropped_but_from_an_archive() -> None:
    empty = item(title=" ", guid="b", text="&lt;img src='x.png'/&gt; &amp;nbsp;")
    feed = read_feed(rss(item(), empty, "<item></item>", item(title="", guid="c")))
    assert [raw.guid for raw in to_articles(feed, ORIGIN, NOW)] == ["g1", "c"]
    assert len(to_articles(feed, ORIGIN, NOW, keep_dates=True)) == 4


HOME = "https://example.org/"


@pytest.mark.parametrize(
    ("link", "guid", "head"),
    [
        (HOME, None, ""),
        (HOME, HOME, ""),
        ("https://example.org/#top", None, ""),
        ("https://example.org/live", None, ""),
        ("https://example.org/news", None, "<link>https://example.org/news/</link>"),
    ],
)
def test_entries_without_guid_at_one_link_are_all_kept_and_their_link_is_no_key(
    link: str, guid: str | None, head: str
) -> None:
    entries = [item(title=title, guid=guid, link=link) for title in ("One fired", "Two fired")]
    kept = newest_of_each(to_articles(read_feed(rss(*entries, head=head)), ORIGIN, NOW))
    assert [raw.title for raw in kept] == ["One fired", "Two fired"]
    keys = [identity(raw) for raw in kept]
    assert [(key.guid, key.link) for key in keys] == [("", "")] * 2
    assert keys[0].content != keys[1].content
    assert [(raw.url, raw.teaser_only) for raw in kept] == [(link, False)] * 2


@pytest.mark.parametrize("head", ["<link>https://example.org/news</link>", ""])
def test_a_home_page_is_no_key_of_a_single_entry_either(head: str) -> None:
    link = "https://example.org/news" if head else HOME
    (raw,) = to_articles(read_feed(rss(item(guid=None, link=link), head=head)), ORIGIN, NOW)
    assert identity(raw).link == ""
    feed = json.dumps(
        {"home_page_url": link, "items": [{"title": "One fired", "url": link}]}
    ).encode()
    (raw,) = to_articles(read_feed(feed), ORIGIN, NOW)
    assert identity(raw).link == ""


def test_two_states_of_one_entry_leave_it_its_link() -> None:
    states = [item(title="One fired", guid="a"), item(title="Two fired", guid="a")]
    same = [item(guid=None), item(guid=None, text="More of it.")]
    editions = [item(title=f"{n} fired", guid=f"https://example.org/a/1#{n}") for n in (1, 2)]
    assert not any(raw.shared_link for raw in to_articles(read_feed(rss(*editions)), ORIGIN, NOW))
    for entries in (states, same, [item(guid=None)]):
        (raw,) = newest_of_each(to_articles(read_feed(rss(*entries)), ORIGIN, NOW))
        assert identity(raw).link == "example.org/a/1"
        assert raw.teaser_only


def test_dates_that_cannot_be_true_do_not_reach_the_article() -> None:
    wrong = ["Fri, 31 Dec 9999 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"]
    feed = read_feed(rss(*(item(guid=date, date=date) for date in wrong)))
    assert [raw.published for raw in to_articles(feed, ORIGIN, NOW)] == [None] * 3
    kept = to_articles(feed, ORIGIN, NOW, keep_dates=True)
    assert kept[0].published is None  # no calendar has a day after it
    assert kept[1].published is not None
    assert kept[1].published.at.year == 1970


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_refused(body: bytes) -> None:
    for wrapped in (body, b"<rss><channel><item>" + body, b'{"items":[' + body):
        with contextlib.suppress(NotAFeed):
            read_feed(wrapped)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30),
            st.text(max_size=20),
        ),
        max_size=5,
    )
)
def test_any_titles_and_dates_come_through_escaped(entries: list[tuple[str, str]]) -> None:
    body = rss(
        *(
            item(title=escape(title), guid=str(n), date=escape(date))
            for n, (title, date) in enumerate(entries)
        )
    )
    found = read_feed(body.decode().encode("utf-8", "replace")).entries
    assert len(found) == len(entries)


def test_captured_feeds_give_their_entries_when_the_data_is_there() -> None:
    given_folder = os.environ.get("LAUNCHWIRE_EVAL_DATA")
    beside = Path(__file__).parents[3] / "shared" / "eval"
    folder = (Path(given_folder) if given_folder else beside) / "feeds"
    if not (folder / "manifest.json").exists():
        pytest.skip("no evaluation data beside the checkout")
    score = feeds_with_expected_entries(folder)
    assert score.share >= 0.99, score.misses


def test_lone_surrogates_and_nul_never_leave_a_feed() -> None:
    text = (
        r'{"title": "n\ud800", "items": [{"id": "\udc00", "url": "https://e.org/\ud800",'
        r' "title": "a\u0000b", "content_text": "\ud800 fired", "authors": [{"name": "\udfff"}]}]}'
    )
    feed = read_feed(text.encode())
    (entry,) = feed.entries
    assert feed.title == "n\ufffd"
    assert (entry.guid, entry.title, entry.body) == ("\ufffd", "ab", "\ufffd fired")
    assert (entry.url, entry.author) == ("https://e.org/\ufffd", "\ufffd")
    (told,) = read_feed(rss(item(title="x &amp;#xD800; &#xD800; y"))).entries
    assert told.title.encode()
