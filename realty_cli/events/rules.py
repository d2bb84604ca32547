"""What an event may be and may do: pure rules over plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.errors import Conflict, Invalid
from realty_cli.events.kinds import MOVES, OVER, CancelledBy, EventOutcome, EventStatus

#: Statuses of which something can have come.
_WITH_OUTCOME = frozenset({EventStatus.IN_PROGRESS, EventStatus.COMPLETED, EventStatus.NO_SHOW})


def move(
    values: Mapping[str, Any],
    to: EventStatus,
    *,
    now: str,
    outcome: EventOutcome | None = None,
    outcome_note: str | None = None,
    cancelled_by: CancelledBy | None = None,
    rescheduled_to: int | None = None,
    actual_start: str | None = None,
    actual_end: str | None = None,
) -> dict[str, Any]:
    """The fields that a move to a status changes; raises where the move is not allowed.

    `now` is when it is entered. What has begun began then unless said otherwise; what is completed without a word of
    when it took place took place as planned, for most are entered in the evening. To name the same status again adds
    what was left out.
    """
    before = EventStatus(values["status"])
    if to != before and to not in MOVES[before]:
        allowed = ", ".join(status for status in EventStatus if status in MOVES[before])
        raise Conflict("event.move_not_allowed", old=before.value, new=to.value, allowed=allowed)
    _refuse_of_other_status(to, "cancelled_by", cancelled_by, to == EventStatus.CANCELLED)
    _refuse_of_other_status(to, "rescheduled_to", rescheduled_to, to == EventStatus.CANCELLED)
    _refuse_of_other_status(to, "outcome", outcome, to in _WITH_OUTCOME)
    _refuse_of_other_status(to, "actual_start", actual_start, to in _WITH_OUTCOME)
    _refuse_of_other_status(to, "actual_end", actual_end, to == EventStatus.COMPLETED)
    if rescheduled_to is not None and rescheduled_to == values.get("id"):
        raise Invalid.one("rescheduled_to", "event.rescheduled_to_itself")
    given = {
        "outcome": outcome.value if outcome is not None else None,
        "outcome_note": outcome_note,
        "cancelled_by": cancelled_by.value if cancelled_by is not None else None,
        "rescheduled_to": rescheduled_to,
        "actual_start": actual_start,
        "actual_end": actual_end,
    }
    changes: dict[str, Any] = {"status": to.value, **{name: one for name, one in given.items() if one is not None}}
    if to != before:
        if to not in OVER and to != EventStatus.IN_PROGRESS:
            # Opened again: as if it had never been.
            changes |= dict.fromkeys(("outcome", "actual_start", "actual_end", "cancelled_by", "rescheduled_to"))
        if to == EventStatus.IN_PROGRESS:
            changes |= {"actual_end": None, "cancelled_by": None, "rescheduled_to": None}
            changes.setdefault("actual_start", now)
        elif to == EventStatus.COMPLETED:
            changes |= {"cancelled_by": None, "rescheduled_to": None}
            begun = changes.get("actual_start") or values.get("actual_start")
            if begun:
                changes.setdefault("actual_end", max(now, begun))
            else:
                # An end that is known and a start that is not: it began as planned, or where it ended.
                ended = changes.setdefault("actual_end", values["end_time"])
                changes["actual_start"] = min(values["start_time"], ended)
        elif to == EventStatus.NO_SHOW:
            changes |= {"actual_start": None, "actual_end": None, "cancelled_by": None, "rescheduled_to": None}
        elif to == EventStatus.CANCELLED:
            changes |= {"actual_start": None, "actual_end": None, "outcome": None}
            changes.setdefault("cancelled_by", CancelledBy.AGENT.value)
    after = {**values, **changes}
    if after.get("actual_start") and after.get("actual_end") and after["actual_end"] < after["actual_start"]:
        raise Invalid.one("actual_end", "event.actual_end_before_start")
    return {name: value for name, value in changes.items() if values.get(name) != value}


def _refuse_of_other_status(to: EventStatus, field: str, value: object, fits: bool) -> None:
    if value is not None and not fits:
        raise Invalid.one(field, "event.of_other_status", status=to.value)
