"""Trends and forecasts on the command line: the same bodies as over HTTP, and words for people."""

from __future__ import annotations

from realty_cli.analytics.schemas.trends import ForecastQuery, TrendQuery
from tests.conftest import Agency
from tests.test_analytics.test_series import grow
from tests.test_cli.conftest import Line


def test_bodies_and_words(realty: Line, office: Agency) -> None:
    grow(office)
    period = ("--from", "2024-03-01", "--to", "2026-02-28")
    dates = {"start_date": "2024-03-01", "end_date": "2026-02-28"}
    found = realty.json("analytics", "trends", "new_leads", *period)
    query = TrendQuery(metric="new_leads", **dates)
    said = office.ask(lambda work: work.analytics.trends.ask(query, "properties", "en"))
    assert found == said
    assert found["direction"] == "rising"
    foreseen = realty.json("analytics", "forecast", "leads", "--horizon", "2")
    asked = ForecastQuery(metric="leads", horizon=2)
    body = office.ask(lambda work: work.analytics.forecasts.ask(asked, "properties", "en"))
    assert {**foreseen, "as_of": ""} == {**body, "as_of": ""}
    shown = realty("--lang", "ru", "--output", "table", "analytics", "trends", "new_leads", *period)
    assert "рост" in shown.out
    assert "▇▇▇" in shown.out
    assert "февраль\u00a02026" in shown.out
    foretold = realty("--lang", "ru", "--output", "table", "analytics", "forecast", "leads")
    assert "если условия не изменятся" in foretold.out
    assert "прогнозы" in foretold.err
    days = realty("analytics", "trends", "leads", "--by", "day", "--from", "2026-02-20", "--to", "2026-02-28")
    assert len(days.out.splitlines()) == 9
    assert "cats" in realty("analytics", "forecast", "cats", code=2).err
    assert realty("analytics", "forecast", "--horizon", "0", code=2).out == ""
    empty = realty("--output", "table", "analytics", "forecast", "price")
    assert "too little history" in empty.out + empty.err
