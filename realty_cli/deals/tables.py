"""Deals, and the money that hangs on them, as tables.

What may stand in a field is said by `schemas`; what a deal may do, by `rules` and `service`. Listings, clients and
leads are named by number and are no foreign keys: a deal outlives a listing that was purged or a person whose data
were erased, so that totals stay true.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Day, Json, Key, Moment, Money, Plain

# Every index that serves lists leaves out what lies in the bin.
_LIVE = text("deleted_at IS NULL")
_REOPENED = text("withdrawn_by IS NULL AND old_stage = 'closed'")
#: The stages in which a deal holds its listing, for itself alone.
_HOLDS = text("deleted_at IS NULL AND property_id IS NOT NULL AND stage IN ('reserved', 'contract')")


def _live(name: str, *columns: str, where: str = "") -> Index:
    condition = text(f"deleted_at IS NULL AND {where}") if where else _LIVE
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class DealRow(SQLModel, table=True):
    """One deal. Money is in minor units of `currency`; `tags` and `attributes` are JSON.

    Its clients stand in `deal_parties` and the deals that must close before it in `deal_links`: both are parts of its
    state, and no objects of their own. `stable_key` and `import_hash` are as in listings. `agreed` is what its lines of
    commission come to at its price so far: kept by the database itself (`store.migrations.commission_sums`).
    """

    __tablename__ = "deals"
    __table_args__ = (
        _live("ix_deals_created", "created_at"),
        _live("ix_deals_owner", "owner_id", "id"),
        _live("ix_deals_stage", "stage", "id", "deleted_at"),
        # What sums are made of, by number: a tenth of a deal, and read in a fraction of the time.
        Index("ix_deals_facts", "id", "stage", "kind", "currency", "owner_id", "amount", "final_price", "agreed",
              "created_at", "updated_at", "expected_close", "deleted_at"),
        # What is open, side by side.
        _live("ix_deals_open", "id", "stage", "kind", "currency", "owner_id", "agreed", "created_at", "updated_at",
              "expected_close", "deleted_at", where="stage IN ('lead', 'showing', 'offer', 'reserved', 'contract')"),
        # All that counts by kind is read here, without a look at the deals themselves.
        _live("ix_deals_kinds", "kind", "stage", "side", "currency", "amount"),
        # A kind up to a price is counted by these alone; the index above would read all of the kind.
        _live("ix_deals_prices", "kind", "amount"),
        _live("ix_deals_tagged", "id", where="tags IS NOT NULL"),
        # Orders. With the bin in them: SQLite takes an index without it for a short way through the whole table, and
        # goes it in this order, from one end of the file to the other.
        Index("ix_deals_amount", "amount", "id", "deleted_at"),
        Index("ix_deals_expected", "expected_close", "id", "deleted_at"),
        Index("ix_deals_title", "title", "id", "deleted_at"),
        _live("ix_deals_updated", "updated_at"),
        _live("ix_deals_lead", "lead_id", where="lead_id IS NOT NULL"),
        _live("ix_deals_deposit", "deposit_due", where="deposit_due IS NOT NULL"),
        _live("ix_deals_reserved", "reserved_until", where="reserved_until IS NOT NULL"),
        _live("ix_deals_mortgage", "mortgage_until", where="mortgage_until IS NOT NULL"),
        _live("ix_deals_property", "property_id", where="property_id IS NOT NULL"),
        _live("ix_deals_closed", "closed_at", "id", "kind", "side", "stage", "currency", "owner_id", "amount",
              "final_price", "created_at", "deleted_at", where="closed_at IS NOT NULL"),
        # Of two deals that reserve one listing at once, the database lets one through.
        Index("ix_deals_holding", "property_id", unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS),
        Index("ix_deals_external", "external_id", sqlite_where=text("external_id IS NOT NULL"),
              postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_deals_stable", "owner_id", "stable_key", sqlite_where=text("stable_key IS NOT NULL"),
              postgresql_where=text("stable_key IS NOT NULL")),
        Index("ix_deals_bin", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL"),
              postgresql_where=text("deleted_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    title: str = Field(sa_column=Column(Plain, nullable=False))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    lead_id: int | None = Field(default=None, sa_column=Column(Key))
    kind: str = Field(sa_column=Column(Plain, nullable=False))
    side: str = Field(sa_column=Column(Plain, nullable=False))
    stage: str = Field(sa_column=Column(Plain, nullable=False))
    amount: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    deposit_kind: str | None = Field(default=None, sa_column=Column(Plain))
    deposit: int | None = Field(default=None, sa_column=Column(Money))
    deposit_due: str | None = Field(default=None, sa_column=Column(Day))
    deposit_paid_at: str | None = Field(default=None, sa_column=Column(Moment))
    expected_close: str | None = Field(default=None, sa_column=Column(Day))
    reserved_at: str | None = Field(default=None, sa_column=Column(Moment))
    reserved_until: str | None = Field(default=None, sa_column=Column(Day))
    closed_at: str | None = Field(default=None, sa_column=Column(Moment))
    final_price: int | None = Field(default=None, sa_column=Column(Money))
    lost_reason: str | None = Field(default=None, sa_column=Column(Plain))
    mortgage_status: str | None = Field(default=None, sa_column=Column(Plain))
    mortgage_bank: str | None = Field(default=None, sa_column=Column(Plain))
    mortgage_amount: int | None = Field(default=None, sa_column=Column(Money))
    mortgage_until: str | None = Field(default=None, sa_column=Column(Day))
    contract_kind: str | None = Field(default=None, sa_column=Column(Plain))
    contract_number: str | None = Field(default=None, sa_column=Column(Plain))
    contract_date: str | None = Field(default=None, sa_column=Column(Day))
    notes: str | None = Field(default=None, sa_column=Column(Plain))
    tags: str | None = Field(default=None, sa_column=Column(Json))
    attributes: str | None = Field(default=None, sa_column=Column(Json))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    stable_key: str | None = Field(default=None, sa_column=Column(Plain))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))
    agreed: int | None = Field(default=None, sa_column=Column(Money))


class DealPartyRow(SQLModel, table=True):
    """A client in a deal, and what for: the same person may buy and sell in one chain, but once a deal in a role."""

    __tablename__ = "deal_parties"
    __table_args__ = (
        UniqueConstraint("deal_id", "client_id", "role"),
        Index("ix_deal_parties_client", "client_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    deal_id: int = Field(sa_column=Column(Key, ForeignKey("deals.id"), nullable=False))
    client_id: int = Field(sa_column=Column(Key, nullable=False))
    role: str = Field(sa_column=Column(Plain, nullable=False))
    position: int = Field(sa_column=Column(Integer, nullable=False))


class DealLinkRow(SQLModel, table=True):
    """A step in a chain of an alternative sale: `deal_id` can close when `before_id` has closed."""

    __tablename__ = "deal_links"
    __table_args__ = (
        UniqueConstraint("deal_id", "before_id"),
        Index("ix_deal_links_before", "before_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    deal_id: int = Field(sa_column=Column(Key, ForeignKey("deals.id"), nullable=False))
    before_id: int = Field(sa_column=Column(Key, nullable=False))


class DealStageRow(SQLModel, table=True):
    """A move of a deal between stages; dates and `withdrawn_by` as in the histories of listings. The first move has no
    `old_stage`: it says in what stage the deal began."""

    __tablename__ = "deal_stages"
    __table_args__ = (
        Index("ix_deal_stages_deal", "deal_id", "effective_at", "id", "new_stage", "old_stage", "withdrawn_by"),
        Index("ix_deal_stages_operation", "operation_id"),
        # Where deals stood at a past moment.
        Index("ix_deal_stages_at", "effective_at", "new_stage", "deal_id", "old_stage", "withdrawn_by",
              sqlite_where=text("withdrawn_by IS NULL"), postgresql_where=text("withdrawn_by IS NULL")),
        Index("ix_deal_stages_reopened", "effective_at", "deal_id", sqlite_where=_REOPENED, postgresql_where=_REOPENED),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    deal_id: int = Field(sa_column=Column(Key, nullable=False))
    old_stage: str | None = Field(default=None, sa_column=Column(Plain))
    new_stage: str = Field(sa_column=Column(Plain, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Plain))
    effective_at: str = Field(sa_column=Column(Moment, nullable=False))
    recorded_at: str = Field(sa_column=Column(Moment, nullable=False))
    operation_id: int = Field(sa_column=Column(Key, ForeignKey("operations.id"), nullable=False))
    withdrawn_by: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id"), index=True))


class OfferRow(SQLModel, table=True):
    """What somebody would pay: within a deal, or for a listing before there is a deal."""

    __tablename__ = "offers"
    __table_args__ = (
        _live("ix_offers_owner", "owner_id", "id"),
        _live("ix_offers_deal", "deal_id", where="deal_id IS NOT NULL"),
        _live("ix_offers_property", "property_id", where="property_id IS NOT NULL"),
        _live("ix_offers_client", "client_id", where="client_id IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    deal_id: int | None = Field(default=None, sa_column=Column(Key))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    client_id: int | None = Field(default=None, sa_column=Column(Key))
    amount: int = Field(sa_column=Column(Money, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    status: str = Field(sa_column=Column(Plain, nullable=False))
    decided_at: str | None = Field(default=None, sa_column=Column(Moment))
    valid_until: str | None = Field(default=None, sa_column=Column(Day))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class CommissionRow(SQLModel, table=True):
    """A line of commission: a `rate` (percent of the deal's amount) or an `amount`, who pays it and by when.

    `splits` is JSON: a list of shares, each with who (`agent`, `co_broker`, `referral`), an account or a name, and a
    rate (percent of the line) or an amount.

    While the deal is closed, the database itself keeps `earned`, what the line comes to at its price, its kind and when
    it closed (`store.migrations.commission_sums`).
    """

    __tablename__ = "commissions"
    __table_args__ = (
        _live("ix_commissions_owner", "owner_id", "id"),
        _live("ix_commissions_deal", "deal_id", "currency", "amount", "rate", "due_on", "paid_at", "deleted_at"),
        _live("ix_commissions_due", "due_on", where="due_on IS NOT NULL AND paid_at IS NULL"),
        # What an agency is owed: of most lines that nobody paid, the deal was lost.
        _live("ix_commissions_owed", "deal_id", "currency", "due_on", "earned", "earned_kind", "earned_at", "paid_at",
              "deleted_at", where="paid_at IS NULL AND earned_at IS NOT NULL"),
        _live("ix_commissions_split", "deal_id", where="splits IS NOT NULL"),
        _live("ix_commissions_paid", "paid_at", "id", "deal_id", "currency", "due_on", "earned", "earned_kind",
              "earned_at", "deleted_at", where="paid_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    deal_id: int = Field(sa_column=Column(Key, nullable=False))
    payer: str = Field(sa_column=Column(Plain, nullable=False))
    rate: float | None = Field(default=None, sa_column=Column(Double))
    amount: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    splits: str | None = Field(default=None, sa_column=Column(Json))
    due_on: str | None = Field(default=None, sa_column=Column(Day))
    paid_at: str | None = Field(default=None, sa_column=Column(Moment))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
    earned: int | None = Field(default=None, sa_column=Column(Money))
    earned_kind: str | None = Field(default=None, sa_column=Column(Plain))
    earned_at: str | None = Field(default=None, sa_column=Column(Moment))


class PaymentRow(SQLModel, table=True):
    """Money that came in (or went out) for a deal: the deposit, the price, a line of commission."""

    __tablename__ = "payments"
    __table_args__ = (
        _live("ix_payments_owner", "owner_id", "id"),
        _live("ix_payments_deal", "deal_id"),
        _live("ix_payments_commission", "commission_id", where="commission_id IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    deal_id: int = Field(sa_column=Column(Key, nullable=False))
    commission_id: int | None = Field(default=None, sa_column=Column(Key))
    client_id: int | None = Field(default=None, sa_column=Column(Key))
    purpose: str = Field(sa_column=Column(Plain, nullable=False))
    direction: str = Field(sa_column=Column(Plain, nullable=False))
    amount: int = Field(sa_column=Column(Money, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    method: str | None = Field(default=None, sa_column=Column(Plain))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class ExpenseRow(SQLModel, table=True):
    """Money spent: on a channel, a listing, a deal, or on nothing in particular."""

    __tablename__ = "expenses"
    __table_args__ = (
        _live("ix_expenses_owner", "owner_id", "id"),
        _live("ix_expenses_day", "spent_on"),
        _live("ix_expenses_property", "property_id", where="property_id IS NOT NULL"),
        _live("ix_expenses_deal", "deal_id", where="deal_id IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    spent_on: str = Field(sa_column=Column(Day, nullable=False))
    category: str = Field(sa_column=Column(Plain, nullable=False))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    campaign: str | None = Field(default=None, sa_column=Column(Plain))
    property_id: int | None = Field(default=None, sa_column=Column(Key))
    deal_id: int | None = Field(default=None, sa_column=Column(Key))
    amount: int = Field(sa_column=Column(Money, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class TargetRow(SQLModel, table=True):
    """What an agent, or with `scope` agency all of them, mean to reach in a period.

    `value` is in hundredths of what the metric counts (minor units, where `currency` is set)."""

    __tablename__ = "targets"
    __table_args__ = (
        _live("ix_targets_owner", "owner_id", "id"),
        _live("ix_targets_period", "metric", "starts_on"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    scope: str = Field(sa_column=Column(Plain, nullable=False))
    metric: str = Field(sa_column=Column(Plain, nullable=False))
    period: str = Field(sa_column=Column(Plain, nullable=False))
    starts_on: str = Field(sa_column=Column(Day, nullable=False))
    ends_on: str = Field(sa_column=Column(Day, nullable=False))
    value: int = Field(sa_column=Column(Money, nullable=False))
    currency: str | None = Field(default=None, sa_column=Column(Plain))
    note: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))
