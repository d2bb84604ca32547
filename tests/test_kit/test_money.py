"""Money: exact both ways, and every way to send something else is refused by its code."""

from __future__ import annotations

import json
import re
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.kit.messages import MESSAGES
from realty_cli.kit.money import MOST_MINOR, MoneyError, from_minor, to_minor

MINOR = st.integers(0, MOST_MINOR)


@given(MINOR)
@settings(deadline=None)
def test_round_trips(minor):
    assert to_minor(from_minor(minor)) == minor
    assert to_minor(json.loads(json.dumps(from_minor(minor)))) == minor
    major = Decimal(minor).scaleb(-2)
    assert to_minor(major) == minor
    for text in (str(major), f"{major:.2f}", f"{major:.2f}".replace(".", ","), f"{major:,.2f}".replace(",", "\u00a0")):
        assert to_minor(text) == minor
    if minor % 100 == 0:
        assert to_minor(minor // 100) == minor
        assert isinstance(from_minor(minor), int)
    else:
        assert isinstance(from_minor(minor), float)


@given(MINOR, st.integers(0, 5))
@settings(deadline=None)
def test_a_context_of_few_digits_rounds_nothing(minor, zeros):
    with localcontext(prec=3):
        assert to_minor(Decimal(minor) if minor < MOST_MINOR // 100 else Decimal(0)) in (minor * 100, 0)
        assert to_minor(Decimal(f"{minor // 100}.{minor % 100:02d}{'0' * zeros}")) == minor


@given(st.floats() | st.integers() | st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=20))
@settings(deadline=None)
def test_anything_is_an_amount_or_a_money_error(value):
    refusal = None
    minor = 0
    try:
        minor = to_minor(value)
    except MoneyError as error:
        refusal = error
    assert 0 <= minor <= MOST_MINOR
    if refusal:
        assert isinstance(refusal, ValueError)
        assert refusal.code in MESSAGES
        assert set(refusal.params) >= set(re.findall(r"\{(\w+)\}", MESSAGES[refusal.code]))


@pytest.mark.parametrize(
    ("value", "minor"),
    [
        (12_500_000, 1_250_000_000),
        (0.1 + 0.2, 30),
        (9_999_999_999_999.99, 999_999_999_999_999),
        (10**13, MOST_MINOR),
        (-0.0, 0),
        ("12 500 000,5", 1_250_000_050),
        (" 16\u00a0781\u00a0328 ", 1_678_132_800),
        ("12500000.500000", 1_250_000_050),
        ("+5", 500),
        ("0", 0),
        (Decimal("1E+5"), 10_000_000),
        (Decimal("-0"), 0),
        (Decimal("0E+999999"), 0),
        (Decimal("0E-999999"), 0),
    ],
)
def test_accepted(value, minor):
    assert to_minor(value) == minor


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "money.not_a_number"),
        (None, "money.not_a_number"),
        ([1], "money.not_a_number"),
        (float("nan"), "money.not_a_number"),
        (float("inf"), "money.not_a_number"),
        (float("-inf"), "money.not_a_number"),
        (Decimal("sNaN"), "money.not_a_number"),
        ("NaN", "money.not_a_number"),
        ("1e5", "money.not_a_number"),
        ("", "money.not_a_number"),
        ("12,500", "money.not_a_number"),
        ("12.500", "money.not_a_number"),
        ("1,250,000", "money.not_a_number"),
        ("12 50 000", "money.not_a_number"),
        ("1_000", "money.not_a_number"),
        ("١٢", "money.not_a_number"),
        ("5 млн", "money.not_a_number"),
        pytest.param("9" * 5000, "money.not_a_number", id="long text"),
        (-1, "money.negative"),
        (-0.01, "money.negative"),
        ("-5", "money.negative"),
        (Decimal("-0.001"), "money.negative"),
        (-(10**400), "money.negative"),
        (1.005, "money.too_precise"),
        (0.011, "money.too_precise"),
        ("1.0001", "money.too_precise"),
        (Decimal("1E-999999"), "money.too_precise"),
        (10**13 + 1, "money.too_large"),
        (1e300, "money.too_large"),
        pytest.param(10**5000, "money.too_large", id="thousands of digits"),
        (Decimal("1E+999999"), "money.too_large"),
        ("10000000000000.01", "money.too_large"),
    ],
)
def test_refused(value, code):
    with pytest.raises(MoneyError) as caught:
        to_minor(value)
    assert caught.value.code == code


@pytest.mark.parametrize("currency", ["rub", "RU", "RUBL", "РУБ", "R B", ""])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(MoneyError) as caught:
        to_minor(1, currency)
    assert caught.value.code == "money.currency"
