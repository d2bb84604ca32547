"""Amounts of money and areas in every notation of the market."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties.reading import amounts, surfaces, terms
from realty_cli.properties.values import Unreadable


def refused(parse, text):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value.code


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


_FIGURES = st.sampled_from(["0", "5", "07", "152 565", "1\xa0234\xa0567", "1 23", "12 3456", "152565", "٣"])
_TAILS = st.sampled_from([
    "₽/мес.", " руб.", " млн ₽", " тыс", "k", "m", "м", " в год", " за неделю", "€/сут.", " ₽ за м²", ", торг", "-",
    ".", " до", " e", "²", " ₽; залог", " ₽, комиссия 50 процентов", "\n₽", "'",
])  # fmt: skip


@given(st.lists(st.tuples(_FIGURES, _TAILS, st.sampled_from([1, 1_000, 1_000_000])), min_size=2, max_size=12))
def test_what_stood_after_other_figures_is_read_as_if_it_came_first(prices):
    def read(parse, price):
        try:
            return parse(price[0] + price[1], price[2])
        except Unreadable as reason:
            return reason.code, reason.params

    def alone(*price):
        amounts._TAILS.clear()
        return amounts.money(*price)

    together = [read(amounts.money, price) for price in prices]
    assert together == [read(alone, price) for price in prices]


@given(st.integers(100, 10**11), st.integers(0, 99))
def test_a_price_with_kopecks_reads_back(whole, part):
    grouped = f"{whole:,}"
    for text in (f"{whole}.{part:02d}", f"{grouped.replace(',', ' ')},{part:02d} ₽"):
        assert amounts.money(text).amount == Decimal(f"{whole}.{part:02d}")


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
