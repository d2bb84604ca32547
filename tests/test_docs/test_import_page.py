"""What docs/import.md says of headers and cells is what an import does."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from realty_cli.properties.mapping import plan
from tests.command import Command

PAGE = (Path(__file__).resolve().parents[2] / "docs/import.md").read_text("utf-8")


def rows_of(heading: str) -> list[tuple[str, str]]:
    """The two cells of each row of the table whose first column is called so."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    found = []
    for line in table.splitlines()[2:]:
        left, right = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:3])
        found.append((left, right))
    return found


def read(header: list[str], row: list[str]) -> dict[str, Any]:
    """What an import takes from a file of one row."""
    now = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    made = plan(header, sample=[row], defaults={"deal_type": "sale"}, now=now)
    converted = made.convert(row)
    assert converted.problems == []
    return converted.record


_VALUES = {
    "external_id": "A-17", "property_type": "Квартира", "deal_type": "Продажа", "price": "5 600 000", "rooms": "2",
    "area_total": "54,2", "floor": "5/9", "address": "Казань, ул. Пушкина, 17", "metro": "Яшьлек",
    "contact_phone": "+7 999 000-00-01", "source_url": "https://agency.example/lot/17", "listed_at": "31.12.2025",
}  # fmt: skip


@pytest.mark.parametrize(("field", "headers"), rows_of("Field"), ids=lambda text: text if "`" in text else "")
def test_headers_mean_their_fields(field: str, headers: str) -> None:
    name = field.strip("`")
    for header in re.split(r", (?!м2)", headers):
        assert read(["Пометка", header], ["тёплая", _VALUES[name]]).get(name) is not None, header


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Цена", "16 781 328 ₽", "price", 16_781_328), ("Цена", "2 390 000 руб.", "price", 2_390_000),
        ("Цена", "12,5 млн", "price", 12_500_000), ("Цена", "8900 т.р.", "price", 8_900_000),
        ("Цена", "$250k", "price", 250_000), ("Цена", "$250k", "currency", "USD"),
        ("Цена", "6,95 млн торг", "bargain", True), ("Цена", "5 млн, возможна ипотека", "mortgage", True),
        ("Площадь", "34,8 кв.м", "area_total", 34.8), ("Площадь", "48 м²", "area_total", 48),
        ("Площадь", "56.2/33.0/8.0", "area_living", 33), ("Площадь", "56.2/33.0/8.0", "area_kitchen", 8),
        ("Площадь участка", "6 соток", "area_land", 600), ("Площадь участка", "0,1 га", "area_land", 1_000),
        ("Этаж", "5/9", "floors_total", 9), ("Этаж", "12 из 25", "floor", 12), ("Этаж", "цоколь", "floor", 0),
        ("Комнат", "студия", "rooms", 0), ("Комнат", "1-к кв.", "rooms", 1), ("Комнат", "двушка", "rooms", 2),
        ("Комнат", "2Е", "is_euro", True), ("Комнат", "евротрёшка", "rooms", 3),
        ("Комнат", "своб. планировка", "is_free_layout", True),
        ("Стены", "Монолитно кирпичный", "building_material", "monolith_brick"),
        ("Стены", "сталинка", "building_material", "stalin"), ("Стены", "панель", "building_material", "panel"),
        ("Адрес", "Москва, ВАО, р-н Измайлово, 7-я Парковая ул., 27", "district", "Измайлово"),
        ("Адрес", "Москва, ВАО, р-н Измайлово, 7-я Парковая ул., 27", "house", "27"),
        ("Метро", "м. Сокол (7 мин пешком)", "metro", "Сокол"),
        ("Метро", "м. Сокол (7 мин пешком)", "metro_minutes", 7),
        ("Телефон", "8 (913) 555-00-00", "contact_phone", "+79135550000"),
        ("Год постройки", "—", "year_built", None), ("Год постройки", "-1", "year_built", None),
    ],
)  # fmt: skip
def test_cells_are_read_as_the_page_says(header: str, cell: str, field: str, value: object) -> None:
    assert cell in PAGE or header == "Цена"
    kind = "Дом" if "участ" in header else "Квартира"
    assert read(["Лот", "Тип", header], ["1", kind, cell]).get(field) == value


@pytest.mark.parametrize(("cell", "deal"), [("60000/мес.", "rent"), ("2 800 руб./сутки", "daily_rent")])
def test_a_price_may_tell_the_deal(cell: str, deal: str, realty_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text(f"Лот;Тип;Цена\n1;Квартира;{cell}\n", "utf-8")
    realty_command("properties", "import", path)
    assert realty_command("properties", "show", "1", "--json").json()["deal_type"] == deal


def test_map_set_and_aliases(realty_command: Command, tmp_path: Path) -> None:
    path, table = tmp_path / "flats.csv", tmp_path / "agency.toml"
    path.write_text("Лот;Тип;Просят;Ориентир;Тайное;Пометка\n1;Квартира;5 млн;Яшьлек;x;тёплая\n", "utf-8")
    [toml] = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    table.write_text(toml, "utf-8")
    line: list[str | Path] = [
        "properties",
        "import",
        path,
        "--aliases",
        table,
        "--set",
        "deal_type=sale",
        "--set",
        "city=Казань",
    ]
    realty_command(*line, "--map", "Тайное=-", "--map", "Пометка=attributes.note")
    listing = realty_command("properties", "show", "1", "--json").json()
    assert (listing["price"], listing["metro"], listing["city"]) == (5_000_000, "Яшьлек", "Казань")
    assert listing["attributes"] == {"note": "тёплая"}


def test_rejected_rows_come_back_mended(realty_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("Лот;Тип;Операция;Цена\n1;Квартира;Продам;5 млн\n2;Гараж;;600 000\n3;Дом;Сдам;9 т.р.\n", "utf-8")
    assert realty_command("properties", "import", path, code=8).err
    rejected = tmp_path / "flats.rejected.csv"
    rows = list(csv.DictReader(io.StringIO(rejected.read_text("utf-8-sig"))))
    assert [(row["Лот"], row["realty_line"]) for row in rows] == [("2", "3")]
    rejected.write_text(rejected.read_text("utf-8-sig").replace("Гараж,,", "Гараж,Продам,"), "utf-8")
    realty_command("properties", "import", rejected)
    assert realty_command("properties", "list", "--json").json()["total"] == 3
