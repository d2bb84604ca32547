"""Keys, the second factor and Telegram from outside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from realty_cli.auth import totp
from tests.command import Command
from tests.test_api.conftest import PASSWORD, V1, Served
from tests.test_api.inside import FLAT, P, problem
from tests.test_api.test_tokens import together
from tests.test_auth.people import BOT, init_data, widget

AUTH = V1 + "/auth"
ME = AUTH + "/me"
KEYS = AUTH + "/api-keys"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One with a bot of Telegram, where an address may fail often."""
    env = {"REALTY_TELEGRAM_BOT_TOKEN": BOT, "REALTY_FAILURES_PER_ADDRESS": "10000"}
    made = Served(Command(tmp_path_factory.mktemp("served")), env=env)
    made.account("anna")
    yield made
    assert made.end() == 0
    said = "".join(made.said)
    assert "Traceback" not in said
    assert BOT not in said
    assert BOT not in (made.home / "logs" / "serve.log").read_text()


def key(client: httpx.Client, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = client.post(KEYS, json={"name": "program", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


# Keys -----------------------------------------------------------------------------------------------------------------


def test_59_60_a_key_is_shown_once(served: Served) -> None:
    anna = served.account("keeper")
    made = key(anna, "read")
    whole = made["key"]
    for answer in (anna.get(KEYS), anna.get(f"{KEYS}/{made['id']}"), anna.get(AUTH + "/login-history")):
        assert answer.status_code == 200
        assert whole not in answer.text
    listed = anna.get(f"{KEYS}/{made['id']}").json()
    assert whole.startswith(listed["prefix"])
    assert whole.endswith(listed["last4"])
    assert len(listed["prefix"]) + 4 < len(whole) / 2
    for path in served.home.rglob("*"):
        if path.is_file():
            assert whole.encode() not in path.read_bytes(), path


def test_61_a_key_that_reads_does_nothing_else_by_any_way(served: Served) -> None:
    owner = served.account("reader")
    listing = owner.post(P, json=FLAT).json()["id"]
    whole = key(owner, "read")["key"]
    basic = base64.b64encode(f"{whole}:".encode()).decode()
    for headers in ({"X-API-Key": whole}, {"Authorization": f"Bearer {whole}"}):
        client = served.client(**headers)
        assert client.get(f"{P}/{listing}").status_code in (200, 401)
        for method, path, body in (
            ("POST", P, FLAT), ("PUT", f"{P}/{listing}", FLAT), ("PATCH", f"{P}/{listing}", {"title": "x"}),
            ("DELETE", f"{P}/{listing}", None), ("POST", f"{P}/{listing}/status", {"status": "sold"}),
        ):  # fmt: skip
            for more in ({}, {"X-HTTP-Method-Override": "GET"}):
                answer = client.request(method, path, json=body, headers=more)
                assert answer.status_code in (401, 403, 405), (method, path, answer.text)
    assert served.client(**{"X-API-Key": whole}).get(f"{P}/{listing}").status_code == 200
    problem(served.client(Authorization=f"Basic {basic}").get(P), 401)
    for name in ("api_key", "key", "X-API-Key", "access_token"):
        problem(served.client().get(ME, params={name: whole}), 401)
        problem(served.client().get(ME, headers={"Cookie": f"{name}={whole}"}), 401)
    assert owner.get(f"{P}/{listing}").json()["title"] == FLAT["title"]


def test_62_a_key_ends(served: Served) -> None:
    owner = served.account("ender")
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    short, long = key(owner, "read", expires_at=soon), key(owner, "read")
    first, second = (served.client(**{"X-API-Key": one["key"]}) for one in (short, long))
    assert second.get(ME).status_code == 200
    assert owner.delete(f"{KEYS}/{long['id']}").status_code == 204
    problem(second.get(ME), 401)
    while first.get(ME).status_code == 200:
        assert datetime.now(UTC) < datetime.fromisoformat(soon) + timedelta(seconds=10)
        time.sleep(0.1)  # asked without a pause, its limit ends before it does
    problem(first.get(ME), 401)
    past = owner.post(KEYS, json={"name": "p", "expires_at": "2020-01-01T00:00:00Z"})
    assert past.status_code == 422


@pytest.mark.parametrize("scopes", [("write",), ("read", "write")])
def test_64_a_key_does_not_rule_the_account(served: Served, scopes: tuple[str, ...]) -> None:
    owner = served.account("ruler" + str(len(scopes)))
    client = served.client(**{"X-API-Key": key(owner, *scopes)["key"]})
    for method, path, body in (
        ("POST", KEYS, {"name": "x"}), ("GET", AUTH + "/sessions", None), ("DELETE", AUTH + "/sessions", None),
        ("POST", AUTH + "/change-password", {"current_password": PASSWORD, "new_password": "another horse"}),
        ("POST", AUTH + "/2fa/setup", None), ("POST", AUTH + "/2fa/disable", {"password": PASSWORD, "code": "1" * 6}),
        ("PUT", ME, {"email": "thief@example.com"}), ("POST", AUTH + "/telegram", widget(5, int(time.time()))),
        ("PUT", AUTH + "/security", {"login_letters": False}), ("GET", AUTH + "/users", None),
    ):  # fmt: skip
        answer = client.request(method, path, json=body)
        assert answer.status_code == 403, (method, path, answer.text)
    assert owner.get(ME).json()["email"] == f"ruler{len(scopes)}@example.com"
    asked = owner.post(KEYS, json={"name": "x", "scopes": ["admin"]})
    assert asked.status_code in (403, 422)  # a scope that only an administrator's key can have


# The second factor ----------------------------------------------------------------------------------------------------


class Guarded:
    """An account with a second factor, whose code of this moment is used up."""

    def __init__(self, served: Served, name: str) -> None:
        self.served, self.name = served, name
        self.client = served.account(name)
        self.secret = self.client.post(AUTH + "/2fa/setup").json()["secret"]
        answer = self.client.post(AUTH + "/2fa/verify", json={"code": self.code()})
        assert answer.status_code == 200, answer.text
        self.recovery: list[str] = answer.json()["recovery_codes"]

    def code(self, steps: int = 0) -> str:
        return totp.code_at(self.secret, totp.counter_at(datetime.now(UTC)) + steps)

    def login(self, otp: str | None = None, password: str = PASSWORD) -> httpx.Response:
        data = {"username": self.name, "password": password, **({} if otp is None else {"otp": otp})}
        return self.served.client().post(AUTH + "/login", data=data)


def test_66_69_a_code_works_once_and_without_it_there_is_no_token(served: Served) -> None:
    one = Guarded(served, "guarded1")
    half = problem(one.login(), 401, "otp_required")
    assert not any("token" in name for name in half)
    # Whoever does not know the password does not learn that there is a second factor.
    assert problem(one.login(password="wrong password"), 401)["code"] != "otp_required"
    code = one.code(1)
    found: list[int] = []
    together(lambda: found.append(one.login(code).status_code), 4)
    assert found.count(200) == 1
    assert set(found) <= {200, 401}
    assert one.login(code).status_code == 401


def test_67_guessing_codes_is_stopped(served: Served) -> None:
    one = Guarded(served, "guarded2")
    found = []
    for number in range(20):
        found.append(one.login(f"{number:06d}").status_code)
        one.login()  # begin anew: that forgets nothing
    assert 429 in found[:11]
    assert 200 not in found


@pytest.mark.parametrize("steps", [-3, -2, 3, 40])
def test_68_codes_of_other_times(served: Served, steps: int) -> None:
    one = Guarded(served, f"guarded3{steps + 10}")
    assert one.login(one.code(steps)).status_code == 401


def test_70_71_recovery_and_turning_it_off(served: Served) -> None:
    one = Guarded(served, "guarded4")
    spare = one.recovery
    assert len(set(spare)) == 10
    assert one.login(spare[0]).status_code == 200
    assert one.login(spare[0]).status_code == 401
    for body in ({}, {"password": PASSWORD}, {"code": one.code()}, {"password": "wrong password", "code": spare[1]}):
        assert one.client.post(AUTH + "/2fa/disable", json=body).status_code in (401, 403, 422)
    assert one.client.get(ME).json()["two_factor_enabled"]
    # Beginning anew does not turn the old one off, nor give it another secret.
    one.client.post(AUTH + "/2fa/setup")
    assert one.login().json()["code"] == "otp_required"
    for path in served.home.rglob("realty.db*"):
        assert spare[3].encode() not in path.read_bytes()
    done = one.client.post(AUTH + "/2fa/disable", json={"password": PASSWORD, "code": spare[2]})
    assert done.status_code == 200, done.text
    assert one.login().status_code == 200


# Telegram -------------------------------------------------------------------------------------------------------------


def telegram(served: Served, body: Any) -> httpx.Response:
    return served.client().post(AUTH + "/login/telegram", json=body)


@pytest.fixture(scope="module")
def linked(served: Served) -> httpx.Client:
    client = served.account("linked")
    answer = client.post(AUTH + "/telegram", json=widget(777, int(time.time())))
    assert answer.status_code == 200, answer.text
    return client


@pytest.mark.usefixtures("linked")
def test_72_77_what_telegram_signed_works_once(served: Served) -> None:
    signed = widget(777, int(time.time()), username="somebody")
    assert telegram(served, signed).status_code == 200
    problem(telegram(served, signed), 401)
    problem(telegram(served, {**signed, "hash": signed["hash"].upper()}), 401)
    data = init_data(777, int(time.time()))
    assert telegram(served, {"init_data": data}).status_code == 200
    problem(telegram(served, {"init_data": data}), 401)


@pytest.mark.usefixtures("linked")
def test_73_74_75_76_what_telegram_did_not_sign(served: Served) -> None:
    now = int(time.time())
    signed = widget(777, now)
    for body in ({"telegram_id": 777}, {"id": 777}, {"id": 777, "auth_date": now}, {}, [], {"init_data": ""}):
        assert telegram(served, body).status_code in (401, 422), body
    for key_text in ("", "None", "secret", "123456:another-bot", "null"):
        problem(telegram(served, widget(777, now, bot=key_text)), 401)
        problem(telegram(served, {"init_data": init_data(777, now, bot=key_text)}), 401)
    for change in ({"id": 778}, {"first_name": "x"}, {"auth_date": now - 1}, {"username": "added"},
                   {"hash": signed["hash"][:-1]}, {"hash": ""}, {"hash": "0" * 64}):  # fmt: skip
        assert telegram(served, {**signed, **change}).status_code in (401, 422), change
    for when in (now - 25 * 3_600, now - 3_700, now + 600, 0):
        problem(telegram(served, widget(777, when)), 401)
        problem(telegram(served, {"init_data": init_data(777, when)}), 401)
    # The schemes are kept apart: what one signs is nothing to the other.
    lines = "\n".join(f"{name}={signed[name]}" for name in sorted(signed) if name != "hash")
    crossed = hmac.new(hmac.new(b"WebAppData", BOT.encode(), hashlib.sha256).digest(), lines.encode(), hashlib.sha256)
    problem(telegram(served, {**signed, "hash": crossed.hexdigest()}), 401)
    data = init_data(777, now)
    problem(telegram(served, {"init_data": data + "&auth_date=" + str(now)}), 401)


def test_78_an_id_belongs_to_one_account_and_is_found_by_nothing_else(served: Served, linked: httpx.Client) -> None:
    other = served.account("other")
    answer = other.post(AUTH + "/telegram", json=widget(777, int(time.time()), last_name="other"))
    problem(answer, 409)
    assert linked.get(ME).json()["telegram_linked"]
    assert not other.get(ME).json()["telegram_linked"]
    problem(telegram(served, widget(4_242, int(time.time()), username="other")), 401)


def test_72_telegram_is_no_way_round_the_second_factor(served: Served) -> None:
    one = Guarded(served, "guarded5")
    assert one.client.post(AUTH + "/telegram", json=widget(555, int(time.time()))).status_code == 200
    problem(telegram(served, widget(555, int(time.time()), last_name="a")), 401, "otp_required")
    again = {**widget(555, int(time.time()), last_name="b"), "otp": one.recovery[0]}
    assert telegram(served, again).status_code == 200


def test_79_without_a_bot_nobody_comes_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = Served(Command(tmp_path_factory.mktemp("served")))
    try:
        for signed in (widget(1, int(time.time())), widget(1, int(time.time()), bot=""), {"init_data": "hash=a"}):
            problem(telegram(made, signed), 503)
    finally:
        assert made.end() == 0


def test_85_a_code_for_a_phone_is_not_guessed(served: Served) -> None:
    caller = served.account("caller")
    assert caller.put(ME, json={"phone": "+79161234567"}).status_code == 200
    assert caller.post(AUTH + "/verify-phone").status_code == 202
    found = [caller.post(AUTH + "/verify-phone", json={"code": f"{n:08d}"}).status_code for n in range(20)]
    assert 200 not in found
    assert 429 in found or found[-1] in (401, 404, 409, 422)
    assert not caller.get(ME).json()["phone_verified"]
    asked = [caller.post(AUTH + "/verify-phone").status_code for _ in range(15)]
    assert asked[-1] == 429
