"""A server whose store, disk or database fails under it: acceptance 184, 186-189, 192, 208, 211, 225."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import postgres as pg
from tests.command import Command
from tests.test_acceptance.faults import fill, ids, small_disk, times
from tests.test_api.conftest import Serve, Served
from tests.test_api.inside import FLAT, NO_TLS, Inside, P, problem
from tests.test_api.test_serving import answers, is_running, soon

READY = "/health/ready"


def ready(served: Served) -> int:
    return httpx.get(served.url + READY, timeout=10, verify=NO_TLS).status_code


def sent(served: Served, token: str, key: str, **fields: Any) -> httpx.Response | None:
    """A create; None where no answer came."""
    headers = {"Authorization": token, "Idempotency-Key": key}
    try:
        return httpx.post(served.url + P, json={**FLAT, **fields}, headers=headers, timeout=30, verify=NO_TLS)
    except httpx.TransportError:
        return None


def at_once(count: int, action: Callable[[int], None]) -> None:
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            action(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


# 208, 184, 192 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "2"])
def test_208_ten_equal_requests_at_once_make_one(serve: Serve, workers: str) -> None:
    served = serve("--workers", workers)
    token = served.account("anna").headers["authorization"]
    found: list[httpx.Response] = []

    def create(_: int) -> None:
        answer = sent(served, token, "once")
        assert answer is not None
        found.append(answer)

    at_once(10, create)
    assert {answer.status_code for answer in found} == {201}
    assert len({answer.content for answer in found}) == 1
    assert len({(answer.headers["etag"], answer.headers["location"]) for answer in found}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in found) == 1
    assert served.client().get(P, headers={"Authorization": token}).json()["total"] == 1


def test_208_ten_equal_requests_on_each_database(inside: Inside) -> None:
    anna = inside.client(**{"Idempotency-Key": "once"})
    found: list[int] = []

    def create(_: int) -> None:
        answer = anna.post(P, json=FLAT)
        assert answer.status_code == 201, answer.text
        found.append(answer.json()["id"])

    at_once(10, create)
    assert len(set(found)) == 1
    assert anna.get(P).json()["total"] == 1


@pytest.mark.parametrize("key", ["", "a b", "ключ".encode(), "x" * 201])
def test_208_what_is_no_key(inside_sqlite: Inside, key: str | bytes) -> None:
    answer = inside_sqlite.client().post(P, json=FLAT, headers={"Idempotency-Key": key})
    problem(answer, 422, "invalid")


def test_208_a_key_is_its_owner_s_and_its_path_s(inside_sqlite: Inside) -> None:
    key = {"Idempotency-Key": "same"}
    one = inside_sqlite.client(**key).post(P, json=FLAT)
    other = inside_sqlite.client("boris", **key).post(P, json=FLAT)
    assert one.json()["id"] != other.json()["id"]


def test_184_208_killed_under_load_nothing_told_is_lost_and_repeats_make_no_doubles(serve: Serve) -> None:
    served = serve()
    token = served.account("anna").headers["authorization"]
    keys = [str(uuid.uuid4()) for _ in range(20)]
    for round_number in range(times(2, 50)):
        told: dict[str, int] = {}
        numbers = itertools.count()
        many = threading.Event()

        def write(
            writer: int, place: Served = served, told: dict[str, int] = told, numbers: Any = numbers,
            many: threading.Event = many, round_number: int = round_number,
        ) -> None:  # fmt: skip
            for step in itertools.count():
                key = f"{keys[writer]}-{round_number}-{step}"
                answer = sent(place, token, key)
                if answer is None:
                    told.setdefault(key, 0)
                    return
                assert answer.status_code == 201, answer.text
                told[key] = answer.json()["id"]
                if next(numbers) > 60:
                    many.set()

        load = threading.Thread(target=at_once, args=(20, write))
        load.start()
        assert many.wait(60)
        served.process.kill()
        load.join()
        served.end()
        kept = set(ids(served.home / "realty.db"))
        assert set(told.values()) - {0} <= kept
        served = serve(home=served.home)
        for key, number in told.items():
            again = sent(served, token, key)
            assert again is not None
            assert again.status_code == 201
            assert number in (0, again.json()["id"])
            told[key] = again.json()["id"]
        assert len(set(told.values())) == len(told)
        everything = served.client().get(P, headers={"Authorization": token}).json()["total"]
        assert everything == len(kept | set(told.values()))


def test_192_many_writers_and_the_command_line_beside_them(serve: Serve, tmp_path: Path) -> None:
    served = serve("--workers", "2")
    token = served.account("anna").headers["authorization"]
    rows = "".join(f"{number},Квартира,Продажа,{5_000_000 + number}\n" for number in range(3_000))
    table = tmp_path / "flats.csv"
    table.write_text("external_id,Тип недвижимости,Тип сделки,Цена\n" + rows, "utf-8")
    key = served.client(token[7:]).post("/api/v1/auth/api-keys", json={"name": "cli", "scopes": ["write"]}).json()
    beside = Command(served.home).start("properties", "import", table, env={"REALTY_API_KEY": key["key"]})
    made: list[int] = []

    def write(writer: int) -> None:
        for step in range(5):
            answer = sent(served, token, f"{writer}-{step}")
            assert answer is not None
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["id"])

    at_once(24, write)
    _, err = beside.communicate(timeout=120)
    assert beside.returncode == 0, err
    assert len(set(made)) == 120
    assert served.end() == 0
    assert len(ids(served.home / "realty.db")) == 3_120


# 225, 189 -------------------------------------------------------------------------------------------------------------


def test_225_a_broken_store_is_told_and_a_restored_one_taken_up(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    anna = served.account("anna")
    assert anna.post(P, json=FLAT).status_code == 201
    backup = tmp_path / "backup.db"
    command = Command(served.home)
    command("db", "backup", backup)
    store = served.home / "realty.db"
    shutil.copyfile(store, tmp_path / "whole.db")
    assert ready(served) == 200
    with store.open("r+b") as file:
        file.write(b"\xff" * 8192)
    for end in ("-wal", "-shm"):
        if (side := store.with_name(store.name + end)).exists():
            os.truncate(side, 0)
    soon(lambda: ready(served) == 503)
    answer = httpx.get(served.url + READY, timeout=30, verify=NO_TLS)
    assert answer.json() == {"status": "unavailable"}
    assert answer.headers["retry-after"] == "1"
    assert answers(served)  # it lives
    command("db", "restore", backup, "--yes")
    soon(lambda: ready(served) == 200)
    # Who was signed in before a restore is not any more.
    token = served.sign_in("anna")["access_token"]
    restored = served.client(token)
    soon(lambda: restored.get(P).status_code == 200)
    made = restored.post(P, json=FLAT)
    assert made.status_code == 201, made.text
    assert served.end() == 0
    assert made.json()["id"] in ids(store)


def test_189_a_store_that_is_taken_away_is_missed_and_never_made_anew(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    anna = served.account("anna")
    assert anna.post(P, json=FLAT).status_code == 201
    store = served.home / "realty.db"
    away = tmp_path / "away"
    away.mkdir()
    for path in served.home.glob("realty.db*"):
        path.rename(away / path.name)
    refused = problem(anna.post(P, json=FLAT), 503)
    assert str(served.home) not in str(refused)
    soon(lambda: anna.get(P).status_code == 503)
    soon(lambda: ready(served) == 503)
    assert not store.exists()
    for path in away.iterdir():
        path.rename(served.home / path.name)
    soon(lambda: ready(served) == 200)
    assert anna.post(P, json=FLAT).status_code == 201
    assert anna.get(P).json()["total"] == 2


# 186, 187, 188 --------------------------------------------------------------------------------------------------------


def test_187_on_a_full_disk_it_reads_and_later_writes(serve: Serve, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "12m") as disk:
        served = serve(home=disk / "home")
        anna = served.account("anna")
        made = anna.post(P, json=FLAT).json()["id"]
        filler = fill(disk)
        seen = {anna.post(P, json={**FLAT, "description": "x" * 20_000}).status_code for _ in range(30)}
        assert seen <= {201, 503, 507}
        assert 507 in seen
        refused = problem(anna.post(P, json={**FLAT, "description": "x" * 20_000}), 507)
        assert str(disk) not in str(refused)
        picture = ("photo.png", b"\x89PNG\r\n\x1a\n" + b"x" * 100)
        assert anna.post(P + "/upload-photo", files={"file": picture}).status_code in (415, 422, 507)
        for _ in range(50):
            assert anna.get(f"{P}/{made}").status_code == 200
        assert answers(served)
        soon(lambda: b"realty_log_records_lost_total 0" not in anna.get("/metrics").content)
        filler.unlink()
        assert anna.post(P, json=FLAT).status_code == 201
        soon(lambda: ready(served) == 200)
        assert served.end() == 0
        ids(disk / "home" / "realty.db")


def test_186_a_failed_sync_is_no_success(serve: Serve, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    served = serve()
    anna = served.account("anna")
    traced = [strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-p", str(served.process.pid)]
    told: list[int] = []
    statuses = []
    for number in range(1, times(4, 20)):
        inject = ["-e", f"inject=fdatasync,fsync:error=EIO:when={number}+7"]
        tracer = subprocess.Popen([*traced, *inject], stderr=subprocess.PIPE)
        try:
            soon(lambda: "TracerPid:\t0" not in Path(f"/proc/{served.process.pid}/status").read_text())
            for _ in range(12):
                answer = anna.post(P, json=FLAT)
                statuses.append(answer.status_code)
                if answer.status_code == 201:
                    told.append(answer.json()["id"])
                else:
                    problem(answer, 503)
        finally:
            tracer.terminate()
            tracer.communicate()
    assert set(statuses) == {201, 503}
    assert anna.post(P, json=FLAT).status_code == 201
    assert served.end() == 0
    assert set(told) <= set(ids(served.home / "realty.db"))


# 211 ------------------------------------------------------------------------------------------------------------------


def test_211_a_database_that_is_stopped_and_started_is_found_again(serve: Serve, tmp_path: Path) -> None:
    programs = pg.binaries()
    if programs is None:
        pytest.skip("PostgreSQL (initdb, postgres) is not installed here")
    with pg.running(programs, settings={"fsync": "on", "synchronous_commit": "on"}) as server:
        served = serve(env={"REALTY_DATABASE_URL": server.create()})
        token = served.account("anna").headers["authorization"]
        told: set[int] = set()
        down, ended = threading.Event(), threading.Event()

        def write(writer: int) -> None:
            for step in itertools.count():
                if ended.is_set():
                    return
                answer = sent(served, token, f"{writer}-{step}")
                assert answer is not None
                if answer.status_code == 201:
                    told.add(answer.json()["id"])
                else:
                    problem(answer, 503)
                    assert "retry-after" in answer.headers
                    down.set()
                    threading.Event().wait(0.02)

        load = threading.Thread(target=at_once, args=(8, write))
        load.start()
        try:
            soon(lambda: len(told) > 20)
            command = stopped_at_once(server)
            assert down.wait(30)
            soon(lambda: ready(served) == 503)
            with started(server, command):
                before = len(told)
                soon(lambda: len(told) > before + 20)
                ended.set()
                load.join()
                soon(lambda: ready(served) == 200)  # it is looked at once a second at most
                with pg.connect(server.url(served_database(server))) as connection:
                    stored = {row[0] for row in connection.execute("SELECT id FROM properties")}
                assert told <= stored
                assert served.end() == 0
        finally:
            ended.set()
            load.join()


def stopped_at_once(server: pg.Server) -> list[bytes]:
    """Stop the server as a power cut would; gives the command that started it."""
    number = int((server.directory / "data" / "postmaster.pid").read_text().split()[0])
    command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")[:-1]
    os.kill(number, signal.SIGQUIT)
    soon(lambda: not (server.directory / "data" / "postmaster.pid").exists() or not is_running(number))
    return command


@contextmanager
def started(server: pg.Server, command: list[bytes]) -> Iterator[None]:
    log = server.directory / "log again"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=server.directory, stdout=output, stderr=output, start_new_session=True,
            **pg._unprivileged(server.directory),
        )  # fmt: skip
    try:
        pg._wait(process, server, log)
        yield
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


def served_database(server: pg.Server) -> str:
    with pg.connect(server.url()) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_%'").fetchone()
    assert found is not None
    return str(found[0])
