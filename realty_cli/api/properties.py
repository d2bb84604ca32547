"""`/api/v1/properties`: listings. Their files and photos stand in `property_files` and `property_photos`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import property_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.schema import Moment
from realty_cli.properties.plain_filter import plain_filter
from realty_cli.properties.schemas.answers import (
    DescriptionAnalysis,
    DuplicateList,
    PropertyHistory,
    PropertyListResponse,
    PropertySearchResponse,
    PropertyStatistics,
)
from realty_cli.properties.schemas.filters import DuplicateQuery, FilterQuery, PropertyQuery, PropertySearchRequest
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyResponse, PropertyUpdate, StatusChange
from realty_cli.properties.schemas.transfer import (
    BulkResult,
    DescriptionRequest,
    DifferentListings,
    PropertyBulkUpdate,
)

router = signed_router("/properties", "properties")
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the listing", examples=[5])]
_ONE = answers(PropertyResponse, examples.LISTING)


@router.post(
    "",
    operation_id="create_property",
    summary="Enter a listing",
    status_code=201,
    responses=answers(PropertyResponse, examples.LISTING, 201, "The listing as it was entered"),
)
async def create_property(
    data: Annotated[
        PropertyCreate,
        Body(
            openapi_examples=named(
                least={
                    "title": "Квартира в центре", "property_type": "apartment", "deal_type": "sale", "price": 5_000_000,
                },
                rent={
                    "title": "Студия у метро", "property_type": "apartment", "deal_type": "rent", "price": 45_000,
                    "deposit": 45_000, "rooms": 0, "area_total": 24.5, "city": "Казань",
                    "contact_phone": "+79161234567", "tags": ["можно с котом"],
                    "listed_at": "2024-01-15T10:00:00+03:00",
                },
                draft={"title": "Дом в Раменском", "property_type": "house", "deal_type": "sale", "status": "draft"},
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """`price` may be missing while `status` is `draft`. A new listing is `active` unless it says otherwise."""
    return await door.write(lambda work: work.properties.create(data), status=201, location="/api/v1/properties/{id}")


@router.get(
    "", operation_id="list_properties", summary="List listings", responses=answers(PropertyListResponse, examples.PAGE)
)
async def list_properties(query: Annotated[PropertyQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of".

    Pages by `offset`, or by `cursor`, which is as fast on the last page as on the first. Listings in the bin are shown
    by `deleted=true` alone.
    """
    return await door.read(
        lambda work: work.properties.page(
            plain_filter(**query.given()),
            sort=query.sort,
            limit=query.limit,
            offset=query.offset,
            cursor=query.cursor,
            total=query.total,
        ),
        # What comes before the page itself only looks for the way to it, unless it is counted.
        single=not query.total,
    )


@router.get(
    "/statistics/summary",
    operation_id="get_property_statistics",
    summary="Count and price listings",
    responses=answers(PropertyStatistics, examples.STATISTICS),
)
async def get_property_statistics(query: Annotated[FilterQuery, Query()], door: Signed) -> Response:
    """Of all listings, or of those that a filter names."""
    return await door.read(lambda work: work.properties.statistics(query.narrowed()), slow=True)


@router.post(
    "/search",
    operation_id="search_properties",
    summary="Find listings by words",
    responses=answers(PropertySearchResponse, {**examples.PAGE, "facets": examples.FACETS}),
)
async def search_properties(
    request: Annotated[
        PropertySearchRequest,
        Body(openapi_examples=named(words={
            "text": "квартиры у метро", "filters": {"deal_type": ["sale"], "price_max": 15_000_000}, "sort": "price",
        })),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """Words in any form, phones in any notation, numbers; with counts by type, deal, status, rooms and place."""
    return await door.read(lambda work: work.properties.search(request), slow=True)


@router.post(
    "/bulk",
    operation_id="update_properties",
    summary="Change many listings, all or none",
    responses=answers(BulkResult, examples.BULK),
)
async def update_properties(
    request: Annotated[
        PropertyBulkUpdate,
        Body(
            openapi_examples=named(
                cheaper={
                    "filter": {"status": ["active"], "city": ["Казань"]}, "price_change_percent": -3, "dry_run": True,
                },
                withdrawn={"ids": [5, 7], "status": "withdrawn", "reason": "договор истёк"},
                tags={"ids": [5, 7], "add_tags": ["срочно"], "remove_tags": ["новое"]},
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """Named by `ids` or by `filter` (`{}` is all). What cannot be done to one is done to none; `errors` says which."""
    return await door.write(lambda work: work.properties.bulk(request), slow=True)


@router.get(
    "/duplicates",
    operation_id="list_duplicates",
    summary="Find listings that may be one property",
    responses=answers(DuplicateList, examples.DUPLICATES),
)
async def list_duplicates(query: Annotated[DuplicateQuery, Query()], door: Signed) -> Response:
    """Pairs with the reasons for and against, the surest first. Nothing is merged."""
    return await door.read(
        lambda work: work.duplicates.propose(query.narrowed(), limit=query.limit, language=door.language), slow=True
    )


@router.post(
    "/duplicates/dismiss",
    operation_id="dismiss_duplicate",
    summary="Say that two listings are not one property",
    status_code=204,
)
async def dismiss_duplicate(
    data: Annotated[DifferentListings, Body(openapi_examples=named(pair={"a": 5, "b": 9}))], door: Signed
) -> Response:
    """They are not proposed again."""
    return await door.write(lambda work: work.duplicates.mark_different(data.a, data.b))


@router.post(
    "/analyze-description",
    operation_id="analyze_description",
    summary="Read a listing's text",
    responses=answers(DescriptionAnalysis, examples.ANALYSIS),
)
async def analyze_description(
    request: Annotated[
        DescriptionRequest,
        Body(
            openapi_examples=named(
                text={"description": "СРОЧНО продаётся двухкомнатная квартира, 6 этаж, 7 минут пешком от метро."},
                listing={"property_id": 5},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Facts in the text, contradictions with the record, what is missing, wording, and a better text.

    Give a `description`, a `property_id`, or a new text to hold against a listing. Nothing is changed.
    """
    return await door.read(
        lambda work: work.descriptions.analyze(
            description=request.description, listing=request.property_id, language=door.language
        ),
        slow=True,
    )


@router.get("/{id:int}", operation_id="get_property", summary="Show a listing", responses=_ONE)
async def get_property(number: Id, door: Signed) -> Response:
    """Whole, with its photos. A listing in the bin is not found here."""
    return await door.read(lambda work: work.properties.get(number), single=True)


@router.put("/{id:int}", operation_id="update_property", summary="Change fields of a listing", responses=_ONE)
async def update_property(
    number: Id,
    data: Annotated[
        PropertyUpdate,
        Body(openapi_examples=named(price={"price": 11_900_000}, emptied={"metro": None, "tags": ["срочно"]})),
    ],
    door: Signed,
    effective_at: Annotated[
        Moment | None, Query(description="when a new price began to hold, if not now: no moment to come")
    ] = None,
) -> Response:
    """Only the fields that are sent change; null empties one. The old price stays in the history."""
    return await door.write(
        lambda work: work.properties.update(number, data, expected_version=door.if_match, effective_at=effective_at)
    )


@router.delete("/{id:int}", operation_id="delete_property", summary="Move a listing to the bin", status_code=204)
async def delete_property(number: Id, door: Signed) -> Response:
    """`restore` brings it back until it is purged, 30 days later unless a setting says otherwise."""
    return await door.write(lambda work: work.properties.delete(number, expected_version=door.if_match))


@router.post("/{id:int}/restore", operation_id="restore_property", summary="Bring back from the bin", responses=_ONE)
async def restore_property(number: Id, door: Signed) -> Response:
    """409 for a listing that is not there."""
    return await door.write(lambda work: work.properties.restore(number))


@router.post(
    "/{id:int}/status", operation_id="change_property_status", summary="Move to another status", responses=_ONE
)
async def change_property_status(
    number: Id,
    data: Annotated[
        StatusChange,
        Body(
            openapi_examples=named(
                sold={"status": "sold", "final_price": 11_500_000, "effective_at": "2024-05-20T12:00:00+03:00"},
                withdrawn={"status": "withdrawn", "reason": "снято с продажи"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Only moves that a listing can make; the history keeps when and why."""
    return await door.write(lambda work: work.properties.change_status(number, data, expected_version=door.if_match))


@router.get(
    "/{id:int}/history",
    operation_id="get_property_history",
    summary="Show price and status from the beginning",
    responses=answers(PropertyHistory, examples.HISTORY),
)
async def get_property_history(number: Id, door: Signed) -> Response:
    """Also of a listing in the bin."""
    return await door.read(lambda work: work.properties.history(number))
