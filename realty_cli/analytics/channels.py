"""The writing half of an import of portal statistics. A day of a listing on a portal is known by these three, so that
the same file twice changes nothing and a corrected one replaces what it corrects.

It goes past the change log: these are counts of somebody else's, of which the file is the record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.channel_reading import COUNTS, NAMING, DayRow
from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem
from realty_cli.kit.clock import stamp
from realty_cli.kit.importing import Outcome, Prepared
from realty_cli.properties.reading.rows import Rows
from realty_cli.properties.rules import url_key
from realty_cli.store.import_run import Importer
from realty_cli.store.scope import visible
from realty_cli.store.selection import among

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

_COLUMNS = {"property_id": "id", "property_code": "external_id", "url": "url_key"}
_STORED = ("owner_id", "property_id", "portal", "day", *COUNTS, "version", "created_at", "updated_at")


class ChannelImporter(Importer[Rows[DayRow]]):
    def __init__(self, analytics: Analytics, on_rejected: Callable[[Prepared], None] | None = None) -> None:
        require(analytics.actor, Act.ANALYTICS_IMPORT)
        super().__init__(analytics.log, on_rejected)
        self._db, self._actor = analytics.db, analytics.actor
        self._now = stamp(analytics.clock.now())

    @property
    def import_id(self) -> int | None:
        """None: nothing of it is in the log, and nothing is there to take back."""
        return None

    def note(self) -> None:
        """Nothing is kept of an import that is not finished; it may be begun again."""

    def take(self, batch: Rows[DayRow]) -> None:
        for one in batch.rejected:
            self.reject(one)
        self.report.unchanged += batch.repeated
        listings = self._listings(batch.good)
        found: list[tuple[DayRow, int, int]] = []
        for row in batch.good:
            mine = next((listings[name, row.listing[name]] for name in NAMING
                         if name in row.listing and (name, row.listing[name]) in listings), None)  # fmt: skip
            if mine is None:
                self.reject(row.source._replace(problems=[_unknown(row)]))
            else:
                found.append((row, *mine))
        self._write(found)

    def _listings(self, rows: Sequence[DayRow]) -> dict[tuple[str, Any], tuple[int, int]]:
        """The number and the owner of each listing of the actor's that is named."""
        found: dict[tuple[str, Any], tuple[int, int]] = {}
        for name, column in _COLUMNS.items():
            said = {row.listing[name] for row in rows if name in row.listing}
            keys = {url_key(one) if name == "url" else one: one for one in said}
            keys.pop(None, None)
            if not keys:
                continue
            params: dict[str, Any] = {}
            mine = visible(self._actor, params, "p")
            for key, number, owner in self._db.all(
                f"SELECT p.{column}, p.id, p.owner_id FROM properties p WHERE p.deleted_at IS NULL AND {mine}"
                f" AND {among(self._db, 'p.' + column, 'keys', list(keys), params)} ORDER BY p.id DESC",
                params,
            ):
                found[name, keys[key]] = (number, owner)
        return found

    def _write(self, rows: Sequence[tuple[DayRow, int, int]]) -> None:
        if not rows:
            return
        known = self._known(sorted({number for _, number, _ in rows}), [row.day for row, *_ in rows])
        fresh: dict[tuple[int, str, str], tuple[int, tuple[int, int, int]]] = {}
        for row, number, owner in rows:
            key = (number, row.portal, row.day)
            if key in fresh:
                # The last row of a file holds.
                self.report.unchanged += 1
                fresh[key] = (owner, row.counts)
            elif key not in known:
                self.report.created += 1
                fresh[key] = (owner, row.counts)
            elif known[key][1] == row.counts:
                self.report.unchanged += 1
            else:
                self._update(row, known[key][0])
                known[key] = (known[key][0], row.counts)
        self._db.insert(
            "channel_stats",
            _STORED,
            [(owner, *key, *counts, 1, self._now, self._now) for key, (owner, counts) in fresh.items()],
        )

    def _known(self, numbers: list[int], days: Sequence[str]) -> dict[tuple[int, str, str], tuple[int, Any]]:
        params: dict[str, Any] = {"first": min(days), "last": max(days)}
        named = among(self._db, "c.property_id", "some", numbers, params)
        rows = self._db.all(
            "SELECT c.id, c.property_id, c.portal, c.day, c.views, c.contacts, c.favourites FROM channel_stats c"
            f" WHERE c.day >= :first AND c.day <= :last AND {named}",
            params,
        )
        return {(row[1], row[2], str(row[3])): (row[0], tuple(row[4:])) for row in rows}

    def _update(self, row: DayRow, number: int) -> None:
        self._db.run(
            "UPDATE channel_stats SET views = :views, contacts = :contacts, favourites = :favourites,"
            " version = version + 1, updated_at = :now WHERE id = :id",
            {**dict(zip(COUNTS, row.counts, strict=True)), "now": self._now, "id": number},
        )
        self.report.updated += 1
        self.outcome(Outcome(row.line, "updated", number))


def _unknown(row: DayRow) -> FieldProblem:
    name, value = next(iter(row.listing.items()))
    return FieldProblem(name, "channels.listing_unknown", {"value": str(value)[:80]})
