"""What a line of commission comes to, and who gets which part of it: pure arithmetic in kopecks.

A line is a sum, or per cent of the price. Its parts are sums or per cent of the line; what nobody gets is the agency's.
Nothing is lost and nothing is made: parts and the agency's rest always add up to the line, to the kopeck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from realty_cli.errors import FieldProblem

#: Rates have at most so many decimals, so that every one of them is exact as a float.
RATE_DECIMALS = 4
_SCALE: int = 10**RATE_DECIMALS


def percent_of(base: int, rate: float) -> int:
    """`rate` per cent of minor units, rounded to the nearest one, halves up: 2.5 % of 99 is 2, of 100 is 3."""
    scaled = round(rate * _SCALE)
    if base >= 0 and scaled >= 0 and scaled / _SCALE == rate:
        # The same in whole numbers, ten times as fast: reports add up hundreds of thousands of lines.
        return (base * scaled + 50 * _SCALE) // (100 * _SCALE)
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(base) * Decimal(repr(rate)) / 100
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def worth(amount: int | None, rate: float | None, base: int | None) -> int | None:
    """What a line comes to; None for per cent of a price that nobody knows yet."""
    if amount is not None:
        return amount
    if rate is None or base is None:
        return None
    return percent_of(base, rate)


def worth_sql(line: str, base: str) -> str:
    """`worth` as an expression of both databases, in whole numbers: of the commission `line` (an alias) and the price
    `base`, which is taken apart, since a large one times its rate is more than a column can hold."""
    rate, whole = f"CAST(round({line}.rate * {_SCALE}) AS integer)", 100 * _SCALE
    price = f"({base})"
    rest = f"({price} - {price} / {whole} * {whole})"
    return (
        f"CASE WHEN {line}.amount IS NOT NULL THEN {line}.amount"
        f" ELSE {price} / {whole} * {rate} + ({rest} * {rate} + {whole // 2}) / {whole} END"
    )


def contradictions(
    splits: Sequence[Mapping[str, Any]], amount: int | None, field: str = "splits"
) -> list[FieldProblem]:
    """Why these parts cannot be parts of a line: more than all of it. `amount` is None where it is not known yet.

    Each part has `rate` or `amount`, never both.
    """
    rates = sum(Decimal(repr(one["rate"])) for one in splits if one.get("rate") is not None)
    sums = sum(one["amount"] for one in splits if one.get("amount") is not None)
    if rates > 100:
        return [FieldProblem(field, "commission.above_whole", {"percent": _figures(rates)})]
    if amount is not None and sums + sum(_parts(amount, _rates(splits))) > amount:
        return [FieldProblem(field, "commission.above_line")]
    return []


def divide(total: int, splits: Sequence[Mapping[str, Any]]) -> tuple[list[int], int]:
    """The parts of a line in minor units, in order, and what is left to the agency.

    Per cent are of the whole line. Where sums leave less than the per cent ask for (a rate was fixed before the line
    shrank), the per cent get what is left in their proportion, and sums what there is, in order: a line never pays out
    more than it has.
    """
    parts = [0] * len(splits)
    left = total
    for at, one in enumerate(splits):
        if one.get("amount") is not None:
            parts[at] = min(one["amount"], left)
            left -= parts[at]
    rated = [at for at, one in enumerate(splits) if one.get("rate") is not None]
    shares = _parts(total, [splits[at]["rate"] for at in rated])
    if sum(shares) > left:
        shares = _proportional(left, shares)
    for at, share in zip(rated, shares, strict=True):
        parts[at] = share
    return parts, total - sum(parts)


def _rates(splits: Sequence[Mapping[str, Any]]) -> list[float]:
    return [one["rate"] for one in splits if one.get("rate") is not None]


def _parts(total: int, rates: Sequence[float]) -> list[int]:
    """Parts of `total` by per cent, whose sum is that of all the per cent together, rounded once.

    Each is within one unit of its own exact value; the units that rounding down left go to the largest remainders, the
    first of equals.
    """
    with localcontext() as context:
        context.prec = 60
        exact = [Decimal(total) * Decimal(repr(rate)) / 100 for rate in rates]
        whole = int(sum(exact, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP))
        return _rounded(exact, whole)


def _proportional(total: int, weights: Sequence[int]) -> list[int]:
    with localcontext() as context:
        context.prec = 60
        whole = Decimal(sum(weights))
        return _rounded([Decimal(total) * weight / whole for weight in weights], total)


def _rounded(exact: Sequence[Decimal], whole: int) -> list[int]:
    parts = [int(one) for one in exact]
    missing = whole - sum(parts)
    by_remainder = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_remainder[:missing]:
        parts[at] += 1
    return parts


def settled(total: int | None, came: int) -> str:
    """How far a line is paid: `none`, `part`, `whole` or `over`; `unknown` for a line of unknown worth."""
    if total is None:
        return "unknown"
    if came > total:
        return "over"
    if came == total:
        return "whole"
    return "part" if came > 0 else "none"


def _figures(value: Decimal | int) -> str:
    return f"{Decimal(value):f}".rstrip("0").rstrip(".")
