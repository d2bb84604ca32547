"""What a listing may be compared with: own listings and those from elsewhere, as `comparables` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.properties.comparables import Known
from realty_cli.store.database import Connection, Row
from realty_cli.store.scope import visible

#: How long a closed price and an asked one say something.
CLOSED_DAYS, ASKED_DAYS = 365, 183
#: So many are taken, those near first.
MOST = 2_000
_MONTH = 30.44
_ASKED = 0.5
#: What may be compared at all is at most so many times as large or as small.
_TIMES = 2.2
_BOX_KM = 6.0
_KM_IN_DEGREE = 111.32
#: Stands in a statement for whether a listing is near.
_IS_NEAR = "@near"
_NAMES = (
    "id", "price", "area", "rooms", "floor", "floors_total", "year_built", "latitude", "longitude", "district", "metro",
    "street", "house", "address", "building_material", "market", "renovation", "title", "source", "source_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Other:
    """One listing of the pool: what the method sees of it, and what people are shown."""

    known: Known
    row: Mapping[str, Any]


def area_of(listing: Mapping[str, Any]) -> float | None:
    """What the price of a listing goes by, in square metres: of land the land."""
    found = listing["area_land"] if listing["property_type"] == "land" else listing["area_total"]
    return found or None


def subject_of(listing: Mapping[str, Any], area: float) -> Known:
    """A listing as shown, about to be compared."""
    return Known(
        f"p{listing['id']}", None, area, listing["rooms"], listing["floor"], listing["floors_total"],
        listing["year_built"], listing["latitude"], listing["longitude"], _word(listing["district"]),
        _word(listing["metro"]), _house(listing), listing["building_material"], listing["market"],
        listing["renovation"],
    )  # fmt: skip


def gather(db: Connection, actor: Actor, listing: Mapping[str, Any], area: float, now: datetime) -> list[Other]:
    """The pool of a listing, newest first within near and far. Whoever asks sees in it what is theirs."""
    params: dict[str, Any] = {
        "deal": listing["deal_type"], "kind": listing["property_type"], "currency": listing["currency"],
        "self": listing["id"], "least": area / _TIMES, "most": area * _TIMES,
        "closed": stamp(now - timedelta(days=CLOSED_DAYS)), "asked": stamp(now - timedelta(days=ASKED_DAYS)),
    }  # fmt: skip
    place = "1 = 1"
    if listing["city"]:
        place, params["city"] = "p.city = :city", listing["city"]
    measure = "area_land" if listing["property_type"] == "land" else "area_total"
    own = (
        f"SELECT {_columns(measure)}, p.status, COALESCE(p.closed_at, p.listed_at, p.created_at), p.final_price,"
        f" p.listed_at, p.created_at, p.closed_at, p.cadastral_number, {_IS_NEAR}"
        " FROM properties p WHERE p.deleted_at IS NULL AND p.deal_type = :deal AND p.property_type = :kind"
        f" AND p.currency = :currency AND p.price > 0 AND p.{measure} BETWEEN :least AND :most AND p.id <> :self"
        " AND ((p.status IN ('sold', 'rented') AND p.closed_at >= :closed) OR p.status = 'reserved'"
        " OR (p.status = 'active' AND COALESCE(p.listed_at, p.created_at) >= :asked))"
        f" AND {visible(actor, params, 'p')} AND {place}"
    )
    outside = (
        f"SELECT {_columns('area')}, CASE WHEN p.sold THEN 'sold' ELSE 'active' END, p.priced_at, NULL, NULL, NULL,"
        f" NULL, NULL, {_IS_NEAR} FROM outside_comparables p WHERE p.deleted_at IS NULL AND p.deal_type = :deal"
        " AND p.property_type = :kind AND p.currency = :currency AND p.area BETWEEN :least AND :most"
        " AND ((p.sold AND p.priced_at >= :closed) OR (NOT p.sold AND p.priced_at >= :asked))"
        f" AND {visible(actor, params, 'p')} AND {place}"
    )
    near = _near(listing, params)
    found: dict[str, Other] = {}
    for letter, sql in (("p", own), ("o", outside)):
        for row in _rows(db, sql, near, params, MOST - len(found), apart=actor.sees_all):
            one = _other(letter, row, now)
            found.setdefault(one.known.key, one)
    return _once(listing, subject_of(listing, area), list(found.values()))


def _rows(
    db: Connection, sql: str, near: str | None, params: Mapping[str, Any], most: int, *, apart: bool
) -> Iterator[Row]:  # fmt: skip
    """The newest that are near, and of what is left to `most` the newest of all, which may be the same. Where whoever
    asks sees few of all listings, there is no page of them that could be found soon: they are looked through once, and
    not once `apart` for each."""
    if near and not apart and most > 0:
        far = 2 * most
        rows = db.all(f"{sql.replace(_IS_NEAR, near)} ORDER BY p.id DESC LIMIT {far}", params)
        if len(rows) < far:
            first = [row for row in rows if row[-1]][:most]
            yield from (*first, *rows[: most - len(first)])
            return
    for condition in (near, "1 = 1") if near else ("1 = 1",):
        if most > 0:
            rows = db.all(f"{sql.replace(_IS_NEAR, '0 = 1')} AND {condition} ORDER BY p.id DESC LIMIT {most}", params)
            yield from rows
            most -= len(rows)


def _columns(measure: str) -> str:
    return ", ".join(f"p.{measure}" if name == "area" else f"p.{name}" for name in _NAMES)


def _near(listing: Mapping[str, Any], params: dict[str, Any]) -> str | None:
    """A condition for listings that are likely near. Binds names that begin with `near_`."""
    if listing["latitude"] is not None and listing["longitude"] is not None:
        up = _BOX_KM / _KM_IN_DEGREE
        params |= {
            "near_south": listing["latitude"] - up, "near_north": listing["latitude"] + up,
            "near_west": listing["longitude"] - 2 * up, "near_east": listing["longitude"] + 2 * up,
        }  # fmt: skip
        return "p.latitude BETWEEN :near_south AND :near_north AND p.longitude BETWEEN :near_west AND :near_east"
    for name in ("district", "metro"):
        if listing[name]:
            params["near_place"] = listing[name]
            return f"p.{name} = :near_place"
    return None


def _other(letter: str, row: Sequence[Any], now: datetime) -> Other:
    values = dict(zip(_NAMES, row[: len(_NAMES)], strict=True))
    status, at, final, listed, created, closed, cadastral, _near = row[len(_NAMES) :]
    values |= {
        "status": status, "at": at, "final_price": final, "listed_at": listed or created, "closed_at": closed,
        "cadastral_number": cadastral, "own": letter == "p",
    }  # fmt: skip
    months = 0.0
    if status != "reserved":  # it holds its price now, whenever it was listed
        months = max(0.0, (now - datetime.fromisoformat(at)).total_seconds() / 86_400 / _MONTH)
    known = Known(
        f"{letter}{values['id']}", float(values["price"]), values["area"], values["rooms"], values["floor"],
        values["floors_total"], values["year_built"], values["latitude"], values["longitude"],
        _word(values["district"]), _word(values["metro"]), _house(values), values["building_material"],
        values["market"], values["renovation"], months, _ASKED if status == "active" else 1.0,
        # Of an own sale the last asking price is compared: what all others are. What was paid stands beside it.
        letter == "o" and status == "sold",
    )  # fmt: skip
    return Other(known, values)


def _once(listing: Mapping[str, Any], subject: Known, found: Sequence[Other]) -> list[Other]:
    """Each thing once, the newest of it, and never the subject itself under another number."""
    kept: list[Other] = []
    seen: dict[tuple[Any, ...], list[float]] = {}
    own = listing["cadastral_number"]
    for one in found:
        if own and one.row["cadastral_number"] == own:
            continue
        known = one.known
        if known.house is not None and known.floor is not None:
            if (known.house, known.floor) == (subject.house, subject.floor) and _as_large(known.area, subject.area):
                continue
            mark = (known.house, known.floor, known.rooms, known.price)
            if any(_as_large(known.area, area) for area in seen.get(mark, ())):
                continue
            seen.setdefault(mark, []).append(known.area)
        kept.append(one)
    return kept


def _as_large(one: float, other: float) -> bool:
    return abs(one - other) <= 0.5


def _word(text: str | None) -> str | None:
    return text.strip().casefold() or None if text else None


def _house(values: Mapping[str, Any]) -> str | None:
    """Street and house alike for all flats of a building; None where the house is not said."""
    if values["street"] and values["house"]:
        return f"{values['street']} {values['house']}".casefold()
    return None
