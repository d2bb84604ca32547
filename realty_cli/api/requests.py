"""`/api/v1/requests`, `/api/v1/matches/marks` and the matches of a listing: what buyers look for, and what suits it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import request_examples as examples
from realty_cli.api.client_examples import page
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.clients.schemas.request import (
    BuyerRequestCreate,
    BuyerRequestListResponse,
    BuyerRequestResponse,
    BuyerRequestUpdate,
    MarkCreate,
    MarkListResponse,
    MarkResponse,
    MatchListResponse,
)
from realty_cli.clients.schemas.request_filters import BuyerRequestQuery, MarkQuery, MatchQuery
from realty_cli.kit.ids import MAX_ID

requests = signed_router("/requests", "clients")
marks = signed_router("/matches/marks", "clients")
listings = signed_router("/properties", "clients")
routers = (requests, marks, listings)
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the request", examples=[41])]
Mark = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the mark", examples=[51])]
Listing = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the listing", examples=[5])]
_ONE = answers(BuyerRequestResponse, examples.REQUEST)


@requests.post(
    "",
    operation_id="create_request",
    summary="Enter what a buyer looks for",
    status_code=201,
    responses=answers(BuyerRequestResponse, examples.REQUEST, 201, "The request as it was entered"),
)
async def create_request(
    data: Annotated[
        BuyerRequestCreate,
        Body(
            openapi_examples=named(
                flat={
                    "client_id": 11, "deal_type": "sale", "property_types": ["apartment"], "rooms": [2, 3],
                    "price_max": 12_500_000, "area_min": 50, "cities": ["Москва"], "districts": ["Тверской"],
                    "must": ["mortgage", "not_first_floor"], "nice": ["балкон"],
                },
                circle={
                    "client_id": 11, "deal_type": "rent", "price_max": 60_000,
                    "places": [{"latitude": 55.78, "longitude": 37.58, "radius_km": 2, "name": "работа"}],
                },
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """What is left out asks for nothing. Kind, rooms, place and must-haves exclude; the rest weighs."""
    return await door.write(lambda work: work.requests.create(data), status=201, location="/api/v1/requests/{id}")


@requests.get(
    "",
    operation_id="list_requests",
    summary="List what buyers look for",
    responses=answers(BuyerRequestListResponse, page(examples.REQUEST)),
)
async def list_requests(query: Annotated[BuyerRequestQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.requests.page(query.narrowed(), **query.paging()))


@requests.get("/{id:int}", operation_id="get_request", summary="Show a request", responses=_ONE)
async def get_request(number: Id, door: Signed) -> Response:
    """A request in the bin is not found here."""
    return await door.read(lambda work: work.requests.get(number))


@requests.put("/{id:int}", operation_id="update_request", summary="Change fields of a request", responses=_ONE)
async def update_request(
    number: Id,
    data: Annotated[
        BuyerRequestUpdate,
        Body(openapi_examples=named(budget={"price_max": 13_000_000}, done={"status": "closed"}, any={"rooms": []})),
    ],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null or an empty list asks for nothing any more."""
    return await door.write(lambda work: work.requests.update(number, data, expected_version=door.if_match))


@requests.delete("/{id:int}", operation_id="delete_request", summary="Move a request to the bin", status_code=204)
async def delete_request(number: Id, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.requests.delete(number, expected_version=door.if_match))


@requests.post("/{id:int}/restore", operation_id="restore_request", summary="Bring back from the bin", responses=_ONE)
async def restore_request(number: Id, door: Signed) -> Response:
    """409 for a request that is not there."""
    return await door.write(lambda work: work.requests.restore(number))


@requests.get(
    "/{id:int}/matches",
    operation_id="list_request_matches",
    summary="Find listings for a request",
    responses=answers(MatchListResponse, examples.OF_REQUEST),
)
async def list_request_matches(number: Id, query: Annotated[MatchQuery, Query()], door: Signed) -> Response:
    """The best first, with every part of the score; `near` are those that a bargain would bring within the budget.

    What was shown or refused is left out until its price is cut. A listing is found here exactly when the request is
    found at the listing.
    """
    return await door.read(lambda work: work.requests.matches.of_request(number, **query.model_dump()))


@listings.get(
    "/{id:int}/matches",
    operation_id="list_property_matches",
    summary="Find requests for a listing",
    responses=answers(MatchListResponse, examples.OF_LISTING),
)
async def list_property_matches(number: Listing, query: Annotated[MatchQuery, Query()], door: Signed) -> Response:
    """The same from the other side: `near.steps` say how many more buyers each step of a bargain would bring."""
    return await door.read(lambda work: work.requests.matches.of_listing(number, **query.model_dump()))


@marks.post(
    "",
    operation_id="mark_match",
    summary="Say what became of a listing that was proposed",
    status_code=201,
    responses=answers(MarkResponse, examples.MARK, 201, "The mark as it stands"),
)
async def mark_match(
    data: Annotated[
        MarkCreate,
        Body(
            openapi_examples=named(
                shown={"request_id": 41, "property_id": 5, "mark": "shown"},
                refused={"request_id": 41, "property_id": 5, "mark": "refused", "note": "шумно"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """A second mark of the same pair replaces the first. The pair need not match."""
    return await door.write(
        lambda work: work.requests.matches.mark(data), status=201, location="/api/v1/matches/marks/{id}"
    )


@marks.get(
    "",
    operation_id="list_marks",
    summary="List marks",
    responses=answers(MarkListResponse, page(examples.MARK)),
)
async def list_marks(query: Annotated[MarkQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.requests.marked(query.narrowed(), **query.paging()))


@marks.get(
    "/{id:int}",
    operation_id="get_mark",
    summary="Show a mark",
    responses=answers(MarkResponse, examples.MARK),
)
async def get_mark(number: Mark, door: Signed) -> Response:
    """A mark that was taken back is not found here."""
    return await door.read(lambda work: work.requests.matches.get_mark(number))


@marks.delete("/{id:int}", operation_id="delete_mark", summary="Take a mark back", status_code=204)
async def delete_mark(number: Mark, door: Signed) -> Response:
    """The listing is proposed as if nothing had been said."""
    return await door.write(lambda work: work.requests.matches.unmark(number, expected_version=door.if_match))
