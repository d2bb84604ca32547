"""What is written is read back the same, whatever it is."""

from __future__ import annotations

import io
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import CODECS
from realty_cli.formats.values import cell_text

ENCODABLE = st.characters(exclude_categories=["Cs"])
TEXTS = (
    st.text(ENCODABLE)
    | st.text(alphabet="'=+-@\t\r\n \",;|^＝＋－＠a1<>&_x0", max_size=8)
    | st.sampled_from(["", " ", "'", '"', '""', "\r", "\n", "\r\n", "sep=;", "\ufeff", "_x000D_", "<r>x</r>", "null"])
)
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
CELLS = TEXTS | NUMBERS | st.none()
NAMES = (
    st.text(st.sampled_from("abcйЦ09_ ,'=\""), min_size=1, max_size=6)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


def tables(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[list[str], list[list[Any]]]]:
    headers = st.lists(NAMES, min_size=2, max_size=4, unique=True)
    return headers.flatmap(
        lambda header: st.tuples(
            st.just(header), st.lists(st.lists(cells, min_size=len(header), max_size=len(header)), max_size=8)
        )
    )


def there_and_back(read: Any, name: str, header: list[str], rows: list[list[Any]], **options: Any) -> Any:
    out = io.BytesIO()
    assert CODECS[name].write(out, header, rows, options=WriteOptions(**options)) == len(rows)
    found = read(out.getvalue(), name)
    assert found.failure is None
    assert not found.problems
    assert found.headers in ([tuple(header)], []) or not rows
    return found


def says_something(cells: list[Any]) -> bool:
    return any(cell_text(cell).strip() for cell in cells)


@settings(deadline=None)
@given(table=tables(CELLS), excel=st.booleans(), ending=st.sampled_from(["\n", "\r\n"]))
def test_csv(read: Any, table: tuple[list[str], list[list[Any]]], excel: bool, ending: str) -> None:
    header, rows = table
    rows = [["" if isinstance(v, str) and "\0" in v else v for v in cells] for cells in rows]
    rows = [cells for cells in rows if says_something(cells)]
    found = there_and_back(read, "csv", header, rows, excel=excel, line_ending=ending)
    assert found.rows == [
        [cell_text(v).replace(".", ",") if excel and isinstance(v, float) else cell_text(v) for v in cells]
        for cells in rows
    ]


@settings(deadline=None)
@given(table=tables(CELLS))
def test_tsv(read: Any, table: tuple[list[str], list[list[Any]]]) -> None:
    header, rows = table
    rows = [["" if isinstance(v, str) and "\0" in v else v for v in cells] for cells in rows]
    rows = [cells for cells in rows if says_something(cells)]
    assert there_and_back(read, "tsv", header, rows).rows == [[cell_text(v) for v in cells] for cells in rows]


NESTED = st.recursive(
    CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(ENCODABLE), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(table=tables(NESTED))
def test_json_and_json_lines(read: Any, table: tuple[list[str], list[list[Any]]]) -> None:
    header, rows = table
    for name in ("json", "jsonl"):
        found = there_and_back(read, name, header, rows)
        assert found.rows == rows
        assert [[type(v) for v in cells] for cells in found.rows] == [[type(v) for v in cells] for cells in rows]


def sheet_value(value: Any) -> Any:
    """What a sheet keeps: 15 digits of a number, no difference between no text and nothing, no U+FFFE."""
    if isinstance(value, str):
        return value.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") or None
    return value


@settings(deadline=None, max_examples=60)
@given(table=tables(CELLS))
def test_xlsx(read: Any, table: tuple[list[str], list[list[Any]]]) -> None:
    header, rows = table
    rows = [cells for cells in rows if says_something(cells)]
    found = there_and_back(read, "xlsx", header, rows)
    assert len(found.rows) == len(rows)
    for got, wanted in zip(found.rows, rows, strict=True):
        for cell, value in zip(got, wanted, strict=True):
            if isinstance(value, float) and abs(value) > 9.99999999999999e307:
                assert cell == repr(value)
            elif isinstance(value, float):
                assert math.isclose(cell, value, rel_tol=1e-14, abs_tol=1e-300)
            else:
                assert cell == sheet_value(value)
                assert isinstance(cell, bool) == isinstance(value, bool)
