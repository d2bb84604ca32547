"""What was said with a client, and an enquiry as it comes in from outside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.clients.kinds import Channel, ClientKind, Direction, LeadSide, Outcome, Temperature
from realty_cli.clients.schemas.client import ClientResponse
from realty_cli.clients.schemas.lead import Currency, LeadResponse
from realty_cli.clients.schemas.parts import (
    MAX_TEXT,
    Emails,
    FullName,
    Language,
    NamePart,
    Number,
    Phones,
    Source,
    Telegram,
)
from realty_cli.kit.schema import WHOLE, Id, Instant, Moment, Money, Schema, Text, Word
from realty_cli.properties.schemas.listing import Tags, never_null

_Seconds = Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
_Score = Annotated[int, Field(ge=0, le=10), WHOLE]
_Told = Annotated[Text, Field(max_length=MAX_TEXT)]


class _Fields(Schema):
    external_id: Number | None = None
    outcome: Word[Outcome] | None = Field(
        default=None, description="two_way where both spoke; calls and meetings are, unless it is said"
    )
    auto: bool | None = Field(default=None, description="a program did it: it answers no lead")
    duration_seconds: _Seconds | None = None
    score: _Score | None = Field(
        default=None, description="how likely the client is to recommend us, 0 to 10, where you asked"
    )
    text: _Told | None = Field(default=None, examples=["Договорились посмотреть в субботу"])
    lead_id: Id | None = Field(default=None, description="the client's only open lead where left out")
    property_id: Id | None = Field(default=None, description="the listing it was about")


class InteractionCreate(_Fields):
    """A call, a message, a meeting or a note."""

    channel: Word[Channel]
    direction: Word[Direction] | None = Field(default=None, description="out where left out")
    at: Moment | None = Field(default=None, description="when it was, if not now")


class InteractionUpdate(_Fields):
    """Only the fields that are sent change; null empties a field."""

    channel: Word[Channel] | None = None
    direction: Word[Direction] | None = None
    at: Moment | None = None

    model_config = ConfigDict(json_schema_extra=never_null("channel", "direction", "at", "outcome", "auto"))

    @field_validator("channel", "direction", "at", "outcome", "auto")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class InteractionResponse(Schema):
    """An interaction as it goes out."""

    id: int
    owner_id: int
    client_id: int
    lead_id: int | None
    property_id: int | None
    external_id: str | None
    channel: Channel
    direction: Direction
    at: Instant
    outcome: Outcome
    auto: bool
    duration_seconds: int | None
    score: int | None
    text: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class InteractionListResponse(Schema):
    """One page, as of clients."""

    items: list[InteractionResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class IntakeRequest(Schema):
    """An enquiry: who asks (by a phone, an e-mail or a Telegram name), what for, and in what words.

    The person is found or entered; fields that are known already are not overwritten.
    """

    name: FullName | None = Field(default=None, examples=["Пётр Иванов"])
    last_name: NamePart | None = None
    first_name: NamePart | None = None
    middle_name: NamePart | None = None
    company_name: FullName | None = None
    kind: Word[ClientKind] | None = None
    phones: Phones | None = Field(default=None, examples=[["8 (916) 123-45-67"]])
    emails: Emails | None = None
    telegram: Telegram | None = None
    language: Language | None = None
    tags: Tags | None = None
    side: Word[LeadSide] | None = Field(
        default=None, description="what the client wants; told by the listing where left out, else buyer"
    )
    source: Source | None = Field(default=None, examples=["avito"])
    campaign: Source | None = None
    referrer_id: Id | None = None
    temperature: Word[Temperature] | None = None
    budget_min: Money | None = None
    budget_max: Money | None = None
    currency: Currency | None = None
    property_id: Id | None = Field(default=None, description="the listing that is asked about")
    channel: Word[Channel] | None = Field(default=None, description="message where left out")
    outcome: Word[Outcome] | None = None
    text: _Told | None = Field(default=None, examples=["Здравствуйте, квартира ещё продаётся?"])
    at: Moment | None = Field(default=None, description="when it came, if not now")
    external_id: Number | None = Field(
        default=None, description="number of the enquiry at the portal: the same one is taken in once"
    )
    owner_id: Id | None = Field(default=None, description="administrators only")


class IntakeResponse(Schema):
    """What became of an enquiry. `id` is the client's; `repeated` says that it had been taken in before, so that
    nothing changed; `others` are further clients with one of these contacts, who may be the same person."""

    id: int
    client: ClientResponse
    lead: LeadResponse
    interaction: InteractionResponse
    created_client: bool
    created_lead: bool
    repeated: bool
    others: list[int]
