"""The money of deals: lines and their parts, payments and what they settle, expenses, targets; whose it all is."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.deals.money_record import COMMISSION, EXPENSE, PAYMENT, TARGET
from realty_cli.deals.sharing import worth
from realty_cli.deals.tables import CommissionRow, ExpenseRow, PaymentRow, TargetRow
from realty_cli.errors import Conflict, Denied, Invalid, NotFound, Stale
from realty_cli.store import columns
from realty_cli.store.rows import RowKind
from tests.conftest import Agency
from tests.test_deals.deals import change, client, create, listing, move
from tests.test_deals.money import (
    aim,
    change_expense,
    change_line,
    change_payment,
    expenses,
    line,
    lines,
    pay,
    payments,
    spend,
    targets,
)

NOW = "2026-03-10T09:00:00.000000Z"


@pytest.fixture
def deal(agency: Agency) -> int:
    return int(agency.do(create(amount=10_000_000, deposit=100_000))["id"])


def one(agency: Agency, number: int) -> dict[str, Any]:
    found: dict[str, Any] = agency.ask(lambda work: work.deals.money.commissions.get(number))
    return found


def refused(agency: Agency, deed: Any, field: str, code: str, user: str | None = None) -> None:
    with pytest.raises(Invalid) as raised:
        agency.do(deed, user=user)
    assert (raised.value.fields[0].field, raised.value.fields[0].code) == (field, code)


class TestLines:
    def test_the_store_knows_what_lines_come_to_whatever_happens(self, agency: Agency, deal: int) -> None:
        def follows() -> list[tuple[int | None, str | None]]:
            """What is kept of all lines; it is what their deals say."""
            deals, rows = agency.ask(lambda work: (
                {row[0]: row[1:] for row in work.db.all(
                    "SELECT id, amount, final_price, currency, kind, stage, closed_at, deleted_at, agreed FROM deals")},
                work.db.all("SELECT deal_id, amount, rate, currency, deleted_at, earned, earned_kind, earned_at"
                            " FROM commissions ORDER BY id"),
            ))  # fmt: skip
            agreed: dict[int, int] = {}
            for number, amount, rate, currency, binned, earned, kind, at in rows:
                price, final, own, ours, stage, closed_at, gone, _ = deals[number]
                came = worth(amount, rate, price if final is None else final)
                closed = stage == "closed" and gone is None and binned is None
                assert (earned, kind, at) == ((came, ours, closed_at) if closed else (None, None, None))
                if binned is None and currency == own and (so_far := worth(amount, rate, price)) is not None:
                    agreed[number] = agreed.get(number, 0) + so_far
            assert {number: row[-1] for number, row in deals.items()} == {one: agreed.get(one) for one in deals}
            return [row[5:7] for row in rows]

        def back() -> None:
            agency.do(lambda work: work.undo.undo(None))

        first = agency.do(line(deal, rate=2.5))["id"]
        agency.do(line(deal, amount=50_000.01))
        bare = agency.do(create())["id"]
        agency.do(line(bare, rate=3))
        assert follows() == [(None, None)] * 3
        agency.do(move(deal, "closed", final_price=9_999_999.99))
        assert follows() == [(25_000_000, "sale"), (5_000_001, "sale"), (None, None)]
        for deed in (
            change(deal, amount=9_000_000), change(bare, currency="USD"), change_line(first, rate=3.3333),
            change_line(first, amount=1), move(deal, "lost", reason="передумали"),
            change(bare, amount=1_234_567.89), change(bare, kind="rent", side="tenant"),
            move(bare, "closed", final_price=99),
            lambda work: work.deals.money.commissions.delete(first),
            lambda work: work.deals.money.commissions.restore(first),
            lambda work: work.deals.delete(bare), lambda work: work.deals.restore(bare),
        ):  # fmt: skip
            agency.do(deed)
            before = follows()
            back()
            follows()
            agency.do(deed)
            assert follows() == before
        agency.do(lambda work: line(create(amount=100)(work)["id"], rate=1)(work))
        back()
        assert follows() == before
        last = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        agency.do(lambda work: work.undo.undo(last))
        assert len(follows()) == len(before) + 1
        # A line that was taken back is not done again without its deal, which was taken back behind it.
        owner = agency.do(create(amount=100))["id"]
        agency.do(line(owner, rate=1))
        back()
        taken = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        back()
        with pytest.raises(Conflict) as refused:
            agency.do(lambda work: work.undo.undo(taken))
        assert (refused.value.code, refused.value.params) == ("undo.orphan", {"kind": "deal", "object": owner})
        assert len(follows()) == len(before) + 1

    def test_per_cent_of_the_price_with_parts(self, agency: Agency, deal: int) -> None:
        me = agency.ask(lambda work: work.actor.id)
        friend = client(agency, "Рекомендатель")
        made = agency.do(
            line(deal, rate=3, due_on="2026-04-01", note="по договору", splits=[
                {"role": "agent", "account_id": me, "rate": 50},
                {"role": "referral", "client_id": friend, "amount": 30_000.01},
                {"role": "co_broker", "name": "АН «Сосед»", "rate": 12.3456},
            ])
        )  # fmt: skip
        assert (made["comes_to"], made["agency"]) == (300_000, 82_963.19)
        assert [part["comes_to"] for part in made["splits"]] == [150_000, 30_000.01, 37_036.8]
        assert (made["currency"], made["came"], made["settled"], made["paid_at"]) == ("RUB", 0, "none", None)
        assert made["splits"][2] == {
            "role": "co_broker", "account_id": None, "client_id": None, "name": "АН «Сосед»", "rate": 12.3456,
            "amount": None, "comes_to": 37_036.8,
        }  # fmt: skip

    def test_a_line_follows_the_price_of_its_deal(self, agency: Agency) -> None:
        bare = agency.do(create())["id"]
        made = agency.do(line(bare, rate=2.5, splits=[{"role": "agent", "rate": 40}]))
        assert (made["comes_to"], made["agency"], made["settled"]) == (None, None, "unknown")
        assert made["splits"][0]["comes_to"] is None
        agency.do(change(bare, amount=4_000_000))
        assert one(agency, made["id"])["comes_to"] == 100_000
        agency.do(move(bare, "closed", final_price=3_999_999.99))
        assert one(agency, made["id"])["comes_to"] == 100_000

    def test_a_rate_takes_the_place_of_a_sum_and_back(self, agency: Agency, deal: int) -> None:
        number = agency.do(line(deal, amount=120_000))["id"]
        changed = agency.do(change_line(number, rate=1))
        assert (changed["rate"], changed["amount"], changed["comes_to"]) == (1, None, 100_000)
        changed = agency.do(change_line(number, amount=99.5))
        assert (changed["rate"], changed["amount"], changed["comes_to"]) == (None, 99.5, 99.5)
        refused(agency, change_line(number, amount=None), "rate", "commission.rate_or_amount")
        refused(agency, change_line(number, amount=1, rate=1), "rate", "commission.rate_or_amount")

    def test_what_cannot_be(self, agency: Agency, deal: int) -> None:
        refused(agency, line(deal, rate=None), "rate", "commission.rate_or_amount")
        refused(agency, line(deal, rate=1, amount=5), "rate", "commission.rate_or_amount")
        refused(agency, line(999), "deal_id", "deal.not_found")
        refused(agency, line(deal, paid_at="2026-03-11"), "paid_at", "moment.ahead")
        half = {"role": "agent", "rate": 50.5}
        refused(agency, line(deal, splits=[half, half]), "splits", "commission.above_whole")
        refused(agency, line(deal, amount=10, splits=[half, {"role": "other", "amount": 5}]), "splits",
                "commission.above_line")  # fmt: skip
        refused(agency, line(deal, splits=[{**half, "client_id": 77}]), "splits", "client.unknown")
        refused(agency, line(deal, splits=[{**half, "account_id": 77}]), "splits", "account.not_found")
        refused(agency, line(deal, splits=[{"role": "agent"}]), "splits.0", "field.rate_or_amount")
        for rate in (0, -1, 100.1, float("nan"), 1.23456):
            with pytest.raises(Invalid):
                agency.do(line(deal, rate=rate))
        assert agency.ask(lines)["total"] == 0

    def test_lists_are_narrowed_and_sorted(self, agency: Agency, deal: int) -> None:
        other = agency.do(create(amount=1))["id"]
        first = agency.do(line(deal, due_on="2026-03-05"))["id"]
        second = agency.do(line(deal, payer="seller", paid_at=NOW, due_on="2026-03-20"))["id"]
        third = agency.do(line(other))["id"]

        def found(**wanted: Any) -> list[int]:
            return [row["id"] for row in agency.ask(lambda work: lines(work, **wanted))["items"]]

        assert found() == [third, second, first]
        assert found(deal_id=[deal]) == [second, first]
        assert found(payer=["seller"]) == [second]
        assert found(paid=False) == [third, first]
        assert found(due_on_to="2026-03-05") == [first]
        assert found(paid_from=NOW) == [second]
        assert found(sort="due_on") == [first, second, third]
        with pytest.raises(Invalid):
            found(sort="rate")


class TestPayments:
    def test_a_line_is_paid_when_payments_cover_it(self, agency: Agency, deal: int) -> None:
        number = agency.do(line(deal, amount=100_000))["id"]
        first = agency.do(pay(60_000, commission_id=number, at="2026-03-01T12:00:00+03:00", method="cash"))
        assert (first["deal_id"], first["purpose"], first["currency"], first["changed"]) == (
            deal,
            "commission",
            "RUB",
            [],
        )
        assert (one(agency, number)["came"], one(agency, number)["settled"]) == (60_000, "part")
        second = agency.do(pay(40_000, commission_id=number))
        assert second["changed"] == [{"kind": "commission", "id": number, "field": "paid_at", "old": None, "new": NOW}]
        assert (one(agency, number)["paid_at"], one(agency, number)["settled"]) == (NOW, "whole")
        back = agency.do(pay(0.01, commission_id=number, direction="out"))
        assert back["changed"][0]["new"] is None
        assert (one(agency, number)["came"], one(agency, number)["settled"]) == (99_999.99, "part")
        agency.do(lambda work: work.deals.money.payments.delete(back["id"]))
        assert one(agency, number)["paid_at"] == NOW
        again = agency.do(lambda work: work.deals.money.payments.restore(back["id"]))
        assert again["changed"][0]["new"] is None
        agency.do(change_payment(back["id"], direction="in"))
        assert one(agency, number)["settled"] == "over"

    def test_all_of_it_is_one_step_to_take_back(self, agency: Agency, deal: int) -> None:
        number = agency.do(line(deal, amount=100))["id"]
        agency.do(pay(100, commission_id=number))
        agency.do(lambda work: work.undo.undo())
        assert (one(agency, number)["paid_at"], one(agency, number)["came"]) == (None, 0)
        agency.do(lambda work: work.undo.undo())
        assert agency.ask(lines)["total"] == 0
        latest = agency.ask(lambda work: work.history.operations())[0]["id"]
        agency.do(lambda work: work.undo.undo(latest))
        assert agency.ask(lines)["total"] == 1

    def test_a_line_that_was_paid_is_not_taken_back_under_its_payments(self, agency: Agency, deal: int) -> None:
        number = agency.do(line(deal, amount=100))["id"]
        entered = agency.ask(lambda work: work.history.operations())[0]["id"]
        agency.do(pay(40, commission_id=number))
        with pytest.raises(Conflict):
            agency.do(lambda work: work.undo.undo(entered))
        assert one(agency, number)["came"] == 40

    def test_the_deposit_is_paid_when_payments_cover_it(self, agency: Agency, deal: int) -> None:
        assert agency.do(pay(40_000, deal_id=deal, purpose="deposit"))["changed"] == []
        paid = agency.do(pay(60_000, deal_id=deal, purpose="deposit"))
        assert paid["changed"] == [{"kind": "deal", "id": deal, "field": "deposit_paid_at", "old": None, "new": NOW}]
        assert agency.ask(lambda work: work.deals.get(deal))["deposit_paid_at"] == NOW
        assert agency.do(pay(9_900_000, deal_id=deal))["purpose"] == "price"

    def test_what_cannot_be(self, agency: Agency, deal: int) -> None:
        other = agency.do(create())["id"]
        number = agency.do(line(deal))["id"]
        refused(agency, pay(5), "deal_id", "field.missing")
        refused(agency, pay(5, deal_id=999), "deal_id", "deal.not_found")
        refused(agency, pay(5, commission_id=999), "commission_id", "commission.not_found")
        refused(agency, pay(5, commission_id=number, deal_id=other), "commission_id", "payment.other_deal")
        refused(agency, pay(5, commission_id=number, purpose="price"), "purpose", "payment.line_is_commission")
        refused(agency, pay(5, deal_id=deal, client_id=77), "client_id", "client.unknown")
        refused(agency, pay(5, deal_id=deal, at="2026-03-11"), "at", "moment.ahead")
        refused(agency, pay(-5, deal_id=deal), "amount", "money.negative")
        refused(agency, pay(0.001, deal_id=deal), "amount", "money.too_precise")
        made = agency.do(pay(5, commission_id=number))["id"]
        agency.do(lambda work: work.deals.money.payments.delete(made))
        agency.do(lambda work: work.deals.money.commissions.delete(number))
        with pytest.raises(Conflict):
            agency.do(lambda work: work.deals.money.payments.restore(made))

    def test_lists(self, agency: Agency, deal: int) -> None:
        first = agency.do(pay(5, deal_id=deal, at="2026-03-01T00:00:00Z", method="escrow"))["id"]
        second = agency.do(pay(7.5, deal_id=deal, direction="out"))["id"]

        def found(**wanted: Any) -> list[int]:
            return [row["id"] for row in agency.ask(lambda work: payments(work, **wanted))["items"]]

        assert found(sort="amount") == [first, second]
        assert found(method=["escrow"]) == [first]
        assert found(direction=["out"]) == [second]
        assert found(amount_min=7) == [second]
        assert found(at_to="2026-03-10T09:00:00Z") == [first]
        assert found(purpose=["deposit"]) == []


class TestExpenses:
    def test_on_a_channel_a_listing_a_deal(self, agency: Agency, deal: int) -> None:
        flat = listing(agency)
        made = agency.do(spend(1_500.5, source="cian", campaign="весна", property_id=flat, deal_id=deal))
        assert (made["spent_on"], made["currency"], made["amount"]) == ("2026-03-10", "RUB", 1_500.5)
        changed = agency.do(change_expense(made["id"], category="photos", source=None, spent_on="2026-02-28"))
        assert (changed["category"], changed["source"], changed["campaign"]) == ("photos", None, "весна")
        assert agency.ask(lambda work: expenses(work, spent_on_to="2026-02-28"))["total"] == 1
        assert agency.ask(lambda work: expenses(work, property_id=[flat], category=["travel"]))["total"] == 0

    def test_the_day_is_that_of_the_callers_zone(self, agency: Agency) -> None:
        agency.clock.advance(hours=13)  # 22:00 in London, 01:00 in Moscow
        assert agency.do(spend(5))["spent_on"] == "2026-03-11"
        refused(agency, spend(5, spent_on="2026-03-12"), "spent_on", "expense.ahead")

    def test_what_it_names_is_ones_own(self, agency: Agency, deal: int) -> None:
        agency.add_account("boris")
        flat = listing(agency)
        refused(agency, spend(5, deal_id=deal), "deal_id", "deal.not_found", "boris")
        refused(agency, spend(5, property_id=flat), "property_id", "property.not_found", "boris")


class TestTargets:
    def test_a_period_is_read_as_people_write_it(self, agency: Agency) -> None:
        made = agency.do(aim(period="2026-Q2"))
        assert (made["period"], made["starts_on"], made["ends_on"]) == ("quarter", "2026-04-01", "2026-06-30")
        assert (made["value"], made["currency"], made["scope"]) == (500_000, "RUB", "agent")
        counted = agency.do(aim(metric="deals", period="март 2026", value=3))
        assert (counted["currency"], counted["starts_on"]) == (None, "2026-03-01")
        assert agency.ask(lambda work: targets(work, on="2026-03-31"))["total"] == 1
        refused(agency, aim(metric="calls", currency="RUB"), "currency", "target.is_a_count")
        refused(agency, aim(period="когда-нибудь"), "period", "period.unreadable")

    def test_one_of_a_metric_and_period(self, agency: Agency) -> None:
        made = agency.do(aim())["id"]
        with pytest.raises(Conflict):
            agency.do(aim(value=1))
        agency.do(aim(scope="agency"))
        agency.do(lambda work: work.deals.money.targets.delete(made))
        agency.do(aim(value=1))
        with pytest.raises(Conflict):
            agency.do(lambda work: work.deals.money.targets.restore(made))

    def test_the_agencys_are_an_administrators(self, agency: Agency) -> None:
        agency.add_account("boris")
        with pytest.raises(Denied):
            agency.do(aim(scope="agency"), user="boris")
        boris = agency.ask(lambda work: work.actor.id, "boris")
        made = agency.do(aim(owner_id=boris))
        assert agency.ask(targets, "boris")["items"] == [made]
        anna = agency.ask(lambda work: work.actor.id)
        refused(agency, aim(owner_id=anna), "owner_id", "owner.admin_only", "boris")


class TestOfADeal:
    def test_it_adds_up(self, agency: Agency, deal: int) -> None:
        first = agency.do(line(deal, rate=3, splits=[{"role": "agent", "account_id": 1, "rate": 50}]))["id"]
        agency.do(line(deal, payer="seller", amount=50_000, splits=[
            {"role": "agent", "account_id": 1, "amount": 10_000}, {"role": "referral", "name": "Пётр", "rate": 10},
        ]))  # fmt: skip
        agency.do(pay(400_000, commission_id=first))
        agency.do(spend(1_000, deal_id=deal))
        agency.do(spend(5, deal_id=deal, currency="USD"))
        body = agency.ask(lambda work: work.deals.money.of(deal))
        assert (body["price"], body["agreed"], body["came"], body["outstanding"]) == (
            10_000_000,
            350_000,
            400_000,
            50_000,
        )
        assert body["earnings"] == [
            {"role": "agent", "account_id": 1, "client_id": None, "name": None, "amount": 160_000},
            {"role": "referral", "account_id": None, "client_id": None, "name": "Пётр", "amount": 5_000},
        ]
        assert (body["agency"], body["spent"], body["net"], body["unknown"]) == (185_000, 1_000, 184_000, 0)
        assert (len(body["commissions"]), len(body["payments"]), len(body["expenses"])) == (2, 1, 2)

    def test_it_follows_the_deal_to_another_owner(self, agency: Agency, deal: int) -> None:
        agency.add_account("boris")
        boris = agency.ask(lambda work: work.actor.id, "boris")
        number = agency.do(line(deal))["id"]
        agency.do(pay(5, commission_id=number))
        with pytest.raises(NotFound):
            agency.ask(lambda work: work.deals.money.commissions.get(number), "boris")
        agency.do(change(deal, owner_id=boris))
        assert agency.ask(lambda work: work.deals.money.of(deal), "boris")["came"] == 5
        assert agency.ask(lines, "boris")["total"] == agency.ask(payments, "boris")["total"] == 1
        agency.do(lambda work: work.undo.undo())
        assert agency.ask(lines, "boris")["total"] == 0

    def test_a_stranger_finds_nothing(self, agency: Agency, deal: int) -> None:
        agency.add_account("boris")
        number = agency.do(line(deal))["id"]
        paid = agency.do(pay(5, commission_id=number))["id"]
        spent = agency.do(spend(5))["id"]
        for deed in (
            change_line(number, note="x"), change_payment(paid, note="x"), change_expense(spent, note="x"),
            lambda work: work.deals.money.of(deal), lambda work: work.deals.money.expenses.delete(spent),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                agency.do(deed, user="boris")
        refused(agency, line(deal), "deal_id", "deal.not_found", "boris")
        refused(agency, pay(5, commission_id=number), "commission_id", "commission.not_found", "boris")
        for read in (lines, payments, expenses, targets):
            assert agency.ask(read, "boris")["total"] == 0

    def test_versions_and_the_bin(self, agency: Agency, deal: int) -> None:
        number = agency.do(line(deal))["id"]
        agency.do(change_line(number, note="x"))
        with pytest.raises(Stale):
            agency.do(lambda work: work.deals.money.commissions.delete(number, expected_version=1))
        agency.do(lambda work: work.deals.money.commissions.delete(number, expected_version=2))
        assert agency.ask(lines)["total"] == 0
        assert agency.ask(lambda work: lines(work, deleted=True))["total"] == 1
        with pytest.raises(NotFound):
            one(agency, number)
        agency.do(lambda work: work.deals.money.commissions.restore(number))
        assert one(agency, number)["deleted_at"] is None
        with pytest.raises(Conflict):
            agency.do(lambda work: work.deals.money.commissions.restore(number))

    def test_the_log_shows_money_as_it_is_shown(self, agency: Agency, deal: int) -> None:
        agency.do(line(deal, amount=1_000.5, splits=[{"role": "agent", "amount": 10.25}]))
        agency.do(aim(value=12.5))
        items = agency.ask(lambda work: work.history.changes(kind=["commission", "target"]))["items"]
        assert (items[0]["new"]["amount"], items[0]["new"]["splits"][0]["amount"]) == (1_000.5, 10.25)
        assert items[1]["new"]["value"] == 12.5


@pytest.mark.parametrize(
    ("kind", "row"),
    [(COMMISSION, CommissionRow), (PAYMENT, PaymentRow), (EXPENSE, ExpenseRow), (TARGET, TargetRow)],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_record_and_table_agree(kind: RowKind, row: Any) -> None:
    table = row.__table__.columns
    assert list(kind.columns) == list(table.keys())
    assert {name for name, column in table.items() if column.type is columns.Money} == kind.money
    assert {name for name, column in table.items() if column.type is columns.Json} == set(kind.json)
