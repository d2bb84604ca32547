"""What the calendar holds of a person follows a merge, is shown, and is forgotten."""

from __future__ import annotations

import json
from typing import Any

from realty_cli.events.repository import EventRows
from tests.conftest import Agency
from tests.test_events.test_instances import enter, event


def person(agency: Agency, name: str, phone: str) -> int:
    from realty_cli.clients.schemas.client import ClientCreate

    found: dict[str, Any] = agency.do(lambda work: work.clients.create(ClientCreate(name=name, phones=[phone])))
    return int(found["id"])


def state(agency: Agency, number: int) -> dict[str, Any]:
    found: dict[str, Any] = agency.ask(lambda work: EventRows(work.db, work.log, work.clock).states([number])[number])
    return found


def test_merge_and_undo(agency: Agency) -> None:
    kept, gone = person(agency, "Иванова Ольга", "+79160000001"), person(agency, "Иванова О.", "+79160000002")
    (number,) = enter(agency, event(client_id=gone))
    told = agency.do(lambda work: work.merger.merge(kept, [gone]))
    assert told["moved"]["event"] == 1
    assert state(agency, number)["client_id"] == kept
    agency.do(lambda work: work.undo.undo(told["operation_id"]))
    assert state(agency, number)["client_id"] == gone


def test_held_and_erased(agency: Agency) -> None:
    client = person(agency, "Зебровая Ольга", "+79160000001")
    asked = {"name": "Зебровая", "email": None, "phone": "+79160000001", "response": None}
    other = {"name": "Пётр", "email": "p@example.com", "phone": None, "response": None}
    mine, theirs = enter(
        agency,
        {**event(client_id=client, notes="боится собак Зебровая"), "title": "Показ Зебровой"},
        event("two", attendees=[asked, other]),
    )
    shown = agency.ask(lambda work: work.personal.everything(client))
    assert [one["id"] for one in shown["other"]["event"]] == [mine, theirs]
    agency.do(lambda work: work.personal.erase(client))
    assert (state(agency, mine)["title"], state(agency, mine)["notes"]) == (f"№ {mine}", None)
    assert state(agency, theirs)["attendees"] == [other]
    assert state(agency, theirs)["title"] == "Показ"
    log = agency.ask(lambda work: work.db.all("SELECT old_state, diff FROM changes WHERE kind = 'event'"))
    assert "Зебров" not in json.dumps([list(row) for row in log], ensure_ascii=False)
