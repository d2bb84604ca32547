"""Lists of deals: filters, order, paging, words; and what is not the actor's is nowhere. On both databases."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.deals.schemas.filters import DealFilter
from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_deals.deals import change, client, create, found, listing, move


@pytest.fixture
def some(agency: Agency) -> dict[str, int]:
    """Deals that differ in what filters look at."""
    anna, flat = client(agency, "Анна"), listing(agency)
    made = {
        "buying": create(title="Покупка на Лесной", property_id=flat, amount=5, tags=["срочно"], external_id="D-1",
                         expected_close="2026-05-01", mortgage_status="applied", notes="ждут одобрения банка"),
        "renting": create(title="Аренда студии", kind="rent", side="tenant", amount=7, currency="USD",
                          deposit_due="2026-03-12", parties=[{"client_id": anna, "role": "tenant"}]),
        "selling": create(title="Продажа дачи", side="seller", stage="offer", reserved_until="2026-04-01",
                          deposit_paid_at="2026-03-01T00:00:00Z", mortgage_until="2026-06-01"),
    }  # fmt: skip
    numbers = {}
    for name, deed in made.items():
        agency.clock.advance(hours=1)
        numbers[name] = agency.do(deed)["id"]
    return {**numbers, "anna": anna, "flat": flat}


def names(agency: Agency, some: dict[str, int], user: str | None = None, **wanted: Any) -> list[str]:
    known = {number: name for name, number in some.items() if name.endswith("ing")}
    return [known[one["id"]] for one in agency.ask(lambda work: found(work, **wanted), user=user)["items"]]


def test_filters(agency: Agency, some: dict[str, int]) -> None:
    agency.do(move(some["renting"], "closed"))
    assert names(agency, some) == ["selling", "renting", "buying"]
    for wanted, expected in (
        ({"kind": ["rent"]}, ["renting"]), ({"side": ["seller", "buyer"]}, ["selling", "buying"]),
        ({"stage": ["offer"]}, ["selling"]), ({"open": True}, ["selling", "buying"]), ({"open": False}, ["renting"]),
        ({"property_id": [some["flat"]]}, ["buying"]), ({"client_id": [some["anna"]]}, ["renting"]),
        ({"client_id": []}, []), ({"amount_min": 6}, ["renting"]), ({"amount_max": 6}, ["buying"]),
        ({"currency": "usd"}, ["renting"]), ({"mortgage_status": ["applied"]}, ["buying"]),
        ({"tags": ["срочно"]}, ["buying"]), ({"external_id": ["D-1"]}, ["buying"]),
        ({"deposit_due_from": "2026-03-12", "deposit_due_to": "2026-03-12"}, ["renting"]),
        ({"deposit_paid": True}, ["selling"]), ({"expected_close_to": "2026-05-01"}, ["buying"]),
        ({"expected_close_to": "2026-04-30"}, []), ({"reserved_until_from": "2026-04-01"}, ["selling"]),
        ({"mortgage_until_from": "2026-06-02"}, []), ({"closed_from": "2026-03-10T00:00:00Z"}, ["renting"]),
        ({"created_to": "2026-03-10T11:00:00Z"}, ["buying"]), ({"ids": [some["buying"]]}, ["buying"]),
        ({"lead_id": [3]}, []), ({"owner_id": [1]}, ["selling", "renting", "buying"]),
        ({"q": "лесная"}, ["buying"]), ({"q": "банки одобряют"}, []), ({"q": "одобрение банк"}, ["buying"]),
        ({"q": "сделка"}, ["selling", "renting", "buying"]), ({"q": "D-1"}, ["buying"]),
        ({"q": "срочно", "kind": ["rent"]}, []), ({"deleted": True}, []),
    ):  # fmt: skip
        assert names(agency, some, **wanted) == expected, wanted


def test_words_follow_a_change(agency: Agency, some: dict[str, int]) -> None:
    agency.do(change(some["buying"], title="Совсем другое", tags=["речная"]))
    assert names(agency, some, q="лесная") == []
    assert names(agency, some, q="речной") == ["buying"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("id", "buying renting selling"), ("-amount", "renting buying selling"), ("amount", "buying renting selling"),
     ("title", "renting buying selling"), ("expected_close", "buying renting selling"),
     ("-deposit_due,id", "renting buying selling"), ("stage,-id", "renting buying selling")],
)  # fmt: skip
def test_order_and_pages(agency: Agency, some: dict[str, int], sort: str, expected: str) -> None:
    assert names(agency, some, sort=sort) == expected.split()
    from realty_cli.deals.schemas.filters import DealFilter

    walked, cursor = [], None
    while True:
        body = agency.ask(lambda work, at=cursor: work.deals.page(DealFilter(), sort=sort, limit=1, cursor=at))
        assert body["total"] == 3
        walked += [one["id"] for one in body["items"]]
        if (cursor := body["next_cursor"]) is None:
            break
    assert walked == [some[name] for name in expected.split()]
    with pytest.raises(Invalid):
        agency.ask(lambda work: work.deals.page(DealFilter(), sort="price"))


def test_what_is_not_ones_own_is_nowhere(agency: Agency, some: dict[str, int]) -> None:
    agency.add_account("boris")
    for wanted in ({}, {"q": "лесная"}, {"owner_id": [1]}, {"ids": [some["buying"]]}, {"client_id": [some["anna"]]},
                   {"property_id": [some["flat"]]}, {"deleted": True}):  # fmt: skip
        body = agency.ask(lambda work, by=wanted: found(work, **by), user="boris")
        assert (body["items"], body["total"]) == ([], 0), wanted
    boris = agency.ask(lambda work: work.actor.id, user="boris")
    handed = agency.do(change(some["renting"], owner_id=boris))
    assert handed["parties"][0]["name"] == "Анна"
    seen = agency.ask(lambda work: work.deals.get(some["renting"]), user="boris")
    assert seen["parties"] == [{"client_id": some["anna"], "role": "tenant", "name": None}]
    for fields in ({"property_id": some["flat"]}, {"after": [some["buying"]]}, {"owner_id": 1},
                   {"parties": [{"client_id": some["anna"], "role": "buyer"}]}):  # fmt: skip
        with pytest.raises(Invalid):
            agency.do(create(**fields), user="boris")


def test_an_agent_reads_and_writes_by_pages_of_his_own(agency: Agency) -> None:
    """More hits than the walk back is chosen for, as an agent: by the index of owners."""
    agency.add_account("boris")

    def many(work: Any) -> None:
        for at in range(1_050):
            create(title=f"Сделка {at}")(work)

    agency.do(many, user="boris")
    agency.do(create(title="Чужая"))
    body = agency.ask(lambda work: found(work, kind=["sale"]), user="boris")
    assert (body["total"], len(body["items"]), body["items"][0]["title"]) == (1_050, 100, "Сделка 1049")
    assert agency.ask(lambda work: found(work, kind=["sale"]))["total"] == 1_051


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
_MINOR = st.none() | st.integers(0, 10**15)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "title": _TEXT, "notes": st.none() | _TEXT, "tags": st.none() | st.lists(_TEXT, max_size=2),
                "amount": _MINOR, "final_price": _MINOR,
                "attributes": st.none() | st.dictionaries(_TEXT, _TEXT, max_size=2),
                "parties": st.lists(st.sampled_from(["buyer", "seller"]), max_size=2, unique=True),
            }
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_a_page_that_the_database_writes_is_the_page(sqlite_agency: Agency, rows: list[dict[str, Any]]) -> None:
    agency, everything = sqlite_agency, validate(DealFilter, {})
    person = client(agency, "Анна «Аня»")

    def enter(work: Work) -> None:
        made = [
            {**row, "owner_id": 1, "kind": "sale", "side": "buyer", "stage": "lead", "currency": "RUB",
             "parties": [{"client_id": person, "role": role} for role in row["parties"]]}
            for row in rows
        ]  # fmt: skip
        numbers = work.deals.rows.insert(made)
        if len(numbers) > 1:
            work.db.insert("deal_links", ("deal_id", "before_id"), [(numbers[0], one) for one in numbers[1:]])

    agency.do(enter)
    for sort in (None, "amount,-title", "-updated_at"):
        made, written = (
            agency.ask(lambda work, way=way, by=sort: work.deals.page(everything, sort=by, limit=3, written=way))
            for way in (False, True)
        )
        assert orjson.loads(orjson.dumps(written)) == made
