"""Money by hand, targets by working days, two periods side by side, and the same answers by every door."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.analytics.clients import kaplan_meier_median, quantile
from realty_cli.analytics.comparison import mix_effect
from realty_cli.analytics.money import expected
from realty_cli.analytics.schemas.base import AnalyticsQuery
from realty_cli.analytics.schemas.clients import ClientMetrics
from realty_cli.analytics.schemas.money import FinancialMetrics
from realty_cli.analytics.schemas.performance import (
    ComparisonData,
    ComparisonQuery,
    PerformanceIndicators,
    PerformanceOverview,
)
from realty_cli.errors import Invalid
from realty_cli.kit.schema import Schema, validate
from tests.command import Command
from tests.conftest import Agency
from tests.test_api.inside import Inside, problem
from tests.test_deals import deals, money

AN = "/api/v1/analytics"
DOORS: dict[str, tuple[type[Schema], list[str]]] = {
    "/metrics/financial": (FinancialMetrics, ["metrics", "financial"]),
    "/metrics/clients": (ClientMetrics, ["metrics", "clients"]),
    "/performance/overview": (PerformanceOverview, ["performance"]),
    "/performance/indicators": (PerformanceIndicators, ["kpi"]),
    "/comparison/periods": (ComparisonData, ["compare"]),
}


def day(agency: Agency, text: str) -> None:
    agency.clock.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)


def measured(agency: Agency, user: str | None = None, basis: str = "accrual", **asked: Any) -> Any:
    wanted = validate(AnalyticsQuery, asked)
    return agency.ask(lambda work: work.analytics.money.measure(work.analytics.scope(wanted), basis), user=user)


def a_closed_deal(agency: Agency, closed: str = "2026-02-20T10:00", **fields: Any) -> int:
    """Of 10,000,000 for both sides: 3 % with 40 % of it to the agent, and 50,000 from the buyer."""
    day(agency, "2026-02-02T10:00")
    number = agency.do(deals.create(amount=10_000_000, side="both", **fields))["id"]
    agency.do(money.line(number, rate=3, splits=[{"role": "agent", "account_id": 1, "rate": 40}], due_on="2026-02-27"))
    agency.do(money.line(number, amount=50_000))
    day(agency, closed)
    agency.do(deals.move(number, "closed"))
    return int(number)


def test_a_deal_that_falls_through_stays_in_the_month_that_it_closed_in(agency: Agency) -> None:
    number = a_closed_deal(agency)
    line = agency.ask(lambda work: money.lines(work, deal_id=[number]))["items"]
    first = next(one["id"] for one in line if one["rate"] == 3)
    day(agency, "2026-02-25T10:00")
    agency.do(money.pay(100_000, commission_id=first))
    day(agency, "2026-03-05T10:00")
    agency.do(deals.move(number, "lost", reason="Отказ в регистрации"))
    day(agency, "2026-03-10T09:00")
    block = measured(agency, period="2026-02").blocks["sale", "RUB"]
    assert [block[name].value for name in ("deals", "sides", "sales_volume")] == [1, 2, 1_000_000_000]
    # 300,000 + 50,000; of the 300,000 the agent has 120,000.
    assert [block[name].value for name in ("gci", "agent_income", "net_to_agency")] == [
        35_000_000,
        12_000_000,
        23_000_000,
    ]
    assert block["commission_rate_weighted"].value == 0.035
    assert block["receivable"].value == 25_000_000
    assert block["win_rate"].value == 1
    now = measured(agency, period="2026").blocks["sale", "RUB"]
    assert [now[name].value for name in ("deals", "gci", "receivable", "win_rate")] == [0, 0, 0, 0]


def test_commission_counts_when_the_deal_closes_or_when_it_is_paid(agency: Agency) -> None:
    number = a_closed_deal(agency)
    day(agency, "2026-03-08T10:00")
    (one,) = [row for row in agency.ask(lambda work: money.lines(work, deal_id=[number]))["items"] if row["amount"]]
    agency.do(money.pay(50_000, commission_id=one["id"]))
    day(agency, "2026-03-10T09:00")
    for period, basis, gci in (
        ("2026-02", "accrual", 35_000_000),
        ("2026-02", "cash", 0),
        ("2026-03", "cash", 5_000_000),
    ):
        assert measured(agency, basis=basis, period=period).totals["RUB"]["gci"].value == gci
    # Of what is owed, 300,000 were due eleven days ago.
    march = measured(agency, period="2026-03").totals["RUB"]
    assert (march["receivable_0_30"].value, march["receivable_31_60"].value) == (30_000_000, 0)


def test_a_target_is_due_by_working_days_and_only_where_it_covers_the_period(agency: Agency) -> None:
    agency.add_account("boris")
    a_closed_deal(agency, "2026-03-04T10:00")
    day(agency, "2026-03-10T09:00")
    agency.do(money.aim(value=1_000_000))
    with agency.read() as work:
        shown = work.analytics.performance.overview(work.analytics.scope(AnalyticsQuery()), "ru")
        quarter = work.analytics.performance.indicators(work.analytics.scope(AnalyticsQuery(period="quarter")), "ru")
    gci = shown["indicators"][0]
    # Of the 25 days that are worked in March 2026 (Monday to Saturday, the 9th is a holiday) seven have come.
    assert (gci["target"], gci["expected_now"], gci["attainment"]) == (1_000_000, 280_000, 1.25)
    assert (gci["status"], gci["value"], gci["owner"]) == ("green", 350_000, "agency")
    assert shown["highlights"] == ["Валовая комиссия: 125\xa0% от того, что нужно к этому дню"]
    assert [row["agent"] for row in shown["leaderboard"]] == ["anna"]
    labels = {one["key"]: one["label"] for one in shown["indicators"]}
    # Deals are of sales and rents, their prices are not: which is said.
    assert [labels[f"money.{name}"].endswith(", только продажи") for name in ("deals", "sales_volume", "win_rate")] == [
        False, True, True,
    ]  # fmt: skip
    assert shown["score"] is None  # of one target there is no score
    agency.do(money.aim(metric="deals", value=1))
    board = agency.ask(lambda work: work.analytics.performance.overview(work.analytics.scope(AnalyticsQuery()), "ru"))
    assert board["leaderboard"][0]["score"] is None  # nor of two
    agency.do(money.aim(metric="sides", value=100))
    board = agency.ask(lambda work: work.analytics.performance.overview(work.analytics.scope(AnalyticsQuery()), "ru"))
    # The agent's 350,000 and one deal are more than was due by now; of 28 sides there are two. Weights 3, 2 and 1.
    assert board["leaderboard"][0]["score"] == round(100 * (3 + 2 + 2 / 28) / 6, 1)
    assert quarter["items"][0]["target"] is None
    with agency.read("boris") as work:
        his = work.analytics.performance.overview(work.analytics.scope(AnalyticsQuery()), "en")
    assert his["leaderboard"] is None
    assert {one["value"] for one in his["indicators"] if one["unit"] == "count"} == {0}
    assert {one["target"] for one in his["indicators"]} == {None}


def test_periods_are_compared_over_equal_stretches(agency: Agency) -> None:
    a_closed_deal(agency)  # on 20 February: not among the first ten days of it
    a_closed_deal(agency, "2026-02-05T10:00")
    day(agency, "2026-03-10T09:00")
    with agency.read() as work:
        found = work.analytics.comparison.of(ComparisonQuery(), "ru")
        other = work.analytics.comparison.of(ComparisonQuery(period="2026-01", with_period="2026-02"), "en")
        for wrong in ({"mode": "custom"}, {"mode": "yoy", "with_period": "2025"}):
            with pytest.raises(Invalid):
                work.analytics.comparison.of(validate(ComparisonQuery, wrong), "en")
    (total,) = [group for group in found["groups"] if group["name"] == "money" and group["deal_kind"] is None]
    gci = next(one for one in total["metrics"] if one["key"] == "money.gci")
    assert (gci["value"], gci["previous"], gci["change_abs"], gci["change_pct"]) == (0, 350_000, -350_000, -1)
    assert (found["previous"]["last_date"], found["previous"]["partial"], found["aligned"]) == (
        "2026-02-10",
        True,
        True,
    )
    (total,) = [group for group in other["groups"] if group["name"] == "money" and group["deal_kind"] is None]
    assert next(one for one in total["metrics"] if one["key"] == "money.gci")["previous"] == 700_000
    assert (other["aligned"], len(other["notes"])) == (False, 2)


def test_every_door_gives_the_same_and_has_something_to_say_of_nothing(
    sqlite_agency: Agency, realty_command: Command
) -> None:
    agency = sqlite_agency
    inside = Inside(agency)
    try:
        empty = {path: ask(inside, path) for path in DOORS}
        a_closed_deal(agency, "2026-03-04T10:00")
        day(agency, "2026-03-10T09:00")
        full = {path: ask(inside, path) for path in DOORS}
        client = inside.client("boris")
        problem(client.get(AN + "/metrics/financial", params={"agent": 1}), 404)
        problem(client.get(AN + "/metrics/financial", params={"colour": 1}), 422)
        assert client.get(AN + "/performance/overview").json()["leaderboard"] is None
        assert client.get(AN + "/metrics/financial").json()["totals"][0]["gci"]["value"] == 0
    finally:
        inside.end()
    for path in set(DOORS) - {"/metrics/clients"}:
        assert empty[path] != full[path], path
    by_hand = agency.ask(lambda work: work.analytics.money.metrics(work.analytics.scope(AnalyticsQuery()), "ru"))
    assert full["/metrics/financial"]["blocks"] == json.loads(json.dumps(by_hand["blocks"]))
    # The command has a clock of its own, and a period that is over for both.
    for path in ("/metrics/financial", "/comparison/periods"):
        told = realty_command("--lang", "ru", "--json", "analytics", *DOORS[path][1], "--period", "2026-02").json()
        with agency.read() as work:
            scope = work.analytics.scope(AnalyticsQuery(period="2026-02"))
            wanted = (
                work.analytics.money.metrics(scope, "ru")
                if path == "/metrics/financial"
                else work.analytics.comparison.of(ComparisonQuery(period="2026-02"), "ru")
            )
        assert told == json.loads(json.dumps(wanted))
    for path in ("/metrics/clients", "/performance/overview"):
        told = realty_command("--json", "analytics", *DOORS[path][1])
        DOORS[path][0].model_validate_json(told.out)


def ask(inside: Inside, path: str) -> Any:
    answer = inside.client("anna", **{"Accept-Language": "ru"}).get(AN + path)
    assert answer.status_code == 200, answer.text
    DOORS[path][0].model_validate_json(answer.text)
    return answer.json()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**9), st.floats(0.01, 0.99)), max_size=10))
def test_what_is_expected_lies_within_what_is_possible(listed: list[tuple[int, float]]) -> None:
    mean, low, high = expected(listed)
    whole = sum(worth for worth, _ in listed)
    assert 0 <= low <= high <= whole
    assert mean == pytest.approx(sum(worth * likely for worth, likely in listed))
    outcomes: list[tuple[int, float]] = []
    for closes in product((0, 1), repeat=len(listed)):
        chance = 1.0
        for (_, likely), does in zip(listed, closes, strict=True):
            chance *= likely if does else 1 - likely
        outcomes.append((sum(worth for (worth, _), does in zip(listed, closes, strict=True) if does), chance))
    if listed:
        assert sum(chance for total, chance in outcomes if total <= high) >= 0.9 - 1e-9
        assert sum(chance for total, chance in outcomes if total < low) <= 0.1 + 1e-9


def test_who_still_waits_counts_as_waiting() -> None:
    # Three of four were answered, in one, two and three hours: half within two and a half, nine of ten not yet.
    assert quantile([3_600.0, 7_200.0, 10_800.0], 4, 0.5) == 2.5
    assert quantile([3_600.0, 7_200.0, 10_800.0], 4, 0.9) is None
    assert quantile([], 0, 0.5) is None
    # Freireich's leukaemia trial, 6-MP arm (1963): the median is 23 weeks.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    open_ = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    assert kaplan_meier_median([(one, True) for one in ended] + [(one, False) for one in open_]) == 23


def test_a_mean_price_changes_by_prices_or_by_what_was_sold() -> None:
    assert mix_effect({"a": [110, 110], "b": [220]}, {"a": [100, 100], "b": [200]}) == pytest.approx((40 / 3, 40 / 3))
    total, like = mix_effect({"a": [100], "b": [200, 200, 200]}, {"a": [100, 100, 100], "b": [200]})
    assert (total, like) == (50, 0)
