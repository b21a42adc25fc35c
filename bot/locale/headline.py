"""A headline composed from facts, in the order of words of each language."""

from __future__ import annotations

from bot.domain.launch import EventKind, WeaponClass
from bot.domain.story import StoryFacts
from bot.domain.story_headline import takes_plural
from bot.locale.strings import plain as say
from bot.locale.words import actor_words, list_words, place_words, weapons_words

_VERBS = {
    EventKind.STRIKE: "strikes",
    EventKind.INTERCEPTION: "intercepts",
    EventKind.SPACE: "space",
}
# Names of weapons shown behind a headline; more push the rest off a phone's lock screen.
_SHOWN_NAMES = 2


def headline_words(facts: StoryFacts, locale: str = "en") -> str:
    """Who fired how many of what where, as far as known; "" when nothing is known of the weapon.

    The kind of event chooses the verb, the known parts (actor, target, site) the pattern.
    """
    weapon = facts.weapons[0] if facts.weapons else None
    if weapon is None and not (facts.actors and facts.kind):
        return ""
    weapons = weapons_words(weapon or WeaponClass.MISSILE, facts.count, locale)
    parts = {"weapons": weapons}
    if facts.actors:
        parts["actor"] = list_words([actor_words(a, locale) for a in facts.actors], locale)
    if facts.target:
        parts["target"] = place_words(facts.target, locale)
    elif facts.site:
        parts["site"] = place_words(facts.site, locale)
    known = "_".join(name for name in ("actor", "target", "site") if name in parts) or "bare"
    verb = _VERBS.get(facts.kind, "fires") if facts.kind else "fires"
    doers = 2 if facts.actors and takes_plural(facts.actors) else 1
    text = say(f"headline.{verb}.{known}", locale, count=doers, **parts)
    if facts.failed:
        text = say("headline.failed", locale, headline=text)
    if facts.names:
        names = list_words(facts.names[:_SHOWN_NAMES], locale)
        text = say("headline.named", locale, headline=text, names=names)
    return text[:1].upper() + text[1:]
