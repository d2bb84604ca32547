"""What a sale leaves to the seller: the price less the agency's commission and the costs of the sale."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from realty_cli.analytics.reporting.listing import Listing
from realty_cli.deals.sharing import worth_sql
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Column, Prose, Table
from realty_cli.store.scope import visible

#: Own sales from which, and days over which, their commission says what is usual.
_LEAST, _DAYS = 5, 730
_UNKNOWN = _("What is left to the seller cannot be told: neither the listing nor closed sales name a commission.")
_FROM = {
    "listing": _("The commission is the one agreed for this listing."),
    "setting": _("The commission is the agency's usual one."),
    "deals": _("The commission is the median of our own sales, n = {n}."),
}
_NOT_COUNTED = _("Taxes, a mortgage still to be paid off and the seller's own costs are not counted.")
_NOR_PAPERS = _("Taxes, a mortgage still to be paid off and costs of papers are not counted.")


def net_sheet(listing: Listing) -> list[Block]:
    """A column a price: recommended, asked now, likely to be paid, and the bounds of the estimate. Sales only."""
    paper, currency = listing.paper, listing.currency
    prices = _prices(listing)
    if listing.shown["deal_type"] != "sale" or not prices:
        return []
    share, origin, n = commission(listing)
    if share is None:
        return [Prose([paper.text(_UNKNOWN)])]
    settings = paper.analytics.settings
    costs = settings.sale_costs if currency == settings.currency else 0.0
    fees = [round(price * share, 2) for _title, price in prices]
    columns = [Column("line", "", weight=2.5)]
    columns += [Column(f"price_{at}", title, "money", currency) for at, (title, _price) in enumerate(prices, 1)]
    rows: list[list[Any]] = [
        [paper.text(_("Price")), *(price for _title, price in prices)],
        [paper.text(_("Commission, {share}"), share=paper.words.value(share, "ratio")), *(-fee for fee in fees)],
    ]
    if costs:
        rows.append([paper.text(_("Costs of the sale")), *([-costs] * len(prices))])
    left = [round(price - fee - costs, 2) for (_title, price), fee in zip(prices, fees, strict=True)]
    rows.append([paper.text(_("Left to the seller")), *left])
    note = [paper.text(_FROM[origin], n=n), paper.text(_NOT_COUNTED if costs else _NOR_PAPERS)]
    return [Table("net_sheet", "", columns, rows, note=" ".join(note))]


def commission(listing: Listing) -> tuple[float | None, str, int]:
    """The share of the price that goes to the agency, where it comes from, and of how many sales: what the listing
    names, else the setting, else the median of own sales of two years."""
    agreed = listing.shown["commission"]
    if agreed is not None and agreed <= 100:
        return agreed / 100, "listing", 0
    usual = listing.paper.analytics.settings.commission_percent
    if usual:
        return usual / 100, "setting", 0
    db, actor = listing.paper.analytics.db, listing.paper.analytics.actor
    since = stamp(listing.paper.scope.now - timedelta(days=_DAYS))
    params: dict[str, Any] = {"currency": listing.currency, "since": since}
    worth = worth_sql("c", "d.final_price")
    rows = db.all(
        f"SELECT d.final_price, sum({worth}) FROM deals d JOIN commissions c ON c.deal_id = d.id"
        " AND c.payer = 'seller' AND c.currency = d.currency AND c.deleted_at IS NULL"
        " WHERE d.stage = 'closed' AND d.kind = 'sale' AND d.deleted_at IS NULL AND d.closed_at >= :since"
        f" AND d.currency = :currency AND d.final_price > 0 AND {visible(actor, params, 'd')}"
        " GROUP BY d.id, d.final_price",
        params,
    )
    if len(rows) < _LEAST:
        return None, "", len(rows)
    return round(statistics.median(float(fee) / float(price) for price, fee in rows), 4), "deals", len(rows)


def _prices(listing: Listing) -> list[tuple[str, float]]:
    paper, value = listing.paper, listing.value
    estimate: Mapping[str, Any] | None = listing.estimate
    found: list[tuple[str, float | None]] = [
        (paper.text(_("Recommended")), listing.recommended), (paper.text(_("Price now")), listing.shown["price"])
    ]  # fmt: skip
    if estimate is not None:
        sale = value["sale"]
        found += [
            (paper.text(_("Likely to be paid")), sale["price"] if sale else estimate["price"]),
            (paper.text(_("Low")), estimate["low"]), (paper.text(_("High")), estimate["high"]),
        ]  # fmt: skip
    return [(title, float(price)) for title, price in found if price]
