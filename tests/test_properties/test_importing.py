"""Which row is which listing, and what an import does with a row that it has met before; on both databases."""

from __future__ import annotations

import csv
import pickle
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Realty, Work
from realty_cli.errors import Conflict, NotFound
from realty_cli.formats.codec import Block, RowProblem, WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.kit.importing import Prepared, rejected_rows
from realty_cli.kit.schema import validate
from realty_cli.properties import record
from realty_cli.properties.exporting import rows
from realty_cli.properties.importing import Balance, Reading, prepare
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyUpdate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin
from tests.conftest import Agency, HandClock
from tests.test_properties.listings import bring, counts, create, examples, found, numbers, take

HEADER = ("Номер", "Ссылка", "Тип", "Сделка", "Адрес", "Комнат", "Площадь", "Цена", "Описание")


def row(
    number: str = "", link: str = "", address: str = "Казань, ул. Баумана, 7", price: str = "5000000", text: str = ""
) -> list[str]:
    return [number, link, "Квартира", "Продажа", address, "2", "54", price, text]


#: A row by each of the things that it is recognised by.
KNOWN_BY = {
    "external_id": row(number="A-17"),
    "link": row(link="https://www.cian.ru/sale/flat/301581644/"),
    "thing": row(),
}


def bring_in(agency: Agency, *lines: list[str], header: tuple[str, ...] = HEADER, user: str | None = None) -> Any:
    agency.clock.advance(hours=1)
    return agency.do(lambda work: take(work, header, lines), "properties import x.csv", user)


def listings(work: Work) -> list[dict[str, Any]]:
    stored = work.properties.stream(PropertyFilter(), record.COLUMNS, "id")
    return [dict(zip(record.COLUMNS, values, strict=True)) for values in stored]


@pytest.mark.parametrize("known_by", KNOWN_BY)
def test_the_same_file_twice_adds_nothing(agency: Agency, known_by: str) -> None:
    line = KNOWN_BY[known_by]
    assert counts(bring_in(agency, line)) == (1, 0, 0, 0)
    before = agency.ask(listings)
    again = bring_in(agency, line)
    assert (counts(again), again.import_id) == ((0, 0, 1, 0), None)
    assert agency.ask(listings) == before


def test_the_log_tells_what_an_import_made_whatever_became_of_it(agency: Agency) -> None:
    report = bring_in(agency, row("1"), row("2"), row("3"), row("4"))

    def told(work: Work) -> Any:
        return work.history.changes(operation_id=report.import_id)["items"]

    before = agency.ask(told)
    assert [item["new"]["external_id"] for item in before] == ["1", "2", "3", "4"]
    assert [item["new"]["price"] for item in before] == [5_000_000] * 4
    assert all(item["diff"] == item["new"] and item["old"] is None for item in before)
    assert record.KEYS.isdisjoint(before[0]["new"])
    agency.clock.advance(days=1)
    agency.do(lambda work: work.properties.update(1, validate(PropertyUpdate, {"price": 4_000_000})))
    agency.do(lambda work: work.properties.delete(2))
    agency.do(lambda work: work.properties.delete(3))
    agency.do(lambda work: work.properties.update(1, validate(PropertyUpdate, {"price": 3_000_000, "rooms": None})))
    agency.clock.advance(days=100)
    agency.do(lambda work: work.properties.purge([3]))
    assert agency.ask(told) == before
    assert agency.ask(lambda work: work.history.changes(object_id=1))["items"][1]["old"] == before[0]["new"]


@pytest.mark.parametrize("known_by", KNOWN_BY)
def test_a_changed_row_updates_its_listing(agency: Agency, known_by: str) -> None:
    line = KNOWN_BY[known_by]
    bring_in(agency, line)
    changed = [*line[:7], "4500000", "Свежий ремонт"]
    report = bring_in(agency, changed)
    assert counts(report) == (0, 1, 0, 0)
    assert [(one.line, one.outcome, one.id) for one in report.outcomes] == [(2, "updated", 1)]
    now = agency.ask(lambda work: work.properties.get(1))
    assert (now["price"], now["description"], now["version"]) == (4_500_000, "Свежий ремонт", 2)
    steps = agency.ask(lambda work: work.properties.history(1))["entries"]
    assert [one["new"] for one in steps if one["field"] == "price"] == [5_000_000, 4_500_000]


@pytest.mark.parametrize("known_by", KNOWN_BY)
def test_what_the_agent_wrote_outlives_the_same_row(agency: Agency, known_by: str) -> None:
    """The file only speaks where it says something new."""
    line = KNOWN_BY[known_by]
    bring_in(agency, line)
    mine = {"price": 4_900_000, "title": "Моё название", "area_total": 55}
    agency.do(lambda work: work.properties.update(1, validate(PropertyUpdate, mine)))
    assert counts(bring_in(agency, line)) == (0, 0, 1, 0)
    now = agency.ask(lambda work: work.properties.get(1))
    assert {name: now[name] for name in mine} == mine
    assert counts(bring_in(agency, [*line[:8], "Новый текст"])) == (0, 1, 0, 0)
    assert agency.ask(lambda work: work.properties.get(1))["description"] == "Новый текст"


def test_an_empty_cell_empties_nothing(agency: Agency) -> None:
    bring_in(agency, row("A-17", text="Свежий ремонт"))
    bring_in(agency, row("A-17", price="4000000"))
    now = agency.ask(lambda work: work.properties.get(1))
    assert (now["price"], now["description"]) == (4_000_000, "Свежий ремонт")


def test_what_lies_in_the_bin_stays_there(agency: Agency) -> None:
    for line in KNOWN_BY.values():
        bring_in(agency, line)
    agency.do(lambda work: [work.properties.delete(number) for number in (1, 2, 3)])
    report = bring_in(agency, *([*line[:7], "1", "x"] for line in KNOWN_BY.values()))
    assert (counts(report), report.in_bin) == ((0, 0, 3, 0), 3)
    assert agency.ask(found)["total"] == 0


def test_a_row_without_a_price_waits_as_a_draft_until_it_has_one(agency: Agency) -> None:
    bring_in(agency, row("A-17", price=""))
    draft = agency.ask(lambda work: work.properties.get(1))
    assert (draft["status"], draft["price"], draft["status_reason"]) == ("draft", None, "import.no_price")
    assert counts(bring_in(agency, row("A-17", price="—"))) == (0, 0, 1, 0)
    bring_in(agency, row("A-17", price="5000000"))
    live = agency.ask(lambda work: work.properties.get(1))
    assert (live["status"], live["price"], live["status_reason"]) == ("active", 5_000_000, None)


def test_a_draft_of_ones_own_making_stays_a_draft(agency: Agency) -> None:
    agency.do(create(external_id="A-17", status="draft", price=None))
    bring_in(agency, row("A-17"))
    now = agency.ask(lambda work: work.properties.get(1))
    assert (now["status"], now["price"]) == ("draft", 5_000_000)


def test_two_portals_may_count_alike(agency: Agency) -> None:
    header = (*HEADER, "Источник")
    lines = [[*row("17", price="1"), "cian"], [*row("17", price="2"), "avito"], [*row("17", price="3"), ""]]
    report = bring_in(agency, *lines[:2], header=header)
    assert counts(report) == (2, 0, 0, 0)
    assert counts(bring_in(agency, *lines[:2], header=header)) == (0, 0, 2, 0)
    # A file that names no portal means the only one there is, or the first.
    assert counts(bring_in(agency, lines[2], header=header)) == (0, 1, 0, 0)
    assert [one["price"] for one in agency.ask(listings)] == [300, 200]


def test_the_number_goes_before_the_link_and_the_link_before_the_thing(agency: Agency) -> None:
    link = "https://www.cian.ru/sale/flat/301581644/"
    bring_in(agency, row("A-1", link))
    assert counts(bring_in(agency, row("A-2", link))) == (1, 0, 0, 0), "one link under two numbers: the numbers decide"
    assert counts(bring_in(agency, row("", link, price="1"))) == (0, 1, 0, 0), "no number: the link decides"
    assert counts(bring_in(agency, row("A-1", "https://other.ru/1", price="2"))) == (0, 1, 0, 0)
    assert agency.ask(lambda work: work.properties.get(1))["source_url"] == "https://other.ru/1"
    assert counts(bring_in(agency, row())) == (1, 0, 0, 0), "nothing but the thing: it never came that way before"


def test_the_like_flats_of_one_house_are_as_many_as_they_are(agency: Agency) -> None:
    lines = [row(price="1"), row(price="2"), row(price="2"), row(price="3")]
    assert counts(bring_in(agency, *lines)) == (3, 0, 1, 0)
    assert counts(bring_in(agency, *lines)) == (0, 0, 4, 0)
    assert counts(bring_in(agency, row(price="1"), row(price="5"), row(price="3"))) == (0, 1, 2, 0)
    assert [one["price"] for one in agency.ask(listings)] == [100, 500, 300]


def test_a_link_that_a_row_gives_its_listing_is_known_to_the_next_row(agency: Agency) -> None:
    """The first row tells the listing its number; the second one, of the same batch, has nothing but the number."""
    link = "https://www.cian.ru/sale/flat/301581644/"
    bring_in(agency, row("", link))
    report = bring_in(agency, row("A-1", link, text="x"), row("A-1", text="y"))
    assert counts(report) == (0, 2, 0, 0)
    assert agency.ask(lambda work: work.properties.get(1))["description"] == "y"


_IDENTITIES = st.sampled_from(
    [("A-1", ""), ("A-2", ""), ("", "https://x.ru/1001"), ("", "https://x.ru/1002"), ("", "")]
)
_LINES = st.tuples(_IDENTITIES, st.sampled_from(["ул. Мира, 5", "ул. Мира, 7"]), st.integers(1, 3), st.booleans())


@examples(15)
@given(lines=st.lists(_LINES, min_size=1, max_size=12), cuts=st.lists(st.integers(0, 12), max_size=3))
def test_where_a_file_is_cut_makes_no_difference(agency: Agency, lines: list[tuple[Any, ...]], cuts: list[int]) -> None:
    """Rows that name one thing twice meet in one batch, in two, or in two commits, and come to the same."""
    cells = [row(*identity, address, str(price), "x" if text else "") for identity, address, price, text in lines]
    edges = sorted({0, len(cells), *(cut for cut in cuts if cut < len(cells))})
    ways = [
        [cells],
        [[one] for one in cells],
        [cells[start:end] for start, end in pairwise(edges)],
    ]
    outcomes = []
    for batches in ways:
        with agency.write() as work:
            for table in ("property_prices", "property_statuses", "property_search", "properties"):
                work.db.run(f"DELETE FROM {table}")
        first = agency.do(lambda work, parts=batches: take(work, HEADER, *parts))
        kept = [{name: one[name] for name in record.STATE if not name.endswith("_at")} for one in agency.ask(listings)]
        again = agency.do(lambda work, parts=batches: take(work, HEADER, *parts))
        outcomes.append((counts(first), kept, again.created, again.rejected))
        assert again.created == 0
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_row_that_cannot_be_taken_stops_no_other(agency: Agency) -> None:
    bad: list[Prepared] = []
    with agency.write() as work:
        importer = work.importer(bad.append)
        lines = [row("1"), row("2", price="-5"), row("3")]
        block = Block(HEADER, [2, 3, 5], lines, [RowProblem(4, "row.too_many_cells", {}, ("x",))])
        for batch in prepare([block], Reading("Europe/Moscow", agency.clock.now())):
            importer.take(batch)
        report = importer.finish()
    assert counts(report) == (2, 0, 0, 2)
    assert [one.line for one in bad] == [3, 4]
    assert [(one.line, one.outcome) for one in report.outcomes] == [(3, "rejected"), (4, "rejected")]
    body = report.body("ru")
    assert body["rows"][0]["errors"][0]["field"] == "Цена"
    assert set(body) >= {"import_id", "created", "updated", "unchanged", "rejected", "rows"}


def test_who_stems_makes_no_difference(sqlite_agency: Agency) -> None:
    """Words are stemmed by the reading process, or by the writing one while that waits."""
    header = (*HEADER, "Телефон", "Теги", "Жилой комплекс")
    lines = [
        [*row("A-1", text="Панорамное остекление"), "+7 916 123-45-67", "торг, ипотека", "ЖК «Смена»"],
        [*row("A-2", address=""), "", "", ""],
    ]
    blocks = [Block(header, [2, 3], lines, [])]
    reading, late = Reading("Europe/Moscow", sqlite_agency.clock.now()), Balance()
    late.stemmed = False
    (early_rows,), (late_rows,) = list(prepare(blocks, reading)), list(prepare(blocks, reading, late))
    sent = pickle.loads(pickle.dumps(late_rows)).unpacked()
    assert (len(early_rows.words), sent.words) == (2, [])
    assert early_rows.documents((0, 1)) == sent.documents((0, 1)) == early_rows.words


def test_rejected_rows_come_in_once_they_are_mended(sqlite_agency: Agency, tmp_path: Path) -> None:
    agency = sqlite_agency
    path = tmp_path / "flats.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [HEADER, row("1"), row("2", price="-5"), row("3", price="минус пять", text='=1+1;\n"x"')]
        )
    bad: list[Prepared] = []
    with agency.write() as work:
        importer = work.importer(bad.append)
        with codec_for(path).read(path) as table:
            for batch in prepare(table.blocks(), Reading("Europe/Moscow", agency.clock.now())):
                importer.take(batch)
    assert counts(importer.report)[3] == len(bad) > 0
    mended = tmp_path / "flats.rejected.csv"
    header, lines = rejected_rows(bad, "ru")
    codec_for(mended).write(mended, header, lines, options=WriteOptions(force=True))
    with mended.open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert read[0] == [*HEADER, "realty_line", "realty_reason"]
    assert [line[9] for line in read[1:]] == [str(one.line) for one in bad]
    assert all("Цена" in line[10] for line in read[1:])
    for line in read[1:]:
        line[7] = "7000000"
    with mended.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(read)
    assert counts(agency.do(lambda work: bring(work, mended))) == (len(bad), 0, 0, 0)
    assert all(not one["attributes"] for one in agency.ask(found)["items"]), "our own columns are not read back"


def test_an_import_is_taken_back_with_its_updates(agency: Agency) -> None:
    bring_in(agency, row("A-1"), row("A-2"))
    agency.do(lambda work: work.properties.update(2, validate(PropertyUpdate, {"title": "Моё"})))
    before = agency.ask(listings)
    report = bring_in(agency, row("A-1", price="1"), row("A-2", text="x"), row("A-3"))
    assert counts(report) == (1, 2, 0, 0)
    agency.do(lambda work: work.undo.undo(report.import_id))
    left = {"version"}
    assert [{k: v for k, v in one.items() if k not in left} for one in agency.ask(listings)] == [
        {k: v for k, v in one.items() if k not in left} for one in before
    ]
    assert counts(bring_in(agency, row("A-1"), row("A-2"))) == (0, 0, 2, 0), "the rows are known again as they stood"
    with pytest.raises(Conflict):
        agency.do(lambda work: work.undo.undo(report.import_id))


def test_an_import_that_somebody_built_upon_is_not_taken_back(agency: Agency) -> None:
    report = bring_in(agency, row("A-1"), row("A-2"))
    agency.do(lambda work: work.properties.update(2, validate(PropertyUpdate, {"title": "Моё"})))
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.undo.undo(report.import_id))
    assert refused.value.code == "undo.depends"
    assert agency.ask(found)["total"] == 2


def test_only_imports_are_taken_back_as_imports(agency: Agency) -> None:
    agency.do(create())
    for number in (1, 2, 99):
        with pytest.raises(NotFound):
            agency.do(lambda work, named=number: work.undo.undo_import(named))


def test_a_closed_row_is_closed_as_its_deal_is(agency: Agency) -> None:
    """ "Sold" said of a rent can only mean that it is rented out, and the other way round."""
    header = ("external_id", "property_type", "deal_type", "status", "price", "listed_at")
    for number, (deal, status) in enumerate(
        (("rent", "sold"), ("sale", "rented"), ("daily_rent", "rented"), ("sale", "sold"))
    ):
        bring_in(agency, [str(number), "apartment", deal, status, "5", "2026-01-01"], header=header)
    assert [(one["status"], one["final_price"]) for one in agency.ask(listings)] == [
        ("rented", 500), ("sold", 500), ("rented", 500), ("sold", 500),
    ]  # fmt: skip
    assert all(one["closed_at"] is not None for one in agency.ask(listings))


def test_a_status_that_changes_in_the_file_is_history(agency: Agency) -> None:
    header = ("external_id", "property_type", "deal_type", "status", "price")
    bring_in(agency, ["1", "apartment", "sale", "active", "5"], header=header)
    bring_in(agency, ["1", "apartment", "sale", "sold", "5"], header=header)
    sold = agency.ask(lambda work: work.properties.get(1))
    assert (sold["status"], sold["final_price"], sold["closed_at"] is not None) == ("sold", 5, True)
    bring_in(agency, ["1", "apartment", "sale", "active", "5"], header=header)
    back = agency.ask(lambda work: work.properties.get(1))
    assert (back["status"], back["final_price"], back["closed_at"]) == ("active", None, None)
    steps = agency.ask(lambda work: work.properties.history(1))["entries"]
    assert [one["new"] for one in steps if one["field"] == "status"] == ["active", "sold", "active"]


def test_a_dry_run_leaves_nothing_behind(sqlite_agency: Agency, sqlite_template: Path, tmp_path: Path) -> None:
    place = tmp_path / "untouched"
    shutil.copytree(sqlite_template, place)
    agency = Agency(Realty(Settings(home=place), HandClock()), HandClock())
    with agency.realty.write(Origin("import", "x"), dry_run=True) as work:
        assert counts(take(work, HEADER, [row("1"), row("2")])) == (2, 0, 0, 0)
    with agency.read() as work:
        for table in ("properties", "operations", "changes", "property_search"):
            assert work.db.value(f"SELECT count(*) FROM {table}") == 0
    assert numbers(agency.ask(found)) == []
    assert (
        list(rows(agency.ask(lambda work: list(work.properties.stream(PropertyFilter(), ["id"], None))), ["id"])) == []
    )
