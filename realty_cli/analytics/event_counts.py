"""Events as the database counts and adds them up, without a look at each: what a dashboard and a line show.

Only what was cancelled is put off (`events.rules`), and nothing cancelled is busy: of what was put off, counts alone
have to know.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import Any

from realty_cli.analytics.deal_facts import AT_ONCE
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, ratio
from realty_cli.events.figure_reading import working_of
from realty_cli.events.kinds import OVER, EventStatus, EventType
from realty_cli.events.reach import floor, lasting
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection
from realty_cli.store.selection import any_of

SHOWN = (EventType.SHOWING, EventType.OPEN_HOUSE)
#: How many of each status and type.
Counts = Mapping[tuple[str, str], int]
_ANY_STATUS, _ANY_TYPE = (
    ", ".join(f"'{one.value}'" for one in kind) for kind in (EventStatus, EventType)
)  # fmt: skip


def narrowed(scope: Scope, params: dict[str, Any], types: Sequence[str] | None) -> str:
    """The condition for instances (alias `i`) of a scope: with a filter of listings, those of such listings."""
    found = scope.rows(params, "i")
    if types:
        found += " AND " + any_of("i.event_type", "event_type", [str(one) for one in types], params)
    if _at_some(scope):
        found += f" AND i.property_id IN (SELECT p.id FROM properties p WHERE {scope.listings(params)})"
    return found


def _at_some(scope: Scope) -> bool:
    """Whether only events at some listings are asked about."""
    filters = (
        scope.property_types, scope.deal_types, scope.cities, scope.districts, scope.sources, scope.currency
    )  # fmt: skip
    return any(one is not None for one in filters)


def few(db: Connection, scope: Scope, types: Sequence[str] | None = None) -> dict[str, Measured]:
    """`totals` of `counted`, and `utilisation`."""
    params: dict[str, Any] = {}
    where = narrowed(scope, params, types)
    start, until = scope.start, stamp(scope.period.end)
    owners = scope.owners or (
        _owners(db, where, params, start, stamp(scope.asked.end)) if scope.actor.sees_all else (scope.actor.id,)
    )
    working = working_of(db, owners, datetime.fromisoformat(start), scope.period.end.astimezone(UTC))
    taken = _taken(db, where, params, start, until) / 3_600
    return {
        **totals(counted(db, where, params, start, until)),
        "utilisation": Measured(taken / working if working else None, round(working)),
    }


def totals(due: Counts) -> dict[str, Measured]:
    """What the counts of due events say by themselves."""
    status: Counter[str] = Counter()
    for (name, _kind), count in due.items():
        status[name] += count
    done, missed, off = (
        status[one] for one in (EventStatus.COMPLETED, EventStatus.NO_SHOW, EventStatus.CANCELLED)
    )  # fmt: skip
    whole = status.total()
    return {
        "due": _count(whole),
        "completed": _count(done),
        "cancelled": _count(off),
        "no_show": _count(missed),
        "stale_open": _count(sum(count for name, count in status.items() if name not in OVER)),
        "showings": _count(sum(due.get((EventStatus.COMPLETED, kind), 0) for kind in SHOWN)),
        "calls": _count(due.get((EventStatus.COMPLETED, EventType.CALL), 0)),
        "completion_rate": ratio(done, done + off + missed),
        "no_show_rate": ratio(missed, done + missed),
        "cancellation_rate": ratio(off, whole),
    }


def counted(db: Connection, where: str, params: Mapping[str, Any], start: str, until: str) -> Counts:
    """The instances that end in (start, until] and were not put off."""
    bound = {**params, "start": start, "until": until}
    within = f"i.end_time > :start AND i.end_time <= :until AND {where}"
    found: Counter[tuple[str, str]] = Counter()
    for status, kind, count in db.all(
        f"SELECT i.status, i.event_type, count(*) FROM {_kinds(db)} WHERE i.status IN ({_ANY_STATUS})"
        f" AND i.event_type IN ({_ANY_TYPE}) AND {within} GROUP BY i.status, i.event_type",
        bound,
    ):
        found[status, kind] = count
    for status, kind, count in db.all(
        f"SELECT i.status, i.event_type, count(*) FROM {_put_off(db)} AND {within} GROUP BY i.status, i.event_type",
        bound,
    ):
        found[status, kind] -= count
    return found


def of_stretches(
    db: Connection, scope: Scope, moments: Sequence[str], types: Sequence[EventType], statuses: Sequence[EventStatus]
) -> list[int]:
    """How many instances of these types and statuses (none: of any) end in each (moment, next moment], without those
    that were put off."""
    params: dict[str, Any] = {}
    where = narrowed(scope, params, None)
    kinds = ", ".join(f"'{one.value}'" for one in types or EventType)
    states = ", ".join(f"'{one.value}'" for one in statuses or EventStatus)
    where = f"i.status IN ({states}) AND i.event_type IN ({kinds}) AND {where}"
    whole = {**params, "start": moments[0], "until": moments[-1]}
    within = f"{where} AND i.end_time > :start AND i.end_time <= :until"
    counts = [0] * (len(moments) - 1)

    def place(end: str) -> int:
        return bisect_left(moments, end, lo=1) - 1

    if _at_some(scope):
        # To find these listings takes longer than to count: once for all stretches.
        for end, count in db.all(f"SELECT i.end_time, count(*) FROM {_kinds(db)} WHERE {within} GROUP BY 1", whole):
            counts[place(end)] += count
    else:
        counts = _counts(db, where, params, moments)
    for (end,) in db.all(f"SELECT i.end_time FROM {_put_off(db)} AND {within}", whole):
        counts[place(end)] -= 1
    return counts


def _counts(db: Connection, where: str, params: Mapping[str, Any], moments: Sequence[str]) -> list[int]:
    """How many end in each (moment, next moment]: each by one look into an index."""
    counts: list[int] = []
    stretches = iter(pairwise(moments))
    while some := list(islice(stretches, AT_ONCE)):
        bound, parts = dict(params), []
        for at, (start, until) in enumerate(some):
            bound |= {f"start{at}": start, f"until{at}": until}
            parts.append(
                f"SELECT {at}, count(*) FROM {_kinds(db)} WHERE {where}"
                f" AND i.end_time > :start{at} AND i.end_time <= :until{at}"
            )
        counts += (count for _, count in sorted(db.all(" UNION ALL ".join(parts), bound)))
    return counts


def _kinds(db: Connection) -> str:
    """Nearly all that is asked of counts stands in one index, and SQLite would rather take one of fewer columns."""
    return "event_instances i" + (" INDEXED BY ix_event_instances_kinds" if db.sqlite else "")


def _put_off(db: Connection) -> str:
    join = "CROSS JOIN" if db.sqlite else "JOIN"
    return (
        f"events e {join} event_instances i ON i.event_id = e.id WHERE e.rescheduled_to IS NOT NULL"
        " AND i.status = 'cancelled'"
    )


def _taken(db: Connection, where: str, params: Mapping[str, Any], start: str, until: str) -> float:
    """Busy seconds of what ends in (start, until], those of one owner that overlap once."""
    bound = {**params, "start": start, "until": until, "floor": floor(start)}
    parts: dict[int, Iterable[tuple[str, str]]] = {}
    for near in (True, False):
        for owner, times in _times(db, f"FROM {_owned(db, near)} AND i.busy AND NOT i.all_day AND {where}", bound):
            parts[owner] = sorted((*parts[owner], *times)) if owner in parts else times

    @cache
    def second(moment: str) -> float:
        return datetime.fromisoformat(moment).timestamp()

    taken = 0.0
    for some in parts.values():
        begins = reached = ""
        for begin, end in some:
            if begin > reached:
                if begins < reached:
                    taken += second(reached) - second(begins)
                begins, reached = begin, end
            elif end > reached:
                reached = end
        if begins < reached:
            taken += second(reached) - second(begins)
    return taken


def _times(db: Connection, which: str, params: Mapping[str, Any]) -> Iterator[tuple[int, Iterable[tuple[str, str]]]]:
    """The beginnings and ends of instances by owner, in their order; of those that begin together, the last end."""
    rows = (
        f"SELECT i.owner_id, i.start_time, max(i.end_time) AS until {which} GROUP BY i.owner_id, i.start_time"
        " ORDER BY i.owner_id, i.start_time"
    )
    if not db.sqlite:
        for owner, some in groupby(db.all(rows, params), key=itemgetter(0)):
            yield owner, [row[1:] for row in some]
        return
    # To make a row for each costs half of all of it; to take two texts for each owner apart costs a fifth of that.
    for owner, begins, ends in db.all(
        f"SELECT owner_id, group_concat(start_time, ' '), group_concat(until, ' ') FROM ({rows}) GROUP BY owner_id",
        params,
    ):
        yield owner, zip(begins.split(" "), ends.split(" "), strict=True)


def _owners(db: Connection, where: str, params: Mapping[str, Any], start: str, until: str) -> list[int]:
    """Whose instances end in (start, until]."""
    bound = {**params, "start": start, "until": until, "floor": floor(start)}
    ways = (f"EXISTS (SELECT 1 FROM {_owned(db, near, 'a.id')} AND {where})" for near in (True, False))
    return [row[0] for row in db.all(f"SELECT a.id FROM accounts a WHERE {' OR '.join(ways)}", bound)]


def _owned(db: Connection, near: bool, owner: str = "") -> str:
    """Instances of one owner or of all that end in (:start, :until], in the order of an index by owner: those that
    begin at most a day before, or the few that last longer."""
    whose = f"i.owner_id = {owner}" if owner else "i.owner_id IN (SELECT id FROM accounts)"
    began = "i.start_time >= :floor AND i.start_time <= :until" if near else f"i.start_time < :floor AND {lasting(db)}"
    index = "owner" if near else "long"
    hint = f" INDEXED BY ix_event_instances_{index}" if db.sqlite else ""
    return (
        f"event_instances i{hint} WHERE {whose} AND {began} AND i.end_time > :start AND i.end_time <= :until"
    )  # fmt: skip


def _count(number: int) -> Measured:
    return Measured(number, number)
