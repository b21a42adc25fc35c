from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.article import ArticleId
from bot.ports import AuditEntry, Stage, TrailEntry
from bot.store import SqlStore
from tests.store.samples import NOW, OTHER_GUILD, OUR_GUILD, PERSON


async def test_the_trail_of_an_article_is_oldest_first(store: SqlStore) -> None:
    link = "https://news.example/1"
    entries = [
        TrailEntry(NOW, Stage.FETCHED, "from one", link=link),
        TrailEntry(NOW, Stage.STORED, "stored", article_id=ArticleId(1), guild_id=OUR_GUILD),
        TrailEntry(NOW, Stage.STORED, "another", article_id=ArticleId(2)),
    ]
    for entry in entries:
        await store.write(lambda tx, e=entry: tx.records.trail(e))  # type: ignore[misc]  # bound now

    def both(article_id: int | None, link: str) -> list[TrailEntry]:
        return [e for e in entries if e.article_id == article_id or (link and e.link == link)]

    one = await store.read(lambda tx: tx.records.trail_of(article_id=ArticleId(1), link=link))
    assert one == both(1, link) == entries[:2]
    assert await store.read(lambda tx: tx.records.trail_of(link=link)) == entries[:1]
    assert await store.read(lambda tx: tx.records.trail_of(article_id=ArticleId(2))) == entries[2:]
    assert await store.read(lambda tx: tx.records.trail_of()) == []


async def test_a_servers_audit_is_its_own_and_newest_first(store: SqlStore) -> None:
    for number, guild_id in enumerate((OUR_GUILD, OTHER_GUILD, OUR_GUILD, None)):
        entry = AuditEntry(NOW, guild_id, PERSON, f"feed add {number}", "one")
        await store.write(lambda tx, e=entry: tx.records.audit(e))  # type: ignore[misc]  # bound now
    found = await store.read(lambda tx: tx.records.audit_of(OUR_GUILD, 10))
    assert [entry.action for entry in found] == ["feed add 2", "feed add 0"]
    assert found[0] == AuditEntry(NOW, OUR_GUILD, PERSON, "feed add 2", "one")
    assert len(await store.read(lambda tx: tx.records.audit_of(OUR_GUILD, 1))) == 1


async def test_a_fact_is_kept_replaced_and_removed(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.records.get("commands")) is None
    for value in ({"feed add": "1", "empty": []}, [1, 2.5, "ü"], False):
        await store.write(lambda tx, v=value: tx.records.put("commands", v))  # type: ignore[misc]  # bound now
        assert await store.read(lambda tx: tx.records.get("commands")) == value
    await store.write(lambda tx: tx.records.put("commands", None))
    assert await store.read(lambda tx: tx.records.get("commands")) is None


async def test_a_fact_that_is_no_json_is_refused(store: SqlStore) -> None:
    with pytest.raises(TypeError):
        await store.write(lambda tx: tx.records.put("x", NOW))
    with pytest.raises(ValueError, match="JSON"):
        await store.write(lambda tx: tx.records.put("x", float("nan")))


async def test_names_of_facts_are_found_by_their_exact_beginning(store: SqlStore) -> None:
    for name in ("left:2", "left:1", "Left:3", "leftx", "other"):
        await store.write(lambda tx, n=name: tx.records.put(n, 1))  # type: ignore[misc]  # bound now
    assert await store.read(lambda tx: tx.records.names("left:")) == ["left:1", "left:2"]
    assert await store.read(lambda tx: tx.records.names("l_ft")) == []


async def test_settings_are_per_server(store: SqlStore) -> None:
    await store.write(lambda tx: tx.records.set_guild_setting(OUR_GUILD, "timezone", "Asia/Seoul"))
    await store.write(lambda tx: tx.records.set_guild_setting(OUR_GUILD, "timezone", "Asia/Tokyo"))
    ours = await store.read(lambda tx: tx.records.guild_setting(OUR_GUILD, "timezone"))
    theirs = await store.read(lambda tx: tx.records.guild_setting(OTHER_GUILD, "timezone"))
    assert (ours, theirs) == ("Asia/Tokyo", None)
    await store.write(lambda tx: tx.records.set_guild_setting(OUR_GUILD, "timezone", None))
    assert await store.read(lambda tx: tx.records.guild_setting(OUR_GUILD, "timezone")) is None


async def test_old_trail_and_audit_rows_are_pruned(store: SqlStore) -> None:
    for days in (0, 2):
        at = NOW + timedelta(days=days)
        trail = TrailEntry(at, Stage.STORED, str(days), article_id=ArticleId(1))
        audit = AuditEntry(at, OUR_GUILD, None, str(days), "")
        await store.write(lambda tx, t=trail, a=audit: (tx.records.trail(t), tx.records.audit(a)))  # type: ignore[misc]  # bound now
    assert await store.write(lambda tx: tx.records.prune(NOW + timedelta(days=1))) == 2
    trail_left = await store.read(lambda tx: tx.records.trail_of(article_id=ArticleId(1)))
    audit_left = await store.read(lambda tx: tx.records.audit_of(OUR_GUILD, 9))
    assert [entry.detail for entry in trail_left] == ["2"]
    assert [entry.action for entry in audit_left] == ["2"]
