"""Which instances reach into a stretch of time, as two reads of an index each of which ends soon.

What lies within a day of it begins close by; what began earlier and still goes on is long, and those are few and have
an index of their own (`ix_event_instances_long`). Moments are text on SQLite: there long is what ends on another day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection

#: Word for word as the index has it, or it is not found.
_LONG = {
    True: "substr({i}.start_time, 1, 10) <> substr({i}.end_time, 1, 10)",
    False: "{i}.end_time - {i}.start_time > INTERVAL '1 day'",
}


def reaching(db: Connection, select: str, condition: str, alias: str = "i") -> str:
    """`select` of the instances that reach between `:after` and `:before`, what begins at `:after` among them; binds
    `:floor` too (`floor`). To be ordered by numbers of columns."""
    close = (
        f"{alias}.start_time >= :floor AND {alias}.start_time < :before"
        f" AND ({alias}.end_time > :after OR {alias}.start_time >= :after)"
    )
    far = f"{lasting(db, alias)} AND {alias}.start_time < :floor AND {alias}.end_time > :after"
    return f"{select} WHERE {condition} AND {close} UNION ALL {select} WHERE {condition} AND {far}"


def lasting(db: Connection, alias: str = "i") -> str:
    """The condition for what is long, by which its index is found."""
    return _LONG[db.sqlite].format(i=alias)


def floor(after: str) -> str:
    """A day before a stamp: what began earlier and lasts until it is long."""
    return stamp(datetime.fromisoformat(after) - timedelta(days=1))
