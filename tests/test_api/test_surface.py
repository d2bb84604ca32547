"""What every answer of the server carries, and what no request may do: acceptance 86-95, 104-110, 115, 116, 124."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.test_api.conftest import V1, Serve, Served
from tests.test_api.inside import NO_TLS

LIVE = "/health/live"


def talk(served: Served, data: bytes, *, patience: float = 20.0, more: Iterator[bytes] | None = None) -> bytes:
    """What the server answers to these bytes until it closes the connection or says nothing for a second."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=patience) as line:
        line.sendall(data)
        try:
            for part in more or ():
                line.sendall(part)
        except OSError:
            pass
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
                line.settimeout(1.0)
        except (TimeoutError, ConnectionError):
            pass
        return found


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join((line, *headers, "", "")).encode("latin-1") + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def is_problem(answer: httpx.Response, code: int) -> dict[str, Any]:
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code", "errors"} <= found.keys()
    assert found["status"] == code
    for leak in ("Traceback", "SELECT", "/realty_cli", "sqlite"):
        assert leak not in answer.text
    return found


# Hosts, methods, paths ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hosts",
    [("evil.example",), ("a@b",), ("a/?",), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "evil"), (), ("",),
     ("localhost:abc",), ("127.0.0.1:8000@evil",)],
)  # fmt: skip
def test_88_only_our_own_host(served: Served, hosts: tuple[str, ...]) -> None:
    answer = talk(served, request(f"GET {LIVE} HTTP/1.1", *(f"Host: {host}" for host in hosts), "Connection: close"))
    assert status(answer) == 400
    assert b"evil" not in answer


def test_88_no_answer_names_another_host(served: Served) -> None:
    answer = served.client(**{"X-Forwarded-Host": "evil.example"}).get("/openapi.json")
    assert answer.status_code == 200
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "[::1]:8000", "127.0.0.1:65535"])
def test_this_machine_has_several_names(served: Served, host: str) -> None:
    assert served.client().get(LIVE, headers={"Host": host}).status_code == 200


def test_other_names_by_setting(serve: Serve) -> None:
    named = serve(env={"REALTY_ALLOWED_HOSTS": "crm.example.org, other.example"})
    assert named.client().get(LIVE, headers={"Host": "crm.example.org"}).status_code == 200
    assert named.client().get(LIVE, headers={"Host": "third.example"}).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_92_no_other_methods(served: Served, method: str) -> None:
    answer = talk(served, request(f"{method} {LIVE} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"))
    assert status(answer) in (400, 405)


def test_92_a_method_of_another_route_is_named(served: Served) -> None:
    answer = served.client().delete(V1 + "/auth/login")
    is_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/.env", "/.git/config", "/realty.db", "/debug", "/docs/files/..%2f..%2fetc%2fpasswd", "/docs/files/app.py",
     "/docs/files/%2e%2e/app.py", "//health/live", "/health/live//", "/api/v1/%2e%2e/openapi.json"],
)  # fmt: skip
def test_95_nothing_else_is_served(served: Served, path: str) -> None:
    is_problem(served.client().get(path), 404)


def test_95_documentation_and_measurements_can_be_turned_off(serve: Serve) -> None:
    quiet = serve(env={"REALTY_DOCS": "off", "REALTY_METRICS": "off"}).client()
    for path in ("/docs", "/redoc", "/openapi.json", "/metrics"):
        is_problem(quiet.get(path), 404)


# Headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIVE, "/nothing", V1 + "/auth/me", "/docs", "/api/versions"])
def test_89_headers_of_every_answer(served: Served, path: str) -> None:
    answer = served.client().get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "server" not in answer.headers
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    if path.startswith(V1):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("sent", "kept"), [("abc-1.2_3", True), ("a" * 64, True), ("a" * 65, False), ("a b", False)])
def test_a_request_id_is_taken_over_if_it_is_one(served: Served, sent: str, kept: bool) -> None:
    answer = served.client().get(LIVE, headers={"X-Request-ID": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_pages_load_nothing_from_elsewhere(served: Served, path: str) -> None:
    client = served.client()
    page = client.get(path)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert re.findall(r"https?://", page.text) == []
    for place in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        found = client.get(place)
        assert found.status_code == 200
        assert client.get(place, headers={"If-None-Match": found.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_86_no_origin_is_trusted_unasked(served: Served, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    for answer in (served.client().get(LIVE, headers=asked), served.client().options(V1 + "/auth/me", headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_86_an_origin_by_setting(serve: Serve) -> None:
    client = serve(env={"REALTY_CORS_ORIGINS": "https://app.example, null"}).client()
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, if-match"}
    good = client.options(V1 + "/auth/me", headers={"Origin": "https://app.example", **asked})
    assert good.status_code == 200
    assert good.headers["access-control-allow-origin"] == "https://app.example"
    for origin in ("https://evil.example", "null", "https://app.example.evil"):
        answer = client.options(V1 + "/auth/me", headers={"Origin": origin, **asked})
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in good.headers


@pytest.mark.parametrize(
    ("language", "title"), [("ru", "Не найдено"), ("en-GB", "Not found"), ("de, ru;q=0.1", "Не найдено")]
)
def test_90_errors_in_the_callers_language(served: Served, language: str, title: str) -> None:
    answer = served.client().get("/nothing", headers={"Accept-Language": language})
    assert is_problem(answer, 404)["title"] == title
    assert answer.headers["content-language"] == ("ru" if title == "Не найдено" else "en")


# Limits ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "2"])
def test_94_limits_hold_whoever_answers(serve: Serve, workers: str) -> None:
    served = serve("--workers", workers, env={"REALTY_ANONYMOUS_PER_MINUTE": "40"})
    while time.time() % 60 > 50:  # all within one minute
        time.sleep(0.2)
    answers = [httpx.get(served.url + "/api/versions", timeout=30, verify=NO_TLS) for _ in range(60)]
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) in range(38, 42)
    problem = is_problem(answers[-1], 429)
    assert int(answers[-1].headers["retry-after"]) == problem["retry_after"] in range(1, 61)
    assert answers[-1].headers["ratelimit"].startswith('"default";r=0;t=')
    assert answers[0].headers["ratelimit-policy"] == '"default";q=40;w=60'
    assert httpx.get(served.url + LIVE, timeout=30, verify=NO_TLS).status_code == 200  # a supervisor is always answered


def test_93_only_a_proxy_of_ours_may_say_who_asks(serve: Serve) -> None:
    limits = {"REALTY_ANONYMOUS_PER_MINUTE": "5", "REALTY_LOG_FILE": "-"}
    plain = serve(env=limits)
    for number in range(8):
        last = plain.client(**{"X-Forwarded-For": f"203.0.113.{number}"}).get("/api/versions")
    assert last.status_code == 429
    behind = serve(env={**limits, "REALTY_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"})
    for number in range(8):
        answer = behind.client(**{"X-Forwarded-For": f"evil, 203.0.113.{number}, 10.1.2.3"}).get("/api/versions")
        assert answer.status_code == 200
    behind.end()
    assert '"address":"203.0.113.7"' in "".join(behind.said)


# Bodies ---------------------------------------------------------------------------------------------------------------

POST = f"POST {V1}/auth/register HTTP/1.1"
JSON = ("Host: 127.0.0.1", "Content-Type: application/json")


@pytest.mark.parametrize(
    ("body", "kind", "codes"),
    [
        (b"{", "application/json", {422}),
        (b"", "application/json", {422}),
        (b"[]", "application/json", {422}),
        (b"null", "application/json", {422}),
        ('{"username": "a"}'.encode("utf-16"), "application/json", {422}),
        (b'{"username": "\xff"}', "application/json", {400}),
        (b"<a/>", "application/xml", {415}),
        (b"\x80\x04K\x01.", "application/x-python-pickle", {415}),
        (b'{"username": "a"}', "text/plain", {415}),
        (b"username=a", "application/x-www-form-urlencoded", {415}),
        (b"[" * 2_000 + b"]" * 2_000, "application/json", {422}),
        (b"[" * 100_000, "application/json", {422}),
        (b'{"a":' * 3_000 + b"1" + b"}" * 3_000, "application/json", {422}),
        (b"{" + b",".join(b'"k%d":1' % number for number in range(200_000)) + b"}", "application/json", {413, 422}),
        (b'{"username": ' + b"1" * 200_000 + b"}", "application/json", {400, 422}),
        (b'{"username": NaN, "email": Infinity, "password": 1e999}', "application/json", {422}),
        (b'{"username": "\\ud800", "email": "a@b.c", "password": "correct horse"}', "application/json", {422}),
        (b'{"username": "a\\u0000b", "email": "a@b.c", "password": "correct horse"}', "application/json", {422}),
    ],
)
def test_87_91_107_109_bad_bodies(served: Served, body: bytes, kind: str, codes: set[int]) -> None:
    answer = served.client().post(V1 + "/auth/register", content=body, headers={"Content-Type": kind})
    assert answer.status_code in codes, answer.text
    is_problem(answer, answer.status_code)
    assert served.client().get(LIVE).status_code == 200


def test_108_a_body_without_an_end_is_cut(served: Served) -> None:
    part = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    answer = talk(served, request(POST, *JSON, "Transfer-Encoding: chunked"), more=iter([part] * 600))
    assert status(answer) == 413


def test_106_a_long_body_is_refused_before_it_is_sent(served: Served) -> None:
    answer = talk(served, request(POST, *JSON, "Content-Length: 40000000"))
    assert status(answer) == 413
    assert b"connection: close" in answer.lower()


def test_124_forms_are_bounded_too(served: Served) -> None:
    fields = b"&".join(b"f%d=1" % number for number in range(300_000))
    answer = served.client().post(
        V1 + "/auth/login", content=fields, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in (413, 422)
    many = {f"f{number}": (None, "1") for number in range(3_000)}
    assert served.client().post(V1 + "/auth/login", files=many).status_code in (400, 413, 415, 422)


# HTTP itself ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        request(POST, *JSON, "Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\nGET / HTTP/1.1\r\n"),
        request(POST, *JSON, "Content-Length: -1"),
        request(POST, *JSON, "Content-Length: 4", "Content-Length: 5", body=b"abcde"),
        request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1", "X-Long: " + "a" * 200_000),
        request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1", *(f"X-{number}: 1" for number in range(20_000))),
        request(f"GET /{'a' * 200_000} HTTP/1.1", "Host: 127.0.0.1"),
        request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1", "X Bad: 1"),
        request(f"GET {LIVE} HTTP/9.9", "Host: 127.0.0.1"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"\r\n\r\nnonsense\r\n\r\n",
    ],
    ids=["CL and TE", "negative", "two lengths", "long header", "many headers", "long path", "bad name", "version",
         "TLS", "nonsense"],
)  # fmt: skip
def test_206_bad_http_gets_one_answer(served: Served, data: bytes) -> None:
    answer = talk(served, data)
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert answer == b"" or status(answer) in (400, 404, 414, 431, 505), answer[:200]
    assert served.client().get(LIVE).status_code == 200


def test_204_slow_senders_hold_nobody_up_and_are_cut(serve: Serve) -> None:
    served = serve(env={"REALTY_RECEIVE_SECONDS": "2"})
    heads = [request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1")[:-2]] * 75
    bodies = [request(POST, *JSON, "Content-Length: 1000", body=b'{"a"')] * 75
    lines = [socket.create_connection(("127.0.0.1", served.port)) for _ in (*heads, *bodies)]
    for line, data in zip(lines, (*heads, *bodies), strict=True):
        line.sendall(data)
    assert served.client().get(LIVE).status_code == 200
    for line, data in zip(lines, (*heads, *bodies), strict=True):
        line.settimeout(20)
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except ConnectionError:
            pass
        assert answer == b"" if data in heads else status(answer) == 408
        line.close()


def test_204_half_a_head_after_a_whole_request(serve: Serve) -> None:
    served = serve(env={"REALTY_RECEIVE_SECONDS": "1"})
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1"))
        answer = b""
        while not answer.endswith(b'{"status":"ok"}'):
            answer += line.recv(65_536)
        assert status(answer) == 200
        line.sendall(b"GET / HTTP/1.1\r\nHos")
        assert line.recv(65_536) == b""


def test_205_idle_connections_give_way(serve: Serve) -> None:
    served = serve(env={"REALTY_MAX_CONNECTIONS": "50"})
    lines = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(200)]
    lines[-1].sendall(request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1")[:-2])
    for _ in range(60):  # more than there is room for beside the idle ones
        _soon(lambda: _answers(served))
    for line in lines:
        line.close()


def test_205_too_many_requests_at_a_time_are_refused_and_forgotten(serve: Serve) -> None:
    served = serve(env={"REALTY_MAX_CONNECTIONS": "20"})
    before = _open_files(served)
    lines = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(100)]
    for line in lines:
        with suppress(ConnectionError):
            line.sendall(request(POST, *JSON, "Content-Length: 1000", body=b'{"a"'))
    answer = talk(served, request(f"GET {LIVE} HTTP/1.1", "Host: 127.0.0.1"))
    assert answer == b"" or status(answer) == 503
    for line in lines:
        line.close()
    _soon(lambda: httpx.get(served.url + LIVE, timeout=30, verify=NO_TLS).status_code == 200)
    _soon(lambda: _open_files(served) <= before + 2)


def _answers(served: Served) -> bool:
    """Whether a newcomer is served now. While many come at once one may have to come again."""
    with suppress(httpx.TransportError):
        return httpx.get(served.url + LIVE, timeout=20, verify=NO_TLS).status_code == 200
    return False


def _open_files(served: Served) -> int:
    return len(list(Path(f"/proc/{served.process.pid}/fd").iterdir()))


def _soon(question: Callable[[], bool], patience: float = 20.0) -> None:
    end = time.monotonic() + patience
    while not question():
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def test_a_large_integer_is_no_internal_error(served: Served) -> None:
    body = json.dumps({"username": 10**400, "email": [], "password": {}}).encode()
    answer = served.client().post(V1 + "/auth/register", content=body, headers={"Content-Type": "application/json"})
    is_problem(answer, 422)
