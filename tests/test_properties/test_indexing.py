"""The index of words as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.kit.schema import validate
from realty_cli.properties.indexing import outdated, rebuild
from realty_cli.properties.schemas.filters import PropertyFilter
from tests.command import Command
from tests.conftest import Agency
from tests.test_properties.listings import create


def found(agency: Agency, q: str) -> list[int]:
    page: dict[str, Any] = agency.ask(lambda work: work.properties.page(validate(PropertyFilter, {"q": q})))
    return sorted(item["id"] for item in page["items"])


def renew(work: Work) -> list[int]:
    return list(rebuild(work.db, work.properties.repository))


def test_an_index_of_older_rules_is_noticed_and_renewed(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        agency.do(create(title=f"Квартира с камином {number}", contact_phone="+79990000005"))
    agency.do(create(title="\"OR* 'quoted' C#"))
    assert agency.ask(lambda work: outdated(work.db)) == 0
    with monkeypatch.context() as older:
        older.setattr("realty_cli.properties.indexing.document", lambda listing: listing["title"].lower())
        assert agency.do(renew) == [4]
    assert found(agency, "000-00-05") == []
    assert agency.ask(lambda work: outdated(work.db)) == 4
    agency.do(renew)
    assert agency.ask(lambda work: outdated(work.db)) == 0
    assert found(agency, "камин") == found(agency, "000-00-05") == [1, 2, 3]


def test_nothing_to_index(agency: Agency) -> None:
    assert agency.do(renew) == []
    assert agency.ask(lambda work: outdated(work.db)) == 0


def test_the_command(realty_command: Command) -> None:
    realty_command("properties", "add", "--title", "Дом у реки", "--type", "house", "--deal", "sale", "--price", "5m")
    assert "Indexed 1 listing." in realty_command("db", "reindex").err
    assert realty_command("db", "reindex", "--json").json() == {"indexed": 1}
    assert realty_command("db", "check", "--json").json()["stale_words"] is False
