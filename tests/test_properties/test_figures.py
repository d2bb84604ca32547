"""Statistics and facets, held against a slow second implementation over the listings as they are shown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.kit.schema import validate
from realty_cli.properties import figures
from realty_cli.properties.figures import FACETS
from realty_cli.properties.schemas.filters import PropertyFilter
from tests.conftest import Agency
from tests.test_properties.listings import create, entries, examples, filters, fits, hang, stock

_STOCK = st.lists(entries(), max_size=10)


def _counts(values: Iterable[Any]) -> dict[Any, int]:
    return dict(Counter(value for value in values if value is not None))


def _money(value: Fraction) -> int | float:
    """To the kopeck, halves up, in the form of every amount: an integer where whole, else the nearest float."""
    cents = math.floor(value * 100 + Fraction(1, 2))
    return cents // 100 if cents % 100 == 0 else cents / 100


def _exact(value: float) -> Fraction:
    return Fraction(round(value * 100), 100)


def _median(values: Sequence[Fraction]) -> Fraction:
    row = sorted(values)
    middle = len(row) // 2
    return row[middle] if len(row) % 2 else (row[middle - 1] + row[middle]) / 2


def _prices(items: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    priced = [one for one in items if one["price"] is not None]
    for deal, currency in {(one["deal_type"], one["currency"]) for one in priced}:
        same = [one for one in priced if (one["deal_type"], one["currency"]) == (deal, currency)]
        prices = [_exact(one["price"]) for one in same]
        metres = [_exact(one["price_per_m2"]) for one in same if one["price_per_m2"] is not None]
        found[deal, currency] = {
            "deal_type": deal,
            "currency": currency,
            "count": len(same),
            "total": _money(sum(prices, Fraction())),
            "average": _money(sum(prices, Fraction()) / len(prices)),
            "median": _money(_median(prices)),
            "minimum": _money(min(prices)),
            "maximum": _money(max(prices)),
            "average_per_m2": _money(sum(metres, Fraction()) / len(metres)) if metres else None,
            "median_per_m2": _money(_median(metres)) if metres else None,
        }
    return found


def _days(items: Sequence[Mapping[str, Any]], now: datetime) -> float | None:
    spans = []
    for one in items:
        if one["status"] != "draft":
            start = datetime.fromisoformat(one["listed_at"] or one["created_at"])
            end = datetime.fromisoformat(one["closed_at"]) if one["closed_at"] else now
            spans.append(max(timedelta(), end - start) / timedelta(days=1))
    return sum(spans) / len(spans) if spans else None


def _slow(items: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    month = now - timedelta(days=30)
    return {
        "total": len(items),
        "by_status": _counts(one["status"] for one in items),
        "by_property_type": _counts(one["property_type"] for one in items),
        "by_deal_type": _counts(one["deal_type"] for one in items),
        "by_rooms": {str(rooms): count for rooms, count in _counts(one["rooms"] for one in items).items()},
        "by_city": _counts(one["city"] for one in items),
        "without_price": sum(one["price"] is None for one in items),
        "without_photos": sum(not one["photos"] for one in items),
        "created_last_30_days": sum(datetime.fromisoformat(one["created_at"]) >= month for one in items),
        "closed_last_30_days": sum(
            one["status"] in ("sold", "rented") and datetime.fromisoformat(one["closed_at"]) >= month for one in items
        ),
    }


@examples(25)
@given(some=_STOCK, wanted=filters(), passed=st.integers(0, 40))
def test_statistics_are_what_counting_by_hand_gives(
    agency: Agency, some: list[dict[str, Any]], wanted: dict[str, Any], passed: int
) -> None:
    items = stock(agency, some)
    agency.clock.advance(days=passed)
    now = agency.clock.now()
    for filter_ in ({}, wanted):
        body = agency.ask(lambda work, by=filter_: work.properties.statistics(validate(PropertyFilter, by)))
        meant = [one for one in items if fits(one, filter_)]
        slow = _slow(meant, now)
        assert {name: body[name] for name in slow} == slow
        prices = {(one["deal_type"], one["currency"]): one for one in body["prices"]}
        assert prices == _prices(meant)
        assert repr(dict(sorted(prices.items()))) == repr(dict(sorted(_prices(meant).items())))
        days, expected = body["average_days_on_market"], _days(meant, now)
        assert (days is None) == (expected is None)
        assert days is None or days == pytest.approx(expected, abs=0.051)


@examples(20)
@given(some=_STOCK, wanted=filters())
def test_a_facet_counts_all_that_the_other_filters_leave(
    agency: Agency, some: list[dict[str, Any]], wanted: dict[str, Any]
) -> None:
    items = stock(agency, some)
    with agency.read() as work:
        body = figures.facets(work.db, work.actor, validate(PropertyFilter, wanted))
    assert tuple(body) == FACETS
    for name, values in body.items():
        others = {part: value for part, value in wanted.items() if part != name}
        meant = [one for one in items if fits(one, others)]
        assert {one["value"]: one["count"] for one in values} == _counts(one[name] for one in meant)
        assert [one["count"] for one in values] == sorted((one["count"] for one in values), reverse=True)


def test_an_empty_store_has_statistics_too(agency: Agency) -> None:
    body = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))
    assert (body["total"], body["prices"], body["by_city"], body["average_days_on_market"]) == (0, [], {}, None)


def test_rooms_are_counted_in_the_order_of_their_number(agency: Agency) -> None:
    for rooms in (10, 2, 0, 2):
        agency.do(create(rooms=rooms))
    body = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))
    assert list(body["by_rooms"].items()) == [("0", 1), ("2", 2), ("10", 1)]


def test_amounts_beyond_exact_floats_are_the_nearest(agency: Agency) -> None:
    """A square centimetre of the largest price: more kopecks than a float counts."""
    for price, area in ((10**13, 0.01), (5_000_000.01, 30)):
        agency.do(create(price=price, area_total=area))
    (body,) = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))["prices"]
    assert body["average_per_m2"] == 50_000_000_008_333_334 / 100


def test_sums_are_exact_to_the_kopeck_however_large(agency: Agency) -> None:
    """Ten trillion units is the largest price: sums of a few leave what a float counts exactly."""
    for price in (10_000_000_000_000, 9_999_999_999_999.99, 9_999_999_999_999.98, 0.01):
        agency.do(create(price=price))
    (body,) = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))["prices"]
    assert body["total"] == 29_999_999_999_999.98
    assert repr(body["average"]) == "7500000000000"
    assert body["median"] == 9_999_999_999_999.99


def test_many_largest_prices_overflow_nothing(agency: Agency) -> None:
    """One agent's nonsense must not take the administrator's statistics away: 64 bits hold 9,223 of these prices."""
    with agency.write() as work:
        rows = [
            {"title": "x", "property_type": "other", "deal_type": "sale", "status": "active", "owner_id": 1,
             "currency": "RUB", "price": 10**15, "area_total": 0.01}
            for _ in range(9_300)
        ]  # fmt: skip
        work.properties.repository.insert(rows)
    (body,) = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))["prices"]
    assert body["total"] == 93_000_000_000_000_000
    assert body["average_per_m2"] == 10**15


def test_photos_and_prices_that_are_missing_are_counted(agency: Agency) -> None:
    with agency.write() as work:
        hang(work, create()(work)["id"], 2)
        create(status="draft", price=None)(work)
    body = agency.ask(lambda work: work.properties.statistics(PropertyFilter()))
    assert (body["without_photos"], body["without_price"]) == (1, 1)
