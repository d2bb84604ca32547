"""From a filter of deals, offers and what hangs on them to the condition of a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.deals.record import DEAL, OFFER
from realty_cli.deals.repository import INDEX
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection, in_list
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, any_in_list, any_of, look_for

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import DealFilter, OfferFilter

_DEAL_EQUAL = ("kind", "side", "stage", "property_id", "lead_id", "mortgage_status", "external_id", "owner_id")
_OFFER_EQUAL = ("deal_id", "property_id", "client_id", "status", "owner_id")

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


def bounds(names: Mapping[str, str]) -> dict[str, str]:
    """Conditions of a filter's parts: `x_min` and `x_max` of an amount, `x_from` and `x_to` of a `moment`, which the
    end is not part of, or of a `day`, which it is."""
    found: dict[str, str] = {}
    for name, holds in names.items():
        if holds == "amount":
            found |= {f"{name}_min": f"p.{name} >= :{name}_min", f"{name}_max": f"p.{name} <= :{name}_max"}
        else:
            end = "<" if holds == "moment" else "<="
            found |= {f"{name}_from": f"p.{name} >= :{name}_from", f"{name}_to": f"p.{name} {end} :{name}_to"}
    return found


def moments_of_row() -> dict[str, str]:
    """`created_from` and its kin, whose columns end in `_at`."""
    return {
        f"{name}_{end}": f"p.{name}_at {sign} :{name}_{end}"
        for name in ("created", "updated", "closed")
        for end, sign in (("from", ">="), ("to", "<"))
    }


_DEAL_BOUNDS = bounds({
    "amount": "amount", "deposit_due": "day", "expected_close": "day", "reserved_until": "day", "mortgage_until": "day",
}) | moments_of_row()  # fmt: skip
_OFFER_BOUNDS = bounds({"amount": "amount", "at": "moment", "valid_until": "day"})


def begin(
    actor: Actor, wanted: Any, chosen: Selection, equal: Sequence[str], limits: Mapping[str, str]
) -> frozenset[str]:
    """The conditions that every list has: bin or not, the row filter, equal values, bounds. Gives what was asked for.

    The first conditions are those that hold whatever is looked for.
    """
    add, params = chosen.conditions.append, chosen.params
    add("p.deleted_at IS NOT NULL" if wanted.deleted else "p.deleted_at IS NULL")
    scope = visible(actor, params, "p")
    if scope != "1 = 1":
        add(scope)
    given = frozenset(name for name in wanted.model_fields_set if getattr(wanted, name) is not None)
    # "Any of" no value at all is nothing.
    chosen.empty = any(getattr(wanted, name) == [] for name in given)
    for name in equal:
        if name in given:
            add(any_of("p." + name, name, getattr(wanted, name), params))
    for name, condition in limits.items():
        if name in given:
            add(condition)
            params[name] = getattr(wanted, name)
    if "ids" in given:
        add(f"p.id IN {in_list('ids', wanted.ids, params)}")
    return given


def select(db: Connection, actor: Actor, wanted: DealFilter) -> Selection:
    """The deals that the actor may see and the filter names."""
    chosen = Selection(DEAL.table, INDEX)
    given = begin(actor, wanted, chosen, _DEAL_EQUAL, _DEAL_BOUNDS)
    market = chosen.conditions[: 1 if actor.sees_all else 2]
    add, params = chosen.conditions.append, chosen.params
    if wanted.open is not None:
        add(f"p.stage {'NOT ' if wanted.open else ''}IN ('closed', 'lost')")
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
        look_for(db, wanted.q, chosen, market)
    return chosen


def select_offers(actor: Actor, wanted: OfferFilter) -> Selection:
    """The offers that the actor may see and the filter names."""
    chosen = Selection(OFFER.table, "")
    begin(actor, wanted, chosen, _OFFER_EQUAL, _OFFER_BOUNDS)
    return chosen
