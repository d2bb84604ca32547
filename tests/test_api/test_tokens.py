"""Tokens and sessions as an attacker meets them: a real server, and nothing known of it but its address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import stat
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import Command
from tests.test_api.conftest import PASSWORD, V1, Serve, Served
from tests.test_api.inside import NO_TLS, problem
from tests.test_auth.test_tokens import TUTORIAL_SECRETS, encoded, parts

AUTH = V1 + "/auth"
ME = AUTH + "/me"
#: A public key in a file, as a tutorial shows it: what a server that confuses algorithms takes for a secret.
PEM = b"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"
DIGESTS = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


@pytest.fixture(scope="module", autouse=True)
def tokens(served: Served) -> dict[str, Any]:
    """What anna was given when she signed in; nobody ends this session.

    The first account is the administrator, so she is there before any test.
    """
    served.account("anna")
    return served.sign_in("anna")


def asked(served: Served, token: str | bytes) -> httpx.Response:
    value = b"Bearer " + (token if isinstance(token, bytes) else token.encode())
    return served.client().get(ME, headers={b"Authorization": value})


def refused(served: Served, token: str) -> httpx.Response:
    answer = asked(served, token)
    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    return answer


def forged(head: dict[str, Any], body: dict[str, Any], secret: bytes) -> str:
    digest = DIGESTS.get(str(head.get("alg"))[-3:], hashlib.sha256)
    signing = f"{encoded(head)}.{encoded(body)}"
    return f"{signing}.{encoded(hmac.new(secret, signing.encode(), digest).digest())}"


def signed_in(served: Served, tokens: dict[str, Any]) -> None:
    """An honest client is served all the same."""
    assert asked(served, tokens["access_token"]).status_code == 200


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
def test_1_no_algorithm(served: Served, tokens: dict[str, Any], name: str) -> None:
    head, body, signature = parts(tokens["access_token"])
    for end in ("", signature):
        refused(served, f"{encoded({**head, 'alg': name})}.{encoded(body)}.{end}")
    signed_in(served, tokens)


@pytest.mark.parametrize("name", ["RS256", "ES256", "PS256", "EdDSA", "HS384", "HS512"])
def test_2_another_algorithm(served: Served, tokens: dict[str, Any], name: str) -> None:
    head, body, _ = parts(tokens["access_token"])
    for secret in (PEM, b"a fixed text", b""):
        refused(served, forged({**head, "alg": name}, body, secret))


def test_3_tampered(served: Served, tokens: dict[str, Any]) -> None:
    token = tokens["access_token"]
    head, body, signature = parts(token)
    for change in ({"role": "admin"}, {"sub": "2"}, {"sid": body["sid"] + 1}, {"exp": body["exp"] + 10}):
        refused(served, f"{encoded(head)}.{encoded({**body, **change})}.{signature}")
    for at in (0, 20, len(signature) - 2):
        other = "A" if signature[at] != "A" else "B"
        refused(served, token[: -len(signature)] + signature[:at] + other + signature[at + 1 :])
    refused(served, token[:-1])
    refused(served, token + "A")
    signed_in(served, tokens)


def test_4_well_known_secrets(served: Served, tokens: dict[str, Any]) -> None:
    head, body, _ = parts(tokens["access_token"])
    for secret in TUTORIAL_SECRETS:
        refused(served, forged(head, body, secret.encode()))
    keys = served.home / "keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    secret = json.loads(keys.read_bytes())["keys"][-1]["secret"]
    assert len(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))) >= 32


def test_5_an_access_token_does_not_live_long(served: Served, tokens: dict[str, Any]) -> None:
    _, body, _ = parts(tokens["access_token"])
    assert body["exp"] - body["iat"] == tokens["expires_in"] <= 3_600
    own = own_key(served)
    head, _, _ = parts(tokens["access_token"])
    assert asked(served, forged(head, body, own)).status_code == 200  # it is the time alone that is refused
    answer = refused(served, forged(head, {**body, "iat": body["iat"] - 7_200, "exp": body["exp"] - 7_200}, own))
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def own_key(served: Served) -> bytes:
    secret = json.loads((served.home / "keys.json").read_bytes())["keys"][-1]["secret"]
    return base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))


def test_6_7_each_token_is_for_its_own_use(served: Served, tokens: dict[str, Any]) -> None:
    refused(served, tokens["refresh_token"])
    answer = served.client().post(AUTH + "/refresh", json={"refresh_token": tokens["access_token"]})
    assert answer.status_code in (400, 401, 422)
    signed_in(served, tokens)


def test_9_the_header_names_no_key_of_its_own(served: Served, tokens: dict[str, Any]) -> None:
    head, body, _ = parts(tokens["access_token"])
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/keys"
        own = {"kty": "oct", "k": encoded(b"mine"), "kid": "mine"}
        for change in (
            {"kid": "../../../../dev/null"}, {"kid": "x' UNION SELECT 'mine' --"}, {"kid": ["a"]}, {"kid": None},
            {"jku": url}, {"x5u": url}, {"jwk": own}, {"jku": url, "kid": "mine"}, {"crit": ["x"], "x": 1},
        ):  # fmt: skip
            for secret in (b"", b"mine"):
                refused(served, forged({**head, **change}, body, secret))
        with pytest.raises(TimeoutError):
            trap.accept()


def test_11_a_refresh_token_works_once_and_theft_ends_its_session(served: Served, tokens: dict[str, Any]) -> None:
    first = served.sign_in("anna")
    anybody = served.client()
    second = anybody.post(AUTH + "/refresh", json={"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    for stolen in (first["refresh_token"], second.json()["refresh_token"]):
        assert anybody.post(AUTH + "/refresh", json={"refresh_token": stolen}).status_code == 401
    refused(served, second.json()["access_token"])
    history = served.client(tokens["access_token"]).get(AUTH + "/login-history").json()["items"]
    assert any("reuse" in one["result"] or "reuse" in one["method"] for one in history), history


def test_12_eight_refreshes_at_once(served: Served, tokens: dict[str, Any]) -> None:
    one = served.sign_in("anna")["refresh_token"]
    found: list[int] = []

    def refresh() -> None:
        answer = httpx.post(served.url + AUTH + "/refresh", json={"refresh_token": one}, timeout=30, verify=NO_TLS)
        found.append(answer.status_code)

    together(refresh, 8)
    assert len(found) == 8
    assert found.count(200) <= 1
    assert set(found) <= {200, 401}
    signed_in(served, tokens)


def together(action: Any, count: int) -> None:
    threads = [threading.Thread(target=action) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_13_logout_ends_both_tokens_at_once(served: Served, tokens: dict[str, Any]) -> None:
    one = served.sign_in("anna")
    client = served.client(one["access_token"])
    assert client.get(ME).status_code == 200
    assert client.post(AUTH + "/logout").status_code == 204
    refused(served, one["access_token"])
    answer = served.client().post(AUTH + "/refresh", json={"refresh_token": one["refresh_token"]})
    assert answer.status_code == 401
    signed_in(served, tokens)


def test_14_a_new_password_ends_the_other_sessions(served: Served) -> None:
    mine = served.account("boris")
    other = served.sign_in("boris")
    body = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert mine.post(AUTH + "/change-password", json=body).status_code == 204
    assert mine.get(ME).status_code == 200
    refused(served, other["access_token"])
    answer = served.client().post(AUTH + "/refresh", json={"refresh_token": other["refresh_token"]})
    assert answer.status_code == 401


def test_15_16_a_disabled_or_lesser_user_is_one_at_once(served: Served, tokens: dict[str, Any]) -> None:
    admin = served.client(tokens["access_token"])
    clara = served.account("clara")
    number = clara.get(ME).json()["id"]
    key = clara.post(AUTH + "/api-keys", json={"name": "k"}).json()["key"]
    assert admin.put(f"{AUTH}/users/{number}", json={"role": "admin"}).status_code == 200
    token = served.sign_in("clara")
    clara = served.client(token["access_token"])
    assert clara.get(AUTH + "/users").status_code == 200
    assert admin.put(f"{AUTH}/users/{number}", json={"role": "agent"}).status_code == 200
    assert clara.get(AUTH + "/users").status_code in (401, 403)
    token = served.sign_in("clara")
    assert admin.put(f"{AUTH}/users/{number}", json={"is_active": False}).status_code == 200
    refused(served, token["access_token"])
    problem(served.client(**{"X-API-Key": key}).get(ME), 401)
    answer = served.client().post(AUTH + "/refresh", json={"refresh_token": token["refresh_token"]})
    assert answer.status_code == 401


def test_17_nothing_personal_in_a_token(tokens: dict[str, Any]) -> None:
    head, body, _ = parts(tokens["access_token"])
    assert head.keys() == {"alg", "typ", "kid"}
    assert body.keys() == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}
    assert "anna" not in json.dumps(body)


@pytest.mark.parametrize("name", ["access_token", "token", "authorization", "api_key", "X-API-Key"])
def test_18_no_token_in_an_address(served: Served, tokens: dict[str, Any], name: str) -> None:
    problem(served.client().get(ME, params={name: tokens["access_token"]}), 401)
    problem(served.client().get(ME, headers={"Cookie": f"{name}={tokens['access_token']}"}), 401)


def test_19_garbage_for_a_credential(served: Served, tokens: dict[str, Any]) -> None:
    token = tokens["access_token"].encode()
    for value in (
        b"", b"Bearer", b"Bearer\t\tx", token, b"Basic " + base64.b64encode(b"anna:" + PASSWORD.encode()),
        b"Bearer a.b", b"Bearer a.b.c", b"Bearer ....", b"Bearer " + "ключ".encode(), b"Bearer \xff\xfe",
        b"Bearer " + b"x" * 20_000, b"Bearer " + token + b" " + token, b"Bearer " + token + b",Bearer x",
        b"Bearer {}.{}.{}", b"Digest " + token, b"Bearer " + b"." * 15_000,
    ):  # fmt: skip
        answer = served.client().get(ME, headers={b"Authorization": value})
        assert answer.status_code in (400, 401, 431), value[:60]
    twice = [("Authorization", f"Bearer {token.decode()}"), ("Authorization", "Bearer x")]
    assert served.client().get(ME, headers=twice).status_code in (400, 401)
    signed_in(served, tokens)


def test_20_sessions_are_ones_own(served: Served, tokens: dict[str, Any]) -> None:
    dora = served.account("dora")
    own = dora.get(AUTH + "/sessions").json()["items"]
    session = parts(tokens["access_token"])[1]["sid"]
    assert session not in {one["id"] for one in own}
    problem(dora.delete(f"{AUTH}/sessions/{session}"), 404)
    signed_in(served, tokens)


def test_21_the_history_of_sign_ins(served: Served) -> None:
    emil = served.account("emil")
    for number in range(3):
        body = {"username": "emil", "password": f"wrong secret {number}"}
        answer = served.client(**{"User-Agent": "thief/1"}).post(AUTH + "/login", data=body)
        problem(answer, 401)
    answer = emil.get(AUTH + "/login-history")
    found = [one for one in answer.json()["items"] if one["method"] == "password"]
    assert [one["agent"] for one in found[:3]] == ["thief/1"] * 3
    assert len(found) == 4
    assert {one["address"] for one in found} == {"127.0.0.1"}
    assert len({one["result"] for one in found}) == 2
    for secret in ("wrong secret", PASSWORD, emil.headers["authorization"][7:]):
        assert secret not in answer.text


def test_22_a_rotated_key(serve: Serve) -> None:
    served = serve()
    served.account("anna")
    old = served.sign_in("anna")["access_token"]
    Command(served.home)("auth", "signing", "rotate")
    assert asked(served, old).status_code == 200
    new = served.sign_in("anna")["access_token"]
    first, second = (parts(token)[0]["kid"] for token in (old, new))
    assert first != second
    Command(served.home)("auth", "signing", "remove", first, "--yes")
    refused(served, old)
    assert asked(served, new).status_code == 200


@pytest.mark.parametrize("secret", ["secret", "changeme" * 5, "a" * 64])
def test_23_a_weak_secret_is_refused_before_anything_listens(tmp_path: Path, secret: str) -> None:
    done = Command(tmp_path / "home")("serve", "--port", "0", env={"REALTY_SECRET_KEY": secret}, code=None)
    assert done.code != 0
    assert "REALTY_SECRET_KEY" in done.err
    if secret != "secret":  # a word of the sentence itself
        assert secret not in done.err + done.out
