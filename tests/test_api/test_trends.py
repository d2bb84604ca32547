"""Trends and forecasts over HTTP."""

from __future__ import annotations

import pytest

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside

AN = V1 + "/analytics"


def test_every_question_answers_without_parameters(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    made = client.post(V1 + "/properties", json={
        "title": "Двушка", "property_type": "apartment", "deal_type": "sale", "price": 9_500_000
    })  # fmt: skip
    assert made.status_code == 201, made.text
    trend = client.get(AN + "/trends/properties")
    assert trend.status_code == 200, trend.text
    body = trend.json()
    assert (body["trend"]["metric"], body["enough_data"]) == ("properties.new", False)
    assert len(body["trend"]["points"]) == 25
    assert body["trend"]["points"][-1]["value"] == 1
    prices = client.get(AN + "/trends/properties", params={"metric": "price", "granularity": "week", "period": "month"})
    assert (prices.json()["trend"]["currency"], prices.json()["trend"]["points"][-1]["value"]) == ("RUB", 9_500_000)
    assert client.get(AN + "/trends/events").json()["trend"]["metric"] == "events.showings"
    kinds = {"properties": "properties.new", "events": "events.showings", "financial": "money.deals",
             "clients": "clients.new_leads"}  # fmt: skip
    for name, metric in kinds.items():
        assert client.get(f"{AN}/trends/{name}").json()["trend"]["metric"] == metric
        foreseen = client.get(f"{AN}/forecasts/{name}")
        assert foreseen.status_code == 200, foreseen.text
        assert (foreseen.json()["metric"], foreseen.json()["quality"]) == (metric, "insufficient")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("trends/properties", {"metric": "cats"}, "metric"),
        ("trends/properties", {"metric": "showings"}, "metric"),
        ("forecasts/events", {"metric": "properties.closed"}, "metric"),
        ("trends/events", {"granularity": "hour"}, "granularity"),
        ("trends/properties", {"granularity": "day", "start_date": "2001-01-01"}, "granularity"),
        ("trends/properties", {"colour": "red"}, "colour"),
        ("forecasts/events", {"horizon": 0}, "horizon"),
        ("forecasts/events", {"horizon": 61}, "horizon"),
    ],
)
def test_what_cannot_be_is_refused(inside_sqlite: Inside, path: str, query: dict[str, object], field: str) -> None:
    answer = inside_sqlite.client().get(f"{AN}/{path}", params=query)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_metric_of_another_kind_is_refused_with_the_names_of_its_own(inside_sqlite: Inside) -> None:
    answer = inside_sqlite.client().get(AN + "/forecasts/events", params={"metric": "gci"})
    said = answer.json()["errors"][0]["message"]
    assert "events.showings" in said
    assert "money.gci" not in said
