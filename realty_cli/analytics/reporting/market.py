"""The market as the agency's own listings show it: prices, supply, and how long things take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.analytics.reporting.properties import beside_one_another, groups, histogram
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Document, Prose, Section

_TITLE = _("Market: {period}")
_NOTHING = _("There are no listings for {period} that could show the market.")
#: What every summary of a market has, in this order.
_SEVEN = (
    "inventory", "new", "closed", "price_median", "price_per_m2_asking_median", "dom_closed_median",
    "price_reduced_share", "months_of_supply",
)  # fmt: skip
_LINES = ("properties.price_per_m2_asking_median", "properties.inventory", "properties.dom_closed_median")
_ENOUGH = _("what is on the market is enough for {months}, {side}")
_SUPPLY = (_("so sellers decide"), _("so neither side decides"), _("so buyers decide"))


def compose(paper: Paper) -> Document:
    body = paper.analytics.listings.metrics(paper.scope, paper.language, compare=paper.compare)
    paper.metrics["properties"] = body
    title = paper.text(_TITLE, period=paper.period)
    blocks = [one for one in body["blocks"] if any(paper.worth(one[name]) for name in ("inventory", "new", "closed"))]
    if not blocks:
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    main = blocks[0]
    trend = lines.beside(*(lines.months(paper, key, deal=main["deal_type"]) for key in _LINES), histogram(paper, main))
    sections = [
        Section(paper.name("deal", main["deal_type"]), [paper.figures(main, _SEVEN), *trend]),
        Section(paper.text(_("By kind and place")), lines.some(
            groups(paper, main, "type", paper.text(_("By kind"))),
            groups(paper, main, "district", paper.text(_("By district"))),
        )),
    ]  # fmt: skip
    if blocks[1:]:
        sections.append(Section(paper.text(_("Other deals")), beside_one_another(paper, blocks[1:], _SEVEN)))
    said = paper.text(_("These are our own listings, not the whole market. The last month may still change."))
    sections.append(Section("", [Prose([said], small=True)]))
    return paper.document(title, answer(paper, main), sections, currency=main["currency"])


def answer(paper: Paper, block: Mapping[str, Any]) -> str:
    parts = []
    price = block["price_per_m2_asking_median"]
    if price["value"] is not None:
        shown = paper.amount(price["value"], block["currency"])
        parts.append(paper.text(_("a square metre is offered at {price}"), price=shown))
        if said := paper.change(price):
            parts[-1] += f", {said}"
    supply = block["months_of_supply"]["value"]
    if supply is not None:
        side = _SUPPLY[0] if supply < 5 else _SUPPLY[1] if supply <= 7 else _SUPPLY[2]
        parts.append(
            paper.text(_ENOUGH, months=paper.words.value(supply, "months"), side=paper.text(side))
        )  # fmt: skip
    days = block["dom_closed_median"]["value"]
    if days is not None and not block["dom_closed_median"]["low_sample"]:
        parts.append(paper.text(_("half of what was sold took no more than {days}"), days=paper.days(days)))
    if not parts:
        count = block["inventory"]["value"] or 0
        parts.append(paper.plural("{n} listing is on the market", "{n} listings are on the market", count))
    return paper.sentence(parts)
