"""Listings, their photos and histories as tables.

What may stand in a field is said by `schemas`; what a listing may do, by `service`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Computed, Double, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Day, Json, Key, Moment, Money, Plain

# Minor units a square metre. The cast to NUMERIC makes PostgreSQL round as SQLite does, half away from zero.
_PRICE_PER_M2 = (
    "CASE WHEN price IS NOT NULL AND area_total > 0 THEN CAST(ROUND(CAST(price / area_total AS NUMERIC)) AS BIGINT) END"
)
# Listings in the bin are seldom read; every index that serves lists leaves them out.
_LIVE = text("deleted_at IS NULL")


def _live(name: str, *columns: str, where: str = "") -> Index:
    condition = text(f"deleted_at IS NULL AND {where}") if where else _LIVE
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class PropertyRow(SQLModel, table=True):
    """One listing. Money is in minor units of `currency`, areas in square metres, `tags` and `attributes` are JSON.

    `url_key` and `stable_key` identify a row of an import that brings no number of its own, and `import_hash` is the
    row as it last came (see `importing`).
    """

    __tablename__ = "properties"
    __table_args__ = (
        _live("ix_properties_created", "created_at"),
        _live("ix_properties_owner", "owner_id", "id"),
        # In the order of creation within a kind of deal: a page far down is found without sorting all before it.
        _live("ix_properties_deal", "deal_type", "id"),
        # Prices in order, all that counts by kind and most of what a match asks, without a look at the listings.
        _live(
            "ix_properties_kinds",
            *("deal_type", "price", "price_per_m2", "currency", "status", "property_type", "rooms", "city"),
        ),
        # What the matches of a request are found by, whole; `deal_type <> ''` keeps every other statement from it.
        # SQLite takes that of kinds: one more would make each new listing a tenth dearer.
        Index(
            "ix_properties_match",
            *("deal_type", "city", "price", "property_type", "rooms", "area_total", "district", "currency", "owner_id"),
            postgresql_where=text("deleted_at IS NULL AND status = 'active' AND deal_type <> ''"),
            info={"dialect": "postgresql"},
        ),
        _live("ix_properties_city", "city", where="city IS NOT NULL"),
        _live("ix_properties_district", "district", where="district IS NOT NULL"),
        _live("ix_properties_metro", "metro", where="metro IS NOT NULL"),
        _live("ix_properties_map", "latitude", "longitude", where="latitude IS NOT NULL"),
        _live("ix_properties_closed", "closed_at", where="closed_at IS NOT NULL"),
        _live("ix_properties_exclusive", "exclusive_until", where="exclusive_until IS NOT NULL"),
        _live("ix_properties_cadastral", "cadastral_number", where="cadastral_number IS NOT NULL"),
        _live(
            "ix_properties_open",
            *("status", "id", "owner_id", "deal_type", "currency", "property_type", "district", "rooms", "price",
              "area_total", "area_land", "listed_at", "created_at", "deleted_at"),
            where="status IN ('draft', 'active', 'reserved')",
        ),
        Index("ix_properties_external", "external_id", sqlite_where=text("external_id IS NOT NULL"),
              postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_properties_url", "url_key", sqlite_where=text("url_key IS NOT NULL"),
              postgresql_where=text("url_key IS NOT NULL")),
        Index("ix_properties_stable", "stable_key", sqlite_where=text("stable_key IS NOT NULL"),
              postgresql_where=text("stable_key IS NOT NULL")),
        Index("ix_properties_bin", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL"),
              postgresql_where=text("deleted_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    external_id: str | None = Field(default=None, sa_column=Column(Plain))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    source_url: str | None = Field(default=None, sa_column=Column(Plain))
    url_key: str | None = Field(default=None, sa_column=Column(Plain))
    stable_key: str | None = Field(default=None, sa_column=Column(Plain))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))
    title: str = Field(sa_column=Column(Plain, nullable=False))
    description: str | None = Field(default=None, sa_column=Column(Plain))
    property_type: str = Field(sa_column=Column(Plain, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, nullable=False))
    status: str = Field(sa_column=Column(Plain, nullable=False))
    status_reason: str | None = Field(default=None, sa_column=Column(Plain))
    price: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    market: str | None = Field(default=None, sa_column=Column(Plain))
    rooms: int | None = Field(default=None, sa_column=Column(Integer))
    is_studio: bool | None = Field(default=None, sa_column=Column(Boolean))
    is_euro: bool | None = Field(default=None, sa_column=Column(Boolean))
    is_apartments: bool | None = Field(default=None, sa_column=Column(Boolean))
    is_free_layout: bool | None = Field(default=None, sa_column=Column(Boolean))
    area_total: float | None = Field(default=None, sa_column=Column(Double))
    area_living: float | None = Field(default=None, sa_column=Column(Double))
    area_kitchen: float | None = Field(default=None, sa_column=Column(Double))
    area_land: float | None = Field(default=None, sa_column=Column(Double))
    floor: int | None = Field(default=None, sa_column=Column(Integer))
    floors_total: int | None = Field(default=None, sa_column=Column(Integer))
    year_built: int | None = Field(default=None, sa_column=Column(Integer))
    building_material: str | None = Field(default=None, sa_column=Column(Plain))
    renovation: str | None = Field(default=None, sa_column=Column(Plain))
    ceiling_height: float | None = Field(default=None, sa_column=Column(Double))
    country: str | None = Field(default=None, sa_column=Column(Plain))
    region: str | None = Field(default=None, sa_column=Column(Plain))
    city: str | None = Field(default=None, sa_column=Column(Plain))
    district: str | None = Field(default=None, sa_column=Column(Plain))
    street: str | None = Field(default=None, sa_column=Column(Plain))
    house: str | None = Field(default=None, sa_column=Column(Plain))
    flat: str | None = Field(default=None, sa_column=Column(Plain))
    postal_code: str | None = Field(default=None, sa_column=Column(Plain))
    address: str | None = Field(default=None, sa_column=Column(Plain))
    latitude: float | None = Field(default=None, sa_column=Column(Double))
    longitude: float | None = Field(default=None, sa_column=Column(Double))
    metro: str | None = Field(default=None, sa_column=Column(Plain))
    metro_minutes: int | None = Field(default=None, sa_column=Column(Integer))
    cadastral_number: str | None = Field(default=None, sa_column=Column(Plain))
    mortgage: bool | None = Field(default=None, sa_column=Column(Boolean))
    bargain: bool | None = Field(default=None, sa_column=Column(Boolean))
    commission: float | None = Field(default=None, sa_column=Column(Double))
    deposit: int | None = Field(default=None, sa_column=Column(Money))
    contact_name: str | None = Field(default=None, sa_column=Column(Plain))
    contact_phone: str | None = Field(default=None, sa_column=Column(Plain))
    tags: str | None = Field(default=None, sa_column=Column(Json))
    attributes: str | None = Field(default=None, sa_column=Column(Json))
    client_id: int | None = Field(default=None, sa_column=Column(Key))
    listed_at: str | None = Field(default=None, sa_column=Column(Moment))
    closed_at: str | None = Field(default=None, sa_column=Column(Moment))
    final_price: int | None = Field(default=None, sa_column=Column(Money))
    exclusive_from: str | None = Field(default=None, sa_column=Column(Day))
    exclusive_until: str | None = Field(default=None, sa_column=Column(Day))
    price_per_m2: int | None = Field(default=None, sa_column=Column(Money, Computed(_PRICE_PER_M2, persisted=True)))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class PhotoRow(SQLModel, table=True):
    """A photo of a listing: `key` names its files, `position` its place (the first is the cover)."""

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_property", "property_id", "position"),
        Index("ix_photos_key", "key"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    property_id: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("properties.id")))
    key: str = Field(sa_column=Column(Plain, nullable=False))
    position: int = Field(sa_column=Column(Integer, nullable=False))
    width: int = Field(sa_column=Column(Integer, nullable=False))
    height: int = Field(sa_column=Column(Integer, nullable=False))
    bytes: int = Field(sa_column=Column(Integer, nullable=False))
    media_type: str = Field(sa_column=Column(Plain, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))


class PriceChangeRow(SQLModel, table=True):
    """A change of price: effective when it held in the world, recorded when we learned of it.

    No row is written for the first price: it is `old_price` of the first change, or the listing's own price.
    The listing is no foreign key, since the history outlives a creation that was undone and may be done again;
    `withdrawn_by` is the undo that took the change back.
    """

    __tablename__ = "property_prices"
    __table_args__ = (
        Index("ix_property_prices_property", "property_id", "effective_at"),
        Index("ix_property_prices_operation", "operation_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    old_price: int | None = Field(default=None, sa_column=Column(Money))
    new_price: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    effective_at: str = Field(sa_column=Column(Moment, nullable=False))
    recorded_at: str = Field(sa_column=Column(Moment, nullable=False))
    operation_id: int = Field(sa_column=Column(Key, ForeignKey("operations.id"), nullable=False))
    withdrawn_by: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id"), index=True))


class StatusChangeRow(SQLModel, table=True):
    """A move of status with its reason; dates and `withdrawn_by` as in `PriceChangeRow`."""

    __tablename__ = "property_statuses"
    __table_args__ = (
        Index("ix_property_statuses_property", "property_id", "effective_at"),
        Index("ix_property_statuses_effective", "effective_at", "property_id"),
        Index("ix_property_statuses_operation", "operation_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    old_status: str = Field(sa_column=Column(Plain, nullable=False))
    new_status: str = Field(sa_column=Column(Plain, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Plain))
    effective_at: str = Field(sa_column=Column(Moment, nullable=False))
    recorded_at: str = Field(sa_column=Column(Moment, nullable=False))
    operation_id: int = Field(sa_column=Column(Key, ForeignKey("operations.id"), nullable=False))
    withdrawn_by: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id"), index=True))


class NotDuplicateRow(SQLModel, table=True):
    """Two listings that somebody looked at and found to be different (`first` is the smaller id)."""

    __tablename__ = "property_not_duplicates"
    __table_args__ = (UniqueConstraint("first", "second"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    first: int = Field(sa_column=Column(Key, nullable=False))
    second: int = Field(sa_column=Column(Key, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))


class OutsideComparableRow(SQLModel, table=True):
    """A listing of somebody else, or a sale that was entered by hand: known only to compare prices with. `row_key` is
    what an import knows it again by, `area` what its price goes by (of land for land), `priced_at` when it was asked or
    paid (`sold`)."""

    __tablename__ = "outside_comparables"
    __table_args__ = (
        Index("ix_outside_comparables_key", "owner_id", "row_key", unique=True),
        Index("ix_outside_comparables_pool", "deal_type", "property_type", "city", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    row_key: str = Field(sa_column=Column(Plain, nullable=False))
    import_hash: int | None = Field(default=None, sa_column=Column(BigInteger))
    source: str | None = Field(default=None, sa_column=Column(Plain))
    source_url: str | None = Field(default=None, sa_column=Column(Plain))
    title: str = Field(sa_column=Column(Plain, nullable=False))
    property_type: str = Field(sa_column=Column(Plain, nullable=False))
    deal_type: str = Field(sa_column=Column(Plain, nullable=False))
    sold: bool = Field(sa_column=Column(Boolean, nullable=False))
    price: int = Field(sa_column=Column(Money, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    priced_at: str = Field(sa_column=Column(Moment, nullable=False))
    market: str | None = Field(default=None, sa_column=Column(Plain))
    rooms: int | None = Field(default=None, sa_column=Column(Integer))
    area: float = Field(sa_column=Column(Double, nullable=False))
    floor: int | None = Field(default=None, sa_column=Column(Integer))
    floors_total: int | None = Field(default=None, sa_column=Column(Integer))
    year_built: int | None = Field(default=None, sa_column=Column(Integer))
    building_material: str | None = Field(default=None, sa_column=Column(Plain))
    renovation: str | None = Field(default=None, sa_column=Column(Plain))
    city: str | None = Field(default=None, sa_column=Column(Plain))
    district: str | None = Field(default=None, sa_column=Column(Plain))
    street: str | None = Field(default=None, sa_column=Column(Plain))
    house: str | None = Field(default=None, sa_column=Column(Plain))
    address: str | None = Field(default=None, sa_column=Column(Plain))
    latitude: float | None = Field(default=None, sa_column=Column(Double))
    longitude: float | None = Field(default=None, sa_column=Column(Double))
    metro: str | None = Field(default=None, sa_column=Column(Plain))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
    updated_at: str = Field(sa_column=Column(Moment, nullable=False))
    deleted_at: str | None = Field(default=None, sa_column=Column(Moment))


class PriceEstimateRow(SQLModel, table=True):
    """What we said that a listing is worth, the last of a day. How far off that was is found when it has sold, from the
    listing itself, so that an undone or corrected sale corrects it. `sale_price` is what it was expected to go for."""

    __tablename__ = "price_estimates"
    __table_args__ = (
        Index("ix_price_estimates_once", "property_id", "day", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    day: str = Field(sa_column=Column(Day, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    basis: str = Field(sa_column=Column(Plain, nullable=False))
    price: int = Field(sa_column=Column(Money, nullable=False))
    low: int = Field(sa_column=Column(Money, nullable=False))
    high: int = Field(sa_column=Column(Money, nullable=False))
    sale_price: int | None = Field(default=None, sa_column=Column(Money))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    interval_kind: str = Field(sa_column=Column(Plain, nullable=False))
    confidence: str = Field(sa_column=Column(Plain, nullable=False))
    method: str = Field(sa_column=Column(Plain, nullable=False))
    n: int = Field(sa_column=Column(Integer, nullable=False))


class PriceRecommendationRow(SQLModel, table=True):
    """A price that an agent recommended; `owner_id` is the listing's, `account_id` whose price it is."""

    __tablename__ = "price_recommendations"
    __table_args__ = (
        Index("ix_price_recommendations_property", "property_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    owner_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    property_id: int = Field(sa_column=Column(Key, nullable=False))
    account_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False))
    price: int = Field(sa_column=Column(Money, nullable=False))
    currency: str = Field(sa_column=Column(Plain, nullable=False))
    at: str = Field(sa_column=Column(Moment, nullable=False))
