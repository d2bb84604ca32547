"""The guard: what of a body is looked at before it is parsed, and who counts as whom."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.api import protocol
from realty_cli.api.guards import too_deep
from tests.test_api.conftest import V1, Serve, Served
from tests.test_api.inside import Inside, P
from tests.test_api.test_serving import soon
from tests.test_api.test_surface import is_problem, request, status, talk

TEXTS = st.text(st.sampled_from('[]{},"\\ab'), max_size=200)
JSON = st.recursive(
    st.none() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=40
)


def nested(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [value]
    return value


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(JSON, st.integers(50, 70))
def test_107_depth_is_that_of_the_parser(value: Any, levels: int) -> None:
    value = nested(value, levels)
    assert too_deep(json.dumps(value).encode()) is (depth(value) > 64)


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'\\"' * 400_000 + b"[" * 65,
        b'"' * 400_000 + b"[" * 65,
        b"\\" * 800_000 + b"[" * 65,
        b"[]" * 400_000,
        b"[" * 65 + b"]" * 400_000,
        b'{"a":"' + b"\\\\" * 200_000 + b'",' + b"[" * 65,
    ],
)
def test_109_110_looking_takes_no_longer_for_evil_texts(body: bytes) -> None:
    too_deep(body)  # the quadratic way takes minutes here


@pytest.mark.parametrize(
    ("body", "wide"),
    [(b"[" + b",".join([b"1"] * 50_001) + b"]", False), (b"[" + b",".join([b"1"] * 50_002) + b"]", True),
     (b'["' + b"," * 90_000 + b'"]', False), (b"[" * 3 + b"[],[]" * 25_001, True)],
)  # fmt: skip
def test_109_width(body: bytes, wide: bool) -> None:
    assert too_deep(body) is wide


def test_a_compressed_body_is_not_unpacked(served: Served) -> None:
    answer = served.client().post(
        V1 + "/auth/register",
        content=gzip.compress(b"{" + b" " * 10_000_000 + b"}"),
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    assert is_problem(answer, 415)["code"] == "request.encoding"


def test_92_head_is_get_without_a_body(served: Served) -> None:
    answer = talk(served, request("HEAD /api/versions HTTP/1.1", "Host: 127.0.0.1", "Connection: close"))
    assert status(answer) == 200
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-length: 8" in head
    assert body == b""


def test_92_all_methods_of_a_path_are_named(served: Served) -> None:
    assert served.client().delete(V1 + "/properties").headers["allow"] == "GET, HEAD, POST"
    assert served.client().post(V1 + "/properties/1").headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_204_a_form_that_drips_is_cut(serve: Serve) -> None:
    served = serve(env={"REALTY_RECEIVE_SECONDS": "1"})
    head = request(
        f"POST {P}/upload-photo HTTP/1.1", "Host: 127.0.0.1",
        f"Authorization: {served.account('anna').headers['authorization']}",
        "Content-Type: multipart/form-data; boundary=x", "Content-Length: 100000",
        body=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n',
    )  # fmt: skip

    def drops() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x"
            threading.Event().wait(0.5)

    begun = time.monotonic()
    answer = talk(served, head, more=drops())
    assert answer == b"" or status(answer) == 408  # writing on breaks the line
    assert time.monotonic() - begun < 25


def test_204_who_takes_nothing_of_an_answer_is_cut(inside_sqlite: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "STALL", 0.5)
    connections = inside_sqlite.server.server_state.connections
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.connect(("127.0.0.1", inside_sqlite.port))
        for _ in range(8):
            line.sendall(request("GET /docs/files/redoc.standalone.js HTTP/1.1", "Host: 127.0.0.1"))
        soon(lambda: len(connections) > 0)
        soon(lambda: len(connections) == 0)


def test_94_a_made_up_token_is_nobody(serve: Serve) -> None:
    served = serve(env={"REALTY_ANONYMOUS_PER_MINUTE": "20"})
    client = served.client()
    found = [
        client.get("/api/versions", headers={"Authorization": f"Bearer {number}"}).status_code for number in range(60)
    ]
    assert found.count(200) <= 41  # the minute may turn in between
    assert 429 in found


def test_94_who_is_signed_in_is_not_held_up_by_others_of_the_same_address(inside_sqlite: Inside) -> None:
    guard = inside_sqlite.guard
    guard._anonymous = 20
    anna = inside_sqlite.client()
    assert anna.get(V1 + "/auth/me").status_code == 200
    nobody = inside_sqlite.client(None, Authorization="Bearer nonsense")
    assert 429 in [nobody.get(V1 + "/auth/me").status_code for _ in range(60)]
    assert anna.get(V1 + "/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
     ("::ffff:203.0.113.5", "203.0.113.5", True), ("203.0.113.5", "203.0.113.6", False),
     ("fe80::1%eth0", "fe80::2", True), ("a:b", "a:c", False)],
)  # fmt: skip
def test_94_a_subscriber_of_ipv6_is_one_place(one: str, other: str, same: bool) -> None:
    from realty_cli.api.guards import _place

    assert (_place(one) == _place(other)) is same


def test_86_refusals_may_be_read_by_trusted_pages(serve: Serve) -> None:
    client = serve(env={"REALTY_CORS_ORIGINS": "https://app.example"}).client(Origin="https://app.example")
    answer = client.post(V1 + "/auth/register", content=b"[" * 100, headers={"Content-Type": "application/json"})
    assert is_problem(answer, 422)["code"] == "request.too_deep"
    assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize(
    ("host", "status_code"),
    [("192.0.2.7", 200), ("192.0.2.7:8000", 200), ("[2001:db8::1]:80", 200), ("localhost", 200),
     ("crm.example", 400), ("192.0.2.7.evil.example", 400), ("[::x]", 400)],
)  # fmt: skip
def test_88_open_to_all_addresses_but_not_to_all_names(inside_sqlite: Inside, host: str, status_code: int) -> None:
    inside_sqlite.guard._any_address = True
    assert inside_sqlite.client(None).get("/health/live", headers={"Host": host}).status_code == status_code
