"""Titles that imports build."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties.kinds import PropertyType
from realty_cli.properties.titles import LONGEST, build_title

FLAT = {"property_type": "apartment", "rooms": 2, "area_total": 45.0, "floor": 5, "floors_total": 9}
PLACE = {"street": "Портовая ул.", "house": "17", "city": "Казань", "address": "Казань, Портовая ул., 17"}


@pytest.mark.parametrize(
    ("record", "russian", "english"),
    [
        (
            FLAT | PLACE,
            "2-к квартира, 45 м², 5/9 эт., Портовая ул., 17",
            "2-room flat, 45 m², floor 5/9, Портовая ул., 17",
        ),
        (
            {"property_type": "apartment", "rooms": 0, "is_studio": True, "area_total": 26.5, "metro": "Сокол"},
            "Студия, 26,5 м², м. Сокол",
            "Studio, 26.5 m², Сокол metro",
        ),
        (FLAT | {"is_euro": True}, "2-к евроквартира, 45 м², 5/9 эт.", "2-room euro-layout flat, 45 m², floor 5/9"),
        (
            {"property_type": "apartment", "is_apartments": True, "rooms": 0, "area_total": 21.0},
            "Апартаменты-студия, 21 м²",
            "Studio apartment (non-residential), 21 m²",
        ),
        (
            {"property_type": "apartment", "is_apartments": True, "rooms": 1},
            "1-к апартаменты",
            "1-room serviced apartment",
        ),
        (
            {"property_type": "apartment", "is_free_layout": True, "area_total": 70.0},
            "Квартира свободной планировки, 70 м²",
            "Open-plan flat, 70 m²",
        ),
        (
            {"property_type": "house", "area_total": 120.0, "area_land": 600.0, "floor": 2, "city": "Казань"},
            "Дом 120 м², участок 6 сот., Казань",
            "House 120 m², plot 600 m², Казань",
        ),
        (
            {"property_type": "house", "area_total": 140.0, "attributes": {"subtype": "таунхаус"}},
            "Таунхаус 140 м²",
            "Таунхаус 140 m²",
        ),
        ({"property_type": "land", "area_land": 650.0}, "Участок 6,5 сот.", "Land 650 m²"),
        ({"property_type": "land", "area_land": 15_000.0}, "Участок 1,5 га", "Land 1.5 ha"),
        ({"property_type": "room", "area_total": 14.0}, "Комната, 14 м²", "Room, 14 m²"),
        ({"property_type": "garage"}, "Гараж", "Garage"),
        ({"property_type": "parking", "floor": -1}, "Машиноместо, -1 эт.", "Parking space, floor -1"),
        ({"property_type": "commercial", "attributes": {"subtype": "Офис"}}, "Офис", "Офис"),
        (
            {"property_type": "apartment", "city": "Москва", "attributes": {"residential_complex": "Остров"}},
            "Квартира, Москва, ЖК Остров",
            "Flat, Москва, Остров",
        ),
        (
            {"property_type": "apartment", "address": "Казыбек би р-н, Степной 3"},
            "Квартира, Казыбек би р-н, Степной 3",
            "Flat, Казыбек би р-н, Степной 3",
        ),
        ({}, "Объект недвижимости", "Property"),
    ],
)
def test_titles(record, russian, english):
    assert build_title(record) == russian
    assert build_title(record, language="en") == english


def test_a_long_title_ends_at_a_word():
    title = build_title(FLAT | {"address": "улица " * 100})
    assert len(title) <= LONGEST
    assert title.endswith("улица…")


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=300),
    st.sampled_from(list(PropertyType)),
)
NAMES = ("property_type", "rooms", "is_studio", "is_euro", "is_apartments", "is_free_layout", "area_total", "area_land")
PLACES = ("floor", "floors_total", "street", "house", "address", "city", "district", "metro")


@given(
    st.dictionaries(st.sampled_from(NAMES + PLACES), VALUES),
    st.dictionaries(st.sampled_from(["subtype", "residential_complex"]), st.text(max_size=60)),
    st.sampled_from(["ru", "en", "de"]),
)
def test_a_title_is_never_empty_and_never_long(record, attributes, language):
    title = build_title(record | {"attributes": attributes}, language)
    assert title.strip()
    assert len(title) <= LONGEST
    assert "\n" not in title


def test_a_decimal_area_is_a_figure_like_any():
    assert build_title({"property_type": "room", "area_total": Decimal("14.5")}) == "Комната, 14,5 м²"
