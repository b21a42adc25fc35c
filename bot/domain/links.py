"""Web addresses as identities (canonical form) and as something safe to show (redacted form)."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# Parameters that tell who sent the reader, never which article it is: Google Analytics (utm_*),
# advertising click ids, and the campaign tags of newsrooms and mail senders.
_TRACKING = re.compile(
    r"(?i)^(utm_.+|(f|g|dc|y|tt|tw|ms|igs|s_kw)clid|gclsrc|wbraid|gbraid|fbclid|mc_[ce]id|mkt_tok"
    r"|at_(medium|campaign|link|ptr|format|custom\d|bbc_team)|ns_(campaign|mchannel|source|linkname)"
    r"|cmp(id)?|cmpid|icid|ncid|ocid|xtor|ftag|partner|rss|traffic_source|smid|smtyp|emc|spm"
    r"|_hs(enc|mi)|hsctatracking|vero_(conv|id)|wt_?mc(_id)?|wt\.mc_id|cid_source|sh(are)?id"
    r"|ref_?src|ref_?url|referrer|feedtype|output_type_amp|__twitter_impression)$"
)
_AMP_PARAMETERS = {("amp", "1"), ("amp", ""), ("amp", "true"), ("outputtype", "amp")}
_MOBILE_HOST = re.compile(r"^(m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = "/:@!$&'()*+,;=-._~"

_SECRET_NAME = re.compile(
    r"(?i)(^|[_-])(token|key|apikey|auth|authkey|authorization|secret|pass|passwd|password|pwd|pw"
    r"|sig|signature|session|sid|hash|credential|credentials|code|jwt|hmac|bearer|login|user"
    r"|username)($|[_-])|apikey|accesstoken|authtoken"
)
_LONG_SECRET = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_\-+/=.~]{20,}$")
_SECRET_PATH = re.compile(r"(?i)(/webhooks/\d+/)[^/?#]+")
_URL_IN_TEXT = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s<>\"'`]+")
HIDDEN = "***"

# Feeds made for one reader carry the secret in the path, or under any name of the query.
_HEXADECIMAL = re.compile(r"(?i)[0-9a-f]{32,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORTEST_SECRET = 20
_SWITCH = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")
_FILE_ENDING = re.compile(r"(?i)\.(xml|rss|rdf|atom|json|php|aspx?|html?)$")
_HARMLESS_NAME = re.compile(
    r"(?i)q|query|search|s|terms?|keywords?|text|topics?|tags?|cat|category|categories|section"
    r"|section_?id|channel|channel_?id|playlist_?id|type|content_?type|post_type|format|fmt|output"
    r"|output_?type|alt|feed|feed_?type|view|mode|mod|max|max_?items|limit|n|num|count|size|pages?"
    r"|paged|start|offset|sort|sort_?by|order|order_?by|since|from|to|date|year|month|lang|language"
    r"|locale|hl|gl|ceid|country|region|edition|site|site_?id|forum|source|collection"
)
_HARMLESS_VALUE = re.compile(r"(?i)|\d{1,4}|[a-z]{2}([_-][a-z]{2})?|rss2?|xml|atom|json|true|false")


def canonical_link(url: str | None) -> str:
    """The form of a web address under which one article is one article; empty when there is none.

    Dropped: scheme differences, default port, fragment, trailing slash, tracking parameters, and
    conservatively the marks of AMP and mobile editions (`amp.` or `m.` before a full host, a last
    path part `amp`, `?amp=1`). Everything else, also the order-free rest of the query, is kept.
    """
    parts = _split(url)
    if parts is None:
        return ""
    host, port, path, query = parts
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _TRACKING.match(name) and (name.lower(), value.lower()) not in _AMP_PARAMETERS
    ]
    netloc = _MOBILE_HOST.sub("", host) + (f":{port}" if port else "")
    return netloc + _canonical_path(path) + (f"?{urlencode(sorted(kept))}" if kept else "")


def _split(url: str | None) -> tuple[str, int | None, str, str] | None:
    if not url:
        return None
    try:
        parts = urlsplit("".join(url.split()))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    if port in (None, _DEFAULT_PORTS[parts.scheme]):
        port = None
    try:
        host = host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        host = host.rstrip(".")
    return host.lower().removeprefix("www."), port, parts.path, parts.query


def _canonical_path(path: str) -> str:
    clean = quote(
        unquote(path, errors="surrogateescape"), safe=_UNRESERVED, errors="surrogateescape"
    )
    clean = re.sub(r"/{2,}", "/", clean)
    segments = clean.rstrip("/").split("/")
    if len(segments) > 2 and segments[-1].lower() in {"amp", "amp.html"}:
        segments.pop()
    return "/".join(segments)


def redact(url: str) -> str:
    """An address that may be shown and logged: no user name, password, token or webhook secret."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(unreadable address)"
    if ":" in host:
        host = f"[{host}]"
    netloc = host + port if host else parts.netloc.rpartition("@")[2]
    query = "&".join(_redact_parameter(pair) for pair in parts.query.split("&") if pair)
    path = _SECRET_PATH.sub(rf"\1{HIDDEN}", parts.path)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _redact_parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return HIDDEN if _LONG_SECRET.match(name) else pair
    if _SECRET_NAME.search(unquote(name)) or _LONG_SECRET.match(unquote(value)):
        return f"{name}={HIDDEN}"
    return pair


def redact_feed(url: str) -> str:
    """A feed's address as it may be shown: also without what only its own reader should know.

    Stricter than `redact`, which article links go through: long random path segments are hidden,
    and every value of the query whose name is not known to be harmless.
    """
    shown = redact(url)
    try:
        parts = urlsplit(shown)
    except ValueError:
        return shown
    path = "/".join(_redact_segment(segment) for segment in parts.path.split("/"))
    query = "&".join(_redact_unknown(pair) for pair in parts.query.split("&") if pair)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _redact_segment(segment: str) -> str:
    plain = unquote(segment)
    ending = _FILE_ENDING.search(plain)
    stem = plain[: ending.start()] if ending else plain
    if not (_HEXADECIMAL.fullmatch(stem) or _is_random(stem)):
        return segment
    return HIDDEN + (ending.group() if ending else "")


def _is_random(text: str) -> bool:
    """Long, and letters and digits change places inside one part of it: no words of a headline."""
    parts = re.split(r"[^A-Za-z0-9]+", text)
    return len(text) >= _SHORTEST_SECRET and any(len(_SWITCH.findall(one)) >= 3 for one in parts)


def _redact_unknown(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return name if name.isalpha() else HIDDEN
    known = _HARMLESS_NAME.fullmatch(unquote(name))
    return pair if known or _HARMLESS_VALUE.fullmatch(unquote(value)) else f"{name}={HIDDEN}"


def redact_feed_text(text: str) -> str:
    """Any text about a feed with every address in it redacted as the feed's own."""
    return _URL_IN_TEXT.sub(lambda match: redact_feed(match.group()), text)


def redact_text(text: str) -> str:
    """Any text with every address in it redacted (for messages of other people's libraries)."""
    return _URL_IN_TEXT.sub(lambda match: redact(match.group()), text)


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses share scheme, host and port (credentials may go to both)."""
    a, b = urlsplit(one), urlsplit(other)
    default = _DEFAULT_PORTS
    return (a.scheme, a.hostname, a.port or default.get(a.scheme)) == (
        b.scheme,
        b.hostname,
        b.port or default.get(b.scheme),
    )
