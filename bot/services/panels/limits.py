"""What a subscription asks for beyond its topic or query, in words."""

from __future__ import annotations

from bot.domain.story import StoryStatus
from bot.domain.subscription import USUAL_CAP, Subscription, ThreadMode
from bot.locale import actor_words, say
from bot.services.panels.quiet_hours import quiet_words


def settings_words(subscription: Subscription, locale: str) -> str:
    """Everything a subscription asks for beyond its topic or query."""
    parts = []
    if subscription.countries:
        names = [actor_words(name, locale) for name in subscription.countries]
        parts.append(say("alert.setting.countries", locale, countries=names))
    if subscription.weapons:
        parts.append(say("alert.setting.weapons", locale, weapons=subscription.weapons))
    if subscription.min_status is not StoryStatus.UNCONFIRMED:
        parts.append(say("alert.setting.min_status", locale, status=subscription.min_status))
    if subscription.ping_status is not StoryStatus.UNCONFIRMED and subscription.role_id:
        parts.append(say("alert.setting.ping_status", locale, status=subscription.ping_status))
    if subscription.min_sources > 1:
        parts.append(say("alert.setting.min_sources", locale, count=subscription.min_sources))
    if subscription.only_launches:
        parts.append(say("alert.setting.only_launches", locale))
    if subscription.cooldown:
        parts.append(say("alert.setting.cooldown", locale, cooldown=subscription.cooldown))
    if subscription.hourly_cap < USUAL_CAP:
        parts.append(say("alert.setting.cap", locale, count=subscription.hourly_cap))
    if subscription.thread_mode is ThreadMode.THREAD:
        parts.append(say("alert.setting.thread", locale))
    quiet = subscription.quiet
    if quiet is not None and quiet.start != quiet.end:
        parts.append(quiet_words(quiet, locale))
    return " · ".join(parts)


def selection_words(subject: str, subscription: Subscription, locale: str) -> str:
    """What a subscription selects with its limits, to name it whole in a sentence."""
    limits = settings_words(subscription, locale)
    return f"{subject} · {limits}" if limits else subject
