"""The small parsers: texts, numbers, dates, and nothing but Unreadable on any text at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

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


PARSERS = {
    "number": values.number, "whole": values.whole, "boolean": values.boolean, "percent": values.percent,
    "area": surfaces.area,
    "areas": surfaces.areas, "distance": values.distance, "travel": values.travel, "ceiling": values.ceiling,
    "year": values.year,
    "coordinate": values.coordinate, "coordinates": values.coordinates, "cadastral": values.cadastral,
    "money": amounts.money,
    "pledge": amounts.pledge, "rooms": notation.rooms, "rooms_code": notation.rooms_code, "floors": notation.floors,
    "storeys": notation.storeys, "stations": notation.stations, "moment": lambda text: moments.moment(text, NOW),
    "link": links.LinkReader(from_slug=True), "address": addresses.take_apart, "street": addresses.sort_street,
    "district": addresses.sort_district, "terms": lambda text: terms.read(terms.split(text)),
    "headline": headline.headline,
    "kind": lexicon.kind, "material": lexicon.material,
}  # fmt: skip
FRAGMENTS = st.lists(
    st.sampled_from([
        *" .,/-–;()[]'\"№₽$€%+=<>&@#\n\t\u00a0\u202f²٣İ", "1", "12", "5/9", "м²", "млн", "тыс", "руб", "кв.м",
        "евро", "комн", "студия",
        "этаж", "из", "сегодня", "назад", "мин", "км", "пешком", "ул.", "д.", "кв.", "г.", "https://", "avito.ru",
        "/kazan/", "_123456",
        '=HYPERLINK("', '")', "77:01:0001001:1", "999999999999999999999", "1e5", "-1", "0", "NaN", "мая", "2024",
        "31.12", "залог",
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
