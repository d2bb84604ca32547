"""How comparables from elsewhere are stored, logged and undone."""

from __future__ import annotations

from realty_cli.store.rows import RowKind

OUTSIDE = RowKind(
    kind="comparable",
    table="outside_comparables",
    missing="comparable.not_found",
    not_in_bin="comparable.not_found",
    columns=(
        "id", "owner_id", "row_key", "import_hash", "source", "source_url", "title", "property_type", "deal_type",
        "sold", "price", "currency", "priced_at", "market", "rooms", "area", "floor", "floors_total", "year_built",
        "building_material", "renovation", "city", "district", "street", "house", "address", "latitude", "longitude",
        "metro", "version", "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"price"}),
    flags=frozenset({"sold"}),
    hidden=frozenset({"row_key", "import_hash"}),
)  # fmt: skip
