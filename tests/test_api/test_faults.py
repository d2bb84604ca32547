"""More that goes wrong under a server: acceptance 188, 191, 194, 199. The rest stands in test_store_faults and
test_serving."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from tests.command import Command
from tests.test_acceptance.faults import bound_by_modes, ids, times
from tests.test_api.conftest import PASSWORD, V1, Serve
from tests.test_api.inside import FLAT, Inside, P, created, problem
from tests.test_api.test_serving import answers, soon
from tests.test_api.test_store_faults import at_once, ready, sent

ME = V1 + "/auth/me"


def test_188_a_store_that_may_only_be_read_is_read(serve: Serve, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = serve(home=home)
    number = first.account("anna").post(P, json=FLAT).json()["id"]
    token = first.sign_in("anna")["access_token"]
    assert first.end() == 0
    store = home / "realty.db"
    served = serve(home=home, before=bound_by_modes())
    anna = served.client(token)
    assert anna.get(f"{P}/{number}").status_code == 200
    files = list(home.glob("realty.db*"))
    for path in files:
        path.chmod(0o400)
    home.chmod(0o500)
    try:
        for _ in range(5):  # connections that are open may go on, new ones may not: never an internal error
            made = anna.post(P, json=FLAT)
            assert made.status_code in (201, 503), made.text
            assert anna.get(f"{P}/{number}").status_code in (200, 503)
        served.end()
    finally:
        home.chmod(0o700)
        for path in files:
            if path.exists():
                path.chmod(0o600)
    whole = serve(home=home)
    assert whole.client(token).post(P, json=FLAT).status_code == 201
    whole.end()
    assert number in ids(store)


@pytest.mark.parametrize("writers", [2, 8])
def test_191_of_many_edits_of_one_version_one_is_made(serve: Serve, writers: int) -> None:
    served = serve("--workers", "2")
    anna = served.account("anna")
    made = anna.post(P, json=FLAT)
    path = made.headers["location"]
    tag = anna.get(path).headers["etag"]
    found: list[int] = []

    def edit(number: int) -> None:
        answer = anna.put(path, json={"title": f"Правка {number}"}, headers={"If-Match": tag})
        found.append(answer.status_code)

    at_once(writers, edit)
    assert sorted(found) == [200] + [412] * (writers - 1)
    problem(anna.put(path, json={"title": "x"}, headers={"If-Match": tag}), 412)
    assert anna.get(path).json()["title"].startswith("Правка")


def test_194_a_clock_that_jumps(inside: Inside) -> None:
    clock = inside.agency.clock
    numbers = []
    for jump in (0, 366 * 86_400, -367 * 86_400, -1, 86_400):
        clock.advance(seconds=jump)
        anna = inside.client()  # signs in at the time of this machine's clock, whatever it says
        assert anna.get(ME).status_code == 200
        numbers.append(created(anna)["id"])
        assert anna.get(P, params={"limit": 100}).status_code == 200
    assert numbers == sorted(numbers)
    clock.advance(seconds=3_600)
    problem(anna.get(ME), 401)  # and its token ends when it should


def test_199_backups_while_it_serves(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    anna = served.account("anna")
    token = anna.headers["authorization"]
    told: list[int] = []
    ended = threading.Event()

    def write(writer: int) -> None:
        for step in itertools.count():
            if ended.is_set():
                return
            answer = sent(served, token, f"{writer}-{step}")
            assert answer is not None
            assert answer.status_code == 201, answer.text
            told.append(answer.json()["id"])

    load = threading.Thread(target=at_once, args=(10, write))
    load.start()
    try:
        soon(lambda: len(told) > 10)
        for number in range(times(3, 20)):
            before = list(told)
            backup = tmp_path / f"{number}.db"
            Command(served.home)("db", "backup", backup)
            kept = ids(backup)
            assert set(before) <= set(kept)
            assert kept == list(range(kept[0], kept[-1] + 1))  # what was told first is not missing
    finally:
        ended.set()
        load.join()
    assert answers(served)
    assert ready(served) == 200
    assert served.sign_in("anna", PASSWORD)
    assert served.end() == 0
    assert set(told) <= set(ids(served.home / "realty.db"))
