"""Comparative market analysis: the price first, then what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from realty_cli.analytics.listing_service import histogram
from realty_cli.analytics.listing_tally import Tally
from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.listing import NEAREST, Listing, short_address
from realty_cli.analytics.reporting.net_sheet import net_sheet
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Cell, Chart, Column, Document, Figure, Prose, Section, Series, Table
from realty_cli.reports.wording import between

_TITLE = _("What is it worth: {address}")
_OWN = _("Recommended by the agent {agent}: {price}")
_TOO_FEW = _("Too little is like it to say what it is worth: comparables found: {n}.")
_SPREAD = _("As if each were this listing: from {low} to {high}, median {median}, average {average}.")
_MARKET = (
    "inventory", "new", "closed", "dom_closed_median", "price_median", "price_per_m2_asking_median", "sale_to_list",
    "months_of_supply", "price_reduced_share",
)  # fmt: skip
#: Where the comparables stand among the sections, and how many of them fill a page.
_COMPARED, _ENOUGH = 2, 3
#: Bars that make a histogram, and listings that were taken, from which their lives are a curve.
_BARS, _TAKEN = 3, 10
#: Adjustments that are printed; smaller ones come to little.
_STEPS = 6


def compose(paper: Paper) -> Document:
    listing = Listing(paper)
    value = listing.value
    cover: list[Block] = lines.some(_figures(listing), listing.dots())
    if paper.wanted.note:
        cover.append(Prose(paper.wanted.note.splitlines()))
    sections = [
        Section("", cover),
        Section(paper.text(_("The listing")), lines.some(listing.photo(), listing.facts())),
        Section(paper.text(_("What it is compared with")), _compared(listing)),
        Section(paper.text(_("What is left to the seller")), net_sheet(listing)),
        Section(paper.text(_("The market around it")), market(listing)),
        Section(paper.text(_("Method and limits")), _method(listing)),
    ]
    if len(value["items"]) >= _ENOUGH:
        # Three pages: the answer, what it rests on, and what follows from it, whichever of that there is.
        after = next(at for at, one in enumerate(sections) if at > _COMPARED and one.blocks)
        for at in (_COMPARED, after):
            sections[at] = replace(sections[at], new_page=True)
    title = paper.text(_TITLE, address=listing.address)
    subtitle = str(value["title"]) if value["title"] != listing.address else ""
    return paper.document(
        title, answer(listing), sections, subtitle=subtitle, currency=listing.currency, period="",
        as_of=listing.as_of,
    )  # fmt: skip


def answer(listing: Listing) -> str:
    paper, value = listing.paper, listing.value
    parts = []
    if listing.recommended is not None:
        price = paper.amount(listing.recommended, listing.currency)
        parts.append(paper.sentence([paper.text(_OWN, agent=listing.recommender, price=price)]))
    # The refusal of the service tells an agent what to bring in; this is read by others.
    parts.append(paper.text(_TOO_FEW, n=value["n"]) if listing.estimate is None else listing.estimate["text"])
    if value["position"] is not None:
        parts.append(value["position"]["text"])
    return " ".join(parts)


def _figures(listing: Listing) -> list[Figure]:
    paper, value, currency = listing.paper, listing.value, listing.currency
    found: list[Figure] = []
    if listing.recommended is not None:
        said = ", ".join(filter(None, (listing.recommender, listing.recommended_on)))
        price = Cell(listing.recommended, "money", currency)
        found.append(Figure(paper.text(_("Recommended by the agent")), price, said))
    if (estimate := listing.estimate) is not None:
        bounds = between(*(paper.amount(estimate[name], currency) for name in ("low", "high")))
        found += [
            Figure(value["label"], Cell(estimate["price"], "money", currency)),
            Figure(paper.text(_("Likely between")), Cell(bounds)),
            Figure(paper.text(_("Estimate per m²")), Cell(estimate["price_per_m2"], "money_per_m2", currency)),
        ]
    found.append(Figure(paper.text(_("Price now")), Cell(listing.shown["price"], "money", currency)))
    if (sale := value["sale"]) is not None:
        said = paper.text(_("usually {share} of what is asked, n = {n}"), share=paper.share(sale["ratio"]), n=sale["n"])
        found.append(Figure(paper.text(_("Likely to be paid")), Cell(sale["price"], "money", currency, note=said)))
    found.append(Figure(paper.text(_("Comparables")), Cell(value["n"], "count")))
    return found[:8]


def _compared(listing: Listing) -> list[Block]:
    paper, value = listing.paper, listing.value
    blocks: list[Block] = []
    if value["level"] is not None:
        more = value["n"] - min(NEAREST, len(value["items"]))
        said = [paper.text(_("Looked through: {level}."), level=value["level"]["text"])]
        if more > 0:
            said.append(
                paper.plural("{n} more counts, and is not printed.", "{n} more count, and are not printed.", more)
            )
        if (spread := value["spread"]) is not None and value["n"] > 1:
            names = ("low", "median", "average", "high")
            amounts = {name: paper.amount(spread[name], listing.currency) for name in names}
            said.append(paper.text(_SPREAD, **amounts))
        blocks.append(Prose([" ".join(said)]))
    blocks += lines.some(listing.comparables(), _adjustments(listing))
    blocks += lines.beside(listing.places(), scatter(listing))
    return blocks


def _adjustments(listing: Listing) -> Table | None:
    """From the price of each comparable to this listing, a step a column."""
    paper, items = listing.paper, listing.value["items"][:NEAREST]
    sizes: dict[str, float] = {}
    labels: dict[str, str] = {}
    for one in items:
        for step in one["adjustments"]:
            sizes[step["name"]] = sizes.get(step["name"], 0.0) + abs(step["share"])
            labels[step["name"]] = step["label"]
    names = sorted(sizes, key=lambda name: -sizes[name])[:_STEPS]
    if not names:
        return None
    columns = [Column("address", paper.text(_("Adjusted for")), weight=3)]
    columns += [Column(name, labels[name], "ratio") for name in names]
    rows: list[list[Any]] = []
    for at, one in enumerate(items, 1):
        shares = {step["name"]: step["share"] for step in one["adjustments"]}
        rows.append([f"{at}. {short_address(one)}", *(shares.get(name) for name in names)])
    note = paper.text(_("How much more or less this listing is worth than the comparable because of each feature."))
    return Table("adjustments", "", columns, rows, note=note)


def scatter(listing: Listing) -> Chart | None:
    """Area against price, with the own dot and the band of the estimate."""
    paper, shown = listing.paper, listing.shown
    items = [one for one in listing.value["items"] if one["area_total"]]
    if len(items) < 4 or not shown["price"] or not listing.value["area_total"]:
        return None
    here = listing.value["area_total"]
    points = sorted((one["area_total"], one["price"]) for one in items)
    x = [area for area, _price in points] + [here]
    band: Sequence[Mapping[str, Any]] = ()
    if (found := listing.estimate) is not None:
        band = ({"low": found["low"], "high": found["high"], "text": paper.text(_("estimate"))},)
    dearer = sum(price > shown["price"] for _area, price in points)
    return Chart(
        "area_price", "scatter",
        paper.text(_("Of {n} comparables {dearer} cost more than this listing"), n=len(points), dearer=dearer),
        paper.text(_("Prices of {n} comparables by area, with this listing among them."), n=len(points)), x,
        [
            Series(paper.text(_("comparables")), [*(price for _area, price in points), None]),
            Series(paper.text(_("this listing")), [*([None] * len(points)), shown["price"]], role="marker"),
        ],
        x_label=paper.text(_("Area")), x_unit="area", unit="money", currency=listing.currency, annotations=band,
        label=paper.text(_("Price by area")),
    )  # fmt: skip


def market(listing: Listing) -> list[Block]:
    """The same kind of listing in the same town, over the period."""
    paper, shown = listing.paper, listing.shown
    scope = replace(
        paper.scope, property_types=(shown["property_type"],), deal_types=(shown["deal_type"],),
        cities=(shown["city"],) if shown["city"] else None, districts=None, currency=listing.currency,
    )  # fmt: skip
    body = paper.analytics.listings.metrics(scope, paper.language, compare=paper.compare)
    block = next((one for one in body["blocks"] if one["deal_type"] == shown["deal_type"]), None)
    if block is None:
        return []
    tally = paper.analytics.listings.measure(scope).tallies.get((shown["deal_type"], listing.currency))
    found = [block[name] for name in _MARKET if block[name]["value"] is not None]
    kind = paper.name("type", shown["property_type"])
    where = ", ".join(str(one) for one in (kind, shown["city"], paper.period) if one)
    table = replace(paper.metric_table("market", where, found), note=paper.text(_("Of our own listings.")))
    return [table, *([] if tally is None else lines.beside(_spread(listing, tally), _lives(listing, tally)))]


def _spread(listing: Listing, tally: Tally) -> Chart | None:
    """How prices per m² are distributed on the market, with a mark where this listing stands."""
    paper, own = listing.paper, listing.shown["price_per_m2"]
    prices = [round(one) for one in tally.all.metres]
    bins = histogram(prices)
    if not own or len(bins) < _BARS:
        return None
    cheaper = sum(one < own * 100 for one in prices)
    title = paper.text(_("Cheaper per m² on the market: {cheaper} of {n}"), cheaper=cheaper, n=len(prices))
    return Chart(
        "spread", "histogram", title, paper.text(_("Histogram of asking prices per m². {what}"), what=title),
        [*(one["low"] for one in bins), bins[-1]["high"]],
        [Series(paper.text(_("listings")), [one["count"] for one in bins])], x_label=paper.text(_("Price per m²")),
        x_unit="money", currency=listing.currency, annotations=({"at": own, "text": paper.text(_("this listing"))},),
        label=paper.text(_("Price per m²")),
    )  # fmt: skip


def _lives(listing: Listing, tally: Tally) -> Chart | None:
    """How long the like stay on the market, with a mark at the days of this listing."""
    paper, days = listing.paper, listing.shown["days_on_market"]
    if len(tally.taken) < _TAKEN:
        return None
    drawn = paper.drafts.survival(listing.shown["deal_type"], tally.taken, tally.censored)
    mark = () if days is None else ({"at": days, "text": paper.text(_("this listing"))},)
    return replace(drawn, annotations=mark, label=paper.text(_("On the market for")))


def _method(listing: Listing) -> list[Block]:
    paper, value = listing.paper, listing.value
    said = [*value["notes"], listing.valuing.accuracy(paper.language)["text"]]
    said.append(paper.text(_("This is a comparison with like listings, not an appraisal under the law.")))
    return [Prose(said, points=True, small=True)]
