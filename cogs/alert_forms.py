"""The modals of `/alert add` and `/alert edit`, and the draft both lead to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.message import Message, Severity
from bot.domain.permission import Action
from bot.domain.story import StoryStatus
from bot.domain.subscription import Place, Subscription, SubscriptionId, Topic
from bot.locale import say
from bot.services.alert_wishes import AlertChange, AlertWish
from bot.services.asking import Asker, number_in
from bot.services.panels import alerts as panels
from bot.services.panels.parts import card, filled
from bot.services.vocabulary import read_countries, read_weapons
from cogs.asking import Interaction, answer, desk_of, permit, thinking
from cogs.completing import STATUSES
from cogs.forms import Answers, Ask, Form, first
from cogs.places import role_of

MOST_SOURCES = 10


def add_form(wish: AlertWish, locale: str) -> Form:
    """Asks what `/alert add` was not told."""
    asks = (
        _topics(locale),
        Ask("keywords", say("form.keywords", locale), most=200, hint='"ballistic missile" OR icbm'),
        Ask("countries", say("form.countries", locale), hint="North Korea, Iran"),
        _statuses(wish.min_status, locale),
        Ask("role", say("select.role", locale), role=True),
    )

    async def then(interaction: Interaction, answers: Answers) -> None:
        asker = await permit(interaction, Action.ALERT_ADD)
        topic, keywords = first(answers, "topic"), first(answers, "keywords")
        role = role_of(interaction, first(answers, "role"), wish.place)
        countries = read_countries(first(answers, "countries") or "")
        chosen = replace(
            wish,
            topic=Topic(topic) if topic and not keywords else None,
            query=keywords,
            countries=countries or wish.countries,
            min_status=StoryStatus(first(answers, "min_status") or wish.min_status),
            role_id=role or wish.role_id,
        )
        await thinking(interaction)
        await show_draft(interaction, asker, chosen)

    return Form(say("form.alert_add", locale), asks, then)


def edit_form(found: Subscription, locale: str) -> Form:
    """Asks for the new content of an alert; what its modal cannot hold, options change."""
    asks = (
        *_selector(found, locale),
        Ask("countries", say("form.countries", locale), ", ".join(found.countries)),
        Ask("weapons", say("form.weapons", locale), ", ".join(w.value for w in found.weapons)),
        _statuses(found.min_status, locale),
        Ask("min_sources", say("form.min_sources", locale), str(found.min_sources), most=2),
    )

    async def then(interaction: Interaction, answers: Answers) -> None:
        asker = await permit(interaction, Action.ALERT_EDIT)
        sources = number_in(first(answers, "min_sources") or "1") or 1
        fields: dict[str, Any] = {
            "countries": read_countries(first(answers, "countries") or ""),
            "weapons": read_weapons(first(answers, "weapons") or ""),
            "min_status": StoryStatus(first(answers, "min_status") or found.min_status),
            "min_sources": min(sources, MOST_SOURCES),
        }
        topic, keywords = first(answers, "topic"), first(answers, "keywords")
        if keywords:
            fields["query"] = keywords
        elif topic:
            fields["topic"] = Topic(topic)
        if only := first(answers, "only_launches"):
            fields["only_launches"] = only == "yes"
        await thinking(interaction)
        await show_change(interaction, asker, found.id, AlertChange(fields))

    return Form(say("form.alert_edit", locale), asks, then)


def _selector(found: Subscription, locale: str) -> tuple[Ask, ...]:
    """What selects articles: a topic, a query, or for a feed's alert only how much of it."""
    if found.topic is not None:
        return (replace(_topics(locale), default=found.topic.value),)
    if found.query is not None:
        return (Ask("keywords", say("form.keywords_only", locale), found.query, True),)
    return (
        Ask(
            "only_launches",
            say("form.only_launches", locale),
            "yes" if found.only_launches else "no",
            options=(("yes", say("form.yes", locale)), ("no", say("form.no", locale))),
        ),
    )


def _topics(locale: str) -> Ask:
    options = tuple((topic.value, say(f"topic.{topic.value}", locale)) for topic in Topic)
    return Ask("topic", say("select.topic", locale), options=options)


def _statuses(now: StoryStatus, locale: str) -> Ask:
    options = tuple((each.value, say(f"status.{each.value}", locale)) for each in STATUSES)
    return Ask("min_status", say("form.min_status", locale), now.value, options=options)


async def show_draft(interaction: Interaction, asker: Asker, wish: AlertWish) -> None:
    """What a new alert would have matched, with the button that saves it."""
    token, draft = await desk_of(interaction).alerts.draft(asker, wish)
    subject = wish.query or say(f"topic.{wish.topic.value if wish.topic else ''}", asker.locale)
    await answer(interaction, panels.draft_panel(draft, token, subject, asker.locale))


async def show_change(
    interaction: Interaction, asker: Asker, alert: SubscriptionId, change: AlertChange
) -> None:
    """What the changed alert would have matched, with the button that saves it."""
    token, draft = await desk_of(interaction).alerts.draft_change(asker, alert, change)
    subject = await desk_of(interaction).alerts.subject_of(asker, draft.subscription)
    await answer(interaction, panels.draft_panel(draft, token, subject, asker.locale))


def saved_note(key: str, place: Place, what: str, locale: str) -> Message:
    """A sentence about an alert in its place."""
    return card(Severity.GOOD, filled(key, locale, place, what=what))
