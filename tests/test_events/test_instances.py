"""Instances as rows: laid by every write, further when a window asks for it; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from realty_cli.events import instances
from realty_cli.events.reach import floor, reaching
from realty_cli.events.record import EVENT
from realty_cli.events.repository import EventRows
from realty_cli.events.tables import EventInstanceRow, EventRow
from realty_cli.kit.clock import stamp
from tests.conftest import Agency


def event(uid: str = "one", start: str = "2026-03-10T15:30:00", rule: str | None = None, **more: Any) -> dict[str, Any]:
    day = "T" not in start
    return {
        "owner_id": 1, "uid": uid, "sequence": 0, "title": "Показ", "event_type": "showing", "status": "scheduled",
        "all_day": day, "starts_local": start, "ends_local": more.pop("end", start), "timezone": None if day else
        "Europe/Moscow", "start_time": "2026-03-10T12:30:00.000000Z", "end_time": "2026-03-10T13:30:00.000000Z",
        "rrule": rule, "busy": True, "tentative": False, "declined": False, **more,
    }  # fmt: skip


def enter(agency: Agency, *rows: dict[str, Any]) -> list[int]:
    found: list[int] = agency.do(lambda work: EventRows(work.db, work.log, work.clock).insert(list(rows)))
    return found


def change(agency: Agency, number: int, **changes: Any) -> None:
    def act(work: Any) -> None:
        rows = EventRows(work.db, work.log, work.clock)
        rows.update([(rows.states([number])[number], changes)])

    agency.do(act)


def laid(agency: Agency, columns: str = "start_time", where: str = "1 = 1") -> list[Any]:
    rows = agency.ask(
        lambda work: work.db.all(f"SELECT {columns} FROM event_instances WHERE {where} ORDER BY start_time")
    )
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def test_shapes_agree() -> None:
    assert tuple(EventRow.model_fields) == EVENT.columns
    assert set(instances._COLUMNS) == set(EventInstanceRow.model_fields) - {"id"}
    assert set(instances._READ) <= set(EVENT.columns)


def test_one_event(agency: Agency) -> None:
    (number,) = enter(agency, event(end="2026-03-10T16:30:00"))
    columns = "event_id, series_id, recurrence_id, start_time, end_time, local_date"
    moments = ("2026-03-10T12:30:00.000000Z", "2026-03-10T13:30:00.000000Z")
    assert laid(agency, columns) == [(number, None, None, *moments, "2026-03-10")]
    assert len(laid(agency, where="busy")) == 1
    change(agency, number, status="cancelled")
    assert laid(agency, where="busy") == []
    change(agency, number, deleted_at="2026-03-09T09:00:00.000000Z")
    assert laid(agency) == []
    change(agency, number, deleted_at=None, status="scheduled", starts_local="2026-03-11T00:30:00",
           ends_local="2026-03-11T01:00:00")  # fmt: skip
    assert laid(agency, "start_time, local_date") == [("2026-03-10T21:30:00.000000Z", "2026-03-11")]
    agency.do(lambda work: EventRows(work.db, work.log, work.clock).remove([number], "purge"))
    assert laid(agency) == []


def test_a_series_and_its_exceptions(agency: Agency) -> None:
    (series,) = enter(agency, event("s", "2026-03-09T10:00:00", "FREQ=WEEKLY;COUNT=4", end="2026-03-09T11:00:00"))
    moved = event("s", "2026-03-17T18:00:00", end="2026-03-17T19:00:00", title="Позже", series_id=series,
                  recurrence_id="2026-03-16T07:00:00.000000Z")  # fmt: skip
    (exception,) = enter(agency, moved)
    starts = ["2026-03-09T07:00", "2026-03-17T15:00", "2026-03-23T07:00", "2026-03-30T07:00"]
    assert [text[:16] for text in laid(agency)] == starts
    assert laid(agency, "event_id", f"series_id = {series}") == [series, exception, series, series]
    change(agency, series, exdates=["2026-03-23T10:00:00"])
    assert [text[:16] for text in laid(agency)] == [starts[0], starts[1], starts[3]]
    change(agency, exception, deleted_at="2026-03-09T09:00:00.000000Z")
    assert [text[:16] for text in laid(agency)] == [starts[0], starts[3]]
    change(agency, series, deleted_at="2026-03-09T09:00:00.000000Z")
    assert laid(agency) == []


def test_whole_days_are_as_long_as_their_owner_sees_them(agency: Agency) -> None:
    enter(agency, event("day", "2026-03-10", end="2026-03-12"))
    assert laid(agency, "start_time, end_time") == [("2026-03-09T21:00:00.000000Z", "2026-03-11T21:00:00.000000Z")]


def test_a_window_beyond_the_horizon(agency: Agency) -> None:
    enter(agency, event("s", "2010-01-04T10:00:00", "FREQ=YEARLY", end="2010-01-04T11:00:00"))
    now = agency.clock.now()
    first = laid(agency)
    assert 3 <= len(first) <= 4

    def ask(work: Any, years: int) -> bool:
        begin, end = now + timedelta(days=365 * years), now + timedelta(days=365 * (years + 1))
        short = instances.short(work.db, stamp(begin), stamp(end), work.clock)
        instances.cover(work.db, stamp(begin), stamp(end), work.clock)
        return short

    assert agency.do(lambda work: ask(work, 0)) is False
    assert agency.do(lambda work: ask(work, 8)) is True
    assert max(laid(agency))[:4] >= str(now.year + 9)
    assert agency.do(lambda work: ask(work, -12)) is True
    assert min(laid(agency))[:4] <= str(now.year - 12)
    assert agency.do(lambda work: ask(work, 5)) is False
    assert len(laid(agency)) == len(set(laid(agency)))
    # However far somebody asks, there is an end to it.
    agency.do(lambda work: ask(work, 900))
    assert max(laid(agency))[:4] <= str(now.year + 22)
    assert agency.do(lambda work: ask(work, 900)) is False


def test_what_reaches_into_a_day_is_found_whenever_it_began(agency: Agency) -> None:
    """Both reads of `reach`, against all there is."""
    spans = [
        ("01T10", "20T10"), ("09T10", "10T10"), ("09T09", "10T09"), ("10T00", "10T01"), ("10T23", "11T01"),
        ("11T00", "11T01"),
    ]  # fmt: skip
    select = "SELECT i.event_id, i.end_time FROM event_instances i"
    enter(
        agency,
        *(
            event(str(at), f"2026-03-{start}:00:00", end=f"2026-03-{end}:00:00", timezone="UTC")
            for at, (start, end) in enumerate(spans)
        ),
    )
    for begin in range(24):
        after, before = f"2026-03-10T{begin:02}:00:00.000000Z", "2026-03-11T00:00:00.000000Z"
        params = {"after": after, "before": before, "floor": floor(after)}
        found = agency.ask(
            lambda work, params=params: work.db.all(reaching(work.db, select, "i.owner_id = 1") + " ORDER BY 1", params)
        )
        every = laid(agency, "event_id, start_time, end_time")
        assert [row[0] for row in found] == sorted(one for one, start, end in every if start < before and end > after)
