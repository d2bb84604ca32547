"""Clients: what they are called, how they are found, changed, taken to the bin and back, on both databases."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.clients.schemas.client import ClientCreate, ClientUpdate
from realty_cli.clients.schemas.filters import ClientFilter, InteractionFilter, LeadFilter
from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.kit.schema import validate
from tests.conftest import Agency

IVANOV: dict[str, Any] = {
    "name": "Иванов Пётр Сергеевич", "phones": ["8 (916) 123-45-67"], "emails": ["Ivanov@Example.com"],
    "telegram": "@Ivanov_P", "roles": ["seller", "buyer"], "source": "avito", "tags": ["ипотека"],
    "notes": "Ищет двушку у парка",
}  # fmt: skip


def enter(agency: Agency, user: str | None = None, **fields: Any) -> dict[str, Any]:
    data = validate(ClientCreate, fields or IVANOV)
    made: dict[str, Any] = agency.do(lambda work: work.clients.create(data), "clients add", user)
    return made


def change(agency: Agency, number: int, user: str | None = None, **fields: Any) -> dict[str, Any]:
    data = validate(ClientUpdate, fields)
    changed: dict[str, Any] = agency.do(lambda work: work.clients.update(number, data), "clients edit", user)
    return changed


def found(agency: Agency, user: str | None = None, **parts: Any) -> list[int]:
    wanted = validate(ClientFilter, parts)
    body = agency.ask(lambda work: work.clients.page(wanted), user)
    assert body["total"] == len(body["items"])
    return [item["id"] for item in body["items"]]


def test_a_client_is_shown_as_it_was_entered(agency: Agency) -> None:
    made = enter(agency)
    assert made["name"] == "Иванов Пётр Сергеевич"
    assert (made["last_name"], made["first_name"], made["middle_name"]) == ("Иванов", "Пётр", "Сергеевич")
    assert made["phones"] == [{"value": "+79161234567", "label": None}]
    assert made["emails"] == [{"value": "ivanov@example.com", "label": None}]
    assert (made["telegram"], made["roles"], made["stage"]) == ("ivanov_p", ["buyer", "seller"], "lead")
    assert (made["kind"], made["version"], made["deleted_at"]) == ("person", 1, None)
    assert not {"name_key", "import_hash", "stable_key"} & made.keys()
    assert agency.ask(lambda work: work.clients.get(made["id"])) == made
    assert agency.ask(lambda work: work.clients.page(validate(ClientFilter, {})))["items"] == [made]


_WHOLE = st.integers(-(2**63), 2**63 - 1)
_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "name": _TEXT, "notes": st.none() | _TEXT, "tags": st.none() | st.lists(_TEXT, max_size=2),
                "roles": st.none() | st.just(["buyer"]), "birthday": st.none() | st.just("1990-02-28"),
                "attributes": st.dictionaries(_TEXT, st.none() | st.booleans() | _WHOLE | _TEXT, max_size=2),
                "phones": st.lists(st.fixed_dictionaries({"value": _TEXT, "label": st.none() | _TEXT}), max_size=2,
                                   unique_by=lambda one: one["value"]),
            }
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_a_page_that_the_database_writes_is_the_page(sqlite_agency: Agency, rows: list[dict[str, Any]]) -> None:
    agency, everything = sqlite_agency, validate(ClientFilter, {})
    entered = [{**row, "owner_id": 1, "kind": "person", "stage": "lead"} for row in rows]
    agency.do(lambda work: work.clients.rows.insert(entered))
    for sort in (None, "name,-updated_at", "-stage"):
        made, written = (
            agency.ask(lambda work, way=way, by=sort: work.clients.page(everything, sort=by, limit=3, written=way))
            for way in (False, True)
        )
        assert orjson.loads(orjson.dumps(written)) == made


@pytest.mark.parametrize(
    ("fields", "name", "kind"),
    [
        ({"name": "Пётр Иванов"}, "Иванов Пётр", "person"),
        ({"name": "Анна (соседка)"}, "Анна (соседка)", "person"),
        ({"last_name": "Иванова", "first_name": "Анна"}, "Иванова Анна", "person"),
        ({"name": "ООО «Ромашка»"}, "ООО «Ромашка»", "company"),
        ({"company_name": "Ромашка"}, "Ромашка", "company"),
        ({"company_name": "Ромашка", "last_name": "Иванова", "kind": "company"}, "Ромашка", "company"),
        ({"company_name": "Ромашка", "last_name": "Иванова"}, "Иванова", "person"),
        ({"name": "Лютик", "kind": "company"}, "Лютик", "company"),
        ({"phones": ["89161234567"]}, "+79161234567", "person"),
        ({"emails": ["a@example.com"]}, "a@example.com", "person"),
        ({"telegram": "t.me/some_body"}, "@some_body", "person"),
    ],
)
def test_what_a_client_is_called(sqlite_agency: Agency, fields: dict[str, Any], name: str, kind: str) -> None:
    made = enter(sqlite_agency, **fields)
    assert (made["name"], made["kind"]) == (name, kind)


def test_a_client_without_any_name_is_refused(sqlite_agency: Agency) -> None:
    with pytest.raises(Invalid) as refused:
        enter(sqlite_agency, notes="кто-то звонил")
    assert refused.value.fields[0].code == "client.nameless"


def test_the_name_follows_its_parts_and_they_follow_it(sqlite_agency: Agency) -> None:
    number = enter(sqlite_agency, phones=["+79161234567"])["id"]
    named = change(sqlite_agency, number, name="Мария Петрова")
    assert (named["name"], named["last_name"], named["first_name"]) == ("Петрова Мария", "Петрова", "Мария")
    assert change(sqlite_agency, number, last_name="Сидорова")["name"] == "Сидорова Мария"
    assert change(sqlite_agency, number, notes="x")["name"] == "Сидорова Мария"
    bare = change(sqlite_agency, number, last_name=None, first_name=None)
    assert bare["name"] == "+79161234567"


@pytest.mark.parametrize(
    "typed",
    ["8 (916) 123", "916123", "+7916", "4567", "8 916 123-45-67", "+7 (916) 123-45-67", "1234567", "916 123 45 67",
     "иванов", "ИВАНОВУ", "Петр", "пётр сергеевич", "ivanov@example.com", "ivanov_p", "двушка парк", "ипотека"],
)  # fmt: skip
def test_a_client_is_found_by_any_words_and_any_piece_of_a_phone(agency: Agency, typed: str) -> None:
    number = enter(agency)["id"]
    enter(agency, name="Сидорова Мария", phones=["+74952223344"])
    assert found(agency, q=typed) == [number]


@pytest.mark.parametrize("typed", ["8 (916) 123-45-67", "916123", "+7 916", "4567", "123 45"])
def test_the_filter_by_phone_takes_pieces_in_any_notation(agency: Agency, typed: str) -> None:
    number = enter(agency)["id"]
    enter(agency, name="Сидорова Мария", phones=["+74952223344"])
    assert found(agency, phone=typed) == [number]


@pytest.mark.parametrize("typed", ["%", "_", "12", "abc", "+1", '"', "*"])
def test_what_is_no_piece_of_a_phone_finds_nobody(agency: Agency, typed: str) -> None:
    enter(agency)
    assert found(agency, phone=typed) == []


def test_a_phone_that_was_changed_is_found_by_the_new_one_alone(agency: Agency) -> None:
    number = enter(agency)["id"]
    change(agency, number, phones=[{"value": "+7 495 222-33-44", "label": "рабочий"}])
    assert (found(agency, q="9161234"), found(agency, phone="+79161234567")) == ([], [])
    assert (found(agency, q="495222"), found(agency, phone="+74952223344")) == ([number], [number])
    change(agency, number, phones=[])
    assert found(agency, q="495222") == []


@pytest.mark.parametrize(
    ("parts", "fits"),
    [
        ({"role": ["buyer"]}, True), ({"role": ["tenant"]}, False), ({"role": ["tenant", "seller"]}, True),
        ({"role": []}, False), ({"stage": ["lead"]}, True), ({"stage": ["won"]}, False), ({"kind": ["person"]}, True),
        ({"source": ["avito"]}, True), ({"tags": ["ипотека"]}, True), ({"tags": ["нет"]}, False),
        ({"email": "IVANOV@example.com"}, True), ({"email": "other@example.com"}, False),
        ({"telegram": "https://t.me/ivanov_p"}, True), ({"silent": True}, True), ({"silent": False}, False),
        ({"ids": [1]}, True), ({"ids": [2]}, False), ({"deleted": True}, False), ({"temperature": ["hot"]}, False),
        ({"created_from": "2026-03-10T00:00:00Z"}, True), ({"created_to": "2026-03-10T00:00:00Z"}, False),
        ({"q": "иванов", "role": ["seller"]}, True), ({"q": "иванов", "role": ["partner"]}, False),
    ],
)  # fmt: skip
def test_each_part_of_the_filter(agency: Agency, parts: dict[str, Any], fits: bool) -> None:
    number = enter(agency)["id"]
    assert found(agency, **parts) == ([number] if fits else [])


def test_lists_are_sorted_and_paged_alike_by_offset_and_cursor(agency: Agency) -> None:
    names = ["Борисова Анна", "Алексеев Иван", "Ветров Олег", "Алексеев Иван"]
    numbers = {number: name for name in names for number in [enter(agency, name=name)["id"]]}
    expected = sorted(numbers, key=lambda number: (numbers[number], number))
    seen: list[int] = []
    cursor = None
    for page in range(4):
        all_ = validate(ClientFilter, {})
        by_cursor = agency.ask(lambda w, at=cursor, f=all_: w.clients.page(f, cursor=at, sort="name", limit=1))
        by_offset = agency.ask(lambda w, at=page, f=all_: w.clients.page(f, offset=at, sort="name", limit=1))
        assert by_cursor["items"] == by_offset["items"]
        seen += [item["id"] for item in by_cursor["items"]]
        cursor = by_cursor["next_cursor"]
    assert (seen, cursor) == (expected, None)


def test_strangers_and_colleagues_see_nothing_of_each_other(agency: Agency) -> None:
    for name in ("olga", "boris"):
        agency.add_account(name)
    hers = enter(agency, "olga")["id"]
    his = enter(agency, "boris", name="Зебров Илья", phones=["+79161234567"])["id"]
    assert (found(agency, "olga"), found(agency, "boris")) == ([hers], [his])
    assert (found(agency, "boris", q="иванов"), found(agency, "boris", phone="916123")) == ([], [his])
    assert sorted(found(agency)) == [hers, his]  # the administrator
    acts: list[Any] = [
        lambda work: work.clients.get(hers),
        lambda work: work.clients.update(hers, validate(ClientUpdate, {"notes": "x"})),
        lambda work: work.clients.delete(hers),
        lambda work: work.clients.restore(hers),
        lambda work: work.clients.leads.create(hers, validate(LeadCreate, {"side": "buyer"})),
        lambda work: work.clients.interactions.create(hers, validate(InteractionCreate, {"channel": "call"})),
    ]
    for act in acts:
        with pytest.raises(NotFound) as refused:
            agency.do(act, user="boris")
        assert refused.value.code == "client.not_found"
    with pytest.raises(Invalid):
        enter(agency, "boris", name="Кто-то", referrer_id=hers)
    with pytest.raises(Invalid):
        enter(agency, "boris", name="Кто-то", owner_id=2)


def test_versions_keep_writers_from_each_other(sqlite_agency: Agency) -> None:
    number = enter(sqlite_agency)["id"]
    change(sqlite_agency, number, notes="first")
    with pytest.raises(Stale):
        sqlite_agency.do(
            lambda work: work.clients.update(number, validate(ClientUpdate, {"notes": "second"}), expected_version=1)
        )


def full(agency: Agency) -> int:
    """A client with a lead and a call."""
    number = int(enter(agency)["id"])
    agency.do(lambda work: work.clients.leads.create(number, validate(LeadCreate, {"side": "buyer"})), "leads add")
    call = validate(InteractionCreate, {"channel": "call", "text": "обсудили"})
    agency.do(lambda work: work.clients.interactions.create(number, call), "clients log")
    return number


def hanging(agency: Agency, number: int, user: str | None = None) -> tuple[int, int]:
    leads = validate(LeadFilter, {"client_id": [number]})
    said = validate(InteractionFilter, {"client_id": [number]})

    def count(work: Work) -> tuple[int, int]:
        return work.clients.leads.page(leads)["total"], work.clients.interactions.page(said)["total"]

    counted: tuple[int, int] = agency.ask(count, user)
    return counted


def test_the_bin_takes_all_that_hangs_on_a_client_and_gives_it_back(agency: Agency) -> None:
    number = full(agency)
    agency.do(lambda work: work.clients.delete(number))
    assert (found(agency), found(agency, deleted=True), hanging(agency, number)) == ([], [number], (0, 0))
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.clients.get(number))
    agency.do(lambda work: work.clients.restore(number))
    assert (found(agency, q="916123"), hanging(agency, number)) == ([number], (1, 1))
    with pytest.raises(Conflict):
        agency.do(lambda work: work.clients.restore(number))


def test_a_client_changes_hands_with_all_that_hangs_on_it(agency: Agency) -> None:
    agency.add_account("olga")
    number = full(agency)
    change(agency, number, owner_id=2)
    assert (found(agency, "olga", phone="916123"), hanging(agency, number, "olga")) == ([number], (1, 1))


def test_everything_is_undone_and_done_again(agency: Agency) -> None:
    made = enter(agency)
    number = made["id"]
    change(agency, number, phones=["+74952223344"], name="Сидорова Мария", roles=["tenant"], tags=None)
    changed = agency.ask(lambda work: work.clients.get(number))
    undone = agency.do(lambda work: work.undo.undo())
    back = agency.ask(lambda work: work.clients.get(number))
    assert {**back, "version": 1} == made
    assert (found(agency, q="иванов 916123"), found(agency, q="495222")) == ([number], [])
    agency.do(lambda work: work.undo.undo(undone["operation_id"]))
    again = agency.ask(lambda work: work.clients.get(number))
    assert {**again, "version": 0} == {**changed, "version": 0}
    agency.do(lambda work: work.clients.delete(number))
    agency.do(lambda work: work.undo.undo())
    assert found(agency, q="сидорова") == [number]


def test_an_undone_entry_is_gone_and_can_come_back(agency: Agency) -> None:
    made = enter(agency)
    undone = agency.do(lambda work: work.undo.undo())
    assert (found(agency, q="916123"), found(agency, phone="+79161234567")) == ([], [])
    agency.do(lambda work: work.undo.undo(undone["operation_id"]))
    assert agency.ask(lambda work: work.clients.get(made["id"])) == made
    assert found(agency, q="916123") == [made["id"]]


def test_what_somebody_names_is_not_undone_away(agency: Agency) -> None:
    number = enter(agency)["id"]
    enter(agency, name="Петрова Ольга", referrer_id=number)
    entering = agency.ask(lambda work: work.history.operations(kind="client", object_id=number))[0]["id"]
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.undo.undo(entering))
    assert refused.value.code == "undo.named"


def test_listings_name_clients_of_ones_own(agency: Agency) -> None:
    from realty_cli.properties.schemas.listing import PropertyCreate

    agency.add_account("olga")
    number = enter(agency)["id"]
    flat = {"title": "Квартира", "property_type": "apartment", "deal_type": "sale", "price": 1, "client_id": number}
    listing = agency.do(lambda work: work.properties.create(validate(PropertyCreate, flat)))
    assert listing["client_id"] == number
    with pytest.raises(Invalid) as refused:
        agency.do(lambda work: work.properties.create(validate(PropertyCreate, flat)), user="olga")
    assert refused.value.fields[0].code == "client.unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"phones": ["12"]}, {"phones": ["+7 916 123-45-67"] * 21}, {"emails": ["nobody"]}, {"telegram": "a b"},
        {"roles": ["king"]}, {"birthday": "2199-01-01"}, {"birthday": "2026-03-11"}, {"language": "russian"},
        {"name": " "}, {"name": "x" * 301}, {"name": "\x00"}, {"name": "a\ud800"}, {"name": "\x1b[31m"}, {"id": 5},
        {"version": 3}, {"erased_at": None}, {"merged_into": 1}, {"stage": "sold"}, {"notes": "x" * 20_001},
        {"tags": ["x"] * 2_000}, {"referrer_id": 77}, {"referrer_id": 2**63}, {"last_contact_at": "2026-01-01"},
        {"phones": [{"value": "+79161234567", "owner_id": 1}]}, {"phones": "+79161234567"}, {"kind": None, "x": 1},
    ],
)  # fmt: skip
def test_wrong_input_is_refused_and_named(sqlite_agency: Agency, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        enter(sqlite_agency, **{"name": "Кто-то", **wrong})
    assert refused.value.fields
    assert found(sqlite_agency) == []
