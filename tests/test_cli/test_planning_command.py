"""Conflicts, free times, the plan of a day and settings on the command line."""

from __future__ import annotations

import json

from tests.conftest import Agency
from tests.test_cli.conftest import Line


def test_time_is_asked_for(realty: Line) -> None:
    for hour, place in ((10, "55.75,37.62"), (12, "55.60,37.40"), (14, "55.75,37.62")):
        latitude, longitude = place.split(",")
        made = realty(
            "events", "add", f"2034-05-16 {hour}:00 +1h", "--type", "showing", "--title", f"Показ {hour}",
            "--lat", latitude, "--lon", longitude,
        )  # fmt: skip
        assert made.code == 0, made.err
    found = json.loads(realty("events", "conflicts", "2034-05-16 10:30", "--json").out)
    assert [one["kind"] for one in found["conflicts"]] == ["time"]
    assert "то же время" in realty("--lang", "ru", "--output", "table", "events", "conflicts", "2034-05-16 10:30").out
    window = ("--from", "2034-05-16", "--to", "2034-05-17")
    assert json.loads(realty("events", "conflicts", *window, "--json").out)["checked"] == 3
    free = json.loads(realty("events", "suggest", "60", *window, "--json").out)
    assert len(free["suggestions"]) == 3
    assert realty("--output", "table", "events", "suggest", "60", *window).out.count(":") > 3
    plan = json.loads(realty("events", "plan", "2034-05-16", "--json").out)
    assert plan["totals"]["travel_minutes"] < plan["entered"]["travel_minutes"]
    assert "Показ 12" in realty("--output", "table", "events", "plan", "2034-05-16", "--home", "55.7,37.6").out
    assert "55.75,37.62" in realty("events", "plan", "2034-05-16", "--home", "x", code=None).err


def test_settings_are_changed(realty: Line) -> None:
    changed = realty("events", "settings", "--set", "granularity=15", "--set", 'working_hours={"mon": []}', "--json")
    assert json.loads(changed.out)["granularity"] == 15
    assert "09:00–20:00" not in realty("events", "settings").out
    assert json.loads(realty("events", "settings", "--set", "granularity=none", "--json").out)["granularity"] == 30
    told = realty("events", "settings", "--notifications", "--set", "quiet_from=22:00", "--json")
    assert json.loads(told.out)["quiet_from"] == "22:00"
    assert realty("events", "settings", "--set", "granularity=7", code=None).code == 2
    assert realty("undo").code == 0
    assert json.loads(realty("events", "settings", "--notifications", "--json").out)["quiet_from"] is None


def test_accounts_are_named_as_people_name_them(realty: Line, office: Agency) -> None:
    """By name, address or number; an agent names himself alone, and is not told who else there is."""
    office.add_account("boris")
    address = "boris@example.com"
    office.do(
        lambda work: work.db.run("UPDATE accounts SET email = :to, email_key = :to WHERE id = 2", {"to": address})
    )
    realty("events", "add", "2034-05-16 10:00 +1h", "--type", "call", "--title", "Занят", "--as", "boris")
    for who in ("boris", address.upper(), "2"):
        asked = ("events", "conflicts", "2034-05-16 10:30", "--with", who)
        assert len(realty.json(*asked)["conflicts"]) == 1, who
        assert len(realty.json(*asked[:3], "--agent", who)["conflicts"]) == 1, who
        for question in (("metrics", "events"), ("report", "events", "--format", "json")):
            realty("analytics", *question, "--agent", who, "--agent", "1")
    realty("analytics", "dashboard", "--agent", "boris", "--as", "boris")
    flat = ("--type", "room", "--deal", "sale", "--price", "3m")
    assert realty.json("properties", "add", *flat, "--owner", "Boris")["owner_id"] == 2
    assert realty.json("properties", "list", "--owner", "boris", "--owner", "anna")["total"] == 1
    assert realty.json("events", "list", "--from", "2034-05-16", "--owner", address)["total"] == 1
    assert realty.json("events", "stats", "2034", "--owner", "boris")["total"] == 1
    for who, caller in (("nobody", "anna"), ("anna", "boris"), ("nobody", "boris")):
        refused = realty("analytics", "metrics", "events", "--agent", who, "--as", caller, "--lang", "en", code=4)
        assert refused.err == f"Error: There is no account named “{who}” in this store.\n"
