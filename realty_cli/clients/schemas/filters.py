"""What lists of clients, leads and interactions may be narrowed by."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import Field

from realty_cli.clients.kinds import (
    Channel,
    ClientKind,
    ClientRole,
    ClientStage,
    Direction,
    LeadSide,
    LeadStage,
    Outcome,
    Temperature,
)
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.kit.schema import WHOLE, Id, Line, Moment, Money, Schema, TextSchema, Word
from realty_cli.properties.schemas.filters import Sort

_Words = Annotated[list[Annotated[Line, Field(max_length=300)]], Field(max_length=100)]
_Ids = Annotated[list[Id], Field(max_length=100)]


class ClientFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    q: Annotated[Line, Field(max_length=1_000)] | None = Field(
        default=None, description="words of names and notes, an e-mail, any piece of a phone in any notation"
    )
    kind: list[Word[ClientKind]] | None = None
    role: list[Word[ClientRole]] | None = None
    stage: list[Word[ClientStage]] | None = None
    temperature: list[Word[Temperature]] | None = None
    source: _Words | None = None
    campaign: _Words | None = None
    referrer_id: _Ids | None = None
    phone: Annotated[Line, Field(max_length=64)] | None = Field(
        default=None, description="whole or a piece, in any notation"
    )
    email: Annotated[Line, Field(max_length=254)] | None = None
    telegram: Annotated[Line, Field(max_length=100)] | None = None
    tags: _Words | None = None
    external_id: _Words | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    last_contact_from: Moment | None = None
    last_contact_to: Moment | None = Field(default=None, description="last in touch before; or never, with silent")
    silent: bool | None = Field(default=None, description="never in touch")
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None
    deleted: bool = False


class LeadFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    client_id: _Ids | None = None
    side: list[Word[LeadSide]] | None = None
    stage: list[Word[LeadStage]] | None = None
    open: bool | None = Field(default=None, description="neither won nor lost")
    untouched: bool | None = Field(default=None, description="open, and nobody has answered yet")
    temperature: list[Word[Temperature]] | None = None
    source: _Words | None = None
    campaign: _Words | None = None
    referrer_id: _Ids | None = None
    property_id: _Ids | None = None
    budget_from: Money | None = Field(default=None, description="would pay up to this much or more")
    budget_to: Money | None = Field(default=None, description="would pay up to this much or less")
    external_id: _Words | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None
    closed_from: Moment | None = None
    closed_to: Moment | None = None
    deleted: bool = False


class InteractionFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    client_id: _Ids | None = None
    lead_id: _Ids | None = None
    property_id: _Ids | None = None
    channel: list[Word[Channel]] | None = None
    direction: list[Word[Direction]] | None = None
    outcome: list[Word[Outcome]] | None = None
    auto: bool | None = None
    external_id: _Words | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    at_from: Moment | None = None
    at_to: Moment | None = None
    deleted: bool = False


class PageQuery(TextSchema):
    """Which page of a list, as a query string asks for it."""

    sort: Sort | None = None
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 20
    offset: Annotated[int, Field(ge=0, le=10_000_000), WHOLE] = 0
    cursor: Annotated[str, Field(max_length=2_000, description="next_cursor of the page before")] | None = None
    total: bool = Field(default=True, description="false: do not count")

    def paging(self) -> dict[str, Any]:
        """Which page."""
        return {name: getattr(self, name) for name in PageQuery.model_fields}

    def given(self) -> PlainFilter:
        """What the list is to be narrowed by."""
        return PlainFilter(
            {name: getattr(self, name) for name in self.model_fields_set - PageQuery.model_fields.keys()}
        )


class ClientQuery(ClientFilter, PageQuery):
    """A list of clients as a query string asks for it."""

    def narrowed(self) -> ClientFilter:
        return cast(ClientFilter, self.given())


class LeadQuery(LeadFilter, PageQuery):
    """A list of leads as a query string asks for it."""

    def narrowed(self) -> LeadFilter:
        return cast(LeadFilter, self.given())


class InteractionQuery(InteractionFilter, PageQuery):
    """A list of interactions as a query string asks for it."""

    def narrowed(self) -> InteractionFilter:
        return cast(InteractionFilter, self.given())
