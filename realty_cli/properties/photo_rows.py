"""Rows of photos, each change of which goes into the log. What a picture may be is said elsewhere (`photos`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection, in_list

KIND = "photo"
COLUMNS = ("id", "owner_id", "property_id", "key", "position", "width", "height", "bytes", "media_type", "created_at")


def presented(values: Mapping[str, Any]) -> dict[str, Any]:
    """Some stored values in the form in which a photo shows them; the name of its file is nobody else's business."""
    return {name: value for name, value in values.items() if name != "key"}


class PhotoRows:
    def __init__(self, db: Connection, log: ChangeLog) -> None:
        self._db, self._log = db, log

    def of(self, listing: int) -> list[dict[str, Any]]:
        """The photos of a listing in order."""
        return self._select("property_id = :listing", {"listing": listing})

    def loose(self, owner: int) -> list[dict[str, Any]]:
        """The photos of an account that hang on no listing."""
        return self._select("property_id IS NULL AND owner_id = :owner", {"owner": owner})

    def purge_of(self, listings: Sequence[int]) -> None:
        """Photos of purged listings lose their rows; the sweep takes their files."""
        params: dict[str, Any] = {}
        some = in_list("of", listings, params)
        self.delete(self._select(f"property_id IN {some}", params), action="purge")

    def insert(self, rows: Sequence[dict[str, Any]]) -> None:
        self._db.insert("photos", COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
        self._log.add([Change(KIND, row["id"], row["owner_id"], "create", None, dumps(row)) for row in rows])

    def delete(self, rows: Sequence[dict[str, Any]], action: str = "delete") -> None:
        if not rows:
            return
        for start in range(0, len(rows), 500):
            params: dict[str, Any] = {}
            some = in_list("id", [row["id"] for row in rows[start : start + 500]], params)
            self._db.run(f"DELETE FROM photos WHERE id IN {some}", params)
        self._log.add([Change(KIND, row["id"], row["owner_id"], action, dumps(row), None) for row in rows])

    def write(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        diff = {name: after[name] for name in COLUMNS if before[name] != after[name]}
        if not diff:
            return
        sets = ", ".join(f"{name} = :{name}" for name in diff)
        self._db.run(f"UPDATE photos SET {sets} WHERE id = :photo", {**diff, "photo": before["id"]})
        self._log.add([Change(KIND, before["id"], before["owner_id"], "update", dumps(before), dumps(diff))])

    def states(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(numbers), 500):
            params: dict[str, Any] = {}
            some = in_list("id", numbers[start : start + 500], params)
            found |= {row["id"]: row for row in self._select(f"id IN {some}", params)}
        return found

    def _select(self, condition: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        rows = self._db.all(f"SELECT {', '.join(COLUMNS)} FROM photos WHERE {condition} ORDER BY position, id", params)
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
