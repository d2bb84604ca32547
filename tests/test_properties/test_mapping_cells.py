"""Cells of every kind: what spreadsheets and JSON hold, our own export, and anything at all."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.properties import record as stored
from realty_cli.properties.mapping import plan
from realty_cli.properties.reading.lexicon import load

LISTINGS = Path(__file__).parents[3] / "shared" / "data" / "listings"
NOW = datetime(2024, 11, 23, 12, 0, tzinfo=UTC)
#: What a spreadsheet makes of the floor `5/9`.
FIFTH_OF_SEPTEMBER = datetime(2024, 9, 5)  # noqa: DTZ001


def one(header, cells, *, sample=None, **options):
    """The conversion of one row."""
    rows = [cells] if sample is None else sample
    return plan(header, sample=rows, now=NOW, **options).convert(cells)


def flat(header, cells, **options):
    """The record of one row of a file of flats for sale."""
    converted = one(header, cells, file_name="sale.csv", **options)
    assert converted.problems == []
    return converted.record


def has(record, **expected):
    assert {name: record.get(name) for name in expected} == expected


@given(st.text("0123456789.,- ٣²e", min_size=1, max_size=9))
def test_degrees_are_read_alike_with_and_without_space_around_them(figures):
    """Plain figures take a shorter way, which no figures with a space before them take."""
    header = ["Цена", "Широта"]
    assert one(header, ["5000000", figures]).record == one(header, ["5000000", " " + figures]).record


def test_cells_that_are_not_text():
    header = ["Цена", "Комнат", "Этаж", "Площадь", "Дата", "Ипотека", "Теги", "Телефоны", "Пусто", "Код"]
    cells = [
        5_600_000.0,
        2,
        FIFTH_OF_SEPTEMBER,
        54.5,
        date(2024, 5, 1),
        True,
        ["новая", "торг"],
        ["+79161234567", "89161234568"],
        None,
        77.0,
    ]
    record = flat(header, cells)
    has(
        record, price=5_600_000, rooms=2, floor=5, floors_total=9, area_total=54.5, listed_at=date(2024, 5, 1),
        mortgage=True,
        tags=["новая", "торг"], contact_phone="+79161234567", external_id="77",
    )  # fmt: skip


def test_tables_inside_cells():
    record = flat(
        ["area", "price", "metro", "address", "phones"],
        [
            {"value": 63, "unit": "кв. м"},
            {"value": 4780000, "currency": "RUR"},
            [{"name": "Сокол"}],
            {"city": "Казань", "street": "Портовая ул.", "house": "17"},
            [{"countryCode": "7", "number": "9161234567"}],
        ],
    )  # fmt: skip
    has(
        record,
        area_total=63.0,
        price=4_780_000,
        metro="Сокол",
        city="Казань",
        street="Портовая ул.",
        contact_phone="+79161234567",
    )


OWN = {
    "id": 7, "owner_id": 1, "external_id": "5.0", "source": "Мой сайт",
    "source_url": "https://www.cian.ru/rent/flat/1/",
    "title": "Дом у воды", "description": "Первая строка\nвторая", "property_type": "house", "deal_type": "sale",
    "status": "withdrawn",
    "status_reason": "устал", "price": 5_600_000.5, "currency": "RUB", "market": "resale", "rooms": 0,
    "is_studio": False,
    "is_euro": False, "is_apartments": None, "is_free_layout": False, "area_total": 3.5, "area_living": 40.0,
    "area_kitchen": None,
    "area_land": 60.0, "floor": -1, "floors_total": None, "year_built": 1812, "building_material": "wood",
    "renovation": "none",
    "ceiling_height": 30.0, "country": "Россия", "region": "Татарстан", "city": "г. Казань", "district": "САО",
    "street": "Зеленоград",
    "house": "д. 5", "flat": "7.0", "postal_code": "420000", "address": "ул. Мира, 5", "latitude": 37.6,
    "longitude": 55.7,
    "metro": "м. Сокол, 5 мин", "metro_minutes": 5, "cadastral_number": "77:01:0001001:1234", "mortgage": True,
    "bargain": False,
    "commission": 250.0, "deposit": 0, "contact_name": "ID 7", "contact_phone": "+79161234567", "tags": ["a, b", "c"],
    "attributes": {"Двор": "тихий", "metro_distance_m": "600"}, "client_id": 3,
    "listed_at": "2024-05-01T10:00:00.000000Z",
    "closed_at": None, "final_price": None, "exclusive_from": "2024-05-01", "exclusive_until": "2025-05-01",
    "price_per_m2": 100,
    "created_at": "2024-05-01T10:00:00.000001Z", "updated_at": "2024-05-02T10:00:00.000000Z",
}  # fmt: skip


@pytest.mark.parametrize("as_text", [False, True], ids=["json", "csv"])
def test_our_own_export_comes_back_as_it_was(as_text):
    assert set(stored.EXPORTED) == set(OWN)
    header = list(OWN)
    cells = list(OWN.values())
    if as_text:
        cells = [
            json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else "" if cell is None else str(cell)
            for cell in cells
        ]
    converted = one(header, cells)
    assert converted.problems == converted.warnings == []
    expected = {name: value for name, value in OWN.items() if value is not None}
    for name in ("status_reason", "client_id", "price_per_m2", "updated_at"):
        del expected[name]
    expected |= {
        "price": Decimal("5600000.50"),
        "listed_at": datetime(2024, 5, 1, 10, tzinfo=UTC),
        "created_at": datetime(2024, 5, 1, 10, 0, 0, 1, tzinfo=UTC),
        "exclusive_from": date(2024, 5, 1),
        "exclusive_until": date(2025, 5, 1),
    }
    assert converted.record == expected


def test_a_foreign_id_is_never_ours():
    record = flat(["id", "created_at", "price"], ["7", "2024-05-01", "5"])
    has(record, external_id="7", listed_at=date(2024, 5, 1))
    assert {"id", "created_at"}.isdisjoint(record)


HEADERS = sorted(
    {name for names in load("headers.toml")["fields"].values() for name in names[:4]} | {"", "Двор", "Цена, тыс. руб."}
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from([
        "-1", "0", "5/9", "2-к квартира", "=HYPERLINK(\"x\")", "/kazan/kvartiry/x_123456",
        "https://www.cian.ru/sale/flat/1/", "м. Сокол (5 мин)",
        "Москва, ул. Мира, 5", "60000/мес.", "56/33/8", "Студия", "31.12.2024", "\x00", "\ud800", "1" * 400,
        "т" * 3000, "&#0;", "нет",
    ]),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone(timedelta(hours=3)))),
)  # fmt: skip
CELLS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)
STRINGS = {
    "title", "description", "property_type", "deal_type", "status", "currency", "market", "building_material",
    "renovation", "country",
    "region", "city", "district", "street", "house", "flat", "postal_code", "address", "metro", "cadastral_number",
    "contact_name",
    "contact_phone", "source_url", "source", "external_id",
}  # fmt: skip
FLAGS = {"is_studio", "is_euro", "is_apartments", "is_free_layout", "mortgage", "bargain"}
WHOLE = {"rooms", "floor", "floors_total", "year_built", "metro_minutes", "id", "owner_id"}
FRACTIONS = {
    "area_total",
    "area_living",
    "area_kitchen",
    "area_land",
    "ceiling_height",
    "latitude",
    "longitude",
    "commission",
}
MONEY = {"price", "deposit", "final_price"}
TIMES = {"listed_at", "closed_at", "created_at", "exclusive_from", "exclusive_until"}


def check(record):
    for name, value in record.items():
        if name in STRINGS:
            assert isinstance(value, str)
            assert value
        elif name in FLAGS:
            assert isinstance(value, bool)
        elif name in WHOLE:
            assert type(value) is int
        elif name in FRACTIONS:
            assert isinstance(value, float)
        elif name in MONEY:
            assert isinstance(value, int | Decimal)
            assert value >= 0
        elif name in TIMES:
            assert isinstance(value, date)
        elif name == "tags":
            assert all(isinstance(tag, str) for tag in value)
        else:
            assert name == "attributes"
            assert all(isinstance(text, str) and text and key for key, text in value.items())


@given(st.lists(st.tuples(st.sampled_from(HEADERS), CELLS), min_size=1, max_size=8), st.booleans())
def test_convert_never_raises(columns, sampled):
    header = ["price", *(name for name, _ in columns)]
    cells = [5_000_000, *(cell for _, cell in columns)]
    made = plan(header, sample=[cells] if sampled else [], now=NOW, file_name="sale")
    converted = made.convert(cells)
    check(converted.record)
    assert made.convert(cells) == converted


@given(st.lists(CELLS, max_size=12))
def test_rows_of_any_length(cells):
    made = plan(["Цена", "Адрес", "Комнат", "Этаж", "Площадь"], now=NOW, file_name="sale")
    check(made.convert(cells).record)


@given(st.lists(st.one_of(st.text(max_size=20), st.integers(), st.none()), max_size=8))
def test_any_header_is_planned_or_refused(header):
    codes = []
    try:
        plan(header, now=NOW)
    except Invalid as refusal:
        codes = [problem.code for problem in refusal.fields]
    assert codes in ([], ["import.no_columns"])


@pytest.mark.skipif(not LISTINGS.is_dir(), reason="the real files of listings do not lie beside the project")
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "avito_kazan_rent_2020_bom.csv",
            {"price": 3130, "rooms": 3130, "floor": 3130, "external_id": 3130, "metro": 2283},
        ),
        ("cian_moscow_rent_2024_ruheaders.csv", {"price": 2950, "city": 2950, "area_total": 2950, "commission": 2026}),
        ("cian_moscow_sale_2024_cianparser.csv", {"price": 6941, "floor": 7023, "rooms": 6688, "metro": 6902}),
    ],
)
def test_real_files(name, counts):
    with (LISTINGS / name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    made = plan(header, sample=rows[:200], now=NOW, file_name=name)
    fields: Counter[str] = Counter()
    for row in rows:
        converted = made.convert(row)
        assert converted.problems == []
        check(converted.record)
        fields.update(converted.record.keys())
    assert {field: fields[field] for field in counts} == counts
    assert fields["deal_type"] == fields["property_type"] == fields["source_url"] == len(rows)
