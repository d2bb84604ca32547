"""Search over everything, on both databases."""

from __future__ import annotations

import pytest

from realty_cli.errors import Invalid
from tests.conftest import Agency
from tests.test_clients.test_clients_service import enter
from tests.test_deals.deals import create
from tests.test_desk.test_changes import add
from tests.test_events.test_instances import enter as enter_events
from tests.test_events.test_instances import event as entry


def found(agency: Agency, words: str, user: str = "anna", **wanted: object) -> dict[str, list[int]]:
    body = agency.ask(lambda work: work.search.everything(words, **wanted), user)
    pages = {name: page for name, page in body.items() if name not in ("q", "total") and page is not None}
    assert body["total"] == sum(page["total"] for page in pages.values())
    return {name: [item["id"] for item in page["items"]] for name, page in pages.items()}


def test_words_find_every_kind(agency: Agency) -> None:
    listing = add(agency, title="Квартира на Лесной", contact_phone="8 916 123-45-67")
    client = enter(agency, name="Лесная Анна", phones=["+7 916 123 45 67"])["id"]
    deal = agency.do(create(title="Покупают на Лесной"))["id"]
    (event,) = enter_events(agency, entry(rule="FREQ=DAILY", location="Лесная, 7"))
    assert found(agency, "лесной") == {
        "properties": [listing], "clients": [client], "deals": [deal], "events": [event],
    }  # fmt: skip
    assert found(agency, "123-45-67") == {"properties": [listing], "clients": [client], "deals": [], "events": []}
    assert found(agency, "сделки")["deals"] == [deal]
    assert found(agency, "лесной", kinds=["deals"]) == {"deals": [deal]}
    agency.add_account("boris")
    assert found(agency, "лесной", "boris") == {"properties": [], "clients": [], "deals": [], "events": []}


def test_nothing_to_look_for(agency: Agency) -> None:
    for words in ("", "   ", "x" * 1_001):
        with pytest.raises(Invalid):
            agency.ask(lambda work, words=words: work.search.everything(words))
    with pytest.raises(Invalid):
        agency.ask(lambda work: work.search.everything("x", kinds=["accounts"]))
