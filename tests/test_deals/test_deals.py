"""Deals: what may be entered and changed, stages and what they do to a listing, undo; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.deals.kinds import STAGE_MOVES, Stage
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from tests.conftest import Agency
from tests.test_deals.deals import change, client, create, found, listing, move, status


def stands(agency: Agency, number: int) -> dict[str, Any]:
    found: dict[str, Any] = agency.ask(lambda work: work.properties.get(number))
    return found


def undo(agency: Agency, operation: int | None = None) -> None:
    agency.do(lambda work: work.undo.undo(operation))


def problems(error: Invalid) -> dict[str, str]:
    return {one.field: one.code for one in error.fields}


class TestEntering:
    def test_a_deal_follows_from_its_listing(self, agency: Agency) -> None:
        flat = listing(agency, title="Двушка на Лесной", deal_type="rent", currency="USD")
        made = agency.do(create(title=None, kind=None, side="tenant", property_id=flat))
        assert (made["title"], made["kind"], made["currency"]) == ("Двушка на Лесной", "rent", "USD")
        assert (made["stage"], made["version"], made["tags"], made["parties"]) == ("lead", 1, [], [])

    def test_everything_that_is_entered_is_shown(self, agency: Agency) -> None:
        anna, olga = client(agency, "Анна"), client(agency, "Ольга")
        first = agency.do(create(title="Первая"))["id"]
        given = {
            "title": "Покупка на Лесной", "kind": "sale", "side": "both", "stage": "offer", "amount": 12_500_000.5,
            "currency": "RUB", "deposit_kind": "earnest", "deposit": 100_000, "deposit_due": "2026-03-15",
            "deposit_paid_at": "2026-03-09T10:00:00.000000Z", "expected_close": "2026-05-01",
            "mortgage_status": "approved", "mortgage_bank": "Сбербанк", "mortgage_amount": 9_000_000,
            "mortgage_until": "2026-06-01", "contract_kind": "dkp", "contract_number": "7/26",
            "contract_date": "2026-03-20", "notes": "Маткапитал.\nОпека.", "tags": ["срочно"],
            "attributes": {"нотариус": "Петров"}, "external_id": "D-7", "after": [first], "lead_id": None,
        }  # fmt: skip
        parties = [{"client_id": olga, "role": "buyer"}, {"client_id": anna, "role": "seller"}]
        made = agency.do(create(**given, parties=parties))
        assert {name: made[name] for name in given} == given
        assert made["parties"] == [{**parties[0], "name": "Ольга"}, {**parties[1], "name": "Анна"}]
        assert agency.ask(lambda work: work.deals.get(first))["before"] == [made["id"]]

    @pytest.mark.parametrize(
        ("fields", "refused"),
        [
            ({"title": None}, {"title": "field.missing"}),
            ({"title": None, "kind": None}, {"title": "field.missing", "kind": "field.missing"}),
            ({"side": "tenant"}, {"side": "deal.side_of_other_kind"}),
            ({"kind": "rent"}, {"side": "deal.side_of_other_kind"}),
            ({"stage": "reserved"}, {"stage": "deal.begins_open"}),
            ({"amount": 10, "deposit": 11}, {"deposit": "deal.part_above_amount"}),
            ({"amount": 10, "mortgage_amount": 11}, {"mortgage_amount": "deal.part_above_amount"}),
            ({"property_id": 99}, {"property_id": "property.not_found"}),
            ({"lead_id": 99}, {"lead_id": "lead.not_found"}),
            ({"parties": [{"client_id": 99, "role": "buyer"}]}, {"parties": "client.unknown"}),
            ({"after": [99]}, {"after": "deal.not_found"}),
            ({"owner_id": 99}, {"owner_id": "owner.unknown"}),
        ],
        ids=str,
    )
    def test_what_cannot_be_is_refused(self, agency: Agency, fields: dict[str, Any], refused: dict[str, str]) -> None:
        with pytest.raises(Invalid) as error:
            agency.do(create(**fields))
        assert problems(error.value) == refused
        assert agency.ask(found)["total"] == 0

    def test_a_deal_fits_its_listing(self, agency: Agency) -> None:
        rented = listing(agency, deal_type="daily_rent")
        with pytest.raises(Invalid) as error:
            agency.do(create(property_id=rented))
        assert problems(error.value) == {"kind": "deal.other_kind"}
        with pytest.raises(Invalid) as error:
            agency.do(create(property_id=rented, kind="rent", side="landlord", currency="EUR"))
        assert problems(error.value) == {"currency": "deal.other_currency"}


class TestChanging:
    def test_only_what_is_sent_changes(self, agency: Agency) -> None:
        anna = client(agency, "Анна")
        made = agency.do(create(amount=5, notes="x", parties=[{"client_id": anna, "role": "buyer"}]))
        agency.clock.advance(hours=1)
        changed = agency.do(change(made["id"], amount=6))
        assert changed == {**made, "amount": 6, "version": 2, "updated_at": "2026-03-10T10:00:00.000000Z"}
        emptied = agency.do(change(made["id"], notes=None, parties=None))
        assert (emptied["notes"], emptied["parties"], emptied["version"]) == (None, [], 3)
        assert agency.do(change(made["id"], notes="", parties=[]))["version"] == 3, "nothing new was said"

    def test_parties_are_named_once_each(self, agency: Agency) -> None:
        anna = client(agency, "Анна")
        party = {"client_id": anna, "role": "buyer"}
        made = agency.do(create(parties=[party, party, {"client_id": anna, "role": "representative"}]))
        assert [one["role"] for one in made["parties"]] == ["buyer", "representative"]

    def test_a_version_that_is_gone(self, agency: Agency) -> None:
        made = agency.do(create())
        agency.do(change(made["id"], amount=6))
        from realty_cli.deals.schemas.deal import DealUpdate
        from realty_cli.kit.schema import validate

        with pytest.raises(Stale):
            data = validate(DealUpdate, {"amount": 7})
            agency.do(lambda work: work.deals.update(made["id"], data, expected_version=1))

    def test_bin_and_back(self, agency: Agency) -> None:
        made = agency.do(create())
        agency.do(lambda work: work.deals.delete(made["id"]))
        with pytest.raises(NotFound):
            agency.ask(lambda work: work.deals.get(made["id"]))
        assert agency.ask(found)["total"] == 0
        assert agency.ask(lambda work: found(work, deleted=True))["total"] == 1
        back = agency.do(lambda work: work.deals.restore(made["id"]))
        assert back == {**made, "version": 3}
        with pytest.raises(Conflict) as error:
            agency.do(lambda work: work.deals.restore(made["id"]))
        assert error.value.code == "deal.not_in_bin"

    def test_the_listing_of_a_held_deal_stays(self, agency: Agency) -> None:
        flat, other = listing(agency), listing(agency)
        made = agency.do(create(property_id=flat))
        assert agency.do(change(made["id"], property_id=other))["property_id"] == other
        agency.do(move(made["id"], "reserved"))
        with pytest.raises(Conflict) as error:
            agency.do(change(made["id"], property_id=flat))
        assert error.value.code == "deal.keeps_listing"


class TestStages:
    @pytest.mark.parametrize("begin", list(Stage))
    def test_every_move_is_allowed_or_refused_by_the_table(self, sqlite_agency: Agency, begin: Stage) -> None:
        agency = sqlite_agency
        for to in Stage:
            made = agency.do(create(amount=1))
            if begin != Stage.LEAD:
                agency.do(move(made["id"], begin, reason="x"))
            if to == begin or to in STAGE_MOVES[begin]:
                assert agency.do(move(made["id"], to, reason="x"))["stage"] == to
            else:
                with pytest.raises(Conflict) as error:
                    agency.do(move(made["id"], to, reason="x"))
                assert error.value.code == "deal.move_not_allowed"

    def test_reserving_takes_the_listing(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat))
        held = agency.do(move(made["id"], "reserved", reserved_until="2026-03-20"))
        assert (held["stage"], held["reserved_until"]) == ("reserved", "2026-03-20")
        assert held["reserved_at"] == "2026-03-10T09:00:00.000000Z"
        assert held["changed"] == [{"kind": "property", "id": flat, "field": "status", "old": "active",
                                    "new": "reserved"}]  # fmt: skip
        assert stands(agency, flat)["status"] == "reserved"
        signed = agency.do(move(made["id"], "contract"))
        assert (signed["changed"], signed["reserved_at"]) == ([], held["reserved_at"])

    def test_releasing_gives_it_back(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat))
        agency.do(move(made["id"], "reserved", reserved_until="2026-03-20"))
        free = agency.do(move(made["id"], "offer"))
        assert (free["reserved_at"], free["reserved_until"]) == (None, None)
        assert [one["new"] for one in free["changed"]] == ["active"]
        assert stands(agency, flat)["status"] == "active"

    def test_a_listing_is_held_once(self, agency: Agency) -> None:
        flat = listing(agency)
        first, second = (agency.do(create(property_id=flat))["id"] for _ in range(2))
        agency.do(move(first, "reserved"))
        for to in ("reserved", "contract", "closed"):
            with pytest.raises(Conflict) as error:
                agency.do(move(second, to, **({"final_price": 1} if to == "closed" else {})))
            assert error.value.code == "deal.held"
            assert error.value.params["deal"] == first
            assert error.value.params["username"] == "anna"
        agency.do(move(first, "lost", reason="передумали"))
        assert agency.do(move(second, "reserved"))["stage"] == "reserved"

    def test_whose_it_is_is_said_to_those_who_may_know(self, agency: Agency) -> None:
        agency.add_account("boris")
        agency.add_account("clara")
        flat = listing(agency, "boris")
        boris, clara = (agency.ask(lambda work: work.actor.id, user=name) for name in ("boris", "clara"))
        first = agency.do(create(property_id=flat, owner_id=boris))["id"]
        second = agency.do(create(property_id=flat, owner_id=clara))["id"]
        agency.do(move(first, "reserved"), user="boris")
        with pytest.raises(Conflict) as error:
            agency.do(move(second, "reserved"), user="clara")
        assert (error.value.code, error.value.params) == ("deal.held_by_other", {"id": flat})
        with pytest.raises(Conflict) as error:
            agency.do(move(second, "reserved"))
        assert error.value.params["username"] == "boris"

    @pytest.mark.parametrize("state", ["draft", "withdrawn", "sold"])
    def test_what_is_off_the_market_is_not_reserved(self, agency: Agency, state: str) -> None:
        flat = listing(agency, status="draft" if state == "draft" else "active")
        if state != "draft":
            status(agency, flat, state)
        made = agency.do(create(property_id=flat))
        with pytest.raises(Conflict) as error:
            agency.do(move(made["id"], "reserved"))
        assert error.value.code == "deal.listing_off_market"

    @pytest.mark.parametrize(("deal_type", "side", "ends"), [("sale", "buyer", "sold"), ("rent", "tenant", "rented")])
    def test_closing_closes_the_listing(self, agency: Agency, deal_type: str, side: str, ends: str) -> None:
        flat = listing(agency, deal_type=deal_type, price=6_000_000)
        made = agency.do(create(kind=None, side=side, property_id=flat, amount=5_500_000))
        agency.do(move(made["id"], "contract"))
        closed = agency.do(move(made["id"], "closed", effective_at="2026-03-09T12:00:00Z"))
        assert (closed["final_price"], closed["closed_at"]) == (5_500_000, "2026-03-09T12:00:00.000000Z")
        assert {(one["field"], one["old"], one["new"]) for one in closed["changed"]} == {
            ("status", "reserved", ends), ("final_price", None, 5_500_000),
        }  # fmt: skip
        flat_now = stands(agency, flat)
        assert (flat_now["status"], flat_now["final_price"]) == (ends, 5_500_000)
        assert flat_now["closed_at"] == closed["closed_at"]
        corrected = agency.do(move(made["id"], "closed", final_price=5_400_000))
        assert corrected["final_price"] == stands(agency, flat)["final_price"] == 5_400_000

    def test_the_price_of_a_closed_deal_comes_from_somewhere(self, agency: Agency) -> None:
        flat = listing(agency, price=6_000_000)
        made = agency.do(create(property_id=flat))
        assert agency.do(move(made["id"], "closed"))["final_price"] == 6_000_000
        bare = agency.do(create())
        with pytest.raises(Invalid) as error:
            agency.do(move(bare["id"], "closed"))
        assert problems(error.value) == {"final_price": "deal.final_price_missing"}
        assert agency.do(move(bare["id"], "closed", final_price=7))["changed"] == []

    def test_a_listing_is_closed_once(self, agency: Agency) -> None:
        flat = listing(agency)
        first, second = (agency.do(create(property_id=flat, amount=1))["id"] for _ in range(2))
        agency.do(move(first, "closed"))
        with pytest.raises(Conflict) as error:
            agency.do(move(second, "closed"))
        assert error.value.code == "deal.listing_closed"

    def test_what_was_sold_by_hand_is_closed_by_its_deal(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat, amount=5_000_000))
        status(agency, flat, "sold", final_price=4_000_000)
        closed = agency.do(move(made["id"], "closed"))
        assert [(one["field"], one["new"]) for one in closed["changed"]] == [("final_price", 5_000_000)]

    def test_losing_frees_the_listing_and_says_why(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat))
        agency.do(move(made["id"], "reserved"))
        with pytest.raises(Invalid) as error:
            agency.do(move(made["id"], "lost"))
        assert problems(error.value) == {"reason": "deal.reason_missing"}
        lost = agency.do(move(made["id"], "lost", reason="банк отказал"))
        assert (lost["lost_reason"], stands(agency, flat)["status"]) == ("банк отказал", "active")
        again = agency.do(move(made["id"], "showing"))
        assert (again["lost_reason"], again["changed"]) == (None, [])

    def test_a_closed_deal_may_fall_through(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat, amount=5))
        agency.do(move(made["id"], "closed"))
        lost = agency.do(move(made["id"], "lost", reason="отказ в регистрации"))
        assert (lost["closed_at"], lost["final_price"]) == (None, None)
        assert (stands(agency, flat)["status"], stands(agency, flat)["final_price"]) == ("active", None)

    def test_a_listing_that_was_moved_by_hand_is_left_alone(self, agency: Agency) -> None:
        flat = listing(agency)
        made = agency.do(create(property_id=flat))
        agency.do(move(made["id"], "reserved"))
        status(agency, flat, "withdrawn")
        assert agency.do(move(made["id"], "offer"))["changed"] == []
        assert stands(agency, flat)["status"] == "withdrawn"

    @pytest.mark.parametrize(
        ("to", "more", "field"),
        [("offer", {"final_price": 5}, "final_price"), ("offer", {"reserved_until": "2026-04-01"}, "reserved_until"),
         ("closed", {"effective_at": "2026-03-11T00:00:00Z"}, "effective_at")],
    )  # fmt: skip
    def test_what_does_not_go_with_a_stage(self, agency: Agency, to: str, more: dict[str, Any], field: str) -> None:
        made = agency.do(create(amount=1))
        with pytest.raises(Invalid) as error:
            agency.do(move(made["id"], to, **more))
        assert [one.field for one in error.value.fields] == [field]

    def test_history(self, agency: Agency) -> None:
        made = agency.do(create())
        agency.do(move(made["id"], "showing", effective_at="2026-03-10T08:00:00Z", reason="смотрели"))
        agency.do(move(made["id"], "lost", reason="дорого"))
        entries = agency.ask(lambda work: work.deals.history(made["id"]))["entries"]
        assert [(one["old"], one["new"], one["reason"], one["actor"]) for one in entries] == [
            ("lead", "showing", "смотрели", "anna"), (None, "lead", None, "anna"),
            ("showing", "lost", "дорого", "anna"),
        ]  # fmt: skip


class TestBin:
    def test_a_deal_in_the_bin_holds_nothing(self, agency: Agency) -> None:
        flat = listing(agency)
        first, second = (agency.do(create(property_id=flat))["id"] for _ in range(2))
        agency.do(move(first, "reserved"))
        agency.do(lambda work: work.deals.delete(first))
        assert stands(agency, flat)["status"] == "active"
        agency.do(move(second, "reserved"))
        with pytest.raises(Conflict) as error:
            agency.do(lambda work: work.deals.restore(first))
        assert error.value.code == "deal.held"
        agency.do(move(second, "offer"))
        assert agency.do(lambda work: work.deals.restore(first))["stage"] == "reserved"
        assert stands(agency, flat)["status"] == "reserved"


class TestUndo:
    def test_a_closing_is_taken_back_whole_and_done_again(self, agency: Agency) -> None:
        flat = listing(agency, price=6_000_000)
        made = agency.do(create(property_id=flat, amount=5_500_000))
        agency.do(move(made["id"], "reserved"))
        held, before = agency.ask(lambda work: work.deals.get(made["id"])), stands(agency, flat)
        closed = agency.do(move(made["id"], "closed"))
        undo(agency)
        now = agency.ask(lambda work: work.deals.get(made["id"]))
        assert {**now, "version": 0} == {**held, "version": 0}
        assert {**stands(agency, flat), "version": 0} == {**before, "version": 0}
        steps = agency.ask(lambda work: work.deals.history(made["id"]))["entries"]
        assert [one["new"] for one in steps] == ["lead", "reserved"]
        last = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        undo(agency, last)
        again = agency.ask(lambda work: work.deals.get(made["id"]))
        assert (again["stage"], again["final_price"]) == ("closed", closed["final_price"])
        assert stands(agency, flat)["status"] == "sold"
        assert len(agency.ask(lambda work: work.deals.history(made["id"]))["entries"]) == 3

    def test_creation_change_and_deletion(self, agency: Agency) -> None:
        anna = client(agency, "Анна")
        other = agency.do(create())["id"]
        made = agency.do(create(parties=[{"client_id": anna, "role": "buyer"}], after=[other], tags=["a"]))
        agency.do(change(made["id"], parties=[], after=[], tags=[], title="Иначе"))
        undo(agency)
        assert {**agency.ask(lambda work: work.deals.get(made["id"])), "version": 1} == made
        agency.do(lambda work: work.deals.delete(made["id"]))
        undo(agency)
        assert {**agency.ask(lambda work: work.deals.get(made["id"])), "version": 1} == made
        undo(agency)
        with pytest.raises(NotFound):
            agency.ask(lambda work: work.deals.get(made["id"], deleted=None))
        last = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        undo(agency, last)
        assert {**agency.ask(lambda work: work.deals.get(made["id"])), "version": 1} == made
        assert agency.ask(lambda work: found(work, q="сделка"))["total"] == 2

    def test_what_others_stand_on_is_not_taken_back(self, agency: Agency) -> None:
        flat = listing(agency)
        entered = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        first = agency.do(create(property_id=flat))["id"]
        making = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        agency.do(create(after=[first]))
        for operation in (entered, making):
            with pytest.raises(Conflict) as error:
                undo(agency, operation)
            assert error.value.code == "undo.named"

    def test_an_undo_reserves_no_listing_that_somebody_else_has(self, agency: Agency) -> None:
        flat = listing(agency, status="active")
        status(agency, flat, "reserved")
        first, second = (agency.do(create(property_id=flat))["id"] for _ in range(2))
        agency.do(move(first, "reserved"))
        status(agency, flat, "withdrawn")
        agency.do(move(first, "offer"))
        released = agency.ask(lambda work: work.history.operations(limit=1))[0]["id"]
        status(agency, flat, "active")
        agency.do(move(second, "reserved"))
        with pytest.raises(Conflict) as error:
            undo(agency, released)
        assert error.value.code == "deal.held"


class TestChains:
    def test_the_order_of_closing_and_what_is_late(self, agency: Agency) -> None:
        sells = agency.do(create(title="Продаёт", expected_close="2026-05-10"))["id"]
        buys = agency.do(create(title="Покупает", expected_close="2026-05-01", after=[sells]))["id"]
        last = agency.do(create(title="Съезжает", expected_close="2026-06-01", after=[buys]))["id"]
        for one in (sells, buys, last):
            links = agency.ask(lambda work, of=one: work.deals.chain(of))["links"]
            assert [(link["id"], link["after"], link["late"]) for link in links] == [
                (sells, [], False), (buys, [sells], True), (last, [buys], False),
            ]  # fmt: skip

    def test_no_circle(self, agency: Agency) -> None:
        first = agency.do(create())["id"]
        second = agency.do(create(after=[first]))["id"]
        third = agency.do(create(after=[second]))["id"]
        for before in ([third], [first]):
            with pytest.raises(Invalid) as error:
                agency.do(change(first, after=before))
            assert problems(error.value) == {"after": "deal.chain_circle"}
        assert agency.ask(lambda work: work.deals.get(first))["after"] == []

    def test_what_is_not_ones_own_is_not_in_it(self, agency: Agency) -> None:
        agency.add_account("boris")
        boris = agency.ask(lambda work: work.actor.id, user="boris")
        first = agency.do(create(title="Чужая"))["id"]
        mine = agency.do(create(owner_id=boris, after=[first]))["id"]
        links = agency.ask(lambda work: work.deals.chain(mine), user="boris")["links"]
        assert [link["id"] for link in links] == [mine]
