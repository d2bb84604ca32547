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
