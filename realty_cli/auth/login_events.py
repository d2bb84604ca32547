"""The history of sign-ins: a row for every try, with time, place and result. No name typed by a stranger, no secret."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from realty_cli.auth.paging import PageQuery, after, answer
from realty_cli.auth.sessions import shortened
from realty_cli.kit.actor import Where
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection

_COLUMNS = ("id", "at", "method", "result", "address", "agent", "session_id")
#: For so long an address from which the owner signed in is known as the owner's.
_KNOWN = timedelta(days=30)


def record(
    db: Connection,
    now: datetime,
    where: Where,
    method: str,
    result: str,
    account_id: int | None,
    session: int | None = None,
) -> None:
    db.run(
        "INSERT INTO login_events (account_id, session_id, at, method, result, address, agent)"
        " VALUES (:account, :session, :at, :method, :result, :address, :agent)",
        {
            "account": account_id,
            "session": session,
            "at": stamp(now),
            "method": method,
            "result": result,
            "address": where.address[:64],
            "agent": shortened(where.agent),
        },
    )


def page(db: Connection, account_id: int, wanted: PageQuery) -> dict[str, Any]:
    """Tries of one account, newest first."""
    params: dict[str, Any] = {"account": account_id, "limit": wanted.limit + 1, "offset": wanted.offset}
    earlier = ""
    if before := after(wanted):
        earlier, params["before"] = " AND id < :before", before
    total = None
    if wanted.total:
        total = db.value("SELECT count(*) FROM login_events WHERE account_id = :account", params)
    rows = db.all(
        f"SELECT {', '.join(_COLUMNS)} FROM login_events WHERE account_id = :account{earlier}"
        " ORDER BY id DESC LIMIT :limit OFFSET :offset",
        params,
    )
    items = [dict(zip(_COLUMNS, row, strict=True)) for row in rows[: wanted.limit]]
    return answer(items, total, wanted, str(items[-1]["id"]) if len(rows) > wanted.limit else None)


def is_known_place(db: Connection, account_id: int, where: Where, now: datetime) -> bool:
    """Whether the owner has signed in from this address lately."""
    found = db.one(
        "SELECT 1 FROM login_events WHERE account_id = :account AND address = :address AND result = 'ok'"
        " AND at > :since LIMIT 1",
        {"account": account_id, "address": where.address[:64], "since": stamp(now - _KNOWN)},
    )
    return found is not None
