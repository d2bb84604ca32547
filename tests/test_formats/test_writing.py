"""What each format writes: values, options, limits, and how little memory it takes."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import sys
import tracemalloc
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realty_cli.errors import Invalid
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import CODECS, codec_for

HEADER = ["id", "Название", "price"]
ROWS = [[1, "Студия", 4.5], [2, "Дом, сад", None], [3, 'с "видом"', True]]
VALUES = {
    "none": (None, "", None),
    "true": (True, "true", True),
    "integer": (-5, "-5", -5),
    "float": (45.5, "45.5", 45.5),
    "nan": (float("nan"), "", None),
    "infinity": (float("inf"), "", None),
    "whole decimal": (Decimal("4500000"), "4500000", 4_500_000),
    "decimal": (Decimal("45.50"), "45.50", 45.5),
    "decimal in exponent form": (Decimal("4.5E+6"), "4500000", 4_500_000),
    "decimal that no float holds": (Decimal("0.1234567890123456789"), "0.1234567890123456789", "0.1234567890123456789"),
    "decimal nan": (Decimal("NaN"), "", None),
    "date": (dt.date(2024, 5, 9), "2024-05-09", "2024-05-09"),
    "time": (dt.time(7, 45), "07:45:00", "07:45:00"),
    "moment": (
        dt.datetime(2024, 5, 9, 10, 30, tzinfo=dt.UTC),
        "2024-05-09T10:30:00+00:00",
        "2024-05-09T10:30:00+00:00",
    ),
    "list": (["балкон", 2], '["балкон",2]', ["балкон", 2]),
    "dict": ({"вид": "двор", "d": Decimal("1.5")}, '{"вид":"двор","d":1.5}', {"вид": "двор", "d": 1.5}),
    "uuid": (uuid.UUID(int=5), str(uuid.UUID(int=5)), str(uuid.UUID(int=5))),
    "lone surrogate": ("a\udce2b", "a\\udce2b", "a\\udce2b"),
}


def written(name: str, header: list[str], rows: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    CODECS[name].write(out, header, rows, options=WriteOptions(**options))
    return out.getvalue()


@pytest.mark.parametrize("kind", VALUES)
def test_values(kind: str, read: Any) -> None:
    value, text, native = VALUES[kind]
    rows = [["x", value]]
    assert read(written("csv", ["a", "b"], rows), "csv").rows == [["x", text]]
    assert json.loads(written("json", ["a", "b"], rows)) == [{"a": "x", "b": native}]
    assert json.loads(written("jsonl", ["a", "b"], rows)) == {"a": "x", "b": native}
    sheet = {"lone surrogate": "a\ufffdb", "list": text, "dict": text}.get(kind, native)
    assert read(written("xlsx", ["a", "b"], rows), "xlsx").rows == [["x", sheet]]


@pytest.mark.parametrize("name", list(CODECS))
def test_a_value_that_no_file_holds(name: str) -> None:
    with pytest.raises(TypeError, match=r"no file format holds|not JSON serializable"):
        written(name, ["a"], [[object()]])


@pytest.mark.parametrize("name", list(CODECS))
def test_a_row_that_does_not_fit_its_header(name: str) -> None:
    for rows in ([[1]], [[1, 2, 3]], [[1, 2], [1]], [[1, 2], [1, 2, 3]]):
        with pytest.raises(ValueError, match=r"cells|argument|longer|shorter"):
            written(name, ["a", "b"], rows)


def test_plain_csv() -> None:
    assert written("csv", HEADER, ROWS).decode() == (
        'id,Название,price\n1,Студия,4.5\n2,"Дом, сад",\n3,"с ""видом""",true\n'
    )


def test_csv_for_excel(read: Any) -> None:
    rows = [*ROWS, [4, "=1+1", Decimal("-1.50")], [5, "1.5", -7]]
    data = written("csv", HEADER, rows, excel=True)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == (
        'id;Название;price\r\n1;Студия;4,5\r\n2;Дом, сад;\r\n3;"с ""видом""";true\r\n4;\'=1+1;-1,50\r\n5;1.5;-7\r\n'
    )
    assert read(data, "csv").rows[3] == ["4", "=1+1", "-1,50"]


def test_csv_options() -> None:
    assert written("csv", ["a", "b"], [["x|y", 1.5]], delimiter="|", line_ending="\r\n", bom=True) == (
        b'\xef\xbb\xbfa|b\r\n"x|y"|1.5\r\n'
    )
    assert written("tsv", ["a", "b"], [["x\ty", 1]]) == b'a\tb\n"x\ty"\t1\n'


def test_carriage_return_in_a_cell_is_quoted(read: Any) -> None:
    rows = [["a\rb", "1"], ["\r", "2"], ["plain", "3"], ["a\r\nb", "4"]]
    assert read(written("csv", ["a", "b"], rows), "csv").rows == rows


@pytest.mark.parametrize("name", list(CODECS))
def test_no_rows(name: str, read: Any) -> None:
    assert CODECS[name].write(io.BytesIO(), HEADER, []) == 0
    assert read(written(name, HEADER, []), name).rows == []


def test_json_is_one_list_of_lines() -> None:
    assert written("json", HEADER, ROWS[:2]).decode() == (
        '[\n{"id":1,"Название":"Студия","price":4.5},\n{"id":2,"Название":"Дом, сад","price":null}\n]\n'
    )
    with pytest.raises(ValueError, match="one name"):
        written("json", ["a", "a"], [[1, 2]])


@pytest.mark.parametrize("name", list(CODECS))
@pytest.mark.parametrize("count", [1, 499, 500, 501, 1_203])
def test_count_is_returned_and_batches_leave_no_seam(name: str, count: int, read: Any) -> None:
    out = io.BytesIO()
    assert CODECS[name].write(out, ["a", "b"], ([n, f"т{n}"] for n in range(count))) == count
    found = read(out.getvalue(), name)
    assert [(str(a), b) for a, b in found.rows] == [(str(n), f"т{n}") for n in range(count)]


def test_sheet_has_room_for_so_many_characters(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    assert codec_for(path).write(path, ["title"], [["я" * 32_767], ["😀" * 16_383]]) == 2
    for text in ("я" * 32_768, "😀" * 16_384):
        target = tmp_path / "longer.xlsx"
        with pytest.raises(Invalid) as caught:
            codec_for(target).write(target, ["title"], [["x"], [text]])
        (problem,) = caught.value.fields
        assert problem.code == "xlsx.no_room_text"
        assert (problem.params["row"], problem.params["column"], problem.params["limit"]) == (2, "title", 32_767)
    assert sorted(tmp_path.iterdir()) == [path]


def test_sheet_has_room_for_so_many_columns() -> None:
    with pytest.raises(Invalid) as caught:
        written("xlsx", [f"c{n}" for n in range(16_385)], [])
    assert caught.value.fields[0].code == "xlsx.no_room_columns"


def test_sheet_has_room_for_so_many_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from realty_cli.formats import xlsx_writing

    assert xlsx_writing.MAX_ROWS == 1_048_576
    monkeypatch.setattr(xlsx_writing, "MAX_ROWS", 100)
    assert CODECS["xlsx"].write(io.BytesIO(), ["a"], ([n] for n in range(99))) == 99
    out = io.BytesIO()
    with pytest.raises(Invalid) as caught:
        CODECS["xlsx"].write(out, ["a"], ([n] for n in range(100)))
    assert caught.value.fields[0].code == "xlsx.no_room_rows"
    assert caught.value.fields[0].params["limit"] == 100
    assert out.getvalue() == b""


def test_numbers_that_a_sheet_would_round_are_texts(read: Any) -> None:
    rows = [[10**15 - 1, "a"], [10**15, "b"], [-(10**20), "c"], [10**400, "d"], [Decimal("1234567890123456"), "e"]]
    found = read(written("xlsx", ["n", "t"], rows), "xlsx")
    assert [cells[0] for cells in found.rows] == [
        10**15 - 1,
        str(10**15),
        str(-(10**20)),
        str(10**400),
        "1234567890123456",
    ]
    assert read(written("csv", ["n", "t"], rows), "csv").rows[3][0] == str(10**400)


@pytest.mark.parametrize("name", list(CODECS))
def test_stream_that_takes_no_more(name: str) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        CODECS[name].write(Full(), ["a"], [[1]])
    assert caught.value.errno == errno.ENOSPC


def test_temporary_files_of_a_failed_workbook_are_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Iterator[list[int]]:
        yield [1]
        raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        CODECS["xlsx"].write(io.BytesIO(), ["a"], failing())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "jsonl"])
def test_what_is_written_is_not_gathered(name: str, tmp_path: Path) -> None:
    def rows(count: int) -> Iterator[list[object]]:
        return ([n, "описание " * 20, 4.5] for n in range(count))

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.{name}"
        tracemalloc.start()
        try:
            codec_for(path).write(path, HEADER, rows(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(40_000) < peak(5_000) + 3_000_000


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "jsonl"])
def test_what_is_read_is_not_gathered(name: str, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.{name}"
        codec_for(path).write(path, HEADER, ([n, "описание " * 20, 4.5] for n in range(count)))
        tracemalloc.start()
        try:
            with codec_for(path).read(path) as table:
                assert sum(len(block.rows) for block in table.blocks()) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Gathered, the rows would take some 30 MB more.
    assert peak(60_000) < peak(10_000) + 5_000_000


def test_every_codec_closes_what_it_opened(tmp_path: Path) -> None:
    import gc
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in CODECS:
            path = tmp_path / f"x.{name}"
            codec_for(path).write(path, HEADER, ROWS)
            with codec_for(path).read(path) as table:
                next(iter(table.blocks()))
            gc.collect()


def test_importing_the_registry_loads_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys, realty_cli.formats.registry; print(sorted({'xlsxwriter', 'python_calamine'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
