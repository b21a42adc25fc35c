"""Hostile feeds and texts, built here so that nothing dangerous lies in the repository."""

# ruff: noqa: E501 - one hostile file a line reads best

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.sources.loopback import item, rss


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file. `suffix` tells the reader; `costly` ones must be stopped by a limit."""

    name: str
    suffix: str
    body: bytes
    costly: bool = False

    @property
    def path(self) -> str:
        """A file name for it."""
        return str(PurePosixPath(self.name).with_suffix(self.suffix))


def corpus() -> list[Hostile]:
    """All of it: attributes, comments, nesting, entities, encodings, dates, guids, sizes, shapes."""
    return [
        *_attributes_and_comments(),
        *_nesting(),
        *_entities(),
        *_encodings(),
        *_dates(),
        *_identities(),
        *_links(),
        *_markup_in_text(),
        *_sizes(),
        *_shapes(),
        *_json(),
        *_texts(),
        *_pages(),
        *_lists(),
        *_noise(),
    ]


def _feed(name: str, body: bytes | str, *, costly: bool = False) -> Hostile:
    return Hostile(name, ".xml", body.encode() if isinstance(body, str) else body, costly)


def _attributes_and_comments() -> list[Hostile]:
    def attributes(count: int) -> str:
        return "<rss><channel><item " + " ".join(f'a{n}="v"' for n in range(count)) + "/>"

    return [
        _feed("attributes-1k", attributes(1_000)),
        _feed("attributes-5k", attributes(5_000)),
        _feed("attributes-50k", attributes(50_000), costly=True),
        _feed("attribute-of-a-megabyte", f'<rss><channel><item a="{"x" * 1_000_000}"/></channel></rss>'),
        _feed("attribute-without-end", '<rss><channel><item a="' + "x" * 300_000),
        _feed("namespaces-5k", "<rss " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(5_000)) + "/>"),
        _feed("comments-in-cdata", rss(item(text="<![CDATA[" + "<!--" * 50_000 + "]]>"))),
        _feed("comments-unclosed", rss(item(text="<!--" * 20_000))),
        _feed("comments-as-body", b"<!--" * 100_000),
        _feed("processing-instructions", b"<?x ?>" * 50_000 + rss(item())),
        _feed("cdata-unclosed", rss(item(text="<![CDATA[" + "x" * 100_000))),
        _feed("cdata-many", rss(item(text="<![CDATA[x]]>" * 20_000))),
        _feed("tags-unclosed", b"<rss><channel>" + b"<item>" * 3_000),
        _feed("angle-brackets", b"<" * 200_000),
        _feed("angle-brackets-in-item", rss(item(text="<" * 100_000))),
        _feed("ampersands", rss(item(text="&" * 100_000))),
        _feed("quotes", b"<rss a='" + b'"' * 100_000),
    ]  # fmt: skip


def _nesting() -> list[Hostile]:
    deep = 50_000
    return [
        _feed("nested-xml", "<a>" * deep),
        _feed("nested-items", "<rss><channel>" + "<item>" * 2_000 + "</item>" * 2_000),
        _feed("nested-html", rss(item(text="&lt;div&gt;" * deep))),
        _feed("nested-html-in-cdata", rss(item(text="<![CDATA[" + "<div>" * deep + "]]>"))),
        _feed("nested-channels", "<rss>" + "<channel>" * 5_000 + item() + "</channel>" * 5_000),
        _feed("nested-xhtml-content", '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
              '<content type="xhtml">' + "<div>" * 5_000 + "</div>" * 5_000 + "</content></entry></feed>"),
        Hostile("nested-lists", ".json", b"[" * 100_000),
        Hostile("nested-objects", ".json", b'{"a":' * 50_000),
        Hostile("nested-items-json", ".json", b'{"items":[' + b"[" * 50_000),
        Hostile("nested-page", ".html", b"<div>" * deep),
        Hostile("nested-tables", ".html", b"<table><tr><td>" * 5_000),
        Hostile("nested-quotes", ".md", b">" * 50_000 + b" text"),
        Hostile("nested-brackets", ".md", b"[" * 50_000 + b"text"),
        Hostile("nested-outlines", ".opml", b"<opml><body>" + b"<outline text='x'>" * 20_000),
    ]  # fmt: skip


def _entities() -> list[Hostile]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>'
    quadratic = f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>'

    def outside(system: str) -> str:
        return (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{system}">]>'
            "<rss><channel><item><title>&x;</title></item></channel></rss>"
        )

    return [
        _feed("billion-laughs", bomb + "<rss><channel><item><title>&l11;</title></item></channel></rss>"),
        _feed("quadratic-entity", quadratic + "<rss><channel><item><title>" + "&a;" * 5_000 + "</title></item></channel></rss>"),
        _feed("entity-loop", '<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]><rss><channel><item><title>&a;</title></item></channel></rss>'),
        _feed("entity-file", outside("file:///etc/passwd")),
        _feed("entity-http", outside("http://127.0.0.1:9/secret")),
        _feed("entity-ftp", outside("ftp://127.0.0.1:9/secret")),
        _feed("entity-php", outside("php://filter/read=x/resource=/etc/passwd")),
        _feed("entity-device", outside("file:///dev/zero")),
        _feed("external-dtd", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><rss><channel>' + item() + "</channel></rss>"),
        _feed("parameter-entity", '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><rss><channel>' + item() + "</channel></rss>"),
        _feed("entities-declared-20k", "<!DOCTYPE r [" + "".join(f'<!ENTITY e{n} "x">' for n in range(20_000)) + "]><rss/>"),
        _feed("unknown-entities", rss(item(title="&nosuch;" * 5_000))),
        _feed("entities-in-title", rss(item(title="&amp;lt;script&amp;gt;" * 500))),
        _feed("character-references", rss(item(title="&#0;&#1;&#xFFFF;&#x110000;&#99999999999;&#xD800;"))),
        _feed("long-character-reference", rss(item(title="&#" + "9" * 100_000 + ";"))),
        _feed("xinclude", '<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><item><title><xi:include href="file:///etc/passwd" parse="text"/></title></item></channel></rss>'),
        _feed("stylesheet", b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + rss(item())),
        Hostile("entity-list", ".opml", (bomb + "<opml><body><outline text='&l11;' xmlUrl='http://e.org/f'/></body></opml>").encode()),
    ]  # fmt: skip


def _encodings() -> list[Hostile]:
    text = rss(item(title="Ракета 미사일")).decode()
    declared = [
        "utf-7", "utf-32", "nosuch", "", "x" * 5_000, "idna", "punycode", "unicode_escape", "rot13",
        "zlib_codec", "base64", "undefined", "mbcs", "utf-16", "cp037", "hz", "iso-2022-kr",
    ]  # fmt: skip
    plain = text.replace('"utf-8"', '"{}"')
    return [
        *(
            _feed(f"declared-{number}", plain.replace("{}", name).encode())
            for number, name in enumerate(declared)
        ),
        _feed("utf-16-without-mark", text.encode("utf-16-le")),
        _feed("utf-16-cut", text.encode("utf-16")[:-1]),
        _feed("utf-32", text.encode("utf-32")),
        _feed("utf-7", text.encode("utf-7")),
        _feed("bad-utf-8", text.encode().replace(b"M", b"\xff\xfe\xc0\x80")),
        _feed("surrogates", text.encode().replace(b"M", b"\xed\xa0\x80\xed\xb0\x80")),
        _feed("nul-bytes", text.encode().replace(b"a", b"a\x00")),
        _feed("control-characters", text.encode().replace(b"M", bytes(range(1, 32)))),
        _feed("two-marks", b"\xef\xbb\xbf\xff\xfe" + text.encode()),
        _feed("mixed", text.encode() + text.encode("utf-16") + text.encode("koi8-r", "replace")),
        Hostile("bad-utf-8", ".txt", b"Missile \xff\xc0\x80 fired. " * 50),
        Hostile("utf-16-odd", ".txt", b"\xff\xfea\x00b\x00c"),
        Hostile("bad-utf-8", ".json", b'{"items":[{"id":"\xff\xfe","title":"\xc0"}]}'),
    ]


def _dates() -> list[Hostile]:
    dates = [
        "Fri, 31 Dec 9999 23:59:59 -1200", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "-1-01-01", "1111-11", "99999-01-01", "2026-02-30", "Thu, 01 Jan 1970 00:00:00 GMT",
        "9" * 5_000, "Mon, 99 Foo 2026 99:99:99 +9999", "2026-03-01T10:00:00+99:99", "\u0662\u0660\u0662\u0666",
        "1e308", "NaN", "2026-W53-9", "2026-366", "T10:00", "+", "01 Jan 0000000002026 00:00 GMT",
    ]  # fmt: skip
    return [
        *(_feed(f"date-{number}", rss(item(date=date))) for number, date in enumerate(dates)),
        Hostile("dates", ".txt", b"date: 9999-99-99\n\nText of it."),
        Hostile("dates", ".json", json.dumps({"items": [{"id": d, "date_published": d} for d in dates]}).encode()),
    ]  # fmt: skip


def _identities() -> list[Hostile]:
    return [
        _feed("guid-for-all", rss(*(item(guid="same", title=f"T{n}") for n in range(500)))),
        _feed("guids-random", rss(*(item(guid=f"{n * 7919}-x") for n in range(500)))),
        _feed("guid-of-100-kb", rss(item(guid="g" * 100_000))),
        _feed("guid-empty", rss(*(item(guid=" ") for _ in range(50)))),
        _feed("guid-with-markup", rss(item(guid="&lt;script&gt;' OR 1=1; --"))),
        _feed("no-guid-no-link", rss(*(item(guid=None, link=None) for _ in range(200)))),
        _feed("empty-items", rss(*("<item/>" for _ in range(500)))),
        _feed("items-10k", rss(*(f"<item><title>T</title><guid>{n}</guid></item>" for n in range(10_000)))),
        _feed("titles-5k-in-one-item", rss("<item>" + "<title>t</title>" * 5_000 + "</item>")),
        _feed("links-5k-in-one-item", rss("<item>" + "<link>http://e.org</link>" * 5_000 + "</item>")),
        _feed("categories-5k", rss("<item>" + "<category>c</category>" * 5_000 + "</item>")),
        _feed("enclosures-2k", rss("<item>" + '<enclosure url="http://e.org/x"/>' * 2_000 + "</item>")),
    ]  # fmt: skip


def _links() -> list[Hostile]:
    links = [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//[", "http://[::1", "http://",
        "http://a:b:c:d", "http://e.org:99999999/", "x" * 100_000, "http://" + "a." * 5_000,
        "http://user:pw@e.org/?token=secret", "\u202ehttp://e.org", "http://e.org/\u0000", "http:///x",
    ]  # fmt: skip
    return [
        _feed(f"link-{n}", rss(item(link=link.replace("\x00", "")))) for n, link in enumerate(links)
    ]


def _markup_in_text() -> list[Hostile]:
    texts = [
        "@everyone @here <@1> <@&1>", "[click](https://evil.example)", "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\u202e\u2066\u200b\ufeff" * 500, "&lt;img src=x onerror=y&gt;" * 500, "Z" + "\u0335\u0336" * 5_000,
        "```" * 500, "||" * 500, "\U0001f469\u200d" * 1_000, "&lt;style&gt;" * 5_000, "a" * 200_000, " " * 200_000,
    ]  # fmt: skip
    return [_feed(f"text-{n}", rss(item(title=text, text=text))) for n, text in enumerate(texts)]


def _sizes() -> list[Hostile]:
    return [
        _feed("gzip-bomb", gzip.compress(b"\0" * 60_000_000)),
        _feed(
            "gzip-bomb-of-tags",
            gzip.compress(b"<rss><channel>" + b"<item/>" * 1_500_000),
            costly=True,
        ),
        _feed("gzip-cut", gzip.compress(rss(item()))[:-20]),
        _feed("gzip-header-only", b"\x1f\x8b\x08"),
        _feed("gzip-in-gzip", gzip.compress(gzip.compress(rss(item())))),
        _feed("zip-magic", b"PK\x03\x04" + b"\0" * 1_000),
        _feed("title-of-a-megabyte", rss(item(title="t" * 1_000_000))),
        _feed("text-of-4-mb", rss(item(text="word " * 800_000))),
        _feed("spaces-4-mb", b" " * 4_000_000),
        _feed("lines-1m", b"\n" * 1_000_000 + rss(item())),
        _feed(
            "lines-in-the-prolog-1m",
            b"<?xml version='1.0'?>" + b"\n" * 1_000_000 + rss(item())[38:],
            costly=True,
        ),
        Hostile("one-word-4-mb", ".txt", b"a" * 4_000_000),
        Hostile("lines-1m", ".txt", b"\n" * 1_000_000 + b"Text."),
        Hostile("headers-50k", ".txt", b"title: x\n" * 50_000 + b"Text."),
        Hostile("front-matter-without-end", ".md", b"---\n" + b"title: x\n" * 50_000),
        Hostile("hashes", ".md", b"#" * 200_000 + b" x"),
        Hostile("equals", ".md", b"x\n" + b"=" * 200_000),
    ]


def _shapes() -> list[Hostile]:
    bodies = [
        b"/etc/passwd", b"/dev/zero", b"file:///etc/passwd", b"http://127.0.0.1:9/feed", b"feed:http://127.0.0.1:9/",
        b"", b"\x00", b"<", b"<rss", b"<rss>", b"<?xml", b"<?xml version='1.0'?>", b"<feed/>", b"<rdf:RDF/>",
        b"<rss version='999'/>", b"<html><body>login</body></html>", b"<svg onload=x>", b"%PDF-1.4", b"\x7fELF",
        b"HTTP/1.1 200 OK\r\n\r\n<rss/>", b"<item></item>", b"</rss>", b"<rss></rss><rss></rss>",
        b"<rss><channel><item></channel></item></rss>", b"<a:b:c/>", b"<rss xmlns:a=''><a:item/></rss>",
        b"<:item>", b"<item" + b" " * 100_000, b"<rss:item " * 5_000,
    ]  # fmt: skip
    return [_feed(f"shape-{number}", body) for number, body in enumerate(bodies)]


def _json() -> list[Hostile]:
    values: list[object] = [
        None, True, 1e308, -1, "", [], {}, [[]], [None], [{}], [{"id": {}}], [{"id": None}], [{"id": True}],
        [{"id": "1", "authors": [{"name": {"a": 1}}]}], [{"id": "1", "url": ["x"]}],
        [{"id": "1", "date_published": 5}], [{"id": "x" * 100_000}], [{"id": str(n)} for n in range(10_000)],
    ]  # fmt: skip
    return [
        *(Hostile(f"json-{n}", ".json", json.dumps({"items": value}).encode()) for n, value in enumerate(values)),
        Hostile("json-long-number", ".json", b'{"items":[{"id":' + b"9" * 100_000 + b"}]}"),
        Hostile("json-infinity", ".json", b'{"items":[{"id":Infinity},{"id":NaN}]}'),
        Hostile("json-same-key", ".json", b'{"items":[],' * 1_000),
        Hostile("json-cut", ".json", b'{"items":[' + b'{"id":"1"},' * 20_000),
    ]  # fmt: skip


def _texts() -> list[Hostile]:
    return [
        Hostile("bidi", ".txt", ("\u202e" * 5_000 + "text.").encode()),
        Hostile("combining", ".txt", ("Z" + "\u0335" * 50_000).encode()),
        Hostile("no-spaces", ".txt", ("ракета" * 50_000).encode()),
        Hostile("dots", ".txt", b"." * 300_000),
        Hostile("abbreviations", ".txt", b"U.S. " * 50_000),
        Hostile("dashes", ".md", b"---\n" * 50_000),
        Hostile("links", ".md", b"[a](b" * 50_000),
        Hostile("backticks", ".md", b"`" * 200_000),
        Hostile("path-as-text", ".txt", b"/etc/passwd"),
        Hostile("header-bomb", ".txt", b"title: " + b" \t" * 200_000 + b"\nText."),
    ]


def _pages() -> list[Hostile]:
    paragraph = b"<p>The army said that two missiles were fired at dawn on Thursday.</p>"
    return [
        Hostile("attributes", ".html", b"<p " + b" ".join(b"a%d=x" % n for n in range(20_000)) + b">" + paragraph * 5),
        Hostile("links", ".html", b"<a href=x>x</a>" * 20_000),
        Hostile("meta", ".html", b"<meta property='og:title' content='x'>" * 5_000 + paragraph * 5),
        Hostile("json-ld", ".html", b'<script type="application/ld+json">' + b"[" * 20_000 + b"</script>" + paragraph * 5),
        Hostile("json-ld-bad", ".html", b'<script type="application/ld+json">{"@type":{"a":[]}}</script>' + paragraph * 5),
        Hostile("base", ".html", b"<base href='javascript:x'>" + paragraph * 5),
        Hostile("comments", ".html", b"<!--" * 50_000),
        Hostile("entities", ".html", b"<p>" + b"&#x110000;&nosuch;&lt" * 5_000),
        Hostile("frames", ".html", b"<iframe src=file:///etc/passwd></iframe>" * 500 + paragraph * 5),
        Hostile("link-feeds", ".html", b"<link rel=alternate type=application/rss+xml href=x>" * 5_000),
    ]  # fmt: skip


def _lists() -> list[Hostile]:
    return [
        Hostile("outlines-10k", ".opml", b"<opml><body>" + b"<outline type='rss' xmlUrl='http://e.org/f'/>" * 10_000),
        Hostile("bad-addresses", ".opml", b"<opml><body><outline xmlUrl='file:///etc/passwd'/><outline xmlUrl='//['/>"),
        Hostile("dtd", ".opml", b"<!DOCTYPE o SYSTEM 'http://127.0.0.1:9/x'><opml><body><outline/></body></opml>"),
    ]  # fmt: skip


def _noise() -> list[Hostile]:
    source = random.Random(20260301)
    good = rss(*(item(guid=str(n)) for n in range(20)))

    def damaged() -> bytes:
        body = bytearray(good)
        for _ in range(40):
            body[source.randrange(len(body))] = source.randrange(256)
        return bytes(body)

    return [
        *(_feed(f"noise-{n}", source.randbytes(20_000)) for n in range(5)),
        *(_feed(f"damaged-{n}", damaged()) for n in range(20)),
        *(_feed(f"cut-{n}", good[: len(good) * n // 10]) for n in range(1, 10)),
        *(Hostile(f"noise-{n}", suffix, source.randbytes(5_000))
          for n, suffix in enumerate((".txt", ".md", ".html", ".json", ".opml"))),
    ]  # fmt: skip
