"""Options of the commands of deals: the fields of a deal and of an offer, and the filters of their lists."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.options import Opt, with_options
from realty_cli.deals.kinds import ContractKind, DealKind, DepositKind, MortgageStatus, OfferStatus, Side, Stage

_Many = list[str] | None
FIELDS: tuple[Opt, ...] = (
    Opt("title", str | None, "Title; that of the listing where left out."),
    Opt("kind", DealKind | None, "Sale or rent; as the listing says where left out.", ("--kind", "-k")),
    Opt("side", Side | None, "Whom we work for.", ("--side", "-s")),
    Opt("property_id", int | None, "Listing.", ("--property", "-l")),
    Opt("lead_id", int | None, "Lead that it came from.", ("--lead",)),
    Opt("amount", str | None, "Amount agreed upon: 5000000, 5m or 5млн.", ("--amount", "-p"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("parties", _Many, "Client and role, as buyer=11; may be repeated.", ("--party",), read="parties"),
    Opt("after", list[int] | None, "Deal that must close before this one; may be repeated.", ("--after",)),
    Opt("deposit_kind", DepositKind | None, "Advance, earnest money or security deposit."),
    Opt("deposit", str | None, "Deposit.", read="money"),
    Opt("deposit_due", str | None, "Day by which the deposit is due.", read="day"),
    Opt("deposit_paid_at", str | None, "When the deposit was paid.", ("--deposit-paid",), read="moment"),
    Opt("expected_close", str | None, "Day on which the deal is to close.", ("--expected",), read="day"),
    Opt("reserved_until", str | None, "Last day of the reservation.", read="day"),
    Opt("mortgage_status", MortgageStatus | None, "State of the mortgage.", ("--mortgage",)),
    Opt("mortgage_bank", str | None, "Bank of the mortgage.", ("--bank",)),
    Opt("mortgage_amount", str | None, "Amount of the mortgage.", read="money"),
    Opt("mortgage_until", str | None, "Last day of the approval.", read="day"),
    Opt("contract_kind", ContractKind | None, "Kind of contract.", ("--contract",)),
    Opt("contract_number", str | None, "Number of the contract."),
    Opt("contract_date", str | None, "Day of the contract.", read="day"),
    Opt("notes", str | None, "Notes; @FILE reads them from a file, @- from standard input."),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
    Opt("attributes", _Many, "Any further fact, as NAME=VALUE; may be repeated.", ("--attr",), read="attributes"),
    Opt("external_id", str | None, "Number in another system."),
    Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
)

FILTERS: tuple[Opt, ...] = (
    Opt("q", str | None, "Words in any form, a number.", ("--q",)),
    Opt("kind", list[DealKind] | None, "Sale or rent.", ("--kind", "-k")),
    Opt("side", list[Side] | None, "Whom we work for.", ("--side", "-s")),
    Opt("stage", list[Stage] | None, "Stage; may be repeated.", ("--stage", "-t")),
    Opt("open", bool | None, "Neither closed nor lost.", ("--open/--ended",)),
    Opt("property_id", list[int] | None, "Of this listing.", ("--property", "-l")),
    Opt("client_id", list[int] | None, "With this client.", ("--client",)),
    Opt("lead_id", list[int] | None, "Of this lead.", ("--lead",)),
    Opt("amount_min", str | None, "Lowest amount.", read="money"),
    Opt("amount_max", str | None, "Highest amount.", read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("mortgage_status", list[MortgageStatus] | None, "State of the mortgage.", ("--mortgage",)),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
    Opt("external_id", _Many, "Number in another system."),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These deals only; may be repeated.", ("--id",)),
    Opt("deposit_due_from", str | None, "Deposit due on this day or later.", read="day"),
    Opt("deposit_due_to", str | None, "Deposit due on this day or before.", read="day"),
    Opt("deposit_paid", bool | None, "Deposit paid.", ("--deposit-paid/--deposit-unpaid",)),
    Opt("expected_close_from", str | None, "To close on this day or later.", ("--expected-from",), read="day"),
    Opt("expected_close_to", str | None, "To close on this day or before.", ("--expected-to",), read="day"),
    Opt("reserved_until_from", str | None, "Reserved until this day or later.", read="day"),
    Opt("reserved_until_to", str | None, "Reserved until this day or before.", read="day"),
    Opt("mortgage_until_from", str | None, "Mortgage approved until this day or later.", read="day"),
    Opt("mortgage_until_to", str | None, "Mortgage approved until this day or before.", read="day"),
    Opt("closed_from", str | None, "Closed at this moment or later.", read="moment"),
    Opt("closed_to", str | None, "Closed before this moment.", read="moment"),
    Opt("created_from", str | None, "Entered here at this moment or later.", read="moment"),
    Opt("created_to", str | None, "Entered here before this moment.", read="moment"),
    Opt("updated_from", str | None, "Changed at this moment or later.", read="moment"),
    Opt("updated_to", str | None, "Changed before this moment.", read="moment"),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)

OFFER_FIELDS: tuple[Opt, ...] = (
    Opt("deal_id", int | None, "Deal.", ("--deal", "-d")),
    Opt("property_id", int | None, "Listing, where there is no deal yet.", ("--property", "-l")),
    Opt("client_id", int | None, "Client who offers.", ("--client",)),
    Opt("amount", str | None, "Amount: 5000000, 5m or 5млн.", ("--amount", "-p"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("at", str | None, "When it was made, if not now.", read="moment"),
    Opt("valid_until", str | None, "Last day on which it holds.", read="day"),
    Opt("note", str | None, "Note."),
    Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
)

OFFER_FILTERS: tuple[Opt, ...] = (
    Opt("deal_id", list[int] | None, "Of this deal.", ("--deal", "-d")),
    Opt("property_id", list[int] | None, "For this listing.", ("--property", "-l")),
    Opt("client_id", list[int] | None, "Of this client.", ("--client",)),
    Opt("status", list[OfferStatus] | None, "Status; may be repeated.", ("--status", "-s")),
    Opt("amount_min", str | None, "Lowest amount.", read="money"),
    Opt("amount_max", str | None, "Highest amount.", read="money"),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These offers only; may be repeated.", ("--id",)),
    Opt("at_from", str | None, "Made at this moment or later.", read="moment"),
    Opt("at_to", str | None, "Made before this moment.", read="moment"),
    Opt("valid_until_from", str | None, "Holds until this day or later.", read="day"),
    Opt("valid_until_to", str | None, "Holds until this day or before.", read="day"),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)

deal_fields = with_options("values", FIELDS)
deal_filters = with_options("wanted", FILTERS)
offer_fields = with_options("values", OFFER_FIELDS)
offer_filters = with_options("wanted", OFFER_FILTERS)


def parties_of(items: list[str]) -> list[dict[str, Any]]:
    """`buyer=11` items as parties; the schema checks the role."""
    from realty_cli.errors import Invalid

    found = []
    for item in items:
        role, equals, number = item.partition("=")
        if not equals or not number.strip().isdecimal():
            raise Invalid.one("--party", "option.party", value=item)
        found.append({"role": role.strip(), "client_id": int(number)})
    return found
