"""The websocket side: hello, identify, ready, heartbeats, resume with replay, and its failures."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.fake_discord.model import Json
from tests.fake_discord.payloads import guild_create_json, member_json, user_json

if TYPE_CHECKING:
    from tests.fake_discord.server import FakeDiscord

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 0, 1, 2, 3, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
INTENT_GUILD_MEMBERS = 1 << 1
PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15)
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQUENCE, DISALLOWED_INTENTS = 4005, 4007, 4014
KEPT_EVENTS = 2000


def reset_connection(transport: asyncio.BaseTransport | None) -> None:
    """Cut a connection with RST: nothing more is sent, what is under way is lost."""
    if transport is None:
        return
    plug = transport.get_extra_info("socket")
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


@dataclass(slots=True, eq=False)
class Session:
    """One identified session; it outlives its connections until it is invalidated."""

    id: str
    intents: int
    shard: tuple[int, int]
    sequence: int = 0
    events: list[tuple[int, str]] = field(default_factory=list)
    link: Link | None = None

    def wants(self, guild_id: int | None, intent: int) -> bool:
        """Whether an event belongs to this session's shard and intents."""
        if intent and not self.intents & intent:
            return False
        index, count = self.shard
        return ((guild_id >> 22) % count if guild_id else 0) == index


@dataclass(eq=False)
class Link:
    """One websocket connection; frames go out in order through a queue."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    compressor: Any = None
    queue: asyncio.Queue[str | int | None] = field(default_factory=asyncio.Queue)
    session: Session | None = None

    def send(self, op: int, data: object = None, **rest: object) -> None:
        """Queue one payload."""
        self.queue.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None} | rest))

    async def write(self) -> None:
        """Send what is queued until the connection ends; a number closes with that code."""
        while (item := await self.queue.get()) is not None:
            try:
                if isinstance(item, int):
                    await self.socket.close(code=item)
                elif self.compressor is not None:
                    frame = self.compressor.compress(item.encode())
                    frame += self.compressor.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(frame)
                else:
                    await self.socket.send_str(item)
            except (ConnectionError, RuntimeError):
                return


class Gateway:
    """The gateway of the stand-in; `received` lists every opcode that came in."""

    def __init__(self, server: FakeDiscord) -> None:
        self.server = server
        self.sessions: dict[str, Session] = {}
        self.links: set[Link] = set()
        self.received: list[int] = []
        self.heartbeat_interval = 41.25
        self.answers_heartbeats = True
        self.compresses = False
        self.privileged_intents_allowed = False

    @property
    def connected(self) -> bool:
        """Whether a bot is identified and connected now."""
        return any(session.link is not None for session in self.sessions.values())

    @property
    def identifies(self) -> int:
        """How often a bot started a new session."""
        return self.received.count(IDENTIFY)

    @property
    def resumes(self) -> int:
        """How often a bot took up an old session."""
        return self.received.count(RESUME)

    # -- what a test does ---------------------------------------------------------------------

    def dispatch(
        self, event: str, data: Json, *, guild_id: int | None = None, intent: int = 0
    ) -> None:
        """Send an event to every session that asked for it; kept for those that resume."""
        for session in self.sessions.values():
            if session.wants(guild_id, intent):
                self._send_event(session, event, data)

    def _send_event(self, session: Session, event: str, data: object) -> None:
        session.sequence += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": session.sequence, "d": data})
        session.events.append((session.sequence, text))
        del session.events[:-KEPT_EVENTS]
        if session.link is not None:
            session.link.queue.put_nowait(text)

    def close(self, code: int = 4000) -> None:
        """Close every connection with a code (4000: the bot may resume)."""
        for link in self.links:
            link.queue.put_nowait(code)

    def abort(self) -> None:
        """Cut every connection with a TCP reset."""
        for link in self.links:
            reset_connection(link.transport)

    def request_reconnect(self) -> None:
        """Ask every bot to reconnect and resume (opcode 7)."""
        for link in self.links:
            link.send(RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every bot its session is invalid (opcode 9); resumable ones are kept."""
        for link in self.links:
            if not resumable and link.session is not None:
                self.sessions.pop(link.session.id, None)
            link.send(INVALID_SESSION, resumable)

    def forget_sessions(self) -> None:
        """Forget every session, so that the next resume is refused."""
        for session in self.sessions.values():
            session.link = None
        self.sessions.clear()

    def send_raw(self, text: str) -> None:
        """Send a frame as it is, however wrong."""
        for link in self.links:
            link.queue.put_nowait(text)

    def send_malformed_event(self) -> None:
        """Send an event that lacks what it must have (an interaction without its fields)."""
        for session in self.sessions.values():
            self._send_event(session, "INTERACTION_CREATE", {"id": "1"})

    # -- the protocol -------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one websocket connection."""
        ws = web.WebSocketResponse(autoping=True, max_msg_size=16_384)
        await ws.prepare(request)
        wants_zlib = request.query.get("compress") == "zlib-stream"
        compressor = zlib.compressobj() if self.compresses and wants_zlib else None
        link = Link(ws, request.transport, compressor)
        self.links.add(link)
        writer = asyncio.create_task(link.write())
        link.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
        try:
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._receive(link, frame.data)
                elif frame.type is WSMsgType.ERROR:
                    break
        finally:
            self.links.discard(link)
            if link.session is not None and link.session.link is link:
                link.session.link = None
            link.queue.put_nowait(None)
            await writer
            self.server.journal.changed()
        return ws

    def _receive(self, link: Link, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            link.queue.put_nowait(DECODE_ERROR)
            return
        self.received.append(op)
        if op == HEARTBEAT:
            if self.answers_heartbeats:
                link.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            self._identify(link, data)
        elif op == RESUME:
            self._resume(link, data)
        elif op not in (PRESENCE, REQUEST_MEMBERS):
            link.queue.put_nowait(UNKNOWN_OPCODE)
        elif link.session is None:
            link.queue.put_nowait(NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS:
            self._send_members(link.session, data)
        self.server.journal.changed()

    def _identify(self, link: Link, data: Json) -> None:
        if link.session is not None:
            link.queue.put_nowait(ALREADY_AUTHENTICATED)
            return
        if not self.server.accepts_token(data["token"]):
            link.queue.put_nowait(AUTHENTICATION_FAILED)
            return
        if data["intents"] & PRIVILEGED_INTENTS and not self.privileged_intents_allowed:
            link.queue.put_nowait(DISALLOWED_INTENTS)
            return
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(secrets.token_hex(16), data["intents"], (shard[0], shard[1]), link=link)
        for old in [s for s in self.sessions.values() if s.link is None and s.shard == shard]:
            del self.sessions[old.id]
        self.sessions[session.id] = session
        link.session = session
        self._send_ready(session)

    def _send_ready(self, session: Session) -> None:
        world = self.server.world
        guilds = [g for g in world.guilds.values() if g.has_bot and session.wants(g.id, 0)]
        ready = {
            "v": 10,
            "user": user_json(world.bot) | {"verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.server.gateway_url,
            "session_type": "normal",
            "shard": list(session.shard),
            "application": {"id": str(world.application.id), "flags": world.application.flags},
        }
        self._send_event(session, "READY", ready)
        everyone = bool(session.intents & INTENT_GUILD_MEMBERS)
        for guild in guilds:
            if not guild.unavailable and session.intents & 1:
                payload = guild_create_json(guild, world.bot, all_members=everyone)
                self._send_event(session, "GUILD_CREATE", payload)

    def _resume(self, link: Link, data: Json) -> None:
        if not self.server.accepts_token(data["token"]):
            link.queue.put_nowait(AUTHENTICATION_FAILED)
            return
        session = self.sessions.get(data["session_id"])
        if session is None:
            link.send(INVALID_SESSION, False)
            return
        if data["seq"] is None or data["seq"] > session.sequence:
            link.queue.put_nowait(INVALID_SEQUENCE)
            return
        link.session = session
        session.link = link
        for sequence, text in session.events:
            if sequence > data["seq"]:
                link.queue.put_nowait(text)
        self._send_event(session, "RESUMED", {"_trace": []})

    def _send_members(self, session: Session, data: Json) -> None:
        guild = self.server.world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        wanted = {int(user) for user in data.get("user_ids") or []}
        query = str(data.get("query") or "")
        members = [
            member_json(member)
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.startswith(query))
        ]
        chunk = {
            "guild_id": str(guild.id),
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(user) for user in wanted - set(guild.members)],
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        self._send_event(session, "GUILD_MEMBERS_CHUNK", chunk)
