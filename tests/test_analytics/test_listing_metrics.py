"""Numbers of listings: equal to a second, obvious implementation on random agencies, and to what a page says."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from realty_cli.analytics.listing_sums import Keeper
from realty_cli.analytics.schemas.listings import ListingQuery
from realty_cli.kit.moment import add_months
from tests.conftest import Agency
from tests.test_analytics import agencies, listing_oracle

MOSCOW = ZoneInfo("Europe/Moscow")


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=MOSCOW).astimezone(UTC)


def same(found: float | None, wanted: Any) -> bool:
    if wanted is None or (isinstance(wanted, float) and math.isnan(wanted)):
        return found is None
    return found is not None and math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-7)


#: The question, and the half-open dates that it means at the hand-set moment (10 March 2026, noon in Moscow).
PERIODS = {
    "month": (date(2026, 3, 1), None),
    "2026-01": (date(2026, 1, 1), date(2026, 2, 1)),
    "2025-Q3": (date(2025, 7, 1), date(2025, 10, 1)),
    "last 30 days": (date(2026, 2, 9), None),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_agencies_agree_with_the_obvious_way(agency: Agency, seed: int) -> None:
    agencies.fill(agency, seed, 150)
    if seed > 1:  # by sums, what they tell of a whole agency
        Keeper(agency.realty.transaction).keep()
    with agency.read() as work:
        listings = [row for row in agencies.rows(work.db, "properties") if row["deleted_at"] is None]
        moves = list(agencies.rows(work.db, "property_statuses"))
        prices = list(agencies.rows(work.db, "property_prices"))
    now = agency.clock.now()
    for user, name in (("anna", "month"), ("anna", "2026-01"), ("boris", "2025-Q3"), ("vera", "last 30 days")):
        first, last = PERIODS[name]
        end = midnight(last) if last else now + timedelta(microseconds=1)
        edge = (last or date(2026, 3, 10)).replace(day=1)
        mine = [row for row in listings if user == "anna" or row["owner_id"] == {"boris": 2, "vera": 3}[user]]
        table, cuts = listing_oracle.frame(
            mine, moves, prices, midnight(first), end, lambda back, edge=edge: midnight(add_months(edge, -back))
        )
        with agency.read(user) as work:
            found = work.analytics.listings.measure(work.analytics.scope(ListingQuery(period=name)))
        for (deal, currency), block in found.blocks.items():
            some = table[(table.deal_type == deal) & (table.currency == currency)]
            wanted = listing_oracle.numbers(some, cuts[(cuts.deal_type == deal) & (cuts.currency == currency)])
            wrong = {one: (block[one].value, wanted[one]) for one in wanted if not same(block[one].value, wanted[one])}
            assert not wrong, (user, name, deal, currency, wrong)
        assert set(zip(table.deal_type, table.currency, strict=True)) <= set(found.blocks)
