"""The matches of a request, the matches of a listing, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.auth.policy import Act, require
from realty_cli.clients import candidates
from realty_cli.clients.matching import MOST_BARGAIN, Match, Part, judge, wanted_of
from realty_cli.clients.request_kinds import PUT_ASIDE
from realty_cli.clients.request_record import MARK
from realty_cli.errors import Invalid, NotFound
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.kit.money import from_minor
from realty_cli.store.database import in_list
from realty_cli.store.paging import check
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.clients.requests import RequestService
    from realty_cli.clients.schemas.request import MarkCreate

#: Steps of a bargain, in per cent, at which near misses are counted.
_STEPS = (1, 2, 3, 5, 7, MOST_BARGAIN)
#: The nearest misses that are shown.
_NEAREST = 20
_LISTING = (
    "id", "title", "property_type", "price", "currency", "rooms", "area_total", "floor", "floors_total", "city",
    "district", "metro", "owner_id",
)  # fmt: skip
_REQUEST = ("id", "client_id", "title", "price_min", "price_max", "currency", "owner_id")


class _Pair(NamedTuple):
    """A request and a listing by their numbers, how they stand to one another, and the listing's price."""

    request: int
    listing: int
    price: int | None
    match: Match


class MatchService:
    def __init__(self, requests: RequestService) -> None:
        self._requests = requests
        self.db, self.actor, self.clock = requests.db, requests.actor, requests.clock

    # Reading ------------------------------------------------------------------------------------------------------

    def of_request(self, number: int, **page: Any) -> dict[str, Any]:
        """The listings that suit a request, the best first; see `MatchListResponse`."""
        require(self.actor, Act.CLIENT_READ)
        wanted = wanted_of(self._requests.state(number))
        found, complete = candidates.listings_for(self.db, self.actor, wanted)
        pairs = [_Pair(number, one.id, one.price, match) for one in found if (match := judge(wanted, one))]
        return self._answer(pairs, complete, "request_id", number, **page)

    def of_listing(self, number: int, **page: Any) -> dict[str, Any]:
        """The requests that a listing suits, the best first."""
        require(self.actor, Act.CLIENT_READ)
        listing = candidates.offered(self.db, self.actor, number)
        if listing is None:
            raise NotFound("property.not_found", id=number)
        found, complete = candidates.requests_for(self.db, self.actor, listing)
        pairs = [
            _Pair(one["id"], number, listing.price, match) for one in found if (match := judge(wanted_of(one), listing))
        ]
        return self._answer(pairs, complete, "property_id", number, **page)

    def _answer(
        self, pairs: Sequence[_Pair], complete: bool, of: str, number: int, *, score_min: int = 0,
        marked: bool = False, limit: int = 20, offset: int = 0,
    ) -> dict[str, Any]:  # fmt: skip
        check(limit, offset)
        marks = self._marks(of, number)
        kept: list[_Pair] = []
        hidden = 0
        for pair in pairs:
            if pair.match.score < score_min:
                continue
            if not marked and _put_aside(marks.get((pair.request, pair.listing)), pair.price):
                hidden += 1
            else:
                kept.append(pair)
        # Newest first where the score ties: candidates come so, and a sort keeps their order.
        matches = sorted((one for one in kept if one.match.bargain is None), key=lambda one: -one.match.score)
        near = sorted((one for one in kept if one.match.bargain is not None), key=_by_bargain)
        page, nearest = matches[offset : offset + limit], near[:_NEAREST]
        show = self._shower([*page, *nearest], marks, of)
        return {
            "items": [show(one) for one in page],
            "total": len(matches),
            "limit": limit,
            "offset": offset,
            "hidden": hidden,
            "complete": complete,
            "near": {"total": len(near), "steps": _steps(near), "items": [show(one) for one in nearest]},
        }

    def _marks(self, of: str, number: int) -> dict[tuple[int, int], dict[str, Any]]:
        params: dict[str, Any] = {"number": number}
        scope = visible(self.actor, params, "p")
        rows = self.db.all(
            f"SELECT {MARK.select} FROM match_marks p WHERE p.{of} = :number AND p.deleted_at IS NULL AND {scope}",
            params,
        )
        states = map(MARK.state, rows)
        return {(one["request_id"], one["property_id"]): one for one in states}

    def _shower(
        self, pairs: Sequence[_Pair], marks: dict[tuple[int, int], dict[str, Any]], of: str
    ) -> Callable[[_Pair], dict[str, Any]]:
        """What makes of a pair what is shown; the other sides of all pairs are read at once."""
        listings = self._listings([one.listing for one in pairs]) if of == "request_id" else {}
        requests = self._requests_shown([one.request for one in pairs]) if of == "property_id" else {}

        def show(pair: _Pair) -> dict[str, Any]:
            mark = marks.get((pair.request, pair.listing))
            return {
                "request_id": pair.request,
                "property_id": pair.listing,
                "score": pair.match.score,
                "bargain": pair.match.bargain,
                "parts": [_part(one) for one in pair.match.parts],
                "mark": None if mark is None else _mark(mark, pair.price),
                "property": listings.get(pair.listing),
                "request": requests.get(pair.request),
            }

        return show

    def _listings(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        rows = self.db.all(f"SELECT {', '.join(_LISTING)} FROM properties WHERE id IN {some}", params)
        return {row[0]: _money(dict(zip(_LISTING, row, strict=True)), "price") for row in rows}

    def _requests_shown(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        columns = ", ".join("r." + name for name in _REQUEST)
        scope = visible(self.actor, params, "c")
        rows = self.db.all(
            f"SELECT {columns}, c.name FROM requests r LEFT JOIN clients c ON c.id = r.client_id AND {scope}"
            f" WHERE r.id IN {some}",
            params,
        )
        names = (*_REQUEST, "client_name")
        return {row[0]: _money(dict(zip(names, row, strict=True)), "price_min", "price_max") for row in rows}

    # Marking ------------------------------------------------------------------------------------------------------

    def mark(self, data: MarkCreate) -> dict[str, Any]:
        """Say what became of a pair. It need not match: people look at what nobody proposed."""
        require(self.actor, Act.CLIENT_WRITE)
        request = self._requests.rows.state(self.actor, data.request_id)
        if request is None:
            raise Invalid.one("request_id", "buyer_request.unknown", id=data.request_id)
        listing = candidates.offered(self.db, self.actor, data.property_id)
        if listing is None:
            raise Invalid.one("property_id", "property.not_found", id=data.property_id)
        not_ahead(self.clock, data.at, "at")
        values = {
            "mark": data.mark,
            "price": listing.price,
            "at": data.at or stamp(self.clock.now()),
            "note": data.note or None,
        }
        before = self._marks("request_id", request["id"]).get((request["id"], listing.id))
        rows = self._requests.marks
        if before is not None:
            rows.update([(before, values)])
            number = before["id"]
        else:
            pair = {"owner_id": request["owner_id"], "request_id": request["id"], "property_id": listing.id}
            (number,) = rows.insert([{**pair, **values}])
        return self.get_mark(number)

    def get_mark(self, number: int) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        found = self._requests.marks.state(self.actor, number)
        if found is None:
            raise NotFound(MARK.missing, id=number)
        return MARK.presented(found)

    def unmark(self, number: int, *, expected_version: int | None = None) -> None:
        """Take a mark back: the pair is proposed as if nothing had been said."""
        require(self.actor, Act.CLIENT_WRITE)
        rows = self._requests.marks
        before = rows.live(self.actor, number, expected_version)
        rows.update([(before, {"deleted_at": stamp(self.clock.now())})], action="delete", touch=False)


def _by_bargain(pair: _Pair) -> tuple[float, int]:
    return (pair.match.bargain or 0.0, -pair.match.score)


def _put_aside(mark: dict[str, Any] | None, price: int | None) -> bool:
    return mark is not None and mark["mark"] in PUT_ASIDE and not _reopened(mark, price)


def _reopened(mark: dict[str, Any], price: int | None) -> bool:
    """Whether the listing costs less than when the mark was set."""
    return mark["mark"] in PUT_ASIDE and price is not None and mark["price"] is not None and price < mark["price"]


def _steps(near: Sequence[_Pair]) -> list[dict[str, int]]:
    """How many more a bargain would bring, at the steps at which there are more than before."""
    found: list[dict[str, int]] = []
    for percent in _STEPS:
        more = sum(1 for one in near if (one.match.bargain or 0) <= percent)
        if more > (found[-1]["more"] if found else 0):
            found.append({"percent": percent, "more": more})
    return found


def _part(part: Part) -> dict[str, Any]:
    shown = {
        "name": str(part.name),
        "fit": part.fit.value,
        "wanted": part.wanted,
        "found": part.found,
        "percent": part.percent,
    }
    if part.name == "price":
        shown["wanted"] = [None if one is None else from_minor(one) for one in part.wanted]
        shown["found"] = from_minor(part.found)
    return shown


def _mark(mark: dict[str, Any], price: int | None) -> dict[str, Any]:
    shown = {name: mark[name] for name in ("id", "mark", "price", "at", "note")}
    return {**_money(shown, "price"), "reopened": _reopened(mark, price)}


def _money(values: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        if values[name] is not None:
            values[name] = from_minor(values[name])
    return values
