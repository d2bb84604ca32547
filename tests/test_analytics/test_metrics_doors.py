"""Numbers of listings and events by both doors: one body, in an empty agency as well; and what is left to others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command
from tests.conftest import Agency
from tests.test_analytics import agencies
from tests.test_api.conftest import V1
from tests.test_api.inside import Inside

AN = V1 + "/analytics/metrics"


@pytest.fixture
def inside(sqlite_agency: Agency) -> Iterator[Inside]:
    server = Inside(sqlite_agency)
    yield server
    server.end()


@pytest.mark.parametrize("group", ["properties", "events"])
def test_command_and_server_say_the_same(inside: Inside, home: Path, group: str) -> None:
    anna = inside.client("anna", **{"Accept-Language": "ru"})
    empty = anna.get(f"{AN}/{group}").json()
    assert empty["period"]["partial"] is True
    agencies.fill(inside.agency, 7, 60)
    asked = {"period": "2026-01", "compare": "previous", "district": "Центр"}
    answer = anna.get(f"{AN}/{group}", params=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    typed = Command(home)(
        "--lang", "ru", "analytics", "metrics", group, "--period", "2026-01", "--compare", "previous",
        "--district", "Центр", "--json",
    )  # fmt: skip
    assert typed.json() == body
    assert anna.get(f"{AN}/{group}", params={"currency": "rub"}).status_code == 200
    assert anna.get(f"{AN}/{group}", params={"currency": "РУБ"}).json()["errors"][0]["code"] == "field.currency"
    full = anna.get(f"{AN}/{group}", params={"period": "2026-01"}).json()
    name = "totals" if group == "properties" else "completed"
    assert full[name] != body[name] != empty[name]
    boris = inside.client("boris", **{"Accept-Language": "ru"})
    assert boris.get(f"{AN}/{group}", params={"period": "2026-01"}).json()[name] != full[name]
    assert boris.get(f"{AN}/{group}", params={"agent": 3}).status_code == 404


def test_a_period_that_has_not_begun_has_no_numbers(inside: Inside) -> None:
    anna, future = inside.client("anna"), {"period": "2030"}
    answers = [
        anna.get(f"{V1}/analytics/{path}", params=future)
        for path in ("metrics/properties", "metrics/events", "metrics/financial", "metrics/clients", "trends/clients",
                     "performance/overview", "performance/indicators", "comparison/periods", "charts/profit.json")
    ]  # fmt: skip
    answers.append(anna.post(V1 + "/analytics/dashboard", json=future))
    report = {"report_type": "property_summary", "format": "json"}
    answers.append(anna.post(V1 + "/analytics/reports", json=future | report))
    for answer in answers:
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"]) == ("period", "analytics.period_ahead")
        assert "2030-01-01" in error["message"]
    other = anna.get(V1 + "/analytics/comparison/periods", params={"with_period": "2030"})
    assert other.json()["errors"][0]["field"] == "with_period"
    assert anna.get(V1 + "/analytics/forecasts/events", params=future).status_code == 200
    # What stands in the calendar can be taken out.
    assert anna.get(V1 + "/analytics/export/data", params={"dataset": "events", **future}).status_code == 200


def test_series_are_laid_as_far_back_as_figures_ask(inside: Inside, home: Path) -> None:
    anna = inside.client("anna")
    given = {"title": "Обход", "event_type": "inspection", "start_time": "2021-01-04T10:00:00",
             "end_time": "2021-01-04T10:30:00", "rrule": "FREQ=WEEKLY"}  # fmt: skip
    assert anna.post(f"{V1}/calendar/events", json=given).status_code == 201
    year = Command(home)("analytics", "metrics", "events", "--period", "2023", "--compare", "yoy", "--json").json()
    assert (year["due"]["value"], year["due"]["previous"]) == (52, 52)
    assert anna.get(f"{AN}/events", params={"period": "2021-Q2"}).json()["due"]["value"] == 13
    first = {"period": "2021-Q1"}
    assert anna.get(f"{V1}/calendar/events/statistics", params=first).json()["due"] == 13
    assert Command(home)("events", "stats", "2021-01", "--json").json()["due"] == 4


def test_the_score_of_clients_is_told_from_ten_of_them_on(inside: Inside, home: Path) -> None:
    anna, command = inside.client("anna"), Command(home)

    def told() -> tuple[object, ...]:
        found = anna.get(f"{AN}/clients").json()["satisfaction"]
        return found["value"], found["n"], found["status"], found["low_sample"]

    assert told() == (None, 0, "not_available", True)
    for at in range(9):
        client = anna.post(f"{V1}/clients", json={"name": f"Клиент {at}"}).json()["id"]
        logged = anna.post(f"{V1}/clients/{client}/interactions", json={"channel": "call", "score": 10 if at else 0})
        assert logged.json()["score"] == (10 if at else 0)
    assert anna.post(f"{V1}/clients/1/interactions", json={"channel": "call", "score": 10.5}).status_code == 422
    assert told() == (None, 9, "no_data", True)
    inside.agency.clock.advance(minutes=10)
    typed = command("clients", "add", "--name", "Клиент 10", "--json").json()["id"]
    later = ("--score", "8", "--at", "2026-03-10 12:05")
    said = command("clients", "log", str(typed), "call", *later, "--json").json()["id"]
    assert told() == (70.0, 10, "ok", False)
    # The first one was asked again: the last word counts. What is taken back counts no longer.
    command("clients", "log", "1", "message", *later)
    assert told()[0] == 80.0
    command("undo")
    assert told()[0] == 70.0
    command("clients", "interactions", "edit", str(said), "--clear", "score")
    assert told()[1:3] == (9, "no_data")
