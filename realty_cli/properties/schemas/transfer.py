"""Bulk changes, imports and exports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from realty_cli.kit.schema import Id, Line, Moment, Money, Schema
from realty_cli.properties.kinds import Status
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyUpdate, Tags

FileFormat = Literal["csv", "tsv", "json", "jsonl", "xlsx"]


class PropertyBulkUpdate(Schema):
    """One change of many listings, all or nothing: named by ids or by a filter."""

    ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    filter: PropertyFilter | None = None
    update: PropertyUpdate = Field(default_factory=PropertyUpdate)
    status: Status | None = None
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
        changes = self.update.model_fields_set or self.status or self.price_change_percent is not None
        if self.delete and (changes or self.add_tags or self.remove_tags):
            raise PydanticCustomError("bulk_delete", "delete or change, not both")
        return self


class BulkResult(Schema):
    matched: int
    changed: int
    unchanged: int
    dry_run: bool
    operation_id: int | None


class PropertyImportRequest(Schema):
    """How to read a file of listings. `mapping` is header to field, `defaults` field to value."""

    format: FileFormat | None = None
    mapping: dict[str, str] = Field(default_factory=dict)
    defaults: dict[str, str] = Field(default_factory=dict)
    dry_run: bool = False
    atomic: bool = False


class RowOutcome(Schema):
    """What became of one row that was neither created nor unchanged."""

    line: int
    outcome: Literal["updated", "rejected"]
    id: int | None = None
    errors: list[dict[str, str]] = Field(default_factory=list)


class RowWarning(Schema):
    """A value of a row that was kept as an attribute, cut, or taken with a doubt."""

    line: int
    field: str
    code: str
    message: str


class ImportResult(Schema):
    import_id: int | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    rows: list[RowOutcome]
    warnings: list[RowWarning]


class PropertyExportRequest(Schema):
    format: FileFormat = "csv"
    filter: PropertyFilter = Field(default_factory=PropertyFilter)
    sort: Annotated[Line, Field(max_length=200)] | None = None
    fields: list[str] | None = None


class PriceChange(Schema):
    """A new price, effective from a moment that is not now."""

    price: Money
    effective_at: Moment | None = None
