"""Series: every point says what the metric of the same name says of its stretch alone; trends and forecasts of them by
command and over HTTP."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from realty_cli.analytics.kinds import Step
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.analytics.schemas.trends import ForecastData, ForecastQuery, TrendAnalysis, TrendQuery
from realty_cli.analytics.series_kinds import SERIES, find
from realty_cli.errors import Denied, Invalid
from realty_cli.events.schemas.event import EventCreate
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from realty_cli.work import Work
from tests.conftest import Agency
from tests.test_analytics import agencies


def measured(work: Any, key: str, scope: Any, deal: str | None, currency: str | None) -> Any:
    """What the metric itself says of a scope."""
    group, _, name = key.partition(".")
    if group == "properties":
        found = work.analytics.listings.measure(scope)
        return found.totals[name] if name in found.totals else found.blocks.get((deal, currency), {}).get(name)
    if group == "events":
        return work.analytics.events.measure(scope).totals[name]
    if group == "clients":
        return work.analytics.clients.measure(scope).totals[name]
    money = work.analytics.money.measure(scope)
    if name == "deals":
        return sum(block["deals"].value for block in money.blocks.values())
    if name == "sales_volume":
        return money.blocks.get((deal, currency), {}).get(name, 0)
    return money.totals.get(currency, {}).get(name, 0)


def test_every_point_is_the_metric_of_its_stretch(agency: Agency) -> None:
    agencies.fill(agency, 4, 70)
    for user, period, step, narrowed in (
        ("anna", "last 5 months", Step.MONTH, {}), ("boris", "last 15 days", Step.WEEK, {}),
        ("anna", "last 3 months", Step.MONTH, {"deal_type": ["sale"]}),
    ):  # fmt: skip
        with agency.read(user) as work:
            scope = work.analytics.scope(validate(AnalyticsFilter, {"period": period, **narrowed}))
            wrong, said = [], 0
            for key in SERIES:
                series = work.analytics.series.read(key, scope, step)
                assert len(series.points) in (3, 4, 5, 6)
                for point in series.points:
                    last = date(2026, 3, 31).isoformat() if point is series.points[-1] else _last(series, point)
                    days = {"start_date": point.t.isoformat(), "end_date": last}
                    alone = work.analytics.scope(validate(AnalyticsFilter, {**days, **narrowed}))
                    wanted = measured(work, key, alone, "sale", "RUB")
                    wanted = getattr(wanted, "value", wanted)
                    if wanted is None or point.value is None:
                        same = wanted is None and point.value is None
                    else:
                        same = math.isclose(point.value, wanted, rel_tol=1e-9, abs_tol=1e-7)
                    said += bool(point.value)
                    if not same:
                        wrong.append((key, point, wanted))
            assert wrong == []
            assert said >= 15


def _last(series: Any, point: Any) -> str:
    following = series.points[series.points.index(point) + 1].t
    return date.fromordinal(following.toordinal() - 1).isoformat()


def test_edges_and_names(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    agencies.fill(agency, 6, 20)
    with agency.read() as work:
        ask = work.analytics.series.read
        year = work.analytics.scope(AnalyticsFilter(period="2025"))
        assert [point.partial for point in ask("sold", year, Step.QUARTER).points] == [False] * 4
        assert [point.t.isoformat() for point in ask("price", year, Step.QUARTER).points][::3] == [
            "2025-01-01", "2025-10-01"
        ]  # fmt: skip
        now = work.analytics.scope(AnalyticsFilter(period="last 30 days"))
        weeks = ask("showings", now, Step.WEEK).points
        assert weeks[0].t == date(2026, 2, 9)
        assert [point.partial for point in weeks] == [False] * 4 + [True]
        ahead = AnalyticsFilter(start_date="2027-01-01", end_date="2027-12-31")
        future = work.analytics.scope(ahead, ahead=True)
        assert ask("gci", future, Step.MONTH).points == ()
        rent = work.analytics.scope(AnalyticsFilter(period="2025", deal_type=["rent"], currency="USD"))
        assert (ask("price", rent, Step.YEAR).deal_type, ask("price", rent, Step.YEAR).currency) == ("rent", "USD")
        for metric, first, code in (
            ("sold", "2000-01-01", "too_many_points"),
            ("cats", "2026-01-01", "series_unknown"),
        ):
            with pytest.raises(Invalid) as refused:
                ask(metric, work.analytics.scope(AnalyticsFilter(start_date=first)), Step.DAY)
            assert refused.value.fields[0].code == "analytics." + code
        work.analytics.series.actor = replace(work.actor, scopes=frozenset())
        with pytest.raises(Denied):
            ask("sold", year, Step.MONTH)
    assert find("Showings", "events").key == find("events.showings").key == "events.showings"
    assert [find(None, group).key for group in ("properties", "events")] == ["properties.new", "events.showings"]
    assert find("deals").key == "money.deals"
    assert find(" Объём  продаж").key == "money.sales_volume"
    assert {find(one).key for one in ("цена", "Average price", "average_price")} == {"properties.price_median"}


def test_a_deal_that_fell_through_still_counts_in_its_month(agency: Agency) -> None:
    with agency.write() as work:
        operation = work.log.operation()
        for number, (stage, closed) in enumerate((("closed", "2026-01-20"), ("showing", None)), 1):
            work.db.run(
                "INSERT INTO deals (id, owner_id, title, kind, side, stage, amount, final_price, currency, closed_at,"
                " version, created_at, updated_at) VALUES (:id, 1, 'Д', 'sale', 'seller', :stage, 500000000, 500000000,"
                " 'RUB', :closed, 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')",
                {"id": number, "stage": stage, "closed": closed and closed + "T10:00:00Z"},
            )
            for old, new, at in (("contract", "closed", "2026-01-20"), ("closed", "showing", "2026-02-15")):
                if new == "closed" or number == 2:
                    work.db.run(
                        "INSERT INTO deal_stages (deal_id, old_stage, new_stage, effective_at, recorded_at,"
                        " operation_id) VALUES (:deal, :old, :new, :at, :at, :operation)",
                        {"deal": number, "old": old, "new": new, "at": at + "T10:00:00Z", "operation": operation},
                    )
    with agency.read() as work:
        scope = work.analytics.scope(AnalyticsFilter(period="last 3 months"))
        values = {
            key: [point.value for point in work.analytics.series.read(key, scope, Step.MONTH).points]
            for key in ("money.deals", "money.sales_volume")
        }
        assert values["money.deals"][1:] == [2, 0, 0]
        assert values["money.sales_volume"][1:] == [1_000_000_000, 0, 0]


def test_a_trend_and_a_forecast_in_words(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    grow(agency)
    with agency.read() as work:
        trend = work.analytics.trends.ask(TrendQuery(metric="new_leads"), "properties", "ru")
        foreseen = work.analytics.forecasts.ask(ForecastQuery(metric="leads", horizon=3), "events", "ru")
        capped = work.analytics.forecasts.ask(ForecastQuery(metric="leads", horizon=60), "events", "en")
        later = work.analytics.forecasts.ask(ForecastQuery(metric="leads", period="2027"), "events", "en")
        earlier = work.analytics.forecasts.ask(ForecastQuery(metric="leads", period="2025"), "events", "en")
        nothing = work.analytics.forecasts.ask(ForecastQuery(), "events", "en")
        calm = work.analytics.trends.ask(TrendQuery(), "properties", "en")
    for body in (trend, calm):
        assert TrendAnalysis.model_validate(body).model_dump(mode="json") == body
    for body in (foreseen, capped, nothing):
        assert ForecastData.model_validate(body).model_dump(mode="json") == body
    assert trend["direction"] == "rising"
    assert trend["slope_per_period"] == 1
    assert (trend["yoy"]["value"], trend["yoy"]["before"]) == (24, 12)
    assert trend["trend"]["points"][-1]["partial"] is True
    assert trend["summary"].startswith("Новые лиды: рост, примерно 1 в месяц; февраль\u00a02026: 24")
    assert [point["t"] for point in foreseen["points"]] == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert all(point["lo95"] <= point["lo80"] <= point["mean"] <= point["hi80"] <= point["hi95"]
               for point in foreseen["points"])  # fmt: skip
    assert all(float(point[name]).is_integer() for point in foreseen["points"] for name in ("lo80", "hi95"))
    assert 60 < foreseen["sum_next"]["mean"] < 90
    assert foreseen["n_history"] == 24
    assert sum(part["weight"] for part in foreseen["parts"]) == pytest.approx(1, abs=0.001)
    assert "если условия не изменятся" in foreseen["summary"]
    assert later["points"][0] == foreseen["points"][0]
    assert (earlier["points"][0]["t"], earlier["n_history"]) == ("2026-01-01", 22)
    assert len(capped["points"]) == 12
    assert any("cut short" in one for one in capped["warnings"])
    assert (nothing["quality"], nothing["points"], nothing["sum_next"]) == ("insufficient", [], None)
    assert "too little history" in nothing["summary"]
    assert (calm["direction"], calm["enough_data"], calm["slope_per_period"]) == ("unclear", False, None)


def test_a_forecast_knows_what_has_come_and_what_is_booked(sqlite_agency: Agency) -> None:
    """The clock stands in March 2026: more leads than any month had, and two tasks in the days to come."""
    agency = sqlite_agency
    grow(agency)

    def lead(work: Work, at: str) -> None:
        work.db.run(
            "INSERT INTO leads (owner_id, client_id, side, stage, currency, version, created_at, updated_at)"
            " VALUES (1, 1, 'buyer', 'new', 'RUB', 1, :at, :at)", {"at": at},
        )  # fmt: skip

    with agency.read() as work:
        now = work.clock.now()
        untouched = work.analytics.forecasts.ask(ForecastQuery(metric="leads", horizon=2), "clients", "en")
    assert untouched["so_far"]["value"] == 0
    with agency.write() as work:
        for _ in range(80):
            lead(work, stamp(now - timedelta(hours=1)))
        for days in (-100, -70, -40, 1, 2):
            start = now + timedelta(days=days)
            task = {"title": "x", "event_type": "task", "start_time": start.isoformat(),
                    "end_time": (start + timedelta(hours=1)).isoformat()}  # fmt: skip
            work.events.create(validate(EventCreate, task))
    with agency.read() as work:
        due = work.analytics.forecasts.ask(ForecastQuery(metric="due"), "events", "en")
        found = work.analytics.forecasts.ask(ForecastQuery(metric="leads", horizon=2), "clients", "en")
        whole = work.analytics.forecasts.ask(ForecastQuery(metric="leads", period="2026-02"), "clients", "en")
    first = found["points"][0]
    assert (found["so_far"]["t"], found["so_far"]["value"]) == ("2026-03-01", 80)
    assert 0 < found["so_far"]["elapsed"] < 1
    assert 80 <= first["lo95"] <= first["lo80"] <= first["mean"] == 80 + untouched["points"][0]["mean"]
    assert untouched["points"][0]["mean"] < untouched["points"][1]["mean"], "a part of a month"
    assert found["sum_next"]["lo80"] >= 80
    assert found["points"][1] == untouched["points"][1]
    assert (due["so_far"]["value"], due["so_far"]["booked"], due["points"][0]["lo95"]) == (0, 2, 2)
    assert "; 80 so far, by Mar" in found["summary"]
    assert (whole["so_far"], whole["points"][0]["t"]) == (None, "2026-03-01"), "a month that has not begun by then"


def grow(agency: Agency, counts: Sequence[int] = range(1, 25), first: date = date(2024, 3, 1)) -> None:
    """Leads, one more each month for two years up to the agency's now, or so many from a month on."""
    with agency.write() as work:
        number = 0
        for month, count in enumerate(counts):
            year, at = divmod(first.year * 12 + first.month - 1 + month, 12)
            for day in range(count):
                number += 1
                moment = datetime(year, at + 1, 1 + day % 28, 9, day, tzinfo=UTC).isoformat().replace("+00:00", "Z")
                work.db.run(
                    "INSERT INTO leads (id, owner_id, client_id, side, stage, currency, version, created_at,"
                    " updated_at) VALUES (:id, 1, 1, 'buyer', 'new', 'RUB', 1, :at, :at)",
                    {"id": number, "at": moment},
                )


def test_a_week_in_whose_midst_the_work_began_is_no_whole_one(sqlite_agency: Agency) -> None:
    """Two a day from Thursday, 15 January on; then from Monday, the 12th."""
    agency = sqlite_agency

    def leads(first: int, last: int) -> None:
        for day in range(first, last):
            for hour in (9, 15):
                moment = f"{date.fromordinal(date(2026, 1, 1).toordinal() + day)}T{hour:02}:00:00Z"
                agency.do(lambda work, moment=moment: work.db.run(
                    "INSERT INTO leads (owner_id, client_id, side, stage, currency, version, created_at, updated_at)"
                    " VALUES (1, 1, 'buyer', 'new', 'RUB', 1, :at, :at)", {"at": moment}))  # fmt: skip

    def since_its_week() -> tuple[list[bool], int]:
        """Which points are partial where the period begins with the week of the work, and how many count."""
        with agency.read() as work:
            query = TrendQuery(metric="new_leads", granularity="week", start_date="2026-01-12", end_date="2026-03-08")
            found = work.analytics.trends.ask(query, "clients", "en")
        return [point["partial"] for point in found["trend"]["points"]], len(found["moving_average"])

    def asked() -> tuple[Any, Any]:
        query = {"metric": "new_leads", "granularity": "week"}
        with agency.read() as work:
            trend = work.analytics.trends.ask(TrendQuery(**query, period="last 90 days"), "clients", "en")
            return trend, work.analytics.forecasts.ask(ForecastQuery(**query, horizon=2), "clients", "en")

    leads(14, 67)
    trend, foreseen = asked()
    values = [point["value"] for point in trend["trend"]["points"] if point["value"]]
    assert (values[0], set(values[1:-1])) == (8, {14})
    assert (foreseen["n_history"], set(foreseen["history"]["points"][0].items()) >= {("value", 14)}) == (7, True)
    assert (len(trend["moving_average"]), trend["enough_data"]) == (7, False)
    begun = [point["t"] for point in trend["trend"]["points"] if point["partial"]]
    assert begun == ["2026-01-12", "2026-03-09"], "the week that began late, and the one that goes on"
    assert since_its_week() == ([True] + [False] * 7, 7)
    leads(11, 14)
    trend, foreseen = asked()
    assert (foreseen["n_history"], len(trend["moving_average"]), trend["slope_per_period"]) == (8, 8, 0)
    assert since_its_week() == ([False] * 8, 8)
    agency.do(lambda work: work.db.run("DELETE FROM leads WHERE created_at < '2026-01-15'"))
    assert since_its_week()[1] == 7
    agency.do(lambda work: work.events.create(validate(EventCreate, {
        "title": "x", "event_type": "task", "start_time": "2025-12-01T10:00", "end_time": "2025-12-01T11:00"
    })))  # fmt: skip
    assert since_its_week() == ([False] * 8, 8), "there was work before, of another sort"
