"""`/api/v1/deals`: deals, their stages and chains. Offers stand in `offers`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import deal_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.deals.schemas.deal import (
    Closing,
    DealChain,
    DealCreate,
    DealHistory,
    DealListResponse,
    DealMoveResponse,
    DealResponse,
    DealUpdate,
    Loss,
    Release,
    Reservation,
    StageChange,
)
from realty_cli.deals.schemas.filters import DealQuery
from realty_cli.kit.ids import MAX_ID

router = signed_router("/deals", "deals")
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the deal", examples=[3])]
_ONE = answers(DealResponse, examples.DEAL)
_MOVED = answers(DealMoveResponse, examples.MOVED)


@router.post(
    "",
    operation_id="create_deal",
    summary="Enter a deal",
    status_code=201,
    responses=answers(DealResponse, examples.DEAL, 201, "The deal as it was entered"),
)
async def create_deal(
    data: Annotated[
        DealCreate,
        Body(
            openapi_examples=named(
                least={"title": "Иванова покупает", "kind": "sale", "side": "buyer"},
                rent={"title": "Сдаём студию", "kind": "rent", "side": "landlord", "amount": 45_000,
                      "deposit_kind": "security", "deposit": 45_000, "expected_close": "2024-06-01"},
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """With a listing (`property_id`), `kind`, `currency` and `title` follow from it where they are left out."""
    return await door.write(lambda work: work.deals.create(data), status=201, location="/api/v1/deals/{id}")


@router.get("", operation_id="list_deals", summary="List deals", responses=answers(DealListResponse, examples.PAGE))
async def list_deals(query: Annotated[DealQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(
        lambda work: work.deals.page(query.narrowed(), **query.paging(), written=True),
        single=not query.total and not query.q,
    )


@router.get("/{id:int}", operation_id="get_deal", summary="Show a deal", responses=_ONE)
async def get_deal(number: Id, door: Signed) -> Response:
    """Whole, with its clients and the deals that it hangs on. A deal in the bin is not found here."""
    return await door.read(lambda work: work.deals.get(number), single=True)


@router.put("/{id:int}", operation_id="update_deal", summary="Change fields of a deal", responses=_ONE)
async def update_deal(
    number: Id,
    data: Annotated[
        DealUpdate,
        Body(openapi_examples=named(amount={"amount": 12_200_000}, emptied={"notes": None, "tags": ["срочно"]})),
    ],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one. A list of `parties` or `after` replaces the old one."""
    return await door.write(lambda work: work.deals.update(number, data, expected_version=door.if_match))


@router.delete("/{id:int}", operation_id="delete_deal", summary="Move a deal to the bin", status_code=204)
async def delete_deal(number: Id, door: Signed) -> Response:
    """A listing that it holds is free again."""
    return await door.write(lambda work: work.deals.delete(number, expected_version=door.if_match))


@router.post("/{id:int}/restore", operation_id="restore_deal", summary="Bring back from the bin", responses=_ONE)
async def restore_deal(number: Id, door: Signed) -> Response:
    """409 for a deal that is not there, or whose listing somebody else has reserved since."""
    return await door.write(lambda work: work.deals.restore(number))


@router.post("/{id:int}/stage", operation_id="change_deal_stage", summary="Move to another stage", responses=_MOVED)
async def change_deal_stage(
    number: Id,
    data: Annotated[
        StageChange,
        Body(
            openapi_examples=named(
                showing={"stage": "showing"}, lost={"stage": "lost", "reason": "купили другую квартиру"}
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Only moves that a deal can make. The listing moves with it; `changed` says how."""
    return await door.write(lambda work: work.deals.change_stage(number, data, expected_version=door.if_match))


@router.post("/{id:int}/reserve", operation_id="reserve_deal", summary="Reserve the listing", responses=_MOVED)
async def reserve_deal(
    number: Id,
    data: Annotated[Reservation, Body(openapi_examples=named(until={"until": "2034-05-20"}))],
    door: Signed,
) -> Response:
    """For this deal alone: of two who try at once one succeeds, and the other gets 409."""
    return await door.write(lambda work: work.deals.reserve(number, data, expected_version=door.if_match))


@router.post("/{id:int}/release", operation_id="release_deal", summary="Give the listing back", responses=_MOVED)
async def release_deal(
    number: Id,
    data: Annotated[Release, Body(openapi_examples=named(showing={"stage": "showing", "reason": "бронь истекла"}))],
    door: Signed,
) -> Response:
    """The deal goes on; 409 where it holds nothing."""
    return await door.write(lambda work: work.deals.release(number, data, expected_version=door.if_match))


@router.post("/{id:int}/close", operation_id="close_deal", summary="Close a deal", responses=_MOVED)
async def close_deal(
    number: Id,
    data: Annotated[Closing, Body(openapi_examples=named(price={"final_price": 12_250_000}))],
    door: Signed,
) -> Response:
    """Its listing is sold or rented out for `final_price`, the open lead of its client won; `changed` says it."""
    return await door.write(lambda work: work.deals.close(number, data, expected_version=door.if_match))


@router.post("/{id:int}/lose", operation_id="lose_deal", summary="Give a deal up", responses=_MOVED)
async def lose_deal(
    number: Id,
    data: Annotated[Loss, Body(openapi_examples=named(bank={"reason": "банк отказал"}))],
    door: Signed,
) -> Response:
    """A listing that it held is free again. The client's lead goes on; with `leads` lost it is lost too."""
    return await door.write(lambda work: work.deals.lose(number, data, expected_version=door.if_match))


@router.get(
    "/{id:int}/history",
    operation_id="get_deal_history",
    summary="Show the stages from the beginning",
    responses=answers(DealHistory, examples.HISTORY),
)
async def get_deal_history(number: Id, door: Signed) -> Response:
    """Also of a deal in the bin."""
    return await door.read(lambda work: work.deals.history(number))


@router.get(
    "/{id:int}/chain",
    operation_id="get_deal_chain",
    summary="Show the deals that hang on one another",
    responses=answers(DealChain, examples.CHAIN),
)
async def get_deal_chain(number: Id, door: Signed) -> Response:
    """An alternative sale, in the order in which its deals can close; `late` marks one that is expected too early."""
    return await door.read(lambda work: work.deals.chain(number))
