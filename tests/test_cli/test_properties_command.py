"""`realty properties ...`: every command in every form that it answers in."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from realty_cli.cli.options import FILTERS
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.filters import PropertyFilter, PropertySearchRequest
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import create

ADD = ("properties", "add", "--type", "apartment", "--deal", "sale")


def page(office: Agency, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    body: dict[str, Any] = office.ask(lambda work: work.properties.page(validate(PropertyFilter, wanted), sort=sort))
    return body


@pytest.fixture
def three(office: Agency) -> Agency:
    """Three listings: 1 a flat in Moscow, 2 a studio to let in Kazan, 3 a house with a wild title."""
    office.do(
        create(
            title="Двухкомнатная у метро", city="Москва", district="Сокол", metro="Сокол", metro_minutes=7, rooms=2,
            area_total=54.2, area_kitchen=9, floor=5, floors_total=9, year_built=1968, price=19_900_000, tags=["vip"],
            building_material="brick", renovation="cosmetic", market="resale", mortgage=True, bargain=True,
            contact_phone="+79990000001", latitude=55.8, longitude=37.5, external_id="A-1", source="cian",
            listed_at="2026-01-12T00:00:00Z", exclusive_until="2026-12-31", description="Окна во двор.",
        )
    )  # fmt: skip
    studio = {"title": "Студия", "city": "Казань", "rooms": 0, "is_euro": False, "is_apartments": True}
    office.do(create(**studio, deal_type="rent", price=54_000.5))
    house = {"title": "[red]Дом[/red] :bomb: \u202e", "property_type": "house", "city": "Сочи", "area_land": 600}
    office.do(create(**house, price=None, status="draft"))
    return office


# Forms of an answer ---------------------------------------------------------------------------------------------------


def test_json_is_what_the_service_answers(realty: Line, three: Agency) -> None:
    assert realty.json("properties", "list") == page(three)
    assert realty.json("properties", "show", 1) == three.ask(lambda work: work.properties.get(1))
    assert realty.json("properties", "stats") == three.ask(lambda work: work.properties.statistics(PropertyFilter()))
    assert realty.json("properties", "history", 1) == three.ask(lambda work: work.properties.history(1))
    assert realty.json("properties", "duplicates") == three.ask(lambda work: work.duplicates.propose(PropertyFilter()))
    assert realty.json("properties", "photos", "list", 1) == []
    assert realty.json("properties", "analyze", 1, "--lang", "ru") == three.ask(
        lambda work: work.descriptions.analyze(listing=1, language="ru")
    )
    request = validate(PropertySearchRequest, {"text": "метро", "facets": True})
    assert realty.json("properties", "search", "метро", "--facets") == three.ask(
        lambda work: work.properties.search(request)
    )


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_global_option_stands_anywhere(realty: Line, three: Agency, place: int) -> None:
    words = ["properties", "list", "--sort=price"]
    for option in (["--json"], ["--output", "json"], ["--output=json"]):
        line = [*words[:place], *option, *words[place:]]
        assert json.loads(realty(*line).out) == page(three, "price"), line


def test_after_two_dashes_nothing_is_an_option(realty: Line, three: Agency) -> None:
    assert realty("properties", "search", "--", "--json").out == ""


def test_a_table_for_a_person(realty: Line, three: Agency) -> None:
    table = realty("properties", "list", "--output", "table")
    assert "Двухкомнатная у метро" in table.out
    assert "RUB\u00a019,900,000" in table.out or "19,900,000" in table.out.replace("\u00a0", " ")
    assert "[red]Дом[/red] :bomb:" in table.out, "markup and emoji codes are plain text"
    assert "\u202e" not in table.out
    assert "Shown 3 of 3." in table.err
    russian = realty("properties", "list", "--output", "table", "--lang", "ru")
    assert "продажа" in russian.out
    assert "19\u00a0900\u00a0000" in russian.out
    assert "Показано" in russian.err
    assert realty("properties", "list", "--output", "table", "--quiet").err == ""
    narrow = realty("properties", "list", "--output", "table", env={"COLUMNS": "60"})
    assert max(map(len, narrow.out.splitlines())) <= 60


def test_tabs_for_a_pipe(realty: Line, three: Agency) -> None:
    lines = [line.split("\t") for line in realty("properties", "list", "--sort", "id").out.splitlines()]
    assert [line[0] for line in lines] == ["1", "2", "3"]
    assert {len(line) for line in lines} == {11}
    assert lines[0][1:6] == ["Двухкомнатная у метро", "apartment", "sale", "active", "19900000"]
    assert lines[1][5] == "54000.5"
    assert lines[2][1] == "[red]Дом[/red] :bomb: \\u202e"
    assert realty("properties", "list", "--lang", "ru", "--sort", "id").out.splitlines()[0].split("\t")[3] == "sale"


def test_lines_of_json_and_commas(realty: Line, three: Agency) -> None:
    lines = realty("properties", "list", "--output", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == page(three)["items"]
    rows = list(csv.DictReader(io.StringIO(realty("properties", "list", "--output", "csv").out)))
    assert [row["id"] for row in rows] == ["3", "2", "1"]
    assert rows[2]["price"] == "19900000"
    shown = list(csv.reader(io.StringIO(realty("properties", "show", 1, "--output", "csv").out)))
    assert shown[0] == ["field", "value"]
    assert dict(shown)["description"] == "Окна во двор."
    stats = list(csv.DictReader(io.StringIO(realty("properties", "stats", "--output", "csv").out)))
    assert {"figure": "by_city", "of": "Казань", "value": "1"} in stats
    assert {"figure": "price_median", "of": "rent RUB", "value": "54000.5"} in stats
    tabs = realty("properties", "stats").out.splitlines()
    assert "total\t\t3" in tabs
    assert ["\t".join(row.values()) for row in stats] == tabs


def test_one_listing_for_a_person(realty: Line, three: Agency) -> None:
    shown = realty("properties", "show", 1, "--output", "table").out
    for text in ("Двухкомнатная у метро", "54.2", "brick", "Окна во двор."):
        assert text in shown
    russian = realty("properties", "show", 1, "--output", "table", "--lang", "ru").out
    for text in ("кирпич", "54,2", "да", "Сокол", "000-00-01"):
        assert text in russian
    assert realty("properties", "show", 1, "--output", "table", "--quiet").out == "1\n"
    tabs = dict(line.split("\t") for line in realty("properties", "show", 2).out.splitlines())
    assert (tabs["price"], tabs["is_euro"], tabs["rooms"], tabs["description"]) == ("54000.5", "false", "0", "")


@pytest.mark.parametrize("form", ["table", "tsv", "csv", "json", "jsonl"])
def test_every_reading_command_answers_in_every_form(realty: Line, three: Agency, form: str) -> None:
    for words in (
        ("list",), ("search", "метро"), ("search", "метро", "--facets"), ("show", "1"), ("stats",), ("history", "1"),
        ("duplicates",), ("analyze", "1"), ("photos", "list", "1"), ("list", "--city", "Нигде"),
    ):  # fmt: skip
        ran = realty("properties", *words, "--output", form, "--lang", "ru")
        if form in ("json", "jsonl"):
            for line in ran.out.splitlines():
                json.loads(line)
    for words in (("log",), ("log", "--changes"), ("search", "метро"), ("doctor",), ("version",), ("config", "list")):
        assert realty(*words, "--output", form).out


# Filters --------------------------------------------------------------------------------------------------------------

#: For each option of a filter: what a person types, and what of `PropertyFilter` it means.
TYPED: dict[str, tuple[list[str], Any]] = {
    "property_type": (["--type", "apartment", "-t", "house"], ["apartment", "house"]),
    "deal_type": (["--deal", "sale"], ["sale"]),
    "status": (["-s", "draft", "--status", "active"], ["draft", "active"]),
    "market": (["--market", "resale"], ["resale"]),
    "building_material": (["--material", "brick"], ["brick"]),
    "renovation": (["--renovation", "cosmetic"], ["cosmetic"]),
    "price_min": (["--price-min", "5,5 млн"], 5_500_000),
    "price_max": (["--price-max", "100k"], 100_000),
    "currency": (["--currency", "rub"], "rub"),
    "price_per_m2_min": (["--price-per-m2-min", "300 тыс"], 300_000),
    "price_per_m2_max": (["--price-per-m2-max", "1m"], 1_000_000),
    "rooms": (["-r", "0", "--rooms", "2"], [0, 2]),
    "rooms_min": (["--rooms-min", "1"], 1),
    "rooms_max": (["--rooms-max", "1"], 1),
    "area_min": (["--area-min", "54.2"], 54.2),
    "area_max": (["--area-max", "54.1"], 54.1),
    "kitchen_min": (["--kitchen-min", "9"], 9),
    "land_min": (["--land-min", "600"], 600),
    "land_max": (["--land-max", "599"], 599),
    "floor_min": (["--floor-min", "5"], 5),
    "floor_max": (["--floor-max", "-1"], -1),
    "year_min": (["--year-min", "1968"], 1968),
    "year_max": (["--year-max", "1967"], 1967),
    "city": (["--city", "МОСКВА", "--city", "сочи"], ["МОСКВА", "сочи"]),
    "district": (["--district", "сокол"], ["сокол"]),
    "metro": (["--metro", "СОКОЛ"], ["СОКОЛ"]),
    "metro_minutes_max": (["--metro-minutes-max", "7"], 7),
    "bbox": (["--bbox", "37,55,38,56"], "37,55,38,56"),
    "tags": (["--tag", "vip"], ["vip"]),
    "source": (["--source", "cian"], ["cian"]),
    "external_id": (["--external-id", "A-1"], ["A-1"]),
    "owner_id": (["--owner", "1"], [1]),
    "ids": (["--id", "1", "--id", "3"], [1, 3]),
    "mortgage": (["--no-mortgage"], False),
    "bargain": (["--bargain"], True),
    "is_studio": (["--studio"], True),
    "is_euro": (["--no-euro"], False),
    "is_apartments": (["--apartments"], True),
    "has_photos": (["--without-photos"], False),
    "has_price": (["--with-price"], True),
    "listed_from": (["--listed-from", "2026-01-12 03:00"], "2026-01-12T00:00:00Z"),
    "listed_to": (["--listed-to", "12.01.2026"], "2026-01-11T21:00:00Z"),
    "created_from": (["--created-from", "2024-01-15"], "2024-01-14T21:00:00Z"),
    "created_to": (["--created-to", "2024-01-15"], "2024-01-14T21:00:00Z"),
    "updated_from": (["--updated-from", "2024-01-15"], "2024-01-14T21:00:00Z"),
    "updated_to": (["--updated-to", "2024-01-15T10:00:00+00:00"], "2024-01-15T10:00:00Z"),
    "exclusive_until_from": (["--exclusive-until-from", "2026-12-31"], "2026-12-31"),
    "exclusive_until_to": (["--exclusive-until-to", "30.12.2026"], "2026-12-30"),
    "deleted": (["--deleted"], True),
}  # fmt: skip


def test_every_option_of_a_filter_means_its_field(realty: Line, three: Agency) -> None:
    assert TYPED.keys() == {option.field for option in FILTERS}
    told = set()
    for name, (words, meant) in TYPED.items():
        body = realty.json("properties", "list", *words)
        assert body == page(three, **{name: meant}), name
        told.add(body["total"])
        assert realty.json("properties", "stats", *words)["total"] == body["total"]
    assert told == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("words", "field", "remedy"),
    [
        (["--price-min", "abc"], "--price-min", "figures"),
        (["--price-min", "-5"], "--price-min", ""),
        (["--bbox", "1,2,3"], "bbox", "west,south,east,north"),
        (["--limit", "0"], "--limit", "1 to 100"),
        (["--limit", "101"], "--limit", "export all"),
        (["--offset", "-1"], "--offset", "10000000"),
        (["--sort", "hashed_password"], "sort", "price_per_m2"),
        (["--cursor", "x"], "cursor", "next_cursor"),
        (["--listed-from", "31.02.2026"], "--listed-from", ""),
        (["--created-to", "вчера вечером"], "--created-to", ""),
        (["--exclusive-until-to", "soon"], "--exclusive-until-to", ""),
        (["--area-min", "nan"], "area_min", ""),
        (["--area-min", "-1"], "area_min", "0 or more"),
        (["--rooms", "9999999"], "rooms", ""),
        (["--owner", "0"], "owner_id", "1 or more"),
        (["--currency", "RUBLES"], "currency", "3"),
        (["--city", "a\x1bb"], "city", "U+001B"),
    ],
)
def test_a_wrong_filter_names_field_and_remedy(realty: Line, words: list[str], field: str, remedy: str) -> None:
    english = realty("properties", "list", *words, code=2)
    assert english.out == ""
    assert english.err.startswith(f"Error: {field}"), english.err
    assert remedy in english.err
    russian = realty("properties", "list", *words, "--lang", "ru", code=2)
    assert russian.err.startswith(f"Ошибка: {field}")
    assert russian.err != english.err.replace("Error", "Ошибка"), "said in Russian, not only begun in it"


@pytest.mark.parametrize(
    "words", [["--limit", "abc"], ["--rooms", "two"], ["--nonsense"], ["--type", "castle"], ["--limit", ""], ["-n"]]
)
def test_what_is_no_option_is_a_matter_of_usage(realty: Line, words: list[str]) -> None:
    assert realty("properties", "list", *words, code=2).out == ""


def test_pages_go_on_where_they_ended(realty: Line, three: Agency) -> None:
    seen: list[int] = []
    cursor: list[str] = []
    while True:
        body = realty.json("properties", "list", "--limit", 1, "--sort", "-price", *cursor)
        seen += [one["id"] for one in body["items"]]
        if body["next_cursor"] is None:
            break
        cursor = ["--cursor", body["next_cursor"]]
    assert seen == [1, 2, 3]
    assert realty.json("properties", "list", "--no-total")["total"] is None
    told = realty("properties", "list", "--output", "table", "--limit", "1").err
    assert "--cursor" in told
    first = realty.json("properties", "search", "квартира", "--limit", 1)
    assert first["total"] == 2
    told = realty("properties", "search", "квартира", "--output", "table", "--limit", "1").err
    assert f"--cursor {first['next_cursor']}" in told
    second = realty.json("properties", "search", "квартира", "--limit", 1, "--cursor", first["next_cursor"])
    assert {one["id"] for one in (*first["items"], *second["items"])} == {1, 2}


def test_search_goes_by_forms_phones_and_numbers(realty: Line, three: Agency) -> None:
    for words in (["двухкомнатные"], ["999 000-00-01"], ["+7 (999) 000"], ["A-1"], ["сокол"], ["квартиру", "купить"]):
        body = realty.json("properties", "search", *words)
        assert [one["id"] for one in body["items"]] == [1], words
        assert body == realty.json("search", *words)["properties"]
    assert realty.json("search", "студию", "--deal", "sale")["total"] == 0
    assert realty("search", "пентхаус", "--output", "table").err == "Nothing found.\n"
    assert realty("search", "%", "--output", "table").err == "Nothing found.\n"
    assert "facets" not in realty.json("properties", "search", "сокол")
    assert realty("search", code=2)
