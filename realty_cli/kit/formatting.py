"""Values as a person reads them, in Russian or English.

Separators, signs and unit names come from CLDR by way of Babel, which is slow to import: only what draws for a person
imports this module. What CLDR says of a language is read once and kept, so a call costs a few microseconds. Nothing
here fails for want of a value: None and numbers that are not finite are shown as a dash. A space inside a value is a
no-break space, so a table or a paragraph never tears it apart.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, TypeGuard

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_compact_decimal, get_currency_symbol, get_decimal_symbol, get_group_symbol
from babel.units import format_unit

from realty_cli.kit.i18n import DEFAULT, LANGUAGES

NOTHING = "—"

_NBSP = "\u00a0"
_SPACES = {ord(" "): _NBSP, 0x202F: _NBSP}
# CLDR's narrow symbols of our markets, which Babel does not carry.
_SYMBOLS = {"RUB": "₽", "UAH": "₴", "KZT": "₸", "BYN": "Br", "GEL": "₾", "AMD": "֏", "AZN": "₼", "TRY": "₺", "THB": "฿"}
# Day before month in figures is the Russian custom; in English only a month's name cannot be misread.
_SHORT_DATES = {"ru": "dd.MM.y", "en": "MMM d, y"}
_UNIT_LENGTHS: dict[str, Literal["short", "narrow"]] = {"ru": "short", "en": "narrow"}
_LONGEST_SECONDS = 10**15
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def number(value: int | float | Decimal | None, language: str, *, decimals: int = 2) -> str:
    """`12 500,75`: thousands grouped, at most `decimals` decimals and no trailing zeros."""
    if not _is_number(value):
        return NOTHING
    return _figures(value, language, decimals, trim=True)


def money(minor: int | float | Decimal | None, currency: str, language: str) -> str:
    """An amount in hundredths: `12 500 000 ₽` or `₽12,500,000`; the hundredths are shown only when there are any."""
    if not _is_number(minor):
        return NOTHING
    hundredths = abs(round(minor))
    whole = hundredths % 100 == 0
    figures = _figures(hundredths // 100 if whole else Decimal(hundredths).scaleb(-2), language, 2, trim=False)
    return _with_currency(figures, currency, language, negative=minor < 0 and hundredths > 0)


def compact_money(minor: int | float | Decimal | None, currency: str, language: str) -> str:
    """An amount in hundredths, short: `12,5 млн ₽` or `₽12.5M`; one decimal, below a thousand none."""
    if not _is_number(minor):
        return NOTHING
    amount = abs(float(minor)) / 100
    power = 0
    # Rounding first: 999 999 is one million, not a thousand thousands.
    while power < 12 and round(amount / 10**power, 1 if power else 0) >= 1000:
        power += 3
    figures = _figures(amount / 10**power, language, 1 if power else 0, trim=True)
    return _with_currency(
        figures + _compact_suffix(language, power), currency, language, negative=minor < 0 and figures != "0"
    )


def area(m2: int | float | Decimal | None, language: str) -> str:
    """Square metres: `54,3 м²`."""
    if not _is_number(m2):
        return NOTHING
    return _figures(m2, language, 2, trim=True) + unit_suffix(language, "area-square-meter")


def percent(fraction: int | float | Decimal | None, language: str, *, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.125 is `12,5 %`."""
    if not _is_number(fraction):
        return NOTHING
    # By way of the shortest decimal form: 0.285 * 100 is 28.499999999999996 in binary.
    return _figures(Decimal(str(fraction)) * 100, language, decimals, trim=True) + _percent_suffix(language)


def duration(value: dt.timedelta | int | float | None, language: str) -> str:
    """A length of time (a number is seconds) by its two largest units: `2 ч 15 мин`, `46 дн. 3 ч`."""
    seconds: float | None = value.total_seconds() if isinstance(value, dt.timedelta) else value
    if seconds is None or not abs(seconds) <= _LONGEST_SECONDS:
        return NOTHING
    left = abs(round(seconds))
    if left >= 60:
        left = round(left / 60) * 60
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or (unit == "second" and not parts):
            parts.append(_unit(language, unit, count))
        elif parts:
            break
        if len(parts) == 2:
            break
    return ("-" if seconds < 0 and round(seconds) else "") + " ".join(parts)


def length_of(unit: str, value: int | float | None, language: str) -> str:
    """So many of one unit of time (`day`, `hour`, `month`): `46 дн.`, `2,5 ч`; at most one decimal."""
    if not _is_number(value):
        return NOTHING
    rounded = round(float(value), 1)
    count = int(rounded) if rounded.is_integer() else rounded
    length: Literal["short", "long"] = "short" if _supported(language) == "ru" else "long"
    return format_unit(count, f"duration-{unit}", length=length, locale=_locale(language)).translate(_SPACES)


def date(value: dt.date | None, language: str, *, style: Literal["short", "long"] = "short") -> str:
    """`12.05.2025` or `May 12, 2025`; long: `12 мая 2025 г.` or `May 12, 2025`. A moment shows its own date."""
    if value is None:
        return NOTHING
    return _date(value.date() if isinstance(value, dt.datetime) else value, _supported(language), style)


def short_month(value: dt.date, language: str) -> str:
    """A month on an axis: `янв.`, `Jan`."""
    return format_date(value, "LLL", locale=_locale(language))


def month_of_year(value: dt.date, language: str) -> str:
    """`май 2025`, `May 2025`."""
    return format_date(value, "LLLL y", locale=_locale(language)).translate(_SPACES)


def short_day(value: dt.date, language: str) -> str:
    """A day on an axis: `12 мая`, `May 12`."""
    return format_date(value, "d MMM" if _supported(language) == "ru" else "MMM d", locale=_locale(language)).translate(
        _SPACES
    )


def datetime(value: dt.datetime | None, zone: dt.tzinfo, language: str) -> str:
    """A moment on the wall clock of `zone`: `12.05.2025 15:30`. A moment without a zone is taken for UTC."""
    if value is None:
        return NOTHING
    local = (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).astimezone(zone)
    return f"{_date(local.date(), _supported(language), 'short')}{_NBSP}{local:%H:%M}"


def _is_number(value: int | float | Decimal | None) -> TypeGuard[int | float | Decimal]:
    return value is not None and math.isfinite(value)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_supported(language))


def _supported(language: str) -> str:
    return language if language in LANGUAGES else DEFAULT


@cache
def _separators(language: str) -> dict[int, str]:
    locale = _locale(language)
    return {ord(","): get_group_symbol(locale), ord("."): get_decimal_symbol(locale)}


def _figures(value: int | float | Decimal, language: str, decimals: int, *, trim: bool) -> str:
    plain = f"{value:,d}" if isinstance(value, int) else f"{value:,.{decimals}f}"
    if trim and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if plain == "-0":
        plain = "0"
    return plain.translate(_separators(language))


@cache
def _currency_affixes(language: str, currency: str) -> tuple[str, str]:
    """What stands before and after the figures of an amount."""
    locale = _locale(language)
    symbol = _SYMBOLS.get(currency) or get_currency_symbol(currency, locale)
    pattern = locale.currency_formats["standard"]
    before, after = pattern.prefix[0].replace("¤", symbol), pattern.suffix[0].replace("¤", symbol)
    return before + _NBSP if before[-1:].isalpha() else before, after


def _with_currency(figures: str, currency: str, language: str, *, negative: bool) -> str:
    before, after = _currency_affixes(language, currency)
    return f"{'-' if negative else ''}{before}{figures}{after}"


@cache
def _compact_suffix(language: str, power: int) -> str:
    return format_compact_decimal(10**power, locale=_locale(language)).removeprefix("1") if power else ""


@cache
def _percent_suffix(language: str) -> str:
    suffix: str = _locale(language).percent_formats[None].suffix[0]
    return suffix


@cache
def unit_suffix(language: str, unit: str) -> str:
    """What stands behind the figures of a CLDR unit such as `area-square-meter`."""
    return format_unit(2, unit, length="short", locale=_locale(language)).removeprefix("2").translate(_SPACES)


@lru_cache(maxsize=512)
def _unit(language: str, unit: str, count: int) -> str:
    length = _UNIT_LENGTHS[_supported(language)]
    return format_unit(count, f"duration-{unit}", length=length, locale=_locale(language)).translate(_SPACES)


@lru_cache(maxsize=4096)
def _date(value: dt.date, language: str, style: str) -> str:
    pattern = _SHORT_DATES[language] if style == "short" else "long"
    return format_date(value, pattern, locale=_locale(language)).translate(_SPACES)
