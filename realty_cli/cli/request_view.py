"""Buyer requests as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from realty_cli.cli import listing_view
from realty_cli.cli.listing_view import moment, money
from realty_cli.cli.output import Column, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

STATUSES = {"active": _("looking"), "paused": _("waiting"), "closed": _("done")}
#: Wishes and strict bounds that have a name of ours; any other is somebody's tag.
WISHES = {
    "mortgage": _("mortgage possible"),
    "bargain": _("bargain possible"),
    "new_building": _("new building"),
    "resale": _("resale"),
    "euro": _("euro layout"),
    "free_layout": _("open plan"),
    "no_apartments": _("no apartments"),
    "not_first_floor": _("not the first floor"),
    "not_last_floor": _("not the last floor"),
    "renovated": _("renovated"),
    "area": _("area to the letter"),
    "kitchen": _("kitchen to the letter"),
    "land": _("plot to the letter"),
    "floor": _("floor to the letter"),
    "year": _("year to the letter"),
    "metro_minutes": _("way to the metro to the letter"),
}
LABELS = {
    "title": _("Title"),
    "client_id": _("Client"),
    "status": _("Status"),
    "deal_type": _("Deal"),
    "property_types": _("Kinds of property"),
    "price_min": _("Price from"),
    "price_max": _("Price to"),
    "rooms": _("Rooms"),
    "area_min": _("Area from"),
    "area_max": _("Area to"),
    "kitchen_min": _("Kitchen from"),
    "land_min": _("Plot from"),
    "land_max": _("Plot to"),
    "floor_min": _("Floor from"),
    "floor_max": _("Floor to"),
    "year_min": _("Year from"),
    "year_max": _("Year to"),
    "cities": _("Cities"),
    "districts": _("Districts"),
    "metros": _("Stations"),
    "metro_minutes_max": _("Minutes to the metro"),
    "places": _("Circles on the map"),
    "must": _("Must have"),
    "nice": _("Nice to have"),
    "note": _("Note"),
    "lead_id": _("Lead"),
    "external_id": _("Number in another system"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}
_MOMENTS = frozenset({"created_at", "updated_at", "deleted_at"})


def wish(state: State, value: str) -> str:
    """A wish in the reader's language."""
    return state.say.text(WISHES[value]) if value in WISHES else value


def circle(place: Mapping[str, Any]) -> str:
    figures = f"{place['latitude']:g},{place['longitude']:g},{place['radius_km']:g}"
    return f"{figures}={place['name']}" if place["name"] else figures


def _value(state: State, row: _Row, name: str) -> str:
    value = row[name]
    if value in (None, []):
        return ""
    match name:
        case "status":
            return state.say.text(STATUSES[value])
        case "deal_type":
            return listing_view.word(state, value)
        case "property_types":
            return ", ".join(listing_view.word(state, one) for one in value)
        case "price_min" | "price_max":
            return money(state, value, row["currency"])
        case "places":
            return "; ".join(map(circle, value))
        case "must" | "nice":
            return ", ".join(wish(state, one) for one in value)
    if name in _MOMENTS:
        return moment(state, value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(name: str) -> Callable[[_Row], Any]:
    def raw(row: _Row) -> Any:
        value = row[name]
        if name == "places":
            return "; ".join(map(circle, value))
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    return raw


def _column(state: State, label: str, name: str) -> Column:
    return (label, lambda row: _value(state, row, name), _plain(name))


def page(state: State, body: dict[str, Any]) -> None:
    """One page of requests."""
    names: tuple[str, ...] = (
        "id", "client_id", "title", "status", "deal_type", "property_types", "rooms", "price_max", "cities",
        "districts",
    )  # fmt: skip
    if state.format != "table":
        names += ("price_min", "currency", "area_min", "owner_id")
    labels = {"id": _("ID"), "currency": _("Currency"), **LABELS}
    emit(state, body, [_column(state, labels[name], name) for name in names], body["items"])
    more(state, body)


def more(state: State, body: dict[str, Any]) -> None:
    """How many there are, and how to see them."""
    if state.format == "table" and body["items"]:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(body["items"]), total=body["total"])
        if body.get("next_cursor"):
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def one(state: State, request: dict[str, Any]) -> None:
    """One request, a line for each field that says something."""
    if state.quiet and state.format == "table":
        write_line(str(request["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, request, [(name, str(_plain(name)(request) or "")) for name in request])
        return
    shown = [(label, text) for name, label in LABELS.items() if (text := _value(state, request, name))]
    pairs(state, request, shown, title=str(request["id"]))
