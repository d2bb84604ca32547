"""Trends and forecasts on the command line: the same bodies as over HTTP, and words for people."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

from realty_cli.analytics.schemas.trends import ForecastQuery, TrendQuery
from realty_cli.kit.moment import add_months
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


def test_a_poor_forecast_gives_way_to_the_median_and_machines_get_numbers(realty: Line, office: Agency) -> None:
    # The command's clock is the machine's.
    grow(office, [*[10] * 18, 30, 31, 29, 33, 30, 32], first=add_months(datetime.now(UTC).date().replace(day=1), -24))
    body = realty.json("analytics", "forecast", "leads")
    assert (body["quality"], body["typical"]["n"]) == ("poor", 12)
    assert (body["typical"]["median"], body["typical"]["low"], body["typical"]["high"]) == (19.5, 10, 33)
    shown = realty("--output", "table", "analytics", "forecast", "leads")
    assert "recently 20 a month (median of the last 12, from 10 to 33)" in shown.out
    assert "LIKELY" not in shown.out
    drawn = realty.json("analytics", "chart", "forecast", "--metric", "leads")
    flat = next(one for one in drawn["series"] if one["role"] == "forecast")
    assert (set(flat["values"][-3:]), flat["lo"]) == ({19.5}, None)
    header, first, *_rest = csv.reader(realty("--output", "csv", "analytics", "forecast", "leads").out.splitlines())
    assert header == ["period", "likely", "lo80", "hi80", "lo95", "hi95", "so_far", "quality", "warnings"]
    point = body["points"][0]
    assert [float(cell) for cell in first[1:6]] == [point[name] for name in ("mean", "lo80", "hi80", "lo95", "hi95")]
    assert (first[6], first[7]) == ("0", "poor")
    assert body["warnings"][0] in first[8]
