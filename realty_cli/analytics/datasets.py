"""The data sets that `export` gives: rows for whoever analyses elsewhere, without what calls or finds anybody.

Phones and e-mail addresses of people stand in none of them: the exports of the slices have those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from realty_cli.analytics.kinds import Dataset
from realty_cli.errors import Invalid
from realty_cli.formats.csv_columns import Kind

#: Grows when a column goes or changes its meaning; new columns come at the end.
SCHEMA_VERSION = "1"
_MONEY = frozenset({
    "price", "final_price", "price_per_m2", "deposit", "old_price", "new_price", "budget_min", "budget_max", "amount",
    "mortgage_amount",
})  # fmt: skip
_FLAGS = frozenset({
    "is_studio", "is_euro", "is_apartments", "is_free_layout", "mortgage", "bargain", "auto", "all_day", "busy",
    "interested",
})  # fmt: skip
_JSON = frozenset({"tags", "roles", "objections", "splits"})
_FRACTIONS = frozenset({
    "area_total", "area_living", "area_kitchen", "area_land", "ceiling_height", "latitude", "longitude", "commission",
    "rate",
})  # fmt: skip
_WHOLE = frozenset({
    "rooms", "floor", "floors_total", "year_built", "metro_minutes", "duration_seconds", "rating", "views", "contacts",
    "favourites",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """One data set: `source` is what follows FROM, `columns` name an expression over it each, `at` is the moment (or
    the day) by which a period takes its rows. `owner` is the alias of the table whose `owner_id` the row filter asks;
    `filters` are the expressions that `source` and `currency` of a filter look at, `listing` the alias of the listing
    that kinds and places are asked of."""

    source: str
    columns: Mapping[str, str]
    at: str
    owner: str
    where: str
    listing: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    by_day: bool = False
    order: str = ""
    #: Columns that say who somebody is: initials, where the export is anonymised.
    names: frozenset[str] = frozenset()
    #: Columns that are left empty there: what people write freely may name anybody.
    hidden: frozenset[str] = frozenset()


def kind_of(name: str) -> Kind:
    if name in _FLAGS:
        return "flag"
    if name in _JSON:
        return "json"
    return "number" if name in _MONEY or name in _FRACTIONS or is_whole(name) else "text"


def is_whole(name: str) -> bool:
    return name in _WHOLE or name == "id" or (name.endswith("_id") and name != "external_id")


def is_money(name: str) -> bool:
    return name in _MONEY


def _of(alias: str, names: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {name: f"{alias}.{name}" for name in names.split()} | dict(more or {})


_LISTING = {"property_type": "p.property_type", "deal_type": "p.deal_type", "city": "p.city", "district": "p.district"}
_PLACE = frozenset({"external_id", "title", "house", "latitude", "longitude"})
_BY_LISTING = {"currency": "p.currency", "source": "p.source"}


def _joined(table: str, alias: str) -> str:
    return f"{table} {alias} LEFT JOIN properties p ON p.id = {alias}.property_id"


SHAPES: Mapping[Dataset, Shape] = {
    Dataset.PROPERTIES: Shape(
        "properties p",
        _of(
            "p",
            "id owner_id external_id source property_type deal_type status status_reason title price currency"
            " price_per_m2 final_price market rooms is_studio is_euro is_apartments is_free_layout area_total"
            " area_living area_kitchen area_land floor floors_total year_built building_material renovation"
            " ceiling_height country region city district street house latitude longitude metro metro_minutes mortgage"
            " bargain commission deposit tags client_id listed_at closed_at exclusive_from exclusive_until created_at"
            " updated_at",
        ),
        "coalesce(p.listed_at, p.created_at)", "p", "p.deleted_at IS NULL", "p", _BY_LISTING,
        hidden=_PLACE | {"status_reason", "tags"},
    ),
    Dataset.STATUS_HISTORY: Shape(
        "property_statuses s JOIN properties p ON p.id = s.property_id",
        _of("s", "id property_id old_status new_status reason effective_at recorded_at", _LISTING),
        "s.effective_at", "p", "s.withdrawn_by IS NULL AND p.deleted_at IS NULL", "p", _BY_LISTING,
        hidden=frozenset({"reason"}),
    ),
    Dataset.PRICE_HISTORY: Shape(
        "property_prices s JOIN properties p ON p.id = s.property_id",
        _of("s", "id property_id old_price new_price currency effective_at recorded_at", _LISTING),
        "s.effective_at", "p", "s.withdrawn_by IS NULL AND p.deleted_at IS NULL", "p", _BY_LISTING,
    ),
    Dataset.CLIENTS: Shape(
        "clients c",
        _of(
            "c",
            "id owner_id kind name roles stage temperature source campaign referrer_id language tags last_contact_at"
            " created_at updated_at",
        ),
        "c.created_at", "c", "c.deleted_at IS NULL", filters={"source": "c.source"}, names=frozenset({"name"}),
        hidden=frozenset({"campaign", "tags"}),
    ),
    Dataset.LEADS: Shape(
        _joined("leads", "l"),
        _of(
            "l",
            "id owner_id client_id side stage temperature source campaign referrer_id budget_min budget_max currency"
            " property_id note lost_reason first_response_at closed_at created_at updated_at",
        ),
        "l.created_at", "l", "l.deleted_at IS NULL", "p", {"source": "l.source", "currency": "l.currency"},
        hidden=frozenset({"note", "lost_reason", "campaign"}),
    ),
    Dataset.INTERACTIONS: Shape(
        "interactions i LEFT JOIN leads l ON l.id = i.lead_id LEFT JOIN properties p ON p.id = i.property_id",
        _of(
            "i",
            "id owner_id client_id lead_id property_id channel direction at outcome auto duration_seconds score text",
        ),
        "i.at", "i", "i.deleted_at IS NULL", "p", {"source": "l.source"}, hidden=frozenset({"text"}),
    ),
    Dataset.EVENTS: Shape(
        "event_instances n JOIN events e ON e.id = n.event_id LEFT JOIN properties p ON p.id = n.property_id",
        {
            "id": "n.id", "event_id": "n.event_id", "series_id": "n.series_id", "owner_id": "n.owner_id",
            "title": "e.title", "event_type": "n.event_type", "status": "n.status", "start_time": "n.start_time",
            "end_time": "n.end_time", "all_day": "n.all_day", "busy": "n.busy",
        }
        | _of("e", "timezone location client_id deal_id actual_start actual_end cancelled_by outcome created_at")
        | {"property_id": "n.property_id"},
        "n.start_time", "n", "e.deleted_at IS NULL", "p", hidden=frozenset({"title", "location"}),
    ),
    Dataset.FEEDBACK: Shape(
        _joined("showing_feedback", "f"),
        _of(
            "f",
            "id owner_id event_id client_id property_id rating price_opinion objections interested note source"
            " created_at updated_at",
        ),
        "f.created_at", "f", "f.deleted_at IS NULL", "p", hidden=frozenset({"note", "objections"}),
    ),
    Dataset.DEALS: Shape(
        _joined("deals", "d"),
        _of(
            "d",
            "id owner_id external_id title property_id lead_id kind side stage amount currency deposit_kind deposit"
            " deposit_due deposit_paid_at expected_close reserved_at reserved_until closed_at final_price lost_reason"
            " mortgage_status mortgage_amount contract_kind contract_date tags created_at updated_at",
        ),
        "d.created_at", "d", "d.deleted_at IS NULL", "p", {"currency": "d.currency"},
        hidden=frozenset({"title", "external_id", "lost_reason", "tags"}),
    ),
    Dataset.COMMISSIONS: Shape(
        "commissions c JOIN deals d ON d.id = c.deal_id LEFT JOIN properties p ON p.id = d.property_id",
        _of(
            "c",
            "id owner_id deal_id payer rate amount currency splits due_on paid_at note created_at updated_at",
            {"deal_closed_at": "d.closed_at", "deal_stage": "d.stage"},
        ),
        "coalesce(d.closed_at, c.created_at)", "c", "c.deleted_at IS NULL AND d.deleted_at IS NULL", "p",
        {"currency": "c.currency"}, hidden=frozenset({"note"}),
    ),
    Dataset.EXPENSES: Shape(
        _joined("expenses", "x"),
        _of("x", "id owner_id spent_on category source campaign property_id deal_id amount currency note created_at"),
        "x.spent_on", "x", "x.deleted_at IS NULL", "p", {"source": "x.source", "currency": "x.currency"}, by_day=True,
        hidden=frozenset({"note", "campaign"}),
    ),
    Dataset.CHANNEL_STATS: Shape(
        "channel_stats s JOIN properties p ON p.id = s.property_id",
        _of("s", "property_id portal day views contacts favourites"),
        "s.day", "p", "p.deleted_at IS NULL", "p", _BY_LISTING, by_day=True, order="s.property_id, s.portal, s.day",
    ),
}  # fmt: skip


def columns_of(dataset: Dataset, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The columns to write; raises Invalid for one that the set has not."""
    known = SHAPES[dataset].columns
    for name in wanted or ():
        if name not in known:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted)) if wanted else tuple(known)
