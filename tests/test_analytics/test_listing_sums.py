"""The sums of listings say what the lives say, whatever has happened since they were written and however."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from realty_cli.analytics import listing_answers, listing_metrics, listing_sums, series_reading
from realty_cli.analytics.kinds import Step
from realty_cli.analytics.listing_asks import NEVER, Ask, asks_of
from realty_cli.analytics.listing_lives import lives_of
from realty_cli.analytics.listing_moves import COUNTED, DAY, Move, moves_of
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate, StatusChange
from tests.conftest import Agency
from tests.test_analytics.agencies import fill
from tests.test_analytics.test_market import agree


def keep(agency: Agency) -> None:
    keeper = listing_sums.Keeper(agency.realty.transaction)
    keeper.keep()
    assert not keeper.outstanding()


def are_read(work: Any) -> bool:
    return listing_answers.answers(work.db, work.analytics.scope(AnalyticsFilter())) is not None


def written(agency: Agency) -> Counter[Move]:
    """The moves in the store, if their sums are those of the days, and what was asked is that of the lives."""
    with agency.realty.transaction() as db:
        asked = {Ask(*row) for row in db.all(f"SELECT {', '.join(Ask._fields)} FROM listing_asks")}
        numbers = [row[0] for row in db.all("SELECT id FROM properties ORDER BY id")]
        assert asked == {one for life in lives_of(db, numbers) for one in asks_of(life) if one.went != NEVER}
        moves = [Move(*row) for row in db.all(f"SELECT {', '.join(Move._fields)} FROM listing_moves")]
        days = {
            row[:3]: row[3:]
            for row in db.all(f"SELECT day, deal_type, currency, {', '.join(COUNTED)} FROM listing_days")
        }
    sums: dict[Any, list[int]] = {}
    for one in moves:
        day = sums.setdefault((one.at // DAY, one.deal_type, one.currency), [0] * len(COUNTED))
        day[:] = [before + more for before, more in zip(day, one.counts, strict=True)]
    assert {key: tuple(day) for key, day in sums.items() if any(day)} == {
        key: day for key, day in days.items() if any(day)
    }
    return Counter(moves)


def lived(agency: Agency) -> Counter[Move]:
    """The moves that all lives make."""
    with agency.realty.transaction() as db:
        numbers = [row[0] for row in db.all("SELECT id FROM properties ORDER BY id")]
        return Counter(move for life in lives_of(db, numbers) for move in moves_of(life))


_MEDIANS = ("price_median", "price_per_m2_asking_median", "price_per_m2_sold_median")
_PERIODS = ({}, {"period": "2025-Q4"}, {"period": "2024"}, {"deal_type": ["sale"], "period": "last 14 months"})


def told(work: Any, periods: Sequence[dict[str, Any]]) -> list[Any]:
    """What metrics and medians by the week say of several periods, by the sums if there are any."""
    said: list[Any] = []
    for given in periods:
        found = work.analytics.listings.measure(work.analytics.scope(validate(AnalyticsFilter, given)))
        typical = {
            key: {like: sorted(days) for like, days in one.typical.items()} for key, one in found.tallies.items()
        }
        said += [found.blocks, found.totals, found.statuses, found.quality, typical]
        scope = work.analytics.scope(validate(AnalyticsFilter, given))
        said += [work.analytics.series.read(f"properties.{name}", scope, Step.WEEK) for name in _MEDIANS]
    return said


def both(agency: Agency, monkeypatch: pytest.MonkeyPatch, *periods: dict[str, Any]) -> None:
    """Assert that it is the same by the sums and by all lives."""
    with agency.read() as work:
        assert are_read(work)
        found = told(work, periods)
        with monkeypatch.context() as without:
            for reader in (listing_metrics, series_reading):
                without.setattr(reader, "answers", lambda *_given: None)
            assert told(work, periods) == found


def test_they_agree_with_the_metrics(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(agency, 1, 120)
    keep(agency)
    assert written(agency) == lived(agency)
    assert sum(written(agency).values()) > 200
    assert any(one.earlier for one in written(agency))
    agency.ask(agree)
    both(agency, monkeypatch, *_PERIODS)


def test_what_happened_since_is_in_the_answer(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader corrects the sums by the log, and the next writing is as if all had been made anew."""
    fill(agency, 5, 45)
    keep(agency)
    with agency.read() as work:
        rows = work.db.all("SELECT id, status, deal_type FROM properties WHERE deleted_at IS NULL ORDER BY id")
    active = [row[0] for row in rows if row[1] == "active" and row[2] == "sale"]
    closed = [row[0] for row in rows if row[1] in ("sold", "rented")]
    first, second, third, fourth, fifth, sixth = active[:6]

    def move(number: int, **given: Any) -> Any:
        return lambda work: work.properties.change_status(number, validate(StatusChange, given))

    def alter(number: int, **given: Any) -> Any:
        return lambda work: work.properties.update(number, validate(PropertyUpdate, given))

    def twice(work: Any) -> None:
        """Away and back in one operation, which an undo takes back without a change of the listing."""
        move(fifth, status="withdrawn", reason="пауза", effective_at="2026-02-20T10:00:00Z")(work)
        move(fifth, status="active", effective_at="2026-02-25T10:00:00Z")(work)

    made = {"title": "Новая", "deal_type": "sale", "property_type": "apartment", "price": 9_000_000}
    steps = (
        move(first, status="sold", final_price=1_000_000),
        move(second, status="reserved", effective_at="2026-03-02T10:00:00Z"),
        move(second, status="sold", effective_at="2026-03-04T10:00:00Z"),
        alter(third, currency="EUR"),
        alter(sixth, deal_type="rent"),
        lambda work: work.properties.delete(fourth),
        lambda work: work.properties.create(validate(PropertyCreate, made)),
        twice,
        lambda work: work.undo.undo(),
        lambda work: work.undo.undo(),
        lambda work: work.properties.restore(fourth),
        move(closed[0], status="active"),
        lambda work: (work.properties.delete(closed[1]), work.properties.purge([closed[1]])),
    )
    for place, step in enumerate(steps):
        agency.do(step)
        before = agency.ask(lambda work: listing_sums.state_of(work.db))
        both(agency, monkeypatch, _PERIODS[place % 2])
        if place % 6 == 5:
            agency.ask(agree)
        assert agency.ask(lambda work: listing_sums.state_of(work.db)) == before
        if place % 4 != 1:
            keep(agency)
            assert written(agency) == lived(agency), place


def test_series_of_an_agency_and_of_an_agent(sqlite_agency: Agency) -> None:
    """Counts by the week of any scope are what they are without sums, which answer for whole agencies alone."""
    agency = sqlite_agency
    fill(agency, 4, 90)
    names = ("new", "closed", "inventory", "reserved", "withdrawn", "dom_closed_median", *_MEDIANS)

    def ask(work: Any) -> list[Any]:
        wanted = ({"period": "last 30 weeks"}, {"period": "2025", "deal_type": ["sale"]}, {"property_type": ["house"]})
        scopes = [work.analytics.scope(validate(AnalyticsFilter, one)) for one in wanted]
        read = work.analytics.series.read
        return [read(f"properties.{name}", scope, Step.WEEK) for scope in scopes for name in names]

    before = {user: agency.ask(ask, user) for user in ("anna", "boris")}
    keep(agency)
    assert agency.ask(are_read)
    assert not agency.ask(are_read, "boris")
    assert {user: agency.ask(ask, user) for user in ("anna", "boris")} == before


def test_what_is_not_to_be_trusted_is_not_read(sqlite_agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = sqlite_agency
    keeper = listing_sums.Keeper(agency.realty.transaction)
    assert not keeper.outstanding(), "an empty store needs no sums"
    fill(agency, 3, 40)
    assert keeper.outstanding() == 40
    assert not agency.ask(are_read)
    keep(agency)
    assert agency.ask(are_read)
    # A log that ends before the sums do, such as of a store that was put together from two; and other rules.
    for spoil in ("UPDATE listing_sums SET seq = seq + 1000", "UPDATE listing_sums SET rules = rules - 1"):
        agency.do(lambda work, spoil=spoil: (work.db.run(spoil), work.db.run("DELETE FROM listing_moves")))
        assert keeper.outstanding() == 40
        keep(agency)
        assert written(agency) == lived(agency)
    agency.do(lambda work: listing_sums.forget(work.db))
    with agency.realty.transaction(write=True) as db:
        assert listing_sums.step(db)
    assert not agency.ask(are_read), "half made"
    keep(agency)
    # With a long tail the listings themselves are looked at.
    monkeypatch.setattr(listing_answers, "LONG", 1)
    made = {"title": "Новая", "deal_type": "sale", "property_type": "apartment", "price": 9_000_000}
    agency.do(lambda work: work.properties.create(validate(PropertyCreate, made)))
    assert not agency.ask(are_read)


def test_many_are_written_in_parts(sqlite_agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, made a few at a time, with changes in between."""
    agency = sqlite_agency
    fill(agency, 3, 50)
    for name, value in (("_FEW", 3), ("_MANY", 9), ("_AT_ONCE", 7), ("_ROWS", 4)):
        monkeypatch.setattr(listing_sums, name, value)
    for _ in range(4):
        with agency.realty.transaction(write=True) as db:
            assert listing_sums.step(db)
    made = {"title": "Новая", "deal_type": "sale", "property_type": "apartment", "price": 9_000_000}
    with agency.write() as work:
        for _ in range(12):
            work.properties.create(validate(PropertyCreate, made))
        work.properties.delete(2 if work.db.one("SELECT 1 FROM properties WHERE id = 2 AND deleted_at IS NULL") else 3)
    keep(agency)
    assert written(agency) == lived(agency)
    agency.ask(agree)
