"""Several processes at one store (items 191 to 194, 199, 200, 211, 224), and a clock that jumps."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from realty_cli.errors import Busy, Unavailable
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.store import backup, driver
from tests.conftest import Agency
from tests.postgres import Server, connect
from tests.test_acceptance.deeds import make_listings, open_realty
from tests.test_acceptance.faults import (
    Forge,
    QuickCommand,
    acknowledged,
    ids,
    times,
)

# 191 ------------------------------------------------------------------------------------------------------------------


def test_191_the_second_of_two_edits_of_one_version_is_refused(quick_command: QuickCommand, forge: Forge) -> None:
    assert forge.run("write", quick_command.home, count=1) == 0
    quick_command("properties", "edit", "1", "--city", "Казань", "--if-version", "1")
    refused = quick_command("properties", "edit", "1", "--city", "Сочи", "--if-version", "1", code=5)
    assert "version 2" in refused.err
    quick_command("properties", "status", "1", "sold", "--if-version", "1", code=5)
    quick_command("properties", "delete", "1", "--yes", "--if-version", "1", code=5)
    assert quick_command("properties", "show", "1", "--json").json()["city"] == "Казань"


# 192 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_192_eight_processes_write_at_once(
    request: pytest.FixtureRequest, forge: Forge, home: Path, tmp_path: Path, dialect: str
) -> None:
    """Each enters 25 listings: all 200 land, each once, and nobody is told that the store is busy."""
    url = ""
    if dialect == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        url = server.create(template=request.getfixturevalue("postgres_template"))
    outs = [tmp_path / f"told-{number}" for number in range(8)]
    with ExitStack() as stack:
        for writer in [stack.enter_context(forge.beside("write", home, count=25, url=url, out=out)) for out in outs]:
            assert writer.end() == 0
    told = [number for out in outs for number in acknowledged(out)]
    assert sorted(told) == list(range(1, 201))
    if dialect == "sqlite":
        assert ids(home / "realty.db") == sorted(told)
        return
    with connect(url) as connection:
        assert connection.execute("SELECT count(*), max(id) FROM properties").fetchall() == [(200, 200)]
        # The sequence of the log is the order of commits: what an operation wrote stands together.
        order = [row[0] for row in connection.execute("SELECT operation_id FROM changes ORDER BY seq")]
        assert order == sorted(order)
    server.drop(url)


def test_192_a_writer_that_waits_too_long_is_told_and_nothing_is_lost(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path
) -> None:
    with _holding(forge, home, tmp_path / "ready"):
        ran = quick_command(
            "properties", "add", "--title", "x", "--type", "room", "--deal", "sale", "--status", "draft",
            env={"REALTY_BUSY_TIMEOUT": "0.2"}, code=9,
        )  # fmt: skip
        assert "try again" in ran.err
        assert quick_command("properties", "list", "--json").json()["total"] == 0
    assert ids(home / "realty.db") == []


@contextmanager
def _holding(forge: Forge, home: Path, ready: Path, deed: str = "hold") -> Iterator[None]:
    """Another process holds the store (or the photos), and is killed in the end."""
    with forge.beside(deed, home, ready=ready) as holder:
        while not ready.exists():
            assert holder.at_work()
        yield


# 193 ------------------------------------------------------------------------------------------------------------------


def test_193_doctor_names_the_library_and_its_version(quick_command: QuickCommand) -> None:
    found = {one["what"]: one for one in quick_command("doctor", "--json").json()["findings"]}
    assert found["SQLite"]["detail"] == f"{driver.sqlite.__name__} {driver.sqlite.sqlite_version}"
    assert found["SQLite"]["level"] == ("warning" if driver.has_wal_reset_bug(driver.VERSION) else "ok")


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 44, 9), False), ((3, 45, 0), True),
        ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 0), True), ((3, 51, 2), True), ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)  # fmt: skip
def test_193_the_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], affected: bool) -> None:
    assert driver.has_wal_reset_bug(version) is affected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="wheels of pysqlite3 are for Linux")
def test_193_the_library_in_use_is_not_affected() -> None:
    assert not driver.has_wal_reset_bug(driver.VERSION)


# 194 ------------------------------------------------------------------------------------------------------------------


def test_194_a_clock_that_jumps_neither_loses_nor_doubles_anything(agency: Agency) -> None:
    """A year on, a day back, a second back, and standing still: pages, log and changes hold every object once."""
    made = []
    for jump in (timedelta(days=365), timedelta(days=-400), timedelta(seconds=-1), timedelta(0)) * 3:
        agency.clock.moment += jump
        made += agency.do(lambda work: make_listings(work, 2))
        agency.do(lambda work, last=made[-1]: work.properties.delete(last))
        agency.do(lambda work, last=made[-1]: work.properties.restore(last))
    assert made == sorted(made)

    def page(sort: str | None, cursor: str | None) -> Any:
        return agency.ask(lambda work: work.properties.page(PropertyFilter(), sort=sort, limit=5, cursor=cursor))

    for sort in (None, "id", "-id", "-updated_at", "created_at,price"):
        seen: list[int] = []
        cursor = None
        while True:
            body = page(sort, cursor)
            seen += [item["id"] for item in body["items"]]
            cursor = body["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == made, sort
        if sort in ("id", "-id"):
            assert seen == sorted(made, reverse=sort == "-id")
    operations = agency.ask(lambda work: work.history.operations(limit=100))
    numbers = [one["id"] for one in operations]
    assert numbers == sorted(numbers, reverse=True)
    changes = agency.ask(lambda work: work.history.changes(limit=1_000))["items"]
    assert [one["seq"] for one in changes] == sorted(one["seq"] for one in changes)
    # What was done last is what undo takes back, whatever the clock said.
    undone = agency.do(lambda work: work.undo.undo())
    assert undone["undone"] == numbers[0]


# 199, 200 -------------------------------------------------------------------------------------------------------------


def test_199_backups_while_others_write(home: Path, tmp_path: Path, forge: Forge) -> None:
    """Four writers, one backup after the other: each is whole and holds a prefix of what was acknowledged."""
    outs = [tmp_path / f"told-{number}" for number in range(4)]
    store = home / "realty.db"
    with ExitStack() as stack:
        for out in outs:
            stack.enter_context(forge.beside("write", home, out=out))
        while not all(acknowledged(out) for out in outs):
            time.sleep(0.01)
        sizes = []
        for number in range(times(10, 60)):
            copy = tmp_path / f"copy-{number}.db"
            before = {told for out in outs for told in acknowledged(out)}
            assert forge.run("back_up", home, to=copy) == 0
            stored = ids(copy)
            assert before <= set(stored)
            assert stored == list(range(1, len(stored) + 1))
            sizes.append(len(stored))
            copy.unlink()
        assert sizes == sorted(sizes)
        assert sizes[0] < sizes[-1], "nobody wrote meanwhile"
    assert {told for out in outs for told in acknowledged(out)} <= set(ids(store))


def test_200_restore_waits_for_nobody_for_ever(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path
) -> None:
    """Somebody is in the middle of a write: restore gives up in time, and the store is what it was."""
    assert forge.run("write", home, count=3) == 0
    assert forge.run("back_up", home, to=tmp_path / "copy.db") == 0
    with _holding(forge, home, tmp_path / "ready"):
        began = os.times().elapsed
        refused = quick_command(
            "db", "restore", tmp_path / "copy.db", "--yes", env={"REALTY_BUSY_TIMEOUT": "0.3"}, code=9
        )
        assert "try again" in refused.err
        assert os.times().elapsed - began < 60
        assert list((home / "backups").iterdir()) == []
    assert len(ids(home / "realty.db")) == 3


def test_200_restore_loses_no_commit_of_a_live_writer(home: Path, tmp_path: Path, forge: Forge) -> None:
    """What is told before it stands in the store that it keeps, however close; what comes after, in the new one."""
    assert forge.run("write", home, count=5) == 0
    source, out = tmp_path / "copy.db", tmp_path / "told"
    assert forge.run("back_up", home, to=source) == 0
    stored: set[str] = set()
    with forge.beside("write", home, out=out, tell="count") as writer:
        for number in range(times(6, 60)):
            told = len(acknowledged(out))
            while len(acknowledged(out)) < told + 3:
                assert writer.at_work()
            kept = tmp_path / f"kept-{number}.db"
            assert forge.run("restore", home, source=source, keep=kept) == 0
            ids(kept)
            stored |= _titles(kept)
    ids(home / "realty.db")
    stored |= _titles(home / "realty.db")
    assert {f"Flat {number}" for number in acknowledged(out)} <= stored


def test_200_a_store_that_only_seemed_broken_is_not_replaced(
    home: Path, tmp_path: Path, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read without its locks in the middle of a checkpoint, a whole store looks damaged for a moment."""
    assert forge.run("write", home, count=5) == 0
    source, store = tmp_path / "copy.db", home / "realty.db"
    assert forge.run("back_up", home, to=source) == 0
    database, verify = open_realty(str(home)).database, backup.verify_file
    looks: list[Path] = []

    def torn(path: Path, *, until: int) -> str:
        if path == store:
            looks.append(path)
            store.touch()
            if len(looks) <= until:
                raise Unavailable("store.corrupt", path=str(path))
        return verify(path)

    inode = store.stat().st_ino
    for until in (1, 3):
        looks.clear()
        monkeypatch.setattr(backup, "verify_file", partial(torn, until=until))
        backup.restore(database, source, tmp_path / f"kept-{until}.db")
        assert store.stat().st_ino == inode  # written over under its own locks
    monkeypatch.setattr(backup, "verify_file", partial(torn, until=10**6))
    monkeypatch.setattr(backup, "_PAUSE", 0.001)
    with pytest.raises(Busy):
        backup.restore(database, source, tmp_path / "kept.db")
    assert ids(store) == [1, 2, 3, 4, 5]


def _titles(store: Path) -> set[str]:
    connection = driver.sqlite.connect(str(store))
    try:
        return {row[0] for row in connection.execute("SELECT title FROM properties")}
    finally:
        connection.close()


@pytest.mark.parametrize("wrong", ["missing", "directory", "text", "empty", "foreign sqlite", "half", "itself", "pipe"])
def test_200_a_wrong_file_is_not_restored(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path, wrong: str
) -> None:
    assert forge.run("write", home, count=3) == 0
    store, source = home / "realty.db", tmp_path / "copy.db"
    match wrong:
        case "directory":
            source.mkdir()
        case "text":
            source.write_text("id,title\n" * 1_000)
        case "empty":
            source.touch()
        case "foreign sqlite":
            with driver.sqlite.connect(str(source)) as other:
                other.execute("CREATE TABLE alembic_version AS SELECT '0001' AS version_num")
        case "half":
            source.write_bytes(store.read_bytes()[:100_000])
        case "itself":
            source.symlink_to(store)
        case "pipe":
            os.mkfifo(source)
    before = store.read_bytes()
    refused = quick_command("db", "restore", source, "--yes", code=None)
    assert refused.code in (2, 5, 9)
    assert len(refused.err.splitlines()) == 1
    assert store.read_bytes() == before
    assert len(ids(store)) == 3


def test_200_a_restored_store_is_at_work_at_once(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path
) -> None:
    """Names that an address could misread; the WAL; who was connected sees the restored store."""
    assert forge.run("write", home, count=3) == 0
    source = tmp_path / "копия 100%?#&a=b.db"
    quick_command("db", "backup", source)
    connection = open_realty(str(home)).database.connect()
    assert connection.value("SELECT count(*) FROM properties") == 3
    assert forge.run("write", home, count=2) == 0
    quick_command("db", "restore", source, "--yes")
    assert connection.value("SELECT count(*) FROM properties") == 3
    assert connection.value("PRAGMA journal_mode") == "wal"
    connection.close()
    assert quick_command("properties", "list", "--json").json()["total"] == 3


def test_200_a_backup_never_takes_the_place_of_the_store(
    quick_command: QuickCommand, home: Path, tmp_path: Path
) -> None:
    before = (home / "realty.db").read_bytes()
    link = tmp_path / "link.db"
    link.symlink_to(home / "realty.db")
    for target in (home / "realty.db", link):
        quick_command("db", "backup", target, code=5)
        quick_command("db", "backup", target, "--force", code=5)
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for target in (pipe, folder):
        assert quick_command("db", "backup", target, "--force", code=None).code in (2, 9)
    assert pipe.is_fifo()
    assert folder.is_dir()
    assert (home / "realty.db").read_bytes() == before


# 211, 223, 224 --------------------------------------------------------------------------------------------------------


def test_211_a_connection_that_is_cut_is_named_and_nothing_told_is_lost(
    postgres: Server, postgres_template: str, forge: Forge, tmp_path: Path, home: Path
) -> None:
    """The server cuts off a writer at any moment of its work."""
    url = postgres.create(template=postgres_template)
    name = url.split("@/")[1].split("?")[0]
    out, said = tmp_path / "told", tmp_path / "said"
    for _ in range(times(3, 40)):
        with connect(postgres.url()) as server, forge.beside("write", home, url=url, out=out, err=said) as writer:
            while writer.at_work():
                # The writer opens a connection for each listing; between two of them there is nothing to cut.
                server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            assert writer.end() == 1
        assert said.read_text().startswith("Unavailable('store.unreachable'"), said.read_text()
        with connect(url) as connection:
            stored = {row[0] for row in connection.execute("SELECT id FROM properties")}
            assert set(acknowledged(out)) <= stored
            for question in (
                "SELECT count(*) FROM changes WHERE object_id NOT IN (SELECT id FROM properties)",
                "SELECT count(*) FROM properties WHERE id NOT IN (SELECT object_id FROM changes)",
                "SELECT count(*) FROM properties WHERE id NOT IN (SELECT rowid FROM property_search)",
            ):
                assert connection.execute(question).fetchone() == (0,)
        out.unlink(missing_ok=True)
    postgres.drop(url)


def test_223_a_lock_of_a_killed_process_holds_nobody(
    quick_command: QuickCommand, forge: Forge, home: Path, tmp_path: Path
) -> None:
    assert forge.run("write", home, count=1) == 0
    with _holding(forge, home, tmp_path / "photos held", "hold_photos"):
        pass
    assert (home / "photos" / ".lock").exists()
    picture = tmp_path / "photo.png"
    Image.new("RGB", (400, 300), "teal").save(picture)
    quick_command("properties", "photos", "add", "1", picture)
    with _holding(forge, home, tmp_path / "store held"):
        pass
    quick_command("properties", "edit", "1", "--city", "Казань")


def test_224_two_that_start_at_once_make_one_store(forge: Forge, tmp_path: Path) -> None:
    """No lock file is needed: the one that comes second finds the store of the first."""
    for number in range(times(5, 50)):
        home = tmp_path / f"home-{number}"
        errs = [tmp_path / f"err-{number}-{maker}" for maker in range(4)]
        with ExitStack() as stack:
            makers = [stack.enter_context(forge.beside("create", home, err=err)) for err in errs]
            assert sorted(maker.end() for maker in makers) == [0, 1, 1, 1]
        assert sorted(err.read_text()[:23] for err in errs) == ["", *["Conflict('store.exists'"] * 3]
        assert ids(home / "realty.db") == []
        assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []
