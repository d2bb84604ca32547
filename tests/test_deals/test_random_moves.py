"""Random acts on deals and their listings, undo among them: what must hold holds after each, and what fails changes
nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.deals.kinds import HOLDING, STAGE_MOVES, Stage
from realty_cli.deals.rules import in_order, move
from realty_cli.errors import Conflict, Invalid, NotFound
from tests.conftest import Agency
from tests.test_deals import deals as make
from tests.test_properties.listings import examples

DEALS, LISTINGS = 3, 2
_DEAL, _LISTING = st.integers(0, DEALS - 1), st.integers(0, LISTINGS - 1)
ACTS = st.one_of(
    st.tuples(st.just("move"), _DEAL, st.sampled_from(list(Stage))),
    st.tuples(st.just("move"), _DEAL, st.sampled_from(sorted(HOLDING))),
    st.tuples(st.just("delete"), _DEAL, st.none()),
    st.tuples(st.just("restore"), _DEAL, st.none()),
    st.tuples(st.just("turn"), _DEAL, _LISTING),
    st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
)


def state(work: Work, deals: list[int], listings: list[int]) -> tuple[list[Any], list[Any], list[Any]]:
    shown = [work.deals.get(number, deleted=None) for number in deals]
    flats = [work.properties.get(number) for number in listings]
    return shown, flats, [work.deals.history(number) for number in deals]


def act(work: Work, what: str, first: int, second: Any, deals: list[int], listings: list[int], own: list[int]) -> None:
    if what == "undo":
        work.undo.undo(own[-1 - first % len(own)])
    elif what == "move":
        make.move(deals[first], second, reason="x")(work)
    elif what == "turn":
        make.change(deals[first], property_id=listings[second])(work)
    else:
        getattr(work.deals, what)(deals[first])


@given(st.lists(ACTS, min_size=1, max_size=14))
@examples(60)
def test_a_listing_stands_as_its_deals_say(sqlite_agency: Agency, acts: list[tuple[str, int, Any]]) -> None:
    agency = sqlite_agency
    listings = [make.listing(agency, price=7) for _ in range(LISTINGS)]
    deals = [agency.do(make.create(property_id=listings[0], amount=5))["id"] for _ in range(DEALS)]
    start = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
    for what, first, second in acts:
        before = agency.ask(lambda work: state(work, deals, listings))
        own = sorted(one["id"] for one in agency.ask(lambda work: work.history.operations(limit=50))
                     if one["id"] > start)  # fmt: skip
        if what == "undo" and not own:
            continue
        try:
            agency.do(lambda work, a=what, b=first, c=second, d=own: act(work, a, b, c, deals, listings, d))
        except (Conflict, Invalid, NotFound):
            assert agency.ask(lambda work: state(work, deals, listings)) == before
            continue
        shown, flats, _ = agency.ask(lambda work: state(work, deals, listings))
        for flat in flats:
            live = [one for one in shown if one["property_id"] == flat["id"] and one["deleted_at"] is None]
            holders = [one for one in live if one["stage"] in HOLDING]
            assert len(holders) <= 1
            assert (flat["status"] == "reserved") == bool(holders), (what, first, second)
            if any(one["stage"] == "closed" for one in live):
                assert flat["status"] == "sold"
                assert flat["final_price"] == 5
        for one in shown:
            assert (one["reserved_at"] is not None) >= (one["stage"] in HOLDING)
            assert (one["closed_at"] is not None) == (one["final_price"] is not None) == (one["stage"] == "closed")
            assert (one["lost_reason"] is not None) == (one["stage"] == "lost")


@pytest.mark.parametrize("begin", list(Stage))
@given(data=st.data())
@examples(20)
def test_a_move_says_all_that_it_changes(begin: Stage, data: st.DataObject) -> None:
    """Whatever stands in the row: after a move it is as the stage wants it, and only what changed is named."""
    values = {
        "stage": begin.value,
        "amount": data.draw(st.none() | st.integers(0, 9)),
        "reserved_at": data.draw(st.none() | st.just("a")),
        "reserved_until": data.draw(st.none() | st.just("b")),
        "closed_at": data.draw(st.none() | st.just("c")),
        "final_price": data.draw(st.none() | st.integers(0, 9)),
        "lost_reason": data.draw(st.none() | st.just("d")),
    }
    to = data.draw(st.sampled_from(sorted(STAGE_MOVES[begin])))
    changes = move(values, to, at="now", reason="why")
    assert all(values[name] != value for name, value in changes.items())
    after = {**values, **changes}
    assert after["stage"] == to
    assert (after["lost_reason"] is not None) == (to == Stage.LOST)
    if to == Stage.CLOSED:
        assert (after["closed_at"], after["final_price"]) == ("now", values["amount"])
    else:
        assert (after["closed_at"], after["final_price"]) == (None, None)
    if to in HOLDING and begin not in HOLDING:
        assert after["reserved_at"] == "now"


@given(st.dictionaries(st.integers(1, 7), st.lists(st.integers(1, 7), max_size=4), max_size=7))
def test_the_order_of_closing(links: dict[int, list[int]]) -> None:
    """Each deal once, after all that it waits for; none at all exactly where somebody waits for himself."""
    found = in_order(links)

    def reaches(start: int) -> bool:
        seen: set[int] = set()
        waiting = list(links[start])
        while waiting:
            one = waiting.pop()
            if one == start:
                return True
            if one in links and one not in seen:
                seen.add(one)
                waiting += links[one]
        return False

    assert (found is None) == any(reaches(one) for one in links)
    if found is not None:
        assert sorted(found) == sorted(links)
        place = {deal: at for at, deal in enumerate(found)}
        assert all(place[before] < place[deal] for deal in links for before in links[deal] if before in links)
