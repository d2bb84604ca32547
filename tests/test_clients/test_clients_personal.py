"""Consents, retention, all that is held about a person, and forgetting it: nothing is left in any file of the store."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.clients.schemas.client import ClientCreate, ClientUpdate
from realty_cli.clients.schemas.consent import ConsentCreate, ConsentWithdrawal
from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.clients.schemas.lead import LeadCreate, LeadStageChange
from realty_cli.clients.schemas.request import BuyerRequestCreate, MarkCreate
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency
from tests.test_clients.client_files import bring, clients

SECRETS = ("Зебриков", "Пантелеймон", "Зебрикова", "9161112233", "zebrikov", "зебромаркер")


def add(agency: Agency, user: str | None = None, **fields: Any) -> int:
    model = validate(ClientCreate, {"name": "Анна", **fields})
    return int(agency.do(lambda work: work.clients.create(model), user=user)["id"])


def consent(agency: Agency, client: int, **fields: Any) -> int:
    model = validate(ConsentCreate, fields)
    return int(agency.do(lambda work: work.clients.consents.create(client, model))["id"])


def past(agency: Agency, user: str | None = None, **options: Any) -> list[tuple[int, str]]:
    page = agency.ask(lambda work: work.clients.consents.past_retention(**options), user)
    assert page["total"] == len(page["items"])
    return [(one["id"], one["reason"]) for one in page["items"]]


class TestConsents:
    def test_a_consent_is_given_shown_and_taken_back(self, agency: Agency) -> None:
        client = add(agency)
        number = consent(agency, client, evidence="бланк 7", expires_at="2027-01-01T00:00:00Z")
        (one,) = agency.ask(lambda work: work.clients.consents.of(client))["items"]
        assert (one["purpose"], one["valid"], one["evidence"]) == ("processing", True, "бланк 7")
        back = agency.do(lambda work: work.clients.consents.withdraw(number, ConsentWithdrawal()))
        assert (back["valid"], back["withdrawn_at"] is not None, back["version"]) == (False, True, 2)
        with pytest.raises(Conflict):
            agency.do(lambda work: work.clients.consents.withdraw(number, ConsentWithdrawal()))
        agency.do(lambda work: work.undo.undo())
        assert agency.ask(lambda work: work.clients.consents.get(number))["valid"] is True

    def test_it_expires(self, agency: Agency) -> None:
        number = consent(agency, add(agency), expires_at="2026-03-11T00:00:00Z")
        agency.clock.advance(days=2)
        assert agency.ask(lambda work: work.clients.consents.get(number))["valid"] is False

    @pytest.mark.parametrize(
        "fields",
        [{"at": "2027-01-01T00:00:00Z"}, {"expires_at": "2020-01-01T00:00:00Z"}, {"purpose": "spam"}, {"granted": 1},
         {"evidence": "\x00"}],
    )  # fmt: skip
    def test_what_cannot_be(self, agency: Agency, fields: dict[str, Any]) -> None:
        client = add(agency)
        with pytest.raises(Invalid):
            consent(agency, client, **fields)

    def test_a_strangers_client_and_consent_are_not_found(self, agency: Agency) -> None:
        agency.add_account("olga")
        client = add(agency)
        number = consent(agency, client)
        for act in (
            lambda work: work.clients.consents.of(client),
            lambda work: work.clients.consents.get(number),
            lambda work: work.clients.consents.create(client, ConsentCreate()),
            lambda work: work.clients.consents.withdraw(number, ConsentWithdrawal()),
            lambda work: work.personal.everything(client),
            lambda work: work.personal.erase(client),
        ):
            with pytest.raises(NotFound):
                agency.do(act, user="olga")


def test_retention_names_whom_and_why(agency: Agency) -> None:
    agency.add_account("olga")
    refused, expired, withdrawn, renewed, silent, fresh = (add(agency) for _ in range(6))
    consent(agency, refused, granted=False)
    consent(agency, expired, expires_at="2026-04-01T00:00:00Z")
    agency.do(lambda work: work.clients.consents.withdraw(consent_of(work, withdrawn), ConsentWithdrawal()))
    consent(agency, renewed, expires_at="2026-04-01T00:00:00Z")
    assert past(agency) == [(refused, "withdrawn"), (withdrawn, "withdrawn")]
    agency.clock.advance(days=40)
    consent(agency, renewed)
    agency.clock.advance(days=1_100)
    consent(agency, fresh)
    agency.do(lambda work: work.clients.update(fresh, ClientUpdate(notes="звонила")))
    assert past(agency) == [
        (refused, "withdrawn"), (withdrawn, "withdrawn"), (silent, "idle"), (renewed, "idle"), (expired, "expired"),
    ] or set(past(agency)) == {
        (refused, "withdrawn"), (withdrawn, "withdrawn"), (silent, "idle"), (renewed, "idle"), (expired, "expired"),
    }  # fmt: skip
    assert set(past(agency, idle_days=0)) == {(refused, "withdrawn"), (withdrawn, "withdrawn"), (expired, "expired")}
    assert past(agency, "olga") == []
    agency.do(lambda work: work.personal.erase(silent))
    assert (silent, "idle") not in past(agency)


def consent_of(work: Work, client: int) -> int:
    return int(work.clients.consents.create(client, ConsentCreate())["id"])


def person(agency: Agency) -> dict[str, int]:
    """Somebody of whom everything is known, twice."""
    client = add(
        agency, name="Зебриков Пантелеймон Ильич", phones=["8 916 111-22-33"], emails=["zebrikov@example.com"],
        telegram="zebrikov_p", notes="зебромаркер", tags=["зебромаркер"], attributes={"ключ": "зебромаркер"},
        external_id="зебромаркер-1", source="avito",
    )  # fmt: skip
    other = add(agency, name="Зебрикова П.", phones=["+7 916 111-22-33"], notes="зебромаркер")
    lead = agency.do(lambda work: work.clients.leads.create(client, validate(
        LeadCreate, {"side": "buyer", "budget_max": 5_000_000, "note": "зебромаркер"}
    )))["id"]  # fmt: skip
    said = agency.do(lambda work: work.clients.interactions.create(client, validate(
        InteractionCreate, {"channel": "call", "text": "Зебриков сказал зебромаркер"}
    )))["id"]  # fmt: skip
    agency.do(lambda work: work.clients.leads.change_stage(lead, validate(
        LeadStageChange, {"stage": "lost", "reason": "зебромаркер"}
    )))  # fmt: skip
    consent(agency, client, evidence="зебромаркер")
    listing = agency.do(lambda work: work.properties.create(validate(PropertyCreate, {
        "title": "Дом", "property_type": "house", "deal_type": "sale", "price": 1, "client_id": client,
        "contact_name": "Зебриков", "contact_phone": "+79161112233", "description": "Звоните 8 (916) 111-22-33",
    })))["id"]  # fmt: skip
    wish = {"client_id": other, "deal_type": "sale", "title": "зебромаркер", "note": "зебромаркер",
        "places": [{"latitude": 55.7, "longitude": 37.6, "radius_km": 2, "name": "у мамы, зебромаркер"}],
    }  # fmt: skip
    request = agency.do(lambda work: work.requests.create(validate(BuyerRequestCreate, wish)))["id"]
    mark = {"request_id": request, "property_id": listing, "mark": "refused", "note": "зебромаркер"}
    agency.do(lambda work: work.requests.matches.mark(validate(MarkCreate, mark)))
    agency.do(lambda work: work.clients.update(client, ClientUpdate(notes="зебромаркер дважды")))
    agency.do(lambda work: work.merger.merge(client, [other]))
    return {"client": client, "other": other, "lead": lead, "said": said, "listing": listing}


def dump(work: Work) -> str:
    """All that stands in any table."""
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE '%search%'"
        if work.db.sqlite
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return "\n".join(repr(row) for (name,) in work.db.all(tables) for row in work.db.all(f"SELECT * FROM {name}"))


def test_everything_that_is_held_is_shown(agency: Agency) -> None:
    who = person(agency)
    found = agency.ask(lambda work: work.personal.everything(who["client"]))
    assert found["client"]["name"] == "Зебриков Пантелеймон Ильич"
    assert [one["id"] for one in found["merged"]] == [who["other"]]
    assert [one["id"] for one in found["leads"]] == [who["lead"]]
    assert [one["id"] for one in found["interactions"]] == [who["said"]]
    assert [one["evidence"] for one in found["consents"]] == ["зебромаркер"]
    assert [one["contact_name"] for one in found["properties"]] == ["Зебриков"]
    assert {(one["kind"], one["action"]) for one in found["log"]} >= {("client", "create"), ("client", "update")}
    assert "import_hash" not in repr(found)


def test_erasing_leaves_a_tombstone_and_nothing_that_tells_who_it_was(agency: Agency) -> None:
    who = person(agency)
    before = agency.ask(dump)
    assert all(secret in before for secret in SECRETS)
    answer = agency.do(lambda work: work.personal.erase(who["client"]))
    agency.realty.scrub()
    assert answer["clients"] == [who["client"], who["other"]]
    assert answer["emptied"] == {
        "lead": 1, "interaction": 1, "consent": 1, "request": 1, "mark": 1, "property": 1,
    }  # fmt: skip
    left = agency.ask(dump)
    assert [secret for secret in SECRETS if secret in left] == []
    assert "111-22-33" not in left
    tomb = agency.ask(lambda work: work.clients.get(who["client"]))
    assert (tomb["name"], tomb["phones"], tomb["source"], tomb["version"] > 2) == (
        f"#{who['client']}",
        [],
        "avito",
        True,
    )
    assert tomb["erased_at"] == answer["erased_at"]
    (wish,) = agency.ask(lambda work: work.db.all("SELECT id FROM requests"))
    (place,) = agency.ask(lambda work: work.requests.get(wish[0]))["places"]
    assert (place["latitude"], place["name"]) == (55.7, None)
    lead = agency.ask(lambda work: work.clients.leads.get(who["lead"]))
    assert (lead["budget_max"], lead["stage"], lead["note"]) == (5_000_000, "lost", None)
    assert agency.ask(lambda work: clients(work, q="Зебриков")) == []
    assert agency.ask(lambda work: clients(work, q="111-22-33")) == []
    assert agency.ask(lambda work: work.properties.get(who["listing"]))["contact_phone"] is None


def test_no_file_of_the_store_remembers(sqlite_agency: Agency) -> None:
    who = person(sqlite_agency)
    sqlite_agency.do(lambda work: work.personal.erase(who["client"]))
    sqlite_agency.realty.scrub()
    files = [path for path in sqlite_agency.realty.settings.home.iterdir() if path.name.startswith("realty.db")]
    assert files
    data = b"".join(path.read_bytes() for path in files)
    # The index of listings keeps the ends of a phone until its next merge; what belongs to clients is gone at once.
    for secret in ("Зебриков", "Пантелеймон", "zebrikov", "зебромаркер", "зебрик"):
        assert secret.encode() not in data, secret


def test_nothing_of_before_is_taken_back_and_nothing_new_is_written_on_a_tombstone(agency: Agency) -> None:
    who = person(agency)
    agency.do(lambda work: work.personal.erase(who["client"]))
    last = agency.ask(lambda work: work.history.operations())[0]["id"]
    for operation in range(2, last + 1):
        with pytest.raises((Conflict, NotFound)):
            agency.do(lambda work, operation=operation: work.undo.undo(operation))
    for act in (
        lambda work: work.personal.erase(who["client"]),
        lambda work: work.clients.update(who["client"], ClientUpdate(name="Зебриков")),
        lambda work: work.clients.consents.create(who["client"], ConsentCreate()),
    ):
        with pytest.raises(Conflict):
            agency.do(act)
    changes = agency.ask(lambda work: work.history.changes(limit=1_000))["items"]
    assert not [secret for secret in SECRETS if secret in repr(changes)]


def test_a_record_that_went_into_another_is_erased_with_that_one(agency: Agency) -> None:
    who = person(agency)
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.personal.erase(who["other"]))
    assert refused.value.params["survivor"] == who["client"]


def test_an_imported_person_is_gone_and_may_come_again(agency: Agency) -> None:
    text = "ФИО;Телефон\nЗебриков Пантелеймон;89161112233\nАнна;89031112233\n"
    bring(agency, text)
    number = agency.ask(clients)[0]["id"]
    agency.do(lambda work: work.personal.erase(number))
    assert "Зебриков" not in agency.ask(dump)
    assert bring(agency, text).counts == {"created": 1, "updated": 0, "unchanged": 1, "rejected": 0}


def test_words_that_wait_beside_others_are_forgotten_too(sqlite_agency: Agency) -> None:
    """A server shares a transaction among many writes, and drops words from their index at the end of it."""
    from realty_cli.store import word_index

    who = person(sqlite_agency)
    with sqlite_agency.write("erase") as work:
        word_index.wait(work.db)
        work.personal.erase(who["client"])
        segments = work.db.value("SELECT count(DISTINCT segid) FROM client_search_idx")
        assert work.db.waiting_words == []
        assert segments <= 1
        word_index.settle(work.db)
    assert sqlite_agency.ask(lambda work: clients(work, q="2233")) == []
