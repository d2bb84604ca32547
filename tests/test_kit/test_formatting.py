"""Values as a person reads them. The space inside a value is U+00A0 throughout."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.kit import formatting
from realty_cli.kit.formatting import area, compact_money, date, datetime, duration, money, number, percent
from realty_cli.kit.moment import parse_date, parse_moment

MOSCOW = ZoneInfo("Europe/Moscow")


def _plain(text: str) -> str:
    assert "\u202f" not in text
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("minor", "currency", "ru", "en"),
    [
        (1_250_000_000, "RUB", "12 500 000 ₽", "₽12,500,000"),
        (1_250_000_050, "RUB", "12 500 000,50 ₽", "₽12,500,000.50"),
        (5, "RUB", "0,05 ₽", "₽0.05"),
        (0, "RUB", "0 ₽", "₽0"),
        (-150, "RUB", "-1,50 ₽", "-₽1.50"),
        (100_000, "USD", "1 000 $", "$1,000"),
        (100_000, "KZT", "1 000 ₸", "₸1,000"),
        (100_000, "BYN", "1 000 Br", "Br 1,000"),
        (100_000, "AED", "1 000 AED", "AED 1,000"),
        (10**17, "RUB", "1 000 000 000 000 000 ₽", "₽1,000,000,000,000,000"),
        (99.6, "RUB", "1 ₽", "₽1"),
        (Decimal(250), "RUB", "2,50 ₽", "₽2.50"),
        (None, "RUB", "—", "—"),
        (float("nan"), "RUB", "—", "—"),
    ],
)
def test_money(minor, currency, ru, en):
    assert (_plain(money(minor, currency, "ru")), _plain(money(minor, currency, "en"))) == (ru, en)


def test_spaces_do_not_break():
    assert money(1_250_000_000, "RUB", "ru") == "12\u00a0500\u00a0000\u00a0₽"
    assert " " not in area(54.3, "ru") + percent(0.5, "ru") + date(dt.date(2025, 5, 12), "ru", style="long")


@pytest.mark.parametrize(
    ("minor", "ru", "en"),
    [
        (1_250_000_000, "12,5 млн ₽", "₽12.5M"),
        (1_200_000_000, "12 млн ₽", "₽12M"),
        (4_500_000, "45 тыс. ₽", "₽45K"),
        (95_000, "950 ₽", "₽950"),
        (99_950, "1 тыс. ₽", "₽1K"),
        (99_994_999, "999,9 тыс. ₽", "₽999.9K"),
        (99_999_900, "1 млн ₽", "₽1M"),
        (210_000_000_000, "2,1 млрд ₽", "₽2.1B"),
        (-1_250_000_000, "-12,5 млн ₽", "-₽12.5M"),
        (0, "0 ₽", "₽0"),
        (None, "—", "—"),
    ],
)
def test_compact_money(minor, ru, en):
    assert (_plain(compact_money(minor, "RUB", "ru")), _plain(compact_money(minor, "RUB", "en"))) == (ru, en)


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (12500, "12 500", "12,500"),
        (12500.756, "12 500,76", "12,500.76"),
        (12.0, "12", "12"),
        (-0.001, "0", "0"),
        (Decimal("3.10"), "3,1", "3.1"),
        (float("inf"), "—", "—"),
        (None, "—", "—"),
    ],
)
def test_number(value, ru, en):
    assert (_plain(number(value, "ru")), _plain(number(value, "en"))) == (ru, en)


def test_area_and_percent():
    assert (_plain(area(54.3, "ru")), _plain(area(54.3, "en"))) == ("54,3 м²", "54.3 m²")
    assert (_plain(percent(0.125, "ru")), _plain(percent(0.125, "en"))) == ("12,5 %", "12.5%")
    assert _plain(percent(0.285, "ru", decimals=0)) in {"28 %", "29 %"}
    assert (area(None, "ru"), percent(None, "en")) == ("—", "—")


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (8100, "2 ч 15 мин", "2h 15m"),
        (dt.timedelta(days=46, hours=3, minutes=59), "46 дн. 3 ч", "46d 3h"),
        (dt.timedelta(days=2, minutes=5), "2 дн.", "2d"),
        (86_400, "1 дн.", "1d"),
        (3599, "1 ч", "1h"),
        (59.7, "1 мин", "1m"),
        (45, "45 с", "45s"),
        (0, "0 с", "0s"),
        (-5400, "-1 ч 30 мин", "-1h 30m"),
        (None, "—", "—"),
    ],
)
def test_duration(value, ru, en):
    assert (_plain(duration(value, "ru")), _plain(duration(value, "en"))) == (ru, en)


def test_dates():
    day = dt.date(2025, 5, 12)
    assert (_plain(date(day, "ru")), _plain(date(day, "en"))) == ("12.05.2025", "May 12, 2025")
    assert (_plain(date(day, "ru", style="long")), _plain(date(day, "en", style="long"))) == (
        "12 мая 2025 г.",
        "May 12, 2025",
    )
    moment = dt.datetime(2025, 5, 12, 21, 30, tzinfo=dt.UTC)
    assert _plain(datetime(moment, MOSCOW, "ru")) == "13.05.2025 00:30"
    assert _plain(datetime(moment.replace(tzinfo=None), MOSCOW, "en")) == "May 13, 2025 00:30"
    assert (date(None, "ru"), datetime(None, MOSCOW, "en")) == ("—", "—")


@given(st.integers(-2_000_000_000 // 60, 7_000_000_000 // 60), st.sampled_from(["ru", "en"]))
@settings(deadline=None, max_examples=60)
def test_what_is_shown_can_be_typed_back(minutes, language):
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    shown = datetime(moment, dt.UTC, language)
    assert parse_moment(shown, now=dt.datetime(2024, 1, 17, tzinfo=dt.UTC), zone=dt.UTC) == moment
    for style in ("short", "long"):
        assert parse_date(date(moment, language, style=style), today=dt.date(2024, 1, 17)) == moment.date()


@given(
    st.none()
    | st.integers(-(10**18), 10**18)
    | st.floats()
    | st.decimals(allow_nan=True).filter(lambda d: d.is_qnan() or d.is_finite()),
    st.sampled_from(["ru", "en", "de", ""]),
)
@settings(deadline=None, max_examples=60)
def test_nothing_fails(value, language):
    for shown in (
        number(value, language),
        area(value, language),
        percent(value, language),
        money(value, "RUB", language),
        compact_money(value, "XXX", language),
        duration(value if not isinstance(value, Decimal) else None, language),
    ):
        assert shown
        assert shown != "nan"


def test_an_unknown_language_is_shown_in_english():
    assert formatting.money(100, "RUB", "de") == "₽1"
