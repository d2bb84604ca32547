"""A file that realty wrote brings its listings back: into the same store nothing new, into another one the same."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Realty, Work
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.csv_columns import ByColumns
from realty_cli.formats.registry import CODECS
from realty_cli.properties import exporting, own_files, record
from realty_cli.properties.exporting import rows
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.settings import Settings
from tests.conftest import Agency, HandClock
from tests.test_properties.listings import bring, counts, create, entries, examples, send, stock

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx")
#: What another store gives anew.
_ANEW = {"id", "owner_id", "created_at", "updated_at", "status_reason", "client_id"}

#: Texts that a reader of foreign files would take for something else.
_ODD_LINES = st.one_of(
    st.sampled_from([
        "=1+1", "+7", "-", "@x", "'=1", "''=1", "1e5", "007", "1,5", "true", "Нет", "нет", "None", "NaN", "n/a",
        "&amp;", "&lt;b&gt;", "<b>жирный</b>", "a<br>b", 'a"b', "a;b", "a,b", "a|b", "{{7*7}}", "%s", "Москва г",
        "2-к квартира, 54 м²", "5/9", "студия", "0", "-1", "2024-01-15", "\u202eабв", "e\u0301", "é", "１２", "\u00a0x",
        "x\u2028y", "[]", "{}", "null", "a  b",
    ]),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20),
)  # fmt: skip
_LINES = (
    "title", "city", "district", "street", "house", "flat", "postal_code", "address", "metro", "region", "country",
    "contact_name", "source",
)  # fmt: skip


@st.composite
def odd_entries(draw: st.DrawFn) -> dict[str, Any]:
    """A listing with odd texts in some of its fields."""
    entry = draw(entries())
    for name in draw(st.lists(st.sampled_from(_LINES), max_size=4, unique=True)):
        entry[name] = draw(_ODD_LINES)
    if not str(entry["title"]).strip():
        entry["title"] = "x"
    if draw(st.booleans()):
        entry["description"] = draw(
            st.one_of(_ODD_LINES, st.sampled_from(["a\nb", "a\r\nb", "a\tb", "\n\n", "a\n\n\nb"]))
        )
        entry["attributes"] = draw(st.dictionaries(_ODD_LINES.filter(str.strip), _ODD_LINES, max_size=2))
        entry["tags"] = draw(st.lists(_ODD_LINES, max_size=2))
        entry["contact_phone"] = draw(st.sampled_from(["+79990000001", "+375291234567", None]))
        entry["source_url"] = draw(st.sampled_from(["https://cian.ru/sale/flat/1/?a=1&b=2", "http://x.ru", None]))
        entry["cadastral_number"] = draw(st.sampled_from(["77:01:0001001:1234", None]))
        entry["ceiling_height"] = draw(st.sampled_from([0.5, 2.7, 100, None]))
        entry["commission"] = draw(st.sampled_from([0, 0.1, 1_000, None]))
        entry["deposit"] = draw(st.sampled_from([0, 0.01, 10**13, None]))
    return entry


def kept(work: Work) -> list[dict[str, Any]]:
    """The listings of a store, but for what another store gives anew."""
    stored = work.properties.stream(PropertyFilter(), record.EXPORTED, "id")
    return [
        {name: value for name, value in zip(record.EXPORTED, row, strict=True) if name not in _ANEW}
        for row in rows(stored, record.EXPORTED)
    ]


def another(template: Path, folder: Path) -> Agency:
    """An empty store on SQLite, whose listings were never made at the same moment as those of the first one."""
    place = folder / "another"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place)
    clock = HandClock()
    clock.advance(hours=-1)
    return Agency(Realty(Settings(home=place), clock), clock)


def check(agency: Agency, other: Agency, path: Path, count: int) -> None:
    before = agency.ask(kept)
    assert agency.ask(lambda work: send(work, path)) == count
    assert counts(agency.do(lambda work: bring(work, path))) == (0, 0, count, 0)
    assert agency.ask(kept) == before
    assert counts(other.do(lambda work: bring(work, path))) == (count, 0, 0, 0)
    assert other.ask(kept) == before
    assert counts(other.do(lambda work: bring(work, path))) == (0, 0, count, 0)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@examples(25)
@given(some=st.lists(odd_entries(), min_size=1, max_size=4))
def test_whatever_is_entered_survives_a_file(
    sqlite_agency: Agency, sqlite_template: Path, tmp_path: Path, suffix: str, some: list[dict[str, Any]]
) -> None:
    # Two listings of one number and source are one to an import, as they are to whoever wrote the number.
    some = [{**entry, "external_id": f"{turn}", "_deleted": False} for turn, entry in enumerate(some)]
    stock(sqlite_agency, some)
    check(sqlite_agency, another(sqlite_template, tmp_path), tmp_path / f"out.{suffix}", len(some))


@pytest.mark.parametrize(("name", "excel"), [("csv", False), ("csv", True), ("jsonl", False)])
@examples(25)
@given(some=st.lists(odd_entries(), min_size=1, max_size=4))
def test_columns_are_written_as_rows_are(agency: Agency, name: str, excel: bool, some: list[dict[str, Any]]) -> None:
    stock(agency, some)
    fields = exporting.WHOLE
    needed, now = exporting.columns_of(fields), agency.clock.now()
    codec, options, whole = CODECS[name], WriteOptions(excel=excel), name == "jsonl"
    assert isinstance(codec, ByColumns)
    plain, quick = io.BytesIO(), io.BytesIO()

    def export(work: Work) -> None:
        stored = work.properties.stream(PropertyFilter(), needed, "id")
        codec.write(plain, fields, rows(stored, fields, now, whole=whole), options=options)
        read = work.properties.columns(PropertyFilter(), needed, "id")
        columns = exporting.columns(read, fields, now, whole=whole)
        codec.write_columns(quick, fields, exporting.kinds_of(fields), columns, options=options)

    agency.ask(export)
    assert quick.getvalue() == plain.getvalue()


RICH: list[dict[str, Any]] = [
    {"title": "=СУММ(A1)", "city": "-", "flat": "007", "price": 12_500_000.5, "rooms": 0, "is_euro": False,
     "tags": ["a,b", "=x"], "attributes": {"Лифт": "есть", "=1": "+1"}, "description": "a\n\"b\"\t;,'",
     "floor": -1, "floors_total": 5, "latitude": 0.0, "longitude": -179.999999, "area_total": 0.01, "commission": 1e-9,
     "deposit": 0},
    {"title": "нет", "status": "draft", "price": None, "postal_code": "000001", "external_id": "1e5",
     "year_built": 2200},
    {"title": "Продано", "status": "sold", "final_price": 0.01, "listed_at": "2026-01-01T00:00:00Z",
     "closed_at": "2026-02-03T04:05:06.000007Z", "exclusive_from": "2026-01-01", "exclusive_until": "2026-12-31"},
    {"title": "Сдано", "deal_type": "daily_rent", "status": "rented", "price": 0, "contact_phone": "+375291234567",
     "source_url": "https://x.ru/?a=1&b=2", "source": "cian", "mortgage": True, "bargain": False, "country": "nan"},
    {"title": "Same", "address": "ул. Мира, 5"},
    {"title": "Same", "address": "ул. Мира, 5"},
]  # fmt: skip


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_brings_everything_back(
    agency: Agency, sqlite_template: Path, tmp_path: Path, suffix: str
) -> None:
    for fields in RICH:
        agency.do(create(**fields))
    binned = agency.do(create(title="in the bin"))["id"]
    agency.do(lambda work: work.properties.delete(binned))
    check(agency, another(sqlite_template, tmp_path), tmp_path / f"out.{suffix}", len(RICH))


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_json_is_what_the_api_answers_but_for_photos(agency: Agency, tmp_path: Path, suffix: str) -> None:
    for fields in RICH:
        agency.do(create(**fields))
    agency.clock.advance(days=5)
    path = tmp_path / f"out.{suffix}"
    agency.do(lambda work: send(work, path))
    text = path.read_text("utf-8")
    items = json.loads(text) if suffix == "json" else [json.loads(line) for line in text.splitlines()]
    page = agency.ask(lambda work: work.properties.page(PropertyFilter(), sort="id", limit=100))
    for item in page["items"]:
        del item["photos"]
    assert items == page["items"]


def test_the_answer_of_the_api_itself_can_be_imported(
    sqlite_agency: Agency, sqlite_template: Path, tmp_path: Path
) -> None:
    for fields in RICH:
        sqlite_agency.do(create(**fields))
    body = sqlite_agency.ask(lambda work: work.properties.page(PropertyFilter(), sort="id", limit=100))
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    assert counts(sqlite_agency.do(lambda work: bring(work, path))) == (0, 0, len(RICH), 0)
    other = another(sqlite_template, tmp_path)
    assert counts(other.do(lambda work: bring(work, path))) == (len(RICH), 0, 0, 0)
    assert other.ask(kept) == sqlite_agency.ask(kept)


def test_what_a_person_changes_in_the_file_comes_in(sqlite_agency: Agency, tmp_path: Path) -> None:
    """Cells written anew are read as any other file's; the others stay what they were to the letter."""
    sqlite_agency.do(create(title="нет", city="-", price=1, area_total=40))
    path = tmp_path / "out.csv"
    sqlite_agency.do(lambda work: send(work, path))
    with path.open(newline="", encoding="utf-8") as file:
        header, cells = csv.reader(file)
    edited = dict(zip(header, cells, strict=True)) | {
        "price": "12,5 млн", "area_total": "41,5 м²", "listed_at": "31.12.2025", "mortgage": "да", "rooms": "2.0",
        "Ключи": "у консьержа",
    }  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([edited.keys(), edited.values()])
    assert counts(sqlite_agency.do(lambda work: bring(work, path))) == (0, 1, 0, 0)
    now = sqlite_agency.ask(lambda work: work.properties.get(1))
    assert (now["title"], now["city"], now["price"], now["area_total"]) == ("нет", "-", 12_500_000, 41.5)
    assert (now["listed_at"], now["mortgage"], now["rooms"]) == ("2025-12-30T21:00:00.000000Z", True, 2)
    assert now["attributes"] == {"Ключи": "у консьержа"}


def test_the_same_number_in_another_store_is_another_listing(
    sqlite_agency: Agency, sqlite_template: Path, tmp_path: Path
) -> None:
    sqlite_agency.do(create(title="Here"))
    other = another(sqlite_template, tmp_path)
    other.clock.advance(seconds=1)
    other.do(create(title="There"))
    path = tmp_path / "out.csv"
    sqlite_agency.do(lambda work: send(work, path))
    assert counts(other.do(lambda work: bring(work, path))) == (1, 0, 0, 0)
    assert [one["title"] for one in other.ask(kept)] == ["There", "Here"]


def test_an_agency_moves_with_its_agents(agency: Agency, sqlite_template: Path, tmp_path: Path) -> None:
    """An administrator's file keeps whose each listing is, where there is such an account; an agent's never does."""
    agency.add_account("boris")
    agency.do(create(owner_id=2))
    path = tmp_path / "out.csv"
    agency.do(lambda work: send(work, path))
    for names, user, owners in (((), "anna", [1]), (("boris",), "anna", [2]), (("boris", "vera"), "vera", [3])):
        other = another(sqlite_template, tmp_path)
        for name in names:
            other.add_account(name)
        assert counts(other.do(lambda work: bring(work, path), user=user)) == (1, 0, 0, 0)
        found = other.ask(lambda work: work.db.all("SELECT owner_id FROM properties"))
        assert [row[0] for row in found] == owners


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("price", "1.999", None), ("price", "-1", None), ("price", True, None), ("price", 5, 5), ("rooms", "2.5", None),
        ("rooms", 2.0, 2), ("latitude", "1e-9", 1e-9), ("latitude", "nan", None), ("latitude", "1,5", None),
        ("mortgage", "True", None), ("mortgage", "true", True), ("tags", "[1]", None), ("tags", '["a"]', ["a"]),
        ("tags", '{"a":"b"}', None), ("attributes", '{"a":"b"}', {"a": "b"}), ("attributes", '{"a":1}', None),
        ("attributes", "[", None), ("status", "sold", "sold"), ("status", "продан", None), ("status", [], None),
        ("exclusive_until", "2026-02-30", None), ("listed_at", "2026-03-10", None), ("title", 5, None),
        ("nonsense", "x", None),
    ],
)  # fmt: skip
def test_a_cell_is_exact_or_left_to_be_understood(name: str, cell: object, value: object) -> None:
    exact = own_files._exact(name)
    found = None if exact is None else exact(cell)
    assert (found, type(found)) == (value, type(value))
