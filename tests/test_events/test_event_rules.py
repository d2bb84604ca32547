"""The moves of an event: which are allowed, and what each leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Conflict, Invalid
from realty_cli.events.kinds import MOVES, CancelledBy, EventOutcome, EventStatus
from realty_cli.events.rules import move

NOW = "2026-03-10T18:00:00.000000Z"
PLANNED: dict[str, Any] = {
    "id": 1, "status": "scheduled", "start_time": "2026-03-10T10:00:00.000000Z",
    "end_time": "2026-03-10T11:00:00.000000Z", "actual_start": None, "actual_end": None, "outcome": None,
    "outcome_note": None, "cancelled_by": None, "rescheduled_to": None,
}  # fmt: skip
S = EventStatus


def test_completed_in_the_evening_took_place_as_planned() -> None:
    assert move(PLANNED, S.COMPLETED, now=NOW, outcome=EventOutcome.INTERESTED) == {
        "status": "completed", "outcome": "interested", "actual_start": PLANNED["start_time"],
        "actual_end": PLANNED["end_time"],
    }  # fmt: skip


def test_what_was_begun_ends_now() -> None:
    begun = {**PLANNED, **move(PLANNED, S.IN_PROGRESS, now="2026-03-10T10:05:00.000000Z")}
    assert begun["actual_start"] == "2026-03-10T10:05:00.000000Z"
    assert move(begun, S.COMPLETED, now=NOW) == {"status": "completed", "actual_end": NOW}


def test_opened_again_is_as_if_it_had_never_been() -> None:
    over = {**PLANNED, **move(PLANNED, S.COMPLETED, now=NOW, outcome=EventOutcome.OFFER)}
    again = {**over, **move(over, S.SCHEDULED, now=NOW)}
    assert again == PLANNED


def test_cancelled() -> None:
    assert move(PLANNED, S.CANCELLED, now=NOW)["cancelled_by"] == "agent"
    changes = move(PLANNED, S.CANCELLED, now=NOW, cancelled_by=CancelledBy.CLIENT, rescheduled_to=2)
    assert changes == {"status": "cancelled", "cancelled_by": "client", "rescheduled_to": 2}
    with pytest.raises(Invalid):
        move(PLANNED, S.CANCELLED, now=NOW, rescheduled_to=1)
    with pytest.raises(Invalid):
        move(PLANNED, S.CANCELLED, now=NOW, outcome=EventOutcome.OFFER)
    with pytest.raises(Invalid):
        move(PLANNED, S.COMPLETED, now=NOW, actual_start=NOW, actual_end=PLANNED["start_time"])


@settings(max_examples=60)
@given(st.lists(st.sampled_from(EventStatus), max_size=6))
def test_whatever_the_way_the_fields_agree(way: list[EventStatus]) -> None:
    event = dict(PLANNED)
    for to in way:
        before = EventStatus(event["status"])
        if to != before and to not in MOVES[before]:
            with pytest.raises(Conflict):
                move(event, to, now=NOW)
            continue
        event |= move(event, to, now=NOW)
        assert event["status"] == to
        assert (event["actual_end"] is not None) == (to == S.COMPLETED)
        assert (event["cancelled_by"] is not None) == (to == S.CANCELLED)
        assert event["actual_end"] is None or event["actual_start"] <= event["actual_end"]
