"""Reads of clients, leads and interactions, as plain SQL in one place. Every one goes through the row filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from realty_cli.clients import record
from realty_cli.clients.record import INTERACTION, LEAD
from realty_cli.clients.selection import (
    CLIENT_SORTING,
    INTERACTION_SORTING,
    LEAD_SORTING,
    select,
    select_interactions,
    select_leads,
)
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.store import paging
from realty_cli.store.database import Connection, in_list
from realty_cli.store.filtering import newest
from realty_cli.store.rows import RowKind
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, source

if TYPE_CHECKING:
    from realty_cli.clients.schemas.filters import ClientFilter, InteractionFilter, LeadFilter


def _listed(channel: str) -> str:
    return f"json_group_array(json_object('value', value, 'label', label)) FILTER (WHERE channel = '{channel}')"


_SHOWN = ", ".join("p." + name for name in record.SHOWN)
#: The contacts of a client in one value, so that a page takes one statement.
_CONTACTS = {
    True: "(SELECT json_group_array(json_array(channel, value, label)) FROM (SELECT channel, value, label"
    " FROM client_contacts WHERE client_id = p.id ORDER BY position))",
    False: "(SELECT jsonb_agg(jsonb_build_array(channel, value, label) ORDER BY position)"
    " FROM client_contacts WHERE client_id = p.id)",
}
#: The same of one row as JSON, in two parts, for SQLite.
_WRITTEN = (
    f"{record.CLIENT.written},"
    f" (SELECT CAST(json_object('phones', {_listed('phone')}, 'emails', {_listed('email')}) AS BLOB)"
    " FROM (SELECT channel, value, label FROM client_contacts WHERE client_id = p.id ORDER BY position))"
)


def get(db: Connection, actor: Actor, number: int, *, deleted: bool | None = False) -> dict[str, Any] | None:
    """One client as it is shown; None if there is none or it is not the actor's. `deleted` as for listings."""
    if not 0 < number <= MAX_ID:
        return None
    params: dict[str, Any] = {"id": number}
    row = db.one(_one(db.sqlite, deleted, visible(actor, params, "p")), params)
    return None if row is None else record.shown(row)


@cache
def _one(sqlite: bool, deleted: bool | None, scope: str) -> str:
    live = {False: " AND p.deleted_at IS NULL", True: " AND p.deleted_at IS NOT NULL", None: ""}[deleted]
    return f"SELECT {_SHOWN}, {_CONTACTS[sqlite]} FROM clients p WHERE p.id = :id{live} AND {scope}"


def page(
    db: Connection, actor: Actor, wanted: ClientFilter, *, sort: str | None = None, limit: int = 20, offset: int = 0,
    cursor: str | None = None, total: bool = True, written: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One page of clients: `{items, total, limit, offset, next_cursor}`. The items are `written` (orjson.Fragment)
    where all that the caller wants is their JSON, and the database can write it."""
    keys, written = CLIENT_SORTING.order(sort), written and db.sqlite
    columns = paging.columns_of(keys) if written else record.SHOWN
    found = paging.page(
        db, select(db, actor, wanted), keys, columns,
        limit=limit, offset=offset, cursor=cursor, total=total, more=_WRITTEN if written else _CONTACTS[db.sqlite],
        newest=newest(actor, wanted, "ix_clients_owner"),
    )  # fmt: skip
    show: Callable[[Sequence[Any]], Any] = record.written if written else record.shown
    return paging.answer([show(row) for row in found.rows], found, limit, offset)


def stream(db: Connection, actor: Actor, wanted: ClientFilter, sort: str | None = None) -> Iterator[dict[str, Any]]:
    """All clients that the filter names, one after the other. What is wrong with the request is said at once."""
    ordering = paging.order_by(CLIENT_SORTING.order(sort or "id"))
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return iter(())
    sql = f"SELECT {_SHOWN}, {_CONTACTS[db.sqlite]} FROM {source(db, chosen)} ORDER BY {ordering}"
    return map(record.shown, db.stream(sql, chosen.params))


def leads(db: Connection, actor: Actor, wanted: LeadFilter, **page: Any) -> dict[str, Any]:
    """One page of leads."""
    hint = newest(actor, wanted, "ix_leads_owner")
    return _plain(db, LEAD, select_leads(actor, wanted), LEAD_SORTING, hint, **page)


def interactions(db: Connection, actor: Actor, wanted: InteractionFilter, **page: Any) -> dict[str, Any]:
    """One page of interactions, the latest first."""
    hint = newest(actor, wanted, "ix_interactions_owner")
    return _plain(db, INTERACTION, select_interactions(actor, wanted), INTERACTION_SORTING, hint, **page)


def _plain(
    db: Connection, kind: RowKind, chosen: Selection, sorting: paging.Sorting, hint: str | None,
    *, sort: str | None = None, limit: int = 20, offset: int = 0, cursor: str | None = None, total: bool = True,
) -> dict[str, Any]:  # fmt: skip
    found = paging.page(
        db, chosen, sorting.order(sort), kind.columns,
        limit=limit, offset=offset, cursor=cursor, total=total, newest=hint,
    )  # fmt: skip
    return paging.answer([kind.presented(kind.state(row)) for row in found.rows], found, limit, offset)


def with_contacts(
    db: Connection,
    actor: Actor,
    phones: Sequence[str],
    emails: Sequence[str],
    telegram: str | None = None,
    *,
    owner: int | None = None,
) -> list[int]:
    """The live clients that the actor may see (of one owner, where named) who have one of these contacts: by phone
    first, then by e-mail, then by Telegram; the older ones first."""
    found: dict[int, None] = {}
    params: dict[str, Any] = {}
    where = f"c.deleted_at IS NULL AND {visible(actor, params, 'c')}"
    if owner is not None:
        where += " AND c.owner_id = :owner"
        params["owner"] = owner
    for channel, values in (("phone", phones), ("email", emails)):
        if values:
            mine = {**params, "channel": channel}
            some = in_list("value", values, mine)
            rows = db.all(
                "SELECT DISTINCT c.id FROM client_contacts t JOIN clients c ON c.id = t.client_id"
                f" WHERE t.channel = :channel AND t.value IN {some} AND {where} ORDER BY c.id",
                mine,
            )
            found |= {row[0]: None for row in rows}
    if telegram:
        mine = {**params, "telegram": telegram}
        rows = db.all(f"SELECT c.id FROM clients c WHERE c.telegram = :telegram AND {where} ORDER BY c.id", mine)
        found |= {row[0]: None for row in rows}
    return list(found)


def is_mine(db: Connection, actor: Actor, number: int) -> bool:
    """Whether there is such a client, not in the bin, that the actor may see."""
    params: dict[str, Any] = {"id": number}
    scope = visible(actor, params)
    return bool(db.one(f"SELECT 1 FROM clients WHERE id = :id AND deleted_at IS NULL AND {scope}", params))
