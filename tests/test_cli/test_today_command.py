"""`realty today` on a terminal, in a pipe, as JSON and as Markdown."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Agency
from tests.test_cli.conftest import Line

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture(autouse=True)
def _within_one_day() -> None:
    """The command goes by the clock of the machine, and the day must not turn between it and the test."""
    while datetime.now(MOSCOW).strftime("%H:%M") == "23:59":
        time.sleep(1)


def day(ahead: int) -> str:
    return (datetime.now(MOSCOW).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture
def due(realty: Line) -> Line:
    for ahead, title in ((-2, "Дом *у* леса"), (3, "Дача | пруд"), (40, "Потом")):
        realty("properties", "add", "--type", "house", "--deal", "sale", "-p", "5m", "--title", title,
               "--exclusive-until", day(ahead))  # fmt: skip
    return realty


def test_a_cron_job_says_nothing_when_nothing_is_due(realty: Line) -> None:
    ran = realty("today")
    assert (ran.out, ran.err) == ("", "")


def test_a_pipe_gets_rows(due: Line) -> None:
    ran = due("today")
    assert ran.err == ""
    assert [line.split("\t")[:6] for line in ran.out.splitlines()] == [
        ["exclusives", "property", "1", day(-2), "-2", "Дом *у* леса"],
        ["exclusives", "property", "2", day(3), "3", "Дача | пруд"],
    ]
    assert len(due("today", "--days", 40).out.splitlines()) == 3
    assert due("today", "--output", "csv").out.splitlines()[0] == "section,kind,id,due,days,title,facts"


def test_json_is_the_body_of_the_api(due: Line, office: Agency) -> None:
    body = due.json("today", "--lang", "ru")
    assert (body["total"], body["overdue"]) == (2, 1)
    assert [one["title"] for one in body["sections"][0]["items"]] == ["Дом *у* леса", "Дача | пруд"]
    rows = due("today", "--output", "jsonl").out.splitlines()
    assert len(rows) == 2


def test_a_table_with_words(due: Line) -> None:
    ran = due("today", "--output", "table", "--lang", "ru")
    assert ran.err == ""
    shown = " ".join(ran.out.split())
    assert "Заканчиваются эксклюзивные договоры: 2, просрочено: 1" in shown
    assert "просрочено на 2 дня" in shown
    assert "через 3 дня" in shown
    assert "и ещё 1" in due("today", "-n", 1, "--output", "table", "--lang", "ru").out


def test_markdown_for_a_messenger(due: Line) -> None:
    ran = due("today", "--output", "md")
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].startswith("# Today, ")
    assert "## Exclusive agreements that end: 2, late: 1" in lines
    [late, soon] = [line for line in lines if line.startswith("- ")]
    assert "Дом \\*у\\* леса (property 1)" in late
    assert "Дача \\| пруд (property 2)" in soon
    assert "(in 3 days)" in soon


def test_bounds(realty: Line) -> None:
    for options in (("--days", -1), ("--days", 366), ("-n", 0), ("-n", 1_001)):
        realty("today", *options, code=2)
    assert "Nothing is due until" in realty("today", "--output", "table").out
    assert "Nothing is due until" in realty("today", "--output", "md").out


def test_any_list_is_markdown_where_asked_for(due: Line) -> None:
    lines = due("properties", "list", "--output", "md").out.splitlines()
    assert lines[0].startswith("| ID | Title |")
    assert set(lines[1]) == set("| -")
    assert "Дача \\| пруд" in lines[3]
    assert "- **Type**: house" in due("properties", "show", 1, "--output", "md").out.splitlines()
