"""Deals and offers as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.cli import listing_view
from realty_cli.cli.listing_view import day, moment, money
from realty_cli.cli.output import Column, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

#: Words for the values of our vocabularies, as messages, by field: a side and a role are called alike and say more.
_WORDS: dict[str, dict[str, str]] = {
    "kind": {"sale": _("sale"), "rent": _("rent")},
    "side": {
        "seller": _("for the seller"),
        "buyer": _("for the buyer"),
        "both": _("for both sides"),
        "landlord": _("for the landlord"),
        "tenant": _("for the tenant"),
    },
    "stage": {
        "lead": _("lead"),
        "showing": _("showing"),
        "offer": _("offer"),
        "reserved": _("reservation"),
        "contract": _("contract"),
        "closed": _("deal done"),
        "lost": _("fell through"),
    },
    "deposit_kind": {
        "advance": _("advance payment"),
        "earnest": _("earnest money"),
        "security": _("security deposit"),
    },
    "mortgage_status": {
        "none": _("no mortgage"),
        "applied": _("applied for"),
        "approved": _("approved"),
        "refused": _("refused by the bank"),
    },
    "contract_kind": {
        "dkp": _("contract of sale"),
        "ddu": _("shared construction"),
        "assignment": _("assignment"),
        "preliminary": _("preliminary contract"),
        "exchange": _("exchange"),
        "gift": _("gift"),
        "lease": _("lease"),
        "other": _("other contract"),
    },
    "role": {
        "seller": _("seller"),
        "buyer": _("buyer"),
        "landlord": _("landlord"),
        "tenant": _("tenant"),
        "representative": _("representative"),
        "other": _("other party"),
    },
    "status": {
        "made": _("made"),
        "accepted": _("accepted"),
        "rejected": _("rejected"),
        "withdrawn": _("taken back"),
    },
}
#: The same for errors, whose parameters do not say of which field they are.
WORDS = {**listing_view.WORDS, **_WORDS["side"], **_WORDS["stage"], **_WORDS["kind"]}
OFFER_WORDS = _WORDS["status"]
_MONEY = frozenset({"amount", "deposit", "final_price", "mortgage_amount"})
_MOMENTS = frozenset({
    "deposit_paid_at", "reserved_at", "closed_at", "created_at", "updated_at", "deleted_at", "at", "decided_at",
})  # fmt: skip
_DAYS = frozenset({
    "deposit_due", "expected_close", "reserved_until", "mortgage_until", "contract_date", "valid_until",
})  # fmt: skip
LABELS = {
    "kind": _("Deal"),
    "side": _("Side"),
    "stage": _("Stage"),
    "lost_reason": _("Reason"),
    "property_id": _("Listing"),
    "lead_id": _("Lead"),
    "amount": _("Amount"),
    "final_price": _("Price of the deal"),
    "deposit_kind": _("Kind of deposit"),
    "deposit": _("Deposit"),
    "deposit_due": _("Deposit due"),
    "deposit_paid_at": _("Deposit paid"),
    "expected_close": _("Expected to close"),
    "reserved_at": _("Reserved"),
    "reserved_until": _("Reserved until"),
    "closed_at": _("Closed on"),
    "mortgage_status": _("Mortgage"),
    "mortgage_bank": _("Bank"),
    "mortgage_amount": _("Amount of the mortgage"),
    "mortgage_until": _("Approved until"),
    "contract_kind": _("Contract"),
    "contract_number": _("Number of the contract"),
    "contract_date": _("Day of the contract"),
    "after": _("Waits for"),
    "before": _("Waited for by"),
    "notes": _("Notes"),
    "tags": _("Tags"),
    "external_id": _("Number in another system"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}
_OFFER_LABELS = {
    "deal_id": _("Deal"),
    "property_id": _("Listing"),
    "client_id": _("Client"),
    "amount": _("Amount"),
    "status": _("Status"),
    "at": _("Offered on"),
    "decided_at": _("Decided"),
    "valid_until": _("Holds until"),
    "note": _("Note"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}


def word(state: State, field: str, value: str | None) -> str:
    """A value of one of our vocabularies in the reader's language."""
    if value is None:
        return ""
    known = _WORDS.get(field, {})
    return state.say.text(known[value]) if value in known else str(value)


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}={_plain(one)}" for name, one in value.items())
    return str(value)


def _value(state: State, row: _Row, name: str) -> str:
    value = row[name]
    if name in _WORDS:
        return word(state, name, value)
    if name in _MONEY:
        return money(state, value, row["currency"])
    if name in _MOMENTS:
        return moment(state, value)
    if name in _DAYS:
        return day(state, value)
    return _plain(value)


def _column(state: State, label: str, name: str) -> Column:
    return (label, lambda row: _value(state, row, name), lambda row: _plain(row[name]))


def page(state: State, body: dict[str, Any]) -> None:
    """One page of deals."""
    names: tuple[str, ...] = ("id", "title", "stage", "kind", "side", "amount", "expected_close")
    if state.format != "table":
        names += ("currency", "property_id", "final_price", "closed_at", "owner_id")
    labels = {"id": _("ID"), "title": _("Title"), "currency": _("Currency"), **LABELS}
    emit(state, body, [_column(state, labels[name], name) for name in names], body["items"])
    _more(state, body)


def _more(state: State, body: dict[str, Any]) -> None:
    if state.format == "table" and body["items"]:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(body["items"]), total=body["total"])
        if body["next_cursor"]:
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def one(state: State, deal: dict[str, Any]) -> None:
    """One deal, a line for each field that says something."""
    if state.quiet and state.format == "table":
        write_line(str(deal["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, deal, [(name, _plain(value)) for name, value in deal.items() if name != "changed"])
        return
    shown = [(LABELS[name], _value(state, deal, name)) for name in LABELS if deal.get(name) not in (None, "", [])]
    for party in deal["parties"]:
        who = party["name"] or f"№ {party['client_id']}"
        shown.append((_WORDS["role"][party["role"]], f"{who} ({party['client_id']})" if party["name"] else who))
    shown += [(name, str(value)) for name, value in deal["attributes"].items()]
    pairs(state, deal, shown, title=f"{deal['id']}  {deal['title']}")


def moved(state: State, deal: dict[str, Any]) -> None:
    """A deal after a move, and in sentences what else moved."""
    one(state, deal)
    effects(state, deal)


def effects(state: State, body: dict[str, Any]) -> None:
    """What an act changed beside its object."""

    for effect in body["changed"]:
        if effect["field"] == "status":
            old, new = (listing_view.word(state, effect[name]) for name in ("old", "new"))
            state.tell("Listing {id}: {old} → {new}.", id=effect["id"], old=old, new=new)
        elif effect["kind"] == "lead":
            from realty_cli.cli.client_view import LEAD_WORDS

            old, new = (state.say.text(LEAD_WORDS[effect[name]]) for name in ("old", "new"))
            state.tell("Lead {id}: {old} → {new}.", id=effect["id"], old=old, new=new)
        else:
            old, new = (money(state, effect[name], body["currency"]) for name in ("old", "new"))
            if effect["kind"] == "property":
                state.tell("Listing {id}: price of the deal {new}.", id=effect["id"], new=new)
            else:
                state.tell("Deal {id}: amount {old} → {new}.", id=effect["id"], old=old or "—", new=new)


def history_table(state: State, body: dict[str, Any]) -> None:
    columns: Sequence[Column] = (
        (_("Held from"), lambda row: moment(state, row["effective_at"]), _raw("effective_at")),
        (_("Before"), lambda row: word(state, "stage", row["old"]), _raw("old")),
        (_("After"), lambda row: word(state, "stage", row["new"]), _raw("new")),
        (_("Reason"), lambda row: row["reason"] or "", _raw("reason")),
        (_("Recorded"), lambda row: moment(state, row["recorded_at"]), _raw("recorded_at")),
        (_("By"), lambda row: row["actor"] or "", _raw("actor")),
    )
    emit(state, body, columns, body["entries"])


def chain_table(state: State, body: dict[str, Any]) -> None:
    def late(row: _Row) -> str:
        return state.say.text(_("earlier than what it waits for")) if row["late"] else ""

    columns: Sequence[Column] = (
        _column(state, _("ID"), "id"),
        _column(state, _("Title"), "title"),
        _column(state, _("Stage"), "stage"),
        _column(state, _("Expected to close"), "expected_close"),
        _column(state, _("Closed on"), "closed_at"),
        _column(state, _("Waits for"), "after"),
        (_("Too early"), late, _raw("late")),
    )
    emit(state, body, columns, body["links"])


def offer_page(state: State, body: dict[str, Any]) -> None:
    names: tuple[str, ...] = ("id", "deal_id", "property_id", "client_id", "amount", "status", "at", "valid_until")
    if state.format != "table":
        names += ("currency", "decided_at", "owner_id")
    labels = {"id": _("ID"), "currency": _("Currency"), **_OFFER_LABELS}
    emit(state, body, [_column(state, labels[name], name) for name in names], body["items"])
    _more(state, body)


def offer(state: State, found: dict[str, Any]) -> None:
    if state.quiet and state.format == "table":
        write_line(str(found["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, found, [(name, _plain(value)) for name, value in found.items() if name != "changed"])
        return
    shown = [(label, _value(state, found, name)) for name, label in _OFFER_LABELS.items() if found[name] is not None]
    pairs(state, found, shown, title=f"{found['id']}  {money(state, found['amount'], found['currency'])}")
