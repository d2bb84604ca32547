"""A client as it comes in and goes out."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.clients.kinds import ClientKind, ClientRole, ClientStage, Temperature
from realty_cli.clients.schemas.parts import (
    Emails,
    FullName,
    Language,
    NamePart,
    Notes,
    Number,
    Phones,
    Roles,
    Source,
    Telegram,
)
from realty_cli.kit.schema import Date, Day, Id, Instant, Schema, Word
from realty_cli.properties.schemas.listing import Attributes, Tags, never_null


class _Fields(Schema):
    """What creation and change have in common; every field may be left out."""

    external_id: Number | None = None
    name: FullName | None = Field(
        default=None, examples=["Иванов Пётр Сергеевич"], description="whole; it is taken apart into the fields below"
    )
    last_name: NamePart | None = None
    first_name: NamePart | None = None
    middle_name: NamePart | None = None
    company_name: FullName | None = None
    kind: Word[ClientKind] | None = Field(default=None, description="told by the name where left out")
    roles: Roles | None = None
    stage: Word[ClientStage] | None = None
    temperature: Word[Temperature] | None = None
    source: Source | None = Field(default=None, examples=["avito"])
    campaign: Source | None = None
    referrer_id: Id | None = Field(default=None, description="the client who recommended us")
    phones: Phones | None = Field(default=None, examples=[["+7 916 123-45-67"]])
    emails: Emails | None = Field(default=None, examples=[["ivanov@example.com"]])
    telegram: Telegram | None = None
    birthday: Day | None = None
    language: Language | None = None
    notes: Notes | None = None
    tags: Tags | None = None
    attributes: Attributes | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class ClientCreate(_Fields):
    """A new client. A name, a phone, an e-mail or a Telegram name is enough."""


class ClientUpdate(_Fields):
    """Only the fields that are sent change; null empties a field. A list of phones replaces the one before."""

    model_config = ConfigDict(json_schema_extra=never_null("name", "kind", "stage"))

    @field_validator("name", "kind", "stage")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class Contact(Schema):
    """A phone (E.164) or an e-mail address; the first of a list is the main one."""

    value: str
    label: str | None


class ClientResponse(Schema):
    """A client as it goes out. `merged_into` names the client that took the place of this one, `erased_at` says when
    the personal data went."""

    id: int
    owner_id: int
    external_id: str | None
    kind: ClientKind
    name: str
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    company_name: str | None
    roles: list[ClientRole]
    stage: ClientStage
    temperature: Temperature | None
    source: str | None
    campaign: str | None
    referrer_id: int | None
    phones: list[Contact]
    emails: list[Contact]
    telegram: str | None
    birthday: Date | None
    language: str | None
    notes: str | None
    tags: list[str]
    attributes: dict[str, str]
    last_contact_at: Instant | None
    merged_into: int | None
    erased_at: Instant | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class ClientListResponse(Schema):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[ClientResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
