"""Words of a text as grouping sees them: folded, lightly stemmed, without the empty ones.

Languages without spaces give overlapping pairs of characters. The word lists hold what is common
in English headlines; a word's weight never rests on them alone (`bot.domain.story_terms`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_EMPTY_WORDS = """
a an the this that these those it its he his him she her hers they them their we us our ours
you your yours i me my who whom whose which what when where why how of to in on for and or nor
at by from with within without as is are was were be been being am has have had having do does
did done will would shall should can could may might must not no but if so than then there here
up down out off over under after before into onto upon about against between during through
per via amid among around across behind beyond since until while because though although also
just only even still yet too very more most much many some any all each every both few other
others another such own same again once ever never now today tomorrow yesterday s t re ve ll d m
says say said saying tells tell told according report reports reported reporting news new
vs v etc mr mrs ms dr st get gets got getting let lets
"""
EMPTY = frozenset(_EMPTY_WORDS.split())

# In a sizeable share of all headlines, whatever the event: worth little as evidence.
_VERY_COMMON_WORDS = """
one two three four five six seven eight nine ten first second third last next old big top best
make makes made making take takes taken took come comes came go goes going went gone see seen
show shows showing look looks find finds found give gives gave want wants need needs know
think way day days week weeks month months year years time times people man men woman women
world us uk usa american america state states country national president government official
officials minister live update updates latest video videos photo photos watch review recap
live home house city life work set sets plan plans call calls back high low good bad great
long full part end ends start starts open opens close closes rise rises fall falls hit hits
million billion percent pct pm am monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
"""
VERY_COMMON = frozenset(_VERY_COMMON_WORDS.split())

# Common in the news at large, though not in any one event.
_COMMON_WORDS = """
company companies business market markets stock stocks share shares price prices sale sales
deal deals profit profits loss losses growth rate rates bank banks money cost costs pay pays
cut cuts tax oil gas energy trade economy economic global international job jobs worker workers
quarter earnings report investor investors analyst analysts data index dollar fund funds street
boost boosts gain gains drop drops jump jumps slip slips climb climbs surge surges rally record
launch launches launched test tests tested fire fires fired attack attacks attacked strike
strikes struck missile missiles rocket rockets drone drones war wars military army force forces
weapon weapons nuclear defense defence security air sea land base troops soldiers police
kill kills killed killing dead death deaths die dies died injured injures wounded wounds
crash crashes blast explosion bomb bombs victim victims survivor rescue fight fights battle
crisis threat threats threatens warn warns warning fear fears risk risks concern concerns
talk talks meeting meet meets summit vote votes election elections leader leaders party
parliament congress senate court judge law bill case trial charge charges probe investigation
claim claims deny denies accuse accuses blame blames admit admits confirm confirms announce
announces reveal reveals release releases released unveil unveils debut debuts return returns
begin begins continue continues keep keeps hold holds move moves push pushes turn turns bring
brings send sends sent face faces join joins win wins won lose loses lost beat beats lead leads
try tries seek seeks ask asks answer question questions urge urges vow vows pledge pledges
expect expects expected hope hopes could help helps use uses used using buy buys sell sells
build builds change changes add adds raise raises reach reaches near ahead despite early late
major massive huge small little large key real right wrong left free hard easy better worse
young old kids children child family mother father wife husband son daughter baby girl girls
boy boys school schools student students university study studies research researchers
scientist scientists science health hospital doctor doctors patient patients disease cancer
drug drugs food water weather storm climate space earth moon planet star stars light
phone phones app apps game games online internet web site tech technology software computer
device devices digital service services network users user tv movie movies film films series
season episode finale premiere trailer music song album concert fans fan actor actress singer
celebrity celebrities book books story stories art fashion award awards event events festival
team teams player players coach league match cup sport sports car cars vehicle vehicles
road train plane flight flights airport airline bus driver street north south east west
northern southern eastern western central local region regional city town village area county
border group groups member members chief head boss ceo director executive secretary senator
governor mayor king queen prince foreign domestic public private federal political policy power
rights support system control program project issue issues problem problems reason reasons
thing things place point number list name names face body hand eye heart head line room
white black red blue green gold golden dark hot cold night morning weekend evening hour hours
minute minutes future history past present analysis opinion editorial briefing daily weekly
guide tips ways facts explained everything something nothing someone everyone finally really
demand supply weak weaker strong stronger slow fast steady sharp recall recalls recalled study
chinese russian ukrainian israeli iranian european british french german japanese korean indian
china russia ukraine israel iran europe britain france germany japan korea india
"""
COMMON = frozenset(_COMMON_WORDS.split()) - VERY_COMMON

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\$?\d[\d.,]*|[^\W_]+(?:['&.-][^\W_]+)*")
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_MARKUP = re.compile(r"<[^<>]{1,40}>")
_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("ing", ""), ("edly", ""), ("ers", ""), ("er", ""), ("ed", ""),
    ("es", ""), ("s", ""),
)  # fmt: skip
_SHORTEST_STEM = 3
_LONGEST_WORD = 40


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Take common English endings off a folded word; other scripts stay as they are."""
    if len(word) < 5 or not word.isascii() or not word.isalpha() or word.endswith("ss"):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            root = word[: -len(ending)] + instead
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
                root = root[:-1]
            return root.rstrip("e") if len(root) > 4 else root
    return word.rstrip("e") if len(word) > 4 else word


def folded(text: str) -> str:
    """Lower case, compatible forms, no accents, straight apostrophes."""
    text = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in plain if not unicodedata.combining(sign))
    )


def words(text: str) -> list[str]:
    """The telling words of a text in order, stemmed; pairs of characters where nothing parts them.

    "U.S." becomes "us", "Fyffes'" becomes "fyff"; words of `EMPTY` are left out.
    """
    found: list[str] = []
    for token in _TOKEN.findall(folded(_MARKUP.sub(" ", text))):
        found.extend(_of_token(token))
    return found


@lru_cache(maxsize=65536)
def _of_token(token: str) -> tuple[str, ...]:
    if _UNSPACED.search(token):
        return tuple(_pairs(token))
    word = token.removesuffix("'s").replace(".", "") if not token[-1:].isdigit() else token
    word = word.strip("'.,-").replace("'", "")
    if not word or word in EMPTY or len(word) > _LONGEST_WORD:
        return ()
    if "-" in word and not any(sign.isdigit() for sign in word):
        return tuple(stem(part) for part in word.split("-") if part and part not in EMPTY)
    return (stem(word),)


def _pairs(token: str) -> list[str]:
    pairs: list[str] = []
    for run in _UNSPACED.findall(token):
        pairs.extend(run[at : at + 2] for at in range(len(run) - 1))
    return pairs


STEMMED_VERY_COMMON = frozenset(stem(word) for word in VERY_COMMON)
STEMMED_COMMON = frozenset(stem(word) for word in COMMON) - STEMMED_VERY_COMMON
