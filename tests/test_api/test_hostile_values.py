"""Every field of every body of objects, as the OpenAPI document has them, refuses what no field may hold, by its name.

No table to keep: an operation that is added is tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.test_api.inside import Inside

_TAGS = {"properties", "clients", "deals", "desk"}
#: JSON as it is sent: zero bytes, half a character, what steers a terminal; what is no number, no text, too much.
_TEXTS = (r'"a\u0000b"', r'"a\ud800b"', r'"\u001b[31mx"', "5", "true", "{}")
_NUMBERS = ('"abc"', "true", "[]", "NaN", "1e400", "-1e400")
_FLAGS = ('"perhaps"', "2", "[]")


class Body:
    """The JSON body of one operation."""

    def __init__(self, document: dict[str, Any], method: str, path: str, schema: dict[str, Any]) -> None:
        self.document, self.method = document, method
        self.path = re.sub(r"\{\w+\}", "987654321", path)
        self.fields = self.resolve(schema).get("properties", {})

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        if reference := schema.get("$ref"):
            found: dict[str, Any] = self.document["components"]["schemas"][reference.rpartition("/")[2]]
            return found
        return schema

    def kinds(self, field: dict[str, Any]) -> set[str]:
        """What JSON types a field takes; a text of a closed vocabulary is a word."""
        found: set[str] = set()
        for one in field.get("anyOf", [field]):
            shape = self.resolve(one)
            kind = shape.get("type", "any")
            found.add("word" if kind == "string" and "enum" in shape else kind)
        return found - {"null"}

    def wrong(self) -> Iterator[tuple[str, str]]:
        for name, field in self.fields.items():
            kinds = self.kinds(field)
            values: tuple[str, ...] = ()
            if kinds == {"string"}:
                values = _TEXTS
            elif kinds == {"word"}:
                values = ('"no such word"', "5")
            elif kinds and kinds <= {"integer", "number"}:
                values = _NUMBERS
            elif kinds == {"boolean"}:
                values = _FLAGS
            elif kinds == {"array"}:
                values = ('"x"', "{}", '[{"no_such_field": 1}]', "[[]]")
            yield from ((name, value) for value in values)


def bodies(client: httpx.Client) -> dict[str, Body]:
    document = client.get("/openapi.json").json()
    found = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content and _TAGS & set(operation["tags"]):
                found[operation["operationId"]] = Body(document, method, path, content["schema"])
    return found


def ask(client: httpx.Client, body: Body, content: str) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return client.request(body.method, body.path, content=content.encode(), headers=headers)


def test_every_field_refuses_what_it_cannot_hold_and_is_named(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    found = bodies(client)
    assert len(found) > 20
    accepted = []
    for name, body in found.items():
        for field, value in body.wrong():
            answer = ask(client, body, f'{{"{field}": {value}}}')
            named = {one["field"].partition(".")[0] for one in answer.json().get("errors", [])}
            if answer.status_code not in (400, 422) or (answer.status_code == 422 and named and field not in named):
                accepted.append((name, field, value, answer.status_code, sorted(named)))
    assert accepted == []


def test_no_body_takes_a_field_that_it_does_not_know(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    for name, body in bodies(client).items():
        for field in ("no_such_field", "id", "version", "created_at", "deleted_at", "is_admin"):
            if field in body.fields:
                continue
            answer = ask(client, body, json.dumps({field: 1}))
            assert answer.status_code == 422, (name, field)
            assert field in {one["field"] for one in answer.json()["errors"]}, (name, field)


def test_a_body_is_an_object(inside_sqlite: Inside) -> None:
    client = inside_sqlite.client()
    for name, body in bodies(client).items():
        for content in ("[]", "null", "5", '"x"', "{", ""):
            assert ask(client, body, content).status_code in (400, 404, 415, 422), (name, content)


@pytest.mark.parametrize("agency", ["postgresql"], indirect=True)
def test_nothing_reaches_postgresql_that_it_cannot_hold(inside: Inside) -> None:
    """PostgreSQL takes no zero byte, no half of a character and no number past 64 bits, where SQLite would: the worst
    of each, once for every field of every body."""
    client = inside.client()
    worst = {r'"a\u0000b"', r'"a\ud800b"', "1e400"}
    missed = []
    for name, body in bodies(client).items():
        for field, value in body.wrong():
            if value in worst and ask(client, body, f'{{"{field}": {value}}}').status_code not in (400, 422):
                missed.append((name, field, value))
    for number in (2**63, -(2**63) - 1, 10**400):
        for path in ("clients", "deals", "requests", "properties"):
            missed += [(path, number)] if client.get(f"/api/v1/{path}/{number}").status_code not in (404, 422) else []
    assert missed == []
