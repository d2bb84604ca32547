"""Deals and offers over HTTP: versions, repeated requests, conflicts, what moves say, and what hostile bodies do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside, codes, created, problem

D, OFFERS = V1 + "/deals", V1 + "/offers"
DEAL: dict[str, Any] = {"title": "Сделка", "kind": "sale", "side": "buyer", "amount": 5_000_000}


def deal(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(D, json={**DEAL, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_deal_from_its_entry_to_its_end(inside: Inside) -> None:
    anna = inside.client()
    flat = created(anna, price=6_000_000)["id"]
    answer = anna.post(D, json={"property_id": flat, "side": "buyer", "amount": 5_500_000.5})
    assert (answer.status_code, answer.headers["location"]) == (201, f"{D}/{answer.json()['id']}")
    place = answer.headers["location"]
    assert anna.get(place).json() == answer.json()
    offered = anna.post(OFFERS, json={"deal_id": answer.json()["id"], "amount": 5_400_000}).json()
    accepted = anna.post(f"{OFFERS}/{offered['id']}/status", json={"status": "accepted"}).json()
    assert [(one["kind"], one["old"], one["new"]) for one in accepted["changed"]] == [
        ("deal", 5_500_000.5, 5_400_000)
    ]  # fmt: skip
    reserved = anna.post(place + "/reserve", json={"until": "2026-04-01"}).json()
    assert (reserved["stage"], reserved["reserved_until"]) == ("reserved", "2026-04-01")
    assert [one["new"] for one in reserved["changed"]] == ["reserved"]
    assert anna.post(place + "/release", json={"reason": "бронь истекла"}).json()["stage"] == "offer"
    assert problem(anna.post(place + "/release", json={}), 409, "deal.not_held")
    assert anna.post(place + "/stage", json={"stage": "contract"}).json()["stage"] == "contract"
    assert anna.post(place + "/reserve", json={"until": "2026-05-01"}).json()["stage"] == "contract"
    closed = anna.post(place + "/close", json={}).json()
    assert {(one["field"], one["new"]) for one in closed["changed"]} == {("status", "sold"), ("final_price", 5_400_000)}
    assert anna.get(f"{V1}/properties/{flat}").json()["status"] == "sold"
    steps = anna.get(place + "/history").json()["entries"]
    assert [one["new"] for one in steps] == ["lead", "reserved", "offer", "contract", "closed"]
    problem(anna.post(place + "/stage", json={"stage": "offer"}), 409, "deal.move_not_allowed")
    assert anna.get(place + "/chain").json()["links"][0]["late"] is False


def test_versions_guard_every_change(inside: Inside) -> None:
    anna = inside.client()
    place = f"{D}/{deal(anna)['id']}"
    tag = anna.get(place).headers["etag"]
    assert anna.get(place, headers={"If-None-Match": tag}).status_code == 304
    assert anna.put(place, json={"amount": 6}, headers={"If-Match": tag}).status_code == 200
    for method, path, body in (
        ("PUT", place, {"amount": 7}), ("DELETE", place, None), ("POST", place + "/stage", {"stage": "showing"}),
        ("POST", place + "/reserve", {}), ("POST", place + "/close", {}), ("POST", place + "/lose", {"reason": "x"}),
    ):  # fmt: skip
        problem(anna.request(method, path, json=body, headers={"If-Match": tag}), 412, "stale")
    assert anna.get(place).json()["version"] == 2


def test_a_repeated_entry_is_one(inside: Inside) -> None:
    anna = inside.client()
    key = {"Idempotency-Key": "one"}
    first, second = (anna.post(D, json=DEAL, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert anna.get(D).json()["total"] == 1
    problem(anna.post(D, json={**DEAL, "amount": 6}, headers=key), 409)


def test_who_comes_second_is_told(inside: Inside) -> None:
    anna, boris, clara = (inside.client(name) for name in ("anna", "boris", "clara"))
    flat = created(boris)["id"]
    own = {who: client.get(V1 + "/auth/me").json()["id"] for who, client in (("boris", boris), ("clara", clara))}
    first = deal(anna, property_id=flat, owner_id=own["boris"])["id"]
    second = deal(anna, property_id=flat, owner_id=own["clara"])["id"]
    assert boris.post(f"{D}/{first}/reserve", json={}).status_code == 200
    told = problem(clara.post(f"{D}/{second}/reserve", json={}), 409, "deal.held_by_other")
    assert "boris" not in json.dumps(told)
    assert "boris" in problem(anna.post(f"{D}/{second}/reserve", json={}), 409, "deal.held")["detail"]
    russian = clara.post(f"{D}/{second}/reserve", json={}, headers={"Accept-Language": "ru"}).json()
    assert russian["detail"] == f"Объект {flat} уже забронирован в чужой сделке."


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "field.text_blank"), ("title", "x" * 301, "field.string_too_long"),
        ("title", "a\u0000b", "field.text_control"), ("title", 5, "field.string_type"), ("side", "x", "field.enum"),
        ("amount", -1, "money.negative"), ("amount", 1.001, "money.too_precise"), ("amount", 1e16, "money.too_large"),
        ("amount", "NaN", "money.not_a_number"), ("amount", True, "money.not_a_number"),
        ("currency", "рубль", "field.currency"), ("deposit_due", "31.02.2026", "field.day"),
        ("deposit_paid_at", "yesterday", "field.moment"), ("expected_close", "3000-01-01", "field.moment_range"),
        ("property_id", 0, "field.greater_than_equal"), ("property_id", 2**63, "field.less_than_equal"),
        ("property_id", "1", "field.int_type"), ("parties", "x", "field.list_type"),
        ("after", list(range(1, 60)), "field.too_long"), ("notes", "x" * 20_001, "field.string_too_long"),
        ("attributes", {"": "x"}, "field.text_blank"), ("tags", ["x" * 101], "field.string_too_long"),
        ("version", 9, "field.extra_forbidden"), ("id", 1, "field.extra_forbidden"),
        ("closed_at", "2026-01-01T00:00:00Z", "field.extra_forbidden"), ("final_price", 1, "field.extra_forbidden"),
        ("reserved_at", "2026-01-01T00:00:00Z", "field.extra_forbidden"), ("deleted_at", None, "field.extra_forbidden"),
    ],
    ids=str,
)  # fmt: skip
def test_bodies_are_checked_field_by_field(inside_sqlite: Inside, field: str, value: Any, code: str) -> None:
    anna = inside_sqlite.client()
    known = deal(anna)["id"]
    for answer in (anna.post(D, json={**DEAL, field: value}), anna.put(f"{D}/{known}", json={field: value})):
        found = codes(problem(answer, 422))
        assert code in found.values(), (found, answer.text)
        assert all(name.startswith(field) for name in found)
    assert anna.get(D).json()["total"] == 1


@pytest.mark.parametrize(
    "text",
    ["' OR '1'='1", "'; DROP TABLE deals; --", "<script>alert(1)</script>", "=cmd|'/c calc'!A1", "\u202eабв", "%s{0}"],
)
def test_texts_come_back_as_they_were_sent(inside: Inside, text: str) -> None:
    anna = inside.client()
    made = deal(anna, title=text, notes=text, tags=[text], attributes={text: text}, external_id=text,
                contract_number=text, mortgage_bank=text)  # fmt: skip
    assert {made[name] for name in ("title", "notes", "external_id", "contract_number", "mortgage_bank")} == {text}
    assert (made["tags"], made["attributes"]) == ([text], {text: text})
    for query in ({"tags": text}, {"external_id": text}):
        assert anna.get(D, params=query).json()["total"] == 1
    for name in ("q", "sort", "cursor"):
        assert anna.get(D, params={name: text}).status_code in (200, 422)
    assert anna.get(D).json()["total"] == 1
    lost = anna.post(f"{D}/{made['id']}/lose", json={"reason": text}).json()
    assert lost["lost_reason"] == text


@pytest.mark.parametrize(
    "query",
    ["stage=x", "stage=lead&no_such=1", "limit=0", "limit=101", "offset=-1", "sort=price", "cursor=x", "cursor=%00",
     "amount_min=x", "ids=0", "open=maybe", "deposit_due_from=x", "limit=1&limit=2"],
)  # fmt: skip
def test_queries_are_checked(inside_sqlite: Inside, query: str) -> None:
    problem(inside_sqlite.client().get(f"{D}?{query}"), 422)


def test_a_deal_in_the_log(inside: Inside) -> None:
    anna = inside.client()
    made = deal(anna, amount=5.5, tags=["a"])
    anna.put(f"{D}/{made['id']}", json={"amount": 6, "tags": []})
    changes = [one for one in anna.get(V1 + "/changes").json()["items"] if one["kind"] == "deal"]
    assert [one["action"] for one in changes] == ["create", "update"]
    assert changes[0]["new"]["amount"] == 5.5
    assert (changes[1]["diff"]["amount"], changes[1]["diff"]["tags"]) == (6, [])
    assert changes[1]["old"]["tags"] == ["a"]
    assert inside.client("boris").get(V1 + "/changes").json()["items"] == []


def test_deals_as_a_file(inside: Inside) -> None:
    anna = inside.client()
    made = deal(anna, amount=5.5, notes="Секрет")
    deal(anna, kind="rent", side="tenant")
    answer = anna.get(D + "/export", params={"format": "json", "kind": "sale"})
    assert answer.json() == [made]
    assert answer.headers["content-disposition"] == 'attachment; filename="deals-2026-03-10.json"'
    text = anna.get(D + "/export", params={"fields": "id,amount", "sort": "-amount"}).text
    assert text.split() == ["id,amount", f"{made['id'] + 1},5000000", f"{made['id']},5.5"]
    assert "Секрет" not in anna.get(D + "/export", params={"anonymise": True}).text
    assert inside.client("boris").get(D + "/export", params={"format": "json"}).json() == []
    for wrong in ("format=doc", "fields=price", "sort=price", "no_such=1"):
        problem(anna.get(f"{D}/export?{wrong}"), 422)
