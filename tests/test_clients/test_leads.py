"""Leads and interactions: stages, answers, what follows from what was said, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.clients.kinds import ENDED, LEAD_MOVES, OPEN, Channel, LeadStage
from realty_cli.clients.schemas.filters import InteractionFilter, LeadFilter
from realty_cli.clients.schemas.interaction import InteractionCreate, InteractionUpdate
from realty_cli.clients.schemas.lead import LeadCreate, LeadStageChange, LeadUpdate
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_clients.test_clients_service import enter

NOW = "2026-03-10T09:00:00.000000Z"


def open_lead(agency: Agency, client: int, user: str | None = None, **fields: Any) -> dict[str, Any]:
    data = validate(LeadCreate, {"side": "buyer", **fields})
    made: dict[str, Any] = agency.do(lambda work: work.clients.leads.create(client, data), "leads add", user)
    return made


def move(agency: Agency, lead: int, stage: str, **fields: Any) -> dict[str, Any]:
    data = validate(LeadStageChange, {"stage": stage, **fields})
    moved: dict[str, Any] = agency.do(lambda work: work.clients.leads.change_stage(lead, data), "leads move")
    return moved


def log(agency: Agency, client: int, channel: str = "call", **fields: Any) -> dict[str, Any]:
    data = validate(InteractionCreate, {"channel": channel, **fields})
    made: dict[str, Any] = agency.do(lambda work: work.clients.interactions.create(client, data), "clients log")
    return made


def lead_now(agency: Agency, number: int) -> dict[str, Any]:
    found: dict[str, Any] = agency.ask(lambda work: work.clients.leads.get(number))
    return found


def client_now(agency: Agency, number: int) -> dict[str, Any]:
    found: dict[str, Any] = agency.ask(lambda work: work.clients.get(number))
    return found


def history(agency: Agency, number: int) -> list[tuple[Any, ...]]:
    body = agency.ask(lambda work: work.clients.leads.history(number))
    return [(one["old"], one["new"], one["reason"], one["effective_at"]) for one in body["entries"]]


def test_a_lead_takes_from_its_client_what_it_does_not_say(agency: Agency) -> None:
    friend = enter(agency, name="Друг")["id"]
    client = enter(agency, name="Иванов Пётр", source="avito", campaign="весна", referrer_id=friend)["id"]
    made = open_lead(agency, client, budget_min=5_000_000, budget_max=12_500_000.5)
    assert (made["source"], made["campaign"], made["referrer_id"]) == ("avito", "весна", friend)
    assert (made["budget_min"], made["budget_max"], made["currency"]) == (5_000_000, 12_500_000.5, "RUB")
    assert (made["stage"], made["client_id"], made["first_response_at"]) == ("new", client, None)
    assert open_lead(agency, client, source="cian")["source"] == "cian"
    assert history(agency, made["id"]) == [(None, "new", None, NOW)]


def test_a_lead_that_began_earlier_began_then(agency: Agency) -> None:
    client = enter(agency)["id"]
    at = "2026-02-01T10:00:00+03:00"
    made = open_lead(agency, client, created_at=at, stage="qualified")
    assert made["created_at"] == "2026-02-01T07:00:00.000000Z"
    assert history(agency, made["id"]) == [(None, "qualified", None, "2026-02-01T07:00:00.000000Z")]
    for wrong in ({"created_at": "2026-03-11T00:00:00Z"}, {"stage": "won"}, {"budget_min": 2, "budget_max": 1},
                  {"property_id": 5}, {"referrer_id": client}, {"side": "king"}, {"budget_max": -1},
                  {"budget_max": float("nan")}, {"client_id": 1}, {"first_response_at": at}):  # fmt: skip
        with pytest.raises(Invalid):
            open_lead(agency, client, **wrong)


@pytest.mark.parametrize("old", LeadStage)
@pytest.mark.parametrize("new", LeadStage)
def test_every_move_is_made_or_refused_by_the_table(sqlite_agency: Agency, old: LeadStage, new: LeadStage) -> None:
    lead = open_lead(sqlite_agency, enter(sqlite_agency)["id"])["id"]
    if old != LeadStage.NEW:
        move(sqlite_agency, lead, old, reason="не сошлись")
    before = lead_now(sqlite_agency, lead)
    if new != old and new not in LEAD_MOVES[old]:
        with pytest.raises(Conflict):
            move(sqlite_agency, lead, new, reason="x")
        assert lead_now(sqlite_agency, lead) == before
        return
    after = move(sqlite_agency, lead, new, reason="x")
    assert after["stage"] == new
    assert (after["closed_at"] is not None) == (new in ENDED)
    assert (after["lost_reason"] is not None) == (new == LeadStage.LOST)


def test_a_lost_lead_says_why_and_may_come_back(agency: Agency) -> None:
    lead = open_lead(agency, enter(agency)["id"])["id"]
    with pytest.raises(Invalid) as refused:
        move(agency, lead, "lost")
    assert refused.value.fields[0].code == "lead.reason_missing"
    with pytest.raises(Invalid):
        move(agency, lead, "showing", effective_at="2026-03-11T00:00:00Z")
    at = "2026-03-09T12:00:00.000000Z"
    lost = move(agency, lead, "lost", reason="купили сами", effective_at=at)
    assert (lost["lost_reason"], lost["closed_at"]) == ("купили сами", at)
    agency.clock.advance(hours=1)
    back = move(agency, lead, "negotiation")
    assert (back["lost_reason"], back["closed_at"]) == (None, None)
    assert [step[:3] for step in history(agency, lead)] == [
        ("new", "lost", "купили сами"), (None, "new", None), ("lost", "negotiation", None),
    ]  # fmt: skip
    agency.do(lambda work: work.undo.undo())
    assert lead_now(agency, lead)["stage"] == "lost"
    assert len(history(agency, lead)) == 2


def test_the_first_answer_is_ours_or_a_talk_and_no_programs(agency: Agency) -> None:
    client = enter(agency)["id"]
    lead = open_lead(agency, client, created_at="2026-03-01T00:00:00Z")["id"]
    log(agency, client, "message", direction="in", at="2026-03-01T00:01:00Z")
    log(agency, client, "message", auto=True, at="2026-03-01T00:02:00Z")
    log(agency, client, "note", at="2026-03-01T00:03:00Z")
    assert lead_now(agency, lead)["first_response_at"] is None
    assert lead_now(agency, lead)["stage"] == "new"
    later = log(agency, client, "call", outcome="attempt", at="2026-03-01T02:00:00Z")
    assert lead_now(agency, lead)["first_response_at"] == "2026-03-01T02:00:00.000000Z"
    assert (lead_now(agency, lead)["stage"], client_now(agency, client)["stage"]) == ("new", "lead")
    earlier = log(agency, client, "call", at="2026-03-01T01:00:00Z")
    assert earlier["lead_id"] == lead
    assert lead_now(agency, lead)["first_response_at"] == "2026-03-01T01:00:00.000000Z"
    assert (lead_now(agency, lead)["stage"], client_now(agency, client)["stage"]) == ("contacted", "contacted")
    assert client_now(agency, client)["last_contact_at"] == "2026-03-01T02:00:00.000000Z"
    agency.do(lambda work: work.clients.interactions.delete(earlier["id"]))
    assert lead_now(agency, lead)["first_response_at"] == "2026-03-01T02:00:00.000000Z"
    change = validate(InteractionUpdate, {"at": "2026-03-02T00:00:00Z"})
    agency.do(lambda work: work.clients.interactions.update(later["id"], change))
    assert client_now(agency, client)["last_contact_at"] == "2026-03-02T00:00:00.000000Z"
    agency.do(lambda work: work.undo.undo())
    assert client_now(agency, client)["last_contact_at"] == "2026-03-01T02:00:00.000000Z"


def test_an_undone_call_takes_with_it_what_followed(agency: Agency) -> None:
    client = enter(agency)["id"]
    lead = open_lead(agency, client)["id"]
    before = lead_now(agency, lead), client_now(agency, client)
    log(agency, client, "meeting", text="показали")
    assert lead_now(agency, lead)["stage"] == "contacted"
    undone = agency.do(lambda work: work.undo.undo())
    strip = {"version": 0, "updated_at": None}
    after = lead_now(agency, lead), client_now(agency, client)
    assert [{**one, **strip} for one in after] == [{**one, **strip} for one in before]
    assert len(history(agency, lead)) == 1
    agency.do(lambda work: work.undo.undo(undone["operation_id"]))
    assert (lead_now(agency, lead)["stage"], lead_now(agency, lead)["first_response_at"]) == ("contacted", NOW)


def test_an_interaction_belongs_to_the_only_open_lead_or_the_one_named(agency: Agency) -> None:
    client = enter(agency)["id"]
    assert log(agency, client)["lead_id"] is None
    first = open_lead(agency, client)["id"]
    assert log(agency, client)["lead_id"] == first
    second = open_lead(agency, client, side="seller")["id"]
    assert log(agency, client)["lead_id"] is None
    assert log(agency, client, lead_id=second)["lead_id"] == second
    other = enter(agency, name="Другой")["id"]
    for wrong in ({"lead_id": first}, {"lead_id": 77}, {"at": "2026-03-11T00:00:00Z"}, {"property_id": 7},
                  {"duration_seconds": -1}, {"score": 11}, {"text": "x" * 20_001}, {"channel": "smoke"},
                  {"client_id": 1}):  # fmt: skip
        with pytest.raises(Invalid):
            log(agency, other, **wrong)


@pytest.mark.parametrize("channel", Channel)
def test_what_a_channel_comes_to_where_nobody_says(sqlite_agency: Agency, channel: Channel) -> None:
    made = log(sqlite_agency, enter(sqlite_agency)["id"], channel)
    assert made["outcome"] == ("two_way" if channel in ("call", "meeting") else "attempt")
    assert (made["direction"], made["auto"], made["at"]) == ("out", False, NOW)


@pytest.mark.parametrize(
    ("parts", "fits"),
    [
        ({}, True), ({"side": ["buyer"]}, True), ({"side": ["seller"]}, False), ({"stage": ["new"]}, True),
        ({"open": True}, True), ({"open": False}, False), ({"untouched": True}, True), ({"untouched": False}, False),
        ({"source": ["avito"]}, True), ({"budget_from": 10}, True), ({"budget_to": 9}, False),
        ({"client_id": [1]}, True), ({"client_id": [9]}, False), ({"client_id": []}, False),
        ({"property_id": [1]}, False), ({"ids": [1]}, True),
        ({"created_from": "2026-03-10T00:00:00Z"}, True), ({"closed_from": "2026-01-01T00:00:00Z"}, False),
        ({"deleted": True}, False), ({"temperature": ["hot"]}, True),
    ],
)  # fmt: skip
def test_each_part_of_the_filter_of_leads(agency: Agency, parts: dict[str, Any], fits: bool) -> None:
    client = enter(agency)["id"]
    lead = open_lead(agency, client, budget_max=10, temperature="hot")["id"]
    found = agency.ask(lambda work: work.clients.leads.page(validate(LeadFilter, parts)))
    assert ([one["id"] for one in found["items"]], found["total"]) == (([lead], 1) if fits else ([], 0))


@pytest.mark.parametrize(
    ("parts", "fits"),
    [
        ({}, True), ({"channel": ["call"]}, True), ({"channel": ["email"]}, False), ({"direction": ["out"]}, True),
        ({"outcome": ["attempt"]}, False), ({"auto": False}, True), ({"auto": True}, False), ({"client_id": [1]}, True),
        ({"lead_id": [4]}, False), ({"at_from": "2026-03-10T00:00:00Z"}, True),
        ({"at_to": "2026-03-10T00:00:00Z"}, False),
        ({"ids": [2]}, False), ({"deleted": True}, False),
    ],
)  # fmt: skip
def test_each_part_of_the_filter_of_interactions(agency: Agency, parts: dict[str, Any], fits: bool) -> None:
    number = log(agency, enter(agency)["id"])["id"]
    found = agency.ask(lambda work: work.clients.interactions.page(validate(InteractionFilter, parts)))
    assert ([one["id"] for one in found["items"]], found["total"]) == (([number], 1) if fits else ([], 0))


def test_strangers_reach_neither_leads_nor_interactions(agency: Agency) -> None:
    agency.add_account("boris")
    client = enter(agency)["id"]
    lead, said = open_lead(agency, client)["id"], log(agency, client)["id"]
    moved = validate(LeadStageChange, {"stage": "won"})
    acts: list[Any] = [
        lambda work: work.clients.leads.get(lead),
        lambda work: work.clients.leads.history(lead),
        lambda work: work.clients.leads.of(client),
        lambda work: work.clients.leads.update(lead, validate(LeadUpdate, {"note": "x"})),
        lambda work: work.clients.leads.change_stage(lead, moved),
        lambda work: work.clients.leads.delete(lead),
        lambda work: work.clients.leads.restore(lead),
        lambda work: work.clients.interactions.get(said),
        lambda work: work.clients.interactions.of(client),
        lambda work: work.clients.interactions.update(said, validate(InteractionUpdate, {"text": "x"})),
        lambda work: work.clients.interactions.delete(said),
        lambda work: work.clients.interactions.restore(said),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            agency.do(act, user="boris")
    for wanted in (LeadFilter, InteractionFilter):
        service = "leads" if wanted is LeadFilter else "interactions"
        page = agency.ask(lambda w, s=service, f=wanted: getattr(w.clients, s).page(validate(f, {})), "boris")
        assert (page["items"], page["total"]) == ([], 0)


def test_leads_and_interactions_go_to_the_bin_and_come_back(agency: Agency) -> None:
    client = enter(agency)["id"]
    lead, said = open_lead(agency, client)["id"], log(agency, client)["id"]
    for service, number in (("leads", lead), ("interactions", said)):
        agency.do(lambda work, s=service, n=number: getattr(work.clients, s).delete(n))
        with pytest.raises(NotFound):
            agency.ask(lambda work, s=service, n=number: getattr(work.clients, s).get(n))
        agency.do(lambda work, s=service, n=number: getattr(work.clients, s).restore(n))
        with pytest.raises(Conflict):
            agency.do(lambda work, s=service, n=number: getattr(work.clients, s).restore(n))
        assert agency.ask(lambda work, s=service, n=number: getattr(work.clients, s).get(n))["deleted_at"] is None
    agency.do(lambda work: work.clients.leads.delete(lead))
    agency.clock.advance(seconds=1)
    agency.do(lambda work: work.clients.delete(client))
    agency.do(lambda work: work.clients.restore(client))
    # What was in the bin before stays there.
    assert agency.ask(lambda work: work.clients.leads.of(client))["total"] == 0


def test_every_open_stage_may_be_the_first(sqlite_agency: Agency) -> None:
    client = enter(sqlite_agency)["id"]
    assert [open_lead(sqlite_agency, client, stage=stage)["stage"] for stage in OPEN] == list(OPEN)
