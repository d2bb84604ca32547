"""The filter of analytics as options of a command, each written down once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from realty_cli.cli.account_options import numbered
from realty_cli.properties.kinds import DealType, PropertyType

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.base import AnalyticsFilter

    Q = TypeVar("Q", bound=AnalyticsFilter)

Period = Annotated[
    str | None,
    typer.Option(help="month, last month, 2026-Q1, last 30 days ...; this month by default.", metavar="NAME"),
]
#: Where rows are asked for, which need no period.
AnyPeriod = Annotated[
    str | None, typer.Option("--period", help="Which period; rows of all times where none is named.", metavar="NAME")
]
First = Annotated[str | None, typer.Option("--from", help="First day, instead of a period.", metavar="DATE")]
Last = Annotated[str | None, typer.Option("--to", help="Last day, itself included.", metavar="DATE")]
Agents = Annotated[
    list[str] | None,
    typer.Option(
        "--agent", callback=numbered, help="Only of these accounts: name, e-mail or number; may be repeated.",
        metavar="WHO",
    ),
]  # fmt: skip
Types = Annotated[list[PropertyType] | None, typer.Option("--type", "-t", help="Kind of property; may be repeated.")]
Deals = Annotated[list[DealType] | None, typer.Option("--deal", "-d", help="Sale or rent; may be repeated.")]
Cities = Annotated[list[str] | None, typer.Option("--city", help="City; may be repeated.")]
Districts = Annotated[list[str] | None, typer.Option("--district", help="District; may be repeated.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Where they came from; may be repeated.")]
Currency = Annotated[str | None, typer.Option(help="Only sums in this currency: RUB.", metavar="CODE")]

_FIELDS = {
    "first": "start_date", "last": "end_date", "agents": "agent", "types": "property_type", "deals": "deal_type",
    "cities": "city", "districts": "district", "sources": "source",
}  # fmt: skip
Comparison = Annotated[str, typer.Option("--compare", help="Compare with: previous, yoy (a year before) or none.")]


def query_of(schema: type[Q], **typed: Any) -> Q:
    """What was typed, checked as a query string is; names that are not of the filter are fields of the schema."""
    from realty_cli.kit.schema import validate

    given = {_FIELDS.get(name, name): one for name, one in typed.items() if one}
    return validate(schema, given, typed=True)


def filter_of(
    *,
    period: str | None = None,
    first: str | None = None,
    last: str | None = None,
    agents: list[str] | None = None,
    types: list[PropertyType] | None = None,
    deals: list[DealType] | None = None,
    cities: list[str] | None = None,
    districts: list[str] | None = None,
    sources: list[str] | None = None,
    currency: str | None = None,
) -> AnalyticsFilter:
    """What was typed, checked as a query string is."""
    from realty_cli.analytics.schemas.base import AnalyticsFilter
    from realty_cli.kit.schema import validate

    given: dict[str, Any] = {
        "period": period, "start_date": first, "end_date": last, "agent": agents, "property_type": types,
        "deal_type": deals, "city": cities, "district": districts, "source": sources, "currency": currency,
    }  # fmt: skip
    return validate(AnalyticsFilter, {name: value for name, value in given.items() if value}, typed=True)
