"""The drill: a damaged store is refused, a backup is put in its place, and the news goes on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.end_to_end.live import Live
from tests.end_to_end.news import LAUNCHES
from tests.end_to_end.process import Program

FIRST, SECOND, THIRD = LAUNCHES[:3]


async def command(live: Live, *arguments: str) -> Program:
    """Run one of the program's other commands to its end."""
    program = Program(
        live.folder,
        [*arguments, "--config", str(live.config)],
        live.bot.environment,
        name="command",
    )
    program.starts = sum(1 for _ in live.folder.glob("command-*.out"))
    await program.start()
    await program.wait()
    return program


async def test_a_restored_store_posts_nothing_of_before_again_and_all_that_is_new(
    live: Live, now: datetime
) -> None:
    channel = live.channel("launches")
    page = live.origin.feed("/wire.xml", [FIRST.first_report(now)])
    live.configure(
        feeds=[{"url": live.origin.url("/wire.xml"), "name": "Wire", "backfill": True}],
        alerts=[{"channel": channel.id, "topic": "launches"}],
    )
    await live.bot.start()
    await live.until_messages(channel, 1)
    await live.until_idle()
    made = await command(live, "backup")
    assert made.process is not None
    assert made.process.returncode == 0, made.stderr
    (copy,) = (live.database.parent / "backups").glob("*.db")
    refused = await command(live, "restore", str(copy))
    assert refused.process is not None
    assert refused.process.returncode == 3, "a running store is not replaced"
    page.set_entries([SECOND.first_report(now), FIRST.first_report(now)])
    await live.until_messages(channel, 2)
    await live.until_idle()
    await live.bot.kill()
    damage(live.database)
    await live.bot.start()
    await live.bot.expect_exit(1)
    assert "restore" in live.bot.stderr
    restored = await command(live, "restore", str(copy))
    assert restored.process is not None
    assert restored.process.returncode == 0, restored.stderr
    assert "kept as" in restored.stdout
    page.set_entries([THIRD.first_report(now), SECOND.first_report(now), FIRST.first_report(now)])
    await live.bot.start()
    await live.until(lambda: any("China" in m.content for m in live.posted(channel)))
    await live.until_idle()
    contents = [message.content for message in live.posted(channel)]
    # What the backup knows is posted once. What was posted after it is posted again: the number
    # of its story, and with it the nonce, went with the lost store. Nothing is lost.
    assert sum("North Korea" in text for text in contents) == 1
    assert sum("Iran" in text for text in contents) in (1, 2)
    assert sum("China" in text for text in contents) == 1


def damage(database: Path) -> None:
    """Overwrite the beginning, as a broken disk would."""
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    database.write_bytes(b"\0" * 4096 + database.read_bytes()[4096:])
