"""What the store says of both sides, and what a plan changes in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.events import file_rows
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.reader import read
from realty_cli.events.ics.writer import write
from realty_cli.events.kinds import EventStatus
from realty_cli.events.placing import moment, zone_of
from realty_cli.events.record import EVENT
from realty_cli.events.repository import EventRows
from realty_cli.events.sync.canonical import Canonical, canonical, columns
from realty_cli.events.sync.merging import Side
from realty_cli.events.sync.planning import Link, Local
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list

_FRESH: dict[str, Any] = {
    "event_type": "other", "status": "scheduled", "sequence": 0, "tentative": False, "declined": False, "busy": True,
}  # fmt: skip


class SyncStore:
    """One integration's links, conflicts and events, in the transaction of its owner."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, log: ChangeLog, integration: int) -> None:
        self.db, self.actor, self.clock = db, actor, clock
        self.rows = EventRows(db, log, clock)
        self._integration = integration
        self._home = ZoneInfo(actor.timezone)

    # What was agreed --------------------------------------------------------------------------------------------------

    def links(self, only: Sequence[str] | None = None) -> dict[str, Link]:
        """What was agreed, by UID: of all events, or of these."""
        found = {}
        params: dict[str, Any] = {"id": self._integration}
        of = "" if only is None else f" AND uid IN {in_list('uid', only, params)}"
        for uid, href, etag, base, rev, sequence in self.db.all(
            f"SELECT uid, href, etag, base, local_rev, sequence FROM sync_links WHERE integration_id = :id{of}", params
        ):
            found[uid] = Link(href, etag, orjson.loads(base), rev, sequence)
        return found

    def agree(self, uid: str, href: str, etag: str | None, base: Canonical, rev: str, sequence: int) -> None:
        self.db.run(
            "INSERT INTO sync_links (integration_id, uid, href, etag, base, local_rev, sequence)"
            " VALUES (:id, :uid, :href, :etag, :base, :rev, :sequence) ON CONFLICT (integration_id, uid) DO UPDATE SET"
            " href = excluded.href, etag = excluded.etag, base = excluded.base, local_rev = excluded.local_rev,"
            " sequence = excluded.sequence",
            {
                "id": self._integration, "uid": uid, "href": href, "etag": etag,
                "base": orjson.dumps(base, option=orjson.OPT_SORT_KEYS).decode(), "rev": rev, "sequence": sequence,
            },
        )  # fmt: skip

    def forget(self, uid: str) -> None:
        self.db.run(
            "DELETE FROM sync_links WHERE integration_id = :id AND uid = :uid", {"id": self._integration, "uid": uid}
        )

    # What stands here -------------------------------------------------------------------------------------------------

    def local(self, links: Mapping[str, Link], since: datetime, only: Sequence[str] | None = None) -> dict[str, Local]:
        """The owner's events by UID, also those of links that lie in the bin. `since`: unlinked ones that were over
        before are old."""
        found: dict[str, Local] = {}
        horizon = stamp(since)
        for uid, events in self._resources(only):
            rev = _revision(events)
            link = links.get(uid)
            same = link is not None and link.local_rev == rev
            state = link.base if link is not None and same else self.state(events)
            old = link is None and not any(one["rrule"] or one["rdates"] for one in events) and all(
                one["end_time"] < horizon for one in events
            )  # fmt: skip
            found[uid] = Local(state, rev, max(one["updated_at"] for one in events), old)
        wanted = only if only is not None else list(links)
        for uid, at in self._binned([uid for uid in wanted if uid not in found]):
            found[uid] = Local(None, "", at)
        return found

    def state(self, events: Sequence[Mapping[str, Any]]) -> Canonical:
        """As it would come back: told as a file and read again."""
        zone = self.actor.timezone
        return canonical(draft.values for draft in read(write(events, zone, own=False), zone).drafts)

    def file(self, uid: str, above: int) -> tuple[bytes, str, int]:
        """The event as a file, the revision of its rows, and its sequence: more than `above`."""
        events = [one for _, some in self._resources([uid]) for one in some]
        rev = _revision(events)
        for one in events:
            one["sequence"] = max(one["sequence"], above + 1)
        return write(events, self.actor.timezone, own=False), rev, max(one["sequence"] for one in events)

    def revision(self, uid: str) -> str:
        return _revision([one for _, some in self._resources([uid]) for one in some])

    def _resources(self, only: Sequence[str] | None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        grouped: dict[str, list[dict[str, Any]]] = {}
        if only is None:
            wanted = [file_rows.Wanted(owner_id=self.actor.id)]
        else:
            wanted = [file_rows.Wanted(owner_id=self.actor.id, series_id=number) for number in self._tops(only)]
        for one in wanted:
            for batch in file_rows.rows(self.db, self.actor, one):
                for event in batch:
                    grouped.setdefault(event["uid"], []).append(event)
        yield from grouped.items()

    def _tops(self, uids: Sequence[str]) -> list[int]:
        return [
            row[0]
            for uid in uids
            for row in self.db.all(
                "SELECT id FROM events WHERE owner_id = :me AND uid = :uid AND series_id IS NULL"
                " AND deleted_at IS NULL ORDER BY id",
                {"me": self.actor.id, "uid": uid},
            )
        ]

    def _binned(self, uids: Sequence[str]) -> Iterator[tuple[str, str]]:
        for uid in uids:
            at = self.db.value(
                "SELECT max(deleted_at) FROM events WHERE owner_id = :me AND uid = :uid AND series_id IS NULL"
                " AND deleted_at IS NOT NULL",
                {"me": self.actor.id, "uid": uid},
            )
            if at is not None:
                yield uid, at

    def every(self, uid: str) -> dict[str, dict[str, Any]]:
        """All rows of a UID by `recurrence_id` ("" for the event itself), in the bin or not."""
        numbers = [
            row[0]
            for row in self.db.all(
                "SELECT id FROM events WHERE owner_id = :me AND uid = :uid", {"me": self.actor.id, "uid": uid}
            )
        ]
        return {one["recurrence_id"] or "": one for one in self.rows.states(numbers).values()}

    # What a plan changes ----------------------------------------------------------------------------------------------

    def take(self, uid: str, before: Canonical | None, after: Canonical, drafts: Iterable[Draft]) -> None:
        """Make our rows say `after`; `before` is what they say, `drafts` what came (for new rows)."""
        stands = self.every(uid)
        came = {draft.recurrence_id or "": draft for draft in drafts}
        series = stands[""]["id"] if "" in stands else None
        for name in sorted(after):
            row, draft = stands.get(name), came.get(name)
            said = (before or {}).get(name)
            if row is None:
                made = self._new(uid, name, columns(after[name]), draft, series)
                number = self.rows.insert([made])[0]
                series = number if not name else series
                continue
            dead = row["deleted_at"] is not None
            changed = {key: value for key, value in after[name].items() if said is None or said.get(key) != value}
            values = columns(changed)
            if "status" in changed and changed["status"] == canonical([row])[name]["status"]:
                values.pop("status", None)  # it takes place: how it went is known here alone
            if draft is not None:
                values["ics"] = draft.values.get("ics") or []
                values["sequence"] = max(row["sequence"], draft.sequence)
            if dead:
                values["deleted_at"] = None
            if values:
                self.rows.update([(row, self._derived({**row, **values}, values))])
        gone = [row for name, row in stands.items() if name not in after and row["deleted_at"] is None]
        # In the bin an exception would be a date that is left out; it goes back to what its series says.
        self.rows.remove([row["id"] for row in gone if row["recurrence_id"] and row["series_id"]], "remove")
        self._bin(row for row in gone if not (row["recurrence_id"] and row["series_id"]))

    def rename(self, uid: str, theirs: str) -> bool:
        """Take over the UID that an event has elsewhere. False where one of that UID lies in the bin."""
        if self.every(theirs):
            return False
        self.rows.update([(row, {"uid": theirs}) for row in self.every(uid).values()])
        return True

    def delete(self, uid: str) -> None:
        self._bin(row for row in self.every(uid).values() if row["deleted_at"] is None)

    def copy(self, uid: str, names: Iterable[str], new_uid: str) -> None:
        """Keep what stands here beside what is about to replace it."""
        stands = self.every(uid)
        for number, name in enumerate(sorted(set(names))):
            if (row := stands.get(name)) is None or row["deleted_at"] is not None:
                continue
            kept = {key: row[key] for key in EVENT.columns if key not in ("id", "version", "created_at", "updated_at")}
            kept |= {"uid": f"{number}-{new_uid}" if number else new_uid, "related_to": uid, "series_id": None}
            kept |= {"recurrence_id": None, "import_hash": None, "expanded_from": None, "expanded_to": None}
            self.rows.insert([kept])

    def say(self, uid: str, name: str, fields: Mapping[str, Any] | None) -> bool:
        """Lay fields of the canonical form over one row (None: it goes to the bin). False where it is not there."""
        row = self.every(uid).get(name)
        if row is None or (fields is not None and row["deleted_at"] is not None):
            return False
        if fields is None:
            self.delete(uid) if not name else self._bin([row])
        else:
            values = columns(fields)
            self.rows.update([(row, self._derived({**row, **values}, values))])
        return True

    def _bin(self, rows: Iterable[Mapping[str, Any]]) -> None:
        now = stamp(self.clock.now())
        self.rows.update([(row, {"deleted_at": now}) for row in rows if row["deleted_at"] is None], action="delete")

    def _new(
        self, uid: str, name: str, said: Mapping[str, Any], draft: Draft | None, series: int | None
    ) -> dict[str, Any]:
        values = {**_FRESH, **(draft.values if draft is not None else {}), **said}
        values.pop("_range", None)
        values |= {"uid": uid, "owner_id": self.actor.id, "source": "sync", "recurrence_id": name or None}
        values |= {one: None for one in ("property_id", "client_id", "deal_id") if one in values}
        if name:
            values["series_id"] = series
        return self._derived(values, values)

    def _derived(self, whole: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        """The changes with what follows from them: the moments of wall times, and that only what is called off is put
        off."""
        found = dict(changed)
        if changed.get("status", EventStatus.CANCELLED) != EventStatus.CANCELLED and whole.get("rescheduled_to"):
            found["rescheduled_to"] = None
        if not {"starts_local", "ends_local", "timezone", "all_day"}.isdisjoint(changed):
            zone = zone_of(whole, self._home)
            for moment_name, wall in (("start_time", "starts_local"), ("end_time", "ends_local")):
                found[moment_name] = stamp(moment(datetime.fromisoformat(whole[wall]), zone))
        return found

    # Conflicts --------------------------------------------------------------------------------------------------------

    def decided(self) -> dict[str, Side]:
        """Who has the last word, by UID, where somebody was asked and answered."""
        rows = self.db.all(
            "SELECT uid, state FROM sync_conflicts WHERE integration_id = :id AND state IN ('local', 'remote')"
            " AND resolved_at IS NULL ORDER BY id",
            {"id": self._integration},
        )
        return dict(rows)

    def close(self, uid: str) -> None:
        """What was decided is done."""
        self.db.run(
            "UPDATE sync_conflicts SET resolved_at = :now WHERE integration_id = :id AND uid = :uid"
            " AND state IN ('open', 'local', 'remote') AND resolved_at IS NULL",
            {"now": stamp(self.clock.now()), "id": self._integration, "uid": uid},
        )

    def clash(self, uid: str, clashes: Sequence[Mapping[str, Any]], state: str) -> None:
        """Keep what clashed; an open one of this event is replaced."""
        self.db.run(
            "DELETE FROM sync_conflicts WHERE integration_id = :id AND uid = :uid AND state = 'open'",
            {"id": self._integration, "uid": uid},
        )
        self.db.run(
            "INSERT INTO sync_conflicts (integration_id, owner_id, uid, clashes, state, created_at)"
            " VALUES (:id, :me, :uid, :clashes, :state, :now)",
            {
                "id": self._integration, "me": self.actor.id, "uid": uid, "state": state,
                "clashes": orjson.dumps(clashes).decode(), "now": stamp(self.clock.now()),
            },
        )  # fmt: skip


def _revision(events: Sequence[Mapping[str, Any]]) -> str:
    """Changes whenever one of the rows does, or one comes or goes."""
    return ",".join(sorted(f"{one['id']}:{one['version']}:{len(one['exdates'])}" for one in events))


def since(created_at: str, days_back: int) -> datetime:
    return datetime.fromisoformat(created_at) - timedelta(days=days_back)
