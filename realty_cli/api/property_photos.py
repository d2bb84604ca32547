"""Photos of listings over HTTP. Decoding happens in a thread, files go only to those who may see the listing."""

from __future__ import annotations

import asyncio
import hashlib
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import multipart
from realty_cli.api.doors import Door, Signed, is_known, signed_router
from realty_cli.api.properties import Id
from realty_cli.api.property_examples import PHOTO, answers, named
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties.photos import Picture, take_in
from realty_cli.properties.schemas.listing import PhotoInfo
from realty_cli.properties.schemas.transfer import PhotoOrder, PropertyPhotoUpload

router = signed_router("/properties", "properties")
PhotoId = Annotated[int, Path(ge=1, le=MAX_ID, description="Number of the photo", examples=[12])]
#: The picture of a photo never changes; who may see it does, so only the asker's own cache may keep it, for a while.
_CACHING = "private, max-age=3600"
#: Pictures that one process decodes, or has waiting for it, at a time; further uploads wait on the disk.
_AT_ONCE = 2


class Size(StrEnum):
    """The long side of a smaller copy, in pixels."""

    SMALL = "320"
    MEDIUM = "1024"


_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"schema": {"type": "string"}}},
    },
    304: {"description": "The caller has it already (If-None-Match)"},
}


@router.post(
    "/upload-photo",
    operation_id="upload_property_photo",
    summary="Add a photo",
    status_code=201,
    responses=answers(PhotoInfo, PHOTO, 201, "The photo as it is kept"),
    openapi_extra=multipart.form(PropertyPhotoUpload, example={"file": "kitchen.jpg", "property_id": 5}),
)
async def upload_property_photo(door: Signed) -> Response:
    """JPEG, PNG or WebP, told by its content. It is written anew: place, camera and whatever hung on it are gone.

    It comes behind the other photos of the listing; the same picture again is not added twice. Without `property_id` it
    is loose: yours alone, until `PUT /properties/{id}/photos/order` names it or its days in the bin are over.
    """
    await door.ask(lambda work: work.photos.expect(None))
    async with multipart.reading(door.request, PropertyPhotoUpload) as sent:
        await door.ask(lambda work: work.photos.expect(sent.property_id))
        picture = await _decoded(door, sent.file)
    asked = f"{sent.property_id} {picture.key}".encode()
    return await door.write(
        lambda work: work.photos.add(sent.property_id, picture),
        status=201,
        location=None if sent.property_id is None else f"/api/v1/properties/{sent.property_id}/photos/{{id}}",
        digest=hashlib.sha256(asked).hexdigest(),
    )


async def _decoded(door: Door, file: Any) -> Picture:
    state = door.request.app.state
    if not hasattr(state, "decoding"):
        state.decoding = asyncio.Semaphore(_AT_ONCE)
    async with state.decoding:
        return await door.thread(lambda: take_in(file.file, door.stores.realty.settings))


@router.get(
    "/photos/{photo_id:int}",
    operation_id="get_photo",
    summary="Fetch a photo",
    responses=_PICTURE,
    response_class=Response,
)
async def get_photo(
    photo_id: PhotoId, door: Signed, size: Annotated[Size | None, Query(description="a smaller copy")] = None
) -> Response:
    """By its number alone, be it loose or a listing's."""
    path = await door.ask(lambda work: work.photos.file(photo_id, _side(size)))
    return await _picture(door, path)


@router.get(
    "/{id:int}/photos",
    operation_id="list_property_photos",
    summary="List the photos of a listing",
    responses=answers(list[PhotoInfo], [PHOTO]),
)
async def list_property_photos(number: Id, door: Signed) -> Response:
    """In their order, the cover first."""
    return await door.read(lambda work: work.photos.of(number))


@router.put(
    "/{id:int}/photos/order",
    operation_id="order_property_photos",
    summary="Put photos in order",
    responses=answers(list[PhotoInfo], [PHOTO]),
)
async def order_property_photos(
    number: Id, data: Annotated[PhotoOrder, Body(openapi_examples=named(three={"order": [12, 10, 11]}))], door: Signed
) -> Response:
    """Every photo of the listing is named once, the cover first. Loose photos that are named join it."""
    return await door.write(lambda work: work.photos.reorder(number, data.order))


@router.get(
    "/{id:int}/photos/{photo_id:int}",
    operation_id="get_property_photo",
    summary="Fetch a photo of a listing",
    responses=_PICTURE,
    response_class=Response,
)
async def get_property_photo(
    number: Id,
    photo_id: PhotoId,
    door: Signed,
    size: Annotated[Size | None, Query(description="a smaller copy")] = None,
) -> Response:
    """Whole, up to 2560 pixels, or with a long side of `size`."""
    path = await door.ask(lambda work: work.photos.file(photo_id, _side(size), listing=number))
    return await _picture(door, path)


@router.delete(
    "/{id:int}/photos/{photo_id:int}", operation_id="delete_property_photo", summary="Take a photo off", status_code=204
)
async def delete_property_photo(number: Id, photo_id: PhotoId, door: Signed) -> Response:
    """An undo brings it back."""
    return await door.write(lambda work: work.photos.remove(number, photo_id))


def _side(size: Size | None) -> int | None:
    return None if size is None else int(size)


async def _picture(door: Door, path: FilePath) -> Response:
    # Named by its content, the file is its own tag. Ranges are not served: a picture is small, and a request for
    # thousands of its parts is not.
    headers = {"ETag": f'"{path.stem}"', "Cache-Control": _CACHING, "Vary": "Authorization, X-API-Key"}
    if is_known(door.request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await asyncio.to_thread(path.read_bytes)
    return Response(data, media_type="image/jpeg", headers={**headers, "Accept-Ranges": "none"})
