"""What analytics keeps of its own, as tables. Everything else is computed anew from what the slices hold."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, SmallInteger, text
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Bytes, Day, Json, Key, Moment, Plain


class AlertThresholdRow(SQLModel, table=True):
    """What somebody wants to be told of: a bound of a metric (`metric`, `operator`), or other figures for a rule that
    everybody has (`rule` is its key then, and `metric` for the others). What is empty is the rule's own."""

    __tablename__ = "alert_thresholds"
    __table_args__ = (
        Index("ix_alert_thresholds_owner", "owner_id", "id", sqlite_where=text("deleted_at IS NULL"),
              postgresql_where=text("deleted_at IS NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    rule: str = Field(sa_column=Column(Plain, nullable=False))
    name: str | None = Field(default=None, sa_column=Column(Plain))
    metric: str | None = Field(default=None, sa_column=Column(Plain))
    operator: str | None = Field(default=None, sa_column=Column(Plain))
    value: float | None = Field(default=None, sa_column=Column(Double))
    severe_value: float | None = Field(default=None, sa_column=Column(Double))
    clear_value: float | None = Field(default=None, sa_column=Column(Double))
    period: str | None = Field(default=None, sa_column=Column(Plain))
    hold_minutes: int | None = Field(default=None, sa_column=Column(Integer))
    keep_minutes: int | None = Field(default=None, sa_column=Column(Integer))
    cooldown_days: int | None = Field(default=None, sa_column=Column(Integer))
    min_n: int | None = Field(default=None, sa_column=Column(Integer))
    severity: str | None = Field(default=None, sa_column=Column(Plain))
    channels: str | None = Field(default=None, sa_column=Column(Json))
    quiet_hours: bool = Field(sa_column=Column(Boolean, nullable=False))
    enabled: bool = Field(sa_column=Column(Boolean, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class AlertRow(SQLModel, table=True):
    """Something that a rule found, from when it held (`since`) until it is resolved: one open row of a fingerprint.
    `facts` fill its sentence, `known_value` and `known_severity` are what they were when somebody acknowledged it or
    put it off, `fired` counts how often it came up."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_open", "owner_id", "fingerprint", unique=True, sqlite_where=text("state <> 'resolved'"),
              postgresql_where=text("state <> 'resolved'")),
        Index("ix_alerts_fingerprint", "owner_id", "fingerprint", "id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    rule: str = Field(sa_column=Column(Plain, nullable=False))
    threshold_id: int | None = Field(default=None, sa_column=Column(Key))
    fingerprint: str = Field(sa_column=Column(Plain, nullable=False))
    subject_type: str = Field(sa_column=Column(Plain, nullable=False))
    subject_id: int | None = Field(default=None, sa_column=Column(Key))
    state: str = Field(sa_column=Column(Plain, nullable=False))
    severity: str = Field(sa_column=Column(Plain, nullable=False))
    value: float | None = Field(default=None, sa_column=Column(Double))
    threshold: float | None = Field(default=None, sa_column=Column(Double))
    facts: str | None = Field(default=None, sa_column=Column(Json))
    impact: float = Field(sa_column=Column(Double, nullable=False))
    since: str = Field(sa_column=Column(Moment, nullable=False))
    fired_at: str | None = Field(default=None, sa_column=Column(Moment))
    acknowledged_by: int | None = Field(default=None, sa_column=Column(Key))
    acknowledged_at: str | None = Field(default=None, sa_column=Column(Moment))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    snoozed_until: str | None = Field(default=None, sa_column=Column(Moment))
    known_value: float | None = Field(default=None, sa_column=Column(Double))
    known_severity: str | None = Field(default=None, sa_column=Column(Plain))
    clear_since: str | None = Field(default=None, sa_column=Column(Moment))
    resolved_at: str | None = Field(default=None, sa_column=Column(Moment))
    resolved_reason: str | None = Field(default=None, sa_column=Column(Plain))
    fired: int = Field(sa_column=Column(Integer, nullable=False))
    in_digest: bool = Field(sa_column=Column(Boolean, nullable=False))
    told_at: str | None = Field(default=None, sa_column=Column(Moment))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))


class AlertCheckRow(SQLModel, table=True):
    """When the rules were last tried for somebody: those about facts, and, once a day, those about figures."""

    __tablename__ = "alert_checks"

    owner_id: int = Field(
        sa_column=Column(Key, ForeignKey("accounts.id"), primary_key=True, autoincrement=False, nullable=False)
    )
    facts_at: str | None = Field(default=None, sa_column=Column(Moment))
    figures_on: str | None = Field(default=None, sa_column=Column(Day))


class InsightSetRow(SQLModel, table=True):
    """The insights that were found last for somebody, without names; `sees_all`: in the rows of everybody."""

    __tablename__ = "insight_sets"

    owner_id: int = Field(
        sa_column=Column(Key, ForeignKey("accounts.id"), primary_key=True, autoincrement=False, nullable=False)
    )
    found_on: str = Field(sa_column=Column(Day, nullable=False))
    sees_all: bool = Field(sa_column=Column(Boolean, nullable=False))
    commission: float | None = Field(default=None, sa_column=Column(Double))
    ideas: str = Field(sa_column=Column(Json, nullable=False))


class InsightFeedbackRow(SQLModel, table=True):
    """An insight that somebody put aside, with the measure of its evidence then."""

    __tablename__ = "insight_feedback"
    __table_args__ = (Index("ix_insight_feedback_owner", "owner_id", "fingerprint"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    rule: str = Field(sa_column=Column(Plain, nullable=False))
    fingerprint: str = Field(sa_column=Column(Plain, nullable=False))
    measure: float = Field(sa_column=Column(Double, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    at: str = Field(sa_column=Column(Moment, nullable=False))


class ChannelStatsRow(SQLModel, table=True):
    """What a portal says of a listing on one day, on the calendar of whoever brought it in."""

    __tablename__ = "channel_stats"
    __table_args__ = (
        Index("ix_channel_stats_once", "property_id", "portal", "day", unique=True),
        Index("ix_channel_stats_day", "day", "property_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    portal: str = Field(sa_column=Column(Plain, nullable=False))
    day: str = Field(sa_column=Column(Day, nullable=False))
    views: int = Field(sa_column=Column(Integer, nullable=False))
    contacts: int = Field(sa_column=Column(Integer, nullable=False))
    favourites: int = Field(sa_column=Column(Integer, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))


class ReportScheduleRow(SQLModel, table=True):
    """A report that comes by itself: `request` is what is asked for (a period by its name, such as `last month`),
    `cron` when, on the owner's wall clock; `next_at` is none while it is switched off or in the bin."""

    __tablename__ = "report_schedules"
    __table_args__ = (
        Index("ix_report_schedules_owner", "owner_id", "id", sqlite_where=text("deleted_at IS NULL"),
              postgresql_where=text("deleted_at IS NULL")),
        Index("ix_report_schedules_next", "next_at", sqlite_where=text("next_at IS NOT NULL"),
              postgresql_where=text("next_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    name: str | None = Field(default=None, sa_column=Column(Plain))
    request: str = Field(sa_column=Column(Json, nullable=False))
    cron: str = Field(sa_column=Column(Plain, nullable=False))
    deliver: str = Field(sa_column=Column(Plain, nullable=False))
    enabled: bool = Field(sa_column=Column(Boolean, nullable=False))
    next_at: str | None = Field(default=None, sa_column=Column(Moment))
    last_at: str | None = Field(default=None, sa_column=Column(Moment))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class ReportRow(SQLModel, table=True):
    """A report that is made in the background, from when it was asked for until it expires. `error` is the code and the
    params of what went wrong."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_owner", "owner_id", "id"),
        Index("ix_reports_waiting", "id", sqlite_where=text("status IN ('waiting', 'running')"),
              postgresql_where=text("status IN ('waiting', 'running')")),
        Index("ix_reports_expires", "expires_at", sqlite_where=text("expires_at IS NOT NULL"),
              postgresql_where=text("expires_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    schedule_id: int | None = Field(default=None, sa_column=Column(Key))
    report_type: str = Field(sa_column=Column(Plain, nullable=False))
    format: str = Field(sa_column=Column(Plain, nullable=False))
    request: str = Field(sa_column=Column(Json, nullable=False))
    deliver: str = Field(sa_column=Column(Plain, nullable=False))
    status: str = Field(sa_column=Column(Plain, nullable=False))
    title: str | None = Field(default=None, sa_column=Column(Plain))
    file_name: str | None = Field(default=None, sa_column=Column(Plain))
    media_type: str | None = Field(default=None, sa_column=Column(Plain))
    size: int | None = Field(default=None, sa_column=Column(BigInteger))
    sha256: str | None = Field(default=None, sa_column=Column(Plain))
    error: str | None = Field(default=None, sa_column=Column(Json))
    tries: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    started_at: str | None = Field(default=None, sa_column=Column(Moment))
    finished_at: str | None = Field(default=None, sa_column=Column(Moment))
    expires_at: str | None = Field(default=None, sa_column=Column(Moment))


class ReportFileRow(SQLModel, table=True):
    """The file of a report, in the store: it comes and goes with its row, whoever made it and wherever."""

    __tablename__ = "report_files"

    report_id: int = Field(
        sa_column=Column(Key, ForeignKey("reports.id"), primary_key=True, autoincrement=False, nullable=False)
    )
    data: bytes = Field(sa_column=Column(Bytes, nullable=False))


class ListingMoveRow(SQLModel, table=True):
    """What one spell of a listing's life began with, as `analytics.listing_moves` says."""

    __tablename__ = "listing_moves"
    __table_args__ = (
        Index("ix_listing_moves_property", "property_id"),
        Index("ix_listing_moves_moved", "plain", "at", "property_id", sqlite_where=text("plain < 1"),
              postgresql_where=text("plain < 1")),
        Index("ix_listing_moves_closed", "deal_type", "currency", "at", "later", "days", "closed",
              sqlite_where=text("closed = 1 AND days IS NOT NULL"),
              postgresql_where=text("closed = 1 AND days IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False, nullable=False))
    property_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    drafts: int = Field(sa_column=Column(SmallInteger, nullable=False))
    stands: int = Field(sa_column=Column(SmallInteger, nullable=False))
    holds: int = Field(sa_column=Column(SmallInteger, nullable=False))
    sold: int = Field(sa_column=Column(SmallInteger, nullable=False))
    rented: int = Field(sa_column=Column(SmallInteger, nullable=False))
    off: int = Field(sa_column=Column(SmallInteger, nullable=False))
    comes: int = Field(sa_column=Column(SmallInteger, nullable=False))
    reserved: int = Field(sa_column=Column(SmallInteger, nullable=False))
    closed: int = Field(sa_column=Column(SmallInteger, nullable=False))
    withdrawn: int = Field(sa_column=Column(SmallInteger, nullable=False))
    earlier: int | None = Field(default=None, sa_column=Column(BigInteger))
    later: int | None = Field(default=None, sa_column=Column(BigInteger))
    days: float | None = Field(default=None, sa_column=Column(Double))
    plain: int = Field(sa_column=Column(SmallInteger, nullable=False))
    property_type: str | None = Field(default=None, sa_column=Column(Plain))
    district: str | None = Field(default=None, sa_column=Column(Plain))
    rooms: int | None = Field(default=None, sa_column=Column(Integer))


class ListingAskRow(SQLModel, table=True):
    """What was asked for a listing on the market until a moment, as `analytics.listing_asks` says."""

    __tablename__ = "listing_asks"
    __table_args__ = (Index("ix_listing_asks_property", "property_id"), {"sqlite_with_rowid": False})

    went: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False, nullable=False))
    property_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    began: int | None = Field(default=None, sa_column=Column(BigInteger))
    price: int | None = Field(default=None, sa_column=Column(BigInteger))
    metre: float | None = Field(default=None, sa_column=Column(Double))
    paid: float | None = Field(default=None, sa_column=Column(Double))


class ListingDayRow(SQLModel, table=True):
    """The sums of the moves of one day since the year 1, in UTC."""

    __tablename__ = "listing_days"
    __table_args__ = ({"sqlite_with_rowid": False},)

    day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, primary_key=True, nullable=False))
    currency: str = Field(sa_column=Column(Plain, primary_key=True, nullable=False))
    drafts: int = Field(sa_column=Column(BigInteger, nullable=False))
    stands: int = Field(sa_column=Column(BigInteger, nullable=False))
    holds: int = Field(sa_column=Column(BigInteger, nullable=False))
    sold: int = Field(sa_column=Column(BigInteger, nullable=False))
    rented: int = Field(sa_column=Column(BigInteger, nullable=False))
    off: int = Field(sa_column=Column(BigInteger, nullable=False))
    comes: int = Field(sa_column=Column(BigInteger, nullable=False))
    reserved: int = Field(sa_column=Column(BigInteger, nullable=False))
    closed: int = Field(sa_column=Column(BigInteger, nullable=False))
    withdrawn: int = Field(sa_column=Column(BigInteger, nullable=False))


class ListingSumsRow(SQLModel, table=True):
    """How far the sums reach (one row, none before the first): the last change and the last operation that are in
    them. `built_to` is the last listing while they are made anew, none once they are whole; `rules` the version of the
    rules that they were made by; `round` counts the writings."""

    __tablename__ = "listing_sums"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False, nullable=False))
    rules: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Key, nullable=False))
    operation: int = Field(sa_column=Column(Key, nullable=False))
    built_to: int | None = Field(default=None, sa_column=Column(Key))
    round: int = Field(sa_column=Column(BigInteger, nullable=False))
