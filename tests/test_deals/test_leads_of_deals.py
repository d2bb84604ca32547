"""The end of a deal and the need that it answers: one operation, one way back."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.deals.schemas.deal import Closing, Loss
from realty_cli.errors import Conflict
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_deals.deals import create, move


def somebody(agency: Agency, *sides: str) -> tuple[int, list[int]]:
    """A client with an open lead of each of these sides."""

    def enter(work: Work) -> tuple[int, list[int]]:
        client = work.clients.create(validate(ClientCreate, {"name": "Иванов Пётр"}))["id"]
        leads = [work.clients.leads.create(client, validate(LeadCreate, {"side": side}))["id"] for side in sides]
        return client, leads

    found: tuple[int, list[int]] = agency.do(enter)
    return found


def stage(agency: Agency, lead: int) -> str:
    return str(agency.ask(lambda work: work.clients.leads.get(lead))["stage"])


def close(number: int) -> Any:
    return lambda work: work.deals.close(number, validate(Closing, {}))


def test_a_closed_deal_wins_its_lead_and_gives_it_back(agency: Agency) -> None:
    client, (buying, selling) = somebody(agency, "buyer", "seller")
    number = agency.do(create(amount=5, parties=[{"client_id": client, "role": "buyer"}]))["id"]
    closed = agency.do(close(number))
    assert closed["changed"] == [{"kind": "lead", "id": buying, "field": "stage", "old": "new", "new": "won"}]
    assert (stage(agency, buying), stage(agency, selling)) == ("won", "new")
    agency.do(lambda work: work.undo.undo())
    assert (stage(agency, buying), agency.ask(lambda work: work.deals.get(number))["stage"]) == ("new", "lead")
    # What fell through after all is looked for again.
    agency.do(close(number))
    lost = agency.do(move(number, "lost", reason="регистрация приостановлена"))
    assert [(one["kind"], one["new"]) for one in lost["changed"]] == [("lead", "new")]
    assert stage(agency, buying) == "new"


def test_the_lead_that_a_deal_names_is_the_one(agency: Agency) -> None:
    client, (first, second) = somebody(agency, "buyer", "buyer")
    parties = [{"client_id": client, "role": "buyer"}]
    unnamed = agency.do(create(amount=5, parties=parties))["id"]
    assert agency.do(close(unnamed))["changed"] == []
    named = agency.do(create(amount=5, parties=parties, lead_id=second))["id"]
    agency.do(close(named))
    assert (stage(agency, first), stage(agency, second)) == ("new", "won")


def test_a_deal_of_both_sides_wins_the_lead_of_the_other_one(agency: Agency) -> None:
    seller, (selling, more) = somebody(agency, "seller", "seller")
    buyer, (buying,) = somebody(agency, "buyer")
    parties = [{"client_id": seller, "role": "seller"}, {"client_id": buyer, "role": "buyer"}]
    number = agency.do(create(amount=5, side="both", parties=parties, lead_id=selling))["id"]
    agency.do(close(number))
    assert [stage(agency, lead) for lead in (selling, more, buying)] == ["won", "new", "won"]
    agency.do(move(number, "lost", reason="регистрация приостановлена"))
    assert [stage(agency, lead) for lead in (selling, more, buying)] == ["new", "new", "new"]
    # The other side of a deal for one side is not ours.
    number = agency.do(create(amount=5, side="seller", parties=parties, lead_id=selling))["id"]
    agency.do(close(number))
    assert [stage(agency, lead) for lead in (selling, buying)] == ["won", "new"]


@pytest.mark.parametrize(("leads", "after"), [("keep", "new"), ("lost", "lost")])
def test_a_lost_deal_keeps_the_lead_unless_told(agency: Agency, leads: str, after: str) -> None:
    client, (lead,) = somebody(agency, "buyer")
    number = agency.do(create(parties=[{"client_id": client, "role": "buyer"}]))["id"]
    loss = validate(Loss, {"reason": "передумали", "leads": leads})
    changed = agency.do(lambda work: work.deals.lose(number, loss))["changed"]
    assert (stage(agency, lead), len(changed)) == (after, int(leads == "lost"))


def test_a_refused_close_leaves_the_lead(agency: Agency) -> None:
    client, (lead,) = somebody(agency, "buyer")
    number = agency.do(create(amount=5, parties=[{"client_id": client, "role": "buyer"}]))["id"]
    agency.do(move(number, "lost", reason="x"))
    with pytest.raises(Conflict):
        agency.do(close(number))
    assert stage(agency, lead) == "new"
