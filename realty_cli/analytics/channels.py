"""The writing half of an import of portal statistics. A day of a listing on a portal is known by these three, so that
the same file twice changes nothing and a corrected one replaces what it corrects.

Each day is a row of the change log, so that an import is taken back like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.channel_reading import NAMING, DayRow
from realty_cli.analytics.channel_record import COUNTS, DAY
from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem
from realty_cli.kit.clock import stamp
from realty_cli.kit.importing import Outcome, Prepared
from realty_cli.properties.reading import rows as reading
from realty_cli.properties.rules import url_key
from realty_cli.store.import_run import Importer
from realty_cli.store.rows import Rows
from realty_cli.store.scope import visible
from realty_cli.store.selection import among

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

_COLUMNS = {"property_id": "id", "property_code": "external_id", "url": "url_key"}
_Key = tuple[int, str, str]
_Counts = tuple[int, int, int]


class ChannelImporter(Importer[reading.Rows[DayRow]]):
    def __init__(self, analytics: Analytics, on_rejected: Callable[[Prepared], None] | None = None) -> None:
        require(analytics.actor, Act.ANALYTICS_IMPORT)
        super().__init__(analytics.log, on_rejected)
        self._db, self._actor = analytics.db, analytics.actor
        self._now = stamp(analytics.clock.now())
        self._days = Rows(analytics.db, analytics.log, analytics.clock, DAY)

    def take(self, batch: reading.Rows[DayRow]) -> None:
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
        fresh: dict[_Key, tuple[int, _Counts]] = {}
        corrected: dict[_Key, DayRow] = {}
        for row, number, owner in rows:
            key = (number, row.portal, row.day)
            if key in known:
                # The last row of a file holds.
                self.report.unchanged += key in corrected
                corrected[key] = row
            else:
                self.report.unchanged += key in fresh
                fresh[key] = (owner, row.counts)
        self._add(fresh)
        self._correct({known[key]: row for key, row in corrected.items()})

    def _known(self, numbers: list[int], days: Sequence[str]) -> dict[_Key, int]:
        """The numbers of the rows of these listings and days."""
        params: dict[str, Any] = {"first": min(days), "last": max(days)}
        named = among(self._db, "c.property_id", "some", numbers, params)
        rows = self._db.all(
            "SELECT c.property_id, c.portal, c.day, c.id FROM channel_stats c"
            f" WHERE c.day >= :first AND c.day <= :last AND {named}",
            params,
        )
        return {(row[0], row[1], str(row[2])): row[3] for row in rows}

    def _add(self, fresh: Mapping[_Key, tuple[int, _Counts]]) -> None:
        if not fresh:
            return
        ids = self._db.next_ids(DAY.table, len(fresh))
        self._db.insert(
            DAY.table,
            DAY.columns,
            [
                (number, owner, *key, *counts, 1, self._now, self._now)
                for number, (key, (owner, counts)) in zip(ids, fresh.items(), strict=True)
            ],
        )
        self._log.add_new(DAY.kind, [(number, owner) for number, (owner, _) in zip(ids, fresh.values(), strict=True)])
        self.report.created += len(fresh)

    def _correct(self, rows: Mapping[int, DayRow]) -> None:
        states = self._days.states(list(rows))
        pairs = [(states[number], dict(zip(COUNTS, row.counts, strict=True))) for number, row in rows.items()]
        changed = set(self._days.update(pairs))
        for number, row in rows.items():
            if number in changed:
                self.report.updated += 1
                self.outcome(Outcome(row.line, "updated", number))
            else:
                self.report.unchanged += 1


def _unknown(row: DayRow) -> FieldProblem:
    name, value = next(iter(row.listing.items()))
    return FieldProblem(name, "channels.listing_unknown", {"value": str(value)[:80]})
