"""Reads of deals and offers: as they are shown, a page at a time. Every one goes through the row filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.deals import rules
from realty_cli.deals.record import DEAL, OFFER
from realty_cli.deals.selection import OFFER_SORTING, SORTING, select, select_offers
from realty_cli.kit.actor import Actor
from realty_cli.store import paging
from realty_cli.store.database import Connection, in_list
from realty_cli.store.rows import Rows
from realty_cli.store.scope import visible
from realty_cli.store.selection import source
from realty_cli.store.word_index import in_parts

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import DealFilter, OfferFilter

#: How many steps of a chain are followed: a circle is refused, but nobody reads a longer chain either.
_FAR = 100


def shown(db: Connection, actor: Actor, states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deals as the API and `--json` show them, with the names of their clients and the deals that wait for them."""
    numbers = [state["id"] for state in states]
    names = _names(db, actor, {one["client_id"] for state in states for one in state["parties"]})
    waiting: dict[int, list[int]] = {}
    for some, params in in_parts(numbers):
        for before, number in db.all(
            "SELECT l.before_id, l.deal_id FROM deal_links l JOIN deals d ON d.id = l.deal_id"
            f" WHERE l.before_id IN {some} AND d.deleted_at IS NULL AND {visible(actor, params, 'd')}"
            " ORDER BY l.deal_id",
            params,
        ):
            waiting.setdefault(before, []).append(number)
    found = []
    for state in states:
        deal = DEAL.presented(state)
        deal["parties"] = [{**one, "name": names.get(one["client_id"])} for one in state["parties"]]
        deal["before"] = waiting.get(state["id"], [])
        found.append(deal)
    return found


def _names(db: Connection, actor: Actor, clients: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some, params in in_parts(sorted(clients)):
        scope = visible(actor, params)
        found |= dict(db.all(f"SELECT id, name FROM clients WHERE id IN {some} AND {scope}", params))
    return found


def page(db: Connection, actor: Actor, rows: Rows, wanted: DealFilter, *, sort: str | None = None, limit: int = 20,
         offset: int = 0, cursor: str | None = None, total: bool = True) -> dict[str, Any]:  # fmt: skip
    """One page of deals: `{items, total, limit, offset, next_cursor}`."""
    newest = None
    if wanted.deleted:
        newest = " INDEXED BY ix_deals_bin"
    elif wanted.model_fields_set:
        newest = " NOT INDEXED" if actor.sees_all else " INDEXED BY ix_deals_owner"
    found = paging.page(
        db, select(db, actor, wanted), SORTING.order(sort), DEAL.columns,
        limit=limit, offset=offset, cursor=cursor, total=total, newest=newest,
    )  # fmt: skip
    states = {row[0]: DEAL.state(row) for row in found.rows}
    rows.read_parts(states)
    return paging.answer(shown(db, actor, list(states.values())), found, limit, offset)


def stream(
    db: Connection, actor: Actor, rows: Rows, wanted: DealFilter, sort: str | None = None
) -> Iterator[list[dict[str, Any]]]:
    """All deals that the filter names, in batches. What is wrong with the request is said at once."""
    ordering = paging.order_by(SORTING.order(sort or "id"))
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return iter(())
    sql = f"SELECT {DEAL.select} FROM {source(db, chosen)} ORDER BY {ordering}"

    def batch(found: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        states = {row[0]: DEAL.state(row) for row in found}
        rows.read_parts(states)
        return shown(db, actor, list(states.values()))

    return map(batch, db.batches(sql, chosen.params, 500))


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
