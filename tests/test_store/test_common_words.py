"""Words that stand in most of the newest rows are found by a walk: the same pages as without, whatever lies behind."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.app import Work
from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.kit.schema import validate
from realty_cli.store import selection
from tests.conftest import Agency


def enter(agency: Agency, notes: list[str], user: str | None = None) -> None:
    def insert(work: Work) -> None:
        rows = [
            {"owner_id": work.actor.id, "kind": "person", "name": f"Клиент {at}", "stage": "lead", "notes": note,
             "phones": [], "emails": []}
            for at, note in enumerate(notes)
        ]  # fmt: skip
        work.clients.rows.insert(rows)

    agency.do(insert, user=user)


def pages(work: Work, words: str, sort: str | None = None) -> list[int]:
    found: list[int] = []
    cursor = None
    while True:
        wanted = validate(ClientFilter, {"q": words})
        page: dict[str, Any] = work.clients.page(wanted, sort=sort, limit=7, cursor=cursor)
        found += [one["id"] for one in page["items"]]
        assert page["total"] is not None
        cursor = page["next_cursor"]
        if cursor is None:
            assert len(found) == page["total"]
            return found


@pytest.mark.parametrize("sort", [None, "created_at", "name"])
def test_common_words_give_every_row_once(agency: Agency, monkeypatch: pytest.MonkeyPatch, sort: str | None) -> None:
    # Twelve of the newest rows have the word, a few old ones too, and most in between have not.
    enter(agency, ["балкон"] * 9 + ["дача"] * 60 + ["балкон"] * 12)
    monkeypatch.setattr(selection, "_FAR", 20)
    found = agency.ask(lambda work: pages(work, "балконы", sort))
    assert sorted(found) == [*range(1, 10), *range(70, 82)]
    if sort is None:
        assert found == sorted(found, reverse=True)


def test_what_a_stranger_wrote_decides_nothing(agency: Agency) -> None:
    agency.add_account("boris")
    enter(agency, ["балкон"] * 30)
    enter(agency, ["балконный блок"], "boris")
    assert agency.ask(lambda work: pages(work, "балконный"), user="boris") == [31]
    # No such word is whole among his own: the text is taken for a beginning.
    assert agency.ask(lambda work: pages(work, "балко"), user="boris") == [31]
    assert len(agency.ask(lambda work: pages(work, "балко"))) == 31
