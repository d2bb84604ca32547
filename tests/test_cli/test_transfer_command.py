"""`realty properties import`, `export` and `photos`: files in, files out, and what is said of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from realty_cli.properties.schemas.filters import PropertyFilter
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import create

HEADER = "Номер;Тип;Сделка;Цена;Город"
GOOD = ["A-1;Квартира;Продажа;5 000 000;Казань", "A-2;Дом;Продажа;9,5 млн;Сочи"]
BAD = "A-3;Квартира;Продажа;-5;Казань"


def file(folder: Path, *lines: str, name: str = "flats.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return path


def total(office: Agency) -> int:
    found: int = office.ask(lambda work: work.properties.count(PropertyFilter()))
    return found


def told(body: dict[str, Any]) -> tuple[int, int, int, int]:
    return body["created"], body["updated"], body["unchanged"], body["rejected"]


def test_a_file_comes_in_and_goes_back_out(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = file(tmp_path, *GOOD)
    body = realty.json("properties", "import", path)
    assert (told(body), body["rows"], body["import_id"]) == ((2, 0, 0, 0), [], 1)
    ran = realty("properties", "import", path)
    assert ran.out == ""
    assert "created 0, updated 0, unchanged 2, rejected 0" in ran.err
    assert "--undo" not in ran.err
    file(tmp_path, GOOD[0].replace("5 000 000", "4 900 000"), GOOD[1])
    body = realty.json("properties", "import", path)
    assert told(body) == (0, 1, 1, 0)
    assert [(row["line"], row["outcome"], row["id"]) for row in body["rows"]] == [(2, "updated", 1)]
    answer = realty.json("properties", "import", "--undo", body["import_id"])
    assert (answer["removed"], answer["reverted"]) == (0, 1)
    realty("properties", "import", "--undo", 1)
    assert total(office) == 0
    realty("properties", "import", "--undo", 1, code=5)
    realty("properties", "import", "--undo", 99, code=4)


def test_bad_rows_are_reported_and_kept_for_mending(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = file(tmp_path, GOOD[0], BAD, GOOD[1])
    ran = realty("properties", "import", path, "--json", code=8)
    body = json.loads(ran.out)
    assert told(body) == (2, 0, 0, 1)
    (row,) = body["rows"]
    assert (row["line"], row["outcome"]) == (3, "rejected")
    assert row["errors"][0]["field"] == "Цена"
    assert "line 3" in ran.err
    mended = tmp_path / "flats.rejected.csv"
    assert str(mended) in ran.err
    rows = list(csv.DictReader(io.StringIO(mended.read_text("utf-8"))))
    assert (rows[0]["Номер"], rows[0]["realty_line"]) == ("A-3", "3")
    mended.write_text(mended.read_text("utf-8").replace("-5", "5"), "utf-8")
    assert told(realty.json("properties", "import", mended)) == (1, 0, 0, 0)
    assert total(office) == 3
    russian = realty("properties", "import", path, "--lang", "ru", "--rejected", tmp_path / "other.csv", code=8)
    assert "отклонено 1" in russian.err
    assert "строка 3" in russian.err
    assert (tmp_path / "other.csv").exists()


def test_all_or_nothing(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = file(tmp_path, GOOD[0], BAD, GOOD[1])
    body = realty.json("properties", "import", path, "--atomic", code=2)
    assert (told(body), body["import_id"]) == ((0, 0, 0, 1), None)
    assert total(office) == 0
    assert office.ask(lambda work: work.history.operations()) == []
    assert told(realty.json("properties", "import", file(tmp_path, *GOOD), "--atomic")) == (2, 0, 0, 0)


def test_a_rehearsal_keeps_nothing(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = file(tmp_path, GOOD[0], BAD)
    body = realty.json("properties", "import", path, "--dry-run", code=8)
    assert (told(body), body["import_id"]) == ((1, 0, 0, 1), None)
    assert total(office) == 0
    assert not (tmp_path / "flats.rejected.csv").exists()
    assert "would create 2" in realty("properties", "import", file(tmp_path, *GOOD), "--dry-run").err


def test_a_pipe_has_no_name(realty: Line, office: Agency, tmp_path: Path) -> None:
    text = "\n".join([HEADER, *GOOD])
    assert told(realty.json("properties", "import", "-", stdin=text)) == (2, 0, 0, 0)
    lines = "\n".join(json.dumps({"Номер": f"B-{n}", "Тип": "Дом", "Сделка": "Продажа", "Цена": n}) for n in (1, 2))
    assert told(realty.json("properties", "import", "-", "--format", "jsonl", stdin=lines)) == (2, 0, 0, 0)
    assert total(office) == 4
    realty("properties", "import", "-", stdin="", code=2)


def test_several_files_are_several_operations(realty: Line, office: Agency, tmp_path: Path) -> None:
    first, second = file(tmp_path, GOOD[0]), file(tmp_path, GOOD[1], BAD, name="more.csv")
    bodies = realty.json("properties", "import", first, second, code=8)
    assert [body["import_id"] for body in bodies] == [1, 2]
    commands = [one["command"] for one in office.ask(lambda work: work.history.operations())]
    assert commands == ["properties import more.csv", "properties import flats.csv"]


def test_headers_and_fields_can_be_named(realty: Line, office: Agency, tmp_path: Path) -> None:
    path = file(tmp_path, "1;Квартира;5000000", header="Код;Что;Почём")
    named = ["--map", "Код=external_id", "--map", "Что=property_type", "--map", "Почём=price"]
    realty("properties", "import", path, *named, "--set", "deal_type=rent", "--set", "city=Казань")
    listing = office.ask(lambda work: work.properties.get(1))
    assert (listing["external_id"], listing["deal_type"], listing["city"]) == ("1", "rent", "Казань")
    aliases = tmp_path / "headers.toml"
    aliases.write_text('price = ["Почём"]\nexternal_id = "Код"\nproperty_type = ["Что"]\n', "utf-8")
    body = realty.json("properties", "import", path, "--aliases", aliases, "--set", "deal_type=rent", "--dry-run")
    assert body["rejected"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--map", "Код=nonsense"], "nonsense"),
        (["--map", "Нет такого=price"], "Нет такого"),
        (["--map", "pair"], "NAME=VALUE"),
        (["--set", "nonsense=1"], "nonsense"),
        (["--set", "price=дорого"], "price"),
        (["--format", "pdf"], "pdf"),
        (["--aliases", "missing.toml"], "missing.toml"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_read(
    realty: Line, office: Agency, tmp_path: Path, words: list[str], told: str
) -> None:
    path = file(tmp_path, *GOOD)
    assert told in realty("properties", "import", path, *words, code=2).err
    assert total(office) == 0


def test_odd_files_end_in_one_line(realty: Line, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (tmp_path / "broken.json").write_text("[{", "utf-8")
    for name in ("missing.csv", "empty.csv", "picture.csv", "broken.xlsx", "broken.json", "flats.pdf", "flats", "."):
        ran = realty("properties", "import", tmp_path / name, code=2)
        assert len(ran.err.strip().splitlines()) == 1, ran.err
        assert ran.err.startswith("Error: "), ran.err
    assert "FILE" in realty("properties", "import", code=2).err


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "xlsx"])
def test_a_file_is_written_in_every_format(realty: Line, office: Agency, tmp_path: Path, form: str) -> None:
    for number in range(3):
        office.do(create(title=f"Flat {number}", city="Казань" if number else "Сочи"))
    path = tmp_path / f"out.{form}"
    body = realty.json("properties", "export", path, "--city", "казань")
    assert body == {"file": str(path), "format": form, "rows": 2}
    assert path.stat().st_mode & 0o777 == 0o600
    assert told(realty.json("properties", "import", path)) == (0, 0, 2, 0)
    refused = realty("properties", "export", path, code=5)
    assert "--force" in refused.err
    assert "3 listings" in realty("properties", "export", path, "--force").err
    if form != "xlsx":
        piped = realty("properties", "export", "--format", form, "--sort", "id").out
        assert piped.encode() == path.read_bytes()
        assert piped == realty("properties", "export", "-", "--output", form).out
    else:
        assert realty("properties", "export", "-", "--format", "xlsx", code=2).out == ""


def test_json_of_an_export_is_what_the_list_answers(realty: Line, office: Agency) -> None:
    for number in range(3):
        office.do(create(title=f"Flat {number}", tags=["a"] * number, attributes={"x": "y"} if number else {}))
    items = realty.json("properties", "list", "--sort", "id")["items"]
    for item in items:
        del item["photos"]
    assert realty.json("properties", "export") == items
    lines = realty("properties", "export", "--output", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == items


def test_fields_order_and_words_of_an_export(realty: Line, office: Agency) -> None:
    for title, price in (("alpha", 3), ("beta", 1), ("alpha beta", 2)):
        office.do(create(title=title, price=price))

    def exported(*words: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(realty("properties", "export", *words).out)))

    rows = exported("--fields", "title, price", "--sort", "-price")
    assert rows == [["title", "price"], ["alpha", "3"], ["alpha beta", "2"], ["beta", "1"]]
    rows = exported("--fields", "title,days_on_market", "--q", "beta")
    assert rows == [["title", "days_on_market"], ["beta", "0"], ["alpha beta", "0"]]
    assert realty("properties", "export", "--fields", "price", "--city", "Нигде").out == "price\n"
    for words in (["--fields", "title,nonsense"], ["--sort", "nonsense"], ["--price-min", "x"], ["--format", "../etc"]):
        ran = realty("properties", "export", *words, code=2)
        assert ran.out == "", "nothing is written before all is checked"


def test_excel_gets_what_excel_expects(realty: Line, office: Agency, tmp_path: Path) -> None:
    office.do(create(title="=1+1", area_total=45.5))
    path = tmp_path / "out.csv"
    realty("properties", "export", path, "--excel", "--fields", "title,area_total")
    assert path.read_bytes() == b"\xef\xbb\xbftitle;area_total\r\n'=1+1;45,5\r\n"


def test_photos_are_hung_ordered_and_taken_off(realty: Line, office: Agency, tmp_path: Path) -> None:
    office.do(create())
    paths = []
    for shade in (0, 120, 240):
        path = tmp_path / f"{shade}.png"
        Image.new("RGB", (60, 40), (shade, 90, 90)).save(path)
        paths.append(path)
    added = realty.json("properties", "photos", "add", 1, *paths)
    assert [one["position"] for one in added] == [0, 1, 2]
    listed = realty("properties", "photos", "list", 1).out.splitlines()
    assert all(Path(line.split("\t")[-1]).is_file() for line in listed)
    assert realty.json("properties", "photos", "list", 1) == added
    ordered = realty.json("properties", "photos", "order", 1, 3, 1, 2)
    assert [one["id"] for one in ordered] == [3, 1, 2]
    assert "3, 1, 2" in realty("properties", "photos", "order", 1, 3, code=2).err
    realty("properties", "photos", "remove", 1, 1, "--yes")
    assert [one["id"] for one in realty.json("properties", "photos", "list", 1)] == [3, 2]
    realty("undo")
    assert [one["id"] for one in realty.json("properties", "photos", "list", 1)] == [3, 1, 2]
    realty("properties", "photos", "remove", 1, 99, "--yes", code=4)
    realty("properties", "photos", "list", 99, code=4)
    realty("properties", "photos", "add", 99, paths[0], code=4)
    odd = tmp_path / "odd.jpg"
    odd.write_text("<svg/>")
    assert "JPEG" in realty("properties", "photos", "add", 1, paths[0], odd, code=2).err
    realty("properties", "photos", "add", 1, tmp_path / "missing.jpg", code=2)
    realty("properties", "photos", "add", 1, tmp_path, code=2)
    table = realty("properties", "photos", "list", 1, "--output", "table", "--lang", "ru").out
    assert "60x40" in table


@pytest.mark.parametrize(
    ("group", "header", "row", "bad"),
    [
        ("deals", "Код;Название;Сторона;Сумма", "D-1;Дом;продавец;5 млн", "D-2;Без стороны;;1 млн"),
        ("requests", "Код;Клиент;Операция;Бюджет", "R-1;Иванов Пётр;купить;5 млн", "R-2;;купить;1 млн"),
    ],
)
def test_deals_and_requests_come_in_and_go_out(
    realty: Line, tmp_path: Path, group: str, header: str, row: str, bad: str
) -> None:
    path = file(tmp_path, row, bad, header=header)
    dry = realty.json(group, "import", path, "--dry-run", code=8)
    assert (told(dry), dry["import_id"]) == ((1, 0, 0, 1), None)
    assert realty.json(group, "list")["total"] == 0
    body = realty.json(group, "import", path, code=8)
    assert (told(body), body["rows"][0]["outcome"]) == ((1, 0, 0, 1), "rejected")
    rows = (tmp_path / "flats.rejected.csv").read_text("utf-8-sig").splitlines()
    assert rows[1].startswith(bad.replace(";", ",")[:5])
    assert told(realty.json(group, "import", path, code=8)) == (0, 0, 1, 1)
    target = tmp_path / "out.json"
    realty(group, "export", target)
    exported = json.loads(target.read_text("utf-8"))
    listed = realty.json(group, "list")["items"]
    assert [one | listed[0] for one in exported] == exported
    realty(group, "import", "--undo", body["import_id"])
    assert (realty.json(group, "list")["total"], realty.json("clients", "list")["total"]) == (0, 0)
