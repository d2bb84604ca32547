"""The small parsers under the mapping: every notation of the market, and nothing but Unreadable on any other text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realty_cli.properties import values
from realty_cli.properties.reading import (
    addresses,
    amounts,
    headline,
    lexicon,
    links,
    moments,
    notation,
    surfaces,
    terms,
)
from realty_cli.properties.values import Unreadable

NOW = datetime(2024, 11, 23, 12, 0, tzinfo=UTC)


def refused(parse, text):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value.code


# --------------------------------------------------------------------------------------------------------------- texts
@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("  Казань  ", "Казань"),
        ("ЖК &quot;Парк&quot;&nbsp;&amp; сад", 'ЖК "Парк" & сад'),
        ("строка\r\nвторая\x00\x07", "строка вторая"),
        ("a\u00a0b\u202fc", "a b c"),
        ("<b>Дом</b><br/>у воды", "Дом у воды"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'- торг", "- торг"),
        ("d'Oro", "d'Oro"),
        ("5 < 7 > 3", "5 < 7 > 3"),
        ("https://x.ru/?a=1&copy=2", "https://x.ru/?a=1&copy=2"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
    ],
)
def test_a_line_is_clean(cell, clean):
    assert values.line(cell) == clean


def test_a_block_keeps_its_lines():
    assert values.block("Первая\r\nвторая<br>третья\x01") == "Первая\nвторая\nтретья"


@pytest.mark.parametrize("text", ["", "-", "--", "—", "None", "NaN", "нет данных", "Не указано", "null", "N/A", "#Н/Д"])
def test_blank_words_say_nothing(text):
    assert values.blank(text)
    assert values.unknown(text)


def test_no_is_unknown_only_where_it_is_no_answer():
    assert not values.blank("нет")
    assert values.unknown("Нет")


# --------------------------------------------------------------------------------------------------------------- money
@pytest.mark.parametrize(
    ("text", "amount", "currency", "period"),
    [
        ("5600000", 5_600_000, None, None),
        ("16 781 328 ₽", 16_781_328, "RUB", None),
        ("16\u00a0781\u00a0328\u00a0₽", 16_781_328, "RUB", None),
        ("16\u202f781\u2009328₽", 16_781_328, "RUB", None),
        ("2 390 000 руб.", 2_390_000, "RUB", None),
        ("2390000р.", 2_390_000, "RUB", None),
        ("12.500.000", 12_500_000, None, None),
        ("12,500,000", 12_500_000, None, None),
        ("12 500 000,50", Decimal("12500000.50"), None, None),
        ("12,500,000.5", Decimal("12500000.50"), None, None),
        ("55848000.0", 55_848_000, None, None),
        ("1.2e7", 12_000_000, None, None),
        ("4.95 млн", 4_950_000, None, None),
        ("4,950 млн", 4_950_000, None, None),
        ("12,5 млн ₽", 12_500_000, "RUB", None),
        ("1,5 млрд", 1_500_000_000, None, None),
        ("4 500 тыс. руб.", 4_500_000, "RUB", None),
        ("4500 т.р.", 4_500_000, None, None),
        ("350к", 350_000, None, None),
        ("5 млн 300 тыс. руб.", 5_300_000, "RUB", None),
        ("$1.2M", 1_200_000, "USD", None),
        ("120 000 $", 120_000, "USD", None),
        ("€250,000", 250_000, "EUR", None),
        ("18 574 600 сом", 18_574_600, "KGS", None),
        ("12 000 000 тг", 12_000_000, "KZT", None),
        ("31000000 тенге", 31_000_000, "KZT", None),
        ("50 000 бел. руб.", 50_000, "BYN", None),
        ("60000/мес.", 60_000, None, "month"),
        ("60 000 ₽/мес.", 60_000, "RUB", "month"),
        ("25 000 руб. в месяц", 25_000, "RUB", "month"),
        ("£950 pcm", 950, "GBP", "month"),
        ("1 500 ₽/сут", 1_500, "RUB", "day"),
        ("2000 за сутки", 2_000, None, "day"),
        ("120 000 ₽ в год", 10_000, "RUB", "year"),
        ("£120 pw", 520, "GBP", "week"),
        ("100 млн. ₽ / 1 200 000 $", 100_000_000, "RUB", None),
    ],
)
def test_money_in_every_notation(text, amount, currency, period):
    found = amounts.money(text)
    assert (found.amount, found.currency, found.period) == (amount, currency, period)


def test_a_price_with_its_terms():
    found = amounts.money("3600000 руб., Свободная продажа, Возможна ипотека")
    assert (found.amount, found.rest) == (3_600_000, ("Свободная продажа", "Возможна ипотека"))
    assert amounts.money("8 900 000 руб. торг уместен").rest == ("торг уместен",)


def test_a_rent_of_cian_with_all_its_terms():
    found = amounts.money("500000.0 руб./ За месяц, Залог - 400000 руб., Срок аренды - Длительный, Предоплата 1 месяц")
    assert (found.amount, found.period) == (500_000, "month")
    told = terms.read(found.rest)
    assert told.fields == {"deposit": 400_000}
    assert told.attributes == {"lease_term": "Длительный", "prepayment": "1 месяц"}
    assert told.deal == "rent"


@pytest.mark.parametrize(
    "text", ["5-7 млн", "от 5 до 7 млн", "5 000 000 – 7 000 000 ₽", "договорная", "по запросу", "до 5 млн"]
)
def test_no_single_amount(text):
    assert amounts.money(text).amount is None


def test_a_lower_bound_says_so():
    found = amounts.money("от 24 395 000 ₽")
    assert (found.amount, found.at_least) == (24_395_000, True)


def test_a_price_for_a_square_metre_is_marked():
    assert amounts.money("2 000 ₽ за м²").per_area
    assert amounts.money("150 000 руб./кв.м").per_area


def test_a_header_in_thousands_scales_bare_numbers_only():
    assert amounts.money("5600", 1000).amount == 5_600_000
    assert amounts.money("5 600,5", 1000).amount == 5_600_500
    assert amounts.money("5,6 млн", 1000).amount == 5_600_000
    assert amounts.money("4,950", 10**6).amount == 4_950_000


@pytest.mark.parametrize("text", ["0", "-5", "-5 000 000 ₽", "0 руб.", "0.0"])
def test_a_price_is_above_zero(text):
    assert refused(amounts.money, text) == "import.price_not_positive"


@pytest.mark.parametrize("text", ["abc", "дорого", "5 300 000 ₽ 5 500 000 ₽", "7 млн 500", "см. описание"])
def test_a_price_that_is_none(text):
    assert refused(amounts.money, text) == "import.price_unreadable"


def test_deposits():
    assert amounts.pledge("без залога").amount == 0
    assert amounts.pledge("Залог 60 000 ₽").amount == 60_000
    refused(amounts.pledge, "1 месяц")


@given(
    st.integers(1, 10**12),
    st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ""]),
    st.sampled_from(["", " ₽", "₽", " руб.", " р.", " RUB"]),
)
def test_a_formatted_price_reads_back(price, gap, sign):
    text = f"{price:,}".replace(",", gap) + sign
    assert amounts.money(text).amount == price


@given(
    st.integers(1, 999_999), st.sampled_from([(1_000, "тыс."), (10**6, "млн"), (10**9, "млрд")]), st.sampled_from(",.")
)
def test_a_price_in_words_reads_back(hundredths, scale, point):
    factor, word = scale
    text = f"{hundredths // 100}{point}{hundredths % 100:02d} {word} руб."
    assert amounts.money(text).amount == Decimal(hundredths) * factor / 100


@given(st.integers(100, 10**11), st.integers(0, 99))
def test_a_price_with_kopecks_reads_back(whole, part):
    grouped = f"{whole:,}"
    for text in (f"{whole}.{part:02d}", f"{grouped.replace(',', ' ')},{part:02d} ₽"):
        assert amounts.money(text).amount == Decimal(f"{whole}.{part:02d}")


# --------------------------------------------------------------------------------------------------------------- areas
@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("45.0", 45.0),
        ("48 м²", 48.0),
        ("34,8 м²", 34.8),
        ("61 кв.м", 61.0),
        ("61 кв. м.", 61.0),
        ("43.5 м2", 43.5),
        ("1 200 м²", 1200.0),
        ("62.7m²", 62.7),
        ("6 соток", 600.0),
        ("5 сот.", 500.0),
        ("6 cоток", 600.0),
        ("0.1 га", 1000.0),
        ("1,5 га", 15_000.0),
        ("1000 sqft", 92.903),
    ],
)
def test_one_area(text, area):
    assert surfaces.area(text) == pytest.approx(area, abs=0.001)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("56.2/33.0/8.0", (56.2, 33.0, 8.0, None, None)),
        ("58,4 / 34 / 10 м²", (58.4, 34.0, 10.0, None, None)),
        ("56,2/-/8", (56.2, None, 8.0, None, None)),
        ("56/0/8", (56.0, None, 8.0, None, None)),
        ("60/35", (60.0, 35.0, None, None, None)),
        ("200.0/20.0", (200.0, None, 20.0, None, None)),
        ("30/10", (30.0, None, None, None, 10.0)),
        ("120 м² / 6 сот.", (120.0, None, None, 600.0, None)),
        ("54 м² (жилая 30, кухня 9)", (54.0, 30.0, 9.0, None, None)),
        ("общ. 54 / жил. 30,5 / кух. 9", (54.0, 30.5, 9.0, None, None)),
    ],
)
def test_sets_of_areas(text, expected):
    assert tuple(surfaces.areas(text)) == expected


@pytest.mark.parametrize("text", ["abc", "30-40", "от 30", "1/2/3/4/5"])
def test_no_area(text):
    refused(surfaces.areas, text)


@given(st.integers(100, 99_999), st.sampled_from([" м²", " кв.м", "м2", "", " кв. м"]), st.sampled_from(",."))
def test_an_area_reads_back(hundredths, unit, point):
    text = f"{hundredths // 100}{point}{hundredths % 100:02d}{unit}"
    assert surfaces.area(text) == pytest.approx(hundredths / 100)


@given(st.integers(300, 3000), st.integers(100, 299), st.integers(40, 99))
def test_a_triple_reads_back(total, living, kitchen):
    text = f"{total / 10}/{living / 10}/{kitchen / 10}"
    assert tuple(surfaces.areas(text))[:3] == (total / 10, living / 10, kitchen / 10)


# ---------------------------------------------------------------------------------------------------- rooms and floors
@pytest.mark.parametrize(
    ("texts", "count"),
    [
        ("0|Студия|студия|Квартира-студия|ст|studio|Студия, 26 м²", 0),
        (
            "1|1.0|1-к квартира|1-к. кв.|1к.кв.|1 к.кв|1-комн. квартира|1-комн. кв.|однокомнатная|однушка|1-ком.|one room",
            1,
        ),
        (
            "2|2-к|2-комн|2-х комнатная|2х-комн.|двухкомнатная квартира|двушка|2 комнаты|2кк|2-ккв|2, Изолированная|2, Смежная",
            2,
        ),
        ("3|3, Оба варианта|трёхкомнатная|трешка|3-room|3 rooms|3 комн. кв-ра", 3),
        ("4-комн.|четырехкомнатная|4", 4),
        ("5+|5 и более|более 5|5 комнат и более", 5),
        ("10 и более|10+", 10),
    ],
)
def test_rooms(texts, count):
    for text in texts.split("|"):
        assert notation.rooms(text).count == count, text


@pytest.mark.parametrize("text", ["2-к евро", "евродвушка", "евро-2", "2Е", "2Е-к", "2E", "2-комн. евро", "евро 2"])
def test_euro_layouts(text):
    found = notation.rooms(text)
    assert (found.count, found.is_euro) == (2, True)


def test_flats_that_are_more_than_a_count():
    assert notation.rooms("евротрёшка").count == 3
    assert notation.rooms("Своб. планировка").is_free_layout
    assert notation.rooms("свободная планировка").count is None
    assert notation.rooms("Апартаменты-студия")[:2] == (0, True)
    assert notation.rooms("Апартаменты-студия").is_apartments
    assert notation.rooms("1-комн. апарт.").is_apartments
    assert notation.rooms("Многокомнатная").count is None
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
    assert notation.rooms_code("3").count == 3
    assert notation.rooms("9").count == 9


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
    assert notation.rooms(form.format(count)).count == count


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


# ------------------------------------------------------------------------------------------------------------- stations
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


# ------------------------------------------------------------------------------------------------------------- numbers
@pytest.mark.parametrize(
    ("text", "height"),
    [("2.64", 2.64), ("3,02 м", 3.02), ("264", 2.64), ("3000 м.", 3.0), ("2,7м", 2.7), ("0.0", None)],
)
def test_ceilings(text, height):
    assert values.ceiling(text) == height


@pytest.mark.parametrize(
    ("text", "share"), [("50%", 50.0), ("0", 0.0), ("1,5 %", 1.5), ("без комиссии", 0.0), ("нет", 0.0)]
)
def test_percents(text, share):
    assert values.percent(text) == share


@pytest.mark.parametrize(
    ("text", "year"), [("1957", 1957), ("1957.0", 1957), ("2012 г.", 2012), ("II кв. 2025", 2025), ("0", None)]
)
def test_years(text, year):
    assert values.year(text) == year


@pytest.mark.parametrize(
    ("text", "value"), [("да", True), ("Есть", True), ("True", True), ("1.0", True), ("возможна", True), ("+", True)]
)
def test_yes(text, value):
    assert values.boolean(text) is value


@pytest.mark.parametrize("text", ["нет", "False", "0", "не возможна", "без торга", "отсутствует", "no"])
def test_no(text):
    assert values.boolean(text) is False


def test_places_by_numbers():
    assert values.coordinate("55,752364") == 55.752364
    assert values.coordinate("0") is None
    assert values.coordinates("55.79, 49.11") == (55.79, 49.11)
    assert values.coordinates("55,79; 49,11") == (55.79, 49.11)
    assert values.cadastral(" 50:20:0010112 : 55; 50:20:001011:56") == ["50:20:0010112:55", "50:20:001011:56"]
    refused(values.cadastral, "50:20:1:5")
    refused(values.coordinate, "1000")


# --------------------------------------------------------------------------------------------------------------- dates
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31.12.2024", date(2024, 12, 31)),
        ("31.12.24", date(2024, 12, 31)),
        ("31.12.2024 10:30", datetime(2024, 12, 31, 10, 30)),  # noqa: DTZ001
        ("2020-07-30 10:09:00", datetime(2020, 7, 30, 10, 9)),  # noqa: DTZ001
        ("2024-01-15", date(2024, 1, 15)),
        ("2024-01-15T10:00:00Z", datetime(2024, 1, 15, 10, tzinfo=UTC)),
        ("сегодня, 07:50", datetime(2024, 11, 23, 7, 50)),  # noqa: DTZ001
        ("вчера", date(2024, 11, 22)),
        ("1 минуту назад", NOW - timedelta(minutes=1)),
        ("Добавлено 3 часа назад", NOW - timedelta(hours=3)),
        ("Обновлено 5 дней назад", date(2024, 11, 18)),
        ("неделю назад", date(2024, 11, 16)),
        ("5 мая 2024", date(2024, 5, 5)),
        ("5 мая", date(2024, 5, 5)),
        ("25 декабря", date(2023, 12, 25)),
        ("May 5, 2024", date(2024, 5, 5)),
        ("12/31/2024", date(2024, 12, 31)),
        ("2024/01/15", date(2024, 1, 15)),
        ("45292", date(2024, 1, 1)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    ],
)
def test_moments(text, expected):
    assert moments.moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["3 кв. 2025", "скоро", "2024-13-45", "99.99.9999", "0001-01-01"])
def test_no_moment(text):
    refused(lambda each: moments.moment(each, NOW), text)


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)))
def test_a_date_reads_back(day):
    assert moments.moment(day.strftime("%d.%m.%Y"), NOW) == day
    assert moments.moment(day.isoformat(), NOW) == day


# --------------------------------------------------------------------------------------------------------------- links
def test_a_relative_link_is_of_avito():
    found = links.LinkReader(from_slug=True)("/kazan/kvartiry/2-k_kvartira_45_m_55_et._1905860168")
    assert found.url == "https://www.avito.ru/kazan/kvartiry/2-k_kvartira_45_m_55_et._1905860168"
    assert found.facts == {
        "source": "avito", "city": "Казань", "property_type": "apartment", "external_id": "1905860168", "rooms": 2, "area_total": 45.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "https://www.cian.ru/sale/flat/301644/",
            {"source": "cian", "property_type": "apartment", "deal_type": "sale"},
        ),
        (
            "https://spb.cian.ru/rent/flat/294511416/",
            {"source": "cian", "city": "Санкт-Петербург", "property_type": "apartment", "deal_type": "rent"},
        ),
        ("www.cian.ru/rent/room/294511416/", {"source": "cian", "property_type": "room", "deal_type": "rent"}),
        ("https://example.com/prodam/dom/7", {"deal_type": "sale", "property_type": "house"}),
        ("https://example.com/kupit/kvartira/7", {"deal_type": "sale", "property_type": "apartment"}),
        ("https://example.com/snyat/posutochno/kvartira/7", {"deal_type": "daily_rent", "property_type": "apartment"}),
        ("https://realty.yandex.ru/offer/123/", {"source": "yandex"}),
        (
            "https://www.domclick.ru/card/sale__flat__191473",
            {"source": "domclick", "deal_type": "sale", "property_type": "apartment"},
        ),
    ],
)
def test_what_a_link_tells(text, facts):
    assert links.LinkReader(from_slug=False)(text).facts == facts


@pytest.mark.parametrize(
    "cell",
    [
        '=ГИПЕРССЫЛКА("https://x.ru/1"; "смотреть")',
        '=HYPERLINK("https://x.ru/1","смотреть")',
        "см. https://x.ru/1.",
        "https://x.ru/1",
        "//x.ru/1",
        "x.ru/1",
    ],
)
def test_the_address_inside_a_cell(cell):
    assert links.whole(cell) == "https://x.ru/1"


@pytest.mark.parametrize("cell", ["javascript:void(0);", "нет ссылки", "file:///etc/passwd", "/etc/passwd"])
def test_no_link(cell):
    assert refused(links.whole, cell) == "import.not_a_link"


# ----------------------------------------------------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("Москва, ВАО, р-н Измайлово, 7-я Парковая ул., 27", {"city": "Москва", "okrug": "ВАО", "district": "Измайлово", "street": "7-я Парковая ул.", "house": "27"}),
        ("Московская область, Мытищи, мкр. Ярославский, Юбилейная ул., 16", {"region": "Московская область", "city": "Мытищи", "quarter": "мкр. Ярославский", "street": "Юбилейная ул.", "house": "16"}),
        ("Москва, НАО (Новомосковский), Коммунарка поселок, 101", {"city": "Москва", "okrug": "НАО", "settlement": "Коммунарка поселок"}),
        ("ул. Викторенко, вл11", {"street": "ул. Викторенко", "house": "вл11"}),
        ("г. Москва, пр-кт. Мира, д. 183", {"city": "Москва", "street": "пр-кт. Мира", "house": "183"}),
        ("Страстной бульвар, д. 4, стр. 3, кв. 52", {"street": "Страстной бульвар", "house": "4 стр. 3", "flat": "52"}),
        ("18-я линия В.О., 32", {"street": "18-я линия В.О.", "house": "32"}),
        ("Казыбек би р-н, мкр Юго-Восток, Степной 3 3/8", {"district": "Казыбек би", "quarter": "мкр Юго-Восток"}),
        ("Россия, Свердловская обл., Екатеринбург, ул. Малышева 51", {"country": "Россия", "region": "Свердловская обл.", "city": "Екатеринбург", "street": "ул. Малышева", "house": "51"}),
        ("Екатеринбург, ул. 8 Марта 15", {"city": "Екатеринбург", "street": "ул. 8 Марта", "house": "15"}),
        ("г Санкт-Петербург, Невский пр, д 10 кв 5", {"city": "Санкт-Петербург", "street": "Невский пр", "house": "10", "flat": "5"}),
        ("Московская область, Зеленоградский дп, ул. Зеленый Город", {"region": "Московская область", "settlement": "Зеленоградский дп", "street": "ул. Зеленый Город"}),
        ("Казань, Портовая, 17", {"city": "Казань", "street": "Портовая", "house": "17"}),
        ("Москва, Щукино, 3", {"city": "Москва"}),
        ("Ленина 5", {}),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart_and_never_invented(line, facts):
    assert addresses.take_apart(line) == facts


@pytest.mark.parametrize(
    "house", ["27", "29А", "9к1", "42К1", "28С2", "4/22С9", "4Дк2", "вл11", "13/14С3", "1Кк2", "24/7с3"]
)
def test_houses(house):
    assert addresses.take_apart(f"ул. Мира, {house}")["house"] == house


# --------------------------------------------------------------------------------------------------------------- words
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


# ------------------------------------------------------------------------------------------------------ whatever comes
PARSERS = {
    "number": values.number, "whole": values.whole, "boolean": values.boolean, "percent": values.percent, "area": surfaces.area,
    "areas": surfaces.areas, "distance": values.distance, "travel": values.travel, "ceiling": values.ceiling, "year": values.year,
    "coordinate": values.coordinate, "coordinates": values.coordinates, "cadastral": values.cadastral, "money": amounts.money,
    "pledge": amounts.pledge, "rooms": notation.rooms, "rooms_code": notation.rooms_code, "floors": notation.floors,
    "storeys": notation.storeys, "stations": notation.stations, "moment": lambda text: moments.moment(text, NOW),
    "link": links.LinkReader(from_slug=True), "address": addresses.take_apart, "street": addresses.sort_street,
    "district": addresses.sort_district, "terms": lambda text: terms.read(terms.split(text)), "headline": headline.headline,
    "kind": lexicon.kind, "material": lexicon.material,
}  # fmt: skip
FRAGMENTS = st.lists(
    st.sampled_from([
        *" .,/-–;()[]'\"№₽$€%+=<>&@#\n\t\u00a0\u202f²٣İ", "1", "12", "5/9", "м²", "млн", "тыс", "руб", "кв.м", "евро", "комн", "студия",
        "этаж", "из", "сегодня", "назад", "мин", "км", "пешком", "ул.", "д.", "кв.", "г.", "https://", "avito.ru", "/kazan/", "_123456",
        '=HYPERLINK("', '")', "77:01:0001001:1", "999999999999999999999", "1e5", "-1", "0", "NaN", "мая", "2024", "31.12", "залог",
        "комиссия", "ипотека", "&quot;",
    ]),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
@given(text=st.one_of(FRAGMENTS, st.text(max_size=40)))
@example(text="1" * 400)
@example(text="5" + " " * 3000)
@example(text="\ud800")
def test_nothing_but_unreadable(name, text):
    try:
        PARSERS[name](text)
    except Unreadable:
        pass
