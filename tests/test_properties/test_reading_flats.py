"""Rooms, floors, stations and the words for objects in every notation of the market."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties import values
from realty_cli.properties.reading import headline, lexicon, notation
from realty_cli.properties.values import Unreadable


def refused(parse, text):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value.code


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        ("0|Студия|студия|Квартира-студия|ст|studio|Студия, 26 м²", 0),
        (
            "1|1.0|1-к квартира|1-к. кв.|1к.кв.|1 к.кв|1-комн. квартира|1-комн. кв.|однокомнатная|однушка|one room",
            1,
        ),
        (
            "2|2-к|2-комн|2-х комнатная|2х-комн.|двухкомнатная квартира|двушка|2 комнаты|2кк",
            2,
        ),
        ("2-ккв|2, Изолированная|2, Смежная|2-к|две|Two", 2),
        ("3|3, Оба варианта|трёхкомнатная|трешка|3-room|3 rooms|3 комн. кв-ра", 3),
        ("4-комн.|четырехкомнатная|4", 4),
        ("5+|5 и более|более 5|5 комнат и более", 5),
        ("10 и более|10+", 10),
    ],
)
def test_rooms(texts, count):
    for text in texts.split("|"):
        assert notation.rooms(text).number == count, text


@pytest.mark.parametrize("text", ["2-к евро", "евродвушка", "евро-2", "2Е", "2Е-к", "2E", "2-комн. евро", "евро 2"])
def test_euro_layouts(text):
    found = notation.rooms(text)
    assert (found.number, found.is_euro) == (2, True)


def test_flats_that_are_more_than_a_count():
    assert notation.rooms("евротрёшка").number == 3
    assert notation.rooms("Своб. планировка").is_free_layout
    assert notation.rooms("свободная планировка").number is None
    assert notation.rooms("Апартаменты-студия")[:2] == (0, True)
    assert notation.rooms("Апартаменты-студия").is_apartments
    assert notation.rooms("1-комн. апарт.").is_apartments
    assert notation.rooms("Многокомнатная").number is None
    assert notation.rooms("5+").at_least
    assert notation.rooms("2, Изолированная").layout == "Изолированная"


@pytest.mark.parametrize("text", ["-1", "-1.0", "", "—", "None", "нет"])
def test_unknown_rooms(text):
    assert notation.rooms(text) is None


@pytest.mark.parametrize("text", ["1,5", "1/2", "много", "Комната", "3-4", "квартира"])
def test_no_count_of_rooms(text):
    refused(notation.rooms, text)


def test_the_code_of_cian():
    assert notation.rooms_code("9").is_studio
    assert notation.rooms_code("7").is_free_layout
    assert notation.rooms_code("6")[:7:6] == (6, None)
    assert notation.rooms_code("6").at_least
    assert notation.rooms_code("3").number == 3
    assert notation.rooms("9").number == 9


@given(
    st.integers(1, 30),
    st.sampled_from(
        [
            "{}",
            "{}-к квартира",
            "{}-комн. кв.",
            "{} к.кв",
            "{}-комнатная",
            "{} комн.",
            "{}.0",
            "{} rooms",
            "{}, Смежная",
        ]
    ),
)
def test_a_count_of_rooms_reads_back(count, form):
    assert notation.rooms(form.format(count)).number == count


@pytest.mark.parametrize(
    ("text", "floor", "total"),
    [
        ("5", 5, None),
        ("5.0", 5, None),
        ("5/9", 5, 9),
        ("5 / 9", 5, 9),
        ("12 из 25", 12, 25),
        ("5/9 эт.", 5, 9),
        ("2 этаж из 16", 2, 16),
        ("5-й", 5, None),
        ("3 этаж", 3, None),
        ("этаж 3 из 5", 3, 5),
        ("5 of 9", 5, 9),
        ("-1", -1, None),
        ("-1/5", -1, 5),
        ("0", 0, None),
        ("Цокольный", 0, None),
        ("Подвал", -1, None),
        ("цоколь/5", 0, 5),
        ("первый", 1, None),
        ("05.сен", 5, 9),
        ("сен.16", 9, 16),
    ],
)
def test_floors(text, floor, total):
    found = notation.floors(text)
    assert (found.floor, found.total) == (floor, total)


def test_floors_with_walls():
    assert notation.floors("4/24, Монолитно-кирпичный") == (4, 24, "Монолитно-кирпичный")


@pytest.mark.parametrize("text", ["мансарда", "последний", "1-2/3", "ул. Ленина", "5 лет"])
def test_no_floor(text):
    refused(notation.floors, text)


@given(
    st.integers(-2, 120),
    st.integers(1, 120),
    st.sampled_from(["{}/{}", "{} из {}", "{} / {} эт.", "{} этаж из {}", "{} of {}"]),
)
def test_a_floor_reads_back(floor, total, form):
    assert notation.floors(form.format(floor, total))[:2] == (floor, total)


@pytest.mark.parametrize(
    ("text", "total"), [("9", 9), ("9 этажей", 9), ("9-этажный", 9), ("9-ти этажный", 9), ("16.0", 16)]
)
def test_storeys(text, total):
    assert notation.storeys(text) == total


@pytest.mark.parametrize(
    ("text", "station"),
    [
        ("Рязанский проспект", ("Рязанский проспект", None, True, None)),
        ("м. Речной вокзал (27 мин на машине)", ("Речной вокзал", 27, False, None)),
        ("м. Смоленская (9 мин пешком)", ("Смоленская", 9, True, None)),
        ("Сокол 3 мин. на транспорте", ("Сокол", 3, False, None)),
        ("Беломорская,1,5 км", ("Беломорская", None, True, 1500)),
        ("Водный стадион, 500 м", ("Водный стадион", None, True, 500)),
        ("ВДНХ, 5 минут пешком", ("ВДНХ", 5, True, None)),
        ("Улица 1905 года", ("Улица 1905 года", None, True, None)),
        ("метро Сокол", ("Сокол", None, True, None)),
        ("Метрогородок", ("Метрогородок", None, True, None)),
        ("Зеленоград — Крюково", ("Зеленоград — Крюково", None, True, None)),
    ],
)
def test_a_station(text, station):
    assert tuple(notation.stations(text)[0]) == station


def test_several_stations():
    found = notation.stations("Кунцевская (5 мин пешком); Пионерская (10 мин пешком)")
    assert [(one.name, one.minutes) for one in found] == [("Кунцевская", 5), ("Пионерская", 10)]
    assert [one.name for one in notation.stations("Сокол, Аэропорт")] == ["Сокол", "Аэропорт"]
    assert notation.stations("без метро") == []


@pytest.mark.parametrize(
    ("text", "metres"), [("2,4 км", 2400), ("600 м", 600), ("600", 600), ("1.2", 1200), ("3 km", 3000)]
)
def test_distances(text, metres):
    assert values.distance(text) == metres


@pytest.mark.parametrize(
    ("text", "minutes", "on_foot"),
    [(" ⋅  15 мин. на транспорте", 15, False), ("5 минут пешком", 5, True), ("7", 7, True), ("10-15 мин", 15, True)],
)
def test_ways(text, minutes, on_foot):
    assert values.travel(text)[:2] == (minutes, on_foot)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Квартира", {"property_type": "apartment"}),
        ("Новостройка", {"property_type": "apartment", "market": "new_building"}),
        ("Вторичка Апартаменты", {"property_type": "apartment", "market": "resale", "is_apartments": True}),
        ("Вторичка Пентхаус", {"property_type": "apartment", "market": "resale"}),
        ("Комната в квартире", {"property_type": "room"}),
        ("Доля", {"property_type": "room"}),
        ("1-комнатная квартира", {"property_type": "apartment"}),
        ("Таунхаус", {"property_type": "house"}),
        ("Дом с участком", {"property_type": "house"}),
        ("Земельный участок", {"property_type": "land"}),
        ("ПСН", {"property_type": "commercial"}),
        ("Офисное помещение", {"property_type": "commercial"}),
        ("Машиноместо", {"property_type": "parking"}),
        ("Гараж", {"property_type": "garage"}),
        ("flatSale", {"property_type": "apartment"}),
        ("newBuildingFlatSale", {"property_type": "apartment", "market": "new_building"}),
        ("freeAppointmentObjectRent", {"property_type": "commercial"}),
        ("dailyRoomRent", {"property_type": "room"}),
        ("townhouse", {"property_type": "house"}),
    ],
)
def test_kinds(text, facts):
    assert lexicon.kind(text).facts == facts


@pytest.mark.parametrize(
    ("text", "material"),
    [
        ("Монолитный", "monolith"),
        ("панельные", "panel"),
        ("Кирпич", "brick"),
        ("Монолитно кирпичный", "monolith_brick"),
        ("Кирпично-монолитный", "monolith_brick"),
        ("Панельный, монолитный", "panel"),
        ("Газосиликатный блок", "aerated_concrete"),
        ("Сталинский", "stalin"),
        ("старый фонд", "old_fund"),
        ("кирпичныe", "brick"),
    ],
)
def test_materials(text, material):
    assert lexicon.material(text).value == material


@pytest.mark.parametrize(
    ("text", "renovation"),
    [
        ("Без ремонта", "none"),
        ("Косметический ремонт", "cosmetic"),
        ("Евроремонт", "euro"),
        ("Ремонт по дизайн проекту", "designer"),
        ("требует ремонта", "needs_repair"),
        ("Черновая отделка", "rough"),
        ("Улучшенная черновая отделка", "pre_finish"),
        ("White box", "pre_finish"),
        ("чистовая", "finish"),
        ("Современный ремонт", "euro"),
    ],
)
def test_renovations(text, renovation):
    assert lexicon.enumerated("renovation", text).value == renovation


def test_a_file_name_tells():
    assert lexicon.told_by_file_name("Продажа квартир.xlsx") == {"deal_type": "sale", "property_type": "apartment"}
    assert lexicon.told_by_file_name("cian_moscow_rent_2024.csv") == {"deal_type": "rent"}
    assert lexicon.told_by_file_name("посуточно.csv") == {"deal_type": "daily_rent"}
    assert lexicon.told_by_file_name("export.csv") == {}


def test_headlines():
    assert headline.headline("2-к квартира, 54 м², 3/9 эт.") == {
        "property_type": "apartment", "rooms": 2, "area_total": 54.0, "floor": 3, "floors_total": 9,
    }  # fmt: skip
    assert headline.headline("Дом 120 м² на участке 6 сот.") == {
        "property_type": "house",
        "area_total": 120.0,
        "area_land": 600.0,
    }
    assert "rooms" not in headline.headline("Комната 14 м² в 3-к квартире, 2/5 эт.")
    assert headline.headline("Квартира в центре") == {"property_type": "apartment"}
    assert headline.headline("Отличный вариант! " * 20) == {}
