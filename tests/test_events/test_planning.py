"""Conflicts, suggestions, the plan of a day and the settings behind them, over real stores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from realty_cli.errors import Conflict, Denied, Invalid, Stale
from realty_cli.events.schemas.planning import ConflictQuery, PlanQuery, SuggestionQuery
from realty_cli.events.schemas.settings import CalendarSettingsUpdate, NotificationSettingsUpdate
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_events.test_events import create, refused, update
from tests.test_events.test_files_of_events import bring
from tests.test_events.test_ics_files import calendar

DAY = "2026-03-16"


def at(agency: Agency, moment: str) -> None:
    agency.clock.moment = datetime.fromisoformat(moment)


def conflicts(agency: Agency, user: str | None = None, **asked: Any) -> dict[str, Any]:
    query = validate(ConflictQuery, asked, typed=True)
    found: dict[str, Any] = agency.ask(lambda work: work.planning.conflicts(query), user)
    return found


def suggestions(agency: Agency, user: str | None = None, **asked: Any) -> dict[str, Any]:
    query = validate(SuggestionQuery, {"duration_minutes": 60, **asked}, typed=True)
    found: dict[str, Any] = agency.ask(lambda work: work.planning.suggestions(query), user)
    return found


def kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["kind"], one["severity"]) for one in found["conflicts"]]


def test_what_is_in_the_way_of_a_candidate(agency: Agency) -> None:
    made = create(agency, buffer_after=15)
    found = conflicts(agency, start_time=f"{DAY}T10:30", duration_minutes=60)
    assert (found["checked"], found["truncated"]) == (1, False)
    (one,) = found["conflicts"]
    assert one["overlap"] == {
        "start": "2026-03-16T07:30:00.000000Z", "end": "2026-03-16T08:00:00.000000Z", "minutes": 30,
    }  # fmt: skip
    assert (one["a"]["event_id"], one["b"]) == (made["id"], "candidate")
    assert kinds(conflicts(agency, start_time=f"{DAY}T11:00", end_time=f"{DAY}T12:00")) == [("buffer", "soft")]
    assert kinds(conflicts(agency, start_time=f"{DAY}T11:00", duration_minutes=60, travel="none", tz="Asia/Tokyo")) == [
        ("outside_hours", "info")
    ]
    assert kinds(conflicts(agency, start_time=f"{DAY}T10:30", duration_minutes=60, exclude_id=made["id"])) == []
    assert kinds(conflicts(agency, start_time="2026-05-01T10:30", duration_minutes=60)) == [("holiday", "info")]
    weekly = conflicts(agency, start_time="2026-03-09T10:00", duration_minutes=60, rrule="FREQ=DAILY;COUNT=9")
    assert weekly["checked"] == 9
    assert ("time", "hard") in kinds(weekly)


def codes(found: dict[str, Any]) -> list[str]:
    return [one["code"] for one in found["warnings"]]


def test_a_question_warns_as_a_write_does(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    create(agency, buffer_after=30, event_type="call")
    when = {"start_time": "2026-03-16T11:10:00", "end_time": "2026-03-16T12:00:00"}
    tight = conflicts(agency, **when, event_type="call")
    assert codes(tight) == ["event.too_close"]
    assert tight["warnings"][0]["message"].startswith("«Показ» (№ 1)")
    assert codes(create(agency, **when, event_type="call")) == codes(tight)
    weekly = {
        "start_time": "2026-04-05T23:00",
        "end_time": "2026-04-05T23:30",
        "rrule": "FREQ=MONTHLY;BYDAY=1SA;COUNT=9",
    }
    asked = conflicts(agency, **weekly)
    assert codes(asked) == ["event.off_rule", "event.outside_hours", "event.on_day_off"]
    assert asked["warnings"][1]["message"].endswith("05.04.2026 23:00, 02.05.2026 23:00, 06.06.2026 23:00, ….")
    assert codes(create(agency, **weekly)) == codes(asked)
    soon = {"start_time": "2026-03-16T09:00:00", "end_time": "2026-03-16T09:15:00", "event_type": "call"}
    assert codes(conflicts(agency, tz="Europe/Moscow", travel="none", **soon)) == []
    at(agency, "2026-03-16T05:30:00Z")
    assert codes(conflicts(agency, **soon)) == ["event.short_notice"]
    moved = create(agency, start_time="2026-03-17T10:00:00", end_time="2026-03-17T10:15:00", event_type="call")
    assert codes(moved) == []
    assert codes(update(agency, moved["id"], {"title": "Звонок"})) == []
    assert codes(update(agency, moved["id"], {name: soon[name] for name in ("start_time", "end_time")})) == [
        "event.short_notice"
    ]
    gap = {"start_time": "2026-03-29T02:30:00", "end_time": "2026-03-29T04:00:00", "tz": "Europe/Berlin"}
    assert codes(conflicts(agency, **gap))[0] == "event.dst_gap"


def test_others_have_to_come_and_hours_are_for_one_question(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    agency.add_account("boris")
    agency.add_account("vera")
    boris, vera = (agency.ask(lambda work: work.actor.id, name) for name in ("boris", "vera"))
    theirs = create(agency, user="boris", title="Занят", event_type="call")
    asked = {"start_time": f"{DAY}T10:30", "duration_minutes": 60, "attendees": [boris, vera]}
    (one,) = conflicts(agency, **asked)["conflicts"]
    assert (one["kind"], one["severity"], one["a"]["event_id"]) == ("time", "hard", theirs["id"])
    assert conflicts(agency, **asked, exclude_id=theirs["id"])["conflicts"] == []
    for wrong, field in (({**asked, "attendees": [vera]}, "attendees"), ({**asked, "agent_id": vera}, "agent_id")):
        with pytest.raises(Invalid) as error:
            conflicts(agency, "boris", **wrong)
        assert [(one.field, one.code) for one in error.value.fields] == [(field, "owner.others_calendar")]
    with pytest.raises(Invalid) as error:
        suggestions(agency, attendees=[boris, 999])
    assert [(one.field, one.code) for one in error.value.fields] == [("attendees", "owner.unknown")]
    hours = {"working_hours": ["tue@08:00-09:30", "tue@22:00-00:30", "sun@10:00-11:00"], "to": "2026-03-23"}
    found = [one["start_local"][:16] for one in suggestions(agency, **hours, spread=9)["suggestions"]]
    assert sorted(found) == [
        "2026-03-17T08:00", "2026-03-17T08:30", "2026-03-17T22:00", "2026-03-17T22:30", "2026-03-17T23:00",
        "2026-03-17T23:30", "2026-03-22T10:00",
    ]  # fmt: skip
    for wrong in ("tue", "tue@25:00-26:00", "di@08:00-09:00"):
        assert refused(lambda text=wrong: suggestions(agency, working_hours=[text])) == {"calendar.hours"}


def test_what_cannot_be_told_to_collide_is_named(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    bring(agency, calendar(
        "UID:s\nDTSTART:20260301T070000Z\nDTEND:20260301T070100Z\nRRULE:FREQ=SECONDLY\nSUMMARY:Метроном",
        "UID:e\nDTSTART:20260316T073000Z\nSUMMARY:Без конца",
    ))  # fmt: skip
    asked = conflicts(agency, start_time=f"{DAY}T10:00", duration_minutes=60)
    assert [(one["event_id"] > 0, one["code"]) for one in asked["warnings"]] == [
        (True, "series.unexpanded"), (True, "event.no_length"),
    ]  # fmt: skip
    assert codes(conflicts(agency, **{"from": DAY, "to": "2026-03-17"})) == ["series.unexpanded", "event.no_length"]
    assert codes(conflicts(agency, **{"from": "2026-02-01", "to": "2026-02-02"})) == []


def test_all_that_collides_in_a_window(agency: Agency) -> None:
    one = create(agency)
    two = create(agency, start_time=f"{DAY}T10:30", end_time=f"{DAY}T11:30", allow_overlap=True)
    assert [warning["code"] for warning in two["warnings"]] == ["event.overlaps"]
    create(agency, start_time=f"{DAY}T10:00", end_time=f"{DAY}T11:00", busy=False)
    found = conflicts(agency, **{"from": DAY, "to": "2026-03-17"})
    assert found["checked"] == 2
    (pair,) = found["conflicts"]
    assert (pair["a"]["event_id"], pair["b"]["event_id"]) == (one["id"], two["id"])
    assert conflicts(agency, **{"from": "2026-03-17", "to": "2026-03-18"})["conflicts"] == []


def test_questions_that_cannot_be_answered(agency: Agency) -> None:
    agency.add_account("boris")
    assert refused(lambda: conflicts(agency, start_time=f"{DAY}T11:00", end_time=f"{DAY}T11:00")) == {
        "event.end_before_start"
    }
    assert refused(lambda: conflicts(agency, start_time=f"{DAY}T11:00")) == {"field.missing"}
    assert refused(lambda: conflicts(agency, **{"from": DAY, "to": DAY})) == {"calendar.window"}
    assert refused(lambda: conflicts(agency, **{"from": "2026-01-01", "to": "2028-01-01"})) == {
        "calendar.window_too_long"
    }
    assert refused(lambda: suggestions(agency, "boris", agent_id=1)) == {"owner.others_calendar"}
    with pytest.raises(Invalid):
        suggestions(agency, tz="Mars/Olympus")
    with pytest.raises(Invalid):
        suggestions(agency, travel="fast")


def test_a_write_is_refused_with_other_times(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    create(agency)
    with pytest.raises(Conflict) as error:
        create(agency)
    assert kinds({"conflicts": error.value.params["conflicts"]}) == [("time", "hard")]
    offered = error.value.params["suggestions"]
    assert len(offered) == 3
    for one in offered:
        free = conflicts(agency, start_time=one["start"], end_time=one["end"], event_type="showing")
        assert [item for item in free["conflicts"] if item["severity"] != "info"] == []
    soft = create(agency, start_time="2026-03-20T10:00", end_time="2026-03-20T11:00", buffer_after=30)
    near = create(agency, start_time="2026-03-20T11:10", end_time="2026-03-20T12:00")
    assert [one["code"] for one in near["warnings"]] == ["event.too_far", "event.too_close"] or [
        one["code"] for one in near["warnings"]
    ] == ["event.too_close", "event.too_far"]
    update(agency, soft["id"], {"title": "Показ 2"})


def test_suggestions_are_free(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    create(agency, start_time=f"{DAY}T09:00", end_time=f"{DAY}T19:00", event_type="task")
    found = suggestions(agency, **{"from": DAY, "to": "2026-03-17"})
    assert [one["start_local"] for one in found["suggestions"]] == ["2026-03-16T19:00+03:00"]
    assert found["rejected"]["busy"] > 0
    create(agency, start_time=f"{DAY}T19:00", end_time=f"{DAY}T20:00", event_type="task")
    assert suggestions(agency, **{"from": DAY, "to": "2026-03-17"})["empty_reason"] == "all_busy"
    assert suggestions(agency, **{"from": "2026-03-15", "to": "2026-03-16"})["empty_reason"] == "window_in_past"


def test_the_plan_of_a_day(agency: Agency) -> None:
    at(agency, "2026-03-16T04:00:00Z")
    centre, far = {"latitude": 55.75, "longitude": 37.62}, {"latitude": 55.60, "longitude": 37.40}

    def stop(hour: int, place: dict[str, float]) -> int:
        return int(create(agency, start_time=f"{DAY}T{hour}:00", end_time=f"{DAY}T{hour}:30", **place)["id"])

    one, two, three = stop(10, centre), stop(12, far), stop(14, centre)
    plan: dict[str, Any] = agency.ask(lambda work: work.planning.plan(PlanQuery(date=DAY)))
    assert [leg["event_id"] for leg in plan["stops"]] == [one, three, two]
    assert plan["saved_minutes"] == plan["entered"]["travel_minutes"] - plan["totals"]["travel_minutes"] > 0
    fixed = PlanQuery(date=DAY, window=[f"{two}@09:00-10:00"])
    assert agency.ask(lambda work: work.planning.plan(fixed))["stops"][0]["event_id"] == two
    assert refused(lambda: agency.ask(lambda work: work.planning.plan(PlanQuery(window=["1@x"])))) == {"plan.window"}


def test_settings(agency: Agency) -> None:
    def change(given: dict[str, Any], version: int | None = None) -> dict[str, Any]:
        data = validate(CalendarSettingsUpdate, given)
        found: dict[str, Any] = agency.do(lambda work: work.calendar_settings.plan(data, expected_version=version))
        return found

    before: dict[str, Any] = agency.ask(lambda work: work.calendar_settings.planning())
    assert (before["granularity"], before["timezone"], before["version"]) == (30, "Europe/Moscow", 0)
    changed = change({"granularity": 15, "working_hours": {"mon": [["12:00", "13:00"]]}, "max_per_day": {"showing": 1}})
    assert (changed["granularity"], changed["version"]) == (15, 1)
    with pytest.raises(Stale):
        change({"granularity": 5}, version=0)
    at(agency, "2026-03-14T04:00:00Z")
    found = suggestions(agency, duration_minutes=30, **{"from": DAY, "to": "2026-03-17"})
    assert sorted(one["start_local"][11:16] for one in found["suggestions"]) == ["12:00", "12:15", "12:30"]
    off = change({"days": [{"day": DAY, "working": False, "name": "Переезд"}]})
    assert off["days"] == [{"day": DAY, "working": False, "name": "Переезд"}]
    assert suggestions(agency, **{"from": DAY, "to": "2026-03-17"})["empty_reason"] == "no_working_hours"
    assert change({"granularity": None})["granularity"] == 30
    change({"days": None, "agency_days": [{"day": DAY, "working": False, "name": "Переезд"}]})
    agency.add_account("boris")
    own: dict[str, Any] = agency.ask(lambda work: work.calendar_settings.planning(), "boris")
    assert own["agency_days"] == [{"day": DAY, "working": False, "name": "Переезд"}]
    until: dict[str, Any] = {"from": DAY, "to": "2026-03-17"}
    assert suggestions(agency, "boris", **until)["empty_reason"] == "no_working_hours"
    mine = validate(CalendarSettingsUpdate, {"days": [{"day": DAY, "working": True}]})
    agency.do(lambda work: work.calendar_settings.plan(mine), user="boris")
    assert suggestions(agency, "boris", **until)["suggestions"]
    with pytest.raises(Denied):
        agency.do(lambda work: work.calendar_settings.plan(validate(CalendarSettingsUpdate, {"agency_days": []})),
                  user="boris")  # fmt: skip
    quiet = validate(NotificationSettingsUpdate, {"quiet_from": "22:00", "channels": ["telegram"]})
    told: dict[str, Any] = agency.do(lambda work: work.calendar_settings.tell(quiet))
    assert (told["quiet_from"], told["channels"], told["digest"]) == ("22:00", ["telegram"], False)
