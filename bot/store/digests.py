"""Digest schedules, and one row for each local day and slot that had its run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.digest import DigestId, DigestSchedule, Slot
from bot.domain.subscription import PlaceKind
from bot.errors import StoreError
from bot.store import codec
from bot.store.engine import new_id
from bot.store.schema import digest, digest_run

SKIPPED = "skipped"
"""A run whose note begins with this word was not posted."""


class DigestTables:
    """`bot.ports.Digests` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[DigestSchedule]:
        """See the port; in the order they were added."""
        rows = self._connection.execute(select(digest.c.id, digest.c.record).order_by(digest.c.id))
        return [codec.loads_numbered(DigestSchedule, row[0], row[1]) for row in rows]

    def get(self, digest_id: DigestId) -> DigestSchedule | None:
        """See the port."""
        query = select(digest.c.record).where(digest.c.id == digest_id)
        record = self._connection.execute(query).scalar()
        if record is None:
            return None
        return codec.loads_numbered(DigestSchedule, digest_id, record)

    def add(self, schedule: DigestSchedule) -> DigestId:
        """See the port."""
        result = self._connection.execute(insert(digest).values(_values(schedule)))
        return DigestId(new_id(result))

    def save(self, schedule: DigestSchedule) -> None:
        """See the port.

        Raises:
            StoreError: the schedule was removed.
        """
        changed = update(digest).where(digest.c.id == schedule.id).values(_values(schedule))
        if self._connection.execute(changed).rowcount == 0:
            raise StoreError(f"Digest {schedule.id} was removed.")

    def remove(self, digest_id: DigestId) -> None:
        """See the port; its runs go with it."""
        self._connection.execute(delete(digest).where(digest.c.id == digest_id))

    def record_run(self, digest_id: DigestId, slot: Slot, at: datetime, note: str) -> bool:
        """See the port; also False for a schedule that was removed."""
        taken = select(digest_run.c.at).where(
            digest_run.c.digest_id == digest_id,
            digest_run.c.local_date == slot.local_date,
            digest_run.c.slot == slot.slot,
        )
        present = select(digest.c.id).where(digest.c.id == digest_id)
        if self._connection.execute(taken).first() is not None:
            return False
        if self._connection.execute(present).first() is None:
            return False
        self._connection.execute(
            insert(digest_run).values(
                digest_id=digest_id,
                local_date=slot.local_date,
                slot=slot.slot,
                due=slot.due,
                at=at,
                note=note,
            )
        )
        return True

    def last_run(self, digest_id: DigestId) -> tuple[Slot, datetime] | None:
        """See the port; the one that was due last, skipped or not."""
        query = (
            select(digest_run.c.local_date, digest_run.c.slot, digest_run.c.due, digest_run.c.at)
            .where(digest_run.c.digest_id == digest_id)
            .order_by(digest_run.c.due.desc(), digest_run.c.at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else (Slot(row[0], row[1], row[2]), row[3])

    def skipped_since(self, digest_id: DigestId, since: datetime) -> list[Slot]:
        """See the port; the notes that begin with "skipped", due since, oldest first."""
        query = (
            select(digest_run.c.local_date, digest_run.c.slot, digest_run.c.due)
            .where(
                digest_run.c.digest_id == digest_id,
                digest_run.c.due >= since,
                digest_run.c.note.like(f"{SKIPPED}%"),
            )
            .order_by(digest_run.c.due)
        )
        return [Slot(row[0], row[1], row[2]) for row in self._connection.execute(query)]


def _values(schedule: DigestSchedule) -> dict[str, object]:
    place = schedule.place
    return {
        "guild_id": place.guild_id,
        "user_id": place.id if place.kind is PlaceKind.USER else None,
        "record": codec.dumps(DigestSchedule, schedule),
    }
