"""The main paths in a real process: pipes, files, signals, exit codes as a shell sees them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.command import Command
from tests.conftest import Agency

ADD = ("properties", "add", "--type", "apartment", "--deal", "sale")


def test_a_day_at_the_desk(tmp_path: Path) -> None:
    realty = Command(tmp_path / "home")
    assert realty("init", "--yes", "--username", "anna").out == ""
    file = tmp_path / "лоты.csv"
    file.write_bytes(
        "Номер;Тип;Сделка;Цена;Город\nA-1;Квартира;Продажа;5 млн;Казань\nA-2;Дом;Продажа;дом;Сочи\n".encode("cp1251")
    )
    ran = realty("properties", "import", file, "--json", code=8)
    assert ran.json()["created"] == 1
    assert (tmp_path / "лоты.rejected.csv").exists()
    realty(*ADD, "-p", "6m", "--city", "Москва")
    assert realty("properties", "list", "--city", "казань").out.split("\t")[0] == "1"
    assert [line.split("\t")[0] for line in realty("search", "квартиры").out.splitlines()] == ["2", "1"]
    realty("properties", "edit", "2", "-p", "5.9m", "--lang", "ru")
    realty("undo")
    assert realty("properties", "show", "2", "--json").json()["price"] == 6_000_000
    exported = realty("properties", "export", "--output", "jsonl").out
    assert [json.loads(line)["id"] for line in exported.splitlines()] == [1, 2]
    assert realty("properties", "import", "-", "--format", "jsonl", "--json", stdin=exported).json()["unchanged"] == 2
    realty("properties", "delete", "1", code=2)
    realty("properties", "show", "99", code=4)
    realty("properties", "list", "--as", "boris", code=3)
    realty("init", "--yes", code=5)


def test_an_output_that_cannot_be_written_is_an_error(realty_command: Command) -> None:
    realty_command(*ADD, "-p", "1")
    with Path("/dev/full").open("wb") as full:
        writing = realty_command.start("properties", "export", stdout=full)
        assert writing.stderr is not None
        told = writing.stderr.read().decode()
        assert writing.wait(60) == 9
        writing.stderr.close()
    assert len(told.strip().splitlines()) == 1


def test_an_interrupted_import_keeps_whole_batches_and_goes_on(
    realty_command: Command, sqlite_agency: Agency, tmp_path: Path
) -> None:
    def total() -> int:
        count: int = sqlite_agency.ask(lambda work: work.db.value("SELECT count(*) FROM properties"))
        return count

    rows, path = 24_000, tmp_path / "flats.csv"
    text = "".join(f"A-{number};Квартира;Продажа;{number + 1}\n" for number in range(rows))
    path.write_text("Номер;Тип;Сделка;Цена\n" + text, "utf-8")
    importing = realty_command.start("properties", "import", path, env={"REALTY_IMPORT_BATCH": "2000"})
    deadline = time.monotonic() + 60
    while not total() and importing.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    importing.send_signal(signal.SIGINT)
    _, told = importing.communicate(timeout=60)
    assert b"Traceback" not in told
    kept = total()
    if importing.returncode == 0:  # done before the signal came
        assert kept == rows
        return
    assert importing.returncode == 130, told.decode()
    assert kept % 2_000 == 0
    assert f"{kept} rows are kept".encode() in told
    assert realty_command("properties", "import", path, "--json").json()["created"] == rows - kept


def test_bytes_that_are_no_text_end_in_one_line(realty_command: Command) -> None:
    for words in (
        [b"properties", b"list", b"--city", b"\xff\xfe"],
        [b"search", b"\xff"],
        [b"properties", b"show", b"\xff"],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "realty_cli", *words],
            env=realty_command.environment(),
            capture_output=True,
            timeout=60,
        )
        assert ran.returncode in (0, 2)
        assert b"Traceback" not in ran.stderr
        assert b"mistake in realty" not in ran.stderr
