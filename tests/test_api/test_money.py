"""Commission, payments, expenses and targets over HTTP: the same table of attacks and promises for each kind."""

from __future__ import annotations

from typing import Any, NamedTuple

import httpx
import pytest

from tests.test_api.conftest import V1
from tests.test_api.inside import Inside, codes, problem
from tests.test_api.test_deals import deal


class Kind(NamedTuple):
    body: dict[str, Any]
    """Its least body, without the deal."""
    in_deal: bool
    change: dict[str, Any]
    sums: str


KINDS = {
    "commissions": Kind({"payer": "buyer", "amount": 5}, True, {"amount": 6}, "amount"),
    "payments": Kind({"amount": 5}, True, {"amount": 6}, "amount"),
    "expenses": Kind({"category": "photos", "amount": 5}, False, {"amount": 6}, "amount"),
    "targets": Kind({"metric": "gci", "period": "2026-03", "value": 5}, False, {"value": 6}, "value"),
}
EVERY = pytest.mark.parametrize("name", KINDS)


def body_of(client: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    kind = KINDS[name]
    return {**kind.body, **({"deal_id": deal(client)["id"]} if kind.in_deal else {}), **fields}


def made(client: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    answer = client.post(f"{V1}/{name}", json=body_of(client, name, **fields))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{V1}/{name}/{body['id']}"
    return body


@EVERY
def test_versions_repeats_and_the_bin(inside: Inside, name: str) -> None:
    anna = inside.client()
    body = body_of(anna, name)
    first, second = (anna.post(f"{V1}/{name}", json=body, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json() == second.json()
    place, change = f"{V1}/{name}/{first.json()['id']}", KINDS[name].change
    tag = anna.get(place).headers["etag"]
    assert anna.get(place, headers={"If-None-Match": tag}).status_code == 304
    changed = anna.put(place, json=change, headers={"If-Match": tag})
    assert changed.json()["version"] == 2
    problem(anna.put(place, json=change, headers={"If-Match": tag}), 412, "stale")
    problem(anna.delete(place, headers={"If-Match": tag}), 412, "stale")
    assert anna.delete(place, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    problem(anna.get(place), 404)
    problem(anna.put(place, json=change), 404)
    assert anna.get(f"{V1}/{name}").json()["total"] == 0
    assert anna.get(f"{V1}/{name}", params={"deleted": True}).json()["total"] == 1
    assert anna.post(place + "/restore").status_code == 200
    problem(anna.post(place + "/restore"), 409)


@EVERY
def test_31_what_it_names_is_ones_own(inside: Inside, name: str) -> None:
    anna, boris = inside.client(), inside.client("boris")
    foreign = made(anna, name)
    mine = body_of(boris, name)
    number = deal(anna)["id"]
    for field in ("deal_id", "property_id", "client_id", "commission_id"):
        for value in (number, 987_654_321):
            answer = boris.post(f"{V1}/{name}", json={**mine, field: value})
            assert problem(answer, 422)["code"] == "invalid", answer.text
    problem(boris.post(f"{V1}/{name}", json={**mine, "owner_id": 1}), 422)
    assert boris.get(f"{V1}/{name}").json()["items"] == []
    for query in ({"ids": foreign["id"]}, {"owner_id": 1}, {"deleted": True}):
        assert boris.get(f"{V1}/{name}", params=query).json()["total"] == 0


@EVERY
@pytest.mark.parametrize(
    "field", ["id", "version", "created_at", "updated_at", "deleted_at", "comes_to", "agency", "settled", "nonsense"]
)
def test_37_nothing_is_set_that_is_not_the_callers_to_set(inside_sqlite: Inside, name: str, field: str) -> None:
    anna = inside_sqlite.client()
    known = made(anna, name)
    for answer in (
        anna.post(f"{V1}/{name}", json=body_of(anna, name, **{field: 1})),
        anna.put(f"{V1}/{name}/{known['id']}", json={field: 1}),
    ):
        assert codes(problem(answer, 422)) == {field: "field.extra_forbidden"}
    assert anna.get(f"{V1}/{name}").json()["total"] == 1


@EVERY
@pytest.mark.parametrize(
    ("value", "code"),
    [(-1, "money.negative"), (1.001, "money.too_precise"), (1e16, "money.too_large"), ("NaN", "money.not_a_number"),
     (True, "money.not_a_number"), ([], "money.not_a_number"), ("1,5e3", "money.not_a_number")],
    ids=str,
)  # fmt: skip
def test_amounts_are_amounts(inside_sqlite: Inside, name: str, value: Any, code: str) -> None:
    anna = inside_sqlite.client()
    sums = KINDS[name].sums
    answer = anna.post(f"{V1}/{name}", json=body_of(anna, name, **{sums: value}))
    assert codes(problem(answer, 422))[sums] == code
    known = made(anna, name)
    assert codes(problem(anna.put(f"{V1}/{name}/{known['id']}", json={sums: value}), 422))[sums] == code


@EVERY
@pytest.mark.parametrize("text", ["' OR '1'='1", "'; DROP TABLE deals; --", "<b>x</b>", "=1+1", "\u202eабв", "%s{0}"])
def test_texts_come_back_as_they_were_sent(inside: Inside, name: str, text: str) -> None:
    anna = inside.client()
    assert made(anna, name, note=text)["note"] == text
    problem(anna.post(f"{V1}/{name}", json=body_of(anna, name, note="a\u0000b")), 422)
    problem(anna.post(f"{V1}/{name}", json=body_of(anna, name, note="x" * 2_001)), 422)
    assert anna.get(f"{V1}/{name}").json()["total"] == 1


@EVERY
@pytest.mark.parametrize(
    "query",
    ["no_such=1", "limit=0", "limit=101", "offset=-1", "sort=note", "sort=amount;DROP", "cursor=x", "cursor=%00",
     "ids=0", "ids=x", "deleted=maybe", "limit=1&limit=2", "owner_id=x"],
)  # fmt: skip
def test_queries_are_checked(inside_sqlite: Inside, name: str, query: str) -> None:
    problem(inside_sqlite.client().get(f"{V1}/{name}?{query}"), 422)


@EVERY
def test_pages_by_cursor_are_all_of_it_once(inside: Inside, name: str) -> None:
    anna = inside.client()
    for number in range(5):
        fields = {"period": f"2026-0{number + 1}"} if name == "targets" else {}
        made(anna, name, **fields)
    for sort in ("-created_at", "created_at", "-updated_at"):
        found: list[int] = []
        cursor: str | None = None
        while True:
            query = {"limit": 2, "sort": sort, **({"cursor": cursor} if cursor else {})}
            page = anna.get(f"{V1}/{name}", params=query).json()
            assert page["total"] == 5
            found += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(found) == sorted(set(found))
        assert len(found) == 5


def test_lines_are_checked_whole(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    number = deal(anna, amount=1_000)["id"]

    def refused(**fields: Any) -> dict[str, str]:
        return codes(problem(anna.post(V1 + "/commissions", json={"deal_id": number, "payer": "buyer", **fields}), 422))

    part = {"role": "agent", "rate": 50}
    assert refused() == {"rate": "commission.rate_or_amount"}
    assert refused(rate=1, amount=1) == {"rate": "commission.rate_or_amount"}
    assert refused(rate=0) == {"rate": "field.greater_than"}
    assert refused(rate=1.23456) == {"rate": "field.rate_decimals"}
    assert refused(rate=2, splits=[part] * 3) == {"splits": "commission.above_whole"}
    assert refused(rate=2, splits=[part] * 21) == {"splits": "field.too_long"}
    assert refused(amount=10, splits=[part, {"role": "referral", "amount": 6}]) == {"splits": "commission.above_line"}
    assert refused(rate=2, splits=[{"role": "agent"}]) == {"splits.0": "field.rate_or_amount"}
    assert refused(rate=2, splits=[{**part, "role": "boss"}]) == {"splits.0.role": "field.enum"}
    assert refused(rate=2, splits=[{**part, "client_id": 77}]) == {"splits": "client.unknown"}
    assert refused(rate=2, payer="nobody") == {"payer": "field.enum"}


def test_what_a_deal_brings(inside: Inside) -> None:
    anna = inside.client()
    number = deal(anna, amount=1_000_000)["id"]
    line = made(anna, "commissions", deal_id=number, amount=None, rate=3, splits=[{"role": "agent", "rate": 50}])
    paid = anna.post(V1 + "/payments", json={"commission_id": line["id"], "amount": 30_000}).json()
    assert [(one["kind"], one["field"]) for one in paid["changed"]] == [("commission", "paid_at")]
    body = anna.get(f"{V1}/deals/{number}/money").json()
    assert (body["agreed"], body["came"], body["agency"], body["outstanding"]) == (30_000, 30_000, 15_000, 0)
    assert body["commissions"][0]["settled"] == "whole"
    problem(inside.client("boris").get(f"{V1}/deals/{number}/money"), 404)
