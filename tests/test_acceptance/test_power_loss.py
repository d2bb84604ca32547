"""Acceptance 185: the power goes at any moment, and the disk keeps any part of what was not synced."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from realty_cli.store import driver
from tests.conftest import Agency
from tests.test_acceptance.deeds import open_realty
from tests.test_acceptance.faults import ids, times
from tests.test_acceptance.power import Disk, Step, record
from tests.test_properties.listings import create


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    return found


def losses(steps: list[Step], home: Path, told: Path, seed: int) -> Iterator[tuple[Path, list[str]]]:
    """A home after a loss of power at a moment of the deed, and the lines that the deed had told by then."""
    chance = random.Random(seed)
    disk = Disk(home, home.parent / "before")
    moments = sorted(chance.sample(range(len(steps) + 1), min(times(60, 2_000), len(steps) + 1)))
    lines = ""
    done = 0
    for moment in moments:
        for step in steps[done:moment]:
            if step.path == str(told):
                lines += step.data.decode()
            else:
                disk.do(step)
        done = moment
        for _ in range(times(2, 10)):
            found = home.parent / "found"
            shutil.rmtree(found, ignore_errors=True)
            disk.lose_power(chance, found)
            yield found, lines.splitlines()


def watch(strace: str, home: Path, tmp_path: Path, **order: Any) -> tuple[list[Step], Path]:
    told = tmp_path / "told"
    shutil.copytree(home, home.parent / "before")
    return record(strace, tmp_path / "log", home, told, home=home, **order), told


@pytest.mark.parametrize("synchronous", ["full", "normal"])
def test_185_every_acknowledged_write_is_there(strace: str, home: Path, tmp_path: Path, synchronous: str) -> None:
    count = 6
    steps, told = watch(strace, home, tmp_path, deed="write", count=count, synchronous=synchronous)
    seen = set()
    for found, lines in losses(steps, home, told, 185):
        # As our own program opens it, which looks at the WAL before SQLite does.
        realty = open_realty(str(found))
        with realty.read() as work:
            listed = {item["id"] for item in work.properties.search(_everything())["items"]}
        stored = set(ids(found / "realty.db"))
        assert stored == listed == set(range(1, len(stored) + 1))
        acknowledged = {int(line) for line in lines}
        if synchronous == "full":
            assert acknowledged <= stored
        assert len(stored) <= len(acknowledged) + 1
        seen.add(len(stored))
    assert len(seen) > 3


def test_185_a_backup_has_its_name_only_when_it_is_whole(
    strace: str, sqlite_agency: Agency, home: Path, tmp_path: Path
) -> None:
    for _ in range(3):
        sqlite_agency.do(create())
    copy = home / "backups" / "copy.db"
    copy.parent.mkdir(exist_ok=True)
    steps, told = watch(strace, home, tmp_path, deed="back_up", to=copy)
    made = 0
    for found, _ in losses(steps, home, told, 1850):
        place = found / "backups" / "copy.db"
        if place.exists():
            made += 1
            assert ids(place) == [1, 2, 3]
        assert ids(found / "realty.db") == [1, 2, 3]
    assert made


def _everything() -> Any:
    from realty_cli.properties.schemas.filters import PropertySearchRequest

    return PropertySearchRequest(limit=100, facets=False)


def test_185_the_simulation_finds_a_store_that_does_not_sync(strace: str, home: Path, tmp_path: Path) -> None:
    """The disk must be able to break what is not synced, or the tests above say nothing."""
    steps, told = watch(strace, home, tmp_path, deed="write", count=6)
    careless = [step for step in steps if step.call != "sync"]
    harmed = 0
    for found, lines in losses(careless, home, told, 18_500):
        try:
            stored = ids(found / "realty.db")
        except (driver.sqlite.Error, AssertionError):
            harmed += 1
            continue
        harmed += len(stored) < len(lines)
    assert harmed
