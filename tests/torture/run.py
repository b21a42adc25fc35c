"""`make torture`: all pairs of kill points, 1,000 random kills, 20 faults x 50, hostile feeds.

Takes about an hour on two cores. What is done is kept in `.torture/`, so that a run that was
stopped goes on where it was; `--fresh` begins anew. Ends with the table in README.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import shutil
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.sources.hostile.corpus import corpus
from tests.torture import results
from tests.torture.faults import FaultMode, run_mode
from tests.torture.hostile_feeds import HostileFeeds
from tests.torture.kill_matrix import MOST_KILLS, Kill, Trial
from tests.torture.kill_points import every_pair

HOME = Path(__file__).resolve().parents[2] / ".torture"
FAULT_MESSAGES = 50
RANDOM_KILLS = 1_000
LONGEST_LIFE = 3.5  # seconds: past the start, the poll, the post and the edit
HOUR = timedelta(hours=1)
Outcome = dict[str, Any]
FAULTS = "Discord faults"
PAIRS = "kill at every point after every other"
RANDOM = "kill at random times"
HOSTILE = "hostile feeds: event-loop stalls over 100 ms"
UNITS = {FAULTS: "modes", PAIRS: "kills", RANDOM: "kills", HOSTILE: "feeds"}
# The addresses discord.py talks to are global: one stand-in at a time in this process.
_ONE_CLIENT = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work that is done whole or not at all; `kind` is its line in the table."""

    kind: str
    name: str
    run: Callable[[Path], Coroutine[Any, Any, Outcome]]


def kill_units() -> list[Unit]:
    """The walk over all ordered pairs, in trials of as many kills as there are launches.

    Neighbouring trials share a kill, so that no pair is missed at the seam.
    """
    walk, step = every_pair(), MOST_KILLS - 1
    parts = [walk[start : start + MOST_KILLS] for start in range(0, len(walk) - 1, step)]
    return [Unit(PAIRS, f"pairs-{number}", _kills(part, HOUR)) for number, part in enumerate(parts)]


def random_units(count: int, seed: int) -> list[Unit]:
    """Kills at random times; the clock jumps an hour now and then."""
    units = []
    for number, start in enumerate(range(0, count, MOST_KILLS)):
        draw = random.Random(f"{seed}:{number}")
        kills = [
            round(draw.uniform(0.2, LONGEST_LIFE), 3) for _ in range(min(MOST_KILLS, count - start))
        ]
        jump = HOUR if number % 2 else timedelta(0)
        units.append(Unit(RANDOM, f"random-{number}", _kills(kills, jump)))
    return units


def fault_units() -> list[Unit]:
    """Every fault mode with its messages."""
    return [Unit(FAULTS, f"fault-{mode.name}", _fault(mode)) for mode in FaultMode]


def hostile_units() -> list[Unit]:
    """The whole hostile corpus, polled by one bot."""

    async def run(folder: Path) -> Outcome:
        result = await HostileFeeds(folder / "world", corpus()).run()
        return {
            "done": result.feeds,
            "messages": result.launches,
            "lost": result.lost,
            "doubled": result.doubled,
            "wrong": result.wrong,
            "notes": result.notes,
        }

    return [Unit(HOSTILE, "hostile-feeds", run)]


def _kills(kills: list[Any], jump: timedelta) -> Callable[[Path], Coroutine[Any, Any, Outcome]]:
    async def run(folder: Path) -> Outcome:
        typed: list[Kill] = list(kills)
        verdict = await Trial(folder, typed, jump).run()
        return {
            "done": len(kills),
            "messages": verdict.deliveries,
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "wrong": len(verdict.stale),
        }

    return run


def _fault(mode: FaultMode) -> Callable[[Path], Coroutine[Any, Any, Outcome]]:
    async def run(folder: Path) -> Outcome:
        async with _ONE_CLIENT:
            result = await run_mode(folder, mode, FAULT_MESSAGES)
        wrong = result.wrong_states + (0 if result.struck else 1)
        return {
            "done": 1,
            "messages": result.messages,
            "lost": result.lost,
            "doubled": result.doubled,
            "wrong": wrong,
        }

    return run


async def run_units(units: list[Unit], jobs: int, home: Path) -> dict[str, Outcome]:
    """Run what is not done yet, some at a time; each outcome is kept as soon as it is there."""
    kept = home / "outcomes.json"
    outcomes: dict[str, Outcome] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    # A trial that never came to its end is made again: it may have been the machine.
    waiting = [u for u in units if u.name not in outcomes or outcomes[u.name].get("error")]
    _say(f"{len(units) - len(waiting)} of {len(units)} trials were done before")
    began, finished = time.monotonic(), 0

    async def worker() -> None:
        nonlocal finished
        while waiting:
            unit = waiting.pop(0)
            folder = home / unit.name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            start = time.monotonic()
            outcome = await _attempt(unit, folder)
            outcome["seconds"] = round(time.monotonic() - start, 1)
            if outcome.get("error"):
                _say(f"FAILED {unit.name}: {outcome['error']}\n  everything is in {folder}")
            elif not outcome["lost"] + outcome["doubled"] + outcome["wrong"]:
                shutil.rmtree(folder, ignore_errors=True)
            outcomes[unit.name] = outcome
            kept.write_text(json.dumps(outcomes, indent=1), encoding="utf-8")
            finished += 1
            left = (time.monotonic() - began) / finished * len(waiting)
            bad = outcome["lost"] + outcome["doubled"] + outcome["wrong"]
            state = "0/0" if not bad else f"BAD {outcome}"
            _say(f"{unit.name}: {state} in {outcome['seconds']} s; about {left / 60:.0f} min left")

    await asyncio.gather(*(worker() for _ in range(jobs)))
    return outcomes


async def _attempt(unit: Unit, folder: Path) -> Outcome:
    """A trial that fails is a result too: it counts as a wrong end state, with its reason."""
    try:
        return await unit.run(folder)
    except (AssertionError, TimeoutError) as error:
        text = " ".join(str(error).split())
        return {
            "done": 0, "messages": 0, "lost": 0, "doubled": 0, "wrong": 1, "error": text[:2000],
        }  # fmt: skip


def lines_of(
    units: list[Unit], outcomes: dict[str, Outcome], wanted: dict[str, int]
) -> list[results.Line]:
    """One line of the table for each kind of trial."""
    kinds = list(dict.fromkeys(unit.kind for unit in units))
    lines = []
    for kind in kinds:
        mine = [outcomes[u.name] for u in units if u.kind == kind and u.name in outcomes]
        total = {
            key: sum(item[key] for item in mine)
            for key in ("done", "messages", "lost", "doubled", "wrong", "seconds")
        }
        wanted_now = max(wanted.get(kind, 0), total["done"])
        notes = "; ".join(item["notes"] for item in mine if item.get("notes"))
        lines.append(results.Line(kind, UNITS[kind], wanted=wanted_now, notes=notes, **total))
    return lines


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Run, keep, show; 1 when anything was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget what was done before")
    parser.add_argument("--jobs", type=int, default=2, help="trials at a time")
    parser.add_argument("--random", type=int, default=RANDOM_KILLS, help="kills at random times")
    parser.add_argument("--seed", type=int, default=2021, help="of the random times")
    parser.add_argument("--only", default="", help="pairs, random, fault or hostile")
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # faults are loud by design; outcomes say what matters
    if options.fresh:
        shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(exist_ok=True)
    units = fault_units() + kill_units() + random_units(options.random, options.seed)
    units += hostile_units()
    if options.only:
        units = [unit for unit in units if unit.name.startswith(options.only)]
    outcomes = asyncio.run(run_units(units, options.jobs, HOME))
    wanted = {
        FAULTS: len(FaultMode),
        PAIRS: len(every_pair()),
        RANDOM: RANDOM_KILLS,
    }
    lines = lines_of(units, outcomes, wanted)
    results.save(lines, options.results)
    kept = results.load(options.results)
    if options.results == results.RESULTS:
        results.show_in(results.README, kept)
    sys.stdout.write(results.table(kept) + "\n")
    return int(any(line.lost or line.doubled or line.wrong for line in lines))


if __name__ == "__main__":
    sys.exit(main())
