"""Indexes that wait for the end of a large first load: nothing but time tells that they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.formats.codec import Block
from realty_cli.properties import late_indexes
from realty_cli.properties.importing import Batch, Reading, prepare
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.store import schema
from realty_cli.store.changelog import Origin
from realty_cli.store.import_run import Terms, run
from tests.conftest import Agency

HEADER = ("Номер", "Тип", "Сделка", "Город", "Адрес", "Цена", "Широта", "Долгота")
CITIES = ("Казань", "Уфа", "Пермь")
TERMS = Terms(batch=10, late=True)


class KilledError(Exception):
    pass


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_indexes, "_LEAST", 20)


def batches(agency: Agency, size: int = 60, killed_after: int | None = None) -> Iterator[Batch]:
    rows = [
        [str(at), "Квартира", "Продажа", CITIES[at % 3], f"ул. Баумана, {at}", str(5_000_000 + at), f"55.{at}", "49.1"]
        for at in range(size)
    ]
    blocks = [Block(HEADER, list(range(at + 2, at + 12)), list(rows[at : at + 10]), []) for at in range(0, size, 10)]
    for at, ready in enumerate(prepare(blocks, Reading("Europe/Moscow", agency.clock.now())), 1):
        yield ready, (at * 10, size)
        if at == killed_after:
            raise KilledError


def load(agency: Agency, terms: Terms = TERMS, **how: Any) -> Any:
    with agency.realty.write(Origin("import", "import x.csv")) as work:
        return run(work, work.importer(), batches(agency, **how), "x.csv", terms)


def statements(work: Work) -> dict[str, str]:
    rows = work.db.all("SELECT name, sql FROM sqlite_master WHERE tbl_name IN ('properties', 'indexes_due')")
    return {name: sql for name, sql in rows if sql}


def merging(work: Work) -> Any:
    """How many pieces of the index of words are merged as they come; None where nobody said."""
    return work.db.value("SELECT v FROM property_search_config WHERE k = 'automerge'")


def in_cities(work: Work) -> list[int]:
    return [work.properties.count(PropertyFilter(city=[city])) for city in CITIES]


def test_they_are_as_the_migrations_make_them(sqlite_agency: Agency) -> None:
    made = sqlite_agency.ask(statements)
    for name, definition in late_indexes.STATEMENTS.items():
        assert made[name] == f"CREATE INDEX {name} ON properties {definition}"


def test_a_large_first_load_ends_as_any_other(sqlite_agency: Agency) -> None:
    before = sqlite_agency.ask(statements)
    report = load(sqlite_agency)
    assert report.created == 60
    assert sqlite_agency.ask(statements) == before
    assert sqlite_agency.ask(in_cities) == [20, 20, 20]
    assert sqlite_agency.ask(merging) == 4
    assert not list(sqlite_agency.realty.settings.home.glob("*-import"))
    assert load(sqlite_agency).unchanged == 60


def test_a_killed_one_leaves_whole_batches_and_a_store_that_knows(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    before = agency.ask(statements)
    with pytest.raises(KilledError):
        load(agency, killed_after=3)
    left = agency.ask(statements)
    assert "indexes_due" in left
    assert left.keys().isdisjoint(late_indexes.STATEMENTS)
    # Who reads finds everything.
    assert agency.ask(in_cities) == [10, 10, 10]
    assert agency.ask(merging) == 0
    # Who writes builds them.
    agency.do(lambda work: work.properties.delete(1))
    assert agency.ask(statements) == before
    assert agency.ask(merging) == 4
    assert load(agency).created == 30


def test_nobody_builds_them_beside_an_import(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    with agency.realty.write(Origin("import", "import x.csv")) as work:
        late = late_indexes.PutOff(work.db)
        assert late.drop()
        work.checkpoint()
        work.db.commit()
        other = agency.realty.connect(write=True)
        assert schema.unfinished(other)
        assert not late_indexes.PutOff(other).drop()
        other.close()
        late.over()
        agency.realty.connect(write=True).close()
        assert not schema.unfinished(work.db)
        work.db.begin(write=True)


@pytest.mark.parametrize("terms", [Terms(batch=10), Terms(batch=10, late=True, atomic=True), Terms(dry_run=True)])
def test_where_they_do_not_wait(sqlite_agency: Agency, terms: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_indexes.PutOff, "drop", lambda _: pytest.fail("dropped"))
    assert load(sqlite_agency, terms).created == 60


def test_a_store_that_was_large_before_keeps_them(sqlite_agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    load(sqlite_agency)
    monkeypatch.setattr(late_indexes.PutOff, "drop", lambda _: pytest.fail("dropped"))
    with sqlite_agency.realty.write(Origin("import", "x")) as work:
        assert not late_indexes.worth_it(work.db, 119)
        assert late_indexes.worth_it(work.db, 120)
