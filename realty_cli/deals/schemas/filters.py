"""What lists of deals and of offers may be narrowed by."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.deals.kinds import DealKind, MortgageStatus, OfferStatus, Side, Stage
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.kit.schema import Day, Id, Line, Moment, Money, Schema, TextSchema, Word
from realty_cli.properties.schemas.filters import Sort
from realty_cli.properties.schemas.transfer import FileFormat, PropertyImportRequest

_Words = Annotated[list[Annotated[Line, Field(max_length=300)]], Field(max_length=100)]
_Ids = Annotated[list[Id], Field(max_length=10_000)]


class DealFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    q: Annotated[Line, Field(max_length=1_000)] | None = None
    kind: list[Word[DealKind]] | None = None
    side: list[Word[Side]] | None = None
    stage: list[Word[Stage]] | None = None
    open: bool | None = Field(default=None, description="neither closed nor lost")
    property_id: _Ids | None = None
    client_id: _Ids | None = None
    lead_id: _Ids | None = None
    amount_min: Money | None = None
    amount_max: Money | None = None
    currency: Annotated[Line, Field(max_length=3)] | None = None
    mortgage_status: list[Word[MortgageStatus]] | None = None
    tags: _Words | None = None
    external_id: _Words | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    deposit_due_from: Day | None = None
    deposit_due_to: Day | None = None
    deposit_paid: bool | None = None
    expected_close_from: Day | None = None
    expected_close_to: Day | None = None
    reserved_until_from: Day | None = None
    reserved_until_to: Day | None = None
    mortgage_until_from: Day | None = None
    mortgage_until_to: Day | None = None
    closed_from: Moment | None = None
    closed_to: Moment | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None
    deleted: bool = False


class OfferFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    deal_id: _Ids | None = None
    property_id: _Ids | None = None
    client_id: _Ids | None = None
    status: list[Word[OfferStatus]] | None = None
    amount_min: Money | None = None
    amount_max: Money | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    at_from: Moment | None = None
    at_to: Moment | None = None
    valid_until_from: Day | None = None
    valid_until_to: Day | None = None
    deleted: bool = False


class DealQuery(DealFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> DealFilter:
        return cast(DealFilter, self.given())


class DealImportRequest(PropertyImportRequest):
    """A file of deals and how to read it, as a form with these parts."""


class DealExportQuery(DealFilter, TextSchema):
    """An export as a query string asks for it; `fields` by commas or repeated."""

    format: FileFormat = "csv"
    sort: Sort | None = None
    fields: Annotated[list[Annotated[Line, Field(max_length=2_000)]], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide who is in a deal: initials, no notes")

    def columns(self) -> list[str] | None:
        """The fields that were asked for."""
        return [name.strip() for part in self.fields or () for name in part.split(",")] or None

    def narrowed(self) -> DealFilter:
        given = self.model_fields_set & DealFilter.model_fields.keys()
        return cast(DealFilter, PlainFilter({name: getattr(self, name) for name in given}))


class OfferQuery(OfferFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> OfferFilter:
        return cast(OfferFilter, self.given())
