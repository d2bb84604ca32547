"""What of deals is due: deposits, commission, mortgages, reservations, closings."""

from __future__ import annotations

from dataclasses import replace

from realty_cli.auth.policy import Act, require
from realty_cli.deals.sharing import worth
from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Section, Window
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.money import from_minor
from realty_cli.store.database import Connection
from realty_cli.store.deadlines import Deadline, gather

# Said as a list, so that the index over stages finds the few that are open among all there ever were.
_OPEN = "p.stage IN ('lead', 'showing', 'offer', 'reserved', 'contract')"

_DEPOSITS = Deadline(
    name="deposits",
    heading=_("Deposits to be paid"),
    kind="deal",
    table="deals",
    day="p.deposit_due",
    where=f"p.deposit_paid_at IS NULL AND {_OPEN}",
    facts=("deposit", "deposit_kind", "currency", "property_id"),
    money=frozenset({"deposit"}),
)
_COMMISSIONS = Deadline(
    name="commissions",
    heading=_("Commission to be paid"),
    kind="commission",
    table="commissions",
    day="p.due_on",
    where="p.paid_at IS NULL AND d.deleted_at IS NULL AND d.stage <> 'lost'",
    facts=("deal_id", "payer", "currency", "amount", "rate", "d.amount AS agreed", "d.final_price AS final"),
    title="d.title",
    join="JOIN deals d ON d.id = p.deal_id",
)
_MORTGAGES = Deadline(
    name="mortgages",
    heading=_("Mortgage approvals that expire"),
    kind="deal",
    table="deals",
    day="p.mortgage_until",
    where=f"p.mortgage_status = 'approved' AND {_OPEN}",
    facts=("mortgage_bank", "mortgage_amount", "currency", "property_id"),
    money=frozenset({"mortgage_amount"}),
)
_RESERVATIONS = Deadline(
    name="reservations",
    heading=_("Reservations that end"),
    kind="deal",
    table="deals",
    day="p.reserved_until",
    where="p.stage = 'reserved'",
    facts=("amount", "currency", "property_id"),
    money=frozenset({"amount"}),
)
_CLOSINGS = Deadline(
    name="closings",
    heading=_("Deals expected to close"),
    kind="deal",
    table="deals",
    day="p.expected_close",
    where=_OPEN,
    facts=("stage", "amount", "currency", "property_id"),
    money=frozenset({"amount"}),
)


def deposits(db: Connection, actor: Actor, window: Window) -> Section:
    """Аванс, задаток, обеспечительный платёж that nobody has paid yet."""
    return _gather(db, actor, _DEPOSITS, window)


def commissions(db: Connection, actor: Actor, window: Window) -> Section:
    """Lines of commission that are not paid, under their deals, with what each comes to."""
    found = _gather(db, actor, _COMMISSIONS, window)
    items = []
    for item in found.items:
        told = item.facts
        total = worth(told["amount"], told["rate"], told["agreed"] if told["final"] is None else told["final"])
        facts = {
            "commission_id": item.id, "payer": told["payer"], "currency": told["currency"],
            "amount": None if total is None else from_minor(total),
        }  # fmt: skip
        items.append(replace(item, kind="deal", id=told["deal_id"], facts=facts))
    return replace(found, items=items)


def mortgages(db: Connection, actor: Actor, window: Window) -> Section:
    """Approvals of banks whose last day comes, or came."""
    return _gather(db, actor, _MORTGAGES, window)


def reservations(db: Connection, actor: Actor, window: Window) -> Section:
    """Listings that are held for a buyer until a day."""
    return _gather(db, actor, _RESERVATIONS, window)


def closings(db: Connection, actor: Actor, window: Window) -> Section:
    """Open deals whose day of closing comes, or came and went."""
    return _gather(db, actor, _CLOSINGS, window)


def _gather(db: Connection, actor: Actor, deadline: Deadline, window: Window) -> Section:
    require(actor, Act.DEAL_READ)
    return gather(db, actor, deadline, window)
