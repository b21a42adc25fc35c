"""The seeds folder: every file once, then whatever is new or changed, never half a file."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import signal
import stat
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from bot.errors import LaunchwireError
from bot.ports import Clock, SeedBatch, WorkerPool
from bot.sources.seed_formats import KINDS, MAX_BYTES, problem, read_seed

_log = logging.getLogger("launchwire.seeds")

SETTLE = 0.3  # seconds a file must stay unchanged before it counts as whole
SETTLE_UNSURE = 1.0  # the same, where it cannot be told whether somebody still writes
LOOK_EVERY = 0.5  # seconds between looks when nobody tells of changes (some mounts never do)
UNSETTLED_MOST = 30.0  # seconds after which a file somebody keeps open is read as it is

_SCRATCH = (
    "~", ".part", ".partial", ".tmp", ".temp", ".swp", ".swx", ".bak", ".crdownload", ".download",
    ".lock", "#",
)  # fmt: skip
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "copying", "thumbs.db", "desktop.ini")
_UNKNOWN_KIND = f"This kind of file is not read; {' '.join(sorted(KINDS))} are."

Signature = tuple[int, int, int, int]  # size, mtime and ctime in ns, inode


@dataclass
class _Seen:
    """What is known of one file: how it looked, since when (loop time), what was read of it."""

    signature: Signature
    since: float
    digest: str | None = None
    done: bool = False


class SeedFolder:
    """The `SeedSource` of `bot.ports`. Real time, not the clock, measures when a file is whole."""

    def __init__(self, folder: Path, workers: WorkerPool, clock: Clock) -> None:
        self._folder, self._workers, self._clock = folder, workers, clock
        self._seen: dict[str, _Seen] = {}

    async def scan(self) -> Sequence[SeedBatch]:
        """Read every whole file now; one that is being written is left to `watch`."""
        self._look()
        if any(not self._is_closed(path) for path in self._seen):
            await asyncio.sleep(SETTLE)
            self._look()
        return [
            batch
            for path in sorted(self._seen)
            if (batch := await self._take(path, settled=self._is_closed(path) is not False))
        ]

    async def watch(self) -> AsyncIterator[SeedBatch]:
        """Yield new and changed files, within 2 s of being whole, until cancelled."""
        woken = asyncio.Event()
        telling = asyncio.create_task(self._wake_on_changes(woken), name="seeds:changes")
        try:
            while True:
                self._look()
                for path in sorted(self._seen):
                    batch = await self._take(path, settled=self._is_whole(path))
                    if batch is not None:
                        yield batch
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await woken.wait()
                woken.clear()
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling

    def _pause(self) -> float:
        """Until the next look: short while a file is settling."""
        waiting = any(not seen.done for seen in self._seen.values())
        return SETTLE / 3 if waiting else LOOK_EVERY

    async def _wake_on_changes(self, woken: asyncio.Event) -> None:
        """Let the system tell of changes; where it cannot, looking every half second is enough."""
        try:
            async for _ in awatch(self._folder, debounce=100, step=20, recursive=True):
                woken.set()
        except (OSError, RuntimeError) as error:
            _log.info("no change notices for seeds, looking instead reason=%s", error)

    def _look(self) -> None:
        """Compare the folder with what is known; a changed file starts to settle anew."""
        now = asyncio.get_running_loop().time()
        found = self._signatures()
        for path, signature in found.items():
            known = self._seen.get(path)
            if known is None:
                self._seen[path] = _Seen(signature, now)
            elif known.signature != signature:
                self._seen[path] = _Seen(signature, now, digest=known.digest)
        for path in self._seen.keys() - found.keys():
            del self._seen[path]

    def _signatures(self) -> dict[str, Signature]:
        found: dict[str, Signature] = {}
        for parent, folders, names in os.walk(self._folder, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                if name.startswith(".") or (_passed_over(name) and not _is_read(name)):
                    continue
                full = Path(parent, name)
                with contextlib.suppress(OSError):  # gone again
                    about = full.lstat()
                    if stat.S_ISLNK(about.st_mode):
                        with contextlib.suppress(OSError):  # a dangling link is told as a problem
                            about = full.stat()
                    if not _is_read(name) and not stat.S_ISREG(about.st_mode):
                        continue
                    found[full.relative_to(self._folder).as_posix()] = (
                        about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino,
                    )  # fmt: skip
        return found

    def _is_whole(self, path: str) -> bool:
        """Unchanged for a moment, and not open for writing anywhere (as far as can be told)."""
        seen = self._seen[path]
        if seen.done:
            return True
        quiet = asyncio.get_running_loop().time() - seen.since
        if quiet >= UNSETTLED_MOST:
            return True
        if not _is_read(path):  # an editor's scratch file is gone by then
            return quiet >= SETTLE_UNSURE
        closed = self._is_closed(path)
        return closed is not False and quiet >= (SETTLE if closed else SETTLE_UNSURE)

    def _is_closed(self, path: str) -> bool | None:
        """Whether nobody has the file open for writing; None when the system cannot tell."""
        if self._seen[path].done:
            return True
        try:
            handle = os.open(self._folder / path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            return _no_writer(handle)
        finally:
            os.close(handle)

    async def _take(self, path: str, *, settled: bool) -> SeedBatch | None:
        """Read one file if it is whole and its content is new; what is wrong is told once."""
        seen = self._seen.get(path)
        if seen is None or seen.done or not settled:
            return None
        seen.done = True
        if not _is_read(path):
            told, seen.digest = seen.digest, _UNKNOWN_KIND
            return None if told == _UNKNOWN_KIND else problem(path, _UNKNOWN_KIND)
        batch: SeedBatch | None = None
        try:
            data = self._bytes(path)
        except FileNotFoundError:
            return None
        except _Unusable as error:
            data = b"\x00" + str(error).encode()
            batch = problem(path, str(error))
        digest = hashlib.sha256(data).hexdigest()
        if digest == seen.digest:
            return None
        seen.digest = digest
        return batch or await self._read(path, data)

    async def _read(self, path: str, data: bytes) -> SeedBatch:
        try:
            return await self._workers.run(read_seed, path, data, self._clock.now())
        except LaunchwireError as error:
            return problem(path, str(error))

    def _bytes(self, path: str) -> bytes:
        """The content of a regular file inside the folder, at most a little over the limit."""
        full = self._folder / path
        target = full.resolve()
        if not target.is_relative_to(self._folder.resolve()):
            raise _Unusable("The link leads out of the seeds folder and is not followed.")
        try:
            handle = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            if full.is_symlink():
                raise _Unusable("The link leads nowhere.") from None
            raise
        except OSError as error:
            raise _Unusable(f"The file cannot be read ({os.strerror(error.errno or 0)}).") from None
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise _Unusable("This is no regular file and is not read.")
            if about.st_size > MAX_BYTES:
                raise _Unusable(f"The file is larger than {MAX_BYTES / 1e6:g} MB and is not read.")
            try:
                return file.read(MAX_BYTES + 1)
            except OSError as error:
                reason = os.strerror(error.errno or 0)
                raise _Unusable(f"The file cannot be read ({reason}).") from None


def _is_read(path: str) -> bool:
    return Path(path).suffix.lower() in KINDS


def _passed_over(name: str) -> bool:
    """Whether a file of another kind is nobody's article: an editor's, a download's, a readme."""
    name = name.lower()
    return name.endswith(_SCRATCH) or name.startswith(_ABOUT_THE_FOLDER)


class _Unusable(Exception):
    """A file that cannot be read at all; the text is for people."""


def _no_writer(handle: int) -> bool | None:
    """Ask Linux for a read lease: it is granted only while nobody has the file open for writing.

    None where leases do not exist (other systems, network mounts, files of other owners).
    """
    set_lease = getattr(fcntl, "F_SETLEASE", None)
    if set_lease is None:
        return None
    try:
        # A writer that comes in this instant is told to us by a signal: one that does no harm.
        fcntl.fcntl(handle, getattr(fcntl, "F_SETSIG", 10), signal.SIGURG)
        fcntl.fcntl(handle, set_lease, fcntl.F_RDLCK)
        fcntl.fcntl(handle, set_lease, fcntl.F_UNLCK)
    except OSError as error:
        return False if error.errno == errno.EAGAIN else None
    return True
