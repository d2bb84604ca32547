"""Options that several commands share: the filter of listings and the fields of a listing, each written down once.

A decorator adds them to a command's signature, where Typer reads them. What is given is checked by the schemas that
HTTP bodies go through (`PropertyFilter`, `PropertyCreate`, `PropertyUpdate`); a test holds names and schemas together.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from realty_cli.cli.account_options import numbered, numbered_one
from realty_cli.properties.kinds import BuildingMaterial, DealType, Market, PropertyType, Renovation, Status


@contextlib.contextmanager
def option_for(field: str, option: str) -> Iterator[None]:
    """Let what a service says of a field be said of the option that it came by."""
    from realty_cli.errors import FieldProblem, Invalid

    try:
        yield
    except Invalid as error:
        if not any(one.field == field for one in error.fields):
            raise
        named = [
            FieldProblem(option if one.field == field else one.field, one.code, one.params) for one in error.fields
        ]
        raise Invalid(error.code, named, **error.params) from None


@dataclass(frozen=True)
class Opt:
    """One option: the field it fills, what Typer makes of it, how its text is read, and its line of help."""

    field: str
    type: Any
    help: str
    flags: tuple[str, ...] = ()
    read: str = ""
    """`money`, `moment`, `day`: forms that a person types and the schema does not know; `account`: named as people name
    accounts, and a number by the time it is read."""


_Many = list[str] | None
FILTERS: tuple[Opt, ...] = (
    Opt("property_type", list[PropertyType] | None, "Kind of property; may be repeated.", ("--type", "-t")),
    Opt("deal_type", list[DealType] | None, "Sale or rent.", ("--deal", "-d")),
    Opt("status", list[Status] | None, "Status.", ("--status", "-s")),
    Opt("market", list[Market] | None, "Resale or new building."),
    Opt("building_material", list[BuildingMaterial] | None, "Material of the walls.", ("--material",)),
    Opt("renovation", list[Renovation] | None, "State of repair."),
    Opt("price_min", str | None, "Lowest price: 5000000, 5m or 5млн.", read="money"),
    Opt("price_max", str | None, "Highest price.", read="money"),
    Opt("currency", str | None, "Currency of the price, like RUB."),
    Opt("price_per_m2_min", str | None, "Lowest price of a square metre.", read="money"),
    Opt("price_per_m2_max", str | None, "Highest price of a square metre.", read="money"),
    Opt("rooms", list[int] | None, "Number of rooms, 0 for a studio; may be repeated.", ("--rooms", "-r")),
    Opt("rooms_min", int | None, "Fewest rooms."),
    Opt("rooms_max", int | None, "Most rooms."),
    Opt("area_min", float | None, "Smallest area, square metres."),
    Opt("area_max", float | None, "Largest area."),
    Opt("kitchen_min", float | None, "Smallest kitchen."),
    Opt("land_min", float | None, "Smallest plot, square metres."),
    Opt("land_max", float | None, "Largest plot."),
    Opt("floor_min", int | None, "Lowest floor."),
    Opt("floor_max", int | None, "Highest floor."),
    Opt("year_min", int | None, "Built in this year or later."),
    Opt("year_max", int | None, "Built in this year or before."),
    Opt("city", _Many, "City, in any case; may be repeated."),
    Opt("district", _Many, "District."),
    Opt("metro", _Many, "Metro station."),
    Opt("metro_minutes_max", int | None, "At most so many minutes on foot to the metro."),
    Opt("bbox", str | None, "Box on the map: west,south,east,north."),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
    Opt("source", _Many, "Where the listing came from, like cian."),
    Opt("external_id", _Many, "Number at the portal or agency."),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These listings only; may be repeated.", ("--id",)),
    Opt("mortgage", bool | None, "Mortgage possible.", ("--mortgage/--no-mortgage",)),
    Opt("bargain", bool | None, "Bargain possible.", ("--bargain/--no-bargain",)),
    Opt("is_studio", bool | None, "Studio.", ("--studio/--no-studio",)),
    Opt("is_euro", bool | None, "Euro layout.", ("--euro/--no-euro",)),
    Opt("is_apartments", bool | None, "Apartments without permanent registration.", ("--apartments/--no-apartments",)),
    Opt("has_photos", bool | None, "With photos.", ("--with-photos/--without-photos",)),
    Opt("has_price", bool | None, "With a price.", ("--with-price/--without-price",)),
    Opt("listed_from", str | None, "Listed at this moment or later: 2024-01-15, today, -30d.", read="moment"),
    Opt("listed_to", str | None, "Listed before this moment.", read="moment"),
    Opt("created_from", str | None, "Entered here at this moment or later.", read="moment"),
    Opt("created_to", str | None, "Entered here before this moment.", read="moment"),
    Opt("updated_from", str | None, "Changed at this moment or later.", read="moment"),
    Opt("updated_to", str | None, "Changed before this moment.", read="moment"),
    Opt("exclusive_until_from", str | None, "Exclusive agreement ends on this day or later.", read="day"),
    Opt("exclusive_until_to", str | None, "Exclusive agreement ends on this day or before.", read="day"),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)

FIELDS: tuple[Opt, ...] = (
    Opt("title", str | None, "Title; made from the other fields where left out."),
    Opt("property_type", PropertyType | None, "Kind of property.", ("--type", "-t")),
    Opt("deal_type", DealType | None, "Sale or rent.", ("--deal", "-d")),
    Opt("price", str | None, "Price: 5000000, 5m or 5млн.", ("--price", "-p"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("description", str | None, "Text of the advertisement; @FILE reads it from a file, @- from standard input."),
    Opt("rooms", int | None, "Number of rooms, 0 for a studio.", ("--rooms", "-r")),
    Opt("area_total", float | None, "Area, square metres.", ("--area", "-a")),
    Opt("area_living", float | None, "Living area."),
    Opt("area_kitchen", float | None, "Kitchen.", ("--kitchen",)),
    Opt("area_land", float | None, "Plot, square metres (one sotka is 100).", ("--land",)),
    Opt("floor", int | None, "Floor."),
    Opt("floors_total", int | None, "Floors of the house.", ("--floors",)),
    Opt("year_built", int | None, "Year of building.", ("--year",)),
    Opt("building_material", BuildingMaterial | None, "Material of the walls.", ("--material",)),
    Opt("renovation", Renovation | None, "State of repair."),
    Opt("ceiling_height", float | None, "Height of the ceiling, metres.", ("--ceiling",)),
    Opt("market", Market | None, "Resale or new building."),
    Opt("is_studio", bool | None, "Studio.", ("--studio/--no-studio",)),
    Opt("is_euro", bool | None, "Euro layout.", ("--euro/--no-euro",)),
    Opt("is_apartments", bool | None, "Apartments without permanent registration.", ("--apartments/--no-apartments",)),
    Opt("is_free_layout", bool | None, "Open plan.", ("--free-layout/--no-free-layout",)),
    Opt("country", str | None, "Country."),
    Opt("region", str | None, "Region."),
    Opt("city", str | None, "City."),
    Opt("district", str | None, "District."),
    Opt("street", str | None, "Street."),
    Opt("house", str | None, "House."),
    Opt("flat", str | None, "Flat."),
    Opt("postal_code", str | None, "Postal code."),
    Opt("address", str | None, "Address in one line."),
    Opt("latitude", float | None, "Latitude, degrees.", ("--lat",)),
    Opt("longitude", float | None, "Longitude, degrees.", ("--lon",)),
    Opt("metro", str | None, "Metro station."),
    Opt("metro_minutes", int | None, "Minutes on foot to the metro."),
    Opt("cadastral_number", str | None, "Cadastral number.", ("--cadastral",)),
    Opt("mortgage", bool | None, "Mortgage possible.", ("--mortgage/--no-mortgage",)),
    Opt("bargain", bool | None, "Bargain possible.", ("--bargain/--no-bargain",)),
    Opt("commission", float | None, "Commission, per cent."),
    Opt("deposit", str | None, "Deposit.", read="money"),
    Opt("contact_name", str | None, "Name of the contact."),
    Opt("contact_phone", str | None, "Phone of the contact, in any notation.", ("--contact-phone", "--phone")),
    Opt("source", str | None, "Where the listing came from, like cian."),
    Opt("source_url", str | None, "Link to the advertisement.", ("--url",)),
    Opt("external_id", str | None, "Number at the portal or agency."),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
    Opt("attributes", _Many, "Any further fact, as NAME=VALUE; may be repeated.", ("--attr",), read="attributes"),
    Opt("listed_at", str | None, "When it came on the market.", read="moment"),
    Opt("closed_at", str | None, "When it left the market.", read="moment"),
    Opt("final_price", str | None, "Price of the deal.", read="money"),
    Opt("exclusive_from", str | None, "Exclusive agreement from this day.", read="day"),
    Opt("exclusive_until", str | None, "Exclusive agreement until this day.", read="day"),
    Opt("client_id", int | None, "Client who sells.", ("--client",)),
    Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
)

Command = Callable[..., None]


#: How parameters that `with_options` adds are named, so that no field shares a name with a command's own parameter.
PREFIX = "opt_"


class _WithOptions:
    """A command with shared options. Its signature is put together when Typer asks for it: eight commands share fifty
    options, and a run uses one of the commands."""

    def __init__(self, function: Command, parameter: str, options: Sequence[Opt]) -> None:
        self.__name__, self.__doc__, self.__module__ = function.__name__, function.__doc__, function.__module__
        self._function, self._parameter, self._options = function, parameter, options

    def __call__(self, **given: Any) -> None:
        typed = {}
        for option in self._options:
            value = given.pop(PREFIX + option.field, None)
            # A switch that is off and a list that is empty say nothing.
            if value is not None and value != [] and not (option.type is bool and not value):
                typed[option.field] = value
        self._function(**given, **{self._parameter: typed})

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self._function, eval_str=True)
        parameters = [one for one in signature.parameters.values() if one.name != self._parameter]
        for option in self._options:
            flags = option.flags or ("--" + option.field.replace("_", "-"),)
            info, annotation = typer.Option(*flags, help=option.help, show_default=False), option.type
            if option.read == "account":
                many = option.type == list[int] | None
                info.callback, info.metavar = (numbered if many else numbered_one), "WHO"
                annotation = list[str] | None if many else str | None
            parameters.append(
                inspect.Parameter(
                    PREFIX + option.field,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=False if option.type is bool else None,
                    annotation=Annotated[annotation, info],
                )
            )
        return signature.replace(parameters=parameters)

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        return {one.name: one.annotation for one in self.__signature__.parameters.values()}


def with_options(parameter: str, options: Sequence[Opt]) -> Callable[[Command], Command]:
    """Give a command these options; it receives those that were typed as one dict, named `parameter`."""
    return lambda function: _WithOptions(function, parameter, options)


def leave_out_unused(command: Any, args: Sequence[str]) -> None:
    """Drop shared options that the line does not use: Typer builds a validator for each one that a command declares.

    With help wanted, or an option that no declared one explains, all of them stay, to be shown or proposed.
    """
    if "--help" in args:
        return
    words = [word.partition("=")[0] for word in args if word.startswith("-") and len(word) > 1]
    spelled = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
    if any(word.startswith("--") and word not in spelled for word in words):
        return

    def used(one: Any) -> bool:
        flags = (*one.opts, *one.secondary_opts)
        # Short ones may be written together with others or with their value: -nq, -r2.
        return any(flag in words if flag.startswith("--") else any(flag[1] in word for word in words) for flag in flags)

    command.params = [one for one in command.params if not str(one.name).startswith(PREFIX) or used(one)]


filters = with_options("wanted", FILTERS)
listing_fields = with_options("values", FIELDS)


def read_values(options: Sequence[Opt], typed: Mapping[str, Any], zone: str, now: Any) -> dict[str, Any]:
    """What was typed, with the forms that only a person writes turned into what schemas take."""
    from zoneinfo import ZoneInfo

    from realty_cli.kit.moment import parse_date, parse_moment

    found: dict[str, Any] = {}
    for option in options:
        if option.field not in typed:
            continue
        value = typed[option.field]
        flag = (option.flags or ("--" + option.field.replace("_", "-"),))[0]
        if option.read == "money":
            value = amount(value, flag)
        elif option.read == "moment":
            value = parse_moment(value, now=now, zone=ZoneInfo(zone), field=flag)
        elif option.read == "day":
            value = parse_date(value, today=now.astimezone(ZoneInfo(zone)).date(), field=flag).isoformat()
        elif option.read == "attributes":
            value = pairs_of(value, flag)
        found[option.field] = value
    return found


#: What a person writes behind a number, in both alphabets.
_SUFFIXES = {"млрд": 9, "bn": 9, "млн": 6, "m": 6, "м": 6, "тыс": 3, "k": 3, "к": 3}
_AMOUNT = re.compile(
    rf"(?P<figures>.*?\d)\s*(?P<suffix>{'|'.join(_SUFFIXES)})?\.?\s*(?:₽|руб(?:\.|л\w{{1,3}})?|р\.?|rub)?",
    re.IGNORECASE | re.DOTALL,
)


def amount(text: str, flag: str) -> Any:
    """An amount as people write it: `5000000`, `5 000 000 ₽`, `5,5 млн`, `5.5m`, `450k`.

    Stricter than the readers of imports: what somebody types is refused where it could be read twice.
    """
    from decimal import Decimal

    from realty_cli.errors import Invalid
    from realty_cli.kit.money import MoneyError, to_minor

    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Invalid.one(flag, "money.not_a_number", value=text[:40])
    figures, suffix = found["figures"], found["suffix"]
    try:
        if suffix is None:
            minor = to_minor(figures)
        elif re.fullmatch(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?", figures):
            minor = to_minor(Decimal(figures.replace(",", ".")).scaleb(_SUFFIXES[suffix.lower()]))
        else:
            raise Invalid.one(flag, "money.not_a_number", value=text[:40])
    except MoneyError as error:
        raise Invalid.one(flag, error.code, **error.params) from None
    return Decimal(minor) / 100 if minor % 100 else minor // 100


def check_page(limit: int, offset: int) -> None:
    """What a list takes for a page, refused before the store is opened."""
    from realty_cli.errors import Invalid

    if not 1 <= limit <= 100:
        raise Invalid.one("--limit", "page.limit", value=limit)
    if not 0 <= offset <= 10_000_000:
        raise Invalid.one("--offset", "page.offset", value=offset)


def numbers(ids: Sequence[int]) -> str:
    """Numbers of objects for a sentence."""
    shown = ", ".join(map(str, ids[:10]))
    return shown + (f" … ({len(ids)})" if len(ids) > 10 else "")


def pairs_of(items: Sequence[str], flag: str) -> dict[str, str]:
    """`NAME=VALUE` items as a dict."""
    from realty_cli.errors import Invalid

    found = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise Invalid.one(flag, "option.pair", value=item)
        found[name.strip()] = value.strip()
    return found
