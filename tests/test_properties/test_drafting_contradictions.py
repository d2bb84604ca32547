"""Where a text and its record disagree, and where they only look as if they did."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from realty_cli.properties.drafting.analysis import analyse
from realty_cli.properties.kinds import BuildingMaterial, DealType, PropertyType


def found(text: str, record: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {one.field: (one.said, one.recorded) for one in analyse(text, record).contradictions}


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Квартира 54 м²", {"area_total": 54.3}),
        ("Квартира 54 м²", {"area_total": "54,3"}),
        ("Цена 8,5 млн", {"price": 8_500_000}),
        ("Цена 8,5 млн", {"price": Decimal("8500000.00")}),
        ("Цена 8,5 млн руб.", {"price": 8_500_000, "currency": "RUB"}),
        ("Евродвушка", {"rooms": 1}),
        ("Евродвушка", {"rooms": 2, "is_euro": True}),
        ("Two-bedroom flat", {"rooms": 3}),
        ("Студия", {"rooms": 1, "is_studio": True}),
        ("Монолитный дом, квартира", {"building_material": BuildingMaterial.MONOLITH_BRICK}),
        ("Квартира в сталинке", {"building_material": "brick"}),
        ("Дом 1986 года, квартира", {"year_built": 1985}),
        ("метро Сокол 7 минут пешком", {"metro_minutes": 9, "metro": "Сокол"}),
        ("метро Sokol", {"metro": "Сокол"}),
        ("м. Тульская, Шаболовская", {"metro": "Шаболовская"}),
        ("ул. Ленина, д. 15, корп. 2", {"street": "Ленина", "house": "15 корп. 2"}),
        ("на улице Льва Толстого, 5", {"address": "Москва, ул. Льва Толстого, д. 5"}),
        ("участок 8 соток", {"area_land": 810}),
        ("Сдам за 30 000 руб. в месяц", {"deal_type": "sale", "price": 9_000_000}),
        ("Квартира 54 м²", {"area_total": None, "rooms": "", "floor": float("nan")}),
        ("Продам 2-к квартиру", {"property_type": PropertyType.APARTMENT, "deal_type": DealType.SALE, "rooms": 2}),
        ("Звоните 8 903 123-45-67", {"contact_phone": "+79031234567"}),
    ],
)
def test_agreement(text: str, record: dict[str, Any]) -> None:
    got = found(text, record)
    got.pop("deal_type", None)
    assert got == {}


@pytest.mark.parametrize(
    ("text", "record", "field", "said"),
    [
        ("Квартира 54 м²", {"area_total": 45}, "area_total", 54),
        ("Кухня 9 м", {"area_kitchen": 12}, "area_kitchen", 9),
        ("Цена 8,5 млн", {"price": 9_500_000}, "price", 8_500_000),
        ("Цена 100 000 $", {"price": 100_000, "currency": "RUB"}, "currency", "USD"),
        ("5/9 эт., квартира", {"floor": 6, "floors_total": 9}, "floor", 5),
        ("5/9 эт., квартира", {"floor": 5, "floors_total": 10}, "floors_total", 9),
        ("двушка", {"rooms": 3}, "rooms", 2),
        ("Студия", {"rooms": 1}, "rooms", 0),
        ("Сдам квартиру", {"deal_type": "sale"}, "deal_type", "rent"),
        ("Продам дом на участке", {"property_type": "apartment"}, "property_type", "house"),
        ("Панельный дом, квартира", {"building_material": "brick"}, "building_material", "panel"),
        ("Евроремонт", {"renovation": "needs_repair"}, "renovation", "euro"),
        ("Дом 1986 года, квартира", {"year_built": 1976}, "year_built", 1986),
        ("метро Сокол 5 минут пешком", {"metro_minutes": 15}, "metro_minutes", 5),
        ("метро Сокол", {"metro": "Аэропорт"}, "metro", "Сокол"),
        ("ул. Ленина, 15", {"street": "Мира"}, "street", "улица Ленина"),
        ("ул. Ленина, 15", {"street": "ул. Ленина", "house": "17"}, "house", "15"),
        ("ул. Ленина, 15", {"address": "Москва, ул. Мира, 15"}, "street", "улица Ленина"),
        ("Ипотека не подходит", {"mortgage": True}, "mortgage", False),
        ("Без торга", {"bargain": True}, "bargain", False),
        ("Апартаменты 40 м²", {"is_apartments": False}, "is_apartments", True),
        (
            "Участок 50:21:0120316:1147",
            {"cadastral_number": "50:21:0120316:1148"},
            "cadastral_number",
            "50:21:0120316:1147",
        ),
        ("Звоните 8 903 123-45-67", {"contact_phone": "+79160000000"}, "contact_phone", "+79031234567"),
    ],
)
def test_contradiction(text: str, record: dict[str, Any], field: str, said: Any) -> None:
    analysis = analyse(text, record)
    assert [one.field for one in analysis.contradictions] == [field]
    one = analysis.contradictions[0]
    assert one.said == said
    assert one.code == f"contradiction.{field}"
    assert one.evidence
    assert one.evidence in text
    assert one.recorded in record.values()


def test_values_are_fit_for_json() -> None:
    one = analyse("Цена 8,5 млн", {"price": Decimal("9500000.50")}).contradictions[0]
    assert one.recorded == 9500000.5
    assert type(one.recorded) is float


def test_no_record_no_contradictions() -> None:
    assert analyse("Квартира 54 м², 5/9 эт., 8,5 млн").contradictions == ()
