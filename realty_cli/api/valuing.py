"""`/api/v1/properties/.../comparables` and `analytics`: what a listing is worth by others like it, and how it does."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body
from starlette.responses import Response

from realty_cli.analytics.schemas.one_listing import PropertyAnalytics
from realty_cli.api import multipart
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.file_doors import Kind, take_in
from realty_cli.api.properties import Id
from realty_cli.api.property_examples import IMPORTED, answers, named
from realty_cli.api.valuing_examples import ACCURACY, ANALYTICS, COMPARABLES
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.properties.importing import Reading, read_ahead, require_known
from realty_cli.properties.schemas.transfer import ImportResult, PropertyImportRequest
from realty_cli.properties.schemas.valuing import Comparables, EstimateAccuracy, PriceRecommend, PriceRecommendation

router = signed_router("/properties", "properties")
_OUTSIDE = Kind("comparables", require_known, Reading, read_ahead, lambda work: work.valuing.importer())


@router.post(
    "/comparables/import",
    operation_id="import_comparables",
    summary="Bring in prices to compare with",
    responses=answers(ImportResult, IMPORTED),
    openapi_extra=multipart.form(
        PropertyImportRequest, example={"file": "flats.csv", "set": ["deal_type=sale"], "dry_run": True}
    ),
)
async def import_comparables(door: Signed) -> Response:
    """Any file that listings are imported from: what it says becomes no listing, only a price to compare with.

    Rows without a price or an area are rejected. The same file again changes nothing; undo takes the import back.
    """
    require(door.actor, Act.PROPERTY_IMPORT)
    async with multipart.reading(door.request, PropertyImportRequest) as sent:
        body = await take_in(door, sent, _OUTSIDE)
    return door.answer(body)


@router.get(
    "/comparables/accuracy",
    operation_id="get_estimate_accuracy",
    summary="Tell how far own estimates were off",
    responses=answers(EstimateAccuracy, ACCURACY),
)
async def get_estimate_accuracy(door: Signed) -> Response:
    """Of every listing that was sold or let since, the last estimate before that against what was paid."""
    return await door.read(lambda work: work.valuing.accuracy(door.language), slow=True)


@router.get(
    "/{id:int}/analytics",
    operation_id="get_property_analytics",
    summary="Tell how a listing does",
    responses=answers(PropertyAnalytics, ANALYTICS),
)
async def get_property_analytics(number: Id, door: Signed) -> Response:
    """Days on the market beside those of its kind, prices, showings, enquiries, opinions, and where its price stands.

    Nothing in it names a client.
    """
    return await door.read(lambda work: work.analytics.listing.show(number, door.language), slow=True)


@router.put(
    "/{id:int}/recommended-price",
    operation_id="recommend_price",
    summary="Recommend a price for a listing",
    responses=answers(PriceRecommendation, COMPARABLES["recommended"]),
)
async def recommend_price(
    number: Id, data: Annotated[PriceRecommend, Body(openapi_examples=named(price={"price": 8_700_000}))], door: Signed
) -> Response:
    """It is kept with the name of who gave it, and for 90 days stands in `recommended` of the comparables and in
    reports. What is asked for the listing stays as it is. The same price again is no news."""
    return await door.write(lambda work: work.valuing.recommend(number, data.price))


@router.get(
    "/{id:int}/comparables",
    operation_id="list_comparables",
    summary="Compare a listing with others like it",
    responses=answers(Comparables, COMPARABLES),
)
async def list_comparables(number: Id, door: Signed) -> Response:
    """Listings like it with adjusted prices, an estimate with an interval, and where the asking price stands.

    `estimate` is null where too few are like it. Each day's last estimate is logged, so that its error is known once
    the listing has sold.
    """

    def ask(work: Work) -> tuple[dict[str, object], bool]:
        body = work.valuing.compare(number, door.language)
        return body, work.valuing.knows(body)

    body, known = await door.ask(ask, slow=True)
    if not known:
        await door.do(lambda work: work.valuing.keep(body))
    return door.answer(body)
