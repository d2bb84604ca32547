"""The shapes of what spans the slices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from realty_cli.clients.schemas.client import ClientListResponse
from realty_cli.deals.schemas.deal import DealListResponse
from realty_cli.events.schemas.event import EventListResponse
from realty_cli.kit.schema import MAX_ID, WHOLE, Date, Id, Instant, Line, Schema, TextSchema
from realty_cli.properties.schemas.answers import PropertyListResponse

_Seq = Annotated[int, Field(ge=0, le=MAX_ID), WHOLE]


class ChangeQuery(TextSchema):
    """Which changes a page has."""

    since: _Seq = Field(default=0, description="`next_since` of the page before; 0 is from the beginning")
    limit: Annotated[int, Field(ge=1, le=1_000), WHOLE] = 100
    kind: Annotated[list[Annotated[Line, Field(max_length=50)]], Field(max_length=50)] | None = Field(
        default=None, description="kinds of objects: property, photo, client, deal, ..."
    )
    object_id: Id | None = None
    operation_id: Id | None = None


class ChangeResponse(Schema):
    """One change of one object. `diff` has the fields that changed, `old` and `new` the object before and after."""

    seq: int
    at: Instant
    actor: str
    source: str = Field(description="cli, api, import, server or undo")
    command: str
    operation_id: int
    kind: str
    object_id: int
    action: str = Field(description="create, update, delete, restore, remove or purge")
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    diff: dict[str, Any] | None


class ChangePage(Schema):
    """Changes in the order in which they were made. Ask again with `next_since`, at once while there is `more`."""

    items: list[ChangeResponse]
    next_since: int
    more: bool


class TodayQuery(TextSchema):
    """How far ahead the briefing looks."""

    days: Annotated[int, Field(ge=0, le=365), WHOLE] = Field(default=7, description="days ahead, today aside")
    limit: Annotated[int, Field(ge=1, le=1_000), WHOLE] = Field(default=20, description="the most of a kind")
    mine: bool = Field(default=False, description="your own alone, where you see all")


class TodayItem(Schema):
    """One deadline. `days` is how far off it is: 0 today, negative where it has passed."""

    kind: str = Field(description="of the object: deal, property, lead, client, ...")
    id: int
    owner_id: int
    title: str
    due: Date
    days: int
    facts: dict[str, Any] = Field(description="what else is told of this kind: amount and currency, for one")


class TodaySection(Schema):
    """Deadlines of one kind, the earliest first. `total` counts those that `limit` leaves out too."""

    name: str
    title: str
    total: int
    overdue: int
    items: list[TodayItem]


class TodayResponse(Schema):
    """The briefing of a day, on the calendar of `timezone`. Sections that have nothing are left out."""

    date: Date
    until: Date
    timezone: str
    total: int
    overdue: int
    sections: list[TodaySection]


class SearchQuery(TextSchema):
    """What to look for, and among what."""

    q: Annotated[Line, Field(min_length=1, max_length=1_000)]
    kind: Annotated[list[Literal["properties", "clients", "deals", "events"]], Field(max_length=10)] | None = None
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(default=20, description="the most of each kind")


class SearchEverythingResponse(Schema):
    """The first page of each kind, as its own list gives it; null for a kind that was not asked for."""

    q: str
    total: int
    properties: PropertyListResponse | None
    clients: ClientListResponse | None
    deals: DealListResponse | None
    events: EventListResponse | None
