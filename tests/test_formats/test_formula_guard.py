"""What a spreadsheet may take for a formula, and the way there and back."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.formats.registry import codec_for
from realty_cli.kit.formula_guard import any_suspect, guarded, unguarded

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\tplain",
    "\r=1+1",
    "\rplain",
    "\n=1+1",
    " =1+1",
    "\u00a0\u3000=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    '=ГИПЕРССЫЛКА("http://x";"цена")',
    "+7 916 123-45-67",
    "+7(916)1234567",
    "-1e5",
    "+-1",
    "----",
    "=",
    "@",
    "+",
    "'=1+1",
    "''' =1",
]
HARMLESS = [
    "",
    "Квартира = мечта",
    "1-к квартира",
    "'quoted'",
    "'",
    "-5",
    "-4,5",
    "+4.50",
    "+79161234567",
    "-",
    "--",
    "---",
    "—",
    "79161234567",
    " обычный текст",
    "'-5",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_texts_get_an_apostrophe(text: str) -> None:
    assert any_suspect([text])
    assert guarded(text) == "'" + text
    assert unguarded("'" + text) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_texts_stay(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


AWKWARD = st.text(alphabet="'=+-@\t\r\n ＝＋－＠1.,a\u00a0", max_size=8) | st.text()


@given(AWKWARD)
def test_reading_gives_back_what_writing_was_given(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(AWKWARD)
def test_nothing_dangerous_is_left_unguarded(text: str) -> None:
    shown = guarded(text)
    stripped = shown.lstrip()
    if stripped[:1] in set("=+-@＝＋－＠") and stripped:
        assert stripped.lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit() or set(shown) == {"-"}
    assert shown[:1] not in ("\t", "\r", "\n")


@given(st.lists(AWKWARD))
def test_the_quick_look_misses_none(texts: list[str]) -> None:
    assert any_suspect(texts) or all(guarded(text) == text for text in texts)


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_cells_of_a_file(name: str, read: Any) -> None:
    rows = [[text, -5, -4.5, "x"] for text in DANGEROUS + HARMLESS]
    out = io.BytesIO()
    codec_for("x", name).write(out, ["=title", "n", "f", "t"], rows)
    plain = list(csv.reader(io.StringIO(out.getvalue().decode(), newline=""), delimiter="\t" if name == "tsv" else ","))
    assert plain[0][0] == "'=title"
    assert [cells[0] for cells in plain[1:]] == ["'" + text for text in DANGEROUS] + HARMLESS
    assert {tuple(cells[1:]) for cells in plain[1:]} == {("-5", "-4.5", "x")}
    found = read(out.getvalue(), name)
    assert found.headers == [("=title", "n", "f", "t")]
    assert [cells[0] for cells in found.rows] == DANGEROUS + HARMLESS


def test_guard_of_another_program_comes_off_too(read: Any) -> None:
    assert read("a,b\n'=1+1,'plain'\n", "csv").rows == [["=1+1", "'plain'"]]


def test_texts_of_a_workbook_are_texts(read: Any) -> None:
    rows = [[text, -5] for text in DANGEROUS + HARMLESS[1:]]
    rows += [
        ["http://example.org", 1],
        ["mailto:x@example.org", 1],
        ["007", 1],
        ["<r>x</r>", 1],
        ["<r></is></c>&</r>", 1],
    ]
    out = io.BytesIO()
    codec_for("x.xlsx").write(out, ["title", "n"], rows)
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert sheet is not None
    for cells, row in zip(sheet.iter_rows(min_row=2), rows, strict=True):
        assert cells[0].data_type in ("s", "inlineStr")
        assert cells[0].hyperlink is None
        assert (cells[1].data_type, cells[1].value) == ("n", row[1])
    assert read(out.getvalue(), "xlsx").rows == rows
