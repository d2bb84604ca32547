"""Clients, what they need and look for, and what was said with them, as tables.

What may stand in a field is said by `schemas`; what a client or a lead may do, by `rules` and `service`. Listings and
clients are named by number and are no foreign keys where a row outlives them: interactions and leads of a person whose
data were erased keep their dates, so that totals stay true.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Day, Json, Key, Moment, Money, Plain

# Every index that serves lists leaves out what lies in the bin.
_LIVE = text("deleted_at IS NULL")


def _live(name: str, *columns: str, where: str = "") -> Index:
    condition = text(f"deleted_at IS NULL AND {where}") if where else _LIVE
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _where(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class ClientRow(SQLModel, table=True):
    """A person or a company. `roles` is a JSON list in the order of `kinds.ClientRole`, so that equal roles are equal
    texts; phones and e-mails stand in `client_contacts`.

    `name_key` is the name as duplicates are looked for (`names.name_key`), computed with every write; `stable_key` and
    `import_hash` are as in listings. A client that was merged into another one is in the bin and names it; one whose
    data were erased keeps its number, its dates and its stage.
    """

    __tablename__ = "clients"
    __table_args__ = (
        _live("ix_clients_created", "created_at"),
        _live("ix_clients_updated", "updated_at"),
        _live("ix_clients_owner", "owner_id", "id"),
        _live("ix_clients_name", "name"),
        # All that is counted by stage and kind, without a look at the clients themselves.
        _live("ix_clients_stage", "stage", "source", "temperature", "kind", "id"),
        _live("ix_clients_roles", "roles", "id", where="roles IS NOT NULL"),
        _live("ix_clients_source", "source", "id", where="source IS NOT NULL"),
        _live("ix_clients_contacted", "last_contact_at", where="last_contact_at IS NOT NULL"),
        _live("ix_clients_referrer", "referrer_id", where="referrer_id IS NOT NULL"),
        _live("ix_clients_tagged", "id", where="tags IS NOT NULL"),
        _live("ix_clients_telegram", "telegram", where="telegram IS NOT NULL"),
        _where("ix_clients_name_key", "owner_id", "name_key", where="name_key IS NOT NULL"),
        _where("ix_clients_external", "owner_id", "external_id", where="external_id IS NOT NULL"),
        _where("ix_clients_stable", "owner_id", "stable_key", where="stable_key IS NOT NULL"),
        _where("ix_clients_hash", "owner_id", "import_hash", where="import_hash IS NOT NULL"),
        _where("ix_clients_merged", "merged_into", where="merged_into IS NOT NULL"),
        _where("ix_clients_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    stable_key: str | None = Field(default=None, sa_column=Column(Plain))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))
    kind: str = Field(sa_column=Column(Plain, nullable=False))
    name: str = Field(sa_column=Column(Plain, nullable=False))
    name_key: str | None = Field(default=None, sa_column=Column(Plain))
    last_name: str | None = Field(default=None, sa_column=Column(Plain))
    first_name: str | None = Field(default=None, sa_column=Column(Plain))
    middle_name: str | None = Field(default=None, sa_column=Column(Plain))
    company_name: str | None = Field(default=None, sa_column=Column(Plain))
    roles: str | None = Field(default=None, sa_column=Column(Json))
    stage: str = Field(sa_column=Column(Plain, nullable=False))
    temperature: str | None = Field(default=None, sa_column=Column(Plain))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    campaign: str | None = Field(default=None, sa_column=Column(Plain))
    referrer_id: int | None = Field(default=None, sa_column=Column(Key))
    telegram: str | None = Field(default=None, sa_column=Column(Plain))
    birthday: str | None = Field(default=None, sa_column=Column(Day))
    language: str | None = Field(default=None, sa_column=Column(Plain))
    notes: str | None = Field(default=None, sa_column=Column(Plain))
    tags: str | None = Field(default=None, sa_column=Column(Json))
    attributes: str | None = Field(default=None, sa_column=Column(Json))
    last_contact_at: str | None = Field(default=None, sa_column=Column(Moment))
    merged_into: int | None = Field(default=None, sa_column=Column(Key))
    erased_at: str | None = Field(default=None, sa_column=Column(Moment))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class ClientContactRow(SQLModel, table=True):
    """A phone (E.164) or an e-mail (lower case) of a client: part of its state, and no object of its own."""

    __tablename__ = "client_contacts"
    __table_args__ = (
        UniqueConstraint("client_id", "channel", "value"),
        Index("ix_client_contacts_value", "channel", "value"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    client_id: int = Field(sa_column=Column(Key, ForeignKey("clients.id"), nullable=False))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    channel: str = Field(sa_column=Column(Plain, nullable=False))
    value: str = Field(sa_column=Column(Plain, nullable=False))
    label: str | None = Field(default=None, sa_column=Column(Plain))
    position: int = Field(sa_column=Column(Integer, nullable=False))


class LeadRow(SQLModel, table=True):
    """One need of one client: the funnel runs over these. Money is in minor units of `currency`."""

    __tablename__ = "leads"
    __table_args__ = (
        # Those of a month are read here, and by number what sums are made of, without a look at the leads themselves.
        _live("ix_leads_created", "created_at", "id", "client_id", "side", "stage", "source", "owner_id", "referrer_id",
              "first_response_at", "closed_at", "lost_reason", "deleted_at"),
        Index("ix_leads_facts", "id", "stage", "side", "source", "owner_id", "client_id", "temperature", "created_at",
              "deleted_at"),
        # What is open, side by side.
        _live("ix_leads_open", "id", "stage", "client_id", "temperature", "created_at", "owner_id", "side", "source",
              "deleted_at", where="stage IN ('new', 'contacted', 'qualified', 'showing', 'negotiation')"),
        _live("ix_leads_owner", "owner_id", "id"),
        _live("ix_leads_client", "client_id"),
        _live("ix_leads_stage", "stage", "id", "deleted_at"),
        _live("ix_leads_source", "source", "id", where="source IS NOT NULL"),
        _live("ix_leads_property", "property_id", where="property_id IS NOT NULL"),
        _live("ix_leads_closed", "closed_at", where="closed_at IS NOT NULL"),
        _live("ix_leads_untouched", "created_at", where="first_response_at IS NULL AND closed_at IS NULL"),
        _where("ix_leads_external", "owner_id", "external_id", where="external_id IS NOT NULL"),
        _where("ix_leads_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    client_id: int = Field(sa_column=Column(Key, nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    side: str = Field(sa_column=Column(Plain, nullable=False))
    stage: str = Field(sa_column=Column(Plain, nullable=False))
    temperature: str | None = Field(default=None, sa_column=Column(Plain))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    campaign: str | None = Field(default=None, sa_column=Column(Plain))
    referrer_id: int | None = Field(default=None, sa_column=Column(Key))
    budget_min: int | None = Field(default=None, sa_column=Column(Money))
    budget_max: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    lost_reason: str | None = Field(default=None, sa_column=Column(Plain))
    first_response_at: str | None = Field(default=None, sa_column=Column(Moment))
    closed_at: str | None = Field(default=None, sa_column=Column(Moment))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class LeadStageRow(SQLModel, table=True):
    """A move of a lead between stages; dates and `withdrawn_by` as in the histories of listings. The first move has no
    `old_stage`: it says in what stage the lead began."""

    __tablename__ = "lead_stages"
    __table_args__ = (
        Index("ix_lead_stages_lead", "lead_id", "effective_at", "id", "new_stage", "old_stage", "withdrawn_by"),
        Index("ix_lead_stages_operation", "operation_id"),
        # Where leads stood at a past moment.
        _where(
            "ix_lead_stages_at",
            "effective_at",
            "lead_id",
            "old_stage",
            "new_stage",
            "withdrawn_by",
            where="withdrawn_by IS NULL",
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    lead_id: int = Field(sa_column=Column(Key, nullable=False))
    old_stage: str | None = Field(default=None, sa_column=Column(Plain))
    new_stage: str = Field(sa_column=Column(Plain, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Plain))
    effective_at: str = Field(sa_column=Column(Moment, nullable=False))
    recorded_at: str = Field(sa_column=Column(Moment, nullable=False))
    operation_id: int = Field(sa_column=Column(Key, ForeignKey("operations.id"), nullable=False))
    withdrawn_by: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id"), index=True))


class InteractionRow(SQLModel, table=True):
    """A call, a message, a meeting with a client, or a note about it.

    `intake_key` is a digest of the enquiry that `clients intake` took in, by which the same one is known again;
    `score` is how likely the client is to recommend us, 0 to 10.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        _live("ix_interactions_owner", "owner_id", "id"),
        # Who was spoken with, and when last, is told by these, without a look at what was said.
        _live("ix_interactions_client", "client_id", "at", "id", "outcome", "channel", "auto", "deleted_at"),
        _live(
            "ix_interactions_lead",
            "lead_id",
            "at",
            "id",
            "outcome",
            "channel",
            "auto",
            "deleted_at",
            where="lead_id IS NOT NULL",
        ),
        _live("ix_interactions_at", "at"),
        _live("ix_interactions_property", "property_id", where="property_id IS NOT NULL"),
        _where("ix_interactions_external", "external_id", where="external_id IS NOT NULL"),
        _live(
            "ix_interactions_score",
            "at",
            "client_id",
            "id",
            "score",
            "owner_id",
            "deleted_at",
            where="score IS NOT NULL",
        ),
        _where("ix_interactions_intake", "intake_key", where="intake_key IS NOT NULL"),
        _where("ix_interactions_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    client_id: int = Field(sa_column=Column(Key, nullable=False))
    lead_id: int | None = Field(default=None, sa_column=Column(Key))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    intake_key: str | None = Field(default=None, sa_column=Column(Plain))
    channel: str = Field(sa_column=Column(Plain, nullable=False))
    direction: str = Field(sa_column=Column(Plain, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    outcome: str = Field(sa_column=Column(Plain, nullable=False))
    auto: bool = Field(sa_column=Column(Boolean, nullable=False))
    duration_seconds: int | None = Field(default=None, sa_column=Column(Integer))
    text: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    score: int | None = Field(default=None, sa_column=Column(Integer))


class ConsentRow(SQLModel, table=True):
    """A person's yes or no to what is done with the personal data: for which purpose, when, and what proves it."""

    __tablename__ = "consents"
    __table_args__ = (
        _live("ix_consents_owner", "owner_id", "id"),
        _live("ix_consents_client", "client_id", "purpose"),
        _live("ix_consents_expires", "expires_at", where="expires_at IS NOT NULL"),
        _where("ix_consents_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    client_id: int = Field(sa_column=Column(Key, nullable=False))
    purpose: str = Field(sa_column=Column(Plain, nullable=False))
    granted: bool = Field(sa_column=Column(Boolean, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    evidence: str | None = Field(default=None, sa_column=Column(Plain))
    expires_at: str | None = Field(default=None, sa_column=Column(Moment))
    withdrawn_at: str | None = Field(default=None, sa_column=Column(Moment))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class ClientNotDuplicateRow(SQLModel, table=True):
    """Two clients that somebody looked at and found to be different (`first` is the smaller id)."""

    __tablename__ = "client_not_duplicates"
    __table_args__ = (UniqueConstraint("first", "second"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    first: int = Field(sa_column=Column(Key, nullable=False))
    second: int = Field(sa_column=Column(Key, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))


class RequestRow(SQLModel, table=True):
    """A request of a client. Lists are JSON; an empty one is NULL and asks for nothing.

    `type_bits`, `room_bits`, `city_keys` and `place_keys` say the same of types, rooms and places in a form that an
    index and a statement compare (`request_record.derived`).
    """

    __tablename__ = "requests"
    __table_args__ = (
        _live("ix_requests_created", "created_at"),
        _live("ix_requests_updated", "updated_at"),
        _live("ix_requests_owner", "owner_id", "id"),
        _live("ix_requests_client", "client_id"),
        _live("ix_requests_lead", "lead_id", where="lead_id IS NOT NULL"),
        # All that decides cheaply whether a listing may match stands in the index.
        _live(
            "ix_requests_match",
            *("deal_type", "price_max", "price_min", "currency", "type_bits", "room_bits", "area_min", "area_max",
              "owner_id"),
            where="status = 'active'",
        ),
        _where("ix_requests_external", "owner_id", "external_id", where="external_id IS NOT NULL"),
        _where("ix_requests_stable", "owner_id", "stable_key", where="stable_key IS NOT NULL"),
        _where("ix_requests_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    client_id: int = Field(sa_column=Column(Key, nullable=False))
    lead_id: int | None = Field(default=None, sa_column=Column(Key))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    title: str | None = Field(default=None, sa_column=Column(Plain))
    status: str = Field(sa_column=Column(Plain, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, nullable=False))
    property_types: str | None = Field(default=None, sa_column=Column(Json))
    price_min: int | None = Field(default=None, sa_column=Column(Money))
    price_max: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    rooms: str | None = Field(default=None, sa_column=Column(Json))
    area_min: float | None = Field(default=None, sa_column=Column(Double))
    area_max: float | None = Field(default=None, sa_column=Column(Double))
    kitchen_min: float | None = Field(default=None, sa_column=Column(Double))
    land_min: float | None = Field(default=None, sa_column=Column(Double))
    land_max: float | None = Field(default=None, sa_column=Column(Double))
    floor_min: int | None = Field(default=None, sa_column=Column(Integer))
    floor_max: int | None = Field(default=None, sa_column=Column(Integer))
    year_min: int | None = Field(default=None, sa_column=Column(Integer))
    year_max: int | None = Field(default=None, sa_column=Column(Integer))
    cities: str | None = Field(default=None, sa_column=Column(Json))
    districts: str | None = Field(default=None, sa_column=Column(Json))
    metros: str | None = Field(default=None, sa_column=Column(Json))
    metro_minutes_max: int | None = Field(default=None, sa_column=Column(Integer))
    places: str | None = Field(default=None, sa_column=Column(Json))
    must: str | None = Field(default=None, sa_column=Column(Json))
    nice: str | None = Field(default=None, sa_column=Column(Json))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    type_bits: int | None = Field(default=None, sa_column=Column(BigInteger))
    room_bits: int | None = Field(default=None, sa_column=Column(BigInteger))
    city_keys: str | None = Field(default=None, sa_column=Column(Plain))
    place_keys: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    stable_key: str | None = Field(default=None, sa_column=Column(Plain))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))


class MarkRow(SQLModel, table=True):
    """What became of a listing that was proposed to a request, one live row a pair; `price` is the listing's then."""

    __tablename__ = "match_marks"
    __table_args__ = (
        Index("ix_match_marks_pair", "request_id", "property_id", unique=True,
              sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL")),
        _live("ix_match_marks_owner", "owner_id", "id"),
        _live("ix_match_marks_property", "property_id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    request_id: int = Field(sa_column=Column(Key, nullable=False))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    mark: str = Field(sa_column=Column(Plain, nullable=False))
    price: int | None = Field(default=None, sa_column=Column(Money))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
