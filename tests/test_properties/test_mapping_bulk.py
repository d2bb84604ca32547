"""Columns that are read as a whole say what their cells say one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties.checking import Checks
from realty_cli.properties.mapping import plan
from realty_cli.properties.reading import bulk
from realty_cli.properties.reading.cells import Column
from realty_cli.properties.reading.drafts import READERS
from realty_cli.properties.reading.headers import Unit

NOW = datetime(2026, 1, 15, tzinfo=UTC)
PLAIN = ["55.75", "49.1", "5", "5000000", "180", "Квартира у метро", "Сдам дом, 45.5 м²", "A-17", "B00012"]
ODD = [
    "", " ", "0", "0.0", "00", "-1", "-1.0", "1.0", ".5", "5.", ".", "1.2.3", "181", "-55.5", "1e5", "٤٥", "²", "нет",
    "Нет данных", " x", "x ", "a  b", "a\tb", "a\nb", "a\u00a0b", "'=1", "'x", "a 'b'", "&nbsp;", "a<b", "<br>", "n/a",
    "|", "a| b", "a |b", "\u200b", "9" * 13, "9" * 14, "0" * 25, "0." + "1" * 23, "x" * 200, "x" * 201, "x" * 300,
    "x" * 301, "x" * 20_001, "\ud800",
]  # fmt: skip
CELLS = st.sampled_from(PLAIN) | st.sampled_from(ODD) | st.text(max_size=4) | st.floats().map(str)
UNITS = [Unit(), Unit(scale=1000), Unit(currency="USD"), Unit(currency="RUB")]


@pytest.mark.parametrize("lone", [True, False])
@pytest.mark.parametrize("field", ["latitude", "longitude", "price", "external_id", "title", "description"])
@given(st.lists(CELLS, min_size=1, max_size=5) | st.lists(st.sampled_from(PLAIN), min_size=1), st.sampled_from(UNITS))
def test_as_the_cells_one_by_one(field: str, lone: bool, cells: list[str], unit: Unit) -> None:
    column = Column(field, "Header", unit, NOW, lone=lone)
    whole = bulk.reader(column)
    found = whole(cells) if whole else None
    if found is not None:
        assert [(fields, None, (), ()) for fields in found] == [READERS[field](column)(cell) for cell in cells]


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("latitude", ["55.75", "5", "0.5"]),
        ("price", ["5000000", "007"]),
        ("external_id", ["B00012", "17", "а/5"]),
        ("title", ["Квартира у метро", "5"]),
        ("description", ["Две  комнаты", "Торг"]),
    ],
)
def test_what_is_plain_is_read_so(field: str, cells: list[str]) -> None:
    whole = bulk.reader(Column(field, "Header", Unit(), NOW, lone=False))
    assert whole is not None
    assert [list(fields) for fields in whole(cells) or []] == [[field]] * len(cells)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_texts_that_are_called_clean_pass_the_checks(rows: list[tuple[str, ...]]) -> None:
    made = plan(("external_id", "title", "description"), now=NOW)
    told = made.convert_all(rows)
    for name in made.clean:
        for one in told:
            right = {"title": "x", "property_type": "apartment", "deal_type": "sale", name: one.record[name]}
            assert Checks(None).checked(right) == right


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, st.sampled_from(["Казань", "", "Уфа"])), min_size=1, max_size=4))
def test_rows_together_are_rows_one_by_one(rows: list[tuple[str, ...]]) -> None:
    header = ("Номер", "Цена", "Этаж", "Город")
    together, apart = plan(header, now=NOW), plan(header, now=NOW)
    assert together.convert_all(rows) == [apart.convert(row) for row in rows]
