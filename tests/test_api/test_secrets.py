"""No secret in a log, an answer, the store or a command line: acceptance 18, 19, 58, 112, 113."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.test_api.conftest import V1, Serve, Served
from tests.test_api.inside import FLAT, P
from tests.test_api.test_serving import soon

A = V1 + "/auth"


def test_58_113_no_secret_is_written_anywhere(serve: Serve) -> None:
    served = serve(env={"REALTY_LOG_FILE": "-", "REALTY_TELEGRAM_BOT_TOKEN": "12345:bot-token-for-tests-only"})
    password, wrong, new = "tramway under the rowan", "wrong-guess-of-mine", "another tramway in the rain"
    anna = served.account("anna", password)
    tokens = served.sign_in("anna", password)
    secrets = [password, wrong, new, tokens["access_token"], tokens["refresh_token"], "bot-token-for-tests"]
    anybody = served.client()
    assert anybody.post(A + "/login", data={"username": "anna", "password": wrong}).status_code == 401
    assert anybody.post(A + "/register", json={"username": "b", "email": "x", "password": new}).status_code == 422
    refreshed = anybody.post(A + "/refresh", json={"refresh_token": tokens["refresh_token"]}).json()
    secrets += [refreshed["access_token"], refreshed["refresh_token"]]
    key = anna.post(A + "/api-keys", json={"name": "robot", "scopes": ["read"]}).json()["key"]
    secrets.append(key)
    assert served.client(**{"X-API-Key": key}).get(P).status_code == 200
    assert anybody.get(A + "/me", params={"access_token": tokens["access_token"], "key": key}).status_code == 401
    setup = anna.post(A + "/2fa/setup", json={"password": password})
    if setup.status_code == 200:
        secrets.append(setup.json()["secret"])
    anybody.post(A + "/login/telegram", json={"init_data": "hash=deadbeef&user=secret-init-data"})
    secrets.append("secret-init-data")
    anybody.post(A + "/reset-password", json={"email": "anna@example.com"})
    anybody.post(A + "/reset-password", json={"token": "made-up-reset-token", "new_password": new})
    secrets.append("made-up-reset-token")
    changed = anna.post(A + "/change-password", json={"current_password": password, "new_password": new})
    assert changed.status_code < 300, changed.text
    soon(lambda: bool(list((served.home / "letters").glob("*.txt"))))
    command = Path(f"/proc/{served.process.pid}/cmdline").read_bytes()
    store = b"".join(path.read_bytes() for path in served.home.glob("realty.db*"))
    assert served.end() == 0
    said = "".join(served.said)
    assert said.count('"logger":"realty.request"') > 10
    for letter in (served.home / "letters").glob("*.txt"):
        secrets += re.findall(r"\b[A-Za-z0-9_-]{30,}\b", letter.read_text())
    store += b"".join(path.read_bytes() for path in served.home.glob("realty.db*"))
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in command
        if secret not in (setup.json().get("secret"),):
            assert secret.encode() not in store


def test_112_what_a_caller_says_of_itself_stays_one_record(serve: Serve) -> None:
    served = serve(env={"REALTY_LOG_FILE": "-"})
    client = served.client()
    evil = "/api/v1/%0a%7B%22level%22%3A%22fake%22%7D%1b%5b2J%E2%80%AE"
    client.get(evil, headers={"User-Agent": 'x","status":200', "X-Forwarded-For": '"}{"'})
    client.post(A + "/login", data={"username": 'evil\r\n{"level":"fake"}\x1b[2J', "password": "x" * 9})
    assert served.end() == 0
    records = []
    for line in served.said:
        if line.startswith("{"):
            assert line.endswith("}\n")
            records.append(json.loads(line))
            assert "\x1b" not in line
    assert all(record["level"] != "fake" for record in records)
    assert any(record.get("path", "").startswith("/api/v1/\n{") for record in records)


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer  x", "bearer x y", "Basic YTpi", "Token x", "Bearer " + "x" * 20_000,
     "Bearer \xff\xfe", "Bearer ключ", "Bearer a.b.c", "Bearer ..", "Bearer null", "Digest username=\"a\""],
)  # fmt: skip
def test_19_garbage_is_nobody(served: Served, value: str) -> None:
    answer = served.client().get(A + "/me", headers={"Authorization": value.encode()})
    assert answer.status_code in (400, 401, 431)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_18_19_one_credential_in_a_header(served: Served) -> None:
    client = served.client()
    token = served.account("ruth").headers["authorization"]
    two = client.get(A + "/me", headers=[("Authorization", token), ("Authorization", token)])
    assert two.status_code in (400, 401)
    both = client.get(A + "/me", headers={"Authorization": token, "X-API-Key": "rk_x"})
    assert both.status_code in (400, 401)
    for name in ("access_token", "token", "key", "api_key", "authorization"):
        assert client.get(A + "/me", params={name: token[7:]}).status_code == 401
    cookie = client.get(A + "/me", headers={"Cookie": f"access_token={token[7:]}"})
    assert cookie.status_code == 401


def test_no_answer_has_what_was_sent(served: Served) -> None:
    sent = {"username": "x", "email": "no address", "password": "very-secret-but-blank", "more": "very-secret"}
    answer = served.client().post(A + "/register", json=sent)
    assert answer.status_code == 422
    assert "very-secret" not in answer.text
    long = served.account("sara").post(P, json={**FLAT, "price": "9" * 100_000, "x" * 10_000: 1})
    assert long.status_code == 422
    assert len(long.text) < 5_000
