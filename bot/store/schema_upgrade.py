"""Brings a database to this release's schema: a new one is made whole, an older one is migrated.

Alembic is imported only when there is something to migrate.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Engine, insert

from bot.errors import StoreError
from bot.store import schema
from bot.store.backup import copy_verified
from bot.store.engine import make_engine, transaction, translated
from bot.store.inspection import Inspection

_log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"


def create(engine: Engine) -> None:
    """Make every table of the newest schema in one transaction (an empty file)."""
    with engine.connect() as connection, transaction(connection):
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        schema.metadata.create_all(connection, checkfirst=False)
        schema.version.create(connection, checkfirst=False)
        connection.execute(insert(schema.version).values(version_num=schema.HEAD))


def upgrade(
    path: Path, found: Inspection, *, head: str = schema.HEAD, versions: tuple[Path, ...] = ()
) -> Path | None:
    """Migrate an older file, after a verified copy of it was put beside it.

    All steps run in one transaction: a failure or a kill leaves the old schema as it was.
    `versions` are further folders of migration scripts (tests bring some).

    Returns:
        The copy, or None when there was nothing to do.

    Raises:
        StoreError: the copy or a step failed; the file still has its old schema.
    """
    if found.revision is None or found.revision == head:
        return None
    copy = path.with_name(f"{path.name}.schema-{found.revision}")
    copy_verified(path, copy)
    _log.info("schema %s -> %s, the old file is kept as %s", found.revision, head, copy.name)
    engine = make_engine(path, foreign_keys=False)  # a rebuilt table must not cascade
    try:
        with translated(path):
            _run(engine, head, versions)
    finally:
        engine.dispose()
    return copy


def _run(engine: Engine, head: str, versions: tuple[Path, ...]) -> None:
    from alembic import command  # slow to import, rarely needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    places = (SCRIPTS / "versions", *versions)
    config.set_main_option("version_locations", "\n".join(map(str, places)))
    with engine.connect() as connection, transaction(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, head)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise StoreError(f"The upgrade left rows of {broken[0]!r} without their parents.")
