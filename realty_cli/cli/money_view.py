"""Commission lines, payments, expenses and targets as a person sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.cli.listing_view import day, moment, money
from realty_cli.cli.output import Column, emit, emit_json, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

#: Words for the values of our vocabularies, as messages, by field.
WORDS: dict[str, dict[str, str]] = {
    "payer": {
        "seller": _("seller"),
        "buyer": _("buyer"),
        "landlord": _("landlord"),
        "tenant": _("tenant"),
        "developer": _("developer"),
        "partner": _("partner"),
        "other": _("other party"),
    },
    "role": {
        "agent": _("agent"),
        "co_broker": _("co-broker"),
        "referral": _("who referred"),
        "other": _("other party"),
    },
    "purpose": {
        "deposit": _("deposit of the deal"),
        "price": _("price"),
        "rent": _("rent"),
        "commission": _("commission"),
        "other": _("other purpose"),
    },
    "direction": {"in": _("came"), "out": _("went back")},
    "method": {
        "cash": _("cash"),
        "transfer": _("bank transfer"),
        "card": _("card"),
        "escrow": _("escrow account"),
        "letter_of_credit": _("letter of credit"),
        "safe_box": _("safe deposit box"),
        "other": _("another way"),
    },
    "category": {
        "advertising": _("advertising"),
        "portals": _("portals"),
        "photos": _("photographs"),
        "travel": _("travel"),
        "documents": _("documents"),
        "office": _("office"),
        "software": _("software"),
        "salaries": _("salaries"),
        "taxes": _("taxes"),
        "other": _("other expense"),
    },
    "scope": {"agent": _("agent's"), "agency": _("agency's")},
    "metric": {
        "gci": _("commission before parts"),
        "agent_income": _("income of the agent"),
        "net_to_agency": _("commission left to the agency"),
        "sales_volume": _("volume of sales"),
        "deals": _("deals"),
        "sides": _("sides"),
        "new_listings": _("new listings"),
        "new_leads": _("new leads"),
        "showings": _("showings"),
        "calls": _("calls"),
    },
    "settled": {
        "none": _("not paid"),
        "part": _("paid in part"),
        "whole": _("paid"),
        "over": _("paid more than it"),
        "unknown": _("price not known"),
    },
}
LABELS = {
    "id": _("ID"),
    "deal_id": _("Deal"),
    "commission_id": _("Line"),
    "payer": _("Payer"),
    "rate": _("Rate, %"),
    "amount": _("Amount"),
    "comes_to": _("Comes to"),
    "agency": _("To the agency"),
    "came": _("Paid so far"),
    "settled": _("State"),
    "due_on": _("Due"),
    "paid_at": _("Paid on"),
    "purpose": _("What for"),
    "direction": _("Direction"),
    "at": _("When"),
    "method": _("How"),
    "client_id": _("Client"),
    "spent_on": _("Day"),
    "category": _("Category"),
    "source": _("Source"),
    "campaign": _("Campaign"),
    "property_id": _("Listing"),
    "scope": _("Whose"),
    "metric": _("Metric"),
    "starts_on": _("From"),
    "ends_on": _("To"),
    "value": _("Value"),
    "external_id": _("Number in another system"),
    "note": _("Note"),
    "currency": _("Currency"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}
#: Columns of a list, by kind; a pipe gets the currency and the owner too.
_COLUMNS = {
    "commission": ("id", "deal_id", "payer", "rate", "comes_to", "came", "settled", "due_on"),
    "payment": ("id", "deal_id", "commission_id", "purpose", "direction", "amount", "method", "at"),
    "expense": ("id", "spent_on", "category", "amount", "source", "property_id", "deal_id", "note"),
    "target": ("id", "scope", "metric", "starts_on", "ends_on", "value"),
}
_MONEY = frozenset({"amount", "comes_to", "agency", "came", "value"})
_MOMENTS = frozenset({"paid_at", "at", "created_at", "updated_at", "deleted_at"})
_DAYS = frozenset({"due_on", "spent_on", "starts_on", "ends_on"})


def _value(state: State, row: _Row, name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    if name in WORDS:
        return state.say.text(WORDS[name][value])
    if name in _MONEY:
        return money(state, value, row["currency"]) if row["currency"] else f"{value:g}"
    if name in _MOMENTS:
        return moment(state, value)
    if name in _DAYS:
        return day(state, value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _column(state: State, name: str) -> Column:
    return (LABELS[name], lambda row: _value(state, row, name), lambda row: row[name])


def _columns(state: State, kind: str) -> list[Column]:
    extra = () if state.format in ("table", "md") else ("currency", "owner_id")
    return [_column(state, name) for name in (*_COLUMNS[kind], *extra)]


def page(state: State, kind: str, body: dict[str, Any]) -> None:
    """One page of a list."""
    emit(state, body, _columns(state, kind), body["items"])
    if state.format == "table" and body["items"]:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(body["items"]), total=body["total"])
        if body["next_cursor"]:
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def one(state: State, row: dict[str, Any]) -> None:
    """One object, a line for each field that says something."""
    if state.quiet and state.format == "table":
        write_line(str(row["id"]))
        return
    if state.format in ("tsv", "csv"):
        plain = {name: value for name, value in row.items() if name not in ("changed", "splits")}
        pairs(state, row, [(name, "" if value is None else str(value)) for name, value in plain.items()])
        return
    shown = [(label, _value(state, row, name)) for name, label in LABELS.items() if row.get(name) is not None]
    shown += [(WORDS["role"][one["role"]], _part(state, one, row["currency"])) for one in row.get("splits", ())]
    pairs(state, row, shown)


def _part(state: State, split: _Row, currency: str) -> str:
    """`50 % = 153 750 ₽, @1`."""
    share = f"{split['rate']:g} %" if split["rate"] is not None else money(state, split["amount"], currency)
    if split["rate"] is not None and split["comes_to"] is not None:
        share += f" = {money(state, split['comes_to'], currency)}"
    return ", ".join(filter(None, (share, _who(state, split))))


def _who(state: State, split: _Row) -> str:
    if split["account_id"] is not None:
        return f"{state.say.text(_('account'))} {split['account_id']}"
    if split["client_id"] is not None:
        return f"{state.say.text(_('client'))} {split['client_id']}"
    return split["name"] or ""


def effects(state: State, changed: list[dict[str, Any]]) -> None:
    """In sentences what a payment settled, or opened again."""
    for one in changed:
        paid = one["new"] is not None
        if one["kind"] == "commission":
            sentence = _("Line of commission {id} is paid.") if paid else _("Line of commission {id} is open again.")
        else:
            sentence = _("The deposit of deal {id} is paid.") if paid else _("The deposit of deal {id} is open again.")
        state.tell(sentence, id=one["id"])


def of_deal(state: State, body: dict[str, Any]) -> None:
    """What a deal brings: the sums, then lines, payments and expenses."""
    if state.format in ("json", "jsonl"):
        emit_json(body, pretty=False if state.format == "jsonl" else None)
        return
    currency = body["currency"]
    if state.format in ("tsv", "csv"):
        names = ("id", "currency", "price", "agreed", "unknown", "came", "outstanding", "agency", "spent", "net")
        pairs(state, body, [(name, "" if body[name] is None else str(body[name])) for name in names])
        return
    sums = (
        (_("Price"), "price"), (_("Commission agreed"), "agreed"), (_("Paid so far"), "came"),
        (_("Still owed"), "outstanding"), (_("To the agency"), "agency"), (_("Spent on the deal"), "spent"),
        (_("Left after expenses"), "net"),
    )  # fmt: skip
    shown = [(label, money(state, body[name], currency)) for label, name in sums if body[name] is not None]
    shown += [
        (WORDS["role"][one["role"]], ", ".join(filter(None, (money(state, one["amount"], currency), _who(state, one)))))
        for one in body["earnings"]
    ]
    pairs(state, body, shown)
    for kind, rows in (("commission", "commissions"), ("payment", "payments"), ("expense", "expenses")):
        if body[rows]:
            emit(state, body[rows], _columns(state, kind), body[rows])
