"""Files of clients and of buyer requests that come and go."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.clients.schemas.request_filters import BuyerRequestFilter
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.kit.schema import Line, Schema, TextSchema
from realty_cli.properties.schemas.filters import Sort
from realty_cli.properties.schemas.transfer import FileFormat, PropertyImportRequest

_Name = Annotated[Line, Field(max_length=2_000)]


class ClientImportRequest(PropertyImportRequest):
    """A file of clients and how to read it, as a form with these parts."""


class ClientExportRequest(Schema):
    """What to export and how. Without `fields`: those that a person has use for; in json the whole client."""

    format: FileFormat = "csv"
    filter: ClientFilter = Field(default_factory=ClientFilter)
    sort: Sort | None = None
    fields: Annotated[list[_Name], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide who somebody is: initials, no phones, no addresses")


class ClientExportQuery(ClientFilter, TextSchema):
    """An export as a query string asks for it; `fields` by commas or repeated."""

    format: FileFormat = "csv"
    sort: Sort | None = None
    fields: Annotated[list[_Name], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide who somebody is: initials, no phones, no addresses")

    def request(self) -> ClientExportRequest:
        names = [name.strip() for part in self.fields or () for name in part.split(",")]
        given = self.model_fields_set & ClientFilter.model_fields.keys()
        return ClientExportRequest.model_construct(
            format=self.format, filter=cast(ClientFilter, PlainFilter({name: getattr(self, name) for name in given})),
            sort=self.sort, fields=names or None, excel=self.excel, anonymise=self.anonymise,
        )  # fmt: skip


class BuyerRequestImportRequest(PropertyImportRequest):
    """A file of buyer requests and how to read it, as a form with these parts."""


class BuyerRequestExportQuery(BuyerRequestFilter, TextSchema):
    """An export as a query string asks for it; `fields` by commas or repeated."""

    format: FileFormat = "csv"
    sort: Sort | None = None
    fields: Annotated[list[_Name], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="hide who asks: initials, no phones, no notes")

    def columns(self) -> list[str] | None:
        """The fields that were asked for."""
        return [name.strip() for part in self.fields or () for name in part.split(",")] or None

    def narrowed(self) -> BuyerRequestFilter:
        given = self.model_fields_set & BuyerRequestFilter.model_fields.keys()
        return cast(BuyerRequestFilter, PlainFilter({name: getattr(self, name) for name in given}))
