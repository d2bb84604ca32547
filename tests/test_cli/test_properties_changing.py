"""The commands that change listings: what they take, what they answer, how they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from realty_cli.cli.options import FIELDS
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import create

ADD = ("properties", "add", "--type", "apartment", "--deal", "sale")

#: For each option of a listing: what a person types, and what the listing then shows.
TYPED: dict[str, tuple[list[str], Any]] = {
    "title": (["--title", "Квартира в центре"], "Квартира в центре"),
    "property_type": (["-t", "room"], "room"),
    "deal_type": (["-d", "rent"], "rent"),
    "price": (["-p", "12,5 млн"], 12_500_000),
    "currency": (["--currency", "usd"], "USD"),
    "description": (["--description", "Окна во двор"], "Окна во двор"),
    "rooms": (["-r", "2"], 2),
    "area_total": (["-a", "54.2"], 54.2),
    "area_living": (["--area-living", "30"], 30),
    "area_kitchen": (["--kitchen", "9"], 9),
    "area_land": (["--land", "600"], 600),
    "floor": (["--floor", "-1"], -1),
    "floors_total": (["--floors", "9"], 9),
    "year_built": (["--year", "1968"], 1968),
    "building_material": (["--material", "brick"], "brick"),
    "renovation": (["--renovation", "euro"], "euro"),
    "ceiling_height": (["--ceiling", "2.7"], 2.7),
    "market": (["--market", "resale"], "resale"),
    "is_studio": (["--no-studio"], False),
    "is_euro": (["--euro"], True),
    "is_apartments": (["--apartments"], True),
    "is_free_layout": (["--no-free-layout"], False),
    "country": (["--country", "Россия"], "Россия"),
    "region": (["--region", "Татарстан"], "Татарстан"),
    "city": (["--city", "Казань"], "Казань"),
    "district": (["--district", "Вахитовский"], "Вахитовский"),
    "street": (["--street", "ул. Баумана"], "ул. Баумана"),
    "house": (["--house", "10к2"], "10к2"),
    "flat": (["--flat", "17"], "17"),
    "postal_code": (["--postal-code", "420111"], "420111"),
    "address": (["--address", "Казань, ул. Баумана, 10к2"], "Казань, ул. Баумана, 10к2"),
    "latitude": (["--lat", "55.79"], 55.79),
    "longitude": (["--lon", "49.11"], 49.11),
    "metro": (["--metro", "Кремлёвская"], "Кремлёвская"),
    "metro_minutes": (["--metro-minutes", "5"], 5),
    "cadastral_number": (["--cadastral", "16:50:0101010:1"], "16:50:0101010:1"),
    "mortgage": (["--mortgage"], True),
    "bargain": (["--no-bargain"], False),
    "commission": (["--commission", "2.5"], 2.5),
    "deposit": (["--deposit", "50 тыс"], 50_000),
    "contact_name": (["--contact-name", "Анна"], "Анна"),
    "contact_phone": (["--phone", "8 (999) 000-00-01"], "+79990000001"),
    "source": (["--source", "cian"], "cian"),
    "source_url": (["--url", "https://cian.ru/1"], "https://cian.ru/1"),
    "external_id": (["--external-id", "A-1"], "A-1"),
    "tags": (["--tag", "vip", "--tag", "двор"], ["vip", "двор"]),
    "attributes": (["--attr", "Лифт=есть", "--attr", "a=b=c"], {"Лифт": "есть", "a": "b=c"}),
    "listed_at": (["--listed-at", "2026-01-12 10:00"], "2026-01-12T07:00:00.000000Z"),
    "closed_at": (["--closed-at", "15.02.2026"], "2026-02-14T21:00:00.000000Z"),
    "final_price": (["--final-price", "12m"], 12_000_000),
    "exclusive_from": (["--exclusive-from", "2026-01-01"], "2026-01-01"),
    "exclusive_until": (["--exclusive-until", "31.12.2026"], "2026-12-31"),
    "owner_id": (["--owner", "1"], 1),
}  # fmt: skip


def show(office: Agency, number: int) -> dict[str, Any]:
    shown: dict[str, Any] = office.ask(lambda work: work.properties.get(number, deleted=None))
    return shown


def count(office: Agency) -> int:
    found: int = office.ask(lambda work: work.properties.count(PropertyFilter()))
    return found


def test_every_option_of_a_listing_fills_its_field(realty: Line, office: Agency) -> None:
    assert (
        {option.field for option in FIELDS}
        == TYPED.keys() | {"client_id"}
        == PropertyCreate.model_fields.keys() - {"status"}
    )
    words = [word for typed, _ in TYPED.values() for word in typed]
    made = realty.json("properties", "add", *words)
    assert {name: made[name] for name in TYPED} == {name: value for name, (_, value) in TYPED.items()}
    assert made == show(office, 1)
    bare = realty.json(*ADD, "--price", "1")["id"]
    edited = realty.json("properties", "edit", bare, *words)
    assert {name: edited[name] for name in TYPED} == {name: value for name, (_, value) in TYPED.items()}


def test_a_listing_is_entered(realty: Line, office: Agency) -> None:
    ran = realty(*ADD, "-p", "5.5m", "--rooms", "2", "--area", "54", "--city", "Казань")
    assert "Listing 1 is entered." in ran.err
    made = show(office, 1)
    assert (made["title"], made["price"], made["status"]) == ("2-к квартира, 54 м², Казань", 5_500_000, "active")
    assert realty(*ADD, "-p", "1", "--quiet", "--output", "table").out == "2\n"
    assert realty(*ADD, "--status", "draft", "--lang", "ru").err == "Объект 3 внесён.\n"
    assert show(office, 3)["price"] is None


def test_a_text_comes_from_a_file_or_a_pipe(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Первая строка\nвторая", "utf-8")
    assert realty.json(*ADD, "-p", "1", "--description", f"@{path}")["description"] == "Первая строка\nвторая"
    path.write_bytes("Из Windows".encode("cp1251"))
    assert realty.json("properties", "edit", 1, "--description", f"@{path}")["description"] == "Из Windows"
    assert realty.json("properties", "edit", 1, "--description", "@-", stdin="из канала")["description"] == "из канала"
    for odd in (tmp_path / "missing", tmp_path):
        assert str(odd) in realty("properties", "edit", 1, "--description", f"@{odd}", code=2).err
    assert realty.json("properties", "edit", 1, "--description", "@")["description"] == "@"


@pytest.mark.parametrize(
    ("words", "field", "remedy"),
    [
        (["-p", "0.001"], "--price", ""),
        (["-p", "-5"], "--price", ""),
        (["-p", "1e400"], "--price", ""),
        (["-p", "9" * 400], "--price", ""),
        ([], "price", "status draft"),
        (["-p", "1", "--title", " "], "title", "blank"),
        (["-p", "1", "--title", "x" * 301], "title", "300"),
        (["-p", "1", "--title", "a\x1b[2Jb"], "title", "U+001B"),
        (["-p", "1", "-r", "-1"], "rooms", "0 or more"),
        (["-p", "1", "--area", "-5"], "area_total", ""),
        (["-p", "1", "--area", "nan"], "area_total", ""),
        (["-p", "1", "--floor", "9", "--floors", "5"], "floor", "5"),
        (["-p", "1", "--lat", "55"], "latitude", "neither"),
        (["-p", "1", "--phone", "12"], "contact_phone", "+7"),
        (["-p", "1", "--url", "javascript:alert(1)"], "source_url", "http"),
        (["-p", "1", "--cadastral", "1:2:3"], "cadastral_number", "77:01"),
        (["-p", "1", "--currency", "рубли"], "currency", "RUB"),
        (["-p", "1", "--attr", "no pair"], "--attr", "NAME=VALUE"),
        (["-p", "1", "--exclusive-from", "tomorrow", "--exclusive-until", "today"], "exclusive_until", ""),
        (["-p", "1", "--listed-at", "30.02.2026"], "--listed-at", ""),
        (["-p", "1", "--owner", "77"], "owner_id", "77"),
        (["-p", "1", "--client", "1"], "client_id", ""),
    ],
)
def test_a_refused_listing_names_field_and_remedy(
    realty: Line, office: Agency, words: list[str], field: str, remedy: str
) -> None:
    english = realty(*ADD, *words, code=2)
    assert (english.out, english.err.startswith(f"Error: {field}: ")) == ("", True), english.err
    assert remedy in english.err
    assert "\x1b" not in english.err
    russian = realty(*ADD, *words, "--lang", "ru", code=2)
    assert russian.err.startswith(f"Ошибка: {field}: ")
    assert count(office) == 0


def test_several_faults_are_named_at_once(realty: Line) -> None:
    ran = realty(*ADD, "-p", "1", "-r", "-1", "--area", "0", "--currency", "x", code=2)
    assert [line.split(":")[0].strip() for line in ran.err.splitlines()[1:]] == ["currency", "rooms", "area_total"]


def test_without_a_terminal_nothing_is_asked(realty: Line) -> None:
    assert "--type" in realty("properties", "add", "-p", "1", code=2).err
    assert "--deal" in realty("properties", "add", "-t", "house", "-p", "1", "--lang", "ru", code=2).err
    realty(*ADD, "-p", "1")
    for words in (("delete", 1), ("purge", 1), ("purge",), ("photos", "remove", 1, 1),
                  ("bulk", "--all", "--set", "city=x")):  # fmt: skip
        refused = realty("properties", *words, code=2, stdin="y\n")
        assert "--yes" in refused.err, words
        assert refused.out == ""


def test_an_edit_changes_what_it_names(realty: Line, office: Agency) -> None:
    realty(*ADD, "-p", "5m", "--city", "Казань", "--attr", "Лифт=есть", "--attr", "Окна=двор", "--tag", "a")
    body = realty.json(
        "properties", "edit", 1, "-p", "4.9m", "--attr", "Лифт=нет", "--attr", "Окна=", "--clear", "city"
    )
    assert (body["price"], body["city"], body["attributes"]) == (4_900_000, None, {"Лифт": "нет"})
    assert (body["tags"], body["version"]) == (["a"], 2)
    assert body == show(office, 1)
    assert realty.json("properties", "edit", 1, "--clear", "tags", "--clear", "attributes")["tags"] == []
    for name in ("title", "price", "id", "version", "owner_id", "nonsense"):
        realty("properties", "edit", 1, "--clear", name, code=0 if name == "owner_id" else 2)
    assert "realty properties edit --help" in realty("properties", "edit", 1, code=2).err
    assert realty("properties", "edit", 99, "-p", "1", code=4).err.startswith("Error: There is no listing 99")


def test_a_stale_edit_is_a_conflict(realty: Line) -> None:
    realty(*ADD, "-p", "5m")
    realty("properties", "edit", 1, "-p", "4m", "--if-version", 1)
    ran = realty("properties", "edit", 1, "-p", "3m", "--if-version", 1, code=5)
    assert "version 2" in ran.err
    realty("properties", "delete", 1, "--yes", "--if-version", 1, code=5)
    realty("properties", "status", 1, "sold", "--if-version", 1, code=5)


def test_a_price_may_have_held_for_a_while(realty: Line) -> None:
    realty(*ADD, "-p", "5m", "--listed-at", "2024-01-15")
    realty("properties", "edit", 1, "-p", "4.9m", "--effective", "01.03.2024")
    entries = [one for one in realty.json("properties", "history", 1)["entries"] if one["field"] == "price"]
    assert [(one["new"], one["effective_at"]) for one in entries] == [
        (5_000_000, "2024-01-14T21:00:00.000000Z"), (4_900_000, "2024-02-29T21:00:00.000000Z"),
    ]  # fmt: skip
    assert "2.3%" not in realty("properties", "history", 1, "--output", "table").err
    table = realty("properties", "history", 1, "--output", "table", "--lang", "ru").out
    assert "4\u00a0900\u00a0000" in table
    realty("properties", "edit", 1, "-p", "4m", "--effective", "+2d", code=2)


def test_a_listing_moves_through_its_statuses(realty: Line) -> None:
    realty(*ADD, "-p", "5m")
    sold = realty.json(
        "properties", "status", 1, "sold", "--final-price", "4,8 млн", "--reason", "сделка", "--on", "today"
    )
    assert (sold["status"], sold["final_price"], sold["status_reason"]) == ("sold", 4_800_000, "сделка")
    ran = realty("properties", "status", 1, "reserved", code=5)
    assert "active" in ran.err
    russian = realty("properties", "status", 1, "reserved", "--lang", "ru", code=5)
    assert "активен" in russian.err or "в продаже" in russian.err or "active" not in russian.err
    assert realty.json("properties", "status", 1, "active")["final_price"] is None
    realty("properties", "status", 1, "rented", code=5)
    realty("properties", "status", 1, "reserved", "--final-price", "5", code=2)
    realty("properties", "status", 1, "nonsense", code=2)
    realty("properties", "status", 1, "sold", "--on", "tomorrow", code=2)
    realty("properties", "status", 99, "sold", code=4)


def test_the_bin(realty: Line, office: Agency) -> None:
    for _ in range(3):
        realty(*ADD, "-p", "5m")
    ran = realty("properties", "delete", 1, 2, 2, "--yes")
    assert "1, 2" in ran.err
    assert count(office) == 1
    assert realty.json("properties", "show", 1)["deleted_at"]
    assert realty.json("properties", "list", "--deleted")["total"] == 2
    realty("properties", "delete", 3, 99, "--yes", code=4)
    assert count(office) == 1, "one that is not there keeps the other where it is"
    realty("properties", "delete", 1, "--yes", code=4)
    realty("properties", "restore", 1)
    assert count(office) == 2
    realty("properties", "restore", 1, code=5)
    realty("properties", "purge", 3, "--yes", code=5)
    assert realty.json("properties", "purge", "--yes") == {"purged": []}
    assert realty.json("properties", "purge", "--older-than", 0, "--yes") == {"purged": [2]}
    realty("properties", "purge", "--older-than", -1, "--yes", code=2)
    realty("properties", "restore", 2, code=4)
    realty("properties", "show", 2, code=4)


def test_many_at_once(realty: Line, office: Agency) -> None:
    for rooms in (1, 2, 3):
        realty(*ADD, "-p", "1m", "-r", rooms, "--floors", 3)
    plan = realty.json("properties", "bulk", "--rooms-min", 2, "--price-change", "-3", "--dry-run")
    assert (plan["matched"], plan["changed"], plan["dry_run"], plan["operation_id"]) == (2, 2, True, None)
    assert show(office, 3)["price"] == 1_000_000
    done = realty.json("properties", "bulk", "--rooms-min", 2, "--price-change", "-3", "--yes")
    assert (done["changed"], done["dry_run"]) == (2, False)
    assert [show(office, number)["price"] for number in (1, 2, 3)] == [1_000_000, 970_000, 970_000]
    realty("properties", "bulk", "--all", "--set", "city=Казань", "--set", "tags=a, b", "--set", "mortgage=true",
           "--set", "exclusive_until=31.12.2026", "--set", "price=2m", "--add-tag", "vip", "--yes")  # fmt: skip
    body = show(office, 1)
    assert (body["city"], body["tags"], body["mortgage"], body["price"]) == (
        "Казань",
        ["a", "b", "vip"],
        True,
        2_000_000,
    )
    assert body["exclusive_until"] == "2026-12-31"
    realty("properties", "bulk", "--tag", "vip", "--remove-tag", "vip", "--set", "city=", "--yes")
    assert (show(office, 1)["tags"], show(office, 1)["city"]) == (["a", "b"], None)
    realty("properties", "bulk", "--id", 1, "--id", 2, "--status-to", "reserved", "--reason", "задаток", "--yes")
    assert [show(office, number)["status"] for number in (1, 2, 3)] == ["reserved", "reserved", "active"]
    realty("properties", "bulk", "--q", "квартира", "--delete", "--yes")
    assert count(office) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--all"),
        (["--set", "city=x"], "--all"),
        (["--all"], "--set"),
        (["--all", "--set", "nonsense=1"], "nonsense"),
        (["--all", "--set", "city"], "NAME=VALUE"),
        (["--all", "--set", "floor=5"], "1.floor"),
        (["--all", "--set", "title="], "title"),
        (["--all", "--set", "attributes=a=b"], "properties edit"),
        (["--all", "--set", "price=5", "--price-change", "1"], ""),
        (["--all", "--delete", "--status-to", "sold"], ""),
        (["--all", "--price-change", "-100"], "price_change_percent"),
        (["--deleted", "--set", "city=x"], "restore"),
        (["--all", "--status-to", "rented"], "1.status"),
    ],
)
def test_a_bulk_change_that_is_refused_changes_nothing(
    realty: Line, office: Agency, words: list[str], told: str
) -> None:
    realty(*ADD, "-p", "1m", "--floors", 3)
    before = show(office, 1)
    ran = realty("properties", "bulk", *words, "--yes", code=2)
    assert told in ran.err
    assert show(office, 1) == before
    assert realty("properties", "bulk", *words, "--yes", "--lang", "ru", code=2).err.startswith("Ошибка")


def test_a_bulk_change_of_nothing_asks_nothing(realty: Line) -> None:
    ran = realty("properties", "bulk", "--city", "Нигде", "--set", "rooms=1")
    assert "0" in ran.err


def test_two_that_are_alike_are_proposed_until_somebody_looks(realty: Line, office: Agency) -> None:
    alike = {"address": "Казань, ул. Баумана, 10к2", "area_total": 54.2, "rooms": 2, "floor": 5, "floors_total": 9,
             "contact_phone": "+79990000001", "latitude": 55.79, "longitude": 49.11}  # fmt: skip
    office.do(create(title="Двушка на Баумана", **alike))
    office.do(create(title="Двухкомнатная квартира", **{**alike, "price": 5_050_000}))
    (pair,) = realty.json("properties", "duplicates")["items"]
    assert (pair["a"], pair["b"]) == (1, 2)
    assert "Двушка" in realty("properties", "duplicates", "--output", "table", "--lang", "ru").out
    realty("properties", "duplicates", "--different", 1, 1, code=2)
    realty("properties", "duplicates", "--different", 1, 99, code=4)
    realty("properties", "duplicates", "--different", 2, 1)
    assert realty.json("properties", "duplicates")["items"] == []
    realty("properties", "duplicates", "--limit", 0, code=2)


def test_a_text_is_analysed(realty: Line, office: Agency, tmp_path: Path) -> None:
    office.do(create(rooms=3, description="Двухкомнатная квартира, 54 м², пятый этаж девятиэтажного дома."))
    body = realty.json("properties", "analyze", 1)
    assert body["extracted"]["rooms"]["value"] == 2
    assert body["contradictions"][0]["field"] == "rooms"
    path = tmp_path / "text.txt"
    path.write_text("Студия 25 м² у метро", "utf-8")
    assert realty.json("properties", "analyze", path)["extracted"]["area_total"]["value"] == 25
    assert realty.json("properties", "analyze", "-", stdin="Студия 25 м²")["listing_id"] is None
    assert "3" in realty("properties", "analyze", 1, "--lang", "ru").out
    realty("properties", "analyze", 99, code=4)
    realty("properties", "analyze", tmp_path / "missing", code=2)


def test_a_listing_of_somebody_else_is_not_there(realty: Line, office: Agency) -> None:
    office.add_account("boris")
    realty(*ADD, "-p", "1")
    for words in (("show", 1), ("edit", 1, "-p", "2"), ("delete", 1, "--yes"), ("status", 1, "sold"), ("history", 1),
                  ("restore", 1), ("purge", 1, "--yes"), ("photos", "list", 1), ("analyze", 1)):  # fmt: skip
        ran = realty("properties", *words, "--as", "boris", code=4)
        assert ran.out == ""
    assert json.loads(realty("properties", "list", "--as", "Boris", "--json").out)["total"] == 0
    assert "carl" in realty("properties", "list", "--as", "carl", code=3).err
