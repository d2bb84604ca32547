"""A file that is written appears whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from realty_cli.errors import Conflict, Unavailable
from realty_cli.formats import atomic
from realty_cli.formats.atomic import replacing
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A path to write to; afterwards nothing else may lie beside it."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "квартиры.csv"
    yield path
    assert [name for name in folder.iterdir() if name != path] == []


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_mode_is_private_whatever_the_umask(target: Path, mask: int) -> None:
    with umask(mask), replacing(target) as file:
        file.write(b"data")
    assert target.read_bytes() == b"data"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_mode_can_be_asked_for(target: Path) -> None:
    with umask(0o077), replacing(target, mode=0o644) as file:
        file.write(b"data")
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_nothing_is_seen_before_the_end(target: Path) -> None:
    with replacing(target) as file:
        file.write(b"half")
        file.flush()
        assert not target.exists()
        (temporary,) = target.parent.iterdir()
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
    assert target.read_bytes() == b"half"


def test_temporary_names_are_not_to_be_guessed(target: Path) -> None:
    names = set()
    for _ in range(5):
        with replacing(target, force=True):
            names.update(path.name for path in target.parent.iterdir() if path != target)
    assert len(names) == 5
    assert min(map(len, names)) > 40


def test_existing_file_needs_force(target: Path) -> None:
    target.write_bytes(b"old")
    with pytest.raises(Conflict) as caught, replacing(target):
        pytest.fail("work began before the conflict was seen")
    assert (caught.value.code, caught.value.params) == ("file.exists", {"path": str(target)})
    assert target.read_bytes() == b"old"
    with replacing(target, force=True) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


def test_file_that_comes_while_we_write_is_not_replaced(target: Path) -> None:
    with pytest.raises(Conflict), replacing(target) as file:
        file.write(b"ours")
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"


def test_file_that_comes_at_the_last_moment_is_not_replaced(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def late(source: Any, name: Any, **kwargs: Any) -> None:
        target.write_bytes(b"theirs")
        real(source, name, **kwargs)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(Conflict), replacing(target) as file:
        file.write(b"ours")
    assert target.read_bytes() == b"theirs"


def test_without_hard_links(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unsupported)
    with replacing(target) as file:
        file.write(b"data")
    assert target.read_bytes() == b"data"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("force", [False, True])
def test_link_is_replaced_and_what_it_points_at_untouched(target: Path, tmp_path: Path, force: bool) -> None:
    precious = tmp_path / ".bashrc"
    precious.write_bytes(b"precious")
    target.symlink_to(precious)
    if force:
        with replacing(target, force=True) as file:
            file.write(b"new")
        assert not target.is_symlink()
        assert target.read_bytes() == b"new"
    else:
        with pytest.raises(Conflict), replacing(target):
            pytest.fail("work began")
        assert target.is_symlink()
    assert precious.read_bytes() == b"precious"


def test_dangling_link_counts_as_existing(target: Path, tmp_path: Path) -> None:
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict), replacing(target):
        pytest.fail("work began")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
@pytest.mark.parametrize("existing", [False, True])
def test_any_exception_leaves_all_as_it_was(target: Path, error: type[BaseException], existing: bool) -> None:
    if existing:
        target.write_bytes(b"old")
    with pytest.raises(error), replacing(target, force=True) as file:
        file.write(b"half")
        raise error
    assert target.exists() == existing
    if existing:
        assert target.read_bytes() == b"old"


def test_failing_rows_leave_no_file(target: Path) -> None:
    def rows() -> Iterator[list[int]]:
        yield from ([n] for n in range(2_000))
        raise RuntimeError("the store went away")

    for name in ("csv", "json", "jsonl", "xlsx"):
        with pytest.raises(RuntimeError, match="the store went away"):
            codec_for("x", name).write(target, ["a"], rows())
        assert not target.exists()


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Files may grow to `size` bytes only: the nearest thing to a full disk that needs no rights."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "jsonl", "xlsx"])
def test_full_disk(target: Path, name: str) -> None:
    target.write_bytes(b"old")
    rows = ([n, "описание " * 30] for n in range(3_000))
    with full_disk(100_000), pytest.raises(Unavailable) as caught:
        codec_for("x", name).write(target, ["a", "b"], rows, options=WriteOptions(force=True))
    assert (caught.value.code, caught.value.params) == ("disk.full", {"path": str(target)})
    assert target.read_bytes() == b"old"


def test_full_disk_seen_only_at_the_end(target: Path) -> None:
    with full_disk(10), pytest.raises(Unavailable) as caught, replacing(target) as file:
        file.write(b"x" * 100)
    assert caught.value.code == "disk.full"


def test_full_device_as_a_stream_is_the_callers_error() -> None:
    with open("/dev/full", "wb", buffering=0) as out, pytest.raises(OSError, match="No space"):
        codec_for("x.csv").write(out, ["a"], [["x"]])


def test_error_of_the_block_itself_is_not_renamed(target: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(target):
        Path("/no/such/photo.jpg").read_bytes()
    with pytest.raises(BrokenPipeError), replacing(target):
        raise BrokenPipeError


def test_targets_that_are_no_files(tmp_path: Path, refused: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    for force in (False, True):
        with refused("file.directory"), replacing(tmp_path, force=force):
            pytest.fail("work began")
        with refused("file.not_regular", kind="device"), replacing(Path("/dev/null"), force=force):
            pytest.fail("work began")
        with refused("file.not_regular", kind="pipe"), replacing(tmp_path / "pipe", force=force):
            pytest.fail("work began")
        with refused("file.bad_name"), replacing(Path("a\0b"), force=force):
            pytest.fail("work began")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_missing_folder(tmp_path: Path, refused: Any) -> None:
    with refused("file.no_folder", folder=str(tmp_path / "gone")), replacing(tmp_path / "gone" / "x.csv"):
        pytest.fail("work began")


def test_folder_without_rights(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        with pytest.raises(Unavailable) as caught, replacing(folder / "x.csv"):
            pytest.fail("work began")
    finally:
        if was_root:
            os.seteuid(0)
    assert caught.value.code == "file.denied"


def test_contents_reach_the_disk_before_the_name_does(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    sync, link = os.fsync, os.link

    def seen_sync(handle: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def seen_link(*args: Any, **kwargs: Any) -> None:
        calls.append("name")
        link(*args, **kwargs)

    monkeypatch.setattr(atomic.os, "fsync", seen_sync)
    monkeypatch.setattr(atomic.os, "link", seen_link)
    with replacing(target) as file:
        file.write(b"data")
    assert calls == ["file", "name", "folder"]
