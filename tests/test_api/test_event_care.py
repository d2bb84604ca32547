"""Templates, feedback, figures and reminders of events over HTTP."""

from __future__ import annotations

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside

CAL = V1 + "/calendar"


def test_from_a_template_to_its_figures(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    body = {"name": "Показ", "event_type": "showing", "duration_minutes": 30, "reminders": [{"minutes_before": 30}]}
    template = client.post(CAL + "/templates", json=body)
    assert template.status_code == 201, template.text
    made = client.post(f"{template.headers['Location']}/events", json={"start_time": "2026-03-09T10:00:00"})
    assert made.status_code == 201, made.text
    assert made.json()["reminders"] == [{"minutes_before": 30, "channel": "app"}]
    # Under the rules of every new event: what stands there already is told.
    again = client.post(f"{template.headers['Location']}/events", json={"start_time": "2026-03-09T10:15:00"})
    assert again.status_code == 409
    assert again.json()["conflicts"]
    said = client.post(f"{CAL}/events/{made.json()['id']}/feedback", json={"rating": 5, "interested": True})
    assert said.status_code == 201, said.text
    assert client.get(said.headers["Location"]).json()["rating"] == 5
    assert client.get(CAL + "/feedback", params={"event_id": made.json()["id"]}).json()["total"] == 1
    closed = client.post(f"{CAL}/events/{made.json()['id']}/status", json={"status": "completed"})
    assert closed.status_code == 200, closed.text
    figures = client.get(CAL + "/events/statistics", params={"period": "2026-03"}).json()
    assert (figures["due"], figures["by_status"]["completed"], figures["feedback"]["mean_rating"]) == (1, 1, 5.0)
    assert client.get(CAL + "/events/statistics", params={"period": "когда-нибудь"}).status_code == 422
    assert client.get(CAL + "/reminders").json() == {"items": [], "total": 0}
