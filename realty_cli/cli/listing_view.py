"""Listings as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.cli.output import Column, emit, emit_json, pairs, write_line
from realty_cli.cli.state import State

_Listing = Mapping[str, Any]

#: Words for the values of our vocabularies, as messages.
WORDS = {
    "apartment": "apartment", "house": "house", "room": "room", "land": "plot", "commercial": "commercial",
    "garage": "garage", "parking": "parking place", "other": "other", "sale": "sale", "rent": "rent",
    "daily_rent": "daily rent", "draft": "draft", "active": "active", "reserved": "reserved", "sold": "sold",
    "rented": "rented out", "withdrawn": "withdrawn", "resale": "resale", "new_building": "new building",
    "brick": "brick", "panel": "panel", "monolith": "monolith", "monolith_brick": "monolith and brick",
    "block": "block", "aerated_concrete": "aerated concrete", "wood": "wood", "frame": "frame",
    "stalin": "Stalin-era", "old_fund": "pre-war", "none": "no finish", "rough": "rough finish",
    "pre_finish": "pre-finish", "finish": "finished", "needs_repair": "needs repair", "cosmetic": "cosmetic",
    "euro": "European standard", "designer": "designer's",
}  # fmt: skip
_NAMED = frozenset({"property_type", "deal_type", "status", "market", "building_material", "renovation"})
_MONEY = frozenset({"price", "deposit", "final_price", "price_per_m2"})
_AREAS = frozenset({"area_total", "area_living", "area_kitchen", "area_land"})
_MOMENTS = frozenset({"listed_at", "closed_at", "created_at", "updated_at", "deleted_at"})
_DAYS = frozenset({"exclusive_from", "exclusive_until"})
_LABELS = {
    "external_id": "Number at the portal", "description": "Description", "property_type": "Type",
    "deal_type": "Deal", "status": "Status", "status_reason": "Reason", "price": "Price",
    "price_per_m2": "Price of m²", "market": "Market", "rooms": "Rooms", "is_studio": "Studio", "is_euro": "Euro",
    "is_apartments": "Apartments", "is_free_layout": "Open plan", "area_total": "Area", "area_living": "Living area",
    "area_kitchen": "Kitchen", "area_land": "Plot", "floor": "Floor", "floors_total": "Floors", "year_built": "Built",
    "building_material": "Walls", "renovation": "Repair", "ceiling_height": "Ceiling, m", "country": "Country",
    "region": "Region", "city": "City", "district": "District", "street": "Street", "house": "House", "flat": "Flat",
    "postal_code": "Postal code", "address": "Address", "latitude": "Latitude", "longitude": "Longitude",
    "metro": "Metro", "metro_minutes": "Minutes to the metro", "cadastral_number": "Cadastral number",
    "mortgage": "Mortgage", "bargain": "Bargain", "commission": "Commission, %", "deposit": "Deposit",
    "contact_name": "Contact", "contact_phone": "Phone", "source": "Source", "source_url": "Link", "tags": "Tags",
    "client_id": "Client", "listed_at": "Listed", "closed_at": "Closed", "final_price": "Price of the deal",
    "exclusive_from": "Exclusive from", "exclusive_until": "Exclusive until", "days_on_market": "Days on the market",
    "owner_id": "Owner", "version": "Version", "created_at": "Entered", "updated_at": "Changed",
    "deleted_at": "In the bin since",
}  # fmt: skip


def word(state: State, value: str | None) -> str:
    """A value of one of our vocabularies in the reader's language."""
    if value is None:
        return ""
    return state.say.text(WORDS[value]) if value in WORDS else value


def money(state: State, amount: Any, currency: str) -> str:
    """An amount in units as the reader's language writes it."""
    if amount is None:
        return ""
    from realty_cli.kit.formatting import money as write

    return write(round(amount * 100), currency, state.language)


def _area(state: State, value: Any) -> str:
    if value is None:
        return ""
    from realty_cli.kit.formatting import area

    return area(value, state.language)


def moment(state: State, text: str | None) -> str:
    """A stored moment in the reader's zone and language."""
    if not text:
        return ""
    from datetime import datetime as clock_time
    from zoneinfo import ZoneInfo

    from realty_cli.kit.formatting import datetime

    return datetime(clock_time.fromisoformat(text), ZoneInfo(state.realty.settings.timezone), state.language)


def _floor(listing: _Listing) -> str:
    floor, total = listing["floor"], listing["floors_total"]
    if floor is None:
        return f"/{total}" if total else ""
    return f"{floor}/{total}" if total else str(floor)


def _place(listing: _Listing) -> str:
    return listing["address"] or ", ".join(
        part for part in (listing["city"], listing["district"], listing["street"], listing["house"]) if part
    )


def _raw(name: str) -> Callable[[_Listing], Any]:
    return lambda listing: listing[name]


def _columns(state: State) -> Sequence[Column]:
    return (
        ("ID", lambda one: str(one["id"]), _raw("id")),
        ("Title", lambda one: one["title"], _raw("title")),
        ("Type", lambda one: word(state, one["property_type"]), _raw("property_type")),
        ("Deal", lambda one: word(state, one["deal_type"]), _raw("deal_type")),
        ("Status", lambda one: word(state, one["status"]), _raw("status")),
        ("Price", lambda one: money(state, one["price"], one["currency"]), _raw("price")),
        ("Rooms", lambda one: "" if one["rooms"] is None else str(one["rooms"]), _raw("rooms")),
        ("Area", lambda one: _area(state, one["area_total"]), _raw("area_total")),
        ("Floor", _floor, _floor),
        ("Address", _place, _place),
        ("Days", lambda one: "" if one["days_on_market"] is None else str(one["days_on_market"]), _raw("days_on_market")),
    )


def page(state: State, body: dict[str, Any]) -> None:
    """One page of listings."""
    items = body["items"]
    emit(state, body, _columns(state), items)
    if state.format == "table" and items:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(items), total=body["total"])
        if body["next_cursor"]:
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def one(state: State, listing: dict[str, Any]) -> None:
    """One listing, a line for each field that says something."""
    if state.quiet and state.format == "table":
        write_line(str(listing["id"]))
        return
    shown = [(_LABELS[name], _value(state, listing, name)) for name in _LABELS if listing.get(name) not in (None, "", [])]
    shown += [(name, str(value)) for name, value in listing["attributes"].items()]
    if listing["photos"]:
        shown.append(("Photos", str(len(listing["photos"]))))
    if state.format in ("tsv", "csv"):
        plain = [(name, "" if value is None else _plain(value)) for name, value in listing.items() if name != "photos"]
        pairs(state, listing, plain)
        return
    pairs(state, listing, shown, title=f"{listing['id']}  {listing['title']}")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}={text}" for name, text in value.items())
    return str(value)


def _value(state: State, listing: dict[str, Any], name: str) -> str:
    value = listing[name]
    if name in _NAMED:
        return word(state, value)
    if name in _MONEY:
        return money(state, value, listing["currency"])
    if name in _AREAS:
        return _area(state, value)
    if name in _MOMENTS:
        return moment(state, value)
    if name in _DAYS:
        from datetime import date as calendar_day

        from realty_cli.kit.formatting import date

        return date(calendar_day.fromisoformat(value), state.language)
    if isinstance(value, bool):
        return state.say.text("yes") if value else state.say.text("no")
    if name == "contact_phone":
        from realty_cli.kit.phones import display

        return display(value)
    if name == "status_reason" and value == "import.no_price":
        return state.say.text("no price in the import")
    return _plain(value)


def facet_tables(state: State, facets: dict[str, list[dict[str, Any]]]) -> None:
    for name, values in facets.items():
        if values:
            columns: Sequence[Column] = (
                (_LABELS[name], lambda row: word(state, str(row["value"])), lambda row: row["value"]),
                ("Listings", lambda row: str(row["count"]), lambda row: row["count"]),
            )
            emit(state, values, columns, values[:10])


def statistics(state: State, body: dict[str, Any]) -> None:
    """Counts by kind, and prices by deal type and currency."""
    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    counts: list[tuple[str, str]] = [("Listings", str(body["total"]))]
    for label, name in (("Status", "by_status"), ("Type", "by_property_type"), ("Deal", "by_deal_type"),
                        ("Rooms", "by_rooms"), ("City", "by_city")):  # fmt: skip
        some = [f"{word(state, key)} {count}" for key, count in list(body[name].items())[:12]]
        if some:
            counts.append((label, ", ".join(some)))
    for label, name in (("Days on the market, mean", "average_days_on_market"), ("Without a price", "without_price"),
                        ("Without photos", "without_photos"), ("Entered in 30 days", "created_last_30_days"),
                        ("Sold or let in 30 days", "closed_last_30_days")):  # fmt: skip
        if body[name] is not None:
            counts.append((label, str(body[name])))
    pairs(state, body, counts)
    if not body["prices"]:
        return

    def price(name: str) -> Callable[[_Listing], str]:
        return lambda row: money(state, row[name], row["currency"])

    columns: Sequence[Column] = (
        ("Deal", lambda row: word(state, row["deal_type"]), _raw("deal_type")),
        ("Currency", lambda row: row["currency"], _raw("currency")),
        ("Listings", lambda row: str(row["count"]), _raw("count")),
        ("Median", price("median"), _raw("median")),
        ("Average", price("average"), _raw("average")),
        ("Lowest", price("minimum"), _raw("minimum")),
        ("Highest", price("maximum"), _raw("maximum")),
        ("Median of m²", price("median_per_m2"), _raw("median_per_m2")),
    )
    emit(state, body, columns, body["prices"])


def history_table(state: State, body: dict[str, Any], currency: str) -> None:
    def value(row: _Listing, name: str) -> str:
        if row["field"] == "price":
            return money(state, row[name], currency)
        return word(state, row[name])

    columns: Sequence[Column] = (
        ("Held from", lambda row: moment(state, row["effective_at"]), _raw("effective_at")),
        ("What", lambda row: state.say.text(_LABELS[row["field"]]), _raw("field")),
        ("Before", lambda row: value(row, "old"), _raw("old")),
        ("After", lambda row: value(row, "new"), _raw("new")),
        ("Reason", lambda row: row["reason"] or "", _raw("reason")),
        ("Recorded", lambda row: moment(state, row["recorded_at"]), _raw("recorded_at")),
        ("By", lambda row: row["actor"] or "", _raw("actor")),
    )
    emit(state, body, columns, body["entries"])


def photo_table(state: State, found: Sequence[dict[str, Any]], paths: dict[int, str] | None = None) -> None:
    columns: list[Column] = [
        ("Photo", lambda row: str(row["id"]), _raw("id")),
        ("Place", lambda row: str(row["position"] + 1), _raw("position")),
        ("Size", lambda row: f"{row['width']}x{row['height']}", lambda row: f"{row['width']}x{row['height']}"),
        ("Bytes", lambda row: str(row["bytes"]), _raw("bytes")),
    ]
    if paths is not None:
        columns.append(("File", lambda row: paths[row["id"]], lambda row: paths[row["id"]]))
    emit(state, found, columns, found)


def duplicate_table(state: State, body: dict[str, Any]) -> None:
    columns: Sequence[Column] = (
        ("A", lambda row: str(row["a"]), _raw("a")),
        ("B", lambda row: str(row["b"]), _raw("b")),
        ("Alike", lambda row: f"{round(row['score'] * 100)} %", _raw("score")),
        ("Why", lambda row: "; ".join(one["message"] for one in row["reasons"]),
         lambda row: "; ".join(one["message"] for one in row["reasons"])),
        ("Title", lambda row: row["title_a"] + " / " + row["title_b"], _raw("title_a")),
    )  # fmt: skip
    emit(state, body, columns, body["items"])
    if state.format == "table" and body["items"]:
        state.tell("Shown {shown} of {total}. Not the same? realty properties duplicates --different A B",
                   shown=len(body["items"]), total=body["total"])  # fmt: skip
