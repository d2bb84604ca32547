"""Forms with a file: read within bounds, checked by a schema, gone when the request is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, TypeVar

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.schema import Schema, problems

T = TypeVar("T", bound=Schema)
_MEDIA_TYPE = "multipart/form-data"
_MOST_FIELDS, _LONGEST_FIELD = 500, 64 << 10
#: The part that is the file; all others are texts.
_FILE = "file"
#: Schemas of forms, for the OpenAPI document: FastAPI sees none of them, since they are read here.
FORMS: dict[str, type[Schema]] = {}


class Named:
    """An uploaded file as readers of files take it: under the name that it came with, which messages show."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self.read, self.seek, self.tell, self.seekable = file.read, file.seek, file.tell, file.seekable


def form(schema: type[Schema], *, example: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI says of an endpoint that reads such a form (`openapi_extra`)."""
    FORMS[schema.__name__] = schema
    content = {"schema": {"$ref": f"#/components/schemas/{schema.__name__}"}, "example": example}
    return {"requestBody": {"required": True, "content": {_MEDIA_TYPE: content}}}


@asynccontextmanager
async def reading(request: Request, schema: type[T]) -> AsyncIterator[T]:
    """The form as its schema, whose `file` is an open file with a `filename`. Larger files lie on the disk without a
    name, so that nothing is left of them whatever happens."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise Invalid("request.media_type", expected=_MEDIA_TYPE)
    try:
        sent = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD)
    except HTTPException:
        raise Invalid("request.form") from None
    try:
        yield _checked(schema, sent.multi_items())
    finally:
        await sent.close()


def _checked(schema: type[T], parts: list[tuple[str, UploadFile | str]]) -> T:
    names = {field.alias or name: field.annotation for name, field in schema.model_fields.items()}
    values: dict[str, Any] = {}
    found: list[FieldProblem] = []
    for name, value in parts:
        if name not in names:
            found.append(FieldProblem(name[:100], "field.extra_forbidden"))
        elif isinstance(value, UploadFile) != (name == _FILE):
            found.append(FieldProblem(name, "field.not_a_file" if name == _FILE else "field.a_file"))
        elif "dict[" in str(names[name]):
            values.setdefault(name, []).append(value)
        elif name in values:
            found.append(FieldProblem(name, "field.repeated"))
        elif value != "":  # an empty input of a form on a page says nothing
            values[name] = value
    try:
        model = schema.model_validate(values)
    except ValidationError as error:
        found += problems(error)
    if found:
        raise Invalid("invalid", found[:100])
    return model
