"""REST routes that answer interactions: the callback, the original answer and follow-ups."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from tests.fake_discord.compose import BrokenRules, fill, note_pings
from tests.fake_discord.errors import ApiError, form_error
from tests.fake_discord.model import (
    FLAG_EPHEMERAL,
    FLAG_LOADING,
    Channel,
    Guild,
    Json,
    Message,
    User,
)
from tests.fake_discord.payloads import message_json, user_json
from tests.fake_discord.rest import Answer, Call, Route, route
from tests.fake_discord.rules import check_callback
from tests.fake_discord.world import World

TOKEN_LIFE = 900.0
MAX_FOLLOW_UPS_OUTSIDE = 5
CHAT_INPUT_ANSWER, CONTEXT_MENU_ANSWER = 20, 23


class Kind(IntEnum):
    """What a user did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """How an interaction is answered first."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED = {
    Kind.COMMAND: {Callback.MESSAGE, Callback.DEFER, Callback.MODAL},
    Kind.COMPONENT: set(Callback) - {Callback.CHOICES},
    Kind.AUTOCOMPLETE: {Callback.CHOICES},
    Kind.MODAL: {Callback.MESSAGE, Callback.DEFER, Callback.DEFER_UPDATE, Callback.UPDATE},
}


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction with everything that came of it; times are of the monotonic clock.

    `answers` are the messages it made, the original first; `edited` counts edits of the original
    or, for components, of the message they sit on.
    """

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    guild: Guild | None
    data: Json
    owners: dict[str, str]
    outside: bool
    sent_at: float
    wall_time: float
    message: Message | None = None
    callback: Callback | None = None
    acknowledged_at: float | None = None
    last_change: float = 0.0
    original: Message | None = None
    answers: list[Message] = field(default_factory=list)
    follow_ups: int = 0
    edited: int = 0
    resolved: bool = False
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class InteractionRoutes:
    """Handlers of callbacks and of an interaction's webhook."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_token: dict[str, Interaction] = {}
        self.deadline = 3.0

    def routes(self) -> list[Route]:
        """Return the routes."""
        hook = "/webhooks/{application_id}/{token}"
        original = hook + "/messages/@original"
        one = hook + "/messages/{message_id}"
        callback = "/interactions/{interaction_id}/{token}/callback"
        table: list[tuple[str, str, str, Callable[[Call], Answer]]] = [
            ("POST", callback, "create_interaction_response", self.answer),
            ("GET", original, "get_original_webhook_message", self.get),
            ("PATCH", original, "update_original_webhook_message", self.edit),
            ("DELETE", original, "delete_original_webhook_message", self.delete),
            ("POST", hook, "execute_webhook", self.follow_up),
            ("GET", one, "get_webhook_message", self.get),
            ("PATCH", one, "update_webhook_message", self.edit),
            ("DELETE", one, "delete_webhook_message", self.delete),
        ]
        return [
            route(method, path, name, handler, "token", needs_token=False)
            for method, path, name, handler in table
        ]

    # -- the first answer ---------------------------------------------------------------------

    def answer(self, call: Call) -> Answer:
        """POST callback: once, of a fitting kind, within three seconds."""
        interaction = self.by_token.get(call.params["token"])
        if interaction is None or interaction.id != call.id("interaction_id"):
            raise ApiError(10062)
        if time.monotonic() - interaction.sent_at > self.deadline:
            interaction.refusals.append("answered too late (10062)")
            raise ApiError(10062)
        if interaction.callback is not None:
            interaction.refusals.append("answered twice (40060)")
            raise ApiError(40060)
        payload = call.payload
        violations = check_callback(payload)
        if violations:
            raise BrokenRules(violations)
        callback = Callback(payload["type"])
        needs_message = callback in (Callback.UPDATE, Callback.DEFER_UPDATE)
        if callback not in ALLOWED[interaction.kind] or (
            needs_message and interaction.message is None
        ):
            raise form_error([("type", f"{callback.name} does not answer {interaction.kind.name}")])
        self._take(interaction, callback, payload.get("data") or {}, call)
        interaction.callback = callback
        interaction.acknowledged_at = interaction.last_change = time.monotonic()
        if call.exchange.query.get("with_response", "").lower() not in ("1", "true"):
            return 204, None
        return 200, self._callback_json(interaction, callback)

    def _take(self, interaction: Interaction, callback: Callback, data: Json, call: Call) -> None:
        if callback is Callback.CHOICES:
            interaction.choices = list(data["choices"])
            interaction.resolved = True
        elif callback is Callback.MODAL:
            interaction.modal = data
            interaction.resolved = True
        elif callback in (Callback.MESSAGE, Callback.DEFER):
            message = self._new_message(interaction)
            message.flags = int(data.get("flags") or 0) & FLAG_EPHEMERAL
            if callback is Callback.DEFER:
                message.flags |= FLAG_LOADING
            else:
                self._fill(message, data, call)
                interaction.resolved = True
            self._post(interaction, message)
            interaction.original = message
        elif callback is Callback.UPDATE and interaction.message is not None:
            self._change(interaction, interaction.message, data, call)
        if callback in (Callback.UPDATE, Callback.DEFER_UPDATE):
            interaction.original = interaction.message

    def _callback_json(self, interaction: Interaction, callback: Callback) -> Json:
        answer: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
        message = interaction.original
        body: Json = {"interaction": answer}
        if message is None:
            return body
        answer["response_message_id"] = str(message.id)
        answer["response_message_loading"] = bool(message.flags & FLAG_LOADING)
        answer["response_message_ephemeral"] = message.ephemeral
        if callback in (Callback.MESSAGE, Callback.UPDATE):
            shown = message_json(message, self.world.users)
            body["resource"] = {"type": int(callback), "message": shown}
        return body

    # -- the interaction's webhook ------------------------------------------------------------

    def _interaction(self, call: Call) -> Interaction:
        interaction = self.by_token.get(call.params["token"])
        if interaction is None or call.id("application_id") != self.world.application.id:
            raise ApiError(10015)
        if self.world.clock.now() - interaction.wall_time > TOKEN_LIFE:
            raise ApiError(50027)
        if interaction.callback is None:
            raise ApiError(10015)
        return interaction

    def _message(self, call: Call, interaction: Interaction) -> Message:
        if "message_id" not in call.params:
            message = interaction.original
        else:
            wanted = call.id("message_id")
            candidates = [*interaction.answers, interaction.message]
            message = next((m for m in candidates if m is not None and m.id == wanted), None)
        if message is None or message.deleted:
            raise ApiError(10008)
        return message

    def get(self, call: Call) -> Answer:
        """GET an answer."""
        message = self._message(call, self._interaction(call))
        return 200, message_json(message, self.world.users)

    def edit(self, call: Call) -> Answer:
        """PATCH an answer; this resolves a deferred one."""
        interaction = self._interaction(call)
        message = self._message(call, interaction)
        self._change(interaction, message, call.payload, call)
        return 200, message_json(message, self.world.users)

    def delete(self, call: Call) -> Answer:
        """DELETE an answer."""
        interaction = self._interaction(call)
        message = self._message(call, interaction)
        message.deleted = True
        interaction.resolved = True
        interaction.last_change = time.monotonic()
        return 204, None

    def follow_up(self, call: Call) -> Answer:
        """POST a further answer; the first one after a deferral takes the deferred one's place."""
        interaction = self._interaction(call)
        original = interaction.original
        if original is not None and original.flags & FLAG_LOADING:
            self._change(interaction, original, call.payload, call)
            return 200, message_json(original, self.world.users)
        interaction.follow_ups += 1
        if interaction.outside and interaction.follow_ups > MAX_FOLLOW_UPS_OUTSIDE:
            raise ApiError(40094)
        message = self._new_message(interaction)
        message.type = 0
        message.flags = int(call.payload.get("flags") or 0) & FLAG_EPHEMERAL
        self._fill(message, call.payload, call)
        self._post(interaction, message)
        interaction.resolved = True
        interaction.last_change = time.monotonic()
        return 200, message_json(message, self.world.users)

    # -- messages -----------------------------------------------------------------------------

    def _new_message(self, interaction: Interaction) -> Message:
        world = self.world
        message = Message(
            world.clock.snowflake(), interaction.channel.id, world.bot, world.clock.iso()
        )
        message.webhook_id = world.application.id
        message.type = CHAT_INPUT_ANSWER
        if interaction.data.get("target_id"):
            message.type = CONTEXT_MENU_ANSWER
        if interaction.kind is Kind.COMMAND:
            message.interaction_metadata = {
                "id": str(interaction.id),
                "type": int(Kind.COMMAND),
                "user": user_json(interaction.user),
                "authorizing_integration_owners": interaction.owners,
            }
        else:
            message.type = 0
        return message

    def _post(self, interaction: Interaction, message: Message) -> None:
        message.ephemeral_to = interaction.user.id if message.ephemeral else None
        interaction.answers.append(message)
        self.world.add_message(message)

    def _fill(self, message: Message, data: Json, call: Call) -> None:
        fill(self.world, message, data, call.exchange.files)
        note_pings(self.world, message, self.world.channels[message.channel_id], data)

    def _change(self, interaction: Interaction, message: Message, data: Json, call: Call) -> None:
        was_loading = bool(message.flags & FLAG_LOADING)
        fill(self.world, message, data, call.exchange.files)
        message.flags &= ~FLAG_LOADING
        if not was_loading:
            message.edited_timestamp = self.world.clock.iso()
        self.world.revise(message)
        interaction.edited += 1
        interaction.resolved = True
        interaction.last_change = time.monotonic()
        if not message.ephemeral:
            self.world.tell_message("MESSAGE_UPDATE", message)
