"""`realty clients import`, `export`, `duplicates`, `merge`, `consents`, `retention`, `export-person`, `erase`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.conftest import Agency
from tests.test_cli.conftest import Line

FILE = (
    "ФИО;Телефон;Бюджет до;Комментарий\n"
    "Иванов Пётр;8 916 123-45-67;7,5 млн;Ищет дом\nPetr Ivanov;89161234567;;\n;;;пусто\n"
)


def test_a_file_comes_in_and_is_taken_back(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = tmp_path / "люди.csv"
    path.write_bytes(FILE.encode("cp1251"))
    planned = realty("clients", "import", path, "--dry-run", code=8)
    assert "would create 1" in planned.err
    ran = realty("clients", "import", path, "--lang", "ru", code=8)
    assert "создано 1" in ran.err
    assert "realty clients import --undo" in ran.err
    rejected = list(csv.DictReader(path.with_name("люди.rejected.csv").read_text("utf-8").splitlines()))
    assert [row["Комментарий"] for row in rejected] == ["пусто"]
    (client,) = realty.json("clients", "list")["items"]
    assert client["name"] == "Иванов Пётр"
    (lead,) = realty.json("clients", "leads", "list")["items"]
    assert lead["budget_max"] == 7_500_000
    body = realty.json("clients", "import", path, code=8)
    assert (body["import_id"], body["created"], body["unchanged"]) == (None, 0, 2)
    number = realty.json("log")["items"][0]["id"]
    realty("clients", "import", "--undo", number)
    assert realty.json("clients", "list")["total"] == 0


def test_a_file_goes_out(realty: Line, office: Agency, tmp_path: Path) -> None:
    realty("clients", "add", "--name", "Иванов Пётр", "--phone", "89161234567", "--notes", "t.me/petr_ivanov")
    path = tmp_path / "out.csv"
    realty("clients", "export", path)
    assert "+79161234567" in path.read_text("utf-8")
    realty("clients", "export", path, code=5)
    hidden = realty("clients", "export", "--anonymise", "--format", "json").out
    assert json.loads(hidden)[0]["name"] == "И. П."
    assert "4567" not in hidden
    realty("properties", "add", "--type", "house", "--deal", "sale", "--price", "5m", "--contact-name", "Пётр",
           "--contact-phone", "89161234567")  # fmt: skip
    listing = realty("properties", "export", "--anonymise").out
    assert "П." in listing
    assert "1234567" not in listing


def test_two_records_become_one_and_two_again(realty: Line, office: Agency) -> None:
    for name in ("Иванов Пётр", "Петр Иванов"):
        realty("clients", "add", "--name", name, "--phone", "89161234567")
    assert "the same phone" in realty("clients", "duplicates", "--output", "table").out
    (pair,) = realty.json("clients", "duplicates")["items"]
    realty("clients", "merge", pair["a"], pair["b"], code=2)
    body = realty.json("clients", "merge", pair["a"], pair["b"], "--yes")
    assert body["merged"] == [pair["b"]]
    assert realty.json("clients", "list")["total"] == 1
    realty("undo", body["operation_id"])
    assert realty.json("clients", "list")["total"] == 2
    realty("clients", "duplicates", "--different", pair["a"], pair["b"])
    assert realty.json("clients", "duplicates")["items"] == []


def test_consents_and_retention(realty: Line, office: Agency) -> None:
    client = realty.json("clients", "add", "--name", "Анна")["id"]
    consent = realty.json("clients", "consents", "add", client, "--evidence", "бланк 7", "--until", "2099-01-01")
    assert (consent["valid"], consent["evidence"]) == (True, "бланк 7")
    assert "бланк 7" in realty("clients", "consents", "list", client, "--output", "table").out
    assert realty.json("clients", "retention")["items"] == []
    realty("clients", "consents", "withdraw", consent["id"], "--note", "письмо")
    (item,) = realty.json("clients", "retention")["items"]
    assert (item["id"], item["reason"]) == (client, "withdrawn")
    assert "согласия больше нет" in realty("clients", "retention", "--output", "table", "--lang", "ru").out
    assert realty("clients", "consents", "add", client, "--on", "2099-01-01", code=2).err


def test_a_person_is_shown_whole_and_forgotten(realty: Line, office: Agency, tmp_path: Path) -> None:
    client = realty.json("clients", "add", "--name", "Зебриков Пётр", "--phone", "89161234567")["id"]
    realty("clients", "log", client, "call", "обсудили зебру")
    assert "Зебриков" in realty("clients", "export-person", client, "--lang", "ru", "--output", "table").out
    path = tmp_path / "person.json"
    realty("clients", "export-person", client, path)
    assert json.loads(path.read_text("utf-8"))["interactions"][0]["text"] == "обсудили зебру"
    assert path.stat().st_mode & 0o777 == 0o600
    realty("clients", "export-person", client, path, code=5)
    realty("clients", "export-person", client, tmp_path / "person.md")
    assert "обсудили зебру" in (tmp_path / "person.md").read_text("utf-8")
    realty("clients", "erase", client, code=2)
    body = realty.json("clients", "erase", client, "--yes")
    assert body["clients"] == [client]
    assert realty.json("clients", "show", client)["name"] == f"#{client}"
    assert "Зебриков" not in realty("log", "--since", "0", "--json").out
    realty("clients", "erase", client, "--yes", code=5)
    for name in ("realty.db", "realty.db-wal"):
        store = realty.home / name
        assert not store.exists() or "Зебриков".encode() not in store.read_bytes()
