"""`realty events ...` as a person and a script use it."""

from __future__ import annotations

import json
from typing import Any

from tests.test_cli.conftest import Line

DAY = "2034-05-16"


def add(realty: Line, when: str, *words: object) -> dict[str, Any]:
    made: dict[str, Any] = realty.json("events", "add", when, *words)
    return made


def test_what_is_typed_is_what_is_stored(realty: Line) -> None:
    flat = realty.json(
        "properties",
        "add",
        "--type",
        "apartment",
        "--deal",
        "sale",
        "--title",
        "Двушка",
        "--price",
        "5m",
        "--address",
        "Лесная, 7",
        "-q",
    )["id"]
    made = add(
        realty, f"{DAY} 15:30 +45м", "--property", flat, "--with", "Пётр <p@example.com>", "--with", "8 916 123-45-67",
        "--remind", "1ч", "--remind", "email:1d", "--tag", "ключи", "--notes", "домофон 12",
    )  # fmt: skip
    assert made == realty.json("events", "show", made["id"])
    assert {name: made[name] for name in ("title", "event_type", "location", "start_local", "end_time", "tags")} == {
        "title": "Showing: Двушка", "event_type": "showing", "location": "Лесная, 7",
        "start_local": f"{DAY}T15:30:00", "end_time": f"{DAY}T13:15:00.000000Z", "tags": ["ключи"],
    }  # fmt: skip
    assert [one["minutes_before"] for one in made["reminders"]] == [60, 1_440]
    assert [one["channel"] for one in made["reminders"]] == ["app", "email"]
    assert made["attendees"][0]["email"] == "p@example.com"
    taken = realty("events", "add", f"{DAY} 16:00", code=5)
    assert "Showing: Двушка" in taken.err
    assert add(realty, f"{DAY} 16:00", "--allow-overlap")["warnings"] != []


def test_days_series_and_their_instances(realty: Line) -> None:
    away = add(realty, "2034-05-15 +2d", "--title", "Отпуск")
    assert (away["all_day"], away["start_local"], away["end_local"]) == (True, "2034-05-15", "2034-05-17")
    series = add(realty, f"{DAY} 10:00", "--title", "Планёрка", "--rrule", "FREQ=DAILY;COUNT=4")["id"]
    moved = realty.json("events", "edit", series, "--on", "2034-05-17", "--when", "2034-05-17 12:00")
    assert (moved["start_local"], moved["end_local"]) == ("2034-05-17T12:00:00", "2034-05-17T13:00:00")
    realty("events", "delete", series, "--on", "2034-05-18", "--yes")
    realty("events", "status", series, "completed", "--on", DAY, "--outcome", "done")
    window = ("--from", "2034-05-01", "--to", "2034-06-01")
    body = realty.json("events", "list", *window)
    assert [(one["title"], one["start_local"], one["status"]) for one in body["items"]] == [
        ("Отпуск", "2034-05-15", "scheduled"), ("Планёрка", f"{DAY}T10:00:00", "completed"),
        ("Планёрка", "2034-05-17T12:00:00", "scheduled"), ("Планёрка", "2034-05-19T10:00:00", "scheduled"),
    ]  # fmt: skip
    assert [one["title"] for one in realty.json("events", "today", "--day", DAY)["items"]] == ["Отпуск", "Планёрка"]
    sheet = realty("events", "list", "--month", "2034-05", "--output", "table", "--lang", "ru").out
    assert "пн" in sheet
    assert "19 · 10:00 Планёрка" in sheet
    agenda = realty("events", "today", "--day", DAY, "--output", "table", "--lang", "ru").out
    assert "10:00–11:00" in agenda
    assert "состоялось" in agenda


def test_edit_bin_and_undo(realty: Line) -> None:
    made = add(realty, f"{DAY} 10:00 +90m", "--type", "call", "--title", "Звонок")["id"]
    moved = realty.json("events", "edit", made, "--when", f"{DAY} 12:00")
    assert (moved["start_local"], moved["end_local"]) == (f"{DAY}T12:00:00", f"{DAY}T13:30:00")
    assert realty.json("events", "edit", made, "--until", "14:00")["end_local"] == f"{DAY}T14:00:00"
    assert "edit --help" in realty("events", "edit", made, code=2).err
    realty("events", "status", made, "cancelled", "--by", "client", "--quiet")
    refused = realty("events", "status", made, "completed", "--lang", "ru", code=5)
    assert "отменено" in refused.err
    realty("events", "delete", made, "--yes", "--quiet")
    realty("events", "show", made)
    realty("events", "restore", made, "--quiet")
    realty("undo", "--quiet")
    assert realty.json("events", "list", "--deleted")["total"] == 1


def test_bulk(realty: Line) -> None:
    entry = {"title": "Звонок", "event_type": "call", "start_time": f"{DAY}T10:00", "end_time": f"{DAY}T10:15"}
    entries = json.dumps([entry, {**entry, "start_time": f"{DAY}T10:10"}, {**entry, "start_time": f"{DAY}T11:00"}])
    realty("events", "bulk", "-", stdin=entries, code=None)
    assert realty.json("events", "list", "--from", DAY)["total"] == 0
    body = realty.json("events", "bulk", "-", "--skip", stdin=entries)
    assert (body["created"], body["skipped"], [one["index"] for one in body["errors"]]) == (1, 2, [1, 2])
    assert "JSON" in realty("events", "bulk", "-", stdin="x", code=2).err
