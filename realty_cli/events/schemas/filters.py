"""What lists of events may be narrowed by."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit.schema import Id, Line, Moment, Schema, Word

_Ids = Annotated[list[Id], Field(max_length=10_000)]


class EventFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of". A series is listed as its instances."""

    q: Annotated[Line, Field(max_length=1_000)] | None = None
    start_from: Moment | None = None
    start_to: Moment | None = Field(default=None, description="not included")
    event_type: list[Word[EventType]] | None = None
    status: list[Word[EventStatus]] | None = None
    property_id: _Ids | None = None
    client_id: _Ids | None = None
    deal_id: _Ids | None = None
    series_id: _Ids | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    busy: bool | None = Field(default=None, description="whether they keep others out")
    deleted: bool = Field(default=False, description="what lies in the bin; series as one row each")


class EventQuery(EventFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> EventFilter:
        return cast(EventFilter, self.given())
