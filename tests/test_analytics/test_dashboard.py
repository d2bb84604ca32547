"""The dashboard: one page of the sample agency and of an empty one, as JSON and on a terminal of any width."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from realty_cli.analytics.dashboard import SECTIONS
from realty_cli.analytics.schemas.dashboard import DashboardRequest, DashboardResponse
from realty_cli.cli import dashboard_view
from realty_cli.cli.demo_history import relate
from realty_cli.cli.state import State
from realty_cli.errors import Invalid
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from tests.conftest import Agency

HISTORY = Path(__file__).resolve().parents[2] / "sample-data" / "history"


def asked(agency: Agency, user: str | None = None, language: str = "ru", **fields: Any) -> dict[str, Any]:
    request = validate(DashboardRequest, fields)

    def ask(work: Any) -> Any:
        return work.analytics.dashboard.show(
            work.analytics.scope(request), language, sections=request.sections(), compare=request.compare
        )

    body: dict[str, Any] = agency.ask(ask, user=user)
    validate(DashboardResponse, body, typed=True)
    return body


def drawn(body: dict[str, Any], width: int, language: str = "ru", **options: Any) -> str:
    console = Console(width=width, no_color=True, highlight=False, emoji=False, markup=False, force_terminal=False)
    with console.capture() as capture:
        console.print(dashboard_view.page(State("table", language), body, "anna", **options))
    return capture.get()


def test_an_agency_with_history(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    agency.do(lambda work: relate(work, HISTORY))
    body = asked(agency)
    numbers = {one["key"]: one for one in body["kpis"]}
    assert len(numbers) == 8
    assert [one["name"] for one in body["blocks"]] == list(SECTIONS)

    def counted(sql: str) -> Any:
        return agency.ask(lambda work: work.db.value(sql))

    for table in ("lead_stages", "deal_stages", "property_statuses", "property_prices"):
        assert not counted(f"SELECT count(*) FROM {table} WHERE effective_at > '{stamp(agency.clock.now())}'"), table
    assert numbers["properties.inventory"]["value"] == counted(
        "SELECT count(*) FROM properties WHERE status = 'active' AND deleted_at IS NULL"
    )
    assert numbers["money.gci"]["target"] == 4_500_000
    # What stands in the first row is what the metrics say of it.
    money = agency.ask(lambda work: work.analytics.money.metrics(
        work.analytics.scope(validate(DashboardRequest, {})), "ru", "previous"
    ))  # fmt: skip
    (rouble,) = money["totals"]
    assert {**numbers["money.gci"], "target": None} == {
        **rouble["gci"], "target": None, "deal_type": None, "also": [],
    }  # fmt: skip
    # Days of sales stand beside counts of sales and rents.
    assert numbers["properties.dom_closed_median"]["deal_type"] == "sale"
    assert "Дней до продажи" in drawn(body, 80)
    showings = next(one for one in body["lines"] if one["metric"] == "events.showings")
    assert len(showings["points"]) == 13
    assert showings["points"][-1]["partial"] is True
    assert 0 < showings["usual"]["low"] < showings["usual"]["high"]
    assert body["funnel"][0]["entered"] >= body["funnel"][-1]["entered"]
    # Parts may be left out, an agent sees what is his.
    assert [one["name"] for one in asked(agency, include_properties=False, include_clients=False)["blocks"]] == [
        "events", "financial",
    ]  # fmt: skip
    mine = asked(agency, user="belova", compare="none")
    assert mine["compared"] is None
    assert mine["kpis"][0]["value"] < numbers["properties.inventory"]["value"]
    for width in (60, 80, 120):
        for language in ("ru", "en"):
            text = drawn(asked(agency, language=language), width, language)
            assert max(map(len, text.splitlines())) <= width
            assert len(text.splitlines()) <= 40
            assert ("Needs attention" if language == "en" else "Требует внимания") in text
            assert re.search("[▁▂▃▄▅▆▇█]{13}", text)
    plain = drawn(body, 80, plain=True)
    assert not re.search("[▁▂▃▄▅▆▇█▲▼╭│→]", plain)
    console = Console(width=80, no_color=True)
    with console.capture() as capture:
        console.print(dashboard_view.sections(State("table", "ru"), body, "clients"))
    assert "Лидов в неделю" in capture.get()
    # A week that runs is no whole one: beside what is usual stands the last that is over.
    *_, last, now = (one["value"] for one in showings["points"])
    usual = f"{showings['usual']['low']}–{showings['usual']['high']}"
    assert f"прошлая {last:g} (обычно {usual}), эта {now:g}" in drawn(body, 120)
    assert f" {last:g} (обычно {usual})\n" in re.sub(" +\n", "\n", drawn(body, 60))
    for name in SECTIONS:
        with console.capture() as capture:
            console.print(dashboard_view.sections(State("table", "ru"), body, name, plain=True))
        assert len(capture.get().splitlines()) > 5
        assert not re.search("[▁▂▃▄▅▆▇█▏▎▍▌▋▊▉▲▼╭│─━→]", capture.get()), name


def test_commission_of_every_currency_is_named(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    today = stamp(agency.clock.now() - timedelta(hours=1))

    def close(work: Any) -> None:
        for number, (currency, amount) in enumerate((("RUB", 2_000_000), ("USD", 300_000)), 1):
            work.db.run(
                "INSERT INTO deals (id, owner_id, title, kind, side, stage, amount, final_price, currency, closed_at,"
                " version, created_at, updated_at) VALUES (:id, 1, 'Д', 'sale', 'seller', 'closed', 500000000,"
                " 500000000, :currency, :at, 1, :at, :at)", {"id": number, "currency": currency, "at": today},
            )  # fmt: skip
            work.db.run(
                "INSERT INTO commissions (owner_id, deal_id, payer, amount, currency, version, created_at, updated_at)"
                " VALUES (1, :deal, 'seller', :amount, :currency, 1, :at, :at)",
                {"deal": number, "amount": amount, "currency": currency, "at": today},
            )

    agency.do(close)
    body = asked(agency, language="en")
    gci = next(one for one in body["kpis"] if one["key"] == "money.gci")
    assert (gci["value"], gci["also"]) == (20_000, [{"currency": "USD", "value": 3_000}])
    for options in ({}, {"plain": True}):
        assert re.search(r"Commission:? ₽20K \+ \$3K", drawn(body, 60, "en", **options))


def test_nobody_is_asked_about_who_is_not_there(sqlite_agency: Agency) -> None:
    with pytest.raises(Invalid):
        asked(sqlite_agency, agent=[3056, 7_562_486_437_169_686])


def test_an_empty_agency(sqlite_agency: Agency) -> None:
    body = asked(sqlite_agency)
    assert body["today"]["total"] == 0
    assert body["kpis"][0]["value"] == 0
    assert all(one["usual"] is None for one in body["lines"])
    text = drawn(body, 80)
    assert "Ничего не запланировано." in text
    assert "Traceback" not in text


@pytest.mark.parametrize("width", [60, 80])
def test_the_own_day(sqlite_agency: Agency, width: int) -> None:
    from realty_cli.events.schemas.event import EventCreate

    def enter(work: Any) -> None:
        begin = work.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        given = {
            "title": "Показ " + "очень " * 40, "event_type": "showing", "start_time": begin.isoformat(),
            "end_time": (begin + timedelta(minutes=45)).isoformat(),
        }  # fmt: skip
        work.events.create(validate(EventCreate, given, typed=True))

    sqlite_agency.do(enter)
    body = asked(sqlite_agency)
    assert body["today"]["total"] == 1
    text = drawn(body, width)
    assert max(map(len, text.splitlines())) <= width
    assert "показ: Показ" in text


def test_bars_and_sparklines() -> None:
    assert dashboard_view.sparkline([0, 4, None, 8]) == "▁▅·█"
    assert dashboard_view.sparkline([0, 0]) == "▁▁"
    assert dashboard_view.bar(0.5, 4) == "██  "
    assert dashboard_view.bar(2.0, 4) == "████"
