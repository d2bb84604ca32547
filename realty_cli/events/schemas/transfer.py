"""Files of events that come and go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realty_cli.events.file_rows import Wanted
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit.schema import Id, Line, Moment, TextSchema, Word
from realty_cli.properties.schemas.transfer import PropertyImportRequest

EventFormat = Literal["ics", "json", "csv", "jsonl", "tsv", "xlsx"]
_Name = Annotated[Line, Field(max_length=2_000)]


class CalendarImport(PropertyImportRequest):
    """A calendar, or a table of events, and how to read it, as a form with these parts."""

    format: EventFormat | None = None  # type: ignore[assignment]


class CalendarExport(TextSchema):
    """A file of one's own events; an administrator may name somebody else's. A series goes out whole where one of its
    instances is in the period."""

    format: EventFormat = "ics"
    start_from: Moment | None = None
    start_to: Moment | None = Field(default=None, description="not included")
    event_type: list[Word[EventType]] | None = None
    status: list[Word[EventStatus]] | None = None
    property_id: Id | None = None
    client_id: Id | None = None
    series_id: Id | None = None
    owner_id: Id | None = None
    fields: Annotated[list[_Name], Field(max_length=100)] | None = Field(
        default=None, description="of tables and json; by commas or repeated"
    )
    excel: bool = Field(default=False, description="csv as Excel in Russia expects it: semicolons and a BOM")

    def columns(self) -> list[str] | None:
        """The fields that were asked for."""
        return [name.strip() for part in self.fields or () for name in part.split(",")] or None

    def wanted(self, me: int) -> Wanted:
        return Wanted(
            self.start_from, self.start_to, self.owner_id or me, tuple(self.event_type or ()),
            tuple(self.status or ()), self.property_id, self.client_id, self.series_id,
        )  # fmt: skip
