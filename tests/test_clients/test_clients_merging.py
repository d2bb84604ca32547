"""Records of one person made one, and taken apart again."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.clients.schemas.consent import ConsentCreate
from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.deals.schemas.deal import DealCreate
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency
from tests.test_clients.client_files import bring, clients
from tests.test_clients.test_clients_personal import add

FLAT = {"title": "Дом", "property_type": "house", "deal_type": "sale", "price": 5}


def pair(agency: Agency) -> tuple[int, int]:
    first = add(agency, name="Иванов Пётр", phones=["89161234567"], tags=["а"], notes="первая", stage="contacted")
    second = add(agency, name="Ivanov Petr", phones=["89161234567", "89031112233"], emails=["p@example.com"],
                 telegram="petr_iv", tags=["б"], notes="вторая", roles=["buyer"], stage="active")  # fmt: skip
    third = add(agency, name="Анна", referrer_id=second)
    assert third

    def more(work: Work) -> None:
        work.clients.leads.create(second, validate(LeadCreate, {"side": "buyer"}))
        work.clients.interactions.create(second, validate(InteractionCreate, {"channel": "call"}))
        work.clients.consents.create(second, ConsentCreate())
        listing = work.properties.create(validate(PropertyCreate, {**FLAT, "client_id": second}))["id"]
        work.deals.create(validate(DealCreate, {
            "property_id": listing, "side": "buyer", "parties": [{"client_id": second, "role": "buyer"}],
        }))  # fmt: skip

    agency.do(more)
    return first, second


def holds(work: Work) -> dict[str, Any]:
    return {
        "clients": work.db.all("SELECT id, name, merged_into, referrer_id, stage FROM clients ORDER BY id"),
        "contacts": work.db.all("SELECT client_id, channel, value, label FROM client_contacts ORDER BY 1, 2, 3"),
        **{
            table: work.db.all(f"SELECT id, client_id FROM {table} ORDER BY id")
            for table in ("leads", "interactions", "consents", "properties")
        },
        "parties": work.db.all("SELECT deal_id, client_id, role FROM deal_parties ORDER BY 1, 2"),
    }


def test_duplicates_are_proposed_merged_and_no_longer_proposed(agency: Agency) -> None:
    first, second = pair(agency)
    found = agency.ask(lambda work: work.client_doubles.propose(language="ru"))
    assert [(one["a"], one["b"]) for one in found["items"]] == [(first, second)]
    assert found["items"][0]["reasons"][0]["code"] == "double.phone"
    before = agency.ask(holds)
    answer = agency.do(lambda work: work.merger.merge(first, [second]))
    kept = answer["client"]
    assert [one["value"] for one in kept["phones"]] == ["+79161234567", "+79031112233"]
    assert (kept["name"], kept["telegram"], kept["tags"], kept["stage"], kept["notes"]) == (
        "Иванов Пётр", "petr_iv", ["а", "б"], "active", "первая\n\nвторая",
    )  # fmt: skip
    assert answer["moved"] == {"lead": 1, "interaction": 1, "consent": 1, "property": 1, "deal": 1}
    after = agency.ask(holds)
    for table in ("leads", "interactions", "consents", "properties"):
        assert {row[1] for row in after[table]} == {first}, table
    assert after["parties"] == [(1, first, "buyer")]
    assert [row[3] for row in after["clients"]] == [None, None, first]
    assert [one["id"] for one in agency.ask(lambda work: clients(work, q="89031112233"))] == [first]
    assert agency.ask(lambda work: work.client_doubles.propose())["total"] == 0
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.clients.get(second))
    agency.do(lambda work: work.undo.undo(answer["operation_id"]))
    assert agency.ask(holds) == before
    assert [one["id"] for one in agency.ask(lambda work: clients(work, q="89031112233"))] == [second]
    agency.do(lambda work: work.undo.undo())


def test_a_pair_that_was_looked_at_is_not_proposed_again(agency: Agency) -> None:
    first, second = pair(agency)
    agency.do(lambda work: work.client_doubles.mark_different(second, first))
    agency.do(lambda work: work.client_doubles.mark_different(first, second))
    assert agency.ask(lambda work: work.client_doubles.propose())["total"] == 0
    with pytest.raises(Invalid):
        agency.do(lambda work: work.client_doubles.mark_different(first, first))


def test_what_cannot_be_merged(agency: Agency) -> None:
    agency.add_account("olga")
    first, second = pair(agency)
    hers = add(agency, user="olga", name="Иванов Пётр")
    with pytest.raises(Invalid):
        agency.do(lambda work: work.merger.merge(first, [first]))
    with pytest.raises(NotFound):
        agency.do(lambda work: work.merger.merge(hers, [first]), user="olga")
    with pytest.raises(Conflict):
        agency.do(lambda work: work.merger.merge(first, [hers]))
    before = agency.ask(holds)
    with pytest.raises(NotFound):
        agency.do(lambda work: work.merger.merge(first, [second, 987_654]))
    assert agency.ask(holds) == before
    assert agency.ask(lambda work: work.client_doubles.propose(), "olga")["total"] == 0


def test_the_file_that_made_both_changes_nothing_after_the_merge(agency: Agency) -> None:
    text = "ID клиента;ФИО;Телефон\n1;Иванов Пётр;89161234567\n2;Иванов П.;89031234567\n"
    bring(agency, text)
    first, second = (one["id"] for one in agency.ask(clients))
    agency.do(lambda work: work.merger.merge(first, [second]))
    assert bring(agency, text).counts == {"created": 0, "updated": 0, "unchanged": 2, "rejected": 0}


def test_who_shares_nothing_is_not_even_read(agency: Agency) -> None:
    bring(agency, "ФИО;Телефон\nИванов Пётр;+79161234567\nПетр Иванов;+79167654321\nСидорова Анна;+79031112233\n")
    read = agency.ask(lambda work: [one.id for one in work.client_doubles._candidates()])
    assert len(read) == 2
    assert [(one["a"], one["b"]) for one in agency.ask(lambda work: work.client_doubles.propose())["items"]] == [
        tuple(sorted(read))
    ]
