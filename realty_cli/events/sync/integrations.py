"""The actor's calendars elsewhere: entered, listed, removed; conflicts with them, and whose word it shall be."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.auth.paging import PageQuery, listed
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, NotFound
from realty_cli.events.sync.merging import WHOLE, Side
from realty_cli.events.sync.store import SyncStore
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.schema import MAX_ID
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.events.schemas.sync import IntegrationCreate

MOST = 20
_COLUMNS = (
    "id", "provider", "name", "url", "username", "conflict", "days_back", "created_at", "last_synced_at", "last_error",
)  # fmt: skip
_SELECT = (
    f"SELECT {', '.join('i.' + name for name in _COLUMNS)},"
    " (SELECT count(*) FROM sync_links l WHERE l.integration_id = i.id),"
    " (SELECT count(*) FROM sync_conflicts c WHERE c.integration_id = i.id AND c.state = 'open'),"
    " i.secret_ref, i.private_ok, i.token FROM calendar_integrations i WHERE i.owner_id = :me"
)
_HIDDEN = ("secret_ref", "private_ok", "token")


class IntegrationService:
    """In one transaction of the actor; what reaches the network is `integrations.calendars`."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, log: ChangeLog) -> None:
        self.db, self.actor, self.clock, self._log = db, actor, clock, log

    def create(self, data: IntegrationCreate, url: str, *, private_ok: bool) -> tuple[dict[str, Any], str]:
        """`url` is the address that was found. Gives the integration, and the name under which its password is kept."""
        require(self.actor, Act.CALENDAR_SYNC)
        rows = self._rows()
        if len(rows) >= MOST:
            raise Conflict("sync.too_many", most=MOST)
        if any(one["url"] == url for one in rows):
            raise Conflict("sync.exists", url=url)
        name = secrets.token_hex(16)
        number = self.db.value(
            "INSERT INTO calendar_integrations (owner_id, provider, name, url, username, secret_ref, private_ok,"
            " conflict, days_back, created_at) VALUES (:me, :provider, :name, :url, :username, :ref, :private,"
            " :conflict, :days, :now) RETURNING id",
            {
                "me": self.actor.id, "provider": data.provider, "name": data.name, "url": url,
                "username": data.username, "ref": name, "private": private_ok, "conflict": data.conflict,
                "days": data.days_back, "now": stamp(self.clock.now()),
            },
        )  # fmt: skip
        return self.get(number), name

    def page(self, wanted: PageQuery) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_SYNC)
        return listed([_shown(one) for one in self._rows()], wanted)

    def get(self, number: int) -> dict[str, Any]:
        return _shown(self.whole(number))

    def whole(self, number: int) -> dict[str, Any]:
        """With what only a run needs to know."""
        require(self.actor, Act.CALENDAR_SYNC)
        found = next((one for one in self._rows() if one["id"] == number), None)
        if found is None:
            raise NotFound("sync.not_found", id=number)
        return found

    def remove(self, number: int) -> str:
        """Keep it in step no longer; the events stay on both sides. Gives the name of its password."""
        found = self.whole(number)
        for table in ("sync_conflicts", "sync_links"):
            self.db.run(f"DELETE FROM {table} WHERE integration_id = :id", {"id": number})
        self.db.run("DELETE FROM calendar_integrations WHERE id = :id", {"id": number})
        return str(found["secret_ref"])

    def failed(self, number: int, code: str) -> None:
        self.db.run("UPDATE calendar_integrations SET last_error = :code WHERE id = :id", {"code": code, "id": number})

    # Conflicts --------------------------------------------------------------------------------------------------------

    def conflicts(self, number: int, wanted: PageQuery) -> dict[str, Any]:
        """Those with one calendar, newest first."""
        self.whole(number)
        return listed([self._conflict(row) for row in self._clashes(number)], wanted)

    def resolve(self, number: int, conflict: int, take: Side) -> dict[str, Any]:
        """An open one is done by the next run; of a settled one the other side's word is laid over the event."""
        self.whole(number)
        row = next((row for row in self._clashes(number) if row[0] == conflict), None)
        if row is None:
            raise NotFound("sync.no_conflict", id=conflict)
        found = self._conflict(row)
        if found["state"] == "settled":
            self._lay(number, found, take)
            self.db.run(
                "UPDATE sync_conflicts SET state = :take, resolved_at = :now WHERE id = :id",
                {"take": take, "now": stamp(self.clock.now()), "id": conflict},
            )
        elif found["resolved_at"] is None:
            self.db.run("UPDATE sync_conflicts SET state = :take WHERE id = :id", {"take": take, "id": conflict})
        else:
            raise Conflict("sync.resolved", id=conflict)
        return next(self._conflict(one) for one in self._clashes(number) if one[0] == conflict)

    def _lay(self, number: int, found: dict[str, Any], take: Side) -> None:
        store = SyncStore(self.db, self.actor, self.clock, self._log, number)
        fields: dict[str, dict[str, Any]] = {}
        for clash in found["clashes"]:
            if clash["taken"] == take:
                continue
            name = clash["recurrence_id"] or ""
            if clash["field"] != WHOLE:
                fields.setdefault(name, {})[clash["field"]] = clash[take]
            elif clash[take] is None and not store.say(found["uid"], name, None):
                raise Conflict("sync.event_gone", id=found["id"])
        for name, said in fields.items():
            if not store.say(found["uid"], name, said):
                raise Conflict("sync.event_gone", id=found["id"])

    def _clashes(self, number: int) -> list[tuple[Any, ...]]:
        return self.db.all(
            "SELECT c.id, c.integration_id, c.uid, (SELECT min(e.title) FROM events e WHERE e.owner_id = c.owner_id"
            " AND e.uid = c.uid AND e.recurrence_id IS NULL), c.state, c.clashes, c.created_at, c.resolved_at"
            " FROM sync_conflicts c WHERE c.integration_id = :id AND c.owner_id = :me ORDER BY c.id DESC",
            {"id": min(number, MAX_ID), "me": self.actor.id},
        )

    def _conflict(self, row: tuple[Any, ...]) -> dict[str, Any]:
        names = ("id", "integration_id", "uid", "title", "state", "clashes", "created_at", "resolved_at")
        found = dict(zip(names, row, strict=True))
        found["clashes"] = orjson.loads(found["clashes"])
        return found

    def _rows(self) -> list[dict[str, Any]]:
        names = (*_COLUMNS, "events", "open_conflicts", *_HIDDEN)
        rows = self.db.all(f"{_SELECT} ORDER BY i.id", {"me": self.actor.id})
        return [dict(zip(names, row, strict=True)) for row in rows]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _HIDDEN}
