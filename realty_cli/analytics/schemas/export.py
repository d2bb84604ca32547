"""A data set as a query string asks for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realty_cli.analytics.kinds import DataFormat, Dataset
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.kit.schema import Line, Word


class ExportRequest(AnalyticsFilter):
    """Rows of one data set; without a period those of all times. `fields` by commas or repeated."""

    dataset: Word[Dataset] = Dataset.PROPERTIES
    format: Word[DataFormat] = DataFormat.CSV
    fields: Annotated[list[Annotated[Line, Field(max_length=2_000)]], Field(max_length=100)] | None = None
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")
    anonymise: bool = Field(default=False, description="initials for names; no titles, notes, house numbers, places")

    def columns(self) -> list[str] | None:
        """The fields that were asked for."""
        return [name.strip() for part in self.fields or () for name in part.split(",")] or None
