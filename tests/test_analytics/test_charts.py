"""Charts by name: over HTTP and by command, of a full agency and an empty one, in both languages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from realty_cli.analytics.chart_kinds import CHARTS
from realty_cli.analytics.chart_parts import Drafts
from realty_cli.analytics.period_words import in_words
from realty_cli.analytics.schemas.base import AnalyticsQuery
from realty_cli.analytics.schemas.charts import ChartData, ChartQuery
from realty_cli.cli.demo_history import relate
from realty_cli.errors import Invalid
from realty_cli.kit.i18n import translator
from realty_cli.kit.schema import validate
from realty_cli.reports.render import picture
from tests.conftest import Agency

HISTORY = Path(__file__).resolve().parents[2] / "sample-data" / "history"


def data_of(agency: Agency, name: str, language: str = "ru", **fields: Any) -> dict[str, Any]:
    query = validate(ChartQuery, fields, typed=True)

    def ask(work: Any) -> Any:
        chart = work.analytics.charts.chart(name, query, language)
        ElementTree.fromstring(picture(chart, language, "RUB", "svg"))
        return work.analytics.charts.data(chart, language)

    body: dict[str, Any] = agency.ask(ask)
    validate(ChartData, body, typed=True)
    return body


@pytest.fixture
def full(sqlite_agency: Agency) -> Agency:
    sqlite_agency.do(lambda work: relate(work, HISTORY))
    return sqlite_agency


def test_the_history_wins_leads_by_closed_deals_which_bring_all_of_their_commission_to_leads(full: Agency) -> None:
    with full.read() as work:
        empty_handed = work.db.value(
            "SELECT count(*) FROM leads l WHERE l.stage = 'won' AND NOT EXISTS (SELECT 1 FROM deals d"
            " LEFT JOIN deal_parties p ON p.deal_id = d.id WHERE d.stage = 'closed'"
            " AND (d.lead_id = l.id OR p.client_id = l.client_id AND p.role = l.side))"
        )
        paid = work.db.value(
            "SELECT sum(c.amount) FROM commissions c JOIN deals d ON d.id = c.deal_id WHERE d.stage = 'closed'"
        )
        scope = work.analytics.scope(validate(AnalyticsQuery, {"period": "last 2000 days"}))
        sources = work.analytics.clients.metrics(scope, "ru")["sources"]
    assert empty_handed == 0
    assert sum(one["gci"] for one in sources) * 100 == paid
    assert all(one["gci"] > 0 for one in sources if one["deals"])
    assert all(one["roi"] > -1 for one in sources if one["deals"] and one["cost"])


def test_every_chart_of_an_agency_with_history(full: Agency) -> None:
    found = {name: data_of(full, name) for name in (*CHARTS, "sold", "price")}
    for name, body in found.items():
        values = [value for one in body["series"] for value in one["values"] if value is not None]
        assert values, name
        assert "Рисовать пока нечего" not in body["title"], name
        assert body["alt_text"]
        assert len(body["table"]) > 1
    funnel = found["funnel"]["series"][0]["values"]
    assert funnel == sorted(funnel, reverse=True)
    *changes, left = found["profit"]["series"][0]["values"]
    assert round(sum(changes), 2) == left
    # The month so far, unless a month shows nothing; and each says of when it is, in the words of the alternative too.
    money = full.ask(lambda work: work.analytics.money.metrics(work.analytics.scope(AnalyticsQuery()), "ru"))
    assert changes[0] == money["totals"][0]["gci"]["value"]
    month = full.ask(lambda work: in_words(work.analytics.scope(AnalyticsQuery()), translator("ru")))
    quarter = AnalyticsQuery(period="last 90 days")
    long = full.ask(lambda work: in_words(work.analytics.scope(quarter), translator("ru")))
    periods = {"profit": month, "sources": month, "plan": month, "prices": f"На {month.split()[-1]}",
               "funnel": long, "hours": long}  # fmt: skip
    for name, when in periods.items():
        assert found[name]["subtitle"].startswith(when), name
        assert when in found[name]["alt_text"], name
    assert all(found[name]["subtitle"] for name in CHARTS)
    alive = found["survival"]["series"][0]["values"]
    assert alive[0] == 1
    assert alive == sorted(alive, reverse=True)
    assert found["forecast"]["series"][1]["lo95"] is not None
    # Months before anything was are left out, and what nobody could read is refused.
    long = data_of(full, "months", start_date="1900-01-01", end_date="2026-03-01")
    assert long["x"]["values"][0] > "2000"
    assert any(one["values"][0] for one in long["series"])
    month = {"currency": "RUB", "deals": 1, "gci": 1.0, "expenses": 0.0}
    years = [{**month, "month": f"{2010 + at // 12}-{at % 12 + 1:02}"} for at in range(121)]
    drafts = Drafts(translator("ru"), "RUB")
    assert len(drafts.months({"by_month": years[1:]}).x) == 120
    with pytest.raises(Invalid) as caught:
        drafts.months({"by_month": years})
    assert (caught.value.fields[0].field, caught.value.fields[0].code) == ("period", "analytics.too_many_months")


def test_a_best_of_one_hour_is_no_best() -> None:
    counts = [[0] * 24 for _day in range(7)]
    rates: list[list[float | None]] = [[None] * 24 for _day in range(7)]
    counts[0][19], rates[0][19] = 16, 0.875
    drafts = Drafts(translator("en"), "RUB")
    alone = drafts.hours({"heatmap": counts, "rate": rates}).title
    assert "Only Mon at 19:00 has enough events" in alone
    assert "of 16" in alone
    counts[1][18], rates[1][18] = 9, 0.9
    assert "best on Tue at 18:00: 90% of 9" in drafts.hours({"heatmap": counts, "rate": rates}).title
    counts[6][12], rates[6][12] = 10, 0.9
    assert "best on Sun at 12:00: 90% of 10" in drafts.hours({"heatmap": counts, "rate": rates}).title


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_chart_of_an_empty_agency(sqlite_agency: Agency, language: str) -> None:
    for name in CHARTS:
        body = data_of(sqlite_agency, name, language)
        assert body["title"], name


def test_a_name_that_is_none(sqlite_agency: Agency) -> None:
    for name in ("../../etc/passwd", "pie", "", "{{7*7}}"):
        with pytest.raises(Invalid) as caught:
            data_of(sqlite_agency, name)
        assert caught.value.fields[0].code == "analytics.chart_unknown"


def test_a_picture_is_sharp(full: Agency) -> None:
    chart = full.ask(lambda work: work.analytics.charts.chart("hours", ChartQuery(), "ru"))
    drawn = Image.open(io.BytesIO(picture(chart, "ru", "RUB", "png")))
    assert drawn.width > 1000
    assert len(drawn.convert("RGB").getcolors(1_000_000) or []) > 20
