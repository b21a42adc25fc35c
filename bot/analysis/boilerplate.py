"""What stands around the news in an article: datelines, bylines, captions, calls to sign up.

Pure recognition over single paragraphs and sentences; `bot.analysis.text` decides what to drop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

# Agencies as they sign datelines and credits -> canonical name.
AGENCIES: dict[str, str] = {
    "ap": "AP", "associated press": "AP", "the associated press": "AP", "afp": "AFP",
    "agence france-presse": "AFP", "reuters": "Reuters", "upi": "UPI", "dpa": "dpa", "efe": "EFE",
    "ansa": "ANSA", "apa": "APA", "afx": "AFX", "pti": "PTI", "ani": "ANI", "ians": "IANS",
    "xinhua": "Xinhua", "yonhap": "Yonhap", "kyodo": "Kyodo", "kyodo news": "Kyodo",
    "jiji": "Jiji", "jiji press": "Jiji", "tass": "TASS", "itar-tass": "TASS",
    "interfax": "Interfax", "ria novosti": "RIA Novosti", "sputnik": "Sputnik",
    "ukrinform": "Ukrinform", "unian": "UNIAN", "irna": "IRNA", "isna": "ISNA", "kcna": "KCNA",
    "bloomberg": "Bloomberg", "cnn": "CNN", "bbc": "BBC", "cns": "CNS", "pa": "PA", "aap": "AAP",
    "anadolu": "Anadolu", "aa": "Anadolu", "cbs": "CBS", "cbs news": "CBS News", "nbc": "NBC News",
    "abc": "ABC News", "usa today": "USA Today", "newsfactor": "NewsFactor", "spa": "SPA",
    "рейтер": "Reuters", "рейтерс": "Reuters", "тасс": "TASS", "итар-тасс": "TASS",
    "риа новости": "RIA Novosti", "интерфакс": "Interfax", "интерфакс-украина": "Interfax-Ukraine",
    "унiан": "UNIAN", "уніан": "UNIAN", "укрінформ": "Ukrinform", "رويترز": "Reuters",
    "أ ف ب": "AFP", "فرانس برس": "AFP", "د ب أ": "dpa", "وام": "WAM", "واس": "SPA",
    "ایرنا": "IRNA", "ایسنا": "ISNA", "رویترز": "Reuters", "연합뉴스": "Yonhap", "뉴시스": "Newsis",
    "뉴스1": "News1", "時事": "Jiji", "共同": "Kyodo", "新华社": "Xinhua", "新華社": "Xinhua",
    "中新网": "CNS", "中新社": "CNS", "中央社": "CNA", "聯合ニュース": "Yonhap",
    "ロイター": "Reuters",
    "路透": "Reuters", "路透社": "Reuters", "法新社": "AFP", "美聯社": "AP", "美联社": "AP",
}  # fmt: skip


def _rules(name: str) -> list[str]:
    """The expressions of `text_rules/<name>.txt`."""
    text = (resources.files("bot.analysis") / "text_rules" / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


_AGENCY = "|".join(sorted((re.escape(name) for name in AGENCIES), key=len, reverse=True))
_DASH = r"[-–—―]{1,2}"
# A place: "SEOUL, South Korea", "KANDAHAR, Afghanistan/CREECH AIR FORCE BASE, Nevada".
_CAPS = r"(?:ST\.\s|[A-ZÀ-ÖØ-Þ]{2,}[A-ZÀ-ÖØ-Þ.'’-]*)(?:\s[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]*){0,4}"
_TITLED = r"[A-ZÀ-ÖØ-Þ][\w'’.-]+(?:\s(?:[A-ZÀ-ÖØ-Þ][\w'’.-]+|of|de|la|el|am|der|du|les|al)){0,4}"
_REGION = r"(?:,\s" + _TITLED + r")"
_MONTH = (
    r"(?:[Jj]an|[Ff]eb|[Ff][ée]v|[Mm]a[ryi]|[Mm]är|[Aa]p[r]|[Aa]vr|[Aa]br|[Jj]u[nlin]|[Aa]ug|"
    r"[Aa]g|[Aa]o[uû]|[Ss]e[pt]|"
    r"[Oo][ck]t|[Nn]ov|[Dd]e[czi]|[Dd][ée]c|[Ee]ne)[a-zà-ÿ]{0,8}\.?"
)
_WHEN = rf"(?:,?\s\(?(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\.?\s{_MONTH})(?:,?\s\d{{4}})?\)?)"
_SIGNED = r"\s?[(\[/]\s?(?P<agency>[^()\[\]/\n]{2,40}?)\s?[)\]/]"
_END = rf"\s?(?:\.\s?)?(?:{_DASH}|:|=)\s*"

_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # SEOUL, South Korea (AP) — …   Canberra, Australia (CNN) -- …   (CNN) -- …
        rf"(?P<place>(?:{_CAPS}|{_TITLED}){_REGION}?(?:/(?:{_CAPS}|"
        rf"{_TITLED}){_REGION}?)?)?{_WHEN}?{_SIGNED}{_END}",
        # Mumbai, Jul 27 (PTI) Two …   SEOUL (AP) North Korea …: a known agency, the dash lost
        rf"(?P<place>{_CAPS}{_REGION}?|{_TITLED}{_REGION}?(?={_WHEN}\s?\()){_WHEN}?"
        rf"\s?\((?P<agency>(?i:{_AGENCY}))\)\s+(?=[\"“‘'A-ZÀ-Þ])",
        # (CNN) The …   (Reuters) The …
        rf"\((?=[^a-z])(?P<agency>(?i:{_AGENCY}))\)\s*(?=\S)",
        # Reuters - …   AFP - …   WASHINGTON, AFP - …
        rf"(?:(?P<place>{_CAPS}{_REGION}?),\s)?(?=[^a-z])(?P<agency>(?i:{_AGENCY}))\s{_DASH}\s+",
        # PYONGYANG, March 25 (Xinhua) is above; SEOUL, March 25 — …   TOKYO — …   ISLAMABAD: …
        rf"(?P<place>{_CAPS}{_REGION}?(?:/{_CAPS}{_REGION}?)?){_WHEN}?"
        r"\s?(?:[-–—―]{1,2}\s+|[—―](?=[“\"]?[A-ZÀ-Þ])|:\s+)",
        # Seoul, 25 March — …   Seúl, 25 mar.- …
        rf"(?P<place>{_TITLED}{_REGION}?){_WHEN}\s?(?:\.\s?)?(?:{_DASH}\s+|:\s+)",
        # МОСКВА, 25 мар — РИА Новости.   МОСКВА, 25 марта. /ТАСС/.   Киев. 25 марта. ИНТЕРФАКС. …
        r"(?P<place>[А-ЯЁІЇЄҐ][А-ЯЁІЇЄҐа-яёіїєґ’'.-]+(?:[ -][А-ЯЁІЇЄҐ][А-ЯЁІЇЄҐа-яёіїєґ-]+)?)"
        r"[,.]\s\d{1,2}\s[а-яёіїєґ]{3,9}\.?"
        r"\s?(?:[-–—/.]\s?)?/?(?P<agency>[А-ЯЁІЇЄҐA-Z][\w ’'-]{1,24}?)?/?\s?[.–—-]{1,2}\s+",
        # (서울=연합뉴스) 홍길동 기자 =   [서울=뉴시스]   【ソウル時事】  （ソウル=聯合ニュース）
        r"[(\[（【［](?P<place>[^()\[\]（）【】=＝\n]{1,12})[=＝](?P<agency>[^()\[\]（）【】\n]{1,16})[)\]）】］]"
        r"(?:\s?[^\s=＝]{2,4}(?:[·,\s][^\s=＝]{2,4}){0,3}\s?(?:기자|특파원)\s?[=＝])?\s*[=＝]?\s*",
        r"【(?P<place>[^】\n]{1,8}?)(?P<agency>時事|共同)[^】\n]{0,12}】\s*",
        r"【[^】\n]{1,16}】\s*",
        # 新华社平壤3月25日电（记者某某）   中新网3月25日电
        r"(?P<agency>新华社|新華社|中新网|中新社|中央社)(?P<place>[^，。\d\n]{0,10})\d{1,2}月\d{1,2}日[电電訊讯]"
        r"(?:\s?[（(][^）)\n]{1,30}[）)])?\s*",
        # سيول (رويترز) - …   تهران - ایرنا - …
        r"(?P<place>[\u0621-\u06cc]{2,}(?:\s[\u0621-\u06cc]{2,}){0,2})"
        r"?(?:\s\d{1,2}\s[\u0621-\u06cc]{3,8})?"
        r"\s?[(/–-]\s?(?P<agency>رويترز|رویترز|أ\s?ف\s?ب|د\s?ب\s?أ|ایرنا|ایسنا|وام|واس|قنا|"
        r"العربية\.نت)\s?[)/–-]\s?[-–—:]?\s*",
    )
)
_TWO_WORDS = (
    r"(?:South|North|New|Saudi|West|East|Sri|Costa|El|Hong|Sierra|United Arab|Northern|"
    r"Papua New|Central African)\s[A-Z][a-z]+"
)
# "WASHINGTON North Korea launched…": a wire dateline that lost its dash.
_BARE_CAPS = re.compile(
    rf"(?P<place>(?:{_CAPS}(?:,\s(?:{_TWO_WORDS}|"
    rf"[A-Z][a-z]+))?/)?[A-Z]{{4,}}(?:\s[A-Z]{{3,}}){{0,3}}"
    rf"(?:,\s(?:{_TWO_WORDS}|[A-Z][a-z]+\.?|[A-Z]\.[A-Z]\.))?)\s+(?=[“\"‘]?(?:[A-Z][a-z]+|U\.S\.|"
    rf"A|I)\b)"
)
# Capitals that open a sentence and are no town.
_NOT_PLACES = re.compile(
    r"^(?:BREAKING|UPDATE|UPDATED|WATCH|LIVE|READ|NEW(?! DELHI| YORK| ORLEANS| TAIPEI)|"
    r"EXCLUSIVE|ANALYSIS|OPINION|NATO|NASA|ICBM|"
    r"ISIS|UNESCO|OPEC|"
    r"UNICEF|FIFA|UEFA|FEMA|HIMARS|ATACMS|THAAD|MOAB|ISIL|USAF|ASEAN|IAEA|DPRK|TASS|KCNA|WHAT|"
    r"WHY|HOW|WHO|THIS|THE|"
    r"PHOTO|VIDEO|MORE|ALSO|JUST|STORY|EDITOR|CORRECTION|KEY|POINTS|PUBLISHED|IDF|QUESTION|"
    r"ANSWER)\b"
)

_NAME = r"(?:(?:[A-ZÀ-Þ][\w’'.-]*|de|la|van|von|der|al|bin|el|ul)\s?){1,5}"
_PERSON_LINE = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ’'-]+(?:\s[A-Z]\.)?(?:\s[A-Za-zÀ-ÿ’'-]+){1,2}")
_BYLINES = re.compile(
    rf"^(?:(?:By|BY)\s(?:{_NAME}|(?:[A-Z.'’-]+\s?){{1,5}})(?:(?:,|\sand|\s&|\sin|"
    rf"\sAND)\s?{_NAME})*(?:,?\s(?:BBC News|Staff Writer|"
    r"Associated Press|AP|Reuters|CNN|[\w ]{0,30}(?:[Cc]orrespondent|[Rr]eporter|[Ee]ditor|"
    r"[Ww]riter)s?))?[.:|]?"
    r"|By\s?\.|(?:Daily )?Mail (?:Online )?(?:Foreign )?(?:Reporter|Service)\s?\.?"
    r"(?:\s?(?:and|for)\s[\w .]{2,30})?"
    r"|(?:Von|Por|Par|Автор:|Текст:|كتب[:ت]?|مأمون|מאת|نویسنده:)\s[^.!?。]{3,40}"
    r"|[가-힣]{2,4}\s?(?:기자|특파원|인턴기자)(?:\s?[\w.@=]+)?"
    r"|(?:記者|记者|編輯|编辑|責任編輯|责任编辑)[:：]?\s?[^，。]{2,12}"
    r")$"
)
_CREDITS = re.compile(
    r"^\(?(?:(?:Additional\s|Editing and\s)?(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|"
    r"[Pp]roduced|[Tt]ranslated)\s"
    r"(?:(?:and\s)?(?:writing|editing|reporting)\s)?(?:by|from)\b.{3,300}"
    r"|.{3,200}?\b(?:contributed(?:\s(?:to|reporting)\b[^.]{0,80})?|"
    r"(?:also\s)?reported\sfrom\s[A-Z][^.]{2,160}"
    r"|wrote this story for[^.]{3,80})\.?\)?"
    r"|(?:The\s)?(?:Associated Press|Reuters|AFP|AP|CNN)(?:\s(?:writers?|journalists?|"
    r"staff))?[^.]{0,120}\scontributed\b.{0,80}"
    r"|(?:Quelle|Source|Sources|Fuente|Con información de|Источник|Джерело|المصدر|منبع|"
    r"出典|来源|來源|"
    r"출처)\s?[:：].{2,60}"
    r"|Redaktion\b.{0,40}|\(?(?:dpa|APA|Reuters|AFP|red|ag|sda)(?:[/,]\s?\w{2,8}){0,4}\)?"
    r"|(?:Our|The)\s(?:Standards|Terms).{0,60}|<[^>]{3,80}>)$"
)
_CREDIT_WORDS = (
    "contributed", "eporting", "riting", "diting", "ompiled", "roduced", "ranslated",
    "reported from", "wrote this", "Standards", "Terms",
)  # fmt: skip
_CREDIT_OPENS = re.compile(
    r"[(<]|Quelle|Source|Fuente|Con info|Источник|Джерело|المصدر|منبع|出典|来源|來源|출처|"
    r"Redaktion|dpa|APA|AFP|red|ag|sda|Reuters"
)
# Matched against lower case: an expression that ignores case tries every word in full.
_CAPTIONS = re.compile(
    r"(?:(?:image|photo|picture|media|video|file|photograph|illustration|graphic)s?\s?"
    r"(?:caption|credit|copyright|source|by|courtesy|:)"
    r"|\(?(?:ap|afp|reuters|getty|epa)\s?(?:photo|images)|getty images|foto:|bild:|crédit|"
    r"crédito|фото|צילום|تصوير|عکس"
    r"|写真|圖[:：]|图[:：]|▲|사진)",
)
_PICTURE_CREDIT = re.compile(
    r"(?:\(?(?:AP|Reuters|AFP|EPA|File|Getty|KCNA)[\w\s/,.]{0,40}"
    r"(?:Photo|Images|via (?:AP|REUTERS|Getty Images))\)?|/\s?(?:AP|AFP|Reuters|"
    r"Getty)(?: Images)?)[.)]?$",
    re.IGNORECASE,
)
# "(AP Photo/Jane Roe)", "(Kyodo News via AP Photo, File)"
_PHOTOGRAPHER = re.compile(
    r"\((?:[\w .]{1,30} via )?(?:AP|AFP|EPA|Reuters|Getty)\b[^()]{0,12}"
    r"(?:Photo|Images|File)[^()]{0,60}\)$"
)
_PICTURE_ENDS = tuple(
    f"{end}{stop}"
    for end in ("Photo", "photo", "PHOTO", "Images", "REUTERS", "AP", "AFP", "Reuters", "Getty")
    for stop in ("", ")", ".", ").", ".)")
)
_CALLS = re.compile(rf"^[\W_]*(?:{'|'.join(_rules('calls'))})")
_HEADER_DATE = re.compile(r"^\s*date\s+\d{4}-\d{2}-\d{2}\s*$", re.IGNORECASE)
_LEFTOVER = re.compile(r"^[\W\d_]*$")


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and agency at the head of a report; `end` is where its first sentence begins."""

    place: str | None
    agency: str | None
    end: int


def find_dateline(paragraph: str) -> Dateline | None:
    """The dateline that opens a paragraph ("SEOUL (Reuters) - ", "【ソウル時事】"), if any."""
    head = paragraph[:160]
    for pattern in _DATELINES:
        match = pattern.match(head)
        if match and match.end() > 2:
            groups = match.groupdict()
            agency = known_agency(groups.get("agency"))
            if _plausible(groups.get("place"), agency, match.group(), head[match.end() :]):
                return Dateline(groups.get("place"), agency, match.end())
    match = _BARE_CAPS.match(head)
    if match and not _NOT_PLACES.match(match.group("place")):
        return Dateline(match.group("place"), None, match.end())
    return None


def _plausible(place: str | None, agency: str | None, whole: str, rest: str) -> bool:
    """A dateline is followed by a sentence, and is signed, dated, or a town in capitals."""
    if not rest.strip() or (place and _NOT_PLACES.match(place)):
        return False
    if agency or any(mark in whole for mark in "【［[=＝") or re.search(r"\d", whole):
        return True
    town = re.split(r"[,/]", place or "")[0]
    letters = [c for c in town if c.isalpha()]
    if re.search(r"\b(?:AND|OF|THE|VS|FOR|IN|ON|TO)\b", town):
        return False
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.5 * len(letters)


def known_agency(words: str | None) -> str | None:
    """Canonical name of the agency or outlet that signs, None for an unknown one."""
    if not words:
        return None
    return AGENCIES.get(" ".join(words.casefold().split()).strip(" .,/"))


def is_byline(text: str) -> bool:
    """Does this line only say who wrote?"""
    return len(text) <= 160 and bool(_BYLINES.match(text.strip()))


def is_credit(text: str) -> bool:
    """Does this paragraph only say who contributed, reported or edited?"""
    if len(text) > 400:
        return False
    if not any(word in text for word in _CREDIT_WORDS) and not _CREDIT_OPENS.match(text):
        return False
    return bool(_CREDITS.match(text.strip()))


def is_person(text: str) -> bool:
    """Does this line hold nothing but something like a person's name?"""
    return len(text) <= 40 and bool(_PERSON_LINE.fullmatch(text.strip()))


def is_caption(text: str) -> bool:
    """Is this the credit or caption of a picture?"""
    text = text.strip()
    if len(text) > 300:
        return False
    if _CAPTIONS.match(text[:80].lower()):
        return True
    if text.endswith(")") and _PHOTOGRAPHER.search(text[-100:]):
        return True
    return text.endswith(_PICTURE_ENDS) and bool(_PICTURE_CREDIT.search(text[-80:]))


def is_call(text: str) -> bool:
    """Does this ask the reader to sign up, follow, read more, or state rights and times?"""
    return len(text) <= 300 and bool(_CALLS.match(text.strip().lower()))


def is_leftover(text: str) -> bool:
    """Are there no words in it ("***", "|", "2/3", a header's date line)?"""
    return bool(_LEFTOVER.match(text)) or bool(_HEADER_DATE.match(text))


def is_boilerplate(text: str) -> bool:
    """Nothing here belongs to the news."""
    return (
        is_leftover(text) or is_call(text) or is_byline(text) or is_credit(text) or is_caption(text)
    )
