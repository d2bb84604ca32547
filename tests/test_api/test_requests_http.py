"""Requests, matches and marks over HTTP: versions, repeated requests, what hostile bodies and queries do."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside, codes, created, problem

R, M = V1 + "/requests", V1 + "/matches/marks"
WISH: dict[str, Any] = {"deal_type": "sale", "price_max": 5_000_000}


def client_of(client: httpx.Client) -> int:
    return int(client.post(V1 + "/clients", json={"name": "Иванов Пётр"}).json()["id"])


def wish(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(R, json={**WISH, "client_id": client_of(client), **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_request_from_its_entry_to_a_mark(inside: Inside) -> None:
    anna = inside.client()
    flat = created(anna, price=4_800_000.5)["id"]
    answer = anna.post(R, json={**WISH, "client_id": client_of(anna)})
    assert (answer.status_code, answer.headers["location"]) == (201, f"{R}/{answer.json()['id']}")
    place = answer.headers["location"]
    assert anna.get(place).json() == answer.json()
    forward = anna.get(place + "/matches").json()
    back = anna.get(f"{V1}/properties/{flat}/matches").json()
    assert [one["property"]["price"] for one in forward["items"]] == [4_800_000.5]
    assert forward["items"][0]["parts"] == back["items"][0]["parts"]
    marked = anna.post(M, json={"request_id": answer.json()["id"], "property_id": flat, "mark": "refused"})
    assert marked.status_code == 201
    assert anna.get(marked.headers["location"]).json() == marked.json()
    assert anna.get(place + "/matches").json()["hidden"] == 1
    assert anna.get(place + "/matches", params={"marked": True}).json()["total"] == 1
    assert anna.delete(marked.headers["location"]).status_code == 204
    problem(anna.get(marked.headers["location"]), 404, "mark.not_found")
    assert anna.get(place + "/matches").json()["total"] == 1


def test_versions_guard_every_change(inside: Inside) -> None:
    anna = inside.client()
    place = f"{R}/{wish(anna)['id']}"
    tag = anna.get(place).headers["etag"]
    assert anna.get(place, headers={"If-None-Match": tag}).status_code == 304
    assert anna.put(place, json={"price_max": 6}, headers={"If-Match": tag}).status_code == 200
    for method, body in (("PUT", {"price_max": 7}), ("DELETE", None)):
        problem(anna.request(method, place, json=body, headers={"If-Match": tag}), 412, "stale")
    assert anna.get(place).json()["version"] == 2


def test_a_repeated_entry_is_one(inside: Inside) -> None:
    anna = inside.client()
    body = {**WISH, "client_id": client_of(anna)}
    first, second = (anna.post(R, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json() == second.json()
    assert anna.get(R).json()["total"] == 1
    problem(anna.post(R, json={**body, "price_max": 6}, headers={"Idempotency-Key": "one"}), 409)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "x" * 501, "field.string_too_long"), ("title", "a\u0000b", "field.text_control"),
        ("title", 5, "field.string_type"), ("deal_type", "x", "field.enum"), ("status", "x", "field.enum"),
        ("price_max", -1, "money.negative"), ("price_max", 1.001, "money.too_precise"),
        ("price_min", 1e16, "money.too_large"), ("price_max", "NaN", "money.not_a_number"),
        ("price_max", True, "money.not_a_number"), ("currency", "рубль", "field.currency"),
        ("rooms", [-1], "field.greater_than_equal"), ("rooms", [1.5], "field.int_type"),
        ("rooms", 2, "field.list_type"),
        ("area_min", 0, "field.greater_than_equal"), ("area_max", 1e300, "field.less_than_equal"),
        ("floor_min", 2**63, "field.less_than_equal"), ("year_max", "2010", "field.int_type"),
        ("cities", [""], "field.text_blank"), ("districts", ["x" * 301], "field.string_too_long"),
        ("metros", ["a\u001bb"], "field.text_control"), ("must", ["x"] * 101, "field.too_long"),
        ("nice", ["x" * 101], "field.string_too_long"), ("property_types", ["castle"], "field.enum"),
        ("places", [{"latitude": 91, "longitude": 0, "radius_km": 1}], "field.less_than_equal"),
        ("places", [{"latitude": 1, "longitude": 0, "radius_km": 0}], "field.greater_than"),
        ("places", [{"latitude": 1, "longitude": 0, "radius_km": 1, "x": 1}], "field.extra_forbidden"),
        ("lead_id", 0, "field.greater_than_equal"), ("lead_id", 2**63, "field.less_than_equal"),
        ("note", "x" * 20_001, "field.string_too_long"), ("version", 9, "field.extra_forbidden"),
        ("id", 1, "field.extra_forbidden"), ("type_bits", 1, "field.extra_forbidden"),
        ("place_keys", "|*|", "field.extra_forbidden"), ("deleted_at", None, "field.extra_forbidden"),
    ],
    ids=lambda one: str(one)[:40],
)  # fmt: skip
def test_bodies_are_checked_field_by_field(inside_sqlite: Inside, field: str, value: Any, code: str) -> None:
    anna = inside_sqlite.client()
    known = wish(anna)
    body = {**WISH, "client_id": known["client_id"], field: value}
    for answer in (anna.post(R, json=body), anna.put(f"{R}/{known['id']}", json={field: value})):
        found = codes(problem(answer, 422))
        assert code in found.values(), (found, answer.text)
        assert all(name.startswith(field) for name in found)
    assert anna.get(R).json()["total"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "' OR '1'='1",
        "'; DROP TABLE requests; --",
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A1",
        "a|b",
        "%_\\",
        "{0}",
    ],
)
def test_texts_come_back_as_they_were_sent_and_match_to_the_letter(inside: Inside, text: str) -> None:
    anna = inside.client()
    flat = created(anna, price=1, city=text, district=text, metro=text, tags=[text])["id"]
    made = wish(anna, title=text, note=text, external_id=text, cities=[text], districts=[text], metros=[text],
                must=[text], nice=[text])  # fmt: skip
    assert {made[name] for name in ("title", "note", "external_id")} == {text}
    assert {tuple(made[name]) for name in ("cities", "districts", "metros", "must", "nice")} == {(text,)}
    wish(anna, cities=[text + "x"])
    assert anna.get(R, params={"external_id": text}).json()["total"] == 1
    assert anna.get(f"{R}/{made['id']}/matches").json()["total"] == 1
    (one,) = anna.get(f"{V1}/properties/{flat}/matches").json()["items"]
    assert one["request_id"] == made["id"]
    marked = anna.post(M, json={"request_id": made["id"], "property_id": flat, "mark": "liked", "note": text})
    assert marked.json()["note"] == text


@pytest.mark.parametrize(
    "query",
    ["status=x", "no_such=1", "limit=0", "limit=101", "offset=-1", "sort=price", "cursor=x", "cursor=%00",
     "budget_from=x", "ids=0", "deal_type=x", "limit=1&limit=2"],
)  # fmt: skip
def test_queries_are_checked(inside_sqlite: Inside, query: str) -> None:
    problem(inside_sqlite.client().get(f"{R}?{query}"), 422)


@pytest.mark.parametrize("query", ["score_min=101", "score_min=-1", "limit=0", "limit=101", "offset=x", "sort=id"])
def test_queries_of_matches_are_checked(inside_sqlite: Inside, query: str) -> None:
    anna = inside_sqlite.client()
    problem(anna.get(f"{R}/{wish(anna)['id']}/matches?{query}"), 422)
    problem(anna.get(f"{V1}/properties/{created(anna)['id']}/matches?{query}"), 422)


def test_requests_and_marks_in_the_log(inside: Inside) -> None:
    anna = inside.client()
    made = wish(anna, rooms=[2], price_max=5.5)
    anna.put(f"{R}/{made['id']}", json={"rooms": [], "price_max": 6})
    anna.post(M, json={"request_id": made["id"], "property_id": created(anna)["id"], "mark": "shown"})
    changes = [one for one in anna.get(V1 + "/changes").json()["items"] if one["kind"] in ("request", "mark")]
    assert [(one["kind"], one["action"]) for one in changes] == [
        ("request", "create"), ("request", "update"), ("mark", "create"),
    ]  # fmt: skip
    assert changes[0]["new"]["price_max"] == 5.5
    assert (changes[1]["diff"]["price_max"], changes[1]["diff"]["rooms"]) == (6, [])
    assert not {"type_bits", "room_bits", "city_keys", "place_keys"} & changes[0]["new"].keys()
