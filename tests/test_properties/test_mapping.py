"""How a plan reads rows: who tells the kind of deal, what is set aside, what people may say about headers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from realty_cli.errors import Invalid
from realty_cli.properties.mapping import plan
from realty_cli.properties.reading.drafts import READERS
from realty_cli.properties.reading.headers import Aliases, key
from realty_cli.properties.reading.lexicon import load

NOW = datetime(2024, 11, 23, 12, 0, tzinfo=UTC)


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


# ------------------------------------------------------------------------------------------------- the kind of a deal
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


@pytest.mark.parametrize(
    ("price", "area", "kind", "deal"),
    [
        ("11 200 000 ₽", "44,6", "Квартира", "sale"),
        ("45 000 ₽", "44,6", "Квартира", "rent"),
        ("85 000", "100", "Офис", "rent"),
        ("3500 €", "210", "Дом", "rent"),
        ("350 000 €", "210", "Дом", "sale"),
        ("7 100 000", "", "Квартира", "sale"),
        ("45 000", "", "Квартира", "rent"),
        ("450 000", "50", "Квартира", None),  # 9,000 a metre: a palace let, or a hut sold
        ("71 000", "18", "Гараж", None),
        ("450 000", "", "Участок", None),
        ("30 000 сом", "50", "Квартира", None),  # a currency whose markets we do not know
        ("", "50", "Квартира", None),
    ],
)
def test_the_price_tells_where_nothing_else_does(price, area, kind, deal):
    made = one(["Цена", "Площадь, м2", "Тип недвижимости", "Город"], [price, area, kind, "Томск"])
    if deal is None:
        assert [problem.code for problem in made.problems] == ["import.deal_type_unknown"]
    else:
        assert (made.problems, made.record["deal_type"]) == ([], deal)
        assert [warning.code for warning in made.warnings] == ["import.deal_type_by_price"]


def test_a_default_fills_what_the_row_does_not_say():
    header = ["Цена", "Город", "Ссылка"]
    record = one(header, ["25000", "", "https://x.ru/sale/1"], defaults={"deal_type": "rent", "city": "Казань"}).record
    has(record, deal_type="rent", city="Казань")
    assert one(header, ["1", "Уфа", ""], defaults={"city": "Казань", "deal_type": "sale"}).record["city"] == "Уфа"


# ----------------------------------------------------------------------------------------------------- odd and absurd
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


def test_a_table_of_any_width():
    header = ["Цена", *[""] * 5_000, *(f"Поле {number}" for number in range(500))]
    record = flat(header, ["5000000", *["x"] * 5_500])
    assert len(record["attributes"]) <= 200


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


# ------------------------------------------------------------------------------------------ what people tell the plan
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
        ({"defaults": {"attributes.двор": "тихий"}}, "field.unknown"),
        ({"defaults": {"-": "x"}}, "field.unknown"),
        ({"defaults": {"price": "дорого"}}, "import.default_unreadable"),
        ({"defaults": {"deal_type": "обмен"}}, "import.default_unreadable"),
        ({"extra_aliases": {"cost": ["Цена"]}}, "field.unknown"),
    ],
)
def test_what_cannot_be_told(options, code):
    with pytest.raises(Invalid) as caught:
        plan(["Цена", "Город"], now=NOW, **options)
    assert caught.value.fields[0].code == code


def test_our_reasons_for_a_rejection_are_not_read_back():
    assert "attributes" not in flat(["Цена", "realty_line", "realty_reason"], ["5000000", "7", "deal_type: ..."])


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
        record, external_id="ML81", property_type="house", price=750_000, currency="USD", rooms=2,
        area_total=pytest.approx(102.24, abs=0.01),
        area_land=pytest.approx(464.5, abs=0.1), status="reserved", street="Main St", house="1",
    )  # fmt: skip
