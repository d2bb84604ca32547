"""The order in which one drives to the stops of a day."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.events.busy import Block, Place
from realty_cli.events.dayplan import MOST, Stop, Ways, best, warnings
from realty_cli.events.travel import Travel

START = datetime(2034, 5, 15, 6, tzinfo=UTC)
WAYS = Ways(START, Travel(ZoneInfo("Europe/Moscow")))


def stop(
    number: int, latitude: float, longitude: float, opens: int = 0, closes: int = 780, *, fixed: bool = False
) -> Stop:
    at = START + timedelta(minutes=opens)
    block = Block(at, at + timedelta(minutes=30), number, 1, event_type="showing", place=Place(latitude, longitude))
    return Stop(block, at, at + timedelta(minutes=30) if fixed else START + timedelta(minutes=closes), fixed)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(55.6, 55.9), st.floats(37.4, 37.8), st.integers(0, 300)), min_size=1, max_size=5))
def test_the_order_of_few_is_the_best_there_is(places: list[tuple[float, float, int]]) -> None:
    stops = [stop(number, *place) for number, place in enumerate(places, 1)]
    least = min(WAYS.route(order)[0] for order in permutations(stops))
    assert WAYS.route(best(stops, WAYS))[0] == least


@pytest.mark.parametrize("count", [8, MOST])
def test_many_are_never_worse_than_as_entered(count: int) -> None:
    chance = random.Random(count)
    stops = [stop(n, chance.uniform(55.6, 55.9), chance.uniform(37.4, 37.8), 40 * n) for n in range(1, count + 1)]
    order = best(stops, WAYS)
    assert {one.block.event_id for one in order} == set(range(1, count + 1))
    assert WAYS.route(order)[0] <= WAYS.route(stops)[0]


def test_near_ones_come_after_one_another_and_fixed_ones_at_their_hour() -> None:
    near, far, beside = stop(1, 55.75, 37.62), stop(2, 55.60, 37.40), stop(3, 55.751, 37.621)
    assert [one.block.event_id for one in best([near, far, beside], WAYS)] == [1, 3, 2]
    noon = stop(4, 55.60, 37.40, opens=180, fixed=True)
    cost, legs = WAYS.route(best([near, noon, beside], WAYS))
    assert cost[0] == 0
    assert next(leg.start for leg in legs if leg.stop.fixed) == noon.opens


def test_what_cannot_work_is_said() -> None:
    one, two = stop(1, 55.75, 37.62, fixed=True), stop(2, 55.60, 37.40, opens=40, fixed=True)
    (late, _, _), legs = WAYS.route(best([one, two], WAYS))
    assert late > 0
    assert [warnings(leg) for leg in legs] == [["tight"], ["late"]]
    assert legs[1].slack == -legs[1].late
