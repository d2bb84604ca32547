"""Files of listings over HTTP (section E of the acceptance list): imports and exports, and who waits for whom."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from tests.test_acceptance.test_transfer_attacks import BOMBS, FORMULAS, HEADER, ODD_CSV, ROW, _many, _workbook, lines
from tests.test_api.conftest import Serve
from tests.test_api.inside import NO_TLS, Inside, P, codes, created, problem
from tests.test_properties.listings import found

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx")


def send(client: httpx.Client, data: bytes | str, name: str = "flats.csv", **fields: Any) -> httpx.Response:
    body = data.encode() if isinstance(data, str) else data
    return client.post(P + "/import", files={"file": (name, body)}, data=fields)


def imported(client: httpx.Client, data: bytes | str, name: str = "flats.csv", **fields: Any) -> dict[str, Any]:
    answer = send(client, data, name, **fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def total(client: httpx.Client) -> int:
    return int(client.get(P, params={"limit": 1}).json()["total"])


FILE = "\n".join([HEADER, ROW, "N-2;Дом;Продажа;дорого;Казань;Текст", "N-3;Комната;Аренда;20000;Казань;Ещё"])


class TestImport:
    def test_good_rows_are_kept_and_bad_ones_named(self, inside: Inside) -> None:
        anna = inside.client(**{"Accept-Language": "ru"})
        body = imported(anna, FILE)
        assert {name: body[name] for name in ("created", "updated", "unchanged", "rejected")} == {
            "created": 2, "updated": 0, "unchanged": 0, "rejected": 1,
        }  # fmt: skip
        [bad] = body["rows"]
        assert (bad["line"], bad["outcome"], bad["id"], bad["errors"][0]["field"]) == (3, "rejected", None, "Цена")
        assert "цен" in bad["errors"][0]["message"].lower() or "сумм" in bad["errors"][0]["message"].lower()
        again = imported(anna, FILE)
        assert (again["created"], again["unchanged"], again["rejected"], again["import_id"]) == (0, 2, 1, None)
        changed = imported(anna, FILE.replace("5000000", "4900000"))
        assert (changed["updated"], changed["rows"][0]["outcome"], changed["rows"][0]["line"]) == (1, "updated", 2)

    def test_an_import_is_taken_back_its_updates_too(self, inside: Inside) -> None:
        anna = inside.client()
        imported(anna, FILE)
        before = anna.get(P).json()["items"]
        second = imported(anna, FILE.replace("5000000", "4900000") + "\nN-4;Гараж;Продажа;300000;Казань;")
        undone = anna.post(f"{P}/import/{second['import_id']}/undo").json()
        assert (undone["undone"], undone["removed"], undone["reverted"]) == (second["import_id"], 1, 1)
        after = anna.get(P).json()["items"]
        assert [(one["id"], one["price"]) for one in after] == [(one["id"], one["price"]) for one in before]
        problem(anna.post(f"{P}/import/{second['import_id']}/undo"), 409, "undo.already")
        one = created(anna)["id"]
        [operation] = inside.agency.ask(lambda work: work.history.operations(object_id=one))
        problem(anna.post(f"{P}/import/{operation['id']}/undo"), 404, "import.unknown")

    def test_all_or_nothing(self, inside: Inside) -> None:
        anna = inside.client()
        refused = problem(send(anna, FILE, atomic="true"), 422, "import.refused")
        assert codes(refused) == {"3.Цена": "import.price_unreadable"}
        assert total(anna) == 0
        assert (
            inside.agency.ask(lambda work: work.db.value("SELECT count(*) FROM changes WHERE kind = 'property'")) == 0
        )
        assert imported(anna, FILE.replace("дорого", "7000000"), atomic="true")["created"] == 3

    def test_a_dry_run_changes_nothing(self, inside: Inside) -> None:
        anna = inside.client()
        body = imported(anna, FILE, dry_run="true")
        assert (body["created"], body["rejected"], body["import_id"]) == (2, 1, None)
        assert total(anna) == 0
        assert inside.agency.ask(lambda work: work.history.changes(kind="property"))["items"] == []

    def test_map_and_set_help(self, inside: Inside) -> None:
        anna = inside.client()
        text = "Что это;Почём\nквартира;5000000\n"
        one = imported(anna, text, map=["Что это=property_type", "Почём=price"], set="deal_type=sale")
        two = imported(
            anna, text.replace("5", "6"), map=json.dumps({"Что это": "property_type", "Почём": "price"}),
            set=json.dumps({"deal_type": "rent"}),
        )  # fmt: skip
        assert (one["created"], two["created"]) == (1, 1)
        listed = anna.get(P).json()["items"]
        assert [(item["property_type"], item["deal_type"], item["price"]) for item in listed] == [
            ("apartment", "rent", 6_000_000), ("apartment", "sale", 5_000_000),
        ]  # fmt: skip
        assert codes(problem(send(anna, text, set="colour=red"), 422)) == {"set": "field.unknown"}
        for wrong in ("no pair", "=x", "[1]", "{", '{"a": 1}'):
            assert problem(send(anna, text, map=wrong), 422)["errors"]
        for name in ("dry_run", "atomic", "format"):
            assert name in codes(problem(send(anna, text, **{name: "perhaps"}), 422))
        problem(anna.post(P + "/import", params={"dry_run": "true"}, files={"file": ("a.csv", b"x")}), 422)
        problem(anna.post(P + "/import", data={"dry_run": "true"}), 415)
        problem(anna.post(P + "/import", files={"x": ("a.csv", b"x")}), 422)

    def test_the_file_is_named_where_it_cannot_be_read(self, inside_sqlite: Inside) -> None:
        anna = inside_sqlite.client()
        for name, data in (("пусто.csv", b""), ("книга.xlsx", b"PK\x03\x04"), ("список.json", b"[")):
            assert problem(send(anna, data, name), 422)["detail"].startswith(f"file: {name}"), name

    def test_the_file_is_named_in_the_log(self, inside: Inside) -> None:
        anna = inside.client()
        number = imported(anna, FILE, name="../выгрузка\x1b[2J ЦИАН.csv")["import_id"]
        operation = inside.agency.ask(lambda work: work.history.operations())[0]
        assert (operation["id"], operation["source"], operation["actor"]) == (number, "import", "anna")
        assert operation["command"].startswith(f"POST {P}/import ")
        assert operation["detail"]["rejected"] == 1
        for text in (operation["command"], operation["detail"]["file"]):
            assert "\x1b" not in text
            assert ".." not in text
            assert "ЦИАН.csv" in text

    def test_others_write_while_a_large_file_comes_in(self, inside_sqlite: Inside) -> None:
        anna, boris = inside_sqlite.client(), inside_sqlite.client("boris")
        answers: list[httpx.Response] = []
        text = "\n".join(lines(8_000))
        sending = threading.Thread(target=lambda: answers.append(send(anna, text)))
        sending.start()
        made = 0
        while sending.is_alive():
            created(boris)
            assert boris.get(P).status_code == 200
            made += 1
        sending.join()
        assert answers[0].status_code == 200, answers[0].text
        assert answers[0].json()["created"] == 8_000
        assert made > 3
        assert total(boris) == made


@pytest.mark.parametrize("kind", ODD_CSV)
def test_130_odd_csv_comes_in_or_is_refused_by_row_and_column(inside_sqlite: Inside, kind: str) -> None:
    anna = inside_sqlite.client()
    data, least = ODD_CSV[kind]
    answer = send(anna, data)
    assert answer.status_code in (200, 422), answer.text
    assert len(answer.text) < 20_000
    assert total(anna) >= least
    if answer.status_code == 422:
        assert problem(answer, 422)["errors"][0]["field"]
    else:
        assert all(row["line"] and row["errors"] for row in answer.json()["rows"])


@pytest.mark.parametrize("kind", BOMBS)
def test_136_a_workbook_that_is_a_bomb(inside_sqlite: Inside, tmp_path: Path, kind: str) -> None:
    anna = inside_sqlite.client()
    path = _workbook(tmp_path / "bomb.xlsx", BOMBS[kind])
    answer = send(anna, path.read_bytes(), "bomb.xlsx")
    assert answer.status_code in ((200, 422) if kind == "nested" else (413, 422)), answer.text
    assert not Path("/tmp/evil.txt").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
     ("x.xml", b'<!DOCTYPE l [<!ENTITY a "' + b"lol" * 33_000 + b'">]><l>' + b"&a;" * 10_000 + b"</l>"),
     ("x.pickle", b"\x80\x04\x95"), ("x", b"x"), ("x.csv.exe", b"x"), ("", b"x")],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_132_133_141_only_known_formats_come_in(inside_sqlite: Inside, name: str, data: bytes) -> None:
    anna = inside_sqlite.client()
    answer = problem(send(anna, data, name), 422)
    assert "root:" not in json.dumps(answer)
    for kind in ("csv", "json", "xlsx"):
        answer = send(anna, data, name, format=kind).json()
        assert "root:" not in json.dumps(answer)
    assert total(anna) == 0


def test_132_133_a_workbook_with_entities(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    entities = {
        "file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "lol": '<!DOCTYPE x [<!ENTITY a "lollollol"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;&b;">]>',
    }
    book = openpyxl.Workbook()
    for cell in (HEADER.split(";"), ROW.split(";")):
        book.active.append(cell)
    plain = io.BytesIO()
    book.save(plain)
    for head in entities.values():
        made = io.BytesIO()
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for member in source.namelist():
                data = source.read(member)
                if member.endswith("sharedStrings.xml") or "sheet1" in member:
                    text = data.decode()
                    at = text.index("?>") + 2 if text.startswith("<?xml") else 0
                    data = (text[:at] + head + text[at:].replace("Казань", "&e;")).encode()
                target.writestr(member, data)
        answer = send(anna, made.getvalue(), "x.xlsx")
        assert answer.status_code in (200, 422)
        assert "root:" not in answer.text + anna.get(P).text
        assert "lollol" not in anna.get(P).text


def test_138_an_import_takes_nothing_over(inside: Inside) -> None:
    anna, boris = inside.client(), inside.client("boris")
    hers = created(anna, title="Анны", external_id="A-1", source_url="https://example.com/1")
    for kind in FORMATS:
        data = anna.get(P + "/export", params={"format": kind}).content
        body = imported(boris, data, f"x.{kind}")
        assert body["updated"] == 0
    items = boris.get(P).json()["items"]
    assert {item["owner_id"] for item in items} == {2}
    assert hers["id"] not in {item["id"] for item in items}
    number = body["import_id"] or 2
    text = f"id;owner_id;Тип;Сделка;Цена\n{hers['id']};1;Квартира;Продажа;1\n"
    number = imported(boris, text)["import_id"]
    problem(inside.client("vera").post(f"{P}/import/{number}/undo"), 404, "import.unknown")
    assert anna.get(f"{P}/{hers['id']}").json() == hers
    assert anna.post(f"{P}/import/{number}/undo").status_code == 200, "an administrator may"


class TestExport:
    def test_every_format_comes_back_as_it_went(self, inside: Inside) -> None:
        anna = inside.client()
        created(anna, rooms=2, area_total=54.3, tags=["a", "b"], attributes={"x": "y"}, mortgage=True, city="Казань")
        created(anna, title="Дом", property_type="house", description="две\nстроки", price=19.99)
        for kind in FORMATS:
            answer = anna.get(P + "/export", params={"format": kind, "sort": "id"})
            assert answer.status_code == 200
            assert answer.headers["content-disposition"] == f'attachment; filename="listings-2026-03-10.{kind}"'
            assert imported(anna, answer.content, f"x.{kind}")["unchanged"] == 2, kind
        whole = anna.get(P + "/export", params={"format": "json", "sort": "id"}).json()
        shown = [anna.get(f"{P}/{number}").json() for number in (1, 2)]
        for item in shown:
            item.pop("photos")
        assert whole == shown, "json carries what the API shows"

    def test_filters_fields_and_order(self, inside: Inside) -> None:
        anna = inside.client()
        for price in (3, 1, 2):
            created(anna, price=price * 1_000_000, city="Казань" if price > 1 else "Москва")
        query = {"fields": "price,city", "sort": "price", "city": "казань"}
        assert anna.get(P + "/export", params=query).text == "price,city\n2000000,Казань\n3000000,Казань\n"
        body = {"format": "jsonl", "filter": {"ids": [1, 3]}, "fields": ["id"], "sort": "-id"}
        assert anna.post(P + "/export", json=body).text == '{"id":3}\n{"id":1}\n'
        excel = anna.get(P + "/export", params={"fields": "price,area_total", "excel": True}).content
        assert excel.startswith(b"\xef\xbb\xbfprice;area_total\r\n")
        assert anna.get(P + "/export", params={"ids": 99, "fields": "id"}).text == "id\n"

    @pytest.mark.parametrize("kind", ["../../etc/passwd", "pickle", "html;id", "CSV ", "", "xls", "ics"])
    def test_141_only_known_formats_go_out(self, inside_sqlite: Inside, kind: str) -> None:
        anna = inside_sqlite.client()
        assert codes(problem(anna.get(P + "/export", params={"format": kind}), 422)) == {
            "format": "field.literal_error"
        }
        problem(anna.post(P + "/export", json={"format": kind}), 422)
        problem(anna.get(P + "/export", params={"fields": "password_hash"}), 422)
        problem(anna.get(P + "/export", params={"fields": "id,nothing"}), 422)

    def test_129_no_text_becomes_a_formula(self, inside_sqlite: Inside) -> None:
        anna = inside_sqlite.client()
        for text in FORMULAS:
            created(anna, title=text, contact_name=text, description=f"x {text}", tags=[text], floor=-1)
        fields = {"fields": "title,contact_name,price,floor", "sort": "id"}
        rows = list(csv.DictReader(io.StringIO(anna.get(P + "/export", params=fields).text)))
        for row, text in zip(rows, FORMULAS, strict=True):
            plain = text.strip() in ("-", "--", "+79990000001")
            assert row["title"] == row["contact_name"] == (text.strip() if plain else "'" + text.strip()), text
            assert (row["price"], row["floor"]) == ("5000000", "-1")
        book = anna.get(P + "/export", params={**fields, "format": "xlsx"}).content
        for cells in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2):
            assert {cell.data_type for cell in cells} <= {"s", "n"}


def _readers(inside: Inside) -> int:
    """Transactions that hold the store: what keeps PostgreSQL from tidying and SQLite from ending its WAL."""
    if inside.agency.realty.database.dialect == "postgresql":
        sql = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
            " AND pid <> pg_backend_pid()"
        )
        return int(inside.agency.ask(lambda work: work.db.value(sql)))
    with inside.agency.write() as work:
        work.db.commit()
        busy, _, _ = work.db.one("PRAGMA wal_checkpoint(TRUNCATE)")
        work.db.begin(write=True)
    return int(busy)


def _soon(check: Any, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        threading.Event().wait(0.05)
    return False


def _asking(inside: Inside, query: str) -> socket.socket:
    """An export asked for by somebody who reads no more than is asked of them here."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    raw.connect(("127.0.0.1", inside.port))
    token = inside.client().headers["authorization"]
    raw.sendall(f"GET {P}/export?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n\r\n".encode())
    assert raw.recv(1_000).startswith(b"HTTP/1.1 200")
    return raw


def test_142_a_slow_reader_does_not_hold_the_store(inside: Inside) -> None:
    _many(inside.agency, 60_000)
    anna = inside.client()
    with _asking(inside, "format=jsonl&fields=id,title,description,price,created_at") as raw:
        # Nothing more is read; the export is finished all the same, and its transaction with it.
        assert _soon(lambda: _readers(inside) == 0)
        created(anna)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        rest = b""
        while not rest.endswith(b"0\r\n\r\n"):
            got = raw.recv(1 << 20)
            assert got
            rest += got
        assert rest.count(b'"title":"Flat ') >= 59_990, "one state of the store, whole, however slowly it is read"
    assert total(anna) == 60_001


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_214_whoever_leaves_frees_everything(inside: Inside, kind: str) -> None:
    _many(inside.agency, 30_000)
    home = inside.agency.realty.settings.home
    if kind == "xlsx":
        raw = socket.create_connection(("127.0.0.1", inside.port))
        token = inside.client().headers["authorization"]
        raw.sendall(f"GET {P}/export?format=xlsx HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        raw.close()
    else:
        _asking(inside, f"format={kind}").close()
    assert _soon(lambda: _readers(inside) == 0)

    def left() -> list[str]:
        return [
            str(one) for one in Path("/proc/self/fd").iterdir() if str(home) in _target(one) and "#" in _target(one)
        ]

    if Path("/proc/self/fd").exists():
        assert _soon(lambda: left() == [])
    assert inside.client().get(P + "/export", params={"fields": "id", "ids": 1}).text == "id\n1\n"


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def test_an_export_on_a_full_disk_says_so(inside_sqlite: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = inside_sqlite.client()
    created(anna)
    home = inside_sqlite.agency.realty.settings.home
    full = open("/dev/full", "r+b")  # noqa: SIM115 - closed by the one who writes it
    monkeypatch.setattr("realty_cli.api.streaming.tempfile.TemporaryFile", lambda **_: full)
    answer = problem(anna.get(P + "/export"), 507, "disk.full")
    assert str(home) not in json.dumps(answer)
    monkeypatch.undo()
    assert anna.get(P + "/export", params={"fields": "id"}).text == "id\n1\n"


def test_many_exports_at_once_are_all_whole(inside_sqlite: Inside) -> None:
    _many(inside_sqlite.agency, 5_000)
    counts: list[int] = []
    headers = dict(inside_sqlite.client().headers)

    def fetch() -> None:
        with httpx.Client(base_url=inside_sqlite.url, headers=headers, timeout=60, verify=NO_TLS) as own:
            counts.append(own.get(P + "/export", params={"format": "jsonl"}).text.count("\n"))

    threads = [threading.Thread(target=fetch) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert counts == [5_000] * 10
    assert inside_sqlite.agency.ask(found)["total"] == 5_000


def test_201_an_import_ends_with_the_server(serve: Serve) -> None:
    served = serve(env={"REALTY_SHUTDOWN_SECONDS": "4"})
    anna = served.account("anna")
    text = "\n".join(lines(40_000))
    answers: list[httpx.Response] = []
    sending = threading.Thread(target=lambda: answers.append(send(anna, text)))
    sending.start()
    other = served.client(served.sign_in("anna")["access_token"])
    assert _soon(lambda: total(other) > 0)
    served.process.send_signal(signal.SIGTERM)
    sending.join(30)
    kept = 40_000
    if answers[0].status_code != 200:
        problem(answers[0], 503, "server.ending")
        assert answers[0].headers["retry-after"]
    assert served.end() == 0
    again = serve(home=served.home)
    anna = again.client(again.sign_in("anna")["access_token"])
    if answers[0].status_code != 200:
        kept = total(anna)
        assert kept % 1_000 == 0
        assert 0 < kept < 40_000
    body = imported(anna, text)
    assert (body["created"], body["unchanged"]) == (40_000 - kept, kept)
