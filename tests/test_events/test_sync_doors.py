"""Keeping in step from the command line and over HTTP, against a real Radicale."""

from __future__ import annotations

import pytest

from realty_cli.app import Realty
from realty_cli.settings import Settings
from tests.calendar_servers import PASSWORD, CalendarServer
from tests.command import Command
from tests.conftest import Agency
from tests.test_api.conftest import V1
from tests.test_api.inside import Inside

DOOR = V1 + "/calendar/integrations"


def test_the_command_brings_into_step(realty_command: Command, radicale_server: CalendarServer) -> None:
    url = radicale_server.make("command")
    realty_command("events", "add", "2026-12-01 10:00", "--title", "Показ")
    added = realty_command(
        "events", "sync", "add", "phone", radicale_server.url, "-u", "agent", "--calendar", "command", "--json",
        env={"REALTY_CALENDAR_PASSWORD": PASSWORD, "REALTY_KEYRING": "off"},
    )  # fmt: skip
    assert added.json()["url"] == url
    plan = realty_command("events", "sync", "run", "--dry-run", "--json").json()
    assert (plan["pushed"], [one["action"] for one in plan["plan"]]) == (1, ["push"])
    assert realty_command("events", "sync", "run", "1", "--json").json()["pushed"] == 1
    listed = realty_command("events", "sync", "list", "--json")
    assert listed.json()["items"][0]["events"] == 1
    assert PASSWORD not in listed.out + added.out + added.err
    assert realty_command("events", "sync", "conflicts", "1", "--json").json()["total"] == 0
    realty_command("events", "sync", "remove", "1", "--yes")


def test_over_http_only_the_internet_is_reached(
    sqlite_agency: Agency, radicale_server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = radicale_server.make("http")
    body = {"name": "phone", "url": url, "username": "agent", "password": PASSWORD}
    inside = Inside(sqlite_agency)
    try:
        anna = inside.client("anna")
        for address in (url, "https://127.0.0.1/", "https://[::ffff:169.254.169.254]/", "file:///etc/passwd"):
            answer = anna.post(DOOR, json={**body, "url": address})
            assert answer.status_code == 422, answer.text
            assert PASSWORD not in answer.text
        answer = anna.post(DOOR, json={**body, "provider": "google"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "sync.not_yet")
    finally:
        inside.end()
    home = sqlite_agency.realty.settings.home
    opened = Agency(Realty(Settings(home=home, password_cost=4, calendar_hosts="127.0.0.1"), sqlite_agency.clock),
                    sqlite_agency.clock)  # fmt: skip
    inside = Inside(opened)
    try:
        anna = inside.client("anna")
        assert anna.post(DOOR, json={**body, "password": "wrong"}).status_code == 403
        made = anna.post(DOOR, json=body)
        assert made.status_code == 201, made.text
        assert PASSWORD not in made.text
        at = f"{DOOR}/{made.json()['id']}"
        start = {"start_time": "2026-12-01T10:00", "end_time": "2026-12-01T11:00"}
        anna.post(V1 + "/calendar/events", json={"title": "Показ", "event_type": "showing", **start})
        assert anna.post(at + "/sync", json={"dry_run": True}).json()["pushed"] == 1
        assert anna.post(at + "/sync", json={}).json()["pushed"] == 1
        assert anna.get(at).json()["events"] == 1
        assert anna.delete(at).status_code == 204
        assert anna.get(at).status_code == 404
    finally:
        inside.end()
