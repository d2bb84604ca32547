"""The indexes of words as a whole, of every kind that is found by words."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.deals.schemas.filters import DealFilter
from realty_cli.desk.reindexing import Reindexing
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.store.care import SEARCHED
from tests.command import Command
from tests.conftest import Agency
from tests.test_deals import deals
from tests.test_properties.listings import create


def of(work: Work) -> Reindexing:
    return Reindexing(work.db, work.log, work.clock)


def renew(work: Work) -> list[int]:
    return list(of(work).rebuild())


def numbers(body: dict[str, Any]) -> list[int]:
    return sorted(item["id"] for item in body["items"])


def found(agency: Agency, q: str) -> list[list[int]]:
    """What the search of each kind finds."""
    return [
        numbers(agency.ask(lambda work: work.properties.page(validate(PropertyFilter, {"q": q})))),
        numbers(agency.ask(lambda work: work.clients.page(validate(ClientFilter, {"q": q})))),
        numbers(agency.ask(lambda work: work.deals.page(validate(DealFilter, {"q": q})))),
    ]


def test_every_index_has_its_row(sqlite_agency: Agency) -> None:
    made = sqlite_agency.ask(
        lambda work: work.db.all("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
    )
    kinds = sqlite_agency.ask(lambda work: {kind.table: kind.index for kind in of(work).kinds})
    assert kinds == SEARCHED
    assert sorted(SEARCHED.values()) == sorted(row[0] for row in made)


def test_indexes_of_older_rules_are_noticed_and_renewed(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        agency.do(create(title=f"Квартира с камином {number}", contact_phone="+79990000005"))
    agency.do(create(title="\"OR* 'quoted' C#"))
    agency.do(
        lambda work: work.clients.create(validate(ClientCreate, {"name": "Камин Олег", "phones": ["9990000005"]}))
    )
    agency.do(deals.create(title="Сделка по камину"))
    assert agency.ask(lambda work: of(work).outdated()) == 0
    with monkeypatch.context() as older:
        for kind, name in (("property", "title"), ("client", "name"), ("deal", "title")):
            older.setattr(
                f"realty_cli.desk.reindexing.{kind}_words.document", lambda state, name=name: state[name].lower()
            )
        assert agency.do(renew) == [4, 5, 6]
    assert found(agency, "000-00-05") == [[], [], []]
    assert agency.ask(lambda work: of(work).outdated()) == 6
    agency.do(renew)
    assert agency.ask(lambda work: of(work).outdated()) == 0
    assert found(agency, "камин") == [[1, 2, 3], [1], [1]]
    assert found(agency, "000-00-05") == [[1, 2, 3], [1], []]


def test_nothing_to_index(agency: Agency) -> None:
    assert agency.do(renew) == []
    assert agency.ask(lambda work: (of(work).outdated(), of(work).total())) == (0, 0)


def test_the_command(realty_command: Command) -> None:
    realty_command("properties", "add", "--title", "Дом у реки", "--type", "house", "--deal", "sale", "--price", "5m")
    assert "Indexed 1 record." in realty_command("db", "reindex").err
    assert realty_command("db", "reindex", "--json").json() == {"indexed": 1}
    assert realty_command("db", "check", "--json").json()["stale_words"] is False
