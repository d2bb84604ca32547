"""Enquiries: who asks is found or entered, once, however often and from how many processes it comes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from realty_cli.clients.schemas.client import ClientUpdate
from realty_cli.clients.schemas.interaction import IntakeRequest
from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.command import Command
from tests.conftest import Agency
from tests.test_clients.test_clients_service import IVANOV, change, enter
from tests.test_clients.test_leads import move

ENQUIRY: dict[str, Any] = {
    "name": "Пётр Иванов", "phones": ["8 (916) 123-45-67"], "source": "avito", "text": "Ещё продаётся?",
}  # fmt: skip


def take(agency: Agency, user: str | None = None, **fields: Any) -> dict[str, Any]:
    data = validate(IntakeRequest, fields or ENQUIRY)
    body: dict[str, Any] = agency.do(lambda work: work.intake.take(data), "clients intake", user)
    return body


def counts(agency: Agency) -> tuple[int, ...]:
    """How many clients, leads, interactions and operations there are."""
    tables = ("clients", "leads", "interactions", "operations")
    with agency.read() as work:
        return tuple(work.db.value(f"SELECT count(*) FROM {table}") for table in tables)


def test_a_stranger_is_entered_with_a_lead_and_what_was_asked(agency: Agency) -> None:
    body = take(agency)
    assert (body["created_client"], body["created_lead"], body["repeated"], body["others"]) == (True, True, False, [])
    client, lead, said = body["client"], body["lead"], body["interaction"]
    assert (client["name"], client["roles"], client["stage"]) == ("Иванов Пётр", ["buyer"], "lead")
    assert (lead["client_id"], lead["side"], lead["stage"], lead["source"]) == (client["id"], "buyer", "new", "avito")
    assert (said["client_id"], said["lead_id"], said["text"]) == (client["id"], lead["id"], "Ещё продаётся?")
    assert (said["channel"], said["direction"], said["outcome"]) == ("message", "in", "attempt")
    assert "intake_key" not in said
    assert lead["first_response_at"] is None


def test_the_same_enquiry_within_a_day_changes_nothing(agency: Agency) -> None:
    first = take(agency)
    before = counts(agency)
    agency.clock.advance(hours=23)
    again = take(agency)
    assert counts(agency) == before
    assert again == {**first, "created_client": False, "created_lead": False, "repeated": True}
    agency.clock.advance(hours=2)
    later = take(agency)
    assert (later["repeated"], later["id"], later["lead"]["id"]) == (False, first["id"], first["lead"]["id"])
    assert counts(agency)[:3] == (1, 1, 2)


def test_an_enquiry_with_a_number_is_taken_in_once_for_good(agency: Agency) -> None:
    take(agency, **ENQUIRY, external_id="a-1")
    agency.clock.advance(days=30)
    again = take(agency, **{**ENQUIRY, "text": "другими словами"}, external_id="a-1")
    assert (again["repeated"], again["interaction"]["text"]) == (True, "Ещё продаётся?")
    assert take(agency, **ENQUIRY, external_id="a-2")["repeated"] is False
    assert counts(agency)[:3] == (1, 1, 2)


@pytest.mark.parametrize(
    "known_by", [{"phones": ["+7 916 123 45 67"]}, {"emails": ["IVANOV@example.com"]}, {"telegram": "t.me/Ivanov_P"}]
)
def test_who_is_known_is_found_and_completed_and_nothing_is_overwritten(
    agency: Agency, known_by: dict[str, Any]
) -> None:
    number = enter(agency)["id"]
    body = take(agency, name="Сидоров Илья", source="cian", language="ru", tags=["срочно"], side="tenant", **known_by)
    client = body["client"]
    assert (client["id"], body["created_client"], client["name"]) == (number, False, IVANOV["name"])
    assert (client["source"], client["language"]) == ("avito", "ru")
    assert (client["roles"], client["tags"]) == (["buyer", "seller", "tenant"], ["ипотека", "срочно"])
    assert len(client["phones"]) == len(client["emails"]) == 1


def test_new_contacts_and_a_name_are_added_to_who_had_none(agency: Agency) -> None:
    number = enter(agency, phones=["+79161234567"])["id"]
    body = take(agency, **ENQUIRY, emails=["p@example.com"])
    assert (body["id"], body["client"]["name"], body["client"]["last_name"]) == (number, "Иванов Пётр", "Иванов")
    assert [one["value"] for one in body["client"]["emails"]] == ["p@example.com"]
    again = take(agency, phones=["+74952223344"], emails=["p@example.com"])
    assert [one["value"] for one in again["client"]["phones"]] == ["+79161234567", "+74952223344"]


def test_contacts_of_several_clients_are_told(agency: Agency) -> None:
    by_phone = enter(agency, name="Первый", phones=["+79161234567"])["id"]
    by_email = enter(agency, name="Второй", emails=["p@example.com"])["id"]
    body = take(agency, phones=["+79161234567"], emails=["p@example.com"])
    assert (body["id"], body["others"]) == (by_phone, [by_email])


def test_the_open_lead_of_the_same_side_is_gone_on_with(agency: Agency) -> None:
    first = take(agency)
    more = take(agency, phones=["+79161234567"], budget_max=9_000_000, text="До девяти")
    assert (more["created_lead"], more["lead"]["id"]) == (False, first["lead"]["id"])
    assert more["lead"]["budget_max"] == 9_000_000
    less = take(agency, phones=["+79161234567"], budget_max=1, text="Нет, дешевле")
    assert less["lead"]["budget_max"] == 9_000_000
    seller = take(agency, phones=["+79161234567"], side="seller", text="И продать старую")
    assert (seller["created_lead"], seller["lead"]["side"]) == (True, "seller")
    move(agency, first["lead"]["id"], "lost", reason="передумали")
    anew = take(agency, phones=["+79161234567"], text="Снова ищем")
    assert (anew["created_lead"], anew["lead"]["id"] != first["lead"]["id"]) == (True, True)


def test_a_call_that_was_answered_moves_the_lead_on(agency: Agency) -> None:
    body = take(agency, phones=["+79161234567"], channel="call", at="2026-03-10T08:00:00Z")
    assert (body["client"]["stage"], body["lead"]["stage"]) == ("contacted", "contacted")
    assert body["lead"]["first_response_at"] == body["lead"]["created_at"] == "2026-03-10T08:00:00.000000Z"
    assert body["client"]["last_contact_at"] == "2026-03-10T08:00:00.000000Z"


@pytest.mark.parametrize(("deal_type", "side"), [("sale", "buyer"), ("rent", "tenant"), ("daily_rent", "tenant")])
def test_the_listing_tells_what_is_wanted(sqlite_agency: Agency, deal_type: str, side: str) -> None:
    flat = {"title": "Квартира", "property_type": "apartment", "deal_type": deal_type, "price": 5, "currency": "EUR"}
    number = sqlite_agency.do(lambda work: work.properties.create(validate(PropertyCreate, flat)))["id"]
    lead = take(sqlite_agency, phones=["+79161234567"], property_id=number)["lead"]
    assert (lead["side"], lead["property_id"], lead["currency"]) == (side, number, "EUR")


def test_who_was_lost_is_back_and_who_is_in_the_bin_is_not_found(agency: Agency) -> None:
    number = take(agency)["id"]
    change(agency, number, stage="lost")
    assert take(agency, phones=["+79161234567"])["client"]["stage"] == "lead"
    agency.do(lambda work: work.clients.delete(number))
    assert take(agency, phones=["+79161234567"], text="Это опять я")["id"] != number


def test_an_enquiry_is_undone_whole(agency: Agency) -> None:
    take(agency)
    undone = agency.do(lambda work: work.undo.undo())
    assert (undone["removed"], counts(agency)[:3]) == (3, (0, 0, 0))
    agency.do(lambda work: work.undo.undo(undone["operation_id"]))
    assert counts(agency)[:3] == (1, 1, 1)
    assert take(agency)["repeated"] is True


def test_everybody_has_clients_of_his_own(agency: Agency) -> None:
    for name in ("olga", "boris"):
        agency.add_account(name)
    hers, his = take(agency, "olga"), take(agency, "boris")
    assert hers["id"] != his["id"]
    assert take(agency, "olga", phones=["+79161234567"], text="x")["others"] == []
    theirs = take(agency, phones=["+79161234567"], text="на общий номер")  # an administrator sees both
    assert (theirs["id"], theirs["others"], theirs["client"]["owner_id"]) == (hers["id"], [his["id"]], 2)
    assert (theirs["lead"]["owner_id"], theirs["interaction"]["owner_id"]) == (2, 2)
    given = take(agency, phones=["+74952223344"], owner_id=3)
    assert (given["client"]["owner_id"], given["lead"]["owner_id"], given["interaction"]["owner_id"]) == (3, 3, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Без контакта"}, {"phones": []}, {"phones": ["12"]}, {"phones": ["+79161234567"], "referrer_id": 7},
        {"phones": ["+79161234567"], "property_id": 7}, {"phones": ["+79161234567"], "at": "2026-03-11T00:00:00Z"},
        {"phones": ["+79161234567"], "budget_min": 2, "budget_max": 1},
        {"phones": ["+79161234567"], "roles": ["buyer"]},
        {"phones": ["+79161234567"], "owner_id": 99}, {"phones": ["+79161234567"], "text": "\x00"},
    ],
)  # fmt: skip
def test_wrong_enquiries_are_refused_whole(sqlite_agency: Agency, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        take(sqlite_agency, **wrong)
    assert counts(sqlite_agency)[:3] == (0, 0, 0)


def test_a_merged_away_or_changed_phone_finds_nobody(agency: Agency) -> None:
    number = take(agency)["id"]
    data = validate(ClientUpdate, {"phones": ["+74952223344"]})
    agency.do(lambda work: work.clients.update(number, data))
    assert take(agency, phones=["+79161234567"], text="кто я")["id"] != number


def test_many_processes_at_once_make_one_person(agency: Agency) -> None:
    command = Command(agency.realty.settings.home)
    env = {"REALTY_DATABASE_URL": agency.realty.settings.database_url}
    runs = [
        command.start(
            "clients", "intake", "--phone", "8 916 123-45-67", "--name", "Пётр Иванов", "--json",
            "--text", f"Вопрос {number % 3}", env=env,
        )
        for number in range(6)
    ]  # fmt: skip
    bodies = []
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        bodies.append(json.loads(out))
    assert {body["id"] for body in bodies} == {1}
    assert sorted(body["created_client"] for body in bodies) == [False] * 5 + [True]
    assert sorted(body["repeated"] for body in bodies) == [False] * 3 + [True] * 3
    assert counts(agency)[:3] == (1, 1, 3)
