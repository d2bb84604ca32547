"""The front answers as FastAPI would: the same requests to both, and a plan for what must be fast."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from realty_cli.api.app import inner_app
from realty_cli.api.doors import CheckedRoute
from realty_cli.api.front import Front
from realty_cli.kit.actor import Where
from tests.conftest import Agency
from tests.test_api.inside import FLAT, P

_JSON = {"content-type": "application/json"}
#: Method, path, body, headers.
REQUESTS: list[tuple[str, str, bytes | None, dict[str, str]]] = [
    ("GET", f"{P}/1", None, {}),
    ("GET", f"{P}/1", None, {"if-none-match": "*"}),
    ("GET", f"{P}/1", None, {"authorization": "Bearer no"}),
    ("GET", f"{P}/1?colour=red", None, {}),
    ("GET", f"{P}/0", None, {}),
    ("GET", f"{P}/٣", None, {}),
    ("GET", f"{P}/-1", None, {}),
    ("GET", f"{P}/%23", None, {}),
    ("GET", f"{P}/%23/history", None, {}),
    ("GET", f"{P}/1.0", None, {}),
    ("GET", f"{P}/9223372036854775807", None, {}),
    ("GET", f"{P}/9223372036854775808", None, {}),
    ("GET", f"{P}/" + "9" * 40, None, {}),
    ("GET", f"{P}/777", None, {}),
    ("GET", f"{P}/1/nothing", None, {}),
    ("GET", f"{P}//1", None, {}),
    ("HEAD", f"{P}/1", None, {}),
    ("OPTIONS", f"{P}/1", None, {}),
    ("PATCH", f"{P}/1", b"{}", _JSON),
    ("GET", P, None, {}),
    ("GET", f"{P}?deal_type=sale&deal_type=rent&price_max=5000000&limit=1&sort=-created_at&total=false", None, {}),
    ("GET", f"{P}?limit=0&offset=-1&rooms=many&rooms=2&bbox=1&created_from=yesterday&has_photos=perhaps", None, {}),
    ("GET", f"{P}?limit=1&limit=2", None, {}),
    ("GET", f"{P}?limit=&q=&city=", None, {}),
    ("GET", f"{P}?price_max=1e400&area_min=NaN&colour=red", None, {}),
    ("GET", f"{P}?q=%FF%00&city=%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0", None, {}),
    ("GET", f"{P}?cursor=abc", None, {}),
    ("GET", f"{P}/statistics/summary", None, {}),
    ("POST", P, b"", _JSON),
    ("POST", P, b"", {}),
    ("POST", P, b"{", _JSON),
    ("POST", P, b"\xff", _JSON),
    ("POST", P, b"null", _JSON),
    ("POST", P, b"[]", _JSON),
    ("POST", P, b'{"title": "x", "price": "5", "colour": 1, "rooms": -1}', _JSON),
    ("POST", P, b'{"title": "x", "price": NaN, "property_type": "castle", "deal_type": null}', _JSON),
    ("POST", P, b'{"title": "x", "price": 100000000000000000000000001, "floor": 18446744073709551616}', _JSON),
    ("POST", P, b'{"title": "x", "attributes": {"a": [1e400, 123456789012345678901234567890]}}', _JSON),
    ("POST", P, b'{"title": "\\ud800", "description": "a\\u0000b", "price": Infinity}', _JSON),
    ("POST", P, '{"title": "x"}'.encode("utf-16"), _JSON),
    ("POST", P, b"title=x", {"content-type": "application/x-www-form-urlencoded"}),
    ("POST", P, b"{}", {"content-type": "text/plain"}),
    ("POST", P, b"{}", {"content-type": "application/vnd.realty+json; charset=utf-8"}),
    ("PUT", f"{P}/1?effective_at=never", b'{"price": -1}', _JSON),
    ("PUT", f"{P}/1?effective_at=2020-01-01T10:00:00&effective_at=2020-01-02T10:00:00", b"{}", _JSON),
    ("PUT", f"{P}/1", b'{"price": 1}', {**_JSON, "if-match": '"99"'}),
    ("POST", f"{P}/1/status", b'{"status": "sold", "final_price": "x"}', _JSON),
    ("POST", "/api/v1/auth/register", b'{"username": "x"}', _JSON),
    ("GET", "/api/v1/auth/me", None, {}),
    ("GET", "/api/v1/auth/sessions?limit=1000", None, {}),
]


@pytest.fixture
def answers(agency: Agency) -> list[tuple[httpx.Response, httpx.Response]]:
    """What FastAPI says to each request, and what the front says."""
    token = agency.realty.gate.open_local("anna", Where())["access_token"]
    return asyncio.run(_both(agency, token))


async def _both(agency: Agency, token: str) -> list[tuple[httpx.Response, httpx.Response]]:
    app = inner_app(agency.realty)
    found = []
    async with app.router.lifespan_context(app):
        plain, fast = (
            httpx.AsyncClient(
                transport=httpx.ASGITransport(one), base_url="http://localhost",
                headers={"authorization": f"Bearer {token}"},
            )
            for one in (app, Front(app))
        )  # fmt: skip
        async with plain, fast:
            await plain.post(P, json=FLAT)
            for method, path, body, headers in REQUESTS:
                first, second = [
                    await one.request(method, path, content=body, headers=headers) for one in (plain, fast)
                ]
                found.append((first, second))
    return found


def test_both_answer_alike(answers: list[tuple[httpx.Response, httpx.Response]]) -> None:
    def told(answer: httpx.Response) -> dict[str, Any]:
        return {"status": answer.status_code, "headers": dict(answer.headers), "body": answer.text}

    for (method, path, body, _), (first, second) in zip(REQUESTS, answers, strict=True):
        assert told(first) == told(second), (method, path, body)
    assert {first.status_code for first, _ in answers} >= {200, 304, 401, 404, 405, 412, 415, 422}


def test_what_a_phone_asks_all_day_has_a_plan(agency: Agency) -> None:
    app = inner_app(agency.realty)
    planned = {plan.route.operation_id for plan in Front(app)._plans.values()}
    assert planned >= {
        "get_property", "list_properties", "create_property", "update_property", "search_properties", "get_me",
    }  # fmt: skip
    every = [route for route in app.routes if isinstance(route, CheckedRoute)]
    assert len(planned) > len(every) / 2


def test_a_mistake_of_ours_is_an_answer(agency: Agency) -> None:
    token = agency.realty.gate.open_local("anna", Where())["access_token"]

    async def ask() -> httpx.Response:
        app = inner_app(agency.realty)
        front = Front(app)
        async with app.router.lifespan_context(app):
            app.state.stores.realty = None  # nothing can work
            client = httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://localhost")
            async with client:
                return await client.get(f"{P}/1", headers={"authorization": f"Bearer {token}"})

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "NoneType" not in answer.text
