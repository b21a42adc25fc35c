"""A frozen payload as the request discord.py's own HTTP layer sends: body, files, reply, nonce."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
from discord.http import MultipartParameters

from bot.delivery.discord_limits import (
    ATTACHMENT,
    FLAG_COMPONENTS_V2,
    FLAG_SUPPRESS_NOTIFICATIONS,
    MEDIA_GALLERY,
)
from bot.domain.outbox import Receipt

Json = dict[str, Any]
OURS = frozenset({"files", "thread"})  # keys of a payload that Discord does not know
ARCHIVE_MINUTES: Final = 4320  # three days: as long as a story usually moves


def body(payload: Mapping[str, Any]) -> Json:
    """The payload without the keys of our own."""
    return {key: value for key, value in payload.items() if key not in OURS}


def created(payload: Mapping[str, Any], nonce: str, reply_to: Receipt | None) -> Json:
    """The body of a create-message request that Discord deduplicates by its nonce."""
    made = body(payload) | {"nonce": nonce, "enforce_nonce": True}
    if reply_to is not None:
        made["message_reference"] = {
            "message_id": str(reply_to.message_id),
            "channel_id": str(reply_to.channel_id),
            "fail_if_not_exists": False,
        }
    return made


def edited(payload: Mapping[str, Any]) -> Json:
    """The body of an edit: everything is named, so that nothing of an older revision stays."""
    made = body(payload)
    flags = made.pop("flags", 0) & ~FLAG_SUPPRESS_NOTIFICATIONS
    if flags & FLAG_COMPONENTS_V2:
        made["flags"] = flags
    else:
        made = {"content": "", "embeds": [], "components": []} | made
    return made | {"attachments": []}


def forum_post(payload: Mapping[str, Any], tag_ids: Sequence[int]) -> Json:
    """The body of a request that opens a forum post."""
    post: Json = {
        "name": payload["thread"]["name"],
        "auto_archive_duration": ARCHIVE_MINUTES,
        "message": body(payload),
    }
    if tag_ids:
        post["applied_tags"] = [str(tag) for tag in tag_ids]
    return post


def request(made: Json, drawn: Sequence[tuple[Json, bytes]]) -> MultipartParameters:
    """Body and pictures as discord.py takes them; `drawn` are the payload's files with bytes."""
    if not drawn:
        return MultipartParameters(payload=made, multipart=None, files=None)
    files = [
        discord.File(io.BytesIO(data), filename=item["filename"], description=item["alt"] or None)
        for item, data in drawn
    ]
    holder = made.get("message", made)
    holder["attachments"] = [file.to_dict(index) for index, file in enumerate(files)]
    form: list[Json] = [{"name": "payload_json", "value": json.dumps(made, ensure_ascii=False)}]
    form += [
        {
            "name": f"files[{index}]",
            "value": file.fp,
            "filename": file.filename,
            "content_type": "image/png",
        }
        for index, file in enumerate(files)
    ]
    return MultipartParameters(payload=None, multipart=form, files=files)


def without_pictures(payload: Mapping[str, Any]) -> Json:
    """The payload when its pictures could not be drawn: a message never waits for a picture."""
    bare: Json = copy.deepcopy(dict(payload))
    bare.pop("files", None)
    for embed in bare.get("embeds", ()):
        if str((embed.get("image") or {}).get("url", "")).startswith(ATTACHMENT):
            del embed["image"]
    if "embeds" in bare:
        bare["embeds"] = [embed for embed in bare["embeds"] if set(embed) - {"color"}]
    for container in bare.get("components", ()):
        if "components" in container:
            container["components"] = [
                part for part in container["components"] if part.get("type") != MEDIA_GALLERY
            ]
    return bare
