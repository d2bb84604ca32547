"""`realty deals money`, `pay`, `commissions`, `payments`, `expenses`, `targets`."""

from __future__ import annotations

import pytest

from tests.conftest import Agency
from tests.test_cli.conftest import Line

D = "deals"


@pytest.fixture
def deal(realty: Line) -> Line:
    realty(D, "add", "--title", "Сделка", "--kind", "sale", "--side", "buyer", "--amount", "10m", "--deposit", "100k")
    return realty


def test_a_line_with_parts_is_paid_off(deal: Line, office: Agency) -> None:
    office.add_account("boris")
    parts = ("--split", "agent=50%", "--split", "agent:@boris=12,5%", "--split", "co_broker:АН Сосед=30k")
    made = deal.json(
        D, "commissions", "add", "--deal", 1, "--payer", "buyer", "--rate", 3, "--due", "2026-06-20", *parts
    )
    assert (made["comes_to"], made["agency"]) == (300_000, 82_500)
    assert [(one["account_id"], one["name"], one["comes_to"]) for one in made["splits"]] == [
        (1, None, 150_000), (2, None, 37_500), (None, "АН Сосед", 30_000),
    ]  # fmt: skip
    assert made == office.ask(lambda work: work.deals.money.commissions.get(1))
    paid = deal(D, "pay", 1, "--line", 1, "--amount", "300k", "--method", "transfer", "--output", "table")
    assert "Line of commission 1 is paid." in paid.err
    assert "bank transfer" in paid.out
    shown = " ".join(deal(D, "commissions", "show", 1, "--output", "table", "--lang", "ru").out.split())
    assert "АН Сосед" in shown
    assert "оплачено" in shown
    gone = deal(D, "payments", "delete", 1, "--yes")
    assert "realty deals payments restore" in gone.err
    assert deal.json(D, "commissions", "show", 1)["settled"] == "none"
    deal(D, "payments", "restore", 1)
    assert [one["id"] for one in deal.json(D, "commissions", "list", "--paid")["items"]] == [1]
    assert deal.json(D, "commissions", "list", "--unpaid")["total"] == 0
    assert deal(D, "commissions", "list").out.splitlines()[0].split("\t")[:5] == ["1", "1", "buyer", "3.0", "300000"]


def test_what_a_deal_brings(deal: Line, office: Agency) -> None:
    deal(D, "commissions", "add", "-d", 1, "--payer", "seller", "-p", "150k", "--split", "referral:Пётр=10%")
    deal(D, "expenses", "add", "-c", "photos", "-p", "5k", "-d", 1)
    said = deal(D, "pay", 1, "--for", "deposit", "-p", "100k")
    assert "The deposit of deal 1 is paid." in said.err
    body = deal.json(D, "money", 1)
    assert body == office.ask(lambda work: work.deals.money.of(1))
    assert (body["agreed"], body["agency"], body["spent"], body["net"]) == (150_000, 135_000, 5_000, 130_000)
    table = " ".join(deal(D, "money", 1, "--output", "table", "--lang", "ru").out.split())
    assert "Осталось после расходов" in table
    assert "Пётр" in table
    assert "net\t130000" in deal(D, "money", 1).out.splitlines()
    deal(D, "money", 9, code=4)


def test_expenses_and_targets(realty: Line) -> None:
    realty(D, "expenses", "add", "-c", "portals", "-p", "3k", "-s", "cian", "--on", "2026-03-01")
    realty(D, "expenses", "edit", 1, "-p", 3500, "--clear", "source")
    assert (
        realty.json(D, "expenses", "list", "--from", "2026-03-01", "--to", "2026-03-01")["items"][0]["amount"] == 3_500
    )
    realty(D, "expenses", "list", "--sort", "note", code=2)
    made = realty.json(D, "targets", "add", "-m", "gci", "--period", "2026-Q2", "-v", "1.5m")
    assert (made["starts_on"], made["value"]) == ("2026-04-01", 1_500_000)
    realty(D, "targets", "add", "-m", "gci", "--period", "2026-Q2", "-v", 5, code=5)
    assert realty.json(D, "targets", "edit", 1, "-v", "2m")["value"] == 2_000_000
    assert "₽" in realty(D, "targets", "list", "--output", "table").out
    realty(D, "targets", "add", "-m", "deals", "--period", "2026", "-v", 3)
    assert realty.json(D, "targets", "list", "--on", "2026-04-01", "-m", "deals")["total"] == 1
    realty("undo")
    assert realty.json(D, "targets", "list")["total"] == 1


@pytest.mark.parametrize(
    "text", ["50%", "agent", "agent=", "=50%", "agent=x%", "agent:@nobody=5%", "boss=5%", "agent=0%"]
)
def test_parts_that_cannot_be_read(deal: Line, text: str) -> None:
    deal(D, "commissions", "add", "-d", 1, "--payer", "buyer", "-r", 1, "--split", text, code=2)
    assert deal.json(D, "commissions", "list")["total"] == 0


def test_nothing_to_change(deal: Line) -> None:
    deal(D, "expenses", "edit", 1, code=2)
    deal(D, "pay", 1, code=2)
    deal(D, "commissions", "add", code=2)
