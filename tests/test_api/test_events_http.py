"""The calendar over HTTP: one instance of a series, far windows, repeated requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Agency
from tests.test_api.inside import Inside

E = "/api/v1/calendar/events"
EVENT = {
    "title": "Показ", "event_type": "showing", "start_time": "2026-03-16T10:00:00", "end_time": "2026-03-16T11:00:00",
}  # fmt: skip


@pytest.fixture
def inside(sqlite_agency: Agency) -> Iterator[Inside]:
    made = Inside(sqlite_agency)
    yield made
    made.end()


def test_an_event(inside: Inside) -> None:
    client = inside.client()
    made = client.post(E, json=EVENT, headers={"Idempotency-Key": "k-1"})
    assert made.status_code == 201
    body, number = made.json(), made.json()["id"]
    assert made.headers["location"] == f"{E}/{number}"
    assert client.post(E, json=EVENT, headers={"Idempotency-Key": "k-1"}).json() == body
    again = client.post(E, json=EVENT)
    assert again.status_code == 409
    assert again.json()["conflicts"][0]["a"]["event_id"] == number
    assert len(again.json()["suggestions"]) == 3
    night = {"start_time": "2026-03-22T22:00:00", "end_time": "2026-03-22T23:00:00"}
    for language, words in (("en", "It is outside working hours: "), ("ru", "Это вне рабочего времени: ")):
        said = {"Accept-Language": language}
        late = client.post(E, json={**EVENT, **night, "allow_overlap": True}, headers=said).json()
        assert late["warnings"][0]["message"].startswith(words)
        asked = client.get(E + "/conflicts", params=night, headers=said).json()
        assert [one["message"] for one in asked["warnings"]][-1].startswith(words)
        assert client.delete(f"{E}/{late['id']}").status_code == 204
    assert client.put(f"{E}/{number}", json={"title": "x"}, headers={"If-Match": '"9"'}).status_code == 412
    shown = client.get(f"{E}/{number}")
    assert client.get(f"{E}/{number}", headers={"If-None-Match": shown.headers["etag"]}).status_code == 304
    assert client.post(f"{E}/{number}/status", json={"status": "confirmed"}).json()["status"] == "confirmed"
    assert client.delete(f"{E}/{number}").status_code == 204
    assert client.get(f"{E}/{number}").status_code == 404
    assert client.get(E, params={"deleted": "true"}).json()["total"] == 3
    assert client.post(f"{E}/{number}/restore").json()["id"] == number
    assert client.get(E + "/today", params={"date": "2026-03-16"}).json()["total"] == 1
    assert client.get(E + "/upcoming", params={"days": "0"}).status_code == 422


def test_a_series(inside: Inside) -> None:
    client = inside.client()
    bad = client.post(E + "/recurring", json={**EVENT, "rrule": "FREQ=DAILY;INTERVAL=0"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "rrule")
    made = client.post(E + "/recurring", json={**EVENT, "rrule": "FREQ=WEEKLY"}).json()
    page = client.get(E, params={"limit": "2", "start_from": "2026-03-16T00:00:00"}).json()
    assert page["total"] > 50
    assert [one["local_date"] for one in page["items"]] == ["2026-03-16", "2026-03-23"]
    rest = client.get(E, params={"limit": "2", "cursor": page["next_cursor"], "start_from": "2026-03-16T00:00:00"})
    assert rest.json()["items"][0]["local_date"] == "2026-03-30"
    # Ten years ahead nothing is laid yet; the list sees to it.
    far = client.get(E, params={"start_from": "2036-03-01T00:00:00", "start_to": "2036-04-01T00:00:00"}).json()
    assert (far["total"], {one["id"] for one in far["items"]}) == (5, {made["id"]})
    name, place = page["items"][1]["recurrence_id"], f"{E}/{made['id']}"
    own = client.put(place, params={"recurrence_id": name}, json={"title": "Другой"}).json()
    assert (own["series_id"], own["title"]) == (made["id"], "Другой")
    assert client.get(place, params={"recurrence_id": name}).json()["title"] == "Другой"
    third = rest.json()["items"][0]["recurrence_id"]
    assert client.delete(place, params={"recurrence_id": third, "scope": "following"}).status_code == 204
    assert client.get(E, params={"start_from": "2026-03-16T00:00:00"}).json()["total"] == 2
    assert client.delete(place, params={"scope": "half"}).status_code == 422
    assert client.get(place, params={"recurrence_id": "tomorrow"}).status_code == 404


def test_several(inside: Inside) -> None:
    client = inside.client()
    later = {**EVENT, "start_time": "2026-03-16T12:00:00", "end_time": "2026-03-16T13:00:00"}
    bad = {**EVENT, "end_time": "2026-03-16T09:00:00"}
    whole = client.post(E + "/bulk", json=[later, bad])
    assert (whole.status_code, whole.json()["errors"][0]["field"]) == (422, "events.1.end_time")
    assert client.post(E + "/bulk", json={"events": [later, later]}).status_code == 409
    assert client.get(E).json()["total"] == 0
    some = client.post(E + "/bulk", params={"on_error": "skip"}, json=[later, bad, later, EVENT]).json()
    assert (some["created"], some["skipped"]) == (2, 2)
    assert [(one["index"], one["errors"][0]["code"]) for one in some["errors"]] == [
        (1, "event.end_before_start"), (2, "event.overlap"),
    ]  # fmt: skip
    assert client.post(E + "/bulk", json=[]).status_code == 422
    assert client.post(E + "/bulk", json={"events": [{**EVENT, "x": 1}]}).status_code == 422


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=DAILY;COUNT=1000000000", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", "x" * 3_000, "FREQ=DAILY\nFREQ=DAILY",
    ],
)  # fmt: skip
def test_no_rule_holds_the_server_up(inside: Inside, rule: str) -> None:
    """Refused, or expanded within the horizon: a list answers all the same."""
    client = inside.client()
    made = client.post(E + "/recurring", json={**EVENT, "rrule": rule})
    assert made.status_code in (201, 422)
    assert client.get(E).json()["total"] <= 1_000


def test_many_dates_to_leave_out(inside: Inside) -> None:
    client = inside.client()
    many = [f"{year}-01-{day:02}" for year in range(1900, 2200) for day in range(1, 18)]
    body = {**EVENT, "rrule": "FREQ=DAILY"}
    assert client.post(E + "/recurring", json={**body, "exdates": many}).status_code == 422
    assert client.post(E + "/recurring", json={**body, "exdates": many[:5_000]}).status_code == 201
    assert client.post(E + "/recurring", json={**body, "exdates": ["2026-02-30"]}).status_code == 422
