"""Deals as files: every format, filters, order, masks; and nothing of others. On both databases."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from realty_cli.deals.exporting import EXPORTED, WHOLE, run
from realty_cli.deals.schemas.deal import DealResponse
from realty_cli.deals.schemas.filters import DealFilter
from realty_cli.errors import Invalid
from realty_cli.formats.registry import codec_for
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_deals.deals import client, create, found


def sent(agency: Agency, kind: str, user: str | None = None, **options: Any) -> str:
    target = io.BytesIO()
    wanted = validate(DealFilter, options.pop("wanted", {}))
    codec = codec_for("", kind)
    agency.ask(lambda work: run(work.deals, codec, target, wanted, **options), user=user)
    return target.getvalue().decode("utf-8-sig")


def test_json_is_what_the_api_answers(agency: Agency) -> None:
    anna = client(agency, "Иванова Анна")
    first = agency.do(create(amount=5.5, parties=[{"client_id": anna, "role": "buyer"}]))["id"]
    agency.do(create(after=[first], tags=["a"], attributes={"б": "в"}))
    shown = agency.ask(lambda work: found(work, sort="id"))["items"]
    assert json.loads(sent(agency, "json")) == shown
    assert [json.loads(line) for line in sent(agency, "jsonl").splitlines()] == shown
    assert set(WHOLE) == set(DealResponse.model_fields)


def test_csv_is_for_people(agency: Agency, tmp_path: Path) -> None:
    anna, other = client(agency, "Иванова Анна"), client(agency, "Петров")
    parties = [{"client_id": anna, "role": "buyer"}, {"client_id": other, "role": "seller"}]
    agency.do(create(title="=1+1", amount=5.5, parties=parties, tags=["а", "б"]))
    (row,) = csv.DictReader(io.StringIO(sent(agency, "csv")))
    assert list(row) == list(EXPORTED)
    assert (row["amount"], row["tags"]) == ("5.5", "а; б")
    assert row["parties"] == f"buyer: Иванова Анна ({anna}); seller: Петров ({other})"
    assert not row["title"].startswith("="), "no formula for a spreadsheet"
    place = tmp_path / "deals.xlsx"
    count = agency.ask(lambda work: run(work.deals, codec_for(place), place, DealFilter()))
    assert (count, place.stat().st_size > 1_000) == (1, True)


def test_fields_filters_and_order(agency: Agency) -> None:
    for title in ("б", "а", "в"):
        agency.do(create(title=title, kind="rent" if title == "в" else "sale",
                         side="tenant" if title == "в" else "buyer"))  # fmt: skip
    text = sent(agency, "csv", fields=["title", "id"], sort="title", wanted={"kind": ["sale"]})
    assert text.split() == ["title,id", "а,2", "б,1"]
    for wrong in ({"fields": ["price"]}, {"sort": "price"}):
        with pytest.raises(Invalid):
            sent(agency, "csv", **wrong)


def test_a_file_that_names_nobody(agency: Agency) -> None:
    anna = client(agency, "Иванова Анна Петровна")
    agency.do(create(
        title="Звонить +7 916 123-45-67", notes="Анна просит тишины", attributes={"паспорт": "4510"},
        parties=[{"client_id": anna, "role": "buyer"}],
    ))  # fmt: skip
    text = sent(agency, "json", anonymise=True)
    for secret in ("Иванова", "Петровна", "тишины", "4510", "123-45-67"):
        assert secret not in text
    (deal,) = json.loads(text)
    assert (deal["parties"][0]["client_id"], deal["notes"]) == (anna, "***")


def test_nothing_of_others(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create(title="Чужая"))
    assert json.loads(sent(agency, "json", user="boris")) == []


def test_more_than_one_batch(sqlite_agency: Agency) -> None:
    def many(work: Any) -> None:
        for at in range(1_201):
            create(title=f"Сделка {at}", tags=["x"])(work)

    sqlite_agency.do(many)
    rows = json.loads(sent(sqlite_agency, "json"))
    assert [row["id"] for row in rows] == list(range(1, 1_202))
