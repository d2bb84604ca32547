"""`realty deals ...` as a person and a script use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.test_cli.conftest import Line
from tests.test_deals.deals import client

FLAT = ("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "12.5m", "--title", "Двушка", "-q")


@pytest.fixture
def flat(realty: Line) -> int:
    return int(realty.json(*FLAT)["id"])


def deal(realty: Line, *words: object) -> dict[str, Any]:
    made: dict[str, Any] = realty.json("deals", "add", "--title", "Сделка", "--kind", "sale", "--side", "buyer", *words)
    return made


def test_what_is_typed_is_what_is_stored(realty: Line, office: Any, flat: int, tmp_path: Path) -> None:
    anna = client(office, "Анна")
    notes = tmp_path / "notes.txt"
    notes.write_text("Опека.\nМаткапитал.", "utf-8")
    first = deal(realty)["id"]
    made = realty.json(
        "deals", "add", "--property", flat, "--side", "both", "--stage", "offer", "--amount", "12,3 млн",
        "--party", f"buyer={anna}", "--after", first, "--deposit-kind", "earnest", "--deposit", "100k",
        "--deposit-due", "2026-12-10", "--deposit-paid", "2026-01-10T10:00+03:00", "--expected", "2027-06-15",
        "--mortgage", "approved", "--bank", "Сбербанк", "--mortgage-amount", "9m", "--mortgage-until", "2027-08-01",
        "--contract", "dkp", "--contract-number", "7/26", "--contract-date", "2026-12-01", "--notes", f"@{notes}",
        "--tag", "срочно", "--attr", "нотариус=Петров", "--external-id", "D-7",
    )  # fmt: skip
    assert made == realty.json("deals", "show", made["id"])
    assert {name: made[name] for name in (
        "title", "stage", "amount", "deposit", "deposit_due", "deposit_paid_at", "mortgage_amount", "notes", "tags",
        "attributes", "after", "parties",
    )} == {
        "title": "Двушка", "stage": "offer", "amount": 12_300_000, "deposit": 100_000, "deposit_due": "2026-12-10",
        "deposit_paid_at": "2026-01-10T07:00:00.000000Z", "mortgage_amount": 9_000_000,
        "notes": "Опека.\nМаткапитал.", "tags": ["срочно"], "attributes": {"нотариус": "Петров"}, "after": [first],
        "parties": [{"client_id": anna, "role": "buyer", "name": "Анна"}],
    }  # fmt: skip


def test_edit(realty: Line) -> None:
    made = deal(realty, "--attr", "а=1", "--attr", "б=2", "--tag", "x")
    edited = realty.json(
        "deals", "edit", made["id"], "--amount", "5m", "--attr", "а=", "--attr", "в=3", "--clear", "tags"
    )
    assert (edited["amount"], edited["attributes"], edited["tags"]) == (5_000_000, {"б": "2", "в": "3"}, [])
    assert "edit --help" in realty("deals", "edit", made["id"], code=2).err
    refused = realty("deals", "edit", made["id"], "--amount", "6m", "--if-version", 1, code=5)
    assert "version 2" in refused.err


def test_a_deal_goes_its_way(realty: Line, flat: int) -> None:
    number = deal(realty, "--property", flat, "--amount", "12m")["id"]
    other = deal(realty, "--property", flat)["id"]
    reserved = realty("deals", "reserve", number, "--until", "2027-05-20", "--output", "table")
    assert "Listing 1: active → reserved." in reserved.err
    assert "reservation" in reserved.out
    held = realty("deals", "reserve", other, "--lang", "ru", code=5)
    assert held.err.startswith(f"Ошибка: Объект {flat} уже забронирован: сделка {number}, anna")
    released = realty.json("deals", "release", number, "--to", "showing", "--reason", "истекла")
    assert (released["stage"], released["changed"][0]["new"]) == ("showing", "active")
    assert realty.json("deals", "move", number, "contract")["stage"] == "contract"
    refused = realty("deals", "move", number, "lead", "--lang", "ru", code=5)
    assert "«договор» не может перейти на «лид»" in refused.err
    listed = realty.json("properties", "edit", flat, "--listed-at", "2026-01-10 10:00")["listed_at"]
    early = realty("deals", "close", number, "--on", "2025-10-06 05:00", code=2).err
    assert "--on: " in early
    assert "(2025-10-06 05:00)" in early, "as it was typed, on the wall of who typed it"
    assert listed not in early
    closed = realty.json("deals", "close", number, "--final-price", "11.9m", "--on", "today 00:00")
    assert closed["final_price"] == 11_900_000
    assert realty.json("properties", "show", flat)["status"] == "sold"
    history = realty.json("deals", "history", number)["entries"]
    assert [one["new"] for one in history][-1:] == ["contract"], "in the order in which it held"
    realty("undo")
    assert realty.json("properties", "show", flat)["status"] == "reserved"
    lost = realty.json("deals", "lose", number, "--reason", "банк отказал")
    assert (lost["lost_reason"], realty.json("properties", "show", flat)["status"]) == ("банк отказал", "active")
    assert "--reason" in realty("deals", "lose", other, code=2).err


def test_lists(realty: Line) -> None:
    first = deal(realty, "--amount", "5m", "--expected", "2027-01-10")["id"]
    second = deal(realty, "--amount", "7m", "--tag", "срочно")["id"]
    realty("deals", "lose", first, "--reason", "x")

    def numbers(*words: object) -> list[int]:
        return [one["id"] for one in realty.json("deals", "list", *words)["items"]]

    assert numbers() == [second, first]
    assert numbers("--open") == numbers("--stage", "lead") == numbers("--tag", "срочно") == [second]
    assert numbers("--ended") == numbers("--amount-max", "6m") == numbers("--expected-to", "2027-01-10") == [first]
    assert numbers("--q", "сделки", "--sort", "amount") == [first, second]
    table = realty("deals", "list", "--output", "table")
    assert "Shown 2 of 2." in table.err
    piped = realty("deals", "list").out.splitlines()
    assert piped[0].split("\t")[:6] == [str(second), "Сделка", "lead", "sale", "buyer", "7000000"]
    assert realty("deals", "list", "--output", "csv").out.startswith(
        "id,title,stage,deal,side,amount,expected_to_close"
    )
    assert len(realty("deals", "list", "--output", "jsonl").out.splitlines()) == 2
    for words in (("--limit", 0), ("--offset", -1), ("--sort", "price"), ("--amount-min", "много"), ("--stage", "x")):
        assert realty("deals", "list", *words, code=2).out == ""


def test_bin(realty: Line) -> None:
    number = deal(realty)["id"]
    assert "--yes" in realty("deals", "delete", number, code=2).err
    realty("deals", "delete", number, "--yes")
    assert realty.json("deals", "list")["total"] == 0
    assert realty.json("deals", "list", "--deleted")["total"] == 1
    assert realty.json("deals", "show", number)["deleted_at"]
    realty("deals", "restore", number)
    assert realty.json("deals", "list")["total"] == 1


def test_offers(realty: Line) -> None:
    number = deal(realty, "--amount", "5m")["id"]
    made = realty.json("deals", "offers", "add", "--deal", number, "--amount", "4.9m", "--valid-until", "2027-01-01")
    assert (made["status"], made["amount"], made["valid_until"]) == ("made", 4_900_000, "2027-01-01")
    assert realty.json("deals", "offers", "edit", made["id"], "--amount", "4.8m")["amount"] == 4_800_000
    accepted = realty("deals", "offers", "accept", made["id"], "--output", "table")
    assert f"Deal {number}: amount ₽5,000,000 → ₽4,800,000." in accepted.err
    assert realty.json("deals", "offers", "reject", made["id"])["status"] == "rejected"
    assert realty.json("deals", "offers", "withdraw", made["id"], "--on", "2026-01-01")["status"] == "withdrawn"
    gone = realty("deals", "offers", "accept", made["id"], "--lang", "ru", code=5)
    assert gone.err == "Ошибка: Это предложение отозвано. Внесите новое.\n"
    assert realty.json("deals", "offers", "list", "--deal", number, "--status", "withdrawn")["total"] == 1
    realty("deals", "offers", "delete", made["id"], "--yes")
    assert realty.json("deals", "offers", "list")["total"] == 0
    realty("deals", "offers", "restore", made["id"])
    assert realty.json("deals", "offers", "show", made["id"])["deleted_at"] is None


def test_chains(realty: Line) -> None:
    sells, buys = deal(realty)["id"], deal(realty)["id"]
    linked = realty.json("deals", "link", buys, "--after", sells)["links"]
    assert [(one["id"], one["after"]) for one in linked] == [(sells, []), (buys, [sells])]
    assert realty.json("deals", "chain", sells)["links"] == linked
    assert "would wait for itself" in realty("deals", "link", sells, "--after", buys, code=2).err
    assert realty.json("deals", "link", buys, "--after", sells, "--remove")["links"][0]["after"] == []


def test_what_cannot_be_read_is_refused(realty: Line) -> None:
    for words in (("--party", "buyer:3"), ("--party", "buyer=x"), ("--party", "friend=3"), ("--amount", "дорого"),
                  ("--expected", "когда-нибудь"), ("--attr", "нет"),
                  ("--property", 99), ("--side", "tenant")):  # fmt: skip
        refused = realty("deals", "add", "--title", "x", "--kind", "sale", "--side", "buyer", *words, code=2)
        assert refused.out == ""
    assert realty.json("deals", "list")["total"] == 0
    for words in (("show", 99), ("close", 99), ("offers", "show", 99), ("chain", 99), ("history", 99)):
        realty("deals", *words, code=4)


def test_log_names_deals_in_russian(realty: Line) -> None:
    number = deal(realty)["id"]
    assert f"сделка создан № {number}" in realty("log", "--lang", "ru", "--output", "table").out


def test_export(realty: Line, tmp_path: Path) -> None:
    first = deal(realty, "--amount", "5m", "--notes", "Секрет")["id"]
    deal(realty, "--stage", "offer")
    assert realty("deals", "export", "--stage", "lead", "--fields", "id,amount").out == f"id,amount\n{first},5000000\n"
    assert len(realty("deals", "export", "-", "--format", "jsonl").out.splitlines()) == 2
    place = tmp_path / "deals.xlsx"
    assert "2 сделки записаны в" in realty("deals", "export", place, "--lang", "ru").err
    assert place.stat().st_size > 1_000
    realty("deals", "export", place, code=5)
    assert realty.json("deals", "export", place, "--force") == {"file": str(place), "format": "xlsx", "rows": 2}
    assert "Секрет" not in realty("deals", "export", "--anonymise").out
    assert realty("deals", "export", "--fields", "price", code=2).out == ""
