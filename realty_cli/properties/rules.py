"""What a listing may be and may do: pure rules over plain values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.kit.money import MOST_MINOR
from realty_cli.properties.kinds import CLOSED, MAX_TITLE, STATUS_MOVES, DealType, Status

_NUMBER = re.compile(r"\d{4}")
_AREAS = ("area_living", "area_kitchen")


def contradictions(values: Mapping[str, Any], changed: frozenset[str] | None = None) -> list[FieldProblem]:
    """Fields that cannot be true together. With `changed`, only rules that one of these fields takes part in: an old
    record with a flaw can still be renamed."""
    found: list[FieldProblem] = []

    def concerns(*names: str) -> bool:
        return changed is None or not changed.isdisjoint(names)

    floor, floors = values.get("floor"), values.get("floors_total")
    if floor is not None and floors is not None and floor > floors and concerns("floor", "floors_total"):
        found.append(FieldProblem("floor", "property.floor_above_top", {"floor": floor, "floors_total": floors}))
    total = values.get("area_total")
    for name in _AREAS:
        part = values.get(name)
        if total is not None and part is not None and part > total and concerns(name, "area_total"):
            found.append(FieldProblem(name, "property.part_above_total", {"part": part, "total": total}))
    if values.get("status") != Status.DRAFT and values.get("price") is None and concerns("price", "status"):
        found.append(FieldProblem("price", "property.price_missing"))
    if (values.get("latitude") is None) != (values.get("longitude") is None) and concerns("latitude", "longitude"):
        found.append(FieldProblem("latitude", "property.half_coordinates"))
    since, until = values.get("exclusive_from"), values.get("exclusive_until")
    if since and until and until < since and concerns("exclusive_from", "exclusive_until"):
        found.append(FieldProblem("exclusive_until", "property.exclusive_order", {"since": since, "until": until}))
    if concerns("status", "deal_type") and (problem := _other_deal(values)):
        found.append(problem)
    listed, closed = values.get("listed_at"), values.get("closed_at")
    if listed and closed and closed < listed and concerns("listed_at", "closed_at"):
        found.append(FieldProblem("closed_at", "property.closed_before_listed", {"listed": listed, "closed": closed}))
    return found


def told_in(problems: Sequence[FieldProblem], zone: str) -> list[FieldProblem]:
    """The same, with the zone in which their moments are told."""
    return [
        FieldProblem(one.field, one.code, {**one.params, "zone": zone}) if "listed" in one.params else one
        for one in problems
    ]


def harmless(values: Mapping[str, Any]) -> bool:
    """Whether `contradictions` surely finds nothing in these values as a draft; False says nothing."""
    get = values.get
    floor, floors, total = get("floor"), get("floors_total"), get("area_total")
    return (
        (floor is None or floors is None or floor <= floors)
        and (total is None or not ((get("area_living") or 0) > total or (get("area_kitchen") or 0) > total))
        and ("latitude" in values) == ("longitude" in values)
        and "exclusive_until" not in values
        and "closed_at" not in values
    )


def _other_deal(values: Mapping[str, Any]) -> FieldProblem | None:
    """A sale cannot be rented out, nor a rent be sold."""
    status, deal = values.get("status"), values.get("deal_type")
    if status not in (Status.SOLD, Status.RENTED) or deal is None or status == closing(deal):
        return None
    return FieldProblem("status", "property.move_other_deal", {"new": str(status), "deal_type": str(deal)})


def closing(deal_type: str) -> Status:
    """What a listing is once its deal is done."""
    return Status.SOLD if deal_type == DealType.SALE else Status.RENTED


def move(values: Mapping[str, Any], to: Status, *, final_price: int | None, at: str) -> dict[str, Any]:
    """The fields that a move of status changes; raises where the move is not allowed.

    A sale cannot be rented out, nor a rent be sold; the final price of a closed deal defaults to the asking price. It
    may be named again for a deal that is done already, and for no other status.
    """
    now = Status(values["status"])
    if final_price is not None and to not in (Status.SOLD, Status.RENTED):
        raise Invalid.one("final_price", "property.final_price_open", status=to.value)
    if to == now:
        return {} if final_price is None else {"final_price": final_price}
    if to not in STATUS_MOVES[now]:
        allowed = ", ".join(sorted(STATUS_MOVES[now]))
        raise Conflict("property.move_not_allowed", old=now.value, new=to.value, allowed=allowed)
    if (problem := _other_deal({**values, "status": to})) is not None:
        raise Conflict(problem.code, **problem.params)
    changes: dict[str, Any] = {"status": to.value}
    if to in (Status.SOLD, Status.RENTED):
        changes["final_price"] = values.get("price") if final_price is None else final_price
    elif values.get("final_price") is not None:
        changes["final_price"] = None
    if to in CLOSED:
        changes["closed_at"] = at
    elif values.get("closed_at") is not None:
        changes["closed_at"] = None
    # A reservation that ends does not make the days on the market begin anew.
    if to == Status.ACTIVE and now != Status.RESERVED and values.get("listed_at") is None:
        changes["listed_at"] = at
    return changes


def repriced(price: int, percent: float) -> int:
    """A price changed by so many per cent, to whole units (nobody advertises kopecks) and at least to one."""
    units = (Decimal(price) * (100 + Decimal(repr(percent))) / 10_000).to_integral_value(ROUND_HALF_UP)
    if units * 100 > MOST_MINOR:
        raise Invalid.one("price", "money.too_large", value=str(units), most=MOST_MINOR // 100)
    return max(int(units) * 100, min(price, 100))


def url_key(url: str | None) -> str | None:
    """One form for the addresses of one advertisement: without scheme, `www.`, mobile host, tracking and closing slash.

    The query goes too where the path carries the number (`/sale/flat/301581644/?utm=...`), and stays where it is all
    that tells one advertisement from another (`/object.php?id=5`).
    """
    if not url:
        return None
    rest = url.split("://", 1)[-1].split("#", 1)[0]
    place, _, query = rest.partition("?")
    host, _, path = place.partition("/")
    host = host.lower().removeprefix("www.").removeprefix("m.")
    path = path.rstrip("/")
    if query and not _NUMBER.search(path):
        kept = sorted(part for part in query.split("&") if not part.startswith(("utm_", "from=", "yclid=", "gclid=")))
        path += "?" + "&".join(kept) if kept else ""
    # Without a path the address names a site, not an advertisement.
    return f"{host}/{path}" if path else None


#: What makes a row without number and link the same row when it comes again: the thing itself, not what is said of it.
STABLE = (
    "deal_type", "property_type", "rooms", "area_total", "area_land", "floor", "floors_total", "city", "street",
    "house", "flat", "address", "cadastral_number", "latitude", "longitude",
)  # fmt: skip


def stable_key(values: Mapping[str, Any], occurrence: int) -> str:
    """A key over what does not change from one export to the next. `occurrence` tells apart the like flats of one
    house, in the order of the file."""
    if not (values.get("address") or values.get("street") or values.get("cadastral_number") or values.get("latitude")):
        # Nothing says where it stands, so its name has to serve.
        named: tuple[str, ...] = (*STABLE, "title")
    else:
        named = STABLE
    parts = [_plain(values.get(name)) for name in named]
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()
    return f"{digest}.{occurrence}"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return "".join(str(value).casefold().replace("ё", "е").split())


def shorten(title: str) -> str:
    """A title that fits its field, cut at a word."""
    if len(title) <= MAX_TITLE:
        return title
    return title[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def close_rightly(values: dict[str, Any], deal_type: str | None = None) -> None:
    """Other people's files say "sold" of a rent, which can only mean that it is rented out."""
    if values.get("status") in (Status.SOLD, Status.RENTED):
        values["status"] = closing(deal_type or values["deal_type"]).value


def complete(values: dict[str, Any], now: str) -> dict[str, Any]:
    """What follows from what was said: a studio has no rooms, a closed listing was closed some time."""
    if values.get("rooms") == 0 and values.get("is_studio") is None:
        values["is_studio"] = True
    if values.get("is_studio") and values.get("rooms") is None:
        values["rooms"] = 0
    if values.get("status") in CLOSED and values.get("closed_at") is None:
        values["closed_at"] = max(now, values.get("listed_at") or now)
    if values.get("status") in (Status.SOLD, Status.RENTED) and values.get("final_price") is None:
        values["final_price"] = values.get("price")
    return values
