"""Events: entering, changing, series, status, the bin and undo; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from realty_cli.auth.schemas.users import AdminUserUpdate, UserUpdate
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.events.kinds import SeriesScope
from realty_cli.events.schemas.event import EventCreate, EventStatusChange, EventUpdate
from realty_cli.events.schemas.filters import EventFilter
from realty_cli.kit.actor import Where
from realty_cli.kit.schema import validate
from tests.conftest import Agency


def create(agency: Agency, user: str | None = None, **given: Any) -> dict[str, Any]:
    data = {
        "title": "Показ", "event_type": "showing", "start_time": "2026-03-16T10:00:00",
        "end_time": "2026-03-16T11:00:00", **given,
    }  # fmt: skip
    found: dict[str, Any] = agency.do(lambda work: work.events.create(validate(EventCreate, data)), user=user)
    return found


def update(agency: Agency, number: int, given: dict[str, Any], **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = agency.do(lambda work: work.events.update(number, validate(EventUpdate, given), **how))
    return found


def listed(agency: Agency, user: str | None = None, **wanted: Any) -> list[dict[str, Any]]:
    narrow = validate(EventFilter, wanted, typed=True)
    found: list[dict[str, Any]] = agency.ask(lambda work: work.events.page(narrow, limit=100)["items"], user)
    return found


def starts(agency: Agency, **wanted: Any) -> list[str]:
    return [one["start_local"][:16] for one in listed(agency, **wanted)]


def status(agency: Agency, number: int, to: str, recurrence_id: str | None = None, **more: Any) -> dict[str, Any]:
    change = validate(EventStatusChange, {"status": to, **more})
    found: dict[str, Any] = agency.do(
        lambda work: work.events.change_status(number, change, recurrence_id=recurrence_id)
    )
    return found


def refused(action: Any) -> set[str]:
    with pytest.raises(Invalid) as error:
        action()
    return {one.code for one in error.value.fields}


def test_what_is_entered_is_shown(agency: Agency) -> None:
    given = {
        "description": "Взять ключи", "location": "Лесная, 5", "latitude": 55.75, "longitude": 37.6, "priority": 1,
        "color": "red", "buffer_before": 15, "buffer_after": 10, "tags": ["ключи"], "notes": "домофон 12",
        "external_id": "E-1", "attendees": [{"name": "Иван", "email": "ivan@example.com", "response": "accepted"}],
        "reminders": [{"minutes_before": 30, "channel": "app"}],
    }  # fmt: skip
    made = create(agency, **given)
    assert {name: made[name] for name in given} == given
    assert (made["start_time"], made["end_time"]) == ("2026-03-16T07:00:00.000000Z", "2026-03-16T08:00:00.000000Z")
    assert (made["start_local"], made["timezone"], made["status"], made["busy"]) == (
        "2026-03-16T10:00:00", "Europe/Moscow", "scheduled", True,
    )  # fmt: skip
    assert agency.ask(lambda work: work.events.get(made["id"])) == made
    assert listed(agency) == [made]
    assert listed(agency, q="ключи") == [made]
    assert listed(agency, q="балкон") == []


def test_times_in_zones(agency: Agency) -> None:
    berlin = create(agency, timezone="Europe/Berlin", start_time="2026-03-29T02:30:00", end_time="2026-03-29T04:00:00")
    assert berlin["start_time"] == "2026-03-29T01:30:00.000000Z"
    assert [one["code"] for one in berlin["warnings"]] == ["event.dst_gap", "event.outside_hours"]
    hour = create(agency, timezone="Europe/Berlin", start_time="2027-03-28T02:30:00", end_time="2027-03-28T03:30:00")
    assert (hour["start_local"], hour["end_local"]) == ("2027-03-28T03:30:00", "2027-03-28T04:30:00")
    aware = create(agency, start_time="2026-05-01T10:00:00+00:00", end_time="2026-05-01T11:00:00+00:00")
    assert aware["start_local"] == "2026-05-01T13:00:00"
    twice = create(agency, timezone="Europe/Berlin", start_time="2026-10-25T02:30:00+01:00",
                   end_time="2026-10-25T03:00:00+01:00")  # fmt: skip
    assert (twice["start_time"], twice["timezone"]) == ("2026-10-25T01:30:00.000000Z", "UTC")
    day = create(agency, all_day=True, start_time="2026-03-16", end_time="2026-03-18")
    assert (day["busy"], day["start_local"], day["end_local"]) == (False, "2026-03-16", "2026-03-18")
    assert day["start_time"] == "2026-03-15T21:00:00.000000Z"


def test_days_move_with_whom_an_administrator_moves(agency: Agency) -> None:
    """Whoever says that somebody moved, himself or an administrator, the whole days go with him."""
    agency.add_account("boris")
    given = {
        "title": "Отпуск", "event_type": "other", "all_day": True, "start_time": "2026-03-16", "end_time": "2026-03-17",
    }  # fmt: skip
    data = validate(EventCreate, given)
    day: dict[str, Any] = agency.do(lambda work: work.events.create(data), user="boris")
    boss = agency.ask(lambda work: work.actor)
    zone = AdminUserUpdate(timezone="Asia/Vladivostok")
    agency.realty.gate.update_user(boss, day["owner_id"], zone, Where("127.0.0.1", "test"))
    moved = agency.ask(lambda work: work.events.get(day["id"]), "boris")
    assert (moved["start_local"], moved["start_time"]) == ("2026-03-16", "2026-03-15T14:00:00.000000Z")
    laid = agency.ask(lambda work: work.db.value("SELECT start_time FROM event_instances"))
    assert laid == moved["start_time"]


def test_what_cannot_be(agency: Agency) -> None:
    assert refused(lambda: create(agency, end_time="2026-03-16T10:00:00")) == {"event.end_before_start"}
    assert refused(lambda: create(agency, end_time="2026-03-16T09:00:00")) == {"event.end_before_start"}
    assert refused(lambda: create(agency, end_time="2026-03-16T11:00:00+03:00")) == {"event.mixed_offsets"}
    assert refused(lambda: create(agency, end_time="2027-03-18T11:00:00")) == {"event.too_long"}
    for bad in ("2026-02-30T10:00:00", "0000-01-01T10:00:00", "9999-01-01T10:00:00", "tomorrow"):
        assert refused(lambda bad=bad: create(agency, start_time=bad))
    assert refused(lambda: create(agency, property_id=77)) == {"property.not_found"}
    assert refused(lambda: create(agency, client_id=77)) == {"client.unknown"}
    assert refused(lambda: create(agency, timezone="Mars/Base")) == {"field.zone"}
    assert refused(lambda: create(agency, rrule="FREQ=HOURLY;COUNT=3")) == {"rrule.below_a_day"}
    assert refused(lambda: create(agency, rrule="FREQ=DAILY;INTERVAL=7;BYDAY=TU")) == {"rrule.never"}
    assert listed(agency) == []


def test_the_same_hour_again(agency: Agency) -> None:
    first = create(agency)
    with pytest.raises(Conflict) as error:
        create(agency, start_time="2026-03-16T10:30:00", end_time="2026-03-16T11:30:00")
    (conflict,) = error.value.params["conflicts"]
    assert (conflict["kind"], conflict["severity"], conflict["a"]["event_id"]) == ("time", "hard", first["id"])
    assert conflict["overlap"]["minutes"] == 30
    create(agency, start_time="2026-03-16T11:00:00", end_time="2026-03-16T12:00:00")  # back to back
    create(agency, busy=False)
    over = create(agency, allow_overlap=True)
    assert "event.overlaps" in {one["code"] for one in over["warnings"]}
    status(agency, first["id"], "cancelled")
    status(agency, over["id"], "cancelled")
    create(agency)
    with pytest.raises(Conflict):
        status(agency, first["id"], "scheduled")
    # What is far beyond what was laid stands in the way all the same.
    create(agency, start_time="2026-03-17T10:00:00", end_time="2026-03-17T11:00:00", rrule="FREQ=WEEKLY")
    with pytest.raises(Conflict):
        create(agency, start_time="2032-03-16T10:30:00", end_time="2032-03-16T11:30:00")
    # A series finds what stands in the way of any of its instances.
    with pytest.raises(Conflict):
        create(agency, start_time="2026-03-02T10:00:00", end_time="2026-03-02T11:00:00", rrule="FREQ=WEEKLY;COUNT=5")


def test_changing(agency: Agency) -> None:
    made = create(agency, notes="a")
    moved = update(agency, made["id"], {"start_time": "2026-03-17T12:00:00", "end_time": "2026-03-17T13:30:00"})
    assert (moved["start_time"], moved["version"], moved["sequence"]) == ("2026-03-17T09:00:00.000000Z", 2, 1)
    assert starts(agency) == ["2026-03-17T12:00"]
    assert update(agency, made["id"], {"notes": None})["notes"] is None
    assert refused(lambda: update(agency, made["id"], {"end_time": "2026-03-17T11:00:00"})) == {
        "event.end_before_start"
    }
    assert refused(lambda: update(agency, made["id"], {"title": "x"}, scope=SeriesScope.FOLLOWING)) == {
        "series.not_repeated"
    }
    with pytest.raises(Stale):
        update(agency, made["id"], {"title": "x"}, expected_version=1)
    whole = update(agency, made["id"], {"all_day": True})
    assert (whole["start_local"], whole["end_local"]) == ("2026-03-17", "2026-03-18")


def test_a_change_of_words_or_of_one_end(agency: Agency) -> None:
    series = create(agency, rrule="FREQ=DAILY;COUNT=3")
    create(agency, title="Beside", allow_overlap=True)
    named = {"recurrence_id": "2026-03-16T07:00:00.000000Z"}
    assert update(agency, series["id"], {"title": "Renamed"}, **named)["title"] == "Renamed"
    agency.do(lambda work: work.undo.undo())
    assert len(listed(agency, series_id=[series["id"]])) == 3
    own = update(agency, series["id"], {"title": "Own"}, recurrence_id="2026-03-17T07:00:00.000000Z")["id"]
    agency.do(lambda work: work.events.delete(own))
    create(agency, start_time="2026-03-17T10:00", end_time="2026-03-17T11:00")
    back = agency.do(lambda work: work.events.restore(own))
    assert [one["field"] for one in back["warnings"]] == ["start_time"]
    assert agency.ask(lambda work: work.events.get(series["id"]))["exdates"] == []
    assert len(listed(agency, series_id=[series["id"]])) == 3
    lone = create(agency, start_time="2026-03-26T10:00", end_time="2026-03-26T11:00")
    longer = update(agency, lone["id"], {"end_time": "2026-03-26T09:00:00Z"})
    assert (longer["start_local"], longer["end_local"]) == ("2026-03-26T10:00:00", "2026-03-26T12:00:00")


def test_a_series(agency: Agency) -> None:
    off = create(agency, rrule="FREQ=WEEKLY;BYDAY=FR;COUNT=2")
    assert [one["code"] for one in off["warnings"]] == ["event.off_rule"]
    agency.do(lambda work: work.events.delete(off["id"]))
    made = create(agency, rrule="FREQ=WEEKLY;COUNT=5", exdates=["2026-03-30T10:00:00"])
    assert made["warnings"] == []
    number, days = made["id"], ["16", "23", "06", "13"]
    assert [text[8:10] for text in starts(agency)] == days
    second = listed(agency)[1]
    assert (second["id"], second["series_id"], second["rrule"]) == (number, number, "FREQ=WEEKLY;COUNT=5")
    name = second["recurrence_id"]
    own = update(agency, number, {"title": "Позже", "start_time": "2026-03-24T15:00:00",
                                  "end_time": "2026-03-24T16:00:00"}, recurrence_id=name)  # fmt: skip
    assert (own["series_id"], own["recurrence_id"], own["uid"]) == (number, name, made["uid"])
    assert [text[8:10] for text in starts(agency)] == ["16", "24", "06", "13"]
    assert agency.ask(lambda work: work.events.get(number, name))["title"] == "Позже"
    third = listed(agency)[2]["recurrence_id"]
    update(agency, number, {"title": "Не то"}, recurrence_id=third, scope=SeriesScope.FOLLOWING)
    agency.do(lambda work: work.undo.undo())
    assert [one["title"] for one in listed(agency)] == ["Показ", "Позже", "Показ", "Показ"]
    rest = update(agency, number, {"title": "Дальше"}, recurrence_id=third, scope=SeriesScope.FOLLOWING)
    assert (rest["related_to"], rest["rrule"]) == (made["uid"], "FREQ=WEEKLY;COUNT=2")
    assert [one["title"] for one in listed(agency)] == ["Показ", "Позже", "Дальше", "Дальше"]
    done = status(agency, number, "completed", listed(agency)[0]["recurrence_id"], outcome="interested")
    assert (done["status"], done["outcome"], done["series_id"]) == ("completed", "interested", number)
    assert refused(lambda: status(agency, number, "completed")) == {"series.which"}
    agency.do(lambda work: work.events.delete(rest["id"], recurrence_id=listed(agency)[3]["recurrence_id"]))
    assert len(listed(agency)) == 3
    agency.do(lambda work: work.events.delete(number))
    assert [one["title"] for one in listed(agency)] == ["Дальше"]
    agency.do(lambda work: work.events.restore(number))
    assert len(listed(agency)) == 3
    agency.do(lambda work: work.undo.undo())
    assert len(listed(agency)) == 1
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.events.get(rest["id"], "2026-01-01T00:00:00.000000Z"))


def test_the_last_day_of_a_rule_is_whole(agency: Agency) -> None:
    """As the standard writes it: of what has a time in UTC, of whole days as a date."""
    made = create(agency, rrule="FREQ=WEEKLY;UNTIL=20260330")
    assert made["rrule"] == "FREQ=WEEKLY;UNTIL=20260330T205959Z"
    assert len(listed(agency)) == 3
    days = create(
        agency, rrule="FREQ=WEEKLY;UNTIL=20260330", start_time="2026-03-16", end_time="2026-03-17", all_day=True
    )
    assert days["rrule"] == "FREQ=WEEKLY;UNTIL=20260330"


def test_an_instance_comes_back_with_its_series_only(agency: Agency) -> None:
    number = create(agency, rrule="FREQ=WEEKLY;COUNT=3")["id"]
    own = update(agency, number, {"title": "Позже"}, recurrence_id=listed(agency)[1]["recurrence_id"])
    agency.do(lambda work: work.events.delete(number))
    with pytest.raises(Conflict) as error:
        agency.do(lambda work: work.events.restore(own["id"]))
    assert error.value.code == "event.series_in_bin"
    agency.do(lambda work: work.events.restore(number))
    assert [one["title"] for one in listed(agency)] == ["Показ", "Позже", "Показ"]


def test_a_day_and_what_is_to_come(agency: Agency) -> None:
    now = agency.clock.now()
    soon = (now + timedelta(minutes=30)).isoformat()
    create(agency, start_time=soon, end_time=(now + timedelta(hours=1)).isoformat(), title="Скоро")
    past = create(
        agency, start_time=(now - timedelta(hours=2)).isoformat(), end_time=(now - timedelta(hours=1)).isoformat()
    )
    create(
        agency,
        start_time=(now + timedelta(days=9)).isoformat(),
        end_time=(now + timedelta(days=9, hours=1)).isoformat(),
    )
    assert agency.ask(lambda work: work.events.today())["total"] == 2
    assert [one["title"] for one in agency.ask(lambda work: work.events.upcoming())["items"]] == ["Скоро"]
    assert status(agency, past["id"], "no_show")["status"] == "no_show"
    assert refused(lambda: status(agency, past["id"], "cancelled", actual_end="2026-03-16T07:00:00Z"))


def test_days_are_where_their_owner_is(agency: Agency) -> None:
    day = create(agency, all_day=True, start_time="2026-03-16", end_time="2026-03-17", rrule="FREQ=WEEKLY;COUNT=2")
    timed = create(agency)
    agency.do(lambda work: work.account.update(validate(UserUpdate, {"timezone": "Asia/Vladivostok"})))
    moved = agency.ask(lambda work: work.events.get(day["id"]))
    assert (moved["start_time"], moved["start_local"]) == ("2026-03-15T14:00:00.000000Z", "2026-03-16")
    assert agency.ask(lambda work: work.events.get(timed["id"]))["start_time"] == timed["start_time"]
    assert [one["start_time"][:13] for one in listed(agency)] == ["2026-03-15T14", "2026-03-16T07", "2026-03-22T14"]


def test_rows_of_others(agency: Agency) -> None:
    agency.add_account("boris")
    made = create(agency)
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.events.get(made["id"]), "boris")
    assert listed(agency, "boris") == []
    theirs = create(agency, "boris")  # another person's hour is free
    assert {one["id"] for one in listed(agency)} == {made["id"], theirs["id"]}
    assert refused(lambda: create(agency, "boris", owner_id=made["owner_id"])) == {"owner.admin_only"}
