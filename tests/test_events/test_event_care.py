"""Templates, feedback that is written back, and figures; on both databases where SQL of theirs is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.request import BuyerRequestCreate
from realty_cli.errors import Invalid, NotFound
from realty_cli.events.care_record import FEEDBACK, TEMPLATE
from realty_cli.events.figure_reading import Past
from realty_cli.events.figures import figures
from realty_cli.events.schemas.care import (
    EventOfTemplate,
    FeedbackCreate,
    FeedbackFilter,
    StatisticsQuery,
    TemplateCreate,
    TemplateUpdate,
)
from realty_cli.events.schemas.event import EventCreate, EventStatusChange
from realty_cli.events.tables import EventTemplateRow, ShowingFeedbackRow
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency


def test_shapes_agree() -> None:
    assert tuple(EventTemplateRow.model_fields) == TEMPLATE.columns
    assert tuple(ShowingFeedbackRow.model_fields) == FEEDBACK.columns


def add(agency: Agency, **more: Any) -> dict[str, Any]:
    values = {"title": "Показ", "event_type": "showing", "start_time": "2026-03-10T10:00", "end_time":
              "2026-03-10T11:00", **more}  # fmt: skip
    found: dict[str, Any] = agency.do(lambda work: work.events.create(EventCreate(**values)))
    return found


def test_a_template_and_its_event(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    data = TemplateCreate(
        name="Показ квартиры", event_type="showing", duration_minutes=45, buffer_before=15,
        reminders=[{"minutes_before": 60, "channel": "email"}], tags=["показ"],
    )  # fmt: skip
    template = agency.do(lambda work: work.event_templates.create(data))
    assert template["title"] == "Показ квартиры"
    made = agency.do(
        lambda work: work.event_templates.make(
            template["id"], EventOfTemplate(start_time="2026-03-12T10:00:00", title="Садовая, 5")
        )
    )
    assert (made["start_time"], made["end_time"]) == ("2026-03-12T07:00:00.000000Z", "2026-03-12T07:45:00.000000Z")
    assert (made["title"], made["template_id"], made["buffer_before"]) == ("Садовая, 5", template["id"], 15)
    assert made["reminders"] == [{"minutes_before": 60, "channel": "email"}]
    late = EventOfTemplate(start_time="2200-12-31T23:45:00")
    with pytest.raises(Invalid):
        agency.do(lambda work: work.event_templates.make(template["id"], late))
    changed = agency.do(
        lambda work: work.event_templates.update(template["id"], TemplateUpdate(duration_minutes=60)), "test edit"
    )
    assert (changed["duration_minutes"], changed["version"]) == (60, 2)
    agency.do(lambda work: work.undo.undo())
    assert agency.ask(lambda work: work.event_templates.get(template["id"]))["duration_minutes"] == 45
    agency.add_account("boris")
    agency.realty.sign_in("anna")
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.event_templates.get(template["id"]), "boris")


def market(agency: Agency) -> tuple[int, int, int]:
    """A client, a listing, and the client's request."""

    def act(work: Any) -> tuple[int, int, int]:
        client = work.clients.create(ClientCreate(name="Иванов Пётр", kind="person", roles=["buyer"]))["id"]
        listing = work.properties.create(
            PropertyCreate(title="Двушка", property_type="apartment", deal_type="sale", price=9_000_000)
        )["id"]
        request = work.requests.create(BuyerRequestCreate(client_id=client, deal_type="sale"))["id"]
        return client, listing, request

    found: tuple[int, int, int] = agency.do(act)
    return found


def test_feedback_is_written_back(agency: Agency) -> None:
    client, listing, request = market(agency)
    event = add(agency, client_id=client, property_id=listing)
    agency.clock.moment = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
    with pytest.raises(Invalid):
        agency.do(lambda work: work.feedback.give(event["id"], FeedbackCreate(rating=5)))
    agency.clock.moment = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    data = FeedbackCreate(rating=2, price_opinion="high", objections=["шумно"], interested=False, note="Дорого")
    said = agency.do(lambda work: work.feedback.give(event["id"], data))
    assert (said["client_id"], said["property_id"], said["rating"]) == (client, listing, 2)
    mark = agency.ask(lambda work: work.requests.matches.get_mark(said["mark_id"]))
    assert (mark["request_id"], mark["mark"], mark["note"]) == (request, "refused", "шумно")
    talk = agency.ask(lambda work: work.clients.interactions.get(said["interaction_id"]))
    assert (talk["channel"], talk["outcome"], talk["property_id"]) == ("meeting", "two_way", listing)
    # Said again, it is the same meeting, and the mark is what was said last.
    again = agency.do(lambda work: work.feedback.give(event["id"], FeedbackCreate(interested=True)))
    assert (again["mark_id"], again["interaction_id"]) == (said["mark_id"], said["interaction_id"])
    assert agency.ask(lambda work: work.requests.matches.get_mark(said["mark_id"]))["mark"] == "liked"
    page = agency.ask(lambda work: work.feedback.page(FeedbackFilter(property_id=[listing])))
    assert page["total"] == 2
    agency.do(lambda work: work.undo.undo())
    assert agency.ask(lambda work: work.requests.matches.get_mark(said["mark_id"]))["mark"] == "refused"


def test_a_showing_that_took_place_is_a_meeting(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    client, listing, _ = market(agency)
    shown = add(agency, client_id=client, property_id=listing)
    done = EventStatusChange(status="completed", outcome="interested")
    agency.do(lambda work: work.events.change_status(shown["id"], done))
    talks = agency.ask(lambda work: work.clients.interactions.of(client))
    assert [(one["channel"], one["property_id"], one["at"]) for one in talks["items"]] == [
        ("meeting", listing, "2026-03-10T08:00:00.000000Z")
    ]
    # What is said of it afterwards is said of the same meeting; one undo takes back the event and it.
    said = agency.do(lambda work: work.feedback.give(shown["id"], FeedbackCreate(rating=4)))
    assert said["interaction_id"] == talks["items"][0]["id"]
    agency.do(lambda work: work.undo.undo())
    agency.do(lambda work: work.undo.undo())
    assert agency.ask(lambda work: work.clients.interactions.of(client))["total"] == 0
    assert agency.ask(lambda work: work.events.get(shown["id"]))["status"] == "scheduled"


def test_what_was_said_goes_with_the_person(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    client, listing, _ = market(agency)
    shown = add(agency, client_id=client, property_id=listing)
    agency.do(lambda work: work.feedback.give(shown["id"], FeedbackCreate(rating=4, note="Иванову дорого")))
    held = agency.ask(lambda work: work.event_people.held(client))
    assert [one["note"] for one in held["feedback"]] == ["Иванову дорого"]
    agency.do(lambda work: work.event_people.erase(client, ["Иванов"]))
    (left,) = agency.ask(lambda work: work.feedback.page(FeedbackFilter()))["items"]
    assert (left["rating"], left["note"]) == (4, None)


def test_usual_reminders(sqlite_agency: Agency) -> None:
    from realty_cli.events.schemas.settings import CalendarSettingsUpdate

    usual = [{"minutes_before": 30, "channel": "app"}]
    sqlite_agency.do(lambda work: work.calendar_settings.plan(CalendarSettingsUpdate(default_reminders=usual)))
    assert add(sqlite_agency)["reminders"] == usual
    assert (
        add(sqlite_agency, start_time="2026-03-11T10:00", end_time="2026-03-11T11:00", reminders=[])["reminders"] == []
    )


def test_feedback_is_of_showings(sqlite_agency: Agency) -> None:
    call = add(sqlite_agency, event_type="call")
    sqlite_agency.clock.moment = datetime(2026, 3, 11, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        sqlite_agency.do(lambda work: work.feedback.give(call["id"], FeedbackCreate(rating=5)))
    assert refused.value.fields[0].code == "feedback.not_shown"


def test_figures_of_the_store(agency: Agency) -> None:
    events = [add(agency, start_time=f"2026-03-1{day}T10:00", end_time=f"2026-03-1{day}T11:00") for day in (0, 1, 2, 3)]
    add(agency, title="Планёрка", event_type="meeting", start_time="2026-03-02T09:00", end_time="2026-03-02T09:30",
        rrule="FREQ=WEEKLY;COUNT=8")  # fmt: skip
    agency.clock.moment = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)

    def end(number: int, **values: Any) -> None:
        agency.do(lambda work: work.events.change_status(number, EventStatusChange(**values)))

    end(events[0]["id"], status="completed")
    end(events[1]["id"], status="no_show")
    end(events[2]["id"], status="cancelled", cancelled_by="client")
    agency.do(lambda work: work.feedback.give(events[0]["id"], FeedbackCreate(rating=4)))
    found = agency.ask(lambda work: work.event_statistics.summary(StatisticsQuery()))
    assert (found["total"], found["due"], found["upcoming"], found["stale_open"]) == (9, 5, 4, 2)
    assert found["by_type"]["showing"] == 4
    assert found["completion_rate"] == {"value": 0.3333, "n": 3, "low_sample": True, "status": "ok"}
    assert found["no_show_rate"]["value"] == 0.5
    assert found["cancellation_rate"]["client"]["value"] == 0.2
    assert found["feedback"] == {
        "count": 1, "rate": {"value": 1.0, "n": 1, "low_sample": True, "status": "ok"}, "mean_rating": 4.0,
    }  # fmt: skip
    assert found["heatmap"][0][9] == 2
    narrowed = agency.ask(lambda work: work.event_statistics.summary(StatisticsQuery(event_type=["meeting"])))
    assert narrowed["total"] == 5
    empty = agency.ask(lambda work: work.event_statistics.summary(StatisticsQuery(period="2024")))
    assert (empty["total"], empty["completion_rate"]["value"], empty["completion_rate"]["status"]) == (
        0, None, "no_data",
    )  # fmt: skip


def test_the_day_has_its_events(agency: Agency) -> None:
    add(agency, start_time="2026-03-10T09:00", end_time="2026-03-10T10:00", title="Был")
    add(agency, start_time="2026-03-10T18:00", end_time="2026-03-10T19:00", title="Вечером")
    add(agency, start_time="2026-03-09T08:00", end_time="2026-03-09T08:30", title="Звонок", event_type="call",
        rrule="FREQ=DAILY;COUNT=4")  # fmt: skip
    found = agency.ask(lambda work: work.today.briefing(days=1))
    told = {section["name"]: [(one["title"], one["days"]) for one in section["items"]] for section in found["sections"]}
    assert told == {
        "events": [("Вечером", 0), ("Звонок", 1)],
        "outcomes": [("Звонок", -1), ("Звонок", 0), ("Был", 0)],
    }


START = datetime(2026, 3, 2, tzinfo=UTC)
SPANS = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 40), st.integers(0, 6)), max_size=25)


@settings(max_examples=50)
@given(spans=SPANS)
def test_hours_and_overlaps_are_what_counting_gives(spans: list[tuple[int, int, int]]) -> None:
    found = [
        Past(owner, START + timedelta(hours=at), START + timedelta(hours=at + hours), "showing", "completed", True,
             False, None, None, None, None, None)
        for owner, at, hours in spans
    ]  # fmt: skip
    counted = figures(found, START + timedelta(days=30), ZoneInfo("Europe/Moscow"))
    taken = {(owner, at + hour) for owner, at, hours in spans for hour in range(hours)}
    assert counted["busy_hours"] == len(taken)
    pairs = sum(
        one[0] == two[0] and max(one[1], two[1]) < min(one[1] + one[2], two[1] + two[2])
        for at, one in enumerate(spans)
        for two in spans[at + 1 :]
    )
    assert counted["conflicts"] == pairs
    assert sum(map(sum, counted["heatmap"])) == len(spans)
