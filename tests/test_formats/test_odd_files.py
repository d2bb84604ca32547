"""What is no file to import: named in one line, at once, without hanging."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from realty_cli.errors import Unavailable
from realty_cli.formats.codec import Limits
from realty_cli.formats.registry import CODECS, codec_for

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")
every_codec = pytest.mark.parametrize("name", list(CODECS))


@contextmanager
def without_privileges() -> Iterator[None]:
    """Rights bind everybody but root: become nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@every_codec
def test_missing(tmp_path: Path, refused: Any, name: str) -> None:
    with refused("file.missing", path=str(tmp_path / "нет.csv")):
        codec_for("x", name).read(tmp_path / "нет.csv")


@every_codec
def test_directory(tmp_path: Path, refused: Any, name: str) -> None:
    with refused("file.directory", path=str(tmp_path)):
        codec_for("x", name).read(tmp_path)


@posix
@every_codec
def test_pipe_with_a_name_is_not_waited_for(tmp_path: Path, refused: Any, name: str) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with refused("file.not_regular", kind="pipe"):
        codec_for("x", name).read(tmp_path / "pipe.csv")


@posix
@every_codec
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
def test_device(refused: Any, name: str, device: str) -> None:
    with refused("file.not_regular", kind="device"):
        codec_for("x", name).read(Path(device))


@posix
def test_link_to_a_device(tmp_path: Path, refused: Any) -> None:
    (tmp_path / "flats.csv").symlink_to("/dev/zero")
    with refused("file.not_regular"):
        codec_for("x.csv").read(tmp_path / "flats.csv")


@posix
def test_socket(tmp_path: Path, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("flats.csv")
        with refused("file.not_regular", kind="socket"):
            codec_for("x.csv").read(Path("flats.csv"))


def test_link_to_nowhere_and_link_to_itself(tmp_path: Path, refused: Any) -> None:
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "gone.csv")
    with refused("file.missing"):
        codec_for("x.csv").read(tmp_path / "nowhere.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(Unavailable) as caught:
        codec_for("x.csv").read(tmp_path / "loop.csv")
    assert caught.value.code == "file.unreadable"


def test_file_in_place_of_a_folder(tmp_path: Path, refused: Any) -> None:
    (tmp_path / "file").write_text("x")
    with refused("file.missing"):
        codec_for("x.csv").read(tmp_path / "file" / "flats.csv")


def test_nul_in_the_name(refused: Any) -> None:
    with refused("file.missing"):
        codec_for("x.csv").read(Path("a\0b.csv"))


@posix
@every_codec
def test_no_rights(tmp_path: Path, name: str) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    path.chmod(0)
    with without_privileges(), pytest.raises(Unavailable) as caught:
        codec_for("x", name).read(path)
    assert caught.value.code == "file.denied"


@every_codec
def test_ten_gigabytes_of_holes(tmp_path: Path, refused: Any, name: str) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    with refused("file.too_large", limit="4 GiB"):
        codec_for("x", name).read(path)


def test_holes_below_the_limit_are_no_text(tmp_path: Path, refused: Any) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with refused("file.not_text"):
        codec_for("x.csv").read(path)


def test_text_and_then_holes_stops_at_the_row_limit(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "text_then_holes.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"1,2\n" * 100_000)
        file.truncate(2 << 30)
    found = read(path)
    assert len(found.rows) >= 90_000
    assert found.failure.fields[0].code == "file.row_too_long"


@every_codec
def test_stream_beyond_the_size_limit(refused: Any, name: str) -> None:
    text = b" " if name == "json" else b'{"a":1}\n'

    class Endless:
        """A pipe that never ends."""

        def read(self, size: int) -> bytes:
            return (text * size)[:size]

        def seekable(self) -> bool:
            return False

    with refused("file.too_large", limit="1 MiB"):
        with codec_for("x", name).read(Endless(), Limits(file_bytes=1 << 20)) as table:  # type: ignore[arg-type]
            for _ in table.blocks():
                pass


@posix
def test_pipe_without_a_name_is_read(read: Any) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out:
        out.write("Адрес;Цена\nЛенина;5\n".encode("cp1251"))
    with os.fdopen(reading, "rb") as stream:
        found = read(stream, "csv")
        assert not stream.closed
    assert (found.encoding, found.rows) == ("cp1251", [["Ленина", "5"]])


@posix
def test_workbook_through_a_pipe(workbook: Any, cell: Any, tmp_path: Path, read: Any) -> None:
    (tmp_path / "x.xlsx").write_bytes(workbook(f'<row r="2">{cell("A2", "Дом")}</row>'))
    with os.popen(f"cat {tmp_path / 'x.xlsx'}") as process:
        found = read(process.buffer, "xlsx")  # type: ignore[attr-defined]
    assert found.rows == [["Дом", None]]


def test_name_that_is_no_utf8_is_shown_as_escapes(tmp_path: Path, refused: Any) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xea\xe2.csv"))
    with refused("file.missing", path=f"{tmp_path}/\\xea\\xe2.csv"):
        codec_for(path).read(path)
