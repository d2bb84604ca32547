"""What nobody may give to himself or see of others; who may read which object stands in test_matrix."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.test_api.conftest import PASSWORD, V1, Served
from tests.test_api.inside import FLAT, P, problem

AUTH = V1 + "/auth"
ME = AUTH + "/me"
#: Parts of names that no answer about an account has.
SECRET = ("hash", "salt", "secret", "totp", "digest", "password")


@pytest.fixture(scope="module")
def admin(served: Served) -> httpx.Client:
    return served.account("anna")


@pytest.mark.parametrize(
    "more",
    [
        {"role": "admin"}, {"is_admin": True}, {"is_superuser": True}, {"is_verified": True}, {"id": 1},
        {"email_verified": True}, {"scopes": ["admin"]}, {"is_active": True}, {"totp_secret": "A"}, {"version": 9},
        {"hashed_password": "x"}, {"created_at": "2020-01-01T00:00:00Z"}, {"__class__": "x"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.usefixtures("admin")
def test_35_nobody_registers_as_more_than_an_agent(served: Served, more: dict[str, Any]) -> None:
    name = "mass" + next(iter(more)).strip("_").replace("_", "")
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, **more}
    answer = served.client().post(AUTH + "/register", json=body)
    if answer.status_code == 201:
        made = answer.json()
        assert (made["role"], made["email_verified"]) == ("agent", False)
        assert made["id"] != 1
    else:
        problem(answer, 422)


def test_36_nor_becomes_one(served: Served, admin: httpx.Client) -> None:
    boris = served.account("boris")
    before = boris.get(ME).json()
    for more in (
        {"role": "admin"}, {"id": 1}, {"hashed_password": "x"}, {"password": "a new password"}, {"totp_secret": "A"},
        {"email_verified": True}, {"is_active": False}, {"telegram_id": 7}, {"two_factor_enabled": True},
    ):  # fmt: skip
        answer = boris.put(ME, json=more)
        assert answer.status_code in (200, 422), answer.text
    after = boris.get(ME).json()
    assert {k: after[k] for k in before if k not in ("updated_at", "version")} == {
        k: before[k] for k in before if k not in ("updated_at", "version")
    }
    served.sign_in("boris")
    number = before["id"]
    for path in (f"{AUTH}/users/{number}", f"{AUTH}/users/1"):
        problem(boris.put(path, json={"role": "admin"}), 403)
        problem(boris.delete(path), 403)
    # A new address has to be verified again.
    assert boris.put(ME, json={"email": "boris.new@example.com"}).json()["email_verified"] is False


def test_38_no_answer_holds_what_is_kept_secret(served: Served, admin: httpx.Client) -> None:
    body = {"username": "clara", "email": "clara@example.com", "password": PASSWORD}
    made = served.client().post(AUTH + "/register", json=body)
    tokens = served.client().post(AUTH + "/login", data={"username": "clara", "password": PASSWORD})
    clara = served.client(tokens.json()["access_token"])
    found = [made, tokens, admin.get(AUTH + "/users"), admin.get(f"{AUTH}/users/{made.json()['id']}")]
    found += [
        clara.get(AUTH + part)
        for part in ("/me", "/me/profile", "/me/stats", "/sessions", "/login-history", "/api-keys")
    ]
    for answer in found:
        assert answer.status_code in (200, 201)
        assert PASSWORD not in answer.text
        assert "$2b$" not in answer.text
        for name in names(answer.json()):
            assert not any(part in name for part in SECRET), name


def names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for one in value.values() for name in names(one)}
    return {name for one in value for name in names(one)} if isinstance(value, list) else set()


def test_39_there_is_always_an_administrator(admin: httpx.Client) -> None:
    number = admin.get(ME).json()["id"]
    path = f"{AUTH}/users/{number}"
    for answer in (
        admin.put(path, json={"role": "agent"}), admin.put(path, json={"is_active": False}), admin.delete(path),
    ):  # fmt: skip
        problem(answer, 409)
    assert admin.get(AUTH + "/users").status_code == 200


def test_40_a_bulk_change_with_a_foreign_number_changes_nothing(served: Served, admin: httpx.Client) -> None:
    dora = served.account("dora")
    own, foreign = dora.post(P, json=FLAT).json()["id"], admin.post(P, json=FLAT).json()["id"]
    before = [dora.get(f"{P}/{own}").content, admin.get(f"{P}/{foreign}").content]
    for ids in ([own, foreign], [own, 987_654_321], [own, *range(10**6, 10**6 + 20_000)], [own, "x"]):
        answer = dora.post(P + "/bulk", json={"ids": ids, "update": {"city": "Тверь"}})
        assert answer.status_code in (404, 413, 422), answer.text
    assert [dora.get(f"{P}/{own}").content, admin.get(f"{P}/{foreign}").content] == before


def test_41_a_foreign_object_is_as_good_as_none(served: Served, admin: httpx.Client) -> None:
    emil = served.account("emil")
    foreign = admin.post(P, json=FLAT).json()["id"]
    answers = [emil.get(f"{P}/{number}") for number in (foreign, 987_654_321)]
    seen = [
        re.sub(rf"\b{number}\b", "N", json.dumps(problem(answer, 404)))
        for answer, number in zip(answers, (foreign, 987_654_321), strict=True)
    ]
    assert seen[0] == seen[1]
