"""Killable processes for work on hostile input: feeds, pages, summaries, pictures.

A thread cannot be killed and holds the interpreter; a child over its time, CPU or memory limit dies
alone and is replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import math
import multiprocessing
import os
import resource
import signal
import traceback
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import AnalysisError, LaunchwireError, WorkerKilled, report_unexpected

T = TypeVar("T")

MEGABYTE = 1024 * 1024
WARM_UP_SECONDS = 30.0
_CPU_SHARE = 0.75  # of the wall limit; a spinning child is stopped by the kernel before the wall is


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a child may use."""

    address_space: int = 512 * MEGABYTE  # all our imports take about 160 MB, matplotlib 110 more
    preload: tuple[str, ...] = ()  # modules imported when a child starts, to answer quickly


class _Lost(WorkerKilled):
    """The child was killed from outside."""


class ProcessWorkers:
    """The `WorkerPool` of `bot.ports`, on pebble. Children are spawned at the first task."""

    def __init__(self, workers: int = 1, limits: WorkerLimits | None = None) -> None:
        self._workers = workers
        self._limits = limits or WorkerLimits()
        self._pool: ProcessPool | None = None
        self._closed = False
        self.replaced = 0  # children lost to a limit or a crash since the start, for /metrics

    async def run(self, function: Callable[..., T], /, *args: Any, wall_seconds: float = 8.0) -> T:
        """Call a picklable function in a child.

        Raises:
            WorkerKilled: it went over a limit or crashed; the child is replaced.
            AnalysisError: it raised something unexpected, which has been logged.
            LaunchwireError: what the function itself raised, with its type.
        """
        if self._closed:
            raise WorkerKilled("Launchwire is shutting down; no further work is taken.")
        try:
            return await self._run(function, args, wall_seconds)
        except _Lost:
            # Killed from outside (the kernel short of memory, an operator): the work is innocent.
            return await self._run(function, args, wall_seconds)

    async def _run(
        self, function: Callable[..., T], args: tuple[Any, ...], wall_seconds: float
    ) -> T:
        cpu_seconds = math.ceil(wall_seconds * _CPU_SHARE)
        try:
            outcome = await self._outcome(_limited, (cpu_seconds, function, args), wall_seconds)
        except TimeoutError as error:
            self.replaced += 1
            raise WorkerKilled(
                f"The work took longer than {wall_seconds:g} s and was stopped."
            ) from error
        except ProcessExpired as error:
            self.replaced += 1
            kind = _Lost if error.exitcode == -signal.SIGKILL else WorkerKilled
            raise kind(f"The work was stopped: {_death(error.exitcode)}.") from error
        except (BrokenProcessPool, RuntimeError) as error:
            # The pool itself broke (an idle child was killed from outside): start a new one.
            self.replaced += 1
            await self._discard()
            raise _Lost("The worker process was lost and has been replaced.") from error
        if outcome.error is not None:
            raise _typed(outcome.error, function)
        result: T = outcome.value
        return result

    async def warm_up(self) -> None:
        """Start the children now, so that the first task finds them ready."""
        with contextlib.suppress(WorkerKilled):
            await self.run(_ready, wall_seconds=WARM_UP_SECONDS)

    async def _outcome(
        self, function: Callable[..., _Outcome], args: tuple[Any, ...], wall_seconds: float
    ) -> _Outcome:
        future = self._started().schedule(function, args=args, timeout=wall_seconds)
        outcome: _Outcome = await asyncio.wrap_future(future)
        return outcome

    def start(self) -> None:
        """Start the children now instead of at the first task."""
        self._started().schedule(_nothing)

    def _started(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers,
                initializer=_prepare,
                initargs=(self._limits,),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    async def _discard(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_stop, pool, 0.0)

    async def close(self, within: float = 5.0) -> None:
        """Finish what runs within `within` seconds, then end every child."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_stop, pool, within)

    async def __aenter__(self) -> ProcessWorkers:
        """Nothing is started yet; the first task (or `start`) does that."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End every child."""
        await self.close()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a child sends back; errors travel as values, so that a crash cannot look like one."""

    value: Any = None
    error: BaseException | None = None


def _limited(cpu_seconds: int, function: Callable[..., Any], args: tuple[Any, ...]) -> _Outcome:
    """Run in a child: give this task its own CPU allowance, then do it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    try:
        return _Outcome(function(*args))
    except LaunchwireError as error:
        return _Outcome(error=error)
    except Exception as error:  # noqa: BLE001 - the process boundary: the parent logs and types it
        return _Outcome(error=_portable(error))


def _portable(error: Exception) -> Exception:
    """An error that surely unpickles in the parent: foreign classes become their description."""
    if isinstance(error, MemoryError | RecursionError):
        return type(error)(str(error)[:500])
    where = traceback.extract_tb(error.__traceback__)[-1]
    description = f"{type(error).__name__}: {error}"[:500]
    return RuntimeError(f"{description} ({os.path.basename(where.filename)}:{where.lineno})")


def _typed(error: BaseException, function: Callable[..., Any]) -> LaunchwireError:
    if isinstance(error, LaunchwireError):
        return error
    if isinstance(error, MemoryError | RecursionError):
        return WorkerKilled("The work needed too much memory and was stopped.")
    reference = report_unexpected(error, f"worker.{getattr(function, '__name__', 'task')}")
    return AnalysisError(
        f"The work failed unexpectedly (reference {reference}).",
        key="error.unexpected",
        reference=reference,
    )


def _prepare(limits: WorkerLimits) -> None:
    """Run once in a new child, before any task."""
    # One thread for linear algebra: OpenBLAS reserves address space for each.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    # A child in a C loop never runs a Python handler: let a termination end it at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for name in limits.preload:
        importlib.import_module(name)
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_space, limits.address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _nothing() -> _Outcome:
    return _Outcome()


def _stop(pool: Any, within: float) -> None:
    if within > 0:
        pool.close()
        try:
            pool.join(timeout=within)
        except TimeoutError:
            pool.stop()
            pool.join()
        return
    pool.stop()
    pool.join()


def _death(code: int) -> str:
    """Why a child died, in words."""
    if code == -signal.SIGXCPU:
        return "it used more processor time than allowed"
    if code < 0:
        return f"it crashed ({signal.Signals(-code).name})"
    return f"it ended with status {code}"


def _ready() -> bool:
    """The task of `warm_up`: that it runs at all is the answer."""
    return True
