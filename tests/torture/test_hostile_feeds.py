"""The bounded version: some of the corpus, smaller floods; stalls are told and not judged."""

from __future__ import annotations

from pathlib import Path

from tests.sources.hostile.corpus import corpus
from tests.torture.hostile_feeds import HostileFeeds

EVERY = 9


async def test_good_feeds_are_delivered_beside_hostile_ones(tmp_path: Path) -> None:
    costly = next(one for one in corpus() if one.costly)
    world = HostileFeeds(
        tmp_path / "world", [costly, *corpus()[::EVERY]], flood=1_000, launches=2, patient=False
    )
    result = await world.run()
    assert (result.crashes, result.unexpected) == (0, 0)
    assert (result.lost, result.doubled) == (0, 0)
    assert result.workers_replaced > 0
    assert result.stalls >= 0, "the figures come from /metrics"
    print(result.notes)  # noqa: T201 - shown by -rP; a busy machine is not judged by its speed
