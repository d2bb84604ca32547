"""Photos of listings: the rows here, the files in `photo_files`, what a picture may be in `imaging`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties import reads
from realty_cli.properties.photo_files import PhotoFiles
from realty_cli.properties.photo_rows import PhotoRows
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible

_SHOWN = ("id", "position", "width", "height", "bytes", "media_type")
#: Files that no row names are kept this long if no undo can bring them back: a store in the making may be writing one.
ORPHAN_AGE = timedelta(hours=1)


@dataclass(frozen=True)
class Picture:
    """A picture whose files are in place; a listing may now name it."""

    key: str
    width: int
    height: int
    size: int
    media_type: str


def take_in(data: bytes | BinaryIO, settings: Settings) -> Picture:
    """Check a picture, write it anew without its metadata, and store its files.

    No transaction: decoding takes up to seconds, and whoever writes meanwhile should not wait for it.
    """
    from realty_cli.properties.imaging import ImageLimits, prepare

    limits = ImageLimits(
        max_bytes=settings.photo_max_mb * 1024 * 1024, max_pixels=settings.photo_max_megapixels * 1_000_000
    )
    prepared = prepare(data, limits)
    key = PhotoFiles(settings.photos_folder).store(prepared)
    return Picture(key, prepared.width, prepared.height, len(prepared.full), prepared.media_type)


class PhotoService:
    """Photos as one actor may see and change them. A file is written before its row, so a row never lacks one."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self._db, self._actor, self._clock, self._settings, self._log = db, actor, clock, settings, log
        self._files = PhotoFiles(settings.photos_folder)
        self._rows = PhotoRows(db, log)

    def of(self, listing: int) -> list[dict[str, Any]]:
        require(self._actor, Act.PROPERTY_READ)
        self._listing(listing)
        return reads.photos(self._db, [listing]).get(listing, [])

    def expect(self, listing: int | None) -> None:
        """Raise now what `add` would raise, before a picture is decoded for nothing."""
        require(self._actor, Act.PROPERTY_WRITE)
        if listing is not None:
            self._listing(listing)

    def add(self, listing: int | None, picture: Picture) -> dict[str, Any]:
        """Add a picture behind the others of a listing; the same one again is not added twice.

        Without a listing it is loose: its uploader's alone, until `reorder` hangs it on a listing or `forget_loose`
        takes it away.
        """
        require(self._actor, Act.PROPERTY_WRITE)
        owner = self._actor.id if listing is None else self._listing(listing)
        rows = self._rows.loose(owner) if listing is None else self._rows.of(listing)
        row = next((row for row in rows if row["key"] == picture.key), None)
        if row is None:
            if len(rows) >= self._settings.photo_max_count:
                code = "photo.too_many_loose" if listing is None else "photo.too_many"
                raise Conflict(code, most=self._settings.photo_max_count)
            (number,) = self._db.next_ids("photos", 1)
            row = {
                "id": number,
                "owner_id": owner,
                "property_id": listing,
                "key": picture.key,
                "position": 0 if listing is None else len(rows),
                "width": picture.width,
                "height": picture.height,
                "bytes": picture.size,
                "media_type": picture.media_type,
                "created_at": stamp(self._clock.now()),
            }
            self._rows.insert([row])
        return {**{name: row[name] for name in _SHOWN}, "is_cover": listing is not None and row["position"] == 0}

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
        """Put the photos in this order; the first one is the cover.

        Every photo of the listing must be named once. Loose photos of the actor that are named join it.
        """
        require(self._actor, Act.PROPERTY_WRITE)
        owner = self._listing(listing)
        rows = {row["id"]: row for row in self._rows.of(listing)}
        loose = {row["id"]: row for row in self._rows.loose(self._actor.id)} if set(order) - rows.keys() else {}
        if (
            len(set(order)) != len(order)
            or not rows.keys() <= set(order)
            or not set(order) <= rows.keys() | loose.keys()
        ):
            raise Invalid.one("order", "photo.order", known=", ".join(map(str, rows)))
        if len(order) > self._settings.photo_max_count:
            raise Conflict("photo.too_many", most=self._settings.photo_max_count)
        named = [rows.get(number) or loose[number] for number in order]
        if len({row["key"] for row in named}) != len(named):
            raise Conflict("photo.twice")
        for position, row in enumerate(named):
            self._rows.write(row, {**row, "property_id": listing, "owner_id": owner, "position": position})
        return self.of(listing)

    def file(self, photo: int, size: int | None = None, *, listing: int | None = None) -> Path:
        """The file of a photo that the actor may see, whole or as a thumbnail; of this listing, where one is named."""
        require(self._actor, Act.PROPERTY_READ)
        params: dict[str, Any] = {"id": photo}
        # Whose the photo was when it came counts only while it hangs on no listing: a listing may change hands.
        sql = (
            "SELECT f.key FROM photos f LEFT JOIN properties p ON p.id = f.property_id WHERE f.id = :id AND"
            f" ({visible(self._actor, params, 'p')} OR (p.id IS NULL AND {visible(self._actor, params, 'f')}))"
        )
        if listing is not None:
            sql += " AND f.property_id = :listing"
            params["listing"] = listing
        known = 0 < photo <= MAX_ID and 0 < (listing or 1) <= MAX_ID
        row = self._db.one(sql, params) if known else None
        if row is None:
            raise NotFound("photo.not_found", id=photo, listing="-" if listing is None else listing)
        return self._files.open(row[0], size)

    def forget_loose(self, before: str) -> int:
        """Take away loose photos that came before a moment and no listing took; says how many."""
        require(self._actor, Act.PROPERTY_PURGE)
        params: dict[str, Any] = {"before": before}
        some = [
            row[0]
            for row in self._db.all(
                f"SELECT id FROM photos WHERE property_id IS NULL AND created_at < :before"
                f" AND {visible(self._actor, params)} ORDER BY id",
                params,
            )
        ]
        self._rows.delete(list(self._rows.states(some).values()), action="purge")
        return len(some)

    def sweep(self, now: datetime) -> list[str]:
        """Remove files that no row names and no undo can ask for: of photos taken off more than `bin_days` ago."""
        since = stamp(now - timedelta(days=self._settings.bin_days))

        def referenced(keys: Iterable[str]) -> set[str]:
            wanted = list(keys)
            return self._in_use(wanted) | self._taken_off(wanted, since)

        return self._files.sweep(referenced, older_than=ORPHAN_AGE, now=now)

    def _in_use(self, keys: Sequence[str]) -> set[str]:
        params: dict[str, Any] = {}
        some = in_list("key", keys, params)
        return {row[0] for row in self._db.all(f"SELECT key FROM photos WHERE key IN {some}", params)}

    def _taken_off(self, keys: Sequence[str], since: str) -> set[str]:
        column = "json_extract(c.old_state, '$.key')" if self._db.sqlite else "c.old_state ->> 'key'"
        params: dict[str, Any] = {"since": since}
        some = in_list("key", keys, params)
        sql = (
            f"SELECT {column} FROM changes c JOIN operations o ON o.id = c.operation_id"
            f" WHERE c.kind = 'photo' AND c.action IN ('delete', 'remove') AND o.at >= :since AND {column} IN {some}"
        )
        return {row[0] for row in self._db.all(sql, params)}

    def _number(self, rows: Sequence[dict[str, Any]]) -> None:
        for position, row in enumerate(rows):
            self._rows.write(row, {**row, "position": position})

    def _listing(self, number: int) -> int:
        params: dict[str, Any] = {"id": number}
        sql = (
            f"SELECT owner_id FROM properties WHERE id = :id AND deleted_at IS NULL AND {visible(self._actor, params)}"
        )
        owner = self._db.value(sql, params) if 0 < number <= MAX_ID else None
        if owner is None:
            raise NotFound("property.not_found", id=number)
        return int(owner)
