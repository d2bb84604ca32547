"""A disk that is full, that may not be written, that reports errors (items 186 to 188)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.command import Command
from tests.test_acceptance.faults import Forge, QuickCommand, digest, fill, ids, small_disk, times

ADD = ("properties", "add", "--title", "Flat", "--type", "apartment", "--deal", "sale", "--status", "draft")


def listings_file(path: Path, count: int) -> Path:
    rows = (f"{number},Квартира,Продажа,{5_000_000 + number},Казань\n" for number in range(count))
    path.write_text("external_id,Тип недвижимости,Тип сделки,Цена,Город\n" + "".join(rows), "utf-8")
    return path


# 187: a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["closed", "killed"])
def full(
    request: pytest.FixtureRequest, forge: Forge, home: Path, tmp_path: Path
) -> Iterator[tuple[QuickCommand, Path]]:
    """A store with 30 listings on a disk without a byte left, and what takes the room. Once the last writer had been
    killed, so that SQLite's side files lie there."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        place = disk / "home"
        shutil.copytree(home, place)
        assert forge.run("write", place, count=30) == 0
        if request.param == "killed":
            out = tmp_path / "told"
            while not (place / "realty.db-wal").exists():
                assert forge.run("write", place, out=out, after=0.05) == -9
            if extra := len(ids(place / "realty.db")) - 30:
                assert extra > 0
        yield QuickCommand(forge, place), fill(disk)


def _count(command: Command) -> int:
    return int(command("properties", "list", "--json", "--limit", "1").json()["total"])


def test_187_reads_work_on_a_full_disk(full: tuple[QuickCommand, Path]) -> None:
    command, filler = full
    before = _count(command)
    assert before >= 30
    assert command("properties", "show", "1", "--json").json()["id"] == 1
    assert command("search", "flat", "--json").json()["total"] == before
    assert len(command("properties", "export", "--format", "jsonl").out.splitlines()) == before
    command("log")
    command("db", "info")
    command("db", "check")
    filler.unlink()
    assert _count(command) == before


@pytest.mark.parametrize("deed", ["add", "import", "photo", "backup", "export", "setting", "restore", "init"])
def test_187_writes_fail_on_a_full_disk_and_work_again(
    full: tuple[QuickCommand, Path], forge: Forge, home: Path, tmp_path: Path, deed: str
) -> None:
    command, filler = full
    disk = filler.parent
    before = _count(command)
    if deed == "photo":
        Image.effect_noise((900, 700), 100).convert("RGB").save(tmp_path / "photo.jpg")
    if deed == "restore":
        assert forge.run("write", home, count=100) == 0
        assert forge.run("back_up", home, to=tmp_path / "copy.db") == 0
    other = disk / "other"
    arguments: dict[str, tuple[str | Path, ...]] = {
        "add": (*ADD, "--description", "x" * 20_000),
        "import": ("properties", "import", listings_file(tmp_path / "listings.csv", 500)),
        "photo": ("properties", "photos", "add", "1", tmp_path / "photo.jpg"),
        "backup": ("db", "backup", disk / "copy.db"),
        "export": ("properties", "export", disk / "listings.csv"),
        "setting": ("config", "set", "currency", "EUR"),
        "restore": ("db", "restore", tmp_path / "copy.db", "--yes"),
        "init": ("init", "--yes"),
    }
    here = command if deed != "init" else QuickCommand(forge, other)
    ran = here(*arguments[deed], code=9)
    assert len(ran.err.splitlines()) == 1, ran.err
    assert "free" in ran.err or "space" in ran.err or "full" in ran.err, ran.err
    assert not (disk / "copy.db").exists()
    assert not (disk / "listings.csv").exists()
    assert not (other / "realty.db").exists()
    assert _count(command) == before
    filler.unlink()
    here(*arguments[deed])
    ids(command.home / "realty.db")
    assert [path for path in disk.rglob(".*") if path.name != ".lock"] == []
    assert _count(command) == (100 if deed == "restore" else before + {"add": 1, "import": 500}.get(deed, 0))


# 186: the disk reports an error ---------------------------------------------------------------------------------------


def _strace(*injections: str) -> list[str]:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    command = [strace, "-f", "-qq", "-o", "/dev/null"]
    if subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        pytest.skip("strace may not trace here")
    return [*command, *(f"--inject={one}" for one in injections)]


@pytest.mark.parametrize("call", ["fsync,fdatasync", "pwrite64,write"])
def test_186_no_success_is_told_when_the_disk_reports_an_error(
    realty_command: Command, forge: Forge, home: Path, call: str
) -> None:
    """The n-th sync (or write) fails, for n = 1, 2 ... until none does: what is told as entered is stored."""
    assert forge.run("write", home, count=3) == 0
    failed = 0
    for number in range(1, 60, 1 if "sync" in call else times(5, 1)):
        # Python writes its output by write(2); SQLite writes by pwrite64(2). Only files of the store shall fail.
        paths = [f"--trace-path={home / name}" for name in ("realty.db", "realty.db-wal", "realty.db-shm")]
        command = [*_strace(f"{call}:error=EIO:when={number}"), *paths]
        ran = subprocess.run(
            [*command, sys.executable, "-m", "realty_cli", "--json", *ADD],
            env=realty_command.environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert "Traceback" not in ran.stderr, ran.stderr
        stored = ids(home / "realty.db")
        if ran.returncode == 0:
            assert f'"id":{max(stored)},' in ran.stdout
            if not failed or number > failed + 5:
                break
        else:
            failed = number
            assert ran.returncode == 9, ran.stderr
            assert ran.stdout == ""
            assert len(ran.stderr.splitlines()) == 1
    assert failed
    realty_command(*ADD)
    realty_command("db", "check")


@pytest.mark.parametrize("deed", ["backup", "export", "init"])
def test_186_a_file_that_cannot_be_synced_is_not_there(
    realty_command: Command, forge: Forge, home: Path, tmp_path: Path, deed: str
) -> None:
    assert forge.run("write", home, count=3) == 0
    target = {"backup": tmp_path / "copy.db", "export": tmp_path / "all.csv", "init": tmp_path / "new" / "realty.db"}[
        deed
    ]
    arguments: dict[str, tuple[str, ...]] = {
        "backup": ("db", "backup", str(target)),
        "export": ("properties", "export", str(target)),
        "init": ("init", "--yes"),
    }
    environment = realty_command.environment()
    if deed == "init":
        environment["REALTY_HOME"] = str(target.parent)
    for number in range(1, 40):
        command = [*_strace(f"fsync,fdatasync:error=EIO:when={number}"), sys.executable, "-m", "realty_cli"]
        ran = subprocess.run(
            [*command, *arguments[deed]],
            env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert "Traceback" not in ran.stderr, ran.stderr
        if ran.returncode == 0:
            assert target.exists()
            assert number > 1
            break
        assert ran.returncode == 9
        assert len(ran.stderr.splitlines()) == 1, ran.stderr
        if target.exists():  # all but the entry of the folder was synced
            if deed != "export":
                ids(target)
            target.unlink()
    else:
        pytest.fail("it never came through")


# 188: read-only -------------------------------------------------------------------------------------------------------


def _modes(folder: int, file: int) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        for path in home.iterdir():
            path.chmod(file)
        home.chmod(folder)

    return change


@pytest.mark.parametrize("side_files", [False, True], ids=["closed", "killed"])
@pytest.mark.parametrize(
    "change", [_modes(0o700, 0o400), _modes(0o500, 0o600), _modes(0o500, 0o400)], ids=["file", "folder", "both"]
)
def test_188_a_store_that_may_only_be_read(
    forge: Forge, bound_forge: Forge, home: Path, tmp_path: Path, change: Callable[[Path], None], side_files: bool
) -> None:
    command = QuickCommand(bound_forge, home)
    assert forge.run("write", home, count=3) == 0
    while side_files and not (home / "realty.db-wal").exists():
        assert forge.run("write", home, after=0.05) == -9
    file = listings_file(tmp_path / "listings.csv", 3)
    change(home)
    try:
        _reads_and_no_writes(command, file, home)
    finally:
        home.chmod(0o700)
        for path in home.iterdir():
            path.chmod(0o600)
    command(*ADD)
    assert len(ids(home / "realty.db")) >= 4


def test_188_a_store_on_a_file_system_mounted_for_reading(forge: Forge, home: Path, tmp_path: Path) -> None:
    assert forge.run("write", home, count=3) == 0
    file = listings_file(tmp_path / "listings.csv", 3)
    with small_disk(tmp_path / "disk", "4m") as disk:
        place = disk / "home"
        shutil.copytree(home, place)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        _reads_and_no_writes(QuickCommand(forge, place), file, place)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        QuickCommand(forge, place)(*ADD)


def _reads_and_no_writes(command: Command, file: Path, home: Path) -> None:
    # SQLite's shared memory holds who reads how far, and nothing that lasts.
    files = [path for path in home.iterdir() if not path.name.endswith("-shm")]
    before = digest(*files)
    ran = command("properties", "list", "--json", code=None)
    if ran.code == 0:
        assert ran.json()["total"] >= 3
        assert len(command("properties", "export", "--format", "jsonl").out.splitlines()) == ran.json()["total"]
    else:  # what the last writer left cannot be read without writing: then it is said
        assert ran.code == 9
        assert len(ran.err.splitlines()) == 1
        assert (home / "realty.db-wal").exists()
    for arguments in (ADD, ("properties", "import", file), ("undo",), ("properties", "edit", "1", "--city", "x")):
        refused = command(*arguments, code=9)
        assert len(refused.err.splitlines()) == 1, refused.err
        assert "Reading works" in refused.err or "permissions" in refused.err, refused.err
    command("db", "backup", code=None)  # works where the folder takes a new file
    command("doctor", code=None)
    assert digest(*files) == before
