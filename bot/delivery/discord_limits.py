"""Discord's limits on messages as named constants with their source, and a check of payloads.

The check knows what Discord's OpenAPI file says and the rules it leaves out (sums, nesting, parts
that exclude each other), so that a message Discord would refuse never reaches the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

# https://docs.discord.com/developers/resources/message#create-message
CONTENT = 2000
EMBEDS = 10
FILES = 10
NONCE = 25
REQUEST_BYTES = 10 * 1024 * 1024  # https://docs.discord.com/developers/reference#uploading-files
ALT_TEXT = 1024  # https://docs.discord.com/developers/resources/message#attachment-object

# https://docs.discord.com/developers/resources/message#embed-object-embed-limits
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_AUTHOR = 256
EMBED_TOTAL = 6000  # over all embeds of a message
EMBED_URL = 2048

# https://docs.discord.com/developers/resources/message#allowed-mentions-object
MENTIONED_ROLES = 100
MENTIONED_USERS = 100
MENTION_KINDS = frozenset({"roles", "users", "everyone"})

# https://docs.discord.com/developers/components/reference
COMPONENTS = 40  # nested ones counted, Components V2
CARD_TEXT = 4000  # all Text Displays of a message together
ACTION_ROWS = 5  # classic messages
ROW_BUTTONS = 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
SECTION_TEXTS = 3
GALLERY_ITEMS = 10
SELECT_OPTIONS = 25
SELECT_PLACEHOLDER = 150
OPTION_TEXT = 100  # label, value and description alike

# https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel
THREAD_NAME = 100
THREAD_TAGS = 5

# https://docs.discord.com/developers/interactions/application-commands
AUTOCOMPLETE_CHOICES = 25
CHOICE_NAME = 100
COMMAND_DESCRIPTION = 100

# https://docs.discord.com/developers/resources/message#message-object-message-flags
FLAG_CROSSPOSTED = 1 << 0
FLAG_SUPPRESS_NOTIFICATIONS = 1 << 12
FLAG_COMPONENTS_V2 = 1 << 15

# https://docs.discord.com/developers/components/reference#component-object-component-types
ACTION_ROW, BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, CHANNEL_SELECT = 1, 2, 3, 5, 6, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER = 17
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, 7, CHANNEL_SELECT})
V2_ONLY = frozenset({SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER})
LINK_STYLE = 5
ATTACHMENT = "attachment://"


def units(text: str) -> int:
    """The length of a text in UTF-16 units.

    Discord does not say whether it counts code points or UTF-16 units; this is never less than
    either.
    """
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def walk(parts: Sequence[Json]) -> Iterator[Json]:
    """Every component with all that are nested in it, as Discord counts them."""
    for part in parts:
        yield part
        yield from walk(part.get("components") or ())
        if part.get("accessory"):
            yield from walk([part["accessory"]])


def embed_length(embed: Mapping[str, Any]) -> int:
    """What an embed adds to the total over all embeds."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for item in embed.get("fields") or ():
        texts += [item.get("name"), item.get("value")]
    return sum(units(str(text)) for text in texts if text)


def check(payload: Json) -> list[str]:
    """Every rule of Discord that a message payload breaks, one sentence each; empty when fine."""
    return list(_problems(payload))


def _problems(payload: Json) -> Iterator[str]:
    parts = list(walk(payload.get("components") or ()))
    files = payload.get("files") or ()
    names = {item["filename"] for item in files}
    is_card = bool((payload.get("flags") or 0) & FLAG_COMPONENTS_V2)
    yield from _over("content", payload.get("content"), CONTENT)
    yield from _over("nonce", payload.get("nonce"), NONCE)
    yield from _count("files", files, FILES)
    if len(names) != len(files):
        yield "two files have one name"
    for item in files:
        yield from _over(f"alt text of {item['filename']}", item.get("alt"), ALT_TEXT)
    yield from _check_embeds(payload.get("embeds") or (), names)
    yield from _check_mentions(payload.get("allowed_mentions"))
    yield from (_check_card if is_card else _check_classic)(payload, parts)
    for part in parts:
        yield from _check_part(part, names)
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        yield "a custom_id is used twice"
    if payload.get("thread") is not None:
        yield from _check_thread(payload["thread"])


def _over(what: str, text: Any, limit: int) -> Iterator[str]:
    if text and units(str(text)) > limit:
        yield f"{what} has {units(str(text))} characters, {limit} are allowed"


def _count(what: str, things: Sequence[Any], limit: int) -> Iterator[str]:
    if len(things) > limit:
        yield f"{len(things)} {what}, {limit} are allowed"


def _check_embeds(embeds: Sequence[Json], files: set[str]) -> Iterator[str]:
    yield from _count("embeds", embeds, EMBEDS)
    if (total := sum(embed_length(embed) for embed in embeds)) > EMBED_TOTAL:
        yield f"the embeds have {total} characters together, {EMBED_TOTAL} are allowed"
    for embed in embeds:
        yield from _over("embed title", embed.get("title"), EMBED_TITLE)
        yield from _over("embed description", embed.get("description"), EMBED_DESCRIPTION)
        yield from _over("embed url", embed.get("url"), EMBED_URL)
        yield from _over("embed footer", (embed.get("footer") or {}).get("text"), EMBED_FOOTER)
        yield from _over("embed author", (embed.get("author") or {}).get("name"), EMBED_AUTHOR)
        yield from _count("embed fields", embed.get("fields") or (), EMBED_FIELDS)
        for item in embed.get("fields") or ():
            if not str(item.get("name") or "").strip() or not str(item.get("value") or "").strip():
                yield "an embed field has no name or no value"
            yield from _over("field name", item.get("name"), EMBED_FIELD_NAME)
            yield from _over("field value", item.get("value"), EMBED_FIELD_VALUE)
        for key in ("image", "thumbnail"):
            yield from _check_media((embed.get(key) or {}).get("url"), files)


def _check_media(url: Any, files: set[str]) -> Iterator[str]:
    if url and str(url).startswith(ATTACHMENT) and str(url)[len(ATTACHMENT) :] not in files:
        yield f"{url} is not among the files"


def _check_mentions(mentions: Json | None) -> Iterator[str]:
    if mentions is None:
        yield "allowed_mentions is missing: Discord would ping whoever is named"
        return
    for kind in mentions.get("parse") or ():
        if kind not in MENTION_KINDS:
            yield f"allowed_mentions cannot parse {kind}"
        if mentions.get(kind):
            yield f"allowed_mentions both parses and lists {kind}"
    yield from _count("mentioned roles", mentions.get("roles") or (), MENTIONED_ROLES)
    yield from _count("mentioned users", mentions.get("users") or (), MENTIONED_USERS)
    for kind in ("roles", "users"):
        listed = mentions.get(kind) or ()
        if len(listed) != len(set(listed)):
            yield f"allowed_mentions lists one of {kind} twice"


def _check_classic(payload: Json, parts: Sequence[Json]) -> Iterator[str]:
    filled = [e for e in payload.get("embeds") or () if set(e) - {"type", "flags", "color"}]
    others = (filled, parts, payload.get("files"), payload.get("sticker_ids"), payload.get("poll"))
    if not (str(payload.get("content") or "").strip() or any(others)):
        yield "the message is empty"
    rows = payload.get("components") or ()
    yield from _count("action rows", rows, ACTION_ROWS)
    if any(part.get("type") in V2_ONLY for part in parts):
        yield "Components V2 parts need the flag 32768"
    if any(row.get("type") != ACTION_ROW for row in rows if row.get("type") not in V2_ONLY):
        yield "a classic message has action rows only"


def _check_card(payload: Json, parts: Sequence[Json]) -> Iterator[str]:
    if payload.get("content") or payload.get("embeds"):
        yield "a Components V2 message has neither content nor embeds"
    if not parts:
        yield "the message is empty"
    yield from _count("components, nested ones counted", parts, COMPONENTS)
    texts = [str(part.get("content") or "") for part in parts if part.get("type") == TEXT_DISPLAY]
    if (total := sum(units(text) for text in texts)) > CARD_TEXT:
        yield f"the texts have {total} characters together, {CARD_TEXT} are allowed"
    for part in payload.get("components") or ():
        if part.get("type") in SELECTS | {BUTTON, THUMBNAIL}:
            yield f"a part of type {part['type']} cannot stand at the top"


def _check_part(part: Json, files: set[str]) -> Iterator[str]:
    match part.get("type"):
        case 1:
            yield from _check_row(part)
        case 2:
            yield from _check_button(part)
        case 9:
            yield from _check_section(part)
        case 10:
            if not str(part.get("content") or "").strip():
                yield "a text display is empty"
        case 11:
            yield from _check_media((part.get("media") or {}).get("url"), files)
        case 12:
            yield from _check_gallery(part, files)
        case 17:
            yield from _check_container(part)
        case kind if kind in SELECTS:
            yield from _check_select(part)
        case _:
            pass


def _check_row(row: Json) -> Iterator[str]:
    inside = row.get("components") or ()
    kinds = {part.get("type") for part in inside}
    if not inside:
        yield "an action row is empty"
    if kinds & SELECTS and len(inside) > 1:
        yield "a select shares its row"
    if kinds - SELECTS - {BUTTON}:
        yield "an action row holds something else than buttons or a select"
    yield from _count("buttons in a row", inside, ROW_BUTTONS)


def _check_button(button: Json) -> Iterator[str]:
    is_link = button.get("style") == LINK_STYLE
    if is_link and not button.get("url"):
        yield "a link button has no url"
    if is_link and button.get("custom_id"):
        yield "a link button has a custom_id"
    if not is_link and not button.get("custom_id"):
        yield "a button has no custom_id"
    if not is_link and button.get("url"):
        yield "a button that is no link has a url"
    if not (button.get("label") or button.get("emoji")):
        yield "a button has no face"
    yield from _over("button label", button.get("label"), BUTTON_LABEL)
    yield from _over("custom_id", button.get("custom_id"), CUSTOM_ID)
    yield from _over("button url", button.get("url"), BUTTON_URL)


def _check_section(section: Json) -> Iterator[str]:
    texts = section.get("components") or ()
    yield from _count("texts in a section", texts, SECTION_TEXTS)
    if not texts or any(part.get("type") != TEXT_DISPLAY for part in texts):
        yield "a section holds texts only, at least one"
    if (section.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
        yield "a section needs a button or a thumbnail beside it"


def _check_gallery(gallery: Json, files: set[str]) -> Iterator[str]:
    items = gallery.get("items") or ()
    if not items:
        yield "a gallery is empty"
    yield from _count("pictures in a gallery", items, GALLERY_ITEMS)
    for item in items:
        yield from _over("alt text", item.get("description"), ALT_TEXT)
        yield from _check_media((item.get("media") or {}).get("url"), files)


def _check_container(container: Json) -> Iterator[str]:
    inside = container.get("components") or ()
    if not inside:
        yield "a container is empty"
    if any(part.get("type") in (CONTAINER, BUTTON, THUMBNAIL) for part in inside):
        yield "a container holds a container or a bare button"


def _check_select(select: Json) -> Iterator[str]:
    options = select.get("options") or ()
    yield from _over("custom_id", select.get("custom_id"), CUSTOM_ID)
    yield from _over("placeholder", select.get("placeholder"), SELECT_PLACEHOLDER)
    yield from _count("options", options, SELECT_OPTIONS)
    if not select.get("custom_id"):
        yield "a select has no custom_id"
    if select.get("type") == STRING_SELECT and not options:
        yield "a select has no options"
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        yield "two options have one value"
    for option in options:
        if not option.get("label") or not option.get("value"):
            yield "an option has no label or no value"
        for key in ("label", "value", "description"):
            yield from _over(f"option {key}", option.get(key), OPTION_TEXT)
    most = select.get("max_values", 1)
    if select.get("min_values", 1) > most or (options and most > len(options)):
        yield "a select asks for more values than it has"


def _check_thread(thread: Json) -> Iterator[str]:
    if not str(thread.get("name") or "").strip():
        yield "a thread has no name"
    yield from _over("thread name", thread.get("name"), THREAD_NAME)
    yield from _count("tags", thread.get("tags") or (), THREAD_TAGS)


def check_choices(choices: Sequence[tuple[str, str]]) -> list[str]:
    """The rules that autocomplete choices (name, value) break."""
    found = list(_count("choices", choices, AUTOCOMPLETE_CHOICES))
    for name, value in choices:
        if not name:
            found.append("a choice has no name")
        found += [*_over("choice name", name, CHOICE_NAME), *_over("choice value", value, 100)]
    return found
