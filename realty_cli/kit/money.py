"""Amounts of money between the form people and JSON write and the integers that the store keeps.

The minor unit is the hundredth for every currency, also for those that have none or thousandths in ISO 4217: the
contract gives every amount at most two decimals. No amount is ever rounded here; what does not fit is refused.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, ClassVar

MOST_MINOR = 10**15

_TOLERANCE = 1e-9


class MoneyError(ValueError):
    """An amount that cannot be kept; `code` and `params` name its sentence in the message catalogue."""

    code: ClassVar[str]

    def __init__(self, value: object, **params: Any) -> None:
        # hex, because Python refuses to write an int of thousands of digits in tens
        shown = hex(value)[:40] if isinstance(value, int) and value.bit_length() > 200 else str(value)[:40]
        super().__init__(f"{self.code}: {shown}")
        self.params: dict[str, Any] = {"value": shown, **params}


class NotANumberError(MoneyError):
    """Not a number: a word, a boolean, NaN, Infinity, or figures grouped in a way that can be read twice."""

    code = "money.not_a_number"


class NegativeError(MoneyError):
    """Below zero."""

    code = "money.negative"


class TooPreciseError(MoneyError):
    """More than two decimals."""

    code = "money.too_precise"


class TooLargeError(MoneyError):
    """More than MOST_MINOR."""

    code = "money.too_large"

    def __init__(self, value: object) -> None:
        super().__init__(value, most=MOST_MINOR // 100)


class CurrencyError(MoneyError):
    """Not three capital letters."""

    code = "money.currency"


def to_minor(value: int | float | str | Decimal, currency: str = "RUB") -> int:
    """`value` major units in hundredths, exactly: `12500000.5` and `"12 500 000,50"` are 1250000050.

    Text is figures with a point or a comma before at most two decimals; spaces of any width may group the whole part
    by threes. `12,500` and `12.500` are refused, for they are twelve and a half to one reader and twelve thousand to
    another. A float counts as the two-decimal amount that it stands within 1e-9 of. Raises a MoneyError, which is a
    ValueError.
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise CurrencyError(currency)
    if isinstance(value, bool):
        raise NotANumberError(value)
    if isinstance(value, int):
        return _bounded(value * 100 if abs(value) <= MOST_MINOR else value, value)
    if isinstance(value, float):
        return _from_float(value)
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Decimal):
        return _from_decimal(value)
    raise NotANumberError(value)


def from_minor(minor: int) -> int | float:
    """Hundredths as the JSON number of major units: an int when whole, else the float nearest to two decimals."""
    whole, rest = divmod(minor, 100)
    return minor / 100 if rest else whole


def _bounded(minor: int, value: object) -> int:
    if minor < 0:
        raise NegativeError(value)
    if minor > MOST_MINOR:
        raise TooLargeError(value)
    return minor


def _from_float(value: float) -> int:
    if not math.isfinite(value):
        raise NotANumberError(value)
    if abs(value) > MOST_MINOR:
        raise NegativeError(value) if value < 0 else TooLargeError(value)
    rounded = round(value, 2)
    if abs(value - rounded) > _TOLERANCE:
        raise NegativeError(value) if value < 0 else TooPreciseError(value)
    return _bounded(round(rounded * 100), value)


def _from_text(text: str) -> int:
    plain = text.strip()
    figures = len(plain) <= 40 and re.fullmatch(
        r"([+-]?)([0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?", plain
    )
    if not figures:
        raise NotANumberError(text)
    sign, whole, decimals = figures.groups("")
    if len(decimals) == 3 and len(whole) <= 3:
        raise NotANumberError(text)
    if decimals[2:].strip("0"):
        raise NegativeError(text) if sign == "-" else TooPreciseError(text)
    minor = int("".join(re.findall("[0-9]", whole)) + decimals[:2].ljust(2, "0"))
    return _bounded(-minor if sign == "-" else minor, text)


def _from_decimal(value: Decimal) -> int:
    if not value.is_finite():
        raise NotANumberError(value)
    if value and value.adjusted() > 15:
        raise NegativeError(value) if value < 0 else TooLargeError(value)
    # By the digits and not by arithmetic: a context of few digits would round a long Decimal silently.
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    kept, lost = (digits[: exponent + 2], digits[exponent + 2 :]) if exponent < -2 else (digits, ())
    if any(lost):
        raise NegativeError(value) if sign else TooPreciseError(value)
    minor = int("".join(map(str, kept)) or "0")
    if exponent > -2 and minor:
        minor *= 10 ** (exponent + 2)
    return _bounded(-minor if sign else minor, value)
