"""Photos of listings: the rows here, the files in `photo_files`, what a picture may be in `imaging`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.properties import reads
from realty_cli.properties.imaging import ImageLimits, prepare
from realty_cli.properties.photo_files import PhotoFiles
from realty_cli.properties.photo_rows import PhotoRows
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible

#: Files that no row names are kept this long if no undo can bring them back: a store in the making may be writing one.
ORPHAN_AGE = timedelta(hours=1)


class PhotoService:
    """Photos as one actor may see and change them. A file is written before its row, so a row never lacks one."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self._db, self._actor, self._clock, self._settings, self._log = db, actor, clock, settings, log
        self._files = PhotoFiles(settings.photos_folder)
        self._rows = PhotoRows(db, log)

    def list(self, listing: int) -> list[dict[str, Any]]:
        self._listing(listing)
        return reads.photos(self._db, [listing]).get(listing, [])

    def add(self, listing: int, data: bytes) -> dict[str, Any]:
        """Add a picture behind the others. The same picture again is not added twice."""
        require(self._actor, Act.PROPERTY_WRITE)
        owner = self._listing(listing)
        limits = ImageLimits(
            max_bytes=self._settings.photo_max_mb * 1024 * 1024,
            max_pixels=self._settings.photo_max_megapixels * 1_000_000,
        )
        rows = self._rows.of(listing)
        if len(rows) >= self._settings.photo_max_count:
            raise Conflict("photo.too_many", most=self._settings.photo_max_count)
        prepared = prepare(data, limits)
        key = self._files.store(prepared)
        if all(row["key"] != key for row in rows):
            (number,) = self._db.next_ids("photos", 1)
            row = {
                "id": number,
                "owner_id": owner,
                "property_id": listing,
                "key": key,
                "position": len(rows),
                "width": prepared.width,
                "height": prepared.height,
                "bytes": len(prepared.full),
                "media_type": prepared.media_type,
                "created_at": stamp(self._clock.now()),
            }
            self._rows.insert([row])
        else:
            number = next(row["id"] for row in rows if row["key"] == key)
        return next(photo for photo in self.list(listing) if photo["id"] == number)

    def remove(self, listing: int, photo: int) -> None:
        """Take a photo off a listing. Its file stays as long as an undo may ask for it."""
        require(self._actor, Act.PROPERTY_WRITE)
        self._listing(listing)
        rows = self._rows.of(listing)
        gone = [row for row in rows if row["id"] == photo]
        if not gone:
            raise NotFound("photo.not_found", id=photo, listing=listing)
        self._rows.delete(gone)
        self._number([row for row in rows if row["id"] != photo])

    def reorder(self, listing: int, order: Sequence[int]) -> list[dict[str, Any]]:
        """Put the photos in this order; the first one is the cover. Every photo must be named once."""
        require(self._actor, Act.PROPERTY_WRITE)
        self._listing(listing)
        rows = {row["id"]: row for row in self._rows.of(listing)}
        if sorted(order) != sorted(rows):
            raise Invalid.one("order", "photo.order", known=", ".join(map(str, rows)))
        self._number([rows[number] for number in order])
        return self.list(listing)

    def file(self, photo: int, size: int | None = None) -> Path:
        """The file of a photo that the actor may see, whole or as a thumbnail."""
        params: dict[str, Any] = {"id": photo}
        row = self._db.one(
            f"SELECT f.key FROM photos f WHERE f.id = :id AND {visible(self._actor, params, 'f')}", params
        )
        if row is None:
            raise NotFound("photo.not_found", id=photo, listing="-")
        return self._files.open(row[0], size)

    def sweep(self, now: datetime) -> list[str]:
        """Remove files that no row names and no undo can ask for."""
        kept = timedelta(days=self._settings.bin_days)
        return self._files.sweep(self.referenced, older_than=ORPHAN_AGE, now=now) + self._files.sweep(
            self._in_use, older_than=kept, now=now
        )

    def _in_use(self, keys: Iterable[str]) -> set[str]:
        params: dict[str, Any] = {}
        return {
            row[0] for row in self._db.all(f"SELECT key FROM photos WHERE key IN {in_list('k', keys, params)}", params)
        }

    def referenced(self, keys: Iterable[str]) -> set[str]:
        """Keys that a row names or named: the log remembers photos that an undo may bring back."""
        wanted = list(keys)
        found = self._in_use(wanted)
        if rest := [key for key in wanted if key not in found]:
            column = "json_extract(old_state, '$.key')" if self._db.sqlite else "old_state ->> 'key'"
            params: dict[str, Any] = {}
            found |= {
                row[0]
                for row in self._db.all(
                    f"SELECT {column} FROM changes WHERE kind = 'photo' AND action IN ('delete', 'remove')"
                    f" AND {column} IN {in_list('k', rest, params)}",
                    params,
                )
            }
        return found

    def _number(self, rows: Sequence[dict[str, Any]]) -> None:
        for position, row in enumerate(rows):
            self._rows.write(row, {**row, "position": position})

    def _listing(self, number: int) -> int:
        params: dict[str, Any] = {"id": number}
        owner = self._db.value(
            f"SELECT owner_id FROM properties WHERE id = :id AND deleted_at IS NULL AND {visible(self._actor, params)}",
            params,
        )
        if owner is None:
            raise NotFound("property.not_found", id=number)
        return int(owner)
