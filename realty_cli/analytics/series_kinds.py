"""Which metrics have a series, and what they are called for short. Light: command modules import it at start-up."""

from __future__ import annotations

from typing import NamedTuple

from realty_cli.analytics.kinds import Step
from realty_cli.errors import Invalid

#: How many points there may be at most: some years of days.
MOST_POINTS = 1_500


class SeriesKind(NamedTuple):
    """`integer`: it counts. `filled`: a stretch with nothing in it is 0; else nothing can be said of it. `standing`: it
    is of the last moment of a stretch. `priced`: it is of one kind of deal in one currency, as prices do not add up;
    `paid`: of one currency, of all kinds of deals."""

    key: str
    integer: bool = False
    filled: bool = False
    standing: bool = False
    priced: bool = False
    paid: bool = False

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]


def _count(key: str, *, standing: bool = False) -> SeriesKind:
    return SeriesKind(key, integer=True, filled=True, standing=standing)


def _commission(key: str) -> SeriesKind:
    return SeriesKind(key, filled=True, paid=True)


def _typical(key: str, *, standing: bool = False) -> SeriesKind:
    return SeriesKind(key, standing=standing, priced=True)


SERIES: dict[str, SeriesKind] = {
    one.key: one
    for one in (
        _count("properties.new"),
        _count("properties.closed"),
        _count("properties.inventory", standing=True),
        _count("properties.reserved"),
        _count("properties.withdrawn"),
        _typical("properties.price_median", standing=True),
        _typical("properties.price_per_m2_asking_median", standing=True),
        _typical("properties.price_per_m2_sold_median"),
        _typical("properties.dom_closed_median"),
        _count("events.showings"),
        _count("events.calls"),
        _count("events.completed"),
        _count("events.due"),
        _count("events.cancelled"),
        _count("events.no_show"),
        _count("clients.new_leads"),
        _count("money.deals"),
        _commission("money.gci"),
        _commission("money.net_to_agency"),
        SeriesKind("money.sales_volume", filled=True, priced=True),
    )
}

#: What people and the seed call them.
ALIASES = {
    "new_listings": "properties.new",
    "sold": "properties.closed",
    "sales": "properties.closed",
    "active": "properties.inventory",
    "price": "properties.price_median",
    "average_price": "properties.price_median",
    "price_per_m2": "properties.price_per_m2_asking_median",
    "dom": "properties.dom_closed_median",
    "days_on_market": "properties.dom_closed_median",
    "events": "events.due",
    "leads": "clients.new_leads",
    "commission": "money.gci",
    "income": "money.gci",
    "net": "money.net_to_agency",
    "volume": "money.sales_volume",
    "новые": "properties.new",
    "новые объекты": "properties.new",
    "продано": "properties.closed",
    "продажи": "properties.closed",
    "в продаже": "properties.inventory",
    "остаток": "properties.inventory",
    "брони": "properties.reserved",
    "снято": "properties.withdrawn",
    "цена": "properties.price_median",
    "средняя цена": "properties.price_median",
    "цена метра": "properties.price_per_m2_asking_median",
    "цена за метр": "properties.price_per_m2_asking_median",
    "экспозиция": "properties.dom_closed_median",
    "срок продажи": "properties.dom_closed_median",
    "показы": "events.showings",
    "звонки": "events.calls",
    "события": "events.due",
    "отмены": "events.cancelled",
    "неявки": "events.no_show",
    "лиды": "clients.new_leads",
    "заявки": "clients.new_leads",
    "обращения": "clients.new_leads",
    "сделки": "money.deals",
    "комиссия": "money.gci",
    "доход": "money.gci",
    "объем продаж": "money.sales_volume",
}
NAMES: tuple[str, ...] = (*SERIES, *(key.partition(".")[2] for key in SERIES), *ALIASES)


def find(name: str | None, group: str = "properties", *, only: bool = False) -> SeriesKind:
    """The series that a name means: a key, its last part (that of `group` first) or an alias; the first one of `group`
    without a name. `only` lets no other group's through. Raises Invalid, which names those that there are."""
    if name is None:
        return next(one for one in SERIES.values() if one.group == group)
    plain = " ".join(name.casefold().replace("ё", "е").split())
    ends = (key for key in SERIES if key.partition(".")[2] == plain)
    said = ALIASES.get(plain) or ALIASES.get(plain.replace(" ", "_"), "")
    for key in (plain, f"{group}.{plain}", said, next(ends, "")):
        if key in SERIES and (not only or SERIES[key].group == group):
            return SERIES[key]
    known = tuple(key for key, one in SERIES.items() if not only or one.group == group)
    raise Invalid.one("metric", "analytics.series_unknown", value=name.strip()[:80], known=known)


#: How many points make a cycle: a year of months or quarters, a week of days. Years of weeks are too long to be seen.
CYCLES: dict[Step, int] = {Step.DAY: 7, Step.WEEK: 52, Step.MONTH: 12, Step.QUARTER: 4, Step.YEAR: 1}
#: How far ahead anything is foretold, and how far without being asked.
FARTHEST: dict[Step, int] = {Step.DAY: 31, Step.WEEK: 13, Step.MONTH: 12, Step.QUARTER: 4, Step.YEAR: 1}
USUAL: dict[Step, int] = {Step.DAY: 14, Step.WEEK: 8, Step.MONTH: 3, Step.QUARTER: 2, Step.YEAR: 1}
