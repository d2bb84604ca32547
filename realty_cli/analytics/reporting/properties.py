"""What is on the market, what came and what went: for an agent, two pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Chart, Column, Document, Prose, Section, Table

_TITLE = _("Listings: {period}")
_NOTHING = _("There are no listings for {period}.")
_TIME = _("the median time to a deal is {days}")
COUNTS = ("inventory", "new", "closed", "withdrawn")
SALES = ("dom_closed_median", "price_median", "months_of_supply", "price_reduced_share")
_PRICES = (
    "price_median", "price_per_m2_asking_median", "price_per_m2_sold_median", "inventory_value", "sale_to_list",
    "sale_to_original", "price_reduced_share", "reduction_depth_median", "dom_closed_median", "cdom_median",
    "age_of_inventory_median", "median_survival", "sell_through", "fallout_rate", "absorption_rate", "months_of_supply",
    "showings_per_week", "views_per_day", "contacts_per_day",
)  # fmt: skip
#: Fewer listings than this are no table of groups.
_FEW = 5
#: Kinds of deals in one table.
_ABREAST = 3
#: Listings that stand long, and the signs of a title: more of both is in `properties list`.
_STALEST, _TITLE_SIGNS = 10, 80
_QUALITY = {
    "share_with_price": _("a price"), "share_with_area": _("an area"), "share_with_district": _("a district"),
    "share_with_listed_at": _("a date of listing"),
}  # fmt: skip


def compose(paper: Paper) -> Document:
    body = paper.analytics.listings.metrics(paper.scope, paper.language, compare=paper.compare)
    paper.metrics["properties"] = body
    blocks = worthy(paper, body)
    title = paper.text(_TITLE, period=paper.period)
    if not blocks:
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    main, others = blocks[0], blocks[1:]
    # What is counted says itself what it is, and a page has only so much room.
    first = [[*paper.figures(main, COUNTS, brief=True), *paper.figures(main, SALES)], *charts(paper, main)]
    # Counts and prices side by side are of one kind of deal, which is named where there are several.
    sections = [Section(_deal(paper, main), [*first, *_tables(paper, main, first=True)])] if others else [
        Section("", first), Section(_deal(paper, main), _tables(paper, main, first=True)),
    ]  # fmt: skip
    sections += [Section(_deal(paper, block), _tables(paper, block)) for block in others]
    rooms = (groups(paper, block, "rooms", _deal(paper, block), brief=True) for block in blocks)
    sections.append(Section(paper.text(_("By rooms")), lines.beside(*rooms)))
    sections.append(Section(paper.text(_("Prices, time and demand")), beside_one_another(paper, blocks, _PRICES)))
    sections.append(Section(paper.text(_("Longer on the market than their like")), stale(paper, blocks)))
    sections.append(quality(paper, body["data_quality"], _QUALITY))
    return paper.document(title, answer(paper, blocks), sections)


def answer(paper: Paper, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The blocks in one sentence: the first one, and the others of which there is more than next to nothing."""
    if len(blocks) == 1:
        return paper.sentence(_said(paper, blocks[0]))
    told = [one for one in blocks if one is blocks[0] or _size(one) >= _FEW][:_ABREAST]
    names = [_deal(paper, one) for one in told]
    names[1:] = [one[:1].lower() + one[1:] for one in names[1:]]
    said = [f"{name}: {', '.join(_said(paper, one))}" for name, one in zip(names, told, strict=True)]
    return paper.sentence(["; ".join(said)])


def _said(paper: Paper, block: Mapping[str, Any]) -> list[str]:
    count, gone = block["inventory"]["value"] or 0, block["closed"]["value"] or 0
    parts = [
        paper.plural("{n} listing is on the market", "{n} listings are on the market", count),
        paper.plural("{n} came", "{n} came", block["new"]["value"] or 0),
        paper.plural("{n} was sold", "{n} were sold", gone) if block["deal_type"] == "sale"
        else paper.plural("{n} was let", "{n} were let", gone),
    ]  # fmt: skip
    time = block["dom_closed_median"]
    if (days := time["value"]) is not None and not time["low_sample"]:
        parts.append(paper.text(_TIME, days=paper.days(days)))
    return parts


def charts(paper: Paper, block: Mapping[str, Any]) -> list[Block]:
    """Listings closed by months, and how prices are distributed, of one kind of deal."""
    return lines.beside(
        lines.months(paper, "properties.closed", deal=block["deal_type"]), histogram(paper, block)
    )  # fmt: skip


def named(paper: Paper, title: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The title of what is told of the first of the blocks: it is named where there are several."""
    if len(blocks) == 1:
        return title
    name = _deal(paper, blocks[0])
    return f"{title}: {name[:1].lower()}{name[1:]}"


def worthy(paper: Paper, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The kinds of deals of which there is anything to say."""
    names = ("inventory", "new", "closed", "withdrawn", "reserved")
    return [one for one in body["blocks"] if any(paper.worth(one[name]) for name in names)]


def _size(block: Mapping[str, Any]) -> int:
    return sum(block[name]["value"] or 0 for name in ("inventory", "closed"))


def _deal(paper: Paper, block: Mapping[str, Any]) -> str:
    name, currency = paper.name("deal", block["deal_type"]), block["currency"]
    return name if currency == paper.currency else f"{name}, {currency}"


def _tables(paper: Paper, block: Mapping[str, Any], *, first: bool = False) -> list[Block]:
    return lines.some(
        groups(paper, block, "type", paper.text(_("By kind"))),
        groups(paper, block, "district", paper.text(_("By district"))) if first else None,
    )  # fmt: skip


def beside_one_another(paper: Paper, blocks: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Block]:
    """Metrics a row and kinds of deals a column, each with its change; of many kinds a few a table. A kind of which
    there is next to nothing has no metrics worth the room, unless all are such."""
    found: list[Block] = []
    large = [one for one in blocks if _size(one) >= _FEW]
    blocks = large or blocks
    for start in range(0, len(blocks), _ABREAST):
        some = blocks[start : start + _ABREAST]
        worth = [
            name for name in names
            if any(one[name]["status"] != "not_available" and paper.worth(one[name]) for one in some)
        ]  # fmt: skip
        if not worth:
            continue
        columns = [Column("metric", paper.text(_("Metric")), weight=3)]
        for one in some:
            key = f"{one['deal_type']}_{one['currency']}"
            columns += [Column(key, _deal(paper, one), "count"), Column(f"{key}_change", paper.text(_("Change")))]
        rows = [
            [some[0][name]["label"], *(cell for one in some for cell in paper.changed(one[name]))] for name in worth
        ]
        found.append(Table(f"metrics_{start // _ABREAST + 1}", "", columns, rows))
    return found


def groups(
    paper: Paper, block: Mapping[str, Any], by: str, title: str, *, brief: bool = False, most: int = 12
) -> Table | None:
    """Counts and prices of each group; a `brief` table, which stands beside another, has no prices per m² and times."""
    rows = block[f"by_{by}"][:most]
    if len(rows) < 2 or sum(one["inventory"] + one["new"] + one["closed"] for one in rows) < _FEW:
        return None
    currency = block["currency"]
    columns = [
        Column("group", title, weight=2),
        Column("inventory", paper.text(_("On the market")), "count"),
        Column("new", paper.text(_("New")), "count"),
        Column("closed", paper.text(_("Closed deals") if brief else _("Sold or let")), "count"),
        Column("price", paper.text(_("Median price")), "money", currency, weight=1.6, short=brief),
        Column("per_m2", paper.text(_("Per m²")), "money_per_m2", currency, weight=1.6),
        Column("dom", paper.text(_("Time to a deal")), "days"),
    ]
    kind = "type" if by == "type" else "any"
    values = [
        [
            _rooms(paper, one["value"]) if by == "rooms" else paper.name(kind, one["value"]),
            one["inventory"], one["new"], one["closed"], one["price_median"], one["price_per_m2_median"],
            one["dom_median"],
        ]
        for one in rows
    ]  # fmt: skip
    shown = len(columns) - 2 if brief else len(columns)
    return Table(f"{block['deal_type']}_by_{by}", "", columns[:shown], [one[:shown] for one in values])


def _rooms(paper: Paper, value: str | None) -> str:
    if value is None:
        return paper.name("any", None)
    if str(value) in ("0", "0.0"):
        return paper.text(_("Studio"))
    return paper.plural("{n} room", "{n} rooms", int(float(value)))


def histogram(paper: Paper, block: Mapping[str, Any]) -> Chart | None:
    """How prices are distributed."""
    if len(block["price_histogram"]) < 3:
        return None
    return replace(paper.drafts.prices({"blocks": [block]}), name=f"{block['deal_type']}_prices_chart")


def stale(paper: Paper, blocks: Any) -> list[Block]:
    rows = [one for block in blocks for one in block["stale"]]
    rows.sort(key=lambda one: -one["index"])
    if not rows:
        return [Prose([paper.text(_("No listing stands far longer than its like took to go."))])]
    columns = [
        Column("id", paper.text(_("No.")), "text", weight=0.6),
        Column("title", paper.text(_("Listing")), weight=4),
        Column("days", paper.text(_("On the market for")), "days"),
        Column("typical_days", paper.text(_("Its like took")), "days"),
        Column("comparables", paper.text(_("Of so many")), "count"),
    ]
    values = [
        [str(one["property_id"]), _middle_out(one["title"]), round(one["days"]), round(one["typical_days"]),
         one["comparables"]]
        for one in rows[:_STALEST]
    ]  # fmt: skip
    more = len(rows) - len(values)
    note = paper.plural("{n} more stands long.", "{n} more stand long.", more) if more > 0 else ""
    return [Table("stale", "", columns, values, note=note)]


def _middle_out(title: str) -> str:
    """What tells a listing from its neighbours stands at the end of its title, so a long one loses its middle."""
    if len(title) <= _TITLE_SIGNS:
        return title
    head, tail = title[: _TITLE_SIGNS // 2].rpartition(" ")[0], title[-_TITLE_SIGNS // 2 :].partition(" ")[2]
    return f"{head} … {tail}"


def quality(paper: Paper, shares: Mapping[str, float | None], labels: Mapping[str, str]) -> Section:
    """How much of what the numbers stand on was filled in."""
    said = [
        f"{paper.text(labels[name])} {paper.share(share)}"
        for name, share in shares.items() if share is not None and name in labels
    ]  # fmt: skip
    if not said:
        return Section("", [])
    return Section("", [
        Prose([paper.text(_("What the numbers stand on. Filled in: {what}."), what="; ".join(said))], small=True)
    ])  # fmt: skip
