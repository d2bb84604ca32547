"""What people said of a listing that they were shown, written back to where it is looked for: the mark of the buyer's
request, and what was talked about with the client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from realty_cli.auth.policy import Act, require
from realty_cli.clients import candidates
from realty_cli.clients.kinds import Channel, Outcome
from realty_cli.clients.request_kinds import MarkKind
from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.clients.schemas.request import MarkCreate
from realty_cli.deals.ledger import Ledger, given
from realty_cli.errors import Invalid
from realty_cli.events.care_record import FEEDBACK
from realty_cli.events.kinds import EventType
from realty_cli.kit.clock import stamp
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.rows import Rows
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.clients.requests import RequestService
    from realty_cli.clients.service import ClientService
    from realty_cli.events.schemas.care import FeedbackCreate
    from realty_cli.events.service import EventService

_SHOWN = frozenset({EventType.SHOWING, EventType.OPEN_HOUSE})


class Feedback(Ledger):
    """Feedback on the showings of an actor."""

    kind = FEEDBACK
    sorting = Sorting({**NEWEST, "rating": By("rating")})
    equal = ("owner_id", "event_id", "client_id", "property_id")
    limits: ClassVar[Mapping[str, str]] = {}
    read, write = Act.EVENT_READ, Act.EVENT_WRITE

    def __init__(self, events: EventService, clients: ClientService, requests: RequestService) -> None:
        self.events, self.clients, self.requests = events, clients, requests
        self.db, self.actor, self.clock = events.db, events.actor, events.clock
        self.rows = Rows(events.db, events.log, events.clock, self.kind)

    def give(self, number: int, data: FeedbackCreate) -> dict[str, Any]:
        """Enter what was said, and write it back. The answer names what else changed."""
        require(self.actor, Act.EVENT_WRITE)
        event = self.events.get(number, data.recurrence_id)
        if event["event_type"] not in _SHOWN:
            raise Invalid.one("event_id", "feedback.not_shown", id=number)
        if event["start_time"] > stamp(self.clock.now()):
            raise Invalid.one("event_id", "feedback.ahead", id=number)
        values = {name: value for name, value in given(data).items() if value is not None}
        values.setdefault("source", data.source)
        wanted = values.pop("request_id", None)
        for name, table, code in (
            ("client_id", "clients", "client.unknown"), ("property_id", "properties", "property.not_found"),
        ):  # fmt: skip
            if name in values:
                self.clients_own(table, values[name], name, code)
            else:
                values[name] = event[name]
        values |= {
            "event_id": event["series_id"] or event["id"], "recurrence_id": event["recurrence_id"],
            "owner_id": event["owner_id"],
        }  # fmt: skip
        (made,) = self.rows.insert([values])
        return {
            **self.get(made),
            "mark_id": self._mark(values, wanted, event),
            "interaction_id": self._talked(values, event),
        }

    def took_place(self, event: Mapping[str, Any]) -> None:
        """Log a showing that took place as a meeting with its client, who may be gone since."""
        if event["event_type"] not in _SHOWN or event["start_time"] > stamp(self.clock.now()):
            return
        client = event["client_id"]
        if client is None or self.clients.rows.state(self.actor, client) is None:
            return
        series = event["series_id"] or event["id"]
        values = {name: event[name] for name in ("client_id", "property_id", "recurrence_id")}
        self._talked({**values, "event_id": series}, event)

    def clients_own(self, table: str, number: int, field: str, code: str) -> None:
        """Whatever feedback names has to be the actor's."""
        params: dict[str, Any] = {"id": number}
        scope = visible(self.actor, params)
        if not self.db.one(f"SELECT 1 FROM {table} WHERE id = :id AND deleted_at IS NULL AND {scope}", params):
            raise Invalid.one(field, code, id=number)

    def _mark(self, values: Mapping[str, Any], wanted: int | None, event: Mapping[str, Any]) -> int | None:
        """Say in the client's request what became of the listing: liked, refused, or shown."""
        client, listing = values["client_id"], values["property_id"]
        if client is None or listing is None:
            return None
        found = self._requests_of(client)
        if wanted is not None and wanted not in found:
            raise Invalid.one("request_id", "feedback.not_of_client", id=wanted, client=client)
        request = wanted or (found[0] if len(found) == 1 else None)
        if request is None or candidates.offered(self.db, self.actor, listing) is None:
            return None
        mark = {True: MarkKind.LIKED, False: MarkKind.REFUSED}.get(values.get("interested"), MarkKind.SHOWN)  # type: ignore[arg-type]
        said = ", ".join(values.get("objections") or ())[:200] or None
        data = MarkCreate(
            request_id=request, property_id=listing, mark=mark, at=min(event["end_time"], stamp(self.clock.now())),
            note=said,
        )  # fmt: skip
        number: int = self.requests.matches.mark(data)["id"]
        return number

    def _requests_of(self, client: int) -> list[int]:
        params: dict[str, Any] = {"client": client}
        scope = visible(self.actor, params)
        rows = self.db.all(
            "SELECT id FROM requests WHERE client_id = :client AND deleted_at IS NULL AND status = 'active'"
            f" AND {scope} ORDER BY id",
            params,
        )
        return [row[0] for row in rows]

    def _talked(self, values: Mapping[str, Any], event: Mapping[str, Any]) -> int | None:
        """Log the showing as a meeting with the client, once."""
        if values["client_id"] is None:
            return None
        name = f"showing:{values['event_id']}:{values['recurrence_id'] or ''}"
        known = self.db.value(
            "SELECT id FROM interactions WHERE client_id = :client AND external_id = :name AND deleted_at IS NULL",
            {"client": values["client_id"], "name": name},
        )
        if known is not None:
            number: int = known
            return number
        data = InteractionCreate(
            channel=Channel.MEETING, outcome=Outcome.TWO_WAY, external_id=name, property_id=values["property_id"],
            at=min(event["end_time"], stamp(self.clock.now())), text=values.get("note"),
        )  # fmt: skip
        made: int = self.clients.interactions.create(values["client_id"], data)["id"]
        return made
