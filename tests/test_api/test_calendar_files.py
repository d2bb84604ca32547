"""Calendars over HTTP: files in and out, and the secret feed, which answers to its address alone."""

from __future__ import annotations

from collections.abc import Iterator

import icalendar
import pytest

from tests.conftest import Agency
from tests.test_api.inside import Inside
from tests.test_events.test_ics_files import calendar

C = "/api/v1/calendar"
DATA = calendar(
    "UID:w\nDTSTART;TZID=Europe/Moscow:20260302T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:Планёрка",
    "UID:s\nDTSTART:20260311T070000Z\nDTEND:20260311T080000Z\nSUMMARY:Показ Иванову\nDESCRIPTION:код 1234",
    "UID:b\nSUMMARY:no start",
)


@pytest.fixture
def inside(sqlite_agency: Agency) -> Iterator[Inside]:
    made = Inside(sqlite_agency)
    yield made
    made.end()


def test_a_calendar_goes_in_and_out(inside: Inside) -> None:
    client = inside.client()
    tried = client.post(C + "/import", files={"file": ("a.ics", DATA)}, data={"dry_run": "true"})
    assert (tried.status_code, tried.json()["created"], tried.json()["import_id"]) == (200, 2, None)
    answer = client.post(C + "/import", files={"file": ("a.ics", DATA)})
    body = answer.json()
    assert (body["created"], body["rejected"], body["rows"][0]["errors"][0]["code"]) == (2, 1, "ics.no_start")
    assert client.post(C + "/import", files={"file": ("a.ics", DATA)}).json()["unchanged"] == 2
    whole = client.post(C + "/import", files={"file": ("a.ics", DATA)}, data={"atomic": "true"})
    assert whole.status_code == 422
    for path in ("/export", "/calendar/export"):
        sent = client.get(C + path, params={"format": "ics"})
        assert sent.status_code == 200
        assert sent.headers["content-type"] == "text/calendar; charset=utf-8"
        assert sent.content.startswith(b"BEGIN:VCALENDAR")
        assert len(icalendar.Calendar.from_ical(sent.content).events) == 2
    assert {one["uid"] for one in client.get(C + "/export", params={"format": "json"}).json()} == {"w", "s"}
    assert client.get(C + "/export", params={"format": "csv", "fields": "uid,title"}).text.startswith("uid,title\n")
    assert (
        client.get(C + "/export", params={"start_from": "2026-03-11", "event_type": "showing"}).text.count("UID") == 0
    )
    assert client.get(C + "/export", params={"fields": "x", "format": "csv"}).status_code == 422
    assert inside.client("boris").get(C + "/export").text.count("BEGIN:VEVENT") == 0
    undone = client.post(f"{C}/import/{body['import_id']}/undo")
    assert (undone.status_code, undone.json()["removed"]) == (200, 2)


def test_what_is_no_calendar_is_refused_by_its_line(inside: Inside) -> None:
    client = inside.client()
    for data in (b"", b"hello", calendar("UID:1\nDTSTART:20260101T100000Z\nSUMMARY:" + "x" * (2 << 20))):
        answer = client.post(C + "/import", files={"file": ("a.ics", data)})
        assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "ics.line_too_long"
    assert "7" in answer.json()["errors"][0]["message"]


def test_a_feed_answers_to_its_address_alone(inside: Inside) -> None:
    client, nobody = inside.client(), inside.client(None)
    client.post(C + "/import", files={"file": ("a.ics", DATA)})
    made = client.post(C + "/feeds", json={"name": "Телефон"})
    assert made.status_code == 201
    path, token = made.json()["path"], made.json()["token"]
    assert len(token) >= 22
    assert token not in client.get(C + "/feeds").text
    seen = nobody.get(path)
    assert seen.status_code == 200
    assert seen.headers["content-type"] == "text/calendar; charset=utf-8"
    assert seen.headers["cache-control"] == "private, max-age=300"
    assert seen.headers["content-disposition"] == "inline; filename=realty.ics"
    assert "last-modified" in seen.headers
    read = icalendar.Calendar.from_ical(seen.content)
    assert len(read.events) == 2
    assert [zone.tz_name for zone in read.timezones] == ["Europe/Moscow"]
    assert "X-PUBLISHED-TTL:PT1H" in seen.text
    again = nobody.get(path, headers={"If-None-Match": seen.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = nobody.head(path)
    assert (head.status_code, head.headers["etag"], head.content) == (200, seen.headers["etag"], b"")
    quiet = nobody.get(path, params={"detail": "busy"})
    assert "Занято" in quiet.text
    assert "Иванову" not in quiet.text
    assert quiet.headers["etag"] != seen.headers["etag"]
    assert client.get(C + "/feeds").json()["items"][0]["last_read_at"] is not None
    # The token opens nothing else, and another account knows nothing of the feed.
    assert nobody.get(C + "/export", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    number = made.json()["id"]
    assert inside.client("boris").delete(f"{C}/feeds/{number}").status_code == 404
    renewed = client.post(f"{C}/feeds/{number}/rotate").json()
    assert nobody.get(path).status_code == 404
    assert nobody.get(renewed["path"]).status_code == 200
    assert client.delete(f"{C}/feeds/{number}").status_code == 204
    assert nobody.get(renewed["path"]).status_code == 404
    assert nobody.get(C + "/feed/x.ics").status_code == 404


def test_no_log_has_the_address_of_a_feed(inside: Inside) -> None:
    made = inside.client().post(C + "/feeds", json={"name": "x"}).json()
    nobody = inside.client(None)
    assert nobody.get(made["path"]).status_code == 200
    assert nobody.get(made["path"] + "x").status_code == 404
    inside.guard._log.flush()
    logged = inside.agency.realty.settings.log_path.read_text()
    assert "/api/v1/calendar/feed/..." in logged
    assert made["token"] not in logged
