"""Offers: entering, changing, deciding; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.deals.kinds import OFFER_MOVES, OfferStatus
from realty_cli.errors import Conflict, Invalid, NotFound
from tests.conftest import Agency
from tests.test_deals.deals import change, change_offer, client, create, decide, listing, move, offer, offers


def test_an_offer_follows_from_its_deal(agency: Agency) -> None:
    flat, anna = listing(agency, currency="USD"), client(agency, "Анна")
    deal = agency.do(create(property_id=flat))["id"]
    made = agency.do(offer(deal_id=deal, client_id=anna, valid_until="2026-03-20", note="Кухня остаётся."))
    assert (made["property_id"], made["currency"], made["status"]) == (flat, "USD", "made")
    assert (made["at"], made["decided_at"]) == ("2026-03-10T09:00:00.000000Z", None)
    loose = agency.do(offer(property_id=flat, at="2026-03-01T10:00:00+03:00"))
    assert (loose["deal_id"], loose["currency"], loose["at"]) == (None, "USD", "2026-03-01T07:00:00.000000Z")


@pytest.mark.parametrize(
    ("fields", "refused"),
    [({}, "offer.of_nothing"), ({"deal_id": 99}, "deal.not_found"), ({"property_id": 99}, "property.not_found"),
     ({"client_id": 99}, "client.unknown"), ({"at": "2027-01-01T00:00:00Z"}, "moment.ahead")],
)  # fmt: skip
def test_what_cannot_be_is_refused(agency: Agency, fields: dict[str, Any], refused: str) -> None:
    deal = agency.do(create())["id"]
    with pytest.raises(Invalid) as error:
        agency.do(offer(**({"deal_id": deal} if fields.keys() & {"client_id", "at"} else {}), **fields))
    assert [one.code for one in error.value.fields] == [refused]


def test_only_what_is_sent_changes(agency: Agency) -> None:
    deal = agency.do(create())["id"]
    made = agency.do(offer(deal_id=deal, note="x"))
    agency.clock.advance(minutes=1)
    changed = agency.do(change_offer(made["id"], amount=5, note=None))
    assert changed == {**made, "amount": 5, "note": None, "version": 2, "updated_at": changed["updated_at"]}
    with pytest.raises(Invalid) as error:
        agency.do(change_offer(made["id"], deal_id=None))
    assert [one.code for one in error.value.fields] == ["offer.of_nothing"]


def test_what_is_accepted_becomes_the_amount(agency: Agency) -> None:
    deal = agency.do(create(amount=5_000_000))["id"]
    made = agency.do(offer(deal_id=deal))["id"]
    accepted = agency.do(decide(made, "accepted", effective_at="2026-03-09T12:00:00Z"))
    assert (accepted["status"], accepted["decided_at"]) == ("accepted", "2026-03-09T12:00:00.000000Z")
    assert accepted["changed"] == [
        {"kind": "deal", "id": deal, "field": "amount", "old": 5_000_000, "new": 4_900_000}
    ]  # fmt: skip
    assert agency.ask(lambda work: work.deals.get(deal))["amount"] == 4_900_000
    assert agency.do(decide(made, "accepted"))["changed"] == []
    agency.do(lambda work: work.undo.undo())
    assert agency.ask(lambda work: work.deals.get(deal))["amount"] == 5_000_000
    assert agency.ask(lambda work: work.deals.offers.get(made))["status"] == "made"


def test_a_deal_that_has_ended_keeps_its_amount(agency: Agency) -> None:
    deal = agency.do(create(amount=5))["id"]
    made = agency.do(offer(deal_id=deal))["id"]
    agency.do(move(deal, "closed"))
    assert agency.do(decide(made, "accepted"))["changed"] == []
    assert agency.ask(lambda work: work.deals.get(deal))["amount"] == 5


@pytest.mark.parametrize("begin", list(OfferStatus))
def test_every_decision_is_allowed_or_refused_by_the_table(sqlite_agency: Agency, begin: OfferStatus) -> None:
    agency = sqlite_agency
    deal = agency.do(create())["id"]
    for to in OfferStatus:
        made = agency.do(offer(deal_id=deal))["id"]
        if begin != OfferStatus.MADE:
            agency.do(decide(made, begin))
        if to == begin or to in OFFER_MOVES[begin]:
            assert agency.do(decide(made, to))["status"] == to
        else:
            with pytest.raises(Conflict):
                agency.do(decide(made, to))


def test_bin_and_back(agency: Agency) -> None:
    deal = agency.do(create())["id"]
    made = agency.do(offer(deal_id=deal))
    agency.do(lambda work: work.deals.offers.delete(made["id"]))
    assert agency.ask(offers)["total"] == 0
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.deals.offers.get(made["id"]))
    assert agency.do(lambda work: work.deals.offers.restore(made["id"])) == {**made, "version": 3}
    with pytest.raises(Conflict):
        agency.do(lambda work: work.deals.offers.restore(made["id"]))


def test_lists_and_filters(agency: Agency) -> None:
    flat = listing(agency)
    deal = agency.do(create(property_id=flat))["id"]
    first = agency.do(offer(deal_id=deal, amount=1))["id"]
    second = agency.do(offer(property_id=flat, amount=2, valid_until="2026-03-20"))["id"]
    agency.do(decide(first, "rejected"))

    def numbers(**wanted: Any) -> list[int]:
        return [one["id"] for one in agency.ask(lambda work: offers(work, **wanted))["items"]]

    assert numbers() == numbers(property_id=[flat]) == [second, first]
    assert numbers(deal_id=[deal]) == numbers(status=["rejected"]) == numbers(amount_max=1) == [first]
    assert numbers(valid_until_to="2026-03-20") == numbers(amount_min=2) == [second]
    assert numbers(status=[]) == []


def test_offers_go_with_their_deal(agency: Agency) -> None:
    agency.add_account("boris")
    boris = agency.ask(lambda work: work.actor.id, user="boris")
    deal = agency.do(create())["id"]
    made = agency.do(offer(deal_id=deal))["id"]
    agency.do(change(deal, owner_id=boris))
    assert agency.ask(lambda work: work.deals.offers.get(made), user="boris")["owner_id"] == boris
    agency.do(lambda work: work.undo.undo())
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.deals.offers.get(made), user="boris")
