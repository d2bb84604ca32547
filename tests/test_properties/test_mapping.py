"""Whole rows of the exports that agents have: portals, agencies, spreadsheets, our own file."""

from __future__ import annotations

import csv
import io
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
from realty_cli.properties.reading.drafts import READERS
from realty_cli.properties.reading.headers import Aliases, key
from realty_cli.properties.reading.lexicon import load

NOW = datetime(2024, 11, 23, 12, 0, tzinfo=UTC)
LISTINGS = Path(__file__).parents[3] / "shared" / "data" / "listings"


def table(text, delimiter=","):
    rows = list(csv.reader(io.StringIO(text.strip("\n")), delimiter=delimiter))
    return rows[0], rows[1:]


def read(text, delimiter=",", **options):
    """The records of a file, which must all be taken without a problem."""
    header, rows = table(text, delimiter)
    made = plan(header, sample=rows, now=NOW, **options)
    converted = [made.convert(row) for row in rows]
    assert [one.problems for one in converted if one.problems] == []
    return [one.record for one in converted]


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


# ------------------------------------------------------------------------------------------- the exports of the market
def test_cian_save_to_excel():
    records = read(
        "cian_excel_sale",
        ";",
    )
    has(
        records[0], external_id="29847", rooms=2, property_type="apartment", deal_type="sale", price=12_500_000, currency="RUB",
        area_total=54.0, area_living=32.0, area_kitchen=9.0, floor=5, floors_total=16, building_material="panel", mortgage=True,
        metro="Речной вокзал", metro_minutes=None, contact_phone="+79161234567", renovation="cosmetic", ceiling_height=2.64,
        city="Москва", district="Ховрино", street="Зеленоградская ул.", house="17к1", source="cian", description='Тихий "двор"',
    )  # fmt: skip
    attributes = records[0]["attributes"]
    assert attributes["phones"] == "+79161234567, +79161234568"
    assert attributes["metro_transport_minutes"] == "27"
    assert attributes["sale_kind"] == "Свободная продажа"
    assert attributes["rooms_layout"] == "Изолированная"
    assert attributes["house_series"] == "П-44"
    assert attributes["Есть телефон"] == "Да"
    has(
        records[1],
        rooms=None,
        area_total=200.0,
        area_kitchen=20.0,
        area_living=None,
        metro_minutes=9,
        building_material="monolith_brick",
    )
    assert records[1]["attributes"]["residential_complex"] == "Арбат Тауэр"


def test_cian_save_to_excel_of_rents():
    [record] = read(
        "cian_excel_rent",
        ";",
    )
    has(record, deal_type="rent", price=25_000, deposit=20_000, rooms=1, area_living=18.0, floor=2, city="Казань")
    attributes = record["attributes"]
    assert attributes["lease_term"] == "Длительный"
    assert attributes["prepayment"] == "1 месяц"
    assert "Коммунальные услуги включены" in attributes["utilities"]
    assert attributes["Можно с детьми/животными"] == "Можно с детьми"
    assert record["description"] == "Мебель, Холодильник"


def test_agency_database_export():
    records = read(
        "agency_database",
        ";",
    )
    has(
        records[0], external_id="15", deal_type="sale", market="resale", region="Московская область", city="Мытищи", district="Центр",
        street="ул. Мира", house="8/5", price=5_600_000, rooms=2, area_total=56.0, area_living=33.0, area_kitchen=8.0, floor=3,
        floors_total=9, building_material="brick", title="2-комн. квартира", description="Торг уместен",
    )  # fmt: skip
    assert records[0]["attributes"]["Краткое описание"] == "Хорошая"
    assert records[0]["attributes"]["price_per_m2"] == "100 000"
    has(
        records[1],
        property_type="house",
        deal_type="rent",
        area_land=600.0,
        area_total=120.0,
        building_material="wood",
        floor=2,
        rooms=5,
    )
    has(
        records[2],
        deal_type="daily_rent",
        market="new_building",
        rooms=0,
        is_studio=True,
        area_total=24.0,
        address=None,
    )


def test_valuation_table():
    [record] = read(
        "valuation_table",
        ";",
    )
    has(
        record, deal_type="sale", metro="ВДНХ", metro_minutes=5, floor=12, floors_total=25, area_total=34.8, area_kitchen=8.5,
        price=16_781_328, listed_at=date(2024, 12, 31), contact_phone="+74956003532", city="Москва", house="183",
    )  # fmt: skip
    assert record["attributes"] == {"Вид передаваемого права": "право собственности", "agency": "Инком"}


def test_cards_of_a_large_agency():
    [record] = read(
        "agency_cards_sale",
        file_name="etagi_sale.csv",
    )
    has(
        record, external_id="10244", rooms=4, area_total=99.7, ceiling_height=3.0, renovation="designer", floor=2, floors_total=7,
        year_built=2008, building_material="brick", house="12А", city="Тюмень", street="ул. Республики", property_type="apartment",
        deal_type="sale",
    )  # fmt: skip
    assert record["attributes"]["utilities"] == "5 000"
    assert record["attributes"]["Двор"] == "закрытый"


def test_avito_card_with_carets():
    [record] = read(
        "avito_card_carets",
        "^",
    )
    has(
        record, area_total=45.0, area_living=30.0, floor=5, floors_total=9, renovation="needs_repair", mortgage=True, price=4_950_000,
        deal_type="sale", market="new_building", external_id="1905860168", source="avito", city="Казань", street="Портовая ул.",
        source_url="https://www.avito.ru/kazan/kvartiry/2-k._kvartira_45m_59et._1905860168", ceiling_height=2.7,
    )  # fmt: skip
    assert record["attributes"]["sale_kind"] == "переуступка"


def test_cian_card():
    [record] = read(
        "cian_card",
        defaults={"deal_type": "sale"},
    )
    has(
        record, rooms=1, property_type="apartment", area_total=48.0, area_living=24.0, floor=12, floors_total=25, year_built=2012,
        metro="Медведково", metro_minutes=None, region="Московская область", city="Мытищи", street="Юбилейная ул.",
    )  # fmt: skip
    assert record["attributes"]["metro_transport_minutes"] == "15"
    assert record["attributes"]["price_per_m2"] == "136 458"


def test_a_table_of_clients_is_rejected_row_by_row():
    header, rows = table(
        "clients",
        ";",
    )
    made = plan(header, sample=rows, now=NOW)
    assert [problem.code for problem in made.convert(rows[0]).problems] == ["import.deal_type_unknown"]


def test_a_spreadsheet_with_formulas_and_a_slip_in_a_header():
    [record] = read(
        "spreadsheet_formulas_rent",
        ";",
        file_name="Аренда.csv",
    )
    has(
        record, source_url="https://avito.ru/moskva/kvartiry/2-k._kvartira_44m_49et._2241576229", rooms=2, area_total=44.0, city="Москва",
        street="Фестивальная ул.", house="65", metro="Беломорская", listed_at=NOW - timedelta(minutes=1), deal_type="rent",
    )  # fmt: skip
    assert record["attributes"]["metro_distance_m"] == "1500"


def test_the_parser_of_cian_with_minus_one_for_unknown():
    records = read(
        "cian_parser"
    )
    has(
        records[0], floor=None, floors_total=None, rooms=None, area_total=None, price=25_544_778, property_type="apartment", deal_type="sale",
        contact_name="Застройщик", address="Москва, Щукино, Щукинская, 3", commission=0.0,
    )  # fmt: skip
    assert records[0]["attributes"]["area_total"] == "1.0"
    assert "price" not in records[1]
    has(
        records[1],
        address="Москва, САО, Западное Дегунино, Селигер Сити ЖК, к1",
        contact_name=None,
        street=None,
        house="к1",
        district="Западное Дегунино",
    )
    assert records[1]["attributes"]["okrug"] == "САО"
    has(records[2], street=None, house="к1006", address="Москва, Крюково, Зеленоград, к1006")
    has(records[3], district=None, metro="Бунинская аллея", street=None)
    assert records[3]["attributes"]["district"].startswith("ЛУЧШАЯ")


def test_a_search_page_of_avito():
    records = read(
        "avito_search_rent",
        file_name="kazan_rent.csv",
    )
    has(
        records[0], external_id="1965190494", rooms=2, property_type="apartment", deal_type="rent", price=12_000, area_total=46.0, floor=2,
        floors_total=5, commission=50.0, listed_at=datetime(2020, 7, 28, 9, 5), city="Казань", district="Вахитовский район",  # noqa: DTZ001
        street="Портовая ул.", house="17", postal_code="420108", metro="Площадь Тукая", metro_minutes=None, latitude=55.771525,
    )  # fmt: skip
    assert records[0]["attributes"] == {"agency": "Агентство", "metro_distance_m": "2400"}
    has(records[1], rooms=0, is_studio=True, city="с. Усады", metro=None, district=None)
    has(records[2], city="Казань", street="Главная ул.")


def test_a_table_of_a_data_set_in_english():
    records = read(
        "data_set_sale",
        file_name="moscow_sale.csv",
    )
    has(
        records[0],
        market="resale",
        rooms=1,
        metro_minutes=6,
        area_total=30.6,
        renovation="cosmetic",
        region="Moscow region",
    )
    has(records[1], market="new_building", rooms=0, is_studio=True, renovation="euro")


def test_a_feed_of_avito_as_a_table():
    records = read(
        "avito_feed_table",
        ";",
    )
    has(
        records[0],
        is_free_layout=True,
        is_apartments=True,
        market="new_building",
        deal_type="sale",
        contact_name="Анна",
        rooms=None,
    )
    has(records[1], property_type="house", deal_type="rent", area_land=650.0, deposit=60_000, commission=50.0, rooms=4)
    has(records[2], rooms=0, deposit=0, commission=0.0)


def test_a_price_list_of_plots():
    records = read(
        "plots_sale",
        ";",
        file_name="Продажа участков.csv",
    )
    has(
        records[0], property_type="land", price=1_200_000, area_land=600.0, cadastral_number="50:20:0010112:55", city="Одинцово",
        contact_name="Иван Петров", contact_phone="+79161234567", external_id=None,
    )  # fmt: skip
    has(records[1], price=2_500_500, area_land=1250.0, city="д. Ивановка")


def test_a_portal_of_a_neighbour():
    [record] = read(
        "neighbour_portal",
        defaults={"deal_type": "sale"},
    )
    has(
        record, currency="KGS", price=18_574_600, rooms=4, area_total=172.0, floor=2, floors_total=16, building_material="monolith",
        year_built=2017, renovation="euro", ceiling_height=3.0, mortgage=True, longitude=74.6003, city="Бишкек", source="house_kg",
        listed_at=NOW - timedelta(hours=3),
    )  # fmt: skip


def test_a_column_of_headlines_is_enough():
    records = read(
        "headlines_only",
        defaults={"deal_type": "sale", "currency": "KZT"},
    )
    has(
        records[0],
        rooms=3,
        area_total=62.7,
        floor=2,
        floors_total=9,
        district="Казыбек би",
        currency="KZT",
        street=None,
    )
    has(records[1], rooms=0, is_studio=True, price=24_395_000)
    assert records[1]["attributes"]["price_text"] == "от 24395000"


def test_terms_in_a_column_of_their_own():
    [record] = read(
        "terms_column"
    )
    has(
        record,
        commission=70.0,
        deposit=60_000,
        rooms=1,
        floor=4,
        district="р-н Хамовники",
        house="11АС2",
        metro="Парк Культуры",
    )
    assert record["attributes"]["okrug"] == "ЦАО"
    assert record["attributes"]["lease_term"] == "От года"


def test_dotted_names_of_a_flattened_answer():
    [record] = read(
        "flattened_feed"
    )
    has(
        record, area_total=63.0, price=4_780_000, currency="RUB", city="Санкт-Петербург", street="18-я линия В.О.", metro="Василеостровская",
        metro_minutes=5, contact_name="Мария", deal_type="sale", property_type="apartment", source_url=None,
    )  # fmt: skip


def test_a_day_of_rent_by_its_period():
    header = ["type", "category", "price", "period"]
    assert flat(header, ["аренда", "квартира", "2500", "день"])["deal_type"] == "daily_rent"
    assert flat(header, ["аренда", "квартира", "25000", "месяц"])["deal_type"] == "rent"


def test_the_code_of_cian_only_under_its_own_header():
    assert flat(["FlatRoomsCount", "Price"], ["9", "5000000"])["rooms"] == 0
    assert flat(["Rooms", "Price"], ["9", "5000000"])["rooms"] == 9
    record = flat(["FlatRoomsCount", "Price"], ["7", "5000000"])
    assert record["is_free_layout"]
    assert "rooms" not in record


def test_a_table_from_overseas_in_square_feet():
    record = flat(
        [
            "MLS#",
            "PROPERTY TYPE",
            "ADDRESS",
            "CITY",
            "PRICE",
            "BEDS",
            "SQUARE FEET",
            "LOT SIZE",
            "YEAR BUILT",
            "$/SQUARE FEET",
            "STATUS",
        ],
        ["ML81", "Townhouse", "1 Main St", "San Jose", "$750,000", "2", "1,100.5", "5000", "1985", "682", "Pending"],
    )
    has(
        record, external_id="ML81", property_type="house", price=750_000, currency="USD", rooms=2, area_total=pytest.approx(102.24, abs=0.01),
        area_land=pytest.approx(464.5, abs=0.1), status="reserved", street="Main St", house="1",
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------- the kind of a deal
@pytest.mark.parametrize(
    ("header", "cells", "name", "deal"),
    [
        (["Тип сделки", "Цена в месяц", "Ссылка"], ["Продажа", "5", "https://x.ru/rent/1"], "rent.csv", "sale"),
        (["Цена в месяц", "Ссылка"], ["5000", "https://x.ru/sale/flat/1"], "sale.csv", "rent"),
        (["Цена", "Ссылка"], ["5000", "https://x.ru/rent/flat/1"], "sale.csv", "rent"),
        (["Цена", "Ссылка"], ["5000000", "https://x.ru/kupit/kvartiru/1"], "rent.csv", "sale"),
        (["Цена", "Адрес"], ["5000/мес.", "Казань"], "Продажа.csv", "sale"),
        (["Цена", "Адрес"], ["5000/мес.", "Казань"], "", "rent"),
        (["Цена", "Адрес"], ["5000 ₽/сут", "Казань"], "", "daily_rent"),
        (["Цена", "Адрес"], ["5000000 руб., Альтернатива", "Казань"], "", "sale"),
        (["Цена", "Название"], ["5000", "Сдам 1-к квартиру"], "", "rent"),
        (["Цена за сутки", "Адрес"], ["2500", "Казань"], "", "daily_rent"),
        (["Цена", "Залог", "Срок аренды"], ["25000", "25000", "от года"], "", "rent"),
        (["Цена", "Категория"], ["25000", "dailyFlatRent"], "", "daily_rent"),
        (["Цена", "Тип объявления", "Адрес"], ["25000", "Сдаётся посуточно", "Казань"], "", "daily_rent"),
    ],
)
def test_who_tells_the_kind_of_deal(header, cells, name, deal):
    assert one(header, cells, file_name=name).record["deal_type"] == deal


def test_the_sample_decides_for_rows_that_say_nothing():
    header = ["Цена", "Ссылка"]
    rows = [["25000", "https://www.cian.ru/rent/flat/1/"], ["30000", ""]]
    assert one(header, rows[1], sample=rows).record["deal_type"] == "rent"
    mixed = [*rows, ["5000000", "https://www.cian.ru/sale/flat/2/"]]
    assert [problem.code for problem in one(header, rows[1], sample=mixed).problems] == ["import.deal_type_unknown"]


def test_a_default_fills_what_the_row_does_not_say():
    header = ["Цена", "Город", "Ссылка"]
    record = one(header, ["25000", "", "https://x.ru/sale/1"], defaults={"deal_type": "rent", "city": "Казань"}).record
    has(record, deal_type="rent", city="Казань")
    assert one(header, ["1", "Уфа", ""], defaults={"city": "Казань", "deal_type": "sale"}).record["city"] == "Уфа"


# ------------------------------------------------------------------------------------------------------- odd and absurd
def test_unknown_columns_are_attributes_under_their_own_header():
    record = flat(
        ["Цена", "Консьерж", "Вид кадастра", "Balcony count", ""], ["5000000", "True", "нет", "True", "что-то"]
    )
    assert record["attributes"] == {
        "Консьерж": "да",
        "Вид кадастра": "нет",
        "Balcony count": "True",
        "column 5": "что-то",
    }


def test_two_columns_of_one_name_and_second_columns_of_a_field():
    record = flat(["Цена", "Заметка", "Заметка", "Год постройки", "Построен"], ["5000000", "а", "б", "1970", "1972"])
    assert record["attributes"] == {"Заметка": "а", "Заметка (2)": "б", "Построен": "1972"}
    assert record["year_built"] == 1970
    assert flat(["Цена", "Год постройки", "Построен"], ["5000000", "", "1972"])["year_built"] == 1972


@pytest.mark.parametrize("price", ["0", "-5", "-5 000 000 ₽", "дорого", "99999999999999"])
def test_an_impossible_price_rejects_the_row(price):
    converted = one(["Цена", "Город"], [price, "Казань"], file_name="sale.csv")
    assert [problem.field for problem in converted.problems] == ["Цена"]


@pytest.mark.parametrize("price", ["", "-1", "-", "нет", "договорная", "None"])
def test_no_price_rejects_nothing(price):
    assert "price" not in flat(["Цена", "Город"], [price, "Казань"])


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("Комнат", "1000", "rooms"),
        ("Площадь", "0", "area_total"),
        ("Площадь", "1000000000", "area_total"),
        ("Площадь", "1.0", "area_total"),
        ("Год постройки", "19", "year_built"),
        ("Год постройки", "2999", "year_built"),
        ("Высота потолков", "29.0", "ceiling_height"),
        ("Этаж", "1000", "floor"),
        ("Широта", "555", "latitude"),
        ("Кадастровый номер", "123", "cadastral_number"),
        ("Дата публикации", "когда-то", "listed_at"),
        ("Ссылка", "javascript:void(0)", "source_url"),
        ("Телефон", "12345-67", "contact_phone"),
        ("Комиссия", "1000", "commission"),
    ],
)
def test_an_implausible_value_is_set_aside_and_nothing_else(header, cell, field):
    converted = one(["Цена", header], ["5000000", cell], file_name="продажа квартир.csv")
    assert converted.problems == []
    assert field not in converted.record
    assert converted.record["price"] == 5_000_000
    if cell != "0":
        assert cell in converted.record["attributes"].values()


def test_figures_that_contradict_each_other_are_set_aside():
    header = ["Цена", "Этаж", "Этажей", "Общая площадь", "Жилая площадь", "Кухня"]
    converted = one(header, ["5000000", "15", "9", "40", "400", "8"], file_name="sale.csv")
    assert {"floor", "floors_total", "area_living"}.isdisjoint(converted.record)
    assert converted.record["attributes"] == {"floor": "15", "floors_total": "9", "area_living": "400.0"}
    assert [warning.code for warning in converted.warnings] == ["import.floor_above_total", "import.part_above_total"]


def test_a_deposit_that_is_a_masked_phone():
    converted = one(["Цена в месяц", "Залог"], ["50000", "9111196080"])
    assert "deposit" not in converted.record
    assert converted.record["attributes"]["deposit"] == "9111196080"


def test_a_cellar_and_an_unknown_floor():
    header = ["Цена", "Этаж", "Этажей", "Комнат"]
    assert flat(header, ["5000000", "-1", "5", "2"])["floor"] == -1
    assert "floor" not in flat(header, ["5000000", "-1", "5", "-1"])
    assert "floor" not in flat(header, ["5000000", "-1", "5", "2"], sample=[["5000000", "3", "5", "-1"]])
    assert flat(header, ["5000000", "Подвал", "5", "2"], sample=[["5000000", "3", "5", "-1"]])["floor"] == -1
    assert flat(header, ["5000000", "-1/5", "", "2"])["floor"] == -1
    assert "floor" not in flat(header, ["5000000", "-1", "", "2"])
    assert flat(["Цена", "Этаж", "Тип"], ["500000", "-1", "Машиноместо"])["floor"] == -1


def test_latitude_and_longitude_go_by_name_and_by_range():
    header = ["Цена", "Dolgota", "Shirota"]
    has(flat(header, ["5000000", "37.637605", "55.769519"]), latitude=55.769519, longitude=37.637605)
    has(flat(["Цена", "lat", "lon"], ["5000000", "37,637605", "55,769519"]), latitude=55.769519, longitude=37.637605)
    has(flat(["Цена", "lat", "lon"], ["5000000", "25.2", "55.3"]), latitude=25.2, longitude=55.3)
    has(flat(["Цена", "lat", "lon"], ["5000000", "131.9", "43.1"]), latitude=43.1, longitude=131.9)
    assert "latitude" not in flat(["Цена", "lat", "lon"], ["5000000", "0", "0"])


def test_land_by_its_unit():
    assert flat(["Цена", "Тип", "Площадь"], ["1", "Участок", "6"])["area_land"] == 600
    assert flat(["Цена", "Тип", "Площадь"], ["1", "Участок", "600"])["area_land"] == 600
    assert flat(["Цена", "Тип", "Площадь, м2"], ["1", "Участок", "60"])["area_land"] == 60
    assert flat(["Цена", "Тип", "Площадь"], ["1", "Участок", "0,5 га"])["area_land"] == 5000
    assert flat(["Цена", "Площадь участка, га"], ["1", "2"])["area_land"] == 20_000
    assert flat(["Цена", "Площадь дома", "Площадь участка"], ["1", "120", "8"])["area_land"] == 800


def test_the_kind_of_object_is_derived_only_from_what_is_said():
    assert flat(["Цена", "Комнат"], ["1", "2"])["property_type"] == "apartment"
    assert flat(["Цена", "Соток"], ["1", "6"])["property_type"] == "land"
    assert flat(["Цена", "Город"], ["1", "Казань"])["property_type"] == "other"
    assert one(["Цена"], ["1"], file_name="дома_продажа.csv").record["property_type"] == "house"


def test_a_subtype_is_kept():
    record = flat(["Цена", "Тип объекта"], ["1", "Таунхаус"])
    has(record, property_type="house", attributes={"subtype": "Таунхаус"})
    assert "attributes" not in flat(["Цена", "Тип объекта"], ["1", "Дом"])


@pytest.mark.parametrize(
    ("text", "status", "kept"),
    [
        ("В продаже", "active", None),
        ("Внесён задаток", "reserved", "Внесён задаток"),
        ("На паузе", "withdrawn", "На паузе"),
        ("Продано", "sold", None),
        ("черновик", "draft", None),
    ],
)
def test_statuses(text, status, kept):
    record = flat(["Цена", "Статус"], ["1", text])
    assert record["status"] == status
    assert record.get("attributes", {}).get("status_text") == kept


def test_closed_words_follow_the_deal():
    assert flat(["Цена", "Тип сделки", "Статус"], ["1", "Аренда", "Closed"])["status"] == "rented"
    assert flat(["Цена", "Тип сделки", "Статус"], ["1", "Продажа", "Сдан"])["status"] == "sold"


def test_a_house_number_is_not_a_floor():
    header = ["Цена", "Улица", "Дом", "Этаж"]
    has(flat(header, ["1", "Ленина", "4/9", "3"]), house="4/9", floor=3, street="Ленина")
    has(flat(["Цена", "Дом"], ["1", "4/9, Панельный"]), floor=4, floors_total=9, building_material="panel", house=None)
    has(flat(["Цена", "Улица", "Дом", "Этаж"], ["1", "Ленина", "12к1", "3"]), house="12к1")


def test_columns_of_numbers_of_rows_identify_nothing():
    sample = [["1", "5000000"], ["2", "6000000"]]
    assert "external_id" not in flat(["№", "Цена"], sample[0], sample=sample)
    sample = [["149881502", "5000000"], ["143084951", "6000000"]]
    assert flat(["N", "Цена"], sample[0], sample=sample)["external_id"] == "149881502"
    assert flat(["ID", "Цена"], ["7", "5"])["external_id"] == "7"
    assert flat(["Лот", "Цена"], ["A-7", "5"])["external_id"] == "A-7"


def test_ambiguous_headers_are_decided_by_the_sample():
    assert flat(["Цена", "area"], ["1", "54.5"])["area_total"] == 54.5
    assert flat(["Цена", "area"], ["1", "Вахитовский район"])["district"] == "Вахитовский район"
    assert flat(["Цена", "location"], ["1", "Москва"])["city"] == "Москва"
    assert flat(["Цена", "location"], ["1", "Казань, Портовая ул., 17"])["street"] == "Портовая ул."


def test_ragged_rows():
    header = ["Цена", "Город", "Комнат"]
    made = plan(header, now=NOW, file_name="sale.csv")
    assert made.convert(["5000000"]).record["price"] == 5_000_000
    assert made.convert(["5000000", "Казань", "2", "", "", "лишнее"]).record["attributes"] == {"column 6": "лишнее"}
    assert [problem.code for problem in made.convert(["", "", ""]).problems] == ["import.row_empty"]
    assert [problem.code for problem in made.convert([]).problems] == ["import.row_empty"]
    assert [problem.code for problem in made.convert(header).problems] == ["import.row_is_header"]


def test_long_texts_are_cut_and_said():
    converted = one(
        ["Цена", "Описание", "Название", "Метро", "Прочее"],
        ["5", "а" * 30_000, "б" * 400, "в" * 5000, "г" * 9000],
        file_name="sale",
    )
    record = converted.record
    assert len(record["description"]) == 20_000
    assert len(record["title"]) <= 300
    assert record["attributes"]["title_full"] == "б" * 400
    assert "metro" not in record
    assert all(len(text) <= 2000 for text in record["attributes"].values())
    assert {warning.code for warning in converted.warnings} == {"import.cut", "import.too_long"}


# -------------------------------------------------------------------------------------------- what people tell the plan
def test_a_person_maps_headers():
    record = flat(
        ["Стоимость сейчас", "Чьё", "Скрыть"],
        ["5 млн", "Анна", "x"],
        user_map={"Стоимость сейчас": "price", "чьё": "contact_name", "Скрыть": "-"},
    )
    has(record, price=5_000_000, contact_name="Анна", attributes=None)
    record = flat(["Цена", "Город"], ["5", "x"], user_map={"Город": "attributes.место"})
    assert record["attributes"] == {"место": "x"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"user_map": {"Цена": "cost"}}, "field.unknown"),
        ({"user_map": {"Нет такого": "price"}}, "import.no_such_header"),
        ({"defaults": {"color": "red"}}, "field.unknown"),
        ({"defaults": {"price": "дорого"}}, "import.default_unreadable"),
        ({"defaults": {"deal_type": "обмен"}}, "import.default_unreadable"),
        ({"extra_aliases": {"cost": ["Цена"]}}, "field.unknown"),
    ],
)
def test_what_cannot_be_told(options, code):
    with pytest.raises(Invalid) as caught:
        plan(["Цена", "Город"], now=NOW, **options)
    assert caught.value.fields[0].code == code


def test_a_file_of_which_nothing_is_understood():
    with pytest.raises(Invalid) as caught:
        plan(["9000000", "1-комн. квартира", "САО"], now=NOW)
    assert caught.value.fields[0].code == "import.no_columns"


def test_more_aliases():
    record = flat(
        ["Хотелка", "Двор"], ["5000000", "тихий"], extra_aliases={"price": ["Хотелка"], "attributes.yard": ["Двор"]}
    )
    has(record, price=5_000_000, attributes={"yard": "тихий"})


def test_the_plan_says_what_it_understood():
    columns = plan(["Цена, тыс. руб.", "Адресс", "Кол-во комнат", "Двор", ""], now=NOW).columns
    assert [tuple(column) for column in columns] == [
        ("Цена, тыс. руб.", "price"),
        ("Адресс", "address"),
        ("Кол-во комнат", "rooms"),
        ("Двор", "attributes.Двор"),
        ("", "-"),
    ]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("ЦЕНА (РУБ.)", "price"),
        ("Цена,\u00a0₽", "price"),
        ("Цена, руб./м2", "attributes.price_per_m2"),
        ("Цена за кв. м", "attributes.price_per_m2"),
        ("Площадь общая (кв.м)", "area_total"),
        ("S общ., м²", "area_total"),
        ("Общая площадь, м2", "area_total"),
        ("Высота потолков, м", "ceiling_height"),
        ("Этаж/Этажность", "floor"),
        ("floorsCount", "floors_total"),
        ("floors_count", "floors_total"),
        ("Населённый пункт", "city"),
        ("all_data.house.ceiling_height", "ceiling_height"),
        ("lontitude", "longitude"),
        ("price2", None),
        ("Цвет обоев", None),
    ],
)
def test_headers_in_any_spelling(header, target):
    assert Aliases({}).match(header).target == target


def test_the_tables_of_headers_are_sound():
    table = load("headers.toml")
    pseudo = {"area_or_district", "place", "row_number"}
    assert set(table["fields"]) - pseudo <= set(READERS)
    seen = Counter(key(name) for part in ("fields", "attributes") for names in table[part].values() for name in names)
    assert [name for name, count in seen.items() if count > 1] == []
    known = Aliases({})
    for deal, names in table["deal_type"].items():
        assert {known.match(name).deal for name in names} == {deal}


# --------------------------------------------------------------------------------------------- spreadsheets and JSON
def test_cells_that_are_not_text():
    header = ["Цена", "Комнат", "Этаж", "Площадь", "Дата", "Ипотека", "Теги", "Телефоны", "Пусто", "Код"]
    cells = [
        5_600_000.0,
        2,
        datetime(2024, 9, 5),
        54.5,
        date(2024, 5, 1),
        True,
        ["новая", "торг"],
        ["+79161234567", "89161234568"],
        None,
        77.0,
    ]  # noqa: DTZ001
    record = flat(header, cells)
    has(
        record, price=5_600_000, rooms=2, floor=5, floors_total=9, area_total=54.5, listed_at=date(2024, 5, 1), mortgage=True,
        tags=["новая", "торг"], contact_phone="+79161234567", external_id="77",
    )  # fmt: skip


def test_tables_inside_cells():
    record = flat(
        ["area", "price", "metro", "address", "phones"],
        [{"value": 63, "unit": "кв. м"}, {"value": 4780000, "currency": "RUR"}, [{"name": "Сокол"}], {"city": "Казань", "street": "Портовая ул.", "house": "17"}, [{"countryCode": "7", "number": "9161234567"}]],
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
    "id": 7, "owner_id": 1, "external_id": "5.0", "source": "Мой сайт", "source_url": "https://www.cian.ru/rent/flat/1/",
    "title": "Дом у воды", "description": "Первая строка\nвторая", "property_type": "house", "deal_type": "sale", "status": "withdrawn",
    "status_reason": "устал", "price": 5_600_000.5, "currency": "RUB", "market": "resale", "rooms": 0, "is_studio": False,
    "is_euro": False, "is_apartments": None, "is_free_layout": False, "area_total": 3.5, "area_living": 40.0, "area_kitchen": None,
    "area_land": 60.0, "floor": -1, "floors_total": None, "year_built": 1812, "building_material": "wood", "renovation": "none",
    "ceiling_height": 30.0, "country": "Россия", "region": "Татарстан", "city": "г. Казань", "district": "САО", "street": "Зеленоград",
    "house": "д. 5", "flat": "7.0", "postal_code": "420000", "address": "ул. Мира, 5", "latitude": 37.6, "longitude": 55.7,
    "metro": "м. Сокол, 5 мин", "metro_minutes": 5, "cadastral_number": "77:01:0001001:1234", "mortgage": True, "bargain": False,
    "commission": 250.0, "deposit": 0, "contact_name": "ID 7", "contact_phone": "+79161234567", "tags": ["a, b", "c"],
    "attributes": {"Двор": "тихий", "metro_distance_m": "600"}, "client_id": 3, "listed_at": "2024-05-01T10:00:00.000000Z",
    "closed_at": None, "final_price": None, "exclusive_from": "2024-05-01", "exclusive_until": "2025-05-01", "price_per_m2": 100,
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


# ------------------------------------------------------------------------------------------------------ whatever comes
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
        "-1", "0", "5/9", "2-к квартира", "=HYPERLINK(\"x\")", "/kazan/kvartiry/x_123456", "https://www.cian.ru/sale/flat/1/", "м. Сокол (5 мин)",
        "Москва, ул. Мира, 5", "60000/мес.", "56/33/8", "Студия", "31.12.2024", "\x00", "\ud800", "1" * 400, "т" * 3000, "&#0;", "нет",
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
    "title", "description", "property_type", "deal_type", "status", "currency", "market", "building_material", "renovation", "country",
    "region", "city", "district", "street", "house", "flat", "postal_code", "address", "metro", "cadastral_number", "contact_name",
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


# ------------------------------------------------------------------------------------------------------------ real files
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
