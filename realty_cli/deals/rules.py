"""What a deal may be and may do: pure rules over plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.deals.kinds import ENDED, HOLDING, OFFER_MOVES, SIDES, STAGE_MOVES, DealKind, OfferStatus, Stage
from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.properties.kinds import DealType

#: Parts of the price, which cannot be more than the whole.
_PARTS = ("deposit", "mortgage_amount")


def kind_of(deal_type: str) -> DealKind:
    """The kind of deal that a listing is for."""
    return DealKind.SALE if deal_type == DealType.SALE else DealKind.RENT


def contradictions(values: Mapping[str, Any], changed: frozenset[str] | None = None) -> list[FieldProblem]:
    """Fields that cannot be true together. With `changed`, only rules that one of these fields takes part in: an old
    record with a flaw can still be renamed."""
    found: list[FieldProblem] = []

    def concerns(*names: str) -> bool:
        return changed is None or not changed.isdisjoint(names)

    kind, side = DealKind(values["kind"]), values["side"]
    if side not in SIDES[kind] and concerns("kind", "side"):
        found.append(FieldProblem("side", "deal.side_of_other_kind", {"side": str(side), "kind": kind.value}))
    amount = values.get("amount")
    # The security of a lease may well be several monthly rents.
    if kind == DealKind.SALE and amount is not None:
        for name in _PARTS:
            part = values.get(name)
            if part is not None and part > amount and concerns(name, "amount", "kind"):
                found.append(FieldProblem(name, "deal.part_above_amount"))
    return found


def move(
    values: Mapping[str, Any],
    to: Stage,
    *,
    at: str,
    reason: str | None = None,
    final_price: int | None = None,
    reserved_until: str | None = None,
) -> dict[str, Any]:
    """The fields that a move to a stage changes; raises where the move is not allowed.

    The final price defaults to the amount agreed upon. It may be named again for a deal that is closed already, and
    the end of a reservation for one that is reserved already.
    """
    now = Stage(values["stage"])
    if final_price is not None and to != Stage.CLOSED:
        raise Invalid.one("final_price", "deal.final_price_open", stage=to.value)
    if reserved_until is not None and to not in HOLDING:
        raise Invalid.one("reserved_until", "deal.until_not_held", stage=to.value)
    if to == now:
        again = {"final_price": final_price, "reserved_until": reserved_until}
        if to == Stage.LOST and reason:
            again["lost_reason"] = reason
        return {name: value for name, value in again.items() if value is not None}
    if to not in STAGE_MOVES[now]:
        allowed = ", ".join(stage for stage in Stage if stage in STAGE_MOVES[now])
        raise Conflict("deal.move_not_allowed", old=now.value, new=to.value, allowed=allowed)
    if to == Stage.LOST and not reason:
        raise Invalid.one("reason", "deal.reason_missing")
    changes: dict[str, Any] = {"stage": to.value}
    if to in HOLDING:
        if now not in HOLDING:
            changes["reserved_at"] = at
        if reserved_until is not None:
            changes["reserved_until"] = reserved_until
    elif to != Stage.CLOSED:
        changes |= {"reserved_at": None, "reserved_until": None}
    if to == Stage.CLOSED:
        changes |= {"closed_at": at, "final_price": values.get("amount") if final_price is None else final_price}
    else:
        changes |= {"closed_at": None, "final_price": None}
    changes["lost_reason"] = reason if to == Stage.LOST else None
    return {name: value for name, value in changes.items() if values.get(name) != value}


def is_open(stage: str) -> bool:
    return Stage(stage) not in ENDED


def decide(values: Mapping[str, Any], to: OfferStatus, *, at: str) -> dict[str, Any]:
    """The fields that a decision on an offer changes; raises where it comes too late."""
    now = OfferStatus(values["status"])
    if to == now:
        return {}
    if to not in OFFER_MOVES[now]:
        allowed = ", ".join(status for status in OfferStatus if status in OFFER_MOVES[now])
        if not allowed:
            raise Conflict("offer.withdrawn")
        raise Conflict("offer.move_not_allowed", old=now.value, new=to.value, allowed=allowed)
    return {"status": to.value, "decided_at": at}


def in_order(links: Mapping[int, Sequence[int]]) -> list[int] | None:
    """Deals so that each comes after those that it waits for, by number where nothing decides; None for a circle.

    `links`: for each deal, the deals that must close before it.
    """
    waiting = {deal: {one for one in before if one in links} for deal, before in links.items()}
    found: list[int] = []
    while waiting:
        ready = sorted(deal for deal, before in waiting.items() if not before)
        if not ready:
            return None
        found += ready
        waiting = {deal: before - set(ready) for deal, before in waiting.items() if deal not in ready}
    return found
