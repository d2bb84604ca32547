"""Numbers of events: equal to a second, obvious implementation on random agencies, to the calendar's figures."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from realty_cli.analytics.schemas.events import EventMetricsQuery
from realty_cli.events.schemas.care import StatisticsQuery
from realty_cli.events.schemas.event import EventCreate, EventStatusChange
from tests.conftest import Agency
from tests.test_analytics import agencies, listing_oracle
from tests.test_analytics.test_listing_metrics import PERIODS, midnight, same
from tests.test_analytics.test_listing_sums import keep

SHOWN = ["showing", "open_house"]


def numbers(work: Any, first: datetime, end: datetime, now: datetime, owner: int | None) -> dict[str, Any]:
    """Of events that end in (first, end], as far as they are over at `now`."""
    events = pd.DataFrame(agencies.rows(work.db, "events"))
    listings = [row for row in agencies.rows(work.db, "properties") if row["deleted_at"] is None]
    moves = [row for row in agencies.rows(work.db, "property_statuses") if row["withdrawn_by"] is None]
    offers = [row for row in agencies.rows(work.db, "offers") if row["deleted_at"] is None]
    feedback = pd.DataFrame(row for row in agencies.rows(work.db, "showing_feedback") if row["deleted_at"] is None)
    events = events[events.deleted_at.isna()]
    if owner:
        events = events[events.owner_id == owner]
        listings = [row for row in listings if row["owner_id"] == owner]
        offers = [row for row in offers if row["owner_id"] == owner]
    events = events.assign(
        start=pd.to_datetime(events.start_time), end=pd.to_datetime(events.end_time),
        hours=(pd.to_datetime(events.end_time) - pd.to_datetime(events.start_time)) / pd.Timedelta(hours=1),
    )  # fmt: skip
    shows = events[(events.status == "completed") & events.event_type.isin(SHOWN)]
    period = events[(events.end > first) & (events.end <= end)]
    counted = period[period.rescheduled_to.isna()]
    due = counted[counted.end <= now]
    status = due.status.value_counts().to_dict()
    done, off, missed = (status.get(one, 0) for one in ("completed", "cancelled", "no_show"))
    sources = events.dropna(subset=["rescheduled_to"]).set_index("rescheduled_to").index.astype(int).tolist()
    depth = {int(number): 0 for number in events.id}
    for number in sorted(depth):  # whatever was put off has the smaller number here
        before = events[events.rescheduled_to == number].id.tolist()
        depth[number] = 1 + max(depth[int(one)] for one in before) if number in sources and before else 0
    sold = [
        row["id"] for row in listings
        if any(one in listing_oracle.TAKEN and first <= since < min(end, now + timedelta(microseconds=1))
               for one, since, _ in listing_oracle.life_of(row, [m for m in moves if m["property_id"] == row["id"]]))
    ]  # fmt: skip
    per_sale = pd.Series(
        [int(((shows.property_id == number) & (shows.end <= now)).sum()) for number in sold], dtype=float
    )
    firsts = shows.dropna(subset=["client_id"]).groupby("client_id").end.min()
    grown = firsts[(firsts > first) & (firsts <= min(end, now) - timedelta(days=30))]
    month = timedelta(days=30)
    offered = [
        client
        for client, moment in grown.items()
        if any(row["client_id"] == client and moment <= pd.Timestamp(row["at"]) <= moment + month for row in offers)
    ]
    minutes: set[Any] = set()
    pairs = 0
    busy = due[due.busy.astype(bool)]
    for one in busy.itertuples():
        step = one.start
        while step < one.end:
            minutes.add((one.owner_id, step))
            step += timedelta(minutes=30)
        pairs += int(((busy.owner_id == one.owner_id) & (busy.id > one.id) & (busy.start < one.end)
                      & (busy.end > one.start) & (busy.end > busy.start) & (one.end > one.start)).sum())  # fmt: skip
    said = feedback[feedback.event_id.isin(due[due.status == "completed"].id)]
    share = lambda part, whole: part / whole if whole else None  # noqa: E731
    return {
        "total": len(counted), "due": len(due), "completed": done, "cancelled": off, "no_show": missed,
        "stale_open": len(due) - done - off - missed,
        "scheduled": int(counted.status.isin(["scheduled", "confirmed"]).sum()),
        "rescheduled": int((period.rescheduled_to.notna() & (period.end <= now)).sum()),
        "showings": int((due.id.isin(shows.id)).sum()), "completion_rate": share(done, done + off + missed),
        "no_show_rate": share(missed, done + missed), "cancellation_rate": share(off, len(due)),
        "cancelled_by_client": share(int((due.cancelled_by == "client").sum()), len(due)),
        "confirmation_rate": None,  # nothing of these is in the log
        "reschedule_mean": due.id.map(depth).mean(), "showings_per_sale": per_sale.mean(),
        "showings_per_sale_median": per_sale.median(), "showing_to_offer": share(len(offered), len(grown)),
        "busy_hours": len(minutes) / 2, "conflicts": pairs,
        "conflict_hours": busy.hours.sum() - len(minutes) / 2, "average_duration": due.hours.mean(),
        "feedback_rate": share(said.event_id.nunique(), int(due.id.isin(shows.id).sum())),
        "rating_mean": said.rating.astype(float).mean(),
    }  # fmt: skip


@pytest.mark.parametrize("seed", [4, 5])
def test_random_agencies_agree_with_the_obvious_way(agency: Agency, seed: int) -> None:
    agencies.fill(agency, seed, 120)
    if seed == 5:  # what was sold stands in the sums of listings
        keep(agency)
    now = agency.clock.now()
    for user, owner, name in (("anna", None, "month"), ("anna", None, "2025-Q3"), ("boris", 2, "2026-01")):
        first, last = PERIODS[name]
        end = midnight(last or date(2026, 4, 1))
        with agency.read(user) as work:
            wanted = numbers(work, midnight(first), end, min(now, end), owner)
            scope = work.analytics.scope(EventMetricsQuery(period=name))
            found = work.analytics.events.measure(scope).totals
            few = work.analytics.events.few(scope)
            figures = work.event_statistics.summary(StatisticsQuery(period=name))
        wrong = {one: (found[one].value, wanted[one]) for one in wanted if not same(found[one].value, wanted[one])}
        assert not wrong, (user, name, wrong)
        assert not {one: got for one, got in few.items()
                    if not same(got.value, found[one].value) or got.n != found[one].n}  # fmt: skip
        for one in ("completion_rate", "no_show_rate", "confirmation_rate", "late_cancel_rate", "utilisation"):
            told = figures[one]["value"]
            assert (told is None) == (found[one].value is None)
            assert told is None or math.isclose(told, found[one].value or 0, abs_tol=1e-4)
        assert figures["total"] == found["total"].value
        assert figures["stale_open"] == found["stale_open"].value
    # Nothing but what was called off is put off, whatever else a row says.
    odd = "UPDATE events SET rescheduled_to = 1 WHERE status = 'completed' AND id % 5 = 0"
    agency.do(lambda work: work.db.run(odd))
    with agency.read() as work:
        scope = work.analytics.scope(EventMetricsQuery(period="2025-Q3"))
        few, found = work.analytics.events.few(scope), work.analytics.events.measure(scope)
    assert few["showings"].value == found.totals["showings"].value


def test_what_the_log_and_the_settings_tell(agency: Agency) -> None:
    """Late cancellations, confirmations that were followed by more, working hours, and a way that is too long."""
    agency.clock.moment = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)

    def add(hour: int, **values: Any) -> int:
        given = {"title": "Показ", "event_type": "showing", "start_time": f"2026-03-03T{hour:02}:00",
                 "end_time": f"2026-03-03T{hour:02}:30", **values}  # fmt: skip
        return int(agency.do(lambda work: work.events.create(EventCreate(**given)))["id"])

    def move(number: int, **values: Any) -> None:
        agency.do(lambda work: work.events.change_status(number, EventStatusChange(**values)))

    far = {"latitude": 55.75, "longitude": 37.62}
    first = add(10, **far)
    late, early = add(12), add(18)
    add(11, latitude=55.95, longitude=37.20, event_type="meeting")
    move(first, status="confirmed")
    move(early, status="cancelled", cancelled_by="client")
    agency.clock.moment = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # 11:00 in Moscow
    move(late, status="cancelled", cancelled_by="owner")
    move(first, status="completed")
    agency.clock.moment = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    found = agency.ask(
        lambda work: work.analytics.events.measure(work.analytics.scope(EventMetricsQuery(period="2026-03-03")))
    )
    told = {name: (one.value, one.n) for name, one in found.totals.items()}
    assert told["late_cancel_rate"] == (0.25, 4)
    assert told["confirmation_rate"] == (0.25, 4)
    assert told["travel_misses"] == (1, 1)
    assert told["busy_hours"] == (1.0, 2)
    assert told["utilisation"] == (pytest.approx(1 / 11), 11)
