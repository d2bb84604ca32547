"""Stores of other versions (items 182, 196 to 198): migrated whole or left as they are; newer ones are refused."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from realty_cli.store import driver
from realty_cli.store.schema import HEAD, REVISIONS
from tests.postgres import Server, connect
from tests.test_acceptance.deeds import LATER
from tests.test_acceptance.faults import Forge, QuickCommand, digest, ids, small_disk, times
from tests.test_acceptance.old_stores import STORES


def version(store: Path) -> str | None:
    connection = driver.sqlite.connect(str(store))
    try:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if found is None else str(found[0])
    finally:
        connection.close()


def content(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Listings, changes and operations, in the columns that every version has."""
    connection = driver.sqlite.connect(str(store))
    try:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
            for table, columns in (
                ("properties", "id, title, price, owner_id, created_at"),
                ("changes", "seq, operation_id, action, object_id, old_state, diff"),
                ("operations", "id, at, actor_id, command"),
                ("accounts", "id, username, role"),
            )
        }
    finally:
        connection.close()


# 182 ------------------------------------------------------------------------------------------------------------------


def test_182_kill_in_the_making_of_a_store(forge: Forge, tmp_path: Path) -> None:
    """At every statement of the first start: no store or a whole one, and a second start finishes."""
    home = tmp_path / "home"
    store = home / "realty.db"
    for _ in forge.each_step("create", home, by="statement", stride=times(17, 1)):
        if store.exists():
            assert ids(store) == []
            assert version(store) == HEAD
        else:
            assert forge.run("create", home) == 0
            assert version(store) == HEAD
        shutil.rmtree(home, ignore_errors=True)
    assert version(store) == HEAD


def test_182_kill_in_the_making_of_a_store_on_postgresql(forge: Forge, tmp_path: Path, postgres: Server) -> None:
    for _ in forge.each_step("create", tmp_path, url=(url := postgres.create()), by="statement", stride=times(37, 1)):
        # The server learns of the death of its client when it next speaks to it.
        assert forge.run("create", tmp_path, url=url) in (0, 1)
        with connect(url) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
            assert connection.execute("SELECT count(*) FROM accounts").fetchall() == [(1,)]
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    postgres.drop(url)


def _old_stores() -> list[Path]:
    return sorted(STORES.glob("*.db.gz"))


_NONE = pytest.param(None, marks=pytest.mark.skip(reason="no version of realty came before this one"))


@pytest.fixture(params=_old_stores() or [_NONE], ids=lambda path: path.name if path else "none")
def old_home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    home = tmp_path / "old"
    home.mkdir(mode=0o700)
    (home / "realty.db").write_bytes(gzip.decompress(request.param.read_bytes()))
    return home


def test_182_kill_in_the_migration_of_every_old_version(forge: Forge, old_home: Path) -> None:
    _migrate_killed_everywhere(forge, "migrate", old_home, HEAD)


def test_182_kill_in_the_migration_to_a_version_to_come(forge: Forge, home: Path) -> None:
    """The way of every later migration, tried with one of the tests' own that has a step of each kind."""
    assert forge.run("write", home, count=5) == 0
    _migrate_killed_everywhere(forge, "migrate_to_later", home, LATER, scripts=forge.later)


def _migrate_killed_everywhere(forge: Forge, deed: str, home: Path, head: str, **order: Any) -> None:
    store = home / "realty.db"
    before, old, data = content(store), version(store), store.read_bytes()
    seen = set()
    for _ in forge.each_step(deed, home, by="statement", stride=times(17, 1), **order):
        assert content(store) == before
        ids(store)
        seen.add(version(store))
        for saved in (home / "backups").glob("realty-*.db"):
            assert content(saved) == before
            assert version(saved) == old
        assert forge.run(deed, home, **order) == 0
        assert version(store) == head
        assert content(store) == before
        shutil.rmtree(home / "backups")
        for end in ("-wal", "-shm"):
            store.with_name(store.name + end).unlink(missing_ok=True)
        store.write_bytes(data)
    assert seen <= {old, head}
    assert old in seen
    assert version(store) == head


# 196 ------------------------------------------------------------------------------------------------------------------


def test_196_there_is_a_store_of_every_version_before_this_one() -> None:
    assert {path.name.partition(".")[0] for path in _old_stores()} >= set(REVISIONS[:-1])


def test_196_upgrade_from_every_version(forge: Forge, old_home: Path) -> None:
    """Whatever the command: the store is brought up to date, all of it is there, and a backup was taken first."""
    store = old_home / "realty.db"
    before, old = content(store), version(store)
    command = QuickCommand(forge, old_home)
    assert command("properties", "list", "--json").json()["total"] == len(before["properties"])
    assert version(store) == HEAD
    assert content(store) == before
    (saved,) = (old_home / "backups").glob("*.db")
    assert version(saved) == old
    assert content(saved) == before
    command("db", "check")


def test_196_a_backup_is_taken_before_a_migration(forge: Forge, home: Path) -> None:
    assert forge.run("write", home, count=3) == 0
    before = content(home / "realty.db")
    assert forge.migrate_to_later(home) == 0
    assert content(home / "realty.db") == before
    (saved,) = (home / "backups").glob("*.db")
    assert version(saved) == HEAD
    assert content(saved) == before


# 197 ------------------------------------------------------------------------------------------------------------------


def test_197_a_store_of_a_newer_version_is_refused_untouched(
    quick_command: QuickCommand, forge: Forge, home: Path
) -> None:
    assert forge.migrate_to_later(home) == 0
    store = home / "realty.db"
    os.utime(store, (1_700_000_000, 1_700_000_000))
    before = digest(store)
    csv = home / "listings.csv"
    csv.write_text("Цена\n1\n", "utf-8")
    add = ("properties", "add", "--title", "x", "--type", "room", "--deal", "sale", "--status", "draft")
    for arguments in (
        ("properties", "list"), ("properties", "show", "1"), add, ("properties", "import", csv), ("log",), ("undo",),
        ("properties", "export"), ("search", "x"), ("db", "info"), ("db", "check"), ("db", "migrate"), ("doctor",),
    ):  # fmt: skip
        ran = quick_command(*arguments, code=9)
        told = ran.out + ran.err
        assert LATER in told, arguments
        assert HEAD in told, arguments
    quick_command("init", "--yes", code=5)
    assert digest(store) == before


def test_197_a_backup_of_a_newer_version_is_not_restored(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(home, newer)
    assert forge.migrate_to_later(newer) == 0
    before = digest(home / "realty.db")
    assert LATER in quick_command("db", "restore", newer / "realty.db", "--yes", code=9).err
    assert digest(home / "realty.db") == before


# 198 ------------------------------------------------------------------------------------------------------------------


def test_198_a_migration_that_raises_leaves_the_old_version(forge: Forge, home: Path, tmp_path: Path) -> None:
    assert forge.run("write", home, count=3) == 0
    before, store = content(home / "realty.db"), home / "realty.db"
    assert forge.migrate_to_later(home, fail="raise", err=tmp_path / "err") == 1
    assert "the disk of the author" in (tmp_path / "err").read_text()
    assert version(store) == HEAD
    assert content(store) == before
    assert len(ids(store)) == 3
    assert forge.migrate_to_later(home) == 0
    assert version(store) == LATER


def test_198_a_disk_that_fills_in_a_migration_leaves_the_old_version(forge: Forge, home: Path, tmp_path: Path) -> None:
    """With every size of disk from too small for the backup to large enough for all."""
    assert forge.run("write", home, count=300) == 0
    before = content(home / "realty.db")
    ends = set()
    with small_disk(tmp_path / "disk", "12m") as disk:
        place = disk / "home"
        for room in range(64 << 10, 3 << 20, times(192, 32) << 10):
            shutil.copytree(home, place)
            filler = disk / "filler"
            filler.write_bytes(b"\xff" * (shutil.disk_usage(disk).free - room))
            code = forge.migrate_to_later(place, err=tmp_path / "err")
            filler.unlink()
            ends.add(code)
            assert version(place / "realty.db") == (LATER if code == 0 else HEAD)
            assert content(place / "realty.db") == before
            assert len(ids(place / "realty.db")) == 300
            for folder in (place, place / "backups"):
                assert [name for name in os.listdir(folder) if name.startswith(".")] == []
            if code:
                assert "disk.full" in (tmp_path / "err").read_text()
            shutil.rmtree(place)
    assert ends == {0, 1}
