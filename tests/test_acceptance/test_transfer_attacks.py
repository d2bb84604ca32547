"""Section E of the acceptance list, as far as the command line meets it: files that come in and go out."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits
from realty_cli.formats.registry import codec_for
from tests.command import Command
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import create, found, send

LONG = bool(os.environ.get("REALTY_LONG"))
HEADER = "Номер;Тип;Сделка;Цена;Город;Описание"
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "=HYPERLINK(\"http://trap\")", " =1+1", "'=1+1",
    "''@x",
    "=cmd|' /C calc'!A0", "-", "--", "+79990000001",
)  # fmt: skip


@pytest.fixture
def realty(home: Path) -> Line:
    return Line(home)


def lines(count: int, bad: int | None = None) -> Iterator[str]:
    yield HEADER
    for number in range(1, count + 1):
        price = "-5" if number == bad else str(1_000 + number)
        yield f"N-{number};Квартира;Продажа;{price};Казань;Строка {number}"


def write(path: Path, text: Iterator[str]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in text)
    return path


def total(agency: Agency) -> int:
    count: int = agency.ask(lambda work: work.db.value("SELECT count(*) FROM properties"))
    return count


class Ended:
    """How a real command ended: its code, what it said, and the most memory that it or a child of it held, in MB."""

    def __init__(self, command: Command, *words: str | Path, folder: Path) -> None:
        told = folder / "told.txt"
        with told.open("wb") as err:
            running = command.start(*words, stdout=subprocess.DEVNULL, stderr=err)
            _, status, usage = os.wait4(running.pid, 0)
        running.returncode = self.code = os.waitstatus_to_exitcode(status)
        self.told = told.read_text("utf-8")
        self.megabytes = usage.ru_maxrss / 1024


@pytest.fixture
def small(realty_command: Command, tmp_path: Path) -> float:
    """What an ordinary import takes, in MB."""
    return Ended(
        realty_command, "properties", "import", write(tmp_path / "s.csv", lines(50)), folder=tmp_path
    ).megabytes


# 129 ------------------------------------------------------------------------------------------------------------------


def test_129_no_text_becomes_a_formula(sqlite_agency: Agency, realty: Line, tmp_path: Path) -> None:
    for text in FORMULAS:
        sqlite_agency.do(create(title=text, contact_name=text, description=f"\t{text}", tags=[text], price=5, floor=-1))
    fields = "title,contact_name,description,price,floor"
    rows = list(csv.DictReader(io.StringIO(realty("properties", "export", "--fields", fields, "--sort", "id").out)))
    for row, text in zip(rows, FORMULAS, strict=True):
        plain = text.strip() in ("-", "--", "+79990000001")
        for name in ("title", "contact_name"):
            assert row[name] == (text.strip() if plain else "'" + text.strip()), text
        assert (row["price"], row["floor"]) == ("5", "-1")
    path = tmp_path / "out.xlsx"
    realty("properties", "export", path)
    sheet = openpyxl.load_workbook(path).active
    for cells in sheet.iter_rows(min_row=2):
        assert {cell.data_type for cell in cells} <= {"s", "n", "b"}, "no formula, no link"
    for suffix in ("csv", "tsv", "xlsx", "json", "jsonl"):
        path = tmp_path / f"back.{suffix}"
        sqlite_agency.ask(lambda work, to=path: send(work, to))
        assert realty.json("properties", "import", path)["unchanged"] == len(FORMULAS), suffix


# 130 ------------------------------------------------------------------------------------------------------------------

ROW = "N-1;Квартира;Продажа;5000000;Казань;Текст"
ODD_CSV: dict[str, tuple[bytes, int]] = {
    "cp1251": ("\n".join([HEADER, ROW]).encode("cp1251"), 1),
    "bom": (b"\xef\xbb\xbf" + "\n".join([HEADER, ROW]).encode(), 1),
    "utf-16": ("\n".join([HEADER, ROW]).encode("utf-16"), 1),
    "nul": ("\n".join([HEADER, ROW.replace("Казань", "Каз\x00ань")]).encode(), 0),
    "ragged": ("\n".join([HEADER, ROW, "N-2;Дом;Продажа;5", ROW.replace("N-1", "N-3") + ";a;b;c"]).encode(), 2),
    "cr": ("\r".join([HEADER, ROW]).encode(), 1),
    "blank lines": ("\n\n\n".join([HEADER, ROW, "", " "]).encode(), 1),
    "quotes": ("\n".join([HEADER, ROW + '"' * 100_001]).encode(), 0),
    "open quote": ("\n".join([HEADER, ROW, 'N-2;"Квартира;Продажа;5']).encode(), 1),
    "commas": ("\n".join([HEADER, "," * 200_000]).encode(), 0),
    "semicolons": ("\n".join([HEADER, ROW, ";" * 200_000]).encode(), 1),
    "header twice": ("\n".join([HEADER, ROW, HEADER]).encode(), 1),
    "one column": ("Цена\n5".encode(), 0),
    "header alone": (HEADER.encode(), 0),
    "empty": (b"", 0),
    "binary": (bytes(range(256)) * 100, 0),
}


@pytest.mark.parametrize("kind", ODD_CSV)
def test_130_odd_csv_comes_in_or_is_refused_by_row_and_column(
    sqlite_agency: Agency, realty: Line, tmp_path: Path, kind: str
) -> None:
    data, least = ODD_CSV[kind]
    path = tmp_path / "odd.csv"
    path.write_bytes(data)
    ran = realty("properties", "import", path, code=None)
    assert ran.code in (0, 2, 8), ran.err
    assert "mistake in realty" not in ran.err
    assert max(map(len, ran.err.splitlines())) < 2_000
    assert total(sqlite_agency) >= least
    if ran.code == 8:
        assert "line " in ran.err
    for item in sqlite_agency.ask(found)["items"]:
        assert "\x00" not in json.dumps(item, ensure_ascii=False)


# 131 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json"])
def test_131_a_field_of_a_hundred_megabytes(
    realty_command: Command, sqlite_agency: Agency, tmp_path: Path, small: float, suffix: str
) -> None:
    path = tmp_path / f"wide.{suffix}"
    huge = "x" * 1_000_000
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'{HEADER}\n{ROW}\nN-2;Дом;Продажа;5;Казань;"'
            if suffix == "csv"
            else '[{"Описание": "'[suffix == "jsonl" :]
        )
        for _ in range(100):
            file.write(huge)
        file.write('"\n' if suffix == "csv" else '"}]')
    ended = Ended(realty_command, "properties", "import", path, folder=tmp_path)
    path.unlink()
    assert ended.code in (2, 8), ended.told
    assert "MB" in ended.told or "MiB" in ended.told, ended.told
    assert len(ended.told) < 2_000
    assert ended.megabytes < small + 60


def test_131_a_file_of_too_many_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "many.csv", lines(10_000_001 if LONG else 3_000))
    limits = Limits() if LONG else Limits(rows=2_500)
    rows = 0
    with codec_for(path).read(path, limits) as table, pytest.raises(Invalid) as refused:
        for block in table.blocks():
            rows += len(block.rows)
    assert refused.value.fields[0].code == "file.too_many_rows"
    assert limits.rows - 2_000 < rows <= limits.rows


# 136, 137 -------------------------------------------------------------------------------------------------------------


def _workbook(path: Path, members: Callable[[zipfile.ZipFile], None]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(";"))
    book.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        members(archive)
    return path


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("xl/link")
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


BOMBS: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "zeros": lambda archive: archive.writestr("xl/worksheets/sheet2.xml", bytes(200_000_000)),
    "slip": lambda archive: archive.writestr("../../evil.txt", "x"),
    "absolute": lambda archive: archive.writestr("/tmp/evil.txt", "x"),
    "link": _link,
    "nested": lambda archive: archive.writestr("xl/more.zip", b"PK\x03\x04" + bytes(5_000)),
    "members": lambda archive: [archive.writestr(f"xl/{number}", "") for number in range(10_500)] and None,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_136_a_workbook_that_is_a_bomb(
    realty_command: Command, sqlite_agency: Agency, tmp_path: Path, small: float, kind: str
) -> None:
    path = _workbook(tmp_path / "bomb.xlsx", BOMBS[kind])
    before = {one.name for one in tmp_path.iterdir()}
    ended = Ended(realty_command, "properties", "import", path, folder=tmp_path)
    assert ended.code in (0, 2), ended.told
    if kind != "nested":
        assert ended.code == 2, ended.told
        assert len(ended.told.strip().splitlines()) == 1
    assert ended.megabytes < small + 60
    assert {one.name for one in tmp_path.iterdir()} - before <= {"told.txt"}
    assert not Path("/tmp/evil.txt").exists()
    assert total(sqlite_agency) <= 50


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('[{"Номер": "1", "Номер": "2", "Тип": "Дом", "Сделка": "Продажа", "Цена": 5}]', (8,)),
        ('[{"Номер": "1", "Тип": "Дом", "Сделка": "Продажа", "Цена": NaN}]', (2, 8)),
        ('[{"Номер": "1", "Тип": "Дом", "Сделка": "Продажа", "Цена": 1e400}]', (2, 8)),
        ('[{"Номер": "1", "Тип": "Дом", "Сделка": "Продажа", "Цена": ' + "9" * 5_000 + "}]", (8,)),
        ('[{"Номер": "1", "Тип": "Дом", "Сделка": "Продажа", "Цена": -Infinity}]', (2, 8)),
        ('{"items": [1, "x", null, [], {}]}', (2, 8)),
        ("[", (2,)), ("{", (2,)), ("null", (2,)), ('"x"', (2,)), ("[]", (0, 2)), ("[{}]", (2, 8)), ("", (2,)),
        ("[1]garbage", (2, 8)),
        ('[{"\\ud800": "x"}]', (2, 8)), ("[" + ",".join(["{}"] * 5_000) + "]", (2, 8)),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_137_json_that_is_not_what_it_should_be(
    sqlite_agency: Agency, realty: Line, tmp_path: Path, text: str, codes: tuple[int, ...]
) -> None:
    for suffix in ("json", "jsonl"):
        path = tmp_path / f"odd.{suffix}"
        path.write_text(text, "utf-8")
        ran = realty("properties", "import", path, code=None)
        assert ran.code in (*codes, 2, 8, *((0,) if suffix == "jsonl" else ())), (suffix, ran.err)
        assert "mistake in realty" not in ran.err
    assert total(sqlite_agency) == 0


def test_137_a_file_beyond_all_size(realty_command: Command, tmp_path: Path, small: float) -> None:
    for suffix in ("json", "jsonl", "csv", "xlsx"):
        path = tmp_path / f"sparse.{suffix}"
        with path.open("wb") as file:
            file.truncate(5 << 30)
        ended = Ended(realty_command, "properties", "import", path, folder=tmp_path)
        path.unlink()
        assert ended.code == 2, ended.told
        assert ended.megabytes < small + 30


# 138 ------------------------------------------------------------------------------------------------------------------


def test_138_an_import_takes_nothing_over(sqlite_agency: Agency, realty: Line, tmp_path: Path) -> None:
    sqlite_agency.add_account("boris")
    sqlite_agency.do(create(title="Анны", external_id="A-1"))
    before = realty.json("properties", "show", 1)
    path = tmp_path / "out.csv"
    realty("properties", "export", path)
    text = path.read_text("utf-8").replace("Анны", "Бориса")
    path.write_text(text, "utf-8")
    body = realty.json("properties", "import", path, "--as", "boris")
    assert (body["created"], body["updated"]) == (1, 0)
    (his,) = realty.json("properties", "list", "--as", "boris")["items"]
    assert (his["title"], his["owner_id"], his["id"]) == ("Бориса", 2, 2)
    assert realty.json("properties", "show", 1) == before
    realty("properties", "import", "--undo", body["import_id"], "--as", "boris")
    assert realty.json("properties", "show", 1) == before


# 139 ------------------------------------------------------------------------------------------------------------------


def test_139_one_bad_row_in_ten_thousand(sqlite_agency: Agency, realty: Line, tmp_path: Path) -> None:
    path = write(tmp_path / "big.csv", lines(10_000, bad=9_999))
    assert realty("properties", "import", path, "--atomic", code=2).out == ""
    assert total(sqlite_agency) == 0
    body = realty.json("properties", "import", path, code=8)
    assert (body["created"], body["rejected"]) == (9_999, 1)
    assert [row["line"] for row in body["rows"]] == [10_000]
    again = realty.json("properties", "import", path, code=8)
    assert (again["created"], again["updated"], again["unchanged"], again["rejected"]) == (0, 0, 9_999, 1)
    assert total(sqlite_agency) == 9_999
    write(path, lines(10_000))
    assert realty.json("properties", "import", path, "--atomic")["created"] == 1
    assert total(sqlite_agency) == 10_000
    assert sqlite_agency.ask(lambda work: work.db.value("SELECT count(*) FROM property_search")) == 10_000


@pytest.mark.parametrize("atomic", [False, True])
def test_139_kill_midway(realty_command: Command, sqlite_agency: Agency, tmp_path: Path, atomic: bool) -> None:
    count, batch = 12_000, 1_000
    path = write(tmp_path / "big.csv", lines(count))
    words = ["properties", "import", path, *(["--atomic"] if atomic else [])]
    importing = realty_command.start(*words, env={"REALTY_IMPORT_BATCH": str(batch)})
    wal = realty_command.home / "realty.db-wal"
    deadline = time.monotonic() + 60
    while importing.poll() is None and time.monotonic() < deadline:
        if total(sqlite_agency) if not atomic else (wal.exists() and wal.stat().st_size > 500_000):
            break
        time.sleep(0.02)
    importing.send_signal(signal.SIGKILL)
    importing.communicate()
    kept = total(sqlite_agency)
    assert kept in (0, count) if atomic else kept % batch == 0
    for table in ("property_search", "changes"):
        assert sqlite_agency.ask(lambda work, name=table: work.db.value(f"SELECT count(*) FROM {name}")) == kept
    assert sqlite_agency.ask(lambda work: work.db.value("PRAGMA integrity_check")) == "ok"
    again = realty_command(*words, "--json").json()
    assert (again["created"], again["unchanged"]) == (count - kept, kept)
    assert total(sqlite_agency) == count


# 142 ------------------------------------------------------------------------------------------------------------------


def _many(agency: Agency, count: int) -> None:
    """Listings made by the database itself: entering them one by one is not what is tried here."""
    series = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
        if agency.realty.database.dialect == "sqlite"
        else "WITH n AS (SELECT * FROM generate_series(1, :count) AS i)"
    )
    with agency.write() as work:
        work.db.run(
            "INSERT INTO properties (owner_id, title, description, property_type, deal_type, status, price, currency,"
            f" version, created_at, updated_at) {series} SELECT 1, 'Flat ' || i, 'A text that says little. ' || i,"
            " 'apartment', 'sale', 'active', 100000 + i, 'RUB', 1, '2026-03-10T09:00:00.000000Z',"
            " '2026-03-10T09:00:00.000000Z' FROM n",
            {"count": count},
        )


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_142_a_slow_reader_of_many_rows(agency: Agency) -> None:
    count = 1_000_000 if LONG else 200_000
    _many(agency, count)
    url = agency.realty.settings.database_url
    command = Command(agency.realty.settings.home)
    env = {"REALTY_DATABASE_URL": url} if url else {}
    words = ["properties", "export", "--fields", "id,title,description,price", "--output", "jsonl"]
    resident: list[float] = []
    read = 0
    last = b""
    with command.start(*words, env=env) as exporting:
        assert exporting.stdout is not None
        while chunk := exporting.stdout.read(1 << 20):
            read += chunk.count(b"\n")
            last = (last + chunk)[-1_000:]
            resident.append(_resident(exporting.pid))
            time.sleep(0.01)
            if len(resident) == 3:
                with agency.write() as work:
                    create(title="Meanwhile")(work)
        assert exporting.wait(60) == 0
    assert read == count, "one state of the store, whatever is written meanwhile"
    assert json.loads(last.splitlines()[-1])["title"] == f"Flat {count}"
    middle = resident[3:-1]
    assert max(middle) < resident[2] + 25, middle
    assert total(agency) == count + 1
    if not url:
        agency.do(create())
        wal = agency.realty.settings.home / "realty.db-wal"
        assert not wal.exists() or wal.stat().st_size < 16 << 20


def test_142_a_reader_that_stops_reading_holds_no_writer_up(realty_command: Command, sqlite_agency: Agency) -> None:
    _many(sqlite_agency, 20_000)
    exporting = realty_command.start("properties", "export", "--output", "jsonl")
    assert exporting.stdout is not None
    exporting.stdout.read(1_000)
    for number in range(5):
        sqlite_agency.do(create(title=f"Meanwhile {number}"))
    out = exporting.communicate(timeout=60)[0]
    assert (exporting.returncode, out.count(b"\n") >= 19_990) == (0, True)
