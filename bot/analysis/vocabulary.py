"""The closed lists of the lexicon, and how its files are written.

**How a term is written.** Letter case, accents, hyphens and spaces do not matter ("test-fired" also
finds "Test fired"). A word ending in `*` matches every ending ("raket*"), in each word of a phrase.
A leading `=` makes the term case-sensitive ("=US" is not "us"). Longer terms win over shorter ones
that overlap them, so a harmless phrase ("rocket science") hides the term inside it ("rocket").

**Sections of a language file** (absent ones are empty)

    [language]   mode = "words" | "substring"     substring: Chinese, Japanese, Korean
                 attached = ["ו", "ה"]            prefixes glued to a word (Hebrew, Arabic)
                 blanks = "part" | "pause"        Chinese headlines part clauses by blanks;
                                                  in Japanese ones a blank is a comma
                 subject = "after verb"           Arabic: "أطلقت إيران صاروخا"
                 order = "verb-object" | "object-verb" | "free"     the weapon and its verb
                 scope = "before" | "after" | "both"     negation and tense words and the verb
                 lent = ["_-made", "vom _ geliefert*"]     a side's name at the `_` is then never
                                                  the side that fired; the hyphen must be printed
                 gap = 8       words that may part a verb from its weapon (substring: characters)
    [weapons]    "ballistic missile" = [...]      keys are the values of domain.launch.WeaponClass
    [weak_weapons]  the same, for words that need a military setting ("rocket", "projectile")
    [names]      "Hwasong-17" = [...]             proper names as this language writes them
    [actors]     "North Korea" = [...]            names and demonyms by canonical name; a word for
                                                  two sides ("한미") stands under both
    [capitals]   "North Korea" = [...]            seats of government: actors when they act
    [places]     "Wonsan" = [...]                 by canonical name of places.toml
    [actions.X]  X: one of `ACTIONS`; keys are `FORMS` ("any" where they make no difference, "aimed"
                 for verbs that fire only with "into", "at": "sends rockets into")
    [cues]       keys are `CUES`: words that cancel, colour or frame a statement
    [numbers]    "2" = ["two"]
    [amounts]    "24-" = ["dozens"] (no upper end), "2-3" = ["two or three"]
    [approx]     least ("at least"), more ("more than"), most ("up to"), near ("about")
    [counters]   words = [...]                    between a number and its weapon
    [measures]   km, mile (units); height, distance, range, killed, injured (what is measured)
    [time]       see `event_time.py`
    [attribution]  see `attribution.py`
    [function_words]  articles, prepositions and the like, by the name the rules ask for
"""

from __future__ import annotations

ACTIONS = frozenset({"launch", "test", "strike", "use", "intercept", "destroy", "fall", "harm"})
FORMS = frozenset({"past", "present", "base", "ing", "noun", "any", "aimed"})  # aimed: "sends"
CUES = frozenset(
    {
        # cancel an action: it did not (yet) happen
        "future",  # will, plans to, is set to
        "infinitive",  # a bare "to" before a verb
        "ability",  # can, capable of, designed to
        "possible",  # could, may, might
        "threat",  # threatens, warns, vows
        "condition",  # if, unless, in case of
        "negation",  # not, no, never
        "denial",  # denies, baseless
        "guard",  # against, protect from, defend, stop, prevent: the action is feared
        "stop",  # halt, suspend, end: of tests
        "permit",  # authorises, may use
        # frame an action: it is not the news
        "background",  # after, since, in response to
        "relative",  # that, which
        "content",  # that: after a verb of saying it opens what is said
        "trend",  # rate of, this year's, series of
        "history",  # anniversary, last year, decades ago
        "analysis",  # why, how, what to know, explained
        "total",  # since the war began, this year: counts are no event
        "ranked",  # the biggest, the tenth: one event among those of a time
        "judged",  # not a violation, sparks anger: said of an action after it
        "verdict_on",  # condemns, slams, accuses, discusses: talk about an action
        "investigation",  # inquiry, contained parts, found to be
        # keep an action alive
        "reported",  # said to, appears to, claims to have: swallows the "to"
        "together",  # as, while, when: happens at once with the main clause
        "live",  # live updates, breaking
        "attempt",  # tried to, failed to: a failed launch is a launch
        # topics
        "inert_after",  # nouns after a weapon that make it a topic: defence, site, sale
        "inert_before",  # words before a weapon that make it a topic: anti, engine of
        "disposal",  # scraps, dismantles
        "engine",  # an engine is tested, not a missile
        "topic",  # phrases that are about missiles without any weapon word: arms control, Iron Dome
        "trade",  # buys, sells, contract, licence
        "deploy",  # deploys, stations, parades
        "exercise",  # drill, exercise
        "military",  # army, militants, navy: makes a weak weapon strong
        "attack",  # attack, strike, raid without a weapon
        "aftermath",  # blackout, damage, fire, rubble
        "space",
        "sport",
        "games",
        "product",
        "business",
        "metaphor",
        "filler",  # swallowed: no meaning
        # shades
        "hedge",  # likely, suspected, what appeared to be
        "failed",  # exploded, failed
        "defences",  # air defence: what it destroys was in the air
        "incoming",  # heading toward, detected
        "suffered",  # comes under (fire): its subject is struck, not the one that fires
        "recent",
        "drone",
        "retraction",
        "overflight",
        "eez",  # the zone itself, where the words before it tell the side
        "eez_out",
        "eez_in",
        "and",
        "with",
        "of",
        "by",
        "origin",  # from
        "goal",  # into, at, toward
        "singular",  # a, an, one of
        "another",
        "about",  # over, more than, at least: see counts.py
    }
)
