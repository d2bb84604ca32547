"""Consents: what a person agreed to, and whose data has been kept past its time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from realty_cli.auth.policy import Act, require
from realty_cli.clients.kinds import Purpose
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store import paging
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.rows import RowKind, Rows
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection

if TYPE_CHECKING:
    from realty_cli.clients.schemas.consent import ConsentCreate, ConsentWithdrawal
    from realty_cli.clients.service import ClientService

CONSENT = RowKind(
    kind="consent",
    table="consents",
    missing="consent.not_found",
    not_in_bin="consent.not_in_bin",
    columns=(
        "id", "owner_id", "client_id", "purpose", "granted", "at", "evidence", "expires_at", "withdrawn_at", "note",
        "version", "created_at", "updated_at", "deleted_at",
    ),
    flags=frozenset({"granted"}),
)  # fmt: skip
_SORTING = Sorting({**NEWEST, "at": By("at", "moment")}, default="-at")

#: The last word of a person on the keeping of the data, and what follows from it. Newer words count more than older.
_LAST_WORD = (
    "LEFT JOIN consents s ON s.id = (SELECT x.id FROM consents x WHERE x.client_id = c.id AND x.purpose = :purpose"
    " AND x.deleted_at IS NULL ORDER BY x.at DESC, x.id DESC LIMIT 1)"
)
_PAST = (
    "SELECT c.id, c.owner_id, c.name, c.last_contact_at, s.id AS consent_id,"
    " CASE WHEN s.id IS NOT NULL AND NOT s.granted THEN s.at WHEN s.withdrawn_at IS NOT NULL THEN s.withdrawn_at"
    " WHEN s.expires_at IS NOT NULL THEN s.expires_at ELSE COALESCE(c.last_contact_at, c.updated_at) END AS since,"
    " CASE WHEN s.id IS NOT NULL AND (NOT s.granted OR s.withdrawn_at IS NOT NULL) THEN 'withdrawn'"
    " WHEN s.expires_at IS NOT NULL THEN 'expired' ELSE 'idle' END AS reason"
    f" FROM clients c {_LAST_WORD} WHERE c.erased_at IS NULL AND {{scope}} AND (s.withdrawn_at IS NOT NULL"
    " OR (s.id IS NOT NULL AND NOT s.granted) OR s.expires_at <= :now"
    " OR (s.expires_at IS NULL AND c.updated_at < :idle AND COALESCE(c.last_contact_at, c.updated_at) < :idle))"
)


class ConsentService:
    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self.db, self.actor, self.clock = clients.db, clients.actor, clients.clock

    @lazy
    def rows(self) -> Rows:
        return Rows(self.db, self._clients.log, self.clock, CONSENT)

    def shown(self, state: dict[str, Any]) -> dict[str, Any]:
        now = stamp(self.clock.now())
        expired = state["expires_at"] is not None and state["expires_at"] <= now
        valid = state["granted"] and state["withdrawn_at"] is None and not expired
        return {**CONSENT.presented(state), "valid": valid}

    def get(self, number: int) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        found = self.rows.state(self.actor, number)
        if found is None:
            raise NotFound(CONSENT.missing, id=number)
        return self.shown(found)

    def of(
        self, client: int, *, sort: str | None = None, limit: int = 20, offset: int = 0, cursor: str | None = None,
        total: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        """The consents of a client, the latest first."""
        self._clients.get(client, deleted=None)
        params: dict[str, Any] = {"client": client}
        conditions = ["p.client_id = :client", "p.deleted_at IS NULL", visible(self.actor, params, "p")]
        found = paging.page(
            self.db, Selection(CONSENT.table, "", conditions, params), _SORTING.order(sort), CONSENT.columns,
            limit=limit, offset=offset, cursor=cursor, total=total, newest=None,
        )  # fmt: skip
        return paging.answer([self.shown(CONSENT.state(row)) for row in found.rows], found, limit, offset)

    def create(self, client: int, data: ConsentCreate) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        of = self._clients.live(client)
        if of["erased_at"] is not None:
            raise Conflict("client.erased", id=client)
        now = stamp(self.clock.now())
        not_ahead(self.clock, data.at, "at")
        values: dict[str, Any] = {name: getattr(data, name) or None for name in ("evidence", "expires_at", "note")}
        values |= {"purpose": Purpose(data.purpose).value, "granted": data.granted, "at": data.at or now}
        if values["expires_at"] and values["expires_at"] <= values["at"]:
            raise Invalid.one("expires_at", "consent.expires_before")
        (number,) = self.rows.insert([{**values, "client_id": client, "owner_id": of["owner_id"]}])
        return self.get(number)

    def withdraw(self, number: int, data: ConsentWithdrawal, *, expected_version: int | None = None) -> dict[str, Any]:
        """The person takes a consent back."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        if before["withdrawn_at"] is not None:
            raise Conflict("consent.withdrawn_already", id=number, at=before["withdrawn_at"])
        not_ahead(self.clock, data.at, "at")
        changes: dict[str, Any] = {"withdrawn_at": data.at or stamp(self.clock.now())}
        if changes["withdrawn_at"] < before["at"]:
            raise Invalid.one("at", "consent.withdrawn_before")
        if data.note:
            changes["note"] = data.note
        self.rows.update([(before, changes)])
        return self.get(number)

    def past_retention(
        self, *, idle_days: int | None = None, limit: int = 20, offset: int = 0, total: bool = True
    ) -> dict[str, Any]:
        """Clients whose data has been kept past its time, in the bin or not: `{items, total, limit, offset}`."""
        require(self.actor, Act.CLIENT_READ)
        paging.check(limit, offset)
        days = self._clients.settings.retention_days if idle_days is None else idle_days
        now = self.clock.now()
        params: dict[str, Any] = {
            "purpose": Purpose.PROCESSING.value,
            "now": stamp(now),
            "idle": stamp(now - timedelta(days=days)) if days else "1900-01-01T00:00:00.000000Z",
        }
        sql = _PAST.format(scope=visible(self.actor, params, "c"))
        count = self.db.count(f"SELECT count(*) FROM ({sql}) AS past", params)
        rows = self.db.all(
            f"SELECT id, owner_id, name, reason, since, last_contact_at, consent_id FROM ({sql}) AS past"
            " ORDER BY since, id LIMIT :limit OFFSET :offset",
            {**params, "limit": limit, "offset": offset},
        )
        names = ("id", "owner_id", "name", "reason", "since", "last_contact_at", "consent_id")
        items = [dict(zip(names, row, strict=True)) for row in rows]
        return {"items": items, "total": count, "limit": limit, "offset": offset}
