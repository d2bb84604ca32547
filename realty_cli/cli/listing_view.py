"""Listings as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from realty_cli.cli.output import Column, emit, emit_json, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Listing = Mapping[str, Any]

#: Words for the values of our vocabularies, as messages.
WORDS = {
    "apartment": _("apartment"),
    "house": _("house"),
    "room": _("room"),
    "land": _("plot"),
    "commercial": _("commercial"),
    "garage": _("garage"),
    "parking": _("parking place"),
    "other": _("other"),
    "sale": _("sale"),
    "rent": _("rent"),
    "daily_rent": _("daily rent"),
    "draft": _("draft"),
    "active": _("active"),
    "reserved": _("reserved"),
    "sold": _("sold"),
    "rented": _("rented out"),
    "withdrawn": _("withdrawn"),
    "resale": _("resale"),
    "new_building": _("new building"),
    "brick": _("brick"),
    "panel": _("panel"),
    "monolith": _("monolith"),
    "monolith_brick": _("monolith and brick"),
    "block": _("block"),
    "aerated_concrete": _("aerated concrete"),
    "wood": _("wood"),
    "frame": _("frame"),
    "stalin": _("Stalin-era"),
    "old_fund": _("pre-war"),
    "none": _("no finish"),
    "rough": _("rough finish"),
    "pre_finish": _("pre-finish"),
    "finish": _("finished"),
    "needs_repair": _("needs repair"),
    "cosmetic": _("cosmetic"),
    "euro": _("European standard"),
    "designer": _("designer's"),
}
_NAMED = frozenset({"property_type", "deal_type", "status", "market", "building_material", "renovation"})
_MONEY = frozenset({"price", "deposit", "final_price", "price_per_m2"})
_AREAS = frozenset({"area_total", "area_living", "area_kitchen", "area_land"})
_MOMENTS = frozenset({"listed_at", "closed_at", "created_at", "updated_at", "deleted_at"})
_DAYS = frozenset({"exclusive_from", "exclusive_until"})
_LABELS = {
    "external_id": _("Number at the portal"),
    "description": _("Description"),
    "property_type": _("Type"),
    "deal_type": _("Deal"),
    "status": _("Status"),
    "status_reason": _("Reason"),
    "price": _("Price"),
    "price_per_m2": _("Price of m²"),
    "market": _("Market"),
    "rooms": _("Rooms"),
    "is_studio": _("Studio"),
    "is_euro": _("Euro"),
    "is_apartments": _("Apartments"),
    "is_free_layout": _("Open plan"),
    "area_total": _("Area"),
    "area_living": _("Living area"),
    "area_kitchen": _("Kitchen"),
    "area_land": _("Plot"),
    "floor": _("Floor"),
    "floors_total": _("Floors"),
    "year_built": _("Built"),
    "building_material": _("Walls"),
    "renovation": _("Repair"),
    "ceiling_height": _("Ceiling, m"),
    "country": _("Country"),
    "region": _("Region"),
    "city": _("City"),
    "district": _("District"),
    "street": _("Street"),
    "house": _("House"),
    "flat": _("Flat"),
    "postal_code": _("Postal code"),
    "address": _("Address"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "metro": _("Metro"),
    "metro_minutes": _("Minutes to the metro"),
    "cadastral_number": _("Cadastral number"),
    "mortgage": _("Mortgage"),
    "bargain": _("Bargain"),
    "commission": _("Commission, %"),
    "deposit": _("Deposit"),
    "contact_name": _("Contact"),
    "contact_phone": _("Phone"),
    "source": _("Source"),
    "source_url": _("Link"),
    "tags": _("Tags"),
    "client_id": _("Client"),
    "listed_at": _("Listed"),
    "closed_at": _("Closed"),
    "final_price": _("Price of the deal"),
    "exclusive_from": _("Exclusive from"),
    "exclusive_until": _("Exclusive until"),
    "days_on_market": _("Days on the market"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}


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


def day(state: State, text: str | None) -> str:
    """A stored day as the reader's language writes it."""
    if not text:
        return ""
    from datetime import date as calendar_day

    from realty_cli.kit.formatting import date

    return date(calendar_day.fromisoformat(text), state.language)


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
        (_("ID"), lambda one: str(one["id"]), _raw("id")),
        (_("Title"), lambda one: one["title"], _raw("title")),
        (_("Type"), lambda one: word(state, one["property_type"]), _raw("property_type")),
        (_("Deal"), lambda one: word(state, one["deal_type"]), _raw("deal_type")),
        (_("Status"), lambda one: word(state, one["status"]), _raw("status")),
        (_("Price"), lambda one: money(state, one["price"], one["currency"]), _raw("price")),
        (_("Rooms"), lambda one: "" if one["rooms"] is None else str(one["rooms"]), _raw("rooms")),
        (_("Area"), lambda one: _area(state, one["area_total"]), _raw("area_total")),
        (_("Floor"), _floor, _floor),
        (_("Address"), _place, _place),
        (
            _("Days"),
            lambda one: "" if one["days_on_market"] is None else str(one["days_on_market"]),
            _raw("days_on_market"),
        ),
    )


#: On a terminal the title says the kind, rooms, area, floor and street.
_AT_A_GLANCE = ("ID", "Title", "City", "Deal", "Status", "Price", "Days")


def _city(listing: _Listing) -> str:
    return listing["city"] or _place(listing)


def page(state: State, body: dict[str, Any]) -> None:
    """One page of listings: what tells them apart on a terminal, all columns in a pipe."""
    items = body["items"]
    columns = _columns(state)
    if state.format == "table":
        city: Column = (_("City"), _city, _city)
        named = {column[0]: column for column in (*columns, city)}
        columns = [named[heading] for heading in _AT_A_GLANCE]
    emit(state, body, columns, items)
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
    shown = [
        (_LABELS[name], _value(state, listing, name)) for name in _LABELS if listing.get(name) not in (None, "", [])
    ]
    shown += [(name, str(value)) for name, value in listing["attributes"].items()]
    if listing["photos"]:
        shown.append((_("Photos"), str(len(listing["photos"]))))
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
        return day(state, value)
    if isinstance(value, bool):
        return state.say.text("yes") if value else state.say.text("no")
    if name == "contact_phone":
        from realty_cli.kit.phones import display

        return display(value, state.language)
    if name == "status_reason" and value == "import.no_price":
        return state.say.text("no price in the import")
    return _plain(value)


def facet_tables(state: State, facets: dict[str, list[dict[str, Any]]]) -> None:
    for name, values in facets.items():
        if values:
            columns: Sequence[Column] = (
                (_LABELS[name], lambda row: word(state, str(row["value"])), lambda row: row["value"]),
                (_("Listings"), lambda row: str(row["count"]), lambda row: row["count"]),
            )
            emit(state, values, columns, values[:10])


def statistics(state: State, body: dict[str, Any]) -> None:
    """Counts by kind, and prices by deal type and currency."""
    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    if state.format in ("tsv", "csv"):
        plain: Sequence[Column] = (("Figure", _raw("figure"), _raw("figure")), ("Of", _raw("of"), _raw("of")),
                                   ("Value", _raw("value"), _raw("value")))  # fmt: skip
        emit(state, body, plain, list(_figures(body)))
        return
    counts: list[tuple[str, str]] = [(_("Listings"), str(body["total"]))]
    for label, name in ((_("Status"), "by_status"), (_("Type"), "by_property_type"), (_("Deal"), "by_deal_type"),
                        (_("Rooms"), "by_rooms"), (_("City"), "by_city")):  # fmt: skip
        some = [f"{word(state, key)} {count}" for key, count in list(body[name].items())[:12]]
        if some:
            counts.append((label, ", ".join(some)))
    figures = (
        (_("Days on the market, mean"), "average_days_on_market"),
        (_("Without a price"), "without_price"),
        (_("Without photos"), "without_photos"),
        (_("Entered in 30 days"), "created_last_30_days"),
        (_("Sold or let in 30 days"), "closed_last_30_days"),
    )
    for label, name in figures:
        if body[name] is not None:
            counts.append((label, str(body[name])))
    pairs(state, body, counts)
    if not body["prices"]:
        return

    def price(name: str) -> Callable[[_Listing], str]:
        return lambda row: money(state, row[name], row["currency"])

    columns: Sequence[Column] = (
        (_("Deal"), lambda row: word(state, row["deal_type"]), _raw("deal_type")),
        (_("Currency"), lambda row: row["currency"], _raw("currency")),
        (_("Listings"), lambda row: str(row["count"]), _raw("count")),
        (_("Median"), price("median"), _raw("median")),
        (_("Average"), price("average"), _raw("average")),
        (_("Lowest"), price("minimum"), _raw("minimum")),
        (_("Highest"), price("maximum"), _raw("maximum")),
        (_("Median of m²"), price("median_per_m2"), _raw("median_per_m2")),
    )
    emit(state, body, columns, body["prices"])


def _figures(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Statistics as rows of a table: which figure, of what, and the value."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from ({"figure": name, "of": key, "value": count} for key, count in value.items())
        elif name == "prices":
            for one in value:
                of = f"{one['deal_type']} {one['currency']}"
                kept = (item for item in one.items() if item[0] not in ("deal_type", "currency"))
                yield from ({"figure": f"price_{key}", "of": of, "value": figure} for key, figure in kept)
        else:
            yield {"figure": name, "of": "", "value": value}


def history_table(state: State, body: dict[str, Any], currency: str) -> None:
    def value(row: _Listing, name: str) -> str:
        if row["field"] == "price":
            return money(state, row[name], currency)
        return word(state, row[name])

    columns: Sequence[Column] = (
        (_("Held from"), lambda row: moment(state, row["effective_at"]), _raw("effective_at")),
        (_("What"), lambda row: state.say.text(_LABELS[row["field"]]), _raw("field")),
        (_("Before"), lambda row: value(row, "old"), _raw("old")),
        (_("After"), lambda row: value(row, "new"), _raw("new")),
        (_("Reason"), lambda row: row["reason"] or "", _raw("reason")),
        (_("Recorded"), lambda row: moment(state, row["recorded_at"]), _raw("recorded_at")),
        (_("By"), lambda row: row["actor"] or "", _raw("actor")),
    )
    emit(state, body, columns, body["entries"])


def photo_table(state: State, found: Sequence[dict[str, Any]], paths: dict[int, str] | None = None) -> None:
    columns: list[Column] = [
        (_("Photo"), lambda row: str(row["id"]), _raw("id")),
        (_("Place"), lambda row: str(row["position"] + 1), _raw("position")),
        (_("Size"), lambda row: f"{row['width']}x{row['height']}", lambda row: f"{row['width']}x{row['height']}"),
        (_("Bytes"), lambda row: str(row["bytes"]), _raw("bytes")),
    ]
    if paths is not None:
        columns.append((_("File"), lambda row: paths[row["id"]], lambda row: paths[row["id"]]))
    emit(state, found, columns, found)


def duplicate_table(state: State, body: dict[str, Any]) -> None:
    columns: Sequence[Column] = (
        (_("A"), lambda row: str(row["a"]), _raw("a")),
        (_("B"), lambda row: str(row["b"]), _raw("b")),
        (_("Alike"), lambda row: f"{round(row['score'] * 100)} %", _raw("score")),
        (_("Why"), lambda row: "; ".join(one["message"] for one in row["reasons"]),
         lambda row: "; ".join(one["message"] for one in row["reasons"])),
        (_("Title"), lambda row: row["title_a"] + " / " + row["title_b"], _raw("title_a")),
    )  # fmt: skip
    emit(state, body, columns, body["items"])
    if state.format == "table" and body["items"]:
        state.tell("Shown {shown} of {total}. Not the same? realty properties duplicates --different A B",
                   shown=len(body["items"]), total=body["total"])  # fmt: skip
