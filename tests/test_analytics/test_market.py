"""The short way to the counts of listings comes to what the long one does, whatever happened to them."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.analytics import market
from realty_cli.analytics.kinds import Step
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.kit.clock import stamp
from realty_cli.kit.periods import split
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_analytics.agencies import fill


@pytest.mark.parametrize("seed", [1, 2])
def test_it_agrees_with_the_metrics(agency: Agency, seed: int) -> None:
    fill(agency, seed, 60)
    agency.ask(agree)


def agree(work: Any) -> None:
    """The counts of several periods are those of the metrics, and of series."""
    for given in ({}, {"period": "last month"}, {"period": "2025"}, {"deal_type": ["rent"], "period": "quarter"}):
        scope = work.analytics.scope(validate(AnalyticsFilter, given))
        earlier = scope.before("previous")
        short, _none = market.measure(work.db, scope, [(one.start, one.end) for one in (scope, earlier)])
        for one, found in zip((scope, earlier), short, strict=True):
            whole = work.analytics.listings.measure(one)
            names = (*market.NAMES, "dom_closed_median")
            assert found.totals() == {name: whole.totals[name] for name in market.NAMES}, given
            for key, block in whole.blocks.items():
                assert found.block(key) == {name: block[name] for name in names}, (given, key)
    weeks = work.analytics.scope(validate(AnalyticsFilter, {"period": "2025-Q4"}))
    series = work.analytics.series.read("properties.new", weeks, Step.MONTH)
    steps = [stamp(one.start) for one in split(weeks.asked, "month")] + [weeks.end]
    (found,), new = market.measure(work.db, weeks, [(weeks.start, weeks.end)], steps)
    assert new == [one.value for one in series.points], steps
    assert sum(new) == found.totals()["new"].value
