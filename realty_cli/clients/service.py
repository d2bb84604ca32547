"""The only door to the rules of clients. Command line and API translate; this decides, and never commits or prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.clients import reads, rules
from realty_cli.clients.consents import ConsentService
from realty_cli.clients.interactions import InteractionService
from realty_cli.clients.kinds import ClientStage
from realty_cli.clients.leads import LeadService
from realty_cli.clients.repository import ClientRows
from realty_cli.clients.request_rows import RequestRows
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.clients.schemas.client import ClientCreate, ClientUpdate
    from realty_cli.clients.schemas.filters import ClientFilter


class ClientService:
    """Clients as one actor may see and change them, in one transaction."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log

    @lazy
    def rows(self) -> ClientRows:
        return ClientRows(self.db, self.log, self.clock)

    @lazy
    def leads(self) -> LeadService:
        return LeadService(self)

    @lazy
    def interactions(self) -> InteractionService:
        return InteractionService(self)

    @lazy
    def request_rows(self) -> RequestRows:
        """What clients look for; `requests` has the rules."""
        return RequestRows(self.db, self.log, self.clock)

    @lazy
    def consents(self) -> ConsentService:
        return ConsentService(self)

    @property
    def attached(self) -> tuple[Rows, ...]:
        """What hangs on a client by its `client_id`: it goes to the bin, comes back and changes hands with it."""
        return self.leads.rows, self.interactions.rows, self.consents.rows, self.request_rows

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        found = reads.get(self.db, self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound("client.not_found", id=number)
        return found

    def page(
        self,
        wanted: ClientFilter,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
        written: bool = False,
    ) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`; `written` as for `reads.page`."""
        require(self.actor, Act.CLIENT_READ)
        return reads.page(
            self.db, self.actor, wanted, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total,
            written=written,
        )  # fmt: skip

    def stream(self, wanted: ClientFilter, sort: str | None = None) -> Iterator[dict[str, Any]]:
        """Every client found, for exports."""
        require(self.actor, Act.CLIENT_EXPORT)
        return reads.stream(self.db, self.actor, wanted, sort)

    # Changing -----------------------------------------------------------------------------------------------------

    def create(self, data: ClientCreate) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        given = values_of(data)
        values = {name: value for name, value in given.items() if value is not None}
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.CLIENT_ASSIGN)
        self.check_referrer(values, None)
        self._check_birthday(values)
        return self.get(self.enter(values))

    def enter(self, values: dict[str, Any]) -> int:
        """Add a client of values that have been checked."""
        values |= rules.named({}, values)
        values.setdefault("stage", ClientStage.LEAD.value)
        return self.rows.insert([values])[0]

    def update(self, number: int, data: ClientUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        if before["erased_at"] is not None:
            raise Conflict("client.erased", id=number)
        changes = values_of(data)
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.CLIENT_ASSIGN)
        self.check_referrer(changes, number)
        self._check_birthday(changes)
        changes |= rules.named(before, changes)
        self.rows.update([(before, changes)])
        if changes.get("owner_id", before["owner_id"]) != before["owner_id"]:
            self._hand_over(before, changes["owner_id"])
        return self.get(number)

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin, with all that hangs on the client."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        now = stamp(self.clock.now())
        self.rows.update([(before, {"deleted_at": now})], action="delete", touch=False)
        for rows in self.attached:
            states = self._of(rows, number, "deleted_at IS NULL")
            rows.update([(one, {"deleted_at": now}) for one in states], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin, with all that went there together with the client."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.restorable(self.actor, number)
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        for rows in self.attached:
            states = self._of(rows, number, "deleted_at = :at", at=before["deleted_at"])
            rows.update([(one, {"deleted_at": None}) for one in states], action="restore", touch=False)
        return self.get(number)

    # Rules shared by the above ---------------------------------------------------------------------------------------

    def live(self, number: int) -> dict[str, Any]:
        """The state of a client that something is about to be said of. Raises NotFound."""
        return self.rows.live(self.actor, number)

    def check_referrer(self, values: dict[str, Any], number: int | None) -> None:
        referrer = values.get("referrer_id")
        if referrer is None:
            return
        if referrer == number:
            raise Invalid.one("referrer_id", "client.refers_itself")
        if not reads.is_mine(self.db, self.actor, referrer):
            raise Invalid.one("referrer_id", "client.unknown", id=referrer)

    def _check_birthday(self, values: dict[str, Any]) -> None:
        if (day := values.get("birthday")) and day > stamp(self.clock.now())[:10]:
            raise Invalid.one("birthday", "client.birthday_ahead", day=day)

    def _hand_over(self, client: dict[str, Any], owner: int) -> None:
        """What hangs on a client goes to the new owner, but for what is somebody else's already."""
        for rows in self.attached:
            states = self._of(rows, client["id"], "owner_id = :old", old=client["owner_id"])
            rows.update([(one, {"owner_id": owner}) for one in states])

    def _of(self, rows: Rows, number: int, condition: str, **params: Any) -> list[dict[str, Any]]:
        found = self.db.all(
            f"SELECT id FROM {rows.kind.table} WHERE client_id = :client AND {condition} ORDER BY id",
            {"client": number, **params},
        )
        return list(rows.states([row[0] for row in found]).values())


def values_of(data: Any) -> dict[str, Any]:
    """The fields that were sent; an empty text or list says nothing, like null. Contacts come as the store keeps
    them."""
    values = {name: getattr(data, name) for name in data.model_fields_set}
    for name in ("phones", "emails"):
        if values.get(name) is not None:
            values[name] = rules.contacts(values[name])
        elif name in values:
            values[name] = []
    return {
        name: None if value in ("", [], {}) and name not in ("phones", "emails") else value
        for name, value in values.items()
    }
