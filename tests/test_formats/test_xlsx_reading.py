"""Workbooks as people, portals and other programs save them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from realty_cli.formats.codec import BLOCK_ROWS, Limits
from realty_cli.formats.registry import codec_for


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """A workbook with these sheets, written by a foreign library."""

    def save(*sheets: list[list[Any]], **states: str) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets, 1):
            sheet = book.create_sheet(f"Лист{number}")
            sheet.sheet_state = states.get(sheet.title, "visible")
            for row in rows:
                sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return save


def test_types_are_kept(saved: Any, read: Any) -> None:
    day, moment, clock = dt.date(2024, 5, 9), dt.datetime(2024, 5, 9, 10, 30, 5), dt.time(7, 45)  # noqa: DTZ001
    row = ["Студия", 4_500_000, 28.5, True, False, None, day, moment, clock, "=1+1 as text"]
    found = read(saved([[f"c{n}" for n in range(10)], [*row[:-1], "'text"]]), "xlsx")
    (cells,) = found.rows
    assert cells[:6] == ["Студия", 4_500_000, 28.5, True, False, None]
    assert [type(cell) for cell in cells[:6]] == [str, int, float, bool, bool, type(None)]
    assert cells[6:] == [day, moment, clock, "'text"]


def test_formula_is_not_computed_but_its_saved_value_counts(workbook: Any, cell: Any, read: Any) -> None:
    unsaved = '<row r="3"><c r="A3"><f>HYPERLINK("x")</f></c></row>'
    found = read(workbook(f'<row r="2">{cell("A2", "Дом")}<c r="B2"><f>1+1</f><v>7</v></c></row>{unsaved}'), "xlsx")
    assert found.rows == [["Дом", 7]]


def test_error_values_are_empty(workbook: Any, cell: Any, read: Any) -> None:
    found = read(workbook(f'<row r="2">{cell("A2", "Дом")}<c r="B2" t="e"><v>#REF!</v></c></row>'), "xlsx")
    assert found.rows == [["Дом", None]]


@pytest.mark.parametrize("above", [[], [["Отчёт по объектам"]], [[], ["Отчёт"], ["за май"], []]])
def test_header_is_found_below_titles(saved: Any, read: Any, above: list[list[Any]]) -> None:
    found = read(saved([*above, ["Адрес", "Цена", "Этаж"], ["Ленина", 5, 2], [], ["Мира", 6, 3]]), "xlsx")
    assert found.headers == [("Адрес", "Цена", "Этаж")]
    assert found.rows == [["Ленина", 5, 2], ["Мира", 6, 3]]
    assert found.lines == [len(above) + 2, len(above) + 4]


def test_table_that_begins_in_the_middle_of_the_sheet(read: Any) -> None:
    book = openpyxl.Workbook()
    for place, value in {"C5": "Адрес", "D5": "Цена", "C6": "Ленина", "D6": 5, "C9": "Мира"}.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "xlsx")
    assert (found.headers, found.rows, found.lines) == ([("Адрес", "Цена")], [["Ленина", 5], ["Мира", None]], [6, 9])


def test_cells_beyond_the_header(saved: Any, read: Any) -> None:
    found = read(saved([["a", "b"], [1, 2, None, "x"], [3, 4], [5, 6, "  "]]), "xlsx")
    assert found.rows == [[3, 4], [5, 6]]
    assert [(p.line, p.code, p.params) for p in found.problems] == [
        (2, "row.too_many_cells", {"expected": 2, "found": 4})
    ]


def test_first_visible_sheet_with_rows_or_the_named_one(saved: Any, read: Any, refused: Any) -> None:
    data = saved([], [["x", "y"], [0, 0]], [["a", "b"], [1, 2]], [["c", "d"], [3, 4]], Лист2="hidden")
    assert read(data, "xlsx").rows == [[1, 2]]
    assert read(data, "xlsx", sheet="Лист4").rows == [[3, 4]]
    assert read(data, "xlsx", sheet="Лист2").rows == [[0, 0]]
    with refused("xlsx.no_sheet", sheet="Лист9", known="Лист1, Лист3, Лист4"):
        read(data, "xlsx", sheet="Лист9")


def test_no_rows_at_all(saved: Any, refused: Any, read: Any) -> None:
    with refused("file.empty"):
        read(saved([], []), "xlsx")


def test_header_alone_gives_one_block_without_rows(saved: Any) -> None:
    with codec_for("x.xlsx").read(io.BytesIO(saved([["a", "b"]]))) as table:
        (block,) = table.blocks()
    assert (block.header, block.rows) == (("a", "b"), [])


def test_infinite_number_is_no_value(workbook: Any, cell: Any, read: Any) -> None:
    found = read(workbook(f'<row r="2">{cell("A2", "Дом")}<c r="B2"><v>1e999</v></c></row>'), "xlsx")
    assert found.rows == [["Дом", None]]
    assert read(workbook('<row r="2"><c r="B2"><v>1e300</v></c></row>'), "xlsx").rows == [[None, 1e300]]


def test_cells_and_rows_without_places(workbook: Any, read: Any) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    found = read(workbook(rows), "xlsx")
    assert (found.rows, found.lines) == ([[1, 2], [3, None]], [2, 3])


def test_namespace_prefix(workbook: Any, read: Any) -> None:
    data = workbook(
        '</sheetData><x:sheetData xmlns:x="y"></x:sheetData><sheetData><row r="2"><c r="A2"><v>5</v></c></row>'
    )
    assert read(data, "xlsx").headers == [("title", "price")]


def test_blocks_and_progress(saved: Any) -> None:
    data = saved([["a", "b"], *[[n, str(n)] for n in range(BLOCK_ROWS + 10)]])
    with codec_for("x.xlsx").read(io.BytesIO(data)) as table:
        blocks = []
        seen = []
        for block in table.blocks():
            blocks.append(block)
            seen.append(table.progress())
    assert [len(block.rows) for block in blocks] == [BLOCK_ROWS, 10]
    assert seen[0][0] < seen[1][0] <= len(data)
    assert {total for _, total in seen} == {len(data)}


def test_too_many_rows(saved: Any, read: Any) -> None:
    data = saved([["a", "b"], *[[n, n] for n in range(BLOCK_ROWS + 10)]])
    found = read(data, "xlsx", Limits(rows=BLOCK_ROWS + 5))
    assert len(found.rows) == BLOCK_ROWS
    assert found.failure.fields[0].code == "file.too_many_rows"


def test_long_text_is_a_problem_of_its_row(saved: Any, read: Any) -> None:
    found = read(saved([["a", "b"], [1, "x" * 200], [2, "y"]]), "xlsx", Limits(field_bytes=100))
    assert found.rows == [[2, "y"]]
    assert [(p.line, p.code, p.params["column"]) for p in found.problems] == [(2, "row.field_too_long", "b")]


def test_read_from_a_path(saved: Any, read: Any, tmp_path: Path) -> None:
    path = tmp_path / "квартиры.XLSX"
    path.write_bytes(saved([["a", "b"], [1, 2]]))
    assert read(path).rows == [[1, 2]]
