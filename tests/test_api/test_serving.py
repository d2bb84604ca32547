"""`realty serve` as a process: how it starts, ends, and what becomes of those that it leaves behind."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.command import Command
from tests.test_acceptance.old_stores import STORES
from tests.test_api.conftest import PASSWORD, V1, Serve, Served
from tests.test_api.inside import FLAT, NO_TLS, P

LIVE = "/health/live"


def soon(question: Callable[[], bool], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not question():
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def answers(served: Served, path: str = LIVE) -> bool:
    try:
        return httpx.get(served.url + path, timeout=5, verify=NO_TLS).status_code == 200
    except httpx.TransportError:
        return False


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestStart:
    def test_an_empty_home_becomes_a_store_whose_first_account_is_administrator(
        self, serve: Serve, tmp_path: Path
    ) -> None:
        served = serve(home=tmp_path / "empty")
        assert served.account("anna").get(V1 + "/auth/me").json()["role"] == "admin"
        assert served.account("boris").get(V1 + "/auth/me").json()["role"] == "agent"
        assert any("The store is ready" in line for line in served.said)

    def test_178_only_this_machine_reaches_it_unasked(self, serve: Serve) -> None:
        assert "127.0.0.1" in serve().said[-1]
        exposed = serve("--host", "0.0.0.0")
        assert any("Others on the network" in line for line in exposed.said)

    def test_223_who_holds_the_port_is_told(self, served: Served, tmp_path: Path) -> None:
        done = Command(tmp_path)("serve", "--port", str(served.port), code=9)
        assert f"({served.process.pid})" in done.err
        assert answers(served)

    def test_an_address_of_nobody(self, tmp_path: Path) -> None:
        done = Command(tmp_path)("serve", "--host", "192.0.2.1", code=9)
        assert "192.0.2.1" in done.err

    def test_196_an_older_store_is_brought_up_to_date_first(self, serve: Serve, tmp_path: Path) -> None:
        home = tmp_path / "old"
        home.mkdir(mode=0o700)
        (home / "realty.db").write_bytes(gzip.decompress((STORES / "0001.db.gz").read_bytes()))
        served = serve(home=home)
        assert answers(served, "/health/ready")
        assert list((home / "backups").glob("*before-migration.db"))

    def test_197_a_newer_store_is_refused_before_anybody_can_connect(self, serve: Serve, tmp_path: Path) -> None:
        home = tmp_path / "newer"
        serve(home=home).end()
        with sqlite3.connect(home / "realty.db") as store:
            store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.close()
        done = Command(home)("serve", "--port", "0", code=9)
        assert "9999" in done.err
        assert "Serving" not in done.err

    @pytest.mark.parametrize("options", [("--certificate", "missing.pem"), ("--key", "key.pem")])
    def test_a_certificate_that_is_none(self, tmp_path: Path, options: tuple[str, str]) -> None:
        done = Command(tmp_path)("serve", "--port", "0", *options, code=2)
        assert "certificate" in done.err.lower()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
         folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem", folder / "key.pem"


def test_https(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    process = Command(tmp_path).start("serve", "--port", "0", "--certificate", cert, "--key", key)
    assert process.stderr is not None
    line = next(one for one in process.stderr if b"https://" in one).decode()
    place = line.split("https://")[1].split()[0]
    trusted = ssl.create_default_context(cafile=str(cert))
    with httpx.Client(verify=trusted, timeout=30) as client:
        assert client.get(f"https://{place}{LIVE}").status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.communicate()


class TestEnd:
    @pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_201_202_203_told_to_end_it_ends_well(self, serve: Serve, sent: signal.Signals, workers: str) -> None:
        served = serve("--workers", workers)
        served.account("anna").post(P, json=FLAT)
        with socket.create_connection(("127.0.0.1", served.port)):  # who asks nothing does not hold it up
            assert served.end(sent) == 0
        assert (served.home / "realty.db").stat().st_size > 0
        assert not (served.home / "realty.db-wal").exists()
        assert not list((served.home / "run").iterdir())

    def test_201_a_request_at_work_is_finished(self, serve: Serve) -> None:
        served = serve(env={"REALTY_PASSWORD_COST": "12"})
        body = json.dumps({"username": "anna", "email": "anna@example.com", "password": PASSWORD}).encode()
        ask = f"GET {LIVE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        head = (
            f"POST {V1}/auth/register HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
            line.sendall(ask)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200")  # the connection is taken, so that what follows is too
            line.sendall(head.encode() + body)
            assert served.end() == 0
            assert line.recv(65_536).split(b" ", 2)[1] in (b"201", b"503")
        with pytest.raises(httpx.ConnectError):
            httpx.get(served.url + LIVE, timeout=30, verify=NO_TLS)

    def test_201_a_half_sent_upload_does_not_hold_it_up(self, serve: Serve) -> None:
        served = serve(env={"REALTY_SHUTDOWN_SECONDS": "2"})
        anna = served.account("anna")
        head = (
            f"POST {P}/upload-photo HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {anna.headers['authorization']}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n"
        )
        with socket.create_connection(("127.0.0.1", served.port)) as line:
            line.sendall(head.encode())
            assert served.end() == 0

    def test_203_no_worker_outlives_a_supervisor_that_was_killed(self, serve: Serve) -> None:
        served = serve("--workers", "2")
        workers = children(served.process.pid)
        assert len(workers) == 2
        served.process.kill()
        assert served.end() == -signal.SIGKILL
        soon(lambda: not any(map(is_running, workers)))
        again = serve(home=served.home)  # what it left behind holds nobody
        assert again.account("anna").post(P, json=FLAT).status_code == 201

    def test_a_worker_that_dies_is_replaced(self, serve: Serve) -> None:
        served = serve("--workers", "2")
        first = children(served.process.pid)
        os.kill(first[0], signal.SIGKILL)
        soon(lambda: len(set(children(served.process.pid)) - {first[0]}) == 2)
        assert answers(served)
        assert served.end() == 0


class TestMany:
    def test_224_two_servers_on_one_store(self, serve: Serve) -> None:
        one = serve()
        other = serve(home=one.home)
        anna = one.account("anna")
        token = one.sign_in("anna")["access_token"]
        beside = other.client(token)
        made: list[int] = []

        def write(client: httpx.Client) -> None:
            for _ in range(25):
                answer = client.post(P, json=FLAT)
                assert answer.status_code == 201, answer.text
                made.append(answer.json()["id"])

        writers = [threading.Thread(target=write, args=(client,)) for client in (anna, beside) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert len(set(made)) == 100
        assert beside.get(P, params={"limit": 1}).json()["total"] == 100
        assert one.end() == other.end() == 0

    def test_222_few_files_are_left(self, serve: Serve, tmp_path: Path) -> None:
        served = serve(before=("sh", "-c", 'ulimit -n 64 && exec "$@"', "sh"))
        lines = []
        for _ in range(200):
            line = socket.socket()
            line.settimeout(5)
            try:
                line.connect(("127.0.0.1", served.port))
            except OSError:
                line.close()
                continue
            lines.append(line)
        for line in lines:
            line.close()
        soon(lambda: answers(served))
        assert served.account("anna").post(P, json=FLAT).status_code == 201
