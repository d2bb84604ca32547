"""A consent, what is held of a person, retention, duplicates and merging, as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from realty_cli.clients.kinds import Purpose
from realty_cli.clients.schemas.client import ClientResponse
from realty_cli.clients.schemas.interaction import InteractionResponse
from realty_cli.clients.schemas.lead import LeadResponse
from realty_cli.kit.schema import WHOLE, Id, Instant, Moment, Schema, Text, TextSchema, Word

_Evidence = Annotated[Text, Field(max_length=2_000)]


class ConsentCreate(Schema):
    """What a person said yes or no to: for which purpose, when, and what proves it."""

    purpose: Word[Purpose] = Purpose.PROCESSING
    granted: bool = Field(default=True, description="false: the person said no")
    at: Moment | None = Field(default=None, description="when it was said, if not now")
    evidence: _Evidence | None = Field(default=None, examples=["Подписанный бланк, папка 7, лист 12"])
    expires_at: Moment | None = Field(default=None, description="until when the data may be kept")
    note: _Evidence | None = None


class ConsentWithdrawal(Schema):
    """A consent taken back. What rests on it has to be erased, unless something else allows to keep it."""

    at: Moment | None = Field(default=None, description="when it was taken back, if not now")
    note: _Evidence | None = None


class ConsentResponse(Schema):
    """A consent as it goes out. `valid`: granted, not withdrawn, not expired."""

    id: int
    owner_id: int
    client_id: int
    purpose: Purpose
    granted: bool
    valid: bool
    at: Instant
    evidence: str | None
    expires_at: Instant | None
    withdrawn_at: Instant | None
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class ConsentListResponse(Schema):
    """One page, the latest first."""

    items: list[ConsentResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class RetentionQuery(TextSchema):
    """Whose data has been kept too long: also those without a consent who were not in touch for `idle_days`."""

    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 20
    offset: Annotated[int, Field(ge=0, le=10_000_000), WHOLE] = 0
    idle_days: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=None, description="by default the setting retention_days; 0: nobody for that reason"
    )


class RetentionItem(Schema):
    """A client past its time: the consent was `withdrawn` (or refused), has `expired`, or nobody was in touch (`idle`).
    `since` is when that came about."""

    id: int
    owner_id: int
    name: str
    reason: Literal["withdrawn", "expired", "idle"]
    since: Instant
    last_contact_at: Instant | None
    consent_id: int | None


class RetentionResponse(Schema):
    """One page, the longest past their time first."""

    items: list[RetentionItem]
    total: int
    limit: int
    offset: int


class PersonalData(Schema):
    """Everything that is held about one person. `log` is every change of it that is remembered; `other` is what other
    parts of the program hold (deals, payments), by kind."""

    id: int
    generated_at: Instant
    client: ClientResponse
    merged: list[ClientResponse]
    leads: list[LeadResponse]
    interactions: list[InteractionResponse]
    consents: list[ConsentResponse]
    properties: list[dict[str, Any]]
    other: dict[str, list[dict[str, Any]]]
    log: list[dict[str, Any]]


class ErasureResponse(Schema):
    """What was emptied: rows by kind, and changes of the log that lost their personal fields."""

    id: int
    erased_at: Instant
    clients: list[int]
    emptied: dict[str, int]
    log_entries: int


class MergeRequest(Schema):
    """Records of one person that are to become this one."""

    others: Annotated[list[Id], Field(min_length=1, max_length=100)] = Field(examples=[[14]])


class MergeResponse(Schema):
    """The client that is left, and how many objects came to it, by kind. Undo takes `operation_id`."""

    client: ClientResponse
    merged: list[int]
    moved: dict[str, int]
    operation_id: int | None


class DifferentClients(Schema):
    """Two clients that were looked at and are not one person."""

    a: Id
    b: Id


class DoubleReason(Schema):
    code: str
    params: dict[str, Any]
    message: str


class DoubleClients(Schema):
    a: int
    b: int
    score: float
    name_a: str
    name_b: str
    reasons: list[DoubleReason]


class DoubleList(Schema):
    """Pairs of clients that may be one person, the surest first."""

    items: list[DoubleClients]
    total: int
