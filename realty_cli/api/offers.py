"""`/api/v1/offers`: what somebody would pay, in a deal or for a listing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import deal_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.deals.schemas.filters import OfferQuery
from realty_cli.deals.schemas.offers import (
    OfferCreate,
    OfferDecision,
    OfferDecisionResponse,
    OfferListResponse,
    OfferResponse,
    OfferUpdate,
)
from realty_cli.kit.ids import MAX_ID

router = signed_router("/offers", "deals")
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the offer", examples=[4])]
_ONE = answers(OfferResponse, examples.OFFER)


@router.post(
    "",
    operation_id="create_offer",
    summary="Enter an offer",
    status_code=201,
    responses=answers(OfferResponse, examples.OFFER, 201, "The offer as it was entered"),
)
async def create_offer(
    data: Annotated[
        OfferCreate,
        Body(
            openapi_examples=named(
                deal={"deal_id": 3, "amount": 12_300_000, "valid_until": "2024-05-08"},
                listing={"property_id": 5, "amount": 12_000_000, "note": "Просит оставить кухню."},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """In a deal, or for a listing before there is one."""
    return await door.write(lambda work: work.deals.offers.create(data), status=201, location="/api/v1/offers/{id}")


@router.get(
    "", operation_id="list_offers", summary="List offers", responses=answers(OfferListResponse, examples.OFFERS)
)
async def list_offers(query: Annotated[OfferQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(
        lambda work: work.deals.offers.page(query.narrowed(), **query.paging()), single=not query.total
    )


@router.get("/{id:int}", operation_id="get_offer", summary="Show an offer", responses=_ONE)
async def get_offer(number: Id, door: Signed) -> Response:
    """An offer in the bin is not found here."""
    return await door.read(lambda work: work.deals.offers.get(number))


@router.put("/{id:int}", operation_id="update_offer", summary="Change fields of an offer", responses=_ONE)
async def update_offer(
    number: Id,
    data: Annotated[OfferUpdate, Body(openapi_examples=named(amount={"amount": 12_400_000}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.deals.offers.update(number, data, expected_version=door.if_match))


@router.post(
    "/{id:int}/status",
    operation_id="decide_offer",
    summary="Accept, reject or withdraw an offer",
    responses=answers(OfferDecisionResponse, examples.DECIDED),
)
async def decide_offer(
    number: Id,
    data: Annotated[OfferDecision, Body(openapi_examples=named(accepted={"status": "accepted"}))],
    door: Signed,
) -> Response:
    """What is accepted in a deal becomes its amount; `changed` says so."""
    return await door.write(lambda work: work.deals.offers.decide(number, data, expected_version=door.if_match))


@router.delete("/{id:int}", operation_id="delete_offer", summary="Move an offer to the bin", status_code=204)
async def delete_offer(number: Id, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.deals.offers.delete(number, expected_version=door.if_match))


@router.post("/{id:int}/restore", operation_id="restore_offer", summary="Bring back from the bin", responses=_ONE)
async def restore_offer(number: Id, door: Signed) -> Response:
    """409 for an offer that is not there."""
    return await door.write(lambda work: work.deals.offers.restore(number))
