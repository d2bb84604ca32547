"""Section I of the acceptance list, its second half: texts of any kind, length and depth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency
from tests.test_acceptance.test_input import ADD, codes, tables
from tests.test_cli.conftest import Line
from tests.test_properties.listings import FLAT, create, found, take


@pytest.fixture
def realty(home: Path) -> Line:
    return Line(home)


def test_104_controls_and_halves_of_characters(agency: Agency) -> None:
    texts = [name for name, info in PropertyCreate.model_fields.items() if "str" in str(info.annotation)]
    assert {"title", "city", "description", "external_id", "flat"} <= set(texts)
    before = agency.ask(tables)
    for name in (
        "title",
        "city",
        "description",
        "external_id",
        "flat",
        "contact_name",
        "address",
        "currency",
        "status",
    ):
        for text in ("a\x00b", "a\ud800b", "a\x1b[2Jb", "a\x7fb", "a\x9bb"):
            assert codes(lambda of=name, given=text: agency.do(create(**{of: given}))), (name, text)
    for text in ("a\x00b", "a\ud800b", "\x1b"):
        for fields in ({"tags": [text]}, {"attributes": {text: "x"}}, {"attributes": {"x": text}}):
            assert codes(lambda given=fields: agency.do(create(**given)))
        for part in ("q", "city", "tags", "external_id", "source"):
            assert codes(
                lambda by=part, given=text: agency.ask(
                    lambda work: found(work, **{by: given if by == "q" else [given]})
                )
            )
        assert codes(lambda given=text: agency.ask(lambda work: found(work, sort=given)))
        assert codes(lambda given=text: agency.ask(lambda work: work.properties.page(PropertyFilter(), cursor=given)))
    assert agency.ask(tables) == before
    assert agency.do(create(description="a\nb\tc"))["description"] == "a\nb\tc"


def test_104_a_file_brings_no_controls_in(agency: Agency) -> None:
    """People export from programs that leave such marks; the rows come in without them."""
    header = ("external_id", "Тип", "Сделка", "Цена", "Город", "Описание", "Пометка\x1b")
    line = ["A\x00-1", "Квартира", "Продажа", "5", "Ка\u200bзань", "a\x1b[2J\nb\ud800", "x\x9by"]
    report = agency.do(lambda work: take(work, header, [line]))
    assert report.created == 1
    listing = agency.ask(lambda work: work.properties.get(1))
    assert listing["city"] == "Казань"
    text = json.dumps(listing, ensure_ascii=False)
    assert not [
        character
        for character in text
        if ord(character) < 32 or character in "\x7f\x9b\u200b" or "\ud800" <= character < "\ue000"
    ]


@pytest.mark.parametrize(
    "text",
    ["\u202eабв\u202c", "a\u200bb\u2060c", "раypal", "a" + "\u0301" * 30, "e\u0301", "\u1112\u1161\u11ab", "👩‍👩‍👧‍👦",
     "ﷺ", "İi", "ß",
     "\ufeffx", "\u2028", "عقار", "房产", "Z̵̧̛͎̖̍͌a"],
)  # fmt: skip
def test_105_any_script_comes_back_as_it_was(agency: Agency, text: str) -> None:
    made = agency.do(create(title=f"x {text} y", description=text, tags=[f"x{text}y"], city=f"x{text}y"))
    assert (made["title"], made["description"], made["tags"]) == (f"x {text} y", text.strip() or None, [f"x{text}y"])
    assert agency.ask(lambda work: found(work, city=[f"x{text}y"]))["total"] == 1
    assert agency.ask(lambda work: found(work, tags=[f"x{text}y"]))["total"] == 1


def test_105_a_word_is_found_in_any_of_its_forms(agency: Agency) -> None:
    agency.do(create(title="Ёлочная аллея, caf\u00e9"))
    with agency.read() as work:
        for text in ("елочная", "ЁЛОЧНАЯ", "е\u0308лочная", "cafe\u0301", "CAFÉ", "ёлочная\u200b", "cafe"):
            assert found(work, q=text)["total"] == 1, text


def test_106_texts_that_are_too_long(sqlite_agency: Agency, realty: Line, tmp_path: Path) -> None:
    for fields in ({"title": "x" * 1_000_000}, {"description": "я" * 20_000_000}, {"attributes": {"x" * 201: "y"}},
                   {"tags": ["x" * 101]}, {"address": "x" * 1_001}, {"external_id": "x" * 201}):  # fmt: skip
        assert codes(lambda given=fields: validate(PropertyCreate, {**FLAT, **given})) == ["field.string_too_long"]
    assert codes(lambda: validate(PropertyFilter, {"q": "x" * 1_001})) == ["field.string_too_long"]
    assert codes(lambda: validate(PropertyFilter, {"city": ["x"] * 101})) == ["field.too_long"]
    path = tmp_path / "long.txt"
    path.write_text("я" * 600_000, "utf-8")
    ran = realty(*ADD, "--description", f"@{path}", code=2)
    assert len(ran.err) < 500
    assert realty(*ADD, "--title", "x" * 100_000, code=2).err.startswith("Error: title")


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_107_brackets_within_brackets(sqlite_agency: Agency, realty: Line, tmp_path: Path, depth: int) -> None:
    for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth, "[" * depth):
        path = tmp_path / "deep.json"
        path.write_text(text, "utf-8")
        ran = realty("properties", "import", path, code=None)
        assert ran.code in (2, 8)
        assert "mistake in realty" not in ran.err
        assert codes(
            lambda given=text: sqlite_agency.ask(lambda work: work.properties.page(PropertyFilter(), cursor=given))
        )
    header = ("id", "created_at", "property_type", "deal_type", "price", "attributes", "tags")
    cells = ["1", "2026-01-01T00:00:00.000000Z", "house", "sale", "5", "[" * depth, '{"a":' * depth]
    report = sqlite_agency.do(lambda work: take(work, header, [cells]))
    assert report.created + report.rejected == 1


MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TEMPLATES = (
    "{{7*7}}",
    "{0.__class__}",
    "%(x)s %s %d",
    "${7*7}",
    "{title}",
    "{count}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{id}",
    "\\u0041",
)


def test_111_markup_is_text(realty: Line) -> None:
    realty(*ADD, "--title", MARKUP, "--description", MARKUP)
    assert realty.json("properties", "show", 1)["title"] == MARKUP
    for form in ("table", "tsv", "csv", "jsonl"):
        assert "<script>alert(1)</script>" in realty("properties", "list", "--output", form).out.replace("\n", "")
    assert MARKUP in realty("properties", "export", "--fields", "title").out


def test_112_one_record_is_one_line_of_the_log(realty: Line, tmp_path: Path) -> None:
    path = tmp_path / "x\n2026-01-01 anna undo 5\x1b[2J.csv"
    path.write_text("Номер;Тип;Сделка;Цена\n1;Дом;Продажа;5\n", "utf-8")
    ran = realty("properties", "import", path)
    assert "\x1b" not in ran.err
    (line,) = realty("log").out.splitlines()
    assert "\x1b" not in line
    assert len(line.split("\t")) == 6
    table = realty("log", "--output", "table").out
    assert "\x1b" not in table
    assert [one["source"] for one in realty.json("log")["items"]] == ["import"]
    for name in ("a\nb", "a\x1b[2Jb", "a\rb", "a\u2028b"):
        assert realty("init", "--yes", "--username", name, "--db", f"sqlite:///{tmp_path}/other.db", code=2).out == ""
        assert "\x1b" not in realty("properties", "list", "--as", name, code=3).err


@pytest.mark.parametrize("text", TEMPLATES)
def test_115_templates_are_text(realty: Line, text: str) -> None:
    realty(*ADD, "--title", text, "--city", text)
    for form in ("tsv", "csv", "table"):
        assert text in realty("properties", "list", "--output", form).out.replace('""', '"')
    assert text in realty("properties", "show", 1, "--output", "table", "--lang", "ru").out
    assert realty.json("properties", "stats")["by_city"] == {text: 1}
    assert text in realty("properties", "list", "--as", text, code=3).err
    assert text in realty("properties", "list", "--sort", text, code=2).err
    assert text in realty("properties", "edit", 1, "--price", text, code=2).err
    assert text in realty("properties", "export", "--format", text, code=2).err


def test_115_no_format_is_a_path(realty: Line, tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "html;id", "pickle", "CSV\x00", "", "csv/../json", "yaml", "__class__"):
        ran = realty("properties", "export", tmp_path / "out", "--format", name, code=2)
        assert ran.out == ""
    assert list(tmp_path.glob("out*")) == []
