"""Article pages: text without junk, and clear refusals."""

from __future__ import annotations

import pytest

from bot.domain.article import Markup, SourceKind
from bot.errors import FetchError, SourceError
from bot.sources.http import Fetcher
from bot.sources.pages import ArticlePages, extract_page
from tests.sources.conftest import InProcess
from tests.sources.loopback import NOW, Origin

PARAGRAPHS = [
    f"Paragraph {n}: officials described the missile test in some detail on Thursday."
    for n in range(6)
]
PAGE = (
    "<!doctype html><html lang='en'><head><title>Missile fired - Wire</title>"
    "<meta property='og:title' content='Missile fired'>"
    "<meta property='og:site_name' content='Wire'>"
    "<meta name='author' content='Kim Reporter'>"
    "<meta property='article:published_time' content='2026-02-27T10:00:00Z'></head><body>"
    "<header><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav></header><main><article>"
    "<h1>Missile fired</h1>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + "</article></main>"
    "<aside><h2>Most read</h2><ul><li><a href='/x'>Ten tips for spring</a></li></ul></aside>"
    "<footer>Cookie settings. Subscribe to our newsletter!</footer></body></html>"
)


@pytest.fixture
def pages(fetcher: Fetcher, in_process: InProcess) -> ArticlePages:
    return ArticlePages(fetcher, in_process)


async def test_the_article_of_a_page_is_found_without_junk(
    pages: ArticlePages, origin: Origin
) -> None:
    url = origin.serve("/a", PAGE, headers={"Content-Type": "text/html; charset=utf-8"})
    raw = await pages.fetch(url, NOW)
    assert raw.title == "Missile fired"
    assert [text for text in PARAGRAPHS if text not in raw.body] == []
    assert "\n\nParagraph 3" in raw.body
    for junk in ("Most read", "newsletter", "Sport"):
        assert junk not in raw.body
    assert (raw.origin.kind, raw.origin.publisher) == (SourceKind.REQUEST, "Wire")
    assert (raw.url, raw.markup, raw.first_seen, raw.author) == (
        url,
        Markup.PLAIN,
        NOW,
        "Kim Reporter",
    )
    assert raw.published is not None
    assert str(raw.published.at.date()) == "2026-02-27"


async def test_a_page_in_an_old_encoding_is_read(pages: ArticlePages, origin: Origin) -> None:
    text = "Военные сообщили о запуске баллистической ракеты в сторону моря рано утром."
    head = "<html><head><meta charset=windows-1251><title>Т</title></head><body><article>"
    page = head + f"<p>{text}</p>" * 4
    raw = await pages.fetch(
        origin.serve("/a", page.encode("windows-1251"), headers={"Content-Type": "text/html"}), NOW
    )
    assert text in raw.body


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("<html><body></body></html>", "text/html", "No article text"),
        ("", "text/html", "No article text"),
        ("\x00\x01", "text/html", "No article text"),
        ("%PDF-1.4", "application/pdf", "no web page"),
        ("x", "image/png", "no web page"),
    ],
)
async def test_what_is_no_article_is_refused_with_a_sentence(
    pages: ArticlePages, origin: Origin, body: str, kind: str, words: str
) -> None:
    url = origin.serve("/a", body, headers={"Content-Type": kind})
    with pytest.raises(SourceError, match=words):
        await pages.fetch(url, NOW)


async def test_a_status_is_told(pages: ArticlePages, origin: Origin) -> None:
    with pytest.raises(FetchError, match="404") as caught:
        await pages.fetch(origin.url("/absent"), NOW)
    assert caught.value.status == 404


async def test_a_closed_address_is_refused(pages: ArticlePages) -> None:
    with pytest.raises(SourceError, match="reserved"):
        await pages.fetch("http://169.254.169.254/latest/meta-data", NOW)


def test_a_tag_with_countless_attributes_is_refused_at_once() -> None:
    body = b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">text</p>"
    with pytest.raises(SourceError, match="more than 2000 attributes"):
        extract_page(body)


def test_a_picture_inside_a_page_does_not_count_as_attributes() -> None:
    words = "The ministry said that two missiles were fired at the port on Thursday. " * 3
    picture = b'<img src="data:image/png;base64,' + b"A" * 300_000 + b'">'
    page = (
        b"<html><body><article>"
        + picture
        + f"<p>{words}</p>".encode()
        + b"</article></body></html>"
    )
    assert "two missiles" in extract_page(page).text
