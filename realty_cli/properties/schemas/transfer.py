"""Bulk changes, files that come and go: imports, exports, photos, texts to analyse."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from realty_cli.kit.schema import Id, Line, Schema, Text, TextSchema, Word
from realty_cli.properties.kinds import Status
from realty_cli.properties.schemas.filters import FilterQuery, PropertyFilter, Sort
from realty_cli.properties.schemas.listing import MAX_DESCRIPTION, PropertyUpdate, Tags

FileFormat = Literal["csv", "tsv", "json", "jsonl", "xlsx"]


class PropertyBulkUpdate(Schema):
    """One change of many listings, all or nothing: named by ids or by a filter."""

    ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    filter: PropertyFilter | None = None
    update: PropertyUpdate = Field(default_factory=PropertyUpdate)
    status: Word[Status] | None = None
    reason: Annotated[Line, Field(max_length=500)] | None = None
    price_change_percent: Annotated[float, Field(gt=-100, le=1_000, allow_inf_nan=False)] | None = None
    add_tags: Tags = Field(default_factory=list)
    remove_tags: Tags = Field(default_factory=list)
    delete: bool = False
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_its_listings(self) -> PropertyBulkUpdate:
        if (self.ids is None) == (self.filter is None):
            raise PydanticCustomError("bulk_target", "give ids or filter, one of the two")
        return self

    @model_validator(mode="after")
    def _says_one_thing(self) -> PropertyBulkUpdate:
        if self.price_change_percent is not None and "price" in self.update.model_fields_set:
            raise PydanticCustomError("bulk_two_prices", "a price or a change of it, not both")
        changes = (
            self.update.model_fields_set
            or self.status
            or self.price_change_percent is not None
            or self.add_tags
            or self.remove_tags
        )
        if self.delete and changes:
            raise PydanticCustomError("bulk_delete", "delete or change, not both")
        if not self.delete and not changes:
            raise PydanticCustomError("bulk_nothing", "say what to change")
        return self


class BulkResult(Schema):
    """How many listings were meant, and how many of them changed. Undo takes `operation_id`."""

    matched: int
    changed: int
    unchanged: int
    dry_run: bool
    operation_id: int | None


def _pairs(value: Any) -> Any:
    """`NAME=VALUE` texts, or JSON objects as texts, as one dict."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return value
    found: dict[Any, Any] = {}
    for item in value:
        name, equals, rest = str(item).partition("=")
        if str(item).lstrip().startswith("{"):
            try:
                found |= orjson.loads(item)
            except ValueError:
                raise PydanticCustomError("pairs", "not a JSON object") from None
        elif equals and name.strip():
            found[name.strip()] = rest.strip()
        else:
            raise PydanticCustomError("pairs", "not NAME=VALUE")
    return found


def _described(description: str, example: str) -> WithJsonSchema:
    items = {"type": "string", "pattern": "^[^={]*[^={ ][^={]*=.*$", "maxLength": 2_000}
    return WithJsonSchema({"type": "array", "items": items, "maxItems": _MOST_PAIRS, "description": description,
                           "examples": [[example]]})  # fmt: skip


_MOST_PAIRS = 200
_Pairs = Annotated[dict[str, str], BeforeValidator(_pairs), Field(max_length=_MOST_PAIRS)]
_File = Annotated[Any, WithJsonSchema({"type": "string", "format": "binary"})]


class PropertyImportRequest(TextSchema):
    """A file of listings and how to read it, as a form with these parts."""

    file: _File = Field(description="csv, tsv, json, jsonl or xlsx, by its name or by format")
    format: FileFormat | None = None
    mapping: Annotated[_Pairs, _described("HEADER=FIELD: headers and the fields that they mean", "Стоимость=price")] = (
        Field(default_factory=dict, alias="map")
    )
    defaults: Annotated[_Pairs, _described("FIELD=VALUE: what holds for rows that do not say", "deal_type=rent")] = (
        Field(default_factory=dict, alias="set")
    )
    dry_run: bool = Field(default=False, description="say what would happen and change nothing")
    atomic: bool = Field(default=False, description="one row rejected, and nothing is kept")


class PropertyPhotoUpload(TextSchema):
    """A picture as a form; without a listing it stays loose until `photos/order` of one names it."""

    file: _File = Field(description="JPEG, PNG or WebP")
    property_id: Id | None = None


class PhotoOrder(Schema):
    """All photos of the listing, the cover first; loose photos that are named join it."""

    order: Annotated[list[Id], Field(max_length=1_000)] = Field(examples=[[12, 10, 11]])


class DescriptionRequest(Schema):
    """A text, a listing whose text is meant, or a text to hold against a listing's record."""

    description: Annotated[Text, Field(max_length=MAX_DESCRIPTION)] | None = None
    property_id: Id | None = None

    @model_validator(mode="after")
    def _says_something(self) -> DescriptionRequest:
        if self.description is None and self.property_id is None:
            raise PydanticCustomError("nothing_to_analyze", "give description or property_id")
        return self


class DifferentListings(Schema):
    """Two listings that were looked at and are not one property."""

    a: Id
    b: Id


class RowError(Schema):
    field: str
    code: str
    message: str


class RowOutcome(Schema):
    """What became of one row that was neither created nor unchanged."""

    line: int
    outcome: Literal["updated", "rejected"]
    id: int | None
    errors: list[RowError]


class RowWarning(Schema):
    """A value of a row that was kept as an attribute, cut, or taken with a doubt."""

    line: int
    field: str
    code: str
    message: str


class ImportResult(Schema):
    """What became of a file. `import_id` takes it back; null where nothing was changed."""

    import_id: int | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    rows: list[RowOutcome]
    warnings: list[RowWarning]


class PropertyExportRequest(Schema):
    """What to export and how. Without `fields`: those that a person has use for; in json the whole listing."""

    format: FileFormat = "csv"
    filter: PropertyFilter = Field(default_factory=PropertyFilter)
    sort: Sort | None = None
    fields: Annotated[list[Annotated[Line, Field(max_length=50)]], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide names, phones and addresses of people")


class ExportQuery(FilterQuery):
    """An export as a query string asks for it; `fields` by commas or repeated."""

    format: FileFormat = "csv"
    sort: Sort | None = None
    fields: Annotated[list[Annotated[Line, Field(max_length=2_000)]], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide names, phones and addresses of people")

    def request(self) -> PropertyExportRequest:
        names = [name.strip() for part in self.fields or () for name in part.split(",")]
        return PropertyExportRequest.model_construct(
            format=self.format, filter=self.narrowed(), sort=self.sort, fields=names or None, excel=self.excel,
            anonymise=self.anonymise,
        )  # fmt: skip
