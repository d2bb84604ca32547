"""Passwords from outside: guessing, finding out who has an account, letters for a new one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import Command
from tests.test_api.conftest import PASSWORD, V1, Serve, Served
from tests.test_api.inside import problem
from tests.test_api.test_serving import soon

AUTH = V1 + "/auth"
NEW = "another horse battery"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that lets many guess, so that the tests of a module do not hold up each other."""
    env = {"REALTY_FAILURES_PER_ADDRESS": "10000", "REALTY_REGISTRATIONS_PER_MINUTE": "10000"}
    made = Served(Command(tmp_path_factory.mktemp("served")), env=env)
    made.account("anna")
    yield made
    assert made.end() == 0
    assert "Traceback" not in "".join(made.said)


def registered(served: Served, username: str, password: str, **more: Any) -> httpx.Response:
    body = {"username": username, "email": f"{username}@example.com", "password": password, **more}
    return served.client().post(AUTH + "/register", json=body)


def login(served: Served, username: str, password: str, **headers: str) -> httpx.Response:
    return served.client(**headers).post(AUTH + "/login", data={"username": username, "password": password})


def same_but_for_its_id(answer: httpx.Response) -> tuple[Any, ...]:
    headers = {name for name in answer.headers if not name.startswith("ratelimit")}
    return answer.status_code, answer.content, headers


def test_43_44_guessing_is_slowed_whatever_the_headers_say(serve: Serve) -> None:
    served = serve()
    served.account("anna")
    answers = [
        login(served, "anna", f"guess number {number}", **{"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(30)
    ]
    statuses = [answer.status_code for answer in answers]
    assert set(statuses[:5]) == {401}
    assert 429 in statuses[:20]
    assert all(status in (401, 429) for status in statuses)
    stopped = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(stopped.headers["retry-after"]) <= 900


def test_44_guesses_at_one_name_hold_up_no_other(served: Served) -> None:
    registered(served, "victim", PASSWORD)
    for number in range(15):
        login(served, "victim", f"guess number {number}")
    assert login(served, "victim", "one more guess").status_code == 429
    assert login(served, "anna", PASSWORD).status_code == 200


def test_45_nobody_learns_who_has_an_account(served: Served) -> None:
    admin = served.client(served.sign_in("anna")["access_token"])
    for name in ("known", "away"):
        registered(served, name, PASSWORD)
    users = admin.get(AUTH + "/users", params={"q": "away"}).json()["items"]
    assert admin.put(f"{AUTH}/users/{users[0]['id']}", json={"is_active": False}).status_code == 200
    found = [
        login(served, "known", "wrong password"), login(served, "nobody", "wrong password"),
        login(served, "away", "wrong password"), login(served, "away", PASSWORD),
    ]  # fmt: skip
    assert found[0].status_code == 401
    assert len({answer.content for answer in found}) == 1
    assert len({frozenset(same_but_for_its_id(answer)[2]) for answer in found}) == 1


def test_47_registrations_of_one_address_are_limited(serve: Serve) -> None:
    served = serve(env={"REALTY_REGISTRATIONS_PER_MINUTE": "10"})
    found = [registered(served, f"mass{number}", PASSWORD).status_code for number in range(20)]
    assert set(found) == {201, 429}


def letters(served: Served) -> list[str]:
    return [path.read_text() for path in sorted((served.home / "letters").glob("*.txt"))]


def test_48_49_a_letter_is_the_only_way_to_a_new_password(served: Served) -> None:
    registered(served, "lena", PASSWORD)
    old = served.sign_in("lena")
    evil = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    reset = AUTH + "/reset-password"
    known = served.client(**evil).post(reset, json={"email": "lena@example.com"})
    unknown = served.client().post(reset, json={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 202
    assert known.content == unknown.content == b""

    def written() -> list[str]:
        # Who registered is also asked, in a letter with a token of its own, whether the address is theirs.
        return [one for one in letters(served) if "lena@example.com" in one and re.search("password|парол", one)]

    soon(lambda: bool(written()))
    letter = written()[-1]
    assert "evil" not in letter
    assert not any("nobody@example.com" in one for one in letters(served))
    found = re.search(r"^([\w-]{43})\r?$", letter, re.M)
    assert found is not None
    token = found[1]
    for path in served.home.glob("realty.db*"):
        assert token.encode() not in path.read_bytes()
    anybody = served.client()
    weak = anybody.post(reset, json={"token": token, "new_password": "short"})
    problem(weak, 422)
    assert anybody.post(reset, json={"token": token, "new_password": NEW}).status_code == 204
    assert anybody.post(reset, json={"token": token, "new_password": NEW}).status_code in (401, 404, 409, 422)
    assert login(served, "lena", PASSWORD).status_code == 401
    assert login(served, "lena", NEW).status_code == 200
    problem(served.client(old["access_token"]).get(AUTH + "/me"), 401)
    log = served.home / "logs" / "serve.log"
    assert token not in log.read_text()


@pytest.mark.parametrize("password", ["", "7 chars", "password", "12345678", "weakling1", "        ", "aaaaaaaa"])
def test_51_weak_passwords(served: Served, password: str) -> None:
    refused = problem(registered(served, "weakling1", password), 422)
    assert [one["field"] for one in refused["errors"]] == ["password"]


def test_52_every_byte_of_a_password_counts(served: Served) -> None:
    long = "ä" * 36 + "tail one!!"  # 82 bytes
    assert registered(served, "longone", long).status_code == 201
    assert login(served, "longone", "ä" * 36 + "tail two!!").status_code == 401
    assert login(served, "longone", "ä" * 36).status_code == 401
    assert login(served, "longone", long).status_code == 200
    answer = registered(served, "nulone", "with a \0 inside it")
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        assert login(served, "nulone", "with a ").status_code == 401


def test_53_a_sentence_in_any_form(served: Served) -> None:
    password = "Съешь ещё этих мягких французских булочек, да выпей же чаю, ёжик"
    assert len(password) == 64
    assert registered(served, "phrase", unicodedata.normalize("NFD", password)).status_code == 201
    for form in ("NFC", "NFD", "NFKC"):
        assert login(served, "phrase", unicodedata.normalize(form, password)).status_code == 200


def test_54_a_password_of_a_megabyte(served: Served) -> None:
    long = "x" * 1_000_000
    assert login(served, "anna", long).status_code in (401, 413, 422)
    assert registered(served, "huge", long).status_code in (413, 422)


@pytest.mark.parametrize("name", ["ANNA", "anna ", "аnna", "anna\u200b", "ａnna"])
def test_55_names_that_look_alike(served: Served, name: str) -> None:
    answer = registered(served, name, PASSWORD, email="other@example.com")
    assert answer.status_code in (409, 422), answer.text


@pytest.mark.parametrize("email", ["ANNA@example.com", "anna@EXAMPLE.com", "anna@example.com "])
def test_55_addresses_that_are_the_same(served: Served, email: str) -> None:
    answer = registered(served, "somebody", PASSWORD, email=email)
    assert answer.status_code in (409, 422), answer.text


def test_56_the_current_password_is_asked_for_and_not_guessed(served: Served) -> None:
    mine = served.account("oleg")
    change = AUTH + "/change-password"
    problem(mine.post(change, json={"new_password": NEW}), 422)
    found = []
    for number in range(25):
        answer = mine.post(change, json={"current_password": f"guess {number} of it", "new_password": NEW})
        found.append(answer.status_code)
    assert found[0] in (401, 403, 422)
    assert 429 in found
    assert 204 not in found


def test_58_a_password_is_nowhere_in_the_home(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    secret, other = "Zwetschgenkompott 41", "Zwetschgenkompott 42"
    body = {"username": "paul", "email": "paul@example.com", "password": secret}
    served.client().post(AUTH + "/register", json=body)
    login(served, "paul", secret + " wrong")
    mine = served.client(served.sign_in("paul", secret)["access_token"])
    change = {"current_password": secret, "new_password": other}
    assert mine.post(AUTH + "/change-password", json=change).status_code == 204
    broken = served.client().post(AUTH + "/login", json={"username": "paul", "password": secret})
    assert "Zwetschgen" not in broken.text
    served.client().get(f"/api/v1/auth/me?password={secret}")
    line = Path(f"/proc/{served.process.pid}/cmdline").read_bytes()
    assert served.end() == 0
    places = [path for path in served.home.rglob("*") if path.is_file()]
    assert len(places) > 2
    for path in places:
        assert b"Zwetschgenkompott" not in path.read_bytes(), path
    assert b"Zwetschgen" not in line
    assert "Zwetschgen" not in "".join(served.said)
