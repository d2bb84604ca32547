"""Counts, prices and facets of listings, as aggregate SQL over what the actor may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.properties.selection import select
from realty_cli.store.database import Connection
from realty_cli.store.selection import Selection, count_of, source

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter

FACETS = ("property_type", "deal_type", "status", "rooms", "city", "district")
_MOST_VALUES = 50
_HALF = 1_000_000


def of_owner(db: Connection, owner: int) -> dict[str, int]:
    """How many listings and photos somebody has, by the names of UserStats."""
    total, active, closed, binned = db.all(
        "SELECT count(CASE WHEN deleted_at IS NULL THEN 1 END),"
        " count(CASE WHEN deleted_at IS NULL AND status IN ('active', 'reserved') THEN 1 END),"
        " count(CASE WHEN deleted_at IS NULL AND status IN ('sold', 'rented') THEN 1 END),"
        " count(deleted_at) FROM properties WHERE owner_id = :owner",
        {"owner": owner},
    )[0]
    return {
        "properties_total": total,
        "properties_active": active,
        "properties_closed": closed,
        "properties_in_bin": binned,
        "photos": int(db.value("SELECT count(*) FROM photos WHERE owner_id = :owner", {"owner": owner})),
    }


def facets(db: Connection, actor: Actor, wanted: PropertyFilter) -> dict[str, list[dict[str, Any]]]:
    """How many of the listings found have each value, most first.

    A facet leaves its own filter out, as shops do: having chosen flats, one still sees how many houses there are.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    chosen = select(db, actor, wanted)
    for name in FACETS:
        narrowed = chosen
        if getattr(wanted, name) is not None:
            narrowed = select(db, actor, wanted.model_copy(update={name: None}))
        found[name] = [{"value": value, "count": count} for value, count in _group(db, narrowed, name)]
    return found


def _group(db: Connection, chosen: Selection, column: str) -> list[tuple[Any, ...]]:
    if chosen.empty:
        return []
    return db.all(
        f"SELECT p.{column}, count(*) AS n FROM {source(db, chosen)} AND p.{column} IS NOT NULL"
        f" GROUP BY p.{column} ORDER BY n DESC, p.{column} LIMIT {_MOST_VALUES}",
        chosen.params,
    )


def summary(db: Connection, actor: Actor, wanted: PropertyFilter, now: datetime) -> dict[str, Any]:
    """The body of `GET /properties/statistics/summary`: counts by kind, prices by deal type and currency."""
    chosen = select(db, actor, wanted)
    if chosen.empty:
        chosen.conditions.append("1 = 0")
    status: Counter[str] = Counter()
    kind: Counter[str] = Counter()
    deal: Counter[str] = Counter()
    priced = 0
    for one_status, one_kind, one_deal, count, with_price in db.all(
        f"SELECT p.status, p.property_type, p.deal_type, count(*), count(p.price) FROM {source(db, chosen)}"
        " GROUP BY p.status, p.property_type, p.deal_type",
        chosen.params,
    ):
        priced += with_price
        status[one_status] += count
        kind[one_kind] += count
        deal[one_deal] += count
    total = sum(status.values())
    average_days, closed = _times(db, chosen, now)
    return {
        "total": total,
        "by_status": _sorted(status),
        "by_property_type": _sorted(kind),
        "by_deal_type": _sorted(deal),
        "by_rooms": {str(value): count for value, count in sorted(_group(db, chosen, "rooms"))},
        "by_city": dict(_group(db, chosen, "city")),
        "prices": _prices(db, chosen),
        "average_days_on_market": average_days,
        "without_price": total - priced,
        "without_photos": total - _counting(db, chosen, "p.id IN (SELECT f.property_id FROM photos f)"),
        "created_last_30_days": _counting(db, chosen, "p.created_at >= :since", since=_month_ago(now)),
        "closed_last_30_days": closed,
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _with(chosen: Selection, condition: str, **params: Any) -> Selection:
    return replace(chosen, conditions=[*chosen.conditions, condition], params=chosen.params | params)


def _counting(db: Connection, chosen: Selection, condition: str, **params: Any) -> int:
    return count_of(db, _with(chosen, condition, **params))


def _prices(db: Connection, chosen: Selection) -> list[dict[str, Any]]:
    """Prices by deal type and currency: a rent a month and the price of a flat are never added up."""
    found = []
    for deal, currency, count, least, most, high, low, metres, high_per_m2, low_per_m2 in db.all(
        f"SELECT p.deal_type, p.currency, count(*), min(p.price), max(p.price), {_sum('price')},"
        f" count(p.price_per_m2), {_sum('price_per_m2')}"
        f" FROM {source(db, chosen)} AND p.price IS NOT NULL GROUP BY p.deal_type, p.currency"
        " ORDER BY count(*) DESC, p.deal_type, p.currency",
        chosen.params,
    ):
        same = _with(chosen, "p.deal_type = :in_deal AND p.currency = :in_currency", in_deal=deal, in_currency=currency)
        median_per_m2 = _median(db, same, "price_per_m2")
        total = _whole(high, low)
        found.append(
            {
                "deal_type": deal,
                "currency": currency,
                "count": count,
                "total": from_minor(total),
                "average": from_minor(_mean(total, count)),
                "median": from_minor(_median(db, same, "price") or 0),
                "minimum": from_minor(least),
                "maximum": from_minor(most),
                "average_per_m2": from_minor(_mean(_whole(high_per_m2, low_per_m2), metres)) if metres else None,
                "median_per_m2": None if median_per_m2 is None else from_minor(median_per_m2),
            }
        )
    return found


def _sum(column: str) -> str:
    """A sum in two halves: whole, it leaves 64 bits after some nine thousand of the largest prices."""
    return f"sum(p.{column} / {_HALF}), sum(p.{column} % {_HALF})"


def _whole(high: float | None, low: float | None) -> int:
    return int(high or 0) * _HALF + int(low or 0)


def _mean(total: int, count: int) -> int:
    """Halves go up, on both databases."""
    return (2 * total + count) // (2 * count)


def _median(db: Connection, chosen: Selection, column: str) -> int | None:
    """The middle value, or the mean of the middle two, found by position: both databases do this alike."""
    known = _with(chosen, f"p.{column} IS NOT NULL")
    count = count_of(db, known)
    if count == 0:
        return None
    rows = db.all(
        f"SELECT p.{column} FROM {source(db, known)} ORDER BY p.{column} LIMIT {2 - count % 2}"
        f" OFFSET {(count - 1) // 2}",
        known.params,
    )
    return _mean(sum(row[0] for row in rows), len(rows))


def _month_ago(now: datetime) -> str:
    return stamp(now - timedelta(days=30))


def _times(db: Connection, chosen: Selection, now: datetime) -> tuple[float | None, int]:
    """Mean days on the market of what is not a draft (an open listing counts to now), and deals closed in 30 days."""
    if db.sqlite:
        days = "max(0, julianday(COALESCE(p.closed_at, :now)) - julianday(COALESCE(p.listed_at, p.created_at)))"
    else:
        days = (
            "GREATEST(0, EXTRACT(EPOCH FROM COALESCE(p.closed_at, CAST(:now AS timestamptz))"
            " - COALESCE(p.listed_at, p.created_at)) / 86400)"
        )
    row = db.one(
        f"SELECT avg({days}), count(CASE WHEN p.closed_at >= :since AND p.status IN ('sold', 'rented') THEN 1 END)"
        f" FROM {source(db, chosen)} AND p.status <> 'draft'",
        {**chosen.params, "now": stamp(now), "since": _month_ago(now)},
    )
    assert row is not None
    return None if row[0] is None else round(float(row[0]), 1), int(row[1])
