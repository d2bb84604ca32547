"""From a filter of requests or of marks to the condition of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realty_cli.clients.request_record import MARK, REQUEST
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection
from realty_cli.store.filtering import begin, bounds
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.selection import Selection, any_in_list

if TYPE_CHECKING:
    from realty_cli.clients.schemas.request_filters import BuyerRequestFilter, MarkFilter

_REQUEST_EQUAL = ("client_id", "lead_id", "status", "deal_type", "external_id", "owner_id")
_MARK_EQUAL = ("request_id", "property_id", "mark", "owner_id")
_REQUEST_BOUNDS = bounds({"created_at": "moment", "updated_at": "moment"}) | {
    "budget_from": "p.price_max >= :budget_from",
    "budget_to": "p.price_max <= :budget_to",
}
_MARK_BOUNDS = bounds({"at": "moment"})

REQUEST_SORTING = Sorting({
    **NEWEST,
    "status": By("status", "text"),
    "price_max": By("price_max", nullable=True),
    "price_min": By("price_min", nullable=True),
})  # fmt: skip
MARK_SORTING = Sorting({**NEWEST, "at": By("at", "moment")})


def select_requests(db: Connection, actor: Actor, wanted: BuyerRequestFilter) -> Selection:
    """The requests that the actor may see and the filter names."""
    chosen = Selection(REQUEST.table, "")
    given = begin(actor, wanted, chosen, _REQUEST_EQUAL, _REQUEST_BOUNDS)
    if "property_type" in given:
        chosen.conditions.append(any_in_list(db, "p.property_types", "type", wanted.property_type or [], chosen.params))
    return chosen


def select_marks(actor: Actor, wanted: MarkFilter) -> Selection:
    """The marks that the actor may see and the filter names."""
    chosen = Selection(MARK.table, "")
    begin(actor, wanted, chosen, _MARK_EQUAL, _MARK_BOUNDS)
    return chosen
