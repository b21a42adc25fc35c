"""Alerts that a cooldown or a flood cap holds back, gathered in one message an hour."""

from __future__ import annotations

from datetime import datetime

from bot.domain.message import (
    Button,
    Controls,
    Form,
    Line,
    Link,
    Message,
    Paragraph,
    Severity,
    Subtext,
    Text,
)
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState, nonce_of
from bot.domain.posting import Posting
from bot.domain.story import StoryView
from bot.locale import say, word
from bot.ports import Renderer, Transaction
from bot.services.story_words import headline_of

# Headlines listed before "and n more": the whole must fit one message.
LISTED = 10


def gather(
    tx: Transaction, renderer: Renderer, posting: Posting, view: StoryView, now: datetime
) -> None:
    """Add a story to the place's gathering message of this hour; it pings nobody."""
    key = f"gathered:{posting.place.key}:{now:%Y%m%d%H}"
    name = f"gathered:{key}"
    items: list[list[str]] = tx.records.get(name) or []
    item = [str(view.story_id), headline_of(view, posting.locale), view.lead.url or ""]
    items = [known for known in items if known[0] != item[0]] + [item]
    tx.records.put(name, items)
    message = _message(items, posting, nonce_of(key))
    payload = renderer.payload(message, posting.place.kind)
    known = tx.outbox.by_key(key)
    if known is None:
        tx.outbox.enqueue(
            Delivery(
                id=DeliveryId(0),
                key=key,
                kind=DeliveryKind.NOTICE,
                place=posting.place,
                payload=payload,
                created=now,
                revision=len(items),
                due=posting.hold_until,
            )
        )
    elif known.state is not DeliveryState.PARKED:
        tx.outbox.request_edit(known.id, payload, len(items))


def _message(items: list[list[str]], posting: Posting, marker: str) -> Message:
    locale = posting.locale
    because = word(posting.collapse, locale) if posting.collapse else ""
    head = say("gathered.head", locale, count=len(items))
    blocks: list[Paragraph | Subtext] = [Paragraph((Text(head, strong=True),))]
    for story, headline, url in items[-LISTED:]:
        words = say("gathered.line", locale, headline=headline, story=story)
        line: Line = (Link(words, url),) if url else (Text(words),)
        blocks.append(Paragraph((Text("• "), *line)))
    more = len(items) - LISTED
    if more > 0:
        blocks.append(Paragraph((Text(say("more", locale, count=more)),)))
    blocks.append(Subtext((Text(because),)))
    recent = Button(say("button.recent", locale), "list:launches:30:::0:first")
    return Message(
        form=Form.CARD,
        severity=Severity.QUIET,
        blocks=(*blocks, Controls((recent,))),
        silent=True,
        marker=marker,
        forum_title=head,
    )
