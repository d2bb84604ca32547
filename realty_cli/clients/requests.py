"""Buyer requests: what a client looks for, in the terms in which listings are described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.clients.matches import MatchService
from realty_cli.clients.request_kinds import RequestStatus
from realty_cli.clients.request_record import MARK, REQUEST
from realty_cli.clients.request_rows import RequestRows
from realty_cli.clients.request_selection import MARK_SORTING, REQUEST_SORTING, select_marks, select_requests
from realty_cli.errors import FieldProblem, Invalid, NotFound
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store import paging
from realty_cli.store.filtering import newest
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.clients.schemas.request import BuyerRequestCreate, BuyerRequestUpdate
    from realty_cli.clients.schemas.request_filters import BuyerRequestFilter, MarkFilter
    from realty_cli.clients.service import ClientService

#: Pairs of bounds, of which the first may not stand above the second.
_PAIRS = ("price", "area", "land", "floor", "year")


class RequestService:
    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self.db, self.actor, self.clock = clients.db, clients.actor, clients.clock
        self.log, self.currency = clients.log, clients.settings.currency

    @property
    def rows(self) -> RequestRows:
        return self._clients.request_rows

    @lazy
    def matches(self) -> MatchService:
        return MatchService(self)

    @lazy
    def marks(self) -> Rows:
        return Rows(self.db, self._clients.log, self.clock, MARK)

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        return REQUEST.presented(self.state(number, deleted=deleted))

    def state(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        """A request as it is stored. Raises NotFound."""
        found = self.rows.state(self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound(REQUEST.missing, id=number)
        return found

    def page(
        self, wanted: BuyerRequestFilter, *, sort: str | None = None, limit: int = 20, offset: int = 0,
        cursor: str | None = None, total: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.CLIENT_READ)
        found = paging.page(
            self.db, select_requests(self.db, self.actor, wanted), REQUEST_SORTING.order(sort), REQUEST.columns,
            limit=limit, offset=offset, cursor=cursor, total=total,
            newest=newest(self.actor, wanted, "ix_requests_owner"),
        )  # fmt: skip
        items = [REQUEST.presented(REQUEST.state(row)) for row in found.rows]
        return paging.answer(items, found, limit, offset)

    def marked(
        self, wanted: MarkFilter, *, sort: str | None = None, limit: int = 20, offset: int = 0,
        cursor: str | None = None, total: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        """One page of marks."""
        require(self.actor, Act.CLIENT_READ)
        found = paging.page(
            self.db, select_marks(self.actor, wanted), MARK_SORTING.order(sort), MARK.columns,
            limit=limit, offset=offset, cursor=cursor, total=total,
            newest=newest(self.actor, wanted, "ix_match_marks_owner"),
        )  # fmt: skip
        return paging.answer([MARK.presented(MARK.state(row)) for row in found.rows], found, limit, offset)

    def create(self, data: BuyerRequestCreate) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        values = {name: value for name, value in values_of(data).items() if value is not None}
        of = self._client(values["client_id"])
        wanted = values.get("owner_id")
        if wanted is None:
            values["owner_id"] = of["owner_id"]
        elif wanted != of["owner_id"]:
            values["owner_id"] = owner_of(self.db, self.actor, wanted, Act.CLIENT_ASSIGN)
        values.setdefault("status", RequestStatus.ACTIVE.value)
        values.setdefault("currency", self.currency)
        self._check(values)
        return self.get(self.rows.insert([values])[0])

    def update(self, number: int, data: BuyerRequestUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        changes = values_of(data)
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.CLIENT_ASSIGN)
        self._check({**before, **changes}, changes)
        self.rows.update([(before, changes)])
        return self.get(number)

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        self.rows.update([(before, {"deleted_at": stamp(self.clock.now())})], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.restorable(self.actor, number)
        self._clients.live(before["client_id"])
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self.get(number)

    def _client(self, number: int) -> dict[str, Any]:
        found = self._clients.rows.state(self.actor, number)
        if found is None:
            raise Invalid.one("client_id", "client.unknown", id=number)
        return found

    def _check(self, request: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> None:
        """Raise Invalid for a lead of somebody else, and for bounds that stand the wrong way round."""
        given = request if changes is None else changes
        if (lead := given.get("lead_id")) is not None:
            found = self._clients.leads.rows.state(self.actor, lead)
            if found is None or found["client_id"] != request["client_id"]:
                raise Invalid.one("lead_id", "lead.not_of_client", id=lead, client=request["client_id"])
        if problems := problems_of(request):
            raise Invalid("invalid", problems)


def problems_of(request: Mapping[str, Any]) -> list[FieldProblem]:
    """Bounds that stand the wrong way round."""
    return [
        FieldProblem(f"{name}_max", "buyer_request.bounds_order", {"low": f"{name}_min", "high": f"{name}_max"})
        for name in _PAIRS
        if (low := request.get(f"{name}_min")) is not None
        and (high := request.get(f"{name}_max")) is not None
        and low > high
    ]


def values_of(data: Any) -> dict[str, Any]:
    """The fields that were sent, lists of places as plain values; an empty text or list says nothing, like null."""
    values = {name: getattr(data, name) for name in data.model_fields_set}
    if values.get("places"):
        values["places"] = [one.model_dump() for one in values["places"]]
    return {name: None if value in ("", []) else value for name, value in values.items()}
