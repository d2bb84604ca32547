"""The exports that agents have, whole: portals, agencies, feeds, spreadsheets. The files lie in `exports`."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from realty_cli.properties.mapping import plan

NOW = datetime(2024, 11, 23, 12, 0, tzinfo=UTC)
#: The file names no zone.
CREATED = datetime(2020, 7, 28, 9, 5)  # noqa: DTZ001
EXPORTS = Path(__file__).parent / "exports"


def table(name):
    path = EXPORTS / f"{name}.csv"
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=max(",;^", key=first.count))
    return header, rows


def read(name, **options):
    """The records of a file, which must all be taken without a problem."""
    header, rows = table(name)
    made = plan(header, sample=rows, now=NOW, file_name=name, **options)
    converted = [made.convert(row) for row in rows]
    assert [one.problems for one in converted if one.problems] == []
    return [one.record for one in converted]


def has(record, **expected):
    assert {name: record.get(name) for name in expected} == expected


def test_cian_save_to_excel():
    records = read("cian_excel_sale")
    has(
        records[0], external_id="29847", rooms=2, property_type="apartment", deal_type="sale", price=12_500_000,
        currency="RUB",
        area_total=54.0, area_living=32.0, area_kitchen=9.0, floor=5, floors_total=16, building_material="panel",
        mortgage=True,
        metro="Речной вокзал", metro_minutes=None, contact_phone="+79161234567", renovation="cosmetic",
        ceiling_height=2.64,
        city="Москва", district="Ховрино", street="Зеленоградская ул.", house="17к1", source="cian",
        description='Тихий "двор"',
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
    [record] = read("cian_excel_rent")
    has(record, deal_type="rent", price=25_000, deposit=20_000, rooms=1, area_living=18.0, floor=2, city="Казань")
    attributes = record["attributes"]
    assert attributes["lease_term"] == "Длительный"
    assert attributes["prepayment"] == "1 месяц"
    assert "Коммунальные услуги включены" in attributes["utilities"]
    assert attributes["Можно с детьми/животными"] == "Можно с детьми"
    assert record["description"] == "Мебель, Холодильник"


def test_agency_database_export():
    records = read("agency_database")
    has(
        records[0], external_id="15", deal_type="sale", market="resale", region="Московская область", city="Мытищи",
        district="Центр",
        street="ул. Мира", house="8/5", price=5_600_000, rooms=2, area_total=56.0, area_living=33.0,
        area_kitchen=8.0, floor=3,
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
    [record] = read("valuation_table")
    has(
        record, deal_type="sale", metro="ВДНХ", metro_minutes=5, floor=12, floors_total=25, area_total=34.8,
        area_kitchen=8.5,
        price=16_781_328, listed_at=date(2024, 12, 31), contact_phone="+74956003532", city="Москва", house="183",
    )  # fmt: skip
    assert record["attributes"] == {"Вид передаваемого права": "право собственности", "agency": "Инком"}


def test_cards_of_a_large_agency():
    [record] = read("agency_cards_sale")
    has(
        record, external_id="10244", rooms=4, area_total=99.7, ceiling_height=3.0, renovation="designer", floor=2,
        floors_total=7,
        year_built=2008, building_material="brick", house="12А", city="Тюмень", street="ул. Республики",
        property_type="apartment",
        deal_type="sale",
    )  # fmt: skip
    assert record["attributes"]["utilities"] == "5 000"
    assert record["attributes"]["Двор"] == "закрытый"


def test_avito_card_with_carets():
    [record] = read("avito_card_carets")
    has(
        record, area_total=45.0, area_living=30.0, floor=5, floors_total=9, renovation="needs_repair", mortgage=True,
        price=4_950_000,
        deal_type="sale", market="new_building", external_id="1905860168", source="avito", city="Казань",
        street="Портовая ул.",
        source_url="https://www.avito.ru/kazan/kvartiry/2-k._kvartira_45m_59et._1905860168", ceiling_height=2.7,
    )  # fmt: skip
    assert record["attributes"]["sale_kind"] == "переуступка"


def test_cian_card():
    [record] = read(
        "cian_card",
        defaults={"deal_type": "sale"},
    )
    has(
        record, rooms=1, property_type="apartment", area_total=48.0, area_living=24.0, floor=12, floors_total=25,
        year_built=2012,
        metro="Медведково", metro_minutes=None, region="Московская область", city="Мытищи", street="Юбилейная ул.",
    )  # fmt: skip
    assert record["attributes"]["metro_transport_minutes"] == "15"
    assert record["attributes"]["price_per_m2"] == "136 458"


def test_a_table_of_clients_is_rejected_row_by_row():
    header, rows = table("clients")
    made = plan(header, sample=rows, now=NOW)
    assert [problem.code for problem in made.convert(rows[0]).problems] == ["import.deal_type_unknown"]


def test_a_spreadsheet_with_formulas_and_a_slip_in_a_header():
    [record] = read("spreadsheet_formulas_rent")
    has(
        record, source_url="https://avito.ru/moskva/kvartiry/2-k._kvartira_44m_49et._2241576229", rooms=2,
        area_total=44.0, city="Москва",
        street="Фестивальная ул.", house="65", metro="Беломорская", listed_at=NOW - timedelta(minutes=1),
        deal_type="rent",
    )  # fmt: skip
    assert record["attributes"]["metro_distance_m"] == "1500"


def test_the_parser_of_cian_with_minus_one_for_unknown():
    records = read("cian_parser")
    has(
        records[0], floor=None, floors_total=None, rooms=None, area_total=None, price=25_544_778,
        property_type="apartment", deal_type="sale",
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
    records = read("avito_search_rent")
    has(
        records[0], external_id="1965190494", rooms=2, property_type="apartment", deal_type="rent", price=12_000,
        area_total=46.0, floor=2,
        floors_total=5, commission=50.0, listed_at=CREATED, city="Казань", district="Вахитовский район",
        street="Портовая ул.", house="17", postal_code="420108", metro="Площадь Тукая", metro_minutes=None,
        latitude=55.771525,
    )  # fmt: skip
    assert records[0]["attributes"] == {"agency": "Агентство", "metro_distance_m": "2400"}
    has(records[1], rooms=0, is_studio=True, city="с. Усады", metro=None, district=None)
    has(records[2], city="Казань", street="Главная ул.")


def test_a_table_of_a_data_set_in_english():
    records = read("data_set_sale")
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
    records = read("avito_feed_table")
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
    records = read("plots_sale")
    has(
        records[0], property_type="land", price=1_200_000, area_land=600.0, cadastral_number="50:20:0010112:55",
        city="Одинцово",
        contact_name="Иван Петров", contact_phone="+79161234567", external_id=None,
    )  # fmt: skip
    has(records[1], price=2_500_500, area_land=1250.0, city="д. Ивановка")


def test_a_portal_of_a_neighbour():
    [record] = read(
        "neighbour_portal",
        defaults={"deal_type": "sale"},
    )
    has(
        record, currency="KGS", price=18_574_600, rooms=4, area_total=172.0, floor=2, floors_total=16,
        building_material="monolith",
        year_built=2017, renovation="euro", ceiling_height=3.0, mortgage=True, longitude=74.6003, city="Бишкек",
        source="house_kg",
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
    [record] = read("terms_column")
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
    [record] = read("flattened_feed")
    has(
        record, area_total=63.0, price=4_780_000, currency="RUB", city="Санкт-Петербург", street="18-я линия В.О.",
        metro="Василеостровская",
        metro_minutes=5, contact_name="Мария", deal_type="sale", property_type="apartment", source_url=None,
    )  # fmt: skip
