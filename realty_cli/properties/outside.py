"""Comparables from elsewhere: listings of portals and sales entered by hand, taken from files as listings are.

Any file that `properties import` reads is read here too; what it says becomes no listing, only a price to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem
from realty_cli.kit.clock import stamp
from realty_cli.kit.importing import Outcome, Prepared
from realty_cli.properties.ready import Packed, Ready
from realty_cli.properties.service import PropertyService
from realty_cli.store import import_run
from realty_cli.store.rows import Rows
from realty_cli.store.selection import among

_SAME = (
    "source", "source_url", "title", "property_type", "deal_type", "market", "rooms", "floor", "floors_total",
    "year_built", "building_material", "renovation", "city", "district", "street", "house", "address", "latitude",
    "longitude", "metro",
)  # fmt: skip
_SOLD = frozenset({"sold", "rented"})


class OutsideImporter(import_run.Importer[Ready | Packed]):
    """Writes prepared rows of listings as comparables, known again by their link, their number or what they are."""

    def __init__(
        self, properties: PropertyService, rows: Rows, on_rejected: Callable[[Prepared], None] | None = None
    ) -> None:
        require(properties.actor, Act.PROPERTY_IMPORT)
        super().__init__(properties.log, on_rejected)
        self._db, self._actor = properties.db, properties.actor
        self._currency, self._now = properties.settings.currency, stamp(properties.clock.now())
        self._rows = rows

    def take(self, batch: Ready | Packed) -> None:
        ready = batch.unpacked()
        for one in ready.rejected:
            self.reject(one)
        self.report.unchanged += ready.repeated
        made: dict[str, tuple[int, dict[str, Any]]] = {}
        for at, keys in enumerate(ready.keys):
            row = ready.row(at)
            line = ready.lines[at]
            values = self._values(row)
            if isinstance(values, FieldProblem):
                self.reject(Prepared(line, (row.get("title"),), ("title",), [values]))
                continue
            # A number of our own says nothing of a listing that is not ours.
            strong = [key for key in keys if key[0] != "i"]
            values["row_key"] = strong[0] if strong else f"h{row.get('import_hash')}"
            if values["row_key"] in made:
                self.report.unchanged += 1
            made[values["row_key"]] = (line, values)
        known = self._known(list(made))
        self._rows.insert([values for key, (_, values) in made.items() if key not in known])
        self.report.created += len(made.keys() - known.keys())
        for key, (line, values) in made.items():
            if key not in known:
                continue
            before = known[key]
            same = before["import_hash"] == values["import_hash"]
            if not same and self._rows.update([(before, {**values, "deleted_at": None})]):
                self.report.updated += 1
                self.outcome(Outcome(line, "updated", before["id"]))
            else:
                self.report.unchanged += 1

    def _known(self, keys: list[str]) -> dict[str, dict[str, Any]]:
        numbers: list[int] = []
        for start in range(0, len(keys), 400):
            params: dict[str, Any] = {"me": self._actor.id}
            some = among(self._db, "row_key", "key", keys[start : start + 400], params)
            sql = f"SELECT id FROM outside_comparables WHERE owner_id = :me AND {some}"
            numbers += [row[0] for row in self._db.all(sql, params)]
        return {one["row_key"]: one for one in self._rows.states(numbers).values()}

    def _values(self, row: Mapping[str, Any]) -> dict[str, Any] | FieldProblem:
        """What is kept of a row, or why it can be compared with nothing."""
        sold = row.get("status") in _SOLD
        price = (row.get("final_price") if sold else None) or row.get("price")
        if not price:
            return FieldProblem("price", "comparable.no_price", {})
        area = row.get("area_land" if row["property_type"] == "land" else "area_total")
        if not area:
            return FieldProblem("area_total", "comparable.no_area", {})
        at = (row.get("closed_at") if sold else None) or row.get("listed_at") or self._now
        return {
            **{name: row.get(name) for name in _SAME}, "owner_id": self._actor.id, "sold": sold, "price": price,
            "area": area, "currency": row.get("currency") or self._currency, "priced_at": min(at, self._now),
            "import_hash": row.get("import_hash"), "deleted_at": None,
        }  # fmt: skip
