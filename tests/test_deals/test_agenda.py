"""What of deals the briefing of the day tells."""

from __future__ import annotations

from typing import Any

from tests.conftest import Agency
from tests.test_deals.deals import change, create, listing, move
from tests.test_deals.money import line, pay
from tests.test_desk.test_today import section, today


def due(agency: Agency, name: str, user: str = "anna", **wanted: Any) -> list[tuple[int, int, dict[str, Any]]]:
    items = section(today(agency, user, **wanted), name)
    return [(one["id"], one["days"], one["facts"]) for one in items]


def test_deposits_until_they_are_paid(agency: Agency) -> None:
    deal = agency.do(create(deposit=100_000.5, deposit_kind="earnest", deposit_due="2026-03-09", amount=5_000_000))[
        "id"
    ]
    agency.do(create(deposit=1, deposit_due="2026-03-18"))
    facts = {"deposit": 100_000.5, "deposit_kind": "earnest", "currency": "RUB", "property_id": None}
    assert due(agency, "deposits") == [(deal, -1, facts)]
    agency.do(pay(100_000.5, deal_id=deal, purpose="deposit"))
    assert due(agency, "deposits") == []


def test_commission_until_it_is_paid(agency: Agency) -> None:
    deal = agency.do(create(amount=5_000_000))["id"]
    number = agency.do(line(deal, rate=2, due_on="2026-03-12"))["id"]
    [found] = section(today(agency), "commissions")
    assert (found["kind"], found["id"], found["title"], found["days"]) == ("deal", deal, "Сделка", 2)
    assert found["facts"] == {"commission_id": number, "payer": "buyer", "currency": "RUB", "amount": 100_000}
    agency.do(pay(100_000, commission_id=number))
    assert due(agency, "commissions") == []
    agency.do(line(deal, amount=5, due_on="2026-03-12"))
    agency.do(move(deal, "lost", reason="передумали"))
    assert due(agency, "commissions") == []


def test_mortgages_reservations_and_closings_of_open_deals(agency: Agency) -> None:
    flat = listing(agency)
    deal = agency.do(
        create(property_id=flat, amount=5_000_000, mortgage_status="approved", mortgage_until="2026-03-15",
               mortgage_bank="Сбербанк", expected_close="2026-03-01")
    )["id"]  # fmt: skip
    agency.do(move(deal, "reserved", reserved_until="2026-03-11"))
    assert [(one[0], one[1]) for one in due(agency, "mortgages")] == [(deal, 5)]
    assert due(agency, "mortgages")[0][2]["mortgage_bank"] == "Сбербанк"
    assert [(one[0], one[1]) for one in due(agency, "reservations")] == [(deal, 1)]
    assert [(one[0], one[1]) for one in due(agency, "closings")] == [(deal, -9)]
    body = today(agency)
    assert (body["total"], body["overdue"]) == (3, 1)
    agency.do(change(deal, mortgage_status="refused"))
    assert due(agency, "mortgages") == []
    agency.do(move(deal, "closed"))
    assert today(agency)["total"] == 0


def test_an_agent_is_told_of_his_own_deals(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create(expected_close="2026-03-12"))
    assert due(agency, "closings", "boris") == []
