"""A damaged store (items 189 and 190) is named, never overwritten or replaced by an empty one; the advice mends it."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from realty_cli.store import driver, wal
from tests.test_acceptance.faults import Forge, QuickCommand, digest, ids, times

READS = (("properties", "list"), ("properties", "show", "1"), ("properties", "export"), ("search", "flat"), ("log",))
WRITES = (
    ("properties", "add", "--title", "Flat", "--type", "apartment", "--deal", "sale", "--status", "draft"),
    ("properties", "edit", "1", "--city", "Казань"),
    ("properties", "delete", "2", "--yes"),
    ("undo",),
)


@pytest.fixture
def filled(forge: Forge, home: Path) -> Path:
    """A home with 40 listings, its store, and a backup in the folder of backups."""
    assert forge.run("write", home, count=40) == 0
    assert forge.run("back_up", home, to=home / "backups" / "good.db") == 0
    return home


def _page_of(store: Path, name: str) -> int:
    """The number of the root page of a table or an index."""
    connection = driver.sqlite.connect(str(store))
    try:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        return int(found[0])
    finally:
        connection.close()


def _zeros(page: int) -> Callable[[bytes], bytes]:
    at = (page - 1) * 4096
    return lambda data: data[:at] + bytes(4096) + data[at + 4096 :]


def _jpeg(_: bytes) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(written, "JPEG")
    return written.getvalue()


def _other_sqlite(data: bytes) -> bytes:
    return data[:68] + b"\0\0\0\0" + data[72:]


_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda data: data[: len(data) // 2],
    "half a page": lambda data: data[: 5 * 4096 + 100],
    "nothing": lambda data: b"",
    "less than a header": lambda data: data[:50],
    "zeros": lambda data: bytes(len(data)),
    "text": lambda data: b"id,title\n1,Flat\n" * 2_000,
    "jpeg": _jpeg,
    "magic": lambda data: b"SQLite format 4\0" + data[16:],
    "page size": lambda data: data[:16] + b"\x20\x00" + data[18:],
    "other application": _other_sqlite,
    "schema page": _zeros(2),
    "first page": lambda data: data[:100] + bytes(3996) + data[4096:],
}


@pytest.mark.parametrize("damage", _DAMAGES)
def test_189_what_is_no_store_is_refused_untouched(
    quick_command: QuickCommand, filled: Path, tmp_path: Path, damage: str
) -> None:
    store = filled / "realty.db"
    store.write_bytes(_DAMAGES[damage](store.read_bytes()))
    before = digest(store)
    for arguments in (*READS, *WRITES, ("db", "info"), ("db", "backup"), ("doctor",)):
        ran = quick_command(*arguments, code=9)
        told = ran.out + ran.err
        assert "realty db restore" in told, (arguments, told)
        assert digest(store) == before, arguments
    quick_command("init", "--yes", code=5)
    assert digest(store) == before


@pytest.mark.parametrize("name", ["properties", "ix_properties_created", "changes", "property_search_data"])
def test_189_damage_inside_is_found_by_a_check(quick_command: QuickCommand, filled: Path, name: str) -> None:
    """A page of a table, an index, the index of words: whoever meets it says so; a check finds it whoever does."""
    store = filled / "realty.db"
    store.write_bytes(_zeros(_page_of(store, name))(store.read_bytes()))
    before = digest(store)
    for arguments in (("db", "check"), ("doctor",)):
        ran = quick_command(*arguments, code=9)
        assert "realty db restore" in ran.out + ran.err
    quick_command("db", "backup", code=9)
    assert digest(store) == before
    assert [path.name for path in (filled / "backups").iterdir()] == ["good.db"]
    for arguments in (*READS, *WRITES):
        assert quick_command(*arguments, code=None).code in (0, 4, 9), arguments


def test_189_no_bit_of_the_header_makes_a_traceback_or_a_new_store(quick_command: QuickCommand, filled: Path) -> None:
    store = filled / "realty.db"
    whole = store.read_bytes()
    chance = random.Random(189)
    bits = range(800) if times(0, 1) else sorted(chance.sample(range(800), 24))
    for bit in bits:
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        _put(store, bytes(data))
        listed = quick_command("properties", "list", "--json", code=None)
        if listed.code == 0:
            assert listed.json()["total"] == 40, bit
        else:
            assert listed.code == 9, bit
            assert len(listed.err.splitlines()) == 1
        assert store.read_bytes() == bytes(data), bit
        assert quick_command(*chance.choice((("db", "check"), WRITES[0])), code=None).code in (0, 9), bit


def test_189_no_flipped_byte_makes_a_traceback(quick_command: QuickCommand, filled: Path) -> None:
    """Anywhere in the file. A text may change unseen (a name: 3), or be taken for our mistake (1); a check ends."""
    store = filled / "realty.db"
    whole = store.read_bytes()
    chance = random.Random(1890)
    for _ in range(times(25)):
        data = bytearray(whole)
        for at in chance.sample(range(100, len(whole)), 40):
            data[at] ^= chance.randrange(1, 256)
        _put(store, bytes(data))
        for arguments in (chance.choice(READS), ("db", "check"), chance.choice(WRITES)):
            ran = quick_command(*arguments, code=None)
            assert ran.code in ((0, 9) if "check" in arguments else (0, 1, 3, 4, 5, 9)), (arguments, ran.err)


def _put(store: Path, data: bytes) -> None:
    for end in ("-wal", "-shm"):
        store.with_name(store.name + end).unlink(missing_ok=True)
    store.write_bytes(data)


# Side files -----------------------------------------------------------------------------------------------------------


def test_189_the_wal_of_a_killed_writer_is_taken_in(forge: Forge, quick_command: QuickCommand, filled: Path) -> None:
    assert forge.run("leave_in_wal", filled, count=20) == -9
    assert quick_command("properties", "list", "--json").json()["total"] == 60
    quick_command("db", "check")


def test_189_a_missing_wal_leaves_the_store_of_its_last_checkpoint(
    forge: Forge, quick_command: QuickCommand, filled: Path
) -> None:
    """The commits in the lost file are lost, and nothing tells; the rest is whole."""
    assert forge.run("leave_in_wal", filled, count=20) == -9
    (filled / "realty.db-wal").unlink()
    assert quick_command("properties", "list", "--json").json()["total"] == 40
    quick_command("db", "check")
    quick_command(*WRITES[0])


@pytest.mark.parametrize("with_shm", [False, True])
def test_189_the_wal_of_another_store_is_refused(
    forge: Forge, quick_command: QuickCommand, filled: Path, tmp_path: Path, with_shm: bool
) -> None:
    """As when somebody copies realty.db over an old one and leaves the old one's side files there."""
    other = tmp_path / "other"
    assert forge.run("create", other) == 0
    assert forge.run("write", other, count=3) == 0
    assert forge.run("leave_in_wal", other, count=20) == -9
    store = filled / "realty.db"
    shutil.copy(other / "realty.db-wal", filled / "realty.db-wal")
    if with_shm:
        shutil.copy(other / "realty.db-shm", filled / "realty.db-shm")
    before = digest(store)
    for arguments in (("properties", "list"), WRITES[0], ("db", "check"), ("doctor",)):
        ran = quick_command(*arguments, code=9)
        assert "realty db restore" in ran.out + ran.err
        assert digest(store) == before, arguments
    assert (filled / "realty.db-wal").exists()
    quick_command("db", "restore", filled / "backups" / "good.db", "--yes")
    assert len(ids(store)) == 40


def test_189_a_wal_too_long_to_look_through_is_not_called_strange(
    forge: Forge, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first commits may be from before the store grew, which the header tells as soon as it is checkpointed."""
    other = tmp_path / "other"
    assert forge.run("create", other) == 0
    assert forge.run("write", other, count=3) == 0
    assert forge.run("leave_in_wal", other, count=20) == -9
    shutil.copy(other / "realty.db-wal", filled / "realty.db-wal")
    assert not wal.belongs(filled / "realty.db")
    monkeypatch.setattr(wal, "_MOST_FRAMES", 2)
    assert wal.belongs(filled / "realty.db")


@pytest.mark.parametrize("content", [b"", b"\0" * 5_000, b"not a log" * 700], ids=["empty", "zeros", "text"])
def test_189_a_wal_of_nonsense_does_no_harm(quick_command: QuickCommand, filled: Path, content: bytes) -> None:
    (filled / "realty.db-wal").write_bytes(content)
    assert quick_command("properties", "list", "--json").json()["total"] == 40
    quick_command("db", "check")


# 190 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["half", "nothing", "jpeg", "first page", "inside", "gone"])
def test_190_following_the_advice_brings_the_last_good_backup(
    quick_command: QuickCommand, filled: Path, damage: str
) -> None:
    store = filled / "realty.db"
    quick_command(*WRITES[0])
    if damage == "inside":
        bad = _zeros(_page_of(store, "properties"))(store.read_bytes())
    else:
        bad = _DAMAGES.get(damage, bytes)(store.read_bytes())
    store.write_bytes(bad)
    if damage == "gone":
        store.unlink()
    advice = quick_command("doctor", "--json", code=None).json()
    assert "db restore" in str(advice) or damage == "gone"
    restored = quick_command("db", "restore", filled / "backups" / "good.db", "--yes", "--json")
    assert len(ids(store)) == 40
    quick_command("db", "check")
    quick_command("doctor")
    quick_command(*WRITES[0])
    kept = restored.json()["kept"]
    assert (kept is None) == (damage == "gone")
    if kept is not None:  # the broken one is kept to the byte: somebody may still get something out of it
        assert Path(kept).read_bytes() == bad
