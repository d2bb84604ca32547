"""Options of the commands of requests and marks: the fields of a request, and the filters of their lists."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.options import Opt, read_values, with_options
from realty_cli.clients.request_kinds import MarkKind, RequestStatus
from realty_cli.properties.kinds import DealType, PropertyType

_Many = list[str] | None
FIELDS: tuple[Opt, ...] = (
    Opt("deal_type", DealType | None, "Sale or rent.", ("--deal", "-d")),
    Opt("property_types", list[PropertyType] | None, "Kind of property; may be repeated.", ("--type", "-t")),
    Opt("price_min", str | None, "Lowest price: 5000000, 5m or 5млн.", read="money"),
    Opt("price_max", str | None, "Budget; a tenth more is a near miss.", ("--price-max", "-p"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("rooms", list[int] | None, "Number of rooms, 0 for a studio; may be repeated.", ("--rooms", "-r")),
    Opt("area_min", float | None, "Smallest area, square metres.", ("--area-min", "-a")),
    Opt("area_max", float | None, "Largest area."),
    Opt("kitchen_min", float | None, "Smallest kitchen."),
    Opt("land_min", float | None, "Smallest plot, square metres."),
    Opt("land_max", float | None, "Largest plot."),
    Opt("floor_min", int | None, "Lowest floor."),
    Opt("floor_max", int | None, "Highest floor."),
    Opt("year_min", int | None, "Built in this year or later."),
    Opt("year_max", int | None, "Built in this year or before."),
    Opt("cities", _Many, "City; may be repeated.", ("--city",)),
    Opt("districts", _Many, "District; may be repeated.", ("--district",)),
    Opt("metros", _Many, "Metro station; may be repeated.", ("--metro",)),
    Opt("metro_minutes_max", int | None, "At most so many minutes on foot to the metro."),
    Opt("places", _Many, "A circle on the map, LAT,LON,KM=NAME; may be repeated.", ("--place",), read="places"),
    Opt("must", _Many, "Must have: mortgage, not_first_floor, floor, or any tag; may be repeated."),
    Opt("nice", _Many, "Nice to have, as --must; weighs and never excludes."),
    Opt("title", str | None, "What to call the request."),
    Opt("status", RequestStatus | None, "Only an active request is matched.", ("--status", "-s")),
    Opt("note", str | None, "Note."),
    Opt("lead_id", int | None, "Lead that it belongs to.", ("--lead",)),
    Opt("external_id", str | None, "Number in another system."),
    Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
)

FILTERS: tuple[Opt, ...] = (
    Opt("client_id", list[int] | None, "Of this client.", ("--client", "-c")),
    Opt("lead_id", list[int] | None, "Of this lead.", ("--lead",)),
    Opt("status", list[RequestStatus] | None, "Status; may be repeated.", ("--status", "-s")),
    Opt("deal_type", list[DealType] | None, "Sale or rent.", ("--deal", "-d")),
    Opt("property_type", list[PropertyType] | None, "That names this kind of property.", ("--type", "-t")),
    Opt("budget_from", str | None, "Would pay up to this much or more.", read="money"),
    Opt("budget_to", str | None, "Would pay up to this much or less.", read="money"),
    Opt("external_id", _Many, "Number in another system."),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These requests only; may be repeated.", ("--id",)),
    Opt("created_from", str | None, "Entered here at this moment or later.", read="moment"),
    Opt("created_to", str | None, "Entered here before this moment.", read="moment"),
    Opt("updated_from", str | None, "Changed at this moment or later.", read="moment"),
    Opt("updated_to", str | None, "Changed before this moment.", read="moment"),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)

MARK_FILTERS: tuple[Opt, ...] = (
    Opt("request_id", list[int] | None, "Of this request.", ("--request", "-r")),
    Opt("property_id", list[int] | None, "Of this listing.", ("--property", "-l")),
    Opt("mark", list[MarkKind] | None, "Shown, refused or liked; may be repeated.", ("--mark", "-m")),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These marks only; may be repeated.", ("--id",)),
    Opt("at_from", str | None, "Set at this moment or later.", read="moment"),
    Opt("at_to", str | None, "Set before this moment.", read="moment"),
    Opt("deleted", bool, "Taken back.", ("--deleted",)),
)

request_fields = with_options("values", FIELDS)
request_filters = with_options("wanted", FILTERS)
mark_filters = with_options("wanted", MARK_FILTERS)


def read_request(work: Any, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the schemas take it."""
    values = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
    if "places" in values:
        values["places"] = [_circle(text) for text in values["places"]]
    return values


def _circle(text: str) -> dict[str, Any]:
    """`55.78,37.58,2` or `55.78,37.58,2=работа`; the schema checks the bounds."""
    from realty_cli.errors import Invalid

    figures, _, name = text.partition("=")
    try:
        latitude, longitude, radius = map(float, figures.split(","))
    except ValueError:
        raise Invalid.one("--place", "option.place", value=text) from None
    return {"latitude": latitude, "longitude": longitude, "radius_km": radius, "name": name.strip() or None}
