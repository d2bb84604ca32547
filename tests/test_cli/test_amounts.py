"""Amounts of money as a person types them: exact, and refused where they could be read twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.cli.options import amount, pairs_of
from realty_cli.errors import Invalid


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000000", 5_000_000), ("5 000 000", 5_000_000), ("5\u00a0000\u00a0000 ₽", 5_000_000), ("5m", 5_000_000),
        ("5M", 5_000_000), ("5м", 5_000_000), ("5 млн", 5_000_000), ("5,5 млн.", 5_500_000), ("5.5m", 5_500_000),
        ("5.512345 млн", 5_512_345), ("1.250m", 1_250_000), ("450k", 450_000), ("450К", 450_000),
        ("450 тыс. руб.", 450_000), ("1,2 млрд", 1_200_000_000), ("1bn", 10**9), ("0", 0),
        ("12500.50", Decimal("12500.50")), ("12500,5 руб", Decimal("12500.5")), ("54000 р.", 54_000),
        ("54000 рублей", 54_000), ("0.5k", 500), ("9999999999999.99", Decimal("9999999999999.99")),
    ],
)  # fmt: skip
def test_what_people_type(text: str, value: object) -> None:
    assert amount(text, "--price") == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.not_a_number"), ("abc", "money.not_a_number"), ("1e400", "money.not_a_number"),
        ("1e5", "money.not_a_number"), ("inf", "money.not_a_number"), ("nan", "money.not_a_number"),
        ("12.500", "money.not_a_number"), ("12,500", "money.not_a_number"), ("0.001", "money.not_a_number"),
        ("5.1234", "money.too_precise"), ("-5", "money.negative"), ("-5m", "money.not_a_number"),
        ("9" * 400, "money.not_a_number"), ("99999999999999", "money.too_large"),
        ("99999 млрд", "money.too_large"), ("0.000000001m", "money.too_precise"), ("$250k", "money.not_a_number"),
        ("250 USD", "money.not_a_number"), ("5 6", "money.not_a_number"), ("5m 6", "money.not_a_number"),
        ("5mm", "money.not_a_number"), ("true", "money.not_a_number"), ("５", "money.not_a_number"),
        ("5-6 млн", "money.not_a_number"), ("5\n6", "money.not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        amount(text, "--price")
    assert [(one.field, one.code) for one in refused.value.fields] == [("--price", code)]


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        value = amount(text, "--price")
    except Invalid:
        return
    assert 0 <= value <= 10**13
    assert any(character.isdigit() for character in text)


@given(minor=st.integers(0, 10**15))
def test_every_amount_is_read_exactly(minor: int) -> None:
    assert amount(f"{minor // 100}.{minor % 100:02}", "--price") * 100 == minor
    assert amount(f"{minor // 100:,}".replace(",", " ") + " ₽", "--price") == minor // 100


def test_pairs() -> None:
    assert pairs_of([" a = b=c ", "d="], "--set") == {"a": "b=c", "d": ""}
    for odd in ("", "a", "=b", " =b"):
        with pytest.raises(Invalid):
            pairs_of([odd], "--set")
