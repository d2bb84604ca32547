"""Templates of events: kept, and made into events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.deals.ledger import Ledger
from realty_cli.events.care_record import TEMPLATE
from realty_cli.events.schemas.event import EventCreate
from realty_cli.kit.schema import validate
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.events.schemas.care import EventOfTemplate
    from realty_cli.events.service import EventService

#: What an event takes over from its template.
_TAKEN = ("description", "location", "reminders", "buffer_before", "buffer_after", "color", "priority", "busy", "tags")


class Templates(Ledger):
    """Those of an actor."""

    kind = TEMPLATE
    sorting = Sorting({**NEWEST, "name": By("name", "text")})
    equal = ("owner_id", "event_type")
    limits: ClassVar[Mapping[str, str]] = {}
    read, write = Act.EVENT_READ, Act.EVENT_WRITE

    def __init__(self, events: EventService) -> None:
        self.events = events
        self.db, self.actor, self.clock = events.db, events.actor, events.clock
        self.rows = Rows(events.db, events.log, events.clock, self.kind)

    def complete(self, values: dict[str, Any]) -> None:
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.EVENT_ASSIGN)
        values.setdefault("title", values["name"])
        _plain(values)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        _plain(changes)

    def said_in(self, language: str) -> Self:
        """Warnings of what is made are put in this language."""
        self.events.said_in(language)
        return self

    def make(self, number: int, data: EventOfTemplate) -> dict[str, Any]:
        """Enter an event that begins with a template, under all the rules of new events."""
        require(self.actor, Act.EVENT_WRITE)
        template = self.rows.live(self.actor, number, None)
        given = {name: value for name in data.model_fields_set if (value := getattr(data, name)) is not None}
        minutes = given.pop("duration_minutes", template["duration_minutes"])
        values = {name: template[name] for name in _TAKEN if template[name] not in (None, [])}
        values |= {"title": template["title"], "event_type": template["event_type"], **given}
        values["end_time"] = (datetime.fromisoformat(data.start_time) + timedelta(minutes=minutes)).isoformat()
        made = self.events.create(validate(EventCreate, values))
        state = self.events.rows.states([made["id"]])[made["id"]]
        self.events.rows.update([(state, {"template_id": number})], touch=False)
        return {**self.events.get(made["id"]), "warnings": made["warnings"]}


def _plain(values: dict[str, Any]) -> None:
    if values.get("reminders"):
        values["reminders"] = [one.model_dump() for one in values["reminders"]]
