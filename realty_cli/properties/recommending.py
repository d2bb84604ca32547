"""Prices that agents recommend for listings: software shows what others ask, an agent decides, and both are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible

KIND = "recommendation"
_COLUMNS = ("owner_id", "property_id", "account_id", "price", "currency", "at")
#: A recommendation speaks for so long; the market of a season ago is another one.
KEPT = timedelta(days=90)
_LAST = (
    "SELECT r.price, r.account_id, r.at, coalesce(nullif(a.full_name, ''), a.username) FROM price_recommendations r"
    " JOIN accounts a ON a.id = r.account_id JOIN properties p ON p.id = r.property_id WHERE r.property_id = :id"
    " AND r.currency = :currency AND r.at > :since"
)


def recommended(db: Connection, actor: Actor, listing: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """The newest price that somebody recommended, in units; None without one in the last 90 days."""
    params: dict[str, Any] = {"id": listing["id"], "currency": listing["currency"], "since": stamp(now - KEPT)}
    row = db.one(f"{_LAST} AND {visible(actor, params, 'p')} ORDER BY r.id DESC LIMIT 1", params)
    if row is None:
        return None
    price, account, at, name = row
    return {"price": from_minor(price), "account_id": account, "by": str(name), "at": at}


def recommend(log: ChangeLog, listing: Mapping[str, Any], minor: int, now: datetime) -> None:
    """Keep what the actor recommends, in hundredths; the same as the newest is no news."""
    actor = log.actor
    found = recommended(log.db, actor, listing, now)
    if found is not None and found["account_id"] == actor.id and round(found["price"] * 100) == minor:
        return
    (number,) = log.db.next_ids("price_recommendations", 1)
    values = (listing["owner_id"], listing["id"], actor.id, minor, listing["currency"], stamp(now))
    _insert(log, {number: dict(zip(_COLUMNS, values, strict=True))})


def presented(state: Mapping[str, Any]) -> dict[str, Any]:
    """As the log shows it: in units."""
    return {**state, "price": from_minor(state["price"])} if "price" in state else dict(state)


def _insert(log: ChangeLog, states: Mapping[int, Mapping[str, Any]]) -> None:
    rows = [(number, *(state[name] for name in _COLUMNS)) for number, state in states.items()]
    log.db.insert("price_recommendations", ("id", *_COLUMNS), rows)
    log.add([
        Change(KIND, number, state["owner_id"], "create", None, dumps(state)) for number, state in states.items()
    ])  # fmt: skip


class UndoRecommendations:
    """They are only ever given: to take one back is to take it out. For `desk.undo`."""

    def __init__(self, log: ChangeLog) -> None:
        self._log = log

    def existing(self, numbers: Sequence[int]) -> set[int]:
        return set(self._states(numbers))

    def remove(self, numbers: Sequence[int]) -> None:
        params: dict[str, Any] = {}
        states = self._states(numbers)
        self._log.db.run(f"DELETE FROM price_recommendations WHERE id IN {in_list('id', numbers, params)}", params)
        self._log.add([
            Change(KIND, number, state["owner_id"], "remove", dumps(state), None) for number, state in states.items()
        ])  # fmt: skip

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        _insert(self._log, states)

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None: ...

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None: ...

    def _states(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        params: dict[str, Any] = {}
        rows = self._log.db.all(
            f"SELECT id, {', '.join(_COLUMNS)} FROM price_recommendations WHERE id IN {in_list('id', numbers, params)}",
            params,
        )
        return {number: dict(zip(_COLUMNS, values, strict=True)) for number, *values in rows}
