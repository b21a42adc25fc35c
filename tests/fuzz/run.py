"""`make fuzz`: makes up inputs for each reader until its time is over, and keeps those that fail.

    make fuzz ARGS="--minutes 30"            half an hour, shared by all targets
    make fuzz ARGS="--only dates"            one target
    make fuzz ARGS="--replay .fuzz/dates-1234abcd"

Failing inputs are reduced and lie in `.fuzz/` as files; give one a test when the defect is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.fuzz.targets import TARGETS, Target

HOME = Path(__file__).resolve().parents[2] / ".fuzz"
ROUND = 500  # inputs between two looks at the clock


@dataclass
class Fuzzed:
    """What came of one target."""

    target: str
    inputs: int = 0
    failures: list[Path] = field(default_factory=list)


def fuzz(
    target: Target, seconds: float, home: Path = HOME, say: Callable[[str], None] = lambda _: None
) -> Fuzzed:
    """Try a target until its time is over, or until a defect is found, reduced and kept."""
    result = Fuzzed(target.name)
    end = time.monotonic() + seconds
    last = b""

    @settings(
        max_examples=ROUND,
        deadline=None,
        database=DirectoryBasedExampleDatabase(home / "examples"),
        suppress_health_check=list(HealthCheck),
        phases=[Phase.reuse, Phase.generate, Phase.shrink],
    )
    @given(target.inputs)
    def try_some(data: bytes) -> None:
        nonlocal last
        if time.monotonic() > end and not reducing:
            return  # the rest of this round costs nothing
        result.inputs += 1
        try:
            target.try_out(data)
        except Exception:
            # The last failing one of a search is the smallest that was found.
            last = data
            reducing.append(True)
            raise

    while time.monotonic() < end:
        reducing: list[bool] = []
        try:
            try_some()
        except Exception:  # noqa: BLE001 - whatever a reader raises here is the find
            kept = keep(home, target, last)
            result.failures.append(kept)
            say(f"{target.name} fails, kept as {kept}\n{traceback.format_exc(limit=-3)}")
            break
    return result


def keep(home: Path, target: Target, data: bytes) -> Path:
    """Write a failing input to a file named after its target and its content."""
    home.mkdir(parents=True, exist_ok=True)
    kept = home / f"{target.name}-{hashlib.sha256(data).hexdigest()[:8]}"
    kept.write_bytes(data)
    return kept


def replay(file: Path) -> None:
    """Try a kept input again; raises what it raised."""
    name = file.name.rpartition("-")[0]
    target = next(target for target in TARGETS if target.name == name)
    target.try_out(file.read_bytes())


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main() -> int:
    """Fuzz, tell, and end with 1 when something failed."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for all targets together")
    parser.add_argument("--only", default="", help=", ".join(target.name for target in TARGETS))
    parser.add_argument("--replay", type=Path, help="try one kept input again")
    options = parser.parse_args()
    if options.replay:
        replay(options.replay)
        _say(f"{options.replay} does not fail any more")
        return 0
    targets = [target for target in TARGETS if options.only in ("", target.name)]
    if not targets:
        parser.error(f"there is no target {options.only}")
    failed = 0
    for target in targets:
        result = fuzz(target, options.minutes * 60 / len(targets), say=_say)
        _say(f"{target.name}: {result.inputs:,} inputs, {len(result.failures)} failures")
        failed += len(result.failures)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
