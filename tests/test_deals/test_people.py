"""What deals hold of a person: shown, moved to another record of the same person, erased. On both databases."""

from __future__ import annotations

from typing import Any

from realty_cli.app import Work
from realty_cli.deals.people import TEXTS
from realty_cli.deals.schemas.money import CommissionCreate, PaymentCreate
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_deals.deals import client, create, offer


def everything(agency: Agency, person: int, other: int) -> int:
    """A deal, an offer, a payment and a line of commission that name a person."""
    deal = agency.do(create(
        title="Иванова покупает дом", amount=100, notes="Дочь учится рядом.", attributes={"паспорт": "…"},
        parties=[{"client_id": person, "role": "buyer"}, {"client_id": other, "role": "seller"},
                 {"client_id": person, "role": "representative"}],
    ))["id"]  # fmt: skip
    agency.do(offer(deal_id=deal, client_id=person, note="торгуется"))
    paid = validate(PaymentCreate, {"deal_id": deal, "client_id": person, "amount": 7, "note": "наличными"})
    agency.do(lambda work: work.deals.money.payments.create(paid))
    share = {"role": "referral", "client_id": person, "rate": 10}
    line = validate(CommissionCreate, {"deal_id": deal, "payer": "buyer", "rate": 3, "splits": [share], "note": "x"})
    agency.do(lambda work: work.deals.money.commissions.create(line))
    return int(deal)


def held(person: int) -> Any:
    def ask(work: Work) -> dict[str, Any]:
        return work.deals.people.held(person)

    return ask


def test_all_that_names_a_person_is_held_of_him(agency: Agency) -> None:
    anna, other = client(agency, "Иванова Анна"), client(agency, "Другой")
    deal = everything(agency, anna, other)
    found = agency.ask(held(anna))
    assert {kind: len(some) for kind, some in found.items()} == dict.fromkeys(TEXTS, 1)
    assert (found["deal"][0]["id"], found["offer"][0]["amount"], found["payment"][0]["amount"]) == (deal, 4_900_000, 7)
    assert found["commission"][0]["splits"][0]["client_id"] == anna
    assert {kind: len(some) for kind, some in agency.ask(held(other)).items()} == {
        "deal": 1, "offer": 0, "payment": 0, "commission": 0,
    }  # fmt: skip


def test_one_record_takes_the_place_of_another_and_gives_it_back(agency: Agency) -> None:
    anna, twin, other = (client(agency, name) for name in ("Иванова Анна", "Анна Иванова", "Другой"))
    deal = everything(agency, anna, other)
    before = agency.ask(held(anna))
    assert agency.do(lambda work: work.deals.people.replace(anna, twin)) == 4
    assert not any(agency.ask(held(anna)).values())
    parties = agency.ask(lambda work: work.deals.get(deal))["parties"]
    assert [(one["client_id"], one["role"], one["name"]) for one in parties] == [
        (twin, "buyer", "Анна Иванова"), (other, "seller", "Другой"), (twin, "representative", "Анна Иванова"),
    ]  # fmt: skip
    agency.do(lambda work: work.undo.undo())
    same = {"version": 0, "updated_at": ""}
    after = agency.ask(held(anna))
    assert {kind: [{**one, **same} for one in some] for kind, some in after.items()} == {
        kind: [{**one, **same} for one in some] for kind, some in before.items()
    }


def test_two_records_in_one_deal_become_one_party(agency: Agency) -> None:
    anna, twin = client(agency, "Иванова Анна"), client(agency, "Анна Иванова")
    both = [{"client_id": one, "role": "buyer"} for one in (anna, twin)]
    deal = agency.do(create(parties=both))["id"]
    agency.do(lambda work: work.deals.people.replace(anna, twin))
    assert agency.ask(lambda work: work.deals.get(deal))["parties"] == [
        {"client_id": twin, "role": "buyer", "name": "Анна Иванова"}
    ]


def test_erasing_leaves_what_totals_stand_on(agency: Agency) -> None:
    anna, other = client(agency, "Иванова Анна"), client(agency, "Другой")
    deal = everything(agency, anna, other)
    neutral = agency.do(create(title="Дом на Речной", parties=[{"client_id": anna, "role": "seller"}]))["id"]
    named = agency.do(lambda work: work.deals.people.erase(anna, ["Иванова Анна"]))
    assert named["deal"] == [deal, neutral]
    found = agency.ask(lambda work: work.deals.get(deal))
    assert (found["title"], found["notes"], found["attributes"], found["amount"]) == (f"№ {deal}", None, {}, 100)
    assert [one["client_id"] for one in found["parties"]] == [anna, other, anna]
    assert agency.ask(lambda work: work.deals.get(neutral))["title"] == "Дом на Речной"
    after = agency.ask(held(anna))
    assert [one["note"] for kind in ("offer", "payment", "commission") for one in after[kind]] == [None] * 3
    assert (after["offer"][0]["amount"], after["payment"][0]["amount"]) == (4_900_000, 7)
    from tests.test_deals.deals import found as deals

    assert agency.ask(lambda work: deals(work, q="иванова"))["total"] == 0


def test_a_name_is_known_in_another_form(agency: Agency) -> None:
    anna = client(agency, "Иванова Анна")
    party = [{"client_id": anna, "role": "buyer"}]
    titles = {
        "Для Ивановой": True, "АННЕ — дом": True, "Дом Ивана": False, "Ананасная, 7": False, "Дом": False,
    }  # fmt: skip
    for title, goes in titles.items():
        deal = agency.do(create(title=title, parties=party))["id"]
        agency.do(lambda work: work.deals.people.erase(anna, ["Иванова Анна Ян"]))
        assert (agency.ask(lambda work, of=deal: work.deals.get(of))["title"] == title) != goes, title
