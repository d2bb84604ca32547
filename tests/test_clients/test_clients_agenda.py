"""What of clients the briefing of the day tells."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.clients.schemas.lead import LeadCreate, LeadStageChange
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_clients.test_clients_service import enter
from tests.test_desk.test_today import section, today


def lead(agency: Agency, client: int, user: str | None = None, **fields: Any) -> int:
    data = validate(LeadCreate, {"side": "buyer", **fields})
    return int(agency.do(lambda work: work.clients.leads.create(client, data), user=user)["id"])


def said(agency: Agency, client: int, **fields: Any) -> None:
    data = validate(InteractionCreate, {"channel": "call", **fields})
    agency.do(lambda work: work.clients.interactions.create(client, data))


def waiting(agency: Agency, user: str = "anna") -> list[int]:
    return [one["id"] for one in section(today(agency, user, days=0), "leads")]


def test_enquiries_that_nobody_answered_for_a_day(agency: Agency) -> None:
    client = enter(agency)["id"]
    number = lead(agency, client, source="avito")
    agency.clock.advance(hours=23, minutes=59)
    assert waiting(agency) == []
    agency.clock.advance(minutes=2)
    [item] = section(today(agency), "leads")
    assert (item["kind"], item["id"], item["title"], item["due"], item["days"]) == (
        "lead", number, "Иванов Пётр Сергеевич", "2026-03-11", 0,
    )  # fmt: skip
    assert item["facts"] == {
        "side": "buyer", "source": "avito", "created_at": "2026-03-10T09:00:00.000000Z", "client_id": client,
        "property_id": None,
    }  # fmt: skip
    said(agency, client, lead_id=number, outcome="attempt")
    assert waiting(agency) == [number]
    agency.clock.advance(hours=24)
    assert today(agency)["overdue"] == 1
    said(agency, client, lead_id=number, outcome="two_way")
    assert waiting(agency) == []


@pytest.mark.parametrize("fields", [{"outcome": "two_way", "auto": True}, {"outcome": "attempt"}])
def test_what_is_no_talk(agency: Agency, fields: dict[str, Any]) -> None:
    client = enter(agency)["id"]
    number = lead(agency, client)
    agency.clock.advance(days=2)
    said(agency, client, **fields)
    assert waiting(agency) == [number]


def test_a_talk_about_another_lead_is_none_about_this_one(agency: Agency) -> None:
    client = enter(agency)["id"]
    first, second = lead(agency, client), lead(agency, client, side="seller")
    agency.clock.advance(days=2)
    said(agency, client, lead_id=first, outcome="two_way")
    assert waiting(agency) == [second]
    said(agency, client, outcome="two_way")
    assert waiting(agency) == []


def test_ended_and_foreign_enquiries_are_not_told(agency: Agency) -> None:
    agency.add_account("boris")
    client = enter(agency)["id"]
    number = lead(agency, client)
    agency.clock.advance(days=2)
    assert waiting(agency, "boris") == []
    data = validate(LeadStageChange, {"stage": "lost", "reason": "спам"})
    agency.do(lambda work: work.clients.leads.change_stage(number, data))
    assert waiting(agency) == []


def test_consents_that_expire(agency: Agency) -> None:
    client = enter(agency)["id"]

    def consent(number: int, **fields: Any) -> None:
        now = "2026-03-01T09:00:00.000000Z"
        row = {
            "id": number, "owner_id": 1, "client_id": client, "purpose": "processing", "granted": True, "at": now,
            "expires_at": "2026-03-12T20:59:59.000000Z", "withdrawn_at": None, "version": 1, "created_at": now,
            "updated_at": now, **fields,
        }  # fmt: skip
        agency.do(lambda work: work.db.insert("consents", tuple(row), [list(row.values())]))

    consent(1)
    consent(2, granted=False)
    consent(3, withdrawn_at="2026-03-02T09:00:00.000000Z")
    consent(4, expires_at="2026-03-17T21:00:00.000000Z")  # midnight in Moscow: a day beyond the window
    consent(5, expires_at="2026-03-17T20:59:59.000000Z")
    items = section(today(agency), "consents")
    assert [(one["kind"], one["id"], one["due"], one["days"]) for one in items] == [
        ("client", client, "2026-03-12", 2), ("client", client, "2026-03-17", 7),
    ]  # fmt: skip
