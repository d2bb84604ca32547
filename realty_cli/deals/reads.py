"""Reads of deals and offers: as they are shown, a page at a time. Every one goes through the row filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from realty_cli.deals import record, rules
from realty_cli.deals.record import DEAL, OFFER
from realty_cli.deals.selection import OFFER_SORTING, SORTING, select, select_offers
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.store import paging
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible
from realty_cli.store.selection import source
from realty_cli.store.word_index import in_parts

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import DealFilter, OfferFilter

#: How many steps of a chain are followed: a circle is refused, but nobody reads a longer chain either.
_FAR = 100
_SHOWN = ", ".join("p." + name for name in record.SHOWN)


#: The clients of a deal, the deals that it waits for, and those that wait for it, in a value each, so that a page takes
#: one statement. Filled with what the actor may see of clients and of deals.
_PARTIES = (
    "(SELECT json_group_array({party}) FROM (SELECT t.client_id, t.role, c.name"
    " FROM deal_parties t LEFT JOIN clients c ON c.id = t.client_id AND {{clients}}"
    " WHERE t.deal_id = p.id ORDER BY t.position))"
)
_HANGING = {
    True: (
        _PARTIES.format(party="json_array(client_id, role, name)"),
        "(SELECT json_group_array(before_id) FROM (SELECT before_id FROM deal_links WHERE deal_id = p.id"
        " ORDER BY before_id))",
        "(SELECT json_group_array(deal_id) FROM (SELECT l.deal_id FROM deal_links l JOIN deals d ON d.id = l.deal_id"
        " WHERE l.before_id = p.id AND d.deleted_at IS NULL AND {deals} ORDER BY l.deal_id))",
    ),
    False: (
        "(SELECT jsonb_agg(jsonb_build_array(t.client_id, t.role, c.name) ORDER BY t.position)"
        " FROM deal_parties t LEFT JOIN clients c ON c.id = t.client_id AND {clients} WHERE t.deal_id = p.id)",
        "(SELECT jsonb_agg(before_id ORDER BY before_id) FROM deal_links WHERE deal_id = p.id)",
        "(SELECT jsonb_agg(l.deal_id ORDER BY l.deal_id) FROM deal_links l JOIN deals d ON d.id = l.deal_id"
        " WHERE l.before_id = p.id AND d.deleted_at IS NULL AND {deals})",
    ),
}
#: The same as JSON that is ready to be sent, for SQLite.
_WRITTEN = (
    _PARTIES.format(party="json_object('client_id', client_id, 'role', role, 'name', name)"),
    *_HANGING[True][1:],
)


def get(db: Connection, actor: Actor, number: int, *, deleted: bool | None = False) -> dict[str, Any] | None:
    """One deal as it is shown; None if there is none or it is not the actor's. `deleted` as for listings."""
    if not 0 < number <= MAX_ID:
        return None
    params: dict[str, Any] = {"id": number}
    scope = visible(actor, params, "p")
    row = db.one(_one(db.sqlite, deleted, scope, _hanging(db, actor, params)), params)
    return None if row is None else record.shown(row)


@cache
def _one(sqlite: bool, deleted: bool | None, scope: str, hanging: str) -> str:
    live = {False: " AND p.deleted_at IS NULL", True: " AND p.deleted_at IS NOT NULL", None: ""}[deleted]
    return f"SELECT {_SHOWN}, {hanging} FROM deals p WHERE p.id = :id{live} AND {scope}"


def _hanging(db: Connection, actor: Actor, params: dict[str, Any], *, written: bool = False) -> str:
    return _hanging_of(db.sqlite, written, visible(actor, params, "c"), visible(actor, params, "d"))


@cache
def _hanging_of(sqlite: bool, written: bool, clients: str, deals: str) -> str:
    if not written:
        return ", ".join(_HANGING[sqlite]).format(clients=clients, deals=deals)
    hanging = ", ".join(f"CAST({one} AS BLOB)" for one in _WRITTEN)
    return f"{DEAL.written}, {hanging.format(clients=clients, deals=deals)}"


def inserted(values: Mapping[str, Any]) -> dict[str, Any]:
    """A deal without clients and links that was inserted just now with these values, as `get` would show it."""
    row = DEAL.stored(values)
    return record.shown([*(row.get(name) for name in record.SHOWN), None, None, None])


def page(
    db: Connection, actor: Actor, wanted: DealFilter, *, sort: str | None = None, limit: int = 20, offset: int = 0,
    cursor: str | None = None, total: bool = True, written: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One page of deals: `{items, total, limit, offset, next_cursor}`. The items are `written` (orjson.Fragment) where
    all that the caller wants is their JSON, and the database can write it."""
    newest = None
    if wanted.deleted:
        newest = " INDEXED BY ix_deals_bin"
    elif wanted.model_fields_set:
        newest = " NOT INDEXED" if actor.sees_all else " INDEXED BY ix_deals_owner"
    chosen, keys, written = select(db, actor, wanted), SORTING.order(sort), written and db.sqlite
    columns = paging.columns_of(keys) if written else record.SHOWN
    found = paging.page(
        db, chosen, keys, columns, limit=limit, offset=offset, cursor=cursor, total=total,
        newest=newest, more=_hanging(db, actor, chosen.params, written=written),
    )  # fmt: skip
    show: Callable[[Sequence[Any]], Any] = record.written if written else record.shown
    return paging.answer([show(row) for row in found.rows], found, limit, offset)


def stream(db: Connection, actor: Actor, wanted: DealFilter, sort: str | None = None) -> Iterator[dict[str, Any]]:
    """All deals that the filter names, one after the other. What is wrong with the request is said at once."""
    ordering = paging.order_by(SORTING.order(sort or "id"))
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return iter(())
    hanging = _hanging(db, actor, chosen.params)
    sql = f"SELECT {_SHOWN}, {hanging} FROM {source(db, chosen)} ORDER BY {ordering}"
    return map(record.shown, db.stream(sql, chosen.params))


def offers(db: Connection, actor: Actor, wanted: OfferFilter, *, sort: str | None = None, limit: int = 20,
           offset: int = 0, cursor: str | None = None, total: bool = True) -> dict[str, Any]:  # fmt: skip
    """One page of offers."""
    found = paging.page(
        db, select_offers(actor, wanted), OFFER_SORTING.order(sort), OFFER.columns,
        limit=limit, offset=offset, cursor=cursor, total=total,
    )  # fmt: skip
    items = [OFFER.presented(OFFER.state(row)) for row in found.rows]
    return paging.answer(items, found, limit, offset)


def links(db: Connection, actor: Actor, number: int) -> dict[int, list[int]]:
    """The chain that a deal is part of, as far as the actor may see it: for each deal those that it waits for."""
    found: dict[int, list[int]] = {number: []}
    edge = [number]
    for _ in range(_FAR):
        params: dict[str, Any] = {}
        some = in_list("id", edge, params)
        pairs = db.all(
            "SELECT l.deal_id, l.before_id FROM deal_links l JOIN deals d ON d.id = l.deal_id"
            " JOIN deals b ON b.id = l.before_id"
            f" WHERE (l.deal_id IN {some} OR l.before_id IN {some}) AND d.deleted_at IS NULL AND b.deleted_at IS NULL"
            f" AND {visible(actor, params, 'd')} AND {visible(actor, params, 'b')}",
            params,
        )
        edge = []
        for deal, before in pairs:
            for one in (deal, before):
                if one not in found:
                    found[one] = []
                    edge.append(one)
            if before not in found[deal]:
                found[deal].append(before)
        if not edge:
            break
    return found


def chain(db: Connection, actor: Actor, number: int) -> list[dict[str, Any]]:
    """The deals of a chain in the order in which they can close."""
    waits = links(db, actor, number)
    rows: dict[int, tuple[Any, ...]] = {}
    for some, params in in_parts(list(waits)):
        for row in db.all(f"SELECT id, title, stage, expected_close, closed_at FROM deals WHERE id IN {some}", params):
            rows[row[0]] = row

    def late(deal: int) -> bool:
        expected = rows[deal][3]
        before = [rows[one][3] for one in waits[deal] if rules.is_open(rows[one][2])]
        return bool(expected and rules.is_open(rows[deal][2]) and any(one and one > expected for one in before))

    names = ("id", "title", "stage", "expected_close", "closed_at")
    return [
        {**dict(zip(names, rows[deal], strict=True)), "after": sorted(waits[deal]), "late": late(deal)}
        for deal in rules.in_order(waits) or sorted(waits)
    ]
