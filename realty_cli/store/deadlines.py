"""Deadlines by day, read in one way for every table that has some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Due, Section, Window
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import resolve
from realty_cli.kit.money import from_minor
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible


@dataclass(frozen=True)
class Deadline:
    """A date of a table: which rows have it still to come. Columns are named by way of `p`, the table's alias."""

    name: str
    heading: str
    kind: str
    table: str
    day: str
    where: str
    """The condition that nothing was done about it yet."""
    facts: Sequence[str] = ()
    """Further columns that are told, those of joined tables as `d.amount AS agreed`."""
    money: frozenset[str] = frozenset()
    title: str = "p.title"
    join: str = ""
    back: int | None = None
    """Days after which one that has passed is told no more; None tells it for ever."""
    moment: bool = False
    """Whether the column holds moments."""
    after: timedelta = timedelta()
    """What is due so long after the moment of the column."""
    late: bool = False
    """Tell of what has passed only: there is nothing to do about it before."""


def gather(db: Connection, actor: Actor, deadline: Deadline, window: Window) -> Section:
    """The rows of a deadline that lie before the end of the window, as the actor may see them."""
    params: dict[str, Any] = {**_bounds(deadline, window), "limit": window.limit}
    conditions = [
        "p.deleted_at IS NULL", f"{deadline.day} IS NOT NULL",
        f"{deadline.day} {'<' if deadline.moment else '<='} :until", deadline.where, visible(actor, params, "p"),
    ]  # fmt: skip
    if deadline.back is not None:
        params["since"] = date.fromordinal(window.today.toordinal() - deadline.back).isoformat()
        conditions.append(f"{deadline.day} >= :since")
    facts = "".join(", " + (name if "." in name else "p." + name) for name in deadline.facts)
    rows = db.all(
        f"SELECT count(*) OVER (), sum(CASE WHEN {deadline.day} < :today THEN 1 ELSE 0 END) OVER (),"
        f" p.id, p.owner_id, {deadline.title}, {deadline.day}{facts} FROM {deadline.table} p {deadline.join}"
        f" WHERE {' AND '.join(conditions)} ORDER BY {deadline.day}, p.id LIMIT :limit",
        params,
    )
    names = [name.rpartition(" ")[2] for name in deadline.facts]
    items = []
    for _, _, number, owner, title, day, *values in rows:
        told = dict(zip(names, values, strict=True))
        for name in deadline.money:
            if told[name] is not None:
                told[name] = from_minor(told[name])
        items.append(Due(deadline.kind, number, owner, title, _on(deadline, window, day), told))
    total, overdue = (rows[0][0], int(rows[0][1])) if rows else (0, 0)
    return Section(deadline.name, deadline.heading, total, overdue, items)


def _bounds(deadline: Deadline, window: Window) -> dict[str, str]:
    """Where today begins and the window ends, as the column has it."""
    if not deadline.moment:
        return {"today": window.today.isoformat(), "until": window.until.isoformat()}
    today, end = (
        resolve(datetime.combine(day, time()), window.zone) for day in (window.today, window.until + timedelta(days=1))
    )
    until = window.now if deadline.late else end
    return {"today": stamp(today - deadline.after), "until": stamp(until - deadline.after)}


def _on(deadline: Deadline, window: Window, value: str) -> date:
    if not deadline.moment:
        return date.fromisoformat(value)
    return (datetime.fromisoformat(value) + deadline.after).astimezone(window.zone).date()
