"""Starts the real program as a child process, waits for what it says, and ends it by its id."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests import told_secrets

CHECKOUT = Path(__file__).resolve().parents[2]
# What a child inherits; everything else of the environment is left out, above all
# LAUNCHWIRE_ settings, tokens and proxies of the person who runs the tests.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "COVERAGE_PROCESS_START",
)
POLL = 0.02


@dataclass
class Program:
    """`python -m bot ...` as a child; its output goes to files in `folder`.

    Example:
        program = Program(tmp_path, ["run", "--config", str(config)], discord_environment(server))
        async with program:
            await program.wait_for_text("connected")
            assert await program.terminate() == 0
    """

    folder: Path
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "bot"
    name: str = "bot"
    process: asyncio.subprocess.Process | None = None
    started_at: float = 0.0
    starts: int = 0
    _group_ended: bool = True

    @property
    def stdout_path(self) -> Path:
        """Where the output of the present run goes (`-1` the first run, `-2` the second ...)."""
        return self.folder / f"{self.name}-{self.starts}.out"

    @property
    def stderr_path(self) -> Path:
        """Where the messages of the present run go."""
        return self.folder / f"{self.name}-{self.starts}.err"

    @property
    def stdout(self) -> str:
        """The output of the present run so far."""
        return _read(self.stdout_path)

    @property
    def stderr(self) -> str:
        """The messages of the present run so far."""
        return _read(self.stderr_path)

    @property
    def output_of_all_runs(self) -> str:
        """Everything every run said (to look for secrets, for example)."""
        pattern = f"{self.name}-*.*"
        return "\n".join(_read(path) for path in sorted(self.folder.glob(pattern)))

    @property
    def pid(self) -> int:
        """The child's process id.

        Raises:
            AssertionError: it was not started.
        """
        assert self.process is not None, "not started"
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> Self:
        """Start it (again)."""
        assert not self.running, "already running"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.starts += 1
        told_secrets.written.extend((self.stdout_path, self.stderr_path))
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        fixed = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(CHECKOUT)}
        with self.stdout_path.open("wb") as out, self.stderr_path.open("wb") as err:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env={**inherited, **fixed, **self.environment},
                # Its own session, so that its workers can be ended with it, by group id.
                start_new_session=True,
            )
        self._group_ended = False
        self.started_at = time.monotonic()
        return self

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    # -- waiting ------------------------------------------------------------------------------

    async def wait_for(self, predicate: Callable[[], object], timeout: float = 20.0) -> None:  # noqa: ASYNC109
        """Wait until something is true.

        Raises:
            AssertionError: the process ended first, or the time ran out; with its last words.
        """
        deadline = time.monotonic() + timeout
        while not predicate():
            if not self.running:
                await asyncio.sleep(POLL)
                if predicate():
                    return
                code = self.process.returncode if self.process else None
                raise AssertionError(f"the process ended with {code}\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"not true within {timeout} s\n{self._last_words()}")
            await asyncio.sleep(POLL)

    async def wait_for_text(self, text: str, timeout: float = 20.0) -> None:  # noqa: ASYNC109
        """Wait until it has said `text` on stdout or stderr."""
        await self.wait_for(lambda: text in self.stdout or text in self.stderr, timeout)

    async def wait(self, timeout: float = 30.0) -> int:  # noqa: ASYNC109
        """Wait until it ends by itself and return its exit status.

        Raises:
            AssertionError: it did not end in time (it is killed then).
        """
        assert self.process is not None, "not started"
        try:
            return await asyncio.wait_for(self.process.wait(), timeout)
        except TimeoutError:
            words = self._last_words()
            await self.kill()
            raise AssertionError(f"still running after {timeout} s\n{words}") from None

    async def expect_exit(self, status: int, timeout: float = 30.0) -> None:  # noqa: ASYNC109
        """Wait until it ends, and insist on its exit status.

        Raises:
            AssertionError: another status, or no end.
        """
        found = await self.wait(timeout)
        assert found == status, f"exit status {found}, not {status}\n{self._last_words()}"

    # -- ending -------------------------------------------------------------------------------

    async def terminate(self, timeout: float = 15.0) -> int:  # noqa: ASYNC109
        """Ask it to stop (SIGTERM) and return its exit status."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)
        return await self.wait(timeout)

    async def interrupt(self, timeout: float = 15.0) -> int:  # noqa: ASYNC109
        """Press Ctrl-C (SIGINT, which its workers get as well) and return its exit status."""
        if self.running:
            os.killpg(self.pid, signal.SIGINT)
        return await self.wait(timeout)

    async def kill(self) -> None:
        """End it and its workers at once (SIGKILL); fine when it has ended already."""
        if self.process is None:
            return
        if not self._group_ended:
            self._group_ended = True  # once: the id may belong to somebody else later
            with contextlib.suppress(ProcessLookupError):  # the whole group is gone
                os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def kill_only_main(self) -> None:
        """SIGKILL the main process alone, as the kernel's out-of-memory killer does."""
        if self.running:
            os.kill(self.pid, signal.SIGKILL)
        if self.process is not None:
            await self.process.wait()

    async def restart(self) -> None:
        """Kill it and start it again with the same arguments."""
        await self.kill()
        await self.start()

    # -- measuring ----------------------------------------------------------------------------

    @property
    def resident_megabytes(self) -> float:
        """Resident memory of the main process now (Linux).

        Raises:
            LookupError: the system does not tell.
        """
        for line in _read(Path(f"/proc/{self.pid}/status")).splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise LookupError("the system does not tell a process's memory")

    def _last_words(self) -> str:
        return f"stdout:\n{self.stdout[-2000:]}\nstderr:\n{self.stderr[-4000:]}"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def discord_environment(token: str, api_base: str, gateway_url: str) -> dict[str, str]:
    """Return the environment that makes the program talk to the stand-in."""
    return {
        "DISCORD_TOKEN": token,
        "LAUNCHWIRE_DISCORD__API_BASE": api_base,
        "LAUNCHWIRE_DISCORD__GATEWAY_URL": gateway_url,
    }
