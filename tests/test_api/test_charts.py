"""Charts over HTTP: pictures, what they draw, and names that are none."""

from __future__ import annotations

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside

CHARTS = V1 + "/analytics/charts/"


def test_a_chart_as_a_picture_and_as_data(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    title = "<script>alert(1)</script> & Ленина"
    made = client.post(V1 + "/properties", json={
        "title": title, "property_type": "apartment", "deal_type": "sale", "price": 9_500_000
    })  # fmt: skip
    assert made.status_code == 201, made.text
    drawn = client.get(CHARTS + "statuses.svg")
    assert (drawn.status_code, drawn.headers["content-type"].partition(";")[0]) == (200, "image/svg+xml"), drawn.text
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'")
    assert b"<script" not in drawn.content
    picture = client.get(CHARTS + "properties.new.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    said = client.get(CHARTS + "заявки.svg")
    assert said.status_code == 200, said.text
    assert said.headers["content-disposition"] == 'inline; filename="clients_new_leads.svg"'
    body = client.get(CHARTS + "statuses.json", headers={"Accept-Language": "ru"}).json()
    assert (body["id"], body["type"], body["series"][0]["values"]) == ("statuses", "hbar", [1])


def test_what_is_no_chart(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    for path in ("cats.svg", "..%2f..%2fetc%2fpasswd.svg", "funnel.pdf", "funnel.svg%3bhtml", "sold.svg?period=never"):
        answer = client.get(CHARTS + path)
        assert answer.status_code in (404, 422), (path, answer.text)
    assert client.get(CHARTS + "forecast.json", params={"metric": "cats"}).status_code == 422
    assert inside_sqlite.client(None).get(CHARTS + "funnel.svg").status_code == 401
