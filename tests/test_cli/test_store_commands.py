"""`realty init`, `demo`, `db`, `config`, `doctor`, `version`, `completion`: what stands around the listings."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from realty_cli import __version__
from realty_cli.settings import NAMES
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import create

ADD = ("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "1")


@pytest.fixture
def bare(tmp_path: Path) -> Line:
    """A home in which nothing is yet."""
    return Line(tmp_path / "home")


# Beginning ------------------------------------------------------------------------------------------------------------


def test_init_makes_the_store_and_signs_its_first_account_in(bare: Line) -> None:
    body = bare.json("init", "--yes", "--username", "Анна")
    assert body == {"store": str(bare.home / "realty.db"), "username": "Анна", "role": "admin"}
    assert bare.home.stat().st_mode & 0o777 == 0o700
    for name in ("realty.db", "session"):
        assert (bare.home / name).stat().st_mode & 0o777 == 0o600
    assert bare.json(*ADD)["owner_id"] == 1
    ran = bare("init", "--yes", "--username", "boris", code=5)
    assert str(bare.home / "realty.db") in ran.err
    assert bare.json("properties", "list")["total"] == 1


@pytest.mark.parametrize("name", ["", " ", "a\x1bb", "x" * 61])
def test_init_refuses_a_name_that_is_none(bare: Line, name: str) -> None:
    assert "username" in bare("init", "--yes", "--username", name, code=2).err
    assert not (bare.home / "realty.db").exists()


def test_init_takes_the_name_of_whoever_runs_it(bare: Line) -> None:
    ran = bare("init", "--lang", "ru", env={"LOGNAME": "vera", "USER": "vera"})
    assert "vera" in ran.err
    assert "Дальше" in ran.err


def test_without_a_store_every_command_says_how_to_make_one(bare: Line) -> None:
    for words in (("properties", "list"), ADD, ("log",), ("undo",), ("db", "info"), ("db", "check"), ("search", "x"),
                  ("properties", "export"), ("properties", "stats")):  # fmt: skip
        ran = bare(*words, code=4)
        assert "realty init" in ran.err, words
    assert not bare.home.exists()


def test_the_demo_leaves_nothing_behind(bare: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"  # in the common one others may be at their own
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    body = bare.json("demo")
    assert body["list"]["total"] > 10
    assert body["statistics"]["total"] == body["list"]["total"]
    assert body["search"]["items"]
    assert (body["clients"]["total"], body["deals"]["total"]) == (859, 303)
    assert len(body["dashboard"]["kpis"]) == 8
    assert 0 < body["dashboard"]["alerts"]["total"] < 50, "an agency whose alerts somebody could work off"
    assert body["forecast"]["quality"] != "insufficient"
    report = [Path(body["report"][kind]) for kind in ("html", "pdf")]
    assert [path.read_bytes()[:5] for path in report] == [b"<!DOC", b"%PDF-"]
    assert [path.parent.parent for path in report] == [scratch, scratch]
    page = report[0].read_text("utf-8")
    for part in ("data:image/", "contacts on portals", "“", "the agreement ends on", "In the next 7 days: 1 showing"):
        assert part in page, part
    shutil.rmtree(report[0].parent)
    assert {one["name"] for one in body["today"]["sections"]} >= {"leads", "deposits", "commissions", "closings"}
    assert list(scratch.iterdir()) == []
    assert not bare.home.exists()


def test_the_demo_can_be_kept(bare: Line, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    ran = bare("demo", "--keep", folder, "--lang", "ru", "--output", "table")
    assert "продажа" in ran.out
    assert str(folder) in ran.err
    assert "realty analytics report owner --property" in ran.out + ran.err
    assert bare.json("properties", "list", env={"REALTY_HOME": str(folder)})["total"] > 10
    bare("demo", "--keep", folder, code=5)


# Who works ------------------------------------------------------------------------------------------------------------


def test_whoever_is_not_signed_in_is_asked_for_a_name(realty: Line, office: Agency) -> None:
    office.add_account("boris")
    (realty.home / "session").unlink()
    ran = realty("properties", "list", code=3)
    assert "--as" in ran.err
    assert realty("properties", "list", "--lang", "ru", code=3).err.startswith("Ошибка")
    assert realty.json("properties", "list", "--as", "ANNA")["total"] == 0
    assert "carl" in realty("properties", "list", "--as", "carl", code=3).err
    (realty.home / "session").write_text("carl\n")
    realty("properties", "list", code=3)


def test_the_only_account_needs_no_session(realty: Line) -> None:
    (realty.home / "session").unlink()
    assert realty.json("properties", "list")["total"] == 0


# The store ------------------------------------------------------------------------------------------------------------


def test_what_the_store_is(realty: Line, office: Agency) -> None:
    office.do(create())
    body = realty.json("db", "info")
    assert (body["kind"], body["place"], body["rows"]["properties"]) == ("sqlite", str(realty.home / "realty.db"), 1)
    assert "properties 1" in realty("db", "info", "--output", "table").out


def test_a_whole_store_is_called_whole(realty: Line) -> None:
    assert realty.json("db", "check") == {"ok": True, "findings": [], "swept": [], "stale_words": False}
    assert realty("db", "check", "--lang", "ru").err.strip()


def test_a_damaged_store_is_not_touched(realty: Line, office: Agency) -> None:
    with office.write() as work:
        for _ in range(200):
            create(description="x" * 500)(work)
    office.ask(lambda work: work.db.value("SELECT 1"))
    store = realty.home / "realty.db"
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(store.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = os.urandom(4096)
    store.write_bytes(data)
    damaged = store.read_bytes()
    ran = realty("db", "check", code=9)
    assert "realty db restore" in ran.err
    realty("doctor", code=9)
    assert store.read_bytes() == damaged
    store.write_bytes(b"not a database at all" * 500)
    ran = realty("properties", "list", code=9)
    assert "realty db restore" in ran.err


def test_a_backup_comes_back(realty: Line, office: Agency, tmp_path: Path) -> None:
    realty(*ADD)
    path = tmp_path / "backup.db"
    body = realty.json("db", "backup", path)
    assert (body["file"], body["bytes"]) == (str(path), path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o600
    realty("db", "backup", path, code=5)
    realty("db", "backup", path, "--force")
    realty(*ADD)
    assert realty.json("properties", "list")["total"] == 2
    assert "--yes" in realty("db", "restore", path, code=2).err
    answer = realty.json("db", "restore", path, "--yes")
    assert Path(answer["kept"]).is_file()
    assert realty.json("properties", "list")["total"] == 1
    for odd in (tmp_path / "missing.db", tmp_path):
        assert realty("db", "restore", odd, "--yes", code=None).code in (2, 4, 9)
    (tmp_path / "odd.db").write_bytes(b"x" * 5_000)
    assert realty("db", "restore", tmp_path / "odd.db", "--yes", code=9).err
    assert realty.json("properties", "list")["total"] == 1
    named = realty.json("db", "backup")["file"]
    assert Path(named).parent == realty.home / "backups"


def test_a_store_of_this_version_needs_no_migration(realty: Line) -> None:
    body = realty.json("db", "migrate")
    assert body["before"] == body["after"]
    assert body["backup"] is None or not Path(body["backup"]).exists()


def test_another_store_by_its_address(realty: Line, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copy(realty.home / "realty.db", other)
    realty(*ADD, "--db", f"sqlite:///{other}")
    assert realty.json("properties", "list")["total"] == 0
    assert realty.json("properties", "list", f"--db=sqlite:///{other}")["total"] == 1
    assert realty.json("properties", "list", env={"REALTY_DATABASE_URL": f"sqlite:///{other}"})["total"] == 1
    ran = realty("properties", "list", "--db", "mysql://me:secret@host/db", code=2)
    assert "secret" not in ran.err
    ran = realty("properties", "list", "--db", "postgresql+psycopg://me:secret@127.0.0.1:1/db", code=9)
    assert "secret" not in ran.err


# Settings -------------------------------------------------------------------------------------------------------------


def test_settings_are_read_and_written(realty: Line) -> None:
    body = realty.json("config", "list")
    assert tuple(body) == NAMES
    assert realty("config", "get", "timezone").out == "Europe/Moscow\n"
    path = realty.home / "realty.toml"
    path.write_text("# mine\nbin_days = 5 # kept\n", "utf-8")
    ran = realty("config", "set", "timezone", "Asia/Yekaterinburg")
    assert str(path) in ran.err
    assert path.read_text("utf-8") == '# mine\nbin_days = 5 # kept\ntimezone = "Asia/Yekaterinburg"\n'
    assert path.stat().st_mode & 0o777 == 0o600
    assert realty.json("config", "get", "timezone") == {"timezone": "Asia/Yekaterinburg"}
    realty("config", "set", "bin_days", 7)
    assert realty.json("config", "get", "bin_days") == {"bin_days": 7}
    realty("config", "set", "timezone", "")
    assert realty("config", "get", "timezone").out == "Europe/Moscow\n"
    assert realty.json("config", "get", "bin_days", env={"REALTY_BIN_DAYS": "9"}) == {"bin_days": 9}
    assert realty.json("config", "path")["settings"] == str(path)
    lines = dict(line.split("\t") for line in realty("config", "list").out.splitlines())
    assert lines["bin_days"] == "7"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("nonsense", "1", "bin_days"), ("home", "/tmp", "bin_days"), ("bin_days", "many", "bin_days"),
        ("bin_days", "-1", "0"), ("lang", "xx", "en"), ("timezone", "Mars/Olympus", "Europe/Moscow"),
        ("synchronous", "off", "full"), ("import_batch", "0", "1"), ("currency", "рубли", "RUB"),
        ("nonsense", "", "bin_days"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused(realty: Line, name: str, value: str, told: str) -> None:
    assert told in realty("config", "set", "--", name, value, code=2).err
    assert not (realty.home / "realty.toml").exists()
    assert realty("--lang", "ru", "config", "set", "--", name, value, code=2).err.startswith("Ошибка")


def test_a_broken_file_of_settings_is_named(realty: Line) -> None:
    path = realty.home / "realty.toml"
    for text in ("bin_days = ", "nonsense = 1", 'bin_days = "many"', "bin_days = true"):
        path.write_text(text, "utf-8")
        ran = realty("properties", "list", code=2)
        assert len(ran.err.splitlines()) == 1
        assert "bin_days" in ran.err or str(path) in ran.err or "nonsense" in ran.err


def test_a_password_in_the_address_is_not_printed(realty: Line) -> None:
    address = {"REALTY_DATABASE_URL": "postgresql+psycopg://me:secret@127.0.0.1/db"}
    for words in (("config", "list"), ("config", "get", "database_url"), ("config", "list", "--json"), ("doctor",)):
        ran = realty(*words, env=address, code=None)
        assert "secret" not in ran.out + ran.err, words


# The program ----------------------------------------------------------------------------------------------------------


def test_the_version(bare: Line) -> None:
    assert bare("version").out == f"realty {__version__}\n"
    assert bare.json("version") == {"version": __version__}


def test_the_doctor_says_what_to_mend(realty: Line, bare: Line) -> None:
    body = realty.json("doctor")
    assert body["ok"] is True
    assert {finding["level"] for finding in body["findings"]} <= {"ok", "warning"}
    realty.home.chmod(0o755)
    body = realty.json("doctor")
    assert any("chmod" in finding["remedy"] for finding in body["findings"])
    assert realty("doctor", "--output", "table", "--lang", "ru").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_and_installed(bare: Line, tmp_path: Path, shell: str) -> None:
    script = bare("completion", shell).out
    assert "_REALTY_COMPLETE" in script
    assert bare("completion", env={"SHELL": f"/bin/{shell}"}).out == script
    ran = bare("completion", shell, "--install", env={"HOME": str(tmp_path)})
    (place,) = [path for path in tmp_path.rglob("*realty*") if path.is_file()]
    assert place.read_text("utf-8") == script
    assert str(place) in ran.err
    assert "fish" in bare("completion", "tcsh", code=2).err


def test_an_unknown_command_or_form_is_a_matter_of_usage(realty: Line) -> None:
    for words in (
        ["nonsense"], ["properties", "nonsense"], ["propertys", "list"], ["properties", "list", "--output", "pdf"],
        ["properties", "list", "--lang", "xx"], ["properties", "list", "--output"], ["log", "extra"],
    ):  # fmt: skip
        ran = realty(*words, code=2)
        assert ran.out == "", words
        assert ran.err
    assert "properties" in realty("propertys", code=2).err


def test_help_is_there_for_everything_in_both_languages(realty: Line) -> None:
    commands = [["--help"]]
    for group in ("db", "config", "log", "undo", "init", "demo", "doctor", "search", "completion", "version"):
        commands.append([group, "--help"])
    for command in (
        "add", "list", "show", "edit", "delete", "restore", "purge", "status", "bulk", "search", "import", "export",
        "photos", "analyze", "stats", "history", "duplicates",
    ):  # fmt: skip
        commands.append(["properties", command, "--help"])
    for words in commands:
        english, russian = (realty(*words, "--lang", lang).out for lang in ("en", "ru"))
        assert english != russian, words
        assert "--help" in english


def test_ctrl_c_in_the_making_of_a_class_is_an_interruption(bare: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 hides what `__set_name__` raises in a RuntimeError."""

    def interrupted(*_: object) -> None:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr("realty_cli.cli.state.State.read", interrupted)
    assert "Interrupted" in bare("properties", "list", code=130).err
