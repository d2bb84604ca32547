"""Options of the commands of money: fields of lines, payments, expenses and targets, and the filters of their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realty_cli.cli.options import Opt
from realty_cli.deals.money_kinds import (
    ExpenseCategory,
    Payer,
    PaymentDirection,
    PaymentMethod,
    PaymentPurpose,
    TargetMetric,
    TargetScope,
)

_Many = list[str] | None
_NOTE = Opt("note", str | None, "Note.")
_OWNER = Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account")
_OF_LIST = (
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)
_AMOUNTS = (
    Opt("amount_min", str | None, "Lowest amount.", read="money"),
    Opt("amount_max", str | None, "Highest amount.", read="money"),
)

COMMISSION_FIELDS: tuple[Opt, ...] = (
    Opt("deal_id", int | None, "Deal.", ("--deal", "-d")),
    Opt("payer", Payer | None, "Who owes it.", ("--payer",)),
    Opt("rate", float | None, "Per cent of the price.", ("--rate", "-r")),
    Opt("amount", str | None, "A sum, instead of a rate: 150000 or 150k.", ("--amount", "-p"), read="money"),
    Opt(
        "splits",
        _Many,
        "Part of the line: ROLE[:WHO]=50% or =30000; may be repeated. WHO is @account, a client's number or a name.",
        ("--split",),
        read="splits",
    ),
    Opt("due_on", str | None, "Day by which it is due.", ("--due",), read="day"),
    Opt("paid_at", str | None, "When it was paid; payments say so by themselves.", ("--paid",), read="moment"),
    _NOTE,
)
COMMISSION_FILTERS: tuple[Opt, ...] = (
    Opt("deal_id", list[int] | None, "Of this deal.", ("--deal", "-d")),
    Opt("payer", list[Payer] | None, "Who owes it; may be repeated.", ("--payer",)),
    Opt("paid", bool | None, "Paid.", ("--paid/--unpaid",)),
    Opt("due_on_from", str | None, "Due on this day or later.", ("--due-from",), read="day"),
    Opt("due_on_to", str | None, "Due on this day or before.", ("--due-to",), read="day"),
    Opt("paid_from", str | None, "Paid at this moment or later.", read="moment"),
    Opt("paid_to", str | None, "Paid before this moment.", read="moment"),
    Opt("ids", list[int] | None, "These lines only; may be repeated.", ("--id",)),
    *_OF_LIST,
)

PAYMENT_FIELDS: tuple[Opt, ...] = (
    Opt("amount", str | None, "Amount: 100000 or 100k.", ("--amount", "-p"), read="money"),
    Opt("direction", PaymentDirection | None, "in came for the deal, out went back.", ("--direction",)),
    Opt("client_id", int | None, "Client who paid.", ("--client",)),
    Opt("at", str | None, "When, if not now.", ("--on",), read="moment"),
    Opt("method", PaymentMethod | None, "How it was paid.", ("--method", "-m")),
    _NOTE,
)
PAY_FIELDS: tuple[Opt, ...] = (
    Opt("commission_id", int | None, "Line of commission that is paid.", ("--line",)),
    Opt("purpose", PaymentPurpose | None, "What for: price where left out, commission for a line.", ("--for",)),
    *PAYMENT_FIELDS,
)
PAYMENT_FILTERS: tuple[Opt, ...] = (
    Opt("deal_id", list[int] | None, "Of this deal.", ("--deal", "-d")),
    Opt("commission_id", list[int] | None, "Of this line of commission.", ("--line",)),
    Opt("client_id", list[int] | None, "Of this client.", ("--client",)),
    Opt("purpose", list[PaymentPurpose] | None, "What for; may be repeated.", ("--for",)),
    Opt("direction", list[PaymentDirection] | None, "in came for the deal, out went back.", ("--direction",)),
    Opt("method", list[PaymentMethod] | None, "How it was paid; may be repeated.", ("--method", "-m")),
    Opt("currency", _Many, "Currency, like RUB."),
    *_AMOUNTS,
    Opt("at_from", str | None, "Paid at this moment or later.", ("--from",), read="moment"),
    Opt("at_to", str | None, "Paid before this moment.", ("--to",), read="moment"),
    Opt("ids", list[int] | None, "These payments only; may be repeated.", ("--id",)),
    *_OF_LIST,
)

EXPENSE_FIELDS: tuple[Opt, ...] = (
    Opt("category", ExpenseCategory | None, "What it went on.", ("--category", "-c")),
    Opt("amount", str | None, "Amount: 3000 or 3k.", ("--amount", "-p"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("spent_on", str | None, "Day, if not today.", ("--on",), read="day"),
    Opt("source", str | None, "Channel, as clients and leads have it.", ("--source", "-s")),
    Opt("campaign", str | None, "Campaign."),
    Opt("property_id", int | None, "Listing.", ("--property", "-l")),
    Opt("deal_id", int | None, "Deal.", ("--deal", "-d")),
    Opt("external_id", str | None, "Number in another system."),
    _NOTE,
    _OWNER,
)
EXPENSE_FILTERS: tuple[Opt, ...] = (
    Opt("category", list[ExpenseCategory] | None, "What it went on; may be repeated.", ("--category", "-c")),
    Opt("source", _Many, "Channel.", ("--source", "-s")),
    Opt("campaign", _Many, "Campaign."),
    Opt("property_id", list[int] | None, "Of this listing.", ("--property", "-l")),
    Opt("deal_id", list[int] | None, "Of this deal.", ("--deal", "-d")),
    Opt("external_id", _Many, "Number in another system."),
    Opt("currency", _Many, "Currency, like RUB."),
    *_AMOUNTS,
    Opt("spent_on_from", str | None, "Spent on this day or later.", ("--from",), read="day"),
    Opt("spent_on_to", str | None, "Spent on this day or before.", ("--to",), read="day"),
    Opt("ids", list[int] | None, "These expenses only; may be repeated.", ("--id",)),
    *_OF_LIST,
)

TARGET_FIELDS: tuple[Opt, ...] = (
    Opt("metric", TargetMetric | None, "What is counted.", ("--metric", "-m")),
    Opt("period", str | None, "Period: 2026-03, 2026-Q2, 2026, this month.", ("--period",)),
    Opt("value", str | None, "Amount or count: 500k, 3.", ("--value", "-v"), read="money"),
    Opt("scope", TargetScope | None, "Your own, or the agency's (administrators).", ("--scope",)),
    Opt("currency", str | None, "Currency of an amount, like RUB."),
    _NOTE,
    _OWNER,
)
#: What of a target may be changed.
TARGET_CHANGES: tuple[Opt, ...] = tuple(one for one in TARGET_FIELDS if one.field in ("value", "note"))
TARGET_FILTERS: tuple[Opt, ...] = (
    Opt("metric", list[TargetMetric] | None, "What is counted; may be repeated.", ("--metric", "-m")),
    Opt("scope", list[TargetScope] | None, "An agent's, or the agency's.", ("--scope",)),
    Opt("on", str | None, "Day that the period holds.", ("--on",), read="day"),
    Opt("ids", list[int] | None, "These targets only; may be repeated.", ("--id",)),
    *_OF_LIST,
)


def splits_of(work: Any, items: Sequence[str]) -> list[dict[str, Any]]:
    """`agent:@boris=50%` items as parts of a line; an agent who is not named is the actor."""
    from realty_cli.auth import accounts
    from realty_cli.cli.options import amount
    from realty_cli.errors import Invalid

    found = []
    for item in items:
        who, equals, share = item.rpartition("=")
        role, _, name = who.partition(":")
        role, name, share = role.strip(), name.strip(), share.strip()
        if not equals or not role or not share:
            raise Invalid.one("--split", "option.split", value=item)
        part: dict[str, Any] = {"role": role}
        if name.startswith("@"):
            account = accounts.by_name(work.db, name[1:])
            if account is None:
                raise Invalid.one("--split", "account.unknown", username=name[1:])
            part["account_id"] = account.id
        elif name.isdecimal():
            part["client_id"] = int(name)
        elif name:
            part["name"] = name
        elif role == "agent":
            part["account_id"] = work.actor.id
        if share.endswith("%"):
            try:
                part["rate"] = float(share[:-1].strip().replace(",", "."))
            except ValueError:
                raise Invalid.one("--split", "option.split", value=item) from None
        else:
            part["amount"] = amount(share, "--split")
        found.append(part)
    return found
