"""The briefing of the day: whose, in which zone, how far ahead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Agency
from tests.test_desk.test_changes import add, change


def today(agency: Agency, user: str = "anna", **wanted: Any) -> dict[str, Any]:
    body: dict[str, Any] = agency.ask(lambda work: work.today.briefing(**wanted), user)
    return body


def section(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next((one["items"] for one in body["sections"] if one["name"] == name), [])


def test_nothing_is_due_in_an_empty_store(agency: Agency) -> None:
    assert today(agency) == {
        "date": "2026-03-10", "until": "2026-03-17", "timezone": "Europe/Moscow", "total": 0, "overdue": 0,
        "sections": [],
    }  # fmt: skip


def test_exclusive_agreements_that_end(agency: Agency) -> None:
    late = add(agency, exclusive_until="2026-03-08", address="Лесная, 7")
    now = add(agency, exclusive_until="2026-03-10")
    soon = add(agency, exclusive_until="2026-03-17")
    later = add(agency, exclusive_until="2026-03-18")
    add(agency, exclusive_until="2026-02-07")  # over for more than a month
    add(agency)
    sold = add(agency, exclusive_until="2026-03-11")
    agency.do(lambda work: sell(work, sold))
    gone = add(agency, exclusive_until="2026-03-11")
    agency.do(lambda work: work.properties.delete(gone))
    body = today(agency)
    items = section(body, "exclusives")
    assert [(one["id"], one["days"]) for one in items] == [(late, -2), (now, 0), (soon, 7)]
    assert (body["total"], body["overdue"]) == (3, 1)
    assert items[0]["facts"] == {"status": "active", "address": "Лесная, 7", "client_id": None}
    assert [one["id"] for one in section(today(agency, days=0), "exclusives")] == [late, now]
    assert [one["id"] for one in section(today(agency, days=8), "exclusives")] == [late, now, soon, later]
    few = today(agency, days=8, limit=1)
    assert (few["total"], few["overdue"], len(section(few, "exclusives"))) == (4, 1, 1)


def sell(work: Any, number: int) -> None:
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import StatusChange

    work.properties.change_status(number, validate(StatusChange, {"status": "sold"}))


def test_an_agent_is_told_of_his_own(agency: Agency) -> None:
    agency.add_account("boris")
    theirs = add(agency, "boris", exclusive_until="2026-03-12")
    mine = add(agency, exclusive_until="2026-03-12")
    assert [one["id"] for one in section(today(agency, "boris"), "exclusives")] == [theirs]
    assert [one["id"] for one in section(today(agency, "anna"), "exclusives")] == [theirs, mine]
    assert [one["id"] for one in section(today(agency, "anna", mine=True), "exclusives")] == [mine]


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [("Europe/Moscow", 20, "2026-03-10"), ("Europe/Moscow", 21, "2026-03-11"), ("Asia/Vladivostok", 14, "2026-03-11"),
     ("America/New_York", 3, "2026-03-09")],
)  # fmt: skip
def test_the_day_is_that_of_the_callers_zone(agency: Agency, zone: str, hour: int, day: str) -> None:
    agency.clock.moment = datetime(2026, 3, 10, hour, 30, tzinfo=UTC)
    agency.do(lambda work: work.db.run("UPDATE accounts SET timezone = :zone", {"zone": zone}))
    number = add(agency, exclusive_until=day)
    body = today(agency, days=0)
    assert (body["date"], body["timezone"]) == (day, zone)
    assert [(one["id"], one["days"]) for one in section(body, "exclusives")] == [(number, 0)]


def test_headings_are_in_the_readers_language(agency: Agency) -> None:
    number = add(agency, exclusive_until="2026-03-12")
    assert today(agency, language="en")["sections"][0]["title"] == "Exclusive agreements that end"
    assert today(agency, language="ru")["sections"][0]["title"] == "Заканчиваются эксклюзивные договоры"
    change(agency, number, exclusive_until=None)
    assert today(agency)["total"] == 0
