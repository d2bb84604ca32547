"""kill -9 at any moment (items 180 to 183): what was acknowledged stands, nothing stands half."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.command import Command
from tests.test_acceptance.faults import Forge, acknowledged, beside, ids, times


def test_180_kill_in_a_single_write(forge: Forge, home: Path, tmp_path: Path) -> None:
    """A process that enters listings as fast as it can, killed anywhere."""
    store, out = home / "realty.db", tmp_path / "acknowledged"
    chance = random.Random(180)
    hits = 0
    for kills in range(1, times(25) + 1):
        before = len(acknowledged(out))
        assert forge.run("write", home, out=out, after=chance.uniform(0.01, 0.12)) == -9
        told = acknowledged(out)
        hits += len(told) > before
        stored = ids(store)
        assert set(told) <= set(stored)
        # Each kill may hit between the commit and the telling of it.
        assert len(stored) <= len(told) + kills
    assert hits, "no kill met a writer at work"


def test_180_kill_of_the_command(realty_command: Command, home: Path) -> None:
    """The same with the command itself: what it printed is stored."""
    chance = random.Random(1800)
    told = []
    for number in range(times(8, 200)):
        command = realty_command.start(
            "--quiet", "--output", "tsv", "properties", "add",
            "--title", f"Flat {number}", "--type", "apartment", "--deal", "sale", "--status", "draft",
        )  # fmt: skip
        assert command.stdout is not None
        try:
            command.wait(chance.uniform(0.15, 0.6))
        except Exception:  # still at work
            command.kill()
        out = command.communicate()[0].decode()
        if out.startswith("id\t") and "\n" in out:
            told.append(int(out.splitlines()[0].split("\t")[1]))
    stored = ids(home / "realty.db")
    assert set(told) <= set(stored)
    realty_command("db", "check")


def _listings_file(path: Path, count: int) -> Path:
    header = "external_id,Тип недвижимости,Тип сделки,Цена,Город\n"
    path.write_text(
        header + "".join(f"{number},Квартира,Продажа,{5_000_000 + number},Казань\n" for number in range(count)), "utf-8"
    )
    return path


def test_181_kill_in_an_import_keeps_whole_batches(forge: Forge, home: Path, tmp_path: Path) -> None:
    """Batches of 50 of 500 rows; afterwards the same import goes on where it ended."""
    file = _listings_file(tmp_path / "listings.csv", 500)
    out, store = tmp_path / "kept", home / "realty.db"
    fresh = store.read_bytes()
    seen = set()
    for _ in forge.each_step("take", home, file=file, batch=50, out=out, by="statement", stride=times(19, 1)):
        stored = ids(store)
        assert len(stored) % 50 == 0
        assert len(stored) >= max(acknowledged(out), default=0)
        seen.add(len(stored))
        assert forge.run("take", home, file=file, batch=50) == 0
        assert len(ids(store)) == 500
        _replace(store, fresh)
        out.unlink(missing_ok=True)
    assert len(seen) > 3, "no kill met the import at work"


def test_181_kill_in_an_atomic_import_keeps_all_or_nothing(forge: Forge, home: Path, tmp_path: Path) -> None:
    file = _listings_file(tmp_path / "listings.csv", 300)
    store = home / "realty.db"
    fresh = store.read_bytes()
    chance = random.Random(1810)
    for _ in range(times(8)):
        forge.run("take", home, file=file, atomic=True, after=chance.uniform(0.01, 0.1))
        assert len(ids(store)) in (0, 300)
        _replace(store, fresh)


def _replace(store: Path, content: bytes) -> None:
    for end in ("-wal", "-shm"):
        store.with_name(store.name + end).unlink(missing_ok=True)
    store.write_bytes(content)


# Backup and restore ---------------------------------------------------------------------------------------------------

_MODULES = ["store/backup", "store/files", "kit/paths"]


@pytest.fixture
def filled(forge: Forge, home: Path) -> Path:
    assert forge.run("write", home, count=20) == 0
    return home


@pytest.mark.parametrize("by", ["statement", "line"])
def test_183_kill_in_a_backup(forge: Forge, filled: Path, tmp_path: Path, by: str) -> None:
    """At every step: no file under the final name unless it is whole, and the store is what it was."""
    target = tmp_path / "backups" / "copy.db"
    for _ in forge.each_step("back_up", filled, to=target, by=by if by == "statement" else _MODULES):
        assert len(ids(filled / "realty.db")) == 20
        if target.exists():
            assert len(ids(target)) == 20
            assert target.stat().st_mode & 0o777 == 0o600
        shutil.rmtree(target.parent, ignore_errors=True)
    assert len(ids(target)) == 20
    assert beside(target) == []


def test_183_kill_in_a_backup_that_replaces_another(forge: Forge, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert forge.run("back_up", filled, to=target) == 0
    assert forge.run("write", filled, count=1) == 0
    for _ in forge.each_step("back_up", filled, to=target, replace=True, by=_MODULES, stride=3):
        assert len(ids(target)) in (20, 21)
        for leftover in beside(target):
            (target.parent / leftover).unlink()
    assert len(ids(target)) == 21


@pytest.mark.parametrize("by", ["statement", "line"])
@pytest.mark.parametrize("there", ["whole", "damaged", "gone"])
def test_183_kill_in_a_restore(forge: Forge, filled: Path, tmp_path: Path, there: str, by: str) -> None:
    """At every step: the store is the old one or the restored one, and a second try finishes."""
    store, source = filled / "realty.db", tmp_path / "copy.db"
    assert forge.run("back_up", filled, to=source) == 0
    assert forge.run("write", filled, count=5) == 0
    whole = store.read_bytes()
    old = {"whole": whole, "damaged": whole[:8192] + b"\0" * 8192 + whole[16384:], "gone": None}[there]
    stride = 1 if by == "statement" else times(11, 1)
    kept = filled / "backups"
    steps = forge.each_step(
        "restore", filled, source=source, keep=kept / "old.db", by=by if by == "statement" else _MODULES, stride=stride
    )
    _stand(store, old)
    for _ in steps:
        if there == "whole":
            assert len(ids(store)) in (20, 25)
        elif store.exists() and store.read_bytes() != old:
            assert len(ids(store)) == 20
        (kept / "old.db").unlink(missing_ok=True)
        assert forge.run("restore", filled, source=source, keep=kept / "again.db") == 0
        assert len(ids(store)) == 20
        shutil.rmtree(kept, ignore_errors=True)
        _stand(store, old)
    assert len(ids(store)) == 20
    if there == "whole":
        assert len(ids(kept / "old.db")) == 25
    elif there == "damaged":
        assert (kept / "old.db").read_bytes() == old


def _stand(store: Path, content: bytes | None) -> None:
    if content is None:
        _replace(store, b"")
        store.unlink()
    else:
        _replace(store, content)
