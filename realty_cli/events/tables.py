"""Events and their instances as tables.

Listings, clients and deals are named by number and are no foreign keys: an event outlives what it was about. What
may stand in a field is said by `schemas`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from realty_cli.events.record import DENSE
from realty_cli.store.columns import Day, Json, Key, Moment, Plain


def _where(name: str, *columns: str, where: str = "deleted_at IS NULL", unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class EventRow(SQLModel, table=True):
    """One event, one series, or one exception to a series (`series_id` with `recurrence_id`, the original start).

    `starts_local` and `ends_local` are wall times in `timezone` (none: the owner's), dates where whole days are taken;
    `start_time` and `end_time` are the same as moments. `expanded_from` and `expanded_to` say how far a series is laid
    in `event_instances`. `ics` holds what a calendar file said beyond our fields.
    """

    __tablename__ = "events"
    __table_args__ = (
        _where("ix_events_owner", "owner_id", "start_time"),
        _where("ix_events_start", "start_time"),
        _where("ix_events_created", "created_at"),
        _where("ix_events_property", "property_id", where="property_id IS NOT NULL"),
        _where("ix_events_client", "client_id", where="client_id IS NOT NULL"),
        _where("ix_events_deal", "deal_id", where="deal_id IS NOT NULL"),
        _where("ix_events_series", "series_id", where="series_id IS NOT NULL"),
        _where("ix_events_expanded_to", "expanded_to", where="deleted_at IS NULL AND expanded_to IS NOT NULL"),
        _where("ix_events_dense", "owner_id", where=f"deleted_at IS NULL AND ({DENSE})"),
        _where("ix_events_expanded_from", "expanded_from", where="deleted_at IS NULL AND expanded_from IS NOT NULL"),
        # One row for an event or a series, one for each exception: calendars know them by these names.
        _where("ix_events_uid", "owner_id", "uid", where="recurrence_id IS NULL", unique=True),
        _where(
            "ix_events_exception", "owner_id", "uid", "recurrence_id", where="recurrence_id IS NOT NULL", unique=True
        ),
        _where("ix_events_put_off", "rescheduled_to", where="rescheduled_to IS NOT NULL"),
        _where("ix_events_actual", "id", "actual_start", "actual_end",
               where="actual_start IS NOT NULL AND actual_end IS NOT NULL"),
        _where("ix_events_placed", "id", "latitude", "longitude",
               where="latitude IS NOT NULL AND longitude IS NOT NULL"),
        _where("ix_events_bin", "deleted_at", where="deleted_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    uid: str = Field(sa_column=Column(Plain, nullable=False))
    sequence: int = Field(sa_column=Column(Integer, nullable=False))
    title: str = Field(sa_column=Column(Plain, nullable=False))
    description: str | None = Field(default=None, sa_column=Column(Plain))
    event_type: str = Field(sa_column=Column(Plain, nullable=False))
    status: str = Field(sa_column=Column(Plain, nullable=False))
    all_day: bool = Field(sa_column=Column(Boolean, nullable=False))
    starts_local: str = Field(sa_column=Column(Plain, nullable=False))
    ends_local: str = Field(sa_column=Column(Plain, nullable=False))
    timezone: str | None = Field(default=None, sa_column=Column(Plain))
    start_time: str = Field(sa_column=Column(Moment, nullable=False))
    end_time: str = Field(sa_column=Column(Moment, nullable=False))
    location: str | None = Field(default=None, sa_column=Column(Plain))
    latitude: float | None = Field(default=None, sa_column=Column(Double))
    longitude: float | None = Field(default=None, sa_column=Column(Double))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    client_id: int | None = Field(default=None, sa_column=Column(Key))
    deal_id: int | None = Field(default=None, sa_column=Column(Key))
    attendees: str | None = Field(default=None, sa_column=Column(Json))
    actual_start: str | None = Field(default=None, sa_column=Column(Moment))
    actual_end: str | None = Field(default=None, sa_column=Column(Moment))
    cancelled_by: str | None = Field(default=None, sa_column=Column(Plain))
    rescheduled_to: int | None = Field(default=None, sa_column=Column(Key))
    rrule: str | None = Field(default=None, sa_column=Column(Plain))
    rdates: str | None = Field(default=None, sa_column=Column(Json))
    exdates: str | None = Field(default=None, sa_column=Column(Json))
    series_id: int | None = Field(default=None, sa_column=Column(Key))
    recurrence_id: str | None = Field(default=None, sa_column=Column(Plain))
    related_to: str | None = Field(default=None, sa_column=Column(Plain))
    reminders: str | None = Field(default=None, sa_column=Column(Json))
    priority: int | None = Field(default=None, sa_column=Column(Integer))
    color: str | None = Field(default=None, sa_column=Column(Plain))
    outcome: str | None = Field(default=None, sa_column=Column(Plain))
    outcome_note: str | None = Field(default=None, sa_column=Column(Plain))
    busy: bool = Field(sa_column=Column(Boolean, nullable=False))
    tentative: bool = Field(sa_column=Column(Boolean, nullable=False))
    declined: bool = Field(sa_column=Column(Boolean, nullable=False))
    buffer_before: int | None = Field(default=None, sa_column=Column(Integer))
    buffer_after: int | None = Field(default=None, sa_column=Column(Integer))
    tags: str | None = Field(default=None, sa_column=Column(Json))
    notes: str | None = Field(default=None, sa_column=Column(Plain))
    template_id: int | None = Field(default=None, sa_column=Column(Key))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))
    ics: str | None = Field(default=None, sa_column=Column(Json))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    expanded_from: str | None = Field(default=None, sa_column=Column(Moment))
    expanded_to: str | None = Field(default=None, sa_column=Column(Moment))


class EventInstanceRow(SQLModel, table=True):
    """An event, or one instance of a series, as it lies in time. Derived of the events, and never in the change log.

    `event_id` is the row that describes it, `series_id` the series that it belongs to. `busy` is the whole busy rule,
    `soft` a tentative one.
    """

    __tablename__ = "event_instances"
    __table_args__ = (
        Index("ix_event_instances_owner", "owner_id", "start_time", "end_time", "busy", "all_day"),
        Index("ix_event_instances_start", "start_time"),
        # Whole periods are told by these, without a look at the instances.
        Index("ix_event_instances_end", "end_time", "owner_id", "start_time", "event_type", "status", "busy",
              "all_day", "property_id", "event_id"),
        Index("ix_event_instances_kinds", "status", "event_type", "end_time", "owner_id", "property_id"),
        # Few are long; what reaches into a day from before is found by these.
        Index(
            "ix_event_instances_long",
            "owner_id",
            "start_time",
            "end_time",
            sqlite_where=text("substr(start_time, 1, 10) <> substr(end_time, 1, 10)"),
            postgresql_where=text("end_time - start_time > INTERVAL '1 day'"),
        ),
        _where("ix_event_instances_property", "property_id", "start_time", "end_time", "status", "event_type",
               "owner_id", where="property_id IS NOT NULL"),
        Index("ix_event_instances_event", "event_id"),
        _where("ix_event_instances_series", "series_id", where="series_id IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    event_id: int = Field(sa_column=Column(Key, nullable=False))
    series_id: int | None = Field(default=None, sa_column=Column(Key))
    owner_id: int = Field(sa_column=Column(Key, nullable=False))
    recurrence_id: str | None = Field(default=None, sa_column=Column(Plain))
    start_time: str = Field(sa_column=Column(Moment, nullable=False))
    end_time: str = Field(sa_column=Column(Moment, nullable=False))
    local_date: str = Field(sa_column=Column(Day, nullable=False))
    all_day: bool = Field(sa_column=Column(Boolean, nullable=False))
    busy: bool = Field(sa_column=Column(Boolean, nullable=False))
    soft: bool = Field(sa_column=Column(Boolean, nullable=False))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    event_type: str = Field(sa_column=Column(Plain, nullable=False))
    status: str = Field(sa_column=Column(Plain, nullable=False))


class CalendarFeedRow(SQLModel, table=True):
    """A secret address at which others read one's events; the store has its hash. `event_types` none: all."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index("ix_calendar_feeds_owner", "owner_id", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    name: str = Field(sa_column=Column(Plain, nullable=False))
    token_hash: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    detail: str = Field(sa_column=Column(Plain, nullable=False))
    event_types: str | None = Field(default=None, sa_column=Column(Json))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    last_read_at: str | None = Field(default=None, sa_column=Column(Moment))
    revoked_at: str | None = Field(default=None, sa_column=Column(Moment))


class EventReminderRow(SQLModel, table=True):
    """A reminder that was taken in hand, once and only once: `event_id` is the series of an instance, `due_at` the
    moment that it was due, so that an event which moves is told of anew. `outbox_id` is the letter that it became."""

    __tablename__ = "event_reminders"
    __table_args__ = (
        Index(
            "ix_event_reminders_once", "event_id", "recurrence_id", "minutes_before", "channel", "due_at", unique=True
        ),
        Index("ix_event_reminders_due", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    event_id: int = Field(sa_column=Column(Key, nullable=False))
    recurrence_id: str = Field(sa_column=Column(Plain, nullable=False))
    minutes_before: int = Field(sa_column=Column(Integer, nullable=False))
    channel: str = Field(sa_column=Column(Plain, nullable=False))
    due_at: str = Field(sa_column=Column(Moment, nullable=False))
    owner_id: int = Field(sa_column=Column(Key, nullable=False))
    state: str = Field(sa_column=Column(Plain, nullable=False))
    claimed_at: str = Field(sa_column=Column(Moment, nullable=False))
    outbox_id: int | None = Field(default=None, sa_column=Column(Key))


class ShowingFeedbackRow(SQLModel, table=True):
    """What somebody said of a listing that was shown; `recurrence_id` names the instance of a series."""

    __tablename__ = "showing_feedback"
    __table_args__ = (
        _where("ix_showing_feedback_owner", "owner_id", "id"),
        _where("ix_showing_feedback_event", "event_id"),
        _where("ix_showing_feedback_property", "property_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    event_id: int = Field(sa_column=Column(Key, nullable=False))
    recurrence_id: str | None = Field(default=None, sa_column=Column(Plain))
    client_id: int | None = Field(default=None, sa_column=Column(Key))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    rating: int | None = Field(default=None, sa_column=Column(Integer))
    price_opinion: str | None = Field(default=None, sa_column=Column(Plain))
    objections: str | None = Field(default=None, sa_column=Column(Json))
    interested: bool | None = Field(default=None, sa_column=Column(Boolean))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    source: str = Field(sa_column=Column(Plain, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class EventTemplateRow(SQLModel, table=True):
    """What an event begins with, under a name."""

    __tablename__ = "event_templates"
    __table_args__ = (
        _where("ix_event_templates_owner", "owner_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    name: str = Field(sa_column=Column(Plain, nullable=False))
    title: str = Field(sa_column=Column(Plain, nullable=False))
    event_type: str = Field(sa_column=Column(Plain, nullable=False))
    duration_minutes: int = Field(sa_column=Column(Integer, nullable=False))
    description: str | None = Field(default=None, sa_column=Column(Plain))
    location: str | None = Field(default=None, sa_column=Column(Plain))
    reminders: str | None = Field(default=None, sa_column=Column(Json))
    buffer_before: int | None = Field(default=None, sa_column=Column(Integer))
    buffer_after: int | None = Field(default=None, sa_column=Column(Integer))
    color: str | None = Field(default=None, sa_column=Column(Plain))
    priority: int | None = Field(default=None, sa_column=Column(Integer))
    busy: bool | None = Field(default=None, sa_column=Column(Boolean))
    tags: str | None = Field(default=None, sa_column=Column(Json))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class CalendarIntegrationRow(SQLModel, table=True):
    """A calendar elsewhere that is kept in step. `secret_ref` names its password, which is not in the store;
    `private_ok`: whoever added it sat at this machine, and may reach its neighbours."""

    __tablename__ = "calendar_integrations"
    __table_args__ = (Index("ix_calendar_integrations_owner", "owner_id", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    provider: str = Field(sa_column=Column(Plain, nullable=False))
    name: str = Field(sa_column=Column(Plain, nullable=False))
    url: str = Field(sa_column=Column(Plain, nullable=False))
    username: str | None = Field(default=None, sa_column=Column(Plain))
    secret_ref: str = Field(sa_column=Column(Plain, nullable=False))
    private_ok: bool = Field(sa_column=Column(Boolean, nullable=False))
    conflict: str = Field(sa_column=Column(Plain, nullable=False))
    days_back: int = Field(sa_column=Column(Integer, nullable=False))
    token: str | None = Field(default=None, sa_column=Column(Plain))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    last_synced_at: str | None = Field(default=None, sa_column=Column(Moment))
    last_error: str | None = Field(default=None, sa_column=Column(Plain))


class SyncLinkRow(SQLModel, table=True):
    """An event (a series with its exceptions) that stands on both sides: `base` is the state agreed last, `local_rev`
    what our rows were then."""

    __tablename__ = "sync_links"
    __table_args__ = (
        Index("ix_sync_links_uid", "integration_id", "uid", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    integration_id: int = Field(sa_column=Column(Key, ForeignKey("calendar_integrations.id"), nullable=False))
    uid: str = Field(sa_column=Column(Plain, nullable=False))
    href: str = Field(sa_column=Column(Plain, nullable=False))
    etag: str | None = Field(default=None, sa_column=Column(Plain))
    base: str = Field(sa_column=Column(Json, nullable=False))
    local_rev: str = Field(sa_column=Column(Plain, nullable=False))
    sequence: int = Field(sa_column=Column(Integer, nullable=False))


class SyncConflictRow(SQLModel, table=True):
    """Where both sides changed the same: `clashes` keeps what each said. State open (nothing was done), settled (one
    side won), local or remote (somebody decided)."""

    __tablename__ = "sync_conflicts"
    __table_args__ = (Index("ix_sync_conflicts_integration", "integration_id", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    integration_id: int = Field(sa_column=Column(Key, ForeignKey("calendar_integrations.id"), nullable=False))
    owner_id: int = Field(sa_column=Column(Key, nullable=False))
    uid: str = Field(sa_column=Column(Plain, nullable=False))
    clashes: str = Field(sa_column=Column(Json, nullable=False))
    state: str = Field(sa_column=Column(Plain, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    resolved_at: str | None = Field(default=None, sa_column=Column(Moment))


class CalendarSettingsRow(SQLModel, table=True):
    """What somebody said of his planning and of how he is told; what he did not say is left to the defaults."""

    __tablename__ = "calendar_settings"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False, unique=True))
    planning: str | None = Field(default=None, sa_column=Column(Json))
    notifications: str | None = Field(default=None, sa_column=Column(Json))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    digest_on: str | None = Field(default=None, sa_column=Column(Day))
