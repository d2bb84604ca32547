"""From a filter of deals, offers and what hangs on them to the condition of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realty_cli.deals.kinds import ENDED, Stage
from realty_cli.deals.record import DEAL, OFFER
from realty_cli.deals.repository import INDEX
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection
from realty_cli.store.filtering import begin, bounds, market
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.selection import Selection, any_in_list, any_of, look_for

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import DealFilter, OfferFilter

_DEAL_EQUAL = ("kind", "side", "stage", "property_id", "lead_id", "mortgage_status", "external_id", "owner_id")
_OFFER_EQUAL = ("deal_id", "property_id", "client_id", "status", "owner_id")

_OPEN, _ENDED = (
    ", ".join(f"'{stage.value}'" for stage in Stage if (stage in ENDED) == ended) for ended in (False, True)
)  # fmt: skip

SORTING = Sorting({
    **NEWEST,
    "title": By("title", "text"),
    "stage": By("stage", "text"),
    "amount": By("amount", nullable=True),
    "expected_close": By("expected_close", "day", nullable=True),
    "deposit_due": By("deposit_due", "day", nullable=True),
    "reserved_until": By("reserved_until", "day", nullable=True),
    "mortgage_until": By("mortgage_until", "day", nullable=True),
    "closed_at": By("closed_at", "moment", nullable=True),
    "final_price": By("final_price", nullable=True),
})  # fmt: skip
OFFER_SORTING = Sorting({**NEWEST, "at": By("at", "moment"), "amount": By("amount"), "status": By("status", "text")})


_DEAL_BOUNDS = bounds({
    "amount": "amount", "deposit_due": "day", "expected_close": "day", "reserved_until": "day", "mortgage_until": "day",
    "closed_at": "moment", "created_at": "moment", "updated_at": "moment",
})  # fmt: skip
_OFFER_BOUNDS = bounds({"amount": "amount", "at": "moment", "valid_until": "day"})


def select(db: Connection, actor: Actor, wanted: DealFilter) -> Selection:
    """The deals that the actor may see and the filter names."""
    chosen = Selection(DEAL.table, INDEX)
    given = begin(actor, wanted, chosen, _DEAL_EQUAL, _DEAL_BOUNDS)
    add, params = chosen.conditions.append, chosen.params
    if wanted.open is not None:
        # By what it is, never by what it is not: an index finds no other.
        add(f"p.stage IN ({_OPEN if wanted.open else _ENDED})")
    if wanted.deposit_paid is not None:
        add(f"p.deposit_paid_at IS {'NOT ' if wanted.deposit_paid else ''}NULL")
    if wanted.currency:
        add("p.currency = :currency")
        params["currency"] = wanted.currency.upper()
    if wanted.tags:
        add(any_in_list(db, "p.tags", "tag", wanted.tags, params))
    if wanted.client_id:
        add(
            "p.id IN (SELECT deal_id FROM deal_parties WHERE"
            f" {any_of('client_id', 'client_id', wanted.client_id, params)})"
        )
    if "q" in given and wanted.q:
        look_for(db, wanted.q, chosen, market(actor, chosen))
    return chosen


def select_offers(actor: Actor, wanted: OfferFilter) -> Selection:
    """The offers that the actor may see and the filter names."""
    chosen = Selection(OFFER.table, "")
    begin(actor, wanted, chosen, _OFFER_EQUAL, _OFFER_BOUNDS)
    return chosen
