"""Clients over HTTP: repeats, versions, and that the command answers alike."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.clients.schemas.filters import ClientFilter, LeadFilter
from realty_cli.kit.schema import validate
from tests.test_api.conftest import V1
from tests.test_api.inside import Inside, problem
from tests.test_clients.test_intake import ENQUIRY

C = V1 + "/clients"


def test_over_http_it_may_be_repeated_under_a_key(inside: Inside) -> None:
    client = inside.client()
    path = "/api/v1/clients/intake"
    first = client.post(path, json=ENQUIRY, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, first.headers["location"]) == (201, "/api/v1/clients/1")
    again = client.post(path, json=ENQUIRY, headers={"Idempotency-Key": "k1"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert client.post(path, json={**ENQUIRY, "text": "x"}, headers={"Idempotency-Key": "k1"}).status_code == 409
    assert client.post(path, json=ENQUIRY).json()["repeated"] is True


def test_the_command_and_the_api_answer_alike(inside: Inside) -> None:
    """`--json` is the body of HTTP."""
    taken = inside.client().post("/api/v1/clients/intake", json=ENQUIRY).json()
    found = inside.agency.ask(lambda work: work.clients.page(validate(ClientFilter, {"q": "916123"})))
    listed = inside.client().get("/api/v1/clients", params={"q": "916123"}).json()
    assert (listed, listed["items"]) == (found, [taken["client"]])
    leads = inside.agency.ask(lambda work: work.clients.leads.page(validate(LeadFilter, {})))
    assert inside.client().get("/api/v1/leads").json() == leads


def test_versions_keep_writers_from_each_other(inside: Inside) -> None:
    client = inside.client()
    made = client.post(C, json={"name": "Иванов Пётр", "phones": ["+79161234567"]})
    assert (made.status_code, made.headers["location"]) == (201, f"{C}/1")
    tag = made.headers["etag"]
    assert client.get(f"{C}/1", headers={"If-None-Match": tag}).status_code == 304
    changed = client.put(f"{C}/1", json={"temperature": "hot"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    problem(client.put(f"{C}/1", json={"temperature": "cold"}, headers={"If-Match": tag}), 412)
    problem(client.delete(f"{C}/1", headers={"If-Match": tag}), 412)
    assert client.delete(f"{C}/1", headers={"If-Match": changed.headers["etag"]}).status_code == 204


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (C, {"limit": 0}), (C, {"limit": 101}), (C, {"offset": -1}), (C, {"limit": "abc"}), (C, {"cursor": "x"}),
        (C, {"sort": "name_key"}), (C, {"sort": "(SELECT 1)"}), (C, {"sort": "-owner_id"}), (C, {"colour": "red"}),
        (C, {"role": "king"}), (C, {"stage": ""}), (C, {"created_from": "30 February"}), (C, {"deleted": "perhaps"}),
        (C, {"ids": 2**63}), (C, {"q": "\x00"}), (C, {"phone": "9" * 65}),
        (V1 + "/leads", {"stage": "sold"}), (V1 + "/leads", {"budget_from": "NaN"}),
        (V1 + "/leads", {"budget_to": "-1"}),
        (V1 + "/leads", {"sort": "price"}), (V1 + "/interactions", {"channel": "smoke"}),
        (V1 + "/interactions", {"at_from": "0000-01-01"}), (V1 + "/interactions", {"sort": "text"}),
    ],
)  # fmt: skip
def test_hostile_queries_are_refused(inside_sqlite: Inside, path: str, asked: dict[str, Any]) -> None:
    problem(inside_sqlite.client().get(path, params=asked), 422)


_INJECTIONS = ("' OR 1=1 --", '" OR ""="', "1; DROP TABLE clients", "%", "_", "NEAR(a b)", "a* AND b", "ё'); --")


@pytest.mark.parametrize("typed", _INJECTIONS)
@pytest.mark.parametrize("name", ["q", "phone", "email", "telegram", "source", "campaign", "tags", "external_id"])
def test_what_is_typed_is_bound(inside: Inside, name: str, typed: str) -> None:
    client = inside.client()
    client.post(C, json={"name": "Иванов Пётр", "phones": ["+79161234567"]})
    answer = client.get(C, params={name: typed})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[]", b"null", b"<client/>", b'{"name": 5}',
     b'{"name": "x", "owner_id": 1}', b'{"name": "x", "version": 7}', b'{"name": "x", "id": 7}',
     b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"phones": {"value": "1"}}', b'{"phones": [null]}'],
)  # fmt: skip
def test_hostile_bodies_are_refused(inside_sqlite: Inside, body: bytes) -> None:
    inside_sqlite.agency.add_account("olga")
    client = inside_sqlite.client("olga")
    answer = client.post(C, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 415, 422), answer.text
    assert client.get(C).json()["total"] == 0
