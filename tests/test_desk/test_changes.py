"""The log in sequence, as `GET /changes` and `realty log --since` give it."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.desk import log
from realty_cli.errors import Denied, Invalid
from tests.conftest import Agency


def add(agency: Agency, user: str = "anna", **fields: Any) -> int:
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import PropertyCreate

    body = {"title": "Дом", "property_type": "house", "deal_type": "sale", "price": 5_000_000.5, **fields}
    made = agency.do(lambda work: work.properties.create(validate(PropertyCreate, body)), "add", user)
    return int(made["id"])


def change(agency: Agency, number: int, user: str = "anna", **fields: Any) -> None:
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import PropertyUpdate

    agency.do(lambda work: work.properties.update(number, validate(PropertyUpdate, fields)), "edit", user)


def follow(agency: Agency, user: str, **wanted: Any) -> list[dict[str, Any]]:
    """All there is for somebody, page by page."""
    found: list[dict[str, Any]] = []
    since = 0
    while True:
        page = agency.ask(lambda work, since=since: work.history.changes(since=since, **wanted), user)
        found += page["items"]
        assert page["next_since"] >= since
        since = page["next_since"]
        if not page["more"]:
            return found


def test_a_change_tells_before_after_and_what_differs(agency: Agency) -> None:
    number = add(agency, tags=["вид"])
    change(agency, number, price=4_900_000.25, tags=None)
    agency.do(lambda work: work.properties.delete(number), "delete")
    made, edit, gone = follow(agency, "anna", kind="property")
    assert [one["action"] for one in (made, edit, gone)] == ["create", "update", "delete"]
    assert [one["seq"] for one in (made, edit, gone)] == sorted(one["seq"] for one in (made, edit, gone))
    assert (made["old"], made["new"]["price"]) == (None, 5_000_000.5)
    assert (edit["old"]["price"], edit["diff"]["price"], edit["new"]["price"]) == (
        5_000_000.5,
        4_900_000.25,
        4_900_000.25,
    )
    assert (edit["old"]["tags"], edit["diff"]["tags"], edit["new"]["tags"]) == (["вид"], [], [])
    assert edit["new"]["title"] == "Дом"
    assert set(gone["diff"]) == {"deleted_at"}
    assert not {"url_key", "stable_key", "import_hash"} & (made["new"].keys() | edit["new"].keys())


def test_everybody_follows_his_own_and_an_administrator_all(agency: Agency) -> None:
    agency.add_account("boris")
    mine, theirs = add(agency), add(agency, "boris")
    assert [one["object_id"] for one in follow(agency, "boris", kind="property")] == [theirs]
    assert [one["object_id"] for one in follow(agency, "anna", kind="property")] == [mine, theirs]


def test_what_is_handed_over_is_seen_by_both(agency: Agency) -> None:
    agency.add_account("boris")
    boris = agency.ask(lambda work: work.actor.id, "boris")
    anna = agency.ask(lambda work: work.actor.id, "anna")
    number = add(agency, "boris")
    change(agency, number, owner_id=anna)
    agency.add_account("vera")
    vera = agency.ask(lambda work: work.actor.id, "vera")
    change(agency, number, owner_id=vera)
    change(agency, number, price=1)
    assert [one["diff"].get("owner_id") for one in follow(agency, "boris", kind="property")] == [boris, anna]
    assert [one["diff"].get("owner_id") for one in follow(agency, "vera", kind="property")] == [vera, None]


def test_a_page_looks_at_a_bounded_stretch_and_none_is_lost(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_STRETCH", 3)
    agency.add_account("boris")
    first = add(agency, "boris")
    for _ in range(7):
        add(agency)
    last = add(agency, "boris")
    assert [one["object_id"] for one in follow(agency, "boris", kind="property")] == [first, last]
    assert [one["object_id"] for one in follow(agency, "boris", kind="property", limit=1)] == [first, last]
    assert len(follow(agency, "anna", kind="property", limit=2)) == 9
    # One object, or one operation, is found by an index, however far it lies.
    assert len(agency.ask(lambda work: work.history.changes(kind="property", object_id=last))["items"]) == 1


def test_kinds_are_those_that_are_known(agency: Agency) -> None:
    add(agency)
    assert {one["kind"] for one in follow(agency, "anna")} <= {"property", "account"}
    with pytest.raises(Invalid) as raised:
        follow(agency, "anna", kind="nonsense")
    assert raised.value.fields[0].code == "log.kind"


def test_a_key_without_rights_follows_nothing(agency: Agency) -> None:
    from dataclasses import replace

    def ask(work: Any) -> None:
        work.actor = replace(work.actor, scopes=frozenset(), via="key")
        work.history.changes()

    with pytest.raises(Denied):
        agency.ask(ask)
